"""The message catalogues: whole, with the same places for values, and used."""

import importlib.util
from pathlib import Path

import pytest

from truceline.report import Brief, build, languages, tongue
from truceline.report.words import day, days, listed, said

DOCS = Path(__file__).parents[2] / "docs"


def catalogue():
    spec = importlib.util.spec_from_file_location("catalogue", DOCS / "catalogue.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_message_is_translated_with_its_places():
    module = catalogue()
    assert module.problems(module.template()) == []


def test_thai_khmer_and_malay_are_there():
    assert set(languages()) >= {"en", "th", "km", "ms"}


def test_dates_follow_the_language(edition):
    zone = "Asia/Bangkok"
    with tongue.speaking("en"):
        assert day(edition.as_of, zone) == "22 December 2025"
    with tongue.speaking("th"):
        assert "2568" in day(edition.as_of, zone)
        assert "ธันวาคม" in day(edition.as_of, zone)
    with tongue.speaking("km"):
        assert "ធ្នូ" in day(edition.as_of, zone)
        assert "2025" in day(edition.as_of, zone)
    with tongue.speaking("ms"):
        assert day(edition.as_of, zone) == "22 Disember 2025"
        assert days(edition.as_of, edition.as_of, zone) == "22 Disember 2025"


def test_the_language_holds_for_one_document_only(edition):
    build(edition, Brief(language="th"))
    assert tongue.code() == "en"
    with pytest.raises(KeyError), tongue.speaking("xx"):
        pass
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_what_a_source_said_is_marked_and_not_translated(edition):
    from truceline.report import tree as t

    document = build(edition, Brief(language="ms"))
    marked = [
        part
        for block in t.blocks_of(document)
        if isinstance(block, t.Table)
        for row in block.rows
        for cell in row.cells
        for line in cell.lines
        for part in line
        if isinstance(part, t.Run) and part.lang == "en"
    ]
    assert marked
    assert not [
        r for b in t.blocks_of(build(edition)) if isinstance(b, t.Paragraph) for r in b.runs if getattr(r, "lang", "")
    ]


def test_a_line_takes_runs_and_bold_words():
    from truceline.report.tree import Run

    made = said("**{part} of {whole}** incidents {n}", part=Run("3", link="https://example.org"), whole="7", n="x")
    assert [(r.text, r.bold, r.link) for r in made] == [
        ("3", True, "https://example.org"), (" of ", True, ""), ("7", True, ""), (" incidents ", False, ""), ("x", False, ""),
    ]  # fmt: skip


def test_the_warning_goes_when_a_native_reader_signs_the_catalogue(edition, monkeypatch, tmp_path):
    for path in tongue.LOCALES.iterdir():
        text = path.read_text("utf-8")
        signed = text.replace(
            '"Language-Team', '"Last-Translator: A. Reader <a@example.org>, 2025\\n"\n"Language-Team', 1
        )
        (tmp_path / path.name).write_text(signed if path.suffix == ".po" else text, "utf-8")
    caches = (tongue._catalogue, tongue.reviewed)
    assert build(edition, Brief(language="ms")).chrome.warning
    monkeypatch.setattr(tongue, "LOCALES", tmp_path)
    for cache in caches:
        cache.cache_clear()
    try:
        assert build(edition, Brief(language="ms")).chrome.warning == ()
        module = catalogue()
        assert b"A. Reader" in module.written(module.language("ms", module.template()))
    finally:
        monkeypatch.undo()
        for cache in caches:
            cache.cache_clear()


def test_a_column_of_untranslated_words_is_marked_once_in_its_head(edition):
    from truceline.report import tree as t

    document = build(edition, Brief(language="th"))
    tables = [b for b in t.blocks_of(document) if isinstance(b, t.Table)]
    heads = [(table, n) for table in tables for n, column in enumerate(table.columns) if column.lang == "en"]
    assert heads
    for table, n in heads:
        runs = [
            r for row in table.rows if not row.band for line in row.cells[n].lines for r in line if isinstance(r, t.Run)
        ]
        assert not [r for r in runs if r.lang == "en" and r.tagged]
    assert not [c for b in t.blocks_of(build(edition)) if isinstance(b, t.Table) for c in b.columns if c.lang]


def test_the_usual_definitions_are_translated_and_others_are_marked():
    from truceline.report.words import defined

    with tongue.speaking("ms"):
        assert defined("in shelters").lang == ""
        assert defined("in shelters").text != "in shelters"
        assert defined("counted by the village head").lang == "en"


def test_marks_are_named_in_the_language_of_the_page(edition):
    from truceline.report import html

    page = html(build(edition, Brief(language="ms"))).decode()
    assert 'role="img" aria-label="dipertikaikan"' in page
    assert 'role="img" aria-label="disputed"' not in page
