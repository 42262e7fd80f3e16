"""The content model: a small tree of frozen records that says every word and number once, for all writers.

Lengths are in points of the printed page. Nothing here knows HTML or Typst.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from .draw import Drawing


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style. `link` is an address on the web, `to` the id of a place in this document.

    `tone` is the name of a colour (`ink-2`, `party-1`); it never carries meaning alone.
    """

    text: str
    bold: bool = False
    tone: str = ""
    link: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class MarkRow:
    """Marks in a row, with one label that says in words what they show."""

    names: tuple[str, ...]
    label: str


Inline = Run | MarkRow
Line = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `style` is empty, `lead`, `note` or `quiet`."""

    runs: Line
    style: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the section's own; `level` is 3 or 4, `id` the place that a link can name."""

    level: int
    runs: Line
    id: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Short items without order."""

    items: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its share of the width, and whether it holds numbers (set to the right)."""

    title: str
    width: float = 1.0
    numeric: bool = False
    tone: str = ""


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

    `dense` sets it smaller; `stack` lets a narrow screen show each row as a card.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    dense: bool = False
    stack: bool = True
    label: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing whose title says the finding; `alt` says in words what the drawing shows."""

    id: str
    title: str
    subtitle: str
    alt: str
    source: str
    drawing: Drawing


Block = Paragraph | Heading | Listing | Table | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the report."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report. `as_of_line`, `release`, `version` and `notice` stand on every page."""

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


def text_of(line: Line) -> str:
    """Give the words of a line without its style."""
    return "".join(part.text if isinstance(part, Run) else part.label for part in line)
