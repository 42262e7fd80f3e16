"""Heat detections within an edition: what was known by then, what it is worth beside incidents, and what nobody reported."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from . import rows
from .nouns import Heat, Mission, Observation
from .satellite import thermal, triage, weigh

HEAT_LAG = timedelta(hours=3)
"""How long after a pass its detections are published (FIRMS near-real-time); nobody knew of them before."""


def known(seen: pl.DataFrame, moment: datetime) -> pl.DataFrame:
    """Detections that had been published by this moment."""
    return seen.filter(pl.col("time_utc") + HEAT_LAG <= moment)


def weighed(incidents: pl.DataFrame, seen: pl.DataFrame, mission: Mission, model: thermal.Model) -> tuple[Heat, ...]:
    """What the detections near each incident are worth; nothing where no detections are held."""
    if seen.is_empty():
        return ()
    around = weigh.Surroundings(weigh.sky(mission.sky, mission.time_zone))
    found = weigh.weigh(incidents, seen, around, model)
    return tuple(Heat(*row) for row in found.table.iter_rows())


def with_excess(table: pl.DataFrame, seen: pl.DataFrame, mission: Mission) -> pl.DataFrame:
    """The observations and, for a person to look at, weeks of heat near which nothing was reported."""
    if seen.is_empty():
        return table
    source = next(
        (s.id for s in mission.sources if "firms" in {s.id.casefold(), *(a.casefold() for a in s.aliases)}), "firms"
    )
    reports = table.select(pl.col("when_start").alias("start"), pl.col("when_end").alias("end"), "lon_deg", "lat_deg")
    found = triage.excess(seen, reports, source)
    return pl.concat([table, rows.table(Observation, found)]) if found else table


def without_lone_heat(incidents: pl.DataFrame, links: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Heat that nothing else speaks of is no incident: it stays an observation without a link."""
    alone = incidents.filter(pl.col("kind").str.starts_with("heat."))["id"].implode()
    return incidents.filter(~pl.col("id").is_in(alone)), links.filter(~pl.col("incident_id").is_in(alone))
