"""Seconds and peak memory by stage: the only thing of a run that knows the time, and the only output that may differ."""

from __future__ import annotations

import dataclasses
import re
import resource
import time
from collections.abc import Callable
from pathlib import Path

Progress = Callable[[str], None]


_STATUS = Path("/proc/self/status")


def peak_mb() -> float:
    """The most memory that this process has held; Linux hands a parent's on in `ru_maxrss`, so its own count goes first."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", _STATUS.read_text("ascii"))
    except (OSError, UnicodeDecodeError):
        found = None
    return int(found[1]) / 1024 if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@dataclasses.dataclass
class Clock:
    """Seconds and peak memory by stage, for timings.json; nothing else of a run knows the time."""

    tell: Progress = lambda _: None
    seconds: dict[str, float] = dataclasses.field(default_factory=dict)
    peak_mb: dict[str, float] = dataclasses.field(default_factory=dict)
    _since: float = dataclasses.field(default_factory=time.perf_counter)

    def done(self, stage: str) -> None:
        """A stage has ended."""
        now = time.perf_counter()
        self.seconds[stage] = round(now - self._since, 3)
        self.peak_mb[stage] = round(peak_mb(), 1)
        self._since = now
        self.tell(stage)
