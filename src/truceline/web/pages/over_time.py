"""Figures over time: one small chart a side and definition, all of a topic on one scale; figures are never added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ...nouns import Figure, Total
from ...report import words
from ...report.dots import RUNNING, side_name, unit
from ...report.draw import Circle, Drawing, Path, Shape, Words, shortened
from ...report.numbers import MEASURES
from ...report.tongue import say
from .cabinet import DeskIndex

WIDE, HIGH, LEFT, RIGHT, TOP, FLOOR = 236.0, 158.0, 44.0, 228.0, 50.0, 134.0
LEAST = 3
"""Dated figures that a definition needs to be drawn over time."""


@dataclass(frozen=True)
class Chart:
    """One definition of one side over time."""

    title: str
    tone: str
    alt: str
    drawing: Drawing
    side: str


def charts(index: DeskIndex, totals: Iterable[Total]) -> list[Chart]:
    """Charts of the definitions that were given often enough, people only, by side in the mission's order."""
    known = {f.id: f for f in index.edition.figures}
    series = [(t, _points(known, t)) for t in totals if unit(t) == "people"]
    shown = [(t, p) for t, p in series if len({d for d, _, _ in p}) >= LEAST]
    if not shown:
        return []
    first, last = min(p[0][0] for _, p in shown), max(p[-1][0] for _, p in shown)
    top = max(v for _, p in shown for _, _, v in p) or 1
    order = {side: n for n, side in enumerate((*index.parties, "both"))}
    shown.sort(key=lambda s: order.get(s[0].side, len(order)))
    return [_chart(index, t, p, (first, last), _nice(top)) for t, p in shown]


Points = list[tuple[datetime, int, int]]


def _points(known: dict[str, Figure], t: Total) -> Points:
    found = (known[i] for i in t.figure_ids if i in known)
    made = [(f.as_of, f.low if f.low is not None else f.high, f.high if f.high is not None else f.low) for f in found]
    return sorted((d, a, b) for d, a, b in made if a is not None and b is not None)


def _nice(value: float) -> float:
    size = 10.0 ** (len(str(int(value))) - 1)
    return next(step * size for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * size >= value)


def _chart(index: DeskIndex, t: Total, points: Points, ends: tuple[datetime, datetime], top: float) -> Chart:
    tone, name = index.tone("" if t.side == "both" else t.side), side_name(index, t.side)
    whole = max((ends[1] - ends[0]).total_seconds(), 1)

    def x(day: datetime) -> float:
        return LEFT + (RIGHT - LEFT) * (day - ends[0]).total_seconds() / whole

    def y(value: float) -> float:
        return FLOOR - (FLOOR - TOP) * value / top

    defined = words.defined(t.definition).text if t.definition else words.OF_WHOM_WORDS[t.of_whom]
    shapes: list[Shape] = [Words(0, 11, name, 9.5, bold=True, tone=tone if tone != "party-none" else "ink")]
    counted = MEASURES.get(t.measure) or t.measure
    since = (
        say("{measure}, from {day}", measure=counted, day=words.day(t.period_start, index.zone))
        if t.period_start
        else counted
    )
    shapes += [
        Words(0, y_, shortened(text, 8.5, WIDE), 8.5, tone="ink-2") for y_, text in ((22.0, defined), (32.5, since))
    ]
    for value in (0.0, top / 2, top):
        shapes.append(Path((((LEFT, y(value)), (RIGHT, y(value))),), stroke="hairline", width=0.7))
        shapes.append(Words(LEFT - 5, y(value) + 3, words.number(value), 8.5, "end", tone="ink-3"))
    shapes += [Words(LEFT, FLOOR + 14, words.day(ends[0], index.zone, year=False), 8.5, tone="ink-3"),
               Words(RIGHT, FLOOR + 14, words.day(ends[1], index.zone, year=False), 8.5, "end", tone="ink-3")]  # fmt: skip
    shapes += [Path((((x(d), y(a)), (x(d), y(b))),), stroke=tone, width=1.4) for d, a, b in points if a != b]
    line = tuple((x(d), y(b)) for d, _, b in points)
    if t.measure in RUNNING:
        shapes.append(Path((line,), stroke=tone, width=0.9, opacity=0.7))
    shapes += [Circle(x(d), y(v), 2.1, fill=tone) for d, a, b in points for v in {a, b}]
    day, low, high = points[-1]
    at = max(y(high) - 6, TOP - 4)
    shapes.append(Words(min(x(day), RIGHT), at, words.range_of(low, high), 9.5, "end", bold=True, halo="panel"))
    alt = say("{side}, {definition}: from {first} to {last}.", side=name, definition=defined,
              first=words.range_of(points[0][1], points[0][2]), last=words.range_of(low, high))  # fmt: skip
    return Chart(name, tone, alt, Drawing(WIDE, HIGH, tuple(shapes)), t.side)
