"""The verb `take`."""

from __future__ import annotations

from pathlib import Path

from ..terminal import print_json
from .options import As_json, app


@app.command
def take(parcel: Path, mission: Path, /, *, receipt: Path | None = None, json_: As_json = False) -> int:
    """Take a parcel into a mission, once; say what arrived, what did not, and what conflicts. Nothing is overwritten.

    Example: truceline take /media/stick/parcel MISSION --receipt receipt.json

    Parameters
    ----------
    parcel
        What `truceline pack` wrote, a folder or a ZIP.
    receipt
        Where the receipt is written, for the sender's `truceline pack --since`.

    """
    from .. import mission as missions
    from .. import publish, store, taking

    made = taking.take(parcel, mission, missions.read(mission))
    if receipt is not None:
        store.write_one(receipt, publish.json_bytes(made))
    wrong = int(bool(made["not_arrived"] or made["conflicts"]))
    if json_:
        print_json(made)
        return wrong
    for one in made["not_arrived"]:
        print(f"did not arrive: {one['path']}: {one['why']}")
    for one in made["conflicts"]:
        print(f"conflict: {one['why']}")
    rows = ", ".join(f"{n['new']} new rows of {name}" for name, n in made.get("rows", {}).items())
    print(
        f"{len(made['arrived'])} files arrived, {len(made['held_before'])} were held before, {len(made['not_arrived'])} did not "
        f"arrive, {len(made['conflicts'])} conflicts{'; ' + rows if rows else ''}"
    )
    return wrong
