"""How to read the report: the method in plain words."""

from __future__ import annotations

from collections import Counter

from ..nouns import Outcome
from . import marks, words
from .index import Index
from .tree import Block, Heading, Listing, MarkRow, Paragraph, Section


def section(index: Index) -> Section:
    """Grades, rules, outcomes, seen share, as-of and what the report never does."""
    edition = index.edition
    rules = Counter(a.rule for a in edition.assessments if a.rule)
    authors = Counter(a.attribution_rule for a in edition.assessments if a.attribution_rule)
    may = (
        "The mission’s mandate lets it name an author where that is established."
        if edition.mission.attribute
        else "The mission’s mandate never names an author."
    )
    blocks: list[Block] = [
        _p(
            "A source says that something happened, there and then: an observation. Observations that "
            "are about one happening are one incident. Who repeats whom is followed back: outlets that "
            "repeat one voice count as one origin."
        ),
        Heading(3, words.line("Grades"), "method-grades"),
        Listing(
            tuple(words.line(MarkRow((marks.grade(g),), ""), f" {text}.") for g, text in words.GRADE_MEANING.items())
        ),
        _p(
            f"Whether it happened and who did it are graded apart. {may} What a party announced as its "
            "own act is shown as its own word and is not counted as found by others."
        ),
        *_rules("Rules that gave the grades", rules, len(edition.assessments)),
        *_rules("Rules that gave the attributions", authors, len(edition.assessments)),
        Heading(3, words.line("Outcomes"), "method-outcomes"),
        Listing(
            tuple(
                words.line(
                    MarkRow((marks.outcome(o),), ""),
                    f" {words.OUTCOME_WORDS[o]}: {words.OUTCOME_MEANING[o]}.",
                )
                for o in Outcome
            )
        ),
        Heading(3, words.line("What could be seen"), "method-seen"),
        _p(
            "The seen share is the part of a zone’s line and of a window’s time that anybody could have "
            "had in sight, at most. It is the effort behind every zero. Where it is missing it has no "
            "meaning for the term, as for a meeting that was due."
        ),
        Heading(3, words.line("Information as of"), "method-as-of"),
        _p(
            "Everything counted was published, and had begun, by "
            f"{words.moment(edition.as_of, index.edition_zone)}. What was said later is not in this edition, "
            "even where it corrects it; reports whose day of publication is unknown are left out and listed."
        ),
        _p(
            "A disc holds the place 95 times in 100. The orientation line is for drawing and for "
            "measuring how much of it was watched; no incident is placed on a side of it. The same "
            "inputs and the same version give the same report, byte for byte."
        ),
    ]
    return Section("method", "Method in plain words", tuple(blocks))


def _p(text: str) -> Paragraph:
    return Paragraph(words.line(text))


def _rules(title: str, tally: Counter[str], total: int) -> tuple[Block, ...]:
    if not tally:
        return (_p(f"{title}: none is named."),)
    items = tuple(
        words.line(words.bold(rule), f" ({words.of(n, total)}): {words.RULE_WORDS.get(rule, words.NOT_STATED)}.")
        for rule, n in sorted(tally.items())
    )
    return (_p(f"{title}:"), Listing(items))
