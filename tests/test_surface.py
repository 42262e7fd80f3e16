"""`truceline change`: from a folder of scenes to footprints, dates, tables and a plate that a mission's report shows."""

import csv
import hashlib
import io
import json
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely

pytest.importorskip("rasterio", reason="the extra `imagery` is not installed")
sys.path.insert(0, str(Path(__file__).parent / "satellite"))
import pyogrio
import rasterio
import rasterio.warp
from rasters import PIXEL, days, radar, tif

from truceline import columns, imagery
from truceline.imagery import pixels, planes, plate
from truceline.report import change as plate_drawn
from truceline.report import change_words, content
from truceline.report.html import html as html_of
from truceline.report.pdf import code as typst_of
from truceline.satellite import radar as radar_test

BEFORE, AFTER = "2025-01-01/2025-08-25", "2025-08-26/2025-11-30"
ROSE, FELL = (20, 30, 8, 12, 5.0), (90, 130, 7, 7, -6.0)
SHAPE = (128, 192)


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stack") / "valley"
    return radar(
        folder, before=20, after=6, shape=SHAPE, orbits=("62",), patches=(ROSE, FELL), missing=((3, 0, 0, 40, 60),)
    )


@pytest.fixture(scope="module")
def made(stack, tmp_path_factory):
    out = tmp_path_factory.mktemp("made") / "out"
    imagery.change(stack, out, imagery.Wish(BEFORE, AFTER))
    return out


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))


