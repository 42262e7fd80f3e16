"""What names mean in a mission: the words that the readers of its captures are given."""

from __future__ import annotations

import dataclasses
from typing import Any

from .. import formats, kinds, where
from ..nouns import Exposure, Lexicon, Mission, Place


def lexicons(whole: Mission) -> dict[str, Lexicon]:
    """What names mean in this mission, for each format with its own value tables."""
    names = {name.casefold(): s.id for s in whole.sources for name in (s.id, s.name, *s.aliases)}
    party_names = {name.casefold(): p.id for p in whole.parties for name in (p.id, *p.names.values())}
    base = Lexicon(
        whole.party_ids, party_names, names, {s.id: s.party for s in whole.sources}, whole.time_zone,
        frozenset(kinds.tree(whole.kinds)),
        _withheld(whole), {}, _spots(whole),
    )  # fmt: skip
    made = {i: dataclasses.replace(base, values=formats.metadata(i).get("value_tables", {})) for i in formats.IDS}
    values = {"mission": whole.id, "places": _place_ids(whole)}
    own: dict[str, dict[str, Any]] = {"odk": values, "mapped": {"mappings": formats.mappings(whole.captures)}}
    return made | {i: dataclasses.replace(base, values=found) for i, found in own.items()}


def _spots(whole: Mission) -> dict[str, tuple[float, float]]:
    """Where each name of the gazetteer is that means one place; a name of two places is nobody's position."""
    return {
        n: (p.lon_deg, p.lat_deg) for n, p in _called(whole).items() if p.lon_deg is not None and p.lat_deg is not None
    }


def _place_ids(whole: Mission) -> dict[str, str]:
    """What each unambiguous name of the gazetteer, folded, is called in places.csv; the ids themselves too."""
    return {n: p.id for n, p in _called(whole).items()}


def _called(whole: Mission) -> dict[str, Place]:
    """The place of each unambiguous name of the gazetteer, folded."""
    names = where.Names(whole.places)
    called = {
        n for p in whole.places for n in (p.id, p.name, *p.party_names.values(), *p.scripts.values(), *p.variants)
    }
    found = {where.folded(n): names.place(n) or names.find(n) for n in called}
    return {n: p for n, p in found.items() if p}


def _withheld(whole: Mission) -> dict[str, Exposure]:
    hidden = [s for s in whole.sources if s.exposure is not Exposure.PUBLIC]
    return {name.casefold(): s.exposure for s in hidden for name in (s.id, s.name, *s.aliases)}


def with_effort(whole: Mission, words: dict[str, Lexicon]) -> Mission:
    """The mission with what its patrols' tracks (inbox/gpx/) and logs (inbox/odk/) record as effort."""
    logs, edits = formats.patrols(whole.captures, words)
    more = (*formats.tracks(whole.captures, words), *logs)
    return dataclasses.replace(whole, effort=(*whole.effort, *more), edits=edits)
