"""Casualties and displacement: each figure with its definition and its sources, side by side, never added."""

from __future__ import annotations

from ..nouns import Figure as SourceFigure
from ..nouns import Total
from . import words
from .dots import NAMES, figure, side_name
from .index import Index
from .tree import Block, Cell, Column, Heading, Line, Paragraph, Row, Section, Table

TOPICS = ("killed", "injured", "displaced")


def section(index: Index) -> Section:
    """For each topic the dots, the figures by definition, and every source figure behind them."""
    intro = (
        "A figure holds only under its own definition: whom it counts, from when, until when, and "
        "whether it is the dead "
        "of fire alone or also of its consequences. Figures under different definitions are not added "
        "and not averaged."
    )
    blocks: list[Block] = [Paragraph(words.line(intro))]
    topics = [*TOPICS, *dict.fromkeys(t.topic for t in index.edition.totals if t.topic not in TOPICS)]
    for topic in topics:
        blocks += _topic(index, topic)
    return Section("figures", "Casualties and displacement", tuple(blocks))


def ordered(index: Index, topic: str) -> list[Total]:
    """Totals of one topic by side in the mission's order, then as the edition has them."""
    order = {side: n for n, side in enumerate((*index.parties, "both"))}
    found = [t for t in index.edition.totals if t.topic == topic]
    return sorted(found, key=lambda t: order.get(t.side, len(order)))


def letter(n: int) -> str:
    """Give a to z, then aa, ab, ..."""
    return chr(97 + n) if n < 26 else letter(n // 26 - 1) + letter(n % 26)


def _topic(index: Index, topic: str) -> list[Block]:
    name = NAMES.get(topic, words.upper_first(topic))
    totals = ordered(index, topic)
    head = Heading(3, words.line(name), f"figures-{topic}")
    if not totals:
        return [head, Paragraph(words.line("No figure was published that this edition may count."))]
    letters = {id(t): letter(n) for n, t in enumerate(totals)}
    drawn = figure(index, topic, totals, letters)
    return [
        head,
        *([drawn] if drawn else []),
        _table(index, name, totals, letters),
        _sources(index, name, totals, letters),
    ]


def _table(index: Index, name: str, totals: list[Total], letters: dict[int, str]) -> Table:
    columns = (
        Column("", 0.25),
        Column("Side", 0.8),
        Column("Definition", 2.2),
        Column("Period", 1.3),
        Column("Low", 0.55, numeric=True),
        Column("Latest", 0.65, numeric=True),
        Column("High", 0.55, numeric=True),
        Column("Sources", 0.6, numeric=True),
    )
    rows = tuple(
        Row(
            (
                Cell((words.line(letters[id(t)]),), head=True),
                Cell((words.line(side_name(index, t.side)),)),
                Cell((words.line(_definition(t)),)),
                Cell((words.line(_period(index, t)),)),
                Cell((words.line(words.number(t.low)),)),
                Cell((words.line(words.number(t.best) if t.best is not None else "disagree"),)),
                Cell((words.line(words.number(t.high) if t.high is not None else "open"),)),
                Cell((words.line(words.number(len(t.sources))),)),
            )
        )
        for t in totals
    )
    note = "“disagree”: the latest figures differ; “open”: a source set no upper end; “unknown”: no number was given."
    return Table(f"{name}: figures by side and definition", columns, rows, note, dense=True)


def _definition(total: Total) -> str:
    direct = {"direct": ", direct", "indirect": ", indirect"}.get(total.direct, ", direct or indirect not stated")
    whom = words.OF_WHOM_WORDS[total.of_whom]
    return (
        f"{words.upper_first(total.definition) or 'Definition not stated'} "
        f"({whom}{direct if total.topic == 'killed' else ''}; {total.measure})"
    )


def _period(index: Index, total: Total) -> str:
    until = f"until {words.day(total.as_of, index.zone)}"
    return (
        f"{words.day(total.period_start, index.zone)} {until}"
        if total.period_start
        else f"beginning not stated, {until}"
    )


def _sources(index: Index, name: str, totals: list[Total], letters: dict[int, str]) -> Table:
    columns = (
        Column("", 0.25),
        Column("As of", 1.0),
        Column("Figure", 0.8, numeric=True),
        Column("Who said it", 1.6),
        Column("Note", 2.4),
    )
    figures = {f.id: f for f in index.edition.figures}
    rows: list[Row] = []
    for total in totals:
        known = sorted((f for i in total.figure_ids if (f := figures.get(i))), key=lambda f: f.as_of)
        rows += [_source_row(index, letters[id(total)], f) for f in known]
    return Table(f"{name}: every source figure", columns, tuple(rows), dense=True)


def _source_row(index: Index, sign: str, f: SourceFigure) -> Row:
    qualifier = {"at_least": "at least ", "about": "about "}.get(f.qualifier, "")
    value = words.range_of(f.low, f.high if f.high is not None or f.qualifier == "at_least" else f.low)
    said = qualifier + (value.removeprefix("at least ") if qualifier else value)
    origin = f" (from {index.source_name(f.origin)})" if f.origin and f.origin != f.source else ""
    who: Line = (
        words.source_link(index.source_name(f.source), f.url),
        *words.line(words.quiet(origin) if origin else ""),
    )
    return Row(
        (
            Cell((words.line(sign),), head=True),
            Cell((words.line(words.day(f.as_of, index.zone)),)),
            Cell((words.line(said),)),
            Cell((who,)),
            Cell((words.line(words.breakable(f.note) or f.definition or ""),)),
        )
    )
