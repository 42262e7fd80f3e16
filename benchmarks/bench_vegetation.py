"""Optical change where nobody asks for any: a real series of a vegetation index, year against year, under real clouds.

By season of 2017 against the same season of the years before: how well the index repeats, how many pixels the score of
`satellite/optical.py` would call changed beside the share asked for, and the same without masking clouds. Fields are
ploughed and cut, so that some of it is change; none of it is war. The data are not part of the project: TRUCELINE_TEST_DATA
names the folder that holds `sentinel2-timeseries-slovenia`.

    python benchmarks/bench_vegetation.py
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from statistics import NormalDist

import numpy as np

from truceline.satellite import discovery, optical

FOLDER = "sentinel2-timeseries-slovenia"
SEASONS = {"April to June": (4, 5, 6), "July to September": (7, 8, 9), "October to December": (10, 11, 12)}
ASKED = (0.05, 0.01, 0.001)


def _by_years(stack: np.ndarray, days: np.ndarray, year: np.ndarray, month: np.ndarray) -> None:
    """The season of 2017 against the same of the years before, on the scale that those years give: what `truceline change` does."""
    for name, months in SEASONS.items():
        now = (year == 2017) & np.isin(month, months)
        period, back = optical.earlier_years(days, np.where(now, 1, np.where(year < 2017, 0, 2)))
        nulls = discovery.year_periods(period, back)
        if not nulls:
            print(f"  {name}, by years: not calibrated, fewer than two earlier years have two scenes of the season")
            continue
        maps = [optical.between_years(stack, np.where(p > 1, 2, p), back) for p in (period, *nulls)]
        found = [discovery.smoothed(m - np.nanmedian(m)) for m in maps]
        parts = [np.abs(f[np.isfinite(f)]) for f in found]
        null = np.concatenate(parts[1:])
        rates = ", ".join(f"{(parts[0] > np.quantile(null, 1 - a)).mean():.3f} at {a}" for a in ASKED)
        print(
            f"  {name}, by years: {len(nulls)} null maps of earlier years; called changed beyond what those have: {rates}"
        )


def main() -> int:
    """Read, compare by season, print."""
    file = Path(os.environ.get("TRUCELINE_TEST_DATA", "")) / FOLDER / "testeopatch_ndvi_clouds.npz"
    if not file.is_file():
        print(f"no {FOLDER} in TRUCELINE_TEST_DATA: not run")
        return 0
    held = np.load(file)
    index = held["ndvi"][..., 0].astype(np.float32)
    cloudy = (held["cloud_mask"][..., 0] > 0) | ~np.isfinite(index) | (held["is_data"].reshape(index.shape) == 0)
    moments = held["timestamps"].astype("datetime64[s]")
    days = (moments - moments[0]) / np.timedelta64(1, "D")
    year = moments.astype("datetime64[Y]").astype(int) + 1970
    month = moments.astype("datetime64[M]").astype(int) % 12 + 1
    _by_years(optical.masked(index, ~cloudy), days, year, month)
    print(
        f"{len(index)} scenes of {index.shape[1]} x {index.shape[2]} pixels, {cloudy.mean():.2f} of their pixels cloudy"
    )
    for name, months in SEASONS.items():
        now = (year == 2017) & np.isin(month, months)
        period = optical.in_season(days, np.where(now, 1, np.where(year < 2017, 0, 2)))
        for masked in (True, False):
            stack = optical.masked(index, ~cloudy) if masked else index
            found = optical.scored(stack, period)
            told = np.isfinite(found.score)
            if not told.any():
                print(f"  {name}, {'clouds masked' if masked else 'as it came'}: uninformative, too few clear scenes")
                continue
            rates = ", ".join(
                f"{(np.abs(found.score[told]) > NormalDist().inv_cdf(1 - asked / 2)).mean():.3f} at {asked}"
                for asked in ASKED
            )
            apart = np.abs(found.change[told])
            print(
                f"  {name}, {'clouds masked' if masked else 'as it came':13}: {told.mean():.2f} of the pixels told, "
                f"{np.median(found.before[told]):.0f} scenes before and {np.median(found.after[told]):.0f} after; index apart by "
                f"{np.median(apart):.3f} (nine in ten below {np.quantile(apart, 0.9):.3f}); called changed {rates}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
