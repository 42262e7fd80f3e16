"""The observation table: the exchange format between `read`, `fuse` and anybody else."""

from __future__ import annotations

import json
from datetime import datetime

from .. import when, where
from ..nouns import (
    Capture,
    Exposure,
    Harm,
    Harvest,
    Interval,
    Lexicon,
    Method,
    Modality,
    Observation,
    OfWhom,
    Phase,
    Stance,
)
from ..sheets import CellError, Row
from . import cells

DATES = ("start", "end", "reported")


def read(capture: Capture, lexicon: Lexicon) -> Harvest:
    """Rows of the contract's columns; only id, source_id and start are required.

    Sets aside rows with an impossible date or coordinate, an end before the start, a negative count, a low above its
    high, or a source that sources.yaml does not know.
    """
    return cells.each(capture, lexicon, ("id", "source_id", "start"), Alike(capture, lexicon).read)


class Alike:
    """Reads rows one after another; what rows share that differ in their OWN columns alone is read once.

    A flood says one thing a hundred thousand times.
    """

    OWN = ("id", "source_id", "reported", "text")
    MOST = 2000
    """So many different rows are remembered."""

    def __init__(self, capture: Capture, lexicon: Lexicon) -> None:
        self.capture, self.lexicon = capture, lexicon
        self._known: dict[tuple[tuple[str, str], ...], tuple[Observation, list[str], dict[str, str]]] = {}

    def read(self, row: Row, notes: list[str]) -> Observation:
        """One row as `observation` reads it; raises CellError as it does."""
        if row.cells.get("row") or any(when.is_buddhist(row.cells.get(name, "")) for name in DATES):
            return observation(row, notes, self.capture, self.lexicon)
        own = [row.cells.pop(name, "") for name in self.OWN]
        shared = tuple(row.cells.items())
        row.cells.update(zip(self.OWN, own, strict=True))
        known = self._known.get(shared)
        if known is None:
            made = observation(row, notes, self.capture, self.lexicon)
            if len(self._known) < self.MOST:
                self._known[shared] = made, list(notes), dict(row.cells)
            return made
        first, questions, left = known
        name, source = row.text("id", required=True), cells.source(row, self.lexicon, "source_id")
        told = cells.date(own[2], "reported", self.lexicon) if own[2] else None
        notes += questions
        row.cells = dict(left)
        return first.but(
            id=name, source_id=source, reported=told, text=own[3], row=row.line, details=dict(first.details)
        )


def observation(row: Row, notes: list[str], capture: Capture, lexicon: Lexicon) -> Observation:
    """One row; raises CellError where a cell cannot be read."""
    era = cells.era(*(row.cells.get(name, "") for name in DATES))
    span = _span(row, lexicon)
    reported = row.text("reported")
    lon, lat, radius, placed = _position(row)
    counted, killed, injured = (_range(row, name) for name in ("count", "killed", "injured"))
    made = Observation(
        id=row.text("id", required=True),
        source_id=cells.source(row, lexicon, "source_id"),
        when=span,
        origin_ids=cells.origins(row, lexicon, "origin_id"),
        method=row.choice(Method, "method", Method.CLAIMED),
        kind=cells.kind(row, "kind", lexicon, notes),
        modality=row.choice(Modality, "modality", Modality.DONE),
        reported=cells.date(reported, "reported", lexicon) if reported else None,
        lon_deg=lon,
        lat_deg=lat,
        radius_m=radius,
        observer_lon_deg=row.number("observer_lon_deg", low=-180, high=180),
        observer_lat_deg=row.number("observer_lat_deg", low=-90, high=90),
        bearing_deg=row.number("bearing_deg", low=-360, high=360),
        bearing_error_deg=row.number("bearing_error_deg", low=0, high=180),
        distance_min_m=row.number("distance_min_m", low=0, high=200_000),
        distance_max_m=row.number("distance_max_m", low=0, high=200_000),
        phase=row.choice(Phase, "phase", Phase.UNDETERMINED),
        place=row.text("place"),
        actor_claimed=cells.party(row, "actor_claimed", lexicon, notes),
        harmed_party=cells.party(row, "harmed_party", lexicon, notes),
        actors=cells.parties(row, "actors", lexicon, notes),
        weapon=row.text("weapon"),
        weapon_class=cells.weapon_class(row, notes),
        of_whom=row.choice(OfWhom, "of_whom", OfWhom.UNKNOWN),
        text=row.text("text"),
        language=row.text("language"),
        stance=row.choice(Stance, "stance", Stance.SUPPORTS),
        answers=row.text("answers"),
        evidence=row.text("evidence"),
        capture=row.text("capture") or capture.path,
        row=row.count("row") or row.line,
        exposure=row.choice(Exposure, "exposure", Exposure.PUBLIC),
        harm=row.choice(Harm, "harm", Harm.UNKNOWN),
        notes=(*row.many("notes"), *era, *placed),
        count_min=counted[0],
        count_max=counted[1],
        killed_min=killed[0],
        killed_max=killed[1],
        injured_min=injured[0],
        injured_max=injured[1],
        details=_details(row),
    )
    _band(made)
    return made


