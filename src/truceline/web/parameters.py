"""The window as OpenAPI describes it: one list of parameters for every route that takes one."""

from __future__ import annotations

from typing import Any

from ..nouns import Grade
from .window import LAST_PAGE, LONGEST, MOST, SORTS


def _of(name: str, what: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": what, "schema": schema, **more}


_TEXT = {"type": "string", "maxLength": LONGEST}
_MANY = {"style": "form", "explode": True}
WINDOW: list[dict[str, Any]] = [
    _of("from", "First day (local to the mission) or time.", {"type": "string", "maxLength": 40, "example": "2025-12-08"}),
    _of("to", "Last day, the whole of it, or a time.", {"type": "string", "maxLength": 40, "example": "2025-12-14"}),
    _of("grade", "Grades of incidents, any of them.",
        {"type": "array", "maxItems": MOST, "items": {"type": "string", "enum": [str(g) for g in Grade]}}, **_MANY),
    _of("kind", "Kinds of event; a branch such as fire holds all under it.",
        {"type": "array", "maxItems": MOST, "items": {"type": "string", "maxLength": 60}}, **_MANY),
    _of("party", "A party of the mission: incidents of which it is accused, or of which it spoke as its own.", _TEXT),
    _of("agreement", "An instrument: incidents on which one of its findings rests.", _TEXT),
    _of("q", "Words in any script that all have to stand in an incident's accounts, places or sources.", _TEXT),
    _of("bbox", "west,south,east,north in degrees, longitude first.", {"type": "string", "maxLength": 200}),
    _of("sort", "Order of the list.", {"type": "string", "enum": list(SORTS)}),
    _of("page", "Page of the list, from 1.", {"type": "integer", "minimum": 1, "maximum": LAST_PAGE}),
    _of("selected", "The incident that is selected.", _TEXT),
]  # fmt: skip
PROBLEM = {
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
        "problems": {"type": "array", "items": {"type": "object"}},
    },
}  # fmt: skip


def problem(what: str) -> dict[str, Any]:
    """An answer in problem+json, for a route's `responses`."""
    return {"description": what, "content": {"application/problem+json": {"schema": PROBLEM}}}


INVALID: dict[int | str, dict[str, Any]] = {
    400: problem("It cannot be read."),
    422: problem("It says something that cannot be."),
}
MISSING: dict[int | str, dict[str, Any]] = {404: problem("There is none of this name in this edition.")}
JUDGEMENT = {
    "type": "object",
    "required": ["action", "reason", "by"],
    "properties": {
        "action": {"type": "string", "enum": ["join", "split", "uphold", "reject", "undo"]},
        "subject": {"type": "string", "maxLength": 500, "description": "an account, or an incident by its id"},
        "object": {"type": "string", "maxLength": 500, "description": "the other one, of join and split"},
        "undoes": {"type": "string", "maxLength": 500, "description": "a judgement, of undo"},
        "reason": {"type": "string", "maxLength": 2000}, "by": {"type": "string", "maxLength": 120},
        "date": {"type": "string", "maxLength": 40, "description": "a day; today where it is not given"},
        "generation": {"type": "integer", "minimum": 0, "description": "of the desk on which it was decided"},
        "seen": {"type": "string", "description": "ids of later judgements that its maker knows, separated by commas"},
        "token": {"type": "string", "description": "of this start (GET /api/token), where no header X-Truceline-Token holds it"},
    },
}  # fmt: skip
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": JUDGEMENT},
            "application/x-www-form-urlencoded": {"schema": JUDGEMENT},
        },
    },
    "parameters": [
        {"name": "X-Truceline-Token", "in": "header", "required": False, "schema": {"type": "string"}},
    ],
}  # fmt: skip
REFUSALS: dict[int | str, dict[str, Any]] = {
    400: problem("The body cannot be read."), 403: problem("It does not carry the token of this start."),
    413: problem("It is too large."), 415: problem("Neither a form nor JSON."),
    422: problem("It says too little, too much, or names what is not there."),
    503: problem("It cannot be worked out or kept now."),
}  # fmt: skip
