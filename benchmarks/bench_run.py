"""Wall time and peak memory of the main job on the flagship mission, beside the limits set for it."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
MISSION = ROOT / "missions" / "thailand-cambodia-2025"
LIMIT_S, LIMIT_MB, ROUNDS = 5.0, 600.0, 5


def wall(arguments: list[str]) -> float:
    """Seconds that a whole process takes."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command = ["-m", "truceline.cli", "run", str(MISSION), "--as-of", "2025-12-22T09:00+08:00", "--out", str(out)]
        times = [wall(command) for _ in range(ROUNDS)]
        stages = json.loads((out / "timings.json").read_text("utf-8"))
    empty = statistics.median(wall(["-c", "pass"]) for _ in range(ROUNDS))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    median = statistics.median(times)
    print(f"run, median of {ROUNDS}: {median:.2f} s = {median / LIMIT_S:.2f} of the limit of {LIMIT_S:g} s")
    print(f"run, slowest: {max(times):.2f} s; a bare interpreter: {empty:.2f} s")
    print(f"peak memory: {peak:.0f} MB = {peak / LIMIT_MB:.2f} of the limit of {LIMIT_MB:g} MB")
    print("stages, s: " + ", ".join(f"{name} {seconds}" for name, seconds in stages["seconds"].items()))
    helps = statistics.median(wall(["-m", "truceline.cli", "--help"]) for _ in range(ROUNDS))
    print(f"--help: {helps:.2f} s = {helps / 0.3:.2f} of the limit of 0.3 s")


if __name__ == "__main__":
    main()
