"""Which accounts are worth comparing: kinds that can be one, times that meet or nearly, places within reach.

Accounts are put into groups by how well place and time are known, each group on a grid of its own with cells as wide as
its reach; within a cell they stand in order of time. What is left out is further apart than FARTHEST_SIGMAS of the joint
error, or longer than GAP_S (clock times: CLOCK_GAP_S). An account without a place is compared with such accounts, and
with a placed one where something else ties the two (`anchored`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .arrays import Columns
from .compare import EVENT_KM, FARTHEST_SIGMAS, distance_km, gap_s, place, ratio, sigmas

Array = NDArray[Any]
GAP_S = 36 * 3600
CLOCK_GAP_S = 4 * 3600
NEAR_KM, NEAR_MOST, NEAR_DAYS = 15.0, 8, 32
SIZES_KM = (1.2, 4.0, 12.0, 40.0)
LENGTHS_S = (1.5 * 86_400, 10.5 * 86_400)
SLICE = 1 << 15


class Grid(NamedTuple):
    """Accounts of one group by cell and time: a hash table of cells, and the rows of each in order of time."""

    rows: Array
    starts: Array
    keys: Array
    first: Array
    last: Array
    cell_km: float
    longest_s: int
    sigma_km: float
    placed: bool
    clock: bool


@dataclass(frozen=True)
class Group:
    """A block of kinds, a class of size and a class of length, with its grid."""

    block: int
    grid: Grid


@njit(cache=True, nogil=True)
def _scale(row: int, cell_km: float) -> float:
    """Kilometres of a degree of longitude at the edge of this row of cells that is nearest to the equator."""
    low, high = row * cell_km / 110.95, (row + 1) * cell_km / 110.95
    lat = 0.0 if low < 0 < high else min(abs(low), abs(high))
    return max(111.32 * math.cos(math.radians(min(lat, 89.9))), 0.1)


@njit(cache=True, nogil=True)
def _key(row: int, column: int, more: int) -> int:
    return (row * 1_000_003 + column) * 65_537 + more


@njit(cache=True, nogil=True)
def _cells(lat: Array, lon: Array, more: Array, cell_km: float) -> Array:
    out = np.empty(len(lat), dtype=np.int64)
    for i in range(len(lat)):
        row = math.floor(lat[i] * 110.95 / cell_km)
        out[i] = _key(row, math.floor(lon[i] * _scale(row, cell_km) / cell_km), more[i])
    return out


@njit(cache=True, nogil=True)
def _table(cells: Array) -> tuple[Array, Array, Array]:
    """Open addressing: cell -> its first and last place among rows that are sorted by cell."""
    many = 1
    for k in range(1, len(cells)):
        many += cells[k] != cells[k - 1]
    size = 2
    while size < 2 * many + 2:
        size *= 2
    keys = np.zeros(size, dtype=np.int64)
    first = np.full(size, -1, dtype=np.int64)
    last = np.zeros(size, dtype=np.int64)
    begin = 0
    for k in range(1, len(cells) + 1):
        if k == len(cells) or cells[k] != cells[k - 1]:
            spot = _slot(cells[k - 1], size)
            while first[spot] >= 0:
                spot = (spot + 1) & (size - 1)
            keys[spot], first[spot], last[spot] = cells[k - 1], begin, k
            begin = k
    return keys, first, last


@njit(cache=True, nogil=True)
def _slot(key: int, size: int) -> int:
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    return int(np.int64(mixed >> np.uint64(20)) & (size - 1))


@njit(cache=True, nogil=True)
def _span(grid: Grid, key: int, begin_s: int, end_s: int) -> tuple[int, int]:
    """The first and last place of a cell's rows that begin within a span."""
    spot = _slot(key, len(grid.keys))
    while grid.first[spot] >= 0 and grid.keys[spot] != key:
        spot = (spot + 1) & (len(grid.keys) - 1)
    low, high = grid.first[spot], grid.last[spot]
    if low < 0:
        return 0, 0
    stop = high
    while low < high:
        middle = (low + high) // 2
        if grid.starts[middle] < begin_s:
            low = middle + 1
        else:
            high = middle
    found = low
    while found < stop and grid.starts[found] <= end_s:
        found += 1
    return low, found


