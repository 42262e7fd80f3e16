"""Words, figures and marks by themselves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from truceline.nouns import CoverageState, Grade, Look, Outcome, Reading, SetAside, StatusEvent
from truceline.report import annex, calendar, colours, draw, links, maps, marks, method, status, tongue, words
from truceline.report import tree as t
from truceline.report.index import Index
from truceline.report.maps.labels import Ground, Label
from truceline.report.matrix.grid import Grid
from truceline.report.scripts import printable, runs

from .conftest import A, B, day, make_edition

BANGKOK = "Asia/Bangkok"


@pytest.mark.parametrize(
    ("start", "hours", "said"),
    [
        (datetime(2025, 12, 8, 17, tzinfo=UTC), 24, "9 December 2025"),
        (datetime(2025, 12, 8, 17, tzinfo=UTC), 72, "9 to 11 December 2025"),
        (datetime(2025, 11, 29, 17, tzinfo=UTC), 48, "30 November to 1 December 2025"),
        (datetime(2025, 12, 9, 7, 15, tzinfo=UTC), 0.5, "9 December 2025, 14:15 to 14:45 (UTC+07:00)"),
        (datetime(2025, 12, 9, 7, 15, tzinfo=UTC), 1 / 60, "9 December 2025, 14:15 (UTC+07:00)"),
    ],
)
def test_spans(start, hours, said):
    assert words.span(start, start + timedelta(hours=hours), BANGKOK) == said


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.org",
        "https://a b",
        'https://a"b',
        "ftp://x",
        "",
        "R12",
    ],
)
def test_only_web_addresses_become_links(address):
    assert words.safe_link(address) == ""


def test_numbers_never_flatter():
    assert words.percent(0.001) == "under 1 %"
    assert words.percent(0.999) == "over 99 %"
    assert words.percent(None) == "not stated"
    assert words.range_of(None, None) == "unknown"
    assert words.range_of(3, None) == "at least 3"
    assert words.number(12345) == "12,345"


def test_every_grade_outcome_and_state_has_a_mark():
    wanted = (
        [marks.grade(g) for g in Grade] + [marks.outcome(o) for o in Outcome] + [marks.look(s) for s in CoverageState]
    )
    assert set(wanted) <= set(marks.MARKS)
    drawings = [marks.MARKS[n].shapes for n in wanted if n != "look-looked_clear"]
    assert len(set(drawings)) == len(drawings)


def lightness(colour):
    r, g, b = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (r, g, b)]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16


@pytest.mark.parametrize("tokens", [colours.LIGHT, colours.DARK])
def test_parties_have_the_same_lightness(tokens):
    assert abs(lightness(tokens["party-1"]) - lightness(tokens["party-2"])) < 2


def test_where_the_readings_differ_the_cell_is_disputed(edition):
    grid = Grid(Index(edition))
    cells = {k: c for k, c in grid.cells.items() if k[1] == "J.1" and c.differs}
    assert cells
    assert {c.outcome for c in cells.values()} == {Outcome.DISPUTED}
    same = [c for k, c in grid.cells.items() if k[1] == "J.1" and not c.differs]
    assert all(dict(c.by_reading)[Reading.PAUSED] is c.outcome for c in same)
    assert ("J", "J.1") in grid.disputed_status
    assert not any(k[1] == "G.3" for k in grid.cells)


def test_nobody_looked_is_hatched_and_a_refusal_is_no_look(edition):
    look = edition.looks[0]
    assert calendar.state_of([]) == "look-not_looked"
    assert calendar.state_of([replace(look, state=CoverageState.REFUSED, host_led=False)]) == "look-refused"
    assert calendar.state_of([replace(look, state=CoverageState.OPPORTUNITY, host_led=False)]) == "look-opportunity"
    assert calendar.state_of([replace(look, host_led=True)]) == "look-host_led"
    assert calendar.state_of([replace(look, host_led=True), replace(look, host_led=False)]) == "look-looked"
    assert isinstance(look, Look)


def test_discs_are_to_scale():
    frame = maps.padded(103.0, 14.0, 105.0, 14.5)
    west, east = frame.xy(103.0, 14.25)[0], frame.xy(104.0, 14.25)[0]
    assert frame.points(107_900) == pytest.approx(east - west, rel=0.01)


def test_labels_do_not_overlap():
    ground = Ground((0, 0, 470, 300))
    for n in range(60):
        ground.place(Label(20 + 40 * (n % 11), 20 + 45 * (n // 11), (("Some place", 8, False, "ink"),)))
    boxes = ground.taken
    assert len(boxes) > 20
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_hatches_stay_inside_their_box():
    for stroke in draw.hatch(10, 20, 30, 8):
        for x, y in stroke:
            assert 10 - 1e-9 <= x <= 40 + 1e-9
            assert 20 - 1e-9 <= y <= 28 + 1e-9


def test_scripts_are_told_apart_and_what_no_font_holds_is_said():
    assert runs("Poipet ปอยเปต ប៉ោយប៉ែត x") == [
        ("", "Poipet "),
        ("th", "ปอยเปต"),
        ("", " "),
        ("km", "ប៉ោយប៉ែត"),
        ("", " x"),
    ]
    assert printable("a\x00b\u4e2d") == "ab▯"


def test_every_rule_that_gives_a_grade_is_told_to_the_reader():
    from truceline.assess import ATTRIBUTION, OCCURRENCE

    assert {r.id for r in (*OCCURRENCE, *ATTRIBUTION)} <= set(words.RULE_WORDS)


def tables(section):
    return [b for b in section.blocks if isinstance(b, t.Table)]


def words_of(table):
    return [[t.text_of(line) for cell in row.cells for line in cell.lines] for row in table.rows]


def test_marks_speak_the_language_that_is_spoken(monkeypatch):
    assert marks.words("outcome-kept") == "kept"
    assert marks.words("not-a-mark") == "not-a-mark"
    spoken = tongue.Tongue("xx", wording={"kept": "dijaga"})
    token = tongue._current.set(spoken)
    try:
        assert marks.words("outcome-kept") == "dijaga"
    finally:
        tongue._current.reset(token)


def test_the_annex_prints_every_incident_under_its_month(edition):
    (table,) = tables(annex.incidents(Index(edition)))
    bands = [t.text_of(r.cells[0].lines[0]) for r in table.rows if r.band]
    assert bands[0].startswith("July 2025")
    assert len(bands) == len({(i.start + timedelta(hours=7)).month for i in edition.incidents})
    ids = [r.cells[0].id for r in table.rows if not r.band]
    assert ids == [f"incident-{n}" for n in range(1, 25)]


def test_of_very_many_incidents_those_that_say_most_are_printed():
    index = Index(make_edition(2000))
    kept = {i.id for i in annex.printed(index)}
    assert len(kept) == annex.MOST_INCIDENTS
    telling = [i for i in index.incidents if i.end > index.since]
    assert telling
    assert {i.id for i in telling} <= kept
    others = [i for i in index.incidents if i.id in kept and i not in telling]
    assert {index.assessment(i.id).grade for i in others} == {Grade.ESTABLISHED, Grade.DISPUTED}
    section = annex.incidents(index)
    assert "500 of 2,000 incidents are printed" in t.text_of(section.blocks[0].runs)


@pytest.mark.parametrize(
    ("start", "hours", "said"),
    [
        (datetime(2025, 12, 8, 17, tzinfo=UTC), 24, "9 Dec"),
        (datetime(2025, 12, 8, 17, tzinfo=UTC), 72, "9 to 11 Dec"),
        (datetime(2025, 11, 29, 17, tzinfo=UTC), 48, "30 Nov to 1 Dec"),
        (datetime(2025, 12, 30, 17, tzinfo=UTC), 48, "31 Dec 2025 to 1 Jan 2026"),
        (datetime(2025, 12, 9, 7, 15, tzinfo=UTC), 0.5, "9 Dec, 14:15 to 14:45"),
        (datetime(2025, 12, 9, 7, 15, tzinfo=UTC), 1 / 60, "9 Dec, 14:15"),
        (datetime(2025, 12, 9, 15, 0, tzinfo=UTC), 4, "9 Dec, 22:00 to 10 Dec, 02:00"),
    ],
)
def test_the_annex_says_when_in_few_words(edition, start, hours, said):
    incident = replace(edition.incidents[0], start=start, end=start + timedelta(hours=hours))
    rows = words_of(tables(annex.incidents(Index(replace(edition, incidents=(incident,)))))[0])
    assert rows[1][1] == said


def test_rows_set_aside_for_one_reason_are_one_row(edition):
    why = "its day of publication is unknown"
    found = tuple(SetAside("a.csv", n, "reported", "", f"R{n}: {why}") for n in range(1, 31))
    found += (SetAside("b.csv", 7, "reported", "", f"X: {why}"), SetAside("b.csv", 9, "date", "12th", "no date"))
    (table,) = tables(annex.set_aside(Index(replace(edition, set_aside=found))))
    rows = words_of(table)
    assert rows[0][:3] == ["Its day of publication is unknown", "31 of 32", "reported"]
    assert rows[0][3:] == ["a.csv: lines 1, 2, 3, 4, 5, 6 and 24 more", "b.csv: lines 7"]
    assert rows[1] == ["No date", "1 of 32", "date", "b.csv: lines 9", "12th"]


def test_an_instrument_says_what_became_of_it(edition):
    found = tuple(
        replace(a, status=(*a.status, StatusEvent(day(120), "resumed", (A, B), note="as agreed"))) if a.id == "J" else a
        for a in edition.agreements
    )
    section = status.agreements(Index(replace(edition, agreements=found)))
    rows = words_of(tables(section)[0])
    assert "Paused by Arland on 11 November 2025. Source" in rows[1]
    assert "Resumed by Arland and Belmark on 25 November 2025. as agreed" in rows[1]
    assert "Arland: ratified or acceded on 27 November 1998. Source" in rows[2]
    said = t.text_of(section.blocks[1].runs)
    assert "Joint Declaration of October: status disputed until 25 November 2025." in said


def test_a_long_text_of_a_term_is_cut_at_a_word(edition):
    long = "Both sides agree to talk every single day " * 12
    agreements = tuple(
        replace(a, terms=tuple(replace(x, text=long) if x.kind == "recorded" else x for x in a.terms))
        for a in edition.agreements
    )
    (table,) = tables(status.recorded(Index(replace(edition, agreements=agreements))))
    text = words_of(table)[1][1]
    assert len(text) <= status.TEXT + 2
    assert text.endswith(" …")
    assert long.startswith(text.removesuffix(" …"))


def test_the_method_names_every_rule_that_was_used_and_what_the_report_never_does(edition):
    section = method.section(Index(edition))
    rules = {row[0] for table in tables(section) for row in words_of(table)}
    assert rules == {a.rule for a in edition.assessments} | {a.attribution_rule for a in edition.assessments}
    listed = [t.text_of(item) for b in section.blocks if isinstance(b, t.Listing) for item in b.items]
    assert set(method.NEVER) <= set(listed)


def test_a_link_that_leads_nowhere_becomes_words(edition):
    index = Index(edition)
    section = annex.incidents(index)
    there, gone = index.ref("i3"), t.Run("77", to="incident-77")
    text = t.Paragraph((there, gone))
    document = t.Document(
        "", "", "", edition.as_of, "", "", "", "", (t.Columns(((text,), (text,)), (1, 1)),), (section,)
    )
    made = links.live(document)
    assert isinstance(made.front[0], t.Columns)
    assert made.front[0].parts[0][0] == t.Paragraph((there, t.Run("77")))
    assert made.sections == document.sections
