"""Plates: one map for each sector with something in it, and closer views where it is crowded."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace

from ...nouns import Grade, Incident
from .. import words
from ..draw import WIDTH
from ..index import Index
from ..tongue import say, say_n
from ..tree import Block, Columns, Figure, Paragraph
from .ground import cell_km, crowded, projection_words, source_words
from .marks import Group, Visit, gather, place_lines, places_of
from .plane import Frame, padded, radii_m, shaped, span_of
from .sector import MADE, Atlas, Sector, holds
from .sheet import Sheet, View, draw

HALF = 228.0
"""Width of a closer view where two stand side by side, points."""

MOST_VIEWS = 5
MOST_LISTED = 150
"""Above so many incidents of a plate their numbers are left to the annex."""

PLATE_KM = 36.0
"""Half of the side of an automatic plate where a mission has no sectors."""

MOST_PLATES, LEAST_ON_PLATE = 3, 8
LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class Plate:
    """What one plate shows, and how it is called."""

    key: str
    name: str
    placed: tuple[Incident, ...]
    visits: tuple[Visit, ...]
    frame: Frame
    sector: Sector | None = None


def plates(atlas: Atlas, whole: Frame) -> list[Block]:
    """Give the plates of every sector with incidents or visits; of the densest areas where there are no sectors."""
    small = replace(whole, width=86.0)
    made = _of_sectors(atlas) if atlas.sectors else _of_dense(atlas)
    return [block for plate in made for block in _blocks(atlas, plate, small)]


def visits_in(atlas: Atlas, frame: Frame | None = None) -> tuple[Visit, ...]:
    """Observers' visits at each of the places that they name, in the frame where one is given."""
    found = [(e, p) for e in atlas.observed for p in atlas.places_of(e)]
    return tuple(v for v in found if frame is None or frame.holds(*frame.xy(v[1].lon_deg or 0, v[1].lat_deg or 0)))


def _of_sectors(atlas: Atlas) -> list[Plate]:
    found = []
    for sector in atlas.sectors:
        mine = {e.id for e in sector.efforts}
        held = [v for v in visits_in(atlas) if v[0].id in mine and _inside(sector, v)]
        if not sector.incidents and not held:
            continue
        line = sector.line.bounds if not sector.line.is_empty else None
        few = len(sector.incidents) < LEAST_ON_PLATE
        frame = frame_around(sector.incidents, held, line, (0.45, 0.4) if few else (0.6, 0.5))
        key = f"map-sector-{sector.n}"
        found.append(Plate(key, sector.zone.name, sector.incidents, tuple(held), frame, sector))
    return found


def _inside(sector: Sector, visit: Visit) -> bool:
    return holds(sector.outline, visit[1].lon_deg, visit[1].lat_deg)


def frame_around(
    placed: tuple[Incident, ...] | list[Incident],
    visits: list[Visit] | tuple[Visit, ...],
    line: tuple[float, float, float, float] | None = None,
    forms: tuple[float, float] = (0.6, 0.5),
    width: float = WIDTH,
) -> Frame:
    """Give the frame around these incidents with what is known of their places, these visits and a line."""
    spots = [(i.lon_deg or 0.0, i.lat_deg or 0.0, min((i.radius_m or 0.0) / 111_000, 0.12)) for i in placed]
    spots += [(p.lon_deg or 0.0, p.lat_deg or 0.0, 0.0) for _, p in visits]
    lons = [x for x, _, _ in spots] + ([line[0], line[2]] if line else [])
    souths = [y - r for _, y, r in spots] + ([line[1]] if line else [])
    norths = [y + r for _, y, r in spots] + ([line[3]] if line else [])
    west, east = span_of(lons)
    wide = max((r for x, _, r in spots), default=0.0)
    return padded(west - wide, min(souths), east + wide, max(norths), forms[0], forms[1], width)


def _of_dense(atlas: Atlas) -> list[Plate]:
    return [
        Plate(f"map-{n}", _around(atlas.index, area), tuple(area), (), frame_around(area, ()))
        for n, area in enumerate(dense(list(atlas.placed)), 1)
    ]


