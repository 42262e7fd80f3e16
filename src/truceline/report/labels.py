"""Labels that avoid each other.

Each tries a few places around its anchor, in a fixed order, and is dropped if none is free.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .draw import Path, Shape, Words, text_width

Rect = tuple[float, float, float, float]
"""left, top, right, bottom, points."""


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of text (words, size, bold, tone) to stand beside an anchor."""

    x: float
    y: float
    lines: tuple[tuple[str, float, bool, str], ...]
    gap: float = 5.0

    @property
    def width(self) -> float:
        """Width of the widest line, points."""
        return max(text_width(text, size, bold=bold) for text, size, bold, _ in self.lines)

    @property
    def height(self) -> float:
        """Height of all lines, points."""
        return sum(size * 1.3 for _, size, _, _ in self.lines)


@dataclass
class Ground:
    """What is taken on a canvas; labels are placed one after the other."""

    bounds: Rect
    taken: list[Rect] = field(default_factory=list)

    def free(self, rect: Rect) -> bool:
        """Whether a rectangle lies on the canvas and over nothing that is taken."""
        left, top, right, bottom = self.bounds
        if rect[0] < left or rect[1] < top or rect[2] > right or rect[3] > bottom:
            return False
        return not any(rect[0] < r[2] and rect[2] > r[0] and rect[1] < r[3] and rect[3] > r[1] for r in self.taken)

    def place(self, label: Label) -> list[Shape]:
        """Give the label's shapes at the first free place around its anchor; [] if none.

        A leader joins them where that is far.
        """
        w, h = label.width, label.height
        for far in (0.0, 12.0, 26.0, 42.0):
            g = label.gap + far
            for dx, dy, anchor in (
                (g, -h / 2, "start"),
                (-g, -h / 2, "end"),
                (-w / 2, -g - h, "start"),
                (-w / 2, g, "start"),
                (g * 0.8, -g * 0.6 - h, "start"),
                (-g * 0.8, -g * 0.6 - h, "end"),
                (g * 0.8, g * 0.6, "start"),
                (-g * 0.8, g * 0.6, "end"),
            ):
                left = label.x + dx - (w if anchor == "end" else 0)
                rect = (left - 1, label.y + dy, left + w + 1, label.y + dy + h)
                if self.free(rect):
                    self.taken.append(rect)
                    return self._drawn(label, rect, anchor, leader=far > 0)
        return []

    def _drawn(self, label: Label, rect: Rect, anchor: str, *, leader: bool) -> list[Shape]:
        shapes: list[Shape] = []
        x = rect[0] + 1 if anchor == "start" else rect[2] - 1
        if leader:
            near_x = min(max(label.x, rect[0]), rect[2])
            near_y = min(max(label.y, rect[1]), rect[3])
            shapes.append(Path((((label.x, label.y), (near_x, near_y)),), stroke="ink-3", width=0.4))
        y = rect[1]
        for text, size, bold, tone in label.lines:
            y += size * 1.3
            shapes.append(Words(x, y - size * 0.33, text, size, anchor, bold, tone, "land"))
        return shapes
