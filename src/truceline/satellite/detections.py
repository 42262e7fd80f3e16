"""The table of heat detections, and several feeds of it joined to one without counting a detection twice.

NASA publishes what a satellite saw more than once: ultra-real-time and real-time, then near-real-time, and months later
the archive, each a little re-computed. Joined, each detection stands once, by its best feed; what was dropped is kept in
a second table with the reason. Two satellites, two passes or two pixels are never one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl

SCHEMA = pl.Schema({
    "time_utc": pl.Datetime("us", "UTC"),
    "day_only": pl.Boolean(),
    "lon_deg": pl.Float64(),
    "lat_deg": pl.Float64(),
    "instrument": pl.String(),
    "satellite": pl.String(),
    "scan_km": pl.Float64(),
    "track_km": pl.Float64(),
    "confidence": pl.String(),
    "confidence_pct": pl.Int32(),
    "frp_mw": pl.Float64(),
    "brightness_k": pl.Float64(),
    "night": pl.Boolean(),
    "type": pl.Int8(),
    "version": pl.String(),
    "feed": pl.String(),
    "capture": pl.String(),
    "row": pl.Int64(),
})  # fmt: skip
"""Columns of a detection. `day_only`: no time was given, and time_utc is 00:00 of that UTC day. scan_km and track_km are
the pixel's width and height. `type` is FIRMS': 0 vegetation, 1 volcano, 2 other static land source, 3 offshore. Texts are
empty and numbers null where the file did not say."""
DOUBLES = pl.Schema({
    **SCHEMA,
    "reason": pl.String(),
    "kept_capture": pl.String(),
    "kept_row": pl.Int64(),
    "distance_m": pl.Float64(),
})  # fmt: skip
"""A detection that was dropped, why, and the row that stands for it."""

FEEDS = ("archive", "nrt", "rt", "urt", "")
"""From the best to the first: the earlier one stands where two tell of the same detection."""
EQUAL = "the same satellite, minute and place"
SAME_ROW = "every column the same"
REPEATED = "another feed of the same satellite has it at about the same time, within a quarter of a pixel"

_PLACE_DEG = 1e-4
_NOMINAL_KM = {"MODIS": 1.0, "VIIRS": 0.375, "": 0.375}
_METRES_A_DEGREE = 111_195.0
_FARTHEST_M = 1000.0
"""A quarter of the widest pixel is less."""
_REACH_DEG = 0.0091
LAG_S = 300
"""How far apart in time two feeds may date one detection. NASA's near-real-time MODIS is dated by its granule of five
minutes: of 80 such rows that the archive has too (Israel, 2021), all lay within 170 m and 240 s of their double, and 34
within 60 s. A satellite passes a place again after more than an hour, so no two passes are joined."""
_SAID = [name for name in SCHEMA if name not in {"capture", "row"}]


def empty() -> pl.DataFrame:
    """No detections."""
    return pl.DataFrame(schema=SCHEMA)


def joined(tables: Iterable[pl.DataFrame], lag_s: int = LAG_S) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(each detection once, what was dropped with reason and the row that stands for it), in an order of their own.

    Neither the order of the tables nor that of their rows matters. Of rows with satellite and time those of the same
    minute and place (1e-4 degree) stand once; across feeds or versions of one satellite those within five minutes (`lag_s`)
    and a quarter of the pixel do, one to one and nearest first. Other rows are dropped only where every column is the same.
    """
    given = [t.select(*SCHEMA).cast(SCHEMA) for t in tables]
    if not given:
        return empty(), pl.DataFrame(schema=DOUBLES)
    whole = _ordered(pl.concat(given))
    sure = (pl.col("satellite") != "") & ~pl.col("day_only")
    timed, plain = whole.filter(sure), whole.filter(~sure)
    here = [(pl.col(name) / _PLACE_DEG).round().cast(pl.Int64) for name in ("lon_deg", "lat_deg")]
    timed, equal = _once(timed, [pl.col("satellite"), pl.col("time_utc").dt.truncate("1m"), *here], EQUAL)
    plain, same = _once(plain, [pl.col(name) for name in _SAID], SAME_ROW)
    timed, repeated = _across(timed, lag_s)
    kept = pl.concat([timed, plain]).select(*SCHEMA).sort(_IN_ORDER)
    return kept, pl.concat([equal, same, repeated]).sort("reason", *_IN_ORDER)


_IN_ORDER = ["time_utc", "satellite", "lat_deg", "lon_deg", *[n for n in SCHEMA if n not in
             {"time_utc", "satellite", "lat_deg", "lon_deg"}]]  # fmt: skip


def _ordered(whole: pl.DataFrame) -> pl.DataFrame:
    """Best first: by feed, newest version, fullest row, and then by content, so that no order of files matters."""
    ranked = whole.with_columns(
        pl.col("feed").replace_strict({f: n for n, f in enumerate(FEEDS)}, default=len(FEEDS)).alias("_best"),
        -pl.col("version").str.extract(r"(\d+(?:\.\d+)?)").cast(pl.Float64).fill_null(0).alias("_version"),
        pl.sum_horizontal(pl.col(n).is_null() for n in ("scan_km", "frp_mw", "brightness_k", "type")).alias("_lacking"),
    )
    return ranked.sort("_best", "_version", "_lacking", *_IN_ORDER).drop("_lacking")


