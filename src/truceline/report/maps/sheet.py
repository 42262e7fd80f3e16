"""One map as a sheet: what it is to show, and its drawing from the land below to the labels on top."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...nouns import Incident
from ..draw import Box, Drawing, Mark, Path, Shape, Words
from ..tongue import say
from .ground import crowded, discs, dotted, graticule, land, land_names, locator, scale_bar, sector_edges, warning_lines
from .labels import Ground, Label, Rect
from .marks import (
    MERGE,
    MOST_GROUPS,
    MOST_GROUPS_SHADED,
    Group,
    Visit,
    dots,
    gather,
    labelled,
    legend,
    legend_items,
    rows,
    towns,
)
from .plane import Frame
from .sector import Atlas, Sector

MOST_CROSSES = 1500


@dataclass(frozen=True)
class View:
    """A crowded part of a sheet that a closer view shows."""

    letter: str
    frame: Frame


@dataclass(frozen=True)
class Sheet:
    """What one map shows. `brackets` are sectors named along the line, `edges` those whose outline is drawn.

    `views` are boxes that closer views show; `whole` is the frame of the small map in a corner and `name` its words;
    `marked` draws marks and names of incidents.
    """

    frame: Frame
    placed: tuple[Incident, ...]
    visits: tuple[Visit, ...] = ()
    brackets: tuple[Sector, ...] = ()
    edges: tuple[Sector, ...] = ()
    views: tuple[View, ...] = ()
    whole: Frame | None = None
    name: str = ""
    towns: int = 8
    lands: bool = False
    marked: bool = True
    legend: bool = True
    merge: float = MERGE


@dataclass
class Drawn:
    """A drawing, and the key of what found no room on it."""

    drawing: Drawing
    key: list[str] = field(default_factory=list)


def draw(atlas: Atlas, sheet: Sheet) -> Drawn:
    """Give the drawing: land, sectors' edges, line, discs, marks, labels, in this order."""
    frame, index = sheet.frame, atlas.index
    frame.learn([(i.lon_deg or 0, i.lat_deg or 0) for i in sheet.placed])
    ground = Ground((2, 2, frame.width - 2, frame.height - 2))
    shapes: list[Shape] = [
        Box(0, 0, frame.width, frame.height, fill="water"),
        *land(frame, atlas),
        *sector_edges(frame, sheet.edges),
        *dotted(frame, atlas, ground),
        *discs(frame, sheet.placed),
        *_heat(frame, atlas),
    ]
    loose, boxed = _apart(sheet)
    points = dots(loose, ground)
    for view, _ in boxed:
        ground.taken.append(_on(sheet.frame, view.frame))
    brackets = [
        s
        for sector in sheet.brackets
        for s in bracket(frame, sector, ground, (label_lines(sector), label_lines(sector, folded=True)))
    ]
    around: list[Shape] = []
    if sheet.whole:
        around += locator(frame, sheet.whole, atlas, ground, sheet.name)
    around += graticule(frame, ground)
    around += scale_bar(frame, ground)
    around += warning_lines(frame, atlas, ground)
    labels: list[Shape] = []
    key: list[str] = []
    for view, group in boxed:
        labels += _box(atlas, sheet, view, group, ground)
    if sheet.marked:
        named, key = labelled(index, loose, ground)
        labels += named
    used = {i.place_id for i in sheet.placed} | {p.id for _, p in sheet.visits}
    labels += towns(index, frame, ground, used if sheet.marked else set(), sheet.towns)
    names = land_names(frame, atlas, ground) if sheet.lands else []
    edge = Box(0, 0, frame.width, frame.height, stroke="hairline", width=0.8)
    below, high = _legend(atlas, sheet, [*loose, *(g for _, g in boxed)])
    layers = (*shapes, *names, *around, *brackets, *points, *labels, edge, *below)
    return Drawn(Drawing(frame.width, frame.height + high, layers), key)


def _legend(atlas: Atlas, sheet: Sheet, groups: list[Group]) -> tuple[list[Shape], float]:
    items = legend_items(atlas.index, groups) if sheet.marked and sheet.legend else []
    if atlas.heat and sheet.legend:
        items.append(("heat", say("heat seen by satellite")))
    return legend(items, sheet.frame.width, sheet.frame.height + 2)


def _heat(frame: Frame, atlas: Atlas) -> list[Shape]:
    spots = (frame.xy(lon, lat) for lon, lat in atlas.heat)
    found: list[Shape] = [Mark("heat", x, y, 7) for x, y in spots if frame.holds(x, y)]
    return found[:MOST_CROSSES]


