"""The views as tables: which rows of which published file a window holds. Pages, API and files read the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .. import columns, publish
from .desk import Desk
from .features import Geometry
from .window import Window

Table = list[dict[str, Any]]


def incidents(desk: Desk, window: Window) -> Table:
    """The incidents of a window, all pages, by the names of incidents.csv."""
    return desk.table[desk.found(window).rows].select(columns.names("incidents.csv")).to_dicts()


def findings(desk: Desk, window: Window) -> Table:
    """The findings of a window by the names of findings.csv."""
    return [publish.finding_row(f) for f in desk.findings(window)]


def claims(desk: Desk, window: Window) -> Table:
    """The claims of a window by the names of claims.csv."""
    return [publish.claim_row(c) for c in desk.claims(window)]


def figures(desk: Desk, window: Window) -> Table:
    """Lines of figures and the figures behind them by the names of casualties.csv."""
    totals = [publish.total_row(t) for t in desk.totals(window)]
    return totals + [publish.figure_row(f) for f in desk.figures(window)]


def coverage(desk: Desk, window: Window) -> Table:
    """The coverage of a window by the names of coverage.csv."""
    return [publish.look_row(k) for k in desk.looks(window)]


@dataclass(frozen=True, slots=True)
class View:
    """A view as a table: its rows, the published file whose columns they have, and where its rows have their place."""

    find: Callable[[Desk, Window], Table]
    file: str
    place: Geometry


VIEWS: dict[str, View] = {
    "situation": View(incidents, "incidents.csv", Geometry.POINT),
    "search": View(incidents, "incidents.csv", Geometry.POINT),
    "agreements": View(findings, "findings.csv", Geometry.TERM),
    "claims": View(claims, "claims.csv", Geometry.INCIDENT),
    "figures": View(figures, "casualties.csv", Geometry.NONE),
    "coverage": View(coverage, "coverage.csv", Geometry.ZONE),
}
