"""Release of the detained: kept from the week of the release; before it, what the text says of the day."""

import pytest

from missions import finding, obs, said, term

FREED = obs("R1", "mon", method="seen", kind="person.released", start="2025-08-13T10:00+07:00", reported="2025-08-13")
HELD = obs(
    "H1", "voice-1", kind="person.detained", actor_claimed="brel", start="2025-08-05T10:00+07:00", reported="2025-08-05"
)


@pytest.fixture(autouse=True)
def release(mission):
    mission.terms(term("release_detained"))


def test_a_release_on_record_keeps_the_term_in_its_week_and_settles_it(mission):
    mission.tell(FREED)
    edition = mission.edition("2025-09-01")
    assert said(edition, "arda", at="2025-08-13") == ("kept", "")
    assert not [f for f in edition.findings if f.start > finding(edition, "arda", at="2025-08-13").start]


def test_before_it_without_a_day_the_rule_is_unclear(mission):
    mission.tell(FREED)
    assert said(mission.edition("2025-09-01"), "arda") == ("not_assessable", "rule_unclear")


def test_a_party_that_is_said_to_hold_persons_is_disputed(mission):
    mission.tell(HELD)
    edition = mission.edition("2025-09-01")
    assert said(edition, "brel") == ("disputed", "rule_unclear")
    assert said(edition, "arda") == ("not_assessable", "rule_unclear")


def test_the_condition_of_the_text_is_quoted(mission):
    mission.terms(term("release_detained", extra="params: {condition: after seventy-two hours of calm}"))
    mission.tell(HELD)
    assert "after seventy-two hours of calm" in finding(mission.edition("2025-09-01"), "brel").reason


def test_before_its_day_it_is_not_due_and_after_it_silence_is_no_breach(mission):
    mission.terms(term("release_detained", extra="due: 2025-08-20"))
    edition = mission.edition("2025-09-10")
    assert said(edition, "arda") == ("not_due", "")
    assert said(edition, "arda", at="2025-08-27") == ("not_assessable", "no_record")


def test_a_release_that_one_side_alone_claims_keeps_nothing(mission):
    mission.tell(FREED | {"source_id": "voice-1", "method": "claimed"})
    assert said(mission.edition("2025-09-01"), "arda", at="2025-08-13")[0] != "kept"
