"""The document as PDF, set by Typst: A4, tagged, the same bytes every time."""

from __future__ import annotations

import re

import typst

from .colours import LIGHT
from .scripts import FONTS
from .tree import (
    Block,
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
    Row,
    Section,
    Table,
    blocks_of,
    text_of,
)
from .typst_shapes import DEFINITIONS, drawing, mark_definition, mark_name, quoted, spoken, used_marks

INLINE_MARK = 7.5
LONG_CELL = 1200
"""Characters from which on a row may break across pages."""

_PLAIN = "numbering: none, outlined: false"

_STYLES = {
    "": "",
    "lead": "size: 11pt, fill: c-ink-2",
    "note": "size: 8.5pt, fill: c-ink-2",
    "quiet": "size: 8.5pt",
    "side": "size: 8pt",
}
_PAGE = """
#set page(paper: "a4", margin: (x: 22mm, top: 26mm, bottom: 22mm), header: {header}, footer: {footer})
#set text(
  font: ("Noto Sans", "Noto Sans Thai", "Noto Sans Khmer", "Noto Sans Math", "Libertinus Serif"), size: 9.5pt, fill: c-ink,
  lang: "LANGUAGE", hyphenate: false, fallback: false, number-width: "tabular",
)
#set par(leading: 0.58em, spacing: 0.85em, justify: false)
#set list(indent: 0pt, body-indent: 6pt, spacing: 0.6em, marker: text(fill: c-ink-3, "–"))
#show heading: set text(weight: 700, hyphenate: false)
#show heading.where(level: 1): set text(size: 15pt)
#show heading.where(level: 1): set block(above: 22pt, below: 9pt, sticky: true)
#show heading.where(level: 2): set text(size: 11pt)
#show heading.where(level: 2): set block(above: 14pt, below: 6pt, sticky: true)
#show heading.where(level: 3): set text(size: 8.5pt, fill: c-accent)
#show heading.where(level: 3): set block(above: 6.5pt, below: 4pt, sticky: true)
#show link: set text(fill: c-accent)
#set outline(title: none)
#show outline.entry: set text(size: 9pt)
#set table(inset: (left: 0pt, right: 8pt, y: 3.8pt), stroke: (x, y) => (bottom: 0.4pt + c-hairline))
#show table: set par(leading: 0.52em, spacing: 0.66em)
#set table.cell(breakable: false)
#show table: set text(hyphenate: false)
#show figure: set block(breakable: false, above: 0pt, below: 6pt)
#let again(start, n, name) = grid.header(grid.cell(colspan: n, context {{
  if here().page() > start {{ place(bottom + left, dy: -5pt, text(size: 8pt, weight: 700, fill: c-ink-2, name)) }}
}}))
#let on-one-page(body) = layout(room => {{
  let fits(f) = measure(block(width: room.width / f, body)).height * f <= room.height
  let f = range(0, 26).map(n => 1 - n * 0.02).find(fits)
  if f == none or f == 1 {{ body }} else {{ scale(f * 100%, reflow: true, block(width: room.width / f, body)) }}
}})
"""


def code(document: Document) -> str:
    """Give the whole document as Typst code; every text is a string literal, so no text can become code."""
    drawings = [b.drawing for b in blocks_of(document) if isinstance(b, Figure)]
    sizes = used_marks(drawings) | {(name, INLINE_MARK) for name in _inline_marks(document)}
    parts = [
        *(f'#let c-{name} = rgb("{value}")' for name, value in LIGHT.items()),
        DEFINITIONS,
        *(mark_definition(name, size) for name, size in sorted(sizes)),
        f"#set document(title: {quoted(document.title)}, author: {quoted(document.mission)})",
        _PAGE.replace("LANGUAGE", document.language).format(header=_header(document), footer=_footer(document)),
        _front(document),
        *(_section(n, section) for n, section in enumerate(document.sections, 1)),
    ]
    return "\n".join(parts)


def pdf(document: Document) -> bytes:
    """Give the PDF.

    Raises typst.TypstError where Typst refuses what this module wrote: a fault of this program, never of the
    input.
    """
    made: bytes = typst.compile(  # type: ignore[call-overload]  # its stub ties the fonts to the source
        code(document).encode(),
        format="pdf",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(document.as_of.timestamp()),
    )
    return made


def _inline_marks(document: Document) -> set[str]:
    names: set[str] = set()
    for block in blocks_of(document):
        for line in _lines(block):
            names.update(name for part in line if isinstance(part, MarkRow) for name in part.names)
    return names


def _lines(block: Block) -> list[Line]:
    if isinstance(block, Paragraph | Heading):
        return [block.runs]
    if isinstance(block, Listing):
        return list(block.items)
    if isinstance(block, Table):
        return [line for row in block.rows for cell in row.cells for line in cell.lines]
    return []


