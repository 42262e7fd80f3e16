"""The plane of a map: which projection suits a frame, and degrees in, points out.

Equirectangular at the middle latitude where its scale is true to 1 % over the whole frame; otherwise the better of
transverse Mercator and Lambert's conformal conic. Longitudes are unrolled around the middle of the frame, so that a
line across the 180th meridian stays in one piece.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon, box
from shapely.geometry.base import BaseGeometry

from ..draw import WIDTH

AXIS_M, ECCENTRICITY_2 = 6_378_137.0, 0.006_694_379_990_14
"""WGS 84: half of the long axis, metres, and the square of the eccentricity."""

TRUE_ENOUGH = 0.01
"""Up to this share the scale of an equirectangular map may be off anywhere in its frame."""

EQUIRECTANGULAR, TRANSVERSE, CONIC = "equirectangular", "transverse", "conic"
Numbers = np.ndarray[Any, np.dtype[np.float64]]


def radii_m(lat_deg: float) -> tuple[float, float]:
    """Metres that one radian is worth at this latitude: (eastward, northward)."""
    w = 1 - ECCENTRICITY_2 * math.sin(math.radians(lat_deg)) ** 2
    east = AXIS_M / math.sqrt(w) * math.cos(math.radians(lat_deg))
    return max(east, 1.0), AXIS_M * (1 - ECCENTRICITY_2) / w**1.5


@lru_cache(maxsize=64)
def _proj(definition: str) -> Any:
    from pyproj import Proj

    return Proj(definition)


@dataclass(frozen=True)
class Projection:
    """Degrees to metres and back, around one middle point; `reach_deg` is the height of what it has to show."""

    kind: str
    lon_deg: float
    lat_deg: float
    reach_deg: float = 1.0

    @property
    def _definition(self) -> str:
        middle = f"+lon_0={self.lon_deg:.6f} +lat_0={self.lat_deg:.6f} +ellps=WGS84"
        if self.kind == TRANSVERSE:
            return f"+proj=tmerc +k_0=1 {middle}"
        third = max(self.reach_deg, 0.1) / 3
        return f"+proj=lcc +lat_1={self.lat_deg - third:.6f} +lat_2={self.lat_deg + third:.6f} {middle}"

    def unrolled(self, lons_deg: Numbers) -> Numbers:
        """Longitudes as degrees around the middle: never more than 180 to either side."""
        return (lons_deg - self.lon_deg + 180) % 360 - 180 + self.lon_deg

    def metres(self, lons_deg: Numbers, lats_deg: Numbers) -> tuple[Numbers, Numbers]:
        """Give metres east and north of the middle."""
        if self.kind == EQUIRECTANGULAR:
            east, north = radii_m(self.lat_deg)
            x = np.radians(self.unrolled(lons_deg) - self.lon_deg) * east
            return x, np.radians(lats_deg - self.lat_deg) * north
        x, y = _proj(self._definition)(lons_deg, np.clip(lats_deg, -89.9, 89.9))
        return np.asarray(x), np.asarray(y)

    def degrees(self, x_m: Numbers, y_m: Numbers) -> tuple[Numbers, Numbers]:
        """Give unrolled longitudes, and latitudes."""
        if self.kind == EQUIRECTANGULAR:
            east, north = radii_m(self.lat_deg)
            return self.lon_deg + np.degrees(x_m / east), self.lat_deg + np.degrees(y_m / north)
        lons, lats = _proj(self._definition)(x_m, y_m, inverse=True)
        return self.unrolled(np.asarray(lons)), np.asarray(lats)

    def off(self, lons_deg: Numbers, lats_deg: Numbers) -> float:
        """By which share the scale is off at most at these places, eastward or northward."""
        step, lats = 1e-4, np.clip(lats_deg, -88.0, 88.0)
        radii = np.array([radii_m(lat) for lat in lats.tolist()]) * math.radians(step)
        x0, y0 = self.metres(lons_deg, lats)
        x1, y1 = self.metres(lons_deg + step, lats)
        x2, y2 = self.metres(lons_deg, lats + step)
        east, north = np.hypot(x1 - x0, y1 - y0) / radii[:, 0], np.hypot(x2 - x0, y2 - y0) / radii[:, 1]
        return float(max(np.max(np.abs(east - 1)), np.max(np.abs(north - 1))))


def chosen(west: float, south: float, east: float, north: float) -> Projection:
    """Give the projection for these degrees; `east` may exceed 180."""
    middle = ((west + east) / 2, (south + north) / 2)
    reach = (north - south) / 2
    plain = Projection(EQUIRECTANGULAR, *middle, reach)
    lons, lats = (a.ravel() for a in np.meshgrid(np.linspace(west, east, 5), np.linspace(south, north, 5)))
    if plain.off(lons, lats) <= TRUE_ENOUGH:
        return plain
    others = [Projection(TRANSVERSE, *middle, reach)]
    if abs(middle[1]) - reach / 3 > 5:
        others.append(Projection(CONIC, *middle, reach))
    return min((plain, *others), key=lambda p: p.off(lons, lats))


@dataclass(frozen=True)
class Frame:
    """The plane of one map: a rectangle in metres of its projection, `width` points wide on the page."""

    projection: Projection
    left_m: float
    bottom_m: float
    right_m: float
    top_m: float
    width: float = WIDTH

    @property
    def scale(self) -> float:
        """Points per metre."""
        return self.width / (self.right_m - self.left_m)

    @cached_property
    def height(self) -> float:
        """Height of the map, points."""
        return (self.top_m - self.bottom_m) * self.scale

    def xy(self, lon_deg: float, lat_deg: float) -> tuple[float, float]:
        """Where a place lies on the page."""
        known = self._known.get((lon_deg, lat_deg))
        if known is None:
            x, y = self._page(np.array([lon_deg]), np.array([lat_deg]))
            known = self._known[lon_deg, lat_deg] = float(x[0]), float(y[0])
        return known

    @cached_property
    def _known(self) -> dict[tuple[float, float], tuple[float, float]]:
        return {}

    def learn(self, spots: list[tuple[float, float]]) -> None:
        """Project many places (longitude, latitude) at once, so that `xy` has them at hand."""
        if spots:
            pairs = np.array(spots)
            x, y = self._page(pairs[:, 0], pairs[:, 1])
            self._known.update(zip(spots, zip(x.tolist(), y.tolist(), strict=True), strict=True))

    def _page(self, lons: Numbers, lats: Numbers) -> tuple[Numbers, Numbers]:
        x, y = self.projection.metres(lons, lats)
        return (x - self.left_m) * self.scale, (self.top_m - y) * self.scale

    def points(self, metres: float) -> float:
        """Give a length on the ground as a length on the page."""
        return metres * self.scale

    def holds(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Whether a point of the page lies in the frame, at least `margin` points from its edge."""
        return margin <= x <= self.width - margin and margin <= y <= self.height - margin

    def edge_degrees(self, side: str) -> tuple[Numbers, Numbers]:
        """Give degrees along the `bottom` (from left) or `right` edge (from top), at 81 steps."""
        xs, ys = np.linspace(self.left_m, self.right_m, 81), np.linspace(self.top_m, self.bottom_m, 81)
        if side == "bottom":
            return self.projection.degrees(xs, np.full(81, self.bottom_m))
        return self.projection.degrees(np.full(81, self.right_m), ys)

    @cached_property
    def _grid_deg(self) -> tuple[Numbers, Numbers]:
        across, up = np.linspace(self.left_m, self.right_m, 9), np.linspace(self.bottom_m, self.top_m, 9)
        xs, ys = np.meshgrid(across, up)
        return self.projection.degrees(xs.ravel(), ys.ravel())

    @cached_property
    def bounds_deg(self) -> tuple[float, float, float, float]:
        """West, south, east, north of everything in the frame, unrolled."""
        lons, lats = self._grid_deg
        return float(lons.min()), float(lats.min()), float(lons.max()), float(lats.max())

    @cached_property
    def off(self) -> float:
        """By which share the scale is off at most in this frame."""
        return self.projection.off(*self._grid_deg)

    def drawn(self, geometry: BaseGeometry, tolerance: float = 0.35) -> BaseGeometry:
        """Give a geometry in degrees as points of the page, cut at the frame; simplified by `tolerance` points."""
        west, south, east, north = self.bounds_deg
        room = 0.05 * max(east - west, north - south)
        kept = []
        for turn in (-360.0, 0.0, 360.0):
            w, s, e, n = west - room - turn, south - room, east + room - turn, north + room
            x0, y0, x1, y1 = geometry.bounds if not geometry.is_empty else (1e9, 0, 1e9, 0)
            if x1 >= w and x0 <= e and y1 >= s and y0 <= n:
                cut = shapely.intersection(geometry, box(w, s, e, n))
                kept.append(shapely.transform(cut, self._on_page))
        whole = shapely.union_all(kept) if len(kept) != 1 else kept[0]
        return shapely.clip_by_rect(shapely.simplify(whole, tolerance), 0, 0, self.width, self.height)

    def _on_page(self, pairs: Numbers) -> Numbers:
        return np.column_stack(self._page(pairs[:, 0], pairs[:, 1]))


