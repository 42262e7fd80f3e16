"""What is done with one tile of a stack: its pixels read, levelled, tested and given back. Here or on a worker of a cluster.

The numbers are those of `satellite.radar.scored` over the whole raster, whatever the tiles: levels are taken on one lattice of
squares, of which a tile reads two more all round (one for the first look, one for the second), and what the groups share is
learnt beforehand from windows that depend on the raster alone.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..satellite import change, detect, discovery, medians, optical, radar
from ..satellite.change import AFTER, BEFORE, BETWEEN
from ..satellite.raster import Window
from ..satellite.scenes import IndexScene, Scene

Array = NDArray[Any]
Measure = Scene | IndexScene
"""What is compared pixel by pixel."""
SAMPLES, SAMPLE_SQUARES = 3, 4
"""Windows down and across, and squares down and across in each, from which is learnt what the groups share."""
RADIUS_PX = 1
_KERNELS = threading.Lock()
"""Compiled kernels use all cores, one at a time; files are read meanwhile."""


class Lattice(NamedTuple):
    """Edges of the squares on which a scene has one level, down and across."""

    down: tuple[int, ...]
    across: tuple[int, ...]

    @classmethod
    def of(cls, shape: tuple[int, int]) -> Lattice:
        """The lattice of a raster."""
        ends = []
        for size in shape:
            many = max(round(size / radar.SIDE_PX), 1)
            ends.append(tuple(int(n) for n in np.linspace(0, size, many + 1).round()))
        return cls(*ends)

    def wider(self, window: Window) -> Window:
        """The window with one more square all round, cut at the raster."""
        row, column, rows, columns = window
        top, bottom = _around(self.down, row, row + rows)
        left, right = _around(self.across, column, column + columns)
        return top, left, bottom - top, right - left


def _around(ends: tuple[int, ...], first: int, last: int) -> tuple[int, int]:
    at = np.array(ends)
    low, high = int(np.searchsorted(at, first, "right")) - 1, int(np.searchsorted(at, last, "left"))
    return int(at[max(low - 1, 0)]), int(at[min(high + 1, len(at) - 1)])


class Shared(NamedTuple):
    """What all tiles share: the level of each scene, the correlation of the groups, and where and how wide no change lies.

    `middles` are those of the score and of each null map, `scale` the spread about them. `first` is the spread of the first look,
    beyond a multiple of which a pixel gives no level. `years` counts the years from each scene to those after, where one season is
    compared with the same of earlier years; empty otherwise.
    """

    levels: tuple[float, ...]
    correlation: tuple[tuple[float, ...], ...]
    scale: float
    middles: tuple[float, ...]
    first: float
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One tile: the scenes of all groups, in which period each lies, and what the tiles share."""

    window: Window
    scenes: tuple[Measure, ...]
    periods: tuple[int, ...]
    shared: Shared
    ranks: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """What a tile gives: score, null maps, means of the first band, share of scenes with a value, and values a scene."""

    window: Window
    score: Array
    null: tuple[Array, ...]
    before: Array
    after: Array
    share: Array
    seen: tuple[int, ...]


def groups(scenes: Sequence[Measure]) -> list[list[int]]:
    """Numbers of the scenes that may be compared pixel by pixel, a list a group, groups in order."""
    made: dict[tuple[str, str, str], list[int]] = {}
    for number, scene in enumerate(scenes):
        made.setdefault(scene.group, []).append(number)
    return [made[key] for key in sorted(made)]


def null_maps(scenes: Sequence[Measure], periods: Sequence[int], years: Sequence[int] = ()) -> int:
    """How many null maps the fewest scenes of a group allow."""
    used = [[n for n in own if periods[n] != BETWEEN] for own in groups(scenes)]
    return min(len(null_periods([periods[n] for n in own], [years[n] for n in own] if years else ())) for own in used)


def null_periods(period: Sequence[int] | Array, years: Sequence[int] | Array) -> list[Array]:
    """Periods for null maps: runs of scenes before, or the season of each earlier year."""
    return discovery.year_periods(period, years) if len(years) else discovery.null_periods(period)


def whole_year(scenes: Sequence[Measure], periods: Sequence[int]) -> bool:
    """Whether every group was seen for long enough that its season is known (`radar.seasonal`)."""
    used = [[n for n in own if periods[n] != BETWEEN] for own in groups(scenes)]
    days = [days_of([scenes[n] for n in own]) for own in used]
    shown = [np.array([periods[n] for n in own], np.int8) for own in used]
    empty = np.empty((0, 0, 0), np.float32)
    return all(radar.seasonal(radar.Group("", empty, p, d)) for p, d in zip(shown, days, strict=True))


