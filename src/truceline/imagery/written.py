"""What `truceline change` leaves behind, as files: COGs, GeoPackage, GeoParquet, tables. The same bytes every time."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import shapely

from .. import __version__, columns, rows, store
from ..report import change_words
from ..satellite.detect import Building
from ..satellite.grid import Grid
from ..satellite.scenes import RADAR, IndexScene, Scene
from ..when import iso
from . import matching, pixels, places, tables
from .matching import Check
from .planes import Plane

if TYPE_CHECKING:
    from . import Found, Plan, Wish

LERC_ERROR = 0.001
"""No pixel of a COG differs by more from what was computed."""
_NUMBERS = {"area_m2": pl.Float64, "pixels": pl.Int64, "score": pl.Float64, "change": pl.Float64, "by_chance": pl.Float64,
            "valid_share": pl.Float64, "lon_deg": pl.Float64, "lat_deg": pl.Float64, "radius_m": pl.Float64,
            "false_share": pl.Float64}  # fmt: skip


def everything(folder: Path, found: Found, wish: Wish, houses: tuple[places.House, ...]) -> dict[str, Any]:
    """Write every file but the manifest; gives the summary."""
    plan = found.plan
    grid = plan.stack.grid
    cog(folder / "score.tif", found.score, grid, "standardised change, after less before")
    cog(folder / "before.tif", found.before, grid, "mean of the scenes before")
    cog(folder / "after.tif", found.after, grid, "mean of the scenes after")
    about = _about(found, wish, folder)
    table = [tables.detection(one, grid, about) for one in found.footprints]
    shapes = [one.outline for one in found.footprints]
    closed = max(s.start for s in plan.scenes)
    csv(folder / "detections.csv", "detections.csv", table)
    geopackage(folder / "detections.gpkg", table, shapes, grid.crs, closed)
    geoparquet(folder / "detections.parquet", table, shapes, grid.crs)
    csv(folder / "observations.csv", "observations.csv", [tables.observation(row, about, closed) for row in table])
    csv(folder / "effort.csv", "effort.csv", tables.effort(_compared(found), found.seen, about))
    csv(folder / "scenes.csv", "scenes.csv", _scene_rows(found))
    judged = list(places.judged(houses, grid, found.score, found.signs))
    if judged:
        csv(folder / "buildings.csv", "buildings.csv", [_building_row(h, b, grid) for h, b in judged])
    codebook(folder / "codebook.csv")
    summary = _summary(found, wish, about, [b for _, b in judged])
    told(folder / "summary.json", summary)
    from . import plate

    plate.write(folder, found, summary)
    return summary


def _compared(found: Found) -> list[Scene | IndexScene]:
    """Scenes of the two periods: what lies between was looked at only to date a change, and counts as a look too."""
    return list(found.plan.scenes)


def _about(found: Found, wish: Wish, folder: Path) -> tables.About:
    plan = found.plan
    stack = plan.stack
    bands = tuple(sorted({s.band for s in plan.scenes}, reverse=True))
    unit = "dB" if stack.sensor == RADAR else ""
    score = f"sha256:{store.sha256(folder / 'score.tif')}"
    return tables.About(wish.source_id or stack.source_id, stack.source, wish.zone, stack.sensor, unit, bands, plan.spans,
                        wish.false_share, score, _calibration(plan))  # fmt: skip


PERIODS = ("before", "after", "between")


def _scene_rows(found: Found) -> list[dict[str, Any]]:
    plan = found.plan
    used = {
        s.name: (PERIODS[p], level) for s, p, level in zip(plan.scenes, plan.periods, plan.shared.levels, strict=True)
    }
    made = []
    others = (
        plan.stack.scenes if plan.stack.sensor == RADAR else sorted((*plan.scenes, *plan.unused), key=lambda s: s.start)
    )
    for scene in others:
        period, level = used.get(scene.name, ("not_used", None))
        left = next((why for why in plan.left_out if why.startswith(f"{scene.name}:")), "")
        made.append(
            {"scene": scene.name, "period": "left_out" if left else period, "start": iso(scene.start), "sensor": scene.sensor,
             "orbit": scene.orbit, "band": scene.band, "seen_share": _rounded(found.seen.get(scene.name), 4),
             "level": _rounded(level, 3), **_matched(plan.checks.get(scene.name)), "note": left.partition(": ")[2]}
        )  # fmt: skip
    return made


def _matched(check: Check | None) -> dict[str, Any]:
    """What was found of a scene against the others of its orbit and band, by the names of scenes.csv."""
    if check is None:
        return {}
    return {"shift_m": _rounded(check.shift_m, 2), "shift_east_m": _rounded(check.east_m, 2), "shift_north_m": _rounded(check.north_m, 2),
            "shift_error_m": _rounded(check.error_m, 2), "shift_local_m": _rounded(check.local_m, 2), "offset": _rounded(check.offset, 3),
            "offset_spread": _rounded(check.spread, 3), "match": check.verdict, "match_note": check.why}  # fmt: skip


def _matches(plan: Plan) -> dict[str, Any]:
    """How many scenes were matched against the others, and how it went."""
    held = plan.checks.values()
    shifts = [c.shift_m for c in held if c.shift_m is not None and c.verdict != matching.LEFT]
    return {"scenes": len(held), **{v: sum(c.verdict == v for c in held) for v in (matching.USED, matching.WARNED, matching.LEFT,
            matching.UNTOLD)}, "largest_shift_used_m": _rounded(max(shifts, default=None), 2)}  # fmt: skip


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _building_row(house: places.House, one: Building, grid: Grid) -> dict[str, Any]:
    lon, lat, _ = tables.placed(house.shape, grid.crs, 0.0)
    return {"id": one.id, "changed": one.changed, "score": _rounded(one.score, 3), "changed_share": _rounded(one.changed_share, 3),
            "valid_share": round(one.valid_share, 3), "pixels": one.pixels, "lon_deg": lon, "lat_deg": lat,
            "reason": one.reason}  # fmt: skip


def _summary(found: Found, wish: Wish, about: tables.About, judged: list[Building]) -> dict[str, Any]:
    plan = found.plan
    grid = plan.stack.grid
    footprints = found.footprints
    area_km2 = grid.rows * grid.columns * grid.pixel_area_m2 / 1e6
    told = [b for b in judged if b.changed is not None]
    summary: dict[str, Any] = {
        "program": "truceline", "version": __version__, "title": plan.stack.title, "source_id": about.source_id,
        "before": _period(found, 0), "after": _period(found, 1), "sensor": about.sensor, "bands": list(about.bands),
        "orbits": sorted({s.orbit for s in plan.scenes}), "unit": about.unit, "asked_false_share": wish.false_share,
        "test": "ranks" if wish.ranks else "means", "null_maps": found.chosen.maps,
        "least_mass": None if math.isinf(found.chosen.least) else round(found.chosen.least, 3),
        "grid": {"rows": grid.rows, "columns": grid.columns, "transform": list(grid.transform), "crs": grid.crs,
                 "area_km2": round(area_km2, 3)},
        "counts": {
            "footprints": len(footprints), "rise": sum(f.score > 0 for f in footprints), "fall": sum(f.score < 0 for f in footprints),
            "flagged": sum(bool(f.flags) for f in footprints), "undated": sum(f.first_with is None for f in footprints),
            "area_m2": round(sum(f.area_m2 for f in footprints), 1),
        },
        "base_rate": {
            "expected_false": round(wish.false_share * len(footprints), 2),
            "found_where_nothing_changed": round(found.chosen.expected_false, 2),
            "changed_share": round(sum(f.area_m2 for f in footprints) / (area_km2 * 1e6), 6),
        },
        "calibration": _calibration(plan), "lists": len(wish.lists), "left_out": list(plan.left_out), "matching": _matches(plan),
    }  # fmt: skip
    if judged:
        changed = sum(bool(b.changed) for b in told)
        summary["buildings"] = {"given": len(judged), "told": len(told), "changed": changed,
                                "not_told": len(judged) - len(told),
                                "changed_share": round(changed / len(told), 4) if told else None}  # fmt: skip
    summary["words"] = change_words.sentences(change_words.facts(summary))
    return summary


def _calibration(plan: Plan) -> str:
    """What tells how often the test errs: scenes before of a year or more, of optical scenes the same season of earlier years."""
    if plan.stack.sensor == RADAR:
        return change_words.SCENES if pixels.whole_year(plan.scenes, plan.periods) else change_words.PART
    return change_words.YEARS if plan.shared.years else change_words.NONE


def _period(found: Found, which: int) -> dict[str, Any]:
    own = [s for s, p in zip(found.plan.scenes, found.plan.periods, strict=True) if p == which]
    start, end = found.plan.spans[which]
    return {"start": iso(start), "end": iso(end), "scenes": len({(s.start, s.orbit) for s in own}),
            "first": iso(min(s.start for s in own)), "last": iso(max(s.start for s in own))}  # fmt: skip


def cog(path: Path, plane: Plane, grid: Grid, description: str, error: float = LERC_ERROR) -> None:
    """A cloud-optimised GeoTIFF with LERC and overviews, written through a plain one beside it, by windows."""
    import rasterio
    from affine import Affine
    from rasterio.shutil import copy

    plain = path.with_suffix(".plain.tif")
    with rasterio.Env(GDAL_CACHEMAX=64, GDAL_NUM_THREADS="1", GDAL_PAM_ENABLED="NO"):
        profile = {"driver": "GTiff", "height": plane.rows, "width": plane.columns, "count": 1, "dtype": "float32",
                   "crs": grid.crs, "transform": Affine(*grid.transform), "nodata": float("nan"), "BIGTIFF": "IF_SAFER"}  # fmt: skip
        if plane.rows >= 16 and plane.columns >= 16:
            profile |= {"tiled": True, "blockxsize": 512, "blockysize": 512}
        with rasterio.open(plain, "w", **profile) as out:
            out.set_band_description(1, description)
            for window in plane.strips():
                row, _, high, wide = window
                out.write(plane.get(window).astype(np.float32), 1, window=((row, row + high), (0, wide)))
        copy(plain, path, driver="COG", compress="LERC", max_z_error=error, blocksize=512, overview_resampling="average",
             bigtiff="IF_SAFER")  # fmt: skip
    plain.unlink()


def frame(table: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Detections as a frame with the columns of the codebook."""
    made = {}
    for column in columns.DETECTIONS:
        values = [row[column.name] for row in table]
        kind = _NUMBERS.get(column.name, pl.String)
        made[column.name] = pl.Series(column.name, [None if v == "" and kind != pl.String else v for v in values], kind)
    return pl.DataFrame(made)


