"""Pairs found and weighed, portion by portion, on as many threads as are asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import threads
from . import learn, pairs
from .arrays import Columns
from .weights import BARRED, Weights, weigh

Array = NDArray[Any]


@dataclass(frozen=True)
class Weighed:
    """Pairs that weigh more than the floor, or are barred; and the weights with which they were weighed."""

    i: Array
    j: Array
    weight: Array
    weights: Weights


Portion = tuple[Array, Array, Array]
Deal = Callable[[Columns, Array, Array, Weights, int], Portion]
"""Finds and weighs pairs: (columns, near counts, rows, weights, the least that is kept) -> (i, j, weight)."""


def weighed(c: Columns, near: Array, rows: Array, weights: Weights, deal: Deal | None = None) -> Weighed:
    """The weighed pairs of these rows; weights that are not frozen have their prior moved to these pairs first."""
    found = deal or here
    if weights.share is None:
        return Weighed(*found(c, near, rows, weights, weights.floor), weights)
    i, j, total = found(c, near, rows, weights, least(weights))
    return settled(i, j, total, weights, learn.moved(weights, total[total > BARRED], weights.share))


def least(weights: Weights) -> int:
    """What a pair must weigh to be kept: the floor, or less where the prior is still to be moved."""
    # A pair that lies under the floor by more than the prior can move says no more than that it is apart.
    return weights.floor if weights.share is None else weights.floor - learn.FARTHEST


def settled(i: Array, j: Array, total: Array, weights: Weights, settled: Weights) -> Weighed:
    """Pairs that were weighed with `weights`, as they weigh with the prior moved."""
    if weights.share is None:
        return Weighed(i, j, total, settled)
    weight = np.where(
        total > BARRED, np.clip(total + settled.prior - weights.prior, weights.floor, weights.cap), BARRED
    )
    kept = (weight > weights.floor) | (weight == BARRED)
    return Weighed(i[kept], j[kept], weight[kept].astype(np.int32), settled)


def here(c: Columns, near: Array, rows: Array, weights: Weights, low: int) -> Portion:
    """Pairs and weights above `low` (and barred ones), on this machine; uncapped where `low` is not the floor."""
    high = weights.cap if low == weights.floor else 1_000_000

    def one(probe: pairs.Probe) -> Portion:
        i, j = pairs.found(c, probe)
        out = np.empty(len(i), dtype=np.int32)
        weigh(*c, near, i, j, weights.bits, weights.prior, low, high, out)
        kept = (out > low) | (out == BARRED)
        return i[kept], j[kept], out[kept]

    made = threads.each(one, pairs.probes(c, rows))
    empty = np.zeros(0, dtype=np.int32)
    i, j, weight = (np.concatenate([empty, *(m[k] for m in made)]) for k in range(3))
    return i, j, weight


def slabs(c: Columns, rows: Array, many: int) -> list[tuple[Array, Array]]:
    """These rows in slabs of time, each with its halo: (rows whose pairs it finds, rows that it needs besides).

    A pair is found in the slab of its earlier account; the halo holds what begins later and within reach. Accounts of a
    long span, which reach over many slabs, are a slab of their own that needs everything they may meet.
    """
    start, end = c.row["start"], c.row["end"]
    long = end[rows] - start[rows] > LONG_S
    short = rows[~long][np.argsort(start[rows[~long]], kind="stable")]
    cuts = [part for part in np.array_split(short, many) if len(part)]
    made = []
    for part in cuts:
        last = end[part].max() + pairs.GAP_S
        later = short[np.searchsorted(start[short], start[part[-1]], side="left") :]
        made.append((part, later[start[later] <= last]))
    if long.any():
        own = rows[long]
        first, last = start[own].min() - pairs.GAP_S - LONG_S, end[own].max() + pairs.GAP_S
        made.append((own, short[(start[short] >= first) & (start[short] <= last)]))
    return [(own, np.setdiff1d(halo, own)) for own, halo in made]


LONG_S = 10 * 86_400


def slab(c: Columns, near: Array, own: int, weights: Weights, low: int) -> Portion:
    """Pairs of one slab: of its first `own` rows among themselves, and with the rest."""
    i, j, weight = here(c, near, np.arange(len(c.row)), weights, low)
    kept = (i < own) | (j < own)
    return i[kept], j[kept], weight[kept]


def cut(c: Columns, rows: Array) -> Columns:
    """The columns of these rows alone, so that they can be sent elsewhere."""
    row = c.row[rows].copy()
    codes, pieces = [np.zeros(0, dtype=c.codes.dtype)], c.pieces[:0]
    used = 0
    for name in ("part", "actor", "weapon"):
        picked, at = _ranges(row[f"{name}_at"], row[f"{name}_end"])
        codes.append(c.codes[picked])
        row[f"{name}_at"], row[f"{name}_end"] = at[:-1] + used, at[1:] + used
        used += len(picked)
    picked, at = _ranges(row["text_at"], row["text_end"])
    pieces = c.pieces[picked]
    row["text_at"], row["text_end"] = at[:-1], at[1:]
    return Columns(row, np.concatenate(codes), pieces, c.kinds)


def _ranges(begin: Array, end: Array) -> tuple[Array, Array]:
    """(every place in these ranges, one after the other, where each begins)."""
    length = end - begin
    at = np.concatenate([[0], np.cumsum(length)])
    return np.repeat(begin - at[:-1], length) + np.arange(at[-1]), at