def bytes_of(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_what_rose_and_what_fell_is_outlined_measured_and_dated(made):
    found = rows(made / "detections.csv")
    assert [(r["direction"], r["last_without"][:10], r["first_with"][:10]) for r in found] == [
        ("rise", "2025-08-19", "2025-08-31"), ("fall", "2025-08-19", "2025-08-31"),
    ]  # fmt: skip
    for row, (_, _, high, wide, strength) in zip(found, (ROSE, FELL), strict=True):
        assert high * wide <= float(row["area_m2"]) / PIXEL**2 <= (high + 2) * (wide + 2)
        assert 0.5 * abs(strength) < abs(float(row["change"])) < abs(strength) + 0.5
        assert row["false_share"] == "0.05"
        assert "change of the surface" in row["words"]
    assert "destroy" not in "".join(p.read_text("utf-8") for p in made.glob("*.csv"))


def test_every_count_has_its_base_rate_beside_it(made):
    told = json.loads((made / "summary.json").read_text())
    assert told["counts"]["footprints"] == 2
    assert told["base_rate"]["expected_false"] == 0.1
    assert {"found_where_nothing_changed", "changed_share"} <= told["base_rate"].keys()
    assert told["calibration"] == "part_of_year"
    assert "; 0.1 of them or more may be no change (asked: 5%)" in told["words"][0]
    assert "the scenes before span less than a year" in told["words"][1]
    assert "within the period before, in which nothing should change, gave" in told["words"][2]
    assert all("the season not known" in r["words"] for r in rows(made / "detections.csv"))


@pytest.mark.parametrize(("calibration", "bound"), [("scenes", True), ("years", False), ("part_of_year", False), ("none_over_vegetation", False)])  # fmt: skip
def test_a_count_is_bounded_only_where_the_share_was_held_on_trial(made, calibration, bound):
    told = json.loads((made / "figure.json").read_text()) | {"calibration": calibration}
    count, second = change_words.sentences(told)[:2]
    assert ("up to 0.1" in count, "0.1 of them or more" in count) == (bound, not bound)
    assert ("up to 0.1" in plate_drawn.title(told), "0.1 or more" in plate_drawn.title(told)) == (bound, not bound)
    assert ("5" in second and " in 100" in second) == (not bound)


def test_the_layers_hold_the_same_footprints(made):
    table = rows(made / "detections.csv")
    meta, _, shapes, values = pyogrio.raw.read(made / "detections.gpkg")
    assert meta["crs"] == "EPSG:32648"
    assert list(values[list(meta["fields"]).index("id")]) == [r["id"] for r in table]
    areas = [shapely.from_wkb(s).area for s in shapes]
    assert areas == pytest.approx([float(r["area_m2"]) for r in table])
    frame = pl.read_parquet(made / "detections.parquet")
    geo = json.loads(pl.read_parquet_metadata(made / "detections.parquet")["geo"])
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    for row, wkb in zip(table, frame["geometry"], strict=True):
        assert shapely.from_wkb(wkb).contains(shapely.Point(float(row["lon_deg"]), float(row["lat_deg"])))


def test_the_score_is_a_cog_in_lerc_and_every_file_is_in_the_manifest(made):
    with rasterio.open(made / "score.tif") as score:
        assert score.profile["compress"].lower() == "lerc"
        assert score.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        values = score.read(1)
    assert values[24, 36] > 3.3 > abs(values[5, 105])
    manifest = json.loads((made / "manifest.json").read_text())
    assert manifest["outputs"] == {
        n: hashlib.sha256(b).hexdigest() for n, b in bytes_of(made).items() if n != "manifest.json"
    }
    assert len(manifest["inputs"]) == 52


def test_each_table_has_its_columns_in_the_codebook(made):
    for name, listed in columns.CHANGE_FILES.items():
        if (made / name).exists():
            assert (made / name).read_text().split("\n")[0].split(",") == [c.name for c in listed], name
    assert {r["file"] for r in rows(made / "codebook.csv")} == set(columns.CHANGE_FILES)


def test_the_same_bytes_again_with_other_tiles_and_threads(stack, made, tmp_path, monkeypatch):
    monkeypatch.setattr(imagery, "TILE_BYTES", 1)
    monkeypatch.setattr(planes.Plane.strips, "__defaults__", (7 * 192,))
    imagery.change(stack, tmp_path / "out", imagery.Wish(BEFORE, AFTER, workers=3))
    assert bytes_of(tmp_path / "out") == bytes_of(made)


def test_buildings_are_told_only_where_they_were_seen(stack, tmp_path, truceline):
    def box(row, column, high, wide):
        x, y = 400_000 + column * PIXEL, 1_590_000 - row * PIXEL
        return shapely.box(x, y - high * PIXEL, x + wide * PIXEL, y)

    places = {
        "changed": (22, 33, 3, 3),
        "quiet": (5, 105, 3, 3),
        "tiny": (60.2, 60.2, 0.4, 0.4),
        "away": (500, 500, 3, 3),
    }
    shapes = np.array([shapely.to_wkb(box(*p)) for p in places.values()], dtype=object)
    path = tmp_path / "houses.gpkg"
    pyogrio.raw.write(path, shapes, [np.array(list(places), dtype=object)], ["id"], driver="GPKG", geometry_type="Polygon", crs="EPSG:32648")  # fmt: skip
    told = truceline(
        "change", stack, "--before", BEFORE, "--after", AFTER, "--out", tmp_path / "out", "--buildings", path
    )
    assert told.code == 0
    found = {r["id"]: (r["changed"], r["reason"]) for r in rows(tmp_path / "out/buildings.csv")}
    assert found == {
        "changed": ("true", ""), "quiet": ("false", ""), "tiny": ("", "smaller than one pixel"), "away": ("", "outside the stack"),
    }  # fmt: skip
    assert (
        "1 of 4 buildings lie where the surface changed (50.0% of those that could be told); of 2 nothing" in told.out
    )
    assert "Change is not damage" in told.out


def test_a_list_flags_a_footprint_and_removes_none(stack, tmp_path, truceline):
    def feature(row, column, **fields):
        lon, lat = rasterio.warp.transform(
            "EPSG:32648", "EPSG:4326", [400_000 + column * PIXEL], [1_590_000 - row * PIXEL]
        )
        geometry = {"type": "Point", "coordinates": [lon[0], lat[0]]}
        return {"type": "Feature", "properties": fields, "geometry": geometry}

    listed = [
        feature(24, 36, kind="kiln"), feature(93, 133, kind="harvest", start="2026-01-01"), feature(93, 133, kind="flood", radius_m=100, end="2025-10-30"),
        feature(2, 2, kind="quarry"),
    ]  # fmt: skip
    path = tmp_path / "lists.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": listed}))
    told = truceline(
        "change", stack, "--before", BEFORE, "--after", AFTER, "--out", tmp_path / "out", "--lists", path, "--json"
    )
    assert json.loads(told.out)["counts"] | {"area_m2": 0} == {"footprints": 2, "rise": 1, "fall": 1, "flagged": 2, "undated": 0, "area_m2": 0}  # fmt: skip
    assert [r["flags"] for r in rows(tmp_path / "out/detections.csv")] == ["kiln", "flood"]


