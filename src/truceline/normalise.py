"""Observations -> observations: places to lon/lat/radius, answers to what they answer, hearing to wedges.

What was said is kept; what was added is noted.
"""

from __future__ import annotations

import polars as pl

from . import rows, spread, where
from .nouns import Exposure, Interval, Observation, Place, SetAside

DEFAULT_RADIUS_M = 5000.0
DEFAULT_BEARING_ERROR_DEG = 15.0
DEFAULT_REACH_M = 15_000.0
"""How far a blast or a flash is taken to be away at the most, where only its direction was given."""


def normalise(
    observations: pl.DataFrame,
    places: tuple[Place, ...],
    area: tuple[float, float, float, float] | None,
    period: Interval | None = None,
) -> tuple[pl.DataFrame, tuple[SetAside, ...], tuple[SetAside, ...]]:
    """Give each observation a time and, where it can be had, a place: (table, set aside, questions).

    Sets aside an answer to an observation that the mission does not hold, and a row whose coordinates are exchanged.
    """
    names = where.Names(places)
    questions: list[SetAside] = []
    set_aside: list[SetAside] = []
    kept: dict[str, Observation] = {}
    waiting: list[Observation] = []
    for one in rows.records(Observation, observations):
        if one.when is None:
            waiting.append(one)
            continue
        wrong = _swapped(one, area)
        if wrong:
            set_aside.append(one.aside("lon_deg, lat_deg", f"{one.lon_deg}, {one.lat_deg}", wrong))
            continue
        if period and (one.when.end <= period.start or one.when.start >= period.end):
            questions.append(one.aside("start", f"{one.when.start:%Y-%m-%d}", "lies outside the mission's period"))
        kept[one.id] = _placed(one, names, area, questions)
    for one in waiting:
        target = kept.get(one.answers)
        if target is None:
            reason = "it answers an observation that the mission does not hold"
            set_aside.append(one.aside("answers", one.answers, reason))
            continue
        kept[one.id] = _after(one, target)
    questions += _circular(kept)
    ordered = [kept[i] for i in sorted(kept)]
    return rows.table(Observation, ordered), tuple(sorted(set_aside)), tuple(sorted(set(questions)))


def by_columns(table: pl.DataFrame) -> pl.DataFrame:
    """The same for a table without a gazetteer, column by column: default radius, hearing to wedges."""
    given = pl.col("lon_deg").is_not_null()
    stood = ~given & pl.col("observer_lon_deg").is_not_null()
    pointed = stood & pl.col("bearing_deg").is_not_null()
    table = table.with_columns(
        pl.when(given)
        .then(pl.col("radius_m").fill_null(DEFAULT_RADIUS_M))
        .otherwise(pl.col("radius_m"))
        .alias("radius_m"),
        pl.when(pointed).then(pl.col("distance_max_m").fill_null(DEFAULT_REACH_M)).otherwise(pl.col("distance_max_m")),
    )
    heard = table.filter(stood & pl.col("distance_max_m").is_not_null())
    if heard.is_empty():
        return table
    rest = table.filter(~(stood & pl.col("distance_max_m").is_not_null()))
    lon, lat, bearing, error, near, far = (
        heard[n].fill_null(v).to_numpy()
        for n, v in (("observer_lon_deg", 0.0), ("observer_lat_deg", 0.0), ("bearing_deg", 0.0),
                     ("bearing_error_deg", DEFAULT_BEARING_ERROR_DEG), ("distance_min_m", 0.0), ("distance_max_m", 0.0))
    )  # fmt: skip
    known = heard["bearing_deg"].is_not_null()
    centre = spread.wedge((lon, lat), bearing, error, near, far)
    radius = spread.radius_m(centre.ee, centre.en, centre.nn)
    made = heard.with_columns(
        pl.when(known).then(pl.Series(centre.lon_deg)).otherwise(pl.Series(lon)).alias("lon_deg"),
        pl.when(known).then(pl.Series(centre.lat_deg)).otherwise(pl.Series(lat)).alias("lat_deg"),
        pl.when(known).then(pl.Series(radius)).otherwise(pl.Series(far)).alias("radius_m"),
        pl.when(known).then(pl.lit([where.WEDGE])).otherwise(pl.lit([], dtype=pl.List(pl.String))).alias("notes"),
    )
    return pl.concat([rest, made])


def _swapped(one: Observation, area: tuple[float, float, float, float] | None) -> str:
    if one.lon_deg is None or one.lat_deg is None:
        return ""
    wrong = where.check(one.lon_deg, one.lat_deg, area)
    return f"it {wrong}; correct it at the source" if "swapped" in wrong else ""