def geopackage(path: Path, table: Sequence[dict[str, Any]], shapes: Sequence[Any], crs: str, stamp: datetime) -> None:
    """detections.gpkg: one layer of polygons in the grid's CRS. GDAL stamps it with `stamp`, since it knows a clock."""
    from pyogrio.raw import write

    held = frame(table)
    fields = [
        held[n].to_numpy() if held[n].dtype != pl.String else np.array(held[n].to_list(), dtype=object)
        for n in held.columns
    ]
    before = os.environ.get("OGR_CURRENT_DATE")
    os.environ["OGR_CURRENT_DATE"] = stamp.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    try:
        whole = [s if s.geom_type == "MultiPolygon" else shapely.MultiPolygon([s]) for s in shapes]
        geometry = np.array([shapely.to_wkb(s) for s in whole], dtype=object)
        write(path, geometry, fields, held.columns, layer="detections", driver="GPKG", geometry_type="MultiPolygon",
              crs=crs)  # fmt: skip
    finally:
        os.environ.pop("OGR_CURRENT_DATE")
        if before is not None:
            os.environ["OGR_CURRENT_DATE"] = before


def geoparquet(path: Path, table: Sequence[dict[str, Any]], shapes: Sequence[Any], crs: str) -> None:
    """detections.parquet: GeoParquet 1.1, geometry as WKB in longitude and latitude (OGC:CRS84, its default)."""
    from pyproj import Transformer

    turn = Transformer.from_crs(crs, "OGC:CRS84", always_xy=True).transform
    turned = [shapely.transform(s, lambda xy: np.column_stack(turn(xy[:, 0], xy[:, 1]))) for s in shapes]
    held = frame(table).with_columns(pl.Series("geometry", [shapely.to_wkb(s) for s in turned], pl.Binary))
    box = [round(float(v), 9) for v in shapely.total_bounds(np.array(turned))] if turned else None
    kinds = sorted({s.geom_type for s in turned})
    column = {"encoding": "WKB", "geometry_types": kinds, **({"bbox": box} if box else {})}
    told = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    held.write_parquet(path, metadata={"geo": json.dumps(told, sort_keys=True)})


def csv(path: Path, name: str, table: Sequence[dict[str, Any]]) -> None:
    """One of the tables by the codebook."""
    order = [c.name for c in columns.CHANGE_FILES[name]]
    path.write_bytes(rows.csv_bytes(order, [[row.get(c, "") for c in order] for row in table]))


def codebook(path: Path) -> None:
    """codebook.csv: every column of every file of the folder."""
    listed = [(f, c.name, c.meaning, c.unit, c.allowed) for f, found in columns.CHANGE_FILES.items() for c in found]
    path.write_bytes(rows.csv_bytes([c.name for c in columns.CODEBOOK], listed))


def told(path: Path, value: object) -> None:
    """A JSON file."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n", "utf-8")
