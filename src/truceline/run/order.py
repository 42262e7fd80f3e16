"""The whole pipeline in order, on one page.

    folder -> mission -> read -> normalise -> as of -> fuse -> assess -> coverage -> check -> trend -> tally -> report

Stages know nothing of one another: what one needs of another is computed here and passed in.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime
from pathlib import Path

import polars as pl

from .. import (
    __version__,
    accounts,
    assess,
    check,
    coverage,
    dated,
    formats,
    meetings,
    mission,
    normalise,
    own_accounts,
    pictures,
    rates,
    read,
    reuse,
    review,
    rows,
    sensed,
    store,
    tally,
    threads,
    trend,
    typed,
    when,
    withheld,
)
from ..clock import Clock
from ..errors import InputError, Problem, UsageError
from ..fuse import Question, fuse
from ..fuse import weights as weighing
from ..nouns import (
    Assessment,
    ChangePoint,
    Edition,
    Finding,
    Incident,
    Judgement,
    Letterhead,
    Link,
    Look,
    Mission,
    NearMiss,
    Observation,
    Rate,
    Rating,
    SetAside,
)
from ..satellite import detections, thermal
from ..terms.case import Case, arms
from .counted import counts
from .naming import lexicons, with_effort


@dataclasses.dataclass(frozen=True)
class Material:
    """What a mission holds before any edition is made of it."""

    mission: Mission
    observations: pl.DataFrame
    set_aside: tuple[SetAside, ...]
    questions: tuple[SetAside, ...]
    detections: pl.DataFrame = dataclasses.field(default_factory=detections.empty)
    """Heat detections (satellite.detections), each once; they are no observations."""


@threads.unswept()
def load(folder: Path, clock: Clock | None = None, whole: Mission | None = None) -> Material:
    """Read and normalise a mission folder (`whole` where it was just read); raises InputError where it cannot be read."""
    clock = clock or Clock()
    whole = whole or mission.read(folder)
    _follow(whole.letterhead)
    weights_of(whole)
    clock.done("mission")
    readers = {i: formats.load(i) for i in formats.IDS}
    shown = [c for c in whole.captures if c.format == "pictures" and pictures.is_picture(c)]
    told = [c for c in whole.captures if c.format != formats.DETECTIONS and c not in shown and formats.is_evidence(c)]
    words = lexicons(whole)
    raw, set_aside, questions = read.read(told, readers, words, {i: formats.together(i) for i in formats.TOGETHER})
    whole = with_effort(whole, words)
    heat = formats.detections(whole.captures, whole.area)
    clock.done("read")
    unseen = pictures.questions(whole.captures, raw["evidence"])
    table, more, asked = normalise.normalise(raw, whole.places, whole.area, whole.period)
    clock.done("normalise")
    expected = {s.id: s.expected for s in whole.sources if s.expected}
    counted = [
        SetAside("sources.yaml", 0, source, str(found), f"expected {low} to {high} observations of this source")
        for source, found, low, high in read.problems_with_counts(table, expected)
    ]
    hidden = words[formats.IDS[0]].withheld
    asides = withheld.asides((*whole.set_aside, *set_aside, *more, *heat.set_aside), hidden)
    doubts = withheld.asides(
        {
            *whole.questions,
            *questions,
            *asked,
            *own_accounts.questions(table),
            *typed.questions(table),
            *counted,
            *unseen,
            *heat.questions,
        },
        hidden,
    )
    return Material(whole, table, tuple(sorted(asides)), tuple(sorted(set(doubts))), heat.table)


def _follow(letterhead: Letterhead) -> None:
    """Raise InputError where the report cannot follow the mission's letterhead."""
    if letterhead == Letterhead():
        return
    from .. import report

    problems = report.problems(letterhead)
    if problems:
        raise InputError(problems)


def heat(folder: Path, moment: datetime) -> pl.DataFrame:
    """The heat detections (satellite.detections) that a mission holds and that had been published by this moment."""
    whole = mission.read(folder)
    return sensed.known(formats.detections(whole.captures, whole.area).table, moment)


def weights_of(whole: Mission) -> weighing.Weights:
    """The mission's own weights, else those that come with this version; raises InputError where they fit no feature."""
    if not whole.weights:
        return weighing.parse(store.shipped(store.WEIGHTS))
    try:
        return weighing.parse(whole.weights)
    except (KeyError, TypeError, ValueError) as error:
        expected = "weights as `truceline fuse --truth` writes them with this version"
        raise InputError(Problem(store.WEIGHTS, 0, "", str(error), expected)) from None


def question(known: Mission, judgements: tuple[Judgement, ...], follows: dict[str, str] | None = None) -> Question:
    """What a mission says beside its observations, for `fuse`: judgements, kinds, names of parties, errors of sources."""
    party_words = tuple(w for p in known.parties for w in (p.id, *p.names.values()))
    errors = {s.id: (s.error_m, s.clock_error_s) for s in known.sources if s.error_m or s.clock_error_s}
    return Question(judgements, known.kinds, party_words, errors, follows or {})


