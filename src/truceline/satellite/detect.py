"""Where pixels changed -> footprints: connected pixels of one direction, their area, score, dates and what they lie on.

Pure. A footprint says that the surface changed; what changed it is for people. Pixels are taken in whole rows, strip by
strip, so that no raster is ever held as a whole, and the strips leave no trace in what comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray

Array = NDArray[Any]
RISE, FALL = "rise", "fall"
LISTED_M = 50.0
"""How near a listed point without a radius of its own must be, metres."""
SURE_BITS = 2.0
"""Splits that are less likely than the best one by no more than this may be the true one (about 9 in 10)."""
LEAST_SHARE = 0.5
"""Of a building or a footprint that must have been seen for anything to be said of it."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """One connected area of change. `outline` is in the grid's CRS; `score` signed; dates are None where not to be told.

    `change` is the mean difference after less before, in the unit of the scenes; `by_chance`
    how many as massive a map has, on average, in which nothing changed.
    """

    number: int
    outline: Any
    pixels: int
    area_m2: float
    score: float
    change: float
    by_chance: float
    valid_share: float
    last_without: datetime | None = None
    first_with: datetime | None = None
    flags: tuple[str, ...] = ()

    @property
    def direction(self) -> str:
        """`rise` or `fall` of what was measured."""
        return RISE if self.score > 0 else FALL


@njit(cache=True)
def _root(parent: Array, one: int) -> int:
    while parent[one] != one:
        parent[one] = parent[parent[one]]
        one = parent[one]
    return one


@njit(cache=True)
def _rows(signs: Array, above_signs: Array, above: Array, labels: Array, parent: Array, known: int) -> int:
    """Labels of some rows by those of the row above; eight neighbours, one sign. Gives how many labels are known."""
    rows, columns = signs.shape
    for r in range(rows):
        for c in range(columns):
            sign = signs[r, c]
            if sign == 0:
                labels[r, c] = 0
                continue
            found = 0
            if c > 0 and signs[r, c - 1] == sign:
                found = _root(parent, labels[r, c - 1])
            for step in range(-1, 2):
                beside = c + step
                if beside < 0 or beside >= columns:
                    continue
                over = above_signs[beside] if r == 0 else signs[r - 1, beside]
                if over == sign:
                    other = _root(parent, above[beside] if r == 0 else labels[r - 1, beside])
                    if found == 0:
                        found = other
                    elif other != found:
                        low, high = min(found, other), max(found, other)
                        parent[high] = low
                        found = low
            if found == 0:
                known += 1
                parent[known] = known
                found = known
            labels[r, c] = found
    return known


class Labelling:
    """Connected areas of a raster that comes strip by strip, from the top; the same whatever the strips."""

    def __init__(self, columns: int) -> None:
        self._above = np.zeros(columns, np.int32)
        self._above_signs = np.zeros(columns, np.int8)
        self._parent = np.zeros(1024, np.int32)
        self._known = 0

    def strip(self, signs: Array) -> Array:
        """Provisional labels of the next rows; `signs` is 1 where pixels rose, -1 where they fell, 0 elsewhere."""
        most = self._known + signs.size // 2 + signs.shape[0] + 2
        if len(self._parent) < most:
            self._parent = np.concatenate([self._parent, np.zeros(most, np.int32)])
        labels = np.zeros(signs.shape, np.int32)
        signs = np.ascontiguousarray(signs, np.int8)
        self._known = _rows(signs, self._above_signs, self._above, labels, self._parent, self._known)
        self._above, self._above_signs = labels[-1].copy(), signs[-1].copy()
        return labels

    def final(self) -> Array:
        """Provisional label -> area, numbered from 1 by their first pixel; 0 stays 0."""
        parent = self._parent[: self._known + 1]
        roots = np.array([_root(parent, n) for n in range(len(parent))], np.int32)
        order = np.zeros(len(parent), np.int32)
        order[np.unique(roots[1:])] = np.arange(1, len(np.unique(roots[1:])) + 1, dtype=np.int32)
        return order[roots]


def sums(labels: Array, many: int, values: Array | None = None) -> Array:
    """Sum of the values (or count of pixels) of each label 0..many; what is no number adds nothing."""
    flat = labels.ravel()
    if values is None:
        return np.bincount(flat, minlength=many + 1).astype(np.float64)
    weights = np.where(np.isfinite(values), values, 0).astype(np.float64).ravel()
    return np.bincount(flat, weights=weights, minlength=many + 1)


def extremes(labels: Array, many: int, values: Array) -> Array:
    """The largest of `values` in each label 0..many; -inf where there is none."""
    found = np.full(many + 1, -np.inf)
    usable = (labels > 0) & np.isfinite(values)
    np.maximum.at(found, labels[usable], values[usable])
    return found


def outlines(labels: Array, row: int) -> list[tuple[int, Any]]:
    """Polygons of the labelled areas in a strip that begins at `row`, in columns and rows of the raster."""
    from affine import Affine
    from rasterio.features import shapes

    placed = Affine.translation(0, row)
    found = shapes(labels.astype(np.int32), mask=labels > 0, connectivity=4, transform=placed)
    return [(int(value), shapely.geometry.shape(shape)) for shape, value in found]


def joined(pieces: Iterable[tuple[int, Any]], transform: Sequence[float]) -> dict[int, Any]:
    """One geometry an area, in the grid's CRS, from its pieces in all strips.

    In whole pixels a corner that a strip left on a straight edge is exactly on it, and goes; no trace of strips stays.
    """
    a, b, c, d, e, f = transform

    def placed(at: Array) -> Array:
        return np.column_stack([a * at[:, 0] + b * at[:, 1] + c, d * at[:, 0] + e * at[:, 1] + f])

    held: dict[int, list[Any]] = {}
    for number, piece in pieces:
        held.setdefault(number, []).append(piece)
    whole = {n: shapely.simplify(shapely.normalize(shapely.union_all(held[n])), 0) for n in sorted(held)}
    return {n: shapely.normalize(shapely.transform(shape, placed)) for n, shape in whole.items()}


class Bracket(NamedTuple):
    """Between which two scenes an area changed: indexes into the times; None where that cannot be told."""

    last_without: int | None
    first_with: int | None


def bracket(values: Array, groups: Array, moments: Array) -> Bracket:
    """Between which scenes a series steps, as wide as the data leave it open.

    `values` are means of one area, one a scene in order of time, NaN where it was not seen; `groups` numbers the orbit and
    band of each, which have levels of their own; `moments` is when it was taken: bands of one moment are never parted.
    The step is the split with the least squared deviation from two levels a group; every split within SURE_BITS of it
    widens the bracket (profile likelihood, Hinkley 1970, Biometrika 57:1-17).
    """
    usable = np.flatnonzero(np.isfinite(values))
    if len(usable) < 4:
        return Bracket(None, None)
    costs = np.full(len(values), np.inf)
    parted = usable[:-1][moments[usable[:-1]] != moments[usable[1:]]]
    for last in parted:
        costs[last] = _cost(values, groups, usable, int(last))
    best = float(costs.min(initial=np.inf))
    if not np.isfinite(best):
        return Bracket(None, None)
    plausible = np.flatnonzero(costs <= best * 2 ** (2 * SURE_BITS / len(usable)) + 1e-9)
    first, last = int(plausible[0]), int(plausible[-1])
    following = usable[usable > last]
    return Bracket(first, int(following[0]))


def _cost(values: Array, groups: Array, usable: Array, last: int) -> float:
    """Squared deviations from a level before and one after in each group; a group on one side alone counts with one level."""
    total = 0.0
    stepped = False
    for group in np.unique(groups[usable]):
        own = usable[groups[usable] == group]
        for side in (own[own <= last], own[own > last]):
            if len(side):
                total += float(((values[side] - values[side].mean()) ** 2).sum())
        stepped |= bool((own <= last).any() and (own > last).any())
    return total if stepped else np.inf


class Listed(NamedTuple):
    """One thing that changes a surface in peace: a kiln, a harvested field, a flood, a quarry. In the grid's CRS."""

    kind: str
    shape: Any
    start: datetime | None = None
    end: datetime | None = None


