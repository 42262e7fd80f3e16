"""The matrix of commitments: term x party x week, with what was looked at on top.

It reads in grey as well as in colour.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from .. import when
from ..nouns import OWN_WORD_CODES, UNATTRIBUTED, Finding, Outcome, Reading, Term
from . import marks, words
from .draw import WIDTH, Box, Drawing, Mark, Path, Shape, Words, folded, hatch
from .index import LOOKS, Index
from .tree import Figure

LEFT, NAME, PITCH = 192.0, 132.0, 11.0
MOST_ROWS = 42
FIRST_ROWS = 34
"""Lines of one figure, so that it fits on a page."""

MOST_WEEKS = 24
"""The latest weeks that a figure shows; earlier ones stand in findings.csv."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What the matrix shows for one term, party and week: the outcome under each reading, and the reason."""

    outcome: Outcome
    by_reading: tuple[tuple[Reading, Outcome], ...]
    reason: str
    own_word: bool = False

    @property
    def differs(self) -> bool:
        """Whether the two readings of a disputed status give different outcomes."""
        return len({o for _, o in self.by_reading}) > 1


@dataclass(frozen=True)
class Grid:
    """Weeks, terms and cells of one edition."""

    index: Index

    @cached_property
    def weeks(self) -> list[tuple[datetime, datetime]]:
        """The last weeks of the period, Monday to Monday, local."""
        spans = [(f.start, f.end) for f in self.tested if f.end - f.start <= timedelta(days=8)]
        start = max(self.index.start, min((s for s, _ in spans), default=self.index.start))
        return when.weeks(start, self.index.edition.as_of, self.index.zone)[-MOST_WEEKS:]

    @cached_property
    def tested(self) -> list[Finding]:
        """Findings of terms that data can test."""
        return [f for f in self.index.edition.findings if f.outcome is not Outcome.RECORDED]

    @cached_property
    def cells(self) -> dict[tuple[str, str, str, int], Cell]:
        """(agreement, term, party, week) -> cell."""
        found: dict[tuple[str, str, str, int], list[Finding]] = defaultdict(list)
        for f in self.tested:
            column = self.column(f)
            if column is not None:
                found[f.agreement_id, f.term_id, f.party, column].append(f)
        return {key: _cell(findings) for key, findings in found.items()}

    def column(self, f: Finding) -> int | None:
        """Give the week in which a finding's window closes; None where it lies outside the weeks shown."""
        last = f.end - timedelta(microseconds=1)
        for n, (start, end) in enumerate(self.weeks):
            if start <= last < end:
                return n
        return None

    @cached_property
    def rows(self) -> list[tuple[tuple[str, str], tuple[str, ...]]]:
        """Terms that have findings, with the parties that have cells, in the order of the agreements."""
        parties: dict[tuple[str, str], set[str]] = defaultdict(set)
        for agreement, term, party, _ in self.cells:
            parties[agreement, term].add(party)
        order = [key for key in self.index.terms if key in parties]
        order += [key for key in parties if key not in self.index.terms]
        everybody = (*self.index.parties, UNATTRIBUTED)
        return [(key, tuple(p for p in everybody if p in parties[key])) for key in order]

    @cached_property
    def disputed_status(self) -> frozenset[tuple[str, str]]:
        """Terms whose status is disputed: those with a finding under a reading."""
        return frozenset((f.agreement_id, f.term_id) for f in self.tested if f.status_reading is not Reading.UNDISPUTED)


def _cell(findings: list[Finding]) -> Cell:
    by_reading: dict[Reading, Finding] = {}
    for f in sorted(findings, key=lambda f: f.end):
        by_reading[f.status_reading] = f
    outcomes = tuple((r, f.outcome) for r, f in by_reading.items())
    first = next(iter(by_reading.values()))
    same = len({o for _, o in outcomes}) == 1
    own = first.reason_code in OWN_WORD_CODES
    return Cell(first.outcome if same else Outcome.DISPUTED, outcomes, first.reason, own)


