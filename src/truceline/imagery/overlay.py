"""Two pictures that a map lays over each other: before.png, after.png, and plate.json with where they lie. An edge.

Both pictures are north up in equal steps of longitude and latitude, on one scale of grey, and clear where nothing was seen.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from ..report import change as drawn
from ..satellite.grid import Grid
from .shades import grey, shown, stretch_of

if TYPE_CHECKING:
    from . import Found

Array = NDArray[Any]
MOST_PX = 1024
"""Pixels of a picture's longer side."""


def write(folder: Path, found: Found, told: dict[str, Any]) -> None:
    """The pictures of the whole raster and plate.json; `told` is what figure.json holds."""
    grid = found.plan.stack.grid
    window = (0, 0, grid.rows, grid.columns)
    means = [shown(plane, window, MOST_PX) for plane in (found.before, found.after)]
    step = max(1, -(-grid.columns // MOST_PX), -(-grid.rows // MOST_PX))
    west, south, east, north = box(grid)
    laid = [laid_out(m, grid, step, (west, south, east, north)) for m in means]
    stretch = stretch_of(*laid)
    for name, picture in zip(("before", "after"), laid, strict=True):
        (folder / f"{name}.png").write_bytes(grey(picture, stretch))
    about = {
        "before": "before.png", "after": "after.png", "bounds": [[west, north], [east, north], [east, south], [west, south]],
        "before_date": _days(told["before"]), "after_date": _days(told["after"]), "title": drawn.title(told),
        "source": told["source"] or told["title"],
    }  # fmt: skip
    (folder / "plate.json").write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _days(period: dict[str, Any]) -> str:
    """First and last day of the scenes of a period, in UTC."""
    first, last = period["first"][:10], period["last"][:10]
    return first if first == last else f"{first}/{last}"


def box(grid: Grid) -> tuple[float, float, float, float]:
    """West, south, east and north of a grid, degrees, from its edge: a straight edge of the grid is none on the map."""
    down, across = (np.linspace(0, n, 33) for n in grid.shape)
    edge = [
        (r, c)
        for r, c in np.stack(np.meshgrid(down, across, indexing="ij"), -1).reshape(-1, 2)
        if r in (0, grid.rows) or c in (0, grid.columns)
    ]
    x, y = np.array([grid.xy(float(r), float(c)) for r, c in edge]).T
    lon, lat = Transformer.from_crs(grid.crs, "OGC:CRS84", always_xy=True).transform(x, y)
    return tuple(round(float(v), 7) for v in (np.min(lon), np.min(lat), np.max(lon), np.max(lat)))  # type: ignore[return-value]


def laid_out(values: Array, grid: Grid, step: int, bounds: tuple[float, float, float, float]) -> Array:
    """Blocks of `step` pixels of a grid, north up over `bounds`; the nearest block each, NaN outside the raster."""
    west, south, east, north = bounds
    share = np.cos(np.radians((south + north) / 2)) * (east - west) / (north - south)
    longer = max(values.shape)
    rows, columns = (longer, max(round(longer * share), 1)) if share <= 1 else (max(round(longer / share), 1), longer)
    lon = west + (np.arange(columns) + 0.5) * (east - west) / columns
    lat = north - (np.arange(rows) + 0.5) * (north - south) / rows
    turn = Transformer.from_crs("OGC:CRS84", grid.crs, always_xy=True)
    x, y = turn.transform(*np.meshgrid(lon, lat))
    row, column = (np.floor(v / step).astype(int) for v in _rowcol(grid, x, y))
    inside = (row >= 0) & (row < values.shape[0]) & (column >= 0) & (column < values.shape[1])
    made = np.full((rows, columns), np.nan, np.float32)
    made[inside] = values[row[inside], column[inside]]
    return made


def _rowcol(grid: Grid, x: Array, y: Array) -> tuple[Array, Array]:
    a, b, c, d, e, f = grid.transform
    det = a * e - b * d
    return (a * (y - f) - d * (x - c)) / det, (e * (x - c) - b * (y - f)) / det
