"""Access and coverage: who looked, who was kept from looking, who says so, what share could be seen."""

from __future__ import annotations

from ..nouns import CoverageState, Effort, EffortStatus
from . import calendar, words
from .index import LOOKS, Index
from .tree import Block, Cell, Column, Heading, Paragraph, Row, Run, Section, Table


def section(index: Index) -> Section:
    """Calendars by week and by day, coverage by group and side, refusals and visits cut short."""
    intro = (
        "Where nobody looked, nothing can be said: it is never a word for calm. A pass of a satellite or "
        "a planned visit is an "
        "opportunity, not a look. A visit led by the host shows what the host showed."
    )
    blocks: list[Block] = [Paragraph(words.line(intro))]
    if len(index.days) > 28:
        blocks.append(calendar.figure(index, by_week=True))
    blocks.append(calendar.figure(index, by_week=False))
    blocks += [_groups(index), *_refusals(index)]
    return Section("access", "Access and coverage", tuple(blocks))


def _groups(index: Index) -> Table:
    columns = (
        Column("Who", 2),
        Column("Records", 0.7, numeric=True),
        Column("Days with a look", 0.9, numeric=True),
        Column("Led by the host", 0.9, numeric=True),
        Column("Refused or cut short", 0.9, numeric=True),
        Column("Share seen at most", 0.9, numeric=True),
    )
    rows = []
    for group, looks in calendar.groups(index).items():
        good = [x for x in looks if x.state in LOOKS]
        records = {x.effort_id or f"{x.source_id} {x.start}" for x in good}
        led = {x.effort_id or f"{x.source_id} {x.start}" for x in good if x.host_led}
        refused = {x.effort_id or f"{x.source_id} {x.start}" for x in looks if x.state is CoverageState.REFUSED}
        share = max((x.seen_share for x in good), default=None)
        rows.append(
            Row(
                (
                    Cell((words.line(calendar.group_name(index, group)),), head=True),
                    Cell((words.line(words.number(len(records))),)),
                    Cell((words.line(words.of(index.days_met(good), len(index.days))),)),
                    Cell((words.line(words.of(len(led), len(records))),)),
                    Cell((words.line(words.number(len(refused))),)),
                    Cell((words.line(words.percent(share) if good else "nobody looked"),)),
                )
            )
        )
    note = (
        "Share seen at most: the largest part of a sector’s line and of a span that one record brought "
        "within sight. It is an "
        "upper bound; most places were not in sight most of the time."
    )
    return Table("Who looked, by group and side", columns, tuple(rows), note)


def _refusals(index: Index) -> list[Block]:
    kept = [e for e in index.efforts if e.status in {EffortStatus.REFUSED, EffortStatus.CURTAILED}]
    head = Heading(3, words.line("Refused and cut short"), "refusals")
    if not kept:
        return [
            head,
            Paragraph(words.line("No refusal is on record. That none was published does not mean that none occurred.")),
        ]
    columns = (
        Column("When", 1.1),
        Column("Who", 1.1),
        Column("Where, and on whose side", 1.4),
        Column("What became of it", 1.0),
        Column("Reason given", 2.0),
        Column("Who says so", 0.9),
    )
    rows = tuple(_refusal(index, e) for e in kept)
    share = f"{words.of(len(kept), len(index.efforts))} records of looking were refused or cut short."
    return [
        head,
        Paragraph(words.line(share)),
        Table("", columns, rows, dense=True, label="Refused and cut short"),
    ]


def _refusal(index: Index, e: Effort) -> Row:
    places = (
        words.listed(index.places[p].name if p in index.places else p for p in e.places) or e.zone or "place not stated"
    )
    side = f"with {index.name(e.side)}" if e.side else "side not stated"
    by = index.name(e.by) if e.by in index.parties else index.source_name(e.by) if e.by else ""
    linked = words.safe_link(e.source)
    says = (
        words.source_link("published source", e.source)
        if linked
        else Run(index.source_name(e.source) if e.source else words.NOT_STATED)
    )
    return Row(
        (
            Cell((words.line(words.interval(e.when, index.zone)),)),
            Cell((words.line(index.source_name(e.source_id)),), head=True),
            Cell((words.line(f"{places}, {side}"),)),
            Cell(
                (
                    words.line(
                        words.upper_first(words.EFFORT_WORDS[e.status]),
                        f" by {by}" if by else ", by whom is not stated",
                    ),
                )
            ),
            Cell((words.line(words.breakable(e.reason) or words.NOT_STATED),)),
            Cell(((says,),)),
        )
    )
