"""A hundred million detections through zone, baseline and excess, by bands of latitude, next to Polars and DuckDB on a part.

Ten years of invented detections over the world: seasons by latitude, fixed sources, clusters. Each band of ten degrees is made,
then timed: which lie in a zone, cell-days with what is expected there, weeks of excess. The peers only count cell-days, the
nearest that they do.

    python benchmarks/bench_heat_scale.py --millions 100 [--peers]
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
import polars as pl
import shapely

from truceline.satellite import baseline

BANDS = range(-60, 80, 10)
FIRST, DAYS = 15_706, 3_652


def band(south: int, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Detections of one band: longitude, latitude, day."""
    rng = np.random.default_rng(south + 1000)
    centres = rng.uniform([-180, south], [180, south + 10], (4000, 2))
    pick = rng.integers(0, len(centres), number)
    lon = np.clip(centres[pick, 0] + rng.normal(0, 0.5, number), -180, 179.99)
    lat = np.clip(centres[pick, 1] + rng.normal(0, 0.5, number), south, south + 9.99)
    season = 60 + 120 * (south < 0) + rng.normal(0, 35, number)
    day = (rng.integers(0, 10, number) * 365.2425 + season).astype(np.int64) % DAYS
    return lon, lat, day + FIRST


def in_zone(lon: np.ndarray, lat: np.ndarray, zone: shapely.Geometry) -> np.ndarray:
    """Which points lie in the zone: its box first."""
    west, south, east, north = zone.bounds
    near = np.flatnonzero((lon >= west) & (lon < east) & (lat >= south) & (lat < north))
    made = np.zeros(len(lon), bool)
    made[near] = shapely.contains_xy(zone, lon[near], lat[near])
    return made


def main() -> None:
    """Time each band and sum up."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--millions", type=float, default=10.0)
    parser.add_argument("--peers", action="store_true")
    wish = parser.parse_args()
    number = int(wish.millions * 1e6 / len(BANDS))
    zone = shapely.Point(103, 14).buffer(3)
    shapely.prepare(zone)
    baseline.blocks(baseline.days(*band(0, 10_000)))  # compiled before anything is timed
    spent, inside, weeks, peers = 0.0, 0, 0, {"polars": 0.0, "duckdb": 0.0}
    for south in BANDS:
        lon, lat, day = band(south, number)
        started = time.perf_counter()
        inside += int(in_zone(lon, lat, zone).sum())
        found = baseline.days(lon, lat, day)
        weeks += int((baseline.blocks(found).q < 0.05).sum())
        spent += time.perf_counter() - started
        if wish.peers:
            peers = {name: peers[name] + seconds for name, seconds in counted(lon, lat, day, len(found.cell)).items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    total = number * len(BANDS)
    print(f"{total / 1e6:.0f} million detections: {spent:.1f} s, peak {peak:.2f} GB (limits for 100: 60 s, 4 GB)")
    print(f"{inside:,} in the zone, {weeks:,} weeks of excess")
    for name, seconds in peers.items():
        if seconds:
            print(f"{name}, counting cell-days alone: {seconds:.1f} s")
    lon, lat, day = band(10, 40_000)
    started = time.perf_counter()
    baseline.blocks(baseline.days(lon, lat, day))
    print(f"one mission, 40,000 detections in ten years: {time.perf_counter() - started:.2f} s (limit 1)")


def counted(lon: np.ndarray, lat: np.ndarray, day: np.ndarray, expected: int) -> dict[str, float]:
    """Seconds that others take to count the same cell-days."""
    table = pl.DataFrame({"lon": lon, "lat": lat, "day": day})
    started = time.perf_counter()
    cells = (
        ((pl.col(name) + shift) / 0.1 + 1e-9).floor().cast(pl.Int32).alias(out)
        for name, shift, out in (("lon", 180, "x"), ("lat", 90, "y"))
    )
    made = table.select(*cells, "day").group_by("x", "y", "day").len()
    spent = {"polars": time.perf_counter() - started}
    assert made.height == expected
    try:
        import duckdb
    except ImportError:
        return spent
    connection = duckdb.connect()
    connection.register("points", {"lon": lon, "lat": lat, "day": day})
    started = time.perf_counter()
    cells_of = "floor((lon + 180) / 0.1 + 1e-9) x, floor((lat + 90) / 0.1 + 1e-9) y, day"
    connection.execute(f"create table counted as select {cells_of}, count(*) from points group by all")
    return {**spent, "duckdb": time.perf_counter() - started}


if __name__ == "__main__":
    main()
