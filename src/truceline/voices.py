"""Who repeats whom: the voices behind observations. Five outlets that quote one spokesman are one voice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from .nouns import Observation, Source

UNKNOWN = "unknown"
"""The origin group of a voice of whom nobody can say whom it repeats; it never counts as an origin."""

RING = "ring:"
"""Before the names of sources that repeat one another."""


def in_ring(source_id: str, group: str) -> bool:
    """Whether this voice is a ring to which the source belongs."""
    return group.startswith(RING) and source_id in group.removeprefix(RING).split("+")


def voices(observations: Iterable[Observation], sources: dict[str, Source]) -> dict[str, tuple[str, ...]]:
    """Observation id -> the origin groups behind it: those that it repeats, else its own source's.

    Sources that repeat one another in a ring have no first speaker among them and are one voice.
    """
    found = list(observations)
    ring_of = _rings(found)
    return {o.id: tuple(dict.fromkeys(_voice(o, ring_of, sources))) for o in found}


def _voice(one: Observation, ring_of: dict[str, str], sources: dict[str, Source]) -> list[str]:
    speakers = one.origin_ids or (one.source_id,)
    groups = []
    for speaker in speakers:
        if ring_of.get(speaker) and ring_of.get(speaker) == ring_of.get(one.source_id):
            groups.append(ring_of[speaker])
        else:
            known = sources.get(speaker)
            groups.append(known.origin_group if known else speaker)
    return groups


def _rings(observations: list[Observation]) -> dict[str, str]:
    """Source id -> name of its ring: sources that reach one another by repeating."""
    repeats: dict[str, set[str]] = defaultdict(set)
    for one in observations:
        repeats[one.source_id].update(o for o in one.origin_ids if o != one.source_id)
    reach = {s: _reach(s, repeats) for s in repeats}
    rings: dict[str, str] = {}
    for source in sorted(repeats):
        ring = sorted(other for other in reach[source] if source in reach.get(other, set()))
        if source in reach[source] and len(ring) > 1:
            rings[source] = RING + "+".join(ring)
    return rings


def _reach(start: str, repeats: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(repeats.get(start, ()))
    while waiting:
        step = waiting.pop()
        if step not in seen:
            seen.add(step)
            waiting.extend(repeats.get(step, ()))
    return seen


def origins(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The distinct voices that count as origins, in order."""
    return tuple(sorted({group for voice in groups for group in voice} - {UNKNOWN}))
