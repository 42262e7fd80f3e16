"""Scenes that a STAC API has of a mission's area and days -> files of a stack in scenes/NAME, with records: `collect MISSION scenes`.

search -> items (what is absurd is left out with its reason) -> the bands wanted -> address, signed -> the area's pixels -> file

Tokens and signatures stand in nothing that is kept or said. Sources: STAC API 1.0 (item search by GET), STAC 1.0 and 1.1 with the
extensions sat, sar, eo, raster, grid and proj. `truceline change` reads what lies there without a network.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from . import collect, cutting, fetch, mission
from .collect import Connection
from .errors import RunError, UsageError
from .satellite import stac
from .satellite.scenes import OPTICAL, RADAR

FOLDER = "scenes"
VARIABLE = "STAC_TOKEN"
PAGE, MOST_ITEMS = 100, 10_000
BANDS = {RADAR: ("VV", "VH"), OPTICAL: ("B8A", "B12", "SCL")}
"""What is fetched where nothing is said: both polarisations; the bands of the burn ratio with the scene classes."""
PIXEL_M = {RADAR: 0.0, OPTICAL: 20.0}
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,150}$")
_TILE = re.compile(r"(?:^|[_-])T?(\d{2}[A-Z]{3})(?:_|$)")
_TRACK = re.compile(r"_R(\d{3})_")


@dataclass(frozen=True)
class Wish:
    """Which scenes of which server; empty where the mission's own area and period are meant. Token and query are secret."""

    server: str
    collection: str
    bands: tuple[str, ...] = ()
    name: str = ""
    area: str = ""
    start: str = ""
    end: str = ""
    orbit: str = ""
    most_cloud: float = 100.0
    pixel_m: float | None = None
    hosts: tuple[str, ...] = ()
    sign: str = ""
    token: str = field(repr=False, default="")
    query: str = field(repr=False, default="")
    pause_s: float = 1.0


@dataclass(frozen=True)
class Asset:
    """One file of one item: what it will be called here, what it shows, and where it lies (secret: it may be signed)."""

    path: Path
    item: str
    start: datetime
    band: str
    orbit: str
    sensor: str
    units: str
    nodata: float | None
    scale: float | None
    offset: float | None
    url: str = field(repr=False)

    @property
    def shown(self) -> str:
        """Its address without what may be secret."""
        return collect.shown(self.url)


class Offer(NamedTuple):
    """What a catalogue has: assets by name, items that were left out and why, the licence, and bytes before packing, at most."""

    assets: tuple[Asset, ...]
    left_out: tuple[str, ...]
    licence: str
    bytes_at_most: int
    area: cutting.Box


def checked(wish: Wish) -> Wish:
    """The wish with plain addresses and the token of the environment; raises UsageError."""
    if not wish.server:
        raise UsageError("--server: expected the address of a STAC API, such as https://stac.example.org/v1")
    server = collect.address(wish.server, secret=bool(wish.token))
    if not _NAME.match(wish.collection):
        raise UsageError(
            f"--collection: found {wish.collection!r}, expected an id such as sentinel-1-rtc or sentinel-2-l2a"
        )
    if wish.name and not _NAME.match(wish.name):
        raise UsageError(f"--name: found {wish.name!r}, expected letters, digits, dots and dashes")
    bad = [h for h in (*wish.hosts, *([wish.sign] if wish.sign else [])) if not collect.host(h)]
    if bad:
        raise UsageError("--hosts, --sign: expected addresses such as https://files.example.org")
    token = wish.token or os.environ.get(VARIABLE, "").strip()
    if any(not re.fullmatch(r"[\x21-\x7e]{1,4000}", t) for t in (token, wish.query) if t):
        raise UsageError("the token or the query holds a space or a character that none has; it is not shown here")
    if token or wish.query or wish.sign:
        for one in (server, wish.sign or server, *wish.hosts):
            collect.address(collect.host(one), secret=True)
    return replace(wish, server=server, token=token, query=wish.query.lstrip("?&"))