def figures(grid: Grid) -> list[Figure]:
    """Give the matrix in as many figures as it takes.

    Each has the weeks and the observers' records on top.
    """
    made: list[Figure] = []
    chunks = _chunks(grid)
    for n, chunk in enumerate(chunks, 1):
        first, last = grid.weeks[0][0], grid.weeks[-1][1] - timedelta(seconds=1)
        part = f" ({n} of {len(chunks)})" if len(chunks) > 1 else ""
        made.append(
            Figure(
                f"matrix-{n}",
                f"Outcomes by commitment, party and week, {words.days(first, last, grid.index.zone)}{part}",
                "Weeks begin on Monday; the last one closes with the edition. Top rows: records of "
                "observers on each side, "
                "hatched where there is none. A cell says what could be shown for that week, not what "
                "happened in it.",
                _alt(grid, chunk),
                "Sources: findings.csv and coverage.csv of this edition.",
                _draw(grid, chunk),
            )
        )
    return made


_Chunk = list[tuple[tuple[str, str], tuple[str, ...]]]


def _chunks(grid: Grid) -> list[_Chunk]:
    chunks: list[_Chunk] = []
    used = MOST_ROWS + 1
    for key, parties in grid.rows:
        needed = max(2, len(parties)) + (0 if chunks and chunks[-1] and chunks[-1][-1][0][0] == key[0] else 1)
        if used + needed > (FIRST_ROWS if len(chunks) == 1 else MOST_ROWS):
            chunks.append([])
            used = 0
            needed = max(2, len(parties)) + 1
        chunks[-1].append((key, parties))
        used += needed
    return chunks


def _alt(grid: Grid, chunk: _Chunk) -> str:
    keys = {key for key, _ in chunk}
    tally: dict[Outcome, int] = defaultdict(int)
    for (agreement, term, _, _), cell in grid.cells.items():
        if (agreement, term) in keys:
            tally[cell.outcome] += 1
    total = sum(tally.values())
    counts = words.listed(f"{words.number(tally[o])} {words.OUTCOME_WORDS[o]}" for o in Outcome if tally[o])
    return (
        f"Matrix of {words.count(len(chunk), 'commitment')} by party and week: of "
        f"{words.count(total, 'cell')}, {counts}."
    )


def _draw(grid: Grid, chunk: _Chunk) -> Drawing:
    shapes: list[Shape] = []
    step = (WIDTH - LEFT) / max(len(grid.weeks), 8)
    y = _header(grid, step, shapes)
    agreement = ""
    for key, parties in chunk:
        if key[0] != agreement:
            agreement = key[0]
            title = next((a.title for a in grid.index.edition.agreements if a.id == agreement), agreement)
            y += PITCH + 1
            shapes.append(Words(0, y, folded(title, 9.1, WIDTH, 1)[0], 8.5, bold=True, tone="accent"))
            y += 3
        y = _term(grid, key, parties, step, y, shapes)
    return Drawing(WIDTH, y + 4, tuple(shapes))


def _header(grid: Grid, step: float, shapes: list[Shape]) -> float:
    y, month, free = 9.0, "", 0.0
    for n, (start, _) in enumerate(grid.weeks):
        local = start.astimezone(when.zone(grid.index.zone))
        x = LEFT + step * (n + 0.5)
        name = words.MONTHS[local.month - 1]
        if name != month and x >= free:
            shapes.append(Words(x - 4, y, name[:3], 8, bold=True))
            month, free = name, x + 20
        shapes.append(Words(x, y + 10, str(local.day), 7.5, "middle", tone="ink-2"))
    shapes += [
        Words(0, y, "Commitment", 8, bold=True),
        Words(NAME, y, "Party", 8, bold=True),
        Words(NAME, y + 10, "week of", 7.5, tone="ink-2"),
    ]
    y += 15
    shapes.append(Path((((0, y), (WIDTH, y)),), stroke="ink", width=0.9))
    for n, party in enumerate(grid.index.parties):
        y += PITCH
        if not n:
            shapes.append(Words(0, y - 0.5, "Observer records", 8))
        _records(grid, party, step, y, shapes)
    y += 4
    shapes.append(Path((((0, y), (WIDTH, y)),), stroke="ink", width=0.6))
    return y


