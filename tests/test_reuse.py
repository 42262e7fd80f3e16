"""Copies that nobody declared: found by their wording, counted once, and honest sources left alone."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from missions import obs
from truceline import alerts, reuse, run, scenario, voices
from truceline.nouns import Interval, Method, Observation, Source, SourceKind

LONG = (
    "The ministry said on Sunday that three shells fired from across the line came down on the slope below the temple "
    "shortly after nine in the morning, damaging two houses and a school; nobody was hurt, and the guns fell silent by noon."
)
OTHER = (
    "A villager who was mending nets at the reservoir counted blasts from the north before breakfast and saw smoke "
    "drift over the orchard; her neighbours took their children to the shelter beside the clinic and stayed there all day."
)
THAI = "กระทรวงแถลงเมื่อวันอาทิตย์ว่ากระสุนปืนใหญ่สามนัดที่ยิงข้ามแนวมาตกที่เชิงเขาใต้ปราสาทหลังเก้าโมงเช้าไม่นาน บ้านสองหลังและโรงเรียนเสียหาย ไม่มีผู้บาดเจ็บ"


def seen(number, source, text, **cells):
    return obs(number, source, method="seen", text=text, **cells)


@pytest.mark.parametrize("text", [LONG, THAI])
def test_a_second_outlet_with_the_same_words_is_no_second_witness(mission, text):
    mission.tell(seen("A", "press-1", text), seen("B", "press-2", text.replace("nine", "ten"), reported="2025-08-11"))
    (found,) = mission.edition().assessments
    assert (found.rule, found.grade, found.origins) == ("O-ONE-OUTSIDER", "probable", ("press-1",))
    (said,) = found.repeats
    assert said.startswith("B repeats A")


def test_two_outlets_in_words_of_their_own_are_two_witnesses(mission):
    mission.tell(seen("A", "press-1", LONG), seen("B", "press-2", OTHER))
    (found,) = mission.edition().assessments
    assert (found.rule, found.repeats) == ("O-TWO-OUTSIDERS", ())


def test_an_outlet_that_quotes_a_party_at_length_is_that_partys_voice(mission):
    mission.tell(
        obs("A", "voice-1", text=LONG),
        obs("B", "press-1", text=f"{LONG} Our reporter adds that markets were open. {OTHER}", reported="2025-08-11"),
    )
    (found,) = mission.edition().assessments
    assert found.origins == ("army-1",)


def test_observers_forms_are_alike_and_no_copies(mission):
    mission.tell(seen("A", "mon", LONG), seen("B", "mon-2", LONG.replace("nine", "ten")))
    (found,) = mission.edition().assessments
    assert (found.rule, found.repeats) == ("O-MONITOR-BACKED", ())


def test_a_denial_that_quotes_what_it_denies_is_no_copy(mission):
    mission.tell(obs("A", "voice-1", text=LONG), obs("B", "press-1", text=LONG, stance="denies", answers="A"))
    assert all(not a.repeats for a in mission.edition().assessments)


WORDS = LONG.split()


@settings(max_examples=int(os.environ.get("TRUCELINE_CASES", "60")), deadline=None)
@given(st.integers(2, 50), st.booleans(), st.randoms(use_true_random=False))
def test_a_chain_or_tree_of_copies_counts_once(many, tree, chance):
    """Each copies an earlier one (any, or one of the last four) and changes a word: a graph of rumour with one origin."""
    texts = [WORDS]
    for _ in range(many - 1):
        before = list(chance.choice(texts if tree else texts[-4:]))
        before[chance.randrange(len(before))] = chance.choice(WORDS)
        texts.append(before)
    start = datetime(2025, 8, 10, tzinfo=UTC)
    moments = [start + timedelta(hours=n) for n in range(many)]
    told = [
        Observation(
            id=f"o{n}", source_id=f"press-{n}", when=Interval(start, moments[1], "hour"), kind="fire.mortar",
            method=Method.SEEN, reported=Interval(m, m + timedelta(hours=1), "hour"), text=" ".join(t),
        )
        for n, (t, m) in enumerate(zip(texts, moments, strict=True))
    ]  # fmt: skip
    sources = {o.source_id: Source(o.source_id, o.source_id, SourceKind.MEDIA, "", o.source_id) for o in told}
    found = reuse.found(told, sources)
    assert {one.of for one in found.values()} == {"o0"}
    groups = voices.voices(reuse.declared(told, found), sources)
    assert voices.origins(groups.values()) == ("press-0",)


def test_a_flood_of_variants_costs_no_more_than_its_length():
    start = datetime(2025, 8, 10, tzinfo=UTC)
    hour = Interval(start, start + timedelta(hours=1), "hour")
    told = [
        Observation(id=f"o{n:04}", source_id=f"press-{n}", when=hour, kind="fire.mortar", method=Method.CLAIMED, reported=hour,
                    text=f"{LONG} No. {n}")
        for n in range(2000)
    ]  # fmt: skip
    sources = {o.source_id: Source(o.source_id, o.source_id, SourceKind.MEDIA, "", o.source_id) for o in told}
    assert len(reuse.found(told, sources)) == len(told) - 1
    shelf = reuse.Shelf()
    for one in told:
        shelf.keep(one, reuse.pieces(one.text), told[0].id)
    assert len(shelf.kept) == reuse.VARIANTS


def test_set_phrases_of_ones_own_make_no_copies_and_phrases_that_another_always_had_first_do():
    start = datetime(2025, 8, 10, tzinfo=UTC)
    hour = Interval(start, start + timedelta(hours=1), "hour")
    later = Interval(start + timedelta(hours=2), start + timedelta(hours=3), "hour")
    form = "Context: crack-down of the security forces on a protest in the capital; target: citizens or people of a party; weapon: unknown"

    def told(n, text, first):
        return [
            Observation(id=f"o{n}{s}", source_id=s, when=hour, kind="fire.mortar", method=Method.CLAIMED,
                        reported=hour if s == first else later, text=text(n, s))
            for s in ("press-a", "press-b")
        ]  # fmt: skip

    def own(n, s):
        chance = random.Random(f"{n}{s}")
        return " ".join(f"{chance.randrange(16**6):06x}" for _ in range(18))

    def worded(n, s):
        return f"{own(n, s)} {form}"

    sources = {s: Source(s, s, SourceKind.MEDIA, "", s) for s in ("press-a", "press-b")}
    groups = [told(n, worded, "press-a" if n % 2 else "press-b") for n in range(40)]
    habits = reuse.habits(groups)
    assert not any(reuse.found(g, sources, habits) for g in groups)
    planted = [told(n, lambda _, s: LONG, "press-a") for n in range(40)]
    assert all(reuse.found(g, sources, reuse.habits(planted)) for g in planted)


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
def test_a_long_shelf_finds_what_a_comparison_with_every_text_finds(chance, method_seen):
    hour = Interval(datetime(2025, 8, 10, tzinfo=UTC), datetime(2025, 8, 10, 1, tzinfo=UTC), "hour")
    words = [f"{chance.randrange(16**4):04x}" for _ in range(60)]
    shelf, kept = reuse.Shelf(), []
    for n in range(60):
        words_of = [chance.choice(words) for _ in range(chance.randrange(20, 45))]
        if kept and chance.random() < 0.5:
            old = kept[chance.randrange(len(kept))][0].text.split()
            cut = chance.randrange(len(old))
            words_of = (old[cut:] if chance.random() < 0.5 else old) + words_of[: chance.randrange(1, 20)]
        method = Method.SEEN if method_seen else Method.CLAIMED
        one = Observation(f"o{n}", f"press-{n}", hour, kind="fire.mortar", method=method, text=" ".join(words_of))
        text = reuse.pieces(one.text)
        near = [o.id for o, theirs in kept if reuse.alike(text, theirs, quoting=not method_seen)]
        found = shelf.nearest(one, text)
        assert (found is not None) == bool(near)
        assert found is None or found[0] in near
        shelf.keep(one, text, one.id)
        kept.append((one, text))


def test_a_flood_moves_no_grade_and_raises_one_alert(tmp_path):
    def told(more):
        for path, data in scenario.files("tense", 1, more, {"days": 8}).items():
            file = tmp_path / str(len(more)) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        return run.edition(run.load(tmp_path / str(len(more))), None, "public")

    def grades(made):
        graded = {a.incident_id: (a.grade, a.attributed_to, a.attribution_grade) for a in made.assessments}
        return {k.observation_id: graded[k.incident_id] for k in made.links}

    without, flooded = told({}), told({"flood": 1500})
    before, after = grades(without), grades(flooded)
    assert {i: after[i] for i in before} == before
    assert len(after) == len(before) + 1500
    raised = [alerts.found(e.observations, e.incidents, e.mission.sources) for e in (without, flooded)]
    assert [len(r) for r in raised] == [len(raised[0]), len(raised[0]) + 1]
    (flood,) = [a for a in raised[1] if a.code == "flood"]
    assert len(flood.observation_ids) > 1450
