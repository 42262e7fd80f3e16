"""Where each account puts an incident, with its error to scale: discs, wedges from a bearing, and the ellipse of all."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from pyproj import Geod

from ...nouns import Incident, Observation
from ...report import words
from ...report.draw import Box, Drawing, Mark, Path, Shape
from ...report.maps.ground import dotted, land, scale_bar, warning_lines
from ...report.maps.labels import Ground
from ...report.maps.marks import towns
from ...report.maps.plane import Frame, padded
from ...report.maps.sector import Atlas
from ...report.tongue import say
from .accounts import Voice
from .cabinet import DeskIndex
from .inline import drawing

WIDTH = 320.0
STEPS = 64
LEAST_M = 1_500.0
_EARTH = Geod(ellps="WGS84")
Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Placed:
    """An account on the map: its ring in degrees, and its words for the key."""

    voice: str
    tone: str
    words: str
    ring: Ring


@dataclass(frozen=True)
class ErrorMap:
    """The drawing and its key."""

    svg: Markup
    key: tuple[Placed, ...]
    unplaced: int


def ring_of(o: Observation) -> tuple[str, Ring]:
    """What is known of a place, as a ring in degrees: a wedge, else a disc; empty where nothing is."""
    if o.bearing_deg is not None and o.observer_lon_deg is not None and o.observer_lat_deg is not None:
        return say("wedge, from where it was seen"), _wedge(o)
    if o.lon_deg is None or o.lat_deg is None:
        return "", ()
    radius = max(o.radius_m or 0.0, 30.0)
    said = (
        say("disc, known {distance}", distance=words.distance(o.radius_m))
        if o.radius_m
        else say("a point, error not stated")
    )
    return said, ellipse(o.lon_deg, o.lat_deg, radius, radius, 0.0)


def _wedge(o: Observation) -> Ring:
    assert o.bearing_deg is not None
    error, near, far = o.bearing_error_deg or 10.0, o.distance_min_m or 0.0, o.distance_max_m or 5_000.0
    turns = np.linspace(o.bearing_deg - error, o.bearing_deg + error, 24)
    outer = [_from(o, t, far) for t in turns]
    inner = [_from(o, t, max(near, 1.0)) for t in turns[::-1]]
    return tuple(outer + inner)


def _from(o: Observation, bearing: float, far: float) -> tuple[float, float]:
    lon, lat, _ = _EARTH.fwd(o.observer_lon_deg, o.observer_lat_deg, float(bearing), far)
    return float(lon), float(lat)


def ellipse(lon: float, lat: float, major_m: float, minor_m: float, azimuth_deg: float) -> Ring:
    """An ellipse on the ground by its half-axes and the direction of the greater one."""
    ring = []
    for step in range(STEPS):
        turn = 2 * math.pi * step / STEPS
        along, across = major_m * math.cos(turn), minor_m * math.sin(turn)
        bearing = azimuth_deg + math.degrees(math.atan2(across, along))
        x, y, _ = _EARTH.fwd(lon, lat, bearing, math.hypot(along, across))
        ring.append((float(x), float(y)))
    return tuple(ring)


def draw(index: DeskIndex, atlas: Atlas, incident: Incident, grade: str, told: list[Voice]) -> ErrorMap | None:
    """The map of an incident's accounts; None where no account has a place."""
    placed: dict[tuple[str, Ring], Placed] = {}
    lost = 0
    for voice in told:
        for o in voice.every:
            said, ring = ring_of(o)
            lost += not ring
            if ring:
                placed.setdefault((voice.name, ring), Placed(voice.name, voice.tone, said, ring))
    if not placed:
        return None
    frame = _frame(incident, [p.ring for p in placed.values()])
    ground = Ground((2, 2, frame.width - 2, frame.height - 2))
    under: list[Shape] = [
        Box(0, 0, frame.width, frame.height, fill="water"), *land(frame, atlas), *dotted(frame, atlas, ground),
        *scale_bar(frame, ground), *warning_lines(frame, atlas, ground), *towns(index, frame, ground, set(), 4),
    ]  # fmt: skip
    over: list[Shape] = []
    for one in sorted(placed.values(), key=lambda p: -_size(frame, p.ring)):
        points = (_on(frame, one.ring),)
        over += [
            Path(points, closed=True, fill=one.tone, opacity=0.05),
            Path(points, closed=True, stroke=one.tone, width=1.6),
        ]
    over += _whole(frame, incident, grade)
    edge = Box(0, 0, frame.width, frame.height, stroke="hairline", width=0.8)
    alt = say("Map of where each account puts it.") + " " + " ".join(f"{p.voice}: {p.words}." for p in placed.values())
    return ErrorMap(
        drawing(Drawing(frame.width, frame.height, (*under, *over, edge)), alt, 1.0), tuple(placed.values()), lost
    )


def _whole(frame: Frame, incident: Incident, grade: str) -> list[Shape]:
    if incident.lon_deg is None or incident.lat_deg is None:
        return []
    shapes: list[Shape] = []
    if incident.major_m and incident.minor_m:
        ring = ellipse(
            incident.lon_deg, incident.lat_deg, incident.major_m, incident.minor_m, incident.azimuth_deg or 0.0
        )
        shapes.append(Path((_on(frame, ring),), closed=True, stroke="ink", width=1.1, dash=(3, 2.4)))
    return [*shapes, Mark(f"grade-{grade}", *frame.xy(incident.lon_deg, incident.lat_deg), 12)]


def _frame(incident: Incident, rings: list[Ring]) -> Frame:
    points = np.array(
        [p for ring in rings for p in ring]
        + ([(incident.lon_deg, incident.lat_deg)] if incident.lon_deg is not None else [])
    )
    west, south, east, north = points[:, 0].min(), points[:, 1].min(), points[:, 0].max(), points[:, 1].max()
    room = LEAST_M / 111_000
    return padded(float(west) - room, float(south) - room, float(east) + room, float(north) + room, 0.85, 0.6, WIDTH)


def _on(frame: Frame, ring: Ring) -> Ring:
    return tuple(frame.xy(lon, lat) for lon, lat in ring)


def _size(frame: Frame, ring: Ring) -> float:
    xs = [frame.xy(*p)[0] for p in ring]
    return max(xs) - min(xs)
