"""Moments of a place's radar scenes kept in a folder, and a new scene held against them: no old scene is read again.

A new acquisition is levelled against the kept mean, tested (Student's test with one value after), its bands joined and smoothed, and
brought to the middle and spread of its own pixels (Efron 2004). What chance does is told by the acquisitions before it: each was held
against those before itself, and had footprints as massive so often (a test on what comes next, Dawid 1984, JRSS A 147:278-292). All
count, also those that were reported: to leave them out would let one error make the next. It is a quick look at one scene, and no finding.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import __version__, store
from ..errors import UsageError
from ..report import change_words
from ..satellite import beyond, change, discovery, radar, scenes
from ..satellite.change import Moments
from ..satellite.detect import Footprint
from ..satellite.grid import Grid, same
from ..satellite.scenes import Scene, Stack
from ..when import iso
from . import areas, moments, pixels, tables, written
from .moments import State, wrong
from .pixels import Lattice
from .planes import Plane

Array = NDArray[Any]
LEAST_KEPT = 8
"""Scenes behind a pixel without which a new one is not held against it."""
LEAST_MASS = 1.0
"""Masses below it are not kept, and none is reported."""
MOST_KEPT = 24
"""Acquisitions of an orbit whose masses are kept, the latest."""
LEAST_TRIALS = 6
"""Acquisitions that were held against what was kept, without which it is not known what chance does: as many as null maps at most."""


@dataclass(frozen=True, slots=True)
class Look:
    """A quick look at one acquisition: when, from which orbit, how many lie before, what stands out, and how much of that is chance."""

    start: datetime
    orbit: str
    bands: tuple[str, ...]
    before: int
    last: datetime | None
    trials: int
    told: bool
    expected_false: float
    spread: float
    footprints: tuple[Footprint, ...]


def _acquisitions(stack: Stack, chosen: Iterable[Scene]) -> list[list[Scene]]:
    """Scenes of one moment and orbit, in order of time; UsageError where they are no radar."""
    if stack.sensor != scenes.RADAR:
        raise UsageError(
            "--keep, --add: moments are kept of radar; an index follows the season, compare two periods instead"
        )
    made: dict[tuple[datetime, str], list[Scene]] = {}
    for scene in chosen:
        made.setdefault((scene.start, scene.orbit), []).append(scene)
    return [sorted(made[k], key=lambda s: s.band) for k in sorted(made)]


def keep(
    folder: Path, kept: Path, period: str = "", *, force: bool = False, tell: Any = lambda *_: None
) -> dict[str, Any]:
    """Keep the moments of a stack's scenes, of a period where one is given; gives what was kept, in numbers and words."""
    store.refuse_foreign(kept, force=force)
    stack = scenes.stack(folder)
    chosen = scenes.within(stack.scenes, scenes.period("--before", period)) if period else stack.scenes
    if not chosen:
        raise wrong(str(folder), "no scene in the period", "scenes of it, or another --before")
    takes = _acquisitions(stack, chosen)
    with store.replacing(kept, force=force) as fresh:
        held = fresh / ".planes"
        held.mkdir()
        state = State(stack.grid, held)
        for number, own in enumerate(takes, 1):
            _looked(state, own, 0.05)
            tell("scenes", number, len(takes))
        state.write(fresh)
    words = f"Moments of {len(chosen)} scenes ({len(takes)} acquisitions) kept in {len(state.planes)} groups of orbit and band."
    return {"scenes": len(chosen), "acquisitions": len(takes), "words": [words]}


def add(
    folder: Path, kept: Path, out: Path, asked: float = 0.05, *, source_id: str = "", force: bool = False,
    tell: Any = lambda *_: None,
) -> dict[str, Any]:  # fmt: skip
    """Look at each new acquisition of a folder against what is kept, write what stands out, and add it to what is kept.

    Reads the new scenes and the kept moments, and nothing else. The looks are written first; a run that ends between the two
    leaves the moments as they were, and may be run again.
    """
    store.refuse_foreign(out, force=force)
    stack = scenes.stack(folder)
    takes = _acquisitions(stack, stack.scenes)
    same(moments.described(kept)[0], stack.grid, (f"the moments in {kept}", stack.scenes[0].name))
    with store.replacing(kept) as grown, store.replacing(out, force=force) as fresh:
        held = grown / ".planes"
        held.mkdir()
        state = moments.opened(kept, held)
        looks = []
        for number, own in enumerate(takes, 1):
            looks.append(_looked(state, own, asked))
            if looks[-1].told:
                plane = Plane(held / "look" / "score", "float32", state.grid.rows, state.grid.columns)
                written.cog(fresh / f"{_name(looks[-1])}.tif", plane, state.grid, "one scene against the kept moments")
            tell("scenes", number, len(takes))
        state.write(grown)
        told = _written(fresh, stack, looks, asked, source_id or stack.source_id)
        inputs = stack.hashes() | {f"{kept.name}/{store.MARK}": store.sha256(kept / store.MARK)}
        arguments = {"add": kept.name, "false_share": asked, "source": source_id}
        written.told(
            fresh / store.MARK,
            {"program": "truceline", "version": __version__, "verb": "change", "arguments": arguments, "inputs": inputs,
             "outputs": store.hashes(fresh, {store.MARK})},
        )  # fmt: skip
    return told


