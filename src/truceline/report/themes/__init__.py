"""What the sections on one theme share: their incidents in time, what each side said, who answered, who was harmed."""

from __future__ import annotations

from collections.abc import Iterable

from ...kinds import within
from ...nouns import OWNING, Incident, Observation, Stance
from .. import axis as axes
from .. import marks, words
from ..axis import Axis
from ..draw import WIDTH, Drawing, Mark, Path, Shape, Words, folded
from ..index import Index
from ..numbers import shortened
from ..tongue import say
from ..tree import Block, Cell, Column, Figure, Line, Paragraph, Row, Table

MOST = 12
"""Incidents of one theme that are told; all stand in the annex."""

LEFT, MARK, STACK = 148.0, 7.4, 4
DAYS_BY_DAY = 40
Group = tuple[str, list[Incident]]


def of_kind(index: Index, *prefixes: str) -> list[Incident]:
    """Incidents of these kinds in the order in which they began."""
    return [i for i in index.incidents if within(i.kind, prefixes)]


def nothing(text: str) -> tuple[Block, ...]:
    """Give the one sentence where nothing of a theme is on record."""
    return (Paragraph(words.said("{told} No record is not proof of none.", told=text)),)


def seen_line(index: Index, found: list[Incident]) -> str:
    """How many of these an observer perceived at first hand."""
    seen = sum(i.id in index.seen for i in found)
    return say(
        "Observers recorded {part} of {whole} at first hand; of the others this report holds only what was said.",
        part=words.number(seen), whole=words.number(len(found)),
    )  # fmt: skip


def strip(index: Index, key: str, title: str, groups: list[Group]) -> Figure:
    """Give the incidents of a theme as marks of grade on an axis of weeks, or of days where the record is short."""
    by_week = len(index.days) > DAYS_BY_DAY
    whole = (axes.of_weeks if by_week else axes.of_days)(index, index.start, LEFT, WIDTH)
    axis = Axis(whole.spans[-52:], LEFT, WIDTH, index.zone)
    shapes: list[Shape] = [*axis.heads(28)]
    y = 36.0
    for name, members in groups:
        y = _lane(index, axis, name, members, y, shapes)
    ground = [axis.lines(32, y), *axes.close(index, axis, y)]
    drawn = Drawing(WIDTH, y + 4, (*ground, *shapes))
    told = (say("{group}: {n}.", group=name, n=words.number(len(members))) for name, members in groups)
    columns = say("Columns are weeks that begin on Monday.") if by_week else say("Columns are local days.")
    return Figure(
        f"theme-{key}",
        title,
        say(
            "One mark for each incident where it is reported to have begun; the mark is its grade. {columns}",
            columns=columns,
        ),
        " ".join((f"{title}.", *told)),
        say("Source: incidents.csv of this edition."),
        drawn,
    )


def _lane(index: Index, axis: Axis, name: str, members: list[Incident], y: float, shapes: list[Shape]) -> float:
    columns: dict[int, list[Incident]] = {}
    for incident in members:
        n = axis.column(incident.start)
        if n is not None:
            columns.setdefault(n, []).append(incident)
    most = max((len(c) for c in columns.values()), default=0)
    lines = folded(say("{name}: {n}", name=name, n=words.number(len(members))), 8, LEFT - 10, 2)
    high = max(min(most, STACK + 1) * MARK + 5, 9.5 * len(lines) + 5)
    for n, own in columns.items():
        for k, incident in enumerate(own[:STACK]):
            grade = index.assessment(incident.id).grade
            label = say("incident {n}, {grade}", n=index.number[incident.id], grade=words.GRADE_WORDS[grade])
            shapes.append(Mark(marks.grade(grade), axis.middle(n), y + high - 3 - (k + 0.5) * MARK, MARK, label))
        if len(own) > STACK:
            text = words.number(len(own))
            shapes.append(
                Words(axis.middle(n), y + high - 4 - STACK * MARK, text, 8, "middle", bold=True, halo="panel")
            )
    shapes += [Words(0, y + 9 + 9.5 * n, text, 8) for n, text in enumerate(lines)]
    shapes.append(Path((((0, y + high), (WIDTH, y + high)),), stroke="hairline", width=0.5))
    return y + high


def by_party(index: Index, caption: str, groups: list[Group]) -> Table:
    """Count for each party, in the same form, what is laid to it, what it denied, what it said itself, what was seen."""
    columns = (
        Column("", 1.7),
        *(Column(index.name(p), 1, numeric=True, tone=index.tone(p)) for p in index.parties),
    )
    rows: list[Row] = []
    for name, members in groups:
        blamed = {p: [i for i in members if p in index.assessment(i.id).accused] for p in index.parties}
        head = say("{group}: laid to it", group=name)
        rows.append(_counts(head, [(len(blamed[p]), len(members)) for p in index.parties]))
    every = [i for _, members in groups for i in members]
    laid = {p: [i for i in every if p in index.assessment(i.id).accused] for p in index.parties}
    denied = [(sum(p in index.assessment(i.id).denied_by for i in laid[p]), len(laid[p])) for p in index.parties]
    owned = [(sum(p in index.assessment(i.id).own_word for i in every), len(every)) for p in index.parties]
    seen = [(sum(i.id in index.seen for i in laid[p]), len(laid[p])) for p in index.parties]
    rows.append(_counts(say("Of all laid to it: it denied"), denied))
    rows.append(_counts(say("Of all: it said itself that it did so"), owned))
    alone = [(sum(not _outside(index, i) for i in laid[p]), len(laid[p])) for p in index.parties]
    rows.append(_counts(say("Of all laid to it: no account from outside the parties"), alone))
    rows.append(_counts(say("Of all laid to it: recorded by observers at first hand"), seen))
    note = say("Laid to a party means that somebody said so; it is no finding of who did it.")
    return Table(caption, columns, tuple(rows), note, stack=False)


