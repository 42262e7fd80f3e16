"""A stack and two periods -> footprints of change, as files: what `truceline change` does.

scenes -> tiles (here, or on a cluster) -> scores -> which pixels -> footprints -> when each changed -> files
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import __version__, machines, store
from ..errors import InputError, Problem, UsageError
from ..satellite import beyond, detect, discovery, optical, radar, scenes
from ..satellite import change as kernels
from ..satellite.change import AFTER, BEFORE, BETWEEN
from ..satellite.detect import Footprint
from ..satellite.raster import Window
from ..satellite.scenes import Scene, Stack
from ..when import iso
from . import areas, matching, pixels, places, planes, written
from .pixels import Job, Measure
from .planes import Plane

Array = NDArray[Any]
Tell = Callable[[str, int, int], None]
"""What is done, how many parts of it are, of how many."""
TILE_BYTES = 256 * 2**20
"""Of one tile: pixels of all scenes with what is read around it, and its maps, as float32; with two under way a run stays under 2 GB."""
BESIDE = 8
"""Maps of a tile beside its scenes and the scores of its groups: means, shares, what is joined."""
LEAST_BEFORE, LEAST_AFTER = kernels.LEAST, kernels.LEAST
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of `change`: the two periods as written, and how."""

    before: str
    after: str
    false_share: float = 0.05
    ranks: bool = False
    buildings: Path | None = None
    lists: tuple[Path, ...] = ()
    index: str = ""
    zone: str = ""
    source_id: str = ""
    leave_out: bool = False
    scheduler: str = ""
    workers: int = 2
    most_px: int = 1_000_000_000
    most_shift_px: float = matching.OUT_PX


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be compared: scenes by time, the period and the level of each, and the windows."""

    stack: Stack
    spans: tuple[Span, Span]
    scenes: tuple[Measure, ...]
    periods: tuple[int, ...]
    shared: pixels.Shared
    null_maps: int
    windows: tuple[Window, ...]
    left_out: tuple[str, ...]
    ranks: bool
    checks: dict[str, matching.Check]
    unused: tuple[Measure, ...]
    """What might have been compared and was not: shifted, or of another season."""

    def job(self, window: Window) -> Job:
        """The work of one window."""
        return Job(window, self.scenes, self.periods, self.shared, self.ranks)

    def tile_bytes(self) -> int:
        """The most that a tile reads, as float32: more than TILE_BYTES only where one square of so many scenes is."""
        lattice = pixels.Lattice.of(self.shape())
        read = (lattice.wider(lattice.wider(w)) for w in self.windows)
        return max(4 * sum(p != BETWEEN for p in self.periods) * rows * columns for _, _, rows, columns in read)

    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.stack.grid.rows, self.stack.grid.columns


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it: planes on disk, footprints with their dates, and how much was seen of each scene."""

    plan: Plan
    score: Plane
    signs: Plane
    before: Plane
    after: Plane
    seen: dict[str, float]
    chosen: discovery.Chosen
    footprints: tuple[Footprint, ...]
    means: Array
    """A row a footprint, a column a scene: its mean there, NaN where less than half of it was seen."""


def change(folder: Path, out: Path, wish: Wish, *, force: bool = False, tell: Tell = lambda *_: None) -> dict[str, Any]:
    """Compare two periods of a stack and write what changed; gives what summary.json holds.

    Raises InputError with the scene's name where a scene cannot be used, UsageError and RunError as the store does.
    """
    store.refuse_foreign(out, force=force)
    plan = planned(folder, wish)
    listed = places.lists(wish.lists, plan.stack.grid)
    houses = places.buildings(wish.buildings, plan.stack.grid)
    tell("scenes", 1, 1)
    workers = wish.workers if plan.tile_bytes() <= TILE_BYTES else 1
    with store.replacing(out, force=force) as fresh, machines.tiles(wish.scheduler, workers) as deal:
        held = fresh / ".planes"
        held.mkdir()
        found = _found(plan, held, deal, wish, tell)
        found = replace(found, footprints=tuple(detect.flagged(found.footprints, listed)))
        told = written.everything(fresh, found, wish, houses)
        shutil.rmtree(held)
        hashes = store.hashes(fresh, {store.MARK})
        written.told(fresh / store.MARK, manifest(plan, wish, hashes))
        tell("files", 1, 1)
    return told


