"""The verb `thermal`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ..terminal import print_json, progress
from .options import As_json, Force, Release, app


@app.command
def thermal(
    events: Annotated[
        list[Path], Parameter(help="Reports: observation tables (id, start, lon_deg, lat_deg, radius_m).")
    ],
    /,
    *,
    detections: Annotated[list[Path], Parameter(consume_multiple=True)],
    out: Path,
    cloud: Path | None = None,
    land_use: Path | None = None,
    model: Path | None = None,
    time_zone: str = "UTC",
    release: Release = "public",
    force: Force = False,
    json_: As_json = False,
) -> int:
    """Weigh the heat detections near each report, in bits, beside how often one lies as near by chance.

    Example: truceline thermal reports.csv --detections firms-2025.csv --cloud cloud.csv --out heat.csv

    Parameters
    ----------
    detections
        Heat detections of NASA FIRMS in any form (several files may be given).
    cloud
        Cloud shares (date, lon_deg, lat_deg, cloud_share from 0 to 1); the nearest within 50 km on the day is taken.
    land_use
        Classes of land (lon_deg, lat_deg, class).
    model
        Another fit than the one that comes with this version.
    time_zone
        Of dates and times without an offset.
    release
        public, or restricted (adds what is for partners). What is sealed is in neither.

    """
    from .. import bare

    with progress(("read", "detections", "weigh")) as tell:
        wish = bare.HeatWish(tuple(detections), cloud, land_use, model, time_zone, release)
        counts = bare.thermal_files(events, out, wish, force=force, tell=tell)
    if json_:
        print_json(counts)
        return 0
    for line in counts["set_aside"][:20]:
        print(f"set aside: {line}", file=sys.stderr)
    print(
        f"{counts['reports']} reports, {counts['detections']} detections, {counts['doubles']} doubles, "
        f"{len(counts['set_aside'])} rows set aside: {out}"
    )
    if not counts["weighed"] and counts["scale"]:
        print("No report could be weighed; the column reason says why.")
    elif counts["scale"]:
        print(
            f"{counts['scale']:.0%} of the fitted weight is used in this table; {counts['weighed']} reports have a weight."
        )
    else:
        print(
            "Uninformative: detections lie no nearer to these reports on their day than on other days. Every weight is 0."
        )
    return 0
