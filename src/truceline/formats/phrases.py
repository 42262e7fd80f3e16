"""What people write in the cells of a patrol's table: direction and distance, how many, by what means, when.

Every function takes the words of one cell and gives cells of the observation table; CellError where they say nothing
that can be read. An empty cell, "undetermined" and "n/a" give nothing, and nothing is made up for them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeVar

from ..sheets import CellError
from . import cells

T = TypeVar("T")
WINDS = {name: n * 22.5 for n, name in enumerate(
    ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"))}  # fmt: skip
NOTHING = frozenset(
    {"", "-", "n/a", "na", "n/k", "nk", "unknown", "undetermined", "undetermined direction", "not known"}
)
_POINTS = (("north", "N"), ("south", "S"), ("east", "E"), ("west", "W"))
_LENGTH = re.compile(
    r"(?P<low>\d+(?:[.,]\d+)?)\s*(?P<low_unit>km|m)?\s*(?:(?:-|–|—|to)\s*(?P<high>\d+(?:[.,]\d+)?))?\s*"
    r"(?P<unit>km|kilomet(?:re|er)s?|m|met(?:re|er)s?)\b", re.IGNORECASE)  # fmt: skip
_DEGREES = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(?:°|deg(?:rees)?\b)", re.IGNORECASE)
_ERROR = re.compile(r"±\s*(\d{1,3}(?:\.\d+)?)\s*°")
_SPOT = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*(?:±\s*(\d+(?:\.\d+)?)\s*m)?\s*$")
_WIND = re.compile(r"\b(NNE|ENE|ESE|SSE|SSW|WSW|WNW|NNW|NE|SE|SW|NW|N|E|S|W)\b")
_DAY = re.compile(r"^(\d{1,4})[./\- ](\d{1,2})[./\- ](\d{1,4})\.?$")
_TIME = re.compile(r"(?<!\d)(\d{1,2})[:.h](\d{2})(?::(\d{2}))?(?!\d)")
_ABOUT = re.compile(r"^(?:~|≈|about|approx(?:imately|\.)?|around|some|circa|ca\.?)\s*(?=\d)", re.IGNORECASE)
MEANS = {
    "camera": "recorded", "uav": "recorded", "drone": "recorded", "record": "recorded", "sensor": "detected", "saw": "seen",
    "see": "seen", "seen": "seen", "visual": "seen", "observed": "seen", "heard": "heard", "hear": "heard", "acoustic": "heard",
    "assess": "measured", "measure": "measured", "told": "relayed", "report": "relayed",
}  # fmt: skip


@lru_cache(maxsize=4096)
def says(word: str, text: str) -> bool:
    """Whether the text has this word, or one that begins with it; a short one must stand alone (`mine` is not in undetermined)."""
    end = r"s?\b" if len(word) <= 4 else ""
    return word in text and re.search(rf"\b{re.escape(word)}{end}", text) is not None


def named(table: Mapping[str, T], text: str) -> T | None:
    """What the first word of the table says that stands in the text."""
    return next((meaning for word, meaning in table.items() if says(word, text)), None)


def nothing(text: str) -> bool:
    """Whether the cell says that nothing is known."""
    return text.strip().lower() in NOTHING


@lru_cache(maxsize=20_000)
def direction(text: str, column: str) -> dict[str, str]:
    """`3-5km N`, `SE`, `2-4 km WSW`, `up to 5km NE`, `800 m, 045°` as bearing and distance band of the observation table.

    `102.41, 14.4 ±150 m` is a place instead: longitude, latitude and radius.

    A wind of one or two letters is taken to ±22.5°, one of three to ±11.25°, degrees to ±5°. A single distance is known
    to half of its last digit, `about` to the whole of it; `up to` begins at 0, `more than` has no far end.
    """
    if nothing(text):
        return {}
    spot = _SPOT.match(text)
    if spot:
        return {"lon_deg": spot[1], "lat_deg": spot[2], "radius_m": spot[3] or ""}
    made = {**_bearing(text), **_band(text, column)}
    if not made:
        raise CellError(column, text, "a direction, a distance or both, such as 3-5km N, SE or 800 m 045°")
    return made


def _bearing(text: str) -> dict[str, str]:
    degrees = _DEGREES.search(text)
    if degrees and float(degrees[1]) <= 360:
        error = _ERROR.search(text)
        return {"bearing_deg": degrees[1], "bearing_error_deg": error[1] if error else "5"}
    words = text.lower()
    for word, letter in _POINTS:  # north-north-east and north east, before the letters are looked for
        words = words.replace(word, letter)
    words = re.sub(r"(?<=[NSEW])[- ](?=[NSEW])", "", words)
    found = _WIND.search(words) or _WIND.search(text.upper())
    if not found:
        return {}
    return {"bearing_deg": f"{WINDS[found[1]]:g}", "bearing_error_deg": "11.25" if len(found[1]) == 3 else "22.5"}


def _band(text: str, column: str) -> dict[str, str]:
    found = _LENGTH.search(text)
    if not found:
        return {}
    unit = 1000.0 if found["unit"].lower().startswith("k") else 1.0
    first = {"km": 1000.0, "m": 1.0}.get((found["low_unit"] or "").lower(), unit)
    low = float(found["low"].replace(",", ".")) * first
    if found["high"]:
        high = float(found["high"].replace(",", ".")) * unit
        if high < low:
            raise CellError(column, text, "the nearer distance first")
        return _metres(low, high)
    before = text[: found.start()].lower()
    if re.search(r"up to|within|less than|under|<|max", before):
        return _metres(0.0, low)
    if re.search(r"more than|over|beyond|at least|>|min", before):
        return {"distance_min_m": f"{low:g}"}
    step = _last_digit(found["low"]) * unit
    half = step if re.search(r"about|approx|around|~|circa", before) else step / 2
    return _metres(max(0.0, low - half), low + half)


def _metres(low: float, high: float) -> dict[str, str]:
    return {"distance_min_m": f"{low:.10g}", "distance_max_m": f"{high:.10g}"}


def _last_digit(number: str) -> float:
    """What one in the last digit that says something is worth: 10 of 450, 0.1 of 2.5."""
    whole, _, decimals = number.replace(",", ".").partition(".")
    if decimals:
        return float(10.0 ** -len(decimals))
    stripped = whole.rstrip("0")
    return 10.0 ** (len(whole) - len(stripped)) if stripped else 1.0


@lru_cache(maxsize=20_000)
def how_many(text: str, column: str) -> tuple[str, str]:
    """`at least 10`, `about 60`, `3-5`, `multiple`, `undetermined` as (least, most), either of which may be empty.

    About 60 is 48 to 72: a fifth to either side.
    """
    words = text.strip()
    if nothing(words) or words.lower() in {"uncountable", "undetermined number"}:
        return "", ""
    if words.lower() in {"multiple", "a number of", "overlapping", "bursts"}:
        return "2", ""
    about = _ABOUT.match(words)
    if about:
        number = cells.people(words[about.end() :], column)[0]
        return ("", "") if number is None else (str(math.floor(number * 0.8)), str(math.ceil(number * 1.2)))
    low, high = cells.people(words, column)
    return "" if low is None else str(low), "" if high is None else str(high)


@lru_cache(maxsize=20_000)
def by_what_means(text: str) -> str:
    """Seen, heard or recorded; what was both heard and seen was seen; empty where the words say neither."""
    return named(MEANS, text.lower()) or ""


@lru_cache(maxsize=20_000)
def day(text: str, column: str, order: str = "day_first") -> str:
    """A day as ISO 8601: ISO itself, `10.08.2025`, `8/10/2025` by the given order. Other words are left as they are.

    Two orders that would give different days are never guessed: the mapping or the format says which.
    """
    match = _DAY.match(text.strip())
    if not match:
        return text.strip()
    first, second, third = (int(part) for part in match.groups())
    if len(match[1]) == 4:
        year, month, number = first, second, third
    elif order == "month_first":
        year, month, number = third, first, second
    else:
        year, month, number = third, second, first
    if len(str(year)) == 2:
        year += 2000
    try:
        return date(year, month, number).isoformat() if year < 2400 else f"{year}-{month:02}-{number:02}"
    except ValueError:
        asked = {"month_first": "month, day, year"}.get(order, "day, month, year")
        raise CellError(column, text, f"a day written as {asked}, or as 2025-08-10") from None


def span(day_text: str, time_text: str, column: str) -> dict[str, str]:
    """Day and time of day as `start` and `end`: `09:12`, `09:12-09:40`, `21:50 - 00:10`, `about 16:00`.

    A second time that is earlier than the first lies on the next day. Words without a time leave the whole day.
    """
    times = [(int(h), int(m)) for h, m, _ in _TIME.findall(time_text)]
    if nothing(time_text) or not times:
        return {"start": day_text}
    if any(h > 24 or m > 59 or (h == 24 and m) for h, m in times):
        raise CellError(column, time_text, "a time of day from 00:00 to 24:00")
    vague = "~" if re.match(r"\s*(~|about|around|approx)", time_text.lower()) else ""
    start = f"{vague}{day_text}T{times[0][0]:02}:{times[0][1]:02}"
    if len(times) == 1:
        return {"start": start}
    last = day_text if times[-1] >= times[0] else _following(day_text)
    return {"start": start, "end": f"{last}T{times[-1][0]:02}:{times[-1][1]:02}"}


def _following(day_text: str) -> str:
    try:
        return (date.fromisoformat(day_text) + timedelta(days=1)).isoformat()
    except ValueError:
        return day_text
