"""What a group of sources says in concert, and how far that is from chance.

Each cell is something said of an object: a value of it, or that it was perceived at all. Of each the chance is worked out
that its supporters would be of the group, were everybody independent; a likelihood ratio weighs that there are groups who
say things together against that there are none. It is averaged over how much they may say together, so that its mean is 1
where nobody does, and by Markov's inequality great values are as rare as they are great (Vovk and Wang 2021, E-values:
calibration, combination and applications). The price of having chosen the group among all is taken off.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
SURE = 0.01
"""So likely is it at most that a group of independent sources is found at all, whatever the number of groups tried."""
NEARLY = 0.9
"""So much of a value's support comes from a group that says it together, and so many of the group who speak there say it."""
LOCAL = 20.0
"""So many claims of one beat weigh as much as all that is told elsewhere, when it is asked who is likely to speak of it."""
_SHARES = 0.5 ** np.arange(1, 13)
"""Shares of what is said that a group may have made up: none is assumed, the evidence is the mean over all."""


class Evidence(NamedTuple):
    """For one group: bits after all groups that might have been tried are paid for, and which cells it says together."""

    bits: float
    cells: Array


class Table:
    """Claims by number: source and cell (object and value) of each claim, object of each cell; repeated claims count once.

    Values of one object exclude one another, so that whoever says another contradicts; with `beat` (a number for each cell:
    where it was) nobody contradicts, and each thing is compared with what is told of the same beat. `free` marks sources
    that may be found dependent; all others are independent by what they are.
    """

    def __init__(self, source: Array, cell: Array, thing: Array, free: Array, beat: Array | None = None) -> None:
        self.source, self.cell, self.thing, self.free, self.beat = source, cell, thing, free, beat
        self.conflict = beat is None

    @cached_property
    def support(self) -> Array:
        """How many sources say each cell's value."""
        return np.bincount(self.cell, minlength=len(self.thing))

    @cached_property
    def speaking(self) -> Array:
        """How many speak of each cell's object."""
        return np.bincount(self.thing[self.cell], minlength=int(self.thing.max(initial=-1)) + 1)[self.thing]

    @cached_property
    def claims(self) -> Array:
        """How many claims each source makes."""
        return np.bincount(self.source, minlength=len(self.free))

    @cached_property
    def telling(self) -> Array:
        """Cells that could tell of a conspiracy: said by two or more, and contested where values exclude one another."""
        return (self.support > 1) & ((self.speaking > self.support) | (not self.conflict))

    @cached_property
    def log_factorial(self) -> Array:
        """Natural logarithms of 0!, 1!, 2! and so on."""
        most = max(len(self.free), int(self.speaking.max(initial=0))) + 2
        return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, most)))])

    def choices(self, of: Array | int, take: Array | int) -> Any:
        """Natural logarithm of the number of ways to take so many of so many."""
        f = self.log_factorial
        return f[of] - f[take] - f[np.subtract(of, take)]

    def without(self, members: Array) -> Table:
        """The same table without the claims of these sources."""
        kept = ~np.isin(self.source, members)
        return Table(self.source[kept], self.cell[kept], self.thing, self.free, self.beat)


