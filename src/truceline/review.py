"""Judgements: join, split, uphold, reject; appended, never edited; undone by a further entry."""

from __future__ import annotations

import csv
import fcntl
import io
import os
from pathlib import Path
from typing import IO

from .errors import RunError, UsageError
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


def contradictions(judgements: tuple[Judgement, ...]) -> tuple[tuple[str, str], ...]:
    """Ids of active judgements that say opposite things of the same pair or incident, the earlier first."""
    opposite = {"join": "split", "split": "join", "uphold": "reject", "reject": "uphold"}
    known = active(judgements)
    about = [(j, frozenset({j.subject.removeprefix("I-"), j.object.removeprefix("I-")})) for j in known]
    return tuple(
        (a.id, b.id) for n, (a, ends) in enumerate(about) for b, other in about[n + 1 :]
        if ends == other and b.action == opposite[a.action]
    )  # fmt: skip


def checked(judgement: dict[str, str], known: set[str]) -> None:
    """Raise UsageError where a judgement says too little, or names what is not in `known`."""
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


def append(file: Path, judgement: dict[str, str], known: set[str]) -> str:
    """Append one judgement to the file and return its id; it is on the disk when this returns.

    `known` holds the ids that exist: of observations, incidents and earlier judgements. Whoever else appends waits. Raises
    UsageError where it says too little, RunError where the file cannot be written.
    """
    checked(judgement, known)
    new = not file.exists()
    try:
        with file.open("a+", encoding="utf-8", newline="") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)  # let go when the file is closed, also by a crash
            number = _appended(handle, file, judgement)
        if new:
            _keep_name(file.parent)
    except OSError as error:
        raise RunError(f"{file} cannot be written ({error.strerror}); the judgement was not kept") from None
    return number


def _appended(handle: IO[str], file: Path, judgement: dict[str, str]) -> str:
    handle.seek(0)
    text = handle.read().removeprefix("\ufeff")
    header = next(csv.reader(io.StringIO(text)), list(COLUMNS))
    if set(header) != set(COLUMNS):
        raise UsageError(
            f"{file} has the columns {', '.join(header)}; expected {', '.join(COLUMNS)}, separated by commas"
        )
    number = _next([row for row in csv.reader(io.StringIO(text)) if row][1:], header.index("judgement_id"))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if not text.strip():
        writer.writerow(COLUMNS)
    elif not text.endswith("\n"):
        out.write("\n")
    writer.writerow([number if name == "judgement_id" else judgement.get(name, "") for name in header])
    handle.write(out.getvalue())
    handle.flush()
    os.fsync(handle.fileno())
    return number


def _next(rows: list[list[str]], column: int) -> str:
    """The number after those that are there; a file put together elsewhere may hold it already, then the one after."""
    taken = {row[column] for row in rows if len(row) > column}
    count = len(rows) + 1
    while f"J{count:04d}" in taken:
        count += 1
    return f"J{count:04d}"


def _keep_name(folder: Path) -> None:
    """A new file outlives a loss of power only when its folder is on the disk too."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
