"""Where a mission lies open: the desk that everybody reads, and the one place from which the next one comes."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

from .. import bundle, run
from ..errors import RunError
from ..nouns import Edition, Judgement
from .desk import Desk
from .shelf import InMemory


@dataclass
class Room:
    """One mission folder, open. `desk` is the newest; it is exchanged as a whole."""

    folder: Path
    desk: Desk
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)


def nameable(made: Edition, judgements: tuple[Judgement, ...]) -> tuple[Judgement, ...]:
    """Judgements about what this edition holds, and what undoes them: of others not even the number is shown."""
    known = {o.id for o in made.observations}
    subjects = known | {f"I-{i}" for i in known} | {""}
    kept: dict[str, Judgement] = {}
    for one in judgements:
        if {one.subject, one.object} <= subjects and (not one.undoes or one.undoes in kept):
            kept[one.id] = one
    return tuple(kept.values())


def desk_from(made: Edition, judgements: tuple[Judgement, ...], generation: int = 1) -> Desk:
    """The desk of an edition."""
    return Desk(InMemory(made), generation, nameable(made, judgements))


def opened(folder: Path, release: str = "public", run_folder: Path | None = None) -> Room:
    """Open a mission: from a run folder where one is named, else by the pipeline in memory.

    Raises InputError where the mission cannot be read, RunError where the run folder is none or of another release.
    """
    if run_folder is not None:
        made = bundle.read_edition(run_folder)
        if made.release != release:
            raise RunError(f"{run_folder} is a {made.release} edition; serve it with --release {made.release}")
        return Room(folder, desk_from(made, made.mission.judgements))
    material = run.load(folder)
    made = run.edition(replace(material), None, release)
    return Room(folder, desk_from(made, material.mission.judgements))
