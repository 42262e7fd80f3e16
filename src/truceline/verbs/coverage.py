"""The verb `coverage`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ..errors import UsageError
from ..terminal import print_json, table
from .options import As_json, app


@app.command
def coverage(
    mission: Path,
    /,
    *,
    from_: Annotated[str, Parameter(name="--from")] = "",
    to: str = "",
    elements: Annotated[Path | None, Parameter(help="A file of two-line elements: work out who came over.")] = None,
    write: Annotated[bool, Parameter(help="Keep these passes in the mission's passes.csv.")] = False,
    json_: As_json = False,
) -> int:
    """Who could have seen what, when: a mission's effort by sector, when nobody looked, which satellites came over.

    Example: truceline coverage missions/thailand-cambodia-2025 --from 2025-12-07 --to 2025-12-22
    """
    from .. import run as pipeline

    if write and elements is None:
        raise UsageError("--write keeps passes that are worked out anew: name their elements with --elements FILE")
    looks, said = pipeline.coverage_rows(mission, from_, to, elements, write=write)
    for sentence in said:
        print(sentence, file=sys.stderr)
    if json_:
        print_json(looks)
    else:
        shown = [
            {
                "who": row["source_id"] or "nobody",
                "from": row["start_utc"][:10],
                "to": row["end_utc"][:10],
                "zone": row["zone"],
                "state": row["state"],
                "share": row["seen_share"],
                "why": row["why_not"],
            }
            for row in looks
        ]
        table(shown, f"{len(looks)} rows; days in UTC; share of the zone's line in sight, at most")
    return 0
