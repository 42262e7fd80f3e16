"""OGC API - Features 1.0 (Core, GeoJSON, OpenAPI 3.0): incidents, findings and coverage, opened by URL in QGIS and GDAL.

`bbox`, `datetime`, `limit` and `offset` as the standard has them, with links to the next page; the names of the window
(grade, kind, party, agreement, q) filter too. Coordinates are CRS 84: longitude first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import msgspec
import numpy as np
import shapely
from fastapi import APIRouter, Request
from fastapi.responses import Response

from .. import columns, publish, when
from . import window as windows
from .asked import TheDesk
from .desk import Desk
from .features import Geometry, features_of, geometry_of, point
from .parameters import MISSING, WINDOW, problem
from .problems import RefusedError
from .window import NAMES, Window, WindowError, shown

router = APIRouter(prefix="/ogc", tags=["OGC API - Features"])
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CLASSES = [f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "geojson", "oas30")]
MOST, USUAL = 10_000, 1_000
OWN = frozenset({"limit", "offset", "bbox", "bbox-crs", "datetime", "f"})
TITLES = {
    "incidents": ("Incidents", "What observations are about, graded, at the centre of their place; radius_m holds it 95 times in 100."),
    "findings": ("Findings", "What the incidents mean for one term, one party and one window, in the zone of the term."),
    "coverage": ("Coverage", "Who looked where and when, and where nobody did, by zone."),
}  # fmt: skip
ITEMS: list[dict[str, Any]] = [
    {"name": "limit", "in": "query", "required": False, "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}},
    {"name": "offset", "in": "query", "required": False, "schema": {"type": "integer", "minimum": 0, "default": 0}},
    {"name": "datetime", "in": "query", "required": False, "schema": {"type": "string"},
     "description": "A time, or an interval as 2025-12-08T00:00:00Z/.. that a feature must meet."},
    {"name": "bbox-crs", "in": "query", "required": False, "schema": {"type": "string", "enum": [CRS84]}},
    {"name": "f", "in": "query", "required": False, "schema": {"type": "string", "enum": ["json"]}},
    *(p for p in WINDOW if p["name"] in {"bbox", "grade", "kind", "party", "agreement", "q"}),
]  # fmt: skip


class Asked(NamedTuple):
    """A page of a collection."""

    window: Window
    limit: int
    offset: int
    query: tuple[tuple[str, str], ...]


def _json(value: Any, kind: str = "application/json") -> Response:
    return Response(msgspec.json.encode(value), media_type=kind)


def _link(request: Request, path: str, rel: str, title: str, kind: str = "application/json") -> dict[str, str]:
    return {"href": f"{str(request.base_url).rstrip('/')}{path}", "rel": rel, "type": kind, "title": title}


@router.get("/")
def landing(request: Request, desk: TheDesk) -> Response:
    """The landing page."""
    openapi = "application/vnd.oai.openapi+json;version=3.0"
    return _json({
        "title": desk.mission.title, "description": f"Information as of {when.iso(desk.as_of)}, {desk.release} edition.",
        "links": [
            _link(request, "/ogc/", "self", "This page"),
            _link(request, "/api/openapi.json", "service-desc", "OpenAPI", openapi),
            _link(request, "/ogc/conformance", "conformance", "What this conforms to"),
            _link(request, "/ogc/collections", "data", "Collections"),
        ],
    })  # fmt: skip


@router.get("", include_in_schema=False)
def _bare_landing(request: Request, desk: TheDesk) -> Response:
    return landing(request, desk)


@router.get("/conformance")
def conformance() -> Response:
    """The conformance classes."""
    return _json({"conformsTo": CLASSES})


@router.get("/collections")
def collections(request: Request, desk: TheDesk) -> Response:
    """The collections."""
    return _json({
        "links": [_link(request, "/ogc/collections", "self", "Collections")],
        "collections": [_about(request, desk, name) for name in TITLES],
    })  # fmt: skip


@router.get("/collections/{collection}", responses=MISSING)
def collection(request: Request, collection: str, desk: TheDesk) -> Response:
    """One collection."""
    return _json(_about(request, desk, _known(collection)))


def _known(name: str) -> str:
    if name not in TITLES:
        raise RefusedError(404, f"There is no such collection; there are {', '.join(TITLES)}.")
    return name


def _about(request: Request, desk: Desk, name: str) -> dict[str, Any]:
    title, what = TITLES[name]
    path = f"/ogc/collections/{name}"
    return {
        "id": name, "title": title, "description": what, "itemType": "feature", "crs": [CRS84],
        "extent": {
            "spatial": {"bbox": [_extent(desk)], "crs": CRS84},
            "temporal": {"interval": [_span(desk, name)], "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"},
        },
        "links": [
            _link(request, path, "self", title),
            _link(request, f"{path}/items", "items", title, "application/geo+json"),
        ],
    }  # fmt: skip


def _extent(desk: Desk) -> list[float]:
    """The mission's area, else what its incidents cover."""
    if desk.mission.area is not None:
        return list(desk.mission.area)
    lon, lat = desk.sieve.lon[~np.isnan(desk.sieve.lon)], desk.sieve.lat[~np.isnan(desk.sieve.lat)]
    if not len(lon):
        return [-180.0, -90.0, 180.0, 90.0]
    return [float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())]


