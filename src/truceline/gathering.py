"""What a catalogue offers -> files in scenes/NAME with their records, scenes.csv and stack.yaml: fetched one after the other."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from . import __version__, collect, cutting, fetch, rows, sheets
from .catalogues import PIXEL_M, Asset, Offer, Search, Wish, catalogue, checked, quiet
from .collect import Answer, Connection, Manners
from .errors import InputError, RunError
from .ranges import Remote

COLUMNS = ("file", "start", "band", "orbit", "sensor", "units", "nodata", "scale", "offset")


class Client(Protocol):
    """What fetches: a Connection, or anything that answers like one."""

    manners: Manners

    def get(self, url: str) -> Answer:
        """One attempt at a page."""
        ...

    def part(self, url: str, first: int, last: int, version: str = "") -> Answer:
        """One attempt at a part of a file."""
        ...

    def wait(self, attempt: int, asked_s: float | None) -> None:
        """Pause before the next attempt."""
        ...


class Got(NamedTuple):
    """Files fetched, how many were held, what does not show the area, what was left out, and bytes that came."""

    fetched: tuple[Path, ...]
    held: int
    beside: int
    left_out: tuple[str, ...]
    bytes: int
    stacks: tuple[Path, ...]


class Signing:
    """Addresses with what lets them be read: a query that was given, or one that the sign endpoint gives, anew when it has run out."""

    def __init__(self, wish: Wish, api: fetch.Client) -> None:
        self._wish, self._api, self._query = wish, api, wish.query

    def signed(self, url: str, *, anew: bool) -> str:
        """The address with its signature."""
        if self._wish.sign and (anew or not self._query):
            data = fetch.answer(
                fetch.Request(Path("signature"), collect.shown(self._wish.sign), _token, self._wish.sign), self._api
            )
            self._query = str(json.loads(data)["token"]).lstrip("?&")
        return f"{url}{'&' if '?' in url else '?'}{self._query}" if self._query else url

    def hidden(self, text: str) -> str:
        """The text without signatures."""
        return quiet(text.replace(self._query, "[TOKEN]") if self._query else text, self._wish)


def _token(data: bytes) -> str:
    try:
        told = json.loads(data)["token"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return "the answer of --sign holds no token"
    return (
        ""
        if isinstance(told, str) and re.fullmatch(r"[\x21-\x7e]{1,8000}", told)
        else "the answer of --sign holds no token"
    )


def gather(
    folder: Path, wish: Wish, clients: tuple[Client, Client] | None = None, now: datetime | None = None,
    tell: Callable[[str, int, int], None] = lambda *_: None,
) -> Got:  # fmt: skip
    """Search, and fetch what is not held, one file after the other.

    `clients` are one for the catalogue, which may carry the token, and one for the files. Raises UsageError where it cannot be
    asked so, RunError at the first file that does not come; what was fetched before it stays, and the same command goes on from there.
    """
    asked = checked(wish)
    if clients is not None:
        return _Gathering(folder, asked, clients, now or datetime.now(UTC), tell).all()
    with catalogue(asked) as api, Connection() as files:
        return _Gathering(folder, asked, (api, files), now or datetime.now(UTC), tell).all()


class _Gathering:
    def __init__(self, folder: Path, wish: Wish, clients: tuple[Client, Client], now: datetime,
                 tell: Callable[[str, int, int], None]) -> None:  # fmt: skip
        self.wish, self.tell = wish, tell
        self.api, self.files = clients
        self.signing = Signing(wish, self.api)
        self.search = Search(folder, wish, self.api, now)
        self.fetched: list[Path] = []
        self.held = self.beside = self.bytes = 0

    def all(self) -> Got:
        try:
            offer = self.search.offer()
        except RunError as error:
            raise RunError(self.signing.hidden(str(error))) from None
        kept: list[Asset] = []
        for number, asset in enumerate(offer.assets, 1):
            if self._one(asset, offer):
                kept.append(asset)
            self.tell("scenes", number, len(offer.assets))
        stacks = tuple(sorted({a.path.parent for a in kept}))
        for where in stacks:
            listed(where, [a for a in kept if a.path.parent == where], self.wish, offer.licence)
        return Got(tuple(self.fetched), self.held, self.beside, offer.left_out, self.bytes, stacks)

    def _one(self, asset: Asset, offer: Offer) -> bool:
        """Whether a file of the asset is held at the end."""
        if fetch.held_already(fetch.Request(asset.path, asset.shown, lambda _: "")):
            self.held += 1
            return True
        if self.fetched and self.wish.pause_s > 0:
            time.sleep(self.wish.pause_s)
        remote = Remote(
            asset.path,
            lambda anew: self.signing.signed(asset.url, anew=anew),
            self.api if self._own(asset) else self.files,
        )
        pixel_m = self.wish.pixel_m if self.wish.pixel_m is not None else PIXEL_M[asset.sensor]
        made = asset.path.with_name(f".{asset.path.name}.cut")
        try:
            cut = cutting.cut(remote, made, offer.area, 0.0 if asset.band == "SCL" else pixel_m)
        except (RunError, InputError) as error:
            said = self.signing.hidden(str(error))
            kept = f"{len(self.fetched)} of {len(offer.assets)} files were fetched and stay; the same command goes on from there."
            raise RunError(f"{asset.path.name}: {said}\n{kept}") from None
        self.bytes += remote.fetched
        if cut is None:
            self.beside += 1
            remote.gone()
            return False
        about = {
            "item": asset.item, "band": asset.band, "collection": self.wish.collection, "catalogue": self.wish.server,
            "licence": offer.licence, "area": list(offer.area), "pixels_of_the_file": list(cut.window), "joined": cut.factor,
            "grid": {"rows": cut.grid.rows, "columns": cut.grid.columns, "transform": list(cut.grid.transform), "crs": cut.grid.crs},
            "size_of_the_file": remote.size, "state_of_the_file": remote.version, "bytes_fetched": remote.fetched,
        }  # fmt: skip
        fetch.keep(fetch.Request(asset.path, asset.shown, lambda _: ""), made.read_bytes(), about)
        made.unlink()
        remote.gone()
        self.fetched.append(asset.path)
        return True

    def _own(self, asset: Asset) -> bool:
        """Whether a file lies with the catalogue: the token goes nowhere else."""
        return collect.host(asset.url) == collect.host(self.wish.server)


def listed(where: Path, assets: list[Asset], wish: Wish, licence: str) -> None:
    """scenes.csv and stack.yaml of a folder: what is held, and whose it is. Rows of scenes that this search did not see stay."""
    path = where / "scenes.csv"
    held: dict[str, list[Any]] = {}
    if path.is_file():
        for row in sheets.read("scenes.csv", path.read_bytes()).rows:
            told = [row.number(c) if c in {"nodata", "scale", "offset"} else row.text(c) for c in COLUMNS]
            held[str(told[0])] = ["" if v is None else v for v in told]
    for a in assets:
        cells = (
            a.path.name,
            a.start.isoformat().replace("+00:00", "Z"),
            a.band,
            a.orbit,
            a.sensor,
            a.units,
            a.nodata,
            a.scale,
            a.offset,
        )
        held[a.path.name] = ["" if v is None else v for v in cells]
    table = [cells for name, cells in sorted(held.items()) if (where / name).is_file()]
    fetch.written(path, rows.csv_bytes(list(COLUMNS), table))
    about = {
        "title": f"{wish.collection}, {where.name}",
        "source": f"{wish.collection} by {collect.host(wish.server)}; licence {licence}",
    }
    text = "".join(f"{k}: {json.dumps(v, ensure_ascii=False)}\n" for k, v in about.items())
    fetch.written(where / "stack.yaml", f"# written by truceline {__version__} collect\n{text}".encode())
