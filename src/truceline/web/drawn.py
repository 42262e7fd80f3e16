"""What the map draws, without any style: land, line, zones, places, incidents, accounts, heat, passes and coverage.

Everything comes from one edition, which holds nothing sealed. Nothing here is ordered or treated by a party's name: both
stand in the order of mission.yaml.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
import shapely
from shapely.geometry import box, mapping, shape
from shapely.geometry.base import BaseGeometry

from .. import kinds, when, where
from ..nouns import CoverageState, Look, Mission, Observation, Pass, PassStatus, Place, SourceKind, Zone
from ..report.index import Index
from ..report.maps.plane import unbroken
from ..report.standing import pieces
from .desk import Desk, Opened
from .packed import packed
from .sieve import GRADES
from .window import Window

STATES = {
    CoverageState.NOT_LOOKED: ".", CoverageState.OPPORTUNITY: "o", CoverageState.REFUSED: "r", CoverageState.CLOUD_UNKNOWN: "u",
    CoverageState.LOOKED_CLOUD: "c", CoverageState.LOOKED: "l", CoverageState.LOOKED_CLEAR: "e",
}  # fmt: skip
"""One letter a state of coverage; `h` is a visit that the host led. A later one says more than an earlier."""
HOST_LED = "h"
HEAT = "heat.detection"
_RANK = {letter: n for n, letter in enumerate(".oruchle")}

CORNERS = 48
"""Of a circle or an ellipse."""

SIMPLER_DEG = 0.0004
"""By so much land may be drawn simpler than its file has it, degrees (40 m)."""

Feature = dict[str, Any]
_Days = tuple[list[str], list[str], list[int]]


def ground(desk: Desk) -> dict[str, Any]:
    """Land, water, orientation lines, zones, places and instruments, with their warnings and owners."""
    known = desk.mission
    zones = {
        role: [z for z in known.zones if z.role == role] for role in ("land", "orientation_line", "zone", "sector")
    }
    land = _merged(zones["land"])
    drawn = [*zones["land"], *zones["orientation_line"]]
    return {
        "title": known.title,
        "as_of": _seconds(desk.as_of),
        "generation": desk.generation,
        "bounds": _bounds(desk, land),
        "land": _feature(land, {}) if land else None,
        "water": _feature(_water(land), {}) if land else None,
        "lines": _collection(_of_zone(z) for z in zones["orientation_line"]),
        "sectors": _collection(_of_zone(z, n) for n, z in enumerate(zones["sector"], 1)),
        "zones": _collection(_of_zone(z) for z in zones["zone"]),
        "warnings": list(dict.fromkeys(z.warning for z in zones["orientation_line"] if z.warning)),
        "attribution": list(dict.fromkeys(z.attribution for z in drawn if z.attribution)),
        "places": [_place(p, known) for p in known.places if p.lon_deg is not None and p.lat_deg is not None],
        "instruments": _instruments(Index(desk.edition)) if desk.edition else [],
    }


def extent(desk: Desk) -> list[int]:
    """From when to when this edition goes, seconds: the mission's period, or its first incident, to its close."""
    known = desk.mission
    first = known.period.start if known.period else desk.table["start"].min()
    begin = _seconds(first if isinstance(first, datetime) else None)
    close = int(desk.as_of.timestamp())
    return [min(close - 86_400 if begin is None else begin, close - 86_400), close]


def _merged(zones: Sequence[Zone]) -> BaseGeometry | None:
    """Land in one piece, without inner edges: no side of a line is drawn."""
    if not zones:
        return None
    parts = [shapely.make_valid(unbroken(shape(z.geometry))) for z in zones]
    whole = shapely.union_all([shapely.buffer(p, 0.002, join_style="mitre") for p in parts])
    return shapely.simplify(shapely.buffer(whole, -0.002, join_style="mitre"), SIMPLER_DEG)


def _water(land: BaseGeometry) -> BaseGeometry:
    return shapely.difference(box(*land.bounds), land)


def _bounds(desk: Desk, land: BaseGeometry | None) -> dict[str, list[float] | None]:
    """What is first looked at (lines and sectors, else incidents, else the area), and how far the ground reaches."""
    zones = [unbroken(shape(z.geometry)) for z in desk.mission.zones]
    lines = [g for g, z in zip(zones, desk.mission.zones, strict=True) if z.role == "orientation_line"]
    sectors = [g for g, z in zip(zones, desk.mission.zones, strict=True) if z.role == "sector"]
    near = [g.bounds for g in lines or sectors]
    placed = desk.table.drop_nulls(["lon_deg", "lat_deg"])
    if not near and placed.height:
        columns = placed["lon_deg"].to_numpy(), placed["lat_deg"].to_numpy()
        near = [tuple(float(edge(c)) for edge in (np.min, np.max) for c in columns)]
    near = near or ([desk.mission.area] if desk.mission.area else [])
    if not near:
        return {"first": None, "whole": None}
    edges = np.array(near, dtype=float)
    first = [*edges[:, :2].min(axis=0), *edges[:, 2:].max(axis=0)]
    whole = list(land.bounds) if land else None
    return {"first": [round(float(v), 4) for v in first], "whole": [round(v, 4) for v in whole] if whole else None}


