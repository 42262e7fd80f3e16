"""Lines of the report as HTML of a page: no style attribute, since none is allowed, and links to pages of our own."""

from __future__ import annotations

from markupsafe import Markup, escape

from ...report import marks
from ...report.draw import Drawing, svg
from ...report.html import glued, spoken, tag
from ...report.tree import Inline, Line, MarkRow, Run

ZOOM = 1.45
"""Pixels a point of a drawing."""


def mark(name: str, label: str = "") -> Markup:
    """A mark with its words for whoever cannot see it; without words where these stand beside it."""
    drawn = Markup('<svg class="m" aria-hidden="true" focusable="false"><use href="#m-{}"/></svg>').format(name)
    return drawn + Markup('<span class="unseen">{}</span>').format(label) if label else drawn


def line(parts: Line) -> Markup:
    """One line of runs and marks; a mark stays on the line of its word."""
    return Markup("").join(_inline(part) for part in glued(parts))


def _inline(part: Inline) -> Markup:
    if isinstance(part, MarkRow):
        label = part.label or ", ".join(dict.fromkeys(marks.words(n) for n in part.names))
        drawn = Markup("").join(mark(n) for n in part.names)
        return Markup('<span class="marks" role="img" aria-label="{}">{}</span>').format(label, drawn)
    return _run(part)


def _run(run: Run) -> Markup:
    body = spoken(run.text)
    if run.lang:
        sign = tag(run.lang) if run.tagged else ""
        body = Markup('<span class="free" lang="{}">{}{}</span>').format(run.lang, body, sign)
    if run.bold:
        body = Markup("<strong>{}</strong>").format(body)
    if run.tone:
        body = Markup('<span class="{}">{}</span>').format(run.tone, body)
    if run.link:
        return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(run.link, body)
    if run.to:
        return Markup('<a href="{}">{}</a>').format(run.to if run.to.startswith("/") else f"#{run.to}", body)
    return body


def drawing(drawn: Drawing, alt: str, zoom: float = ZOOM) -> Markup:
    """A drawing with its description; as wide as it was made for (larger on a wall, as its letters), or as its place."""
    wide = f'<svg class="drawing" width="{drawn.width * zoom / 16:.4g}rem"'
    return Markup(svg(drawn, alt).replace('<svg class="drawing"', wide, 1))


def words_in(text: str) -> Markup:
    """Escaped words whose Thai and Khmer say their language."""
    return spoken(text) if not text.isascii() else Markup(escape(text))
