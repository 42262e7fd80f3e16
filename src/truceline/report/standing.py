"""What became of each instrument over time: signed, a call, paused by all, or of disputed status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..nouns import Agreement, StatusEvent
from . import words
from .index import Index
from .tongue import say


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an instrument's life. `state`: signed, call, disputed or paused; `text` says so in words."""

    start: datetime
    end: datetime
    state: str
    text: str


def pieces(index: Index, a: Agreement) -> list[Piece]:
    """Give the stretches from its date to the close of the edition, or until both parties replaced it."""
    close = index.edition.as_of
    if not a.parties and a.standing != "call":
        return []
    if a.standing == "call":
        return [Piece(a.when.start, close, "call", say("a call: binds nobody"))] if a.when.start < close else []
    found: list[Piece] = []
    since, state, text = a.when.start, "signed", say("signed, in force")
    for event in sorted((e for e in a.status if e.when <= close), key=lambda e: e.when):
        if event.when > since:
            found.append(Piece(since, event.when, state, text))
        joint = not event.by or set(a.parties) <= set(event.by)
        if event.event == "superseded" and joint:
            return found
        since, (state, text) = event.when, _after(index, event, joint, (state, text))
    return [p for p in (*found, Piece(since, close, state, text)) if p.end > p.start]


def _after(index: Index, event: StatusEvent, joint: bool, before: tuple[str, str]) -> tuple[str, str]:
    day = words.day(event.when, index.zone)
    if event.event in {"paused", "superseded"}:
        if joint:
            return "paused", say("paused by all who are bound, {day}", day=day)
        who = index.names(event.by)
        return "disputed", (
            say("status disputed: {party} said on {day} that it paused it", party=who, day=day)
            if event.event == "paused"
            else say("status disputed: {party} said on {day} that it replaced it", party=who, day=day)
        )
    return ("signed", say("signed, in force")) if joint else before


def chosen(index: Index, start: datetime, most: int) -> tuple[list[tuple[Agreement, list[Piece]]], int]:
    """Give the instruments to draw from `start` on, and how many more were signed and in force all the time.

    First those of disputed status, paused or calls, then those that began since, then the latest.
    """
    found = [(a, [p for p in pieces(index, a) if p.end > start]) for a in index.edition.agreements]
    living = [(a, own) for a, own in found if own]
    plain = {a.id: all(p.state == "signed" for p in own) for a, own in living}
    ranked = sorted(living, key=lambda x: (plain[x[0].id], -x[0].when.start.timestamp()))
    ids = {a.id for a, _ in ranked[:most]}
    return [x for x in living if x[0].id in ids], len(living) - len(ids)
