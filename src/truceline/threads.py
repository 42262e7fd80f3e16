"""Work done at once on the machine's threads, for libraries that let go of the interpreter; and work done without pauses."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar, overload

A = TypeVar("A")
B = TypeVar("B")
THREADS = 2


@overload
def at_once(one: Callable[[], A], other: Callable[[], B], /) -> tuple[A, B]: ...
@overload
def at_once(*works: Callable[[], A]) -> tuple[A, ...]: ...
def at_once(*works: Callable[[], object]) -> tuple[object, ...]:
    """What each of these gives, in order; the first failure is raised when all are done."""
    with ThreadPoolExecutor(THREADS) as pool:
        begun = [pool.submit(work) for work in works]
        return tuple(one.result() for one in begun)


def each(work: Callable[[A], B], things: Iterable[A]) -> list[B]:
    """What `work` makes of each thing, in order."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, things))


@contextmanager
def begun(work: Callable[[], A]) -> Iterator[Future[A]]:
    """Work that goes on beside the block."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(work)


@contextmanager
def unswept() -> Iterator[None]:
    """No search for circular garbage meanwhile: a hundred thousand records that all stay are looked through in vain."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
