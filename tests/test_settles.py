"""What each sort of account can settle, and that nobody is named by an account that cannot show it."""

import pytest

from missions import obs
from truceline import settles
from truceline.nouns import Method, Observation, Phase, Point

BLAMES = {"actor_claimed": "brel"}


def account(**fields):
    return Observation("X", "mon", None, **fields)


@pytest.mark.parametrize(
    ("fields", "can"),
    [
        ({"method": Method.CLAIMED, "kind": "fire.mortar"}, ""),
        ({"method": Method.RELAYED, "kind": "mine.laid"}, ""),
        ({"method": Method.HEARD, "kind": "fire.mortar", "phase": Phase.OUTGOING}, "happened when"),
        ({"method": Method.SEEN, "kind": "fire.mortar", "phase": Phase.OUTGOING}, "happened when where what who"),
        ({"method": Method.SEEN, "kind": "fire.mortar"}, "happened when where who_was_hit"),
        ({"method": Method.RECORDED, "kind": "harm.civilians"}, "happened when where who_was_hit"),
        ({"method": Method.MEASURED, "kind": "fire.artillery"}, "happened where what"),
        ({"method": Method.SEEN, "kind": "mine.found"}, "happened where what"),
        ({"method": Method.SEEN, "kind": "mine.laid"}, "happened when where what who"),
        ({"method": Method.SEEN, "kind": "air.drone_flight"}, "happened when where what"),
        ({"method": Method.SEEN, "kind": "force.construction"}, "happened when where what who"),
        ({"method": Method.DETECTED, "kind": "heat.detection"}, "when where"),
        ({"method": Method.DETECTED, "kind": "change.surface"}, "happened where"),
        ({"method": Method.SEEN, "kind": "fire.mortar", "origin_ids": ("voice-1",)}, ""),
    ],
)
def test_an_account_settles_what_its_sort_can_show(fields, can):
    assert " ".join(settles.points(account(**fields))) == can


def test_every_line_of_the_table_can_be_reached_and_has_an_id_of_its_own():
    kinds = [k for line in settles.TABLE for k in line.kinds] + ["force.movement"]
    reached = {
        settles.line(account(method=m, kind=k, phase=p)).id
        for m in Method
        for k in kinds
        for p in (Phase.OUTGOING, Phase.UNDETERMINED)
    }
    assert reached == {line.id for line in settles.TABLE}
    assert len({line.id for line in settles.TABLE}) == len(settles.TABLE)


@pytest.mark.parametrize(
    ("how", "rule"),
    [
        ({"method": "seen", "phase": "outgoing"}, "A-TWO-EYEWITNESSES"),
        ({"method": "heard", "phase": "outgoing"}, "A-ONE-SIDED"),
        ({"method": "seen", "phase": "impact"}, "A-ONE-SIDED"),
        ({"method": "seen", "kind": "mine.found"}, "A-ONE-SIDED"),
    ],
)
def test_two_monitors_name_an_author_only_where_they_could_see_one(mission, how, rule):
    mission.tell(obs("X", "mon", **how, **BLAMES), obs("Y", "mon-2", **how, **BLAMES))
    (found,) = mission.edition().assessments
    assert (found.grade, found.attribution_rule) == ("established", rule)
    assert (Point.WHO in found.can_settle) == (rule == "A-TWO-EYEWITNESSES")
