"""The verb `fuse`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ..terminal import print_json, progress
from .options import As_json, Force, Release, app


@app.command
def fuse(
    observations: Annotated[list[Path], Parameter(help="Observation tables: CSV, Parquet, JSON Lines, GeoJSON, XLSX.")],
    /,
    *,
    out: Path,
    judgements: Path | None = None,
    weights: Path | None = None,
    truth: Path | None = None,
    time_zone: str = "UTC",
    release: Release = "public",
    scheduler: str = "",
    slabs: int = 0,
    detections: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    force: Force = False,
    json_: As_json = False,
) -> int:
    """Fuse bare observation tables to incidents, links and near misses.

    Example: truceline fuse observations.csv --out fused

    Parameters
    ----------
    judgements
        What people decided (a judgements.csv): pairs that are one, pairs that are two.
    weights
        Weights of evidence to use as they are, such as the weights.json of an earlier run; those of this version where
        not given, with the prior moved to these reports.
    truth
        A grouping that people made of these observations (CSV: id, event_id): weights are fitted on it first.
    time_zone
        Of dates and times without an offset.
    release
        public, or restricted (adds what is for partners). What is sealed is in neither.
    scheduler
        Address of a Dask scheduler whose workers compare the pairs (tcp://host:8786); needs the extra `cluster`.
    slabs
        How many slabs of time the pairs are dealt in; three a worker where not given.
    detections
        Heat detections of NASA FIRMS: incidents.csv then says what those near each incident are worth.

    """
    from .. import bare

    if bare.FIRST_RUN:
        print(
            "The first run on this machine compiles for a while (about half a minute); later ones do not.",
            file=sys.stderr,
        )
    with progress(("read", "fuse", "write")) as tell:
        wish = bare.Wish(judgements, weights, truth, time_zone, release, scheduler, slabs, tuple(detections or ()))
        counts = bare.fuse_files(observations, out, wish, force=force, tell=tell)
    if json_:
        print_json(counts)
    else:
        print(
            f"{counts['observations']} observations, {counts['incidents']} incidents, {counts['near_misses']} near "
            f"misses, {counts['set_aside']} set aside: {out}"
        )
    return 0
