"""The verb `pack`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from ..terminal import print_json
from .options import As_json, Force, app


@app.command
def pack(
    mission: Path,
    /,
    *,
    out: Path,
    for_: Annotated[Literal["mission", "partners", "public"], Parameter(name="--for")],
    since: Path | None = None,
    force: Force = False,
    json_: As_json = False,
) -> int:
    """Put what this laptop holds into one parcel for another: files as received, judgements, notices, and their hashes.

    Example: truceline pack MISSION --out /media/stick/parcel --for mission --since receipt.json

    Parameters
    ----------
    out
        A folder, or a file that ends in .zip.
    for_
        mission: everything, sealed material too, with its exposure. partners, public: only files of which every row may go
        there; the others stay whole at home, and their number is said.
    since
        A receipt of `truceline take`: what it says arrived is left out.

    """
    from .. import run as pipeline

    made = pipeline.pack_parcel(mission, out, for_, since, force=force)
    if json_:
        print_json(made)
        return 0
    print(f"{len(made['files'])} files, {sum(f['bytes'] for f in made['files']):,} bytes for {for_}: {out}")
    for name, count in made["left_out"].items():
        print(f"left at home: {count} files of {name}")
    if for_ == "mission":
        print("It may hold sealed material: carry it as such.")
    return 0
