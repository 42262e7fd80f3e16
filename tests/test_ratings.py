"""The two halves of a rating, apart: whose account it is, and what others say of the same."""

import pytest

from missions import obs
from truceline import rates, ratings
from truceline.errors import InputError

SEEN = {"method": "seen", "phase": "outgoing"}
V1 = obs("V1", "voice-1", actor_claimed="brel")
DENIAL = obs("V2", "voice-2", stance="denies", answers="V1", text="nobody of ours fired")


def rated(mission, *rows):
    mission.tell(*rows)
    return {r.observation_id: r for r in mission.edition().ratings}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([V1], {"V1": "F6 accuses"}),
        ([V1, DENIAL], {"V1": "F6 accuses", "V2": "F6 denies_own"}),
        ([V1, obs("X", "press-1", answers="V1")], {"V1": "F3 accuses", "X": "F3 none"}),
        ([V1, obs("X", "mon", **SEEN)], {"V1": "F2 accuses", "X": "F3 none"}),
        (
            [V1, obs("X", "mon", **SEEN), obs("Y", "mon-2", **SEEN)],
            {"V1": "F1 accuses", "X": "F2 none", "Y": "F2 none"},
        ),
        ([obs("X", "voice-2", stance="admits", actor_claimed="brel")], {"X": "F2 against_own"}),
        ([obs("X", "voice-2", stance="justifies", actor_claimed="brel")], {"X": "F2 own_act"}),
        ([V1, obs("X", "mon", **SEEN), obs("Y", "mon-2", **SEEN), DENIAL], {"V2": "F5 denies_own"}),
        ([V1, obs("X", "mon", **SEEN), DENIAL], {"V2": "F4 denies_own"}),
        ([obs("X", "voice-1", harmed_party="arda")], {"X": "F6 own_harm"}),
    ],
)
def test_credibility_and_interest_follow_from_the_other_accounts_alone(mission, rows, expected):
    found = rated(mission, *rows)
    assert {i: f"{found[i].reliability}{found[i].credibility} {found[i].interest}" for i in expected} == expected


@pytest.mark.parametrize(("action", "first", "second"), [("uphold", 1, 5), ("reject", 5, 1)])
def test_a_persons_decision_rates_the_content(mission, action, first, second):
    mission.write(
        "judgements.csv",
        f"judgement_id,date,by,action,subject,object,reason,undoes\nJ1,2025-08-10,A. Analyst,{action},V1,,seen there,\n",
    )
    found = rated(mission, V1, DENIAL)
    assert (found["V1"].credibility, found["V2"].credibility) == (first, second)


def rate_as(mission, source, letter, why="a year of its reports compared by the mission"):
    text = mission.read("sources.yaml")
    old = f"id: {source}, "
    assert old in text
    mission.write("sources.yaml", text.replace(old, f"{old}reliability: {letter}, reliability_why: {why!r}, "))


@pytest.mark.parametrize(
    ("letter", "rule"), [("A", "O-ONE-OUTSIDER"), ("F", "O-ONE-OUTSIDER"), ("D", "O-ONE-SIDED"), ("E", "O-ONE-SIDED")]
)
def test_the_word_of_a_source_that_the_mission_rated_unreliable_is_no_ground_and_unknown_is_not_medium(
    mission, letter, rule
):
    rate_as(mission, "press-1", letter)
    found = rated(mission, obs("X", "press-1", **SEEN))
    assert found["X"].reliability == letter
    (graded,) = mission.edition().assessments
    assert graded.rule == rule


def test_a_declared_rating_needs_its_reason(mission):
    rate_as(mission, "press-1", "B", "")
    with pytest.raises(InputError, match="why press-1 is rated B"):
        mission.edition()


def days(source, count, prefix, **cells):
    return [
        obs(f"{prefix}{n}", source, start=f"2025-08-{n + 1:02}T09:00+07:00", reported=f"2025-08-{n + 1:02}", **cells)
        for n in range(count)
    ]


def test_a_record_counts_other_incidents_only_and_says_how_many(mission):
    rows = days("press-1", 12, "P", **SEEN) + days("mon", 12, "M", **SEEN) + days("mon-2", 12, "N", **SEEN)
    found = rated(mission, *rows)
    assert {found[f"P{n}"].reliability for n in range(12)} == {"B"}
    assert found["P0"].reliability_basis == "by its record: 11 of 11 other accounts borne out, 0 left open"
    few = rated(
        mission, *days("press-1", 10, "P", **SEEN), *days("mon", 10, "M", **SEEN), *days("mon-2", 10, "N", **SEEN)
    )
    assert {few[f"P{n}"].reliability for n in range(10)} == {"F"}, "nine others are too few"


def test_a_repeat_is_rated_by_whom_it_repeats(mission):
    rate_as(mission, "relief", "B")
    rate_as(mission, "press-1", "E")
    found = rated(mission, obs("X", "relief", **SEEN), obs("Y", "press-1", origin_id="relief", method="relayed"))
    assert found["Y"].reliability == "B"


def test_the_lower_end_of_a_share_is_wilsons():
    # statsmodels 0.14, proportion_confint(hits, of, alpha=0.1, method="wilson")
    assert ratings.wilson_low(8, 10) == pytest.approx(0.5408, abs=5e-4)
    assert ratings.wilson_low(0, 0) == 0
    assert ratings.Record(30, 0, 5).letter() == "B"
    assert ratings.Record(0, 10, 0).letter() == "E"


def test_a_rate_says_on_what_it_was_counted_and_keeps_silent_where_it_must():
    found = rates.parse({"fitted_on": "an exercise", "rules": {
        "O-ONE-OUTSIDER": {"right": 190, "all": 199}, "O-OWN-WORD": {"right": 500, "all": 500}, "O-RELAYED-FINDING": {"right": 9, "all": 9},
    }})  # fmt: skip
    assert found.probability("O-ONE-OUTSIDER") == 0.953
    assert found.basis("O-ONE-OUTSIDER") == "190 of 199 incidents graded so were true in an exercise"
    assert [found.probability(r) for r in ("O-OWN-WORD", "O-RELAYED-FINDING", "O-DENIED", "J-1")] == [None] * 4


def test_a_reported_or_disputed_incident_has_no_probability(mission):
    mission.tell(V1, DENIAL)
    (found,) = mission.edition().assessments
    assert (found.probability, found.probability_on) == (None, "")
