"""Whether a server's answer is what was asked for, whole; and what its words mean where it is not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise

from ..errors import RunError

ADVICE = {
    r"map.?key": "the key was refused: check it, or ask for a free one on NASA's FIRMS pages, and collect again",
    r"transaction|limit|exceed|too many": "the allowance of the key is used up: wait ten minutes and collect again",
    r"day.?range|date": "the server refused the dates: collect again with fewer days a request",
    r"source|area|coordinate|api call": "the server refused the request: check source and area, and collect again",
}


def advice(said: str) -> str:
    """What a person should do about this message."""
    known = [what for words, what in ADVICE.items() if re.search(words, said, re.IGNORECASE)]
    return known[0] if known else "look at what the server says, and collect again"


def whole_table(data: bytes) -> str:
    """What is wrong with an answer of FIRMS, empty where it is a whole table; raises RunError where asking again is vain."""
    if not data.strip():
        return "an empty answer"
    if data.lstrip()[:1] == b"<":
        return "a page instead of data"
    lines = data.strip().splitlines()
    head = lines[0].lower()
    if not all(name in head for name in (b"latitude", b"longitude", b"acq_date")):
        said = data[:200].decode("utf-8", "replace").strip()
        raise RunError(f"the server said {said[:100]!r}: {advice(said)}")
    cells = head.count(b",")
    if any(line.count(b",") != cells for line in lines) or lines[-1].endswith(b","):
        return "a table that ends in the middle of a row"
    return ""


SATELLITES = {25994: "Terra", 27424: "Aqua", 37849: "Suomi-NPP", 43013: "NOAA-20", 54234: "NOAA-21"}
"""Catalogue numbers of the satellites whose heat detections FIRMS publishes."""
FORMATS = {"tle": ("TLE", "tle"), "omm": ("JSON", "json")}
"""What it is called in a GP query, and the suffix of the file: two-line elements, or OMM as JSON."""


def whole_elements(number: int, form: str) -> Callable[[bytes], str]:
    """A check of an answer: what is wrong, empty where it is whole; it raises RunError where asking again is vain."""
    return lambda data: _wrong(number, form, data)


def _wrong(number: int, form: str, data: bytes) -> str:
    text = data.decode("utf-8", "replace").strip()
    if not text:
        return "an empty answer"
    if text.startswith("<"):
        return "a page instead of elements"
    if text.lower().startswith(("no gp data", "invalid")) or text == "[]":
        raise RunError(f"the server has no elements of {number}: look the catalogue number up")
    return _wrong_omm(number, text) if form == "omm" else _wrong_tle(number, text)


def _wrong_omm(number: int, text: str) -> str:
    try:
        found = json.loads(text)
    except ValueError:
        return "elements that end in the middle"
    whole = isinstance(found, list) and all(
        isinstance(f, dict) and {"NORAD_CAT_ID", "EPOCH", "MEAN_MOTION"} <= set(f) for f in found
    )
    if not whole:
        return "no orbital elements"
    return "" if all(int(f["NORAD_CAT_ID"]) == number for f in found) else "the elements of another satellite"


def _wrong_tle(number: int, text: str) -> str:
    lines = [line.rstrip() for line in text.splitlines()]
    pairs = [(a, b) for a, b in pairwise(lines) if a.startswith("1 ") and b.startswith("2 ")]
    if not pairs or not lines[-1].startswith("2 "):
        return "elements that end in the middle"
    if not all(_sound(line) for pair in pairs for line in pair):
        return "a line of elements whose checksum does not fit"
    named = {line[2:7].strip() for pair in pairs for line in pair}
    return "" if named == {f"{number:05d}"} or number > 99_999 else "the elements of another satellite"


def _sound(line: str) -> bool:
    """Whether a line has 69 characters and its last is the sum of its digits, a minus counting one."""
    if len(line) != 69 or not line[68].isdecimal():
        return False
    return sum(int(c) if c.isdecimal() else c == "-" for c in line[:68]) % 10 == int(line[68])
