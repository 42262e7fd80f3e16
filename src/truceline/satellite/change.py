"""Change between two periods, pixel by pixel: pure kernels over a stack of scenes, each one pass over the data.

A stack is an array (scene, row, column): float32 in dB, or of an index, with NaN where nothing was seen, or int16 in
hundredths of a dB with NODATA there. Scores are standard normal where nothing changed, positive where values rose. Each
orbit and polarisation has a level of its own, is tested on its own, and only scores are joined (`combined`).

The test is Student's with one spread for both periods, as where nothing changed they have one: its size then does not depend
on how many scenes lie in either, and skewed speckle moves it little, which with two spreads (Welch) is not so for few scenes.

Sources: Student 1908 (Biometrika 6:1-25) for the test, Wallace 1959 (Ann. Math. Stat. 30:1121-1130) for its normal score,
Welford 1962 (Technometrics 4:419-420) and Chan, Golub and LeVeque 1983 (Am. Stat. 37:242-247) for moments that grow,
Mann and Whitney 1947 (Ann. Math. Stat. 18:50-60) for the ranks, Stouffer et al. 1949 for joining scores. The plain test
on Sentinel-1 before and after is that of Ballinger 2024 (PWTT).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from . import sums

Array = NDArray[Any]
BEFORE, AFTER, BETWEEN = 0, 1, 2
NODATA = -32768
"""Of int16 stacks: nothing was seen."""
CENTI = np.float32(0.01)
LEAST = 2
"""Scenes a pixel needs in a period to have a spread at all."""
_FLOOR = 1e-6
MOST_BEFORE, MOST_AFTER = 400, 60
"""Scenes of a period whose rank sums are counted exactly; beyond them the normal approximation is used."""
_EXACT = 4_000


class Moments(NamedTuple):
    """Number, mean and sum of squared deviations of each pixel over the scenes of a period (float32, int32 rows x columns)."""

    n: Array
    mean: Array
    m2: Array


@njit(cache=True, parallel=True)
def _moments(stack: Array, chosen: Array, n: Array, mean: Array, m2: Array) -> None:
    scenes, rows, columns = stack.shape
    for r in prange(rows):
        shift = np.full(columns, np.float32(np.nan))
        first = np.zeros(columns, np.float32)
        second = np.zeros(columns, np.float32)
        count = np.zeros(columns, np.float32)
        for s in range(scenes):
            if not chosen[s]:
                continue
            for c in range(columns):
                x = stack[s, r, c]
                seen = x == x  # noqa: PLR0124  # false for NaN alone, and no branch
                base = shift[c]
                base = x if base != base else base  # noqa: PLR0124
                shift[c] = base
                d = x - base if seen else np.float32(0)
                first[c] += d
                second[c] += d * d
                count[c] += np.float32(1) if seen else np.float32(0)
        for c in range(columns):
            k = count[c]
            n[r, c] = np.int32(k)
            if k > 0:
                mean[r, c] = shift[c] + first[c] / k
                m2[r, c] = max(second[c] - first[c] * first[c] / k, np.float32(0))
            else:
                mean[r, c] = 0
                m2[r, c] = 0


def moments(stack: Array, chosen: Sequence[bool] | Array | None = None) -> Moments:
    """The moments of the chosen scenes (all, where not given) of a float32 stack."""
    pick = np.ones(len(stack), np.bool_) if chosen is None else np.asarray(chosen, np.bool_)
    shape = stack.shape[1:]
    made = Moments(np.empty(shape, np.int32), np.empty(shape, np.float32), np.empty(shape, np.float32))
    _moments(np.ascontiguousarray(in_db(stack)), pick, *made)
    return made


@njit(cache=True, parallel=True)
def _update(n: Array, mean: Array, m2: Array, scene: Array) -> None:
    rows, columns = scene.shape
    for r in prange(rows):
        for c in range(columns):
            x = scene[r, c]
            seen = x == x  # noqa: PLR0124
            k = n[r, c] + (np.int32(1) if seen else np.int32(0))
            d = x - mean[r, c] if seen else np.float32(0)
            middle = mean[r, c] + d / np.float32(max(k, np.int32(1)))
            n[r, c] = k
            m2[r, c] += d * (x - middle) if seen else np.float32(0)
            mean[r, c] = middle


def update(held: Moments, scene: Array) -> Moments:
    """The moments with one more scene (rows x columns, dB); `held` itself is changed and given back."""
    _update(*held, np.ascontiguousarray(in_db(scene)))
    return held


def merged(a: Moments, b: Moments) -> Moments:
    """The moments of the scenes of both."""
    n = a.n + b.n
    whole = np.maximum(n, 1).astype(np.float32)
    apart = b.mean - a.mean
    mean = a.mean + apart * b.n / whole
    return Moments(n, mean.astype(np.float32), (a.m2 + b.m2 + apart * apart * a.n * b.n / whole).astype(np.float32))


@njit(cache=True, inline="always")
def _score(na: Any, ma: Any, qa: Any, nb: Any, mb: Any, qb: Any) -> Any:
    """Student's t of b less a as a standard normal score; NaN where either has fewer than two values."""
    if na < LEAST or nb < LEAST:
        return np.float32(np.nan)
    freedom = na + nb - 2
    t = (mb - ma) / math.sqrt(max((qa + qb) / freedom, np.float32(_FLOOR)) * (1 / na + 1 / nb))
    size = math.sqrt(freedom * math.log1p(t * t / freedom)) * (8 * freedom + 1) / (8 * freedom + 3)
    return np.float32(size if t >= 0 else -size)