def test_observations_effort_and_the_plate_go_into_a_mission(stack, mission, truceline):
    mission.edit("sources.yaml", "sources:\n", "sources:\n  - {id: s1, name: Radar scenes, kind: sensor}\n")
    out = mission.path / "changes/valley"
    assert truceline("change", stack, "--before", BEFORE, "--after", AFTER, "--out", out, "--source", "s1", "--zone", "valley").code == 0  # fmt: skip
    mission.write("inbox/observations/change.csv", (out / "observations.csv").read_text())
    mission.write("effort.csv", (out / "effort.csv").read_text())
    edition = mission.edition()
    assert sorted((o.kind, o.source_id, str(o.method)) for o in edition.observations) == [("change.surface", "s1", "detected")] * 2  # fmt: skip
    assert edition.set_aside == ()
    looked = [look for look in edition.looks if look.source_id == "s1"]
    assert looked
    assert [s.name for s in edition.mission.surface] == ["valley"]
    document = content.build(edition)
    page = html_of(document).decode()
    section = page[page.index('<section id="imagery"') :].partition("</section>")[0]
    assert "2 places changed on 2.5 km²; 0.1 or more may be no change" in section
    assert "No picture was analysed" not in section
    assert section.count("data:image/png;base64") == 5
    assert "image(bytes((137," in typst_of(document)


def test_a_plate_of_a_sealed_source_or_of_a_later_day_is_in_no_public_edition(stack, made, mission):
    text = (made / "figure.json").read_text()
    for name, source in (("a", "hidden"), ("b", "mon")):
        mission.write(f"changes/{name}/figure.json", json.dumps(json.loads(text) | {"source_id": source}))
    assert [s.name for s in mission.edition(as_of="2025-12-01").mission.surface] == ["b"]
    assert [s.name for s in mission.edition(as_of="2025-05-01").mission.surface] == []


@pytest.mark.parametrize(
    "change",
    [{"panels": {}}, {"across_m": 0}, {"source_id": "nobody"}, {"panels": {"before": "AAAA", "after": "AAAA", "score": "AAAA"}}, {"more": 1}],
)  # fmt: skip
def test_a_plate_that_was_tampered_with_is_refused_by_name(made, mission, truceline, change):
    told = json.loads((made / "figure.json").read_text()) | {"source_id": "mon"} | change
    mission.write("changes/x/figure.json", json.dumps(told))
    done = truceline("run", mission.path)
    assert done.code == 3
    assert "changes/x/figure.json" in done.err


def test_what_lies_there_is_kept_when_a_scene_is_bad(stack, made, tmp_path, truceline):
    bad = tmp_path / "stack"
    shutil.copytree(stack, bad)
    last = max(bad.iterdir())
    last.write_bytes(last.read_bytes()[:3000])
    shutil.copytree(made, tmp_path / "out")
    asked = ("change", bad, "--before", BEFORE, "--after", AFTER, "--out", tmp_path / "out")
    done = truceline(*asked)
    assert (done.code, last.name in done.err) == (3, True)
    assert bytes_of(tmp_path / "out") == bytes_of(made)
    done = truceline(*asked, "--leave-out")
    assert (done.code, last.name in done.err) == (0, True)
    assert [r["period"] for r in rows(tmp_path / "out/scenes.csv") if r["scene"] == last.name] in ([], ["left_out"])


