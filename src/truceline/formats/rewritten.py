"""Rows of other desks' tables -> cells of the observation table, which its own reader then reads.

A format that is a table says what its columns mean in the words of the observation table; dates, numbers, places,
sources and exposure are then read, refused and questioned in one place for all of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from .. import columns
from ..nouns import Capture, Exposure, Harvest, Lexicon, Observation
from ..sheets import CellError, Row
from . import cells, observations

Cells = dict[str, str]
Rewrite = Callable[[Row, list[str]], Cells]
OURS = frozenset(columns.names("observations.csv")) | {"lon", "lat", "mgrs", "coordinates", "datum", "place_id"}
_STRICT = (Exposure.PUBLIC, Exposure.PARTNERS, Exposure.SEALED)


def table(capture: Capture, lexicon: Lexicon, needed: Iterable[str], rewrite: Rewrite, *, prefix: str) -> Harvest:
    """Read a table whose rows `rewrite` turns into cells of the observation table.

    `needed` are columns without which the whole file is set aside; `prefix` begins the id of a row that has none.
    """
    again = Again(capture, lexicon, rewrite, prefix)
    return cells.each(capture, lexicon, tuple(needed), again.read)


def records(capture: Capture, lexicon: Lexicon, rows: Iterable[Row], rewrite: Rewrite, *, prefix: str) -> Harvest:
    """The same for what is no table: features, waypoints, photos."""
    return cells.every(capture, lexicon, list(rows), Again(capture, lexicon, rewrite, prefix).read)


class Again:
    """Reads one row after another; a row without an id is named after what it says, and after which time it says so.

    The same row in another file has the same id, so that a file that is sent again, whole or longer, adds nothing old.
    """

    def __init__(self, capture: Capture, lexicon: Lexicon, rewrite: Rewrite, prefix: str) -> None:
        self.capture, self.lexicon, self.rewrite, self.prefix = capture, lexicon, rewrite, prefix
        self.exposure = lexicon.folder_exposure(capture.path)
        self._said: dict[str, int] = {}
        self._speaker = ""

    def read(self, row: Row, notes: list[str]) -> Observation:
        """One row; raises CellError where one of its cells cannot be read."""
        cells.seal(row, self.lexicon)
        row.exposure = max(row.exposure, self.exposure, key=_STRICT.index)  # before a cell that cannot be read is shown
        made = {name: value for name, value in self.rewrite(row, notes).items() if value}
        if "source_id" not in made:
            self._speaker = made["source_id"] = self._speaker or speaker(self.capture, self.lexicon)
        left = row.rest()
        if left:
            made["details"] = details(**{**json.loads(made.get("details") or "{}"), **left})
        if not made.get("id"):
            made["id"] = self._name(made)
        again = Row(row.line, made)
        cells.seal(again, self.lexicon)
        row.exposure = max(row.exposure, again.exposure, key=_STRICT.index)
        asked: list[str] = []
        observation = observations.observation(again, asked, self.capture, self.lexicon)
        # Groups that are no party of the mission are what other desks' tables are full of.
        notes += [note for note in asked if not note.startswith("actors|")]
        return observation

    def _name(self, made: Cells) -> str:
        said = "\x1f".join(f"{name}\x1e{made[name]}" for name in sorted(made))
        number = self._said[said] = self._said.get(said, 0) + 1
        name = f"{self.prefix}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"
        return name if number == 1 else f"{name}-{number}"


def speaker(capture: Capture, lexicon: Lexicon) -> str:
    """The source of a file that names none: the folder inbox/FORMAT/SOURCE/, else the one that the format's YAML names.

    Raises CellError where there is neither.
    """
    parts = PurePosixPath(capture.path).parts
    if len(parts) > 3 and parts[0] == "inbox":
        return parts[2]
    named = str(lexicon.values.get("source", ""))
    if not named:
        wanted = f"the id of a source, in a column source_id or as the folder inbox/{capture.format}/SOURCE/"
        raise CellError("source_id", "", wanted)
    return named


def first(row: Row, *names: str) -> str:
    """The first of these columns that has something; takes them all."""
    if len(names) == 1:
        return row.cells.pop(names[0], "")
    found = ""
    for name in names:
        value = row.cells.pop(name, "")
        found = found or value
    return found


def details(**found: str) -> str:
    """Fields without a column of their own, as the cell `details`."""
    return json.dumps({k: v for k, v in found.items() if v}, ensure_ascii=False, sort_keys=True)
