"""The map: where incidents were reported, as 95 % discs to scale.

The orientation line is drawn dotted with its warning; no side of it is inferred, and land has no inner edges.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from ..nouns import EffortStatus, Grade, Incident, Place, Zone
from ..where import line_length_m
from . import marks, words
from .draw import WIDTH, Box, Drawing, Mark, Path, Shape, Words, text_width
from .index import Index
from .labels import Ground, Label
from .map_ground import discs, dotted, graticule, land, scale_bar, sector_edge, warning_line
from .plane import KM_PER_DEG, Frame, padded
from .tree import Figure, Paragraph, Section

MERGE = 11.0
"""Places nearer to each other than this on the page share one row of marks, points."""

PLATE_DEG = (0.66, 0.44)
"""Width and height of the area of a closer view, degrees of longitude and latitude."""

MOST_PLATES, LEAST_ON_PLATE = 3, 8


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector with the length of the orientation line in it, its incidents and the visits of observers."""

    zone: Zone
    outline: BaseGeometry
    length_km: float
    incidents: tuple[Incident, ...]
    visits: int


def sectors(index: Index) -> list[Sector]:
    """Every sector of the mission with its counts."""
    lines = [shape(z.geometry) for z in _role(index, "orientation_line")]
    visits = [
        e
        for e in index.efforts
        if e.source_id in index.observers and e.status in {EffortStatus.DONE, EffortStatus.HOST_LED}
    ]
    found = []
    for zone in _role(index, "sector"):
        outline = shape(zone.geometry)
        km = sum(_length_km(line.intersection(outline)) for line in lines)
        inside = tuple(
            i for i in index.incidents if i.lon_deg is not None and outline.intersects(Point(i.lon_deg, i.lat_deg))
        )
        met = sum(e.zone == zone.id or any(_within(index.places.get(p), outline) for p in e.places) for e in visits)
        found.append(Sector(zone, outline, km, inside, met))
    return found


def _role(index: Index, role: str) -> list[Zone]:
    return [z for z in index.edition.mission.zones if z.role == role]


def _within(place: Place | None, outline: BaseGeometry) -> bool:
    return bool(place and place.lon_deg is not None and outline.intersects(Point(place.lon_deg, place.lat_deg)))


def _length_km(geometry: BaseGeometry) -> float:
    parts = getattr(geometry, "geoms", [geometry])
    return (
        sum(
            line_length_m([list(c[:2]) for c in p.coords])
            for p in parts
            if p.geom_type == "LineString" and not p.is_empty
        )
        / 1000
    )


def frame_of(index: Index) -> Frame | None:
    """Give the frame around the orientation lines and the placed incidents.

    The mission's area if there are neither.
    """
    boxes = [shape(z.geometry).bounds for z in _role(index, "orientation_line")]
    boxes += [
        (i.lon_deg, i.lat_deg, i.lon_deg, i.lat_deg)
        for i in index.incidents
        if i.lon_deg is not None and i.lat_deg is not None
    ]
    boxes = boxes or ([index.edition.mission.area] if index.edition.mission.area else [])
    if not boxes:
        return None
    west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
    east, north = max(b[2] for b in boxes), max(b[3] for b in boxes)
    return padded(west, south, east, north)


def figures(index: Index) -> list[Figure]:
    """Give the whole area, then a plate for each sector with several incidents."""
    frame = frame_of(index)
    if frame is None:
        return []
    parts = sectors(index)
    placed = [i for i in index.incidents if i.lon_deg is not None]
    made = [_figure(index, frame, "map-0", _title(index, parts, placed), placed, parts)]
    return [*made, *(_plate(index, spot, n) for n, spot in enumerate(dense(placed), 1))]


def dense(placed: list[Incident]) -> list[list[Incident]]:
    """Give the areas of `PLATE_DEG` with the most incidents, none of them in two areas; the fullest first."""
    rest = list(placed)
    found: list[list[Incident]] = []
    while rest and len(found) < MOST_PLATES:
        around = [
            [i for i in rest if _near(i, middle)] for middle in {(m.lon_deg, m.lat_deg): m for m in rest}.values()
        ]
        best = max(around, key=len)
        if len(best) < LEAST_ON_PLATE:
            break
        found.append(best)
        chosen = {i.id for i in best}
        rest = [i for i in rest if i.id not in chosen]
    return found


def _near(i: Incident, middle: Incident) -> bool:
    return (
        abs((i.lon_deg or 0) - (middle.lon_deg or 0)) <= PLATE_DEG[0] / 2
        and abs((i.lat_deg or 0) - (middle.lat_deg or 0)) <= PLATE_DEG[1] / 2
    )


