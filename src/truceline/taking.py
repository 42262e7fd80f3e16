"""A parcel taken in: every file once, what does not verify named and left, nothing overwritten, both of what conflicts kept.

Everything is copied beside the inbox and hashed on the way before anything changes; a stick that is pulled, or a process that
is killed, leaves the mission as it was. What follows are renames and two tables written whole, and taking the same parcel again
ends what was begun.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from . import parcel, store
from .errors import InputError, Problem, RunError, UsageError
from .nouns import Mission
from .parcel import MANIFEST, MOST_FILES, TABLES, Row

_PREFIX = ".taking-"
_MOST_MANIFEST = 60_000_000


class _Source:
    """A parcel on a disk: a folder, or a ZIP of which nothing is unpacked but what the manifest names."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.box: zipfile.ZipFile | None = None
        if path.is_file():
            try:
                self.box = zipfile.ZipFile(path)
            except (OSError, zipfile.BadZipFile):
                raise InputError(Problem(path.name, 0, "", "no ZIP, or one that was cut", "a parcel")) from None
            names = self.box.namelist()
            if len(names) != len(set(names)) or len(names) > MOST_FILES:
                raise InputError(Problem(path.name, 0, "", "a ZIP that names a file twice, or too many", "a parcel"))

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[Any]:
        """One file; raises OSError, KeyError or BadZipFile."""
        if self.box is not None:
            with self.box.open(name) as handle:
                yield handle
            return
        file = self.path / name
        if file.resolve() != self.path.resolve() / name:
            raise OSError("a link")
        with file.open("rb") as handle:
            yield handle

    def manifest(self) -> bytes:
        """The manifest; raises InputError where there is none."""
        try:
            with self.open(MANIFEST) as handle:
                data: bytes = handle.read(_MOST_MANIFEST + 1)
        except (OSError, KeyError, zipfile.BadZipFile, RuntimeError):
            raise InputError(Problem(self.path.name, 0, "", f"no {MANIFEST}", "a parcel of `truceline pack`")) from None
        return data


def take(source: Path, folder: Path, mission: Mission) -> dict[str, Any]:
    """Take a parcel in and give the receipt. Raises InputError where it is none, UsageError where it is another mission's."""
    box = _Source(source)
    raw = box.manifest()
    said = _read(raw, source.name)
    if said["mission"] != mission.id:
        raise UsageError("the parcel is of another mission; nothing was taken in")
    inbox = folder / "inbox"
    inbox.mkdir(exist_ok=True)
    for left in inbox.glob(f"{_PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)
    room = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=inbox))
    receipt: dict[str, Any] = {
        "program": "truceline", "mission": mission.id, "parcel_sha256": hashlib.sha256(raw).hexdigest(), "arrived": [],
        "held_before": [], "not_arrived": [], "conflicts": [], "left_out_by_sender": said["left_out"],
    }  # fmt: skip
    try:
        copied = _copied(box, said["files"], room, mission.max_file_mb, receipt)
        if box.manifest() != raw:
            raise RunError("the parcel changed while it was read; nothing was taken in")
        _files(copied, folder, mission, receipt)
        for name in TABLES:
            if name in copied:
                _table(folder / name, parcel.rows_of(copied[name][0].read_bytes(), name), receipt)
    except InputError:
        raise RunError("the parcel went away while it was read; nothing was taken in") from None
    finally:
        shutil.rmtree(room, ignore_errors=True)
    done = {f["sha256"] for f in (*receipt["arrived"], *receipt["held_before"])}
    receipt["held"] = [{"sha256": s} for s in sorted({c.sha256 for c in mission.captures} | done)]
    receipt["rows_held"] = sorted(k for name in TABLES for k in _keys(folder / name))
    return receipt


def _read(raw: bytes, name: str) -> dict[str, Any]:
    try:
        said = json.loads(raw)
        right = said["program"] == "truceline" and said["parcel"] == 1 and len(said["files"]) <= MOST_FILES
        files = [(str(f["path"]), int(f["bytes"]), str(f["sha256"])) for f in said["files"]]
        told = {"mission": str(said["mission"]), "left_out": {str(k): int(v) for k, v in said["left_out"].items()}}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        right, files, told = False, [], {}
    if not right:
        raise InputError(Problem(name, 0, "", f"a {MANIFEST} that says no such thing", "a parcel of `truceline pack`"))
    bad = next((p for p, _, _ in files if not parcel.is_safe(p)), None)
    if bad is not None or len({p for p, _, _ in files}) != len(files):
        raise InputError(Problem(name, 0, "path", "a path that leads elsewhere, or stands twice", "files of inbox/"))
    return {**told, "files": files}


