"""Files for other desks: what goes out comes back as the same table, GDAL and LibreOffice open it, nothing sealed is in it."""

import csv
import io
import json
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pyogrio import raw

from missions import Folder, obs
from truceline import desks, pictures, receive, rows, when
from truceline import run as pipeline
from truceline.formats import sniff
from truceline.nouns import Capture, Observation

EXAMPLES = Path(__file__).with_name("formats")
INCIDENTS = {"gpx": "incidents.gpx", "kmz": "incidents.kmz", "shp": "incidents-shp.zip", "hxl": "incidents-hxl.csv",
             "acled": "incidents-acled.csv", "ucdp": "incidents-ucdp.csv"}  # fmt: skip
HOMES = {"kmz": "features", "shp": "features"}
"""Formats that are received under another name than they are exported by."""


def tell(mission):
    mission.tell(
        obs("A", "voice-1", actor_claimed="brel", killed_min="2", killed_max="3", end="2025-08-10T09:45+07:00", lon_deg="102.4012345",
            lat_deg="14.4054321", radius_m="350", text="Shells came down; “quoted”, & <more>"),
        obs("B", "voice-2", actor_claimed="arda", kind="explosion.mine", place="ford", start="2025-08-20", reported="2025-08-20",
            killed_min="1", text="A blast"),
        obs("C", "press-1", place="", kind="access.denied", start="2025-08-25", reported="2025-08-26", text="นอกพิกัด ភ្នំ"),
        obs("D", "mon", method="heard", place="", start="2025-08-12T21:00:30+07:00", reported="2025-08-12", observer_lon_deg="102.41",
            observer_lat_deg="14.41", bearing_deg="337.5", bearing_error_deg="11.25", distance_min_m="3000", distance_max_m="5000",
            count_min="10", weapon="Mortar 82 mm", weapon_class="mortar", phase="impact"),
        obs("E", "mon", method="seen", kind="mine.found", start="2025-08-13", reported="2025-08-13", lon_deg="102.55", lat_deg="14.45",
            radius_m="120", place="", weapon="AP mines", weapon_class="anti_personnel_mine"),
        obs("F", "mon-2", method="claimed", kind="mine.cleared", start="2025-08-14T10:00+07:00", reported="2025-08-14", place="hill"),
        columns=(*obs("x", "y"), "observer_lon_deg", "observer_lat_deg", "bearing_deg", "bearing_error_deg", "distance_min_m",
                                        "distance_max_m", "count_min", "weapon_class", "phase", "killed_min", "killed_max", "lon_deg",
                                        "lat_deg", "radius_m", "end", "weapon", "actor_claimed"),
    )  # fmt: skip
    return mission


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desks")
    mission = tell(Folder(folder / "m"))
    (mission.path / "inbox/photos/mon").mkdir(parents=True)
    shutil.copy(EXAMPLES / "photos.jpg", mission.path / "inbox/photos/mon/slope.jpg")
    pipeline.export_files(mission.path, folder / "out", [*desks.FORMATS, "csv", "xlsx"], {})
    return folder / "out"


def table(path):
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def left_out(out, name):
    return {r["id"] for r in table(out / "left_out.csv") if r["file"] == name}


def short(text):
    return None if text in ("", None) else round(float(text), 4)


def meant(row):
    """What a row of incidents.csv says of when, where and what."""
    return (
        row["kind"],
        row["start_utc"],
        row["end_utc"],
        short(row["lon_deg"]),
        short(row["lat_deg"]),
        short(row["radius_m"]),
    )


def said(one: Observation):
    return (one.kind, f"{one.when.start:%Y-%m-%dT%H:%M:%SZ}", f"{one.when.end:%Y-%m-%dT%H:%M:%SZ}", short(one.lon_deg),
            short(one.lat_deg), short(one.radius_m))  # fmt: skip


def received(tmp_path, path):
    """The observations that a fresh mission takes from this file alone, by their ids."""
    mission = Folder(tmp_path / "again")
    made = pipeline.receive_files(mission.path, [path], source="relief")
    assert made["files"][0]["status"] == "received", made
    assert made["files"][0]["refused"] == ()
    material = mission.load()
    return {o.id: o for o in rows.records(Observation, material.observations)}, made["files"][0]


