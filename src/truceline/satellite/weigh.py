"""Reports and detections -> what the detections near each report are worth, one row a report.

The same function serves `truceline thermal` and the incidents of a mission.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from .. import when
from . import baseline, thermal
from .around import AWAY, FAR_KM, Array, around, field, held, spans
from .thermal import CLOUD_KM, DAY_S, LAND_KM, OVERCAST, WEEK, Model

COLUMNS = pl.Schema({
    "id": pl.String(), "weight_bits": pl.Float64(), "detections": pl.Int64(), "nearest_m": pl.Float64(), "chance_share": pl.Float64(),
    "cloud_share": pl.Float64(), "reason": pl.String(),
})  # fmt: skip
_SHIFTS = tuple(side * days for days in np.linspace(*AWAY, 3) for side in (-1.0, 1.0))
STATIC_TYPE, FIXED_KM = 2, 2.0
"""FIRMS' type of a static land source, and how near to a report a fixed source is worth a warning."""
BURNING, BURNING_LEAST = 2.0, 50
LEAST_CHANCE = 1e-4
"""No smaller chance is printed: it is a model's, and no place is known so well."""
_CELL_DEG = 0.1
NEAR_DAYS = 3
"""Days of comparison that lie so near to another report of the same place are left out."""
SMALL = 0.1
"""A scale below this is called uninformative and every weight is nought."""


class Surroundings(NamedTuple):
    """Optional tables: cloud (date, lon_deg, lat_deg, cloud_share 0..1) and land use (lon_deg, lat_deg, class)."""

    cloud: pl.DataFrame | None = None
    land: pl.DataFrame | None = None


def sky(values: tuple[tuple[datetime, float, float, float], ...], time_zone: str) -> pl.DataFrame | None:
    """Values of a cloud product (beginning of the local day, lon_deg, lat_deg, share) as a table; None where there are none."""
    if not values:
        return None
    local = when.zone(time_zone)
    schema = {"date": pl.Date(), "lon_deg": pl.Float64(), "lat_deg": pl.Float64(), "cloud_share": pl.Float64()}
    return pl.DataFrame([(day.astimezone(local).date(), *rest) for day, *rest in values], schema=schema, orient="row")


class Weighed(NamedTuple):
    """One row a report in the order given (see COLUMNS), and how much of the fitted weight holds in this table, 0..1."""

    table: pl.DataFrame
    scale: float


def weigh(reports: pl.DataFrame, detections: pl.DataFrame, around_: Surroundings, model: Model) -> Weighed:
    """What the detections near each report are worth.

    `reports`: id, start, end (UTC), lon_deg, lat_deg, radius_m (95 %, may be null). `detections`: time_utc, day_only,
    lon_deg, lat_deg, scan_km. A report without a place, of a span of more than a week, or of a day for which no
    detections are held weighs nothing and says so. A row is about its own report and the table's scale alone.
    """
    known = _known(reports)
    lon, lat, first, last = (known[name].to_numpy() for name in ("lon_deg", "lat_deg", "first", "last"))
    radius_km = known["radius_m"].fill_null(0.0).to_numpy() / 1000
    day = days_of(detections)
    sorted_ = field(detections["lon_deg"].to_numpy(), detections["lat_deg"].to_numpy(), day, _size(detections))
    covered = spans(day)
    land = np.array([model.land.get(name, 1.0) for name in _classes(known, around_.land)])
    sky = _sky(known, around_.cloud)

    def at(shift: float) -> tuple[thermal.Sights, Array, Array, Array]:
        moved = first + shift, last + shift
        found = around((lon, lat, *moved), sorted_, covered)
        seen = thermal.sights(found, radius_km, moved[1] - moved[0], model)
        cloud = _cloud(known, sky, shift)
        usable = held(moved[0], moved[1], covered) & (found.days > 0) & (last - first <= WEEK)
        return seen, cloud, np.where(usable, thermal.raw_bits(seen, cloud, land, model), np.nan), found.found

    seen, cloud, raw, number = at(0.0)
    others = [(at(float(shift))[2], _quiet(known, float(shift))) for shift in _SHIFTS]
    elsewhere = np.concatenate([bits[quiet & ~np.isnan(bits)] for bits, quiet in others])
    scale = thermal.scale(raw[~np.isnan(raw)], elsewhere, model)
    scale = 0.0 if scale < SMALL else scale
    bits = np.log2(1.0 + scale * (2.0 ** np.nan_to_num(raw) - 1.0))
    fixed = _fixed(known, detections, day)
    rows = known.select("id").with_columns(
        pl.Series("weight_bits", np.round(bits, 3) + 0.0), pl.Series("detections", number),
        pl.Series("nearest_m", np.where(np.isinf(seen.nearest_km), np.nan, np.round(seen.nearest_km * 1000))).fill_nan(None),
        pl.Series("chance_share", np.where(np.isnan(raw), np.nan, np.round(np.maximum(seen.chance, LEAST_CHANCE), 4))).fill_nan(None),
        pl.Series("cloud_share", np.round(cloud, 3)).fill_nan(None), pl.Series("raw", raw), pl.Series("fixed", fixed),
        pl.Series("burning", _burning(known, detections, day)),
        (pl.Series(last - first) > WEEK).alias("long"),
    ).with_columns(pl.struct(pl.all()).map_elements(lambda r: _reason(r, scale), return_dtype=pl.String).alias("reason"))  # fmt: skip
    whole = reports.select("id").join(rows.select(list(COLUMNS)), on="id", how="left", maintain_order="left")
    return Weighed(
        whole.with_columns(
            pl.col("weight_bits").fill_null(0.0), pl.col("detections").fill_null(0),
            pl.col("reason").fill_null("no place or no time is known, so nothing can be near it"),
        ).cast(COLUMNS),
        scale,
    )  # fmt: skip


