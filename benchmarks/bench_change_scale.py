"""Change from COGs to files, end to end: what decoding takes of it, what it costs by area and scenes, and the plan of a whole line.

An invented radar stack (speckle, LERC at 0.01 dB, tiles of 512) is written, read once alone, and then put through `change` in one
process; the rates measured are multiplied to areas, none of which was run here. With --make the small invented stack of the
documentation is written instead, with the command that finds its changes.

    python benchmarks/bench_change_scale.py --px 2048 --scenes 24
    python benchmarks/bench_change_scale.py --make stack
"""

from __future__ import annotations

import argparse
import re
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine

from truceline import imagery
from truceline.satellite import scenes
from truceline.scenario import stack

LINE_KM, WIDE_KM, PIXEL_M = 800, 20, 10.0
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


def peak_mb() -> float:
    """The most memory this process has held."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))
    return int(found[1]) / 1024 if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure, and multiply."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--make", type=Path)
    parser.add_argument("--px", type=int, default=2048)
    parser.add_argument("--scenes", type=int, default=24)
    parser.add_argument("--after", type=int, default=4)
    wish = parser.parse_args()
    if wish.make:
        print(small(wish.make))
        return
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        before, after = large(here / "stack", wish.px, wish.scenes, wish.after)
        size = sum(p.stat().st_size for p in (here / "stack").iterdir()) / 1e6
        tiny = here / "tiny"
        periods = large(tiny, 128, 12, 3)
        imagery.change(tiny, here / "warm", imagery.Wish(*periods))  # kernels are compiled before anything is timed
        found = scenes.stack(here / "stack")
        began, cpu = time.perf_counter(), time.process_time()
        for scene in found.scenes:
            for row in range(0, wish.px, 1024):
                scene.window((row, 0, min(1024, wish.px - row), wish.px))
        decode, decode_cpu = time.perf_counter() - began, time.process_time() - cpu
        began, cpu = time.perf_counter(), time.process_time()
        stages: dict[str, float] = {}

        def tell(stage: str, *_: int) -> None:
            stages[stage] = time.perf_counter() - began

        told = imagery.change(here / "stack", here / "out", imagery.Wish(before, after), tell=tell)
        whole, whole_cpu = time.perf_counter() - began, time.process_time() - cpu
    mpx = wish.px**2 * wish.scenes / 1e6
    print(
        f"{wish.scenes} scenes of {wish.px} x {wish.px}: {mpx:,.0f} Mpixel, {size:,.0f} MB; {told['counts']['footprints']} footprints"
    )
    print(f"decode alone   {decode:6.1f} s  {decode_cpu:6.1f} s of CPU  {mpx / decode_cpu:6.1f} Mpixel a second of CPU")
    print(f"change, whole  {whole:6.1f} s  {whole_cpu:6.1f} s of CPU  {mpx / whole_cpu:6.1f} Mpixel a second of CPU")
    print("ends of stages, s: " + ", ".join(f"{k} {v:.1f}" for k, v in stages.items()) + f"; peak {peak_mb():,.0f} MB")
    rate = mpx / whole_cpu
    plan(rate, size / mpx)


def plan(rate: float, mb_a_mpx: float) -> None:
    """Cost by area and scenes, and the whole line, from Mpixel a second of CPU and MB a Mpixel."""
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
            f"{hours:.1f} CPU hours a week, {hours / 8:.2f} h on 8 cores; {fresh:.1f} GB of new scenes a week, {held:.0f} GB held"
        )


if __name__ == "__main__":
    main()
