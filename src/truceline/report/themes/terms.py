"""Terms of one theme with their outcomes as stretches of time: one line for weeks that say the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from ...nouns import UNATTRIBUTED, Finding, Outcome, Term
from .. import marks, words
from ..index import Index
from ..tongue import say, say_n
from ..tree import Block, Cell, Column, Line, Paragraph, Row, Table

MOST_STRETCHES = 6
"""Stretches that are printed for one term and party; where there are more, the weeks are counted."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Windows one after the other with the same outcome."""

    start: datetime
    end: datetime
    outcome: Outcome
    windows: int


def about(index: Index, kinds: tuple[str, ...], topics: tuple[str, ...]) -> list[Term]:
    """Terms of these kinds of check, or of a topic in which one of these words stands."""
    return [t for t in index.terms.values() if t.kind in kinds or any(w in t.topic.casefold() for w in topics)]


def stretches(findings: list[Finding]) -> list[Stretch]:
    """Give the findings of one term and party as stretches; where readings differ in a window, it is disputed."""
    windows: dict[tuple[datetime, datetime], set[Outcome]] = {}
    for f in findings:
        windows.setdefault((f.start, f.end), set()).add(f.outcome)
    found: list[Stretch] = []
    for (start, end), outcomes in sorted(windows.items()):
        outcome = next(iter(outcomes)) if len(outcomes) == 1 else Outcome.DISPUTED
        last = found[-1] if found else None
        if last and last.outcome is outcome and start - last.end < timedelta(days=1):
            found[-1] = Stretch(last.start, end, outcome, last.windows + 1)
        else:
            found.append(Stretch(start, end, outcome, 1))
    return found


def blocks(index: Index, terms: list[Term], caption: str) -> list[Block]:
    """Give the terms with their outcomes; a plain sentence where no instrument says anything of the theme."""
    if not terms:
        text = say("No instrument on record has a term on this.")
        return [Paragraph(words.line(text))]
    columns = (
        Column(say("Term"), 1.7),
        Column(say("Who is bound"), 0.9),
        Column(say("What could be shown, and when"), 2.4),
    )
    rows = [row for t in terms for row in _rows(index, t)]
    note = say("A week is counted once; where the readings of a disputed status differ, it is disputed.")
    return [Table(caption, columns, tuple(rows), note, dense=True)]


def _rows(index: Index, t: Term) -> list[Row]:
    key = t.agreement_id, t.id
    own = [
        f for f in index.edition.findings if (f.agreement_id, f.term_id) == key and f.outcome is not Outcome.RECORDED
    ]
    parties = [p for p in (*index.parties, UNATTRIBUTED) if any(f.party == p for f in own)]
    head = Cell((words.line(words.source_link(t.title, t.source)), words.line(words.quiet(t.id))), head=True)
    if not parties:
        kept = words.said(
            "{mark} Kept on record, not tested: {reason}",
            mark=words.mark(marks.outcome(Outcome.RECORDED), words.OUTCOME_WORDS[Outcome.RECORDED]),
            reason=words.free(t.reason) if t.reason else words.not_stated(),
        )
        return [Row((head, Cell((words.line(index.names(t.party) or say("nobody")),)), Cell((kept,))))]
    rows = []
    for n, party in enumerate(parties):
        lines = _lines(index, stretches([f for f in own if f.party == party]))
        name = words.upper_first(index.name(party))
        rows.append(Row((head if n == 0 else Cell(((),), head=True), Cell((words.line(name),)), Cell(lines))))
    return rows


def _lines(index: Index, found: list[Stretch]) -> tuple[Line, ...]:
    if len(found) <= MOST_STRETCHES:
        return tuple(_line(index, s) for s in found)
    tally = Counter[Outcome]()
    for s in found:
        tally[s.outcome] += s.windows
    total = sum(tally.values())
    return tuple(
        words.said(
            "{mark} {outcome}: {part} of {whole} weeks",
            mark=words.mark(marks.outcome(o), ""), outcome=words.OUTCOME_WORDS[o],
            part=words.number(tally[o]), whole=words.number(total),
        )
        for o in Outcome if tally[o]
    )  # fmt: skip


def _line(index: Index, s: Stretch) -> Line:
    return words.said(
        "{mark} {outcome}: {weeks}, {days}",
        mark=words.mark(marks.outcome(s.outcome), ""),
        outcome=words.OUTCOME_WORDS[s.outcome],
        weeks=say_n("{n} week", "{n} weeks", s.windows),
        days=words.days(s.start, s.end - timedelta(seconds=1), index.zone),
    )
