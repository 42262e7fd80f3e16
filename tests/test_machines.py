"""Slabs and pairs dealt to a cluster of workers: the same bytes as in one piece, also when a worker dies."""

import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from missions import obs, table
from truceline import bare, partition
from truceline.fuse import alike, arrays, pairs, weighing

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
SCRIPT = "import sys; from distributed.cli.{0} import main; main()"


def lines(many, seed=1):
    chance = np.random.default_rng(seed)
    return [
        obs(f"Q{n:04}", f"s{chance.integers(9)}", start=f"2025-08-{1 + n % 27:02}T{chance.integers(24):02}:00+07:00",
            reported="2025-08-29", place="x", lon_deg=f"{102.4 + 0.02 * chance.integers(4):.2f}", lat_deg="14.4", radius_m="900",
            text=f"shells came down on the slope {chance.integers(30)}", end="2025-08-28" if n % 40 == 0 else "")
        for n in range(many)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    path = tmp_path_factory.mktemp("sheet") / "table.csv"
    path.write_text(table(lines(600)), "utf-8")
    return path


def accounts(frame):
    kinds = alike.kinds_of(sorted(set(frame["kind"])))
    return arrays.accounts(arrays.ordered(frame, kinds), kinds)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(many=st.integers(1, 40))
def test_slabs_find_each_pair_once_however_many_there_are(sheet, many):
    every = accounts(bare.read([sheet], "UTC").table)
    rows, weights = np.arange(every.size), bare.given_weights(None)
    near = pairs.neighbours(every.columns, rows)
    whole = weighing.here(every.columns, near, rows, weights, weights.floor)
    dealt = []
    for own, halo in weighing.slabs(every.columns, rows, many):
        held = np.concatenate([own, halo])
        i, j, w = weighing.slab(weighing.cut(every.columns, held), near[held], len(own), weights, weights.floor)
        dealt += zip(np.minimum(held[i], held[j]), np.maximum(held[i], held[j]), w, strict=True)
    assert len(dealt) == len(set(dealt))
    assert sorted(dealt) == sorted(zip(*whole, strict=True))


@pytest.mark.parametrize("slabs", [2, 13])
def test_slab_by_slab_gives_the_files_of_one_piece(sheet, tmp_path, monkeypatch, slabs):
    """The seams: reports of four weeks reach over every one of them."""

    @contextmanager
    def one_after_the_other(*_):
        yield map

    monkeypatch.setattr("truceline.machines.tiles", one_after_the_other)
    said = []
    bare.fuse_files([sheet], tmp_path / "alone", bare.Wish())
    counts = bare.fuse_files([sheet], tmp_path / "parts", bare.Wish(scheduler="x", slabs=slabs), tell=said.append)
    assert counts["observations"] == 600
    assert any(words.startswith("join ") for words in said)
    assert fused(tmp_path / "parts") == fused(tmp_path / "alone")


def test_times_of_the_clock_alone_reach_less_far(tmp_path, monkeypatch):
    @contextmanager
    def one_after_the_other(*_):
        yield map

    monkeypatch.setattr("truceline.machines.tiles", one_after_the_other)
    many = [
        one | {"start": f"2025-08-{1 + n % 5:02}T{n % 24:02}:{n % 60:02}+07:00", "end": ""}
        for n, one in enumerate(lines(600))
    ]
    (tmp_path / "table.csv").write_text(table(many), "utf-8")
    bare.fuse_files([tmp_path / "table.csv"], tmp_path / "alone", bare.Wish())
    held = []
    real = partition.windows.windows
    monkeypatch.setattr(partition.windows, "windows", lambda *a, **k: held.extend(real(*a, **k)) or held)
    bare.fuse_files([tmp_path / "table.csv"], tmp_path / "parts", bare.Wish(scheduler="x", slabs=9))
    assert {w.gap_s for w in held} == {pairs.CLOCK_GAP_S}
    assert fused(tmp_path / "parts") == fused(tmp_path / "alone")


@pytest.mark.parametrize("odd", [{"text": "two\nlines"}, {"id": "Q0001"}, {"answers": "Q0002"}, {"radius_m": "wide"}])
def test_what_needs_the_whole_table_is_not_fused_slab_by_slab(tmp_path, monkeypatch, odd):
    few = lines(20)
    (tmp_path / "table.csv").write_text(table([*few, few[0] | {"id": "Z"} | odd]), "utf-8")
    parts = [partition.read(p) for p in partition.parts([tmp_path / "table.csv"], "UTC", ("public",), tmp_path)]
    assert None in parts or partition.doubled(parts)


def test_what_the_release_withholds_is_in_no_file_that_workers_share(tmp_path):
    few = lines(20)
    few[3] |= {"exposure": "sealed", "text": "where the witness hid"}
    (tmp_path / "table.csv").write_text(table(few), "utf-8")
    (tmp_path / "shared").mkdir()
    for part in partition.parts([tmp_path / "table.csv"], "UTC", ("public",), tmp_path / "shared"):
        partition.read(part)
    shared = b"".join(p.read_bytes() for p in (tmp_path / "shared").iterdir())
    assert (b"slope" in shared, b"witness hid" in shared) == (True, False)


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers as processes of their own."""
    file = tmp_path / "scheduler.json"
    started = []

    def start(what, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", SCRIPT.format(what), *map(str, arguments)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path,
        )  # fmt: skip
        started.append(process)
        return process

    start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file)
    for _ in range(200):
        if file.exists() and '"address"' in file.read_text("utf-8"):
            break
        time.sleep(0.1)
    address = __import__("json").loads(file.read_text("utf-8"))["address"]
    arguments = (address, "--nthreads", 1, "--no-dashboard", "--no-nanny", "--death-timeout", 60)
    workers = [start("dask_worker", *arguments) for _ in range(2)]
    yield address, workers
    for process in started:
        process.kill()
        process.wait()


def fused(folder):
    return {p.name: p.read_bytes() for p in Path(folder).iterdir()}


def verb(*arguments):
    command = [sys.executable, "-W", "ignore", "-m", "truceline.cli", "fuse", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process):
    _, errors = process.communicate(timeout=180)
    return process.returncode, "\n".join(x for x in errors.splitlines() if "first run" not in x)


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes_and_survives_the_death_of_a_worker(truceline, sheet, cluster, tmp_path):
    address, workers = cluster
    assert truceline("fuse", sheet, "--out", tmp_path / "alone").code == 0
    dealt = verb(sheet, "--out", tmp_path / "dealt", "--scheduler", address, "--slabs", 40)
    time.sleep(4)  # it has begun to deal, or has just ended: either way one worker goes
    workers[0].kill()
    assert ended(dealt) == (0, "")
    assert fused(tmp_path / "dealt") == fused(tmp_path / "alone")
    whole = tmp_path / "whole.csv"  # an answer: the tables are made here, the pairs are dealt
    whole.write_text(table([*lines(200), obs("Z", "s1", answers="Q0001", place="x")]), "utf-8")
    assert truceline("fuse", whole, "--out", tmp_path / "one").code == 0
    assert ended(verb(whole, "--out", tmp_path / "again", "--scheduler", address)) == (0, "")
    assert fused(tmp_path / "again") == fused(tmp_path / "one")


def test_a_scheduler_that_is_not_there_is_said(truceline, sheet, tmp_path, monkeypatch):
    monkeypatch.setattr("truceline.machines.WAIT_S", 1)
    ended = truceline("fuse", sheet, "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9")
    assert (ended.code, "no Dask scheduler answers at tcp://127.0.0.1:9" in ended.err) == (1, True)
    assert not (tmp_path / "out").exists()


def test_nothing_that_names_anybody_travels(sheet):
    frame = bare.read([sheet], "UTC").table
    sent = weighing.cut(accounts(frame).columns, np.arange(5))
    assert all(part.dtype.kind in "iufbV" for part in sent)
    assert isinstance(frame, pl.DataFrame)
