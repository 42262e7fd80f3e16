"""Where and when somebody could have seen something: the table on which "kept" depends.

A zone is measured along the orientation line inside it (in points 2 km apart), or over a grid of points where it has
no line. A day counts as seen at a point when somebody who looked that day stood within sight of it; hours are not
known, so the share is an upper bound and is printed as "at most".
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import polars as pl

from . import kinds as kind_tree
from . import outlook, rows, when, where
from .nouns import CoverageState, Effort, EffortStatus, Look, Pass, PassStatus, Place, View, Zone

STEP_M = 2000.0
FINE = 20
"""A field of view is measured in so many points for each step of the line: every 100 m."""
_METRES = 110_900.0
"""Metres in a degree of latitude, and of longitude on the equator, at the middle of the two."""
LOOKED = (EffortStatus.DONE, EffortStatus.HOST_LED)


@dataclass(frozen=True, slots=True)
class _Points:
    """Sample points of a zone in a local metric frame: x, y in metres."""

    xy: tuple[tuple[float, float], ...]


class Ground:
    """The mission's zones as sample points, and which of them lie in sight of a place."""

    def __init__(self, zones: tuple[Zone, ...], places: tuple[Place, ...]) -> None:
        import shapely.geometry

        self.zones = {z.id: z for z in zones if z.role in {"zone", "sector"}}
        self.shapes: dict[str, Any] = {i: shapely.geometry.shape(z.geometry) for i, z in self.zones.items()}
        self.line = [c for z in zones if z.role == "orientation_line" for c in _coordinates(z.geometry)]
        self.places = {p.id: p for p in places}
        self._samples: dict[str, list[tuple[float, float]]] = {}
        self._edges: dict[str, tuple[Any, float]] = {}
        self._whole = _along(self.line)
        self._fine: list[tuple[float, float]] = []

    def samples(self, zone: str) -> list[tuple[float, float]]:
        """Points (lon_deg, lat_deg) by which the zone is measured; all of the line for an empty zone id."""
        if zone not in self._samples:
            self._samples[zone] = self._measure(zone)
        return self._samples[zone]

    def _measure(self, zone: str) -> list[tuple[float, float]]:
        import shapely

        if not zone:
            return self._whole
        shape = self.shapes[zone]
        shapely.prepare(shape)
        on_line = [p for p in self._whole if shapely.contains_xy(shape, *p)]
        return on_line or _grid(shape)

    def pieces(self, zone: str) -> list[list[tuple[float, float]]]:
        """For each of the zone's sample points the points by which a field of view is measured: 100 m apart on a line."""
        points = self.samples(zone)
        if not self.line or not points:
            return [[p] for p in points]
        if not self._fine:
            self._fine = _along(self.line, STEP_M / FINE)
        number = {p: n for n, p in enumerate(self._whole)}
        if any(p not in number for p in points):
            return [[p] for p in points]
        return [self._fine[number[p] * FINE : (number[p] + 1) * FINE] or [p] for p in points]

    def share(self, effort: Effort, zone: str) -> float:
        """Share of the zone that lay in sight of this effort: of its fine points for a field of view, else of its sample points."""
        points = self.samples(zone)
        if not points:
            return 0.0
        if effort.view is None:
            return len(self.seen(effort, zone)) / len(points)
        shares = _shares(self, effort.view, zone)
        return sum(shares) / len(shares)

    def holds(self, zone: str, lon_deg: float, lat_deg: float) -> bool:
        """Whether a point lies in the zone; an empty zone id holds everything."""
        import shapely

        return not zone or bool(shapely.intersects_xy(self.shapes[zone], lon_deg, lat_deg))

    def crosses(self, zone: str, lon_deg: float, lat_deg: float, radius_m: float) -> bool:
        """Whether a circle about the point crosses the zone's edge; the empty zone has none.

        Measured on a plane with the zone's middle as its parallel, which is within 1 % over a zone of two degrees.
        """
        import shapely

        if not zone or not radius_m:
            return False
        if zone not in self._edges:
            shape = self.shapes[zone]
            east = _METRES * math.cos(math.radians(shape.centroid.y))
            edge = shapely.transform(shape.boundary, lambda xy: xy * (east, _METRES))
            shapely.prepare(edge)
            self._edges[zone] = edge, east
        edge, east = self._edges[zone]
        return bool(shapely.dwithin(edge, shapely.Point(lon_deg * east, lat_deg * _METRES), radius_m))

    def near(self, place: str, lon_deg: float, lat_deg: float, radius_m: float) -> bool | None:
        """Whether a circle lies within that of a place: True, False where they are apart, None where they overlap."""
        known = self.places.get(place)
        if known is None or known.lon_deg is None or known.lat_deg is None:
            return None
        apart = where.distance_m(known.lon_deg, known.lat_deg, lon_deg, lat_deg)
        if apart + radius_m <= (known.radius_m or 0.0):
            return True
        return None if apart < radius_m + (known.radius_m or 0.0) else False

    def from_line_m(self, lon_deg: float, lat_deg: float) -> float | None:
        """How far a point lies from the mission's orientation line, metres; None where there is none."""
        return min((where.distance_m(lon, lat, lon_deg, lat_deg) for lon, lat in self._whole), default=None)

    def valid(self, zone: str, at: datetime) -> bool:
        """Whether the zone exists at this moment."""
        known = self.zones.get(zone)
        if known is None:
            return True
        return (known.valid_from is None or known.valid_from <= at) and (known.valid_to is None or at < known.valid_to)

    def whole(self, zone: str) -> bool:
        """Whether the zone leaves none of the mission's line out."""
        return not zone or (bool(self.line) and len(self.samples(zone)) == len(self.samples("")))

    def length_km(self, zone: str) -> float:
        """Length of the line in the zone by its sample points, kilometres; 0 where it has no line."""
        return len(self.samples(zone)) * STEP_M / 1000 if self.line else 0.0

    def spots(self, most: int = 9) -> dict[str, tuple[tuple[float, float], ...]]:
        """A few points of each sector (of all of the line where there is none), evenly spread: what a pass has to reach."""
        made = {}
        for zone in [z.id for z in self.zones.values() if z.role == "sector"] or [""]:
            points = self.samples(zone)
            chosen = sorted({round(n * (len(points) - 1) / max(most - 1, 1)) for n in range(most)}) if points else []
            made[zone] = tuple(points[n] for n in chosen)
        return made

    def seen(self, effort: Effort, zone: str) -> frozenset[int]:
        """Numbers of the zone's sample points that lay within sight of this effort.

        For a field of view, those of whose piece of the line it holds half or more.
        """
        if effort.view is not None:
            return frozenset(n for n, share in enumerate(_shares(self, effort.view, zone)) if share >= 0.5)
        return _seen(self, effort, zone)


