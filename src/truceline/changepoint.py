"""Whether a rate changed, when, and by how much: counts with the hours behind them, in bins of time.

Two questions with two answers. Is there a change at all? The largest contrast of any part before with the part after, and
of any one week with all others, is held against its exact distribution where nothing changed (given the total, counts are
shared out by the hours): the chance of so large a contrast. When, and by how much? Gamma-conjugate segments, summed over
all partitions by dynamic programming: the posterior over each change's position, and the ratio of rates averaged over it.

Counts that come in bursts look like changes. Where they scatter more than chance allows even within the segments, every
count and hour weighs less by that factor (`dispersion`).

Arrays in, records out; no clock, no disk, no randomness.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .watching import log_factorials

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEWEST = 8
"""Fewer incidents than this tell no change."""

FEWEST_BINS = 6
"""In fewer days with hours no change is looked for."""

MOST_BINS = 120
MOST = 4
"""The most bins that are looked at (more are joined), and the most changes in one series."""

ASKED = 0.05
"""How often a series without a change may be said to have one."""

WITHIN = 0.90
"""Of the interval of a change's time; that of a ratio is `LEVEL` of watching."""

RATIO_WITHIN = 0.95
_STEP = 0.01
_LOG_RATIOS = np.arange(-9.0, 9.0 + _STEP / 2, _STEP)


@dataclass(frozen=True, slots=True)
class Change:
    """One change: numbers of the bins between which it is most likely (the first one after it), and the range of these.

    `ratio` is the rate after it through the rate before it; `probability` that the rate changed between the neighbouring
    changes rather than not, both being held equally likely beforehand.
    """

    at: int
    first: int
    last: int
    ratio: float
    ratio_low: float
    ratio_high: float
    probability: float


@dataclass(frozen=True)
class Series:
    """Counts and hours (all above zero) of consecutive bins; `week` numbers the week of each bin."""

    counts: Ints
    hours: Floats
    week: Ints
    dispersion: float = 1.0

    @cached_property
    def total(self) -> int:
        """Everything counted."""
        return int(self.counts.sum())

    @cached_property
    def passed(self) -> Ints:
        """Counted before each boundary, 0 to the last."""
        return np.concatenate([[0], np.cumsum(self.counts)])

    @cached_property
    def share(self) -> Floats:
        """Share of the hours before each boundary."""
        run = np.concatenate([[0.0], np.cumsum(self.hours)])
        shares: Floats = run / run[-1]
        return shares

    @cached_property
    def eligible(self) -> npt.NDArray[np.bool_]:
        """Boundaries with hours enough on either side that one incident at least was to be expected there."""
        expected = self.total * self.share
        return (expected >= 1) & (self.total - expected >= 1)

    @property
    def told(self) -> bool:
        """Whether a change could be told at all."""
        return self.total >= FEWEST and len(self.counts) >= FEWEST_BINS and bool(self.eligible.any())


def contrast(counts: npt.NDArray[np.generic], total: int, share: Floats) -> Floats:
    """Log likelihood ratio of a part with so many of `total` having another rate than the rest."""
    inside = np.asarray(counts, dtype=np.float64)
    outside = total - inside

    def part(n: Floats, mean: Floats) -> Floats:
        return np.where(n > 0, n * np.log(np.maximum(n, 1e-300) / np.maximum(mean, 1e-300)), 0.0)

    made: Floats = part(inside, total * share) + part(outside, total * (1 - share))
    return made


def chance(series: Series) -> float:
    """The chance of a contrast as large as the largest one seen, where the rate did not change: exact, given the total.

    Two families of contrasts, before against after and one week against the rest; the smaller chance counts twice.
    """
    n = series.total
    splits = contrast(series.passed, n, series.share)
    seen = float(np.where(series.eligible, splits, 0.0).max())
    allowed = contrast(np.arange(n + 1)[None, :], n, series.share[:, None]) < seen / series.dispersion - 1e-9
    allowed |= ~series.eligible[:, None]
    one = 1.0 - _stays(series.hours, n, allowed, np.ones((len(series.counts), n + 1), dtype=bool))
    weeks, where = np.unique(series.week, return_inverse=True)
    if len(weeks) < 3:
        return min(max(one, 0.0), 1.0)
    counts, hours = np.bincount(where, series.counts), np.bincount(where, series.hours).astype(np.float64)
    share = hours / hours.sum()
    seen = float(contrast(counts, n, share).max())
    steps = contrast(np.arange(n + 1)[None, :], n, share[:, None]) < seen / series.dispersion - 1e-9
    other = 1.0 - _stays(hours, n, np.ones((len(weeks) + 1, n + 1), dtype=bool), steps)
    return min(max(2 * min(one, other), 0.0), 1.0)


