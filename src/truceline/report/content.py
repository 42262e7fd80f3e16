"""An edition as one document.

Every word and number of the report is decided here and in the sections it calls.
"""

from __future__ import annotations

from ..nouns import Edition
from . import access, annex, claims, diplomacy, front, imagery, incidents, method, numbers, status, words
from . import map as maps
from .index import Index
from .tree import Document, Paragraph, Section


def build(edition: Edition) -> Document:
    """Give the report of this edition: a pure function of it, without clock, disk or network.

    Parties keep the order of mission.yaml; exchanging their ids and names exchanges the text word for word.
    """
    index = Index(edition)
    mission = edition.mission
    place = f"{mission.edition_place} " if mission.edition_place else ""
    zone = index.edition_zone
    closed = f"{words.day(edition.as_of, zone)}, {words.clock(edition.as_of, zone)}"
    return Document(
        title=front.title(index),
        lead=front.lead(index),
        mission=mission.title,
        as_of=edition.as_of,
        as_of_line=f"Information as of {closed}, {place}({words.offset(edition.as_of, zone)})",
        release=f"Release: {index.release}",
        version=f"Truceline {edition.version}",
        notice=mission.notice or "Compiled from what was reported; unverified unless a grade says otherwise",
        front=front.blocks(index),
        sections=_sections(index),
    )


def _sections(index: Index) -> tuple[Section, ...]:
    return (
        _map(index),
        status.commitments(index),
        incidents.section(index),
        incidents.common_ground(index),
        claims.section(index),
        numbers.section(index),
        status.agreements(index),
        status.recorded(index),
        access.section(index),
        imagery.section(index),
        diplomacy.section(index),
        method.section(index),
        annex.set_aside(index),
        annex.incidents(index),
        annex.inputs(index),
    )


def _map(index: Index) -> Section:
    drawn = maps.figures(index)
    placed = sum(i.lon_deg is not None for i in index.incidents)
    text = (
        f"{words.of(placed, len(index.incidents))} incidents have a place. Places are known to the "
        "radius that is drawn; "
        "names stand in Latin and local script, with each party’s own name where they differ."
        if drawn
        else "No place, line or area is on record, so no map is drawn."
    )
    return Section("map", "Where incidents were reported", (Paragraph(words.line(text)), *drawn))
