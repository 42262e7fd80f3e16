"""Photos as observations: where the camera stood, which way it looked and when, by the picture's own EXIF note.

The place of a camera is the place of an observer: what it shows lies ahead of it. A picture is opened and never unpacked; its
pixels are nobody's business here. What goes out is stripped of its notes (see pictures.stripped).
"""

from __future__ import annotations

import io
import math
from typing import Any

from .. import when
from ..errors import InputError, Problem
from ..nouns import Capture, Harvest, Lexicon
from ..sheets import CellError, Row
from . import rewritten

MOST_PIXELS = 100_000_000
GPS, EXIF = 0x8825, 0x8769


def read(capture: Capture, lexicon: Lexicon) -> Harvest:
    """One observation; set aside where the picture says no time. Raises InputError where it is no picture that can be read."""
    row = Row(1, notes(capture))
    return rewritten.records(capture, lexicon, [row], lambda r, _: _cells(r, capture, lexicon), prefix="photo")


def notes(capture: Capture) -> dict[str, str]:
    """What the picture says of itself, by our names; nothing is decoded beyond its head."""
    try:
        from PIL import Image
    except ImportError:
        expected = "Pillow, which reads pictures: pip install 'truceline[pictures]'"
        raise InputError(Problem(capture.path, 0, "", "a photo", expected)) from None
    try:
        image = Image.open(io.BytesIO(capture.data), formats=("JPEG", "PNG", "WEBP", "TIFF"))
        wide, high = image.size
        exif = image.getexif()
        inner, gps = dict(exif.get_ifd(EXIF)), dict(exif.get_ifd(GPS))
    except Image.DecompressionBombError:
        raise InputError(
            Problem(capture.path, 0, "", "a picture of absurd size", f"at most {MOST_PIXELS:,} pixels")
        ) from None
    except Exception as error:  # whatever a broken file makes of a decoder
        found = f"no picture that can be read ({type(error).__name__})"
        raise InputError(Problem(capture.path, 0, "", found, "JPEG, PNG, WebP or TIFF")) from None
    if wide * high > MOST_PIXELS:
        found = f"a picture of {wide:,} by {high:,} pixels"
        raise InputError(Problem(capture.path, 0, "", found, f"at most {MOST_PIXELS:,} pixels"))
    made = {
        "taken": _word(inner.get(0x9003) or inner.get(0x9004)), "offset": _word(inner.get(0x9011) or inner.get(0x9010)),
        "description": _word(exif.get(0x010E)), **_gps(gps),
    }  # fmt: skip
    return {k: v for k, v in made.items() if v}


def _word(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return str(value or "").replace("\x00", "").strip()[:2000]


def _gps(gps: dict[int, Any]) -> dict[str, str]:
    lat, lon = _degrees(gps.get(2), _word(gps.get(1)), "S"), _degrees(gps.get(4), _word(gps.get(3)), "W")
    direction, error = _number(gps.get(17)), _number(gps.get(31))
    made = {"datum": _word(gps.get(18))}
    if lat is not None and lon is not None and not (lat == 0 and lon == 0):
        made |= {"lat": repr(lat), "lon": repr(lon), "error_m": "" if error is None else f"{error:g}"}
    if direction is not None and 0 <= direction <= 360:
        made |= {"bearing": f"{direction:g}", "bearing_north": _word(gps.get(16)) or "T"}
    distance = _number(gps.get(26))
    unit = {"K": 1000.0, "M": 1609.344, "N": 1852.0}.get(_word(gps.get(25)), 0.0)
    if distance is not None and unit:
        made["distance_m"] = f"{distance * unit:g}"
    clock = gps.get(7)
    if _word(gps.get(29)) and clock and len(clock) == 3:
        h, m, s = (int(_number(part) or 0) for part in clock)
        made["gps_time"] = f"{_word(gps[29]).replace(':', '-')}T{h:02}:{m:02}:{s:02}Z"
    return made


def _number(value: Any) -> float | None:
    try:
        found: float = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return found if math.isfinite(found) else None


def _degrees(parts: Any, side: str, negative: str) -> float | None:
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    numbers = [_number(p) for p in parts]
    if any(n is None for n in numbers):
        return None
    value = sum((n or 0.0) / 60.0**k for k, n in enumerate(numbers))
    return round(-value if side.upper().startswith(negative) else value, 7)


def _cells(row: Row, capture: Capture, lexicon: Lexicon) -> rewritten.Cells:
    taken, offset, gps_time = row.text("taken"), row.text("offset"), row.text("gps_time")
    lon, lat, bearing = row.text("lon"), row.text("lat"), row.text("bearing")
    start = f"{taken[:10].replace(':', '-')}T{taken[11:19]}{offset}" if taken else gps_time
    if not start:
        raise CellError("DateTimeOriginal", "", "a picture that says when it was taken")
    reach, distance = str(lexicon.values.get("reach_m", 2000)), row.text("distance_m")
    error, datum, north = row.text("error_m"), row.text("datum"), row.text("bearing_north")
    if datum and "84" not in datum:
        raise CellError("GPSMapDatum", datum, "WGS-84")
    made = {
        "method": "recorded", "kind": str(lexicon.values.get("kind", "other")), "start": start, "evidence": capture.path,
        "text": row.text("description"), "observer_lon_deg": lon, "observer_lat_deg": lat, "bearing_deg": bearing if lon else "",
        "bearing_error_deg": str(lexicon.values.get("magnetic_error_deg", 20)) if lon and north.startswith("M") else "",
        "distance_max_m": (distance or reach) if lon else "",
    }  # fmt: skip
    apart = _clock_apart_s(start, gps_time, lexicon) if taken and gps_time else 0.0
    kept = rewritten.details(
        gps_error_m=error, bearing_north=north, gps_time=gps_time,
        clock_off_s=f"{apart:.0f}" if apart > 300 else "", sha256=capture.sha256,
    )  # fmt: skip
    return {**made, "id": f"photo-{capture.sha256[:12]}", "details": kept}


def _clock_apart_s(start: str, gps_time: str, lexicon: Lexicon) -> float:
    """How far the camera's clock is from the satellites', seconds; 0 where one of them cannot be read."""
    try:
        one, other = (when.parse(t, lexicon.time_zone).start for t in (start, gps_time))
    except ValueError:
        return 0.0
    return abs((one - other).total_seconds())
