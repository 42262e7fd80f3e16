"""An edition -> the tables that `run` leaves behind, as bytes that are the same every time."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import polars as pl

from . import alerts, budget, casualties, columns, tally
from .nouns import Assessment, Claim, Edition, Figure, Finding, Harm, Heat, Incident, Link, Look, Observation, Total
from .rows import csv_bytes
from .when import iso

Rows = Iterable[Sequence[object]]


def files(edition: Edition, summary: dict[str, Any]) -> dict[str, bytes]:
    """Every file but the documents, the manifest and the timings: name -> bytes."""
    made = {name: csv_bytes(columns.names(name), rows(edition)) for name, rows in _TABLES.items()}
    made["incidents.geojson"] = features(incident_rows(edition))
    made["codebook.csv"] = csv_bytes(columns.names("codebook.csv"), codebook())
    made["summary.json"] = json_bytes(summary)
    return made


def json_bytes(value: object) -> bytes:
    """JSON with two spaces, its keys in the order given, UTF-8, a last line end."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def codebook() -> Rows:
    """Every column of every file."""
    return [(file, c.name, c.meaning, c.unit, c.allowed) for file, cols in columns.FILES.items() for c in cols]


def observation_row(one: Observation) -> dict[str, object]:
    """One observation by the names of the published table."""
    row: dict[str, object] = {c.name: getattr(one, c.name, None) for c in columns.OBSERVATIONS}
    row["origin_id"] = one.origin_ids
    row["start"] = iso(one.when.start) if one.when else ""
    row["end"] = iso(one.when.end) if one.when else ""
    row["reported"] = iso(one.reported.start) if one.reported else ""
    row["details"] = json.dumps(one.details, ensure_ascii=False, sort_keys=True) if one.details else ""
    row["notes"] = "; ".join(one.notes)
    row["place"] = one.place or one.place_id
    return row


def incident_rows(edition: Edition) -> list[dict[str, object]]:
    """Incidents with their assessments by the names of the published table, in order."""
    graded = {a.incident_id: a for a in edition.assessments}
    told = {o.id: o for o in edition.observations}
    heat = {h.incident_id: h for h in edition.heat}
    return [
        {**_incident_row(one, graded[one.id], told, place_name(edition, one)), **_heat_cells(heat.get(one.id))}
        for one in edition.incidents
    ]


def _heat_cells(heat: Heat | None) -> dict[str, object]:
    if heat is None:
        return {"heat_bits": None, "heat_chance": None, "heat_reason": "no heat detections are held"}
    return {"heat_bits": heat.weight_bits, "heat_chance": heat.chance_share, "heat_reason": heat.reason}


def _incident_row(one: Incident, a: Assessment, told: dict[str, Observation], place: str) -> dict[str, object]:
    killed, injured = tally.casualties(one, told, "killed"), tally.casualties(one, told, "injured")
    return {
        "id": one.id, "kind": one.kind, "modality": one.modality, "start_utc": iso(one.start), "end_utc": iso(one.end),
        "lon_deg": one.lon_deg, "lat_deg": one.lat_deg, "radius_m": one.radius_m, "place": place,
        "observations": len(one.observation_ids), "observation_ids": one.observation_ids, "origins": len(a.origins), "grade": a.grade,
        "attributed_to": a.attributed_to, "attribution_grade": a.attribution_grade,
        "why": f"{a.why} {a.attribution_why}", "rule": a.rule, "attribution_rule": a.attribution_rule,
        "origin_groups": a.origins, "own_word": a.own_word, "accused": a.accused, "denied_by": a.denied_by,
        "agreed": " | ".join(a.agreed), "conflicts": " | ".join(a.conflicts), "killed_low": killed.low,
        "killed_high": killed.high, "injured_low": injured.low, "injured_high": injured.high,
        "killed_best": killed.best, "injured_best": injured.best,
        "major_m": one.major_m, "minor_m": one.minor_m, "azimuth_deg": one.azimuth_deg,
        "budget": a.budget, "turned_by": smallest(a.budget, a.lies), "author_budget": a.author_budget,
        "author_turned_by": smallest(a.author_budget, a.author_lies), "repeats": " | ".join(a.repeats),
        "said_by": a.said_by, "contested_by": a.contested_by, "points_in_conflict": a.points_in_conflict,
        "can_settle": a.can_settle, "probability": a.probability, "probability_on": a.probability_on,
    }  # fmt: skip


