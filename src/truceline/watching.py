"""Hours watched, what was perceived in them, and the rate that both give: numerator and denominator belong together.

An hour counts where an observer's record of effort gives its clock times and nobody led the visit. What was perceived
counts where the same observer perceived it at first hand in such an hour. A day alone says that somebody looked, and not
for how long: it gives no rate. Two observers give two hours an hour; two records of one observer never do.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from . import kinds as tree
from .nouns import FIRST_HAND, CoverageState, Effort, Look, Source, SourceKind, Stance

LOOKED = frozenset(
    {CoverageState.LOOKED, CoverageState.LOOKED_CLEAR, CoverageState.LOOKED_CLOUD, CoverageState.CLOUD_UNKNOWN}
)
CLOCKED = frozenset({"second", "minute"})
LEVEL = 0.95
"""Of the interval of a rate."""

LONGEST_S = 86_400
"""An account over a longer span does not say in which hours it was perceived, seconds."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Watch:
    """An observer looked for a while: seconds since 1970, the zones that the record touches, what could be perceived.

    how: `hours` (clock times, on the observers' own terms), `host_led`, or `untimed` (a day alone).
    """

    source_id: str
    start: int
    end: int
    zones: tuple[str, ...]
    kinds: tuple[str, ...]
    how: str

    def perceives(self, group: str) -> bool:
        """Whether something of this group of kinds could be perceived."""
        branches = tree.GROUPS[group]
        if not self.kinds:
            return True
        if not branches:
            return any(tree.group(k) == group for k in self.kinds)
        return any(tree.within(k, branches) for k in self.kinds)


@dataclass(frozen=True, slots=True)
class Percept:
    """When an incident was first perceived at first hand in a counted hour, and from which zones."""

    incident_id: str
    at: int
    zones: tuple[str, ...]


def observers(sources: Iterable[Source], named: Iterable[str]) -> frozenset[str]:
    """Ids of the mission's observers and of every source of their kind."""
    return frozenset({s.id for s in sources if s.kind is SourceKind.MONITOR} | set(named))


def watches(rows: Iterable[Look], effort: Iterable[Effort], who: frozenset[str]) -> list[Watch]:
    """Every look of an observer once, with all the zones that its record touches, in the order of their beginning."""
    precision = {e.id: e.when.precision for e in effort}
    found: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for n, look in enumerate(rows):
        if look.state in LOOKED and look.source_id in who:
            how = "untimed" if precision.get(look.effort_id) not in CLOCKED else "hours"
            key = (
                look.source_id, seconds(look.start), seconds(look.end), look.kinds,
                "host_led" if look.host_led else how, look.effort_id or n,
            )  # fmt: skip
            found[key].append(look.zone)
    made = [Watch(k[0], k[1], k[2], tuple(zones), k[3], k[4]) for k, zones in found.items()]  # type: ignore[arg-type]
    return sorted(made, key=lambda w: (w.start, w.end))


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970."""
    return int(moment.timestamp())


def moment(value: float) -> datetime:
    """The moment so many seconds after 1970."""
    return datetime.fromtimestamp(int(value), UTC)


def merged(found: Iterable[Watch]) -> list[tuple[int, int]]:
    """Spans of these watches; those of one observer that meet are one."""
    own: dict[str, list[Watch]] = defaultdict(list)
    for one in found:
        own[one.source_id].append(one)
    spans: list[tuple[int, int]] = []
    for theirs in own.values():
        last = -1
        for one in sorted(theirs, key=lambda w: w.start):
            if one.start <= last:
                spans[-1] = (spans[-1][0], max(spans[-1][1], one.end))
            else:
                spans.append((one.start, one.end))
            last = spans[-1][1]
    return spans


def hours(spans: Sequence[tuple[int, int]], edges: Ints) -> Floats:
    """Hours watched between consecutive edges (seconds since 1970); overlapping spans add up."""
    if not spans:
        return np.zeros(len(edges) - 1)
    start, end = np.array(spans, dtype=np.int64).T
    before = np.clip(edges[:, None] - start[None, :], 0, (end - start)[None, :]).sum(axis=1)
    made: Floats = np.diff(before) / 3600.0
    return made


def looks(found: Iterable[Watch], edges: Ints) -> Ints:
    """How many observers looked between consecutive edges, each once."""
    own: dict[str, list[Watch]] = defaultdict(list)
    for one in found:
        own[one.source_id].append(one)
    counted = np.zeros(len(edges) - 1, dtype=np.int64)
    for theirs in own.values():
        counted += hours(merged(theirs), edges) > 0
    return counted


Account = tuple[str, str, str, str, int | None, int | None, bool]
"""Incident, source, method, stance, beginning and end in seconds, whether it repeats somebody."""


def percepts(accounts: Iterable[Account], group_of: dict[str, str], found: Iterable[Watch]) -> dict[str, Percept]:
    """Incidents that an observer perceived at first hand in an hour that counts: each with the first such moment."""
    own: dict[str, list[Watch]] = defaultdict(list)
    for one in found:
        if one.how == "hours":
            own[one.source_id].append(one)
    made: dict[str, Percept] = {}
    for incident, source, method, stance, start, end, repeats in accounts:
        if source not in own or repeats or method not in FIRST_HAND or stance == Stance.DENIES:
            continue
        if start is None or end is None or end - start > LONGEST_S:
            continue
        met = [
            w for w in own[source]
            if w.start < max(end, start + 1) and start < w.end and w.perceives(group_of[incident])
        ]  # fmt: skip
        if met:
            at = max(start, min(w.start for w in met))
            zones = dict.fromkeys(z for w in met for z in w.zones)
            old = made.get(incident)
            if old is not None:
                at, zones = min(at, old.at), dict.fromkeys((*old.zones, *zones))
            made[incident] = Percept(incident, at, tuple(zones))
    return made


@lru_cache(maxsize=4096)
def expected(count: int, level: float = LEVEL) -> tuple[float, float]:
    """The interval of what was to be expected where so many were counted: exact for Poisson counts (Garwood 1936)."""
    tail = (1.0 - level) / 2
    low = _root(lambda m: 1.0 - at_most(count - 1, m) - tail, float(count)) if count else 0.0
    high = _root(lambda m: tail - at_most(count, m), count + 12.0 + 8.0 * math.sqrt(count + 1.0))
    return low, high


def _root(rising: Any, high: float) -> float:
    low = 0.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2


@lru_cache(maxsize=1)
def _log_factorials() -> Floats:
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, 4096)))])


def log_factorials(most: int) -> Floats:
    """Logarithms of 0!, 1!, ... up to the factorial of `most`."""
    known = _log_factorials()
    if most < len(known):
        return known[: most + 1]
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, most + 1)))])


def at_most(count: int, mean: float) -> float:
    """Probability of at most so many where this mean was to be expected (Poisson)."""
    if count < 0:
        return 0.0
    if mean <= 0:
        return 1.0
    k = np.arange(count + 1)
    return float(min(np.exp(k * math.log(mean) - mean - log_factorials(count)).sum(), 1.0))
