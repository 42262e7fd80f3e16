"""Untranslated words are marked once: where most of a column stands in another language, its head says so."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from .tree import Block, Cell, Columns, Document, Inline, Row, Run, Section, Table

MOST = 0.5
"""From which share of a column's filled cells on its head carries the sign instead of each cell."""


def marked_once(document: Document) -> Document:
    """Give the document with the sign of a language in a column's head where most of its cells would carry it."""
    sections = tuple(_section(s) for s in document.sections)
    return replace(document, front=tuple(_block(b) for b in document.front), sections=sections)


def _section(section: Section) -> Section:
    return replace(section, blocks=tuple(_block(b) for b in section.blocks))


def _block(block: Block) -> Block:
    if isinstance(block, Columns):
        return replace(block, parts=tuple(tuple(_block(b) for b in part) for part in block.parts))
    return _table(block) if isinstance(block, Table) else block


def _table(table: Table) -> Table:
    rows = [row for row in table.rows if not row.band]
    foreign = {n: lang for n in range(len(table.columns)) if (lang := _language(rows, n)) and table.columns[n].title}
    if not foreign:
        return table
    columns = tuple(replace(c, lang=foreign.get(n, "")) for n, c in enumerate(table.columns))
    return replace(table, columns=columns, rows=tuple(_row(row, foreign) for row in table.rows))


def _language(rows: list[Row], column: int) -> str:
    filled = [row.cells[column] for row in rows if column < len(row.cells) and any(row.cells[column].lines)]
    said = Counter(lang for cell in filled for lang in {r.lang for r in _runs(cell) if r.lang})
    for lang, cells in said.most_common(1):
        if cells > MOST * len(filled):
            return lang
    return ""


def _runs(cell: Cell) -> list[Run]:
    return [part for line in cell.lines for part in line if isinstance(part, Run)]


def _row(row: Row, foreign: dict[int, str]) -> Row:
    if row.band:
        return row
    return replace(row, cells=tuple(_cell(c, foreign.get(n, "")) for n, c in enumerate(row.cells)))


def _cell(cell: Cell, lang: str) -> Cell:
    if not lang:
        return cell
    return replace(cell, lines=tuple(tuple(_quiet(part, lang) for part in line) for line in cell.lines))


def _quiet(part: Inline, lang: str) -> Inline:
    return replace(part, tagged=False) if isinstance(part, Run) and part.lang == lang else part
