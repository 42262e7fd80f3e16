"""Forms that were filled in: ODK Central's and KoboToolbox's exports, and submissions as phones send them.

All files of inbox/odk/ are read together, since a repeat may stand in one file and its entry in another, and a picture beside
both. One entry that came by several ways is one; an edit is an entry of its own that replaces the one it names, and both stay.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from .. import sheets
from ..forms import answers, submission
from ..forms.submission import Submission
from ..nouns import Capture, Edit, Effort, Harvest, Lexicon, SetAside
from ..sheets import CellError, Row
from . import cells, odk_effort, odk_files

REJECTED = frozenset({"rejected"})
"""States in which the desk that holds the server said that an entry is not to be used."""


def submission_rows(xml: bytes, form: str = "", files: Mapping[str, str] | None = None) -> list[dict[str, str]]:
    """One submission as phones send it -> rows of the observation table; a patrol's log gives none (see `forms.efforts`).

    `form` is the id of the form where the submission does not say it; `files` gives how an attachment is cited (its SHA-256)
    by its name. Raises CellError where it cannot be read; what it found may be sealed, so that only its column may be shown.
    """
    return answers.observations(submission.from_xml(xml, form), files)


def read(capture: Capture, lexicon: Lexicon) -> Harvest:
    """One file alone; see `together`."""
    return together([capture], lexicon)


def together(captures: Iterable[Capture], lexicon: Lexicon) -> Harvest:
    """Every file of inbox/odk/: the observations, what was set aside, and what is to be asked."""
    box = odk_files.unpacked(captures)
    kept, set_aside, questions = _once(box, lexicon)
    harvests = [_harvest(entry, box, lexicon) for entry in kept]
    return Harvest(
        tuple(o for h in harvests for o in h.observations),
        (*set_aside, *(s for h in harvests for s in h.set_aside)),
        (*questions, *(q for h in harvests for q in h.questions)),
    )


def patrols(captures: Iterable[Capture], lexicon: Lexicon) -> tuple[tuple[Effort, ...], tuple[Edit, ...]]:
    """What patrol logs and refusals among these files say of who could look, edited ones too, and which entry replaces which.

    Nothing of what cannot be read: `together` sets it aside, since it reads the same rows. An edit that cannot be read replaces
    nothing.
    """
    found: list[Effort] = []
    edits: list[Edit] = []
    kept, _, _ = _once(odk_files.unpacked(captures), lexicon)
    for entry in kept:
        made, problems = odk_effort.read(entry.told, entry.capture, lexicon)
        found += made
        if entry.told.replaces and (made or not problems):
            edits.append(odk_effort.edit(entry.told, made, exposure(entry.told), lexicon))
    return tuple(found), tuple(e for e in edits if e.entry != e.by)


def _once(box: odk_files.Box, lexicon: Lexicon) -> tuple[list[odk_files.Entry], list[SetAside], list[SetAside]]:
    """Each entry once, with the review state that any of its copies has; without those of another mission or rejected."""
    set_aside, questions = list(box.set_aside), list(box.questions)
    first: dict[tuple[str, str], odk_files.Entry] = {}
    for entry in box.entries:
        key = (entry.told.id, entry.told.content)
        known = first.get(key)
        if known is None:
            first[key] = entry
            continue
        later = max(known.told, entry.told, key=lambda s: (bool(s.review), s.updated))
        review, edits = later.review, max(known.told.edits, entry.told.edits)
        first[key] = dataclasses.replace(
            known, told=dataclasses.replace(known.told, review=review, edits=edits, updated=later.updated)
        )
        told = "an entry that was read already, from another file; reading it twice adds nothing"
        if known.capture.path != entry.capture.path:
            questions.append(SetAside(entry.capture.path, entry.told.line, "", "", told))
    kept = []
    taken_back = {
        submission.observation_id(e.told.replaces): "an edit of it says that there is no consent; nothing of it was read"
        for e in first.values() if e.told.replaces and e.told.answers.get("consent") == "none"
    }  # fmt: skip
    for entry in first.values():
        reason = _unwanted(entry.told, lexicon) or taken_back.get(entry.told.id, "")
        if reason:
            set_aside.append(_aside(entry, "", "", reason))
        else:
            kept.append(entry)
    return kept, set_aside, questions


def _unwanted(told: Submission, lexicon: Lexicon) -> str:
    own = lexicon.values.get("mission", "")
    if own and told.mission and told.mission != own:
        return f"an entry of another mission's form; expected one of {own}"
    if told.review.replace("_", "").casefold() in REJECTED:
        return "the desk that reviewed it rejected it (see review_state); the file still holds it"
    if told.answers.get("consent") == "none":
        return "the witness did not consent; nothing of it was read"
    return ""


def _harvest(entry: odk_files.Entry, box: odk_files.Box, lexicon: Lexicon) -> Harvest:
    told = entry.told
    files = {name: box.cited(entry, name) for name in answers.attachments(told)}
    try:
        made = answers.observations(told, {n: c for n, c in files.items() if c})
    except CellError as error:
        return Harvest((), (_aside(entry, error.column, error.found, f"expected {error.expected}"),))
    asked = [
        _ask(entry, name, "this file did not come with the entry that names it") for name, c in files.items() if not c
    ]
    known = {q.name for q, _ in told.definition().every()} | odk_files.CLOCKS
    asked += [_ask(entry, n, "no question of the form; kept in details") for n in sorted(set(told.answers) - known)]
    found = cells.rows_alone(entry.capture, lexicon, [Row(told.line, row) for row in made])
    _, problems = odk_effort.read(told, entry.capture, lexicon)
    return Harvest(found.observations, (*found.set_aside, *problems), (*found.questions, *asked))


def _aside(entry: odk_files.Entry, column: str, value: str, reason: str) -> SetAside:
    return sheets.put_aside(
        entry.capture.path, Row(entry.told.line, {"exposure": exposure(entry.told)}), column, value, reason
    )


def _ask(entry: odk_files.Entry, name: str, reason: str) -> SetAside:
    """A question; the name of what is not public is withheld."""
    row = Row(entry.told.line, {"exposure": exposure(entry.told)})
    return sheets.put_aside(entry.capture.path, row, "", name, reason)


def exposure(told: Submission) -> str:
    """How closed an entry is: as it says, else as its form has it; sealed where that is unclear."""
    said = told.answers.get("exposure") or told.answers.get("consent")
    return said or told.definition().exposure
