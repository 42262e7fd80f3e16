"""Judgements at the desk: looked at before they are made, kept before they are answered, undone by a further one.

A form gives `action` (join, split, uphold, reject, undo), `subject`, `object`, `undoes`, `reason`, `by`, `date` (today where
empty), the `generation` of the desk on which it was filled in, `seen` (ids of later judgements that its maker knows) and the
`token` of this start. JSON with the same names does the same; its token may stand in the header X-Truceline-Token.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, RedirectResponse, Response

from .. import review, when
from ..errors import RunError, UsageError
from ..nouns import Judgement
from .asked import TheDesk, TheRoom, room_of, seal_of
from .changes import Brief, FindingChange, Preview
from .parameters import BODY, REFUSALS, problem
from .problems import RefusedError, answer, wants_page
from .room import ConflictError, UnreadyError

router = APIRouter(tags=["judgements"])
FIELDS = ("action", "subject", "object", "undoes", "reason", "by", "date")
LONGEST = {"reason": 2_000, "by": 120, "date": 40}
TOKEN = "x-truceline-token"
PreviewPage = Callable[[Request, Preview, Mapping[str, str]], Response]


async def _given(request: Request) -> dict[str, str]:
    """What a form or a JSON object says, as text; refuses another kind of content and another start's token."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        values = _object(await request.body())
    elif kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        async with request.form(max_files=0, max_fields=40) as form:
            values = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    else:
        raise RefusedError(415, "Send a form, or JSON.")
    if not seal_of(request).fits(request.headers.get(TOKEN, "") or values.get("token", "")):
        raise RefusedError(
            403,
            "The form does not carry the token of this start. Open the page again and send it from there; nothing was kept.",
        )
    return values


def _object(body: bytes) -> dict[str, str]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedError(400, "The body is no JSON.") from None
    if not isinstance(found, dict):
        raise RefusedError(422, "A JSON object is expected.")
    wrong = [
        (str(n)[:60], type(v).__name__, "text")
        for n, v in found.items()
        if not isinstance(v, (str, int)) or isinstance(v, bool)
    ]
    if wrong:
        raise RefusedError(422, "A judgement consists of texts.", wrong[:20])
    return {name: str(value) for name, value in found.items()}


def said(values: Mapping[str, str]) -> dict[str, str]:
    """The judgement of a form: texts of one line; refuses what is too long or would run in a spreadsheet."""
    made: dict[str, str] = {}
    wrong: list[tuple[str, str, str]] = []
    for name in FIELDS:
        text = " ".join(values.get(name, "").split())
        if not text.isprintable() or any(0xD800 <= ord(c) < 0xE000 for c in text):
            wrong.append((name, "characters that cannot be printed", "words"))
        elif len(text) > LONGEST.get(name, 500):
            wrong.append((name, f"{len(text)} characters", f"at most {LONGEST.get(name, 500)}"))
        elif name in {"reason", "by"} and text[:1] in {"=", "+", "-", "@"}:
            wrong.append((name, repr(text[:1]), "a first character that no spreadsheet takes for a formula"))
        made[name] = text
    if made["action"] not in review.ACTIONS:
        wrong.append(("action", repr(made["action"][:60]), f"one of {', '.join(review.ACTIONS)}"))
    if wrong:
        raise RefusedError(422, "The judgement cannot be taken as it is.", wrong)
    if made["action"] == "undo":
        made["subject"] = made["object"] = ""
    else:
        made["undoes"] = ""
    if made["action"] in {"uphold", "reject"}:
        made["object"] = ""
    return made


def _dated(made: dict[str, str], time_zone: str) -> dict[str, str]:
    today = dt.datetime.now(when.zone(time_zone)).date().isoformat()
    made["date"] = made["date"] or today
    try:
        when.moment(made["date"], time_zone)
    except (ValueError, OverflowError):
        rows = [("date", repr(made["date"]), "a day such as 2025-12-20")]
        raise RefusedError(422, "The judgement cannot be taken as it is.", rows) from None
    return made


@router.post("/judgements/preview", openapi_extra=BODY, responses=REFUSALS)
async def foresee(request: Request, room: TheRoom, desk: TheDesk) -> Response:
    """What a judgement would change in incidents, grades and findings. Nothing is kept."""
    values = await _given(request)
    made = said(values)
    made = {**made, "reason": made["reason"] or "not given yet", "by": made["by"] or "not given yet"}
    made = _dated(made, desk.mission.time_zone)
    try:
        found = await run_in_threadpool(room.foresee, made)
    except UsageError as error:
        raise RefusedError(422, str(error)[:1].upper() + str(error)[1:] + ".") from None
    except UnreadyError as error:
        raise RefusedError(503, str(error)) from None
    page: PreviewPage | None = getattr(request.app.state, "preview_page", None)
    if page is not None and wants_page(request):
        return page(request, found, values)
    return JSONResponse(preview_json(found))


