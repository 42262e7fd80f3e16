"""Questions for a person, never verdicts: what looks copied, flooded, out of time or out of place. No grade depends on them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import combinations, pairwise
from statistics import median

from . import misplaced, pictures, reuse, where
from .nouns import FIRST_HAND, Alert, Capture, Incident, Observation, Place, Source, SourceKind

COPIES = 2
"""So many accounts of other sources that reuse one text, and declared no origin, are asked about."""
FASTEST_KM_H = 150.0
"""No patrol on the ground moves faster."""
CLOCK = ("second", "minute")
_DAY_S = 86_400.0
CLOCK_OFF, CLOCK_LEAST, CLOCK_SPREAD, CLOCK_OTHERS = timedelta(minutes=20), 3, timedelta(minutes=5), 3
"""A source whose times lie as far from the middle of so many others, in as many incidents, by so nearly the same."""
SHIFTS = [timedelta(minutes=30 * n) for n in range(-28, 29) if n]
SHIFT_NEAR_S, SHIFT_NEAR_KM, SHIFT_LEAST, SHIFT_TIMES, SHIFT_SAMPLE = 900.0, 5.0, 5, 3, 200
"""A clock that keeps another zone's time: moved by it so many accounts, and so many times as many as unmoved, meet others'."""
TRAIL_LEAST, TRAIL_DAY, TRAIL_SPREAD, TRAIL_OWN = 8, timedelta(days=1), timedelta(minutes=15), timedelta(hours=3)
"""A source that published after another in each of so many incidents, within a day, the middle half of the lags within so
little, while the other's own hours are spread over so much: fixed hours of publication make steady lags too."""
ON_FOOT = {SourceKind.MONITOR, SourceKind.WITNESS}


PICTURE_GAP, PICTURE_KM, PICTURE_MOST = timedelta(days=1), 5.0, 200
"""Two happenings behind one picture lie so far apart, in time or space, beyond what their accounts leave open; of a picture
behind more accounts the first so many are looked at."""


def found(
    observations: Iterable[Observation],
    incidents: Iterable[Incident],
    sources: Iterable[Source],
    places: Iterable[Place] = (),
    files: Iterable[Capture] = (),
) -> list[Alert]:
    """Every alert, by its code and first observation. `files` are those of the mission, of which some may be pictures.

    Raises InputError where a picture is cited and nothing is there to read it with.
    """
    told, groups = list(observations), [i.observation_ids for i in incidents]
    known = {s.id: s for s in sources}
    by_id = {o.id: o for o in told}
    flood = reuse.floods(told, known)
    # What came in a flood was asked about once; it would raise each other question as often as it was told.
    alone = {o.id: o for o in told if o.id not in flood}
    every = list(alone.values())
    made = [
        *_floods(flood, by_id),
        *_copies(every, known),
        *_early(every),
        *_travel(every, known),
        *_zones(every),
        *_clocks([[alone[i] for i in ids if i in alone] for ids in groups]),
        *_trails([[alone[i] for i in ids if i in alone] for ids in groups]),
        *(Alert(*doubt) for doubt in misplaced.found(every, places)),
        *_pictures(every, groups, files),
    ]
    return sorted(made, key=lambda a: (a.code, a.observation_ids))


def _floods(flood: dict[str, str], by_id: dict[str, Observation]) -> Iterator[Alert]:
    """One alert a flood, in however many wordings and incidents it came."""
    texts: dict[str, list[Observation]] = defaultdict(list)
    for one, first in flood.items():
        texts[first].append(by_id[one])
    for first, copies in texts.items():
        every = [by_id[first], *copies]
        voices = len({o.source_id for o in every})
        words = f"{reuse.burst(every)} of {len(every)} accounts from {voices} sources came within a day in the words of {first}"
        yield Alert("flood", by_id[first].source_id, tuple(sorted(o.id for o in every)), words)


def _copies(told: list[Observation], sources: dict[str, Source]) -> Iterator[Alert]:
    """One alert a text that several reuse undeclared."""
    by_id = {o.id: o for o in told}
    texts: dict[str, list[Observation]] = defaultdict(list)
    for one in reuse.found(told, sources, own=True).values():
        texts[one.of].append(by_id[one.id])
    for root, copies in texts.items():
        undeclared = [o for o in copies if not o.origin_ids and o.source_id != by_id[root].source_id]
        if len(undeclared) >= COPIES:
            words = f"{len(undeclared)} accounts reuse the text of {root} and name no origin"
            ids = tuple(sorted((root, *(o.id for o in copies))))
            yield Alert("reused_text", by_id[root].source_id, ids, words)


