"""Where observers stood, to the metre, is in nothing public: two missions that differ in it alone look the same in public."""

import dataclasses
import json
import re

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from missions import obs, table
from truceline import bundle, coarse, dated, export, parcel, publish, rows, where
from truceline import run as pipeline
from truceline.nouns import Observation
from truceline.web import opening

FEW = settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
HASH = re.compile(rb"[0-9a-f]{64}|(?<=T-)[0-9a-f]{8}(?=-)")
"""Of a file, and of a track's file in the id of what it records; they say which file was read, not what is in it."""
inside = st.tuples(st.integers(1, 998), st.integers(1, 998))
"""A point of a cell, in thousandths of it."""


def point(corner, at):
    """(lon, lat) to the metre, as text."""
    return tuple(f"{c + n / 1000 * coarse.CELL_DEG:.5f}" for c, n in zip(corner, at, strict=True))


@st.composite
def accounts(draw):
    """Rows of what was heard and seen, without a position, and the corner of each one's cell."""
    made = []
    for number in range(draw(st.integers(2, 4))):
        corner = (102.30 + draw(st.integers(0, 8)) / 100, 14.36 + draw(st.integers(0, 8)) / 100)
        cells = {"distance_min_m": draw(st.sampled_from(["", "0", "700"])), "distance_max_m": draw(st.sampled_from(["1500", "4000"])),
                 "bearing_deg": draw(st.sampled_from(["", "0", "77", "300"])), "bearing_error_deg": draw(st.sampled_from(["", "5"]))}  # fmt: skip
        if draw(st.booleans()):  # its own word of where it came down, beside where it stood
            cells |= {"lon_deg": "102.41", "lat_deg": "14.41", "radius_m": "300"}
        made.append(
            (
                corner,
                obs(f"o{number}", draw(st.sampled_from(["mon", "mon-2", "relief"])), method="heard", place="", **cells),
            )
        )
    return made


def written(rows_, at):
    """The table with each observer at this point of its cell, which a further column repeats in words."""
    told = []
    for corner, row in rows_:
        lon, lat = point(corner, at)
        note = {
            "details": json.dumps({"stood": f"{lat} N {lon} E", "position": f"{lat}, {lon}", "gun": "calibre 82.5"})
        }
        told.append(row | {"observer_lon_deg": lon, "observer_lat_deg": lat} | note)
    return table(told)


WATCH = """\
watch_id,source_id,lon_deg,lat_deg,bearing_from_deg,bearing_to_deg,range_m,start,end,daily_hours
W1,mon,{lon},{lat},300,60,6000,2025-08-09T00:00+07:00,2025-08-12T00:00+07:00,06:00-18:00
"""
GPX = """<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="{lat}" lon="{lon}"><time>2025-08-10T01:00:00Z</time></trkpt>
<trkpt lat="{lat}" lon="{lon}"><time>2025-08-10T03:00:00Z</time></trkpt></trkseg></trk></gpx>"""


def fill(mission, rows_, at):
    """A mission whose observers, camera and patrol stood at this point of their cells."""
    lon, lat = point((102.40, 14.40), at)
    mission.write("inbox/observations/told.csv", written(rows_, at))
    mission.write("watch.csv", WATCH.format(lon=lon, lat=lat))
    mission.write("inbox/gpx/mon/day.gpx", GPX.format(lon=lon, lat=lat))
    return mission


def public(made):
    """The edition as bytes, without the hashes of the files that it was read from."""
    return HASH.sub(b"", bundle.edition_bytes(dataclasses.replace(made, inputs=())))


def tables(made):
    """Its tables, without them."""
    return {name: HASH.sub(b"", data) for name, data in publish.files(made, {}).items()}


def test_whatever_point_of_its_cell_an_observer_stood_at_the_public_edition_is_the_same(mission):
    @FEW
    @given(accounts(), inside, inside)
    def holds(told, one, other):
        first, second = (fill(mission, told, at).edition() for at in (one, other))
        assert public(first) == public(second)
        assert tables(first) == tables(second)
        earlier = pipeline.again(first, first.as_of)  # a report's earlier edition is made of this one
        assert [(i.id, i.lon_deg, i.lat_deg, i.radius_m) for i in earlier.incidents] == [
            (i.id, i.lon_deg, i.lat_deg, i.radius_m) for i in first.incidents
        ]

    holds()