def tile(job: Job) -> Tile:
    """Read the window of every scene of both periods, and test each group on its own, then all together."""
    lattice = _lattice(job)
    wide = lattice.wider(lattice.wider(job.window))
    seen = [0] * len(job.scenes)
    scores: list[Array] = []
    nulls: list[list[Array]] = []
    means: list[tuple[Array, Array]] = []
    share = np.zeros(wide[2:], np.float32)
    band = first_band(job.scenes)
    used = 0
    held = [_read(job, own, wide) for own in groups(job.scenes)]
    with _KERNELS:
        suspect = suspects(first_look(held, lattice, wide, ranks=job.ranks), job.shared.first)
    while held:
        numbers, period, days, stack, years = held.pop(0)
        inner = _inner(stack, job.window, wide)
        for n, scene in zip(numbers, inner, strict=True):
            seen[n] = int(np.isfinite(scene).sum())
        share += np.isfinite(stack).sum(axis=0)
        used += len(numbers)
        with _KERNELS:
            flat = levelled(stack, lattice, wide, suspect)
            group = radar.Group("", flat, period, days)
            scores.append(scored(group, period, ranks=job.ranks, years=years))
            nulls.append([scored(group, p, ranks=job.ranks, years=years) for p in null_periods(period, years)])
            if job.scenes[numbers[0]].band == band:
                means.append((_mean(flat, period == BEFORE), _mean(flat, period == AFTER)))
    shared, scale = np.array(job.shared.correlation), np.float32(job.shared.scale)
    with _KERNELS:
        middles = [np.float32(m) for m in job.shared.middles]
        joined = (_joined(scores, shared) - middles[0]) / scale
        many = zip(zip(*nulls, strict=False), middles[1:], strict=True)
        null = tuple((_joined(list(maps), shared) - middle) / scale for maps, middle in many)
    before, after = together(means)
    parts = (joined, before, after, share / np.float32(max(used, 1)))
    cut = [np.ascontiguousarray(_inner(p, job.window, wide), np.float32) for p in parts]
    small = tuple(np.ascontiguousarray(_inner(m, job.window, wide), np.float16) for m in null)
    return Tile(job.window, cut[0], small, cut[1], cut[2], cut[3], tuple(seen))


class Held(NamedTuple):
    """The scenes of one group that lie in either period: their numbers, periods, days, pixels, and years back where those count."""

    numbers: list[int]
    period: Array
    days: Array | None
    stack: Array
    years: tuple[int, ...]


def _read(job: Job, own: list[int], window: Window) -> Held:
    numbers = [n for n in own if job.periods[n] != BETWEEN]
    stack = read(job.scenes, numbers, window)
    period = np.array([job.periods[n] for n in numbers], np.int8)
    return _held(job.scenes, numbers, period, stack, job.shared.years)


def read(scenes: Sequence[Measure], numbers: Sequence[int], window: Window) -> Array:
    """A window of these scenes as one array, in which each is put as it is read: no pixel is held twice."""
    made = np.empty((len(numbers), *window[2:]), np.float32)
    for own, n in zip(made, numbers, strict=True):
        own[:] = scenes[n].window(window)
    return made


def _held(scenes: Sequence[Measure], numbers: list[int], period: Array, stack: Array, years: tuple[int, ...]) -> Held:
    """Scenes of one season of several years have no wave of the year to be held against, and so no days."""
    days = None if years else days_of([scenes[n] for n in numbers])
    return Held(numbers, period, days, stack, tuple(years[n] for n in numbers) if years else ())


def first_look(held: Sequence[Held], lattice: Lattice, window: Window, *, ranks: bool) -> Array:
    """A score by levels that every pixel gives; what stands out in it gives none in the second look."""
    scores = []
    for one in held:
        group = radar.Group("", levelled(one.stack, lattice, window), one.period, one.days)
        scores.append(scored(group, one.period, ranks=ranks, years=one.years))
    return discovery.smoothed(change.combined(scores), RADIUS_PX)


