"""Incidents on half a page: accounts side by side, when and from whom, and what stands in the margin."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from truceline.nouns import (
    CoverageState,
    Finding,
    Grade,
    Incident,
    Interval,
    Link,
    Method,
    OfWhom,
    Outcome,
    Reading,
    Stance,
)
from truceline.report import cards as incidents
from truceline.report import claims, tongue
from truceline.report import tree as t
from truceline.report.cards import half_page as cards
from truceline.report.cards import margin, origins, spans, verdict
from truceline.report.draw import Box, Words, text_width
from truceline.report.index import Index

from .conftest import A, B, day, make_edition, make_empty, observations_of


def said(blocks):
    """All words of blocks, in order."""
    found = []
    for b in t.inside(tuple(blocks)):
        if isinstance(b, t.Paragraph | t.Heading):
            found.append(t.text_of(b.runs))
        elif isinstance(b, t.Listing):
            found += [t.text_of(item) for item in b.items]
        elif isinstance(b, t.Table):
            found += [c.title for c in b.columns]
            found += [t.text_of(line) for row in b.rows for cell in row.cells for line in cell.lines]
        elif isinstance(b, t.Figure):
            found += [b.alt, *(s.text for s in b.drawing.shapes if isinstance(s, Words))]
    return "\n".join(found)


def one(changes=(), accounts=None, edition=None, **assessed):
    """An index with one incident of the shared edition, some of its accounts and its assessment changed."""
    edition = edition or make_edition(2)
    told = accounts if accounts is not None else observations_of(0, 2, 146)
    told = [replace(o, **dict(changes).get(o.id, {})) for o in told]
    first = replace(edition.incidents[0], observation_ids=tuple(o.id for o in told))
    return Index(
        replace(
            edition,
            incidents=(first,),
            observations=tuple(told),
            links=tuple(Link(first.id, o.id, 0.0, 0.0, 5.0, o.stance, ()) for o in told),
            assessments=(replace(edition.assessments[0], **assessed),),
        )
    )


def card(index):
    return cards.card(index, index.incidents[0])


def test_a_card_has_both_parties_in_the_order_of_the_mission_and_a_margin(edition):
    index = Index(edition)
    heading, facts, columns = cards.card(index, index.incidents[0])
    assert heading.level == 3
    assert heading.id == "card-1"
    assert t.text_of(facts.runs).startswith("Incident 1 · established")
    assert columns.keep
    main, side = columns.parts
    accounts = main[0]
    assert [c.title for c in accounts.columns] == ["Arland’s accounts", "Belmark’s accounts"]
    assert [c.tone for c in accounts.columns] == ["party-1", "party-2"]
    heads = [t.text_of(b.runs) for b in side if isinstance(b, t.Heading)]
    assert heads[0] == "Terms touched"
    assert heads[1] == "Grade: established"
    assert "Who was looking" in heads
    assert {b.style for b in side if isinstance(b, t.Paragraph)} == {"side"}


@pytest.mark.parametrize(
    ("assessed", "question"),
    [
        ({"rule": "O-DENIED", "attribution_rule": "A-DENIED"}, ": whether it happened is disputed"),
        ({"rule": "O-SIDES-AGREE", "attribution_rule": "A-MUTUAL"}, ": who began it is disputed"),
        ({"rule": "O-SIDES-AGREE", "attribution_rule": "A-DENIED"}, ": who did it is disputed"),
        ({"rule": "O-MONITOR-BACKED", "attribution_rule": "A-TWO-EYEWITNESSES"}, ""),
    ],
)
def test_the_title_says_what_is_in_question_and_names_nobody(assessed, question):
    index = one(**assessed)
    title = cards.title(index, index.incidents[0], index.assessment("i0"))
    assert title == "Artillery fire reported at Place 0, 28 July 2025" + question


def test_a_place_that_is_a_description_is_not_said_to_be_one():
    index = one()
    described = replace(index.incidents[0], place="10 km east of Place 0")
    assert "reported, 10 km east of Place 0, 28 July 2025" in cards.title(index, described, index.assessment("i0"))
    line = cards.place_line(index, described)
    assert line.startswith("10 km east of Place 0, placed at Place 0 บ้าน")
    assert line.endswith("known to 300 m")


def test_both_parties_own_names_of_a_place():
    index = one()
    hill = replace(index.incidents[0], place="Twin Hill", place_id="p12")
    assert "(Hill of Ar as Arland names it; Hill of Bel as Belmark names it)" in cards.place_line(index, hill)
    nowhere = replace(hill, lon_deg=None, lat_deg=None, radius_m=None)
    assert cards.place_line(index, nowhere).endswith("no place on the map")


def test_long_statements_are_cut_at_a_word_and_say_so():
    text = "The shells fell on the fields. " * 40
    cut = cards.clipped(text, 420)
    assert len(cut) <= 422
    assert cut.endswith(" …")
    assert text.startswith(cut[:-2])
    assert len(cards.clipped("ก" * 900, 420)) == 422
    index = one({"o0a": {"text": text}})
    assert text not in said(card(index))
    assert "Source" in said(card(index))


def test_more_reports_of_one_voice_are_counted_and_not_repeated():
    first, denial = observations_of(0, 2, 146)
    more = [replace(first, id=f"m{n}", source_id="outlet-2") for n in range(3)]
    index = one(accounts=[first, *more, denial])
    words = said(card(index))
    assert "3 more reports of this voice" in words
    assert words.count("first account 0") == 1
    assert all(f"m{n}" in words for n in range(3))


def test_own_words_have_the_same_form_for_both_parties():
    index = one(own_word=(A,), justified_by=(A,), denied_by=(B,), accused=(B,))
    words = said(card(index))
    assert "Arland said that it did this. Arland gave a reason." in words
    assert "Belmark denied it." in words
    index = one(own_word=(), justified_by=(), denied_by=(), accused=(B,))
    words = said(card(index))
    assert "Nobody blamed Arland for this." in words
    assert "No word of Belmark on its own part was found." in words


def test_no_accounts_at_all_is_said():
    index = one(accounts=[], agreed=())
    words = said(card(index))
    assert words.count("No account was found.") == 2
    assert "No party’s own account was found" in words
    assert not any(isinstance(b, t.Figure) for b in t.inside(tuple(card(index))))


def test_bars_are_as_long_as_the_interval_and_a_day_is_said_in_words():
    first, denial = observations_of(0, 2, 146)
    exact = replace(first, when=Interval(day(0, 5), day(0, 6), "minute"))
    longer = replace(first, id="b", origin_ids=("arland-ministry",), when=Interval(day(0, 5), day(0, 7), "hour"))
    bare = replace(first, id="c", origin_ids=("belmark-army",), when=Interval(day(0), day(1), "day"))
    index = one(accounts=[bare, exact, longer, denial])
    told = spans.tellings(index, index.accounts["i0"])
    assert [x.voices for x in told] == ["Arland army", "Arland Ministry of Defence", "Belmark army"]
    shapes, _ = spans.drawn(index, told, 0)
    bars = [s for s in shapes if isinstance(s, Box) and s.fill == "ink-2"]
    assert bars[1].w == pytest.approx(2 * bars[0].w)
    words = [s.text for s in shapes if isinstance(s, Words)]
    assert "2 of 3 accounts gave a time of day" in words
    assert "gave the day, no hour" in words
    assert "Fading ends: approximate" not in words


def test_approximate_times_fade_at_both_ends():
    first, _ = observations_of(0, 2, 146)
    about = replace(first, when=Interval(day(0, 5), day(0, 6), "hour", approximate=True))
    other = replace(first, id="b", origin_ids=("belmark-army",))
    index = one(accounts=[about, other])
    shapes, _ = spans.drawn(index, spans.tellings(index, index.accounts["i0"]), 0)
    faint = [s for s in shapes if isinstance(s, Box) and s.opacity < 1]
    assert len(faint) == 12
    assert any(isinstance(s, Words) and s.text == "Fading ends: approximate" for s in shapes)


def test_no_bars_where_only_days_are_known_and_denials_give_no_time():
    first, denial = observations_of(0, 2, 146)
    bare = replace(first, when=Interval(day(0), day(1), "day"))
    unknown = replace(first, id="b", when=None)
    index = one(accounts=[bare, unknown, denial])
    told = spans.tellings(index, index.accounts["i0"])
    assert len(told) == 2
    assert spans.drawn(index, told, 0) == ([], 0)
    assert spans.in_words(index, told[1]) == "gave no date"


@pytest.mark.parametrize("minutes", [1, 12, 95, 700, 4000, 90_000, 900_000])
def test_an_axis_of_any_length_has_a_few_ticks_on_it(minutes):
    span = Interval(day(3, 5), day(3, 5) + timedelta(minutes=minutes), "minute")
    ticks = spans.Clock.around([span], "Asia/Bangkok").ticks()
    assert 2 <= len(ticks) <= 8
    for (x, label), (next_x, next_label) in pairwise(ticks):
        assert x + text_width(label, 8) / 2 < next_x - text_width(next_label, 8) / 2
    assert ticks[-1][0] + text_width(ticks[-1][1], 8) / 2 <= spans.WIDTH + 1


def test_origins_are_counted_once_and_repeats_are_echoes():
    first, denial = observations_of(0, 2, 146)
    echo = replace(first, id="e", source_id="outlet-2")
    seen = replace(first, id="s", source_id="obs-1", origin_ids=(), method=Method.SEEN, actor_claimed="")
    own = replace(first, id="w", origin_ids=("belmark-army",), stance=Stance.ADMITS, actor_claimed="")
    index = one(accounts=[first, echo, seen, own, denial])
    made = {b.label: b for b in origins.backings(index, index.accounts["i0"])}
    assert list(made) == ["It happened", "Arland did it", "Belmark did it", "It was denied"]
    assert made["It happened"].words == "3 origins, 1 repeat"
    assert made["Arland did it"].words == "nobody said so"
    assert made["Belmark did it"].words == "2 origins, 1 repeat"
    figure = origins.figure(index, 1, index.accounts["i0"])
    assert "It was denied: 1 origin, 0 repeats." in figure.alt
    assert figure.drawing.width <= spans.WIDTH


def test_many_repeats_stay_on_the_page():
    first, _ = observations_of(0, 2, 146)
    index = one(accounts=[replace(first, id=f"r{n}") for n in range(400)])
    shapes = origins.figure(index, 1, index.accounts["i0"]).drawing.shapes
    assert max(s.x + s.w for s in shapes if isinstance(s, Box)) < spans.WIDTH
    assert "and 376 more in observations.csv" in said(card(index))


def test_where_the_mandate_names_no_author_no_party_is_drawn_as_one():
    edition = make_edition(2)
    index = one(edition=replace(edition, mission=replace(edition.mission, attribute=False)))
    labels = [b.label for b in origins.backings(index, index.accounts["i0"])]
    assert labels == ["It happened", "It was denied"]


def test_the_margin_says_who_was_looking_and_who_was_kept_from_it(edition):
    index = Index(edition)
    looked = next(k for k in edition.looks if k.state is CoverageState.LOOKED and not k.host_led)
    refused = next(k for k in edition.looks if k.state is CoverageState.REFUSED)
    base = replace(edition.incidents[0], lon_deg=103.0, lat_deg=14.3)

    def margin_at(start):
        there = replace(base, start=start + timedelta(hours=3), end=start + timedelta(hours=4))
        return said(margin.blocks(index, there, index.assessment(base.id)))

    there = margin_at(looked.start)
    assert f"With {index.name(looked.side)}: observers looked. At most 4 % of the line was in sight." in there
    assert "no observer on record" in there
    assert "observers were refused or cut short." in margin_at(refused.start)
    assert "No observer was recorded there that day." in margin_at(day(1))


def test_a_look_in_another_sector_is_no_look_here(edition):
    index = Index(edition)
    looked = next(k for k in edition.looks if k.state is CoverageState.LOOKED)
    east = replace(edition.incidents[0], start=looked.start, end=looked.end, lon_deg=105.0, lat_deg=14.3)
    assert margin.looks(index, east) == []
    assert margin.looks(index, replace(east, lon_deg=103.0)) == [looked]
    assert margin.looks(index, replace(east, lon_deg=None, lat_deg=None)) == [looked]


def test_casualties_are_told_by_voice_with_whom_they_count():
    index = one({"o0a": {"killed_min": 0, "injured_min": 2, "injured_max": 5, "of_whom": OfWhom.MILITARY}})
    assert "Belmark army: at least 0 killed" not in said(card(index))
    assert "Arland army: at least 0 killed, 2 to 5 injured; soldiers." in said(card(index))


def test_several_authors_are_named_in_the_order_of_the_mission():
    index = one(attributed_to=f"{B};{A}", attribution_grade=Grade.ESTABLISHED, attribution_rule="A-OWN-WORD")
    assert "Who did it: Arland and Belmark (established)" in said(card(index))
    assert verdict.attribution(index, index.assessment("i0")) == (
        "Arland and Belmark (established by rule A-OWN-WORD). A party itself said that it did it."
    )


def test_a_very_long_card_may_break_and_a_usual_one_may_not():
    texts = [
        replace(
            observations_of(0, 2, 146)[0], id=f"x{n}", source_id=f"a voice {n}", origin_ids=(), text="many words " * 60
        )
        for n in range(9)
    ]
    usual, long = card(one())[2], card(one(accounts=texts, conflicts=("who fired first, " * 200,)))[2]
    assert usual.keep
    assert not long.keep


def finding(incident, outcome):
    return Finding(
        f"f{incident}", "G", "G.1", A, day(0), day(7), outcome, "no_coverage", (incident,), 1, 1, None,
        Reading.UNDISPUTED, "",
    )  # fmt: skip


def graded(count, grade, *, later=0):
    edition = make_edition(count)
    return replace(
        edition,
        findings=(),
        incidents=tuple(
            replace(i, start=i.start if n >= later else edition.as_of - timedelta(days=1), end=edition.as_of)
            for n, i in enumerate(edition.incidents)
        ),
        assessments=tuple(replace(a, grade=grade) for a in edition.assessments),
    )


def shown(section):
    return [b.id for b in t.inside(section.blocks) if isinstance(b, t.Heading) and b.id.startswith("card-")]


def test_incidents_behind_a_finding_are_told_even_where_they_are_only_reported():
    edition = replace(
        graded(6, Grade.REPORTED), findings=(finding("i2", Outcome.DISPUTED), finding("i4", Outcome.KEPT))
    )
    index = Index(edition)
    section = incidents.section(index)
    assert shown(section) == [f"card-{index.number['i2']}"]
    assert "1 of 6 incidents" in said(section.blocks)


def test_this_report_s_period_comes_first_and_the_rest_is_counted():
    index = Index(graded(200, Grade.DISPUTED, later=3))
    section = incidents.section(index)
    assert len(shown(section)) == incidents.MOST
    heads = [t.text_of(b.runs) for b in section.blocks if isinstance(b, t.Heading) and not b.id]
    assert heads == ["Since 15 December 2025: fire", "Before 15 December 2025: fire"]
    words = said(section.blocks)
    assert "200 of 200 incidents" in words
    assert "40 of 200 are told here" in words
    assert "incidents.csv" in words


def test_few_cards_stand_without_topics():
    section = incidents.section(Index(graded(5, Grade.DISPUTED)))
    assert len(shown(section)) == 5
    assert all(b.id for b in section.blocks if isinstance(b, t.Heading))


def test_every_kind_has_a_topic(edition):
    index = Index(edition)
    assert incidents._topic("mine.laid") == "explosions and mines"
    assert incidents._topic("claim.legal") == incidents.OTHER
    assert isinstance(index.incidents[0], Incident)


def test_nothing_on_record_is_no_calm():
    section = incidents.section(Index(make_empty()))
    assert "not a finding of calm" in said(section.blocks)
    none = incidents.section(Index(graded(3, Grade.REPORTED)))
    assert "None of 3 incidents is established or disputed" in said(none.blocks)
    assert "In 0 of 0 incidents" in said(incidents.common_ground(Index(make_empty())).blocks)


def test_common_ground_is_capped_and_stands_by_month():
    edition = make_edition(300)
    section = incidents.common_ground(Index(edition))
    table = next(b for b in section.blocks if isinstance(b, t.Table))
    rows = [r for r in table.rows if not r.band]
    assert len(rows) == incidents.SHARED
    assert any(r.band for r in table.rows)
    assert "60 of 100" in said(section.blocks)
    few = incidents.common_ground(Index(make_edition(12)))
    assert not any(r.band for b in few.blocks if isinstance(b, t.Table) for r in b.rows)


def test_accusations_keep_their_denominators_and_say_contradictions(edition):
    words = said(claims.section(Index(edition)).blocks)
    assert "24 accusations by origin and incident are on record" in words
    assert "of 12" in words
    assert "Two voices of one side give different hours." in words
    assert "In 1 of 24 incidents." in words
    assert "No accusation is on record" in said(claims.section(Index(make_empty())).blocks)


def test_another_language_marks_the_words_nobody_translated(edition):
    token = tongue._current.set(tongue.Tongue("th"))
    try:
        found = cards.card(Index(edition), edition.incidents[0])
    finally:
        tongue._current.reset(token)
    runs = [
        r
        for b in t.inside(tuple(found))
        if isinstance(b, t.Table)
        for row in b.rows
        for cell in row.cells
        for line in cell.lines
        for r in line
        if isinstance(r, t.Run)
    ]
    assert any(r.lang == "en" and "Shells fell" in r.text for r in runs)


def test_ten_thousand_incidents_are_told_by_those_that_say_most():
    index = Index(make_edition(10_000))
    section = incidents.section(index)
    incidents.common_ground(index)
    claims.section(index)
    assert len(shown(section)) == incidents.MOST


@pytest.mark.parametrize(
    ("assessed", "said"),
    [
        ({"budget": None, "lies": ()}, ()),
        (
            {"budget": 1, "lies": ("outlet-1", f"{A} + {B}")},
            ("One voice would have to be wrong to turn this: Morning Post.",),
        ),
        (
            {"budget": 2, "lies": (f"{A} + {B}", "obs-1 + outlet-1")},
            (
                "2 voices would have to be wrong, or be one, to turn this: Arland and Belmark or Observer Team One and Morning Post.",
            ),
        ),
        ({"budget": 6, "lies": ()}, ("More than five voices would have to be wrong, or be one, to turn this.",)),
    ],
)
def test_the_margin_says_how_many_voices_would_have_to_be_wrong(assessed, said):
    index = one(**assessed)
    lines = [
        t.text_of(b.runs)
        for b in margin.blocks(index, index.incidents[0], index.assessment("i0"))
        if isinstance(b, t.Paragraph)
    ]
    assert tuple(line for line in lines if "turn this" in line) == said
