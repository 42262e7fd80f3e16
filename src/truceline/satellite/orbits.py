"""When which satellite came over, from orbital elements: pure functions of elements, points and a span.

Propagation is SGP4 (Hoots and Roehrich, Spacetrack Report 3, 1980; Vallado et al., AIAA 2006-6753) by the `sgp4` library.
Elements of a satellite that is kept over its ground track are carried by whole cycles of that track: SGP4 alone runs away
with the square of the age, since it knows nothing of the manoeuvres that keep the track. How well both carry was measured
(`sensors.MEASURED`). Times are UTC taken for UT1 (within a second); polar motion is left out (within ten metres).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..nouns import Pass, PassStatus
from .elements import Elements
from .sensors import EARTH_M, LIMITS, SATELLITES, SENSORS, USABLE_S, Satellite, Sensor, limit, pixel_m

Array = NDArray[np.float64]
Spots = dict[str, tuple[tuple[float, float], ...]]
"""Points (lon_deg, lat_deg) by the id of the zone for which they stand."""

STEP_S = 60.0
NEAR_M = 4_500_000.0
"""A satellite further than this from the middle of the area stands below its horizon (3,400 km at 830 km height), with room."""

SPIN = 7.292115e-5
"""Rotation of the Earth, radians a second."""

_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
_A, _F = 6_378_137.0, 1 / 298.257223563


def passes(sets: tuple[Elements, ...], spots: Spots, start: datetime, end: datetime) -> tuple[Pass, ...]:
    """Every pass of every known satellite within reach of these points in [start, end), by time.

    Each satellite also has rows for the spans that were worked out, and for those that were not and why: no elements held,
    or only such as are too old. Each span takes the set whose epoch is nearest.
    """
    found: list[Pass] = []
    for satellite in SATELLITES:
        own = sorted((s for s in sets if s.satellite == satellite.id), key=lambda s: s.epoch)
        found += _spans(satellite, own, start, end)
        for one, first, last in _windows(satellite, own, start, end):
            found += by_set(satellite, one, spots, first, last)
    order = {s.name: n for n, s in enumerate(SATELLITES)}
    return tuple(sorted(found, key=lambda p: (p.start, p.status, order[p.satellite], p.closest or p.start)))


def _windows(
    satellite: Satellite, own: list[Elements], start: datetime, end: datetime
) -> list[tuple[Elements, datetime, datetime]]:
    """The span that each set covers: where it is the nearest, and no older than is usable."""
    usable = [one.age_days for one in LIMITS[satellite.keeping] if one.error_s <= USABLE_S]
    reach = timedelta(days=max(usable, default=0))
    made = []
    for n, one in enumerate(own):
        first, last = max(start, _whole(one.epoch - reach)), min(end, _whole(one.epoch + reach))
        if n:
            first = max(first, _whole(own[n - 1].epoch + (one.epoch - own[n - 1].epoch) / 2))
        if n + 1 < len(own):
            last = min(last, _whole(one.epoch + (own[n + 1].epoch - one.epoch) / 2))
        if first < last:
            made.append((one, first, last))
    return made


def _spans(satellite: Satellite, own: list[Elements], start: datetime, end: datetime) -> list[Pass]:
    """The spans of which this satellite's passes were worked out, and those of which they were not, and why."""
    sensor = SENSORS[satellite.sensor]
    made, at = [], start
    for one, first, last in _windows(satellite, own, start, end):
        if at < first:
            made.append(_gap(satellite, own, at, first))
        age = max(abs((t - one.epoch) / timedelta(days=1)) for t in (first, last))
        known = limit(satellite.keeping, age)
        made.append(
            Pass(
                satellite.name, sensor.name, PassStatus.COMPUTED, first, last, kinds=sensor.kinds, epoch=_whole(one.epoch),
                age_days=round(age, 1), error_s=known.error_s if known else None,
                error_m=round(known.error_m) if known else None,
            )
        )  # fmt: skip
        at = last
    return made if at >= end else [*made, _gap(satellite, own, at, end)]


