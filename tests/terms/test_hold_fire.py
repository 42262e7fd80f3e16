"""Hold fire: what it takes to call a party in breach, and everything short of it."""

import pytest

from missions import SOURCES, both, finding, obs, said, term

SEEN = obs("M1", "mon", method="seen", phase="outgoing", actor_claimed="brel")
ACCUSED = obs("V1", "voice-1", actor_claimed="brel", text="they fired at us from the ridge")


def test_fire_that_two_monitors_saw_with_its_author_is_a_breach_of_that_party_alone(mission):
    mission.tell(*both(SEEN))
    edition = mission.edition()
    assert said(edition, "brel") == ("breached", "")
    assert said(edition, "arda") == ("not_assessable", "no_coverage")
    found = finding(edition, "brel")
    assert (found.incidents, found.applied, found.passed) == (("I-M1",), 1, 0)
    assert (found.budget, found.turned_by) == (2, "mon + mon-2")


def test_a_breach_that_six_witnesses_saw_has_a_budget_of_six_or_more(mission):
    sources = "".join(f"\n  - {{id: wit-{n}, name: Witness {n}, kind: witness}}" for n in range(6))
    mission.write("sources.yaml", SOURCES.rstrip() + sources + "\n")
    row = {"method": "seen", "phase": "outgoing", "actor_claimed": "brel"}
    mission.tell(*(obs(f"W{n}", f"wit-{n}", **row) for n in range(6)))
    found = finding(mission.edition(), "brel")
    assert (found.outcome, found.budget, found.turned_by) == ("breached", 6, "")


def test_what_one_monitor_alone_saw_is_likely_since_one_wrong_voice_turns_it(mission):
    mission.tell(SEEN)
    found = finding(mission.edition(), "brel")
    assert (found.outcome, found.budget, found.turned_by) == ("likely_breached", 1, "mon")


def test_fire_that_two_witnesses_laid_to_one_party_is_a_breach(mission):
    mission.tell(
        *(
            obs(f"W{n}", s, method="seen", phase="outgoing", actor_claimed="brel")
            for n, s in enumerate(("press-1", "press-2"))
        )
    )
    assert said(mission.edition(), "brel") == ("breached", "")


def test_fire_that_one_witness_laid_to_a_party_is_likely(mission):
    mission.tell(obs("W1", "press-1", method="seen", phase="outgoing", actor_claimed="brel"))
    assert said(mission.edition(), "brel") == ("likely_breached", "one_witness")


@pytest.mark.parametrize("phase", ["impact", "in_flight", ""])
def test_who_saw_a_shell_land_did_not_see_who_fired_it(mission, phase):
    mission.tell(*both(SEEN | {"phase": phase}))
    edition = mission.edition()
    assert said(edition, "brel") == ("not_assessable", "author_unseen")
    assert said(edition, "unattributed") == ("breached", "author_unknown")


def test_where_only_unprovoked_fire_is_forbidden_an_own_word_is_disputed_and_no_more(mission):
    mission.terms(term("hold_fire", extra="params: {unprovoked: true}"))
    mission.tell(obs("V2", "voice-2", stance="justifies", actor_claimed="brel"))
    assert said(mission.edition(), "brel") == ("disputed", "provocation_unknown")


@pytest.mark.parametrize("stance", ["admits", "justifies", "accident"])
def test_a_partys_own_word_never_gives_more_than_likely(mission, stance):
    mission.tell(obs("V2", "voice-2", stance=stance, actor_claimed="brel"))
    assert said(mission.edition(), "brel") == ("likely_breached", "provocation_unknown")


def test_an_own_word_beside_an_accusation_is_still_its_own_word(mission):
    mission.tell(ACCUSED, obs("V2", "voice-2", stance="justifies", answers="V1"))
    assert said(mission.edition(), "brel") == ("likely_breached", "provocation_unknown")


def test_a_denied_accusation_is_disputed(mission):
    mission.tell(ACCUSED, obs("V2", "voice-2", stance="denies", answers="V1"))
    edition = mission.edition()
    assert said(edition, "brel") == ("disputed", "author_disputed")
    assert said(edition, "arda")[0] == "not_assessable"


