"""Folders of scenes: what is read of them, and every bad raster named within seconds and a small memory."""

import json
import struct
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.errors import InputError

pytest.importorskip("rasterio", reason="the extra `imagery` is not installed")
from rasters import days, radar, tag, tif

from truceline.satellite import raster, scenes, tiff

FLAT = np.full((96, 128), -12.0, np.float32)
NAME = "S1_20250103T114500_VV_r62.tif"


def problems(folder, **how):
    with pytest.raises(InputError) as error:
        scenes.stack(folder, **how)
    return [str(p) for p in error.value.problems]


def test_names_tell_day_time_band_and_orbit(tmp_path):
    found = scenes.stack(radar(tmp_path, before=2, after=1))
    assert [(s.start, s.orbit, s.band) for s in found.scenes[:4]] == [
        (datetime(2025, 1, 3, 11, 45, tzinfo=UTC), "62", "VH"), (datetime(2025, 1, 3, 11, 45, tzinfo=UTC), "62", "VV"),
        (datetime(2025, 1, 3, 12, 45, tzinfo=UTC), "135", "VH"), (datetime(2025, 1, 3, 12, 45, tzinfo=UTC), "135", "VV"),
    ]  # fmt: skip
    assert found.sensor == "c-sar"
    assert len(found.captures) == 12
    assert found.hashes().keys() == {p.name for p in tmp_path.glob("*.tif")}


@pytest.mark.parametrize(
    ("name", "orbit"),
    [("S1A_IW_GRDH_1SDV_20250701T114500_20250701T114525_059877_0770A2_VV", "130"),
     ("S1B_IW_GRDH_1SDV_20210701T114500_20210701T114525_027600_034B4C_VV", "99")],
)  # fmt: skip
def test_the_name_of_a_product_gives_its_relative_orbit(tmp_path, name, orbit):
    tif(tmp_path / f"{name}.tif", FLAT)
    assert [(s.orbit, s.band, s.start.day) for s in scenes.stack(tmp_path).scenes] == [(orbit, "VV", 1)]


def test_a_table_overrules_names_and_a_file_of_several_bands_is_several_scenes(tmp_path):
    tif(tmp_path / "one.tif", np.stack([FLAT, FLAT - 6]), names=("VV", "VH"))
    tif(tmp_path / "two.tif", (FLAT * 100).astype(np.int16), nodata=-32768)
    (tmp_path / "scenes.csv").write_text(
        "file;start;band;orbit;units\none.tif;2025-01-03T18:45+07:00;;62;\ntwo.tif;2025-01-15;VV;62;centi_db\n"
    )
    found = scenes.stack(tmp_path)
    assert [(s.name, s.band, s.start.hour, s.units) for s in found.scenes] == [
        ("one.tif (VH)", "VH", 11, "db"), ("one.tif (VV)", "VV", 11, "db"), ("two.tif", "VV", 0, "centi_db"),
    ]  # fmt: skip
    assert np.allclose(found.scenes[2].window((3, 5, 10, 20)), -12.0)
    assert found.scenes[2].window((3, 5, 10, 20)).shape == (10, 20)


def test_tags_say_what_a_name_does_not(tmp_path):
    tif(tmp_path / "a.tif", FLAT, tags={"TIFFTAG_DATETIME": "2025:07:24 11:45:00", "band": "vv", "orbit": "62"})
    one = scenes.stack(tmp_path).scenes[0]
    assert (one.start, one.band, one.orbit) == (datetime(2025, 7, 24, 11, 45, tzinfo=UTC), "VV", "62")


def test_linear_power_becomes_decibels_and_nodata_no_number(tmp_path):
    linear = np.full((96, 128), 0.1, np.float32)
    linear[:4] = 0.0
    linear[4:8] = -9999
    tif(tmp_path / NAME, linear, nodata=-9999)
    (tmp_path / "stack.yaml").write_text("units: linear\n")
    made = scenes.stack(tmp_path).scenes[0].window((0, 0, 96, 128))
    assert np.isnan(made[:8]).all()
    assert np.allclose(made[8:], -10)