def unbroken(geometry: BaseGeometry) -> BaseGeometry:
    """Give a geometry whose lines and rings never jump from 180° E to 180° W: they run on past 180 degrees."""
    west, _, east, _ = geometry.bounds if not geometry.is_empty else (0, 0, 0, 0)
    if east - west <= 180:
        return geometry
    parts = [_part(p) for p in shapely.get_parts(geometry)]
    return shapely.union_all(parts)


def _part(part: BaseGeometry) -> BaseGeometry:
    if isinstance(part, Polygon):
        return Polygon(_run_on(part.exterior), [_run_on(r) for r in part.interiors]).buffer(0)
    return LineString(_run_on(part)) if isinstance(part, LineString) else part


def _run_on(ring: BaseGeometry) -> Numbers:
    pairs = shapely.get_coordinates(ring)
    return np.column_stack((np.unwrap(pairs[:, 0], period=360), pairs[:, 1]))


def span_of(lons_deg: list[float]) -> tuple[float, float]:
    """Give the narrowest span of longitudes that holds all of these; its end may exceed 180."""
    turned = sorted({lon % 360 for lon in lons_deg})
    gaps = [(b - a, b) for a, b in zip(turned, [*turned[1:], turned[0] + 360], strict=True)]
    gap, begin = max(gaps)
    west = (begin + 180) % 360 - 180
    return west, west + 360 - gap