def _feature(geometry: BaseGeometry, properties: dict[str, Any], number: int | None = None) -> Feature:
    rounded = shapely.set_precision(geometry, 1e-5, mode="pointwise")
    found: Feature = {"type": "Feature", "properties": properties, "geometry": mapping(rounded)}
    return found if number is None else {**found, "id": number}


def _collection(features: Iterable[Feature]) -> Feature:
    return {"type": "FeatureCollection", "features": list(features)}


def _of_zone(zone: Zone, number: int = 0) -> Feature:
    outline = shapely.make_valid(unbroken(shape(zone.geometry)))
    middle = shapely.point_on_surface(outline)
    return _feature(outline, {
        "id": zone.id, "name": zone.name, "number": number, "warning": zone.warning,
        "from": _seconds(zone.valid_from), "to": _seconds(zone.valid_to), "lon": round(middle.x, 5), "lat": round(middle.y, 5),
    }, number or None)  # fmt: skip


def _place(place: Place, known: Mission) -> dict[str, Any]:
    """A place with each party's own name in the order of the mission (else the mission's), and the local scripts."""
    own = [place.party_names.get(p, "") for p in known.party_ids]
    latin = own if all(own) else [place.name, *own]
    codes = [c for c in known.languages if c in place.scripts]
    local = [place.scripts[c].replace("; ", " · ") for c in (*codes, *(c for c in place.scripts if c not in codes))]
    return {
        "id": place.id, "lon": place.lon_deg, "lat": place.lat_deg, "type": place.type,
        "latin": " / ".join(dict.fromkeys(n for n in latin if n)), "local": " · ".join(dict.fromkeys(s for s in local if s)),
    }  # fmt: skip


def _instruments(index: Index) -> list[dict[str, Any]]:
    """What became of each instrument: stretches of its life in words, and the zones of its terms."""
    return [
        {
            "id": a.id, "title": a.title,
            "zones": list(dict.fromkeys(t.zone for t in a.terms if t.zone)),
            "pieces": [[_seconds(p.start), _seconds(p.end), p.state, p.text] for p in found],
        }
        for a in index.edition.agreements if (found := pieces(index, a))
    ]  # fmt: skip


def stretches(desk: Desk) -> dict[str, list[str]]:
    """What became of each instrument, by its id, in the language that is spoken: the words of the pieces of `ground`."""
    found = _instruments(Index(desk.edition)) if desk.edition else []
    return {one["id"]: [piece[3] for piece in one["pieces"]] for one in found}


def _seconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp()) if moment else None


def incidents(desk: Desk) -> bytes:
    """Every incident in packed columns, in the order of the desk's table; the unplaced are not a number.

    The head names grades, kinds (id and label), places and ids; numbers in the columns point into these. `place_id` points
    into `gazetteer`, whose first entry is no place.
    """
    table, sieve = desk.table, desk.sieve
    places, place = _coded(table["place"])
    gazetteer, place_id = _coded(pl.Series(["", *_place_ids(desk)], dtype=pl.String))
    columns = {
        "lon": sieve.lon.astype("f8"), "lat": sieve.lat.astype("f8"), "radius_m": sieve.radius.astype("f4"),
        **{name: _floats(table[name], "f4") for name in ("major_m", "minor_m", "azimuth_deg")},
        "start": _times(table["start"]), "end": _times(table["end"]),
        "grade": sieve.grade.astype("u1"), "kind": sieve.kind.astype("u2"), "place": place, "place_id": place_id[1:],
        "accounts": _counted(table["observations"]), "origins": _counted(table["origins"]),
    }  # fmt: skip
    about = {
        "rows": table.height, "grades": list(GRADES),
        "kinds": [[k, kinds.label(k, desk.mission.kinds)] for k in sieve.kinds], "places": places, "gazetteer": gazetteer,
        "ids": table["id"].to_list(),
    }  # fmt: skip
    return packed(columns, about)


