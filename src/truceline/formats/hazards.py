"""Hazardous areas in the style of IMSMA: suspected (SHA) and confirmed (CHA) areas, cleared ones, as polygons.

The minimum data are an identifier, the kind of hazard, its status and date, and a polygon (or a point). A suspicion is said by its
source and seen by nobody: its method is `claimed`; what a survey confirmed was seen.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from ..nouns import Capture, Harvest, Lexicon
from ..sheets import CellError, Row
from . import features, phrases, rewritten, vectors

NAMES = {
    "id": ("hazard_id", "hazard_localid", "localid", "local_id", "id", "globalid", "imsma_id", "hazardid", "reference"),
    "status": ("hazard_class", "hazardclass", "category", "classification", "type", "hazard_type", "hazardtype", "class"),
    "state": ("status", "hazard_status", "hazardstatus", "land_release", "activity"),
    "date": ("status_date", "statusdate", "date", "report_date", "survey_date", "start", "status_changed", "dateofentry", "dataentrydate"),
    "place": ("hazard_name", "hazardname", "name", "location", "place", "community", "village"),
    "device": ("device", "devices", "ordnance", "contamination", "hazard_content", "mine_type", "explosive_ordnance", "weapon"),
    "area": ("area_m2", "area", "size", "areasize", "area_size", "size_m2"),
    "text": ("description", "text", "narrative", "remarks", "comments"),
}  # fmt: skip


def read(capture: Capture, lexicon: Lexicon) -> Harvest:
    """One observation an area; sets aside one without a date, a geometry, or a status that is none of the YAML's."""
    found = vectors.read(capture.path, capture.data)
    shapes = {id(f.fields): f for f in found.features}
    rows = [Row(f.line, f.fields) for f in found.features]
    made = rewritten.records(
        capture, lexicon, rows, lambda r, _: _cells(r, shapes[id(r.cells)], lexicon), prefix="hazard"
    )
    return dataclasses.replace(made, set_aside=(*found.set_aside, *made.set_aside))


def _cells(row: Row, feature: vectors.Feature, lexicon: Lexicon) -> rewritten.Cells:
    said = {name: row.text(*names) for name, names in NAMES.items()}
    status, entry = _status(said, lexicon.values)
    if feature.geometry is None:
        raise CellError("geometry", "", "a polygon, or a point where the edge is not known")
    if not said["date"]:
        raise CellError("status_date", "", "the day of the survey or of the status")
    device = said["device"].lower()
    weapon = phrases.named(lexicon.values.get("devices", {}), device) or ""
    drawn = row.text("shape") == "drawn"
    made = {
        "id": said["id"], "lon_deg": row.text("lon_deg"), "lat_deg": row.text("lat_deg"),
        "source_id": row.text("source_id"), "method": row.text("method") or str(entry["method"]),
        "kind": row.text("kind") or str(entry["kind"]), "start": phrases.day(said["date"], "status_date"),
        "end": row.text("end"), "reported": row.text("reported"), "place": said["place"], "weapon": said["device"],
        "weapon_class": row.text("weapon_class") or str(weapon), "radius_m": row.text("radius_m"), "text": said["text"],
        "exposure": row.text("exposure"), "language": row.text("language"),
    }  # fmt: skip
    shape = {} if drawn else features.shape(feature.geometry)
    kept = rewritten.details(hazard=status, area_m2=said["area"], state=said["state"], projection=feature.note, **shape)
    return {**made, **features.placed(feature.geometry, made), "details": kept}


def _status(said: dict[str, str], values: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """The hazard's status: cleared where either column says so, else suspected or confirmed."""
    table = values.get("statuses", {})
    words = f"{said['state']} {said['status']}".lower().replace("_", " ")
    for entry in table.values():
        if any(phrases.says(word, words) for word in entry["words"]):
            return str(entry["name"]), entry
    raise CellError("hazard_class", said["status"] or said["state"], "SHA (suspected), CHA (confirmed), or cleared")
