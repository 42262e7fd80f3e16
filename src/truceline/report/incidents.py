"""Incidents that matter, accounts side by side, and the ground that both sides' accounts share."""

from __future__ import annotations

from dataclasses import dataclass

from ..nouns import UNATTRIBUTED, Assessment, Grade, Incident, Observation
from . import marks, words
from .index import DAYS, Index
from .tree import Block, Cell, Column, Heading, Line, Listing, MarkRow, Paragraph, Row, Section, Table

MOST = 12
"""How many incidents are told in full."""

ACCOUNTS = 4
"""How many accounts of a side are printed in full for one incident."""


@dataclass(frozen=True, slots=True)
class _Account:
    voices: str
    observation: Observation
    repeats: int


def section(index: Index) -> Section:
    """Give established and disputed incidents of the last weeks, each with both parties' accounts."""
    found = [i for i in index.incidents if index.assessment(i.id).grade in {Grade.ESTABLISHED, Grade.DISPUTED}]
    recent = [i for i in found if i.end > index.since]
    chosen = _ranked(index, recent or found)
    shown = [i for i in (recent or found) if i.id in chosen]
    blocks: list[Block] = [Paragraph(words.line(_opening(index, len(shown), recent, found)))]
    for incident in shown:
        blocks += card(index, incident)
    return Section("incidents", "Established and disputed incidents, accounts side by side", tuple(blocks))


def _ranked(index: Index, incidents: list[Incident]) -> set[str]:
    ranked = sorted(incidents, key=lambda i: (-len(index.assessment(i.id).origins), -i.start.timestamp()))
    return {i.id for i in ranked[:MOST]}


def _opening(index: Index, shown: int, recent: list[Incident], found: list[Incident]) -> str:
    total = len(index.incidents)
    if not found:
        return f"None of {words.count(total, 'incident')} is established or disputed."
    since = f"the {DAYS} days before this edition closed"
    if not recent:
        return (
            f"None of {words.count(len(found), 'established or disputed incident')} fell in {since}; "
            f"{words.of(shown, len(found))} follow."
        )
    return (
        f"{words.of(len(recent), total)} incidents are established or disputed and fell in {since}. "
        f"{words.of(shown, len(recent))} follow in the order in which they began"
        + (
            ", chosen by the number of independent origins; all others stand in the annex."
            if shown < len(recent)
            else "."
        )
    )


def place_line(index: Index, incident: Incident) -> str:
    """Give the place in Latin and local script with each party's own name, and how exactly it is known."""
    place = index.places.get(incident.place_id)
    if place is None:
        return (
            f"{index.where(incident)}, known {words.distance(incident.radius_m)}"
            if (incident.lon_deg is not None)
            else f"{index.where(incident)}, no place on the map"
        )
    scripts = "".join(f" {s}" for s in place.scripts.values() if s)
    own = [
        f"{place.party_names[p]} as {index.name(p)} names it"
        for p in index.parties
        if place.party_names.get(p) and place.party_names[p] != place.name
    ]
    known = f"known {words.distance(incident.radius_m)}" if incident.lon_deg is not None else "no place on the map"
    return f"{place.name}{scripts}{' (' + '; '.join(own) + ')' if own else ''}, {known}"


def card(index: Index, incident: Incident) -> list[Block]:
    """One incident: facts, accounts by party, agreement and conflict, both grades with their rules."""
    a = index.assessment(incident.id)
    n = index.number[incident.id]
    kind = words.upper_first(index.kind(incident.kind))
    when_said = words.span(incident.start, incident.end, index.zone, approximate=incident.approximate)
    place = index.where(incident, "a place not named")
    accounts = index.accounts.get(incident.id, ())
    head = words.line(
        MarkRow((marks.grade(a.grade),), ""),
        f" {kind} reported at {place}, {words.day(incident.start, index.zone)}",
    )
    facts = (
        f"Incident {n} · {a.grade} · {when_said} · {place_line(index, incident)} · "
        f"{words.count(len(accounts), 'report')}, {words.count(len(a.origins), 'independent origin')}"
    )
    return [
        Heading(3, head, f"card-{n}"),
        Paragraph(words.line(words.quiet(facts)), "quiet"),
        _accounts(index, incident, a, accounts),
        *_verdict(index, incident, a),
    ]


def _accounts(index: Index, incident: Incident, a: Assessment, accounts: tuple[Observation, ...]) -> Table:
    groups = {p: [o for o in accounts if p in index.sides(o)] for p in index.parties}
    others = [o for o in accounts if not index.sides(o)]
    columns = [Column("", 0.5)] + [
        Column(f"{index.name(p)}’s accounts", 1.5, tone=index.tone(p)) for p in index.parties
    ]
    cells = [Cell(_told(index, groups[p])) for p in index.parties]
    owns = [Cell((words.line(_own(index, a, p)),)) for p in index.parties]
    if others:
        columns.append(Column("Others", 1.2, tone="party-none"))
        cells.append(Cell(_told(index, others)))
        owns.append(Cell((words.line("does not apply"),)))
    rows = (
        Row((Cell((words.line(words.bold("Accounts")),), head=True), *cells)),
        Row((Cell((words.line(words.bold("Own act")),), head=True), *owns)),
    )
    return Table("", tuple(columns), rows, label=f"Incident {index.number[incident.id]}: who said what")


def _own(index: Index, a: Assessment, party: str) -> str:
    said = [
        ("said that it did so" if party in a.own_word else ""),
        ("gave a reason" if party in a.justified_by else ""),
        ("denied it" if party in a.denied_by else ""),
    ]
    return (
        f"{index.name(party)} {words.listed(said)}."
        if any(said)
        else f"No word of {index.name(party)} on its own part was found."
        if party in a.accused
        else f"Nobody blames {index.name(party)} for this."
    )


