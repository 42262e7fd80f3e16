"""A fused table that takes one more report: only what the report touches is worked out again.

A report touches the components of the accounts that it is compared with, and those of its own source near by, whose lists
grow longer. Everything else stays, since a component is worked out by itself. The tables are those of `fuse` over all
observations with the same frozen weights, byte for byte; where that cannot be had by touching a part (a report that
becomes the first of its repeats, weights under which a longer list speaks for a join), everything is worked out again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from . import Fused, Question, alike, arrays, cluster, described, explain, pairs, repeats, weighing
from .arrays import Accounts
from .compare import EVENT_KM, FARTHEST_SIGMAS, FEATURES
from .weights import Weights

Array = NDArray[Any]


@dataclass(frozen=True)
class Change:
    """What one more report changed: ids of incidents that are no more, and tables of those that are new or changed."""

    gone: tuple[str, ...]
    made: Fused


class State:
    """Fused observations in memory. `add` takes one more; `fused` gives the tables."""

    def __init__(self, observations: pl.DataFrame, weights: Weights, question: Question | None = None) -> None:
        if weights.share is not None:
            raise ValueError("the weights of a state are frozen: give those that an earlier run settled on")
        self.weights, self.question = weights, question or Question()
        self._load(observations)

    def _load(self, observations: pl.DataFrame) -> None:
        self.observations = observations
        parts = _worked(observations, self.weights, self.question)
        self._every, self._label, self._near, self.made = parts.every, parts.label, parts.near, parts.made
        self._component = parts.component
        table = parts.every.table
        self._table, self._size = table, table.height
        self._row = parts.every.columns.row
        self._kinds = alike.kinds_of(sorted(set(observations["kind"])), self.question.own_kinds)
        self._at = {name: n for n, name in enumerate(table["id"])}
        self._incident = dict(zip(table["id"], parts.named, strict=True))
        self._index = _Index(self._row)
        self._grow()
        self._changes: list[Change] = []

    def add(self, report: pl.DataFrame) -> Change:
        """Take one more observation (a normalised table of one row) and say what changed."""
        together = pl.concat([self.observations, report])
        if self._from_scratch(report):
            before = set(self._incident.values())
            self._load(together)
            return Change(tuple(sorted(before - set(self.made.incidents["id"]))), self.made)
        self.observations = together
        alone = self._accounts(report)
        near = self._candidates(alone, 0) if alone.size else np.zeros(0, dtype=np.int64)
        touched = self._touched(report, alone, near)
        halo = self._halo(touched, near)
        table = pl.concat(
            [self._table[np.union1d(touched, halo)].drop("block"), report.select(self._table.drop("block").columns)]
        )
        inside = set(self._table["id"].gather(touched)) | set(report["id"])
        known = dict(zip(self._table["id"].gather(halo), self._near[halo], strict=True))
        labels = {self._table["id"][int(r)]: self._incident[self._table["id"][int(r)]] for r in halo}
        change, parts = self._reworked(table, inside, known, labels)
        self._keep(report, parts, inside)
        self._changes.append(change)
        return change

    def _from_scratch(self, report: pl.DataFrame) -> bool:
        listing = self.weights.bits[FEATURES.index("listing")]
        if np.any(np.diff(listing[:5]) > 0) or report["id"][0] in self._incident:
            return True
        if (self._table["answers"] == report["id"][0]).any():
            return True  # an answer that spoke for itself speaks no more
        text = report["text"][0]
        if not text:
            return False
        return bool(((self._table["text"] == text) & (self._table["id"] > report["id"][0])).any())

    def _candidates(self, one: Accounts, row: int) -> Array:
        """Rows that may lie within reach of an account, or list beside it: more than are compared, none fewer."""
        tail = _Part.of(self._row, np.arange(self._index.size, self._size))
        found = [part.within(one.columns.row[row]) for part in (*self._index.parts, tail)]
        return np.sort(np.concatenate(found))

    def _touched(self, report: pl.DataFrame, alone: Accounts, near: Array) -> Array:
        """Rows of every component that the report touches; `near` are the candidates."""
        ids: set[str] = set()
        if alone.size:
            own = (self._table["source_id"].gather(near) == report["source_id"][0]).to_numpy()
            met = pairs.reached(alone.columns.row, self._row, near)
            block, blocks = self._block(report), self._row["block"][near]
            met &= (blocks == block) | (block < 0) | (blocks < 0)
            ids |= set(self._table["id"].gather(near[own | met]))
        text = report["text"][0]
        if text:
            ids |= set(self._table.filter(pl.col("text") == text)["id"])
        ids |= {i for i in report["answers"] if i in self._at}
        ids |= self._judged(report["id"][0])
        parts = np.unique(self._component[[self._at[i] for i in ids]])
        return np.flatnonzero(np.isin(self._component[: self._size], parts, kind="table"))

    def _judged(self, new: str) -> set[str]:
        ends = {(j.subject.removeprefix("I-"), j.object.removeprefix("I-")) for j in self.question.judgements}
        return {one for pair in ends if new in pair for one in pair if one in self._at}

    def _block(self, report: pl.DataFrame) -> int:
        """The block of a report among those of the table as it was loaded; -1 where they do not know its kind."""
        if report["kind"][0] not in self._kinds.codes:
            return -1
        found = arrays.ordered(report, self._kinds)["block"]
        return int(found[0]) if len(found) else -1

    def _accounts(self, table: pl.DataFrame) -> Accounts:
        kinds = alike.kinds_of(sorted(set(table["kind"])), self.question.own_kinds)
        return arrays.accounts(arrays.ordered(table, kinds), kinds, self.question.party_words, self.question.errors)

    def _halo(self, touched: Array, near: Array) -> Array:
        """Rows of the clusters that stand near what is touched: for near misses, and for lists."""
        rows = np.unique(np.concatenate([near, *(self._candidates(self._every, int(r)) for r in touched)]))
        clusters = np.unique(self._label[rows])
        return np.setdiff1d(np.flatnonzero(np.isin(self._label[: self._size], clusters, kind="table")), touched)

    def _reworked(
        self, table: pl.DataFrame, inside: set[str], known: dict[str, int], labels: dict[str, str]
    ) -> tuple[Change, _Worked]:
        parts = _worked(table, self.weights, self.question, inside, known, labels)
        gone = tuple(sorted({self._incident[i] for i in inside if i in self._incident}))
        return Change(gone, parts.made), parts

    def _keep(self, report: pl.DataFrame, parts: _Worked, inside: set[str]) -> None:
        """Write what was worked out into the arrays."""
        column, ids, size = parts.every.table, parts.every.table["id"], self._size
        spot = {name: n for n, name in enumerate(ids)}
        new = report["id"][0]
        if new in spot:
            self._table = pl.concat([self._table, column[[spot[new]]].select(self._table.columns)])
            self._grow()
            self._row[size], self._at[new], self._size = parts.every.columns.row[spot[new]], size, size + 1
            self._row["block"][size] = self._block(report)
            self._every = replace(self._every, table=self._table, columns=self._every.columns._replace(row=self._row))
        for name in inside & set(spot):
            n, r = spot[name], self._at[name]
            self._label[r] = self._at[ids[int(parts.label[n])]]
            self._component[r] = self._at[ids[int(parts.component[n])]]
            self._near[r], self._incident[name] = parts.near[n], parts.named[n]

    def _grow(self) -> None:
        """Make room for one more in the arrays."""
        self._row, self._label, self._component, self._near = (
            _with_room(values, self._size) for values in (self._row, self._label, self._component, self._near)
        )
        self._every = replace(self._every, columns=self._every.columns._replace(row=self._row))

    def fused(self) -> Fused:
        """The tables as they stand: those of `fuse` over all observations."""
        for change in self._changes:
            self.made = _spliced(self.made, change)
        self._changes = []
        return self.made


def _with_room(values: Array, size: int) -> Array:
    """The array with room for one more."""
    if len(values) > size:
        return values
    return np.concatenate([values, np.zeros(max(size // 8, 64), dtype=values.dtype)])


@dataclass(frozen=True)
class _Part:
    """Rows by when they begin, with what says whether they lie within reach."""

    rows: Array
    start: Array
    end: Array
    clock: Array
    lat: Array
    lon: Array
    variance: Array
    longest: int

    @staticmethod
    def of(row: Array, rows: Array) -> _Part:
        """The part of these rows."""
        some = row[rows[np.argsort(row["start"][rows], kind="stable")]]
        order = rows[np.argsort(row["start"][rows], kind="stable")]
        start, end, clock, lat, lon = (np.ascontiguousarray(some[n]) for n in ("start", "end", "clock", "lat", "lon"))
        longest = int((some["end"] - some["start"]).max(initial=0))
        return _Part(order, start, end, clock, lat, lon, np.fmax(some["ee"], some["nn"]), longest)

    def within(self, p: Any) -> Array:
        """Rows that may be compared with an account, or listed beside it: more than are, none fewer."""
        low = np.searchsorted(self.start, p["start"] - pairs.GAP_S - self.longest)
        high = np.searchsorted(self.start, p["end"] + pairs.GAP_S, side="right")
        cut = slice(low, high)
        gap = np.maximum(self.start[cut], p["start"]) - np.minimum(self.end[cut], p["end"])
        near = gap <= (np.where(self.clock[cut], pairs.CLOCK_GAP_S, pairs.GAP_S) if p["clock"] else pairs.GAP_S)
        if not np.isnan(p["lon"]):
            lat, lon = self.lat[cut], self.lon[cut]
            near &= ~(np.abs(lat - p["lat"]) * 110.0 > self._reach(p, cut))  # a place that is not known is not far
            kept = np.flatnonzero(near)
            turn = np.abs(lon[kept] - p["lon"])
            wide = np.cos(np.radians(np.minimum(np.abs(lat[kept]) + 1.0, 89.0)))
            far = np.minimum(turn, 360.0 - turn) * 110.0 * wide > self._reach(p, cut)[kept]
            return self.rows[low + kept[~far]]
        return self.rows[low + np.flatnonzero(near)]

    def _reach(self, p: Any, cut: slice) -> Array:
        reach = FARTHEST_SIGMAS * np.sqrt(self.variance[cut] + max(p["ee"], p["nn"]) + EVENT_KM**2)
        return 1.05 * (reach if p["clock"] else np.maximum(reach, pairs.NEAR_KM)) + 1.0


class _Index:
    """The rows of a table as it was loaded, short ones apart from long ones."""

    SHORT_S = 3 * 86_400

    def __init__(self, row: Array) -> None:
        length = row["end"] - row["start"]
        self.size = len(row)
        self.parts = [
            _Part.of(row, rows)
            for rows in (np.flatnonzero(length <= self.SHORT_S), np.flatnonzero(length > self.SHORT_S))
        ]


@dataclass(frozen=True)
class _Worked:
    """One table worked out: its accounts, each row's cluster, component, near count and incident, and the tables."""

    every: Accounts
    label: Array
    component: Array
    near: Array
    named: list[str]
    made: Fused