def _party(grid: Grid, party: str, y: float, shapes: list[Shape]) -> None:
    if party in grid.index.parties:
        shapes.append(Box(NAME, y - 7, 2.6, 8, fill=grid.index.tone(party)))
    shapes.append(Words(NAME + 5, y - 0.5, folded(grid.index.name(party), 7.5, LEFT - NAME - 8, 1)[0], 7.5))


def _records(grid: Grid, party: str, step: float, y: float, shapes: list[Shape]) -> None:
    _party(grid, party, y, shapes)
    looks = grid.index.looks_of(grid.index.observers, party)
    hatches: list[tuple[tuple[float, float], ...]] = []
    for n, (start, end) in enumerate(grid.weeks):
        met = [look for look in looks if look.start < end and look.end > start and look.state in LOOKS]
        records = {look.effort_id or f"{look.source_id} {look.start}" for look in met}
        x = LEFT + step * n
        if records:
            shapes.append(Words(x + step / 2, y - 0.5, str(len(records)), 8, "middle", bold=True))
        else:
            hatches += hatch(x + 0.4, y - 8, step - 0.8, 8.5, 3.4)
    if hatches:
        shapes.append(Path(tuple(hatches), stroke="hatch", width=0.6))


def _term(
    grid: Grid, key: tuple[str, str], parties: tuple[str, ...], step: float, y: float, shapes: list[Shape]
) -> float:
    term = grid.index.terms.get(key)
    lines = [
        *folded(term.title if term else key[1], 8, NAME - 6, max(1, max(2, len(parties)) - 1)),
        _clause(key, term),
    ]
    room = max(len(lines), len(parties))
    for n, text in enumerate(lines):
        shapes.append(
            Words(
                0,
                y + PITCH * (n + 1) - 0.5,
                folded(text, 8 if n < len(lines) - 1 else 7.5, NAME - 6 - (10 if n == len(lines) - 1 else 0), 1)[0],
                8 if n < len(lines) - 1 else 7.5,
                tone="ink" if n < len(lines) - 1 else "ink-2",
            )
        )
    if key in grid.disputed_status:
        shapes.append(Mark("grade-disputed", NAME - 9, y + PITCH * len(lines) - 3.5, 8, "status disputed"))
    for n, party in enumerate(parties):
        line_y = y + PITCH * (n + 1)
        _party(grid, party, line_y, shapes)
        for week in range(len(grid.weeks)):
            cell = grid.cells.get((*key, party, week))
            if cell:
                label = _label(grid, key[1], party, week, cell)
                shapes.append(
                    Mark(
                        marks.outcome(cell.outcome, own_word=cell.own_word),
                        LEFT + step * (week + 0.5),
                        line_y - 3.2,
                        min(10.0, step - 1.2),
                        label,
                    )
                )
    y += PITCH * room + 4
    shapes.append(Path((((0, y), (WIDTH, y)),), stroke="hairline", width=0.5))
    return y


def _clause(key: tuple[str, str], term: Term | None) -> str:
    return f"{key[1]}{f', clause {term.clause}' if term and term.clause else ''}"


def _label(grid: Grid, term_id: str, party: str, week: int, cell: Cell) -> str:
    day = words.day(grid.weeks[week][0], grid.index.zone)
    if cell.differs:
        outcome = "; ".join(f"{words.READING_WORDS[r]}: {words.OUTCOME_WORDS[o]}" for r, o in cell.by_reading)
    else:
        outcome = words.OUTCOME_WORDS[cell.outcome]
    return f"{term_id}, {grid.index.name(party)}, week of {day}: {outcome}. {cell.reason}"
