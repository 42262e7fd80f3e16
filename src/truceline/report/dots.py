"""Every source figure as a dot on one axis, by side and definition; the latest filled. Never added."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from ..nouns import Figure as SourceFigure
from ..nouns import OfWhom, Total
from . import words
from .draw import WIDTH, Box, Circle, Drawing, Mark, Path, Shape, Words, folded, text_width
from .index import Index
from .tongue import later, say
from .tree import Figure

PITCH, TOP = 15.0, 24.0
COMPACT_ROWS = 8
"""How many rows of figures the front page shows of one topic."""

NAMES = words.Sayings({"killed": later("Killed"), "injured": later("Injured"), "displaced": later("Displaced")})
UNITS = words.Sayings(
    {"people": later("People"), "families": later("Families or households"), "sites": later("Buildings or sites")}
)
RUNNING = frozenset({"cumulative", "stock"})
"""Measures that say how many there are in all, not how many came on one day or were told to go."""

_FAMILIES = ("famil", "household")
_SITES = frozenset(
    "site sites building buildings house houses home homes school schools temple temples village villages".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class _Scale:
    left: float
    right: float
    top: float
    room: float
    by: float = 1.0

    def x(self, value: float) -> float:
        return self.left + value / self.top * (self.right - self.left)

    def ticks(self) -> list[float]:
        step = _nice(self.top / 4)
        return [i * step for i in range(int(self.top / step + 1e-9) + 1)]


def unit(total: Total) -> str:
    """Give what a figure counts by the words of its definition: people, unless it says families or sites."""
    said = f"{total.definition} {total.measure}".casefold()
    if any(part in said for part in _FAMILIES):
        return "families"
    first = total.definition.casefold().replace(",", " ").split()[:1]
    return "sites" if first and first[0] in _SITES else "people"


def topic_name(topic: str) -> str:
    """Give a topic as a heading; the mission's own word where it is none of ours."""
    return NAMES.get(topic) or words.upper_first(topic)


def figures(index: Index, topic: str, totals: list[Total], letters: dict[int, str]) -> list[Figure]:
    """Give the dots of one topic, one figure for each unit; [] where no figure is on record.

    `letters` name each definition of the table.
    """
    return [
        _figure(index, topic, key, [t for t in totals if unit(t) == key], letters)
        for key in UNITS
        if any(unit(t) == key for t in totals)
    ]


def _figure(index: Index, topic: str, key: str, totals: list[Total], letters: dict[int, str]) -> Figure:
    rows: list[tuple[str, list[tuple[str, Total | None]]]] = []
    for side in (*index.parties, "both"):
        own = [t for t in totals if t.side == side]
        rows.append((side, [(f"{letters.get(id(t), '')}  {_defined(t)}", t) for t in own]))
    name = topic_name(topic)
    title = say("{topic}: {finding}", topic=name, finding=_finding(totals))
    return Figure(
        f"dots-{topic}" if key == "people" else f"dots-{topic}-{key}",
        title,
        say(
            "{unit}, from zero. One circle for each figure that a source published, the latest filled; each row is "
            "one definition, lettered as in the table below. Rows are never added.",
            unit=UNITS[key],
        ),
        _alt(index, title, totals),
        say("Sources: as in the table below."),
        _draw(index, rows, totals, WIDTH, 190.0),
    )


def compact(index: Index, topic: str, width: float) -> Figure:
    """Give a topic for the front page: for each party the same rows, the latest definition of each, at most 8 rows."""
    totals = [t for t in index.edition.totals if t.topic == topic and unit(t) == "people"]
    running = [t for t in totals if t.measure in RUNNING] or totals
    keys = _keys(index, running)
    rows: list[tuple[str, list[tuple[str, Total | None]]]] = []
    for side in index.parties:
        latest = [(key, _latest_total(running, side, key)) for key in keys]
        found = [(_label(t) if t else _whom(key), t) for key, t in latest]
        rows.append((side, found if any(t for _, t in found) else []))
    both = _newest([t for t in running if t.side == "both"])
    rows.append(("both", [(_label(both), both)] if both else []))
    shown = [t for _, own in rows for _, t in own if t]
    title = say("{topic}: {finding}", topic=topic_name(topic), finding=_span(shown))
    drawing = _draw(index, rows, shown, width, width * 0.46, thousands=True)
    large = _top(index, shown) >= 20_000
    return Figure(
        f"dots-front-{topic}",
        title,
        say("Thousands of people; the latest figure filled") if large else say("People; the latest figure filled"),
        _alt(index, title, shown),
        "",
        drawing,
    )


