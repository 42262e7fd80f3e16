"""A static STAC catalogue on this disk -> rows of scenes. An edge; it opens no connection and leaves its folder nowhere.

Sources: STAC 1.0 and 1.1 with its extensions sat, sar, eo and raster. What a link or an asset names outside the folder,
or on a server, is refused: `truceline collect` fetches.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ..errors import InputError, Problem, UsageError
from .scenes import BANDS, OPTICAL, RADAR, UNITS, Row

MOST_ITEMS = 100_000
COMMON = {"BLUE": "B02", "GREEN": "B03", "RED": "B04", "NIR": "B08", "NIR08": "B8A", "SWIR16": "B11", "SWIR22": "B12"}
"""Names of Sentinel-2's bands by what they see, as some catalogues have them."""
_TIFF = ("image/tiff", "image/vnd.stac.geotiff")


def rows(folder: Path, name: str) -> list[Row]:
    """A row an asset that is a GeoTIFF of a band that is known; InputError where the catalogue cannot be followed."""
    catalogue = _opened(folder, name)
    made: list[Row] = []
    try:
        for number, item in enumerate(catalogue.get_items(recursive=True)):
            if number >= MOST_ITEMS:
                raise InputError(Problem(name, 0, "", f"more than {MOST_ITEMS:,} items", "a smaller catalogue"))
            made += _assets(folder, item)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise _unread(name, error) from None
    return sorted(made, key=lambda r: r.name)


def _unread(name: str, error: Exception) -> InputError:
    return InputError(
        Problem(
            name, 0, "", f"what is no STAC catalogue ({type(error).__name__}: {str(error)[:120]})", "STAC 1.0 or 1.1"
        )
    )


def _opened(folder: Path, name: str) -> Any:
    try:
        import pystac
    except ImportError:
        raise UsageError("a STAC catalogue needs pystac-client: pip install 'truceline[imagery]'") from None

    class Local(pystac.stac_io.DefaultStacIO):
        """Reads files of the folder and nothing else."""

        def read_text(self, source: Any, *_: Any, **__: Any) -> str:
            return local(folder, name, str(getattr(source, "__fspath__", lambda: source)())).read_text("utf-8")

    try:
        return pystac.read_file(str(folder / name), stac_io=Local())
    except (pystac.STACError, pystac.STACTypeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unread(name, error) from None


def local(folder: Path, name: str, href: str) -> Path:
    """The file of a link, which must lie in the folder; InputError otherwise."""
    href = href.removeprefix("file://")
    away = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:(?://)?(?:[^/@?#]*@)?([^/?#:]*)", href) or re.match(r"//([^/?#]*)", href)
    if away or href.startswith("/vsi"):
        host = (away and away[1]) or "a virtual file system"
        raise InputError(
            Problem(name, 0, "", f"a link to another place ({host})", "files in the folder: copy them there first; nothing is fetched")
        )  # fmt: skip
    path = folder / href
    if not path.is_file():
        path = folder / re.sub(r"%([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), href)
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(Problem(name, 0, "", "a link out of the folder", "files in the folder of the catalogue"))
    if not path.is_file():
        raise InputError(
            Problem(name, 0, "", f"a link to {path.name}, which is not there", "every file of the catalogue")
        )
    return path


def _assets(folder: Path, item: Any) -> list[Row]:
    properties = item.properties
    moment = (
        properties.get("start_datetime") or properties.get("datetime") or (item.datetime and item.datetime.isoformat())
    )
    orbit = properties.get("sat:relative_orbit")
    made = []
    for key, asset in item.assets.items():
        band = band_of(key, asset.extra_fields)
        if not band or not is_tiff(asset.media_type):
            continue
        path = local(folder, item.id, str(asset.get_absolute_href() or asset.href))
        told = (asset.extra_fields.get("raster:bands") or asset.extra_fields.get("bands") or [{}])[0]
        units = str(told.get("unit") or properties.get("truceline:units") or "").lower().replace(" ", "_")
        made.append(
            Row(path, f"{item.id} {band}", str(moment or ""), sensor_of(properties, band), "" if orbit is None else str(orbit), band,
                units if units in UNITS else "", number(told.get("nodata")), number(told.get("scale")), number(told.get("offset")))
        )  # fmt: skip
    return made


def band_of(key: str, fields: dict[str, Any]) -> str:
    """The band of an asset: its polarisation, the name of its only band, or its key."""
    polarisations = fields.get("sar:polarizations") or []
    told = fields.get("eo:bands") or fields.get("bands") or []
    names = [
        *(polarisations if len(polarisations) == 1 else []),
        *([told[0].get("name", "")] if len(told) == 1 else []),
        key,
    ]
    known = (COMMON.get(n, n) for n in (str(name).upper() for name in names))
    return next((n for n in known if n in BANDS), "")


def is_tiff(media_type: str | None) -> bool:
    """Whether an asset says that it is a GeoTIFF, or says nothing."""
    return (media_type or _TIFF[0]).split(";")[0].strip() in _TIFF


def sensor_of(properties: dict[str, Any], band: str) -> str:
    """The sensor of an item by its constellation or platform, or by the band."""
    told = f"{properties.get('constellation', '')} {properties.get('platform', '')}".lower()
    return RADAR if "sentinel-1" in told else OPTICAL if "sentinel-2" in told else BANDS[band]


def number(value: object) -> float | None:
    """A number of an item's fields; None for anything else."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
