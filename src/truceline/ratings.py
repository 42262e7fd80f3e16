"""How far each account is to be trusted: its source A to F and its content 1 to 6, rated apart (Admiralty code).

Reliability is the source's: as a person of the mission rated it, else by its record, else F, cannot be judged. Credibility
is the account's own, by what others say of the same incident, whoever its source is. F and 6 mean that nothing is known and
lie neither in the middle nor at the end. A record never counts the incident that is being rated.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from . import settles
from .accounts import Accounts
from .nouns import OWNING, Grade, Interest, Observation, Rating, Stance

UNRATED = "F"
LETTERS = "ABCDEF"
LEAST = 10
"""Accounts that others bore out or contradicted, below which a record says nothing."""
STEPS = (("B", 0.8), ("C", 0.6), ("D", 0.4))
"""A letter by record and the least that its share borne out may be, at the lower end of its 90 % interval; E below.
A record alone never makes an A."""
_Z = 1.6449  # both ends of a 90 % interval (normal quantile of 0.95)


class Rules(NamedTuple):
    """What the table of rules says of accounts: the grade of occurrence, and whom it names how surely."""

    occurrence: Callable[[Accounts], Grade]
    author: Callable[[Accounts], tuple[Grade, tuple[str, ...]]]


class Record(NamedTuple):
    """Of a source's accounts: how many others bore out, contradicted, or left open."""

    borne_out: int = 0
    contradicted: int = 0
    open: int = 0

    def letter(self) -> str:
        """A letter of the Admiralty code, F where fewer than LEAST accounts could be compared."""
        compared = self.borne_out + self.contradicted
        if compared < LEAST:
            return UNRATED
        low = wilson_low(self.borne_out, compared)
        return next((letter for letter, least in STEPS if low >= least), "E")


def wilson_low(hits: int, of: int) -> float:
    """Lower end of the 90 % interval of a share (Wilson 1927); 0 of nothing is 0."""
    if not of:
        return 0.0
    share, square = hits / of, _Z * _Z / of
    return (share + square / 2 - _Z * math.sqrt(share * (1 - share) / of + square / (4 * of))) / (1 + square)


class Opinion(NamedTuple):
    """An account with its credibility by what others say, and the sentence why."""

    incident_id: str
    account: Observation
    credibility: int
    interest: Interest
    why: str


def opinions(told: Accounts, rules: Rules, decided: str = "") -> list[Opinion]:
    """Each account of one incident beside the others; `decided` is a person's judgement on it, uphold or reject."""
    left: dict[tuple[str, ...], tuple[Accounts, Grade]] = {}
    made = []
    for one in told.told:
        voices = told.voices_of(one)
        key = voices or (one.id,)
        if key not in left:
            rest = told.without(frozenset(voices)).but(one)
            left[key] = (rest, rules.occurrence(rest))
        rest, grade = left[key]
        interest = _interest(told, one)
        credibility, why = _denial(one, told, rest, grade, rules, decided) if one.stance is Stance.DENIES else (
            _affirmation(one, told, rest, grade, decided)
        )  # fmt: skip
        made.append(Opinion(told.incident.id, one, credibility, interest, why))
    return made


def _affirmation(one: Observation, told: Accounts, rest: Accounts, grade: Grade, decided: str) -> tuple[int, str]:
    if decided:
        return (1, "a person upheld it") if decided == "uphold" else (5, "a person rejected it")
    if grade is Grade.ESTABLISHED:
        return 1, "others establish it without this voice"
    if grade is Grade.PROBABLE:
        return 2, "others make it probable without this voice"
    if one.stance in OWNING and not one.origin_ids:
        return 2, "its own side's act, by its own word"
    if set(rest.contesting) - set(told.accused):
        return 4, "denied by a side that is not blamed for it"
    if rest.origins_for:
        return 3, "others say so too, none of them in a position to settle it"
    return 6, "the accused denied it, which weighs little" if rest.denying else "nobody else spoke of it"


