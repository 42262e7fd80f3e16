"""Which format a file from another desk is in: by its ending, its first bytes and the names of its columns."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import PurePosixPath

from .. import sheets
from ..errors import InputError, Problem
from ..forms import questions
from . import hxl, patrol

PICTURES = {
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".webp": b"RIFF",
    ".tif": b"",
    ".tiff": b"",
}
MAPS = {".kml": b"", ".kmz": b"PK", ".gpkg": b"SQLite format 3\x00", ".zip": b"PK"}
TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".jsonl", ".ndjson", ".parquet", ".json")
SIGNS: tuple[tuple[str, tuple[frozenset[str], ...]], ...] = (
    ("acled", (frozenset({"event_date", "event_type", "latitude"}),)),
    ("ucdp", (frozenset({"type_of_violence", "date_start", "latitude"}),)),
    ("firms", (frozenset({"acq_date", "latitude", "longitude"}),)),
    ("reports", (frozenset({"report_id", "event_type", "source_name"}),)),
    ("answers", (frozenset({"answer_id", "answers", "speaker"}),)),
    ("odk", tuple(frozenset({"form", "mission", n}) for n in ("source_id", "_uuid", "key", "meta_instanceid"))),
    ("imagery", (frozenset({"statement_id", "sensor"}),)),
    ("observations", (frozenset({"id", "source_id", "start"}),)),
)
"""Formats and the columns by which a table is known to be theirs."""
_HAZARD = re.compile(r"hazard|imsma|\bsha\b|\bcha\b", re.IGNORECASE)


def guess(name: str, data: bytes) -> str:
    """The format; `mapped` for a table of columns that nobody knows.

    Raises InputError where the bytes are not what the ending says, or the ending is none that is read.
    """
    suffix = PurePosixPath(name.lower()).suffix
    if suffix in PICTURES:
        return _beginning(name, data, PICTURES[suffix], "photos")
    if suffix == ".xml" or (suffix == ".json" and _is_entries(data)) or (suffix == ".zip" and _is_export(data)):
        return "odk"
    if suffix in MAPS:
        return _beginning(
            name, data, MAPS[suffix], "hazards" if _HAZARD.search(PurePosixPath(name).stem) else "features"
        )
    if suffix == ".gpx":
        return "gpx"
    if suffix == ".geojson":
        return _features(data)
    if suffix in TABLES:
        return _table(sheets.head(name, data))
    known = (*TABLES, ".xml", ".geojson", ".gpx", *MAPS, *PICTURES)
    expected = f"a table, a map, an export of forms, a GPX track or a photo: {', '.join(known)}"
    raise InputError(Problem(name, 0, "", f"a file ending in {suffix or 'nothing'}", expected))


def _is_entries(data: bytes) -> bool:
    """Whether this is an answer of ODK Central (`value`) or KoboToolbox (`results`) that holds entries of our forms."""
    try:
        told = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    listed = told.get("value", told.get("results")) if isinstance(told, dict) else told
    return isinstance(listed, list) and any(isinstance(i, dict) and i.get("form") in questions.IDS for i in listed)


def _is_export(data: bytes) -> bool:
    """Whether an archive holds tables or entries and no layer of a map. Nothing of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            endings = {PurePosixPath(n.lower()).suffix for n in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    return bool(endings & {".csv", ".json", ".xml", ".xlsx"}) and not endings & {
        ".shp",
        ".dbf",
        ".gpkg",
        ".kml",
        ".geojson",
    }


def _beginning(name: str, data: bytes, sign: bytes, form: str) -> str:
    if not data.startswith(sign):
        suffix = PurePosixPath(name).suffix
        raise InputError(Problem(name, 0, "", f"bytes that are no {suffix}", f"a {suffix} file, or its true ending"))
    return form


def _features(data: bytes) -> str:
    """Observations or detections where the fields are theirs, hazards where they are called so, else features."""
    try:
        item = json.loads(data.decode("utf-8-sig"))["features"][0]
        fields = {sheets.tidy(str(k)) for k in item["properties"]} | {"latitude", "longitude"}
        point = item["geometry"]["type"] == "Point"
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return "features"
    if point and fields >= {"id", "source_id", "start"}:
        return "observations"
    if point and "acq_date" in fields:
        return "firms"
    if fields >= {"type_of_violence", "date_start"}:
        return "ucdp"
    return "hazards" if any(_HAZARD.search(f.replace("_", " ")) for f in fields) else "features"


def _table(sheet: sheets.Sheet) -> str:
    header = set(sheet.header)
    for form, signs in SIGNS:
        if any(sign <= header for sign in signs):
            return form
    if any(hxl.tag(n.replace("_+", "+")) for n in sheet.header):
        return "hxl"
    if any(hxl.tag(v) for row in sheet.rows[: hxl.WITHIN] for v in row.cells.values()):
        return "hxl"
    if header & {"wkt", "geom_wkt", "geometry"}:
        return "hazards" if any(_HAZARD.search(n.replace("_", " ")) for n in header) else "features"
    if header & set(patrol.COLUMNS["position"]) and header & {*patrol.COLUMNS["location"], *patrol.COLUMNS["means"]}:
        return "patrol"
    return "mapped"
