"""Words, figures and marks by themselves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from truceline.nouns import CoverageState, Grade, Look, Outcome, Reading
from truceline.report import calendar, colours, draw, marks, matrix, words
from truceline.report import maps
from truceline.report.index import Index
from truceline.report.labels import Ground, Label
from truceline.report.scripts import printable, runs

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
    grid = matrix.Grid(Index(edition))
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
