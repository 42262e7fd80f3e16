"""The observation table read by columns: a million rows in seconds. What is not plain goes to the row-by-row reader.

`plain` takes the rows whose every cell is written in the usual way; the others, with their line, are left to
`observations.read`, which knows every way and says what is wrong. Both give the same observations.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from .. import rows, sheets, when
from ..nouns import Capture, Exposure, Harm, Method, Modality, Observation, OfWhom, Phase, Stance

TEXTS = (
    "id",
    "source_id",
    "place",
    "actor_claimed",
    "harmed_party",
    "weapon",
    "text",
    "language",
    "answers",
    "evidence",
)
NUMBERS = {
    "lon_deg": (-180.0, 180.0), "lat_deg": (-90.0, 90.0), "radius_m": (0.0, 2_000_000.0),
    "observer_lon_deg": (-180.0, 180.0), "observer_lat_deg": (-90.0, 90.0), "bearing_deg": (-360.0, 360.0),
    "bearing_error_deg": (0.0, 180.0), "distance_min_m": (0.0, 200_000.0), "distance_max_m": (0.0, 200_000.0),
}  # fmt: skip
COUNTS = ("count", "killed", "injured")
CHOICES: dict[str, tuple[type[Any], str]] = {
    "method": (Method, Method.CLAIMED), "modality": (Modality, Modality.DONE), "phase": (Phase, Phase.UNDETERMINED),
    "of_whom": (OfWhom, OfWhom.UNKNOWN), "stance": (Stance, Stance.SUPPORTS), "exposure": (Exposure, Exposure.PUBLIC),
    "harm": (Harm, Harm.UNKNOWN),
}  # fmt: skip
LISTS = {"origin_id": "origin_ids", "actors": "actors"}
UNUSUAL = ("lon", "longitude", "lat", "latitude", "mgrs", "coordinates", "datum", "weapon_class", "notes", "details")
"""Columns that only the row-by-row reader knows: a row with a word in one of them is left to it."""
_MOMENT = r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$"


@dataclass(frozen=True)
class Plain:
    """Rows that were read by columns (a table of Observation), and the others as the row-by-row reader takes them."""

    table: pl.DataFrame
    others: list[sheets.Row]
    unknown: list[str]


def frame(capture: Capture) -> pl.DataFrame | None:
    """The capture as columns of text and numbers; None where it is no table that can be read so."""
    try:
        if capture.path.lower().endswith(".parquet"):
            found = pl.read_parquet(io.BytesIO(capture.data))
        elif capture.path.lower().endswith((".csv", ".tsv", ".txt")):
            head = capture.data[:100_000].split(b"\n", 1)[0].decode("utf-8-sig")
            mark = max(",;\t", key=lambda m: (head.count(m), m == ","))
            found = pl.read_csv(capture.data, separator=mark, infer_schema=False)
            if found.height + 1 != capture.data.count(b"\n") + (not capture.data.endswith(b"\n")):
                return None  # cells with line breaks, or empty lines: only the other reader knows the lines
        else:
            return None
    except (pl.exceptions.PolarsError, UnicodeDecodeError):
        return None
    names = [sheets.tidy(name) for name in found.columns]
    if len(set(names)) < len(names) or not {"id", "source_id", "start"} <= set(names):
        return None
    return found.rename(dict(zip(found.columns, names, strict=True)))


def plain(capture: Capture, time_zone: str) -> Plain | None:
    """The capture by columns; None where the whole of it must be read row by row."""
    raw = frame(capture)
    if raw is None:
        return None
    shown = raw.select(_shown(raw, name) for name in raw.columns)
    made, usual = _columns(shown, time_zone)
    whole = made.with_columns(pl.lit(capture.path).alias("capture"))
    rest = shown.with_columns((pl.int_range(pl.len()) + 2).alias("line")).filter(~usual)
    others = [
        sheets.Row(int(cells.pop("line")), {k: str(v) for k, v in cells.items()})
        for cells in rest.iter_rows(named=True)
    ]
    known = {*TEXTS, *NUMBERS, *CHOICES, *LISTS, *UNUSUAL, "kind", "start", "end", "reported", "capture", "row"}
    known |= {f"{name}_{end}" for name in COUNTS for end in ("min", "max")}
    return Plain(
        whole.filter(usual).select(*rows.schema(Observation)), others, [n for n in raw.columns if n not in known]
    )


def _shown(raw: pl.DataFrame, name: str) -> pl.Expr:
    """A column as people would write it."""
    kind, column = raw.schema[name], pl.col(name)
    if kind == pl.String:
        return column.fill_null("").str.strip_chars()
    if isinstance(kind, pl.Datetime):
        return column.dt.to_string("%Y-%m-%dT%H:%M:%S%:z" if kind.time_zone else "%Y-%m-%dT%H:%M:%S").fill_null("")
    if kind.is_float():
        return column.fill_nan(None).cast(pl.String).str.replace(r"\.0$", "").fill_null("")
    if kind == pl.List:
        return column.cast(pl.List(pl.String)).list.join(";").fill_null("")
    return column.cast(pl.String).fill_null("")


def _columns(shown: pl.DataFrame, time_zone: str) -> tuple[pl.DataFrame, pl.Series]:
    """(the columns of Observation, whether every cell of a row is written in the usual way)."""

    def cell(name: str) -> pl.Expr:
        return pl.col(name) if name in shown.columns else pl.lit("")

    def once(name: str, worked: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
        # Few words over and over: each is worked out once.
        if name not in shown.columns:
            return worked(pl.lit(""))
        known = pl.DataFrame({"x": shown[name].unique()}).with_columns(worked(pl.col("x")).alias("y"))
        return pl.lit(pl.DataFrame({"x": shown[name]}).join(known, on="x", how="left", maintain_order="left")["y"])

    made: dict[str, pl.Expr] = {name: cell(name) for name in TEXTS}
    usual = [cell("id") != "", cell("source_id") != "", ~pl.col("id").is_duplicated()]
    usual += [cell(name) == "" for name in UNUSUAL if name in shown.columns]
    for name, (low, high) in NUMBERS.items():
        made[name] = cell(name).cast(pl.Float64, strict=False)
        usual.append((cell(name) == "") | made[name].is_between(low, high).fill_null(value=False))
    for lon, lat in (("lon_deg", "lat_deg"), ("observer_lon_deg", "observer_lat_deg")):
        usual.append(made[lon].is_null() == made[lat].is_null())
    usual.append((made["distance_min_m"] <= made["distance_max_m"]).fill_null(value=True))
    for topic in COUNTS:
        for end in ("min", "max"):
            name = f"{topic}_{end}"
            made[name] = cell(name).cast(pl.Int64, strict=False)
            usual.append(
                (cell(name) == "")
                | (made[name].is_between(0, sheets.MOST) & ~cell(name).str.starts_with("+")).fill_null(value=False)
            )
        usual.append((made[f"{topic}_min"] <= made[f"{topic}_max"]).fill_null(value=True))
    for name, (closed, default) in CHOICES.items():
        made[name] = once(name, partial(_word, spaces="[ -]", other=str(default)))
        usual.append(made[name].is_in([str(c) for c in closed]))
    for name, column in LISTS.items():
        made[column] = once(name, _parts)
    made["kind"] = once("kind", partial(_word, spaces=" ", other="other"))
    spans = _spans(shown, time_zone)
    table = shown.with_columns(*(e.alias(f"_{n}") for n, e in made.items()), pl.all_horizontal(usual).alias("_usual"))
    columns = {n: table[f"_{n}"].alias(n) for n in made} | {c.name: c for c in spans.get_columns() if c.name != "usual"}
    schema = rows.schema(Observation)
    empty = {
        "place_id": pl.lit(""), "weapon_class": pl.lit(""), "row": pl.int_range(pl.len()) + 2, "capture": pl.lit(""),
        "details": pl.lit("{}"), "notes": pl.lit([], dtype=pl.List(pl.String)),
    }  # fmt: skip
    whole = pl.DataFrame(columns).with_columns(**{n: e for n, e in empty.items() if n not in columns})
    return whole.cast({n: t for n, t in schema.items() if n in whole.columns}), table["_usual"] & spans["usual"]


def _word(cell: pl.Expr, spaces: str, other: str) -> pl.Expr:
    """A word of a closed list as it is kept; `other` where the cell is empty."""
    word = cell.str.to_lowercase().str.replace_all(spaces, "_")
    return pl.when(word == "").then(pl.lit(other)).otherwise(word)


def _parts(cell: pl.Expr) -> pl.Expr:
    parts = cell.str.split(";").list.eval(pl.element().str.strip_chars())
    return parts.list.eval(pl.element().filter(pl.element() != ""))


def _spans(shown: pl.DataFrame, time_zone: str) -> pl.DataFrame:
    """`when` and `reported` as intervals, and whether the three cells are moments or days as usually written."""
    start, end, told = (
        _moments(shown[name], time_zone) if name in shown.columns else _no_moments(shown.height)
        for name in ("start", "end", "reported")
    )
    table = pl.DataFrame({
        "s0": start["from"], "s1": start["to"], "p": start["precision"], "e": pl.select(
            pl.when(end["precision"] == "day").then(end["to"]).otherwise(end["from"])).to_series(),
        "usual": start["usual"] & ~start["empty"] & end["usual"] & told["usual"],
        "reported_start": told["from"], "reported_end": told["to"], "reported_precision": told["precision"],
    })  # fmt: skip
    finish = pl.coalesce(
        pl.when(pl.col("e") == pl.col("s0")).then(pl.max_horizontal("e", "s1")).otherwise(pl.col("e")), pl.col("s1")
    )
    hours = (finish - pl.col("s0")).dt.total_seconds() / 3600
    kept = (pl.col("p") == "day") | pl.col("e").is_null() | (hours <= 3)
    precision = pl.when(kept).then(pl.col("p")).when(hours < 23).then(pl.lit("part_of_day")).otherwise(pl.lit("day"))
    return table.select(
        pl.col("s0").alias("when_start"), finish.alias("when_end"), precision.alias("when_precision"),
        pl.lit(value=False).alias("when_approximate"), "reported_start", "reported_end", "reported_precision",
        pl.when(pl.col("reported_start").is_not_null()).then(pl.lit(value=False)).alias("reported_approximate"),
        (pl.col("usual") & (pl.col("e").is_null() | (pl.col("e") >= pl.col("s0")))).alias("usual"),
    )  # fmt: skip


def _no_moments(height: int) -> pl.DataFrame:
    """What `_moments` makes of a column of empty cells."""
    utc = pl.Datetime("us", "UTC")
    return pl.select(
        pl.repeat(None, height, dtype=utc).alias("from"), pl.repeat(None, height, dtype=utc).alias("to"),
        pl.repeat(None, height, dtype=pl.String).alias("precision"), pl.repeat(True, height).alias("usual"),
        pl.repeat(True, height).alias("empty"),
    )  # fmt: skip


def _moments(column: pl.Series, time_zone: str) -> pl.DataFrame:
    """Days and clock times in UTC: from, to, precision, usual, empty."""
    utc = pl.Datetime("us", "UTC")
    local = str(when.zone(time_zone))
    text = pl.col("x")
    long = text.str.len_chars()
    offset = text.str.slice(16).str.extract(r"(Z|[+-]\d{2}:?\d{2})$").fill_null("")
    seconds = long - offset.str.len_chars() >= 19
    bare = (
        pl.when(long == 10).then(text + "T00:00:00")
        .when(seconds).then(text.str.slice(0, 10) + "T" + text.str.slice(11, 8))
        .otherwise(text.str.slice(0, 10) + "T" + text.str.slice(11, 5) + ":00")
    )  # fmt: skip
    table = pl.DataFrame({"x": column}).with_columns(
        bare.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us").alias("naive"),
        offset.alias("offset"), (long == 10).alias("day"), seconds.alias("seconds"),
        text.str.contains(_MOMENT).alias("usual"), (text == "").alias("empty"),
    )  # fmt: skip
    zones = table["offset"].unique().to_list()
    shift = {z: (0 if z in {"", "Z"} else _minutes(z)) for z in zones}
    here = pl.col("naive").dt.replace_time_zone(local, ambiguous="earliest", non_existent="null")
    there = pl.col("naive").dt.replace_time_zone("UTC") - pl.duration(
        minutes=pl.col("offset").replace_strict(shift, return_dtype=pl.Int64)
    )
    began = pl.when(pl.col("offset") == "").then(here.dt.convert_time_zone("UTC")).otherwise(there).cast(utc)
    following = (
        (pl.col("naive") + pl.duration(days=1))
        .dt.replace_time_zone(local, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC").cast(utc)
    )  # fmt: skip
    ended = (
        pl.when(pl.col("day")).then(following)
        .when(pl.col("seconds")).then(began + pl.duration(seconds=1)).otherwise(began + pl.duration(minutes=1))
    )  # fmt: skip
    precision = (
        pl.when(pl.col("empty")).then(None).when(pl.col("day")).then(pl.lit("day"))
        .when(pl.col("seconds")).then(pl.lit("second")).otherwise(pl.lit("minute"))
    )  # fmt: skip
    buddhist = pl.col("naive").dt.year().is_in(list(when.BUDDHIST_YEARS))
    sure = pl.col("empty") | (pl.col("usual") & ~buddhist & began.is_not_null() & ended.is_not_null())
    return table.select(
        began.alias("from"),
        ended.alias("to"),
        precision.alias("precision"),
        sure.fill_null(value=False).alias("usual"),
        "empty",
    )


def _minutes(offset: str) -> int:
    digits = offset[1:].replace(":", "")
    return (-1 if offset[0] == "-" else 1) * (int(digits[:2]) * 60 + int(digits[2:]))
