"""Tiles dealt to worker processes: the same bytes as in one process, also when a worker is killed; a stack larger than memory."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

pytest.importorskip("rasterio", reason="the extra `imagery` is not installed")
pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
sys.path.insert(0, str(Path(__file__).parent / "satellite"))
from rasters import radar

from test_surface import AFTER, BEFORE, FELL, ROSE, SHAPE, bytes_of
from truceline import imagery, machines
from truceline.errors import InputError, RunError, UsageError
from truceline.imagery import pixels

SCRIPT = "import sys; from distributed.cli.{0} import main; main()"
WISH = imagery.Wish(BEFORE, AFTER)


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stack") / "valley"
    return radar(folder, before=20, after=6, shape=SHAPE, orbits=("62",), patches=(ROSE, FELL))


@pytest.fixture(scope="module")
def alone(stack, tmp_path_factory):
    out = tmp_path_factory.mktemp("alone") / "out"
    imagery.change(stack, out, WISH)
    return bytes_of(out)


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers as processes of their own."""
    file, started = tmp_path / "scheduler.json", []

    def start(what, *arguments):
        process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", SCRIPT.format(what), *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})  # fmt: skip
        started.append(process)
        return process

    start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file)
    for _ in range(300):
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


def test_two_workers_one_of_them_killed_give_the_bytes_of_one_process(stack, alone, cluster, tmp_path, monkeypatch):
    address, workers = cluster
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    monkeypatch.setattr(imagery, "TILE_BYTES", 1)
    wish = imagery.Wish(BEFORE, AFTER, scheduler=address)
    imagery.change(stack, tmp_path / "both", wish)
    assert bytes_of(tmp_path / "both") == alone
    killed = threading.Event()

    def tell(stage, done, _):
        if (stage, done) == ("tiles", 1):
            workers[0].kill()
            killed.set()

    imagery.change(stack, tmp_path / "one", wish, tell=tell)
    assert killed.is_set()
    assert workers[0].wait(10) != 0
    assert bytes_of(tmp_path / "one") == alone


def test_nobody_at_the_address_is_said_and_writes_nothing(stack, tmp_path, monkeypatch):
    monkeypatch.setattr(machines, "WAIT_S", 1)
    with pytest.raises((RunError, UsageError), match="--scheduler"):
        imagery.change(stack, tmp_path / "out", imagery.Wish(BEFORE, AFTER, scheduler="tcp://127.0.0.1:1"))
    assert not (tmp_path / "out").exists()


def test_results_come_in_order_few_at_a_time_and_a_problem_stops_them():
    running, most, lock = [0], [0], threading.Lock()

    def work(n):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.002 * (n % 3))
        with lock:
            running[0] -= 1
        if n == 40:
            raise InputError([])
        return n

    taken = []
    with machines.tiles("", 3) as deal:
        taken += deal(work, range(30))
        assert taken == list(range(30))
        assert most[0] <= 3


def test_a_problem_in_a_tile_is_the_problem_of_the_run(stack):
    from truceline.satellite.raster import wrong

    def work(n):
        if n == 5:
            raise wrong("scene-5", "a hole", "no hole")
        return n

    with machines.tiles("", 2) as deal, pytest.raises(InputError, match="scene-5: found a hole"):
        list(deal(work, range(10)))


MEASURED = """
import sys, pathlib
sys.path[:0] = [{tests!r}, {here!r}]
import resource
from truceline import imagery
from truceline.imagery import planes
imagery.TILE_BYTES = {budget}
planes.Plane.strips.__defaults__ = (2**17,)
imagery.change(pathlib.Path({stack!r}), pathlib.Path({out!r}), imagery.Wish("2025-01-01/2025-08-25", "2025-08-26/2025-11-30", workers=1))
import re
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""


def test_memory_does_not_grow_with_the_stack(tmp_path):
    """Of two stacks that both take several tiles the one of twice the pixels is worked through in the same memory."""
    peaks = []
    for name, shape in (("some", (128, 640)), ("twice", (128, 1280))):
        folder = radar(tmp_path / name, before=20, after=6, shape=shape, orbits=("62",), bands=("VV",))
        code = MEASURED.format(tests=str(Path(__file__).parent), here=str(Path(__file__).parent / "satellite"), budget=26 * 384 * 384 * 4, stack=str(folder), out=str(tmp_path / f"{name}-out"))  # fmt: skip
        done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-1500:]
        peaks.append(int(done.stdout.split()[-1]) / 1024)
    added_mb = 26 * 128 * 640 * 4 / 2**20
    assert peaks[1] - peaks[0] < added_mb / 2


def test_a_tile_reads_its_window_and_one_square_more():
    lattice = pixels.Lattice.of((640, 640))
    assert lattice.wider((128, 128, 64, 64)) == (64, 64, 192, 192)
    assert lattice.wider((0, 576, 64, 64)) == (0, 512, 128, 128)
