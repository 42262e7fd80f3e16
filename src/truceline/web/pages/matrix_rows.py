"""The matrix of commitments as rows of an HTML table: a mark a term, party and week, each a link to its finding."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup, escape

from ... import when
from ...nouns import UNATTRIBUTED, Outcome
from ...report import marks, tongue, words
from ...report.matrix.grid import DULL, Cell, Grid
from ...report.tongue import say, say_n
from ..window import Window
from .cabinet import DeskIndex

WEEKS = 21
"""Weeks side by side; earlier ones are on the next page."""
UNDUE = frozenset({Outcome.NOT_DUE, Outcome.NOT_APPLICABLE, Outcome.RECORDED})
Key = tuple[str, str, str, int]


@dataclass(frozen=True)
class Line:
    """One party's row of a term: its cells as HTML, and weeks with an outcome of those to judge."""

    party: str
    name: str
    tone: str
    cells: Markup
    tally: str


@dataclass(frozen=True)
class Term:
    """One term with a line a party."""

    clause: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Instrument:
    """One instrument with its terms."""

    id: str
    title: str
    standing: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Matrix:
    """The weeks of this page and everything found in them."""

    weeks: tuple[tuple[str, str], ...]
    months: tuple[tuple[str, int], ...]
    instruments: tuple[Instrument, ...]
    pages: int
    blind: int
    due: int
    outcomes: tuple[tuple[str, str, int], ...]
    days: str


def weeks_of(grid: Grid, window: Window) -> list[int]:
    """Weeks of the edition that meet the window."""
    return [
        n for n, (start, end) in enumerate(grid.weeks)
        if (window.start is None or end > window.start) and (window.end is None or start < window.end)
    ]  # fmt: skip


def matrix(index: DeskIndex, grid: Grid, window: Window) -> Matrix:
    """The page of the matrix that this window asks for: page 1 has the latest weeks."""
    every = weeks_of(grid, window)
    pages = max(1, -(-len(every) // WEEKS))
    stop = len(every) - (window.page - 1) * WEEKS
    shown = every[max(0, stop - WEEKS) : max(stop, 0)]
    ids = _ids(grid)
    rows: dict[str, list[Term]] = defaultdict(list)
    tally: dict[Outcome, int] = defaultdict(int)
    for key in grid.spoken:
        if window.agreement and key[0] != window.agreement:
            continue
        made = _term(index, grid, key, shown, ids, window, tally)
        if made:
            rows[key[0]].append(made)
    instruments = tuple(
        Instrument(a.id, a.title, a.standing, tuple(rows[a.id])) for a in index.edition.agreements if rows.get(a.id)
    )
    due = sum(n for o, n in tally.items() if o not in UNDUE)
    return Matrix(
        tuple((_day(grid, n), _spoken(index, grid, n)) for n in shown), _months(index, grid, shown), instruments, pages,
        tally[Outcome.NOT_ASSESSABLE], due, tuple((marks.outcome(o), words.OUTCOME_WORDS[o], tally[o]) for o in Outcome if tally[o]),
        words.days(grid.weeks[shown[0]][0], grid.weeks[shown[-1]][1], index.zone) if shown else "",
    )  # fmt: skip


def _ids(grid: Grid) -> dict[Key, str]:
    made: dict[Key, str] = {}
    for f in grid.tested:
        column = grid.column(f)
        if column is not None:
            made.setdefault((f.agreement_id, f.term_id, f.party, column), f.id)
    return made


def _term(
    index: DeskIndex, grid: Grid, key: tuple[str, str], shown: list[int], ids: dict[Key, str], window: Window,
    tally: dict[Outcome, int],
) -> Term | None:  # fmt: skip
    spoken = grid.spoken[key]
    lines = []
    for party in (*index.parties, UNATTRIBUTED):
        own = spoken.get(party, {})
        if not any(n in own for n in shown) or (window.party and party != window.party):
            continue
        for n in shown:
            if n in own:
                tally[own[n].outcome] += 1
        lines.append(_line(index, grid, key, party, shown, ids))
    term = index.terms.get(key)
    return Term(term.clause if term else "", grid.title(key), tuple(lines)) if lines else None


def _line(
    index: DeskIndex, grid: Grid, key: tuple[str, str], party: str, shown: list[int], ids: dict[Key, str]
) -> Line:
    own, name = grid.spoken[key][party], words.upper_first(index.name(party))
    cells = "".join(_cell(index, grid, name, n, own.get(n), ids.get((*key, party, n), "")) for n in shown)
    found = [own[n] for n in shown if n in own]
    due = [c for c in found if c.outcome not in UNDUE]
    telling = sum(c.outcome not in DULL for c in due)
    if party == UNATTRIBUTED:
        said = say_n("{n} week with incidents", "{n} weeks with incidents", telling)
    else:
        said = words.of(telling, len(due)) if due else say("nothing to judge")
    return Line(party, name, index.tone(party), Markup(cells), said)


def _cell(index: DeskIndex, grid: Grid, party: str, n: int, cell: Cell | None, finding: str) -> str:
    if cell is None:
        return "<td></td>"
    mark = marks.outcome(cell.outcome, own_word=cell.own_word)
    drawn = f'<svg class="m" aria-hidden="true"><use href="#m-{mark}"/></svg>'
    said = escape(f"{words.upper_first(marks.words(mark))}: {party}, {_spoken(index, grid, n)}")
    return f'<td><a href="/agreements/{quote(finding, safe="")}" title="{said}">{drawn}</a></td>'


def _day(grid: Grid, n: int) -> str:
    return str(grid.weeks[n][0].astimezone(when.zone(grid.index.zone)).day)


def _spoken(index: DeskIndex, grid: Grid, n: int) -> str:
    return say("week from {day}", day=words.day(grid.weeks[n][0], index.zone))


def _months(index: DeskIndex, grid: Grid, shown: list[int]) -> tuple[tuple[str, int], ...]:
    made: list[tuple[str, int]] = []
    for n in shown:
        local = grid.weeks[n][0].astimezone(when.zone(index.zone))
        name = tongue.month(local.month)
        if made and made[-1][0] == name:
            made[-1] = (name, made[-1][1] + 1)
        else:
            made.append((name, 1))
    return tuple((name if wide > 1 else name[:3], wide) for name, wide in made)
