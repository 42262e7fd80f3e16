"""What stands before every route: names that may be asked for, forms that come from our own pages, headers, sizes, ETags.

Loopback alone is no protection from a browser: a page elsewhere can name this address, by a name of its own (DNS rebinding)
or in a form (CSRF). So the Host must be ours, a POST must carry this start's token, and no other origin may read anything.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import answer, log

LOOPBACK = ("localhost", "127.0.0.1", "::1")
MAX_BODY = 64_000
"""Bytes of a form or a JSON body of the workbench."""
MAX_TARGET = 8_000
"""Characters of a path with its query."""
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CSP,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
Refusal = tuple[int, str]


class Seal:
    """The secret of one start: what a form of our pages carries, and what an ETag is made with."""

    def __init__(self, token: str = "") -> None:
        self.token = token or secrets.token_urlsafe(24)

    def fits(self, given: str) -> bool:
        """Whether this is the token of this start."""
        return hmac.compare_digest(self.token.encode(), given.encode("utf-8", "replace"))

    def etag(self, state: str, request: Request) -> str:
        """An ETag of this address in this state of the desk, for this reader's cookies, languages and packing."""
        said = "\0".join((
            self.token, state, request.url.path, request.url.query, request.headers.get("cookie", ""),
            request.headers.get("accept-language", ""), request.headers.get("accept", ""),
                request.headers.get("accept-encoding", ""), request.headers.get("host", ""),
        ))  # fmt: skip
        return f'W/"{hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]}"'


def is_loopback(host: str) -> bool:
    """Whether this address reaches nobody but this machine."""
    if host in LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """Middleware: refuses what must not reach a route, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str] = LOOPBACK, open_paths: tuple[str, ...] = ()) -> None:
        self.app, self.hosts, self.open_paths = app, frozenset(hosts), open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        refusal = self._refusal(request)
        headed = _with_headers(send)
        if refusal:
            await answer(request, *refusal)(scope, receive, headed)
            return
        whole = scope["path"].startswith(self.open_paths) if self.open_paths else False
        begun = _Begun(headed)
        try:
            await self.app(scope, receive if whole else _limited(receive), begun)
        except _TooLargeError:
            await answer(request, 413, f"At most {MAX_BODY:,} bytes are taken.")(scope, receive, headed)
        except Exception:
            log.exception("%s %s failed", request.method, request.url.path)
            if not begun.begun:
                await answer(request, 500, "")(scope, receive, headed)

    def _refusal(self, request: Request) -> Refusal | None:
        headers = request.headers
        name = _host(headers.get("host", ""))
        if name not in self.hosts:
            return (
                421,
                "Ask for it as localhost or 127.0.0.1; other names are refused, since a foreign page could use them.",
            )
        if len(request.url.path) + len(request.url.query) > MAX_TARGET:
            return 414, f"An address has at most {MAX_TARGET:,} characters here."
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return None
        if not request.scope["path"].startswith(self.open_paths or ("\0",)):
            length = headers.get("content-length", "0")
            if not (length.isascii() and length.isdecimal()):
                return 400, "The length of what was sent cannot be read."
            if len(length) > 12 or int(length) > MAX_BODY:
                return 413, f"At most {MAX_BODY:,} bytes are taken."
            return _foreign(headers)
        return None


def _foreign(headers: Headers) -> Refusal | None:
    """A form of another site, as far as the browser says so; the token decides in any case."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return 403, "This form came from another site."
    origin = headers.get("origin", "")
    if origin and origin != "null" and urlsplit(origin).netloc != headers.get("host", ""):
        return 403, "This form came from another site."
    if origin == "null" and headers.get("sec-fetch-site") != "same-origin":
        return 403, "This form came from nowhere that can be named."
    return None  # our own pages send no referrer, and a browser then names no origin either


def _host(text: str) -> str:
    """The name of a Host header without its port."""
    if text.startswith("["):
        return text[1:].partition("]")[0].lower()
    return text.partition(":")[0].lower() if text.count(":") <= 1 else text.lower()


class _Begun:
    """A `send` that knows whether an answer has begun."""

    def __init__(self, send: Callable[[Message], Awaitable[None]]) -> None:
        self.send, self.begun = send, False

    async def __call__(self, message: Message) -> None:
        self.begun = True
        await self.send(message)


class _TooLargeError(Exception):
    pass


def _limited(receive: Receive) -> Receive:
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MAX_BODY:
            raise _TooLargeError
        return message

    return limited


def _with_headers(send: Send) -> Callable[[Message], Awaitable[None]]:
    async def headed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "no-cache")
            if "server" in headers:
                del headers["server"]
        await send(message)

    return headed
