"""Every view as a file by adding the extension: what is filtered is what is exported, as CSV, GeoJSON or JSON.

    /situation.csv?from=2025-12-08&grade=established    the incidents of that window, all pages of it
    /incidents/I-R1.geojson                             the accounts of one incident

Columns are those of the codebook. Long tables are written slice by slice, so that a million rows take no memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from .. import columns, publish, rows
from .asked import TheDesk, TheWindow
from .desk import Desk, Opened
from .features import Geometry, account, features_of, geometry_of
from .problems import RefusedError
from .views import VIEWS, View
from .window import Window

router = APIRouter()
GEOJSON = "application/geo+json"
SLICE = 10_000


@router.get("/", include_in_schema=False)
def _first() -> Response:
    return RedirectResponse("/situation", 307)


@router.get("/incidents/{incident_id:path}.csv", include_in_schema=False)
def accounts_csv(incident_id: str, desk: TheDesk) -> Response:
    """The accounts of one incident by the names of observations.csv."""
    order = columns.names("observations.csv")
    table = [publish.observation_row(o) for o in _opened(desk, incident_id).observations]
    return _file(
        rows.csv_bytes(order, [[r[c] for c in order] for r in table]), "text/csv; charset=utf-8", "accounts.csv"
    )


@router.get("/incidents/{incident_id:path}.geojson", include_in_schema=False)
def accounts_geojson(incident_id: str, desk: TheDesk) -> Response:
    """The accounts of one incident as points with their radius."""
    made = [account(o) for o in _opened(desk, incident_id).observations]
    return _file(_collection(made), GEOJSON, "accounts.geojson")


@router.get("/{view}.csv", include_in_schema=False)
def view_csv(view: str, desk: TheDesk, window: TheWindow) -> Response:
    """A view as CSV whose cells no spreadsheet executes."""
    known = _known(view)
    if known.file == "incidents.csv":
        return _stream(_incidents_csv(desk, window), "text/csv; charset=utf-8", f"{view}.csv")
    order = columns.names(known.file)
    body = rows.csv_bytes(order, [[r[c] for c in order] for r in known.find(desk, window)])
    return _file(body, "text/csv; charset=utf-8", f"{view}.csv")


@router.get("/{view}.json", include_in_schema=False)
def view_json(view: str, desk: TheDesk, window: TheWindow) -> Response:
    """A view as JSON: the window, the edition, and the rows."""
    known = _known(view)
    head = {"mission": desk.mission.id, "as_of": desk.as_of, "release": desk.release, "window": window.query(),
            "file": known.file}  # fmt: skip
    if known.file == "incidents.csv":
        return _stream(_incidents_json(desk, window, head), "application/json", f"{view}.json")
    table = known.find(desk, window)
    return _file(_encoded({**head, "count": len(table), "rows": table}), "application/json", f"{view}.json")


@router.get("/{view}.geojson", include_in_schema=False)
def view_geojson(view: str, desk: TheDesk, window: TheWindow) -> Response:
    """A view as GeoJSON (RFC 7946); what has no place has no geometry."""
    known = _known(view)
    if known.place == Geometry.NONE:
        raise RefusedError(404, f"Nothing in {view} has a place; it is there as {view}.csv and {view}.json.")
    if known.file == "incidents.csv":
        return _stream(_incidents_geojson(desk, window), GEOJSON, f"{view}.geojson")
    shape = geometry_of(desk, known.place)
    made = [features_of(row, shape(row), n) for n, row in enumerate(known.find(desk, window), 1)]
    return _file(_collection(made), GEOJSON, f"{view}.geojson")


def _known(view: str) -> View:
    if view not in VIEWS:
        raise RefusedError(404, f"There is no such view; there are {', '.join(VIEWS)}.")
    return VIEWS[view]


def _opened(desk: Desk, incident_id: str) -> Opened:
    found = desk.incident(incident_id)
    if found is None:
        raise RefusedError(404, "")
    return found


def _slices(desk: Desk, window: Window) -> Iterator[tuple[int, Any]]:
    """The incidents of a window slice by slice, in the columns of the codebook."""
    found, order = desk.found(window).rows, columns.names("incidents.csv")
    for first in range(0, len(found), SLICE) or (0,):
        yield first, desk.table[found[first : first + SLICE]].select(order)


def _incidents_csv(desk: Desk, window: Window) -> Iterator[bytes]:
    for first, frame in _slices(desk, window):
        made = rows.frame_bytes(frame)
        yield made if not first else made.partition(b"\n")[2]


def _incidents_json(desk: Desk, window: Window, head: dict[str, Any]) -> Iterator[bytes]:
    count = desk.found(window).count
    yield _encoded({**head, "count": count})[:-1] + b',"rows":['
    for first, frame in _slices(desk, window):
        yield (b"," if first else b"") + _encoded(frame.to_dicts())[1:-1]
    yield b"]}"


def _incidents_geojson(desk: Desk, window: Window) -> Iterator[bytes]:
    shape = geometry_of(desk, Geometry.POINT)
    yield b'{"type":"FeatureCollection","features":['
    for first, frame in _slices(desk, window):
        made = [features_of(row, shape(row), 0) for row in frame.to_dicts()]
        yield (b"," if first else b"") + _encoded(made)[1:-1]
    yield b"]}"


def _encoded(value: Any) -> bytes:
    return msgspec.json.encode(value)


def _collection(features: list[dict[str, Any]]) -> bytes:
    return _encoded({"type": "FeatureCollection", "features": features})


def _file(body: bytes, kind: str, name: str) -> Response:
    return Response(body, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


def _stream(parts: Iterator[bytes], kind: str, name: str) -> Response:
    return StreamingResponse(parts, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})
