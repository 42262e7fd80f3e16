"""`truceline init`: a new, valid, commented mission folder, invented from end to end."""

from __future__ import annotations

from pathlib import Path

from .errors import RunError, UsageError

STARTER = Path(__file__).with_name("starter")


def write(folder: Path, *, force: bool = False) -> list[Path]:
    """Copy the starter into `folder`; raises UsageError where it holds something, RunError where it cannot be written."""
    sources = sorted(p for p in STARTER.rglob("*") if p.is_file())
    return write_files(folder, {p.relative_to(STARTER).as_posix(): p.read_bytes() for p in sources}, force=force)


def write_files(folder: Path, files: dict[str, bytes], *, force: bool = False) -> list[Path]:
    """Write a new mission folder (path -> bytes), under the same conditions; an older file of it stays only with `force`."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())) and not force:
        raise UsageError(f"{folder} is not empty; name a new folder, or add --force")
    made = []
    try:
        for name, data in sorted(files.items()):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            made.append(target)
    except OSError as error:
        raise RunError(f"{folder} cannot be written ({error.strerror})") from None
    return made