def _gap(satellite: Satellite, own: list[Elements], first: datetime, last: datetime) -> Pass:
    sensor = SENSORS[satellite.sensor]
    reason, least = "no elements are held", None
    if own:
        least = min(max(first - e.epoch, e.epoch - last, timedelta(0)) for e in own) / timedelta(days=1)
        reason = f"the nearest elements are {least:.0f} days away or more, further than they carry"
    return Pass(
        satellite.name, sensor.name, PassStatus.NOT_COMPUTED, first, last, kinds=sensor.kinds,
        age_days=None if least is None else round(least, 1), reason=reason,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Seen:
    """Geometry at closest approach, one row a pass and one column a point; times in seconds after the epoch of the set."""

    at_s: Array
    ground_m: Array
    off_nadir_deg: Array
    zenith_deg: Array
    radius_m: Array

    def of(self, n: int) -> _Seen:
        """One pass of all."""
        return _Seen(self.at_s[n], self.ground_m[n], self.off_nadir_deg[n], self.zenith_deg[n], self.radius_m[n])


def by_set(satellite: Satellite, one: Elements, spots: Spots, start: datetime, end: datetime) -> list[Pass]:
    """Passes by one set in [start, end); each is one crossing of the plane that stands across the track.

    Without those at whose age the set no longer carries.
    """
    points = np.array([p for here in spots.values() for p in here])
    if not len(points):
        return []
    orbit = Orbit.of(one, satellite.cycle_days)
    seen = _closest(orbit, points, (start - one.epoch).total_seconds(), (end - one.epoch).total_seconds())
    inside_m = _inside(SENSORS[satellite.sensor], seen)
    zones = np.array([zone for zone, here in spots.items() for _ in here])
    found = [_pass(satellite, one, points, zones, seen.of(n), inside_m[n]) for n in range(len(seen.at_s))]
    return [p for p in found if p]


def _pass(
    satellite: Satellite, one: Elements, points: Array, zones: NDArray[np.str_], seen: _Seen, inside_m: Array
) -> Pass | None:
    """One crossing as a row; None where the sensor reached none of the points, or needs the sun and had none."""
    sensor = SENSORS[satellite.sensor]
    age = abs(float(seen.at_s[int(np.argmax(inside_m))])) / 86_400
    known = limit(satellite.keeping, age)
    if known is None or inside_m.max() < -known.error_m:
        return None
    sure, maybe = inside_m >= known.error_m, inside_m >= -known.error_m
    met = sure if sure.any() else maybe
    lowest = int(np.argmin(np.where(met, seen.off_nadir_deg, np.inf)))
    closest, first, last = (
        _whole(one.epoch + timedelta(seconds=float(s)))
        for s in (seen.at_s[lowest], seen.at_s[met].min(), seen.at_s[met].max() + 1)
    )
    sun = sun_elevation_deg(closest, *points[lowest])
    if sensor.day_only and sun < 0:
        return None
    view = float(seen.off_nadir_deg[lowest])
    along_scan, along_track = pixel_m(sensor.pixel, view) if sensor.pixel else (None, None)
    reached = tuple(dict.fromkeys(str(z) for z in zones[sure]))
    return Pass(
        satellite=satellite.name, sensor=sensor.name, status=PassStatus.PASS, start=first, end=last, closest=closest,
        zones=reached, perhaps=tuple(z for z in dict.fromkeys(str(z) for z in zones[maybe]) if z not in reached),
        kinds=sensor.kinds, reach_share=round(float(sure.mean()), 3), view_deg=round(view, 1),
        view_to_deg=round(float(seen.off_nadir_deg[met].max()), 1), zenith_deg=round(float(seen.zenith_deg[lowest]), 1),
        sun_deg=round(sun, 1), pixel_scan_m=along_scan and round(along_scan), pixel_track_m=along_track and round(along_track),
        epoch=_whole(one.epoch), age_days=round(age, 1), error_s=known.error_s, error_m=round(known.error_m),
    )  # fmt: skip


def _whole(moment: datetime) -> datetime:
    """The second in which a moment falls: tables hold whole seconds."""
    return moment.replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Orbit:
    """An element set as positions over the turning Earth; with a cycle, carried by whole cycles beyond its first."""

    set: Any
    cycle_s: float

    @classmethod
    def of(cls, one: Elements, cycle_days: int) -> Orbit:
        """The orbit of a set; by SGP4 alone where the cycle is 0."""
        from sgp4.api import Satrec

        return cls(Satrec.twoline2rv(one.line1, one.line2), cycle_days * 86_400.0)

    def over_ground(self, after_s: Array) -> tuple[Array, Array]:
        """Position and velocity in metres on axes that turn with the Earth, at seconds after the epoch."""
        flat = after_s.ravel()
        if self.cycle_s:
            flat = np.fmod(flat, self.cycle_s)
        days = self.set.jdsatepochF + flat / 86_400
        whole = np.floor(days)
        wrong, r, v = self.set.sgp4_array(self.set.jdsatepoch + whole, days - whole)
        r, v = np.where(wrong[:, None], np.nan, r) * 1000, np.where(wrong[:, None], np.nan, v) * 1000
        angle = np.radians(sidereal_deg(self.set.jdsatepoch - 2_451_545.0 + days))
        cos, sin = np.cos(angle), np.sin(angle)
        x, y = cos * r[:, 0] + sin * r[:, 1], cos * r[:, 1] - sin * r[:, 0]
        u, w = cos * v[:, 0] + sin * v[:, 1] + SPIN * y, cos * v[:, 1] - sin * v[:, 0] - SPIN * x
        shape = (*after_s.shape, 3)
        return np.stack((x, y, r[:, 2]), -1).reshape(shape), np.stack((u, w, v[:, 2]), -1).reshape(shape)


def _closest(orbit: Orbit, points: Array, start_s: float, end_s: float) -> _Seen:
    """Every approach to the points in this span: found on a coarse grid for their middle, then refined for each."""
    spots = _on_ground(points)
    middle = spots.mean(axis=0)
    grid = np.arange(start_s - STEP_S, end_s + 2 * STEP_S, STEP_S)
    r, v = orbit.over_ground(grid)
    away = middle - r
    ahead = np.einsum("ij,ij->i", away, v)
    near = np.einsum("ij,ij->i", away, away) < NEAR_M**2
    crossed = np.flatnonzero((ahead[:-1] > 0) & (ahead[1:] <= 0) & near[:-1] & near[1:])
    rough = grid[crossed] + STEP_S * ahead[crossed] / (ahead[crossed] - ahead[crossed + 1])
    at = np.repeat(rough[:, None], len(spots), axis=1)
    for _ in range(3):
        r, v = orbit.over_ground(at)
        away = spots - r
        # The satellite falls about the Earth's middle: its acceleration is v * v / r downwards, and takes part.
        square = (v * v).sum(-1)
        slope = square * (1 + (away * r).sum(-1) / (r * r).sum(-1))
        at = at + (away * v).sum(-1) / slope
    kept = (at.min(axis=1) < end_s) & (at.min(axis=1) >= start_s) if at.size else np.zeros(0, dtype=bool)
    at = at[kept]
    r, v = orbit.over_ground(at)
    return _geometry(spots, points, at, r, v)


def _geometry(spots: Array, points: Array, at: Array, r: Array, v: Array) -> _Seen:
    away = spots - r
    far, radius = np.linalg.norm(away, axis=-1), np.linalg.norm(r, axis=-1)
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    up = np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)), -1)
    beside = np.cross(v, r)
    right = np.where((away * beside).sum(-1) >= 0, 1.0, -1.0)
    middle = (spots * r).sum(-1) / (np.linalg.norm(spots, axis=-1) * radius)
    return _Seen(
        at,
        right * EARTH_M * np.arccos(np.clip(middle, -1, 1)),
        np.degrees(np.arccos(np.clip(-(away * r).sum(-1) / (far * radius), -1, 1))),
        np.degrees(np.arccos(np.clip(-(away * up).sum(-1) / far, -1, 1))),
        radius,
    )


