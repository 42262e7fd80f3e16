"""How acts that a term forbids are weighed for one party: shared by the checks that forbid an act.

Candour must not count against the candid: a party's own word alone never makes more than `likely_breached`, because it
says that the act was done and not that nothing provoked it; a denial does not make an act undone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..nouns import OWN_WORD_CODES, UNATTRIBUTED, Assessment, Grade, Incident, Outcome, Term
from .case import KEPT_NEEDS_SHARE, Case, Verdict, concerns, unattributed

Event = tuple[Incident, Assessment]
Own = tuple[Outcome, str]
PROVOKED: Own = (Outcome.LIKELY_BREACHED, "provocation_unknown")
"""What a party's own word makes where the text does not turn on what came before the act."""
ORDER = (Outcome.BREACHED, Outcome.LIKELY_BREACHED, Outcome.DISPUTED, Outcome.NOT_ASSESSABLE)


def forbidden(
    term: Term,
    party: str,
    window: tuple[datetime, datetime],
    case: Case,
    prefixes: tuple[str, ...],
    own: Own = PROVOKED,
) -> Verdict:
    """The verdict on a term that forbids acts of these kinds; `own` says what a party's own word makes of it."""
    if party == UNATTRIBUTED:
        return unattributed(term, case, window, prefixes) or Verdict(Outcome.NOT_APPLICABLE, "nothing_unattributed", "")
    share = case.share(term, window, prefixes)
    events = [(i, a) for i, a in case.within(term, window, prefixes) if concerns(a, party)]
    weighed = [(weigh(a, party, own), i.id) for i, a in events]
    for outcome in ORDER:
        chosen = [(code, i) for (result, code), i in weighed if result is outcome]
        if chosen:
            return Verdict(
                outcome, min(code for code, _ in chosen), _words(outcome, [c for c, _ in chosen], case.name(party), len(events), share),
                tuple(i for _, i in chosen), len(events), sum(1 for (r, _), _ in weighed if r is Outcome.KEPT), share,
            )  # fmt: skip
    return nothing_seen(case.name(party), share, len(events))


def weigh(assessment: Assessment, party: str, own: Own = PROVOKED) -> Own:
    """What one incident says of one party: an outcome and a reason code."""
    a = assessment
    if a.grade is Grade.INSUFFICIENT:
        return Outcome.KEPT, ""
    named = party in a.attributed_to.split(";")
    if named and a.attribution_grade is Grade.ESTABLISHED:
        if a.attribution_rule == "A-OWN-WORD":
            return own
        return Outcome.BREACHED, ""
    if named:
        return Outcome.LIKELY_BREACHED, "one_witness"
    if a.attribution_grade is Grade.DISPUTED or a.grade is Grade.DISPUTED or party in a.denied_by:
        return Outcome.DISPUTED, "author_disputed"
    if a.attribution_rule == "A-MANDATE":
        return Outcome.NOT_ASSESSABLE, "author_unknown"
    if party in a.accused:
        return Outcome.NOT_ASSESSABLE, "evidence_one_sided"
    return Outcome.KEPT, ""


def _words(outcome: Outcome, codes: list[str], name: str, applied: int, share: float | None) -> str:
    number = f"{len(codes)} of {applied} incident{'s' if applied != 1 else ''} laid to {name}"
    if outcome is Outcome.BREACHED:
        return f"{number} {_are(codes)} established with {name} as author."
    own = sum(1 for code in codes if code in OWN_WORD_CODES)
    rest = len(codes) - own
    said = f"{own} by {name}'s own word"
    if "provocation_unknown" in codes:
        said += ", where what came before it is not established"
    if outcome is Outcome.LIKELY_BREACHED:
        parts = [said] * bool(own) + [f"{rest} seen by one origin outside the parties"] * bool(rest)
        return f"{number}: {'; '.join(parts)}."
    if outcome is Outcome.DISPUTED:
        parts = [f"{said} and the text turns on it"] * bool(own)
        parts += [f"{rest} that {name} denied or of which the sides blame one another"] * bool(rest)
        return f"{number} {_are(codes)} disputed: {'; '.join(parts)}."
    if "author_unknown" in codes:
        return f"{number} may concern the term; the mandate names no author."
    return f"{number} rest{'s' if len(codes) == 1 else ''} on one side's word alone. {seen_in_words(share)}"


def _are(items: Iterable[object]) -> str:
    return "is" if len(list(items)) == 1 else "are"


def seen_in_words(share: float | None) -> str:
    """Say how much was in sight: at most 1.2 % of zone and time, say."""
    if share is None:
        return "Nobody measured how much of the zone was in sight."
    if share == 0:
        return "Nobody is recorded to have looked."
    return f"At most {max(share * 100, 0.1):.1f} % of zone and time was in sight."


def nothing_seen(name: str, share: float | None, applied: int) -> Verdict:
    """No incident speaks against the party: kept only where enough was in sight."""
    if share is not None and share >= KEPT_NEEDS_SHARE:
        reason = f"Nothing was laid to {name}, and {share:.0%} of zone and time was in sight."
        return Verdict(Outcome.KEPT, "", reason, (), applied, applied, share)
    said = f"No report on record lays such an act to {name}."
    if applied:
        said = f"What is laid to {name} ({applied}) is too thin to be weighed."
    reason = f"{said} {seen_in_words(share)} That is no finding that nothing happened."
    return Verdict(Outcome.NOT_ASSESSABLE, "no_coverage", reason, (), applied, applied, share)
