"""Change from COGs to files, end to end: what decoding takes of it, what it costs by area and scenes, and the plan of a whole line.

Invented radar stacks (speckle, LERC at 0.01 dB, tiles of 512) are written, read once alone, and then put through `change`, each in a
process of its own that says what it took: processor seconds, the most memory it held (VmHWM), bytes that it read. The costs of larger
areas are those rates multiplied. With --make the small invented stack of the documentation is written instead, with the command that
finds its changes.

    python benchmarks/bench_change_scale.py
    python benchmarks/bench_change_scale.py --stacks 2048x24
    python benchmarks/bench_change_scale.py --make stack
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine

from truceline import imagery
from truceline.satellite import scenes
from truceline.scenario import stack

LINE_KM, WIDE_KM, PIXEL_M = 800, 20, 10.0
STACKS = ("1024x12", "1024x40", "1024x120", "2048x12", "2048x40", "4096x12")
"""Side in pixels, and scenes."""
FIRST = datetime(2024, 1, 3, 11, 45, tzinfo=UTC)
SETTINGS = {
    "driver": "GTiff",
    "tiled": True,
    "blockxsize": 512,
    "blockysize": 512,
    "compress": "lerc",
    "max_z_error": 0.01,
}


def write(path: Path, data: np.ndarray) -> None:
    """One scene as a GeoTIFF in tiles with LERC."""
    path.parent.mkdir(parents=True, exist_ok=True)
    block = {"blockxsize": 64, "blockysize": 64} if min(data.shape) < 512 else {}
    place = Affine(PIXEL_M, 0, 400_000, 0, -PIXEL_M, 1_590_000)
    profile = SETTINGS | block | {"height": data.shape[0], "width": data.shape[1], "count": 1, "dtype": "float32"}
    with rasterio.open(path, "w", crs="EPSG:32648", transform=place, nodata=np.nan, **profile) as out:
        out.write(data.astype(np.float32), 1)


def small(folder: Path) -> str:
    """The stack of the documentation: two orbits, two polarisations, seasons, rain, gaps; gives the command."""
    wish = stack.Wish(
        rows=192, columns=256, before=40, after=6, patches=12, sizes=(6, 10), strengths_db=(-4.0, 4.0, 5.0)
    )
    made = stack.made(7, wish)
    for group in made.groups:
        orbit, band = group.name.split("-")
        for scene, day in zip(group.stack, group.days, strict=True):
            taken = FIRST + timedelta(days=int(day), hours=int(orbit))
            write(folder / f"S1_{taken:%Y%m%dT%H%M%S}_{band.upper()}_r{62 + 73 * int(orbit)}.tif", scene)
    (folder / "stack.yaml").write_text("title: An invented valley\nsource: invented\n", "utf-8")
    last, then = (FIRST + timedelta(days=12 * n) for n in (wish.before - 1, wish.before))
    before = f"{FIRST:%Y-%m-%d}/{last + timedelta(6):%Y-%m-%d}"
    after = f"{then - timedelta(2):%Y-%m-%d}/{then + timedelta(90):%Y-%m-%d}"
    return f"truceline change {folder} --before {before} --after {after} --out change"


def large(folder: Path, px: int, many: int, after: int) -> tuple[str, str]:
    """Speckled scenes of one orbit and band with some patches; gives both periods."""
    rng = np.random.default_rng(3)
    speckle = 10 * np.log10(rng.gamma(4.4, 1 / 4.4, (2 * px, 2 * px))).astype(np.float32)
    ground = rng.normal(-11, 1.2, (px, px)).astype(np.float32)
    starts = rng.integers(10, px - 40, (max(px // 64, 4), 2))
    for n in range(many):
        r, c = rng.integers(0, px, 2)
        scene = ground + speckle[r : r + px, c : c + px]
        if n >= many - after:
            for row, column in starts:
                scene[row : row + 12, column : column + 12] += 4
        write(folder / f"S1_{FIRST + timedelta(days=12 * n):%Y%m%dT%H%M%S}_VV_r62.tif", scene)
    edge = FIRST + timedelta(days=12 * (many - after) - 6)
    return (
        f"{FIRST:%Y-%m-%d}/{edge:%Y-%m-%d}",
        f"{edge + timedelta(1):%Y-%m-%d}/{FIRST + timedelta(days=12 * many):%Y-%m-%d}",
    )


def taken() -> dict[str, float]:
    """What this process has taken so far: processor seconds, bytes read, the most memory held (MB)."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))
    read = re.search(r"rchar: (\d+)", Path("/proc/self/io").read_text("ascii"))
    peak = int(found[1]) / 1024 if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu_s": time.process_time(), "read_mb": int(read[1]) / 1e6 if read else float("nan"), "peak_mb": peak}


