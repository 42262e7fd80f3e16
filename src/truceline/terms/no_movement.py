"""No movement of troops: "no movement, including patrols, towards the other's positions".

Params: `kinds` (default `force.movement`, `force.incursion`); `exempt_notified`, where the text exempts movements that
were notified beforehand.
"""

from __future__ import annotations

from datetime import datetime

from ..nouns import Term
from .acts import Act, forbidden
from .case import Case, Verdict

VERSION = 1
KINDS = ("force.movement", "force.incursion")


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:
    """An announced advance is the party's own word; see `acts.weigh`."""
    return forbidden(term, party, window, case, Act(KINDS))
