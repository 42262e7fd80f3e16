"""One short function a feature: each returns log2 evidence that two accounts are about one happening, and a sentence.

Bits are log2 of (how likely this is if they are one) over (how likely if they are two). What is missing says nothing.
The constants are set by hand, after looking at two sets of reports with a known grouping (the flagship before
September 2025, Kenya of the MAVERICK project); no figure on either set is a held-out one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .. import where
from ..nouns import Observation

PRIOR_BITS = -2.0
CROWD_BITS = 1.5
"""The prior for a pair: the more reports of one family stand near in space and time, the less two of them are one."""
SPREAD_KM = 30.0
"""How far apart two different events of one front are on a day with fighting (standard deviation)."""
OTHER_POINT_BITS = 2.5
"""Two names of a gazetteer are two places, however vaguely each is known."""
EVENT_KM = 0.5
CLOCK_ERROR_H = 0.5
SHINGLE = 4


@dataclass(frozen=True, slots=True)
class Account:
    """An observation prepared for comparison: times in hours, place in degrees with sigma in km, text as shingles."""

    id: str
    observation: Observation
    family: str
    start_h: float
    end_h: float
    clock: bool
    sigma_km: float | None
    shingles: frozenset[str]
    weapons: frozenset[str]


@dataclass(frozen=True, slots=True)
class Weight:
    """Evidence for one pair: the sum of bits with the prior, each feature's part and sentence, and a bar."""

    bits: float
    parts: tuple[tuple[str, float, str], ...]
    barred: str = ""