@pytest.mark.parametrize("form", INCIDENTS)
def test_an_export_that_is_received_gives_the_same_table(out, tmp_path, form):
    name = INCIDENTS[form]
    found, told = received(tmp_path, out / name)
    wanted = {r["id"]: meant(r) for r in table(out / "incidents.csv") if r["id"] not in left_out(out, name)}
    assert {i: said(o) for i, o in found.items()} == wanted
    assert told["format"] == HOMES.get(form, form)
    assert len(wanted) >= 2


@pytest.mark.parametrize(("form", "unfit"), [("gpx", "I-C"), ("acled", "I-C"), ("ucdp", "I-E")])
def test_what_a_file_cannot_hold_is_listed_beside_it(out, form, unfit):
    assert unfit in left_out(out, INCIDENTS[form])


def test_a_patrol_table_comes_back_with_its_wedges_counts_and_weapons(out, tmp_path):
    found, _ = received(tmp_path, out / "patrol.xlsx")
    known = {r["id"]: r for r in table(out / "observations.csv")}
    assert set(found) == {i for i, r in known.items() if r["method"] in {"seen", "heard", "recorded", "measured"}}
    for name, one in found.items():
        row = known[name]
        assert (one.kind, one.method, one.phase, one.weapon, one.weapon_class) == tuple(
            row[n] for n in ("kind", "method", "phase", "weapon", "weapon_class")
        )
        assert (f"{one.when.start:%Y-%m-%dT%H:%M:%SZ}", f"{one.when.end:%Y-%m-%dT%H:%M:%SZ}") == (
            row["start"],
            row["end"],
        )
        for number in ("observer_lon_deg", "observer_lat_deg", "bearing_deg", "distance_max_m", "count_min",
                       "lon_deg", "lat_deg", "radius_m"):  # fmt: skip
            value = getattr(one, number)
            assert (None if value is None else round(float(value), 3)) == (
                round(float(row[number]), 3) if row[number] else None
            ), number


def test_hazardous_areas_come_back_with_their_status_and_the_very_polygon(out, tmp_path):
    found, told = received(tmp_path, out / "hazards.geojson")
    assert told["format"] == "hazards"
    assert {i: (o.kind, o.method, short(o.radius_m)) for i, o in found.items()} == {
        "E": ("mine.found", "seen", 120), "F": ("mine.cleared", "claimed", 500)}  # fmt: skip
    mission = Folder(tmp_path / "surveyed")
    polygon = json.loads((EXAMPLES / "hazards.geojson").read_text())["features"][0]["geometry"]
    pipeline.receive_files(mission.path, [EXAMPLES / "hazards.geojson"], source="mon")
    pipeline.export_files(mission.path, tmp_path / "out", ["hazards"], {})
    (one,) = [f for f in json.loads((tmp_path / "out/hazards.geojson").read_text())["features"] if f["id"] == "SHA-7"]
    assert {tuple(p) for p in one["geometry"]["coordinates"][0]} == {tuple(p) for p in polygon["coordinates"][0]}
    assert one["properties"]["Hazard_Class"] == "SHA"


@pytest.mark.parametrize("name", ["incidents.gpx", "incidents.kmz", "incidents-shp.zip", "hazards.geojson"])
def test_gdal_opens_each_map(out, name):
    layer = {"incidents.gpx": "waypoints"}.get(name)
    meta, _, geometry, fields = raw.read(out / name, layer=layer)
    wanted = {r["id"] for r in table(out / "incidents.csv")} - left_out(out, name)
    named = dict(zip(meta["fields"], fields, strict=True))
    ids = {str(i) for f in ("id", "name", "Hazard_ID") if f in named for i in named[f]}
    assert len(geometry) == (2 if name.startswith("hazards") else len(wanted))
    assert (wanted if not name.startswith("hazards") else {"E", "F"}) <= ids


@pytest.fixture(scope="module")
def calc(tmp_path_factory):
    """LibreOffice Calc: turns files into ODS. A machine that has LibreOffice without Calc is asked by a table of two cells."""
    folder = tmp_path_factory.mktemp("calc")
    office = shutil.which("soffice")
    (folder / "plain.csv").write_text("a,b\n1,2\n")

    def convert(*files, to="ods"):
        own = f"-env:UserInstallation=file://{folder}/profile"
        call = [office, own, "--headless", "--convert-to", to, "--outdir", folder, *files]
        subprocess.run(call, check=True, capture_output=True, timeout=180)
        return folder

    if not office:
        pytest.skip("LibreOffice (soffice) is not installed")
    convert(folder / "plain.csv")
    if not (folder / "plain.ods").exists():
        pytest.skip("LibreOffice is here without Calc, which opens sheets")
    return convert


