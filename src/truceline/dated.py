"""`--as-of`: only what had been reported by then counts; what cannot be dated is left out of dated editions and listed."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import polars as pl

from . import coarse, rows, when
from .nouns import (
    Agreement,
    Effort,
    Exposure,
    Figure,
    Judgement,
    Mission,
    Notice,
    Observation,
    Pass,
    PassStatus,
    SetAside,
)

OPEN = "public"
"""The release that anybody may read: it says of an observer's own position no more than a cell of about a kilometre."""
RELEASES = {OPEN: {Exposure.PUBLIC}, "restricted": {Exposure.PUBLIC, Exposure.PARTNERS}}


def mission(whole: Mission, as_of: datetime, release: str) -> Mission:
    """The mission as it stood at `as_of` and as this release may show it. Sealed things are in no release.

    What was agreed, and what came of a meeting, is known when its day is over: a text that gives the day alone does not
    say that it was known that morning.
    """
    allowed = RELEASES[release]
    hidden = {s.id for s in whole.sources if s.exposure not in allowed}
    effort = tuple(
        e for e in counting(whole, as_of, allowed)
        if _known(e, as_of) and e.exposure in allowed and not {e.source_id, e.by} & hidden
    )  # fmt: skip
    return dataclasses.replace(
        whole,
        sources=tuple(s for s in whole.sources if s.exposure in allowed),
        agreements=tuple(_agreement(a, as_of) for a in whole.agreements if a.when.end <= as_of),
        effort=coarse.effort(effort) if release == OPEN else effort,
        edits=(),
        figures=tuple(f for f in whole.figures if _published(f, as_of) and not {f.source, f.origin} & hidden),
        timeline=tuple(s for s in whole.timeline if max(s.reported or s.when.end, s.when.end) <= as_of),
        judgements=tuple(j for j in whole.judgements if _decided(j, as_of)),
        notices=tuple(n for n in whole.notices if _notified(n, as_of) and n.exposure in allowed),
        surface=tuple(s for s in whole.surface if s.closed <= as_of and s.source_id not in hidden),
        published=tuple(p for p in whole.published if p.as_of <= as_of and p.exposure in allowed),
        passes=tuple(_until(p, as_of) for p in whole.passes if _came(p, as_of)),
    )


def counting(whole: Mission, as_of: datetime | None, allowed: set[Exposure]) -> tuple[Effort, ...]:
    """The mission's effort without the records that an edit had replaced by then (None: by now), as `_edits` has it.

    An edit that closes its entry to this release counts whatever the day, and so does one of which nobody knows when it was told.
    """
    replaced = {
        e.entry for e in whole.edits
        if e.exposure not in allowed or as_of is None or e.told is None or e.told <= as_of
    }  # fmt: skip
    if not replaced:
        return whole.effort
    return tuple(e for e in whole.effort if not {e.id, e.id.rpartition(".")[0]} & replaced)


PERIODS = {"daily": 1, "weekly": 7}
"""How many reporting days each period of a report holds."""


def period_start(name: str, whole: Mission, as_of: datetime) -> datetime | None:
    """Where a report's period begins: `daily`, `weekly`, or `since-signing` (of the latest instrument signed by then).

    A reporting day ends at the mission's `reporting_day_end`; the period begins at the last such end that lies one day,
    or seven, before the edition closes. None for `since-signing` where nothing had been signed.
    """
    if name == "since-signing":
        signed = [a.when.start for a in whole.agreements if a.standing == "signed" and a.when.start <= as_of]
        return max(signed, default=None)
    hours, _, minutes = whole.reporting_day_end.partition(":")
    zone = when.zone(whole.time_zone)
    latest = (as_of - timedelta(days=PERIODS[name])).astimezone(zone)
    midnight = latest.replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + timedelta(hours=int(hours) % 24, minutes=int(minutes))
    return (end if end <= latest else end - timedelta(days=1)).astimezone(UTC)


