"""An invented ceasefire with known truth: the proving ground of every stage, and an exercise for monitors.

    shape + seed -> world (what happened) -> watch (who perceived it) -> telling (who says what) -> mischief -> folder

The same name, seed and version give the same bytes. Everything is invented; parties are numbers until the folder is
written, so that no draw depends on a name.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ..errors import UsageError
from . import folder, mischief, telling, world

FILE = Path(__file__).with_name("shapes.yaml")


@lru_cache(maxsize=1)
def shapes() -> dict[str, dict[str, Any]]:
    """Name of a scenario -> all its numbers."""
    found = yaml.safe_load(FILE.read_text("utf-8"))
    return {name: {**found["base"], **own} for name, own in found["shapes"].items()}


def files(
    name: str, seed: int, more: dict[str, int] | None = None, changes: dict[str, Any] | None = None
) -> dict[str, bytes]:
    """Path -> bytes of the mission folder and its truth.csv, truth_accounts.csv.

    `more` adds mischief (name -> number), `changes` overrides numbers of the shape. Raises UsageError for an unknown name.
    """
    if name not in shapes():
        raise UsageError(f"no scenario {name!r}; there are {', '.join(shapes())}")
    shape = {**shapes()[name], **(changes or {})}
    wrong = {**shape["mischief"], **(more or {})}
    if unknown := set(wrong) - set(mischief.AFTER) - set(mischief.BEFORE):
        names = ", ".join(sorted((*mischief.AFTER, *mischief.BEFORE)))
        raise UsageError(f"no mischief {min(unknown)!r}; there are {names}")
    made = world.make(shape, seed)
    for what, number in wrong.items():
        if what in mischief.BEFORE:
            mischief.BEFORE[what](made, number)
    parties = folder.names(made)
    told, watched, passes = telling.tell(made, (parties[0].lower(), parties[1].lower()))
    for what, number in wrong.items():
        if what in mischief.AFTER:
            mischief.AFTER[what](told, number)
    return folder.files(folder.Invention(name, seed, made, parties, told, watched, passes, wrong))


def wanted(text: str) -> dict[str, int]:
    """`flood=400,collusion=12` -> mischief by name; raises UsageError where it says something else."""
    found = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, _, number = part.partition("=")
        if not number.strip().isdecimal() or not 0 < int(number) <= 1_000_000:
            raise UsageError(f"--mischief: found {part!r}, expected a name and a number, as flood=400")
        found[name.strip()] = int(number)
    return found
