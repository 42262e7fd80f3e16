"""Tables as WordprocessingML: hairline rows, no vertical rules, the head repeated on every page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..draw import text_width
from ..tree import Cell, Column, MarkRow, Row, Run, Table, text_of
from . import marks as docx_marks
from .text import Look, Pen, clean, colour, language_tag, line, marked, marks_run, numbered, paragraph, words

LONG_CELL = 1200
"""Characters from which on a row may break across pages."""

GAP = 16.0
"""White space between columns of blocks, points."""

_HEAD, _INSET = 9.0, 9.0
_TWIPS = 20
_KEEP = "<w:keepNext/>"


def table(block: Table, pen: Pen, room: float) -> str:
    """Give a table with its caption above and its note below, as wide as the room, points."""
    widths = _widths(block, room)
    size = "Dense" if block.dense else ""
    caption = paragraph("Caption", numbered(block.tag, "Table") + words(block.caption)) if block.caption else ""
    rows = "".join(_row(row, block.columns, widths, f"TableText{size}", pen) for row in block.rows)
    named = clean(block.caption or block.label)
    heads = clean(", ".join(c.title for c in block.columns if c.title))
    properties = (
        f'<w:tblPr><w:tblStyle w:val="ReportTable"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
        'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{named}"/><w:tblDescription w:val="{heads}"/></w:tblPr>'
    )
    body = f"{properties}{_grid(widths)}{_head(block.columns, widths, f'TableHead{size}')}{rows}"
    below = paragraph("TableNote", words(block.note)) if block.note else paragraph("Gap", "")
    return f"{caption}<w:tbl>{body}</w:tbl>{below}"


def beside(parts: Sequence[str], widths: Sequence[int], *, keep: bool) -> str:
    """Give blocks side by side in a table without lines, that only the eye knows as a table."""
    gap = round(GAP * _TWIPS)
    last = '<w:tcMar><w:right w:w="0" w:type="dxa"/></w:tcMar>'
    wide = [*(w + gap for w in widths[:-1]), *widths[-1:]]
    ends = [*([""] * (len(wide) - 1)), last]
    cells = "".join(_box(w, part, end) for part, w, end in zip(parts, wide, ends, strict=False))
    whole = "<w:trPr><w:cantSplit/></w:trPr>" if keep else ""
    properties = (
        f'<w:tblPr><w:tblStyle w:val="SideBySide"/><w:tblW w:w="{sum(wide)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0000"/></w:tblPr>'
    )
    return f"<w:tbl>{properties}{_grid(wide)}<w:tr>{whole}{cells}</w:tr></w:tbl>{paragraph('Gap', '')}"


def shares(weights: Sequence[float], room: float) -> list[int]:
    """Share the room, points, by weight; the widths in twentieths of a point add up to it."""
    whole = sum(weights) or 1.0
    edges = [round(sum(weights[:i]) / whole * room * _TWIPS) for i in range(len(weights) + 1)]
    return [b - a for a, b in pairwise(edges)]


def _widths(block: Table, room: float) -> list[int]:
    """Widths by each column's share; what the longest word of a head needs more is taken from where there is room."""
    columns = block.columns
    by_share = [w / _TWIPS for w in shares([c.width for c in columns], room)]
    needs = [max(text_width(w, _HEAD, bold=True) for w in c.title.split() or [""]) + _INSET for c in columns]
    for row in block.rows:
        heads = [_need(cell) if cell.head and not row.band else 0.0 for cell in row.cells[: len(columns)]]
        needs[: len(heads)] = [max(pair) for pair in zip(needs, heads, strict=False)]
    lacks = sum(max(need - width, 0.0) for need, width in zip(needs, by_share, strict=True))
    spare = sum(max(width - need, 0.0) for need, width in zip(needs, by_share, strict=True))
    if not lacks or spare < lacks:
        return shares(by_share, room)
    kept = 1 - lacks / spare
    return shares([n + max(w - n, 0.0) * kept for n, w in zip(needs, by_share, strict=True)], room)


def _need(cell: Cell) -> float:
    """How wide the first line of a row's head must be, so that a mark stays beside its word."""
    parts = cell.lines[0] if cell.lines else ()
    marked = 1.4 * _HEAD if parts and isinstance(parts[0], MarkRow) and len(parts[0].names) == 1 else 0.0
    spoken = "".join(part.text for part in parts if isinstance(part, Run))
    return marked + max(text_width(word, _HEAD, bold=True) for word in spoken.split() or [""]) + _INSET


def _grid(widths: Sequence[int]) -> str:
    columns = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    return f"<w:tblGrid>{columns}</w:tblGrid>"


def _box(width: int, body: str, more: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{more}</w:tcPr>{body}</w:tc>'


def _head(columns: Sequence[Column], widths: Sequence[int], style: str) -> str:
    rule = (
        f'<w:tcBorders><w:bottom w:val="single" w:sz="6" w:space="0" w:color="{colour("ink-3")}"/></w:tcBorders>'
        '<w:vAlign w:val="bottom"/>'
    )
    cells = "".join(
        _box(
            w,
            paragraph(
                style,
                _chip(c.tone) + words(c.title, Look(tone=c.tone)) + (language_tag(c.lang) if c.lang else ""),
                _KEEP + _right(c),
            ),
            rule,
        )
        for c, w in zip(columns, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"


def _chip(tone: str) -> str:
    if tone not in docx_marks.CHARACTERS:
        return ""
    return marks_run(docx_marks.CHIP, tone) + words(" ")


def _right(column: Column) -> str:
    return '<w:jc w:val="right"/>' if column.numeric else ""


def _row(row: Row, columns: Sequence[Column], widths: Sequence[int], style: str, pen: Pen) -> str:
    if row.band:
        body = _lines(row.cells[0], style.replace("Text", "Band"), _KEEP, pen)
        span = f'<w:gridSpan w:val="{len(widths)}"/>'
        return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{_box(sum(widths), body, span)}</w:tr>"
    long = any(sum(len(text_of(one)) for one in cell.lines) > LONG_CELL for cell in row.cells)
    whole = "" if long else "<w:trPr><w:cantSplit/></w:trPr>"
    cells = "".join(
        _box(w, _lines(cell, style, _right(column), pen))
        for cell, column, w in zip(row.cells, columns, widths, strict=False)
    )
    return f"<w:tr>{whole}{cells}</w:tr>"


def _lines(cell: Cell, style: str, more: str, pen: Pen) -> str:
    first, *rest = cell.lines or ((),)
    opening = paragraph(style, marked(cell.id, line(first, pen), pen), more)
    return opening + "".join(paragraph(style, line(one, pen), more) for one in rest)
