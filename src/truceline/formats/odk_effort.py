"""Rows of effort.csv that forms give -> Effort, as mission_tables reads that file."""

from __future__ import annotations

from .. import sheets, where
from ..forms import efforts, submission
from ..forms.answers import moment
from ..forms.submission import Submission
from ..nouns import BOTH, Capture, Edit, Effort, EffortStatus, Exposure, Interval, Lexicon, SetAside
from ..sheets import CellError, Row
from . import cells


def read(told: Submission, capture: Capture, lexicon: Lexicon) -> tuple[list[Effort], list[SetAside]]:
    """Effort of one entry, and its rows that cannot be read."""
    made: list[Effort] = []
    set_aside: list[SetAside] = []
    try:
        listed = efforts.efforts(told)
    except CellError as error:
        row = Row(told.line, {"exposure": told.answers.get("exposure", "") or told.definition().exposure})
        return [], [sheets.put_aside(capture.path, row, error.column, error.found, f"expected {error.expected}")]
    for number in listed:
        row = Row(told.line, dict(number))
        try:
            made.append(_effort(row, capture, lexicon))
        except CellError as error:
            set_aside.append(
                sheets.put_aside(capture.path, row, error.column, error.found, f"expected {error.expected}")
            )
    return made, set_aside


def edit(told: Submission, made: list[Effort], said: str, lexicon: Lexicon) -> Edit:
    """That this entry replaces another, since it was told; also where it says nothing of looking any more (`made` is empty).

    `said` is how closed the entry is; it is no more public than who speaks in it.
    """
    closed = Row(told.line, {"exposure": said}).exposure
    by_source = lexicon.withheld.get(told.answers.get("source_id", "").casefold(), closed)
    finished = told.answers.get("form_finished") or told.submitted
    try:
        known = cells.date(moment(finished, "form_finished"), "form_finished", lexicon).start if finished else None
    except CellError:
        known = None
    since = [max(e.reported or e.when.start, e.when.start) for e in made]
    return Edit(
        submission.observation_id(told.replaces), told.id, min(since, default=known),
        max(closed, by_source, key=list(Exposure).index),
    )  # fmt: skip


def _effort(row: Row, capture: Capture, lexicon: Lexicon) -> Effort:
    start = cells.date(row.text("start", required=True), "start", lexicon)
    ended = row.text("end")
    finish = cells.date(ended, "end", lexicon).start if ended else start.end
    if finish <= start.start:
        raise CellError("end", ended, "an end that is later than the start")
    reported, sight, side = row.text("reported"), row.number("sight_m", low=0, high=200_000), row.text("side")
    if side and side not in (*lexicon.parties, BOTH):
        raise CellError("side", side, "a party: " + ", ".join((*lexicon.parties, BOTH)))
    source = cells.source(row, lexicon, "source_id")
    places = tuple(_place(name, lexicon) for name in row.many("place"))
    closed = row.choice(Exposure, "exposure", Exposure.PARTNERS)
    by_source = lexicon.withheld.get(source.casefold(), closed)
    return Effort(
        id=row.text("effort_id", required=True), source_id=source,
        when=Interval(start.start, finish, start.precision), places=places, zone="", side=side, kinds=(),
        status=row.choice(EffortStatus, "status", EffortStatus.DONE), by=row.text("by"), reason=row.text("reason"),
        sight_m=5000.0 if sight is None else sight,
        exposure=max(closed, by_source, key=list(Exposure).index),
        reported=cells.date(reported, "reported", lexicon).start if reported else None, note=row.text("note"),
        source=capture.path,
    )  # fmt: skip


def _place(name: str, lexicon: Lexicon) -> str:
    """The id of a place of the gazetteer; as it was given where no gazetteer is known."""
    known: dict[str, str] | None = lexicon.values.get("places")
    found = name if known is None else known.get(where.folded(name))
    if found is None:
        raise CellError("place", name, "the id or name of a place in places.csv")
    return found
