"""The timeline of a window: what began when, which instrument was in force, and when an observer looked; as SVG."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from ... import when
from ...agreement import readings
from ...nouns import Agreement, Reading
from ...report import calendar, words
from ...report.axis import Axis
from ...report.draw import Box, Path, Shape, Words, folded, n, shortened, svg_of
from ...report.matrix.grid import DULL
from ...report.tongue import say, say_n
from ..desk import Desk, Found
from ..sieve import GRADES
from ..window import Window
from .cabinet import DeskIndex

Rows = NDArray[Any]
WIDTH, LEFT, RIGHT = 1000.0, 178.0, 992.0
TOP, ROOM, LANE = 22.0, 120.0, 20.0
MOST_DAYS, MOST_WEEKS, MOST_COLUMNS = 70, 110, 160
MOST_DOTS = 14
"""From how many incidents in one column on bars are drawn and no marks."""
MOST_LANES = 5
SIZE = 10.5


@dataclass(frozen=True)
class Drawn:
    """A timeline as SVG, and how long one of its columns is: day, week or month."""

    svg: Markup
    unit: str


def span_of(desk: Desk, index: DeskIndex, window: Window) -> tuple[datetime, datetime]:
    """The time that is drawn: the window with as much before it; the whole of the mission where it is open."""
    before = window.previous
    if before is not None and before.start is not None and window.end is not None:
        return before.start, window.end
    first = index.start if desk.edition is not None else _first(desk)
    return window.start or first, window.end or desk.as_of


def _first(desk: Desk) -> datetime:
    known = desk.sieve.start[desk.sieve.start > -(2**61)]
    return datetime.fromtimestamp(int(known[0]) / 1e6, UTC) if len(known) else desk.as_of - timedelta(days=7)


def columns(start: datetime, end: datetime, zone: str) -> tuple[str, list[tuple[datetime, datetime]]]:
    """Whole local days, weeks or months, as fit."""
    days = (end - start).days
    if days <= MOST_DAYS:
        return "day", when.days(start, end, zone)
    if days <= MOST_WEEKS * 7:
        return "week", when.weeks(start, end, zone)
    return "month", _months(start, end, zone)[-MOST_COLUMNS:]


def _months(start: datetime, end: datetime, zone: str) -> list[tuple[datetime, datetime]]:
    at = start.astimezone(when.zone(zone)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    made: list[tuple[datetime, datetime]] = []
    while at < end:
        after = (at + timedelta(days=32)).replace(day=1)
        made.append((at.astimezone(UTC), after.astimezone(UTC)))
        at = after
    return made


def draw(desk: Desk, index: DeskIndex, window: Window, found: Found) -> Drawn:
    """The timeline of this window; its columns carry the ends of its axis for the brush."""
    zone = desk.mission.time_zone
    start, end = span_of(desk, index, window)
    unit, spans = columns(start, end, zone)
    if not spans:
        return Drawn(Markup(""), unit)
    axis = Axis(tuple(spans), LEFT, RIGHT, zone)
    base = TOP + ROOM
    pieces = [_wash(axis, window, base)]
    pieces.append(_incidents(desk, axis, window, found, base))
    shapes: list[Shape] = [
        Path((((LEFT, base), (RIGHT, base)),), stroke="rule", width=0.8),
        *_heads(axis, base + 26, unit),
    ]
    y = base + 36
    for lane in _lanes(index, spans):
        shapes += _lane(index, axis, lane, y, desk.as_of)
        y += LANE
    if desk.edition is None:
        shapes.append(Words(6, y + 13, not_worked_out(), SIZE))
    else:
        shapes += _observers(index, axis, y)
    y += LANE
    shapes += _close(desk, axis, y)
    pieces += [svg_of(s) for s in shapes]
    height = y + 6
    alt = _alt(desk, found, zone)
    body = "".join(pieces)
    data = (
        f'data-axis-start="{_iso(spans[0][0])}" data-axis-end="{_iso(spans[-1][1])}" data-axis-left="{n(LEFT)}" '
        f'data-axis-right="{n(RIGHT)}"'
    )
    return Drawn(
        Markup(f'<svg class="timeline-svg" viewBox="0 0 {n(WIDTH)} {n(height)}" role="img" aria-label="{escape(alt)}" {data}>{body}</svg>'),
        unit,
    )  # fmt: skip


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _wash(axis: Axis, window: Window, base: float) -> str:
    if window.start is None and window.end is None:
        return ""
    left = axis.x(window.start) if window.start else axis.left
    right = axis.x(window.end) if window.end else axis.right
    before = ""
    if window.previous is not None and left - axis.left > 90:
        before = _label((axis.left + left) / 2, say("Period before"), "ink-2")
    return (
        f'<rect class="in-window" x="{n(left)}" y="2" width="{n(max(right - left, 1))}" height="{n(base)}" '
        f'fill="var(--accent-wash)"/><path d="M{n(left)} 2V{n(base + 30)}M{n(right)} 2V{n(base + 30)}" '
        f'stroke="var(--accent)" stroke-width="1.2"/>{_label((left + right) / 2, say("In window"), "accent")}{before}'
    )


def _label(x: float, text: str, tone: str) -> str:
    return svg_of(Words(x, 13, text, SIZE, "middle", tone=tone))


def _rows(desk: Desk, window: Window, found: Found) -> Rows:
    """Rows to draw, by their beginning: those of the window, and of the same filter in the time before it."""
    before = window.previous
    if before is None:
        return np.sort(found.rows)
    return np.sort(np.union1d(found.rows, np.flatnonzero(desk.sieve.mask(before))))


def _incidents(desk: Desk, axis: Axis, window: Window, found: Found, base: float) -> str:
    rows = _rows(desk, window, found)
    edges = np.array([int(a.timestamp() * 1e6) for a, _ in axis.spans] + [int(axis.spans[-1][1].timestamp() * 1e6)])
    starts = np.maximum(desk.sieve.start[rows], edges[0])
    column = np.searchsorted(edges, starts, side="right") - 1
    inside = (column >= 0) & (column < len(axis.spans))
    rows, column = rows[inside], column[inside]
    counts = np.bincount(column, minlength=len(axis.spans))
    size = min(12.0, axis.step - 0.6)
    if counts.max(initial=0) <= MOST_DOTS and size >= 6:
        return _dots(desk, axis, rows, column, base, size)
    return _bars(desk, axis, rows, column, base)


def _dots(desk: Desk, axis: Axis, rows: Rows, column: Rows, base: float, size: float) -> str:
    ids, seen, made = desk.table["id"], Counter[int](), []
    pitch = min(size + 0.6, ROOM / MOST_DOTS)
    size = min(size, pitch - 0.3)
    for row, at in zip(rows, column, strict=True):
        name, place = str(ids[int(row)]), int(desk.sieve.grade[int(row)])
        grade = GRADES[place] if place < len(GRADES) else "insufficient"
        x, y = axis.middle(int(at)), base - pitch * (seen[int(at)] + 0.5) - 1.5
        seen[int(at)] += 1
        half = size / 2
        box = f'x="{n(x - half)}" y="{n(y - half)}" width="{n(size)}" height="{n(size)}"'
        made.append(f'<g data-incident="{escape(name)}"><use href="#m-grade-{grade}" {box}/></g>')
    return "".join(made)


def _bars(desk: Desk, axis: Axis, rows: Rows, column: Rows, base: float) -> str:
    """Bars from zero, the established and probable darker below the rest, with the number where it has room."""
    grades = desk.sieve.grade[rows]
    firm = np.bincount(column[grades <= 1], minlength=len(axis.spans))
    every = np.bincount(column, minlength=len(axis.spans))
    most = int(every.max(initial=1))
    scale, made = (ROOM - 22) / max(most, 1), []
    for at, (count, sure) in enumerate(zip(every.tolist(), firm.tolist(), strict=True)):
        if not count:
            continue
        x, w = axis.middle(at) - axis.step * 0.36, axis.step * 0.72
        made.append(
            f'<rect x="{n(x)}" y="{n(base - count * scale)}" width="{n(w)}" height="{n(count * scale)}" fill="var(--hatch)"/>'
        )
        made.append(
            f'<rect x="{n(x)}" y="{n(base - sure * scale)}" width="{n(w)}" height="{n(sure * scale)}" fill="var(--ink-2)"/>'
        )
        if axis.step >= 13 or count == most:
            made.append(
                f'<text x="{n(axis.middle(at))}" y="{n(base - count * scale - 3)}" font-size="9.5" text-anchor="middle" '
                f'fill="var(--ink)">{words.number(count)}</text>'
            )
    note = folded(say("stronger shade: established or probable"), SIZE, LEFT - 30)
    for line, text in enumerate(reversed(note)):
        y = base - 12 - 13 * line
        made.append(f'<text x="6" y="{n(y)}" font-size="{SIZE}" fill="var(--ink-2)">{escape(text)}</text>')
    return "".join(made)


def _heads(axis: Axis, y: float, unit: str) -> list[Shape]:
    """Days or weeks below the line, months below those."""
    shapes: list[Shape] = []
    for shape in axis.heads(y - 13):
        if isinstance(shape, Words) and not shape.bold:
            if unit != "month":
                shapes.append(Words(shape.x, y - 13, shape.text, 9.5, "middle", tone="ink-2"))
        elif isinstance(shape, Words):
            shapes.append(Words(shape.x, y, shape.text, 10, bold=True))
    said = {"day": say("by day"), "week": say("by week, from Monday"), "month": say("by month")}[unit]
    return [Words(6, y - 13, said, SIZE, tone="ink-2"), *shapes]


def _lanes(index: DeskIndex, spans: list[tuple[datetime, datetime]]) -> list[Agreement]:
    """Instruments of which something was found in this time, those that say most first, in the order of the mission."""
    first, last = spans[0][0], spans[-1][1]
    told: Counter[str] = Counter()
    for f in index.edition.findings:
        if f.start < last and f.end > first and f.outcome not in DULL:
            told[f.agreement_id] += 1
    own = [a for a in index.edition.agreements if a.standing != "treaty" and a.when.start < last and a.terms]
    kept = {a.id for a in sorted(own, key=lambda a: (-bool(a.status), -told[a.id]))[:MOST_LANES]}
    return [a for a in own if a.id in kept]


def _lane(index: DeskIndex, axis: Axis, a: Agreement, y: float, close: datetime) -> list[Shape]:
    begins = max(a.when.start, axis.spans[0][0])
    ends = min(close, axis.spans[-1][1])
    lines = folded(a.title, 9, LEFT - 16, 2)
    first = y + 13 if len(lines) == 1 else y + 8
    shapes: list[Shape] = [Words(6, first + 10 * k, text, 9) for k, text in enumerate(lines)]
    if begins >= ends:
        return shapes
    cuts = [begins, *(e.when for e in a.status if begins < e.when < ends), ends]
    for start, end in pairwise(cuts):
        state = readings(a, start)
        left, right = axis.x(start), axis.x(end)
        if right - left < 1:
            continue
        shapes += _piece(index, a, state, start, (left, right), y)
    return shapes


def _piece(
    index: DeskIndex, a: Agreement, state: tuple[Reading, ...], start: datetime, ends: tuple[float, float], y: float
) -> list[Shape]:
    left, right = ends
    if len(state) > 1:
        by = next((e.by for e in reversed(a.status) if e.when <= start), ())
        text = say("status disputed: paused by {party}", party=index.names(by)) if by else say("status disputed")
        box = Box(left, y + 2, right - left, 15, "panel", "ink-2", 0.9, (3, 2))
    elif state == (Reading.PAUSED,):
        text, box = say("paused by all"), Box(left, y + 2, right - left, 15, "", "rule", 0.9, (1.2, 2))
    else:
        text, box = say("in force"), Box(left, y + 2, right - left, 15, "hairline")
    label = shortened(text, 10, max(right - left - 8, 0)) if right - left > 34 else ""
    return [box, *([Words(left + 5, y + 13, label, 10)] if len(label) > 3 else [])]


def _observers(index: DeskIndex, axis: Axis, y: float) -> list[Shape]:
    """When observers looked, by column; hatched where nobody is recorded."""
    looks = [k for k in index.edition.looks if k.source_id in index.observers and not k.passes]
    shapes: list[Shape] = [Words(6, y + 13, say("Observers at the line"), SIZE)]
    hatches = calendar.cells(looks, axis, y + 9.5, shapes)
    if hatches:
        shapes.append(Path(tuple(hatches), stroke="hatch", width=0.7))
    return shapes


def _close(desk: Desk, axis: Axis, bottom: float) -> list[Shape]:
    if not axis.spans[0][0] < desk.as_of < axis.spans[-1][1]:
        return []
    x = axis.x(desk.as_of)
    return [
        Path((((x, TOP - 6), (x, bottom)),), stroke="ink-3", width=1, dash=(2, 2)),
        Words(x - 3, TOP, say("as of"), 9.5, "end", tone="ink-2"),
    ]


def _alt(desk: Desk, found: Found, zone: str) -> str:
    start, end = (f(x for x in desk.sieve.start[found.rows].tolist()) if found.count else 0 for f in (min, max))
    parts = [say_n("Timeline of {n} incident.", "Timeline of {n} incidents.", found.count)]
    if found.count and start > -(2**61):
        first, last = (datetime.fromtimestamp(v / 1e6, UTC) for v in (start, end))
        parts.append(
            say(
                "The first began on {first}, the last on {last}.",
                first=words.day(first, zone),
                last=words.day(last, zone),
            )
        )
    return " ".join(parts)


def not_worked_out() -> str:
    """What is said of looks where reports were grouped and nothing else was worked out."""
    return say("Who looked was not worked out: few reports is not a calm.")


def looked_words(index: DeskIndex, window: Window, zone: str) -> tuple[str, bool]:
    """The effort behind the window in a sentence, and whether anybody was there at all."""
    if window.start is not None and window.end is not None:
        spans = when.days(window.start, window.end, zone)
    else:
        spans = when.days(
            window.start or index.start, min(window.end or index.edition.as_of, index.edition.as_of), zone
        )
    looks = sorted(
        (k.start, k.end) for k in index.edition.looks if k.source_id in index.observers and k.state.startswith("looked")
    )
    led = [k for k in index.edition.looks if k.source_id in index.observers and k.host_led]
    begins = [a for a, _ in looks]
    seen = sum(any(e > a for _, e in looks[: bisect_left(begins, b)]) for a, b in spans)
    if not seen:
        return say(
            "No observer was at the line on any of these {n} days: few reports is not a calm.",
            n=words.number(len(spans)),
        ), False
    said = say(
        "Observers are recorded on {part} of {whole} days.", part=words.number(seen), whole=words.number(len(spans))
    )
    if led and all(
        k in led for k in index.edition.looks if k.source_id in index.observers and k.state.startswith("looked")
    ):
        said += " " + say("Every visit was led by the host.")
    return said + " " + say("On the other days few reports is not a calm."), True
