"""The report for Word.

The document's words in its order, real styles, fonts and pictures inside, the same bytes twice, nothing unsafe.
"""

import re
import shutil
import subprocess
from dataclasses import fields, replace
from datetime import UTC
from html import unescape
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import pytest
import typst
from docx import Document as Opened
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from pypdf import PdfReader

from truceline import run as pipeline
from truceline import when
from truceline.report import build, html, pdf
from truceline.report import tree as t
from truceline.report.docx import docx
from truceline.report.draw import Box, Drawing, Mark, Words
from truceline.report.marks import MARKS

from .conftest import make_edition

SVG = "{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip"
OWN_FONTS = {"Noto Sans", "Noto Sans Thai", "Noto Sans Khmer", "Noto Sans Math", "Truceline Marks"}


@pytest.fixture(scope="session")
def document(edition):
    return build(edition)


@pytest.fixture(scope="session")
def made(document):
    return docx(document)


def parts_of(data):
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def body_of(data):
    return parse_xml(parts_of(data)["word/document.xml"])


def squeezed(text):
    return re.sub(r"[\s\u200b]+", "", text)


def style_of(paragraph):
    found = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if found is None else found.get(qn("w:val"))


def is_mark(run):
    found = run.find(f"{qn('w:rPr')}/{qn('w:rStyle')}")
    return found is not None and found.get(qn("w:val")) == "Mark"


def words_of(element):
    """Words of an element in order, without the marks."""
    texts = (run.findall(qn("w:t")) for run in element.iter(qn("w:r")) if not is_mark(run))
    return "".join(text.text or "" for found in texts for text in found)


def runs_of(line):
    return "".join(
        part.text + (f"\u200a{part.lang.upper()}" if part.lang else "") for part in line if isinstance(part, t.Run)
    )


def expected(blocks):
    """Every text of these blocks as the page shows it, in reading order."""
    for block in blocks:
        if isinstance(block, t.Paragraph | t.Heading):
            yield runs_of(block.runs)
        elif isinstance(block, t.Listing):
            yield from map(runs_of, block.items)
        elif isinstance(block, t.Figure):
            yield from (f"{block.tag}. {block.title}" if block.tag else block.title, block.subtitle, block.source)
        elif isinstance(block, t.Columns):
            for part in block.parts:
                yield from expected(part)
        else:
            yield f"{block.tag}. {block.caption}" if block.tag else block.caption
            yield from (c.title for c in block.columns)
            yield from (runs_of(line) for row in block.rows for cell in row.cells for line in cell.lines)
            yield block.note


def whole(document):
    yield document.organisation
    yield f"{document.kicker} · {document.as_of_line}"
    yield from (document.title, document.lead, *expected(document.front))
    numbered = [f"{n}. {s.title}" for n, s in enumerate(document.sections, 1)]
    if numbered and not document.short:
        yield from (document.chrome.contents, *numbered)
    for name, section in zip(numbered, document.sections, strict=True):
        yield from (name, *expected(section.blocks))


def small(*blocks, **more):
    """A document of one section with these blocks."""
    base = {f.name: "" for f in fields(t.Document) if f.name in {"title", "lead", "release", "notice", "version"}}
    plain = build(make_edition(0))
    return replace(plain, **base, front=(), sections=(t.Section("only", "Only", blocks),), **more)


def test_the_words_of_the_document_in_its_order(document, made):
    assert squeezed(words_of(body_of(made))) == squeezed("".join(whole(document)))


def test_head_and_foot_say_mission_time_release_page_and_version(document, made):
    parts = parts_of(made)
    head, foot = parse_xml(parts["word/header.xml"]), parse_xml(parts["word/footer.xml"])
    assert squeezed(words_of(head)) == squeezed(document.mission + document.as_of_line + document.release)
    assert squeezed(words_of(foot)) == squeezed("Page 1 of 1" + document.notice + document.version)
    codes = [e.text.strip() for e in foot.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]


