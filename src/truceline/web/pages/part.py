"""Parts of the situation as JSON, for the script that exchanges them when the window changes."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from . import situation
from .shell import page_of, speaking

router = APIRouter()


@router.get("/parts/situation")
def parts(request: Request) -> Response:
    """The list, the timeline and the counts of a window as HTML."""
    page = page_of(request, "situation")
    with speaking(page):
        made = situation.values(page)
        found = made["found"]
        return JSONResponse({
            "window": page.window.query(), "count": found.count, "total": found.total, "previous": found.previous,
            "generation": page.desk.generation, "title": made["title"],
            "list_html": str(situation.fragment("list_part", page, made)),
            "timeline_html": str(situation.fragment("timeline_part", page, made)),
            "count_html": str(situation.fragment("count_part", page, made)),
        })  # fmt: skip
