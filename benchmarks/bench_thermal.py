"""What weighing heat gains over rules of thumb, on reports whose place and day people checked; and where it must be silent.

Every figure is a mean log2 gain over even odds and a Brier score, reports and the same places on other days of equal
weight. The curve is fitted anew without the months or the half of the squares on which it is tested. Peers, in the same
run: any detection within 5 km and a day, at the best fixed weight of the fitting part; excess over the season by the
published rule (The Economist 2023: less than 5 % likely for its 0.1 degree cell and day, seen twice within 180 days), at its
best fixed weight; nothing.

    TRUCELINE_TEST_DATA=DIR python benchmarks/bench_thermal.py
"""

from __future__ import annotations

import time

import fit_thermal
import heat_truth
import numpy as np
import polars as pl

from truceline.satellite import baseline, thermal, weigh
from truceline.satellite.around import Array

Part = tuple[str, Array, Array]


def gain(bits: Array, true: Array) -> tuple[float, float]:
    """Mean gain and Brier score."""
    return heat_truth.gain(pl.Series(bits), pl.Series(true))


def fixed(hit: Array, true: Array, fitted: Array) -> Array:
    """Bits of a yes-or-no rule at the best weights of the fitting part."""
    yes, no = (hit & true & fitted).sum() / (true & fitted).sum(), (hit & ~true & fitted).sum() / (~true & fitted).sum()
    made: Array = np.where(hit, np.log2(max(yes, 1e-6) / max(no, 1e-6)), np.log2((1 - yes) / (1 - no)))
    return made


def excess_rule(reports: pl.DataFrame, points: pl.DataFrame) -> Array:
    """Whether each report lies in a cell and on a day (or the next) that the published rule calls war-related."""
    day = points["acq_date"].str.to_date().cast(pl.Int32).cast(pl.Int64).to_numpy()
    found = baseline.days(points["longitude"].to_numpy(), points["latitude"].to_numpy(), day)
    picked = (found.chance < 0.05) & (found.day >= 19_000)
    lon, lat = baseline.middle(found.cell[picked])
    at = found.day[picked]
    keys = set(zip(found.cell[picked].tolist(), at.tolist(), strict=True))
    cell = baseline.cells(reports["lon_deg"].to_numpy(), reports["lat_deg"].to_numpy())
    days = reports["start"].dt.epoch("d").to_numpy()
    made = np.zeros(len(reports), bool)
    for n, (c, d) in enumerate(zip(cell.tolist(), days.tolist(), strict=True)):
        if (c, d) in keys or (c, d + 1) in keys:
            x, y = baseline.middle(np.array([c]))
            near = np.hypot((lon - x) * np.cos(np.radians(y)), lat - y) * 111.195 <= 50
            apart = np.abs(at[near] - d)
            made[n] = bool(((apart >= 7) & (apart <= 180)).any())
    return made


