"""Agreements: who is bound, with what standing, what became of each, and what the terms' findings are."""

from __future__ import annotations

from collections import Counter, defaultdict

from ..nouns import OWN_WORD_CODES, UNATTRIBUTED, Agreement, Finding, Outcome, Reading
from . import marks, matrix, words
from .index import Index
from .tree import Block, Cell, Column, Heading, Line, MarkRow, Paragraph, Row, Run, Section, Table

_STANDINGS = {
    "signed": "signed",
    "treaty": "treaty",
    "call": "a call, which binds nobody",
}


def standing(index: Index, text: str) -> str:
    """Give the standing of an instrument or term in words."""
    head, _, rest = text.partition(":")
    if head == "restates":
        return f"restates {rest}"
    if head == "accepted_by":
        return f"accepted by {index.name(rest)} only"
    if head == "reading_of":
        return f"reading of {index.name(rest)} only"
    return _STANDINGS.get(head, text or words.NOT_STATED)


def agreements(index: Index) -> Section:
    """Instruments with standing, parties bound, ratifications and dated events.

    A disputed status is said plainly.
    """
    found = index.edition.agreements
    if not found:
        return Section(
            "agreements", "Status of the agreements", (Paragraph(words.line("No instrument is on record.")),)
        )
    disputed = _disputed(index)
    plain: list[Line] = [_dispute_line(index, a) for a in found if a.id in disputed]
    columns = (
        Column("Instrument", 2.2),
        Column("Date and place", 1.2),
        Column("Standing", 1.0),
        Column("Binds", 1.1),
        Column("What became of it", 2.2),
    )
    rows = tuple(
        Row(
            (
                Cell(
                    (
                        ((MarkRow(("grade-disputed",), ""), *words.line(" ")) if a.id in disputed else ())
                        + (words.source_link(a.title, a.source),),
                        words.line(words.quiet(a.id)),
                    ),
                    head=True,
                ),
                Cell(
                    (
                        words.line(words.interval(a.when, index.zone)),
                        *([words.line(a.place)] if a.place else []),
                    )
                ),
                Cell((words.line(standing(index, a.standing)),)),
                Cell((words.line(index.names(a.parties) or "nobody"),)),
                Cell(_events(index, a)),
            )
        )
        for a in found
    )
    intro = (
        f"{words.count(len(found), 'instrument')}; the status of {words.number(len(disputed))} is "
        "disputed between the parties."
    )
    return Section(
        "agreements",
        "Status of the agreements",
        (
            Paragraph(words.line(intro)),
            *(Paragraph(p) for p in plain),
            Table("", columns, rows, dense=True, label="Instruments"),
        ),
    )


def _disputed(index: Index) -> frozenset[str]:
    return frozenset(f.agreement_id for f in index.edition.findings if f.status_reading is not Reading.UNDISPUTED)


def _dispute_line(index: Index, a: Agreement) -> Line:
    paused = [e for e in a.status if e.event == "paused"]
    said = " ".join(
        f"{index.names(e.by) or 'A party'} said on {words.day(e.when, index.zone)} that it paused it." for e in paused
    )
    return words.line(
        MarkRow(("grade-disputed",), ""),
        " ",
        words.bold(f"{a.title}: status disputed."),
        f" {said} No joint suspension is on record at this edition’s close. Its terms are computed "
        "twice, as if it was in force and as if it was "
        "paused; where the two differ, the cell reads disputed.",
    )


def _events(index: Index, a: Agreement) -> tuple[Line, ...]:
    lines: list[Line] = []
    for r in a.ratifications:
        party = index.name(r.get("party", ""))
        date = words.given_date(r.get("date", ""), index.zone) or "date not stated"
        lines.append(
            words.line(
                f"{party}: ratified or acceded {date} ",
                *((words.source_link("source", r["source"]),) if r.get("source") else ()),
            )
        )
    for e in a.status:
        by = f" by {index.names(e.by)}" if e.by else ""
        note = f" {words.breakable(e.note)}" if e.note else ""
        lines.append(
            words.line(
                f"{words.upper_first(e.event)}{by} on {words.day(e.when, index.zone)}.{note} ",
                *((words.source_link("source", e.source),) if words.safe_link(e.source) else ()),
            )
        )
    if a.note:
        lines.append(words.line(words.breakable(a.note)))
    return tuple(lines) or (words.line("no event on record"),)


