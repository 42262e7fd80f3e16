"""Files of a mission -> captures: these bytes, at this path, with this hash.

The only module that may open a connection; this version fetches nothing and reads the folder alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from .errors import InputError, Problem
from .nouns import Capture

TABLES = ("mission.yaml", "sources.yaml", "kinds.yaml", "places.csv", "zones.geojson", "effort.csv", "notices.csv", "passes.csv",
          "cloud.csv", "figures.csv", "timeline.csv", "judgements.csv", "report.yaml", "weights.json")  # fmt: skip


def inputs(folder: Path, max_mb: float) -> Iterator[Capture]:
    """Every file of the mission that a run depends on, in the order of their paths."""
    paths = [folder / name for name in TABLES if (folder / name).is_file()]
    paths += [p for p in (folder / "agreements").glob("*.y*ml") if p.is_file()]
    paths += [p for p in (folder / "report").glob("*") if p.suffix.lower() in {".png", ".svg"} and p.is_file()]
    paths += [p for p in (folder / "inbox").rglob("*") if p.is_file() and not _hidden(p, folder)]
    for path in sorted(paths, key=lambda p: p.relative_to(folder).as_posix()):
        yield one(folder, path, max_mb)


def _hidden(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts
    return any(part.startswith((".", "~$")) for part in parts) or path.stem.upper() == "README"


def one(folder: Path, path: Path, max_mb: float) -> Capture:
    """One file as a capture; raises InputError where it is too large, unreadable, or changes while it is read."""
    name = path.relative_to(folder).as_posix()
    try:
        before = path.stat()
        if before.st_size > max_mb * 1e6:
            found = f"a file of {before.st_size / 1e6:,.0f} MB"
            raise InputError(
                Problem(
                    name, 0, "", found, f"at most {max_mb:g} MB; split it, or raise limits.max_file_mb in mission.yaml"
                )
            )
        data = path.read_bytes()
        after = path.stat()
    except OSError as error:
        raise InputError(
            Problem(name, 0, "", f"a file that cannot be read ({error.strerror})", "a readable file")
        ) from None
    if len(data) != before.st_size or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise InputError(
            Problem(name, 0, "", "a file that changes while it is read", "a file at rest; copy it and run again")
        )
    parts = name.split("/")
    form = "" if parts[0] != "inbox" else parts[1] if len(parts) > 2 else "(no folder)"
    return Capture(name, form, hashlib.sha256(data).hexdigest(), len(data), data)
