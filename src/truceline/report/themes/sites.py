"""Civilian and cultural sites: reported damage by site, who said so, and what pictures were said to show."""

from __future__ import annotations

from .. import imagery, themes, words
from ..index import Index
from ..tongue import say
from ..tree import Block, Heading, Listing, Paragraph, Section
from . import terms as theme_terms

TOPICS = ("civilian protection", "cultur", "heritage", "civilian object", "civilian site")
MOST_STATEMENTS = 8


def section(index: Index) -> Section:
    """Give reported damage in time, by party in the same form, account by account, pictures, and the terms."""
    title = say("Civilian and cultural sites")
    rules = theme_terms.blocks(
        index, theme_terms.about(index, (), TOPICS), say("Terms on civilians and sites, and what could be shown")
    )
    groups = _groups(index)
    found = sorted((i for _, members in groups for i in members), key=lambda i: i.start)
    if not found:
        none = themes.nothing(say("No report of harm to a civilian or cultural site is on record."))
        return Section("sites", title, (*none, *_pictures(index), *rules))
    named = sum(bool(i.place_id) for i in found)
    blocks: list[Block] = [
        Paragraph(words.said(
            "{part} of {whole} incidents concern harm to civilians or to sites; {named} of {part} name a place that "
            "is known. {seen} What a picture shows is a change of the surface: it does not show who caused it.",
            part=words.number(len(found)), whole=words.number(len(index.incidents)), named=words.number(named),
            seen=themes.seen_line(index, found),
        )),
        themes.strip(index, "sites", _title(groups), groups),
        themes.by_party(index, say("Reported harm to sites, by party"), groups),
        *themes.told(index, found, say("What each side said of each")),
        *_pictures(index),
        *rules,
    ]  # fmt: skip
    return Section("sites", title, tuple(blocks))


def _groups(index: Index) -> list[themes.Group]:
    named = (
        (say("Cultural sites"), ("harm.cultural_site",)),
        (say("Civilian sites"), ("harm.civilian_site",)),
        (say("Harm to civilians"), ("harm.civilians",)),
        (say("Other buildings"), ("harm.building",)),
    )
    found = [(name, themes.of_kind(index, *kinds)) for name, kinds in named]
    return [(name, members) for name, members in found if members]


def _title(groups: list[themes.Group]) -> str:
    return words.listed(say("{group}: {n}", group=name, n=words.number(len(members))) for name, members in groups)


def _pictures(index: Index) -> list[Block]:
    head = Heading(3, words.said("What pictures were said to show"), "sites-pictures")
    found = [o for o in imagery.statements(index) if o.kind.startswith("harm.")]
    if not found:
        text = words.said("No statement about pictures of such a site is on record. No picture was analysed here.")
        return [head, Paragraph(text)]
    intro = words.said(
        "{part} of {whole} published statements about pictures concern such a site. They are statements; no picture "
        "was analysed here.",
        part=words.number(len(found)), whole=words.number(len(imagery.statements(index))),
    )  # fmt: skip
    items = [themes.account(index, o) for o in found[-MOST_STATEMENTS:]]
    return [head, Paragraph(intro), Listing(tuple(items))]
