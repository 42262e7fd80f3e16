"""Casualties and displacement: each figure with its definition and its sources, side by side, never added."""

from __future__ import annotations

from dataclasses import replace

from ..nouns import Figure as SourceFigure
from ..nouns import Total
from . import words
from .dots import figures, side_name, topic_name
from .index import Index
from .tongue import later, say
from .tree import Block, Cell, Column, Heading, Line, Paragraph, Row, Run, Section, Table

TOPICS = ("killed", "injured", "displaced")
MOST_NOTE = 110
"""Letters of a source's note that are printed; figures.csv holds all of it."""

MEASURES = words.Sayings(
    {
        "cumulative": later("running total"),
        "stock": later("on that day in all"),
        "daily": later("added on that day alone"),
        "ordered": later("told to leave"),
    }
)
_DIRECT = words.Sayings(
    {
        "direct": later("of fire alone"),
        "indirect": later("of its consequences"),
        "": later("direct or indirect not stated"),
    }
)


def section(index: Index) -> Section:
    """For each topic the dots, the figures by definition, and every source figure behind them."""
    intro = words.said(
        "A figure holds only under its own definition: whom it counts, from when, until when, and whether it is the "
        "dead of fire alone or also of its consequences. Figures under different definitions are not added and not "
        "averaged; figures of families or of buildings stand apart from figures of people."
    )
    blocks: list[Block] = [Paragraph(intro)]
    topics = [*TOPICS, *dict.fromkeys(t.topic for t in index.edition.totals if t.topic not in TOPICS)]
    for topic in topics:
        blocks += _topic(index, topic)
    return Section("figures", say("Casualties and displacement"), tuple(blocks))


def ordered(index: Index, topic: str) -> list[Total]:
    """Totals of one topic by side in the mission's order, then as the edition has them."""
    order = {side: n for n, side in enumerate((*index.parties, "both"))}
    found = [t for t in index.edition.totals if t.topic == topic]
    return sorted(found, key=lambda t: order.get(t.side, len(order)))


def letter(n: int) -> str:
    """Give a to z, then aa, ab, ..."""
    return chr(97 + n) if n < 26 else letter(n // 26 - 1) + letter(n % 26)


def _topic(index: Index, topic: str) -> list[Block]:
    name = topic_name(topic)
    totals = ordered(index, topic)
    head = Heading(3, words.line(name), f"figures-{topic}")
    if not totals:
        nothing = words.said("No figure was published that this edition may count. No record is not proof of none.")
        return [head, Paragraph(nothing)]
    letters = {id(t): letter(n) for n, t in enumerate(totals)}
    return [
        head,
        *figures(index, topic, totals, letters),
        _table(index, name, totals, letters),
        _sources(index, name, totals, letters),
    ]


def _table(index: Index, name: str, totals: list[Total], letters: dict[int, str]) -> Table:
    columns = (
        Column("", 0.2),
        Column(say("Side"), 0.75),
        Column(say("Definition"), 2.5),
        Column(say("Period"), 1.3),
        Column(say("Low"), 0.64, numeric=True),
        Column(say("Latest"), 0.72, numeric=True),
        Column(say("High"), 0.64, numeric=True),
        Column(say("Sources"), 0.64, numeric=True),
    )
    rows = tuple(_total(index, t, letters[id(t)]) for t in totals)
    note = say(
        "“disagree”: the latest figures differ; “open”: a source set no upper end; “unknown”: no number was given."
    )
    return Table(say("{topic}: figures by side and definition", topic=name), columns, rows, note, dense=True)


def _total(index: Index, t: Total, sign: str) -> Row:
    return Row(
        (
            Cell((words.line(sign),), head=True),
            Cell((words.line(side_name(index, t.side)),)),
            Cell((_definition(t),)),
            Cell((words.line(_period(index, t)),)),
            Cell((words.line(words.number(t.low)),)),
            Cell((words.line(words.number(t.best) if t.best is not None else say("disagree")),)),
            Cell((words.line(words.number(t.high) if t.high is not None else say("open")),)),
            Cell((words.line(words.number(len(t.sources))),)),
        )
    )


def _definition(total: Total) -> Line:
    said = words.defined(total.definition) if total.definition else Run(say("Definition not stated"))
    defined = replace(said, text=words.upper_first(said.text))
    whom, measure = words.OF_WHOM_WORDS[total.of_whom], MEASURES.get(total.measure) or total.measure
    if total.topic == "killed":
        direct = _DIRECT[total.direct if total.direct in _DIRECT else ""]
        return words.said(
            "{definition} ({whom}; {direct}; {measure})", definition=defined, whom=whom, direct=direct, measure=measure
        )
    return words.said("{definition} ({whom}; {measure})", definition=defined, whom=whom, measure=measure)


def _period(index: Index, total: Total) -> str:
    if total.period_start:
        return words.days(min(total.period_start, total.as_of), total.as_of, index.zone)
    return say("beginning not stated, until {last}", last=words.day(total.as_of, index.zone))


def _sources(index: Index, name: str, totals: list[Total], letters: dict[int, str]) -> Table:
    columns = (
        Column("", 0.2),
        Column(say("As of"), 1.05),
        Column(say("Figure"), 0.75, numeric=True),
        Column(say("Who said it"), 2.3),
        Column(say("Note"), 2.0),
    )
    known = {f.id: f for f in index.edition.figures}
    rows: list[Row] = []
    for total in totals:
        found = sorted((f for i in total.figure_ids if (f := known.get(i))), key=lambda f: f.as_of)
        rows += [_source_row(index, letters[id(total)], f) for f in found]
    return Table(say("{topic}: every source figure", topic=name), columns, tuple(rows), dense=True)


def _value(f: SourceFigure) -> str:
    if f.qualifier == "at_least" and f.low is not None:
        return say("at least {number}", number=words.number(f.low))
    value = words.range_of(f.low, f.low if f.high is None else f.high)
    return words.about(value, approximate=f.qualifier == "about")


def _source_row(index: Index, sign: str, f: SourceFigure) -> Row:
    who = words.source_link(index.source_name(f.source), f.url)
    from_whom = f.origin and f.origin != f.source
    line = (
        words.said("{source} (from {origin})", source=who, origin=index.source_name(f.origin)) if from_whom else (who,)
    )
    return Row(
        (
            Cell((words.line(sign),), head=True),
            Cell((words.line(words.day(f.as_of, index.zone)),)),
            Cell((words.line(_value(f)),)),
            Cell((line,)),
            Cell((words.line(words.free(shortened(f.note or f.definition))),)),
        )
    )


def shortened(text: str, most: int = MOST_NOTE) -> str:
    """Give the text, cut at a word where it has more than so many letters."""
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
