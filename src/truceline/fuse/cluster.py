"""Weighted pairs -> clusters, by average weight, without chaining; people's judgements come first.

Agglomerative clustering with average linkage (Sokal and Michener 1958): two clusters are joined while the mean weight
over all their pairs is above zero bits, so that one strong pair cannot chain two groups that otherwise do not fit.
Ties are broken by the ids of observations and by nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ..nouns import Judgement
from .compare import Weight

APART_BITS = -6.0
"""What a pair weighs that was not worth comparing."""
Pair = tuple[str, str]


def ordered(judgements: tuple[Judgement, ...], repeats: dict[str, str]) -> tuple[set[Pair], set[Pair]]:
    """Pairs that people joined and pairs that they parted; the last word on a pair counts, an undone one does not."""
    undone = {j.undoes for j in judgements if j.undoes}
    joined: set[Pair] = set()
    parted: set[Pair] = set()
    for one in judgements:
        if one.id in undone or one.action not in {"join", "split"}:
            continue
        first, second = sorted(repeats.get(i, i) for i in (one.subject, one.object))
        if one.action == "join":
            joined.add((first, second))
            parted.discard((first, second))
        else:
            parted.add((first, second))
            joined.discard((first, second))
    return joined, parted


def clusters(ids: list[str], weights: dict[Pair, Weight], joined: set[Pair], parted: set[Pair]) -> list[list[str]]:
    """Groups of ids, each sorted, in the order of their first id."""
    bars = parted | {pair for pair, weight in weights.items() if weight.barred}
    bars -= joined
    groups: list[list[str]] = []
    for component in _components(ids, weights, joined):
        groups += _agglomerate(component, weights, joined, bars)
    return sorted(sorted(group) for group in groups)


def _components(ids: list[str], weights: dict[Pair, Weight], joined: set[Pair]) -> list[list[str]]:
    root = {i: i for i in ids}

    def find(i: str) -> str:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for (a, b), weight in weights.items():
        if weight.bits > 0:
            root[max(find(a), find(b))] = min(find(a), find(b))
    for a, b in joined:
        if a in root and b in root:
            root[max(find(a), find(b))] = min(find(a), find(b))
    components = defaultdict(list)
    for i in ids:
        components[find(i)].append(i)
    return list(components.values())


def _agglomerate(ids: list[str], weights: dict[Pair, Weight], joined: set[Pair], bars: set[Pair]) -> list[list[str]]:
    members: dict[str, list[str]] = {i: [i] for i in sorted(ids)}
    sums: dict[Pair, float] = {}
    blocked: set[Pair] = set()
    ordered_ids = sorted(ids)
    for n, a in enumerate(ordered_ids):
        for b in ordered_ids[n + 1 :]:
            weight = weights.get((a, b))
            sums[a, b] = weight.bits if weight else APART_BITS
            if (a, b) in bars:
                blocked.add((a, b))
    for a, b in sorted(joined):
        first, second = _holder(members, a), _holder(members, b)
        if first and second and first != second:
            _join(members, sums, blocked, *sorted((first, second)))
    while True:
        best = min(
            ((-sums[p] / (len(members[p[0]]) * len(members[p[1]])), p) for p in sums if p not in blocked), default=None
        )
        if best is None or -best[0] <= 0:
            return list(members.values())
        _join(members, sums, blocked, *best[1])


def _holder(members: dict[str, list[str]], one: str) -> str:
    return next((name for name, group in members.items() if one in group), "")


def _join(members: dict[str, list[str]], sums: dict[Pair, float], blocked: set[Pair], a: str, b: str) -> None:
    """Merge cluster b into cluster a (a < b, both the first ids of their clusters)."""
    members[a] += members.pop(b)
    sums.pop((a, b), None)
    blocked.discard((a, b))
    for other in members:
        if other == a:
            continue
        keep, drop = _pair(a, other), _pair(b, other)
        sums[keep] = sums.get(keep, 0.0) + sums.pop(drop, 0.0)
        if drop in blocked:
            blocked.discard(drop)
            blocked.add(keep)


def _pair(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)


def with_echoes(groups: Iterable[list[str]], repeats: dict[str, str]) -> list[list[str]]:
    """The groups with word-for-word repeats beside what they repeat."""
    by_first = defaultdict(list)
    for repeat, first in repeats.items():
        by_first[first].append(repeat)
    return [sorted([*group, *(r for i in group for r in by_first[i])]) for group in groups]
