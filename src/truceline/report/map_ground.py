"""What lies under the incidents of a map.

Land, line, sectors, discs, ticks, scale, north and the printed warning.
"""

from __future__ import annotations

import math
from typing import Any

from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

from ..nouns import Incident
from .draw import WIDTH, Circle, Path, Shape, Words, text_width
from .labels import Ground
from .plane import Frame


def land(frame: Frame, geometry: dict[str, Any]) -> list[Shape]:
    """Give the parts of a land geometry in the frame, without inner edges."""
    clipped = shape(geometry).buffer(0).intersection(frame.window).simplify(0.4 / frame.scale)
    polygons = clipped.geoms if isinstance(clipped, MultiPolygon) else [clipped] if isinstance(clipped, Polygon) else []
    return [
        Path(
            tuple(tuple(frame.xy(*c[:2]) for c in ring.coords) for ring in (p.exterior, *p.interiors)),
            closed=True,
            fill="land",
            stroke="land",
            width=0.3,
        )
        for p in polygons
        if not p.is_empty
    ]


def sector_edge(frame: Frame, outline: BaseGeometry) -> Path:
    """Give the outline of a sector, thin."""
    lines = outline.boundary.intersection(frame.window)
    parts = getattr(lines, "geoms", [lines])
    pieces = tuple(
        tuple(frame.xy(*c[:2]) for c in p.coords) for p in parts if p.geom_type == "LineString" and not p.is_empty
    )
    return Path(pieces or (((0, 0), (0, 0)),), stroke="rule", width=0.5)


def dotted(frame: Frame, geometry: dict[str, Any]) -> list[Shape]:
    """Give an orientation line as dots."""
    clipped = shape(geometry).intersection(frame.window).simplify(0.6 / frame.scale)
    parts = getattr(clipped, "geoms", [clipped])
    pieces = tuple(
        tuple(frame.xy(*c[:2]) for c in p.coords) for p in parts if p.geom_type == "LineString" and not p.is_empty
    )
    return [Path(pieces, stroke="orientation", width=1.3, dash=(0.01, 3.0), round=True)] if pieces else []


def discs(frame: Frame, placed: list[Incident]) -> list[Shape]:
    """Give the 95 % discs of these incidents, to scale, each place and radius once."""
    found: dict[tuple[float, float, float], None] = {}
    for i in placed:
        found[round(i.lon_deg or 0, 4), round(i.lat_deg or 0, 4), round(i.radius_m or 0)] = None
    shapes: list[Shape] = []
    for lon, lat, radius in sorted(found, key=lambda f: -f[2]):
        x, y = frame.xy(lon, lat)
        r = max(frame.points(radius), 0.8)
        shapes.append(Circle(x, y, r, fill="disc", opacity=0.07))
        shapes.append(Circle(x, y, r, stroke="ink-3", width=0.45))
    return shapes


def graticule(frame: Frame, ground: Ground) -> list[Shape]:
    """Give ticks and degrees along the edge, and note where they stand."""
    step = next(s for s in (0.1, 0.2, 0.5, 1, 2, 5, 10) if (frame.east - frame.west) / s <= 6)
    digits = 1 if step < 1 else 0
    shapes: list[Shape] = []
    ticks: list[tuple[tuple[float, float], ...]] = []
    lon = math.ceil(frame.west / step) * step
    while lon < frame.east:
        x = frame.xy(lon, frame.south)[0]
        ticks.append(((x, frame.height), (x, frame.height - 5)))
        if 30 < x < WIDTH - 30:
            shapes.append(
                Words(
                    x,
                    frame.height - 8,
                    f"{abs(lon):.{digits}f}° {'E' if lon >= 0 else 'W'}",
                    7,
                    "middle",
                    tone="ink-3",
                    halo="land",
                )
            )
            ground.taken.append((x - 14, frame.height - 16, x + 14, frame.height))
        lon += step
    lat = math.ceil(frame.south / step) * step
    while lat < frame.north:
        y = frame.xy(frame.west, lat)[1]
        ticks.append(((WIDTH, y), (WIDTH - 5, y)))
        if 12 < y < frame.height - 20:
            shapes.append(
                Words(
                    WIDTH - 7,
                    y + 2.5,
                    f"{abs(lat):.{digits}f}° {'N' if lat >= 0 else 'S'}",
                    7,
                    "end",
                    tone="ink-3",
                    halo="land",
                )
            )
            ground.taken.append((WIDTH - 36, y - 6, WIDTH, y + 6))
        lat += step
    return [Path(tuple(ticks), stroke="ink-3", width=0.6), *shapes]


def scale_bar(frame: Frame, ground: Ground) -> list[Shape]:
    """Give the scale bar and the north arrow, and note where they stand."""
    km = next((k for k in (200, 100, 50, 20, 10, 5, 2, 1) if frame.points(k * 1000) < WIDTH * 0.2), 0.5)
    length, x, y = frame.points(km * 1000), WIDTH - 70 - frame.points(km * 1000), frame.height - 26
    ground.taken.append((x - 8, y - 16, WIDTH - 34, y + 6))
    bar = Path((((x, y - 4), (x, y), (x + length, y), (x + length, y - 4)),), stroke="ink", width=0.9)
    arrow = Path(
        (
            ((WIDTH - 48, y), (WIDTH - 48, y - 14)),
            ((WIDTH - 51, y - 10), (WIDTH - 48, y - 14), (WIDTH - 45, y - 10)),
        ),
        stroke="ink",
        width=0.9,
    )
    return [
        bar,
        arrow,
        Words(x, y - 6, "0", 7, "middle", halo="land"),
        Words(x + length, y - 6, f"{km:g} km", 7, "middle", halo="land"),
        Words(WIDTH - 42, y, "N", 8, bold=True, halo="land"),
    ]


def warning_line(frame: Frame, warnings: list[str], ground: Ground) -> list[Shape]:
    """Give the orientation line's warning, printed on the map itself."""
    text = " ".join(["Dotted:", *warnings]) if warnings else ""
    if not text:
        return []
    ground.taken.append((0, frame.height - 34, text_width(text, 7) + 12, frame.height - 20))
    return [Words(8, frame.height - 24, text, 7, tone="ink-2", halo="land")]
