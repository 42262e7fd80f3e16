"""Captures -> observations, by the readers that it is given.

Reading the same bytes twice adds nothing; the same id with other content is set aside; every value that a reader left
unread is kept in `details` and questioned once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

import polars as pl

from . import rows
from .errors import InputError
from .nouns import Capture, Harvest, Lexicon, Observation, SetAside

Reader = Callable[[Capture, Lexicon], Harvest]
Together = Callable[[list[Capture], Lexicon], Harvest]


def read(
    captures: Iterable[Capture],
    readers: dict[str, Reader],
    lexicons: dict[str, Lexicon],
    together: dict[str, Together] | None = None,
) -> tuple[pl.DataFrame, tuple[SetAside, ...], tuple[SetAside, ...]]:
    """Read every capture of a known format: (table of Observation, set aside, questions), in order of their ids.

    A file that cannot be read as a table is set aside whole, with the reason; the others go on. The captures of a format in
    `together` are given to its reader all at once.
    """
    found: list[Observation] = []
    set_aside: list[SetAside] = []
    questions: list[SetAside] = []
    seen: dict[str, str] = {}
    groups: dict[str, list[Capture]] = {name: [] for name in together or {}}
    for capture in sorted(captures, key=lambda c: (c.path, c.sha256)):
        if capture.sha256 in seen and capture.format not in groups:
            reason = f"the same bytes as {seen[capture.sha256]}; reading them twice adds nothing"
            questions.append(SetAside(capture.path, 0, "", "", reason))
            continue
        seen[capture.sha256] = capture.path
        if capture.format in groups:
            groups[capture.format].append(capture)
            continue
        harvest = _harvest(capture, readers, lexicons)
        found += harvest.observations
        set_aside += harvest.set_aside
        questions += harvest.questions
    for name, listed in groups.items():
        harvest = (together or {})[name](listed, lexicons[name]) if listed else Harvest(())
        found += harvest.observations
        set_aside += harvest.set_aside
        questions += harvest.questions
    kept, doubled = _once(found)
    return rows.table(Observation, kept), tuple(sorted([*set_aside, *doubled])), tuple(sorted(set(questions)))


def _harvest(capture: Capture, readers: dict[str, Reader], lexicons: dict[str, Lexicon]) -> Harvest:
    if capture.format not in readers:
        reason = (
            f"no format is called {capture.format!r}; the file was set aside. Formats: {', '.join(sorted(readers))}"
        )
        return Harvest((), (SetAside(capture.path, 0, "", "", reason),))
    try:
        return readers[capture.format](capture, lexicons[capture.format])
    except InputError as error:
        return Harvest(
            (), tuple(SetAside(p.file, p.line, p.column, p.found, f"expected {p.expected}") for p in error.problems)
        )


def _once(found: list[Observation]) -> tuple[list[Observation], list[SetAside]]:
    """One observation an id. Of several, the first by file and line stays; others are set aside where they differ."""
    kept: dict[str, Observation] = {}
    doubled: list[SetAside] = []
    for one in sorted(found, key=lambda o: (o.id, o.capture, o.row)):
        first = kept.setdefault(one.id, one)
        if first is not one and _content(first) != _content(one):
            reason = f"the same id as {first.capture}:{first.row} with other content; the first one is used"
            doubled.append(one.aside("id", one.id, reason))
    return list(kept.values()), doubled


def _content(one: Observation) -> Observation:
    return dataclasses.replace(one, capture="", row=0)


def problems_with_counts(table: pl.DataFrame, expected: dict[str, tuple[int, int]]) -> list[tuple[str, int, int, int]]:
    """Sources that gave fewer or more observations than they are expected to: (source, found, min, max)."""
    counts = dict(table.group_by("source_id").len().iter_rows()) if table.height else {}
    return [
        (s, counts.get(s, 0), low, high)
        for s, (low, high) in sorted(expected.items())
        if not low <= counts.get(s, 0) <= high
    ]
