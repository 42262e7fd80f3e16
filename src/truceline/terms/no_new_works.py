"""No new works: "no building or strengthening of military works", wire and trenches among them.

Params: `kinds` (default `force.construction`); `own_side_allowed`, where the text forbids only works beyond one's own
side. Then works that are announced or established are disputed and no more: whose side it is, is what the parties
disagree on, and no data set may settle it.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime

from ..nouns import UNATTRIBUTED, Outcome, Term
from .acts import forbidden
from .case import Case, Verdict

KINDS = ("force.construction",)


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:
    """As the other acts, but where one's own side is allowed the question of the side stays open."""
    verdict = forbidden(
        term, party, window, case, tuple(term.params.get("kinds", KINDS)), (Outcome.LIKELY_BREACHED, "own_word")
    )
    sure = verdict.outcome in {Outcome.BREACHED, Outcome.LIKELY_BREACHED}
    if not (term.params.get("own_side_allowed") and sure):
        return verdict
    who = "somebody" if party == UNATTRIBUTED else case.name(party)
    reason = (
        f"That {who} built is on record; on whose side is what the parties disagree on, and no finding is made of it."
    )
    return dataclasses.replace(verdict, outcome=Outcome.DISPUTED, reason_code="rule_unclear", reason=reason)
