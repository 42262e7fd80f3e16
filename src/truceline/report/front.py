"""The front page: the finding, the same sentences for each party, and the whole picture in three small figures.

It is also the note for the minister, alone on its page.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from math import ceil

from .. import kinds
from ..nouns import Assessment, Grade, Outcome, Share
from . import calendar, dots, maps, marks, words
from .index import Index
from .since import Since
from .tongue import say, say_n
from .tree import Block, Cell, Column, Columns, Figure, Inline, Line, MarkRow, Paragraph, Row, Table

OWN_WORD = "OWN-WORD"
"""What the ids of rules that rest on a party's own word contain."""

MOST_MARKS = 26
"""Above so many incidents one mark stands for several, the same number for every party."""

MAP_WIDTH, DOTS_WIDTH, FULL_WIDTH = 250.0, 204.0, 470.0
_FORCE = ("fire", "explosion", "harm", "mine", "force", "crowd")


def kicker(index: Index) -> str:
    """Name the kind of report."""
    names = {
        "daily": say("Daily report"),
        "weekly": say("Weekly report"),
        "since-signing": say("Report since signing"),
    }
    if index.brief.period in names:
        return names[index.brief.period]
    if index.brief.period:
        return say("Report on {days}", days=words.days(index.since, index.edition.as_of, index.edition_zone))
    return {"note": say("Note for the minister"), "annex": say("Annexes to the findings report")}.get(
        index.brief.length, say("Findings report")
    )


def title(index: Index) -> str:
    """Give the finding in one line."""
    total, seen = len(index.incidents), len(index.seen)
    if not total:
        return say("No incident is on record")
    if not seen:
        return say_n(
            "{n} incident reported, not seen by any observer", "{n} incidents reported, none seen by an observer", total
        )
    return say_n(
        "{n} incident reported, seen by an observer",
        "{n} incidents reported, {seen} of them seen by an observer",
        total,
        seen=words.number(seen),
    )


def lead(index: Index) -> str:
    """Give what the title rests on, and its limits."""
    looked = index.days_met([look for side in ("", *index.parties) for look in index.looks_of(index.observers, side)])
    effort = say(
        "Observers were recorded looking on {days} days; a day without them is not a calm day.",
        days=words.of(looked, len(index.days)),
    )
    total = len(index.incidents)
    if not total:
        return " ".join((say("No observation in this edition was joined to an incident."), effort))
    vague = sum(i.end - i.start > timedelta(days=1) for i in index.incidents)
    unplaced = sum(i.lon_deg is None for i in index.incidents)
    rest = {Outcome.NOT_DUE, Outcome.NOT_APPLICABLE, Outcome.RECORDED}
    due = [f for f in index.edition.findings if f.outcome not in rest]
    blind = sum(f.outcome is Outcome.NOT_ASSESSABLE for f in due)
    told = say(
        "{observations} describe them; {unplaced} have no place, {vague} are not dated to the day.",
        observations=say_n("{n} observation", "{n} observations", len(index.edition.observations)),
        unplaced=words.of(unplaced, total),
        vague=words.of(vague, total),
    )
    tested = say("{blind} findings that were due are not assessable.", blind=words.of(blind, len(due))) if due else ""
    aside = len(index.edition.set_aside)
    left = (
        say_n(
            "{n} row of the input was left out and is listed.",
            "{n} rows of the input were left out and are listed.",
            aside,
        )
        if aside
        else ""
    )
    return " ".join(part for part in (told, effort, tested, _new(index), left) if part)


def blocks(index: Index) -> tuple[Block, ...]:
    """Give the table of the parties, then map, figures and who looked."""
    if index.brief.length == "annex":
        return ()
    unit = max(1, ceil(max((len(index.blamed(p)) for p in index.parties), default=0) / MOST_MARKS))
    return (_parties(index, unit), Paragraph(_legend(unit), "quiet"), *_pictures(index))


def _pictures(index: Index) -> tuple[Block, ...]:
    drawn = maps.overview(index, MAP_WIDTH)
    topics = [dots.compact(index, topic, DOTS_WIDTH) for topic in ("killed", "displaced")]
    small: tuple[Figure, ...] = tuple(t for t in topics if t)
    looked = calendar.compact(index, FULL_WIDTH)
    if drawn and small:
        beside: tuple[Block, ...] = (Columns(((drawn,), small), (MAP_WIDTH, DOTS_WIDTH), keep=True),)
    else:
        beside = tuple(f for f in (drawn, *small) if f)
    return (*beside, *((looked,) if looked else ()))


def _parties(index: Index, unit: int) -> Table:
    total = len(index.incidents)
    heads = {
        p: say("{party}: {part} incidents laid to it", party=index.name(p), part=words.of(len(index.blamed(p)), total))
        for p in index.parties
    }
    columns = (Column("", 0.5), *(Column(heads[p], 1.5, tone=index.tone(p)) for p in index.parties))
    said = (
        ("", say("Laid to it"), [_blamed(index, p, unit) for p in index.parties]),
        ("grade-established", say("Established"), [_established(index, p) for p in index.parties]),
        ("grade-disputed", say("Disputed"), [_disputed(index, p) for p in index.parties]),
        ("outcome-own_word", say("Own word"), [_own_word(index, p) for p in index.parties]),
        ("look-not_looked", say("Not seen"), [_not_seen(index, p) for p in index.parties]),
    )
    rows = tuple(Row((Cell((_head(sign, name),), head=True), *(Cell(c) for c in cells))) for sign, name, cells in said)
    label = say("What can be said of each party, in the same form")
    return Table("", columns, rows, dense=True, label=label)


def _head(sign: str, name: str) -> Line:
    return words.line(*((MarkRow((sign,), ""), " ") if sign else ()), words.bold(name))


