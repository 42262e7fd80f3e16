"""Beyond one machine: the comparing of pairs dealt to the workers of a Dask cluster, in slabs of time with a halo.

Only numbers travel: times, places, codes and hashes of pieces of text, no id, name or text. A slab whose worker died is
done again by another.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .errors import RunError, UsageError
from .fuse import weighing
from .fuse.arrays import Columns
from .fuse.weights import Weights

if TYPE_CHECKING:
    from distributed import Client

Array = NDArray[Any]
SLABS_A_WORKER = 3
WAIT_S = 30


@contextmanager
def dealing(address: str, slabs: int = 0) -> Iterator[weighing.Deal | None]:
    """What deals pairs to the cluster at this address; None, for this machine, where there is no address.

    Raises UsageError where Dask is not installed, RunError where nobody answers at the address.
    """
    if not address:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("--scheduler needs Dask: pip install 'truceline[cluster]'") from None
    try:
        client = Client(address, timeout=WAIT_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise RunError(
            f"--scheduler: no Dask scheduler answers at {address} ({error}); start one, or leave it out"
        ) from None
    try:
        yield lambda c, near, rows, weights, low: _dealt(client, slabs, (c, near, rows), weights, low)
    finally:
        client.close()


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