def test_partners_have_the_positions_as_they_were_given(mission):
    told = [((102.30, 14.36), obs("o1", "mon", method="heard", place="", bearing_deg="77", distance_max_m="1500"))]
    first, second = (fill(mission, told, at).edition(release="restricted") for at in ((100, 100), (900, 900)))
    assert (second.observations[0].observer_lon_deg, second.observations[0].observer_lat_deg) == (102.309, 14.369)
    assert public(first) != public(second)
    (exact,) = fill(mission, told, (900, 900)).edition(release="restricted").observations
    (shown,) = mission.edition().observations
    assert (
        where.distance_m(exact.observer_lon_deg, exact.observer_lat_deg, shown.observer_lon_deg, shown.observer_lat_deg)
        < coarse.SLACK_M
    )
    assert where.distance_m(exact.lon_deg, exact.lat_deg, shown.lon_deg, shown.lat_deg) < shown.radius_m
    assert (shown.details, coarse.NOTE in shown.notes) == ({"gun": "calibre 82.5"}, True)


@settings(deadline=None)
@given(st.floats(-180, 180), st.floats(-90, 90))
def test_the_middle_of_a_cell_is_its_own_middle_and_no_farther_than_is_said(lon, lat):
    x, y = coarse.cell(lon), coarse.cell(lat)
    assert (coarse.cell(x), coarse.cell(y)) == (x, y)
    assert where.distance_m(lon, lat, x, max(-90.0, min(90.0, y))) <= coarse.SLACK_M


@FEW
@given(accounts(), inside)
def test_twice_is_as_once_and_the_order_of_the_table_stays(told, at):
    made = rows.table(Observation, [
        Observation(f"o{n}", "mon", None, observer_lon_deg=float(point(c, at)[0]) if n % 2 else None,
                    observer_lat_deg=float(point(c, at)[1]) if n % 2 else None, distance_max_m=900.0)
        for n, (c, _) in enumerate(told)
    ])  # fmt: skip
    once = coarse.observations(made)
    assert once.equals(coarse.observations(once))
    assert once["id"].to_list() == made["id"].to_list()
    assert once.filter(pl.col("observer_lon_deg").is_null()).equals(made.filter(pl.col("observer_lon_deg").is_null()))


UNLIKE = {"manifest.json", "timings.json", "edition.json", "report.pdf", "report.docx", "report.html"}
"""Files that name the inputs by their hash, which is what differs; the report is made of the tables and the edition alone."""


@pytest.mark.slow
def test_no_file_of_a_run_and_no_export_differs(truceline, mission, tmp_path):
    told = [((102.30 + n / 100, 14.36), obs(f"o{n}", s, method="heard", place="", bearing_deg=b, distance_max_m="4000"))
            for n, (s, b) in enumerate([("mon", "60"), ("mon-2", "20"), ("relief", "300")])]  # fmt: skip
    found = []
    for name, at in (("a", (123, 456)), ("b", (871, 234))):
        fill(mission, told, at)
        assert truceline("run", mission.path, "--out", tmp_path / name / "run").code == 0
        every = ",".join(f for f in export.FORMATS if f != "photos")
        assert truceline("export", mission.path, "--format", every, "--out", tmp_path / name / "export").code == 0
        files = {
            p.relative_to(tmp_path / name).as_posix(): p for p in sorted((tmp_path / name).rglob("*")) if p.is_file()
        }
        found.append({n: HASH.sub(b"", p.read_bytes()) for n, p in files.items() if p.name not in UNLIKE})
        exact = point((102.30, 14.36), at)
        for kept in files.values():
            assert not any(number.encode() in kept.read_bytes() for number in exact), kept
    assert len(found[0]) > 25
    assert [n for n in found[0] if found[0][n] != found[1][n]] == []


def test_the_workbench_of_the_public_release_holds_no_exact_position(mission):
    told = [((102.30, 14.36), obs("o1", "mon", method="heard", place="", bearing_deg="77", distance_max_m="1500"))]
    rooms = [opening.opened(fill(mission, told, at).path, "public").desk.edition for at in ((1, 2), (998, 997))]
    assert public(rooms[0]) == public(rooms[1])


def test_a_cell_that_could_not_be_read_shows_no_position_to_the_public(mission):
    mission.write(
        "inbox/observations/x.csv", table([obs("o1", "mon", observer_lon_deg="102.34567x", observer_lat_deg="14.4")])
    )
    material = mission.load()
    assert "102.34567x" in {s.value for s in dated.shown(material.set_aside, "restricted")}
    assert "102.34567" not in repr(dated.shown(material.set_aside, "public"))


def test_no_file_with_an_exact_position_goes_to_the_public_in_a_parcel(mission):
    fill(mission, [((102.30, 14.36), obs("o1", "mon", method="heard", place="", distance_max_m="1500"))], (1, 2))
    mission.write("inbox/observations/plain.csv", table([obs("o9", "mon")]))
    material = mission.load()
    read = (material.observations, material.set_aside)
    sent = {
        r: {p for p in parcel._fitting(material.mission, read, r) if "told" in p or "plain" in p or "gpx" in p}
        for r in ("partners", "public")
    }
    assert sent["public"] == {"inbox/observations/plain.csv"}
    assert "inbox/observations/told.csv" in sent["partners"]
