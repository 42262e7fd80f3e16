"""On which points the accounts of one incident conflict, each by its name.

Two accounts conflict on a point where they cannot both be right as given: discs that do not meet, hours that do not meet,
numbers of which neither range holds the other's. A thing that only one of them says is no conflict.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import combinations
from typing import NamedTuple

from . import kinds, when, where
from .accounts import APART_S, EXACT, Accounts
from .nouns import Observation, OfWhom, Point

_UNNAMED = frozenset({"", "undetermined"})


class Conflict(NamedTuple):
    """A point and a sentence that says how the accounts differ on it."""

    point: Point
    words: str


def found(told: Accounts) -> tuple[Conflict, ...]:
    """The points in conflict, in the order of Point; empty where the accounts can all be right."""
    made = [*_happened(told), *_when(told), *_where(told), *_what(told), *_author(told), *_hit(told), *_number(told)]
    return tuple(sorted(made, key=lambda c: list(Point).index(c.point)))


def _and(names: Iterable[str]) -> str:
    return " and ".join(names)


def _happened(told: Accounts) -> list[Conflict]:
    if not told.contesting or not told.affirms:
        return []
    return [Conflict(Point.HAPPENED, f"whether it happened: {_and(told.named(told.contesting))} denied it")]


def _author(told: Accounts) -> list[Conflict]:
    if told.mutual:
        return [Conflict(Point.WHO_BEGAN, "who did it or began it: each side blames the other")]
    made = []
    if told.accused and told.disowning:
        made.append(f"{_and(told.named(told.disowning))} denied it")
    if len(told.accused) > 1:
        made.append(f"{_and(told.named(told.accused))} are blamed, each by somebody else")
    return [Conflict(Point.WHO, f"who did it: {'; '.join(made)}")] if made else []


def _other_voices(told: Accounts, accounts: list[Observation]) -> list[tuple[Observation, Observation]]:
    voice = {o.id: told.voices_of(o) for o in accounts}
    return [(a, b) for a, b in combinations(accounts, 2) if not set(voice[a.id]) & set(voice[b.id])]


def _when(told: Accounts) -> list[Conflict]:
    dated = [o for o in told.affirms if o.when]
    gaps = [(gap, a, b) for a, b in _other_voices(told, dated) if (gap := _gap_s(a, b)) > 0]
    if not gaps:
        return []
    _, a, b = max(gaps, key=lambda g: (g[0], g[1].id, g[2].id))
    first, second = sorted((a, b), key=lambda o: (o.when.start, o.id) if o.when else ())
    zone = told.setting.time_zone
    return [Conflict(Point.WHEN, f"when: the times given do not meet, {_time(first, zone)} and {_time(second, zone)}")]


def _gap_s(a: Observation, b: Observation) -> float:
    """Seconds between two spans; 0 where they meet, or where clock times differ by less than APART_S."""
    if a.when is None or b.when is None:
        return 0.0
    gap = max(a.when.start - b.when.end, b.when.start - a.when.end, timedelta(0)).total_seconds()
    return gap if gap >= (APART_S if {a.when.precision, b.when.precision} & EXACT else 1) else 0.0


def _time(one: Observation, zone: str) -> str:
    assert one.when
    local = one.when.start.astimezone(when.zone(zone))
    return f"{local:%Y-%m-%d %H:%M}" if one.when.precision in {*EXACT, "hour"} else f"{local:%Y-%m-%d}"


def _where(told: Accounts) -> list[Conflict]:
    placed = [o for o in told.affirms if o.lon_deg is not None and o.lat_deg is not None and o.radius_m is not None]
    apart = [(d, a, b) for a, b in _other_voices(told, placed) if (d := _beyond_m(a, b)) > 0]
    if not apart:
        return []
    beyond = max(d for d, _, _ in apart)
    return [Conflict(Point.WHERE, f"where: places given lie {_distance(beyond)} farther apart than their errors allow")]


def _beyond_m(a: Observation, b: Observation) -> float:
    assert None not in {a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg}
    apart = where.distance_m(a.lon_deg or 0.0, a.lat_deg or 0.0, b.lon_deg or 0.0, b.lat_deg or 0.0)
    return apart - (a.radius_m or 0.0) - (b.radius_m or 0.0)


def _distance(metres: float) -> str:
    return f"{metres / 1000:.1f} km" if metres >= 950 else f"{max(round(metres, -1), 10):.0f} m"


def _what(told: Accounts) -> list[Conflict]:
    sorts = {o.weapon_class for o in told.affirms} - _UNNAMED
    if len(sorts) > 1:
        return [Conflict(Point.WHAT, f"what was used: {' or '.join(sorted(s.replace('_', ' ') for s in sorts))}")]
    exact = {o.kind for o in told.affirms if "." in o.kind and not o.kind.endswith(".unspecified")}
    tops = {k.partition(".")[0] for k in exact}
    if len(tops) == 1 and len(exact) > 1 and tops <= {"fire", "explosion"}:
        names = sorted(kinds.label(k, told.setting.own_kinds) for k in exact)
        return [Conflict(Point.WHAT, f"what it was: {' or '.join(names)}")]
    return []


def _hit(told: Accounts) -> list[Conflict]:
    sides = told.in_order(o.harmed_party for o in told.affirms if o.harmed_party)
    made = []
    if len(sides) > 1 and any({a.harmed_party, b.harmed_party} == {*sides[:2]} for a, b in _harm(told)):
        made.append(f"harm on the side of {_and(told.named(sides))}, each by other accounts")
    civil = {o.of_whom for o in told.affirms} & {OfWhom.CIVILIAN, OfWhom.MILITARY}
    if len(civil) > 1 and any(
        {a.of_whom, b.of_whom} == civil for a, b in _harm(told) if a.harmed_party == b.harmed_party
    ):
        made.append("civilians by one account, military by another")
    return [Conflict(Point.WHO_WAS_HIT, f"who was hit: {'; '.join(made)}")] if made else []


def _harm(told: Accounts) -> list[tuple[Observation, Observation]]:
    harmed = [o for o in told.affirms if o.harmed_party or o.of_whom is not OfWhom.UNKNOWN]
    return _other_voices(told, harmed)


def _number(told: Accounts) -> list[Conflict]:
    made = []
    for name in ("killed", "injured"):
        pairs = _other_voices(told, [o for o in told.affirms if _range(o, name)])
        apart = [
            (a, b) for a, b in pairs if a.harmed_party == b.harmed_party and _disjoint(_range(a, name), _range(b, name))
        ]
        if apart:
            figures = sorted({r[0] for pair in apart for o in pair if (r := _range(o, name))})
            made.append(f"how many were {name}: from {figures[0]} to {figures[-1]}")
    return [Conflict(Point.HOW_MANY, words) for words in made]


def _disjoint(a: tuple[int, float] | None, b: tuple[int, float] | None) -> bool:
    return bool(a and b and (a[1] < b[0] or b[1] < a[0]))


def _range(one: Observation, name: str) -> tuple[int, float] | None:
    """What an account says of a number; "at least" has no upper end."""
    low, high = getattr(one, f"{name}_min"), getattr(one, f"{name}_max")
    if low is None and high is None:
        return None
    return low or 0, float("inf") if high is None else high