def test_too_few_scenes_and_a_foreign_folder_are_refused_in_words(stack, tmp_path, truceline):
    few = truceline("change", stack, "--before", "2025-01-01/2025-01-10", "--after", AFTER, "--out", tmp_path / "o")
    assert (few.code, "1 before" in few.err) == (3, True)
    crossed = truceline("change", stack, "--before", AFTER, "--after", BEFORE, "--out", tmp_path / "o")
    assert (crossed.code, "must end before" in crossed.err) == (2, True)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("mine")
    own = truceline("change", stack, "--before", BEFORE, "--after", AFTER, "--out", tmp_path / "mine")
    assert (own.code, (tmp_path / "mine/letter.txt").read_text()) == (2, "mine")


def optical(folder, burnt=(10, 10, 12, 12)):
    rng = np.random.default_rng(5)
    for number, day in enumerate(days("2025-01-03", 20, 7)):
        name = f"S2A_{day.replace('-', '')}T033511"
        near, far = (rng.normal(level, 0.012, (64, 96)) for level in (0.32, 0.12))
        if number >= 15:
            r, c, h, w = burnt
            near[r : r + h, c : c + w] = rng.normal(0.12, 0.012, (h, w))
            far[r : r + h, c : c + w] = rng.normal(0.22, 0.012, (h, w))
        classes = np.full((64, 96), 4, np.uint8)
        classes[:, 70 + number :] = 9  # cloud that would look like anything
        near[:, 70 + number :], far[:, 70 + number :] = 0.8, 0.1
        tif(folder / f"{name}_B8A.tif", (near * 10_000).astype(np.uint16), nodata=0)
        tif(folder / f"{name}_B12.tif", (far * 10_000).astype(np.uint16), nodata=0)
        tif(folder / f"{name}_SCL.tif", classes, nodata=0)
    return folder


def test_a_burn_shows_in_the_index_and_cloud_does_not(tmp_path, truceline):
    stack = optical(tmp_path / "stack")
    done = truceline("change", stack, "--before", "2025-01-01/2025-04-15", "--after", "2025-04-16/2025-06-30", "--out", tmp_path / "out")  # fmt: skip
    assert done.code == 0, done.err
    found = rows(tmp_path / "out/detections.csv")
    assert [(r["direction"], float(r["area_m2"])) for r in found] == [("fall", pytest.approx(17_000, rel=0.2))]
    assert found[0]["words"].startswith("The index NBR fell by 0.")
    assert json.loads((tmp_path / "out/figure.json").read_text())["unseen"]
    (stack / "S2A_20250103T033511_SCL.tif").unlink()
    done = truceline("change", stack, "--before", "2025-01-01/2025-04-15", "--after", "2025-04-16/2025-06-30", "--out", tmp_path / "o2")  # fmt: skip
    assert (done.code, "no SCL of the same moment" in done.err) == (3, True)


def test_nothing_found_is_a_result_with_a_plate(tmp_path, truceline):
    stack = radar(tmp_path / "stack", before=14, after=4, shape=(64, 80), orbits=("62",))
    done = truceline(
        "change",
        stack,
        "--before",
        "2025-01-01/2025-06-15",
        "--after",
        "2025-06-18/2025-12-01",
        "--out",
        tmp_path / "out",
    )
    assert done.code == 0
    assert done.out.startswith("0 footprints of change on 0.51 km²")
    assert "No change of the surface stood out" in (tmp_path / "out/plate.svg").read_text("utf-8")
    assert rows(tmp_path / "out/observations.csv") == []
    assert len(rows(tmp_path / "out/effort.csv")) == 18