def _denial(
    one: Observation, told: Accounts, rest: Accounts, grade: Grade, rules: Rules, decided: str
) -> tuple[int, str]:
    sides = told.parties_of(one)
    if not set(sides) & set(told.contesting):
        sure, named = rules.author(rest)
        if sure in {Grade.ESTABLISHED, Grade.PROBABLE} and sides:
            if set(named) & set(sides):
                step = 5 if sure is Grade.ESTABLISHED else 4
                return step, "others name its side without this voice"
            return 2, "others name somebody else"
        return 6, "who did it is not known without it"
    if decided:
        return (5, "a person upheld what it denies") if decided == "uphold" else (1, "a person rejected what it denies")
    if grade is Grade.ESTABLISHED:
        return 5, "others establish what it denies"
    if grade is Grade.PROBABLE:
        return 4, "others make probable what it denies"
    if set(rest.contesting) - set(sides):
        return 3, "another side denies it too"
    return 6, "nobody else could tell"


def _interest(told: Accounts, one: Observation) -> Interest:
    sides = set(told.parties_of(one))
    if not sides:
        return Interest.NONE
    if one.stance is Stance.DENIES:
        answered = next((o for o in told.told if o.id == one.answers), None)
        if answered and sides & set(told.parties_of(answered)):
            return Interest.AGAINST_OWN
        return Interest.DENIES_OWN if not told.accused or sides & set(told.accused) else Interest.STATES
    if one.stance in {Stance.ADMITS, Stance.ACCIDENT}:
        return Interest.AGAINST_OWN
    if one.stance is Stance.JUSTIFIES or one.actor_claimed in sides:
        return Interest.OWN_ACT
    if one.actor_claimed:
        return Interest.ACCUSES
    return Interest.OWN_HARM if one.harmed_party in sides else Interest.STATES


def records(found: list[Opinion]) -> dict[str, Record]:
    """The record of each source that spoke for itself, over all incidents.

    A denial of one's own act is left out: everybody who is accused denies, and it says nothing of how well a source
    reports.
    """
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for opinion in found:
        if opinion.interest is not Interest.DENIES_OWN and not opinion.account.origin_ids:
            counts[opinion.account.source_id][_column(opinion)] += 1
    return {source: Record(*three) for source, three in counts.items()}


def _column(opinion: Opinion) -> int:
    return {1: 0, 5: 1}.get(opinion.credibility, 2)


def rated(found: list[Opinion], declared: dict[str, tuple[str, str]]) -> list[Rating]:
    """Every account with both halves of its rating. `declared`: source id -> its letter and why, as the mission has it."""
    whole = records(found)
    here: dict[tuple[str, str], list[Opinion]] = defaultdict(list)
    for opinion in found:
        here[opinion.incident_id, opinion.account.source_id].append(opinion)
    made = []
    for opinion in found:
        one = opinion.account
        speakers = one.origin_ids or (one.source_id,)
        letters = [_letter(s, declared, whole, here[opinion.incident_id, s]) for s in speakers]
        letter, basis = max(letters, key=lambda found: LETTERS.index(found[0]))  # the least of those it speaks for
        made.append(
            Rating(
                opinion.incident_id, one.id, one.source_id, letter, basis, opinion.credibility, opinion.interest,
                tuple(str(p) for p in settles.points(one)), settles.physical(one), opinion.why,
            )
        )  # fmt: skip
    return made


def _letter(
    source: str, declared: dict[str, tuple[str, str]], whole: dict[str, Record], here: list[Opinion]
) -> tuple[str, str]:
    letter, why = declared.get(source, (UNRATED, ""))
    if letter != UNRATED:
        return letter, f"rated by the mission: {why}" if why else "rated by the mission"
    own = records(here).get(source, Record())
    rest = Record(*(a - b for a, b in zip(whole.get(source, Record()), own, strict=True)))
    compared = rest.borne_out + rest.contradicted
    letter = rest.letter()
    if letter == UNRATED:
        return letter, f"not rated; {compared} other accounts of it could be compared, fewer than {LEAST}"
    return letter, f"by its record: {rest.borne_out} of {compared} other accounts borne out, {rest.open} left open"
