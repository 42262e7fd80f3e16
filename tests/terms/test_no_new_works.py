"""No new works: building counts, fire does not; on whose side it was is for nobody's data to say."""

import pytest

from missions import both, finding, obs, said, term

BUILT = obs(
    "B1", "mon", method="seen", kind="force.construction", actor_claimed="brel", text="wire was laid along the track"
)


@pytest.fixture(autouse=True)
def works(mission):
    mission.terms(term("no_new_works"))


def test_works_that_two_monitors_saw_are_a_breach(mission):
    mission.tell(*both(BUILT))
    assert said(mission.edition(), "brel") == ("breached", "")


def test_fire_is_no_works(mission):
    mission.tell(BUILT | {"kind": "fire.mortar"})
    assert finding(mission.edition(), "brel").incidents == ()


@pytest.mark.parametrize(
    "row", [BUILT, obs("V2", "voice-2", kind="force.construction", stance="admits", actor_claimed="brel")]
)
def test_where_ones_own_side_is_allowed_works_are_disputed_and_no_more(mission, row):
    mission.terms(term("no_new_works", extra="params: {own_side_allowed: true}"))
    mission.tell(row)
    found = finding(mission.edition(), "brel")
    assert (found.outcome, found.reason_code) == ("disputed", "rule_unclear")
    assert "on whose side is what the parties disagree on" in found.reason


def test_works_of_an_unknown_author_stand_under_unattributed(mission):
    mission.tell(*both(BUILT | {"actor_claimed": ""}))
    assert said(mission.edition(), "unattributed") == ("breached", "author_unknown")