def _pictures(told: list[Observation], groups: list[tuple[str, ...]], files: Iterable[Capture]) -> Iterator[Alert]:
    """One alert a picture that stands behind happenings which cannot be one."""
    held = {c.path: c for c in files if pictures.is_picture(c)}
    cited = {o.id: keys for o in told if o.evidence and (keys := pictures.cited(o.evidence, held))}
    used = {key for keys in cited.values() for key in keys}
    first = pictures.same(c for c in held.values() if pictures.key(c) in used)
    behind: dict[str, list[Observation]] = defaultdict(list)
    for one in told:
        for root in dict.fromkeys(first.get(key, key) for key in cited.get(one.id, ())):
            behind[root].append(one)
    within = {i: n for n, ids in enumerate(groups) for i in ids}
    for root, every in behind.items():
        pairs = combinations(sorted(every, key=lambda o: (_at(o), o.id))[:PICTURE_MOST], 2)
        if any(within.get(a.id, a.id) != within.get(b.id, b.id) and _apart(a, b) for a, b in pairs):
            how = "one picture" if all(root in cited[o.id] for o in every) else "pictures that look the same"
            words = f"{len(every)} accounts of happenings that cannot be one cite {how} ({root[:60]})"
            ids = tuple(sorted(o.id for o in every))
            yield Alert("reused_picture", min(every, key=lambda o: (_at(o), o.id)).source_id, ids, words)


def _apart(one: Observation, other: Observation) -> bool:
    """Whether two accounts cannot be about one happening, whatever their errors."""
    if one.when and other.when:
        gap = max(one.when.start, other.when.start) - min(one.when.end, other.when.end)
        if gap > PICTURE_GAP:
            return True
    if one.lon_deg is None or one.lat_deg is None or other.lon_deg is None or other.lat_deg is None:
        return False
    km = where.distance_m(one.lon_deg, one.lat_deg, other.lon_deg, other.lat_deg) / 1000
    return km > PICTURE_KM + ((one.radius_m or 0.0) + (other.radius_m or 0.0)) / 1000


def _trails(groups: list[list[Observation]]) -> Iterator[Alert]:
    """Sources that trail another at a steady lag. Being later is no sign of a copy; being later by the same time may be one."""
    lags: dict[tuple[str, str], list[tuple[Observation, Observation]]] = defaultdict(list)
    for told in groups:
        first: dict[str, Observation] = {}
        for one in sorted(told, key=lambda o: (_said(o), o.id)):
            if one.reported and one.reported.precision in CLOCK and not one.origin_ids:
                first.setdefault(one.source_id, one)
        for a, b in combinations(first.values(), 2):
            lags[a.source_id, b.source_id].append((a, b))
    for (leader, trail), pairs in lags.items():
        if len(pairs) < TRAIL_LEAST or (trail, leader) in lags:
            continue
        behind = sorted(_said(b) - _said(a) for a, b in pairs)
        quarter = len(behind) // 4
        hours = sorted(_said(a) % _DAY_S for a, _ in pairs)
        if (
            behind[0] > 0
            and behind[-1] <= TRAIL_DAY.total_seconds()
            and behind[-1 - quarter] - behind[quarter] <= TRAIL_SPREAD.total_seconds()
            and hours[-1 - quarter] - hours[quarter] >= TRAIL_OWN.total_seconds()
        ):
            words = (
                f"published after {leader} in each of {len(pairs)} incidents, by {behind[len(behind) // 2] / 60:.0f} minutes "
                f"with little spread, and names no origin"
            )
            yield Alert("trails", trail, tuple(sorted(b.id for _, b in pairs)), words)


def _said(one: Observation) -> float:
    return one.reported.start.timestamp() if one.reported else 0.0


def _early(told: list[Observation]) -> Iterator[Alert]:
    """Accounts that had been published before what they tell of began."""
    for one in told:
        if one.when and one.reported and one.reported.end <= one.when.start and one.modality == "done":
            words = f"published before {one.reported.end:%Y-%m-%d %H:%M} UTC, of what began at {one.when.start:%Y-%m-%d %H:%M} UTC"
            yield Alert("before_its_event", one.source_id, (one.id,), words)


def _travel(told: list[Observation], sources: dict[str, Source]) -> Iterator[Alert]:
    """People on the ground who perceived two things further apart than they can have gone."""
    paths: dict[str, list[Observation]] = defaultdict(list)
    for one in told:
        kind = sources[one.source_id].kind if one.source_id in sources else None
        if (
            kind in ON_FOOT
            and one.method in FIRST_HAND
            and not one.origin_ids
            and one.when
            and one.when.precision in CLOCK
            and not one.details.get("visited")  # a crater: the team stood there later than it came down
        ):
            paths[one.source_id].append(one)
    for source, path in paths.items():
        for one, other in pairwise(sorted(path, key=lambda o: (o.when.start, o.id) if o.when else (None, o.id))):
            spots = [_stood(one), _stood(other)]
            if spots[0] is None or spots[1] is None or one.when is None or other.when is None:
                continue
            (x, y, r), (u, v, q) = spots[0], spots[1]
            km = max(where.distance_m(x, y, u, v) - r - q, 0.0) / 1000
            hours = max((other.when.end - one.when.start).total_seconds() / 3600, 1 / 60)
            if km > FASTEST_KM_H * hours:
                words = f"at least {km:.0f} km apart within {hours * 60:.0f} minutes; is it one team, and is the clock right?"
                yield Alert("impossible_travel", source, tuple(sorted((one.id, other.id))), words)