@lru_cache(maxsize=20_000)
def _shares(ground: Ground, view: View, zone: str) -> tuple[float, ...]:
    """For each piece of the zone, the share of it that the view holds."""
    pieces = ground.pieces(zone)
    flat = [p for piece in pieces for p in piece]
    if not flat:
        return ()
    held = outlook.holds(view, [p[0] for p in flat], [p[1] for p in flat]).tolist()
    made, at = [], 0
    for piece in pieces:
        made.append(sum(held[at : at + len(piece)]) / len(piece))
        at += len(piece)
    return tuple(made)


@lru_cache(maxsize=20_000)
def _seen(ground: Ground, effort: Effort, zone: str) -> frozenset[int]:
    points = ground.samples(zone)
    if effort.zone and not effort.places:
        return frozenset(n for n, p in enumerate(points) if ground.holds(effort.zone, *p))
    spots = [
        p for i in effort.places if (p := ground.places.get(i)) and p.lon_deg is not None and p.lat_deg is not None
    ]
    found = set()
    for spot in spots:
        assert spot.lon_deg is not None
        assert spot.lat_deg is not None
        for number, (lon, lat) in enumerate(points):
            if abs(lat - spot.lat_deg) * 110_000 > effort.sight_m:
                continue
            if where.distance_m(lon, lat, spot.lon_deg, spot.lat_deg) <= effort.sight_m:
                found.add(number)
    return frozenset(found)


def _coordinates(geometry: dict[str, Any]) -> list[list[list[float]]]:
    if geometry["type"] == "LineString":
        return [geometry["coordinates"]]
    return list(geometry["coordinates"]) if geometry["type"] == "MultiLineString" else []


