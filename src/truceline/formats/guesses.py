"""What the columns of an unknown table seem to mean: by their names first, then by what stands in them.

A guess is a proposal for a person and is never used unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from .. import kinds
from ..sheets import Row
from . import phrases

NAMES = {
    "id": "id ref reference report_id incident_id event_id number nr no uid key",
    "source_id": "source source_name reporter reported_by team patrol organisation organization agency who",
    "start": "start start_time begin from_time datetime date_time timestamp occurred event_datetime",
    "end": "end end_time_utc finish to_time until end_date date_end",
    "date": "date day event_date incident_date datum date_of_event date_start",
    "time": "time local_time event_time hour uhrzeit time_of_event start_hour",
    "end_time": "end_time time_to end_hour",
    "reported": "reported report_date date_reported published received",
    "lon_deg": "lon longitude long x lng easting_deg",
    "lat_deg": "lat latitude y northing_deg",
    "radius_m": "radius accuracy accuracy_m precision_m error_m uncertainty",
    "mgrs": "mgrs grid grid_reference gr utm",
    "coordinates": "coordinates coords gps position_gps latlon lat_lon location_coordinates",
    "position": "position observer_position op observation_post monitoring_position",
    "direction": "direction bearing_and_distance direction_and_distance event_location location_of_event",
    "bearing_deg": "bearing azimuth heading",
    "place": "place location village town site where locality place_name location_name",
    "kind": "kind type event_type category incident_type what event activity",
    "means": "means how observed_by_means",
    "count": "count number_of quantity rounds shots explosions how_many",
    "weapon": "weapon weapons weapon_type calibre munition",
    "actor_claimed": "actor perpetrator accused responsible blamed attributed",
    "harmed_party": "victim harmed victim_side",
    "killed": "killed dead deaths fatalities kia",
    "injured": "injured wounded hurt wia injuries",
    "text": "text description remarks notes comment narrative summary details observation",
    "language": "language lang",
    "evidence": "evidence url link photo attachment source_url",
    "exposure": "exposure classification sensitivity",
}
_BY_NAME = {name: ours for ours, names in NAMES.items() for name in (ours, *names.split())}
_KINDS = {
    "mine": "explosion.mine",
    "uxo": "explosion.uxo",
    "ied": "explosion.ied",
    "mortar": "fire.mortar",
    "air": "fire.air_strike",
    "drone": "air.drone_flight",
    "uav": "air.drone_flight",
    "rocket": "fire.rocket",
    "mlrs": "fire.rocket",
    "shell": "fire.artillery",
    "artillery": "fire.artillery",
    "tank": "fire.tank",
    "small": "fire.small_arms",
    "shot": "fire.small_arms",
    "gun": "fire.small_arms",
    "explosion": "explosion.unspecified",
    "blast": "explosion.unspecified",
    "fire": "fire.unspecified",
    "denied": "access.denied",
    "access": "access.denied",
    "displace": "person.displaced",
    "detain": "person.detained",
    "arrest": "person.detained",
    "troop": "force.movement",
    "fence": "force.construction",
    "trench": "force.construction",
}
_LOOKS: tuple[tuple[str, str], ...] = (
    (r"\d{4}-\d{1,2}-\d{1,2}[T ]\d{1,2}:\d{2}.*", "start"),
    (r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}", "date"),
    (r"\d{1,2}[:.]\d{2}(\s*[-–]\s*\d{1,2}[:.]\d{2})?", "time"),
    (r"\d{1,2}[C-X][A-Z]{2}\s?\d{2,5}\s?\d{2,5}", "mgrs"),
    (r"https?://\S+", "evidence"),
    (r"\d+([.,]\d+)?(\s*-\s*\d+([.,]\d+)?)?\s*k?m\s+[NSEW]{1,3}|[NSEW]{1,3}", "direction"),
)


def meanings(header: list[str], rows: list[Row], most: int = 200) -> tuple[dict[str, str], str]:
    """(column -> meaning, order of days and months); columns of which nothing can be guessed are left out."""
    made: dict[str, str] = {}
    for name in header:
        ours = _BY_NAME.get(name) or _BY_NAME.get(re.sub(r"[^a-z_]+", "", name).strip("_"), "")
        if ours and ours not in made.values():
            made[name] = ours
    for name in header:
        if name and name not in made:
            ours = _by_look([r.cells.get(name, "") for r in rows[:most]])
            if ours and ours not in made.values():
                made[name] = ours
    for wrong, right in (("date", "start"), ("start", "date")):
        _retyped(made, rows[:most], wrong, right)
    return made, _order(made, rows)


def _by_look(values: Iterable[str]) -> str:
    told = [v for v in values if v]
    return next((ours for look, ours in _LOOKS if told and all(re.fullmatch(look, v) for v in told)), "")


def _retyped(made: dict[str, str], rows: list[Row], wrong: str, right: str) -> None:
    """A column called a date that holds moments is a start, and the other way round."""
    column = next((c for c, ours in made.items() if ours == wrong), "")
    if column and right not in made.values() and _by_look(r.cells.get(column, "") for r in rows) == right:
        made[column] = right


def _order(made: dict[str, str], rows: list[Row]) -> str:
    """month_first where some second number of a day is above 12 and no first number is; else day_first."""
    days = [r.cells.get(c, "") for c, ours in made.items() if ours in {"date", "start"} for r in rows]
    pairs = [(int(m[1]), int(m[2])) for d in days if (m := re.match(r"^(\d{1,2})[./](\d{1,2})[./]\d{2,4}", d))]

    return "month_first" if any(b > 12 for _, b in pairs) and not any(a > 12 for a, _ in pairs) else "day_first"


def kind(words: str) -> str:
    """The kind that these words seem to name; `other` where none does."""
    plain = words.lower().strip()
    if plain in _shipped():
        return plain
    return phrases.named(_KINDS, plain) or "other"


def is_observations(header: Iterable[str]) -> bool:
    """Whether a table is the observation table itself."""
    return {"id", "source_id", "start"} <= set(header)


@cache
def _shipped() -> frozenset[str]:
    return frozenset(kinds.shipped())
