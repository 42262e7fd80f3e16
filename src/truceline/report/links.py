"""Links inside a document: one that leads to a place which is not printed becomes plain words.

A short report, a template that leaves a part out, and an annex that prints only some incidents all drop places.
"""

from __future__ import annotations

from dataclasses import replace

from .tree import Block, Cell, Columns, Document, Heading, Line, Listing, Paragraph, Row, Run, Table, blocks_of


def places(document: Document) -> frozenset[str]:
    """Ids of the places that every writer can lead to: cells of tables."""
    tables = (block for block in blocks_of(document) if isinstance(block, Table))
    return frozenset(cell.id for table in tables for row in table.rows for cell in row.cells)


def live(document: Document) -> Document:
    """Give the document without links that lead nowhere; their words stay."""
    known = places(document)
    sections = tuple(replace(s, blocks=tuple(_block(b, known) for b in s.blocks)) for s in document.sections)
    return replace(document, front=tuple(_block(b, known) for b in document.front), sections=sections)


def _block(block: Block, known: frozenset[str]) -> Block:
    if isinstance(block, Paragraph | Heading):
        return replace(block, runs=_line(block.runs, known))
    if isinstance(block, Listing):
        return replace(block, items=tuple(_line(item, known) for item in block.items))
    if isinstance(block, Table):
        return replace(block, rows=tuple(_row(row, known) for row in block.rows))
    if isinstance(block, Columns):
        return replace(block, parts=tuple(tuple(_block(b, known) for b in part) for part in block.parts))
    return block


def _row(row: Row, known: frozenset[str]) -> Row:
    if not any(_dead(line, known) for cell in row.cells for line in cell.lines):
        return row
    return replace(row, cells=tuple(_cell(cell, known) for cell in row.cells))


def _cell(cell: Cell, known: frozenset[str]) -> Cell:
    return replace(cell, lines=tuple(_line(line, known) for line in cell.lines))


def _line(line: Line, known: frozenset[str]) -> Line:
    if not _dead(line, known):
        return line
    return tuple(replace(r, to="") if isinstance(r, Run) and r.to not in known else r for r in line)


def _dead(line: Line, known: frozenset[str]) -> bool:
    return any(isinstance(r, Run) and r.to and r.to not in known for r in line)
