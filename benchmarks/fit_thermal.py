"""Fit what a heat detection near a report is worth, and write src/truceline/thermal.json.

Fitted on geolocated strikes and damage in Ukraine, 24 February to June 2022, against the same places 22 to 35 days off; only
the curve of bits, the power of the clear share and the factors of land are fitted, by maximum likelihood (coordinate
search). The other numbers were set by hand beforehand.

    TRUCELINE_TEST_DATA=DIR python benchmarks/fit_thermal.py
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import heat_truth
import numpy as np
import polars as pl

from truceline.satellite import thermal, weigh
from truceline.satellite.around import Array

TARGET = Path(__file__).parents[1] / "src" / "truceline" / "thermal.json"
KNOTS = (0.0, 1.0, 2.5, 5.0, 8.0)
BY_HAND = {
    "next_day": 0.3, "error_km": 0.8, "near_km2d": 100.0, "far_km2d": 1000.0, "unknown_cloud": 0.5, "scale": 0.3, "cases": 20.0,
}  # fmt: skip
CLASSES = ("built", "crops")
START = np.array([-0.2, 0.0, 1.1, 0.7, 1.4, 1.2, 1.0, 1.0])
"""Bits without a detection and at a surprise of 1, the rises to the next knots, power of clear sky, land factors."""
LOW = np.array([-0.25, -0.05, 0.0, 0.0, 0.0, 0.3, 0.5, 0.5])
HIGH = np.array([-0.05, 0.05, 4.0, 4.0, 4.0, 4.0, 1.5, 1.5])
"""Bounds. Without a detection never more than a quarter of a bit: the photographs of a war are taken where it is, so that calm
control days would teach more than there is to learn."""
RIDGE = 1e-4
LATE = 4
"""Damage of April is left out: much of it was filmed after the retreat from the north, weeks after the strike."""
ENOUGH = 0.4
"""Bits of gain in one month and side above which more counts less, so that no month's offensive makes the curve."""


def model(numbers: Array, on: str = "") -> thermal.Model:
    """The model that these numbers make."""
    base, first, *rises = (float(n) for n in numbers[:5])
    bits = np.cumsum([base, max(first - base, 0.0), *rises])
    return thermal.Model(
        knots=KNOTS, bits=tuple(np.round(bits, 2).tolist()), clear=round(float(numbers[5]), 2), on=on,
        land={name: round(float(n), 2) for name, n in zip(CLASSES, numbers[6:], strict=True)}, **BY_HAND,
    )  # fmt: skip


def best(loss: Callable[[Array], float]) -> Array:
    """The numbers within bounds of least loss, by coordinate search with shrinking steps."""
    at, step = START.copy(), (HIGH - LOW) / 6
    least = loss(at)
    while step.max() > 0.02:
        moved = False
        for n in range(len(at)):
            for side in (-1, 1):
                tried = at.copy()
                tried[n] = np.clip(tried[n] + side * step[n], LOW[n], HIGH[n])
                found = loss(tried)
                if found < least - 1e-9:
                    at, least, moved = tried, found, True
        step = step if moved else step / 2
    return at


class Prepared:
    """Sights of every report, so that only the curve is worked out anew while fitting."""

    def __init__(self, truth: heat_truth.Truth) -> None:
        self.truth = truth
        self.sights, self.cloud, self.classes, self.usable = weigh.prepared(
            truth.reports, truth.detections, truth.around, model(START)
        )
        self.true = truth.reports["true"].to_numpy()
        late = pl.col("group").str.contains("Damage") & (pl.col("month") == LATE)
        self.dated = truth.reports.select(~late).to_series().to_numpy()
        self.group = truth.reports["month"].to_numpy() * 10 + truth.reports["side"].to_numpy()

    def bits(self, numbers: Array) -> Array:
        """Bits of every report before a table's own scale."""
        made = model(numbers)
        land = np.array([made.land.get(name, 1.0) for name in self.classes])
        return thermal.raw_bits(self.sights, self.cloud, land, made)

    def loss(self, chosen: Array) -> Callable[[Array], float]:
        """Minus the gain over these reports by month and side, events and controls of equal weight, with a ridge towards START."""
        groups = [chosen & self.usable & (self.group == g) for g in np.unique(self.group[chosen])]
        weights = [
            (g, np.where(self.true, 1 / max((self.true & g).sum(), 1), 1 / max((~self.true & g).sum(), 1))[g] / 2)
            for g in groups
        ]

        def of(numbers: Array) -> float:
            share = 1 / (1 + 2.0 ** -self.bits(numbers))
            right = np.log2(2 * np.where(self.true, share, 1 - share))
            gains = np.array([(right[g] * weight).sum() for g, weight in weights])
            return float(-np.mean(ENOUGH * np.tanh(gains / ENOUGH)) + RIDGE * ((numbers - START) ** 2).sum())

        return of


def main() -> None:
    """Fit on everything and write."""
    ready = Prepared(heat_truth.war())
    numbers = best(ready.loss(ready.dated))
    events = int((ready.true & ready.dated).sum())
    on = (
        f"{events:,} geolocated strikes and damage in Ukraine, 24 February to June 2022 without the damage of April (Eyes on "
        "Russia), with MODIS and VIIRS detections of NASA FIRMS by day, cloud by province and land use; each against the same "
        "place on eight other days"
    )
    TARGET.write_text(json.dumps(model(numbers, on)._asdict(), indent=1) + "\n", "utf-8")
    print(TARGET.read_text("utf-8"))


if __name__ == "__main__":
    main()
