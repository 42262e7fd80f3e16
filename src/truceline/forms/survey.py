"""A form for one mission: the sheets `survey`, `choices` and `settings` of an XLSForm, as rows.

Places, parties, kinds and those who report come from the mission; what is sealed or for partners is in no form. The version is
a hash of the content, so that a mission that did not change gives the same form.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import shapely
from babel import Locale, UnknownLocaleError
from shapely.geometry import shape

from ..nouns import Exposure, Mission, Place, SourceKind
from .questions import LANGUAGES, Form, Question, Words, choices

Row = dict[str, str]
Say = Callable[[str, str], str]
"""(English words, language) -> the same in that language."""
SURVEY = ("type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "default", "calculation",
          "choice_filter", "appearance")  # fmt: skip
TRANSLATED = ("label", "hint", "constraint_message")
REPORTERS = (SourceKind.MONITOR, SourceKind.HUMANITARIAN)
UNKNOWN: Words = {"en": "Not known", "th": "ไม่ทราบ", "km": "មិនដឹង", "ms": "Tidak diketahui"}
BOTH: Words = {"en": "Both", "th": "ทั้งสอง", "km": "ទាំងពីរ", "ms": "Kedua-duanya"}
ELSEWHERE: Words = {"en": "Elsewhere", "th": "ที่อื่น", "km": "កន្លែងផ្សេង", "ms": "Tempat lain"}
OTHER: Words = {
    "en": "A place that is not listed",
    "th": "สถานที่ที่ไม่มีในรายการ",
    "km": "កន្លែងមិនមានក្នុងបញ្ជី",
    "ms": "Tempat yang tiada dalam senarai",
}
NO_CODE: Words = {"en": "No code", "th": "ไม่มีรหัส", "km": "គ្មានលេខកូដ", "ms": "Tiada kod"}

_MOMENT = re.compile(r"\b(minute|day)\(((?:[^()]|\(\))*)\)")
_FORMATS = {"minute": "format-date-time({}, '%Y%m%d%H%M')", "day": "format-date({}, '%Y%m%d')"}
"""`minute(x)` and `day(x)` of an expression, as XPath: a moment as one number.

Three engines read one form and compare moments in three ways: ODK Collect by whole days, so that a patrol which left and came
back on one day would have no end; ODK Web Forms not at all; Enketo as moments. Numbers they all compare alike.
"""


class Survey(NamedTuple):
    """The three sheets of an XLSForm: columns and rows of each."""

    survey: list[Row]
    choices: list[Row]
    settings: Row


def survey(form: Form, mission: Mission, kinds: dict[str, str], say: Say) -> Survey:
    """The XLSForm of a form for this mission; `kinds` gives each kind's English label, `say` translates it."""
    lists = _lists(form, mission, kinds, say)
    sectors = bool(lists["sector"])
    asked = [_note(mission, say), *_rows(form.ask, sectors=sectors)]
    used = {q.choices for q, _ in form.every()} - {""} - (set() if sectors else {"sector"})
    rows = [*_hidden(form, mission), *asked]
    listed = [row for name in sorted(used) for row in lists[name]]
    content = json.dumps([rows, listed], ensure_ascii=False, sort_keys=True)
    settings = {
        "form_title": f"{form.title['en']} ({mission.title})", "form_id": form_id(form, mission),
        "version": hashlib.sha256(content.encode()).hexdigest()[:12], "default_language": LANGUAGES["en"],
        "instance_name": _name(form),
    }  # fmt: skip
    return Survey(rows, listed, settings)


def form_id(form: Form, mission: Mission) -> str:
    """How servers and phones call the form: one mission's forms are never another's."""
    return f"{mission.id}-{form.id}"


def _name(form: Form) -> str:
    """What a phone's list shows of an entry: the form, who reports, and when."""
    when = "left_at" if form.id == "patrol" else "happened"
    return f"concat('{form.title['en']} ', ${{source_id}}, ' ', format-date-time(${{{when}}}, '%Y-%m-%d %H:%M'))"


def expression(told: str) -> str:
    """An expression of a form's YAML as XPath that every engine evaluates alike."""
    return _MOMENT.sub(lambda m: f"number({_FORMATS[m[1]].format(m[2])})", told)


def _hidden(form: Form, mission: Mission) -> list[Row]:
    told = [("form", form.id), ("mission", mission.id)]
    clocks = [{"type": "start", "name": "form_started"}, {"type": "end", "name": "form_finished"}]
    return [*clocks, *({"type": "calculate", "name": n, "calculation": f"'{v}'"} for n, v in told)]


def _note(mission: Mission, say: Say) -> Row:
    unreviewed = "Unreviewed translation; the English text prevails."
    notice = f"{mission.title}. {mission.notice}".strip()
    label = {code: notice if code == "en" else f"{notice}\n{say(unreviewed, code)}\n{unreviewed}" for code in LANGUAGES}
    return {"type": "note", "name": "unreviewed", **_words("label", label)}


