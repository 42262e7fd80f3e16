"""Detained persons: who was taken and returned as it was said, who could visit them, and the terms on release."""

from __future__ import annotations

from ...kinds import within
from ...nouns import Effort, Incident, SourceKind
from .. import access, themes, words
from ..index import Index
from ..tongue import say
from ..tree import Block, Cell, Column, Heading, Paragraph, Row, Section, Table
from . import terms as theme_terms

KINDS = ("person.detained", "person.released", "person.returned")
TOPICS = ("prison", "detain", "captur")


def section(index: Index) -> Section:
    """Give detentions and returns in time, by party in the same form, the accounts, visits, and the terms."""
    title = say("Detained persons")
    rules = theme_terms.blocks(
        index,
        theme_terms.about(index, ("release_detained",), TOPICS),
        say("Terms on detained persons, and what could be shown"),
    )
    groups = _groups(index)
    found = sorted((i for _, members in groups for i in members), key=lambda i: i.start)
    if not found:
        none = themes.nothing(say("No detention, release or return of persons is on record."))
        return Section("detained", title, (*none, *_visits(index), *rules))
    blocks: list[Block] = [
        Paragraph(words.said(
            "{part} of {whole} incidents concern persons taken or returned. {counted} {seen} A number is printed "
            "as it was said; two accounts may count the same persons.",
            part=words.number(len(found)), whole=words.number(len(index.incidents)), counted=_counted(index, found),
            seen=themes.seen_line(index, found),
        )),
        themes.strip(index, "detained", _title(groups), groups),
        themes.by_party(index, say("Persons taken, by party"), groups[:1]),
        *themes.told(index, found, say("What each side said of each")),
        *_visits(index),
        *rules,
    ]  # fmt: skip
    return Section("detained", title, tuple(blocks))


def _groups(index: Index) -> list[themes.Group]:
    return [
        (say("Persons taken"), themes.of_kind(index, "person.detained")),
        (say("Persons released or returned"), themes.of_kind(index, "person.released", "person.returned")),
    ]


def _title(groups: list[themes.Group]) -> str:
    return words.listed(say("{group}: {n}", group=name, n=words.number(len(members))) for name, members in groups)


def _counted(index: Index, found: list[Incident]) -> str:
    accounts = [o for i in found for o in index.accounts.get(i.id, ())]
    stated = sum(o.count_min is not None or o.count_max is not None for o in accounts)
    return say(
        "{part} of {whole} accounts give the number of persons as data; others give it in their words only.",
        part=words.number(stated), whole=words.number(len(accounts)),
    )  # fmt: skip


def _visits(index: Index) -> list[Block]:
    head = Heading(3, words.said("Visits by humanitarian bodies and observers"), "detained-visits")
    found = [e for e in index.efforts if _concerns(index, e)]
    if not found:
        text = words.said(
            "No visit to detained persons by a humanitarian body or by observers is on record; such visits are often "
            "not published."
        )
        return [head, Paragraph(text)]
    columns = (
        Column(say("When"), 1.0),
        Column(say("Who"), 1.2),
        Column(say("With whom"), 0.9),
        Column(say("What is on record"), 2.4),
    )
    rows = tuple(_visit(index, told[0]) for told in access.visits(index, found))
    return [head, Table("", columns, rows, dense=True, label=say("Visits to detained persons"))]


def _concerns(index: Index, e: Effort) -> bool:
    source = index.sources.get(e.source_id)
    looks = e.source_id in index.observers or (source is not None and source.kind is SourceKind.HUMANITARIAN)
    said = f"{e.reason} {e.note}".casefold()
    return looks and (any(within(k, KINDS) for k in e.kinds) or any(w in said for w in TOPICS))


def _visit(index: Index, e: Effort) -> Row:
    who = words.source_link(index.source_name(e.source_id), e.source)
    state = words.upper_first(words.EFFORT_WORDS[e.status])
    told = words.said("{state}: {reason}", state=state, reason=words.free(e.reason)) if e.reason else words.line(state)
    return Row(
        (
            Cell((words.line(words.interval(e.when, index.zone)),)),
            Cell(((who,),), head=True),
            Cell((words.line(index.name(e.side) if e.side else say("side not stated")),)),
            Cell((told,)),
        )
    )