def _agreement(one: Agreement, as_of: datetime) -> Agreement:
    return dataclasses.replace(one, status=tuple(e for e in one.status if e.when <= as_of))


def _known(one: Effort, as_of: datetime) -> bool:
    return max(one.reported or one.when.start, one.when.start) <= as_of


def _published(one: Figure, as_of: datetime) -> bool:
    return max(one.reported or one.as_of, one.as_of) <= as_of


def _notified(one: Notice, as_of: datetime) -> bool:
    return (one.reported or one.notified or one.when.start) <= as_of


def _came(one: Pass, as_of: datetime) -> bool:
    """Whether it had come over by then, by elements that were to be had by then."""
    begun = one.start < as_of if one.status is not PassStatus.PASS else one.end <= as_of
    return begun and (one.epoch is None or one.epoch <= as_of)


def _until(one: Pass, as_of: datetime) -> Pass:
    return one if one.end <= as_of else dataclasses.replace(one, end=as_of)


def _decided(one: Judgement, as_of: datetime) -> bool:
    return one.date <= as_of


def observations(
    table: pl.DataFrame, as_of: datetime, release: str, *, dated: bool
) -> tuple[pl.DataFrame, tuple[SetAside, ...], int]:
    """Observations that count: (table, those of unknown date with their reason, how many came after this edition).

    In the open release each stands with its observer's position made coarse, before anything is made of it.
    What the release withholds is neither listed, named nor counted. What came later is counted and not listed, so that
    an edition shows no hindsight.
    """
    allowed = RELEASES[release]
    kept: list[Observation] = []
    left_out: list[SetAside] = []
    later = 0
    every = rows.records(Observation, table)
    edits = _edits(every, as_of if dated else None, allowed)
    for one in every:
        if one.exposure not in allowed:
            continue
        if edits and (by := edits.get(one.id) or edits.get(one.id.rpartition(".")[0])):
            left_out.append(
                one.aside("id", one.id, f"edited: {by} replaces it in this edition; the file still holds both")
            )
            continue
        if one.reported is None and dated:
            left_out.append(
                one.aside(
                    "reported",
                    "",
                    f"{one.id}: its day of publication is unknown, so it is in no dated edition",
                )
            )
        elif one.when and max(_told(one), one.when.start) > as_of:
            later += 1
        else:
            kept.append(one)
    present = {o.id for o in kept}
    lost = [n for n, o in enumerate(kept) if o.answers and o.answers not in present]
    if len(kept) == len(every) and not lost:
        return coarse.observations(table) if release == OPEN else table, (), 0
    for n in lost:
        kept[n] = dataclasses.replace(kept[n], answers="")
    table = rows.table(Observation, kept)
    return coarse.observations(table) if release == OPEN else table, tuple(left_out), later


def _edits(every: list[Observation], as_of: datetime | None, allowed: set[Exposure]) -> dict[str, str]:
    """Entry of a form -> the edit that had replaced it by then, in words that name no edit which this release withholds.

    An edit that closes its entry to this release counts whatever the day: what was public by mistake is in no later edition.
    """
    found = {}
    for one in every:
        entry = one.details.get("edit_of", "")
        if not entry or entry in {one.id, one.id.rpartition(".")[0]}:
            continue
        closed = one.exposure not in allowed
        if closed or as_of is None or not (one.when and max(_told(one), one.when.start) > as_of):
            found[entry] = "an edit" if closed else one.id
    return found


def _told(one: Observation) -> datetime:
    """When it was published; of a month or a year, its end, since no more is known."""
    if one.reported is None:
        return one.when.start if one.when else datetime.min.replace(tzinfo=UTC)
    return one.reported.end if one.reported.precision in {"month", "year"} else one.reported.start


def shown(set_aside: tuple[SetAside, ...], release: str) -> tuple[SetAside, ...]:
    """What this release may show of what was set aside."""
    found = tuple(s for s in set_aside if s.exposure in RELEASES[release])
    return coarse.set_aside(found) if release == OPEN else found