def _name(look: Look) -> str:
    return f"score-{look.start:%Y%m%dT%H%M%S}" + (f"-r{look.orbit}" if look.orbit else "")


def _looked(state: State, own: Sequence[Scene], asked: float) -> Look:
    """One acquisition (its bands) held against the state, then added to it."""
    grid, orbit, start = state.grid, own[0].orbit, own[0].start
    for scene in own:
        state.group((orbit, scene.band))
        listed = state.scenes[orbit, scene.band]
        if listed and iso(start) <= listed[-1]["start"]:
            expected = f"a scene later than {listed[-1]['start']}; keep the moments anew to put one between"
            raise wrong(scene.name, f"a scene of {iso(start)}, which is kept or older than what is kept", expected)
    before = min(len(state.scenes[orbit, s.band]) for s in own)
    last = max((state.scenes[orbit, s.band][-1]["start"] for s in own if state.scenes[orbit, s.band]), default="")
    work = state.held / "look"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    shape = (grid.rows, grid.columns)
    values = tuple(Plane.new(work / n, "float32", shape) for n in ("raw", "before", "after", "share"))
    _added(state, own, values)
    for scene in own:
        state.scenes[orbit, scene.band].append(
            {"name": scene.name, "start": iso(start), "sha256": store.sha256(scene.path)}
        )
    bands = tuple(s.band for s in own)
    moment = datetime.fromisoformat(last) if last else None
    if before < LEAST_KEPT:
        return Look(start, orbit, bands, before, moment, 0, False, 0.0, 1.0, ())
    score = Plane.new(work / "score", "float32", shape)
    spread = _smoothed(values[0], score)
    labels, masses = areas.labelled(score, work)
    known = state.chance.setdefault(orbit, [])
    chance = [m for _, m in known]
    chosen = _chosen(masses, chance, asked)
    known.append((iso(start), np.sort(masses[masses >= LEAST_MASS]).astype(np.float32).astype(float)))
    del known[:-MOST_KEPT]
    many = areas.left_alone(
        labels, masses >= max(chosen.least, LEAST_MASS), Plane.new(work / "signs", "int8", shape), score
    )
    found = tuple(areas.footprints(grid, (labels, many), (score, *values[1:]), chance))
    return Look(start, orbit, bands, before, moment, len(chance), True, chosen.expected_false, spread, found)


def _chosen(masses: Array, chance: list[Array], asked: float) -> discovery.Chosen:
    """Which masses stand out, by count, or where too few do by the tail of chance."""
    large = masses[masses >= LEAST_MASS]
    if len(chance) < LEAST_TRIALS:
        return discovery.Chosen(math.inf, 0, 0.0, len(chance))
    chosen = discovery.least_mass(large, chance, asked)
    return chosen if chosen.reported else beyond.least_mass(large, chance, asked)


