"""A parcel: what a laptop holds, as one folder or ZIP with a manifest of hashes, for another laptop of the mission or a partner.

    parcel.json, inbox/<format>/..., judgements.csv, notices.csv

For the mission everything goes, sealed material with its exposure. For partners and the public a file goes only if every row
of it was read and none is held back from them: bytes as received cannot be thinned out, so the whole file stays at home and
only the number of such files by format is said. The manifest says what ought to be there, not who made it: it is no seal.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from . import __version__, dated, store
from .errors import RunError, UsageError
from .nouns import Mission, SetAside

MANIFEST = "parcel.json"
TABLES = {"judgements.csv": "judgement_id", "notices.csv": "notice_id"}
READERS = ("mission", "partners", "public")
KEPT_HOME = frozenset({"odk"})
"""Formats whose bytes name phones and those who carry them: they go to the mission's own laptops alone."""
MOST_FILES = 200_000
_PATH = re.compile(r"^inbox/[A-Za-z0-9_-]+(/[^/\\:*?\"<>|\x00-\x1f\x7f]+)+$")
Row = dict[str, str]


@dataclass(frozen=True)
class Packed:
    """What a parcel holds: file -> bytes (read when asked for), and the manifest."""

    files: dict[str, Callable[[], bytes]]
    manifest: dict[str, Any]