def _legend(unit: int) -> Line:
    parts: list[Inline] = [*words.said("**How well it is established that it happened, not who did it:** ")]
    for grade in Grade:
        parts += [
            MarkRow((marks.grade(grade),), ""),
            *words.line(f" {words.GRADE_WORDS[grade]}{'.' if grade is Grade.INSUFFICIENT else ','} "),
        ]
    origins = say(
        "An origin is a voice; outlets that repeat it add nothing. Who is asked more often is blamed more often."
    )
    parts += words.line(origins)
    if unit > 1:
        parts += words.line(
            " ", say_n("One mark stands for up to {n} incident.", "One mark stands for up to {n} incidents.", unit)
        )
    return tuple(parts)


def grade_row(assessments: list[Assessment], unit: int = 1) -> MarkRow:
    """One mark for each incident (or for each `unit` begun), best established first.

    The label gives the counts.
    """
    tally = Counter(a.grade for a in assessments)
    names = [marks.grade(g) for g in Grade for _ in range(ceil(tally[g] / unit))]
    counts = (say("{n} {grade}", n=words.number(tally[g]), grade=words.GRADE_WORDS[g]) for g in Grade if tally[g])
    return MarkRow(tuple(names), words.listed(counts) or say("none"))


def share_words(share: Share | None) -> str:
    """Whose voices stand behind the accusations against a party."""
    if share is None or not share.origins_accusing:
        return say("No origin lays any to it.")
    return say(
        "Said by {whole} origins: {other} of the other side, {own} of its own, {neither} of neither.",
        whole=words.number(share.origins_accusing),
        other=words.number(share.of_other_side),
        own=words.number(share.of_own_side),
        neither=words.number(share.of_others),
    )


def _blamed(index: Index, party: str, unit: int) -> tuple[Line, ...]:
    blamed = index.blamed(party)
    share = next((s for s in index.edition.shares if s.party == party), None)
    first: tuple[Line, ...] = ((grade_row(blamed, unit),),) if blamed else ()
    return (*first, words.line(share_words(share)))


def _nobody(index: Index, party: str) -> tuple[Line, ...]:
    return (words.line(say("Nobody blames {party} for an incident on record.", party=index.name(party))),)


def _established(index: Index, party: str) -> tuple[Line, ...]:
    blamed = index.blamed(party)
    if not blamed:
        return _nobody(index, party)
    happened = sum(a.grade is Grade.ESTABLISHED for a in blamed)
    author = sum(a.attributed_to == party and a.attribution_grade is Grade.ESTABLISHED for a in blamed)
    own = sum(a.grade is Grade.ESTABLISHED and OWN_WORD in a.rule for a in blamed)
    own_author = sum(a.attributed_to == party and OWN_WORD in a.attribution_rule for a in blamed)
    said = say(
        "That it happened: {happened} ({own} by a party’s own word). That {party} did it: {author} ({own_author} by its "
        "own word).",
        happened=words.of(happened, len(blamed)), own=words.of(own, happened), party=index.name(party),
        author=words.of(author, len(blamed)), own_author=words.of(own_author, author),
    )  # fmt: skip
    return (words.line(said),)


def _disputed(index: Index, party: str) -> tuple[Line, ...]:
    blamed = index.blamed(party)
    if not blamed:
        return _nobody(index, party)
    said = say(
        "{disputed}. {party} denied {denied}; in {versions} one side’s accounts contradict each other.",
        disputed=words.of(sum(a.grade is Grade.DISPUTED for a in blamed), len(blamed)), party=index.name(party),
        denied=words.of(sum(party in a.denied_by for a in blamed), len(blamed)),
        versions=words.of(sum(bool(a.contradictions) for a in blamed), len(blamed)),
    )  # fmt: skip
    return (words.line(said),)


def _own_word(index: Index, party: str) -> tuple[Line, ...]:
    own = [a for a in index.edition.assessments if party in a.own_word]
    total, name = len(index.incidents), index.name(party)
    if not own:
        said = say(
            "Of {none} incidents {party} itself said that it did so. Silence is no innocence.",
            party=name,
            none=words.of(0, total),
        )
        return (words.line(said),)
    kind_of = {i.id: i.kind for i in index.edition.incidents}
    force = sum(kinds.within(kind_of[a.incident_id], _FORCE) for a in own)
    reason = sum(party in a.justified_by for a in own)
    said = say(
        "Of {own} incidents {party} itself said that it did so ({force} acts of force, {reason} with a reason). Candour "
        "is no guilt.",
        party=name, own=words.of(len(own), total), force=words.of(force, len(own)), reason=words.of(reason, len(own)),
    )  # fmt: skip
    return (words.line(said),)


def _not_seen(index: Index, party: str) -> tuple[Line, ...]:
    blamed = index.blamed(party)
    seen = sum(a.incident_id in index.seen for a in blamed)
    looks = index.looks_of(index.observers, party)
    led = sum(1 for look in looks if look.host_led)
    said = say(
        "Observers saw {seen}. They were recorded on {party}’s side on {days} days; {led} of their visits were led by the "
        "host.",
        seen=words.of(seen, len(blamed)), party=index.name(party),
        days=words.of(index.days_met(looks), len(index.days)), led=words.of(led, len(looks)),
    )  # fmt: skip
    return (words.line(said),)


def _new(index: Index) -> str:
    since = Since(index)
    if since.earlier is None:
        return ""
    return say(
        "Since {day}: {new} new; graded or attributed anew: {moved}.",
        day=words.day(since.earlier.as_of, index.edition_zone),
        new=words.incidents(len(since.new)),
        moved=words.of(len(since.moved), len(since.earlier.incidents)),
    )
