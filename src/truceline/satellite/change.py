"""How unlikely the difference at each place is, from all layers together: polarisations and orbits each on their own, then added.

A layer is one polarisation of one relative orbit: another look angle sees another surface, so layers are never pooled before
their test. Each gives a signed normal deviate a pixel. A change may brighten one layer and darken the next, so deviates are
not added with their signs over layers (Stouffer) but squared and summed (chi square on as many degrees as layers); over
neighbours within a layer they are added with sign, in windows of several widths, since what is built or burnt is larger than
a pixel. The score is the rarest of the widths. It is no probability of change: `discovery` says how high a score has to be, from
pseudo-changes within the before period.

Sources: pixel-wise t-test of Sentinel-1 before and after (Ballinger, Remote Sensing of Environment 331 (2025) 115025), which
averages |t| over widths; sum of squared deviates as in Fisher's and Stouffer's ways of combining independent tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from . import tails
from .moments import AFTER, BEFORE, NODATA, UNUSED, Difference, welch

Array = np.ndarray[Any, Any]
WIDTHS = (1, 3, 5, 9)
"""Windows over which deviates are added, pixels: 10 to 90 m on a grid of 10 m."""
HALO = max(WIDTHS) // 2
"""Pixels around a tile that its scores need."""


class Layer(NamedTuple):
    """Scenes of one polarisation and relative orbit. `stack` (scene, row, column), float32 dB or int16 centi-dB, in order of
    time; `part` says BEFORE, AFTER or UNUSED of each, `offset_db` is subtracted from each (`steady.offsets`)."""  # noqa: D205, D209

    name: str
    stack: Array
    part: Array
    offset_db: Array | None = None
    nodata: int = NODATA


class Scores(NamedTuple):
    """By pixel: `score`, -log10 of how rare the layers' difference were if nothing changed and pixels did not resemble their
    neighbours; `width`, the window (pixels) that was the rarest; `layers`, how many had values; `change_db`, mean difference
    of those layers in a window of three. NaN and 0 where no layer had values."""  # noqa: D205, D209

    score: Array
    width: Array
    layers: Array
    change_db: Array


def difference(layer: Layer, part: Array | None = None, *, shared: bool | None = None) -> Difference:
    """The test of one layer, with its own parts or other ones.

    With fewer than five scenes on one side both have one variance unless said otherwise: two scenes do not know their own.
    """
    given = layer.part if part is None else part
    if shared is None:
        shared = min(int((given == BEFORE).sum()), int((given == AFTER).sum())) < 5
    return welch(layer.stack, given, layer.offset_db, nodata=layer.nodata, shared=shared)


def deviates(found: Difference, least: int = 2) -> Array:
    """Signed normal deviate of each pixel of a layer; NaN where either side had fewer than its due.

    `least` valid scenes are needed before, and one after.
    """
    z: Array = tails.deviate(found.t, found.dof)
    return np.where((found.before >= least) & (found.after >= 1), z, np.float32(np.nan))


@njit(cache=True, nogil=True, error_model="numpy")
def _window(z: Array, half: int, out: Array) -> None:
    """Sum of the valid values in a square window over the root of their number; NaN where the middle is missing."""
    rows, columns = z.shape
    total, count = np.zeros(columns), np.zeros(columns)
    for i in range(-half, rows):
        gain, loss = i + half, i - half - 1
        if gain < rows:
            for j in range(columns):
                ok = not np.isnan(z[gain, j])
                total[j] += z[gain, j] if ok else 0.0
                count[j] += 1.0 if ok else 0.0
        if loss >= 0:
            for j in range(columns):
                ok = not np.isnan(z[loss, j])
                total[j] -= z[loss, j] if ok else 0.0
                count[j] -= 1.0 if ok else 0.0
        if i < 0:
            continue
        sum_, number = 0.0, 0.0
        for j in range(min(half, columns)):
            sum_ += total[j]
            number += count[j]
        for j in range(columns):
            if j + half < columns:
                sum_ += total[j + half]
                number += count[j + half]
            if j - half - 1 >= 0:
                sum_ -= total[j - half - 1]
                number -= count[j - half - 1]
            out[i, j] = np.nan if np.isnan(z[i, j]) else sum_ / np.sqrt(max(number, 1.0))


def window(z: Array, width: int) -> Array:
    """Deviates added over a square window of an odd `width`, over the root of their number: unit variance if independent."""
    if width == 1:
        return z
    out = np.empty(z.shape, np.float32)
    _window(np.ascontiguousarray(z, np.float32), width // 2, out)
    return out


def window_plain(z: Array, width: int) -> Array:
    """The same as `window` by plain numpy: what the kernel is tested against."""
    half = width // 2
    wide = np.lib.stride_tricks.sliding_window_view(
        np.pad(z.astype(np.float64), half, constant_values=np.nan), (width, width)
    )
    number = np.isfinite(wide).sum((2, 3))
    made: Array = np.where(np.isnan(z), np.nan, np.nansum(wide, (2, 3)) / np.sqrt(np.maximum(number, 1)))
    return made


def spread(zs: Sequence[Array], widths: Sequence[int] = WIDTHS) -> Array:
    """Spread of windowed deviates where nothing changed: (layer, width), one for independent unit deviates.

    Neighbours resemble each other, so sums over windows vary more than their number says. Robust: from the median of the
    absolute. NaN where a layer has fewer than 100 valid pixels.
    """
    made = np.full((len(zs), len(widths)), np.nan)
    for i, z in enumerate(zs):
        for j, width in enumerate(widths):
            values = window(z, width)
            values = np.abs(values[np.isfinite(values)])
            if len(values) >= 100:
                made[i, j] = max(float(np.median(values)) / 0.6744898, 0.3)
    return made


@njit(cache=True, nogil=True)
def _rarer(square: Array, layers: Array, width: int, score: Array, widest: Array) -> None:
    for i in range(score.shape[0]):
        for j in range(score.shape[1]):
            if layers[i, j] > 0:
                r = tails.rarity(square[i, j], layers[i, j])
                if not r <= score[i, j]:
                    score[i, j], widest[i, j] = r, width


def scores(
    zs: Sequence[Array], spreads: Array | None = None, changes_db: Sequence[Array] = (), widths: Sequence[int] = WIDTHS
) -> Scores:
    """Score of each pixel from the deviates of all layers (row, column each, NaN where missing).

    `spreads` is what `spread` gave for pseudo-changes, one a layer and width; `changes_db` the layers' differences of means.
    """
    shape = zs[0].shape
    score, widest = np.full(shape, np.nan, np.float32), np.zeros(shape, np.uint8)
    layers = np.zeros(shape, np.uint8)
    for z in zs:
        layers += np.isfinite(z)
    for j, width in enumerate(widths):
        square = np.zeros(shape, np.float32)
        for i, z in enumerate(zs):
            by = 1.0 if spreads is None or not np.isfinite(spreads[i, j]) else spreads[i, j]
            one = window(z, width) / np.float32(by)
            square += np.where(np.isfinite(one), one * one, np.float32(0))
        _rarer(square, layers, width, score, widest)
    return Scores(score, widest, layers, _mean_change(changes_db, shape))


def _mean_change(changes_db: Sequence[Array], shape: tuple[int, ...]) -> Array:
    """Mean over layers of the differences, each averaged over nine pixels."""
    total, number = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for one in changes_db:
        ok = np.isfinite(one)
        near = window(one, 3) / np.sqrt(np.maximum(window(np.where(ok, np.float32(1), np.float32(np.nan)), 3) ** 2, 1))
        total += np.where(ok, near, 0)
        number += ok
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(number > 0, total / number, np.float32(np.nan))


def pseudo_parts(part: Array, number: int = 8) -> list[Array]:
    """Ways to split the before period alone as if it had a before and an after: what a layer says where nothing happened.

    Each takes a run of neighbouring scenes as the pseudo-after, as many as there are after scenes but at most a third of those
    before, so that season, rain and slow drift count as they do in the true comparison. Runs are spread evenly. Empty where
    fewer than six scenes lie before.
    """
    before, wanted = np.flatnonzero(np.asarray(part) == BEFORE), int((np.asarray(part) == AFTER).sum())
    if len(before) < 6 or wanted < 1:
        return []
    length = max(1, min(wanted, len(before) // 3))
    starts = np.unique(np.linspace(0, len(before) - length, number).round().astype(int))
    made = []
    for start in starts.tolist():
        pseudo = np.full(len(part), UNUSED, np.int8)
        pseudo[before] = BEFORE
        pseudo[before[start : start + length]] = AFTER
        made.append(pseudo)
    return made
