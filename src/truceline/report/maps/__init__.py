"""The maps: the whole line, then a plate for each sector; what lies in no sector, or nowhere, is said in words.

The orientation line is drawn dotted with its warning; no side of it is inferred, and land has no inner edges.
"""

from __future__ import annotations

from .. import words
from ..draw import WIDTH
from ..index import Index
from ..tongue import say, say_n
from ..tree import Block, Figure, Listing, Paragraph, Section, inside
from . import coverage as map_coverage
from .ground import credit_words, sector_warnings, source_words
from .marks import place_lines
from .plane import Frame, padded, span_of
from .plates import plates, shown, visits_in
from .sector import Atlas, Sector
from .sheet import Sheet, draw

OVERVIEW = 290.0
"""Width of the map on the front page, points."""

__all__ = ["Atlas", "Sector", "coverage_figure", "figures", "frame_of", "overview", "padded", "place_lines", "section"]


def frame_of(atlas: Atlas, tallest: float = 1.0, flattest: float = 0.5, width: float = WIDTH) -> Frame | None:
    """Give the frame around the orientation lines and the placed incidents; the mission's area if there are neither."""
    lines, area = atlas.lines, atlas.index.edition.mission.area
    lons = [i.lon_deg for i in atlas.placed if i.lon_deg is not None]
    lats = [i.lat_deg for i in atlas.placed if i.lat_deg is not None]
    if not lines.is_empty:
        lons += [lines.bounds[0], lines.bounds[2]]
        lats += [lines.bounds[1], lines.bounds[3]]
    elif not lons and area:
        return padded(area[0], area[1], area[2] + 360 * (area[2] < area[0]), area[3], tallest, flattest, width)
    if not lons:
        return None
    west, east = span_of(lons)
    if not lines.is_empty and lines.bounds[2] - lines.bounds[0] > east - west:
        west, east = lines.bounds[0], lines.bounds[2]
    return padded(west, min(lats), east, max(lats), tallest, flattest, width)


def section(index: Index) -> Section:
    """The whole line with its sectors, a plate for each of them, and in words what no plate shows."""
    title = say("Where incidents were reported")
    atlas = Atlas(index)
    frame = frame_of(atlas)
    if frame is None:
        text = say("No place, line or area is on record, so no map is drawn.")
        return Section("map", title, (Paragraph(words.line(text)),))
    intro = Paragraph(words.line(_intro(atlas)))
    return Section("map", title, (intro, whole(atlas, frame), *_unseen(atlas), *plates(atlas, frame)))


def figures(index: Index) -> list[Figure]:
    """Give every map of the section in reading order."""
    return [b for b in inside(section(index).blocks) if isinstance(b, Figure)]


def _intro(atlas: Atlas) -> str:
    total = len(atlas.index.incidents)
    parts = [say("{share} incidents have a place.", share=words.of(len(atlas.placed), total))]
    if total > len(atlas.placed):
        n = total - len(atlas.placed)
        parts.append(say_n("{n} has none and is not drawn.", "{n} have none and are not drawn.", n))
    if atlas.sectors and atlas.outside:
        n = len(atlas.outside)
        parts.append(say_n("{n} lies in no sector and is drawn on the first map alone.",
                           "{n} lie in no sector and are drawn on the first map alone.", n))  # fmt: skip
    lost = sum(not atlas.places_of(e) for e in atlas.observed)
    if lost:
        parts.append(say("{share} visits of observers, made or refused, name no place and are not drawn.",
                         share=words.of(lost, len(atlas.observed))))  # fmt: skip
    return " ".join(parts)


def whole(atlas: Atlas, frame: Frame) -> Figure:
    """Give the map of the whole line with its sectors."""
    sheet = Sheet(frame, atlas.placed, visits_in(atlas), atlas.sectors, towns=12, lands=True, merge=30.0, edges=())
    drawn = draw(atlas, sheet)
    subtitle = " ".join([shown(frame, atlas.placed), _bracketed(atlas), say("No side of the line is inferred.")])
    parts = [say("Key: {places}.", places="; ".join(drawn.key)) if drawn.key else "", source_words(atlas, frame)]
    source = " ".join(p for p in (*parts, sector_warnings(atlas)) if p)
    return Figure("map-0", _title(atlas), subtitle, _alt(atlas), source, drawn.drawing)


def _bracketed(atlas: Atlas) -> str:
    if not atlas.sectors:
        return say("Visits are those of observers.")
    return say("Brackets: sectors with the length of the line in them, incidents, and visits made by observers.")


def _title(atlas: Atlas) -> str:
    total, placed = len(atlas.index.incidents), len(atlas.placed)
    if not total:
        return say("No incident is on record")
    most = max((len(s.incidents) for s in atlas.sectors), default=0)
    top = [s for s in atlas.sectors if len(s.incidents) == most]
    if len(top) == 1 and most:
        return say("{share} placed incidents lie in one sector, {sector}",
                   share=words.of(most, placed), sector=top[0].zone.name)  # fmt: skip
    return say("{share} incidents have a place", share=words.of(placed, total))


def _alt(atlas: Atlas) -> str:
    index = atlas.index
    said = say("Map of the whole area. {share} incidents have a place.",
               share=words.of(len(atlas.placed), len(index.incidents)))  # fmt: skip
    return " ".join([said, *(f"{s.zone.name}: {say(', ').join(s.counts)}." for s in atlas.sectors)])


def _unseen(atlas: Atlas) -> list[Block]:
    """Name the sectors without incidents and visits: nobody looked, and that is no word for calm."""
    empty = [s for s in atlas.sectors if not s.incidents and not s.efforts]
    items = tuple(
        words.said(
            "**{sector}**, {km} km of the line: 0 incidents reported, 0 visits of observers recorded. "
            "Nobody is recorded to have looked; this does not say that nothing happened.",
            sector=s.zone.name, km=words.number(s.length_km),
        )
        if not s.others
        else words.said(
            "**{sector}**, {km} km of the line: 0 incidents reported, 0 visits of observers recorded; {others} by others.",
            sector=s.zone.name, km=words.number(s.length_km),
            others=say_n("{n} visit", "{n} visits", len(s.others)),
        )
        for s in empty
    )  # fmt: skip
    return [Listing(items)] if items else []


def overview(index: Index, width: float = OVERVIEW) -> Figure | None:
    """Give the small map of the whole line for the front page; None where there is nothing to draw."""
    atlas = Atlas(index)
    frame = frame_of(atlas, 0.92, 0.8, width)
    if frame is None:
        return None
    sheet = Sheet(frame, atlas.placed, (), atlas.sectors, towns=7, lands=True, marked=False)
    drawn = draw(atlas, sheet)
    subtitle = say("Disc: the place, 95 times in 100, to scale; visits: by observers")
    return Figure("map-overview", _title(atlas), subtitle, _alt(atlas), credit_words(atlas), drawn.drawing)


def coverage_figure(index: Index) -> Figure | None:
    """Give the map of who looked where; None where no line is known and nobody looked."""
    atlas = Atlas(index)
    frame = frame_of(atlas)
    return map_coverage.coverage_figure(atlas, frame) if frame else None
