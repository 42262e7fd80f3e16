"""Heat by month of the year about the places that are argued over: what is ordinary there, and what would stand out."""

from __future__ import annotations

from ..nouns import Season
from . import words
from .draw import WIDTH, Box, Drawing, Path, Shape, Words, folded
from .index import Index
from .tongue import month, say
from .tree import Block, Figure, Heading, Paragraph

LEFT, PITCH, HEAD, TALL = 150.0, 34.0, 16.0, 20.0
_STEP = (WIDTH - LEFT) / 12


def blocks(index: Index) -> list[Block]:
    """A paragraph and a plate of small multiples; nothing where the mission has no heat_season.csv."""
    rows = index.edition.mission.seasons
    if not rows:
        return []
    if index.edition.detections:
        held = words.said("Detections of this edition are weighed beside each incident.")
    else:
        held = words.said(
            "**No heat detections of this edition’s period are held**, so none speaks for or against anything here."
        )
    never = words.said(
        "What is ordinary: the months of earlier years, from counts that the mission holds. A detection is heat and no event; in a "
        "month in which fields burn it is ordinary, in one without any it would stand out. Other instruments see more or less."
    )
    return [
        Heading(3, words.said("Heat by season"), "season"),
        Paragraph((*held, *words.line(" "), *never)),
        _figure(index, rows),
    ]


def _figure(index: Index, rows: tuple[Season, ...]) -> Figure:
    by_place: dict[str, list[Season]] = {}
    for row in sorted(rows, key=lambda r: r.month):
        by_place.setdefault(row.place, []).append(row)
    names = list(dict.fromkeys(r.place for r in rows))
    first = by_place[names[0]]
    most, least = max(first, key=_a_day), min(first, key=_a_day)
    title = say(
        "Heat is ordinary in {most} ({high} detections a day) and rare in {least} ({low})",
        most=month(most.month), high=f"{_a_day(most):.0f}", least=month(least.month), low=f"{_a_day(least):.1f}",
    )  # fmt: skip
    subtitle = say(
        "Bars: share of days of the month with at least one detection; figures: days with one, of those counted. {basis}.",
        basis="; ".join(dict.fromkeys(r.basis for r in rows if r.basis)),
    )
    alt = [say("{place}: {months}.", place=_name(index, p), months=_counts(by_place[p])) for p in names]
    source = say("Source: {sources}.", sources="; ".join(dict.fromkeys(r.source for r in rows)))
    return Figure("heat-season", title, subtitle, " ".join(alt), source, _draw(index, names, by_place))


def _counts(rows: list[Season]) -> str:
    return ", ".join(f"{month(r.month)} {r.days_with_heat}/{r.days}" for r in rows)


def _a_day(row: Season) -> float:
    return row.detections / max(row.days, 1)


def _name(index: Index, place: str) -> str:
    known = index.places.get(place)
    return index.place_name(known) if known else say("Whole area")


def _draw(index: Index, names: list[str], by_place: dict[str, list[Season]]) -> Drawing:
    shapes: list[Shape] = [
        Words(LEFT + (n - 0.5) * _STEP, 8, month(n, short=True), 7, anchor="middle", tone="ink-2") for n in range(1, 13)
    ]
    y = HEAD
    for place in names:
        base = y + TALL + 6
        for k, part in enumerate(folded(_name(index, place), 8, LEFT - 10, 2)):
            shapes.append(Words(0, y + 12 + 9 * k, part, 8))
        shapes.append(Path((((LEFT, base), (WIDTH, base)),), stroke="ink-3", width=0.5))
        for row in by_place[place]:
            share = row.days_with_heat / max(row.days, 1)
            x = LEFT + (row.month - 1) * _STEP
            if row.days_with_heat:
                shapes.append(Box(x + _STEP * 0.2, base - TALL * share, _STEP * 0.6, TALL * share, fill="ink-2"))
            shapes.append(Words(x + _STEP / 2, base + 8, str(row.days_with_heat), 6.5, anchor="middle", tone="ink-2"))
        y += PITCH + 6
    return Drawing(WIDTH, y + 2, tuple(shapes))
