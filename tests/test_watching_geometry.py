"""Fields of view, hours and tracks: what they see of the line, and what they do not claim to."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline import outlook, run, where
from truceline.formats import phrases
from truceline.nouns import View

HEAD = "watch_id,source_id,lon_deg,lat_deg,bearing_from_deg,bearing_to_deg,range_m,start,end,daily_hours,kinds,status,exposure\n"


def looks(mission, start="2025-08-10", end="2025-08-12"):
    found, _ = run.coverage_rows(mission.path, start, end)
    return [r for r in found if r["source_id"]]


def test_a_camera_sees_the_line_within_its_field_and_range_and_says_that_terrain_is_not_counted(mission):
    # The line runs from 102.3 to 102.7 degrees east, about 43 km; the camera stands on it and looks east, 5 km far.
    mission.write(
        "watch.csv", HEAD + "W1,mon,102.5,14.41,60,120,5000,2025-08-10T06:00+07:00,2025-08-10T18:00+07:00,,,,\n"
    )
    (one,) = looks(mission)
    assert one["state"] == "looked"
    assert one["seen_share"] == pytest.approx(5000 / 43_200, abs=0.006)
    assert one["why_not"] == "measured by its field of view, 5000 m far; terrain is not counted"
    mission.write(
        "watch.csv", HEAD + "W1,mon,102.5,14.41,120,60,5000,2025-08-10T06:00+07:00,2025-08-10T18:00+07:00,,,,\n"
    )
    (other,) = looks(mission)
    assert other["seen_share"] == pytest.approx(5000 / 43_200, abs=0.006)  # the other way round: to the west
    mission.write("watch.csv", HEAD + "W1,mon,102.5,14.41,,,5000,2025-08-10T06:00+07:00,2025-08-10T18:00+07:00,,,,\n")
    (whole,) = looks(mission)
    assert whole["seen_share"] == pytest.approx(one["seen_share"] + other["seen_share"], abs=0.005)


def test_a_camera_that_looks_away_from_the_line_has_looked_and_seen_none_of_it(mission):
    mission.write("watch.csv", HEAD + "W1,mon,102.5,14.5,0,90,3000,2025-08-10,2025-08-10,,,,\n")
    (one,) = looks(mission)
    assert (one["state"], one["seen_share"]) == ("looked", 0)


def test_daily_hours_make_a_record_a_day_and_nights_run_past_midnight(mission):
    mission.write("watch.csv", HEAD + "W1,mon,102.5,14.41,,,5000,2025-08-10,2025-08-12,06:00-18:00,,,\n"
                                      "W2,mon-2,102.5,14.41,,,5000,2025-08-10,2025-08-11,22:00-05:00,,,\n")  # fmt: skip
    spans = {(r["source_id"], r["start_utc"], r["end_utc"]) for r in looks(mission, "2025-08-09", "2025-08-14")}
    assert spans == {
        *(("mon", f"2025-08-{d - 1:02}T23:00:00Z", f"2025-08-{d:02}T11:00:00Z") for d in (10, 11, 12)),
        ("mon-2", "2025-08-10T15:00:00Z", "2025-08-10T22:00:00Z"), ("mon-2", "2025-08-11T15:00:00Z", "2025-08-11T17:00:00Z"),
    }  # fmt: skip


def test_what_a_camera_sees_counts_for_a_finding(mission):
    assert {f.seen_share for f in mission.edition("2025-09-20").findings} == {0.0}
    mission.write("watch.csv", HEAD + "W1,mon,102.5,14.41,,,25000,2025-08-01,2025-09-20,,,,\n")
    assert max(f.seen_share for f in mission.edition("2025-09-20").findings) == 1.0


@pytest.mark.parametrize(
    ("row", "column"),
    [("W1,mon,102.5,14.41,60,,5000,2025-08-10,,,,,", "bearing_from_deg, bearing_to_deg"),
     ("W1,mon,14.41,,,,5000,2025-08-10,,,,,", "lon_deg, lat_deg, range_m"),
     ("W1,mon,102.5,14.41,,,0,2025-08-10,,,,,", "range_m"), ("W1,mon,102.5,14.41,,400,5000,2025-08-10,,,,,", "bearing_to_deg"),
     ("W1,mon,102.5,14.41,,,5000,2025-08-10,,all day,,,", "daily_hours"), ("W1,nobody,102.5,14.41,,,5000,2025-08-10,,,,,", "source_id"),
     ("W1,mon,102.5,14.41,,,5000,2025-08-10,,25:00-26:00,,,", "daily_hours"),
     ("W1,mon,102.5,14.41,,,5000,2000-08-10,2025-08-10,06:00-18:00,,,", "daily_hours")],
)  # fmt: skip
def test_a_row_that_cannot_be_is_set_aside_with_its_column(mission, row, column):
    mission.write("watch.csv", HEAD + row + "\n")
    whole = mission.load().mission
    assert whole.effort == ()
    assert [(s.file, s.line, s.column) for s in whole.set_aside] == [("watch.csv", 2, column)]


def test_a_sealed_camera_is_in_no_coverage(mission):
    mission.write(
        "watch.csv",
        HEAD + "W1,mon,102.5,14.41,,,5000,2025-08-10,,,,,sealed\nW2,hidden,102.5,14.41,,,5000,2025-08-10,,,,,\n",
    )
    assert mission.edition("2025-09-20").looks
    assert not [k for k in mission.edition("2025-09-20").looks if k.source_id]


def test_a_track_is_effort_along_its_way_once_however_often_it_is_sent(mission):
    track = Path(__file__).with_name("formats").joinpath("gpx.gpx").read_bytes()
    mission.write("inbox/gpx/mon/morning.gpx", track)
    mission.write("inbox/gpx/mon/again.gpx", track)
    (one,) = looks(mission)
    assert (one["source_id"], one["start_utc"], one["end_utc"]) == (
        "mon",
        "2025-08-10T01:00:00Z",
        "2025-08-10T03:30:00Z",
    )
    assert 0.45 < one["seen_share"] < 0.6  # it went along half of the line, within 2 km of it
    assert "along a track" in one["why_not"]


POINT = st.tuples(st.floats(100, 108), st.floats(-60, 60))


@settings(max_examples=60, deadline=None)
@given(POINT, st.floats(0, 359), st.floats(1, 359), st.floats(100, 60_000), st.floats(0, 360), st.floats(0.01, 2))
def test_a_field_of_view_holds_exactly_what_lies_between_its_bearings_and_within_its_range(
    at, first, width, far, bearing, share
):
    view = View((at,), far, first, (first + width) % 360)
    lon, lat = where.ahead(*at, bearing, far * share)
    off = (bearing - first) % 360
    if min(abs(off - width), off, 360 - off, abs(share - 1) * 100) > 0.01:
        assert bool(outlook.holds(view, [lon], [lat])[0]) == (share < 1 and off < width)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.floats(102, 102.2), st.floats(14, 14.2)), min_size=2, max_size=6, unique=True),
    st.floats(200, 8000),
)
def test_a_track_holds_its_own_points_and_its_outline_agrees_with_it(path, far):
    import shapely

    view = View(tuple(path), far)
    lon, lat = np.array(path).T
    assert outlook.holds(view, lon, lat).all()
    grid = np.meshgrid(np.linspace(101.95, 102.25, 12), np.linspace(13.95, 14.25, 12))
    inside = shapely.contains_xy(outlook.outline(view), *(g.ravel() for g in grid))
    assert (inside != outlook.holds(view, *(g.ravel() for g in grid))).mean() < 0.03


@pytest.mark.parametrize(
    ("text", "bearing", "error", "near", "far"),
    [("3-5km N", 0, 22.5, 3000, 5000), ("2-4 km WSW", 247.5, 11.25, 2000, 4000), ("SE", 135, 22.5, None, None),
     ("up to 5km NE", 45, 22.5, 0, 5000), ("about 3 km S", 180, 22.5, 2000, 4000), ("3km north-west", 315, 22.5, 2500, 3500),
     ("more than 10 km east", 90, 22.5, 10000, None), ("800 m, 045°", 45, 5, 750, 850), ("north-north-east", 22.5, 11.25, None, None),
     ("1.5 km 120 deg ±10°", 120, 10, 1450, 1550), ("500m-1km W", 270, 22.5, 500, 1000), ("2–3 km NNW", 337.5, 11.25, 2000, 3000)],
)  # fmt: skip
def test_directions_as_patrols_write_them(text, bearing, error, near, far):
    made = phrases.direction(text, "x")
    assert tuple(float(made[n]) if made.get(n) else None for n in ("bearing_deg", "bearing_error_deg", "distance_min_m", "distance_max_m")) == (
        bearing, error, near, far)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("at least 10", "10", ""), ("undetermined", "", ""), ("3-5", "3", "5"), ("about 60", "48", "72"), ("multiple", "2", ""),
     ("7", "7", "7"), ("", "", ""), ("up to 4", "", "4")],
)  # fmt: skip
def test_counts_as_patrols_write_them(text, low, high):
    assert phrases.how_many(text, "x") == (low, high)


@pytest.mark.parametrize("word", ["undetermined", "determined", "Undetermined weapon"])
def test_a_word_inside_another_names_no_weapon(word):
    assert not phrases.says("mine", word.lower())


@given(st.text(max_size=40))
def test_any_words_are_read_or_refused_and_never_break(text):
    for read in (phrases.direction, phrases.how_many):
        try:
            read(text, "x")
        except phrases.CellError:
            continue
