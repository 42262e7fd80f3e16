"""One mission opened: one edition, never changed, in the columns and records that pages, layers and API ask for.

A judgement makes another desk of the next generation (see `room`); whoever reads keeps the desk with which he began. What
this release withholds is left out before incidents are made, so that no page, count or file can show it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .. import __version__, kinds
from ..nouns import (
    Agreement,
    Assessment,
    Claim,
    Edition,
    Figure,
    Finding,
    Heat,
    Incident,
    Judgement,
    Link,
    Look,
    Mission,
    NearMiss,
    Observation,
    Rating,
    Step,
    Term,
    Total,
)
from .sieve import Sieve
from .window import Scope, Window

Array = NDArray[Any]
PAGE = 100
"""Incidents on one page of a list."""


@dataclass(frozen=True)
class Opened:
    """One incident with everything behind it; what a bare table does not hold is None or empty."""

    incident: Incident
    assessment: Assessment | None
    observations: tuple[Observation, ...]
    links: Mapping[str, Link]
    ratings: Mapping[str, Rating]
    heat: Heat | None
    near_misses: tuple[NearMiss, ...]
    findings: tuple[Finding, ...]
    claims: tuple[Claim, ...]
    judgements: tuple[Judgement, ...]
    row: Mapping[str, Any]
    """By the names of incidents.csv."""


@dataclass(frozen=True)
class Found:
    """What a window holds: rows of the desk's table in the window's order, and the count of the period before it.

    `previous` is None where the window has no beginning and end; `undrawn` of the rows have no place.
    """

    rows: Array
    total: int
    previous: int | None
    undrawn: int

    @property
    def count(self) -> int:
        """How many incidents the window holds."""
        return len(self.rows)

    @property
    def pages(self) -> int:
        """How many pages a list of them has."""
        return max(1, -(-self.count // PAGE))


class Shelf(Protocol):
    """Where a desk takes its records from: an edition in memory, or a run's tables."""

    @property
    def mission(self) -> Mission: ...  # noqa: D102
    @property
    def as_of(self) -> datetime: ...  # noqa: D102
    @property
    def release(self) -> str: ...  # noqa: D102
    @property
    def edition(self) -> Edition | None: ...  # noqa: D102
    @property
    def counts(self) -> Mapping[str, int]: ...  # noqa: D102
    @property
    def table(self) -> pl.DataFrame: ...  # noqa: D102
    @property
    def sieve(self) -> Sieve: ...  # noqa: D102
    @property
    def findings(self) -> tuple[Finding, ...]: ...  # noqa: D102
    @property
    def claims(self) -> tuple[Claim, ...]: ...  # noqa: D102
    @property
    def looks(self) -> tuple[Look, ...]: ...  # noqa: D102
    @property
    def totals(self) -> tuple[Total, ...]: ...  # noqa: D102
    @property
    def figures(self) -> tuple[Figure, ...]: ...  # noqa: D102
    @property
    def timeline(self) -> tuple[Step, ...]: ...  # noqa: D102
    @property
    def agreements(self) -> tuple[Agreement, ...]: ...  # noqa: D102

    def opened(self, row: int, judgements: tuple[Judgement, ...]) -> Opened:
        """The incident of this row of the table, without its findings and claims."""

    def incident_of(self, observation_id: str) -> str:
        """The incident that holds this account; empty where none does."""

    def account(self, observation_id: str) -> Observation | None:
        """One observation."""


