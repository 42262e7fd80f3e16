"""The annexes: what was set aside, every incident, and the inputs by which the report can be recomputed."""

from __future__ import annotations

from ..nouns import Incident
from . import marks, words
from .incidents import attribution
from .index import Index
from .tree import Cell, Column, Line, MarkRow, Paragraph, Row, Run, Section, Table

MOST_SOURCES = 8
"""How many sources of one incident are named; links.csv holds all."""

MOST_ROWS = 400
"""How many set-aside rows are printed; set_aside.csv holds all."""


def set_aside(index: Index) -> Section:
    """Rows that could not be read or were left out of this edition, with the reason for each."""
    found = index.edition.set_aside
    if not found:
        return Section(
            "set-aside",
            "Set aside and left out",
            (Paragraph(words.line("Nothing was set aside or left out.")),),
        )
    shown = found[:MOST_ROWS]
    intro = (
        f"{words.count(len(found), 'row')} of the input could not be read or may not count in this "
        "edition. The files still hold them."
    )
    if len(shown) < len(found):
        intro += f" {words.of(len(shown), len(found))} are printed; set_aside.csv holds all."
    columns = (
        Column("File", 1.6),
        Column("Line", 0.4, numeric=True),
        Column("Column", 0.8),
        Column("What was found", 1.5),
        Column("Why", 2.2),
    )
    rows = tuple(
        Row(
            (
                Cell((words.line(words.breakable(s.file)),), head=True),
                Cell((words.line(words.number(s.line) if s.line else ""),)),
                Cell((words.line(s.column),)),
                Cell((words.line(words.breakable(_cut(s.value))),)),
                Cell((words.line(words.breakable(s.reason)),)),
            )
        )
        for s in shown
    )
    return Section(
        "set-aside",
        "Set aside and left out",
        (
            Paragraph(words.line(intro)),
            Table("", columns, rows, dense=True, label="Rows set aside or left out"),
        ),
    )


def _cut(text: str, most: int = 120) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def incidents(index: Index) -> Section:
    """Every incident: when, where, what, grade, who is blamed by whom, answers, origins, sources."""
    if not index.incidents:
        return Section("annex", "Annex: all incidents", (Paragraph(words.line("No incident is on record.")),))
    columns = (
        Column("No.", 0.36, numeric=True),
        Column(f"When ({words.offset(index.edition.as_of, index.zone)})", 1.05),
        Column("Where", 1.35),
        Column("What, and its grade", 1.25),
        Column("Who is blamed, by whom; who did it", 1.8),
        Column("Answers and own word", 1.2),
        Column("Origins and sources", 1.7),
    )
    rows = tuple(_row(index, i) for i in index.incidents)
    intro = (
        f"{words.count(len(rows), 'incident')} by beginning. “To 3 km”: the place is known with that "
        "radius, 95 times in 100."
    )
    return Section(
        "annex",
        "Annex: all incidents",
        (Paragraph(words.line(intro)), Table("", columns, rows, dense=True, label="All incidents")),
    )


def _row(index: Index, i: Incident) -> Row:
    a, n = index.assessment(i.id), index.number[i.id]
    known = f"known {words.distance(i.radius_m)}" if i.lon_deg is not None else "no place on the map"
    place = index.places.get(i.place_id)
    scripts = " ".join(s for s in place.scripts.values() if s) if place else ""
    where = [
        words.line(index.where(i)),
        *([words.line(words.quiet(scripts))] if scripts else []),
        words.line(words.quiet(known)),
    ]
    return Row(
        (
            Cell((words.line(str(n)),), head=True, id=f"incident-{n}"),
            Cell((words.line(words.span(i.start, i.end, index.zone, approximate=i.approximate, zoned=False)),)),
            Cell(tuple(where)),
            Cell(
                (
                    words.line(words.upper_first(index.kind(i.kind))),
                    words.line(MarkRow((marks.grade(a.grade),), ""), f" {a.grade}"),
                )
            ),
            Cell((*_blame(index, i), words.line(words.quiet(f"Who did it: {attribution_short(index, i)}")))),
            Cell(_answers(index, i)),
            Cell((words.line(words.count(len(a.origins), "independent origin")), _sources(index, i))),
        )
    )


def attribution_short(index: Index, i: Incident) -> str:
    """Who did it without the reasons."""
    return attribution(index, index.assessment(i.id)).split(".")[0]


def _blame(index: Index, i: Incident) -> tuple[Line, ...]:
    lines = []
    accounts = index.accounts.get(i.id, ())
    for party in index.parties:
        voices = list(
            dict.fromkeys(index.source_name(s) for o in accounts if o.actor_claimed == party for s in index.speakers(o))
        )
        if voices:
            lines.append(words.line(f"{index.name(party)}, by {words.listed(words.capped(voices, 3, 'voice'))}"))
    return tuple(lines) or (words.line("nobody is blamed"),)


def _answers(index: Index, i: Incident) -> tuple[Line, ...]:
    a = index.assessment(i.id)
    said = [
        (a.own_word, "said that it did so"),
        (a.justified_by, "gave a reason"),
        (a.denied_by, "denied it"),
    ]
    lines = tuple(words.line(f"{index.names(who)} {what}") for who, what in said if who)
    return lines or (words.line("none found"),)


def _sources(index: Index, i: Incident) -> Line:
    links: dict[tuple[str, str], None] = {}
    for o in index.accounts.get(i.id, ()):
        links[index.source_name(o.source_id), index.address(o)] = None
    parts: list[Run] = []
    for n, (name, address) in enumerate(list(links)[:MOST_SOURCES]):
        parts += [Run("; ")] if n else []
        parts.append(words.source_link(name, address))
    if len(links) > MOST_SOURCES:
        parts.append(Run(f"; and {words.number(len(links) - MOST_SOURCES)} more"))
    return tuple(parts) or words.line("no source named")


def inputs(index: Index) -> Section:
    """Every input with its hash, the version, and how to recompute the report."""
    edition = index.edition
    how = words.line(
        f"Truceline {edition.version} made this report from "
        f"{words.count(len(edition.inputs), 'input file')} as of "
        f"{words.moment(edition.as_of, index.edition_zone)}. Whoever holds the run’s folder and the inputs can "
        "recompute every finding with ",
        words.bold("truceline run --check DIR"),
        ", which runs again and compares every byte.",
    )
    if not edition.inputs:
        return Section("inputs", "Inputs and how to recompute", (Paragraph(how),))
    columns = (Column("File", 1.0), Column("SHA-256", 1.35))
    rows = tuple(
        Row((Cell((words.line(words.breakable(path)),), head=True), Cell((words.line(_hash(digest)),))))
        for path, digest in edition.inputs
    )
    return Section(
        "inputs",
        "Inputs and how to recompute",
        (Paragraph(how), Table("", columns, rows, dense=True, label="Inputs")),
    )


def _hash(digest: str) -> str:
    return "\u200b".join(digest[i : i + 16] for i in range(0, len(digest), 16))
