"""How acts that a term forbids are weighed for one party: shared by the checks that forbid an act.

Candour must not count against the candid: a party's own word alone never makes more than `likely_breached`, because it
says that the act was done and not that nothing provoked it; a denial does not make an act undone. What may lie outside
of the term's zone or hours counts one step less; what was notified before it began is exempt where the text says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from ..nouns import OWN_WORD_CODES, UNATTRIBUTED, Assessment, Grade, Incident, Outcome, Term
from .case import Case, Event, Verdict, concerns, unattributed
from .exempt import Exempt, exempt

Own = tuple[Outcome, str]
PROVOKED: Own = (Outcome.LIKELY_BREACHED, "provocation_unknown")
"""What a party's own word makes where the text does not turn on what came before the act."""
BY_OWN_WORD: Own = (Outcome.LIKELY_BREACHED, "own_word")
"""What it makes where nothing that came before could excuse the act."""
FLOOR = 0.8
"""Share of zone and time that must have been in sight before an act that is forbidden can be called not done."""
ORDER = (Outcome.BREACHED, Outcome.LIKELY_BREACHED, Outcome.DISPUTED, Outcome.NOT_ASSESSABLE)


@dataclass(frozen=True, slots=True)
class Act:
    """What a kind of term forbids: which kinds, what a party's own word makes of it, what else bears on one incident."""

    kinds: tuple[str, ...]
    own: Own = PROVOKED
    floor: float = FLOOR
    lasting: bool = False
    """Whether one look in the window is enough, since what was done is still there to be seen."""
    doubt: Callable[[Incident], Own | None] = lambda _: None
    """What an incident becomes that the kind itself cannot settle; None where it can."""


def forbidden(term: Term, party: str, window: tuple[datetime, datetime], case: Case, act: Act) -> Verdict:
    """The verdict on a term that forbids this act."""
    kinds = tuple(term.params.get("kinds", act.kinds))
    if party == UNATTRIBUTED:
        return unattributed(term, case, window, kinds) or Verdict(Outcome.NOT_APPLICABLE, "nothing_unattributed", "")
    share = case.share(term, window, kinds, lasting=act.lasting)
    events = [(i, a) for i, a in case.within(term, window, kinds) if concerns(a, party)]
    excused = exempt(term, party, case, (i for i, _ in events))
    weighed = [(_settled(term, party, case, act, event, excused), event[0].id) for event in events]
    passed = sum(1 for (result, _), _ in weighed if result is Outcome.KEPT)
    for outcome in ORDER:
        chosen = [(code, i) for (result, code), i in weighed if result is outcome]
        if chosen:
            words = _words(outcome, [c for c, _ in chosen], case.name(party), len(events), share)
            return Verdict(
                outcome, min(code for code, _ in chosen), f"{words}{excused.words()}",
                tuple(i for _, i in chosen), len(events), passed, share,
            )  # fmt: skip
    return nothing_seen(case.name(party), share, len(events), floor(term, act.floor), excused.words())


def floor(term: Term, otherwise: float) -> float:
    """The share below which nothing can be called kept: the term's own `floor`, else that of its kind."""
    return float(term.params.get("floor", otherwise))


def _settled(term: Term, party: str, case: Case, act: Act, event: Event, excused: Exempt) -> Own:
    """What one incident says of the party once the term's margins and exceptions have been looked at."""
    incident, assessment = event
    outcome, code = weigh(assessment, party, act.own)
    if outcome is Outcome.KEPT:
        return outcome, code
    if incident.id in excused.sure:
        return Outcome.KEPT, ""
    doubt = act.doubt(incident)
    if doubt and doubt[0] is Outcome.KEPT:
        return doubt
    if doubt and ORDER.index(outcome) < ORDER.index(doubt[0]):
        outcome, code = doubt
    if incident.id in excused.unclear and outcome in {Outcome.BREACHED, Outcome.LIKELY_BREACHED}:
        return Outcome.DISPUTED, "exemption_unclear"
    if case.on_edge(term, incident):
        if outcome is Outcome.BREACHED:
            return Outcome.LIKELY_BREACHED, "on_edge"
        if outcome is Outcome.LIKELY_BREACHED:
            return Outcome.NOT_ASSESSABLE, "on_edge"
    return outcome, code


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
    if party in a.accused and a.grade in {Grade.ESTABLISHED, Grade.PROBABLE}:
        return Outcome.NOT_ASSESSABLE, "author_unseen"
    if party in a.accused:
        return Outcome.NOT_ASSESSABLE, "evidence_one_sided"
    return Outcome.KEPT, ""


