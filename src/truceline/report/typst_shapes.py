"""The display list as Typst code: native shapes, and text that Typst shapes and places itself."""

from __future__ import annotations

from .draw import Box, Circle, Drawing, Image, Mark, Path, Shape, Words, n
from .marks import MARKS, SIDE
from .scripts import printable, runs

_QUOTED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": " ", "\r": " ", "\t": " "})
DEFINITIONS = """
#let tx(x, y, a, s, c, w, h, b) = {
  let shift = if a == left { 0pt } else if a == center { 300pt } else { 600pt }
  let body = text(size: s * 1pt, fill: c, weight: w, top-edge: "baseline", bottom-edge: "baseline", b)
  let body = if h == none { body } else {
    box(fill: h.transparentize(40%), outset: (top: s * 0.78pt, bottom: s * 0.22pt, x: 0.6pt), body)
  }
  place(top + left, dx: x * 1pt - shift, dy: y * 1pt, box(width: 600pt, align(a, body)))
}
#let at(x, y, b) = place(top + left, dx: x * 1pt, dy: y * 1pt, b)
#let cu(f, s, ..p) = place(top + left, curve(fill: f, stroke: s, fill-rule: "even-odd", ..p))
#let ci(x, y, r, f, s) = at(x - r, y - r, circle(radius: r * 1pt, fill: f, stroke: s))
#let re(x, y, w, h, f, s) = at(x, y, rect(width: w * 1pt, height: h * 1pt, fill: f, stroke: s))
#let m(x, y) = curve.move((x * 1pt, y * 1pt))
#let l(x, y) = curve.line((x * 1pt, y * 1pt))
#let z = curve.close(mode: "straight")
"""


def quoted(text: str) -> str:
    """Give a Typst string literal with only characters that a shipped font can print."""
    return f'"{printable(text).translate(_QUOTED)}"'


def spoken(text: str) -> str:
    """Typst code for a text whose Thai and Khmer pieces say their language."""
    pieces = runs(text)
    if all(not lang for lang, _ in pieces):
        return quoted(text)
    return "{" + ";".join(f'text(lang: "{lang}", {quoted(p)})' if lang else quoted(p) for lang, p in pieces) + "}"


def _fill(shape: Path | Circle | Box) -> str:
    if not shape.fill:
        return "none"
    return (
        f"c-{shape.fill}" if shape.opacity >= 1 else f"c-{shape.fill}.transparentize({n((1 - shape.opacity) * 100)}%)"
    )


def _stroke(shape: Path | Circle | Box) -> str:
    if not shape.stroke:
        return "none"
    dash = getattr(shape, "dash", ())
    if not dash and not getattr(shape, "round", False):
        return f"{n(shape.width)}pt + c-{shape.stroke}"
    array = f", dash: (array: ({', '.join(f'{n(d)}pt' for d in dash)},), phase: 0pt)" if dash else ""
    cap = ', cap: "round", join: "round"' if getattr(shape, "round", False) else ""
    return f"(paint: c-{shape.stroke}, thickness: {n(shape.width)}pt{array}{cap})"


def _path(shape: Path) -> str:
    parts: list[str] = []
    for piece in shape.pieces:
        parts.append(f"m({n(piece[0][0])},{n(piece[0][1])})")
        parts += [f"l({n(x)},{n(y)})" for x, y in piece[1:]]
        if shape.closed:
            parts.append("z")
    return f"cu({_fill(shape)},{_stroke(shape)},{','.join(parts)})"


def _words(shape: Words) -> str:
    anchor = {"start": "left", "middle": "center", "end": "right"}[shape.anchor]
    weight = 700 if shape.bold else 400
    halo = f"c-{shape.halo}" if shape.halo else "none"
    place = f"{n(shape.x)},{n(shape.y)},{anchor},{n(shape.size)}"
    return f"tx({place},c-{shape.tone},{weight},{halo},{spoken(shape.text)})"


def mark_name(name: str, size: float) -> str:
    """Give the Typst variable that holds this mark in this size."""
    return f"mk-{name.replace('_', '-')}-{n(size).replace('.', 'd')}"


def _code(shape: Shape) -> str:
    if isinstance(shape, Path):
        return _path(shape)
    if isinstance(shape, Circle):
        return f"ci({n(shape.x)},{n(shape.y)},{n(shape.r)},{_fill(shape)},{_stroke(shape)})"
    if isinstance(shape, Box):
        return f"re({n(shape.x)},{n(shape.y)},{n(shape.w)},{n(shape.h)},{_fill(shape)},{_stroke(shape)})"
    if isinstance(shape, Words):
        return _words(shape)
    if isinstance(shape, Image):
        data = ",".join(map(str, shape.png))
        size = f"width: {n(shape.w)}pt, height: {n(shape.h)}pt"
        return f'at({n(shape.x)},{n(shape.y)},image(bytes(({data})), format: "png", {size}, fit: "stretch", scaling: "pixelated"))'
    half = shape.size / 2
    return f"at({n(shape.x - half)},{n(shape.y - half)},{mark_name(shape.name, shape.size)})"


def scaled(shape: Shape, factor: float) -> Shape:
    """Give a shape of a mark, from the square around (0, 0) to one whose upper left corner is (0, 0)."""
    half = SIDE / 2
    if isinstance(shape, Path):
        pieces = tuple(tuple(((x + half) * factor, (y + half) * factor) for x, y in piece) for piece in shape.pieces)
        dash = tuple(d * factor for d in shape.dash)
        return Path(
            pieces,
            shape.closed,
            shape.fill,
            shape.stroke,
            shape.width * factor,
            dash,
            shape.opacity,
            shape.round,
        )
    if isinstance(shape, Circle):
        x, y = (shape.x + half) * factor, (shape.y + half) * factor
        return Circle(x, y, shape.r * factor, shape.fill, shape.stroke, shape.width * factor, shape.opacity)
    if isinstance(shape, Box):
        x, y = (shape.x + half) * factor, (shape.y + half) * factor
        dash = tuple(d * factor for d in shape.dash)
        return Box(
            x,
            y,
            shape.w * factor,
            shape.h * factor,
            shape.fill,
            shape.stroke,
            shape.width * factor,
            dash,
            shape.opacity,
        )
    return shape


def mark_definition(name: str, size: float) -> str:
    """`#let` of a mark in one size; an empty box for a mark that is not known."""
    drawn = MARKS.get(name)
    shapes = ";".join(_code(scaled(s, size / SIDE)) for s in drawn.shapes) if drawn else "none"
    return f"#let {mark_name(name, size)} = box(width: {n(size)}pt, height: {n(size)}pt, {{{shapes}}})"


def drawing(figure: Drawing) -> str:
    """Give a block of the drawing's size with everything placed in it."""
    body = "\n".join(_code(shape) for shape in figure.shapes)
    return f"block(width: {n(figure.width)}pt, height: {n(figure.height)}pt, clip: true, {{\n{body}\n}})"


def used_marks(figures: list[Drawing]) -> set[tuple[str, float]]:
    """Names and sizes of every mark in these drawings."""
    return {(s.name, s.size) for f in figures for s in f.shapes if isinstance(s, Mark)}
