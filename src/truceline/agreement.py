"""agreements/*.yaml -> instruments and their terms, as data; and which status a term has at a moment.

A term is in force by dated status events. A pause by one party that no joint event has settled leaves the status
disputed: then everything is computed under both readings.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from . import when, yamlfile
from .errors import InputError, Problem
from .nouns import WEAPON_CLASSES, Agreement, Reading, StatusEvent, Term

STANDINGS = re.compile(r"^(signed|treaty|call|(restates|accepted_by|reading_of):\S+)$")
EVENTS = ("signed", "paused", "resumed", "superseded")
BINDING = ("signed", "treaty")
_ACT = frozenset({"kinds", "exempt_notified", "floor"})
PARAMS: dict[str, frozenset[str]] = {
    "hold_fire": _ACT | {"unprovoked"},
    "no_movement": _ACT,
    "no_reinforcement": _ACT,
    "no_new_works": _ACT | {"own_side_allowed"},
    "no_overflight": _ACT | {"own_side_allowed"},
    "withdraw_heavy_weapons": frozenset({"classes", "distance_m", "storage", "declared", "floor", "exempt_notified"}),
    "no_new_mines": frozenset({"kinds", "floor"}),
    "clear_mines_together": frozenset({"kinds", "series"}),
    "protect_civilians": frozenset({"kinds", "any_harm", "floor"}),
    "release_detained": frozenset({"kinds", "condition"}),
    "let_observers_in": frozenset({"observers"}),
    "let_aid_through": frozenset({"kinds", "granted"}),
    "truth_in_public": frozenset({"kinds", "floor", "complete"}),
    "meet_by": frozenset({"series", "complete"}),
    "recorded": frozenset(),
}
"""What each kind of term reads from `params`, besides `unclear`, which each of them may have."""
KINDS = tuple(PARAMS)
"""The closed list of kinds of term; `terms` holds one check for each."""
LISTS = ("kinds", "observers", "classes", "granted")
FLAGS = ("unprovoked", "own_side_allowed", "exempt_notified", "any_harm", "complete")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)


def _list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value or []


def _text(value: Any) -> Any:
    return "" if value is None else value


def _stands(value: str) -> str:
    if value and not STANDINGS.match(value):
        raise ValueError("signed, treaty, call, restates:ID, accepted_by:PARTY or reading_of:PARTY")
    return value


class StatusModel(_Strict):
    """One dated status event."""

    date: str
    event: str
    by: list[str] = Field(default_factory=list)
    source: str = ""
    note: str = ""

    _by = field_validator("by", mode="before")(_list)
    _texts = field_validator("source", "note", mode="before")(_text)

    @field_validator("event")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in EVENTS:
            raise ValueError("one of " + ", ".join(EVENTS))
        return value


class TermModel(_Strict):
    """One term as written in the file."""

    id: str
    clause: str = ""
    title: str = ""
    topic: str = ""
    party: list[str] = Field(default_factory=list)
    kind: str
    text: str = ""
    where: str = ""
    zone: str = ""
    start: str = Field("", alias="from")
    to: str = ""
    due: str = ""
    params: dict[str, Any] = Field(default_factory=dict)
    verified_by: list[str] = Field(default_factory=list)
    standing: str = ""
    restates: str = ""
    reason: str = ""
    source: str = ""
    note: str = ""

    _lists = field_validator("party", "verified_by", mode="before")(_list)
    _texts = field_validator(
        "clause", "title", "topic", "text", "where", "zone", "start", "to", "due", "standing", "restates", "reason",
        "source", "note", mode="before",
    )(_text)  # fmt: skip

    _standing = field_validator("standing")(_stands)


class AgreementModel(_Strict):
    """One instrument as written in the file."""

    id: str
    title: str
    date: str
    place: str = ""
    standing: str = "signed"
    parties: list[str] = Field(default_factory=list)
    brokers: str = ""
    source: str = ""
    note: str = ""
    status: list[StatusModel] = Field(default_factory=list)
    ratifications: list[dict[str, str]] = Field(default_factory=list)
    terms: list[TermModel] = Field(default_factory=list)

    _lists = field_validator("parties", "status", "ratifications", "terms", mode="before")(_list)
    _texts = field_validator("place", "brokers", "source", "note", mode="before")(_text)
    _standing = field_validator("standing")(_stands)


def read(file: str, text: str, parties: tuple[str, ...], zones: set[str], kinds: set[str], time_zone: str) -> Agreement:
    """The instrument in this text; raises InputError with every problem and its line."""
    data, lines = yamlfile.load(file, text)
    if not isinstance(data, dict):
        raise InputError(Problem(file, 1, "", "no instrument", "keys id, title, date, standing, parties, terms"))
    model = yamlfile.model(AgreementModel, file, data, lines)
    problems = _names(file, model, lines, parties, zones, kinds)
    terms = []
    for number, term in enumerate(model.terms):
        try:
            terms.append(_term(model, term, time_zone, lines.get(("terms", number), 0)))
        except ValueError as error:
            problems.append(Problem(file, lines.get(("terms", number), 0), term.id, str(error), "a date as ISO 8601"))
    status = []
    for number, event in enumerate(model.status):
        try:
            status.append(
                StatusEvent(when.moment(event.date, time_zone), event.event, tuple(event.by), event.source, event.note)
            )
        except ValueError as error:
            problems.append(Problem(file, lines.get(("status", number), 0), "date", str(error), "a date as ISO 8601"))
    try:
        signed = when.parse(model.date, time_zone)
    except ValueError as error:
        problems.append(Problem(file, lines.get(("date",), 0), "date", str(error), "a date as ISO 8601"))
    problems += _overlaps(file, terms)
    if problems:
        raise InputError(problems)
    return Agreement(
        id=model.id, title=model.title, when=signed, place=model.place, standing=model.standing,
        parties=tuple(p for p in parties if p in model.parties), terms=tuple(terms),
        status=tuple(sorted(status, key=lambda e: e.when)), ratifications=tuple(model.ratifications),
        brokers=model.brokers, source=model.source, note=model.note,
    )  # fmt: skip


def _names(
    file: str, model: AgreementModel, lines: dict[Any, int], parties: tuple[str, ...], zones: set[str], kinds: set[str]
) -> list[Problem]:
    problems = []
    known = "one of " + ", ".join(parties)

    def unknown(values: list[str], path: tuple[Any, ...]) -> None:
        for value in values:
            if value not in parties:
                near = next((lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in lines), 0)
                problems.append(Problem(file, near, str(path[-1]), f"the unknown party {value!r}", known))

    unknown(model.parties, ("parties",))
    for number, event in enumerate(model.status):
        unknown(event.by, ("status", number, "by"))
    for number, ratification in enumerate(model.ratifications):
        unknown([ratification.get("party", "")], ("ratifications", number, "party"))
    seen: set[str] = set()
    for number, term in enumerate(model.terms):
        line = lines.get(("terms", number), 0)
        unknown(term.party, ("terms", number, "party"))
        if term.kind not in kinds:
            problems.append(Problem(file, line, "kind", repr(term.kind), "one of " + ", ".join(sorted(kinds))))
        if term.zone and term.zone not in zones:
            problems.append(
                Problem(file, line, "zone", f"the unknown zone {term.zone!r}", "one of " + ", ".join(sorted(zones)))
            )
        problems += _params(file, line, term, parties, zones)
        if term.id in seen:
            problems.append(Problem(file, line, "id", f"{term.id!r} twice", "each term once"))
        if term.kind == "recorded" and not term.reason:
            problems.append(Problem(file, line, "reason", "nothing", "why data cannot test this term"))
        seen.add(term.id)
    return problems


def _params(file: str, line: int, term: TermModel, parties: tuple[str, ...], zones: set[str]) -> list[Problem]:
    known = PARAMS.get(term.kind, frozenset(term.params)) | {"unclear"}
    problems = [
        Problem(file, line, f"params.{name}", "an unknown key", f"for {term.kind}: {', '.join(sorted(known))}")
        for name in sorted(set(term.params) - known)
    ]
    for name, value in term.params.items():
        expected = _expected(name, value, parties, zones)
        if expected and name in known:
            problems.append(Problem(file, line, f"params.{name}", repr(value), expected))
    return problems


def _expected(name: str, value: Any, parties: tuple[str, ...], zones: set[str]) -> str:
    """What was expected of a param instead; empty where it is right."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if name in FLAGS:
        return "" if isinstance(value, bool) else "true or false"
    if name == "floor":
        return "" if number and 0 < value <= 1 else "a share above 0 and up to 1"
    if name == "distance_m":
        return "" if number and value > 0 else "metres above 0"
    if name == "storage":
        return "" if value in zones else "one of the zones " + ", ".join(sorted(zones))
    if name == "classes":
        return "" if set(_list(value)) <= set(WEAPON_CLASSES) else "one of " + ", ".join(WEAPON_CLASSES)
    if name == "declared":
        right = isinstance(value, dict) and set(value) <= set(parties)
        right = right and all(isinstance(n, int) and n > 0 for n in value.values())
        return "" if right else "a number for each party: " + ", ".join(parties)
    return ""


