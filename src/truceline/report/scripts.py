"""Runs of one script in a text, and the characters that the shipped fonts hold."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")
REPLACEMENT = "▯"
_SPACES = frozenset("\t\n\r\x0b\x0c\u2028\u2029")
_OWN_OF_TYPST = "0020-007E 00A0-00FF 2013-2014 2018-2019 201C-201D 2026-2026"
_SCRIPTS = (("th", "\u0e00-\u0e7f"), ("km", "\u1780-\u17ff\u19e0-\u19ff"))
_RUN = re.compile("|".join(f"(?P<{lang}>[{span}](?:[{span}\u200b-\u200d ]*[{span}])?)" for lang, span in _SCRIPTS))


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
    """Code points for which a shipped font has a glyph; where none is shipped, the Latin that Typst brings itself."""
    found: set[int] = set()
    listed = FONTS / "coverage.txt"
    for row in (listed.read_text("ascii") if listed.exists() else _OWN_OF_TYPST).split():
        first, _, last = row.partition("-")
        found.update(range(int(first, 16), int(last, 16) + 1))
    return frozenset(found)


@lru_cache(maxsize=50_000)
def printable(text: str) -> str:
    """Give the text as the shipped fonts can print it.

    White space becomes a space, control characters go, and what no font holds becomes `▯` (`?` without our fonts).
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
    if ord(c) in known:
        return c
    return REPLACEMENT if ord(REPLACEMENT) in known else "?" * (unicodedata.category(c) != "Cf")
