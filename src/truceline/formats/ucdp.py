"""Rows of the Uppsala Conflict Data Program's Georeferenced Event Dataset (GED), any release.

One row is one lethal event coded from media and other texts. Its codes where_prec and date_prec become a radius and a span;
low and high become the least and greatest number of dead. Who side A and B are is kept; a dyad says who fought, not who did it,
so nobody is named as the author but of one-sided violence, where side A is by definition.
"""

from __future__ import annotations

from typing import Any

from ..nouns import Capture, Harvest, Lexicon
from ..sheets import CellError, Row
from . import phrases, rewritten

NEEDED = ("id", "date_start", "latitude", "longitude", "type_of_violence")
KEPT = ("relid", "code_status", "type_of_violence", "conflict_name", "dyad_name", "number_of_sources", "source_article",
        "source_office", "source_date", "source_original", "where_prec", "where_description", "adm_1", "adm_2", "priogrid_gid",
        "country", "region", "event_clarity", "date_prec", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown",
        "best")  # fmt: skip
PASSED = ("year", "active_year", "conflict_new_id", "conflict_dset_id", "dyad_new_id", "dyad_dset_id", "side_a_new_id",
          "side_a_dset_id", "side_b_new_id", "side_b_dset_id", "gwnoa", "gwnob", "country_id", "geom_wkt")  # fmt: skip


def read(capture: Capture, lexicon: Lexicon) -> Harvest:
    """Rows with id, date_start, latitude, longitude and type_of_violence at least; sets aside a code that GED does not have."""
    return rewritten.table(capture, lexicon, NEEDED, lambda row, _: _cells(row, lexicon), prefix="ucdp")


def _cells(row: Row, lexicon: Lexicon) -> rewritten.Cells:
    own = {name.removeprefix("truceline_"): row.text(name) for name in list(row.cells) if name.startswith("truceline_")}
    kept = {name: row.text(name) for name in KEPT}
    for name in PASSED:
        row.text(name)
    sides = [side for side in (row.text("side_a"), row.text("side_b")) if side]
    named = [lexicon.party_names.get(s.casefold(), s).replace(";", ",") for s in sides]
    violence = _code(kept, "type_of_violence", {"1", "2", "3"})
    lat, lon = row.text("latitude"), row.text("longitude")
    if not kept["event_clarity"] or _code(kept, "event_clarity", {"1", "2"}) == "2":
        kept["aggregate"] = "several incidents in one row" if kept["event_clarity"] else ""
    made = {
        "id": f"UCDP-{row.text('id', required=True)}", "source_id": row.text("source_id"), "method": "relayed",
        "kind": "harm.civilians" if violence == "3" else "fire.unspecified", "lon_deg": lon, "lat_deg": lat,
        "radius_m": _radius(kept, lexicon.values), "place": row.text("where_coordinates"), "actors": ";".join(named),
        "actor_claimed": named[0] if violence == "3" and named and named[0] in lexicon.parties else "",
        "text": row.text("source_headline"), "language": "en", "exposure": row.text("exposure"),
        "reported": row.text("reported"), **_span(row, kept),
        **_dead(row, kept), "details": rewritten.details(**kept),
    }  # fmt: skip
    exact = {"kind": "kind", "start_utc": "start", "end_utc": "end", "radius_m": "radius_m", "id": "id"}
    return {**made, **{ours: own[name] for name, ours in exact.items() if own.get(name)}}


def _dead(row: Row, kept: dict[str, str]) -> rewritten.Cells:
    """The lowest and highest of the estimates; some rows of the dataset have their low above their high, and say so here."""
    low, high = row.count("low"), row.count("high")
    if low is not None and high is not None and low > high:
        kept["estimates"] = f"low {low} stands above high {high}; read as {high} to {low}"
        low, high = high, low
    return {"killed_min": "" if low is None else str(low), "killed_max": "" if high is None else str(high)}


def _code(kept: dict[str, str], name: str, known: set[str]) -> str:
    value = kept[name].removesuffix(".0")
    if value not in known:
        raise CellError(name, kept[name], "one of " + ", ".join(sorted(known)))
    return value


def _radius(kept: dict[str, str], values: dict[str, Any]) -> str:
    radii = values.get("radius_m", {})
    kept["where_prec"] = kept["where_prec"] or "6"
    return str(radii[_code(kept, "where_prec", set(radii))])


def _span(row: Row, kept: dict[str, str]) -> rewritten.Cells:
    """The days from date_start to date_end; the span is uncertain where date_prec is above 1."""
    first = phrases.day(row.text("date_start", required=True).split(" ")[0].split("T")[0], "date_start")
    last = phrases.day((row.text("date_end") or first).split(" ")[0].split("T")[0], "date_end")
    vague = "~" if kept["date_prec"].removesuffix(".0") not in {"", "1"} else ""
    return {"start": f"{vague}{first}", "end": "" if last == first else last}
