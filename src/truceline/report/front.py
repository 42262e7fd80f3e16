"""The front page: the finding, then the same sentences for each party, each count with its denominator."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from math import ceil

from .. import kinds
from ..nouns import Assessment, Grade, Outcome, Share
from . import marks, words
from .index import Index
from .tongue import say
from .tree import Block, Cell, Column, Inline, Line, MarkRow, Paragraph, Row, Table

OWN_WORD = "OWN-WORD"
"""What the ids of rules that rest on a party's own word contain."""

MOST_MARKS = 120
"""Above so many incidents one mark stands for several, the same number for every party."""


def kicker(index: Index) -> str:  # noqa: ARG001
    """Name the kind of report."""
    return say("Findings report")


def title(index: Index) -> str:
    """Give the finding in one line."""
    total, seen = len(index.incidents), len(index.seen)
    if not total:
        return "No incident is on record"
    reported = f"{words.count(total, 'incident')} reported"
    return f"{reported}, {words.number(seen) if seen else 'none'} with an observer's own account"


def lead(index: Index) -> str:
    """Give what the title rests on, and its limits."""
    edition, total = index.edition, len(index.incidents)
    looked = index.days_met([look for side in ("", *index.parties) for look in index.looks_of(index.observers, side)])
    effort = (
        f"Observers were recorded looking on {words.of(looked, len(index.days))} days; a day without "
        "them is not a calm day."
    )
    if not total:
        return f"No observation in this edition was joined to an incident. {effort}"
    vague = sum(i.end - i.start > timedelta(days=1) for i in index.incidents)
    unplaced = sum(i.lon_deg is None for i in index.incidents)
    due = [f for f in edition.findings if f.outcome not in {Outcome.NOT_DUE, Outcome.NOT_APPLICABLE, Outcome.RECORDED}]
    blind = sum(f.outcome is Outcome.NOT_ASSESSABLE for f in due)
    return (
        f"{words.count(len(edition.observations), 'observation')} describe {words.count(total, 'incident')}; "
        f"{words.of(unplaced, total)} have no place and {words.of(vague, total)} are not dated to the "
        f"day. {effort} "
        f"Of {words.count(len(due), 'finding')} that were due, {words.number(blind)} are not assessable. "
        f"{words.count(len(edition.set_aside), 'row')} of the input "
        f"{'was' if len(edition.set_aside) == 1 else 'were'} set aside or left out and "
        f"{'is' if len(edition.set_aside) == 1 else 'are'} listed."
    )


def blocks(index: Index) -> tuple[Block, ...]:
    """Give the table of the parties, what its counts mean, and the grades in words."""
    columns = (Column("", 0.62), *(Column(index.name(p), 1.5, tone=index.tone(p)) for p in index.parties))
    unit = max(1, ceil(max((len(index.blamed(p)) for p in index.parties), default=0) / MOST_MARKS))
    said = (
        ("Said of it", [_blamed(index, p, unit) for p in index.parties]),
        ("Established", [_established(index, p) for p in index.parties]),
        ("Disputed", [_disputed(index, p) for p in index.parties]),
        ("Own word", [_own_word(index, p) for p in index.parties]),
        ("Not seen", [_not_seen(index, p) for p in index.parties]),
    )
    rows = tuple(Row((Cell((_head(name),), head=True), *(Cell(c) for c in cells))) for name, cells in said)
    note = (
        "Accusations are counted by who was asked, not by what happened: a side with more spokesmen and "
        "more reporters "
        "is heard more often. Each count of accusations therefore stands beside the sides that its "
        "origins belong to. "
        "An origin is a voice; outlets that repeat it add nothing. "
    )
    if unit > 1:
        note += f"Here one mark stands for up to {words.count(unit, 'incident')}. "
    return (
        Table("What can be said of each party, in the same form", columns, rows, note),
        Paragraph(_legend(), "quiet"),
    )


def _head(name: str) -> Line:
    signs = {"Established": "grade-established", "Disputed": "grade-disputed", "Not seen": "look-not_looked"}
    sign = signs.get(name)
    return words.line(*((MarkRow((sign,), ""), " ") if sign else ()), words.bold(name))


def _legend() -> Line:
    parts: list[Inline] = [words.bold("Grades say how well it is established that it happened, not who did it: ")]
    for grade in Grade:
        parts += [
            MarkRow((marks.grade(grade),), ""),
            *words.line(f" {grade}{', ' if grade is not Grade.INSUFFICIENT else '.'}"),
        ]
    return tuple(parts)


