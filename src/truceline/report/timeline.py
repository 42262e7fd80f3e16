"""What was agreed, what was reported, who looked and what diplomacy did, on one axis of days and one of weeks."""

from __future__ import annotations

from datetime import timedelta

from ..nouns import Grade, Incident, SourceKind
from . import axis as axes
from . import calendar, diplomacy, lanes, marks, standing, words
from .axis import Axis
from .draw import WIDTH, Box, Drawing, Mark, Path, Shape, Words, folded, hatch, text_width
from .index import Index
from .tongue import say
from .tree import Block, Figure, Section

LEFT = 148.0
BEFORE_DAYS, MOST_DAYS, MOST_WEEKS = 14, 35, 56
"""Days drawn before the report's period, and the most columns of each figure."""

MOST_INSTRUMENTS = 7
STACK = 8
"""How many marks stand one above the other before bars take their place."""

MARK = 6.8
FILLS = {
    Grade.ESTABLISHED: "ink",
    Grade.PROBABLE: "ink-3",
    Grade.REPORTED: "rule",
    Grade.DISPUTED: "",
    Grade.INSUFFICIENT: "panel",
}


def section(index: Index) -> Section:
    """Give the figure by day, the one by week where the record is longer, and every step of diplomacy in a table."""
    first = max(index.start, index.since - timedelta(days=BEFORE_DAYS), index.edition.as_of - timedelta(days=MOST_DAYS))
    by_day = axes.of_days(index, first, LEFT, WIDTH)
    blocks: list[Block] = [_figure(index, by_day, by_week=False)]
    if len(index.days) > len(by_day.spans) + 7:
        whole = axes.of_weeks(index, index.start, LEFT, WIDTH)
        blocks.append(_figure(index, Axis(whole.spans[-MOST_WEEKS:], LEFT, WIDTH, index.zone), by_week=True))
    return Section("timeline", say("Timeline"), (*blocks, *diplomacy.blocks(index)))


def _figure(index: Index, axis: Axis, *, by_week: bool) -> Figure:
    total, blind = sum(axes.counts(index, axis)), calendar.blind(index, axis)
    incidents = words.incidents(total)
    part, whole = words.number(blind), words.number(len(axis.spans))
    title = (
        say("{incidents} reported; in {part} of {whole} weeks no observer was recorded looking",
            incidents=incidents, part=part, whole=whole)
        if by_week
        else say("{incidents} reported; on {part} of {whole} days no observer was recorded looking",
                 incidents=incidents, part=part, whole=whole)
    )  # fmt: skip
    return Figure(
        "timeline-week" if by_week else "timeline-day",
        title,
        _subtitle(axis, by_week=by_week),
        " ".join((f"{title}.", *_told(index, axis))),
        say("Sources: agreements, incidents.csv, coverage.csv and the mission’s record of diplomacy."),
        _draw(index, axis, by_week=by_week),
    )


def _subtitle(axis: Axis, *, by_week: bool) -> str:
    days = words.days(axis.spans[0][0], axis.spans[-1][1] - timedelta(seconds=1), axis.zone)
    legend = say(
        "Incidents stand where they are reported to have begun. Hatched: nobody is recorded to have looked. Diplomacy: "
        "full dot, held; open dot, announced or planned; barred circle, put off or refused."
    )
    if by_week:
        return say("Weeks, {days}; they begin on Monday. {legend}", days=days, legend=legend)
    return say("Local days, {days}. {legend}", days=days, legend=legend)


def _told(index: Index, axis: Axis) -> list[str]:
    shown, more = standing.chosen(index, axis.spans[0][0], MOST_INSTRUMENTS)
    told = [say("{instrument}: {state}.", instrument=a.title, state=own[-1].text) for a, own in shown]
    if more:
        told.append(_others(more))
    steps = [s for s in diplomacy.steps(index) if axis.column(s.when.start) is not None]
    for lane in diplomacy.lanes(index, steps):
        count = sum(s.lane == lane for s in steps)
        told.append(
            say("{lane}: steps of diplomacy, {n}.", lane=diplomacy.lane_name(index, lane), n=words.number(count))
        )
    return told


def _others(n: int) -> str:
    return say("Other instruments, not drawn: {n}", n=words.number(n))


