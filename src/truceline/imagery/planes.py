"""Rasters on disk that are written and read by windows, so that a run holds no raster as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..satellite.raster import Window


@dataclass(frozen=True, slots=True)
class Plane:
    """One raster of numbers in a file. Each access maps the file and lets go of it again: nothing stays in memory."""

    path: Path
    dtype: str
    rows: int
    columns: int

    @classmethod
    def new(cls, path: Path, dtype: str, shape: tuple[int, int]) -> Plane:
        """An empty plane, all zero."""
        made = cls(path, dtype, *shape)
        with path.open("wb") as handle:
            handle.truncate(np.dtype(dtype).itemsize * shape[0] * shape[1])
        return made

    def _map(self, mode: Any) -> np.memmap[Any, Any]:
        return np.memmap(self.path, dtype=self.dtype, mode=mode, shape=(self.rows, self.columns))

    def put(self, window: Window, values: NDArray[Any]) -> None:
        """Write one window."""
        row, column, rows, columns = window
        mapped = self._map("r+")
        mapped[row : row + rows, column : column + columns] = values

    def get(self, window: Window) -> NDArray[Any]:
        """Read one window, as a copy."""
        row, column, rows, columns = window
        return np.array(self._map("r")[row : row + rows, column : column + columns])

    def strips(self, most_px: int = 2**22) -> Iterator[Window]:
        """Windows of whole rows, from the top."""
        high = max(1, most_px // self.columns)
        for row in range(0, self.rows, high):
            yield row, 0, min(high, self.rows - row), self.columns


def tiles(
    ends: tuple[Sequence[int], Sequence[int]], block: tuple[int, int], scenes: int, most_bytes: int, around: int = 0
) -> list[Window]:
    """Windows that cover a raster, cut at the given edges (down, across), each with `around` pixels more at most so many bytes.

    `block` is how the files are packed: where a block is as wide as the raster and that fits, so are the windows. A window
    is at least one square.
    """
    down, across = ends
    budget = max(most_bytes // (4 * max(scenes, 1)), 1)
    deep = budget // across[-1] - 2 * around
    if block[1] >= across[-1] and deep >= down[-1] / (len(down) - 1):
        sizes = deep, across[-1]
    else:
        sizes = (max(int(budget**0.5) - 2 * around, 1),) * 2
    rows, columns = _cuts(down, sizes[0]), _cuts(across, sizes[1])
    return [(top, left, bottom - top, right - left) for top, bottom in rows for left, right in columns]


def _cuts(ends: Sequence[int], size: int) -> list[tuple[int, int]]:
    """Spans of whole squares of at most `size`, at least one square each."""
    made, first, last = [], ends[0], ends[0]
    for edge in ends[1:]:
        if edge - first > size and last > first:
            made.append((first, last))
            first = last
        last = edge
    return [*made, (first, last)]
