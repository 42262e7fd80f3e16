"""Release detained persons. The witnesses are incidents of release and of detention.

Where the text names no day, or hangs the release on something that the parties read differently, holding on is
disputed and no more. Params: `condition` (text), `kinds` (default `person.released`, `person.returned`).
"""

from __future__ import annotations

from datetime import datetime

from ..nouns import UNATTRIBUTED, Grade, Outcome, Term
from .case import Case, Verdict

VERSION = 1

RELEASED = ("person.released", "person.returned")
SURE = {Grade.ESTABLISHED, Grade.PROBABLE}


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:
    """Kept from the week of an established release on; before it by what the text says of the day."""
    if party == UNATTRIBUTED:
        return Verdict(Outcome.NOT_APPLICABLE, "nothing_unattributed", "")
    since = term.start or window[0]
    released = case.within(term, (since, window[1]), tuple(term.params.get("kinds", RELEASED)))
    sure = [(i, a) for i, a in released if a.grade in SURE]
    if sure:
        done = tuple(i.id for i, _ in sure)
        if any(i.start < window[0] for i, _ in sure):
            return Verdict(
                Outcome.NOT_APPLICABLE,
                "settled",
                "The release is on record; see the week in which it fell.",
                done,
                len(done),
                len(done),
            )
        return Verdict(Outcome.KEPT, "", "The release is on record.", done, len(done), len(done))
    if term.due and window[1] <= term.due:
        return Verdict(Outcome.NOT_DUE, "", "The day of the release has not come.")
    condition = term.params.get("condition")
    if term.due and not condition:
        return Verdict(
            Outcome.NOT_ASSESSABLE,
            "no_record",
            "The day has passed and no release is on record; the record may be incomplete.",
        )
    held = case.within(term, (datetime.min.replace(tzinfo=window[0].tzinfo), window[1]), ("person.detained",))
    known = tuple(i.id for i, a in held if party in a.accused)
    reason = f"The text names no day{f' and says: {condition}' if condition else ''}; no release is on record."
    if known:
        return Verdict(
            Outcome.DISPUTED,
            "rule_unclear",
            f"{reason} {case.name(party)} is said to hold persons.",
            known,
            len(known),
            0,
        )
    return Verdict(Outcome.NOT_ASSESSABLE, "rule_unclear", reason)
