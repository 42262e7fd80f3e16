"""The edition of the last start, kept so that the next start is quick: MISSION/.desk/RELEASE.json, for its owner's eyes alone.

It holds what a run's edition.json holds, so nothing that the release withholds; it is taken only where every file that was read
then is the same now, and so is this program. It may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

import msgspec

from .. import __version__, bundle
from ..nouns import Edition, Judgement, Mission

FOLDER, JUDGEMENTS = ".desk", "judgements.csv"
_LENGTH = 64


class Memory:
    """What is kept of one mission for one release. `judgements` are those of its file, in order."""

    def __init__(self, folder: Path, whole: Mission, release: str) -> None:
        self.place, self.release, self.judgements = folder / FOLDER, release, whole.judgements
        self._known = _key(whole, release)

    def found(self) -> Edition | None:
        """The edition that was kept of just this mission; None where there is none, or it is not what was kept."""
        try:
            data = (self.place / f"{self.release}.json").read_bytes()
        except OSError:
            return None
        head, body = data[: 2 * _LENGTH], data[2 * _LENGTH :]
        if head != self._head(body):
            return None
        try:
            return bundle.edition_of(body)
        except (msgspec.DecodeError, ValueError):
            return None

    def keep(self, made: Edition, more: tuple[Judgement, ...] = ()) -> None:
        """Keep this edition for the next start, `more` having been judged since; nothing where it cannot be written."""
        self.judgements = (*self.judgements, *more)
        body = bundle.edition_bytes(made)
        with contextlib.suppress(OSError):
            self.place.mkdir(mode=0o700, exist_ok=True)
            if self.place.is_symlink():
                return
            (self.place / ".gitignore").write_text("*\n", "utf-8")
            handle, name = tempfile.mkstemp(dir=self.place)
            with os.fdopen(handle, "wb") as file:
                file.write(self._head(body) + body)
            Path(name).replace(self.place / f"{self.release}.json")

    def _head(self, body: bytes) -> bytes:
        judged = msgspec.json.encode(self.judgements, order="deterministic")
        asked = hashlib.sha256(self._known.encode() + judged).hexdigest()
        return (asked + hashlib.sha256(body).hexdigest()).encode()


def _key(whole: Mission, release: str) -> str:
    """What an edition depends on but for judgements: the bytes that were read, the release, and this program."""
    read = sorted((c.path, c.sha256) for c in whole.inputs if c.path != JUDGEMENTS)
    return "\n".join((__version__, _program(), release, *(f"{path} {sha}" for path, sha in read)))


def _program() -> str:
    """The files of the package by size and day: where one of them was changed, so may be what it makes."""
    package = Path(bundle.__file__).parent
    files = sorted(p for kind in ("*.py", "*.json", "*.yaml") for p in package.rglob(kind))
    stats = [(p, p.stat()) for p in files]
    return hashlib.sha256("\n".join(f"{p} {s.st_size} {s.st_mtime_ns}" for p, s in stats).encode()).hexdigest()
