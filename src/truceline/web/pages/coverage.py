"""Coverage: who could have seen what, where and when, and where nobody looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ... import when
from ...nouns import CoverageState, EffortStatus, Look, Outcome, SourceKind
from ...report import calendar, words
from ...report.maps import coverage_figure
from ...report.maps.sector import Sector
from ...report.tongue import say, say_n
from ..window import Window
from .cabinet import DeskIndex
from .shell import Page, page_of, speaking
from .unworked import unworked

router = APIRouter()
DAYS = 21
"""Days side by side; earlier ones are on the next page."""
NOTED = frozenset({EffortStatus.REFUSED, EffortStatus.CURTAILED, EffortStatus.HOST_LED})
_EFFORT = {
    EffortStatus.REFUSED: "look-refused",
    EffortStatus.CURTAILED: "look-refused",
    EffortStatus.HOST_LED: "look-host_led",
}
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Day:
    """One sector on one day: what sensors and people could see, and incidents by grade."""

    sensors: str
    sensors_words: str
    people: str
    people_words: str
    incidents: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Row:
    """One sector over the days of the page."""

    n: str
    name: str
    scripts: tuple[tuple[str, str], ...]
    days: tuple[Day, ...]


@dataclass(frozen=True)
class Visit:
    """A visit that the host led, refused or cut short."""

    mark: str
    status: str
    day: str
    where: str
    who: str
    side: str
    by: str
    reason: str


@router.get("/coverage")
def coverage(request: Request) -> Response:
    """The calendar of looks by sector, the map, and what this means for the findings."""
    page = page_of(request, "coverage")
    with speaking(page):
        if page.bare:
            return unworked(page)
        key = ("coverage", page.language, page.window.but(sort="newest", selected=""))
        return page.html("coverage.jinja", page.cabinet.keep(key, lambda: values(page)))


def days_of(page: Page) -> list[Span]:
    """Every local day of the window, or of the edition's period."""
    window, index = page.window, page.index
    start = window.start or index.start
    end = min(window.end or page.desk.as_of, page.desk.as_of)
    return when.days(start, end, page.zone) if end > start else []


