"""Student's test of a whole stack in one pass, as fast as memory gives it: sums of a block stay in the cache, four scenes at a time.

Sums are of differences from each pixel's first valid value, so that float32 holds them (Chan, Golub and LeVeque 1983, Am. Stat.
37:242-247). The test is Student's (1908, Biometrika 6:1-25), its normal score that of Wallace (1959, Ann. Math. Stat.
30:1121-1130). Whatever is not finite is missing, or `nodata` in whole numbers. Only sums, products, quotients, roots and whole
numbers are used, each rounded as IEEE 754 says and in one order: the bytes do not depend on the machine's library of functions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Array = NDArray[Any]
Four = tuple[Array, Array, Array, Array]
_BLOCK = 8192
"""Pixels at once: runs long enough that memory is read ahead of need, sums small enough for the second cache."""
_FLOOR = np.float32(1e-6)
_LIMIT = np.float32(1e6)
"""No value is as far from zero: beyond it, it is missing."""
_ROOT_HALF = np.int32(0x3F3504F3)
_LN2 = np.float32(0.6931471805599453)


@njit(cache=True, nogil=True, error_model="numpy")
def _begin(line: Array, nodata: np.float32, shift: Array) -> int:
    """Take the first valid value of each column as its shift; gives how many columns still lack one."""
    missing = 0
    for j in range(len(shift)):
        x = np.float32(line[j])
        ok = (x != nodata) & (abs(x) < _LIMIT) & np.isnan(shift[j])
        shift[j] = x if ok else shift[j]
        missing += np.isnan(shift[j])
    return missing


@njit(cache=True, nogil=True, error_model="numpy")
def _add_four(lines: Four, nodata: np.float32, sums: Four) -> None:
    """Add four scenes: number, sum and sum of squares of their differences from the shift, of what is not missing."""
    one, zero, limit = np.float32(1), np.float32(0), _LIMIT
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
def _add_whole(lines: Four, shift: Array, total: Array, squares: Array) -> None:
    """`_add_four` where nothing is missing, bit for bit."""
    a, b, c, d = lines
    for j in range(len(shift)):
        base = shift[j]
        w, x = np.float32(a[j]) - base, np.float32(b[j]) - base
        y, z = np.float32(c[j]) - base, np.float32(d[j]) - base
        total[j] += (w + x) + (y + z)
        squares[j] += (w * w + x * x) + (y * y + z * z)


@njit(cache=True, nogil=True, error_model="numpy")
def _whole(shift: Array, squares: Array, nodata: np.float32) -> bool:
    """Whether no value that was summed can have been missing: the sum of squares is less than such a one alone would make it.

    A rounded sum of squares is no less than any of them, and what is not finite is less than nothing.
    """
    quarter, zero = _LIMIT / np.float32(4), np.float32(0)
    unsure = 0
    for j in range(len(shift)):
        gap = shift[j] - nodata
        far = quarter * quarter if abs(shift[j]) < quarter else zero
        bound = gap * gap if nodata != np.inf else far
        unsure += not squares[j] < bound
    return unsure == 0


@njit(cache=True, nogil=True, error_model="numpy")
def _four(stack: Array, own: Array, k: int, ends: tuple[int, int], filling: Array) -> Four:
    """A block of the scenes `own` from the k-th on, four at a time; where they are no multiple of four `filling` fills up."""
    left, right = ends
    return (
        stack[own[k], left:right],
        stack[own[k + 1], left:right] if k + 1 < len(own) else filling,
        stack[own[k + 2], left:right] if k + 2 < len(own) else filling,
        stack[own[k + 3], left:right] if k + 3 < len(own) else filling,
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _quick(stack: Array, periods: tuple[Array, Array], nodata: np.float32, ends: tuple[int, int], sums: Array) -> bool:
    """`_careful`, bit for bit; false, and the sums are of no use, where a value is or may be missing."""
    if len(periods[0]) == 0:
        return False
    filling = stack[periods[0][0], ends[0] : ends[1]]  # differs from the shift, which it is, by nothing
    for j in range(len(filling)):
        sums[0, j] = np.float32(filling[j])
    for p in range(2):
        at = 1 + 3 * p
        sums[at] = np.float32(len(periods[p]))
        sums[at + 1 : at + 3] = 0
        for k in range(0, len(periods[p]), 4):
            lines = _four(stack, periods[p], k, ends, filling)
            _add_whole(lines, sums[0], sums[at + 1], sums[at + 2])
        if not _whole(sums[0], sums[at + 2], nodata):
            return False
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _careful(
    stack: Array, periods: tuple[Array, Array], nodata: np.float32, ends: tuple[int, int], sums: Array
) -> None:
    """Sums of a block: the shift of each pixel, then number, sum and sum of squares before and after."""
    sums[0] = np.nan
    sums[1:] = 0
    missing = 1
    for p in range(2):
        for k in periods[p]:
            if missing:
                missing = _begin(stack[k, ends[0] : ends[1]], nodata, sums[0])
    filling = np.empty(sums.shape[1], stack.dtype)
    filling[:] = nodata
    for p in range(2):
        at = 1 + 3 * p
        for k in range(0, len(periods[p]), 4):
            lines = _four(stack, periods[p], k, ends, filling)
            _add_four(lines, nodata, (sums[0], sums[at], sums[at + 1], sums[at + 2]))


@njit(cache=True, nogil=True, error_model="numpy")
def _test(
    numbers: tuple[Any, Any], before: tuple[Any, Any], after: tuple[Any, Any], floor: np.float32
) -> tuple[Any, Any, Any]:
    """Of the sums of a pixel: after less before as a mean, t t / freedom, and 1 / freedom."""
    one, two, zero = np.float32(1), np.float32(2), np.float32(0)
    n, m = numbers
    a, b, rate = one / n, one / m, one / (n + m - two)
    x, y = before[0] * a, after[0] * b
    q, r = max(before[1] - before[0] * x, zero), max(after[1] - after[0] * y, zero)
    return y - x, (y - x) * (y - x) * rate / (max((q + r) * rate, floor) * (a + b)), rate


@njit(cache=True, nogil=True, error_model="numpy")
def _tests(sums: Array, floor: np.float32, alike: bool) -> None:
    """Fill three more rows of the sums of a block by `_test`; with `alike` all pixels have as many scenes, and that is quicker."""
    first, second = sums[1, 0], sums[4, 0]
    if alike:
        for j in range(sums.shape[1]):
            before, after = (sums[2, j], sums[3, j]), (sums[5, j], sums[6, j])
            sums[0, j], sums[7, j], sums[8, j] = _test((first, second), before, after, floor)
    else:
        for j in range(sums.shape[1]):
            before, after = (sums[2, j], sums[3, j]), (sums[5, j], sums[6, j])
            sums[0, j], sums[7, j], sums[8, j] = _test((sums[1, j], sums[4, j]), before, after, floor)


@njit(cache=True, nogil=True, error_model="numpy")
def _normal(sums: Array, score: Array) -> None:
    """The normal score of each pixel: sqrt(f log(1 + t t / f)) (8 f + 1) / (8 f + 3), f = 1 / rate; NaN of fewer than two values.

    The logarithm is that of a number m between the roots of a half and of two, and of the power of two that was taken out of it:
    log(m) = 2 (s + s^3 / 3 + s^5 / 5 + ...) with s = (m - 1) / (m + 1), cut where the next term is below 3e-9 of it.
    """
    one, two, three, eight, nan = np.float32(1), np.float32(2), np.float32(3), np.float32(8), np.float32(np.nan)
    k3, k5, k7, k9 = np.float32(2 / 3), np.float32(2 / 5), np.float32(2 / 7), np.float32(2 / 9)
    ratio, rate = sums[7], sums[8]
    size = one + ratio
    bits = size.view(np.int32)
    for j in range(len(score)):
        power = np.int32(np.int32(bits[j] - _ROOT_HALF) >> np.int32(23))
        bits[j] -= np.int32(power << np.int32(23))
        over = ratio[j] if power == 0 else size[j] - one
        s, r = over / (two + over), rate[j]
        z = s * s
        log = np.float32(power) * _LN2 + s * (two + z * (k3 + z * (k5 + z * (k7 + z * k9))))
        near, far = eight + r, eight + three * r
        found = np.sqrt(log * near * near / (r * far * far))
        told = (sums[1, j] >= two) & (sums[4, j] >= two)
        score[j] = (found if sums[0, j] >= 0 else -found) if told else nan


@njit(cache=True, parallel=True, nogil=True, error_model="numpy")
def _score(stack: Array, periods: tuple[Array, Array], nodata: np.float32, floor: np.float32, score: Array) -> None:
    for block in prange((len(score) + _BLOCK - 1) // _BLOCK):
        ends = (block * _BLOCK, min((block + 1) * _BLOCK, len(score)))
        sums = np.empty((9, ends[1] - ends[0]), np.float32)
        quick = _quick(stack, periods, nodata, ends, sums)
        if not quick:
            _careful(stack, periods, nodata, ends, sums)
        _tests(sums, floor, quick)
        _normal(sums, score[ends[0] : ends[1]])


def score(stack: Array, period: Array, nodata: int) -> Array:
    """Student's t, after less before, as a standard normal score (float32 rows x columns) of a stack (scene, row, column) in C order.

    `period` (int8) is 0 before, 1 after, else passed over. float32 dB, or int16 hundredths with `nodata`, which no valid value
    is below. Spreads below a thousandth of a dB are taken for that, since no scene is measured better. NaN where either period
    has fewer than two values. Given t and its freedom, the score is within a millionth of itself.
    """
    whole = stack.dtype == np.int16
    made = np.empty(stack.shape[1:], np.float32)
    periods = (np.flatnonzero(period == 0), np.flatnonzero(period == 1))
    floor = _FLOOR * np.float32(1e4 if whole else 1)
    _score(stack.reshape(len(stack), -1), periods, np.float32(nodata if whole else np.inf), floor, made.reshape(-1))
    return made
