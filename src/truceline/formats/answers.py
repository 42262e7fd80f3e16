"""What the accused answered: each answer is an observation of its own, with the day on which it was given."""

from __future__ import annotations

from ..nouns import Capture, Harvest, Lexicon, Method, Observation, Stance
from ..sheets import Row
from . import cells

_NEEDED = ("answer_id", "answers", "speaker", "stance")


def read(capture: Capture, lexicon: Lexicon) -> Harvest:
    """Rows with answer_id, answers (the report answered), speaker and stance.

    Time and place are those of the report that is answered; `normalise` takes them over. `reported` empty means that
    the day of the answer is unknown: dated editions leave it out and list it.
    """
    return cells.each(capture, lexicon, _NEEDED, lambda row, notes: _answer(row, notes, capture, lexicon))


def _answer(row: Row, notes: list[str], capture: Capture, lexicon: Lexicon) -> Observation:
    line = row.line
    reported = row.text("reported")
    speaker = cells.source(row, lexicon, "speaker")
    said_in = row.text("said_in")
    return Observation(
        id=row.text("answer_id", required=True),
        source_id=speaker,
        when=None,
        method=Method.CLAIMED,
        kind=cells.kind(row, "kind", lexicon, notes, default=""),
        reported=cells.date(reported, "reported", lexicon) if reported else None,
        actor_claimed=cells.party(row, "actor_claimed", lexicon, notes),
        text=row.text("text"),
        language="en",
        stance=row.choice(Stance, "stance", Stance.DENIES),
        answers=row.text("answers", required=True),
        evidence=said_in,
        capture=capture.path,
        row=line,
        details=row.rest(),
    )
