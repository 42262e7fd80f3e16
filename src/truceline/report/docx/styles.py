"""What Word needs beside the text: the styles of the look, numbering, settings, and the fonts inside the file."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from ..scripts import FONTS
from . import marks as docx_marks
from .text import FAMILIES, clean, colour, locale

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)
TEXT_WIDTH = 9412
"""Twentieths of a point between margins of 22 mm on A4."""

_LINE = 220
_KEEP = "<w:keepNext/>"
_TOGETHER = "<w:keepNext/><w:keepLines/>"


@dataclass(frozen=True, slots=True)
class _Style:
    id: str
    name: str
    size: float = 0
    tone: str = ""
    bold: bool = False
    before: float = 0
    after: float = 0
    more: str = ""
    based: str = "Normal"
    outline: int | None = None
    line: int = _LINE


_BULLET = '<w:numPr><w:numId w:val="1"/></w:numPr>'
_RUNNING = f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="{colour("hairline")}"/></w:pBdr>'
_TAB = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH}"/></w:tabs>'
_PARAGRAPHS = (
    _Style("Organisation", "Organisation", 9, bold=True, after=3),
    _Style("Kicker", "Kicker", 9, "accent", bold=True, after=2, more=_KEEP),
    _Style("Title", "Title", 18, bold=True, after=4, more=_TOGETHER),
    _Style("Subtitle", "Subtitle", 9.5, "ink-2", after=6),
    _Style("Heading1", "heading 1", 15, bold=True, before=22, after=7, more=_TOGETHER, outline=0),
    _Style("Heading2", "heading 2", 11, bold=True, before=12, after=3, more=_TOGETHER, outline=1),
    _Style("Heading3", "heading 3", 8.5, "accent", bold=True, before=6, after=2, more=_TOGETHER, outline=2),
    _Style("Heading4", "heading 4", 8, "accent", bold=True, before=5, after=1, more=_TOGETHER, outline=3),
    _Style("ContentsHeading", "Contents heading", 15, bold=True, after=8, more=f"{_TOGETHER}<w:pageBreakBefore/>"),
    _Style("TOC1", "toc 1", 9, after=4, more=_TAB),
    _Style("Lead", "Lead", 11, "ink-2", after=7),
    _Style("Note", "Note", 8, "ink-2", after=4),
    _Style("Quiet", "Quiet", 8.5, after=4, more=_KEEP),
    _Style("Side", "Side", 8, after=2),
    _Style("ListBullet", "List Bullet", after=3.5, more=_BULLET),
    _Style("MarkedList", "Marked list", after=3.5),
    _Style("Caption", "caption", 10, bold=True, before=8, after=2, more=_TOGETHER),
    _Style("FigureSubtitle", "Figure subtitle", 8, "ink-2", after=4, more=_TOGETHER),
    _Style("Figure", "Figure", after=3, line=240),
    _Style("FigureSource", "Figure source", 8, "ink-2", after=9),
    _Style("TableText", "Table text", 9, after=2),
    _Style("TableTextDense", "Table text dense", 8, based="TableText", after=2),
    _Style("TableHead", "Table head", bold=True, more=_KEEP, based="TableText"),
    _Style("TableHeadDense", "Table head dense", bold=True, more=_KEEP, based="TableTextDense"),
    _Style("TableBand", "Table band", bold=True, before=6, more=_KEEP, based="TableText"),
    _Style("TableBandDense", "Table band dense", bold=True, before=6, more=_KEEP, based="TableTextDense"),
    _Style("TableNote", "Table note", 8, "ink-2", before=4, after=8),
    _Style("Gap", "Gap", 2, after=4, line=240),
    _Style("Header", "header", 8, "ink-2"),
    _Style("Rule", "Header rule", 2, more=_RUNNING, line=240),
    _Style("Footer", "footer", 8, "ink-2"),
    _Style("Warning", "Warning", 8, "ink", bold=True, before=2),
)


def _points(value: float, per: int) -> str:
    return str(round(value * per))


def _paragraph(style: _Style) -> str:
    # CT_PPr wants an order: what keeps, frames and tabs comes before spacing, the outline after it.
    outline = "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>'
    size = f'<w:sz w:val="{_points(style.size, 2)}"/><w:szCs w:val="{_points(style.size, 2)}"/>' if style.size else ""
    tint = f'<w:color w:val="{colour(style.tone)}"/>' if style.tone else ""
    weight = "<w:b/><w:bCs/>" if style.bold else ""
    spacing = f'w:before="{_points(style.before, 20)}" w:after="{_points(style.after, 20)}" w:line="{style.line}"'
    after = '<w:next w:val="Normal"/>' if style.outline is not None or style.id == "Title" else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{style.id}"><w:name w:val="{style.name}"/>'
        f'<w:basedOn w:val="{style.based}"/>{after}<w:uiPriority w:val="9"/><w:qFormat/>'
        f'<w:pPr>{style.more}<w:spacing {spacing} w:lineRule="auto"/>{outline}</w:pPr>'
        f"<w:rPr>{weight}{tint}{size}</w:rPr></w:style>"
    )


def _character(name: str, style: str, properties: str) -> str:
    return (
        f'<w:style w:type="character" w:styleId="{style}"><w:name w:val="{name}"/><w:uiPriority w:val="20"/>'
        f"<w:rPr>{properties}</w:rPr></w:style>"
    )


def _margins(top: int, right: int) -> str:
    sides = {"top": top, "left": 0, "bottom": top // 2, "right": right}
    inside = "".join(f'<w:{side} w:w="{w}" w:type="dxa"/>' for side, w in sides.items())
    return f"<w:tblCellMar>{inside}</w:tblCellMar>"


def _table_styles() -> str:
    hair = f'w:val="single" w:sz="4" w:space="0" w:color="{colour("hairline")}"'
    lines = f"<w:tblBorders><w:bottom {hair}/><w:insideH {hair}/></w:tblBorders>"
    return "".join(
        f'<w:style w:type="table" {default}w:styleId="{i}"><w:name w:val="{name}"/><w:uiPriority w:val="59"/>'
        f"<w:tblPr>{borders}{margins}</w:tblPr></w:style>"
        for i, name, default, borders, margins in (
            ("TableNormal", "Normal Table", 'w:default="1" ', "", _margins(0, 0)),
            ("ReportTable", "Report table", "", lines, _margins(60, 160)),
            ("Running", "Running head and foot", "", "", _margins(0, 1)),
            ("SideBySide", "Side by side", "", "", _margins(0, 320)),
        )
    )


def styles(language: str) -> str:
    """Give the styles, with the fonts and the language of the whole document."""
    family = FAMILIES.get(language, FAMILIES["th"])
    tongue, complex_ = locale(language), locale(language if language in FAMILIES else "th")
    marks_font = f'w:ascii="{docx_marks.FAMILY}" w:hAnsi="{docx_marks.FAMILY}" w:eastAsia="{docx_marks.FAMILY}"'
    characters = (
        _character("Hyperlink", "Hyperlink", f'<w:color w:val="{colour("accent")}"/>'),
        _character("Mark", "Mark", f'<w:rFonts {marks_font} w:cs="{docx_marks.FAMILY}"/><w:b w:val="0"/>'),
        _character("Tag", "Tag", f'<w:b w:val="0"/><w:bCs w:val="0"/><w:color w:val="{colour("ink-2")}"/>'),
        _character("Language tag", "LanguageTag",
                   f'<w:color w:val="{colour("ink-3")}"/><w:vertAlign w:val="superscript"/>'),
    )  # fmt: skip
    return (
        f'<w:styles {NAMES}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Noto Sans" w:hAnsi="Noto Sans" '
        f'w:eastAsia="Noto Sans" w:cs="{family}"/><w:color w:val="{colour("ink")}"/><w:sz w:val="19"/>'
        f'<w:szCs w:val="19"/><w:lang w:val="{tongue}" w:eastAsia="{tongue}" w:bidi="{complex_}"/></w:rPr>'
        "</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/><w:pPr>'
        f'<w:spacing w:before="0" w:after="110" w:line="{_LINE}" w:lineRule="auto"/></w:pPr></w:style>'
        f"{''.join(_paragraph(s) for s in _PARAGRAPHS)}{''.join(characters)}{_table_styles()}</w:styles>"
    )


def numbering() -> str:
    """Give the one list of the report: an en dash before each item."""
    return (
        f'<w:numbering {NAMES}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="–"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="240" w:hanging="240"/></w:pPr>'
        f'<w:rPr><w:color w:val="{colour("ink-3")}"/></w:rPr></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def settings(language: str) -> str:
    """Give the settings: fonts travel with the file, and Word lays out as its present versions do."""
    return (
        f'<w:settings {NAMES}><w:zoom w:percent="100"/><w:embedTrueTypeFonts/><w:defaultTabStop w:val="567"/><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        f'</w:compat><w:themeFontLang w:val="{locale(language)}"/></w:settings>'
    )


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: its family, how Word calls this weight, and its bytes."""

    family: str
    weight: str
    data: bytes

    @property
    def key(self) -> str:
        """Give the key that hides it, drawn from its bytes so that it is the same every time."""
        return str(UUID(bytes=sha256(self.data).digest()[:16])).upper()

    def hidden(self) -> bytes:
        """Give the bytes as OOXML wants an embedded font: the first 32 mixed with the key, backwards."""
        key = UUID(self.key).bytes[::-1] * 2
        return bytes(a ^ b for a, b in zip(self.data[:32], key, strict=True)) + self.data[32:]


