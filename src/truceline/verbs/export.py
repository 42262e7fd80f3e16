"""The verb `export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ..terminal import print_json, progress
from .options import As_json, Force, Release, app


@app.command
def export(
    mission: Path,
    /,
    *,
    format_: Annotated[
        str,
        Parameter(
            name="--format",
            help="geojson, csv, gpkg, kml, xlsx, parquet, gpx, kmz, shp, hxl, acled, ucdp, patrol, hazards, photos; several by commas.",
        ),
    ] = "csv",
    out: Path,
    as_of: str = "",
    release: Release = "public",
    party: str = "",
    kind: str = "",
    from_: Annotated[str, Parameter(name="--from")] = "",
    to: str = "",
    force: Force = False,
    json_: As_json = False,
) -> int:
    """Export incidents, findings and observations; what is filtered is what is exported, with a codebook.

    Example: truceline export missions/thailand-cambodia-2025 --format gpkg,xlsx --out export --kind fire

    Parameters
    ----------
    party
        Only incidents that this party is blamed for, or says it did.
    kind
        Only incidents under this kind, such as fire or explosion.mine.

    """
    from .. import run as pipeline

    filters = {"as_of": as_of, "release": release, "party": party, "kind": kind, "start": from_, "end": to}
    with progress(("edition", "export")) as tell:
        made = pipeline.export_files(
            mission, out, [f.strip() for f in format_.split(",")], filters, force=force, tell=tell
        )
    if json_:
        print_json(made)
    else:
        for name in made["files"]:
            print(out / name)
        print(f"{made['incidents']} incidents, {made['observations']} observations, {made['findings']} findings")
    return 0
