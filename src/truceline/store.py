"""Folders on disk: a folder that Truceline wrote is replaced as a whole, atomically; nothing else is overwritten."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import threads
from .errors import RunError, UsageError

MARK = "manifest.json"
WEIGHTS = "weights.json"
RATES = "rates.json"
THERMAL = "thermal.json"


def shipped(name: str) -> dict[str, Any]:
    """A file of data that comes with this version."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name(name).read_text("utf-8"))
    return found


def is_ours(folder: Path) -> bool:
    """Whether Truceline wrote this folder: it holds a manifest that says so."""
    try:
        return bool(json.loads((folder / MARK).read_text("utf-8")).get("program") == "truceline")
    except (OSError, ValueError, AttributeError):
        return False


def refuse_foreign(folder: Path, *, force: bool) -> None:
    """Raise UsageError where the folder holds something that Truceline did not write."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name a folder with --out")
    if not force and folder.exists() and any(folder.iterdir()) and not is_ours(folder):
        raise UsageError(
            f"{folder} holds files that Truceline did not write; name another folder with --out, or add --force"
        )


@contextlib.contextmanager
def replacing(folder: Path, *, force: bool = False) -> Iterator[Path]:
    """A new folder beside `folder` that takes its place when the block ends well, and vanishes when it does not."""
    refuse_foreign(folder, force=force)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise RunError(
            f"{folder.parent} cannot be written to ({error.strerror}); name another folder with --out"
        ) from None
    try:
        yield fresh
        fresh.chmod(0o755)
        _swap(fresh, folder)
    except OSError as error:
        raise RunError(f"{folder} could not be written ({error.strerror}); what stood there is unchanged") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, folder: Path) -> None:
    if not folder.exists():
        fresh.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    folder.rename(old / "was")
    try:
        fresh.rename(folder)
    except OSError:
        (old / "was").rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def write(folder: Path, files: dict[str, bytes]) -> dict[str, str]:
    """Write these files and make sure that they are on the disk; the SHA-256 of each."""

    def one(name: str) -> str:
        with (folder / name).open("wb") as handle:
            handle.write(files[name])
            handle.flush()
            os.fsync(handle.fileno())
        return hashlib.sha256(files[name]).hexdigest()

    return dict(zip(files, threads.each(one, files), strict=True))


def hashes(folder: Path, leave_out: set[str]) -> dict[str, str]:
    """SHA-256 of every file in the folder, by its path, in order."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and p.relative_to(folder).as_posix() not in leave_out)
    return {p.relative_to(folder).as_posix(): sha256(p) for p in paths}


def sha256(path: Path) -> str:
    """SHA-256 of a file of any size."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def differences(what: str, before: dict[str, str], now: dict[str, str]) -> list[str]:
    """What differs between two lists of hashes, in words."""
    found = []
    for name in sorted({*before, *now}):
        if before.get(name) == now.get(name):
            continue
        change = (
            "was not there before" if name not in before else "is missing" if name not in now else "is not what it was"
        )
        found.append(f"{what} {name} {change}")
    return found


def write_one(target: Path, data: bytes) -> None:
    """Write one file whole or not at all; its folder is made. Raises RunError where that cannot be done."""
    fresh = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        fresh.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise RunError(f"{target} cannot be written ({error.strerror}); nothing was changed") from None
