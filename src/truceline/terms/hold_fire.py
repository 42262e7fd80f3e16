"""Hold fire: "a ceasefire with all weapons". An incident of fire laid to a party is weighed for it.

Params: `kinds` (default `fire`, `harm.civilians`, `harm.civilian_site`); `unprovoked`, where the text forbids only
unprovoked fire: then fire by a party's own word is disputed, since what came before it decides; `exempt_notified`, where
the text exempts exercises that were notified beforehand.
"""

from __future__ import annotations

from datetime import datetime

from ..nouns import Outcome, Term
from .acts import PROVOKED, Act, forbidden
from .case import Case, Verdict

VERSION = 2
KINDS = ("fire", "harm.civilians", "harm.civilian_site")


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:
    """Breached only with an established author who did not merely say so itself; see `acts.weigh`."""
    own = (Outcome.DISPUTED, "provocation_unknown") if term.params.get("unprovoked") else PROVOKED
    return forbidden(term, party, window, case, Act(KINDS, own))
