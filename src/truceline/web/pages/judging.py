"""Judgements as forms: what can be decided of an incident, and what it would change before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ...nouns import Finding
from ...report import words
from ...report.cards import spans
from ...report.tongue import later, say
from ..changes import Brief, Preview
from ..desk import Opened
from .cabinet import DeskIndex, incident_path
from .shell import Page, page_of, speaking

router = APIRouter()
NAMES = {
    "join": (later("Join"), later("Another incident is the same happening.")),
    "split": (later("Split"), later("Two of its accounts are about two happenings.")),
    "uphold": (later("Uphold"), later("It happened, whatever the rules make of it.")),
    "reject": (later("Reject"), later("It did not happen, or is no incident of this mission.")),
    "undo": (later("Undo"), later("An earlier judgement no longer counts.")),
}  # fmt: skip
CARRIED = ("action", "subject", "object", "undoes", "reason", "by", "date", "generation", "seen", "back")


@dataclass(frozen=True)
class Action:
    """One thing that can be decided, with the choices that it needs: (value, words, why)."""

    id: str
    name: str
    meaning: str
    subject: str
    subjects: tuple[tuple[str, str], ...] = ()
    objects: tuple[tuple[str, str, str], ...] = ()
    possible: bool = True


@dataclass(frozen=True)
class Change:
    """One line of what would change: what it is, now and after."""

    what: str
    now: str
    after: str
    now_mark: str = ""
    after_mark: str = ""
    path: str = ""


def actions(page: Page, index: DeskIndex, found: Opened, near: list[tuple[str, str, str]]) -> list[Action]:
    """What can be decided of this incident."""
    del page
    own = found.incident
    told = tuple((o.id, f"{o.id}: {spans.said_by(index, o)}") for o in found.observations)
    first = own.observation_ids[0] if own.observation_ids else ""
    made = {
        "join": (first, (), tuple(near), bool(near)),
        "split": ("", told, tuple((o, name, "") for o, name in told), len(told) > 1),
        "uphold": (own.id, (), (), True),
        "reject": (own.id, (), (), True),
    }
    return [
        Action(name, say(NAMES[name][0]), say(NAMES[name][1]), subject, subjects, objects, possible)
        for name, (subject, subjects, objects, possible) in made.items()
    ]  # fmt: skip


def preview_page(request: Request, found: Preview, values: Mapping[str, str]) -> Response:
    """What a judgement would change, and the form that keeps it."""
    page = page_of(request, "situation", whole=True)
    with speaking(page):
        action = values.get("action", "")
        name, meaning = (say(part) for part in NAMES.get(action, (later("Judgement"), "")))
        carried = {n: values.get(n, "") for n in CARRIED}
        carried["generation"] = carried["generation"] or str(page.desk.generation)
        return page.html("preview.jinja", {
            "found": found, "name": name, "meaning": meaning, "carried": carried, "changes": changes(page.index, found),
            "back": carried["back"] or _back(page, carried),
        })  # fmt: skip


def _back(page: Page, carried: Mapping[str, str]) -> str:
    name = page.desk.shelf.incident_of(carried["subject"].removeprefix("I-"))
    return incident_path(name) if name else "/situation"


def changes(index: DeskIndex, found: Preview) -> list[tuple[str, list[Change]]]:
    """Counts, incidents and findings that would change, each now and after."""
    counts = [Change(_counted(what), words.number(now), words.number(after)) for what, now, after in found.counts]
    incidents = [_incident(index, c.before, c.after, c.into) for c in found.incidents]
    turned = [_finding(index, c.before, c.after) for c in found.findings if c.turned]
    rest = sum(not c.turned for c in found.findings)
    made = [(say("Counts"), counts), (say("Incidents"), incidents), (say("Findings that would read otherwise"), turned)]
    if rest:
        same = Change(
            say("Findings that would rest on other incidents and read the same"), words.number(rest), words.number(rest)
        )
        made.append((say("Other findings"), [same]))
    return [(head, own) for head, own in made if own]


def _counted(what: str) -> str:
    kind, _, name = what.partition(":")
    if kind == "grade":
        return say("Incidents {grade}", grade=words.GRADE_WORDS.get(name, name))
    if kind == "outcome":
        return say("Findings {outcome}", outcome=words.OUTCOME_WORDS.get(name, name))
    return say("Incidents")


def _incident(index: DeskIndex, before: Brief | None, after: Brief | None, into: tuple[str, ...]) -> Change:
    one = after or before
    assert one is not None
    what = say("{kind}, {place}, {day}", kind=words.upper_first(index.kind(one.kind)), place=index.named(one.place, say("Place not named")),
               day=words.days(one.start, max(one.start, one.end - timedelta(seconds=1)), index.zone))  # fmt: skip
    gone = say("part of {incident}", incident=words.listed(into)) if into else say("no incident of its own")
    return Change(
        what, _told(before) if before else say("not there"), _told(after) if after else gone,
        f"grade-{before.grade}" if before else "", f"grade-{after.grade}" if after else "",
        incident_path(before.id) if before else "",
    )  # fmt: skip


def _told(one: Brief) -> str:
    return say(
        "{grade}; {accounts} accounts, {origins} origins; budget of lies {budget}",
        grade=words.GRADE_WORDS.get(one.grade, one.grade), accounts=words.number(len(one.observation_ids)),
        origins=words.number(one.origins), budget=words.number(one.budget) if one.budget else say("none"),
    )  # fmt: skip


def _finding(index: DeskIndex, before: Finding | None, after: Finding | None) -> Change:
    one = after or before
    assert one is not None
    term = index.terms.get((one.agreement_id, one.term_id))
    what = say(
        "{term}, {party}, {days}",
        term=term.title if term else one.term_id, party=index.name(one.party),
        days=words.days(one.start, max(one.start, one.end - timedelta(seconds=1)), index.zone),
    )  # fmt: skip
    sides = [
        (words.OUTCOME_WORDS[f.outcome], f"outcome-{f.outcome}") if f else (say("no finding"), "")
        for f in (before, after)
    ]
    path = f"/agreements/{before.id}" if before else ""
    return Change(what, sides[0][0], sides[1][0], sides[0][1], sides[1][1], path)
