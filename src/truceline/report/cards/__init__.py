"""Which incidents are told in full, in which order, and the ground that both sides' accounts share."""

from __future__ import annotations

from datetime import datetime

from ... import when
from ...kinds import within
from ...nouns import Grade, Incident, Outcome
from .. import marks, words
from ..index import Index
from ..tongue import later, month, say, year
from ..tree import Block, Cell, Column, Heading, Line, MarkRow, Paragraph, Row, Run, Section, Table
from .half_page import card
from .verdict import attribution, points, sentences

__all__ = ["attribution", "card", "common_ground", "section", "sentences"]

MOST = 40
"""How many incidents are told in full."""
GROUPED = 12
"""From how many cards on they stand under headings by topic."""
SHARED = 60
"""How many incidents are printed whose accounts share something."""
BY_MONTH = 24
"""From how many rows on these stand under the name of their month."""

RESTING = frozenset({Outcome.BREACHED, Outcome.LIKELY_BREACHED, Outcome.DISPUTED})
TOPICS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (later("fire"), ("fire", "agent")),
    (later("explosions and mines"), ("explosion", "mine")),
    (later("forces, flights and works"), ("force", "air")),
    (later("weapons"), ("weapon",)),
    (later("harm to civilians and sites"), ("harm", "crowd")),
    (later("persons"), ("person",)),
    (later("access and crossings"), ("access", "border")),
)
OTHER = later("other incidents")


def section(index: Index) -> Section:
    """Give the incidents that are established, disputed, or behind a finding, each with both parties' accounts."""
    found = _found(index)
    recent = [i for i in found if _in_period(index, i)]
    earlier = [i for i in found if not _in_period(index, i)]
    shown = _ranked(index, recent)[:MOST]
    shown_earlier = _ranked(index, earlier)[: MOST - len(shown)]
    chosen = {i.id for i in (*shown, *shown_earlier)}
    blocks: list[Block] = [Paragraph(line) for line in _opening(index, len(found), len(recent), len(chosen))]
    by_topic = len(chosen) > GROUPED
    for told, head in (
        (recent, later("Since {day}: {topic}")),
        (earlier, later("Before {day}: {topic}")),
    ):
        blocks += _cards(index, [i for i in told if i.id in chosen], head, by_topic=by_topic)
    return Section("incidents", say("Breaches and disputes, accounts side by side"), tuple(blocks))


def _found(index: Index) -> list[Incident]:
    graded = {Grade.ESTABLISHED, Grade.DISPUTED}
    return [
        i
        for i in index.incidents
        if index.assessment(i.id).grade in graded or any(f.outcome in RESTING for f in index.findings_of.get(i.id, ()))
    ]


def _in_period(index: Index, incident: Incident) -> bool:
    reported = [o.reported.start for o in index.accounts.get(incident.id, ()) if o.reported]
    return incident.start >= index.since or min(reported, default=incident.start) >= index.since


def _ranked(index: Index, incidents: list[Incident]) -> list[Incident]:
    return sorted(incidents, key=lambda i: (-len(index.assessment(i.id).origins), -i.start.timestamp()))


def _opening(index: Index, found: int, recent: int, shown: int) -> list[Line]:
    total = len(index.incidents)
    if not total:
        return [words.line(say("No incident is on record in this edition. That is not a finding of calm."))]
    if not found:
        return [
            words.line(
                say(
                    "None of {incidents} is established or disputed, and no finding of a breach or a dispute rests on one.",
                    incidents=words.incidents(total),
                )
            )
        ]
    since = words.moment(index.since, index.zone)
    return [
        words.said(
            "**{part} of {whole} incidents** are established or disputed, or a finding of a breach or a dispute rests "
            "on them. {recent} of these began or were first reported since {since}, {earlier} before.",
            part=words.number(found), whole=words.number(total), recent=words.number(recent),
            earlier=words.number(found - recent), since=since,
        ),
        words.said(
            "{shown} of {found} are told here, those since {since} first, and in each group in the order in which they "
            "began. Where there are too many, those with more independent origins and then the later ones are told. "
            "Every incident stands in incidents.csv; long statements are shortened here and whole in observations.csv.",
            shown=words.number(shown), found=words.number(found), since=since,
        ),
    ]  # fmt: skip


