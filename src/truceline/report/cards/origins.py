"""Who stands behind an account: one tick for each independent origin, repeats as thin echoes behind it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ...nouns import OWNING, Observation, Stance
from ...voices import UNKNOWN, voices
from ..draw import Box, Drawing, Shape, Words, shortened
from ..index import Index
from ..tongue import say, say_n
from ..tree import Figure
from . import spans
from .spans import LEFT, ROW, SIZE, WIDTH

_ROOM = 80.0
"""Width for ticks, points."""
_TICK, _GAP, _ECHO = 2.2, 2.6, 1.9


@dataclass(frozen=True, slots=True)
class Backing:
    """A statement, and by how many reports each of its independent origins is carried."""

    label: str
    reports: tuple[int, ...]
    without: int = 0
    """Reports of which nobody can say whom they repeat."""

    @property
    def repeats(self) -> int:
        """Reports that add no origin."""
        return sum(self.reports) - len(self.reports) + self.without

    @property
    def words(self) -> str:
        """`3 origins, 3 repeats`; `nobody said so` where there is none."""
        if not self.reports and not self.without:
            return say("nobody said so")
        origins = say_n("{n} origin", "{n} origins", len(self.reports))
        return say("{origins}, {repeats}", origins=origins, repeats=say_n("{n} repeat", "{n} repeats", self.repeats))


def backings(index: Index, accounts: tuple[Observation, ...]) -> list[Backing]:
    """That it happened; who did it, party by party in the order of mission.yaml; that it was denied."""
    groups = voices(accounts, index.sources)
    affirms = [o for o in accounts if o.stance is not Stance.DENIES]
    made = [_backing(say("It happened"), affirms, groups)]
    if index.edition.mission.attribute:
        for p in index.parties:
            blaming = [o for o in affirms if o.actor_claimed == p or (o.stance in OWNING and p in index.sides(o))]
            made.append(_backing(say("{party} did it", party=index.name(p)), blaming, groups))
    denials = [o for o in accounts if o.stance is Stance.DENIES]
    return [*made, _backing(say("It was denied"), denials, groups)] if denials else made


def _backing(label: str, told: list[Observation], groups: dict[str, tuple[str, ...]]) -> Backing:
    known = Counter(g for o in told for g in dict.fromkeys(groups[o.id]) if g != UNKNOWN)
    return Backing(label, tuple(known.values()), sum(set(groups[o.id]) == {UNKNOWN} for o in told))


def _pitches(backing: Backing) -> list[float]:
    return [_TICK + _GAP + _ECHO * (n - 1) for n in backing.reports]


def _ticks(backing: Backing, y: float) -> list[Shape]:
    pitch = _pitches(backing)
    shrink = min(1.0, _ROOM / max(sum(pitch), 1))
    shapes: list[Shape] = []
    x = LEFT
    for reports, wide in zip(backing.reports, pitch, strict=True):
        shapes.append(Box(x, y + 1, max(_TICK * shrink, 0.4), 8.5, fill="ink"))
        shapes += [
            Box(x + (_TICK + 1.3 + _ECHO * k) * shrink, y + 1.8, max(0.55 * shrink, 0.2), 7, fill="ink-3")
            for k in range(reports - 1)
        ]
        x += wide * shrink
    return shapes


def drawn(told: list[Backing], y: float) -> tuple[list[Shape], float]:
    """The ticks from `y` downward, and where they end."""
    shapes, y = spans.head(y, title(told), say("One tick each; thin lines: repeats"))
    beside = LEFT + min(_ROOM, max(sum(_pitches(b)) for b in told)) + 8
    for backing in told:
        shapes.append(Words(0, y + SIZE, shortened(backing.label, SIZE, LEFT - 6), SIZE))
        shapes += _ticks(backing, y)
        at = beside if backing.reports else LEFT
        shapes.append(Words(at, y + SIZE, shortened(backing.words, SIZE, WIDTH - at), SIZE, tone="ink-2"))
        y += ROW
    return shapes, y


def title(told: list[Backing]) -> str:
    """How many independent origins say that it happened."""
    return say_n(
        "{n} independent origin said that it happened",
        "{n} independent origins said that it happened",
        len(told[0].reports),
    )


def figure(index: Index, n: int, accounts: tuple[Observation, ...]) -> Figure:
    """The figure of a card: when each account says that it was, and who stands behind it."""
    told, backed = spans.tellings(index, accounts), backings(index, accounts)
    bars, y = spans.drawn(index, told, 0.0)
    ticks, y = drawn(backed, y + 6 if bars else y)
    alt = [spans.title(told) + ".", *spans.spoken(index, told)] if bars else []
    alt += [title(backed) + ".", *(say("{statement}: {origins}.", statement=b.label, origins=b.words) for b in backed)]
    return Figure(f"card-{n}-origins", "", "", " ".join(alt), "", Drawing(WIDTH, y + 2, (*bars, *ticks)))
