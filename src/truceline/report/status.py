"""Status of the agreements: who is bound, with what standing, what became of each; and the terms that stay on record."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from ..nouns import Agreement, Outcome, StatusEvent, Term
from . import words
from .index import Index
from .matrix.grid import Dispute, Grid
from .tongue import later, message, say, say_n
from .tree import Cell, Column, Line, Paragraph, Row, Run, Section, Table

__all__ = ["agreements", "recorded", "standing"]

TEXT = 220
"""How much of a term's text is printed, characters; its source and agreements/ hold all."""

MOST_TERMS = 300
"""How many terms on record are printed; findings.csv holds all."""

_STANDINGS = words.Sayings(
    {
        "": later("not stated"),
        "signed": later("signed"),
        "treaty": later("treaty"),
        "call": later("a call, which binds nobody"),
    }
)
_EVENTS = {
    "signed": later("Signed on {day}."),
    "paused": later("Paused on {day}."),
    "resumed": later("Resumed on {day}."),
    "superseded": later("Superseded on {day}."),
}
_EVENTS_BY = {
    "signed": later("Signed by {names} on {day}."),
    "paused": later("Paused by {names} on {day}."),
    "resumed": later("Resumed by {names} on {day}."),
    "superseded": later("Superseded by {names} on {day}."),
}


def standing(index: Index, text: str) -> str:
    """Give the standing of an instrument or term in words."""
    head, _, rest = text.partition(":")
    if head == "restates":
        return say("restates {term}", term=rest)
    if head == "accepted_by":
        return say("accepted by {party} only", party=index.name(rest))
    if head == "reading_of":
        return say("reading of {party} only", party=index.name(rest))
    return _STANDINGS.get(head, text)


def agreements(index: Index) -> Section:
    """Instruments with standing, parties bound, ratifications and dated events.

    A disputed status is said plainly.
    """
    title, found = say("Status of the agreements"), index.edition.agreements
    if not found:
        return Section("agreements", title, (Paragraph(words.said("No instrument is on record.")),))
    grid = Grid(index)
    disputes, tested = grid.disputes, {agreement for agreement, _ in grid.disputed_status}
    ids = {d.agreement_id for d in disputes}
    columns = (
        Column(say("Instrument"), 2.1),
        Column(say("Date and place"), 1.1),
        Column(say("Standing, and whom it binds"), 1.2),
        Column(say("What became of it"), 2.6),
    )
    rows = tuple(_instrument(index, a, disputed=a.id in ids) for a in found)
    signed = sum(a.standing == "signed" for a in found)
    intro = words.said(
        "{whole} on record: {signed} signed by the parties, {treaties} treaties, {others} of another standing. The "
        "status of {disputed} of {n} is or was disputed between the parties.",
        whole=say_n("{n} instrument", "{n} instruments", len(found)),
        signed=words.number(signed),
        treaties=words.number(sum(a.standing == "treaty" for a in found)),
        others=words.number(sum(a.standing not in {"signed", "treaty"} for a in found)),
        disputed=words.number(len(ids)),
        n=words.number(len(found)),
    )
    plain = (Paragraph(_dispute(index, d, tested=d.agreement_id in tested)) for d in disputes)
    table = Table("", columns, rows, dense=True, label=say("Instruments"))
    return Section("agreements", title, (Paragraph(intro), *plain, table))


def _dispute(index: Index, d: Dispute, *, tested: bool) -> Line:
    a = next(a for a in index.edition.agreements if a.id == d.agreement_id)
    event = next(e for e in a.status if e.when == d.start)
    who, day = index.names(event.by) or say("a party that is not named"), words.day(d.start, index.zone)
    twice = (
        say(
            "Its commitments were computed twice, as if it was in force and as if it was paused; where the two "
            "differ, the cell reads disputed."
        )
        if tested
        else say("None of its commitments can be tested by data.")
    )
    parts = {"mark": words.mark("grade-disputed"), "agreement": words.free(a.title), "who": who, "day": day}
    if d.end < index.edition.as_of:
        return words.said(
            "{mark} **{agreement}: status disputed until {end}.** On {day} {who} said that it paused it; all who are "
            "bound settled this on {end}. {twice}",
            end=words.day(d.end, index.zone), twice=twice, **parts,
        )  # fmt: skip
    return words.said(
        "{mark} **{agreement}: status disputed.** On {day} {who} said that it paused it. No joint suspension is on "
        "record at this edition’s close. {twice}",
        twice=twice, **parts,
    )  # fmt: skip


