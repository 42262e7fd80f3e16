"""Buildings and lists of what changes a surface in peace, from vector files: their shapes in the grid's CRS. An edge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from .. import when
from ..errors import InputError, Problem
from ..nouns import Interval
from ..satellite.detect import LISTED_M, Building, Listed, building
from ..satellite.grid import Grid
from .planes import Plane

SUFFIXES = {".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GPKG"}
MOST = 2_000_000
"""More shapes than this are refused: cut the file to the stack."""
MOST_MB = 2_000.0


class House(NamedTuple):
    """A building as given: its name, and its shape in the grid's CRS."""

    id: str
    shape: Any


def _read(path: Path, grid: Grid, wanted: tuple[str, ...]) -> Iterator[tuple[int, dict[str, Any], Any]]:
    """Number, fields and shape of each feature; what has no usable shape is left out. Raises InputError."""
    from pyogrio.errors import DataLayerError, DataSourceError
    from pyogrio.raw import read
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    driver = SUFFIXES.get(path.suffix.lower())
    if driver is None or not path.is_file() or path.stat().st_size > MOST_MB * 1e6:
        raise _wrong(
            path,
            "no such file" if not path.is_file() else "another format, or too large a file",
            f"GeoJSON or GeoPackage of at most {MOST_MB:,.0f} MB",
        )
    if not _begins(path, driver):
        raise _wrong(path, f"a file that is no {driver}", "GeoJSON or GeoPackage")
    try:
        meta, _, shapes, values = read(path, max_features=MOST + 1)
        turn = Transformer.from_crs(meta["crs"] or "OGC:CRS84", grid.crs, always_xy=True).transform
    except (DataSourceError, DataLayerError, ProjError, ValueError) as error:
        raise _wrong(path, f"what cannot be read ({str(error)[:120]})", "polygons or points with a CRS") from None
    if len(shapes) > MOST:
        raise _wrong(path, f"more than {MOST:,} shapes", "a file cut to the area of the stack")
    names = list(meta["fields"])
    columns = {n: values[names.index(n)] for n in wanted if n in names}
    turned = shapely.transform(
        shapely.from_wkb(shapes, on_invalid="ignore"), lambda xy: np.column_stack(turn(xy[:, 0], xy[:, 1]))
    )
    for number, shape in enumerate(turned):
        if shape is not None and not shape.is_empty and np.isfinite(shapely.get_coordinates(shape)).all():
            yield number, {n: column[number] for n, column in columns.items()}, shapely.make_valid(shape)


def _begins(path: Path, driver: str) -> bool:
    with path.open("rb") as handle:
        head = handle.read(16)
    return head.startswith(b"SQLite format 3") if driver == "GPKG" else head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{"


def _wrong(path: Path, found: str, expected: str) -> InputError:
    return InputError(Problem(path.name, 0, "", found, expected))


def buildings(path: Path | None, grid: Grid) -> tuple[House, ...]:
    """The buildings of a file, in its order; a point or a line is none. Empty where no file is given."""
    if path is None:
        return ()
    made = []
    for number, fields, shape in _read(path, grid, ("id", "osm_id", "name")):
        if shape.geom_type in {"Polygon", "MultiPolygon"}:
            told = next((str(fields[n]) for n in ("id", "osm_id", "name") if _said(fields.get(n))), str(number + 1))
            made.append(House(told, shape))
    if not made:
        raise _wrong(path, "no polygon", "footprints of buildings")
    return tuple(made)


def _said(value: Any) -> bool:
    return value is not None and str(value) not in {"", "nan", "None", "NaT"}


def lists(paths: Iterable[Path], grid: Grid) -> list[Listed]:
    """Listed kilns, harvests, floods, quarries: features with `kind`, and `radius_m`, `start`, `end` where they have them."""
    made = []
    unit_m = (grid.pixel_area_m2 / _pixel_area(grid)) ** 0.5
    for path in paths:
        for number, fields, shape in _read(path, grid, ("kind", "radius_m", "start", "end")):
            if not _said(fields.get("kind")):
                raise _wrong(
                    path, f"feature {number + 1} without kind", "kind: kiln, harvest, flood, quarry or another word"
                )
            try:
                start, end = (_span(fields.get(n)) for n in ("start", "end"))
                radius = float(fields["radius_m"]) if _said(fields.get("radius_m")) else 0.0
            except ValueError as error:
                raise _wrong(
                    path, f"feature {number + 1}: {error}", "dates such as 2025-07-24, metres as a number"
                ) from None
            if shape.geom_type not in {"Polygon", "MultiPolygon"} and not radius:
                radius = LISTED_M
            wide = shape.buffer(radius / unit_m) if radius else shape
            made.append(Listed(str(fields["kind"]), wide, start.start if start else None, end.end if end else None))
    return made


def _span(value: Any) -> Interval | None:
    return when.parse(str(value)[:25], "UTC") if _said(value) else None


def judged(houses: Iterable[House], grid: Grid, score: Plane, signs: Plane) -> Iterator[tuple[House, Building]]:
    """What the pixels say of each building."""
    inverse = ~_affine(grid)
    for house in houses:
        rows, columns = _pixels(house.shape, inverse, (grid.rows, grid.columns))
        scores, marks = _at(score, rows, columns), _at(signs, rows, columns)
        yield house, building(house.id, scores, marks, house.shape.area / _pixel_area(grid))


def _pixel_area(grid: Grid) -> float:
    """Area of a pixel in the unit of the CRS."""
    a, b, _, d, e, _ = grid.transform
    return abs(a * e - b * d)


def _affine(grid: Grid) -> Any:
    from affine import Affine

    return Affine(*grid.transform)


def _pixels(shape: Any, inverse: Any, size: tuple[int, int]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Pixels whose centre lies in the shape; where there is none, the one that holds its middle."""
    turned = shapely.transform(shape, lambda xy: np.column_stack(inverse @ (xy[:, 0], xy[:, 1])))
    left, top, right, bottom = turned.bounds
    rows = np.arange(max(int(top), 0), min(int(bottom) + 1, size[0]))
    columns = np.arange(max(int(left), 0), min(int(right) + 1, size[1]))
    if not len(rows) or not len(columns):
        return np.zeros(0, int), np.zeros(0, int)
    across, down = np.meshgrid(columns, rows)
    inside = shapely.contains_xy(turned, across + 0.5, down + 0.5)
    if inside.any():
        return down[inside], across[inside]
    middle = turned.representative_point()
    row, column = int(np.floor(middle.y)), int(np.floor(middle.x))
    held = 0 <= row < size[0] and 0 <= column < size[1]
    return (np.array([row]), np.array([column])) if held else (np.zeros(0, int), np.zeros(0, int))


def _at(plane: Plane, rows: NDArray[Any], columns: NDArray[Any]) -> NDArray[Any]:
    if not len(rows):
        return np.zeros(0, plane.dtype)
    row, column = int(rows.min()), int(columns.min())
    window = plane.get((row, column, int(rows.max()) - row + 1, int(columns.max()) - column + 1))
    found: NDArray[Any] = window[rows - row, columns - column]
    return found
