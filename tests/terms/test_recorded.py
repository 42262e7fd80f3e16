"""Recorded: an obligation that data cannot test is shown with its reason, once a party."""

from missions import obs, term


def test_it_is_recorded_with_its_reason_once_a_party_whatever_happens(mission):
    mission.terms(term("recorded"))
    mission.tell(obs("M1", "mon", method="seen", actor_claimed="brel"))
    found = mission.edition().findings
    assert [(f.party, f.outcome, f.reason_code, f.reason) for f in found] == [
        (p, "recorded", "not_tested", "nothing to measure") for p in ("arda", "brel")
    ]
