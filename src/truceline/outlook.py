"""What lies in a field of view or within sight of a track: bearings and distances over the ellipsoid, no terrain.

A view is a position (or a track), how far it reaches and between which bearings, clockwise. What stands behind a ridge counts as
seen: the terrain is no part of this, and every output that rests on it says so.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import where
from .nouns import View

TERRAIN = "terrain is not counted"
_METRES = 110_900.0

Bools = NDArray[np.bool_]


def holds(view: View, lon_deg: Any, lat_deg: Any) -> Bools:
    """Which of these points lie within the view's range, and for a position within its field."""
    lon, lat = np.atleast_1d(np.asarray(lon_deg, float)), np.atleast_1d(np.asarray(lat_deg, float))
    if len(view.path) > 1:
        return _along(view, lon, lat)
    at = view.path[0]
    bearing, distance = where.bearings_m(*at, lon, lat)
    within: Bools = distance <= view.range_m
    if view.bearing_from_deg is None or view.bearing_to_deg is None:
        return within
    width = (view.bearing_to_deg - view.bearing_from_deg) % 360.0 or 360.0
    inside: Bools = within & (((bearing - view.bearing_from_deg) % 360.0 <= width) | (distance == 0))
    return inside


def _along(view: View, lon: Any, lat: Any) -> Bools:
    """Points no farther from a track than its range, on a plane about the track's middle."""
    import shapely

    path = np.array(view.path)
    east = _METRES * math.cos(math.radians(float(path[:, 1].mean())))
    line = shapely.LineString(path * (east, _METRES))
    near: Bools = shapely.dwithin(shapely.points(lon * east, lat * _METRES), line, view.range_m)
    return near


@lru_cache(maxsize=4096)
def outline(view: View) -> Any:
    """The view as a polygon (shapely, lon and lat): what a map shows, and what a sector is crossed with."""
    import shapely

    if len(view.path) > 1:
        east = _METRES * math.cos(math.radians(sum(p[1] for p in view.path) / len(view.path)))
        line = shapely.LineString([(x * east, y * _METRES) for x, y in view.path])
        return shapely.transform(line.buffer(view.range_m, quad_segs=8), lambda xy: xy / (east, _METRES))
    at = view.path[0]
    start, end = view.bearing_from_deg, view.bearing_to_deg
    if start is None or end is None:
        start, end = 0.0, 360.0
    width = (end - start) % 360.0 or 360.0
    steps = max(2, math.ceil(width / 5) + 1)
    arc = [where.ahead(*at, start + width * n / (steps - 1), view.range_m) for n in range(steps)]
    return shapely.Polygon(arc if width == 360.0 else [at, *arc])
