"""Forms that were filled in, from ODK Central or KoboToolbox by their API -> captures in inbox/odk/, with their attachments.

Everything is listed each time, and what is not held yet is kept: each entry in a file of its own, so that an edit or a new review
state comes beside what was held and overwrites nothing. The token stands in nothing that is kept or said.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from . import fetch, mission
from .collect import Connection, address, quoted
from .errors import RunError, UsageError
from .forms import submission

PAGE = 200
MOST_PAGES = 10_000
SERVERS = ("odk", "kobo")
VARIABLES = {"odk": "ODK_TOKEN", "kobo": "KOBO_TOKEN"}
TOKEN_HIDDEN = "[TOKEN]"
_FORM = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$")
_NAME = re.compile(r"^[^/\\\x00-\x1f.][^/\\\x00-\x1f]{0,199}$")


@dataclass(frozen=True)
class Wish:
    """Which form of which server: `project` is needed by ODK Central alone; the token is secret."""

    system: str
    server: str
    form: str
    project: int = 0
    token: str = field(repr=False, default="")
    pause_s: float = 0.0
    media: bool = True


class Pulled(NamedTuple):
    """Files that were fetched, how many were held already, and attachments that the server names and does not give."""

    fetched: tuple[Path, ...]
    held: int
    missing: tuple[str, ...]


class _File(NamedTuple):
    name: str
    url: str


def checked(wish: Wish) -> Wish:
    """The wish with a server's plain address and the token of the environment where none is given; raises UsageError."""
    if not wish.server:
        raise UsageError("--server: expected the server's address, such as https://central.example.org")
    if not _FORM.match(wish.form):
        raise UsageError(f"--form: found {wish.form!r}, expected the id of a form (of Kobo, of its project)")
    if wish.system == "odk" and wish.project < 1:
        raise UsageError("--project: expected the number of the project on ODK Central, as its address shows it")
    token = wish.token or os.environ.get(VARIABLES[wish.system], "").strip()
    if token and not re.fullmatch(r"[\x21-\x7e]{1,500}", token):
        raise UsageError("the token holds a space or a character that no token has; it is not shown here")
    server = address(wish.server, secret=True)
    return Wish(wish.system, server, wish.form, wish.project, token, wish.pause_s, wish.media)


def first_address(wish: Wish) -> str:
    """What would be asked for first; it holds no token."""
    return _page(checked(wish), 0)


def pull(
    folder: Path, wish: Wish, client: fetch.Client | None = None, tell: Callable[[str], None] = lambda _: None
) -> Pulled:
    """Fetch every entry and attachment that is not held, one request after the other.

    Raises UsageError where it cannot be asked so, RunError at the first request that does not succeed; what was fetched before it
    stays, and the same command goes on from there.
    """
    mission.scope(folder)
    asked = checked(wish)
    if not asked.token:
        raise UsageError(f"--token: none was given, and {VARIABLES[asked.system]} is not set")
    if client is not None:
        return _Pulling(folder, asked, client, tell).all()
    scheme = "Bearer" if asked.system == "odk" else "Token"
    with Connection(headers={"Authorization": f"{scheme} {asked.token}"}) as opened:
        return _Pulling(folder, asked, opened, tell).all()


