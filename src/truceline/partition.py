"""Fusing by partitions: tables too large for one machine's memory, read, compared, clustered and written slab by slab.

Every job reads files and leaves files in a folder that all workers can write to; only paths and counts come back. A job that
is begun again by another worker leaves the same file. Rows that only the row-by-row reader knows, ids that occur twice
and answers need the whole table at hand: where there are such, `fused` raises NeedsAll.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from . import columns, normalise, publish, rows, threads
from .clock import Progress, peak_mb
from .formats import observation_columns
from .fuse import Fused, arrays, explain, learn, windows
from .fuse.weights import Weights
from .machines import Deal
from .nouns import Capture, NearMiss

Array = NDArray[Any]
PART_BYTES = 48_000_000
SLAB_ROWS = 600_000
SAMPLE = 500
KEPT = tuple(dict.fromkeys((*arrays.USED, *publish.TOLD)))


class NeedsAll(Exception):  # noqa: N818
    """The files hold what cannot be fused slab by slab."""


class Part(NamedTuple):
    """A piece of a table to be read: bytes of a CSV (with its first line), or all of another file."""

    file: Path
    begin: int
    end: int
    time_zone: str
    exposures: tuple[str, ...]
    to: Path


@dataclass(frozen=True)
class Piece:
    """What was read of a part: its file by time (`long` ones apart), and what the whole must know of it."""

    file: Path
    hashes: Path
    kept: int
    starts: tuple[int, ...]
    ids: tuple[str, ...]
    kinds: frozenset[str]
    longest: int
    clock: bool
    unknown: int
    peak_mb: float


class Slab(NamedTuple):
    """A window to be worked out from these pieces; `weights` as they were given, `settled` once the prior is moved."""

    number: int
    window: windows.Window
    pieces: tuple[Path, ...]
    weights: Weights
    settled: Weights | None
    ids: tuple[str, ...]
    to: Path


@dataclass(frozen=True)
class Done:
    """Files of a slab: incidents as they are written, links by ranges of ids, near misses; and how many of each."""

    incidents: Path
    links: tuple[Path, ...]
    near_misses: Path
    counts: tuple[int, int, int]
    peak_mb: float


@dataclass(frozen=True)
class Whole:
    """What `fused` leaves in the folder, with the hashes of the two large files."""

    near_misses: pl.DataFrame
    weights: Weights
    inputs: dict[str, str]
    outputs: dict[str, str]
    counts: dict[str, int]
    unknown: int
    peak_mb: float


def _kept(path: Path, write: Callable[[Path], object]) -> Path:
    """Write a file under another name and then give it its own, so that nobody reads half of it."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    write(fresh)
    fresh.replace(path)
    return path


