"""Kinds of obligation, one file each: the dict from a term's kind to its check.

A check is one function: (term, party, window, case) -> Verdict. It says what it applied, how much of that speaks for
the term being kept, and why; an outcome that is not plain has a reason code. To add a kind, see docs/terms.md.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ..nouns import Term
from . import (
    hold_fire,
    let_observers_in,
    meet_by,
    no_new_mines,
    no_new_works,
    no_reinforcement,
    recorded,
    release_detained,
)
from .case import Case, Verdict

Check = Callable[[Term, str, tuple[datetime, datetime], Case], Verdict]

CHECKS: dict[str, Check] = {
    "hold_fire": hold_fire.check,
    "no_new_works": no_new_works.check,
    "no_reinforcement": no_reinforcement.check,
    "let_observers_in": let_observers_in.check,
    "release_detained": release_detained.check,
    "meet_by": meet_by.check,
    "no_new_mines": no_new_mines.check,
    "recorded": recorded.check,
}
"""Kind of term -> its check."""
ONCE = frozenset({"recorded"})
"""Kinds of which one row for the whole period is enough."""
JOINT = frozenset({"meet_by"})
"""Kinds that bind the parties together, so that nothing is said under `unattributed`."""