def values(page: Page) -> dict[str, Any]:
    """Everything that the page shows."""
    index, every = page.index, days_of(page)
    stop = len(every) - (page.window.page - 1) * DAYS
    shown = every[max(0, stop - DAYS) : max(stop, 0)]
    sectors = page.cabinet.atlas(page.language).sectors
    rows = _rows(index, sectors, shown)
    counts = _counts(rows)
    figure = calendar.figure(index, by_week=True)
    return {
        "title": _title(rows, shown, index), "rows": rows, "heads": [_head(a, page.zone) for a, _ in shown],
        "pages": max(1, -(-len(every) // DAYS)),
        "days": words.days(shown[0][0], shown[-1][1] - timedelta(seconds=1), page.zone) if shown else "", "key": counts,
        "map": coverage_figure(index), "calendar": figure, "visits": visits(page, index),
        "meaning": meaning(page), "limited": _limited(page, page.window),
    }  # fmt: skip


def _rows(index: DeskIndex, sectors: list[Sector] | tuple[Sector, ...], shown: list[Span]) -> list[Row]:
    if not shown:
        return []
    start, end = shown[0][0], shown[-1][1]
    met = [
        k for k in index.edition.looks if k.start < end and k.end > start and k.state is not CoverageState.NOT_LOOKED
    ]
    sensors = {s.id for s in index.edition.mission.sources if s.kind is SourceKind.SENSOR}
    made = [_row(index, met, sensors, shown, str(s.n), s.zone.name, s.zone.id, s) for s in sectors]
    loose = [k for k in met if k.zone not in {s.zone.id for s in sectors}]
    if loose or not sectors:
        made.append(_row(index, loose, sensors, shown, "", say("No sector named"), None, None))
    return made


def _row(
    index: DeskIndex, met: list[Look], sensors: set[str], shown: list[Span], n: str, name: str, zone: str | None, sector: Sector | None
) -> Row:  # fmt: skip
    own = [k for k in met if zone is None or k.zone == zone]
    eyes = [k for k in own if k.passes or k.source_id in sensors]
    people = [k for k in own if not k.passes and k.source_id not in sensors]
    days = []
    for start, end in shown:
        a, b = (calendar.state_of([k for k in group if k.start < end and k.end > start]) for group in (eyes, people))
        begun = [i for i in sector.incidents if start <= i.start < end] if sector else []
        marked = tuple(
            (i.id, f"grade-{index.assessment(i.id).grade}", words.GRADE_WORDS[index.assessment(i.id).grade])
            for i in begun
        )
        days.append(Day(a, calendar.STATE_WORDS[a], b, calendar.STATE_WORDS[b], marked))
    return Row(n, name, (), tuple(days))


def _counts(rows: list[Row]) -> list[tuple[str, str, int, int]]:
    """Each state with how many sector-days people and sensors have of it."""
    made = []
    for state in calendar.STATE_WORDS:
        people = sum(d.people == state for r in rows for d in r.days)
        sensors = sum(d.sensors == state for r in rows for d in r.days)
        if people or sensors:
            made.append((state, calendar.STATE_WORDS[state], people, sensors))
    return made


def _title(rows: list[Row], shown: list[Span], index: DeskIndex) -> str:
    sectors = [r for r in rows if r.n]
    if not shown:
        return say("There is no day in this window")
    days = [d for r in (sectors or rows) for d in r.days]
    seen = sum(d.people in {"look-looked", "look-looked_clear"} for d in days)
    led = sum(d.people == "look-host_led" for d in days)
    del index
    return say("People looked on {part} of {whole} sector-days; hosts led {led} more",
               part=words.number(seen), whole=words.number(len(days)), led=words.number(led))  # fmt: skip


def _head(day: datetime, zone: str) -> tuple[str, str]:
    local = day.astimezone(when.zone(zone))
    return words.day(day, zone, year=False), str(local.day)


def visits(page: Page, index: DeskIndex) -> list[Visit]:
    """Visits that were led by the host, refused or cut short, the latest first."""
    window = page.window
    found = [
        e for e in index.efforts
        if e.status in NOTED and (window.start is None or e.when.end > window.start) and (window.end is None or e.when.start < window.end)
    ]  # fmt: skip
    return [
        Visit(
            _EFFORT[e.status], words.EFFORT_WORDS[e.status], words.interval(e.when, page.zone),
            words.listed(index.named(p, p) for p in e.places) or index.named(e.zone, say("no place named")), index.source_name(e.source_id),
            index.name(e.side) if e.side else "", index.voice(e.by) if e.by else "", e.reason,
        )
        for e in reversed(found)
    ]  # fmt: skip


def _limited(page: Page, window: Window) -> int:
    return sum(f.outcome is Outcome.NOT_ASSESSABLE for f in page.desk.findings(window))


def meaning(page: Page) -> list[str]:
    """What the coverage means for the findings of this window, in sentences."""
    found = page.desk.findings(page.window)
    blind = [f for f in found if f.outcome is Outcome.NOT_ASSESSABLE]
    kept = sum(f.outcome is Outcome.KEPT for f in found)
    made = [say_n(
        "“Kept” needs somebody who could have seen otherwise: in this window {n} finding is not assessable.",
        "“Kept” needs somebody who could have seen otherwise: in this window {n} findings are not assessable.", len(blind),
    )] if found else []  # fmt: skip
    if kept:
        made.append(
            say_n(
                "{n} finding is kept, each where coverage allowed it.",
                "{n} findings are kept, each where coverage allowed it.",
                kept,
            )
        )
    shares = [f.seen_share for f in found if f.seen_share is not None]
    if shares:
        made.append(
            say("At most {share} of zone and time could be seen in any of them.", share=words.percent(max(shares)))
        )
    return [*made, say("Silence on the other days is not evidence of calm.")]
