"""NASA FIRMS heat detections in every form in which they circulate, read by columns into one table.

MODIS and VIIRS; archive, near-real-time, real-time and ultra-real-time; CSV of any separator, the area API's text,
gzip, Parquet, GeoJSON, JSON, XLSX; place and date alone too. A row that cannot be read is set aside with line and
reason; a cell beside the point that cannot is left empty and questioned. A detection is no observation of an event:
what detections are worth near a report is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

import polars as pl

from ..errors import InputError
from ..nouns import WITHHELD, Capture, Exposure, Harvest, Lexicon, SetAside
from ..satellite.detections import SCHEMA, empty, joined
from . import firms_cells as cells
from . import firms_tables as tables
from . import metadata


class Harvested(NamedTuple):
    """Detections of one file: the table of satellite.detections, rows that could not be read, and questions."""

    table: pl.DataFrame
    set_aside: tuple[SetAside, ...]
    questions: tuple[SetAside, ...]


class Gathered(NamedTuple):
    """Detections of several files, each once; `doubles` are those that were dropped, with the reason."""

    table: pl.DataFrame
    doubles: pl.DataFrame
    set_aside: tuple[SetAside, ...]
    questions: tuple[SetAside, ...]


@cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = metadata("firms")["value_tables"]
    return found


def read(capture: Capture, _lexicon: Lexicon) -> Harvest:
    """No observations: detections go into a table of their own; what is set aside and questioned as everywhere."""
    found = detections(capture)
    return Harvest((), found.set_aside, found.questions)


Area = tuple[float, float, float, float]


def gathered(captures: Iterable[Capture], area: Area | None = None) -> Gathered:
    """Every file of the inbox, joined; a file that cannot be read is set aside whole. The same bytes count once.

    With the mission's area (west, south, east, north) a file whose every place lies in it only when latitude and longitude
    are exchanged is set aside too.
    """
    found: list[pl.DataFrame] = []
    set_aside: list[SetAside] = []
    questions: list[SetAside] = []
    seen: dict[str, str] = {}
    for capture in sorted(captures, key=lambda c: (c.path, c.sha256)):
        if capture.sha256 in seen:
            reason = f"the same bytes as {seen[capture.sha256]}; reading them twice adds nothing"
            questions.append(SetAside(capture.path, 0, "", "", reason))
            continue
        seen[capture.sha256] = capture.path
        try:
            one = detections(capture)
        except InputError as error:
            set_aside += [SetAside(p.file, p.line, p.column, p.found, f"expected {p.expected}") for p in error.problems]
            continue
        set_aside += one.set_aside
        if area and _exchanged(one.table, area):
            many = f"{one.table.height} rows"
            reason = "every place lies in the mission's area only when latitude and longitude are exchanged"
            set_aside.append(SetAside(capture.path, 0, "latitude, longitude", many, reason))
            continue
        found.append(one.table)
        questions += one.questions
    table, doubles = joined(found)
    for path, reason, many in doubles.group_by("capture", "reason").len().sort("capture", "reason").iter_rows():
        questions.append(SetAside(path, 0, "", str(many), f"detections that stand once in the table: {reason}"))
    return Gathered(table, doubles, tuple(sorted(set_aside)), tuple(sorted(questions)))


def _exchanged(table: pl.DataFrame, area: Area) -> bool:
    west, south, east, north = area
    lon, lat = pl.col("lon_deg"), pl.col("lat_deg")
    inside = lon.is_between(west, east) & lat.is_between(south, north)
    other = lat.is_between(west, east) & lon.is_between(south, north)
    return table.height > 0 and bool(table.select((other & ~inside).all()).item())


def detections(capture: Capture) -> Harvested:
    """The detections of one file: columns as satellite.detections.SCHEMA, in the file's order.

    Raises InputError where it holds no table of detections: an error that a server sent, an empty answer, a page of
    HTML, no column of place or date.
    """
    raw, aside = tables.frame(capture, _words()["columns"])
    table, questions = _named(raw, capture.path)
    if table.is_empty():
        return Harvested(empty(), tuple(aside), tuple(questions))
    made, wrong, problems = _columns(table, capture.path)
    aside += [_aside(capture.path, *row) for row in problems.iter_rows()]
    if problems.height:
        table, made = table.filter(~wrong), made.filter(~wrong)
    doubted = cells.asked(table, made, capture.path)
    return Harvested(made.cast(SCHEMA), tuple(sorted(aside)), tuple(sorted([*questions, *doubted])))


def _aside(path: str, line: int, column: str, value: str, reason: str, exposure: str) -> SetAside:
    if not exposure:
        return SetAside(path, line, column, value, reason)
    kind = Exposure(exposure) if exposure in set(Exposure) else Exposure.SEALED
    return SetAside(path, line, column, WITHHELD, reason, kind)


def _named(raw: pl.DataFrame, path: str) -> tuple[pl.DataFrame, list[SetAside]]:
    """The columns by our names (`line`, `exposure` besides), and a question about each that nobody knows."""
    words = _words()
    columns = {"line": pl.col("line")}
    known = {"line", "exposure", *words["ignored"]}
    for ours, names in words["columns"].items():
        there = [n for n in names if n in raw.columns]
        known |= set(there)
        if there:
            columns[ours] = pl.coalesce(cells.filled(raw, n, as_text=len(there) > 1) for n in there)
    if "exposure" in raw.columns:
        columns["exposure"] = pl.col("exposure").cast(pl.String)
    reason = "no column of FIRMS is called so; it was not read"
    questions = [SetAside(path, 0, name, "", reason) for name in raw.columns if name not in known]
    return raw.select(c.alias(n) for n, c in columns.items()), questions


def _columns(table: pl.DataFrame, path: str) -> tuple[pl.DataFrame, pl.Series, pl.DataFrame]:
    """(the columns of SCHEMA, which rows cannot be used, and why: line, column, value, reason, exposure)."""
    words = _words()
    satellite = cells.coded(table, "satellite", words["satellites"])
    version = cells.version(table)
    moment = cells.moments(table)
    made = pl.DataFrame([
        moment["time_utc"], moment["day_only"],
        cells.number(table, "lon").alias("lon_deg"), cells.number(table, "lat").alias("lat_deg"),
        cells.instrument(table, satellite, words["instruments"]), satellite,
        *(cells.within(table, name, *words["ranges"][name]) for name in words["ranges"]),
        *cells.confidence(table, words["confidences"]),
        cells.coded(table, "night", words["nights"], pl.Boolean),
        cells.within(table, "type", 0, 3).cast(pl.Int8, strict=False),
        version, cells.feed(version, path, words["feeds"]), table["line"].cast(pl.Int64).alias("row"),
    ]).with_columns(pl.lit(path).alias("capture")).select(*SCHEMA)  # fmt: skip
    return made, *cells.problems(table, made, moment, words["launched"])