def _stood(one: Observation) -> tuple[float, float, float] | None:
    """Where the observer was, with the error in metres: its own place, else within sight or hearing of what it perceived."""
    if one.observer_lon_deg is not None and one.observer_lat_deg is not None:
        return one.observer_lon_deg, one.observer_lat_deg, 1000.0
    if one.lon_deg is None or one.lat_deg is None:
        return None
    return one.lon_deg, one.lat_deg, (one.radius_m or 0.0) + 15_000.0


def _zones(told: list[Observation]) -> Iterator[Alert]:
    """Sources whose times fit others' only when they are moved by half hours, as a clock of another time zone would be.

    Such accounts are never in one incident with the others', so that they are sought in the table itself.
    """
    timed = [o for o in told if _timed(o) and o.lon_deg is not None and o.lat_deg is not None]
    timed.sort(key=lambda o: (_at(o), o.id))
    moments = [_at(o) for o in timed]
    own: dict[str, list[Observation]] = defaultdict(list)
    for one in timed:
        own[one.source_id].append(one)
    for source, every in own.items():
        if len(every) < SHIFT_LEAST or len(own) < 2:
            continue
        some = every[:: max(1, len(every) // SHIFT_SAMPLE)]
        unmoved = len(_meeting(some, timedelta(0), timed, moments))
        best = max(SHIFTS, key=lambda s: (len(_meeting(some, s, timed, moments)), -abs(s)))
        met = _meeting(some, best, timed, moments)
        if len(met) >= max(SHIFT_LEAST, len(some) / 3, SHIFT_TIMES * (unmoved + 1)):
            hours = best.total_seconds() / -3600
            words = (
                f"moved by {-hours:+g} hours {len(met)} of its {len(some)} timed accounts meet those of others, unmoved "
                f"{unmoved}; does it keep another zone's time?"
            )
            yield Alert("clock_off", source, tuple(sorted(o.id for o in met)), words)


def _timed(one: Observation) -> bool:
    return bool(one.when and one.when.precision in CLOCK and not one.when.approximate and not one.origin_ids)


def _at(one: Observation) -> float:
    return one.when.start.timestamp() if one.when else 0.0


def _meeting(
    some: list[Observation], shift: timedelta, timed: list[Observation], moments: list[float]
) -> list[Observation]:
    """Accounts that meet one of another source, of the same kind and place, when their times are moved."""
    return [one for one in some if _meets(one, _at(one) + shift.total_seconds(), timed, moments)]


def _meets(one: Observation, at: float, timed: list[Observation], moments: list[float]) -> bool:
    top = one.kind.partition(".")[0]
    for other in timed[bisect_left(moments, at - SHIFT_NEAR_S) : bisect_right(moments, at + SHIFT_NEAR_S)]:
        if other.source_id == one.source_id or other.kind.partition(".")[0] != top:
            continue
        apart = where.distance_m(one.lon_deg or 0, one.lat_deg or 0, other.lon_deg or 0, other.lat_deg or 0) / 1000
        if apart <= SHIFT_NEAR_KM + ((one.radius_m or 0) + (other.radius_m or 0)) / 1000:
            return True
    return False


def _clocks(groups: list[list[Observation]]) -> Iterator[Alert]:
    """Sources whose times differ from the others' by nearly the same in several incidents."""
    off: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for told in groups:
        timed = [
            o
            for o in told
            if o.when and o.when.precision in CLOCK and not o.when.approximate and o.method in FIRST_HAND
        ]
        for one in timed:
            others = [o.when.start.timestamp() for o in timed if o.source_id != one.source_id and o.when]
            if len(others) >= CLOCK_OTHERS and one.when:
                off[one.source_id].append((one.when.start.timestamp() - median(others), one.id))
    for source, lags in off.items():
        middle = median(lag for lag, _ in lags)
        spread = median(abs(lag - middle) for lag, _ in lags)
        if (
            len(lags) >= CLOCK_LEAST
            and abs(middle) >= CLOCK_OFF.total_seconds()
            and spread <= CLOCK_SPREAD.total_seconds()
        ):
            way = "late" if middle > 0 else "early"
            words = f"its times are {abs(middle) / 60:.0f} minutes {way} in {len(lags)} incidents that others timed too"
            yield Alert("clock_off", source, tuple(sorted(i for _, i in lags)), words)