Key = tuple[OfWhom, str]


def _key(total: Total) -> Key:
    return total.of_whom, total.direct if total.of_whom is OfWhom.CIVILIAN or total.direct == "indirect" else ""


def _keys(index: Index, totals: list[Total]) -> list[Key]:
    """Whom the rows of each party count: the same for both, those with the latest figures where there are too many."""
    latest: dict[Key, float] = {}
    for t in totals:
        if t.side in index.parties:
            latest[_key(t)] = max(latest.get(_key(t), 0.0), t.as_of.timestamp())
    most = max((COMPACT_ROWS - 1) // max(len(index.parties), 1), 1)
    order = [(w, d) for w in (OfWhom.MILITARY, OfWhom.CIVILIAN, OfWhom.MIXED, OfWhom.UNKNOWN) for d in _DIRECT]
    chosen = sorted(latest, key=lambda k: (-latest[k], order.index(k) if k in order else len(order)))[:most]
    return sorted(chosen, key=lambda k: order.index(k) if k in order else len(order))


_DIRECT = ("", "unknown", "direct", "indirect")


def _latest_total(totals: list[Total], side: str, key: Key) -> Total | None:
    return _newest([t for t in totals if t.side == side and _key(t) == key])


def _newest(totals: list[Total]) -> Total | None:
    return max(totals, key=lambda t: (t.as_of, len(t.sources)), default=None)


def _whom(key: Key) -> str:
    whom = words.OF_WHOM_WORDS[key[0]]
    if key[0] is OfWhom.UNKNOWN:
        return say("indirect deaths") if key[1] == "indirect" else say("all, not split")
    if key[1] == "direct":
        return say("{whom}, direct", whom=whom)
    return say("{whom}, indirect", whom=whom) if key[1] == "indirect" else whom


def _label(total: Total) -> str:
    """Whom the figure counts; where the source did not say, its own definition."""
    if total.of_whom is OfWhom.UNKNOWN and total.direct != "indirect" and total.definition:
        return _defined(total)
    return _whom(_key(total))


def _defined(total: Total) -> str:
    """Give a figure's own definition, or whom it counts where the source gave none."""
    return words.defined(total.definition).text if total.definition else words.OF_WHOM_WORDS[total.of_whom]


def _finding(totals: list[Total]) -> str:
    numbers = [v for t in totals for v in (t.low, t.best, t.high) if v is not None]
    if not totals:
        return say("no figure found")
    if not numbers:
        return say("no number was given")
    if len(totals) == 1:
        return say("{range}, under one definition", range=words.range_of(totals[0].low, totals[0].high))
    return say("{range}, by side and definition", range=words.range_of(min(numbers), max(numbers)))


def _span(totals: list[Total]) -> str:
    numbers = [v for t in totals for v in (t.low, t.best, t.high) if v is not None]
    return words.range_of(min(numbers), max(numbers)) if numbers else say("no figure found")


def _alt(index: Index, title: str, totals: list[Total]) -> str:
    rows = (
        say(
            "{side}, {whom}: {range}.",
            side=side_name(index, t.side), whom=_defined(t),
            range=words.range_of(t.low, t.high),
        )
        for t in totals
    )  # fmt: skip
    return " ".join((f"{title}.", *rows))


def side_name(index: Index, side: str) -> str:
    """Give a party's name, or that the source did not split the two."""
    return say("Both, not split") if side == "both" else index.name(side)


def _nice(value: float) -> float:
    size: float = 10.0 ** math.floor(math.log10(max(value, 1)))
    return next(step * size for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * size >= value)


def _values(index: Index, totals: list[Total]) -> list[int]:
    known = {f.id: f for f in index.edition.figures}
    return [v for t in totals for i in t.figure_ids if i in known for v in (known[i].low, known[i].high) if v]


def _top(index: Index, totals: list[Total]) -> float:
    return _nice(max(_values(index, totals), default=1))


def _draw(
    index: Index,
    rows: list[tuple[str, list[tuple[str, Total | None]]]],
    totals: list[Total],
    width: float,
    left: float,
    *,
    thousands: bool = False,
) -> Drawing:
    top = _top(index, totals)
    room = 30.0 if width > 300 else 12.0
    scale = _Scale(left, width - room, top, room, 1000 if thousands and top >= 20_000 else 1)
    known = {f.id: f for f in index.edition.figures}
    shapes: list[Shape] = [
        Words(scale.x(v), TOP - 10, words.number(v / scale.by), 8, "middle", tone="ink-3") for v in scale.ticks()
    ]
    y = TOP + (10 if width > 300 else 3)
    for side, own in rows:
        if side == "both" and not own:
            continue
        y = _side(side_name(index, side), index.tone(side), own, known, scale, y, shapes)
    grid = Path(tuple(((scale.x(v), TOP - 5), (scale.x(v), y - 4)) for v in scale.ticks()), stroke="hairline")
    return Drawing(width, y + 2, (grid, *shapes))


def _side(
    name: str,
    tone: str,
    rows: list[tuple[str, Total | None]],
    known: dict[str, SourceFigure],
    scale: _Scale,
    y: float,
    shapes: list[Shape],
) -> float:
    pitch = PITCH if scale.left > 120 else 12.5
    most = 2 if scale.left < 120 else 1
    shapes.append(Box(0, y - 7.5, 3, 9, fill=tone))
    shapes.append(Words(7, y, name, 8.5, bold=True, tone=tone if tone != "party-none" else "ink"))
    y += pitch
    for label, total in rows:
        lines = folded(label, 8, scale.left - 14, most)
        shapes += [Words(7, y + 9.5 * n, text, 8) for n, text in enumerate(lines)]
        if total:
            _row(total, known, scale, y, tone, shapes)
        else:
            _nothing(scale, y, shapes)
        y += pitch + 9.5 * (len(lines) - 1)
    if not rows:
        _nothing(scale, y, shapes)
        y += pitch
    return y + (4 if scale.left > 120 else -1)


def _nothing(scale: _Scale, y: float, shapes: list[Shape]) -> None:
    text = say("no figure found")
    shapes += [
        Mark("outcome-not_assessable", scale.left + 5, y - 3, 10, text),
        Words(scale.left + 14, y, text, 8, tone="ink-2", halo="panel"),
    ]


def _row(total: Total, known: dict[str, SourceFigure], scale: _Scale, y: float, tone: str, shapes: list[Shape]) -> None:
    found = sorted((f for i in total.figure_ids if (f := known.get(i))), key=lambda f: f.as_of)
    points = [(v, f.as_of) for f in found for v in (f.low if f.low is not None else f.high,) if v is not None]
    if not points:
        shapes.append(Words(scale.left + 4, y, say("no number was given"), 8, tone="ink-2"))
        return
    least = scale.x(min(v for v, _ in points))
    most = scale.x(max([v for v, _ in points] + [f.high for f in found if f.high is not None]))
    shapes.append(Path((((least, y - 3), (most, y - 3)),), stroke=tone, width=1.0))
    latest = points[-1][1]
    for value, day in sorted(points, key=lambda p: p[1]):
        fill = tone if day == latest else "panel"
        shapes.append(Circle(scale.x(value), y - 3, 3, fill=fill, stroke=tone, width=0.9))
    text = words.range_of(*(round(v / scale.by) for v in _latest(points, latest)))
    if most + 7 + text_width(text, 8, bold=True) > scale.right + scale.room:
        shapes.append(Words(least - 7, y, text, 8, "end", bold=True, halo="panel"))
    else:
        shapes.append(Words(most + 7, y, text, 8, bold=True, halo="panel"))


def _latest(points: list[tuple[int, datetime]], latest: datetime) -> tuple[int, int]:
    values = [v for v, day in points if day == latest]
    return min(values), max(values)
