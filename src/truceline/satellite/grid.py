"""Where the pixels of a raster lie: shape, transform and projection as one value, so that two rasters are comparable or refused.

Arithmetic on two arrays of the same shape gives a picture whether or not they cover the same ground. Whoever compares
scenes here compares their grids first, by `same`, and is told which scenes differ and in what.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pyproj import CRS, Geod
from pyproj.exceptions import CRSError

from ..errors import InputError, Problem

Six = tuple[float, float, float, float, float, float]
CLOSE_PX = 0.01
"""Two grids are one if no corner lies farther apart than this share of a pixel: writers round transforms differently."""
LARGEST = 65_535 * 65_535
"""No raster with more pixels than this is believed."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Shape, affine transform and projection of a raster; hashable.

    x = a * column + b * row + c and y = d * column + e * row + f, from the outer corner of the first pixel, for
    `transform` (a, b, c, d, e, f), the order of rasterio and affine. `crs` is canonical text: `EPSG:n` where the authority
    knows it, else WKT; build it by `grid`, which sees to that.
    """

    rows: int
    columns: int
    transform: Six
    crs: str

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns, the shape of an array on this grid."""
        return self.rows, self.columns

    def xy(self, row: float, column: float) -> tuple[float, float]:
        """Coordinates of a place in the raster, in the unit of the projection; (0, 0) is the outer corner, +0.5 a centre."""
        a, b, c, d, e, f = self.transform
        return a * column + b * row + c, d * column + e * row + f

    def rowcol(self, x: float, y: float) -> tuple[float, float]:
        """Row and column of a place, as fractions: the inverse of `xy`."""
        a, b, c, d, e, f = self.transform
        det = a * e - b * d
        return (a * (y - f) - d * (x - c)) / det, (e * (x - c) - b * (y - f)) / det

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """The four outer corners: of the first row, then of the last, each from the first column."""
        return tuple(self.xy(r, c) for r in (0, self.rows) for c in (0, self.columns))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Least x, least y, greatest x and greatest y, in the unit of the projection."""
        xs, ys = zip(*self.corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def pixel_m(self) -> tuple[float, float]:
        """Width and height of the middle pixel, metres: on the ellipsoid where the projection counts in degrees."""
        a, b, _, d, e, _ = self.transform
        crs = _crs(self.crs)
        if not crs.is_geographic:
            unit = crs.axis_info[0].unit_conversion_factor or 1.0
            return math.hypot(a, d) * unit, math.hypot(b, e) * unit
        row, column = self.rows / 2, self.columns / 2
        geod = crs.get_geod() or Geod(ellps="WGS84")
        here = self.xy(row, column)
        wide, high = (geod.inv(*here, *self.xy(row + i, column + j))[2] for i, j in ((0, 1), (1, 0)))
        return wide, high

    @property
    def pixel_area_m2(self) -> float:
        """Area of the middle pixel, square metres."""
        a, b, _, d, e, _ = self.transform
        wide, high = self.pixel_m
        lean = abs(a * e - b * d) / (math.hypot(a, d) * math.hypot(b, e))
        return wide * high * lean

    def window(self, row: int, column: int, rows: int, columns: int) -> Grid:
        """The part that begins at `row` and `column` and has so many; it must lie inside. Raises ValueError."""
        if min(row, column) < 0 or min(rows, columns) < 1 or row + rows > self.rows or column + columns > self.columns:
            raise ValueError(
                f"{rows} x {columns} pixels from {row}, {column} leave a grid of {self.rows} x {self.columns}"
            )
        a, b, _, d, e, _ = self.transform
        x, y = self.xy(row, column)
        return Grid(rows, columns, (a, b, x, d, e, y), self.crs)

    def tiles(self, size: int, halo: int = 0) -> Iterator[tuple[slice, slice, slice, slice]]:
        """Tiles of at most `size` rows and columns: slices to read, with `halo` pixels around, and of these those to keep."""
        for top in range(0, self.rows, size):
            for left in range(0, self.columns, size):
                bottom, right = min(top + size, self.rows), min(left + size, self.columns)
                up, back = max(top - halo, 0), max(left - halo, 0)
                read = slice(up, min(bottom + halo, self.rows)), slice(back, min(right + halo, self.columns))
                yield *read, slice(top - up, bottom - up), slice(left - back, right - back)


def grid(shape: tuple[int, int], transform: Iterable[float], crs: object, name: str = "raster") -> Grid:
    """The grid of a raster called `name`; `transform` has six numbers (affine's nine are cut), `crs` is what pyproj reads.

    Raises InputError, with the name, for no pixels or absurdly many, a transform that is not finite or has no area, and a
    projection that is missing or cannot be read.
    """
    rows, columns = int(shape[0]), int(shape[1])
    if min(rows, columns) < 1 or rows * columns > LARGEST:
        raise InputError(Problem(name, 0, "shape", f"{rows} x {columns} pixels", f"between 1 and {LARGEST} pixels"))
    six = tuple(float(v) + 0.0 for v in list(transform)[:6])
    if len(six) != 6 or not all(map(math.isfinite, six)) or abs(six[0] * six[4] - six[1] * six[3]) < 1e-18:
        raise InputError(Problem(name, 0, "transform", str(six), "six finite numbers that give pixels an area"))
    if crs is None or not str(crs).strip():
        raise InputError(Problem(name, 0, "crs", "no projection", "a raster that says where on Earth it lies"))
    try:
        text = canonical(crs if isinstance(crs, str | int) else str(crs))
    except CRSError:
        raise InputError(Problem(name, 0, "crs", str(crs)[:80], "a projection that PROJ knows")) from None
    return Grid(rows, columns, six, text)


@lru_cache(maxsize=256)
def canonical(crs: str | int) -> str:
    """One text for one projection: `EPSG:n` or another authority's code where it is surely that one, else WKT. Raises CRSError."""
    found = CRS.from_user_input(crs)
    known = found.to_authority(min_confidence=100)
    return ":".join(known) if known else found.to_wkt()


@lru_cache(maxsize=256)
def _crs(text: str) -> CRS:
    return CRS.from_user_input(text)


def differences(a: Grid, b: Grid) -> list[str]:
    """What differs between two grids, in words; empty if they are one (corners within CLOSE_PX of a pixel)."""
    found = []
    if a.crs != b.crs:
        found.append(f"projection {_brief(a.crs)} and {_brief(b.crs)}")
    if a.shape != b.shape:
        found.append(f"{a.rows} x {a.columns} and {b.rows} x {b.columns} pixels")
    step = [math.hypot(g.transform[0], g.transform[3]) for g in (a, b)]
    if abs(step[0] - step[1]) > CLOSE_PX * step[0] / max(a.columns, 1):
        found.append(f"pixels of {step[0]:g} and {step[1]:g} in the unit of the projection")
    elif a.crs == b.crs and a.shape == b.shape:
        pairs = [(*a.rowcol(*p), *a.rowcol(*q)) for p, q in zip(a.corners, b.corners, strict=True)]
        off = max(max(abs(r - s), abs(c - d)) for r, c, s, d in pairs)
        if off > CLOSE_PX:
            found.append(f"corners up to {off:.2f} pixels apart")
    return found


def _brief(crs: str) -> str:
    return crs if len(crs) < 40 else _crs(crs).name


def same(first: Grid, second: Grid, names: tuple[str, str] = ("first", "second")) -> Grid:
    """The one grid of two rasters, which is `first`. Raises InputError that names both and says what differs."""
    found = differences(first, second)
    if found:
        raise InputError(
            Problem(names[1], 0, "grid", f"another grid than that of {names[0]}: {'; '.join(found)}",
                    "scenes on one grid: warp one onto the other, or give a stack of one tile and orbit")
        )  # fmt: skip
    return first


def all_same(grids: dict[str, Grid]) -> Grid:
    """The one grid of many rasters, by name.

    Raises InputError with every scene that differs from the one before it, ValueError for none.
    """
    if not grids:
        raise ValueError("no scene was given")
    problems: list[Problem] = []
    first, *_ = grids.values()
    for (name, one), (next_name, following) in pairwise(grids.items()):
        try:
            same(one, following, (name, next_name))
        except InputError as found:
            problems += found.problems
    if problems:
        raise InputError(problems)
    return first