def commitments(index: Index) -> Section:
    """Give counts of outcomes by party, then the matrix, then the terms under two readings."""
    tested = [f for f in index.edition.findings if f.outcome is not Outcome.RECORDED]
    if not tested:
        return Section(
            "commitments",
            "Commitments by party and week",
            (Paragraph(words.line("No commitment was tested.")),),
        )
    grid = matrix.Grid(index)
    intro = (
        "One finding is one term, one party and one window. Several clauses can rest on one incident, so "
        "findings are never "
        "counted as incidents. A party is breached only where its authorship is established; otherwise "
        "the incident stands "
        "under “not attributed”."
    )
    drawn = matrix.figures(grid) if grid.rows and grid.weeks else []
    return Section(
        "commitments",
        _title(tested),
        (Paragraph(words.line(intro)), *drawn, _legend(), _outcomes(index, tested), *_readings(index, grid)),
    )


def _title(tested: list[Finding]) -> str:
    due = [f for f in tested if f.outcome not in {Outcome.NOT_DUE, Outcome.NOT_APPLICABLE}]
    blind = sum(f.outcome is Outcome.NOT_ASSESSABLE for f in due)
    return f"Commitments: {words.of(blind, len(due))} findings that were due are not assessable"


OWN_WORD = "likely breached, by its own word alone"
OWN_WORD_MEANING = "the party said itself that it did so; what came before is not established, and candour is no guilt"


def _own_word(finding: Finding) -> bool:
    return finding.outcome is Outcome.LIKELY_BREACHED and finding.reason_code in OWN_WORD_CODES


def _outcome_row(mark: str, name: str, numbers: dict[str, str], meaning: str) -> Row:
    return Row(
        (
            Cell((words.line(MarkRow((mark,), ""), " ", name),), head=True),
            *(Cell((words.line(number),)) for number in numbers.values()),
            Cell((words.line(meaning),)),
        )
    )


def _outcomes(index: Index, tested: list[Finding]) -> Table:
    everybody = [p for p in (*index.parties, UNATTRIBUTED) if p in index.parties or any(f.party == p for f in tested)]
    tally = {p: Counter(f.outcome for f in tested if f.party == p) for p in everybody}
    columns = (
        Column("Outcome", 1.25),
        *(Column(words.upper_first(index.name(p)), 0.9, numeric=True, tone=index.tone(p)) for p in everybody),
        Column("What it means", 2.6),
    )
    own = {p: sum(f.party == p and _own_word(f) for f in tested) for p in everybody}
    rows: list[Row] = []
    for o in Outcome:
        if not any(tally[p][o] for p in everybody):
            continue
        apart = {p: own[p] if o is Outcome.LIKELY_BREACHED else 0 for p in everybody}
        numbers = {p: words.of(tally[p][o] - apart[p], sum(tally[p].values())) for p in everybody}
        rows.append(_outcome_row(marks.outcome(o), words.OUTCOME_WORDS[o], numbers, words.OUTCOME_MEANING[o]))
        if any(apart.values()):
            numbers = {p: words.of(apart[p], sum(tally[p].values())) for p in everybody}
            rows.append(_outcome_row(marks.outcome(o, own_word=True), OWN_WORD, numbers, OWN_WORD_MEANING))
    shares = [f.seen_share for f in tested if f.seen_share is not None]
    note = ""
    if shares:
        note = (
            "Seen share, the part of zone and time that anybody could see at most: from "
            f"{words.percent(min(shares))} to {words.percent(max(shares))} in "
            f"{words.count(len(shares), 'finding')} where it has a meaning."
        )
    return Table("Outcomes by party", columns, tuple(rows), note)


