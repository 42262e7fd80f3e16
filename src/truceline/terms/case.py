"""What a check may look at, and what it answers with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from .. import kinds, when
from ..coverage import Ground, seen_share
from ..nouns import (
    Assessment,
    Effort,
    Grade,
    Incident,
    Modality,
    Notice,
    Observation,
    Outcome,
    Step,
    Term,
)

Event = tuple[Incident, Assessment]
SURE = frozenset({Grade.ESTABLISHED, Grade.PROBABLE})


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


@dataclass(frozen=True, slots=True)
class Arms:
    """What the accounts of one incident say of weapons: their classes, and how many, lowest and highest."""

    classes: frozenset[str] = frozenset()
    low: int | None = None
    high: int | None = None


def arms(incidents: Iterable[Incident], told: Mapping[str, Observation]) -> dict[str, Arms]:
    """Arms of each incident whose accounts name a class of weapon, a weapon or a number of things."""
    found = {}
    for incident in incidents:
        said = [told[i] for i in incident.observation_ids if i in told]
        classes = frozenset(o.weapon_class for o in said if o.weapon_class not in {"", "undetermined"})
        counts = [o.count_min for o in said if o.count_min is not None]
        most = [o.count_max for o in said if o.count_max is not None] or counts
        if classes or counts:
            found[incident.id] = Arms(classes, min(counts, default=None), max(most, default=None))
    return found


@dataclass(frozen=True)
class Case:
    """What a check may look at: incidents with their assessments, effort, steps of diplomacy, notices, the ground."""

    events: tuple[tuple[Incident, Assessment], ...]
    effort: tuple[Effort, ...]
    timeline: tuple[Step, ...]
    ground: Ground
    observers: tuple[str, ...]
    names: dict[str, str]
    time_zone: str
    as_of: datetime
    notices: tuple[Notice, ...] = ()
    arms: Mapping[str, Arms] = field(default_factory=dict)

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
        return [event for event in self._of(term, tuple(prefixes)) if _falls(event[0], start, end)]

    def _of(self, term: Term, chosen: tuple[str, ...]) -> list[tuple[Incident, Assessment]]:
        """The same at any time: looked for once, since a term is checked week by week."""
        key = (term.zone, chosen)
        if key not in self._held:
            self._held[key] = [
                (incident, assessment)
                for incident, assessment in self.events
                if incident.modality is Modality.DONE
                and kinds.within(incident.kind, chosen)
                and self._inside(term, incident)
            ]
        return self._held[key]

    @cached_property
    def _held(self) -> dict[tuple[str, tuple[str, ...]], list[tuple[Incident, Assessment]]]:
        return {}

    def day(self, moment: datetime) -> str:
        """A local day in words."""
        return f"{moment.astimezone(when.zone(self.time_zone)):%-d %B %Y}"

    def _inside(self, term: Term, incident: Incident) -> bool:
        if incident.lon_deg is None or incident.lat_deg is None:
            return self.ground.whole(term.zone)
        return self.ground.valid(term.zone, incident.start) and self.ground.holds(
            term.zone, incident.lon_deg, incident.lat_deg
        )

    def on_edge(self, term: Term, incident: Incident) -> bool:
        """Whether the incident's error circle crosses the edge of the term's zone, or its span the term's first or last moment."""
        if any(at and incident.start < at < incident.end for at in (term.start, term.end)):
            return True
        if incident.lon_deg is None or incident.lat_deg is None:
            return False
        return self.ground.crosses(term.zone, incident.lon_deg, incident.lat_deg, incident.radius_m or 0.0)

    def in_notice(self, notice: Notice, incident: Incident) -> bool | None:
        """Whether the incident lies where the notice says; None where its error circle leaves that open."""
        if incident.lon_deg is None or incident.lat_deg is None:
            return None
        at = (incident.lon_deg, incident.lat_deg, incident.radius_m or 0.0)
        answers = [self.ground.near(i, *at) for i in notice.places]
        if notice.zone:
            crosses = self.ground.crosses(notice.zone, *at)
            answers.append(None if crosses else self.ground.holds(notice.zone, *at[:2]))
        if True in answers:
            return True
        return None if None in answers else False

    def share(
        self, term: Term, window: tuple[datetime, datetime], prefixes: tuple[str, ...], *, lasting: bool = False
    ) -> float | None:
        """Share of the term's zone and of the window that anybody could see, at most.

        With `lasting`, of the zone alone: one look in the window shows what stays to be seen.
        """
        return seen_share(self.ground, self.effort, term.zone, *window, prefixes, self.time_zone, lasting=lasting)


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
        if a.grade in SURE and a.attribution_grade is not Grade.ESTABLISHED
    ]
    if not found:
        return None
    sure = [i for i, a in found if a.grade is Grade.ESTABLISHED and not case.on_edge(term, i)]
    word = "established" if sure else "probable"
    number = len(sure) or len(found)
    what = f"{number} incident{'s' if number != 1 else ''} of a kind that the term forbids {'are' if number != 1 else 'is'} {word}"
    return Verdict(
        Outcome.BREACHED if sure else Outcome.LIKELY_BREACHED, "author_unknown", f"{what}; who did it is not established.",
        tuple(i.id for i, _ in found), len(found), 0, case.share(term, window, prefixes),
    )  # fmt: skip
