"""What a check may look at, and what it answers with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from .. import kinds, when
from ..coverage import Ground, seen_share
from ..nouns import UNATTRIBUTED, Assessment, Effort, Grade, Incident, Modality, Outcome, Step, Term

KEPT_NEEDS_SHARE = 0.8
"""Below this share of zone and time in sight nothing can be called kept."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one term means for one party in one window."""

    outcome: Outcome
    reason_code: str
    reason: str
    incidents: tuple[str, ...] = ()
    applied: int = 0
    passed: int = 0
    seen_share: float | None = None


@dataclass(frozen=True)
class Case:
    """The incidents with their assessments, the effort, the steps of diplomacy, the ground, and the mission's words."""

    events: tuple[tuple[Incident, Assessment], ...]
    effort: tuple[Effort, ...]
    timeline: tuple[Step, ...]
    ground: Ground
    observers: tuple[str, ...]
    names: dict[str, str]
    time_zone: str
    as_of: datetime

    def assessment(self, incident_id: str) -> Assessment:
        """How well this incident is established."""
        return self._graded[incident_id]

    @cached_property
    def _graded(self) -> dict[str, Assessment]:
        return {i.id: a for i, a in self.events}

    def name(self, party: str) -> str:
        """A party's English name."""
        return self.names.get(party, party)

    def within(
        self, term: Term, window: tuple[datetime, datetime], prefixes: Iterable[str]
    ) -> list[tuple[Incident, Assessment]]:
        """Incidents of these kinds in the term's zone and in the window.

        A threat, an order or an attempt is no act. An unplaced one counts where the zone leaves nothing of the
        mission's ground out.
        """
        start, end = window
        chosen = tuple(prefixes)
        return [
            (incident, assessment)
            for incident, assessment in self.events
            if incident.modality is Modality.DONE
            and _falls(incident, start, end)
            and kinds.within(incident.kind, chosen)
            and self._inside(term, incident)
        ]

    def day(self, moment: datetime) -> str:
        """A local day in words."""
        return f"{moment.astimezone(when.zone(self.time_zone)):%-d %B %Y}"

    def _inside(self, term: Term, incident: Incident) -> bool:
        if incident.lon_deg is None or incident.lat_deg is None:
            return self.ground.whole(term.zone)
        return self.ground.valid(term.zone, incident.start) and self.ground.holds(
            term.zone, incident.lon_deg, incident.lat_deg
        )

    def share(self, term: Term, window: tuple[datetime, datetime], prefixes: tuple[str, ...]) -> float | None:
        """Share of the term's zone and of the window that anybody could see, at most."""
        return seen_share(self.ground, self.effort, term.zone, *window, prefixes, self.time_zone)


def _falls(incident: Incident, start: datetime, end: datetime) -> bool:
    """Whether it falls in the window; one whose day is only approximate falls where its middle does, and once."""
    if incident.approximate:
        return start <= incident.start + (incident.end - incident.start) / 2 < end
    return incident.start < end and incident.end > start


def concerns(assessment: Assessment, party: str) -> bool:
    """Whether somebody lays the incident to this party, or the party to itself."""
    return party in (
        *assessment.accused,
        *assessment.own_word,
        *assessment.attributed_to.split(";"),
        *assessment.denied_by,
    )


def unattributed(
    term: Term, case: Case, window: tuple[datetime, datetime], prefixes: tuple[str, ...]
) -> Verdict | None:
    """What stands under `unattributed`: incidents that happened and whose author is not established. None where there are none."""
    found = [
        (i, a)
        for i, a in case.within(term, window, prefixes)
        if a.grade in {Grade.ESTABLISHED, Grade.PROBABLE} and a.attribution_grade is not Grade.ESTABLISHED
    ]
    if not found:
        return None
    sure = [i for i, a in found if a.grade is Grade.ESTABLISHED]
    word = "established" if sure else "probable"
    number = len(sure) or len(found)
    what = f"{number} incident{'s' if number != 1 else ''} of a kind that the term forbids {'are' if number != 1 else 'is'} {word}"
    return Verdict(
        Outcome.BREACHED if sure else Outcome.LIKELY_BREACHED, "author_unknown", f"{what}; who did it is not established.",
        tuple(i.id for i, _ in found), len(found), 0, case.share(term, window, prefixes),
    )  # fmt: skip


__all__ = ["KEPT_NEEDS_SHARE", "UNATTRIBUTED", "Case", "Verdict", "concerns", "unattributed"]
