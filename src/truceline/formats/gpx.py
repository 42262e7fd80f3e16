"""GPX of a patrol's receiver: waypoints are observations, tracks are effort: where somebody went and could look.

A waypoint says where the observer stood when it was set. A track becomes one record of effort a segment, thinned to the corners
that keep it within 20 m of what was recorded.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from .. import when, where
from ..nouns import Capture, Effort, EffortStatus, Exposure, Harvest, Interval, Lexicon, SetAside, View
from ..sheets import CellError, Row
from . import markup, rewritten

THIN_DEG = 0.0002
"""About 20 m."""
MOST_POINTS = 200_000
SIGHT_M = 2000.0
"""How far a patrol on the road is taken to see to either side, where nothing else is said."""


def read(capture: Capture, lexicon: Lexicon) -> Harvest:
    """Waypoints as observations; those without a time are set aside. Tracks that say no time are named."""
    root = markup.parse(capture.path, capture.data, "gpx")
    rows = [_row(number, item) for number, item in enumerate(root.iter("wpt"), 1)]
    made = rewritten.records(capture, lexicon, rows, lambda row, _: _cells(row), prefix="waypoint")
    _, aside = _efforts(capture, root, lexicon)
    return dataclasses.replace(made, set_aside=(*made.set_aside, *aside))


def efforts(captures: Iterable[Capture], lexicon: Lexicon) -> tuple[Effort, ...]:
    """Every track of these captures, the same bytes once; files that cannot be read give none (`read` says why)."""
    from ..errors import InputError

    made: dict[str, Effort] = {}
    for capture in sorted(captures, key=lambda c: c.path):
        try:
            found, _ = _efforts(capture, markup.parse(capture.path, capture.data, "gpx"), lexicon)
        except InputError:
            continue
        for one in found:
            made.setdefault(one.id, one)
    return tuple(made.values())


def _row(number: int, item: Any) -> Row:
    cells = {"lon_deg": str(item.get("lon") or ""), "lat_deg": str(item.get("lat") or "")}
    for tag in ("time", "name", "cmt", "desc", "type", "src", "link", "sym", "ele", "hdop"):
        cells[tag] = markup.text(item, tag)
    for extension in item.iterfind("extensions/*"):
        cells[extension.tag.lower()] = (extension.text or "").strip()
    return Row(number, {k: v for k, v in cells.items() if v})


def _cells(row: Row) -> rewritten.Cells:
    """A waypoint in our own words where its extensions have them (as exports write), else as any receiver writes it."""
    made = {name: row.text(name) for name in list(row.cells) if name in rewritten.OURS and name != "details"}
    start = row.text("time")
    made["start"] = made.get("start") or start
    if not made["start"]:
        raise CellError("time", "", "the time at which the waypoint was set")
    row.text("ele")
    told = [row.text(tag) for tag in ("name", "cmt", "desc")]
    made["place"] = made.get("place") or told[0]
    made["text"] = made.get("text") or "; ".join(dict.fromkeys(t for t in told[1:] if t))
    made["kind"] = made.get("kind") or row.text("type")
    made["method"] = made.get("method") or "seen"
    hdop = row.text("hdop")
    if not made.get("radius_m"):
        made["radius_m"] = f"{_error_m(hdop):g}"
    return made


def _error_m(hdop: str) -> float:
    """95 % radius of a receiver's fix: 10 m, or 10 m for each unit of its dilution of precision."""
    try:
        value = float(hdop)
    except ValueError:
        return 10.0
    return min(max(10.0 * value, 10.0), 5000.0) if math.isfinite(value) else 10.0


def _efforts(capture: Capture, root: Any, lexicon: Lexicon) -> tuple[list[Effort], list[SetAside]]:
    made: list[Effort] = []
    aside: list[SetAside] = []
    number = 0
    for track in root.iter("trk"):
        name = markup.text(track, "name")
        for segment in track.iter("trkseg"):
            number += 1
            try:
                made.append(_effort(capture, lexicon, name, list(segment.iter("trkpt"))))
            except CellError as error:
                aside.append(SetAside(capture.path, number, error.column, error.found, f"expected {error.expected}"))
    return made, aside


def _effort(capture: Capture, lexicon: Lexicon, name: str, points: list[Any]) -> Effort:
    import shapely

    if len(points) > MOST_POINTS:
        raise CellError("trkseg", f"{len(points):,} points", f"at most {MOST_POINTS:,} in a segment")
    speaker = rewritten.speaker(capture, lexicon)
    source = lexicon.sources.get(speaker.casefold()) if lexicon.sources else speaker
    if source is None:
        raise CellError("trk", speaker, "the id, name or an alias of a source in sources.yaml")
    times = sorted(_time(p, lexicon) for p in points if markup.text(p, "time"))
    path = [_at(p) for p in points]
    if len(path) < 2 or len(times) < 2 or times[-1] <= times[0]:
        raise CellError("trkseg", f"{len(path)} points, {len(times)} times", "two points or more, with their times")
    thin = shapely.simplify(shapely.LineString(path), THIN_DEG)
    view = View(tuple((float(x), float(y)) for x, y in shapely.get_coordinates(thin)), SIGHT_M)
    hidden = lexicon.withheld.get(source.casefold(), Exposure.PUBLIC)
    return Effort(
        id=f"T-{capture.sha256[:8]}-{when.iso(times[0])}", source_id=source,
        when=Interval(times[0], times[-1], "second"), places=(), zone="", side="", kinds=(), status=EffortStatus.DONE,
        sight_m=SIGHT_M, exposure=hidden, reported=times[-1], note=name, source=capture.path, view=view,
    )  # fmt: skip


def _at(point: Any) -> tuple[float, float]:
    try:
        lon, lat = float(point.get("lon")), float(point.get("lat"))
    except (TypeError, ValueError):
        raise CellError("trkpt", f"{point.get('lon')}, {point.get('lat')}", "lon and lat in degrees") from None
    if where.check(lon, lat):
        raise CellError("trkpt", f"{lon}, {lat}", "a place on the globe")
    return lon, lat


def _time(point: Any, lexicon: Lexicon) -> datetime:
    text = markup.text(point, "time")
    try:
        return when.parse(text, lexicon.time_zone).start
    except ValueError as error:
        raise CellError("time", text, f"a moment ({error})") from None
