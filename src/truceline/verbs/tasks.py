"""The verb `tasks`."""

from __future__ import annotations

from pathlib import Path

from ..terminal import print_json, progress
from .options import As_json, Force, Release, app


@app.command
def tasks(
    mission: Path,
    /,
    *,
    out: Path,
    as_of: str = "",
    days: int = 30,
    language: str = "",
    release: Release = "public",
    force: Force = False,
    json_: As_json = False,
) -> int:
    """Write what to look at next and why: tables, lists for ODK, GPX, KML, and a sheet to print with a sketch map.

    Example: truceline tasks missions/thailand-cambodia-2025 --out tasks

    Parameters
    ----------
    mission
        A mission folder, or a folder that `truceline run` wrote.
    as_of
        Of a mission: only what had been reported by this time counts.
    days
        How far back incidents and heat are worth a visit.
    language
        en, th, km, ms, or another that a translator added. English where it is not given.
    release
        Of a mission: public, or restricted (adds what is for partners). What is sealed is in neither.

    """
    from .. import run as pipeline

    with progress(("edition", "write")) as tell:
        found = pipeline.task_files(mission, out, (as_of, release), days, language, force=force, tell=tell)
    if json_:
        print_json(found)
        return 0
    for one in found["tasks"]:
        state = one["answered_by"] or f"{one['priority']:>3}."
        print(f"{one['id']}  {state}  {one['at']}: {one['sentence']} {one['why']}")
    print(f"{found['open']} open, {found['answered']} answered: {', '.join(found['files'])} in {out}")
    return 0
