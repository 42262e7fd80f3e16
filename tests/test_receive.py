"""Files of other desks come in once, row by row, and what is hostile comes in not at all."""

import io
import json
import os
import sqlite3
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from pyogrio.raw import write

from missions import Folder
from truceline import formats, receive, rows, sheets
from truceline import run as pipeline
from truceline.formats import packed, sniff, vectors
from truceline.nouns import Observation

EXAMPLES = Path(__file__).with_name("formats")
PATROL = EXAMPLES / "patrol.csv"


def inbox(mission):
    return {p.relative_to(mission.path).as_posix() for p in mission.path.glob("inbox/**/*") if p.is_file()}


def told(truceline, mission, *arguments):
    ended = truceline("receive", mission.path, *arguments, "--json")
    return ended.code, json.loads(ended.out)["files"]


def test_a_dry_run_says_all_and_writes_nothing(truceline, mission):
    code, (one,) = told(truceline, mission, PATROL, "--source", "mon", "--dry-run")
    assert (code, one["status"], one["rows"], one["new"]) == (0, "received", 2, 2)
    assert [(r["line"], r["column"], r["value"]) for r in one["refused"]] == [
        (4, "position", "Nowhere at all"), (5, "event_location", "over the hills")]  # fmt: skip
    assert [(q["line"], q["column"]) for q in one["questions"]] == [(1, "reported"), (1, "mood")]
    assert inbox(mission) == set()


def test_words_name_file_line_column_and_what_was_expected(truceline, mission):
    ended = truceline("receive", mission.path, PATROL, "--source", "mon")
    assert ended.code == 0
    assert (
        "refused: patrol.csv:4: position: 'Nowhere at all': expected a name that places.csv gives one place"
        in ended.err
    )
    assert "question: patrol.csv:1: mood: an unknown column" in ended.err
    assert "question: patrol.csv:1: reported: no row says when it was told: expected a column Reported" in ended.err
    assert "''" not in ended.err
    assert (
        ended.out
        == "patrol.csv: patrol: 2 rows read (2 new, 0 there already), 2 refused; put into inbox/patrol/mon/patrol.csv\n"
    )
    assert (mission.path / "inbox/patrol/mon/patrol.csv").read_bytes() == PATROL.read_bytes()


def test_a_row_that_does_not_say_when_it_was_told_is_named_by_its_line_before_an_edition_leaves_it_out(
    truceline, mission, tmp_path
):
    table = tmp_path / "t.csv"
    head = "Position,Event location,Means,Date,Reported\n"
    table.write_text(
        head + "".join(f"Hill 402,{n}km S,Heard,2025-08-15,{'2025-08-15' if n % 2 else ''}\n" for n in range(1, 6))
    )
    ended = truceline("receive", mission.path, table, "--source", "mon")
    assert ended.code == 0
    assert [line.partition(": expected")[0] for line in ended.err.splitlines()] == [
        f"question: t.csv:{line}: reported: it does not say when it was told" for line in (3, 5)
    ]
    ended = truceline("validate", mission.path)
    assert (ended.code, ended.out.count("does not say when it was told")) == (1, 2)
    edition = mission.edition("2025-09-01")
    assert (edition.counts["observations"], edition.counts["undated"]) == (3, 2)
    assert [(s.line, s.column) for s in edition.set_aside] == [(3, "reported"), (5, "reported")]


def test_the_same_file_and_the_same_rows_again_add_nothing(truceline, mission, tmp_path):
    assert told(truceline, mission, PATROL, "--source", "mon")[0] == 0
    before = mission.load().observations
    again = tmp_path / "copy of patrol.csv"
    again.write_bytes(PATROL.read_bytes())
    reordered = tmp_path / "semicolons.csv"
    head, *body = PATROL.read_text("utf-8").splitlines()
    reordered.write_text("\n".join([head, *reversed(body)]).replace(",", ";") + "\n", "utf-8")
    code, made = told(truceline, mission, PATROL, again, reordered, "--source", "mon")
    assert (code, [one["status"] for one in made]) == (0, ["already_here"] * 3)
    assert inbox(mission) == {"inbox/patrol/mon/patrol.csv"}
    longer = tmp_path / "longer.csv"
    longer.write_text(PATROL.read_text("utf-8") + "Hill 402,1km E,Saw,2,Explosion,,Mortar,11.08.2025,08:00,\n", "utf-8")
    code, (one,) = told(truceline, mission, longer, "--source", "mon")
    assert (code, one["new"], one["known"]) == (0, 1, 2)
    after = mission.load().observations
    assert (before.height, after.height) == (2, 3)
    assert set(before["id"]) < set(after["id"])


