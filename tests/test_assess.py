"""One test a rule: what it takes to reach it, and what it says."""

import csv
import io

import pytest

from missions import graded, obs, term
from truceline import assess

HEARD = {"method": "heard"}
SEEN = {"method": "seen", "phase": "outgoing"}
BLAMES = {"actor_claimed": "brel"}
V1 = obs("V1", "voice-1", **BLAMES)
HIT_1 = V1 | {"harmed_party": "arda", "start": "2025-08-10"}
HIT_2 = obs("X", "voice-2", actor_claimed="arda", harmed_party="brel", start="2025-08-10")
DENIAL = obs("V2", "voice-2", stance="denies", answers="V1", text="nobody of ours fired")

OCCURRENCE = {
    "O-MONITOR-BACKED": [obs("X", "mon", **SEEN), obs("Y", "press-1", **SEEN)],
    "O-OWN-WORD": [obs("X", "voice-2", stance="admits", **BLAMES)],
    "O-SIDES-AGREE": [V1, obs("X", "voice-2", actor_claimed="arda")],
    "O-TWO-OUTSIDERS": [obs("X", "press-1", **SEEN), obs("Y", "press-2", **HEARD)],
    "O-ONE-OBSERVER": [obs("X", "mon", **SEEN), obs("V1", "voice-1")],
    "O-ONE-OUTSIDER": [obs("X", "press-1", **SEEN)],
    "O-RELAYED-FINDING": [V1, obs("X", "state")],
    "O-TWO-STATEMENTS": [obs("X", "villager", **SEEN), obs("Y", "herder", **SEEN)],
    "O-ONE-HEARING": [obs("X", "mon", **HEARD)],
    "O-ONE-STATEMENT": [obs("X", "villager", **SEEN)],
    "O-DENIED": [V1, DENIAL],
    "O-EACH-ITS-OWN": [HIT_1, HIT_2],
    "O-ONE-SIDED": [V1],
    "O-ONLY-DENIED": [DENIAL | {"answers": ""}],
    "O-NO-ORIGIN": [obs("X", "rumour")],
}
ATTRIBUTION = {
    "A-MANDATE": [V1],
    "A-NOBODY-BLAMED": [obs("X", "mon", **SEEN)],
    "A-MUTUAL": OCCURRENCE["O-SIDES-AGREE"],
    "A-OWN-WORD": OCCURRENCE["O-OWN-WORD"],
    "A-TWO-EYEWITNESSES": [obs("X", "mon", **SEEN, **BLAMES), obs("Y", "press-1", **SEEN, **BLAMES)],
    "A-MONITOR-EYEWITNESS": [obs("V1", "mon", **SEEN, **BLAMES), DENIAL],
    "A-DENIED": [V1, DENIAL],
    "A-ONE-EYEWITNESS": [obs("X", "press-1", **SEEN, **BLAMES)],
    "A-ONE-SIDED": [V1],
}
GRADES = {rule: grade for _, rule, grade in assess.rules()}


def test_every_rule_has_a_test_and_an_id_of_its_own():
    ids = [rule for _, rule, _ in assess.rules()]
    assert len(set(ids)) == len(ids)
    assert set(ids) == set(OCCURRENCE) | set(ATTRIBUTION)


@pytest.mark.parametrize("rule", OCCURRENCE)
def test_what_happened_reaches_its_rule_and_grade(mission, rule):
    mission.tell(*OCCURRENCE[rule])
    (found,) = mission.edition().assessments
    assert (found.rule, found.grade) == (rule, GRADES[rule])
    assert found.why.endswith(".")


@pytest.mark.parametrize("rule", ATTRIBUTION)
def test_who_did_it_reaches_its_rule(mission, rule):
    if rule == "A-MANDATE":
        mission.edit("mission.yaml", "when_established", "never")
    mission.tell(*ATTRIBUTION[rule])
    (found,) = mission.edition().assessments
    assert found.attribution_rule == rule
    assert found.attributed_to == (
        "brel" if rule in {"A-OWN-WORD", "A-TWO-EYEWITNESSES", "A-MONITOR-EYEWITNESS", "A-ONE-EYEWITNESS"} else ""
    )


def test_nobody_is_better_known_to_have_done_a_thing_than_the_thing_is_known(mission):
    mission.tell(obs("X", "mon", **SEEN, **BLAMES))
    mission.write(
        "judgements.csv",
        "judgement_id,date,by,action,subject,object,reason,undoes\nJ1,2025-08-10,A. Analyst,reject,X,,wrong hill,\n",
    )
    (found,) = mission.edition().assessments
    assert (found.grade, found.attribution_grade, found.attributed_to) == ("insufficient", "insufficient", "")