def _header(document: Document) -> str:
    cells = f"{spoken(document.mission)}, {spoken(document.as_of_line)}, align(right, {spoken(document.release)})"
    warning = "".join(
        f';v(1pt);par(text(weight: 700, fill: c-ink, lang: "{lang}", {spoken(text)}))'
        for lang, text in zip((document.language, "en"), document.chrome.warning, strict=False)
    )
    return (
        "{set text(size: 8pt, fill: c-ink-2); set par(spacing: 5pt); grid(columns: (auto, 1fr, auto), "
        f"column-gutter: 14pt, {cells}); v(-3pt); line(length: 100%, stroke: 0.5pt + c-hairline){warning}}}"
    )


def _footer(document: Document) -> str:
    numbers = {"page": "str(counter(page).get().first())", "pages": "str(counter(page).final().first())"}
    pieces = re.split(r"\{(page|pages)\}", document.chrome.page)
    page = " + ".join(numbers[p] if n % 2 else quoted(p) for n, p in enumerate(pieces))
    return (
        "context {set text(size: 8pt, fill: c-ink-2); grid(columns: (auto, 1fr, auto), column-gutter: 14pt, "
        f"{page}, align(center, {spoken(document.notice)}), {spoken(document.version)})}}"
    )


def _front(document: Document) -> str:
    kicker, title = spoken(f"{document.kicker} · {document.as_of_line}"), spoken(document.title)
    organisation = f"#text(size: 9pt, weight: 700, {spoken(document.organisation)})\n" if document.organisation else ""
    head = "\n".join(
        (
            _logo(document) + organisation + f"#text(size: 9pt, weight: 700, fill: c-accent, {kicker})",
            f"#block(above: 6pt, below: 6pt, title(text(size: 18pt, weight: 700, {title})))",
            f"#par(text(size: 9.5pt, fill: c-ink-2, {spoken(document.lead)}))",
            *_blocks(document.front),
        )
    )
    fitted = f"#on-one-page[{head}]" if document.front else head
    if document.short:
        return fitted
    return "\n".join(
        (
            f"{fitted}\n#pagebreak(weak: true)",
            f"#block(below: 8pt, text(weight: 700, size: 15pt, {spoken(document.chrome.contents)}))",
            "#outline(depth: 1)",
        )
    )


def _logo(document: Document) -> str:
    if document.logo is None:
        return ""
    data = f"bytes(({','.join(str(b) for b in document.logo.data)},))"
    image = f'image({data}, format: "{document.logo.format}", height: 34pt, alt: {quoted(document.logo.alt)})'
    return f"#block(below: 6pt, {image})\n"


def _section(number: int, section: Section) -> str:
    head = f"#heading(level: 1, {spoken(f'{number}. {section.title}')})"
    return "\n".join((head, *_blocks(section.blocks)))


def _blocks(blocks: tuple[Block, ...]) -> list[str]:
    """Blocks in order; a paragraph stays on the page of the table or figure that it introduces.

    Columns that break under a heading say it again on the next page.
    """
    made: list[str] = []
    named: Heading | None = None
    for block, following in zip(blocks, (*blocks[1:], None), strict=False):
        if isinstance(block, Heading):
            named = block
        if isinstance(block, Columns):
            made.append(_columns(block, named))
        else:
            made.append(_block(block, keep=_introduces(block, following)))
    return made


def _introduces(block: Block, following: Block | None) -> bool:
    """Whether a block is to stay with the next one; a note stays with what it follows."""
    if isinstance(following, Table):
        return True
    return isinstance(following, Figure) and not (isinstance(block, Paragraph) and block.style == "note")


def _block(block: Block, *, keep: bool = False) -> str:
    if isinstance(block, Paragraph):
        par = f"par({{{_line(block.runs)}}})"
        style = _STYLES.get(block.style, "")
        if not style:
            return f"#block(sticky: true, {par})" if keep else f"#{par}"
        gap = "above: 4pt, below: 4pt" if block.style == "side" else "above: 0.85em, below: 0.85em"
        sticky = "true" if keep or block.style == "quiet" else "false"
        return f"#block(sticky: {sticky}, {gap}, {{set text({style}); set par(leading: 0.5em); {par}}})"
    if isinstance(block, Heading):
        return f"#heading(level: {block.level - 1}, outlined: false, {{{_line(block.runs)}}})"
    if isinstance(block, Listing):
        marked = any(item and isinstance(item[0], MarkRow) for item in block.items)
        plain = "marker: [], body-indent: 0pt, " if marked else ""
        return f"#list({plain}{', '.join('{' + _line(item) + '}' for item in block.items)})"
    if isinstance(block, Columns):
        return _columns(block)
    return _table(block) if isinstance(block, Table) else _figure(block)


def _columns(block: Columns, named: Heading | None = None) -> str:
    widths = ", ".join(f"{words_share(w)}fr" for w in block.widths)
    parts = ", ".join("[" + "\n".join(_blocks(part)) + "]" for part in block.parts)
    keep = "false" if block.keep else "true"
    columns = f"columns: ({widths},), column-gutter: 16pt"
    if named is None or block.keep:
        return f"#block(breakable: {keep}, above: 8pt, below: 10pt, grid({columns}, {parts}))"
    head = f"again(start, {len(block.parts)}, {{{_line(named.runs)}}})"
    body = f"context {{let start = here().page(); grid({columns}, {head}, {parts})}}"
    return f"#block(breakable: true, above: 8pt, below: 10pt, {body})"


