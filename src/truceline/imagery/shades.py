"""Rasters as pictures: blocks of pixels, grey levels between two values, scores in two colours. Clear where nothing was seen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..report import change as drawn
from ..report.colours import LIGHT
from ..satellite.raster import Window
from .planes import Plane

Array = NDArray[Any]
MOST_PX = 240
"""Pixels of a panel's longer side."""
LIMIT = 8.0
"""Scores are drawn up to so many standard deviations."""


def shown(plane: Plane, window: Window, most: int = MOST_PX) -> Array:
    """The window, its pixels joined into square blocks where there are more than `most` a side; an odd rest is cut off."""
    row, column, rows, columns = window
    step = max(1, -(-columns // most), -(-rows // most))
    made = np.full((rows // step or 1, columns // step or 1), np.nan, np.float32)
    for n in range(made.shape[0]):
        strip = plane.get(
            (row + n * step, column, min(step, rows), made.shape[1] * step if columns >= step else columns)
        )
        blocks = strip.reshape(strip.shape[0], made.shape[1], -1)
        with np.errstate(invalid="ignore"):
            count = np.isfinite(blocks).sum(axis=(0, 2))
            made[n] = np.where(count > 0, np.nansum(blocks, axis=(0, 2)) / np.maximum(count, 1), np.nan)
    return made


def stretch_of(*pictures: Array) -> list[float]:
    """The values drawn as the darkest and the lightest grey: all but the outermost three in a hundred lie between."""
    values = np.concatenate([p[np.isfinite(p)] for p in pictures])
    if not len(values):
        return [0.0, 1.0]
    low, high = (float(v) for v in np.percentile(values, (1.5, 98.5)))
    return [round(low, 3), round(max(high, low + 1e-3), 3)]


def grey(values: Array, stretch: list[float]) -> bytes:
    """Grey levels between two values; clear where there is none."""
    low, high = stretch
    level = np.nan_to_num(np.clip((values - low) / (high - low), 0, 1))
    shade = (18 + level * 234).astype(np.uint8)
    return _png(np.stack([shade, shade, shade], axis=-1), values)


def diverging(values: Array) -> bytes:
    """White at zero, ink blue where it rose, near black where it fell; quiet where it lies within what chance gives."""
    share = np.nan_to_num(np.clip(values / LIMIT, -1, 1))[..., None]
    strength = np.abs(share) ** 1.25
    ends = np.where(share > 0, _colour("accent"), _colour("ink"))
    ground = np.array([250, 250, 248])
    return _png((ground + (ends - ground) * strength).astype(np.uint8), values)


def _colour(token: str) -> Array:
    text = LIGHT[token].lstrip("#")
    return np.array([int(text[n : n + 2], 16) for n in (0, 2, 4)])


def _png(colours: Array, values: Array) -> bytes:
    clear = np.where(np.isfinite(values), 255, 0).astype(np.uint8)[..., None]
    pixels = np.concatenate([colours, clear], axis=-1)
    return drawn.png([row.tobytes() for row in pixels], values.shape[1])
