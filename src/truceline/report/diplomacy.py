"""The timeline of diplomacy: what was held, put off or refused, with the outcome as known on that day."""

from __future__ import annotations

from . import words
from .index import Index
from .tree import Cell, Column, Line, Paragraph, Row, Section, Table

_LANES = {
    "asean": "ASEAN",
    "united_states": "United States",
    "china": "China",
    "un": "United Nations",
    "joint": "the parties together",
}


def section(index: Index) -> Section:
    """Every step in order; whether it took place stands beside it."""
    steps = sorted(index.edition.timeline, key=lambda s: s.when.start)
    if not steps:
        return Section("diplomacy", "Diplomacy", (Paragraph(words.line("No meeting or step is on record.")),))
    held = sum(s.held == "held" for s in steps)
    intro = (
        f"{words.count(len(steps), 'step')} on record, {words.of(held, len(steps))} recorded as held. "
        "An outcome holds only what was known on that day."
    )
    columns = (
        Column("When", 1.1),
        Column("Step", 1.6),
        Column("Who took part", 1.4),
        Column("What came of it", 2.3),
        Column("By", 0.8),
    )
    rows = tuple(
        Row(
            (
                Cell((words.line(words.interval(s.when, index.zone)),)),
                Cell(_step(s.event, s.place, s.held, s.source), head=True),
                Cell((words.line(words.breakable(s.participants) or words.NOT_STATED),)),
                Cell((words.line(words.breakable(s.outcome) or words.NOT_STATED),)),
                Cell((words.line(_LANES.get(s.lane) or index.name(s.lane), f", {s.series}" if s.series else ""),)),
            )
        )
        for s in steps
    )
    return Section(
        "diplomacy",
        "Diplomacy",
        (Paragraph(words.line(intro)), Table("", columns, rows, dense=True, label="Steps in order")),
    )


def _step(event: str, place: str, held: str, source: str) -> tuple[Line, ...]:
    state = held or "whether it was held is not stated"
    return (
        (words.source_link(event, source),),
        words.line(words.quiet(f"{place}; {state}" if place else state)),
    )