def dense(placed: list[Incident]) -> list[list[Incident]]:
    """Give the squares of the ground with the most incidents, none of them in two; the fullest first."""
    cells: Counter[tuple[int, int]] = Counter()
    where: dict[str, tuple[int, int]] = {}
    for i in placed:
        east, north = (math.radians(r) / 1000 for r in radii_m(round(i.lat_deg or 0)))
        where[i.id] = (int((i.lon_deg or 0) * east // PLATE_KM), int((i.lat_deg or 0) * north // PLATE_KM))
        cells[where[i.id]] += 1
    found: list[list[Incident]] = []
    while cells and len(found) < MOST_PLATES:
        corner = max(cells, key=lambda c: (_block(cells, c), -c[0], -c[1]))
        if _block(cells, corner) < LEAST_ON_PLATE:
            break
        taken = {(corner[0] + a, corner[1] + b) for a in (0, 1) for b in (0, 1)}
        found.append([i for i in placed if where[i.id] in taken and cells[where[i.id]]])
        for cell in taken:
            cells.pop(cell, None)
    return found


def _block(cells: Counter[tuple[int, int]], corner: tuple[int, int]) -> int:
    return sum(cells.get((corner[0] + a, corner[1] + b), 0) for a in (0, 1) for b in (0, 1))


def _around(index: Index, placed: list[Incident] | tuple[Incident, ...]) -> str:
    places = places_of(index, Group(0, 0, list(placed)))
    return say("Around {place}", place=index.place_name(places[0])) if places else say("A closer view")


def _blocks(atlas: Atlas, plate: Plate, small: Frame) -> list[Block]:
    views = closer(plate)
    sheet = Sheet(
        plate.frame, plate.placed, plate.visits, (), (plate.sector,) if plate.sector else (), tuple(views), small,
        say("Sector {n}", n=plate.sector.n) if plate.sector else "", towns=10 if not views else 6,
    )  # fmt: skip
    drawn = draw(atlas, sheet)
    figure = Figure(
        plate.key, _title(atlas, plate), _subtitle(plate), _alt(atlas, plate),
        " ".join([*_key(drawn.key), source_words(atlas, plate.frame)]), drawn.drawing,
    )  # fmt: skip
    return [figure, *_views(atlas, plate, views), *_listed(atlas, plate)]


def _key(key: list[str]) -> list[str]:
    return [say("Key: {places}.", places="; ".join(key))] if key else []


def _title(atlas: Atlas, plate: Plate) -> str:
    index, n = atlas.index, len(plate.placed)
    grades = Counter(index.assessment(i.id).grade for i in plate.placed)
    seen = sum(i.id in index.seen for i in plate.placed)
    if not n:
        visits = plate.sector.visits if plate.sector else 0
        return say_n("{place}: no incident reported, {n} visit by observers",
                     "{place}: no incident reported, {n} visits by observers", visits, place=plate.name)  # fmt: skip
    return say(
        "{place}: {part} of {whole} placed incidents; {established} of {part} established, {seen} with an observer’s own account",
        place=plate.name, part=words.number(n), whole=words.number(len(atlas.placed)),
        established=words.number(grades[Grade.ESTABLISHED]), seen=words.number(seen) if seen else say("none"),
    )  # fmt: skip


def graded(index: Index, placed: tuple[Incident, ...] | list[Incident]) -> str:
    """Give how many incidents have each grade, in words; grades that none has are left out."""
    counts = Counter(index.assessment(i.id).grade for i in placed)
    return say(", ").join(f"{words.number(counts[g])} {words.GRADE_WORDS[g]}" for g in Grade if counts[g])


def _subtitle(plate: Plate) -> str:
    parts = [shown(plate.frame, plate.placed)]
    if plate.sector:
        sector, met = plate.sector, sum(any(e.id == v[0].id for v in plate.visits) for e in plate.sector.efforts)
        parts.append(_effort(sector))
        lost = len(sector.efforts) - met
        if lost:
            parts.append(say_n("{n} of them names no place and is not drawn.",
                               "{n} of them name no place and are not drawn.", lost))  # fmt: skip
    parts.append(say("No side of the line is inferred."))
    return " ".join(parts)


def _effort(sector: Sector) -> str:
    if not sector.barred:
        return say_n(
            "Observers made {n} visit in this sector.", "Observers made {n} visits in this sector.", sector.visits
        )
    return say_n(
        "Observers made {n} visit in this sector; {barred} more were refused or cut short.",
        "Observers made {n} visits in this sector; {barred} more were refused or cut short.",
        sector.visits,
        barred=words.number(sector.barred),
    )


def shown(frame: Frame, placed: tuple[Incident, ...] | list[Incident]) -> str:
    """Say how places of incidents are drawn: as discs to scale, or as shaded squares where they are too many."""
    if crowded(frame, placed):
        return say("Squares of {km} km are the darker the more incidents lie in them.", km=f"{cell_km(frame):.2g}")
    return say("Discs hold the place 95 times in 100, to scale. Places close together share a row of marks.")


def _alt(atlas: Atlas, plate: Plate) -> str:
    said = say(
        "Map of {place}. {incidents}: {grades}.",
        place=plate.name, incidents=words.incidents(len(plate.placed)), grades=graded(atlas.index, plate.placed) or say("none"),
    )  # fmt: skip
    by_place = Counter(i.place_id for i in plate.placed if i.place_id in atlas.index.places)
    most = [f"{atlas.index.place_name(atlas.index.places[p])} {words.number(n)}" for p, n in by_place.most_common(8)]
    where = say("Incidents by place, the most first: {places}.", places=say(", ").join(most)) if most else ""
    made = sum(e.status in MADE for e, _ in plate.visits)
    barred = len(plate.visits) - made
    looks = say("Visits of observers drawn at their places: {made} made, {barred} refused or cut short.",
                made=words.number(made), barred=words.number(barred))  # fmt: skip
    return " ".join(s for s in (said, where, looks) if s)


def closer(plate: Plate) -> list[View]:
    """Give the crowded parts of a plate, the fullest first, none over another."""
    groups = gather(plate.frame, list(plate.placed), list(plate.visits), 18.0)
    kept = [g for g in groups if len(g.spots) > 2 or (len(g.spots) > 1 and len(g.incidents) > 5)]
    found: list[tuple[Group, Frame]] = []
    for group in kept:
        frame = _closer_frame(group)
        if plate.frame.width / (frame.right_m - frame.left_m) < plate.frame.scale * 2.4:
            continue
        mid = plate.frame.xy(frame.projection.lon_deg, frame.projection.lat_deg)
        if any(_near(plate.frame, mid, frame, other) for _, other in found):
            continue
        found.append((group, frame))
    most = 1 if crowded(plate.frame, plate.placed) else MOST_VIEWS
    kept_frames = [f for _, f in found[:most]]
    if len(kept_frames) % 2 or (found and len(found[0][0].spots) > 4):
        kept_frames[0] = _wide(kept_frames[0], 0.52 if len(found[0][0].spots) > 4 else 0.42)
        kept_frames = kept_frames[: 1 + (len(kept_frames) - 1) // 2 * 2]
    return [View(letter, f) for letter, f in zip(LETTERS, kept_frames, strict=False)]


def _wide(frame: Frame, tallest: float) -> Frame:
    box = (frame.left_m, frame.bottom_m, frame.right_m, frame.top_m)
    return shaped(frame.projection, box, tallest, 0.4)


def _near(whole: Frame, mid: tuple[float, float], frame: Frame, other: Frame) -> bool:
    x, y = whole.xy(other.projection.lon_deg, other.projection.lat_deg)
    wide = ((frame.right_m - frame.left_m) + (other.right_m - other.left_m)) / 2 * whole.scale
    high = ((frame.top_m - frame.bottom_m) + (other.top_m - other.bottom_m)) / 2 * whole.scale
    return abs(mid[0] - x) < wide and abs(mid[1] - y) < high


def _closer_frame(group: Group) -> Frame:
    spots = [(i.lon_deg or 0.0, i.lat_deg or 0.0) for i in group.incidents]
    spots += [(p.lon_deg or 0.0, p.lat_deg or 0.0) for _, p in group.visits]
    west, east = span_of([x for x, _ in spots])
    south, north = min(y for _, y in spots), max(y for _, y in spots)
    room = max(0.22 * max(east - west, north - south), 0.012)
    return padded(west - room, south - room, east + room, north + room, 0.92, 0.72)


def _views(atlas: Atlas, plate: Plate, views: list[View]) -> list[Block]:
    blocks: list[Block] = []
    rest = list(views)
    if len(rest) % 2:
        blocks.append(_view(atlas, plate, rest.pop(0), WIDTH))
    while rest:
        pair = (_view(atlas, plate, rest.pop(0), HALF), _view(atlas, plate, rest.pop(0), HALF))
        blocks.append(Columns(((pair[0],), (pair[1],)), (1.0, 1.0), keep=True))
    return blocks


def _view(atlas: Atlas, plate: Plate, view: View, width: float) -> Figure:
    frame = replace(view.frame, width=width)
    frame.learn([(i.lon_deg or 0, i.lat_deg or 0) for i in plate.placed])
    held = tuple(i for i in plate.placed if frame.holds(*frame.xy(i.lon_deg or 0, i.lat_deg or 0)))
    seen = visits_in(atlas, frame)
    drawn = draw(atlas, Sheet(frame, held, seen, towns=6, legend=False))
    title = say("Closer view {letter}. {place}: {part} of {whole} incidents of this map", letter=view.letter,
                place=_around(atlas.index, held), part=words.number(len(held)), whole=words.number(len(plate.placed)))  # fmt: skip
    subtitle = say(
        "{grades}. Drawn as in the map above.", grades=words.upper_first(graded(atlas.index, held)) or say("None")
    )
    alt = _alt(atlas, replace(plate, name=_around(atlas.index, held), placed=held, visits=seen))
    source = " ".join([*_key(drawn.key), projection_words(frame)])
    return Figure(f"{plate.key}-{view.letter.lower()}", title, subtitle, alt, source, drawn.drawing)


def _listed(atlas: Atlas, plate: Plate) -> list[Block]:
    index = atlas.index
    if not plate.placed:
        return []
    if len(plate.placed) > MOST_LISTED:
        text = say("The numbers of the {n} incidents drawn stand in the annex.", n=words.number(len(plate.placed)))
        return [Paragraph(words.line(text), "note")]
    by_place: dict[str, list[Incident]] = {}
    for i in plate.placed:
        by_place.setdefault(i.place_id if i.place_id in index.places else "", []).append(i)
    parts: list[object] = []
    for n, (place, members) in enumerate(sorted(by_place.items(), key=lambda m: -len(m[1]))):
        name = place_lines(index, index.places[place])[0][0] if place else say("places not in the gazetteer")
        refs = [r for i in members for r in (say(", "), index.ref(i.id))][1:]
        parts += [*(("; ",) if n else ()), words.bold(name), " ", *refs]
    return [Paragraph(words.said("Incidents drawn, by number: {places}.", places=tuple(words.line(*parts))), "note")]  # type: ignore[arg-type]
