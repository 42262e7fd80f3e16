"""The marks of a map: places near to each other in one group, its grades and visits as marks, its names beside them."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from string import ascii_lowercase

from ...nouns import Effort, EffortStatus, Grade, Incident, Place
from .. import marks, words
from ..draw import Circle, Mark, Shape, Words, text_width
from ..index import Index
from ..tongue import say, say_n
from .ground import script_first
from .labels import Ground, Label, Rows, Token
from .plane import Frame
from .sector import BARRED

MERGE = 13.0
"""Places nearer to each other than this on the page share one row of marks, points."""

MOST_GROUPS = 42
"""Where there are more groups than this, they are made larger until there are not."""

MOST_GROUPS_SHADED = 12
"""The same where squares are shaded because there are so many places."""

MOST_DOTS = 300
"""Above so many places a group has one dot."""

FEW = 3
"""Up to so many incidents of a group stand with their numbers, more with counts by grade."""

Visit = tuple[Effort, Place]
"""A visit at one of the places that it names."""


@dataclass
class Group:
    """Incidents and visits near to each other on the page; (x, y) is where most of them are."""

    x: float
    y: float
    incidents: list[Incident] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    spots: list[tuple[float, float]] = field(default_factory=list)

    @property
    def weight(self) -> tuple[float, ...]:
        """The fuller first; ties from left to right."""
        return (-len(self.incidents), -len(self.visits), self.x, self.y)


def gather(
    frame: Frame, placed: list[Incident], visits: list[Visit], merge: float = MERGE, most: int = MOST_GROUPS
) -> list[Group]:
    """Give the groups of what lies in the frame, the fullest first; never more than `most`."""
    spots: dict[tuple[int, int], Group] = {}
    frame.learn([(i.lon_deg or 0, i.lat_deg or 0) for i in placed])
    for i in placed:
        group = _at(spots, *frame.xy(i.lon_deg or 0, i.lat_deg or 0))
        group.incidents.append(i)
    for effort, place in visits:
        group = _at(spots, *frame.xy(place.lon_deg or 0, place.lat_deg or 0))
        group.visits.append((effort, place))
    rest = sorted((g for g in spots.values() if frame.holds(g.x, g.y)), key=lambda g: g.weight)
    groups = _merged(rest, merge)
    while len(groups) > most:
        merge *= 1.4
        groups = _merged(groups, merge)
    return sorted(groups, key=lambda g: g.weight)


def _at(spots: dict[tuple[int, int], Group], x: float, y: float) -> Group:
    return spots.setdefault((round(x * 2), round(y * 2)), Group(x, y, spots=[(x, y)]))


def _merged(rest: list[Group], merge: float) -> list[Group]:
    groups: list[Group] = []
    cells: dict[tuple[int, int], list[Group]] = {}
    for one in rest:
        a, b = int(one.x // merge), int(one.y // merge)
        near = [g for i in (-1, 0, 1) for j in (-1, 0, 1) for g in cells.get((a + i, b + j), ())]
        found = next((g for g in near if math.hypot(g.x - one.x, g.y - one.y) < merge), None)
        if found:
            found.incidents += one.incidents
            found.visits += one.visits
            found.spots += one.spots
        else:
            fresh = Group(one.x, one.y, list(one.incidents), list(one.visits), list(one.spots))
            groups.append(fresh)
            cells.setdefault((a, b), []).append(fresh)
    return groups


def rows(index: Index, group: Group, most: int = 4) -> Rows:
    """Give a group's marks: few incidents with their numbers, more with counts by grade; then the visits."""
    tokens = [*_incident_tokens(index, group.incidents), *_visit_tokens([e for e, _ in group.visits])]
    return tuple(tuple(tokens[n : n + most]) for n in range(0, len(tokens), most))


def _incident_tokens(index: Index, incidents: list[Incident]) -> list[Token]:
    graded = [(index.assessment(i.id).grade, index.number[i.id]) for i in incidents]
    if len(graded) <= FEW:
        ordered = sorted(graded, key=lambda g: g[1])
        return [Token(marks.grade(g), str(n), f"{words.GRADE_WORDS[g]} ({n})") for g, n in ordered]
    counts = Counter(g for g, _ in graded)
    return [
        Token(marks.grade(g), times(counts[g]), f"{words.number(counts[g])} {words.GRADE_WORDS[g]}")
        for g in Grade
        if counts[g]
    ]


def times(n: int) -> str:
    """`×3`: so many of what the mark before it shows; nothing for one."""
    return f"×{words.number(n)}" if n > 1 else ""


def visit_mark(status: EffortStatus) -> str:
    """Give the name of the mark of a visit: made, led by the host, refused or cut short."""
    if status in BARRED:
        return "look-refused"
    return "look-host_led" if status is EffortStatus.HOST_LED else "look-looked"


def _visit_tokens(efforts: list[Effort]) -> list[Token]:
    counts = Counter(visit_mark(e.status) for e in efforts)
    known = ("look-looked", "look-host_led", "look-refused")
    return [Token(m, times(counts[m]), f"{words.number(counts[m])} {say(marks.words(m))}") for m in known if counts[m]]


Lines = tuple[tuple[str, float, bool, str], ...]


def place_lines(index: Index, place: Place) -> Lines:
    """Give a place's names: as the mission prints it, each party's own where it differs, then the local scripts.

    A reader of Thai or Khmer finds that script first.
    """
    own = [place.party_names.get(p, "") for p in index.parties]
    latin = [n for n in dict.fromkeys([place.name, *own]) if n]
    first = place.scripts.get(script_first(), "")
    others = " ".join(s for code, s in place.scripts.items() if s and not (first and code == script_first()))
    if first:
        small = [(n, 7.0, False, "ink-2") for n in latin[:3]]
        return ((first, 7.5, False, "ink"), *small, *(((others, 7.0, False, "ink-2"),) if others else ()))
    names = [(n, 7.5, False, "ink") for n in latin[:3]]
    return (*names, *(((others, 7.0, False, "ink-2"),) if others else ()))


