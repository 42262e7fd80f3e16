"""A pass is an opportunity: it shows in the coverage and changes no share, no finding and no word for calm."""

import pytest

from element_sets import made
from missions import obs, term
from truceline import coverage

HEAD = ("status,satellite,sensor,start,end,closest,zones,zones_perhaps,kinds,reach_share,view_deg,view_to_deg,zenith_deg,sun_deg,"
        "day_night,pixel_scan_m,pixel_track_m,elements_epoch,age_days,error_s,error_m,reason\n")  # fmt: skip


def came(
    day, hour="06:20", zones="sector", perhaps="", kinds="heat", view=20.0, sun=60.0, epoch="2025-08-01T00:00:00Z"
):
    at = f"{day}T{hour}:10Z"
    return f"pass,NOAA-20,VIIRS,{at},{day}T{hour}:40Z,{at},{zones},{perhaps},{kinds},1,{view},31,22,{sun},day,400,390,{epoch},9,10,20000,\n"


def every_day(kinds="heat;fire;change.surface;force.construction"):
    return HEAD + "".join(came(f"2025-{m:02d}-{d:02d}", kinds=kinds) for m in (8, 9) for d in range(1, 31))


def orbit_rows(edition):
    return [k for k in edition.looks if k.passes]


def test_one_row_a_satellite_day_and_zone_with_the_best_angle(mission):
    mission.write(
        "passes.csv",
        HEAD + came("2025-08-11") + 2 * came("2025-08-11", "16:40", view=7.4, sun=-40) + came("2025-08-12"),
    )
    first, second = orbit_rows(mission.edition("2025-09-01"))
    assert (str(first.state), first.passes, first.view_deg, first.seen_share) == ("opportunity", 2, 7.4, 0.0)
    assert first.kinds == ("heat",)
    assert "1 of 2 by night; at best 7 degrees off nadir; elements 9 days old, time known to 10 s" in first.reason
    assert second.passes == 1


def test_a_pass_by_grace_of_the_error_says_so(mission):
    mission.write("passes.csv", HEAD + came("2025-08-11", zones="", perhaps="sector"))
    (row,) = orbit_rows(mission.edition("2025-09-01"))
    assert "in reach only if the track is wrong in its favour" in row.reason


@pytest.mark.parametrize("kind", ["hold_fire", "no_movement", "withdraw_heavy_weapons", "recorded"])
def test_passes_on_every_day_change_no_finding_and_no_share(mission, kind):
    mission.terms(term(kind))
    mission.effort("E1,mon,2025-08-11,,hill,,arda,,done,,,15000,,")
    mission.tell(obs("O1", "press-1"))
    without = mission.edition("2025-09-20")
    mission.write("passes.csv", every_day())
    with_them = mission.edition("2025-09-20")
    assert len(orbit_rows(with_them)) > 40
    assert with_them.findings == without.findings
    assert with_them.incidents == without.incidents
    assert [k for k in with_them.looks if not k.passes] == list(
        without.looks
    )  # days on which nobody looked stay such days


def test_kept_is_never_had_by_passes_alone(mission):
    mission.write("passes.csv", every_day())
    assert not [f for f in mission.edition("2025-09-20").findings if str(f.outcome) == "kept"]


def test_an_edition_shows_no_pass_and_no_elements_of_later(mission):
    late = came("2025-08-11", epoch="2025-08-20T00:00:00Z")
    mission.write("passes.csv", HEAD + came("2025-08-10") + late + came("2025-08-30"))
    assert len(orbit_rows(mission.edition("2025-08-15"))) == 1
    assert len(orbit_rows(mission.edition("2025-08-25"))) == 2
    assert len(orbit_rows(mission.edition("2025-09-20"))) == 3


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (came("2025-08-11", zones="nowhere"), "zones"),
        (came("2025-08-11", zones=""), "closest, elements_epoch, zones"),
        (came("2025-08-11").replace(",9,10,", ",nine,10,"), "age_days"),
        (came("2025-08-11").replace("pass,", "perhaps,", 1), "status"),
        (came("2025-08-11").replace("06:20:40", "06:19:00"), "end"),
    ],
)
def test_a_row_that_cannot_be_read_is_set_aside(mission, row, column):
    mission.write("passes.csv", HEAD + row + came("2025-08-12"))
    made_of = mission.edition("2025-09-01")
    assert len(orbit_rows(made_of)) == 1
    assert [(s.file, s.line, s.column) for s in made_of.set_aside] == [("passes.csv", 2, column)]


CLOUD = "date,lon_deg,lat_deg,cloud_share\n"
PICTURE = "E1,eye,2025-08-11,,hill,,,,done,,,15000,,"


@pytest.fixture
def sensing(mission):
    mission.write("sources.yaml", mission.read("sources.yaml") + "  - {id: eye, name: Eye, kind: sensor}\n")
    mission.effort(PICTURE)
    mission.write(
        "effort.csv", mission.read("effort.csv").replace("\n", ",sensor\n", 1).replace("15000,,", "15000,,,viirs")
    )
    return mission


