"""Everything of an edition looked up by id, and the counts that several parts of the report need.

No order here depends on a name: incidents are numbered by when they began, ties as the edition has them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from .. import when
from ..kinds import label
from ..nouns import (
    FIRST_HAND,
    UNATTRIBUTED,
    Assessment,
    CoverageState,
    Edition,
    Effort,
    Finding,
    Grade,
    Incident,
    Look,
    Observation,
    Place,
    Source,
    SourceKind,
    Stance,
    Term,
)
from . import tongue, words
from .tongue import say
from .tree import Run

LOOKS = frozenset(
    {
        CoverageState.LOOKED,
        CoverageState.LOOKED_CLEAR,
        CoverageState.LOOKED_CLOUD,
        CoverageState.CLOUD_UNKNOWN,
    }
)
DAYS = 7
"""How long a report's period is where nobody says otherwise, days."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a reader wants of an edition.

    `language` is a code; `length` is note (one page), full, or annex; `earlier` is the edition that the last report was
    made of (None where there was none), and the report's period begins where that one closed. `period` is what was asked
    for: empty, daily, weekly, since-signing, or two times.
    """

    language: str = tongue.ENGLISH
    length: str = "full"
    earlier: Edition | None = None
    period: str = ""


@dataclass(frozen=True)
class Index:
    """One edition with its lookups; every property is computed once."""

    edition: Edition
    brief: Brief = Brief()

    @property
    def zone(self) -> str:
        """The zone of local days."""
        return self.edition.mission.time_zone

    @property
    def edition_zone(self) -> str:
        """The zone in which the edition's close is printed."""
        return self.edition.mission.edition_time_zone or self.zone

    @property
    def parties(self) -> tuple[str, ...]:
        """Party ids in the order of mission.yaml."""
        return self.edition.mission.party_ids

    def name(self, party: str) -> str:
        """Give a party's name; `nobody named` for the unattributed, `both parties` for both."""
        if party in {UNATTRIBUTED, ""}:
            return say("not attributed")
        if party == "both":
            return say("both parties")
        own = next((p.names for p in self.edition.mission.parties if p.id == party), {})
        return own.get(tongue.code()) or self.edition.mission.party_name(party)

    def tone(self, party: str) -> str:
        """Give the colour token of a party by its place in mission.yaml; the same grey for everybody else."""
        place = self.parties.index(party) + 1 if party in self.parties else 0
        return f"party-{place}" if 1 <= place <= 2 else "party-none"

    def names(self, parties: tuple[str, ...]) -> str:
        """Names of several parties in the order of mission.yaml, others after them."""
        known = [p for p in self.parties if p in parties]
        return words.listed(self.name(p) for p in [*known, *(p for p in parties if p not in known)])

    @cached_property
    def _ratings(self) -> dict[tuple[str, str], str]:
        return {(r.incident_id, r.observation_id): f"{r.reliability}{r.credibility}" for r in self.edition.ratings}

    def rating(self, incident_id: str, observation_id: str) -> str:
        """Both halves of an account's rating, as `B2`; empty where it has none."""
        return self._ratings.get((incident_id, observation_id), "")

    @cached_property
    def incidents(self) -> tuple[Incident, ...]:
        """Incidents by beginning; ties as the edition has them."""
        return tuple(sorted(self.edition.incidents, key=lambda i: i.start))

    @cached_property
    def number(self) -> dict[str, int]:
        """The number under which an incident is printed, from 1."""
        return {incident.id: n for n, incident in enumerate(self.incidents, 1)}

    @cached_property
    def assessments(self) -> dict[str, Assessment]:
        """Assessments by incident."""
        return {a.incident_id: a for a in self.edition.assessments}

    @cached_property
    def observations(self) -> dict[str, Observation]:
        """Observations by id."""
        return {o.id: o for o in self.edition.observations}

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Sources by id."""
        return {s.id: s for s in self.edition.mission.sources}

    @cached_property
    def places(self) -> dict[str, Place]:
        """Places by id."""
        return {p.id: p for p in self.edition.mission.places}

    @cached_property
    def terms(self) -> dict[tuple[str, str], Term]:
        """Terms by agreement and id, in the order of the agreements."""
        return {(a.id, t.id): t for a in self.edition.agreements for t in a.terms}

    @cached_property
    def accounts(self) -> dict[str, tuple[Observation, ...]]:
        """What was observed or said of each incident, in the order of the links."""
        found: dict[str, list[Observation]] = defaultdict(list)
        for link in self.edition.links:
            if link.observation_id in self.observations:
                found[link.incident_id].append(self.observations[link.observation_id])
        return {key: tuple(value) for key, value in found.items()}

    @cached_property
    def findings_of(self) -> dict[str, list[Finding]]:
        """Findings by the incidents that they rest on."""
        found: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.edition.findings:
            for incident in finding.incidents:
                found[incident].append(finding)
        return dict(found)

    @cached_property
    def observers(self) -> frozenset[str]:
        """Ids of the mission's observers and of every source of their kind."""
        monitors = {s.id for s in self.edition.mission.sources if s.kind is SourceKind.MONITOR}
        return frozenset(monitors | set(self.edition.mission.observers))

    @cached_property
    def seen(self) -> frozenset[str]:
        """Incidents that an observer saw, heard, recorded or measured."""
        return frozenset(
            key
            for key, accounts in self.accounts.items()
            if any(
                o.source_id in self.observers and o.method in FIRST_HAND and o.stance is not Stance.DENIES
                for o in accounts
            )
        )

    @cached_property
    def start(self) -> datetime:
        """Where the edition's period begins: the mission's, or the first thing on record."""
        period = self.edition.mission.period
        begins = [i.start for i in self.incidents] + [look.start for look in self.edition.looks]
        first = period.start if period else min(begins, default=self.edition.as_of - timedelta(days=7))
        return min(first, self.edition.as_of - timedelta(days=1))

    @cached_property
    def days(self) -> list[tuple[datetime, datetime]]:
        """Local days of the edition's period, the last one cut to its close."""
        spans = when.days(self.start, self.edition.as_of, self.zone)
        return [(a, min(b, self.edition.as_of)) for a, b in spans]

    @cached_property
    def since(self) -> datetime:
        """Where this report's period begins: at the close of the last report, or `DAYS` before the edition's."""
        earlier = self.brief.earlier
        return earlier.as_of if earlier else self.edition.as_of - timedelta(days=DAYS)

    @property
    def release(self) -> str:
        """The release level: public or restricted."""
        return self.edition.release

    @cached_property
    def efforts(self) -> tuple[Effort, ...]:
        """Records of looking that the edition knows, by beginning."""
        known = {look.effort_id for look in self.edition.looks if look.effort_id}
        kept = [
            e
            for e in self.edition.mission.effort
            if e.id in known or (not known and max(e.when.start, e.reported or e.when.start) <= self.edition.as_of)
        ]
        return tuple(sorted(kept, key=lambda e: e.when.start))

    def assessment(self, incident_id: str) -> Assessment:
        """Give the assessment of an incident; an empty one of grade insufficient where there is none."""
        empty = Assessment(incident_id, Grade.INSUFFICIENT, "", "", (), UNATTRIBUTED, Grade.INSUFFICIENT, "", "")
        return self.assessments.get(incident_id, empty)

    def source_name(self, source_id: str) -> str:
        """Give a source's name, or its id in words where it is not known."""
        source = self.sources.get(source_id)
        return source.name if source else source_id.replace("_", " ")

    def voice(self, voice: str) -> str:
        """Give the name of a voice of the budget of lies: a party, or the first source of an origin group."""
        if voice in self.parties:
            return self.name(voice)
        group = (s.id for s in self.edition.mission.sources if s.origin_group == voice)
        return self.source_name(voice if voice in self.sources else next(group, voice))

    def speakers(self, observation: Observation) -> tuple[str, ...]:
        """Ids of the voices behind an observation: whom the source repeats, or the source itself."""
        return observation.origin_ids or (observation.source_id,)

    def sides(self, observation: Observation) -> frozenset[str]:
        """Parties for which the voices behind an observation speak."""
        known = (self.sources.get(speaker) for speaker in self.speakers(observation))
        return frozenset(source.party for source in known if source and source.party)

    def where(self, incident: Incident, otherwise: str = "") -> str:
        """Give the name of an incident's place; ids of the gazetteer as the names that it prints."""
        return self.named(incident.place, otherwise or say("Place not named"))

    def named(self, place: str, otherwise: str) -> str:
        """Give a place as text, with ids of the gazetteer as the names that it prints."""
        parts = [p.strip() for p in place.split(";") if p.strip()]
        known = (self.places.get(p) for p in parts)
        return words.listed(self.place_name(k) if k else p for p, k in zip(parts, known, strict=True)) or otherwise

    def place_name(self, place: Place) -> str:
        """Give a place in the reader's script with the Latin name beside it; in Latin where there is no other."""
        own = place.scripts.get(tongue.code(), "")
        return f"{own} ({place.name})" if own else place.name

    def address(self, observation: Observation) -> str:
        """Where an observation was published: its own address, or that of the report it was read from."""
        behind = self.observations.get(observation.evidence)
        return behind.evidence if behind else observation.evidence

    def kind(self, kind: str) -> str:
        """Give a kind in plain words."""
        return tongue.message(label(kind, self.edition.mission.kinds))

    def blamed(self, party: str) -> list[Assessment]:
        """Assessments of the incidents that somebody lays to this party, in the order of the incidents."""
        ordered = (self.assessment(i.id) for i in self.incidents)
        return [a for a in ordered if party in a.accused]

    def looks_of(self, sources: frozenset[str], side: str) -> list[Look]:
        """Rows of the coverage table in which one of these sources looked on this side."""
        return [
            look
            for look in self.edition.looks
            if look.source_id in sources and look.side in {side, "both"} and look.state in LOOKS
        ]

    def days_met(self, looks: list[Look]) -> int:
        """On how many local days of the period at least one of these rows falls."""
        return sum(any(look.start < b and look.end > a for look in looks) for a, b in self.days)

    def ref(self, incident_id: str) -> Run:
        """Give the number of an incident as a link to its row in the annex; its id where it has none."""
        n = self.number.get(incident_id)
        return Run(str(n), to=f"incident-{n}") if n else Run(incident_id)