def smallest(size: int | None, sets: tuple[str, ...]) -> str:
    """The smallest sets of voices that would turn a grade, `or` between them."""
    return " or ".join(one for one in sets if one.count(budget.SEPARATOR) + 1 == size)


def place_name(edition: Edition, one: Incident) -> str:
    """The gazetteer's name with each party's own name where they differ, in the mission's order; else as given."""
    place = next((p for p in edition.mission.places if p.id == one.place_id), None)
    if place is None:
        return one.place
    own = [place.party_names[p] for p in edition.mission.party_ids if p in place.party_names]
    return " / ".join(dict.fromkeys(own)) if len(set(own)) > 1 else place.name


def features(table: list[dict[str, object]]) -> bytes:
    """Incidents that have a place, as points with their radius; RFC 7946."""
    made = []
    for row in table:
        if row["lon_deg"] is None or row["lat_deg"] is None:
            continue
        properties = {
            k: list(v) if isinstance(v, tuple) else v for k, v in row.items() if k not in {"lon_deg", "lat_deg"}
        }
        point = {"type": "Point", "coordinates": [row["lon_deg"], row["lat_deg"]]}
        made.append({"type": "Feature", "id": row["id"], "geometry": point, "properties": properties})
    return json_bytes({"type": "FeatureCollection", "features": made})


def incident_casualties(edition: Edition) -> list[dict[str, object]]:
    """People of each incident by side and kind, and as a whole (side and of_whom `all`), by the names of the published table."""
    told = {o.id: o for o in edition.observations}
    made: list[dict[str, object]] = []
    for one in edition.incidents:
        accounts = [told[i] for i in one.observation_ids if i in told]
        for topic in ("killed", "injured"):
            found = casualties.cells(accounts, topic)
            lines = [(c.side or "unknown", c.of_whom or "unknown", c.range, c.observation_ids, c.harm) for c in found]
            for indirect in (False, True):
                part = [c for c in found if (c.harm is Harm.INDIRECT) == indirect]
                ids = tuple(sorted({i for c in part for i in c.observation_ids}))
                harm = Harm.INDIRECT if indirect else Harm.UNKNOWN
                lines += [("all", "all", casualties.whole(part, indirect=indirect), ids, harm)] if part else []
            made += [
                {"incident_id": one.id, "topic": topic, "side": side, "of_whom": whom, "low": r.low, "best": r.best, "high": r.high,
                 "observation_ids": ids, "harm": harm}
                for side, whom, r, ids, harm in lines
            ]  # fmt: skip
    return made


def _by_name(file: str, rows: Iterable[dict[str, object]]) -> Rows:
    order = columns.names(file)
    return [[row[name] for name in order] for row in rows]


def _observations(e: Edition) -> Rows:
    return _by_name("observations.csv", (observation_row(o) for o in e.observations))


def _incidents(e: Edition) -> Rows:
    return _by_name("incidents.csv", incident_rows(e))


def link_rows(edition: Edition) -> list[dict[str, object]]:
    """Links by the names of the published table."""
    return [link_row(k) for k in edition.links]


def link_row(k: Link) -> dict[str, object]:
    """One row of the table of links."""
    return {
        "incident_id": k.incident_id, "observation_id": k.observation_id, "distance_m": k.distance_m, "lag_s": k.lag_s,
        "weight_bits": k.weight_bits, "stance": k.stance, "reasons": " | ".join(k.reasons),
    }  # fmt: skip


def finding_rows(edition: Edition) -> list[dict[str, object]]:
    """Findings by the names of the published table."""
    return [finding_row(f) for f in edition.findings]


def finding_row(f: Finding) -> dict[str, object]:
    """One row of the table of findings."""
    return {
        "id": f.id, "agreement_id": f.agreement_id, "term_id": f.term_id, "party": f.party, "start_utc": iso(f.start),
        "end_utc": iso(f.end), "outcome": f.outcome, "reason_code": f.reason_code, "incidents": f.incidents,
        "applied": f.applied, "passed": f.passed, "seen_share": f.seen_share, "status_reading": f.status_reading,
        "reason": f.reason, "budget": f.budget, "turned_by": f.turned_by, "check": f.check,
    }  # fmt: skip


def _links(e: Edition) -> Rows:
    return _by_name("links.csv", link_rows(e))


def rating_rows(edition: Edition) -> list[dict[str, object]]:
    """Ratings of accounts by the names of the published table."""
    return [{**dataclasses.asdict(r), "rating": f"{r.reliability}{r.credibility}"} for r in edition.ratings]