def test_two_files_of_one_name_both_stay(truceline, mission, tmp_path):
    other = tmp_path / "patrol.csv"
    other.write_text("Position,Event location,Means,Date\nHill 402,2km S,Heard,2025-08-15\n")
    told(truceline, mission, PATROL, "--source", "mon")
    _, (one,) = told(truceline, mission, other, "--source", "mon")
    assert one["target"] == f"inbox/patrol/mon/patrol-{one['sha256'][:8]}.csv"
    assert len(inbox(mission)) == 2


def test_an_unknown_table_gets_a_proposal_and_comes_in_by_the_mapping_that_is_kept(truceline, mission, tmp_path):
    table = EXAMPLES / "mapped.csv"
    code, (one,) = told(truceline, mission, table)
    assert (code, one["status"], inbox(mission)) == (1, "needs_mapping", set())
    assert "datum: date" in one["proposal"]
    assert "shelling: fire.artillery" in one["proposal"]
    kept = tmp_path / "proposal.yaml"
    kept.write_text(one["proposal"].replace("WHO-SPEAKS", "mon"), "utf-8")
    code, (one,) = told(truceline, mission, table, "--mapping", kept)
    assert (code, one["rows"]) == (0, 2)
    assert inbox(mission) == {"inbox/mapped/mapped.csv", "inbox/mapped/mapped.yaml"}
    later = tmp_path / "september.csv"
    later.write_text(
        "\n".join([table.read_text("utf-8").splitlines()[0], "N9;01.09.2025;;hill;Blast;;;Monitor One;;"]), "utf-8"
    )
    code, (one,) = told(truceline, mission, later)
    assert (code, one["new"]) == (0, 1)
    found = {o.id: o for o in rows.records(Observation, mission.load().observations)}
    assert {i: (o.kind, o.source_id, o.place_id) for i, o in found.items()} == {
        "N1": ("fire.artillery", "mon-2", "hill"), "N2": ("explosion.unspecified", "mon-2", "ford"),
        "N9": ("explosion.unspecified", "mon", "hill")}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [("columns: {A: starting}", "columns: found what is no such mapping"), ("columns: {A: start, B: start}", "each meaning once"),
     ("columns: {}", "columns"), ("- a", "no mapping"), ("columns: {A: start}\ndates: guess", "day_first")],
)  # fmt: skip
def test_a_mapping_that_says_nothing_usable_is_refused_with_its_line(truceline, mission, tmp_path, text, words):
    (tmp_path / "m.yaml").write_text(text)
    ended = truceline("receive", mission.path, EXAMPLES / "mapped.csv", "--mapping", tmp_path / "m.yaml")
    assert ended.code == 3
    assert words in ended.err
    assert "m.yaml:" in ended.err


def test_a_source_that_the_mission_does_not_have_is_wrong_use(truceline, mission):
    ended = truceline("receive", mission.path, PATROL, "--source", "nobody")
    assert (ended.code, "'nobody' is no source" in ended.err) == (2, True)
    ended = truceline("receive", mission.path, EXAMPLES / "acled.csv")
    assert (ended.code, "name who speaks by --source" in ended.err, inbox(mission)) == (3, True, set())


@pytest.mark.parametrize("name", formats.IDS)
def test_the_format_of_every_example_is_guessed(name):
    (path,) = [p for p in EXAMPLES.glob(f"{name}.*") if p.suffix not in {".json", ".yaml"}]
    assert sniff.guess(path.name, path.read_bytes()) == name