def padded(
    west: float,
    south: float,
    east: float,
    north: float,
    tallest: float = 1.12,
    flattest: float = 0.5,
    width: float = WIDTH,
) -> Frame:
    """Give a frame with room around; its height is `flattest` to `tallest` times its width."""
    pad = max(0.05 * max(east - west, north - south), 0.02)
    shrink = max(math.cos(math.radians((south + north) / 2)), 0.02)
    west, east = west - pad / shrink, east + pad / shrink
    south, north = max(south - pad, -89.5), min(north + pad, 89.5)
    projection = chosen(west, south, east, north)
    lons, lats = (a.ravel() for a in np.meshgrid(np.linspace(west, east, 9), np.linspace(south, north, 9)))
    x, y = projection.metres(lons, lats)
    return shaped(
        projection, (float(x.min()), float(y.min()), float(x.max()), float(y.max())), tallest, flattest, width
    )


def shaped(
    projection: Projection,
    box_m: tuple[float, float, float, float],
    tallest: float = 1.12,
    flattest: float = 0.5,
    width: float = WIDTH,
) -> Frame:
    """Give the frame of a box in metres, made wider or higher where its form asks for it."""
    left, bottom, right, top = box_m
    across, up = max(right - left, 200.0), max(top - bottom, 200.0)
    wide, high = max(across, up / tallest), max(up, across * flattest)
    x, y = (left + right) / 2, (bottom + top) / 2
    return Frame(projection, x - wide / 2, y - high / 2, x + wide / 2, y + high / 2, width)
