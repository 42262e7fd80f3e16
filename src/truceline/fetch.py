"""What a mission asks of servers, and what they answer kept as captures: requests -> files with a record beside each.

mission -> requests (what is held is left out) -> client that it is given -> checked -> written whole or not at all

The key of an address stands in nothing that is kept or said. Everything after this reads files alone, so that a run is
repeated without a network.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from . import __version__, mission
from .collect import RECORD, Answer, Connection, Interrupted, Manners, address
from .errors import RunError, UsageError
from .satellite import answers

KEY_HIDDEN = "[MAP_KEY]"
KEY_VARIABLE = "FIRMS_MAP_KEY"
SERVERS = {"firms": "https://firms.modaps.eosdis.nasa.gov", "elements": "https://celestrak.org/NORAD/elements"}
PRODUCTS = tuple(
    f"{name}_{feed}" for feed in ("NRT", "SP") for name in ("VIIRS_SNPP", "VIIRS_NOAA20", "VIIRS_NOAA21", "MODIS")
)
"""Products of the area API: near-real-time, and the archive (standard processing), which follows months later."""
MOST_DAYS = 10
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same request may succeed."""


class Client(Protocol):
    """What fetches: a Connection, or anything that answers like one."""

    manners: Manners

    def get(self, url: str) -> Answer:
        """One attempt."""
        ...

    def wait(self, attempt: int, asked_s: float | None) -> None:
        """Pause before the next attempt."""
        ...


class Span(Protocol):
    """Anything that says from when to when; empty where the mission's own period is meant."""

    @property
    def start(self) -> str:
        """First day."""
        ...

    @property
    def end(self) -> str:
        """Last day."""
        ...


@dataclass(frozen=True)
class Request:
    """One thing to ask: the file that it becomes, its address (secret: it may hold a key) and the address to show."""

    path: Path
    shown: str
    check: Callable[[bytes], str] = field(repr=False)
    url: str = field(repr=False, default="")


@dataclass(frozen=True)
class Wish:
    """What somebody wants to collect; empty where the mission's own area and dates are meant."""

    sources: tuple[str, ...]
    products: tuple[str, ...] = PRODUCTS[:4]
    satellites: tuple[int, ...] = tuple(answers.SATELLITES)
    orbit_format: str = "tle"
    area: str = ""
    start: str = ""
    end: str = ""
    days: int = 5
    server: str = ""
    key: str = field(repr=False, default="")
    pause_s: float = 1.0


class Collected(NamedTuple):
    """Files that were fetched, and those that were held already."""

    fetched: tuple[Path, ...]
    held: tuple[Path, ...]


def wish(sources: tuple[str, ...], products: str, satellites: str, key: str, **others: Any) -> Wish:
    """A wish in the words of the command line; the key from the environment where none is given."""
    named = tuple(p.strip().upper() for p in products.split(",") if p.strip()) or PRODUCTS[:4]
    try:
        numbers = tuple(int(n) for n in satellites.split(",") if n.strip()) or tuple(answers.SATELLITES)
    except ValueError:
        raise UsageError(
            f"--satellites: found {satellites!r}, expected catalogue numbers such as 43013,54234"
        ) from None
    return Wish(sources, named, numbers, key=key or os.environ.get(KEY_VARIABLE, "").strip(), **others)


def planned(folder: Path, wish: Wish, now: datetime | None = None) -> list[dict[str, Any]]:
    """What would be asked for, without the key; opens no connection."""
    wanted = requests(folder, wish, now or datetime.now(UTC))
    return [{"url": r.shown, "file": str(r.path), "held": held_already(r)} for r in wanted]


def requests(folder: Path, wish: Wish, now: datetime) -> list[Request]:
    """Everything that the wish asks of servers, in order; raises UsageError where it cannot be asked."""
    made: list[Request] = []
    for source in dict.fromkeys(wish.sources):
        if source not in SERVERS:
            raise UsageError(f"SOURCE: found {source!r}, expected one of {', '.join(SERVERS)}")
        made += _firms(folder, wish, now) if source == "firms" else _elements(folder, wish, now)
    return made