@njit(cache=True, parallel=True)
def _student(an: Array, am: Array, aq: Array, bn: Array, bm: Array, bq: Array, out: Array) -> None:
    rows, columns = out.shape
    for r in prange(rows):
        for c in range(columns):
            out[r, c] = _score(np.float32(an[r, c]), am[r, c], aq[r, c], np.float32(bn[r, c]), bm[r, c], bq[r, c])


def student(before: Moments, after: Moments) -> Array:
    """The score of each pixel (float32 rows x columns) from the moments of two periods; NaN where it cannot be told."""
    out = np.empty(before.mean.shape, np.float32)
    _student(*before, *after, out)
    return out


@njit(cache=True, parallel=True)
def _one_more(n: Array, mean: Array, m2: Array, scene: Array, least: int, out: Array) -> None:
    rows, columns = out.shape
    for r in prange(rows):
        for c in range(columns):
            k, x = n[r, c], scene[r, c]
            out[r, c] = np.nan
            if k >= least and x == x:  # noqa: PLR0124
                freedom = np.float32(k - 1)
                spread = max(m2[r, c] / freedom, np.float32(_FLOOR))
                t = (x - mean[r, c]) / math.sqrt(spread * (1 + 1 / np.float32(k)))
                size = math.sqrt(freedom * math.log1p(t * t / freedom)) * (8 * freedom + 1) / (8 * freedom + 3)
                out[r, c] = np.float32(size if t >= 0 else -size)


def one_more(held: Moments, scene: Array, least: int) -> Array:
    """The score of one scene (float32 dB) against the moments of those before: Student's test with a single value after.

    NaN where the scene shows nothing, or fewer than `least` scenes (two or more) lie before.
    """
    out = np.empty(held.mean.shape, np.float32)
    _one_more(*held, np.ascontiguousarray(in_db(scene)), max(least, LEAST), out)
    return out


def compared(stack: Array, period: Sequence[int] | Array) -> Array:
    """The score of each pixel in one pass over a stack (float32 dB with NaN, or int16 hundredths of a dB with NODATA).

    `period` has BEFORE, AFTER or BETWEEN for each scene; scenes between the periods are passed over.
    """
    which = np.asarray(period, np.int8)
    if len(which) != len(stack):
        raise ValueError(f"{len(stack)} scenes and {len(which)} periods")
    return sums.score(np.ascontiguousarray(stack), which, NODATA)


YEAR_DAYS = 365.25
LEAST_SPAN_DAYS = 300.0
LEAST_SEASON = 10
"""Scenes from before that a pixel needs for its season to be told, over at least LEAST_SPAN_DAYS."""


