"""The matrix of commitments: every week somewhere, every row of a party or a word for its absence, few figures."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from truceline.nouns import Interval, Outcome, Reading, StatusEvent
from truceline.report import matrix as commitments
from truceline.report import tree as t
from truceline.report.draw import WIDTH, Mark, Path, Words, text_width
from truceline.report.index import Index
from truceline.report.matrix import pages as matrix_pages
from truceline.report.matrix import sheet as matrix
from truceline.report.matrix.grid import MOST_PANELS, PANEL_WEEKS, Grid, topic

from .conftest import START, A, B, day, make_edition

MONTHS = frozenset({"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"})


def lengthened(edition, weeks):
    """The same edition with a period that begins so many weeks earlier, and a finding in its first week."""
    start = START - timedelta(weeks=weeks)
    early = replace(edition.findings[0], id="early", start=start, end=start + timedelta(weeks=1))
    mission = replace(edition.mission, period=Interval(start, day(300)))
    return replace(edition, mission=mission, findings=(early, *edition.findings))


def texts(figure):
    return [s.text for s in figure.drawing.shapes if isinstance(s, Words)]


def lines_of(section):
    return [t.text_of(b.runs) for b in section.blocks if isinstance(b, t.Paragraph)]


@pytest.mark.parametrize("more", [0, 6, 30, 55])
def test_every_week_of_the_period_stands_in_a_panel(edition, more):
    grid = Grid(Index(lengthened(edition, more)))
    assert sorted(n for panel in grid.panels for n in panel) == list(range(len(grid.weeks)))
    assert max(map(len, grid.panels)) <= PANEL_WEEKS
    assert max(map(len, grid.panels)) - min(map(len, grid.panels)) <= PANEL_WEEKS // 2
    assert [p.start for p in grid.panels] == sorted((p.start for p in grid.panels), reverse=True)
    assert matrix_pages.left_out(grid) == []
    drawn = {sheet.panel for sheet in matrix_pages.sheets(grid)}
    assert drawn == {p for p in grid.panels if grid.rows(p)}


def test_weeks_before_the_last_three_panels_are_counted_in_words(edition):
    grid = Grid(Index(lengthened(edition, 100)))
    assert len(grid.panels) == MOST_PANELS
    assert grid.earlier_weeks == len(grid.weeks) - sum(map(len, grid.panels)) > 0
    said = matrix_pages.left_out(grid)
    assert said == [
        f"{grid.earlier_weeks} earlier weeks of {len(grid.weeks)} are not drawn; findings.csv holds them.",
    ]


def test_four_hundred_commitments_make_six_figures():
    index = Index(make_edition(24, extra_terms=400))
    section = commitments.section(index)
    figures = [b for b in section.blocks if isinstance(b, t.Figure)]
    assert len(figures) == matrix_pages.MOST_FIGURES
    assert len({f.id for f in figures}) == len(figures)
    assert any("of 403 commitments are drawn" in line for line in lines_of(section))


def test_what_tells_something_is_drawn_first():
    edition = make_edition(24, extra_terms=400)
    dull = tuple(
        f if f.term_id in {"G.1", "G.409"} else replace(f, outcome=Outcome.NOT_ASSESSABLE) for f in edition.findings
    )
    grid = Grid(Index(replace(edition, findings=dull)))
    shown = [row.key[1] for sheet in matrix_pages.sheets(grid) for row in sheet.rows]
    assert "G.409" in shown
    assert len(shown) < len(grid.spoken)
    assert shown.index("G.1") < shown.index("G.409")


def test_parties_share_a_line_only_where_nothing_tells_them_apart(edition):
    quiet = tuple(replace(f, outcome=Outcome.NOT_DUE) for f in edition.findings if f.term_id == "G.1")
    grid = Grid(Index(replace(edition, findings=quiet)))
    (row,) = grid.rows(grid.panels[0])
    assert row.shared
    assert "both parties" in texts(matrix.figures(grid)[0])
    odd = (replace(quiet[0], outcome=Outcome.NOT_ASSESSABLE), *quiet[1:])
    grid = Grid(Index(replace(edition, findings=odd)))
    assert not grid.rows(grid.panels[0])[0].shared
    kept = tuple(replace(f, outcome=Outcome.KEPT) for f in quiet)
    grid = Grid(Index(replace(edition, findings=kept)))
    assert not grid.rows(grid.panels[0])[0].shared


@pytest.mark.parametrize("bound", [A, B])
def test_a_party_that_is_not_bound_is_named_with_words(edition, bound):
    agreements = tuple(
        replace(a, terms=tuple(replace(x, party=(bound,)) if x.id == "G.1" else x for x in a.terms))
        for a in edition.agreements
    )
    findings = tuple(f for f in edition.findings if f.term_id != "G.1" or f.party == bound)
    grid = Grid(Index(replace(edition, agreements=agreements, findings=findings)))
    assert texts(matrix.figures(grid)[0]).count("not bound by this point") == 1


def test_a_party_that_has_not_ratified_is_not_bound(edition):
    agreements = tuple(
        replace(a, standing="treaty", ratifications=({"party": A, "date": "1998-11-27"},)) if a.id == "G" else a
        for a in edition.agreements
    )
    grid = Grid(
        Index(replace(edition, agreements=agreements, findings=tuple(f for f in edition.findings if f.party == A)))
    )
    assert grid.unbound(("G", "G.1"), B)
    assert not grid.unbound(("G", "G.1"), A)


def test_a_disputed_status_is_shaded_from_the_day_of_the_pause(edition):
    grid = Grid(Index(edition))
    (dispute,) = grid.disputes
    assert (dispute.agreement_id, dispute.start, dispute.end) == ("J", day(106), edition.as_of)
    figure = matrix.figures(grid)[0]
    assert "Joint Declaration of October: status disputed" in texts(figure)
    dotted = [s for s in figure.drawing.shapes if isinstance(s, Path) and s.dash and s.stroke == "ink"]
    assert len(dotted) == 1
    settled = tuple(
        replace(a, status=(*a.status, StatusEvent(day(120), "resumed", (A, B)))) if a.id == "J" else a
        for a in edition.agreements
    )
    assert Grid(Index(replace(edition, agreements=settled))).disputes[0].end == day(120)


def test_under_one_reading_alone_a_cell_is_disputed(edition):
    alone = tuple(
        replace(f, outcome=Outcome.BREACHED)
        for f in edition.findings
        if f.term_id == "J.1" and f.status_reading is Reading.IN_FORCE
    )
    cells = Grid(Index(replace(edition, findings=alone))).cells.values()
    assert {c.outcome for c in cells} == {Outcome.DISPUTED}


def test_months_do_not_collide_and_nothing_leaves_the_figure(edition):
    for more in (0, 6, 30):
        for figure in matrix.figures(Grid(Index(lengthened(edition, more)))):
            words = [s for s in figure.drawing.shapes if isinstance(s, Words)]
            for s in words:
                width = text_width(s.text, s.size, bold=s.bold)
                left = s.x - {"start": 0, "middle": width / 2, "end": width}[s.anchor]
                assert left >= -1
                assert left + width <= WIDTH + 2
            months = sorted(
                (s.x - text_width(s.text, 8, bold=True) * (s.anchor == "end"), s.text)
                for s in words
                if s.bold and s.size == 8 and s.text[:3] in MONTHS
            )
            for (x, name), (following, _) in pairwise(months):
                assert x + text_width(name, 8, bold=True) <= following


def test_every_cell_says_its_outcome_in_words(edition):
    marks = [s for f in matrix.figures(Grid(Index(edition))) for s in f.drawing.shapes if isinstance(s, Mark)]
    cells = [m for m in marks if m.name.startswith("outcome-") and m.label]
    assert len(cells) > 100
    assert all("week of" in m.label for m in cells)


def test_an_unknown_topic_is_its_own_heading(edition):
    assert topic("rivers and fishing") == "Rivers and fishing"
    assert topic("Ceasefire") == "Ceasefire"
    assert topic("") == "Other commitments"
    assert Grid(Index(edition)).topics == ["Ceasefire", "Forces"]


def test_nothing_tested_says_so(empty):
    section = commitments.section(Index(empty))
    assert lines_of(section) == ["No commitment was tested. This says nothing of whether any was kept."]
