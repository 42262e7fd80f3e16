"""Kinds of obligation, one file each: the dict from a term's kind to its check.

A check is one function: (term, party, window, case) -> Verdict. It says what it applied, how much of that speaks for
the term being kept, and why; an outcome that is not plain has a reason code. To add a kind, see docs/terms.md.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ..nouns import Term
from . import (
    clear_mines_together,
    hold_fire,
    let_aid_through,
    let_observers_in,
    meet_by,
    no_movement,
    no_new_mines,
    no_new_works,
    no_overflight,
    no_reinforcement,
    protect_civilians,
    recorded,
    release_detained,
    truth_in_public,
    withdraw_heavy_weapons,
)
from .case import Case, Verdict

Check = Callable[[Term, str, tuple[datetime, datetime], Case], Verdict]

_FILES = {
    "hold_fire": hold_fire,
    "no_movement": no_movement,
    "no_reinforcement": no_reinforcement,
    "no_new_works": no_new_works,
    "no_overflight": no_overflight,
    "withdraw_heavy_weapons": withdraw_heavy_weapons,
    "no_new_mines": no_new_mines,
    "clear_mines_together": clear_mines_together,
    "protect_civilians": protect_civilians,
    "release_detained": release_detained,
    "let_observers_in": let_observers_in,
    "let_aid_through": let_aid_through,
    "truth_in_public": truth_in_public,
    "meet_by": meet_by,
    "recorded": recorded,
}
CHECKS: dict[str, Check] = {kind: file.check for kind, file in _FILES.items()}
"""Kind of term -> its check."""
VERSIONS: dict[str, int] = {kind: file.VERSION for kind, file in _FILES.items()}
"""Kind of term -> the version of its check, which every finding names: what means something else has another number."""
ONCE = frozenset({"recorded"})
"""Kinds of which one row for the whole period is enough."""
JOINT = frozenset({"meet_by"})
"""Kinds that bind the parties together, so that nothing is said under `unattributed`."""