class Search:
    """One search: what the catalogue offers. `api` is asked for pages alone."""

    def __init__(self, folder: Path, wish: Wish, api: fetch.Client, now: datetime) -> None:
        self.wish, self.api = wish, api
        own_area, period = mission.scope(folder)
        self.area = fetch.area_of(wish.area, own_area)
        self.first, self.last = fetch.days_of(wish, period, now)
        self.home = folder / FOLDER
        self.left: list[str] = []

    def offer(self) -> Offer:
        """Everything of the area and the days. Raises RunError, UsageError."""
        about = self._page(f"{self.wish.server}/collections/{collect.quoted(self.wish.collection)}")
        assets: dict[str, Asset] = {}
        for item in self._items():
            for asset in self._assets(item):
                assets.setdefault(str(asset.path), asset)
        if len({a.sensor for a in assets.values()}) > 1:
            raise RunError(f"{self.wish.collection} holds scenes of several sensors; name its bands by --bands")
        found = tuple(sorted(assets.values(), key=lambda a: a.path))
        return Offer(found, tuple(self.left), _licence(about), _bytes(found, self.area), self.area)

    def _page(self, url: str) -> dict[str, Any]:
        data = fetch.answer(fetch.Request(self.home, collect.shown(url), _object, url), self.api)
        made: dict[str, Any] = json.loads(data)
        return made

    def _items(self) -> Iterator[dict[str, Any]]:
        url = collect.asked(
            f"{self.wish.server}/search", collections=self.wish.collection, bbox=",".join(f"{n:.10g}" for n in self.area),
            datetime=f"{self.first}T00:00:00Z/{self.last}T23:59:59Z", limit=str(PAGE),
        )  # fmt: skip
        seen, many = set(), 0
        while url:
            if url in seen or many > MOST_ITEMS:
                raise RunError("the server gives page after page without an end; ask for fewer days or less area")
            seen.add(url)
            page = self._page(url)
            features = page.get("features")
            if not isinstance(features, list):
                raise RunError("the answer to the search holds no features: is --server the address of a STAC API?")
            many += len(features)
            yield from (f for f in features if isinstance(f, dict))
            url = self._next(url, page) if features else ""

    def _next(self, url: str, page: dict[str, Any]) -> str:
        links = page.get("links")
        following = (
            [k for k in links if isinstance(k, dict) and k.get("rel") == "next"] if isinstance(links, list) else []
        )
        if not following:
            return ""
        if str(following[0].get("method", "GET")).upper() != "GET":
            raise RunError("the next page is to be asked for by POST, which is not done; ask for fewer days at once")
        made = collect.joined(url, str(following[0].get("href", "")))
        if collect.host(made) != collect.host(self.wish.server):
            raise RunError("the next page of the search lies on another host, which is refused")
        return made

    def _assets(self, item: dict[str, Any]) -> list[Asset]:
        """The wanted files of an item; what makes no sense is left out with its reason."""
        name = str(item.get("id", ""))
        try:
            if not _NAME.match(name):
                raise ValueError("an id that is no name of a file")
            return list(self._of(name, item))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
            why = str(error) if type(error) is ValueError else "what is no STAC item"
            self.left.append(f"{name[:80] if _NAME.match(name) else 'an item'}: {why}")
            return []

    def _of(self, name: str, item: dict[str, Any]) -> Iterator[Asset]:
        import pystac

        try:
            read = pystac.Item.from_dict(item, preserve_dict=True)
        except (pystac.STACError, pystac.STACTypeError) as error:
            raise ValueError("what is no STAC item") from error
        told = read.properties
        start = _moment(told.get("start_datetime") or told.get("datetime"))
        if not self.first <= start.date() <= self.last:
            raise ValueError(f"taken on {start.date()}, which was not asked for")
        orbit = str(told.get("sat:relative_orbit") or ((m := _TRACK.search(name)) and int(m[1])) or "")
        if self.wish.orbit and orbit != self.wish.orbit:
            return
        if float(told.get("eo:cloud_cover") or 0) > self.wish.most_cloud:
            return
        tile = _tile(name, told)
        where = self.home / "-".join(t for t in (self.wish.name or self.wish.collection, tile) if t)
        found: dict[str, Asset] = {}
        for key, asset in read.assets.items():
            band = stac.band_of(key, asset.extra_fields)
            if not band or not stac.is_tiff(asset.media_type):
                continue
            sensor = stac.sensor_of(told, band)
            if band in (self.wish.bands or BANDS[sensor]) and band not in found:
                url = self._place(str(asset.href))
                numbers = _numbers(told, asset.extra_fields, band, sensor)
                found[band] = Asset(where / f"{name}_{band}.tif", name, start, band, orbit, sensor, *numbers, url)
        lacking = [b for b in self.wish.bands if b not in found]
        if not found or lacking:
            raise ValueError(f"no GeoTIFF of {', '.join(lacking) or 'a band that is wanted'}")
        yield from found.values()

    def _place(self, href: str) -> str:
        """An asset's address, on a host that was named. Raises ValueError."""
        url = collect.joined(f"{self.wish.server}/", href)
        own = collect.host(url)
        if not own:
            scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)", href)
            raise ValueError(f"an address that is none of the web ({scheme[0] if scheme else 'no scheme'})")
        allowed = {collect.host(h) for h in (self.wish.server, *self.wish.hosts)}
        if own not in allowed:
            raise ValueError(f"a file on another host ({own}); name it by --hosts if it is to be trusted")
        return url


