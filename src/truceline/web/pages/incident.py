"""One incident: every account side by side, where each puts it, why they are one, how well it is known, who judged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ... import review
from ...nouns import Assessment, Incident, Judgement, Link
from ...report import words
from ...report.cards import half_page, margin, spans
from ...report.index import Brief
from ...report.tongue import later, say
from ...report.tree import Block, Heading
from ...where import distance_m
from ..desk import Opened
from ..problems import RefusedError
from . import accounts, error_map
from .cabinet import DeskIndex, empty
from .judging import actions
from .reading import sides
from .shell import Page, page_of, speaking

router = APIRouter()
GRADE, AUTHOR = 1, 2
"""Where the report's margin has the grade and the author, after the terms."""
NEAR_DAYS, NEAR_M, MOST_NEAR = 2, 30_000.0, 10
ACTION_WORDS = {
    "join": later("joined"), "split": later("split"), "uphold": later("upheld"), "reject": later("rejected"), "undo": later("undid"),
}  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """A link as a bar from zero: shares of the width."""

    id: str
    voice: str
    apart: str
    bits: float
    left: float
    wide: float
    reasons: tuple[str, ...]
    stance: str


@dataclass(frozen=True)
class Past:
    """A judgement of the history."""

    one: Judgement
    active: bool
    counted: bool
    later: bool
    """Whether its day is after the edition's close: the desk counts it, a run as of then does not."""
    day: str
    words: str


@dataclass(frozen=True)
class Evidence:
    """Where an account can be read: in which file of the mission, in which row, and where it was published."""

    id: str
    voice: str
    file: str
    row: int
    address: str
    sha256: str
    """Of the whole file, as it was read; empty where the desk was laid from tables."""


@router.get("/incidents/{incident_id:path}")
def incident(incident_id: str, request: Request) -> Response:
    """The page of an incident."""
    page = page_of(request, "situation")
    found = page.desk.incident(incident_id)
    if found is None:
        raise RefusedError(404, "")
    with speaking(page):
        return page.html("incident.jinja", values(page, found))


def index_for(page: Page, found: Opened) -> DeskIndex:
    """The index of the edition; on a desk laid from tables one of this incident alone."""
    if not page.bare:
        return page.index
    a = (found.assessment,) if found.assessment else ()
    alone = replace(
        empty(page.desk), incidents=(found.incident,), observations=found.observations, links=tuple(found.links.values()),
        assessments=a, findings=found.findings, ratings=tuple(found.ratings.values()),
    )  # fmt: skip
    return DeskIndex(alone, Brief(language=page.language))


def values(page: Page, found: Opened) -> dict[str, Any]:
    """Everything that the page shows."""
    index, i = index_for(page, found), found.incident
    a = index.assessment(i.id)
    told = accounts.voices(index, i.id, found.observations)
    before, after = page.desk.neighbours(i.id, page.window)
    head, rest = _margin(index, i, a)
    return {
        "index": index, "i": i, "a": a, "found": found, "title": half_page.title(index, i, a), "told": told,
        "scripts": _scripts(index, i), "questions": accounts.questions(index, a, told), "shared": list(accounts.shared(a)),
        "map": error_map.draw(index, page.cabinet.atlas(page.language), i, str(a.grade), told), "bars": bars(index, found),
        "before": before, "after": after, "head": head, "rest": rest, "place": half_page.place_line(index, i),
        "time": words.span(i.start, i.end, index.zone, approximate=i.approximate), "sides": sides(index, found.observations),
        "history": history(page, found), "evidence": _evidence(index, found), "graded": found.assessment is not None,
        "actions": actions(page, index, found, near(index, found)), "chance": _chance(a), "grade_meaning": words.GRADE_MEANING[a.grade],
    }  # fmt: skip


def _scripts(index: DeskIndex, i: Incident) -> list[tuple[str, str]]:
    place = index.places.get(i.place_id)
    return [(lang, text) for lang, text in place.scripts.items() if text] if place else []


def _margin(
    index: DeskIndex, i: Incident, a: Assessment
) -> tuple[dict[str, list[Block]], list[tuple[Heading, list[Block]]]]:
    """The margin of the report's card, in pieces: how well it is known and who did it apart from the rest."""
    pieces: list[tuple[Heading, list[Block]]] = []
    for block in margin.blocks(index, i, a):
        if isinstance(block, Heading):
            pieces.append((block, []))
        else:
            pieces[-1][1].append(block)
    if len(pieces) < AUTHOR + 1:
        return {"grade": [], "author": []}, pieces
    head = {"grade": pieces[GRADE][1], "author": pieces[AUTHOR][1]}
    return head, [pieces[0], *pieces[AUTHOR + 1 :]]


