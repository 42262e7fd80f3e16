"""A team that measured a crater says by which account of its own it heard it come down: both are of one happening.

The statement is the observer's own and joins two accounts of one source, never of two: it makes no voice more. It counts where it
names exactly one account at first hand, by the minute of that account, and where the crater lies within what that account said of
the place; else nothing is joined and a question says why. A person's judgement on the same two comes after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import polars as pl

from . import kinds, rows, when, where
from .nouns import OWN, Judgement, Method, Observation, SetAside

FIELD = "own_account"
"""In `details`: the time in the team's own earlier form, as an instant."""
_PERCEIVED = frozenset({Method.SEEN, Method.HEARD, Method.RECORDED})
_FAMILIES = ("fire", "explosion")
_MINUTE = timedelta(minutes=1)


def joins(observations: Iterable[Observation]) -> tuple[tuple[Judgement, ...], tuple[SetAside, ...]]:
    """What these accounts say of their own earlier ones, as joins for `fuse`, and what of that cannot be followed."""
    every = list(observations)
    edited = {o.details["edit_of"] for o in every if o.details.get("edit_of")}
    every = [o for o in every if not {o.id, _entry(o)} & edited]
    stated = [o for o in every if o.details.get(FIELD)]
    found: list[Judgement] = []
    asked: list[SetAside] = []
    for one in stated:
        same, why = _meant(one, every)
        if same is None:
            asked.append(one.aside(FIELD, one.details[FIELD], f"{why}; it is joined with nothing"))
            continue
        date = one.reported.start if one.reported else datetime.min.replace(tzinfo=UTC)
        reason = "the observer says that its own two accounts are of one happening"
        found.append(Judgement(f"{OWN}{one.id}", date, one.source_id, "join", same.id, one.id, reason))
    return tuple(found), tuple(asked)


def questions(table: pl.DataFrame) -> tuple[SetAside, ...]:
    """What of such statements in a table of Observation cannot be followed."""
    stated = table.filter(pl.col("details").str.contains(f'"{FIELD}"', literal=True))
    if stated.is_empty():
        return ()
    return joins(rows.records(Observation, table.filter(pl.col("source_id").is_in(stated["source_id"].implode()))))[1]


def _meant(one: Observation, every: list[Observation]) -> tuple[Observation | None, str]:
    """The account that this one names, or why none is taken."""
    try:
        moment = when.parse(one.details[FIELD], "UTC").start
    except ValueError:
        return None, "no time that can be read"
    near = [o for o in every if _may_be(o, one) and o.when and abs(o.when.start - moment) < _MINUTE]
    if len(near) != 1:
        many = "no account" if not near else f"{len(near)} accounts"
        return None, f"{many} of this source at first hand began at that minute; expected exactly one"
    (same,) = near
    if not _reaches(same, one):
        return None, f"it lies outside the place that {same.id} gives"
    return same, ""


def _may_be(other: Observation, one: Observation) -> bool:
    own = other.source_id == one.source_id and other.exposure is one.exposure
    return (
        own and other.method in _PERCEIVED and FIELD not in other.details and not other.details.get("visited")
        and kinds.within(other.kind, _FAMILIES) and kinds.within(one.kind, (*_FAMILIES, "harm"))
        and other.id != one.id and _entry(other) != _entry(one)
    )  # fmt: skip


def _entry(one: Observation) -> str:
    """The form that an account stands in; its craters are called `<entry>.<n>`."""
    return one.id.rpartition(".")[0] or one.id


def _reaches(heard: Observation, crater: Observation) -> bool:
    """Whether the crater may lie where the account says; an account without a place contradicts nothing."""
    if None in {heard.lon_deg, heard.lat_deg, crater.lon_deg, crater.lat_deg}:
        return True
    apart = where.distance_m(heard.lon_deg or 0.0, heard.lat_deg or 0.0, crater.lon_deg or 0.0, crater.lat_deg or 0.0)
    return apart <= (heard.radius_m or 0.0) + (crater.radius_m or 0.0)
