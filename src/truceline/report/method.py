"""How to read the report: the method in plain words."""

from __future__ import annotations

from collections import Counter

from ..nouns import Outcome
from . import marks, words
from .index import Index
from .tongue import later, message, say
from .tree import Block, Cell, Column, Heading, Line, Listing, Paragraph, Row, Section, Table

NEVER = (
    later("It never says that nothing happened: where nobody looked, it says that nobody looked."),
    later("It never takes what one party said as found, nor its silence as an answer."),
    later("It never counts a repeat of one voice as a second witness."),
    later("It never adds figures that count different things, and never prints one figure where sources differ."),
    later("It never places an incident on a side of a line that is disputed."),
    later("It never weighs one party’s breaches against the other’s, and gives no score and no ranking."),
    later("It never guesses a place, an hour or an author: what is not known is printed as not known."),
    later("It never says more in one language than in another; the English text prevails."),
    later("It never uses what was published after it closed, and never changes an edition once it is made."),
)
"""What the report never does, each a sentence."""


def section(index: Index) -> Section:
    """Grades, rules, outcomes, seen share, as-of and what the report never does."""
    blocks: list[Block] = [
        Paragraph(
            words.said(
                "A source says that something happened, there and then: an observation. Observations that are about "
                "one happening are one incident. Who repeats whom is followed back: outlets that repeat one voice "
                "count as one origin. Rules with names decide; where a named person decided otherwise, that judgement is "
                "an input of its own, with its reason."
            )
        ),
        *_grades(index),
        *_ratings(index),
        *_outcomes(),
        *_limits(index),
        Heading(3, words.said("What this report never does"), "method-never"),
        Listing(tuple(words.line(message(text)) for text in NEVER)),
    ]
    return Section("method", say("Method in plain words"), tuple(blocks))


def _grades(index: Index) -> list[Block]:
    edition = index.edition
    rules = Counter(a.rule for a in edition.assessments if a.rule)
    authors = Counter(a.attribution_rule for a in edition.assessments if a.attribution_rule)
    may = (
        words.said("The mission’s mandate lets it name an author where that is established.")
        if edition.mission.attribute
        else words.said("The mission’s mandate never names an author.")
    )
    grades = tuple(words.line(words.mark(marks.grade(g)), f" {text}.") for g, text in words.GRADE_MEANING.items())
    return [
        Heading(3, words.said("Grades"), "method-grades"),
        Listing(grades),
        Paragraph(
            words.said(
                "Whether it happened and who did it are graded apart. {may} What a party announced as its own act is "
                "shown as its own word and is not counted as found by others.",
                may=may,
            )
        ),
        *_rules(say("Rules that gave the grades"), rules, len(edition.assessments), _rates(index)),
        *_counted(index),
        *_rules(say("Rules that decided who did it"), authors, len(edition.assessments)),
    ]


def _rates(index: Index) -> dict[str, str]:
    """How often the grades of each rule were right, where that was counted."""
    return {a.rule: words.percent(a.probability) for a in index.edition.assessments if a.probability is not None}


def _counted(index: Index) -> list[Block]:
    if not _rates(index):
        return []
    return [
        Paragraph(
            words.said(
                "“Right in exercises” is counted in invented ceasefires whose truth is known; incidents.csv says in which. "
                "It tells how the rules stand up to sources that exaggerate, copy, deny and invent there, and not how "
                "honest the sources of this mission are. No figure is given where a grade rests on a party’s own word."
            )
        )
    ]


def _rules(title: str, tally: Counter[str], total: int, rates: dict[str, str] | None = None) -> list[Block]:
    if not tally:
        return []
    columns = (Column(say("Rule"), 1.1), Column(say("Incidents"), 0.6, numeric=True), Column(say("What it says"), 3.2))
    more = (Column(say("Right in exercises"), 0.7, numeric=True),) if rates else ()
    order = [r for r in words.RULE_WORDS if r in tally]
    order += [r for r in sorted(tally) if r not in words.RULE_WORDS]
    rows = tuple(
        Row(
            (
                Cell((words.line(rule),), head=True),
                Cell((words.line(words.of(tally[rule], total)),)),
                Cell((words.line(words.upper_first(words.RULE_WORDS.get(rule, words.not_stated()))),)),
                *(Cell((words.line((rates or {}).get(rule, say("not given"))),)) for _ in more),
            )
        )
        for rule in order
    )
    return [Table(title, (*columns, *more), rows, dense=True)]


def _ratings(index: Index) -> list[Block]:
    """The Admiralty code, and how many accounts of this edition have which half of it."""
    found = index.edition.ratings
    if not found:
        return []
    unrated, alone = (
        sum(test) for test in ((r.reliability == "F" for r in found), (r.credibility == 6 for r in found))
    )
    return [
        Heading(3, words.said("Ratings of accounts"), "method-ratings"),
        Paragraph(
            words.said(
                "Beside each account stands its rating by the Admiralty code, source and content apart. A to E: how reliable "
                "the source is, as the mission rated it or by how many of its other accounts were borne out. 1 to 5: how "
                "far others bear out this account, from confirmed to improbable. F and 6: cannot be judged, which is "
                "neither good nor bad. No grade follows from a rating but one: the word of a source that the mission rated "
                "D or E establishes nothing. Of {all} accounts {unrated} have a source that cannot be judged, and {alone} "
                "a content that cannot.",
                all=words.number(len(found)), unrated=words.number(unrated), alone=words.number(alone),
            )
        ),
    ]  # fmt: skip


def _outcomes() -> list[Block]:
    lines: list[Line] = [
        words.said(
            "{mark} {outcome}: {meaning}.",
            mark=words.mark(marks.outcome(o)),
            outcome=words.OUTCOME_WORDS[o],
            meaning=words.OUTCOME_MEANING[o],
        )
        for o in Outcome
    ]
    return [Heading(3, words.said("Outcomes"), "method-outcomes"), Listing(tuple(lines))]


def _limits(index: Index) -> list[Block]:
    return [
        Heading(3, words.said("What could be seen"), "method-seen"),
        Paragraph(
            words.said(
                "The seen share is the part of a zone’s line and of a window’s time that anybody could have had in "
                "sight, at most. It is the effort behind every zero. Where it is missing it has no meaning for the "
                "commitment, as for a meeting that was due."
            )
        ),
        Heading(3, words.said("Information as of"), "method-as-of"),
        Paragraph(
            words.said(
                "Everything counted was published, and had begun, by {moment}. What was said later is not in this "
                "edition, even where it corrects it; reports whose day of publication is unknown are left out and "
                "listed.",
                moment=words.moment(index.edition.as_of, index.edition_zone),
            )
        ),
        Paragraph(
            words.said(
                "A disc holds the place 95 times in 100. The orientation line is for drawing and for measuring how "
                "much of it was watched; no incident is placed on a side of it. The same inputs and the same version "
                "give the same report, byte for byte."
            )
        ),
    ]