@router.post(
    "/judgements", status_code=201, openapi_extra=BODY,
    responses={**REFUSALS, 303: {"description": "Kept; a form is led back."}, 409: problem("Somebody decided meanwhile.")},
)  # fmt: skip
async def keep(request: Request, room: TheRoom, desk: TheDesk) -> Response:
    """Keep a judgement: 201 with its id (a form is led back to the incident), 409 where somebody decided meanwhile."""
    values = await _given(request)
    made = _dated(said(values), desk.mission.time_zone)
    generation = _generation(values.get("generation", ""), desk.generation)
    seen = frozenset(values.get("seen", "").replace(",", " ").split())
    try:
        kept = await run_in_threadpool(room.judge, made, generation, seen)
    except UsageError as error:
        raise RefusedError(422, str(error)[:1].upper() + str(error)[1:] + ".") from None
    except RunError:
        raise RefusedError(503, "The file of judgements cannot be written; nothing was kept. See the log.") from None
    except ConflictError as error:
        return _conflict(request, made, error)
    one = kept.judgement
    if wants_page(request):
        return RedirectResponse(_back(values.get("back", ""), one), 303)
    return JSONResponse({"judgement": judgement_json(one), "counts_from_generation": kept.generation}, 201)


def _generation(text: str, now: int) -> int:
    if not text:
        return now
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        rows = [("generation", repr(text[:20]), "the number that the page was made with")]
        raise RefusedError(422, "The judgement cannot be taken as it is.", rows)
    return int(text)


def _back(wanted: str, one: Judgement) -> str:
    """Where a form leads: a page of ours that it names, else the incident."""
    if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable():
        return quote(wanted, safe="/?=&,:+%")
    name = one.subject
    return f"/incidents/{quote(name if name.startswith('I-') else f'I-{name}', safe='')}" if name else "/situation"


def _conflict(request: Request, made: dict[str, str], error: ConflictError) -> Response:
    """409 with both: what was to be kept, and what was decided meanwhile."""
    rows = [
        (j.action, f"{j.id} by {j.by} on {j.date:%Y-%m-%d}: {j.reason}", "to be read before yours is kept") for j in error.earlier
    ]  # fmt: skip
    words = (
        f"What this is about has been decided or has changed since the page was made. Yours ({made['action']}: {made['reason']}) was "
        "not kept. Read what was decided; if yours still stands, send it once more from the new page: both then stay on file."
    )
    return answer(
        request, 409, words, rows, yours={n: v for n, v in made.items() if v},
        theirs=[judgement_json(j) for j in error.earlier], generation=error.generation,
    )  # fmt: skip


@router.get("/judgements.json")
def history(room: TheRoom) -> dict[str, Any]:
    """Every judgement about what this edition holds, in order, undone ones among them, and pairs that contradict each other."""
    every = room.history()
    active = {j.id for j in review.active(every)}
    waiting = {j.id for j in room.waiting}
    return {
        "generation": room.desk.generation,
        "judgements": [{**judgement_json(j), "active": j.id in active, "counted": j.id not in waiting} for j in every],
        "contradictions": [list(pair) for pair in review.contradictions(every)],
    }


@router.get("/api/token", tags=["judgements"])
def token(request: Request) -> dict[str, Any]:
    """The token that a judgement of this start must carry, and the generation of the desk. No other site can read it."""
    return {"token": seal_of(request).token, "generation": room_of(request).desk.generation}


def judgement_json(one: Judgement) -> dict[str, Any]:
    """A judgement by the columns of judgements.csv."""
    return {**dataclasses.asdict(one), "date": when.iso(one.date)}


def preview_json(found: Preview) -> dict[str, Any]:
    """A preview as JSON."""
    return {
        "generation": found.generation,
        "incidents": [
            {"before": _brief(c.before), "after": _brief(c.after), "into": list(c.into)} for c in found.incidents
        ],
        "findings": [_finding(c) for c in found.findings],
        "counts": [{"what": name, "before": before, "after": after} for name, before, after in found.counts],
    }


def _brief(one: Brief | None) -> dict[str, Any] | None:
    return None if one is None else {**dataclasses.asdict(one), "start": when.iso(one.start), "end": when.iso(one.end)}


def _finding(change: FindingChange) -> dict[str, Any]:
    one = change.after or change.before
    assert one is not None
    sides = {
        name: None if f is None else {"outcome": str(f.outcome), "incidents": list(f.incidents), "reason": f.reason}
        for name, f in (("before", change.before), ("after", change.after))
    }
    return {"id": one.id, "term_id": one.term_id, "party": one.party, "turned": change.turned, **sides}
