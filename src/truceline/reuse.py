"""Who says what another said before, in its words: found in the text where nobody declared it.

Texts are compared by the pieces of SHINGLE characters that they share, so that scripts without spaces work: the share of
all pieces (resemblance) and of the shorter text's (containment), after Broder (1997), On the resemblance and containment of
documents. The first to publish is taken for the origin. Observers and sensors fill in forms, which are alike by nature,
and a party answers for its own words: neither is ever called a copy.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .nouns import FIRST_HAND, Observation, Source, SourceKind

SHINGLE = 5
LEAST = 60
"""So many pieces a text needs before anything is read out of what it shares."""
RESEMBLES, CONTAINS = 0.5, 0.8
VARIANTS = 8
"""So many different wordings of one text are kept for later ones to be compared with: a flood of variants costs no more."""
COMMON_LEAST, COMMON_SHARE, SAMPLE = 20, 0.05, 2000
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


def boilerplate(groups: Iterable[Iterable[Observation]]) -> frozenset[str]:
    """Pieces that the texts of many incidents share (headings of a form, a coder's set phrases): no sign of a copy.

    Many is COMMON_LEAST incidents and COMMON_SHARE of all, so that it takes a liar many incidents to make his words common.
    """
    told = list(groups)
    told = told[:: max(1, len(told) // SAMPLE)]
    counts = Counter(piece for group in told for piece in frozenset[str]().union(*(pieces(o.text) for o in group)))
    least = max(COMMON_LEAST, COMMON_SHARE * len(told))
    return frozenset(piece for piece, number in counts.items() if number >= least)


def found(
    told: Iterable[Observation], sources: dict[str, Source], common: frozenset[str] = frozenset(), *, own: bool = False
) -> dict[str, Reuse]:
    """Accounts that reuse the text of an earlier one of another source: id -> the earliest of which it is a wording.

    Pieces in `common` (see `boilerplate`) count for nothing.
    With `own` a source's own earlier texts are looked at too: it may repeat itself, which makes it no more of a copy.

    Accounts of another stance (a denial that quotes what it denies) are not compared.
    """
    made: dict[str, Reuse] = {}
    shelves: dict[str, Shelf] = {}
    for one in sorted(told, key=_order):
        text = pieces(one.text) - common
        if len(text) < LEAST:
            continue
        shelf = shelves.setdefault(str(one.stance), Shelf())
        near = shelf.nearest(one, text, own=own) if _publishes(one, sources) else None
        root = one.id
        if near:
            root = made[near[0]].of if near[0] in made else near[0]
            made[one.id] = Reuse(one.id, root, near[1])
        shelf.keep(one, text, root)
    return made


class Shelf:
    """Texts of one stance, found again by their pieces; of each text its first wording and the latest, VARIANTS in all."""

    def __init__(self) -> None:
        self.kept: dict[int, tuple[Observation, frozenset[str]]] = {}
        self._of: dict[str, set[int]] = {}
        self._wordings: dict[str, list[int]] = {}
        self._next = 0

    def nearest(self, one: Observation, text: frozenset[str], *, own: bool = False) -> tuple[str, float] | None:
        """The account that shares most with this one, and how much; None where none shares enough."""
        both = Counter(k for piece in text for k in self._of.get(piece, ()))
        best: tuple[float, int] | None = None
        for k, shared in both.items():
            other, theirs = self.kept[k]
            if other.source_id == one.source_id and not own:
                continue
            resemblance, containment = shared / (len(text) + len(theirs) - shared), shared / min(len(text), len(theirs))
            quoted = containment >= CONTAINS and one.method not in FIRST_HAND
            if (resemblance >= RESEMBLES or quoted) and (best is None or (containment, -k) > best):
                best = (containment, -k)
        return (self.kept[-best[1]][0].id, round(best[0], 2)) if best else None

    def keep(self, one: Observation, text: frozenset[str], root: str) -> None:
        """Put this wording of the text that began with `root` on the shelf; the oldest but the first makes room."""
        wordings = self._wordings.setdefault(root, [])
        if len(wordings) == VARIANTS:
            old = wordings.pop(1)
            for piece in self.kept.pop(old)[1]:
                self._of[piece].discard(old)
        wordings.append(self._next)
        self.kept[self._next] = (one, text)
        for piece in text:
            self._of.setdefault(piece, set()).add(self._next)
        self._next += 1


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
