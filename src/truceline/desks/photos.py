"""Pictures behind what is exported, stripped of everything that they say of themselves; a list says which account each is behind."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

from .. import pictures, rows
from ..errors import InputError
from . import LeftOut, Setting, Tables


def photos(tables: Tables, folder: Path, setting: Setting) -> tuple[list[str], list[LeftOut]]:
    """photos/HASH.jpg and photos.csv. A picture that cannot be stripped does not go out."""
    made: dict[str, str] = {}
    left: list[LeftOut] = []
    listed: list[tuple[str, str, str]] = []
    for one in tables["observations"]:
        for path in _cited(str(one["evidence"] or ""), setting):
            if path not in made:
                made[path] = _stripped(path, folder, setting, left)
            if made[path]:
                original = hashlib.sha256(setting.pictures[path]).hexdigest()
                listed.append((str(one["id"]), made[path], original))
    header = ["observation_id", "file", "sha256_as_received"]
    (folder / "photos.csv").write_bytes(rows.csv_bytes(header, listed))
    return [*sorted({name for name in made.values() if name}), "photos.csv"], left


def _cited(evidence: str, setting: Setting) -> list[str]:
    parts = (part.strip().removeprefix("./") for part in evidence.split(";"))
    return [p for part in parts for p in (part, f"inbox/{part}") if p in setting.pictures]


def _stripped(path: str, folder: Path, setting: Setting, left: list[LeftOut]) -> str:
    """Write the picture without its notes under the name of what is written; empty where that cannot be done."""
    try:
        data = pictures.stripped(path, setting.pictures[path])
    except InputError:
        left.append(("photos", PurePosixPath(path).stem[:40], "it cannot be stripped of what it says of itself"))
        return ""
    suffix = PurePosixPath(path).suffix.lower()
    name = f"photos/{hashlib.sha256(data).hexdigest()[:16]}{suffix}"
    (folder / "photos").mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    return name
