"""Claims: what each party said of the other, what was answered, contradictions within one side, and the common ground."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ...nouns import Claim
from ...report import cards, words
from ...report import claims as told
from ...report.tongue import say
from .cabinet import DeskIndex
from .shell import Page, page_of, speaking
from .unworked import unworked

router = APIRouter()
MOST = 60
"""Statements on one page."""


@router.get("/claims")
def claims(request: Request) -> Response:
    """Statements, answers, contradictions, common ground."""
    page = page_of(request, "claims")
    with speaking(page):
        if page.bare:
            return unworked(page)
        return page.html("claims.jinja", values(page))


def narrowed(page: Page, **records: Any) -> DeskIndex:
    """The index of the edition with only these records; numbers of incidents stay those of the whole."""
    made = DeskIndex(replace(page.cabinet.edition, **records), page.index.brief)
    made.__dict__["number"] = page.index.number
    made.__dict__["assessments"] = page.index.assessments
    return made


def values(page: Page) -> dict[str, Any]:
    """Everything that the page shows."""
    window = page.window
    found = page.desk.claims(window)
    plain = window.but(party="")
    ids = set(page.desk.ids(plain)) if not plain.everything else None
    incidents = tuple(i for i in page.cabinet.edition.incidents if ids is None or i.id in ids)
    index = narrowed(page, claims=found, incidents=incidents)
    latest = sorted(found, key=_reported, reverse=True)
    first = (window.page - 1) * MOST
    shared = cards.common_ground(index).blocks
    return {
        "title": _title(page, found), "total": len(found), "answers": told.answers(index, found) if found else None,
        "statements": told.table(index, latest[first : first + MOST]) if latest[first : first + MOST] else None,
        "contradictions": told.contradictions(index), "common": shared, "pages": max(1, -(-len(found) // MOST)), "first": first + 1,
        "last": min(first + MOST, len(found)),
    }  # fmt: skip


def _reported(c: Claim) -> float:
    return c.first_reported.timestamp() if c.first_reported else 0.0


def _title(page: Page, found: tuple[Claim, ...]) -> str:
    if not found:
        return say("No accusation is on record in this window")
    silent = sum(c.answer == "none_found" for c in found)
    del page
    return say(
        "{part} of {whole} accusations have no answer on record",
        part=words.number(silent),
        whole=words.number(len(found)),
    )
