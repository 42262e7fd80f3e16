"""The colour tokens of the look, for light and dark.

The two parties have the same lightness and the same chroma.
"""

from __future__ import annotations

LIGHT = {
    "page": "#fcfcfb",
    "panel": "#ffffff",
    "raised": "#f5f5f3",
    "land": "#ebebe8",
    "water": "#ffffff",
    "hairline": "#dcdcd8",
    "rule": "#b9bab6",
    "ink": "#1b1c1e",
    "ink-2": "#4b4e52",
    "ink-3": "#64686d",
    "accent": "#144b7b",
    "party-1": "#735ca2",
    "party-2": "#8d5e21",
    "party-none": "#5f6468",
    "hatch": "#a3a5a2",
    "orientation": "#77797b",
    "disc": "#1b1c1e",
}
DARK = {
    "page": "#121416",
    "panel": "#16181b",
    "raised": "#1d2024",
    "land": "#24282c",
    "water": "#121416",
    "hairline": "#2d3136",
    "rule": "#4b5157",
    "ink": "#eceded",
    "ink-2": "#b9bdc1",
    "ink-3": "#959a9f",
    "accent": "#8cbcec",
    "party-1": "#bfa4ef",
    "party-2": "#dda668",
    "party-none": "#a4a9ad",
    "hatch": "#60666b",
    "orientation": "#9a9ea2",
    "disc": "#eceded",
}
