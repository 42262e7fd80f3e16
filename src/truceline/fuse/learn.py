"""Weights from pairs whose answer is known, and the prior for pairs whose answer is not.

With labels: logistic regression of "one happening" on the levels of all features together, with a ridge (Hoerl and
Kennard 1970), by iteratively reweighted least squares. Without: the prior alone is moved, by expectation and maximisation
over the new pairs (Saerens, Latinne and Decaestecker 2002), held back by the pairs that the weights were fitted on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .compare import FEATURES, SCALES, WIDEST
from .weights import UNIT, Weights

Array = NDArray[Any]
RIDGE = 1.0
ROUNDS = 60
EXPECTED: dict[str, tuple[float, ...]] = {
    "space": (2.0, 1.5, 0.5, -1.5, -0.5, 0.0, -1.0),
    "place": (1.0, 0.0, -0.5, -1.0),
    "time": (7.0, 6.0, 4.5, 3.5, 2.5, 1.0, -1.0, -4.0, 1.5, -2.0, 2.5, -2.0, -4.0, 2.5, 1.0, 1.0, 0.0, -3.0),
    "span": (0.0, 0.0, 0.0, 0.0),
    "kind": (1.5, -0.5, 0.0, -3.0, -0.5, 0.0, -4.0, -1.0, -1.0, 0.0),
    "weapon": (-0.7, 0.3, 0.5, 0.7, 0.8),
    "actors": (-0.7, 0.0, 0.2, 0.5, 0.5),
    "killed": (-0.2, -0.5, -0.7, -1.0, 0.5, 1.5, 3.0, 0.0, 1.5, -0.5, 0.5, -1.0, -0.5),
    "injured": (-0.2, -0.3, 0.5, 1.5, 0.7, -0.3, -0.3),
    "source": (0.5, -0.5, -0.5, -2.0, -2.0, -5.0),
    "method": (0.0, 0.0, 0.0, 0.0, 0.0),
    "listing": (0.7, 0.3, 0.0, -0.5, -1.5),
    "text": (-0.7, -0.3, 0.0, 0.3, 0.7, 1.2, 2.0, 3.0),
}
"""What each level was expected to weigh before anything was fitted, bits: set by hand; where no pair that was fitted on
stands on a level, it stays so. Clock times: two times of one happening differ by minutes, two happenings of a day by hours."""
EXPECTED_PRIOR = -3.0


def expected() -> Weights:
    """Weights before anything was fitted."""
    bits = np.zeros((len(FEATURES), WIDEST), dtype=np.int32)
    for number, name in enumerate(FEATURES):
        bits[number, : len(EXPECTED[name])] = np.round(np.array(EXPECTED[name]) * UNIT)
    return Weights(round(EXPECTED_PRIOR * UNIT), bits)


def design(levels: Array) -> Array:
    """Levels (pairs, features) as ones and zeros, one column a level; what says nothing is a row of zeros."""
    out = np.zeros((len(levels), len(FEATURES) * WIDEST), dtype=np.float64)
    for f in range(len(FEATURES)):
        said = np.flatnonzero(levels[:, f] >= 0)
        out[said, f * WIDEST + levels[said, f].astype(np.int64)] = 1.0
    return out


RISING = {"place": -1, "weapon": 1, "actors": 1, "text": 1, "listing": -1}
"""Features whose levels are a scale: a level never weighs less than the one below it (1), or above it (-1)."""


def fit(
    levels: Array, same: Array, before: Weights | None = None, ridge: float = RIDGE, sets: Array | None = None
) -> Weights:
    """Weights from pairs: their levels (int8, pairs by features), and whether each is one happening.

    Where the pairs say little, a level stays near `before` (`expected` where it is not given); `ridge` says how much is
    little. `sets` numbers the set of reports that each pair is from: each set has a prior of its own, and the weights
    carry their mean. Scales (`RISING`) are made to rise by pooling neighbours, and the rest is fitted once more.
    """
    start = before or expected()
    sets = np.zeros(len(same), dtype=np.int64) if sets is None else sets
    many = int(sets.max(initial=0)) + 1
    x = np.hstack([np.eye(many)[sets], design(levels)])
    mean = np.concatenate([np.full(many, start.prior), start.bits.reshape(-1)]) / UNIT * np.log(2)
    penalty = np.concatenate([np.full(many, 1e-3), np.full(len(mean) - many, ridge)])
    beta = _regression(x, same, mean, penalty)
    held = np.zeros(len(mean), dtype=bool)
    for name, way in RISING.items():
        at = many + FEATURES.index(name) * WIDEST
        part = slice(at, at + len(SCALES[name]))
        beta[part] = way * _risen(way * beta[part], x[:, part].sum(axis=0) + ridge)
        held[part] = True
    free = ~held
    offset = x[:, held] @ beta[held]
    beta[free] = _regression(x[:, free], same, mean[free], penalty[free], offset)
    whole = np.round(beta / np.log(2) * UNIT)
    return Weights(round(float(whole[:many].mean())), whole[many:].astype(np.int32).reshape(len(FEATURES), WIDEST))


def _regression(x: Array, same: Array, centre: Array, penalty: Array, offset: Array | None = None) -> Array:
    """Ridge logistic regression towards `centre`; columns without a one stay there."""
    used = np.flatnonzero(x.any(axis=0))
    part, y = x[:, used], same.astype(np.float64)
    beta, held = centre.copy(), 0.0 if offset is None else offset
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(part @ beta[used] + held, -30, 30)))
        v = np.maximum(p * (1 - p), 1e-9)
        slope = part.T @ (y - p) - penalty[used] * (beta[used] - centre[used])
        step = np.linalg.solve((part * v[:, None]).T @ part + np.diag(penalty[used]), slope)
        beta[used] += np.clip(step, -3, 3)
        if np.abs(step).max() < 1e-7:
            break
    return beta


def _risen(values: Array, counts: Array) -> Array:
    """The nearest values that do not fall (pool adjacent violators, Ayer et al. 1955)."""
    pools: list[list[float]] = []
    for value, count in zip(values, counts, strict=True):
        pools.append([float(value), float(count), 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            upper = pools.pop()
            lower = pools[-1]
            total = lower[1] + upper[1]
            pools[-1] = [(lower[0] * lower[1] + upper[0] * upper[1]) / total, total, lower[2] + upper[2]]
    return np.concatenate([np.full(int(n), value) for value, _, n in pools])


def sums(weights: Weights, levels: Array) -> Array:
    """What pairs weigh by their levels, in thousandths of a bit, without floor or cap."""
    total = np.full(len(levels), weights.prior, dtype=np.int64)
    for f in range(len(FEATURES)):
        said = levels[:, f] >= 0
        total[said] += weights.bits[f, levels[said, f].astype(np.int64)]
    return total


def share(weights: Weights, levels: Array) -> float:
    """How many of these pairs the weights themselves take for one happening: with it, the prior stays on these pairs."""
    return float((1 / (1 + np.exp2(-sums(weights, levels) / UNIT))).mean())


FARTHEST = 4 * UNIT
"""The prior is moved by no more than this, thousandths of a bit."""
FEW = 300
"""So many pairs are few: with as many the move is halved once more, and with a handful there is none."""
HALF = 0.5
"""How much of the move that the new pairs ask for is taken: features that depend on one another make it too large."""


def moved(weights: Weights, bits: Array, share: float) -> Weights:
    """The weights with the prior moved to new pairs whose answer nobody knows.

    `bits` are the sums of those pairs in thousandths (prior included), `share` how many of the pairs that the weights
    were fitted on are one happening. Pairs are counted by whole tenths of a bit, so that their order changes nothing.
    """
    return moved_by(weights, *tenths(bits), share)


def tenths(bits: Array) -> tuple[Array, Array]:
    """Sums of bits (thousandths) as whole tenths, and how often each occurs."""
    found, counts = np.unique(np.round(bits / (UNIT / 10)).astype(np.int64), return_counts=True)
    return found, counts


def moved_by(weights: Weights, tenths: Array, counts: Array, share: float) -> Weights:
    """`moved` by pairs that are counted already."""
    if not len(tenths):
        return weights
    many = int(counts.sum())
    found = share
    for _ in range(500):
        shift = np.log2(found / (1 - found)) - np.log2(share / (1 - share))
        posterior = 1 / (1 + np.exp2(-(tenths / 10 + shift)))
        new = float(np.clip((posterior * counts).sum() / counts.sum(), 0.001, 0.999))
        if abs(new - found) < 1e-9:
            break
        found = new
    shift = np.log2(found / (1 - found)) - np.log2(share / (1 - share))
    taken = HALF * many / (many + FEW)
    step = int(np.clip(round(taken * float(shift) * UNIT), -FARTHEST, FARTHEST))
    return replace(weights, prior=weights.prior + step, share=None)