def _title(index: Index, parts: list[Sector], placed: list[Incident]) -> str:
    whole = f"{words.of(len(placed), len(index.incidents))} incidents have a place"
    most = max((len(s.incidents) for s in parts), default=0)
    top = [s for s in parts if len(s.incidents) == most]
    if len(top) == 1 and most:
        return f"{whole}; {words.of(most, len(placed))} of these in sector {top[0].zone.name}"
    return whole


def _plate(index: Index, members: list[Incident], n: int) -> Figure:
    reach = [(i.lon_deg or 0.0, i.lat_deg or 0.0, (i.radius_m or 0) / 1000 / KM_PER_DEG) for i in members]
    frame = padded(
        min(x - r for x, _, r in reach),
        min(y - r for _, y, r in reach),
        max(x + r for x, _, r in reach),
        max(y + r for _, y, r in reach),
        0.56,
    )
    commonest = Counter(i.place_id for i in members if i.place_id in index.places).most_common(1)
    name = f"Around {index.places[commonest[0][0]].name}" if commonest else "A closer view"
    title = f"{name}: {words.of(len(members), len(index.incidents))} incidents"
    return _figure(index, frame, f"map-{n}", title, members, [])


def _figure(index: Index, frame: Frame, key: str, title: str, placed: list[Incident], parts: list[Sector]) -> Figure:
    unplaced = len(index.incidents) - sum(i.lon_deg is not None for i in index.incidents)
    zones = [*_role(index, "orientation_line"), *_role(index, "land")]
    warnings = list(dict.fromkeys(z.warning for z in _role(index, "orientation_line") if z.warning))
    owners = list(dict.fromkeys(z.attribution for z in zones if z.attribution))
    apart = (
        f" {words.of(unplaced, len(index.incidents))} incidents have no place and are not drawn."
        if parts or not index.incidents
        else ""
    )
    subtitle = (
        "Discs hold the place 95 times in 100, to scale. Beside them the grades and how many incidents "
        "have each; places close "
        f"together share a row. Small rings: named places.{apart} No side of the line is inferred."
    )
    alt = f"Map. {title}. " + " ".join(
        f"{s.zone.name}: {s.length_km:.0f} km, {words.count(len(s.incidents), 'incident')}, "
        f"{words.count(s.visits, 'visit')}."
        for s in parts
    )
    source = (
        f"Dotted: orientation line. {' '.join(warnings)} {'; '.join(owners)}. Places: the mission’s "
        "gazetteer, mostly estimates."
    )
    return Figure(
        key,
        title,
        subtitle,
        alt,
        source,
        Drawing(WIDTH, frame.height, tuple(_draw(index, frame, placed, parts, warnings))),
    )


def _draw(index: Index, frame: Frame, placed: list[Incident], parts: list[Sector], warnings: list[str]) -> list[Shape]:
    ground = Ground((2, 2, WIDTH - 2, frame.height - 2))
    shapes: list[Shape] = [Box(0, 0, WIDTH, frame.height, fill="water", stroke="hairline", width=0.8)]
    shapes += [p for z in _role(index, "land") for p in land(frame, z.geometry)]
    shapes += [sector_edge(frame, s.outline) for s in parts]
    shapes += [p for z in _role(index, "orientation_line") for p in dotted(frame, z.geometry)]
    shapes += discs(frame, placed)
    furniture = [*graticule(frame, ground), *scale_bar(frame, ground), *warning_line(frame, warnings, ground)]
    groups = _grouped(frame, placed)
    row_marks: list[Shape] = []
    for x, y, members in groups:
        row_marks += _tally(index, x, y, members, ground)
    labels = [shape for s in parts for shape in _sector_label(frame, s, ground)]
    labels += [shape for x, y, members in groups for shape in _names(index, x, y, members, ground)]
    labels += _towns(index, frame, ground, {i.place_id for i in placed})
    return [*shapes, *furniture, *labels, *row_marks]


Group = tuple[float, float, list[Incident]]


def _grouped(frame: Frame, placed: list[Incident]) -> list[Group]:
    spots: dict[tuple[float, float], list[Incident]] = {}
    for i in placed:
        spots.setdefault(frame.xy(i.lon_deg or 0, i.lat_deg or 0), []).append(i)
    groups: list[Group] = []
    for (x, y), members in sorted(spots.items(), key=lambda s: (-len(s[1]), s[0])):
        near = next((g for g in groups if math.hypot(g[0] - x, g[1] - y) < MERGE), None)
        if near:
            near[2].extend(members)
        else:
            groups.append((x, y, list(members)))
    return sorted(groups, key=lambda g: (-len(g[2]), g[0], g[1]))


