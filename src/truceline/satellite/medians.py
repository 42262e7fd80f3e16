"""Medians of a stack over scenes and over squares, of what was seen: compiled, since they are taken of every pixel several times. Pure.

The median of an even number of values is the mean of the two in the middle. Selection: Hoare 1961 (Comm. ACM 4:321-322).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Array = NDArray[Any]
LEAST_SEEN = 0.1
"""Share of a square that a scene must show to have a level there."""


@njit(cache=True, nogil=True)
def _median(values: Array, many: int) -> Any:
    """Median of the first `many` values, which are put into another order."""
    half = many // 2
    low, high = 0, many - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if half <= j:
            high = j
        elif half >= i:
            low = i
        else:
            break
    found = values[half]
    if many % 2 == 0:
        below = values[0]
        for k in range(1, half):
            below = max(below, values[k])
        found = (below + found) * np.float32(0.5)
    return found


@njit(cache=True, parallel=True, nogil=True)
def _over_scenes(stack: Array, out: Array) -> None:
    scenes, rows, columns = stack.shape
    for r in prange(rows):
        block = np.empty((columns, scenes), np.float32)
        for s in range(scenes):
            for c in range(columns):
                block[c, s] = stack[s, r, c]
        for c in range(columns):
            own = block[c]
            many = 0
            for s in range(scenes):
                x = own[s]
                own[many] = x
                many += 1 if x == x else 0  # noqa: PLR0124
            out[r, c] = _median(own, many) if many else np.float32(np.nan)


@njit(cache=True, parallel=True, nogil=True)
def _over_squares(stack: Array, middle: Array, down: Array, across: Array, least: float, out: Array) -> None:
    scenes, high, wide = out.shape
    for k in prange(scenes * high):
        s, i = k // high, k % high
        for j in range(wide):
            rows, columns = down[i + 1] - down[i], across[j + 1] - across[j]
            held = np.empty(rows * columns, np.float32)
            many = 0
            for r in range(down[i], down[i + 1]):
                for c in range(across[j], across[j + 1]):
                    x = stack[s, r, c] - middle[r, c]
                    held[many] = x
                    many += 1 if x == x else 0  # noqa: PLR0124
            out[s, i, j] = _median(held, many) if many >= max(rows * columns * least, 1.0) else np.float32(0)


def over_scenes(stack: Array) -> Array:
    """Median over the scenes that show a pixel (float32 rows x columns) of a stack (scene, row, column); NaN where none does."""
    out = np.empty(stack.shape[1:], np.float32)
    _over_scenes(np.ascontiguousarray(stack, np.float32), out)
    return out


def above(
    stack: Array, down: Sequence[int] | Array, across: Sequence[int] | Array, suspect: Array | None = None
) -> Array:
    """How much each scene lies above the stack by squares with these edges: (scene, squares down, squares across).

    The median over a square's pixels of their difference from their own median over the scenes, without those that are `suspect`; 0
    where a scene shows less than LEAST_SEEN of them.
    """
    values = np.ascontiguousarray(stack, np.float32)
    middle = over_scenes(values)
    if suspect is not None:
        middle = np.where(suspect, np.float32(np.nan), middle)
    out = np.empty((len(values), len(down) - 1, len(across) - 1), np.float32)
    _over_squares(values, middle, np.asarray(down, np.int64), np.asarray(across, np.int64), LEAST_SEEN, out)
    return out
