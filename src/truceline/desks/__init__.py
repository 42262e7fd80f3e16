"""Files that other desks open: receivers, globes, older maps, humanitarian sheets, data projects, patrols, mine action, pictures.

What a file cannot hold (an incident without a place in GPX, a kind for which a scheme has no term) is listed beside it in
left_out.csv and never squeezed in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

Table = list[dict[str, Any]]
Tables = dict[str, Table]
LeftOut = tuple[str, str, str]
"""File, id of what it does not hold, and why."""


@dataclass(frozen=True)
class Setting:
    """What a file says of itself, the mission's kinds, and the pictures that may leave it, by their path."""

    created: dt.datetime
    title: str
    time_zone: str = "UTC"
    tree: dict[str, dict[str, Any]] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)


Writer = Callable[[Tables, Path, Setting], tuple[list[str], list[LeftOut]]]
HOMES = {
    "gpx": "maps", "kmz": "maps", "shp": "maps", "hazards": "maps", "hxl": "sheets", "acled": "sheets", "ucdp": "sheets",
    "patrol": "patrol", "photos": "photos",
}  # fmt: skip
FORMATS = tuple(HOMES)


def write(form: str, tables: Tables, folder: Path, setting: Setting) -> tuple[list[str], list[LeftOut]]:
    """Write the files of one of FORMATS: their names, and what they do not hold."""
    writer: Writer = getattr(import_module(f"{__name__}.{HOMES[form]}"), form)
    return writer(tables, folder, setting)


def placed(table: Table, file: str) -> tuple[Table, list[LeftOut]]:
    """Rows with coordinates, and those without."""
    kept = [r for r in table if r["lon_deg"] is not None and r["lat_deg"] is not None]
    there = {r["id"] for r in kept}
    return kept, [(file, str(r["id"]), "it has no place") for r in table if r["id"] not in there]


def word(value: Any) -> str:
    """A value of a table as text: lists by `;`, numbers with at most six decimals."""
    from .. import rows

    if value is None:
        return ""
    if isinstance(value, float):
        return rows.number(value)
    return ";".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