def _topic(kind: str) -> str:
    return next((name for name, prefixes in TOPICS if within(kind, prefixes)), OTHER)


def _cards(index: Index, told: list[Incident], head: str, *, by_topic: bool) -> list[Block]:
    groups: dict[str, list[Incident]] = {name: [] for name in (*(t for t, _ in TOPICS), OTHER)}
    for i in told:
        groups[_topic(i.kind)].append(i)
    day = words.day(index.since, index.zone)
    made: list[Block] = []
    for topic, members in groups.items():
        if by_topic and members:
            made.append(Heading(3, (Run(say(head, day=day, topic=say(topic)), tone="accent"),)))
        for i in members if by_topic else ():
            made += card(index, i)
    for i in () if by_topic else told:
        made += card(index, i)
    return made


def common_ground(index: Index) -> Section:
    """Give what both sides' own statements agree on, by incident."""
    agreed = [i for i in index.incidents if index.assessment(i.id).agreed]
    ranked = sorted(agreed, key=lambda i: (-len(index.assessment(i.id).agreed), -i.start.timestamp()))
    chosen = {i.id for i in ranked[:SHARED]}
    shown = [i for i in agreed if i.id in chosen]
    opening = words.said(
        "**In {part} of {whole} incidents** the sides’ own statements agree on something. It is what both said, each "
        "in its own voice; what they did not both say may still be so.",
        part=words.number(len(agreed)), whole=words.number(len(index.incidents)),
    )  # fmt: skip
    blocks: list[Block] = [Paragraph(opening)]
    if len(shown) < len(agreed):
        more = say(
            "The table shows {part} of {whole}: those that agree on most points, then the later ones; incidents.csv "
            "holds all.",
            part=words.number(len(shown)), whole=words.number(len(agreed)),
        )  # fmt: skip
        blocks.append(Paragraph(words.line(more)))
    if shown:
        blocks.append(_shared(index, shown))
    return Section("common-ground", say("Common ground"), tuple(blocks))


def _shared(index: Index, shown: list[Incident]) -> Table:
    offset = words.offset(index.edition.as_of, index.zone)
    columns = (
        Column(say("No."), 0.5, numeric=True),
        Column(say("When ({offset})", offset=offset), 1.2),
        Column(say("Where"), 1.1),
        Column(say("Both sides’ accounts agree"), 1.7),
        Column(say("In conflict"), 1.7),
    )
    rows: list[Row] = []
    last = ""
    for i in shown:
        name = _month(i.start, index.zone)
        if len(shown) > BY_MONTH and name != last:
            rows.append(Row((Cell((words.line(words.bold(name)),), head=True),), band=True))
            last = name
        rows.append(_shared_row(index, i))
    return Table("", columns, tuple(rows), dense=True, label=say("Common ground, by incident"))


def _month(moment: datetime, zone: str) -> str:
    local = moment.astimezone(when.zone(zone))
    return say("{month} {year}", month=month(local.month), year=year(local.date()))


def _shared_row(index: Index, i: Incident) -> Row:
    a = index.assessment(i.id)
    time = words.span(i.start, i.end, index.zone, approximate=i.approximate, zoned=False)
    conflicts = words.free(points(a.conflicts)) if a.conflicts else words.quiet(say("No conflict was found."))
    return Row(
        (
            Cell(
                (words.line(MarkRow((marks.grade(a.grade),), words.GRADE_WORDS[a.grade]), " ", index.ref(i.id)),),
                head=True,
            ),
            Cell((words.line(time),)),
            Cell((words.line(index.where(i)),)),
            Cell(((words.free(points(a.agreed)),),)),
            Cell(((conflicts,),)),
        )
    )
