"""Who looked where: visits of observers and of others at their places, and the stretches where nobody looked."""

from __future__ import annotations

from collections import Counter

import shapely
from shapely.geometry.base import BaseGeometry

from ...nouns import Effort, EffortStatus
from .. import marks, words
from ..draw import Box, Circle, Drawing, Path, Shape, hatch
from ..index import Index
from ..tongue import say, say_n
from ..tree import Figure
from .ground import dotted, graticule, land, land_names, pieces, scale_bar, source_words, warning_lines
from .labels import Ground, Label, Rows, Token
from .marks import Group, Visit, gather, legend, names_of, times, towns, visit_mark
from .plane import Frame
from .sector import BARRED, MADE, Atlas, Sector
from .sheet import Lines, bracket

BAND = 7.0
"""Half of the width of the band along the line that says whether observers looked there, points."""


def coverage_figure(atlas: Atlas, frame: Frame) -> Figure | None:
    """Give the map of who looked where in the edition's period; None where no line is known and nobody looked."""
    visits = [(e, p) for e in atlas.looked for p in atlas.places_of(e)]
    if not visits and atlas.lines.is_empty:
        return None
    drawing = _drawing(atlas, frame, visits)
    return Figure(
        "map-coverage", _title(atlas), _subtitle(atlas), _alt(atlas), source_words(atlas, frame), drawing
    )  # fmt: skip


def _drawing(atlas: Atlas, frame: Frame, visits: list[Visit]) -> Drawing:
    index = atlas.index
    ground = Ground((2, 2, frame.width - 2, frame.height - 2))
    shapes: list[Shape] = [Box(0, 0, frame.width, frame.height, fill="water"), *land(frame, atlas)]
    for sector in atlas.sectors:
        shapes += band(frame, sector.line, looked=bool(sector.visits))
    shapes += dotted(frame, atlas, ground)
    groups = gather(frame, [], visits, 15.0)
    points = _points(index, groups, ground)
    sides = [s for sector in atlas.sectors for s in bracket(frame, sector, ground, _lines(index, sector))]
    around = [*graticule(frame, ground), *scale_bar(frame, ground), *warning_lines(frame, atlas, ground)]
    labels: list[Shape] = []
    for group in groups:
        rows = _rows(index, group)
        drawn = ground.place(Label(group.x, group.y, names_of(index, group), 5, rows))
        labels += drawn or ground.place(Label(group.x, group.y, (), 4, rows), must=True)
    labels += towns(index, frame, ground, {p.id for _, p in visits}, 4)
    names = land_names(frame, atlas, ground)
    edge = Box(0, 0, frame.width, frame.height, stroke="hairline", width=0.8)
    below, high = _legend(atlas, frame, visits)
    return Drawing(frame.width, frame.height + high, (*shapes, *names, *around, *sides, *points, *labels, edge, *below))


def band(frame: Frame, line: BaseGeometry, *, looked: bool) -> list[Shape]:
    """Give a band along a stretch of the line: plain where observers looked, hatched where none is recorded."""
    drawn = frame.drawn(line, 1.0)
    if drawn.is_empty:
        return []
    around = shapely.simplify(shapely.buffer(drawn, BAND, cap_style="flat"), 0.4)
    area = shapely.clip_by_rect(around, 0, 0, frame.width, frame.height)
    rings = pieces(area, "Polygon")
    if not rings:
        return []
    if looked:
        return [Path(rings, closed=True, fill="panel", stroke="ink-3", width=0.5)]
    x0, y0, x1, y1 = area.bounds
    strokes = shapely.MultiLineString([list(s) for s in hatch(x0, y0, x1 - x0, y1 - y0, 3.6)])
    shapely.prepare(area)
    cut = pieces(shapely.intersection(strokes, area), "LineString")
    return [Path(rings, closed=True, fill="land"), Path(cut, stroke="hatch", width=0.8)]


def _points(index: Index, groups: list[Group], ground: Ground) -> list[Shape]:
    shapes: list[Shape] = []
    for group in groups:
        own = any(e.source_id in index.observers for e, _ in group.visits)
        for x, y in group.spots:
            shapes.append(Circle(x, y, 1.8, fill="ink" if own else "page", stroke="ink" if own else "ink-3", width=0.7))
            ground.taken.append((x - 2.4, y - 2.4, x + 2.4, y + 2.4))
    return shapes


