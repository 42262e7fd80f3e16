"""Detections around places and moments: what lies near on the day, and on other days at the same place.

Detections are sorted into cells of a tenth of a degree and by time within a cell, so that each place reads only the cells
and days that it needs. Times are days since 1970 as fractions, distances kilometres on a sphere with the place's own
parallel (within 0.5 % over the 10 km that are looked at).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

Array = np.ndarray[Any, Any]
FAR_KM = 10.0
"""No detection farther off is looked at."""
NEAR_KM = 2.0
"""The background close by, where fixed heat sources show."""
AWAY = (21.0, 35.0)
"""How far off in time the days of comparison lie, days, before and after."""
_CELL = 0.1
_KM = 111.195  # a degree of a great circle on a sphere of 6,371.0 km


class Field(NamedTuple):
    """Detections by cell and time. `starts` has one entry a cell and one more."""

    west: float
    south: float
    columns: int
    rows: int
    starts: Array
    lon_deg: Array
    lat_deg: Array
    day: Array
    size_km: Array


class Around(NamedTuple):
    """For each place: on its days the distance of the best detection and its number, on other days two counts and their length.

    `score_km` is the nearest detection of the day, `late_km` that of the day after; infinite where there is none. `near` and
    `far` count detections of the comparison days within NEAR_KM and FAR_KM, `days` how many of those days are covered.
    """

    score_km: Array
    late_km: Array
    pixel_km: Array
    found: Array
    near: Array
    far: Array
    days: Array


def field(lon_deg: Array, lat_deg: Array, day: Array, size_km: Array) -> Field:
    """Sort detections into cells; `day` is days since 1970 (fractions), `size_km` the pixel's longer side, NaN unknown."""
    if not len(lon_deg):
        empty = np.zeros(0)
        return Field(0.0, 0.0, 1, 1, np.zeros(2, np.int64), empty, empty, empty, empty)
    west, south = np.floor(lon_deg.min() / _CELL) * _CELL, np.floor(lat_deg.min() / _CELL) * _CELL
    column = ((lon_deg - west) / _CELL).astype(np.int64)
    row = ((lat_deg - south) / _CELL).astype(np.int64)
    columns, rows = int(column.max()) + 1, int(row.max()) + 1
    cell = row * columns + column
    order = np.lexsort((lat_deg, lon_deg, day, cell))
    starts = np.searchsorted(cell[order], np.arange(columns * rows + 1))
    return Field(west, south, columns, rows, starts, lon_deg[order], lat_deg[order], day[order], size_km[order])


def around(places: tuple[Array, Array, Array, Array], detections: Field, covered: Array) -> Around:
    """What lies around each place: `places` are lon_deg, lat_deg, first day and last day (fractions, half-open).

    `covered` are spans of days (n x 2) for which detections are held; other days count for nothing.
    """
    _, _, first, last = places
    before = _overlap(first - AWAY[1], last - AWAY[0], covered)
    after = _overlap(first + AWAY[0], last + AWAY[1], covered)
    score, late, pixel, found, near, far = _around(places, detections)
    return Around(score, late, pixel, found, near, far, before + after)


def held(first: Array, last: Array, covered: Array) -> Array:
    """Whether detections are held for all of each span."""
    whole: Array = _overlap(first, last, covered) >= (last - first) - 1e-9
    return whole


def _overlap(first: Array, last: Array, covered: Array) -> Array:
    both = np.minimum(last[:, None], covered[None, :, 1]) - np.maximum(first[:, None], covered[None, :, 0])
    summed: Array = np.maximum(both, 0.0).sum(axis=1)
    return summed


def spans(day: Array, gap: float = 60.0) -> Array:
    """Spans of whole days for which detections are held: broken where none is held for more than `gap` days."""
    days = np.unique(np.floor(day))
    if not len(days):
        return np.zeros((0, 2))
    breaks = np.flatnonzero(np.diff(days) > gap)
    return np.stack([days[np.r_[0, breaks + 1]], days[np.r_[breaks, len(days) - 1]] + 1.0], axis=1)


@njit(cache=True, nogil=True)
def _around(places: tuple[Array, Array, Array, Array], known: Field) -> tuple[Array, Array, Array, Array, Array, Array]:
    lon, lat, first, last = places
    west, south, columns, rows = known.west, known.south, known.columns, known.rows
    starts, d_lon, d_lat, d_day, d_size = known.starts, known.lon_deg, known.lat_deg, known.day, known.size_km
    n = len(lon)
    score, late, pixel = np.full(n, np.inf), np.full(n, np.inf), np.full(n, np.nan)
    found, near, far = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    for i in range(n):
        scale = np.cos(np.radians(lat[i])) * _KM
        reach_x, reach_y = FAR_KM / max(scale, 1.0), FAR_KM / _KM
        x0 = max(0, int(np.floor((lon[i] - reach_x - west) / _CELL)))
        x1 = min(columns - 1, int(np.floor((lon[i] + reach_x - west) / _CELL)))
        y0 = max(0, int(np.floor((lat[i] - reach_y - south) / _CELL)))
        y1 = min(rows - 1, int(np.floor((lat[i] + reach_y - south) / _CELL)))
        for y in range(y0, y1 + 1):
            for x in range(x0, x1 + 1):
                low, high = starts[y * columns + x], starts[y * columns + x + 1]
                j = low + np.searchsorted(d_day[low:high], first[i] - AWAY[1])
                while j < high and d_day[j] < last[i] + AWAY[1]:
                    t = d_day[j]
                    before = first[i] - AWAY[1] <= t < last[i] - AWAY[0]
                    after = first[i] + AWAY[0] <= t < last[i] + AWAY[1]
                    today, next_day = first[i] <= t < last[i], last[i] <= t < last[i] + 1.0
                    if before or after or today or next_day:
                        dx, dy = (d_lon[j] - lon[i]) * scale, (d_lat[j] - lat[i]) * _KM
                        km = np.sqrt(dx * dx + dy * dy)
                        if km <= FAR_KM:
                            if before or after:
                                far[i] += 1
                                near[i] += km <= NEAR_KM
                            else:
                                found[i] += 1
                                if today and km < score[i]:
                                    score[i], pixel[i] = km, d_size[j]
                                if next_day and km < late[i]:
                                    late[i] = km
                    j += 1
    return score, late, pixel, found, near, far
