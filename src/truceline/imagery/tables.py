"""Footprints, buildings and scenes as rows of the published tables, and as observations and effort of a mission. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import shapely
from pyproj import Geod, Transformer

from ..report import change_words
from ..satellite.detect import Footprint
from ..satellite.grid import Grid
from ..satellite.scenes import RADAR, IndexScene, Scene
from ..when import iso

KIND = "change.surface"
LOOK = timedelta(minutes=1)
"""How long the taking of a scene is said to have lasted; a frame takes half a minute."""


@dataclass(frozen=True, slots=True)
class About:
    """What all rows share: who looked at what and when, and the asked rate of false footprints."""

    source_id: str
    source: str
    zone: str
    sensor: str
    unit: str
    bands: tuple[str, ...]
    spans: tuple[tuple[datetime, datetime], tuple[datetime, datetime]]
    rate: float
    evidence: str
    calibration: str = "scenes"


def placed(shape: Any, crs: str, pixel_m: float) -> tuple[float, float, float]:
    """A point in the shape (longitude, latitude) and the radius about it that holds the shape and half a pixel, metres."""
    point = shapely.point_on_surface(shape)
    turn = Transformer.from_crs(crs, "OGC:CRS84", always_xy=True)
    corners = shapely.get_coordinates(shape)
    lon, lat = turn.transform(corners[:, 0], corners[:, 1])
    at_lon, at_lat = turn.transform(point.x, point.y)
    many = len(lon)
    _, _, far = Geod(ellps="WGS84").inv(np.full(many, at_lon), np.full(many, at_lat), lon, lat)
    return round(float(at_lon), 6), round(float(at_lat), 6), round(float(np.max(far)) + pixel_m / 2, 1)


def detection(one: Footprint, grid: Grid, about: About) -> dict[str, Any]:
    """A footprint by the names of detections.csv."""
    lon, lat, radius = placed(one.outline, grid.crs, float(np.sqrt(one.area_m2 / max(one.pixels, 1))))
    text = words(one, about)
    return {
        "id": name(one, about, lon, lat), "direction": one.direction, "area_m2": round(one.area_m2, 1), "pixels": one.pixels,
        "score": round(one.score, 3), "change": round(one.change, 4), "by_chance": round(one.by_chance, 2),
        "last_without": iso(one.last_without), "first_with": iso(one.first_with), "valid_share": round(one.valid_share, 4),
        "flags": ";".join(one.flags), "lon_deg": lon, "lat_deg": lat, "radius_m": radius, "false_share": about.rate, "words": text,
    }  # fmt: skip


def name(one: Footprint, about: About, lon: float, lat: float) -> str:
    """An id that the same footprint has again, whatever else is found."""
    told = "|".join(
        (about.source_id, *(iso(t) for span in about.spans for t in span), f"{lon:.5f}", f"{lat:.5f}", one.direction)
    )
    return f"C-{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def plain_day(moment: datetime) -> str:
    """`24 July 2025`, UTC."""
    return f"{moment.day} {moment:%B %Y}"


def measured(about: About) -> str:
    """What was measured, in words."""
    return f"radar backscatter ({', '.join(about.bands)})" if about.sensor == RADAR else f"the index {about.bands[0]}"


def words(one: Footprint, about: About) -> str:
    """What was found, and no more than that."""
    first, last = one.last_without, one.first_with
    dated = (
        f"between {plain_day(first)} and {plain_day(last)}" if first and last
        else f"between {plain_day(about.spans[0][0])} and {plain_day(about.spans[1][1] - timedelta(seconds=1))}; "
        "it is not to be dated more closely"
    )  # fmt: skip
    verb = "rose" if one.score > 0 else "fell"
    flags = f" It touches what is listed as {', '.join(one.flags)}." if one.flags else ""
    what = measured(about)
    return (
        f"{what[0].upper()}{what[1:]} {verb} by {abs(one.change):.2f}{about.unit and ' ' + about.unit} on average over "
        f"{one.area_m2:,.0f} m², {dated}. This is a change of the surface; what made it is not to be seen here.{flags}"
        f"{change_words.uncalibrated(about.calibration)}"
    )


def observation(row: dict[str, Any], about: About, closed: datetime) -> dict[str, Any]:
    """A detection as a row of the observation table; said when its last scene was taken."""
    start = row["last_without"] or iso(about.spans[0][0])
    end = row["first_with"] or iso(about.spans[1][1])
    return {
        "id": row["id"], "source_id": about.source_id, "method": "detected", "kind": KIND, "modality": "done", "start": start,
        "end": end, "reported": iso(closed), "lon_deg": row["lon_deg"], "lat_deg": row["lat_deg"], "radius_m": row["radius_m"],
        "phase": "undetermined", "of_whom": "unknown", "text": row["words"], "language": "en", "stance": "supports",
        "evidence": about.evidence, "exposure": "public",
    }  # fmt: skip


def effort(scenes: Sequence[Scene | IndexScene], seen: dict[str, float], about: About) -> list[dict[str, Any]]:
    """A row an acquisition: the satellite looked, and how much of the grid it showed."""
    takes: dict[tuple[datetime, str], list[Scene | IndexScene]] = {}
    for scene in scenes:
        takes.setdefault((scene.start, scene.orbit), []).append(scene)
    made = []
    for number, ((start, orbit), own) in enumerate(sorted(takes.items()), 1):
        share = min(seen.get(s.name, 0.0) for s in own)
        bands = ", ".join(s.band for s in own)
        made.append(
            {
                "effort_id": f"{about.source_id}-{start:%Y%m%dT%H%M%S}-{number}", "source_id": about.source_id, "start": iso(start),
                "end": iso(start + LOOK), "zone": about.zone, "kinds": KIND, "status": "done", "sensor": about.sensor,
                "reason": f"scene held: {bands}{f', relative orbit {orbit}' if orbit else ''}; {share:.0%} of its grid seen",
                "reported": iso(start), "source": about.source,
            }
        )  # fmt: skip
    return made
