"""First-hand observations as a patrol's table, in the style of a daily annex (XLSX): text as text, and no formula."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .. import rows, when
from ..normalise import DEFAULT_BEARING_ERROR_DEG
from . import LeftOut, Setting, Tables, word

FIRST_HAND = frozenset({"seen", "heard", "recorded", "measured"})
HEADER = ("Position", "Event location", "Means", "No.", "Observation", "Weapon", "Date", "Time", "Place", "Kind", "Phase",
          "Weapon class", "Start UTC", "End UTC", "Reported", "Source ID", "ID")  # fmt: skip
WIDTHS = (24, 30, 10, 12, 50, 20, 12, 14, 20, 20, 12, 16, 22, 22, 22, 16, 24)


def patrol(tables: Tables, folder: Path, setting: Setting) -> tuple[list[str], list[LeftOut]]:
    """patrol.xlsx: observations that somebody saw, heard, recorded or measured, in order of time."""
    import xlsxwriter

    name = "patrol.xlsx"
    told = [r for r in tables["observations"] if r["method"] in FIRST_HAND]
    left = [(name, str(r["id"]), f"nobody perceived it at first hand: {r['method']}") for r in tables["observations"]
            if r["method"] not in FIRST_HAND]  # fmt: skip
    nowhere = [r for r in told if not _position(r) and not _location(r)]
    left += [(name, str(r["id"]), "neither the observer nor the event has a place") for r in nowhere]
    told = sorted((r for r in told if r not in nowhere), key=lambda r: (r["start"], r["id"]))
    data = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(data, options) as book:
        book.set_properties({"title": setting.title, "created": setting.created.replace(tzinfo=None)})
        sheet = book.add_worksheet("patrol")
        bold = book.add_format({"bold": True})
        for place, (head, width) in enumerate(zip(HEADER, WIDTHS, strict=True)):
            sheet.write_string(0, place, head, bold)
            sheet.set_column(place, place, width)
        sheet.freeze_panes(1, 0)
        for line, one in enumerate(told, 1):
            for place, value in enumerate(_row(one, setting)):
                if value:
                    sheet.write_string(line, place, rows.harmless(value)[:32_767])
    (folder / name).write_bytes(data.getvalue())
    return [name], left


def _row(one: dict[str, Any], setting: Setting) -> list[str]:
    local = when.zone(setting.time_zone)
    start, end = (datetime.fromisoformat(one[n]).astimezone(local) for n in ("start", "end"))
    whole_day = end - start >= timedelta(hours=23)
    return [
        _position(one), _location(one), str(one["method"]), _count(one), str(one["text"]), str(one["weapon"]),
        f"{start:%Y-%m-%d}", "" if whole_day else f"{start:%H:%M}" + ("" if end - start <= timedelta(minutes=1) else f"-{end:%H:%M}"),
        str(one["place"]), str(one["kind"]), str(one["phase"]), str(one["weapon_class"]), one["start"], one["end"], one["reported"],
        str(one["source_id"]), str(one["id"]),
    ]  # fmt: skip


def _position(one: dict[str, Any]) -> str:
    if one["observer_lon_deg"] is None or one["observer_lat_deg"] is None:
        return ""
    return f"{rows.number(one['observer_lon_deg'])}, {rows.number(one['observer_lat_deg'])}"


def _location(one: dict[str, Any]) -> str:
    """Direction and distance where there are any, else the place itself and its radius."""
    if _position(one):
        near, far, bearing = one["distance_min_m"], one["distance_max_m"], one["bearing_deg"]
        band = "" if far is None else f"{word(near or 0.0)}-{word(far)} m"
        error = one["bearing_error_deg"]
        half = DEFAULT_BEARING_ERROR_DEG if error is None else error
        looked = "" if bearing is None else f"{word(bearing % 360)}° ±{word(half)}°"
        if band or looked:
            return " ".join(filter(None, (band, looked)))
    if one["lon_deg"] is None or one["lat_deg"] is None:
        return ""
    return f"{rows.number(one['lon_deg'])}, {rows.number(one['lat_deg'])} ±{word(one['radius_m'] or 0.0)} m"


def _count(one: dict[str, Any]) -> str:
    """As a patrol writes it; the words that were read, where they are there."""
    said = (json.loads(one["details"]) if one["details"] else {}).get("count", "")
    low, high = one["count_min"], one["count_max"]
    if low is None and high is None:
        return str(said)
    if high is None:
        return f"at least {low}"
    if low is None:
        return f"up to {high}"
    return str(low) if low == high else f"{low}-{high}"
