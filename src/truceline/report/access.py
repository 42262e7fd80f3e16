"""Access and coverage: who looked, who was kept from looking, who says so, what share could be seen."""

from __future__ import annotations

from collections.abc import Iterable

from .. import when
from ..nouns import CoverageState, Effort, EffortStatus, Look
from . import calendar, maps, passes, season, words
from .index import LOOKS, Index
from .tongue import later, say
from .tree import Block, Cell, Column, Heading, Line, Paragraph, Row, Run, Section, Table

WEEKS_FROM = 28
"""Days of a period above which it is also shown by week."""

_REFUSED = words.Sayings(
    {
        (EffortStatus.REFUSED, True): later("Refused by {who}"),
        (EffortStatus.REFUSED, False): later("Refused; by whom is not stated"),
        (EffortStatus.CURTAILED, True): later("Cut short by {who}"),
        (EffortStatus.CURTAILED, False): later("Cut short; by whom is not stated"),
    }
)
Visit = tuple[str, str, str, str, EffortStatus]


def section(index: Index) -> Section:
    """Calendars by week and by day, a map where there is one, coverage by group and side, refusals."""
    intro = words.said(
        "Where nobody looked, nothing can be said: it is never a word for calm. A pass of a satellite or a planned "
        "visit is an opportunity, not a look. A visit led by the host shows what the host showed."
    )
    blocks: list[Block] = [Paragraph(intro)]
    if len(index.days) > WEEKS_FROM:
        blocks.append(calendar.figure(index, by_week=True))
    blocks.append(calendar.figure(index, by_week=False))
    blocks += [b for b in (maps.coverage_figure(index),) if b]
    blocks += [_groups(index), *passes.blocks(index), *season.blocks(index), *_refusals(index)]
    return Section("access", say("Access and coverage"), tuple(blocks))


def visit(index: Index, e: Effort) -> Visit:
    """What makes two records one visit: the same source, side, places, local day and state."""
    day = e.when.start.astimezone(when.zone(index.zone)).date().isoformat()
    return e.source_id, e.side, ";".join(sorted(e.places)) or e.zone, day, e.status


def visits(index: Index, efforts: Iterable[Effort]) -> list[list[Effort]]:
    """Records of effort, those of one visit that several outlets told together."""
    found: dict[Visit, list[Effort]] = {}
    for e in efforts:
        found.setdefault(visit(index, e), []).append(e)
    return list(found.values())


def _distinct(index: Index, looks: list[Look]) -> int:
    known = {e.id: e for e in index.efforts}
    return len({visit(index, known[x.effort_id]) if x.effort_id in known else (x.source_id, x.start) for x in looks})


def _groups(index: Index) -> Table:
    columns = (
        Column(say("Who"), 1.9),
        Column(say("Visits and other looks"), 0.8, numeric=True),
        Column(say("Days with a look"), 0.9, numeric=True),
        Column(say("Led by the host"), 0.9, numeric=True),
        Column(say("Refused or cut short"), 0.9, numeric=True),
        Column(say("Share seen at most"), 0.9, numeric=True),
    )
    rows = tuple(_group(index, group, looks) for group, looks in calendar.groups(index).items())
    note = say(
        "One visit that several outlets told counts once. Share seen at most: the largest part of a sector’s line "
        "and of a span that one record brought within sight. It is an upper bound; most places were not in sight "
        "most of the time."
    )
    return Table(say("Who looked, by group and side"), columns, rows, note)


def _group(index: Index, group: calendar.Group, looks: list[Look]) -> Row:
    good = [x for x in looks if x.state in LOOKS]
    count = _distinct(index, good)
    refused = _distinct(index, [x for x in looks if x.state is CoverageState.REFUSED])
    led = _distinct(index, [x for x in good if x.host_led])
    share = max((x.seen_share for x in good), default=None)
    return Row(
        (
            Cell((words.line(calendar.group_name(index, group)),), head=True),
            Cell((words.line(words.number(count)),)),
            Cell((words.line(words.of(index.days_met(good), len(index.days))),)),
            Cell((words.line(words.of(led, count) if count else say("no look")),)),
            Cell((words.line(words.of(refused, count + refused) if count + refused else say("none on record")),)),
            Cell((words.line(_share(share)),)),
        )
    )


def _share(share: float | None) -> str:
    if share is None:
        return say("nobody looked")
    return words.percent(share) if share else say("none of the line")


def _refusals(index: Index) -> list[Block]:
    every = visits(index, index.efforts)
    kept = [v for v in every if v[0].status in _KEPT_OUT]
    head = Heading(3, words.said("Refused and cut short"), "refusals")
    if not kept:
        nothing = words.said(
            "No refusal is on record among {whole} recorded visits and other looks. That none was published does not "
            "mean that none occurred.",
            whole=words.number(len(every)),
        )
        return [head, Paragraph(nothing)]
    columns = (
        Column(say("When"), 1.1),
        Column(say("Who"), 1.1),
        Column(say("Where, and on whose side"), 1.4),
        Column(say("What became of it"), 1.0),
        Column(say("Reason given"), 1.9),
        Column(say("Who says so"), 1.0),
    )
    share = words.said(
        "{part} of {whole} recorded visits and other looks were refused or cut short.",
        part=words.number(len(kept)), whole=words.number(len(every)),
    )  # fmt: skip
    rows = tuple(_refusal(index, v) for v in kept)
    return [head, Paragraph(share), Table("", columns, rows, dense=True, label=say("Refused and cut short"))]


_KEPT_OUT = frozenset({EffortStatus.REFUSED, EffortStatus.CURTAILED})


def _refusal(index: Index, told: list[Effort]) -> Row:
    e = told[0]
    spots = (index.place_name(index.places[p]) if p in index.places else p.replace("_", " ") for p in e.places)
    places = words.listed(spots) or e.zone or say("place not stated")
    side = (
        say("{places}, with {party}", places=places, party=index.name(e.side))
        if e.side
        else say("{places}, side not stated", places=places)
    )
    named = next((x.by for x in told if x.by), "")
    by = index.name(named) if named in index.parties else index.source_name(named) if named else ""
    outcome = _REFUSED[e.status, bool(by)].format(who=by)
    reasons = dict.fromkeys(x.reason for x in told if x.reason)
    return Row(
        (
            Cell((words.line(words.interval(e.when, index.zone)),)),
            Cell((words.line(index.source_name(e.source_id)),), head=True),
            Cell((words.line(side),)),
            Cell((words.line(outcome),)),
            Cell(tuple(words.line(words.free(r)) for r in reasons) or (words.line(words.not_stated()),)),
            Cell(tuple(_says(index, x, n, len(told)) for n, x in enumerate(told, 1))),
        )
    )


def _says(index: Index, e: Effort, n: int, whole: int) -> Line:
    if not words.safe_link(e.source):
        return words.line(index.source_name(e.source) if e.source else words.not_stated())
    name = say("published source {n}", n=words.number(n)) if whole > 1 else say("published source")
    return (Run(name, link=words.safe_link(e.source)),)