def parts(files: list[Path], time_zone: str, exposures: tuple[str, ...], to: Path) -> list[Part]:
    """These files in parts, cut at line ends."""
    made = []
    for file in files:
        size = file.stat().st_size
        if file.suffix.lower() == ".parquet":
            made.append(Part(file, 0, size, time_zone, exposures, to))
            continue
        step = max(min(PART_BYTES, size // 4), 1)
        with file.open("rb") as handle:
            edges = [len(handle.readline())]
            while edges[-1] < size:
                handle.seek(min(edges[-1] + step, size))
                handle.readline()
                edges.append(handle.tell())
        made += [Part(file, a, b, time_zone, exposures, to) for a, b in pairwise(edges)]
    return made


def read(part: Part) -> Piece | None:
    """Read, normalise and sort a part by time; None where it holds what needs the whole table."""
    with part.file.open("rb") as handle:
        head = b"" if not part.begin else handle.readline()
        handle.seek(part.begin)
        data = head + handle.read(part.end - part.begin)
    found = observation_columns.plain(Capture(part.file.name, "observations", "", len(data), data), part.time_zone)
    del data
    if found is None or found.others or (found.table["answers"] != "").any():
        return None
    table = normalise.by_columns(found.table)
    stem = f"read-{hashlib.sha256(str(part.file).encode()).hexdigest()[:12]}-{part.begin}"
    hashes = _kept(part.to / f"{stem}.npy", lambda p: _save(p, table["id"].hash().to_numpy()))
    table = table.filter(pl.col("exposure").is_in(part.exposures)).select(KEPT).sort("when_start")
    span = (table["when_end"] - table["when_start"]).dt.total_seconds()
    long = span > windows.LONG_S
    file = part.to / f"{stem}.arrow"
    _kept(file.with_suffix(".long"), lambda p: _compact(table.filter(long), p))
    _kept(file, lambda p: _compact(table.filter(~long), p))
    step = max(table.height // SAMPLE, 1)
    return Piece(
        file, hashes, table.height, tuple(table["when_start"].gather_every(step).dt.epoch("s").to_list()),
        tuple(table["id"].gather_every(step).to_list()), frozenset(table["kind"].unique().to_list()),
        int(span.filter(~long).max() or 0),  # type: ignore[arg-type]
        bool(table["when_precision"].is_in(arrays.CLOCK).all()), len(found.unknown), peak_mb(),
    )  # fmt: skip


def _compact(table: pl.DataFrame, path: Path) -> None:
    """Write these rows and nothing else: text in newer forms of Arrow keeps that of rows which were filtered out."""
    table.write_ipc(path, compression="lz4", compat_level=pl.CompatLevel.oldest(), record_batch_size=1 << 15)


def _lines(table: pl.DataFrame, path: Path) -> None:
    with path.open("wb") as handle:
        rows.frame_into(handle, table, head=False)


def _save(path: Path, values: Array) -> None:
    with path.open("wb") as handle:
        np.save(handle, values)


def _window(slab: Slab) -> pl.DataFrame:
    """The rows that the window holds."""
    edges = [min(max(t * 1_000_000, -(1 << 62)), 1 << 62) for t in (slab.window.first, slab.window.last)]
    held = [pl.read_ipc(file.with_suffix(".long")) for file in slab.pieces]
    for file in slab.pieces:
        table = pl.scan_ipc(file)
        at = table.select("when_start").collect()["when_start"].to_physical().to_numpy()
        a, b = (int(x) for x in np.searchsorted(at, edges))
        held.append(table.slice(a, b - a).collect())
    return pl.concat(held)


def weigh(slab: Slab) -> tuple[Array, Array]:
    """Find and weigh the pairs of a window and keep them; what those of the slab weigh, counted."""
    found = windows.accounted(_window(slab), slab.window)
    if found is None:
        return learn.tenths(np.zeros(0, dtype=np.int64))
    made = windows.weighed(found, slab.weights)
    _kept(_held(slab), lambda p: _save(p, np.stack(made)))
    return windows.counted(found, made, slab.window)


def _held(slab: Slab) -> Path:
    return slab.to / f"pairs-{slab.number}.npy"


def finish(slab: Slab) -> Done | windows.Window:
    """Cluster a window and write the tables of its slab; or the wider window that it needs."""
    assert slab.settled is not None
    table = _window(slab)
    found = windows.accounted(table, slab.window)
    told = table.select(publish.TOLD)
    del table
    if found is None:
        return _written(slab, None, told)
    kept = _held(slab)  # written by this run, in a folder of its own
    pairs = windows.Pairs(*np.load(kept)) if kept.exists() else windows.weighed(found, slab.weights)
    made = windows.finished(found, pairs, slab.window, slab.weights, slab.settled)
    del found, pairs
    return made if isinstance(made, windows.Window) else _written(slab, made, told)


def _written(slab: Slab, made: Fused | None, told: pl.DataFrame) -> Done:
    incidents, links, missed = slab.to / f"incidents-{slab.number}.csv", [], slab.to / f"missed-{slab.number}.arrow"
    if made is None or made.incidents.is_empty():
        _kept(incidents, lambda p: p.write_bytes(b""))
        _kept(missed, lambda p: _compact(rows.table(NearMiss, []), p))
        return Done(incidents, (), missed, (0, 0, 0), peak_mb())
    _kept(missed, lambda p: _compact(made.near_misses, p))
    _kept(incidents, partial(_lines, publish.bare_incidents(made.incidents, told)))
    named = made.links["incident_id"]
    edges = [0, *(int((named < f"I-{cut}").sum()) for cut in slab.ids), named.len()]
    for n, (a, b) in enumerate(pairwise(edges)):
        path = slab.to / f"links-{slab.number}-{n}.arrow"
        links.append(_kept(path, partial(_compact, made.links[a:b])))
    counts = (made.incidents.height, made.links.height, made.near_misses.height)
    return Done(incidents, tuple(links), missed, counts, peak_mb())


def merge(job: tuple[tuple[Path, ...], Path]) -> Path:
    """The links of one range of incidents from all slabs, in order, as lines."""
    files, to = job
    whole = pl.concat([pl.read_ipc(f) for f in files]).sort("incident_id", maintain_order=True)
    return _kept(to, partial(_lines, publish.bare_links(whole)))


def fused(
    files: list[Path], out: Path, scratch: Path, deal: Deal, weights: Weights, how: tuple[str, tuple[str, ...], int, int],
    tell: Progress,
) -> Whole:  # fmt: skip
    """Fuse these files into `out` (incidents.csv and links.csv); `how`: time zone, exposures, slabs, most near misses.

    Raises NeedsAll where the files need to be fused in one piece. Scratch files are left in `scratch`.
    """
    zone, exposures, many, most = how
    jobs = parts(files, zone, exposures, scratch)
    with threads.begun(lambda: {f.name: _hash(f) for f in files}) as hashing:
        pieces = list(_told(deal(read, jobs), "read", len(jobs), tell))
        whole = [p for p in pieces if p is not None]
        if len(whole) < len(pieces) or not sum(p.kept for p in whole) or doubled(whole):
            raise NeedsAll
        incidents = Growing(out / "incidents.csv", columns.names("incidents.csv"))
        settled, done = _slabs(whole, scratch, deal, weights, many, incidents, tell)
        _unlinked(f for p in whole for f in (p.file, p.hashes, p.file.with_suffix(".long")))
        edges = range(max(len(d.links) for d in done))
        merged = [(tuple(d.links[n] for d in done if d.links), scratch / f"merged-{n}.csv") for n in edges]
        links = Growing(out / "links.csv", columns.names("links.csv"))
        for job, text in zip(merged, _told(deal(merge, merged), "merge", len(merged), tell), strict=True):
            links.take(text)
            _unlinked(job[0])
        outputs = dict(threads.at_once(incidents.end, links.end))
        missed = pl.concat([pl.read_ipc(d.near_misses) for d in done])
        counts = {"observations": sum(p.kept for p in whole)} | {
            name: sum(d.counts[k] for d in done) for k, name in enumerate(("incidents", "links", "near_misses"))
        }
        unknown = sum({job.file: p.unknown for job, p in zip(jobs, whole, strict=True)}.values())
        peak = max(x.peak_mb for x in (*whole, *done))
        return Whole(explain.in_order(missed).head(most), settled, hashing.result(), outputs, counts, unknown, peak)


class Growing:
    """A file that takes pieces under a head line as they come, and their SHA-256; a piece is gone when it was taken."""

    def __init__(self, to: Path, names: list[str]) -> None:
        self._digest = hashlib.sha256()
        self._out = to.open("wb")
        self._name = to.name
        self._put((",".join(names) + "\n").encode())

    def _put(self, block: bytes) -> None:
        self._out.write(block)
        self._digest.update(block)

    def take(self, piece: Path) -> None:
        """Add this piece."""
        with piece.open("rb") as handle:
            while block := handle.read(1 << 22):
                self._put(block)
        piece.unlink()

    def end(self) -> tuple[str, str]:
        """The file is whole and on the disk: its name, and its SHA-256."""
        with self._out:
            self._out.flush()
            os.fsync(self._out.fileno())
        return self._name, self._digest.hexdigest()


def _unlinked(files: Iterable[Path]) -> None:
    """What is not needed any more need not reach the disk."""
    for file in files:
        file.unlink(missing_ok=True)


def _hash(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _told(results: Iterator[Any], stage: str, many: int, tell: Progress) -> Iterator[Any]:
    for n, one in enumerate(results):
        tell(f"{stage} {n + 1}/{many}")
        yield one


def doubled(pieces: list[Piece]) -> bool:
    """Whether an id occurs twice (or two ids have one hash, which is as good as never)."""
    hashes = np.concatenate([np.load(p.hashes) for p in pieces])
    hashes.sort()
    return bool((hashes[1:] == hashes[:-1]).any())


def _slabs(
    pieces: list[Piece], scratch: Path, deal: Deal, weights: Weights, many: int, incidents: Growing, tell: Progress
) -> tuple[Weights, list[Done]]:
    """Every slab worked out: first what its pairs weigh, then, with the prior moved, its tables. `incidents` takes theirs."""
    rows_ = sum(p.kept for p in pieces)
    many = many or -(-rows_ // (6 * SLAB_ROWS)) * 6  # two, three or six workers end together
    starts = np.sort(np.concatenate([np.array(p.starts, dtype=np.int64) for p in pieces]))
    ids = sorted(i for p in pieces for i in p.ids)
    cuts = sorted({int(starts[len(starts) * n // many]) for n in range(1, many)})
    ranges = tuple(dict.fromkeys(ids[len(ids) * n // many] for n in range(1, many)))
    kinds = tuple(sorted(frozenset().union(*(p.kinds for p in pieces))))
    files = tuple(p.file for p in pieces)
    slabs = [
        Slab(n, w, files, weights, None, ranges, scratch)
        for n, w in enumerate(
            windows.windows(cuts, max(p.longest for p in pieces), kinds, clock=all(p.clock for p in pieces))
        )
    ]
    settled = weights
    if weights.share is not None:
        counts: dict[int, int] = {}
        for tenths, found in _told(deal(weigh, slabs), "weigh", len(slabs), tell):
            for t, c in zip(tenths.tolist(), found.tolist(), strict=True):
                counts[t] = counts.get(t, 0) + c
        tenths = np.array(sorted(counts), dtype=np.int64)
        settled = learn.moved_by(weights, tenths, np.array([counts[t] for t in tenths.tolist()]), weights.share)
    done: dict[int, Done] = {}
    taken: list[Done] = []
    waiting = [s._replace(settled=settled) for s in slabs]
    while waiting:
        again = []
        for slab, made in zip(waiting, _told(deal(finish, waiting), "join", len(waiting), tell), strict=True):
            if isinstance(made, windows.Window):
                again.append(slab._replace(window=made))
            else:
                done[slab.number] = made
            _unlinked([_held(slab)])
            while len(taken) < len(slabs) and len(taken) in done:
                taken.append(done[len(taken)])
                incidents.take(taken[-1].incidents)
        waiting = again
    return settled, taken