def faces() -> list[Face]:
    """Give the shipped fonts that are there, and that of the marks. Their licence allows that they are embedded."""
    families = {"Noto Sans": "NotoSans", **{f: f.replace(" ", "") for f in (*FAMILIES.values(), "Noto Sans Math")}}
    found = [
        Face(family, weight, path.read_bytes())
        for family, file in families.items()
        for weight in ("Regular", "Bold")
        if (path := FONTS / f"{file}-{weight}.ttf").exists()
    ]
    return [*found, Face(docx_marks.FAMILY, "Regular", docx_marks.font())]


def font_table(embedded: Sequence[Face]) -> str:
    """Give the table of fonts; face n has the relationship `font{n}`, from 1 on."""
    entries = []
    for family in dict.fromkeys(face.family for face in embedded):
        own = [(i, face) for i, face in enumerate(embedded, 1) if face.family == family]
        nearest = f'<w:altName w:val="{docx_marks.NEAREST}"/>' if family == docx_marks.FAMILY else ""
        files = "".join(f'<w:embed{f.weight} r:id="font{i}" w:fontKey="{{{f.key}}}"/>' for i, f in own)
        entries.append(
            f'<w:font w:name="{clean(family)}">{nearest}<w:charset w:val="00"/><w:family w:val="swiss"/>'
            f'<w:pitch w:val="variable"/>{_signature(own[0][1].data)}{files}</w:font>'
        )
    return f"<w:fonts {NAMES}>{''.join(entries)}</w:fonts>"


def _signature(data: bytes) -> str:
    """Which scripts and code pages a font says it holds, from its OS/2 table."""
    (count,) = struct.unpack(">H", data[4:6])
    index = {data[i : i + 4]: struct.unpack(">I", data[i + 8 : i + 12])[0] for i in range(12, 12 + 16 * count, 16)}
    at = index[b"OS/2"]
    numbers = [*struct.unpack(">4I", data[at + 42 : at + 58]), *struct.unpack(">2I", data[at + 78 : at + 86])]
    names = ("usb0", "usb1", "usb2", "usb3", "csb0", "csb1")
    listed = " ".join(f'w:{k}="{v:08X}"' for k, v in zip(names, numbers, strict=True))
    return f"<w:sig {listed}/>"
