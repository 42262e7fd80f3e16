"""JSON of ODK Central (OData, repeats expanded) and KoboToolbox (API v2) -> submissions."""

from __future__ import annotations

import json
from typing import Any

from ..errors import InputError, Problem
from ..forms import load
from ..forms.questions import IDS, Form
from ..forms.submission import Submission, is_private, keep
from ..nouns import SetAside
from . import odk_tables

MOST_DEPTH = 16


def entries(name: str, data: bytes) -> tuple[list[Submission], list[SetAside]]:
    """Every entry in an answer of one of the two servers, or in a list of such; raises InputError where it is none."""
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(
            Problem(name, getattr(error, "lineno", 0), "", "no JSON", "an export of ODK Central or KoboToolbox")
        ) from None
    items = (
        value
        if isinstance(value, list)
        else (value.get("value", value.get("results")) if isinstance(value, dict) else None)
    )
    if not isinstance(items, list):
        raise InputError(Problem(name, 0, "", "neither value nor results", "an export of ODK Central or KoboToolbox"))
    made: list[Submission] = []
    set_aside: list[SetAside] = []
    for number, item in enumerate(items, 1):
        one = _entry(item, number) if isinstance(item, dict) else None
        if one is None:
            reason = "it names no form; expected an answer `form` as the forms of `truceline forms` give it"
            set_aside.append(SetAside(name, number, "form", "", reason))
        else:
            made.append(one)
    return made, set_aside


def _entry(item: dict[str, Any], number: int) -> Submission | None:
    form_id = item.get("form")
    if form_id not in IDS:
        return None
    system = item.get("__system") if isinstance(item.get("__system"), dict) else {}
    assert isinstance(system, dict)
    meta = item.get("meta") if isinstance(item.get("meta"), dict) else {}
    assert isinstance(meta, dict)
    key = str(item.get("__id") or item.get("_uuid") or "")
    instance = str(meta.get("instanceID") or item.get("meta/instanceID") or key)
    verdict = item.get("_validation_status")
    told = verdict if isinstance(verdict, dict) else {"uid": verdict or ""}
    edits = system.get("edits")
    updated = str(system.get("updatedAt") or told.get("timestamp") or "")
    one = Submission(
        form_id, instance=instance if ":" in instance or not instance else f"uuid:{instance}",
        submitted=str(system.get("submissionDate") or item.get("_submission_time") or ""),
        review=odk_tables.verdict(str(system.get("reviewState") or told.get("uid", ""))), line=number, updated=updated,
        mission=str(item.get("mission", "")),
        edits=edits if isinstance(edits, int) else 0,
        replaces=str(meta.get("deprecatedID") or item.get("meta/deprecatedID") or ""),
    )  # fmt: skip
    if one.edits and key and not one.replaces and key.removeprefix("uuid:") != one.instance.removeprefix("uuid:"):
        one.replaces = key
    _gather(item, one, load(form_id), one.answers, 0)
    return one


def _gather(item: dict[str, Any], one: Submission, form: Form, into: dict[str, str], depth: int) -> None:
    for path, value in item.items():
        name = path.rpartition("/")[2]
        if path.startswith(("_", "meta", "formhub")) or "@odata" in path or value is None or is_private(name):
            continue
        if name in form.repeats and isinstance(value, list):
            for line in value:
                entry: dict[str, str] = {}
                if isinstance(line, dict) and depth < MOST_DEPTH:
                    _gather(line, one, form, entry, depth + 1)
                if entry:
                    one.repeats.setdefault(name, []).append(entry)
        elif isinstance(value, dict) and "coordinates" not in value:
            if depth < MOST_DEPTH:
                _gather(value, one, form, into, depth + 1)
        else:
            keep(into, name, _text(value))


def _text(value: Any) -> str:
    """An answer as a form writes it: a GeoJSON geometry as latitude, longitude, altitude, accuracy."""
    if isinstance(value, dict):
        accuracy = (value.get("properties") or {}).get("accuracy") or 0
        points = value["coordinates"]
        if value.get("type") == "Point":
            return _point(points, accuracy)
        line = points[0] if value.get("type") == "Polygon" and points else points
        return ";".join(_point(p, 0) for p in line) if isinstance(line, list) else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(str(v) for v in value)
    return str(value)


def _point(numbers: Any, accuracy: Any) -> str:
    if not isinstance(numbers, list) or len(numbers) < 2:
        return ""
    height = numbers[2] if len(numbers) > 2 and numbers[2] is not None else 0
    return f"{numbers[1]} {numbers[0]} {height} {accuracy}"