def _object(data: bytes) -> str:
    try:
        return "" if isinstance(json.loads(data), dict) else "the answer is no JSON object"
    except (ValueError, RecursionError):
        return "the answer is no JSON"


def _moment(said: Any) -> datetime:
    try:
        made = datetime.fromisoformat(str(said))
    except ValueError:
        raise ValueError("no time at which it was taken") from None
    return made.replace(tzinfo=made.tzinfo or UTC).astimezone(UTC)


def _tile(name: str, told: dict[str, Any]) -> str:
    """The tile of Sentinel-2 that an item is cut to, such as 48PTA; empty where it is cut to none."""
    said = str(told.get("s2:mgrs_tile") or str(told.get("grid:code") or "").removeprefix("MGRS-"))
    found = re.fullmatch(r"\d{2}[A-Z]{3}", said) or _TILE.search(name)
    return found[found.lastindex or 0] if found else ""


def _numbers(
    told: dict[str, Any], fields: dict[str, Any], band: str, sensor: str
) -> tuple[str, float | None, float | None, float | None]:
    """Units, nodata, scale and offset of a file.

    Sentinel-2 added 1,000 to its numbers with processing baseline 04.00 (January 2022), which some catalogues take away again and
    say so, and some do not say.
    """
    said = (fields.get("raster:bands") or fields.get("bands") or [{}])[0]
    nodata, scale, offset = (stac.number(said.get(k)) for k in ("nodata", "scale", "offset"))
    if band == "SCL":
        return "class", 0.0 if nodata is None else nodata, None, None
    unit = str(said.get("unit") or fields.get("raster:unit") or "").lower()
    if sensor == RADAR:
        return ("db" if unit in {"db", "decibel"} else "linear"), nodata, None, None
    if told.get("earthsearch:boa_offset_applied") is True:
        offset = None
    elif offset is None and re.fullmatch(r"\d\d\.\d\d", str(told.get("s2:processing_baseline", ""))):
        offset = -0.1 if str(told["s2:processing_baseline"]) >= "04.00" else None
    return "reflectance_10000", nodata, scale, offset


def _licence(about: dict[str, Any]) -> str:
    name, links = str(about.get("license") or "not stated")[:120], about.get("links")
    held = [k for k in links if isinstance(k, dict) and k.get("rel") == "license"] if isinstance(links, list) else []
    where = str(held[0].get("href", "")) if held else ""
    return f"{name} ({collect.shown(where)})" if collect.host(where) else name


def _bytes(assets: tuple[Asset, ...], area: cutting.Box) -> int:
    """Bytes of the area's pixels before packing, at most: pixels of 10 m, four bytes of radar and two of the rest."""
    import pyproj

    across = abs(pyproj.Geod(ellps="WGS84").geometry_area_perimeter(_ring(area))[0])
    return sum(round(across / 100 * (4 if a.sensor == RADAR else 2)) for a in assets)


def _ring(area: cutting.Box) -> Any:
    import shapely

    return shapely.box(*area)


def offered(folder: Path, wish: Wish, api: fetch.Client | None = None, now: datetime | None = None) -> Offer:
    """What the catalogue has; no scene is fetched. Raises UsageError, RunError."""
    asked = checked(wish)
    moment = now or datetime.now(UTC)
    try:
        if api is not None:
            return Search(folder, asked, api, moment).offer()
        with catalogue(asked) as opened:
            return Search(folder, asked, opened, moment).offer()
    except RunError as error:
        raise RunError(quiet(str(error), asked)) from None


def catalogue(wish: Wish) -> Connection:
    """A connection to the catalogue, with the token."""
    return Connection(headers={"Authorization": f"Bearer {wish.token}"} if wish.token else {})


def quiet(text: str, wish: Wish) -> str:
    """The text without the secrets of a wish."""
    for secret in (wish.token, wish.query):
        text = text.replace(secret, "[TOKEN]") if secret else text
    return text
