"""A folder of scenes -> one stack on one grid: what was taken when, from which orbit, in which band. An edge.

scenes.csv beside the files says what they are; else a static STAC catalogue does; else their tags and names. Headers
alone are read here, bounded and without a network; pixels come by windows, lazily.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from .. import sheets, when, yamlfile
from ..errors import InputError, Problem
from . import raster, tiff
from .grid import Grid, same

RADAR, OPTICAL = "c-sar", "msi"
"""Sensors by the ids of effort.csv."""
BANDS = {**dict.fromkeys(("VV", "VH", "HH", "HV"), RADAR),
         **dict.fromkeys((*(f"B{n:02}" for n in range(1, 13)), "B8A", "SCL"), OPTICAL)}  # fmt: skip
UNITS = {"db": (1.0, 0.0), "centi_db": (0.01, 0.0), "linear": (1.0, 0.0), "reflectance": (1.0, 0.0),
         "reflectance_10000": (0.0001, 0.0), "class": (1.0, 0.0)}  # fmt: skip
"""Unit of the numbers in a file -> what they are multiplied with and what is added."""
POSSIBLE = {RADAR: (-120.0, 80.0), OPTICAL: (-5.0, 300.0)}
"""Decibels, and reflectances or classes, that a file may hold; wide on purpose."""
CLEAR = (2, 4, 5, 6, 7)
"""Classes of the Sentinel-2 scene classification in which the ground is seen: dark, plants, bare, water, unclassified."""
SUFFIXES = frozenset({".tif", ".tiff", ".vrt"})
"""A VRT is listed so that it is refused by name, and not passed over."""
_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})-?(\d{2})-?(\d{2})(?:[T_-]?(\d{2}):?(\d{2}):?(\d{2}))?(?!\d)")
_ORBIT = re.compile(r"(?:r|rel|orb|orbit|track)(\d{1,3})[ad]?", re.IGNORECASE)
_GRD = re.compile(r"S1([AB])_.*_\d{8}T\d{6}_(\d{6})_", re.IGNORECASE)
_FIRST_ORBIT = {"A": 73, "B": 27}


class Said(BaseModel):
    """stack.yaml: what holds for every scene of the folder; everything may be absent."""

    model_config = ConfigDict(extra="forbid")
    title: str = ""
    source_id: str = ""
    sensor: str = ""
    units: str = ""
    orbit: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """One band of one acquisition. `start` is UTC; `orbit` the relative orbit, empty where unknown; `units` of UNITS."""

    name: str
    path: Path
    start: datetime
    sensor: str
    orbit: str
    band: str
    number: int
    units: str
    grid: Grid
    nodata: float | None
    scale: float
    offset: float
    block: tuple[int, int]

    @property
    def group(self) -> tuple[str, str, str]:
        """Scenes of one group may be compared pixel by pixel: sensor, orbit, band."""
        return (self.sensor, self.orbit, self.band)

    def window(self, window: raster.Window) -> NDArray[np.float32]:
        """Pixels of a window in the scene's unit, radar in dB; NaN where there is none. Raises InputError by name."""
        raw = raster.pixels(self.path, self.name, self.number, window)
        made = raster.values(raw, self.nodata, self.scale, self.offset)
        if self.units == "linear":
            with np.errstate(divide="ignore", invalid="ignore"):
                made = np.where(made > 0, 10 * np.log10(made), np.float32(np.nan)).astype(np.float32)
        return self._sane(made)

    def _sane(self, made: NDArray[np.float32]) -> NDArray[np.float32]:
        """A block that was damaged on its way may still be unpacked, into numbers that nothing on the ground gives."""
        low, high = POSSIBLE[self.sensor]
        if made.size and (np.fmin.reduce(made, axis=None) < low or np.fmax.reduce(made, axis=None) > high):
            raise raster.wrong(
                self.name, f"numbers beyond {low:g} to {high:g}", "a whole file with its units and nodata"
            )
        return made


INDICES: dict[str, tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]] = {
    "NBR": ((("B8A", "B08"),), (("B12",),)),
    "BSI": ((("B11",), ("B04",)), (("B8A", "B08"), ("B02",))),
}
"""Index -> bands that are added and bands that are taken away, each by the first that is there: (plus - minus) / (plus + minus).

NBR falls where something burned (Key and Benson 2006, FIREMON, RMRS-GTR-164); BSI rises where soil is laid bare
(Rikimaru and others 2002, Tropical Ecology 43:39-47).
"""


