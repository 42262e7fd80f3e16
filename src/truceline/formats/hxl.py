"""Sheets with a row of Humanitarian Exchange Language tags under (or in place of) the header: `#date+start`, `#geo+lat`.

A tag is a hashtag and attributes in any order. Tags that Truceline has no column for are kept in `details` under the tag
itself, so that nothing is lost; https://hxlstandard.org describes the language.
"""

from __future__ import annotations

import dataclasses
import re

from .. import sheets
from ..errors import InputError, Problem
from ..nouns import Capture, Harvest, Lexicon
from ..sheets import Row
from . import cells, phrases, rewritten

TAG = re.compile(r"^#[a-z][a-z0-9_]*(?:\s*\+[a-z][a-z0-9_]*)*$", re.IGNORECASE)
WITHIN = 25
"""The row of tags stands among the first so many rows."""
Tag = tuple[str, frozenset[str]]
MEANT: tuple[tuple[str, frozenset[str], str], ...] = tuple((tag, frozenset(attributes.split()), ours) for tag, attributes, ours in (
    ("#event", "id", "id"), ("#meta", "id", "id"), ("#event", "kind", "kind"), ("#event", "type", "kind"), ("#event", "code", "kind"),
    ("#date", "end", "end"), ("#date", "start", "start"), ("#date", "occurred", "start"), ("#date", "reported", "reported"),
    ("#geo", "lon", "lon_deg"), ("#geo", "lat", "lat_deg"), ("#geo", "radius", "radius_m"), ("#geo", "coord", "coordinates"),
    ("#loc", "name", "place"), ("#meta", "source", "source_id"), ("#org", "source", "source_id"),
    ("#affected", "killed min", "killed_min"), ("#affected", "killed max", "killed_max"), ("#affected", "killed", "killed"),
    ("#affected", "injured min", "injured_min"), ("#affected", "injured max", "injured_max"), ("#affected", "injured", "injured"),
    ("#description", "", "text"), ("#event", "name", "text"), ("#meta", "url", "evidence"), ("#date", "", "start"),
    ("#loc", "", "place"), ("#event", "", "kind"),
))  # fmt: skip


def read(capture: Capture, lexicon: Lexicon) -> Harvest:
    """A tagged sheet; raises InputError where no row of tags is found among the first rows or no tag gives a date."""
    sheet = sheets.read(capture.path, capture.data)
    tags, rows = _tagged(capture.path, sheet)
    if not any(t and _ours(t, set()) == "start" for t in tags.values()):
        problem = Problem(capture.path, 1, "", "no tag of a date", "a column tagged #date, such as #date+start")
        raise InputError(problem)
    meant = _meanings(tags)
    found = rewritten.records(capture, lexicon, rows, lambda row, _: _cells(row, meant, lexicon), prefix="hxl")
    return dataclasses.replace(found, set_aside=(*sheet.set_aside, *found.set_aside))


def tag(text: str) -> Tag | None:
    """The hashtag and its attributes; None where the cell is no tag."""
    plain = text.strip().lstrip("'")
    if not TAG.match(plain):
        return None
    name, *attributes = re.split(r"\s*\+\s*", plain.lower())
    return name, frozenset(attributes)


def _tagged(file: str, sheet: sheets.Sheet) -> tuple[dict[str, Tag | None], list[Row]]:
    header = {name: tag(name.replace("_+", "+")) for name in sheet.header}
    if any(header.values()):
        return header, sheet.rows
    for number, row in enumerate(sheet.rows[:WITHIN]):
        found = {name: tag(value) for name, value in row.cells.items()}
        if any(found.values()):
            return found, sheet.rows[number + 1 :]
    expected = f"a row of tags such as #date+start among the first {WITHIN} rows"
    raise InputError(Problem(file, 1, "", "no row of HXL tags", expected))


def _ours(one: Tag, taken: set[str]) -> str:
    """Our column for a tag: the first meaning all of whose attributes it has."""
    name, attributes = one
    return next((o for t, a, o in MEANT if t == name and a <= attributes and o not in taken), "")


def _meanings(tags: dict[str, Tag | None]) -> dict[str, str]:
    """Column of the sheet -> our column, or the tag itself where we have none; those with most attributes choose first."""
    taken: set[str] = set()
    made: dict[str, str] = {}
    for column, one in sorted(tags.items(), key=lambda item: -len(item[1][1]) if item[1] else 1):
        if one is None:
            continue
        ours = _ours(one, taken)
        taken.add(ours)
        made[column] = ours or "".join((one[0], *(f"+{a}" for a in sorted(one[1]))))
    return made


def _cells(row: Row, meant: dict[str, str], lexicon: Lexicon) -> rewritten.Cells:
    said = {ours: row.text(column) for column, ours in meant.items()}
    made = {name: said.pop(name) for name in list(said) if not name.startswith("#")}
    for number in ("killed", "injured"):
        if made.get(number):
            low, high = cells.people(made.pop(number), number)
            made |= {
                f"{number}_min": "" if low is None else str(low),
                f"{number}_max": "" if high is None else str(high),
            }
        made.pop(number, None)
    for name in ("start", "end", "reported"):
        if made.get(name):
            made[name] = phrases.day(made[name], name)
    known = lexicon.values.get("kinds", {}).get(made.get("kind", "").lower())
    return {**made, "kind": known or made.get("kind", ""), "details": rewritten.details(**said)}