def _rows(index: Index, group: Group) -> Rows:
    mine = [e for e, _ in group.visits if e.source_id in index.observers]
    others = len(group.visits) - len(mine)
    counts = Counter(visit_mark(e.status) for e in mine)
    tokens = [
        Token(m, times(counts[m]), f"{words.number(counts[m])} {say(marks.words(m))}")
        for m in ("look-looked", "look-host_led", "look-refused")
        if counts[m]
    ]
    if others:
        tokens.append(Token("", f"+{words.number(others)}", tone="ink-3"))
    return (tuple(tokens),)


def by_side(index: Index, efforts: tuple[Effort, ...]) -> str:
    """Give visits made with each party, in the order of mission.yaml; those without a side after them."""
    made = [e for e in efforts if e.status in MADE]
    counts = Counter(e.side if e.side in index.parties else "" for e in made)
    parts = [say("{n} with {party}", n=words.number(counts[party]), party=index.name(party)) for party in index.parties]
    if counts[""]:
        parts.append(say("{n} on no stated side", n=words.number(counts[""])))
    return say(", ").join(parts)


def _lines(index: Index, sector: Sector) -> tuple[Lines, ...]:
    name = (sector.name, 8.0, True, "accent")
    if not sector.efforts and not sector.others:
        return ((name, (say("nobody is recorded to have looked"), 7.5, False, "ink-2")),)
    said = [say("Observers: {sides}", sides=by_side(index, sector.efforts))]
    if sector.barred:
        said.append(say_n("{n} refused or cut short", "{n} refused or cut short", sector.barred))
    if sector.others:
        said.append(say_n("Others: {n} visit", "Others: {n} visits", len(sector.others)))
    whole = (name, (" · ".join(said), 7.5, False, "ink-2"))
    return ((name, *((s, 7.5, False, "ink-2") for s in said)), whole)


def _legend(atlas: Atlas, frame: Frame, visits: list[Visit]) -> tuple[list[Shape], float]:
    seen = {visit_mark(e.status) for e, _ in visits if e.source_id in atlas.index.observers}
    said = {
        "look-looked": say("visit by observers"),
        "look-host_led": say("visit led by the host"),
        "look-refused": say("visit refused or cut short"),
    }
    items = [(m, text) for m, text in said.items() if m in seen]
    if any(s.visits for s in atlas.sectors):
        items.append(("", say("plain band: sector with a visit by observers")))
    if any(not s.visits for s in atlas.sectors):
        items.append(("look-not_looked", say("sector without a recorded visit by observers")))
    if any(e.source_id not in atlas.index.observers for e, _ in visits):
        items.append(("", say("+3: three visits of others, such as diplomats, relief workers, media")))
    return legend(items, frame.width, frame.height + 2)


def _title(atlas: Atlas) -> str:
    made = [e for e in atlas.observed if e.status in MADE]
    led = words.of(sum(e.status is EffortStatus.HOST_LED for e in made), len(made))
    if not made:
        return say("No visit by observers is recorded")
    if atlas.sectors:
        reached = words.of(sum(bool(s.visits) for s in atlas.sectors), len(atlas.sectors))
        return say("Observers are recorded in {sectors} sectors; {visits} visits were led by the host",
                   sectors=reached, visits=led)  # fmt: skip
    return say("{visits} visits by observers were led by the host", visits=led)


def _subtitle(atlas: Atlas) -> str:
    index = atlas.index
    period = words.days(index.start, index.edition.as_of, index.zone)
    lost = sum(not atlas.places_of(e) for e in atlas.looked)
    parts = [say("Visits recorded from {period}, at each place that they name; a visit to several places or sectors "
                 "counts in each.", period=period)]  # fmt: skip
    if lost:
        parts.append(say("{share} visits name no place and are not drawn.", share=words.of(lost, len(atlas.looked))))
    return " ".join([*parts, say("Where nobody looked, nothing can be said.")])


def _alt(atlas: Atlas) -> str:
    said = [say("Map of who looked where. {title}.", title=_title(atlas))]
    for s in atlas.sectors:
        barred = sum(e.status in BARRED for e in s.efforts)
        said.append(
            say("{sector}: visits of observers {sides}; {barred} refused or cut short; {others} of others.",
                sector=s.zone.name, sides=by_side(atlas.index, s.efforts), barred=words.number(barred),
                others=words.number(len(s.others)))
        )  # fmt: skip
    return " ".join(said)
