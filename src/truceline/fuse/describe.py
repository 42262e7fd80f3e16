"""Clusters as incidents with their links: when and where by the accounts that know it best, residuals and reasons.

Tables in, tables out; nothing is worked out row by row. An incident's place is the product of the places that were measured
(seen, heard, recorded, detected, measured), each an error of its own; where none was, it is the place that most accounts
name, of these the account with the smallest radius.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .. import rows, spread, where
from ..nouns import Incident, Link, Modality
from .arrays import Accounts

Array = NDArray[Any]
_EFFECTS = ("harm.", "fire.unspecified", "explosion.unspecified", "other")
_NEVER = pl.lit(None)


def incidents(accounts: Accounts, label: Array) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(table of Incident by beginning and id, the label of each row's cluster beside the incident's id).

    `label` names each account's cluster by a row. An incident's id is that of the account that was reported first; the
    place and the time are those of its accounts, and not of what only answers them.
    """
    whole = accounts.table.with_columns(
        pl.Series("label", label), pl.Series("row", np.arange(accounts.size)), pl.Series("rank", accounts.rank)
    )
    alone = np.bincount(label, minlength=accounts.size)[label] == 1
    singles = _single(whole.filter(pl.Series(alone)), accounts)
    table = whole.filter(pl.Series(~alone))
    del whole
    told = table.with_columns((pl.col("answers") == "").any().over("label").alias("said")).filter(
        (pl.col("answers") == "") | ~pl.col("said")
    )
    first = (
        told.select("label", "reported_start", "when_start", "rank", "id")
        .sort("label", "reported_start", "when_start", "rank", nulls_last=True)
        .filter(pl.col("label").rle_id().is_first_distinct())
    )
    several = (
        first.select("label", ("I-" + pl.col("id")).alias("id"), "rank")
        .join(_spans(told), on="label")
        .join(_kinds(told), on="label")
        .join(_places(told, accounts), on="label")
        .join(_members(table), on="label")
    )
    columns = ["label", "rank", *rows.schema(Incident)]
    made = pl.concat([several.select(columns).cast(singles.schema), singles.select(columns)]).sort("start", "rank")
    return made.select(*rows.schema(Incident)), made.select("label", pl.col("id").alias("incident_id"), "rank")


def _members(table: pl.DataFrame) -> pl.DataFrame:
    """The ids of each cluster's accounts, in order."""
    listed = table.select("label", "rank", "id").sort("label", "rank")
    return listed.group_by("label", maintain_order=True).agg(pl.col("id").alias("observation_ids"))


def _single(table: pl.DataFrame, accounts: Accounts) -> pl.DataFrame:
    """Incidents of one account, which need no vote."""
    threat = pl.col("modality").is_in([str(Modality.THREATENED), str(Modality.ORDERED)])
    c, row = accounts.columns.row, table["row"].to_numpy()
    axes = spread.ellipse(c["ee"][row], c["en"][row], c["nn"][row])
    stood = (table["observer_lon_deg"].is_not_null() & table["lon_deg"].is_not_null()).to_numpy()
    radius = np.where(
        stood, spread.radius_m(c["ee"][row], c["en"][row], c["nn"][row]), table["radius_m"].fill_null(np.nan)
    )
    spots = {"lon_deg": c["lon"][row], "lat_deg": c["lat"][row], "radius_m": radius} | axes._asdict()
    placed = pl.col("lon_deg").is_not_null()
    return table.with_columns(
        *(pl.Series(name, values).fill_nan(None) for name, values in spots.items())
    ).select(
        "label", "rank", ("I-" + pl.col("id")).alias("id"),
        pl.when(threat).then(pl.lit("threat.force")).otherwise(pl.col("kind")).alias("kind"),
        pl.col("when_start").alias("start"), pl.col("when_end").alias("end"),
        "lon_deg", "lat_deg", pl.when(placed).then(pl.col("radius_m")).alias("radius_m"), "place",
        pl.when(placed).then(pl.col("place_id")).otherwise(pl.lit("")).alias("place_id"),
        pl.concat_list("id").alias("observation_ids"), pl.col("when_approximate").alias("approximate"), "modality",
        *axes._fields,
    )  # fmt: skip


