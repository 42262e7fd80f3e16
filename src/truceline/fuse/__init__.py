"""Observations -> incidents and links: which accounts are about one happening, and why.

`fuse` pairs what is close (`pairs`), weighs each pair by features that explain themselves (`compare`), and joins
clusters by their average weight, honouring people's judgements first (`cluster`).
"""

from __future__ import annotations

from typing import Any

import polars as pl

from .. import kinds, rows
from ..nouns import Incident, Judgement, Link, Modality, Observation
from . import cluster, compare, describe, pairs

__all__ = ["fuse"]


def fuse(
    observations: pl.DataFrame,
    judgements: tuple[Judgement, ...] = (),
    own_kinds: dict[str, dict[str, Any]] | None = None,
    party_words: tuple[str, ...] = (),
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tables of Incident and of Link from a table of Observation (normalised); the order of rows does not matter.

    Every observation of a happening belongs to exactly one incident; one that stayed alone is an incident of one.
    `party_words` (names and adjectives of the parties) are read as one neutral word, so that no weight depends on them.
    """
    found = sorted(rows.records(Observation, observations), key=lambda o: o.id)
    neutral = compare.neutral(party_words)
    accounts = [
        compare.account(one, family, neutral)
        for one in found
        if one.when and (family := _family(one, own_kinds)) != kinds.NO_HAPPENING
    ]
    representatives, echoes = pairs.echoes(accounts)
    weights = compare.weigh(representatives, pairs.close(representatives))
    answers = pairs.answers(accounts, echoes)
    joined, parted = cluster.ordered(judgements, echoes)
    groups = cluster.clusters([a.id for a in representatives], weights, (answers - parted) | joined, parted)
    by_id = {a.id: a for a in accounts}
    members = cluster.with_echoes(groups, echoes)
    incidents, links = [], []
    for group in members:
        incident = describe.incident([by_id[i] for i in group])
        incidents.append(incident)
        links += describe.links(incident, [by_id[i] for i in group], weights, echoes, answers, joined)
    incidents.sort(key=lambda i: (i.start, i.id))
    links.sort(key=lambda link: (link.incident_id, link.observation_id))
    return rows.table(Incident, incidents), rows.table(Link, links)


def _family(one: Observation, own_kinds: dict[str, dict[str, Any]] | None) -> str:
    """What is threatened, ordered or attempted is never one happening with what was done."""
    family = kinds.family(one.kind, own_kinds)
    return family if one.modality is Modality.DONE or family == kinds.NO_HAPPENING else f"{one.modality} {family}"