def test_a_translation_without_review_warns_on_every_page(document):
    chrome = replace(document.chrome, warning=("คำเตือน", "Unreviewed translation; the English text prevails."))
    data = docx(replace(small(), language="th", chrome=chrome))
    head = parts_of(data)["word/header.xml"].decode()
    assert "คำเตือน" in head
    assert "the English text prevails" in head
    assert '<w:lang w:val="th-TH"' in parts_of(data)["word/styles.xml"].decode()


def test_headings_have_real_styles_in_order(document, made):
    opened = Opened(BytesIO(made))
    titles = [p.text for p in opened.paragraphs if p.style.name == "Heading 1"]
    assert titles == [f"{n}. {s.title}" for n, s in enumerate(document.sections, 1)]
    assert [p.text for p in opened.paragraphs if p.style.name == "Title"] == [document.title]
    levels = [int(p.style.name[-1]) for p in opened.paragraphs if p.style.name.startswith("Heading")]
    assert all(b <= a + 1 for a, b in pairwise(levels))
    known = {s.style_id for s in opened.styles}
    body = body_of(made)
    assert {style_of(p) for p in body.iter(qn("w:p"))} - {""} <= known
    assert {e.get(qn("w:val")) for e in body.iter(qn("w:rStyle"), qn("w:tblStyle"))} <= known


def test_contents_read_without_being_updated(document, made):
    body = body_of(made)
    entries = [p for p in body.iter(qn("w:p")) if style_of(p) == "TOC1"]
    assert [words_of(p) for p in entries] == [f"{n}. {s.title}" for n, s in enumerate(document.sections, 1)]
    codes = [e.text.strip() for e in body.iter(qn("w:instrText"))]
    assert [code for code in codes if code.startswith("TOC ")] == ['TOC \\o "1-1" \\h \\z']
    assert sum(code.startswith("PAGEREF") for code in codes) == len(document.sections)
    kinds = [e.get(qn("w:fldCharType")) for e in body.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end")


def test_links_lead_to_bookmarks_and_to_the_web_only(document, made):
    body = body_of(made)
    marks = [e.get(qn("w:name")) for e in body.iter(qn("w:bookmarkStart"))]
    numbers = [e.get(qn("w:id")) for e in body.iter(qn("w:bookmarkStart"))]
    assert len(set(marks)) == len(marks)
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,39}", name) for name in marks)
    anchors = [e.get(qn("w:anchor")) for e in body.iter(qn("w:hyperlink"))]
    assert {a for a in anchors if a} <= set(marks)
    external = [r for r in Opened(BytesIO(made)).part.rels.values() if r.is_external]
    assert external
    assert all(r.target_ref.startswith(("http://", "https://")) for r in external)


def test_figures_have_alt_text_outlines_and_a_raster(document, made):
    figures = [b for b in t.blocks_of(document) if isinstance(b, t.Figure)]
    body, related = body_of(made), Opened(BytesIO(made)).part.rels
    described = [e.get("descr") for e in body.iter(qn("wp:docPr"))]
    assert described == [" ".join(f.alt.split()) if "\n" in f.alt else f.alt for f in figures]
    assert figures
    names = [e.get("id") for e in body.iter(qn("wp:docPr"))]
    assert len(set(names)) == len(names)
    for raster in body.iter(qn("a:blip")):
        assert related[raster.get(qn("r:embed"))].target_part.blob.startswith(b"\x89PNG")
        outline = related[next(raster.iter(SVG)).get(qn("r:embed"))].target_part.blob
        assert outline.startswith(b"<svg")
        assert b"<symbol" not in outline
        assert b"<script" not in outline
    for extent, figure in zip(body.iter(qn("wp:extent")), figures, strict=True):
        wide, high = int(extent.get("cx")) / 12700, int(extent.get("cy")) / 12700
        assert wide <= 470.6
        assert wide / high == pytest.approx(figure.drawing.width / figure.drawing.height, rel=1e-3)