@dataclass(frozen=True, slots=True)
class IndexScene:
    """An index of one optical acquisition, made of its bands where the ground was seen; used as any other scene."""

    name: str
    band: str
    plus: tuple[Scene, ...]
    minus: tuple[Scene, ...]
    classes: Scene

    @property
    def start(self) -> datetime:
        """When it was taken."""
        return self.classes.start

    @property
    def sensor(self) -> str:
        """The sensor of its bands."""
        return self.classes.sensor

    @property
    def orbit(self) -> str:
        """The relative orbit of its bands."""
        return self.classes.orbit

    @property
    def grid(self) -> Grid:
        """The grid of its bands."""
        return self.classes.grid

    @property
    def block(self) -> tuple[int, int]:
        """The largest block of its bands."""
        return max(s.block for s in (*self.plus, *self.minus, self.classes))

    @property
    def group(self) -> tuple[str, str, str]:
        """Scenes of one group may be compared pixel by pixel; nadir optics are compared over all orbits."""
        return (self.sensor, "", self.band)

    def window(self, window: raster.Window) -> NDArray[np.float32]:
        """The index, NaN where cloud, shadow, snow or nothing was seen."""
        plus, minus = (sum(s.window(window) for s in side) for side in (self.plus, self.minus))
        seen = np.isin(self.classes.window(window), CLEAR)
        with np.errstate(divide="ignore", invalid="ignore"):
            made = (plus - minus) / (plus + minus)
        return np.where(seen & (np.abs(made) <= 1), made, np.nan).astype(np.float32)


def indices(found: Iterable[Scene], name: str) -> list[IndexScene]:
    """The index of every acquisition that has its bands and its classes; InputError that names what the others lack."""
    takes: dict[tuple[datetime, str], dict[str, Scene]] = {}
    for scene in found:
        takes.setdefault((scene.start, scene.orbit), {})[scene.band] = scene
    made, problems = [], []
    for (start, orbit), bands in sorted(takes.items()):
        sides = [[next((bands[b] for b in choice if b in bands), None) for choice in side] for side in INDICES[name]]
        lacking = [
            " or ".join(c)
            for side, had in zip(INDICES[name], sides, strict=True)
            for c, h in zip(side, had, strict=True)
            if h is None
        ]
        lacking += [] if "SCL" in bands else ["SCL"]
        label = f"{name} of {start:%Y-%m-%dT%H:%MZ}{f' orbit {orbit}' if orbit else ''}"
        if lacking:
            some = next(iter(bands.values())).name
            problems.append(
                Problem(
                    some,
                    0,
                    "",
                    f"no {', '.join(lacking)} of the same moment",
                    f"every band of {name}, and SCL for cloud",
                )
            )
            continue
        plus, minus = (tuple(s for s in side if s is not None) for side in sides)
        made.append(IndexScene(label, name, plus, minus, bands["SCL"]))
    if problems:
        raise InputError(problems)
    return made


@dataclass(frozen=True, slots=True)
class Stack:
    """Scenes on one grid, by time; `inputs` are the hashes of all files behind them, `left_out` why scenes are not here."""

    folder: Path
    title: str
    source_id: str
    source: str
    grid: Grid
    scenes: tuple[Scene, ...]
    left_out: tuple[str, ...] = ()

    @property
    def sensor(self) -> str:
        """The one sensor of the stack."""
        return self.scenes[0].sensor

    @property
    def captures(self) -> tuple[Path, ...]:
        """Every file behind the scenes, each once, by name."""
        return tuple(sorted({s.path for s in self.scenes}))

    def hashes(self) -> dict[str, str]:
        """SHA-256 of every file behind the stack, by its path in the folder."""
        said = [p for p in (self.folder / n for n in ("stack.yaml", "scenes.csv")) if p.is_file()]
        return {p.relative_to(self.folder).as_posix(): sha256(p) for p in (*said, *self.captures)}


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Row:
    """What is said of one file: by scenes.csv, a catalogue, or its name. Empty where nothing is said."""

    path: Path
    name: str
    start: str = ""
    sensor: str = ""
    orbit: str = ""
    band: str = ""
    units: str = ""
    nodata: float | None = None
    scale: float | None = None
    offset: float | None = None
    number: int | None = None


