"""Small multiples, one a group of kinds: weekly counts, and below them the rate with its interval and its changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

from ..nouns import ChangePoint, Rate, RateState, Turn
from . import axis as axes
from . import tongue, words
from .axis import Axis
from .draw import WIDTH, Box, Circle, Drawing, Path, Shape, Words, folded, hatch, text_width
from .index import Index
from .tongue import later, say
from .tree import Block, Figure, Paragraph

LEFT, HEAD = 122.0, 50.0
COUNTS, RATES, GAP = 28.0, 28.0, 12.0
"""Heights of a strip of counts and of one of rates, and the room between groups, points."""

MOST_WEEKS = 56
ARROW = 3.2
GROUPS = words.Sayings(
    {
        "fire": later("fire"),
        "explosion": later("explosions and mines"),
        "force": later("movement, weapons, works, flights"),
        "harm": later("harm to civilians and buildings"),
        "person": later("persons and crowds"),
        "access": later("access and crossings"),
        "other": later("everything else"),
        "all": later("all together"),
    }
)
STATES = words.Sayings(
    {
        RateState.RATE: later("hours on record"),
        RateState.HOST_LED: later("led by the host only"),
        RateState.UNTIMED: later("hours not on record"),
        RateState.NOT_LOOKED: later("not looked"),
    }
)
SHOWN = (Turn.ESCALATION, Turn.DECLINE, Turn.POSSIBLE_RISE, Turn.POSSIBLE_FALL)


def figures(index: Index, weeks: Sequence[Rate]) -> list[Block]:
    """The figure, and a sentence that names the groups of which nothing is on record."""
    by_group: dict[str, list[Rate]] = {}
    for row in weeks:
        by_group.setdefault(row.group, []).append(row)
    shown = {g: rows[-MOST_WEEKS:] for g, rows in by_group.items()}
    kept = {g: rows for g, rows in shown.items() if any(r.incidents or r.first_hand for r in rows)}
    blocks: list[Block] = []
    if kept:
        blocks.append(_figure(index, kept))
    empty = [GROUPS[g] for g in shown if g not in kept]
    if empty:
        text = say("Nothing is on record of these: {groups}. That is no word for calm.", groups=words.listed(empty))
        blocks.append(Paragraph(words.line(text), "note"))
    return blocks


def _figure(index: Index, groups: dict[str, list[Rate]]) -> Figure:
    rows = next(iter(groups.values()))
    axis = Axis(tuple((r.start, r.end) for r in rows), LEFT, WIDTH, index.zone)
    changes = [c for c in index.edition.changes if not c.zone and c.turn in SHOWN and c.group in groups]
    rated = {g for g, own in groups.items() if any(r.first_hand for r in own)}
    title = _title(changes, groups, rated)
    days = words.days(rows[0].start, rows[-1].end - timedelta(seconds=1), index.zone)
    legend = say(
        "Bars: incidents that began in the week; dark, established or probable; light, reported, disputed or insufficient. "
        "Hatched: not looked; dotted: looked, but led by the host or without hours on record."
    )
    more = say(
        "Below: incidents that observers perceived for 100 hours of looking, as a dot with its 95 % interval (an arrow where it "
        "goes on). Dashed line and grey band: change of rate, most likely time and its 90 % interval. One scale for all bars "
        "and one for all rates."
    )
    subtitle = say("Weeks, {days}. {legend}", days=days, legend=" ".join((legend, more) if rated else (legend,)))
    return Figure(
        "trend", title, subtitle,
        " ".join((f"{title}.", *(_told(g, own, g in rated) for g, own in groups.items()), *(_changed(index, c) for c in changes))),
        say("Source: trend.csv and changes.csv of this edition."),
        _draw(index, axis, groups, rated, changes),
    )  # fmt: skip


def _title(changes: list[ChangePoint], groups: dict[str, list[Rate]], rated: set[str]) -> str:
    for turn, text in _TITLES.items():
        names = [GROUPS[g] for g in groups if any(c.group == g and c.turn is turn for c in changes)]
        if names:
            return words.upper_first(tongue.message(text).format(groups=words.listed(names)))
    rows = [r for own in groups.values() for r in own]
    if not any(r.state is RateState.RATE for r in rows):
        return say("Counts alone: no hours of looking are on record that would give a rate")
    if rated:
        return say("No change of rate is shown in any group")
    return say("Observers perceived nothing at first hand in the hours on record")


_TITLES = {
    Turn.ESCALATION: later("the rate of {groups} rose"),
    Turn.DECLINE: later("the rate of {groups} fell"),
    Turn.POSSIBLE_RISE: later("the rate of {groups} may have risen; it is not certain"),
    Turn.POSSIBLE_FALL: later("the rate of {groups} may have fallen; it is not certain"),
}


def _told(group: str, rows: Sequence[Rate], rated: bool) -> str:
    name = words.upper_first(GROUPS[group])
    total = words.incidents(sum(r.incidents for r in rows))
    blind = words.of(sum(r.state is RateState.NOT_LOOKED for r in rows), len(rows))
    if not rated:
        return say("{group}: {incidents}; not looked in {part} weeks.", group=name, incidents=total, part=blind)
    count, hours = sum(r.first_hand for r in rows), sum(r.hours for r in rows)
    return say(
        "{group}: {incidents}; not looked in {part} weeks; {n} perceived in {hours} hours.", group=name, incidents=total,
        part=blind, n=words.number(count), hours=words.number(round(hours)),
    )  # fmt: skip


def _changed(index: Index, c: ChangePoint) -> str:
    assert c.when is not None
    return say("{group}: {ratio} times the rate from about {day} on.", group=words.upper_first(GROUPS[c.group]),
               ratio=tongue.decimal(c.ratio or 0.0), day=words.day(c.when, index.zone))  # fmt: skip


def _draw(
    index: Index, axis: Axis, groups: dict[str, list[Rate]], rated: set[str], changes: list[ChangePoint]
) -> Drawing:
    most = max((r.incidents for own in groups.values() for r in own), default=1) or 1
    top = _scale([r for g in rated for r in groups[g]])
    shapes: list[Shape] = [*axis.heads(HEAD - 12)]
    ground: list[Shape] = []
    y = HEAD
    for group, rows in groups.items():
        begin = y
        _counts(axis, group, rows, y, most, shapes, ground)
        y += COUNTS
        if group in rated:
            y += 5
            _rates(axis, rows, y, top, shapes, ground)
            for c in (c for c in changes if c.group == group):
                _change(axis, c, begin, y + RATES, shapes, ground)
            y += RATES
        y += GAP
    closed = axes.close(index, axis, y - GAP + 2)
    return Drawing(WIDTH, y - GAP + 6, (*closed, *ground, *shapes))


def _scale(rows: Sequence[Rate]) -> float:
    """The highest rate drawn: that of the highest dot and a half, so that a wide interval does not flatten the rest."""
    need = max((r.rate for r in rows if r.rate), default=1.0) * 1.5
    unit = 10.0 ** math.floor(math.log10(need))
    return next(step * unit for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * unit >= need * (1 - 1e-9))


def _counts(
    axis: Axis, group: str, rows: Sequence[Rate], y: float, most: int, shapes: list[Shape], ground: list[Shape]
) -> None:
    base, high = y + COUNTS, COUNTS - 9
    lines = folded(words.upper_first(GROUPS[group]), 8, LEFT - 26, 2)
    shapes += [Words(0, y + 6 + 9.5 * n, text, 8, bold=True, halo="panel") for n, text in enumerate(lines)]
    total = words.incidents(sum(r.incidents for r in rows))
    shapes.append(Words(0, y + 6 + 9.5 * len(lines), total, 7.5, tone="ink-2", halo="panel"))
    _blind(axis, rows, y, COUNTS, ground)
    wide = text_width(words.number(most), 7.5) > axis.step - 1
    peak = max(r.incidents for r in rows)
    for n, r in enumerate(rows):
        sure = r.established + r.probable
        x, w = axis.middle(n) - axis.step * 0.34, axis.step * 0.68
        low, tall = high * sure / most, high * r.incidents / most
        if sure:
            shapes.append(Box(x, base - low, w, low, "ink-2", "ink-2", 0.4))
        if r.incidents > sure:
            shapes.append(Box(x, base - tall, w, tall - low, "panel", "ink-2", 0.5))
        if r.incidents and (not wide or r.incidents == peak):
            shapes.append(
                Words(axis.middle(n), base - tall - 2, words.number(r.incidents), 7.5, "middle", halo="panel")
            )
    shapes.append(Path((((axis.left, base), (axis.right, base)),), stroke="rule", width=0.6))


def _blind(axis: Axis, rows: Sequence[Rate], y: float, high: float, ground: list[Shape]) -> None:
    """Hatches where nobody looked, dots where looks have no hours of their own."""
    strokes: list[tuple[tuple[float, float], ...]] = []
    n = 0
    while n < len(rows):
        state, first = rows[n].state, n
        while n < len(rows) and rows[n].state is state:
            n += 1
        x, w = axis.left + axis.step * first, axis.step * (n - first)
        if state is RateState.NOT_LOOKED:
            strokes += hatch(x + 0.5, y, w - 1, high, 4.0)
        elif state is not RateState.RATE:
            dots = [
                (x + 2.5 + 5.0 * k, y + 3 + 5.0 * m)
                for k in range(int((w - 1) // 5) or 1)
                for m in range(int(high // 5))
            ]
            ground += [Circle(px, py, 0.55, fill="hatch") for px, py in dots if px < x + w]
    if strokes:
        ground.insert(0, Path(tuple(strokes), stroke="hairline", width=0.6))


def _rates(axis: Axis, rows: Sequence[Rate], y: float, top: float, shapes: list[Shape], ground: list[Shape]) -> None:
    base, high = y + RATES, RATES - 2
    shapes.append(Words(axis.left - 5, y + 7, tongue.decimal(top), 7.5, "end", tone="ink-2", halo="panel"))
    shapes.append(Words(axis.left - 5, base, "0", 7.5, "end", tone="ink-2", halo="panel"))
    for n, text in enumerate(folded(say("per 100 hours"), 7.5, LEFT - 26, 2)):
        shapes.append(Words(0, y + 9 + 9 * n, text, 7.5, tone="ink-2"))
    ground.append(Path((((axis.left, base - high), (axis.right, base - high)),), stroke="hairline", width=0.4))
    _blind(axis, rows, y, RATES, ground)
    for n, r in enumerate(rows):
        if r.rate is None or r.low is None or r.high is None:
            continue
        x = axis.middle(n)
        low, up = (base - high * min(v / top, 1.0) for v in (r.low, r.high))
        shapes.append(Path((((x, low), (x, up)),), stroke="ink-3", width=1.0))
        if r.high > top:
            shapes.append(
                Path((((x - ARROW / 2, up + ARROW), (x, up), (x + ARROW / 2, up + ARROW)),), stroke="ink-3", width=0.8)
            )
        shapes.append(Circle(x, base - high * min(r.rate / top, 1.0), 1.9, fill="ink", stroke="panel", width=0.5))
    shapes.append(Path((((axis.left, base), (axis.right, base)),), stroke="rule", width=0.6))


def _change(axis: Axis, c: ChangePoint, top: float, bottom: float, shapes: list[Shape], ground: list[Shape]) -> None:
    assert c.when is not None
    assert c.low is not None
    assert c.high is not None
    left, right, x = axis.x(c.low), axis.x(c.high), axis.x(c.when)
    ground.insert(0, Box(left, top, max(right - left, 1.0), bottom - top, fill="land"))
    shapes.append(Path((((x, top), (x, bottom)),), stroke="ink", width=1.0, dash=(3, 2)))
    sign = "" if c.turn in {Turn.ESCALATION, Turn.DECLINE} else "?"
    text = say("× {ratio}", ratio=tongue.decimal(c.ratio or 0.0)) + sign
    anchor, shift = ("end", -3.0) if x + text_width(text, 8, bold=True) + 4 > axis.right else ("start", 3.0)
    shapes.append(Words(x + shift, top - 2, text, 8, anchor, bold=True, halo="panel"))
