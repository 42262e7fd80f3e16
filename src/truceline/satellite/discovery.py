"""Which of the places that stand out to report, so that a stated share of them, and no more, is nothing.

Pixels resemble their neighbours, and nobody acts on a pixel: what is counted is the cluster, neighbouring pixels above a floor,
and a false discovery is a cluster where nothing changed. How many such clusters of each height a scene of that size has by
chance is counted in pseudo-changes within the before period (`change.pseudo_parts`), which have the same speckle, resemblance,
season and rain. A cluster's q is the expected number of chance clusters at least as high over the number found at least as high,
made monotone; those with q at most the rate are kept. For chance clusters that come as a Poisson process of known
rate the expected share of false ones is then the rate asked for, whatever the number of true ones.

Sources: J. R. Chumbley and K. J. Friston, NeuroImage 44 (2009) 62-70 (false discovery over topological features); Y. Benjamini
and Y. Hochberg, JRSS B 57 (1995) 289-300; Y. Benjamini and D. Yekutieli, Annals of Statistics 29 (2001) 1165-1188 (any
dependence, for pixels); B. Efron, JASA 99 (2004) 96-104 (empirical null).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numba import njit

Array = np.ndarray[Any, Any]
FLOOR = 3.0
"""Score above which pixels join a cluster."""
RATE = 0.05
"""Share of false clusters among those reported that is asked for unless said otherwise."""
LEAST = 30
"""Chance clusters needed before anything is said about how many to expect."""


class Clusters(NamedTuple):
    """Neighbouring pixels (also across corners) above a floor: `label` (row, column) is 0 outside, else cluster i + 1.

    The rest is one entry a cluster: `score` is the highest of its pixels, at `row`, `column`; `pixels` its size. `examined`
    pixels had a score at all.
    """

    label: Array
    score: Array
    row: Array
    column: Array
    pixels: Array
    examined: int


class Chance(NamedTuple):
    """Chance clusters of pseudo-changes: their scores, sorted; and the pixels that were looked at to find them."""

    scores: Array
    examined: int


class Decision(NamedTuple):
    """For each cluster `expected` chance clusters at least as high, its `q`, and whether it is `kept`.

    `cut` is the lowest score kept (infinite for none). `word` is `informative` or `uninformative`, `why` a sentence; where
    uninformative nothing is kept and q is NaN.
    """

    expected: Array
    q: Array
    kept: Array
    cut: float
    word: str
    why: str


@njit(cache=True, nogil=True)
def _root(parent: Array, i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@njit(cache=True, nogil=True)
def _label(score: Array, floor: float, label: Array) -> int:
    """Label by joined sets, row by row; labels count up in order of each cluster's first pixel."""
    rows, columns = score.shape
    parent = np.zeros(1024, np.int64)
    used = 0
    for i in range(rows):
        for j in range(columns):
            if not score[i, j] > floor:
                continue
            best = 0
            for a, b in ((i, j - 1), (i - 1, j - 1), (i - 1, j), (i - 1, j + 1)):
                if a >= 0 and 0 <= b < columns and label[a, b] > 0:
                    root = _root(parent, label[a, b])
                    if best == 0 or root < best:
                        best = root
            if best == 0:
                used += 1
                if used >= len(parent):
                    parent = np.concatenate((parent, np.zeros(len(parent), np.int64)))
                parent[used], best = used, used
            label[i, j] = best
            for a, b in ((i, j - 1), (i - 1, j - 1), (i - 1, j), (i - 1, j + 1)):
                if a >= 0 and 0 <= b < columns and label[a, b] > 0:
                    root = _root(parent, label[a, b])
                    low, high = min(root, best), max(root, best)
                    parent[high], best = low, low
    number = 0
    final = np.zeros(used + 1, np.int64)
    for k in range(1, used + 1):
        if parent[k] == k:
            number += 1
            final[k] = number
    for i in range(rows):
        for j in range(columns):
            if label[i, j] > 0:
                label[i, j] = final[_root(parent, label[i, j])]
    return number


