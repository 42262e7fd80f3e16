"""Labels that avoid each other, the marks and, where they can, the line.

Each tries places around its anchor, the nearest first, and takes the one that covers least; a label that must be drawn
takes the least crowded place even where none is free.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from ..draw import Box, Mark, Path, Shape, Words, text_width

RINGS = (0.0, 10.0, 22.0, 38.0, 56.0, 78.0)
"""How far from its anchor a label may stand, points: tried in this order."""

Rect = tuple[float, float, float, float]
"""left, top, right, bottom, points."""

ROW = 10.5
"""Height of a row of marks, points."""

MARK = 8.6
"""Side of a mark in a row, points."""

TEXT = 7.5
"""Size of the counts and numbers beside marks, points."""


@dataclass(frozen=True, slots=True)
class Token:
    """A mark with what stands behind it; `said` is what it means in words. Without a mark: a key letter."""

    mark: str
    text: str = ""
    said: str = ""
    tone: str = "ink"

    @property
    def width(self) -> float:
        """Width with the space behind it, points."""
        text = text_width(self.text, TEXT, bold=True) + 1.4 if self.text else 0.0
        return (MARK if self.mark else 0.0) + text + 2.6


Rows = tuple[tuple[Token, ...], ...]


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of text (words, size, bold, tone) above rows of marks, to stand beside an anchor."""

    x: float
    y: float
    lines: tuple[tuple[str, float, bool, str], ...]
    gap: float = 5.0
    rows: Rows = ()

    @property
    def width(self) -> float:
        """Width of the widest line, points."""
        text = max((text_width(text, size, bold=bold) for text, size, bold, _ in self.lines), default=0.0)
        return max(text, max((sum(t.width for t in row) for row in self.rows), default=0.0))

    @property
    def height(self) -> float:
        """Height of all lines and rows, points."""
        return sum(size * 1.3 for _, size, _, _ in self.lines) + ROW * len(self.rows)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that a label may take: its rectangle, how its lines stand in it, and how far from the anchor it is."""

    rect: Rect
    anchor: str
    far: float


@dataclass
class Ground:
    """What is taken on a canvas; labels are placed one after the other.

    `soft` are points that a label had better not cover: the line, leaders, edges of discs.
    """

    bounds: Rect
    taken: list[Rect] = field(default_factory=list)
    soft: list[tuple[float, float]] = field(default_factory=list)

    def free(self, rect: Rect) -> bool:
        """Whether a rectangle lies on the canvas and over nothing that is taken."""
        return self._within(rect) and not any(_meet(rect, r) for r in self.taken)

    def _within(self, rect: Rect) -> bool:
        left, top, right, bottom = self.bounds
        return rect[0] >= left and rect[1] >= top and rect[2] <= right and rect[3] <= bottom

    def place(self, label: Label, rings: tuple[float, ...] = RINGS, *, must: bool = False) -> list[Shape]:
        """Give the label's shapes at the best free place around its anchor, with a leader where that is far.

        [] if no place is free; a label that `must` stand takes the place where it covers least.
        """
        best: tuple[float, Spot] | None = None
        for far in rings:
            for spot in _around(label, far):
                if not self.free(spot.rect):
                    continue
                cost = self._cost(label, spot)
                if best is None or cost < best[0]:
                    best = (cost, spot)
            if best and best[0] <= far * 0.35 + 2.5:
                break
        if best is None and must:
            found = [s for far in rings for s in _around(label, far) if self._within(s.rect)]
            if found:
                best = (0.0, min(found, key=self._covered))
        return self._drawn(label, best[1]) if best else []

    def _cost(self, label: Label, spot: Spot) -> float:
        left, top, right, bottom = spot.rect
        covered = sum(left < x < right and top < y < bottom for x, y in self.soft)
        cost = spot.far * 0.35 + covered * 1.6
        if spot.far:
            cost += 9 * sum(
                any(r[0] < x < r[2] and r[1] < y < r[3] for r in self.taken) for x, y in _leader(label, spot)
            )
        return cost

    def _covered(self, spot: Spot) -> float:
        a, r = spot.rect, np.array(self.taken or [(0.0, 0.0, 0.0, 0.0)])
        wide = np.minimum(a[2], r[:, 2]) - np.maximum(a[0], r[:, 0])
        high = np.minimum(a[3], r[:, 3]) - np.maximum(a[1], r[:, 1])
        return float(np.sum(np.clip(wide, 0, None) * np.clip(high, 0, None)))

    def _drawn(self, label: Label, spot: Spot) -> list[Shape]:
        rect, anchor = spot.rect, spot.anchor
        self.taken.append(rect)
        shapes: list[Shape] = []
        if spot.far:
            shapes.append(Path(((_end(label, spot), (label.x, label.y)),), stroke="ink-3", width=0.45))
            self.soft += _leader(label, spot)
        at = {"start": rect[0] + 1, "end": rect[2] - 1, "middle": (rect[0] + rect[2]) / 2}[anchor]
        y = rect[1]
        for text, size, bold, tone in label.lines:
            y += size * 1.3
            shapes.append(Words(at, y - size * 0.33, text, size, anchor, bold, tone, "land"))
        return [*shapes, *drawn_rows(label.rows, at, y, anchor)]


def drawn_rows(rows: Rows, at: float, top: float, anchor: str = "start") -> list[Shape]:
    """Give rows of marks below `top`, beginning, ending or centred at `at`."""
    shapes: list[Shape] = []
    for n, row in enumerate(rows):
        wide = sum(t.width for t in row) - 2.6
        x, y = at - {"start": 0.0, "end": wide, "middle": wide / 2}[anchor], top + ROW * (n + 0.5)
        shapes.append(Box(x - 1, y - 5, wide + 2, 10, fill="land", opacity=0.8))
        for token in row:
            if token.mark:
                shapes.append(Mark(token.mark, x + MARK / 2, y, MARK, token.said))
            if token.text:
                shapes.append(
                    Words(x + (MARK + 1.2 if token.mark else 0), y + 2.7, token.text, TEXT, bold=True, tone=token.tone)
                )
            x += token.width
    return shapes


def _meet(a: Rect, b: Rect) -> bool:
    return a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1]


def _around(label: Label, far: float) -> Iterator[Spot]:
    w, h = label.width + 2, label.height
    g = label.gap + far
    d = label.gap * 0.7 + far * 0.75
    for dx, dy, anchor in (
        (g, -h / 2, "start"),
        (-g - w, -h / 2, "end"),
        (-w / 2, -g - h, "middle"),
        (-w / 2, g, "middle"),
        (d, -d - h, "start"),
        (-d - w, -d - h, "end"),
        (d, d, "start"),
        (-d - w, d, "end"),
        (g, -h * 0.9, "start"),
        (g, -h * 0.1, "start"),
        (-g - w, -h * 0.9, "end"),
        (-g - w, -h * 0.1, "end"),
        (-w * 0.2, -g - h, "start"),
        (-w * 0.8, -g - h, "end"),
        (-w * 0.2, g, "start"),
        (-w * 0.8, g, "end"),
    ):
        left, top = label.x + dx, label.y + dy
        yield Spot((left, top, left + w, top + h), anchor, far)


def _end(label: Label, spot: Spot) -> tuple[float, float]:
    left, top, right, bottom = spot.rect
    return min(max(label.x, left), right), min(max(label.y, top), bottom)


def _leader(label: Label, spot: Spot) -> list[tuple[float, float]]:
    x, y = _end(label, spot)
    return [(label.x + (x - label.x) * t, label.y + (y - label.y) * t) for t in (0.3, 0.45, 0.6, 0.75, 0.9)]