def grade_row(assessments: list[Assessment], unit: int = 1) -> MarkRow:
    """One mark for each incident (or for each `unit` begun), best established first.

    The label gives the counts.
    """
    tally = Counter(a.grade for a in assessments)
    names = [marks.grade(g) for g in Grade for _ in range(ceil(tally[g] / unit))]
    label = words.listed(f"{words.number(tally[g])} {g}" for g in Grade if tally[g]) or "none"
    return MarkRow(tuple(names), label)


def share_words(index: Index, share: Share | None, party: str) -> str:
    """Whose voices stand behind the accusations against a party."""
    if share is None or not share.origins_accusing:
        return f"No origin that blames {index.name(party)} is on record."
    return (
        f"{words.count(share.origins_accusing, 'origin')} behind this: "
        f"{words.of(share.of_other_side, share.origins_accusing)} of the other side, "
        f"{words.of(share.of_own_side, share.origins_accusing)} of {index.name(party)}’s own side, "
        f"{words.of(share.of_others, share.origins_accusing)} of neither."
    )


def _blamed(index: Index, party: str, unit: int) -> tuple[Line, ...]:
    blamed, total = index.blamed(party), len(index.incidents)
    share = next((s for s in index.edition.shares if s.party == party), None)
    said = f"In {words.of(len(blamed), total)} incidents somebody said that {index.name(party)} did it."
    row = grade_row(blamed, unit)
    first: tuple[Line, ...] = ((row,), words.line(words.quiet(f"By grade: {row.label}."))) if blamed else ()
    return (words.line(said), *first, words.line(share_words(index, share, party)))


def _established(index: Index, party: str) -> tuple[Line, ...]:
    blamed, name = index.blamed(party), index.name(party)
    if not blamed:
        return (words.line(f"Nobody blames {name} for an incident on record."),)
    happened = sum(a.grade is Grade.ESTABLISHED for a in blamed)
    author = sum(a.attributed_to == party and a.attribution_grade is Grade.ESTABLISHED for a in blamed)
    own = sum(a.grade is Grade.ESTABLISHED and OWN_WORD in a.rule for a in blamed)
    own_author = sum(a.attributed_to == party and OWN_WORD in a.attribution_rule for a in blamed)
    return (
        words.line(
            f"That it happened is established for {words.of(happened, len(blamed))}, "
            f"{words.of(own, happened)} by a party’s own word. That {name} did it is established for "
            f"{words.of(author, len(blamed))}, {words.of(own_author, author)} by its own word."
        ),
    )


def _disputed(index: Index, party: str) -> tuple[Line, ...]:
    blamed, name = index.blamed(party), index.name(party)
    if not blamed:
        return (words.line(f"Nobody blames {name} for an incident on record."),)
    disputed = sum(a.grade is Grade.DISPUTED for a in blamed)
    denied = sum(party in a.denied_by for a in blamed)
    versions = sum(bool(a.contradictions) for a in blamed)
    return (
        words.line(
            f"{words.of(disputed, len(blamed))} are disputed. {name} denied {words.of(denied, len(blamed))}. "
            f"In {words.of(versions, len(blamed))} the accounts of one side contradict each other."
        ),
    )


_FORCE = ("fire", "explosion", "harm", "mine", "force", "crowd")


def _own_word(index: Index, party: str) -> tuple[Line, ...]:
    own = [a for a in index.edition.assessments if party in a.own_word]
    total, name = len(index.incidents), index.name(party)
    if not own:
        return (words.line(f"{name} itself said of {words.of(0, total)} that it did so; silence is no innocence."),)
    kind_of = {i.id: i.kind for i in index.edition.incidents}
    force = sum(kinds.within(kind_of[a.incident_id], _FORCE) for a in own)
    reason = sum(party in a.justified_by for a in own)
    return (
        words.line(
            f"{name} itself said of {words.of(len(own), total)} that it did so: {words.of(force, len(own))} are acts of "
            f"force, works among them; it gave a reason for {words.of(reason, len(own))}. Candour is no guilt."
        ),
    )


def _not_seen(index: Index, party: str) -> tuple[Line, ...]:
    blamed, name = index.blamed(party), index.name(party)
    seen = sum(a.incident_id in index.seen for a in blamed)
    looks = index.looks_of(index.observers, party)
    led = sum(1 for look in looks if look.host_led)
    days = index.days_met(looks)
    return (
        words.line(
            f"Observers saw {words.of(seen, len(blamed))} of these incidents themselves. They were "
            "recorded on "
            f"{name}’s side on {words.of(days, len(index.days))} days; {words.of(led, len(looks))} "
            "records of looking "
            "there were led by the host."
        ),
    )
