"""What the rules made of an incident, in words: what the sides share, and who did it."""

from __future__ import annotations

from ...nouns import UNATTRIBUTED, Assessment
from .. import words
from ..index import Index
from ..tongue import say
from ..tree import Run


def sentences(parts: tuple[str, ...]) -> str:
    """Several remarks as sentences in a row."""
    return " ".join(
        p if p.endswith((".", "!", "?")) else p + "." for p in (words.upper_first(p.strip()) for p in parts) if p
    )


def points(parts: tuple[str, ...]) -> str:
    """Several points as one sentence, with semicolons between them."""
    joined = "; ".join(p.strip().rstrip(".") for p in parts if p.strip())
    return f"{words.upper_first(joined)}." if joined else ""


def rule(rule_id: str, why: str) -> Run:
    """What a rule says, with its id; the assessment's own sentence where the rule is not of the closed list."""
    said = words.RULE_WORDS.get(rule_id, "")
    if not said:
        return words.free(why)
    unbroken = rule_id.replace("-", "\u2011")
    return Run(say("{reason} ({rule}).", reason=words.upper_first(said), rule=unbroken))


def author(index: Index, a: Assessment) -> str:
    """Who did it, as far as that is known: one party, several, or not attributed."""
    named = tuple(p for p in a.attributed_to.split(";") if p not in {"", UNATTRIBUTED})
    return index.names(named) if named else index.name(UNATTRIBUTED)


def attribution(index: Index, a: Assessment) -> str:
    """Who did it, how well that is established and by which rule: apart from whether it happened."""
    grade = words.GRADE_WORDS[a.attribution_grade]
    if not a.attribution_rule:
        return say("{author} ({grade}).", author=author(index, a), grade=grade)
    head = say("{author} ({grade} by rule {rule}).", author=author(index, a), grade=grade, rule=a.attribution_rule)
    said = words.RULE_WORDS.get(a.attribution_rule, "")
    return f"{head} {words.upper_first(said)}." if said else f"{head} {a.attribution_why}".rstrip()
