"""Groups of radar scenes -> one score a pixel, and null maps beside it. Pure; scenes lie in memory or are one tile of them.

A group is one orbit and polarisation: a look from another side or in another polarisation has another level. Each scene
first loses what the pixels of a square share (`levelled`: rain, season and calibration move them alike), then each group is
tested on its own, and the scores are joined with the correlation that the null maps show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import change, discovery, medians

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Group:
    """Scenes of one orbit and polarisation in order of time: float32 dB (scene, row, column), period and day of each."""

    name: str
    stack: Array
    period: Array
    days: Array | None = None


@dataclass(frozen=True, slots=True)
class Tested:
    """The smoothed score of each pixel in standard deviations of no change, and the null maps in the same."""

    score: Array
    null: tuple[Array, ...]
    correlation: Array


SIDE_PX = 64
"""Pixels over which a scene's level is taken to be one: a shower of rain is larger, a trench or a village smaller."""


SUSPECT = 3.5
"""Standard deviations beyond which a pixel of the first look gives no level in the second: patches that changed would
pull a square's median towards them, and make the ground around them seem to have changed the other way."""


def surfaces(stack: Array, side: int = SIDE_PX, suspect: Array | None = None) -> Array:
    """How much each scene lies above the stack, square by square: (scene, rows/side, columns/side), 0 where nothing was seen.

    The median over a square's pixels of their difference from their own median, without pixels that are `suspect`.
    """
    down, across = (np.linspace(0, n, max(round(n / side), 1) + 1).round().astype(int) for n in stack.shape[1:])
    return medians.above(stack, down, across, suspect)


def spread_out(surface: Array, shape: tuple[int, int], rows: slice = slice(None)) -> Array:
    """One scene's squares as a smooth surface of this shape, bilinear between their middles; of these rows alone where given."""
    made = surface.astype(np.float32)
    for axis, size in enumerate(shape):
        many = made.shape[axis]
        at = np.clip((np.arange(size) + 0.5) * many / size - 0.5, 0, many - 1)
        at = at if axis else at[rows]
        low = np.minimum(at.astype(int), many - 1)
        share = (at - low).astype(np.float32)
        high = np.minimum(low + 1, many - 1)
        share = share[:, None] if axis == 0 else share
        made = np.take(made, low, axis) * (1 - share) + np.take(made, high, axis) * share
    return np.asarray(made, np.float32)


def levelled(stack: Array, side: int = SIDE_PX, suspect: Array | None = None) -> Array:
    """Each scene less what its squares lie above the stack: rain, season and calibration move all pixels of a square alike."""
    above = surfaces(stack, side, suspect)
    return np.stack([scene - spread_out(own, scene.shape) for scene, own in zip(stack, above, strict=True)])


def scored(groups: Sequence[Group], *, radius: int = 1, ranks: bool = False) -> Tested:
    """Score and null maps of the groups that have enough scenes in both periods; ValueError where none has.

    `radius` is that of the smoothing in pixels; `ranks` uses the rank test, for speckle that is far from normal in dB.
    """
    able = [
        g for g in groups
        if min(int((g.period == p).sum()) for p in (change.BEFORE, change.AFTER)) >= change.LEAST
    ]  # fmt: skip
    if not able:
        raise ValueError("no group has two scenes before and two after")
    first = change.combined([_score(replace(g, stack=levelled(g.stack)), g.period, ranks=ranks) for g in able])
    suspect = _suspect(discovery.smoothed(first, radius))
    flat = [replace(g, stack=levelled(g.stack, suspect=suspect)) for g in able]
    others = [discovery.null_periods(g.period) for g in able]
    many = min(map(len, others))
    null_scores = [
        [_score(g, other[k], ranks=ranks) for g, other in zip(flat, others, strict=True)] for k in range(many)
    ]
    shared = change.correlation(null_scores[0]) if many else np.eye(len(able))
    own = [_score(g, g.period, ranks=ranks) for g in flat]
    maps = [discovery.smoothed(change.combined(scores, shared), radius) for scores in (own, *null_scores)]
    maps = [m - np.float32(discovery.middle(m)) for m in maps]
    scale = np.float32(discovery.spread(maps[1:]))
    return Tested(maps[0] / scale, tuple(m / scale for m in maps[1:]), shared)


def _suspect(score: Array) -> Array:
    """Pixels beyond SUSPECT and their neighbours."""
    beyond = np.abs(np.nan_to_num(score)) > SUSPECT * discovery.spread([score])
    wide = beyond.copy()
    wide[1:] |= beyond[:-1]
    wide[:-1] |= beyond[1:]
    beyond = wide.copy()
    wide[:, 1:] |= beyond[:, :-1]
    wide[:, :-1] |= beyond[:, 1:]
    return np.asarray(wide)


def _score(group: Group, period: Array, *, ranks: bool) -> Array:
    """The group's score: against its season where a year of it was seen before, else plainly."""
    if ranks:
        return change.ranked(group.stack, period)
    if seasonal(group):
        return change.compared_in_season(group.stack, period, group.days if group.days is not None else ())
    return change.compared(group.stack, period)


def seasonal(group: Group) -> bool:
    """Whether the group's season can be told: its days are known, and a null map's period before spans enough of the year."""
    if group.days is None:
        return False
    periods = [group.period, *discovery.null_periods(group.period)]
    days = np.asarray(group.days, float)
    return all(
        int((p == change.BEFORE).sum()) >= change.LEAST_SEASON
        and np.ptp(days[p == change.BEFORE]) >= change.LEAST_SPAN_DAYS
        for p in periods
    )
