"""People who tell at first hand what nobody else perceived, together and again and again: one voice instead of many.

    incidents + observations + sources -> who perceived what -> `independence.search` -> who is one voice where

Whether voices are one at an incident is decided by all the other incidents, never by that one. So another account of an
incident changes nothing of who is one voice there: an independent confirmation cannot lower its grade.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from . import independence, voices
from .accounts import PERCEIVING, UNRELIABLE
from .concert import Table
from .independence import Group
from .nouns import FIRST_HAND, OWNING, Incident, Observation, Source, Stance
from .reuse import PUBLISHING

FOLDS = 48
"""Incidents are left out in so many parts, so that each is judged by nearly all the others."""
LARGE = 20_000
"""Incidents times parts that are gone through at most, where that leaves FEWEST parts or more."""
FEWEST = 8
AGREEING = "agreeing:"
"""Before the names of voices that agree too often, where they are one voice."""
Allied = dict[str, tuple[Group, ...]]
"""Incident id -> groups of voices of whom two or more perceived it, each of which counts once there."""


def allied(
    incidents: list[Incident],
    observations: list[Observation],
    sources: tuple[Source, ...],
    flood: dict[str, str] | None = None,
) -> Allied:
    """For each incident the voices at first hand that count as one there.

    Observers, sensors and parties are never members, but whoever of them perceived it, or owned it, was there. `flood`
    (see `reuse.floods`) names accounts that only repeat another.
    """
    by_id, known = {o.id: o for o in observations}, {s.id: s for s in sources}
    told = {i.id: [by_id[o] for o in i.observation_ids] for i in incidents}
    met = {i: who for i, of in told.items() if (who := _perceived(of, known, flood or {}))}
    free = _free(sources)
    place = {i.id: i.place_id or i.place for i in incidents}
    parts = min(FOLDS, max(FEWEST, LARGE // max(len(incidents), 1)))
    part = {incident: n % parts for n, incident in enumerate(sorted(told))}
    asked = sorted({part[i] for i, who in met.items() if len(who & free) > 1})
    found: Allied = {}
    for one in asked:
        groups = together({i: who for i, who in met.items() if part[i] != one}, free, place)
        for incident, who in met.items():
            there = tuple(g for g in groups if len(who & set(g.members)) > 1)
            if part[incident] == one and there:
                found[incident] = there
    return dict(sorted(found.items()))


def together(met: dict[str, set[str]], free: set[str], place: dict[str, str]) -> tuple[Group, ...]:
    """Groups of `free` voices that are one: incident -> voices that perceived it, whoever they are."""
    names = sorted({v for who in met.values() for v in who})
    number = {v: n for n, v in enumerate(names)}
    things = sorted(met)
    pairs = [(number[v], n) for n, i in enumerate(things) for v in sorted(met[i])]
    source, cell = (np.array([p[k] for p in pairs], dtype=np.int64) for k in (0, 1))
    spots = {p: n for n, p in enumerate(sorted({place.get(i, "") for i in met}))}
    beat = np.array([spots[place.get(i, "")] for i in things], dtype=np.int64)
    table = Table(source, cell, np.arange(len(met)), np.array([v in free for v in names], bool), beat)
    return tuple(
        Group(
            tuple(sorted(names[m] for m in members)), tuple((things[c], "") for c in found.cells), round(float(found.bits), 1),
            f"they alone perceived {len(found.cells)} other happenings, more than chance would bring together by "
            f"{found.bits:.0f} bits",
        )
        for members, found in independence.search(table)
    )  # fmt: skip


def as_one(known: dict[str, Source], groups: tuple[Group, ...]) -> dict[str, Source]:
    """The sources as they stand where each of these groups is one voice."""
    if not groups:
        return known
    one = {member: AGREEING + "+".join(g.members) for g in groups for member in g.members}
    return {i: replace(s, origin_group=one[s.origin_group]) if s.origin_group in one else s for i, s in known.items()}


def words(groups: tuple[Group, ...]) -> tuple[str, ...]:
    """One sentence a group: who counts as one voice, and why."""
    return tuple(f"{', '.join(g.members)} count as one voice ({g.why})" for g in groups)


def _free(sources: tuple[Source, ...]) -> set[str]:
    """Voices that may be found dependent: those of which every source publishes what it saw and speaks for no party."""
    bound = {s.origin_group for s in sources if s.kind not in PUBLISHING or s.party}
    return {s.origin_group for s in sources} - bound - {voices.UNKNOWN}


def _perceived(told: list[Observation], known: dict[str, Source], flood: dict[str, str]) -> set[str]:
    """Voices that perceived it at first hand, and parties that owned it."""
    found: set[str] = set()
    for one in told:
        source = known.get(one.source_id)
        if (
            source is None
            or source.reliability in UNRELIABLE
            or one.origin_ids
            or one.id in flood
            or one.stance is Stance.DENIES
        ):
            continue
        if one.stance in OWNING if source.party else one.method in FIRST_HAND and source.kind in PERCEIVING:
            found.add(source.origin_group)
    return found - {voices.UNKNOWN}
