"""Let aid through: "unhindered access for humanitarian relief". The witnesses are requests: granted, refused, hindered.

What counts is what was asked for: a week in which nobody asked shows nothing. A refusal is weighed as any act that is
forbidden. Params: `kinds` (what hinders; default `access.denied`), `granted` (default `access.granted`).
"""

from __future__ import annotations

import dataclasses
from datetime import datetime

from ..nouns import UNATTRIBUTED, Outcome, Term
from .acts import BY_OWN_WORD, Act, forbidden
from .case import SURE, Case, Verdict, concerns, unattributed

VERSION = 1
KINDS = ("access.denied",)
GRANTED = ("access.granted",)


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:
    """Refusals first; kept where requests are on record and every one was granted."""
    kinds = tuple(term.params.get("kinds", KINDS))
    if party == UNATTRIBUTED:
        return unattributed(term, case, window, kinds) or Verdict(Outcome.NOT_APPLICABLE, "nothing_unattributed", "")
    refused = forbidden(term, party, window, case, Act(KINDS, BY_OWN_WORD, floor=2.0))
    granted = case.within(term, window, tuple(term.params.get("granted", GRANTED)))
    let = tuple(i.id for i, a in granted if a.grade in SURE and concerns(a, party))
    applied, passed = refused.applied + len(let), refused.passed + len(let)
    if refused.incidents:
        reason = f"{refused.reason} {len(let)} other request{'s' if len(let) != 1 else ''} granted on record."
        return dataclasses.replace(refused, applied=applied, passed=passed, reason=reason)
    if let:
        reason = f"{len(let)} of {applied} requests on record were granted by {case.name(party)}, none is known to have been refused."
        return Verdict(Outcome.KEPT, "", reason, let, applied, passed, refused.seen_share)
    reason = f"No request to {case.name(party)}, granted or refused, is on record."
    return Verdict(Outcome.NOT_ASSESSABLE, "no_record", reason, (), applied, passed, refused.seen_share)