def _span(desk: Desk, name: str) -> list[str | None]:
    if name == "incidents":
        starts, ends = desk.table["start"].drop_nulls(), desk.table["end"].drop_nulls()
        return [when.iso(starts.min()), when.iso(ends.max())] if len(starts) else [None, None]  # type: ignore[arg-type]
    rows = desk.shelf.findings if name == "findings" else desk.shelf.looks
    return [when.iso(min(r.start for r in rows)), when.iso(max(r.end for r in rows))] if rows else [None, None]


@router.get(
    "/collections/{collection}/items",
    openapi_extra={"parameters": ITEMS},
    responses={**MISSING, 400: problem("The query says something that cannot be.")},
)
def items(request: Request, collection: str, desk: TheDesk) -> Response:
    """A page of the features of a collection."""
    name = _known(collection)
    asked = _asked(request, desk)
    found, matched = _SOURCES[name](desk, asked)
    path = f"/ogc/collections/{name}/items"
    links = [_paged(request, path, asked, asked.offset, "self")]
    if asked.offset + len(found) < matched:
        links.append(_paged(request, path, asked, asked.offset + asked.limit, "next"))
    if asked.offset:
        links.append(_paged(request, path, asked, max(0, asked.offset - asked.limit), "prev"))
    links.append(_link(request, f"/ogc/collections/{name}", "collection", TITLES[name][0]))
    return _geojson({
        "type": "FeatureCollection", "numberMatched": matched, "numberReturned": len(found), "features": found, "links": links,
    })  # fmt: skip


def _geojson(value: Any) -> Response:
    made = _json(value, "application/geo+json")
    made.headers["content-crs"] = f"<{CRS84}>"
    return made


def _paged(request: Request, path: str, asked: Asked, offset: int, rel: str) -> dict[str, str]:
    query = [*asked.query, ("limit", str(asked.limit)), *([("offset", str(offset))] if offset else [])]
    return _link(request, f"{path}?{urlencode(query, safe=',:/')}", rel, rel, "application/geo+json")


@router.get("/collections/{collection}/items/{feature_id:path}", responses=MISSING)
def item(request: Request, collection: str, feature_id: str, desk: TheDesk) -> Response:
    """One feature."""
    name = _known(collection)
    found = _ONE[name](desk, feature_id)
    if found is None:
        raise RefusedError(404, "")
    path = f"/ogc/collections/{name}"
    found["links"] = [
        _link(request, f"{path}/items/{quote(feature_id, safe='')}", "self", feature_id, "application/geo+json"),
        _link(request, path, "collection", TITLES[name][0]),
    ]
    return _geojson(found)


def _asked(request: Request, desk: Desk) -> Asked:
    """The page that a query asks for; raises RefusedError (400, as the standard has it) with everything that is wrong."""
    given = request.query_params.multi_items()
    wrong = [
        (shown(n), "an unknown name", f"one of {', '.join(sorted({*OWN, *NAMES}))}")
        for n, _ in given
        if n not in {*OWN, *NAMES}
    ]
    said = dict(given)
    limit = min(_number(said, "limit", USUAL, 1, wrong), MOST)
    offset = _number(said, "offset", 0, 0, wrong)
    if said.get("f", "json") not in {"json", "geojson"}:
        wrong.append(("f", shown(said["f"]), "json"))
    if said.get("bbox-crs", CRS84) != CRS84:
        wrong.append(("bbox-crs", shown(said["bbox-crs"]), CRS84))
    kept = [(n, _flat_box(v) if n == "bbox" else v) for n, v in given if n not in OWN or n == "bbox"]
    start, end = _interval(said.get("datetime", ""), wrong)
    window = Window(time_zone=desk.mission.time_zone)
    try:
        window = windows.parse(kept, desk.scope)
    except WindowError as error:
        wrong += error.problems
    if wrong:
        raise RefusedError(400, "The query says something that cannot be.", wrong)
    if start is not None or end is not None:
        window = window.but(start=start, end=end)
    query = tuple((n, v) for n, v in given if n not in {"limit", "offset"})
    return Asked(window, limit, offset, query)


