"""The content model: a small tree of frozen records that says every word and number once, for all writers.

Lengths are in points of the printed page. Nothing here knows HTML or Typst.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from .draw import Drawing


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style. `link` is an address on the web, `to` the id of a place in this document.

    `tone` is the name of a colour (`ink-2`, `party-1`); it never carries meaning alone. `lang` is set on words that
    stand in another language than the document, because nobody translated them; a small sign says so, unless the column's
    head does (`tagged` is then false).
    """

    text: str
    bold: bool = False
    tone: str = ""
    link: str = ""
    to: str = ""
    lang: str = ""
    tagged: bool = True


@dataclass(frozen=True, slots=True)
class MarkRow:
    """Marks in a row, with one label that says in words what they show."""

    names: tuple[str, ...]
    label: str


Inline = Run | MarkRow
Line = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `style` is empty, `lead`, `note`, `quiet` or `side` (small, in a margin)."""

    runs: Line
    style: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the section's own; `level` is 3, 4 or 5 (a margin's), `id` the place that a link can name."""

    level: int
    runs: Line
    id: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Short items without order."""

    items: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its share of the width, and whether it holds numbers (set to the right).

    `lang` says in its head that what stands below is mostly in another language than the document.
    """

    title: str
    width: float = 1.0
    numeric: bool = False
    tone: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: lines one below the other. `head` marks what names the row.

    `id` a place that a link can name.
    """

    lines: tuple[Line, ...]
    head: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; a `band` has one cell over the whole width and names what follows."""

    cells: tuple[Cell, ...]
    band: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption, or with a `label` that is only read out where a heading says the same.

    `dense` sets it smaller; `stack` lets a narrow screen show each row as a card. `tag` is its number (`Table 3`),
    which `content.build` gives.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    dense: bool = False
    stack: bool = True
    label: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing whose title says the finding; `alt` says in words what the drawing shows.

    `tag` is its number (`Figure 3`), which `content.build` gives to every figure that has a title.
    """

    id: str
    title: str
    subtitle: str
    alt: str
    source: str
    drawing: Drawing
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Blocks side by side; `widths` are shares. Read in order where a page is too narrow.

    `keep` asks that it stays on one page.
    """

    parts: tuple[tuple[Block, ...], ...]
    widths: tuple[float, ...]
    keep: bool = False


Block = Paragraph | Heading | Listing | Table | Figure | Columns


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the report."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Logo:
    """A mission's sign: its bytes, `png` or `svg`, and what it shows in words."""

    data: bytes
    format: str
    alt: str


@dataclass(frozen=True, slots=True)
class Chrome:
    """Words around the content, in the document's language: contents, skip link, page numbers.

    `page` holds `{page}` and `{pages}`. `warning` stands on every page of an unreviewed translation, in both languages.
    """

    contents: str
    skip: str
    page: str
    warning: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report. `as_of_line`, `release`, `version` and `notice` stand on every page.

    `kicker` names the kind of report above its title; `language` is its code; `short` has no contents page.
    """

    title: str
    lead: str
    mission: str
    as_of: datetime
    as_of_line: str
    release: str
    version: str
    notice: str
    front: tuple[Block, ...]
    sections: tuple[Section, ...]
    kicker: str = ""
    language: str = "en"
    chrome: Chrome = Chrome("Contents", "Skip to the report", "Page {page} of {pages}")
    organisation: str = ""
    logo: Logo | None = None
    short: bool = False


def text_of(line: Line) -> str:
    """Give the words of a line without its style."""
    return "".join(part.text if isinstance(part, Run) else part.label for part in line)


def inside(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Every block in reading order, those in columns too (the columns themselves first)."""
    for block in blocks:
        yield block
        if isinstance(block, Columns):
            for part in block.parts:
                yield from inside(part)


def blocks_of(document: Document) -> Iterator[Block]:
    """Every block of a document in reading order."""
    yield from inside(document.front)
    for section in document.sections:
        yield from inside(section.blocks)
