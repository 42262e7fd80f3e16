"""Shifts that were planted, as `satellite/matched.py` tells them: its error beside the error that it claims.

Single scenes of an invented radar stack (4.4 looks) are moved by parts of a pixel and held against the mean of the others, as
`truceline change` does. Beside it the peak of the correlation alone (Kuglin and Hines 1975), to whole pixels.

    python benchmarks/bench_change_shift.py
"""

from __future__ import annotations

import argparse

import numpy as np

from truceline.satellite import matched
from truceline.scenario import stack

SHIFTS = ((0.0, 0.0), (0.3, 0.0), (0.6, -0.8), (0.0, 2.0))
"""Rows down and columns to the right, pixels."""


def moved(scene: np.ndarray, rows: float, columns: float) -> np.ndarray:
    """The scene with its ground so much farther down and to the right (bilinear)."""
    made = scene
    for axis, by in ((0, rows), (1, columns)):
        whole, part = int(np.floor(by)), by - np.floor(by)
        made = np.roll(made, whole, axis) * (1 - part) + np.roll(made, whole + 1, axis) * part
    return made.astype(np.float32)


def main() -> None:
    """Print the errors by shift."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--first", type=int, default=0)
    wish = parser.parse_args()
    asked = stack.Wish(patches=0, orbits=1, missing=0.0, shift_px=0.0)
    print("rows  columns   error (root mean square)   claimed   by correlation alone   told")
    found: dict[tuple[float, float], list[tuple[float, float, float]]] = {s: [] for s in SHIFTS}
    for seed in range(wish.first, wish.first + wish.seeds):
        scenes = stack.made(seed, asked).groups[0].stack
        for n in (3, 20, 40):
            others = np.nanmean(np.delete(scenes, n, axis=0), axis=0)
            for rows, columns in SHIFTS:
                scene = moved(scenes[n], rows, columns)
                told = matched.shift(others, scene)
                if told is not None:
                    apart = np.hypot(told.rows_px - rows, told.columns_px - columns)
                    peak = matched._peak(others, scene)
                    plain = np.hypot(peak[0] - rows, peak[1] - columns)
                    found[rows, columns].append((float(apart), told.error_px, float(plain)))
    for (rows, columns), own in found.items():
        error, claimed, plain = (np.sqrt(np.mean(np.square(v))) for v in zip(*own, strict=True))
        print(
            f"{rows:4.1f}  {columns:7.1f}   {error:24.3f}   {claimed:7.3f}   {plain:20.3f}   {len(own)} of {3 * wish.seeds}"
        )


if __name__ == "__main__":
    main()
