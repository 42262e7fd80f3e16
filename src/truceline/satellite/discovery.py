"""Which footprints of change to report, so that about the asked share of them is false.

What is counted are footprints (connected pixels of one sign, beyond FORMING) and not pixels, since people count footprints
and pixels lean on their neighbours. How often chance makes a footprint of a given mass is read off maps in which nobody
asks for change: the same test between scenes of the period before (`null_periods`). Those maps hold the speckle, the
season's drift and the neighbours' likeness of the place itself, and no law is assumed for any of them. A mass is kept if
the null maps, on average, have no more footprints as massive than the asked share of those found, with one more counted for
caution (Barber and Candes 2015, Ann. Stat. 43:2055-2085; clusters by their mass: Bullmore et al. 1999, IEEE TMI 18:32-42;
control of false discoveries: Benjamini and Hochberg 1995).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from .change import AFTER, BEFORE, BETWEEN, LEAST

Array = NDArray[Any]
FORMING = 2.5
"""Standard deviations beyond which pixels join a footprint."""
MOST_MAPS = 6
LEAST_FREE = 4
"""Scenes of the period before that must be left beside a null run: with fewer, the null test is another test."""


class Chosen(NamedTuple):
    """The least mass of a footprint to report, how many are, and how many of those chance is expected to have made.

    `least` is infinite where nothing can be reported. `maps` null maps stand behind it; with none it is uninformative.
    """

    least: float
    reported: int
    expected_false: float
    maps: int


def null_periods(period: Sequence[int] | Array, most: int = MOST_MAPS) -> list[Array]:
    """Periods for null maps: runs of scenes from before, as many as lie after, take the place of those after.

    `period` is in order of time. Empty where too few scenes lie before: the maps would tell nothing of the test.
    """
    which = np.asarray(period, np.int8)
    before, after = np.flatnonzero(which == BEFORE), np.flatnonzero(which == AFTER)
    length = len(after)
    if length < LEAST or len(before) - length < max(LEAST_FREE, LEAST):
        return []
    many = min(len(before) // length, most)
    starts = np.unique(np.linspace(0, len(before) - length, many).round().astype(int))
    made = []
    for start in starts:
        other = np.where(which == BEFORE, BEFORE, BETWEEN).astype(np.int8)
        other[before[start : start + length]] = AFTER
        made.append(other)
    return made


def year_periods(period: Sequence[int] | Array, years: Sequence[int] | Array) -> list[Array]:
    """Periods for null maps of one season: each earlier year takes the place of that after, the other earlier years that before.

    `years` numbers the season of each scene back from that after (0). Fields are ploughed and mown at other times each year, and
    these maps hold how much. Empty where fewer than two earlier years have LEAST scenes.
    """
    which, year = np.asarray(period, np.int8), np.asarray(years, int)
    own = [y for y in np.unique(year[which == BEFORE]) if ((which == BEFORE) & (year == y)).sum() >= LEAST]
    made = []
    for y in own if len(own) > 1 else []:
        other = np.where((which == BEFORE) & (year != y), BEFORE, BETWEEN).astype(np.int8)
        other[(which == BEFORE) & (year == y)] = AFTER
        made.append(other)
    return made[:MOST_MAPS]


@njit(cache=True, parallel=True)
def _smoothed(score: Array, radius: int, out: Array) -> None:
    rows, columns = score.shape
    for r in prange(rows):
        for c in range(columns):
            if not score[r, c] == score[r, c]:  # noqa: SIM201
                out[r, c] = np.nan
                continue
            total = 0.0
            square = 0.0
            for i in range(max(r - radius, 0), min(r + radius + 1, rows)):
                for j in range(max(c - radius, 0), min(c + radius + 1, columns)):
                    x = score[i, j]
                    if x == x:  # noqa: PLR0124
                        weight = (radius + 1 - abs(i - r)) * (radius + 1 - abs(j - c))
                        total += weight * x
                        square += weight * weight
            out[r, c] = total / math.sqrt(square)


def smoothed(score: Array, radius: int = 1) -> Array:
    """Scores summed over (2 radius + 1) x (2 radius + 1) pixels, nearer ones with more weight, over the root of the squared weights.

    Of radius 1 the weights are 4, 2 and 1. NaN stays NaN; where neighbours are missing the others count.
    """
    out = np.empty(score.shape, np.float32)
    _smoothed(np.ascontiguousarray(score, np.float32), radius, out)
    return out


def middle(score: Array) -> float:
    """Median of a map's scores, which is where no change lies (Efron 2004, JASA 99:96-104); 0 of fewer than 100 values.

    Skewed speckle, and levels that are known to a hundredth of a dB, move a whole map by a little, and not every map alike: each is
    taken from its own middle.
    """
    values = score[np.isfinite(score)]
    return float(np.median(values)) if values.size >= 100 else 0.0


def spread(null: Sequence[Array]) -> float:
    """Standard deviation of scores where nothing changed, from the null maps' middle half; 1 where there are none."""
    if not null:
        return 1.0
    values = np.concatenate([m[np.isfinite(m)][:: max(m.size // 1_000_000, 1)] for m in null])
    if values.size < 100:
        return 1.0
    low, high = np.quantile(values, (0.25, 0.75))
    return max(float(high - low) / 1.34898, 1e-3)


def least_mass(found: Array, null: Sequence[Array], asked: float) -> Chosen:
    """From the masses of the footprints found and of those in each null map: which to report at this share of false ones."""
    if not null or not len(found):
        return Chosen(math.inf, 0, 0.0, len(null))
    masses = np.sort(np.asarray(found, float))
    by_chance = np.sort(np.concatenate([np.asarray(m, float) for m in null]))
    as_massive = len(masses) - np.arange(len(masses))
    false = (1 + len(by_chance) - np.searchsorted(by_chance, masses, side="left")) / len(null)
    able = np.flatnonzero(false <= asked * as_massive)
    if not len(able):
        return Chosen(math.inf, 0, 0.0, len(null))
    first = int(able[0])
    return Chosen(float(masses[first]), int(as_massive[first]), float(false[first] - 1 / len(null)), len(null))
