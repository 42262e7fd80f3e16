"""Accounts of one incident side by side: a column a voice, a row a question, and what holds between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ...nouns import Assessment, Observation, Point, Stance
from ...report import words
from ...report.cards import spans
from ...report.tongue import say, say_n
from ...where import distance_m
from .cabinet import DeskIndex

AGREE, CONFLICT, ONE, NONE, OTHER = "agree", "conflict", "one_side", "none", "other"
MARKS = {AGREE: "accounts-agree", CONFLICT: "accounts-conflict", ONE: "accounts-one_side", OTHER: "accounts-one_side"}


@dataclass(frozen=True)
class Voice:
    """One column: a voice with the account that tells most, and the reports that repeat it."""

    name: str
    tone: str
    party: str
    account: Observation
    repeats: tuple[Observation, ...]
    rating: str
    address: str
    source: str
    said_on: str
    verb: str

    @property
    def every(self) -> tuple[Observation, ...]:
        """The account and its repeats."""
        return (self.account, *self.repeats)


@dataclass(frozen=True)
class Cell:
    """What one voice said to one question; empty where it said nothing. `free` words stand in `lang`."""

    text: str
    second: str = ""
    lang: str = ""


@dataclass(frozen=True)
class Question:
    """A row: what each voice said, and what holds between the sides."""

    name: str
    cells: tuple[Cell, ...]
    state: str = ""
    verdict: str = ""
    why: str = ""

    @property
    def mark(self) -> str:
        """The mark of the state; empty where nothing is compared."""
        return MARKS.get(self.state, "")


def voices(index: DeskIndex, incident_id: str, accounts: tuple[Observation, ...]) -> list[Voice]:
    """Columns: parties in the order of the mission, then everybody else, each by when it was published."""
    order = {p: n for n, p in enumerate(index.parties)}
    found: dict[tuple[str, Stance], list[Observation]] = {}
    for o in sorted(accounts, key=lambda o: o.reported.start.timestamp() if o.reported else 9e12):
        found.setdefault((spans.said_by(index, o), o.stance), []).append(o)
    made = []
    for (name, _), told in found.items():
        first = max(told, key=lambda o: (len(o.origin_ids) == 0, len(o.text)))
        own = [p for p in index.parties if p in index.sides(first)]
        party = own[0] if len(own) == 1 else ""
        made.append(Voice(
            name, index.tone(party), party, first, tuple(o for o in told if o is not first),
            index.rating(incident_id, first.id), words.safe_link(index.address(first)), index.source_name(first.source_id),
            say("said {day}", day=words.interval(first.reported, index.zone)) if first.reported else say("day of publication unknown"),
            words.verb(first.method, first.stance),
        ))  # fmt: skip
    return sorted(made, key=lambda v: order.get(v.party, len(order)))


@dataclass
class _Asked:
    index: DeskIndex
    told: list[Voice]
    conflicts: frozenset[str]
    made: list[Question] = field(default_factory=list)

    def put(
        self, name: str, say_it: Callable[[Observation], Cell], points: tuple[Point, ...] = (),
        alike: Callable[[Observation, Observation], bool] | None = None, *, given: Callable[[Observation], bool] | None = None,
    ) -> None:  # fmt: skip
        """Ask every voice; where a rule can tell, say whether the sides agree."""
        cells = tuple(say_it(v.account) for v in self.told)
        if not any(c.text for c in cells):
            return
        state, verdict, why = "", "", ""
        if alike is not None:
            speak = [(v, c) for v, c in zip(self.told, cells, strict=True) if (given(v.account) if given else c.text)]
            state, verdict, why = self._held(speak, points, alike)
        self.made.append(Question(name, cells, state, verdict, why))

    def _held(
        self, speak: list[tuple[Voice, Cell]], points: tuple[Point, ...], alike: Callable[[Observation, Observation], bool]
    ) -> tuple[str, str, str]:  # fmt: skip
        sides = {v.party or v.name for v, _ in speak}
        if any(p in self.conflicts for p in points):
            return CONFLICT, say("In conflict"), say("by the rules, between the sides")
        if not speak:
            return NONE, "", ""
        if len(sides) == 1:
            who = self.index.name(speak[0][0].party) if speak[0][0].party else speak[0][0].name
            return ONE, say("One side"), say("only {who} said so", who=who)
        if all(alike(a.account, b.account) for a, _ in speak for b, _ in speak):
            return AGREE, say("Agreed"), say_n("{n} side says the same", "{n} sides say the same", len(sides))
        return OTHER, say("Told differently"), say("the rules find no conflict")


def _near(a: Observation, b: Observation) -> bool:
    if a.lon_deg is None or b.lon_deg is None or a.lat_deg is None or b.lat_deg is None:
        return False
    apart = float(distance_m(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg))
    return apart <= (a.radius_m or 0) + (b.radius_m or 0) + 50


def _meet(a: Observation, b: Observation) -> bool:
    return bool(a.when and b.when and a.when.start < b.when.end and b.when.start < a.when.end)


def _harm(o: Observation) -> str:
    said = []
    if o.killed_min is not None or o.killed_max is not None:
        said.append(say("{n} killed", n=words.range_of(o.killed_min, o.killed_max)))
    if o.injured_min is not None or o.injured_max is not None:
        said.append(say("{n} injured", n=words.range_of(o.injured_min, o.injured_max)))
    return words.listed(said)


def questions(index: DeskIndex, a: Assessment, told: list[Voice]) -> list[Question]:
    """Every question to which at least one voice said something."""
    asked = _Asked(index, told, frozenset(a.points_in_conflict))
    asked.put(
        say("That it happened"), lambda o: Cell(words.upper_first(words.verb(o.method, o.stance))), (Point.HAPPENED,),
        lambda x, y: (x.stance is Stance.DENIES) == (y.stance is Stance.DENIES),
    )  # fmt: skip
    asked.put(
        say("When"), lambda o: Cell(words.interval(o.when, index.zone) if o.when else ""), (Point.WHEN,), _meet,
        given=lambda o: o.when is not None and o.stance is not Stance.DENIES,
    )  # fmt: skip
    asked.put(
        say("Where"), lambda o: Cell(index.named(o.place, "") if o.place else "", _known(o)), (Point.WHERE,),
        _near, given=lambda o: o.lon_deg is not None and o.stance is not Stance.DENIES,
    )  # fmt: skip
    asked.put(say("What"), lambda o: Cell(words.upper_first(index.kind(o.kind))), (), lambda x, y: x.kind == y.kind)
    asked.put(
        say("Who did it"), lambda o: Cell(index.name(o.actor_claimed) if o.actor_claimed else ""), (Point.WHO, Point.WHO_BEGAN),
        lambda x, y: x.actor_claimed == y.actor_claimed,
    )  # fmt: skip
    asked.put(
        say("Who was hit"), lambda o: Cell(index.name(o.harmed_party) if o.harmed_party else ""), (Point.WHO_WAS_HIT,),
        lambda x, y: x.harmed_party == y.harmed_party,
    )  # fmt: skip
    asked.put(
        say("Weapons"), lambda o: Cell(o.weapon or o.weapon_class.replace("_", " "), lang="en"), (Point.WHAT,),
        lambda x, y: (x.weapon_class or x.weapon) == (y.weapon_class or y.weapon),
    )  # fmt: skip
    asked.put(
        say("Harm"), lambda o: Cell(_harm(o), words.OF_WHOM_WORDS[o.of_whom] if _harm(o) else ""), (Point.HOW_MANY,),
        lambda x, y: _harm(x) == _harm(y),
    )  # fmt: skip
    return asked.made


def _known(o: Observation) -> str:
    return say("known {distance}", distance=words.distance(o.radius_m)) if o.lon_deg is not None else ""


def shared(a: Assessment) -> Iterable[tuple[str, str, tuple[str, ...]]]:
    """What the rules found agreed and in conflict between the sides' own statements, as mark, words and points."""
    yield "accounts-agree", say("Both sides agree"), a.agreed
    yield "accounts-conflict", say("In conflict"), a.conflicts
    if a.contradictions:
        yield "accounts-conflict", say("Contradictions within one side"), a.contradictions