def planned(folder: Path, wish: Wish) -> Plan:
    """The stack, its scenes in either period, and their levels; InputError where there are too few to compare."""
    spans = (scenes.period("--before", wish.before), scenes.period("--after", wish.after))
    if spans[0][1] > spans[1][0]:
        raise UsageError("--before, --after: the first period must end before the second begins")
    stack = scenes.stack(folder, leave_out=wish.leave_out, most_px=wish.most_px)
    held = [s for s in stack.scenes if spans[0][0] <= s.start < spans[1][1]]
    empty = [(s, why) for s in held if (why := scenes.looked(s))]
    if empty and not wish.leave_out:
        raise InputError(
            [Problem(s.name, 0, "", why, "a scene that shows something, or --leave-out") for s, why in empty]
        )
    left = tuple(f"{s.name}: {why}" for s, why in empty)
    kept = _measures(
        [s for s in held if s.start not in {e.start for e, _ in empty} or stack.sensor == scenes.RADAR], wish, stack
    )
    kept = tuple(s for s in kept if s.name not in {e.name for e, _ in empty})
    whole = kept
    groups = _enough(kept, spans, folder)
    kept = tuple(s for s in kept if s.group in groups)
    checks = matching.checked(kept, wish.most_shift_px)
    off = [s for s in kept if checks[s.name].verdict == matching.LEFT]
    if off:
        left += tuple(f"{s.name}: {checks[s.name].why}" for s in off)
        kept = tuple(s for s in kept if s not in off)
        groups = _enough(kept, spans, folder)
        kept = tuple(s for s in kept if s.group in groups)
    kept, periods, years = _seasons(kept, tuple(_period(s, spans) for s in kept))
    grid = stack.grid
    block = min((s.block for s in kept), key=lambda b: (b[0] * b[1], b))
    lattice = pixels.Lattice.of((grid.rows, grid.columns))
    nulls = pixels.null_maps(kept, periods, years)
    held_px = sum(p != BETWEEN for p in periods) + (nulls + 1) * (len(pixels.groups(kept)) + 1) + BESIDE
    windows = tuple(planes.tiles(lattice, block, held_px, TILE_BYTES, 2 * radar.SIDE_PX))
    return Plan(stack, spans, kept, periods, pixels.learnt(kept, periods, ranks=wish.ranks, years=years),
                nulls, windows, (*stack.left_out, *left), wish.ranks, checks,
                tuple(s for s in whole if s not in kept))  # fmt: skip


def _seasons(
    kept: tuple[Measure, ...], periods: tuple[int, ...]
) -> tuple[tuple[Measure, ...], tuple[int, ...], tuple[int, ...]]:
    """Optical scenes of one season of several years, with their periods and years back; others as they are, without years.

    Where two earlier years or more show the season, only they tell what a field does in peace; the rest of the year is not used.
    """
    if kept[0].sensor == scenes.RADAR:
        return kept, periods, ()
    made = [(BETWEEN, 0, False)] * len(kept)
    able = []
    for own in pixels.groups(kept):
        days = pixels.days_of([kept[n] for n in own])
        which, back = optical.earlier_years(days, [periods[n] for n in own])
        for n, p, y in zip(own, which, back, strict=True):
            made[n] = BETWEEN if p > AFTER else int(p), int(y), p != BETWEEN or periods[n] == BETWEEN
        if discovery.year_periods(which, back) and int((which == AFTER).sum()) >= LEAST_AFTER:
            able += own
    chosen = [n for n in sorted(able) if made[n][2]]
    if not chosen:
        return kept, periods, ()
    return tuple(kept[n] for n in chosen), tuple(made[n][0] for n in chosen), tuple(made[n][1] for n in chosen)


def _measures(held: list[Scene], wish: Wish, stack: Stack) -> tuple[Measure, ...]:
    """What is compared: the bands of radar as they are, of optical scenes one index without cloud."""
    if stack.sensor == scenes.RADAR:
        if wish.index:
            raise UsageError(f"--index {wish.index}: the scenes are radar, whose backscatter is compared as it is")
        return tuple(held)
    return tuple(scenes.indices(held, (wish.index or "nbr").upper()))


def _period(scene: Measure, spans: tuple[Span, Span]) -> int:
    return BEFORE if scene.start < spans[0][1] else AFTER if scene.start >= spans[1][0] else BETWEEN


def _enough(kept: tuple[Measure, ...], spans: tuple[Span, Span], folder: Path) -> set[tuple[str, str, str]]:
    """Groups with enough scenes in both periods."""
    counts: dict[tuple[str, str, str], list[int]] = {}
    for scene in kept:
        counts.setdefault(scene.group, [0, 0, 0])[_period(scene, spans)] += 1
    able = {g for g, n in counts.items() if n[BEFORE] >= LEAST_BEFORE and n[AFTER] >= LEAST_AFTER}
    free = {g for g, n in counts.items() if g in able and n[BEFORE] - n[AFTER] >= discovery.LEAST_FREE}
    if not able:
        told = "; ".join(
            f"orbit {g[1] or 'unknown'} {g[2]}: {n[BEFORE]} before, {n[AFTER]} after" for g, n in sorted(counts.items())
        )
        expected = f"at least {LEAST_BEFORE} scenes before and {LEAST_AFTER} after of one orbit and band"
        raise InputError(Problem(str(folder), 0, "", told or "no scene in either period", expected))
    return free or able