def _inside(sensor: Sensor, seen: _Seen) -> Array:
    """How far inside the swath each point lies, metres across the track; negative outside."""
    ratio = seen.radius_m / EARTH_M
    if sensor.incidence_deg:
        low, high = (
            EARTH_M * (math.radians(deg) - np.arcsin(np.sin(math.radians(deg)) / ratio)) for deg in sensor.incidence_deg
        )
        ground = seen.ground_m if sensor.right_only else np.abs(seen.ground_m)
        return np.asarray(np.minimum(ground - low, high - ground))
    if sensor.scan_deg:
        scan = math.radians(sensor.scan_deg)
        return np.asarray(EARTH_M * (np.arcsin(np.clip(ratio * math.sin(scan), -1, 1)) - scan) - np.abs(seen.ground_m))
    return np.asarray(sensor.half_swath_m - np.abs(seen.ground_m))


def _on_ground(points: Array) -> Array:
    """Points (lon_deg, lat_deg) on the WGS 84 ellipsoid, metres from the Earth's middle."""
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    square = _F * (2 - _F)
    normal = _A / np.sqrt(1 - square * np.sin(lat) ** 2)
    return np.stack(
        (normal * np.cos(lat) * np.cos(lon), normal * np.cos(lat) * np.sin(lon), normal * (1 - square) * np.sin(lat)),
        -1,
    )


def sidereal_deg(days: Any) -> Any:
    """Greenwich mean sidereal time, degrees, so many days after 2000-01-01 12:00 UT (IAU 1982; Aoki et al., 1982)."""
    century = days / 36_525
    return (280.46061837 + 360.98564736629 * days + 0.000387933 * century**2 - century**3 / 38_710_000) % 360


def sun_elevation_deg(moment: datetime, lon_deg: float, lat_deg: float) -> float:
    """How high the middle of the sun stands, degrees, without refraction.

    By the low-precision formulas for the Sun of the Astronomical Almanac (page C5; 0.01 degrees from 1950 to 2050).
    """
    days = (moment - _J2000) / timedelta(days=1)
    anomaly = math.radians(357.528 + 0.9856003 * days)
    longitude = math.radians(280.460 + 0.9856474 * days + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly))
    tilt = math.radians(23.439 - 0.0000004 * days)
    ascension = math.atan2(math.cos(tilt) * math.sin(longitude), math.cos(longitude))
    declination = math.asin(math.sin(tilt) * math.sin(longitude))
    hour = math.radians(sidereal_deg(days) + lon_deg) - ascension
    lat = math.radians(lat_deg)
    sine = math.sin(lat) * math.sin(declination) + math.cos(lat) * math.cos(declination) * math.cos(hour)
    return math.degrees(math.asin(max(-1.0, min(1.0, sine))))