def _along(lines: list[list[list[float]]], step_m: float = STEP_M) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for line in lines:
        left = 0.0
        for (lon1, lat1, *_), (lon2, lat2, *_) in itertools.pairwise(line):
            length = where.distance_m(lon1, lat1, lon2, lat2)
            while left < length:
                share = left / length
                points.append((lon1 + (lon2 - lon1) * share, lat1 + (lat2 - lat1) * share))
                left += step_m
            left -= length
    return points


def _grid(shape: Any) -> list[tuple[float, float]]:
    """Up to about a thousand points over an area without a line."""
    import shapely

    west, south, east, north = shape.bounds
    step = max(math.sqrt(max((east - west) * (north - south), 1e-9) / 1000), 0.001)
    lons = [west + step * (i + 0.5) for i in range(int((east - west) / step) + 1)]
    lats = [south + step * (i + 0.5) for i in range(int((north - south) / step) + 1)]
    inside = [(lon, lat) for lon in lons for lat in lats if shapely.contains_xy(shape, lon, lat)]
    return inside or [(float(shape.centroid.x), float(shape.centroid.y))]


def seen_share(
    ground: Ground,
    effort: tuple[Effort, ...],
    zone: str,
    start: datetime,
    end: datetime,
    kinds: tuple[str, ...],
    time_zone: str,
    *,
    lasting: bool = False,
) -> float | None:
    """The share of the zone's points and of the window's days that somebody could see, at most; None where unmeasured.

    Counts effort that was done or host-led and could perceive one of these kinds; a plan, a refusal, a pass and a picture
    through cloud see nothing. With `lasting` a point counts as seen when somebody looked on any day of the window.
    """
    points = ground.samples(zone)
    days = when.days(start, end, time_zone)
    if not points or not days:
        return None
    looked = [e for e in effort if e.sees and e.when.start < end and e.when.end > start and _perceives(e, kinds)]
    if lasting:
        return round(len(frozenset().union(*(ground.seen(e, zone) for e in looked))) / len(points), 6)
    seen = 0
    for first, last in days:
        today = [ground.seen(e, zone) for e in looked if e.when.start < last and e.when.end > first]
        seen += len(frozenset().union(*today)) if today else 0
    return round(seen / (len(points) * len(days)), 6)


def _perceives(effort: Effort, kinds: tuple[str, ...]) -> bool:
    if not effort.kinds or not kinds:
        return True
    return any(kind_tree.within(k, effort.kinds) or kind_tree.within(e, kinds) for k in kinds for e in effort.kinds)


def coverage(
    effort: tuple[Effort, ...],
    ground: Ground,
    start: datetime,
    end: datetime,
    time_zone: str,
    passes: tuple[Pass, ...] = (),
) -> pl.DataFrame:
    """A table of Look: one row an effort and sector, and one for each span of days in which nobody looked at a sector.

    Passes of satellites add one row for each satellite, day and zone: an opportunity, which is no look and ends no gap.
    """
    sectors = [z.id for z in ground.zones.values() if z.role == "sector"] or [""]
    looks: list[Look] = []
    for one in sorted(effort, key=lambda e: (e.when.start, e.id)):
        if one.when.start >= end or one.when.end <= start:
            continue
        touched = [z for z in sectors if _touches(one, z, ground)]
        looks += [_look(one, z, ground) for z in touched or [""]]
    for sector in sectors:
        looks += _gaps(sector, effort, ground, start, end, time_zone)
    looks += _opportunities(passes, start, end, time_zone)
    return rows.table(Look, looks)


def _touches(one: Effort, zone: str, ground: Ground) -> bool:
    if not zone:
        return True
    if one.view is not None:
        return bool(ground.shapes[zone].intersects(outlook.outline(one.view)))
    spots = [p for i in one.places if (p := ground.places.get(i)) and p.lon_deg is not None and p.lat_deg is not None]
    if any(ground.holds(zone, p.lon_deg or 0, p.lat_deg or 0) for p in spots):
        return True
    return bool(one.zone) and not spots and bool(ground.shapes[one.zone].intersects(ground.shapes[zone]))


_STATES = {
    EffortStatus.DONE: CoverageState.LOOKED,
    EffortStatus.HOST_LED: CoverageState.LOOKED,
    EffortStatus.REFUSED: CoverageState.REFUSED,
    EffortStatus.CURTAILED: CoverageState.REFUSED,
    EffortStatus.PLANNED: CoverageState.OPPORTUNITY,
}


