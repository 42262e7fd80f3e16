"""Places: metres on the ellipsoid, notations, datums, wedges, names in several scripts."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline import where
from truceline.nouns import Place


def lon_lat(text):
    spot = where.parse(text)
    return spot.lon_deg, spot.lat_deg


quick = settings(deadline=None, max_examples=80, derandomize=True)
lons, lats = st.floats(-179.9, 179.9), st.floats(-79, 83)


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        ((0, 0), (1, 0), 111_319.491),  # one degree along the equator
        ((0, 0), (0, 1), 110_574.389),  # one degree of latitude at the equator (WGS 84)
        ((0, 89), (0, 90), 111_693.865),
        ((100.5018, 13.7563), (104.9282, 11.5564), 537_000),  # Bangkok to Phnom Penh
        ((10, 10), (10, 10), 0),
        ((179.5, 0), (-179.5, 0), 111_319.491),
    ],
)
def test_distances_are_geodesics_on_the_ellipsoid(one, other, metres):
    assert where.distance_m(*one, *other) == pytest.approx(metres, rel=5e-3 if metres > 200_000 else 1e-6)


@quick
@given(lons, lats, st.floats(0, 360), st.floats(1, 100_000))
def test_going_ahead_lands_so_far_away(lon, lat, bearing, length):
    assert where.distance_m(lon, lat, *where.ahead(lon, lat, bearing, length)) == pytest.approx(length, abs=0.001)


@quick
@given(lons, lats)
def test_mgrs_there_and_back_is_within_its_metre(lon, lat):
    spot = where.parse(where.to_mgrs(lon, lat))
    assert where.distance_m(lon, lat, spot.lon_deg, spot.lat_deg) <= 1.5
    assert spot.radius_m >= where.distance_m(lon, lat, spot.lon_deg, spot.lat_deg) - 0.5


@quick
@given(lons, lats)
def test_utm_there_and_back_is_within_a_metre(lon, lat):
    spot = where.parse(where.to_utm(lon, lat))
    assert where.distance_m(lon, lat, spot.lon_deg, spot.lat_deg) <= 1.0


@quick
@given(lons, lats)
def test_degrees_minutes_seconds_there_and_back_are_within_two_metres(lon, lat):
    spot = where.parse(where.to_dms(lon, lat))
    assert where.distance_m(lon, lat, spot.lon_deg, spot.lat_deg) <= 2.3  # half a tenth of a second on either axis


@pytest.mark.parametrize(
    ("text", "lon", "lat"),
    [
        ("48P VA 95000 91000", 104.9536, 14.3913),
        ("48PVA9500091000", 104.9536, 14.3913),
        ("48P 495000 1591000", 104.9536, 14.3913),
        ("14°23'28\"N 104°57'13\"E", 104.9536, 14.3913),
        ("14 23 28 N, 104 57 13 E", 104.9536, 14.3913),
        ("104°57'13\"E 14°23'28\"N", 104.9536, 14.3913),
        ("104.9536, 14.3913", 104.9536, 14.3913),
        ("104.9536 14.3913", 104.9536, 14.3913),
    ],
)
def test_every_notation_gives_the_same_point(text, lon, lat):
    spot = where.parse(text)
    assert where.distance_m(lon, lat, spot.lon_deg, spot.lat_deg) < 30


@pytest.mark.parametrize(
    "text",
    [
        "",
        "somewhere",
        "48P VA 950 9100",
        "99P 495000 1591000",
        "14°75'00\"N 104°57'13\"E",
        "14°23'28\"N 14°23'28\"N",
        "104.9",
        "14.3,x",
    ],
)
def test_what_is_no_coordinate_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        where.parse(text)


def test_a_coarser_mgrs_square_has_a_larger_radius_and_its_centre_is_taken():
    fine, coarse = where.parse("48P VA 95000 91000"), where.parse("48P VA 95 91")
    assert coarse.radius_m == pytest.approx(1000 / math.sqrt(2))
    assert fine.radius_m < 1
    corner_to_centre = where.distance_m(fine.lon_deg, fine.lat_deg, coarse.lon_deg, coarse.lat_deg)
    assert corner_to_centre == pytest.approx(1000 / math.sqrt(2), rel=0.01)
    assert where.distance_m(coarse.lon_deg, coarse.lat_deg, *lon_lat("48P 495500 1591500")) < 2


@quick
@given(lons, lats, st.sampled_from([2, 4, 6, 8, 10]))
def test_a_point_lies_within_the_radius_of_its_own_square(lon, lat, digits):
    spot = where.parse(where.to_mgrs(lon, lat, digits))
    assert where.distance_m(lon, lat, spot.lon_deg, spot.lat_deg) <= spot.radius_m * 1.02 + 0.5


def test_fewer_decimals_have_a_larger_radius():
    assert where.parse("104.95, 14.39").radius_m == pytest.approx(100 * where.parse("104.9536, 14.3913").radius_m)


@pytest.mark.parametrize("datum", ["Indian 1975", "indian 1954", "unknown", "Some Other Datum"])
@pytest.mark.parametrize("text", ["104.9536, 14.3913", "48P VA 95000 91000", "48P 495000 1591000"])
def test_a_legacy_datum_widens_the_radius_says_so_and_never_shifts(text, datum):
    plain, legacy = where.parse(text), where.parse(text, datum)
    assert (legacy.lon_deg, legacy.lat_deg) == (plain.lon_deg, plain.lat_deg)
    assert legacy.radius_m == plain.radius_m + 610
    assert f"datum {datum} read as WGS 84 and not shifted" in legacy.note


@pytest.mark.parametrize("datum", ["", "WGS84", "wgs 84", "EPSG:4326"])
def test_wgs_84_is_left_as_it_is(datum):
    assert where.parse("104.9536, 14.3913", datum) == where.parse("104.9536, 14.3913")


# Wedges


@quick
@given(
    lons,
    st.floats(-70, 70),
    st.floats(0, 360),
    st.floats(0.5, 90),
    st.floats(0, 5000),
    st.floats(100, 5000),
    st.floats(-1, 1),
    st.floats(0, 1),
)
def test_a_wedge_covers_every_point_that_it_allows(lon, lat, bearing, error, near, depth, side, share):
    spot = where.wedge(lon, lat, bearing, error, near, near + depth)
    inside = where.ahead(lon, lat, bearing + side * error, near + share * depth)
    assert where.distance_m(spot.lon_deg, spot.lat_deg, *inside) <= spot.radius_m * 1.01 + 1


def test_a_sharper_ear_gives_a_smaller_circle():
    radii = [where.wedge(104.0, 14.0, 90, error, 1000, 1500).radius_m for error in (2, 15, 45, 120)]
    assert radii == sorted(radii)
    spot = where.wedge(104.0, 14.0, 90, 2, 1000, 1500)
    assert spot.lon_deg > 104.0
    assert where.distance_m(104.0, 14.0, spot.lon_deg, spot.lat_deg) == pytest.approx(1250, abs=0.1)


def test_a_distance_without_a_bearing_is_a_circle_around_the_observer():
    spot = where.wedge(104.0, 14.0, 0, 180, 500, 3000)
    assert (spot.lon_deg, spot.lat_deg, spot.radius_m) == (104.0, 14.0, 3000)


def test_a_band_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="ends before it begins"):
        where.wedge(104.0, 14.0, 0, 10, 3000, 500)


# Checks

AREA = (102.0, 14.0, 103.0, 15.0)


@pytest.mark.parametrize(
    ("lon", "lat", "words"),
    [
        (102.5, 14.5, ""),
        (14.5, 102.5, "is off the globe; longitude and latitude look swapped"),
        (181, 0, "is off the globe"),
        (0, -91, "is off the globe; longitude and latitude look swapped"),
        (110, 14.5, "lies outside the mission's area"),
        (math.nan, 14.5, "is not a number"),
        (math.inf, 14.5, "is not a number"),
    ],
)
def test_a_coordinate_is_checked_in_words(lon, lat, words):
    assert where.check(lon, lat, AREA) == words


def test_an_exchange_is_seen_within_an_area_on_both_sides_of_the_diagonal():
    assert "look swapped" in where.check(45.2, 10.5, (10, 45, 11, 46))


# Names

HILL = Place(
    "hill",
    "Phu Makhuea",
    104.0,
    14.0,
    500,
    {"arda": "Phu Makhuea", "brel": "Phnom Trop"},
    {"th": "ภูมะเขือ", "km": "ភ្នំទ្រព្យ"},
    ("Phu Ma Kheua",),
)
GATES = (Place("gate-n", "Gate", 1.0, 1.0, 1), Place("gate-s", "Gate", 2.0, 2.0, 1, variants=("South Gate",)))
NAMES = where.Names((HILL, *GATES))


@pytest.mark.parametrize(
    "name",
    [
        "hill",
        "Phu Makhuea",
        "PHU MAKHUEA",
        "phu-makhuea",
        " Phu  Makhuea ",
        "Phnom Trop",
        "ภูมะเขือ",
        "ភ្នំទ្រព្យ",
        "ភ្នំ ទ្រព្យ",
        "Phu Ma Kheua",
    ],
)
def test_every_spelling_in_every_script_finds_the_one_place(name):
    assert NAMES.find(name) is HILL


@pytest.mark.parametrize("name", ["Gate", "", "Elsewhere", "ภูมะเข", "ភ្នំ"])
def test_a_name_that_fits_several_places_or_none_finds_none(name):
    assert NAMES.find(name) is None


def test_the_candidates_of_an_ambiguous_name_are_named():
    assert NAMES.candidates("gate") == ["gate-n", "gate-s"]
    assert NAMES.find("south gate").id == "gate-s"


def test_case_and_separators_make_no_other_name_and_vowel_marks_do():
    assert where.folded("Ta-Moan  Thom") == where.folded("ta moan thom") == "tamoanthom"
    assert where.folded("กา") != where.folded("กี")
    assert where.folded("ភ្នំ") != where.folded("ភនំ")
