"""What was found of the commitments: outcomes by party and week, and under both readings of a disputed status."""

from __future__ import annotations

from collections import Counter, defaultdict

from ...nouns import OWN_WORD_CODES, UNATTRIBUTED, Finding, Outcome, Reading
from .. import marks, words
from ..index import Index
from ..tongue import later, message, say, say_n
from ..tree import Block, Cell, Column, Heading, Line, Paragraph, Row, Section, Table
from . import grid as grids
from . import pages as matrix_pages
from . import sheet as matrix

OWN_WORD = later("likely breached, by its own word alone")
OWN_WORD_MEANING = later(
    "the party said itself that it did so; what came before is not established, and candour is no guilt"
)


def section(index: Index) -> Section:
    """Give counts of outcomes by party, then the matrix, then the terms under two readings."""
    tested = [f for f in index.edition.findings if f.outcome is not Outcome.RECORDED]
    if not tested:
        nothing = words.said("No commitment was tested. This says nothing of whether any was kept.")
        return Section("commitments", say("Commitments by party and week"), (Paragraph(nothing),))
    grid = grids.Grid(index)
    return Section(
        "commitments",
        _title(tested),
        (
            Paragraph(_opening(index, tested)),
            *matrix.figures(grid),
            *(Paragraph(words.line(text), "note") for text in matrix_pages.left_out(grid)),
            *_disputes(grid),
            _outcomes(index, tested),
            *_readings(index, grid),
        ),
    )


def _due(tested: list[Finding]) -> list[Finding]:
    return [f for f in tested if f.outcome not in {Outcome.NOT_DUE, Outcome.NOT_APPLICABLE}]


def _title(tested: list[Finding]) -> str:
    due = _due(tested)
    if not due:
        return say("Commitments: nothing was due")
    return say(
        "Commitments: {part} of {whole} findings that were due are not assessable",
        part=words.number(sum(f.outcome is Outcome.NOT_ASSESSABLE for f in due)),
        whole=words.number(len(due)),
    )


def _opening(index: Index, tested: list[Finding]) -> Line:
    terms = {(f.agreement_id, f.term_id) for f in tested}
    due = _due(tested)
    tally = Counter(f.outcome for f in due)
    return words.said(
        "{terms} of {all} commitments were tested week by week. Of {due} findings that were due, {blind} are not "
        "assessable, {kept} are kept, {breached} breached, {likely} likely breached and {disputed} disputed. One "
        "finding is one commitment, one party and one window: several can rest on one incident, so findings are "
        "never counted as incidents. A party is breached only where its authorship is established; otherwise the "
        "incident stands under “not attributed”.",
        terms=words.number(len(terms)),
        all=words.number(len(terms | set(index.terms))),
        due=words.number(len(due)),
        blind=words.number(tally[Outcome.NOT_ASSESSABLE]),
        kept=words.number(tally[Outcome.KEPT]),
        breached=words.number(tally[Outcome.BREACHED]),
        likely=words.number(tally[Outcome.LIKELY_BREACHED]),
        disputed=words.number(tally[Outcome.DISPUTED]),
    )


def _disputes(grid: grids.Grid) -> list[Block]:
    zone, tested = grid.index.zone, {agreement for agreement, _ in grid.disputed_status}
    lines = [
        words.said(
            "{mark} **{agreement}:** status disputed from {day}. Its commitments were computed twice, as if it was in "
            "force and as if it was paused; where the two readings differ, the cell is disputed.",
            mark=words.mark("grade-disputed"),
            agreement=words.free(d.title),
            day=words.day(d.start, zone),
        )
        for d in grid.disputes
        if d.agreement_id in tested
    ]
    return [Paragraph(line, "note") for line in lines]


def _own_word(finding: Finding) -> bool:
    return finding.outcome is Outcome.LIKELY_BREACHED and finding.reason_code in OWN_WORD_CODES


def _outcome_row(mark: str, name: str, numbers: dict[str, str], meaning: str) -> Row:
    first = Cell((words.line(words.mark(mark), " ", name),), head=True)
    counts = (Cell((words.line(number),)) for number in numbers.values())
    return Row((first, *counts, Cell((words.line(meaning),))))


