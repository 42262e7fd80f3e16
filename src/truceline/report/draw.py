"""Figures as a display list in points, y downward, and the list as SVG.

A shape names its colours by token (`ink`, `rule`, `party-1`); the writer knows their values. Text stays text,
so that each writer shapes Thai and Khmer itself.
"""

from __future__ import annotations

import base64
import math
import re
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import escape

from .advances import ems

Point = tuple[float, float]

WIDTH = 470.0
"""Width of a figure that fills the text column of an A4 page, points."""


@dataclass(frozen=True, slots=True)
class Path:
    """Straight pieces with one stroke and one fill; several closed pieces make holes (even-odd)."""

    pieces: tuple[tuple[Point, ...], ...]
    closed: bool = False
    fill: str = ""
    stroke: str = ""
    width: float = 0.6
    dash: tuple[float, ...] = ()
    opacity: float = 1.0
    round: bool = False


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle around (x, y)."""

    x: float
    y: float
    r: float
    fill: str = ""
    stroke: str = ""
    width: float = 0.6
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with its upper left corner at (x, y)."""

    x: float
    y: float
    w: float
    h: float
    fill: str = ""
    stroke: str = ""
    width: float = 0.6
    dash: tuple[float, ...] = ()
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Words:
    """Text with its baseline at y.

    `anchor` is start, middle or end; `halo` names the ground to clear behind it.
    """

    x: float
    y: float
    text: str
    size: float = 8.0
    anchor: str = "start"
    bold: bool = False
    tone: str = "ink"
    halo: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of `marks.MARKS` centred on (x, y) in a square of `size`.

    `label` says in words what stands here.
    """

    name: str
    x: float
    y: float
    size: float = 10.0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture (PNG) with its upper left corner at (x, y); its pixels keep their edges."""

    x: float
    y: float
    w: float
    h: float
    png: bytes


Shape = Path | Circle | Box | Words | Mark | Image


@dataclass(frozen=True, slots=True)
class Drawing:
    """A canvas in points and what is drawn on it, back to front."""

    width: float
    height: float
    shapes: tuple[Shape, ...]

    def marks(self) -> set[tuple[str, float]]:
        """Names and sizes of the marks used."""
        return {(s.name, s.size) for s in self.shapes if isinstance(s, Mark)}


@lru_cache(maxsize=20_000)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide these words are in the shipped Noto Sans of their script, points."""
    return ems(text) * size * (1.06 if bold else 1.0)


def shortened(text: str, size: float, room: float) -> str:
    """Give the text, cut at a word with an ellipsis where it is wider than `room` points."""
    if text_width(text, size) <= room:
        return text
    words = text.split(" ")
    while len(words) > 1 and text_width(" ".join(words) + " …", size) > room:
        words.pop()
    kept = " ".join(words)
    while len(kept) > 1 and text_width(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip(" ,;:") + "…"


_PIECES = re.compile(r"[^ \u200b]*[ \u200b]|[^ \u200b]+$")
"""Words with the space, or the zero-width space of scripts without spaces, after which a line may break."""


def folded(text: str, size: float, room: float, most: int = 2) -> list[str]:
    """Give the text in at most so many lines of `room` points; the last one is shortened."""
    lines: list[str] = []
    rest = _PIECES.findall(text)
    while rest and len(lines) < most - 1:
        take = 1
        while take < len(rest) and text_width("".join(rest[: take + 1]).rstrip(" "), size) <= room:
            take += 1
        lines.append(shortened("".join(rest[:take]).strip(" \u200b"), size, room))
        rest = rest[take:]
    if rest:
        lines.append(shortened("".join(rest).strip(" \u200b"), size, room))
    return lines or [""]


def arc(x: float, y: float, r: float, start_deg: float, end_deg: float, steps: int = 24) -> tuple[Point, ...]:
    """Points on a circle, clockwise from the top (0 degrees)."""
    turns = [math.radians(start_deg + (end_deg - start_deg) * i / steps) for i in range(steps + 1)]
    return tuple((x + r * math.sin(t), y - r * math.cos(t)) for t in turns)


def hatch(x: float, y: float, w: float, h: float, step: float = 4.2) -> tuple[tuple[Point, Point], ...]:
    """Rising strokes at 45 degrees that fill a rectangle, cut at its edges.

    All hatches of one drawing lie on one grid.
    """
    strokes = []
    first, last = math.floor((x + y) / step) + 1, math.ceil((x + w + y + h) / step)
    for n in range(first, last):
        c = n * step  # the stroke lies on px + py = c
        left, right = max(x, c - y - h), min(x + w, c - y)
        if right - left > 0.15:
            strokes.append(((left, c - left), (right, c - right)))
    return tuple(strokes)


def n(value: float) -> str:
    """Give a coordinate with at most two decimals; the same text on every machine."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text