def near_miss_rows(edition: Edition) -> list[dict[str, object]]:
    """Near misses by the names of the published table."""
    return [{**dataclasses.asdict(n), "reasons": " | ".join(n.reasons)} for n in edition.near_misses]


def _near_misses(e: Edition) -> Rows:
    return _by_name("near_misses.csv", near_miss_rows(e))


def _findings(e: Edition) -> Rows:
    return _by_name("findings.csv", finding_rows(e))


def _claims(e: Edition) -> Rows:
    return _by_name("claims.csv", (claim_row(c) for c in e.claims))


def claim_row(c: Claim) -> dict[str, object]:
    """One row of the table of claims."""
    return {
        "claim": c.claim, "claimant": c.claimant, "accused": c.accused, "answer": c.answer, "incident_id": c.incident_id,
        "evidence": c.evidence, "claimant_party": c.claimant_party, "first_reported_utc": iso(c.first_reported),
    }  # fmt: skip


def look_row(k: Look) -> dict[str, object]:
    """One row of the coverage table."""
    return {
        "source_id": k.source_id, "start_utc": iso(k.start), "end_utc": iso(k.end), "zone": k.zone, "side": k.side,
        "kinds": ";".join(k.kinds), "state": str(k.state), "seen_share": k.seen_share, "why_not": k.reason,
        "effort_id": k.effort_id, "passes": k.passes or "", "view_deg": "" if k.view_deg is None else k.view_deg,
    }  # fmt: skip


def _coverage(e: Edition) -> Rows:
    return _by_name("coverage.csv", (look_row(k) for k in e.looks))


def rate_rows(edition: Edition) -> list[dict[str, object]]:
    """Counts and rates by the names of the published table."""
    return [
        {
            "period": r.period, "period_start_utc": iso(r.start), "period_end_utc": iso(r.end), "zone": r.zone, "group": r.group,
            "incidents": r.incidents, "established": r.established, "probable": r.probable, "reported": r.reported,
            "disputed": r.disputed, "insufficient": r.insufficient, "party_only": r.party_only,
            "seen_by_observers": r.seen, "first_hand": r.first_hand, "observed_hours": r.hours,
            "observed_hours_night": r.hours_night, "host_led_days": r.led_days, "days_without_hours": r.untimed_days,
            "rate_per_100h": r.rate, "low": r.low, "high": r.high, "state": r.state, "as_published": r.published,
        }
        for r in edition.rates
    ]  # fmt: skip


def change_rows(edition: Edition) -> list[dict[str, object]]:
    """Changes of rate by the names of the published table."""
    return [
        {
            "group": c.group, "zone": c.zone, "turn": c.turn, "when_utc": iso(c.when), "low_utc": iso(c.low),
            "high_utc": iso(c.high), "ratio": c.ratio, "ratio_low": c.ratio_low, "ratio_high": c.ratio_high,
            "probability": c.probability, "chance": c.chance, "chance_of_all": c.chance_of_all, "series": c.series,
            "dispersion": c.dispersion, "before_per_100h": c.before, "after_per_100h": c.after,
            "first_hand": c.incidents, "observed_hours": c.hours, "words": c.words,
        }
        for c in edition.changes
    ]  # fmt: skip


TOLD = ("id", "source_id", "origin_ids", "actor_claimed", "harmed_party", "of_whom", "harm", "killed_min", "killed_max", "injured_min",
        "injured_max")  # fmt: skip
"""Columns of observations that `bare_incidents` reads."""


