"""A mission folder -> an open room: from its newest run where that is fresh, else by the pipeline in memory."""

from __future__ import annotations

from pathlib import Path

from .. import bundle, mission, run, store
from ..errors import RunError
from ..nouns import Edition
from .room import Room, made_of
from .shelf import desk_from


def opened(folder: Path, release: str = "public", run_folder: Path | None = None) -> Room:
    """Open a mission. `run_folder` is a run of it to be shown as it is; MISSION/out is taken where nothing has changed since.

    Raises InputError where the mission cannot be read, RunError where the run folder is none, or of another release.
    """
    if run_folder is not None:
        whole = mission.read(folder)
        made = bundle.read_edition(run_folder)
        if made.mission.id != whole.id:
            raise RunError(f"{run_folder} is a run of {made.mission.id!r}, not of {whole.id!r}")
        if made.release != release:
            raise RunError(f"{run_folder} is a {made.release} edition; serve it with --release {made.release}")
        return Room(folder, desk_from(made, whole.judgements))
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
