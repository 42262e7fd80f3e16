"""Passes of satellites over a mission: worked out from a file of elements, or as its passes.csv holds them."""

from __future__ import annotations

import itertools
from datetime import datetime
from pathlib import Path

from . import store, when
from .errors import InputError, Problem, UsageError
from .nouns import Mission, Pass, PassStatus
from .satellite import elements as element_sets
from .satellite import table

FILE = "passes.csv"
Spots = dict[str, tuple[tuple[float, float], ...]]


def passes(
    whole: Mission, spots: Spots, span: tuple[datetime, datetime], file: Path | None
) -> tuple[tuple[Pass, ...], list[str]]:
    """The mission's passes (those of `span` worked out anew where a file of elements is named), and what to say of them.

    Raises InputError where the file holds no good set, UsageError where the library for orbits is not installed.
    """
    known, said = whole.passes, list[str]()
    if file is not None:
        sets, said = _elements(file)
        try:
            from .satellite import orbits

            found = orbits.passes(sets, _somewhere(spots, whole), *span)
        except ImportError:
            raise UsageError("orbits need the library sgp4: install truceline with its extra `satellite`") from None
        known = (*table.outside(known, *span), *found)
    return known, [*said, *_unknown(known, span)]


def _elements(file: Path) -> tuple[tuple[element_sets.Elements, ...], list[str]]:
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Problem(str(file), 0, "", f"a file that cannot be read ({error})", "two-line elements")
        ) from None
    sets, aside = element_sets.read(file.name, text)
    if not sets:
        wrong = [Problem(s.file, s.line, "", s.reason, "a set of two lines as published") for s in aside]
        raise InputError(wrong or Problem(file.name, 0, "", "no element set", "two-line elements"))
    return sets, [f"{s.file}:{s.line}: set aside: {s.reason}" for s in aside]


def _somewhere(spots: Spots, whole: Mission) -> Spots:
    """The points of the mission's sectors or line, else a grid over its area."""
    known = {zone: points for zone, points in spots.items() if points}
    if known:
        return known
    if whole.area is None:
        raise UsageError("passes need a place: give the mission an area, a sector or an orientation line")
    west, south, east, north = whole.area
    thirds = (1 / 6, 1 / 2, 5 / 6)
    return {
        "": tuple((west + (east - west) * x, south + (north - south) * y) for x, y in itertools.product(thirds, thirds))
    }


def _unknown(known: tuple[Pass, ...], span: tuple[datetime, datetime]) -> list[str]:
    """Of which satellites and spans nothing was worked out: an absent pass there says nothing."""
    return [
        f"{p.satellite}: not computed from {when.iso(max(p.start, span[0]))} to {when.iso(min(p.end, span[1]))}: {p.reason}"
        for p in known
        if p.status is PassStatus.NOT_COMPUTED and p.start < span[1] and p.end > span[0]
    ]


def keep(folder: Path, found: tuple[Pass, ...], file: Path | None) -> str:
    """Write passes.csv of the mission, as a whole; raises UsageError where a file of that name has other columns."""
    target = folder / FILE
    if target.exists():
        header = target.read_text("utf-8-sig").partition("\n")[0].strip()
        if header != ",".join(table.COLUMNS):
            raise UsageError(f"{target} has other columns than passes.csv; move it away first")
    store.write_one(target, table.text(found).encode())
    count = sum(p.status is PassStatus.PASS for p in found)
    return f"{target}: {count} passes kept, by the elements of {file.name if file else 'before'}"