def test_what_a_sealed_source_says_is_sealed_and_its_refused_rows_show_nothing(
    truceline, mission, tmp_path, quick_report
):
    table = tmp_path / "t.csv"
    table.write_text(
        "Position,Event location,Means,Date,Qzx column\nHill 402,2km S,Heard,2025-08-15,\nQZX camp,2km S,Heard,2025-08-15,x\n"
    )
    ended = truceline("receive", mission.path, table, "--source", "hidden")
    assert (ended.code, "neutral alias" in ended.err, "hidden" in ended.err) == (2, True, False)
    mission.edit(
        "sources.yaml",
        "name: Hidden Source QZX, kind: witness",
        "name: Hidden Source QZX, kind: witness, aliases: [w3]",
    )
    broken = tmp_path / "b.kml"
    broken.write_text("<kml><Placemark><name>QZX place</name></Placemark></kml>")
    for file, code in ((table, 0), (broken, 3)):
        ended = truceline("receive", mission.path, file, "--source", "w3")
        assert ended.code == code
        assert "qzx" not in (ended.out + ended.err).lower()
    mission.write("inbox/features/w3/bad.kml", "<QZX/>")
    mission.write("inbox/features/w3/none.kml", broken.read_bytes())
    assert set(mission.load().observations["exposure"]) == {"sealed"}
    mission.tell({"id": "O1", "source_id": "mon", "start": "2025-08-10"})
    assert mission.edition().observations[0].id == "O1"
    assert truceline("run", mission.path, "--out", tmp_path / "out").code == 0
    for path in (tmp_path / "out").iterdir():
        assert b"qzx" not in path.read_bytes().lower(), path.name
        assert b"hidden" not in path.read_bytes().lower() or path.suffix == ".html", path.name


def test_a_mapping_with_a_sealed_speaker_shows_nothing_of_a_row_that_cannot_be_read(truceline, mission, tmp_path):
    (tmp_path / "t.csv").write_text("when,where\nQZX day,hill\n2025-08-10,hill\n")
    (tmp_path / "m.yaml").write_text("columns: {when: start, where: place}\nfixed: {source_id: hidden}\n")
    ended = truceline("receive", mission.path, tmp_path / "t.csv", "--mapping", tmp_path / "m.yaml")
    assert (ended.code, "QZX" in ended.out + ended.err) == (0, False)


def test_positions_that_heard_one_blast_are_made_into_a_crossing(truceline, mission, tmp_path):
    table = tmp_path / "p.csv"
    table.write_text("Position,Event location,Means,No.,Observation,Date,Time,Source ID\n"
                     "Hill 402,9-12km 90°,Heard,1,Explosion,2025-08-15,21:10,mon\n"
                     "Ta Ford,9-13km 270°,Heard,1,Explosion,2025-08-15,21:10,mon-2\n")  # fmt: skip
    assert told(truceline, mission, table)[0] == 0
    edition = mission.edition()
    (one,) = edition.incidents
    alone = min(o.radius_m for o in edition.observations)
    assert len(one.observation_ids) == 2
    assert one.radius_m < alone
    assert 102.48 < one.lon_deg < 102.52


# Hostile files.


def zipped(*members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def workbook(sheet):
    """An XLSX whose first sheet is this XML."""
    book = openpyxl.Workbook()
    book.active.append(["Position", "Date"])
    plain = io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    return zipped(*({**parts, "xl/worksheets/sheet1.xml": sheet}).items())


def png(wide, high):
    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d)) for t, d in chunks
    )


def shapefile(tmp, name="layer", **kwargs):
    points = [shapely.to_wkb(shapely.Point(102.4, 14.4))]
    path = tmp / f"{name}.shp"
    write(path, pl.Series(points).to_numpy(), [pl.Series(["2025-08-10"]).to_numpy()], ["start"], driver="ESRI Shapefile",
          geometry_type="Point", **({"crs": "EPSG:4326"} | kwargs))  # fmt: skip
    return {p.suffix: p.read_bytes() for p in tmp.glob(f"{name}.*")}


def geopackage(tmp, sql=()):
    path = tmp / "x.gpkg"
    points = pl.Series([shapely.to_wkb(shapely.Point(102.4, 14.4))]).to_numpy()
    write(
        path,
        points,
        [pl.Series(["2025-08-10"]).to_numpy()],
        ["start"],
        driver="GPKG",
        geometry_type="Point",
        crs="EPSG:4326",
    )
    if sql:
        with sqlite3.connect(path) as base:
            for line in sql:
                base.execute(line)
        base.close()
    return path.read_bytes()


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {c} "{f"&{p};" * 10}">' for p, c in zip("abcdefghi", "bcdefghij", strict=True)
) + "]>"  # fmt: skip
FILE_ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
ENDLESS = (
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c) SELECT n AS fid, NULL AS geom, n AS start FROM c"
)
VIEW_ALONE = (f"CREATE VIEW y AS {ENDLESS}", "PRAGMA foreign_keys=OFF", "DELETE FROM gpkg_geometry_columns",
              "UPDATE gpkg_contents SET table_name='y', identifier='y'",
              "INSERT INTO gpkg_geometry_columns VALUES ('y', 'geom', 'POINT', 4326, 0, 0)")  # fmt: skip
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}<sheetData>{}</sheetData></worksheet>'
CELL = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
HEADER = f'<row r="1">{CELL.format("A1", "Position")}{CELL.format("B1", "Means")}{CELL.format("C1", "Date")}</row>'


