"""What to look at next and why: an edition -> tasks that a patrol can take along, each with a number that comes back.

Four things make a task: an incident that one more account at first hand could raise, accounts that conflict, a sector that
nobody looked at, and heat that nobody reported. A task answers no question itself and says nothing of urgency: it is ordered
by how many open findings it bears on, then by how few voices carry what is known, then by date; the words say so. Nothing
here knows one party from another. Words are those of the language that is spoken (report/tongue.py).
"""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import shapely
from shapely.geometry import shape

from . import kinds, where
from .nouns import (
    Assessment,
    CoverageState,
    Edition,
    Finding,
    Grade,
    Incident,
    Method,
    Modality,
    Observation,
    Outcome,
    Point,
    Reading,
    Zone,
)
from .report import words
from .report.tongue import later, message, say, say_n

DAYS = 30
"""Incidents and heat of the last so many days are worth a visit; traces of older ones are for the specialist."""
BLIND_DAYS = 7
"""A sector that nobody looked at for so long is a task."""
_SAYABLE = ("claim", "information", "threat", "air", "border", "heat", "other")
"""Families of kinds that leave nothing for a visit to find, or do not say what to look for (an answer of nothing found)."""
_OPEN = frozenset({Outcome.DISPUTED, Outcome.NOT_ASSESSABLE, Outcome.LIKELY_BREACHED})
_LOOKED = frozenset({CoverageState.LOOKED, CoverageState.LOOKED_CLEAR})
_POINTS = words.Sayings({
    Point.HAPPENED: later("whether it happened"), Point.WHEN: later("when"), Point.WHERE: later("where"),
    Point.WHAT: later("what was used"), Point.WHO: later("who did it"), Point.WHO_BEGAN: later("who began"),
    Point.WHO_WAS_HIT: later("who was hit"), Point.HOW_MANY: later("how many"),
})  # fmt: skip
_METHODS = words.Sayings({
    Method.SEEN: later("seen"), Method.HEARD: later("heard"), Method.RECORDED: later("recorded"), Method.CLAIMED: later("claimed"),
    Method.RELAYED: later("relayed"), Method.DETECTED: later("detected"), Method.MEASURED: later("measured"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to look at: the number that an answer names, what, where (WGS 84, radius in metres), why, and in which place.

    `about` is the incident, sector or observation; `basis` is incident, sector or heat. `answered_by` holds the accounts that
    named the number, in words; a task with one is closed.
    """

    id: str
    basis: str
    about: str
    what: str
    place: str
    lon_deg: float
    lat_deg: float
    radius_m: float
    start: datetime
    why: str
    bears_on: int
    budget: int | None
    priority: int = 0
    priority_why: str = ""
    answered_by: str = ""


def spot(task: Task, digits: int = 4) -> str:
    """Its middle in degrees, as on a map: `102.4000 E, 14.4000 N`."""
    east, north = "E" if task.lon_deg >= 0 else "W", "N" if task.lat_deg >= 0 else "S"
    return f"{abs(task.lon_deg):.{digits}f} {east}, {abs(task.lat_deg):.{digits}f} {north}"


def named(task: Task) -> str:
    """Its place as it was named, else its middle in degrees: never the id of what it is about."""
    return task.place or spot(task)


def sentence(what: str) -> str:
    """What is to be done, as a sentence of its own."""
    return say("{what}.", what=what)


def number(about: str) -> str:
    """The number of a task about this: six letters and digits to type on a phone, the same in every list."""
    plain = base64.b32encode(hashlib.sha256(about.encode()).digest()).decode()
    return f"T-{plain[:6]}"


def tasks(edition: Edition, days: int = DAYS) -> tuple[Task, ...]:
    """The tasks of an edition: open ones in their order, numbered from 1, then those that were answered."""
    since = edition.as_of - timedelta(days=days)
    made = [*_incidents(edition, since), *_sectors(edition), *_heat(edition, since)]
    zone = edition.mission.time_zone
    answers = _answers(edition.observations, zone)
    told = [replace(t, answered_by="; ".join(answers.get(t.id.upper(), ()))) for t in made]
    ordered = sorted(told, key=lambda t: (bool(t.answered_by), -t.bears_on, _carried(t), -t.start.timestamp(), t.id))
    return tuple(
        replace(t, priority=0 if t.answered_by else n, priority_why=_priority_words(t, zone))
        for n, t in enumerate(ordered, 1)
    )


def _carried(task: Task) -> int:
    return 9 if task.budget is None else task.budget


def _priority_words(task: Task, zone: str) -> str:
    findings = say("No open finding turns on it")
    if task.bears_on:
        findings = say_n("{n} open finding may turn on it", "{n} open findings may turn on it", task.bears_on)
    day = words.day(task.start, zone)
    if task.budget is None:
        return say("{findings}; since {day}.", findings=findings, day=day)
    return say("{findings}; {carried}; since {day}.", findings=findings, carried=_voices(task.budget), day=day)


def _voices(budget: int) -> str:
    if budget == 0:
        return say("what carries it repeats somebody nobody can name")
    return say_n("{n} voice carries it", "{n} voices carry it", budget)


def _answers(observations: Iterable[Observation], zone: str) -> dict[str, list[str]]:
    """Number of a task -> the accounts that name it, in words."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in observations:
        name = (one.details.get("task") or one.details.get("answers_task") or "").strip().upper()
        if name:
            method = _METHODS[one.method]
            day = words.day(one.when.start, zone) if one.when else ""
            told = (
                say("answered by {account} ({method} on {day})", account=one.id, method=method, day=day)
                if day
                else say("answered by {account} ({method})", account=one.id, method=method)
            )
            found[name].append(told)
    return found


def _open_findings(findings: Iterable[Finding]) -> Iterator[Finding]:
    return (f for f in findings if f.outcome in _OPEN and f.status_reading is not Reading.PAUSED)


def _incidents(edition: Edition, since: datetime) -> Iterator[Task]:
    bears: dict[str, int] = defaultdict(int)
    for finding in _open_findings(edition.findings):
        for name in finding.incidents:
            bears[name] += 1
    tree = kinds.tree(edition.mission.kinds)
    graded = {a.incident_id: a for a in edition.assessments}
    zone = edition.mission.time_zone
    for one in edition.incidents:
        why = _why(graded[one.id])
        if not why or one.end < since or one.modality is not Modality.DONE or kinds.within(one.kind, _SAYABLE):
            continue
        if one.lon_deg is None or one.lat_deg is None:
            continue
        label = message(str(tree.get(one.kind, {}).get("label", one.kind)))
        what = say("Look for traces of this: {kind}, {day}", kind=label, day=_day(one, zone))
        yield Task(
            number(one.id), "incident", one.id, what, one.place, one.lon_deg, one.lat_deg, one.radius_m or 0.0, one.start, why,
            bears[one.id], graded[one.id].budget,
        )  # fmt: skip


def _day(one: Incident, zone: str) -> str:
    span = words.days(one.start, max(one.start, one.end - timedelta(seconds=1)), zone)
    return words.about(span, approximate=one.approximate)


def _why(a: Assessment) -> str:
    """Why a visit would help, with the numbers; empty where it would not."""
    told = []
    if a.grade is not Grade.ESTABLISHED:
        told.append(_graded(a))
    points = [_POINTS[Point(p)] for p in a.points_in_conflict if p in set(Point)]
    if points:
        told.append(say("The accounts conflict on {points}.", points=say(", ").join(points)))
    elif a.denied_by or a.contested_by:
        told.append(say("One side said that it happened; another denied it."))
    return " ".join(told)


def _graded(a: Assessment) -> str:
    voices, grade = len(a.origins), words.GRADE_WORDS[a.grade]
    if not voices:
        return say(
            "Graded {grade}: no voice that can be counted says so; an observer at first hand would be the first.",
            grade=grade,
        )
    told = say_n("Graded {grade}: {n} voice says so.", "Graded {grade}: {n} voices say so.", voices, grade=grade)
    if not a.budget:
        return told
    if voices == a.budget == 1:
        wrong = say("If it is wrong, the grade falls; an observer at first hand would be one more.")
        return f"{told} {wrong}"
    wrong = say_n(
        "If one of them is wrong, the grade falls; an observer at first hand would be one more.",
        "If {n} of them are wrong, the grade falls; an observer at first hand would be one more.", a.budget,
    )  # fmt: skip
    return f"{told} {wrong}"


def _sectors(edition: Edition) -> Iterator[Task]:
    zones = [z for z in edition.mission.zones if z.role == "sector"] or [
        z for z in edition.mission.zones if z.role == "zone"
    ]
    begin = edition.as_of - timedelta(days=BLIND_DAYS)
    bears = sum(1 for f in _open_findings(edition.findings) if f.reason_code == "no_coverage" and f.end > begin)
    clock = edition.mission.time_zone
    for zone in zones:
        here = [k for k in edition.looks if k.zone == zone.id and k.start < edition.as_of]
        last = max((min(k.end, edition.as_of) for k in here if k.state in _LOOKED), default=None)
        if last is not None and last > begin:
            continue
        start = last or (edition.mission.period.start if edition.mission.period else begin)
        if start >= edition.as_of:
            continue
        days, refused = (edition.as_of - start).days, _refused(edition, zone.id, start)
        why = _unseen(days, words.day(last, clock) if last else "")
        if refused:
            why += " " + say_n("{n} visit was refused.", "{n} visits were refused.", refused)
        yield _blind(zone, start, why, bears)


def _unseen(days: int, last: str) -> str:
    """That nobody looked for so many days; `last` is the day of the last look, empty where there was none."""
    if last:
        return say_n(
            "Nobody is on record as looking here since {day} ({n} day).",
            "Nobody is on record as looking here since {day} ({n} days).", days, day=last,
        )  # fmt: skip
    return say_n(
        "Nobody is on record as looking here in the whole period ({n} day).",
        "Nobody is on record as looking here in the whole period ({n} days).", days,
    )  # fmt: skip


def _refused(edition: Edition, zone: str, since: datetime) -> int:
    found = [k for k in edition.looks if k.zone == zone and k.state is CoverageState.REFUSED and k.end > since]
    return len({k.effort_id or (k.source_id, k.start) for k in found})


def _blind(zone: Zone, start: datetime, why: str, bears: int) -> Task:
    form = shape(zone.geometry)
    middle = form.representative_point()
    edge = shapely.get_coordinates(form.convex_hull)
    radius = max((where.distance_m(middle.x, middle.y, x, y) for x, y in edge), default=0.0)
    # A spell without a look has a number of its own, so that last month's answer does not close this month's task.
    return Task(
        number(f"{zone.id} {start:%Y-%m-%d}"), "sector", zone.id, say("Visit the sector and record what is seen, also nothing"),
        zone.name, middle.x, middle.y, radius, start, why, bears, None,
    )  # fmt: skip


def _heat(edition: Edition, since: datetime) -> Iterator[Task]:
    linked = {k.observation_id for k in edition.links}
    for one in edition.observations:
        if one.kind != "heat.detection" or one.id in linked or one.when is None or one.when.end < since:
            continue
        if one.lon_deg is None or one.lat_deg is None:
            continue
        what, why = (
            say("See what burned: fields, a kiln, or something else"),
            say("Heat without a report: {found}.", found=one.text),
        )
        yield Task(
            number(one.id), "heat", one.id, what, one.place, one.lon_deg, one.lat_deg, one.radius_m or 0.0, one.when.start, why, 0,
            None,
        )  # fmt: skip
