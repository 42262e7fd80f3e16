"""The document as one HTML file that opens from disk.

Styles, fonts and drawings are inside it; it has no script and asks nobody for anything.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from . import marks, tongue
from .colours import DARK, LIGHT
from .draw import svg
from .scripts import FONTS, runs
from .tree import (
    Cell,
    Columns,
    Document,
    Figure,
    Heading,
    Inline,
    Line,
    Listing,
    MarkRow,
    Paragraph,
    Run,
    Table,
    text_of,
)

HERE = Path(__file__).parent
_GROUPS = (
    ("since", "map", "timeline", "trend"),
    ("commitments", "incidents", "common-ground"),
    ("mines", "weapons", "detained", "sites"),
    ("figures", "claims", "access", "imagery"),
    ("agreements", "recorded"),
    ("method", "glossary", "set-aside", "annex", "inputs"),
)
"""Sections that stand together in the list of contents: a long list is read in pieces."""

_FACES = (
    ("Noto Sans", 400, "NotoSans-Regular", ""),
    ("Noto Sans", 700, "NotoSans-Bold", ""),
    ("Noto Sans Thai", 400, "NotoSansThai-Regular", "U+0E00-0E7F"),
    ("Noto Sans Thai", 700, "NotoSansThai-Bold", "U+0E00-0E7F"),
    ("Noto Sans Khmer", 400, "NotoSansKhmer-Regular", "U+1780-17FF,U+19E0-19FF"),
    ("Noto Sans Khmer", 700, "NotoSansKhmer-Bold", "U+1780-17FF,U+19E0-19FF"),
    ("Noto Sans Math", 400, "NotoSansMath-Regular", "U+2190-22FF,U+25A0-25FF"),
)


def html(document: Document) -> bytes:
    """Give the page as UTF-8; every text is escaped, and only http and https addresses become links."""
    parts = {"style": _style(), "symbols": Markup(marks.symbols()), "logo": _logo(document)}
    with tongue.speaking(document.language):
        return _template().render(document=document, **parts).encode()


def _logo(document: Document) -> Markup:
    if document.logo is None:
        return Markup("")
    kind = {"png": "image/png", "svg": "image/svg+xml"}[document.logo.format]
    data = b64encode(document.logo.data).decode()
    return Markup('<img class="logo" src="data:{};base64,{}" alt="{}">').format(kind, data, document.logo.alt)


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(line=line, tag=tag, drawn=drawn, words=text_of, spoken=spoken, group=_group)
    environment.tests.update(
        paragraph=lambda b: isinstance(b, Paragraph),
        heading=lambda b: isinstance(b, Heading),
        listing=lambda b: isinstance(b, Listing),
        table=lambda b: isinstance(b, Table),
        figure=lambda b: isinstance(b, Figure),
        columns=lambda b: isinstance(b, Columns),
        mark_row=lambda p: isinstance(p, MarkRow),
        column_head=_names_its_row,
    )
    return environment.get_template("page.html.jinja")


def _group(section: str) -> int:
    return next((n for n, group in enumerate(_GROUPS) if section in group), len(_GROUPS))


def _names_its_row(cell: Cell) -> bool:
    return cell.head and any(isinstance(part, MarkRow) or part.text.strip() for line in cell.lines for part in line)


@lru_cache(maxsize=1)
def _style() -> Markup:
    faces = []
    for family, weight, file, span in _FACES:
        path = FONTS / f"{file}.woff2"
        if not path.exists():  # a reader's own fonts then serve
            continue
        data = b64encode(path.read_bytes()).decode()
        limits = f"unicode-range:{span};" if span else ""
        faces.append(
            f"@font-face{{font-family:'{family}';font-weight:{weight};font-display:swap;{limits}"
            f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
        )
    light = "".join(f"--{k}:{v};" for k, v in LIGHT.items())
    dark = "".join(f"--{k}:{v};" for k, v in DARK.items())
    tokens = f":root{{color-scheme:light dark;{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    return Markup("".join(faces) + tokens + (HERE / "page.css").read_text("utf-8"))


def spoken(text: str) -> Markup:
    """Escaped text whose Thai and Khmer pieces say their language."""
    return Markup("").join(
        Markup('<span lang="{}">{}</span>').format(lang, piece) if lang else escape(piece) for lang, piece in runs(text)
    )


def glued(parts: Line) -> Line:
    """Give the line with no break between a mark and the word that names it; rows of several marks may end a line."""
    before = (None, *parts)
    return tuple(
        replace(part, text=f"\u00a0{part.text[1:]}")
        if isinstance(part, Run) and part.text.startswith(" ") and isinstance(last, MarkRow) and len(last.names) == 1
        else part
        for last, part in zip(before, parts, strict=False)
    )


def line(parts: Line) -> Markup:
    """One line of runs and marks as HTML; a mark stays on the line of its word."""
    return Markup("").join(_inline(part) for part in glued(parts))


def _inline(part: Inline) -> Markup:
    return _marks(part) if isinstance(part, MarkRow) else _run(part)


def _marks(row: MarkRow) -> Markup:
    label = row.label or ", ".join(dict.fromkeys(marks.words(name) for name in row.names))
    uses = Markup("").join(Markup('<svg class="m"><use href="#m-{}"/></svg>').format(name) for name in row.names)
    return Markup('<span class="marks" role="img" aria-label="{}">{}</span>').format(label, uses)


def _run(run: Run) -> Markup:
    body = spoken(run.text)
    if run.lang:
        body = Markup('<span class="free" lang="{0}">{1}{2}</span>').format(
            run.lang, body, tag(run.lang) if run.tagged else ""
        )
    if run.bold:
        body = Markup("<strong>{}</strong>").format(body)
    if run.tone:
        body = Markup('<span class="{}">{}</span>').format(run.tone, body)
    if run.link:
        return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(run.link, body)
    return Markup('<a href="#{}">{}</a>').format(run.to, body) if run.to else body


def tag(lang: str) -> Markup:
    """Give the small sign of a language in which untranslated words stand."""
    return Markup('<i aria-hidden="true">{}</i>').format(lang.upper())


def drawn(figure: Figure) -> Markup:
    """Give a figure's drawing as inline SVG."""
    return Markup(svg(figure.drawing, figure.alt))
