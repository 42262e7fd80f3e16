"""Figures, claims and shares: what was said and counted, each beside who said it; nothing is added across sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

import polars as pl

from . import casualties as people
from . import kinds, rows, voices
from .accounts import Setting
from .casualties import Range
from .nouns import OWNING, Assessment, Claim, Figure, Incident, Observation, Share, Source, Stance, Total

WINDOW = timedelta(days=7)
"""Figures older than this before the latest one of their line are history and move no range."""


def totals(figures: Iterable[Figure]) -> list[Total]:
    """One line for each topic, side, definition, measure and period: low, best and high over the sources of its last week.

    `high` is None where a source set no upper end; `best` is the latest figure and None where the latest ones disagree.
    """
    lines: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for one in figures:
        day = one.as_of if one.measure == "daily" else None
        start = one.period_start.timestamp() if one.period_start else 0.0
        lines[one.topic, one.side, one.definition, one.of_whom, one.direct, one.measure, start, day].append(one)
    made = [_total(line) for line in lines.values()]
    return sorted(
        made,
        key=lambda t: (
            t.topic,
            t.period_start.timestamp() if t.period_start else 0.0,
            t.definition,
            t.measure,
            t.as_of,
        ),
    )


def _total(line: list[Figure]) -> Total:
    last = max(f.as_of for f in line)
    recent: dict[tuple[str, str], Figure] = {}
    for one in sorted(line, key=lambda f: (f.as_of, f.id)):
        if last - one.as_of <= WINDOW:
            recent[one.source, one.origin] = one
    kept = list(recent.values())
    lows = [f.low if f.low is not None else 0 for f in kept]
    highs = [f.high for f in kept]
    latest = {(f.low if f.low is not None else f.high) for f in kept if f.as_of == last}
    first = kept[0]
    return Total(
        topic=first.topic, side=first.side, definition=first.definition, of_whom=first.of_whom, direct=first.direct,
        measure=first.measure, period_start=first.period_start, as_of=last, low=min(lows),
        best=latest.pop() if len(latest) == 1 else None,
        high=None if any(h is None for h in highs) else max(h for h in highs if h is not None),
        sources=tuple(sorted({f.source for f in kept})), figure_ids=tuple(sorted(f.id for f in line)),
    )  # fmt: skip


def headline(
    found: list[Total], incidents: list[Incident], observations: dict[str, Observation]
) -> dict[str, dict[str, object]]:
    """Killed, injured and displaced for summary.json: the latest figure that a source gave for both sides together.

    Where no source did, the sum over incidents of the lowest and of the highest account, which counts each happening
    once; sides are never added to one another.
    """
    made: dict[str, dict[str, object]] = {}
    for topic in ("killed", "injured", "displaced"):
        lines = [t for t in found if t.topic == topic and t.side == "both" and t.measure in {"cumulative", "stock"}]
        if lines:
            best = max(
                lines, key=lambda t: (t.period_start.timestamp() if t.period_start else 0.0, t.as_of, t.definition)
            )
            made[topic] = {
                "low": best.low,
                "best": best.best,
                "high": best.high,
                "basis": f"figures: {best.definition}",
            }
        elif topic == "displaced":
            made[topic] = {"low": None, "best": None, "high": None, "basis": "no figure for both sides"}
        else:
            made[topic] = _from_incidents(topic, incidents, observations)
    return made


def casualties(incident: Incident, observations: dict[str, Observation], topic: str) -> Range:
    """Lowest, middle and highest number of people of one incident as a whole; None where no account gives one."""
    told = [observations[i] for i in incident.observation_ids if i in observations]
    return people.whole(people.cells(told, topic))


def _from_incidents(topic: str, incidents: list[Incident], observations: dict[str, Observation]) -> dict[str, object]:
    known = [r for r in (casualties(i, observations, topic) for i in incidents) if r.low is not None]
    if not known:
        return {"low": None, "best": None, "high": None, "basis": "no account gives a number"}
    low = sum(r.low or 0 for r in known)
    highs = [r.high for r in known if r.high is not None]
    high = sum(highs) if len(highs) == len(known) else None
    basis = f"incidents: {len(known)} with a number in some account"
    return {"low": low, "best": sum(r.best or 0 for r in known), "high": high, "basis": basis}


def claims(
    incidents: pl.DataFrame,
    assessments: pl.DataFrame,
    observations: pl.DataFrame,
    sources: tuple[Source, ...],
    setting: Setting,
) -> list[Claim]:
    """Who said what of whom, one row an incident, voice and accused, with the answer and what the evidence says."""
    by_id = {o.id: o for o in rows.records(Observation, observations)}
    known = {s.id: s for s in sources}
    graded = {a.incident_id: a for a in rows.records(Assessment, assessments)}
    found = []
    for incident in rows.records(Incident, incidents):
        told = [by_id[i] for i in incident.observation_ids]
        found += _claims(incident, graded[incident.id], told, known, setting)
    return found


def _claims(
    incident: Incident, assessment: Assessment, told: list[Observation], known: dict[str, Source], setting: Setting
) -> list[Claim]:
    said: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    for one in told:
        if one.actor_claimed and one.stance is not Stance.DENIES:
            for speaker in one.origin_ids or (one.source_id,):
                if known[speaker].party != one.actor_claimed if speaker in known else True:
                    said[speaker, one.actor_claimed].append(one)
    made = []
    answers: dict[tuple[str, str], str] = {}
    for (speaker, accused), group in sorted(said.items(), key=lambda item: (min(o.id for o in item[1]), item[0][0])):
        source = known.get(speaker)
        first = min((o.reported.start for o in group if o.reported), default=None)
        name = source.name if source else speaker
        party = source.party if source else ""
        if (accused, party) not in answers:
            answers[accused, party] = _answer(accused, party, told, known)
        what = kinds.label(incident.kind, setting.own_kinds)
        made.append(
            Claim(
                claim=f"{name} said that {setting.party_names.get(accused, accused)} was the author: {what}"
                + (f" at {incident.place}" if incident.place else ""),
                claimant=speaker,
                claimant_party=party,
                accused=accused,
                answer=answers[accused, party],
                incident_id=incident.id,
                evidence=f"{assessment.grade}: {assessment.why}",
                first_reported=first,
            )
        )
    return made


def _answer(accused: str, claimant_party: str, told: list[Observation], known: dict[str, Source]) -> str:
    own = [o for o in told if accused in {known[i].party for i in (o.origin_ids or (o.source_id,)) if i in known}]
    stances = {o.stance for o in own if o.stance in OWNING or o.stance is Stance.DENIES}
    for stance in (Stance.ADMITS, Stance.JUSTIFIES, Stance.ACCIDENT, Stance.DENIES):
        if stance in stances:
            return str(stance)
    blamed_back = any(
        o.actor_claimed and o.actor_claimed != accused and (not claimant_party or o.actor_claimed == claimant_party)
        for o in own
    )
    return "counter_accuses" if blamed_back else "none_found"


def shares(
    parties: tuple[str, ...],
    incidents: pl.DataFrame,
    assessments: pl.DataFrame,
    observations: pl.DataFrame,
    sources: tuple[Source, ...],
) -> list[Share]:
    """For each party: the incidents that are laid to it, and whose voices do so. Printed beside every such count."""
    by_id = {o.id: o for o in rows.records(Observation, observations)}
    known = {s.id: s for s in sources}
    side_of = {s.origin_group: s.party for s in sources}
    accused_in: dict[str, set[str]] = {p: set() for p in parties}
    groups: dict[str, set[str]] = {p: set() for p in parties}
    graded = {a.incident_id: a for a in rows.records(Assessment, assessments)}
    for incident in rows.records(Incident, incidents):
        told = [by_id[i] for i in incident.observation_ids]
        voice = voices.voices(told, known)
        for party in graded[incident.id].accused:
            if party not in groups:
                continue
            accused_in[party].add(incident.id)
            groups[party] |= {
                g for o in told if o.actor_claimed == party and o.stance is Stance.SUPPORTS for g in voice[o.id]
            } - {voices.UNKNOWN}
    return [_share(p, len(accused_in[p]), groups[p], side_of, parties) for p in parties]


def _share(party: str, number: int, groups: set[str], side_of: dict[str, str], parties: tuple[str, ...]) -> Share:
    own = sum(1 for g in groups if side_of.get(g) == party)
    other = sum(1 for g in groups if side_of.get(g) in set(parties) - {party})
    return Share(party, number, len(groups), own, other, len(groups) - own - other)


def latest_reported(observations: list[Observation]) -> datetime | None:
    """The end of the last day on which anything was reported."""
    return max((o.reported.end for o in observations if o.reported), default=None)
