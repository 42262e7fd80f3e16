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
        *_rules(say("Rules that gave the grades"), rules, len(edition.assessments)),
        *_rules(say("Rules that decided who did it"), authors, len(edition.assessments)),
    ]


def _rules(title: str, tally: Counter[str], total: int) -> list[Block]:
    if not tally:
        return []
    columns = (Column(say("Rule"), 1.1), Column(say("Incidents"), 0.6, numeric=True), Column(say("What it says"), 3.2))
    order = [r for r in words.RULE_WORDS if r in tally]
    order += [r for r in sorted(tally) if r not in words.RULE_WORDS]
    rows = tuple(
        Row(
            (
                Cell((words.line(rule),), head=True),
                Cell((words.line(words.of(tally[rule], total)),)),
                Cell((words.line(words.upper_first(words.RULE_WORDS.get(rule, words.not_stated()))),)),
            )
        )
        for rule in order
    )
    return [Table(title, columns, rows, dense=True)]


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
