"""Burning and bare ground in optical scenes: indices, what a scene's classes let through, and a score against the season itself.

Reflectances are shares (0 to 1), float; whatever is not finite is missing. A score compares the middle (median) of the scenes
after with that of scenes before from the same days of the year, over the spread that those have among themselves: a field that
is ploughed each March is no news in March. Scores are of standard normal size where nothing changed and scenes are many; seasons
differ between years, so that they run wider (docs/imagery.md), and `discovery` sets the line.

Sources: normalised burn ratio and its difference (Key and Benson 2006, FIREMON, RMRS-GTR-164); bare soil index (Rikimaru, Roy
and Miyatake 2002, Tropical Ecology 43:39-47); scene classes of Sentinel-2 level 2A (ESA product specification).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .change import moments

Array = NDArray[Any]
GROUND = (4, 5, 6)
"""Scene classes that show the ground: vegetation, not vegetated, water. Not: no data, saturated, dark or cast shadow, cloud
shadow, unclassified, cloud of any probability, thin cirrus, snow."""
YEAR_DAYS = 365.25
LEAST_BEFORE = 4
"""Clear scenes of the season that a pixel needs before the change: fewer do not know their own spread."""
FLOOR = 0.01
"""Least spread of an index between scenes: sensors and air do not repeat better."""
_CORRECTED = 1.2533141  # the median of many varies by the root of pi over two more than their mean


class Season(NamedTuple):
    """By pixel: `score`, `change` of the index (after less before), and the clear scenes of the season `before` and `after`.

    Score and change are NaN where fewer than LEAST_BEFORE before or none after was clear.
    """

    score: Array
    change: Array
    before: Array
    after: Array


def clear(scene_class: Array, grow: int = 1) -> Array:
    """Where the ground shows, by Sentinel-2 scene class; what does not is grown by so many pixels, since edges of clouds leak."""
    hidden = ~np.isin(scene_class, GROUND)
    for _ in range(grow):
        wide = hidden.copy()
        wide[..., 1:, :] |= hidden[..., :-1, :]
        wide[..., :-1, :] |= hidden[..., 1:, :]
        hidden = wide.copy()
        hidden[..., :, 1:] |= wide[..., :, :-1]
        hidden[..., :, :-1] |= wide[..., :, 1:]
    return np.asarray(~hidden)


def masked(values: Array, seen: Array) -> Array:
    """Values with NaN where they were not `seen`."""
    return np.where(seen, values, np.float32(np.nan)).astype(np.float32)


def normalised(one: Array, other: Array) -> Array:
    """(one - other) / (one + other), NaN where their sum is not positive."""
    total = one + other
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, (one - other) / total, np.nan).astype(np.float32)


def burn_ratio(near_infrared: Array, short_wave: Array) -> Array:
    """Normalised burn ratio (Sentinel-2: B8A and B12, or B08 and B12): falls where vegetation burnt."""
    return normalised(near_infrared, short_wave)


def vegetation(near_infrared: Array, red: Array) -> Array:
    """Normalised difference of vegetation (Sentinel-2: B08 and B04)."""
    return normalised(near_infrared, red)


def bare_soil(blue: Array, red: Array, near_infrared: Array, short_wave: Array) -> Array:
    """Bare soil index (Sentinel-2: B02, B04, B08, B11): rises where ground is dug up, cleared or cratered."""
    return normalised(short_wave + red, near_infrared + blue)


def in_season(days: Sequence[float] | Array, period: Sequence[int] | Array, within: float = 30.0) -> Array:
    """Which scenes to compare: all after (1), and of those before (0) the ones whose day of the year is near that of one after.

    `days` are whole or broken days since any one moment, of each scene. Gives the period again, with 2 for what is left out.
    """
    at, which = np.asarray(days, float), np.asarray(period, np.int8)
    after = at[which == 1]
    apart = np.abs((at[:, None] - after[None, :] + YEAR_DAYS / 2) % YEAR_DAYS - YEAR_DAYS / 2)
    near = (apart <= within).any(axis=1)
    return np.where((which == 0) & ~near, 2, which).astype(np.int8)


def earlier_years(
    days: Sequence[float] | Array, period: Sequence[int] | Array, within: float = 30.0
) -> tuple[Array, Array]:
    """The period again for a comparison of one season with the same season of earlier years, and how many years back each scene lies.

    Of the scenes before (0) those of earlier years stay whose day of the year is near that of one after; what lies before in the
    year of those after itself becomes 3 where it is near (it only helps to date), and everything else 2.
    """
    at, which = np.asarray(days, float), in_season(days, period, within)
    after = at[np.asarray(period) == 1]
    back = np.rint((np.median(after) - at) / YEAR_DAYS).astype(int) if len(after) else np.zeros(len(at), int)
    return np.where((which == 0) & (back < 1), 3, which).astype(np.int8), np.where(which == 1, 0, back)


def between_years(stack: Array, period: Sequence[int] | Array, years: Sequence[int] | Array) -> Array:
    """Mean after less mean before of each pixel, over the root of 1 + 1/(earlier years): equal in size where only years differ.

    Scenes of one year share that year's ploughing and mowing, so that more of them make no difference surer, as a test by scenes
    would have it. In the unit of the index: the null maps give the scale. NaN where a period has fewer than two clear scenes.
    """
    which, year = np.asarray(period), np.asarray(years)
    many = max(len(np.unique(year[which == 0])), 1)
    held = [moments(stack, which == p) for p in (0, 1)]
    told = (held[0].n >= 2) & (held[1].n >= 2)
    return np.where(told, (held[1].mean - held[0].mean) / np.float32((1 + 1 / many) ** 0.5), np.nan).astype(np.float32)


def scored(stack: Array, period: Sequence[int] | Array) -> Season:
    """Score of each pixel of a stack of an index (scene, row, column; NaN where not clear). `period`: 0 before, 1 after, else
    passed over."""  # noqa: D205, D209
    which = np.asarray(period)
    sides = [np.asarray(stack[which == p], np.float32) for p in (0, 1)]
    number = [np.isfinite(s).sum(axis=0) for s in sides]
    shape = stack.shape[1:]
    middle = [_median(s, shape) for s in sides]
    spread = np.maximum(1.4826 * _median(np.abs(sides[0] - middle[0]), shape), FLOOR)
    enough = (number[0] >= LEAST_BEFORE) & (number[1] >= 1)
    with np.errstate(divide="ignore"):
        error = _CORRECTED * spread * np.sqrt(1.0 / number[0] + 1.0 / number[1])
    change = np.where(enough, middle[1] - middle[0], np.nan).astype(np.float32)
    score = np.where(enough, change / np.where(enough, error, 1.0), np.nan).astype(np.float32)
    return Season(score, change, number[0].astype(np.uint16), number[1].astype(np.uint16))


def _median(stack: Array, shape: tuple[int, ...]) -> Array:
    """Median of the finite values of each pixel, NaN where there are none."""
    made = np.full(shape, np.nan, np.float32)
    if len(stack):
        some = np.isfinite(stack).any(axis=0)
        made[some] = np.nanmedian(stack[:, some], axis=0)
    return made