def test_parties_that_blame_one_another_are_both_disputed(mission):
    mission.tell(ACCUSED, obs("V2", "voice-2", actor_claimed="arda"))
    edition = mission.edition()
    assert said(edition, "brel") == said(edition, "arda") == ("disputed", "author_disputed")


def test_an_accusation_on_one_sides_word_is_not_assessable(mission):
    mission.tell(ACCUSED)
    found = finding(mission.edition(), "brel")
    assert (found.outcome, found.reason_code) == ("not_assessable", "evidence_one_sided")
    assert "one side's word alone" in found.reason


def test_fire_whose_author_is_unknown_stands_under_unattributed(mission):
    mission.tell(*both(obs("M1", "mon", method="heard")))
    edition = mission.edition()
    assert said(edition, "unattributed") == ("breached", "author_unknown")
    assert said(edition, "arda")[0] == said(edition, "brel")[0] == "not_assessable"


def test_probable_fire_without_an_author_is_likely_under_unattributed(mission):
    mission.tell(obs("W1", "press-1", method="seen"))
    assert said(mission.edition(), "unattributed") == ("likely_breached", "author_unknown")


def test_without_coverage_nothing_is_kept(mission):
    edition = mission.edition("2025-09-01")
    assert {(f.outcome, f.reason_code) for f in edition.findings} == {("not_assessable", "no_coverage")}
    assert all("no finding that nothing happened" in f.reason for f in edition.findings)


def whole_week(sight="40000", status="done"):
    return [f"E{d},mon,2025-08-{d:02},,hill,,arda,,{status},,,{sight},,2025-08-{d:02}" for d in range(4, 11)]


def test_with_coverage_of_the_whole_week_a_silent_week_is_kept(mission):
    mission.effort(*whole_week())
    edition = mission.edition("2025-09-01")
    assert said(edition, "arda") == said(edition, "brel") == ("kept", "")
    assert finding(edition, "arda").seen_share == 1.0
    assert said(edition, "arda", at="2025-08-13") == ("not_assessable", "no_coverage")


@pytest.mark.parametrize(
    ("sight", "status"), [("1000", "done"), ("40000", "planned"), ("40000", "refused"), ("40000", "curtailed")]
)
def test_a_short_sight_a_plan_and_a_refusal_keep_nothing(mission, sight, status):
    mission.effort(*whole_week(sight, status))
    assert said(mission.edition("2025-09-01"), "arda") == ("not_assessable", "no_coverage")


def test_four_days_of_seven_keep_nothing(mission):
    mission.effort(*whole_week()[:4])
    assert said(mission.edition("2025-09-01"), "arda") == ("not_assessable", "no_coverage")


def test_effort_that_could_not_perceive_fire_keeps_nothing(mission):
    mission.effort(*(line.replace("arda,,done", "arda,mine,done") for line in whole_week()))
    assert said(mission.edition("2025-09-01"), "arda") == ("not_assessable", "no_coverage")


def test_fire_outside_the_zone_or_the_window_does_not_count(mission):
    outside = obs(
        "O1", "mon", method="seen", actor_claimed="brel", lon_deg="110", lat_deg="14.4", radius_m="100", place=""
    )
    before = obs(
        "O2", "mon", method="seen", actor_claimed="brel", start="2025-07-30T09:00+07:00", reported="2025-07-30"
    )
    mission.tell(outside, before)
    assert all(not f.incidents for f in mission.edition().findings)


def test_another_kind_of_event_does_not_count(mission):
    mission.tell(SEEN | {"kind": "force.construction"})
    assert said(mission.edition(), "brel")[0] == "not_assessable"


def test_the_params_of_a_term_choose_the_kinds(mission):
    mission.terms(term("hold_fire", extra="params: {kinds: [air]}"))
    mission.tell(SEEN, SEEN | {"id": "M2", "kind": "air.drone_flight"})
    assert finding(mission.edition(), "brel").incidents == ("I-M2",)


@pytest.mark.parametrize("modality", ["threatened", "ordered"])
def test_a_threat_or_an_order_to_fire_is_no_fire(mission, modality):
    mission.tell(SEEN | {"modality": modality})
    assert {f.outcome for f in mission.edition().findings} <= {"not_assessable"}
