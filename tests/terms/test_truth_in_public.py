"""Truth in public: held against what is established, never against the other side's word."""

from missions import both, finding, obs, said, term

SEEN = obs("M1", "mon", method="seen")
DENIED = obs("D1", "voice-1", stance="denies", answers="M1")


def test_denying_what_is_established_is_disputed_and_no_more(mission):
    mission.terms(term("truth_in_public"))
    mission.tell(*both(SEEN), DENIED)
    edition = mission.edition()
    found = finding(edition, "arda")
    assert (found.outcome, found.reason_code, found.applied, found.passed) == (
        "disputed",
        "contradicts_established",
        1,
        0,
    )
    assert said(edition, "brel") == ("not_assessable", "no_record")


def test_denying_what_only_the_other_side_says_is_not_held_against_anybody(mission):
    mission.terms(term("truth_in_public"))
    mission.tell(obs("V2", "voice-2", actor_claimed="arda"), DENIED | {"answers": "V2"})
    edition = mission.edition()
    assert said(edition, "arda") == said(edition, "brel") == ("not_assessable", "too_few_checked")


def test_saying_what_is_established_is_kept_only_where_every_statement_is_on_record(mission):
    rows = (*both(SEEN), obs("V1", "voice-1"))
    mission.terms(term("truth_in_public"), term("truth_in_public", 2, extra="params: {complete: true}"))
    mission.tell(*rows)
    edition = mission.edition()
    assert said(edition, "arda") == ("not_assessable", "too_few_checked")
    assert said(edition, "arda", term_id="truce.2") == ("kept", "")


def test_a_charge_of_falsehood_by_the_other_side_is_one_sided(mission):
    mission.terms(term("truth_in_public"))
    mission.tell(obs("V2", "voice-2", kind="information.false", actor_claimed="arda"))
    assert said(mission.edition(), "arda") == ("not_assessable", "evidence_one_sided")