def grid(c: Columns, rows: Array, cell_km: float, more: Array, *, placed: bool, clock: bool) -> Grid:
    """The grid of these rows; `more` parts accounts further (by source, say)."""
    cells = (
        _cells(c.row["lat"][rows], c.row["lon"][rows], more[rows], cell_km)
        if placed
        else np.zeros(len(rows), dtype=np.int64)
    )
    order = np.lexsort((rows, c.row["start"][rows], cells))
    rows, cells = rows[order], cells[order]
    keys, first, last = _table(cells)
    sigma = float(np.sqrt(max(c.row["ee"][rows].max(), c.row["nn"][rows].max()))) if placed else 0.0
    longest = int((c.row["end"][rows] - c.row["start"][rows]).max())
    return Grid(rows, c.row["start"][rows], keys, first, last, cell_km, longest, sigma, placed, clock)


def groups(c: Columns, rows: Array) -> list[Group]:
    """These accounts by block of kinds, size of their error and length of their span."""
    made = []
    radius = 2.4477 * np.sqrt(np.fmax(c.row["ee"], c.row["nn"]))
    size = np.where(
        np.isnan(c.row["lon"]), len(SIZES_KM) + 1, np.searchsorted(SIZES_KM, np.nan_to_num(radius), side="right")
    )
    length = np.where(c.row["clock"], 0, 1 + np.searchsorted(LENGTHS_S, c.row["end"] - c.row["start"], side="right"))
    sort = rows[np.lexsort((length[rows], size[rows], c.row["block"][rows]))]
    keys = np.stack([c.row["block"][sort], size[sort], length[sort]])
    edges = np.flatnonzero(np.any(keys[:, 1:] != keys[:, :-1], axis=0)) + 1
    nothing = np.zeros(len(c.row), dtype=np.int64)
    for part in np.split(sort, edges) if len(sort) else []:
        placed = bool(size[part[0]] <= len(SIZES_KM))
        widest = float(max(c.row["ee"][part].max(), c.row["nn"][part].max())) if placed else 0.0
        # The group whose errors are smaller asks in the grid whose cells are wider; without a place all are in one.
        cell = FARTHEST_SIGMAS * math.sqrt(2 * widest + EVENT_KM**2) if placed else math.inf
        clock = bool(c.row["clock"][part[0]])
        made.append(Group(int(c.row["block"][part[0]]), grid(c, part, cell, nothing, placed=placed, clock=clock)))
    return made


class Probe(NamedTuple):
    """Rows that ask in a grid; `same` says that they are the rows of the grid."""

    rows: Array
    asked: Grid
    same: bool
    gap_s: int


def probes(c: Columns, rows: Array) -> Iterator[Probe]:
    """What must be asked so that every pair of these rows that is worth comparing is found once."""
    known = groups(c, rows)
    for n, one in enumerate(known):
        for other in known[n:]:
            if one.block == other.block:
                asking, asked = (one, other) if one.grid.cell_km <= other.grid.cell_km else (other, one)
                gap = CLOCK_GAP_S if asking.grid.clock and asked.grid.clock else GAP_S
                for first in range(0, len(asking.grid.rows), SLICE):
                    yield Probe(asking.grid.rows[first : first + SLICE], asked.grid, one is other, gap)


def found(c: Columns, probe: Probe) -> tuple[Array, Array]:
    """The pairs that a probe finds."""
    i, j = _probe(c.row, c.codes, *probe)
    return i, j


def close(c: Columns, rows: Array) -> Iterator[tuple[Array, Array]]:
    """Pairs of these rows worth comparing, each once, in portions."""
    for probe in probes(c, rows):
        i, j = found(c, probe)
        if len(i):
            yield i, j


@njit(cache=True, nogil=True)
def _grown(old: Array, used: int) -> Array:
    new = np.empty(2 * len(old), dtype=old.dtype)
    for k in range(used):  # a slice would compile the words of an error that cannot be: a second at each first run
        new[k] = old[k]
    return new


@njit(cache=True, nogil=True)
def anchored(p: Any, q: Any, codes: Array) -> bool:
    """Whether a name of place, or a number of dead of two or more, ties accounts of which one has no place."""
    if p.place >= 0 and q.place >= 0 and place(p, q, codes) < 3:
        return True
    return (
        p.killed_low >= 2
        and q.killed_low >= 2
        and ratio(p.killed_low, p.killed_high, q.killed_low, q.killed_high)[1] < 2.01
    )


