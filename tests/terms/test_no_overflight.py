"""No overflight: who flew, and on whose side, are two questions."""

from missions import both, obs, said, term

SEEN = obs("M1", "mon", method="seen", kind="air.overflight", actor_claimed="brel")


def test_a_flight_that_two_monitors_saw_with_its_author_is_a_breach(mission):
    mission.terms(term("no_overflight"))
    mission.tell(*both(SEEN))
    assert said(mission.edition(), "brel") == ("breached", "")


def test_where_ones_own_side_is_allowed_the_side_is_what_is_disputed(mission):
    mission.terms(term("no_overflight", extra="params: {own_side_allowed: true}"))
    mission.tell(*both(SEEN))
    edition = mission.edition()
    assert said(edition, "brel") == ("disputed", "rule_unclear")
    assert said(edition, "arda") == ("not_assessable", "no_coverage")


def test_a_flight_by_own_word_is_likely_and_marked_as_that(mission):
    mission.terms(term("no_overflight"))
    mission.tell(obs("V2", "voice-2", kind="air.overflight", stance="admits", actor_claimed="brel"))
    assert said(mission.edition(), "brel") == ("likely_breached", "own_word")


def test_who_sees_a_drone_has_not_seen_whose_it_is_unless_it_was_launched_before_him(mission):
    mission.terms(term("no_overflight"))
    drone = SEEN | {"kind": "air.drone_flight"}
    mission.tell(*both(drone))
    assert said(mission.edition(), "brel") == ("not_assessable", "author_unseen")
    mission.tell(*both(drone | {"phase": "outgoing"}))
    assert said(mission.edition(), "brel") == ("breached", "")
