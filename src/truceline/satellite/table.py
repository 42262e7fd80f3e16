"""passes.csv: the passes of a mission as a table that a person can read, and that a later computation can add to."""

from __future__ import annotations

import csv
import dataclasses
import io
from datetime import datetime

from ..nouns import Pass, PassStatus
from ..when import iso

COLUMNS = (
    "status", "satellite", "sensor", "start", "end", "closest", "zones", "zones_perhaps", "kinds", "reach_share", "view_deg",
    "view_to_deg", "zenith_deg", "sun_deg", "day_night", "pixel_scan_m", "pixel_track_m", "elements_epoch", "age_days",
    "error_s", "error_m", "reason",
)  # fmt: skip
WHOLE = "all"
"""How a table names the whole line or area where a mission has no sectors."""


def row(one: Pass) -> dict[str, str]:
    """One row of the table, every value as text."""
    numbers = {
        name: "" if getattr(one, name) is None else f"{getattr(one, name):g}"
        for name in ("reach_share", "view_deg", "view_to_deg", "zenith_deg", "sun_deg", "age_days", "error_s")
    }
    lengths = {
        name: "" if value is None else f"{value:.0f}"
        for name, value in (("pixel_scan_m", one.pixel_scan_m), ("pixel_track_m", one.pixel_track_m), ("error_m", one.error_m))
    }  # fmt: skip
    light = "" if one.status is not PassStatus.PASS else "night" if one.night else "day"
    return {
        "status": str(one.status), "satellite": one.satellite, "sensor": one.sensor, "start": iso(one.start), "end": iso(one.end),
        "closest": iso(one.closest), "zones": _zones(one.zones), "zones_perhaps": _zones(one.perhaps),
        "kinds": ";".join(one.kinds), **numbers, "day_night": light, **lengths, "elements_epoch": iso(one.epoch),
        "reason": one.reason,
    }  # fmt: skip


def _zones(zones: tuple[str, ...]) -> str:
    return ";".join(z or WHOLE for z in zones)


def outside(passes: tuple[Pass, ...], start: datetime, end: datetime) -> tuple[Pass, ...]:
    """What stays of earlier rows when [start, end) is worked out again; spans that reach into it are cut."""
    kept: list[Pass] = []
    for one in passes:
        if one.status is PassStatus.PASS:
            kept += [] if one.closest and start <= one.closest < end else [one]
            continue
        for first, last in ((one.start, min(one.end, start)), (max(one.start, end), one.end)):
            if first < last:
                kept.append(dataclasses.replace(one, start=first, end=last))
    return tuple(kept)


def text(passes: tuple[Pass, ...]) -> str:
    """The whole table: spans first, then passes, each by time."""
    order = {PassStatus.COMPUTED: 0, PassStatus.NOT_COMPUTED: 0, PassStatus.PASS: 1}
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for one in sorted(passes, key=lambda p: (order[p.status], p.start, p.satellite, iso(p.closest))):
        writer.writerow(row(one))
    return out.getvalue()
