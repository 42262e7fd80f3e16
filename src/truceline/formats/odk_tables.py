"""Tables that ODK Central and KoboToolbox export -> submissions: headers in every way that they are written, repeats joined.

A header may be a question's name, its path with `/` or `-`, or its label in any language of the form; a position may stand in
one cell or in four. Repeats are tables of their own that name the entry they belong to (PARENT_KEY, or _submission__uuid).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from .. import kinds, sheets
from ..forms import choices, load
from ..forms.questions import IDS, Form, Question
from ..forms.submission import NOTHING, Submission, is_private, keep
from ..nouns import Capture, SetAside
from ..sheets import Row, Sheet, tidy

GEO = ("latitude", "longitude", "altitude", "accuracy")
PARTS = {"precision": "accuracy"}
SAID = (*GEO, *PARTS)
_KEY = re.compile(r"/(\w+)\[\d+\]$")
_SET = re.compile(r"^set_of_|_set_of_")
INSTANCE = ("meta_instanceid", "meta/instanceid", "instanceid", "key", "_uuid")
REVIEW = ("reviewstate", "_validation_status", "__system/reviewstate", "__system_reviewstate")
SUBMITTED = ("submissiondate", "_submission_time", "__system/submissiondate", "__system_submissiondate")
VERDICTS = {
    "validation_status_approved": "approved", "validation_status_not_approved": "rejected",
    "validation_status_on_hold": "on_hold", "not_approved": "rejected",
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """One table, and the title of its sheet."""

    capture: Capture
    title: str
    sheet: Sheet


def tables(capture: Capture) -> list[Table]:
    """The tables in this file; raises InputError where there is none."""
    stem = PurePosixPath(capture.path).stem
    if capture.path.lower().endswith(".xlsx"):
        return [Table(capture, title, sheet) for title, sheet in sheets.every(capture.path, capture.data)]
    return [Table(capture, stem, sheets.read(capture.path, capture.data))]


def entries(found: list[Table]) -> tuple[list[tuple[Submission, Capture]], list[SetAside]]:
    """Every entry of these tables with its repeats, and the rows that are none."""
    made: list[tuple[Submission, Capture]] = []
    set_aside: list[SetAside] = [s for t in found for s in t.sheet.set_aside]
    parents: dict[str, Submission] = {}
    for table in (t for t in found if not is_child(t.sheet)):
        for row in table.sheet.rows:
            one = _entry(row)
            if one is None:
                reason = "it names no form; expected a column `form` as the forms of `truceline forms` give it"
                set_aside.append(sheets.put_aside(table.capture.path, _closed(row), "form", "", reason))
                continue
            made.append((one, table.capture))
            for key in _keys(row):
                parents[key] = one
    for table in (t for t in found if is_child(t.sheet)):
        set_aside += _join(table, parents)
    return made, set_aside


def is_child(sheet: Sheet) -> bool:
    """Whether a table holds lines of a repeat."""
    return bool({"parent_key", "_submission__uuid", "_parent_table_name"} & set(sheet.header))


def _closed(row: Row) -> Row:
    """The row, of which nothing may be shown unless it says itself that everybody may see it."""
    said = next((v for k, v in row.cells.items() if k.rpartition("/")[2] in {"exposure", "who_exposure"}), "sealed")
    return Row(row.line, {"exposure": said})


def _keys(row: Row) -> Iterator[str]:
    for name in ("key", "_uuid", "meta_instanceid", "meta/instanceid", "instanceid"):
        if row.cells.get(name):
            yield row.cells[name].removeprefix("uuid:")


def _entry(row: Row) -> Submission | None:
    form_id = next((v for k, v in row.cells.items() if re.split(r"[/]", k)[-1] == "form" and v in IDS), "")
    if not form_id:
        return None
    form, cells = load(form_id), row.cells
    key = _first(cells, ("key", "_uuid"))
    instance = _first(cells, INSTANCE)
    one = Submission(
        form_id, instance=_uuid(instance), submitted=_first(cells, SUBMITTED), review=verdict(_first(cells, REVIEW)),
        edits=_number(_first(cells, ("edits", "__system/edits"))), line=row.line, mission=cells.get("mission", ""),
        replaces=_first(cells, ("meta_deprecatedid", "meta/deprecatedid", "deprecatedid")),
    )  # fmt: skip
    if one.edits and key and _uuid(key) != one.instance and not one.replaces:
        one.replaces = _uuid(key)
    for name, value in answered(form, "", cells):
        keep(one.answers, name, value)
    return one


def _first(cells: dict[str, str], among: tuple[str, ...]) -> str:
    return next((cells[n] for n in among if cells.get(n)), "")


def _uuid(text: str) -> str:
    return f"uuid:{text}" if text and ":" not in text else text


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def verdict(text: str) -> str:
    """A review state in one notation, whichever server gave it."""
    plain = tidy(text)
    return VERDICTS.get(plain, plain)


def _join(table: Table, parents: dict[str, Submission]) -> Iterator[SetAside]:
    for row in table.sheet.rows:
        key = _first(row.cells, ("parent_key", "_submission__uuid")).removeprefix("uuid:")
        one = parents.get(key)
        if one is None:
            reason = "a line of a repeat whose entry is in no file here; expected the whole export"
            yield sheets.put_aside(table.capture.path, _closed(row), "parent_key", "", reason)
            continue
        form = load(one.form)
        named = _KEY.search(row.cells.get("key", ""))
        repeat = named[1] if named else next((r for r in sorted(form.repeats) if table.title.endswith(r)), "")
        if repeat not in form.repeats:
            yield sheets.put_aside(
                table.capture.path, _closed(row), "repeat", table.title, "the form has no such repeat"
            )
            continue
        line: dict[str, str] = {}
        for name, value in answered(form, repeat, row.cells):
            keep(line, name, value)
        if line:
            one.repeats.setdefault(repeat, []).append(line)


def answered(form: Form, repeat: str, cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The answers in a row by the names of their questions; of a closed list, the answer's name where its words stand."""
    known = headers(form.id, repeat)
    parts: dict[str, dict[str, str]] = {}
    several: dict[str, list[str]] = {}
    told: set[str] = set()
    for header, value in cells.items():
        if not value or _is_nothing(header):
            continue
        name, part = known.get(header, ("", ""))
        if not name and "/" in header:
            name, part = known.get(header.rpartition("/")[2], ("", ""))
        if not name:
            yield header, value
        elif part in GEO:
            parts.setdefault(name, {})[part] = value
        elif part:
            several.setdefault(name, []).extend([part] * (value.casefold() in {"1", "true", "yes"}))
        else:
            told.add(name)
            yield name, _chosen(form, name, value)
    for name, pieces in parts.items():
        if name not in told and {"latitude", "longitude"} <= set(pieces):
            yield name, " ".join(pieces.get(p, "0") for p in GEO)
    for name, chosen in several.items():
        if name not in told:
            yield name, " ".join(dict.fromkeys(chosen))


