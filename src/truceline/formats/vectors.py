"""Files of geographic desks -> features: GeoJSON, KML, KMZ, GeoPackage, Shapefile ZIP, CSV with WKT. WGS 84 comes out.

GeoPackage and Shapefile are read by GDAL from memory, after their own kind has been made sure of; nothing is written, and no
other driver can be reached by what a file says of itself. Coordinates in another system are projected, and a note says so.
"""

from __future__ import annotations

import io
import json
import math
import sqlite3
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from .. import sheets, withheld
from ..errors import InputError, Problem
from ..nouns import SetAside
from . import markup, packed

SUFFIXES = (".geojson", ".json", ".kml", ".kmz", ".gpkg", ".zip", ".csv", ".tsv")
MOST_FEATURES = 200_000
MOST_POINTS = 1_000_000
"""So many corners may one geometry have."""
_SHAPE = b"\x00\x00\x27\x0a"
_GPKG = (b"GPKG", b"GP10", b"GP11")


class Feature(NamedTuple):
    """One feature: its number in the file, its fields as text, its geometry (shapely, WGS 84; None where it has none)."""

    line: int
    fields: dict[str, str]
    geometry: Any
    note: str = ""


class Features(NamedTuple):
    """What a file holds, and what could not be read."""

    features: list[Feature]
    set_aside: list[SetAside]


def read(file: str, data: bytes) -> Features:
    """Every feature of the file; raises InputError where it is no such file or too large."""
    suffix = PurePosixPath(file.lower()).suffix
    if suffix == ".kmz":
        return _kmz(file, data)
    if suffix == ".kml":
        return _placemarks(file, data)
    if suffix == ".gpkg":
        return _geopackage(file, data)
    if suffix == ".zip":
        return _shapefile(file, data)
    if suffix in {".geojson", ".json"}:
        return _geojson(file, data)
    if suffix in {".csv", ".tsv"}:
        return _wkt(file, data)
    raise InputError(Problem(file, 0, "", f"a file ending in {suffix or 'nothing'}", "one of " + ", ".join(SUFFIXES)))


def _kept(file: str, made: Iterator[Feature | SetAside]) -> Features:
    features: list[Feature] = []
    aside: list[SetAside] = []
    for one in made:
        if isinstance(one, SetAside):
            aside.append(one)
            continue
        wrong = _wrong(one.geometry)
        if wrong:
            aside.append(SetAside(file, one.line, "geometry", withheld.UNREAD, f"expected {wrong}"))
            continue
        features.append(one)
        if len(features) > MOST_FEATURES:
            raise InputError(Problem(file, one.line, "", f"more than {MOST_FEATURES:,} features", "a smaller file"))
    return Features(features, aside)


def _wrong(geometry: Any) -> str:
    import shapely

    if geometry is None:
        return ""
    if geometry.is_empty:
        return "a geometry that is not empty"
    if shapely.get_num_coordinates(geometry) > MOST_POINTS:
        return f"at most {MOST_POINTS:,} points"
    west, south, east, north = geometry.bounds
    if not all(map(math.isfinite, (west, south, east, north))):
        return "coordinates that are numbers"
    if west < -180 or east > 180 or south < -90 or north > 90:
        return "longitude and latitude in degrees on the globe"
    return ""


def _geojson(file: str, data: bytes) -> Features:
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        raise InputError(Problem(file, line, "", f"no JSON ({type(error).__name__})", "a GeoJSON file")) from None
    items = found.get("features") if isinstance(found, dict) else found
    if isinstance(found, dict) and found.get("type") == "Feature":
        items = [found]
    if not isinstance(items, list):
        raise InputError(Problem(file, 1, "", "no features", "a GeoJSON FeatureCollection"))
    _wgs84(file, found)
    return _kept(file, (_feature(file, number, item) for number, item in enumerate(items, 1)))


def _wgs84(file: str, found: Any) -> None:
    """The old member `crs` must say WGS 84, where it is there."""
    said = json.dumps(found.get("crs")) if isinstance(found, dict) and found.get("crs") else ""
    if said and not any(name in said for name in ("CRS84", "4326", "4979")):
        raise InputError(Problem(file, 0, "crs", said[:100], "WGS 84 (GeoJSON has no other system since RFC 7946)"))


