"""Incidents over time with the effort behind them: counts and rates by week and day, and where a rate changed.

Counts are of everything on record, by when it began. A rate is of what observers perceived at first hand in hours that
their own record of effort counts, through those hours (see `watching`); where nobody looked there is none. Changes are
looked for in the rates alone (see `changepoint`), by day, for each group of kinds in the whole area and in each sector.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from . import changepoint, kinds, rows, watching, when
from .nouns import (
    FIRST_HAND,
    ChangePoint,
    Effort,
    Grade,
    Look,
    Published,
    Rate,
    RateState,
    Source,
    Stance,
    Turn,
)
from .watching import Watch

GRADES = tuple(Grade)
HOURS = 100.0
"""Rates are printed for so many hours of looking."""

_DAY = 86_400
_MORNING, _EVENING = 6 * 3600, 18 * 3600
"""Night is from 18:00 to 06:00, local: no sun is computed."""


@dataclass(frozen=True)
class Setting:
    """What the stage must know of the mission: who looks, over which span, and which sectors hold which incident."""

    sources: tuple[Source, ...]
    observers: tuple[str, ...]
    effort: tuple[Effort, ...]
    start: datetime
    end: datetime
    time_zone: str
    sectors: tuple[str, ...] = ()
    within: dict[str, tuple[str, ...]] | None = None
    published: tuple[Published, ...] = ()


def trend(
    incidents: pl.DataFrame,
    assessments: pl.DataFrame,
    observations: pl.DataFrame,
    looks: pl.DataFrame,
    setting: Setting,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(A table of Rate, a table of ChangePoint).

    Whole weeks of the whole area all have a row, as have all groups; days, and weeks of a sector, only where somebody
    looked or something is counted.
    """
    scene = _Scene(incidents, assessments, observations, rows.records(Look, looks), setting)
    found: list[Rate] = []
    series: list[tuple[str, str, _Numbers]] = []
    for zone in ("", *setting.sectors):
        for group in kinds.GROUPS:
            numbers = scene.numbers(zone, group)
            found += scene.rates(zone, group, numbers)
            series.append((group, zone, numbers))
    return rows.table(Rate, found), rows.table(ChangePoint, _changes(scene, series))


@dataclass(frozen=True)
class _Numbers:
    """One group in one zone by local day: counts (grades, party_only, seen), what was perceived, and the hours behind it."""

    counts: npt.NDArray[np.int64]
    first_hand: npt.NDArray[np.int64]
    watched: _Hours


@dataclass(frozen=True)
class _Hours:
    """By local day: observed hours, those of the night, observers led by the host, observers of whom no hours are known."""

    hours: npt.NDArray[np.float64]
    night: npt.NDArray[np.float64]
    led: npt.NDArray[np.int64]
    untimed: npt.NDArray[np.int64]