@njit(cache=True, nogil=True)
def _probe(row: Array, codes: Array, rows: Array, asked: Grid, same: bool, gap: int) -> tuple[Array, Array]:
    i_out, j_out, n = np.empty(4096, dtype=np.int32), np.empty(4096, dtype=np.int32), 0
    for i in rows:
        p = row[i]
        begin, end = p.start - gap - asked.longest_s, p.end + gap
        reach = FARTHEST_SIGMAS * math.sqrt(max(p.ee, p.nn) + asked.sigma_km**2 + EVENT_KM**2)
        low_row, high_row, turns = 0, 0, 1
        if asked.placed:
            low_row = math.floor((p.lat * 110.95 - reach) / asked.cell_km)
            high_row = math.floor((p.lat * 110.95 + reach) / asked.cell_km)
            turns = 3
        for line in range(low_row, high_row + 1):
            for turn in range(turns):
                low, high = 0, 0
                if asked.placed:
                    farthest = min(max(abs(p.lat) + reach / 110.0, 0.0), 89.0)
                    wide = reach / (111.3 * math.cos(math.radians(farthest)))
                    lon = p.lon + (0.0, 360.0, -360.0)[turn]
                    if turn and not -180.0 - wide < lon < 180.0 + wide:
                        continue
                    scale = _scale(line, asked.cell_km) / asked.cell_km
                    low, high = math.floor((lon - wide) * scale), math.floor((lon + wide) * scale)
                for column in range(low, high + 1):
                    k, stop = _span(asked, _key(line, column, 0), begin, end)
                    while k < stop:
                        j = asked.rows[k]
                        k += 1
                        if (same and j <= i) or gap_s(p, row[j]) > gap:
                            continue
                        if asked.placed:
                            if sigmas(p, row[j])[1] > FARTHEST_SIGMAS:
                                continue
                        elif not math.isnan(p.lon) and not anchored(p, row[j], codes):
                            continue
                        if n == len(i_out):
                            i_out, j_out = _grown(i_out, n), _grown(j_out, n)
                        i_out[n], j_out[n] = min(i, j), max(i, j)
                        n += 1
    return i_out[:n].copy(), j_out[:n].copy()


@njit(cache=True, nogil=True)
def reached(one: Array, row: Array, rows: Array) -> Array:
    """Which of these rows an account (`one`, a single record) may be compared with: none fewer than are, whatever their kinds."""
    p = one[0]
    out = np.zeros(len(rows), dtype=np.bool_)
    for k in range(len(rows)):
        q = row[rows[k]]
        near = gap_s(p, q) <= (CLOCK_GAP_S if p.clock and q.clock else GAP_S)
        unplaced = math.isnan(p.lon) or math.isnan(q.lon)
        out[k] = near and (unplaced or sigmas(p, q)[1] <= FARTHEST_SIGMAS)
    return out


def neighbours(c: Columns, rows: Array) -> Array:
    """For each of these rows, how many others of them its own source places near by on dates that meet, up to NEAR_MOST."""
    counted = rows[
        np.flatnonzero(
            (~np.isnan(c.row["lon"]) & ~c.row["clock"] & (c.row["end"] - c.row["start"] <= NEAR_DAYS * 86_400))[rows]
        )
    ]
    near = np.zeros(len(c.row), dtype=np.int8)
    if len(counted):
        asked = grid(c, counted, NEAR_KM, c.row["source"].astype(np.int64), placed=True, clock=False)
        _neighbours(c.row, counted, asked, near)
    return near


@njit(cache=True, nogil=True)
def _neighbours(row: Array, rows: Array, asked: Grid, near: Array) -> None:
    for i in rows:
        p = row[i]
        found = 0
        first = math.floor((p.lat * 110.95 - NEAR_KM) / NEAR_KM)
        for line in range(first, first + 3):
            scale = _scale(line, NEAR_KM) / NEAR_KM
            middle = math.floor(p.lon * scale)
            for column in range(middle - 1, middle + 2):
                k, stop = _span(asked, _key(line, column, p.source), p.start - asked.longest_s, p.end)
                while k < stop and found < NEAR_MOST:
                    j = asked.rows[k]
                    k += 1
                    if j != i and gap_s(p, row[j]) < 0 and distance_km(p, row[j])[0] <= NEAR_KM:
                        found += 1
        near[i] = found