def stack(folder: Path, *, leave_out: bool = False, most_px: int = tiff.MOST_PX) -> Stack:
    """The stack in this folder. Every scene is on one grid, or the call fails and names the scenes and what differs.

    With `leave_out`, scenes that cannot be used are left out with their reason; the grid is then that of most scenes.
    """
    if not folder.is_dir():
        raise InputError(Problem(str(folder), 0, "", "no folder", "a folder of GeoTIFFs, or of a STAC catalogue"))
    said = _said(folder)
    rows = _rows(folder)
    if not rows:
        raise InputError(Problem(str(folder), 0, "", "no scene", "GeoTIFFs (.tif, .tiff), scenes.csv or catalog.json"))
    found: list[Scene] = []
    problems: list[Problem] = []
    for row in rows:
        try:
            found += _scenes(row, said, most_px)
        except InputError as error:
            problems += error.problems
    found, odd = _on_one_grid(found)
    problems += odd + _twice(found)
    if (problems and not leave_out) or not found:
        raise InputError(problems)
    ordered = tuple(sorted(found, key=lambda s: (s.start, s.group, s.name)))
    if len({s.sensor for s in ordered}) > 1:
        names = ", ".join(sorted({s.sensor for s in ordered}))
        raise InputError(Problem(str(folder), 0, "sensor", names, "scenes of one sensor; keep each in its own folder"))
    return Stack(folder, said.title or folder.name, said.source_id or _source(ordered[0].sensor), said.source,
                 ordered[0].grid, ordered, tuple(str(p) for p in problems))  # fmt: skip


def _source(sensor: str) -> str:
    return "sentinel-1" if sensor == RADAR else "sentinel-2"


def _said(folder: Path) -> Said:
    path = folder / "stack.yaml"
    if not path.is_file():
        return Said()
    data, lines = yamlfile.load("stack.yaml", path.read_text("utf-8-sig"))
    return yamlfile.model(Said, "stack.yaml", data or {}, lines)


def _rows(folder: Path) -> list[Row]:
    if (folder / "scenes.csv").is_file():
        return _table(folder)
    for name in ("catalog.json", "collection.json"):
        if (folder / name).is_file():
            from . import stac

            return stac.rows(folder, name)
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and not p.name.startswith("."))
    return [_named(p, p.relative_to(folder).as_posix()) for p in files]


def _table(folder: Path) -> list[Row]:
    sheet = sheets.read("scenes.csv", (folder / "scenes.csv").read_bytes())
    if lacking := sheet.lacking("file"):
        raise InputError(
            Problem("scenes.csv", 1, lacking[0], "no such column", "file, start, band, orbit, sensor, units")
        )
    made, problems = [], []
    for row in sheet.rows:
        try:
            name = row.text("file", required=True)
            path = (folder / name).resolve()
            if not path.is_relative_to(folder.resolve()):
                raise sheets.CellError("file", name, "a file in the folder of the stack")
            base = _named(path, name)
            told: dict[str, Any] = {n: v for n in ("start", "sensor", "orbit", "band", "units") if (v := row.text(n))}
            told |= {n: row.number(n) for n in ("nodata", "scale", "offset")}
            made.append(replace(base, **told, number=row.count("number")))
        except sheets.CellError as error:
            problems.append(Problem("scenes.csv", row.line, error.column, error.found or "nothing", error.expected))
    if problems:
        raise InputError(problems)
    return made


def _named(path: Path, name: str) -> Row:
    """What the name of a file says: a date, a band, a relative orbit; the orbit of a Sentinel-1 product by its number."""
    stem = path.stem
    tokens = [t for t in re.split(r"[_.\-\s]", stem.upper()) if t]
    date = _DATE.search(stem)
    start = ""
    if date:
        day = "-".join(date.group(1, 2, 3))
        start = f"{day}T{':'.join(date.group(4, 5, 6))}Z" if date[4] else day
    orbit = next((str(int(m[1])) for t in tokens if (m := _ORBIT.fullmatch(t))), "")
    product = _GRD.match(stem)
    if product and not orbit:
        orbit = str((int(product[2]) - _FIRST_ORBIT[product[1].upper()]) % 175 + 1)
    band = next((t for t in tokens if t in BANDS), "")
    sensor = (
        RADAR if tokens and tokens[0].startswith("S1") else OPTICAL if tokens and tokens[0].startswith("S2") else ""
    )
    return Row(path, name, start, sensor, orbit, band)


