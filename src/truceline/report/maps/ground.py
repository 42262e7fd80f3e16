"""What lies under the incidents of a map, and around them.

Land, line, sectors, discs; then ticks, scale, north, the printed warning and the small map that shows where this is.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .. import tongue
from ..draw import Box, Circle, Path, Shape, Words, folded, text_width
from ..tongue import say
from .labels import Ground, Rect
from .plane import CONIC, EQUIRECTANGULAR, Frame, Numbers
from .sector import Atlas, Sector

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...nouns import Incident

MOST_DISCS = 400
"""Above so many different discs squares are shaded by how many places lie in them."""

CELL = 12.0
"""Side of such a square, points."""

_STEPS_DEG = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30)
_SCALES_KM = (1000, 500, 200, 100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1)


def pieces(geometry: BaseGeometry, kind: str) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Give the lines, or the rings of the areas, of a geometry in points of the page."""
    found: list[BaseGeometry] = []
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon" and kind == "Polygon":
            found += [part.exterior, *part.interiors]
        elif part.geom_type == "LineString" and kind == "LineString":
            found.append(part)
        elif part.geom_type.startswith(("Multi", "GeometryCollection")):
            found += [shapely.LineString(p) for p in pieces(part, kind)]
    return tuple(tuple((x, y) for x, y in shapely.get_coordinates(p).tolist()) for p in found if not p.is_empty)


def land(frame: Frame, atlas: Atlas) -> list[Shape]:
    """Give the land in one colour, without inner edges."""
    rings = [pieces(frame.drawn(shape_), "Polygon") for _, shape_ in atlas.land]
    return [Path(r, closed=True, fill="land", stroke="land", width=0.3) for r in rings if r]


def land_names(frame: Frame, atlas: Atlas, ground: Ground) -> list[Shape]:
    """Give the names of the lands that fill a good part of the frame; those of the parties all or none."""
    shapes: list[Shape] = []
    named: set[str] = set()
    line = frame.drawn(atlas.lines, 2.0)
    for zone, outline in atlas.land:
        drawn = frame.drawn(outline, 2.0)
        if drawn.area < 0.06 * frame.width * frame.height:
            continue
        text = _spaced(_land_name(atlas, zone.name))
        half = text_width(text, 8.5) / 2
        inner = shapely.buffer(drawn, -half * 0.6)
        inner = inner if not inner.is_empty else drawn
        grid = [(x, y) for x in np.arange(20, frame.width, 24) for y in np.arange(20, frame.height, 18)]
        inside = [p for p in grid if shapely.contains_xy(inner, *p)]
        inside.sort(key=lambda p: -min(line.distance(shapely.Point(p)) if not line.is_empty else 0, 90))
        for x, y in inside:
            rect = (x - half - 4, y - 10, x + half + 4, y + 6)
            if ground.free(rect):
                ground.taken.append(rect)
                shapes.append(Words(float(x), float(y), text, 8.5, "middle", tone="ink-3"))
                named.add(_party_of(atlas, zone.name))
                break
    return shapes if {_party_of(atlas, zone.name) for zone, _ in atlas.land} - {""} <= named else []


def _spaced(name: str) -> str:
    return "\u2009".join(name.upper()) if name.isascii() else name


def _land_name(atlas: Atlas, name: str) -> str:
    party = _party_of(atlas, name)
    return atlas.index.name(party) if party else name


def _party_of(atlas: Atlas, name: str) -> str:
    return next((p.id for p in atlas.index.edition.mission.parties if name in p.names.values()), "")


def sector_edges(frame: Frame, sectors: Iterable[Sector]) -> list[Shape]:
    """Give the outlines of sectors, thin."""
    found: list[Shape] = []
    for sector in sectors:
        lines = pieces(frame.drawn(shapely.boundary(sector.outline)), "LineString")
        found += [Path(lines, stroke="rule", width=0.45)] if lines else []
    return found


def dotted(frame: Frame, atlas: Atlas, ground: Ground | None = None) -> list[Shape]:
    """Give the orientation lines as dots; labels had better not cover them."""
    drawn = frame.drawn(atlas.lines)
    lines = pieces(drawn, "LineString")
    if ground:
        for line in lines:
            whole = shapely.LineString(line)
            steps = np.arange(0, max(whole.length, 0.1), 5.0)
            ground.soft += [(x, y) for x, y in shapely.get_coordinates(shapely.line_interpolate_point(whole, steps))]
    return [Path(lines, stroke="orientation", width=1.2, dash=(0.01, 2.8), round=True)] if lines else []