def child(here: Path, periods: tuple[str, str]) -> None:
    """Run in a process of its own: compile, decode once, compare; prints what each took as JSON."""
    imagery.change(here / "tiny", here / "warm", imagery.Wish(*large(here / "tiny", 128, 12, 3)))
    marks = [taken()]
    for scene in scenes.stack(here / "stack").scenes:
        for row in range(0, scene.grid.rows, 1024):
            scene.window((row, 0, min(1024, scene.grid.rows - row), scene.grid.columns))
    marks.append(taken())
    stages: dict[str, float] = {}

    def tell(stage: str, *_: int) -> None:
        stages[stage] = time.process_time() - marks[1]["cpu_s"]

    told = imagery.change(here / "stack", here / "out", imagery.Wish(*periods), tell=tell)
    marks.append(taken())
    cost = {k: marks[2][k] - marks[1][k] for k in ("cpu_s", "read_mb")} | {"peak_mb": marks[2]["peak_mb"]}
    decode = marks[1]["cpu_s"] - marks[0]["cpu_s"]
    print(json.dumps(cost | {"decode_s": decode, "footprints": told["counts"]["footprints"], "stages": stages}))


def measured(px: int, many: int, after: int) -> dict[str, Any]:
    """One stack written, and compared by a child."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        periods = large(here / "stack", px, many, after)
        size = sum(p.stat().st_size for p in (here / "stack").iterdir()) / 1e6
        done = subprocess.run(
            [sys.executable, __file__, "--child", folder, *periods], capture_output=True, text=True, check=False
        )
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1]) | {"px": px, "scenes": many, "mb": size}


def main() -> None:
    """Measure, and multiply."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--make", type=Path)
    parser.add_argument("--child", nargs=3, metavar=("FOLDER", "BEFORE", "AFTER"))
    parser.add_argument("--stacks", nargs="+", default=list(STACKS), metavar="PXxSCENES")
    parser.add_argument("--after", type=int, default=4)
    wish = parser.parse_args()
    if wish.make:
        print(small(wish.make))
        return
    if wish.child:
        child(Path(wish.child[0]), (wish.child[1], wish.child[2]))
        return
    print(
        f"{'px':>6}{'scenes':>8}{'Mpx':>8}{'MB':>8}{'read':>7}{'CPU s':>8}{'Mpx/s':>7}{'decode':>8}{'peak MB':>9}  CPU s at ends of stages"
    )
    rows = []
    for name in wish.stacks:
        px, many = map(int, name.split("x"))
        one = measured(px, many, wish.after)
        mpx = px * px * many / 1e6
        rows.append(one | {"mpx": mpx})
        stages = ", ".join(f"{k} {v:.1f}" for k, v in one["stages"].items())
        print(f"{px:>6}{many:>8}{mpx:>8,.0f}{one['mb']:>8,.0f}{one['read_mb'] / one['mb']:>6.1f}x{one['cpu_s']:>8.1f}"
              f"{mpx / one['cpu_s']:>7.1f}{one['decode_s'] / one['cpu_s']:>8.1%}{one['peak_mb']:>9,.0f}  {stages}", flush=True)  # fmt: skip
    best = max(rows, key=lambda r: r["mpx"])
    plan(best["mpx"] / best["cpu_s"], best["mb"] / best["mpx"], best["read_mb"] / best["mb"])


def plan(rate: float, mb_a_mpx: float, times: float) -> None:
    """Cost by area and scenes, and the whole line: Mpixel a second of CPU, MB a Mpixel, how often a byte is read."""
    print("\nCPU hours of one comparison, by area and scenes (bands times orbits times dates), at the measured rate:")
    areas = (100, 1_000, LINE_KM * WIDE_KM, 10 * LINE_KM * WIDE_KM)
    print(f"{'km2':>10}" + "".join(f"{n:>10}" for n in (24, 72, 144, 288)))
    for area in areas:
        px = area * 1e6 / PIXEL_M**2 / 1e6
        print(f"{area:>10,}" + "".join(f"{px * n / rate / 3600:>10.2f}" for n in (24, 72, 144, 288)))
    px = LINE_KM * WIDE_KM * 1e6 / PIXEL_M**2 / 1e6
    for missions in (1, 10):
        hours = missions * px * 144 / rate / 3600
        fresh = missions * px * 4 * mb_a_mpx / 1000
        held = missions * px * 144 * mb_a_mpx / 1000
        print(
            f"{missions:>2} line(s) of {LINE_KM} x {WIDE_KM} km at {PIXEL_M:g} m, weekly, 36 dates x 2 orbits x 2 bands: "
            f"{hours:.1f} CPU hours a week, {hours / 8:.2f} h on 8 cores; {fresh:.1f} GB of new scenes a week, {held:.0f} GB held, "
            f"{held * times:.0f} GB read a week"
        )


if __name__ == "__main__":
    main()
