"""The OpenRosa endpoint: ODK Collect and its kin fetch blank forms here and send in filled ones, on the mission's own network.

    GET /formList, /forms/{id}/form.xml, /forms/{id}/manifest, /forms/{id}/media/{name}
    HEAD, POST /submission      201: everything that the form names is held. 202: held, and something is still to come
    GET /receipt, /receipt/{instance id}    counts, bytes and SHA-256 as they lie on the disk

Every request is authenticated by digest before a byte of its body is read. Bodies go to the disk as they come. An answer of
201 or 202 is given when the bytes are on the disk, never before. Neither the phone nor its address stands in any answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import anyio
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from .. import receipts, receiving
from ..attachment import XML
from ..devices import Devices
from ..errors import TrucelineError
from ..receiving import Post, Receiving, Spooled
from ..submission import Form, RefusedError

XML_FIELD = "xml_submission_file"
SILENCE_S = 60.0
"""How long a body may say nothing before the post is given up."""
MOST_AT_ONCE = 200
Answering = Callable[[Request], Awaitable[Response]]
_XML = "text/xml; charset=utf-8"


def app(store: Receiving, devices: Devices) -> FastAPI:
    """An app for phones alone: on a network it is served by itself, and the workbench stays on this machine."""
    made = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    made.include_router(router(store, devices))

    def unknown(_: Request, __: Exception) -> Response:
        return _said(404, "There is nothing at this address; set the server's address without a path.")

    def failed(_: Request, __: Exception) -> Response:
        return _said(500, "The post could not be taken; it was not acknowledged. Send it again.")

    made.add_exception_handler(404, unknown)
    made.add_exception_handler(405, unknown)
    made.add_exception_handler(Exception, failed)
    return made


def router(store: Receiving, devices: Devices) -> APIRouter:
    """The routes of the endpoint over a store and the phones that may use it."""
    made, desk = APIRouter(), _Desk(store, devices)
    for path, answering, methods in (
        ("/formList", desk.form_list, ["GET", "HEAD"]),
        ("/forms/{form_id}/form.xml", desk.form, ["GET", "HEAD"]),
        ("/forms/{form_id}/manifest", desk.manifest, ["GET", "HEAD"]),
        ("/forms/{form_id}/media/{name}", desk.medium, ["GET", "HEAD"]),
        ("/submission", desk.ask, ["HEAD"]),
        ("/submission", desk.submit, ["POST"]),
        ("/receipt", desk.totals, ["GET"]),
        ("/receipt/{instance_id:path}", desk.receipt, ["GET"]),
    ):
        made.add_route(path, desk.guarded(answering), methods=methods, include_in_schema=False)
    return made


class _Desk:
    """What answers a phone."""

    def __init__(self, store: Receiving, devices: Devices) -> None:
        self.store, self.devices = store, devices
        self.at_once = 0

    def guarded(self, answering: Answering) -> Answering:
        """The route behind authentication, with the headers of OpenRosa on every answer and words on every error."""

        async def answer(request: Request) -> Response:
            refused = self._refused(request)
            try:
                made = refused or await answering(request)
            except RefusedError as error:
                made = _said(error.status, str(error))
            except TrucelineError:
                made = _said(500, "The post could not be taken; it was not acknowledged. Send it again.")
            except ClientDisconnect:
                made = _said(400, "The post was cut.")
            made.headers["X-OpenRosa-Version"] = "1.0"
            made.headers["X-OpenRosa-Accept-Content-Length"] = str(int(self.store.limits.post_mb * 1e6))
            made.headers["Cache-Control"] = "no-store"
            made.headers["X-Content-Type-Options"] = "nosniff"
            return made

        return answer

    def _refused(self, request: Request) -> Response | None:
        target = request.scope.get("raw_path", b"").decode("latin-1")
        if request.url.query:
            target += f"?{request.scope['query_string'].decode('latin-1')}"
        peer = request.client.host if request.client else ""
        found = self.devices.check(request.headers.get("authorization", ""), request.method, target, peer)
        if found == "yes":
            return None
        if found == "slow":
            slow = _said(429, "Too many wrong passwords from there; wait a minute.")
            slow.headers["Retry-After"] = "60"
            return slow
        asked = _said(401, "A phone must say who it is; ask the duty desk for its name and password.")
        for value in self.devices.challenges(stale=found == "stale"):
            asked.headers.append("WWW-Authenticate", value)
        return asked

    async def form_list(self, request: Request) -> Response:
        """The blank forms."""
        wanted = request.query_params.get("formID", "")
        parts = [self._listed(f, _here(request)) for f in self.store.forms.values() if wanted in {"", f.id}]
        body = f'<xforms xmlns="http://openrosa.org/xforms/xformsList">{"".join(parts)}</xforms>'
        return _xml(body)

    def _listed(self, form: Form, here: str) -> str:
        manifest = f"<manifestUrl>{here}/forms/{form.id}/manifest</manifestUrl>" if self.store.media(form) else ""
        return (
            f"<xform><formID>{form.id}</formID><name>{escape(form.title)}</name><version>{escape(form.version)}</version>"
            f"<hash>{form.hash}</hash><downloadUrl>{here}/forms/{form.id}/form.xml</downloadUrl>{manifest}</xform>"
        )

    async def form(self, request: Request) -> Response:
        """One blank form."""
        return Response(self._known(request).xml, media_type=_XML)

    def _known(self, request: Request) -> Form:
        found = self.store.forms.get(request.path_params["form_id"])
        if found is None:
            raise RefusedError(404, "This mission has no such form. Fetch the list again.")
        return found

    async def manifest(self, request: Request) -> Response:
        """The media of a form."""
        form, here = self._known(request), _here(request)
        files = [
            f"<mediaFile><filename>{name}</filename><hash>{await anyio.to_thread.run_sync(_md5, path)}</hash>"
            f"<downloadUrl>{here}/forms/{form.id}/media/{name}</downloadUrl></mediaFile>"
            for name, path in self.store.media(form).items()
        ]
        return _xml(f'<manifest xmlns="http://openrosa.org/xforms/xformsManifest">{"".join(files)}</manifest>')

    async def medium(self, request: Request) -> Response:
        """One file of a form's media."""
        path = self.store.media(self._known(request)).get(request.path_params["name"])
        if path is None:
            raise RefusedError(404, "This form has no such file.")
        return FileResponse(path, media_type="application/octet-stream")

    async def ask(self, request: Request) -> Response:
        """Where to post, and how much at once: what a phone asks before it sends."""
        return Response(status_code=204, headers={"Location": f"{_here(request)}/submission"})

    async def submit(self, request: Request) -> Response:
        """One post of a submission."""
        length = request.headers.get("content-length", "")
        limit = self.store.limits.post_mb * 1e6
        if length and (not length.isdigit() or int(length[:15]) > limit or len(length) > 15):
            raise RefusedError(413, f"The post is larger than {limit / 1e6:g} MB; nothing was stored.")
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise RefusedError(415, "The post is packed; send it plain. Nothing was stored.")
        if self.at_once >= MOST_AT_ONCE:
            busy = _said(503, "Too many phones are sending; this one sends again by itself.")
            busy.headers["Retry-After"] = "10"
            return busy
        self.at_once += 1
        try:
            with self.store.post() as post:
                await _stream(request, post, limit)
                taken = await anyio.to_thread.run_sync(self.store.take, post)
        finally:
            self.at_once -= 1
        said = _said(201 if taken.complete else 202, _words(taken, more=post.more), nature="submit_success")
        said.headers["Location"] = f"{_here(request)}/receipt/{taken.receipt['entry']}"
        return said

    async def totals(self, _: Request) -> Response:
        """Counts and bytes of everything held, each file hashed anew."""
        found = await anyio.to_thread.run_sync(receipts.receipts, self.store.mission_folder)
        return JSONResponse(receipts.totals(found))

    async def receipt(self, request: Request) -> Response:
        """What is held under one id, each file hashed anew as it lies on the disk."""
        found = await anyio.to_thread.run_sync(
            receipts.receipts, self.store.mission_folder, request.path_params["instance_id"]
        )
        if not found:
            raise RefusedError(404, "Nothing is held under this id.")
        return JSONResponse({"receipts": found, **receipts.totals(found)})