class _Pulling:
    """One pull: what was fetched, what was held, what did not come."""

    def __init__(self, folder: Path, wish: Wish, client: fetch.Client, tell: Callable[[str], None]) -> None:
        self.box, self.wish, self.client, self.tell = folder / "inbox" / "odk" / wish.form, wish, client, tell
        self.fetched: list[Path] = []
        self.held = 0
        self.missing: list[str] = []

    def all(self) -> Pulled:
        try:
            for item in self._entries():
                where = self._entry(item)
                if self.wish.media:
                    for file in self._files(item):
                        self._attachment(where, file)
        except RunError as error:
            said = fetch.hidden(str(error), self.wish.token).replace(fetch.KEY_HIDDEN, TOKEN_HIDDEN)
            kept = f"{len(self.fetched)} files were fetched and stay; the same command goes on from there."
            raise RunError(f"{self.wish.form}: {said}\n{kept}") from None
        return Pulled(tuple(self.fetched), self.held, tuple(self.missing))

    def _ask(self, url: str, check: Callable[[bytes], str]) -> bytes:
        if self.wish.pause_s > 0:
            time.sleep(self.wish.pause_s)
        return fetch.answer(fetch.Request(self.box, url, check, url), self.client)

    def _entries(self) -> Iterator[dict[str, Any]]:
        for page in range(MOST_PAGES):
            listed = _listed(json.loads(self._ask(_page(self.wish, page), _whole_page)))
            yield from listed
            if len(listed) < PAGE:
                return
        raise RunError("the server gives page after page without an end")

    def _entry(self, item: dict[str, Any]) -> Path:
        """Keep an entry under its instance, unless the same is held; the folder that it lies in."""
        instance = str(item.get("__id") or item.get("_uuid") or "")
        if not instance:
            raise RunError("the server gave an entry without an id")
        where = self.box / submission.observation_id(instance).removeprefix("odk-")
        data = json.dumps({"value": [item]}, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
        self._keep(where / f"entry-{fetch.sha256(data)[:16]}.json", _page(self.wish, 0), lambda: data)
        return where

    def _attachment(self, where: Path, file: _File) -> None:
        if not _NAME.match(file.name):
            raise RunError("an attachment has a name that is none of a file; nothing of it was kept")
        self._keep(where / file.name, file.url, lambda: self._ask(file.url, _whole_file))

    def _keep(self, path: Path, shown: str, data: Callable[[], bytes]) -> None:
        request = fetch.Request(path, shown, _whole_file)
        if fetch.held_already(request):
            self.held += 1
            return
        fetch.keep(request, data())
        self.fetched.append(path)
        self.tell(path.name)

    def _files(self, item: dict[str, Any]) -> Iterator[_File]:
        return self._central_files(item) if self.wish.system == "odk" else self._kobo_files(item)

    def _central_files(self, item: dict[str, Any]) -> Iterator[_File]:
        system = item.get("__system")
        if not isinstance(system, dict) or not (system.get("attachmentsExpected") or system.get("attachmentsPresent")):
            return
        base = f"{_central(self.wish)}/submissions/{quoted(str(item['__id']))}/attachments"
        for one in json.loads(self._ask(base, _whole_list)):
            if not one.get("exists", True):
                self.missing.append(str(one.get("name", "")))
                continue
            yield _File(str(one.get("name", "")), f"{base}/{quoted(str(one.get('name', '')))}")

    def _kobo_files(self, item: dict[str, Any]) -> Iterator[_File]:
        for one in item.get("_attachments") or []:
            name = str(one.get("media_file_basename") or str(one.get("filename", "")).rpartition("/")[2])
            if one.get("is_deleted"):
                self.missing.append(name)
                continue
            entry, file = (quoted(str(v)) for v in (item.get("_id", ""), one.get("uid") or one.get("id", "")))
            yield _File(
                name, f"{self.wish.server}/api/v2/assets/{quoted(self.wish.form)}/data/{entry}/attachments/{file}/"
            )


def _central(wish: Wish) -> str:
    return f"{wish.server}/v1/projects/{wish.project}/forms/{quoted(wish.form)}"


def _page(wish: Wish, page: int) -> str:
    if wish.system == "odk":
        return f"{_central(wish)}.svc/Submissions?%24expand=*&%24top={PAGE}&%24skip={page * PAGE}"
    asked = f"format=json&limit={PAGE}&start={page * PAGE}&sort=%7B%22_id%22%3A1%7D"
    return f"{wish.server}/api/v2/assets/{quoted(wish.form)}/data/?{asked}"


def _listed(value: Any) -> list[dict[str, Any]]:
    found = value.get("value", value.get("results")) if isinstance(value, dict) else None
    return [i for i in found if isinstance(i, dict)] if isinstance(found, list) else []


def _whole_page(data: bytes) -> str:
    """Why these bytes are no page of entries; empty where they are."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return "the answer is no JSON"
    found = value.get("value", value.get("results")) if isinstance(value, dict) else None
    return "" if isinstance(found, list) else "the answer holds neither value nor results"


def _whole_list(data: bytes) -> str:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return "the answer is no JSON"
    return (
        ""
        if isinstance(value, list) and all(isinstance(v, dict) for v in value)
        else "the answer is no list of attachments"
    )


def _whole_file(data: bytes) -> str:
    return "" if data else "an empty answer"
