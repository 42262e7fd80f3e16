"""The timeline, the themes, the calendar, the figures and the glossary: nothing hidden, the same form for both."""

import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum

import pytest

from truceline.nouns import Finding, Outcome, Reading, StatusEvent
from truceline.report import access, calendar, dots, glossary, imagery, numbers, standing, timeline, tongue
from truceline.report.index import Index
from truceline.report.themes import detained, mines, sites, weapons
from truceline.report.themes import terms as theme_terms
from truceline.report.tree import Figure, Run, Table, inside, text_of

from .conftest import A, B, day, make_edition, make_empty

SECTIONS = (
    timeline.section,
    mines.section,
    weapons.section,
    detained.section,
    sites.section,
    glossary.section,
    numbers.section,
    imagery.section,
    access.section,
)
THEME_KINDS = (
    "explosion.mine",
    "mine.laid",
    "weapon.withdrawn",
    "person.detained",
    "harm.cultural_site",
    "harm.building",
)


def themed(incidents=24):
    """The invented edition with kinds of every theme."""
    made = make_edition(incidents)
    kinds = {i.id: THEME_KINDS[n % len(THEME_KINDS)] for n, i in enumerate(made.incidents)}
    return replace(made, incidents=tuple(replace(i, kind=kinds[i.id]) for i in made.incidents))


def words_of(section):
    """Every text of a section; drawings as their texts and labels."""
    found = [section.title]

    def walk(value):
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, Run):
            found.append(value.text)
        elif is_dataclass(value):
            for f in fields(value):
                if f.name not in {"id", "tone", "fill", "stroke", "link", "to", "lang", "style"}:
                    walk(getattr(value, f.name))
        elif isinstance(value, (tuple, list)):
            for part in value:
                walk(part)

    walk(section.blocks)
    return found


