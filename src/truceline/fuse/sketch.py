"""Texts as sketches: the smallest hashes of their four-character pieces, so that scripts without spaces work.

Broder (1997): the share of common pieces of two texts is estimated by the share of common smallest hashes. Texts of up to
SKETCH pieces are compared exactly.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numba import njit
from numpy.typing import NDArray

Array = NDArray[Any]
SHINGLE = 4
SKETCH = 256
_CHUNK = 200_000


def sketches(texts: pl.Series) -> tuple[Array, Array]:
    """Offsets and sorted hashes for each text (already folded)."""
    counts, found = [np.zeros(1, dtype=np.int64)], []
    for first in range(0, len(texts), _CHUNK):
        chunk = texts.slice(first, _CHUNK)
        if not chunk.str.len_bytes().sum():
            counts.append(np.full(len(chunk), counts[-1][-1]))
            continue
        points = np.frombuffer("".join(chunk.to_list()).encode("utf-32-le"), dtype=np.uint32)
        ends = np.cumsum(chunk.str.len_chars().to_numpy().astype(np.int64))
        at, hashes = _sketches(points, ends)
        counts.append(at[1:] + counts[-1][-1])
        found.append(hashes)
    return np.concatenate(counts), np.concatenate(found) if found else np.zeros(0, dtype=np.uint32)


@njit(cache=True, nogil=True)
def _sketches(points: Array, ends: Array) -> tuple[Array, Array]:
    at = np.zeros(len(ends) + 1, dtype=np.int64)
    out = np.empty(max(len(points), 1), dtype=np.uint32)
    n, begin = 0, 0
    for i in range(len(ends)):
        many = ends[i] - begin - SHINGLE + 1
        if many > 0:
            piece = np.empty(many, dtype=np.uint32)
            for k in range(many):
                value = np.uint64(1469598103934665603)
                for c in range(SHINGLE):
                    value = (value ^ np.uint64(points[begin + k + c])) * np.uint64(1099511628211)
                value ^= value >> np.uint64(29)
                piece[k] = np.uint32((value * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32))
            piece.sort()
            kept = 0
            for k in range(many):
                if (k == 0 or piece[k] != piece[k - 1]) and kept < SKETCH:
                    out[n + kept] = piece[k]
                    kept += 1
            n += kept
        begin = ends[i]
        at[i + 1] = n
    return at, out[:n].copy()


@njit(cache=True, nogil=True)
def shared(hashes: Array, a: int, a_end: int, b: int, b_end: int) -> float:
    """The share of pieces that two texts have in common (Jaccard index), from their sketches: ranges of `hashes`."""
    full = a_end - a < SKETCH and b_end - b < SKETCH
    union, both = 0, 0
    while a < a_end and b < b_end and (full or union < SKETCH):
        if hashes[a] == hashes[b]:
            both += 1
            a += 1
            b += 1
        elif hashes[a] < hashes[b]:
            a += 1
        else:
            b += 1
        union += 1
    if full:
        union += (a_end - a) + (b_end - b)
    return both / union if union else 0.0
