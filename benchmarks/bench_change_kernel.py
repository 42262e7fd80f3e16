"""The one-pass test of a stack of 40 scenes beside numpy, an expression of xarray on Dask, and reading the memory once.

    python benchmarks/bench_change_kernel.py --side 4096

Seconds of the processor, all threads together, the least of five; a fifth of numpy's and a twenty-fifth of Dask's are the
limits. `reading` takes the greatest of the same bytes, by as many threads, which contend for the memory as those of the test do;
the test must do half as much a second. One new scene: 0.05 s. From COGs the test must be bound by decoding: all that `change` does
beside it, null maps above all, is in bench_change_scale.py.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import bench_change_scale
import numpy as np
from numba import get_num_threads, njit, prange

from truceline.satellite import change, scenes

BEFORE, SCENES, STRIP = 30, 40, 512
PERIOD = np.r_[np.zeros(BEFORE), np.ones(SCENES - BEFORE)].astype(np.int8)


def least(work: Callable[[], object], times: int = 5) -> float:
    """Least seconds of the processor of so many runs."""
    seconds = []
    for _ in range(times):
        before = time.process_time()
        work()
        seconds.append(time.process_time() - before)
    return min(seconds)


def by_turns(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Least seconds of each of two, run by turns, so that both meet the same neighbours on the machine."""
    least(one, 1), least(other, 1)
    turns = [(least(one, 1), least(other, 1)) for _ in range(8)]
    return min(a for a, _ in turns), min(b for _, b in turns)


@njit(parallel=True, nogil=True)
def greatest(flat: np.ndarray) -> int:
    """The greatest number, by all threads."""
    parts = 256
    each = len(flat) // parts
    found = np.empty(parts, np.int32)
    for part in prange(parts):
        most = np.int32(-(2**31))
        own = flat[part * each : (part + 1) * each]
        for j in range(each):
            most = max(most, own[j])
        found[part] = most
    return found.max()


def by_numpy(stack: np.ndarray) -> np.ndarray:
    """Student's t in whole-array numpy."""
    a, b = (stack[p == PERIOD] for p in (0, 1))
    n, m = (np.isfinite(x).sum(0) for x in (a, b))
    spread = (np.nanvar(a, 0) * n + np.nanvar(b, 0) * m) / (n + m - 2)
    return (np.nanmean(b, 0) - np.nanmean(a, 0)) / np.sqrt(spread * (1 / n + 1 / m))


def by_dask(stack: np.ndarray) -> object:
    """The same as an expression of xarray on Dask's threads."""
    import xarray as xr

    held = xr.DataArray(stack, dims=("time", "y", "x")).chunk({"time": 10, "y": 1024, "x": 1024})
    a, b = held[:BEFORE], held[BEFORE:]
    n, m = a.count("time"), b.count("time")
    spread = (a.var("time") * n + b.var("time") * m) / (n + m - 2)
    return ((b.mean("time") - a.mean("time")) / (spread * (1 / n + 1 / m)) ** 0.5).compute(scheduler="threads")


def from_cogs(side: int) -> tuple[float, float]:
    """Processor seconds of decoding a stack of COGs (LERC, tiles of 512), strip by strip, and of the test of what was decoded."""
    with tempfile.TemporaryDirectory() as folder:
        bench_change_scale.large(Path(folder) / "stack", side, SCENES, SCENES - BEFORE)
        opened = scenes.stack(Path(folder) / "stack").scenes
        begin = time.process_time()
        strips = [np.stack([s.window((r, 0, STRIP, side)) for s in opened]) for r in range(0, side, STRIP)]
        decoding = time.process_time() - begin
    return decoding, sum(least(lambda strip=strip: change.compared(strip, PERIOD), 2) for strip in strips)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--side", type=int, default=4096)
    side = parser.parse_args().side
    chance = np.random.default_rng(1)
    stack = np.empty((SCENES, side, side), np.float32)
    for scene in stack:
        scene[:] = chance.standard_normal((side, side), dtype=np.float32) * 2 - 12
    stack[3, : side // 8] = np.nan
    centi = np.where(np.isfinite(stack), np.round(stack * 100), change.NODATA).astype(np.int16)
    own = {}
    for name, held in (("float32", stack), ("int16", centi)):
        flat = held.view(np.int32).reshape(-1)
        reading, own[name] = by_turns(lambda flat=flat: greatest(flat), lambda held=held: change.compared(held, PERIOD))
        alone = least(flat.max)
        print(
            f"{name}: score {own[name]:.3f} s; reading {reading:.3f} s by {get_num_threads()} "
            f"threads, {alone:.3f} s by one: the score goes at {reading / own[name]:.2f} of it (limit 0.5)"
        )
    held = change.moments(stack[:5])
    print(f"one new scene {least(lambda: change.update(held, stack[5])):.3f} s (limit 0.05)")
    for name, peer, limit in (("numpy", by_numpy, 5), ("xarray on Dask", by_dask, 25)):
        seconds = least(lambda peer=peer: peer(stack), 1)
        print(f"{name} {seconds:.1f} s: {seconds / own['float32']:.1f} times the test (limit {limit})")
    decoding, testing = from_cogs(side)
    print(
        f"from COGs: decoding {decoding:.1f} s, the test of what was decoded {testing:.2f} s: "
        f"decoding is {100 * decoding / (decoding + testing):.0f} % of both"
    )


if __name__ == "__main__":
    main()
