"""Heat that nobody reported: weeks with more of it than the season makes likely, as observations for a person to look at.

An excess is a question, never an incident: no observation made here is fused with anything.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from .. import when
from ..nouns import Interval, Method, Observation
from . import baseline
from .around import FAR_KM, around, field, spans
from .weigh import days_of

KIND = "heat.detection"
MOST_Q = 0.05
"""Rate of false discoveries that is accepted among the weeks that are shown."""
MARGIN_DAYS = 1.0


def excess(detections: pl.DataFrame, reports: pl.DataFrame, source_id: str) -> list[Observation]:
    """Weeks of blocks of a degree with an excess of heat near which nothing was reported, by instrument.

    `detections` as satellite.detections; `reports`: start, end (UTC), lon_deg, lat_deg. The place is the middle of the
    detections and the radius holds them all.
    """
    made = []
    for (instrument,), part in sorted(detections.group_by("instrument"), key=lambda item: str(item[0])):
        lon, lat, moment = part["lon_deg"].to_numpy(), part["lat_deg"].to_numpy(), days_of(part)
        day = np.floor(moment).astype(np.int64)
        found = baseline.blocks(baseline.days(lon, lat, day))
        lonely = ~_reported(part, reports)
        for n in np.flatnonzero(found.q < MOST_Q):
            start = int(found.start[n])
            inside = (
                (day >= start)
                & (day < start + 7)
                & (np.floor(lon) == found.west[n])
                & (np.floor(lat) == found.south[n])
            )
            if (inside & lonely).sum() * 2 >= inside.sum():
                words = (
                    f"{int(found.cell_days[n])} cell-days with heat in a week, {found.expected[n]:.1f} expected in this season; "
                    f"a chance of {found.chance[n]:.1e}, q {found.q[n]:.3f}"
                )
                made.append(_observation(lon[inside], lat[inside], start, (str(instrument), words, source_id)))
    return made


def _reported(detections: pl.DataFrame, reports: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which detections have a report within FAR_KM and a day."""
    placed = reports.filter(pl.all_horizontal(pl.col("lon_deg", "lat_deg", "start", "end").is_not_null()))
    if placed.is_empty():
        return np.zeros(len(detections), dtype=np.bool_)
    start, end = (placed[c].dt.epoch("us").to_numpy() / 86_400e6 for c in ("start", "end"))
    middle, half = (start + end) / 2, float(np.max(end - start)) / 2 + MARGIN_DAYS
    size = np.full(len(placed), np.nan)
    known = field(placed["lon_deg"].to_numpy(), placed["lat_deg"].to_numpy(), middle, size)
    day = days_of(detections)
    places = (detections["lon_deg"].to_numpy(), detections["lat_deg"].to_numpy(), day - half, day + half)
    return np.asarray(around(places, known, spans(middle)).score_km <= FAR_KM, dtype=np.bool_)


def _observation(lon: baseline.Array, lat: baseline.Array, start: int, said: tuple[str, str, str]) -> Observation:
    instrument, words, source_id = said
    middle_lon, middle_lat = float(lon.mean()), float(lat.mean())
    radius = float(np.hypot((lon - middle_lon) * np.cos(np.radians(middle_lat)), lat - middle_lat).max() * 111_195.0)
    begin = when.day_of(start)
    name = instrument or "detections"
    return Observation(
        id=f"heat-{name.lower()}-{begin:%Y%m%d}-{np.floor(middle_lon):.0f}-{np.floor(middle_lat):.0f}", source_id=source_id,
        when=Interval(begin, when.day_of(start + 7), "day"), method=Method.DETECTED, kind=KIND, lon_deg=round(middle_lon, 4),
        lat_deg=round(middle_lat, 4), radius_m=round(radius + 1000.0), reported=Interval(begin, when.day_of(start + 7), "day"),
        text=f"{name}: {words}. Nobody reported anything near; heat is no event.", language="en",
    )  # fmt: skip