@njit(cache=True, parallel=True)
def _in_season(stack: Array, period: Array, wave: Array, out: Array) -> None:
    scenes, rows, columns = stack.shape
    for r in prange(rows):
        a = np.empty((3, 3))
        for c in range(columns):
            na = nb = 0
            a[:] = 0.0
            y0 = y1 = y2 = base = 0.0
            for s in range(scenes):
                x = stack[s, r, c]
                if period[s] == 0 and x == x:  # noqa: PLR0124
                    if na == 0:
                        base = x
                    y, u, v = x - base, wave[s, 0], wave[s, 1]
                    na += 1
                    a[0, 0] += 1.0
                    a[0, 1] += u
                    a[0, 2] += v
                    a[1, 1] += u * u
                    a[1, 2] += u * v
                    a[2, 2] += v * v
                    y0 += y
                    y1 += u * y
                    y2 += v * y
            out[r, c] = np.nan
            if na < LEAST_SEASON:
                continue
            p = a[1, 1] * a[2, 2] - a[1, 2] * a[1, 2]
            q = a[0, 2] * a[1, 2] - a[0, 1] * a[2, 2]
            w = a[0, 1] * a[1, 2] - a[0, 2] * a[1, 1]
            det = a[0, 0] * p + a[0, 1] * q + a[0, 2] * w
            if det <= 1e-9 * na**3:
                continue
            i11 = (a[0, 0] * a[2, 2] - a[0, 2] * a[0, 2]) / det
            i22 = (a[0, 0] * a[1, 1] - a[0, 1] * a[0, 1]) / det
            i12 = (a[0, 1] * a[0, 2] - a[0, 0] * a[1, 2]) / det
            i00, i01, i02 = p / det, q / det, w / det
            k0 = i00 * y0 + i01 * y1 + i02 * y2
            k1 = i01 * y0 + i11 * y1 + i12 * y2
            k2 = i02 * y0 + i12 * y1 + i22 * y2
            left = total = square = ub = vb = 0.0
            for s in range(scenes):
                x = stack[s, r, c]
                if not x == x:  # noqa: PLR0124, SIM201
                    continue
                d = x - base - k0 - k1 * wave[s, 0] - k2 * wave[s, 1]
                if period[s] == 0:
                    left += d * d
                elif period[s] == 1:
                    nb += 1
                    total += d
                    square += d * d
                    ub += wave[s, 0]
                    vb += wave[s, 1]
            if nb < LEAST:
                continue
            middle, ub, vb = total / nb, ub / nb, vb / nb
            lean = i00 + i11 * ub * ub + i22 * vb * vb + 2 * (i01 * ub + i02 * vb + i12 * ub * vb)
            freedom = na - 3 + nb - 1
            spread = max((left + square - total * middle) / freedom, _FLOOR)
            t = middle / math.sqrt(spread * (lean + 1 / nb))
            size = math.sqrt(freedom * math.log1p(t * t / freedom)) * (8 * freedom + 1) / (8 * freedom + 3)
            out[r, c] = np.float32(size if t >= 0 else -size)


def compared_in_season(stack: Array, period: Sequence[int] | Array, days: Sequence[float] | Array) -> Array:
    """The score of each pixel against its own season: a yearly wave fitted to the scenes before, and carried on.

    `days` numbers the day of each scene from any origin. Student's test between the deviations of both periods from the
    wave, with the wave's own error in it. ValueError where the scenes before span less than LEAST_SPAN_DAYS: a season of
    which less was seen cannot be carried on. A pixel with fewer than LEAST_SEASON values before is NaN.
    """
    which, day = np.asarray(period, np.int8), np.asarray(days, float)
    own = day[which == BEFORE]
    if not len(own) or own.max() - own.min() < LEAST_SPAN_DAYS:
        raise ValueError(f"the scenes before span less than {LEAST_SPAN_DAYS:.0f} days, and the season is not known")
    turn = 2 * math.pi * (day - day.mean()) / YEAR_DAYS
    out = np.empty(stack.shape[1:], np.float32)
    _in_season(np.ascontiguousarray(in_db(stack)), which, np.column_stack([np.sin(turn), np.cos(turn)]), out)
    return out


def in_db(values: Array) -> Array:
    """Values in dB with NaN, from int16 hundredths where they are that."""
    if values.dtype == np.int16:
        return np.where(values == NODATA, np.float32(np.nan), values * CENTI).astype(np.float32)
    return np.asarray(values, np.float32)


def compared_plainly(stack: Array, period: Sequence[int] | Array) -> Array:
    """What `compared` gives, written with numpy alone: for tests, and as a peer in benchmarks."""
    values, which = in_db(stack), np.asarray(period)
    parts = []
    for p in (BEFORE, AFTER):
        own = values[which == p]
        n = np.isfinite(own).sum(axis=0)
        mean = np.nansum(own, axis=0, dtype=np.float64) / np.maximum(n, 1)
        parts.append((n, mean, np.nansum((own - mean) ** 2, axis=0)))
    (na, ma, _), (nb, mb, _) = parts
    with np.errstate(all="ignore"):
        freedom = na + nb - 2
        spread = np.maximum(sum(q for _, _, q in parts) / freedom, _FLOOR)
        t = (mb - ma) / np.sqrt(spread * (1 / na + 1 / nb))
        size = np.sqrt(freedom * np.log1p(t * t / freedom)) * (8 * freedom + 1) / (8 * freedom + 3)
    return np.where((na >= LEAST) & (nb >= LEAST), np.copysign(size, t), np.nan).astype(np.float32)


