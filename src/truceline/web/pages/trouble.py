"""The page of a refusal: what was wrong, where, and what was expected; it stands on the template alone, or without it."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from ..problems import Rows, log, plain_page
from .shell import page_of, speaking


def page(request: Request, status: int, title: str, words: str, rows: Rows) -> Response:
    """The page of a problem; a plain one where even that fails."""
    try:
        made = page_of(request, "", whole=True)
        with speaking(made):
            return made.html("trouble.jinja", {"title": title, "said_words": words, "rows": rows}, status)
    except Exception:
        log.exception("the page of a problem could not be made")
        return plain_page(request, status, title, words, rows)