def _range(row: Row, name: str) -> tuple[int | None, int | None]:
    low, high = row.count(f"{name}_min"), row.count(f"{name}_max")
    if low is not None and high is not None and low > high:
        raise CellError(f"{name}_min, {name}_max", f"{low}, {high}", "the lower number first")
    return low, high


def _span(row: Row, lexicon: Lexicon) -> Interval:
    text = row.text("start", required=True)
    start = cells.date(text, "start", lexicon)
    end_text = row.text("end")
    if not end_text:
        return start
    end = cells.date(end_text, "end", lexicon)
    # A date alone is the whole day, so that `end` 2025-12-09 closes with it; an instant is itself the open end.
    finish = end.end if end.precision in {"day", "month", "year"} else end.start
    if finish < start.start:
        raise CellError("start, end", f"{text}, {end_text}", "an end that is no earlier than the start")
    finish = max(finish, start.end) if finish == start.start else finish
    return Interval(start.start, finish, _precision(start, finish), start.approximate)


def _precision(start: Interval, finish: datetime) -> str:
    """How exactly a span is known: one of a day or more gives days, whatever clock times bound it."""
    hours = (finish - start.start).total_seconds() / 3600
    if start.precision not in {"second", "minute"} or hours <= 3:
        return start.precision
    return "part_of_day" if hours < 23 else "day"


def _details(row: Row) -> dict[str, str]:
    """Fields without a column: those of a table that was written before, and whatever this one has."""
    written = row.text("details")
    try:
        kept = json.loads(written) if written else {}
    except json.JSONDecodeError:
        raise CellError("details", written, "a JSON object, or nothing") from None
    if not isinstance(kept, dict):
        raise CellError("details", written, "a JSON object, or nothing")
    return {**{str(k): str(v) for k, v in kept.items()}, **row.rest()}


def _position(row: Row) -> tuple[float | None, float | None, float | None, tuple[str, ...]]:
    lon, lat = row.number("lon_deg", "lon", "longitude"), row.number("lat_deg", "lat", "latitude")
    radius = row.number("radius_m", low=0, high=2_000_000)
    written = row.text("mgrs", "coordinates")
    datum = row.text("datum")
    if (lon is None) != (lat is None):
        raise CellError("lon_deg, lat_deg", f"{lon}, {lat}", "both or neither")
    if lon is not None and lat is not None:
        wrong = where.check(lon, lat)
        if wrong:
            raise CellError("lon_deg, lat_deg", f"{lon}, {lat}", f"a place on the globe: it {wrong}")
        if datum:
            spot = where.parse(f"{lon},{lat}", datum)
            widened = spot.radius_m - where.parse(f"{lon},{lat}").radius_m
            return lon, lat, (radius or 0) + widened, (spot.note,) if widened else ()
        return lon, lat, radius, ()
    if not written:
        return None, None, radius, ()
    try:
        spot = where.parse(written, datum)
    except ValueError as error:
        raise CellError("coordinates", written, f"a coordinate ({error})") from None
    return spot.lon_deg, spot.lat_deg, max(radius or 0, spot.radius_m), (f"{written}: {spot.note}",)


def _band(observation: Observation) -> None:
    near, far = observation.distance_min_m, observation.distance_max_m
    if near is not None and far is not None and near > far:
        raise CellError("distance_min_m, distance_max_m", f"{near:g}, {far:g}", "the nearer distance first")
    if (observation.observer_lon_deg is None) != (observation.observer_lat_deg is None):
        raise CellError("observer_lon_deg, observer_lat_deg", "only one of the two", "both or neither")