def _words(taken: receiving.Taken, *, more: bool) -> str:
    receipt = taken.receipt
    held = f"{len(receipt['files']) - 1} files, {receipt['bytes']} bytes held"
    if taken.complete:
        return f"Held: the form and everything it names ({held})."
    rest = "more is to come" if more else f"{len(receipt['missing'])} that the form names did not come"
    return f"Held so far ({held}); {rest}."


async def _stream(request: Request, post: Post, limit: float) -> None:
    """The body into the spool as it comes; raises RefusedError where it is no multipart, too large, cut or silent."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind.lower() != b"multipart/form-data" or not 1 <= len(boundary) <= 200:
        raise RefusedError(415, "A submission is sent as multipart/form-data; nothing was stored.")
    parts, size = _Parts(post), 0
    parser = MultipartParser(boundary, parts.callbacks())
    chunks = request.stream().__aiter__()
    try:
        while not parts.ended:
            with anyio.fail_after(SILENCE_S):
                chunk = await anext(chunks, None)
            if chunk is None:
                break
            size += len(chunk)
            if size > limit:
                raise RefusedError(413, f"The post is larger than {limit / 1e6:g} MB; nothing was stored.")
            parser.write(chunk)
    except TimeoutError:
        raise RefusedError(408, "The post fell silent; nothing was stored. Send it again.") from None
    except FormParserError:
        raise RefusedError(400, "The post is no whole multipart body; nothing was stored. Send it again.") from None
    except UnicodeError:
        raise RefusedError(400, "The post has a header that cannot be read; nothing was stored.") from None
    if not parts.ended:
        raise RefusedError(400, "The post was cut before its end; nothing was stored. Send it again.")


class _Parts:
    """The parts of a multipart body as the parser finds them."""

    def __init__(self, post: Post) -> None:
        self.post, self.ended = post, False
        self._headers: dict[str, bytes] = {}
        self._name, self._value = b"", b""
        self._part: Spooled | None = None
        self._flag: bytearray | None = None

    def callbacks(self) -> Any:
        """What the parser calls."""
        return {
            "on_part_begin": self._begin, "on_header_field": self._header_name, "on_header_value": self._header_value,
            "on_header_end": self._header_end, "on_headers_finished": self._open, "on_part_data": self._data,
            "on_part_end": self._end, "on_end": self._finish,
        }  # fmt: skip

    def _begin(self) -> None:
        self._headers, self._name, self._value = {}, b"", b""
        self._part, self._flag = None, None

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.decode("latin-1").lower()] = self._value
        self._name, self._value = b"", b""

    def _open(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", b""))
        field, name = options.get(b"name", b"").decode(), options.get(b"filename", b"").decode()
        encoding = self._headers.get("content-transfer-encoding", b"binary").strip().lower()
        if encoding not in {b"binary", b"8bit", b"7bit"}:
            raise RefusedError(415, "A part of the post is encoded; send it plain. Nothing was stored.")
        if field == XML_FIELD:
            self._part = self.post.begin(XML, xml=True)
        elif name:
            # The name as the phone sent it: a path in it is refused, not quietly cut.
            self._part = self.post.begin(_whole_name(self._headers["content-disposition"]) or name)
        elif field == "*isIncomplete*":
            self._flag = bytearray()

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._part is not None:
            self._part.write(data[start:end])
        elif self._flag is not None and len(self._flag) < 10:
            self._flag += data[start:end]

    def _end(self) -> None:
        if self._flag is not None:
            self.post.more = self._flag.strip().lower() == b"yes"

    def _finish(self) -> None:
        self.ended = True


def _whole_name(disposition: bytes) -> str:
    """The file name of a part without the trimming of paths that the parser does for old browsers."""
    _, mark, rest = disposition.partition(b'filename="')
    return rest.partition(b'"')[0].decode() if mark else ""


def _here(request: Request) -> str:
    """Give this server's address as the phone asked for it; raises RefusedError where that is no address."""
    host = request.headers.get("host", "")
    if not host or len(host) > 255 or not set(host.lower()) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-:[]_"):
        raise RefusedError(400, "The request names no server.")
    return f"{request.url.scheme}://{host}"


def _md5(path: Any) -> str:
    import hashlib

    return f"md5:{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}"


def _xml(body: str, status: int = 200) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', status, media_type=_XML)


def _said(status: int, words: str, nature: str = "submit_error") -> Response:
    """An answer as OpenRosa has it, with words that a phone can show."""
    body = (
        '<OpenRosaResponse xmlns="http://openrosa.org/http/response">'
        f"<message nature={quoteattr(nature)}>{escape(words)}</message></OpenRosaResponse>"
    )
    return _xml(body, status)
