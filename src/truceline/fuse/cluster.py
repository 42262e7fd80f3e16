"""Weighted pairs -> clusters, by average weight, without chaining; people's judgements come first.

Agglomerative clustering with average linkage (Sokal and Michener 1958): two clusters are joined while the mean weight
over all their pairs is above zero, so that one strong pair cannot chain two groups that otherwise do not fit. A pair that
was not compared weighs the floor. The nearest-neighbour chain (Benzecri 1982) finds the same clusters without a look at
all pairs of clusters, since average linkage is reducible. Everything is a whole number, ties are broken by rank alone,
and a component of the graph of positive pairs is worked out by itself: what does not touch it cannot change it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ..nouns import Judgement
from .weights import BARRED

Array = NDArray[Any]


@dataclass(frozen=True)
class Graph:
    """Pairs of rows with their weights in thousandths of a bit, and what people said of pairs."""

    size: int
    i: Array
    j: Array
    weight: Array
    joined: Array
    parted: Array


def said(judgements: Iterable[Judgement]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Pairs of ids that people joined and pairs that they parted; the last word on a pair counts, an undone one does not."""
    known = tuple(judgements)
    undone = {j.undoes for j in known if j.undoes}
    joined: set[tuple[str, str]] = set()
    parted: set[tuple[str, str]] = set()
    for one in known:
        if one.id in undone or one.action not in {"join", "split"}:
            continue
        pair = (min(one.subject, one.object), max(one.subject, one.object))
        (joined if one.action == "join" else parted).add(pair)
        (parted if one.action == "join" else joined).discard(pair)
    return joined, parted


def clusters(graph: Graph, rank: Array, floor: int) -> Array:
    """The cluster of each row, named by the row of its member that ranks first."""
    bars = np.concatenate([graph.weight <= BARRED, np.ones(len(graph.parted), dtype=bool)])
    i = np.concatenate([graph.i, graph.parted[:, 0]]).astype(np.int64)
    j = np.concatenate([graph.j, graph.parted[:, 1]]).astype(np.int64)
    weight = np.where(bars, BARRED, np.concatenate([graph.weight, np.zeros(len(graph.parted))])).astype(np.int64)
    component = _components(graph.size, i, j, weight, graph.joined)
    order = np.argsort(_firsts(component, rank)[component] * np.int64(graph.size + 1) + rank)
    place = np.empty(graph.size, dtype=np.int64)
    place[order] = np.arange(graph.size)
    inside = component[i] == component[j]
    at, to, by = _adjacent(graph.size, place[i[inside]], place[j[inside]], weight[inside])
    label = _chain(at, to, by, place[graph.joined], floor)
    return order[label[place]]


def components(graph: Graph) -> Array:
    """The component of each row in the graph of pairs that weigh more than the line, or that people joined."""
    parted = set(map(tuple, np.sort(graph.parted, axis=1).tolist()))
    weight = graph.weight.astype(np.int64)
    if parted:
        both = np.sort(np.stack([graph.i, graph.j], axis=1), axis=1).tolist()
        weight[[tuple(p) in parted for p in both]] = BARRED
    return _components(graph.size, graph.i.astype(np.int64), graph.j.astype(np.int64), weight, graph.joined)


@njit(cache=True, nogil=True)
def _firsts(component: Array, rank: Array) -> Array:
    """The least rank within each component."""
    first = np.full(len(rank), len(rank), dtype=np.int64)
    for k in range(len(rank)):
        first[component[k]] = min(first[component[k]], rank[k])
    return first


@njit(cache=True, nogil=True)
def tallied(i: Array, j: Array, weight: Array, label: Array, rank: Array) -> tuple[Array, Array, Array]:
    """For each row, over its pairs within its cluster: their number, the sum of their weights, and its best partner.

    The best weighs most; of equal ones the first by rank. Barred pairs count not; -1 where a row has no partner.
    """
    many, total = np.zeros(len(label), dtype=np.int64), np.zeros(len(label), dtype=np.int64)
    best, by = np.full(len(label), -1, dtype=np.int64), np.zeros(len(label), dtype=np.int64)
    for k in range(len(i)):
        if label[i[k]] != label[j[k]] or weight[k] <= BARRED:
            continue
        for a, b in ((i[k], j[k]), (j[k], i[k])):
            many[a] += 1
            total[a] += weight[k]
            if best[a] < 0 or weight[k] > by[a] or (weight[k] == by[a] and rank[b] < rank[best[a]]):
                best[a], by[a] = b, weight[k]
    return many, total, best