def discs(frame: Frame, placed: Iterable[Incident]) -> list[Shape]:
    """Give the 95 % discs of these incidents to scale, each place and radius once, the largest below.

    Where there are more than `MOST_DISCS`, give squares: the darker, the more incidents.
    """
    found: Counter[tuple[float, float, float]] = Counter()
    for i in placed:
        x, y = frame.xy(i.lon_deg or 0, i.lat_deg or 0)
        found[round(x, 1), round(y, 1), round(max(frame.points(i.radius_m or 0), 0.8), 1)] += 1
    if len(found) > MOST_DISCS:
        return _shaded(found)
    shapes: list[Shape] = []
    seen = [f for f in found if frame.holds(f[0], f[1], -f[2])]
    for x, y, r in sorted(seen, key=lambda f: (-f[2], f[0], f[1])):
        shapes += _disc(frame, x, y, r)
    return shapes


def _disc(frame: Frame, x: float, y: float, r: float) -> list[Shape]:
    if frame.holds(x, y, r):
        return [Circle(x, y, r, fill="disc", opacity=0.055), Circle(x, y, r, stroke="ink-2", width=0.45)]
    round_ = shapely.buffer(shapely.Point(x, y), r, quad_segs=48)
    inside = (0, 0, frame.width, frame.height)
    area = pieces(shapely.clip_by_rect(round_, *inside), "Polygon")
    edge = pieces(shapely.clip_by_rect(round_.exterior, *inside), "LineString")
    return [
        *([Path(area, closed=True, fill="disc", opacity=0.055)] if area else []),
        *([Path(edge, stroke="ink-2", width=0.45)] if edge else []),
    ]


