"""The annexes: what was set aside, every incident, and the inputs by which the report can be recomputed."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import groupby

from .. import when
from ..nouns import UNATTRIBUTED, Grade, Incident, SetAside
from . import marks, tongue, words
from .draw import shortened
from .index import Index
from .tongue import say, say_n
from .tree import Cell, Column, Inline, Line, Paragraph, Row, Run, Section, Table

MOST_INCIDENTS = 500
"""How many incidents are printed; incidents.csv holds all."""

MOST_SOURCES = 3
"""How many sources of one incident are named; links.csv holds all."""

MOST_VOICES = 2
"""How many voices are named that blame one party."""

MOST_REASONS = 80
"""How many reasons for setting rows aside are printed; set_aside.csv holds all rows."""

MOST_LINES, MOST_FILES = 6, 4
"""How many lines of a file, and files of a reason, are named."""

MOST_INPUTS = 300
"""How many inputs are printed; manifest.json holds all."""

_ROW_ID = re.compile(r"^[^\s:]{1,40}: ")


def set_aside(index: Index) -> Section:
    """Rows that could not be read or were left out of this edition: each reason once, with its rows counted."""
    title, found = say("Set aside and left out"), index.edition.set_aside
    if not found:
        return Section("set-aside", title, (Paragraph(words.said("Nothing was set aside or left out.")),))
    groups: dict[tuple[str, str], list[SetAside]] = defaultdict(list)
    for s in found:
        groups[_ROW_ID.sub("", s.reason), s.column].append(s)
    intro = words.said(
        "{rows} of the input could not be read or may not count in this edition, for {reasons}. The files still hold "
        "them, and set_aside.csv lists every one.",
        rows=say_n("{n} row", "{n} rows", len(found)),
        reasons=say_n("{n} reason", "{n} reasons", len(groups)),
    )
    columns = (
        Column(say("Why"), 2.4),
        Column(say("Rows"), 0.7, numeric=True),
        Column(say("Column"), 0.8),
        Column(say("Which rows"), 2.4),
        Column(say("What was found"), 1.2),
    )
    shown = list(groups.items())[:MOST_REASONS]
    rows = tuple(_reason(reason, column, members, len(found)) for (reason, column), members in shown)
    note = ""
    if len(shown) < len(groups):
        note = say(
            "{n} of {m} reasons are printed; set_aside.csv holds all.",
            n=words.number(len(shown)),
            m=words.number(len(groups)),
        )
    table = Table("", columns, rows, note, dense=True, label=say("Rows set aside or left out, by reason"))
    return Section("set-aside", title, (Paragraph(intro), table))


def _reason(reason: str, column: str, members: list[SetAside], total: int) -> Row:
    values = list(dict.fromkeys(_cut(s.value, 60) for s in members if s.value))
    return Row(
        (
            Cell(((words.free(words.upper_first(reason)),),), head=True),
            Cell((words.line(words.of(len(members), total)),)),
            Cell((words.line(column),)),
            Cell(_files(members)),
            Cell(tuple(words.line(words.breakable(v)) for v in words.capped(values, 3))),
        )
    )


def _files(members: list[SetAside]) -> tuple[Line, ...]:
    by_file: dict[str, list[str]] = defaultdict(list)
    for s in members:
        by_file[s.file].append(words.number(s.line) if s.line else "")
    lines = []
    for file, found in list(by_file.items())[:MOST_FILES]:
        places = [n for n in found if n]
        name = words.breakable(file)
        numbers = words.listed(words.capped(places, MOST_LINES))
        lines.append(words.said("{file}: lines {numbers}", file=name, numbers=numbers) if places else words.line(name))
    if len(by_file) > MOST_FILES:
        lines.append(words.line(say_n("{n} more file", "{n} more files", len(by_file) - MOST_FILES)))
    return tuple(lines)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def printed(index: Index) -> tuple[Incident, ...]:
    """Incidents that the annex prints, by beginning: where there are too many, those that say most come first.

    Established and disputed ones and those of this report's period, then the others by time, latest first.
    """
    if len(index.incidents) <= MOST_INCIDENTS:
        return index.incidents

    def first(i: Incident) -> bool:
        return i.end > index.since or index.assessment(i.id).grade in {Grade.ESTABLISHED, Grade.DISPUTED}

    latest_first = index.incidents[::-1]
    ranked = sorted(latest_first, key=lambda i: not first(i))
    kept = {i.id for i in ranked[:MOST_INCIDENTS]}
    return tuple(i for i in index.incidents if i.id in kept)


def incidents(index: Index) -> Section:
    """Every incident: when, where, what, grade, who is blamed by whom, answers, origins, sources."""
    title, shown = say("Annex: all incidents"), printed(index)
    if not shown:
        return Section("annex", title, (Paragraph(words.said("No incident is on record.")),))
    columns = (
        Column(say("No."), 0.36),
        Column(say("When ({offset})", offset=words.offset(index.edition.as_of, index.zone)), 1.0),
        Column(say("Where"), 1.5),
        Column(say("What, and its grade"), 1.85),
        Column(say("Who is blamed, by whom"), 1.5),
        Column(say("Answers; who did it"), 1.6),
        Column(say("Origins and sources"), 1.35),
    )
    rows: list[Row] = []
    for _, month in groupby(shown, key=lambda i: _month(index, i.start)):
        members = list(month)
        rows.append(_band(index, members))
        rows += [_row(index, i) for i in members]
    intro = words.said(
        "{n} of {m} incidents are printed, by beginning; incidents.csv holds all. “To 3 km”: the place is known with "
        "that radius, 95 times in 100. An origin is a voice that repeats nobody.",
        n=words.number(len(shown)),
        m=words.number(len(index.incidents)),
    )
    table = Table("", columns, tuple(rows), dense=True, label=say("All incidents"))
    return Section("annex", title, (Paragraph(intro), table))


def _month(index: Index, moment: datetime) -> tuple[int, int]:
    local = moment.astimezone(when.zone(index.zone))
    return local.year, local.month


def _band(index: Index, members: list[Incident]) -> Row:
    local = members[0].start.astimezone(when.zone(index.zone))
    month = say("{month} {year}", month=tongue.month(local.month), year=tongue.year(local.date()))
    head = words.said("**{month}** {count}", month=month, count=words.quiet(f"· {words.incidents(len(members))}"))
    return Row((Cell((head,), head=True),), band=True)


def _row(index: Index, i: Incident) -> Row:
    a, n = index.assessment(i.id), index.number[i.id]
    grade = words.line(words.mark(marks.grade(a.grade)), f" {words.GRADE_WORDS[a.grade]}")
    return Row(
        (
            Cell((words.line(str(n)),), head=True, id=f"incident-{n}"),
            Cell((words.line(_when(index, i)),)),
            Cell(_where(index, i)),
            Cell((words.line(words.upper_first(index.kind(i.kind))), grade, words.line(words.quiet(a.rule)))),
            Cell(_blame(index, i)),
            Cell(_answers(index, i)),
            Cell((_sources(index, i),)),
        )
    )


def _when(index: Index, i: Incident) -> str:
    """The day, and the hours where they are known; the year stands in the band above."""
    zone = when.zone(index.zone)
    first, until, last = (m.astimezone(zone) for m in (i.start, i.end, i.end - timedelta(seconds=1)))
    if (first.hour, first.minute, until.hour, until.minute) == (0, 0, 0, 0):
        days = _day(first, last) if first.date() == last.date() else _days(first, last)
        return words.about(days, approximate=i.approximate)
    begun, ended = words.clock(i.start, index.zone), words.clock(i.end, index.zone)
    if first.date() != last.date():
        whole = say("{first} to {last}", first=f"{_day(first, last)}, {begun}", last=f"{_day(last, first)}, {ended}")
        return words.about(whole, approximate=i.approximate)
    hours = begun if i.end - i.start <= timedelta(minutes=1) else say("{first} to {last}", first=begun, last=ended)
    return f"{_day(first, last)}, {words.about(hours, approximate=i.approximate)}"


def _days(first: datetime, last: datetime) -> str:
    same = (first.year, first.month) == (last.year, last.month)
    return say("{first} to {last}", first=str(first.day) if same else _day(first, last), last=_day(last, first))


def _day(local: datetime, other: datetime) -> str:
    month = tongue.month(local.month, short=True)
    if local.year == other.year:
        return say("{day} {month}", day=local.day, month=month)
    return say("{day} {month} {year}", day=local.day, month=month, year=tongue.year(local.date()))


def _where(index: Index, i: Incident) -> tuple[Line, ...]:
    place = index.places.get(i.place_id)
    scripts = " ".join(s for s in place.scripts.values() if s and s != place.name) if place else ""
    known = words.distance(i.radius_m) if i.lon_deg is not None else say("not on the map")
    name = shortened(index.where(i), 8, 190)
    local = f"{scripts} " if scripts else ""
    return words.line(name), words.line(words.quiet(local + known))


def _blame(index: Index, i: Incident) -> tuple[Line, ...]:
    accounts = index.accounts.get(i.id, ())
    blaming: dict[str, list[str]] = {}
    for party in index.parties:
        speakers = (s for o in accounts if o.actor_claimed == party for s in index.speakers(o))
        voices = list(dict.fromkeys(index.source_name(s) for s in speakers))
        if voices:
            blaming[party] = [shortened(v, 8, 150) for v in voices]
    most = MOST_VOICES if len(blaming) < 2 else 1
    lines = (
        words.said("{party}, by {voices}", party=index.name(p), voices=words.listed(words.capped(voices, most)))
        for p, voices in blaming.items()
    )
    return tuple(lines) or (words.said("nobody is blamed"),)


def _answers(index: Index, i: Incident) -> tuple[Line, ...]:
    a = index.assessment(i.id)
    lines = []
    if a.own_word and a.own_word == a.justified_by:
        lines.append(words.said("{names} said that it did so, with a reason", names=index.names(a.own_word)))
    else:
        if a.own_word:
            lines.append(words.said("{names} said that it did so", names=index.names(a.own_word)))
        if a.justified_by:
            lines.append(words.said("{names} gave a reason", names=index.names(a.justified_by)))
    if a.denied_by:
        lines.append(words.said("{names} denied it", names=index.names(a.denied_by)))
    if not lines:
        lines.append(words.said("no answer found"))
    if a.attributed_to in {UNATTRIBUTED, ""}:
        author = say("not attributed")
    else:
        grade = words.GRADE_WORDS[a.attribution_grade]
        author = say("done by {party}: {grade}", party=index.name(a.attributed_to), grade=grade)
    return (*lines, words.line(words.quiet(author)), words.line(words.quiet(a.attribution_rule)))


def _sources(index: Index, i: Incident) -> Line:
    links: dict[tuple[str, str], None] = {}
    for o in index.accounts.get(i.id, ()):
        links[index.source_name(o.source_id), index.address(o)] = None
    parts: list[Inline] = [Run(say_n("{n} origin", "{n} origins", len(index.assessment(i.id).origins)))]
    for n, (name, address) in enumerate(list(links)[:MOST_SOURCES]):
        parts += [Run("; " if n else ": "), words.source_link(shortened(name, 8, 120), address)]
    if len(links) > MOST_SOURCES:
        parts += [Run("; "), Run(say("{n} more", n=words.number(len(links) - MOST_SOURCES)))]
    return tuple(parts)


def inputs(index: Index) -> Section:
    """Every input with its hash, the version, and how to recompute the report."""
    title, edition = say("Inputs and how to recompute"), index.edition
    how = words.said(
        "Truceline {version} made this report from {files} as of {moment}. Whoever holds the run’s folder and the "
        "inputs can recompute every finding with **truceline run --check DIR**, which runs again and compares every "
        "byte.",
        version=edition.version,
        files=say_n("{n} input file", "{n} input files", len(edition.inputs)),
        moment=words.moment(edition.as_of, index.edition_zone),
    )
    if not edition.inputs:
        return Section("inputs", title, (Paragraph(how),))
    shown = edition.inputs[:MOST_INPUTS]
    note = ""
    if len(shown) < len(edition.inputs):
        note = say(
            "{n} of {m} input files are printed; manifest.json holds all.",
            n=words.number(len(shown)),
            m=words.number(len(edition.inputs)),
        )
    columns = (Column(say("File"), 1.0), Column("SHA-256", 1.9))
    rows = tuple(
        Row((Cell((words.line(words.breakable(path)),), head=True), Cell((words.line(_hash(digest)),))))
        for path, digest in shown
    )
    return Section("inputs", title, (Paragraph(how), Table("", columns, rows, note, dense=True, label=say("Inputs"))))


def _hash(digest: str) -> str:
    return "\u200b".join(digest[i : i + 16] for i in range(0, len(digest), 16))
