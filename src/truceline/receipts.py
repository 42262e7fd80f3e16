"""What is held of a form that a phone sent: its folder, its files, their hashes, and the receipt that says so."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import when
from .attachment import RECEIPT, XML

FOLDER = "inbox/odk"
_UUID = re.compile(r"^uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_ENTRY = re.compile(r"^(uuid-[0-9a-f-]{36}|id-[0-9a-f]{32})(\.[0-9a-f]{12})?$")


def folder_name(instance_id: str) -> str:
    """The folder of an instance: its UUID, or a hash of an id that is none."""
    if _UUID.match(instance_id):
        return instance_id.replace(":", "-")
    return f"id-{hashlib.sha256(instance_id.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def receipts(folder: Path, instance_id: str = "") -> list[dict[str, Any]]:
    """Receipts of a mission (of one instance: of every content under its id), each file hashed anew as it lies there.

    A file whose bytes are not those that were acknowledged has `verified` false, one that is gone `bytes` 0.
    """
    root = folder / FOLDER
    first = instance_id if _ENTRY.match(instance_id) else folder_name(instance_id) if instance_id else ""
    found = []
    for entry in sorted(p for p in (root.iterdir() if root.is_dir() else ()) if not p.name.startswith(".")):
        if entry.is_dir() and (not first or entry.name == first or entry.name.startswith(f"{first}.")):
            made = _verified(entry)
            if made:
                found.append(made)
    return found


def _verified(entry: Path) -> dict[str, Any]:
    said = _read_receipt(entry)
    now = {n: row(n, p.stat().st_size, _hash_of(p)) for n, p in _files(entry).items()}
    told = {f["name"]: f for f in said.get("files", ())}
    files = []
    for name in sorted({*told, *now}, key=lambda n: (n != XML, n)):
        one = now.get(name) or {**told[name], "bytes": 0}
        same = name in now and (name not in told or told[name]["sha256"] == now[name]["sha256"])
        files.append(
            {**one, **({"received_utc": told[name]["received_utc"]} if name in told else {}), "verified": same}
        )
    return {**said, "entry": entry.name, "files": files, "bytes": sum(f["bytes"] for f in files)} if files else {}


def totals(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts over receipts: entries, attachments, bytes, what is missing, what does not verify."""
    files = [f for r in found for f in r["files"]]
    return {
        "entries": len(found), "attachments": sum(f["name"] != XML for f in files),
        "bytes": sum(f["bytes"] for f in files), "missing": sum(len(r.get("missing", ())) for r in found),
        "not_verified": sum(not f["verified"] for f in files),
        "more_than_one_content": sum(bool(r.get("other_contents")) for r in found),
    }  # fmt: skip


def _files(entry: Path) -> dict[str, Path]:
    return {p.name: p for p in entry.iterdir() if p.is_file() and p.name != RECEIPT and not p.name.startswith(".")}


def _read_receipt(entry: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((entry / RECEIPT).read_bytes())
    except (OSError, ValueError):
        return {}
    return found


def held(entry: Path) -> dict[str, dict[str, Any]]:
    """Rows of the files that lie there; those that the receipt does not know (a process that was killed) are hashed."""
    if not entry.is_dir():
        return {}
    told = {f["name"]: f for f in _read_receipt(entry).get("files", ())}
    return {n: told.get(n) or row(n, p.stat().st_size, _hash_of(p)) for n, p in _files(entry).items()}


def _hash_of(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def row(name: str, size: int, sha256: str) -> dict[str, Any]:
    """One file as a receipt lists it, received now."""
    return {
        "name": name,
        "bytes": size,
        "sha256": sha256,
        "received_utc": when.iso(datetime.now(UTC).replace(microsecond=0)),
    }
