"""Runs of one script in a text, and the characters that the shipped fonts hold."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")
REPLACEMENT = "▯"
_SPACES = frozenset("\t\n\r\x0b\x0c\u2028\u2029")
_SCRIPTS = (("th", "\u0e00-\u0e7f"), ("km", "\u1780-\u17ff\u19e0-\u19ff"))
_RUN = re.compile(
    "|".join(f"(?P<{lang}>[{span}](?:[{span}\u200b-\u200d ]*[{span}])?)" for lang, span in _SCRIPTS)
)


def runs(text: str) -> list[tuple[str, str]]:
    """(language, piece) in order: `th`, `km`, or empty for everything else."""
    pieces: list[tuple[str, str]] = []
    at = 0
    for match in _RUN.finditer(text):
        if match.start() > at:
            pieces.append(("", text[at : match.start()]))
        pieces.append((str(match.lastgroup), match[0]))
        at = match.end()
    if at < len(text):
        pieces.append(("", text[at:]))
    return pieces


@lru_cache(maxsize=1)
def coverage() -> frozenset[int]:
    """Code points for which a shipped font has a glyph."""
    found: set[int] = set()
    for row in (FONTS / "coverage.txt").read_text("ascii").split():
        first, _, last = row.partition("-")
        found.update(range(int(first, 16), int(last, 16) + 1))
    return frozenset(found)


@lru_cache(maxsize=50_000)
def printable(text: str) -> str:
    """Give the text with white space as spaces, control characters dropped.

    And `▯` for what no shipped font can print.
    """
    if text.isascii() and text.isprintable():
        return text
    known = coverage()
    return "".join(_glyph(c, known) for c in text)


def _glyph(c: str, known: frozenset[int]) -> str:
    if c in _SPACES:
        return " "
    if unicodedata.category(c) == "Cc":
        return ""
    return c if ord(c) in known else REPLACEMENT
