"""Figures: casualties and displacement by definition and source, over time and side by side; never added."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ...report import numbers, words
from ...report.dots import topic_name
from ...report.tongue import say
from .claims import narrowed
from .over_time import charts
from .shell import Page, page_of, speaking

router = APIRouter()


@router.get("/figures")
def figures(request: Request) -> Response:
    """Every figure under its own definition."""
    page = page_of(request, "figures")
    with speaking(page):
        return page.html(
            "figures.jinja",
            page.cabinet.keep(("figures", page.language, page.window.but(page=1)), lambda: values(page)),
        )


def values(page: Page) -> dict[str, Any]:
    """Everything that the page shows."""
    totals, found = page.desk.totals(page.window), page.desk.figures(page.window)
    index = narrowed(page, totals=totals, figures=found)
    topics = [*numbers.TOPICS, *dict.fromkeys(t.topic for t in totals if t.topic not in numbers.TOPICS)]
    own = {topic: numbers.ordered(index, topic) for topic in topics}
    time = [(topic_name(topic), charts(index, own[topic])) for topic in topics]
    sources = {f.source for f in found}
    title = say(
        "{figures} figures under {definitions} definitions from {sources} sources; none may be added",
        figures=words.number(len(found)), definitions=words.number(len(totals)), sources=words.number(len(sources)),
    )  # fmt: skip
    return {
        "title": title if totals else say("No figure was published that this window may count"),
        "time": [(name, own) for name, own in time if own], "blocks": numbers.section(index).blocks, "any": bool(totals),
    }  # fmt: skip
