"""The API for other programs: the same windows and the same rows as the pages, as JSON. Described by /api/openapi.json."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
from fastapi import APIRouter
from fastapi.responses import Response

from .. import columns, publish
from .asked import TheDesk, TheRoom, TheWindow
from .desk import Desk, Opened
from .judge import judgement_json
from .parameters import INVALID, MISSING, WINDOW
from .problems import RefusedError
from .views import VIEWS
from .window import Window

router = APIRouter(prefix="/api", tags=["data"])
PAGED: dict[str, Any] = {"openapi_extra": {"parameters": WINDOW}, "responses": INVALID}


def json_answer(value: Any) -> Response:
    """JSON as quickly as it can be had: times in UTC, lists of texts as lists."""
    return Response(msgspec.json.encode(value), media_type="application/json")


@router.get("/mission")
def mission(room: TheRoom, desk: TheDesk) -> Response:
    """Which mission, as of when, for whom: what stands above every list."""
    one = desk.mission
    return json_answer({
        "id": one.id, "title": one.title, "notice": one.notice, "time_zone": one.time_zone, "as_of": desk.as_of,
        "release": desk.release, "version": desk.version, "generation": desk.generation,
        "parties": [{"id": p.id, "names": p.names} for p in one.parties], "counts": dict(desk.counts),
        "waiting_judgements": len(room.waiting), "failure": bool(room.failure), "forms_came": room.forms_came(),
        "agreements": [{"id": a.id, "title": a.title, "standing": a.standing} for a in desk.agreements.values()],
    })  # fmt: skip


@router.get("/incidents", **PAGED)
def incidents(desk: TheDesk, window: TheWindow) -> Response:
    """A page of the incidents of a window, with the count of the window and of the period before it."""
    found = desk.found(window)
    return json_answer({
        "window": window.query(), "total": found.total, "count": found.count, "previous": found.previous,
        "unplaced": found.undrawn, "page": window.page, "pages": found.pages,
        "incidents": desk.cells(desk.page_rows(window, found)).select(columns.names("incidents.csv")).to_dicts(),
    })  # fmt: skip


@router.get("/incidents/{incident_id:path}", responses=MISSING)
def incident(incident_id: str, desk: TheDesk) -> Response:
    """One incident with its accounts, links, ratings, findings, claims and judgements."""
    found = desk.incident(incident_id)
    if found is None:
        raise RefusedError(404, "")
    return json_answer(incident_json(desk, found))


def incident_json(desk: Desk, found: Opened) -> dict[str, Any]:
    """Everything about an incident, by the names of the published tables."""
    return {
        "generation": desk.generation,
        "incident": {name: found.row[name] for name in columns.names("incidents.csv")},
        "observations": [publish.observation_row(o) for o in found.observations],
        "links": [publish.link_row(k) for k in found.links.values()],
        "ratings": [dataclasses.asdict(r) for r in found.ratings.values()],
        "near_misses": [dataclasses.asdict(n) for n in found.near_misses],
        "findings": [publish.finding_row(f) for f in found.findings],
        "claims": [publish.claim_row(c) for c in found.claims],
        "judgements": [judgement_json(j) for j in found.judgements],
    }


@router.get("/observations/{observation_id:path}", responses=MISSING)
def observation(observation_id: str, desk: TheDesk) -> Response:
    """One account, and the incident that holds it."""
    found = desk.account(observation_id)
    if found is None:
        raise RefusedError(404, "")
    return json_answer({**publish.observation_row(found), "incident_id": desk.shelf.incident_of(observation_id)})


@router.get("/findings", **PAGED)
def findings(desk: TheDesk, window: TheWindow) -> Response:
    """The findings of a window."""
    return _rows("agreements", desk, window)


@router.get("/findings/{finding_id:path}", responses=MISSING)
def finding(finding_id: str, desk: TheDesk) -> Response:
    """One finding with the clause that it is about."""
    found = desk.finding(finding_id)
    if found is None:
        raise RefusedError(404, "")
    term = desk.terms.get(found.term_id)
    quoted = {"clause": term.clause, "title": term.title, "text": term.text, "standing": term.standing} if term else {}
    return json_answer({**publish.finding_row(found), "term": quoted})


@router.get("/claims", **PAGED)
def claims(desk: TheDesk, window: TheWindow) -> Response:
    """What each party said of the other, and what was answered."""
    return _rows("claims", desk, window)


@router.get("/figures", **PAGED)
def figures(desk: TheDesk, window: TheWindow) -> Response:
    """Casualties and displacement by definition and source."""
    return _rows("figures", desk, window)


@router.get("/coverage", **PAGED)
def coverage(desk: TheDesk, window: TheWindow) -> Response:
    """Who looked where, and where nobody did."""
    return _rows("coverage", desk, window)


def _rows(view: str, desk: Desk, window: Window) -> Response:
    table = VIEWS[view].find(desk, window)
    return json_answer({"window": window.query(), "count": len(table), "rows": table})
