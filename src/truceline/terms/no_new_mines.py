"""No new mines: "never under any circumstances to use anti-personnel mines".

A blast shows that there was a mine and not when it was laid: it never makes a breach by itself. Laying that is
established with an author does; a finding that mines were new, without an author, stands under `unattributed`.
Params: `kinds` (default `mine.laid`, `mine.found`, `explosion.mine`).
"""

from __future__ import annotations

import dataclasses
from datetime import datetime

from ..nouns import UNATTRIBUTED, Outcome, Term
from .acts import forbidden
from .case import Case, Verdict, unattributed

KINDS = ("mine.laid", "mine.found", "explosion.mine")
LAYING = ("mine.laid",)


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:
    """Blasts and finds are disputed or not assessable; only laying can be breached."""
    kinds = tuple(term.params.get("kinds", KINDS))
    if party == UNATTRIBUTED:
        found = unattributed(term, case, window, LAYING)
        return found or Verdict(Outcome.NOT_APPLICABLE, "nothing_unattributed", "")
    verdict = forbidden(term, party, window, case, kinds)
    if verdict.outcome not in {Outcome.BREACHED, Outcome.LIKELY_BREACHED}:
        return verdict
    laid = {i.id for i, _ in case.within(term, window, LAYING)}
    if laid & set(verdict.incidents):
        return verdict
    reason = "A mine went off or was found; when it was laid, and by whom, is not established."
    return dataclasses.replace(verdict, outcome=Outcome.NOT_ASSESSABLE, reason_code="author_unknown", reason=reason)
