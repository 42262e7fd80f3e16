"""What phones send in, kept: each instance once, whole on the disk before anybody is told so, and nothing ever deleted.

    inbox/odk/<instance>/submission.xml, attachments as they came, receipt.json
    inbox/odk/.spool/    posts on their way in; what is there was acknowledged to nobody

An instance is known by its id and the SHA-256 of its XML. The same bytes again add nothing. Other bytes under the same id
are a second entry beside the first (`<instance>.<hash>`), and so is a second file of one name; both are named in the
receipt. Neither user names nor addresses of phones are written anywhere.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from . import attachment, receipts, store, submission
from .attachment import RECEIPT, XML
from .errors import RunError, UsageError
from .submission import Form, RefusedError, Submission

_STRIPES = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is taken: MB of a post, of a file and of the XML; files of a post; contents under one id."""

    post_mb: float = 100.0
    file_mb: float = 100.0
    xml_mb: float = 5.0
    files: int = 100
    files_an_entry: int = 500
    contents: int = 20
    free_mb: float = 300.0
    """Room that must be left on the disk for a post to be taken at all."""


@dataclass(slots=True)
class Spooled:
    """One part of a post on its way in: a file that counts and hashes what is written to it."""

    name: str
    path: Path
    handle: BinaryIO
    most: float
    size: int = 0
    head: bytes = b""
    _hash: Any = field(default_factory=hashlib.sha256)

    def write(self, data: bytes) -> None:
        """Append; raises RefusedError where the part grows too large."""
        self.size += len(data)
        if self.size > self.most:
            raise RefusedError(413, f"A file of the post is larger than {self.most / 1e6:g} MB; nothing was stored.")
        if len(self.head) < 16:
            self.head += data[: 16 - len(self.head)]
        self._hash.update(data)
        self.handle.write(data)

    @property
    def sha256(self) -> str:
        """Of everything written so far."""
        found: str = self._hash.hexdigest()
        return found

    def settle(self) -> None:
        """Bring the bytes to the disk."""
        if not self.handle.closed:
            self.handle.flush()
            os.fsync(self.handle.fileno())
            self.handle.close()


@dataclass(frozen=True, slots=True)
class Taken:
    """How a post ended: everything named is held, what is missing, how many files were new, and the receipt."""

    complete: bool
    new: int
    receipt: dict[str, Any]


class Receiving:
    """The store of one mission for what phones send. One process at a time receives; raises UsageError otherwise."""

    def __init__(self, folder: Path, mission: str, forms: Mapping[str, Form], limits: Limits | None = None) -> None:
        self.mission, self.forms, self.limits = mission, dict(forms), limits or Limits()
        self.mission_folder, self.media_folder = folder, folder / "forms" / "media"
        self.folder = folder / receipts.FOLDER
        self.spool = self.folder / ".spool"
        self.arrived = False
        """Whether a form came in since this was opened that was not held before. How many is not counted here: some may be sealed."""
        self._locks = [threading.Lock() for _ in range(_STRIPES)]
        try:
            self.spool.mkdir(parents=True, exist_ok=True)
            self._held = _lone(self.spool / "lock")
        except OSError as error:
            raise RunError(f"{self.folder} cannot be written to ({error.strerror})") from None
        for left in self.spool.iterdir():
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)

    def close(self) -> None:
        """Let another process receive."""
        self._held.close()

    @contextlib.contextmanager
    def post(self) -> Iterator[Post]:
        """Room for one post on its way in; what is not taken vanishes at the end."""
        if shutil.disk_usage(self.spool).free < self.limits.free_mb * 1e6:
            raise RefusedError(507, "The mission's disk is nearly full; nothing was stored. Tell the duty desk.")
        room = self.spool / secrets.token_hex(12)
        room.mkdir()
        made = Post(room, self.limits)
        try:
            yield made
        finally:
            for part in made.parts:
                part.handle.close()
            shutil.rmtree(room, ignore_errors=True)

    def take(self, post: Post) -> Taken:
        """Keep what came in, durably, and say what is held now; raises RefusedError where it is not for this mission."""
        xml = post.xml
        if xml is None:
            raise RefusedError(400, "The post holds no xml_submission_file; nothing was stored.")
        xml.settle()
        said = submission.parse(xml.path.read_bytes(), self.forms, self.mission)
        for part in post.files:
            attachment.check_kind(part.name, part.head)
        try:
            for part in post.files:
                part.settle()
            with self._locks[int(xml_stripe(said.instance_id), 16) % _STRIPES]:
                return self._keep(said, xml, post.files)
        except OSError as error:
            raise RefusedError(507, f"The disk did not take it ({error.strerror}); send it again.") from None

    def _keep(self, said: Submission, xml: Spooled, files: list[Spooled]) -> Taken:
        entry = self._entry(said.instance_id, xml.sha256)
        new = 0
        if not entry.exists():
            entry.mkdir()
            _sync(self.folder)
        held = receipts.held(entry)
        if XML not in held:
            new += _publish(xml.path, entry / XML)
            held[XML] = receipts.row(XML, xml.size, xml.sha256)
        for part in files:
            new += self._add(entry, part, held)
        if new:
            _sync(entry)
        missing = [n for n in said.named if n not in held]
        made = self._receipt(said, entry, held, missing)
        if new or not (entry / RECEIPT).exists():
            store.write_one(entry / RECEIPT, _json(made))
            self.arrived = True
        return Taken(not missing, new, made)

    def _add(self, entry: Path, part: Spooled, held: dict[str, dict[str, Any]]) -> int:
        """Keep one attachment; 1 where it was new. Another file under a name that is taken stands beside it."""
        name = part.name
        if name in held and held[name]["sha256"] != part.sha256:
            stem, dot, suffix = name.rpartition(".")
            name = f"{stem}~{part.sha256[:12]}{dot}{suffix}"
        if name in held:
            return 0
        if len(held) >= self.limits.files_an_entry:
            raise RefusedError(413, f"This form holds {len(held)} files already; no more are taken for it.")
        made = _publish(part.path, entry / name)
        held[name] = receipts.row(name, part.size, part.sha256)
        return made

    def _entry(self, instance_id: str, sha256: str) -> Path:
        """The folder of this content: the instance's own, or one beside it where that holds other bytes."""
        first = self.folder / receipts.folder_name(instance_id)
        there = receipts.held(first).get(XML) if first.exists() else None
        if there is None or there["sha256"] == sha256:
            return first
        other = first.with_name(f"{first.name}.{sha256[:12]}")
        if not other.exists() and len(list(self.folder.glob(f"{first.name}.*"))) + 1 >= self.limits.contents:
            raise RefusedError(
                409, f"This id stands for {self.limits.contents} different forms already; nothing stored."
            )
        return other

    def _receipt(
        self, said: Submission, entry: Path, held: dict[str, dict[str, Any]], missing: list[str]
    ) -> dict[str, Any]:
        first = receipts.folder_name(said.instance_id)
        others = sorted(p.name for p in self.folder.glob(f"{first}*") if p.name != entry.name and p.is_dir())
        return {
            "program": "truceline", "mission": self.mission, "form": said.form_id, "version": said.version,
            "instance": said.instance_id, "edits": said.edits,
            "edited_is_held": bool(said.edits) and (self.folder / receipts.folder_name(said.edits)).is_dir(),
            "entry": entry.name, "files": [held[n] for n in sorted(held, key=lambda n: (n != XML, n))],
            "bytes": sum(f["bytes"] for f in held.values()), "missing": missing, "other_contents": others,
        }  # fmt: skip

    def media(self, form: Form) -> dict[str, Path]:
        """The media of this form that are there: in forms/media of the mission, under the names that the form gives."""
        found = {name: self.media_folder / name for name in form.media}
        return {name: path for name, path in found.items() if path.is_file() and not path.is_symlink()}