def _shaded(found: Counter[tuple[float, float, float]]) -> list[Shape]:
    cells: Counter[tuple[int, int]] = Counter()
    for (x, y, _), n in found.items():
        cells[int(x // CELL), int(y // CELL)] += n
    most = max(cells.values())
    return [
        Box(a * CELL, b * CELL, CELL, CELL, fill="disc", opacity=0.08 + 0.47 * math.sqrt(n / most))
        for (a, b), n in sorted(cells.items())
    ]


def cell_km(frame: Frame) -> float:
    """Side of a shaded square on the ground."""
    return CELL / frame.scale / 1000


def crowded(frame: Frame, placed: Iterable[Incident]) -> bool:
    """Whether there are so many different discs that squares are shaded instead."""
    spots = {(*(round(v, 1) for v in frame.xy(i.lon_deg or 0, i.lat_deg or 0)), round(i.radius_m or 0)) for i in placed}
    return len(spots) > MOST_DISCS


def graticule(frame: Frame, ground: Ground) -> list[Shape]:
    """Give ticks and degrees along the lower and the right edge, and note where they stand."""
    ticks: list[tuple[tuple[float, float], ...]] = []
    shapes: list[Shape] = []
    w, h = frame.width, frame.height
    lons = frame.edge_degrees("bottom")[0]
    for lon, t, digits in _crossings(lons, frame.width / 75):
        x = t * w
        ticks.append(((x, h), (x, h - 4.5)))
        rect = (x - 17, h - 15, x + 17, h)
        if 18 < x < w - 40 and ground.free((*rect[:3], h - 2.1)):
            shapes.append(Words(x, h - 6.5, _east(lon, digits), 7, "middle", tone="ink-3", halo="land"))
            ground.taken.append(rect)
    lats = frame.edge_degrees("right")[1]
    for lat, t, digits in _crossings(-lats, frame.height / 55):
        y = t * h
        ticks.append(((w, y), (w - 4.5, y)))
        rect = (w - 38, y - 6, w, y + 6)
        if 8 < y < h - 9 and ground.free((rect[0], rect[1], w - 2.1, rect[3])):
            shapes.append(Words(w - 6.5, y + 2.5, _north(-lat, digits), 7, "end", tone="ink-3", halo="land"))
            ground.taken.append(rect)
    return [Path(tuple(ticks), stroke="ink-3", width=0.6), *shapes] if ticks else shapes


def _crossings(values: Numbers, most: float) -> list[tuple[float, float, int]]:
    """Round values along an edge with the share of the edge at which they lie, and their digits."""
    rising = np.maximum.accumulate(values)
    span = float(rising[-1] - rising[0])
    step = next((s for s in _STEPS_DEG if span / s <= max(most, 2)), 60)
    digits = 2 if step < 0.1 else 1 if step < 1 else 0
    first, last = math.ceil(rising[0] / step), math.floor(rising[-1] / step)
    shares = np.linspace(0, 1, len(rising))
    return [(n * step, float(np.interp(n * step, rising, shares)), digits) for n in range(first, last + 1)]


def _east(lon: float, digits: int) -> str:
    turned = (lon + 180) % 360 - 180
    degrees = f"{abs(turned):.{digits}f}"
    return say("{degrees}° W", degrees=degrees) if turned < 0 else say("{degrees}° E", degrees=degrees)


def _north(lat: float, digits: int) -> str:
    degrees = f"{abs(lat):.{digits}f}"
    return say("{degrees}° S", degrees=degrees) if lat < 0 else say("{degrees}° N", degrees=degrees)


def scale_bar(frame: Frame, ground: Ground) -> list[Shape]:
    """Give the scale bar and an arrow to the north in a free corner, and note where they stand."""
    km = next((k for k in _SCALES_KM if frame.points(k * 1000) < frame.width * 0.2), 0.1)
    length = frame.points(km * 1000)
    label = say("{km} km", km=f"{km:g}")
    wide = length + text_width(label, 7) / 2 + 34
    left, top = _corner(frame, ground, wide, 24)
    ground.taken.append((left, top, left + wide, top + 24))
    x, y = left + 6, top + 19
    bar = Path((((x, y - 4), (x, y), (x + length, y), (x + length, y - 4)),), stroke="ink", width=0.9)
    return [
        Box(left, top, wide, 24, fill="land", opacity=0.6),
        bar,
        Words(x, y - 6, "0", 7, "middle", halo="land"),
        Words(x + length, y - 6, label, 7, "middle", halo="land"),
        *_arrow(frame, left + wide - 18, y),
    ]


def _corner(frame: Frame, ground: Ground, wide: float, high: float) -> tuple[float, float]:
    """Where a rectangle stands best: low and to the side, over nothing that is taken and little of the line."""
    w, h = frame.width, frame.height
    spots = [
        (x, y)
        for y in (h - high - 16.0, 5.0, h - high - 42.0, 32.0, h * 0.6)
        for x in (*np.arange(6.0, w - wide - 40, 14.0).tolist(), w - wide - 42)
    ]
    free = [(x, y) for x, y in spots if ground.free((x - 1, y, x + wide + 1, y + high))]
    side = {x: min(x, max(w - wide - 42 - x, 0)) for x, _ in spots}
    return min(free, key=lambda p: (_covered(ground, p, wide, high), side[p[0]] > 60)) if free else spots[0]


def _covered(ground: Ground, at: tuple[float, float], wide: float, high: float) -> int:
    return sum(at[0] < x < at[0] + wide and at[1] < y < at[1] + high for x, y in ground.soft)


def _arrow(frame: Frame, x: float, y: float) -> list[Shape]:
    lons, lats = frame.projection.degrees(
        np.array([frame.left_m + x / frame.scale]), np.array([frame.top_m - y / frame.scale])
    )
    up = frame.xy(float(lons[0]), float(lats[0]) + 0.01)
    turn = math.atan2(up[0] - x, y - up[1])
    s, c = math.sin(turn), math.cos(turn)

    def at(dx: float, dy: float) -> tuple[float, float]:
        return x + dx * c - dy * s, y + dx * s + dy * c

    lines = ((at(0, 0), at(0, -14)), (at(-3, -10), at(0, -14), at(3, -10)))
    return [Path(lines, stroke="ink", width=0.9), Words(x + 5, y, say("N"), 8, bold=True, halo="land")]


def warning_lines(frame: Frame, atlas: Atlas, ground: Ground) -> list[Shape]:
    """Give the orientation line's warning, printed on the map itself where there is room."""
    if not atlas.warnings:
        return []
    text = say("Dotted: {warnings}", warnings=" ".join(atlas.warnings))
    for share, most in ((0.62, 3), (0.4, 4), (0.28, 6), (0.9, 2)):
        lines = folded(text, 7, min(frame.width * share, text_width(text, 7) + 2), most)
        wide, high = max(text_width(line, 7) for line in lines), 8.8 * len(lines)
        left, top = _corner(frame, ground, wide + 3, high)
        if ground.free((left - 1, top, left + wide + 4, top + high)):
            break
    ground.taken.append((left - 2, top, left + wide + 2, top + high))
    return [Words(left, top + 7 + 8.8 * n, line, 7, tone="ink-2", halo="land") for n, line in enumerate(lines)]


def locator(frame: Frame, whole: Frame, atlas: Atlas, ground: Ground, name: str) -> list[Shape]:
    """Give a small map of the whole area with this frame marked, in a corner without incidents; [] if none is free.

    `whole` is the frame of the small map; its width says how wide it is drawn.
    """
    w, h = whole.width, whole.height + 11
    corners = (
        (5.0, 5.0),
        (frame.width - w - 5, 5.0),
        (5.0, frame.height - h - 5),
        (frame.width - w - 42, frame.height - h - 18),
    )
    free = [(x, y) for x, y in corners if ground.free((x, y, x + w, y + h))]
    if not free or h > frame.height * 0.62:
        return []
    left, top = min(free, key=lambda p: _covered(ground, p, w, h))
    ground.taken.append((left - 2, top - 2, left + w + 2, top + h + 2))
    shapes: list[Shape] = [Box(left, top, w, h, fill="water", stroke="rule", width=0.6)]
    shapes += [_moved(p, left, top) for p in (*land(whole, atlas), *dotted(whole, atlas)) if isinstance(p, Path)]
    shapes = [p if not isinstance(p, Path) or not p.dash else _thin(p) for p in shapes]
    x0, y0, x1, y1 = _outline_on(frame, whole)
    shapes.append(Box(left + x0, top + y0, max(x1 - x0, 3), max(y1 - y0, 3), stroke="accent", width=1.1))
    return [*shapes, Words(left + 4, top + h - 3.2, name, 7, bold=True, tone="accent")]


def _thin(path: Path) -> Path:
    return Path(path.pieces, stroke=path.stroke, width=0.7, dash=(0.01, 1.5), round=True)


def _moved(path: Path, dx: float, dy: float) -> Path:
    moved = tuple(tuple((x + dx, y + dy) for x, y in piece) for piece in path.pieces)
    return Path(moved, path.closed, path.fill, path.stroke, path.width, path.dash, path.opacity, path.round)


def _outline_on(frame: Frame, whole: Frame) -> Rect:
    west, south, east, north = frame.bounds_deg
    spots = np.array([whole.xy(lon, lat) for lon in (west, east) for lat in (south, north)])
    xs, ys = np.clip(spots[:, 0], 0, whole.width), np.clip(spots[:, 1], 0, whole.height)
    return float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())


def projection_words(frame: Frame) -> str:
    """Say which projection was chosen for this frame, and how true its scale is."""
    kind = frame.projection.kind
    share = f"{max(math.ceil(frame.off * 1000), 1) / 10:.1f} %"
    middle = _north(frame.projection.lat_deg, 1)
    if kind == EQUIRECTANGULAR:
        return say(
            "Projection: equirectangular, true at {latitude}; scale within {share}.", latitude=middle, share=share
        )
    meridian = _east(frame.projection.lon_deg, 1)
    if kind == CONIC:
        return say("Projection: Lambert’s conformal conic around {latitude}, {longitude}; scale within {share}.",
                   latitude=middle, longitude=meridian, share=share)  # fmt: skip
    return say("Projection: transverse Mercator on {longitude}; scale within {share}.", longitude=meridian, share=share)


def script_first() -> str:
    """Give the code of the reader's script where place names stand in it first; otherwise empty."""
    return tongue.code() if tongue.code() in {"th", "km"} else ""


def credit_words(atlas: Atlas) -> str:
    """Name to whom what is drawn is owed, where the map itself carries the warning."""
    return say("Dotted: orientation line. {owners}.", owners="; ".join(atlas.owners)) if atlas.owners else ""


def source_words(atlas: Atlas, frame: Frame) -> str:
    """Name what is drawn, to whom it is owed, what it is not, and the projection."""
    parts = []
    if atlas.zones("orientation_line"):
        said = say("Dotted: orientation line. {warnings}", warnings=" ".join(atlas.warnings)) if atlas.warnings else ""
        parts.append(said or say("Dotted: orientation line."))
    if atlas.owners:
        parts.append(say("{owners}.", owners="; ".join(atlas.owners)))
    parts.append(say("Places: the mission’s gazetteer."))
    return " ".join([*parts, projection_words(frame)])


def sector_warnings(atlas: Atlas) -> str:
    """Say what the sectors' own file says that they are not; empty where it says nothing."""
    said = dict.fromkeys(s.zone.warning for s in atlas.sectors if s.zone.warning)
    return say("Sectors: {warnings}", warnings=" ".join(said)) if said else ""
