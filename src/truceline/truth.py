"""What is so, where sources claim different values: each independent voice counts by how often it is right elsewhere.

    claims -> independence.groups -> voices -> how often each is right <-> what is so -> a value, or none, for each object

The vote with weights that it fixes itself is that of Dawid and Skene (1979, Maximum likelihood estimation of observer
error-rates) with one rate a voice, as used for claims by Dong, Berti-Equille and Srivastava (2009). A group of sources that
is one voice votes once, with an ordinary voice's weight, and its vote does not weigh for what it says more than
everybody else: a name earned by copying what is true buys nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from . import independence
from .concert import Array, Table
from .independence import Group

ROUNDS = 20
ALIKE = 1e6
"""The same number where voices do not differ at all."""
LEAST, MOST = 0.05, 0.95
"""Nobody is taken to be right more rarely, or more often, than this."""


def decide(claims: pl.DataFrame, groups: list[Group] | None = None) -> pl.DataFrame:
    """For each object of a claim table (columns source, object, value) what is so, by the weight of independent voices.

    Adds value (null where withheld), share (0..1: how sure, given that voices err independently), voices_for and
    voices_against (independent voices, a group counting once) and why. Withheld is what rests on a single group that was
    found to be one voice, and a tie. `groups` are those of `independence.groups`, found where not given.
    """
    found = independence.groups(claims) if groups is None else groups
    names, cells, table = independence.table(claims)
    if not cells:
        return _rows([])
    voice, grouped = _voices(names, found)
    speaker, cell, weighs = _votes(table, voice, grouped)
    number = int(voice.max()) + 1
    groups_ = np.flatnonzero(np.bincount(voice[grouped], minlength=number))
    sure = _settled(speaker[weighs], cell[weighs], table.thing, groups_)
    own = np.bincount(cell, minlength=len(cells))
    alone = np.bincount(cell[np.isin(speaker, voice[grouped])], minlength=len(cells))
    return _rows(_said(cells, table.thing, sure, own, alone))


def _voices(names: list[str], groups: list[Group]) -> tuple[Array, Array]:
    """The voice of each source by number, and which sources belong to a group."""
    at = {name: n for n, name in enumerate(names)}
    voice, grouped = np.arange(len(names)), np.zeros(len(names), bool)
    for group in groups:
        members = np.array([at[m] for m in group.members if m in at], dtype=np.int64)
        voice[members] = members.min(initial=len(names))
        grouped[members] = True
    return voice, grouped


def _votes(table: Table, voice: Array, grouped: Array) -> tuple[Array, Array, Array]:
    """One vote a voice and object: a group's is what most of its members say, none where they are split evenly.

    Third, whether it weighs: a group's vote does not for what it says more than everybody else.
    """
    free = ~grouped[table.source]
    speaker, cell = table.source[free], table.cell[free]
    pairs, counts = np.unique(np.stack([voice[table.source[~free]], table.cell[~free]]), axis=1, return_counts=True)
    order = np.lexsort((-counts, table.thing[pairs[1]], pairs[0]))
    who, what, many = pairs[0][order], pairs[1][order], counts[order]
    fresh = np.ones(len(order), bool)
    fresh[1:] = (who[1:] != who[:-1]) | (table.thing[what[1:]] != table.thing[what[:-1]])
    split = np.zeros(len(order), bool)
    split[:-1] = ~fresh[1:] & (many[1:] == many[:-1])
    kept = fresh & ~split
    weighs = np.ones(len(speaker) + int(kept.sum()), bool)
    weighs[len(speaker) :] = 2 * many[kept] <= table.support[what[kept]]
    return np.concatenate([speaker, who[kept]]), np.concatenate([cell, what[kept]]), weighs


def _settled(speaker: Array, cell: Array, thing: Array, groups: Array) -> Array:
    """How sure each cell is, 0..1 over the values of its object, once weights and values have settled."""
    number, things = int(speaker.max(initial=0)) + 1, int(thing.max()) + 1
    values = np.bincount(thing, minlength=things)[thing] + 1.0
    many, doubt = np.bincount(speaker, minlength=number), _doubt(speaker, cell, thing)
    sure = _shares(np.bincount(cell, minlength=len(thing)).astype(float), thing, things)
    for _ in range(ROUNDS):
        right = np.bincount(speaker, sure[cell], number)
        usual = float(right.sum() / max(many.sum(), 1))
        rate = np.clip((right + doubt * usual) / (many + doubt), LEAST, MOST)
        rate[groups[groups < number]] = min(max(usual, LEAST), MOST)
        weight = np.log(rate[speaker] / (1 - rate[speaker]) * (values[cell] - 1))
        scores = np.bincount(cell, weight, len(thing))
        most = np.full(things, -np.inf)
        np.maximum.at(most, thing, scores)
        before, sure = sure, _shares(np.exp(scores - most[thing]), thing, things)
        if float(np.abs(sure - before).max()) < 1e-6:
            break
    return sure


def _doubt(speaker: Array, cell: Array, thing: Array) -> float:
    """So many claims of an ordinary voice are added to each voice's own before it is said how often it is right.

    By how much voices differ in how many others agree with them, beyond what chance makes them differ (analysis of variance,
    by moments): where they do not, no voice weighs more than another.
    """
    spoken = np.bincount(thing[cell], minlength=int(thing.max()) + 1)[thing[cell]]
    heard = spoken > 1
    agreed = (np.bincount(cell, minlength=len(thing))[cell][heard] - 1) / (spoken[heard] - 1)
    who, many = np.unique(speaker[heard], return_inverse=True, return_counts=True)[1:]
    if len(many) < 2 or len(agreed) <= len(many):
        return ALIKE
    means = np.bincount(who, agreed) / many
    within = float(((agreed - means[who]) ** 2).sum() / (len(agreed) - len(many)))
    size = (len(agreed) - float((many**2).sum()) / len(agreed)) / (len(many) - 1)
    between = (float((many * (means - agreed.mean()) ** 2).sum() / (len(many) - 1)) - within) / size
    return min(ALIKE, within / between) if between > 0 else ALIKE


def _shares(scores: Array, thing: Array, things: int) -> Array:
    whole = np.bincount(thing, scores, things)
    return scores / np.maximum(whole, 1e-300)[thing]


def _said(cells: list[tuple[str, str]], thing: Array, sure: Array, own: Array, alone: Array) -> list[dict[str, Any]]:
    """One row an object: its surest value, or none, and in words why."""
    made: list[dict[str, Any]] = []
    starts = np.flatnonzero(np.diff(thing, prepend=-1))
    for first, last in zip(starts, [*starts[1:], len(cells)], strict=True):
        every = range(int(first), int(last))
        best = max(every, key=lambda c: (round(float(sure[c]), 9), -c))
        against = int(own[first:last].sum() - own[best])
        tied = sum(abs(sure[c] - sure[best]) < 1e-9 for c in every) > 1
        hollow = own[best] == alone[best]
        why = f"{int(own[best])} independent voices for it, {against} against"
        if tied or hollow:
            why = "two values weigh the same" if tied else "it rests on sources that are one voice alone"
        value = None if tied or hollow else cells[best][1]
        made.append(
            {"object": cells[best][0], "value": value, "share": round(float(sure[best]), 6), "voices_for": int(own[best]),
             "voices_against": against, "why": why}
        )  # fmt: skip
    return made


def _rows(made: list[dict[str, Any]]) -> pl.DataFrame:
    schema = {"object": pl.String, "value": pl.String, "share": pl.Float64, "voices_for": pl.Int64,
              "voices_against": pl.Int64, "why": pl.String}  # fmt: skip
    return pl.DataFrame(made, schema=schema)
