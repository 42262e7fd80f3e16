"""No overflight: "no military activity into the other's airspace".

Params: `kinds` (default `air.overflight`, `air.drone_flight`); `own_side_allowed`, where the text forbids only flights
beyond one's own side: then a flight that is on record is disputed and no more, since whose side it is, is what the
parties disagree on; `exempt_notified`, where the text exempts flights that were notified beforehand.
"""

from __future__ import annotations

from datetime import datetime

from ..nouns import Term
from .acts import BY_OWN_WORD, Act, forbidden
from .case import Case, Verdict
from .whose_side import unclear

VERSION = 1
KINDS = ("air.overflight", "air.drone_flight")


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:
    """As the other acts, but where one's own side is allowed the question of the side stays open."""
    return unclear(forbidden(term, party, window, case, Act(KINDS, BY_OWN_WORD)), term, party, case, "flew")
