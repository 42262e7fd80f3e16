"""Every view as a file by adding the extension: what is filtered is what is exported, as CSV, GeoJSON or JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from .. import columns, publish, rows
from .asked import TheDesk, TheWindow
from .desk import Desk
from .problems import RefusedError
from .window import Window

router = APIRouter()
Table = list[dict[str, Any]]
GEOJSON = "application/geo+json"


def incidents(desk: Desk, window: Window) -> Table:
    """The incidents of a window, all pages, by the names of incidents.csv."""
    return [_cells(r) for r in desk.table[desk.found(window).rows].to_dicts()]


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in columns.names("incidents.csv")}


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


VIEWS: dict[str, tuple[Callable[[Desk, Window], Table], str]] = {
    "situation": (incidents, "incidents.csv"),
    "search": (incidents, "incidents.csv"),
    "agreements": (findings, "findings.csv"),
    "claims": (claims, "claims.csv"),
    "figures": (figures, "casualties.csv"),
    "coverage": (coverage, "coverage.csv"),
}


def csv_answer(file: str, table: Table, name: str) -> Response:
    """A table as CSV whose cells no spreadsheet executes."""
    order = columns.names(file)
    data = rows.csv_bytes(order, [[r[c] for c in order] for r in table])
    return Response(
        data,
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}.csv"'},
    )


@router.get("/", include_in_schema=False)
def _first() -> Response:
    return RedirectResponse("/situation", 307)


@router.get("/{view}.csv", include_in_schema=False)
def view_csv(view: str, desk: TheDesk, window: TheWindow) -> Response:
    """A view as CSV."""
    find, file = _known(view)
    return csv_answer(file, find(desk, window), view)


def _known(view: str) -> tuple[Callable[[Desk, Window], Table], str]:
    if view not in VIEWS:
        raise RefusedError(404, f"There is no such view; there are {', '.join(VIEWS)}.")
    return VIEWS[view]
