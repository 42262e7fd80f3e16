"""One incident on half a page: both parties' accounts side by side, what they share, and its margin."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from ...nouns import Assessment, Incident, Observation, Place
from .. import marks, words
from ..draw import text_width
from ..index import Index
from ..tongue import say, say_n
from ..tree import (
    Block,
    Cell,
    Column,
    Columns,
    Figure,
    Heading,
    Inline,
    Line,
    Listing,
    MarkRow,
    Paragraph,
    Row,
    Run,
    Table,
    text_of,
)
from . import margin, origins, spans, verdict

ACCOUNTS = 4
"""How many accounts of a side are printed for one incident."""
ROOM = (420, 320, 240, 200)
"""Characters of each account, where one, two, three or four are printed."""
IDS = 24
"""How many report numbers are listed."""
SHARES = (2.7, 1.0)
_MAIN, _SIDE = 331.0, 122.0
_WHOLE = 310.0
"""Cards up to about this height, points, stay on one page: two or three of them fill it; longer ones may break."""
_FIRE = ("fire.", "explosion.", "agent.")


@dataclass(frozen=True, slots=True)
class _Account:
    voices: str
    observation: Observation
    more: int


def card(index: Index, incident: Incident) -> list[Block]:
    """One incident: what is in question, accounts by party, agreement and conflict, both grades with their rules."""
    a = index.assessment(incident.id)
    accounts = index.accounts.get(incident.id, ())
    n = index.number[incident.id]
    main = (
        *_accounts(index, incident, a, accounts),
        _ground(index, a, accounts),
        *((origins.figure(index, n, accounts),) if accounts else ()),
        *_sources(index, incident, accounts),
    )
    side = margin.blocks(index, incident, a)
    keep = max(height(main, _MAIN), height(side, _SIDE)) < _WHOLE
    return [
        Heading(3, words.line(MarkRow((marks.grade(a.grade),), ""), " ", title(index, incident, a)), f"card-{n}"),
        Paragraph(quieter(_facts(index, incident, a, accounts)), "quiet"),
        Columns((main, side), SHARES, keep=keep),
    ]


def title(index: Index, incident: Incident, a: Assessment) -> str:
    """What was reported where and when, and what of it is in question: in words that fit either party."""
    said = {
        "kind": words.upper_first(index.kind(incident.kind)),
        "place": index.where(incident, say("place not named")),
        "day": words.span(*margin.local_days(index, incident), index.zone),
    }
    event = (
        say("{kind} reported at {place}, {day}", **said)
        if _is_name(index, incident)
        else say("{kind} reported, {place}, {day}", **said)
    )
    if a.rule == "O-DENIED":
        return say("{event}: whether it happened is disputed", event=event)
    if a.attribution_rule == "A-MUTUAL" and incident.kind.startswith(_FIRE):
        return say("{event}: who began it is disputed", event=event)
    if a.attribution_rule in {"A-MUTUAL", "A-DENIED"}:
        return say("{event}: who did it is disputed", event=event)
    return event


def _is_name(index: Index, incident: Incident) -> bool:
    """Whether the incident's place is a name of the gazetteer, and no description such as `10 km east of X`."""
    place = index.places.get(incident.place_id)
    return place is not None and index.where(incident) in _names(index, place)


def _names(index: Index, place: Place) -> set[str]:
    return {place.name, index.place_name(place), *place.variants, *place.party_names.values()}


def quieter(line: Line) -> Line:
    """The line in the second text colour."""
    return tuple(
        replace(part, tone="ink-2") if isinstance(part, Run) and not (part.tone or part.link or part.to) else part
        for part in line
    )


def _facts(index: Index, incident: Incident, a: Assessment, accounts: tuple[Observation, ...]) -> Line:
    return words.said(
        "Incident {n} · {grade} · {time} · {place} · {reports} · {origins}",
        n=index.ref(incident.id),
        grade=words.GRADE_WORDS[a.grade],
        time=words.span(incident.start, incident.end, index.zone, approximate=incident.approximate),
        place=place_line(index, incident),
        reports=say_n("{n} report", "{n} reports", len(accounts)),
        origins=say_n("{n} independent origin", "{n} independent origins", len(a.origins)),
    )


