"""Incidents as sheets of other desks: HXL-tagged, and by the columns of ACLED and of UCDP GED.

The crosswalk gives the nearest term of another scheme; it is no coding by that project, and a column of the file says so. What the other
scheme says more coarsely stands beside it, exactly, in columns that begin with `truceline_`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .. import rows, when
from . import LeftOut, Setting, Tables, word

HXL = (
    ("Id", "#event+id", "id"), ("Kind", "#event+kind", "kind"), ("Start (UTC)", "#date+start", "start_utc"),
    ("End (UTC)", "#date+end", "end_utc"), ("Place", "#loc+name", "place"), ("Longitude", "#geo+lon", "lon_deg"),
    ("Latitude", "#geo+lat", "lat_deg"), ("Radius in metres", "#geo+radius", "radius_m"),
    ("Dead, least", "#affected+killed+min", "killed_low"), ("Dead, most", "#affected+killed+max", "killed_high"),
    ("Injured, least", "#affected+injured+min", "injured_low"), ("Injured, most", "#affected+injured+max", "injured_high"),
    ("Grade", "#status+grade", "grade"), ("Attributed to", "#org+attributed", "attributed_to"), ("Why", "#description", "why"),
)  # fmt: skip
NO_CODING = "nearest terms by Truceline's crosswalk; not coded by the project whose columns these are"
EXACT = ("id", "kind", "start_utc", "end_utc", "radius_m", "grade")
ACLED = ("event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type", "actor1",
         "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "civilian_targeting", "iso", "region",
         "country", "admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision", "source", "source_scale",
         "notes", "fatalities", "tags", "timestamp")  # fmt: skip
UCDP = ("id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_name", "dyad_name", "side_a", "side_b",
        "number_of_sources", "source_article", "source_office", "source_date", "source_headline", "source_original", "where_prec",
        "where_coordinates", "where_description", "adm_1", "adm_2", "latitude", "longitude", "event_clarity", "date_prec",
        "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low")  # fmt: skip
_HEADS = {"Explosions": "Explosions/Remote violence"}
_SUBS = {"Shelling": "Shelling/artillery/missile attack", "Air-drone strike": "Air/drone strike", "Remote violence": "",
         "Remote explosive": "Remote explosive/landmine/IED", "Looting-property destruction": "Looting/property destruction"}  # fmt: skip
_DISORDER = {
    "Protests": "Demonstrations",
    "Riots": "Demonstrations",
    "Strategic developments": "Strategic developments",
}
_VIOLENCE = {"state-based": "1", "non-state": "2", "one-sided": "3"}


def hxl(tables: Tables, folder: Path, _setting: Setting) -> tuple[list[str], list[LeftOut]]:
    """incidents-hxl.csv: a header, a row of tags, an incident a row."""
    name = "incidents-hxl.csv"
    body = [[tag for _, tag, _ in HXL], *([r[ours] for _, _, ours in HXL] for r in tables["incidents"])]
    (folder / name).write_bytes(rows.csv_bytes([head for head, _, _ in HXL], body))
    return [name], []


def _term(kind: str, scheme: str, setting: Setting) -> str:
    """The scheme's term for a kind, or for the nearest kind above it."""
    while kind:
        found = setting.tree.get(kind, {}).get(scheme, "")
        if found or kind in setting.tree:
            return str(found or "")
        kind = kind.rpartition(".")[0]
    return ""


def _exact(one: dict[str, Any]) -> list[Any]:
    return [one[name] for name in EXACT] + [NO_CODING]


_HEADER = [f"truceline_{name}" for name in (*EXACT, "note")]


def _days(one: dict[str, Any], setting: Setting) -> tuple[str, str, timedelta]:
    """First and last local day, and how long the span is."""
    start, end = (datetime.fromisoformat(one[n]) for n in ("start_utc", "end_utc"))
    local = when.zone(setting.time_zone)
    last = max(start, end - timedelta(seconds=1))
    return f"{start.astimezone(local):%Y-%m-%d}", f"{last.astimezone(local):%Y-%m-%d}", end - start