def hostile(tmp):
    kml = '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>{}</name></Placemark></kml>'
    gpx = '<gpx version="1.1"><wpt lat="14" lon="102"><name>{}</name></wpt></gpx>'
    shape = shapefile(tmp)
    return {
        "bomb.kml": BOMB.encode() + kml.format("&j;").encode(),
        "entity.kml": FILE_ENTITY.encode() + kml.format("&e;").encode(),
        "bomb.gpx": BOMB.encode() + gpx.format("&j;").encode(),
        "entity.gpx": FILE_ENTITY.encode() + gpx.format("&e;").encode(),
        "utf16.kml": (FILE_ENTITY + kml.format("&e;")).encode("utf-16"),
        "deep.kml": b"<kml>" + b"<Folder>" * 100_000 + b"</Folder>" * 100_000 + b"</kml>",
        "html.kml": b"<html><body>sign in</body></html>",
        "zip.kmz": zipped(("doc.kml", b"<kml>" + b" " * 60_000_000 + b"</kml>")),
        "slip.kmz": zipped(("../../evil.kml", b"<kml/>")),
        "absolute.kmz": zipped(("/etc/evil.kml", b"<kml/>")),
        "many.kmz": zipped(*((f"{n}.kml", b"") for n in range(2_000)), method=zipfile.ZIP_STORED),
        "nothing.kmz": zipped(("readme.txt", b"x")),
        "cut.kmz": zipped(("doc.kml", b"<kml/>" * 5000))[:-60],
        "nan.geojson": b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"start":"2025-08-10"},"geometry":{"type":"Point","coordinates":[NaN,1e999]}}]}',
        "off.geojson": b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"start":"2025-08-10"},"geometry":{"type":"Point","coordinates":[1000,14]}}]}',
        "deep.geojson": b'{"features":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "other.geojson": b'{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:3857"}},"features":[]}',
        "noprj.zip": zipped(*((f"a{s}", d) for s, d in shape.items() if s != ".prj")),
        "broken.zip": zipped(*((f"a{s}", os.urandom(400) if s == ".shp" else d) for s, d in shape.items())),
        "pyramid.zip": zipped(("a.zip", zipped(("b.zip", zipped(("c.shp", b"x")))))),
        "view.gpkg": geopackage(tmp, VIEW_ALONE),
        "random.gpkg": b"SQLite format 3\x00" + b"\0" * 52 + b"GPKG" + bytes(range(256)) * 40,
        "vrt.gpkg": b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>',
        "huge.png": png(65_000, 65_000),
        "notime.png": png(10, 10),
        "text.jpg": b"<script>alert(1)</script>",
        "wide.xlsx": workbook(SHEET.format("", HEADER + f'<row r="2">{CELL.format("XFD2", "x")}</row>')),
        "tall.xlsx": workbook(SHEET.format('<dimension ref="A1:XFD1048576"/>', HEADER + f'<row r="1048576">{CELL.format("A1048576", "x")}</row>')),
        "bomb.xlsx": workbook(BOMB + SHEET.format("", HEADER + f'<row r="2">{CELL.format("A2", "&j;")}</row>')),
        "entity.xlsx": workbook(FILE_ENTITY + SHEET.format("", HEADER + f'<row r="2">{CELL.format("A2", "&e;")}</row>')),
        "zip.xlsx": workbook(SHEET.format("", HEADER) + " " * 60_000_000),
        "program.exe": b"MZ",
        "nul.csv": b"Position,Means,Date\n\x00\x00,\x00,\xff\xfe\n",
        "empty.csv": b"",
    }  # fmt: skip


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    made = hostile(tmp_path_factory.mktemp("parts"))
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return folder