def _chance(a: Assessment) -> str:
    if a.probability is None:
        return ""
    return say(
        "Grades by this rule were right in {share}: {counted}.",
        share=words.percent(a.probability),
        counted=a.probability_on,
    )


def bars(index: DeskIndex, found: Opened) -> list[Bar]:
    """Links with their weight, the first report as the measure of the rest."""
    links = [found.links[o.id] for o in found.observations if o.id in found.links]
    if not links:
        return []
    low = min(0.0, *(k.weight_bits for k in links))
    wide = max(0.5, *(k.weight_bits for k in links)) - low
    return [_bar(index, k, low, wide) for k in links]


def _bar(index: DeskIndex, k: Link, low: float, wide: float) -> Bar:
    o = index.observations.get(k.observation_id)
    apart = []
    if k.distance_m is not None:
        apart.append(f"{k.distance_m:.0f} m" if k.distance_m < 950 else f"{k.distance_m / 1000:.3g} km")
    if k.lag_s is not None:
        apart.append(_lag(k.lag_s))
    ends = sorted((-low / wide, (k.weight_bits - low) / wide))
    return Bar(
        k.observation_id, spans.said_by(index, o) if o else k.observation_id, ", ".join(apart), k.weight_bits,
        ends[0] * 100, (ends[1] - ends[0]) * 100, k.reasons, str(k.stance),
    )  # fmt: skip


def _lag(seconds: float) -> str:
    minutes = abs(seconds) / 60
    if minutes < 90:
        return say("{n} min apart", n=f"{minutes:.0f}")
    if minutes < 60 * 36:
        return say("{n} h apart", n=f"{minutes / 60:.0f}")
    return say("{n} days apart", n=f"{minutes / 1440:.0f}")


def near(index: DeskIndex, found: Opened) -> list[tuple[str, str, str]]:
    """Incidents that could be joined to this one: (an account of it, its words, why): those nearly joined first."""
    own = found.incident
    made: dict[str, tuple[str, str, str]] = {}
    for miss in sorted(found.near_misses, key=lambda m: -m.weight_bits):
        mine_first = miss.incident_a == own.id
        other = miss.incident_b if mine_first else miss.incident_a
        account = miss.observation_b if mine_first else miss.observation_a
        if other in index.by_id:
            bits = say("nearly joined, {bits} bits", bits=f"{miss.weight_bits:+.1f}")
            made.setdefault(other, (account, _named(index, index.by_id[other]), bits))
    for i in index.incidents:
        if len(made) >= MOST_NEAR:
            break
        if i.id != own.id and i.id not in made and _close(own, i):
            made[i.id] = (i.observation_ids[0], _named(index, i), say("near in time and place"))
    return list(made.values())


def _close(a: Incident, b: Incident) -> bool:
    if abs(a.start - b.start) > timedelta(days=NEAR_DAYS):
        return False
    if a.lon_deg is None or a.lat_deg is None or b.lon_deg is None or b.lat_deg is None:
        return bool(a.place_id) and a.place_id == b.place_id
    return float(distance_m(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg)) <= NEAR_M


def _named(index: DeskIndex, i: Incident) -> str:
    return say(
        "{kind}, {place}, {time}",
        kind=words.upper_first(index.kind(i.kind)), place=index.where(i), time=words.span(i.start, i.end, index.zone, zoned=False),
    )  # fmt: skip


def history(page: Page, found: Opened) -> list[Past]:
    """Judgements about this incident, newest first, those that wait among them."""
    ends = {found.incident.id, *found.incident.observation_ids, *(f"I-{o}" for o in found.incident.observation_ids)}
    waiting = [
        j for j in page.room.waiting if {j.subject, j.object} & ends or j.undoes in {k.id for k in found.judgements}
    ]
    every = (*found.judgements, *(j for j in waiting if j not in found.judgements))
    active = {j.id for j in review.active(page.room.history())}
    late = {j.id for j in waiting}
    return [
        Past(
            j, j.id in active, j.id not in late, j.date > page.desk.as_of, words.day(j.date, page.zone),
            words.upper_first(say(ACTION_WORDS[j.action])),
        )
        for j in reversed(every)
    ]  # fmt: skip


def _evidence(index: DeskIndex, found: Opened) -> list[Evidence]:
    hashes = dict(index.edition.inputs)
    return [
        Evidence(o.id, spans.said_by(index, o), o.capture, o.row, words.safe_link(index.address(o)), hashes.get(o.capture, ""))
        for o in found.observations
    ]  # fmt: skip