def _copied(
    box: _Source, files: list[tuple[str, int, str]], room: Path, max_mb: float, receipt: dict[str, Any]
) -> dict[str, tuple[Path, int, str]]:
    """Every file that is what the manifest says, copied and on the disk; the others named."""
    found: dict[str, tuple[Path, int, str]] = {}
    if sum(size for _, size, _ in files) > shutil.disk_usage(room).free:
        raise RunError("there is no room on the disk for this parcel; nothing was taken in")
    for n, (path, size, sha256) in enumerate(files):
        why = "larger than limits.max_file_mb of this mission" if size > max_mb * 1e6 else ""
        target = room / str(n)
        if not why:
            try:
                with box.open(path) as handle, target.open("wb") as out:
                    why = _copy(handle, out, size, sha256)
            except (OSError, KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
                why = "missing, or cannot be read"
        if why:
            receipt["not_arrived"].append({"path": path, "why": why})
        else:
            found[path] = (target, size, sha256)
    return found


def _copy(handle: Any, out: BinaryIO, size: int, sha256: str) -> str:
    """Copy so many bytes and no more; why not, in words."""
    hashed, seen = hashlib.sha256(), 0
    while data := handle.read(1 << 20):
        seen += len(data)
        if seen > size:
            return "longer than the manifest says"
        hashed.update(data)
        out.write(data)
    out.flush()
    os.fsync(out.fileno())
    return "" if seen == size and hashed.hexdigest() == sha256 else "not the bytes that the manifest names"


def _files(copied: dict[str, tuple[Path, int, str]], folder: Path, mission: Mission, receipt: dict[str, Any]) -> None:
    held = {c.sha256: c.path for c in mission.captures}
    for path, (fresh, size, sha256) in copied.items():
        if path in TABLES:
            continue
        row = {"path": path, "bytes": size, "sha256": sha256}
        if sha256 in held:
            receipt["held_before"].append({**row, "as": held[sha256]})
            continue
        target = folder / path
        if target.exists() or _folded(target):
            target = _beside(target, sha256)
            said = f"another file of the name {path} is held; both stand"
            receipt["conflicts"].append(
                {"what": "file", "path": path, "kept_as": target.relative_to(folder).as_posix(), "why": said}
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            fresh.rename(target)
        held[sha256] = target.relative_to(folder).as_posix()
        receipt["arrived"].append({**row, "as": held[sha256]})


def _folded(target: Path) -> bool:
    """Whether a name that differs in case alone is there, which some disks take for the same."""
    return target.parent.is_dir() and target.name.casefold() in {p.name.casefold() for p in target.parent.iterdir()}


def _beside(target: Path, sha256: str) -> Path:
    name = PurePosixPath(target.name)
    return target.with_name(f"{name.stem}~{sha256[:12]}{name.suffix}")


def _keys(file: Path) -> dict[str, str]:
    """What each row of a table says -> its id."""
    rows = parcel.table_rows(file) if file.is_file() else []
    keys = parcel.row_keys(rows, TABLES[file.name])
    return {key: row.get(TABLES[file.name], "") for key, row in zip(keys, rows, strict=True)}


def _table(file: Path, theirs: list[Row], receipt: dict[str, Any]) -> None:
    """Append rows that say something new; an id that is taken gets a hash, and what undoes it follows."""
    id_column = TABLES[file.name]
    ours = parcel.table_rows(file) if file.is_file() else []
    known = _keys(file)
    taken = {r.get(id_column, "") for r in ours}
    renamed: dict[str, str] = {}
    fresh: list[Row] = []
    for row, key in zip(theirs, parcel.row_keys(theirs, id_column), strict=True):
        own = row.get(id_column, "")
        if key in known:
            renamed[own] = known[key]
            continue
        # A number that this laptop would give next itself is as good as taken.
        name = own if own and own not in taken and not own.startswith("J") else f"{own}~{key[:8]}"
        if own in taken:
            words = f"{own} is another entry here; theirs is kept as {name}"
            receipt["conflicts"].append({"what": file.name, "id": own, "kept_as": name, "why": words})
        renamed[own], known[key] = name, name
        made = {**row, id_column: name}
        if made.get("undoes"):
            made["undoes"] = renamed.get(made["undoes"], made["undoes"])
        taken.add(name)
        fresh.append(made)
        _contradicted(made, ours, file.name, receipt)
    receipt.setdefault("rows", {})[file.name] = {"new": len(fresh), "held_before": len(theirs) - len(fresh)}
    if fresh:
        store.write_one(file, _appended(file, ours, fresh))


def _appended(file: Path, ours: list[Row], fresh: list[Row]) -> bytes:
    """The table with further rows: the bytes that stood there stay as they are, unless a column is new."""
    head = list(ours[0]) if ours else list(fresh[0])
    if not ours or not {k for r in fresh for k, v in r.items() if v} <= set(head):
        return parcel.table_bytes(list(dict.fromkeys([*head, *(k for r in fresh for k in r)])), [*ours, *fresh])
    data = file.read_bytes()
    return data + (b"" if data.endswith(b"\n") else b"\n") + parcel.table_bytes(head, fresh, headed=False)


def _contradicted(row: Row, ours: list[Row], name: str, receipt: dict[str, Any]) -> None:
    """Name judgements of ours on the same subject that say otherwise; both stand until a person undoes one."""
    if name != "judgements.csv" or not row.get("subject"):
        return
    pair = {row["subject"], row.get("object", "")}
    undone = {r.get("undoes") for r in ours}
    for one in ours:
        other = {one.get("subject", ""), one.get("object", "")} == pair and one.get("action") != row.get("action")
        if other and one.get("action") != "undo" and one["judgement_id"] not in undone:
            words = f"{one['judgement_id']} here says {one['action']}, {row['judgement_id']} says {row.get('action')}"
            both = [one["judgement_id"], row["judgement_id"]]
            receipt["conflicts"].append({"what": "judgement", "ids": both, "subject": row["subject"], "why": words})