def _is_nothing(header: str) -> bool:
    last = header.rpartition("/")[2]
    system = header.startswith(("__system", "meta", "_submission__", "_validation_status", "_submission_time"))
    return system or bool(_SET.search(header)) or last in NOTHING or is_private(last) or header in {*INSTANCE, *REVIEW, *SUBMITTED,
        "edits", "attachmentspresent", "attachmentsexpected", "reviewstate", "instancename", "meta_instancename"} or bool(
        re.fullmatch(r"_?version_?|_parent_\w+|.*_url|submission_date", last))  # fmt: skip


@lru_cache(maxsize=64)
def headers(form_id: str, repeat: str) -> dict[str, tuple[str, str]]:
    """Every way to head a column of the form -> question, and the part of it: a coordinate, or one of several answers."""
    found: dict[str, tuple[str, str]] = {}
    doubtful: set[str] = set()
    for question, path in _paths(load(form_id), repeat):
        ways = {tidy(question.name)} | {tidy(mark.join((*path, question.name))) for mark in "/-"}
        for way in ways:
            found[way] = (question.name, "")
        for label in {tidy(text) for text in question.label.values()}:
            if label in found and found[label] != (question.name, ""):
                doubtful.add(label)
            found.setdefault(label, (question.name, ""))
        labels = {tidy(text) for text in question.label.values()}
        for head in [
            *ways,
            *labels,
            *(w.replace(question.name, f"_{question.name}") for w in ways),
            *(f"_{w}" for w in labels),
        ]:
            if question.type == "geopoint":
                found |= {
                    tidy(f"{head}{mark}{part}"): (question.name, PARTS.get(part, part))
                    for mark in "-_"
                    for part in SAID
                }
            elif question.type.startswith("select_multiple"):
                listed = choices()[question.choices].items()
                found |= {tidy(f"{head}/{w}"): (question.name, c) for c, words in listed for w in (c, *words.values())}
    return {way: what for way, what in found.items() if way not in doubtful}


def _paths(form: Form, repeat: str) -> Iterator[tuple[Question, tuple[str, ...]]]:
    def walk(
        asked: tuple[Question, ...], path: tuple[str, ...], within: str
    ) -> Iterator[tuple[Question, tuple[str, ...]]]:
        for one in asked:
            if one.ask:
                yield from walk(one.ask, (*path, one.name), one.name if one.type == "repeat" else within)
            elif within == repeat:
                yield one, path

    yield from walk(form.ask, (), "")


def _chosen(form: Form, name: str, value: str) -> str:
    question = next((q for q, _ in form.every() if q.name == name), None)
    if question is None or not question.choices:
        return value
    if question.type.startswith("select_multiple"):
        return _several(question.choices, value)
    return _by_words(question.choices).get(value.casefold(), value)


def _several(listed: str, value: str) -> str:
    """Several answers, by their names or by their words, which may hold spaces; what is neither stays as it is."""
    found, rest = {}, f" {value.casefold()} "
    for words, answer in sorted(_by_words(listed).items(), key=lambda known: -len(known[0])):
        at = rest.find(f" {words} ")
        if at >= 0:
            found[at], rest = answer, rest[:at] + " " + "\0" * len(words) + " " + rest[at + len(words) + 2 :]
    left = rest.replace("\0", " ").split()
    return " ".join([*(found[at] for at in sorted(found)), *left])


@lru_cache(maxsize=64)
def _by_words(listed: str) -> dict[str, str]:
    """The words of a closed list's answers, in every language -> the answer."""
    if listed == "kind":
        return {str(k["label"]).casefold(): i for i, k in kinds.shipped().items()}
    found: dict[str, str] = {}
    for answer, words in choices().get(listed, {}).items():
        found |= {text.casefold(): answer for text in words.values()}
    return found | {answer: answer for answer in choices().get(listed, {})}