def combined(scores: Sequence[Array], correlation: Array | None = None) -> Array:
    """Scores of orbits and polarisations as one: their sum over its standard deviation where nothing changed (Stouffer).

    `correlation` (groups x groups) is that of the scores where nothing changed (see `correlation`); 0 between groups where
    it is not given. A pixel that a group did not see is judged by the others; NaN where none saw it.
    """
    held = np.stack([np.asarray(s, np.float32) for s in scores])
    shared = np.eye(len(held)) if correlation is None else np.asarray(correlation, float)
    seen = np.isfinite(held)
    total = np.where(seen, held, 0).sum(axis=0)
    if seen.all():
        return np.asarray(total / np.float32(math.sqrt(shared.sum())), np.float32)
    variance = np.einsum("irc,ij,jrc->rc", seen.astype(np.float32), shared.astype(np.float32), seen.astype(np.float32))
    return np.where(seen.any(axis=0), total / np.sqrt(np.maximum(variance, 1e-6)), np.nan).astype(np.float32)


def correlation(scores: Sequence[Array]) -> Array:
    """Correlation of the groups' scores over pixels, from ranks clipped at two: patches of true change move it little."""
    held = np.stack([np.clip(np.asarray(s, float).ravel(), -2, 2) for s in scores])
    held = held[:, np.isfinite(held).all(axis=0)]
    if held.shape[1] < 100 or len(held) == 1:
        return np.eye(len(held))
    made = np.corrcoef(held)
    return np.asarray(np.where(np.isfinite(made), made, np.eye(len(held))))


@lru_cache(maxsize=512)
def _rank_scores(before: int, after: int) -> Array:
    """Normal score of each value of 2U (0..2*before*after) by its exact distribution without ties, at its middle."""
    most = before * after
    if most > _EXACT:
        spread = math.sqrt(before * after * (before + after + 1) / 12)
        return ((np.arange(2 * most + 1) / 2 - most / 2) / spread).astype(np.float32)
    ways = np.zeros((after + 1, most + 1))
    ways[0, 0] = 1.0
    for one in range(1, before + after + 1):
        for k in range(min(one, after), 0, -1):
            least = one - k  # the k-th of the after scenes at rank `one` beats as many before scenes
            if least <= before:
                ways[k, least:] += ways[k - 1, : most + 1 - least] if least else ways[k - 1]
    chance = ways[after] / ways[after].sum()
    below = np.concatenate([[0.0], np.cumsum(chance)])
    normal = NormalDist()
    made = np.empty(2 * most + 1, np.float32)
    for twice in range(2 * most + 1):
        low, high = twice // 2, (twice + 1) // 2
        middle = (below[low] + below[min(low + 1, most + 1)] + below[high] + below[min(high + 1, most + 1)]) / 4
        made[twice] = normal.inv_cdf(min(max(middle, 1e-12), 1 - 1e-12))
    return made


@njit(cache=True, parallel=True)
def _ranks(stack: Array, period: Array, table: Array, starts: Array, out: Array) -> None:
    scenes, rows, columns = stack.shape
    for r in prange(rows):
        before = np.empty(scenes, np.float32)
        after = np.empty(scenes, np.float32)
        for c in range(columns):
            na = nb = 0
            for s in range(scenes):
                x = stack[s, r, c]
                if x == x:  # noqa: PLR0124
                    if period[s] == 0:
                        before[na] = x
                        na += 1
                    elif period[s] == 1:
                        after[nb] = x
                        nb += 1
            if na < LEAST or nb < LEAST:
                out[r, c] = np.nan
                continue
            twice = 0
            for j in range(nb):
                y = after[j]
                for i in range(na):
                    twice += 2 if y > before[i] else (1 if y == before[i] else 0)
            out[r, c] = table[starts[na, nb] + twice]


def ranked(stack: Array, period: Sequence[int] | Array) -> Array:
    """The score of each pixel by ranks (Mann-Whitney, exact without ties): holds whatever the speckle's distribution.

    For stacks of linear power, few looks, or outliers such as ships and vehicles; it needs some ten scenes in all to reach a
    score of three, and loses about a twentieth of the power where values in dB are normal.
    """
    which = np.asarray(period, np.int8)
    many = [int((which == p).sum()) for p in (BEFORE, AFTER)]
    starts = np.zeros((many[0] + 1, many[1] + 1), np.int64)
    parts, at = [np.zeros(0, np.float32)], 0
    for i in range(LEAST, many[0] + 1):
        for j in range(LEAST, many[1] + 1):
            starts[i, j] = at
            parts.append(_rank_scores(i, j))
            at += len(parts[-1])
    out = np.full(stack.shape[1:], np.nan, np.float32)
    if at:
        _ranks(np.ascontiguousarray(in_db(stack)), which, np.concatenate(parts), starts, out)
    return out
