"""Kept moments as a folder: rasters of number, mean and squared deviations, the scenes behind them, and what chance made. An edge.

KEPT/<orbit>-<band>-n.tif, -mean.tif, -m2.tif    moments of each pixel, each scene's level taken out
KEPT/chance.parquet                              masses of what stood out in each acquisition when it was new
KEPT/kept.json                                   the grid, and each scene behind the moments with its hash
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl
from numpy.typing import NDArray

from .. import __version__, store
from ..errors import InputError, Problem
from ..satellite import raster
from ..satellite.grid import Grid
from . import written
from .planes import Plane

Array = NDArray[Any]
PARTS = ("n", "mean", "m2")
TYPES = ("int32", "float32", "float32")
FILE, CHANCE = "kept.json", "chance.parquet"
Group = tuple[str, str]
"""Relative orbit and band."""


class State:
    """Moments of all groups as planes in a folder, the scenes behind them, and the masses that chance made."""

    def __init__(self, grid: Grid, held: Path) -> None:
        self.grid, self.held = grid, held
        self.planes: dict[Group, tuple[Plane, ...]] = {}
        self.scenes: dict[Group, list[dict[str, str]]] = {}
        self.chance: dict[str, list[tuple[str, Array]]] = {}

    def group(self, key: Group) -> tuple[Plane, ...]:
        """The planes of a group, empty ones where it is new."""
        if key not in self.planes:
            if not re.fullmatch(r"[A-Za-z0-9_]*", key[0]):
                raise wrong("orbit", key[0], "letters and digits")
            shape = (self.grid.rows, self.grid.columns)
            names = [f"{key[0]}-{key[1]}-{part}" for part in PARTS]
            self.planes[key] = tuple(Plane.new(self.held / n, t, shape) for n, t in zip(names, TYPES, strict=True))
            self.scenes[key] = []
        return self.planes[key]

    def write(self, folder: Path) -> None:
        """Everything as files, and the manifest: the same scenes give the same bytes, however they came."""
        for key in sorted(self.planes):
            for plane in self.planes[key]:
                _tif(folder / f"{plane.path.name}.tif", plane, self.grid)
        listed = [
            (orbit, start, mass) for orbit in sorted(self.chance) for start, own in self.chance[orbit] for mass in own
        ]
        kinds = {"orbit": pl.String, "start": pl.String, "mass": pl.Float32}
        pl.DataFrame(listed, kinds, orient="row").write_parquet(folder / CHANCE, compression="zstd")
        groups = [{"orbit": o, "band": b, "scenes": self.scenes[o, b]} for o, b in sorted(self.planes)]
        behind = {s["name"]: s["sha256"] for key in sorted(self.planes) for s in self.scenes[key]}
        trials = {orbit: [start for start, _ in self.chance[orbit]] for orbit in sorted(self.chance)}
        written.told(folder / FILE, {"grid": asdict(self.grid), "groups": groups, "trials": trials})
        shutil.rmtree(self.held)
        told = {"program": "truceline", "version": __version__, "verb": "change", "inputs": behind,
                "outputs": store.hashes(folder, {store.MARK})}  # fmt: skip
        written.told(folder / store.MARK, told)


def _tif(path: Path, plane: Plane, grid: Grid) -> None:
    """A plane as a GeoTIFF, bit for bit."""
    import rasterio
    from affine import Affine

    profile = {"driver": "GTiff", "height": plane.rows, "width": plane.columns, "count": 1, "dtype": plane.dtype, "crs": grid.crs,
               "transform": Affine(*grid.transform), "compress": "deflate", "predictor": 2 if plane.dtype == "int32" else 3,
               "BIGTIFF": "IF_SAFER"}  # fmt: skip
    if min(plane.rows, plane.columns) >= 16:
        profile |= {"tiled": True, "blockxsize": 512, "blockysize": 512}
    with rasterio.Env(GDAL_CACHEMAX=64, GDAL_NUM_THREADS="1"), rasterio.open(path, "w", **profile) as out:
        for window in plane.strips():
            row, _, high, wide = window
            out.write(plane.get(window), 1, window=((row, row + high), (0, wide)))


def described(folder: Path) -> tuple[Grid, dict[str, list[str]], dict[Group, list[dict[str, str]]]]:
    """The grid, the starts of the acquisitions with masses by orbit, and the scenes by group; InputError where it is no state, or
    was changed since."""  # noqa: D205, D209
    try:
        told = json.loads((folder / FILE).read_text("utf-8"))
        hashes: dict[str, str] = json.loads((folder / store.MARK).read_text("utf-8"))["outputs"]
        placed = told["grid"]
        grid = Grid(placed["rows"], placed["columns"], tuple(placed["transform"]), placed["crs"])
        groups = {(str(g["orbit"]), str(g["band"])): list(g["scenes"]) for g in told["groups"]}
        trials = dict(told["trials"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise wrong(
            str(folder), f"no kept moments ({error})", "a folder that `truceline change --keep` wrote"
        ) from None
    differ = [n for n, h in hashes.items() if not (folder / n).is_file() or store.sha256(folder / n) != h]
    if differ:
        raise wrong(
            str(folder / differ[0]), "a file that was changed or lost", "the folder as it was written; keep it anew"
        )
    return grid, trials, groups


def opened(folder: Path, held: Path) -> State:
    """The state in this folder, its rasters as planes in `held`; InputError as `described` raises it."""
    grid, trials, groups = described(folder)
    made = State(grid, held)
    masses = pl.read_parquet(folder / CHANCE)
    for orbit, starts in trials.items():
        own = masses.filter(pl.col("orbit") == orbit)
        made.chance[orbit] = [(s, own.filter(pl.col("start") == s)["mass"].to_numpy().astype(float)) for s in starts]
    for key, listed in groups.items():
        for plane in made.group(key):
            _read(folder / f"{plane.path.name}.tif", plane)
        made.scenes[key] = listed
    return made


def _read(path: Path, plane: Plane) -> None:
    with raster.opened(path, path.name) as dataset:
        for window in plane.strips():
            row, _, high, wide = window
            plane.put(window, dataset.read(1, window=((row, row + high), (0, wide))))


def wrong(name: str, found: str, expected: str) -> InputError:
    """A problem with one file or scene."""
    return InputError(Problem(name, 0, "", found, expected))
