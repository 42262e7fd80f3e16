"""The document as DOCX, to be edited in Word or LibreOffice: the same words, numbers and figures, in real styles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from ..draw import text_width
from ..tree import (
    Block,
    Columns,
    Document,
    Figure,
    Heading,
    Listing,
    MarkRow,
    Paragraph,
    Section,
    Table,
    blocks_of,
    inside,
)
from . import tables
from .figures import Picture, inline, logo_picture, pictures
from .package import package
from .styles import NAMES, TEXT_WIDTH
from .text import Look, Pen, clean, field, line, marked, numbered, paragraph, words

_WIDTH = TEXT_WIDTH / 20
_TALLEST = 640.0
_OPENING = 0.7
"""How much smaller the opening's drawings stand, so that it fills one page; Word can fit no page."""

_RUNNING = 8.0
"""Size of the words at the head and foot of every page, points."""

_STYLES = {"lead": "Lead", "note": "Note", "quiet": "Quiet", "side": "Side"}
_KEEP = "<w:keepNext/>"
_PAGE = (
    '<w:sectPr><w:headerReference w:type="default" r:id="header"/><w:footerReference w:type="default" r:id="footer"/>'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1361" w:right="1247" w:bottom="1191" w:left="1247" '
    'w:header="624" w:footer="567" w:gutter="0"/></w:sectPr>'
)


def docx(document: Document) -> bytes:
    """Give the DOCX: A4, the same bytes every time, with its fonts inside.

    Raises typst.TypstError where Typst refuses a drawing of this program, or the mission's sign.
    """
    drawn = _drawn(document)
    sign = [logo_picture(document.logo)] if document.logo else []
    pen = Pen(document.language, _anchors(document), {}, iter(drawn))
    body = _front(document, sign, pen) + "".join(_section(n, s, pen) for n, s in enumerate(document.sections, 1))
    parts = {
        "document": f"<w:document {NAMES}><w:body>{body}{_PAGE}</w:body></w:document>",
        "header": f"<w:hdr {NAMES}>{_header(document)}</w:hdr>",
        "footer": f"<w:ftr {NAMES}>{_footer(document)}</w:ftr>",
    }
    return package(document, parts, pen.links, [*sign, *drawn])


def _drawn(document: Document) -> list[Picture]:
    opening = sum(isinstance(b, Figure) for b in inside(document.front))
    drawn = pictures([b.drawing for b in blocks_of(document) if isinstance(b, Figure)])
    small = [replace(p, width=p.width * _OPENING, height=p.height * _OPENING) for p in drawn[:opening]]
    return small + drawn[opening:]


def _anchors(document: Document) -> dict[str, tuple[int, str]]:
    """Give each place that a link can name its bookmark; Word knows letters, digits and 40 characters."""
    sections = {s.id: (n, f"_Toc{n:08d}") for n, s in enumerate(document.sections, 1)}
    numbers = count(len(sections) + 1)
    places = (p for p in _places(blocks_of(document)) if p not in sections)
    return sections | {p: (n, f"p{n}_{re.sub('[^A-Za-z0-9]', '_', p)}"[:40]) for p, n in zip(places, numbers)}  # noqa: B905  # numbers have no end


def _places(blocks: Iterator[Block]) -> Iterator[str]:
    found: dict[str, None] = {}
    for block in blocks:
        if isinstance(block, Heading | Figure) and block.id:
            found[block.id] = None
        elif isinstance(block, Table):
            found.update({c.id: None for row in block.rows for c in row.cells if c.id})
    yield from found


def _front(document: Document, sign: list[Picture], pen: Pen) -> str:
    logo = ""
    if document.logo and sign:
        logo = paragraph("Figure", inline(sign[0], "Logo", clean(document.logo.alt), (_WIDTH, _TALLEST)), _KEEP)
    organisation = paragraph("Organisation", words(document.organisation)) if document.organisation else ""
    head = (
        paragraph("Kicker", words(f"{document.kicker} · {document.as_of_line}")),
        paragraph("Title", words(document.title)),
        paragraph("Subtitle", words(document.lead)),
    )
    contents = "" if document.short or not document.sections else _contents(document, pen)
    return logo + organisation + "".join(head) + _blocks(_opening(document.front), pen, _WIDTH) + contents