def pack(
    folder: Path,
    mission: Mission,
    read: tuple[pl.DataFrame, tuple[SetAside, ...]] | None,
    reader: str,
    since: Path | None,
) -> Packed:
    """Put together what this reader may have; `read` is what `run.load` made of the files, needed but for the mission itself.

    With `since`, the receipt of an earlier taking, what that says arrived is left out. Raises UsageError.
    """
    if reader not in READERS:
        raise UsageError(f"--for: found {reader!r}, expected one of {', '.join(READERS)}")
    had, had_rows = arrived(since) if since else (set(), set())
    left_out: Counter[str] = Counter()
    files: dict[str, Callable[[], bytes]] = {}
    listed = []
    fit = None if reader == "mission" else _fitting(mission, read, reader)
    # A receipt of what phones sent is no capture, but says what is there; it is made anew where the files are taken in.
    for one in mission.captures:
        if fit is not None and one.path not in fit:
            left_out[one.format] += 1
        elif one.sha256 not in had:
            files[one.path] = partial(_bytes, one.data, folder / one.path)
            listed.append({"path": one.path, "bytes": one.size, "sha256": one.sha256})
    for name, rows in _tables(folder, mission, read, reader).items():
        keys = row_keys(rows, TABLES[name])
        fresh = _with_undone(rows, {n for n, key in enumerate(keys) if key not in had_rows}, name)
        if fresh:
            data = table_bytes(list(fresh[0]), fresh)
            files[name] = partial(_bytes, data)
            listed.append({"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    made = {
        "program": "truceline", "version": __version__, "parcel": 1, "mission": mission.id, "for": reader,
        "files": listed, "left_out": dict(sorted(left_out.items())),
    }  # fmt: skip
    return Packed(files, made)


def _fitting(mission: Mission, read: tuple[pl.DataFrame, tuple[SetAside, ...]] | None, reader: str) -> set[str]:
    """Files of which every row was read and may go to this reader; all others stay.

    The public has none in which an observer's own position stands, and no track.
    """
    if read is None:
        raise UsageError("what may go to others is known only after the files were read")
    table, set_aside = read
    allowed = dated.RELEASES["public" if reader == "public" else "restricted"]
    told = table.group_by("capture").agg(pl.col("exposure").unique())
    good = {c for c, found in told.iter_rows() if set(found) <= {str(a) for a in allowed}}
    hidden = [s for s in mission.sources if s.exposure not in allowed]
    by_hidden = set(table.filter(pl.col("source_id").is_in([s.id for s in hidden]))["capture"])
    formats = {c.path: c.format for c in mission.captures}
    if reader == dated.OPEN:  # where observers stood and went, to the metre
        by_hidden |= set(table.filter(pl.col("observer_lon_deg").is_not_null())["capture"])
        good = {c for c in good if formats.get(c) != "gpx"}
    good = {c for c in good if formats.get(c) not in KEPT_HOME} - by_hidden - {s.file for s in set_aside}
    names = [n.casefold().encode() for s in hidden for n in (s.id, s.name, *s.aliases) if len(n) > 3]
    data = {c.path: c.data.lower() for c in mission.captures if c.path in good}
    return {c for c in good if not any(n in data.get(c, b"") for n in names)}


def _tables(
    folder: Path, mission: Mission, read: tuple[pl.DataFrame, tuple[SetAside, ...]] | None, reader: str
) -> dict[str, list[Row]]:
    """Rows of judgements and notices that this reader may have."""
    found = {name: table_rows(folder / name) for name in TABLES if (folder / name).is_file()}
    if reader == "mission" or read is None:
        return found
    allowed = dated.RELEASES["public" if reader == "public" else "restricted"]
    table = read[0]
    seen = set(table.filter(pl.col("exposure").is_in([str(a) for a in allowed]))["id"])
    told = seen | {f"I-{i}" for i in seen}
    # Who joined or split, and why, is printed nowhere and stays at home; what was upheld or rejected stands in reports.
    kept = {j.id for j in mission.judgements if j.action in {"uphold", "reject"} and j.subject in told}
    kept |= {j.id for j in mission.judgements if j.action == "undo" and j.undoes in kept}
    notices = {n.id for n in mission.notices if n.exposure in allowed}
    ids = {"judgements.csv": kept, "notices.csv": notices}
    return {name: [r for r in rows if r.get(TABLES[name]) in ids[name]] for name, rows in found.items()}


def _bytes(data: bytes, path: Path | None = None) -> bytes:
    return data or (path.read_bytes() if path else b"")


def _with_undone(rows: list[Row], chosen: set[int], name: str) -> list[Row]:
    """These rows and those that they undo, in their order: what an undoing says is known only by what it undoes."""
    place = {r.get(TABLES[name], ""): n for n, r in enumerate(rows)}
    waiting = list(chosen)
    while waiting:
        undone = place.get(rows[waiting.pop()].get("undoes", ""))
        if undone is not None and undone not in chosen:
            chosen.add(undone)
            waiting.append(undone)
    return [rows[n] for n in sorted(chosen)]


def table_bytes(head: list[str], rows: Iterable[Row], *, headed: bool = True) -> bytes:
    """Rows as CSV, cell by cell as they are: a table that goes from laptop to laptop comes back the same."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if headed:
        writer.writerow(head)
    writer.writerows([r.get(c, "") for c in head] for r in rows)
    return out.getvalue().encode()


def table_rows(file: Path) -> list[Row]:
    """Rows of one of our tables as text, cell by cell; raises UsageError where a row has more or fewer cells than its head."""
    return rows_of(file.read_bytes(), file.name)


def rows_of(data: bytes, name: str) -> list[Row]:
    """The same from bytes."""
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{name} is no table in UTF-8 with commas ({error})") from None
    if not lines:
        return []
    head = [h.strip().casefold() for h in lines[0]]
    for number, line in enumerate(lines[1:], 2):
        if line and len(line) != len(head):
            raise UsageError(f"{name}:{number}: found {len(line)} cells, expected {len(head)} as in the head")
    return [dict(zip(head, line, strict=True)) for line in lines[1:] if line]


def row_keys(rows: list[Row], id_column: str) -> list[str]:
    """What each row says, whatever number it has: the hash of its cells, an undone judgement by what that says."""
    by_id = {r.get(id_column, ""): r for r in rows}

    def told(one: Row, deep: int) -> dict[str, str]:
        said = {k: v for k, v in one.items() if k != id_column and v}
        undone = by_id.get(said.get("undoes", ""))
        if undone is not None and undone is not one and deep < 50:
            said["undoes"] = json.dumps(told(undone, deep + 1), sort_keys=True)
        return said

    every = (json.dumps(told(r, 0), sort_keys=True, ensure_ascii=False) for r in rows)
    return [hashlib.sha256(text.encode()).hexdigest() for text in every]


def arrived(receipt: Path) -> tuple[set[str], set[str]]:
    """Hashes of files and keys of rows that a receipt says are held; raises UsageError where it is none."""
    try:
        said = json.loads(receipt.read_bytes())
        return {f["sha256"] for f in said["held"]}, set(said["rows_held"])
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(f"{receipt.name} is no receipt of `truceline take`") from None


def write(packed: Packed, out: Path, *, force: bool = False) -> None:
    """Write the parcel as a folder, or as a ZIP where the name ends so; whole or not at all."""
    manifest = (json.dumps(packed.manifest, ensure_ascii=False, indent=1) + "\n").encode()
    if out.suffix.lower() == ".zip":
        _write_zip(packed, out, manifest, force=force)
        return
    with store.replacing(out, force=force) as fresh:
        for name, read in packed.files.items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            store.write(fresh, {name: read()})
        store.write(fresh, {MANIFEST: manifest, store.MARK: b'{"program": "truceline"}\n'})


def _write_zip(packed: Packed, out: Path, manifest: bytes, *, force: bool) -> None:
    if out.exists() and not force and not _is_parcel(out):
        raise UsageError(f"{out} is a file that is no parcel; name another with --out, or add --force")
    fresh = out.with_name(f".{out.name}.part")
    try:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as box:
            for name, data in [*((n, r()) for n, r in packed.files.items()), (MANIFEST, manifest)]:
                box.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
        fresh.replace(out)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise RunError(f"{out} cannot be written ({error.strerror}); what stood there is unchanged") from None


def _is_parcel(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as box:
            return MANIFEST in box.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def is_safe(path: str) -> bool:
    """Whether a path of a manifest stays inside the inbox, and is shown by every system as it is written."""
    parts = path.split("/")
    tidy = all(
        p == p.strip(" .") and not p.startswith((".", "~$")) and p.isprintable() and len(p.encode()) < 200
        for p in parts
    )
    return path in TABLES or (bool(_PATH.match(path)) and tidy and len(path) < 900)