def _told(index: Index, observations: list[Observation]) -> tuple[Line, ...]:
    if not observations:
        return (words.line("No account was found."),)
    told: list[_Account] = []
    for o in observations:
        voices = words.listed(index.source_name(s) for s in index.speakers(o))
        same = next((i for i, t in enumerate(told) if (t.voices, t.observation.stance) == (voices, o.stance)), None)
        if same is None:
            told.append(_Account(voices, o, 0))
        else:
            told[same] = _Account(voices, told[same].observation, told[same].repeats + 1)
    lines = [account_line(index, t.voices, t.observation, t.repeats) for t in told[:ACCOUNTS]]
    if len(told) > ACCOUNTS:
        lines.append(
            words.line(
                words.quiet(
                    f"{words.count(len(told) - ACCOUNTS, 'more voice')}: see the table of claims and the annex."
                )
            )
        )
    return tuple(lines)


def account_line(index: Index, voices: str, o: Observation, repeats: int = 0) -> Line:
    """Who said (saw, heard, denied) what, through whom and when, with a link to where it was published."""
    outlet = index.source_name(o.source_id)
    day = words.interval(o.reported, index.zone) if o.reported else "day of publication unknown"
    through = words.source_link(outlet if outlet != voices else "source", index.address(o))
    more = f"; repeated in {words.count(repeats, 'more report')}" if repeats else ""
    text = words.breakable(o.text.strip()) or "no words were kept"
    return words.line(
        words.bold(f"{voices} {words.verb(o.method, o.stance)}"),
        f": {text} ",
        words.quiet("("),
        through,
        words.quiet(f", {day}{more})"),
    )


def _verdict(index: Index, incident: Incident, a: Assessment) -> list[Block]:
    items: list[Line] = []
    if a.agreed:
        items.append(
            words.line(
                MarkRow(("accounts-agree",), ""),
                " ",
                words.bold("Both sides’ accounts agree: "),
                sentences(a.agreed),
            )
        )
    if a.conflicts:
        items.append(
            words.line(MarkRow(("accounts-conflict",), ""), " ", words.bold("In conflict: "), sentences(a.conflicts))
        )
    if not a.agreed and not a.conflicts:
        items.append(
            words.line(
                MarkRow(("accounts-one_side",), ""),
                " ",
                words.bold("Agreement: "),
                "only one side’s accounts speak to it.",
            )
        )
    if a.contradictions:
        items.append(words.line(words.bold("Contradictions within one side: "), sentences(a.contradictions)))
    items.append(words.line(words.bold(f"Grade: {a.grade}"), f" by rule {a.rule or 'not stated'}. {a.why}"))
    items.append(words.line(words.bold("Who did it: "), attribution(index, a)))
    touched = _terms(index, incident)
    if touched:
        items.append(words.line(words.bold("Terms touched: "), "; ".join(words.capped(touched, 4, "term")) + "."))
    return [Listing(tuple(items))]


def sentences(parts: tuple[str, ...]) -> str:
    """Several remarks as sentences in a row."""
    return " ".join(
        p if p.endswith((".", "!", "?")) else p + "." for p in (words.upper_first(p.strip()) for p in parts) if p
    )


def attribution(index: Index, a: Assessment) -> str:
    """Who did it, how well that is established and by which rule: apart from whether it happened."""
    why = f" {a.attribution_why}" if a.attribution_why else ""
    rule = f" by rule {a.attribution_rule}" if a.attribution_rule else ""
    if a.attributed_to in {UNATTRIBUTED, ""}:
        return f"not attributed ({a.attribution_grade}{rule}).{why}"
    return f"{index.name(a.attributed_to)} ({a.attribution_grade}{rule}).{why}"


def _terms(index: Index, incident: Incident) -> list[str]:
    touched: dict[tuple[str, str], dict[str, list[str]]] = {}
    for f in index.findings_of.get(incident.id, []):
        outcomes = touched.setdefault((f.agreement_id, f.term_id), {}).setdefault(f.party, [])
        word = words.OUTCOME_WORDS[f.outcome]
        if word not in outcomes:
            outcomes.append(word)
    lines = []
    for key, by_party in touched.items():
        term = index.terms.get(key)
        order = [p for p in (*index.parties, UNATTRIBUTED) if p in by_party]
        said = ", ".join(f"{index.name(p)}: {' or '.join(by_party[p])}" for p in order)
        lines.append(f"{key[1]} {term.title if term else ''} ({said})")
    return lines


def common_ground(index: Index) -> Section:
    """Give what both sides' own statements agree on, by incident."""
    agreed = [i for i in index.incidents if index.assessment(i.id).agreed]
    share = (
        f"In {words.of(len(agreed), len(index.incidents))} incidents the two sides’ own statements agree on something."
    )
    columns = (
        Column("No.", 0.35, numeric=True),
        Column(f"When ({words.offset(index.edition.as_of, index.zone)})", 1.25),
        Column("Where", 1.1),
        Column("Both sides’ accounts agree on", 2.6),
    )
    rows = tuple(
        Row(
            (
                Cell(((index.ref(i.id),),), head=True),
                Cell((words.line(words.span(i.start, i.end, index.zone, approximate=i.approximate, zoned=False)),)),
                Cell((words.line(index.where(i)),)),
                Cell((words.line(sentences(index.assessment(i.id).agreed)),)),
            )
        )
        for i in agreed
    )
    table = (Table("", columns, rows, dense=True, label="Common ground, by incident"),) if rows else ()
    return Section("common-ground", "Common ground", (Paragraph(words.line(share)), *table))
