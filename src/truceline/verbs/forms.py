"""The verb `forms`."""

from __future__ import annotations

from pathlib import Path

from ..terminal import print_json, progress
from .options import As_json, Force, app


@app.command
def forms(mission: Path, /, *, out: Path, force: Force = False, json_: As_json = False) -> int:
    """Write the mission's forms for the phones that field teams have: XLSForms for ODK Central and KoboToolbox.

    Places, parties, kinds and those who report come from the mission; a mission that did not change gives the same bytes. What
    comes back goes into inbox/odk/ (see docs/field.md).

    Example: truceline forms missions/thailand-cambodia-2025 --out forms
    """
    from .. import run

    with progress(("mission", "forms")) as tell:
        listed = run.write_forms(mission, out, force=force, tell=tell)
    if json_:
        print_json(listed)
        return 0
    for one in listed:
        print(f"{one['form']:13} {one['questions']:3} questions  version {one['version']}  {one['file']}")
    print(f"{len(listed)} forms written to {out}")
    return 0