def test_captions_count_by_fields(document, made):
    tagged = [b for b in t.blocks_of(document) if isinstance(b, t.Figure | t.Table) and b.tag]
    captions = [p for p in body_of(made).iter(qn("w:p")) if style_of(p) == "Caption"]
    shown = [words_of(p) for p in captions if p.findall(f".//{qn('w:instrText')}")]
    titles = [b.title if isinstance(b, t.Figure) else b.caption for b in tagged]
    assert [squeezed(s) for s in shown] == [squeezed(f"{b.tag}. {x}") for b, x in zip(tagged, titles, strict=True)]


def test_tables_repeat_their_head_and_have_a_name(document, made):
    tables = [b for b in t.blocks_of(document) if isinstance(b, t.Table)]
    found = [e for e in body_of(made).iter(qn("w:tbl")) if e.find(f"{qn('w:tblPr')}/{qn('w:tblCaption')}") is not None]
    assert len(found) == len(tables)
    for element, table in zip(found, tables, strict=True):
        assert element.find(f"{qn('w:tblPr')}/{qn('w:tblCaption')}").get(qn("w:val")) == (table.caption or table.label)
        rows = element.findall(qn("w:tr"))
        assert len(rows) == len(table.rows) + 1
        assert rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        widths = [int(e.get(qn("w:w"))) for e in element.find(qn("w:tblGrid"))]
        assert len(widths) == len(table.columns)
        assert sum(widths) <= 9412
        assert min(widths) > 160


def test_blocks_stand_side_by_side_and_tables_may_stand_in_them():
    table = t.Table("", (t.Column("Head"),), (t.Row((t.Cell(((t.Run("inner"),),)),)),), label="Inner")
    left, right = (t.Paragraph((t.Run("left"),), "side"),), (table,)
    body = body_of(docx(small(t.Columns((left, right, ()), (1, 2, 1), keep=True))))
    cells = body.find(f".//{qn('w:tbl')}/{qn('w:tr')}").findall(qn("w:tc"))
    assert [words_of(c) for c in cells] == ["left", "Headinner", ""]
    assert all(c[-1].tag == qn("w:p") for c in body.iter(qn("w:tc")))
    assert body.find(f".//{qn('w:cantSplit')}") is not None


def test_the_same_bytes_twice_and_no_clock(document, made):
    assert docx(document) == made
    with ZipFile(BytesIO(made)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = Opened(BytesIO(made)).core_properties
    assert properties.title == document.title
    assert properties.author == document.mission
    assert properties.language == "en-GB"
    assert properties.created == properties.modified
    assert properties.created.replace(tzinfo=properties.created.tzinfo or UTC) == document.as_of


def test_fonts_travel_with_the_file(made):
    parts = parts_of(made)
    assert b"<w:embedTrueTypeFonts/>" in parts["word/settings.xml"]
    related = {r.get("Id"): r.get("Target") for r in parse_xml(parts["word/_rels/fontTable.xml.rels"])}
    table, seen = parse_xml(parts["word/fontTable.xml"]), set()
    for font in table:
        for face in font:
            if not face.tag.startswith(qn("w:embedRegular")[:-7]):
                continue
            key = UUID(face.get(qn("w:fontKey"))).bytes[::-1] * 2
            hidden = parts[f"word/{related[face.get(qn('r:id'))]}"]
            plain = bytes(a ^ b for a, b in zip(hidden[:32], key, strict=True)) + hidden[32:]
            assert plain.startswith(b"\x00\x01\x00\x00")
            seen.add(font.get(qn("w:name")))
    assert seen == OWN_FONTS


def test_every_mark_has_a_character_that_its_font_draws(tmp_path):
    from truceline.report.docx import marks as docx_marks

    assert set(docx_marks.CHARACTERS) == set(MARKS)
    assert all(len(c) == 1 for c in docx_marks.CHARACTERS.values())
    (tmp_path / "marks.ttf").write_bytes(docx_marks.font())
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(tmp_path)])
    assert found.families() == ["Truceline Marks"]
    code = (
        f'#set text(font: "Truceline Marks", fallback: false)\n{"".join(sorted(set(docx_marks.CHARACTERS.values())))}'
    )
    drawn = typst.compile(code.encode(), format="svg", font_paths=[str(tmp_path)], ignore_system_fonts=True)
    shapes = {c: d.shapes for d, c in ((MARKS[n], c) for n, c in docx_marks.CHARACTERS.items())}
    assert drawn.count(b"<symbol") == len(shapes)


