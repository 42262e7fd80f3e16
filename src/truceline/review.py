"""Judgements: join, split, uphold, reject; appended, never edited; undone by a further entry."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from .errors import UsageError
from .nouns import Judgement

COLUMNS = ("judgement_id", "date", "by", "action", "subject", "object", "reason", "undoes")
ACTIONS = ("join", "split", "uphold", "reject", "undo")


def active(judgements: tuple[Judgement, ...]) -> tuple[Judgement, ...]:
    """Judgements that nobody has undone; an undone undo counts again."""
    undone: set[str] = set()
    for one in reversed(judgements):
        if one.undoes and one.id not in undone:
            undone.add(one.undoes)
    return tuple(j for j in judgements if j.id not in undone and j.action != "undo")


def append(file: Path, judgement: dict[str, str], known: set[str]) -> str:
    """Append one judgement to the file and return its id; raises UsageError where it says too little.

    `known` holds the ids that exist: of observations, incidents and earlier judgements.
    """
    action = judgement.get("action", "")
    if action not in ACTIONS:
        raise UsageError(f"{action!r} is no judgement; expected one of {', '.join(ACTIONS)}")
    needed = [
        "date",
        "by",
        "reason",
        *(["undoes"] if action == "undo" else ["subject"]),
        *(["object"] if action in {"join", "split"} else []),
    ]
    missing = [name for name in needed if not judgement.get(name)]
    if missing:
        raise UsageError(f"a judgement needs {', '.join(missing)}")
    for name in ("subject", "object", "undoes"):
        if judgement.get(name) and judgement[name] not in known:
            raise UsageError(f"{name} {judgement[name]!r} is not in this mission")
    text = file.read_text("utf-8-sig") if file.exists() else ""
    header = next(csv.reader(io.StringIO(text)), list(COLUMNS))
    if set(header) != set(COLUMNS):
        raise UsageError(
            f"{file} has the columns {', '.join(header)}; expected {', '.join(COLUMNS)}, separated by commas"
        )
    number = f"J{sum(1 for _ in csv.reader(io.StringIO(text))) - bool(text.strip()) + 1:04d}"
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if not text.strip():
        writer.writerow(COLUMNS)
    elif not text.endswith("\n"):
        out.write("\n")
    writer.writerow([number if name == "judgement_id" else judgement.get(name, "") for name in header])
    with file.open("a", encoding="utf-8", newline="") as handle:
        handle.write(out.getvalue())
    return number
