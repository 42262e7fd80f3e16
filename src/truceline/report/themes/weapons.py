"""Heavy weapons: what each side declared to have moved, what left, arrived and was seen, and what is not known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...nouns import Incident, Observation, Stance
from .. import themes, words
from ..index import Index
from ..numbers import shortened
from ..tongue import later, say
from ..tree import Block, Cell, Column, Heading, Line, Listing, Paragraph, Row, Section, Table
from . import terms as theme_terms

TOPICS = ("heavy weapon", "heavy-weapon", "weapons withdrawal", "withdrawal of weapons")
MOST = 20
"""Accounts that are printed; all stand in the annex."""

CLASSES = words.Sayings(
    {
        "small_arms": later("small arms"),
        "machine_gun": later("machine gun"),
        "grenade": later("grenade"),
        "anti_tank": later("anti-tank weapon"),
        "mortar": later("mortar"),
        "artillery": later("artillery"),
        "rocket_artillery": later("rocket artillery"),
        "tank": later("tank"),
        "naval_gun": later("naval gun"),
        "aircraft": later("aircraft"),
        "drone": later("drone"),
        "cluster_munition": later("cluster munition"),
        "other": later("other"),
    }
)
_ARRIVED = ("arrived", "arrival", "destination", "arrived_at")


@dataclass(frozen=True, slots=True)
class _Moved:
    incident: Incident
    account: Observation
    side: str


def section(index: Index) -> Section:
    """Give withdrawals in time, by party what was declared, left, arrived and seen, what is missing, and the terms."""
    title = say("Heavy weapons")
    rules = theme_terms.blocks(
        index, theme_terms.about(index, (), TOPICS), say("Terms on heavy weapons, and what could be shown")
    )
    groups = _groups(index)
    found = sorted((i for _, members in groups for i in members), key=lambda i: i.start)
    if not found:
        none = themes.nothing(say("No withdrawal or presence of heavy weapons is on record."))
        return Section("weapons", title, (*none, *rules))
    moved = _moved(index, themes.of_kind(index, "weapon.withdrawn"))
    blocks: list[Block] = [
        Paragraph(words.said(
            "{part} of {whole} incidents concern heavy weapons. {seen} How many each side had, and where, is not on "
            "record unless a row below says so.",
            part=words.number(len(found)), whole=words.number(len(index.incidents)),
            seen=themes.seen_line(index, found),
        )),
        themes.strip(index, "weapons", _title(groups), groups),
        _summary(index, moved),
        *_table(index, moved),
        *_needed(index, moved),
        *rules,
    ]  # fmt: skip
    return Section("weapons", title, tuple(blocks))


def _groups(index: Index) -> list[themes.Group]:
    return [
        (say("Withdrawals that were said"), themes.of_kind(index, "weapon.withdrawn")),
        (say("Presence that was said"), themes.of_kind(index, "weapon.present")),
    ]


def _title(groups: list[themes.Group]) -> str:
    return words.listed(say("{group}: {n}", group=name, n=words.number(len(members))) for name, members in groups)


def _moved(index: Index, found: list[Incident]) -> list[_Moved]:
    """Accounts of withdrawals with the side whose voice stands behind each; `both` where several do."""
    rows = []
    for incident in found:
        for o in index.accounts.get(incident.id, ()):
            if o.stance is not Stance.DENIES:
                sides = [p for p in index.parties if p in index.sides(o)]
                rows.append(_Moved(incident, o, "both" if len(sides) > 1 else sides[0] if sides else ""))
    return rows


def _counted(o: Observation) -> bool:
    return o.count_min is not None or o.count_max is not None


def _arrived(o: Observation) -> str:
    return next((o.details[k] for k in _ARRIVED if o.details.get(k)), "")


def _classed(o: Observation) -> bool:
    return bool(o.weapon_class) and o.weapon_class != "undetermined"


def _summary(index: Index, moved: list[_Moved]) -> Table:
    own = {p: [m for m in moved if m.side in {p, "both"}] for p in index.parties}
    columns = (
        Column("", 1.7),
        *(Column(index.name(p), 1, numeric=True, tone=index.tone(p)) for p in index.parties),
    )
    facts = (
        (say("Accounts from its side, of all accounts"), [(len(own[p]), len(moved)) for p in index.parties]),
        (say("Of these: class of weapon stated as data"), _share(index, own, _classed)),
        (say("Of these: number stated as data"), _share(index, own, _counted)),
        (say("Of these: place or day of arrival stated"), _share(index, own, lambda o: bool(_arrived(o)))),
        (
            say("Of these: recorded by an observer at first hand"),
            [(sum(m.incident.id in index.seen for m in own[p]), len(own[p])) for p in index.parties],
        ),
    )
    rows = tuple(
        Row((Cell((words.line(head),), head=True), *(Cell((words.line(words.of(*n)),)) for n in numbers)))
        for head, numbers in facts
    )
    note = say(
        "An account in which both sides have a voice counts for each. An account is no weapon: several may tell one move."
    )
    return Table(say("What was declared of withdrawals, by party"), columns, rows, note, stack=False)


def _share(index: Index, own: dict[str, list[_Moved]], test: Callable[[Observation], bool]) -> list[tuple[int, int]]:
    return [(sum(test(m.account) for m in own[p]), len(own[p])) for p in index.parties]


def _table(index: Index, moved: list[_Moved]) -> list[Block]:
    if not moved:
        return []
    columns = (
        Column(say("Said by"), 1.0),
        Column(say("Weapon, as said"), 1.2),
        Column(say("How many"), 0.6, numeric=True),
        Column(say("Left"), 1.3),
        Column(say("Arrived"), 0.8),
        Column(say("Seen by an observer"), 1.6),
    )
    order = [*index.parties, "both", ""]
    shown = sorted(moved, key=lambda m: (m.incident.start, order.index(m.side)))[-MOST:]
    shown.sort(key=lambda m: order.index(m.side))
    rows: list[Row] = []
    for side in order:
        members = [m for m in shown if m.side == side]
        if members:
            rows.append(Row((Cell((words.line(words.bold(_side_name(index, side))),), head=True),), band=True))
            rows += [_row(index, m) for m in members]
    blocks: list[Block] = [Table(say("Withdrawals, as they were said"), columns, tuple(rows), dense=True)]
    if len(moved) > len(shown):
        more = say("{n} more in the annex; these are the latest.", n=words.number(len(moved) - len(shown)))
        blocks.append(Paragraph(words.line(more), "quiet"))
    return blocks


def _side_name(index: Index, side: str) -> str:
    if side == "both":
        return say("Told by voices of both sides")
    return say("Told by {party}’s side", party=index.name(side)) if side else say("Told by others")


def _row(index: Index, m: _Moved) -> Row:
    o = m.account
    weapon: Line = words.line(words.free(o.weapon)) if o.weapon else words.line(words.not_stated())
    classed = words.line(words.quiet(say("class: {name}", name=_class(o))))
    number = words.range_of(o.count_min, o.count_max) if _counted(o) else words.not_stated()
    who = words.listed(dict.fromkeys(index.source_name(s) for s in index.speakers(o)))
    seen = say("yes, see incident {n}", n=index.number[m.incident.id]) if m.incident.id in index.seen else ""
    note = words.said("no record of its own; the account says: {told}", told=words.free(shortened(o.text, 110)))
    return Row(
        (
            Cell(((words.source_link(who, index.address(o)),),), head=True),
            Cell((weapon, classed)),
            Cell((words.line(number),)),
            Cell((words.line(words.day(m.incident.start, index.zone)), words.line(index.where(m.incident)))),
            Cell((words.line(words.free(_arrived(o))) if _arrived(o) else words.line(words.not_stated()),)),
            Cell((words.line(seen) if seen else note,)),
        )
    )


def _class(o: Observation) -> str:
    return CLASSES.get(o.weapon_class) or o.weapon_class if _classed(o) else words.not_stated()


def _needed(index: Index, moved: list[_Moved]) -> list[Block]:
    whole = len(moved)
    held = [o for i in themes.of_kind(index, "weapon.present") for o in index.accounts.get(i.id, ()) if _counted(o)]
    missing = (
        (not held, say("A list of what each side held and where, before and after: none is on record."), 1),
        (
            True,
            say("Observers at the departure and at the arrival: {part} of {whole} accounts have no observer’s own record.",
                part=words.number(sum(m.incident.id not in index.seen for m in moved)), whole=words.number(whole)),
            sum(m.incident.id not in index.seen for m in moved),
        ),
        (
            True,
            say("Numbers by class: {part} of {whole} accounts do not state the number as data.",
                part=words.number(sum(not _counted(m.account) for m in moved)), whole=words.number(whole)),
            sum(not _counted(m.account) for m in moved),
        ),
        (
            True,
            say("Where the weapons stand now: {part} of {whole} accounts do not state the arrival.",
                part=words.number(sum(not _arrived(m.account) for m in moved)), whole=words.number(whole)),
            sum(not _arrived(m.account) for m in moved),
        ),
    )  # fmt: skip
    items = tuple(words.line(text) for wanted, text, n in missing if wanted and n)
    if not items:
        return []
    return [Heading(3, words.said("What would be needed to say more"), "weapons-needed"), Listing(items)]
