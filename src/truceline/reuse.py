"""Who says what another said before, in its words: found in the text where nobody declared it.

Texts are compared by the pieces of SHINGLE characters that they share, so that scripts without spaces work: the share of
all pieces (resemblance) and of the shorter text's (containment), after Broder (1997), On the resemblance and containment of
documents. The first to publish is taken for the origin. Observers and sensors fill in forms, which are alike by nature,
and a party answers for its own words: neither is ever called a copy.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from .nouns import FIRST_HAND, Method, Observation, Source, SourceKind

SHINGLE = 5
LEAST = 60
"""So many pieces a text needs before anything is read out of what it shares."""
RESEMBLES, CONTAINS = 0.5, 0.8
VARIANTS = 8
"""So many different wordings of one text are kept for later ones to be compared with: a flood of variants costs no more."""
KNOWN = 10_000
"""So many texts are remembered with what was found of them."""
HABIT, MANY, COMMON, SAMPLE = 8, 5, 20, 2000
FLOOD, FLOOD_SPAN = 20, timedelta(days=1)
"""So many wordings of one text within so long are a flood."""
PUBLISHING = {SourceKind.MEDIA, SourceKind.HUMANITARIAN, SourceKind.THIRD_STATE, SourceKind.ANALYST, SourceKind.WITNESS}


@dataclass(frozen=True, slots=True)
class Reuse:
    """An account that is worded as an earlier one: ids of both, and the share of the text that they have in common."""

    id: str
    of: str
    share: float


def pieces(text: str) -> frozenset[str]:
    """Pieces of the text without case, marks and spaces."""
    plain = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())
    return frozenset(plain[k : k + SHINGLE] for k in range(len(plain) - SHINGLE + 1))


def habits(groups: Iterable[Iterable[Observation]]) -> dict[str, frozenset[str]]:
    """Source id -> pieces that it writes of its own accord again and again: headings of a form, a coder's set phrases.

    A piece is a source's own where it stands in its accounts of HABIT incidents or more in which nobody had used it before.
    A phrase that a source only has where another had it first is no habit, however often that happens: it is a copy. Under ""
    stand pieces that are everybody's: MANY sources had them first, in COMMON incidents or more.
    """
    own: dict[str, Counter[str]] = {}
    told = list(groups)
    for group in told[:: max(1, len(told) // SAMPLE)]:
        before: set[str] = set()
        texts: set[str] = set()
        for one in sorted(group, key=_order):
            counts = own.setdefault(one.source_id, Counter())
            if one.text not in texts:
                texts.add(one.text)
                fresh = pieces(one.text) - before
                counts.update(fresh)
                before |= fresh
    return {
        source: frozenset(piece for piece, number in counts.items() if number >= HABIT)
        for source, counts in own.items()
    }


def found(
    told: Iterable[Observation],
    sources: dict[str, Source],
    habit: dict[str, frozenset[str]] | None = None,
    *,
    own: bool = False,
) -> dict[str, Reuse]:
    """Accounts that reuse the text of an earlier one of another source: id -> the earliest of which it is a wording.

    Pieces that are a `habit` of the later source (see `habits`) count for nothing.
    With `own` a source's own earlier texts are looked at too: it may repeat itself, which makes it no more of a copy.

    Accounts of another stance (a denial that quotes what it denies) are not compared.
    """
    made: dict[str, Reuse] = {}
    shelves: dict[str, Shelf] = {}
    known = habit or {}
    for one in sorted(told, key=_order):
        whole = pieces(one.text)
        text = whole - known.get(one.source_id, frozenset()) - known.get("", frozenset())
        shelf = shelves.setdefault(str(one.stance), Shelf())
        near = shelf.nearest(one, text, own=own) if len(text) >= LEAST and _publishes(one, sources) else None
        root = one.id
        if near:
            root = made[near[0]].of if near[0] in made else near[0]
            made[one.id] = Reuse(one.id, root, near[1])
        if len(whole) >= LEAST:
            shelf.keep(one, whole - known.get("", frozenset()), root)
    return made


def floods(told: Iterable[Observation], sources: dict[str, Source]) -> dict[str, str]:
    """Accounts that came in a flood: id -> the first account in whose words they tell of the same.

    A flood is FLOOD wordings of one text of one charge (kind, day, place, who is blamed) within FLOOD_SPAN. Whoever joins in
    has looked at a text. Only charges that so many tell at once are read at all.
    """
    charges: dict[tuple[str, ...], list[Observation]] = {}
    for one in told:
        if _publishes(one, sources) and one.text:
            charges.setdefault(charge(one), []).append(one)
    made: dict[str, str] = {}
    for every in charges.values():
        if burst(every) < FLOOD:
            continue
        worded = _worded(sorted(every, key=_order))
        if burst(worded) >= FLOOD:
            made.update((o.id, worded[0].id) for o in worded[1:])
    return made


def _worded(every: list[Observation]) -> list[Observation]:
    """Of accounts in order, those that are a wording of an earlier one, and the first of them.

    A text that was found on the shelf stays found until the shelf changes, so that it is taken to pieces once.
    """
    kept: list[frozenset[str]] = []
    worded: list[Observation] = []
    known: dict[tuple[str, bool], bool] = {}
    for one in every:
        way = one.text, one.method in FIRST_HAND
        near = known.get(way)
        if near is None:
            text = pieces(one.text)
            if len(text) < LEAST:
                continue
            near = any(alike(text, other, quoting=not way[1]) for other in kept)
            if not near or len(kept) < VARIANTS:
                if len(kept) == VARIANTS:
                    kept.pop(1)
                kept.append(text)
                known.clear()
            elif len(known) < KNOWN:
                known[way] = near
        if near or not worded:
            worded.append(one)
    return worded


def alike(text: frozenset[str], other: frozenset[str], *, quoting: bool) -> bool:
    """Whether one text rewords the other, or (`quoting`) holds most of it."""
    shared = len(text & other)
    quoted = quoting and shared / min(len(text), len(other)) >= CONTAINS
    return quoted or shared / (len(text) + len(other) - shared) >= RESEMBLES


def charge(one: Observation) -> tuple[str, ...]:
    """What an account says, but for its words: kind, day, place, whom it blames, whether it denies."""
    day = str(one.when.start.toordinal()) if one.when else ""
    return one.kind, day, one.place_id or one.place.casefold(), one.actor_claimed, str(one.stance)


def burst(every: list[Observation]) -> int:
    """The greatest number of these accounts that were published within FLOOD_SPAN."""
    said = sorted(o.reported.start for o in every if o.reported)
    most, last = 0, 0
    for first, moment in enumerate(said):
        while last < len(said) and said[last] - moment < FLOOD_SPAN:
            last += 1
        most = max(most, last - first)
    return most


def washed(one: Observation, flood: dict[str, str], by_id: dict[str, Observation]) -> Observation:
    """The account as what it is if it came in a flood: a repeat of the first, perceived by nobody."""
    if one.id not in flood:
        return one
    first = by_id[flood[one.id]]
    how = Method.RELAYED if one.method in FIRST_HAND else one.method
    return replace(one, method=how, origin_ids=first.origin_ids or (first.source_id,))


class Shelf:
    """Texts of one stance, found again by their pieces; of each text its first wording and the latest, VARIANTS in all.

    A long shelf is not compared text by text: each piece knows the texts it stands in, so that one count over the pieces of
    a new text says how many it shares with each.
    """

    SHORT = 16
    """So many texts are compared one by one."""

    def __init__(self) -> None:
        self.kept: dict[int, tuple[Observation, frozenset[str]]] = {}
        self._wordings: dict[str, list[int]] = {}
        self._next = 0
        self._of: dict[str, array[int]] = {}
        self._sizes = array("i")
        self._waiting: list[int] = []
        self._gone = 0

    def nearest(self, one: Observation, text: frozenset[str], *, own: bool = False) -> tuple[str, float] | None:
        """The account that shares most with this one, and how much; None where none shares enough."""
        best: tuple[float, int] | None = None
        for k in self.kept if len(self.kept) <= self.SHORT else self._likely(text):
            other, theirs = self.kept[k]
            if other.source_id == one.source_id and not own:
                continue
            shared = len(text & theirs)
            resemblance, containment = shared / (len(text) + len(theirs) - shared), shared / min(len(text), len(theirs))
            quoted = containment >= CONTAINS and one.method not in FIRST_HAND
            if (resemblance >= RESEMBLES or quoted) and (best is None or (containment, -k) > best):
                best = (containment, -k)
        return (self.kept[-best[1]][0].id, round(best[0], 2)) if best else None

    def keep(self, one: Observation, text: frozenset[str], root: str) -> None:
        """Put this wording of the text that began with `root` on the shelf; the oldest but the first makes room."""
        wordings = self._wordings.setdefault(root, [])
        if len(wordings) == VARIANTS:
            del self.kept[wordings.pop(1)]
            self._gone += 1
        wordings.append(self._next)
        self.kept[self._next] = (one, text)
        self._waiting.append(self._next)
        self._sizes.append(len(text))
        self._next += 1

    def _likely(self, text: frozenset[str]) -> list[int]:
        """Every text on the shelf that shares two thirds of the shorter one's pieces: RESEMBLES 0.5 means as much at the least."""
        self._index()
        where = [self._of[piece] for piece in text if piece in self._of]
        if not where:
            return []
        shared = np.bincount(np.concatenate(where), minlength=self._next)
        shorter = np.minimum(np.array(self._sizes), len(text))
        return [k for k in np.flatnonzero((3 * shared >= 2 * shorter) & (shared > 0)).tolist() if k in self.kept]

    def _index(self) -> None:
        """Let the pieces know of the texts that came since; where most of what they know is gone, begin anew."""
        if self._gone > len(self.kept):
            self._of, self._gone, self._waiting = {}, 0, list(self.kept)
        for k in self._waiting:
            for piece in self.kept[k][1] if k in self.kept else ():
                self._of.setdefault(piece, array("i")).append(k)
        self._waiting.clear()


def _order(one: Observation) -> tuple[bool, float, str]:
    """By the moment of publication, the undated last."""
    return one.reported is None, one.reported.start.timestamp() if one.reported else 0.0, one.id


def _publishes(one: Observation, sources: dict[str, Source]) -> bool:
    source = sources.get(one.source_id)
    return source is not None and source.kind in PUBLISHING and not source.party


def declared(told: Iterable[Observation], copies: dict[str, Reuse]) -> list[Observation]:
    """The accounts as if each copy had declared whom it repeats: the voices of the account that it is a wording of."""
    accounts = list(told)
    by_id = {o.id: o for o in accounts}
    return [
        replace(o, origin_ids=by_id[copies[o.id].of].origin_ids or (by_id[copies[o.id].of].source_id,))
        if o.id in copies
        else o
        for o in accounts
    ]
