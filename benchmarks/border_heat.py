"""The season of heat about places of a mission, from detections of earlier years: writes the mission's heat_season.csv.

Only counts are kept, with their source; the detections stay where they are.

    python benchmarks/border_heat.py MISSION DETECTIONS... --places ID... --source TEXT [--radius-km 10]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import polars as pl

from truceline import collect, mission, where
from truceline.formats import firms


def main() -> None:
    """Count by month of the year and write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("mission", type=Path)
    parser.add_argument("detections", type=Path, nargs="+")
    parser.add_argument("--places", nargs="*", default=[])
    parser.add_argument("--source", required=True)
    parser.add_argument("--radius-km", type=float, default=10.0)
    wish = parser.parse_args()
    whole = mission.read(wish.mission)
    table = firms.gathered(collect.one(f.parent, f, 20_000.0) for f in wish.detections).table.with_columns(
        pl.col("time_utc").dt.convert_time_zone(whole.time_zone).dt.date().alias("day")
    )
    days = pl.DataFrame({"day": pl.date_range(table["day"].min(), table["day"].max(), eager=True)})
    basis = f"{table['instrument'].unique().sort().str.join('+').item()}, {days['day'].min()} to {days['day'].max()}"
    known = {p.id: p for p in whole.places}
    lines = []
    for place in ["", *wish.places]:
        near = table
        if place:
            here = known[place]
            apart = where.distances_m(
                np.full(len(table), here.lon_deg),
                np.full(len(table), here.lat_deg),
                table["lon_deg"].to_numpy(),
                table["lat_deg"].to_numpy(),
            )
            near = table.filter(pl.Series(np.asarray(apart) <= wish.radius_km * 1000))
        counts = days.join(near.group_by("day").len(), on="day", how="left").with_columns(pl.col("len").fill_null(0))
        months = counts.group_by(pl.col("day").dt.month().alias("month")).agg(
            pl.len().alias("days"),
            (pl.col("len") > 0).sum().alias("days_with_heat"),
            pl.col("len").sum().alias("detections"),
        )
        lines.append(months.sort("month").select(
            pl.lit(place).alias("place_id"), "month", "days", "days_with_heat", "detections",
            pl.lit(wish.radius_km * 1000 if place else None, pl.Float64).alias("radius_m"), pl.lit(basis).alias("basis"),
            pl.lit(wish.source).alias("source"),
        ))  # fmt: skip
    target = wish.mission / "heat_season.csv"
    pl.concat(lines).write_csv(target)
    print(f"{target.name}: {sum(map(len, lines))} rows from {len(table):,} detections ({basis})")


if __name__ == "__main__":
    main()