def _draw(index: Index, axis: Axis, *, by_week: bool) -> Drawing:
    shapes: list[Shape] = []
    y = _band(30.0, say("Agreements"), shapes)
    shapes += axis.heads(30)
    y = _instruments(index, axis, y, shapes)
    y = _band(y + 14, say("Incidents reported, by grade"), shapes)
    y = _incidents(index, axis, y, shapes)
    y = _band(y + 14, say("Who looked"), shapes)
    y = _looks(index, axis, y, shapes)
    found = [s for s in diplomacy.steps(index) if axis.column(s.when.start) is not None]
    if found:
        y = _band(y + 14, say("Diplomacy"), shapes)
        y = lanes.draw(index, axis, found, y, shapes)
    begins = [] if by_week else _period(index, axis, y + 2)
    ground = [axis.lines(34, y + 2), *begins, *axes.close(index, axis, y + 2)]
    return Drawing(WIDTH, y + 6, (*ground, *shapes))


def _band(y: float, name: str, shapes: list[Shape]) -> float:
    shapes.append(Words(0, y, folded(name, 8.8, LEFT - 6, 1)[0], 8.5, bold=True, tone="accent", halo="panel"))
    return y + 5


def _period(index: Index, axis: Axis, bottom: float) -> list[Shape]:
    if axis.column(index.since) is None:
        return []
    x, text = axis.x(index.since), say("this report’s period begins")
    anchor = "end" if x - text_width(text, 7.5) > 0 else "start"
    line = Path((((x, 9), (x, bottom)),), stroke="accent", width=0.7, dash=(2.2, 2))
    return [line, Words(x + (3 if anchor == "start" else -3), 14, text, 7.5, anchor, tone="accent", halo="panel")]


def _instruments(index: Index, axis: Axis, y: float, shapes: list[Shape]) -> float:
    shown, more = standing.chosen(index, axis.spans[0][0], MOST_INSTRUMENTS)
    for a, own in shown:
        lines = folded(a.title, 7.5, LEFT - 14, 2)
        high = 10.0 * len(lines) + 3
        shapes += [Words(6, y + 8 + 9.5 * n, text, 7.5) for n, text in enumerate(lines)]
        for piece in own:
            _piece(axis, piece, y + (high - 12) / 2, shapes)
        y += high
    if more or not shown:
        text = _others(more) if more else say("No instrument is on record.")
        shapes.append(Words(6, y + 8, text, 7.5, tone="ink-2", halo="panel"))
        y += 12
    return y


def _piece(axis: Axis, piece: standing.Piece, y: float, shapes: list[Shape]) -> None:
    left, right = axis.x(piece.start), axis.x(piece.end)
    wide, high = max(right - left, 1.0), 10.5
    if piece.state == "signed":
        shapes.append(Box(left, y, wide, high, fill="ink-2"))
    elif piece.state == "call":
        shapes.append(Box(left, y, wide, high, fill="panel", stroke="ink", width=0.9, dash=(0.9, 1.7)))
    else:
        shapes.append(Box(left, y, wide, high, fill="panel", stroke="ink", width=0.7))
        shapes.append(Path(hatch(left, y, wide, high, 3.2), stroke="hatch", width=0.6))
    disputed = piece.state == "disputed"
    x = left + (13 if disputed else 4)
    size = 7.5
    text = piece.text
    if text_width(text, size) > right - x - 2:
        if piece.state == "signed":
            return
        x = left - text_width(text, size) - 4 - (12 if disputed else 0)
        if x < axis.left:
            text, x = folded(text, size, max(right - left - 18, 40), 1)[0], left + (13 if disputed else 4)
    tone, halo = ("panel", "") if piece.state == "signed" else ("ink", "panel")
    if disputed:
        shapes.append(Mark("grade-disputed", x - 6.5, y + 5.2, 10, piece.text))
    shapes.append(Words(x, y + 8, text, size, tone=tone, halo=halo))