NAMES = (
    "bomb.kml",
    "entity.kml",
    "bomb.gpx",
    "entity.gpx",
    "utf16.kml",
    "deep.kml",
    "html.kml",
    "zip.kmz",
    "slip.kmz",
    "absolute.kmz",
    "many.kmz",
    "nothing.kmz",
    "cut.kmz",
    "nan.geojson",
    "off.geojson",
    "deep.geojson",
    "other.geojson",
    "noprj.zip",
    "broken.zip",
    "pyramid.zip",
    "view.gpkg",
    "random.gpkg",
    "vrt.gpkg",
    "huge.png",
    "notime.png",
    "text.jpg",
    "wide.xlsx",
    "tall.xlsx",
    "bomb.xlsx",
    "entity.xlsx",
    "zip.xlsx",
    "program.exe",
    "nul.csv",
    "empty.csv",
)


@pytest.fixture(scope="module")
def bare_mission(tmp_path_factory):
    mission = Folder(tmp_path_factory.mktemp("bare") / "m")
    whole = mission.load().mission
    return mission, receive.Held((), frozenset(), pipeline.lexicons(whole))


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_file_is_refused_and_leaves_nothing(corpus, bare_mission, name, monkeypatch):
    import socket

    def refuse(*_, **__):
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    mission, held = bare_mission
    (one,) = receive.take(mission.path, [corpus / name], receive.Wish(source="mon"), held)
    assert one.status in {receive.REFUSED, receive.ASKED}, one
    assert one.reason or one.proposal
    secret = Path("/etc/hostname").read_text().strip()
    assert secret not in one.reason + one.proposal + str(one.refused) or len(secret) < 3
    assert inbox(mission) == set()
    assert not [p for p in mission.path.parent.iterdir() if p != mission.path]


def test_every_hostile_file_is_tried(corpus):
    assert {p.name for p in corpus.iterdir()} == set(NAMES)


def test_the_whole_corpus_fits_in_half_a_gigabyte(corpus, bare_mission):
    code = (
        "import sys; from pathlib import Path; from truceline import run, receive\n"
        "made = run.receive_files(Path(sys.argv[1]), sorted(Path(sys.argv[2]).iterdir()), source='mon')\n"
        "peak = Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]\n"
        "print(int(peak) // 1024, {f['status'] for f in made['files']})"
    )
    call = [sys.executable, "-c", code, bare_mission[0].path, corpus]
    done = subprocess.run(call, capture_output=True, text=True, check=True, timeout=120)
    assert int(done.stdout.split()[0]) < 512, done.stdout
    assert "received" not in done.stdout


def test_a_view_beside_a_table_is_not_read(tmp_path):
    listed = "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('y', 'features', 'y', 4326)"
    data = geopackage(tmp_path, (f"CREATE VIEW y AS {ENDLESS}", listed))
    assert [f.fields["start"] for f in vectors.read("x.gpkg", data).features] == ["2025-08-10"]


def test_a_shapefile_in_another_system_is_projected_and_says_so(tmp_path):
    east, north = 651_000.0, 1_592_000.0
    path = tmp_path / "u.shp"
    write(path, pl.Series([shapely.to_wkb(shapely.Point(east, north))]).to_numpy(), [pl.Series(["2025-08-10"]).to_numpy()], ["start"],
          driver="ESRI Shapefile", geometry_type="Point", crs="EPSG:32648")  # fmt: skip
    (one,) = vectors.read("u.zip", zipped(*((p.name, p.read_bytes()) for p in tmp_path.glob("u.*")))).features
    assert (round(one.geometry.x, 2), round(one.geometry.y, 2)) == (106.4, 14.4)
    assert "UTM zone 48N" in one.note


@settings(max_examples=200, deadline=None)
@example("x." + "y" * 300)
@example("../../etc/passwd")
@example("README.csv")
@given(st.text(st.sampled_from("ab.-_~$/\\\0\u202eé ก\u0e34READMEreadme") | st.characters(), max_size=120))
def test_a_name_never_leaves_its_folder_and_every_disk_takes_it(name):
    made = receive.safe_name(name)
    assert made
    assert "/" not in made
    assert "\\" not in made
    assert "\0" not in made
    assert not made.startswith((".", "~$"))
    assert len(made.encode()) <= receive.MAX_NAME + 2
    assert (Path("/a/b") / made).resolve().parent == Path("/a/b")
    assert receive.safe_name(made) == made