def exchanged(value):
    if isinstance(value, Enum) or value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        for one, two in ((A, B), ("Arland", "Belmark")):
            value = value.replace(one, "\0").replace(two, one).replace("\0", two)
        return value
    if is_dataclass(value):
        return replace(value, **{f.name: exchanged(getattr(value, f.name)) for f in fields(value) if f.init})
    if isinstance(value, dict):
        return {exchanged(k): exchanged(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(exchanged(v) for v in value)
    return value


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("count", [0, 1, 200])
def test_every_section_stands_with_none_one_and_many(section, count):
    made = section(Index(themed(count) if count else make_empty()))
    assert made.blocks
    assert not any("{" in text for text in words_of(made))


@pytest.mark.parametrize("section", SECTIONS)
def test_exchanging_the_parties_exchanges_the_text_and_nothing_else(section):
    made = themed()
    plain, other = section(Index(made)), section(Index(exchanged(made)))

    assert [exchanged(t) for t in words_of(other)] == words_of(plain)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_drawing_stays_on_its_canvas(section):
    for block in inside(section(Index(themed(200))).blocks):
        if isinstance(block, Figure):
            for s in block.drawing.shapes:
                x, y = getattr(s, "x", 0), getattr(s, "y", 0)
                assert -5 <= x <= block.drawing.width + 8, s
                assert -5 <= y <= block.drawing.height + 8, s


def test_a_theme_without_records_says_that_this_proves_nothing():
    for section in (mines, weapons, detained, sites):
        told = " ".join(words_of(section.section(Index(make_empty()))))
        assert "No record is not proof of none." in told


def test_a_pause_by_one_party_is_disputed_and_by_all_a_pause():
    index = Index(make_edition(2))
    signed, paused = index.edition.agreements[:2]
    assert [p.state for p in standing.pieces(index, signed)] == ["signed"]
    assert [p.state for p in standing.pieces(index, paused)] == ["signed", "disputed"]
    both = replace(paused, status=(StatusEvent(day(106), "paused", (A, B)),))
    assert [p.state for p in standing.pieces(index, both)] == ["signed", "paused"]
    call = replace(paused, standing="call", parties=(), status=())
    assert "binds nobody" in standing.pieces(index, call)[0].text


def test_the_timeline_names_each_step_and_the_day_it_closes():
    made = make_edition(30)
    step = replace(made.timeline[0], when=replace(made.timeline[0].when, start=day(146), end=day(147)))
    told = words_of(timeline.section(Index(replace(made, timeline=(*made.timeline, step)))))
    assert any(t.startswith("edition closes 22 December") for t in told)
    assert any("Border committee" in t for t in told)


def test_more_steps_than_room_lose_their_words_but_not_their_dot():
    made = make_edition(3)
    many = tuple(
        replace(made.timeline[0], event=f"A long name of a meeting, number {n}",
                when=replace(made.timeline[0].when, start=day(147, n % 5), end=day(148)))
        for n in range(40)
    )  # fmt: skip
    section = timeline.section(Index(replace(made, timeline=many)))
    drawn = next(b for b in section.blocks if isinstance(b, Figure))
    assert drawn.drawing.height < 680
    assert any(re.search(r"\d+ of 40 unnamed here", t) for t in words_of(section))


def finding(week, outcome, reading=Reading.UNDISPUTED):
    return Finding(f"x{week}{reading}", "G", "G.9", A, day(7 * week), day(7 * week + 7), outcome, "", (), 0, 0, None,
                   reading, "")  # fmt: skip


def test_weeks_that_say_the_same_are_one_stretch():
    rows = [finding(n, Outcome.NOT_ASSESSABLE) for n in range(50)]
    found = theme_terms.stretches([*rows, finding(50, Outcome.KEPT)])
    assert [(s.outcome, s.windows) for s in found] == [(Outcome.NOT_ASSESSABLE, 50), (Outcome.KEPT, 1)]


def test_readings_that_differ_make_the_week_disputed():
    rows = [finding(1, Outcome.NOT_DUE, Reading.PAUSED), finding(1, Outcome.BREACHED, Reading.IN_FORCE)]
    assert theme_terms.stretches(rows)[0].outcome is Outcome.DISPUTED


def test_families_stand_on_an_axis_of_their_own():
    made = make_edition(2)
    more = replace(made.totals[0], definition="families in camps", figure_ids=())
    section = numbers.section(Index(replace(made, totals=(*made.totals, more))))
    subtitles = [b.subtitle for b in section.blocks if isinstance(b, Figure)]
    assert any(s.startswith("People") for s in subtitles)
    assert any(s.startswith("Families") for s in subtitles)
    assert dots.unit(more) == "families"
    assert dots.unit(made.totals[0]) == "people"


def test_the_front_page_has_the_same_rows_for_both_and_never_more_than_eight():
    made = make_edition(2)
    one_sided = tuple(t for t in made.totals if t.side != B)
    drawn = dots.compact(Index(replace(made, totals=one_sided)), "killed", 180)
    said = [s.text for s in drawn.drawing.shapes if hasattr(s, "text")]
    assert "no figure found" in said
    assert said.count("Belmark") == said.count("Arland") == 1


def test_the_calendar_counts_what_was_reported_and_who_looked():
    index = Index(make_edition(40))
    drawn = calendar.compact(index, 470)
    said = [s.text for s in drawn.drawing.shapes if hasattr(s, "text")]
    assert "Incidents reported" in said
    assert any("with Arland" in s for s in said)
    assert any("with Belmark" in s for s in said)
    assert not any(s.endswith("…") for s in said)


def test_one_visit_told_twice_is_one_row_with_both_sources():
    made = make_edition(2)
    first = made.mission.effort[0]
    again = replace(first, id="e-s", source="https://example.org/other")
    mission = replace(made.mission, effort=(first, again))
    looks = (*made.looks, replace(made.looks[-2], effort_id="e-s"))
    section = access.section(Index(replace(made, mission=mission, looks=looks)))
    table = next(b for b in section.blocks if isinstance(b, Table) and b.label == "Refused and cut short")
    assert len(table.rows) == 1
    assert [text_of(line) for line in table.rows[0].cells[-1].lines] == ["published source 1", "published source 2"]


def test_weapons_say_what_is_missing():
    told = " ".join(words_of(weapons.section(Index(themed()))))
    assert "What would be needed to say more" in told
    assert "not stated" in told


def test_the_glossary_has_each_word_once():
    with tongue.speaking("en"):
        section = glossary.section(Index(make_empty()))
    table = next(b for b in section.blocks if isinstance(b, Table))
    names = [text_of(row.cells[0].lines[0]) for row in table.rows]
    assert len(names) == len(set(names)) >= 30
    assert names == sorted(names, key=str.casefold)