@njit(cache=True, nogil=True)
def _find(parent: Array, a: int) -> int:
    while parent[a] != a:
        parent[a] = parent[parent[a]]
        a = parent[a]
    return a


@njit(cache=True, nogil=True)
def _components(size: int, i: Array, j: Array, weight: Array, joined: Array) -> Array:
    parent = np.arange(size)
    for k in range(len(i)):
        if weight[k] > 0:
            a, b = _find(parent, i[k]), _find(parent, j[k])
            parent[max(a, b)] = min(a, b)
    for k in range(len(joined)):
        a, b = _find(parent, joined[k, 0]), _find(parent, joined[k, 1])
        parent[max(a, b)] = min(a, b)
    for a in range(size):
        parent[a] = _find(parent, a)
    return parent


@njit(cache=True, nogil=True)
def _adjacent(size: int, i: Array, j: Array, weight: Array) -> tuple[Array, Array, Array]:
    """Each row's neighbours and weights, one after the other."""
    at = np.zeros(size + 1, dtype=np.int64)
    for k in range(len(i)):
        at[i[k] + 1] += 1
        at[j[k] + 1] += 1
    for a in range(size):
        at[a + 1] += at[a]
    spot = at[:-1].copy()
    to = np.empty(2 * len(i), dtype=np.int32)
    by = np.empty(2 * len(i), dtype=np.int32)
    for k in range(len(i)):
        for a, b in ((i[k], j[k]), (j[k], i[k])):
            to[spot[a]], by[spot[a]] = b, weight[k]
            spot[a] += 1
    return at, to, by


@njit(cache=True, nogil=True)
def _merge(parent: Array, size: Array, after: Array, end: Array, a: int, b: int) -> int:
    """Join two clusters under the one whose first member ranks before; members are a linked list."""
    a, b = min(a, b), max(a, b)
    parent[b] = a
    size[a] += size[b]
    after[end[a]] = b
    end[a] = end[b]
    return a


@njit(cache=True, nogil=True)
def _chain(at: Array, to: Array, by: Array, joined: Array, floor: int) -> Array:
    """The nearest-neighbour chain, over rows in the order of component and rank."""
    n = len(at) - 1
    parent, size = np.arange(n), np.ones(n, dtype=np.int64)
    after, end = np.full(n, -1, dtype=np.int64), np.arange(n)
    for k in range(len(joined)):
        a, b = _find(parent, joined[k, 0]), _find(parent, joined[k, 1])
        if a != b:
            _merge(parent, size, after, end, a, b)
    done = np.zeros(n, dtype=np.bool_)
    sums, tick = np.zeros(n, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    seen, chain, looks = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64), 0
    for begin in range(n):
        if parent[begin] != begin or done[begin]:
            continue
        length = 1
        chain[0] = begin
        while length:
            a = chain[length - 1]
            looks += 1
            best, nearest, met = 0.0, -1, 0
            member = a
            while member >= 0:
                for e in range(at[member], at[member + 1]):
                    b = _find(parent, to[e])
                    if b == a:
                        continue
                    if tick[b] != looks:
                        tick[b], sums[b], seen[met] = looks, 0, b
                        met += 1
                    sums[b] += by[e] - floor
                member = after[member]
            before = chain[length - 2] if length > 1 else -1
            for k in range(met):
                b = seen[k]
                mean = floor + sums[b] / (size[a] * size[b])
                if mean > best or (
                    mean == best and nearest >= 0 and nearest != before and (b == before or b < nearest)
                ):
                    best, nearest = mean, b
            if nearest < 0:
                done[a] = True
                length -= 1
            elif nearest == before:
                chain[length - 2] = _merge(parent, size, after, end, a, nearest)
                length -= 1
                if length > 1:
                    length -= 1
            else:
                chain[length] = nearest
                length += 1
    for a in range(n):
        parent[a] = _find(parent, a)
    return parent
