"""Rows of the Armed Conflict Location and Event Data project, in its present form of 31 columns and the older ones.

ACLED codes what others reported, so its rows relay their sources. Its precision codes become a radius and a span of time
(see the YAML for the figures and on what they rest). What it codes is no judgement of who is to blame: both actors are
kept as said, and one is named as the author only of violence against civilians, where ACLED's own order says so.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ..nouns import Capture, Harvest, Lexicon
from ..sheets import CellError, Row
from . import phrases, rewritten

NEEDED = ("event_date", "event_type", "latitude", "longitude")
ALIASES = {
    "id": ("event_id_cnty", "event_id_c", "data_id", "event_id_no_cnty", "event_id_n"),
    "time_precision": ("time_precision", "time_preci"), "geo_precision": ("geo_precision", "geo_precis"),
}  # fmt: skip
KEPT = ("disorder_type", "event_type", "sub_event_type", "assoc_actor_1", "inter1", "assoc_actor_2", "inter2", "interaction",
        "civilian_targeting", "iso", "region", "country", "admin1", "admin2", "admin3", "source", "source_scale", "tags",
        "ally_actor", "ally_act_1", "interactio", "gwno")  # fmt: skip
PASSED = ("year", "timestamp", "event_id_n", "event_id_no_cnty")


def read(capture: Capture, lexicon: Lexicon) -> Harvest:
    """Rows with event_date, event_type, latitude and longitude at least; sets aside a type or code that ACLED does not have."""
    return rewritten.table(capture, lexicon, NEEDED, lambda row, _: _cells(row, lexicon), prefix="acled")


def _cells(row: Row, lexicon: Lexicon) -> rewritten.Cells:
    values = lexicon.values
    own = {name.removeprefix("truceline_"): row.text(name) for name in list(row.cells) if name.startswith("truceline_")}
    number = row.text(*ALIASES["id"])
    kept = {name: row.text(name) for name in KEPT}
    for name in PASSED:
        row.text(name)
    radius = _radius(row, values)
    actors = [a for a in (row.text("actor1"), row.text("actor2")) if a]
    named = [lexicon.party_names.get(a.casefold(), a).replace(";", ",") for a in actors]
    civilians = kept["event_type"].lower() == "violence against civilians"
    lat, lon = row.text("latitude"), row.text("longitude")
    made = {
        "id": f"ACLED-{number}" if number else "", "source_id": row.text("source_id"), "method": "relayed",
        "kind": _kind(kept, values), "lon_deg": lon, "lat_deg": lat, "radius_m": radius, "place": row.text("location"),
        "actors": ";".join(named), "actor_claimed": named[0] if civilians and named and named[0] in lexicon.parties else "",
        "text": row.text("notes"), "language": "en", "exposure": row.text("exposure"), "reported": row.text("reported"),
        **_span(row), **_dead(row.text("fatalities"), kept), "details": rewritten.details(**kept),
        **_origins(kept["source"], lexicon),
    }  # fmt: skip
    return {**made, **_ours(own)}


def _ours(own: dict[str, str]) -> rewritten.Cells:
    """What an export of Truceline wrote beside ACLED's columns, which says it exactly."""
    names = {"kind": "kind", "start_utc": "start", "end_utc": "end", "radius_m": "radius_m", "id": "id"}
    return {ours: own[name] for name, ours in names.items() if own.get(name)}


def _kind(kept: dict[str, str], values: dict[str, Any]) -> str:
    table = values.get("kinds", {})
    for name in ("sub_event_type", "event_type"):
        found = table.get(kept[name].strip().lower())
        if found:
            return str(found)
    raise CellError("event_type", kept["event_type"], "a type of event of ACLED's codebook, old or new")


def _radius(row: Row, values: dict[str, Any]) -> str:
    code = row.text(*ALIASES["geo_precision"]) or "3"
    radii = values.get("radius_m", {})
    if code.removesuffix(".0") not in radii:
        raise CellError("geo_precision", code, "1, 2 or 3")
    return str(radii[code.removesuffix(".0")])


def _span(row: Row) -> rewritten.Cells:
    text = phrases.day(_months(row.text("event_date", required=True)), "event_date")
    code = (row.text(*ALIASES["time_precision"]) or "1").removesuffix(".0")
    if code == "1":
        return {"start": text}
    if code not in {"2", "3"}:
        raise CellError("time_precision", code, "1 (the day), 2 (the week) or 3 (the month)")
    try:
        at = date.fromisoformat(text)
    except ValueError:
        raise CellError("event_date", text, "a day such as 2025-08-10") from None
    if code == "3":
        return {"start": f"~{at:%Y-%m}"}
    week = timedelta(days=6)  # which day of its week the date is, the code does not say
    return {"start": f"~{at - week}", "end": str(at + week)}


_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip


def _months(text: str) -> str:
    """`10 August 2025`, `10-Aug-25`, as ACLED's older files write it."""
    parts = text.replace("-", " ").replace("/", " ").split()
    if len(parts) == 3 and not parts[1].isdigit():
        number = next((n for n, name in enumerate(_MONTHS, 1) if name.startswith(parts[1].lower()[:3])), 0)
        if number:
            return f"{parts[0]}.{number}.{parts[2]}"
    return text


def _dead(text: str, kept: dict[str, str]) -> rewritten.Cells:
    """Deaths; 0 stands for none reported as well as for none, so it gives no number and is kept as it was written."""
    kept["fatalities"] = text
    return {} if text.removesuffix(".0") in {"", "0"} else {"killed_min": text, "killed_max": text}


def _origins(text: str, lexicon: Lexicon) -> rewritten.Cells:
    """The sources that ACLED names and the mission knows; all of them stay in the details as they were written."""
    known = [lexicon.sources.get(part.strip().casefold(), "") for part in text.split(";")]
    return {"origin_id": ";".join(dict.fromkeys(filter(None, known)))}
