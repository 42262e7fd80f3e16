"""No movement of troops: advances and patrols towards the other side, and not reinforcements behind one's own."""

import pytest

from missions import both, obs, said, term


@pytest.mark.parametrize("kind", ["force.movement", "force.incursion"])
def test_a_movement_that_two_monitors_saw_is_a_breach_of_that_party_alone(mission, kind):
    mission.terms(term("no_movement"))
    mission.tell(*both(obs("M1", "mon", method="seen", kind=kind, actor_claimed="arda")))
    edition = mission.edition()
    assert said(edition, "arda") == ("breached", "")
    assert said(edition, "brel") == ("not_assessable", "no_coverage")


def test_an_announced_advance_is_likely_by_own_word(mission):
    mission.terms(term("no_movement"))
    mission.tell(obs("V1", "voice-1", kind="force.movement", stance="admits", actor_claimed="arda"))
    assert said(mission.edition(), "arda") == ("likely_breached", "provocation_unknown")


def test_a_reinforcement_is_no_movement(mission):
    mission.terms(term("no_movement"), term("no_reinforcement", 2))
    mission.tell(*both(obs("M1", "mon", method="seen", kind="force.reinforcement", actor_claimed="arda")))
    edition = mission.edition()
    assert said(edition, "arda") == ("not_assessable", "no_coverage")
    assert said(edition, "arda", term_id="truce.2") == ("breached", "")
