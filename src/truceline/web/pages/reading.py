"""What a list says of an incident: when, where in every script, what is in question, and who stands behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from babel.dates import get_day_names

from ... import when
from ...nouns import Observation, Stance
from ...report import tongue, words
from ...report.tongue import say, say_n
from ...voices import UNKNOWN, voices
from .cabinet import DeskIndex

MOST_TICKS = 6
"""Ticks that are drawn for one side; the number beside them is whole."""
MOST_ECHOES = 5
NEITHER = "other"
_NO_HARM = ((None, None), (0, 0))


@dataclass(frozen=True, slots=True)
class Side:
    """Origins of one side behind an incident: each with the reports that repeat it."""

    party: str
    name: str
    short: str
    tone: str
    echoes: tuple[int, ...]
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One incident in a list."""

    id: str
    grade: str
    grade_words: str
    time: str
    place: str
    scripts: tuple[tuple[str, str], ...]
    sentence: str
    sides: tuple[Side, ...]
    origins: str
    repeats: str
    start: datetime
    kind: str


def short(names: tuple[str, ...], at: int) -> str:
    """A party's name as the head of a narrow column: as few letters as tell all of them apart, four at least."""
    for letters in range(4, 9):
        cut = [n[:letters].rstrip() for n in names]
        if len(set(cut)) == len(cut):
            return cut[at]
    return names[at]


def sides(index: DeskIndex, accounts: tuple[Observation, ...]) -> tuple[Side, ...]:
    """Who stands behind an incident: parties in the order of the mission, then everybody else; denials apart."""
    told = [o for o in accounts if o.stance is not Stance.DENIES]
    groups = voices(accounts, index.sources)
    reports: Counter[str] = Counter()
    side: dict[str, str] = {}
    unknown = 0
    for o in told:
        own = [p for p in index.parties if p in index.sides(o)]
        known = [g for g in dict.fromkeys(groups[o.id]) if g != UNKNOWN]
        unknown += not known
        for g in known:
            reports[g] += 1
            side.setdefault(g, own[0] if len(own) == 1 else NEITHER)
    made = []
    for party in (*index.parties, NEITHER):
        found = tuple(n - 1 for g, n in reports.items() if side[g] == party)
        name = say("others") if party == NEITHER else index.name(party)
        tone = index.tone("" if party == NEITHER else party)
        head = name if party == NEITHER else short(tuple(map(index.name, index.parties)), index.parties.index(party))
        made.append(Side(party, name, head, tone, found, unknown if party == NEITHER else 0))
    return tuple(made)


def item(index: DeskIndex, row: Mapping[str, Any]) -> Item:
    """One row of the desk's table as a list shows it."""
    a = index.assessment(row["id"])
    accounts = index.accounts.get(row["id"], ())
    told = sides(index, accounts)
    place_id = next((i.place_id for i in (index.by_id.get(row["id"]),) if i), "")
    place = index.places.get(place_id)
    named = index.named(row["place"] or "", say("Place not named"))
    scripts = tuple((lang, text) for lang, text in place.scripts.items() if text and text not in named) if place else ()
    kind = words.upper_first(index.kind(row["kind"]))
    return Item(
        row["id"], row["grade"] or "", words.GRADE_WORDS.get(row["grade"] or "", say("not graded")),
        clock(row["start"], row["end"], index.zone), named, scripts, sentence(row, kind, a.rule, a.attribution_rule),
        told, say_n("{n} origin", "{n} origins", row["origins"] or 0), _repeats(told, row), row["start"], row["kind"],
    )  # fmt: skip


def _repeats(told: tuple[Side, ...], row: Mapping[str, Any]) -> str:
    n = sum(sum(s.echoes) + s.repeats for s in told)
    if not any(s.echoes or s.repeats for s in told):
        return say_n("{n} report", "{n} reports", row["observations"] or 0)
    return say_n("{n} repeat", "{n} repeats", n) if n else ""


def sentence(row: Mapping[str, Any], kind: str, rule: str, attribution: str) -> str:
    """What it was, whether people came to harm as far as anybody said, and what is in question."""
    parts = [f"{kind}."]
    harm = _harm(row)
    if harm:
        parts.append(harm)
    if rule == "O-DENIED":
        parts.append(say("Whether it happened is disputed."))
    elif attribution in {"A-MUTUAL", "A-DENIED"}:
        parts.append(say("Who did it is disputed."))
    elif rule in words.RULE_WORDS:
        parts.append(words.upper_first(words.RULE_WORDS[rule]) + ".")
    return " ".join(parts)


def _harm(row: Mapping[str, Any]) -> str:
    killed, injured = (row.get("killed_low"), row.get("killed_high")), (row.get("injured_low"), row.get("injured_high"))
    said = []
    if killed not in _NO_HARM:
        said.append(say("{n} killed", n=words.range_of(*killed)))
    if injured not in _NO_HARM:
        said.append(say("{n} injured", n=words.range_of(*injured)))
    return say("{harm}, as said.", harm=words.upper_first(words.listed(said))) if said else ""


def clock(start: datetime, end: datetime, zone: str) -> str:
    """The time inside its day; days where it lasted longer, and that no hour is known where none is."""
    local, until = start.astimezone(when.zone(zone)), end.astimezone(when.zone(zone))
    whole = (local.hour, local.minute, until.hour, until.minute) == (0, 0, 0, 0)
    if whole and end - start <= timedelta(hours=25):
        return say("on this day, no hour known")
    if whole or end - start > timedelta(hours=36):
        return words.days(start, max(start, end - timedelta(seconds=1)), zone)
    if end - start <= timedelta(minutes=1):
        return f"{words.clock(start, zone)} ({words.offset(start, zone)})"
    return f"{words.clock(start, zone)}\u2013{words.clock(end, zone)} ({words.offset(start, zone)})"


def day_of(moment: datetime, zone: str) -> str:
    """`Sunday 7 December 2025`: the local day of a moment as a heading."""
    local = moment.astimezone(when.zone(zone))
    name = get_day_names("wide", context="format", locale=tongue.code())[local.weekday()]
    return say("{weekday} {day}", weekday=words.upper_first(name), day=words.day(moment, zone))
