"""The verb `receive`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from ..terminal import print_json, progress
from .options import As_json, app

MOST_SHOWN = 20


@app.command
def receive(
    mission: Path,
    files: Annotated[list[Path], Parameter(help="Files of other desks: tables, maps, tracks, photos.")],
    /,
    *,
    format_: Annotated[str, Parameter(name="--format", help="The format, where it is not the one guessed.")] = "",
    mapping: Path | None = None,
    source: str = "",
    dry_run: Annotated[bool, Parameter(name="--dry-run", negative="")] = False,
    json_: As_json = False,
) -> int:
    """Bring files of other desks into a mission: looked through first, reported row by row, put in once.

    Example: truceline receive missions/valley patrol-10-august.xlsx track.gpx --source mon --dry-run

    Parameters
    ----------
    mapping
        A YAML that says what the columns of a table mean; it is kept beside the table. Without one a mapping is proposed.
    source
        The id of the source that speaks in these files, where they do not say.
    dry_run
        Look and report; put nothing in.

    """
    from .. import run as pipeline

    with progress(("mission", "receive")) as tell:
        made = pipeline.receive_files(mission, files, format_, mapping, source, dry_run=dry_run, tell=tell)
    if json_:
        print_json(made)
    else:
        for one in made["files"]:
            _say(one, dry_run=dry_run)
    statuses = {one["status"] for one in made["files"]}
    if statuses == {"refused"}:
        return 3
    return 1 if statuses & {"refused", "needs_mapping"} else 0


def _say(one: dict[str, Any], *, dry_run: bool) -> None:
    """One file in words: what was read, what was refused and why, what is to be done."""
    if one["status"] == "needs_mapping":
        print(
            f"{one['file']}: a table whose columns nobody has said the meaning of; nothing was put in. A proposal to look at:\n"
        )
        print(one["proposal"])
        print(f"Keep it in a file, mend it, and say: truceline receive MISSION {one['file']} --mapping FILE\n")
        return
    for aside in one["refused"][:MOST_SHOWN]:
        print(f"refused: {_told(one['file'], aside)}", file=sys.stderr)
    if len(one["refused"]) > MOST_SHOWN:
        print(
            f"refused: {len(one['refused']) - MOST_SHOWN} more rows of {one['file']}; --json lists them all",
            file=sys.stderr,
        )
    for asked in one["questions"][:MOST_SHOWN]:
        print(f"question: {_told(one['file'], asked)}", file=sys.stderr)
    if len(one["questions"]) > MOST_SHOWN:
        print(
            f"question: {len(one['questions']) - MOST_SHOWN} more of {one['file']}; --json lists them all",
            file=sys.stderr,
        )
    if one["status"] == "refused":
        print(f"{one['file']}: refused: {one['reason']}", file=sys.stderr)
        return
    if one["status"] == "already_here":
        print(f"{one['file']}: {one['reason']}{' as ' + one['target'] if one['target'] else ''}; nothing was added")
        return
    more = "".join(f", {one[n]} {n}" for n in ("tracks", "detections") if one[n])
    told = (
        f"{one['rows']} rows read ({one['new']} new, {one['known']} there already){more}, {len(one['refused'])} refused"
    )
    went = f"would go to {one['target']}" if dry_run else f"put into {one['target']}"
    print(f"{one['file']}: {one['format']}: {told}; {went}")


def _told(file: str, aside: dict[str, Any]) -> str:
    """File, line, column, what stood there and what is to be said of it; nothing where there is none of these."""
    place = f"{file}:{aside['line']}" if aside["line"] else file
    value = repr(aside["value"]) if aside["value"] else ""
    return ": ".join(filter(None, (place, aside["column"], value, aside["reason"])))