def war() -> None:
    """Open war: by months, by squares, as shipped."""
    truth = heat_truth.war()
    ready = fit_thermal.Prepared(truth)
    reports, true = truth.reports, ready.true
    points = pl.read_parquet(heat_truth.DATA / "ukraine-firms" / "points_modis_viirs_ukraine_2000_2023.parquet")
    excess = excess_rule(reports, points.filter(pl.col("acq_date") >= "2016"))
    near = np.where(np.isinf(ready.sights.nearest_km), 99.0, ready.sights.nearest_km) <= 5
    month, side = reports["month"].to_numpy(), reports["side"].to_numpy()
    early, dated = month <= 3, ready.dated
    parts: list[Part] = [
        ("fitted on Feb-Mar, tested on Apr-Jun", early, ~early), ("the same without the damage of April", early, ~early & dated),
        ("fitted on Apr-Jun, tested on Feb-Mar", ~early, early),
        ("fitted on even squares, tested on odd", side == 0, side == 1), ("fitted on odd squares, tested on even", side == 1, side == 0),
    ]  # fmt: skip
    print(f"Ukraine, February to June 2022: {true.sum():,} reports, {(~true).sum():,} control days")
    print(f"  {'':40} {'ours':>16} {'any in 5 km':>16} {'excess rule':>16}")
    for name, fitted, tested in parts:
        numbers = fit_thermal.best(ready.loss(fitted & ready.dated))
        made = fit_thermal.model(numbers)
        part = truth.reports.filter(pl.Series(tested))
        ours = weigh.weigh(part, truth.detections, truth.around, made).table["weight_bits"].to_numpy()
        said = [gain(ours, true[tested])] + [gain(fixed(h, true, fitted)[tested], true[tested]) for h in (near, excess)]
        print(f"  {name:40} " + " ".join(f"{g:+.4f} / {b:.4f}" for g, b in said))
    started = time.perf_counter()
    shipped = weigh.weigh(
        reports, truth.detections, truth.around, fit_thermal.model(fit_thermal.START)._replace(**_shipped())
    )
    bits = shipped.table["weight_bits"].to_numpy()
    overcast = np.nan_to_num(ready.cloud) > thermal.OVERCAST
    print(
        f"  over 95 % cloud: {overcast.sum():,} rows, greatest weight {np.abs(bits[overcast]).max():.3f} bits (limit 0.1)"
    )
    print(
        f"  {len(reports):,} reports beside {len(truth.detections):,} detections in {time.perf_counter() - started:.1f} s"
    )
    print("  calibration (as shipped, fitted on these): weight said, and log2 of events to controls so")
    for low, high in ((-1, -0.1), (-0.1, 0.1), (0.1, 0.5), (0.5, 1), (1, 2), (2, 9)):
        rows = (bits >= low) & (bits < high)
        hits, misses = (true & rows).sum() / true.sum(), (~true & rows).sum() / (~true).sum()
        if hits and misses:
            print(
                f"    {low:+.1f} to {high:+.1f}: {rows.sum():6} rows, said {bits[rows].mean():+.2f}, so {np.log2(hits / misses):+.2f}"
            )


def _shipped() -> dict[str, object]:
    import json

    found = thermal.parse(json.loads(fit_thermal.TARGET.read_text("utf-8")))
    return found._asdict()


def truce() -> None:
    """A ceasefire of low intensity: nothing to be learnt, and nothing said."""
    truth = heat_truth.truce()
    made = thermal.Model(**_shipped())  # type: ignore[arg-type]
    for name, part in (("reports alone", truth.reports.filter("true")), ("with control days", truth.reports)):
        found = weigh.weigh(part, truth.detections, truth.around, made)
        bits = found.table["weight_bits"].to_numpy()
        own = part["true"].to_numpy()
        more = f", gain {gain(bits, own)[0]:+.4f}" if not own.all() else ""
        print(
            f"Donbas ceasefire 2016-2017, {name}: scale {found.scale:.2f}, mean likelihood ratio {np.mean(2.0 ** bits[own]):.3f}{more}"
        )


def rakhine() -> None:
    """Villages burnt in 2017, and the same weeks of other years."""
    table = pl.read_parquet(heat_truth.DATA / "southeast-asia-firms-modis" / "modis_myanmar_2016_2022.parquet")
    day = table["acq_date"].cast(pl.String).str.slice(0, 10).str.to_date().cast(pl.Int32).cast(pl.Int64).to_numpy()
    found = baseline.blocks(baseline.days(table["longitude"].to_numpy(), table["latitude"].to_numpy(), day))
    when = found.start.astype("datetime64[D]")
    here = (found.west >= 92) & (found.west <= 92) & (found.south >= 20) & (found.south <= 21)
    for year in (2016, 2017, 2018):
        weeks = (
            here
            & (when >= np.datetime64(f"{year}-08-20"))
            & (when <= np.datetime64(f"{year}-09-15"))
            & (found.q < 0.05)
        )
        print(f"Rakhine, 20 August to 15 September {year}: {weeks.sum()} weeks of excess (q below 0.05)")
    print(f"All of Myanmar, four years: {(found.q < 0.05).sum()} of {len(found.q):,} weeks with heat")


if __name__ == "__main__":
    war()
    truce()
    rakhine()
