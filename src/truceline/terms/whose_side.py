"""Where a text forbids an act only beyond one's own side: whose side it is, is what the parties disagree on.

No data set may settle it, so an act that is announced or established is disputed and no more.
"""

from __future__ import annotations

import dataclasses

from ..nouns import UNATTRIBUTED, Outcome, Term
from .case import Case, Verdict


def unclear(verdict: Verdict, term: Term, party: str, case: Case, did: str) -> Verdict:
    """The verdict, disputed (rule_unclear) where the term allows the act on one's own side and the act is on record."""
    if not term.params.get("own_side_allowed") or verdict.outcome not in {Outcome.BREACHED, Outcome.LIKELY_BREACHED}:
        return verdict
    who = "somebody" if party == UNATTRIBUTED else case.name(party)
    reason = (
        f"That {who} {did} is on record; on whose side is what the parties disagree on, and no finding is made of it."
    )
    return dataclasses.replace(verdict, outcome=Outcome.DISPUTED, reason_code="rule_unclear", reason=reason)
