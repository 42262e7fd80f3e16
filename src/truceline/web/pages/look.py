"""The style of the pages: the report's tokens for light and dark with those that a screen needs more, and our style sheets."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from ...report.colours import DARK, LIGHT

STATIC = Path(__file__).parents[1] / "static"
SHEETS = ("shell.css", "situation.css", "incident.css", "tables.css", "narrow.css", "print.css")
LIGHT_SCREEN = {
    "accent-wash": "#e6edf4", "party-1-wash": "#eae2f5", "party-2-wash": "#f3e3d3", "heat": "#54585c", "line": "#77797b",
    "focus": "#144b7b", "shadow": "rgb(0 0 0 / 16%)",
}  # fmt: skip
DARK_SCREEN = {
    "accent-wash": "#1c2a38", "party-1-wash": "#423a51", "party-2-wash": "#4c3a27", "heat": "#a2a7ab", "line": "#9a9ea2",
    "focus": "#8cbcec", "shadow": "rgb(0 0 0 / 56%)",
}  # fmt: skip
_FACES = (
    ("Noto Sans", 400, "NotoSans-Regular", ""),
    ("Noto Sans", 700, "NotoSans-Bold", ""),
    ("Noto Sans Thai", 400, "NotoSansThai-Regular", "U+0E00-0E7F"),
    ("Noto Sans Thai", 700, "NotoSansThai-Bold", "U+0E00-0E7F"),
    ("Noto Sans Khmer", 400, "NotoSansKhmer-Regular", "U+1780-17FF,U+19E0-19FF"),
    ("Noto Sans Khmer", 700, "NotoSansKhmer-Bold", "U+1780-17FF,U+19E0-19FF"),
    ("Noto Sans Math", 400, "NotoSansMath-Regular", "U+2190-22FF,U+25A0-25FF"),
)


def _tokens(values: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in values.items())


def _face(family: str, weight: int, file: str, span: str) -> str:
    limits = f"unicode-range:{span};" if span else ""
    return (
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-display:swap;{limits}"
        f"src:url(/fonts/{file}.woff2) format('woff2'),url(/fonts/{file}.ttf) format('truetype')}}"
    )


@lru_cache(maxsize=1)
def css() -> str:
    """The whole style sheet."""
    light, dark = _tokens(LIGHT | LIGHT_SCREEN), _tokens(DARK | DARK_SCREEN)
    tokens = (
        f":root{{color-scheme:light;{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}"
        f"@media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}}}"
    )
    faces = "".join(_face(*face) for face in _FACES)
    return faces + tokens + "".join((STATIC / name).read_text("utf-8") for name in SHEETS)


@lru_cache(maxsize=1)
def version() -> str:
    """What the style sheet is known by: another one has another address."""
    return hashlib.sha256(css().encode()).hexdigest()[:12]
