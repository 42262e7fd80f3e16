"""Files of inbox/odk/ -> entries and the attachments beside them: CSV, XLSX, JSON, ZIP and submissions as XML.

A ZIP is read in memory and never laid out on a disk; what it would unpack to is known before anything is unpacked.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ..errors import InputError, Problem
from ..forms import submission
from ..forms.submission import Submission
from ..nouns import Capture, SetAside
from ..sheets import CellError
from . import odk_json, odk_tables

CLOCKS = frozenset({"form_started", "form_finished"})
MOST_FILES, MOST_UNPACKED, MOST_RATIO = 50_000, 2_000_000_000, 200
TABLES = (".csv", ".tsv", ".xlsx")
RECEIPT = "receipt.json"
"""What the desk that takes submissions from phones writes beside each: no evidence."""


@dataclass(frozen=True)
class Entry:
    """One filled-in form and the file in which it stood."""

    told: Submission
    capture: Capture


@dataclass
class Box:
    """Everything that the files hold."""

    entries: list[Entry] = field(default_factory=list)
    files: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Name of an attachment -> where it lies and its SHA-256."""
    set_aside: list[SetAside] = field(default_factory=list)
    questions: list[SetAside] = field(default_factory=list)

    def cited(self, entry: Entry, name: str) -> str:
        """How an attachment is cited; empty where it did not come, or two files of that name may be meant."""
        found = self.files.get(name, [])
        uuid = entry.told.instance.removeprefix("uuid:")
        here = str(PurePosixPath(entry.capture.path).parent)
        own = [f for f in found if uuid and uuid in f[0]] or [f for f in found if f[0].startswith(f"{here}/")] or found
        hashes = {sha for _, sha in own}
        return f"sha256:{hashes.pop()}" if len(hashes) == 1 else ""


def unpacked(captures: Iterable[Capture]) -> Box:
    """Every entry and attachment of these files; a file that cannot be read is set aside whole with the reason."""
    box = Box()
    tables: list[odk_tables.Table] = []
    for capture in sorted(captures, key=lambda c: c.path):
        try:
            for name, data in _parts(capture):
                _take(box, tables, capture, name, data)
        except InputError as error:
            box.set_aside += [
                SetAside(p.file, p.line, p.column, p.found, f"expected {p.expected}") for p in error.problems
            ]
    found, set_aside = odk_tables.entries(tables)
    box.entries += [Entry(told, capture) for told, capture in found]
    box.set_aside += set_aside
    return box


def _parts(capture: Capture) -> Iterator[tuple[str, bytes]]:
    """The files in this file: itself, or those of a ZIP that can be evidence."""
    if not capture.path.lower().endswith(".zip"):
        yield capture.path, capture.data
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(capture.data))
        listed = [e for e in archive.infolist() if not e.is_dir()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _problem(capture, "no ZIP archive that can be read", "an export of ODK Central or KoboToolbox") from None
    total = sum(e.file_size for e in listed)
    most = min(MOST_UNPACKED, max(len(capture.data), 1) * MOST_RATIO)
    if len(listed) > MOST_FILES or total > most:
        found = f"an archive of {len(listed):,} files that unpacks to {total:,} bytes"
        raise _problem(
            capture, found, f"at most {MOST_FILES:,} files, {MOST_UNPACKED:,} bytes and {MOST_RATIO} times its size"
        )
    for entry in listed:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if ".." in path.parts or path.is_absolute():
            raise _problem(
                capture, "a file with a path that leads out of the archive", "an export as the server wrote it"
            )
        if any(part.startswith(".") or part == "__MACOSX" for part in path.parts):
            continue
        try:
            yield f"{capture.path}/{path}", archive.read(entry)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
            raise _problem(
                capture, "a file in it that cannot be unpacked", "a whole archive without a password"
            ) from None


def _problem(capture: Capture, found: str, expected: str) -> InputError:
    return InputError(Problem(capture.path, 0, "", found, expected))


def _take(box: Box, tables: list[odk_tables.Table], capture: Capture, name: str, data: bytes) -> None:
    suffix = PurePosixPath(name).suffix.lower()
    here = Capture(name if name != capture.path else capture.path, capture.format, capture.sha256, len(data), data)
    if suffix in TABLES:
        tables += odk_tables.tables(here)
    elif suffix == ".xml" or _looks_like_xml(suffix, data):
        try:
            box.entries.append(Entry(submission.from_xml(data), here))
        except CellError as error:  # what was found may be sealed
            box.set_aside.append(SetAside(name, 1, error.column, "", f"expected {error.expected}"))
    elif PurePosixPath(name).name == RECEIPT:
        return
    elif suffix == ".json":
        found, set_aside = odk_json.entries(name, data)
        box.entries += [Entry(told, here) for told in found]
        box.set_aside += set_aside
    else:
        box.files.setdefault(PurePosixPath(name).name, []).append((name, hashlib.sha256(data).hexdigest()))


def _looks_like_xml(suffix: str, data: bytes) -> bool:
    return not suffix and data.lstrip()[:1] == b"<"