def _words(column: str, words: Words) -> Row:
    return {f"{column}::{LANGUAGES[code]}": text for code, text in words.items()}


def _rows(asked: tuple[Question, ...], *, sectors: bool) -> Iterator[Row]:
    for one in asked:
        if one.choices == "sector" and not sectors:
            continue
        if one.ask:
            yield {
                "type": f"begin {one.type}",
                "name": one.name,
                "relevant": one.relevant,
                **_words("label", one.label),
            }
            yield from _rows(one.ask, sectors=sectors)
            yield {"type": f"end {one.type}", "name": one.name}
            continue
        yield {
            "type": one.type, "name": one.name, "required": one.required, "relevant": one.relevant,
            "constraint": expression(one.constraint), "default": one.default, "appearance": one.appearance,
            "choice_filter": one.filter if sectors or one.choices != "place" else "",
            **_words("label", one.label), **_words("hint", one.hint), **_words("constraint_message", one.message),
        }  # fmt: skip


def _lists(form: Form, mission: Mission, kinds: dict[str, str], say: Say) -> dict[str, list[Row]]:
    parties = {p.id: {c: p.names.get(c, p.name) for c in LANGUAGES} for p in mission.parties}
    shown = [s for s in mission.sources if s.exposure is Exposure.PUBLIC]
    reporting = sorted(
        (s for s in shown if s.id in mission.observers or s.kind in REPORTERS),
        key=lambda s: s.id not in mission.observers,
    ) or [s for s in shown if s.kind is not SourceKind.PARTY]
    witnesses = {s.id: _same(s.name) for s in shown if s.kind is SourceKind.WITNESS}
    named = {name: _list(name, listed) for name, listed in choices().items()}
    spread = _sectors(mission)
    groups = [g for g in form.kinds if any(_group(k) == g for k in kinds)]
    return named | {
        "observer": _list("observer", {s.id: _same(s.name) for s in reporting}),
        "witness": _list("witness", {"none": NO_CODE, **witnesses}),
        "party": _list("party", {**parties, "unknown": UNKNOWN}),
        "side": _list("side", {**parties, "both": BOTH}),
        "language": _list("language", {c: _language(c) for c in dict.fromkeys((*mission.languages, *LANGUAGES))}),
        "sector": spread[0], "place": spread[1],
        "kind_group": [r for r in named["kind_group"] if r["name"] in groups],
        "kind": [
            {"list_name": "kind", "name": k, **_words("label", {c: say(kinds[k], c) for c in LANGUAGES}), "kind_group": _group(k)}
            for k in kinds if _group(k) in groups
        ],
    }  # fmt: skip


def _group(kind: str) -> str:
    return kind.partition(".")[0]


def _list(name: str, listed: dict[str, Words]) -> list[Row]:
    return [{"list_name": name, "name": value, **_words("label", words)} for value, words in listed.items()]


def _same(name: str) -> Words:
    return dict.fromkeys(LANGUAGES, name)


def _language(code: str) -> Words:
    """The name of a language in each language of the form; its code where nobody knows it."""
    try:
        spoken = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return _same(code)
    return {c: spoken.get_display_name(c) or code for c in LANGUAGES}


def _sectors(mission: Mission) -> tuple[list[Row], list[Row]]:
    """The sectors that hold a place, and every place with its sector; a place in none is `elsewhere`, one not listed `any`."""
    shapes: list[tuple[str, str, Any]] = [
        (z.id, z.name, shape(z.geometry)) for z in mission.zones if z.role == "sector"
    ]
    within = {p.id: _sector(p, shapes) for p in mission.places}
    held = set(within.values())
    sectors = {i: _same(name) for i, name, _ in shapes if i in held}
    listed = {**sectors, **({"elsewhere": ELSEWHERE} if "elsewhere" in held else {})} if sectors else {}
    places = [
        {"list_name": "place", "name": p.id, **_words("label", _called(p)), "sector": within[p.id]}
        for p in sorted(mission.places, key=lambda p: (p.name.casefold(), p.id))
    ]
    places.append({"list_name": "place", "name": "other", **_words("label", OTHER), "sector": "any"})
    return _list("sector", listed), places


def _sector(place: Place, shapes: list[tuple[str, str, Any]]) -> str:
    if place.lon_deg is None:
        return "any"
    return next((i for i, _, area in shapes if shapely.intersects_xy(area, place.lon_deg, place.lat_deg)), "elsewhere")


def _called(place: Place) -> Words:
    """The place's name in the script of the language, with the Latin one beside it."""
    scripts = {c: place.scripts.get(c, "") for c in LANGUAGES}
    return {c: f"{scripts[c]} · {place.name}" if scripts[c] else place.name for c in LANGUAGES}