def flagged(found: Sequence[Footprint], listed: Sequence[Listed]) -> list[Footprint]:
    """The footprints with the kinds of listed things that they touch, within their dates; none is left out."""
    if not found or not listed:
        return list(found)
    tree = shapely.STRtree([one.shape for one in listed])
    made = []
    for one in found:
        near = (listed[i] for i in sorted(tree.query(one.outline, predicate="intersects")))
        kinds = sorted({n.kind for n in near if _meets(one, n)})
        made.append(replace(one, flags=tuple(kinds)))
    return made


def _meets(one: Footprint, listed: Listed) -> bool:
    """Whether their spans may overlap; an open end does."""
    if listed.start is not None and one.first_with is not None and one.first_with < listed.start:
        return False
    return not (listed.end is not None and one.last_without is not None and one.last_without > listed.end)


class Building(NamedTuple):
    """What was seen of one building: `changed` is None where it cannot be told, and `reason` says why."""

    id: str
    changed: bool | None
    score: float | None
    changed_share: float | None
    valid_share: float
    pixels: int
    reason: str


def building(name: str, score: Array, signs: Array, pixel_share: float) -> Building:
    """What pixels say of one building. `score` has NaN where nothing was seen; `pixel_share` is its area in pixels.

    Not supported, and so null: a building smaller than one pixel, or one of which less than half was seen.
    """
    pixels = int(score.size)
    valid = np.isfinite(score)
    share = float(valid.mean()) if pixels else 0.0
    if not pixels:
        return Building(name, None, None, None, 0.0, 0, "outside the stack")
    if pixel_share < 1:
        return Building(name, None, None, None, share, pixels, "smaller than one pixel")
    if share < LEAST_SHARE:
        return Building(name, None, None, None, share, pixels, "less than half of it was seen")
    changed = float((signs[valid] != 0).mean())
    return Building(name, changed >= LEAST_SHARE, float(score[valid].mean()), changed, share, pixels, "")