_SKY = {
    "": CoverageState.LOOKED,
    "clear": CoverageState.LOOKED_CLEAR,
    "cloud": CoverageState.LOOKED_CLOUD,
    "unknown": CoverageState.CLOUD_UNKNOWN,
}
_SKY_WORDS = {
    "cloud": "cloud lay over it; nothing counts as seen",
    "unknown": "how much cloud lay over it is not known; nothing counts as seen",
}


def _look(one: Effort, zone: str, ground: Ground) -> Look:
    share = ground.share(one, zone) if one.sees else 0.0
    words = {
        EffortStatus.HOST_LED: f"led by {one.by or 'the host'}",
        EffortStatus.REFUSED: f"refused by {one.by or 'somebody who is not named'}",
        EffortStatus.CURTAILED: f"cut short by {one.by or 'somebody who is not named'}",
        EffortStatus.PLANNED: "planned or announced; no look is recorded",
    }.get(one.status, "")
    return Look(
        source_id=one.source_id, start=one.when.start, end=one.when.end, zone=zone, side=one.side, kinds=one.kinds,
        state=_SKY[one.sky] if one.status in LOOKED else _STATES[one.status], seen_share=round(share, 6),
        reason="; ".join(filter(None, (words, _SKY_WORDS.get(one.sky, ""), one.reason, _view_words(one.view)))),
        effort_id=one.id, host_led=one.status is EffortStatus.HOST_LED,
    )  # fmt: skip


def _view_words(view: View | None) -> str:
    if view is None:
        return ""
    what = "along a track" if len(view.path) > 1 else "by its field of view"
    return f"measured {what}, {view.range_m:g} m far; {outlook.TERRAIN}"


def _gaps(
    sector: str, effort: tuple[Effort, ...], ground: Ground, start: datetime, end: datetime, time_zone: str
) -> list[Look]:
    """Runs of days on which nobody is recorded to have looked at a sector."""
    looked = [e for e in effort if e.status in LOOKED and _touches(e, sector, ground)]
    gaps: list[tuple[datetime, datetime]] = []
    for first, last in when.days(start, end, time_zone):
        if any(e.when.start < last and e.when.end > first for e in looked):
            continue
        if gaps and first - gaps[-1][1] < timedelta(hours=1):
            gaps[-1] = (gaps[-1][0], last)
        else:
            gaps.append((first, last))
    reason = "nobody is recorded to have looked"
    return [
        Look("", first, min(last, end), sector, "", (), CoverageState.NOT_LOOKED, 0.0, reason) for first, last in gaps
    ]


def _opportunities(passes: tuple[Pass, ...], start: datetime, end: datetime, time_zone: str) -> list[Look]:
    """One row for each satellite, local day and zone that it may have reached: how often, how steeply, how surely."""
    found: dict[tuple[datetime, datetime, str, str], list[Pass]] = {}
    days = when.days(start, end, time_zone)
    firsts = [first for first, _ in days]
    for one in passes:
        if one.status is PassStatus.PASS and one.closest and start <= one.closest < end:
            day = days[bisect_right(firsts, one.closest) - 1]
            for zone in (*one.zones, *one.perhaps):
                found.setdefault((*day, zone, one.satellite), []).append(one)
    return [_opportunity(*key, met) for key, met in sorted(found.items(), key=lambda item: item[0])]


def _opportunity(first: datetime, last: datetime, zone: str, satellite: str, met: list[Pass]) -> Look:
    sure = [p for p in met if zone in p.zones]
    best = min(p.view_deg for p in sure or met if p.view_deg is not None)
    nights = sum(p.night for p in met)
    words = (
        f"{met[0].sensor} came over, {nights} of {len(met)} by night",
        f"at best {best:.0f} degrees off nadir",
        "" if sure else "in reach only if the track is wrong in its favour",
        f"elements {max(p.age_days or 0 for p in met):.0f} days old, time known to {max(p.error_s or 0 for p in met):.0f} s",
        "an opportunity, not a look",
    )
    return Look(
        source_id=satellite, start=first, end=last, zone=zone, side="", kinds=met[0].kinds, state=CoverageState.OPPORTUNITY,
        seen_share=0.0, reason="; ".join(filter(None, words)), passes=len(met), view_deg=best,
    )  # fmt: skip
