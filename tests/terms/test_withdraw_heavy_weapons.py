"""Heavy weapons: by class, behind a line, by a day; and what a count of those that left can show."""

import pytest

from missions import both, finding, obs, said, term

DUE = 'due: "2025-08-05"\n'
SEEN = obs("M1", "mon", method="seen", kind="weapon.present", actor_claimed="arda", weapon_class="artillery",
           lon_deg="102.5", lat_deg="14.41", radius_m="200", place="")  # fmt: skip
GONE = obs("G1", "mon", method="seen", kind="weapon.withdrawn", actor_claimed="arda", weapon_class="artillery",
           start="2025-08-03T09:00+07:00", reported="2025-08-03", count_min="4", count_max="4")  # fmt: skip


def _terms(mission, params="classes: [artillery]", due=DUE):
    mission.terms(term("withdraw_heavy_weapons", extra=f"{due}params: {{{params}}}"))


def test_a_gun_that_two_monitors_saw_within_the_limit_after_the_day_is_a_breach(mission):
    _terms(mission)
    mission.tell(*both(SEEN))
    edition = mission.edition("2025-08-16")
    assert said(edition, "arda") == ("breached", "")
    assert said(edition, "brel") == ("not_assessable", "no_declaration")


def test_before_the_day_nothing_is_due(mission):
    _terms(mission, due='due: "2025-08-31"\n')
    mission.tell(*both(SEEN))
    assert said(mission.edition("2025-08-16"), "arda") == ("not_due", "")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"weapon_class": "tank"}, ("not_assessable", "no_declaration")),
        ({"weapon_class": "undetermined"}, ("not_assessable", "class_unknown")),
        ({"weapon_class": ""}, ("not_assessable", "class_unknown")),
    ],
)
def test_the_class_decides_and_an_unknown_one_is_said_to_be_unknown(mission, cells, expected):
    _terms(mission)
    mission.tell(*both(SEEN | cells))
    assert said(mission.edition("2025-08-16"), "arda") == expected


@pytest.mark.parametrize(
    ("lat", "radius", "expected"),
    [
        ("14.43", "200", ("breached", "")),
        ("14.455", "1000", ("disputed", "within_margin")),
        ("14.60", "200", ("not_assessable", "no_declaration")),
    ],
)
def test_a_gun_so_near_the_limit_that_its_circle_crosses_it_is_disputed(mission, lat, radius, expected):
    _terms(mission, "classes: [artillery], distance_m: 5000")
    mission.tell(*both(SEEN | {"lat_deg": lat, "radius_m": radius}))
    assert said(mission.edition("2025-08-16"), "arda") == expected


def test_a_gun_in_the_storage_zone_is_where_it_may_be(mission):
    _terms(mission, "classes: [artillery], storage: sector")
    mission.tell(*both(SEEN))
    assert said(mission.edition("2025-08-16"), "arda") == ("not_assessable", "no_declaration")


def test_a_declared_inventory_that_was_counted_out_is_kept_and_says_what_it_cannot_show(mission):
    _terms(mission, "classes: [artillery], declared: {arda: 4, brel: 4}")
    mission.tell(*both(GONE))
    edition = mission.edition("2025-08-16")
    found = finding(edition, "arda")
    assert (found.outcome, found.applied, found.passed) == ("kept", 4, 4)
    assert "declared all that it has" in found.reason
    found = finding(edition, "brel")
    assert (found.outcome, found.reason_code, found.applied, found.passed) == ("not_assessable", "no_coverage", 4, 0)


def test_a_withdrawal_that_only_its_side_announced_is_its_own_word_and_counts_as_established(mission):
    _terms(mission, "classes: [artillery], declared: {arda: 4}")
    mission.tell(GONE | {"id": "V1", "source_id": "voice-1", "method": "claimed", "stance": "admits"})
    assert said(mission.edition("2025-08-16"), "arda") == ("kept", "")


def test_without_a_day_the_rule_is_unclear(mission):
    _terms(mission, due="")
    mission.tell(*both(GONE))
    assert said(mission.edition("2025-08-16"), "arda") == ("not_assessable", "rule_unclear")


def test_unknown_classes_and_odd_numbers_refuse_the_mission(mission):
    from truceline.errors import InputError

    for params in ("classes: [catapult]", "distance_m: -3", "storage: moon", "declared: {nobody: 3}", "floor: 3"):
        _terms(mission, params)
        with pytest.raises(InputError) as caught:
            mission.load()
        assert f"params.{params.partition(':')[0]}" in str(caught.value)
