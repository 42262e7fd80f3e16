"""Footprints far more massive than any that chance made, where too few were found for their share to be counted. Pure.

`discovery.least_mass` counts, and so needs some 1 / (asked share x null maps) footprints before it reports any. Where fewer
stand out, this looks at how the masses of the null maps tail off, and carries that on: in a plane the chance of a cluster
falls off as exp(-b sqrt(mass)) (Zhang, Nichols and Johnson 2009, NeuroImage 44:51-61). The rate b is taken at the low end of
what the null maps allow, so that what is reported is rather too little.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .discovery import Chosen

Array = NDArray[Any]
LEAST_NULL = 20
"""Footprints of chance without which no tail is told."""
TAIL = 0.5
"""Share of them, from the top, that the tail is fitted to."""
CAUTION = 1.64
"""Standard errors by which the rate is lowered: 95 in 100, one-sided."""


def least_mass(found: Array, null: Sequence[Array], asked: float) -> Chosen:
    """The least mass at which the tail of chance gives no more than the asked share; infinite where it cannot be told."""
    roots = np.sort(np.sqrt(np.concatenate([*null, np.zeros(0)])))
    if len(roots) < LEAST_NULL or not len(found):
        return Chosen(math.inf, 0, 0.0, len(null))
    tail = roots[-max(int(len(roots) * TAIL), LEAST_NULL // 2) :]
    excess = float(np.mean(tail - tail[0]))
    if excess <= 0:
        return Chosen(math.inf, 0, 0.0, len(null))
    rate = (1 - CAUTION / math.sqrt(len(tail))) / excess
    masses = np.sort(np.asarray(found, float))
    as_massive = len(masses) - np.arange(len(masses))
    false = len(tail) / len(null) * np.exp(-rate * np.maximum(np.sqrt(masses) - tail[0], 0))
    able = np.flatnonzero((false <= asked * as_massive) & (np.sqrt(masses) > roots[-1]))
    if not len(able):
        return Chosen(math.inf, 0, 0.0, len(null))
    first = int(able[0])
    return Chosen(float(masses[first]), int(as_massive[first]), float(false[first]), len(null))
