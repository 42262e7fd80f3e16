"""Count, mean and spread of each pixel before and after, and Welch's t between them: one pass over a stack, or one scene at a time.

A stack is an array (scene, row, column), C order: float32 dB, where whatever is not finite is missing, or int16 centi-dB, where
`nodata` is missing. Sums are of differences from each pixel's first valid value, so that float32 holds them. Rows are
independent: call on slices of rows from several threads or machines.

Sources: B. L. Welch, Biometrika 34 (1947) 28-35 (test and degrees of freedom); T. F. Chan, G. H. Golub and R. J. LeVeque,
The American Statistician 37 (1983) 242-247 (shifted sums, joining two sets of moments).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

Array = np.ndarray[Any, Any]
Four = tuple[Array, Array, Array, Array]
NODATA = -32768
"""What int16 stacks hold where nothing was measured."""
BEFORE, AFTER, UNUSED = 0, 1, 2
"""The part that a scene plays in a comparison."""
_BLOCK = 1024


class Moments(NamedTuple):
    """Number of valid scenes, mean and sum of squared deviations of each pixel (row, column); dB and dB squared."""

    n: Array
    mean: Array
    m2: Array

    @property
    def variance(self) -> Array:
        """Variance of each pixel, NaN where fewer than two scenes were valid."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.n > 1, self.m2 / (self.n - np.float32(1)), np.float32(np.nan))


class Difference(NamedTuple):
    """After against before, by pixel: `t`, its degrees of freedom, the difference of means (dB), and the valid scenes of each.

    t, dof and change_db are NaN where nothing can be compared: no scene on one side, a single one on both, or no spread at all.
    """

    t: Array
    dof: Array
    change_db: Array
    before: Array
    after: Array


@njit(cache=True, nogil=True, error_model="numpy")
def _begin(line: Array, offset: np.float32, nodata: np.float32, shift: Array) -> int:
    """Take the first valid value of each column as its shift; gives how many columns still lack one."""
    missing = 0
    for j in range(len(shift)):
        x = np.float32(line[j])
        ok = (x != nodata) & (abs(x) < np.float32(1e6)) & np.isnan(shift[j])
        shift[j] = x - offset if ok else shift[j]
        missing += np.isnan(shift[j])
    return missing


@njit(cache=True, nogil=True, error_model="numpy")
def _add(line: Array, setting: tuple[np.float32, np.float32], shift: Array, n: Array, total: Array, squares: Array) -> None:  # fmt: skip
    offset, nodata = setting
    for j in range(len(shift)):
        x = np.float32(line[j])
        ok = (x != nodata) & (abs(x) < np.float32(1e6))
        d = (x - offset) - shift[j] if ok else np.float32(0)
        n[j] += np.float32(1) if ok else np.float32(0)
        total[j] += d
        squares[j] += d * d


@njit(cache=True, nogil=True, error_model="numpy")
def _add_four(lines: Four, offset: Array, nodata: np.float32, sums: Four) -> None:
    """`_add` for four scenes at once: the sums are fetched and put back a quarter as often."""
    one, zero, limit = np.float32(1), np.float32(0), np.float32(1e6)
    a, b, c, d = lines
    p, q, r, s = offset[0], offset[1], offset[2], offset[3]
    shift, n, total, squares = sums
    for j in range(len(shift)):
        base = shift[j]
        w, x, y, z = np.float32(a[j]), np.float32(b[j]), np.float32(c[j]), np.float32(d[j])
        e, f = (w != nodata) & (abs(w) < limit), (x != nodata) & (abs(x) < limit)
        g, h = (y != nodata) & (abs(y) < limit), (z != nodata) & (abs(z) < limit)
        w, x = ((w - p) - base if e else zero), ((x - q) - base if f else zero)
        y, z = ((y - r) - base if g else zero), ((z - s) - base if h else zero)
        n[j] += ((one if e else zero) + (one if f else zero)) + ((one if g else zero) + (one if h else zero))
        total[j] += (w + x) + (y + z)
        squares[j] += (w * w + x * x) + (y * y + z * z)