def _outside(index: Index, incident: Incident) -> bool:
    """Whether a voice that speaks for neither party told it."""
    return any(not index.sides(o) and o.stance is not Stance.DENIES for o in index.accounts.get(incident.id, ()))


def _counts(head: str, numbers: list[tuple[int, int]]) -> Row:
    return Row((Cell((words.line(head),), head=True), *(Cell((words.line(words.of(*n)),)) for n in numbers)))


def told(index: Index, found: list[Incident], label: str) -> list[Block]:
    """Give the incidents with what each side and others said: those of most origins, in the order of time."""
    ranked = sorted(found, key=lambda i: (-len(index.assessment(i.id).origins), -i.start.timestamp()))
    kept = {i.id for i in ranked[:MOST]}
    columns = (
        Column(say("Incident"), 1.2),
        *(Column(say("{party}’s side", party=index.name(p)), 1.6, tone=index.tone(p)) for p in index.parties),
        Column(say("Others, and observers"), 1.5, tone="party-none"),
        Column(say("Killed and injured, as said"), 0.9),
    )
    rows = tuple(_row(index, i) for i in found if i.id in kept)
    blocks: list[Block] = [Table(label, columns, rows, dense=True)]
    if len(found) > len(kept):
        more = say(
            "{n} more in the annex; these have the most independent origins.", n=words.number(len(found) - len(kept))
        )
        blocks.append(Paragraph(words.line(more), "quiet"))
    return blocks


def _row(index: Index, incident: Incident) -> Row:
    a = index.assessment(incident.id)
    accounts = index.accounts.get(incident.id, ())
    head = words.said(
        "{mark} {ref} {kind}",
        mark=words.mark(marks.grade(a.grade), words.GRADE_WORDS[a.grade]),
        ref=index.ref(incident.id), kind=words.upper_first(index.kind(incident.kind)),
    )  # fmt: skip
    day = words.about(words.day(incident.start, index.zone), approximate=incident.approximate)
    sides = [_said(index, [o for o in accounts if p in index.sides(o)]) for p in index.parties]
    seen = () if incident.id in index.seen else (words.line(words.quiet(say("No observer’s own record of it."))),)
    others = _said(index, [o for o in accounts if not index.sides(o)], empty=False)
    return Row(
        (
            Cell((head, words.line(words.quiet(day)), words.line(index.where(incident))), head=True),
            *(Cell(lines) for lines in sides),
            Cell((*others, *seen) or (words.line(words.not_stated()),)),
            Cell(_harmed(accounts)),
        )
    )


def _said(index: Index, accounts: list[Observation], *, empty: bool = True) -> tuple[Line, ...]:
    chosen: dict[str, Observation] = {}
    for o in sorted(accounts, key=lambda o: o.reported.start.timestamp() if o.reported else 0.0):
        if o.text:
            chosen["own" if o.stance in OWNING else "no" if o.stance is Stance.DENIES else "yes"] = o
    lines = tuple(account(index, o) for o in chosen.values())
    return lines or ((words.line(words.quiet(say("no account found"))),) if empty else ())


def account(index: Index, o: Observation) -> Line:
    """Give one account: who said or saw it, in its own words, cut where it is long, with its address."""
    who = words.listed(dict.fromkeys(index.source_name(s) for s in index.speakers(o)))
    return words.said(
        "{who} {verb}: {told}",
        who=words.source_link(who, index.address(o)),
        verb=words.verb(o.method, o.stance),
        told=words.free(shortened(plain(o.text), 120)),
    )


def plain(text: str) -> str:
    """Give an account without the label of its record (`record_type: finding;`)."""
    head, _, rest = text.partition(";")
    return rest.strip() if head.startswith("record_type:") and rest.strip() else text


def _harmed(accounts: Iterable[Observation]) -> tuple[Line, ...]:
    said = [o for o in accounts if o.stance is not Stance.DENIES]
    killed = _range([(o.killed_min, o.killed_max) for o in said])
    injured = _range([(o.injured_min, o.injured_max) for o in said])
    lines = []
    if killed:
        lines.append(words.line(say("killed: {range}", range=killed)))
    if injured:
        lines.append(words.line(say("injured: {range}", range=injured)))
    return tuple(lines) or (words.line(words.quiet(words.not_stated())),)


def _range(pairs: list[tuple[int | None, int | None]]) -> str:
    lows = [low for low, high in pairs if low is not None]
    highs = [high if high is not None else low for low, high in pairs if high is not None or low is not None]
    numbers = [n for n in (*lows, *highs) if n is not None]
    return words.range_of(min(numbers), max(numbers)) if numbers else ""