def test_one_voice_in_three_outlets_is_one_origin_and_no_second_witness(mission):
    mission.tell(
        *(
            obs(f"X{n}", s, origin_id="voice-1", method="relayed")
            for n, s in enumerate(("press-1", "press-2", "press-3"))
        )
    )
    (found,) = mission.edition().assessments
    assert (found.rule, found.origins) == ("O-ONE-SIDED", ("army-1",))


def test_two_spokesmen_of_one_army_are_one_origin(mission):
    mission.tell(V1, obs("X", "voice-1b", **BLAMES))
    assert mission.edition().assessments[0].origins == ("army-1",)


def test_an_outlet_that_quotes_somebody_is_no_witness_whatever_it_says_of_its_method(mission):
    mission.tell(obs("X", "press-1", origin_id="voice-1", **SEEN))
    assert mission.edition().assessments[0].rule == "O-ONE-SIDED"


def test_a_voice_of_unknown_origin_adds_no_origin(mission):
    mission.tell(V1, obs("X", "rumour", **BLAMES))
    assert mission.edition().assessments[0].origins == ("army-1",)


def test_a_denial_of_laying_does_not_contest_the_blast(mission):
    blast = obs("V1", "voice-1", kind="explosion.mine", **BLAMES)
    mission.tell(blast, obs("X", "state", kind="explosion.mine"), DENIAL | {"kind": "mine.laid"})
    found = graded(mission.edition())["V1"]
    assert (found.rule, found.attribution_rule, found.denied_by) == ("O-RELAYED-FINDING", "A-DENIED", ("brel",))


def test_a_side_that_denies_and_admits_contradicts_itself(mission):
    mission.tell(V1, DENIAL, obs("V3", "voice-2", stance="admits", answers="V1", text="our battery fired"))
    (found,) = mission.edition().assessments
    assert found.contradictions == ("Brel denied it and also said that it did it",)


def test_common_ground_is_what_both_sides_say(mission):
    mission.tell(
        obs("V1", "voice-1", killed_min="2", killed_max="2", **BLAMES),
        obs("V2", "voice-2", actor_claimed="arda", killed_min="2", killed_max="2"),
    )
    agreed = " ".join(mission.edition().assessments[0].agreed)
    assert "mortar fire" in agreed
    assert "2 were killed" in agreed
    assert "the same hour" in agreed


@pytest.mark.parametrize("modality", ["threatened", "ordered"])
def test_a_threat_or_an_order_does_not_establish_that_the_thing_was_done(mission, modality):
    mission.tell(obs("X", "mon", modality=modality, **SEEN, **BLAMES))
    made = mission.edition()
    assert [(i.kind, i.modality) for i in made.incidents] == [("threat.force", modality)]
    assert not any(f.incidents for f in made.findings)


@pytest.mark.parametrize(("action", "grade"), [("uphold", "established"), ("reject", "insufficient")])
def test_a_judgement_overrules_the_grade_and_prints_who_and_why(mission, action, grade):
    mission.tell(V1)
    mission.write(
        "judgements.csv",
        f"judgement_id,date,by,action,subject,object,reason,undoes\nJ7,2025-08-10,A. Analyst,{action},I-V1,,seen on site,\n",
    )
    (found,) = mission.edition().assessments
    assert (found.grade, found.rule) == (grade, "J-J7")
    assert "A. Analyst decided: seen on site" in found.why
    assert "the rules alone gave reported" in found.why


def test_the_mandate_never_names_no_author_in_any_output(truceline, mission, tmp_path):
    mission.edit("mission.yaml", "when_established", "never")
    mission.terms(term("hold_fire"), term("no_new_mines", 2), term("no_new_works", 3), term("no_reinforcement", 4))
    mission.tell(*(
        obs(f"{k}{n}", s, kind=kind, start=f"2025-08-{10 + k}T09:00+07:00", stance=stance, **SEEN, **BLAMES)
        for k, kind in enumerate(("fire.mortar", "mine.laid", "force.construction", "force.movement"))
        for n, (s, stance) in enumerate((("mon", "supports"), ("press-1", "supports"), ("voice-2", "admits")))
    ))  # fmt: skip
    out = tmp_path / "out"
    assert truceline("run", mission.path, "--out", out).code == 0
    incidents = list(csv.DictReader(io.StringIO((out / "incidents.csv").read_text("utf-8"))))
    assert incidents
    assert {r["attributed_to"] for r in incidents} == {""}
    assert {r["attribution_rule"] for r in incidents} == {"A-MANDATE"}
    for row in csv.DictReader(io.StringIO((out / "findings.csv").read_text("utf-8"))):
        assert row["outcome"] not in {"breached", "likely_breached"} or row["party"] == "unattributed"
    page = (out / "report.html").read_text("utf-8")
    for words in ("as author.", "by Brel's own word", "attributed to Brel"):
        assert words not in page + (out / "findings.csv").read_text("utf-8")
