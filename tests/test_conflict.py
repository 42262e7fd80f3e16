"""Each point in conflict by its name, and no conflict where accounts can all be right."""

import pytest

from missions import obs

V1 = obs("V1", "voice-1", actor_claimed="brel")


def points(mission, *rows):
    mission.tell(*rows)
    (found,) = mission.edition().assessments
    assert len(found.conflicts) >= len(found.points_in_conflict)
    return " ".join(found.points_in_conflict), " | ".join(found.conflicts)


def second(**cells):
    return obs("V2", "voice-2", answers="V1", **cells)


@pytest.mark.parametrize(
    ("rows", "point", "words"),
    [
        ([V1, second(stance="denies", text="no shell was fired")], "happened who", "Brel denied it"),
        ([V1, second(actor_claimed="arda")], "who_began", "each side blames the other"),
        ([V1, obs("X", "press-1", actor_claimed="arda", answers="V1")], "who", "Arda and Brel are blamed"),
        ([V1, second(start="2025-08-10T11:30+07:00")], "when", "2025-08-10 09:00 and 2025-08-10 11:30"),
        ([V1 | {"weapon_class": "mortar"}, second(weapon_class="artillery")], "what", "artillery or mortar"),
        ([V1 | {"kind": "fire.artillery"}, second()], "what", "what it was"),
        ([V1 | {"harmed_party": "arda"}, second(harmed_party="brel")], "who_was_hit", "side of Arda and Brel"),
        ([V1 | {"killed_min": "3", "killed_max": "3"}, second(killed_min="5", killed_max="5")], "how_many", "3 to 5"),
    ],
)
def test_a_point_in_conflict_is_named(mission, rows, point, words):
    found, said = points(mission, *rows)
    assert found == point
    assert words in said


def test_places_that_do_not_meet_are_a_conflict_and_say_by_how_much(mission):
    here = {"place": "", "radius_m": "100", "lat_deg": "14.40"}
    found, said = points(mission, V1 | here | {"lon_deg": "102.40"}, second(lon_deg="102.42", **here))
    assert found == "where"
    assert "2.0 km farther apart than their errors allow" in said


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"start": "2025-08-10T09:40+07:00"},
        {"start": "2025-08-10"},
        {"weapon_class": "undetermined"},
        {"kind": "fire.unspecified"},
        {"killed_min": "3"},
        {"killed_min": "1", "killed_max": "9"},
    ],
)
def test_accounts_that_can_all_be_right_are_no_conflict(mission, cells):
    first = obs("V1", "voice-1", weapon_class="mortar", killed_min="4", killed_max="4")
    assert points(mission, first, second(**cells)) == ("", "")


def test_one_voice_that_gives_two_numbers_corrects_itself_and_is_no_conflict(mission):
    first = V1 | {"killed_min": "3", "killed_max": "3"}
    again = obs("V3", "voice-1b", answers="V1", killed_min="5", killed_max="5", reported="2025-08-12")
    assert points(mission, first, again) == ("", "")
