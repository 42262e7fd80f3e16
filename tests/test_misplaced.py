"""Places that contradict themselves: asked about; what lies within its errors, or in a province of both sides, is not."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest

from missions import obs
from truceline import alerts, misplaced, run
from truceline.nouns import Interval, Observation, Place

DAY = Interval(datetime(2025, 8, 10, tzinfo=UTC), datetime(2025, 8, 11, tzinfo=UTC))
PLACES = (
    Place("hill", "Hill", 102.40, 14.40, 500.0, province="Northmark"),
    Place("ford", "Ford", 102.60, 14.42, 300.0, province="Northmark; Southmark"),
    Place("gate-a", "Gate", 102.30, 14.30, 500.0, province="Northmark"),
    Place("gate-b", "Gate", 102.30, 13.10, 500.0, province="Southmark"),
)


def told(place_id="", province="", place="", **more):
    details = {"province": province} if province else {}
    return Observation("o1", "press-1", DAY, place_id=place_id, place=place, details=details, **more)


def asked(one, places=PLACES):
    return [d.code for d in misplaced.found([one], places)]


@pytest.mark.parametrize(
    ("province", "code"),
    [
        ("Northmark", []),
        ("NORTHMARK province", []),
        ("Southmark / Northmark", []),
        ("Southmark", ["two_provinces"]),
        ("", []),
    ],
)
def test_a_province_that_the_named_place_does_not_lie_in(province, code):
    assert asked(told("hill", province)) == code


def test_a_border_place_lies_in_a_province_of_each_side():
    assert asked(told("ford", "Northmark")) == asked(told("ford", "Southmark")) == []
    assert asked(told("ford", "Eastmark")) == ["two_provinces"]


def test_coordinates_far_from_the_named_place():
    assert asked(told("hill", lon_deg=102.41, lat_deg=14.40, radius_m=200.0)) == []
    assert asked(told("hill", lon_deg=102.50, lat_deg=14.40, radius_m=200.0)) == ["off_its_place"]
    assert asked(told("hill", lon_deg=102.50, lat_deg=14.40, radius_m=12_000.0)) == []
    placed = ("placed by the gazetteer: hill",)
    assert asked(told("hill", lon_deg=102.50, lat_deg=14.40, radius_m=200.0, notes=placed)) == []
    heard = {"observer_lon_deg": 102.4, "observer_lat_deg": 14.4}
    assert asked(told("hill", lon_deg=102.50, lat_deg=14.40, radius_m=200.0, **heard)) == []


def test_a_name_that_places_in_two_provinces_carry():
    assert asked(told(place="Gate")) == ["two_provinces"]
    assert asked(told(place="Gate", province="Southmark")) == []
    assert asked(told(place="Gate", lon_deg=102.3, lat_deg=14.3, radius_m=100.0)) == []
    unknown = tuple(dataclasses.replace(p, province="") for p in PLACES)
    assert asked(told(place="Gate"), unknown) == []


def test_a_province_known_by_other_reports_alone():
    places = [Place(f"p{n}", f"P{n}", 102.0 + n / 10, 14.0, 500.0) for n in range(4)]
    places.append(Place("far", "Far", 103.5, 14.0, 500.0))
    others = [
        Observation(f"o{n}", "press-1", DAY, place_id=f"p{n}", details={"province": "Northmark"}) for n in range(4)
    ]
    wrong = told(
        "far", "Northmark", lon_deg=103.5, lat_deg=14.0, radius_m=500.0, notes=("placed by the gazetteer: far",)
    )
    (doubt,) = misplaced.found([*others, dataclasses.replace(wrong, id="x")], places)
    assert (doubt.code, doubt.ids) == ("two_provinces", ("x",))
    assert misplaced.found([*others[:2], wrong], places) == []


def test_the_gazetteer_says_the_province_and_a_run_asks(mission, truceline, quick_report, tmp_path):
    text = (mission.path / "places.csv").read_text("utf-8").splitlines()
    wide = [f"{text[0]},province", *(f"{line},Northmark" for line in text[1:])]
    (mission.path / "places.csv").write_text("\n".join(wide), "utf-8")
    mission.tell(obs("A", "press-1", place="Hill 402", province="Southmark"))
    assert truceline("run", mission.path, "--out", tmp_path / "out").code == 0
    assert "two_provinces,press-1,A," in (tmp_path / "out/alerts.csv").read_text("utf-8")


def test_the_flagship_raises_no_question_that_nobody_would_thank_for():
    made = run.edition(run.load(Path(__file__).parents[1] / "missions/thailand-cambodia-2025"), None, "public")
    assert alerts.found(made.observations, made.incidents, made.mission.sources, made.mission.places) == []