def test_a_row_of_marks_is_one_run_and_an_unknown_mark_is_a_word():
    row = t.MarkRow(("grade-established", "grade-established", "grade-disputed", "no-such"), "four")
    data = parts_of(docx(small(t.Paragraph((row, t.Run(" after"))))))["word/document.xml"].decode()
    assert ">●●⦶</w:t>" in data
    assert ">[no-such]</w:t>" in data
    assert "four" not in data


def test_thai_and_khmer_have_their_font_and_language():
    line = (t.Run("at บ้านหนอง and ភ្នំ", bold=True),)
    data = parts_of(docx(small(t.Paragraph(line))))["word/document.xml"].decode()
    for font, tag, piece in (("Noto Sans Thai", "th-TH", "บ้านหนอง"), ("Noto Sans Khmer", "km-KH", "ភ្នំ")):
        found = re.search(rf"<w:r><w:rPr>(.*?)</w:rPr><w:t xml:space=\"preserve\">{piece}</w:t>", data)
        last = found[1].rpartition("<w:rFonts")[2]
        assert f'w:cs="{font}"' in last
        assert "<w:bCs/>" in last
        assert f'<w:cs/><w:lang w:bidi="{tag}"/>' in last


def test_words_that_nobody_translated_say_their_language():
    data = parts_of(docx(small(t.Paragraph((t.Run("shells fell", lang="en"),)), language="th")))
    text = data["word/document.xml"].decode()
    assert '<w:lang w:val="en-GB"/></w:rPr><w:t xml:space="preserve">shells fell</w:t>' in text
    assert '<w:rStyle w:val="LanguageTag"/></w:rPr><w:t xml:space="preserve">\u200aEN</w:t>' in text


def test_text_is_never_markup_and_never_breaks_the_file():
    evil = '</w:t></w:r><w:hyperlink r:id="x"/> <script> & " \' \x00\x07\x1b\ufffe\ud800 \U0001f600 中文 مرحبا'
    drawing = Drawing(40, 20, (Box(0, 0, 40, 20), Words(2, 10, evil), Mark("grade-disputed", 30, 10)))
    cell = t.Cell(((t.Run(evil, link='https://example.org/?a=1&b="<'),),), id=evil)
    blocks = (
        t.Paragraph((t.Run(evil, link="javascript:alert(1)"), t.Run(evil, to="nowhere"))),
        t.Heading(3, (t.Run(evil, to=evil),), evil * 5),
        t.Figure(evil, evil, evil, evil, evil, drawing, evil),
        t.Table(evil, (t.Column(evil, tone=evil),), (t.Row((cell,)), t.Row((cell,), band=True)), evil, label=evil),
    )
    hostile = replace(small(*blocks), title=evil, mission=evil, lead=evil, notice=evil, version=evil, organisation=evil)
    data = docx(replace(hostile, kicker=evil, release=evil))
    for name, part in parts_of(data).items():
        if name.endswith((".xml", ".rels")):
            parse_xml(part)
            assert b"javascript:" not in part
    kept = squeezed(re.sub("[\x00\x07\x1b\ufffe\ud800]", "", evil))
    assert squeezed(words_of(body_of(data))).count(kept) >= 10
    assert Opened(BytesIO(data)).core_properties.title.startswith("</w:t>")


