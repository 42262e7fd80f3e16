"""What the readers share: a row's cells as sources, parties, kinds, times and numbers of people."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

from .. import sheets, when
from ..nouns import WEAPON_CLASSES, Capture, Exposure, Harvest, Interval, Lexicon, Observation, SetAside
from ..sheets import CellError, Row

_NUMBER = re.compile(r"\d[\d,]*")
_WORDS = {
    "several": (2, None),
    "some": (1, None),
    "many": (3, None),
    "a few": (2, None),
    "dozens": (24, None),
    "none": (0, 0),
}


def each(
    capture: Capture, lexicon: Lexicon, needed: tuple[str, ...], read: Callable[[Row, list[str]], Observation]
) -> Harvest:
    """Read every row of a capture; rows that raise CellError are set aside, questions of `read` are kept."""
    sheet = sheets.read(capture.path, capture.data)
    lacking = sheet.lacking(*needed) if sheet.rows else []
    set_aside = list(sheet.set_aside)
    if lacking:
        reason = f"no column {', '.join(lacking)}; the whole file was set aside (it has: {', '.join(sheet.header)})"
        set_aside += [sheets.put_aside(capture.path, row, ", ".join(lacking), "", reason) for row in sheet.rows]
        return Harvest((), tuple(set_aside))
    found = every(capture, lexicon, sheet.rows, read)
    return dataclasses.replace(found, set_aside=(*set_aside, *found.set_aside))


def every(
    capture: Capture, lexicon: Lexicon, rows: list[Row], read: Callable[[Row, list[str]], Observation]
) -> Harvest:
    """Read these rows; those that raise CellError are set aside, unknown columns are named once."""
    set_aside: list[SetAside] = []
    questions: list[SetAside] = []
    made = []
    unknown: set[str] = set()
    for row in rows:
        notes: list[str] = []
        seal(row, lexicon)
        try:
            observation = read(row, notes)
        except CellError as error:
            set_aside.append(
                sheets.put_aside(capture.path, row, error.column, error.found, f"expected {error.expected}")
            )
            continue
        if row.exposure is not Exposure.PUBLIC and observation.exposure is not Exposure.SEALED:
            observation = dataclasses.replace(observation, exposure=row.exposure)
        made.append(observation)
        questions += [sheets.put_aside(capture.path, row, *note.split("|", 2)) for note in notes]
        for column in sorted(set(row.rest()) - unknown):
            unknown.add(column)
            questions.append(SetAside(capture.path, 1, column, "", "an unknown column; its values are kept in details"))
    return Harvest(tuple(made), tuple(set_aside), tuple(questions))


def rows_alone(capture: Capture, lexicon: Lexicon, rows: list[Row]) -> Harvest:
    """Rows of an observation table that were taken out of it already."""
    from . import observations

    return every(capture, lexicon, rows, lambda row, notes: observations.observation(row, notes, capture, lexicon))


def seal(row: Row, lexicon: Lexicon) -> None:
    """A row in which a source that is not public speaks is no more public than the source."""
    if not lexicon.withheld:
        return
    named = {part.strip().casefold() for cell in row.cells.values() for part in cell.split(";")}
    for name in named & set(lexicon.withheld):
        if row.exposure is not Exposure.SEALED:
            row.exposure = lexicon.withheld[name]


def source(row: Row, lexicon: Lexicon, *columns: str) -> str:
    """Take the id of a source named in one of these columns; CellError where it is required and unknown."""
    return _source_id(columns[0], row.text(*columns, required=True), lexicon)


def origins(row: Row, lexicon: Lexicon, *columns: str) -> tuple[str, ...]:
    """Take the ids of the sources that are repeated, separated by semicolons."""
    found = dict.fromkeys(_source_id(columns[0], name, lexicon) for name in row.many(*columns))
    return tuple(found)


def _source_id(column: str, name: str, lexicon: Lexicon) -> str:
    if not lexicon.sources:
        return name
    found = lexicon.sources.get(name.casefold())
    if found is None:
        raise CellError(column, name, "the id, name or an alias of a source in sources.yaml")
    return found


def party(row: Row, column: str, lexicon: Lexicon, notes: list[str]) -> str:
    """Take a party id by id or name; a group that is no party of the mission is kept and questioned."""
    return _party(row.text(column), column, lexicon, notes)


def parties(row: Row, column: str, lexicon: Lexicon, notes: list[str]) -> tuple[str, ...]:
    """Take a list of parties or groups."""
    return tuple(_party(name, column, lexicon, notes) for name in row.many(column))


def _party(value: str, column: str, lexicon: Lexicon, notes: list[str]) -> str:
    known = lexicon.party_names.get(value.casefold(), value)
    if value and lexicon.parties and known not in lexicon.parties:
        notes.append(f"{column}|{value}|no party of mission.yaml ({', '.join(lexicon.parties)}); kept as a group")
    return known


def kind(row: Row, column: str, lexicon: Lexicon, notes: list[str], default: str = "other") -> str:
    """Take a dotted kind; one that the tree does not know is kept and questioned."""
    value = row.text(column).lower().replace(" ", "_")
    if value and value not in lexicon.kinds and not any(k.startswith(value + ".") for k in lexicon.kinds):
        notes.append(f"{column}|{value}|no kind of kinds.yaml; kept, and matched with nothing but itself")
    return value or default


def weapon_class(row: Row, notes: list[str]) -> str:
    """Take a weapon class; one that the closed list does not know is kept and questioned."""
    value = row.text("weapon_class").lower().replace(" ", "_").replace("-", "_")
    if value and value not in WEAPON_CLASSES:
        notes.append(f"weapon_class|{value}|none of {', '.join(WEAPON_CLASSES)}; kept")
    return value


def date(text: str, column: str, lexicon: Lexicon) -> Interval:
    """A date or time as an interval; CellError where it is none."""
    try:
        return when.parse(text, lexicon.time_zone)
    except ValueError as error:
        raise CellError(column, text, f"a date ({error})") from None


def era(*texts: str) -> tuple[str, ...]:
    """A note for each of these dates whose year was read as one of the Buddhist era."""
    return tuple(
        f"{t}: read as a year of the Buddhist era, {int(t.lstrip('~')[:4]) - 543}"
        for t in map(str.strip, texts)
        if when.is_buddhist(t)
    )


def people(text: str, column: str) -> tuple[int | None, int | None]:
    """`3`, `23-28`, `at least 1`, `10+`, `nearly 30`, `several`, `18 captured` as (min, max); max None is open."""
    words = text.strip().lower()
    if not words:
        return None, None
    if words.startswith("-"):
        raise CellError(column, text, "no less than 0")
    numbers = [int(n.replace(",", "")) for n in _NUMBER.findall(words)]
    if not numbers:
        if words in _WORDS:
            return _WORDS[words]
        raise CellError(column, text, "a number of people, a range, or a word such as several")
    low, high = numbers[0], numbers[-1]
    if low > high:
        raise CellError(column, text, "the lower number first")
    if words.endswith("+") or words.startswith(("at least", "more than", "over")):
        return low, None
    if words.startswith(("nearly", "up to", "almost")):
        return None, high
    if "captured" in words:
        return None, None
    return low, high


def http(text: str) -> str:
    """The text where it is a web address or a hash; empty otherwise."""
    return text if text.startswith(("http://", "https://", "sha256:")) else ""