def _term(model: AgreementModel, term: TermModel, time_zone: str, line: int) -> Term:
    def at(text: str) -> datetime | None:
        return when.moment(text, time_zone) if text else None

    start, end = at(term.start), at(term.to)
    if start and end and end <= start:
        raise ValueError(f"a validity that ends ({term.to}) before it starts ({term.start})")
    due = when.parse(term.due, time_zone).end if term.due else None
    return Term(
        id=term.id, agreement_id=model.id, clause=term.clause, title=term.title or term.topic or term.text[:60],
        topic=term.topic, party=tuple(term.party), kind=term.kind, text=term.text,
        standing=term.standing or model.standing, start=start, end=end, due=due, zone=term.zone, where=term.where,
        reason=term.reason, restates=term.restates, verified_by=tuple(term.verified_by), source=term.source,
        params={k: _list(v) if k in LISTS else v for k, v in term.params.items()}, line=line,
    )  # fmt: skip


def _overlaps(file: str, terms: list[Term]) -> list[Problem]:
    """The same clause for the same party and zone, valid twice at one time, would be counted twice."""
    problems = []
    for number, one in enumerate(terms):
        for other in terms[number + 1 :]:
            same = (one.clause, one.kind, one.zone, one.standing) == (
                other.clause,
                other.kind,
                other.zone,
                other.standing,
            )
            if not (same and one.clause and one.kind != "recorded" and set(one.party) & set(other.party)):
                continue
            if one.text == other.text and _meet(one, other):
                found = f"the same clause as {one.id} (line {one.line}) with a validity that overlaps"
                problems.append(Problem(file, other.line, other.id, found, "validities that follow one another"))
    return problems