@threads.unswept()
def edition(material: Material, as_of: datetime | None, release: str, clock: Clock | None = None) -> Edition:
    """One edition: everything that had been reported by `as_of` (all of it where None), fused, assessed and checked."""
    clock = clock or Clock()
    told = [o for o in rows.records(Observation, material.observations) if o.exposure in dated.RELEASES[release]]
    moment = as_of or tally.latest_reported(told) or _period_end(material.mission)
    known = dated.mission(material.mission, moment, release)
    heat_seen = sensed.known(material.detections, moment)
    table, undated, later = dated.observations(material.observations, moment, release, dated=as_of is not None)
    decided = review.active(known.judgements)
    table = sensed.with_excess(table, heat_seen, known)
    used = rows.records(Observation, table)
    flood = reuse.floods(used, {s.id: s for s in known.sources})
    stated, _ = own_accounts.joins(used)
    fused = fuse(table, weights_of(known), question(known, (*stated, *decided), flood))
    incidents, links = sensed.without_lone_heat(fused.incidents, fused.links)
    clock.done("fuse")
    setting = accounts.Setting(
        known.party_ids, {p.id: p.name for p in known.parties}, known.attribute, known.time_zone, known.kinds,
        rates.parse(store.shipped(store.RATES)),
    )  # fmt: skip
    allied = meetings.allied(rows.records(Incident, incidents), used, known.sources, flood)
    assessments, rated = assess.assess(incidents, links, table, known.sources, setting, decided, flood, allied)
    heat = sensed.weighed(incidents, heat_seen, known, thermal.parse(store.shipped(store.THERMAL)))
    clock.done("assess")
    since = known.period.start if known.period else min((o.when.start for o in told if o.when), default=moment)
    ground = coverage.Ground(known.zones, known.places)
    looks = coverage.coverage(known.effort, ground, min(since, moment), moment, known.time_zone, known.passes)
    clock.done("coverage")
    events = tuple(zip(rows.records(Incident, incidents), rows.records(Assessment, assessments), strict=True))
    case = Case(
        events, known.effort, known.timeline, ground, known.observers, setting.party_names, known.time_zone, moment,
        known.notices, arms((i for i, _ in events), {o.id: o for o in used}),
    )  # fmt: skip
    findings = check.check(known.agreements, known.party_ids, since, case)
    clock.done("check")
    followed, changes = trend.trend(
        incidents, assessments, table, looks, _followed(known, ground, events, since, moment)
    )
    clock.done("trend")
    made = Edition(
        mission=known, as_of=moment, version=__version__, counts={}, observations=tuple(used),
        incidents=tuple(i for i, _ in events), links=tuple(rows.records(Link, links)),
        near_misses=tuple(rows.records(NearMiss, fused.near_misses)), assessments=tuple(a for _, a in events),
        findings=tuple(rows.records(Finding, findings)), looks=tuple(rows.records(Look, looks)),
        claims=tuple(tally.claims(incidents, assessments, table, known.sources, setting)),
        shares=tuple(tally.shares(known.party_ids, incidents, assessments, table, known.sources)),
        totals=tuple(tally.totals(known.figures)), figures=known.figures, timeline=known.timeline,
        agreements=known.agreements, set_aside=tuple(sorted((*dated.shown(material.set_aside, release), *undated))),
        inputs=tuple((c.path, c.sha256) for c in known.inputs),
        release=release, rates=tuple(rows.records(Rate, followed)), changes=tuple(rows.records(ChangePoint, changes)),
        heat=heat, detections=heat_seen.height, ratings=tuple(rows.records(Rating, rated)),
    )  # fmt: skip
    clock.done("tally")
    return dataclasses.replace(made, counts=counts(made, len(made.set_aside) - len(undated), len(undated), later))


def _followed(
    known: Mission,
    ground: coverage.Ground,
    events: tuple[tuple[Incident, Assessment], ...],
    since: datetime,
    end: datetime,
) -> trend.Setting:
    """What `trend` must know: the mission's observers and their effort, and which sectors hold which incident."""
    sectors = tuple(z.id for z in known.zones if z.role == "sector")
    within = {
        i.id: tuple(z for z in sectors if ground.holds(z, i.lon_deg, i.lat_deg))
        for i, _ in events if i.lon_deg is not None and i.lat_deg is not None
    }  # fmt: skip
    return trend.Setting(
        known.sources,
        known.observers,
        known.effort,
        min(since, end),
        end,
        known.time_zone,
        sectors,
        within,
        known.published,
    )


def moment_of(option: str, text: str, time_zone: str, *, last: bool = False) -> datetime | None:
    """What an option says of a moment (with `last`, the end of what it says); None where it is empty."""
    if not text:
        return None
    try:
        span = when.parse(text, time_zone)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None
    return span.end if last else span.start


def _period_end(whole: Mission) -> datetime:
    return (
        whole.period.end
        if whole.period
        else max((f.as_of for f in whole.figures), default=when.parse("2000", "UTC").start)
    )
