"""Steps of diplomacy in lanes under a time axis: a dot for each, with its words where they collide with nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..nouns import Step
from . import diplomacy, words
from .axis import Axis
from .draw import Circle, Mark, Path, Shape, Words, folded, shortened, text_width
from .index import Index
from .tongue import say

SIZE, ROW = 7.5, 10.5
MOST_ROWS, MOST_LANES = 6, 9
"""Lines of words in one lane; a step that finds no room keeps its dot, and stands in the table."""

TALLEST = 600.0
"""Where the last lane should end, so that the figure fits on a page."""

WIDEST = 150.0
_NOT_HELD = frozenset({"postponed", "refused", "cancelled"})


@dataclass
class _Lane:
    axis: Axis
    most: int
    rows: list[list[tuple[float, float]]] = field(default_factory=list)
    bare: int = 0

    def place(self, x: float, text: str) -> tuple[int, str, str]:
        """Give row, words and anchor of a label; the row is -1 where there is no room."""
        for most in (WIDEST, WIDEST * 0.55):
            told = shortened(text, SIZE, most)
            wide = text_width(told, SIZE) + 3
            for n in range(self.most):
                if n == len(self.rows):
                    self.rows.append([])
                for anchor, left, right in (("start", x - 4, x + 6 + wide), ("end", x - 6 - wide, x + 4)):
                    if right > self.axis.right + 2 or left < self.axis.left:
                        continue
                    if all(right < a or left > b for a, b in self.rows[n]):
                        self.rows[n].append((left, right))
                        return n, told, anchor
        self.bare += 1
        return -1, "", ""


def draw(index: Index, axis: Axis, found: list[Step], y: float, shapes: list[Shape]) -> float:
    """Draw every lane from `y` down; gives where the last one ends."""
    order = diplomacy.lanes(index, found)
    drawn, left_out = order[:MOST_LANES], order[MOST_LANES:]
    most = min(max(int(((TALLEST - y) / len(drawn) - 4) / ROW) - 1, 1), MOST_ROWS)
    for lane in drawn:
        y = _lane(index, axis, _Lane(axis, most), [s for s in found if s.lane == lane], y, shapes)
    if left_out:
        n = sum(s.lane in left_out for s in found)
        text = say(
            "{part} of {whole} steps, by others, stand in the table only",
            part=words.number(n),
            whole=words.number(len(found)),
        )
        shapes.append(Words(6, y + 9, text, SIZE, tone="ink-2"))
        y += 12
    return y


def _lane(index: Index, axis: Axis, layout: _Lane, found: list[Step], y: float, shapes: list[Shape]) -> float:
    placed = []
    for s in found:
        n = axis.column(s.when.start)
        x = axis.middle(n) if n is not None else axis.left
        placed.append((s, x, *layout.place(x, s.event)))
    rows = max((r for _, _, r, _, _ in placed), default=0) + 1 + bool(layout.bare)
    for s, x, row, text, anchor in placed:
        at = y + 8 + ROW * (row if row >= 0 else rows - 1)
        _dot(s, x, at - 2.6, shapes)
        if text:
            shapes.append(Words(x + 5 if anchor == "start" else x - 5, at, text, SIZE, anchor, halo="panel"))
    names = folded(diplomacy.lane_name(index, found[0].lane), 8, axis.left - 14, 2)
    shapes += [Words(6, y + 8 + 9.5 * n, text, 8) for n, text in enumerate(names)]
    if layout.bare:
        note = say("{part} of {whole} unnamed here", part=words.number(layout.bare), whole=words.number(len(found)))
        shapes.append(Words(6, y + 8 + 9.5 * len(names), note, 7.5, tone="ink-2"))
    high = max(rows * ROW, 9.5 * (len(names) + bool(layout.bare))) + 4
    shapes.append(Path((((0, y + high - 1), (axis.right, y + high - 1)),), stroke="hairline", width=0.5))
    return y + high


def _dot(s: Step, x: float, y: float, shapes: list[Shape]) -> None:
    state = diplomacy.HELD.get(s.held) or s.held
    if s.held in _NOT_HELD:
        shapes.append(Mark("look-refused", x, y, 8, state))
        return
    fill = "accent" if s.held == "held" else "panel"
    shapes.append(Circle(x, y, 2.3, fill=fill, stroke="accent", width=0.9))
