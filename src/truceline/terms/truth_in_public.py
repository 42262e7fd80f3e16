"""Keep to the truth in public: "do not spread false information or fake news".

What is false is shown by what is established, never by the other side's word: the witnesses are the week's incidents on
which the party spoke. Denying what is established is disputed (contradicts_established) and no more, since an error is
no lie. A charge of spreading falsehood, `information.false`, is weighed as any act. Nobody reads all that a side says, so
it is kept only where the term says `complete` (the mission keeps every statement of both sides) and at least `floor`
(default 0.8) of the incidents are established without the party's word, none against it. Params: `kinds`, `floor`,
`complete`.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime

from ..nouns import UNATTRIBUTED, Assessment, Grade, Modality, Outcome, Term
from .acts import FLOOR, Act, floor, forbidden
from .case import Case, Event, Verdict

VERSION = 1
KINDS = ("information.false",)


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:
    """Charges first, then the party's own statements against what is established."""
    if party == UNATTRIBUTED:
        return Verdict(Outcome.NOT_APPLICABLE, "nothing_unattributed", "")
    charged = forbidden(term, party, window, case, Act(KINDS, (Outcome.LIKELY_BREACHED, "own_word"), floor=2.0))
    if charged.outcome in {Outcome.BREACHED, Outcome.LIKELY_BREACHED}:
        return charged
    said = _statements(party, window, case)
    known = [(i, a) for i, a in said if _without(a, party)]
    against = tuple(i.id for i, a in known if party in a.contested_by)
    agreed, name = len(known) - len(against), case.name(party)
    spoke = f"Of {len(said)} incident{'s' if len(said) != 1 else ''} of this week on which {name} spoke, "
    spoke += f"{len(known)} {'is' if len(known) == 1 else 'are'} established without its word"
    if against:
        reason = f"{spoke}; it denied {len(against)} of them. An error is no lie."
        return Verdict(Outcome.DISPUTED, "contradicts_established", reason, against, len(said), agreed)
    if charged.incidents:
        return dataclasses.replace(charged, seen_share=None, reason=charged.reason.partition(". ")[0].rstrip(".") + ".")
    if not said:
        reason = f"No word of {name} on an incident of this week is on record."
        return Verdict(Outcome.NOT_ASSESSABLE, "no_record", reason)
    if term.params.get("complete") and len(known) >= floor(term, FLOOR) * len(said):
        return Verdict(Outcome.KEPT, "", f"{spoke}; it denied none of them.", (), len(said), agreed)
    reason = f"{spoke}; it denied none of these. What else it said was not tested."
    return Verdict(Outcome.NOT_ASSESSABLE, "too_few_checked", reason, (), len(said), agreed)


def _statements(party: str, window: tuple[datetime, datetime], case: Case) -> list[Event]:
    """Incidents of the window of which the party said that they happened, or that they did not."""
    return [
        (i, a)
        for i, a in case.events
        if i.modality is Modality.DONE and window[0] <= i.start < window[1] and party in (*a.said_by, *a.contested_by)
    ]


def _without(a: Assessment, party: str) -> bool:
    """Whether it is established by more than this party's own word."""
    by_others = a.rule in {"O-MONITOR-BACKED", "O-TWO-OUTSIDERS"} or a.rule.startswith("J-")
    return a.grade is Grade.ESTABLISHED and (by_others or bool(set(a.own_word) - {party}))
