"""One finding: the clause, the witnesses, the denominator, what could be seen, and so what can be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ... import when
from ...nouns import OWN_WORD_CODES, UNATTRIBUTED, CoverageState, Finding, Look, SourceKind
from ...report import calendar, marks, words
from ...report.index import LOOKS
from ...report.tongue import say
from ..problems import RefusedError
from .cabinet import DeskIndex
from .reading import Item, item
from .shell import Page, page_of, speaking

router = APIRouter()


@dataclass(frozen=True)
class Strip:
    """One row of small boxes: a zone or all, day by day."""

    name: str
    cells: tuple[tuple[str, str], ...]
    seen: int


@router.get("/agreements/{finding_id:path}")
def finding(finding_id: str, request: Request) -> Response:
    """The page of a finding."""
    page = page_of(request, "agreements")
    found = page.desk.finding(finding_id)
    if found is None:
        raise RefusedError(404, "")
    with speaking(page):
        return page.html("finding.jinja", values(page, found))


def values(page: Page, f: Finding) -> dict[str, Any]:
    """Everything that the page shows."""
    index = page.index
    term = index.terms.get((f.agreement_id, f.term_id))
    own_word = f.reason_code in OWN_WORD_CODES
    mark = marks.outcome(f.outcome, own_word=own_word)
    days = when.days(f.start, f.end, page.zone)[:62]
    return {
        "f": f, "term": term, "agreement": page.desk.agreements.get(f.agreement_id), "outcome_mark": mark, "outcome": marks.words(mark),
        "party": words.upper_first(index.name(f.party)), "tone": index.tone(f.party), "meaning": words.OUTCOME_MEANING[f.outcome],
        "days": words.days(f.start, max(f.start, f.end - timedelta(seconds=1)), page.zone), "witnesses": witnesses(page, f),
        "strips": strips(index, f, days), "heads": [str(a.astimezone(when.zone(page.zone)).day) for a, _ in days],
        "others": others(page, f), "readings": words.READING_WORDS, "denominator": denominator(f), "seen": _seen(f),
        "beside": beside(page, f),
    }  # fmt: skip


def witnesses(page: Page, f: Finding) -> list[Item]:
    """The incidents on which it rests."""
    rows = [n for name in f.incidents if (n := page.desk.row_of(name)) is not None]
    return [item(page.index, page.desk.table.row(n, named=True)) for n in rows]


def denominator(f: Finding) -> str:
    """To how many incidents the term applied, and how many of those spoke for its being kept."""
    if not f.applied:
        return say("It applied to no incident on record in this window.")
    return say("{applied} applied, {passed} passed, {rest} did not.",
               applied=words.incidents(f.applied), passed=words.number(f.passed), rest=words.number(f.applied - f.passed))  # fmt: skip


def _seen(f: Finding) -> str:
    if f.seen_share is None:
        return say("A share that could be seen has no meaning for this term.")
    return say("At most {share} of zone and time could be seen by anybody.", share=words.percent(f.seen_share))


def strips(index: DeskIndex, f: Finding, days: list[Any]) -> list[Strip]:
    """Who looked on each day of the window: people, then sensors; a party's own rows where it is about a party."""
    met = [
        k
        for k in index.edition.looks
        if k.start < f.end and k.end > f.start and k.state is not CoverageState.NOT_LOOKED
    ]
    sensors = {s.id for s in index.edition.mission.sources if s.kind is SourceKind.SENSOR}
    people = [k for k in met if not k.passes and k.source_id in index.observers]
    others = [k for k in met if not k.passes and k.source_id not in index.observers and k.source_id not in sensors]
    eyes = [k for k in met if k.passes or k.source_id in sensors]
    return [
        _strip(say("Observers"), people, days),
        _strip(say("Others who looked"), others, days),
        _strip(say("Sensors"), eyes, days),
    ]


def _strip(name: str, looks: list[Look], days: list[Any]) -> Strip:
    cells, seen = [], 0
    for start, end in days:
        own = [k for k in looks if k.start < end and k.end > start]
        seen += any(k.state in LOOKS for k in own)
        state = calendar.state_of(own)
        cells.append((state, calendar.STATE_WORDS[state]))
    return Strip(name, tuple(cells), seen)


def others(page: Page, f: Finding) -> list[Finding]:
    """The same term and party in this window under the other reading of a disputed status."""
    return [
        g for g in page.desk.shelf.findings
        if g.id != f.id and (g.agreement_id, g.term_id, g.party, g.end) == (f.agreement_id, f.term_id, f.party, f.end)
    ]  # fmt: skip


def beside(page: Page, f: Finding) -> list[tuple[str, str, Finding]]:
    """The same window for each other party in the order of the mission, and the weeks before and after."""
    same = [g for g in page.desk.shelf.findings if (g.agreement_id, g.term_id) == (f.agreement_id, f.term_id)]
    made: list[tuple[str, str, Finding]] = []
    for party in (*page.index.parties, UNATTRIBUTED):
        found = next((g for g in same if g.party == party and g.end == f.end and party != f.party), None)
        if found:
            made.append((say("The same window, {party}", party=page.index.name(party)), "", found))
    own = sorted((g for g in same if g.party == f.party), key=lambda g: (g.start, g.id))
    before = [g for g in own if g.end <= f.start]
    after = [g for g in own if g.start >= f.end]
    made += [(say("The window before"), "prev", before[-1])] if before else []
    made += [(say("The window after"), "next", after[0])] if after else []
    return made
