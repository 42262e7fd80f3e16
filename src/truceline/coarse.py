"""What a public edition says of where observers stood: a cell of about a kilometre, and nothing from which more follows.

Observers are in danger where their own position is known to the metre. A position is moved to the middle of its cell before
anything is fused, so that no place, ellipse, distance or share of the edition was reckoned from the exact one: what is
published can be recomputed from what is published. Direction and distance are widened by as much as the position may be off, and a
place that followed from them follows anew. Where something happened, as a source gives it, stays as it is.
"""

from __future__ import annotations

import dataclasses
import math
import re

import polars as pl

from . import rows, typed, where, withheld
from .nouns import Effort, Observation, SetAside, View

CELL_DEG = 0.01
SLACK_M = 800.0
"""How far the middle of a cell may be from any point of it: half its diagonal at the equator, rounded up."""
NOTE = "the observer's own position stands to about a kilometre"
POSITIONS = frozenset({"position", "event_location", "observer_position", "track"})
"""Details in which formats keep a position, or the direction from it, as it was written."""
_NUMBER = re.compile(r"\d{1,3}\.\d+")
_NEAR_DEG = 2.5 * CELL_DEG
"""Of the middle of the cell, never of the position itself: what is taken out of words must not tell where in the cell it was."""
TAKEN = "a position near the observer's own was taken out of the words"


def cell(degrees: float) -> float:
    """The middle of the cell in which a longitude or latitude lies; of a middle, itself."""
    return round((math.floor(round(degrees / CELL_DEG, 6)) + 0.5) * CELL_DEG, 3)


def observations(table: pl.DataFrame) -> pl.DataFrame:
    """The table of observations, those with an observer's position made coarse; in the same order. Twice is as once."""
    stood = table["observer_lon_deg"].is_not_null() & table["observer_lat_deg"].is_not_null()
    if not stood.any():
        return table
    place = pl.Series("place_in_table", range(table.height))
    made = rows.table(Observation, [observation(o) for o in rows.records(Observation, table.filter(stood))])
    parts = [(table.filter(~stood), place.filter(~stood)), (made, place.filter(stood))]
    return pl.concat([t.with_columns(p) for t, p in parts]).sort(place.name).drop(place.name)


def observation(one: Observation) -> Observation:
    """One observation without its observer's exact position."""
    if one.observer_lon_deg is None or one.observer_lat_deg is None or NOTE in one.notes:
        return one
    lon, lat = cell(one.observer_lon_deg), cell(one.observer_lat_deg)
    details = {k: v for k, v in one.details.items() if k not in POSITIONS and not _tells(v, one)}
    followed = [n for n in one.notes if n.startswith((where.WEDGE, where.AROUND))]
    words = {n: typed.without(getattr(one, n), lon, lat, _NEAR_DEG) for n in ("text", "weapon")}
    told = (TAKEN,) if any(value != getattr(one, n) for n, value in words.items()) else ()
    notes = (*(n for n in one.notes if n not in followed), NOTE, *told)
    made = one.but(observer_lon_deg=lon, observer_lat_deg=lat, details=details, notes=notes, **words, **_widened(one))
    if not followed or made.distance_max_m is None:
        return made
    error = 180.0 if made.bearing_deg is None or made.bearing_error_deg is None else made.bearing_error_deg
    spot = where.wedge(lon, lat, made.bearing_deg or 0.0, error, made.distance_min_m or 0.0, made.distance_max_m)
    return made.but(lon_deg=spot.lon_deg, lat_deg=spot.lat_deg, radius_m=spot.radius_m, notes=(*notes, spot.note))


def _widened(one: Observation) -> dict[str, float | None]:
    """Direction and distance, wide enough for every point of the cell."""
    near, far = one.distance_min_m, one.distance_max_m
    found = {
        "distance_min_m": None if near is None else max(0.0, near - SLACK_M),
        "distance_max_m": None if far is None else far + SLACK_M,
    }
    if one.bearing_deg is None:
        return found
    middle = ((near or 0.0) + (far if far is not None else near or 0.0)) / 2
    aside = math.degrees(math.atan2(SLACK_M, middle)) if middle else 90.0
    error = 15.0 if one.bearing_error_deg is None else one.bearing_error_deg
    return found | {"bearing_error_deg": round(min(180.0, math.hypot(error, aside)), 1)}


def _tells(value: str, one: Observation) -> bool:
    """Whether words hold a number that may be the observer's longitude or latitude."""
    lon, lat = cell(one.observer_lon_deg or 0.0), cell(one.observer_lat_deg or 0.0)
    if typed.without(value, lon, lat, _NEAR_DEG) != value:
        return True
    spots = (abs(lon), abs(lat))
    return any(abs(float(n) - spot) < _NEAR_DEG for n in _NUMBER.findall(value) for spot in spots)


def effort(every: tuple[Effort, ...]) -> tuple[Effort, ...]:
    """Records of effort: cameras, posts and tracks by the cells that they stood in or came through."""
    return tuple(e if e.view is None else dataclasses.replace(e, view=_view(e.view)) for e in every)


def _view(one: View) -> View:
    return dataclasses.replace(one, path=tuple(dict.fromkeys((cell(lon), cell(lat)) for lon, lat in one.path)))


def set_aside(every: tuple[SetAside, ...]) -> tuple[SetAside, ...]:
    """What was set aside, without the value where that is an observer's position or may be a name (`withheld`)."""
    shown = (dataclasses.replace(s, value="") if s.value and _of_position(s.column) else s for s in every)
    return tuple(withheld.for_everybody(s) for s in shown)


def _of_position(column: str) -> bool:
    return "observer" in column or column in POSITIONS