def _flat_box(text: str) -> str:
    """A box of six numbers without its heights."""
    parts = text.split(",")
    return ",".join((*parts[:2], *parts[3:5])) if len(parts) == 6 else text


def _number(said: Mapping[str, str], name: str, usual: int, least: int, wrong: list[tuple[str, str, str]]) -> int:
    text = said.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdecimal() and len(text) <= 12) or int(text) < least:
        wrong.append((name, shown(text), f"a whole number from {least}"))
        return usual
    return int(text)


def _interval(text: str, wrong: list[tuple[str, str, str]]) -> tuple[Any, Any]:
    """A time as [t, t + its precision), an interval with open ends; times are UTC where they say nothing else."""
    if not text:
        return None, None
    first, slash, last = text[:100].partition("/")
    try:
        if not slash:
            span = when.parse(first.replace(" ", "+"), "UTC")
            return span.start, span.end
        start = None if first in {"", ".."} else when.parse(first.replace(" ", "+"), "UTC").start
        end = None if last in {"", ".."} else when.parse(last.replace(" ", "+"), "UTC").end
        if start is not None and end is not None and end <= start:
            raise ValueError
    except (ValueError, OverflowError):
        wrong.append(
            ("datetime", shown(text), "a time such as 2025-12-08T00:00:00Z, or an interval a/b with .. for an open end")
        )
        return None, None
    return start, end


def _incidents(desk: Desk, asked: Asked) -> tuple[list[dict[str, Any]], int]:
    rows = np.flatnonzero(desk.sieve.mask(asked.window))
    page = rows[asked.offset : asked.offset + asked.limit]
    table = desk.table[page].select(columns.names("incidents.csv")).to_dicts()
    return [features_of(r, point(r), 0) for r in table], len(rows)


def _incident(desk: Desk, name: str) -> dict[str, Any] | None:
    at = desk.row_of(name)
    if at is None:
        return None
    row = desk.table.select(columns.names("incidents.csv")).row(at, named=True)
    return features_of(row, point(row), 0)


def _findings(desk: Desk, asked: Asked) -> tuple[list[dict[str, Any]], int]:
    shape = geometry_of(desk, Geometry.TERM)
    rows = [publish.finding_row(f) for f in desk.findings(asked.window.but(bbox=None))]
    return _cut([features_of(r, shape(r), 0) for r in rows], asked)


def _finding(desk: Desk, name: str) -> dict[str, Any] | None:
    found = desk.finding(name)
    if found is None:
        return None
    row = publish.finding_row(found)
    return features_of(row, geometry_of(desk, Geometry.TERM)(row), 0)


def _coverage(desk: Desk, asked: Asked) -> tuple[list[dict[str, Any]], int]:
    known = desk.looks_numbered(asked.window)
    shape = geometry_of(desk, Geometry.ZONE)
    return _cut([_look(number, publish.look_row(one), shape) for number, one in known], asked)


def _look(number: int, row: dict[str, Any], shape: Any) -> dict[str, Any]:
    return features_of({"id": f"C{number}", **row}, shape(row), 0)


def _one_look(desk: Desk, name: str) -> dict[str, Any] | None:
    number = name.removeprefix("C")
    if not (name.startswith("C") and number.isascii() and number.isdecimal() and 0 < len(number) < 9):
        return None
    at = int(number) - 1
    if not 0 <= at < len(desk.shelf.looks):
        return None
    return _look(at + 1, publish.look_row(desk.shelf.looks[at]), geometry_of(desk, Geometry.ZONE))


def _cut(found: list[dict[str, Any]], asked: Asked) -> tuple[list[dict[str, Any]], int]:
    """The page of these features, of those that meet the box."""
    if asked.window.bbox is not None:
        shapes = {id(f["geometry"]): f["geometry"] for f in found if f["geometry"] is not None}
        inside = {key for key, geometry in shapes.items() if _meets(geometry, asked.window.bbox)}
        found = [f for f in found if id(f["geometry"]) in inside]
    return found[asked.offset : asked.offset + asked.limit], len(found)


def _meets(geometry: dict[str, Any], bbox: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bbox
    shape = shapely.geometry.shape(geometry)
    boxes = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    return any(shapely.intersects(shape, shapely.box(w, south, e, north)) for w, e in boxes)


_SOURCES = {"incidents": _incidents, "findings": _findings, "coverage": _coverage}
_ONE = {"incidents": _incident, "findings": _finding, "coverage": _one_look}