def _instrument(index: Index, a: Agreement, *, disputed: bool) -> Row:
    link = words.safe_link(a.source)
    title = words.free(a.title)
    name = words.line(words.source_link(a.title, link)) if link and not title.lang else (title,)
    if disputed:
        name = words.line(words.mark("grade-disputed", say("status disputed")), " ", *name)
    place = [(words.free(a.place),)] if a.place else []
    bound = [] if a.standing == "call" else [_binds(index, a.standing, a.parties)]
    return Row(
        (
            Cell((name, words.line(words.quiet(_terms(a)))), head=True),
            Cell((words.line(words.interval(a.when, index.zone)), *place)),
            Cell((words.line(words.upper_first(standing(index, a.standing))), *bound)),
            Cell(_events(index, a)),
        )
    )


def _terms(a: Agreement) -> str:
    return say_n("{id} · {n} commitment", "{id} · {n} commitments", len(a.terms), id=a.id)


def _binds(index: Index, standing_: str, parties: tuple[str, ...]) -> Line:
    if standing_ == "call" or not parties:
        return words.said("binds nobody")
    return words.said("binds {names}", names=index.names(parties))


def _events(index: Index, a: Agreement) -> tuple[Line, ...]:
    lines = [_ratification(index, r) for r in a.ratifications]
    lines += [_event(index, e) for e in a.status]
    if a.note:
        lines.append((words.free(a.note),))
    return tuple(lines) or (words.line(words.quiet(say("No event is on record."))),)


def _ratification(index: Index, r: dict[str, str]) -> Line:
    party = index.name(r.get("party", ""))
    day = words.given_date(r.get("date", ""), index.zone)
    said = (
        say("{party}: ratified or acceded on {day}.", party=party, day=day)
        if day
        else say("{party}: ratified or acceded, date not stated.", party=party)
    )
    return words.line(said, *_source(r.get("source", "")))


def _event(index: Index, e: StatusEvent) -> Line:
    known = _EVENTS_BY if e.by else _EVENTS
    day = words.day(e.when, index.zone)
    said = message(known[e.event]).format(names=index.names(e.by), day=day) if e.event in known else f"{e.event}: {day}"
    note = (" ", words.free(e.note)) if e.note else ()
    return words.line(said, *note, *_source(e.source))


def _source(address: str) -> Line:
    return words.line(" ", words.source_link(say("Source"), address)) if words.safe_link(address) else ()


def recorded(index: Index) -> Section:
    """Terms that no data can test, by agreement, with the reason for each."""
    title = say("Commitments that data cannot test")
    kept = [t for t in index.terms.values() if t.kind == "recorded"]
    intro = words.said(
        "{part} of {whole} commitments are kept on record because no data that the mission can have tests them. "
        "Nothing here says whether they were kept.",
        part=words.number(len(kept)),
        whole=words.number(len(index.terms)),
    )
    if not kept:
        return Section("recorded", title, (Paragraph(intro),))
    shown = kept[:MOST_TERMS]
    columns = (
        Column(say("Commitment"), 1.6),
        Column(say("What it says"), 2.5),
        Column(say("Why it is not tested"), 2.1),
    )
    reasons = {(f.agreement_id, f.term_id): f.reason for f in index.edition.findings if f.outcome is Outcome.RECORDED}
    rows: list[Row] = []
    known = {a.id: a for a in index.edition.agreements}
    for agreement, terms in groupby(shown, key=lambda t: t.agreement_id):
        rows.append(_band(index, known[agreement]))
        rows += [_term(index, known[agreement], t, t.reason or reasons.get((agreement, t.id), "")) for t in terms]
    table = Table(
        "", columns, tuple(rows), _rest(len(shown), len(kept)), dense=True, label=say("Commitments on record")
    )
    return Section("recorded", title, (Paragraph(intro), table))


def _rest(shown: int, whole: int) -> str:
    if shown == whole:
        return ""
    return say(
        "{n} of {m} commitments are printed; findings.csv holds all.", n=words.number(shown), m=words.number(whole)
    )


def _band(index: Index, a: Agreement) -> Row:
    head = words.said(
        "**{agreement}** · {binds}", agreement=words.free(a.title), binds=_quiet(_binds(index, a.standing, a.parties))
    )
    return Row((Cell((head,), head=True),), band=True)


def _quiet(line: Line) -> Line:
    return tuple(replace(part, tone="ink-2") if isinstance(part, Run) else part for part in line)


def _term(index: Index, a: Agreement, t: Term, reason: str) -> Row:
    name = words.free(t.title)
    linked = name if name.lang else words.source_link(t.title, t.source)
    lines = [words.line(linked, " ", words.quiet(t.id))]
    if t.standing != a.standing:
        lines.append(words.line(words.quiet(words.upper_first(standing(index, t.standing)))))
    if t.party != a.parties:
        lines.append(_quiet(_binds(index, t.standing, t.party)))
    why = words.line(words.free(reason)) if reason else words.line(words.not_stated())
    return Row((Cell(tuple(lines), head=True), Cell(((words.free(_cut(t.text)),),)), Cell((why,))))


def _cut(text: str, most: int = TEXT) -> str:
    """Give the text, cut at a word with an ellipsis where it is longer."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0].rstrip(" ,;:.") + " …"
