"""A row of days or weeks that several figures share: heads, bars of incidents, the close of the edition."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, timedelta

from .. import when
from . import tongue, words
from .draw import Box, Path, Shape, Words, text_width
from .index import Index
from .tongue import say

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Axis:
    """Columns of equal width between `left` and `right`, each one whole local day or week."""

    spans: tuple[Span, ...]
    left: float
    right: float
    zone: str

    @property
    def step(self) -> float:
        """Width of a column, points."""
        return (self.right - self.left) / max(len(self.spans), 1)

    def x(self, moment: datetime) -> float:
        """Where a moment lies; the nearer edge where it lies outside."""
        for n, (start, end) in enumerate(self.spans):
            if moment < end:
                share = max((moment - start) / (end - start), 0.0)
                return self.left + self.step * (n + share)
        return self.right

    def middle(self, n: int) -> float:
        """The middle of a column."""
        return self.left + self.step * (n + 0.5)

    def column(self, moment: datetime) -> int | None:
        """The column in which a moment falls; None outside."""
        n = bisect_left([end for _, end in self.spans], moment + timedelta(microseconds=1))
        return n if n < len(self.spans) and self.spans[n][0] <= moment else None

    def heads(self, y: float) -> list[Shape]:
        """Names of months above, numbers of days below, as many as there is room for."""
        shapes: list[Shape] = []
        every = max(1, int(12.5 / self.step + 0.999))
        seen, free = (0, 0), 0.0
        for n, (start, _) in enumerate(self.spans):
            local = start.astimezone(when.zone(self.zone))
            x = self.middle(n)
            if (local.year, local.month) != seen and x >= free and x + 16 <= self.right + 6:
                name = tongue.month(local.month, short=True)
                shapes.append(Words(x - 4, y - 11.5, name, 8, bold=True))
                seen, free = (local.year, local.month), x + text_width(name, 8, bold=True) + 4
            if n % every == 0:
                shapes.append(Words(x, y, str(local.day), 7.5, "middle", tone="ink-2", halo="panel"))
        return shapes

    def lines(self, top: float, bottom: float) -> Path:
        """Thin lines between the columns."""
        every = max(1, int(12.5 / self.step + 0.999))
        edges = [self.left + self.step * n for n in range(0, len(self.spans) + 1, every)]
        return Path(tuple(((x, top), (x, bottom)) for x in edges), stroke="hairline", width=0.5)


def of_days(index: Index, start: datetime, left: float, right: float) -> Axis:
    """Whole local days from `start` to the day on which the edition closes."""
    return Axis(tuple(when.days(start, index.edition.as_of, index.zone)), left, right, index.zone)


def of_weeks(index: Index, start: datetime, left: float, right: float) -> Axis:
    """Weeks from Monday to Monday from `start` to the week in which the edition closes."""
    return Axis(tuple(when.weeks(start, index.edition.as_of, index.zone)), left, right, index.zone)


def counts(index: Index, axis: Axis) -> list[int]:
    """How many incidents began in each column."""
    starts = [i.start for i in index.incidents]
    return [bisect_left(starts, b) - bisect_left(starts, a) for a, b in axis.spans]


def bars(index: Index, axis: Axis, base: float, height: float = 18.0) -> list[Shape]:
    """Incidents that began in each column as bars from zero, each with its number where it has room."""
    found = counts(index, axis)
    most = max(found, default=0)
    wide = max((text_width(words.number(c), 8, bold=True) for c in found), default=0.0) > axis.step - 1
    shapes: list[Shape] = [Path((((axis.left, base), (axis.right, base)),), stroke="rule", width=0.6)]
    for n, count in enumerate(found):
        tall = height * count / most if most else 0.0
        if count:
            shapes.append(Box(axis.middle(n) - axis.step * 0.3, base - tall, axis.step * 0.6, tall, fill="ink-3"))
        if not wide or count == most:
            bold = count > 0
            shapes.append(
                Words(axis.middle(n), base - tall - 2.5, words.number(count), 8, "middle", bold, "ink", "panel")
            )
    return shapes


def close(index: Index, axis: Axis, bottom: float) -> list[Shape]:
    """The moment at which the edition closes, as a line with its words at the top of the figure."""
    as_of, zone = index.edition.as_of, index.edition_zone
    x = axis.x(as_of)
    day = words.day(as_of, zone, year=False)
    text = say("edition closes {day}, {time}", day=day, time=words.clock(as_of, zone))
    anchor = "start" if x - text_width(text, 8) < 0 else "end"
    return [
        Path((((x, 0.0), (x, bottom)),), stroke="accent", width=1.2),
        Words(x - 3 if anchor == "end" else x + 3, 8, text, 8, anchor, tone="accent", halo="panel"),
    ]
