"""Accounts whose place contradicts itself: a province that it does not lie in, a name of two places, coordinates far from it.

A province is no area here. It is what the gazetteer says of its places (column `province`, several by semicolons where the
sides differ), and else where the places lie that other reports put in it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from . import where
from .nouns import Observation, Place

SAID = ("province", "admin1", "changwat", "khet")
"""Fields of a report that name a province."""
LEAST, FAR_M, SURE_M = 3, 50_000.0, 30_000.0
"""A province is known by so many other places; a place so much further from all of them is asked about; wider ones say nothing."""
SLACK_M = 1000.0


class Doubt(NamedTuple):
    """What is asked: accounts of one source about one place, and the sentence."""

    code: str
    source_id: str
    ids: tuple[str, ...]
    words: str


def provinces(text: str) -> frozenset[str]:
    """The provinces that a cell names, folded."""
    parts = re.split(r"\s*[/,;]\s*|\s+and\s+", text)
    return frozenset(filter(None, (where.folded(re.sub(r"(?i)\s+province$", "", p)) for p in parts)))


def found(told: Iterable[Observation], places: Iterable[Place]) -> list[Doubt]:
    """Every doubt, one a source, place and reason."""
    every = [o for o in told if not o.answers]
    by_id = {p.id: p for p in places}
    names = where.Names(tuple(by_id.values()))
    asked: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    grounds = _grounds(every, by_id)
    for one in every:
        for code, words in (*_off(one, by_id), *_elsewhere(one, by_id, grounds), *_ambiguous(one, by_id, names)):
            asked[code, one.source_id, one.place_id or one.place, words].append(one.id)
    return [Doubt(code, source, tuple(sorted(ids)), words) for (code, source, _, words), ids in asked.items()]


def _said(one: Observation) -> str:
    return next((one.details[name] for name in SAID if one.details.get(name)), "")


def _by_itself(one: Observation) -> bool:
    """Whether the account gave coordinates of its own."""
    return one.lon_deg is not None and not any(n.startswith("placed by the gazetteer") for n in one.notes)


def _off(one: Observation, places: dict[str, Place]) -> Iterator[tuple[str, str]]:
    """Coordinates further from the named place than both errors together allow."""
    place = places.get(one.place_id)
    if place is None or place.lon_deg is None or place.lat_deg is None or not _by_itself(one):
        return
    if one.lon_deg is None or one.lat_deg is None or one.observer_lon_deg is not None:
        return  # from where it was heard the name may be that of the post
    apart = where.distance_m(one.lon_deg, one.lat_deg, place.lon_deg, place.lat_deg)
    if apart > (one.radius_m or 0.0) + (place.radius_m or 0.0) + SLACK_M:
        yield "off_its_place", f"its coordinates lie {apart / 1000:.0f} km from {place.name}, which it names"


class _Ground(NamedTuple):
    """A place that reports put in a province."""

    place_id: str
    lon_deg: float
    lat_deg: float


def _grounds(told: list[Observation], places: dict[str, Place]) -> dict[str, list[_Ground]]:
    """Province -> places that lie in it: by the gazetteer, and by reports that name no second province."""
    made: dict[str, dict[str, _Ground]] = defaultdict(dict)
    said = [(o.place_id, provinces(_said(o))) for o in told if o.place_id and _said(o)]
    for place_id, named in (*((p.id, provinces(p.province)) for p in places.values()), *said):
        place = places.get(place_id)
        if place and place.lon_deg is not None and place.lat_deg is not None and (place.radius_m or 0.0) <= SURE_M:
            for name in named if len(named) == 1 else ():
                made[name][place_id] = _Ground(place_id, place.lon_deg, place.lat_deg)
    return {name: list(known.values()) for name, known in made.items()}


def _elsewhere(
    one: Observation, places: dict[str, Place], grounds: dict[str, list[_Ground]]
) -> Iterator[tuple[str, str]]:
    """A province that the place is not in by the gazetteer, or that lies far from it by all that is known of the province."""
    said = _said(one)
    named = provinces(said)
    place = places.get(one.place_id)
    if not named:
        return
    if place and place.province:
        if not named & provinces(place.province):
            yield "two_provinces", f"it says {said}, and {place.name} lies in {place.province}"
        return
    if one.lon_deg is None or one.lat_deg is None or (one.radius_m or 0.0) > SURE_M:
        return
    nearest: list[float] = []
    for name in named:
        others = [g for g in grounds.get(name, ()) if g.place_id != one.place_id]
        if len(others) < LEAST:
            return
        nearest.append(min(where.distance_m(one.lon_deg, one.lat_deg, g.lon_deg, g.lat_deg) for g in others))
    far = min(nearest) - (one.radius_m or 0.0)
    if far > FAR_M:
        yield "two_provinces", f"it says {said}, and lies {far / 1000:.0f} km from every place that others put there"


def _ambiguous(one: Observation, places: dict[str, Place], names: where.Names) -> Iterator[tuple[str, str]]:
    """A name that places in two provinces carry, where neither coordinates nor a province say which is meant."""
    if one.place_id or not one.place or _by_itself(one):
        return
    meant = [places[i] for i in names.candidates(one.place)]
    if _said(one):
        meant = [p for p in meant if not p.province or provinces(p.province) & provinces(_said(one))]
    held = [provinces(p.province) for p in meant]
    if len(meant) > 1 and all(held) and not frozenset.intersection(*held):
        which = " or ".join(f"{p.id} ({p.province})" for p in meant)
        yield "two_provinces", f"{one.place} may be {which}"
