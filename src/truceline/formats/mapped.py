"""A table of any desk with any column names, by a small mapping that says what its columns mean and that can be kept.

The mapping is a YAML beside the tables in inbox/mapped/; it is used for every file there whose header it fits:

    title: Patrol log of the northern team
    columns: {Ref: id, Datum: date, Uhrzeit: time, Where: place, What: kind, Long: lon_deg, Lat: lat_deg}
    fixed: {source_id: mon, method: seen}
    values: {kind: {shelling: fire.artillery}}
    dates: day_first
    ignore: [Nr]
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from .. import columns, sheets, yamlfile
from ..errors import InputError, Problem
from ..nouns import Capture, Exposure, Harvest, Lexicon
from ..sheets import CellError, Row
from . import guesses, phrases, rewritten

PIECES = ("date", "time", "end_time", "count", "killed", "injured", "direction", "position", "coordinates", "observer_coordinates",
          "mgrs", "datum", "means")  # fmt: skip
"""What a column may mean beside the columns of the observation table: words that are taken apart."""
TARGETS = (*(n for n in columns.names("observations.csv") if n not in {"capture", "row", "notes", "details"}), *PIECES)
SUFFIXES = (".yaml", ".yml")


class Mapping(BaseModel):
    """What the columns of a table mean."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    title: str = ""
    columns: dict[str, str] = Field(min_length=1)
    fixed: dict[str, str] = Field(default_factory=dict)
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    dates: Literal["day_first", "month_first"] = "day_first"
    ignore: list[str] = Field(default_factory=list)

    @field_validator("columns", "fixed", "values")
    @classmethod
    def _known(cls, value: dict[str, Any], info: Any) -> dict[str, Any]:
        targets = value.values() if info.field_name == "columns" else value
        wrong = [str(t) for t in targets if t not in TARGETS]
        if wrong:
            raise ValueError("no column of the observation table")
        if info.field_name == "columns" and len(set(value.values())) < len(value):
            raise ValueError("each meaning once")
        return value

    def fits(self, header: Iterable[str]) -> bool:
        """Whether a table has every column that the mapping names."""
        return {sheets.tidy(name) for name in self.columns} <= set(header)


