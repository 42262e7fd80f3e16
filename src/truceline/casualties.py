"""Killed and injured of one incident over its accounts: per side, civilian or military, and as a whole; nobody twice.

Accounts of the same side and kind of people are taken to tell of the same people: they are never added, and give a least, a
middle and a greatest number, each voice once. Soldiers and civilians, and the people of two sides, are different people:
they are added. An account that does not say whom it counts is about all of them: it is a bound beside their sum and is
never added to it, since a part is never more than the whole. People harmed through what followed (flight, want, cold,
sickness) are counted apart and stand in no number of the incident: who adds them up counts other deaths by other rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import polars as pl

from .nouns import Harm, Observation, OfWhom

APART = (OfWhom.CIVILIAN, OfWhom.MILITARY)
"""Kinds of people that exclude each other."""
ANY = ""


class Range(NamedTuple):
    """Numbers of people; `high` is None where an account sets no upper end, all three where no account gives a number."""

    low: int | None
    best: int | None
    high: int | None


NONE = Range(None, None, None)


class Cell(NamedTuple):
    """The people of one side (empty: no side was named) and of one kind (empty: not said, or both), over the accounts."""

    side: str
    of_whom: str
    range: Range
    observation_ids: tuple[str, ...]
    harm: Harm = Harm.UNKNOWN


def cells(told: Iterable[Observation], topic: str) -> list[Cell]:
    """One cell a side and kind of people for which some account gives a number (`topic` is killed or injured).

    Indirect harm has cells of its own; what is said to be direct and what is not said are told of the same people.
    """
    found: dict[tuple[bool, str, str], list[Observation]] = defaultdict(list)
    for one in told:
        if (getattr(one, f"{topic}_min"), getattr(one, f"{topic}_max")) != (None, None):
            whom = str(one.of_whom) if one.of_whom in APART else ANY
            found[one.harm is Harm.INDIRECT, one.harmed_party, whom].append(one)
    return [
        Cell(side, whom, _range(accounts, topic), tuple(sorted(o.id for o in accounts)), _harm(accounts))
        for (_, side, whom), accounts in sorted(found.items())
    ]


def _harm(accounts: list[Observation]) -> Harm:
    """What the accounts of a cell say; `direct` only where each of them does."""
    said = {o.harm for o in accounts}
    return said.pop() if len(said) == 1 else Harm.UNKNOWN


def whole(found: Iterable[Cell], *, indirect: bool = False) -> Range:
    """The incident as a whole: the kinds of people within a side, then the sides; with `indirect`, those alone."""
    found = [c for c in found if (c.harm is Harm.INDIRECT) == indirect]
    sides: dict[str, dict[str, Range]] = defaultdict(dict)
    for cell in found:
        sides[cell.side][cell.of_whom] = cell.range
    return _together({side: _together(kinds) for side, kinds in sides.items()})


def _range(accounts: list[Observation], topic: str) -> Range:
    given = {(o.origin_ids or (o.source_id,), getattr(o, f"{topic}_min"), getattr(o, f"{topic}_max")) for o in accounts}
    middles = sorted((low or 0) if high is None else ((low or 0) + high) // 2 for _, low, high in given)
    highs = [high for _, _, high in given]
    return Range(
        min(low or 0 for _, low, _ in given), middles[(len(middles) - 1) // 2],
        None if None in highs else max(h for h in highs if h is not None),
    )  # fmt: skip


def _together(parts: dict[str, Range]) -> Range:
    """Parts that exclude each other, added, beside the part that is about all of them (ANY)."""
    known = [r for name, r in parts.items() if name != ANY]
    every = parts.get(ANY)
    if not known:
        return every or NONE
    highs = [r.high for r in known]
    total = Range(
        sum(r.low or 0 for r in known),
        sum(r.best or 0 for r in known),
        None if None in highs else sum(h or 0 for h in highs),
    )
    if every is None:
        return total
    high = None if total.high is None or every.high is None else max(total.high, every.high)
    return Range(min(total.low or 0, every.low or 0), max(total.best or 0, every.best or 0), high)


def spans(told: pl.DataFrame, topic: str) -> pl.DataFrame:
    """`whole` for many incidents at once: columns incident_id and the topic's low, best and high.

    Reads incident_id, origin_ids, source_id, harmed_party, of_whom, harm and the topic's min and max.
    """
    low, high = pl.col(f"{topic}_min"), pl.col(f"{topic}_max")
    voice = pl.when(pl.col("origin_ids").list.len() > 0).then(pl.col("origin_ids").list.join("\x1f"))
    whom = pl.when(pl.col("of_whom").is_in([str(a) for a in APART])).then(pl.col("of_whom")).otherwise(pl.lit(ANY))
    counted = (low.is_not_null() | high.is_not_null()) & (pl.col("harm") != str(Harm.INDIRECT))
    given = told.filter(counted).select(
        "incident_id", voice.otherwise(pl.col("source_id")).alias("voice"), low.alias("low"), high.alias("high"),
        pl.col("harmed_party").alias("side"), whom.alias("whom"),
    )  # fmt: skip
    levels = [c for c in ("whom", "side") if (given[c] != ANY).any()]
    floor = pl.col("low").fill_null(0)
    middle = pl.when(pl.col("high").is_null()).then(floor).otherwise((floor + pl.col("high")) // 2)
    every = pl.col("high").is_not_null().all()
    keys = ["incident_id", *(c for c in ("side", "whom") if c in levels)]
    made = given.unique().with_columns(middle.alias("middle"), floor.alias("floor")).group_by(keys).agg(
        pl.col("floor").min().alias("low"), pl.col("middle").sort().get((pl.len() - 1) // 2).alias("best"),
        pl.when(every).then(pl.col("high").max()).alias("high"),
    )  # fmt: skip
    for level in levels:
        keys.remove(level)
        made = _levelled(made, keys, level)
    return made.select("incident_id", *(pl.col(c).alias(f"{topic}_{c}") for c in Range._fields))


def _levelled(made: pl.DataFrame, keys: list[str], level: str) -> pl.DataFrame:
    """`_together` for every group of `keys`."""
    part = pl.col(level) != ANY
    columns = [
        *(pl.col(c).filter(part).sum().alias(f"{c}_sum") for c in ("low", "best")),
        pl.when(pl.col("high").filter(part).is_not_null().all()).then(pl.col("high").filter(part).sum()).alias("high_sum"),
        *(pl.col(c).filter(~part).first().alias(f"{c}_all") for c in Range._fields),
        part.any().alias("parts"), (~part).any().alias("all"),
    ]  # fmt: skip
    found = made.group_by(keys).agg(columns)
    both = pl.col("parts") & pl.col("all")

    def chosen(name: str, joint: pl.Expr) -> pl.Expr:
        one = pl.when(pl.col("parts")).then(pl.col(f"{name}_sum")).otherwise(pl.col(f"{name}_all"))
        return pl.when(both).then(joint).otherwise(one).cast(pl.Int64).alias(name)

    open_end = pl.col("high_sum").is_null() | pl.col("high_all").is_null()
    return found.select(
        *keys,
        chosen("low", pl.min_horizontal("low_sum", "low_all")),
        chosen("best", pl.max_horizontal("best_sum", "best_all")),
        chosen("high", pl.when(~open_end).then(pl.max_horizontal("high_sum", "high_all"))),
    )
