"""Observations -> incidents and links: which accounts are about one happening, and why.

`fuse` puts the observations into arrays, finds pairs that are worth comparing (`pairs`), weighs each by features that
explain themselves (`compare`, `weights`), and joins clusters by their mean weight, people's judgements first (`cluster`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .. import kernels, rows, threads
from ..nouns import Incident, Judgement, Link, NearMiss
from . import alike, arrays, cluster, describe, explain, pairs, repeats, weighing
from .arrays import Accounts
from .weights import Weights

__all__ = ["Fused", "Question", "fuse", "kernels"]
Array = NDArray[Any]


@dataclass(frozen=True)
class Question:
    """What people and the mission say beside the observations.

    `party_words` (names and adjectives of the parties) are read as one neutral word, so that no weight depends on them.
    `follows` names accounts that only repeat another (of a flood): id -> the one that it repeats; both stay in one incident
    and the repeat is compared with nothing. `errors` says how far sources are off beyond what their reports say: source ->
    (metres at 95 %, seconds).
    """

    judgements: tuple[Judgement, ...] = ()
    own_kinds: dict[str, dict[str, Any]] | None = None
    party_words: tuple[str, ...] = ()
    errors: arrays.Errors = field(default_factory=dict)
    follows: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fused:
    """Tables of Incident, Link and NearMiss, and the weights that made them (the prior as it was moved)."""

    incidents: pl.DataFrame
    links: pl.DataFrame
    near_misses: pl.DataFrame
    weights: Weights


def fuse(
    observations: pl.DataFrame, weights: Weights, question: Question | None = None, deal: weighing.Deal | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Fused:  # fmt: skip
    """Incidents and links from a table of Observation (normalised); the order of rows does not matter.

    `deal` finds and weighs the pairs; on this machine where it is not given. `tell` is told what is begun.

    Every observation of a happening belongs to exactly one incident; one that stayed alone is an incident of one.
    """
    asked = question or Question()
    nothing = Fused(rows.table(Incident, []), rows.table(Link, []), rows.table(NearMiss, []), weights)
    if observations.is_empty():
        return nothing
    kinds = alike.kinds_of(sorted(set(observations["kind"])), asked.own_kinds)
    table = arrays.ordered(observations.select(arrays.USED), kinds)
    del observations  # of a million reports each table is half a gigabyte
    if table.is_empty():
        return nothing
    echo = repeats.echoes(table, asked.follows)
    every = arrays.accounts(table, kinds, asked.party_words, asked.errors)
    people = repeats.Said(table, echo, asked.judgements)
    every = replace(every, table=table.select(arrays.DESCRIBED))
    del table
    spoken = np.flatnonzero(people.speaks(every.size))
    tell(f"comparing {every.size:,} accounts")
    near = pairs.neighbours(every.columns, spoken)
    found = weighing.weighed(every.columns, near, spoken, weights, deal)
    tell(f"joining by {len(found.i):,} pairs")
    label = cluster.clusters(
        cluster.Graph(every.size, found.i, found.j, found.weight, people.joined, people.parted),
        every.rank,
        weights.floor,
    )
    for one, first in people.leader.items():
        label[one] = label[first]
    tell("describing incidents")
    return described(every, near, found, label, people)


def described(every: Accounts, near: Array, found: weighing.Weighed, label: Array, people: repeats.Said) -> Fused:
    """Clusters as tables."""
    scored = (found.i, found.j, found.weight)
    (made, named), why = threads.at_once(
        lambda: describe.incidents(every, label), lambda: explain.links(every, near, scored, label, found.weights)
    )
    why = explain.added(why, every, people.echo, people.judged - people.stated, people.stated, people.answered)
    spoken = people.speaks(every.size)
    linked, missed = threads.at_once(
        lambda: describe.links(every, made, named, label, why),
        lambda: explain.near_misses(every, near, people.free(scored), label, found.weights, named, spoken),
    )
    return Fused(made, linked, missed, found.weights)
