"""Answers that a reader holds already: an ETag an address, generation and reader; what is unchanged is a 304 and no work."""

from __future__ import annotations

from fastapi import Request, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .asked import desk_of, seal_of


class Unchanged:
    """Middleware inside the app's state: 304 where the reader holds this address of this generation."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"} or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        etag = seal_of(request).etag(desk_of(request).generation, request)
        if etag in {part.strip() for part in request.headers.get("if-none-match", "").split(",")}:
            await Response(status_code=304, headers={"etag": etag})(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers = MutableHeaders(scope=message)
                headers.setdefault("etag", etag)
                headers.add_vary_header("Accept, Accept-Language, Cookie")
            await send(message)

        await self.app(scope, receive, marked)