def _legend() -> Paragraph:
    parts: list[Run | MarkRow | str] = [words.bold("Marks: ")]
    for n, o in enumerate(o for o in Outcome if o not in {Outcome.ERROR, Outcome.RECORDED}):
        parts += [", " if n else "", MarkRow((marks.outcome(o),), ""), f" {words.OUTCOME_WORDS[o]}"]
        if o is Outcome.LIKELY_BREACHED:
            parts += [", ", MarkRow((marks.outcome(o, own_word=True),), ""), f" {OWN_WORD}"]
    parts += [
        ", ",
        MarkRow(("look-not_looked",), ""),
        " nobody looked, ",
        MarkRow(("grade-disputed",), ""),
        " row whose status is disputed.",
    ]
    return Paragraph(words.line(*parts), "quiet")


def _readings(index: Index, grid: matrix.Grid) -> list[Block]:
    rows: list[Row] = []
    differing: dict[tuple[str, str, str], list[matrix.Cell]] = defaultdict(list)
    for (agreement, term, party, _), cell in grid.cells.items():
        if cell.differs:
            differing[agreement, term, party].append(cell)
    for key, parties in grid.rows:
        for party in parties:
            cells = differing.get((*key, party))
            if not cells:
                continue
            title = index.terms[key].title if key in index.terms else key[1]
            total = sum((a, t, p) == (*key, party) for a, t, p, _ in grid.cells)
            rows.append(
                Row(
                    (
                        Cell((words.line(f"{title} ({key[1]})"),), head=True),
                        Cell((words.line(words.upper_first(index.name(party))),)),
                        Cell((words.line(words.of(len(cells), total)),)),
                        Cell((words.line(_under(cells, Reading.IN_FORCE)),)),
                        Cell((words.line(_under(cells, Reading.PAUSED)),)),
                    )
                )
            )
    head = Heading(3, words.line("Terms whose status is disputed, under both readings"), "readings")
    if not rows:
        if not grid.disputed_status:
            return []
        return [head, Paragraph(words.line("Both readings give the same outcome in every week."))]
    columns = (
        Column("Term", 2),
        Column("Party", 0.8),
        Column("Weeks that differ", 0.8, numeric=True),
        Column("If it was in force", 1.3),
        Column("If it was paused", 1.3),
    )
    return [head, Table("", columns, tuple(rows), dense=True, label="Weeks in which the readings differ")]


def _under(cells: list[matrix.Cell], reading: Reading) -> str:
    tally = Counter(dict(c.by_reading).get(reading) for c in cells)
    return (
        words.listed(f"{words.number(tally[o])} {words.OUTCOME_WORDS[o]}" for o in Outcome if tally[o])
        or "nothing computed"
    )


def recorded(index: Index) -> Section:
    """Terms that no data can test, with the reason for each."""
    kept = [t for t in index.terms.values() if t.kind == "recorded"]
    by_finding = {
        (f.agreement_id, f.term_id): f.reason for f in index.edition.findings if f.outcome is Outcome.RECORDED
    }
    intro = (
        f"{words.of(len(kept), len(index.terms))} terms are kept on record because no data that the "
        "mission can have tests them."
    )
    columns = (
        Column("Term", 1.1),
        Column("What it says", 2.4),
        Column("Binds", 1),
        Column("Standing", 0.9),
        Column("Why it is not tested", 1.8),
    )
    rows: list[Row] = []
    agreement = ""
    titles = {a.id: a.title for a in index.edition.agreements}
    for t in kept:
        if t.agreement_id != agreement:
            agreement = t.agreement_id
            rows.append(Row((Cell((words.line(words.bold(titles.get(agreement, agreement))),), head=True),), band=True))
        reason = t.reason or by_finding.get((t.agreement_id, t.id), "") or words.NOT_STATED
        rows.append(
            Row(
                (
                    Cell(
                        (words.line(words.source_link(t.title, t.source)), words.line(words.quiet(t.id))),
                        head=True,
                    ),
                    Cell((words.line(words.breakable(t.text)),)),
                    Cell((words.line(index.names(t.party) or "nobody"),)),
                    Cell((words.line(standing(index, t.standing)),)),
                    Cell((words.line(reason),)),
                )
            )
        )
    table = (Table("", columns, tuple(rows), dense=True, label="Terms on record"),) if rows else ()
    return Section("recorded", "Commitments that data cannot test", (Paragraph(words.line(intro)), *table))
