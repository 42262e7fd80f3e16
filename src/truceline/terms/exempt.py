"""Activity that was notified beforehand: what a term exempts, where its text does.

A notice exempts only what it names: its party, its kinds, its place, its hours, and only what began after the notice was
given. Harm to people or buildings is never exempt. Where a term does not exempt notified activity, that an incident
falls within one is still said: observers count exercises as violations and flag them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .. import kinds
from ..nouns import Incident, Notice, Term
from .case import Case

NEVER = ("harm", "mine", "explosion.mine", "person")
"""Kinds that no notice exempts."""


@dataclass(frozen=True, slots=True)
class Exempt:
    """Incident ids that a notice covers for sure, perhaps, or without the text exempting them; and those notices."""

    sure: frozenset[str] = frozenset()
    unclear: frozenset[str] = frozenset()
    flagged: frozenset[str] = frozenset()
    notices: tuple[str, ...] = ()

    def words(self) -> str:
        """A sentence to follow a verdict's reason, or nothing."""
        named = f" ({', '.join(self.notices)})"
        said = []
        if self.sure:
            said.append(f" {len(self.sure)} fell within activity notified beforehand{named} and did not count.")
        if self.flagged:
            said.append(
                f" {len(self.flagged)} fell within activity notified beforehand{named}, which the text does not exempt."
            )
        return "".join(said)


def exempt(term: Term, party: str, case: Case, incidents: Iterable[Incident]) -> Exempt:
    """Which of a party's incidents its notices cover; with `exempt_notified` in the term's params they do not count."""
    sure: set[str] = set()
    unclear: set[str] = set()
    used: set[str] = set()
    for incident in incidents:
        answers = {n.id: covers(n, incident, case) for n in case.notices if n.party == party}
        for found, into in ((True, sure), (None, unclear)):
            named = {i for i, covered in answers.items() if covered is found}
            if named and incident.id not in sure:
                into.add(incident.id)
                used |= named
    if not term.params.get("exempt_notified"):
        return Exempt(flagged=frozenset(sure), notices=tuple(sorted(used)) if sure else ())
    return Exempt(frozenset(sure), frozenset(unclear), notices=tuple(sorted(used)))


def covers(notice: Notice, incident: Incident, case: Case) -> bool | None:
    """Whether this notice covers the incident: True, False, or None where its place or hours leave that open."""
    if kinds.within(incident.kind, NEVER) or (notice.kinds and not kinds.within(incident.kind, notice.kinds)):
        return False
    if incident.end <= notice.when.start or incident.start >= notice.when.end:
        return False
    near = case.in_notice(notice, incident)
    if near is False:
        return False
    if notice.notified is None or notice.notified > incident.start:
        # Given afterwards it is no notice; of an unknown hour, or one within the incident's own span, nobody can say.
        return None if notice.notified is None or notice.notified < incident.end else False
    inside = notice.when.start <= incident.start and incident.end <= notice.when.end
    return True if inside and near else None
