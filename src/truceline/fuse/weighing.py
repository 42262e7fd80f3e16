"""Pairs found and weighed, portion by portion, on as many threads as are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import learn, pairs
from .arrays import Columns
from .weights import BARRED, Weights, weigh

Array = NDArray[Any]
THREADS = 2
PORTION = 1 << 18


@dataclass(frozen=True)
class Weighed:
    """Pairs that weigh more than the floor, or are barred; and the weights with which they were weighed."""

    i: Array
    j: Array
    weight: Array
    weights: Weights


def weighed(c: Columns, near: Array, rows: Array, weights: Weights) -> Weighed:
    """The weighed pairs of these rows; weights that are not frozen have their prior moved to these pairs first."""
    if weights.share is None:
        return Weighed(*_portions(c, near, pairs.close(c, rows), weights, weights.floor), weights)
    # A pair that lies under the floor by more than the prior can move says no more than that it is apart.
    low = weights.floor - 2 * learn.FARTHEST
    i, j, total = _portions(c, near, pairs.close(c, rows), weights, low)
    settled = learn.moved(weights, total[total > BARRED], weights.share)
    weight = np.where(
        total > BARRED, np.clip(total + settled.prior - weights.prior, weights.floor, weights.cap), BARRED
    )
    kept = (weight > weights.floor) | (weight == BARRED)
    return Weighed(i[kept], j[kept], weight[kept].astype(np.int32), settled)


def _portions(
    c: Columns, near: Array, found: Iterable[tuple[Array, Array]], weights: Weights, low: int
) -> tuple[Array, Array, Array]:
    """Pairs and weights above `low` (and barred ones), uncapped where `low` is not the floor."""
    high = weights.cap if low == weights.floor else 1_000_000

    def one(part: tuple[Array, Array]) -> tuple[Array, Array, Array]:
        i, j = part
        out = np.empty(len(i), dtype=np.int32)
        weigh(*c, near, i, j, weights.bits, weights.prior, low, high, out)
        kept = (out > low) | (out == BARRED)
        return i[kept], j[kept], out[kept]

    with ThreadPoolExecutor(THREADS) as pool:
        made = list(pool.map(one, _cut(found)))
    empty = np.zeros(0, dtype=np.int32)
    i, j, weight = (np.concatenate([empty, *(m[k] for m in made)]) for k in range(3))
    return i, j, weight


def _cut(found: Iterable[tuple[Array, Array]]) -> Iterable[tuple[Array, Array]]:
    for i, j in found:
        for first in range(0, len(i), PORTION):
            yield i[first : first + PORTION], j[first : first + PORTION]
