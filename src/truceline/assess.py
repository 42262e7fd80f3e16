"""Incidents + links + sources -> assessments, by a table of rules with stable ids.

How well it is established that something happened, and how well it is established who did it, are two questions with
two grades and two rules. The first rule that fits gives the grade; its id is part of the result. A rule that changes
its meaning gets a new id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

import polars as pl

from . import accounts, budget, conflict, meetings, ratings, reuse, rows, settles
from .accounts import Accounts
from .nouns import Assessment, Grade, Incident, Judgement, Observation, Point, Rating, Source


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
        "O-MONITOR-BACKED", Grade.ESTABLISHED, lambda a: bool(a.monitors) and len(a.grounds) > 1,
        lambda a: f"An observer perceived it at first hand ({_list(a.monitors)}), and it does not rest on that voice alone.",
    ),
    Rule(
        "O-OWN-WORD", Grade.ESTABLISHED, lambda a: bool(a.owners),
        lambda a: f"{_list(a.named(a.owners)) if a.attribute else 'A party'} itself said that it did this; "
        "it stands as its own word.",
    ),
    Rule(
        "O-SIDES-AGREE", Grade.ESTABLISHED, lambda a: bool(a.agreeing),
        lambda a: f"{_list(a.named(a.agreeing))} each said that it happened, in statements of their own.",
    ),
    Rule(
        "O-TWO-OUTSIDERS", Grade.ESTABLISHED, lambda a: len(a.witnesses) > (2 if a.only_told else 1),
        lambda a: f"{len(a.witnesses)} independent origins outside the parties perceived it at first hand.",
    ),
    Rule(
        "O-TWO-STATEMENTS", Grade.PROBABLE, lambda a: len(a.witnesses) > 1,
        lambda a: f"Two voices of private witnesses each said so ({_list(a.witnesses)}); no observer, outlet, recording or party did.",
    ),
    Rule(
        "O-ONE-OBSERVER", Grade.PROBABLE, lambda a: bool(a.monitors) and not a.only_heard,
        lambda a: f"One observer perceived it at first hand ({_list(a.monitors)}); a second origin is missing.",
    ),
    Rule(
        "O-ONE-OUTSIDER", Grade.PROBABLE, lambda a: len(a.witnesses) == 1 and not a.only_heard and not a.only_told,
        lambda a: f"One origin outside the parties perceived it at first hand ({a.witnesses[0]}); a second is missing.",
    ),
    Rule(
        "O-RELAYED-FINDING", Grade.PROBABLE, lambda a: bool(a.relays) and bool(a.affirming) and not a.contesting,
        lambda a: f"{_list(a.relays)} passed on a finding, {_list(a.named(a.affirming))} said the same, and nobody "
        "denied that it happened.",
    ),
    Rule(
        "O-ONE-HEARING", Grade.REPORTED, lambda a: a.only_heard,
        lambda a: f"{_list((*a.monitors, *a.witnesses))} heard it and nobody saw it; what is heard can be something else.",
    ),
    Rule(
        "O-ONE-STATEMENT", Grade.REPORTED, lambda a: a.only_told,
        lambda a: f"One voice of private witnesses said so ({_list(a.witnesses)}), and nobody else.",
    ),
    Rule(
        "O-DENIED", Grade.DISPUTED, lambda a: bool(a.contesting) and bool(a.origins_for),
        lambda a: f"{_list(a.named(a.contesting))} denied it, and no origin outside the parties saw it.",
    ),
    Rule(
        "O-EACH-ITS-OWN", Grade.REPORTED, lambda a: len(a.affirming) > 1 and not a.agreeing,
        lambda a: f"{_list(a.named(a.affirming))} each said that its own side was hit, and not within one hour: these can "
        "be two happenings, and each rests on one side.",
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
        "A-TWO-EYEWITNESSES", Grade.ESTABLISHED, lambda a: a.witnessed_author(2, accounts.PERCEIVING),
        lambda a: f"Two or more origins outside the parties saw that {_list(a.named(a.accused))} did it.",
    ),
    Rule(
        "A-OWN-WORD", Grade.ESTABLISHED, lambda a: bool(a.owners),
        lambda a: f"{_list(a.named(a.owners))} said so itself: by its own word, no accusation was needed.",
    ),
    Rule(
        "A-MONITOR-EYEWITNESS", Grade.PROBABLE, lambda a: a.monitored_author,
        lambda a: f"An observer saw that {_list(a.named(a.accused))} did it; a second origin is missing"
        + (f", and {_list(a.named(a.disowning))} denied it." if a.disowning else "."),
    ),
    Rule(
        "A-DENIED", Grade.DISPUTED, lambda a: bool(a.disowning),
        lambda a: f"{_list(a.named(a.disowning))} denied it.",
    ),
    Rule(
        "A-ONE-EYEWITNESS", Grade.PROBABLE, lambda a: a.witnessed_author(1),
        lambda a: f"One origin outside the parties saw that {_list(a.named(a.accused))} did it; no denial is known.",
    ),
    Rule(
        "A-ONE-SIDED", Grade.REPORTED, lambda _: True,
        lambda a: f"{_list(a.named(a.accused))} was blamed by {a.accusers_in_words}; no answer is known.",
    ),
)  # fmt: skip

NAMED = {Grade.ESTABLISHED, Grade.PROBABLE}
_SAW = {"A-TWO-EYEWITNESSES", "A-MONITOR-EYEWITNESS", "A-ONE-EYEWITNESS"}


class Assessed(NamedTuple):
    """Tables of Assessment, one row an incident in the order of the incidents, and of Rating, one row an account."""

    assessments: pl.DataFrame
    ratings: pl.DataFrame


def assess(
    incidents: pl.DataFrame,
    links: pl.DataFrame,
    observations: pl.DataFrame,
    sources: tuple[Source, ...],
    setting: accounts.Setting,
    judgements: tuple[Judgement, ...] = (),
    flood: dict[str, str] | None = None,
    allied: meetings.Allied | None = None,
) -> Assessed:
    """How well each incident is established, and how each of its accounts is rated.

    Reads tables of Incident, Link and Observation. A judgement `uphold` or `reject` on an incident overrules the grade
    of occurrence; its reason is printed with the name of who decided. `flood` (see `reuse.floods`) names accounts that only
    repeat another, `allied` (see `meetings.allied`) voices that are one where they met.
    """
    by_id = {o.id: o for o in rows.records(Observation, observations)}
    members: dict[str, list[Observation]] = {}
    for incident, observation in links.select("incident_id", "observation_id").iter_rows():
        members.setdefault(incident, []).append(by_id[observation])
    known = {s.id: s for s in sources}
    decided = _decisions(judgements)
    habit = reuse.habits(members.values())
    made: list[Assessment] = []
    opinions: list[ratings.Opinion] = []
    for incident in rows.records(Incident, incidents):
        told, washed = _washed(sorted(members[incident.id], key=lambda o: o.id), flood or {}, by_id)
        copies = reuse.found(told, known, habit)
        groups = (allied or {}).get(incident.id, ())
        whole = Accounts(incident, reuse.declared(told, copies), meetings.as_one(known, groups), setting)
        repeats = tuple(f"{c.id} repeats {c.of} ({c.share:.0%} of the text)" for c in copies.values())
        repeats = (*washed, *sorted(repeats), *meetings.words(groups))
        made.append(replace(_assessment(incident, whole, decided), repeats=repeats))
        judged = _judgement(incident, decided)
        opinions += ratings.opinions(whole, RULES, judged.action if judged else "")
    declared = {s.id: (s.reliability, s.reliability_why) for s in sources}
    return Assessed(rows.table(Assessment, made), rows.table(Rating, ratings.rated(opinions, declared)))


def occurrence(told: Accounts) -> Rule:
    """The rule that grades whether it happened."""
    return next(rule for rule in OCCURRENCE if rule.fits(told))


def author(told: Accounts) -> Rule:
    """The rule that grades who did it."""
    return next(rule for rule in ATTRIBUTION if rule.fits(told))


def _named(told: Accounts) -> tuple[Grade, tuple[str, ...]]:
    rule = author(told)
    return rule.grade, _author(rule, told) if rule.grade in NAMED else ()


RULES = ratings.Rules(lambda told: occurrence(told).grade, _named)


def _washed(
    told: list[Observation], flood: dict[str, str], by_id: dict[str, Observation]
) -> tuple[list[Observation], tuple[str, ...]]:
    """The accounts with those of a flood as the repeats that they are, one of each source; and that in words."""
    kept: list[Observation] = []
    floods: dict[str, set[str]] = {}
    counts: dict[str, int] = {}
    for one in told:
        first = flood.get(one.id)
        if first is None:
            kept.append(one)
            continue
        counts[first] = counts.get(first, 0) + 1
        if one.source_id not in floods.setdefault(first, set()):
            floods[first].add(one.source_id)
            kept.append(reuse.washed(one, flood, by_id))
    return kept, tuple(f"{n} came in a flood in the words of {first}" for first, n in sorted(counts.items()))


def _decisions(judgements: tuple[Judgement, ...]) -> dict[str, Judgement]:
    undone = {j.undoes for j in judgements if j.undoes}
    return {j.subject: j for j in judgements if j.action in {"uphold", "reject"} and j.id not in undone}


def _assessment(incident: Incident, told: Accounts, decided: dict[str, Judgement]) -> Assessment:
    event_rule, author_rule = occurrence(told), author(told)
    grade, rule, why = event_rule.grade, event_rule.id, event_rule.why(told)
    judgement = _judgement(incident, decided)
    if judgement:
        grade = Grade.ESTABLISHED if judgement.action == "uphold" else Grade.INSUFFICIENT
        rule, why = (
            f"J-{judgement.id}",
            f"{judgement.by} decided: {judgement.reason} (the rules alone gave {event_rule.grade})",
        )
    attribution = author_rule.grade
    if grade in {Grade.INSUFFICIENT, Grade.REPORTED, Grade.DISPUTED} and attribution in NAMED:
        # Nobody is better known to have done a thing than the thing is known to have been done.
        attribution = Grade(grade)
    named = _author(author_rule, told) if attribution in NAMED else ()
    event, person = (None, None) if judgement else (lies(told), lies_of_author(told))
    everybody = told.everybody()
    differ = conflict.found(told)
    return Assessment(
        incident_id=incident.id, grade=grade, rule=rule, why=why, origins=told.origins,
        attributed_to=";".join(named), attribution_grade=attribution, attribution_rule=author_rule.id,
        attribution_why=author_rule.why(told), own_word=told.owners if told.attribute else (),
        accused=told.accused, denied_by=told.disowning,
        justified_by=told.justifying, agreed=told.agreed(), conflicts=tuple(c.words for c in differ),
        contradictions=told.contradictions(), said_by=told.affirming, contested_by=told.contesting,
        budget=event and event.size, lies=_joined(event, everybody),
        author_budget=person and person.size, author_lies=_joined(person, everybody),
        points_in_conflict=tuple(dict.fromkeys(str(c.point) for c in differ)), can_settle=_settled(told),
        probability=told.setting.rates.probability(rule), probability_on=told.setting.rates.basis(rule),
    )  # fmt: skip


def _judgement(incident: Incident, decided: dict[str, Judgement]) -> Judgement | None:
    return next((decided[i] for i in (incident.id, *incident.observation_ids) if i in decided), None)


def _settled(told: Accounts) -> tuple[str, ...]:
    """The points that accounts of others than the parties, at first hand or of sensors, can settle between them."""
    seen = {p for o in told.affirms if not told.parties_of(o) for p in settles.points(o)}
    return tuple(str(p) for p in Point if p in seen)


def _author(rule: Rule, told: Accounts) -> tuple[str, ...]:
    """Whom the rule names."""
    return told.accused if rule.id in _SAW else told.owners or told.accused


def lies(told: Accounts) -> budget.Found | None:
    """The sets of voices that would have to be wrong, or be one, for the grade of occurrence to be given up.

    What is established or probable falls when no ground is left; what is only said, or disputed, when nobody is left who
    says so, or when it becomes at least probable. None where nothing is graded.
    """

    def turned(wrong: budget.Voices) -> bool:
        left = told.without(wrong)
        grade = occurrence(left).grade
        if before not in NAMED:
            return grade in {*NAMED, Grade.INSUFFICIENT}
        if grade in NAMED or left.monitors or left.witnesses:
            return False  # somebody outside the parties still says so at first hand, be it a hearing or a private word
        # Of two sides that each said so, one alone still says what its interest speaks against.
        return not (told.agreeing and left.affirming)

    before = occurrence(told).grade
    return None if before is Grade.INSUFFICIENT else budget.search(told.everybody(), turned, told.alike())


def lies_of_author(told: Accounts) -> budget.Found | None:
    """The same for who did it: the sets without which the rules name nobody, or another, or somebody after all."""

    def named(left: Accounts) -> tuple[bool, tuple[str, ...]]:
        rule = author(left)
        return rule.grade is Grade.INSUFFICIENT, _author(rule, left) if rule.grade in NAMED else ()

    def turned(wrong: budget.Voices) -> bool:
        left = told.without(wrong)
        if before[1] and left.accused == before[1] and left.witnessed_author(1, accounts.PERCEIVING):
            return False  # one who perceived it still names the same author, whatever the accused says
        return named(left) != before

    before = named(told)
    return None if before[0] else budget.search(told.everybody(), turned, told.alike())


def _joined(found: budget.Found | None, order: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(budget.SEPARATOR.join(v for v in order if v in one) for one in (found.cuts if found else ()))


def rules() -> list[tuple[str, str, str]]:
    """Every rule as (question, id, grade), for the documentation."""
    table = [("did it happen", r.id, str(r.grade)) for r in OCCURRENCE]
    return table + [("who did it", r.id, str(r.grade)) for r in ATTRIBUTION]
