"""A mission folder -> an open room: from its newest run where that is fresh, else by the pipeline in memory."""

from __future__ import annotations

from pathlib import Path

from .. import bundle, mission, pictures, run, store
from ..errors import RunError
from ..nouns import Capture, Edition, Mission
from .desk import Desk
from .laid import laid
from .laying import FORMAT
from .making import Apart, Here, made_of
from .remembered import Memory
from .room import Room
from .shelf import desk_from

A_LOT = 10_000_000
"""Bytes of observation tables from which on it is worth counting reports before anything is made of them."""
HEAT = "firms"
"""The format of detections, which are no reports."""
MANY = 60_000
"""More reports than this are grouped and not graded when a mission is opened, which every page says: records of an edition take
more than ten kilobytes a report, and a workbench is to stay below a gigabyte."""


def size_of(folder: Path) -> int:
    """Bytes of the mission's observation tables."""
    return sum(p.stat().st_size for p in (folder / "inbox" / FORMAT).rglob("*") if p.is_file())


def too_many(captures: tuple[Capture, ...]) -> bool:
    """Whether the reports are too many for a run, and all of them in observation tables, which `fuse` reads."""
    tables = [c for c in captures if c.format == FORMAT]
    others = [c for c in captures if c.format not in {FORMAT, HEAT} and not pictures.is_picture(c)]
    lines = sum(len(c.data) // 60 if c.path.lower().endswith(".parquet") else c.data.count(b"\n") for c in tables)
    return lines > MANY and not others


def opened(folder: Path, release: str = "public", run_folder: Path | None = None, *, apart: bool = False) -> Room:
    """Open a mission. `run_folder` is a run of it to be shown as it is; MISSION/out is taken where nothing has changed since.

    With `apart` the edition is kept for the next start, and the next one is worked out in a process of its own. Raises
    InputError where the mission cannot be read, RunError where the run folder is none, or of another release.
    """
    if run_folder is not None:
        return _of_run(folder, release, run_folder)
    whole = mission.read(folder)
    if size_of(folder) > A_LOT and too_many(whole.captures):
        return room_laid(folder, whole, release)
    memory = Memory(folder, whole, release) if apart else None
    made = _known(folder, whole, release, memory)
    if made is not None:
        maker = Apart(folder) if apart else Here(lambda: run.load(folder))
        return Room(folder, desk_from(made, whole.judgements), maker, memory)
    material = run.load(folder, whole=whole)
    made = made_of(material, whole.judgements, release)
    if memory is not None:
        memory.keep(made)
    return Room(folder, desk_from(made, whole.judgements), Apart(folder) if apart else Here(lambda: material), memory)


def _of_run(folder: Path, release: str, run_folder: Path) -> Room:
    whole = mission.read(folder)
    if not (run_folder / bundle.EDITION).exists():
        return room_laid(folder, whole, release, run_folder)
    made = bundle.read_edition(run_folder)
    if made.mission.id != whole.id:
        raise RunError(f"{run_folder} is a run of {made.mission.id!r}, not of {whole.id!r}")
    if made.release != release:
        raise RunError(f"{run_folder} is a {made.release} edition; serve it with --release {made.release}")
    return Room(folder, desk_from(made, whole.judgements))


def _known(folder: Path, whole: Mission, release: str, memory: Memory | None) -> Edition | None:
    """The edition of MISSION/out or of the last start, where it is that of today."""
    if store.is_ours(folder / "out"):
        found = fresh(folder / "out", {c.path: c.sha256 for c in whole.inputs}, release)
        if found is not None:
            return found
    return memory.found() if memory is not None else None


def fresh(out: Path, inputs: dict[str, str], release: str) -> Edition | None:
    """The edition of this run folder where a run of today would make the same; None where it would not, or is not known to."""
    try:
        mark = bundle.manifest_of(out)
        asked = mark.get("arguments", {})
        if mark.get("inputs") != inputs or asked.get("as_of") or asked.get("release") != release:
            return None
        return bundle.read_edition(out)
    except (RunError, OSError, ValueError, KeyError):
        return None


def room_laid(folder: Path, whole: Mission, release: str, fused: Path | None = None) -> Room:
    """A room whose desk is laid from columns on the disk."""
    shelf = laid(folder, whole, release, fused)
    known = tuple(
        j
        for j in whole.judgements
        if all(not n or shelf.incident_of(n.removeprefix("I-")) for n in (j.subject, j.object))
    )
    return Room(folder, Desk(shelf, 1, known))
