"""What pages look up of a desk, made once for each generation of it: the report's index, its ground and its matrix."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote

from ...nouns import Edition, Incident
from ...report.index import Brief, Index
from ...report.maps import Atlas
from ...report.matrix.grid import Grid
from ...report.tree import Run
from ..desk import Desk
from ..window import Window

MOST = 48
"""Parts of pages that are kept for the next reader."""
Made = TypeVar("Made")


class DeskIndex(Index):
    """The report's index whose incidents are pages."""

    @cached_property
    def by_id(self) -> dict[str, Incident]:
        """Incidents by their ids."""
        return {i.id: i for i in self.edition.incidents}

    def ref(self, incident_id: str) -> Run:
        """The number of an incident as a link to its page; its id where it has none."""
        n = self.number.get(incident_id)
        return Run(str(n) if n else incident_id, to=incident_path(incident_id))


def incident_path(incident_id: str) -> str:
    """The address of an incident's page."""
    return f"/incidents/{quote(incident_id, safe='')}"


def empty(desk: Desk) -> Edition:
    """An edition without records, for a desk that was laid from tables."""
    return Edition(
        mission=desk.mission, as_of=desk.as_of, version=desk.version, counts=dict(desk.counts), observations=(), incidents=(),
        links=(), assessments=(), findings=desk.shelf.findings, looks=desk.shelf.looks, claims=desk.shelf.claims, shares=(),
        totals=desk.shelf.totals, figures=desk.shelf.figures, timeline=desk.shelf.timeline,
        agreements=desk.shelf.agreements, set_aside=(), release=desk.release,
    )  # fmt: skip


@dataclass
class Cabinet:
    """Everything that pages keep of one desk."""

    desk: Desk
    _kept: OrderedDict[Any, Any] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def edition(self) -> Edition:
        """The desk's edition; one without records where it was laid from tables."""
        return self.desk.edition or empty(self.desk)

    @cached_property
    def indexes(self) -> dict[str, DeskIndex]:
        """Indexes by language: words that an index keeps are those of one language."""
        return {}

    def index(self, language: str) -> DeskIndex:
        """The index of this language."""
        if language not in self.indexes:
            self.indexes[language] = DeskIndex(self.edition, Brief(language=language))
        return self.indexes[language]

    def atlas(self, language: str) -> Atlas:
        """The ground of the maps."""
        return self.keep(("atlas", language), lambda: Atlas(self.index(language)))

    def grid(self, language: str) -> Grid:
        """The matrix of commitments."""
        return self.keep(("grid", language), lambda: Grid(self.index(language)))

    def keep(self, key: Any, make: Callable[[], Made]) -> Made:
        """What `make` gives, made once; the oldest goes when there are too many."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: Made = self._kept[key]
                return found
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return made


_open: dict[int, Cabinet] = {}


def cabinet_of(desk: Desk) -> Cabinet:
    """The cabinet of this desk; those of earlier desks are let go."""
    found = _open.get(id(desk))
    if found is None or found.desk is not desk:
        found = Cabinet(desk)
        for old in list(_open)[:-7]:
            _open.pop(old, None)
        _open[id(desk)] = found
    return found


def only(window: Window, **changes: object) -> str:
    """The query of a window with `?` before it; empty where it says nothing."""
    said = window.query(**changes)
    return f"?{said}" if said else ""