@dataclass(frozen=True)
class Desk:
    """One mission as one edition has it. `generation` counts how often it was made anew since the workbench was opened."""

    shelf: Shelf
    generation: int = 1
    judgements: tuple[Judgement, ...] = ()
    """All that is on file and that this release may name, undone ones among them."""
    version: str = __version__
    _at: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    @property
    def mission(self) -> Mission:
        """The mission as this release shows it."""
        return self.shelf.mission

    @property
    def edition(self) -> Edition | None:
        """The edition; None where the desk is laid from a run's tables."""
        return self.shelf.edition

    @property
    def as_of(self) -> datetime:
        """The moment up to which the edition counts what was reported."""
        return self.shelf.as_of

    @property
    def release(self) -> str:
        """`public` or `restricted`."""
        return self.shelf.release

    @property
    def counts(self) -> Mapping[str, int]:
        """Counts as summary.json has them, as far as they are known."""
        return self.shelf.counts

    @property
    def table(self) -> pl.DataFrame:
        """Incidents by the names of incidents.csv, by their beginning; `start` and `end` hold the times as times."""
        return self.shelf.table

    @property
    def sieve(self) -> Sieve:
        """The same as arrays."""
        return self.shelf.sieve

    @cached_property
    def scope(self) -> Scope:
        """What a query may name."""
        known = frozenset(kinds.tree(self.mission.kinds)) | set(self.sieve.kinds)
        agreements = tuple(a.id for a in self.shelf.agreements)
        return Scope(self.mission.time_zone, self.mission.party_ids, agreements, known)

    def found(self, window: Window) -> Found:
        """The incidents of this window, and how many the period before it held."""
        rows = np.flatnonzero(self.sieve.mask(window))
        before = window.previous
        previous = int(self.sieve.mask(before).sum()) if before else None
        undrawn = int(np.isnan(self.sieve.lon[rows]).sum())
        return Found(self.sieve.order(rows, window.sort), self.sieve.size, previous, undrawn)

    def incidents(self, window: Window, found: Found | None = None) -> list[dict[str, Any]]:
        """The incidents of this page of the window, by the names of incidents.csv, with `start` and `end` as times."""
        return self.table[self.page_rows(window, found)].to_dicts()

    def page_rows(self, window: Window, found: Found | None = None) -> Array:
        """Rows of the table on this page of the window."""
        first = (window.page - 1) * PAGE
        return (found or self.found(window)).rows[first : first + PAGE]

    def row_of(self, incident_id: str) -> int | None:
        """The row of the table that holds this incident."""
        if not self._at:
            self._at.update({name: n for n, name in enumerate(self.table["id"].to_list())})
        return self._at.get(incident_id)

    def incident(self, incident_id: str) -> Opened | None:
        """One incident with its accounts, links, assessment, findings, claims and judgements; None where there is none.

        An id of an account, or of an incident that a judgement has joined to another, leads to the incident that holds it.
        """
        row = self.row_of(incident_id)
        if row is None:
            row = self.row_of(self.shelf.incident_of(incident_id.removeprefix("I-")))
        if row is None:
            return None
        found = self.shelf.opened(row, self.judgements)
        name = found.incident.id
        return replace(found, findings=self.findings_of.get(name, ()), claims=self.claims_of.get(name, ()))

    def neighbours(self, incident_id: str, window: Window) -> tuple[str, str]:
        """The incidents before and after this one in the order of the window; empty where there is none."""
        row, ids = self.row_of(incident_id), self.table["id"]
        rows = self.found(window).rows
        at = np.flatnonzero(rows == row) if row is not None else np.zeros(0, dtype=np.int64)
        if not len(at):
            return "", ""
        here = int(at[0])
        before = str(ids[int(rows[here - 1])]) if here else ""
        return before, str(ids[int(rows[here + 1])]) if here + 1 < len(rows) else ""

    def account(self, observation_id: str) -> Observation | None:
        """One observation; None where this release holds none of this id."""
        return self.shelf.account(observation_id)

    @cached_property
    def agreements(self) -> dict[str, Agreement]:
        """Instruments by their ids, in the order of the mission."""
        return {a.id: a for a in self.shelf.agreements}

    @cached_property
    def terms(self) -> dict[str, Term]:
        """Terms by their ids."""
        return {t.id: t for a in self.shelf.agreements for t in a.terms}

    @cached_property
    def _findings(self) -> dict[str, Finding]:
        return {f.id: f for f in self.shelf.findings}

    def finding(self, finding_id: str) -> Finding | None:
        """One finding."""
        return self._findings.get(finding_id)

    @cached_property
    def findings_of(self) -> dict[str, tuple[Finding, ...]]:
        """Findings by the incidents that they rest on."""
        return _grouped((i, f) for f in self.shelf.findings for i in f.incidents)

    @cached_property
    def claims_of(self) -> dict[str, tuple[Claim, ...]]:
        """Claims by the incident that they are about."""
        return _grouped((c.incident_id, c) for c in self.shelf.claims)

    def findings(self, window: Window) -> tuple[Finding, ...]:
        """Findings that meet this window; where it asks for grade, kind, words or place, those that rest on such incidents."""
        some = self._asked(window)
        return tuple(
            f for f in self.shelf.findings
            if (window.start is None or f.end > window.start)
            and (window.end is None or f.start < window.end)
            and (not window.party or f.party == window.party)
            and (not window.agreement or f.agreement_id == window.agreement)
            and (some is None or not some.isdisjoint(f.incidents))
        )  # fmt: skip

    def claims(self, window: Window) -> tuple[Claim, ...]:
        """Claims about the incidents of this window; with a party, those that it made or that blame it."""
        plain = window.but(party="")
        some = None if plain.everything else set(self.ids(plain))
        sides = {window.party, self.mission.party_name(window.party)} if window.party else set()
        return tuple(
            c for c in self.shelf.claims
            if (some is None or c.incident_id in some) and (not sides or sides & {c.claimant_party, c.accused})
        )  # fmt: skip

    def looks(self, window: Window) -> tuple[Look, ...]:
        """Rows of the coverage table that meet this window; with a party, those on its side."""
        return tuple(k for _, k in self.looks_numbered(window))

    def looks_numbered(self, window: Window) -> list[tuple[int, Look]]:
        """The same with their places in the whole table, from 1."""
        return [
            (n, k) for n, k in enumerate(self.shelf.looks, 1)
            if (window.start is None or k.end > window.start)
            and (window.end is None or k.start < window.end)
            and (not window.party or k.side in {"", window.party})
        ]  # fmt: skip

    def figures(self, window: Window) -> tuple[Figure, ...]:
        """Figures of sources as of a day of this window; with a party, those of its side and of both."""
        return tuple(f for f in self.shelf.figures if _counts(f, window))

    def totals(self, window: Window) -> tuple[Total, ...]:
        """Lines of figures as of a day of this window."""
        return tuple(t for t in self.shelf.totals if _counts(t, window))

    def ids(self, window: Window) -> list[str]:
        """Ids of the incidents of this window, in its order."""
        return self.table["id"].gather(self.found(window).rows).to_list()

    def _asked(self, window: Window) -> set[str] | None:
        """Incidents that fit what a finding does not say itself; None where nothing of that is asked."""
        alone = Window(grade=window.grade, kind=window.kind, q=window.q, bbox=window.bbox, time_zone=window.time_zone)
        return None if alone.everything else set(self.ids(alone))


def _counts(one: Figure | Total, window: Window) -> bool:
    return (
        (window.start is None or one.as_of >= window.start)
        and (window.end is None or one.as_of <= window.end)
        and (not window.party or one.side in {window.party, "both"})
    )


def _grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, tuple[Any, ...]]:
    made: dict[str, list[Any]] = defaultdict(list)
    for key, value in pairs:
        made[key].append(value)
    return {key: tuple(values) for key, values in made.items()}
