"""How much cloud lay over what a satellite took a picture of, by a cloud product that the mission holds."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime

from .. import when, where
from ..nouns import Effort, EffortStatus, Place, Zone
from .sensors import SENSORS

CLEAR_SHARE = 0.3
"""Cloud up to this share of the sky is called clear: Ukraine 2022, detections within 1 km of what was struck fell from
15.8 % of cases at less to 6.6 % at more (chance: 3 %)."""

NEAR_M = 50_000.0
"""How far from a place a value of cloud may lie and still speak for it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Cloud:
    """One value of a cloud product: the day, where, and the share of the sky (0 to 1)."""

    start: datetime
    end: datetime
    lon_deg: float
    lat_deg: float
    share: float


def skies(
    effort: Iterable[Effort],
    places: dict[str, Place],
    zones: dict[str, Zone],
    clouds: tuple[Cloud, ...],
    time_zone: str,
) -> tuple[Effort, ...]:
    """The same effort; what a satellite's sensor made has its `sky`. Radar, cameras and people have none: cloud is not asked.

    A picture is clear only where every day and place of it has a value and none is above CLEAR_SHARE.
    """
    made = []
    for one in effort:
        done = one.status in {EffortStatus.DONE, EffortStatus.HOST_LED}
        if not one.sensor or not done or SENSORS[one.sensor].through_cloud:
            made.append(one)
            continue
        values = _values(one, places, zones, clouds, time_zone)
        sky = "unknown" if not values or None in values else "clear"
        if sky == "clear" and max(v for v in values if v is not None) > CLEAR_SHARE:
            sky = "cloud"
        made.append(dataclasses.replace(one, sky=sky))
    return tuple(made)


def _values(
    one: Effort, places: dict[str, Place], zones: dict[str, Zone], clouds: tuple[Cloud, ...], time_zone: str
) -> list[float | None]:
    """The cloud over each place (or over all of the zone) on each day; None where no value speaks for it."""
    found: list[float | None] = []
    for first, last in when.days(one.when.start, one.when.end, time_zone):
        today = [c for c in clouds if c.start < last and c.end > first]
        if not one.places:
            inside = _within(zones.get(one.zone), today)
            found.append(max(inside, default=None))
            continue
        for name in one.places:
            spot = places.get(name)
            found.append(None if spot is None else _nearest(spot, today))
    return found


def _nearest(spot: Place, today: list[Cloud]) -> float | None:
    if spot.lon_deg is None or spot.lat_deg is None:
        return None
    near = [(where.distance_m(c.lon_deg, c.lat_deg, spot.lon_deg, spot.lat_deg), c.share) for c in today]
    return min(((away, share) for away, share in near if away <= NEAR_M), default=(0.0, None))[1]


def _within(zone: Zone | None, today: list[Cloud]) -> list[float]:
    if zone is None or not today:
        return []
    import shapely
    import shapely.geometry

    shape = shapely.geometry.shape(zone.geometry)
    return [c.share for c in today if shapely.intersects_xy(shape, c.lon_deg, c.lat_deg)]