@njit(cache=True, nogil=True)
def _summary(score: Array, label: Array, best: Array, row: Array, column: Array, pixels: Array) -> int:
    examined = 0
    for i in range(score.shape[0]):
        for j in range(score.shape[1]):
            examined += score[i, j] >= 0
            k = label[i, j] - 1
            if k >= 0:
                pixels[k] += 1
                if score[i, j] > best[k]:
                    best[k], row[k], column[k] = score[i, j], i, j
    return examined


def clusters(score: Array, floor: float = FLOOR) -> Clusters:
    """Clusters of a score map (row, column; NaN where nothing was measured)."""
    label = np.zeros(score.shape, np.int32)
    number = _label(score, floor, label)
    best = np.full(number, -np.inf)
    row, column, pixels = (np.zeros(number, np.int32) for _ in range(3))
    examined = _summary(score, label, best, row, column, pixels)
    return Clusters(label, best, row, column, pixels, int(examined))


def chance(found: Sequence[Clusters]) -> Chance:
    """Chance clusters out of those of pseudo-changes, of one or several splits and tiles."""
    return Chance(np.sort(np.concatenate([f.score for f in found] or [np.zeros(0)])), sum(f.examined for f in found))


def expected(scores: Array, null: Chance, examined: int) -> Array:
    """Chance clusters to expect at least as high as each of `scores` in a map with `examined` pixels.

    Counted where a hundred or more are as high; beyond, the tail falls by the rate at which the highest hundred do, since scores
    are logarithms of chances and their tail is close to exponential.
    """
    heights = null.scores
    counted = len(heights) - np.searchsorted(heights, scores, side="left")
    top = min(100, max(len(heights) // 3, 10))
    if len(heights) <= top:
        return counted * (examined / max(null.examined, 1))
    start = heights[-top - 1]
    fall = max(float((heights[-top:] - start).mean()), 1e-6)
    tail = top * np.exp(-(scores - start) / fall)
    made: Array = np.where(scores > start, tail, counted) * (examined / max(null.examined, 1))
    return made


def decide(found: Clusters, null: Chance, rate: float = RATE) -> Decision:
    """Which clusters to keep so that the expected share of false ones among them is `rate`."""
    number = len(found.score)
    if len(null.scores) < LEAST:
        nan, none = np.full(number, np.nan), np.zeros(number, bool)
        why = f"{len(null.scores)} chance clusters in pseudo-changes of the before period; {LEAST} are needed to say what to expect"
        return Decision(nan, nan, none, float("inf"), "uninformative", why)
    beyond = expected(found.score, null, found.examined)
    order = np.argsort(-found.score, kind="stable")
    rank = number - np.searchsorted(np.sort(found.score), found.score, side="left")
    ratio = np.minimum(beyond / rank, 1.0)
    q = np.empty(number)
    q[order] = np.minimum.accumulate(ratio[order][::-1])[::-1]
    kept = q <= rate
    cut = float(found.score[kept].min()) if kept.any() else float("inf")
    why = f"{len(null.scores)} chance clusters in {null.examined:,} pixels of pseudo-changes"
    return Decision(beyond, q, kept, cut, "informative", why)


def step_up(p: Array, rate: float = RATE, *, dependent: bool = True) -> Array:
    """Pixels kept at a false discovery rate: Benjamini-Yekutieli, which holds under any dependence, or Benjamini-Hochberg.

    NaN is never kept. For pixels of one map Benjamini-Hochberg is close where resemblance reaches few pixels only.
    """
    flat = p[np.isfinite(p)]
    number = len(flat)
    if not number:
        return np.zeros(p.shape, bool)
    ordered = np.sort(flat)
    harmonic = float((1.0 / np.arange(1, number + 1)).sum()) if dependent else 1.0
    below = np.flatnonzero(ordered <= rate * np.arange(1, number + 1) / number / harmonic)
    return np.isfinite(p) & (p <= (ordered[below[-1]] if len(below) else -1.0))
