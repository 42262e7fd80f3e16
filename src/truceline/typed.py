"""Coordinates that somebody typed into words: found in every notation that patrols write, and taken out near where they stood.

Decimal degrees of three decimals or more, degrees with minutes (and seconds), and MGRS of 100 m or finer, also without its zone; in any
digits. What is coarser says no more than the cell that the public is told anyway. Words of what lies elsewhere stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from . import rows, where
from .nouns import FIRST_HAND, Exposure, Observation, SetAside

MARK = "[position withheld]"
_DECIMAL = re.compile(r"(?<![\w.,])[-+]?(\d{1,3}(?:\.\d{3,}|,\d{4,}))(?!\d)")
_DEGREES = re.compile(
    r"(?<![\w.,])(\d{1,3})\s*(?:°|º|deg\b)\s*(\d{1,2}(?:[.,]\d+)?)\s*(?:['′’]|min\b)\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:[\"″”]|''|′′))?"
)
_MGRS = re.compile(
    r"(?<!\w)(?:(\d{1,2}\s?[C-HJ-NP-X])\s?)?([A-HJ-NP-Z][A-HJ-NP-V])\s?(\d{6}|\d{8}|\d{10}|\d{3}\s\d{3}|\d{4}\s\d{4}|\d{5}\s\d{5})(?!\w)",
    re.IGNORECASE,
)


def without(text: str, lon_deg: float, lat_deg: float, near_deg: float) -> str:
    """The words with MARK for each coordinate that lies within so many degrees of this longitude or latitude."""
    if not any(c.isdigit() for c in text):
        return text
    for begin, end in sorted(_near(text, lon_deg, lat_deg, near_deg), reverse=True):
        text = f"{text[:begin]}{MARK}{text[end:]}"
    return _DOUBLED.sub(MARK, text)


_DOUBLED = re.compile(rf"{re.escape(MARK)}(?:[\s,;/NSEWnsew]*{re.escape(MARK)})+")


def holds(text: str) -> bool:
    """Whether the words hold a coordinate in one of these notations."""
    return any(p.search(text) for p in (_DEGREES, _MGRS)) or len(_DECIMAL.findall(text)) > 1


def questions(table: pl.DataFrame) -> tuple[SetAside, ...]:
    """Public accounts at first hand (a table of Observation) whose words hold coordinates: a person looks before they go out."""
    wanted = table.filter(
        pl.col("exposure").eq(str(Exposure.PUBLIC)) & pl.col("method").is_in(sorted(map(str, FIRST_HAND)))
        & pl.col("text").str.contains(_MAYBE)
    )  # fmt: skip
    return tuple(_asked(o) for o in rows.records(Observation, wanted) if holds(o.text))


_MAYBE = r"\d[.,]\d{3}|\d\s*(?:°|º|deg)|[A-Za-z]{2}\s?\d{3}"


def _asked(one: Observation) -> SetAside:
    known = one.observer_lon_deg is not None and one.observer_lat_deg is not None
    kept = (
        "those near where the observer stood are taken out, the others"
        if known
        else "no position of the observer is given, so they"
    )
    return one.aside(
        "text", "", f"coordinates in the words: {kept} go out to everybody; say exposure partners where they must not"
    )


def _near(text: str, lon_deg: float, lat_deg: float, near_deg: float) -> Iterator[tuple[int, int]]:
    """Where in the text such coordinates stand; no two overlap."""
    taken: list[tuple[int, int]] = []
    for pattern, tells in ((_MGRS, _square), (_DEGREES, _minutes), (_DECIMAL, _plain)):
        for match in pattern.finditer(text):
            begin, end = match.span()
            if any(begin < e and b < end for b, e in taken) or not tells(match, lon_deg, lat_deg, near_deg):
                continue
            taken.append((begin, end))
            yield begin, end


def _plain(match: re.Match[str], lon_deg: float, lat_deg: float, near_deg: float) -> bool:
    return _close(float(match[1].replace(",", ".")), lon_deg, lat_deg, near_deg)


def _minutes(match: re.Match[str], lon_deg: float, lat_deg: float, near_deg: float) -> bool:
    degrees, minutes, seconds = (float((part or "0").replace(",", ".")) for part in match.groups())
    return _close(degrees + minutes / 60 + seconds / 3600, lon_deg, lat_deg, near_deg)


def _close(value: float, lon_deg: float, lat_deg: float, near_deg: float) -> bool:
    return min(abs(value - abs(lon_deg)), abs(value - abs(lat_deg))) < near_deg


def _square(match: re.Match[str], lon_deg: float, lat_deg: float, near_deg: float) -> bool:
    """Of a reference without a zone the zone is that of the position; letters and digits that are no square of it are none."""
    zone = re.match(r"\d{1,2}[A-Z]", where.to_mgrs(lon_deg, lat_deg))
    digits = re.sub(r"\s", "", match[3])
    try:
        spot = where.parse(f"{(match[1] or (zone[0] if zone else '')).replace(' ', '')} {match[2]} {digits}")
    except ValueError:
        return False
    return abs(spot.lon_deg - lon_deg) < near_deg and abs(spot.lat_deg - lat_deg) < near_deg
