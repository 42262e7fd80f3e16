"""What may be said of what cannot be read: no name of a source that is not public, and to everybody no words at all.

A row or a file that cannot be read may hold anything in any cell: a name that slipped into the column of a time, a table without
a header, a mapping with its sides exchanged. Its file and line are said always. What stood there is said to those who hold the
mission, unless it names a source that is not public. An edition for everybody says it where it is a number, a time, an id or
a few small words: nothing that is written as a name or as the number of a telephone.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from functools import lru_cache

from .errors import Problem
from .nouns import WITHHELD, Exposure, SetAside

UNREAD = "(not shown: what cannot be read may be sealed)"
_BREAKS = re.compile(r"[\s_-]+")
_NUMBER = r"-?\d{1,6}|-?(?:0|[1-9]\d{0,2})[.,]\d{1,12}|None"
_TIME = (
    r"~?\d{4}(?:-\d{1,2}){1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?(?:Z|[+-]\d{2}:?\d{2})?"
    r"|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{1,2}:\d{2}"
)
_WORDS = r"[a-z]{1,20}(?:[ ._-][a-z]{1,20}){0,3}"
_PLAIN = re.compile(rf"(?:{_NUMBER})(?:, ?(?:{_NUMBER}))?|(?:{_TIME})(?:(?:/|, )(?:{_TIME}))?|{_WORDS}")
"""What is written as neither a name nor the number of a telephone: short numbers, decimal degrees, times, a few small words."""
_IDS = frozenset({"id", "answers", "place_id"})
_COLUMN = re.compile(r"[a-z][a-z0-9_]*(?:, [a-z][a-z0-9_]*)*")


def asides(every: Iterable[SetAside], withheld: dict[str, Exposure]) -> tuple[SetAside, ...]:
    """These with nothing that names a source that is not public (casefolded names -> exposure): such a one is as closed as it."""
    return tuple(_closed(s, named) if (named := _named(s, withheld)) else s for s in every)


def problem(one: Problem, withheld: dict[str, Exposure]) -> Problem:
    """The same without what was found and expected where that names a source that is not public."""
    if exposure_of(withheld, one.column, one.found, one.expected) is None:
        return one
    return dataclasses.replace(one, column="", found=WITHHELD, expected="what the documentation says of this file")


def exposure_of(withheld: dict[str, Exposure], *texts: str) -> Exposure | None:
    """The exposure of the most closed source that these words name; None where they name none that is not public."""
    if not withheld:
        return None
    pattern, folded = _pattern(tuple(withheld)), {_folded(n): e for n, e in withheld.items()}
    found = {folded[name] for text in texts for name in pattern.findall(_folded(text))}
    return max(found, key=list(Exposure).index, default=None)


def _folded(text: str) -> str:
    return _BREAKS.sub(" ", text.casefold()).strip()


@lru_cache(maxsize=16)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    folded = sorted({_folded(n) for n in names} - {""}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, folded)) or '(?!)'})(?!\w)")


def _named(one: SetAside, withheld: dict[str, Exposure]) -> Exposure | None:
    return exposure_of(withheld, one.column, one.value, one.reason) if one.exposure is Exposure.PUBLIC else None


def _closed(one: SetAside, exposure: Exposure) -> SetAside:
    return SetAside(one.file, one.line, "", WITHHELD, "it names a source that is not public", exposure)


def for_everybody(one: SetAside) -> SetAside:
    """What an edition for everybody says of it: the value where it is plain, else a reason without quotation."""
    if (
        not one.column
    ):  # of a whole file or line: this program's own words, and behind a colon or a quotation mark what stood there
        value = one.value if one.value in {UNREAD, WITHHELD} else _QUOTED.split(one.value, maxsplit=1)[0]
        return dataclasses.replace(one, value=value, reason=_HEADER.sub("", one.reason))
    column = one.column if _COLUMN.fullmatch(one.column) else ""
    if not one.value or _may_be_shown(one):
        return dataclasses.replace(one, column=column, reason=_HEADER.sub("", one.reason))
    return dataclasses.replace(one, column=column, value=WITHHELD, reason=one.reason.partition(" (")[0])


_QUOTED = re.compile(r":| ?[('\"]")
_HEADER = re.compile(r" \(it has: .*\)", re.DOTALL)


def _may_be_shown(one: SetAside) -> bool:
    if one.column in _IDS:
        return not re.search(r"\s", one.value)
    return one.value in {UNREAD, WITHHELD} or _PLAIN.fullmatch(one.value) is not None