def place_line(index: Index, incident: Incident) -> str:
    """Give the place in Latin and local script with each party's own name, and how exactly it is known."""
    place = index.places.get(incident.place_id)
    named, known = index.where(incident), words.distance(incident.radius_m)
    if place is not None:
        full = _full_name(index, place)
        if not _is_name(index, incident) and incident.lon_deg is not None:
            return say("{place}, placed at {name}, known {distance}", place=named, name=full, distance=known)
        named = full
    if incident.lon_deg is None:
        return say("{place}, no place on the map", place=named)
    return say("{place}, known {distance}", place=named, distance=known)


def _full_name(index: Index, place: Place) -> str:
    own = [
        say("{place} as {party} names it", place=place.party_names[p], party=index.name(p))
        for p in index.parties
        if place.party_names.get(p) and place.party_names[p] != place.name
    ]
    scripts = " ".join(s for s in place.scripts.values() if s)
    return " ".join(part for part in (place.name, scripts, f"({'; '.join(own)})" if own else "") if part)


def _accounts(index: Index, incident: Incident, a: Assessment, accounts: tuple[Observation, ...]) -> list[Table]:
    groups = {p: [o for o in accounts if p in index.sides(o)] for p in index.parties}
    others = [o for o in accounts if not index.sides(o)]
    n = words.number(index.number[incident.id])
    columns = tuple(Column(say("{party}’s accounts", party=index.name(p)), tone=index.tone(p)) for p in index.parties)
    told = Row(tuple(Cell(_told(index, groups[p])) for p in index.parties))
    own = Row(tuple(Cell((quieter(words.line(_own(index, a, p))),)) for p in index.parties))
    tables = [Table("", columns, (told, own), dense=True, label=say("Incident {n}: who said what", n=n))]
    if others:
        other = Column(say("Accounts of others"), tone="party-none")
        label = say("Incident {n}: what others said", n=n)
        tables.append(Table("", (other,), (Row((Cell(_told(index, others)),)),), dense=True, label=label))
    return tables


def _own(index: Index, a: Assessment, party: str) -> str:
    name = index.name(party)
    said = [
        say("{party} said that it did this.", party=name) if party in a.own_word else "",
        say("{party} gave a reason.", party=name) if party in a.justified_by else "",
        say("{party} denied it.", party=name) if party in a.denied_by else "",
    ]
    if any(said):
        return " ".join(s for s in said if s)
    if party in a.accused:
        return say("No word of {party} on its own part was found.", party=name)
    return say("Nobody blamed {party} for this.", party=name)


def _told(index: Index, observations: list[Observation]) -> tuple[Line, ...]:
    if not observations:
        return (words.line(say("No account was found.")),)
    told: list[_Account] = []
    for o in observations:
        voices = spans.said_by(index, o)
        same = next((i for i, t in enumerate(told) if (t.voices, t.observation.stance) == (voices, o.stance)), None)
        if same is None:
            told.append(_Account(voices, o, 0))
        else:
            told[same] = replace(told[same], more=told[same].more + 1)
    shown = told[:ACCOUNTS]
    lines = [account_line(index, t.voices, t.observation, t.more, ROOM[len(shown) - 1]) for t in shown]
    if len(told) > ACCOUNTS:
        more = say_n(
            "{n} more voice: see observations.csv.", "{n} more voices: see observations.csv.", len(told) - ACCOUNTS
        )
        lines.append(words.line(words.quiet(more)))
    return tuple(lines)


def account_line(index: Index, voices: str, o: Observation, more: int = 0, room: int = ROOM[0]) -> Line:
    """Who said (saw, heard, denied) what, through whom and when, with a link to where it was published.

    `more` is how many further reports carry this voice; `room` how many characters of the text are printed.
    """
    outlet = index.source_name(o.source_id)
    text = words.free(clipped(o.text.strip(), room)) if o.text.strip() else Run(say("no words were kept"))
    day = words.interval(o.reported, index.zone) if o.reported else say("day of publication unknown")
    through = words.source_link(outlet if outlet != voices else say("source"), index.address(o))
    verb = words.verb(o.method, o.stance)
    if not more:
        return words.said(
            "**{voices} {verb}**: {statement} ({outlet}, {day})",
            voices=voices,
            verb=verb,
            statement=text,
            outlet=through,
            day=day,
        )
    reports = say_n("{n} more report of this voice", "{n} more reports of this voice", more)
    return words.said(
        "**{voices} {verb}**: {statement} ({outlet}, {day}; {reports})",
        voices=voices, verb=verb, statement=text, outlet=through, day=day, reports=reports,
    )  # fmt: skip


