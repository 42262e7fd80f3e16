"""What heat a place has in that season: so that a harvest is no attack and a quiet month's fire stands out.

Cells of a tenth of a degree, days, one instrument at a time (VIIRS sees several times what MODIS sees). Expected is what the
same cell had within 15 days of the same day of other years. The chance of a cell-day with at least `x` detections is the
chance of any (gamma-Poisson, shrunk towards the area's rate of that season) times the share of the area's cell-days with
any that have `x` or more: detections come in clusters, and one large fire is not twenty. Method: a hurdle model; the window
and the cell are those of the published excess rule (The Economist 2023), the shrinkage is ours.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numba import njit

Array = np.ndarray[Any, Any]
CELL_DEG = 0.1
WINDOW = 15
"""Days before and after the same day of other years."""
PRIOR_DAYS = 60.0
"""How many days of its own a cell needs until its rate counts as much as that of the area."""
GAP = 60
"""Days without any detection in the area after which nothing is taken to have been held."""
STATIC_DAYS, STATIC_MONTHS = 12, 6
"""A spot of a hundredth of a degree with detections on so many days in so many months of the year is a fixed heat source."""
_YEAR = 365.2425


class Days(NamedTuple):
    """Cell-days with detections, sorted by cell and day: `number` of detections, `expected` by chance, `chance` of so many."""

    cell: Array
    day: Array
    number: Array
    expected: Array
    chance: Array


def cells(lon_deg: Array, lat_deg: Array) -> Array:
    """Number of the cell of each point: rows of 3,600 cells from the south-west corner of the world."""
    column = np.floor((lon_deg + 180.0) / CELL_DEG + 1e-9).astype(np.int64)
    row = np.floor((lat_deg + 90.0) / CELL_DEG + 1e-9).astype(np.int64)
    return row * 3600 + column


def middle(cell: Array) -> tuple[Array, Array]:
    """Longitude and latitude of the middle of each cell, degrees."""
    return (cell % 3600 + 0.5) * CELL_DEG - 180.0, (cell // 3600 + 0.5) * CELL_DEG - 90.0


def days(lon_deg: Array, lat_deg: Array, day: Array) -> Days:
    """Cell-days of detections with what is expected there in that season. `day` is whole days since 1970.

    A cell-day without other years to compare it with has `expected` and `chance` NaN: not known.
    """
    if not len(day):
        none = np.zeros(0)
        return Days(none.astype(np.int64), none.astype(np.int64), none.astype(np.int64), none, none)
    first = int(day.min())
    span = int(day.max()) - first + 1
    key = cells(lon_deg, lat_deg) * span + (day - first)
    key.sort()
    cell, at, count = _runs(key, span)
    held = _held(at, span)
    expected, any_chance = _expected(cell, at, count, held, cells_in_area=int((np.diff(cell) != 0).sum()) + 1)
    tail = _tail(count)
    chance = any_chance * tail[np.minimum(count, len(tail) - 1)]
    return Days(cell, at + first, count, expected, chance)


def _tail(count: Array) -> Array:
    """Share of cell-days with any detection that have at least so many."""
    number = np.bincount(np.minimum(count, 1000))
    return np.asarray(number[::-1].cumsum()[::-1] / max(number.sum(), 1))


@njit(cache=True, nogil=True)
def _runs(key: Array, span: int) -> tuple[Array, Array, Array]:
    n = 1
    for i in range(1, len(key)):
        n += key[i] != key[i - 1]
    cell, at, count = np.empty(n, np.int64), np.empty(n, np.int64), np.zeros(n, np.int64)
    j = -1
    for i in range(len(key)):
        if i == 0 or key[i] != key[i - 1]:
            j += 1
            cell[j], at[j] = key[i] // span, key[i] % span
        count[j] += 1
    return cell, at, count


def _held(at: Array, span: int) -> Array:
    """Running number of days for which detections are held: nothing is where none came for more than GAP days."""
    seen = np.flatnonzero(np.bincount(at))
    mask = np.zeros(span + 1, np.int64)
    edges = np.r_[0, np.flatnonzero(np.diff(seen) > GAP) + 1, len(seen)]
    for low, high in pairwise(edges.tolist()):
        mask[seen[low] + 1 : seen[high - 1] + 2] = 1
    return mask.cumsum()


def _expected(cell: Array, at: Array, count: Array, held: Array, cells_in_area: int) -> tuple[Array, Array]:
    """Mean detections expected on each cell-day, and the chance of any."""
    span = len(held) - 1
    per_day = np.bincount(at, minlength=span)
    counts = np.bincount(at, weights=count, minlength=span)
    area_any, area_count = (np.r_[0.0, np.cumsum(v)] for v in (per_day, counts))
    shifts = np.array([round(year * _YEAR) for year in range(-int(span / _YEAR) - 1, int(span / _YEAR) + 2) if year])
    exposure, any_area, total_area = _other_years_of(held, area_any, area_count, shifts)
    with np.errstate(invalid="ignore", divide="ignore"):
        prior_any, prior_total = ((v + 0.5) / (exposure * max(cells_in_area, 1)) for v in (any_area, total_area))
    running = np.r_[0, np.cumsum(count)]
    expected, chance = _seasons((cell, at, running), exposure, prior_any, prior_total, shifts)
    return expected, chance


def _other_years_of(held: Array, area_any: Array, area_count: Array, shifts: Array) -> tuple[Array, Array, Array]:
    """For each day: days held in its season of other years, and cell-days with any and detections of the whole area in them."""
    span = len(held) - 1
    day = np.arange(span)
    of_all = np.stack((held, area_any, area_count)).astype(np.float64)
    made = np.zeros((3, span))
    for shift in shifts:
        a, b = np.clip(day + shift - WINDOW, 0, span), np.clip(day + shift + WINDOW + 1, 0, span)
        made += of_all[:, np.maximum(a, b)] - of_all[:, a]
    return made[0], made[1], made[2]


@njit(cache=True, nogil=True)
def _seasons(
    found: tuple[Array, Array, Array], exposure: Array, prior_any: Array, prior_total: Array, shifts: Array
) -> tuple[Array, Array]:
    """Days of a cell are in order, so that the window of each other year only moves on: two places a year are kept."""
    cell, at, running = found
    n = len(cell)
    expected, chance = np.full(n, np.nan), np.full(n, np.nan)
    begins, ends = np.zeros(len(shifts), np.int64), np.zeros(len(shifts), np.int64)
    high = 0
    for i in range(n):
        if i == high:
            begins[:] = i
            ends[:] = i
            while high < n and cell[high] == cell[i]:
                high += 1
        held = exposure[at[i]]
        if held <= 0:
            continue
        any_, total = 0, 0
        for year in range(len(shifts)):
            a, b = at[i] + shifts[year] - WINDOW, at[i] + shifts[year] + WINDOW
            j, k = begins[year], ends[year]
            while j < high and at[j] < a:
                j += 1
            k = max(k, j)
            while k < high and at[k] <= b:
                k += 1
            begins[year], ends[year] = j, k
            any_ += k - j
            total += running[k] - running[j]
        rate = (any_ + PRIOR_DAYS * prior_any[at[i]]) / (held + PRIOR_DAYS)
        chance[i] = 1.0 - np.exp(-rate)
        expected[i] = (total + PRIOR_DAYS * prior_total[at[i]]) / (held + PRIOR_DAYS)
    return expected, chance


class Blocks(NamedTuple):
    """Weeks of blocks of a degree: cell-days with any detection, as many as expected, the chance of so many, and its q-value."""

    west: Array
    south: Array
    start: Array
    cell_days: Array
    expected: Array
    chance: Array
    q: Array


def blocks(found: Days) -> Blocks:
    """Where and when a block had more cell-days with heat in a week than the same season of other years makes likely.

    The chance is that of a negative binomial: as many in other years as were counted, their rate unknown (a gamma prior of
    half a case, Jeffreys), and years that differ by more than chance (as those of this area do). The q-value
    is Benjamini and Hochberg's (1995) over every week of every block that detections are held for.
    """
    if not len(found.day):
        none = np.zeros(0)
        return Blocks(none, none, none, none, none, none, none)
    starts = np.r_[0, np.flatnonzero(np.diff(found.cell)) + 1]  # each cell once, since they are in order
    lon, lat = middle(found.cell[starts])
    west, south = np.floor(lon).astype(np.int64), np.floor(lat).astype(np.int64)
    first = int(found.day.min())
    week = (found.day - first) // 7
    weeks = int(week.max()) + 1
    held = _held(found.day - first, int(found.day.max()) - first + 1)
    days_held = np.diff(held[np.minimum(np.arange(weeks + 1) * 7, len(held) - 1)])
    square = (south + 90) * 360 + west + 180
    there = np.zeros(180 * 360 + 1, np.bool_)
    there[square] = True
    names = np.flatnonzero(there)
    block = np.repeat(np.cumsum(there)[square] - 1, np.diff(np.r_[starts, len(found.cell)]))
    count = (
        np.bincount(block * weeks + week, minlength=len(names) * weeks).reshape(len(names), weeks).astype(np.float64)
    )
    expected, other, years = _other_years(count, days_held)
    chance = _tails(count, other, years, _alike(count, expected, years))
    at = np.argwhere((count > 0) & ~np.isnan(chance))
    p = chance[at[:, 0], at[:, 1]]
    family = len(names) * int(((days_held > 0) & (years > 0)).sum())
    picked = (at[:, 0], at[:, 1])
    west_deg, south_deg = names[at[:, 0]] % 360 - 180, names[at[:, 0]] // 360 - 90
    q = false_discovery(p, family)
    return Blocks(west_deg, south_deg, first + at[:, 1] * 7, count[picked], expected[picked], p, q)


def _other_years(count: Array, days_held: Array) -> tuple[Array, Array, Array]:
    """For each block and week: expected, counted in the same weeks (two to either side) of other years, and how many years."""
    weeks = count.shape[1]
    other, exposure = np.zeros_like(count), np.zeros(weeks)
    for year in range(-60, 61):
        shift = round(year * _YEAR / 7)
        if year == 0 or abs(shift) >= weeks:
            continue
        for step in range(shift - 2, shift + 3):
            low, high = max(0, -step), min(weeks, weeks - step)
            if low >= high:
                continue
            other[:, low:high] += count[:, low + step : high + step]
            exposure[low:high] += days_held[low + step : high + step] > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = np.where(exposure > 0, (other + 0.5) / exposure, np.nan)
    return expected, other, exposure


def _alike(count: Array, expected: Array, exposure: Array) -> float:
    """How alike years are: the size of a negative binomial whose weeks vary about the expected as these do; 1 where unknown.

    By the middle half of the ratios, so that a war or one burning spring does not make all years unlike.
    """
    known = (exposure > 0)[None, :] & (expected > 5.0)
    if known.sum() < 40:
        return 1.0
    low, high = np.quantile(count[known] / expected[known], [0.25, 0.75])
    deviation = (high - low) / 1.349  # of a normal's middle half
    noise = float(np.mean(1.0 / expected[known]))
    return float(1.0 / max(deviation**2 - noise, 1e-3))


@njit(cache=True, nogil=True)
def _tails(count: Array, other: Array, exposure: Array, alike: float) -> Array:
    """Chance of at least `count`: its mean is the expected, its size what was counted, or how alike years are if that is less."""
    made = np.full(count.shape, np.nan)
    for block in range(count.shape[0]):
        for week in range(count.shape[1]):
            if count[block, week] > 0 and exposure[week] > 0:
                size = min(other[block, week] + 0.5, alike)
                mean = (other[block, week] + 0.5) / exposure[week]
                made[block, week] = _negative_binomial(int(count[block, week]), size, mean / (mean + size))
    return made


@njit(cache=True, nogil=True)
def _negative_binomial(least: int, size: float, p: float) -> float:
    """Chance of `least` or more where each success has the chance `p` and `size` failures end it."""
    term, below = (1.0 - p) ** size, 0.0
    for k in range(least):
        below += term
        term *= (size + k) / (k + 1) * p
    return max(1.0 - below, 1e-15)


def false_discovery(chance: Array, family: int = 0) -> Array:
    """q-values of Benjamini and Hochberg (1995): the least rate of false discoveries at which each would be called excess.

    `family` is how many were looked at, where only the remarkable are given. Valid where neighbours depend on one another
    positively, as those of one fire do (Benjamini and Yekutieli 2001).
    """
    order = np.argsort(chance, kind="stable")
    scaled = chance[order] * max(family, len(chance)) / np.arange(1, len(chance) + 1)
    made = np.empty(len(chance))
    made[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0) if len(chance) else 0.0
    return made


def static(lon_deg: Array, lat_deg: Array, day: Array) -> set[tuple[int, int]]:
    """Spots of a hundredth of a degree (column, row) that burn all year round: works, kilns, flares. A list to warn, not to drop."""
    if not len(day):
        return set()
    table = pl.DataFrame(
        {"x": np.floor(lon_deg * 100).astype(np.int64), "y": np.floor(lat_deg * 100).astype(np.int64), "day": day}
    )
    month = (pl.col("day") % _YEAR / _YEAR * 12).floor().alias("month")
    spots = table.unique().group_by("x", "y").agg(pl.len().alias("days"), month.n_unique().alias("months"))
    kept = spots.filter(pl.col("days") >= STATIC_DAYS, pl.col("months") >= STATIC_MONTHS)
    return set(kept.select("x", "y").iter_rows())
