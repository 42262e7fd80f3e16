"""A mission folder -> an open room: from its newest run where that is fresh, else by the pipeline in memory."""

from __future__ import annotations

from pathlib import Path

from .. import bundle, mission, pictures, run, store
from ..errors import RunError
from ..nouns import Capture, Edition, Mission
from .desk import Desk
from .laid import laid
from .laying import FORMAT
from .room import Room, made_of
from .shelf import desk_from

A_LOT = 10_000_000
"""Bytes of observation tables from which on it is worth counting reports before anything is made of them."""
HEAT = "firms"
"""The format of detections, which are no reports."""
MANY = 60_000
"""More reports than this are fused and not assessed when a mission is opened: a run of them takes hours and no laptop's memory."""


def size_of(folder: Path) -> int:
    """Bytes of the mission's observation tables."""
    return sum(p.stat().st_size for p in (folder / "inbox" / FORMAT).rglob("*") if p.is_file())


def too_many(captures: tuple[Capture, ...]) -> bool:
    """Whether the reports are too many for a run, and all of them in observation tables, which `fuse` reads."""
    tables = [c for c in captures if c.format == FORMAT]
    others = [c for c in captures if c.format not in {FORMAT, HEAT} and not pictures.is_picture(c)]
    lines = sum(len(c.data) // 60 if c.path.lower().endswith(".parquet") else c.data.count(b"\n") for c in tables)
    return lines > MANY and not others


def opened(folder: Path, release: str = "public", run_folder: Path | None = None) -> Room:
    """Open a mission. `run_folder` is a run of it to be shown as it is; MISSION/out is taken where nothing has changed since.

    Raises InputError where the mission cannot be read, RunError where the run folder is none, or of another release.
    """
    if run_folder is not None:
        whole = mission.read(folder)
        if not (run_folder / bundle.EDITION).exists():
            return room_laid(folder, whole, release, run_folder)
        made = bundle.read_edition(run_folder)
        if made.mission.id != whole.id:
            raise RunError(f"{run_folder} is a run of {made.mission.id!r}, not of {whole.id!r}")
        if made.release != release:
            raise RunError(f"{run_folder} is a {made.release} edition; serve it with --release {made.release}")
        return Room(folder, desk_from(made, whole.judgements))
    if size_of(folder) > A_LOT:
        whole = mission.read(folder)
        if too_many(whole.captures):
            return room_laid(folder, whole, release)
    if store.is_ours(folder / "out"):
        whole = mission.read(folder)
        found = fresh(folder / "out", {c.path: c.sha256 for c in whole.inputs}, release)
        if found is not None:
            return Room(folder, desk_from(found, whole.judgements), lambda: run.load(folder))
    material = run.load(folder)
    known = material.mission.judgements
    return Room(folder, desk_from(made_of(material, known, release), known), lambda: material)


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
