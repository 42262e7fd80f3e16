"""The budget of lies: how many voices would have to be wrong, or be one, to turn a grade; found exactly, by search.

A set of voices turns a grade when the rules, applied to what is left without them, give it up. Whether the voices of the
set erred each for itself or are one liar behind several names makes no difference: the set is the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import combinations, product
from typing import NamedTuple

MOST = 5
"""Sets of up to so many voices are searched; what no such set turns has a budget of MOST + 1, read as "or more"."""
SEPARATOR = " + "
"""Between the voices of one set, where sets are written as text."""
Voices = frozenset[str]
Cuts = tuple[Voices, ...]


class Found(NamedTuple):
    """How many voices the smallest set has, and every set of up to MOST voices of which no part turns the grade.

    The size is MOST + 1 where more are needed, and 0 where not even all voices turn it, because it rests on somebody of
    whom nobody can say whom he repeats.
    """

    size: int
    cuts: Cuts


def search(voices: Sequence[str], turned: Callable[[Voices], bool], alike: dict[str, Hashable] | None = None) -> Found:
    """The sets of voices that turn the grade, the smallest first.

    `alike` gives voices that the rules cannot tell from one another the same mark: of those only the number is tried.
    """
    found: list[Voices] = []
    marks: dict[Hashable, list[str]] = defaultdict(list)
    for voice in voices:
        marks[(alike or {}).get(voice, ("", voice))].append(voice)
    classes = list(marks.values())
    for size in range(1, min(MOST, len(voices)) + 1):
        for numbers in _parts(size, [len(c) for c in classes]):
            first = frozenset(v for c, n in zip(classes, numbers, strict=True) for v in c[:n])
            if any(known <= first for known in found) or not turned(first):
                continue
            each = product(*(combinations(c, n) for c, n in zip(classes, numbers, strict=True)))
            found += (frozenset(v for part in parts for v in part) for parts in each)
    if found:
        return Found(len(found[0]), tuple(found))
    return Found(MOST + 1 if turned(frozenset(voices)) else 0, ())


def _parts(total: int, limits: list[int]) -> Iterator[tuple[int, ...]]:
    """Every way to take `total` from classes of these sizes."""
    if not limits:
        if total == 0:
            yield ()
        return
    for number in range(min(total, limits[0]), -1, -1):
        for rest in _parts(total - number, limits[1:]):
            yield (number, *rest)


def all_of(each: Iterable[Cuts]) -> Voices | None:
    """The smallest set of voices that turns every one of these; None where it would have more than MOST.

    Each thing is given with all sets that turn it. Branch and bound; of equal sets the first in the order given.
    """
    waiting = sorted(each, key=lambda sets: (min(map(len, sets), default=MOST + 1), len(sets)))
    best: Voices | None = None

    def extend(at: int, taken: Voices) -> None:
        nonlocal best
        if len(taken) > MOST or (best is not None and len(taken) >= len(best)):
            return
        while at < len(waiting) and any(one <= taken for one in waiting[at]):
            at += 1
        if at == len(waiting):
            best = taken
            return
        for one in waiting[at]:
            extend(at + 1, taken | one)

    extend(0, frozenset())
    return best