def _place_ids(desk: Desk) -> list[str]:
    """The place of the gazetteer at which each incident stands; empty where it stands at none."""
    ids = desk.table["id"].to_list()
    if desk.edition is not None:
        known = {i.id: i.place_id for i in desk.edition.incidents}
        return [known.get(i, "") for i in ids]
    at = {(p.lon_deg, p.lat_deg): p.id for p in reversed(desk.mission.places)}
    return [
        at.get(spot, "") for spot in zip(desk.table["lon_deg"].to_list(), desk.table["lat_deg"].to_list(), strict=True)
    ]


def _counted(column: pl.Series) -> np.ndarray[Any, np.dtype[np.uint16]]:
    return column.cast(pl.Float64).fill_null(0).clip(0, 65_535).cast(pl.UInt16).to_numpy()


def _coded(column: pl.Series) -> tuple[list[str], np.ndarray[Any, np.dtype[np.uint32]]]:
    """Give the different texts in the order of their first row, and the number of each row's text."""
    texts = column.fill_null("")
    known = texts.unique(maintain_order=True).to_list()
    if not known:
        return [], np.zeros(0, np.uint32)
    numbers = texts.replace_strict(known, list(range(len(known))), return_dtype=pl.UInt32)
    return known, numbers.to_numpy().astype(np.uint32)


def _floats(column: pl.Series, kind: str) -> np.ndarray[Any, np.dtype[Any]]:
    return column.cast(pl.Float64).fill_null(float("nan")).to_numpy().astype(kind)


def _times(column: pl.Series) -> np.ndarray[Any, np.dtype[np.int32]]:
    return column.dt.epoch("s").fill_null(0).clip(-(2**31), 2**31 - 1).to_numpy().astype(np.int32)


def detections(desk: Desk, fed: pl.DataFrame | None = None) -> pl.DataFrame:
    """Heat detections of the feeds (satellite.detections), and accounts of an edition that are one, as `heat` reads them."""
    told = desk.edition.observations if desk.edition else ()
    rows = [(o.lon_deg, o.lat_deg, o.when.start, o.when.precision == "day") for o in told if o.kind == HEAT and o.when]
    schema: dict[str, Any] = {
        "lon_deg": pl.Float64, "lat_deg": pl.Float64, "time_utc": pl.Datetime("us", "UTC"), "day_only": pl.Boolean,
    }  # fmt: skip
    own = pl.DataFrame(rows, schema=schema, orient="row")
    return own if fed is None else pl.concat([fed.select(pl.col(n).cast(t) for n, t in schema.items()), own])


def heat(seen: pl.DataFrame) -> bytes:
    """Heat detections (satellite.detections) in packed columns: where, when (seconds, UTC), and whether the day alone is known."""
    kept = seen.select("lon_deg", "lat_deg", "time_utc", "day_only").drop_nulls(["lon_deg", "lat_deg", "time_utc"])
    columns = {
        "lon": _floats(kept["lon_deg"], "f8"), "lat": _floats(kept["lat_deg"], "f8"), "time": _times(kept["time_utc"]),
        "day_only": kept["day_only"].fill_null(value=False).cast(pl.UInt8).to_numpy(),
    }  # fmt: skip
    return packed(columns, {"rows": kept.height})


def coverage(desk: Desk) -> dict[str, Any]:
    """Who could have seen each sector on each local day: one letter a day for people and one for sensors.

    Letters: `STATES`, and `h` for a visit led by the host. A day without a letter of its own is `.`: nobody is recorded to
    have looked. `passes` counts the satellites' passes over the sector that day: opportunities, never looks.
    """
    if desk.edition is None:  # who looked was not worked out, which is not that nobody did
        return {"first": [], "sectors": {}}
    known = desk.mission
    sectors = [z.id for z in known.zones if z.role == "sector"]
    looks = [k for k in desk.looks(Window()) if k.zone in sectors and k.state is not CoverageState.NOT_LOOKED]
    since = known.period.start if known.period else min((k.start for k in looks), default=desk.as_of)
    days = when.days(min(since, desk.as_of), desk.as_of, known.time_zone)
    sensors = {s.id for s in known.sources if s.kind is SourceKind.SENSOR} | {p.satellite for p in known.passes}
    firsts = [first for first, _ in days]
    found: dict[str, _Days] = {zone: (["."] * len(days), ["."] * len(days), [0] * len(days)) for zone in sectors}
    for look in looks:
        _note(found[look.zone], look, firsts, 1 if look.passes or look.source_id in sensors else 0)
    return {
        "first": [int(first.timestamp()) for first in firsts],
        "sectors": {z: {"people": "".join(f[0]), "sensors": "".join(f[1]), "passes": f[2]} for z, f in found.items()},
    }


