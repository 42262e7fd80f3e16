"""Beyond one machine: pairs in slabs of time with a halo, and tiles of rasters, dealt to the workers of a Dask cluster.

Of pairs only numbers travel: times, places, codes and hashes of pieces of text, no id, name or text. Of tiles a window and
the paths of its scenes go out, which every worker must be able to read, and rasters of the tile come back. What was with a
worker that died is done again by another.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .errors import InputError, Problem, RunError, UsageError
from .fuse import weighing
from .fuse.arrays import Columns
from .fuse.weights import Weights

if TYPE_CHECKING:
    from distributed import Client

Array = NDArray[Any]
SLABS_A_WORKER = 3
WAIT_S = 30


Deal = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]
"""What works through jobs: (work, jobs) -> results in the order of the jobs, few of them held at a time."""


@contextmanager
def dealing(address: str, slabs: int = 0) -> Iterator[weighing.Deal | None]:
    """What deals pairs to the cluster at this address; None, for this machine, where there is no address.

    Raises UsageError where Dask is not installed, RunError where nobody answers at the address.
    """
    if not address:
        yield None
        return
    with _client(address) as client:
        yield lambda c, near, rows, weights, low: _dealt(client, slabs, (c, near, rows), weights, low)


@contextmanager
def _client(address: str) -> Iterator[Client]:
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("--scheduler needs Dask: pip install 'truceline[cluster]'") from None
    logging.getLogger("distributed.client").setLevel(logging.ERROR)  # what a dead worker held is done again: no news
    try:
        client = Client(address, timeout=WAIT_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise RunError(
            f"--scheduler: no Dask scheduler answers at {address} ({error}); start one, or leave it out"
        ) from None
    try:
        yield client
    finally:
        client.close()


@contextmanager
def tiles(address: str, workers: int) -> Iterator[Deal]:
    """What deals tiles to the cluster at this address, or to so many threads of this machine where there is none.

    Raises what `dealing` raises; the deal raises InputError as the work does, and RunError where the cluster lost a tile
    again and again.
    """
    if address:
        with _client(address) as client:
            yield lambda work, jobs: _on_cluster(client, work, jobs)
        return
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        yield lambda work, jobs: _in_order(lambda job: pool.submit(_kept, work, job), jobs, max(workers, 1) + 1)


def _kept(work: Callable[[Any], Any], job: Any) -> tuple[Any, list[Problem]]:
    """What the work gives, or its problems: as values, for an exception loses its parts between processes."""
    try:
        return work(job), []
    except InputError as error:
        return None, error.problems


def _in_order(submit: Callable[[Any], Any], jobs: Iterable[Any], most: int) -> Iterator[Any]:
    """Results in order, with no more than `most` jobs under way or waiting to be taken."""
    waiting = iter(jobs)
    under_way = deque(submit(job) for job in islice(waiting, most))
    while under_way:
        result, problems = under_way.popleft().result()
        if problems:
            for future in under_way:
                future.cancel()
            raise InputError(problems)
        under_way.extend(submit(job) for job in islice(waiting, 1))
        yield result


def _on_cluster(client: Client, work: Callable[[Any], Any], jobs: Iterable[Any]) -> Iterator[Any]:
    from distributed import KilledWorker
    from distributed.client import FutureCancelledError

    workers = client.scheduler_info(n_workers=-1)["workers"]
    if not workers:
        raise RunError("--scheduler: the cluster has no worker; start one with `dask worker ADDRESS`")
    threads = sum(w["nthreads"] for w in workers.values())
    try:
        yield from _in_order(lambda job: client.submit(_kept, work, job, pure=False), jobs, 2 * threads)
    except (KilledWorker, FutureCancelledError) as error:
        raise RunError(f"--scheduler: a tile was lost again and again ({type(error).__name__}); nothing was written") from None  # fmt: skip


def _dealt(
    client: Client, slabs: int, what: tuple[Columns, Array, Array], weights: Weights, low: int
) -> tuple[Array, Array, Array]:
    c, near, rows = what
    workers = client.scheduler_info(n_workers=-1)["workers"]
    if not workers:
        raise RunError("--scheduler: the cluster has no worker; start one with `dask worker ADDRESS`")
    parts = weighing.slabs(c, rows, slabs or SLABS_A_WORKER * len(workers))
    tasks, order = [], []
    for own, halo in parts:
        held = np.concatenate([own, halo])
        order.append(held)
        tasks.append(
            client.submit(weighing.slab, weighing.cut(c, held), near[held], len(own), weights, low, pure=False)
        )
    made = client.gather(tasks)
    found = [
        (np.minimum(held[i], held[j]), np.maximum(held[i], held[j]), weight)
        for held, (i, j, weight) in zip(order, made, strict=True)
    ]
    empty = np.zeros(0, dtype=np.int32)
    i, j, weight = (np.concatenate([empty, *(f[k] for f in found)]) for k in range(3))
    return i.astype(np.int32), j.astype(np.int32), weight
