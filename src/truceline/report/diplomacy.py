"""The steps of diplomacy: what was held, put off or refused, with the outcome as known on that day."""

from __future__ import annotations

from dataclasses import replace

from ..nouns import Step
from . import words
from .index import Index
from .tongue import later, say, say_n
from .tree import Block, Cell, Column, Line, Paragraph, Row, Table

LANES = words.Sayings(
    {
        "joint": later("The parties together"),
        "asean": later("ASEAN"),
        "united_states": later("United States"),
        "china": later("China"),
        "un": later("United Nations"),
    }
)
HELD = words.Sayings(
    {
        "held": later("held"),
        "announced": later("announced"),
        "planned": later("planned"),
        "postponed": later("put off"),
        "refused": later("refused"),
        "cancelled": later("cancelled"),
        "": later("whether it was held is not stated"),
    }
)


def steps(index: Index) -> list[Step]:
    """Give the steps in order of time; one that is told twice in the same words counts once."""
    seen: dict[tuple[object, ...], Step] = {}
    for s in sorted(index.edition.timeline, key=lambda s: s.when.start):
        seen.setdefault((s.when.start, s.when.end, s.event.casefold(), s.lane, s.held), s)
    return list(seen.values())


def lane_name(index: Index, lane: str) -> str:
    """Give whose step it was: the parties together, a party, or another body."""
    return LANES.get(lane) or index.name(lane)


def lanes(index: Index, found: list[Step]) -> list[str]:
    """Lanes with a step: the parties together, each party, then others in the order of their first step."""
    order = ["joint", *index.parties, *(s.lane for s in found)]
    present = {s.lane for s in found}
    return [lane for lane in dict.fromkeys(order) if lane in present]


def blocks(index: Index) -> tuple[Block, ...]:
    """Every step in order; whether it took place stands beside it."""
    found = steps(index)
    if not found:
        nothing = words.said("No meeting or step of diplomacy is on record. No record is not proof of none.")
        return (Paragraph(nothing),)
    held = sum(s.held == "held" for s in found)
    intro = words.said(
        "{steps} {part} of {whole} are recorded as held. An outcome holds only what was known on that day.",
        steps=say_n("{n} step of diplomacy is on record.", "{n} steps of diplomacy are on record.", len(found)),
        part=words.number(held), whole=words.number(len(found)),
    )  # fmt: skip
    columns = (
        Column(say("When"), 1.2),
        Column(say("Step"), 1.75),
        Column(say("Who took part"), 1.3),
        Column(say("What came of it"), 2.0),
        Column(say("By"), 1.05),
    )
    rows = tuple(_row(index, s) for s in found)
    return Paragraph(intro), Table("", columns, rows, dense=True, label=say("Steps of diplomacy in order"))


def _row(index: Index, s: Step) -> Row:
    lane = lane_name(index, s.lane)
    by = words.said("{lane}, {series}", lane=lane, series=words.free(s.series)) if s.series else words.line(lane)
    return Row(
        (
            Cell((words.line(words.interval(s.when, index.zone)),)),
            Cell(_step(s), head=True),
            Cell((words.line(words.free(s.participants) if s.participants else words.not_stated()),)),
            Cell((words.line(words.free(s.outcome) if s.outcome else words.not_stated()),)),
            Cell((by,)),
        )
    )


def _step(s: Step) -> tuple[Line, ...]:
    state = HELD.get(s.held) or s.held
    event = replace(words.free(s.event), link=words.safe_link(s.source))
    told = say("{place}; {state}", place=s.place, state=state) if s.place else state
    return (event,), words.line(words.quiet(told))
