"""GPX waypoints, KMZ, Shapefile ZIP of incidents, and hazardous areas as GeoJSON polygons. The same bytes every time."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from .. import kinds, outlook, rows
from ..nouns import View
from . import LeftOut, Setting, Tables, placed, word

OURS = "urn:truceline:fields:1"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
SHOWN = (
    "id",
    "kind",
    "start_utc",
    "end_utc",
    "radius_m",
    "place",
    "grade",
    "attributed_to",
    "observations",
    "origins",
    "why",
)
SHORT = {"attributed_to": "attrib_to", "observations": "accounts"}
"""Names of fields of more than ten letters, which a Shapefile cannot have."""
MOST_BYTES = 254


def _plain(value: Any) -> str:
    """Text that XML can hold."""
    return _FORBIDDEN.sub("", word(value))


def gpx(tables: Tables, folder: Path, setting: Setting) -> tuple[list[str], list[LeftOut]]:
    """incidents.gpx: one waypoint an incident, its exact fields as extensions."""
    name = "incidents.gpx"
    kept, left = placed(tables["incidents"], name)
    root = Element(
        "gpx", {"version": "1.1", "creator": "truceline", "xmlns": "http://www.topografix.com/GPX/1/1", "xmlns:t": OURS}
    )
    about = SubElement(root, "metadata")
    SubElement(about, "name").text = _plain(setting.title)
    SubElement(about, "time").text = setting.created.strftime("%Y-%m-%dT%H:%M:%SZ")
    for one in kept:
        point = SubElement(root, "wpt", {"lat": rows.number(one["lat_deg"]), "lon": rows.number(one["lon_deg"])})
        SubElement(point, "time").text = one["start_utc"]
        SubElement(point, "name").text = _plain(one["id"])
        SubElement(point, "desc").text = _plain(_said(one, setting))
        SubElement(point, "type").text = _plain(one["kind"])
        more = SubElement(point, "extensions")
        for field, ours in (("id", "id"), ("kind", "kind"), ("start_utc", "start"), ("end_utc", "end"), ("radius_m", "radius_m"),
                            ("place", "place")):  # fmt: skip
            SubElement(more, f"t:{ours}").text = _plain(one[field])
    _write(folder / name, root)
    return [name], left


def _said(one: dict[str, Any], setting: Setting) -> str:
    return f"{kinds.label(one['kind'], setting.tree)}; {one['grade']}; {one['place']}; {one['why']}"


def _write(path: Path, root: Element) -> bytes:
    indent(root)
    data: bytes = b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, "utf-8") + b"\n"
    path.write_bytes(data)
    return data


def kmz(tables: Tables, folder: Path, setting: Setting) -> tuple[list[str], list[LeftOut]]:
    """incidents.kmz: a placemark an incident, with its span of time and every field of the table."""
    name = "incidents.kmz"
    kept, left = placed(tables["incidents"], name)
    root = Element("kml", {"xmlns": "http://www.opengis.net/kml/2.2"})
    document = SubElement(root, "Document")
    SubElement(document, "name").text = _plain(setting.title)
    for one in kept:
        mark = SubElement(document, "Placemark")
        SubElement(mark, "name").text = _plain(one["place"] or one["id"])
        SubElement(mark, "description").text = _plain(_said(one, setting))
        span = SubElement(mark, "TimeSpan")
        SubElement(span, "begin").text, SubElement(span, "end").text = one["start_utc"], one["end_utc"]
        more = SubElement(mark, "ExtendedData")
        for field, value in one.items():
            if field not in {"lon_deg", "lat_deg"}:
                SubElement(SubElement(more, "Data", {"name": field}), "value").text = _plain(value)
        at = f"{rows.number(one['lon_deg'])},{rows.number(one['lat_deg'])}"
        SubElement(SubElement(mark, "Point"), "coordinates").text = at
    indent(root)
    text = b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, "utf-8") + b"\n"
    (folder / name).write_bytes(_zipped({"doc.kml": text}))
    return [name], left


def _zipped(members: dict[str, bytes]) -> bytes:
    """A zip archive that says nothing of when it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return out.getvalue()


