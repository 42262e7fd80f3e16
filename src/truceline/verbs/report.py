"""The verb `report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from ..terminal import print_json, progress
from .options import As_json, Force, Length, app, say_written


@app.command
def report(
    run_folder: Annotated[Path, Parameter(name="DIR", help="A folder that `truceline run` wrote.")],
    /,
    *,
    language: str = "",
    length: Length = "full",
    period: str = "",
    release: Literal["", "public", "restricted"] = "",
    out: Path | None = None,
    force: Force = False,
    json_: As_json = False,
) -> int:
    """Make the documents again, from a run's tables alone: another language, length or period.

    Example: truceline report out --language th --length note --out note

    Parameters
    ----------
    language
        en, th, km, ms, or another that a translator added. English where it is not given.
    length
        note (one page for the minister), full (with annexes), or annex (the annexes alone).
    period
        What the report calls new: daily, weekly (the default), since-signing, or two times as 2025-12-15/2025-12-22;
        where the second one is earlier than the run, the documents show what was known by then.
    release
        Must be that of the run: what a release may show is decided before incidents are made.
    out
        Where the documents go; in the place of the run's own where it is not given.

    """
    from .. import run as pipeline

    with progress(("last report", "report", "write")) as tell:
        wish = pipeline.Wish(language, length, period)
        made = pipeline.report_again(run_folder, out, wish, release, force=force, tell=tell)
    target = out or run_folder
    if json_:
        print_json(
            {"folder": str(target), "as_of": made.as_of.isoformat(), "files": sorted(p.name for p in target.iterdir())}
        )
    else:
        say_written(target)
    return 0