class Post:
    """One post on its way in: the XML and the attachments, each in the spool."""

    def __init__(self, room: Path, limits: Limits) -> None:
        self.room, self.limits = room, limits
        self.xml: Spooled | None = None
        self.files: list[Spooled] = []
        self.more = False
        """Whether the phone says that further posts follow for this instance."""

    @property
    def parts(self) -> list[Spooled]:
        """Everything in the spool."""
        return [*([self.xml] if self.xml else []), *self.files]

    def begin(self, name: str, *, xml: bool = False) -> Spooled:
        """A new part; raises RefusedError where its name is none, or there are too many."""
        if xml and self.xml is not None:
            raise RefusedError(400, "The post holds two forms; nothing was stored.")
        if len(self.parts) > self.limits.files:
            raise RefusedError(413, f"The post holds more than {self.limits.files} files; nothing was stored.")
        plain = XML if xml else attachment.file_name(name)
        if not xml and plain in {f.name for f in self.files}:
            raise RefusedError(400, "The post holds two files of one name; nothing was stored.")
        path = self.room / f"{len(self.parts)}.part"
        most = (self.limits.xml_mb if xml else self.limits.file_mb) * 1e6
        made = Spooled(plain, path, path.open("wb"), most)
        if xml:
            self.xml = made
        else:
            self.files.append(made)
        return made


def xml_stripe(instance_id: str) -> str:
    """Which lock an instance takes, as a hexadecimal number."""
    return hashlib.sha256(instance_id.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _json(what: Any) -> bytes:
    return (json.dumps(what, ensure_ascii=False, indent=1) + "\n").encode()


def _publish(fresh: Path, target: Path) -> int:
    """Give the file its place, whole, and never over another; 1 where it was new."""
    try:
        os.link(fresh, target)
    except FileExistsError:
        return 0
    except OSError:  # a disk without hard links; the lock of the instance keeps others away
        if target.exists():
            return 0
        fresh.rename(target)
    return 1


def _sync(folder: Path) -> None:
    """Bring a folder's names to the disk, where the system can."""
    with contextlib.suppress(PermissionError, NotImplementedError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _lone(path: Path) -> BinaryIO:
    """A lock that only one process holds, and that ends with it."""
    handle = path.open("ab")
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        pass
    except OSError:
        handle.close()
        raise UsageError("another program receives for this mission already; stop it first") from None
    return handle