@njit(cache=True, nogil=True, error_model="numpy")
def _tests(sums: Array, setting: tuple[np.float32, bool], t: Array, dof: Array, change: Array) -> None:
    """t, degrees of freedom and difference of means out of the sums of a row."""
    scale, shared = setting
    one, nan, zero, two = np.float32(1), np.float32(np.nan), np.float32(0), np.float32(2)
    ns, tots, sqs, ms, ends, fours = sums[1], sums[2], sums[3], sums[4], sums[5], sums[6]
    for j in range(len(t)):
        n, m = ns[j], ms[j]
        a, b = tots[j] / n, ends[j] / m
        q, r = sqs[j] - tots[j] * a, fours[j] - ends[j] * b
        q, r = max(q, zero), max(r, zero)
        pooled = shared | (n < two) | (m < two)
        both = n + m - two
        joint = (q + r) / both
        u = (joint if pooled else q / (n - one)) / n
        v = (joint if pooled else r / (m - one)) / m
        own = (u + v) * (u + v) / (u * u / (n - one) + v * v / (m - one))
        ok = (n >= one) & (m >= one) & (both >= one) & (u + v > np.float32(1e-8) * (one + a * a + b * b))
        t[j] = (b - a) / np.sqrt(u + v) if ok else nan
        dof[j] = (both if pooled else own) if ok else nan
        change[j] = (b - a) * scale if ok else nan


@njit(cache=True, nogil=True, error_model="numpy")
def _welch(stack: Array, part: Array, offset: Array, setting: tuple[np.float32, np.float32, bool], out: Difference) -> None:  # fmt: skip
    nodata, scale, shared = setting
    rows, columns = stack.shape[1], stack.shape[2]
    room = np.empty((7, min(_BLOCK, columns)), np.float32)
    for i in range(rows):
        for left in range(0, columns, _BLOCK):
            right = min(left + _BLOCK, columns)
            sums = room if right - left == room.shape[1] else np.empty((7, right - left), np.float32)
            sums[1:] = 0
            sums[0] = np.nan
            for k in range(stack.shape[0]):
                if part[k] < 2 and _begin(stack[k, i, left:right], offset[k], nodata, sums[0]) == 0:
                    break
            k = 0
            while k < stack.shape[0]:
                r = 1 + 3 * part[k]
                run = k + 3 < len(part) and part[k] == part[k + 1] and part[k] == part[k + 2] and part[k] == part[k + 3]
                if part[k] > 1:
                    k += 1
                elif run:
                    four = (stack[k, i, left:right], stack[k + 1, i, left:right],
                            stack[k + 2, i, left:right], stack[k + 3, i, left:right])  # fmt: skip
                    _add_four(four, offset[k : k + 4], nodata, (sums[0], sums[r], sums[r + 1], sums[r + 2]))
                    k += 4
                else:
                    _add(stack[k, i, left:right], (offset[k], nodata), sums[0], sums[r], sums[r + 1], sums[r + 2])
                    k += 1
            _tests(sums, (scale, shared), out.t[i, left:right], out.dof[i, left:right], out.change_db[i, left:right])
            for j in range(right - left):
                out.before[i, left + j], out.after[i, left + j] = np.uint16(sums[1, j]), np.uint16(sums[4, j])


def welch(
    stack: Array,
    part: Array,
    offset_db: Array | None = None,
    *,
    nodata: int = NODATA,
    shared: bool = False,
    out: Difference | None = None,
) -> Difference:
    """After against before for each pixel of a stack, in one pass.

    `part` says for each scene BEFORE, AFTER or UNUSED; `offset_db` is subtracted from each scene (see `steady`). With `shared`
    both sides have one variance (Student, as in the published pixel-wise test), which is also taken where one side has a
    single valid scene; else each its own (Welch). Positive is brighter after. `out` is written into if given.
    """
    stack, part, offset = _checked(stack, part, offset_db)
    whole = stack.dtype == np.int16
    made = out or blank(stack.shape[1:])
    setting = (np.float32(nodata if whole else np.inf), np.float32(0.01 if whole else 1.0), shared)
    _welch(stack, part, offset, setting, made)
    return made


def blank(shape: tuple[int, ...]) -> Difference:
    """Room for a Difference on a grid of `shape`."""
    kinds = (np.float32, np.float32, np.float32, np.uint16, np.uint16)
    return Difference(*(np.empty(shape, kind) for kind in kinds))


def _checked(stack: Array, part: Array, offset_db: Array | None) -> tuple[Array, Array, Array]:
    """The stack in C order, parts as int8, offsets in the unit of the stack. Raises ValueError for shapes that do not fit."""
    if stack.ndim != 3 or stack.dtype not in (np.float32, np.int16):
        raise ValueError(f"a stack is (scene, row, column) of float32 or int16, not {stack.ndim}-d {stack.dtype}")
    scenes = len(stack)
    offset = np.zeros(scenes, np.float32) if offset_db is None else np.asarray(offset_db, np.float32)
    given = np.asarray(part, np.int8)
    if given.shape != (scenes,) or offset.shape != (scenes,):
        raise ValueError(f"{scenes} scenes, but {given.shape} parts and {offset.shape} offsets")
    unit = np.float32(100 if stack.dtype == np.int16 else 1)
    return np.ascontiguousarray(stack), given, np.ascontiguousarray(offset * unit)


