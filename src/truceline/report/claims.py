"""Who said what of whom, what the accused answered, and where one side contradicts itself."""

from __future__ import annotations

from collections import Counter

from ..nouns import Claim
from . import words
from .cards.verdict import sentences
from .index import Index
from .tongue import say
from .tree import Block, Cell, Column, Heading, Line, Listing, Paragraph, Row, Section, Table

MOST = 80
"""How many accusations are printed; all of them stand in claims.csv."""
CONTRADICTIONS = 40
"""How many incidents are listed in which one side contradicts itself."""


def section(index: Index) -> Section:
    """Answers by party with denominators, the latest accusations, and contradictions within one side."""
    claims = index.edition.claims
    title = say("Accusations and answers")
    if not claims:
        nothing = Paragraph(words.line(say("No accusation is on record in this edition.")))
        return Section("claims", title, (nothing,))
    recent = [c for c in claims if c.first_reported and c.first_reported >= index.since]
    shown = sorted(recent or claims, key=lambda c: c.first_reported.timestamp() if c.first_reported else 0.0)[-MOST:]
    return Section(
        "claims",
        title,
        (
            Paragraph(_intro(index, len(shown), len(recent))),
            answers(index, claims),
            table(index, shown),
            *contradictions(index),
        ),
    )


def _intro(index: Index, shown: int, recent: int) -> Line:
    total = len(index.edition.claims)
    if recent:
        return words.said(
            "**{total} accusations** by origin and incident are on record; {recent} of {total} were first reported "
            "since {since}. The table shows {shown} of these {recent}, the latest last; claims.csv holds all. Whether "
            "an answer was found depends on who was asked and what was published.",
            total=words.number(total), recent=words.number(recent), shown=words.number(shown),
            since=words.moment(index.since, index.zone),
        )  # fmt: skip
    return words.said(
        "**{total} accusations** by origin and incident are on record; none of them was first reported since {since}. "
        "The table shows {shown} of {total} of the whole period, the latest last; claims.csv holds all. Whether an "
        "answer was found depends on who was asked and what was published.",
        total=words.number(total), shown=words.number(shown), since=words.moment(index.since, index.zone),
    )  # fmt: skip


def answers(index: Index, claims: tuple[Claim, ...]) -> Table:
    """Give how often each answer was given, party by party, of the accusations against it."""
    columns = (
        Column(say("What the accused answered"), 1.4),
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
    note = " ".join(_behind(index, p, by_party[p]) for p in index.parties)
    return Table("", columns, rows, note, stack=False, label=say("What the accused answered"))


def _behind(index: Index, party: str, claims: list[Claim]) -> str:
    own = sum(c.claimant_party == party for c in claims)
    neither = sum(not c.claimant_party for c in claims)
    return say(
        "Accusations against {party}: {total}, of which {own} of {total} by its own side and {neither} of {total} by no "
        "party.",
        party=index.name(party), total=words.number(len(claims)), own=words.number(own), neither=words.number(neither),
    )  # fmt: skip


def table(index: Index, claims: list[Claim]) -> Table:
    """Give accusations with their answers and the evidence, in this order."""
    columns = (
        Column(say("Said on"), 1.2),
        Column(say("Who said what"), 2.3),
        Column(say("Of whom"), 0.75),
        Column(say("Answer"), 1.05),
        Column(say("Evidence"), 2.0),
        Column(say("No."), 0.4, numeric=True),
    )
    rows = tuple(_row(index, c) for c in claims)
    return Table(say("Accusations, answers and evidence"), columns, rows, dense=True)


def _row(index: Index, c: Claim) -> Row:
    day = words.day(c.first_reported, index.zone) if c.first_reported else say("unknown")
    answer = words.upper_first(words.ANSWER_WORDS.get(c.answer, c.answer))
    evidence = words.free(c.evidence) if c.evidence else words.quiet(words.not_stated())
    contradictions = index.assessment(c.incident_id).contradictions
    against = words.said("Contradictions within one side: {statement}", statement=words.free(sentences(contradictions)))
    return Row(
        (
            Cell((words.line(day),)),
            Cell(((words.free(c.claim),),), head=True),
            Cell((words.line(index.name(c.accused)),)),
            Cell((words.line(answer), *((against,) if contradictions else ()))),
            Cell(((evidence,),)),
            Cell(((index.ref(c.incident_id),),)),
        )
    )


def contradictions(index: Index) -> tuple[Block, ...]:
    """Give the incidents in which one side contradicts itself, under their own heading."""
    found = [i for i in index.incidents if index.assessment(i.id).contradictions]
    head = Heading(3, words.line(say("Contradictions within one side")), "contradictions")
    total = len(index.incidents)
    if not found:
        none = say("None was found in {incidents} with the accounts on record.", incidents=words.incidents(total))
        return (head, Paragraph(words.line(none)))
    items = tuple(
        words.said(
            "Incident {n}, {place}: {statement}",
            n=index.ref(i.id),
            place=index.where(i),
            statement=words.free(sentences(index.assessment(i.id).contradictions)),
        )
        for i in found[-CONTRADICTIONS:]
    )
    if len(found) > CONTRADICTIONS:
        said = say(
            "In {part} of {whole} incidents; the latest {shown} are listed.",
            part=words.number(len(found)), whole=words.number(total), shown=words.number(len(items)),
        )  # fmt: skip
    else:
        said = say("In {part} of {whole} incidents.", part=words.number(len(found)), whole=words.number(total))
    return (head, Paragraph(words.line(said)), Listing(items))
