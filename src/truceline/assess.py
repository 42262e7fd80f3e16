"""Incidents + links + sources -> assessments, by a table of rules with stable ids.

How well it is established that something happened, and how well it is established who did it, are two questions with
two grades and two rules. The first rule that fits gives the grade; its id is part of the result. A rule that changes
its meaning gets a new id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import polars as pl

from . import accounts, rows
from .accounts import Accounts
from .nouns import Assessment, Grade, Incident, Judgement, Observation, Source


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its id, the grade that it gives, when it fits, and the sentence that says why."""

    id: str
    grade: Grade
    fits: Callable[[Accounts], bool]
    why: Callable[[Accounts], str]


def _list(names: Iterable[str]) -> str:
    found = list(names)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else "nobody"


OCCURRENCE = (
    Rule(
        "O-MONITOR", Grade.ESTABLISHED, lambda a: bool(a.monitors),
        lambda a: f"An observer perceived it at first hand ({_list(a.monitors)}).",
    ),
    Rule(
        "O-OWN-WORD", Grade.ESTABLISHED, lambda a: bool(a.owners),
        lambda a: f"{_list(a.named(a.owners)) if a.attribute else 'A party'} itself said that it did this; "
        "it stands as its own word.",
    ),
    Rule(
        "O-BOTH-SIDES", Grade.ESTABLISHED, lambda a: len(a.affirming) > 1,
        lambda a: f"{_list(a.named(a.affirming))} each said that it happened, in statements of their own.",
    ),
    Rule(
        "O-TWO-WITNESSES", Grade.ESTABLISHED, lambda a: len(a.witnesses) > 1,
        lambda a: f"{len(a.witnesses)} independent origins outside the parties perceived it at first hand.",
    ),
    Rule(
        "O-ONE-WITNESS", Grade.PROBABLE, lambda a: len(a.witnesses) == 1,
        lambda a: f"One origin outside the parties perceived it at first hand ({a.witnesses[0]}); a second is missing.",
    ),
    Rule(
        "O-RELAYED-FINDING", Grade.PROBABLE, lambda a: bool(a.relays) and bool(a.affirming) and not a.contesting,
        lambda a: f"{_list(a.relays)} passed on a finding, {_list(a.named(a.affirming))} said the same, and nobody "
        "denied that it happened.",
    ),
    Rule(
        "O-DENIED", Grade.DISPUTED, lambda a: bool(a.contesting) and bool(a.origins_for),
        lambda a: f"{_list(a.named(a.contesting))} denied it, and no origin outside the parties saw it.",
    ),
    Rule(
        "O-ONE-SIDED", Grade.REPORTED, lambda a: bool(a.origins_for),
        lambda a: f"It rests on {a.origins_in_words}; nobody else is known to have looked.",
    ),
    Rule(
        "O-ONLY-DENIED", Grade.INSUFFICIENT, lambda a: bool(a.denying),
        lambda a: f"Only a denial by {_list(a.named(a.denying))} is on record.",
    ),
    Rule(
        "O-NO-ORIGIN", Grade.INSUFFICIENT, lambda _: True,
        lambda _: "Nobody can say from whom the account comes.",
    ),
)  # fmt: skip

ATTRIBUTION = (
    Rule(
        "A-MANDATE", Grade.INSUFFICIENT, lambda a: not a.attribute,
        lambda _: "The mandate names no author.",
    ),
    Rule(
        "A-NOBODY-BLAMED", Grade.INSUFFICIENT, lambda a: not a.accused and not a.owners,
        lambda _: "Nobody said who did it.",
    ),
    Rule(
        "A-MUTUAL", Grade.DISPUTED, lambda a: a.mutual,
        lambda a: f"{_list(a.named(a.accused))} blame one another"
        + (f"; {_list(a.named(a.owners))} said that its own side acted too" if a.owners else "") + ".",
    ),
    Rule(
        "A-WITNESSES", Grade.ESTABLISHED, lambda a: a.witnessed_author(2) or a.monitored_author,
        lambda a: f"Origins outside the parties perceived at first hand that {_list(a.named(a.accused))} did it.",
    ),
    Rule(
        "A-OWN-WORD", Grade.ESTABLISHED, lambda a: bool(a.owners),
        lambda a: f"{_list(a.named(a.owners))} said so itself: by its own word, no accusation was needed.",
    ),
    Rule(
        "A-DENIED", Grade.DISPUTED, lambda a: bool(a.disowning),
        lambda a: f"{_list(a.named(a.disowning))} denied it.",
    ),
    Rule(
        "A-ONE-WITNESS", Grade.PROBABLE, lambda a: a.witnessed_author(1),
        lambda a: f"One origin outside the parties perceived that {_list(a.named(a.accused))} did it; no denial is known.",
    ),
    Rule(
        "A-ONE-SIDED", Grade.REPORTED, lambda _: True,
        lambda a: f"{_list(a.named(a.accused))} was blamed by {a.accusers_in_words}; no answer is known.",
    ),
)  # fmt: skip