def test_power_that_is_taken_for_decibels_is_named(tmp_path):
    tif(tmp_path / NAME, np.full((96, 128), 0.1, np.float32))
    assert "units: linear" in scenes.looked(scenes.stack(tmp_path).scenes[0])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"crs": "EPSG:32647"}, "EPSG:32648 and EPSG:32647"),
        ({"origin": (400_010.0, 1_590_000.0)}, NAME),
        ({"pixel": 20.0}, NAME),
    ],
)
def test_a_scene_of_another_grid_is_named_with_the_one_it_differs_from(tmp_path, change, said):
    radar(tmp_path, before=2, after=0, orbits=("62",), bands=("VV",))
    tif(tmp_path / "S1_20250301_VV_r62.tif", FLAT, **change)
    found = problems(tmp_path)
    assert len(found) == 1
    assert "S1_20250301_VV_r62.tif" in found[0]
    assert said in found[0]
    kept = scenes.stack(tmp_path, leave_out=True)
    assert (len(kept.scenes), len(kept.left_out)) == (2, 1)


def test_the_same_moment_twice_is_refused_and_an_unknown_date_too(tmp_path):
    tif(tmp_path / NAME, FLAT)
    tif(tmp_path / "again" / NAME, FLAT)
    tif(tmp_path / "S1_VV.tif", FLAT)
    found = problems(tmp_path)
    assert any("no date" in p for p in found)
    assert any("each scene once" in p for p in found)


def test_a_scene_without_a_pixel_and_one_all_in_cloud_say_so(tmp_path):
    tif(tmp_path / "r" / NAME, FLAT * np.nan)
    assert "nodata alone" in scenes.looked(scenes.stack(tmp_path / "r").scenes[0])
    tif(tmp_path / "o/S2_20250103_SCL.tif", np.full((600, 700), 9, np.uint8), nodata=0)
    assert "clouds" in scenes.looked(scenes.stack(tmp_path / "o").scenes[0])
    seen = np.full((600, 700), 9, np.uint8)
    seen[301, 2] = 4
    tif(tmp_path / "p/S2_20250103_SCL.tif", seen, nodata=0)
    assert scenes.looked(scenes.stack(tmp_path / "p").scenes[0]) == ""


VRT = b'<VRTDataset rasterXSize="9" rasterYSize="9"><VRTRasterBand dataType="Byte" band="1"><SimpleSource><SourceFilename>/vsicurl/http://127.0.0.1:1/x.tif</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>'  # fmt: skip