def _strips(grid: Grid) -> Iterator[tuple[int, int, int, int]]:
    """Windows of whole rows of the squares on which a scene has one level."""
    down = Lattice.of((grid.rows, grid.columns)).down
    each = max(1, 2**22 // (grid.columns * radar.SIDE_PX))
    edges = [*down[:-1:each], down[-1]]
    for top, bottom in pairwise(edges):
        yield top, 0, bottom - top, grid.columns


def _added(state: State, own: Sequence[Scene], values: tuple[Plane, ...]) -> None:
    """Level, test and add the bands of one acquisition, strip by strip; `values` take the joined score, means and share seen."""
    grid = state.grid
    levels = [
        _level(scene, state.group((scene.orbit, scene.band))[1], state.group((scene.orbit, scene.band))[0])
        for scene in own
    ]
    for window in _strips(grid):
        scores, means = [], []
        for scene, level in zip(own, levels, strict=True):
            planes = state.group((scene.orbit, scene.band))
            held = Moments(*(p.get(window) for p in planes))
            rows = slice(window[0], window[0] + window[2])
            flat = scene.window(window) - radar.spread_out(level, (grid.rows, grid.columns), rows)
            scores.append(change.one_more(held, flat, LEAST_KEPT))
            means.append((np.where(held.n > 0, held.mean, np.float32(np.nan)).copy(), flat))
            for plane, grown in zip(planes, change.update(held, flat), strict=True):
                plane.put(window, grown)
        both = pixels.together(means)
        for plane, made in zip(
            values, (change.combined(scores), *both, np.isfinite(both[1]).astype(np.float32)), strict=True
        ):
            plane.put(window, made)


def _level(scene: Scene, mean: Plane, number: Plane) -> Array:
    """How much a scene lies above the kept mean, square by square; 0 where too little is known."""
    lattice = Lattice.of((scene.grid.rows, scene.grid.columns))
    made = np.zeros((len(lattice.down) - 1, len(lattice.across) - 1), np.float32)
    for window in _strips(scene.grid):
        apart = np.where(number.get(window) > 0, scene.window(window) - mean.get(window), np.float32(np.nan))
        for i in range(lattice.down.index(window[0]), lattice.down.index(window[0] + window[2])):
            rows = slice(lattice.down[i] - window[0], lattice.down[i + 1] - window[0])
            for j in range(made.shape[1]):
                square = apart[rows, lattice.across[j] : lattice.across[j + 1]]
                seen = square[np.isfinite(square)]
                made[i, j] = np.median(seen) if seen.size * 10 >= square.size and seen.size else 0
    return made


def _smoothed(raw: Plane, score: Plane) -> float:
    """Smooth the joined score and bring it to its own middle and spread, which is given back."""
    sample: list[Array] = []
    every = max(raw.rows * raw.columns // 1_000_000, 1)
    for window in raw.strips():
        row, _, high, wide = window
        top, bottom = max(row - 1, 0), min(row + high + 1, raw.rows)
        made = discovery.smoothed(raw.get((top, 0, bottom - top, wide)))[row - top : row - top + high]
        score.put(window, made)
        first = -(row * wide) % every
        sample.append(made.ravel()[first::every])
    values = np.concatenate(sample)
    middle = discovery.middle(values)
    spread = discovery.spread([values - np.float32(middle)])
    for window in score.strips():
        score.put(window, (score.get(window) - np.float32(middle)) / np.float32(spread))
    return float(spread)


def words(look: Look, asked: float) -> str:
    """What a quick look says, and what it does not."""
    about = f"{look.start:%Y-%m-%d %H:%M} UTC" + (f", orbit {look.orbit}" if look.orbit else "")
    if not look.told:
        return f"{about}: added; {look.before} scenes of its orbit and bands were kept, {LEAST_KEPT} are needed to hold a new one against."
    if not look.trials:
        return (
            f"{about}: added; the first that was held against what is kept, so that it is not known what chance does."
        )
    many, false = len(look.footprints), look.expected_false
    return (
        f"{about}: {many} footprint{'' if many == 1 else 's'} stand{'s' if many == 1 else ''} out against {look.before} scenes before "
        f"(asked: {asked:.0%} no change). The {look.trials} acquisitions before it, each held against those before itself, had "
        f"{'under 0.01' if false < 0.01 else f'{false:.2g}'} as massive on average. One scene, a quick look: rain, a ship or a flooded "
        "field do the same; for a finding compare two periods."
    )


def said(one: Footprint, look: Look) -> str:
    """What a footprint of a quick look says, and no more than that."""
    return (
        f"Radar backscatter ({', '.join(look.bands)}) in the scene of {tables.plain_day(look.start)} lay {abs(one.change):.2f} dB "
        f"{'above' if one.score > 0 else 'below'} the mean of {look.before} scenes before, over {one.area_m2:,.0f} m². Seen in one scene, "
        "in a quick look: it may have come earlier, and may be gone in the next; compare two periods before anything is said of it."
    )


def _written(folder: Path, stack: Stack, looks: Sequence[Look], asked: float, source_id: str) -> dict[str, Any]:
    table, shapes = [], []
    for look in looks:
        for one in look.footprints:
            spans = ((look.last or look.start, look.start), (look.start, look.start))
            about = tables.About(
                source_id, stack.source, "", stack.sensor, "dB", look.bands, spans, asked, "", change_words.SCENES
            )
            row = tables.detection(replace(one, first_with=look.start), stack.grid, about)
            table.append(row | {"words": said(one, look)})
            shapes.append(one.outline)
    written.csv(folder / "detections.csv", "detections.csv", table)
    written.geopackage(folder / "detections.gpkg", table, shapes, stack.grid.crs, looks[-1].start)
    written.codebook(folder / "codebook.csv")
    told = {
        "program": "truceline", "version": __version__, "title": stack.title, "source_id": source_id, "asked_false_share": asked,
        "looks": [
            {"start": iso(k.start), "orbit": k.orbit, "bands": list(k.bands), "kept_before": k.before, "told": k.told, "trials": k.trials,
             "footprints": len(k.footprints), "found_where_nothing_changed": round(k.expected_false, 2), "spread": round(k.spread, 3)}
            for k in looks
        ],
        "words": [words(k, asked) for k in looks],
    }  # fmt: skip
    written.told(folder / "summary.json", told)
    return told
