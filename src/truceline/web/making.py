"""Where the next edition is worked out: in this process, or in one of its own, so that answers keep flowing meanwhile.

Whoever makes holds the mission's material from the first edition that it is asked for: judgements are all that changes
between two editions of one start.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Protocol

from .. import run
from ..errors import RunError, TrucelineError
from ..nouns import Edition, Judgement

ANY_DAY = datetime(1970, 1, 1, tzinfo=UTC)
BEHIND = 5
"""How far a process of its own stands back where others want the processor."""


def made_of(material: run.Material, judgements: tuple[Judgement, ...], release: str) -> Edition:
    """The newest edition with these judgements, whatever their days: a desk shows at once what was decided at it.

    A dated edition goes by the day of each judgement, as ever.
    """
    early = tuple(replace(j, date=min(j.date, ANY_DAY)) for j in judgements)
    made = run.edition(replace(material, mission=replace(material.mission, judgements=early)), None, release)
    return replace(made, mission=replace(made.mission, judgements=judgements))


class Maker(Protocol):
    """Makes editions of one mission that differ in their judgements."""

    def make(self, judgements: tuple[Judgement, ...], release: str) -> Edition:
        """The edition with these judgements; raises TrucelineError where the mission cannot be read or made."""

    def close(self) -> None:
        """Make no further one."""


class Here:
    """Makes editions in this process."""

    def __init__(self, load: Callable[[], run.Material]) -> None:
        self._load = load
        self.material: run.Material | None = None

    def make(self, judgements: tuple[Judgement, ...], release: str) -> Edition:
        """The edition with these judgements."""
        if self.material is None:
            self.material = self._load()
        return made_of(self.material, judgements, release)

    def close(self) -> None:
        """Nothing is to be ended."""


class Apart:
    """Makes editions in a process of its own, which is started when it is first needed and begun anew where it was lost."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pool: ProcessPoolExecutor | None = None
        self._closed = False

    def ready(self) -> None:
        """Start it and let it read the mission, so that the first judgement need not wait for that; returns at once."""
        self._started().submit(_read, self.folder)

    def make(self, judgements: tuple[Judgement, ...], release: str) -> Edition:
        """The edition with these judgements; asked for once more where the process was ended under it."""
        try:
            found = self._asked(judgements, release)
        except BrokenProcessPool:
            self._pool = None
            try:
                found = self._asked(judgements, release)
            except BrokenProcessPool:
                self._pool = None
                raise RunError("the process that works out the next edition was ended twice") from None
        if isinstance(found, str):
            raise RunError(found)
        return found

    def _asked(self, judgements: tuple[Judgement, ...], release: str) -> Edition | str:
        return self._started().submit(_made, self.folder, judgements, release).result()

    def close(self) -> None:
        """End it."""
        self._closed = True
        if self._pool is not None:
            for process in list((self._pool._processes or {}).values()):
                process.terminate()
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _started(self) -> ProcessPoolExecutor:
        if self._closed:
            raise RunError("the workbench is being ended")
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=_behind)
        return self._pool


_material: dict[Path, run.Material] = {}


def _behind() -> None:
    """In the process of its own: stand back behind answers, leave Ctrl-C to the one that was started, and end with it."""
    import signal

    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(BEHIND)


def _end_with_parent() -> None:
    """Wait for the end of the process that was started, however it came, so that none is left behind that nobody asks."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _held(folder: Path) -> run.Material:
    if folder not in _material:
        _material[folder] = run.load(folder)
    return _material[folder]


def _read(folder: Path) -> None:
    """Read the mission and make an edition of it, whose compiled parts are then at hand."""
    held = _held(folder)
    made_of(held, held.mission.judgements, "public")


def _made(folder: Path, judgements: tuple[Judgement, ...], release: str) -> Edition | str:
    """The edition, or the words of what went wrong (an exception would not travel whole)."""
    try:
        return made_of(_held(folder), judgements, release)
    except TrucelineError as error:
        return str(error)