def neutral(party_words: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern for the parties' names in folded text; None where there are none."""
    folded = sorted({where.folded(w) for w in party_words} - {""}, key=lambda w: (-len(w), w))
    return re.compile("|".join(map(re.escape, folded))) if folded else None


def account(one: Observation, family: str, names: re.Pattern[str] | None = None) -> Account:
    """The observation with what the comparisons need; the parties' names in its text become one neutral sign."""
    assert one.when is not None
    placed = one.lon_deg is not None and one.radius_m is not None
    text = where.folded(one.text)
    text = names.sub("§", text) if names else text
    return Account(
        id=one.id, observation=one, family=family,
        start_h=one.when.start.timestamp() / 3600, end_h=one.when.end.timestamp() / 3600,
        clock=one.when.precision in {"second", "minute", "hour"},
        sigma_km=(one.radius_m or 0) / 1000 / where.RADIUS_95_IN_SIGMA if placed else None,
        shingles=frozenset(text[i : i + SHINGLE] for i in range(len(text) - SHINGLE + 1)),
        weapons=frozenset(w for w in (where.folded(p) for p in one.weapon.split(";")) if w),
    )  # fmt: skip


def distance_km(a: Account, b: Account) -> float | None:
    """Kilometres between the two places, or None where one has none."""
    one, other = a.observation, b.observation
    if one.lon_deg is None or one.lat_deg is None or other.lon_deg is None or other.lat_deg is None:
        return None
    first, second = sorted(((one.lon_deg, one.lat_deg), (other.lon_deg, other.lat_deg)))
    return where.distance_m(*first, *second) / 1000


def space(a: Account, b: Account) -> tuple[float, str] | None:
    """Two places with errors: one point seen twice, or two points of a front (two-dimensional normals)."""
    km = distance_km(a, b)
    if km is None or a.sigma_km is None or b.sigma_km is None:
        return None
    variance = a.sigma_km**2 + b.sigma_km**2 + EVENT_KM**2
    wide = variance + SPREAD_KM**2
    bits = math.log2(wide / variance) - km**2 / 2 * (1 / variance - 1 / wide) / math.log(2)
    if km < 0.05:
        return min(
            bits, 6.0
        ) + 2.0, f"the same point, known to {_pair(a.observation.radius_m, b.observation.radius_m)} km"
    return _bounded(
        bits - OTHER_POINT_BITS, 3.0
    ), f"{km:.1f} km apart, known to {_pair(a.observation.radius_m, b.observation.radius_m)} km"


def _pair(first: float | None, second: float | None) -> str:
    low, high = sorted(((first or 0) / 1000, (second or 0) / 1000))
    return f"{low:g}" if low == high else f"{low:g} and {high:g}"


def place_name(a: Account, b: Account) -> tuple[float, str] | None:
    """The same name where neither has coordinates."""
    if distance_km(a, b) is not None:
        return None
    first, second = where.folded(a.observation.place), where.folded(b.observation.place)
    if not first or not second:
        return -1.5, "nothing ties the places to one another"
    return (5.0, "the same name of place") if first == second else (-2.0, "other names of place")


def time(a: Account, b: Account) -> tuple[float, str] | None:
    """Clock times by their difference; days by whether they meet."""
    gap = max(a.start_h, b.start_h) - min(a.end_h, b.end_h)
    if a.clock and b.clock:
        hours = max(gap, 0.0)
        sigma = CLOCK_ERROR_H * (2.0 if _vague(a) or _vague(b) else 1.0) * math.sqrt(2)
        bits = math.log2(24 / (sigma * math.sqrt(2 * math.pi))) - hours**2 / (2 * sigma**2) / math.log(2)
        return _bounded(bits, 6.0), f"{hours * 60:.0f} minutes between the times given"
    union = max(a.end_h, b.end_h) - min(a.start_h, b.start_h)
    if gap > -1e-6:
        words = f"{gap / 24:.1f} days between the dates given" if gap > 1e-6 else "on days that follow one another"
        return -3.0 - 2.0 * (max(gap, 0.0) / 24), words
    longest = max(a.end_h - a.start_h, b.end_h - b.start_h)
    bits = math.log2(0.9 * 7 * 24 / max(union, 24.0))
    if longest > 24 + 1e-6:
        return _bounded(max(bits, -2.0), 3.0), "the dates given meet"
    return bits + 0.5, "on the same day"


def _vague(a: Account) -> bool:
    return bool(a.observation.when and a.observation.when.approximate)


def kind(a: Account, b: Account) -> tuple[float, str] | None:
    """The same kind, a general one beside a special one, or two special ones."""
    first, second = a.observation.kind, b.observation.kind
    if first == second:
        return 1.5, "the same kind"
    if _general(first) or _general(second):
        return -0.5, "a general kind beside a special one"
    if a.family == "mine":
        return -1.0, "a blast beside laying or finding"
    return -5.0, "kinds that differ"


def _general(name: str) -> bool:
    return name.endswith(".unspecified") or name.startswith("harm.")


def weapon(a: Account, b: Account) -> tuple[float, str] | None:
    """Weapons named by both."""
    if not a.weapons or not b.weapons:
        return None
    return (0.7, "the same weapon named") if a.weapons & b.weapons else (-0.4, "other weapons named")


def actors(a: Account, b: Account) -> tuple[float, str] | None:
    """Who is said to be involved. Rival accounts of one event blame different sides, so blame alone says little."""
    first, second = ({*o.actors, o.actor_claimed} - {""} for o in (a.observation, b.observation))
    if not first or not second:
        return None
    shared = len(first & second) / len(first | second)
    words = "the same sides named" if shared == 1 else "some of the same sides named" if shared else "other sides named"
    return 2.0 * shared - 0.8, words


def casualties(a: Account, b: Account) -> tuple[float, str] | None:
    """Numbers of dead and injured: early figures differ, so agreement says more than conflict."""
    bits, words = 0.0, []
    for name, exact in (("killed", 2.5), ("injured", 1.0)):
        spans = [(getattr(x.observation, f"{name}_min"), getattr(x.observation, f"{name}_max")) for x in (a, b)]
        if any(low is None and high is None for low, high in spans):
            continue
        (low1, high1), (low2, high2) = (((low or 0), (high if high is not None else 10**6)) for low, high in spans)
        if max(low1, low2) == 0 and max(high1, high2) == 0:
            continue
        meet = max(low1, low2) <= min(high1, high2)
        bits += (exact if spans[0] == spans[1] else 0.5 * exact) if meet else -0.7
        words.append(f"numbers {name} {'agree' if meet else 'differ'}")
    return (bits, ", ".join(words)) if words else None


def source(a: Account, b: Account) -> tuple[float, str] | None:
    """One source seldom reports one happening twice."""
    one, other = a.observation, b.observation
    if one.source_id != other.source_id or one.origin_ids != other.origin_ids:
        return None
    return -3.0, "one source, speaking twice"


def text(a: Account, b: Account) -> tuple[float, str] | None:
    """Shared wording (Jaccard index of character 4-grams, so that scripts without spaces work)."""
    if len(a.shingles) < 20 or len(b.shingles) < 20:
        return None
    shared = len(a.shingles & b.shingles) / len(a.shingles | b.shingles)
    bits = min(max(6.0 * (shared - 0.08), 0.0), 4.0)
    return (bits, f"{shared:.0%} of the wording shared") if bits > 0.2 else None


FEATURES: tuple[Callable[[Account, Account], tuple[float, str] | None], ...] = (
    space, place_name, time, kind, weapon, actors, casualties, source, text,
)  # fmt: skip


def barred(a: Account, b: Account) -> str:
    """Why the two cannot be one: the same voice, through the same source, gives two clock times that do not meet."""
    one, other = a.observation, b.observation
    same_voice = one.source_id == other.source_id and one.origin_ids == other.origin_ids
    apart = max(a.start_h, b.start_h) - min(a.end_h, b.end_h)
    if _foretold(a, b) or _foretold(b, a):
        return "one was published before the other began"
    if same_voice and a.clock and b.clock and apart > CLOCK_ERROR_H and not (_vague(a) or _vague(b)):
        return "one source reports two times, so two happenings"
    return ""


def _foretold(a: Account, b: Account) -> bool:
    told = a.observation.reported
    return bool(told and b.clock and told.end.timestamp() / 3600 <= b.start_h)


def _bounded(bits: float, most: float) -> float:
    return max(min(bits, most), -12.0)


def weigh(accounts: list[Account], close: Iterable[tuple[int, int]]) -> dict[tuple[str, str], Weight]:
    """Evidence for each close pair, by the pair of ids in order."""
    pairs = list(close)
    crowd = Counter(i for pair in pairs for i in pair)
    weights = {}
    for i, j in pairs:
        a, b = sorted((accounts[i], accounts[j]), key=lambda x: x.id)
        parts = tuple((f.__name__, *found) for f in FEATURES if (found := f(a, b)) is not None)
        prior = PRIOR_BITS - CROWD_BITS * math.log2(1 + (crowd[i] + crowd[j]) / 2)
        weights[a.id, b.id] = Weight(round(prior + math.fsum(part[1] for part in parts), 6), parts, barred(a, b))
    return weights