def _scenes(row: Row, said: Said, most_px: int) -> list[Scene]:
    """A scene a band of the file."""
    head = raster.header(row.path, row.name, most_px)
    tags = {k.lower(): v for k, v in head.tags.items()}
    taken = row.start or tags.get("start") or tags.get("acquisition_start") or _of_tag(head.plan.taken)
    orbit = row.orbit or tags.get("orbit") or tags.get("relative_orbit") or said.orbit
    numbers = (row.number,) if row.number else tuple(range(1, head.plan.bands + 1))
    made = []
    for number in numbers:
        if not 1 <= number <= head.plan.bands:
            raise raster.wrong(row.name, f"band number {number}", f"1 to {head.plan.bands}")
        band = (row.band or head.names[number - 1] or tags.get("band") or tags.get("polarisation") or "").upper()
        if len(numbers) > 1 and head.names[number - 1]:
            band = head.names[number - 1].upper()
        sensor = (row.sensor or said.sensor or tags.get("sensor", "") or BANDS.get(band, "")).lower()
        _known(row.name, taken, sensor, band)
        units = (row.units or said.units or tags.get("units") or _units(sensor, band, head.plan.dtype)).lower()
        if units not in UNITS:
            raise raster.wrong(row.name, f"units {units!r}", "one of " + ", ".join(UNITS))
        scale, offset = UNITS[units]
        name = row.name if len(numbers) == 1 else f"{row.name} ({band})"
        made.append(
            Scene(name, row.path, _moment(row.name, taken), sensor, orbit, band, number, units, head.grid,
                  head.nodata if row.nodata is None else row.nodata, row.scale or scale, row.offset or offset, head.plan.block)
        )  # fmt: skip
    return made


def _of_tag(taken: str) -> str:
    """TIFF writes 2025:07:24 11:45:00."""
    day, _, clock = taken.strip().partition(" ")
    return f"{day.replace(':', '-')}T{clock}Z" if re.fullmatch(r"\d{4}:\d{2}:\d{2}", day) and clock else ""


def _known(name: str, taken: str, sensor: str, band: str) -> None:
    if not taken:
        raise raster.wrong(
            name, "no date", "a date in scenes.csv (start), in the file's tags, or in its name: 20250724"
        )
    if sensor not in {RADAR, OPTICAL}:
        raise raster.wrong(name, f"sensor {sensor!r}", f"{RADAR} or {OPTICAL}: in scenes.csv or stack.yaml")
    if BANDS.get(band) != sensor:
        known = ", ".join(b for b, s in BANDS.items() if s == sensor)
        raise raster.wrong(
            name, f"band {band!r}", f"one of {known}: in scenes.csv (band), in the file's tags, or in its name"
        )


def _units(sensor: str, band: str, dtype: str) -> str:
    if sensor == RADAR:
        return "db" if dtype.startswith("float") else "centi_db"
    return "class" if band == "SCL" else "reflectance" if dtype.startswith("float") else "reflectance_10000"


def _moment(name: str, text: str) -> datetime:
    try:
        return when.parse(text, "UTC").start.astimezone(UTC)
    except ValueError as error:
        raise raster.wrong(name, f"start {text!r}", f"a date or time such as 2025-07-24T11:45Z ({error})") from None


def _on_one_grid(found: list[Scene]) -> tuple[list[Scene], list[Problem]]:
    if not found:
        return [], []
    counts: dict[Grid, int] = {}
    for scene in found:
        counts[scene.grid] = counts.get(scene.grid, 0) + 1
    first = next(s for s in found if s.grid == max(counts, key=lambda g: counts[g]))
    kept, odd = [], []
    for scene in found:
        try:
            same(first.grid, scene.grid, (first.name, scene.name))
            kept.append(scene)
        except InputError as error:
            odd += error.problems
    return kept, odd


def _twice(found: Iterable[Scene]) -> list[Problem]:
    held: dict[tuple[Any, ...], str] = {}
    made = []
    for scene in found:
        other = held.setdefault((scene.start, scene.group), scene.name)
        if other != scene.name:
            made.append(Problem(scene.name, 0, "", f"the same time, orbit and band as {other}", "each scene once"))
    return made


