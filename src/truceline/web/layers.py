"""What the map draws, by address: `/map/ground.json`, `/map/incidents.bin`, `/map/coverage.json` and so on; no styles.

What belongs to a whole desk is made once and kept, compressed, until the next desk is laid. Nothing sealed is on a desk, so
nothing sealed can be drawn. Times are seconds since 1970, UTC; longitude comes before latitude.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Request, Response

from .. import kinds, run
from ..report import tongue
from . import drawn, plates
from .asked import TheDesk, TheRoom, TheWindow
from .desk import Desk
from .map_words import spoken
from .packed import bits

router = APIRouter(prefix="/map", include_in_schema=False)
LARGEST_PACKED = 4_000_000
"""Bytes above which an answer is sent as it is: on one machine packing and unpacking take longer than sending."""
BYTES, JSON = "application/octet-stream", "application/json"
Longitude = Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)]
Second = Annotated[int, Query(ge=-(2**31), lt=2**31)]


@router.get("/generation.json")
def generation(desk: TheDesk) -> Response:
    """Which desk is read now: a page that was drawn from an earlier one says so."""
    return Response(_json({"generation": desk.generation}), media_type=JSON)


@router.get("/ground.json")
def ground(request: Request, desk: TheDesk) -> Response:
    """Land, lines, sectors, zones, places and instruments."""
    return _kept(request, desk, JSON, lambda: _json(drawn.ground(desk)))


@router.get("/incidents.bin")
def incidents(request: Request, desk: TheDesk) -> Response:
    """Every incident in packed columns (see packed.py)."""
    return _kept(request, desk, BYTES, lambda: drawn.incidents(desk))


@router.get("/heat.bin")
def heat(request: Request, room: TheRoom, desk: TheDesk) -> Response:
    """Heat detections in packed columns: those of the feeds, read from the mission when they are first asked for."""

    def made() -> bytes:
        fed = run.heat(room.folder, desk.as_of) if desk.edition and desk.edition.detections else None
        return drawn.heat(drawn.detections(desk, fed))

    return _kept(request, desk, BYTES, made)


@router.get("/coverage.json")
def coverage(request: Request, desk: TheDesk) -> Response:
    """Who could have seen each sector, day by day."""
    return _kept(request, desk, JSON, lambda: _json(drawn.coverage(desk)))


@router.get("/shown.bin")
def shown(desk: TheDesk, window: TheWindow) -> Response:
    """One bit an incident, in the order of `incidents.bin`: whether the window holds it."""
    return Response(bits(desk.sieve.mask(window)), media_type=BYTES)


@router.get("/passes.json")
def passes(desk: TheDesk, start: Second, end: Second) -> Response:
    """Passes of satellites from one moment to another: opportunities, no looks."""
    if not start < end <= start + 32 * 86_400:
        raise HTTPException(422, "`end` is after `start`, by at most 32 days.")
    span = (datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))
    return Response(_json(drawn.passes(desk.mission.passes, *span)), media_type=JSON)


@router.get("/accounts/{incident_id}.json")
def accounts(desk: TheDesk, incident_id: str) -> Response:
    """Where each account of an incident puts it: discs and wedges, and the ellipse of them all."""
    opened = desk.incident(incident_id)
    if opened is None:
        raise HTTPException(404, "This edition holds no such incident.")
    return Response(_json(drawn.accounts(opened, desk)), media_type=JSON)


@router.get("/plates.json")
def plates_held(room: TheRoom, desk: TheDesk) -> Response:
    """Pairs of pictures, before and after, that the map can lay over each other."""
    return Response(_json([_plate(n, p) for n, p in plates.held(room.folder, desk).items()]), media_type=JSON)


@router.get("/plates/{name}/{which}")
def picture(room: TheRoom, desk: TheDesk, name: str, which: str) -> Response:
    """One of the two pictures of a plate."""
    found = plates.picture(room.folder, desk, name, which)
    if found is None:
        raise HTTPException(404, "This edition holds no such picture.")
    return Response(found, media_type=plates.PNG)


def _plate(name: str, plate: plates.Plate) -> dict[str, Any]:
    sides = {
        which: {"address": f"/map/plates/{quote(name, safe='')}/{which}", "date": day}
        for which, day in (("before", plate.before_date), ("after", plate.after_date))
    }
    return {"id": name, "title": plate.title, "source": plate.source, "bounds": plate.box, **sides}


@router.get("/coordinates.json")
def coordinates(lon: Longitude, lat: Latitude) -> Response:
    """One place as degrees, MGRS and UTM."""
    return Response(_json(drawn.coordinates(lon, lat)), media_type=JSON)


@router.get("/words.json")
def words(desk: TheDesk, language: str = tongue.ENGLISH) -> Response:
    """The words of map and keys in one language; English where there is no catalogue of it."""
    code = language if language in tongue.languages() else tongue.ENGLISH
    with tongue.speaking(code):
        found = {
            "words": spoken(), "language": code, "time_zone": desk.mission.time_zone, "extent": drawn.extent(desk),
            "kinds": {k: tongue.message(kinds.label(k, desk.mission.kinds)) for k in desk.sieve.kinds},
            "pieces": {} if code == tongue.ENGLISH else drawn.stretches(desk),
        }  # fmt: skip
    return Response(_json(found), media_type=JSON)


def _json(found: Any) -> bytes:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _kept(request: Request, desk: Desk, media_type: str, make: Callable[[], bytes]) -> Response:
    """The answer of this address for this desk, made once; compressed where the reader takes it so."""
    state = request.app.state
    if getattr(state, "drawn_for", None) is not desk:
        state.drawn_for, state.drawn = desk, {}
    drawn_: dict[str, bytes] = state.drawn
    plain = drawn_.get(request.url.path) or drawn_.setdefault(request.url.path, make())
    if len(plain) > LARGEST_PACKED:
        return Response(plain, media_type=media_type, headers={"content-encoding": "identity"})
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(plain, media_type=media_type)
    name = f"{request.url.path} packed"
    small = drawn_.get(name) or drawn_.setdefault(name, gzip.compress(plain, 3, mtime=0))
    return Response(small, media_type=media_type, headers={"content-encoding": "gzip", "vary": "Accept-Encoding"})
