"""What pages need beside themselves: the style sheet, the fonts of the package, and the switches of language and look."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import FileResponse, RedirectResponse, Response

from ...report import tongue
from ...report.scripts import FONTS
from ..problems import RefusedError
from . import look

router = APIRouter()
YEAR_S = 31_536_000
FOREVER = {"cache-control": f"public, max-age={YEAR_S}, immutable"}
KINDS = {"woff2": "font/woff2", "ttf": "font/ttf"}


@router.get("/style.css")
def style() -> Response:
    """The style sheet of every page."""
    return Response(look.css(), media_type="text/css; charset=utf-8", headers=FOREVER)


@router.get("/fonts/{name}")
def font(name: str) -> Response:
    """A font of the package."""
    listed = {p.name: p for p in FONTS.glob("*.*tf*")} | {p.name: p for p in FONTS.glob("*.woff2")}
    found = listed.get(name)
    if found is None:
        raise RefusedError(404, "")
    return FileResponse(found, media_type=KINDS[found.suffix[1:]], headers=FOREVER)


@router.get("/language")
def language(to: str = "", back: str = "/situation") -> Response:
    """Choose the language of the pages."""
    return _switched("language", to, tongue.languages(), back)


@router.get("/look")
def appearance(to: str = "", back: str = "/situation") -> Response:
    """Choose light, dark, or what the system says."""
    return _switched("look", to, ("auto", "light", "dark"), back)


def _switched(name: str, to: str, known: tuple[str, ...], back: str) -> Response:
    if to not in known:
        raise RefusedError(422, "This is none of the choices.", [("to", repr(to[:20]), f"one of {', '.join(known)}")])
    own = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    made = RedirectResponse(quote(back, safe="/?=&,:+%-_.~") if own else "/situation", 303)
    made.set_cookie(name, to, max_age=YEAR_S, httponly=True, samesite="strict")
    return made