def test_a_link_in_the_inbox_that_leads_out_of_the_mission_is_not_followed(truceline, mission, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (mission.path / "inbox").mkdir()
    (mission.path / "inbox/patrol").symlink_to(tmp_path / "elsewhere")
    ended = truceline("receive", mission.path, PATROL, "--source", "mon")
    assert ended.code != 0
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_an_archive_that_lies_about_its_size_is_refused():
    data = bytearray(zipped(("doc.kml", b"<kml/>" + b" " * 50_000)))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    with pytest.raises(receive.InputError, match=r"inside is (broken|longer)"):
        packed.members("x.kmz", bytes(data), (".kml",))


def test_a_sheet_that_claims_a_million_rows_is_read_by_what_it_holds():
    data = workbook(
        SHEET.format('<dimension ref="A1:XFD1048576"/>', HEADER + f'<row r="2">{CELL.format("A2", "hill")}</row>')
    )
    assert [r.cells["position"] for r in sheets.read("x.xlsx", data).rows] == ["hill"]


def test_a_camera_photo_of_any_turn_gives_a_wedge_ahead_of_the_camera(bare_mission, tmp_path):
    image, note = Image.effect_noise((30, 20), 50).convert("RGB"), Image.Exif()
    note.get_ifd(0x8769)[0x9003] = "2025:08:11 10:00:00"
    note.get_ifd(0x8825).update({1: "N", 2: (14.0, 24.0, 0.0), 3: "E", 4: (102.0, 24.0, 0.0), 16: "M", 17: 90.0})
    data = io.BytesIO()
    image.save(data, "JPEG", exif=note)
    harvest = receive.read(
        receive.Capture("inbox/photos/mon/a.jpg", "photos", "0" * 64, 1, data.getvalue()), bare_mission[1]
    )
    (one,) = harvest.observations
    assert (one.observer_lon_deg, one.bearing_deg, one.bearing_error_deg, one.distance_max_m) == (102.4, 90, 20, 2000)
    assert one.when.start.isoformat() == "2025-08-11T03:00:00+00:00"


DATA = os.environ.get("TRUCELINE_TEST_DATA", "")
REAL = {"acled": "acled-samples/acled_nigeria_2011.parquet", "ucdp": "ucdp-ged/ged_world_sample_1000.parquet"}


@pytest.mark.skipif(not DATA, reason="TRUCELINE_TEST_DATA names no folder of the projects' own files")
@pytest.mark.parametrize("form", REAL)
def test_every_row_of_the_projects_own_files_is_read(bare_mission, form):
    path = Path(DATA) / REAL[form]
    data = path.read_bytes()
    assert sniff.guess(path.name, data) == form
    harvest = receive.read(
        receive.Capture(f"inbox/{form}/relief/{path.name}", form, "", len(data), data), bare_mission[1]
    )
    frame = pl.read_parquet(path)
    assert (harvest.set_aside, harvest.questions) == ((), ())
    assert len({o.id for o in harvest.observations}) == frame.height
    assert {o.method for o in harvest.observations} == {"relayed"}
    if form == "ucdp":
        for one, row in zip(harvest.observations, frame.iter_rows(named=True), strict=True):
            assert (one.killed_min, one.killed_max) == (min(row["low"], row["high"]), max(row["low"], row["high"]))
            assert one.id == f"UCDP-{row['id']}"


def test_a_kept_mapping_that_is_broken_is_set_aside_alone_and_the_rest_of_the_mission_runs(mission):
    mission.write("inbox/mapped/desk.yaml", "columns:\n  Where: nowhere\n")
    mission.write("inbox/mapped/desk.csv", (EXAMPLES / "mapped.csv").read_text("utf-8"))
    mission.write("inbox/patrol/mon/patrol.csv", PATROL.read_text("utf-8"))
    made = mission.load()
    aside = {(s.file, s.line): s.reason for s in made.set_aside}
    assert aside.keys() >= {("inbox/mapped/desk.yaml", 1), ("inbox/mapped/desk.csv", 1)}
    assert "each column of the table with one meaning" in aside["inbox/mapped/desk.yaml", 1]
    assert "none is kept" in aside["inbox/mapped/desk.csv", 1]
    assert made.observations.height