def _feature(file: str, number: int, item: Any) -> Feature | SetAside:
    import shapely
    import shapely.geometry

    try:
        shape = item.get("geometry")
        geometry = None if shape is None else shapely.force_2d(shapely.geometry.shape(shape))
        fields = {sheets.tidy(str(k)): _text(v) for k, v in (item.get("properties") or {}).items()}
        if item.get("id") is not None:
            fields.setdefault("id", _text(item["id"]))
        return Feature(number, fields, geometry)
    except Exception as error:  # whatever a broken geometry makes of the reader
        return SetAside(
            file, number, "geometry", withheld.UNREAD, f"expected a GeoJSON feature ({type(error).__name__})"
        )


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value).strip()


def _kmz(file: str, data: bytes) -> Features:
    inside = packed.members(file, data, (".kml",))
    if not inside:
        raise InputError(Problem(file, 0, "", "no .kml inside", "a KMZ: a zip archive with doc.kml"))
    name = "doc.kml" if "doc.kml" in inside else min(inside)
    return _placemarks(file, inside[name])


def _placemarks(file: str, data: bytes) -> Features:
    root = markup.parse(file, data, "kml")
    links = sum(1 for _ in root.iter("NetworkLink"))
    made = _kept(file, (_placemark(file, number, p) for number, p in enumerate(root.iter("Placemark"), 1)))
    if links:
        reason = "links to other addresses are not followed; expected the placemarks themselves"
        made.set_aside.append(SetAside(file, 0, "NetworkLink", str(links), reason))
    return made


def _placemark(file: str, number: int, item: Any) -> Feature | SetAside:
    fields = {sheets.tidy(str(d.get("name") or "")): markup.text(d, "value") for d in item.iter("Data")}
    fields |= {sheets.tidy(str(d.get("name") or "")): (d.text or "").strip() for d in item.iter("SimpleData")}
    for path, name in (("TimeStamp/when", "start"), ("TimeSpan/begin", "start"), ("TimeSpan/end", "end")):
        said = markup.text(item, path)
        if said:
            fields.setdefault(name, said)
    for name in ("name", "description"):
        said = markup.text(item, name)
        if said:
            fields.setdefault(name, said)
    if item.get("id"):
        fields.setdefault("id", str(item.get("id")))
    try:
        return Feature(number, {k: v for k, v in fields.items() if k}, _kml_geometry(item))
    except Exception as error:
        return SetAside(
            file, number, "geometry", withheld.UNREAD, f"expected lon,lat coordinates ({type(error).__name__})"
        )


def _kml_geometry(item: Any) -> Any:
    import shapely

    found: list[Any] = []
    for one in item.iter():
        if one.tag == "Point":
            found.append(shapely.Point(next(markup.numbers(markup.text(one, "coordinates")))))
        elif one.tag == "LineString":
            found.append(shapely.LineString(list(markup.numbers(markup.text(one, "coordinates")))))
        elif one.tag == "Polygon":
            outer = list(markup.numbers(markup.text(one, "outerBoundaryIs/LinearRing/coordinates")))
            inner = [
                list(markup.numbers(markup.text(b, "LinearRing/coordinates"))) for b in one.iter("innerBoundaryIs")
            ]
            found.append(shapely.Polygon(outer, inner))
    if not found:
        return None
    return found[0] if len(found) == 1 else shapely.GeometryCollection(found)


def _geopackage(file: str, data: bytes) -> Features:
    if data[:16] != b"SQLite format 3\x00" or data[68:72] not in _GPKG:
        raise InputError(Problem(file, 0, "", "no GeoPackage", "a GeoPackage, which says so in its first bytes"))
    layers = _layers(file, data)
    if not layers:
        raise InputError(Problem(file, 0, "", "no table of features", "a GeoPackage with a layer of features"))
    return _kept(file, (f for layer in layers for f in _through_gdal(file, data, layer)))


def _layers(file: str, data: bytes) -> list[str]:
    """Feature tables that are tables: a view may run whatever its maker wrote."""
    try:
        with sqlite3.connect(":memory:") as base:
            base.deserialize(data)
            base.execute("PRAGMA trusted_schema=OFF")
            base.execute("PRAGMA query_only=ON")
            # A schema can name a table that is itself a query without end.
            base.set_progress_handler(_Patience(2_000).tired, 10_000)
            tables = {n for n, kind, sql in base.execute("SELECT name, type, sql FROM sqlite_master")
                      if kind == "table" and not str(sql).upper().startswith("CREATE VIRTUAL")}  # fmt: skip
            if not {"gpkg_contents", "gpkg_geometry_columns"} <= tables:
                return []
            named = base.execute("SELECT table_name FROM gpkg_contents WHERE data_type='features'").fetchall()
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
        found = f"a GeoPackage that is broken ({type(error).__name__})"
        raise InputError(Problem(file, 0, "", found, "a GeoPackage that opens")) from None
    return [str(n) for (n,) in named if n in tables]


