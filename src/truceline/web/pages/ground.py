"""The drawn map of a window: what stands where no script runs, and until the map that moves is there."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from ...report import words
from ...report.draw import Box, Drawing, Mark, Shape, Words
from ...report.maps import frame_of
from ...report.maps.ground import credit_words, discs, dotted, graticule, land, land_names, scale_bar, warning_lines
from ...report.maps.labels import Ground, Label
from ...report.maps.marks import gather, names_of, towns
from ...report.maps.plane import Frame
from ...report.maps.sector import Atlas
from ...report.tongue import say
from ..desk import Desk, Found
from .cabinet import Cabinet
from .inline import drawing

WIDTH = 660.0
NAMED = 12
"""Groups whose place is named on the drawn map."""
MERGE = 13.0
FILLING = '<svg preserveAspectRatio="xMidYMid slice" '
MOST = 2_000
"""Incidents that are drawn one by one; above that squares are shaded."""
CELL = 5.0


@dataclass(frozen=True)
class Floor:
    """What lies under every window: land, line, edges; and where labels may not stand."""

    frame: Frame
    below: tuple[Shape, ...]
    above: tuple[Shape, ...]
    ground: Ground
    credit: str


def floor(cabinet: Cabinet, language: str) -> Floor | None:
    """The ground of the drawn map; None where no place, line or area is on record."""
    return cabinet.keep(("floor", language), lambda: _floor(cabinet.atlas(language)))


def _floor(atlas: Atlas) -> Floor | None:
    frame = frame_of(atlas, 0.5, 0.5, WIDTH)
    if frame is None:
        return None
    ground = Ground((2, 2, frame.width - 2, frame.height - 2))
    below = (Box(0, 0, frame.width, frame.height, fill="water"), *land(frame, atlas), *dotted(frame, atlas, ground))
    above = (*graticule(frame, ground), *scale_bar(frame, ground), *warning_lines(frame, atlas, ground))
    names = tuple(land_names(frame, atlas, ground))
    return Floor(frame, below, (*names, *above), ground, _credit(atlas))


def _credit(atlas: Atlas) -> str:
    warnings = dict.fromkeys(z.warning for z in atlas.zones("orientation_line") if z.warning)
    return " ".join((credit_words(atlas), *warnings))


def draw(cabinet: Cabinet, found: Found, language: str) -> Markup:
    """The map of these incidents; words where there is nothing to draw on. Kept for the next reader."""
    key = ("map", language, hashlib.sha256(found.rows.tobytes()).digest())
    return cabinet.keep(key, lambda: _draw(cabinet, found, language))


def _draw(cabinet: Cabinet, found: Found, language: str) -> Markup:
    desk, under = cabinet.desk, floor(cabinet, language)
    if under is None:
        return Markup('<p class="state">{}</p>').format(say("No place, line or area is on record, so no map is drawn."))
    if desk.edition is None or found.count - found.undrawn > MOST:
        shapes = _shaded(desk, found, under.frame)
    else:
        shapes = _marked(cabinet, found, under, language)
    drawn = Drawing(under.frame.width, under.frame.height, (*under.below, *shapes[0], *under.above, *shapes[1]))
    svg = drawing(drawn, _alt(found), 1.0).replace("<svg ", Markup(FILLING), 1)
    return svg + Markup('<p class="credit">{}</p>').format(under.credit)


def _alt(found: Found) -> str:
    placed = found.count - found.undrawn
    return say(
        "Map: {share} incidents of this window have a place. The list beside it says the same in words.",
        share=words.of(placed, found.count),
    )


def _marked(cabinet: Cabinet, found: Found, under: Floor, language: str) -> tuple[list[Shape], list[Shape]]:
    index, frame = cabinet.index(language), under.frame
    ids = cabinet.desk.table["id"].gather(found.rows).to_list()
    placed = [i for name in ids if (i := index.by_id.get(name)) and i.lon_deg is not None and i.lat_deg is not None]
    ground = deepcopy(under.ground)
    groups = gather(frame, placed, [], MERGE, 80)
    shapes: list[Shape] = []
    for group in groups:
        if len(group.incidents) == 1:
            grade = index.assessment(group.incidents[0].id).grade
            shapes.append(Mark(f"grade-{grade}", group.x, group.y, 9.5))
        else:
            many = words.number(len(group.incidents))
            half = 4.2 + 2.1 * len(many)
            shapes.append(Box(group.x - half, group.y - 5.5, 2 * half, 11, "panel", "ink-2", 0.8))
            shapes.append(Words(group.x, group.y + 2.8, many, 8, "middle", bold=True))
        ground.taken.append((group.x - 6, group.y - 6, group.x + 6, group.y + 6))
    named: list[Shape] = []
    for group in groups[:NAMED]:
        named += ground.place(Label(group.x, group.y, names_of(index, group), 7))
    used = {i.place_id for i in placed}
    shapes = [*towns(index, frame, ground, used, 10), *shapes]
    return list(discs(frame, placed)), [*shapes, *named]


def _shaded(desk: Desk, found: Found, frame: Frame) -> tuple[list[Shape], list[Shape]]:
    """Squares: the darker, the more incidents lie there."""
    lon, lat = desk.sieve.lon[found.rows], desk.sieve.lat[found.rows]
    known = ~np.isnan(lon)
    if not known.any():
        return [], []
    x, y = frame._page(lon[known], lat[known])
    wide, high = int(frame.width // CELL) + 1, int(frame.height // CELL) + 1
    counts, _, _ = np.histogram2d(x, y, bins=(wide, high), range=((0, wide * CELL), (0, high * CELL)))
    most = counts.max() or 1
    cells = [
        Box(a * CELL, b * CELL, CELL, CELL, fill="disc", opacity=0.08 + 0.6 * float(np.sqrt(counts[a, b] / most)))
        for a, b in np.argwhere(counts > 0).tolist()
    ]
    note = say("Squares: the darker, the more of {n} incidents", n=words.number(int(known.sum())))
    return [*cells], [Words(10, frame.height - 22, note, 10, halo="land")]
