"""The PDF as an assistive reader meets it: tagged, in order, every figure described, its claims in its metadata."""

import itertools
import re
import shutil
import subprocess
from io import BytesIO

import pikepdf
import pypdf
import pytest

from truceline.report import Brief, build, languages, pdf
from truceline.report import tree as t


@pytest.fixture(scope="module", params=languages())
def made(request, edition):
    document = build(edition, Brief(language=request.param))
    return document, pikepdf.open(BytesIO(pdf(document)))


def elements(paper):
    """Structure elements in reading order: (tag, element)."""
    found = []

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for kid in node:
                walk(kid)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append((str(node.S), node))
            if "/K" in node:
                walk(node.K)

    walk(paper.Root.StructTreeRoot.K)
    return found


def texts(data):
    """The text of each page, by Poppler where it is here: pypdf reads the fonts of every page anew."""
    if shutil.which("pdftotext"):
        done = subprocess.run(["pdftotext", "-q", "-", "-"], input=data, capture_output=True, check=True, timeout=60)
        return done.stdout.decode("utf-8").split("\f")[:-1]
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages]


def test_it_is_tagged_and_says_its_language_and_standards(made):
    document, paper = made
    assert paper.Root.MarkInfo.Marked
    assert str(paper.Root.Lang).startswith(document.language)
    with paper.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "A")
        assert about["dc:title"] == document.title


def test_headings_follow_one_another_without_a_leap(made):
    _, paper = made
    levels = [int(tag[2:]) for tag, _ in elements(paper) if re.fullmatch(r"/H\d", tag)]
    assert levels
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


def test_every_figure_is_described(made):
    document, paper = made
    said = [str(e.Alt) for tag, e in elements(paper) if tag == "/Figure" and "/Alt" in e]
    undescribed = [e for tag, e in elements(paper) if tag == "/Figure" and "/Alt" not in e]
    figures = [b for b in t.blocks_of(document) if isinstance(b, t.Figure)]
    assert len(said) >= len(figures)
    assert undescribed == []


def test_every_page_of_a_translation_says_that_nobody_reviewed_it(made):
    document, paper = made
    if document.language == "en":
        assert document.chrome.warning == ()
        return
    assert document.chrome.warning[1] == "Unreviewed translation; the English text prevails."
    buffer = BytesIO()
    paper.save(buffer)
    pages = texts(buffer.getvalue())
    assert len(pages) == len(paper.pages)
    for page in pages:
        assert "Unreviewed translation; the English text prevails." in page


def test_a_card_that_breaks_says_its_name_again_and_a_note_stays_with_what_it_follows(edition):
    import importlib
    from dataclasses import replace

    paper = importlib.import_module("truceline.report.pdf")
    named = t.Heading(3, (t.Run("A long card"),), "card-1")
    columns = t.Columns(((t.Paragraph((t.Run("one"),)),), (t.Paragraph((t.Run("two"),)),)), (1.0, 1.0))
    document = build(edition)
    blocks = (named, columns, named, replace(columns, keep=True))
    written = paper.code(replace(document, sections=(t.Section("s", "S", blocks),)))
    assert written.count("again(start, 2") == 1
    note, figure = (
        t.Paragraph((t.Run("Drawn"),), "note"),
        next(b for b in t.blocks_of(document) if isinstance(b, t.Figure) and b.title),
    )
    written = paper.code(replace(document, sections=(t.Section("s", "S", (note, figure)),)))
    assert "block(sticky: false, above: 0.85em" in written.split('"1. S"')[1]