@pytest.mark.parametrize(
    ("cloud", "state", "sees"),
    [
        ("", "cloud_unknown", False),
        (CLOUD + "2025-08-11,102.5,14.5,0.1\n", "looked_clear", True),
        (CLOUD + "2025-08-11,102.5,14.5,0.8\n", "looked_cloud", False),
        (CLOUD + "2025-08-12,102.5,14.5,0.1\n", "cloud_unknown", False),
        (CLOUD + "2025-08-11,104.5,14.5,0.1\n", "cloud_unknown", False),
        (CLOUD + "2025-08-11,102.41,14.41,0.9\n2025-08-11,102.6,14.6,0.1\n", "looked_cloud", False),
    ],
)
def test_a_picture_that_is_held_sees_where_no_cloud_is_known_to_lie(sensing, cloud, state, sees):
    if cloud:
        sensing.write("cloud.csv", cloud)
    (look,) = [k for k in sensing.edition("2025-09-01").looks if k.source_id == "eye"]
    assert str(look.state) == state
    assert (look.seen_share > 0) == sees


@pytest.mark.parametrize("sensor", ["c-sar", ""])
def test_radar_asks_for_no_cloud_and_neither_do_cameras(sensing, sensor):
    sensing.edit("effort.csv", "viirs", sensor)
    sensing.write("cloud.csv", CLOUD + "2025-08-11,102.5,14.5,0.9\n")
    (look,) = [k for k in sensing.edition("2025-09-01").looks if k.source_id == "eye"]
    assert (str(look.state), look.seen_share > 0) == ("looked", True)


def test_a_sensor_that_no_table_knows_sets_its_row_aside(sensing):
    sensing.edit("effort.csv", "viirs", "telescope")
    assert [(s.file, s.column) for s in sensing.edition("2025-09-01").set_aside] == [("effort.csv", "sensor")]


def test_a_picture_of_a_zone_is_clear_where_all_of_the_zone_is(sensing):
    sensing.edit("effort.csv", ",hill,,", ",,valley,")
    for shares, state in (((0.1, 0.2), "looked_clear"), ((0.1, 0.9), "looked_cloud")):
        sensing.write("cloud.csv", CLOUD + "".join(f"2025-08-11,102.{n},14.{n},{s}\n" for n, s in enumerate(shares, 3)))
        (look,) = [k for k in sensing.edition("2025-09-01").looks if k.source_id == "eye"]
        assert str(look.state) == state


def test_a_cloud_value_that_is_none_is_set_aside(sensing):
    sensing.write("cloud.csv", CLOUD + "2025-08-11,102.5,14.5,80\n")
    assert [(s.file, s.line, s.column) for s in sensing.edition("2025-09-01").set_aside] == [
        ("cloud.csv", 2, "cloud_share")
    ]


def test_the_points_of_a_mission_are_spread_along_its_sectors(mission):
    mission.tell(obs("O1", "mon"))
    whole = mission.edition().mission
    spots = coverage.Ground(whole.zones, whole.places).spots()
    assert list(spots) == ["sector"]
    assert len(spots["sector"]) == 9
    lons = [p[0] for p in spots["sector"]]
    assert lons == sorted(lons)
    assert lons[-1] - lons[0] > 0.38


def test_the_verb_works_out_passes_and_keeps_them(truceline, mission, tmp_path):
    pytest.importorskip("sgp4")
    file = tmp_path / "e.tle"
    file.write_text("NOAA 20\n" + made() + made(number=25544), "utf-8")
    arguments = ("coverage", mission.path, "--from", "2025-08-10", "--to", "2025-08-12", "--elements", file)
    told = truceline(*arguments)
    assert told.code == 0
    assert "e.tle:4: set aside: catalogue number 25544" in told.err
    assert "Aqua: not computed from 2025-08-09T17:00:00Z to 2025-08-12T17:00:00Z: no elements are held" in told.err
    assert "NOAA-20" in told.out
    assert not (mission.path / "passes.csv").exists()
    assert truceline(*arguments, "--write").code == 0
    once = mission.read("passes.csv")
    assert once.startswith(HEAD)
    assert truceline(*arguments, "--write").code == 0
    assert mission.read("passes.csv") == once
    kept = truceline("coverage", mission.path, "--from", "2025-08-10", "--to", "2025-08-12")
    assert kept.out == told.out
    wider = ("coverage", mission.path, "--from", "2025-08-12", "--to", "2025-08-14", "--elements", file, "--write")
    assert truceline(*wider).code == 0
    rows = mission.read("passes.csv").splitlines()
    assert len(set(rows)) == len(rows)
    edition = mission.edition("2025-08-20")
    assert {k.start.day for k in orbit_rows(edition)} >= {9, 10, 11, 12, 13} - {9}
    assert not edition.set_aside


def test_the_verb_refuses_what_it_cannot_do(truceline, mission, tmp_path):
    assert truceline("coverage", mission.path, "--write").code == 2
    bad = tmp_path / "bad.tle"
    bad.write_text(made().replace("98.7410", "98.7411"), "utf-8")
    told = truceline("coverage", mission.path, "--elements", bad)
    assert told.code == 3
    assert "bad.tle:2" in told.err
    assert "checksum" in told.err
    assert truceline("coverage", mission.path, "--elements", tmp_path / "none.tle").code == 3
    good = tmp_path / "good.tle"
    good.write_text(made(), "utf-8")
    mission.write("passes.csv", "when,what\n")
    pytest.importorskip("sgp4")
    assert (
        truceline("coverage", mission.path, "--from", "2025-08-10", "--to", "2025-08-12", "--elements", good).code == 3
    )
