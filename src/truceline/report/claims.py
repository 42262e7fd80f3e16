"""Who said what of whom, what the accused answered, and where one side contradicts itself."""

from __future__ import annotations

from collections import Counter

from ..nouns import Claim
from . import words
from .incidents import sentences
from .index import DAYS, Index
from .tree import Block, Cell, Column, Heading, Listing, Paragraph, Row, Section, Table

MOST = 80
"""How many accusations are printed; all of them stand in claims.csv."""


def section(index: Index) -> Section:
    """Answers by party with denominators, the latest accusations, and contradictions within one side."""
    claims = index.edition.claims
    if not claims:
        blocks: tuple[Block, ...] = (Paragraph(words.line("No accusation is on record in this edition.")),)
        return Section("claims", "Accusations and answers", blocks)
    recent = [c for c in claims if c.first_reported and c.first_reported >= index.since]
    shown = sorted(recent or claims, key=lambda c: c.first_reported.timestamp() if c.first_reported else 0.0)[-MOST:]
    of_which = f"of the last {DAYS} days" if recent else "of the whole period"
    intro = (
        f"{words.count(len(claims), 'accusation')} by origin and incident are on record. The table shows "
        f"{words.of(len(shown), len(recent or claims))} {of_which}, the latest last; claims.csv holds all. "
        "Whether an answer was found depends on who was asked and what was published."
    )
    return Section(
        "claims",
        "Accusations and answers",
        (
            Paragraph(words.line(intro)),
            _answers(index, claims),
            _table(index, shown),
            *_contradictions(index),
        ),
    )


def _answers(index: Index, claims: tuple[Claim, ...]) -> Table:
    columns = (
        Column("What the accused answered", 1.4),
        *(Column(index.name(p), 1, numeric=True, tone=index.tone(p)) for p in index.parties),
    )
    by_party = {p: [c for c in claims if c.accused in {p, "both"}] for p in index.parties}
    tally = {p: Counter(c.answer for c in by_party[p]) for p in index.parties}
    known = list(words.ANSWER_WORDS) + [c.answer for c in claims if c.answer not in words.ANSWER_WORDS]
    rows = tuple(
        Row(
            (
                Cell((words.line(words.ANSWER_WORDS.get(answer, answer)),), head=True),
                *(Cell((words.line(words.of(tally[p][answer], len(by_party[p]))),)) for p in index.parties),
            )
        )
        for answer in dict.fromkeys(known)
        if any(tally[p][answer] for p in index.parties)
    )
    note = "Of the accusations against each party. " + " ".join(
        f"Against {index.name(p)}: {words.number(len(by_party[p]))}, of which "
        f"{words.of(_own(by_party[p], p), len(by_party[p]))} by its own side, "
        f"{words.of(_neither(by_party[p]), len(by_party[p]))} by neither."
        for p in index.parties
    )
    return Table("", columns, rows, note, stack=False, label="What the accused answered")


def _own(claims: list[Claim], party: str) -> int:
    return sum(c.claimant_party == party for c in claims)


def _neither(claims: list[Claim]) -> int:
    return sum(not c.claimant_party for c in claims)


def _table(index: Index, claims: list[Claim]) -> Table:
    columns = (
        Column("Said on", 1.0),
        Column("Who said what", 2.4),
        Column("Of whom", 0.75),
        Column("Answer", 0.95),
        Column("Evidence", 1.5),
        Column("No.", 0.35, numeric=True),
    )
    rows = tuple(
        Row(
            (
                Cell((words.line(words.day(c.first_reported, index.zone) if c.first_reported else "unknown"),)),
                Cell((words.line(words.breakable(c.claim)),), head=True),
                Cell((words.line(index.name(c.accused)),)),
                Cell((words.line(words.ANSWER_WORDS.get(c.answer, c.answer)),)),
                Cell((words.line(c.evidence or words.NOT_STATED),)),
                Cell(((index.ref(c.incident_id),),)),
            )
        )
        for c in claims
    )
    return Table("Accusations, answers and evidence", columns, rows, dense=True)


def _contradictions(index: Index) -> tuple[Block, ...]:
    found = [i for i in index.incidents if index.assessment(i.id).contradictions]
    head = Heading(3, words.line("Contradictions within one side"), "contradictions")
    if not found:
        return (
            head,
            Paragraph(words.line(f"None was found in {words.count(len(index.incidents), 'incident')}.")),
        )
    items = tuple(
        words.line(
            "Incident ",
            index.ref(i.id),
            f", {index.where(i)}: {sentences(index.assessment(i.id).contradictions)}",
        )
        for i in found
    )
    return (
        head,
        Paragraph(words.line(f"In {words.of(len(found), len(index.incidents))} incidents.")),
        Listing(items),
    )
