"""One slab of time out of many, fused so that it gives what the whole would give there, byte for byte.

A slab is worked out with what lies around it. A cluster is taken only where all of its accounts, and all that they could
meet, are held, and all clusters beside it as well; else the window must be wider (`finished` says how wide). An incident
belongs to the slab in which it begins, a pair of accounts to that of the later one, a near miss to that of its first incident.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from . import Fused, alike, arrays, cluster, described, learn, pairs, repeats, weighing
from .arrays import Accounts
from .weights import BARRED, Weights

Array = NDArray[Any]
EVER = 1 << 60
LONG_S = pairs.NEAR_DAYS * 86_400
"""Accounts of a longer span are held in every window."""


@dataclass(frozen=True)
class Window:
    """The slab [begin, end) and what is held, [first, last): seconds since 1970, by when accounts begin.

    Of the whole table: `longest` is the longest span of any account up to LONG_S, `gap_s` how far apart two accounts may lie that
    are compared, `kinds` are all kinds that it names.
    """

    begin: int
    end: int
    first: int
    last: int
    longest: int
    gap_s: int
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Accounted:
    """The accounts of a window as arrays."""

    every: Accounts
    people: repeats.Said
    near: Array
    spoken: Array


class Pairs(NamedTuple):
    """The pairs of a window, and what each weighs before the prior is moved: int32."""

    i: Array
    j: Array
    total: Array


def windows(cuts: list[int], longest: int, kinds: tuple[str, ...], *, clock: bool = False) -> list[Window]:
    """Slabs between these moments, the first and the last without end, each held with twice its reach.

    `clock` says that every account of the whole table has a time of the clock: such reach less far than dates.
    """
    edges = [-EVER, *cuts, EVER]
    gap = pairs.CLOCK_GAP_S if clock else pairs.GAP_S
    halo = 2 * (3 * longest + gap) + 86_400
    return [Window(a, b, max(a - halo, -EVER), min(b + halo, EVER), longest, gap, kinds) for a, b in pairwise(edges)]


def accounted(table: pl.DataFrame, window: Window) -> Accounted | None:
    """The accounts of a window; None where there is none of a happening."""
    kinds = alike.kinds_of(list(window.kinds))
    ordered = arrays.ordered(table.select(arrays.USED), kinds)
    if ordered.is_empty():
        return None
    echo = repeats.echoes(ordered)
    every = arrays.accounts(ordered, kinds)
    people = repeats.Said(ordered, echo, ())
    every = arrays.Accounts(ordered.select(arrays.DESCRIBED), every.columns, every.rank)
    spoken = np.flatnonzero(people.speaks(every.size))
    return Accounted(every, people, pairs.neighbours(every.columns, spoken), spoken)


def weighed(found: Accounted, weights: Weights) -> Pairs:
    """The pairs of these accounts."""
    return Pairs(*weighing.here(found.every.columns, found.near, found.spoken, weights, weighing.least(weights)))


def counted(found: Accounted, pairs_: Pairs, window: Window) -> tuple[Array, Array]:
    """What the pairs of this slab weigh: tenths of a bit, and how many pairs weigh so. Barred ones count not."""
    start = found.every.columns.row["start"]
    later = np.maximum(start[pairs_.i], start[pairs_.j])
    own = (later >= window.begin) & (later < window.end) & (pairs_.total > BARRED)
    return learn.tenths(pairs_.total[own])


def finished(found: Accounted, pairs_: Pairs, window: Window, before: Weights, settled: Weights) -> Fused | Window:
    """The tables of this slab, or the wider window that they need."""
    weighed = weighing.settled(*pairs_, before, settled)
    every, people = found.every, found.people
    graph = cluster.Graph(every.size, weighed.i, weighed.j, weighed.weight, people.joined, people.parted)
    label, component = cluster.clusters(graph, every.rank, settled.floor), cluster.components(graph)
    for one, first in people.leader.items():
        label[one], component[one] = label[first], component[first]
    first, last = _needed(found, weighed, component, window)
    if first < window.first or last > window.last:
        wide = 2 * max(window.begin - first, last - window.end, 0)
        return Window(
            window.begin, window.end, max(min(first, window.begin - wide), -EVER), min(max(last, window.end + wide), EVER),
            window.longest, window.gap_s, window.kinds,
        )  # fmt: skip
    made = described(every, found.near, weighed, label, people)
    at = made.incidents["start"].dt.epoch("s")
    incidents = made.incidents.filter((at >= window.begin) & (at < window.end))
    ids = incidents.select("id")
    return Fused(
        incidents,
        made.links.join(ids, left_on="incident_id", right_on="id", how="semi", maintain_order="left"),
        made.near_misses.join(ids, left_on="incident_a", right_on="id", how="semi", maintain_order="left"),
        settled,
    )


def _needed(found: Accounted, weighed: weighing.Weighed, component: Array, window: Window) -> tuple[int, int]:
    """From when to when accounts must be held, so that all that touches the slab is whole."""
    start, end = found.every.columns.row["start"], found.every.columns.row["end"]
    least, most = np.full(len(start), EVER), np.full(len(start), -EVER)
    np.minimum.at(least, component, start)
    np.maximum.at(most, component, start)
    touched = (least < window.end) & (most >= window.begin)  # by component
    a, b = component[weighed.i], component[weighed.j]
    beside = touched.copy()
    beside[b[touched[a]]] = True
    beside[a[touched[b]]] = True
    rows = np.flatnonzero(beside[component])
    if not len(rows):
        return window.begin, window.end
    # What an account may meet begins at most so early; whether that is lonely on its list depends on what is before it.
    first = int(start[rows].min()) - 2 * window.longest - window.gap_s
    last = int(end[rows].max()) + window.longest + window.gap_s + 1
    return max(first, -EVER), min(last, EVER)