NAMED = {Grade.ESTABLISHED, Grade.PROBABLE}


def assess(
    incidents: pl.DataFrame,
    links: pl.DataFrame,
    observations: pl.DataFrame,
    sources: tuple[Source, ...],
    setting: accounts.Setting,
    judgements: tuple[Judgement, ...] = (),
) -> pl.DataFrame:
    """A table of Assessment, one row an incident, in the order of the incidents.

    Reads tables of Incident, Link and Observation. A judgement `uphold` or `reject` on an incident overrules the grade
    of occurrence; its reason is printed with the name of who decided.
    """
    by_id = {o.id: o for o in rows.records(Observation, observations)}
    members: dict[str, list[Observation]] = {}
    for incident, observation in links.select("incident_id", "observation_id").iter_rows():
        members.setdefault(incident, []).append(by_id[observation])
    known = {s.id: s for s in sources}
    decided = _decisions(judgements)
    made = []
    for incident in rows.records(Incident, incidents):
        told = sorted(members[incident.id], key=lambda o: o.id)
        made.append(_assessment(incident, Accounts(incident, told, known, setting), decided))
    return rows.table(Assessment, made)


def _decisions(judgements: tuple[Judgement, ...]) -> dict[str, Judgement]:
    undone = {j.undoes for j in judgements if j.undoes}
    return {j.subject: j for j in judgements if j.action in {"uphold", "reject"} and j.id not in undone}


def _assessment(incident: Incident, told: Accounts, decided: dict[str, Judgement]) -> Assessment:
    occurrence = next(rule for rule in OCCURRENCE if rule.fits(told))
    author = next(rule for rule in ATTRIBUTION if rule.fits(told))
    grade, rule, why = occurrence.grade, occurrence.id, occurrence.why(told)
    judgement = next((decided[i] for i in (incident.id, *incident.observation_ids) if i in decided), None)
    if judgement:
        grade = Grade.ESTABLISHED if judgement.action == "uphold" else Grade.INSUFFICIENT
        rule, why = (
            f"J-{judgement.id}",
            f"{judgement.by} decided: {judgement.reason} (the rules alone gave {occurrence.grade})",
        )
    attribution = author.grade
    if grade in {Grade.INSUFFICIENT, Grade.REPORTED, Grade.DISPUTED} and attribution in NAMED:
        # Nobody is better known to have done a thing than the thing is known to have been done.
        attribution = Grade(grade)
    blamed = told.accused if author.id in {"A-WITNESSES", "A-ONE-WITNESS"} else told.owners or told.accused
    named = blamed if attribution in NAMED else ()
    return Assessment(
        incident_id=incident.id, grade=grade, rule=rule, why=why, origins=told.origins,
        attributed_to=";".join(named), attribution_grade=attribution, attribution_rule=author.id,
        attribution_why=author.why(told), own_word=told.owners if told.attribute else (), accused=told.accused, denied_by=told.disowning,
        justified_by=told.justifying, agreed=told.agreed(), conflicts=told.conflicts(),
        contradictions=told.contradictions(),
    )  # fmt: skip


def rules() -> list[tuple[str, str, str]]:
    """Every rule as (question, id, grade), for the documentation."""
    table = [("did it happen", r.id, str(r.grade)) for r in OCCURRENCE]
    return table + [("who did it", r.id, str(r.grade)) for r in ATTRIBUTION]