def evidence(table: Table, members: Array) -> Evidence:
    """How much better it is explained that these sources say things together than that each speaks for itself.

    Of each cell two things are asked: how likely its supporters would nearly all be of the group, were they drawn from all
    who speak at all (by what they say elsewhere), and were they drawn from those who speak of this object. The less
    surprising answer counts, so that neither a shared beat nor shared knowledge alone is held against anybody.
    """
    inside = np.zeros(len(table.free), bool)
    inside[members] = True
    own = inside[table.source]
    mine = np.bincount(table.cell[own], minlength=len(table.thing))
    k, n = table.support, table.speaking
    least = k - (k * (1 - NEARLY) + 1e-9).astype(int)
    there = mine
    if table.conflict:
        there = np.bincount(table.thing[table.cell[own]], minlength=int(table.thing.max()) + 1)[table.thing]
        least = np.maximum(least, there - (there * (1 - NEARLY) + 1e-9).astype(int))
    together = table.telling & (mine > 1) & (mine >= least)
    size, at = len(members), np.flatnonzero(together)
    free = int((table.free & (table.claims > 1)).sum())
    price = float(table.choices(free, size)) + np.log(max(free, 1)) - np.log(SURE)
    if not len(at):
        return Evidence(-price / np.log(2), at)
    rest = ~together[table.cell]
    ours, others = float((own & rest).sum()) + size, float((~own & rest).sum()) + 1.0
    x, strays = mine[at], k[at] - mine[at]
    odds = np.full(len(at), ours / others)
    if table.beat is not None:
        odds = _local(table, own, at, ours, others + _crowds(k[~together]))
    left = np.outer(odds, 1 - np.arange(int(x.max(initial=1))) / size)
    drawn = np.cumsum(np.log(left / (left + 1)), axis=1)[np.arange(len(at)), x - 1]
    chance = drawn + table.choices(k[at], x)
    if table.conflict:
        camp = table.choices(there[at], x) + table.choices(n[at] - there[at], strays) - table.choices(n[at], k[at])
        chance = np.maximum(chance, camp + np.log(np.minimum(there[at], k[at]) - x + 1))
    else:
        chance += np.log(size - 1)
    chance = np.minimum(0.0, chance + np.log(k[at] - least[at] + 1))
    gain = np.logaddexp(np.log1p(-_SHARES)[:, None], np.log(_SHARES)[:, None] - chance).sum(axis=1)
    gain += np.log1p(-_SHARES) * (int(table.telling.sum()) - len(at))
    mean = float(np.logaddexp.reduce(gain)) - np.log(len(_SHARES))
    return Evidence((mean - price) / np.log(2), at)


def _local(table: Table, own: Array, at: Array, ours: float, others: float) -> Array:
    """The group's odds at each of these cells: those of all that is told, moved by what else is told of the same beat.

    Who is often there together is no conspiracy: it is where they live. Once more there together is no habit, so the
    largest other meeting of a beat is left out.
    """
    beat, cells = table.beat, len(table.thing)
    assert beat is not None
    mine, theirs = (np.bincount(table.cell[who], minlength=cells) for who in (own, ~own))
    order = np.lexsort((-mine, beat))
    first = order[np.flatnonzero(np.diff(beat[order], prepend=-1))]
    second = np.zeros(int(beat.max()) + 1, int)
    after = np.searchsorted(beat[order], beat[first]) + 1
    follows = (after < cells) & (beat[order[np.minimum(after, cells - 1)]] == beat[first])
    second[beat[first[follows]]] = mine[order[after[follows]]]
    largest = np.zeros_like(second)
    largest[beat[first]] = first
    other = np.where(largest[beat[at]] == at, second[beat[at]], mine[largest[beat[at]]])
    here = np.bincount(beat, mine, len(second))[beat[at]] - mine[at] - other
    elsewhere = np.bincount(beat, theirs, len(second))[beat[at]] - theirs[at]
    crowd = np.bincount(beat, minlength=len(second))[beat[at]] - 1
    share = ours / (ours + others)
    return (LOCAL * share + here) / (LOCAL * (1 - share) + elsewhere + crowd)


def _crowds(sizes: Array) -> float:
    """How many more claims would have to have been made for the chance of one more to fall as it does from crowd to crowd.

    Some things are seen by many and some by few: were that drawn from a gamma distribution of this shape (by moments, at
    most 1), the numbers of those who saw them would be negative multinomial.
    """
    mean = float(sizes.mean()) if len(sizes) else 0.0
    spread = float(sizes.var()) - mean if len(sizes) else 0.0
    return len(sizes) * (min(1.0, mean * mean / spread) if spread > 0 else 1.0)
