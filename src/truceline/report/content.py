"""An edition as one document.

Every word and number of the report is decided here and in the sections it calls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..errors import Problem
from ..nouns import Edition, Letterhead
from . import (
    access,
    annex,
    claims,
    front,
    glossary,
    imagery,
    letterhead,
    links,
    maps,
    method,
    numbers,
    since,
    status,
    timeline,
    tongue,
    trend,
    untranslated,
    words,
)
from . import cards as incidents
from . import matrix as commitments
from .index import Brief, Index
from .themes import detained, mines, sites, weapons
from .tongue import say
from .tree import Block, Chrome, Columns, Document, Figure, Section, Table

SECTIONS: dict[str, Callable[[Index], Section]] = {
    "since": since.section,
    "map": maps.section,
    "timeline": timeline.section,
    "trend": trend.section,
    "commitments": commitments.section,
    "incidents": incidents.section,
    "common-ground": incidents.common_ground,
    "mines": mines.section,
    "weapons": weapons.section,
    "detained": detained.section,
    "sites": sites.section,
    "figures": numbers.section,
    "claims": claims.section,
    "access": access.section,
    "imagery": imagery.section,
    "agreements": status.agreements,
    "recorded": status.recorded,
    "method": method.section,
    "glossary": glossary.section,
    "set-aside": annex.set_aside,
    "annex": annex.incidents,
    "inputs": annex.inputs,
}
"""The parts of the full report in their order; a mission's template may reorder them or leave some out."""

ANNEXES = ("recorded", "set-aside", "annex", "inputs")
"""The parts that `--length annex` gives alone."""


def build(edition: Edition, brief: Brief | None = None) -> Document:
    """Give the report of this edition in this length and language: a pure function, without clock, disk or network.

    Parties keep the order of mission.yaml; exchanging their ids and names exchanges the text word for word. Raises
    KeyError where the language is not known.
    """
    wanted = brief or Brief()
    own = edition.mission.letterhead
    with tongue.speaking(wanted.language, own.wording.get(wanted.language)):
        document = letterhead.dressed(_document(Index(edition, wanted)), own)
        return untranslated.marked_once(links.live(numbered(document)))


def problems(own: Letterhead) -> list[Problem]:
    """Everything in a mission's letterhead that the report cannot follow."""
    return letterhead.problems(own, tuple(SECTIONS))


def _document(index: Index) -> Document:
    edition, mission = index.edition, index.edition.mission
    place = f"{mission.edition_place} " if mission.edition_place else ""
    zone = index.edition_zone
    closed = f"{words.day(edition.as_of, zone)}, {words.clock(edition.as_of, zone)}"
    note = index.brief.length == "note"
    return Document(
        title=front.title(index),
        lead=front.lead(index),
        mission=mission.title,
        as_of=edition.as_of,
        as_of_line=say(
            "Information as of {time}, {place}({offset})",
            time=closed, place=place, offset=words.offset(edition.as_of, zone),
        ),
        release=say("Release: {level}", level=say("restricted") if index.release == "restricted" else say("public")),
        version=f"Truceline {edition.version}",
        notice=mission.notice or say("Compiled from what was reported; unverified unless a grade says otherwise"),
        front=front.blocks(index),
        sections=() if note else _sections(index),
        kicker=front.kicker(index),
        language=index.brief.language,
        chrome=chrome(index.brief.language),
        short=note,
    )  # fmt: skip


def chrome(language: str) -> Chrome:
    """Words around the pages of a document in this language, with a warning where no native reader approved them."""
    warning = (
        ()
        if tongue.reviewed(language)
        else (say("Unreviewed translation; the English text prevails."), tongue.UNREVIEWED)
    )
    return Chrome(say("Contents"), say("Skip to the report"), say("Page {page} of {pages}"), warning)


def _sections(index: Index) -> tuple[Section, ...]:
    wanted = ANNEXES if index.brief.length == "annex" else tuple(SECTIONS)
    return tuple(SECTIONS[key](index) for key in wanted)


def numbered(document: Document) -> Document:
    """Give the document with a number on every figure and table that has a title, in reading order."""
    counts = {"figure": 0, "table": 0}

    def tagged(block: Block) -> Block:
        if isinstance(block, Columns):
            return replace(block, parts=tuple(tuple(tagged(b) for b in part) for part in block.parts))
        if isinstance(block, Figure) and block.title:
            counts["figure"] += 1
            return replace(block, tag=say("Figure {n}", n=counts["figure"]))
        if isinstance(block, Table) and block.caption:
            counts["table"] += 1
            return replace(block, tag=say("Table {n}", n=counts["table"]))
        return block

    opening = tuple(tagged(b) for b in document.front)
    sections = tuple(replace(s, blocks=tuple(tagged(b) for b in s.blocks)) for s in document.sections)
    return replace(document, front=opening, sections=sections)
