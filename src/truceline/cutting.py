"""The part of a scene on a server that shows an area -> a GeoTIFF on the area's own pixels, with its record. An edge.

Of the file only the header and the blocks under the area are fetched. What is kept can be made again from the same file: its
address, its state (ETag), the pixels taken and the version of this program stand in the record.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.exceptions import ProjError

from .errors import RunError
from .ranges import Remote
from .satellite import raster, tiff
from .satellite.grid import Grid

MOST_PX = 130_000_000
"""Pixels of an area in one scene: a whole tile of Sentinel-2 at 10 m."""
Box = tuple[float, float, float, float]


class Cut(NamedTuple):
    """What is kept of a scene: its grid, and the pixels of the file that it was made of (row, column, rows, columns)."""

    grid: Grid
    window: raster.Window
    factor: int


def cut(remote: Remote, out: Path, area: Box, pixel_m: float) -> Cut | None:
    """Fetch what shows the area, and write it to `out`; None where the scene does not show it. Raises RunError, InputError.

    `pixel_m` joins pixels into squares of that size (their mean), where that is a whole multiple; 0 leaves them.
    """
    remote.open()
    name = out.name
    try:
        plan = tiff.plan(remote.read, remote.size)
        placed = tiff.blocks(remote.read, remote.size)
        remote.need(placed.tags)
    except ValueError as error:
        found, expected = error.args if len(error.args) == 2 else (str(error), "a GeoTIFF")
        raise raster.wrong(name, found, expected) from None
    head = raster.header(remote.part, name)
    wanted = planned(head.grid, area, pixel_m)
    if wanted is None:
        return None
    remote.need(_under(plan, placed, wanted.window))
    _write(out, _pixels(remote.part, head, wanted, name), wanted.grid, head)
    return wanted


def planned(grid: Grid, area: Box, pixel_m: float) -> Cut | None:
    """The grid of an area (west, south, east, north) on a scene's pixels, and the part of the scene in it; None where there is none.

    The grid begins at a whole number of pixels from the origin of the projection (as scenes of one projection do), so that scenes
    of one place share it, however their frames lie.
    """
    a, b, _, d, e, _ = grid.transform
    if b or d or a <= 0 or e >= 0:
        raise RunError("a scene whose rows do not run from west to east, north up; it cannot be cut")
    factor = max(round(pixel_m / a), 1) if pixel_m and abs(pixel_m / a - round(pixel_m / a)) < 1e-6 else 1
    turn = Transformer.from_crs("OGC:CRS84", grid.crs, always_xy=True)
    try:
        left, bottom, right, top = turn.transform_bounds(*area, densify_pts=21, errcheck=True)
    except ProjError:
        raise RunError("the area cannot be brought into the projection of the scene") from None
    wide, high = a * factor, -e * factor
    x0, y0 = grid.xy(0, 0)
    x = math.floor((left - x0 % wide) / wide) * wide + x0 % wide
    y = math.ceil((top - y0 % high) / high) * high + y0 % high
    columns, rows = math.ceil((right - x) / wide - 1e-9), math.ceil((y - bottom) / high - 1e-9)
    if rows * columns * factor**2 > MOST_PX:
        raise RunError(
            f"an area of {columns * factor:,} x {rows * factor:,} pixels; give a smaller --area (at most {MOST_PX:,})"
        )
    made = Grid(rows, columns, (wide, 0.0, x, 0.0, -high, y), grid.crs)
    row, column = (round(v) for v in grid.rowcol(x, y))
    first, last = max(row, 0), min(row + rows * factor, grid.rows)
    start, end = max(column, 0), min(column + columns * factor, grid.columns)
    if first >= last or start >= end:
        return None
    return Cut(made, (first, start, last - first, end - start), factor)


def _under(plan: tiff.Plan, placed: tiff.Blocks, window: raster.Window) -> list[tuple[int, int]]:
    """Spans of the blocks under a window; COGs keep four bytes on either side of a block."""
    down, along = math.ceil(plan.rows / plan.block[0]), math.ceil(plan.columns / plan.block[1])
    row, column, rows, columns = window
    spans = []
    for band in range(len(placed.starts) // (down * along)):
        for i in range(row // plan.block[0], (row + rows - 1) // plan.block[0] + 1):
            for j in range(column // plan.block[1], (column + columns - 1) // plan.block[1] + 1):
                at = (band * down + i) * along + j
                if int(placed.lengths[at]):
                    spans.append((max(int(placed.starts[at]) - 4, 0), int(placed.lengths[at]) + 8))
    return spans


def _pixels(path: Path, head: raster.Header, wanted: Cut, name: str) -> NDArray[Any]:
    """The pixels of the wanted grid; nodata where the scene has none."""
    raw = raster.pixels(path, name, 1, wanted.window)
    empty = (
        raw.dtype.type(head.nodata)
        if head.nodata is not None
        else raw.dtype.type(0 if raw.dtype.kind in "iu" else np.nan)
    )
    rows, columns = (n * wanted.factor for n in wanted.grid.shape)
    whole = np.full((rows, columns), empty, raw.dtype)
    top, left = (round(v) for v in head.grid.rowcol(*wanted.grid.xy(0, 0)))
    row, column = wanted.window[0] - top, wanted.window[1] - left
    whole[row : row + raw.shape[0], column : column + raw.shape[1]] = raw
    if wanted.factor == 1:
        return whole
    return _joined(whole, wanted.factor, empty)


def _joined(values: NDArray[Any], factor: int, empty: Any) -> NDArray[Any]:
    """Means of squares of pixels, without those that hold nothing."""
    rows, columns = values.shape[0] // factor, values.shape[1] // factor
    blocks = values.reshape(rows, factor, columns, factor).swapaxes(1, 2).reshape(rows, columns, -1)
    seen = np.isfinite(blocks) & (blocks != empty) if blocks.dtype.kind == "f" else blocks != empty
    count = seen.sum(axis=-1)
    mean = np.where(seen, blocks, 0).sum(axis=-1, dtype=np.float64) / np.maximum(count, 1)
    made = np.rint(mean) if values.dtype.kind in "iu" else mean
    joined: NDArray[Any] = np.where(count > 0, made, empty).astype(values.dtype)
    return joined


def _write(out: Path, data: NDArray[Any], grid: Grid, head: raster.Header) -> None:
    import rasterio
    from affine import Affine

    nodata = head.nodata if head.nodata is not None else (0 if data.dtype.kind in "iu" else float("nan"))
    settings: dict[str, Any] = {"compress": "deflate", "predictor": 3 if data.dtype.kind == "f" else 2}
    if min(data.shape) >= 16:
        settings |= {"tiled": True, "blockxsize": 256, "blockysize": 256}
    try:
        with rasterio.Env(GDAL_PAM_ENABLED="NO"), rasterio.open(
            out, "w", driver="GTiff", height=data.shape[0], width=data.shape[1], count=1, dtype=data.dtype, crs=grid.crs,
            transform=Affine(*grid.transform), nodata=nodata, **settings,
        ) as made:  # fmt: skip
            made.write(data, 1)
    except (rasterio.errors.RasterioError, OSError):
        out.unlink(missing_ok=True)
        raise RunError(f"{out}: cannot be written") from None