def _outcomes(index: Index, tested: list[Finding]) -> Table:
    everybody = [p for p in (*index.parties, UNATTRIBUTED) if p in index.parties or any(f.party == p for f in tested)]
    tally = {p: Counter(f.outcome for f in tested if f.party == p) for p in everybody}
    own = {p: sum(f.party == p and _own_word(f) for f in tested) for p in everybody}
    total = {p: sum(tally[p].values()) for p in everybody}
    rows: list[Row] = []
    for o in (o for o in Outcome if any(tally[p][o] for p in everybody)):
        apart = {p: own[p] if o is Outcome.LIKELY_BREACHED else 0 for p in everybody}
        numbers = {p: words.of(tally[p][o] - apart[p], total[p]) for p in everybody}
        rows.append(_outcome_row(marks.outcome(o), words.OUTCOME_WORDS[o], numbers, words.OUTCOME_MEANING[o]))
        if any(apart.values()):
            numbers = {p: words.of(apart[p], total[p]) for p in everybody}
            mark = marks.outcome(o, own_word=True)
            rows.append(_outcome_row(mark, message(OWN_WORD), numbers, message(OWN_WORD_MEANING)))
    columns = (
        Column(say("Outcome"), 1.3),
        *(Column(words.upper_first(index.name(p)), 0.95, numeric=True, tone=index.tone(p)) for p in everybody),
        Column(say("What it means"), 2.9),
    )
    return Table(say("Outcomes by party, of all findings"), columns, tuple(rows), _seen(tested), dense=True)


def _seen(tested: list[Finding]) -> str:
    shares = [f.seen_share for f in tested if f.seen_share is not None]
    if not shares:
        return ""
    return say_n(
        "Seen share, the part of zone and time that anybody could see at most: from {low} to {high} in {n} finding "
        "where it has a meaning.",
        "Seen share, the part of zone and time that anybody could see at most: from {low} to {high} in {n} findings "
        "where it has a meaning.",
        len(shares),
        low=words.percent(min(shares)),
        high=words.percent(max(shares)),
    )


def _readings(index: Index, grid: grids.Grid) -> list[Block]:
    if not grid.disputed_status:
        return []
    head = Heading(3, words.said("Commitments whose status is disputed, under both readings"), "readings")
    rows = [
        _reading_row(index, grid, key, party)
        for key in grid.spoken
        for party in (*index.parties, UNATTRIBUTED)
        if any(c.differs for c in grid.spoken[key].get(party, {}).values())
    ]
    if not rows:
        return [head, Paragraph(words.said("Both readings give the same outcome in every week."))]
    columns = (
        Column(say("Commitment"), 2),
        Column(say("Party"), 0.9),
        Column(say("Weeks that differ"), 0.8, numeric=True),
        Column(say("If it was in force"), 1.4),
        Column(say("If it was paused"), 1.4),
    )
    return [head, Table("", columns, tuple(rows), dense=True, label=say("Weeks in which the readings differ"))]


def _reading_row(index: Index, grid: grids.Grid, key: tuple[str, str], party: str) -> Row:
    cells = list(grid.spoken[key][party].values())
    differing = [c for c in cells if c.differs]
    term = (words.free(grid.title(key)),)
    return Row(
        (
            Cell((term, words.line(words.quiet(grid.clause(key)))), head=True),
            Cell((words.line(words.upper_first(index.name(party))),)),
            Cell((words.line(words.of(len(differing), len(cells))),)),
            Cell((words.line(_under(differing, Reading.IN_FORCE)),)),
            Cell((words.line(_under(differing, Reading.PAUSED)),)),
        )
    )


def _under(cells: list[grids.Cell], reading: Reading) -> str:
    tally: dict[Outcome | None, int] = defaultdict(int)
    for cell in cells:
        tally[dict(cell.by_reading).get(reading)] += 1
    said = [say("{n} {outcome}", n=words.number(tally[o]), outcome=words.OUTCOME_WORDS[o]) for o in Outcome if tally[o]]
    if tally[None]:
        said.append(say("{n} without a finding", n=words.number(tally[None])))
    return words.listed(said)
