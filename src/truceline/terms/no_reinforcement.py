"""No reinforcement and no movement: "keep deployments as they stood; do not increase forces".

Params: `kinds` (default `force.movement`, `force.reinforcement`, `force.incursion`).
"""

from __future__ import annotations

from datetime import datetime

from ..nouns import Term
from .acts import forbidden
from .case import Case, Verdict

KINDS = ("force.movement", "force.reinforcement", "force.incursion")


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:
    """An announced advance is the party's own word; see `acts.weigh`."""
    return forbidden(term, party, window, case, tuple(term.params.get("kinds", KINDS)))
