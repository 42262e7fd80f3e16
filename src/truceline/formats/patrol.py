"""A patrol's table in the style of a daily annex: from which position, in what direction, by what means, how many, when.

Position and event are two things: the position is where the observer stood, the event lies in the direction and distance
that the row gives. A position is a name of places.csv or coordinates; several positions that heard one thing are made
into a crossing when incidents are fused.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import Any

from ..nouns import Capture, Harvest, Lexicon
from ..sheets import CellError, Row
from . import phrases, rewritten

COLUMNS = {
    "position": ("position", "smm_position", "monitoring_position", "observation_post", "observer_position", "op", "from"),
    "location": ("event_location", "location_of_event", "location", "direction_and_distance", "direction", "event_direction"),
    "means": ("means", "means_of_observation", "how", "method"),
    "count": ("no.", "no", "count", "number", "quantity", "nr", "#"),
    "observation": ("observation", "observed", "event", "what"),
    "description": ("description", "details_of_event", "remarks", "notes", "comment"),
    "weapon": ("weapon", "weapons", "weapon_type", "type_of_weapon"),
    "date": ("date", "day"),
    "kind": ("kind",), "phase": ("phase",), "weapon_class": ("weapon_class",), "start": ("start_utc",), "end": ("end_utc",),
    "place": ("place",), "time": ("time", "event_time", "time_of_event", "local_time", "date/time", "date_time", "date,_time"),
}  # fmt: skip


def read(capture: Capture, lexicon: Lexicon) -> Harvest:
    """Rows with a position and a date at least. Sets aside what observations.read does, and a position or direction that cannot be read."""
    found = rewritten.table(capture, lexicon, (), lambda row, notes: _cells(row, notes, lexicon), prefix="patrol")
    lacking = [q for q in found.questions if q.column == "reported"]
    if len(lacking) < max(2, len(found.observations)):
        return found
    whole = dataclasses.replace(min(lacking), line=1, reason=f"no row says when it was told: {UNDATED}")
    return dataclasses.replace(found, questions=(whole, *(q for q in found.questions if q.column != "reported")))


UNDATED = "expected a column Reported, a day such as 2025-08-10; no dated edition (--as-of) holds what has none"


def _cells(row: Row, notes: list[str], lexicon: Lexicon) -> rewritten.Cells:
    if "position" not in row.cells and not set(COLUMNS["position"]) & set(row.cells):
        raise CellError("position", "", "a column Position: where the observer stood")
    there = _there(tuple(row.cells))
    said = {name: rewritten.first(row, *there[name]) for name in COLUMNS}
    low, high = phrases.how_many(said["count"], "count")
    perceived = f"{said['observation']} {said['description']}".lower()
    kind, weapon_class = _what(said["weapon"].lower(), perceived, lexicon.values)
    made = {
        "id": rewritten.first(row, "id", "ref", "reference"), "source_id": rewritten.first(row, "source_id", "team", "patrol"),
        "method": _means(said["means"]), "kind": said["kind"] or kind, "weapon_class": said["weapon_class"] or weapon_class,
        "weapon": "" if phrases.nothing(said["weapon"]) else said["weapon"],
        "count_min": low, "count_max": high, "place": said["place"],
        "phase": said["phase"] or str(phrases.named(lexicon.values.get("phases", {}), perceived) or ""),
        "text": "; ".join(filter(None, (said["observation"], said["description"]))), "language": row.text("language") or "en",
        "exposure": row.text("exposure"), "evidence": row.text("evidence"), "reported": row.text("reported"),
        **_span(said), **phrases.direction(said["location"], "event_location"),
        "details": rewritten.details(position=said["position"], count=said["count"], event_location=said["location"]),
    }  # fmt: skip
    if not made["reported"]:
        notes.append(f"reported||it does not say when it was told: {UNDATED}")
    if "lon_deg" not in made or said["position"]:
        made |= _position(said["position"], lexicon)
    if "lon_deg" not in made and not made.get("distance_max_m") and not made.get("bearing_deg"):
        # At the position, or nowhere that is known: the circle of what can be heard from it.
        made["distance_max_m"] = str(lexicon.values.get("reach_m", 15_000))
    return made


def _span(said: dict[str, str]) -> rewritten.Cells:
    if said["start"]:
        return {"start": said["start"], "end": said["end"]}
    if not said["date"] and said["time"]:
        said["date"], _, said["time"] = said["time"].partition(" " if " " in said["time"] else "T")
    if not said["date"]:
        raise CellError("date", "", "a day such as 2025-08-10 or 10.08.2025")
    head, _, rest = said["date"].partition("T")
    return phrases.span(phrases.day(head, "date"), said["time"] or rest, "time")


def _position(text: str, lexicon: Lexicon) -> rewritten.Cells:
    from .. import where

    text = text.removeprefix("'")  # a sheet's escape of what begins with a minus: a place in the west or the south
    if not text:
        raise CellError("position", "", "where the observer stood: a name of places.csv, or coordinates")
    spot = lexicon.spots.get(where.folded(text))
    if spot is None:
        try:
            found = where.parse(text)
        except ValueError:
            raise CellError("position", text, "a name that places.csv gives one place, or coordinates") from None
        spot = (found.lon_deg, found.lat_deg)
    return {"observer_lon_deg": repr(spot[0]), "observer_lat_deg": repr(spot[1])}


@lru_cache(maxsize=100)
def _there(header: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Of the spellings of each column those that a table has."""
    return {name: tuple(n for n in names if n in header) for name, names in COLUMNS.items()}


@lru_cache(maxsize=2000)
def _means(text: str) -> str:
    method = phrases.by_what_means(text)
    if not method and not phrases.nothing(text):
        raise CellError("means", text, "heard, saw, or by camera")
    return method


def _what(weapon: str, perceived: str, values: dict[str, Any]) -> tuple[str, str]:
    """Kind and class of weapon: by the weapon where it is named, else by what was perceived."""
    entry = phrases.named(values.get("weapons", {}), weapon) if weapon else None
    if entry:
        return str(entry["kind"]), str(entry["weapon_class"])
    kind = phrases.named(values.get("observations", {}), perceived) or "other"
    return str(kind), "undetermined" if weapon else ""
