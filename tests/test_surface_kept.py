"""Moments that are kept, and new scenes held against them without the old ones."""

import csv
import io
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("rasterio", reason="the extra `imagery` is not installed")
sys.path.insert(0, str(Path(__file__).parent / "satellite"))
import rasterio
from rasters import radar

from truceline.imagery import kept
from truceline.satellite import change

OLD, PATCH = 15, (30, 40, 12, 12, 6.0)


def parted(folder, whole, first, last=None):
    """The scenes of these dates, linked from a stack into a folder of their own."""
    dates = sorted({p.name.split("_")[1][:8] for p in whole.glob("*.tif")})[first:last]
    folder.mkdir()
    for path in whole.glob("*.tif"):
        if path.name.split("_")[1][:8] in dates:
            shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept") / "all"
    return radar(
        folder, before=OLD, after=2, shape=(96, 150), orbits=("62",), patches=(PATCH,), missing=((3, 0, 0, 20, 30),)
    )


@pytest.fixture(scope="module")
def state(whole, tmp_path_factory):
    folder = tmp_path_factory.mktemp("state")
    kept.keep(parted(folder / "old", whole, 0, OLD), folder / "state")
    shutil.rmtree(folder / "old")
    return folder / "state"


def bytes_of(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_scenes_added_one_by_one_leave_the_bytes_of_all_kept_at_once(whole, state, tmp_path):
    grown = shutil.copytree(state, tmp_path / "state")
    for n in range(OLD, OLD + 2):
        kept.add(parted(tmp_path / f"new-{n}", whole, n, n + 1), grown, tmp_path / "look")
    kept.keep(whole, tmp_path / "again")
    assert bytes_of(grown) == bytes_of(tmp_path / "again")
    with rasterio.open(grown / "62-VV-n.tif") as number:
        assert set(np.unique(number.read(1))) == {OLD + 1, OLD + 2}


def test_a_new_scene_is_told_without_the_old_ones_and_called_no_finding(whole, state, tmp_path, truceline):
    grown = shutil.copytree(state, tmp_path / "state")
    new = parted(tmp_path / "new", whole, OLD, OLD + 1)
    done = truceline("change", new, "--add", grown, "--out", tmp_path / "look")
    assert done.code == 0, done.err
    assert f"1 footprint stands out against {OLD} scenes before" in done.out
    assert "a quick look" in done.out
    assert "compare two periods" in done.out
    [row] = csv.DictReader(io.StringIO((tmp_path / "look/detections.csv").read_text("utf-8")))
    assert (row["direction"], row["last_without"]) == ("rise", "")
    assert 144 * 100 * 0.8 <= float(row["area_m2"]) <= 16 * 16 * 100
    assert "it may have come earlier" in row["words"]
    assert not (tmp_path / "look/observations.csv").exists()
    told = json.loads((tmp_path / "look/summary.json").read_text())["looks"][0]
    assert told["trials"] == OLD - kept.LEAST_KEPT
    again = truceline("change", new, "--add", grown, "--out", tmp_path / "look")
    assert again.code == 3
    assert "which is kept or older" in again.err
    assert "Traceback" not in again.err


def test_what_cannot_be_kept_or_added_is_said_and_leaves_everything_as_it_was(whole, state, tmp_path, truceline):
    grown = shutil.copytree(state, tmp_path / "state")
    new = parted(tmp_path / "new", whole, OLD, OLD + 1)
    off = radar(tmp_path / "off", before=1, after=0, shape=(90, 150), orbits=("62",), first="2026-01-03")
    wrong = [
        (("change", off, "--add", grown, "--out", tmp_path / "look"), 3, "another grid"),
        (("change", new, "--add", tmp_path, "--out", tmp_path / "look"), 3, "no kept moments"),
        (("change", new, "--add", grown), 2, "--add DIR with --out DIR"),
        (("change", new, "--keep", tmp_path / "k", "--after", "2025-01-01/2025-02-01"), 2, "--before alone"),
        (("change", new, "--keep", tmp_path / "k", "--buildings", off), 2, "--before alone"),
        (("change", new, "--add", grown, "--out", tmp_path / "look", "--ranks"), 2, "neither period"),
        (("change", new, "--before", "2025-01-01/2025-02-01"), 2, "--keep DIR"),
        (("change", new, "--keep", tmp_path / "k", "--before", "2024-01-01/2024-02-01"), 3, "no scene in the period"),
    ]
    for arguments, code, words in wrong:
        done = truceline(*arguments)
        assert (done.code, words in done.err) == (code, True), done.err
        assert "Traceback" not in done.err
    assert bytes_of(grown) == bytes_of(state)
    raster = grown / "62-VV-mean.tif"
    raster.write_bytes(raster.read_bytes()[:-1] + b"x")
    done = truceline("change", new, "--add", grown, "--out", tmp_path / "look")
    assert (done.code, "changed or lost" in done.err) == (3, True)


def test_too_few_kept_scenes_are_said(tmp_path, truceline):
    whole = radar(tmp_path / "all", before=4, after=0, shape=(64, 64), orbits=("62",), bands=("VV",))
    assert truceline("change", parted(tmp_path / "old", whole, 0, 3), "--keep", tmp_path / "state").code == 0
    done = truceline(
        "change", parted(tmp_path / "new", whole, 3), "--add", tmp_path / "state", "--out", tmp_path / "look"
    )
    assert done.code == 0
    assert "3 scenes of its orbit and bands were kept, 8 are needed" in done.out


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 12))
def test_one_scene_more_is_student_s_test_with_one_value_after(seed, many):
    chance = np.random.default_rng(seed)
    values = chance.normal(-12, 2, (many + 1, 4, 5)).astype(np.float32)
    values[0, 0, 0] = values[-1, 1, 1] = np.nan
    found = change.one_more(change.moments(values[:-1]), values[-1], 2)
    n = np.isfinite(values[:-1]).sum(0)
    mean, spread = (
        np.nanmean(values[:-1], 0, dtype=float),
        np.nanvar(values[:-1].astype(float), 0) * n / np.maximum(n - 1, 1),
    )
    t, freedom = (values[-1] - mean) / np.sqrt(np.maximum(spread, 1e-6) * (1 + 1 / n)), np.maximum(n - 1, 1)
    size = np.sqrt(freedom * np.log1p(t * t / freedom)) * (8 * freedom + 1) / (8 * freedom + 3)
    wanted = np.where((n >= 2) & np.isfinite(values[-1]), np.copysign(size, t), np.nan)
    np.testing.assert_allclose(found, wanted, rtol=2e-2, atol=2e-3)