@pytest.mark.slow
def test_libreoffice_opens_each_sheet_with_its_rows(out, calc):
    names = ("patrol.xlsx", "incidents-hxl.csv", "incidents-acled.csv", "incidents-ucdp.csv")
    folder = calc(*(out / n for n in names))
    for name in names:
        with zipfile.ZipFile(folder / f"{Path(name).stem}.ods") as archive:
            text = archive.read("content.xml").decode()
        assert "of:=" not in text, name
        assert ("I-A" in text) == name.startswith("incidents"), name
        assert "2025-08-1" in text, name


EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
"""LibreOffice's filter for CSV: commas, quotation marks, UTF-8, every sheet into a file `<book>-<sheet>.csv`."""


@pytest.mark.slow
def test_libreoffice_reads_every_table_as_it_was_written(out, calc):
    tables = ("incidents", "findings", "observations", "links")
    folder = calc(out / "truceline.xlsx", *(out / f"{n}.csv" for n in tables), to=EVERY_SHEET)
    for name in tables:
        written = table(out / f"{name}.csv")
        for book in (f"truceline-{name}", f"{name}-{name}"):
            again = table(folder / f"{book}.csv")
            assert [list(r) for r in again[:1]] == [list(r) for r in written[:1]], book
            key = "id" if name != "links" else "observation_id"
            assert [r[key] for r in again] == [r[key] for r in written], book
            assert [r.get("place", "") for r in again] == [r.get("place", "") for r in written], book


@pytest.mark.parametrize("name", ["incidents-hxl.csv", "incidents-acled.csv", "incidents-ucdp.csv"])
def test_gdal_opens_each_sheet(out, name):
    _, _, _, fields = raw.read(out / name)
    assert "I-A" in list(fields[0])


def test_a_second_reader_opens_the_patrol_table(out):
    book = openpyxl.load_workbook(out / "patrol.xlsx")
    lines = list(book.worksheets[0].iter_rows(values_only=True))
    assert lines[0][:4] == ("Position", "Event location", "Means", "No.")
    _, _, _, fields = raw.read(out / "patrol.xlsx")  # GDAL is a third one
    assert {str(line[-1]) for line in lines[1:]} <= set(fields[len(fields) - 1])
    heard = next(line for line in lines if line[-1] == "D")
    cell = (
        "102.415, 14.415",
        "2200-5800 m 337.5° ±16°",
        "heard",
        "at least 10",
    )  # where it stood is public to about a kilometre
    assert heard[:4] == cell


def test_no_cell_of_any_sheet_runs(tmp_path):
    mission = Folder(tmp_path / "m")
    evil = {"=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", "\r=1"}
    lines = [
        {"id": f"E{n}", "source_id": "mon", "method": "seen", "start": "2025-08-10", "lon_deg": 102.4 + n / 50, "lat_deg": 14.4, "text": t,
         "weapon": t, "place": t, "kind": "mine.found"}
        for n, t in enumerate(sorted(evil))
    ]  # fmt: skip
    mission.write("inbox/observations/o.jsonl", "".join(json.dumps(r) + "\n" for r in lines))
    pipeline.export_files(mission.path, tmp_path / "out", list(desks.FORMATS), {})
    for path in sorted((tmp_path / "out").glob("incidents-*.csv")):
        for cell in (c for line in csv.reader(io.StringIO(path.read_text("utf-8"))) for c in line):
            assert cell[:1] not in {"=", "@", "\t", "\r", "+"}, path.name
    book = openpyxl.load_workbook(tmp_path / "out/patrol.xlsx")
    cells = [c for line in book.worksheets[0].iter_rows() for c in line if c.value is not None]
    assert not [c for c in cells if c.data_type == "f" or str(c.value)[:1] in "=@+\t\r"]


CANARY = "QZX-7731"


