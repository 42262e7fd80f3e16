"""Two-line element sets out of a text, each line checked: length, checksum, catalogue number, epoch, the satellite it names.

A set that fails is set aside with its file and line; invented sets that circulate in public code fail by their checksum or
by an epoch on the stroke of noon or midnight.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..nouns import SetAside
from .sensors import SATELLITES

LENGTH = 69
BY_NUMBER = {s.number: s for s in SATELLITES}


@dataclass(frozen=True, slots=True)
class Elements:
    """One checked set of orbital elements: its satellite's id, its epoch, its two lines."""

    satellite: str
    epoch: datetime
    line1: str
    line2: str


def read(file: str, text: str) -> tuple[tuple[Elements, ...], tuple[SetAside, ...]]:
    """Every set of a text (two lines each, a line with a name before them or not), and what was set aside and why.

    Sets of satellites that no table here knows are set aside too. The same set twice is one.
    """
    good: dict[Elements, None] = {}
    aside: list[SetAside] = []
    first: tuple[int, str] | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.rstrip()
        if line.startswith("2 ") and first is not None:
            wrong = _wrong(first[1], line)
            if wrong:
                aside.append(SetAside(file, first[0] + wrong[0], "", line if wrong[0] else first[1], wrong[1]))
            else:
                good[_elements(first[1], line)] = None
            first = None
            continue
        if first is not None:
            aside.append(SetAside(file, first[0], "", first[1], "a first line without its second"))
            first = None
        if line.startswith("1 "):
            first = number, line
        elif line.startswith("2 "):
            aside.append(SetAside(file, number, "", line, "a second line without its first"))
    if first is not None:
        aside.append(SetAside(file, first[0], "", first[1], "a first line without its second"))
    return tuple(sorted(good, key=lambda e: (e.satellite, e.epoch, e.line1))), tuple(aside)


def checksum(line: str) -> int:
    """The digit that should end this line: the sum of its digits, a minus counting one, modulo ten."""
    return sum(int(c) if c.isdecimal() else c == "-" for c in line[: LENGTH - 1]) % 10


def _wrong(line1: str, line2: str) -> tuple[int, str] | None:
    """Which of the two lines (0 or 1) is wrong, and what is; None where both are good."""
    for n, line in enumerate((line1, line2)):
        if len(line) != LENGTH or not line.isascii():
            return n, f"{len(line)} characters; an element line has {LENGTH}"
        if line[-1] != str(checksum(line)):
            return n, f"checksum {line[-1]}, but the digits sum up to {checksum(line)}"
    return _mismatch(line1, line2)


def _mismatch(line1: str, line2: str) -> tuple[int, str] | None:
    if line1[2:7] != line2[2:7]:
        return 1, f"catalogue number {line2[2:7].strip()}, but its first line says {line1[2:7].strip()}"
    try:
        number, revolutions = int(line1[2:7]), float(line2[52:63])
        epoch, launched = _epoch(line1), int(line1[9:11])
    except ValueError as error:
        return 0, f"a field that is no number ({error})"
    satellite = BY_NUMBER.get(number)
    if satellite is None:
        return 0, f"catalogue number {number} is none of: " + ", ".join(f"{s.number} {s.id}" for s in SATELLITES)
    if line1[23:32].rstrip() in {".50000000", ".00000000"}:
        return 0, "an epoch on the stroke of noon or midnight: the mark of an invented set"
    launched += 1900 if launched > 56 else 2000
    if epoch.year < launched:
        return 0, f"an epoch of {epoch.year}, before the launch in {launched}"
    if abs(revolutions / satellite.revolutions - 1) > 0.01:
        return 1, f"{revolutions} revolutions a day; {satellite.name} makes about {satellite.revolutions}"
    return None


def _epoch(line1: str) -> datetime:
    year, day = int(line1[18:20]), float(line1[20:32])
    if not 1 <= day < 367:
        raise ValueError(f"day {day} of the year")
    return datetime(year + (1900 if year > 56 else 2000), 1, 1, tzinfo=UTC) + timedelta(days=day - 1)


def _elements(line1: str, line2: str) -> Elements:
    return Elements(BY_NUMBER[int(line1[2:7])].id, _epoch(line1), line1, line2)