def _spans(told: pl.DataFrame) -> pl.DataFrame:
    """Clock times from the first to the last that was given; else the days on which the accounts meet."""
    clock = pl.col("when_precision").is_in(["second", "minute", "hour"])
    start, end = pl.col("when_start"), pl.col("when_end")
    found = told.group_by("label").agg(
        start.filter(clock).min().alias("c0"), end.filter(clock).max().alias("c1"),
        start.max().alias("m0"), end.min().alias("m1"), start.min().alias("w0"), end.max().alias("w1"),
        pl.col("when_approximate").all().alias("approximate"),
    )  # fmt: skip
    meet = pl.col("m0") < pl.col("m1")
    chosen = [
        pl.when(pl.col("c0").is_not_null()).then(pl.col(c)).when(meet).then(pl.col(m)).otherwise(pl.col(w)).alias(name)
        for c, m, w, name in (("c0", "m0", "w0", "start"), ("c1", "m1", "w1", "end"))
    ]
    return found.select("label", *chosen, "approximate")


def _kinds(told: pl.DataFrame) -> pl.DataFrame:
    """The kind that most accounts name, a special one before a general; what is only threatened is no act."""
    order = {str(m): n for n, m in enumerate(Modality)}
    effect = pl.any_horizontal([pl.col("kind").str.starts_with(e) for e in _EFFECTS])
    votes = told.group_by("label", "kind").agg(pl.len().alias("n")).with_columns(effect.alias("effect"))
    chosen = (
        votes.sort("effect", "n", "kind", descending=[False, True, False])
        .group_by("label", maintain_order=True)
        .first()
    )
    least = told.group_by("label").agg(
        pl.col("modality").replace_strict(order, return_dtype=pl.Int32).min().alias("modality")
    )
    back = {n: m for m, n in order.items()}
    joined = chosen.join(least, on="label").with_columns(
        pl.col("modality").replace_strict(back, return_dtype=pl.String)
    )
    threat = pl.col("modality").is_in([str(Modality.THREATENED), str(Modality.ORDERED)])
    return joined.select(
        "label", pl.when(threat).then(pl.lit("threat.force")).otherwise(pl.col("kind")).alias("kind"), "modality"
    )


def _places(told: pl.DataFrame, accounts: Accounts) -> pl.DataFrame:
    """Where: the product of measured places, else the account with the smallest radius at the point that most name."""
    placed = told.filter(pl.col("lon_deg").is_not_null())
    votes = placed.select("label", "lon_deg", "lat_deg", "radius_m", "rank", "place", "place_id", "row").with_columns(
        pl.len().over("label", "lon_deg", "lat_deg").alias("votes"), pl.col("place").str.len_chars().alias("long")
    )
    spot = (
        votes.sort("label", "votes", "radius_m", "long", "rank", descending=[False, True, False, False, False])
        .filter(pl.col("label").rle_id().is_first_distinct())
        .select("label", "lon_deg", "lat_deg", "radius_m", "place", "place_id", "row")
    )
    named = (
        told.filter(pl.col("place") != "").group_by("label", "place").len()
        .sort("len", "place", descending=[True, False]).group_by("label", maintain_order=True).first()
        .select("label", pl.col("place").alias("named"))
    )  # fmt: skip
    shape = _measured(placed, accounts)
    everything = told.select("label").unique().join(spot, on="label", how="left").join(named, on="label", how="left")
    everything = everything.join(shape, on="label", how="left")
    own = _axes(accounts, everything["row"])
    everything = everything.with_columns(
        *(pl.coalesce(f"{name}_m", name).alias(name) for name in ("lon_deg", "lat_deg", "radius_m")),
        *(pl.coalesce(name, own[name]).alias(name) for name in ("major_m", "minor_m", "azimuth_deg")),
        pl.when(pl.col("row").is_not_null())
        .then(pl.col("place"))
        .otherwise(pl.col("named"))
        .fill_null("")
        .alias("place"),
        pl.col("place_id").fill_null(""),
    )
    return everything.select(
        "label", "lon_deg", "lat_deg", "radius_m", "place", "place_id", "major_m", "minor_m", "azimuth_deg"
    )


