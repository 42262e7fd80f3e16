"""What the matrix of commitments shows, before it is drawn: weeks, panels of weeks, terms by topic, cells, records.

Nothing here knows a length. Rows keep the order of the agreements, parties that of mission.yaml.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil

from ... import when
from ...agreement import ratified, readings
from ...nouns import OWN_WORD_CODES, UNATTRIBUTED, Agreement, Finding, Outcome, Reading
from .. import words
from ..index import Index
from ..tongue import later, say

PANEL_WEEKS = 26
"""The most weeks that one figure shows side by side."""

MOST_PANELS = 3
"""The most panels, latest first; earlier weeks stand in findings.csv."""

DULL = frozenset({Outcome.NOT_DUE, Outcome.NOT_ASSESSABLE, Outcome.NOT_APPLICABLE, Outcome.RECORDED})
"""Outcomes that say nothing of what a party did."""

TOPICS = words.Sayings(
    {
        "": later("Other commitments"),
        "buildings in no-man's land": later("Buildings in no man’s land"),
        "ceasefire": later("Ceasefire"),
        "ceasefire/use of force": later("Ceasefire and use of force"),
        "civilian protection": later("Protection of civilians"),
        "cluster munitions": later("Cluster munitions"),
        "communication hotline": later("Contact and direct lines"),
        "contact": later("Contact"),
        "cooperation": later("Cooperation"),
        "cultural property": later("Cultural property"),
        "demarcation": later("Demarcation"),
        "demining": later("Demining"),
        "disinformation": later("Information"),
        "forces": later("Forces"),
        "fortification": later("Fortification"),
        "heavy weapons": later("Heavy weapons"),
        "heavy-weapons withdrawal": later("Withdrawal of heavy weapons"),
        "humanitarian access": later("Humanitarian access"),
        "implementation of earlier deals": later("Carrying out of earlier agreements"),
        "next meeting": later("Meetings"),
        "no change of terrain": later("No change of terrain"),
        "no new mines": later("No new mines"),
        "observer access": later("Access of observers"),
        "prisoners/detained soldiers": later("Prisoners and detained soldiers"),
        "provocation / airspace / fortification": later("Provocation, airspace and works"),
        "scam crime cooperation": later("Cooperation against crime"),
        "status": later("Status of the text"),
        "suspension": later("Suspension"),
        "troop movement freeze": later("Movement of troops"),
        "troop reinforcement": later("Reinforcement of troops"),
        "verification mechanism": later("Verification"),
        "withdrawal": later("Withdrawal"),
    }
)
"""Topics of terms in words; one that is not here is printed as it was written."""


def topic(written: str) -> str:
    """Give a topic in words; its own text where it is not in the list."""
    key = written.strip().casefold()
    return TOPICS.get(key) or words.upper_first(written.strip())


@dataclass(frozen=True, slots=True)
class Cell:
    """What the matrix shows for one term, party and week: the outcome under each reading, and the reason."""

    outcome: Outcome
    by_reading: tuple[tuple[Reading, Outcome], ...]
    reason: str
    own_word: bool = False

    @property
    def differs(self) -> bool:
        """Whether the readings of a disputed status differ; under one of them there may be nothing to say."""
        if len(self.by_reading) == 1:
            return self.by_reading[0][0] is Reading.IN_FORCE
        return len({o for _, o in self.by_reading}) > 1


@dataclass(frozen=True, slots=True)
class TermRow:
    """One term in one panel: which parties it is shown for, and whether all of them share one line."""

    key: tuple[str, str]
    topic: str
    parties: tuple[str, ...]
    shared: bool
    telling: bool


@dataclass(frozen=True, slots=True)
class Dispute:
    """A span in which an instrument's status was disputed: paused by some of those bound, and not settled by all."""

    agreement_id: str
    title: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Grid:
    """Weeks, terms and cells of one edition; everything is computed once."""

    index: Index

    @cached_property
    def tested(self) -> list[Finding]:
        """Findings of terms that data can test."""
        return [f for f in self.index.edition.findings if f.outcome is not Outcome.RECORDED]

    @cached_property
    def weeks(self) -> list[tuple[datetime, datetime]]:
        """Every week of the period from the first finding on, Monday to Monday, local; the last closes with it."""
        spans = [f.start for f in self.tested if f.end - f.start <= timedelta(days=8)]
        start = max(self.index.start, min(spans, default=self.index.start))
        return when.weeks(start, self.index.edition.as_of, self.index.zone)

    @cached_property
    def panels(self) -> list[range]:
        """Weeks by panel, latest first, about equally long."""
        shown = min(len(self.weeks), PANEL_WEEKS * MOST_PANELS)
        if not shown:
            return []
        size = ceil(shown / ceil(shown / PANEL_WEEKS))
        first = len(self.weeks) - shown
        stops = range(len(self.weeks), first, -size)
        return [range(max(first, stop - size), stop) for stop in stops]

    @property
    def earlier_weeks(self) -> int:
        """How many weeks lie before the first panel."""
        return self.panels[-1].start if self.panels else 0

    @cached_property
    def cells(self) -> dict[tuple[str, str, str, int], Cell]:
        """(agreement, term, party, week) -> cell."""
        found: dict[tuple[str, str, str, int], list[Finding]] = defaultdict(list)
        for f in self.tested:
            column = self.column(f)
            if column is not None:
                found[f.agreement_id, f.term_id, f.party, column].append(f)
        return {key: _cell(findings) for key, findings in found.items()}

    @cached_property
    def _starts(self) -> list[datetime]:
        return [start for start, _ in self.weeks]

    def column(self, f: Finding) -> int | None:
        """Give the week in which a finding's window closes; None where it lies outside the period."""
        last = f.end - timedelta(microseconds=1)
        n = bisect_right(self._starts, last) - 1
        return n if n >= 0 and last < self.weeks[n][1] else None

    def place(self, moment: datetime) -> float:
        """Where a moment lies among the weeks: 2.5 is the middle of the third one, their number the edition's close."""
        n = max(0, min(bisect_right(self._starts, moment) - 1, len(self.weeks) - 1))
        start, end = self.weeks[n]
        return n + max(0.0, min(1.0, (moment - start) / (end - start)))

    @cached_property
    def disputed_status(self) -> frozenset[tuple[str, str]]:
        """Terms whose status is disputed: those with a finding under a reading."""
        return frozenset((f.agreement_id, f.term_id) for f in self.tested if f.status_reading is not Reading.UNDISPUTED)

    @cached_property
    def disputes(self) -> list[Dispute]:
        """Spans of disputed status, in the order of the agreements."""
        found: list[Dispute] = []
        close = self.index.edition.as_of
        for a in self.index.edition.agreements:
            begun: datetime | None = None
            for event in (e for e in a.status if e.when < close):
                open_now = len(readings(a, event.when)) > 1
                if open_now and begun is None:
                    begun = event.when
                elif not open_now and begun is not None:
                    found.append(Dispute(a.id, a.title, begun, event.when))
                    begun = None
            if begun is not None:
                found.append(Dispute(a.id, a.title, begun, close))
        return found

    @cached_property
    def records(self) -> Counter[tuple[str, int]]:
        """(party, week) -> how many records of observers on this side fall into this week."""
        met: dict[tuple[str, int], set[str]] = defaultdict(set)
        for party in self.index.parties:
            for look in self.index.looks_of(self.index.observers, party):
                record = look.effort_id or f"{look.source_id} {look.start}"
                first = max(0, bisect_right(self._starts, look.start) - 1)
                for n in range(first, bisect_left(self._starts, look.end)):
                    if look.start < self.weeks[n][1]:
                        met[party, n].add(record)
        return Counter({key: len(value) for key, value in met.items()})

    @cached_property
    def spoken(self) -> dict[tuple[str, str], dict[str, dict[int, Cell]]]:
        """Term -> party -> week -> cell, terms in the order of the agreements."""
        found: dict[tuple[str, str], dict[str, dict[int, Cell]]] = {}
        for (agreement, term, party, week), cell in self.cells.items():
            found.setdefault((agreement, term), {}).setdefault(party, {})[week] = cell
        order = [key for key in self.index.terms if key in found]
        return {key: found[key] for key in (*order, *(k for k in found if k not in self.index.terms))}

    @cached_property
    def topics(self) -> list[str]:
        """Topics in words, in the order in which they first appear over the agreements."""
        return list(dict.fromkeys(self._topic(key) for key in self.spoken))

    def _topic(self, key: tuple[str, str]) -> str:
        term = self.index.terms.get(key)
        return topic(term.topic if term else "")

    def rows(self, panel: range) -> list[TermRow]:
        """Terms that have a cell in this panel, by topic."""
        rank = {name: n for n, name in enumerate(self.topics)}
        made = [row for key in self.spoken if (row := self._row(key, panel))]
        return sorted(made, key=lambda row: rank[row.topic])

    def _row(self, key: tuple[str, str], panel: range) -> TermRow | None:
        lines = {
            p: [(n, c.outcome, c.by_reading) for n, c in sorted(cells.items()) if n in panel]
            for p, cells in self.spoken[key].items()
        }
        outcomes = {outcome for line in lines.values() for _, outcome, _ in line}
        if not outcomes:
            return None
        own = self.index.parties
        parties = (*own, *((UNATTRIBUTED,) if lines.get(UNATTRIBUTED) else ()))
        same = len(own) > 1 and len({tuple(lines.get(p, ())) for p in own}) == 1
        telling = not outcomes <= DULL
        return TermRow(key, self._topic(key), parties, same and not telling and parties == own, telling)

    def unbound(self, key: tuple[str, str], party: str) -> bool:
        """Whether a term does not bind this party: it names others, or the party has not ratified the treaty."""
        term, instrument = self.index.terms.get(key), self._instruments.get(key[0])
        if self.spoken[key].get(party) or term is None or instrument is None:
            return False
        return party not in term.party or not ratified(instrument, party, self.index.edition.as_of)

    @cached_property
    def _instruments(self) -> dict[str, Agreement]:
        return {a.id: a for a in self.index.edition.agreements}

    def clause(self, key: tuple[str, str]) -> str:
        """Where a term stands: its agreement and clause, or its id."""
        term = self.index.terms.get(key)
        if term is None or not term.clause:
            return key[1]
        return say("{agreement}, clause {clause}", agreement=key[0], clause=term.clause)

    def title(self, key: tuple[str, str]) -> str:
        """What a term is called; its id where it has no title."""
        term = self.index.terms.get(key)
        return (term.title if term else "") or key[1]


def _cell(findings: list[Finding]) -> Cell:
    first = findings[0]
    if len(findings) == 1 and first.status_reading is Reading.UNDISPUTED:
        readings_ = ((first.status_reading, first.outcome),)
        return Cell(first.outcome, readings_, first.reason, first.reason_code in OWN_WORD_CODES)
    by_reading: dict[Reading, Finding] = {}
    for f in sorted(findings, key=lambda f: f.end):
        by_reading[f.status_reading] = f
    outcomes = tuple((r, f.outcome) for r, f in by_reading.items())
    first = next(iter(by_reading.values()))
    cell = Cell(first.outcome, outcomes, first.reason, first.reason_code in OWN_WORD_CODES)
    return Cell(Outcome.DISPUTED, outcomes, first.reason, cell.own_word) if cell.differs else cell
