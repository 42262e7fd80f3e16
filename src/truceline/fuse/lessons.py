"""Pairs whose answer people know: from observations and a grouping, what `learn` fits weights on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from . import Question, alike, arrays, learn, pairs, repeats
from .compare import FEATURES
from .weights import Weights, bars, levels

Array = NDArray[Any]


class Lesson(NamedTuple):
    """Compared pairs of accounts whose answer is known: rows, levels (int8, pairs by features), whether a rule bars them.

    `answer` numbers each row's happening, `rank` its place among the ids; `lost` counts pairs that people call one
    happening and that were not compared or are barred.
    """

    i: Array
    j: Array
    levels: Array
    barred: Array
    answer: Array
    rank: Array
    lost: int

    @property
    def same(self) -> Array:
        """Whether each pair is one happening."""
        same: Array = self.answer[self.i] == self.answer[self.j]
        return same


def lesson(observations: pl.DataFrame, truth: dict[str, str], question: Question | None = None) -> Lesson:
    """What a table of Observation (normalised) teaches with `truth` (observation id -> name of its happening)."""
    asked = question or Question()
    kinds = alike.kinds_of(sorted(set(observations["kind"])), asked.own_kinds)
    table = arrays.ordered(observations, kinds)
    every = arrays.accounts(table, kinds, asked.party_words, asked.errors)
    followers = repeats.leaders(table, repeats.echoes(table, asked.follows), set())
    spoken = np.setdiff1d(np.arange(every.size), np.fromiter(followers, dtype=np.int64, count=len(followers)))
    near = pairs.neighbours(every.columns, spoken)
    numbers = {name: n for n, name in enumerate(sorted(set(truth.values())))}
    answer = np.array([numbers[truth[i]] if i in truth else -1 for i in table["id"]], dtype=np.int64)
    known = spoken[answer[spoken] >= 0]
    found = list(pairs.close(every.columns, known))
    empty = np.zeros(0, dtype=np.int32)
    i, j = (np.concatenate([empty, *(f[k] for f in found)]) for k in (0, 1))
    rule = np.zeros(len(i), dtype=np.int8)
    bars(every.columns.row, every.columns.kinds, i, j, rule)
    barred = rule > 0
    scale = np.empty((len(i), len(FEATURES)), dtype=np.int8)
    levels(*every.columns, near, i, j, scale)
    counts = np.bincount(answer[known])
    hits = int(((answer[i] == answer[j]) & ~barred).sum())
    place = np.full(every.size, -1, dtype=np.int64)
    place[known] = np.arange(len(known))
    return Lesson(
        place[i],
        place[j],
        scale,
        barred,
        answer[known],
        every.rank[known],
        int((counts * (counts - 1) // 2).sum()) - hits,
    )


LINE = -750
"""Where the line lies for weights of one set of reports, thousandths of a bit below even odds for a pair: clusters are held
against the line by the mean of their pairs, and the mean of one happening is pulled down by its odd accounts. Set on the
halves of the Kenya reports that benchmarks/bench_fuse.py draws, and no choice of a finer one did better there."""


def taught(sets: list[Lesson], before: Weights | None = None, ridge: float = learn.RIDGE, line: int = LINE) -> Weights:
    """Weights fitted on these sets together, each with a prior of its own; the line is `line` from their mean."""
    free = [~one.barred for one in sets]
    scale = np.vstack([one.levels[f] for one, f in zip(sets, free, strict=True)])
    same = np.concatenate([one.same[f] for one, f in zip(sets, free, strict=True)])
    number = np.concatenate([np.full(int(f.sum()), n) for n, f in enumerate(free)])
    made = learn.fit(scale, same, before, ridge, number)
    return replace(made, prior=made.prior - line, share=round(learn.share(made, scale), 4))
