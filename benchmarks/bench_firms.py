"""How fast FIRMS files are read and feeds are joined, beside polars that only parses the same CSV, on invented detections.

    python benchmarks/bench_firms.py [--rows 1000000]

The second feed is the first a minute or some tens of metres off, in another order: every row of it has its double. Best of
three; peak memory is that of the whole process.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from truceline.formats import firms
from truceline.nouns import Capture
from truceline.satellite.detections import joined


def invented(many: int, seed: int = 1) -> pl.DataFrame:
    """Rows as NASA publishes VIIRS: seven years of three satellites over one region, a few pixels a pass."""
    chance = np.random.default_rng(seed)
    passes = max(1, many // 40)
    own = chance.integers(0, passes, many)
    day = chance.integers(0, 7 * 365, passes)[own]
    minute = (chance.integers(0, 2, passes) * 720 + chance.integers(300, 460, passes))[own]
    return pl.DataFrame({
        "latitude": chance.uniform(11, 15, many).round(5), "longitude": chance.uniform(102, 106, many).round(5),
        "bright_ti4": chance.normal(330, 12, many).round(2), "scan": chance.uniform(0.38, 0.8, many).round(2),
        "track": chance.uniform(0.36, 0.78, many).round(2), "acq_date": np.datetime64("2019-01-01") + day.astype("timedelta64[D]"),
        "acq_time": (minute // 60) * 100 + minute % 60, "satellite": np.array(["N", "N20"])[chance.integers(0, 2, passes)[own]],
        "instrument": "VIIRS", "confidence": np.array(["l", "n", "h"])[chance.integers(0, 3, many)], "version": "2.0NRT",
        "bright_ti5": chance.normal(295, 6, many).round(2), "frp": chance.lognormal(1, 1, many).round(2),
        "daynight": np.where(minute < 720, "D", "N"),
    })  # fmt: skip


def best(work: Callable[[], Any]) -> tuple[float, Any]:
    took, made = [], None
    for _ in range(3):
        began = time.perf_counter()
        made = work()
        took.append(time.perf_counter() - began)
    return min(took), made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    many = parser.parse_args().rows
    data = invented(many).write_csv().encode()
    capture = Capture("inbox/firms/VIIRS_NRT.csv", "firms", "0", len(data), data)
    plain, _ = best(lambda: pl.read_csv(data))
    read, found = best(lambda: firms.detections(capture))
    print(f"{many:,} rows of CSV, {len(data) / 1e6:.0f} MB")
    print(f"  polars read_csv, values as they are  {plain:6.2f} s")
    print(f"  firms.detections, read and checked   {read:6.2f} s   {read / plain:.1f} times")
    assert found.table.height + len(found.set_aside) == many
    chance = np.random.default_rng(2)
    rows = found.table.height
    north, east = chance.uniform(-4e-4, 4e-4, rows), chance.uniform(-3e-4, 3e-4, rows)
    archive = found.table.sample(fraction=1, shuffle=True, seed=3).with_columns(
        pl.col("lat_deg") + north, pl.col("lon_deg") + east, version=pl.lit("2"), feed=pl.lit("archive")
    )
    alone, _ = best(lambda: joined([found.table]))
    both, (kept, dropped) = best(lambda: joined([found.table, archive]))
    print(f"  joined, one feed                     {alone:6.2f} s")
    print(f"  joined with its archive              {both:6.2f} s   kept {kept.height:,}, dropped {dropped.height:,}")
    print(f"  peak memory                          {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:6.0f} MB")


if __name__ == "__main__":
    main()
