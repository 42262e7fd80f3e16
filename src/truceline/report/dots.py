"""Every source figure as a dot on one axis, by side and definition; the latest filled. Never added."""

from __future__ import annotations

import math
from datetime import datetime

from ..nouns import Figure as SourceFigure
from ..nouns import Total
from . import words
from .draw import WIDTH, Box, Circle, Drawing, Mark, Path, Shape, Words, folded, text_width
from .index import Index
from .tree import Figure

LEFT, RIGHT, PITCH, TOP = 190.0, 30.0, 15.0, 24.0
NAMES = {"killed": "Killed", "injured": "Injured", "displaced": "Displaced"}


def figure(index: Index, topic: str, totals: list[Total], letters: dict[int, str]) -> Figure | None:
    """Give the dots of one topic.

    None where no figure is on record. `letters` name each definition of the table.
    """
    figures = {f.id: f for f in index.edition.figures}
    values = [v for t in totals for i in t.figure_ids if i in figures for v in (figures[i].low, figures[i].high) if v]
    if not totals:
        return None
    top = _nice(max(values, default=1))
    shapes: list[Shape] = _axis(top)
    y = TOP + 10
    for side in (*index.parties, "both"):
        y = _side(index, side, [t for t in totals if t.side == side], figures, letters, top, y, shapes)
    shapes = [*_grid(top, y), *shapes]
    name = NAMES.get(topic, words.upper_first(topic))
    return Figure(
        f"dots-{topic}",
        f"{name}: {_finding(totals)}",
        "People, from zero. One circle for each figure that a source published, the latest filled; each "
        "row is one "
        "definition, lettered as in the table below. Rows are never added.",
        _alt(index, name, totals),
        "Sources: as in the table below.",
        Drawing(WIDTH, y + 4, tuple(shapes)),
    )


def _finding(totals: list[Total]) -> str:
    numbers = [v for t in totals for v in (t.low, t.best, t.high) if v is not None]
    if not numbers:
        return "no number was given"
    if len(totals) == 1:
        return f"{words.range_of(totals[0].low, totals[0].high)}, under one definition"
    return f"{words.range_of(min(numbers), max(numbers))}, by side and definition"


def _alt(index: Index, name: str, totals: list[Total]) -> str:
    rows = "; ".join(
        f"{side_name(index, t.side)}, {words.OF_WHOM_WORDS[t.of_whom]}: {words.range_of(t.low, t.high)}" for t in totals
    )
    return f"{name}, source figures by side and definition. {rows}."


def side_name(index: Index, side: str) -> str:
    """Give a party's name, or that the source did not split the two."""
    return "Both, not split" if side == "both" else index.name(side)


def _nice(value: float) -> float:
    size: float = 10.0 ** math.floor(math.log10(max(value, 1)))
    return next(step * size for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * size >= value)


def _x(value: float, top: float) -> float:
    return LEFT + value / top * (WIDTH - LEFT - RIGHT)


def _ticks(top: float) -> list[float]:
    step = _nice(top / 4)
    return [i * step for i in range(int(top / step + 1e-9) + 1)]


def _axis(top: float) -> list[Shape]:
    return [Words(_x(v, top), TOP - 10, words.number(v), 8, "middle", tone="ink-3") for v in _ticks(top)]


def _grid(top: float, bottom: float) -> list[Shape]:
    lines = tuple(((_x(v, top), TOP - 5), (_x(v, top), bottom - 4)) for v in _ticks(top))
    return [Path(lines, stroke="hairline", width=0.6)]


def _side(
    index: Index,
    side: str,
    totals: list[Total],
    figures: dict[str, SourceFigure],
    letters: dict[int, str],
    top: float,
    y: float,
    shapes: list[Shape],
) -> float:
    if side == "both" and not totals:
        return y
    tone = index.tone(side) if side != "both" else "party-none"
    shapes.append(Box(0, y - 7.5, 3, 9, fill=tone))
    shapes.append(Words(7, y, side_name(index, side), 8.5, bold=True, tone=tone if side != "both" else "ink"))
    y += PITCH
    if not totals:
        shapes += [
            Mark("outcome-not_assessable", LEFT + 5, y - 3, 10),
            Words(LEFT + 14, y, "no figure found", 8, tone="ink-2"),
        ]
        return y + PITCH
    for total in totals:
        _row(total, figures, letters.get(id(total), ""), top, y, tone, shapes)
        y += PITCH
    return y + 4


def _row(
    total: Total,
    figures: dict[str, SourceFigure],
    letter: str,
    top: float,
    y: float,
    tone: str,
    shapes: list[Shape],
) -> None:
    label = f"{letter}  {total.definition or words.OF_WHOM_WORDS[total.of_whom]}"
    shapes.append(Words(7, y, folded(label, 8, LEFT - 22, 1)[0], 8))
    known = sorted((f for i in total.figure_ids if (f := figures.get(i))), key=lambda f: f.as_of)
    points = [(v, f.as_of) for f in known for v in (f.low if f.low is not None else f.high,) if v is not None]
    if not points:
        shapes.append(Words(LEFT + 4, y, "no number was given", 8, tone="ink-2"))
        return
    least = min(v for v, _ in points)
    most = max([v for v, _ in points] + [f.high for f in known if f.high is not None])
    shapes.append(Path((((_x(least, top), y - 3), (_x(most, top), y - 3)),), stroke=tone, width=1.0))
    latest = points[-1][1]
    for value, day in sorted(points, key=lambda p: p[1]):
        fill = tone if day == latest else "panel"
        shapes.append(Circle(_x(value, top), y - 3, 3, fill=fill, stroke=tone, width=0.9))
    text = words.range_of(*_latest(points, latest))
    right = _x(most, top) + 7
    if right + text_width(text, 8, bold=True) > WIDTH:
        shapes.append(Words(_x(least, top) - 7, y, text, 8, "end", bold=True, halo="panel"))
    else:
        shapes.append(Words(right, y, text, 8, bold=True, halo="panel"))


def _latest(points: list[tuple[int, datetime]], latest: datetime) -> tuple[int, int]:
    values = [v for v, day in points if day == latest]
    return min(values), max(values)
