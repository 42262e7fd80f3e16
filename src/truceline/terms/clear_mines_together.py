"""Clear mines together: "joint humanitarian demining". It asks for an act of both, and forbids standing in its way.

Obstruction is weighed as any act that is forbidden. Else the week is kept where clearance by both sides is established
or probable; where only one side cleared, or nothing is on record, it is not assessable: a record that is compiled is no
full one. Params: `kinds` (what obstructs; default `mine.clearance_obstructed`), `series` (the timeline's body of the
joint work), `floor`.
"""

from __future__ import annotations

from datetime import datetime

from ..nouns import UNATTRIBUTED, Outcome, Term
from .acts import BY_OWN_WORD, Act, forbidden
from .case import SURE, Case, Verdict, unattributed

VERSION = 1
KINDS = ("mine.clearance_obstructed",)
CLEARED = ("mine.cleared",)


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:
    """Obstruction first, then what was cleared and by whom."""
    kinds = tuple(term.params.get("kinds", KINDS))
    if party == UNATTRIBUTED:
        return unattributed(term, case, window, kinds) or Verdict(Outcome.NOT_APPLICABLE, "nothing_unattributed", "")
    barred = forbidden(term, party, window, case, Act(KINDS, BY_OWN_WORD, floor=2.0))
    if barred.incidents:
        return barred
    cleared = [(i, a) for i, a in case.within(term, window, CLEARED) if a.grade in SURE]
    by = {i.id: {p for p in case.names if p in (*a.own_word, *a.accused, *a.said_by)} for i, a in cleared}
    both = tuple(i for i, who in by.items() if len(who) > 1)
    share = barred.seen_share
    steps = [s for s in case.timeline if s.series and s.series == term.params.get("series") and s.held == "held"]
    met = [s for s in steps if s.when.start < window[1] and s.when.end > window[0]]
    if both:
        reason = f"{len(both)} of {len(cleared)} clearances on record were by both sides."
        return Verdict(Outcome.KEPT, "", reason, both, len(cleared), len(both), share)
    own = tuple(i for i, who in by.items() if party in who)
    if cleared:
        reason = (
            f"{len(cleared)} clearance{'s are' if len(cleared) > 1 else ' is'} on record, none by both sides "
            f"({len(own)} by {case.name(party)})."
        )
        return Verdict(Outcome.NOT_ASSESSABLE, "one_side_only", reason, tuple(by), len(cleared), 0, share)
    talked = f" The joint body met ({met[0].event}); meeting is no clearing." if met else ""
    reason = f"No clearance and no obstruction of it is on record.{talked} The record may be incomplete."
    return Verdict(Outcome.NOT_ASSESSABLE, "no_record", reason, (), 0, 0, share)
