"""The verb `scenario`."""

from __future__ import annotations

from pathlib import Path

from ..errors import UsageError
from ..terminal import print_json, table
from .options import As_json, Force, app


@app.command
def scenario(
    name: str = "",
    /,
    *,
    seed: int = 1,
    out: Path | None = None,
    mischief: str = "",
    days: int | None = None,
    force: Force = False,
    json_: As_json = False,
) -> int:
    """Write an invented ceasefire with known truth: a mission folder, truth.csv and truth_accounts.csv.

    Without a name the scenarios are listed, each with its lesson. The same name, seed and version give the same bytes.

    Example: truceline scenario tense --seed 7 --out exercise

    Parameters
    ----------
    seed
        Another seed is another ceasefire of the same shape.
    mischief
        What goes wrong besides, as flood=400,collusion=12: flood, collusion, spokesman, clock_jump (hours), swapped
        (teams), staged (scenes).
    days
        How long it lasts; the shape's own length where it is not given.

    """
    from .. import scenario as inventions
    from .. import template

    if not name:
        rows = [{"scenario": n, "title": s["title"], "lesson": s["lesson"]} for n, s in inventions.shapes().items()]
        if json_:
            print_json(rows)
        else:
            table(rows, "Next: truceline scenario NAME --seed N --out DIR")
        return 0
    if out is None:
        raise UsageError("name a folder: truceline scenario NAME --seed N --out DIR")
    if days is not None and not 1 <= days <= 3660:
        raise UsageError(f"--days: found {days}, expected 1 to 3660")
    changes = {} if days is None else {"days": days}
    files = inventions.files(name, seed, inventions.wanted(mischief), changes)
    for path in template.write_files(out, files, force=force):
        if not json_:
            print(path)
    if json_:
        print_json({"folder": str(out), "scenario": name, "seed": seed, "files": sorted(files)})
    else:
        print(f"Next: truceline run {out}; compare with {out / 'truth.csv'} when you have your own answer")
    return 0
