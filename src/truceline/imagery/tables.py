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


def title(told: dict[str, Any]) -> str:
    """What a result's scenes measured, as the beginning of a sentence."""
    bands = ", ".join(told["bands"])
    return f"Radar backscatter ({bands})" if told["sensor"] == RADAR else f"Index {bands}"


def series_title(band: str, orbits: Sequence[str]) -> str:
    """What the dots of a series are."""
    named = [o for o in orbits if o]
    if len(named) < 2:
        return f"Place 1, scene by scene: mean {band}"
    return f"Place 1, scene by scene: mean {band}; orbit {named[0]} filled, orbit {named[1]} open"


def between(one: Footprint) -> str:
    """`15 and 27 May 2025`: the last scene without the change and the first with it."""
    a, b = one.last_without, one.first_with
    if a is None or b is None:
        return ""
    same_month = (a.year, a.month) == (b.year, b.month)
    first = f"{a.day}" if same_month else f"{a.day} {a:%B}" if a.year == b.year else plain_day(a)
    return f"{first} and {plain_day(b)}"


def short(one: Footprint, unit: str) -> str:
    """A footprint in one line."""
    area = f"{one.area_m2 / 1e4:,.1f} ha" if one.area_m2 >= 1e4 else f"{one.area_m2:,.0f} m²"
    sign = "+" if one.score > 0 else "−"
    when = f"changed between {between(one)}" if one.first_with else "not to be dated within the periods"
    flags = f"; listed there: {', '.join(one.flags)}" if one.flags else ""
    return f"{sign}{abs(one.change):.1f}{unit and ' ' + unit} over {area}, {when}; {one.valid_share:.0%} seen{flags}"


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


def sentences(told: dict[str, Any]) -> list[str]:
    """What a summary says in words: each count with its base rate beside it."""
    counts, base, area = told["counts"], told["base_rate"], told["grid"]["area_km2"]
    many = counts["footprints"]
    made = [
        (
            f"{_n(many, 'footprint')} of change on {area:,.2f} km², {base['changed_share']:.2%} of it; up to "
            f"{base['expected_false']:g} of them may be expected to be no change (asked: {told['asked_false_share']:.0%})."
        ),
        (
            f"The same test within the period before, in which nothing should change, gave {base['found_where_nothing_changed']:g} as "
            f"massive on average over {_n(told['null_maps'], 'null map')}."
        ),
    ]
    if not told["null_maps"]:
        text = (
            f"Uninformative: too few scenes lie before to tell what chance does on these {area:,.2f} km², so nothing is reported. "
            f"{told['before']['scenes']} acquisitions before, {told['after']['scenes']} after; each orbit and band needs two after, and "
            "four more before than after."
        )
        made = [text]
    if many:
        made.append(
            f"{counts['rise']} rose and {counts['fall']} fell; {counts['flagged']} touch what is listed as an ordinary cause; "
            f"{counts['undated']} could not be dated more closely than the periods."
        )
    if "buildings" in told:
        b = told["buildings"]
        share = (
            "none could be told"
            if b["changed_share"] is None
            else f"{b['changed_share']:.1%} of those that could be told"
        )
        made.append(
            f"{b['changed']} of {_n(b['given'], 'building')} lie where the surface changed ({share}); of {b['not_told']} nothing can be "
            "said. Change is not damage: one pair of periods cannot tell why a surface changed."
        )
    if told["left_out"]:
        made.append(f"{_n(len(told['left_out']), 'scene')} left out; scenes.csv says why.")
    return made


def _n(many: int, what: str) -> str:
    return f"{many:,} {what}{'' if many == 1 else 's'}"
