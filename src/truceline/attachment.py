"""Files that a phone sends with a form: the names they may have on a disk, and bytes that are what the name says."""

from __future__ import annotations

import re

from .submission import RefusedError

XML = "submission.xml"
RECEIPT = "receipt.json"
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF")
_FOREIGN = (b"PK", b"<", b"%PDF", b"MZ", b"\x7fELF", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"#!")
_SUFFIXES = {
    "image": {"jpg", "jpeg", "png", "webp", "heic", "gif"},
    "sound or film": {"m4a", "amr", "aac", "mp3", "ogg", "oga", "opus", "wav", "flac", "3gp", "3gpp", "mp4", "mov", "webm", "mkv"},
    "text": {"csv", "txt"},
}  # fmt: skip


def file_name(name: str) -> str:
    """The name of an attachment as it may stand on a disk; raises RefusedError where it may not."""
    stem, dot, suffix = name.rpartition(".")
    plain = re.fullmatch(r"[\w][\w .()~,+@&'-]*", name) and name.isprintable() and len(name.encode()) <= 150
    if not plain or not dot or not stem.strip() or ".." in name or name in {XML, RECEIPT}:
        raise RefusedError(400, "A file of the post has a name that no phone gives; nothing was stored.")
    if suffix.lower() not in {s for group in _SUFFIXES.values() for s in group}:
        raise RefusedError(415, "A file of the post is no photo, sound, film or plain table; nothing was stored.")
    return name


def check_kind(name: str, head: bytes) -> None:
    """Raise RefusedError where the bytes are not of the kind that the name says."""
    suffix = name.rpartition(".")[2].lower()
    kind = next(k for k, known in _SUFFIXES.items() if suffix in known)
    foreign = head.startswith(_FOREIGN)
    if kind == "image":
        foreign = not (head.startswith(_IMAGES) or head[4:8] == b"ftyp")
    elif kind == "text":
        foreign = foreign or b"\0" in head
    if foreign:
        raise RefusedError(415, f"A file of the post is named as {kind} and is something else; nothing was stored.")
