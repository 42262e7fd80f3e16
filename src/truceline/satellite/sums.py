"""Welch's test of a whole stack in one pass, as fast as memory gives it: sums of a row stay in the cache, four scenes at a time.

Sums are of differences from each pixel's first valid value, so that float32 holds them (Chan, Golub and LeVeque 1983, Am. Stat.
37:242-247). The test is Welch's (1947, Biometrika 34:28-35). Whatever is not finite is missing, or `nodata` in whole numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Array = NDArray[Any]
Four = tuple[Array, Array, Array, Array]
_BLOCK = 1024  # columns at once: the sums of a block stay in the fastest cache
_FLOOR = np.float32(1e-6)


@njit(cache=True, nogil=True, error_model="numpy")
def _begin(line: Array, nodata: np.float32, shift: Array) -> int:
    """Take the first valid value of each column as its shift; gives how many columns still lack one."""
    missing = 0
    for j in range(len(shift)):
        x = np.float32(line[j])
        ok = (x != nodata) & (abs(x) < np.float32(1e6)) & np.isnan(shift[j])
        shift[j] = x if ok else shift[j]
        missing += np.isnan(shift[j])
    return missing


@njit(cache=True, nogil=True, error_model="numpy")
def _add(line: Array, nodata: np.float32, sums: Four) -> None:
    shift, n, total, squares = sums
    for j in range(len(shift)):
        x = np.float32(line[j])
        ok = (x != nodata) & (abs(x) < np.float32(1e6))
        d = x - shift[j] if ok else np.float32(0)
        n[j] += np.float32(1) if ok else np.float32(0)
        total[j] += d
        squares[j] += d * d


@njit(cache=True, nogil=True, error_model="numpy")
def _add_four(lines: Four, nodata: np.float32, sums: Four) -> None:
    """`_add` for four scenes at once: the sums are fetched and put back a quarter as often."""
    one, zero, limit = np.float32(1), np.float32(0), np.float32(1e6)
    a, b, c, d = lines
    shift, n, total, squares = sums
    for j in range(len(shift)):
        base = shift[j]
        w, x, y, z = np.float32(a[j]), np.float32(b[j]), np.float32(c[j]), np.float32(d[j])
        e, f = (w != nodata) & (abs(w) < limit), (x != nodata) & (abs(x) < limit)
        g, h = (y != nodata) & (abs(y) < limit), (z != nodata) & (abs(z) < limit)
        w, x = (w - base if e else zero), (x - base if f else zero)
        y, z = (y - base if g else zero), (z - base if h else zero)
        n[j] += ((one if e else zero) + (one if f else zero)) + ((one if g else zero) + (one if h else zero))
        total[j] += (w + x) + (y + z)
        squares[j] += (w * w + x * x) + (y * y + z * z)


@njit(cache=True, nogil=True, error_model="numpy")
def _tests(sums: Array, floor: np.float32, t: Array, dof: Array) -> None:
    """Welch's t and its degrees of freedom out of the sums of a row; NaN where either period has fewer than two values."""
    one, nan, zero, two = np.float32(1), np.float32(np.nan), np.float32(0), np.float32(2)
    ns, totals, squares, ms, ends, others = sums[1], sums[2], sums[3], sums[4], sums[5], sums[6]
    for j in range(len(t)):
        n, m = ns[j], ms[j]
        a, b = totals[j] / n, ends[j] / m
        q, r = max(squares[j] - totals[j] * a, zero), max(others[j] - ends[j] * b, zero)
        u, v = max(q / (n - one), floor) / n, max(r / (m - one), floor) / m
        ok = (n >= two) & (m >= two)
        t[j] = (b - a) / np.sqrt(u + v) if ok else nan
        dof[j] = (u + v) * (u + v) / (u * u / (n - one) + v * v / (m - one)) if ok else nan


@njit(cache=True, nogil=True, error_model="numpy")
def _row(stack: Array, period: Array, nodata: np.float32, place: tuple[int, int, int], sums: Array) -> None:
    """Sums of columns left to right of one row: the shift, then number, sum and sum of squares before and after."""
    i, left, right = place
    sums[1:] = 0
    sums[0] = np.nan
    for k in range(len(period)):
        if period[k] < 2 and _begin(stack[k, i, left:right], nodata, sums[0]) == 0:
            break
    k = 0
    while k < len(period):
        p = period[k]
        four = k + 3 < len(period) and p == period[k + 1] and p == period[k + 2] and p == period[k + 3]
        r = 1 + 3 * p
        if p > 1:
            k += 1
        elif four:
            lines = (stack[k, i, left:right], stack[k + 1, i, left:right],
                     stack[k + 2, i, left:right], stack[k + 3, i, left:right])  # fmt: skip
            _add_four(lines, nodata, (sums[0], sums[r], sums[r + 1], sums[r + 2]))
            k += 4
        else:
            _add(stack[k, i, left:right], nodata, (sums[0], sums[r], sums[r + 1], sums[r + 2]))
            k += 1


@njit(cache=True, parallel=True, nogil=True, error_model="numpy")
def _welch(stack: Array, period: Array, nodata: np.float32, floor: np.float32, t: Array, dof: Array) -> None:
    rows, columns = t.shape
    for i in prange(rows):
        for left in range(0, columns, _BLOCK):
            right = min(left + _BLOCK, columns)
            sums = np.empty((7, right - left), np.float32)
            _row(stack, period, nodata, (i, left, right), sums)
            _tests(sums, floor, t[i, left:right], dof[i, left:right])


def welch(stack: Array, period: Array, nodata: int) -> tuple[Array, Array]:
    """Welch's t, after less before, and its degrees of freedom (float32 rows x columns) of a stack (scene, row, column) in C order.

    `period` (int8) is 0 before, 1 after, else passed over. float32 dB, or int16 hundredths with `nodata`. Spreads below a
    thousandth of a dB are taken for that, since no scene is measured better.
    """
    whole = stack.dtype == np.int16
    t, dof = (np.empty(stack.shape[1:], np.float32) for _ in range(2))
    _welch(stack, period, np.float32(nodata if whole else np.inf), _FLOOR * np.float32(1e4 if whole else 1), t, dof)
    return t, dof