def _firms(folder: Path, wish: Wish, now: datetime) -> Iterator[Request]:
    unknown = [p for p in wish.products if p not in PRODUCTS]
    if unknown or not wish.products:
        raise UsageError(f"--products: found {', '.join(unknown) or 'none'}, expected some of {', '.join(PRODUCTS)}")
    if not 1 <= wish.days <= MOST_DAYS:
        raise UsageError(f"--days: found {wish.days}, expected 1 to {MOST_DAYS}")
    if wish.key and not (wish.key.isascii() and wish.key.isalnum()):
        raise UsageError("the key holds something else than letters and digits; it is not shown here")
    server = address(wish.server or SERVERS["firms"], secret=True)
    scope = mission.scope(folder)
    area = area_of(wish.area, scope[0])
    box = ",".join(f"{n:.10g}" for n in area)
    first, last = days_of(wish, scope[1], now)
    for product in wish.products:
        for day, many in _windows(first, last, wish.days):
            rest = f"/{product}/{box}/{many}/{day}"
            # The last days still fill up: such a file is kept by the hour, and asked for again later.
            fills = day + timedelta(days=many) > now.date() - timedelta(days=1)
            name = f"{product}_{day}_{many}d_{box.replace(',', '_')}{now:_at_%Y%m%dT%HZ}" if fills else ""
            name = name or f"{product}_{day}_{many}d_{box.replace(',', '_')}"
            path = f"{server}/api/area/csv/"
            yield Request(
                folder / "inbox/firms" / f"{name}.csv",
                f"{path}{KEY_HIDDEN}{rest}",
                answers.whole_table,
                f"{path}{wish.key}{rest}",
            )


def area_of(said: str, own: tuple[float, float, float, float] | None) -> tuple[float, float, float, float]:
    """West, south, east and north as somebody said them, or the mission's own; raises UsageError."""
    if not said:
        if own is None:
            raise UsageError("--area: mission.yaml has none; expected west,south,east,north in degrees")
        west, south, east, north = own
    else:
        try:
            west, south, east, north = (float(n) for n in said.split(","))
        except ValueError:
            raise UsageError(f"--area: found {said!r}, expected west,south,east,north in degrees") from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise UsageError(
            f"area {west:g},{south:g},{east:g},{north:g}: expected west < east and south < north, in degrees"
        )
    return west, south, east, north


def days_of(wish: Span, period: object, now: datetime) -> tuple[date, date]:
    """First and last day (UTC), those to come left out."""
    start, end = getattr(period, "start", None), getattr(period, "end", None)
    first = _day("--from", wish.start) or (start.astimezone(UTC).date() if start else None)
    last = _day("--to", wish.end) or ((end.astimezone(UTC) - timedelta(microseconds=1)).date() if end else None)
    if first is None or last is None:
        raise UsageError("--from, --to: mission.yaml has no period; expected two days such as 2025-07-24")
    if last < first:
        raise UsageError(f"--from, --to: {last} is before {first}")
    if first > now.date():
        raise UsageError(f"--from: {first} is still to come")
    return first, min(last, now.date())


def _day(option: str, said: str) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise UsageError(f"{option}: found {said!r}, expected a day such as 2025-07-24") from None


def _windows(first: date, last: date, days: int) -> Iterator[tuple[date, int]]:
    """Spans of at most so many days that always begin alike, so that a later end asks for nothing twice."""
    day = first
    while day <= last:
        many = min(days - day.toordinal() % days, (last - day).days + 1)
        yield day, many
        day += timedelta(days=many)


def _elements(folder: Path, wish: Wish, now: datetime) -> Iterator[Request]:
    server = address(wish.server or SERVERS["elements"])
    if wish.orbit_format not in answers.FORMATS:
        raise UsageError(f"--orbit-format: found {wish.orbit_format!r}, expected one of {', '.join(answers.FORMATS)}")
    asked, suffix = answers.FORMATS[wish.orbit_format]
    for number in dict.fromkeys(wish.satellites):
        if not 0 < number < 1_000_000_000:
            raise UsageError(f"--satellites: found {number}, expected catalogue numbers such as 43013")
        url = f"{server}/gp.php?CATNR={number}&FORMAT={asked}"
        path = folder / "elements" / f"{number}_{now:%Y-%m-%d}.{suffix}"
        yield Request(path, url, answers.whole_elements(number, wish.orbit_format), url)


