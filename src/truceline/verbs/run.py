"""The verb `run`."""

from __future__ import annotations

from pathlib import Path

from ..errors import UsageError
from ..terminal import print_json, progress
from .options import As_json, Force, Release, app, say_written


@app.command
def run(
    mission: Path | None = None,
    /,
    *,
    out: Path | None = None,
    as_of: str = "",
    release: Release = "public",
    language: str = "",
    period: str = "",
    check: Path | None = None,
    force: Force = False,
    json_: As_json = False,
) -> int:
    """Make the findings report of a mission: the main job.

    Example: truceline run missions/thailand-cambodia-2025 --as-of 2025-12-22T09:00+08:00

    Parameters
    ----------
    mission
        The mission folder.
    out
        Where the tables and the report go; MISSION/out where it is not given.
    as_of
        Only what had been reported by this time counts (ISO 8601); the latest report of the mission where not given.
    release
        public, or restricted (adds what is for partners). What is sealed is in neither.
    language
        Of the report: en, th, km, ms, or another that a translator added. English where it is not given.
    period
        What the report calls new: daily, weekly (the default), since-signing, or two times as 2025-12-15/2025-12-22.
    check
        Instead: run again from the inputs that this folder's manifest names, and compare every byte.

    """
    from .. import run as pipeline

    if check is not None:
        return _check(check, as_json=json_)
    if mission is None:
        raise UsageError("name a mission folder: truceline run MISSION")
    target = out or mission / "out"
    with progress(pipeline.STAGES) as tell:
        wish = pipeline.Wish(language, "full", period)
        made = pipeline.run(mission, target, as_of, release, wish, force=force, tell=tell)
    if json_:
        print_json(pipeline.summary(made))
        return 0
    c = made.counts
    print(f"{c['observations']} observations, {c['incidents']} incidents, {c['findings']} findings")
    print(
        f"read {c['read']}: used {c['observations']}, set aside {c['set_aside']}, of unknown date {c['undated']}, "
        f"later than this edition {c['later']}"
    )
    say_written(target)
    return 0


def _check(folder: Path, *, as_json: bool) -> int:
    from .. import run as pipeline

    with progress(pipeline.STAGES) as tell:
        differs = pipeline.recompute(folder, tell)
    if as_json:
        print_json({"folder": str(folder), "same": not differs, "differs": differs})
    else:
        for line in differs:
            print(line)
        print("Every byte is the same." if not differs else f"{len(differs)} differences.")
    return 1 if differs else 0
