"""Words as WordprocessingML: runs, links, fields, bookmarks and paragraphs. No text of the input can become markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import groupby

from .. import marks
from ..colours import LIGHT
from ..html import glued
from ..scripts import runs
from ..tree import Inline, Line, MarkRow, Run
from ..words import safe_link
from . import marks as docx_marks
from .figures import Picture

FAMILIES = {"th": "Noto Sans Thai", "km": "Noto Sans Khmer"}
_LOCALES = {"en": "en-GB", "th": "th-TH", "km": "km-KH", "ms": "ms-MY"}
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f]")
_WHITE = re.compile("[\t\n\r\u2028\u2029]")
_DIGITS = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True)
class Pen:
    """What the writing of one document needs to know: its bookmarks, its web links and its drawings, in order."""

    language: str
    anchors: Mapping[str, tuple[int, str]]
    links: dict[str, str]
    pictures: Iterator[Picture]


@dataclass(frozen=True, slots=True)
class Look:
    """How a run looks, beyond its paragraph's style."""

    style: str = ""
    bold: bool = False
    tone: str = ""
    lang: str = ""


PLAIN = Look()


def clean(text: str) -> str:
    """Give the text escaped, its white space as spaces, without what XML forbids."""
    return escape(_FORBIDDEN.sub("", _WHITE.sub(" ", text)))


def locale(language: str) -> str:
    """Give the tag by which Word knows a language."""
    return _LOCALES.get(language, clean(language))


def colour(tone: str) -> str:
    """Give a token's colour as Word writes it; ink for a token that is not known."""
    return LIGHT.get(tone, LIGHT["ink"])[1:]


def _properties(look: Look, script: str = "") -> str:
    family = FAMILIES.get(script, "")
    return "".join(
        (
            f'<w:rStyle w:val="{look.style}"/>' if look.style else "",
            f'<w:rFonts w:ascii="{family}" w:hAnsi="{family}" w:cs="{family}"/>' if family else "",
            "<w:b/><w:bCs/>" if look.bold else "",
            f'<w:color w:val="{colour(look.tone)}"/>' if look.tone else "",
            "<w:cs/>" if family else "",
            _language(look.lang, script),
        )
    )


def language_tag(lang: str) -> str:
    """Give the small sign of a language in which untranslated words stand."""
    return words(f"\u200a{lang.upper()}", Look("LanguageTag"))


def _language(lang: str, script: str) -> str:
    if script:
        return f'<w:lang w:bidi="{locale(script)}"/>'
    return f'<w:lang w:val="{locale(lang)}"/>' if lang else ""


def words(text: str, look: Look = PLAIN) -> str:
    """Give runs of this text; a Thai or Khmer piece is a run of its own, with its font and language."""
    made = []
    for script, piece in runs(text):
        properties = _properties(look, script)
        inside = f"<w:rPr>{properties}</w:rPr>" if properties else ""
        made.append(f'<w:r>{inside}<w:t xml:space="preserve">{clean(piece)}</w:t></w:r>')
    return "".join(made)


def line(parts: Line, pen: Pen) -> str:
    """Give one line of runs and marks; a mark stays on the line of its word."""
    return "".join(_inline(part, pen) for part in glued(parts))


def _inline(part: Inline, pen: Pen) -> str:
    if isinstance(part, MarkRow):
        return mark_row(part)
    address = safe_link(part.link)
    anchor = pen.anchors.get(part.to)
    if address:
        number = pen.links.setdefault(address, f"link{len(pen.links) + 1}")
        return f'<w:hyperlink r:id="{number}" w:history="1">{_run(part, "Hyperlink")}</w:hyperlink>'
    if anchor:
        return f'<w:hyperlink w:anchor="{anchor[1]}" w:history="1">{_run(part, "Hyperlink")}</w:hyperlink>'
    return _run(part)


def _run(run: Run, style: str = "") -> str:
    body = words(run.text, Look(style, run.bold, run.tone, run.lang))
    return body + language_tag(run.lang) if run.lang and run.tagged else body


def mark_row(row: MarkRow) -> str:
    """Give marks as characters of the marks' own font; a mark that has no character is its word in brackets."""
    made = []
    for tone, group in groupby(row.names, docx_marks.tone):
        for drawn, names in groupby(group, lambda name: name in docx_marks.CHARACTERS):
            if drawn:
                made.append(marks_run("".join(docx_marks.CHARACTERS[n] for n in names), tone))
            else:
                made.append(words("".join(f"[{marks.words(n)}]" for n in names)))
    return "".join(made)


def marks_run(characters: str, tone: str) -> str:
    """Give a run of these characters of the marks' font."""
    # The font stands in the run itself: LibreOffice takes no font from a character style inside a table.
    family = "".join(f' w:{kind}="{docx_marks.FAMILY}"' for kind in ("ascii", "hAnsi", "eastAsia", "cs"))
    tint = f'<w:color w:val="{colour(tone)}"/>' if tone != "ink" else ""
    look = f'<w:rStyle w:val="Mark"/><w:rFonts{family}/>{tint}'
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{clean(characters)}</w:t></w:r>'


def field(code: str, result: str, look: Look = PLAIN) -> str:
    """Give a field with the result that is shown until a reader's program works it out anew."""
    properties = _properties(look)
    inside = f"<w:rPr>{properties}</w:rPr>" if properties else ""

    def char(kind: str) -> str:
        return f'<w:r>{inside}<w:fldChar w:fldCharType="{kind}"/></w:r>'

    order = f'<w:r>{inside}<w:instrText xml:space="preserve"> {clean(code)} </w:instrText></w:r>'
    return char("begin") + order + char("separate") + words(result, look) + char("end")


def numbered(tag: str, sequence: str) -> str:
    """Give `Figure 3. ` with its number as a field of this sequence, so that Word can count on."""
    found = _DIGITS.search(tag)
    if not tag or found is None:
        return words(f"{tag}. ", Look("Tag")) if tag else ""
    look = Look("Tag")
    before, after = tag[: found.start()], tag[found.end() :]
    return words(before, look) + field(f"SEQ {sequence} \\* ARABIC", found[0], look) + words(f"{after}. ", look)


def marked(place: str, body: str, pen: Pen) -> str:
    """Give the body inside the bookmark of this place; the body alone where no place is named."""
    anchor = pen.anchors.get(place)
    if anchor is None:
        return body
    number, name = anchor
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{body}<w:bookmarkEnd w:id="{number}"/>'


def paragraph(style: str, body: str, more: str = "") -> str:
    """Give a paragraph in this style; `more` are further properties in the order of the schema."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties = f"<w:pPr>{named}{more}</w:pPr>" if named or more else ""
    return f"<w:p>{properties}{body}</w:p>"
