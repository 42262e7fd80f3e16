"""Trend: how often observers perceived something in an hour of looking, where that changed, and this period by the last.

A count without effort stays a count and says so; where nobody looked there is no rate, which is never a zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from .. import dated, kinds, watching
from ..nouns import ChangePoint, Edition, Grade, Incident, RateState, Stance, Turn
from . import tongue, words
from . import trend_figure as drawn
from .index import Index
from .tongue import later, say, say_n
from .tree import Block, Cell, Column, Heading, Line, Listing, Paragraph, Row, Section, Table

MOST_CHANGES = 12
"""How many changes are told in sentences; changes.csv holds all."""

ALL = "all"
SURE = (Grade.ESTABLISHED, Grade.PROBABLE)
_TURNS = words.Sayings(
    {
        Turn.ESCALATION: later(
            "**Escalation, {group}{place}:** the rate rose to {ratio} times what it was (95 %: {low} to {high}), most likely "
            "from {day} on (90 %: {first} to {last}). Before, {before} for 100 hours; after, {after}. Probability of "
            "this change: {probability}."
        ),
        Turn.DECLINE: later(
            "**Decline, {group}{place}:** the rate fell to {ratio} times what it was (95 %: {low} to {high}), most likely "
            "from {day} on (90 %: {first} to {last}). Before, {before} for 100 hours; after, {after}. Probability of "
            "this change: {probability}."
        ),
        Turn.POSSIBLE_RISE: later(
            "**Not certain, {group}{place}:** the rate may have risen to {ratio} times what it was (95 %: {low} to {high}) from "
            "about {day} on (90 %: {first} to {last}); so large a contrast comes about by chance in {chance} of such sets "
            "of series."
        ),
        Turn.POSSIBLE_FALL: later(
            "**Not certain, {group}{place}:** the rate may have fallen to {ratio} times what it was (95 %: {low} to {high}) "
            "from about {day} on (90 %: {first} to {last}); so large a contrast comes about by chance in {chance} of such "
            "sets of series."
        ),
    }
)


@dataclass(frozen=True)
class Spell:
    """What was counted, perceived and watched of each group of kinds between two moments."""

    index: Index
    edition: Edition
    start: datetime
    end: datetime

    @cached_property
    def incidents(self) -> dict[str, list[Incident]]:
        """Incidents that began in it, by group."""
        found: dict[str, list[Incident]] = {group: [] for group in (*kinds.GROUPS, ALL)}
        for one in self.edition.incidents:
            if self.start <= one.start < self.end:
                found[kinds.group(one.kind, one.modality)].append(one)
                found[ALL].append(one)
        return found

    @cached_property
    def groups(self) -> dict[str, str]:
        """The group of every incident."""
        return {i.id: kinds.group(i.kind, i.modality) for i in self.edition.incidents}

    @cached_property
    def watches(self) -> list[watching.Watch]:
        """Every look of an observer."""
        return watching.watches(self.edition.looks, self.edition.mission.effort, self.index.observers)

    @cached_property
    def percepts(self) -> dict[str, watching.Percept]:
        """Incidents perceived in hours that count."""
        of = self.groups
        told = [
            (
                incident, o.source_id, str(o.method), str(o.stance), watching.seconds(o.when.start) if o.when else None,
                watching.seconds(o.when.end) if o.when else None, bool(o.origin_ids),
            )
            for incident, accounts in self.index.accounts.items() if incident in of for o in accounts
        ]  # fmt: skip
        return watching.percepts(told, of, self.watches)

    def rate(self, group: str) -> tuple[int, float, str]:
        """(First-hand incidents, hours, the rate in words)."""
        edges = np.array([watching.seconds(self.start), watching.seconds(self.end)])
        mine = [w for w in self.watches if group == ALL or w.perceives(group)]
        hours = float(watching.hours(watching.merged(w for w in mine if w.how == "hours"), edges)[0])
        count = sum(edges[0] <= p.at < edges[1] for i, p in self.percepts.items() if group in {self.groups[i], ALL})
        if hours > 0:
            low, high = watching.expected(count)
            values = (tongue.decimal(v * 100 / hours) for v in (count, low, high))
            return (
                count,
                hours,
                say("{rate} ({low} to {high})", **dict(zip(("rate", "low", "high"), values, strict=True))),
            )
        met = {w.how for w in mine if w.start < edges[1] and w.end > edges[0]}
        state = (
            RateState.UNTIMED if "untimed" in met else RateState.HOST_LED if "host_led" in met else RateState.NOT_LOOKED
        )
        return count, hours, drawn.STATES[state]


def section(index: Index) -> Section:
    """Hours watched, changes in words, the small multiples, and this period beside the last one."""
    weeks = [r for r in index.edition.rates if r.period == "week" and not r.zone]
    blocks: list[Block] = [Paragraph(_opening(index))]
    if any(r.state is RateState.RATE for r in weeks):
        blocks += _changes(index)
    else:
        blocks.append(Paragraph(words.said(
            "**No rate can be given, and no change of rate can be told.** The figure below shows counts of what was reported: "
            "they follow who spoke and who was heard as much as what happened. Clock times of each look in effort.csv "
            "would give rates."
        )))  # fmt: skip
    blocks += drawn.figures(index, weeks)
    blocks.append(_table(index))
    return Section("trend", say("Trend"), tuple(blocks))


def _opening(index: Index) -> Line:
    weeks = [r for r in index.edition.rates if r.period == "week" and not r.zone]
    whole = {r.start for r in weeks}
    rated = {r.start for r in weeks if r.state is RateState.RATE}
    edges = np.array([watching.seconds(a) for a, _ in index.days] + [watching.seconds(index.edition.as_of)])
    watches = Spell(index, index.edition, index.start, index.edition.as_of).watches
    by = {how: [w for w in watches if w.how == how] for how in ("hours", "untimed", "host_led")}
    hours = float(watching.hours(watching.merged(by["hours"]), edges).sum())
    return words.said(
        "Records of observers give {hours} hours of looking on their own terms, in {part} weeks. Besides, {untimed} days of "
        "looking have no hours on record, and the host led {led} days; neither enters a rate. A rate counts only what the "
        "same observers perceived at first hand in those hours.",
        hours=words.number(round(hours)), part=words.of(len(rated), len(whole)),
        untimed=words.number(int(watching.looks(by["untimed"], edges).sum())),
        led=words.number(int(watching.looks(by["host_led"], edges).sum())),
    )  # fmt: skip


def _changes(index: Index) -> list[Block]:
    found = index.edition.changes
    told = [c for c in found if c.turn in _TURNS]
    blocks: list[Block] = [Heading(3, words.line(say("Changes of rate")), "trend-changes")]
    if told:
        shown = sorted(told, key=lambda c: c.chance_of_all or 0.0)[:MOST_CHANGES]
        blocks.append(Listing(tuple(_change(index, c) for c in told if c in shown)))
    else:
        blocks.append(Paragraph(words.line(say("No change of rate is shown."))))
    tested = max((c.series for c in found), default=0)
    few = [c.group for c in found if c.turn is Turn.TOO_FEW]
    note = []
    if tested:
        note.append(say_n(
            "{n} series was looked at. Where nothing changes, a series seems to change in at most 5 of 100 cases; escalation and "
            "decline are said only where chance is unlikely over all of them together.",
            "{n} series were looked at. Where nothing changes, a series seems to change in at most 5 of 100 cases; escalation and "
            "decline are said only where chance is unlikely over all of them together.",
            tested,
        ))  # fmt: skip
    if few:
        names = words.listed(drawn.GROUPS[g] for g in few)
        note.append(say("No change can be told from the numbers of these: {groups}.", groups=names))
    if any((c.dispersion or 1) > 1 for c in found):
        note.append(say("Where incidents come in bursts, every number above allows for it; changes.csv says how much."))
    return [*blocks, Paragraph(words.line(" ".join(note)), "note")] if note else blocks


def _change(index: Index, c: ChangePoint) -> Line:
    zone = next((z.name for z in index.edition.mission.zones if z.id == c.zone), c.zone)
    assert c.when is not None
    assert c.low is not None
    assert c.high is not None
    values = {
        "ratio": c.ratio, "low": c.ratio_low, "high": c.ratio_high, "before": c.before, "after": c.after,
    }  # fmt: skip
    return words.said(
        _TURNS[c.turn],
        group=drawn.GROUPS[c.group], place=say(", {zone}", zone=zone) if c.zone else "",
        day=words.day(c.when, index.zone), first=words.day(c.low, index.zone), last=words.day(c.high, index.zone),
        probability=words.percent(c.probability or 0.0), chance=words.percent(c.chance_of_all or 0.0),
        **{name: tongue.decimal(v or 0.0) for name, v in values.items()},
    )  # fmt: skip


def _table(index: Index) -> Table:
    """The period beside the last one, as that is known now and as it was published."""
    earlier = index.brief.earlier
    name = index.brief.period if index.brief.period in dated.PERIODS else "weekly"
    begun = dated.period_start(name, index.edition.mission, index.since)
    if begun is None or begun >= index.since or (index.brief.period and index.brief.period != name):
        begun = index.since - (index.edition.as_of - index.since)
    now, last = (
        Spell(index, index.edition, a, b) for a, b in ((index.since, index.edition.as_of), (begun, index.since))
    )
    then = Spell(index, earlier, begun, index.since) if earlier else None
    columns = (
        Column("", 1.75),
        Column(say("This period"), 0.55, numeric=True),
        Column(say("of these established or probable"), 0.9, numeric=True),
        Column(say("of these said by parties alone"), 0.75, numeric=True),
        Column(say("Perceived by observers, in hours"), 0.9, numeric=True),
        Column(say("For 100 hours (95\N{NO-BREAK SPACE}%)"), 1.35, numeric=True),
        Column(say("Last period, as known now"), 0.75, numeric=True),
        Column(say("Last period, as published"), 0.75, numeric=True),
    )
    printed = _published(index, last)
    rows = tuple(_row(index, group, now, last, then, printed) for group in (*kinds.GROUPS, ALL))
    basis = (
        say("As published: the mission’s own record of what it printed, where there is one; else the edition of that day, made again.")
        if printed
        else say("As published: the edition of that day, made again; the mission keeps no record of what it printed of that period.")
    )  # fmt: skip
    note = say(
        "This period: {now}. Last period: {last}. {basis}",
        now=_days(index, now), last=_days(index, last), basis=basis,
    )  # fmt: skip
    return Table(say("Incidents of this period and of the last one"), columns, rows, note, dense=True)


def _days(index: Index, spell: Spell) -> str:
    return words.span(spell.start, spell.end, index.zone)


def _published(index: Index, last: Spell) -> dict[str, int]:
    """What the mission says it printed of the last period, by group; the latest number of each."""
    rows = sorted(index.edition.mission.published, key=lambda p: p.as_of)
    return {p.measure: p.value for p in rows if not p.zone and (p.when.start, p.when.end) == (last.start, last.end)}


def _row(index: Index, group: str, now: Spell, last: Spell, then: Spell | None, printed: dict[str, int]) -> Row:
    mine = now.incidents[group]
    sure = sum(index.assessment(i.id).grade in SURE for i in mine)
    party = sum(_party_only(index, i) for i in mine)
    count, hours, rate = now.rate(group)
    seen = (
        say("{n} in {hours} h", n=words.number(count), hours=words.number(round(hours))) if hours else say("no hours")
    )
    was = printed.get(group, len(then.incidents[group]) if then else None)
    cells = (
        words.number(len(mine)), words.number(sure), words.number(party), seen, rate, words.number(len(last.incidents[group])),
        words.number(was) if was is not None else say("no report"),
    )  # fmt: skip
    return Row(
        (
            Cell((words.line(words.upper_first(drawn.GROUPS[group])),), head=True),
            *(Cell((words.line(c),)) for c in cells),
        )
    )


def _party_only(index: Index, incident: Incident) -> bool:
    accounts = [o for o in index.accounts.get(incident.id, ()) if o.stance is not Stance.DENIES]
    speakers = [index.sources.get(s) for o in accounts for s in index.speakers(o)]
    return bool(speakers) and all(s is not None and s.party for s in speakers)
