"""Agreements: what was found of each commitment, by party and week."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ...report import words
from ...report.tongue import say
from .matrix_rows import Matrix, matrix
from .shell import Page, page_of, speaking
from .unworked import unworked

router = APIRouter()


@router.get("/agreements")
def agreements(request: Request) -> Response:
    """The matrix of commitments."""
    page = page_of(request, "agreements")
    with speaking(page):
        if page.bare:
            return unworked(page)
        key = ("matrix", page.language, page.window.but(sort="newest", selected=""))
        made = page.cabinet.keep(key, lambda: matrix(page.index, page.cabinet.grid(page.language), page.window))
        return page.html("agreements.jinja", {"matrix": made, "title": title(page, made)})


def title(page: Page, made: Matrix) -> str:
    """The finding of the page."""
    if not made.due:
        return say("No commitment was tested in this window")
    if page.window.party:
        return say("{party}: not assessable in {part} of {whole} weeks of a commitment", party=page.index.name(page.window.party),
                   part=words.number(made.blind), whole=words.number(made.due))  # fmt: skip
    return say("Not assessable in {part} of {whole} weeks of a party’s commitment",
               part=words.number(made.blind), whole=words.number(made.due))  # fmt: skip