def _axes(accounts: Accounts, row: pl.Series) -> pl.DataFrame:
    """The ellipses of single accounts by their rows (null where there is none)."""
    held = row.is_not_null().to_numpy()
    picked = row.fill_null(0).to_numpy()
    c = accounts.columns.row
    axes = spread.ellipse(c["ee"][picked], c["en"][picked], c["nn"][picked])
    return pl.DataFrame(
        {name: pl.Series(np.where(held, values, np.nan)).fill_nan(None) for name, values in axes._asdict().items()}
    )


def _measured(placed: pl.DataFrame, accounts: Accounts) -> pl.DataFrame:
    """Products of the measured places of clusters that have two or more points of such, or one wedge."""
    c = accounts.columns.row
    stood = pl.col("observer_lon_deg").is_not_null()
    measured = placed.filter(pl.Series(c["first_hand"])[placed["row"]] | placed.select(stood).to_series())
    # Accounts that give one point to the last digit share its error: they are one estimate.
    single = measured.sort("radius_m", "id").unique(["label", "lon_deg", "lat_deg"], keep="first", maintain_order=True)
    several = (
        single.with_columns(pl.len().over("label").alias("n")).filter((pl.col("n") > 1) | stood).sort("label", "id")
    )
    schema = ("label", "lon_deg_m", "lat_deg_m", "radius_m_m", "major_m", "minor_m", "azimuth_deg")
    if several.is_empty():
        return pl.DataFrame(schema={n: pl.Int64 if n == "label" else pl.Float64 for n in schema})
    pick = several["row"].to_numpy()
    group = several["label"].rank("dense").to_numpy().astype(np.int64) - 1
    labels = several["label"].unique().sort()
    found = spread.product(
        spread.Normal(c["lon"][pick], c["lat"][pick], c["ee"][pick], c["en"][pick], c["nn"][pick]), group, len(labels)
    )
    axes = spread.ellipse(found.ee, found.en, found.nn)
    values = (labels, found.lon_deg, found.lat_deg, spread.radius_m(found.ee, found.en, found.nn), *axes)
    return pl.DataFrame(dict(zip(schema, values, strict=True)))


def links(accounts: Accounts, made: pl.DataFrame, named: pl.DataFrame, label: Array, why: pl.DataFrame) -> pl.DataFrame:
    """The table of Link: residuals to the incident, and what `why` (row, weight_bits, reasons) says of each account."""
    at = np.zeros(accounts.size, dtype=np.int64)  # where each cluster stands among the incidents
    at[named["label"].to_numpy()] = np.arange(named.height)
    at = at[label]
    order = np.argsort(named["rank"].to_numpy()[at] * np.int64(accounts.size + 1) + accounts.rank)  # by the two ids
    spots = made.select(
        pl.col("id").alias("incident_id"), "start", pl.col("lon_deg").alias("x"), pl.col("lat_deg").alias("y")
    )
    table = pl.concat(
        [
            accounts.table.select(pl.col("id").alias("observation_id"), "when_start", "lon_deg", "lat_deg", "stance")[
                order
            ],
            spots[at[order]],
            pl.DataFrame({"row": order}),
        ],
        how="horizontal",
    ).join(why, on="row", how="left", maintain_order="left")
    lag = (pl.col("when_start") - pl.col("start")).dt.total_seconds().cast(pl.Float64)
    far = where.distances_m(*(table[n].to_numpy() for n in ("lon_deg", "lat_deg", "x", "y")))
    return table.with_columns(
        lag.alias("lag_s"), pl.Series("distance_m", far).fill_nan(None).round(1),
        pl.col("weight_bits").fill_null(0.0), pl.col("reasons").fill_null(pl.lit(["stands alone"])),
    ).select(*rows.schema(Link))  # fmt: skip