def prepared(
    reports: pl.DataFrame, detections: pl.DataFrame, around_: Surroundings, model: Model
) -> tuple[thermal.Sights, Array, list[str], Array]:
    """For fitting: sights, cloud share and class of land of each report (all placed), and whether it can be weighed."""
    known = _known(reports)
    lon, lat, first, last = (known[name].to_numpy() for name in ("lon_deg", "lat_deg", "first", "last"))
    day = days_of(detections)
    sorted_ = field(detections["lon_deg"].to_numpy(), detections["lat_deg"].to_numpy(), day, _size(detections))
    covered = spans(day)
    found = around((lon, lat, first, last), sorted_, covered)
    seen = thermal.sights(found, known["radius_m"].fill_null(0.0).to_numpy() / 1000, last - first, model)
    usable = held(first, last, covered) & (found.days > 0)
    return seen, _cloud(known, _sky(known, around_.cloud), 0.0), _classes(known, around_.land), usable


def _known(reports: pl.DataFrame) -> pl.DataFrame:
    """Reports with a place and a time; `first` and `last` in days since 1970, at least a whole day apart."""
    start, end = (pl.col(c).dt.epoch("us") / (DAY_S * 1e6) for c in ("start", "end"))
    placed = reports.filter(pl.all_horizontal(pl.col("lon_deg", "lat_deg", "start", "end").is_not_null()))
    return placed.with_columns(start.alias("first"), pl.max_horizontal(end, start + 1.0).alias("last"))


def days_of(detections: pl.DataFrame) -> Array:
    """Days since 1970; where only the day is known, its middle."""
    moment = pl.col("time_utc").dt.epoch("us") / (DAY_S * 1e6)
    return detections.select(moment + pl.when("day_only").then(0.5).otherwise(0.0)).to_series().to_numpy()


def _size(detections: pl.DataFrame) -> Array:
    return detections["scan_km"].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _fixed(known: pl.DataFrame, detections: pl.DataFrame, day: Array) -> Array:
    """Whether a fixed heat source burns near each report: a spot that burns all year round, or one that FIRMS calls static."""
    lon, lat = detections["lon_deg"].to_numpy(), detections["lat_deg"].to_numpy()
    spots = [
        ((x + 0.5) / 100, (y + 0.5) / 100) for x, y in sorted(baseline.static(lon, lat, np.floor(day).astype(np.int64)))
    ]
    if "type" in detections.columns:
        spots += list(
            detections.filter(pl.col("type") == STATIC_TYPE)
            .select("lon_deg", "lat_deg")
            .unique()
            .sort(pl.all())
            .iter_rows()
        )
    if not spots or known.is_empty():
        return np.zeros(len(known), dtype=np.bool_)
    _, km = _nearest(known, pl.DataFrame(spots, schema=["lon_deg", "lat_deg"], orient="row"))
    near: Array = km <= FIXED_KM
    return near


def _burning(known: pl.DataFrame, detections: pl.DataFrame, day: Array) -> Array:
    """Whether each report falls into the burning season of its degree: a month with BURNING times an even share of the year.

    Nothing is said where less than two years are held, where the month has heat in one year alone, or where the degree has
    fewer than BURNING_LEAST detections.
    """
    none: Array = np.zeros(len(known), dtype=np.bool_)
    if known.is_empty() or not len(day) or day.max() - day.min() < 2 * 365:
        return none
    seen = detections.select(
        pl.col("lon_deg").floor().alias("x"), pl.col("lat_deg").floor().alias("y"),
        pl.col("time_utc").dt.month().alias("month"), pl.col("time_utc").dt.year().alias("year"),
    )  # fmt: skip
    here, then = ["x", "y"], ["x", "y", "month"]
    often = (pl.len().over(then) * 12 >= BURNING * pl.len().over(here)) & (pl.len().over(here) >= BURNING_LEAST)
    share = often & (pl.col("year").n_unique().over(then) >= 2)
    hot = seen.with_columns(share.alias("hot")).drop("year").unique()
    mine = known.select(
        pl.col("lon_deg").floor().alias("x"),
        pl.col("lat_deg").floor().alias("y"),
        pl.col("start").dt.month().alias("month"),
    )
    found = mine.join(hot, on=["x", "y", "month"], how="left", maintain_order="left")["hot"].fill_null(value=False)
    return found.to_numpy()