def test_too_few_scenes_before_to_know_chance_is_said_and_reports_nothing(tmp_path, truceline):
    stack = radar(
        tmp_path / "stack", before=4, after=2, shape=(64, 80), orbits=("62",), patches=((20, 20, 10, 10, 9.0),)
    )
    done = truceline(
        "change",
        stack,
        "--before",
        "2025-01-01/2025-02-15",
        "--after",
        "2025-02-16/2025-04-01",
        "--out",
        tmp_path / "out",
    )
    assert (done.code, done.out.split(":")[0]) == (0, "Uninformative")
    assert rows(tmp_path / "out/detections.csv") == []


def test_the_plate_stands_alone_and_is_the_same_in_both_forms(made):
    svg = (made / "plate.svg").read_text("utf-8")
    assert svg.startswith("<svg xmlns=")
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    from PIL import Image

    with Image.open(made / "plate.png") as picture:
        whole = plate.framed(json.loads((made / "figure.json").read_text()))
        assert picture.size[0] == pytest.approx(whole.width * plate.PPI / 72, abs=2)


def test_a_run_needs_no_network_and_little_memory(stack, tmp_path):
    code = (
        "import resource, socket, sys\nfrom truceline import cli\n"
        "def refuse(*_): raise SystemExit('a connection was opened')\n"
        "socket.socket.connect = refuse\n"
        "try: cli.main(sys.argv[1:])\nexcept SystemExit as end: print(end.code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    arguments = ["change", str(stack), "--before", BEFORE, "--after", AFTER, "--out", str(tmp_path / "out")]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].startswith("0 ")


@pytest.mark.parametrize(("shape", "block", "most"), [((100, 130), (64, 64), 1), ((300, 1000), (1, 1000), 200_000), ((5, 5), (512, 512), 1), ((700, 500), (256, 256), 4 * 90_000)])  # fmt: skip
def test_tiles_cover_a_raster_once_and_read_whole_squares(shape, block, most):
    lattice = pixels.Lattice.of(shape)
    seen = np.zeros(shape, int)
    for window in planes.tiles(lattice, block, 1, most):
        row, column, high, wide = window
        seen[row : row + high, column : column + wide] += 1
        top, left, rows_read, columns_read = lattice.wider(window)
        assert {top, top + rows_read} <= set(lattice.down)
        assert {left, left + columns_read} <= set(lattice.across)
        assert top <= max(row - 1, 0)
        assert top + rows_read >= min(row + high + 1, shape[0])
    assert (seen == 1).all()


def test_tiles_give_the_numbers_of_the_whole(stack):
    wish = imagery.Wish(BEFORE, AFTER)
    plan = imagery.planned(stack, wish)
    whole = pixels.tile(plan.job((0, 0, *SHAPE)))
    groups = []
    for own in pixels.groups(plan.scenes):
        data = np.stack([plan.scenes[n].window((0, 0, *SHAPE)) for n in own])
        groups.append(
            radar_test.Group(
                "",
                data,
                np.array([plan.periods[n] for n in own], np.int8),
                pixels.days_of([plan.scenes[n] for n in own]),
            )
        )
    told = radar_test.scored(groups)
    ratio = whole.score / told.score
    assert (
        np.nanmax(np.abs(whole.score / np.nanmedian(ratio) - told.score)) < 0.02
    )  # but for the scale, learnt from a sample
    assert np.nanmedian(ratio) == pytest.approx(1, rel=0.05)
    for window in planes.tiles(pixels.Lattice.of(SHAPE), (64, 64), 26, 1):
        part = pixels.tile(plan.job(window))
        row, column, high, wide = window
        assert np.array_equal(part.score, whole.score[row : row + high, column : column + wide], equal_nan=True)


def test_the_span_of_a_change_is_told_in_days():
    from truceline.report import change_words

    def told(first, last):
        return change_words.between(*(datetime.fromisoformat(f"{t}T11:00+00:00") for t in (first, last)))

    assert told("2025-05-15", "2025-05-27") == "15 and 27 May 2025"
    assert told("2025-05-15", "2025-06-08") == "15 May and 8 June 2025"
    assert told("2024-12-30", "2025-01-04") == "30 December 2024 and 4 January 2025"


def test_the_map_gets_two_pictures_and_the_corners_that_they_fill(made):
    from PIL import Image

    told = json.loads((made / "plate.json").read_text("utf-8"))
    assert list(told) == ["before", "after", "bounds", "before_date", "after_date", "title", "source"]
    assert (told["before_date"], told["after_date"]) == ("2025-01-03/2025-08-19", "2025-08-31/2025-10-30")
    (west, north), (east, top), (right, south), (left, bottom) = told["bounds"]
    assert (west, north, east, south) == (left, top, right, bottom)
    x, y = 400_000 + 33.5 * PIXEL, 1_590_000 - 24.5 * PIXEL  # in the patch that rose
    lon, lat = (v[0] for v in rasterio.warp.transform("EPSG:32648", "EPSG:4326", [x], [y]))
    shades = []
    for which in ("before", "after"):
        with Image.open(made / told[which]) as picture:
            wide, high = picture.size
            assert abs(wide / high / ((east - west) * np.cos(np.radians(north)) / (north - south)) - 1) < 0.02
            at = int((lon - west) / (east - west) * wide), int((north - lat) / (north - south) * high)
            red, _, _, alpha = picture.convert("RGBA").getpixel(at)
            assert alpha == 255
            shades.append(red)
    assert shades[1] > shades[0] + 60


def test_a_plate_speaks_the_language_of_its_report(made, mission):
    from truceline.report import change as drawn
    from truceline.report import tongue

    told = json.loads((made / "figure.json").read_text("utf-8"))
    with tongue.speaking("th"):
        text = drawn.alt(told)
    assert "2568" in text  # years of the Buddhist era
    assert not [k for k, v in told.items() if isinstance(v, str) and " changed " in v]


def test_a_result_of_an_earlier_version_is_named_and_a_plate_of_the_map_is_left_alone(made, mission, truceline):
    told = json.loads((made / "figure.json").read_text("utf-8")) | {"words": ["said so"], "measured": "Radar"}
    mission.write("changes/old/plate.json", json.dumps(told))
    done = truceline("run", mission.path)
    assert (done.code, "earlier version" in done.err) == (3, True)
    mission.write("changes/old/plate.json", (made / "plate.json").read_text("utf-8"))
    assert mission.edition().mission.surface == ()


def test_a_scene_that_lies_off_or_is_too_bright_is_named_and_none_is_moved(tmp_path, truceline):
    folder = radar(tmp_path / "stack", before=14, after=4, orbits=("62",), bands=("VV",), shape=SHAPE)
    names = sorted(p.name for p in folder.iterdir())
    off, far, bright = names[3], names[16], names[5]
    for name, right, more in ((off, 0.35, 0.0), (far, 2.0, 0.0), (bright, 0.0, 5.0)):
        with rasterio.open(folder / name) as scene:
            data = scene.read(1)
        whole = int(right)
        moved = np.roll(data, whole, 1) * (1 - right + whole) + np.roll(data, whole + 1, 1) * (right - whole)
        tif(folder / name, (moved + more).astype(np.float32))
    out = tmp_path / "out"
    done = truceline(
        "change", folder, "--before", "2025-01-01/2025-06-10", "--after", "2025-06-15/2025-12-31", "--out", out
    )
    assert done.code == 0, done.err
    found = {r["scene"]: r for r in rows(out / "scenes.csv")}
    assert {n: r["match"] for n, r in found.items() if r["match"] != "used"} == {
        off: "warned",
        far: "left_out",
        bright: "warned",
    }
    assert float(found[far]["shift_east_m"]) == pytest.approx(20, abs=1.5)
    assert float(found[off]["shift_east_m"]) == pytest.approx(3.5, abs=0.8)
    assert abs(float(found[far]["shift_north_m"])) < 1.5
    assert float(found[bright]["offset"]) == pytest.approx(5, abs=0.7)
    assert (found[far]["period"], found[bright]["period"]) == ("left_out", "before")
    assert f"{far}: shifted by" in done.err
    assert json.loads((out / "summary.json").read_text())["matching"] | {"largest_shift_used_m": 0} == {
        "scenes": 18, "used": 15, "warned": 2, "left_out": 1, "not_told": 0, "largest_shift_used_m": 0,
    }  # fmt: skip
    kept = truceline(
        "change",
        folder,
        "--before",
        "2025-01-01/2025-06-10",
        "--after",
        "2025-06-15/2025-12-31",
        "--out",
        out,
        "--most-shift",
        "3",
    )
    assert (kept.code, kept.err.count("left out")) == (0, 0)


def seasons(folder, years=3, burnt=True):
    """Fields mown at another time each summer, with a burn in the last; every summer has six scenes, every winter two."""
    rng = np.random.default_rng(11)
    plots = np.arange(320).reshape(16, 20).repeat(8, 0).repeat(8, 1)
    for year in range(2025 - years, 2026):
        mown = rng.integers(0, 60, 320)[plots]
        for number, day in enumerate(("01-10", "02-20", "06-05", "06-25", "07-10", "07-25", "08-10", "08-25")):
            near = 0.30 + rng.normal(0, 0.01, plots.shape) - np.where(number >= 1 + mown, 0.08, 0.0)
            far = 0.12 + rng.normal(0, 0.01, plots.shape)
            if burnt and year == 2025 and number >= 4:
                near[20:34, 40:54], far[20:34, 40:54] = 0.10, 0.26
            name = f"S2A_{year}{day.replace('-', '')}T033511"
            tif(folder / f"{name}_B8A.tif", (near * 10_000).astype(np.uint16), nodata=0)
            tif(folder / f"{name}_B12.tif", (far * 10_000).astype(np.uint16), nodata=0)
            tif(folder / f"{name}_SCL.tif", np.full(plots.shape, 4, np.uint8), nodata=0)
    return folder


def test_optical_scenes_are_held_against_the_same_season_of_earlier_years(tmp_path, truceline):
    stack = seasons(tmp_path / "stack")
    asked = ("change", stack, "--before", "2022-01-01/2025-06-30", "--after", "2025-07-05/2025-08-31")
    done = truceline(*asked, "--out", tmp_path / "out")
    assert done.code == 0, done.err
    count, doubt = done.out.splitlines()[:2]
    assert "of them or more may be no change" in count
    assert doubt.startswith("Compared with the same season of earlier years")
    assert "not in summer: 20 pixels in 100" in doubt
    told = json.loads((tmp_path / "out/summary.json").read_text())
    assert (told["calibration"], told["null_maps"]) == ("years", 3)
    used = {r["scene"][-17:-7]: r["period"] for r in rows(tmp_path / "out/scenes.csv")}
    assert set(used.values()) == {"before", "after", "between", "not_used"}
    found = rows(tmp_path / "out/detections.csv")
    burn = [r for r in found if r["direction"] == "fall" and float(r["area_m2"]) > 15_000]
    assert len(burn) == 1
    assert burn[0]["last_without"][:10] == "2025-06-25"
    assert "not calibrated" not in burn[0]["words"]


def test_without_two_earlier_years_the_words_say_that_vegetation_is_not_calibrated(tmp_path, truceline, mission):
    stack = optical(tmp_path / "stack")
    done = truceline(
        "change",
        stack,
        "--before",
        "2025-01-01/2025-04-15",
        "--after",
        "2025-04-16/2025-06-30",
        "--out",
        tmp_path / "out",
    )
    assert done.code == 0
    assert "Change, not calibrated over vegetation" in done.out
    assert "19 to 25 pixels in 100" in rows(tmp_path / "out/observations.csv")[0]["text"]
    assert json.loads((tmp_path / "out/figure.json").read_text())["calibration"] == "none_over_vegetation"
