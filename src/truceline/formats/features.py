"""Features of other desks' maps as observations: GeoJSON, KML, KMZ, GeoPackage, Shapefile ZIP.

A point is a place; a line or an area is its middle with a circle that holds all of it, and is kept as WKT in `details`. Fields
are read by the names of the observation table, by the names that Truceline's own exports give them, and by what KML has of its own
(name, description, times); all others are kept.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

from ..nouns import Capture, Harvest, Lexicon
from ..sheets import CellError, Row
from . import phrases, rewritten, vectors

RENAMED = {
    "start_utc": "start", "end_utc": "end", "name": "place", "description": "text", "desc": "text", "date": "start", "time": "start",
    "timestamp": "start", "begin": "start", "type": "kind", "source": "source_id",
}  # fmt: skip
_DETAILS = ("details", "notes", "capture", "row")


def read(capture: Capture, lexicon: Lexicon) -> Harvest:
    """One observation a feature; sets aside a feature without a date, or whose geometry cannot be read."""
    found = vectors.read(capture.path, capture.data)
    shapes = {id(f.fields): f for f in found.features}
    rows = [Row(f.line, f.fields) for f in found.features]
    made = rewritten.records(capture, lexicon, rows, lambda r, _: _cells(r, shapes[id(r.cells)]), prefix="feature")
    return dataclasses.replace(made, set_aside=(*found.set_aside, *made.set_aside))


def _cells(row: Row, feature: vectors.Feature) -> rewritten.Cells:
    made: rewritten.Cells = {}
    for name in list(row.cells):
        ours = name if name in rewritten.OURS and name not in _DETAILS else RENAMED.get(name, "")
        if ours and (name == ours or not row.cells.get(ours)) and not made.get(ours):
            made[ours] = row.text(name)
    if not made.get("start"):
        raise CellError("start", "", "a date: a field start, date or time, or KML's TimeStamp or TimeSpan")
    for name in ("start", "end", "reported"):
        if made.get(name):
            made[name] = phrases.day(made[name], name)
    for name in _DETAILS[1:]:
        row.text(name)
    return {**made, **placed(feature.geometry, made), "details": _details(row.text("details"), feature)}


def placed(geometry: Any, made: rewritten.Cells) -> rewritten.Cells:
    """Longitude, latitude and radius: those of the fields where they are there, else the middle and reach of the geometry."""
    from .. import where

    if geometry is None or made.get("lon_deg") or made.get("lon"):
        return {}
    if geometry.geom_type == "Point":
        return {"lon_deg": repr(geometry.x), "lat_deg": repr(geometry.y)}
    west, south, east, north = geometry.bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    reach = max(
        where.distance_m(lon, lat, x, y) for x, y in ((west, south), (west, north), (east, south), (east, north))
    )
    return {
        "lon_deg": repr(lon),
        "lat_deg": repr(lat),
        "radius_m": f"{max(reach, float(made.get('radius_m') or 0)):.1f}",
    }


def _details(written: str, feature: vectors.Feature) -> str:
    kept = {**_object(written), **({"projection": feature.note} if feature.note else {}), **shape(feature.geometry)}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def _object(written: str) -> dict[str, str]:
    try:
        found = json.loads(written) if written else {}
    except ValueError:
        return {"details": written}
    return found if isinstance(found, dict) else {"details": written}


def shape(geometry: Any) -> dict[str, str]:
    """A line or an area as WKT, up to 20,000 characters of it; of a longer one its hash."""
    if geometry is None or geometry.geom_type == "Point":
        return {}
    words = str(geometry.wkt)
    if len(words) <= 20_000:
        return {"wkt": words}
    return {"wkt_sha256": hashlib.sha256(words.encode()).hexdigest()}