class _Sky(NamedTuple):
    """Which place of the cloud table is nearest to each report, how far, and the shares by place and day."""

    nearest: Array
    km: Array
    shares: pl.DataFrame


def _sky(known: pl.DataFrame, cloud: pl.DataFrame | None) -> _Sky | None:
    if cloud is None or cloud.is_empty() or known.is_empty():
        return None
    places = cloud.select("lon_deg", "lat_deg").unique().sort("lon_deg", "lat_deg").with_row_index("place")
    nearest, km = _nearest(known, places)
    day = pl.col("date").cast(pl.Int32).cast(pl.Int64).alias("day")
    used = places.filter(pl.col("place").is_in(np.unique(nearest).tolist()))
    shares = cloud.join(used, on=["lon_deg", "lat_deg"]).group_by("place", day).agg(pl.col("cloud_share").mean())
    return _Sky(nearest.astype(np.uint32), km, shares)


def _cloud(known: pl.DataFrame, sky: _Sky | None, shift: float) -> Array:
    """Cloud share of the nearest place within CLOUD_KM on the day in which the report's first day has its middle; NaN unknown."""
    if sky is None:
        return np.full(len(known), np.nan)
    day = np.floor(known["first"].to_numpy() + shift + 0.5).astype(np.int64)
    wanted = pl.DataFrame({"place": sky.nearest, "day": day, "km": sky.km})
    found = wanted.join(sky.shares, on=["place", "day"], how="left", maintain_order="left")
    near = found.select(pl.when(pl.col("km") <= CLOUD_KM).then("cloud_share")).to_series()
    return near.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _quiet(known: pl.DataFrame, shift: float) -> Array:
    """Whether no report of this table lies near each place on the shifted day: else it would be compared with a report's day."""
    column, row = (np.floor(known[name].to_numpy() / _CELL_DEG).astype(np.int64) for name in ("lon_deg", "lat_deg"))
    day = np.floor(known["first"].to_numpy() + 0.5).astype(np.int64)
    key = _key(column, row, day)
    moved = np.floor(day + shift).astype(np.int64)
    loud = np.zeros(len(known), bool)
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            for days in range(-NEAR_DAYS, NEAR_DAYS + 1):
                loud |= np.isin(_key(column + dx, row + dy, moved + days), key)
    return ~loud


def _key(column: Array, row: Array, day: Array) -> Array:
    made: Array = (column + 4000) * 10_000_000_000 + (row + 2000) * 1_000_000 + day
    return made


def _classes(known: pl.DataFrame, land: pl.DataFrame | None) -> list[str]:
    """The class of land at each report; empty where none is given within LAND_KM."""
    if land is None or land.is_empty() or known.is_empty():
        return [""] * len(known)
    places = land.unique(["lon_deg", "lat_deg"], maintain_order=True)
    nearest, km = _nearest(known, places)
    names = places["class"].cast(pl.String).str.to_lowercase().to_list()
    return [names[n] if far <= LAND_KM else "" for n, far in zip(nearest.tolist(), km.tolist(), strict=True)]


def _nearest(known: pl.DataFrame, places: pl.DataFrame) -> tuple[Array, Array]:
    """For each report the number of the nearest place and how far it is, km."""
    from shapely import STRtree, points

    scale = np.cos(np.radians(float(known["lat_deg"].mean() or 0.0)))  # type: ignore[arg-type]
    tree = STRtree(points(places["lon_deg"].to_numpy() * scale, places["lat_deg"].to_numpy()))
    lon, lat = known["lon_deg"].to_numpy(), known["lat_deg"].to_numpy()
    nearest = tree.nearest(points(lon * scale, lat))
    dx = (places["lon_deg"].to_numpy()[nearest] - lon) * np.cos(np.radians(lat))
    dy = places["lat_deg"].to_numpy()[nearest] - lat
    return nearest, np.hypot(dx, dy) * 111.195


def _reason(row: dict[str, Any], scale: float) -> str:
    if row["long"]:
        return f"its span is longer than {WEEK:g} days, so a detection near it says nothing"
    if row["raw"] is None or np.isnan(row["raw"]):
        return "no detections are held for its day, or for days to compare it with"
    cloud = row["cloud_share"]
    if cloud is not None and cloud > OVERCAST:
        return f"{cloud:.0%} cloud: nothing could have been seen from above"
    if row["nearest_m"] is None:
        said = f"no detection within {FAR_KM:g} km, which is next to no evidence"
        said += f"; on other days here {row['chance_share']:.0%} have one"
    else:
        said = f"{row['detections']} within {FAR_KM:g} km, the one that counts {row['nearest_m']:,.0f} m away"
        said += f"; by chance one lies as near on {row['chance_share']:.1%} of days here"
    if cloud is not None:
        said += f"; {cloud:.0%} cloud"
    if row["fixed"]:
        said += f"; a fixed heat source burns within {FIXED_KM:g} km"
    if row["burning"]:
        said += "; fields burn here in this month"
    if not scale:
        return (
            f"uninformative: in this table detections lie no nearer to reports on their day than on other days ({said})"
        )
    return f"{said}; {scale:.0%} of the fitted weight is used in this table"