class _Scene:
    def __init__(
        self,
        incidents: pl.DataFrame,
        assessments: pl.DataFrame,
        observations: pl.DataFrame,
        looks: list[Look],
        setting: Setting,
    ) -> None:
        self.setting = setting
        who = watching.observers(setting.sources, setting.observers)
        self.watches = watching.watches(looks, setting.effort, who)
        self.ids = incidents["id"].to_list()
        self.start = np.array([watching.seconds(s) for s in incidents["start"].to_list()], dtype=np.int64)
        self.groups = [
            kinds.group(k, m) for k, m in zip(incidents["kind"].to_list(), incidents["modality"].to_list(), strict=True)
        ]
        graded = dict(zip(assessments["incident_id"].to_list(), assessments["grade"].to_list(), strict=True))
        grade = np.array([GRADES.index(Grade(graded[i])) for i in self.ids], dtype=np.int64)
        accounts = _accounts(incidents, observations)
        own = {s.id: s.party for s in setting.sources}
        party_only, seen = _voices(accounts, own, who)
        self.flags = np.stack(
            [
                *(grade == n for n in range(len(GRADES))),
                np.array([i in party_only for i in self.ids], dtype=bool),
                np.array([i in seen for i in self.ids], dtype=bool),
            ],
            axis=1,
        ).astype(np.int64)
        told = [(i, s, m, st, a, b, bool(o)) for i, s, m, st, a, b, o in accounts]
        self.percepts = watching.percepts(told, dict(zip(self.ids, self.groups, strict=True)), self.watches)
        self.code = np.array([list(kinds.GROUPS).index(g) for g in self.groups], dtype=np.int64)
        self.begun = self.day(self.start)
        self._kept: dict[tuple[int, ...], _Hours] = {}
        self._places: dict[str, tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]] = {}

    @cached_property
    def days(self) -> npt.NDArray[np.int64]:
        """Edges of the local days, the first and the last cut to the edition's span."""
        spans = when.days(self.setting.start, self.setting.end, self.setting.time_zone)
        edges = [watching.seconds(a) for a, _ in spans] + [watching.seconds(spans[-1][1])] if spans else [0, 0]
        return np.array(edges, dtype=np.int64)

    @cached_property
    def span(self) -> tuple[int, int]:
        """The edition's span in seconds."""
        return watching.seconds(self.setting.start), watching.seconds(self.setting.end)

    @cached_property
    def cut(self) -> npt.NDArray[np.int64]:
        """The same edges, cut to the span."""
        return np.clip(self.days, *self.span)

    @cached_property
    def week(self) -> npt.NDArray[np.int64]:
        """Number of the local week of each day."""
        mondays = [
            watching.seconds(a) for a, _ in when.weeks(self.setting.start, self.setting.end, self.setting.time_zone)
        ]
        return np.searchsorted(np.array(mondays), self.cut[:-1], side="right") - 1

    @cached_property
    def wanted(self) -> dict[tuple[str, str, int, int], int]:
        """Numbers that earlier editions published, by measure, zone and period; the latest of each."""
        ordered = sorted(self.setting.published, key=lambda p: p.as_of)
        return {
            (p.measure, p.zone, watching.seconds(p.when.start), watching.seconds(p.when.end)): p.value for p in ordered
        }

    def day(self, moments: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Number of the day of each moment; what lies outside has none (-1)."""
        found = np.searchsorted(self.days, moments, side="right") - 1
        return np.where((moments >= self.span[0]) & (moments < self.span[1]), found, -1)

    def watched(self, zone: str, group: str) -> _Hours:
        """Hours by day in which this group of kinds could be perceived in the zone."""
        mine = [
            n for n, w in enumerate(self.watches) if (not zone or zone in w.zones) and w.perceives(group)
        ]  # fmt: skip
        key = tuple(mine)
        if key not in self._kept:
            self._kept[key] = self._hours([self.watches[n] for n in mine])
        return self._kept[key]

    def _hours(self, mine: list[Watch]) -> _Hours:
        starts = self.days[:-1]
        edges = np.stack([starts, starts + _MORNING, starts + _EVENING], axis=1).ravel()
        edges = np.clip(np.append(edges, self.days[-1]), *self.span)
        parts = watching.hours(watching.merged(w for w in mine if w.how == "hours"), edges).reshape(-1, 3)
        led, untimed = (watching.looks((w for w in mine if w.how == how), self.cut) for how in ("host_led", "untimed"))
        return _Hours(parts.sum(axis=1), parts[:, 0] + parts[:, 2], led, untimed)

    def here(self, zone: str) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
        """(Which incidents lie in the zone, on which day each was perceived from it; -1 where it was not)."""
        if zone not in self._places:
            within = self.setting.within or {}
            inside = np.array([not zone or zone in within.get(i, ()) for i in self.ids], dtype=bool)
            met = (self.percepts.get(i) for i in self.ids)
            at = np.array([p.at if p and (not zone or zone in p.zones) else -1 for p in met], dtype=np.int64)
            self._places[zone] = inside, self.day(at)
        return self._places[zone]

    def numbers(self, zone: str, group: str) -> _Numbers:
        """Everything of one group in one zone by day."""
        inside, perceived = self.here(zone)
        mine = inside & (self.code == list(kinds.GROUPS).index(group))
        number = len(self.days) - 1
        counts = np.zeros((number, self.flags.shape[1]), dtype=np.int64)
        day = self.begun[mine]
        np.add.at(counts, day[day >= 0], self.flags[mine][day >= 0])
        at = perceived[mine]
        return _Numbers(counts, np.bincount(at[at >= 0], minlength=number), self.watched(zone, group))

    def rates(self, zone: str, group: str, n: _Numbers) -> list[Rate]:
        """Rows by week, and of the whole area by day too."""
        firsts = np.flatnonzero(np.diff(self.week, prepend=-1))
        made = self._rows("week", zone, group, n, firsts, every=not zone)
        return made if zone else made + self._rows("day", zone, group, n, np.arange(len(self.days) - 1), every=False)

    def _rows(
        self, period: str, zone: str, group: str, n: _Numbers, firsts: npt.NDArray[np.intp], *, every: bool
    ) -> list[Rate]:
        w = n.watched
        columns = [n.counts, n.first_hand, w.hours, w.night, w.led, w.untimed]
        counts, perceived, hours, night, led, untimed = (np.add.reduceat(c, firsts, axis=0) for c in columns)
        known = (hours > 0) | (led > 0) | (untimed > 0) | (perceived > 0) | (counts.sum(axis=1) > 0)
        edges = [*self.cut[firsts].tolist(), self.span[1]]
        made = []
        for k in range(len(firsts)) if every else np.flatnonzero(known).tolist():
            state, (rate, low, high) = _rate(int(perceived[k]), float(hours[k]), int(led[k]), int(untimed[k]))
            *grades, party_only, seen = counts[k].tolist()
            begin, end, first_hand = edges[k], edges[k + 1], int(perceived[k])
            made.append(
                Rate(
                    period, watching.moment(begin), watching.moment(end), zone, group, sum(grades),
                    **dict(zip(map(str, GRADES), grades, strict=True)), party_only=party_only, seen=seen,
                    first_hand=first_hand, hours=round(float(hours[k]), 2), hours_night=round(float(night[k]), 2),
                    led_days=int(led[k]), untimed_days=int(untimed[k]), rate=rate, low=low, high=high, state=state,
                    published=self.wanted.get((group, zone, begin, end)),
                )
            )  # fmt: skip
        return made


Account = tuple[str, str, str, str, int | None, int | None, list[str]]


def _accounts(incidents: pl.DataFrame, observations: pl.DataFrame) -> list[Account]:
    """Incident, source, method, stance, span in seconds and whom it repeats, of every account of an incident."""
    home = {
        o: i
        for i, told in zip(incidents["id"].to_list(), incidents["observation_ids"].to_list(), strict=True)
        for o in told
    }
    told = observations.select(
        "id", "source_id", "method", "stance", pl.col("when_start").dt.epoch("s"), pl.col("when_end").dt.epoch("s"), "origin_ids"
    )  # fmt: skip
    return [(home[i], *rest) for i, *rest in told.iter_rows() if i in home]


def _voices(accounts: list[Account], party_of: dict[str, str], who: frozenset[str]) -> tuple[set[str], set[str]]:
    """(Incidents that only parties speak of, incidents that an observer perceived at first hand at any hour)."""
    told: set[str] = set()
    others: set[str] = set()
    seen: set[str] = set()
    for incident, source, method, stance, _, _, origins in accounts:
        if stance == Stance.DENIES:
            continue
        told.add(incident)
        if not all(party_of.get(s) for s in origins or [source]):
            others.add(incident)
        if source in who and method in FIRST_HAND:
            seen.add(incident)
    return told - others, seen


Bounds = tuple[float | None, float | None, float | None]


def _rate(count: int, hours: float, led: int, untimed: int) -> tuple[RateState, Bounds]:
    """The rate for 100 hours with its interval; the reason where there is none."""
    if hours > 0:
        low, high = watching.expected(count)
        values = tuple(_short(v * HOURS / hours) for v in (count, low, high))
        return RateState.RATE, (values[0], values[1], values[2])
    state = RateState.UNTIMED if untimed else RateState.HOST_LED if led else RateState.NOT_LOOKED
    return state, (None, None, None)


def _changes(scene: _Scene, series: Iterable[tuple[str, str, _Numbers]]) -> list[ChangePoint]:
    """One row or more a group with hours: its changes, or that none can be told; a sector has rows only where it can."""
    bare: list[ChangePoint] = []
    tested: list[tuple[str, str, _Bins, float, float, tuple[changepoint.Change, ...]]] = []
    for group, zone, numbers in series:
        bins = _Bins.of(scene, numbers)
        if bins.series.told if bins else False:
            assert bins
            own, chance, probability, found = changepoint.examined(bins.series)
            tested.append((group, zone, _Bins(own, bins.edges), chance, probability, found))
        elif not zone:
            bare.append(_too_few(group, zone, int(numbers.first_hand.sum()), float(numbers.watched.hours.sum())))
    together = _of_all([t[3] for t in tested])
    told = [
        _row(t, one, together[n], len(tested)) for n, t in enumerate(tested) for one in t[5]
    ]  # fmt: skip
    order = {(g, z): n for n, (g, z, _) in enumerate(series)}
    return sorted([*bare, *told], key=lambda c: (order[c.group, c.zone], c.when.timestamp() if c.when else 0.0))


def _of_all(chances: list[float]) -> list[float]:
    """Each chance allowing for how many series were looked at (Holm 1979)."""
    made = [1.0] * len(chances)
    least = 0.0
    for rank, n in enumerate(sorted(range(len(chances)), key=lambda i: chances[i])):
        least = max(least, min(1.0, (len(chances) - rank) * chances[n]))
        made[n] = least
    return made


@dataclass(frozen=True)
class _Bins:
    """A series for `changepoint`, and the beginning and end of each of its bins."""

    series: changepoint.Series
    edges: npt.NDArray[np.int64]

    @staticmethod
    def of(scene: _Scene, n: _Numbers) -> _Bins | None:
        """Days with hours; neighbours are joined where there are too many. None without hours."""
        kept = np.flatnonzero(n.watched.hours > 0)
        if not len(kept):
            return None
        joined = -(-len(kept) // changepoint.MOST_BINS)
        firsts = np.arange(0, len(kept), joined)
        lasts = np.append(firsts[1:], len(kept)) - 1
        edges = np.stack([scene.cut[kept[firsts]], scene.cut[kept[lasts] + 1]], axis=1)
        counts, hours = (np.add.reduceat(v[kept], firsts) for v in (n.first_hand, n.watched.hours))
        return _Bins(changepoint.Series(counts, hours, scene.week[kept[firsts]]), edges)


def _too_few(group: str, zone: str, count: int, hours: float) -> ChangePoint:
    return ChangePoint(group, zone, Turn.TOO_FEW, count, round(hours, 2), 0, _FEW if hours else _BLIND)


def _row(
    tested: tuple[str, str, _Bins, float, float, tuple[changepoint.Change, ...]],
    one: changepoint.Change,
    of_all: float,
    number: int,
) -> ChangePoint:
    group, zone, bins, chance, probability, found = tested
    s = bins.series
    place = found.index(one)
    left = found[place - 1].at if place else 0
    right = found[place + 1].at if place + 1 < len(found) else len(s.counts)
    before, after = (
        _short(HOURS * s.counts[a:b].sum() / s.hours[a:b].sum()) for a, b in ((left, one.at), (one.at, right))
    )
    turn = _turn(one, chance, of_all)
    likely = probability if turn is Turn.NO_CHANGE else one.probability
    return ChangePoint(
        group, zone, turn, s.total, round(float(s.hours.sum()), 2), number, _WORDS[turn],
        when=watching.moment(bins.edges[one.at, 0]), low=watching.moment(bins.edges[one.first - 1, 0]),
        high=watching.moment(bins.edges[one.last, 1]), ratio=_short(one.ratio), ratio_low=_short(one.ratio_low),
        ratio_high=_short(one.ratio_high), probability=round(likely, 4), chance=_short(chance), chance_of_all=_short(of_all),
        dispersion=round(s.dispersion, 2), before=before, after=after,
    )  # fmt: skip


def _short(value: float) -> float:
    """Three digits: more would be said than is known, and the last ones differ between machines."""
    return float(f"{value:.3g}")


_FEW = "No change can be told from these numbers."
_BLIND = "No hours of looking are on record: there is no rate, and no change can be told."
_WORDS = {
    Turn.ESCALATION: "Escalation: the rate rose.",
    Turn.DECLINE: "Decline: the rate fell.",
    Turn.POSSIBLE_RISE: "The rate may have risen; with so many series looked at, chance alone may do so.",
    Turn.POSSIBLE_FALL: "The rate may have fallen; with so many series looked at, chance alone may do so.",
    Turn.NO_CHANGE: "No change is shown; the row names what would be the most likely one.",
}


def _turn(one: changepoint.Change, chance: float, of_all: float) -> Turn:
    """Escalation and decline are words only where chance is unlikely over all series and the ratio's interval excludes 1."""
    if chance > changepoint.ASKED:
        return Turn.NO_CHANGE
    rise = one.ratio > 1
    apart = one.ratio_low > 1 or one.ratio_high < 1
    if of_all <= changepoint.ASKED and apart:
        return Turn.ESCALATION if rise else Turn.DECLINE
    return Turn.POSSIBLE_RISE if rise else Turn.POSSIBLE_FALL