def clipped(text: str, room: int) -> str:
    """Give the text, cut at a word with an ellipsis where it has more than `room` characters."""
    if len(text) <= room:
        return text
    kept = text[:room]
    at_word = kept.rpartition(" ")[0]
    return (at_word if len(at_word) > room / 2 else kept).rstrip(" ,;:.") + " …"


def _ground(index: Index, a: Assessment, accounts: tuple[Observation, ...]) -> Block:
    if not a.agreed and not a.conflicts:
        return Paragraph(words.line(MarkRow(("accounts-one_side",), ""), " ", _alone(index, accounts)), "side")
    agreed = words.free(verdict.points(a.agreed)) if a.agreed else Run(say("Nothing that two sides both said."))
    conflicts = words.free(verdict.points(a.conflicts)) if a.conflicts else Run(say("No conflict was found."))
    return Columns(
        (
            (_heading("accounts-agree", say("Both accounts agree")), Paragraph((agreed,), "side")),
            (_heading("accounts-conflict", say("In conflict")), Paragraph((conflicts,), "side")),
        ),
        (1.0, 1.0),
    )


def _heading(mark: str, text: str) -> Heading:
    return Heading(margin.LEVEL, words.line(MarkRow((mark,), ""), " ", text))


def _alone(index: Index, accounts: tuple[Observation, ...]) -> str:
    speaking = {p for o in accounts for p in index.sides(o) if p in index.parties}
    if not speaking:
        return say("No party’s own account was found, so nothing can agree or conflict.")
    if len(speaking) == 1:
        return say("Only one side’s accounts speak to it, so nothing can agree or conflict.")
    return say("On no point do the sides’ own accounts agree or conflict, as far as they go.")


def _sources(index: Index, incident: Incident, accounts: tuple[Observation, ...]) -> list[Block]:
    if not accounts:
        return []
    by_outlet: dict[str, list[Observation]] = {}
    for o in accounts[:IDS]:
        by_outlet.setdefault(index.source_name(o.source_id), []).append(o)
    parts: list[Inline] = []
    for name, found in by_outlet.items():
        parts.append(Run(f"; {name} " if parts else f"{name} "))
        for k, o in enumerate(found):
            parts += [*([Run(", ")] if k else []), words.source_link(o.id, index.address(o))]
            rated = index.rating(incident.id, o.id)
            parts += [Run("\u00a0"), Run(rated, to="method-ratings")] if rated else []
    if len(accounts) > IDS:
        more = say_n("; and {n} more in observations.csv", "; and {n} more in observations.csv", len(accounts) - IDS)
        parts.append(Run(more))
    return [Paragraph(quieter(words.said("**Sources** {reports}", reports=tuple(parts))), "side")]


def height(blocks: tuple[Block, ...], width: float) -> float:
    """About how tall these blocks stand in a column of this width, points."""
    return sum(_height(block, width) for block in blocks)


def _lines(line: Line, width: float, size: float) -> int:
    return max(math.ceil(text_width(text_of(line), size) / width), 1)


def _height(block: Block, width: float) -> float:
    if isinstance(block, Paragraph):
        return _lines(block.runs, width, 8) * 9.7 + 4
    if isinstance(block, Heading):
        return _lines(block.runs, width, 8.5) * 10 + 7
    if isinstance(block, Figure):
        return block.drawing.height + 12
    if isinstance(block, Listing):
        return sum(_lines(item, width, 9.5) * 14 for item in block.items)
    if isinstance(block, Columns):
        whole = sum(block.widths)
        return max(height(p, width * w / whole - 12) for p, w in zip(block.parts, block.widths, strict=True)) + 18
    room = width / len(block.columns) - 8
    return 14 + sum(
        max(sum(_lines(x, room, 8) * 9.8 + 2 for x in c.lines) for c in row.cells) + 4 for row in block.rows
    )