def places_of(index: Index, group: Group) -> list[Place]:
    """Places of a group, the one with most incidents first."""
    counts: Counter[str] = Counter(i.place_id for i in group.incidents if i.place_id in index.places)
    counts.update(dict.fromkeys((p.id for _, p in group.visits), 0))
    return [index.places[p] for p, _ in counts.most_common()]


def names_of(index: Index, group: Group) -> Lines:
    """Give the names that stand beside a group, and how many more places it has."""
    places = places_of(index, group)
    if not places:
        return ()
    lines = place_lines(index, places[0])
    more = len(places) - 1
    if not more:
        return lines
    return (*lines, (say_n("and {n} more place", "and {n} more places", more), 7.0, False, "ink-3"))


def dots(groups: list[Group], ground: Ground) -> list[Shape]:
    """Give a dot at each place with incidents, a small ring where there are visits alone; and note where they stand.

    Above `MOST_DOTS` places a group has one dot: shaded squares then show where its incidents lie.
    """
    shapes: list[Shape] = []
    many = sum(len(g.spots) for g in groups) > MOST_DOTS
    for group in groups:
        for x, y in [(group.x, group.y)] if many else group.spots:
            shapes.append(Circle(x, y, 1.3, fill="ink") if group.incidents else Mark("place", x, y, 6))
            ground.taken.append((x - 2.2, y - 2.2, x + 2.2, y + 2.2))
    return shapes


def labelled(index: Index, groups: list[Group], ground: Ground) -> tuple[list[Shape], list[str]]:
    """Give names and marks of the groups, and a key for those whose names found no room.

    Marks of incidents always stand; where even they find no free place, over the least.
    """
    shapes: list[Shape] = []
    key: list[str] = []
    for group in groups:
        names = names_of(index, group)
        label = Label(group.x, group.y, names, 5, rows(index, group))
        drawn = ground.place(label)
        if not drawn and names:
            drawn = ground.place(replace(label, lines=names[:1]))
        if not drawn and group.incidents:
            drawn = _with_letter(index, group, ground, key)
        shapes += drawn
    return shapes, key


def _with_letter(index: Index, group: Group, ground: Ground, key: list[str]) -> list[Shape]:
    letter = ascii_lowercase[len(key) % 26] * (len(key) // 26 + 1)
    names = [text for text, _, _, tone in names_of(index, group)[:1] if tone == "ink"]
    more = len(places_of(index, group)) - 1
    marked = rows(index, group)
    if names:
        said = say_n("{place} and {n} more place", "{place} and {n} more places", more, place=names[0])
        key.append(say("{letter}: {place}", letter=letter, place=said if more > 0 else names[0]))
        marked = ((Token("", letter), *marked[0]), *marked[1:])
    return ground.place(Label(group.x, group.y, (), 4, marked), must=True)


_RANKS = ("capital", "city", "town", "crossing", "checkpoint", "temple")


def towns(index: Index, frame: Frame, ground: Ground, used: set[str], most: int) -> list[Shape]:
    """Give places of the gazetteer for orientation where there is room, cities before others."""
    shapes: list[Shape] = []
    drawn = 0
    known = [p for p in index.edition.mission.places if p.id not in used and p.lon_deg is not None]
    for place in sorted(known, key=_rank):
        x, y = frame.xy(place.lon_deg or 0, place.lat_deg or 0)
        dot = (x - 2.5, y - 2.5, x + 2.5, y + 2.5)
        if drawn >= most or not frame.holds(x, y, 4) or not ground.free(dot):
            continue
        named = ground.place(Label(x, y, place_lines(index, place), 4), (0.0,))
        if named:
            ground.taken.append(dot)
            shapes += [Mark("place", x, y, 6.5), *named]
            drawn += 1
    return shapes


def _rank(place: Place) -> int:
    return next((n for n, word in enumerate(_RANKS) if word in place.type), len(_RANKS))


def legend(items: list[tuple[str, str]], width: float, top: float) -> tuple[list[Shape], float]:
    """Give marks with their words in rows below a map, and the height that they take. An empty mark gives words alone."""
    shapes: list[Shape] = []
    x, y = 0.0, top + 11
    for mark, text in items:
        wide = text_width(text, 7.5) + (12 if mark else 0)
        if x and x + wide > width:
            x, y = 0.0, y + 12
        if mark:
            shapes.append(Mark(mark, x + 4.5, y - 2.6, 9))
        shapes.append(Words(x + (12 if mark else 0), y, text, 7.5, tone="ink-2"))
        x += wide + 13
    return shapes, (y - top + 3 if items else 0.0)


def legend_items(index: Index, groups: list[Group]) -> list[tuple[str, str]]:
    """Give the marks that these groups show, with their words."""
    grades = {index.assessment(i.id).grade for g in groups for i in g.incidents}
    items = [(marks.grade(g), words.GRADE_WORDS[g]) for g in Grade if g in grades]
    seen = {visit_mark(e.status) for g in groups for e, _ in g.visits}
    said = {
        "look-looked": say("visit by observers"),
        "look-host_led": say("visit led by the host"),
        "look-refused": say("visit refused or cut short"),
    }
    items += [(mark, text) for mark, text in said.items() if mark in seen]
    sizes = [len(g.incidents) for g in groups if g.incidents]
    if any(n > FEW for n in sizes):
        items.append(("", say("×3: three of these")))
    if any(n <= FEW for n in sizes):
        items.append(("", say("12: an incident’s number in the annex")))
    return items