def _found(plan: Plan, held: Path, deal: machines.Deal, wish: Wish, tell: Tell) -> Found:
    shape = plan.shape()
    score, before, after, share = (
        Plane.new(held / name, "float32", shape) for name in ("score", "before", "after", "share")
    )
    null = [Plane.new(held / f"null-{n}", "float16", shape) for n in range(plan.null_maps)]
    seen = np.zeros(len(plan.scenes))
    for number, tile in enumerate(deal(pixels.tile, (plan.job(w) for w in plan.windows)), 1):
        for plane in (score, before, after, share):
            plane.put(tile.window, getattr(tile, plane.path.name))
        for plane, values in zip(null, tile.null, strict=False):
            plane.put(tile.window, values)
        seen += tile.seen
        tell("tiles", number, len(plan.windows))
    signs = Plane.new(held / "signs", "int8", shape)
    labels, masses = areas.labelled(score, held)
    by_chance = [areas.labelled(plane, held)[1] for plane in null]
    tell("chance", 1, 1)
    chosen = discovery.least_mass(masses, by_chance, wish.false_share)
    if not chosen.reported and by_chance:
        chosen = beyond.least_mass(masses, by_chance, wish.false_share)
    many = areas.left_alone(labels, masses >= max(chosen.least, areas.LEAST_MASS), signs, score)
    footprints = areas.footprints(plan.stack.grid, (labels, many), (score, before, after, share), by_chance)
    means = _means(plan, footprints, labels, deal, tell)
    dated = _dated(plan, footprints, means)
    names = {s.name: float(n) / (shape[0] * shape[1]) for s, n in zip(plan.scenes, seen, strict=True)}
    return Found(plan, score, signs, before, after, names, chosen, tuple(dated), means)


def _means(plan: Plan, footprints: list[Footprint], labels: Plane, deal: machines.Deal, tell: Tell) -> Array:
    """The mean of each footprint in each scene, from a second look at the tiles that hold one."""
    total, count = (np.zeros((len(footprints) + 1, len(plan.scenes))) for _ in range(2))
    wanted, numbers = [], []
    for window in plan.windows:
        own = labels.get(window)
        here = np.unique(own[own > 0])
        if len(here):
            place = np.zeros(len(footprints) + 1, np.int32)
            place[here] = np.arange(1, len(here) + 1)
            wanted.append(window)
            numbers.append((here, place))
    jobs = (
        pixels.Series(plan.job(w), place[labels.get(w)], len(here))
        for w, (here, place) in zip(wanted, numbers, strict=True)
    )
    for number, ((here, _), (sums, counts)) in enumerate(zip(numbers, deal(pixels.series, jobs), strict=True), 1):
        total[here] += sums[1:]
        count[here] += counts[1:]
        tell("dates", number, len(numbers))
    pixels_of = np.array([one.pixels for one in footprints]).reshape(-1, 1)
    enough = count[1:] >= detect.LEAST_SHARE * pixels_of
    return np.where(enough, total[1:] / np.maximum(count[1:], 1), np.nan)


def _dated(plan: Plan, footprints: list[Footprint], means: Array) -> Iterator[Footprint]:
    """Each footprint with the scenes between which it changed."""
    groups = np.unique([" ".join(s.group) for s in plan.scenes], return_inverse=True)[1]
    moments = np.array([s.start.timestamp() for s in plan.scenes])
    for one, series in zip(footprints, means, strict=True):
        first, last = detect.bracket(series, groups, moments)
        yield replace(one, last_without=_taken(plan, first), first_with=_taken(plan, last))


def _taken(plan: Plan, number: int | None) -> datetime | None:
    return None if number is None else plan.scenes[number].start


def manifest(plan: Plan, wish: Wish, outputs: dict[str, str]) -> dict[str, Any]:
    """What manifest.json holds. A cluster's address and the number of threads are not in it: they change no byte."""
    files = [*(wish.lists), *([wish.buildings] if wish.buildings else [])]
    return {
        "program": "truceline", "version": __version__, "verb": "change",
        "arguments": {
            "before": "/".join(map(iso, plan.spans[0])), "after": "/".join(map(iso, plan.spans[1])), "false_share": wish.false_share,
            "ranks": wish.ranks, "index": wish.index, "zone": wish.zone, "leave_out": wish.leave_out,
            "most_shift_px": wish.most_shift_px,
        },
        "inputs": plan.stack.hashes() | {f.name: scenes.sha256(f) for f in files},
        "outputs": outputs,
    }  # fmt: skip
