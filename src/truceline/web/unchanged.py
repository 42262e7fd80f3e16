"""Answers that are known already: a 304 where the reader holds it, else the bytes that another reader was given.

An ETag stands for an address, a generation, what waits to be counted, and what of the reader the answer depends on (cookies,
languages). Many analysts at one mission ask for the same pages, and a page is made once.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict

from fastapi import Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .asked import desk_of, room_of, seal_of

LARGEST = 1_000_000
ROOM = 48_000_000
"""Bytes of one answer, and of all that are kept."""
STEADY = (
    "/api/incidents",
    "/api/observations",
    "/api/findings",
    "/api/claims",
    "/api/figures",
    "/api/coverage",
    "/ogc/",
    "/map/",
)
"""Answers that say nothing of what waits to be counted."""


class Unchanged:
    """Middleware around all that makes an answer, packing included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: OrderedDict[str, tuple[Message, bytes]] = OrderedDict()
        self._making: dict[str, asyncio.Event] = {}
        self._size = 0
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"} or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        room = room_of(request)
        steady = scope["path"].startswith(STEADY)
        waiting = 0 if steady else len(room.waiting)
        state = f"{desk_of(request).generation}/{waiting}/{bool(room.failure)}/{room.forms_came() and not steady}"
        etag = seal_of(request).etag(state, request)
        if etag in {part.strip() for part in request.headers.get("if-none-match", "").split(",")}:
            await Response(status_code=304, headers={"etag": etag})(scope, receive, send)
            return
        if scope["method"] != "GET":
            await self.app(scope, receive, _Marked(self, scope["method"], etag, send))
            return
        if etag in self._making:
            await self._making[etag].wait()
        kept = self._kept.get(etag)
        if kept is not None:
            await send({**kept[0], "headers": list(kept[0]["headers"])})
            await send({"type": "http.response.body", "body": kept[1]})
            return
        made = self._making.setdefault(etag, asyncio.Event())
        try:
            await self.app(scope, receive, _Marked(self, scope["method"], etag, send))
        finally:
            made.set()
            if self._making.get(etag) is made:
                del self._making[etag]

    def keep(self, etag: str, start: Message, body: bytes) -> None:
        """Keep an answer; the oldest make room."""
        with self._lock:
            if etag in self._kept:
                return
            self._kept[etag] = (start, body)
            self._size += len(body)
            while self._size > ROOM:
                _, (_, old) = self._kept.popitem(last=False)
                self._size -= len(old)


class _Marked:
    """A `send` that puts the ETag on what is found, and keeps it where it is small."""

    def __init__(self, owner: Unchanged, method: str, etag: str, send: Send) -> None:
        self.owner, self.method, self.etag, self.send = owner, method, etag, send
        self.start: Message | None = None
        self.parts: list[bytes] = []
        self.size = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            headers = MutableHeaders(scope=message)
            headers.setdefault("etag", self.etag)
            headers.add_vary_header("Accept, Accept-Language, Cookie")
            if self.method == "GET" and "set-cookie" not in Headers(scope=message):
                self.start = {**message, "headers": list(message["headers"])}
        elif message["type"] == "http.response.body" and self.start is not None:
            self._gather(message)
        await self.send(message)

    def _gather(self, message: Message) -> None:
        body = message.get("body", b"")
        self.size += len(body)
        if self.size > LARGEST:
            self.start, self.parts = None, []
            return
        self.parts.append(body)
        if not message.get("more_body", False) and self.start is not None:
            self.owner.keep(self.etag, self.start, b"".join(self.parts))
