"""Meet by a day: "hold the meeting within two weeks". The witnesses are the steps of the mission's timeline.

A timeline compiled from what was published is not complete: that no meeting is on record is no finding that none was
held. Only a step that says so (postponed, refused) speaks against the parties, and not against one of them.
Params: `series` (the body that meets), `complete` (true where the timeline is the parties' own full record).
"""

from __future__ import annotations

from datetime import datetime

from ..nouns import UNATTRIBUTED, Outcome, Step, Term
from .case import Case, Verdict

VERSION = 1


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:
    """Not due before the week of the day; then kept, disputed or not assessable; settled afterwards."""
    if party == UNATTRIBUTED:
        return Verdict(Outcome.NOT_APPLICABLE, "nothing_unattributed", "")
    if term.due is None:
        return Verdict(Outcome.NOT_ASSESSABLE, "rule_unclear", "The text names no day by which to meet.")
    if window[1] < term.due and case.as_of < term.due:
        return Verdict(Outcome.NOT_DUE, "", "The day by which to meet has not come.")
    if window[1] < term.due:
        return Verdict(Outcome.NOT_DUE, "", "The day by which to meet came later.")
    if window[0] >= term.due:
        return Verdict(
            Outcome.NOT_APPLICABLE, "settled", "The day by which to meet is past; see the week in which it fell."
        )
    return _due(term, case)


def _due(term: Term, case: Case) -> Verdict:
    assert term.due is not None
    series = str(term.params.get("series", ""))
    # The meeting at which the term was agreed does not fulfil it.
    steps = [s for s in case.timeline if s.series == series and _after(s, term)]
    held = [s for s in steps if s.held == "held" and s.when.start < term.due]
    if held:
        return Verdict(
            Outcome.KEPT,
            "",
            f"The meeting on record: {held[0].event}, {case.day(held[0].when.start)}.",
            (),
            len(steps),
            1,
        )
    off = [s for s in steps if s.held in {"postponed", "refused"} and s.when.start < term.due]
    if off:
        return Verdict(
            Outcome.LIKELY_BREACHED,
            "not_held",
            f"{off[0].event}; no meeting before the day is on record.",
            (),
            len(off),
            0,
        )
    later = [s for s in steps if s.held == "held"]
    if term.params.get("complete"):
        return Verdict(
            Outcome.BREACHED, "", "The record is complete and holds no meeting before the day.", (), len(steps), 0
        )
    after = f" The first one on record came later ({later[0].event}, {case.day(later[0].when.start)})." if later else ""
    reason = f"No meeting before the day is on record.{after} The record is compiled and may be incomplete."
    return Verdict(Outcome.NOT_ASSESSABLE, "no_record", reason, (), len(steps), 0)


def _after(step: Step, term: Term) -> bool:
    return term.start is None or (step.when.end > term.start and step.when.start != term.start)
