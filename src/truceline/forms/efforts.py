"""Patrol logs and refusals of our own patrols -> rows of effort.csv: who could look where, for how long, on whose terms."""

from __future__ import annotations

from ..sheets import CellError
from .answers import ACCESS, Answers, moment
from .submission import Submission, names

Row = dict[str, str]
STATES = ("done", "host_led", "refused", "curtailed", "planned")


def efforts(one: Submission) -> list[Row]:
    """Rows of effort.csv; none of forms that say nothing of looking. Raises CellError where an answer cannot be read."""
    form = one.definition()
    if form.id == "patrol":
        return [{k: v for k, v in row.items() if v} for row in _patrol(one)]
    return _stopped(one) if form.id == "access" else []


def _patrol(one: Submission) -> list[Row]:
    said = Answers(one.answers)
    state = said.take("patrol_status")
    if state not in STATES:
        raise CellError("patrol_status", state, "one of " + ", ".join(STATES))
    start, end = moment(said.take("left_at"), "left_at"), moment(said.take("back_at"), "back_at")
    finished = said.take("form_finished") or one.submitted
    row = {
        "source_id": said.take("source_id"), "side": said.party("side"), "status": state, "by": said.party("patrol_by"),
        "reason": said.take("patrol_reason"), "sight_m": said.take("sight_m"),
        "exposure": said.take("exposure") or one.definition().exposure,
        "reported": moment(finished, "form_finished") if finished else "", "note": _note(said),
    }  # fmt: skip
    stops = one.repeats.get("stop", [])
    if not stops:
        return [row | {"effort_id": one.id, "start": start, "end": end}]
    made = []
    for number, entry in enumerate(stops, 1):
        stop = Answers(entry)
        place = stop.take("stop_place")
        begun, left = (moment(stop.take(n), n) for n in ("arrived", "departed"))
        unnamed = not place or place == "other"
        made.append(
            row | {"effort_id": f"{one.id}.{number}", "place": "" if unnamed else place, "start": begun, "end": left}
        )
    return made


def _note(said: Answers) -> str:
    """What has no column: by day or night, sight, escort, route, remarks."""
    track = [p for p in said.take("track").split(";") if p.strip()]
    route = f"route of {len(track)} points" if track else ""
    told = {name: said.take(name) for name in ("daylight", "sight", "escort", "task")}
    return "; ".join(filter(None, (*(f"{n}: {v}" for n, v in told.items() if v), route, said.take("patrol_note"))))


def _stopped(one: Submission) -> list[Row]:
    """A patrol of our own that was refused or hindered; nothing where others asked, or it was let through."""
    said = Answers(one.answers)
    outcome = said.take("access_outcome")
    if outcome not in ACCESS:
        raise CellError("access_outcome", outcome, "one of " + ", ".join(ACCESS))
    state = ACCESS[outcome][1]
    if not state or said.take("access_whose") != "yes":
        return []
    place, finished = said.take("place"), said.take("form_finished") or one.submitted
    start, day = moment(said.take("happened"), "happened"), said.take("time_known") == "day"
    ended = said.take("ended")
    row = {
        "effort_id": one.id, "source_id": said.take("source_id"), "start": start[:10] if day else start,
        "end": moment(ended, "ended") if ended and not day else "", "place": "" if place == "other" else place,
        "status": state, "by": names((said.party("access_by"),)), "reason": said.take("access_reason"),
        "exposure": said.take("exposure") or one.definition().exposure,
        "reported": moment(finished, "form_finished") if finished else "",
        "note": f"delay: {d} minutes" if (d := said.take("delay_minutes")) else "",
    }  # fmt: skip
    return [{k: v for k, v in row.items() if v}]
