"""The report as a reader gets it.

The same words in both files, the same bytes twice, nothing unsafe, nothing partial.
"""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from enum import Enum
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise

import pytest
from pypdf import PdfReader

from truceline.report import Brief, build, html, languages, pdf, write
from truceline.report import tree as t

from .conftest import make_edition

A, B = ("arland", "Arland"), ("belmark", "Belmark")


class Page(HTMLParser):
    """Visible words, elements and attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.words, self.tags, self.hidden = [], [], 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.hidden += tag in {"title", "style", "nav"}

    def handle_endtag(self, tag):
        self.hidden -= tag in {"title", "style", "nav"}

    def handle_data(self, data):
        if not self.hidden:
            self.words += data.split()


@pytest.fixture(scope="session")
def document(edition):
    return build(edition)


@pytest.fixture(scope="session")
def page(document):
    return html(document).decode()


@pytest.fixture(scope="session")
def paper(document):
    return pdf(document)


@pytest.fixture(scope="session")
def pages(paper):
    return [p.extract_text() for p in PdfReader(BytesIO(paper)).pages]


def squeezed(text):
    return re.sub(r"[\s\u200b\ufeff\xad]+", "", text)


def test_both_files_say_the_same_words(page, pages):
    whole = squeezed("".join(pages))
    latin = [w for w in Page(page).words if w.isascii() and w not in {"Skip", "Contents"}]
    missing = {w for w in latin if squeezed(w) not in whole}
    assert len(latin) > 2000
    assert missing <= {"Skip", "report"}


def test_the_same_bytes_twice(edition, page, paper, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(edition, tmp_path / name)
    for file in ("report.html", "report.pdf", "report.docx"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    assert (tmp_path / "one" / "report.html").read_text("utf-8") == page
    assert (tmp_path / "one" / "report.pdf").read_bytes() == paper
    assert sorted(p.name for p in (tmp_path / "one").iterdir()) == ["report.docx", "report.html", "report.pdf"]


def exchanged(value):
    """The same thing with the two parties' ids and names exchanged in every text."""
    if isinstance(value, Enum) or value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        for one, two in zip(A, B, strict=True):
            value = value.replace(one, "\0").replace(two, one).replace("\0", two)
        return value
    if is_dataclass(value):
        return replace(value, **{f.name: exchanged(getattr(value, f.name)) for f in fields(value) if f.init})
    if isinstance(value, dict):
        return {exchanged(k): exchanged(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(exchanged(v) for v in value)
    return value


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("length", ["full", "note"])
def test_exchanging_the_parties_exchanges_the_text_and_nothing_else(edition, language, length):
    earlier = replace(edition, as_of=edition.as_of - timedelta(days=7), incidents=edition.incidents[:-4])
    brief = Brief(language, length, earlier)
    plain, other = build(edition, brief), build(exchanged(edition), exchanged(brief))
    assert plain != other
    assert said(plain) == [exchanged(s) for s in said(other)]


def said(document):
    """Every text of a document, in order; drawings as their texts, marks and colours."""
    found = []

    def walk(value):
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, t.Figure):
            found.extend((value.title, value.subtitle, value.alt))
            for s in value.drawing.shapes:
                walk([getattr(s, k) for k in ("text", "name", "label", "tone", "fill") if hasattr(s, k)])
        elif is_dataclass(value):
            for f in fields(value):
                walk(getattr(value, f.name))
        elif isinstance(value, (tuple, list)):
            for v in value:
                walk(v)

    walk(document)
    return found


def test_text_of_observations_is_never_markup_and_never_code(edition):
    evil = '<script>alert(1)</script> "#panic()" \\u{41} ]] $x$ #import'
    worse = {
        "o21a": {"text": evil, "evidence": "javascript:alert(1)"},
        "o21b": {"evidence": 'https://example.org/"onmouseover="x'},
    }
    last = edition.incidents[-1]
    hostile = replace(
        edition,
        observations=tuple(replace(o, **worse.get(o.id, {})) for o in edition.observations),
        incidents=tuple(replace(i, place=evil) if i is last else i for i in edition.incidents),
        timeline=tuple(replace(s, event=evil, source="javascript:alert(2)") for s in edition.timeline),
    )
    document = build(hostile)
    text = html(document).decode()
    assert "<script" not in text
    assert "javascript:" not in text
    assert "onmouseover=" not in text
    assert "&lt;script&gt;" in text
    words = squeezed("".join(p.extract_text() for p in PdfReader(BytesIO(pdf(document))).pages))
    assert squeezed("<script>alert(1)</script>") in words
    assert squeezed('"#panic()" \\u{41} ]] $x$ #import') in words


def test_the_page_asks_nobody_for_anything(page):
    tags = Page(page).tags
    assert not [tag for tag, _ in tags if tag in {"script", "link", "iframe", "img", "object", "embed", "form"}]
    for tag, attributes in tags:
        assert "src" not in attributes
        target = attributes.get("href") or ""
        if tag == "a" and not target.startswith("#"):
            assert target.startswith(("http://", "https://"))
            assert attributes["rel"] == "noopener noreferrer"
        elif target:
            assert target.startswith("#")
    assert set(re.findall(r"url\(([a-z]+):", page)) == {"data"}
    assert "@import" not in page


def test_links_inside_lead_somewhere(page):
    tags = Page(page).tags
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    inside = {a["href"][1:] for tag, a in tags if tag in {"a", "use"} and (a.get("href") or "").startswith("#")}
    assert inside <= set(ids)


def test_landmarks_headings_and_names(page):
    tags = Page(page).tags
    names = [tag for tag, _ in tags]
    for landmark in ("header", "nav", "main", "footer"):
        assert names.count(landmark) == 1
    levels = [int(n[1]) for n in names if re.fullmatch(r"h[1-6]", n)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert all("scope" in a for tag, a in tags if tag == "th")
    assert all(a.get("aria-label") for tag, a in tags if a.get("role") in {"img", "region"})
    assert names.index("a") < names.index("header")


def test_notice_and_close_stand_on_every_page(edition, document, pages):
    assert len(pages) > 5
    for text in pages:
        assert squeezed(edition.mission.notice) in squeezed(text)
        assert squeezed(document.as_of_line) in squeezed(text)
        assert squeezed("Page") in text
    assert document.as_of_line == "Information as of 22 December 2025, 09:00, Kuala Lumpur (UTC+08:00)"


def test_every_figure_says_in_words_what_it_shows(document, page):
    figures = [b for s in document.sections for b in s.blocks if isinstance(b, t.Figure)]
    assert {f.id.split("-")[0] for f in figures} >= {"map", "matrix", "calendar", "dots"}
    labels = {a.get("aria-label") for tag, a in Page(page).tags if tag == "svg"}
    for figure in figures:
        assert len(figure.alt) > 40
        assert figure.alt in labels
        assert figure.title


def test_pdf_is_tagged_dated_and_named(edition, paper):
    reader = PdfReader(BytesIO(paper))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en"
    assert reader.metadata.title == "24 incidents reported, 1 of them seen by an observer"
    assert reader.metadata.creation_date == edition.as_of
    assert b"pdfuaid" in reader.xmp_metadata.stream.get_data()


def test_an_empty_edition_makes_a_whole_report(empty, tmp_path):
    write(empty, tmp_path)
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "No incident is on record" in text
    assert "not a calm day" in text


def test_characters_without_a_glyph_do_not_stop_it(edition):
    odd = "\U0001f600 \u4e2d\u6587 \x00\x07 \ufdd0 مرحبا ไทย ខ្មែរ"
    said = tuple(replace(o, text=odd) if o.id == "o21a" else o for o in edition.observations)
    document = build(replace(edition, observations=said))
    assert pdf(document).startswith(b"%PDF")
    assert "\u4e2d\u6587" in html(document).decode()


@pytest.mark.parametrize("number", [1, 1_000, 10_000])
def test_one_a_thousand_and_ten_thousand_incidents_make_a_report_that_can_be_read(number):
    document = build(make_edition(number))
    page = html(document).decode()
    assert f"{number:,} incident" in page
    assert "incident-1" in page
    pages = len(PdfReader(BytesIO(pdf(document))).pages)
    assert 5 < pages < 250
    if number > 1_000:
        assert "incidents.csv holds all" in page


def test_voice(document):
    text = "\n".join(said(document)).lower()
    for word in ("claimed", "inside arland", "inside belmark", "admitted", "the border is"):
        assert word not in text


def test_without_our_fonts_the_report_is_still_made(edition, tmp_path, monkeypatch):
    import sys

    from truceline.report import scripts

    for module in ("scripts", "pdf", "html"):
        monkeypatch.setattr(sys.modules[f"truceline.report.{module}"], "FONTS", tmp_path)
    caches = (scripts.coverage, scripts.printable, sys.modules["truceline.report.html"]._style)
    for cache in caches:
        cache.cache_clear()
    try:
        document = build(edition)
        assert pdf(document).startswith(b"%PDF")
        assert b"font-face" not in html(document)
    finally:
        for cache in caches:
            cache.cache_clear()


def test_fonts_fit_and_carry_their_licence():
    from truceline.report.scripts import FONTS

    assert sum(p.stat().st_size for p in FONTS.iterdir()) < 700_000
    licence = (FONTS / "OFL.txt").read_text("utf-8")
    assert licence.count("Copyright") >= 4
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