def test_the_sign_of_the_mission_stands_first():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><rect width="80" height="40"/></svg>'
    logo = t.Logo(svg, "svg", "Two rings")
    body = body_of(docx(small(organisation="Observer Team", logo=logo)))
    first = body.find(f".//{qn('w:p')}")
    assert first.find(f".//{qn('wp:docPr')}").get("descr") == "Two rings"
    extent = first.find(f".//{qn('wp:extent')}")
    assert int(extent.get("cx")) == pytest.approx(2 * int(extent.get("cy")), rel=0.02)
    raster = parts_of(docx(small(logo=logo)))["word/media/figure-0.png"]
    assert "word/media/figure-0.svg" not in parts_of(docx(small(logo=t.Logo(raster, "png", "Two rings"))))


@pytest.mark.parametrize("number", [0, 1, 150])
def test_few_and_many_incidents(number):
    document = build(make_edition(number))
    assert squeezed(words_of(body_of(docx(document)))) == squeezed("".join(whole(document)))


def test_a_note_has_no_contents():
    short = replace(small(), sections=(), short=True)
    body = body_of(docx(short))
    assert body.find(f".//{qn('w:sdt')}") is None
    assert squeezed(words_of(body)) == squeezed("".join(whole(short)))


def test_without_our_fonts_it_is_still_made(document, tmp_path, monkeypatch):
    import sys

    for module in ("docx.styles", "docx.figures"):
        monkeypatch.setattr(sys.modules[f"truceline.report.{module}"], "FONTS", tmp_path)
    assert squeezed(words_of(body_of(docx(document)))) == squeezed("".join(whole(document)))


def test_small_enough_for_a_month():
    large = build(make_edition(150, extra_terms=30))
    assert len(docx(large)) < 6_000_000


def test_the_flagship_says_the_same_words_and_numbers_in_all_three_forms():
    folder = Path(__file__).parents[2] / "missions" / "thailand-cambodia-2025"
    edition = pipeline.edition(pipeline.load(folder), when.parse("2025-12-22T09:00+08:00", "UTC").start, "public")
    flagship = build(*pipeline.document(edition, pipeline.Wish()))
    page = re.sub("<style.*?</style>", "", html(flagship).decode(), flags=re.DOTALL)
    main = re.sub("<svg.*?</svg>", "", page[page.index("<main") : page.index("</main>")], flags=re.DOTALL)
    numbered = "".join(f"{n}. {s.title}" for n, s in enumerate(flagship.sections, 1))
    word = squeezed(words_of(body_of(docx(flagship)))).replace(squeezed(flagship.chrome.contents + numbered), "", 1)
    assert squeezed(unescape(re.sub("<[^>]+>", "", main))) == word
    shown = squeezed(unescape(re.sub("<[^>]+>", "", page)))
    pages = PdfReader(BytesIO(pdf(flagship))).pages
    said = [w for n in range(0, len(pages), 7) for w in pages[n].extract_text().split() if w.isascii()]
    assert len(said) > 3000
    lost = {w for w in said if squeezed(w) not in shown}
    # a number of an axis and the name of the row below it may come out of the PDF as one word
    assert {w for w in lost if squeezed(re.sub(r"^\d+(?=[A-Z])", "", w)) not in shown} <= {"Page"}


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
def test_libreoffice_opens_it_and_sees_the_same_headings(document, made, tmp_path):
    (tmp_path / "report.docx").write_bytes(made)
    own = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    order = [shutil.which("soffice"), "--headless", own, "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*order, str(tmp_path / "report.docx")], check=True, capture_output=True, timeout=180)
    reader = PdfReader(tmp_path / "report.pdf")
    text = squeezed("".join(page.extract_text() for page in reader.pages[1:]))
    last = len(document.sections)
    at = text.index(squeezed(f"{last}. {document.sections[-1].title}")) + 1
    for number, section in enumerate(document.sections, 1):
        at = text.find(squeezed(f"{number}. {section.title}"), at)
        assert at >= 0, section.title
    figures = [b for b in t.blocks_of(document) if isinstance(b, t.Figure)]
    assert sum(len(page.images) > 0 or b" Do" in page.get_contents().get_data() for page in reader.pages) > 0
    assert len(reader.pages) >= len(figures) // 2