def hostile(folder):
    """Name -> what its error must hold. Every file lies alone in a folder of its own."""
    base = folder / "base.tif"
    tif(base, FLAT)
    sound = base.read_bytes()
    striped = tif(folder / "striped.tif", FLAT, tiled=False, compress=None).read_bytes()
    first = struct.unpack("<I", sound[4:8])[0]
    many = struct.unpack("<H", sound[first : first + 2])[0]
    loop = sound[: first + 2 + 12 * many] + struct.pack("<I", first) + sound[first + 6 + 12 * many :]
    wide = tag(tag(sound, 256, 65_535), 257, 65_535)
    bare = tif(folder / "bare.tif", FLAT, crs=None).read_bytes()
    cases = {
        "vrt": (VRT, "begins with"), "page": (b"<!DOCTYPE html>", "begins with"), "empty": (b"", "nothing"),
        "truncated": (sound[: len(sound) * 2 // 3], "ends too early"), "head": (sound[:9], ""), "half": (striped[: len(striped) // 2], "too early"),
        "bomb": (wide, "65,535 x 65,535"), "loop": (loop, "lead back"), "blocks": (tag(tag(sound, 322, 60_000), 323, 60_000), "block"),
        "tags": (sound[:first] + struct.pack("<H", 60_000) + sound[first + 2 :], "tags"), "bands": (tag(sound, 277, 60_000), "bands"),
        "packing": (tag(sound, 259, 7), "compression 7"), "bits": (tag(sound, 258, 12), "12"), "crs": (bare, "coordinate system"),
        "rows": (tag(sound, 257, 0), "pixel"), "away": (sound[:4] + struct.pack("<I", 2**31) + sound[8:], "too early"),
    }  # fmt: skip
    made = {}
    for name, (data, said) in cases.items():
        path = folder / name / NAME
        path.parent.mkdir()
        path.write_bytes(data)
        made[name] = said
    (folder / "named").mkdir()
    (folder / "named/S1_20250103_VV_r62.vrt").write_bytes(VRT)
    return made | {"named": "begins with"}


ALONE = """
import json, resource, socket, sys, time
from truceline.satellite import scenes
from truceline.errors import InputError
import rasterio
resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000,) * 2)
def refuse(*_): raise SystemExit("a connection was opened")
socket.socket.connect = refuse
told = {}
for folder in sys.argv[1:]:
    began = time.perf_counter()
    try:
        scenes.stack(__import__("pathlib").Path(folder))
        said = []
    except InputError as error:
        said = [str(p) for p in error.problems]
    told[folder.rsplit("/", 1)[1]] = [said, time.perf_counter() - began]
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))  # ru_maxrss begins at the parent's
print(json.dumps([told, int(peak.split()[1]) / 1024]))
"""


def test_every_bad_raster_is_named_within_seconds_and_a_small_memory(tmp_path):
    wanted = hostile(tmp_path)
    arguments = [sys.executable, "-c", ALONE, *(str(tmp_path / n) for n in wanted)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    told, peak_mb = json.loads(done.stdout)
    for name, said in wanted.items():
        lines, seconds = told[name]
        assert len(lines) == 1, (name, lines)
        assert "S1_20250103" in lines[0], (name, lines)
        assert said in lines[0], (name, lines)
        assert seconds < 5, name
    assert peak_mb < 600


@pytest.mark.parametrize("packing", ["deflate", "lzw", "zstd", "lerc"])
def test_a_damaged_block_is_named_when_it_is_read(tmp_path, packing):
    path = tif(tmp_path / NAME, np.random.default_rng(1).normal(-12, 2, (96, 128)).astype(np.float32), compress=packing)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = bytes(400)
    path.write_bytes(data)
    with pytest.raises(InputError, match=NAME):
        scenes.stack(tmp_path).scenes[0].window((0, 0, 96, 128))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 255)), min_size=1, max_size=12), st.booleans())
def test_a_header_with_any_bytes_changed_gives_a_plan_or_a_plain_error(made_once, changes, cut):
    data = bytearray(made_once)
    for at, value in changes:
        data[min(at, len(data) - 1)] = value
    data = data[: changes[0][0] + 40] if cut else data
    told = planned(bytes(data))
    assert len(told.args) == 2 if isinstance(told, ValueError) else 0 < told.rows * told.columns <= tiff.MOST_PX


def planned(data):
    try:
        return tiff.plan(lambda at, length: data[at : at + length], len(data))
    except ValueError as error:
        return error


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    return tif(tmp_path_factory.mktemp("one") / "a.tif", FLAT).read_bytes()


def test_paths_of_virtual_file_systems_are_never_opened(tmp_path):
    from pathlib import Path

    for path in ("/vsicurl/http://127.0.0.1:1/a.tif", "/vsimem/a.tif", "/vsizip/a.zip/a.tif"):
        with pytest.raises(InputError, match="no file on this disk"):
            raster.header(Path(path), "a.tif")
    (tmp_path / "scenes.csv").write_text("file,start\n../a.tif,2025-01-03\n")
    assert "a file in the folder" in problems(tmp_path)[0]


@pytest.mark.parametrize("text", ["2025-01-01", "2025-02-01/2025-01-01", "x/y", ""])
def test_a_period_is_two_dates_in_order(text):
    with pytest.raises(InputError, match="--before"):
        scenes.period("--before", text)


def test_a_day_at_the_end_of_a_period_belongs_to_it():
    first, last = scenes.period("--after", "2025-07-24/2025-07-30")
    assert (first.isoformat(), last.isoformat()) == ("2025-07-24T00:00:00+00:00", "2025-07-31T00:00:00+00:00")
    assert days("2025-07-01", 2) == ["2025-07-01", "2025-07-13"]