def suspects(score: Array, spread: float) -> Array:
    """Pixels beyond radar.SUSPECT spreads of the first look, and their neighbours."""
    made: Array = np.abs(np.nan_to_num(score)) > radar.SUSPECT * spread
    for axis in (0, 1):
        beyond = np.moveaxis(made, axis, 0)
        wide = beyond.copy()
        wide[1:] |= beyond[:-1]
        wide[:-1] |= beyond[1:]
        made = np.moveaxis(wide, 0, axis)
    return made


def first_band(scenes: Sequence[Measure]) -> str:
    """The band that is shown: co-polarised where there is one."""
    bands = {s.band for s in scenes}
    return next((b for b in ("VV", "HH") if b in bands), min(bands))


def _lattice(job: Job) -> Lattice:
    grid = job.scenes[0].grid
    return Lattice.of((grid.rows, grid.columns))


def _inner(values: Array, window: Window, wide: Window) -> Array:
    row, column = window[0] - wide[0], window[1] - wide[1]
    return values[..., row : row + window[2], column : column + window[3]]


def days_of(scenes: Sequence[Measure]) -> Array:
    """Days since 1970, as numbers."""
    return np.array([s.start.timestamp() / 86_400 for s in scenes])


def scored(group: radar.Group, period: Array, *, ranks: bool, years: tuple[int, ...] = ()) -> Array:
    """The group's score under these periods: by years or ranks where asked, against its season where known, else plainly."""
    if years:
        return optical.between_years(group.stack, period, years)
    if ranks:
        return change.ranked(group.stack, period)
    if radar.seasonal(group) and group.days is not None:
        return change.compared_in_season(group.stack, period, group.days)
    return change.compared(group.stack, period)


def _joined(scores: list[Array], shared: Array) -> Array:
    return discovery.smoothed(change.combined(scores, shared), RADIUS_PX)


def _mean(stack: Array, chosen: Array) -> Array:
    held = change.moments(stack, chosen)
    return np.where(held.n > 0, held.mean, np.float32(np.nan))