def _line(line: Line) -> str:
    return ";".join(_inline(part) for part in line) or '""'


def _inline(part: Inline) -> str:
    if isinstance(part, MarkRow):
        return ";".join(f"box(baseline: 12%, {mark_name(name, INLINE_MARK)})" for name in part.names) or '""'
    body = spoken(part.text)
    if part.lang:
        body = f'text(lang: "{part.lang}", {body})' + (f" + h(1.5pt) + {_language(part.lang)}" if part.tagged else "")
    if part.tone:
        body = f"text(fill: c-{part.tone}, {body})"
    if part.bold:
        body = f"strong({body})"
    if part.link:
        body = f"link({quoted(part.link)}, {body})"
    elif part.to:
        body = f"link(label({quoted(part.to)}), {body})"
    return body


def _figure(figure: Figure) -> str:
    drawn = drawing(figure.drawing)
    source = f"#par(text(size: 8pt, fill: c-ink-2, {spoken(figure.source)}))" if figure.source else ""
    if not figure.title:
        size = f"width: {figure.drawing.width:.4g}pt, above: 7pt, below: 5pt"
        return f"#block(breakable: false, sticky: true, {size}, figure(alt: {quoted(figure.alt)}, {_PLAIN}, {drawn}))"
    return "\n".join(
        (
            f"#block(breakable: false, width: {figure.drawing.width:.4g}pt, above: 10pt, below: 12pt)[",
            f"#block(below: 5pt, {{{_tag(figure.tag)}text(weight: 700, size: 10pt, {spoken(figure.title)})}})",
            *(
                [f"#block(below: 7pt, text(size: 8pt, fill: c-ink-2, {spoken(figure.subtitle)}))"]
                if figure.subtitle
                else []
            ),
            f"#figure(alt: {quoted(figure.alt)}, {_PLAIN}, {drawn})",
            source,
            "]",
        )
    )


def _language(lang: str) -> str:
    return f"super(text(size: 0.62em, fill: c-ink-3, {quoted(lang.upper())}))"


def _head_language(lang: str) -> str:
    return f";h(2pt);{_language(lang)}" if lang else ""


def _tag(tag: str) -> str:
    return f"text(size: 10pt, fill: c-ink-2, {quoted(tag + '. ')});" if tag else ""


def _table(table: Table) -> str:
    size = "8pt" if table.dense else "9pt"
    columns = ", ".join(f"{words_share(c.width)}fr" for c in table.columns)
    aligns = ", ".join("right + top" if c.numeric else "left + top" for c in table.columns)
    heads = ", ".join(
        f"{{set text(weight: 700, fill: c-{c.tone or 'ink'});{_chip(c.tone)}{spoken(c.title)}{_head_language(c.lang)}}}"
        for c in table.columns
    )
    rows = ",\n".join(_row(row, len(table.columns)) for row in table.rows)
    body = (
        f"table(columns: ({columns},), align: ({aligns},), table.header({heads}), table.hline(stroke: "
        f"0.8pt + c-ink-3),\n{rows})"
    )
    note = f"#par(text(size: 8pt, fill: c-ink-2, {spoken(table.note)}))" if table.note else ""
    caption = (
        f"#block(above: 12pt, below: 5pt, sticky: true, "
        f"{{{_tag(table.tag)}text(size: 10pt, weight: 700, {spoken(table.caption)})}})"
        if table.caption
        else ""
    )
    inset = "set table(inset: (left: 0pt, right: 6.5pt, top: 2.7pt, bottom: 3.6pt));" if table.dense else ""
    return f"{caption}\n#{{set text(size: {size});{inset}{body}}}\n{note}"


def _chip(tone: str) -> str:
    return f"box(width: 3pt, height: 0.72em, fill: c-{tone}, outset: (y: 0.08em));h(4pt);" if tone else ""


def words_share(width: float) -> str:
    """Give a column's share as Typst writes it."""
    return f"{width:.3g}"


def _row(row: Row, columns: int) -> str:
    if row.band:
        return f"table.header(level: 2, repeat: false, table.cell(colspan: {columns}, {_cell(row.cells[0])}))"
    long = max(sum(len(text_of(line)) for line in cell.lines) for cell in row.cells) > LONG_CELL
    return ", ".join(f"table.cell(breakable: true, {_cell(cell)})" if long else _cell(cell) for cell in row.cells)


def _cell(cell: Cell) -> str:
    body = ";parbreak();".join(_line(line) for line in cell.lines) or '""'
    body = f"{{{body}}}"
    return f"[#box({body})#label({quoted(cell.id)})]" if cell.id else body