def _paint(shape: Path | Circle | Box) -> str:
    fill = f"var(--{shape.fill})" if shape.fill else "none"
    parts = [f'fill="{fill}"']
    if shape.stroke:
        parts.append(f'stroke="var(--{shape.stroke})" stroke-width="{n(shape.width)}"')
    if getattr(shape, "dash", ()):
        parts.append(f'stroke-dasharray="{" ".join(n(d) for d in shape.dash)}"')  # type: ignore[union-attr]
    if getattr(shape, "round", False):
        parts.append('stroke-linecap="round" stroke-linejoin="round"')
    if shape.opacity < 1:
        parts.append(f'opacity="{n(shape.opacity)}"')
    return " ".join(parts)


def _path(shape: Path) -> str:
    end = "Z" if shape.closed else ""
    pieces = "".join("M" + "L".join(f"{n(x)} {n(y)}" for x, y in piece) + end for piece in shape.pieces)
    return f'<path d="{pieces}" fill-rule="evenodd" {_paint(shape)}/>'


def _words(shape: Words) -> str:
    anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
    bold = ' font-weight="700"' if shape.bold else ""
    halo = (
        f' stroke="var(--{shape.halo})" stroke-width="2.4" stroke-linejoin="round" paint-order="stroke"'
        if shape.halo
        else ""
    )
    style = f'font-size="{n(shape.size)}" fill="var(--{shape.tone})"'
    return f'<text x="{n(shape.x)}" y="{n(shape.y)}" {style}{anchor}{bold}{halo}>{escape(shape.text)}</text>'


def _use(shape: Mark) -> str:
    half = shape.size / 2
    box = f'x="{n(shape.x - half)}" y="{n(shape.y - half)}" width="{n(shape.size)}" height="{n(shape.size)}"'
    use = f'<use href="#m-{shape.name}" {box}/>'
    if not shape.label:
        return use
    return f"<g><title>{escape(shape.label)}</title>{use}</g>"


def svg_of(shape: Shape) -> str:
    """One shape as SVG."""
    if isinstance(shape, Path):
        return _path(shape)
    if isinstance(shape, Circle):
        return f'<circle cx="{n(shape.x)}" cy="{n(shape.y)}" r="{n(shape.r)}" {_paint(shape)}/>'
    if isinstance(shape, Box):
        size = f'x="{n(shape.x)}" y="{n(shape.y)}" width="{n(shape.w)}" height="{n(shape.h)}"'
        return f"<rect {size} {_paint(shape)}/>"
    if isinstance(shape, Image):
        return _image(shape)
    return _words(shape) if isinstance(shape, Words) else _use(shape)


def _image(shape: Image) -> str:
    size = f'x="{n(shape.x)}" y="{n(shape.y)}" width="{n(shape.w)}" height="{n(shape.h)}"'
    data = base64.b64encode(shape.png).decode("ascii")
    style = 'preserveAspectRatio="none" style="image-rendering:pixelated"'
    return f'<image {size} {style} href="data:image/png;base64,{data}"/>'


def svg(drawing: Drawing, alt: str) -> str:
    """Give the drawing as one inline SVG element with its description as accessible name."""
    size = f'viewBox="0 0 {n(drawing.width)} {n(drawing.height)}"'
    body = "".join(svg_of(shape) for shape in drawing.shapes)
    return f'<svg class="drawing" {size} role="img" aria-label="{escape(alt)}">{body}</svg>'