def collect(
    folder: Path,
    wish: Wish,
    client: Client | None = None,
    now: datetime | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Collected:
    """Fetch what is not held yet, one request after the other, and keep each answer with its record.

    Raises UsageError where it cannot be asked so, RunError at the first request that does not succeed; what was fetched
    before it stays, and the same command goes on from there.
    """
    moment = now or datetime.now(UTC)
    wanted = requests(folder, wish, moment)
    if "firms" in wish.sources and not wish.key:
        raise UsageError(f"--key: none was given, and {KEY_VARIABLE} is not set; NASA's FIRMS pages give one for free")
    held = tuple(r.path for r in wanted if held_already(r))
    missing = [r for r in wanted if r.path not in set(held)]
    if client is None:
        with Connection() as opened:
            return Collected(_all(missing, wish, opened, tell), held)
    return Collected(_all(missing, wish, client, tell), held)


def _all(missing: list[Request], wish: Wish, client: Client, tell: Callable[[str], None]) -> tuple[Path, ...]:
    done: list[Path] = []
    for request in missing:
        if done and wish.pause_s > 0:
            time.sleep(wish.pause_s)
        try:
            data = answer(request, client)
        except RunError as error:
            said = hidden(str(error), wish.key)
            kept = f"{len(done)} of {len(missing)} files were fetched and stay; the same command goes on from there."
            raise RunError(f"{request.path.name}: {said}\n{kept}") from None
        keep(request, data)
        done.append(request.path)
        tell(request.path.name)
    return tuple(done)


def hidden(text: str, key: str) -> str:
    """The text without this key."""
    return text.replace(key, KEY_HIDDEN) if key else text


def sha256(data: bytes) -> str:
    """The SHA-256 of these bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def answer(request: Request, client: Client) -> bytes:
    """The data, after as many attempts as the client's manners allow."""
    why, asked = "", None
    for attempt in range(client.manners.attempts):
        if attempt:
            client.wait(attempt, asked)
        asked = None
        try:
            answer = client.get(request.url)
        except Interrupted as error:
            why = str(error)
            continue
        if answer.status == 200:
            why = request.check(answer.data)
            if not why:
                return answer.data
        elif answer.status in AGAIN:
            why, asked = f"the server answered with status {answer.status}", answer.retry_after_s
        else:
            said = answer.data[:200].decode("utf-8", "replace").strip()
            told = f" and {said[:100]!r}: {answers.advice(said)}" if said and not said.startswith("<") else ""
            raise RunError(f"the server answered with status {answer.status}{told}")
    raise RunError(f"{why}, {client.manners.attempts} times; try again later")


def _record(path: Path) -> Path:
    return path.with_name(path.name + RECORD)


def held_already(request: Request) -> bool:
    """Whether this file is there and still what was fetched; raises RunError where it was changed."""
    if not request.path.exists():
        return False
    try:
        told = json.loads(_record(request.path).read_text("utf-8"))["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        told = ""
    if told != hashlib.sha256(request.path.read_bytes()).hexdigest():
        raise RunError(
            f"{request.path}: no longer what its record ({_record(request.path).name}) says was fetched; "
            "move both away, and collect again"
        )
    return True


def keep(request: Request, data: bytes, about: Mapping[str, Any] | None = None) -> None:
    """The record first, with what else is to be said in it, then the file: a file that is there has its record, and is whole."""
    record = {
        "url": request.shown, "fetched": datetime.now(UTC).isoformat(timespec="seconds"),
        "sha256": hashlib.sha256(data).hexdigest(), "length": len(data), "program": f"truceline {__version__}", **(about or {}),
    }  # fmt: skip
    try:
        request.path.parent.mkdir(parents=True, exist_ok=True)
        written(_record(request.path), json.dumps(record, indent=2).encode() + b"\n")
        written(request.path, data)
    except OSError as error:
        raise RunError(f"{request.path}: cannot be written ({error.strerror})") from None


def written(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, and see that it is on the disk."""
    handle, name = tempfile.mkstemp(prefix=".collect-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    with contextlib.suppress(OSError):  # not every system can sync a folder
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