def _incidents(index: Index, axis: Axis, y: float, shapes: list[Shape]) -> float:
    columns: list[list[Incident]] = [[] for _ in axis.spans]
    for incident in index.incidents:
        n = axis.column(incident.start)
        if n is not None:
            columns[n].append(incident)
    most, across = max((len(c) for c in columns), default=0), max(int(axis.step // MARK), 1)
    if axis.step >= 9 and most <= across * STACK:
        return _marks(index, axis, columns, y, shapes, across)
    return _bars(index, axis, columns, y, shapes)


def _marks(
    index: Index, axis: Axis, columns: list[list[Incident]], y: float, shapes: list[Shape], across: int
) -> float:
    order = list(Grade)
    high = -(-max((len(c) for c in columns), default=0) // across) * MARK
    base = y + 10 + high
    for n, members in enumerate(columns):
        graded = sorted(members, key=lambda i: order.index(index.assessment(i.id).grade))
        used = min(len(graded), across)
        for k, incident in enumerate(graded):
            x = axis.middle(n) + (k % across - (used - 1) / 2) * MARK
            grade = index.assessment(incident.id).grade
            label = say("incident {n}, {grade}", n=index.number[incident.id], grade=words.GRADE_WORDS[grade])
            shapes.append(Mark(marks.grade(grade), x, base - (k // across + 0.5) * MARK, MARK - 0.3, label))
        top = base - -(-len(graded) // across) * MARK
        shapes.append(Words(axis.middle(n), top - 2, words.number(len(graded)), 8, "middle", bool(graded)))
    shapes.append(Path((((axis.left, base + 1), (axis.right, base + 1)),), stroke="rule", width=0.6))
    return max(_legend(index, y + 8, shapes, bars=False), base + 2)


def _bars(index: Index, axis: Axis, columns: list[list[Incident]], y: float, shapes: list[Shape]) -> float:
    most = max((len(c) for c in columns), default=1) or 1
    high = 52.0
    base = y + 10 + high
    wide = text_width(words.number(most), 8, bold=True) > axis.step - 1
    for n, members in enumerate(columns):
        bottom = base
        for grade in Grade:
            count = sum(index.assessment(i.id).grade is grade for i in members)
            tall = high * count / most
            if count:
                _segment(axis, n, bottom - tall, tall, grade, shapes)
            bottom -= tall
        if (members and not wide) or len(members) == most:
            number = words.number(len(members))
            shapes.append(Words(axis.middle(n), bottom - 2.5, number, 8, "middle", bold=True, halo="panel"))
    shapes.append(Path((((axis.left, base), (axis.right, base)),), stroke="rule", width=0.6))
    return max(_legend(index, y + 8, shapes, bars=True), base + 1)


def _segment(axis: Axis, n: int, y: float, tall: float, grade: Grade, shapes: list[Shape]) -> None:
    x, wide = axis.middle(n) - axis.step * 0.36, axis.step * 0.72
    shapes.append(Box(x, y, wide, tall, FILLS[grade], "ink-2", 0.4))
    if grade is Grade.DISPUTED:
        shapes.append(Path(hatch(x, y, wide, tall, 2.2), stroke="ink-2", width=0.5))


def _legend(index: Index, y: float, shapes: list[Shape], *, bars: bool) -> float:
    for grade in Grade:
        if not any(a.grade is grade for a in index.assessments.values()):
            continue
        if bars:
            shapes.append(Box(7, y - 6, 8, 7, FILLS[grade], "ink-2", 0.4))
            if grade is Grade.DISPUTED:
                shapes.append(Path(hatch(7, y - 6, 8, 7, 2.2), stroke="ink-2", width=0.5))
        else:
            shapes.append(Mark(marks.grade(grade), 11, y - 2.6, 8, words.GRADE_WORDS[grade]))
        shapes.append(Words(19, y, words.GRADE_WORDS[grade], 7.5, tone="ink-2"))
        y += 10
    return y - 6


def _looks(index: Index, axis: Axis, y: float, shapes: list[Shape]) -> float:
    hatches: list[tuple[tuple[float, float], ...]] = []
    for group, looks in calendar.groups(index).items():
        if group[0] is not SourceKind.MONITOR:
            continue
        name = folded(calendar.group_name(index, group), 8, LEFT - 14, 1)[0]
        if group[1] in index.parties:
            shapes.append(Box(0, y + 2, 2.6, 9, fill=index.tone(group[1])))
        shapes.append(Words(6, y + 9.5, name, 8))
        hatches += calendar.cells(looks, axis, y + 6.5, shapes)
        y += 14
    if hatches:
        shapes.insert(0, Path(tuple(hatches), stroke="hatch", width=0.6))
    return y