def _stays(hours: Floats, n: int, allowed: npt.NDArray[np.bool_], steps: npt.NDArray[np.bool_]) -> float:
    """Probability that sums and steps stay where they are allowed, given that n are shared out by the hours.

    The sums form a Markov chain; independent Poisson steps, carried forward and conditioned on their total, give it.
    """
    logs = log_factorials(n)
    every = np.arange(n + 1)
    carried = np.zeros(n + 1)
    carried[0] = 1.0
    for bin_, mean in enumerate(n * hours / hours.sum()):
        step = np.exp(every * math.log(mean) - mean - logs) * steps[bin_]
        live = np.flatnonzero(step > 1e-18)
        held = np.flatnonzero(carried > 1e-30)
        if not len(live) or not len(held):
            return 0.0
        a, b = held[0], live[0]
        grown = np.convolve(carried[a : held[-1] + 1], step[b : live[-1] + 1])[: n + 1 - a - b]
        carried = np.zeros(n + 1)
        carried[a + b : a + b + len(grown)] = grown
        carried *= allowed[bin_ + 1]
    return float(carried[n] / math.exp(n * math.log(n) - n - logs[n]))


def _evidence(series: Series) -> Floats:
    """Log marginal likelihood of each segment from boundary i to boundary j, what all partitions share left out.

    A rate's prior is Gamma(1, H/N): worth one incident, with the mean of the whole series.
    """
    n, run = series.passed / series.dispersion, series.share * series.hours.sum() / series.dispersion
    scale = series.hours.sum() / series.total
    gammas = np.array([math.lgamma(1 + k / series.dispersion) for k in range(series.total + 1)])
    whole = series.passed[None, :] - series.passed[:, None]
    counts, hours = n[None, :] - n[:, None], run[None, :] - run[:, None]
    made = math.log(scale) + gammas[np.maximum(whole, 0)] - (1 + counts) * np.log(np.maximum(scale + hours, 1e-300))
    expected = (series.share[None, :] - series.share[:, None]) * series.total
    usable = expected >= 1 - 1e-9
    usable[0, -1] = True
    return np.where(usable, made, -np.inf)


def _summed(logs: Floats, axis: int = 0) -> Floats:
    top = logs.max(axis=axis)
    safe = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        total: Floats = safe + np.log(np.exp(logs - np.expand_dims(safe, axis)).sum(axis=axis))
    return total


def partitions(evidence: Floats) -> tuple[Floats, list[tuple[int, ...]]]:
    """(Posterior of 0, 1, ... changes, for each number the best boundaries).

    Half of the prior lies on no change, the other half falls by a half from one number to the next; all partitions with
    as many changes are equally likely beforehand.
    """
    flat = np.where(np.isfinite(evidence), 0.0, -np.inf)
    sums, ways, best = [evidence[0]], [flat[0]], [evidence[0]]
    back: list[npt.NDArray[np.intp]] = []
    for _ in range(MOST):
        sums.append(_summed(sums[-1][:, None] + evidence))
        ways.append(_summed(ways[-1][:, None] + flat))
        steps = best[-1][:, None] + evidence
        back.append(steps.argmax(axis=0))
        best.append(steps.max(axis=0))
    number = len(evidence) - 1
    logs = np.array(
        [s[number] - w[number] if np.isfinite(w[number]) else -np.inf for s, w in zip(sums, ways, strict=True)]
    )
    prior = np.array([0.5, *(0.5 ** np.arange(1, MOST + 1) * 0.5 / (1 - 0.5**MOST))])
    weights = np.exp(logs - logs.max()) * prior
    found = []
    for k in range(MOST + 1):
        at, path = number, []
        for step in reversed(back[:k]):
            at = int(step[at])
            path.append(at)
        found.append(tuple(reversed(path)))
    return weights / weights.sum(), found


