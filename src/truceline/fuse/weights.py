"""What each level of each feature is worth, as data: bits, what they were fitted on, and the line above which two are one.

The sum of a pair's bits is log2 of the odds that two accounts are about one happening, less the line: 0 is on the line.
Whole thousandths of a bit, so that sums do not depend on their order. Fellegi and Sunter (1969); here the levels are
fitted together (logistic regression), so that features which say the same are not counted twice (see `learn`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from . import compare
from .compare import FEATURES, SCALES, WIDEST

Array = NDArray[Any]
UNIT = 1000
"""Thousandths of a bit in a bit."""
FLOOR_BITS, CAP_BITS = -5.0, 5.0
"""No single pair says more than this, so that one strong pair cannot carry two groups that otherwise do not fit."""
BARRED = -1_000_000
"""What a barred pair weighs, thousandths of a bit."""


@dataclass(frozen=True)
class Weights:
    """`bits[f, l]` is level l of feature f, in thousandths; `prior` what a pair weighs before anything is compared.

    `share` says how many of the pairs they were fitted on are one happening: with it the prior is moved to new pairs (see
    `learn.moved`); None freezes it.
    """

    prior: int
    bits: Array
    share: float | None = None
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def floor(self) -> int:
        """The least that a compared pair weighs; a pair that was not compared weighs the same."""
        return round(FLOOR_BITS * UNIT)

    @property
    def cap(self) -> int:
        """The most that a pair weighs."""
        return round(CAP_BITS * UNIT)


def parse(data: dict[str, Any]) -> Weights:
    """Weights from what a file of weights holds; raises ValueError where it does not fit the features."""
    levels = data.get("levels")
    if not isinstance(levels, dict) or set(levels) != set(FEATURES):
        raise ValueError(f"levels: expected the features {', '.join(FEATURES)}")
    bits = np.zeros((len(FEATURES), WIDEST), dtype=np.int32)
    for number, name in enumerate(FEATURES):
        found = levels[name]
        if not isinstance(found, dict) or set(found) != set(SCALES[name]):
            raise ValueError(f"levels.{name}: expected the levels of this version")
        bits[number, : len(found)] = [round(float(found[word]) * UNIT) for word in SCALES[name]]
    return Weights(round(float(data["prior_bits"]) * UNIT), bits, data.get("share"), data.get("about", {}))


def shown(weights: Weights) -> dict[str, Any]:
    """Weights as a file holds them."""
    return {
        "about": weights.about,
        "prior_bits": weights.prior / UNIT,
        "share": weights.share,
        "levels": {
            name: {word: int(weights.bits[n, k]) / UNIT for k, word in enumerate(SCALES[name])}
            for n, name in enumerate(FEATURES)
        },
    }


@njit(cache=True, nogil=True)
def weigh(
    row: Array, codes: Array, pieces: Array, kinds: Array, near: Array, i: Array, j: Array,
    bits: Array, prior: int, floor: int, cap: int, out: Array,
) -> None:  # fmt: skip
    """What each pair weighs, in thousandths of a bit: BARRED, or from `floor` to `cap`."""
    level = np.empty(bits.shape[0], dtype=np.int64)
    wording = bits[-1, 0]
    for most in bits[-1]:
        wording = max(wording, most)
    for k in range(len(i)):
        p, q = row[i[k]], row[j[k]]
        if compare.barred(p, q, kinds):
            out[k] = BARRED
            continue
        compare.quick(p, q, max(near[i[k]], near[j[k]]), (codes, pieces, kinds), level)
        total = prior
        for f in range(len(level) - 1):
            if level[f] >= 0:
                total += bits[f, level[f]]
        if total + wording > floor:  # else the wording cannot lift it
            last = compare.text(p, q, pieces)
            if last >= 0:
                total += bits[-1, last]
        out[k] = min(max(total, floor), cap)


@njit(cache=True, nogil=True)
def levels(row: Array, codes: Array, pieces: Array, kinds: Array, near: Array, i: Array, j: Array, out: Array) -> None:
    """The levels of each pair, one row a pair; `out` is int8 (pairs, features)."""
    for k in range(len(i)):
        p, q = row[i[k]], row[j[k]]
        compare.quick(p, q, max(near[i[k]], near[j[k]]), (codes, pieces, kinds), out[k])
        out[k, -1] = compare.text(p, q, pieces)


@njit(cache=True, nogil=True)
def bars(row: Array, kinds: Array, i: Array, j: Array, out: Array) -> None:
    """Which rule bars each pair (a place in compare.BARS, 0 for none)."""
    for k in range(len(i)):
        out[k] = compare.barred(row[i[k]], row[j[k]], kinds)
