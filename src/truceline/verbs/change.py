"""The verb `change`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from ..terminal import counted, print_json
from .options import As_json, Force, app


@app.command
def change(
    stack: Annotated[Path, Parameter(help="A folder of GeoTIFFs or COGs on one grid, or of a static STAC catalogue.")],
    /,
    *,
    before: str = "",
    after: str = "",
    out: Path | None = None,
    keep: Path | None = None,
    add: Path | None = None,
    buildings: Path | None = None,
    lists: Annotated[tuple[Path, ...], Parameter(consume_multiple=True)] = (),
    index: Literal["", "nbr", "bsi"] = "",
    false_share: float = 0.05,
    ranks: Annotated[bool, Parameter(negative="")] = False,
    zone: str = "",
    source: str = "",
    leave_out: Annotated[bool, Parameter(negative="")] = False,
    most_megapixels: float = 1000.0,
    most_shift: float = 0.5,
    scheduler: str = "",
    workers: int = 2,
    force: Force = False,
    json_: As_json = False,
) -> int:
    """Compare two periods of radar or optical scenes and outline where the surface changed; why it did is not said.

    Example: truceline change stack --before 2025-01-01/2025-05-27 --after 2025-07-28/2025-09-30 --out change

    Week by week: truceline change stack --keep KEPT, then truceline change NEW --add KEPT --out look: each new radar scene is held
    against the kept moments of all before it, which no longer need to be there. A quick look, and no finding.

    Parameters
    ----------
    before
        First and last day of the period before, as A/B (UTC; the last day counts).
    after
        First and last day of the period after. Scenes between the two only help to date a change.
    out
        Folder for what is written.
    keep
        Keep the moments of the stack's radar scenes (of those in --before, where given) in this folder, and compare nothing.
    add
        Look at the scenes of the stack, all of them new, against the moments in this folder, and add them to it.
    buildings
        Footprints of buildings (GeoJSON or GeoPackage): what is seen of each; nothing where nothing can be said.
    lists
        Known kilns, harvests, floods, quarries (GeoJSON or GeoPackage with `kind`): they flag a change, and remove none.
    index
        Of optical scenes: nbr (burns; the default) or bsi (soil laid bare).
    false_share
        Share of the footprints that may be no change.
    ranks
        Test by ranks rather than means: for linear power, few looks, and outliers.
    zone
        Id of the mission's zone that the scenes cover, for effort.csv.
    source
        Id of the mission's source for observations and effort; sentinel-1 or sentinel-2 where not given.
    leave_out
        Leave out scenes that cannot be used, and say why, rather than stop.
    most_megapixels
        Larger scenes are refused before they are opened.
    most_shift
        Pixels: a scene that lies farther off the others of its orbit and band is left out, and said.
    scheduler
        Address of a Dask scheduler; every worker must see the stack under the same path.
    workers
        Threads on this machine, where there is no scheduler.

    """
    from .. import imagery
    from ..errors import UsageError

    if not 0 < false_share < 1 or workers < 1 or most_megapixels <= 0 or most_shift <= 0:
        raise UsageError(
            "--false-share lies between 0 and 1; --workers, --most-megapixels and --most-shift are above 0"
        )
    if keep or add:
        more = after or (keep and add) or buildings or lists or index or ranks or zone or leave_out or scheduler
        told = _kept(stack, (keep, add, out), before, false_share, source, force=force, said=bool(more))
        if json_:
            print_json(told)
            return 0
        print("\n".join(told["words"]))
        print(f"Written to {out}: score-*.tif, detections.gpkg and more; {add} grown" if add else f"Written to {keep}")
        return 0
    if not before or not after or out is None:
        raise UsageError(
            "change needs --before A/B, --after C/D and --out DIR; or --keep DIR; or --add DIR and --out DIR"
        )
    wish = imagery.Wish(before, after, false_share, ranks, buildings, lists, index, zone, source, leave_out, scheduler,
                        workers, int(most_megapixels * 1e6), most_shift)  # fmt: skip
    with counted() as tell:
        told = imagery.change(stack, out, wish, force=force, tell=tell)
    if json_:
        print_json(told)
        return 0
    for line in told["left_out"]:
        print(f"left out: {line}", file=sys.stderr)
    if told["matching"]["warned"]:
        print(
            f"warned of: {told['matching']['warned']} scenes are shifted or brighter; scenes.csv says which",
            file=sys.stderr,
        )
    print("\n".join(told["words"]))
    print(f"Written to {out}: score.tif, detections.gpkg, observations.csv, effort.csv, plate.svg and more")
    return 0


def _kept(
    stack: Path, folders: tuple[Path | None, Path | None, Path | None], before: str, false_share: float, source: str, *,
    force: bool, said: bool,
) -> dict[str, Any]:  # fmt: skip
    """Keep moments, or hold new scenes against those kept; UsageError where the options do not go together."""
    from ..errors import UsageError
    from ..imagery import kept

    keep, add, out = folders
    with counted() as tell:
        if keep and not (add or out or said):
            return kept.keep(stack, keep, before, force=force, tell=tell)
        if add and out and not (before or said):
            return kept.add(stack, add, out, false_share, source_id=source, force=force, tell=tell)
    raise UsageError(
        "--keep DIR goes with --before alone, --add DIR with --out DIR and neither period; of the other options both know "
        "--force and --json, --add also --false-share and --source"
    )
