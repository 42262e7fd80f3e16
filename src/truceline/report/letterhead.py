"""A mission's own letterhead in its report: what may be reordered, left out and reworded."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from babel.messages import pofile

from ..errors import Problem
from ..nouns import Letterhead
from . import tongue
from .tree import Document, Logo, Section

ALWAYS = ("method", "set-aside", "inputs")
"""Parts that no mission may leave out: how it was made, what was not counted, and how to recompute it."""

FILE = "report.yaml"


def problems(letterhead: Letterhead, parts: tuple[str, ...]) -> list[Problem]:
    """Everything in a letterhead that a report of these parts cannot follow, with its line."""
    found: list[Problem] = []

    def wrong(key: str, what: str, expected: str) -> None:
        found.append(Problem(FILE, letterhead.lines.get(key, 0), key, what, expected))

    for key, named in (("order", letterhead.order), ("leave_out", letterhead.leave_out)):
        for part in named:
            if part not in parts:
                wrong(key, repr(part), f"one of {', '.join(parts)}")
            elif key == "leave_out" and part in ALWAYS:
                wrong(key, repr(part), f"any part but {', '.join(ALWAYS)}, which stand in every report")
    for language, wording in letterhead.wording.items():
        if language not in tongue.languages():
            wrong("wording", repr(language), f"one of {', '.join(tongue.languages())}")
        for message, own in wording.items():
            if message not in messages():
                wrong("wording", repr(message), "a message of the report, as locale/report.pot lists them")
            elif tongue.places(message) != tongue.places(own):
                wrong(
                    "wording", repr(own), f"the places {', '.join(sorted(tongue.places(message))) or 'none'}, each kept"
                )
    return found


@lru_cache(maxsize=1)
def messages() -> frozenset[str]:
    """Every message of the report, by its English text; both forms of a plural."""
    with tongue.TEMPLATE.open("rb") as file:
        catalogue = pofile.read_po(file)
    ids = (m.id for m in catalogue if m.id)
    return frozenset(text for i in ids for text in ((i,) if isinstance(i, str) else i))


def dressed(document: Document, letterhead: Letterhead) -> Document:
    """The document under this letterhead, in its own language; the English names where there are no others."""

    def own(names: dict[str, str]) -> str:
        return names.get(document.language) or names.get("en", "")

    logo = Logo(letterhead.logo, letterhead.logo_format, own(letterhead.logo_alt)) if letterhead.logo else None
    return replace(
        document,
        organisation=own(letterhead.organisation),
        mission=own(letterhead.title) or document.mission,
        notice=own(letterhead.notice) or document.notice,
        logo=logo,
        sections=_ordered(document.sections, letterhead),
    )


def _ordered(sections: tuple[Section, ...], letterhead: Letterhead) -> tuple[Section, ...]:
    first = {part: n for n, part in enumerate(letterhead.order)}
    kept = [s for s in sections if s.id not in letterhead.leave_out]
    return tuple(sorted(kept, key=lambda s: first.get(s.id, len(first))))
