"""Mines: blasts, finds, laying that was said, clearance, and what the terms on mines could show."""

from __future__ import annotations

from .. import themes, words
from ..index import Index
from ..tongue import say
from ..tree import Block, Paragraph, Section
from . import terms as theme_terms


def section(index: Index) -> Section:
    """Give what is on record of mines: in time, by party in the same form, account by account, and the terms."""
    title, terms = say("Mines"), theme_terms.about(index, ("no_new_mines",), ("mine", "demin", "clearance"))
    rules = theme_terms.blocks(index, terms, say("Terms on mines, and what could be shown"))
    groups = _groups(index)
    found = sorted((i for _, members in groups for i in members), key=lambda i: i.start)
    if not found:
        none = themes.nothing(say("No blast, find, laying or clearance of mines is on record."))
        return Section("mines", title, (*none, *rules))
    blocks: list[Block] = [
        Paragraph(words.said(
            "{part} of {whole} incidents concern mines. {seen} A blast shows that there was a mine; it does not show "
            "when it was laid or by whom.",
            part=words.number(len(found)), whole=words.number(len(index.incidents)),
            seen=themes.seen_line(index, found),
        )),
        themes.strip(index, "mines", _title(groups), groups),
        themes.by_party(index, say("Mines, by party"), [(n, m) for n, m in groups if m[0].kind != "mine.cleared"]),
        *themes.told(index, found, say("What each side said of each")),
        *rules,
    ]  # fmt: skip
    return Section("mines", title, tuple(blocks))


def _groups(index: Index) -> list[themes.Group]:
    named = (
        (say("Blasts"), ("explosion.mine",)),
        (say("Laying that was said"), ("mine.laid",)),
        (say("Finds"), ("mine.found",)),
        (say("Clearance"), ("mine.cleared",)),
        (say("Clearance said to be obstructed"), ("mine.clearance_obstructed",)),
        (say("Other ordnance"), ("explosion.uxo", "explosion.ied")),
    )
    found = [(name, themes.of_kind(index, *kinds)) for name, kinds in named]
    return [(name, members) for name, members in found if members]


def _title(groups: list[themes.Group]) -> str:
    return words.listed(say("{group}: {n}", group=name, n=words.number(len(members))) for name, members in groups)