def _note(zone: _Days, look: Look, firsts: list[datetime], band: int) -> None:
    letter = HOST_LED if look.host_led and look.state is CoverageState.LOOKED else STATES[look.state]
    begin = max(bisect_right(firsts, look.start) - 1, 0)
    for n in range(begin, len(firsts)):
        if firsts[n] >= look.end:
            break
        letters = zone[1] if band else zone[0]
        if _RANK[letter] > _RANK[letters[n]]:
            letters[n] = letter
        zone[2][n] += look.passes


def passes(found: Iterable[Pass], start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Passes of satellites whose closest moment lies in [start, end), by time: an opportunity, never a look."""
    chosen = [p for p in found if p.status is PassStatus.PASS and p.closest and start <= p.closest < end]
    return [
        {
            "satellite": p.satellite, "sensor": p.sensor, "closest": when.iso(p.closest), "night": p.night,
            "sectors": list(p.zones), "perhaps": list(p.perhaps), "view_deg": p.view_deg,
        }
        for p in sorted(chosen, key=lambda p: (p.closest, p.satellite))
    ]  # fmt: skip


def accounts(opened: Opened, desk: Desk) -> Feature:
    """Where each account puts an incident: a disc, or a wedge from its observer; and the incident's own ellipse."""
    features = [f for o in opened.observations if (f := _account(o, desk.mission))]
    one = opened.incident
    if one.lon_deg is not None and one.lat_deg is not None and one.radius_m:
        half_axes = (one.major_m or one.radius_m, one.minor_m or one.radius_m)
        ring = ellipse(one.lon_deg, one.lat_deg, half_axes, one.azimuth_deg or 0.0)
        features.append(_feature(ring, {"form": "incident", "id": one.id, "tone": "ink", "radius_m": one.radius_m}))
    return _collection(features)


def _tone(party: str, known: Mission) -> str:
    """The colour token of a party by its place in the mission; the same grey for everybody else."""
    place = known.party_ids.index(party) + 1 if party in known.party_ids else 0
    return f"party-{place}" if 1 <= place <= 2 else "party-none"


def _account(told: Observation, known: Mission) -> Feature | None:
    source = known.source(told.source_id)
    about = {
        "form": "disc", "id": told.id, "tone": _tone(source.party if source else "", known),
        "source": source.name if source else told.source_id, "place": told.place, "radius_m": told.radius_m or 0,
    }  # fmt: skip
    far, near, error = told.distance_max_m, told.distance_min_m or 0.0, told.bearing_error_deg
    if None not in (told.observer_lon_deg, told.observer_lat_deg, told.bearing_deg, far, error):
        spot = (told.observer_lon_deg or 0.0, told.observer_lat_deg or 0.0)
        return _feature(
            _wedge(spot, (told.bearing_deg or 0.0, error or 0.0), (near, far or 0.0)), {**about, "form": "wedge"}
        )
    if told.lon_deg is None or told.lat_deg is None:
        return None
    radius = max(told.radius_m or 0.0, 1.0)
    return _feature(ellipse(told.lon_deg, told.lat_deg, (radius, radius), 0.0), about)


def ellipse(lon_deg: float, lat_deg: float, half_axes_m: tuple[float, float], azimuth_deg: float) -> BaseGeometry:
    """An ellipse on the ellipsoid: half-axes in metres, the greater one `azimuth_deg` clockwise from north."""
    major, minor = half_axes_m
    turns = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    ahead, aside = major * np.cos(turns), minor * np.sin(turns)
    bearings, lengths = azimuth_deg + np.degrees(np.arctan2(aside, ahead)), np.hypot(ahead, aside)
    ring = [where.ahead(lon_deg, lat_deg, float(b), float(m)) for b, m in zip(bearings, lengths, strict=True)]
    return unbroken(shapely.Polygon(ring))


def _wedge(spot: tuple[float, float], bearing: tuple[float, float], band_m: tuple[float, float]) -> BaseGeometry:
    towards, half = bearing[0], min(bearing[1], 179.9)
    sides = np.linspace(towards - half, towards + half, 2 + int(half // 4))
    outer = [where.ahead(*spot, float(b), band_m[1]) for b in sides]
    inner = [where.ahead(*spot, float(b), band_m[0]) for b in sides[::-1]] if band_m[0] > 0 else [spot]
    return unbroken(shapely.Polygon([*outer, *inner]))


def coordinates(lon_deg: float, lat_deg: float) -> dict[str, str]:
    """One place in every form that people copy; MGRS and UTM are empty beyond 84° N and 80° S, where UTM ends."""
    inside = -80 <= lat_deg < 84
    return {
        "decimal": f"{lat_deg:.5f}, {lon_deg:.5f}",
        "dms": where.to_dms(lon_deg, lat_deg),
        "mgrs": where.to_mgrs(lon_deg, lat_deg) if inside else "",
        "utm": where.to_utm(lon_deg, lat_deg) if inside else "",
    }
