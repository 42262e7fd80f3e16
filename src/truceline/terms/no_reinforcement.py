"""No reinforcement: "do not increase forces along the entire border".

Forces that move or come across increase those that stand there, so that they count too unless the term names its kinds; a
clause on movement alone is `no_movement`. Params: `kinds` (default `force.movement`, `force.reinforcement`,
`force.incursion`); `exempt_notified`, where the text exempts reliefs or exercises that were notified beforehand.
"""

from __future__ import annotations

from datetime import datetime

from ..nouns import Term
from .acts import Act, forbidden
from .case import Case, Verdict

VERSION = 2
KINDS = ("force.movement", "force.reinforcement", "force.incursion")


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:
    """An announced reinforcement is the party's own word; see `acts.weigh`."""
    return forbidden(term, party, window, case, Act(KINDS))
