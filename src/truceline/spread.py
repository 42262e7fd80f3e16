"""Where as a distribution: every way of saying a place becomes one two-dimensional normal, that can be compared and combined.

A point with a radius, a named area and a wedge of bearing and distance all become a centre with a covariance in km²
(east, north). Products of such normals give the place of an incident, and the crossing of several bearings its ellipse.
Arrays in, arrays out; one row a place. Sources: moments of a sector by elementary integration; products of normals as
in any text on estimation; the circle that holds 95 % of an elongated normal after Hoyt (1947), tabulated.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .where import RADIUS_95_IN_SIGMA

Floats = NDArray[Any]
KM_PER_DEG_LAT = 110.95
"""Length of a degree of latitude on WGS 84 where it is neither equator nor pole (110.57 to 111.69), km."""
ANGLE_95_IN_SIGMA = 1.959964
_RATIOS = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
_CIRCLE_95 = np.array(
    [1.95996, 1.96253, 1.97041, 1.98420, 2.00514, 2.03586, 2.08130, 2.14598, 2.23029, 2.33180, 2.44775]
)
"""Radius of the circle that holds 95 % of a normal whose smaller standard deviation is this share of the greater one."""


class Normal(NamedTuple):
    """Two-dimensional normals: centres in degrees, covariances in km² (east-east, east-north, north-north)."""

    lon_deg: Floats
    lat_deg: Floats
    ee: Floats
    en: Floats
    nn: Floats


class Ellipse(NamedTuple):
    """The 95 % ellipse of a normal: half-axes in metres, direction of the greater one clockwise from north."""

    major_m: Floats
    minor_m: Floats
    azimuth_deg: Floats


def km_east(lat_deg: Floats) -> Floats:
    """Length of a degree of longitude at this latitude, km (WGS 84, first terms of the series)."""
    phi = np.radians(lat_deg)
    return 111.4126 * np.cos(phi) - 0.0935 * np.cos(3 * phi)


def circle(lon_deg: Floats, lat_deg: Floats, radius_m: Floats) -> Normal:
    """Points with a radius that holds the place 95 times in 100."""
    variance = (radius_m / 1000 / RADIUS_95_IN_SIGMA) ** 2
    return Normal(lon_deg, lat_deg, variance, np.zeros_like(variance), variance.copy())


def wedge(observers: Any, bearing_deg: Floats, error_deg: Floats, near_m: Floats, far_m: Floats) -> Normal:
    """Sectors seen or heard from `observers` (lon, lat arrays): even over the distance band, normal across the bearing.

    `error_deg` is the 95 % half-width of the bearing; 180 or more means that no direction is known.
    """
    lon, lat = observers
    sigma = np.radians(np.minimum(error_deg, 180.0)) / ANGLE_95_IN_SIGMA
    first = (near_m + far_m) / 2000
    second = (near_m**2 + near_m * far_m + far_m**2) / 3e6
    shrink, twice = np.exp(-(sigma**2) / 2), np.exp(-2 * sigma**2)
    blind = error_deg >= 180
    shrink, twice = np.where(blind, 0.0, shrink), np.where(blind, 0.0, twice)
    ahead = first * shrink
    along = second * (1 + twice) / 2 - ahead**2
    across = second * (1 - twice) / 2
    phi = np.radians(bearing_deg)
    e, n = np.sin(phi), np.cos(phi)
    centre_lat = lat + ahead * n / KM_PER_DEG_LAT
    centre_lon = lon + ahead * e / km_east((lat + centre_lat) / 2)
    return Normal(
        centre_lon, centre_lat,
        along * e**2 + across * n**2, (along - across) * e * n, along * n**2 + across * e**2,
    )  # fmt: skip


def ellipse(ee: Floats, en: Floats, nn: Floats) -> Ellipse:
    """The 95 % ellipses of these covariances."""
    mean, half = (ee + nn) / 2, np.hypot((ee - nn) / 2, en)
    major, minor = np.sqrt(mean + half), np.sqrt(np.maximum(mean - half, 0.0))
    azimuth = np.degrees(0.5 * np.arctan2(2 * en, nn - ee)) % 180
    return Ellipse(major * RADIUS_95_IN_SIGMA * 1000, minor * RADIUS_95_IN_SIGMA * 1000, azimuth)


def radius_m(ee: Floats, en: Floats, nn: Floats) -> Floats:
    """Radius of the circle around the centre that holds 95 % of each normal, metres."""
    axes = ellipse(ee, en, nn)
    share = np.divide(axes.minor_m, axes.major_m, out=np.ones_like(axes.major_m), where=axes.major_m > 0)
    return axes.major_m / RADIUS_95_IN_SIGMA * np.interp(share, _RATIOS, _CIRCLE_95)


def product(each: Normal, group: NDArray[np.int64], groups: int) -> Normal:
    """The product of the normals of each group: where several estimates that err on their own agree.

    `group` says for each row to which of `groups` it belongs; a group without rows gives NaN.
    """

    def total(values: Floats) -> Floats:
        return np.bincount(group, weights=values, minlength=groups)

    floor = 1e-6  # 1 m: a place that is called exact is no point of no size
    ee, nn = np.maximum(each.ee, floor), np.maximum(each.nn, floor)
    determinant = np.maximum(ee * nn - each.en**2, floor**2)
    pee, pen, pnn = nn / determinant, -each.en / determinant, ee / determinant
    first = np.full(groups, len(group), dtype=np.int64)
    np.minimum.at(first, group, np.arange(len(group)))
    held = first < len(group)
    lon0, lat0 = np.full(groups, np.nan), np.full(groups, np.nan)
    lon0[held], lat0[held] = each.lon_deg[first[held]], each.lat_deg[first[held]]
    scale = km_east(lat0)
    east = (each.lon_deg - lon0[group]) * scale[group]
    north = (each.lat_deg - lat0[group]) * KM_PER_DEG_LAT
    see, sen, snn = total(pee), total(pen), total(pnn)
    qe, qn = total(pee * east + pen * north), total(pen * east + pnn * north)
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = see * snn - sen**2
        vee, ven, vnn = snn / whole, -sen / whole, see / whole
        return Normal(
            lon0 + (vee * qe + ven * qn) / scale, lat0 + (ven * qe + vnn * qn) / KM_PER_DEG_LAT, vee, ven, vnn
        )
