"""No new mines: "never under any circumstances to use anti-personnel mines".

A blast shows that there was a mine and not when it was laid: it never makes a breach by itself. Laying that is
established with an author does; a finding that mines were new, without an author, stands under `unattributed`.
Params: `kinds` (default `mine.laid`, `mine.found`, `explosion.mine`). A mine is hidden, so that no share of ground in
sight shows that none was laid: a party that nothing is laid to is never `kept` unless the term gives a `floor` itself.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime

from ..nouns import UNATTRIBUTED, Outcome, Term
from .acts import Act, forbidden
from .case import Case, Verdict, unattributed

VERSION = 2
KINDS = ("mine.laid", "mine.found", "explosion.mine")
LAYING = ("mine.laid",)
FLOOR = 2.0
"""More than all that can be in sight."""


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:
    """Blasts and finds are disputed or not assessable; only laying can be breached."""
    if party == UNATTRIBUTED:
        found = unattributed(term, case, window, LAYING)
        return found or Verdict(Outcome.NOT_APPLICABLE, "nothing_unattributed", "")
    verdict = forbidden(term, party, window, case, Act(KINDS, floor=FLOOR))
    if verdict.outcome not in {Outcome.BREACHED, Outcome.LIKELY_BREACHED}:
        return verdict
    laid = {i.id for i, _ in case.within(term, window, LAYING)}
    if laid & set(verdict.incidents):
        return verdict
    reason = "A mine went off or was found; when it was laid, and by whom, is not established."
    return dataclasses.replace(verdict, outcome=Outcome.NOT_ASSESSABLE, reason_code="author_unknown", reason=reason)
