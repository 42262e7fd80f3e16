"""Pages of a desk whose reports were grouped and not graded: they say what was not worked out, and show no empty table for it."""

from __future__ import annotations

from fastapi.responses import Response

from ...report.tongue import later, message, say
from .shell import Page

_SAID = {
    "agreements": (later("No commitment was checked"), later("This says nothing of whether any was kept or breached.")),
    "claims": (later("No statement was set beside its answer"), later("This says nothing of what either side said.")),
    "coverage": (
        later("Who looked was not worked out"),
        later("This says neither that somebody looked nor that nobody did."),
    ),
}


def unworked(page: Page) -> Response:
    """The page of this tab, in words."""
    title, limit = _SAID[page.tab]
    why = say("The reports of this mission were grouped into incidents and not graded.")
    return page.html("unworked.jinja", {"title": message(title), "why": why, "limit": message(limit)})
