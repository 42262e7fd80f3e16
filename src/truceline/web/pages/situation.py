"""The situation: map, timeline and list of one window, side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from ... import kinds
from ...report import words
from ...report.tongue import later, say
from ..desk import PAGE, Found
from ..sieve import GRADES
from ..window import Window
from . import ground, timeline
from .reading import Item, day_of, item
from .shell import Page, environment, page_of, speaking

router = APIRouter()
SORTS = (
    ("newest", later("newest first")),
    ("oldest", later("oldest first")),
    ("grade", later("best established first")),
    ("accounts", later("most accounts first")),
)


@dataclass(frozen=True)
class Group:
    """Incidents under one heading, and how many of the window have it."""

    head: str
    items: tuple[Item, ...]


@router.get("/")
def home() -> Response:
    """Lead to the situation."""
    return RedirectResponse("/situation", 307)


@router.get("/situation")
def situation(request: Request) -> Response:
    """Map, timeline and list."""
    return _shown(page_of(request, "situation"))


@router.get("/search")
def search(request: Request) -> Response:
    """The situation, of the words that were asked for."""
    return _shown(page_of(request, "situation"))


def _shown(page: Page) -> Response:
    with speaking(page):
        return page.html("situation.jinja", values(page))


def values(page: Page) -> dict[str, Any]:
    """Everything that the page shows; the parts use the same."""
    window, desk = page.window, page.desk
    found = desk.found(window)
    drawn = page.cabinet.keep(
        ("timeline", page.language, window.but(sort="newest", selected="", page=1)),
        lambda: timeline.draw(desk, page.index, window, found),
    )
    effort, present = (
        timeline.looked_words(page.index, window, page.zone) if not page.bare else (timeline.not_worked_out(), False)
    )
    items = [item(page.index, row) for row in desk.incidents(window, found)]
    return {
        "found": found, "drawn": drawn, "map": ground.draw(page.cabinet, found, page.language), "effort": effort,
        "present": present, "groups": groups(items, window, page.zone), "grades": grades(page, found),
        "first": (window.page - 1) * PAGE + 1, "kinds": kinds_of(page), "sorts": SORTS, "filtered": _filtered(window),
        "beyond": window.page > found.pages, "grade_names": [(g, words.GRADE_WORDS[g]) for g in GRADES],
        "reports": int(desk.sieve.accounts[found.rows].sum()), "counts": desk.counts, "title": title(page, found),
        "before": _before(page, found),
    }  # fmt: skip


def title(page: Page, found: Found) -> str:
    """The finding of the page: how many incidents, of how many."""
    if page.window.everything:
        return say("{incidents} on record", incidents=words.incidents(found.count))
    return say("{part} of {whole} incidents", part=words.number(found.count), whole=words.number(found.total))


def _before(page: Page, found: Found) -> str:
    """The same filter in the period of equal length before."""
    before = page.window.previous
    if before is None or before.start is None or before.end is None or found.previous is None:
        return ""
    from .shell import period

    return say(
        "{incidents} in the period before, {days}",
        incidents=words.incidents(found.previous),
        days=period(before, page.zone),
    )


def _filtered(window: Window) -> int:
    return sum(
        map(
            bool,
            (
                window.start or window.end,
                window.grade,
                window.kind,
                window.party,
                window.agreement,
                window.q,
                window.bbox,
            ),
        )
    )


def grades(page: Page, found: Found) -> list[tuple[str, str, int]]:
    """How many of the window have each grade, the best first."""
    counts = np.bincount(page.desk.sieve.grade[found.rows], minlength=len(GRADES) + 1)
    made = [(g, words.GRADE_WORDS[g], int(counts[n])) for n, g in enumerate(GRADES) if not page.bare or counts[n]]
    return [*made, *([("", say("not graded"), int(counts[-1]))] if counts[-1] else [])]


def kinds_of(page: Page) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Kinds that this mission has, by family, in words."""

    def made() -> list[tuple[str, str, list[tuple[str, str]]]]:
        families: dict[str, list[str]] = {}
        for kind in page.desk.sieve.kinds:
            families.setdefault(kind.partition(".")[0], []).append(kind)
        known = kinds.tree(page.desk.mission.kinds)
        return [
            (f, words.upper_first(page.index.kind(f) if f in known else f), [(k, words.upper_first(page.index.kind(k))) for k in own])
            for f, own in families.items()
        ]  # fmt: skip

    return page.cabinet.keep(("kinds", page.language), made)


def groups(items: Iterable[Item], window: Window, zone: str) -> list[Group]:
    """Items under their day where they stand by time, under their grade where by that; else in one group."""
    found: dict[str, list[Item]] = {}
    for one in items:
        if window.sort in {"newest", "oldest"}:
            head = day_of(one.start, zone)
        else:
            head = words.upper_first(one.grade_words) if window.sort == "grade" else say("Most accounts first")
        found.setdefault(head, []).append(one)
    return [Group(head, tuple(own)) for head, own in found.items()]


def fragment(name: str, page: Page, made: dict[str, Any]) -> Markup:
    """One part of the page by its macro."""
    module = environment().get_template("situation_parts.jinja").make_module({"page": page, **made})
    return Markup(getattr(module, name)())