def together(means: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    """Means of the groups that saw both periods, a pixel."""
    both = np.isfinite(means).all(axis=1)
    count = both.sum(axis=0)
    made = [np.where(both, [m[k] for m in means], 0).sum(axis=0) / np.where(count, count, np.nan) for k in (0, 1)]
    return made[0].astype(np.float32), made[1].astype(np.float32)


def levelled(stack: Array, lattice: Lattice, window: Window, suspect: Array | None = None) -> Array:
    """Each scene less what the squares of the lattice lie above the stack, for a window made of whole squares."""
    row, column, rows, columns = window
    down, across = _edges(lattice, window)
    above = medians.above(stack, down, across, suspect)
    places = [_places(lattice.down, row, rows), _places(lattice.across, column, columns)]
    made = np.empty_like(stack)
    for own, scene, surface in zip(made, stack, above, strict=True):
        np.subtract(scene, _spread_out(surface, places), out=own)
    return made


def _places(ends: tuple[int, ...], first: int, size: int) -> tuple[Array, Array, Array]:
    """For each row (or column) of a window: the squares on either side of it, counted in the window, and its share of the second."""
    total, many = ends[-1], len(ends) - 1
    at = np.clip((np.arange(first, first + size) + 0.5) * many / total - 0.5, 0, many - 1)
    low = np.minimum(at.astype(int), many - 1)
    own = ends.index(first)
    held = ends.index(first + size) - own
    high = np.minimum(low + 1, many - 1)
    return np.clip(low - own, 0, held - 1), np.clip(high - own, 0, held - 1), (at - low).astype(np.float32)


def _spread_out(surface: Array, places: list[tuple[Array, Array, Array]]) -> Array:
    """As `radar.spread_out`, at given places."""
    made = surface
    for axis, (low, high, share) in enumerate(places):
        part = share[:, None] if axis == 0 else share
        made = np.take(made, low, axis) * (1 - part) + np.take(made, high, axis) * part
    return made


def learnt(
    scenes: Sequence[Measure], periods: Sequence[int], *, ranks: bool = False, years: tuple[int, ...] = ()
) -> Shared:
    """What the tiles share, from nine windows of the raster: levels, the groups' correlation, the spread of no change."""
    grid = scenes[0].grid
    lattice = Lattice.of((grid.rows, grid.columns))
    windows = samples(lattice)
    offs: list[list[Array]] = [[] for _ in scenes]
    firsts = []
    for window in windows:
        stacks = [read(scenes, own, window) for own in groups(scenes)]
        down, across = _edges(lattice, window)
        with _KERNELS:
            for own, stack in zip(groups(scenes), stacks, strict=True):
                for n, off in zip(own, medians.above(stack, down, across), strict=True):
                    offs[n].append(off.ravel())
            firsts.append(first_look(_look(scenes, periods, stacks, years), lattice, window, ranks=ranks))
    levels = tuple(float(np.median(np.concatenate(off))) for off in offs)
    first = float(discovery.spread([np.concatenate([f.ravel() for f in firsts])]))
    maps = []
    for window, score in zip(windows, firsts, strict=True):
        look = _look(scenes, periods, [read(scenes, own, window) for own in groups(scenes)], years)
        with _KERNELS:
            maps.append(_all_scores(look, lattice, window, suspects(score, first), ranks=ranks))
    with _KERNELS:
        correlation, scale, middles = _no_change(maps)
    return Shared(levels, tuple(tuple(map(float, row)) for row in correlation), scale, middles, first, years)


def _look(
    scenes: Sequence[Measure], periods: Sequence[int], stacks: Sequence[Array], years: tuple[int, ...]
) -> list[Held]:
    """Of a window's stacks by groups, the scenes of both periods."""
    made = []
    for own, stack in zip(groups(scenes), stacks, strict=True):
        used = np.array([periods[n] != BETWEEN for n in own])
        numbers = [n for n, u in zip(own, used, strict=True) if u]
        period = np.array([periods[n] for n in numbers], np.int8)
        made.append(_held(scenes, numbers, period, stack if used.all() else stack[used], years))
    return made


def _edges(lattice: Lattice, window: Window) -> tuple[list[int], list[int]]:
    """Edges of the squares in a window, counted from its corner."""
    row, column, rows, columns = window
    down = [n - row for n in lattice.down if row <= n <= row + rows]
    return down, [n - column for n in lattice.across if column <= n <= column + columns]


def _all_scores(
    look: Sequence[Held], lattice: Lattice, window: Window, suspect: Array, *, ranks: bool
) -> list[list[Array]]:
    """The scores of each group (outer): between the periods, then in each of its null maps (inner)."""
    made = []
    for one in look:
        group = radar.Group("", levelled(one.stack, lattice, window, suspect), one.period, one.days)
        periods = (one.period, *null_periods(one.period, one.years))
        made.append([scored(group, p, ranks=ranks, years=one.years) for p in periods])
    return made


def _no_change(maps: list[list[list[Array]]]) -> tuple[Array, float, tuple[float, ...]]:
    """Correlation of the groups, spread of no change, and middle of each map, over all sample windows."""
    many = len(maps[0])
    least = min(len(scores) for window in maps for scores in window)
    shared = np.eye(many)
    if least > 1:
        shared = change.correlation([np.concatenate([window[g][1].ravel() for window in maps]) for g in range(many)])
    joined = [
        np.concatenate([_joined([scores[k] for scores in window], shared).ravel() for window in maps])
        for k in range(least)
    ]
    middles = tuple(discovery.middle(m) for m in joined)
    null = [m - np.float32(middle) for m, middle in zip(joined[1:], middles[1:], strict=True)]
    return shared, float(discovery.spread([np.concatenate(null)] if null else [])), middles


def samples(lattice: Lattice) -> list[Window]:
    """Windows of whole squares spread over the raster, each once: what is learnt of all tiles is learnt there."""
    ranges = []
    for ends in lattice:
        many = len(ends) - 1
        width = min(SAMPLE_SQUARES, many)
        firsts = sorted({round((many - width) * k / max(SAMPLES - 1, 1)) for k in range(SAMPLES)})
        ranges.append([(ends[f], ends[f + width] - ends[f]) for f in firsts])
    return [(row, column, rows, columns) for row, rows in ranges[0] for column, columns in ranges[1]]


@dataclass(frozen=True, slots=True)
class Series:
    """The same tile again, for the areas in it: `labels` from 1 to many."""

    job: Job
    labels: Array
    many: int


def series(wanted: Series) -> tuple[Array, Array]:
    """Sum and number of the values of each area (row) in each scene (column), its level taken out."""
    job = wanted.job
    total, count = (np.zeros((wanted.many + 1, len(job.scenes))) for _ in range(2))
    for number, scene in enumerate(job.scenes):
        values = scene.window(job.window) - np.float32(job.shared.levels[number])
        total[:, number] = detect.sums(wanted.labels, wanted.many, values)
        count[:, number] = detect.sums(wanted.labels, wanted.many, np.isfinite(values).astype(np.float32))
    return total, count
