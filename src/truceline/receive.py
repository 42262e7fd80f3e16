"""A file of another desk into a mission's inbox: looked through first, reported row by row, put in once.

Nothing is put in that nobody can read, and nothing twice: the same bytes under any name are recognised by their hash, the same rows
by their ids. The bytes are kept as they came, under a name of their own in inbox/FORMAT/[SOURCE/].
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from . import formats, sheets, store, withheld
from .errors import InputError, Problem, RunError, UsageError
from .formats import mapped, sniff
from .nouns import Capture, Exposure, Harvest, Lexicon, SetAside

MAX_NAME = 100
READY, HERE, REFUSED, ASKED = "received", "already_here", "refused", "needs_mapping"


@dataclass(frozen=True)
class Wish:
    """What somebody wants of `receive`: a format (guessed where it is empty), a mapping, who speaks, a look alone."""

    format: str = ""
    mapping: Path | None = None
    source: str = ""
    dry_run: bool = False


@dataclass(frozen=True)
class Held:
    """What the mission holds already: its captures, the ids of its observations, what names mean in it."""

    captures: tuple[Capture, ...]
    ids: frozenset[str]
    lexicons: dict[str, Lexicon]
    max_mb: float = 100.0
    names: frozenset[str] = frozenset()
    """Casefolded ids and names of its sources: an alias of one that is not public may stand in a path, these may not."""

    @property
    def hidden(self) -> dict[str, Exposure]:
        """Casefolded names of sources that are not public -> their exposure."""
        return next(iter(self.lexicons.values())).withheld


@dataclass(frozen=True)
class Receipt:
    """What became of one file. `rows` are those that could be read: `new` ones, and those that the mission has."""

    file: str
    status: str
    format: str = ""
    target: str = ""
    sha256: str = ""
    bytes: int = 0
    rows: int = 0
    new: int = 0
    known: int = 0
    tracks: int = 0
    detections: int = 0
    refused: tuple[SetAside, ...] = ()
    questions: tuple[SetAside, ...] = ()
    proposal: str = ""
    reason: str = ""
    ids: frozenset[str] = field(default=frozenset(), repr=False)
    """Of the observations that were read."""


def take(folder: Path, files: list[Path], wish: Wish, held: Held) -> list[Receipt]:
    """Look through these files and, unless it is a dry run, put those that can be read into the mission.

    Raises UsageError for a format, a source or a mapping that does not exist, RunError where the mission cannot be written to.
    """
    if wish.format and wish.format not in formats.IDS:
        raise UsageError(f"{wish.format!r} is no format; expected one of {', '.join(formats.IDS)}")
    source = _source(wish.source, held)
    mapping = _mapping(wish.mapping) if wish.mapping else None
    made: list[Receipt] = []
    hidden = held.hidden
    for file in files:
        try:
            data = _bytes(file, held.max_mb)
            one = _one(file.name, data, wish, source, mapping, held)
        except InputError as error:
            found = withheld.problem(error.problems[0], hidden)
            made.append(Receipt(file.name, REFUSED, wish.format, reason=_words(found)))
            continue
        if one.status == READY:
            if not wish.dry_run:
                _put(folder, one, data, mapping)
            capture = Capture(one.target, one.format, one.sha256, one.bytes)
            held = dataclasses.replace(held, captures=(*held.captures, capture), ids=held.ids | one.ids)
        made.append(one)
    return made


def _words(problem: Problem) -> str:
    where = f"line {problem.line}, " if problem.line else ""
    column = f"{problem.column}: " if problem.column else ""
    return f"{where}{column}found {problem.found}; expected {problem.expected}"


def _source(name: str, held: Held) -> str:
    """The id of the source that --source names; raises UsageError where the mission has none so called."""
    if not name:
        return ""
    known = held.lexicons["observations"].sources
    if name.casefold() not in known:
        raise UsageError(
            f"--source: {name!r} is no source of sources.yaml; expected one of {', '.join(sorted(set(known.values())))}"
        )
    found = known[name.casefold()]
    hidden = held.lexicons["observations"].withheld
    if found.casefold() in hidden:
        if name.casefold() in held.names:
            said = "its folder would name a source that is not public: give it a neutral alias in sources.yaml, and name that"
            raise UsageError(f"--source: {said}")
        found = name
    if not re.fullmatch(r"[\w.-]+", found) or found.startswith("."):
        raise UsageError(f"--source: {found!r} cannot be the name of a folder; name it in a column of the file")
    return found


def _mapping(file: Path) -> tuple[str, bytes, mapped.Mapping]:
    try:
        data = file.read_bytes() if file.stat().st_size < 1_000_000 else b""
    except OSError as error:
        raise UsageError(f"--mapping: {file} cannot be read ({error.strerror})") from None
    return file.name, data, mapped.parse(file.name, data)


def _bytes(file: Path, max_mb: float) -> bytes:
    """The file's bytes; raises InputError where it is no file that can be read, or too large."""
    try:
        if not file.is_file():
            raise InputError(
                Problem(file.name, 0, "", "no such file" if not file.exists() else "no plain file", "a file")
            )
        size = file.stat().st_size
        if size > max_mb * 1e6:
            raise InputError(Problem(file.name, 0, "", f"a file of {size / 1e6:,.0f} MB", f"at most {max_mb:g} MB"))
        data = file.read_bytes()
    except OSError as error:
        raise InputError(
            Problem(file.name, 0, "", f"a file that cannot be read ({error.strerror})", "a readable file")
        ) from None
    if not data:
        raise InputError(Problem(file.name, 0, "", "an empty file", "a file with something in it"))
    return data


