"""A file on a server, fetched by parts into a file with holes: what was fetched before a stop is not fetched again.

Beside the file (`.NAME.part`) stands what of it is held (`.NAME.part.json`). A part is kept only if the server says that it is
the part that was asked for, of the same file as before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

from .collect import Answer, Interrupted, Manners
from .errors import RunError
from .fetch import AGAIN

CHUNK = 4 * 2**20
"""Bytes asked for at once."""
GAP = 64 * 2**10
"""Parts that lie nearer to each other than this are fetched as one."""
FIRST = 64 * 2**10


class Client(Protocol):
    """What fetches parts: a Connection, or anything that answers like one."""

    manners: Manners

    def part(self, url: str, first: int, last: int, version: str = "") -> Answer:
        """One attempt."""
        ...

    def wait(self, attempt: int, asked_s: float | None) -> None:
        """Pause before the next attempt."""
        ...


class Remote:
    """One file of a server; `address` gives its address, anew after the server refused the one before."""

    def __init__(self, path: Path, address: Callable[[bool], str], client: Client) -> None:
        self.part = path.with_name(f".{path.name}.part")
        self._told = path.with_name(f".{path.name}.part.json")
        self._address, self._client = address, client
        self._held: list[tuple[int, int]] = []
        self.size, self.version, self.fetched = 0, "", 0

    def open(self) -> None:
        """Go on from what is held, or ask for the first bytes. Raises RunError."""
        self.part.parent.mkdir(parents=True, exist_ok=True)
        try:
            told = json.loads(self._told.read_text("utf-8"))
            if self.part.stat().st_size == told["size"]:
                self.size, self.version = int(told["size"]), str(told["version"])
                self._held = [(int(a), int(b)) for a, b in told["held"]]
        except (OSError, ValueError, KeyError, TypeError):
            self._forget()
        self.need([(0, FIRST if not self.size else min(FIRST, self.size))])

    def need(self, spans: Iterable[tuple[int, int]]) -> None:
        """Fetch spans (start, length) that are not held yet. Raises RunError."""
        for first, last in self._missing(spans):
            at = first
            while at <= (min(last, self.size - 1) if self.size else last):
                at = self._one(at, min(at + CHUNK - 1, last)) + 1

    def read(self, at: int, length: int) -> bytes:
        """Bytes of the file, fetched where they are not held; fewer at its end."""
        length = max(min(length, self.size - at), 0)
        self.need([(at, length)])
        with self.part.open("rb") as handle:
            handle.seek(at)
            return handle.read(length)

    def gone(self) -> None:
        """Leave nothing of it."""
        self._forget()

    def _missing(self, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Spans to ask for, first and last byte, joined where they are near each other, without what is held."""
        wanted = sorted((a, min(a + n, self.size or a + n) - 1) for a, n in spans if n > 0)
        joined: list[tuple[int, int]] = []
        for first, last in wanted:
            at = first
            for start, end in self._held:
                if end >= at and start <= last:
                    joined += [(at, start - 1)] if start > at else []
                    at = max(at, end + 1)
            joined += [(at, last)] if at <= last else []
        made: list[tuple[int, int]] = []
        for a, b in joined:
            if made and a - made[-1][1] <= GAP:
                made[-1] = made[-1][0], max(made[-1][1], b)
            else:
                made.append((a, b))
        return made

    def _one(self, first: int, last: int) -> int:
        """Fetch one span; the last byte that was."""
        why, asked, renewed = "", None, False
        attempt = 0
        while attempt < self._client.manners.attempts:
            if attempt:
                self._client.wait(attempt, asked)
            asked = None
            attempt += 1
            try:
                answer = self._client.part(self._address(False), first, last, self.version)
            except Interrupted as error:
                why = str(error)
                continue
            if answer.status in {401, 403} and not renewed:
                renewed = True
                self._address(True)
                continue
            if answer.status in AGAIN:
                why, asked = f"the server answered with status {answer.status}", answer.retry_after_s
                continue
            if answer.status in {401, 403}:
                raise RunError(
                    f"the server refused it (status {answer.status}): the signature or the token is missing, or no longer good"
                )
            if answer.status not in {200, 206}:
                raise RunError(f"the server answered with status {answer.status}")
            why = self._wrong(answer, first, last)
            if not why:
                return self._keep(answer, first)
        raise RunError(f"{why}, {self._client.manners.attempts} times; try again later")

    def _wrong(self, answer: Answer, first: int, last: int) -> str:
        """Why an answer is not what was asked for; empty where it is."""
        if answer.status == 206 and (
            answer.first != first or len(answer.data) != min(last, answer.whole - 1) - first + 1
        ):
            return "the server gave another part than was asked for"
        begun = answer.data[:4] if first == 0 or answer.status == 200 else b"II*\0"
        if begun[:2] not in {b"II", b"MM"}:
            page = begun[:1] == b"<" or begun[:4].lower() in {b"<!do", b"<htm"}
            return "a page instead of a GeoTIFF" if page else "an answer that is no GeoTIFF"
        if (self.size and answer.whole != self.size) or (self.version != answer.version and self._held):
            self._forget()
            raise RunError(
                "the file on the server is another now; what was fetched of it is let go: the same command begins it anew"
            )
        return "" if answer.data else "an empty answer"

    def _keep(self, answer: Answer, first: int) -> int:
        at = first if answer.status == 206 else 0
        last = at + len(answer.data) - 1
        try:
            new = not self.size
            with self.part.open("wb" if new else "r+b") as handle:
                if new:
                    handle.truncate(answer.whole)
                handle.seek(at)
                handle.write(answer.data)
                handle.flush()
                os.fsync(handle.fileno())
            self.size, self.version = answer.whole, answer.version
            self.fetched += len(answer.data)
            self._held = _union([*self._held, (at, last)])
            told: dict[str, Any] = {"size": self.size, "version": self.version, "held": self._held}
            self._told.write_text(json.dumps(told), "utf-8")
        except OSError as error:
            raise RunError(f"{self.part}: cannot be written ({error.strerror})") from None
        return last

    def _forget(self) -> None:
        self.size, self.version, self._held = 0, "", []
        self.part.unlink(missing_ok=True)
        self._told.unlink(missing_ok=True)


def _union(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    for a, b in sorted(spans):
        if made and a <= made[-1][1] + 1:
            made[-1] = made[-1][0], max(made[-1][1], b)
        else:
            made.append((a, b))
    return made
