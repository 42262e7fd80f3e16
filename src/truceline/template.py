"""`truceline init`: a new, valid, commented mission folder, invented from end to end."""

from __future__ import annotations

import shutil
from pathlib import Path

from .errors import RunError, UsageError

STARTER = Path(__file__).with_name("starter")


def write(folder: Path, *, force: bool = False) -> list[Path]:
    """Copy the starter into `folder`; raises UsageError where it holds something, RunError where it cannot be written."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())) and not force:
        raise UsageError(f"{folder} is not empty; name a new folder, or add --force")
    made = []
    try:
        for source in sorted(p for p in STARTER.rglob("*") if p.is_file()):
            target = folder / source.relative_to(STARTER)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            made.append(target)
    except OSError as error:
        raise RunError(f"{folder} cannot be written ({error.strerror})") from None
    return made
