"""Whether a scene lies where the others lie, and is as bright: its shift by parts of a pixel, and its offset. Pure; nothing is corrected.

A shift moves every edge by its own contrast, and so looks like change along edges. It is told tile by tile: first to a pixel, by the
peak of the cross-correlation (Kuglin and Hines 1975, Proc. IEEE Cybernetics and Society), then by least squares on the differences
of the two (Lucas and Kanade 1981, Proc. IJCAI), each moved by half, so that to exchange them turns the sign. Tiles vote by their
median; how far they differ gives the error. Values beyond three spreads (changes, vehicles) weigh no more than those.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[Any]
TILE_PX = 64
REACH_PX = 8
"""Shifts up to so many pixels are found."""
LEAST_SEEN = 0.5
"""Share of a tile that both must show."""
LEAST_TILES = 3
_ROUNDS = 12
_DONE = 0.004
_CLOSE = 1.4826  # spread of a normal law over its median deviation
_MEDIAN = 1.2533  # error of a median over that of a mean


class Shift(NamedTuple):
    """How far a scene's ground lies from the reference's: rows down and columns to the right, their error (pixels), and tiles that told."""

    rows_px: float
    columns_px: float
    error_px: float
    tiles: int

    @property
    def size_px(self) -> float:
        """Length of the shift."""
        return float((self.rows_px**2 + self.columns_px**2) ** 0.5)


@njit(cache=True, nogil=True)
def _at(values: Array, r: float, c: float) -> float:
    """Bilinear; NaN where a neighbour has none or lies outside."""
    i, j = int(np.floor(r)), int(np.floor(c))
    if i < 0 or j < 0 or i + 1 >= values.shape[0] or j + 1 >= values.shape[1]:
        return np.nan
    u, v = r - i, c - j
    upper = values[i, j] * (1 - v) + values[i, j + 1] * v
    return upper * (1 - u) + (values[i + 1, j] * (1 - v) + values[i + 1, j + 1] * v) * u  # type: ignore[no-any-return]


@njit(cache=True, nogil=True)
def _refined(a: Array, b: Array, box: Any, start: Any, limit: float) -> Any:
    """Shift of one tile (top, left, bottom, right) from a first guess; NaN where it does not settle."""
    dr, dc = start
    top, left, bottom, right = box
    m = np.zeros((3, 3))
    y = np.zeros(3)
    g = np.ones(3)
    for _ in range(_ROUNDS):
        m[:] = 0.0
        y[:] = 0.0
        for r in range(top, bottom):
            for c in range(left, right):
                ar, ac, br, bc = r - dr / 2, c - dc / 2, r + dr / 2, c + dc / 2
                apart = _at(b, br, bc) - _at(a, ar, ac)
                g[0] = (_at(a, ar + 1, ac) - _at(a, ar - 1, ac) + (_at(b, br + 1, bc) - _at(b, br - 1, bc))) / 4
                g[1] = (_at(a, ar, ac + 1) - _at(a, ar, ac - 1) + (_at(b, br, bc + 1) - _at(b, br, bc - 1))) / 4
                if not (apart + g[0] + g[1] == apart + g[0] + g[1]):  # noqa: SIM201
                    continue
                apart = min(max(apart, -limit), limit)
                for i in range(3):
                    y[i] += g[i] * apart
                    for j in range(3):
                        m[i, j] += g[i] * g[j]
        if m[2, 2] < (bottom - top) * (right - left) * LEAST_SEEN:
            return np.nan, np.nan
        n = m[2, 2]
        rr, rc, cc = m[0, 0] - m[0, 2] ** 2 / n, m[0, 1] - m[0, 2] * m[1, 2] / n, m[1, 1] - m[1, 2] ** 2 / n
        u, v = y[0] - m[0, 2] * y[2] / n, y[1] - m[1, 2] * y[2] / n
        det = rr * cc - rc * rc
        if not det > 1e-9 * (rr + cc) ** 2:
            return np.nan, np.nan
        down, along = (cc * u - rc * v) / det, (rr * v - rc * u) / det
        dr -= down
        dc -= along
        if not (abs(dr - start[0]) <= 2.0 and abs(dc - start[1]) <= 2.0):
            return np.nan, np.nan
        if abs(down) < _DONE and abs(along) < _DONE:
            return dr, dc
    return np.nan, np.nan


def tiles(
    reference: Array, scene: Array, size: int = TILE_PX, most: int = 64, start: tuple[float, float] | None = None
) -> Array:
    """Shift of each tile that tells one (tiles x 2: rows, columns, in pixels), for two rasters of one grid with NaN where nothing was seen.

    At most so many tiles are asked, spread over the raster; `start` is a first guess to about a pixel.
    """
    a, b = (np.ascontiguousarray(v, np.float32) for v in (reference, scene))
    apart = b - a
    seen = np.isfinite(apart)
    if seen.mean() < LEAST_SEEN:
        return np.empty((0, 2))
    middle = np.median(apart[seen])
    spread = _CLOSE * float(np.median(np.abs(apart[seen] - middle)))
    b = b - np.float32(middle)
    guess = _peak(a, b) if start is None else start
    rows, columns = a.shape
    corners = [(top, left) for top in _starts(rows, size) for left in _starts(columns, size)]
    every = max(1, -(-len(corners) // most))
    limit = 3 * max(spread, 1e-6)
    found = [
        _refined(a, b, (top, left, min(top + size, rows), min(left + size, columns)), guess, limit)
        for top, left in corners[every // 2 :: every]
    ]
    made = np.array(found).reshape(-1, 2)
    told: Array = made[np.isfinite(made).all(axis=1)]
    return told


def _starts(length: int, size: int) -> range:
    return range(0, max(length - size // 2, 1), size)


def _peak(a: Array, b: Array) -> tuple[float, float]:
    """The shift in whole pixels at which two rasters are most alike, by their correlation."""
    window = np.outer(*(np.hanning(n) for n in a.shape))
    first, second = (np.nan_to_num(v - np.nanmean(v)) * window for v in (a, b))
    found = np.fft.irfft2(np.conj(np.fft.rfft2(first)) * np.fft.rfft2(second), s=a.shape)
    near = [np.arange(-min(REACH_PX, (n - 1) // 2), min(REACH_PX, (n - 1) // 2) + 1) for n in a.shape]
    part = found[np.ix_(near[0], near[1])]
    i, j = np.unravel_index(int(np.argmax(part)), part.shape)
    return float(near[0][i]), float(near[1][j])


def voted(found: Array) -> Shift | None:
    """One shift of many tiles; None where fewer than LEAST_TILES told one."""
    if len(found) < LEAST_TILES:
        return None
    middle = np.median(found, axis=0)
    spread = _CLOSE * np.median(np.abs(found - middle), axis=0)
    error = _MEDIAN * float(np.hypot(*spread)) / np.sqrt(len(found))
    return Shift(float(middle[0]), float(middle[1]), float(error), len(found))


def shift(reference: Array, scene: Array, size: int = TILE_PX) -> Shift | None:
    """The shift of a scene against a reference on the same grid."""
    return voted(tiles(reference, scene, size))


def offset(reference: Array, scene: Array, chosen: Array) -> tuple[float, float]:
    """Median of what a scene lies above the reference over the chosen pixels, and their spread; NaN where too few were seen.

    Speckle in dB leans to one side, so that scenes without an offset have one of some tenths of a dB in common: compare them.
    """
    apart = (scene - reference)[chosen]
    apart = apart[np.isfinite(apart)]
    if len(apart) < 100:
        return float("nan"), float("nan")
    middle = float(np.median(apart))
    return middle, _CLOSE * float(np.median(np.abs(apart - middle)))


def others(stack: Array) -> tuple[Array, Array]:
    """For each scene the mean of all the others (scene, row, column), and the half of the pixels that vary least among those.

    A scene has no part in what it is compared with: else its own speckle would choose the pixels.
    """
    held = np.asarray(stack, np.float32)
    seen = np.isfinite(held)
    values = np.where(seen, held - np.float32(np.median(held[seen])) if seen.any() else 0, 0)
    left = seen.sum(axis=0) - seen
    mean, square = np.full(held.shape, np.nan, np.float32), np.full(held.shape, np.nan, np.float32)
    np.divide(values.sum(axis=0) - values, left, out=mean, where=left > 0)
    np.divide((values**2).sum(axis=0) - values**2, left, out=square, where=left > 0)
    varying = square - mean**2
    chosen = np.zeros(held.shape, bool)
    for own, var in zip(chosen, varying, strict=True):
        told = np.isfinite(var)
        if told.any():
            own[:] = told & (var <= np.median(var[told]))
    return mean + (np.float32(np.median(held[seen])) if seen.any() else np.float32(0)), chosen