def _opening(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Blocks of the opening with their tables set small, which has to fit one page."""
    return tuple(replace(b, dense=True) if isinstance(b, Table) else b for b in blocks)


def _contents(document: Document, pen: Pen) -> str:
    opening = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \\o "1-1" \\h \\z '
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    entries = []
    for n, section in enumerate(document.sections, 1):
        name = pen.anchors[section.id][1]
        # Only a program that has laid out the pages knows them: the field is filled by Word, the entry reads without.
        page = field(f"PAGEREF {name} \\h", "")
        entry = (
            f'<w:hyperlink w:anchor="{name}" w:history="1">{words(f"{n}. {section.title}")}<w:r><w:tab/></w:r>{page}'
        )
        entries.append(paragraph("TOC1", f"{opening if n == 1 else ''}{entry}</w:hyperlink>"))
    end = paragraph("Gap", '<w:r><w:fldChar w:fldCharType="end"/></w:r>')
    listing = "".join(entries) + end
    return (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj>'
        f"</w:sdtPr><w:sdtContent>{paragraph('ContentsHeading', words(document.chrome.contents))}{listing}"
        "</w:sdtContent></w:sdt>"
    )


def _section(number: int, section: Section, pen: Pen) -> str:
    apart = '<w:pageBreakBefore/><w:spacing w:before="0"/>' if section.id in {"annex", "commitments"} else ""
    title = marked(section.id, words(f"{number}. {section.title}"), pen)
    return paragraph("Heading1", title, apart) + _blocks(section.blocks, pen, _WIDTH)


def _blocks(blocks: tuple[Block, ...], pen: Pen, room: float) -> str:
    """Blocks in order; a paragraph stays on the page of the table or figure that it introduces."""
    following = (*blocks[1:], None)
    return "".join(
        _block(b, pen, room, keep=isinstance(f, Table | Figure)) for b, f in zip(blocks, following, strict=False)
    )


def _block(block: Block, pen: Pen, room: float, *, keep: bool = False) -> str:
    if isinstance(block, Paragraph):
        return paragraph(_STYLES.get(block.style, ""), line(block.runs, pen), _KEEP if keep else "")
    if isinstance(block, Heading):
        return paragraph(f"Heading{block.level - 1}", marked(block.id, line(block.runs, pen), pen))
    if isinstance(block, Listing):
        starts_with_mark = any(item and isinstance(item[0], MarkRow) for item in block.items)
        style = "MarkedList" if starts_with_mark else "ListBullet"
        return "".join(paragraph(style, line(item, pen)) for item in block.items)
    if isinstance(block, Columns):
        return _columns(block, pen, room)
    return tables.table(block, pen, room) if isinstance(block, Table) else _figure(block, pen, room)


def _columns(block: Columns, pen: Pen, room: float) -> str:
    widths = tables.shares(block.widths, room - tables.GAP * (len(block.parts) - 1))
    parts = [_blocks(p, pen, w / 20) or paragraph("Gap", "") for p, w in zip(block.parts, widths, strict=True)]
    return tables.beside(parts, widths, keep=block.keep)


def _figure(figure: Figure, pen: Pen, room: float) -> str:
    shown = inline(next(pen.pictures), clean(figure.tag or figure.id), clean(figure.alt), (room, _TALLEST))
    title = paragraph("Caption", numbered(figure.tag, "Figure") + words(figure.title)) if figure.title else ""
    subtitle = paragraph("FigureSubtitle", words(figure.subtitle)) if figure.subtitle else ""
    source = paragraph("FigureSource", words(figure.source)) if figure.source else ""
    return title + subtitle + paragraph("Figure", marked(figure.id, shown, pen), _KEEP if source else "") + source


def _thirds(style: str, texts: tuple[str, str, str], bodies: tuple[str, str, str]) -> str:
    """Three short texts in one line: to the left, in the middle and to the right, each as wide as its words ask."""
    left, middle, right = (text_width(text, _RUNNING) + _RUNNING for text in texts)
    widths = tables.shares((left, max(middle, _WIDTH - left - right), right), _WIDTH)
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        + paragraph(style, body, f'<w:jc w:val="{side}"/>')
        + "</w:tc>"
        for body, width, side in zip(bodies, widths, ("left", "center", "right"), strict=True)
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    properties = f'<w:tblPr><w:tblStyle w:val="Running"/><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
    return f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid><w:tr>{cells}</w:tr></w:tbl>"


def _header(document: Document) -> str:
    texts = (document.mission, document.as_of_line, document.release)
    warning = "".join(
        paragraph("Warning", words(text, Look(lang=lang)))
        for lang, text in zip((document.language, "en"), document.chrome.warning, strict=False)
    )
    left, middle, right = (words(text) for text in texts)
    return _thirds("Header", texts, (left, middle, right)) + paragraph("Rule", "") + warning


def _footer(document: Document) -> str:
    pieces = re.split(r"\{(page|pages)\}", document.chrome.page)
    codes = {"page": "PAGE", "pages": "NUMPAGES"}
    page = "".join(field(codes[p], "1") if n % 2 else words(p) for n, p in enumerate(pieces))
    texts = (document.chrome.page.format(page=1000, pages=1000), document.notice, document.version)
    return _thirds("Footer", texts, (page, words(document.notice), words(document.version))) + paragraph("Gap", "")
