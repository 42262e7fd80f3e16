"""Where a mission lies open: the desk that everybody reads, and the one place from which the next one comes.

A judgement is on the disk before it is answered. The next desk is then worked out by a thread of its own, one run for all
judgements that came meanwhile; until it is ready everybody reads the old one, and what waits is listed with it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from .. import review, when
from ..errors import TrucelineError
from ..nouns import Edition, Judgement
from .changes import Preview, changed_incidents, preview
from .desk import Desk
from .making import Apart, Maker
from .remembered import Memory
from .shelf import desk_from

log = logging.getLogger("truceline.web")
FILE = "judgements.csv"
PREVIEWS = 32
LONGEST_REST_S = 5.0


class ConflictError(Exception):
    """A judgement rests on what has changed since: `earlier` was decided meanwhile, `generation` is the newest."""

    def __init__(self, earlier: tuple[Judgement, ...], generation: int) -> None:
        self.earlier, self.generation = earlier, generation
        super().__init__("what it is about has changed since")


class UnreadyError(Exception):
    """What was asked for cannot be worked out here; says why."""


@dataclass(frozen=True)
class Kept:
    """A judgement that is on the disk; `generation` is the first desk that counts it."""

    judgement: Judgement
    generation: int


class Room:
    """One mission folder, open. `desk` is the newest edition; it is exchanged as a whole."""

    def __init__(self, folder: Path, desk: Desk, maker: Maker | None = None, memory: Memory | None = None) -> None:
        self.folder, self.desk, self.maker, self.memory = folder, desk, maker, memory
        self._lock = threading.Lock()
        self._working = threading.Lock()
        self._due = threading.Event()
        self._closed = False
        self._end = threading.Event()
        self._waiting: tuple[Judgement, ...] = ()
        self._changed: dict[str, int] = {}
        self._counted: dict[str, int] = {}
        self._previews: OrderedDict[tuple[object, ...], Preview] = OrderedDict()
        self._thread: threading.Thread | None = None
        self.forms_came: Callable[[], bool] = lambda: False
        """Whether phones sent in, since the start, what the desk does not show yet."""
        self.failure = ""
        """Why the newest desk could not be made, in words; empty where it could."""

    @property
    def waiting(self) -> tuple[Judgement, ...]:
        """Judgements on file that the desk does not count yet."""
        return self._waiting

    def history(self) -> tuple[Judgement, ...]:
        """All judgements that the desk may name, those that wait at the end."""
        with self._lock:
            return (*self.desk.judgements, *self._waiting)

    def judge(self, said: dict[str, str], generation: int, seen: frozenset[str] = frozenset()) -> Kept:
        """Keep a judgement that was made on the desk of this generation; `seen` are later ones that its maker knows.

        Raises UsageError where it says too little or names what the desk does not hold, ConflictError where what it is about
        has been judged or has changed since, RunError where it cannot be written.
        """
        with self._lock:
            review.checked(said, self._known(said))
            ends = self._ends(said)
            earlier = tuple(j for j in self._since(generation) if j.id not in seen and ends & self._ends(_cells(j)))
            moved = any(self._changed.get(e, 0) > generation for e in ends)
            if earlier or (moved and not seen):
                raise ConflictError(earlier or self._about(ends), self.desk.generation)
            number = review.append(self.folder / FILE, said, self._known(said))
            kept = _judgement(number, said, self.desk.mission.time_zone)
            self._waiting = (*self._waiting, kept)
            due = self.desk.generation + 1
        self._renew()
        return Kept(kept, due)

    def foresee(self, said: dict[str, str]) -> Preview:
        """What this judgement would change: the pipeline with it, in memory; nothing is kept. One at a time.

        Raises UsageError as `judge` does, UnreadyError where the desk was laid from tables.
        """
        review.checked(said, self._known(said))
        if self.maker is None or self.desk.edition is None:
            raise UnreadyError(
                "This workbench was opened from a run's tables, so what a judgement would change cannot be worked out here. "
                "It can be kept; the next run of the mission counts it."
            )
        with self._working:
            with self._lock:
                desk, waiting = self.desk, self._waiting
            key = (desk.generation, waiting, *(said.get(n, "") for n in ("action", "subject", "object", "undoes")))
            if key not in self._previews:
                extra = _judgement("preview", said, desk.mission.time_zone)
                before = desk.edition if not waiting else self._edition((*desk.judgements, *waiting))
                assert before is not None
                after = self._edition((*desk.judgements, *waiting, extra))
                self._previews[key] = preview(before, after)
                while len(self._previews) > PREVIEWS:
                    self._previews.popitem(last=False)
            return replace(self._previews[key], generation=desk.generation)

    def wait(self, generation: int, seconds: float) -> bool:
        """Wait until the desk is of this generation or later; whether it is."""
        ends = threading.Event()
        for _ in range(max(1, int(seconds * 50))):
            if self.desk.generation >= generation or self._closed:
                break
            ends.wait(0.02)
        return self.desk.generation >= generation

    def ready(self) -> None:
        """Let whoever makes the next edition read the mission, before anybody waits for it."""
        if isinstance(self.maker, Apart) and not self._closed:
            self.maker.ready()

    def close(self) -> None:
        """Make no further desk."""
        self._closed = True
        self._end.set()
        self._due.set()
        if self.maker is not None:
            self.maker.close()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def _known(self, said: dict[str, str]) -> set[str]:
        """Of the names in a judgement, those that the desk holds: what is withheld is as good as not there."""
        names = {said.get("subject", ""), said.get("object", "")} - {""}
        judged = {j.id for j in (*self.desk.judgements, *self._waiting)}
        return {n for n in names if self.desk.shelf.incident_of(n.removeprefix("I-"))} | judged

    def _ends(self, said: dict[str, str]) -> set[str]:
        """The incidents that a judgement is about."""
        names = [said.get("subject", ""), said.get("object", "")]
        if said.get("undoes"):
            undone = next((j for j in (*self.desk.judgements, *self._waiting) if j.id == said["undoes"]), None)
            names += list(self._ends(_cells(undone))) if undone else []
        return {self.desk.shelf.incident_of(n.removeprefix("I-")) or n for n in names if n}

    def _since(self, generation: int) -> tuple[Judgement, ...]:
        """Judgements that the desk of this generation did not count."""
        made = tuple(j for j in self.desk.judgements if self._counted.get(j.id, 0) > generation)
        return (*made, *self._waiting)

    def _about(self, ends: set[str]) -> tuple[Judgement, ...]:
        return tuple(j for j in self.desk.judgements if ends & self._ends(_cells(j)))[-3:]

    def _edition(self, judgements: tuple[Judgement, ...]) -> Edition:
        """The edition with these judgements; `_working` is held by whoever asks."""
        assert self.maker is not None
        return self.maker.make(judgements, self.desk.release)

    def _renew(self) -> None:
        if self.maker is None:
            return
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name="next-desk", daemon=True)
            self._thread.start()
        self._due.set()

    def _work(self) -> None:
        while not self._closed:
            self._due.wait()
            self._due.clear()
            if self._closed:
                return
            begun = time.monotonic()
            try:
                with self._working:
                    self._next()
                self.failure = ""
            except TrucelineError as error:
                self.failure = str(error)
                log.error("the next desk could not be made: %s", error)
            except Exception:
                self.failure = "The newest judgements are on file, but the desk could not be made anew; see the log."
                log.exception("the next desk could not be made")
            self._end.wait(min(LONGEST_REST_S, (time.monotonic() - begun) / 2))  # readers get their turn

    def _next(self) -> None:
        with self._lock:
            old, waiting = self.desk, self._waiting
        if not waiting:
            return
        made = self._edition((*old.judgements, *waiting))
        fresh = desk_from(made, (*old.judgements, *waiting), old.generation + 1)
        fresh.sieve, fresh.scope  # noqa: B018 - worked out before anybody waits for it
        assert old.edition is not None
        moved = changed_incidents(old.edition, made)
        with self._lock:
            self._changed |= dict.fromkeys(moved, fresh.generation)
            self._counted.update(dict.fromkeys((j.id for j in waiting), fresh.generation))
            self._waiting = self._waiting[len(waiting) :]
            self.desk = fresh
        if self.memory is not None:
            self.memory.keep(made, waiting)


def _cells(one: Judgement) -> dict[str, str]:
    return {"subject": one.subject, "object": one.object, "undoes": one.undoes}


def _judgement(number: str, said: dict[str, str], time_zone: str) -> Judgement:
    return Judgement(
        id=number, date=when.moment(said["date"], time_zone), by=said["by"], action=said["action"],
        subject=said.get("subject", ""), object=said.get("object", ""), reason=said["reason"],
        undoes=said.get("undoes", ""),
    )  # fmt: skip
