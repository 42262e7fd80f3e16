"""The keys of the workbench, for whoever works without a mouse; the script answers to the same."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ...report.tongue import later
from .shell import page_of, speaking

router = APIRouter()
KEYS = (
    (later("Anywhere"), (
        ("?", later("Show these keys")),
        ("/", later("Go to the search")),
        ("Esc", later("Close what is open")),
    )),
    (later("Situation"), (
        ("J", later("Select the next incident")),
        ("K", later("Select the incident before")),
        ("Enter", later("Open the selected incident")),
        (".", later("Step the period on")),
        (",", later("Step the period back")),
        ("P", later("Play the period, or hold it")),
    )),
    (later("Map"), (
        ("\u2190 \u2191 \u2192 \u2193", later("Move the map")),
        ("+ \u2212", later("Draw the map closer or wider")),
        ("L", later("Open the layers")),
        ("M", later("Measure")),
        ("C", later("Show the coordinates of the middle, to copy")),
        ("W", later("Show the whole area")),
    )),
)  # fmt: skip


@router.get("/keys")
def keys(request: Request) -> Response:
    """The list of keys."""
    page = page_of(request, "")
    with speaking(page):
        return page.html("keys.jinja", {"keys": KEYS})
