"""Files of a mission -> captures: these bytes, at this path, with this hash.

The only module that may open a connection: `Connection` is what `fetch` is given to ask a server with. Everything else
reads the folder alone.
"""

from __future__ import annotations

import hashlib
import logging
import random
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import quote, urlencode, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from . import __version__
from .errors import InputError, Problem, RunError, UsageError
from .nouns import Capture

if TYPE_CHECKING:
    import urllib3

TABLES = ("mission.yaml", "sources.yaml", "kinds.yaml", "places.csv", "zones.geojson", "effort.csv", "notices.csv", "passes.csv",
          "cloud.csv", "watch.csv",
          "heat_season.csv", "figures.csv", "timeline.csv", "published.csv", "judgements.csv", "report.yaml", "weights.json")  # fmt: skip

RECORD = ".fetched.json"
"""What the record of a fetched file adds to that file's name."""
PROGRAM = f"truceline/{__version__} (ceasefire monitoring; collects for one mission, a request at a time)"


def inputs(folder: Path, max_mb: float) -> Iterator[Capture]:
    """Every file of the mission that a run depends on, in the order of their paths."""
    paths = [folder / name for name in TABLES if (folder / name).is_file()]
    paths += [p for p in (folder / "agreements").glob("*.y*ml") if p.is_file()]
    paths += [p for p in (folder / "report").glob("*") if p.suffix.lower() in {".png", ".svg"} and p.is_file()]
    paths += [p for n in ("figure", "plate") for p in (folder / "changes").glob(f"*/{n}.json") if p.is_file()]
    paths += [p for p in (folder / "inbox").rglob("*") if p.is_file() and not _hidden(p, folder)]
    for path in sorted(paths, key=lambda p: p.relative_to(folder).as_posix()):
        yield one(folder, path, max_mb)


