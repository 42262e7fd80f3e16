"""Which observations are worth comparing: the same family, days that meet or nearly, places within reach.

What is left out is too far or too long apart to be linked by any evidence that the comparisons can give.
"""

from __future__ import annotations

import math
from collections import defaultdict

from ..nouns import Observation
from .compare import Account

REACH_DAYS = 2.0
CELL_DEG = 0.5
LONGEST_DAYS = 45


def echoes(accounts: list[Account]) -> tuple[list[Account], dict[str, str]]:
    """Word-for-word repeats: (one account each, id of a repeat -> id of the account that it repeats).

    A repeat adds a voice's loudness and no evidence, so it must not move a cluster.
    """
    first: dict[tuple[object, ...], Account] = {}
    repeats: dict[str, str] = {}
    for one in accounts:
        plain = one.observation.text and not one.observation.answers
        key = _said(one.observation) if plain else (one.id,)
        if key in first:
            repeats[one.id] = first[key].id
        else:
            first[key] = one
    return sorted(first.values(), key=lambda a: a.id), repeats


def _said(one: Observation) -> tuple[object, ...]:
    """All that an account says, without who carried it and when."""
    return (
        one.when, one.kind, one.modality, one.lon_deg, one.lat_deg, one.radius_m, one.phase, one.place, one.place_id,
        one.actor_claimed, one.harmed_party, one.actors, one.weapon, one.weapon_class, one.count_min, one.count_max,
        one.killed_min, one.killed_max, one.injured_min, one.injured_max, one.of_whom, one.text, one.stance,
    )  # fmt: skip


def close(accounts: list[Account]) -> list[tuple[int, int]]:
    """Index pairs (i < j) worth comparing, each once, in order."""
    buckets: dict[tuple[str, int, int, int], list[int]] = defaultdict(list)
    for number, one in enumerate(accounts):
        for day in _days(one):
            buckets[one.family, day, *_cell(one)].append(number)
    found: set[tuple[int, int]] = set()
    for (family, day, x, y), members in buckets.items():
        near = [i for dx, dy in _neighbours(x) for i in buckets.get((family, day, x + dx, y + dy), ())]
        for i in members:
            found.update((min(i, j), max(i, j)) for j in near if i != j)
    return sorted(pair for pair in found if _worth(accounts[pair[0]], accounts[pair[1]]))


UNPLACED = 10**6


def _cell(one: Account) -> tuple[int, int]:
    lon, lat = one.observation.lon_deg, one.observation.lat_deg
    if lon is None or lat is None:
        return UNPLACED, UNPLACED
    return math.floor(lon / CELL_DEG), math.floor(lat / CELL_DEG)


def _neighbours(x: int) -> list[tuple[int, int]]:
    return [(0, 0)] if x == UNPLACED else [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]


def _days(one: Account) -> range:
    first, last = math.floor((one.start_h - 24) / 24), math.floor((one.end_h + 24) / 24)
    return range(first, min(last, first + LONGEST_DAYS) + 1)


def _worth(a: Account, b: Account) -> bool:
    gap = max(a.start_h, b.start_h) - min(a.end_h, b.end_h)
    return gap <= REACH_DAYS * 24


def answers(accounts: list[Account], repeats: dict[str, str]) -> set[tuple[str, str]]:
    """Pairs of which one says that it answers the other."""
    known = {one.id for one in accounts}
    found = set()
    for one in accounts:
        target = one.observation.answers
        if target in known and target != one.id:
            first, second = sorted((repeats.get(one.id, one.id), repeats.get(target, target)))
            found.add((first, second))
    return found