def _dispersion(series: Series, bounds: tuple[int, ...]) -> float:
    """How much more counts scatter within the segments than chance explains; 1 where chance may explain it."""
    edges = (0, *bounds, len(series.counts))
    squares = 0.0
    for first, last in pairwise(edges):
        counts, hours = series.counts[first:last], series.hours[first:last]
        mean = counts.sum() * hours / hours.sum()
        squares += float((((counts - mean) ** 2)[mean > 0] / mean[mean > 0]).sum())
    free = len(series.counts) - len(edges) + 1
    if free < 3:
        return 1.0
    ratio = squares / free
    spread = math.sqrt((2 + (1 / np.maximum(series.total * series.hours / series.hours.sum(), 1e-9)).mean()) / free)
    return ratio if ratio > 1 + 2 * spread else 1.0


def examined(series: Series) -> tuple[Series, float, float, tuple[Change, ...]]:
    """(The series with its dispersion, the chance, the probability of any change, the changes, most likely first in time).

    Where the chance is above `ASKED`, the one change that would be the most likely is given; the caller must not call it
    one. Of several changes each must hold for itself (the interval of its ratio excludes 1), else there are fewer.
    Only for a series that can be `told`.
    """
    posterior, best = partitions(_evidence(series))
    likely = 1 + int(posterior[1:].argmax())
    scattered = replace(series, dispersion=_dispersion(series, best[min(likely, 2)]))
    if scattered.dispersion > 1:
        posterior, best = partitions(_evidence(scattered))
        likely = 1 + int(posterior[1:].argmax())
    by_chance = chance(scattered)
    evidence = _evidence(scattered)
    for number in range(likely if by_chance <= ASKED else 1, 0, -1):
        edges = (0, *best[number], len(series.counts))
        bounds = zip(edges, edges[2:], strict=False)
        found = tuple(_change(scattered, evidence, left, right) for left, right in bounds)
        if all(c.ratio_low > 1 or c.ratio_high < 1 for c in found):
            break
    return scattered, by_chance, float(1 - posterior[0]), found


def _change(series: Series, evidence: Floats, left: int, right: int) -> Change:
    """The change between two neighbouring boundaries: its position, and the ratio averaged over all positions."""
    inside = np.arange(left + 1, right)
    logs = evidence[left, inside] + evidence[inside, right]
    weight = np.exp(logs - logs.max())
    mean = float(_summed(logs) - math.log(np.isfinite(logs).sum()))
    whole = float(evidence[left, right])
    weight /= weight.sum()
    run = np.cumsum(weight)
    tail = (1 - WITHIN) / 2
    first, last = (int(np.searchsorted(run, q)) for q in (tail, 1 - tail))
    low, middle, high = _ratios(series, left, right, inside, weight)
    return Change(
        int(inside[weight.argmax()]), int(inside[first]), int(inside[min(last, len(inside) - 1)]), middle, low, high,
        1 / (1 + math.exp(min(whole - mean, 700.0))),
    )  # fmt: skip


def _ratios(series: Series, left: int, right: int, inside: Ints, weight: Floats) -> tuple[float, float, float]:
    scale = series.hours.sum() / series.total
    n, run = series.passed / series.dispersion, series.share * series.hours.sum() / series.dispersion
    kept = weight > 1e-4
    at, mixed = inside[kept], weight[kept]
    before, after = 1 + n[at] - n[left], 1 + n[right] - n[at]
    first, second = scale + run[at] - run[left], scale + run[right] - run[at]
    logs = after[:, None] * _LOG_RATIOS - (before + after)[:, None] * np.log(
        first[:, None] + np.exp(_LOG_RATIOS)[None, :] * second[:, None]
    )
    dense = np.exp(logs - logs.max(axis=1, keepdims=True))
    total = np.cumsum((dense / dense.sum(axis=1, keepdims=True) * mixed[:, None]).sum(axis=0))
    total /= total[-1]
    tail = (1 - RATIO_WITHIN) / 2
    low, middle, high = (float(math.exp(np.interp(q, total, _LOG_RATIOS))) for q in (tail, 0.5, 1 - tail))
    return low, middle, high