class _Patience:
    """Ends a query that goes on for too long."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def tired(self) -> int:
        """1 to stop."""
        self.left -= 1
        return int(self.left < 0)


def _shapefile(file: str, data: bytes) -> Features:
    inside = packed.members(file, data, (".shp", ".dbf", ".shx", ".prj", ".cpg"))
    stems = sorted({str(PurePosixPath(n).with_suffix("")) for n in inside if n.lower().endswith(".shp")})
    if not stems:
        raise InputError(Problem(file, 0, "", "no .shp inside", "a zip archive with .shp, .dbf, .shx and .prj"))
    made: list[Feature] = []
    aside: list[SetAside] = []
    for stem in stems:
        parts = {
            PurePosixPath(n).suffix.lower(): d
            for n, d in inside.items()
            if str(PurePosixPath(n).with_suffix("")) == stem
        }
        if ".dbf" not in parts or ".prj" not in parts:
            lacking = " and ".join(s for s in (".dbf", ".prj") if s not in parts)
            raise InputError(
                Problem(file, 0, stem, f"no {lacking} beside the .shp", "its fields and its coordinate system")
            )
        if not parts[".shp"].startswith(_SHAPE):
            raise InputError(Problem(file, 0, f"{stem}.shp", "no shapes", "a .shp, which says so in its first bytes"))
        again = io.BytesIO()
        with zipfile.ZipFile(again, "w") as archive:  # under a name of ours, and nothing else beside it
            for suffix, content in parts.items():
                archive.writestr(f"layer{suffix}", content)
        found = _kept(file, _through_gdal(file, again.getvalue(), None))
        made, aside = made + found.features, aside + found.set_aside
    return Features(made, aside)


def _through_gdal(file: str, data: bytes, layer: str | None) -> Iterator[Feature]:
    import shapely
    from pyogrio import raw

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what GDAL doubts in a file; what it cannot read is an error
            meta, _, wkb, values = raw.read(
                data, layer=layer, force_2d=True, max_features=MOST_FEATURES + 1, datetime_as_string=True
            )
    except Exception as error:  # whatever GDAL makes of a broken file
        found = f"a layer that GDAL cannot read ({type(error).__name__})"
        raise InputError(Problem(file, 0, layer or "", found, "a layer of features that opens")) from None
    if wkb is None:
        return
    project, note = _projection(file, meta["crs"])
    names = [sheets.tidy(str(n)) for n in meta["fields"]]
    for number, (one, *fields) in enumerate(zip(wkb, *values, strict=True), 1):
        geometry = shapely.from_wkb(one, on_invalid="ignore")
        if geometry is not None and project:
            geometry = shapely.transform(geometry, project, interleaved=False)
        yield Feature(number, {n: _text(_plain(v)) for n, v in zip(names, fields, strict=True)}, geometry, note)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _projection(file: str, crs: str | None) -> tuple[Any, str]:
    """A function to WGS 84 (None where it is that already) and a note of the operation."""
    from pyproj import CRS, Transformer

    if not crs:
        raise InputError(Problem(file, 0, "crs", "no coordinate system", "a layer that names its coordinate system"))
    try:
        given = CRS.from_user_input(crs)
        if given.equals(CRS.from_epsg(4326), ignore_axis_order=True):
            return None, ""
        to = Transformer.from_crs(given, CRS.from_epsg(4326), always_xy=True, allow_ballpark=False)
    except Exception as error:
        found = f"a coordinate system that cannot be used ({type(error).__name__})"
        raise InputError(Problem(file, 0, "crs", found, "WGS 84, or a system that can be projected to it")) from None
    return to.transform, f"projected from {given.name} to WGS 84"


def _wkt(file: str, data: bytes) -> Features:
    """A table with a column of WKT."""
    sheet = sheets.read(file, data)
    column = next((n for n in ("wkt", "geometry", "geom_wkt", "geom", "the_geom", "shape") if n in sheet.header), "")
    if not column:
        raise InputError(Problem(file, 1, "", "columns: " + ", ".join(sheet.header), "a column of WKT called wkt"))
    found = _kept(file, (_row(file, r, column) for r in sheet.rows))
    return Features(found.features, [*sheet.set_aside, *found.set_aside])


def _row(file: str, row: sheets.Row, column: str) -> Feature | SetAside:
    import shapely

    words = row.text(column)
    try:
        return Feature(row.line, row.cells, shapely.force_2d(shapely.from_wkt(words)) if words else None)
    except shapely.errors.ShapelyError:
        return SetAside(file, row.line, column, withheld.UNREAD, "expected WKT in degrees", row.exposure)