def _worked(
    observations: pl.DataFrame,
    weights: Weights,
    question: Question,
    inside: set[str] | None = None,
    known: dict[str, int] | None = None,
    labels: dict[str, str] | None = None,
) -> _Worked:
    """`fuse` with what it leaves behind; with `inside`, only these accounts are clustered, the others keep theirs."""
    kinds = alike.kinds_of(sorted(set(observations["kind"])), question.own_kinds)
    table = arrays.ordered(observations, kinds)
    echo = repeats.echoes(table, question.follows)
    every = arrays.accounts(table, kinds, question.party_words, question.errors)
    people = repeats.Said(table, echo, question.judgements)
    spoken = np.flatnonzero(people.speaks(every.size))
    near = pairs.neighbours(every.columns, spoken)
    ids = table["id"]
    held = np.ones(every.size, dtype=bool) if inside is None else ids.is_in(list(inside)).to_numpy()
    for row in np.flatnonzero(~held):
        near[row] = (known or {})[ids[int(row)]]
    found = weighing.weighed(every.columns, near, spoken, weights)
    mine = held[found.i] & held[found.j]
    joined = people.joined[held[people.joined].all(axis=1)] if len(people.joined) else people.joined
    graph = cluster.Graph(every.size, found.i[mine], found.j[mine], found.weight[mine], joined, people.parted)
    label = cluster.clusters(graph, every.rank, weights.floor)
    component = cluster.components(graph)
    leader: dict[str, int] = {}
    for row in np.flatnonzero(~held):
        name = (labels or {})[ids[int(row)]]
        label[row] = leader.setdefault(name, int(row))
    for one, other in people.leader.items():
        label[one], component[one] = label[other], component[other]
    made = described(every, near, found, label, people)
    if inside is not None:
        made = _only(made, inside)
    named = dict(made.links.select("observation_id", "incident_id").iter_rows()) if inside is None else {
        **(labels or {}), **dict(made.links.select("observation_id", "incident_id").iter_rows())}  # fmt: skip
    return _Worked(every, label, component, near, [named[i] for i in ids], made)


def _only(made: Fused, inside: set[str]) -> Fused:
    """What the tables say of these accounts."""
    links = made.links.filter(pl.col("observation_id").is_in(list(inside)))
    incidents = links["incident_id"].unique().to_list()
    missed = made.near_misses.filter(pl.col("incident_a").is_in(incidents) | pl.col("incident_b").is_in(incidents))
    return Fused(made.incidents.filter(pl.col("id").is_in(incidents)), links, missed, made.weights)


def _spliced(whole: Fused, change: Change) -> Fused:
    """The tables with a change in them, in the order of `fuse`."""
    gone = list(change.gone)
    stayed = ~pl.col("incident_a").is_in(gone) & ~pl.col("incident_b").is_in(gone)
    return Fused(
        pl.concat([whole.incidents.filter(~pl.col("id").is_in(gone)), change.made.incidents]).sort("start", "id"),
        pl.concat([whole.links.filter(~pl.col("incident_id").is_in(gone)), change.made.links]).sort(
            "incident_id", "observation_id"
        ),
        explain.in_order(pl.concat([whole.near_misses.filter(stayed), change.made.near_misses])),
        whole.weights,
    )
