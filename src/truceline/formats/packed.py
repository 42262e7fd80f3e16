"""Zip archives from outside: nothing is unpacked to disk, and one that lies about its size or its names is refused.

Limits are checked against what the archive says before anything is unpacked, and against what comes out while it is.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from pathlib import PurePosixPath

from ..errors import InputError, Problem

MAX_MEMBERS = 1000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200
_SMALL = 1024 * 1024
"""Below this size a high ratio does no harm."""


def members(file: str, data: bytes, suffixes: tuple[str, ...]) -> dict[str, bytes]:
    """Members with these endings, by their names, unpacked in memory.

    Raises InputError where it is no archive, holds too many members or bytes, an encrypted one, a link, or a name that
    would leave the archive's own folder.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise InputError(Problem(file, 0, "", "no zip archive that can be read", "a zip archive")) from None
    _check(file, data, entries)
    wanted = [e for e in entries if e.filename.lower().endswith(suffixes) and not _hidden(e.filename)]
    return {entry.filename: _unpacked(file, archive, entry) for entry in wanted}


def _check(file: str, data: bytes, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_MEMBERS:
        raise InputError(Problem(file, 0, "", f"an archive of {len(entries):,} files", f"at most {MAX_MEMBERS:,}"))
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED or (unpacked > _SMALL and unpacked > len(data) * MAX_RATIO):
        found = f"an archive of {len(data):,} bytes that unpacks to {unpacked:,} bytes"
        raise InputError(Problem(file, 0, "", found, f"at most {MAX_RATIO} times its size and {MAX_UNPACKED:,} bytes"))
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ".." in PurePosixPath(name).parts or ":" in name.split("/")[0] or "\x00" in name:
            raise InputError(Problem(file, 0, "", f"a file named {name[:80]!r} inside", "names within the archive"))
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise InputError(Problem(file, 0, "", f"a link, {name[:80]!r}, inside", "plain files"))
        if entry.flag_bits & 1:
            raise InputError(
                Problem(file, 0, "", f"{name[:80]!r} inside is encrypted", "an archive without a password")
            )


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def _unpacked(file: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(entry) as handle:
            content = handle.read(entry.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        found = f"{entry.filename[:80]!r} inside is broken ({type(error).__name__})"
        raise InputError(Problem(file, 0, "", found, "an archive that is whole")) from None
    if len(content) > entry.file_size:
        raise InputError(Problem(file, 0, "", f"{entry.filename[:80]!r} inside is longer than it says", "a true size"))
    return content
