"""The verb `validate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..terminal import print_json, progress
from .options import As_json, app

if TYPE_CHECKING:
    from ..nouns import SetAside


@app.command
def validate(mission: Path, /, *, json_: As_json = False) -> int:
    """Name everything wrong with a mission's inputs: file, line, column, what was found, what was expected.

    Example: truceline validate missions/thailand-cambodia-2025
    """
    from .. import run as pipeline
    from ..clock import Clock

    try:
        with progress(("mission", "read", "normalise")) as tell:
            material = pipeline.load(mission, Clock(tell))
    except InputError as error:
        found = [{"level": "refused", **_problem(p)} for p in error.problems]
        _report(found, as_json=json_)
        return 3
    found = [_row("set aside", s) for s in material.set_aside] + [_row("question", s) for s in material.questions]
    _report(found, as_json=json_)
    return 1 if found else 0


def _problem(p: Any) -> dict[str, Any]:
    return {"file": p.file, "line": p.line, "column": p.column, "found": p.found, "expected": p.expected}


def _row(level: str, s: SetAside) -> dict[str, Any]:
    return {"level": level, "file": s.file, "line": s.line, "column": s.column, "found": s.value, "expected": s.reason}


def _report(found: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    for one in found:
        place = f"{one['file']}:{one['line']}" if one["line"] else one["file"]
        column = f" {one['column']}:" if one["column"] else ""
        found_ = one["found"] if one["level"] == "refused" else repr(one["found"])
        print(f"{one['level']}: {place}:{column} found {found_}; {one['expected']}")
    levels = {level: sum(1 for f in found if f["level"] == level) for level in ("refused", "set aside", "question")}
    print(", ".join(f"{n} {level}" for level, n in levels.items()) if found else "Nothing wrong was found.")
