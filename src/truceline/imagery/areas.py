"""Areas of a raster on disk: connected pixels that stand out, their mass, and what they measure as footprints. By strips."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..satellite import detect, discovery
from ..satellite.detect import Footprint
from ..satellite.grid import Grid
from .planes import Plane

Array = NDArray[Any]
LEAST_MASS = 1e-6


def labelled(score: Plane, held: Path) -> tuple[Plane, Array]:
    """Connected pixels of one sign beyond FORMING, numbered by their first, and the mass of each: what it has beyond that."""
    made = Plane.new(held / f"labels-{score.path.name}", "int32", (score.rows, score.columns))
    labelling = detect.Labelling(score.columns)
    for window in score.strips():
        values = score.get(window)
        found = np.where(np.abs(values) >= discovery.FORMING, np.sign(values), 0).astype(np.int8)
        made.put(window, labelling.strip(found))
    final = labelling.final()
    known = int(final.max(initial=0))
    mass = np.zeros(known + 1)
    for window in made.strips():
        numbers = final[made.get(window)]
        made.put(window, numbers)
        mass += detect.sums(numbers, known, np.abs(score.get(window)) - discovery.FORMING)
    return made, mass[1:]


def left_alone(labels: Plane, chosen: Array, signs: Plane, score: Plane) -> int:
    """Leave the chosen areas alone in `labels`, numbered anew, and their signs in `signs`; gives how many."""
    kept = np.zeros(len(chosen) + 1, np.int32)
    large = np.flatnonzero(chosen) + 1
    kept[large] = np.arange(1, len(large) + 1)
    for window in labels.strips():
        numbers = kept[labels.get(window)]
        labels.put(window, numbers)
        signs.put(window, np.where(numbers > 0, np.sign(score.get(window)), 0).astype(np.int8))
    return len(large)


def footprints(
    grid: Grid, areas: tuple[Plane, int], values: tuple[Plane, ...], by_chance: Sequence[Array]
) -> list[Footprint]:
    """The areas with what they measure; the chance of each is how many as massive a null map has, on average.

    `areas` are their numbers and how many; `values` the score, the means before and after, and the share that was seen.
    """
    labels, many = areas
    score, before, after, share = values
    totals = np.zeros((5, many + 1))
    pieces: list[tuple[int, Any]] = []
    for window in labels.strips():
        own = labels.get(window)
        if not own.any():
            continue
        scores = score.get(window)
        shown = (scores, after.get(window) - before.get(window), share.get(window), np.abs(scores) - discovery.FORMING)
        for row, plane in enumerate(shown):
            totals[row] += detect.sums(own, many, plane)
        totals[4] += detect.sums(own, many)
        pieces += detect.outlines(own, window[0])
    shapes = detect.joined(pieces, grid.transform)
    area = grid.pixel_area_m2
    null = np.sort(np.concatenate([*by_chance, np.zeros(0)]))
    made = []
    for n, own in enumerate(totals.T[1:], 1):
        score_mean, difference, seen = (float(own[k] / own[4]) for k in (0, 1, 2))
        rate = float((len(null) - np.searchsorted(null, own[3], side="left")) / max(len(by_chance), 1))
        made.append(Footprint(n, shapes[n], int(own[4]), float(own[4] * area), score_mean, difference, rate, seen))
    return made
