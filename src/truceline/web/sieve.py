"""Columns of incidents that a window is held against: sorted numpy arrays, so that a million reports are filtered at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .. import kinds
from ..nouns import Grade
from .window import Window

Array = NDArray[Any]
GRADES = tuple(str(g) for g in Grade)
UNGRADED = len(GRADES)
KEPT = 64
"""Answers that are kept, since pages, map and counts ask for the same window one after the other."""


def plain(text: str) -> str:
    """Text as it is compared in a search: without case, width, invisible marks or breaks between words of scripts without spaces."""
    return (
        unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\u200c", "").replace("\u2060", "").casefold()
    )


def plain_column(text: pl.Series) -> pl.Series:
    """The same for a column; text in ASCII goes the quick way."""
    quick = text.fill_null("").str.to_lowercase()
    odd = quick.str.contains(r"[^\x00-\x7f]")
    if odd.any():
        at = odd.arg_true()
        quick = quick.scatter(at, [plain(t) for t in text.gather(at).fill_null("").to_list()])
    return quick


@dataclass(frozen=True)
class Sieve:
    """Incidents by their beginning. `parties` and `agreements` are bits in the order of the mission.

    `told` gives the rows whose accounts hold these words (already `plain`), as a mask.
    """

    start: Array
    end: Array
    lon: Array
    lat: Array
    radius: Array
    grade: Array
    kind: Array
    kinds: tuple[str, ...]
    accounts: Array
    party_bits: Array
    parties: tuple[str, ...]
    agreement_bits: Array
    agreements: tuple[str, ...]
    told: Callable[[str], Array]

    @property
    def size(self) -> int:
        """How many incidents there are."""
        return len(self.start)

    def mask(self, window: Window) -> Array:
        """Which incidents the window holds, as booleans in the order of their beginning."""
        kept = np.ones(self.size, dtype=bool)
        if window.start is not None:
            kept &= self.end > _micros(window.start)
        if window.end is not None:
            kept[int(np.searchsorted(self.start, _micros(window.end))) :] = False
        if window.grade:
            kept &= np.isin(self.grade, [GRADES.index(g) for g in window.grade])
        if window.kind:
            fits = np.array([kinds.within(k, window.kind) for k in self.kinds], dtype=bool)
            kept &= fits[self.kind] if len(fits) else False
        if window.party:
            kept &= (self.party_bits >> self.parties.index(window.party)) & 1 == 1
        if window.agreement:
            kept &= (self.agreement_bits >> self.agreements.index(window.agreement)) & 1 == 1
        if window.bbox is not None:
            kept &= self.inside(window.bbox)
        if window.q:
            kept &= self.words(window.q)
        return kept

    def words(self, text: str) -> Array:
        """Which incidents hold every one of these words."""
        kept = np.ones(self.size, dtype=bool)
        for word in plain(text).split():
            kept &= self.told(word)
        return kept

    def inside(self, bbox: tuple[float, float, float, float]) -> Array:
        """Which incidents have their centre in this part of the map; it may lie across the 180th meridian."""
        west, south, east, north = bbox
        with np.errstate(invalid="ignore"):
            high = (self.lat >= south) & (self.lat <= north)
            wide = (self.lon >= west) & (self.lon <= east) if west <= east else (self.lon >= west) | (self.lon <= east)
        return np.asarray(high & wide)

    def order(self, rows: Array, sort: str) -> Array:
        """These rows in the order of the window; what is equal stays by its time, latest first."""
        latest = rows[::-1]
        if sort == "oldest":
            return rows
        if sort == "grade":
            return latest[np.argsort(self.grade[latest], kind="stable")]
        if sort == "accounts":
            return latest[np.argsort(-self.accounts[latest], kind="stable")]
        return latest


def _micros(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def bits(values: Iterable[Iterable[str]], names: tuple[str, ...]) -> Array:
    """A number a row with one bit a name that the row holds."""
    place = {name: 1 << n for n, name in enumerate(names[:62])}
    return np.array([sum({place.get(v, 0) for v in row}) for row in values], dtype=np.int64)


def remembered(find: Callable[[str], Array]) -> Callable[[str], Array]:
    """The same search, its last answers kept."""
    return lru_cache(maxsize=KEPT)(find)