def period(option: str, text: str) -> tuple[datetime, datetime]:
    """`A/B` as a half-open span in UTC; a date alone at the end closes with its day. Raises InputError."""
    first, bar, last = text.partition("/")
    try:
        begin, end = when.parse(first.strip(), "UTC"), when.parse(last.strip(), "UTC")
        finish = end.end if end.precision in {"day", "month", "year"} else end.start
        if not bar or finish <= begin.start:
            raise ValueError("the end is not later than the beginning")
    except ValueError as error:
        raise InputError(
            Problem(option, 0, "", text or "nothing", f"two dates such as 2025-06-01/2025-07-23 ({error})")
        ) from None
    return begin.start.astimezone(UTC), finish.astimezone(UTC)


def within(scenes: Iterable[Scene], span: tuple[datetime, datetime]) -> tuple[Scene, ...]:
    """Scenes that were taken within a half-open span."""
    return tuple(s for s in scenes if span[0] <= s.start < span[1])


def looked(scene: Scene) -> str:
    """Why a scene shows nothing, or shows numbers of another unit; empty where it shows something.

    Reads the middle, then nine blocks, then all of it until a pixel is found.
    """
    rows, columns = scene.grid.rows, scene.grid.columns
    for window in _spots(rows, columns):
        seen = _seen(scene, scene.window(window))
        if seen.any():
            return _unit_of(scene, seen)
    return "clouds and shadows alone" if scene.band == "SCL" else "no pixel with a value (nodata alone)"


def _spots(rows: int, columns: int) -> Iterable[raster.Window]:
    side = 256
    for down in (0.5, 0.0, 1.0):
        for along in (0.5, 0.0, 1.0):
            row, column = (int(max(0, (n - side)) * share) for n, share in ((rows, down), (columns, along)))
            yield row, column, min(side, rows), min(side, columns)
    high = max(1, 2**20 // columns)
    yield from ((row, 0, min(high, rows - row), columns) for row in range(0, rows, high))


def _seen(scene: Scene, made: NDArray[np.float32]) -> NDArray[np.float32]:
    if scene.band == "SCL":
        return made[np.isin(made, CLEAR)]
    return made[np.isfinite(made)]


def _unit_of(scene: Scene, seen: NDArray[np.float32]) -> str:
    middle = float(np.median(seen))
    if scene.sensor == RADAR and scene.units != "linear" and float(seen.min()) >= 0 and middle < 5:
        return f"numbers about {middle:.3g}, which look like linear power; say `units: linear` in stack.yaml"
    if scene.sensor == RADAR and not -60 <= middle <= 40:
        return f"numbers about {middle:.4g} dB; say their units in stack.yaml ({', '.join(UNITS)})"
    return ""


def lazy(whole: Stack, tile_px: int = 1024) -> Any:
    """The stack as an xarray of Dask chunks (scene, y, x), float32: what the verb reads, for notebooks; nothing is read yet.

    Coordinates: `time` (UTC), `orbit`, `band` and `name` of each scene, and the middles of pixels in the grid's CRS.
    """
    import dask.array as da
    import xarray as xr

    grid = whole.grid
    chunks = tuple(tuple(min(tile_px, size - n) for n in range(0, size, tile_px)) for size in grid.shape)
    parts = [
        da.map_blocks(_chunk, scene, dtype=np.float32, chunks=chunks, meta=np.empty((0, 0), np.float32))
        for scene in whole.scenes
    ]
    columns, rows = np.arange(grid.columns) + 0.5, np.arange(grid.rows) + 0.5
    along = {
        "time": [s.start.replace(tzinfo=None) for s in whole.scenes], "orbit": [s.orbit for s in whole.scenes],
        "band": [s.band for s in whole.scenes], "name": [s.name for s in whole.scenes],
    }  # fmt: skip
    places = {"x": [grid.xy(0.5, c)[0] for c in columns], "y": [grid.xy(r, 0.5)[1] for r in rows]}
    coordinates = {k: ("scene", np.array(v, "datetime64[ns]") if k == "time" else v) for k, v in along.items()} | places
    return xr.DataArray(da.stack(parts), dims=("scene", "y", "x"), coords=coordinates, attrs={"crs": grid.crs})


def _chunk(scene: Scene, block_info: Any = None) -> NDArray[np.float32]:
    (first, last), (left, right) = block_info[None]["array-location"]
    return scene.window((first, left, last - first, right - left))