def safe_name(name: str) -> str:
    """A file's name as one that every disk takes: letters, digits, dot, hyphen; no folder, no leading dot, at most 100 bytes."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    kept = "".join(c if c.isalnum() or c in "._-" or unicodedata.category(c).startswith("M") else "-" for c in plain)
    stem, dot, suffix = kept.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,10}", suffix):
        stem, suffix = kept, ""
    ending = f".{suffix.lower()}" if suffix else ""
    stem = stem.encode()[: MAX_NAME - len(ending)].decode("utf-8", "ignore").strip(".-~$") or "file"
    return (f"{stem}-1" if stem.upper() == "README" else stem) + ending


def _one(
    name: str, data: bytes, wish: Wish, source: str, mapping: tuple[str, bytes, mapped.Mapping] | None, held: Held
) -> Receipt:
    digest = hashlib.sha256(data).hexdigest()
    there = next((c.path for c in held.captures if c.sha256 == digest), "")
    if there:
        return Receipt(name, HERE, target=there, sha256=digest, bytes=len(data), reason="the same bytes are there")
    form = wish.format or ("mapped" if mapping else sniff.guess(name, data))
    target = _target(form, source, name, digest, held)
    capture = Capture(target, form, digest, len(data), data)
    seen = Receipt(name, READY, form, target, digest, len(data))
    if form == "mapped" and not mapping and not _fitting(capture, held):
        proposal = _proposal(capture)
        if withheld.exposure_of(held.hidden, proposal) is not None:
            found = "words of the table that name a source that is not public"
            raise InputError(
                Problem(name, 1, "", found, "a mapping of your own (--mapping FILE): none can be proposed")
            )
        return dataclasses.replace(seen, status=ASKED, proposal=proposal)
    harvest = read(capture, held, mapping)
    fresh = {o.id for o in harvest.observations}
    tracks = len(formats.tracks([capture], held.lexicons)) + len(formats.patrols([capture], held.lexicons)[0])
    heat = formats.detections([capture]).table.height if form == formats.DETECTIONS else 0
    seen = dataclasses.replace(
        seen, rows=len(fresh), new=len(fresh - held.ids), known=len(fresh & held.ids), tracks=tracks, detections=heat,
        refused=withheld.asides(harvest.set_aside, held.hidden),
        questions=withheld.asides(harvest.questions, held.hidden), ids=frozenset(fresh),
    )  # fmt: skip
    if not fresh and not tracks and not heat:
        return dataclasses.replace(seen, status=REFUSED, target="", reason=_why_none(harvest))
    if fresh and fresh <= held.ids and not tracks:
        return dataclasses.replace(seen, status=HERE, target="", reason="every row of it is there")
    return seen


def _why_none(harvest: Harvest) -> str:
    reason = "no row of it can be read"
    if harvest.set_aside and "source_id" in {s.column for s in harvest.set_aside}:
        return f"{reason}: name who speaks by --source, or add the source to sources.yaml"
    return reason


def read(capture: Capture, held: Held, mapping: tuple[str, bytes, mapped.Mapping] | None = None) -> Harvest:
    """What the format's reader makes of a capture in this mission; raises InputError where it can read nothing."""
    lexicon = held.lexicons[capture.format]
    if mapping:
        kept = {**lexicon.values.get("mappings", {}), f"{PurePosixPath(capture.path).with_suffix('')}.yaml": mapping[2]}
        lexicon = dataclasses.replace(lexicon, values={**lexicon.values, "mappings": kept})
    return formats.load(capture.format)(capture, lexicon)


def _fitting(capture: Capture, held: Held) -> bool:
    header = sheets.head(capture.path, capture.data).header
    return any(m.fits(header) for m in held.lexicons["mapped"].values.get("mappings", {}).values())


def _proposal(capture: Capture) -> str:
    sheet = sheets.head(capture.path, capture.data)
    made: dict[str, Any] = mapped.proposed(sheet.header, sheet.rows)
    return yaml.safe_dump(made, allow_unicode=True, sort_keys=False, width=1000)


def _target(form: str, source: str, name: str, digest: str, held: Held) -> str:
    """Where the file goes: under its name, or under its hash where that names a source that is not public.

    A name that is taken gets the beginning of its hash. A path stands in public tables.
    """
    folder = "/".join(filter(None, ("inbox", form, source)))
    plain = safe_name(name)
    if withheld.exposure_of(held.hidden, plain) is not None:
        plain = f"{form}-{digest[:8]}{PurePosixPath(plain).suffix}"
    taken = {c.path.casefold() for c in held.captures}
    if f"{folder}/{plain}".casefold() in taken:
        plain = f"{PurePosixPath(plain).stem}-{digest[:8]}{PurePosixPath(plain).suffix}"
    return f"{folder}/{plain}"


def _put(folder: Path, one: Receipt, content: bytes, mapping: tuple[str, bytes, mapped.Mapping] | None) -> None:
    """Write the file, its mapping first; raises RunError where something else has come to stand there."""
    target = folder / one.target
    if not target.parent.resolve().is_relative_to(folder.resolve()):
        raise RunError(f"{target.parent} leads out of the mission; nothing was put in")
    if target.exists() or target.is_symlink():
        raise RunError(f"{one.target} has come to be there meanwhile; nothing was put in: run it again")
    if mapping and one.format == "mapped":
        store.write_one(target.with_suffix(".yaml"), mapping[1])
    store.write_one(target, content)