@pytest.mark.parametrize("release", ["public", "restricted"])
def test_nothing_sealed_is_in_any_file(tmp_path, release):
    mission = tell(Folder(tmp_path / "m"))
    mission.tell(obs("S", "hidden", lon_deg="102.777777", lat_deg="14.444444", text=CANARY, place=CANARY, method="seen", kind="mine.found"),
                 file="inbox/observations/sealed.csv")  # fmt: skip
    mission.tell(obs("P", "friend", text="QPX-partner", method="seen"), file="inbox/observations/partner.csv")
    picture = io.BytesIO()
    Image.effect_noise((64, 64), 90).convert("RGB").save(picture, "PNG")
    mission.write("inbox/photos/hidden/secret.png", picture.getvalue())
    mission.tell(
        obs("Q", "mon", method="seen", evidence="inbox/photos/hidden/secret.png"), file="inbox/observations/q.csv"
    )
    pipeline.export_files(mission.path, tmp_path / "out", [*desks.FORMATS, "csv"], {"release": release})
    for path in (p for p in (tmp_path / "out").rglob("*") if p.is_file()):
        for data in unpacked(path):
            for secret in (CANARY, "102.77777", "hidden", *(["QPX-partner"] if release == "public" else [])):
                if not (secret == "hidden" and path.name in {"observations.csv", "codebook.csv"}):
                    assert secret.encode() not in data, (path.name, secret)
    assert not (tmp_path / "out/photos").exists()


def unpacked(path):
    data = path.read_bytes()
    if data[:2] != b"PK":
        return [data]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(n) for n in archive.namelist()]


def test_pictures_go_out_without_what_they_say_of_themselves(out):
    (listed,) = table(out / "photos.csv")
    data = (out / listed["file"]).read_bytes()
    assert b"Exif" not in data
    assert b"QZX" not in data
    picture = Image.open(io.BytesIO(data))
    assert (dict(picture.getexif()), picture.size) == ({}, (64, 48))
    assert (EXAMPLES / "photos.jpg").read_bytes().count(b"Maker QZX") == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_stripping_leaves_pixels_and_nothing_else(kind):
    image = Image.new("RGB", (40, 20), (200, 30, 30))
    note = Image.Exif()
    note[0x0112], note[0x010F] = 6, "Maker QZX"
    data = io.BytesIO()
    image.save(data, kind, exif=note, **({"comment": b"QZX"} if kind == "JPEG" else {}))
    clean = pictures.stripped("x", data.getvalue() + b"QZX after the end")
    assert b"QZX" not in clean
    assert Image.open(io.BytesIO(clean)).size == (20, 40)


def test_two_exports_give_the_same_bytes(out, tmp_path):
    mission = tell(Folder(tmp_path / "m"))
    for folder in ("a", "b"):
        pipeline.export_files(mission.path, tmp_path / folder, list(desks.FORMATS), {})
    one, other = ({p.name: p.read_bytes() for p in (tmp_path / f).iterdir() if p.is_file()} for f in "ab")
    assert one == other


LON, LAT = st.floats(102, 103).map(lambda v: round(v, 6)), st.floats(14, 15).map(lambda v: round(v, 6))
TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60).map(str.strip).filter(bool)
MOMENT = st.integers(1_754_000_000, 1_759_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))
ROW = st.tuples(LON, LAT, st.integers(1, 50_000), MOMENT, st.integers(1, 200_000), TEXT,
                st.sampled_from(["fire.mortar", "explosion.mine", "mine.found", "force.movement", "air.overflight"]))  # fmt: skip


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """What an empty mission holds."""
    words = pipeline.lexicons(Folder(tmp_path_factory.mktemp("held") / "m").load().mission)
    return receive.Held((), frozenset(), words)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(ROW, min_size=1, max_size=6))
def test_any_incidents_survive_gpx_kmz_shapefile_and_hxl(tmp_path_factory, held, made):
    tmp = tmp_path_factory.mktemp("any")
    incidents = []
    for n, (lon, lat, radius, start, seconds, place, kind) in enumerate(made):
        row = dict.fromkeys(
            ("grade", "attributed_to", "why", "killed_low", "killed_high", "injured_low", "injured_high"), ""
        )
        span = {"start_utc": when.iso(start), "end_utc": when.iso(start + timedelta(seconds=seconds))}
        where = {"lon_deg": lon, "lat_deg": lat, "radius_m": float(radius), "place": place}
        incidents.append(row | span | where | {"id": f"I-{n}", "kind": kind, "observations": 1, "origins": 1})
    setting = desks.Setting(datetime(2025, 9, 30, tzinfo=UTC), "T & Co <x>")
    for form in ("gpx", "kmz", "shp", "hxl"):
        (name,), _ = desks.write(form, {"incidents": incidents}, tmp, setting)
        home, data = HOMES.get(form, form), (tmp / name).read_bytes()
        assert sniff.guess(name, data) == home
        found = receive.read(Capture(f"inbox/{home}/mon/{name}", home, "", len(data), data), held)
        assert found.set_aside == ()
        assert {o.id: said(o) for o in found.observations} == {r["id"]: meant(r) for r in incidents}