def shp(tables: Tables, folder: Path, setting: Setting) -> tuple[list[str], list[LeftOut]]:
    """incidents-shp.zip: points with the fields that matter; texts end after 254 bytes, fields.csv says what each field is."""
    import numpy as np
    import shapely
    from pyogrio.raw import write

    name = "incidents-shp.zip"
    kept, left = placed(tables["incidents"], name)
    fields = [_column(kept, n) for n in SHOWN]
    points = np.array([shapely.to_wkb(shapely.Point(r["lon_deg"], r["lat_deg"])) for r in kept], dtype=object)
    with tempfile.TemporaryDirectory() as scratch:
        at = Path(scratch) / "incidents.shp"
        write(
            at, points, fields, [SHORT.get(n, n) for n in SHOWN], driver="ESRI Shapefile", geometry_type="Point", crs="EPSG:4326",
            encoding="UTF-8", layer_options={"DBF_DATE_LAST_UPDATE": setting.created.strftime("%Y-%m-%d")},
        )  # fmt: skip
        members = {p.name: p.read_bytes() for p in sorted(at.parent.iterdir())}
    book = io.StringIO()
    said = csv.writer(book, lineterminator="\n")
    said.writerow(["field", "column of incidents.csv"])
    said.writerows((SHORT.get(n, n), n) for n in SHOWN)
    (folder / name).write_bytes(_zipped({**members, "fields.csv": book.getvalue().encode()}))
    return [name], left


def _column(kept: list[dict[str, Any]], name: str) -> Any:
    import numpy as np

    if name in {"radius_m", "observations", "origins"}:
        return np.array([float("nan") if r[name] is None else float(r[name]) for r in kept], dtype=float)
    return np.array([_short(rows.harmless(word(r[name]))) for r in kept], dtype=object)


def _short(text: str) -> str:
    """As many whole letters as a text field of a Shapefile holds."""
    return text.encode()[:MOST_BYTES].decode("utf-8", "ignore")


def hazards(tables: Tables, folder: Path, _setting: Setting) -> tuple[list[str], list[LeftOut]]:
    """hazards.geojson: what was said of mines as areas; the area that was surveyed, else the circle that holds the place."""
    name = "hazards.geojson"
    kept, left = placed([r for r in tables["observations"] if kinds.within(r["kind"], ("mine",))], name)
    features = [_hazard(one) for one in kept]
    data = json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1, allow_nan=False
    )
    (folder / name).write_text(data + "\n", "utf-8")
    return [name], left


def _hazard(one: dict[str, Any]) -> dict[str, Any]:
    import shapely
    import shapely.geometry

    known = json.loads(one["details"]) if one["details"] else {}
    surveyed = known.get("wkt", "")
    if surveyed:
        shape = shapely.from_wkt(surveyed)
    elif one["radius_m"]:
        shape = outlook.outline(View(((one["lon_deg"], one["lat_deg"]),), float(one["radius_m"])))
    else:
        shape = shapely.Point(one["lon_deg"], one["lat_deg"])
    confirmed = "CHA" if one["method"] in {"seen", "measured", "recorded"} else "SHA"
    status = known.get("hazard") or ("cleared" if one["kind"] == "mine.cleared" else confirmed)
    return {
        "type": "Feature", "id": one["id"], "geometry": shapely.geometry.mapping(shapely.set_precision(shape, 1e-7)),
        "properties": {
            "Hazard_ID": one["id"], "Hazard_Class": status, "Status_Date": one["start"], "end": one["end"],
            "Hazard_Name": one["place"], "Device": one["weapon"], "source_id": one["source_id"], "kind": one["kind"],
            "method": str(one["method"]), "weapon_class": one["weapon_class"], "lon_deg": round(one["lon_deg"], 7),
            "lat_deg": round(one["lat_deg"], 7), "radius_m": one["radius_m"], "shape": "surveyed" if surveyed else "drawn",
            "Description": one["text"], "reported": one["reported"], "Area_m2": known.get("area_m2", ""),
        },
    }  # fmt: skip