def _hidden(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts
    if path.name == "receipt.json" and parts[:2] == (
        "inbox",
        "odk",
    ):  # of what a phone sent: says what is there, adds nothing
        return True
    if path.name.endswith(RECORD):  # also one whose file never came, since the fetching was stopped
        return True
    return any(part.startswith((".", "~$")) for part in parts) or path.stem.upper() == "README"


def one(folder: Path, path: Path, max_mb: float) -> Capture:
    """One file as a capture; raises InputError where it is too large, unreadable, or changes while it is read."""
    name = path.relative_to(folder).as_posix()
    try:
        before = path.stat()
        if before.st_size > max_mb * 1e6:
            found = f"a file of {before.st_size / 1e6:,.0f} MB"
            raise InputError(
                Problem(
                    name, 0, "", found, f"at most {max_mb:g} MB; split it, or raise limits.max_file_mb in mission.yaml"
                )
            )
        data = path.read_bytes()
        after = path.stat()
    except OSError as error:
        raise InputError(
            Problem(name, 0, "", f"a file that cannot be read ({error.strerror})", "a readable file")
        ) from None
    if len(data) != before.st_size or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise InputError(
            Problem(name, 0, "", "a file that changes while it is read", "a file at rest; copy it and run again")
        )
    parts = name.split("/")
    form = "" if parts[0] != "inbox" else parts[1] if len(parts) > 2 else "(no folder)"
    return Capture(name, form, hashlib.sha256(data).hexdigest(), len(data), data)


@dataclass(frozen=True)
class Manners:
    """How patient a connection is: seconds, attempts, and the most that it takes."""

    attempts: int = 5
    timeout_s: float = 60.0
    deadline_s: float = 600.0
    backoff_s: float = 2.0
    longest_wait_s: float = 300.0
    max_mb: float = 100.0


class Answer(NamedTuple):
    """What a server said: status, the bytes (unpacked), and how long it asks to be left alone."""

    status: int
    data: bytes
    retry_after_s: float | None
    first: int = 0
    whole: int = 0
    version: str = ""
    """Of a part of a file: its first byte, the bytes of the whole, and the server's mark of the file's state."""


class Interrupted(Exception):  # noqa: N818
    """An attempt that came to nothing, and may be made again; the words name no address."""


def address(base: str, *, secret: bool = False) -> str:
    """A server's address without a slash at its end; raises UsageError where it is none, or would show a secret."""
    plain = base.rstrip("/")
    try:
        parts = urlsplit(plain)
        usual = parts.scheme in {"http", "https"} and parts.hostname and not parts.query and not parts.username
        here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        _ = parts.port
    except ValueError:
        usual, here = None, False
    if not usual:
        raise UsageError("--server: expected an address such as https://example.org")
    if secret and parts.scheme == "http" and not here:
        raise UsageError("--server: the key would travel for everybody to read; expected an https address")
    return plain


def quoted(text: str) -> str:
    """A text as one step of an address: nothing in it leads elsewhere."""
    return quote(text, safe="")


def asked(base: str, **said: str) -> str:
    """An address with a query."""
    return f"{base}?{urlencode(said)}"


def shown(url: str) -> str:
    """An address without the query, the name and the fragment in it, which may be secrets."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def host(url: str, base: str = "") -> str:
    """`scheme://host:port` of an address, `base` where it has none of its own; empty where it is no web address."""
    try:
        parts = urlsplit(urljoin(base, url))
        usual = parts.scheme in {"http", "https"} and parts.hostname and parts.username is None
        return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}" if usual else ""
    except ValueError:
        return ""


def joined(base: str, url: str) -> str:
    """An address as a page at `base` means it."""
    return urljoin(base, url)


class Connection:
    """One polite client: sends the program's name, verifies certificates, and never leaves the host that it was given.

    A redirect to another host is refused, since the address holds a key. What the library would log of addresses is
    not logged while the connection is open.
    """

    def __init__(self, manners: Manners | None = None, headers: Mapping[str, str] | None = None) -> None:
        self.manners = manners or Manners()
        self._every = {"User-Agent": PROGRAM, "Accept-Encoding": "gzip", "Accept": "*/*"} | dict(headers or {})
        self._pools: dict[str, urllib3.PoolManager] = {}
        self._log = logging.getLogger("urllib3.connectionpool")
        self._was_silent = self._log.disabled

    def __enter__(self) -> Self:
        self._was_silent, self._log.disabled = self._log.disabled, True
        return self

    def __exit__(self, *_: object) -> None:
        self._log.disabled = self._was_silent
        for pool in self._pools.values():
            pool.clear()

    def get(self, url: str) -> Answer:
        """One attempt. Raises Interrupted where it may be made again, RunError where that would not help."""
        return self._asked(url, {})

    def part(self, url: str, first: int, last: int, version: str = "") -> Answer:
        """One attempt at the bytes from `first` to `last` of a file, if it is still in the state `version`.

        Status 206 with those bytes; 200 where the server gives the whole, or the file is another by now. Raises as `get`.
        """
        wanted = {"Range": f"bytes={first}-{last}", "Accept-Encoding": "identity"}
        return self._asked(url, wanted | ({"If-Range": version} if version.startswith('"') else {}))

    def _asked(self, url: str, more: Mapping[str, str]) -> Answer:
        began, asked = time.monotonic(), url
        for _ in range(4):
            status, data, headers = self._once(url, began, more)
            if status not in {301, 302, 303, 307, 308}:
                first, whole = _range(headers.get("Content-Range")) if status == 206 else (0, len(data))
                return Answer(
                    status, data, _retry_after(headers.get("Retry-After")), first, whole, headers.get("ETag") or ""
                )
            url = urljoin(url, headers.get("Location") or "")
            if urlsplit(url)[:2] != urlsplit(asked)[:2]:
                other = urlsplit(url).hostname
                raise RunError(f"the server sends on to another host ({other}), which is refused: name it by --server")
        raise Interrupted("the server sends on again and again")

    def wait(self, attempt: int, asked_s: float | None, *, sleep: Any = time.sleep) -> None:
        """Pause before attempt 1, 2, ...: as long as the server asked, else twice as long each time, with jitter."""
        longest = self.manners.longest_wait_s
        if asked_s is not None and asked_s > longest:
            raise RunError(f"the server asks to be left alone for {asked_s:.0f} seconds; collect again after that")
        backoff = min(longest, self.manners.backoff_s * 2 ** (attempt - 1)) * random.uniform(0.5, 1.5)
        sleep(backoff if asked_s is None else asked_s + 0.1 * backoff)

    def _once(self, url: str, began: float, more: Mapping[str, str]) -> tuple[int, bytes, Any]:
        import urllib3

        manners = self.manners
        limit = urllib3.Timeout(connect=min(manners.timeout_s, 30.0), read=manners.timeout_s)
        try:
            response = self._pool(url).request(
                "GET", url, preload_content=False, redirect=False, retries=False, timeout=limit,
                headers={**self._every, **more},
            )  # fmt: skip
            try:
                return response.status, self._body(response, began), response.headers
            finally:
                response.close()
        except urllib3.exceptions.SSLError:
            raise RunError("the server's certificate cannot be verified; nothing was sent") from None
        except (urllib3.exceptions.LocationValueError, urllib3.exceptions.URLSchemeUnknown):
            raise UsageError("--server: no address of a server; expected one such as https://example.org") from None
        except urllib3.exceptions.NewConnectionError:
            raise Interrupted("no connection could be made: is the network there, and the address right?") from None
        except urllib3.exceptions.TimeoutError:
            raise Interrupted("the server did not answer in time") from None
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Interrupted(f"the connection was cut ({type(error).__name__})") from None

    def _body(self, response: Any, began: float) -> bytes:
        parts, size = [], 0
        while part := response.read1(
            65_536, decode_content=True
        ):  # what is there: a drip must not outlast the deadline
            size += len(part)
            parts.append(part)
            if size > self.manners.max_mb * 1e6:
                raise RunError(f"an answer of more than {self.manners.max_mb:g} MB; ask for fewer days or less area")
            if time.monotonic() - began > self.manners.deadline_s:
                raise Interrupted("the answer took too long")
        return b"".join(parts)

    def _pool(self, url: str) -> urllib3.PoolManager:
        """A pool that knows this machine's proxy, where there is one."""
        import urllib3

        parts = urlsplit(url)
        proxy = "" if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme, "")
        if proxy not in self._pools:
            self._pools[proxy] = urllib3.ProxyManager(proxy) if proxy else urllib3.PoolManager()
        return self._pools[proxy]


def _range(said: str | None) -> tuple[int, int]:
    """First byte and size of the whole, from `bytes 0-99/1234`; (-1, 0) where that is not said."""
    found = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", said or "")
    return (int(found[1]), int(found[2])) if found else (-1, 0)


def _retry_after(said: str | None) -> float | None:
    """Seconds or a date, as servers write it; None where it says nothing that can be understood."""
    import urllib3

    try:
        return None if not said else max(0.0, float(urllib3.Retry(retry_after_max=10_000_000).parse_retry_after(said)))
    except (ValueError, OverflowError, urllib3.exceptions.HTTPError):
        return None
