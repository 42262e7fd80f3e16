"""Each scene against the others of its orbit and band: whether it lies where they lie and is as bright. Read in sample windows.

What is found is written into scenes.csv; a scene that lies too far off is left out and said, and none is moved or brightened.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..satellite import matched
from ..satellite.grid import Grid
from ..satellite.scenes import RADAR
from . import pixels
from .pixels import Lattice, Measure

Array = NDArray[Any]
WARN_PX, OUT_PX = 0.25, 0.5
"""Shift, in pixels, that is warned of, and beyond which a scene is left out: half a pixel mixes each edge with its neighbour."""
SURE = 2.0
"""Errors by which a shift must exceed a limit."""
WARN_OFFSET = {RADAR: 3.0}
WARN_INDEX = 0.15
"""Offset, in dB or of an index, that is warned of. It is no reason to leave a scene out: rain and season do that too, and levels
are taken out before the test."""
TILES, MOST_WINDOWS = 12, 6
USED, WARNED, LEFT, UNTOLD = "used", "warned", "left_out", "not_told"


class Check(NamedTuple):
    """What was found of a scene: its shift, the error of that and how far windows differ (metres), offset, spread and verdict."""

    east_m: float | None
    north_m: float | None
    error_m: float | None
    local_m: float | None
    offset: float | None
    spread: float | None
    verdict: str
    why: str

    @property
    def shift_m(self) -> float | None:
        """Length of the shift, metres."""
        return None if self.east_m is None or self.north_m is None else float(np.hypot(self.east_m, self.north_m))


def checked(scenes: Sequence[Measure], most_px: float = OUT_PX) -> dict[str, Check]:
    """A check of each scene by its name; `most_px` is the shift beyond which it is left out."""
    grid = scenes[0].grid
    windows = pixels.samples(Lattice.of(grid.shape))
    windows = windows if len(windows) < MOST_WINDOWS else windows[:: len(windows) // MOST_WINDOWS + 1]
    made: dict[str, Check] = {}
    for own in pixels.groups(scenes):
        moved: list[list[Array]] = [[] for _ in own]
        offsets: list[list[tuple[float, float]]] = [[] for _ in own]
        for window in windows:
            stack = pixels.read(scenes, own, window)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)
                for k, (other, chosen, scene) in enumerate(zip(*matched.others(stack), stack, strict=True)):
                    guess = next((tuple(np.median(t, axis=0)) for t in moved[k] if len(t)), None)
                    moved[k].append(matched.tiles(other, scene, most=max(TILES // len(windows), 2), start=guess))
                    offsets[k].append(matched.offset(other, scene, chosen))
        bright = [_bright(o) for o in offsets]
        usual = np.nanmedian([b[0] for b in bright]) if any(np.isfinite(b[0]) for b in bright) else 0.0
        for k, n in enumerate(own):
            light = (float(bright[k][0] - usual), bright[k][1]) if np.isfinite(bright[k][0]) else None
            made[scenes[n].name] = _check(moved[k], light, grid, scenes[n].sensor, most_px)
    return made


def _bright(offsets: list[tuple[float, float]]) -> tuple[float, float]:
    """Offset and spread of a scene over the windows that told them; NaN where none did."""
    told = [o for o in offsets if np.isfinite(o[0])]
    return (
        (float(np.median([o[0] for o in told])), float(np.median([o[1] for o in told]))) if told else (np.nan, np.nan)
    )


def _check(tiles: list[Array], light: tuple[float, float] | None, grid: Grid, sensor: str, most_px: float) -> Check:
    wide, high = grid.pixel_m
    offset, spread = light or (None, None)
    found = matched.voted(np.concatenate(tiles))
    bright = offset is not None and abs(offset) > WARN_OFFSET.get(sensor, WARN_INDEX)
    shade = (
        f"{abs(offset or 0):.2f} {'brighter' if (offset or 0) > 0 else 'darker'} than the others of its orbit and band"
    )
    if found is None:
        why = "too little was seen of it to tell a shift"
        verdict = WARNED if bright else UNTOLD
        return Check(None, None, None, None, offset, spread, verdict, "; ".join([why, *([shade] if bright else [])]))
    middles = [np.median(t, axis=0) for t in tiles if len(t) >= 2]
    local = max((float(np.hypot(m[0] - found.rows_px, m[1] - found.columns_px)) for m in middles), default=0.0)
    sure = found.size_px - SURE * found.error_px
    east, north, error = found.columns_px * wide, -found.rows_px * high, found.error_px * max(wide, high)
    off = f"shifted by {np.hypot(east, north):.1f} m ({found.size_px:.2f} pixels) against the others of its orbit and band"
    verdict = LEFT if sure > most_px else WARNED if sure > WARN_PX or bright else USED
    why = "; ".join([*([off] if sure > min(WARN_PX, most_px) else []), *([shade] if bright else [])])
    return Check(east, north, error, local * max(wide, high), offset, spread, verdict, why)