def _meet(one: Term, other: Term) -> bool:
    def before(start: datetime | None, end: datetime | None) -> bool:
        return start is None or end is None or start < end

    return before(one.start, other.end) and before(other.start, one.end)


def binds(term: Term) -> bool:
    """Whether a term of this standing can be breached: signed terms and treaties only.

    A term that only restates another binds by the other, which is checked itself and would be counted twice.
    """
    return term.standing in BINDING and bool(term.party)


def ratified(agreement: Agreement, party: str, at: datetime) -> bool:
    """Whether a treaty that lists its ratifications was ratified by this party by then; true for other instruments."""
    if agreement.standing != "treaty" or not agreement.ratifications:
        return True
    days = [r.get("date", "") for r in agreement.ratifications if r.get("party") == party]
    return any(day and when.moment(day, "UTC") <= at for day in days)


def readings(agreement: Agreement, at: datetime) -> tuple[Reading, ...]:
    """Under which readings the instrument's terms are to be computed at this moment.

    (UNDISPUTED,) while nobody paused it; (IN_FORCE, PAUSED) from a pause by some of the bound parties until a status
    event by all of them; (PAUSED,) after a pause by all of them.
    """
    bound = set(agreement.parties)
    state: tuple[Reading, ...] = (Reading.UNDISPUTED,)
    for event in agreement.status:
        if event.when > at:
            break
        joint = bound <= set(event.by)
        if event.event in {"paused", "superseded"}:
            if state != (Reading.PAUSED,):
                state = (Reading.PAUSED,) if joint else (Reading.IN_FORCE, Reading.PAUSED)
        elif event.event in {"resumed", "signed"} and (joint or not event.by):
            state = (Reading.UNDISPUTED,)
    return state