def bare_incidents(
    incidents: pl.DataFrame, observations: pl.DataFrame, heat: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Incidents without a mission, by the names of the published table: nothing is graded, so those columns are empty.

    `heat` has a row an incident as `satellite.weigh` makes it.
    """
    number = pl.int_range(pl.len()).alias("incident_id")  # quicker to group by than the ids
    told = incidents.select(number, pl.col("observation_ids").alias("id")).explode("id").join(
        observations, on="id", how="left"
    )  # fmt: skip
    relayed = pl.col("origin_ids").list.len() > 0
    spoken = pl.concat([
        told.filter(~relayed).select("incident_id", pl.col("source_id").alias("origin")),
        told.filter(relayed).select("incident_id", pl.col("origin_ids").alias("origin")).explode("origin"),
    ])  # fmt: skip
    known = spoken.select("origin").unique().sort("origin").with_row_index("n")  # by number: quicker than by name
    numbered = spoken.join(known, on="origin", how="left").select("incident_id", "n").unique().sort("incident_id", "n")
    voices = (
        numbered.select("incident_id", known["origin"].gather(numbered["n"]).alias("origin"))
        .group_by("incident_id", maintain_order=True).agg(pl.col("origin").alias("origin_groups"))
    )  # fmt: skip
    people = (casualties.spans(told, topic) for topic in ("killed", "injured"))
    blamed = told.filter(pl.col("actor_claimed") != "").group_by("incident_id").agg(
        pl.col("actor_claimed").unique().sort().alias("accused")
    )  # fmt: skip
    table = incidents.rename({"start": "start_utc", "end": "end_utc"}).with_columns(number)
    for more in (voices, *people, blamed):
        table = table.join(more, on="incident_id", how="left")
    table = table.with_columns(
        pl.col("observation_ids").list.len().alias("observations"), pl.col("origin_groups").list.len().alias("origins")
    ).sort("start_utc", "id")
    if heat is not None:
        words = {"weight_bits": "heat_bits", "chance_share": "heat_chance", "reason": "heat_reason"}
        table = table.join(heat.select("id", *words).rename(words), on="id", how="left", maintain_order="left")
    names = columns.names("incidents.csv")
    return table.with_columns(pl.lit("").alias(n) for n in names if n not in table.columns).select(names)


def bare_links(links: pl.DataFrame) -> pl.DataFrame:
    """Links, or near misses, by the names of the published table."""
    many = links["reasons"].list.len()
    if (many == 1).all():
        return links.with_columns(links["reasons"].explode())
    return links.with_columns(pl.col("reasons").list.join(" | "))


def _set_aside(e: Edition) -> Rows:
    return [(s.file, s.line or "", s.column, s.value, s.reason) for s in e.set_aside]


def _timeline(e: Edition) -> Rows:
    return [
        (iso(s.when.start), s.lane, s.series, s.event, s.place, s.participants, s.outcome, s.held, s.source)
        for s in e.timeline
    ]


def _figures(topics: set[str]) -> Callable[[Edition], Rows]:
    def made(e: Edition) -> Rows:
        lines = [total_row(t) for t in e.totals if t.topic in topics]
        return _by_name("casualties.csv", lines + [figure_row(f) for f in e.figures if f.topic in topics])

    return made


def total_row(t: Total) -> dict[str, object]:
    """A line of figures in their table."""
    return {
        "row": "total", "topic": t.topic, "period_start": iso(t.period_start), "as_of": iso(t.as_of), "side": t.side,
        "definition": t.definition, "of_whom": t.of_whom, "direct": t.direct, "measure": t.measure, "low": t.low,
        "best": t.best, "high": t.high, "sources": t.sources, "figures": t.figure_ids, "note": "",
    }  # fmt: skip


def figure_row(f: Figure) -> dict[str, object]:
    """One source's figure in the table of figures."""
    return {
        "row": "source", "topic": f.topic, "period_start": iso(f.period_start), "as_of": iso(f.as_of), "side": f.side,
        "definition": f.definition, "of_whom": f.of_whom, "direct": f.direct, "measure": f.measure, "low": f.low,
        "best": f.low if f.low == f.high else None, "high": f.high, "figures": f.id,
        "sources": f"{f.source};{f.origin}" if f.origin else f.source,
        "note": f"{f.qualifier}: {f.note}" if f.qualifier else f.note,
    }  # fmt: skip


_TABLES: dict[str, Callable[[Edition], Rows]] = {
    "observations.csv": _observations,
    "incidents.csv": _incidents,
    "links.csv": _links,
    "near_misses.csv": _near_misses,
    "alerts.csv": lambda e: [
        (a.code, a.source_id, a.observation_ids, a.words)
        for a in alerts.found(e.observations, e.incidents, e.mission.sources, e.mission.places, e.mission.inputs)
    ],
    "incident_casualties.csv": lambda e: _by_name("incident_casualties.csv", incident_casualties(e)),
    "ratings.csv": lambda e: _by_name("ratings.csv", rating_rows(e)),
    "findings.csv": _findings,
    "claims.csv": _claims,
    "casualties.csv": _figures({"killed", "injured"}),
    "displacement.csv": _figures({"displaced"}),
    "coverage.csv": _coverage,
    "timeline.csv": _timeline,
    "trend.csv": lambda e: _by_name("trend.csv", rate_rows(e)),
    "changes.csv": lambda e: _by_name("changes.csv", change_rows(e)),
    "set_aside.csv": _set_aside,
}
