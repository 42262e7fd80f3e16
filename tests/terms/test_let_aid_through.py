"""Aid: what was asked for, granted and refused."""

from missions import both, finding, obs, said, term

DENIED = obs("M1", "mon", kind="access.denied", method="seen", actor_claimed="arda")
GRANTED = obs("G1", "mon", kind="access.granted", method="seen", actor_claimed="arda", place="far",
              start="2025-08-10T16:00+07:00", reported="2025-08-10")  # fmt: skip


def test_every_request_granted_is_kept_for_the_side_that_was_asked(mission):
    mission.terms(term("let_aid_through"))
    mission.tell(*both(GRANTED))
    edition = mission.edition("2025-08-16")
    assert said(edition, "arda") == ("kept", "")
    assert said(edition, "brel") == ("not_assessable", "no_record")


def test_one_refusal_beside_a_grant_is_a_breach_with_both_counted(mission):
    mission.terms(term("let_aid_through"))
    mission.tell(*both(GRANTED), *both(DENIED))
    found = finding(mission.edition("2025-08-16"), "arda")
    assert (found.outcome, found.applied, found.passed) == ("breached", 2, 1)


def test_a_refusal_that_only_the_other_side_tells_of_is_one_sided(mission):
    mission.terms(term("let_aid_through"))
    mission.tell(DENIED | {"source_id": "voice-2", "method": "claimed"})
    assert said(mission.edition("2025-08-16"), "arda") == ("not_assessable", "evidence_one_sided")
