"""What stands around every page: mission, tabs, information as of, period, search, language, look; and how it is rendered."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel import Locale
from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ...report import marks, tongue, words
from ...report.tongue import later, say, say_n
from ...report.tree import Columns, Figure, Heading, Listing, MarkRow, Paragraph, Table, text_of
from .. import window as windows
from ..asked import desk_of, room_of, seal_of, window_of
from ..desk import Desk
from ..room import Room
from ..window import Window
from . import inline, look
from .cabinet import Cabinet, DeskIndex, cabinet_of, incident_path, only

TEMPLATES = Path(__file__).parents[1] / "templates"
STATIC = Path(__file__).parents[1] / "static"
TABS = (
    ("situation", later("Situation")),
    ("agreements", later("Agreements")),
    ("claims", later("Claims")),
    ("figures", later("Figures")),
    ("coverage", later("Coverage")),
)
LOOKS = (("auto", later("As the system")), ("light", later("Light")), ("dark", later("Dark")))


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates, each compiled once."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        auto_reload=False,
    )  # fmt: skip
    made.globals.update(
        say=say, say_n=say_n, said=words.said, mark=inline.mark, number=words.number, of=words.of, words=words,
        drawing=inline.drawing, incident_path=incident_path, tongue_message=tongue.message,
    )  # fmt: skip
    made.filters.update(line=inline.line, spoken=inline.words_in, plain=text_of, upper_first=words.upper_first)
    made.tests.update(
        paragraph=lambda b: isinstance(b, Paragraph), heading=lambda b: isinstance(b, Heading),
        listing=lambda b: isinstance(b, Listing), table=lambda b: isinstance(b, Table),
        figure=lambda b: isinstance(b, Figure), columns=lambda b: isinstance(b, Columns),
        mark_row=lambda p: isinstance(p, MarkRow),
        naming=lambda c: c.head and any(isinstance(p, MarkRow) or p.text.strip() for row in c.lines for p in row),
    )  # fmt: skip
    return made


@lru_cache(maxsize=1)
def script_version() -> str:
    """What the built browser code is known by; empty where none was built into this package."""
    file = STATIC / "built/workbench.js"
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else ""


@dataclass
class Page:
    """One page in the making: who asks, what lies on the desk, in which language."""

    request: Request
    tab: str
    window: Window

    @property
    def desk(self) -> Desk:
        """The desk with which this request began."""
        return desk_of(self.request)

    @property
    def room(self) -> Room:
        """The room of this app."""
        return room_of(self.request)

    @cached_property
    def cabinet(self) -> Cabinet:
        """What pages keep of this desk."""
        return cabinet_of(self.desk)

    @cached_property
    def index(self) -> DeskIndex:
        """The report's index in this language."""
        return self.cabinet.index(self.language)

    @cached_property
    def language(self) -> str:
        """The language that was chosen; else the first that the browser asks for and that is spoken; else English."""
        spoken = tongue.languages()
        chosen = self.request.cookies.get("language", "")
        if chosen in spoken:
            return chosen
        asked = (
            p.partition(";")[0].strip()[:2].lower() for p in self.request.headers.get("accept-language", "").split(",")
        )
        return next((a for a in asked if a in spoken), tongue.ENGLISH)

    @property
    def theme(self) -> str:
        """Light or dark where it was chosen, else auto."""
        chosen = self.request.cookies.get("look", "")
        return chosen if chosen in {"light", "dark"} else "auto"

    @property
    def zone(self) -> str:
        """The mission's own zone."""
        return self.desk.mission.time_zone

    @property
    def token(self) -> str:
        """What a form of this page must carry."""
        return seal_of(self.request).token

    @property
    def bare(self) -> bool:
        """Whether the desk was laid from tables that hold no edition."""
        return self.desk.edition is None

    @property
    def here(self) -> str:
        """Where the reader is, to come back to."""
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    @property
    def as_of(self) -> str:
        """The close of the edition, in the zone in which it is printed."""
        return words.moment(self.desk.as_of, self.desk.mission.edition_time_zone or self.zone)

    @property
    def period(self) -> str:
        """The days of the window in words."""
        return period(self.window, self.zone)

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Codes and own names of the languages that are spoken."""
        return [
            (code, words.upper_first(Locale.parse(code).get_display_name(code) or code)) for code in tongue.languages()
        ]

    def url(self, path: str, **changes: object) -> str:
        """An address with the window of this page."""
        return path + only(self.window, **changes)

    def switch(self, name: str, value: str) -> str:
        """The address that changes language or look and leads back here."""
        return f"/{name}?" + urlencode({"to": value, "back": self.here})

    def hidden(self, *but: str) -> list[tuple[str, str]]:
        """The window as names and values for a form, without those that the form asks for itself."""
        return [(n, v) for n, v in self.window.items() if n not in {*but, "page", "selected"}]

    def download(self, path: str, kind: str) -> str:
        """The address of this view as a file."""
        return f"{path}.{kind}" + only(self.window.but(page=1, selected=""))

    def html(self, template: str, values: Mapping[str, Any], status: int = 200) -> Response:
        """The page; call inside `tongue.speaking`."""
        body = environment().get_template(template).render(
            page=self, tabs=TABS, looks=LOOKS, symbols=symbols(), style=look.version(), script=script_version(), **values
        )  # fmt: skip
        return HTMLResponse(body, status, headers={"content-language": self.language})


def period(window: Window, zone: str) -> str:
    """The days of a window in words."""
    if window.start is not None and window.end is not None:
        return words.days(window.start, window.end - timedelta(seconds=1), zone)
    if window.start is not None:
        return say("from {day}", day=words.day(window.start, zone))
    if window.end is not None:
        return say("until {day}", day=words.day(window.end - timedelta(seconds=1), zone))
    return say("the whole period")


@lru_cache(maxsize=1)
def symbols() -> Markup:
    """The marks, to be used by name in this page."""
    return Markup(marks.symbols())


def page_of(request: Request, tab: str, *, whole: bool = False) -> Page:
    """The page that this request asks for; `whole` leaves the window unread (on a page of trouble it may be wrong)."""
    found = windows.Window(time_zone=desk_of(request).mission.time_zone) if whole else window_of(request)
    return Page(request, tab, found)


def speaking(page: Page) -> Any:
    """Make everything inside in the language of this page."""
    return tongue.speaking(page.language, page.desk.mission.letterhead.wording.get(page.language, {}))