def _placed(
    one: Observation, names: where.Names, area: tuple[float, float, float, float] | None, questions: list[SetAside]
) -> Observation:
    if one.lon_deg is not None and one.lat_deg is not None:
        outside = where.check(one.lon_deg, one.lat_deg, area)
        if outside:
            questions.append(one.aside("lon_deg, lat_deg", f"{one.lon_deg}, {one.lat_deg}", outside))
        named = names.place(one.place_id) or names.place(one.place) or names.find(one.place)
        if named:
            shown = named.name if one.place in {"", named.id} else one.place
            one = one.but(place_id=named.id, place=shown)
        if one.radius_m is None:
            note = f"no radius given; {DEFAULT_RADIUS_M:g} m taken"
            return one.but(radius_m=DEFAULT_RADIUS_M, notes=(*one.notes, note))
        return one
    one = _within_reach(one)
    if one.observer_lon_deg is not None and one.observer_lat_deg is not None and one.distance_max_m is not None:
        return _heard(one)
    place = names.place(one.place_id) or names.place(one.place) or names.find(one.place)
    if one.place_id and not names.place(one.place_id):
        questions.append(one.aside("place_id", one.place_id, "no such place in places.csv; unplaced"))
    if place is None:
        listed = [names.place(p.strip()) for p in one.place.split(";")]
        if len(listed) > 1 and all(listed):
            joined = ", ".join(p.name for p in listed if p)
            return one.but(place=joined, notes=(*one.notes, "names several places; left unplaced"))
        if one.place and not one.place_id:
            several = names.candidates(one.place)
            what = f"names {len(several)} places ({', '.join(several)})" if several else "is not in places.csv"
            questions.append(one.aside("place", one.place, f"the name {what}; left unplaced"))
        return one
    shown = place.name if one.place in {"", place.id} else one.place
    if place.lon_deg is None:
        notes = (*one.notes, f"{place.id} is known by name only")
        return one.but(place=shown, place_id=place.id, notes=notes)
    return one.but(
        place=shown, place_id=place.id, lon_deg=place.lon_deg, lat_deg=place.lat_deg,
        radius_m=place.radius_m or DEFAULT_RADIUS_M, notes=(*one.notes, f"placed by the gazetteer: {place.id}"),
    )  # fmt: skip


def _within_reach(one: Observation) -> Observation:
    """A direction without a distance ends at the farthest that is heard or seen."""
    if one.observer_lon_deg is None or one.bearing_deg is None or one.distance_max_m is not None:
        return one
    note = f"no distance given; up to {DEFAULT_REACH_M:g} m taken"
    return one.but(distance_max_m=DEFAULT_REACH_M, notes=(*one.notes, note))


def _heard(one: Observation) -> Observation:
    assert one.observer_lon_deg is not None
    assert one.observer_lat_deg is not None
    assert one.distance_max_m is not None
    error = DEFAULT_BEARING_ERROR_DEG if one.bearing_error_deg is None else one.bearing_error_deg
    spot = where.wedge(
        one.observer_lon_deg, one.observer_lat_deg, one.bearing_deg or 0.0, 180.0 if one.bearing_deg is None else error,
        one.distance_min_m or 0.0, one.distance_max_m,
    )  # fmt: skip
    return one.but(lon_deg=spot.lon_deg, lat_deg=spot.lat_deg, radius_m=spot.radius_m, notes=(*one.notes, spot.note))


def _after(one: Observation, target: Observation) -> Observation:
    """An answer is about the event that it answers: the same time, place and, unless it says otherwise, kind."""
    return one.but(
        when=target.when, kind=one.kind or target.kind, lon_deg=target.lon_deg, lat_deg=target.lat_deg,
        radius_m=target.radius_m, place=target.place, place_id=target.place_id,
        # An answer to what is not public would tell of it.
        exposure=max(one.exposure, target.exposure, key=list(Exposure).index),
        notes=(*one.notes, f"time and place of {target.id}"),
    )  # fmt: skip


def _circular(kept: dict[str, Observation]) -> list[SetAside]:
    """Sources that name themselves, or one another, as their origin: said here, counted once when voices are counted."""
    found = []
    repeats: dict[tuple[str, str], list[Observation]] = {}
    for one in kept.values():
        for origin in one.origin_ids:
            repeats.setdefault((one.source_id, origin), []).append(one)
    for (source, origin), told in repeats.items():
        if source == origin:
            reason = "circular origin_id: the source names itself as its origin; it counts once"
            found += [one.aside("origin_id", source, reason) for one in told]
            continue
        for one in told:
            back = next((o for o in repeats.get((origin, source), []) if _one_day(one, o)), None)
            if back:
                reason = f"circular origin_id: {source} repeats {origin}, which in {back.id} repeats {source}; they count once"
                found.append(one.aside("origin_id", origin, reason))
    return found


def _one_day(one: Observation, other: Observation) -> bool:
    """Whether both may be about the same thing: the same kind, at times that meet."""
    return bool(
        one.kind == other.kind
        and one.when
        and other.when
        and one.when.start < other.when.end
        and other.when.start < one.when.end
    )
