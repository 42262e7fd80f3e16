"""What ties accounts before anything is weighed: word-for-word repeats, answers, and what people decided."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..nouns import OWN, Judgement
from . import cluster

Array = NDArray[Any]
_SAID = (
    "when_start", "when_end", "when_precision", "when_approximate", "kind", "modality", "lon_deg", "lat_deg", "radius_m",
    "phase", "place", "place_id", "actor_claimed", "harmed_party", "actors", "weapon", "weapon_class", "count_min",
    "count_max", "killed_min", "killed_max", "injured_min", "injured_max", "of_whom", "harm", "text", "stance",
)  # fmt: skip


def echoes(table: pl.DataFrame, follows: dict[str, str] | None = None) -> dict[int, int]:
    """Rows that say word for word what a row of another source says: row -> the row that it repeats.

    `follows` names further repeats by their ids, which are known to be that from elsewhere.

    A repeat adds a voice's loudness and no evidence, so it must not move a cluster. One source that says the same twice
    lists two happenings alike, and repeats nobody.
    """
    numbered = table.with_columns(pl.int_range(pl.len()).alias("row")).filter(
        (pl.col("text") != "") & (pl.col("answers") == "")
    )
    doubled = numbered.filter(pl.col("text").is_duplicated())
    known = _known(table, follows or {})
    if doubled.is_empty():
        return known
    whole = doubled.select(
        "row", "id", "source_id", *(c for c in _SAID if c != "actors"), pl.col("actors").list.join("\x1f")
    )
    first = whole.sort("id").with_columns(
        pl.col("row").first().over(_SAID).alias("first"), pl.col("source_id").first().over(_SAID).alias("of")
    )
    word_for_word = first.filter(pl.col("source_id") != pl.col("of")).select("row", "first")
    return {int(a): int(b) for a, b in word_for_word.iter_rows()} | known


def _known(table: pl.DataFrame, follows: dict[str, str]) -> dict[int, int]:
    """Rows that follow another by their ids, where the table holds both."""
    if not follows:
        return {}
    at = {name: n for n, name in enumerate(table["id"])}
    return {at[one]: at[first] for one, first in follows.items() if one in at and first in at}


def leaders(table: pl.DataFrame, echo: dict[int, int], parted: set[tuple[str, str]]) -> dict[int, int]:
    """Rows that follow another and are compared with nothing: repeats, and answers to what the table holds.

    An answer has the time and place of what it answers, so it would speak for that account twice. One that people parted
    from it speaks for itself; of answers in a ring the first by id does.
    """
    answering = table.with_columns(pl.int_range(pl.len()).alias("row")).filter(pl.col("answers") != "")
    if answering.is_empty():
        return echo
    at = {name: n for n, name in enumerate(table["id"])}
    named = {
        row: at[target]
        for row, name, target in answering.select("row", "id", "answers").iter_rows()
        if target in at and target != name and (min(name, target), max(name, target)) not in parted
    }
    follows = {**echo, **named}
    ids = table["id"]
    return {row: first for row in follows if (first := _first(row, follows, ids)) != row}


def _first(row: int, follows: dict[int, int], ids: pl.Series) -> int:
    seen = [row]
    while seen[-1] in follows:
        after = follows[seen[-1]]
        if after in seen:
            return min(seen[seen.index(after) :], key=lambda r: ids[r])
        seen.append(after)
    return seen[-1]


class Said:
    """Pairs of rows that people joined and parted, and pairs of which one answers the other; repeats stand for themselves.

    A judgement may name an observation, or an incident by its id (I- and an observation). `stated` are those of the joined pairs
    that no person decided on: an observer said so of two accounts of its own.
    """

    def __init__(self, table: pl.DataFrame, echo: dict[int, int], judgements: tuple[Judgement, ...]) -> None:
        self.echo = echo
        answering = table.select("id", "answers").filter(pl.col("answers") != "")
        named = bool(judgements) or not answering.is_empty()
        self._row = {name: n for n, name in enumerate(table["id"])} if named else {}
        joined, parted = cluster.said(judgements)
        self.judged = {self._own(p) for p in joined} - {("", "")}
        said_so = {self._own((j.subject, j.object)) for j in judgements if j.id.startswith(OWN)}
        decided = {self._own((j.subject, j.object)) for j in judgements if not j.id.startswith(OWN)}
        self.stated = (self.judged & said_so) - decided
        split = {self._own(p) for p in parted} - {("", "")}
        pairs = {tuple(sorted(p)) for p in answering.iter_rows() if p[1] in self._row and p[0] != p[1]}
        self.answered = {(a, b) for a, b in pairs} - split
        self.leader = leaders(table, echo, split)
        self.joined = self._rows(self.judged)
        self.parted = self._rows(split - self.judged)

    def speaks(self, size: int) -> Array:
        """Which of so many rows speak for themselves: flags (size,)."""
        flags = np.ones(size, dtype=np.bool_)
        flags[np.fromiter(self.leader, dtype=np.int64, count=len(self.leader))] = False
        return flags

    def _own(self, pair: tuple[str, str]) -> tuple[str, str]:
        known = [one if one in self._row else one.removeprefix("I-") for one in pair]
        return (min(known), max(known)) if all(k in self._row for k in known) else ("", "")

    def _rows(self, pairs: set[tuple[str, str]]) -> Array:
        found = sorted({tuple(sorted(self._first(x) for x in pair)) for pair in pairs})
        return np.array([p for p in found if p[0] != p[1]], dtype=np.int64).reshape(-1, 2)

    def _first(self, name: str) -> int:
        row = self._row[name]
        return self.leader.get(row, row)

    def free(self, pairs: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        """The pairs without those that people parted."""
        if not len(self.parted):
            return pairs
        i, j, weight = pairs
        wide = np.int64(max(int(i.max(initial=0)), int(j.max(initial=0)), int(self.parted.max())) + 1)
        keys = np.minimum(i, j) * wide + np.maximum(i, j)
        kept = ~np.isin(keys, self.parted.min(axis=1) * wide + self.parted.max(axis=1))
        return i[kept], j[kept], weight[kept]
