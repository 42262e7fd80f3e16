"""GeoTIFF on this disk, and nothing else: a header that is bounded before it is opened, pixels by windows.

An edge. GDAL is asked for one driver (GTiff, which reads cloud-optimised files too), with no look at neighbouring
files, no side files and no address: a VRT, a link to a server, or a path into its virtual file systems is refused by
this module before GDAL hears of it. Errors name the scene.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, Problem, UsageError
from . import tiff
from .grid import Grid, grid

Window = tuple[int, int, int, int]
"""First row, first column, rows, columns."""
CACHE_MB = 64
_SETTINGS = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO", "GDAL_GEOREF_SOURCES": "INTERNAL",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none", "GDAL_HTTP_MAX_RETRY": "0", "GDAL_CACHEMAX": CACHE_MB,
    "VRT_SHARED_SOURCE": "0", "GTIFF_IGNORE_READ_ERRORS": "NO", "PROJ_NETWORK": "OFF",
}  # fmt: skip


class Header(NamedTuple):
    """What a file says of itself, once it is known to be harmless: its plan, its grid, and its tags."""

    plan: tiff.Plan
    grid: Grid
    nodata: float | None
    tags: dict[str, str]
    names: tuple[str, ...]


@contextmanager
def opened(path: Path, name: str) -> Iterator[Any]:
    """A dataset of one local GeoTIFF; InputError with the scene's name for whatever is wrong with it."""
    try:
        import rasterio
    except ImportError:
        raise UsageError("change needs rasterio: pip install 'truceline[imagery]'") from None
    logging.getLogger("rasterio").setLevel(logging.CRITICAL)
    try:
        with rasterio.Env(**_SETTINGS), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with rasterio.open(str(path), driver="GTiff") as dataset:
                yield dataset
    except rasterio.errors.RasterioError as error:
        raise wrong(
            name, f"what GDAL cannot read ({_short(error)})", "a whole GeoTIFF or COG; fetch or copy it again"
        ) from None


def wrong(name: str, found: str, expected: str) -> InputError:
    """A problem with one scene."""
    return InputError(Problem(name, 0, "", found, expected))


def _short(error: Exception) -> str:
    cause = error.__cause__ or error
    return str(cause).splitlines()[0][:160] if str(cause) else type(cause).__name__


def bounded(path: Path, name: str, most_px: int = tiff.MOST_PX) -> tiff.Plan:
    """The plan of a file, read without GDAL; InputError where it is no GeoTIFF that this machine should open."""
    if str(path).startswith("/vsi") or not path.is_file():
        raise wrong(name, "no file on this disk", "a GeoTIFF or COG in the folder of the stack")
    try:
        with path.open("rb") as handle:

            def read(at: int, length: int) -> bytes:
                handle.seek(at)
                return handle.read(length)

            return tiff.plan(read, path.stat().st_size, most_px)
    except ValueError as error:
        found, expected = error.args if len(error.args) == 2 else (str(error), "a GeoTIFF or COG")
        raise wrong(name, found, expected) from None
    except OSError as error:
        raise wrong(name, f"a file that cannot be read ({error.strerror})", "a readable file") from None


def header(path: Path, name: str, most_px: int = tiff.MOST_PX) -> Header:
    """The header of a scene: bounded first, then opened. Raises InputError with the scene's name."""
    plan = bounded(path, name, most_px)
    with opened(path, name) as dataset:
        if (dataset.height, dataset.width, dataset.count) != (plan.rows, plan.columns, plan.bands):
            raise wrong(name, "a size that two readers read differently", "an ordinary GeoTIFF or COG")
        if dataset.crs is None:
            raise wrong(name, "no coordinate system that can be understood", "a GeoTIFF with its CRS")
        placed = grid((plan.rows, plan.columns), tuple(dataset.transform)[:6], _crs(dataset.crs), name)
        names = tuple(d or "" for d in dataset.descriptions)
        return Header(plan, placed, dataset.nodata, {str(k): str(v) for k, v in dataset.tags().items()}, names)


def _crs(crs: Any) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.to_wkt())


def pixels(path: Path, name: str, band: int, window: Window) -> NDArray[Any]:
    """One band of one window, as the file holds it. Raises InputError with the scene's name where a block is damaged."""
    row, column, rows, columns = window
    with opened(path, name) as dataset:
        found: NDArray[Any] = dataset.read(band, window=((row, row + rows), (column, column + columns)))
        return found


def values(raw: NDArray[Any], nodata: float | None, scale: float, offset: float) -> NDArray[np.float32]:
    """Raw pixels as numbers of the scene's unit, float32; what is nodata or no number is NaN."""
    made = raw.astype(np.float32)
    if nodata is not None and not np.isnan(nodata):
        made[raw == raw.dtype.type(nodata) if _fits(raw.dtype, nodata) else False] = np.nan
    if (scale, offset) != (1.0, 0.0):
        made *= np.float32(scale)
        made += np.float32(offset)
    made[~np.isfinite(made)] = np.nan
    return made


def _fits(dtype: np.dtype[Any], value: float) -> bool:
    if dtype.kind == "f":
        return True
    limits = np.iinfo(dtype)
    return bool(limits.min <= value <= limits.max and value == int(value))