def welch_plain(stack: Array, part: Array, offset_db: Array | None = None, *, nodata: int = NODATA) -> Difference:
    """The same as `welch` by whole-array numpy in float64: slow, and what the kernel is tested against."""
    values = _decibels(stack, nodata) - (0.0 if offset_db is None else np.asarray(offset_db)[:, None, None])
    sides = [moments_plain(values[np.asarray(part) == which]) for which in (BEFORE, AFTER)]
    return between(*sides)


def _decibels(stack: Array, nodata: int) -> Array:
    if stack.dtype == np.int16:
        return np.where(stack == nodata, np.nan, stack / 100.0)
    return np.where(np.isfinite(stack), stack, np.nan).astype(np.float64)


def moments_plain(values: Array) -> Moments:
    """Moments of a float stack by numpy; NaN is missing."""
    ok = np.isfinite(values)
    n = ok.sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(ok, values, 0).sum(0) / n
        m2 = np.where(ok, (values - mean) ** 2, 0).sum(0)
    return Moments(n, np.where(n > 0, mean, 0), m2)


def between(before: Moments, after: Moments, *, shared: bool = False) -> Difference:
    """After against before out of their moments: what `welch` gives for the stacks that they were made from."""
    n, m = before.n.astype(np.float64), after.n.astype(np.float64)
    change = after.mean.astype(np.float64) - before.mean
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = shared | (n < 2) | (m < 2)
        joint = (before.m2 + after.m2) / (n + m - 2)
        u = np.where(pooled, joint / n, before.m2 / (n - 1) / n)
        v = np.where(pooled, joint / m, after.m2 / (m - 1) / m)
        dof = np.where(pooled, n + m - 2, (u + v) ** 2 / (u**2 / (n - 1) + v**2 / (m - 1)))
        ok = (n >= 1) & (m >= 1) & (n + m >= 3) & (u + v > 1e-8)
        t = change / np.sqrt(u + v)
    kept = [np.where(ok, v, np.nan).astype(np.float32) for v in (t, dof, change)]
    return Difference(kept[0], kept[1], kept[2], before.n.astype(np.uint16), after.n.astype(np.uint16))


def none(shape: tuple[int, int]) -> Moments:
    """Moments of no scene at all, to begin `update` with."""
    return Moments(np.zeros(shape, np.uint16), np.zeros(shape, np.float32), np.zeros(shape, np.float32))


@njit(cache=True, nogil=True, error_model="numpy")
def _update(scene: Array, setting: tuple[np.float32, np.float32, np.float32], n: Array, mean: Array, m2: Array) -> None:
    offset, scale, nodata = setting
    rows, columns = scene.shape
    for i in range(rows):
        line, count, middle, spread = scene[i], n[i], mean[i], m2[i]
        for j in range(columns):
            x = np.float32(line[j])
            ok = (x != nodata) & (abs(x) < np.float32(1e6))
            c = np.float32(count[j]) + np.float32(1)
            old = middle[j]
            d = x * scale - offset - old if ok else np.float32(0)
            new = old + d / c
            middle[j] = new
            spread[j] += d * (d - d / c)
            count[j] += np.uint16(1) if ok else np.uint16(0)


def update(moments: Moments, scene: Array, offset_db: float = 0.0, *, nodata: int = NODATA) -> Moments:
    """Add one scene (row, column; float32 dB or int16 centi-dB) to moments, in place, and give them back."""
    if scene.shape != moments.n.shape or scene.dtype not in (np.float32, np.int16):
        raise ValueError(f"a scene of {moments.n.shape} float32 or int16 was expected, not {scene.shape} {scene.dtype}")
    whole = scene.dtype == np.int16
    setting = (np.float32(offset_db), np.float32(0.01 if whole else 1.0), np.float32(nodata if whole else np.inf))
    _update(np.ascontiguousarray(scene), setting, *moments)
    return moments


def merge(one: Moments, other: Moments) -> Moments:
    """Moments of two disjoint sets of scenes together."""
    n = one.n.astype(np.float64) + other.n
    delta = other.mean.astype(np.float64) - one.mean
    share = other.n / np.maximum(n, 1)
    mean = one.mean + delta * share
    m2 = one.m2.astype(np.float64) + other.m2 + delta**2 * one.n * share
    return Moments(n.astype(np.uint16), mean.astype(np.float32), m2.astype(np.float32))