def _tally(index: Index, x: float, y: float, members: list[Incident], ground: Ground) -> list[Shape]:
    counts = Counter(index.assessment(i.id).grade for i in members)
    kept = [(g, counts[g]) for g in Grade if counts[g]]
    widths = [8.5 + (text_width(str(n), 7.5, bold=True) + 2 if n > 1 else 0) for _, n in kept]
    total = sum(widths)
    left, top = _tally_place(x, y, total, ground)
    shapes: list[Shape] = [Box(left - 1.5, top - 5.2, total + 2, 10.4, fill="land", opacity=0.86)]
    if abs(left + total / 2 - x) > 2 or abs(top - y) > 2:
        shapes.insert(0, Path((((x, y), (min(max(x, left), left + total), top)),), stroke="ink-3", width=0.4))
    for (grade, n), width in zip(kept, widths, strict=True):
        shapes.append(Mark(marks.grade(grade), left + 4, top, 9, f"{words.number(n)} {grade}"))
        if n > 1:
            shapes.append(Words(left + 8.8, top + 2.7, str(n), 7.5, bold=True))
        left += width
    return shapes


def _tally_place(x: float, y: float, total: float, ground: Ground) -> tuple[float, float]:
    for dx, dy in (
        (0.0, 0.0),
        (0, -12),
        (0, 12),
        (14 + total / 2, 0),
        (-14 - total / 2, 0),
        (0, -24),
        (0, 24),
        (0, -36),
        (0, 36),
    ):
        rect = (x + dx - total / 2 - 1, y + dy - 5.5, x + dx + total / 2 + 1, y + dy + 5.5)
        if ground.free(rect):
            ground.taken.append(rect)
            return x + dx - total / 2, y + dy
    return x - total / 2, y


def place_lines(index: Index, place: Place) -> list[tuple[str, float, bool, str]]:
    """Give a place's names: as the mission prints it, each party's own where it differs.

    The local scripts stand below.
    """
    own = [place.party_names.get(p, "") for p in index.parties]
    names = list(dict.fromkeys([place.name, *(n for n in own if n)]))
    scripts = " ".join(s for s in place.scripts.values() if s)
    lines = [(names[0], 7.5, False, "ink")] + [(n, 7.5, False, "ink") for n in names[1:3]]
    return [*lines, *([(scripts, 7.0, False, "ink-2")] if scripts else [])]


def _names(index: Index, x: float, y: float, members: list[Incident], ground: Ground) -> list[Shape]:
    commonest = Counter(i.place_id for i in members if i.place_id in index.places).most_common()
    if not commonest:
        return []
    lines = place_lines(index, index.places[commonest[0][0]])
    if len(commonest) > 1:
        lines.append((f"and {words.count(len(commonest) - 1, 'more place')}", 7.0, False, "ink-3"))
    return ground.place(Label(x, y, tuple(lines), 8))


def _towns(index: Index, frame: Frame, ground: Ground, used: set[str]) -> list[Shape]:
    shapes: list[Shape] = []
    for place in index.edition.mission.places:
        if place.id in used or place.lon_deg is None or place.lat_deg is None:
            continue
        if place.type not in {"town", "city", "crossing", "provincial capital", "temple"}:
            continue
        x, y = frame.xy(place.lon_deg, place.lat_deg)
        dot = (x - 2.5, y - 2.5, x + 2.5, y + 2.5)
        if ground.free(dot):
            drawn = ground.place(Label(x, y, tuple(place_lines(index, place)), 4))
            if drawn:
                ground.taken.append(dot)
                shapes += [Mark("place", x, y, 8), *drawn]
    return shapes


def _sector_label(frame: Frame, sector: Sector, ground: Ground) -> list[Shape]:
    inside = sector.outline.intersection(frame.window)
    if inside.is_empty:
        return []
    counts = (
        f"{sector.length_km:.0f} km · {words.count(len(sector.incidents), 'incident')} · "
        f"{words.count(sector.visits, 'visit')}"
    )
    lines = ((sector.zone.name, 8.5, True, "accent"), (counts, 7.5, False, "ink"))
    west, south, east, north = inside.bounds
    middle = inside.representative_point()
    spots = [(u, v) for v in (0.12, 0.85, 0.5, 0.3, 0.7) for u in (0.5, 0.3, 0.7, 0.15, 0.85)]
    corners = [Point(west + (east - west) * u, north - (north - south) * v) for u, v in spots]
    for spot in (*(c for c in corners if inside.contains(c)), middle):
        x, y = frame.xy(spot.x, spot.y)
        drawn = ground.place(Label(x, y, lines, 0.5))
        if drawn:
            return [s for s in drawn if isinstance(s, Words)]
    return []


def section(index: Index) -> Section:
    """The whole area, then closer views."""
    drawn = figures(index)
    placed = sum(i.lon_deg is not None for i in index.incidents)
    text = (
        f"{words.of(placed, len(index.incidents))} incidents have a place. Places are known to the "
        "radius that is drawn; "
        "names stand in Latin and local script, with each party’s own name where they differ."
        if drawn
        else "No place, line or area is on record, so no map is drawn."
    )
    return Section("map", "Where incidents were reported", (Paragraph(words.line(text)), *drawn))