def _apart(sheet: Sheet) -> tuple[list[Group], list[tuple[View, Group]]]:
    """Groups outside every box, and one group for each box."""
    boxed: list[tuple[View, Group]] = []
    placed, visits = list(sheet.placed), list(sheet.visits)
    for view in sheet.views:
        view.frame.learn([(i.lon_deg or 0, i.lat_deg or 0) for i in placed])
        mine = [i for i in placed if view.frame.holds(*view.frame.xy(i.lon_deg or 0, i.lat_deg or 0))]
        seen = [v for v in visits if view.frame.holds(*view.frame.xy(v[1].lon_deg or 0, v[1].lat_deg or 0))]
        held = {i.id for i in mine}
        placed = [i for i in placed if i.id not in held]
        visits = [v for v in visits if v not in seen]
        left, top, right, bottom = _on(sheet.frame, view.frame)
        boxed.append((view, Group((left + right) / 2, (top + bottom) / 2, mine, seen)))
    most = MOST_GROUPS_SHADED if crowded(sheet.frame, placed) else MOST_GROUPS
    return gather(sheet.frame, placed, visits, sheet.merge, most), boxed


def _on(frame: Frame, inner: Frame) -> Rect:
    west, south, east, north = inner.bounds_deg
    spots = [frame.xy(lon, lat) for lon in (west, east) for lat in (south, north)]
    return min(x for x, _ in spots), min(y for _, y in spots), max(x for x, _ in spots), max(y for _, y in spots)


def _box(atlas: Atlas, sheet: Sheet, view: View, group: Group, ground: Ground) -> list[Shape]:
    left, top, right, bottom = _on(sheet.frame, view.frame)
    edge = Box(left, top, right - left, bottom - top, stroke="accent", width=0.9)
    lines = ((say("Closer view {letter}", letter=view.letter), 7.5, True, "accent"),)
    label = Label(group.x, group.y, lines, max(right - left, bottom - top) / 2 + 3, rows(atlas.index, group))
    return [edge, *ground.place(label, must=True)]


Lines = tuple[tuple[str, float, bool, str], ...]


def bracket(frame: Frame, sector: Sector, ground: Ground, variants: tuple[Lines, ...]) -> list[Shape]:
    """Give a bracket along the line of a sector with one of these variants of its words.

    On the outer side of the map first; the words alone where no bracket finds room.
    """
    line = frame.drawn(sector.line, 1.0)
    if line.is_empty:
        middle = frame.drawn(sector.outline, 1.0).representative_point()
        return [] if middle.is_empty else _alone(Label(middle.x, middle.y, variants[0], 1), ground)
    x0, y0, x1, y1 = line.bounds
    across = x1 - x0 > y1 - y0
    side, put = (y0 + y1 < frame.height, _level) if across else (x0 + x1 < frame.width, _upright)
    for first in (side, not side):
        for out in (10.0, 16.0, 24.0, 34.0, 46.0, 60.0, 78.0):
            for lines in variants:
                found = put(ground, (x0, y0, x1, y1), out, lines, first)
                if found:
                    return found
    return _alone(Label((x0 + x1) / 2, (y0 + y1) / 2, variants[-1], 8), ground)


def _alone(label: Label, ground: Ground) -> list[Shape]:
    return ground.place(label, must=True)


def label_lines(sector: Sector, *, folded: bool = False) -> Lines:
    """Give a sector's name and its counts, in one line or one below the other."""
    counts = sector.counts if folded else (" · ".join(sector.counts),)
    return ((sector.name, 8.0, True, "accent"), *((c, 7.5, False, "ink-2") for c in counts))


def _level(ground: Ground, box: Rect, out: float, lines: Lines, above: bool) -> list[Shape]:
    x0, y0, x1, y1 = box
    y, tick = (y0 - out, 4.0) if above else (y1 + out, -4.0)
    if not ground.free((x0, y - 1, x1, y + 1)):
        return []
    label = Label(0, 0, lines)
    w, h = label.width + 2, label.height
    top = y - h - 2 if above else y + 2
    for left in (x0, (x0 + x1 - w) / 2, x1 - w):
        rect = (left, top, left + w, top + h)
        if ground.free(rect):
            ground.taken += [rect, (x0, y - 2, x1, y + 2)]
            path = Path((((x0, y + tick), (x0, y), (x1, y), (x1, y + tick)),), stroke="accent", width=0.9)
            return [path, *_text(lines, left + 1, top, "start")]
    return []


def _upright(ground: Ground, box: Rect, out: float, lines: Lines, left_side: bool) -> list[Shape]:
    x0, y0, x1, y1 = box
    x, tick = (x0 - out, 4.0) if left_side else (x1 + out, -4.0)
    if not ground.free((x - 1, y0, x + 1, y1)):
        return []
    label = Label(0, 0, lines)
    w, h = label.width + 2, label.height
    left = x - w - 3 if left_side else x + 3
    for top in ((y0 + y1 - h) / 2, y0, y1 - h):
        rect = (left, top, left + w, top + h)
        if ground.free(rect):
            ground.taken += [rect, (x - 2, y0, x + 2, y1)]
            path = Path((((x + tick, y0), (x, y0), (x, y1), (x + tick, y1)),), stroke="accent", width=0.9)
            at, anchor = (left + w - 1, "end") if left_side else (left + 1, "start")
            return [path, *_text(lines, at, top, anchor)]
    return []


def _text(lines: Lines, x: float, top: float, anchor: str) -> list[Shape]:
    shapes: list[Shape] = []
    for text, size, bold, tone in lines:
        top += size * 1.3
        shapes.append(Words(x, top - size * 0.33, text, size, anchor, bold, tone, "land"))
    return shapes
