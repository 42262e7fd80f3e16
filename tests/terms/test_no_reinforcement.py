"""No reinforcement: movements, reinforcements and incursions count; a withdrawal does not."""

import pytest

from missions import both, finding, obs, said, term


@pytest.fixture(autouse=True)
def freeze(mission):
    mission.terms(term("no_reinforcement"))


@pytest.mark.parametrize("kind", ["force.movement", "force.reinforcement", "force.incursion"])
def test_more_forces_that_two_monitors_saw_are_a_breach(mission, kind):
    mission.tell(*both(obs("F1", "mon", method="seen", kind=kind, actor_claimed="arda")))
    assert said(mission.edition(), "arda") == ("breached", "")


@pytest.mark.parametrize("kind", ["force.withdrawn", "force.construction", "weapon.present"])
def test_other_kinds_do_not_count(mission, kind):
    mission.tell(obs("F1", "mon", method="seen", kind=kind, actor_claimed="arda"))
    assert finding(mission.edition(), "arda").incidents == ()


def test_an_announced_advance_is_the_partys_own_word(mission):
    mission.tell(obs("F1", "voice-1", kind="force.movement", stance="admits", actor_claimed="arda"))
    assert said(mission.edition(), "arda") == ("likely_breached", "provocation_unknown")
