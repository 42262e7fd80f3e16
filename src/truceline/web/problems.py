"""Answers to what cannot be answered: in words, as a page or as problem+json (RFC 9457); never a trace, never a path."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from markupsafe import escape
from starlette.exceptions import HTTPException

from .window import WindowError, shown

log = logging.getLogger("truceline.web")
TITLES = {
    400: "This cannot be read",
    401: "This needs a sign-in",
    403: "This is not allowed",
    404: "There is no such page",
    405: "This cannot be done here",
    409: "Somebody decided meanwhile",
    413: "This is too large",
    414: "This address is too long",
    415: "This kind of content is not taken",
    421: "This workbench does not answer to that name",
    422: "This filter or form says something that cannot be",
    429: "Too much at once",
    500: "Something failed here",
    503: "Not ready yet",
}
WORDS = {
    404: "Nothing of this address is in this edition. What was withheld, renamed or joined to another incident is not here either.",
    405: "Open the page itself, or use the button on it.",
    500: "The failure was written to the log of the program. Nothing was changed by it.",
}
Rows = list[tuple[str, str, str]]
Page = Callable[[Request, int, str, str, Rows], Response]


class RefusedError(Exception):
    """A request that is answered with this status and these words; `more` goes into problem+json only."""

    def __init__(self, status: int, words: str, rows: Rows | None = None, **more: Any) -> None:
        self.status, self.words, self.rows, self.more = status, words, rows or [], more
        super().__init__(words)


def wants_page(request: Request) -> bool:
    """Whether a person reads the answer: a browser that asks for HTML of something that is no data."""
    path = request.url.path
    last = path.rpartition("/")[2]
    data = path.startswith(("/api", "/ogc", "/map/", "/parts/")) or last.endswith((".json", ".geojson", ".csv"))
    return not data and "text/html" in request.headers.get("accept", "")


def plain_page(_request: Request, status: int, title: str, words: str, rows: Rows) -> Response:
    """The page of a problem without any template: it must stand when all else fails."""
    listed = "".join(f"<li><code>{escape(n)}</code>: found {escape(f)}; expected {escape(e)}</li>" for n, f, e in rows)
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><main><h1>{escape(title)}</h1><p>{escape(words)}</p>"
        f'{f"<ul>{listed}</ul>" if listed else ""}<p><a href="/situation">Situation</a></p></main></html>'
    )
    return HTMLResponse(body, status)


def answer(request: Request, status: int, words: str, rows: Rows | None = None, **more: Any) -> Response:
    """The answer of this status as whoever asked can read it."""
    title = TITLES.get(status, "This cannot be answered")
    words = words or WORDS.get(status, title + ".")
    if wants_page(request):
        page: Page = getattr(request.app.state, "problem_page", plain_page)
        return page(request, status, title, words, rows or [])
    problem: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": words}
    if rows:
        problem["problems"] = [{"name": n, "found": f, "expected": e} for n, f, e in rows]
    return JSONResponse({**problem, **more}, status, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Let every refusal of this app be answered here; what fails otherwise is answered by the guard."""

    @app.exception_handler(RefusedError)
    def _refused(request: Request, error: RefusedError) -> Response:
        return answer(request, error.status, error.words, error.rows, **error.more)

    @app.exception_handler(WindowError)
    def _window(request: Request, error: WindowError) -> Response:
        return answer(request, 422, "The address asks for something that cannot be shown.", error.problems)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        rows = [
            (".".join(str(p) for p in e["loc"][1:]) or str(e["loc"][0]), _found(e.get("input")), str(e["msg"]))
            for e in error.errors()[:20]
        ]
        return answer(request, 422, "Something that was sent cannot be taken.", rows)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        made = answer(request, error.status_code, WORDS.get(error.status_code, ""))
        made.headers.update(error.headers or {})
        return made


def _found(value: Any) -> str:
    return shown(str(value)) if isinstance(value, (str, int, float)) else type(value).__name__