def parse(file: str, data: bytes) -> Mapping:
    """The mapping in these bytes; raises InputError with file, line and key.

    What stands there is not said: a mapping names sources, and one with its sides exchanged holds a name in any place.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(Problem(file, 0, "", "bytes that are not UTF-8", "UTF-8 text")) from None
    try:
        found, lines = yamlfile.load(file, text)
    except InputError as error:
        at = error.problems[0].line
        raise InputError(
            Problem(file, at, "", "no YAML that can be read", "`key: value` lines, each key once")
        ) from None
    if not isinstance(found, dict):
        raise InputError(Problem(file, 1, "", "no mapping", "columns: {NAME IN THE TABLE: MEANING}"))
    try:
        return yamlfile.model(Mapping, file, found, lines)
    except InputError as error:
        raise InputError([_unsaid(p) for p in error.problems]) from None


def _unsaid(one: Problem) -> Problem:
    key = one.column.partition(".")[0]
    if key not in Mapping.model_fields:
        return Problem(one.file, one.line, "", "an unknown key", "one of " + ", ".join(Mapping.model_fields))
    return Problem(one.file, one.line, key, "what is no such mapping", _EXPECTED.get(key, "a text"))


_EXPECTED = {
    "columns": f"each column of the table with one meaning, and each meaning once: {', '.join(TARGETS)}",
    "fixed": f"a value for some of {', '.join(TARGETS)}",
    "values": f"for some of {', '.join(TARGETS)}, words of the table and what they mean",
    "dates": "day_first or month_first",
    "ignore": "a list of columns",
}


def is_mapping(capture: Capture) -> bool:
    """Whether a capture is a mapping and no table."""
    return capture.format == "mapped" and PurePosixPath(capture.path.lower()).suffix in SUFFIXES


def kept(captures: Iterable[Capture]) -> dict[str, Mapping]:
    """The mappings that a mission keeps, by their path; one that cannot be read is no mapping, and set aside when it is read."""
    found = sorted((c for c in captures if is_mapping(c) and not is_broken(c)), key=lambda c: c.path)
    return {c.path: parse(c.path, c.data) for c in found}


def is_broken(capture: Capture) -> bool:
    """Whether a capture is a mapping that cannot be read."""
    try:
        return is_mapping(capture) and parse(capture.path, capture.data) is None
    except InputError:
        return True


def read(capture: Capture, lexicon: Lexicon) -> Harvest:
    """A table by the mapping that fits it (the one of its own stem first); a file that none fits is set aside whole.

    Raises InputError where no mapping fits, and for a mapping itself that cannot be read, with file, line and key.
    """
    if is_mapping(capture):
        parse(capture.path, capture.data)
        return Harvest(())
    sheet = sheets.read(capture.path, capture.data)
    mappings: dict[str, Mapping] = lexicon.values.get("mappings", {})
    chosen = _chosen(capture.path, sheet.header, mappings)
    if chosen is None:
        named = ", ".join(mappings) or "none is kept"
        expected = f"a mapping in inbox/mapped/ that fits its columns ({named}); `truceline receive` proposes one"
        raise InputError(Problem(capture.path, 1, "", "columns: " + ", ".join(sheet.header), expected))
    found = rewritten.records(
        capture, lexicon, sheet.rows, lambda row, _: _cells(row, chosen, lexicon), prefix="mapped"
    )
    return dataclasses.replace(found, set_aside=(*sheet.set_aside, *found.set_aside))


def _chosen(path: str, header: list[str], mappings: dict[str, Mapping]) -> Mapping | None:
    fitting = {name: m for name, m in mappings.items() if m.fits(header)}
    stem = str(PurePosixPath(path).with_suffix(""))
    own = next((m for name, m in fitting.items() if str(PurePosixPath(name).with_suffix("")) == stem), None)
    return own or max(fitting.values(), key=lambda m: len(m.columns), default=None)


def proposed(header: list[str], rows: list[Row]) -> dict[str, Any]:
    """A mapping that a person should look at: what the columns seem to mean by their names and what stands in them."""
    meant, order = guesses.meanings(header, rows)
    left = [name for name in header if name and name not in meant]
    made: dict[str, Any] = {"columns": meant, "dates": order}
    if "source_id" not in meant.values():
        made["fixed"] = {"source_id": "WHO-SPEAKS"}
    if "kind" in meant.values():
        column = next(c for c, ours in meant.items() if ours == "kind")
        words = dict.fromkeys(r.cells.get(column, "").lower() for r in rows)
        made["values"] = {"kind": {w: guesses.kind(w) for w in list(words)[:40] if w}}
    return {**made, "ignore": left} if left else made


def _cells(row: Row, mapping: Mapping, lexicon: Lexicon) -> rewritten.Cells:
    speaks = lexicon.withheld.get(mapping.fixed.get("source_id", "").strip().casefold())
    if speaks is not None and row.exposure is not Exposure.SEALED:
        row.exposure = speaks
    for name in mapping.ignore:
        row.text(sheets.tidy(name))
    said = {ours: row.text(sheets.tidy(name)) for name, ours in mapping.columns.items()}
    for name, value in mapping.fixed.items():
        said[name] = said.get(name) or value
    for name, words in mapping.values.items():
        known = {str(word).strip().casefold(): meaning for word, meaning in words.items()}
        said[name] = known.get(said.get(name, "").casefold(), said.get(name, ""))
    made = {name: value for name, value in said.items() if name not in PIECES}
    made |= _when(said, mapping.dates)
    for name in ("count", "killed", "injured"):
        if said.get(name):
            low, high = phrases.how_many(said[name], name)
            made |= {f"{name}_min": low, f"{name}_max": high}
    if said.get("direction"):
        made |= phrases.direction(said["direction"], "direction")
    if said.get("means"):
        made["method"] = made.get("method") or phrases.by_what_means(said["means"])
    made |= {name: said[name] for name in ("coordinates", "mgrs", "datum") if said.get(name)}
    return made | _observer(said, lexicon)


def _when(said: dict[str, str], order: str) -> rewritten.Cells:
    made = {name: _moment(said[name], name, order) for name in ("start", "end", "reported") if said.get(name)}
    if said.get("date"):
        between = said.get("time", "") + ("-" + said["end_time"] if said.get("end_time") else "")
        made |= phrases.span(phrases.day(said["date"].split("T")[0], "date", order), between, "time")
    elif said.get("time") and "start" in made:
        made |= phrases.span(made["start"], said["time"], "time")
    return made


def _moment(text: str, column: str, order: str) -> str:
    """A day or a moment in either order; the clock after a space or a T."""
    head, mark, rest = text.partition("T" if "T" in text else " ")
    found = phrases.day(head, column, order)
    return f"{found}T{rest.strip()}" if mark and rest.strip()[:1].isdigit() else found if found != head else text


def _observer(said: dict[str, str], lexicon: Lexicon) -> rewritten.Cells:
    from .. import where

    text = said.get("observer_coordinates") or said.get("position") or ""
    if not text:
        return {}
    known = lexicon.spots.get(where.folded(text))
    try:
        lon, lat = known or (where.parse(text).lon_deg, where.parse(text).lat_deg)
    except ValueError:
        raise CellError("position", text, "a name that places.csv gives one place, or coordinates") from None
    return {"observer_lon_deg": repr(lon), "observer_lat_deg": repr(lat)}
