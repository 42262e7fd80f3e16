"""Satellites, what their sensors reach, and how far old orbital elements carry. Tables, each entry with its source.

What a satellite sees of a place depends on the angle; how well its pass is known depends on the age of the elements.
Both are data here, so that a reader can check them and a benchmark can measure them again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

EARTH_M = 6_371_000.0
"""Mean radius of the Earth, metres: enough for the size of a pixel."""

GROUND_M_PER_S = 465.1
"""How fast the ground turns on the equator, metres a second: what a pass loses sideways for each second of its error."""

USABLE_S = 300.0
"""A pass whose time is not known to this many seconds is not computed."""


@dataclass(frozen=True, slots=True)
class Pixel:
    """A detector's nominal size on the ground straight below, and how many samples along the scan make one pixel.

    `zones` are (scan angle up to which, degrees; samples): VIIRS joins three samples near the track, then two, then one.
    """

    scan_m: float
    track_m: float
    height_m: float
    zones: tuple[tuple[float, int], ...] = ((90.0, 1),)


@dataclass(frozen=True, slots=True)
class Sensor:
    """What a sensor reaches. One limit holds: the angle of its scan, its half width on the ground, or its incidence.

    `right_only`: a radar looks to the right of its track and cannot look straight down. `day_only`: it needs the sun.
    `through_cloud`: cloud does not stop it.
    """

    id: str
    name: str
    kinds: tuple[str, ...]
    source: str
    scan_deg: float = 0.0
    half_swath_m: float = 0.0
    incidence_deg: tuple[float, float] | None = None
    right_only: bool = False
    day_only: bool = False
    through_cloud: bool = False
    pixel: Pixel | None = None


SENSORS = {
    s.id: s
    for s in (
        Sensor(
            "viirs", "VIIRS", ("heat",), scan_deg=56.28,
            source="Wolfe et al., Journal of Geophysical Research: Atmospheres 118, 2013 (scan angle, aggregation zones); "
            "Schroeder et al., Remote Sensing of Environment 143, 2014 (375 m fire product)",
            pixel=Pixel(125.0, 375.0, 829_000.0, ((31.72, 3), (44.86, 2), (90.0, 1))),
        ),
        Sensor(
            "modis", "MODIS", ("heat",), scan_deg=55.0,
            source="Wolfe et al., Remote Sensing of Environment 83, 2002 (scan angle, growth of the 1 km pixel)",
            pixel=Pixel(1000.0, 1000.0, 705_000.0),
        ),
        Sensor(
            "c-sar", "C-SAR", ("change.surface", "force.construction"), incidence_deg=(29.1, 46.0), right_only=True,
            through_cloud=True,
            source="Torres et al., Remote Sensing of Environment 120, 2012 (interferometric wide swath)",
        ),
        Sensor(
            "msi", "MSI", ("change.surface", "force.construction"), half_swath_m=145_000.0, day_only=True,
            source="Drusch et al., Remote Sensing of Environment 120, 2012",
        ),
        Sensor(
            "oli", "OLI", ("change.surface", "force.construction"), half_swath_m=92_500.0, day_only=True,
            source="Irons, Dwyer and Barsi, Remote Sensing of Environment 122, 2012",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Satellite:
    """A satellite by its catalogue number. `cycle_days`: it is kept over the same ground track, which comes round so often.

    `keeping` names the row of LIMITS that says how far its elements carry.
    """

    id: str
    name: str
    number: int
    sensor: str
    revolutions: float
    keeping: str
    cycle_days: int = 0


SATELLITES = (
    Satellite("suomi-npp", "Suomi-NPP", 37849, "viirs", 14.195, "jpss", 16),
    Satellite("noaa-20", "NOAA-20", 43013, "viirs", 14.195, "jpss", 16),
    Satellite("noaa-21", "NOAA-21", 54234, "viirs", 14.195, "jpss", 16),
    Satellite("terra", "Terra", 25994, "modis", 14.59, "free"),
    Satellite("aqua", "Aqua", 27424, "modis", 14.59, "free"),
    Satellite("sentinel-1a", "Sentinel-1A", 39634, "c-sar", 14.592, "sentinel-1", 12),
    Satellite("sentinel-1c", "Sentinel-1C", 62261, "c-sar", 14.592, "sentinel-1", 12),
    Satellite("sentinel-2a", "Sentinel-2A", 40697, "msi", 14.308, "free"),
    Satellite("sentinel-2b", "Sentinel-2B", 42063, "msi", 14.308, "free"),
    Satellite("sentinel-2c", "Sentinel-2C", 60989, "msi", 14.308, "free"),
    Satellite("landsat-8", "Landsat 8", 39084, "oli", 14.571, "free"),
    Satellite("landsat-9", "Landsat 9", 49260, "oli", 14.571, "free"),
)


@dataclass(frozen=True, slots=True)
class Limit:
    """Up to this age of the elements, a pass is known to so many seconds, and its track to so many metres sideways."""

    age_days: float
    error_s: float
    error_m: float


LIMITS: dict[str, tuple[Limit, ...]] = {
    "sentinel-1": (Limit(12, 5, 3_000), Limit(166, 10, 4_000)),
    "jpss": (Limit(16, 10, 20_000), Limit(236, 130, 90_000)),
    "free": tuple(
        Limit(age, math.ceil(5 + 0.04 * age**2), math.ceil(5 + 0.04 * age**2) * GROUND_M_PER_S)
        for age in (7, 14, 21, 30, 45, 60, 70, 80, 85)
    ),
}
"""How far elements carry, oldest last; beyond the last row nothing is computed."""

MEASURED = {
    "sentinel-1": "Sentinel-1A, three sets 81, 85 and 165 days apart, carried by whole cycles of 12 days: at most 6 s and 2 km; "
    "taken for Sentinel-1C, of which one set is held",
    "jpss": "NOAA-21, three sets of 2025, 115, 121 and 236 days apart, carried by whole cycles of 16 days, over 12 days before and "
    "after the newer epoch: at most 99 s and 69 km; "
    "taken for its sisters. Not carried further: NOAA-20 is not where its set of 2023 puts it in 2025, by 961 s",
    "free": "the worst growth seen with SGP4 alone, NOAA-21 over 115 days: 400 s, 0.030 s for each day squared; 0.04 is used. "
    "No two sets of 2025 of these satellites are held",
}


def limit(keeping: str, age_days: float) -> Limit | None:
    """How well a pass is known with elements of this age (before or after the pass); None where it is not usable."""
    for one in LIMITS[keeping]:
        if abs(age_days) <= one.age_days:
            return one if one.error_s <= USABLE_S else None
    return None


def pixel_m(pixel: Pixel, scan_deg: float) -> tuple[float, float]:
    """Size of a pixel on a round Earth at this angle off nadir, metres (along the scan, along the track).

    The sample keeps its angle; it grows with the distance, and along the scan also with the slant of the ground.
    """
    scan = math.radians(scan_deg)
    zenith_sine = (1 + pixel.height_m / EARTH_M) * math.sin(scan)
    if zenith_sine >= 1:
        raise ValueError(f"{scan_deg} degrees off nadir looks past the Earth")
    zenith = math.asin(zenith_sine)
    slant = EARTH_M * math.sin(zenith - scan) / math.sin(scan) if scan else pixel.height_m
    samples = next(n for edge, n in pixel.zones if scan_deg <= edge)
    growth = slant / pixel.height_m
    return samples * pixel.scan_m * growth / math.cos(zenith), pixel.track_m * growth
