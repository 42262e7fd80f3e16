"""Where: metres on the ellipsoid, error circles, wedges from bearing and distance, MGRS, UTM and degrees-minutes-seconds.

Coordinates are WGS 84 decimal degrees, longitude first, with a radius that holds the truth 95 times in 100. A legacy
datum is said and widens the radius; a coordinate is never shifted in silence.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyproj import Geod

    from .nouns import Place

RADIUS_95_IN_SIGMA = 2.4477
"""Radius of a circle that holds 95 % of a round two-dimensional normal distribution, in standard deviations."""

WEDGE = "wedge "
AROUND = "distance without a bearing: a circle around the observer"
"""How the note begins that says of a point that it is the middle of a wedge."""

LEGACY_DATUM_M = {"indian 1975": 610.0, "indian 1954": 610.0, "indian 1960": 610.0, "unknown": 610.0}
"""How far a coordinate of this datum lies off when it is read as WGS 84 (mainland South-East Asia), metres."""

_DMS = re.compile(
    r"^\s*(?P<d>\d{1,3})\s*[°d: ]\s*(?P<m>\d{1,2}(?:\.\d+)?)\s*"
    r"""(?:['′m: ]\s*(?:(?P<s>\d{1,2}(?:\.\d+)?)\s*["″s]?)?)?\s*(?P<h>[NSEWnsew])\s*$"""
)
_UTM = re.compile(
    r"^\s*(?P<zone>\d{1,2})\s*(?P<band>[C-HJ-NP-Xc-hj-np-x])\s+(?P<e>\d{6}(?:\.\d+)?)\s*m?E?\s+(?P<n>\d{1,8}(?:\.\d+)?)\s*m?N?\s*$"
)
_MGRS = re.compile(r"^\s*(\d{1,2}[C-HJ-NP-Xc-hj-np-x])\s*([A-HJ-NP-Za-hj-np-z]{2})\s*((?:\d\s*){0,10})$")


@dataclass(frozen=True, slots=True)
class Spot:
    """A point with its 95 % radius; `note` says what was done to get it."""

    lon_deg: float
    lat_deg: float
    radius_m: float
    note: str = ""


@lru_cache(maxsize=1)
def _ellipsoid() -> Geod:
    from pyproj import Geod

    return Geod(ellps="WGS84")


@lru_cache(maxsize=200_000)
def distance_m(lon1_deg: float, lat1_deg: float, lon2_deg: float, lat2_deg: float) -> float:
    """Geodesic length on the WGS 84 ellipsoid (Karney 2013, through PROJ), metres."""
    if (lon1_deg, lat1_deg) == (lon2_deg, lat2_deg):
        return 0.0
    return float(_ellipsoid().inv(lon1_deg, lat1_deg, lon2_deg, lat2_deg)[2])


def distances_m(lon1_deg: Any, lat1_deg: Any, lon2_deg: Any, lat2_deg: Any) -> Any:
    """Geodesic lengths for arrays, metres; NaN where a place is missing. Equal points are not sent to the library."""
    import numpy as np

    ends = [np.asarray(v, dtype=np.float64) for v in (lon1_deg, lat1_deg, lon2_deg, lat2_deg)]
    known = ~np.isnan(sum(ends))
    out = np.where(known, 0.0, np.nan)
    apart = known & ((ends[0] != ends[2]) | (ends[1] != ends[3]))
    if apart.any():
        out[apart] = _ellipsoid().inv(*(v[apart] for v in ends))[2]
    return out


def bearings_m(lon1_deg: float, lat1_deg: float, lon2_deg: Any, lat2_deg: Any) -> tuple[Any, Any]:
    """From one point to many: azimuths clockwise from north (-180 to 180 degrees) and geodesic distances, metres."""
    import numpy as np

    lon2, lat2 = np.asarray(lon2_deg, dtype=np.float64), np.asarray(lat2_deg, dtype=np.float64)
    azimuth, _, distance = _ellipsoid().inv(np.full(lon2.shape, lon1_deg), np.full(lat2.shape, lat1_deg), lon2, lat2)
    return azimuth, distance


def ahead(lon_deg: float, lat_deg: float, bearing_deg: float, length_m: float) -> tuple[float, float]:
    """The point that lies so far away in this direction: (lon_deg, lat_deg)."""
    lon, lat, _ = _ellipsoid().fwd(lon_deg, lat_deg, bearing_deg, length_m)
    return float(lon), float(lat)


def line_length_m(coordinates: list[list[float]]) -> float:
    """Geodesic length of a polyline of [lon, lat] pairs, metres."""
    lons, lats = [c[0] for c in coordinates], [c[1] for c in coordinates]
    return float(_ellipsoid().line_length(lons, lats))


def wedge(
    lon_deg: float,
    lat_deg: float,
    bearing_deg: float,
    bearing_error_deg: float,
    distance_min_m: float,
    distance_max_m: float,
) -> Spot:
    """Where an observer's bearing and distance band point to: the centre of the wedge and a circle that covers it.

    `bearing_error_deg` is the 95 % half-width; the radius reaches the farthest corner of the wedge.
    """
    if distance_max_m < distance_min_m:
        raise ValueError(f"distance band {distance_min_m:g} to {distance_max_m:g} m ends before it begins")
    middle = (distance_min_m + distance_max_m) / 2
    if bearing_error_deg >= 180:
        return Spot(lon_deg, lat_deg, distance_max_m, AROUND)
    lon, lat = ahead(lon_deg, lat_deg, bearing_deg, middle)
    half = min(bearing_error_deg, 180.0)
    corners = [
        ahead(lon_deg, lat_deg, bearing_deg + side * half, length)
        for side in (-1, -0.5, 0, 0.5, 1)
        for length in (distance_min_m, distance_max_m)
    ]
    radius = max(distance_m(lon, lat, *corner) for corner in corners)
    return Spot(lon, lat, radius, f"{WEDGE}{bearing_deg:g}° ± {half:g}°, {distance_min_m:g} to {distance_max_m:g} m")


def check(lon_deg: float, lat_deg: float, area: tuple[float, float, float, float] | None = None) -> str:
    """What is wrong with a coordinate, or an empty string. `area` is west, south, east, north.

    A pair that only fits the area when exchanged is called swapped; it is never exchanged in silence.
    """
    if not (math.isfinite(lon_deg) and math.isfinite(lat_deg)):
        return "is not a number"
    if abs(lat_deg) > 90 or abs(lon_deg) > 180:
        swapped = abs(lon_deg) <= 90 and abs(lat_deg) <= 180
        return "is off the globe" + ("; longitude and latitude look swapped" if swapped else "")
    if area and not _inside(lon_deg, lat_deg, area):
        if _inside(lat_deg, lon_deg, area):
            return "lies outside the mission's area; longitude and latitude look swapped"
        return "lies outside the mission's area"
    return ""


def _inside(lon: float, lat: float, area: tuple[float, float, float, float]) -> bool:
    west, south, east, north = area
    return west <= lon <= east and south <= lat <= north


def parse(text: str, datum: str = "") -> Spot:
    """A point from decimal degrees `lon, lat`, `14°23'31"N 104°57'13"E`, UTM `48P 495000 1591000` or MGRS `48P VA 950 911`.

    The radius is that of the notation's own precision, wider by the datum's offset where a legacy datum is named.
    Raises ValueError.
    """
    for reader in (_from_mgrs, _from_utm, _from_dms, _from_decimal):
        spot = reader(text)
        if spot:
            return _with_datum(spot, datum)
    raise ValueError(f"{text!r} is no coordinate; expected lon, lat in degrees, degrees-minutes-seconds, UTM or MGRS")


def _with_datum(spot: Spot, datum: str) -> Spot:
    name = datum.strip().lower()
    if name in {"", "wgs84", "wgs 84", "epsg:4326"}:
        return spot
    offset = LEGACY_DATUM_M.get(name, max(LEGACY_DATUM_M.values()))
    note = f"datum {datum} read as WGS 84 and not shifted; radius widened by {offset:g} m"
    return Spot(spot.lon_deg, spot.lat_deg, spot.radius_m + offset, "; ".join(filter(None, (spot.note, note))))


def _from_mgrs(text: str) -> Spot | None:
    match = _MGRS.match(text)
    if not match:
        return None
    digits = re.sub(r"\s", "", match[3])
    if len(digits) % 2:
        raise ValueError(f"{text!r}: an MGRS reference has as many digits east as north")
    import mgrs

    side = 10.0 ** (5 - len(digits) // 2)
    try:
        lat, lon = mgrs.MGRS().toLatLon(f"{match[1]}{match[2]}{digits}".upper())
    except mgrs.core.MGRSError as error:
        raise ValueError(f"{text!r} is no MGRS reference ({error})") from error
    # The library gives the centre of the square, not the corner that the reference names.
    return Spot(float(lon), float(lat), side / math.sqrt(2), f"MGRS square of {side:g} m")


def _from_utm(text: str) -> Spot | None:
    match = _UTM.match(text)
    if not match:
        return None
    south = match["band"].upper() < "N"
    lon, lat = _utm(int(match["zone"]), south=south).transform(
        float(match["e"]), float(match["n"]), direction="INVERSE"
    )
    return Spot(float(lon), float(lat), 1.0, "UTM")


@lru_cache(maxsize=8)
def _utm(number: int, *, south: bool) -> Any:
    from pyproj import Transformer

    if not 1 <= number <= 60:
        raise ValueError(f"{number} is no UTM zone; expected 1 to 60")
    return Transformer.from_crs(4326, (32700 if south else 32600) + number, always_xy=True)


def _from_dms(text: str) -> Spot | None:
    parts = re.findall(r"[^NSEWnsew]*[NSEWnsew]", text)
    if len(parts) != 2:
        return None
    values: dict[str, tuple[float, float]] = {}
    for part in parts:
        match = _DMS.match(part.strip().strip(","))
        if not match:
            return None
        minutes, seconds = float(match["m"]), float(match["s"] or 0)
        if minutes >= 60 or seconds >= 60:
            raise ValueError(f"{part.strip()!r}: minutes and seconds run from 0 to 59")
        value = float(match["d"]) + minutes / 60 + seconds / 3600
        hemisphere = match["h"].upper()
        step = 30.9 if match["s"] else 1855.0
        values["lat" if hemisphere in "NS" else "lon"] = (-value if hemisphere in "SW" else value, step)
    if len(values) != 2:
        raise ValueError(f"{text!r} gives the same axis twice")
    return Spot(values["lon"][0], values["lat"][0], max(v[1] for v in values.values()), "degrees, minutes, seconds")


def _from_decimal(text: str) -> Spot | None:
    parts = re.split(r"[,;\s]+", text.strip())
    if len(parts) != 2:
        return None
    try:
        lon, lat = (float(p) for p in parts)
    except ValueError:
        return None
    places = min(len(p.partition(".")[2]) for p in parts)
    return Spot(lon, lat, 111_320.0 / 10**places, "decimal degrees")


def to_mgrs(lon_deg: float, lat_deg: float, digits: int = 10) -> str:
    """MGRS with `digits` digits in all (10 is 1 m, 6 is 100 m)."""
    import mgrs

    return str(mgrs.MGRS().toMGRS(lat_deg, lon_deg, MGRSPrecision=digits // 2))


def to_utm(lon_deg: float, lat_deg: float) -> str:
    """`48P 495000 1591000`: zone and band, easting and northing in metres."""
    number = int((lon_deg + 180) // 6) % 60 + 1
    band = "CDEFGHJKLMNPQRSTUVWX"[min(int((lat_deg + 80) // 8), 19)]
    east, north = _utm(number, south=band < "N").transform(lon_deg, lat_deg)
    return f"{number}{band} {round(east):06d} {round(north):07d}"


def to_dms(lon_deg: float, lat_deg: float) -> str:
    """`14°23'31.9"N 104°57'13.0"E`."""

    def one(value: float, positive: str, negative: str) -> str:
        tenths = round(abs(value) * 36000)
        degrees, rest = divmod(tenths, 36000)
        minutes, seconds = divmod(rest, 600)
        return f"{degrees}°{minutes:02d}'{seconds / 10:04.1f}\"{positive if value >= 0 else negative}"

    return f"{one(lat_deg, 'N', 'S')} {one(lon_deg, 'E', 'W')}"


@lru_cache(maxsize=20_000)
def folded(name: str) -> str:
    """A name without case, marks of separation and spaces, for comparing spellings in any script."""
    import unicodedata

    kept = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in kept if c.isalnum() or unicodedata.category(c).startswith("M"))


class Names:
    """A gazetteer by every spelling: ids, names, each party's own names, native scripts, variants."""

    def __init__(self, places: tuple[Place, ...]) -> None:
        self._by_id = {place.id: place for place in places}
        self._by_name: dict[str, set[str]] = {}
        for place in places:
            spellings = (place.id, place.name, *place.party_names.values(), *place.scripts.values(), *place.variants)
            for spelling in spellings:
                for part in (spelling, *spelling.split(" / "), *spelling.split(";")):
                    if folded(part):
                        self._by_name.setdefault(folded(part), set()).add(place.id)

    def place(self, place_id: str) -> Place | None:
        """The place of this id."""
        return self._by_id.get(place_id)

    def find(self, name: str) -> Place | None:
        """The one place that is called so; None where no place is, or where several are."""
        found = self._by_name.get(folded(name), set())
        return self._by_id[next(iter(found))] if len(found) == 1 else None

    def candidates(self, name: str) -> list[str]:
        """Ids of all places that are called so."""
        return sorted(self._by_name.get(folded(name), set()))