_LIKELY = {
    "one_witness": "{n} seen by one origin outside the parties",
    "on_edge": "{n} established with its author, but perhaps outside of the zone or the hours of the term",
    "aim_unknown": "{n} established with its author, at whom it was aimed is not",
}
_DISPUTED = {
    "author_disputed": "{n} that {name} denied or of which the sides blame one another",
    "exemption_unclear": "{n} of which it is unclear whether the notice covers it",
    "within_margin": "{n} so near the limit that its error circle crosses it",
}
_OPEN = {
    "on_edge": "{n} may lie outside of the zone or the hours of the term",
    "class_unknown": "{n} of which the class of the weapon is not established",
    "author_unknown": "{n} may concern the term, and the mandate names no author",
    "author_unseen": "{n} blamed on {name} by nobody who was in a position to see who did it",
    "evidence_one_sided": "{n} on one side's word alone",
}


def _words(outcome: Outcome, codes: list[str], name: str, applied: int, share: float | None) -> str:
    number = f"{len(codes)} of {applied} incident{'s' if applied != 1 else ''} laid to {name}"
    if outcome is Outcome.BREACHED:
        return f"{number} {_are(codes)} established with {name} as author."
    own = sum(1 for code in codes if code in OWN_WORD_CODES)
    said = f"{own} by {name}'s own word"
    if "provocation_unknown" in codes:
        said += ", where what came before it is not established"
    if outcome is Outcome.LIKELY_BREACHED:
        return f"{number}: {'; '.join([said] * bool(own) + _each(_LIKELY, codes, name))}."
    if outcome is Outcome.DISPUTED:
        parts = [f"{said} and the text turns on it"] * bool(own) + _each(_DISPUTED, codes, name)
        return f"{number} {_are(codes)} disputed: {'; '.join(parts)}."
    if set(codes) == {"author_unknown"}:
        return f"{number} may concern the term; the mandate names no author."
    if set(codes) == {"evidence_one_sided"}:
        return f"{number} rest{'s' if len(codes) == 1 else ''} on one side's word alone. {seen_in_words(share)}"
    return f"{number} cannot be weighed: {'; '.join(_each(_OPEN, codes, name))}. {seen_in_words(share)}"


def _each(words: dict[str, str], codes: list[str], name: str) -> list[str]:
    return [said.format(n=codes.count(code), name=name) for code, said in words.items() if code in codes]


def _are(items: Iterable[object]) -> str:
    return "is" if len(list(items)) == 1 else "are"


def seen_in_words(share: float | None) -> str:
    """Say how much was in sight: at most 1.2 % of zone and time, say."""
    if share is None:
        return "Nobody measured how much of the zone was in sight."
    if share == 0:
        return "Nobody is recorded to have looked."
    return f"At most {max(share * 100, 0.1):.1f} % of zone and time was in sight."


def nothing_seen(name: str, share: float | None, applied: int, least: float = FLOOR, more: str = "") -> Verdict:
    """No incident speaks against the party: kept only where enough was in sight."""
    if share is not None and share >= least:
        reason = f"Nothing was laid to {name}, and {share:.0%} of zone and time was in sight."
        if more:
            reason = f"Nothing that counts was laid to {name}, and {share:.0%} of zone and time was in sight.{more}"
        return Verdict(Outcome.KEPT, "", reason, (), applied, applied, share)
    said = f"No report on record lays such an act to {name}."
    if applied:
        said = f"What is laid to {name} ({applied}) is {'exempt or ' if more else ''}too thin to be weighed.{more}"
    reason = f"{said} {seen_in_words(share)} That is no finding that nothing happened."
    return Verdict(Outcome.NOT_ASSESSABLE, "no_coverage", reason, (), applied, applied, share)
