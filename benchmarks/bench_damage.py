"""What one pair of images says of damage, by building: real Sentinel-1 and 2 change at Beit Hanoun beside UNOSAT's labels.

A logistic regression (ridge, numpy alone) on the size of change in each polarisation, orbit and optical band, fitted on some
squares of 400 m and tested on the others, so that no building is judged by its neighbours. Beside it the best score without
labels, and a random forest on the same columns as the data's own note gives it. The data are not part of the project:
TRUCELINE_TEST_DATA names the folder that holds `gaza-beit-hanoun-damage`.

    python benchmarks/bench_damage.py
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import rasterio
import shapely
from pyproj import Transformer

FOLDER = "gaza-beit-hanoun-damage"
RADAR = ("vv_asc", "vv_desc", "vh_asc")
BANDS = ("B02", "B03", "B04", "B08", "B11", "B12")
DAYS = ("2022-12-16", "2023-12-26")
SQUARE_M, FOLDS, RIDGE = 400.0, 5, 10.0
FOREST, BEST_ALONE = 0.64, 0.59
"""AUC of a random forest with the same folds and of the best score without labels, as the data's note gives them."""
Array = Any


def auc(score: Array, truth: Array) -> float:
    """Chance that a damaged building has the higher score."""
    order = np.argsort(np.argsort(score, kind="stable"), kind="stable") + 1
    many = truth.sum()
    return float((order[truth].sum() - many * (many + 1) / 2) / (many * (~truth).sum()))


def optical(folder: Path, x: Array, y: Array) -> Array:
    """Change of each band at the buildings' centres, in reflectance units of the files (buildings x bands)."""
    made = []
    for band in BANDS:
        values = []
        for day in DAYS:
            with rasterio.open(folder / f"s2_{day}_{band}.tif") as raster:
                values.append(np.array([v[0] for v in raster.sample(zip(x, y, strict=True))], float))
        made.append(values[1] - values[0])
    return np.stack(made, axis=1)


def fitted(columns: Array, truth: Array) -> Array:
    """Coefficients of a ridge logistic regression by Newton's steps; the constant is not held back."""
    weights = np.zeros(columns.shape[1])
    hold = np.full(columns.shape[1], RIDGE)
    hold[0] = 0.0
    for _ in range(25):
        p = 1 / (1 + np.exp(-columns @ weights))
        slope = columns.T @ (p - truth) + hold * weights
        weights -= np.linalg.solve((columns * (p * (1 - p))[:, None]).T @ columns + np.diag(hold), slope)
    return weights


def calibration(p: Array, truth: Array) -> tuple[float, list[tuple[float, float, int]]]:
    """Expected calibration error over ten bins of equal number, and the bins: said, so, buildings."""
    bins = [(float(p[b].mean()), float(truth[b].mean()), len(b)) for b in np.array_split(np.argsort(p), 10)]
    return sum(abs(s - t) * n for s, t, n in bins) / len(p), bins


def main() -> int:
    """Read, fit by squares, print."""
    folder = Path(os.environ.get("TRUCELINE_TEST_DATA", "")) / FOLDER
    if not folder.is_dir():
        print(f"no {FOLDER} in TRUCELINE_TEST_DATA: not run")
        return 0
    table = pl.read_parquet(folder / "buildings_s1_s2_unosat.parquet")
    means = {c: next(n for n in table.columns if c in n and "mean" in n) for c in RADAR}
    table = table.filter(pl.all_horizontal(pl.col(n).is_not_null() for n in means.values()))
    centres = shapely.centroid(shapely.from_wkt(table["geometry_wkt"].to_numpy()))
    x, y = Transformer.from_crs(4326, 32636, always_xy=True).transform(shapely.get_x(centres), shapely.get_y(centres))
    truth = table["damaged"].to_numpy().astype(bool)
    radar = np.abs(table.select(list(means.values())).to_numpy().astype(float))
    bands = optical(folder, x, y)
    spread = bands.std(axis=0)
    magnitude = np.sqrt(((bands / spread) ** 2).sum(axis=1))
    columns = np.column_stack([radar, np.abs(bands / spread), bands / spread, np.log1p(magnitude)])
    squares = np.unique(np.column_stack([x // SQUARE_M, y // SQUARE_M]), axis=0, return_inverse=True)[1].ravel()
    fold = np.random.default_rng(0).permutation(squares.max() + 1)[squares] % FOLDS
    said = np.empty(len(truth))
    for k in range(FOLDS):
        own = fold != k
        middle, scale = columns[own].mean(axis=0), columns[own].std(axis=0) + 1e-9
        ready = np.column_stack([np.ones(len(truth)), (columns - middle) / scale])
        said[~own] = 1 / (1 + np.exp(-ready[~own] @ fitted(ready[own], truth[own])))
    error, bins = calibration(said, truth)
    print(
        f"{len(truth)} buildings, {truth.mean():.3f} damaged by the labels, {squares.max() + 1} squares of {SQUARE_M:.0f} m"
    )
    for name, score in (*zip(RADAR, radar.T, strict=True), ("six optical bands", magnitude)):
        print(f"  size of change alone, {name:18} AUC {auc(score, truth):.3f}")
    print(f"  fitted on other squares                  AUC {auc(said, truth):.3f}")
    print(f"  beside: random forest {FOREST}, best score without labels {BEST_ALONE} (the data's own note)")
    print(f"  expected calibration error {error:.3f}; said and so by tenths: "
          + ", ".join(f"{s:.2f}/{t:.2f}" for s, t, _ in bins))  # fmt: skip
    high = said > 0.8
    right = f", {truth[high].mean():.2f} of them damaged" if high.any() else ""
    print(f"  said above 0.8: {high.sum()} of {len(said)} buildings{right}")
    print(
        "One pair of images tells little of one building: half of them were damaged, and few are said with more than 0.7."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