def _once(table: pl.DataFrame, key: list[pl.Expr], reason: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The first row of each key, and the others with the row that stands for them."""
    names = [f"_key{n}" for n in range(len(key))]
    keyed = table.with_columns(k.alias(name) for k, name in zip(key, names, strict=True))
    first = keyed.select(pl.struct(names).is_first_distinct()).to_series()
    if first.all():
        return table, pl.DataFrame(schema=DOUBLES)
    stands = keyed.filter(first).select(
        *names, _lon=pl.col("lon_deg"), _lat=pl.col("lat_deg"), kept_capture="capture", kept_row="row"
    )
    later = keyed.filter(~first).join(stands, on=names, nulls_equal=True, maintain_order="left")
    away = _metres(pl.col("lon_deg"), pl.col("lat_deg"), pl.col("_lon"), pl.col("_lat"))
    return table.filter(first), later.with_columns(reason=pl.lit(reason), distance_m=away).select(*DOUBLES)


def _metres(lon: pl.Expr, lat: pl.Expr, lon_b: pl.Expr, lat_b: pl.Expr) -> pl.Expr:
    """Distance on the sphere over less than a kilometre, the date line included."""
    east = ((lon - lon_b + 540) % 360 - 180) * ((lat + lat_b) / 2).radians().cos()
    return (east.pow(2) + (lat - lat_b).pow(2)).sqrt() * _METRES_A_DEGREE


def _across(timed: pl.DataFrame, lag_s: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Feed after feed, from the best: what an earlier one has is dropped, the rest is added."""
    by = ["_best", "_version", "version"]
    groups = timed.select(by).unique().sort(by)
    if groups.height < 2:
        return timed, pl.DataFrame(schema=DOUBLES)
    parts = [timed.join(groups[n], on=by, how="semi", maintain_order="left") for n in range(groups.height)]
    kept, dropped = parts[0], [pl.DataFrame(schema=DOUBLES)]
    for part in parts[1:]:
        pairs = _pairs(kept, part, lag_s)
        dropped.append(
            part[pairs["b"]]
            .with_columns(
                reason=pl.lit(REPEATED),
                kept_capture=kept[pairs["a"]]["capture"],
                kept_row=kept[pairs["a"]]["row"],
                distance_m=pairs["away"],
            )
            .select(*DOUBLES)
        )
        left = np.ones(part.height, bool)
        left[pairs["b"].to_numpy()] = False
        kept = pl.concat([kept, part.filter(pl.Series(left))])
    return kept, pl.concat(dropped)


def _pairs(kept: pl.DataFrame, part: pl.DataFrame, lag_s: int) -> pl.DataFrame:
    """Which row of `part` (b) is which of `kept` (a), and how far away: one to one, nearest first."""
    width = pl.col("instrument").replace_strict(_NOMINAL_KM, default=0.375)
    pixel = (pl.min_horizontal("scan_km", "track_km").fill_null(width) * 1000).alias("pixel_m")
    second = pl.col("time_utc").dt.epoch("s").alias("second")
    looked: list[Any] = ["satellite", second, "lon_deg", "lat_deg", pixel]
    theirs = kept.with_row_index("a").select("a", *looked)
    slots = (
        ("second", max(300.0, 5.0 * lag_s), lag_s),
        ("lat_deg", 0.05, _REACH_DEG),
    )  # a row looks into one or two of each
    theirs = theirs.with_columns((pl.col(n) / size).floor().alias(f"{n}_slot") for n, size, _ in slots)
    ours = part.with_row_index("b").select("b", *looked)
    known = ["satellite"]
    for name, size, reach in slots:
        low, high = (((pl.col(name) + side * reach) / size).floor().alias(f"{name}_slot") for side in (-1, 1))
        over = ours.with_columns(high).filter(pl.col(f"{name}_slot") != low)
        known.append(f"{name}_slot")
        ours = pl.concat([ours.with_columns(low), over]).join(theirs, on=known, how="semi")
    away = _metres(pl.col("lon_deg"), pl.col("lat_deg"), pl.col("lon_deg_right"), pl.col("lat_deg_right"))
    lag = (pl.col("second") - pl.col("second_right")).abs()
    found = (
        ours.join(theirs, on=known)
        .select("a", "b", away.alias("away"), lag.alias("lag"),
                (pl.min_horizontal("pixel_m", "pixel_m_right") / 4).clip(upper_bound=_FARTHEST_M).alias("reach"))
        .filter((pl.col("lag") <= lag_s) & (pl.col("away") <= pl.col("reach")))
        .sort("away", "lag", "a", "b")
    )  # fmt: skip
    alone = ~pl.col("a").is_duplicated() & ~pl.col("b").is_duplicated()
    contested = found.filter(~alone)
    taken: tuple[set[int], set[int]] = (set(), set())
    nearest = []
    for a, b in zip(contested["a"], contested["b"], strict=True):
        free = a not in taken[0] and b not in taken[1]
        nearest.append(free)
        if free:
            taken[0].add(a)
            taken[1].add(b)
    chosen = contested.filter(pl.Series(nearest, dtype=pl.Boolean))
    return pl.concat([found.filter(alone), chosen]).select("a", "b", "away").sort("b")