def acled(tables: Tables, folder: Path, setting: Setting) -> tuple[list[str], list[LeftOut]]:
    """incidents-acled.csv: incidents of kinds for which ACLED has a term, by its 31 columns."""
    name = "incidents-acled.csv"
    body: list[list[Any]] = []
    left: list[LeftOut] = []
    for one in tables["incidents"]:
        term = _term(one["kind"], "acled", setting)
        if not term or one["lon_deg"] is None:
            left.append((name, one["id"], "it has no place" if term else f"ACLED has no term for {one['kind']}"))
            continue
        body.append([*_acled(one, term, setting), *_exact(one)])
    (folder / name).write_bytes(rows.csv_bytes([*ACLED, *_HEADER], body))
    return [name], left


def _acled(one: dict[str, Any], term: str, setting: Setting) -> list[Any]:
    head, _, sub = term.partition("/")
    first, _, length = _days(one, setting)
    radius = one["radius_m"] or 0.0
    cells: dict[str, Any] = {
        "event_id_cnty": one["id"], "event_date": first, "year": first[:4],
        "time_precision": 1 if length <= timedelta(days=1) else 2 if length <= timedelta(days=7) else 3,
        "disorder_type": _DISORDER.get(head, "Political violence"), "event_type": _HEADS.get(head, head),
        "sub_event_type": _SUBS.get(sub, sub), "actor1": one["attributed_to"], "location": one["place"],
        "latitude": one["lat_deg"], "longitude": one["lon_deg"],
        "geo_precision": 1 if radius <= 5000 else 2 if radius <= 25_000 else 3, "source": word(one["origin_groups"]),
        "notes": one["why"], "fatalities": one["killed_best"] if one["killed_best"] is not None else one["killed_low"],
    }  # fmt: skip
    return [cells.get(name, "") for name in ACLED]


def ucdp(tables: Tables, folder: Path, setting: Setting) -> tuple[list[str], list[LeftOut]]:
    """incidents-ucdp.csv: lethal incidents of kinds for which UCDP has a type of violence, by the columns of its event dataset."""
    name = "incidents-ucdp.csv"
    body: list[list[Any]] = []
    left: list[LeftOut] = []
    for one in tables["incidents"]:
        violence = _VIOLENCE.get(_term(one["kind"], "ucdp", setting), "")
        lethal = (one["killed_low"] or 0) > 0 or (one["killed_high"] or 0) > 0
        if violence and lethal and one["lon_deg"] is not None:
            body.append([*_ucdp(one, violence, setting), *_exact(one)])
            continue
        missing = "it has no place" if violence and lethal else "no account gives a death"
        left.append((name, one["id"], missing if violence else f"UCDP has no type of violence for {one['kind']}"))
    (folder / name).write_bytes(rows.csv_bytes([*UCDP, *_HEADER], body))
    return [name], left


def _ucdp(one: dict[str, Any], violence: str, setting: Setting) -> list[Any]:
    first, last, length = _days(one, setting)
    radius = one["radius_m"] or 0.0
    steps = ((2000, 1), (25_000, 2), (50_000, 3), (150_000, 4))
    spans = ((1, 1), (6, 2), (8, 3), (31, 4))
    cells: dict[str, Any] = {
        "id": one["id"], "year": first[:4], "type_of_violence": violence, "side_a": one["attributed_to"],
        "number_of_sources": one["origins"], "source_headline": one["why"],
        "where_prec": next((code for most, code in steps if radius <= most), 6), "where_coordinates": one["place"],
        "latitude": one["lat_deg"], "longitude": one["lon_deg"], "event_clarity": 1,
        "date_prec": next((code for most, code in spans if length <= timedelta(days=most)), 5), "date_start": first,
        "date_end": last, "best": one["killed_best"], "high": one["killed_high"], "low": one["killed_low"],
    }  # fmt: skip
    return [cells.get(name, "") for name in UCDP]
