"""Reports with a known place and day, each with control days of the same place, beside detections: for fits and benchmarks.

Reads the third-party data that TRUCELINE_TEST_DATA names; nothing of it is kept.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

from truceline.satellite.weigh import Surroundings

DATA = Path(os.environ.get("TRUCELINE_TEST_DATA", ""))
GROUPS = "Damage|Bombing|Civilian Casualty|Munitions|Ground Battle|Losses"
"""Groups of the war map that tell of strikes and damage."""
OFFSETS = (-35, -30, -26, -22, 22, 26, 30, 35)
LAND = {"LAND_USE_CLASS_3": "crops", "LAND_USE_CLASS_4": "built"}


class Truth(NamedTuple):
    """Reports (`true` says whether the day is the event's own, `month` and `side` by which to split), detections, the rest."""

    reports: pl.DataFrame
    detections: pl.DataFrame
    around: Surroundings


def detections(table: pl.DataFrame) -> pl.DataFrame:
    """Places and dates as a table of detections."""
    return table.select(
        pl.col("acq_date").str.to_datetime("%Y-%m-%d", time_zone="UTC").alias("time_utc"), pl.lit(value=True).alias("day_only"),
        pl.col("longitude").alias("lon_deg"), pl.col("latitude").alias("lat_deg"), pl.lit(None, pl.Float64).alias("scan_km"),
    )  # fmt: skip


def with_controls(events: pl.DataFrame) -> pl.DataFrame:
    """Events (id, day, lon_deg, lat_deg, side) and the same places 22 to 35 days before and after, as reports."""
    parts = [events.with_columns(pl.lit(value=True).alias("true"), pl.lit(0).alias("off"))]
    parts += [events.with_columns(pl.lit(value=False).alias("true"), pl.lit(off).alias("off")) for off in OFFSETS]
    day = pl.col("day") + pl.duration(days="off")
    return pl.concat(parts).with_columns(
        (pl.col("id") + "/" + pl.col("off").cast(pl.String)).alias("id"), pl.col("day").dt.month().alias("month"),
        day.cast(pl.Datetime("us", "UTC")).alias("start"),
        (day + pl.duration(days=1)).cast(pl.Datetime("us", "UTC")).alias("end"), pl.lit(100.0).alias("radius_m"),
    )  # fmt: skip


def surroundings() -> Surroundings:
    """Daily cloud of oblasts on their cells of a tenth of a degree, and the land that covers most of each cell."""
    folder = DATA / "ukraine-context"
    cells = pl.read_csv(folder / "ukr_oblasts_10km.csv.gz").select(
        pl.col("LONGITUDE").alias("lon_deg"), pl.col("LATITUDE").alias("lat_deg"), "OBLAST_ID"
    )
    middle = cells.group_by("OBLAST_ID").agg(pl.col("lon_deg", "lat_deg").mean())
    grid = cells.with_columns((pl.col("lon_deg", "lat_deg") * 2).round() / 2).unique(maintain_order=True)
    places = pl.concat([middle.select("lon_deg", "lat_deg", "OBLAST_ID"), grid])
    days = pl.read_csv(folder / "weather_cloud_by_oblast_2015_2024.csv.gz").select(
        "OBLAST_ID",
        pl.col("ACQ_DATE").str.to_date().alias("date"),
        (pl.col("CLOUD_COVER (%)") / 100).alias("cloud_share"),
    )
    wanted = days.filter(pl.col("date").dt.year().is_in([2016, 2017, 2022]))
    cloud = places.join(wanted, on="OBLAST_ID").select("date", "lon_deg", "lat_deg", "cloud_share").drop_nulls()
    shares = pl.read_csv(folder / "ukr_land_use_2022_10km.csv.gz")
    most = pl.when(pl.col("LAND_USE_CLASS_4") >= 0.3).then(pl.lit("built"))
    most = most.when(pl.col("LAND_USE_CLASS_3") >= 0.5).then(pl.lit("crops")).otherwise(pl.lit("other"))
    land = shares.select(pl.col("LONGITUDE").alias("lon_deg"), pl.col("LATITUDE").alias("lat_deg"), most.alias("class"))
    return Surroundings(cloud, land)


def war() -> Truth:
    """Geolocated strikes and damage, Ukraine, 24 February to June 2022."""
    rows = pl.read_parquet(DATA / "eyes-on-russia" / "cir_events_2022.parquet").select(
        pl.col("date").cast(pl.String).str.slice(0, 10).str.to_date(strict=False).alias("day"),
        pl.col("lon").cast(pl.Float64, strict=False).alias("lon_deg"),
        pl.col("lat").cast(pl.Float64, strict=False).alias("lat_deg"), "event_group",
    )  # fmt: skip
    inside = pl.col("lat_deg").is_between(44.4, 52.4) & pl.col("lon_deg").is_between(22.2, 40.1)
    kept = rows.drop_nulls().filter(
        inside, pl.col("day") >= date(2022, 2, 24), pl.col("event_group").str.contains(GROUPS)
    )
    events = kept.unique(["lon_deg", "lat_deg", "day"], maintain_order=True).with_row_index("n").select(
        pl.format("W{}", "n").alias("id"), "day", "lon_deg", "lat_deg", pl.col("event_group").alias("group"),
        ((pl.col("lon_deg") * 2).floor() + (pl.col("lat_deg") * 2).floor()).cast(pl.Int64).mod(2).alias("side"),
    )  # fmt: skip
    points = pl.read_parquet(DATA / "ukraine-firms" / "points_modis_viirs_ukraine_2000_2023.parquet")
    return Truth(
        with_controls(events), detections(points.filter(pl.col("acq_date").str.starts_with("2022"))), surroundings()
    )


def truce() -> Truth:
    """Exact events of the Donbas ceasefire, 2016 and 2017, with MODIS detections."""
    rows = pl.read_csv(DATA / "ukraine-events" / "ucdp_ged_ukraine_2014_2017.csv.gz", infer_schema_length=10_000)
    exact = rows.filter(pl.col("where_prec") == 1, pl.col("date_prec") == 1, pl.col("year") >= 2016)
    events = exact.select(
        pl.col("id").cast(pl.String), pl.col("date_start").str.slice(0, 10).str.to_date().alias("day"),
        pl.col("longitude").alias("lon_deg"), pl.col("latitude").alias("lat_deg"), pl.lit("").alias("group"), pl.lit(0).alias("side"),
    ).unique("id", maintain_order=True)  # fmt: skip
    modis = pl.read_csv(
        DATA / "ukraine-firms" / "modis_ukraine_2016_2022.csv.gz", columns=["latitude", "longitude", "acq_date"]
    )
    years = modis.filter(pl.col("acq_date").str.slice(0, 4).is_in(["2015", "2016", "2017", "2018"]))
    return Truth(with_controls(events), detections(years), surroundings())


def gain(bits: pl.Series, true: pl.Series) -> tuple[float, float]:
    """Mean log2 gain over even odds, and Brier score; events and controls weigh the same in sum."""
    table = pl.DataFrame({"bits": bits, "true": true}).with_columns(
        (1 / (1 + (2.0 ** -pl.col("bits")))).alias("p"),
        (1 / pl.len().over("true")).alias("weight"),
    )
    right = pl.when("true").then("p").otherwise(1 - pl.col("p"))
    scored = table.select(
        ((2 * right).log(2) * pl.col("weight")).sum() / 2,
        ((1 - right) ** 2 * pl.col("weight")).sum().alias("brier") / 2,
    )
    return float(scored.item(0, 0)), float(scored.item(0, 1))
