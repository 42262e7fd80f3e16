"""Answers -> rows of the observation table and of effort.csv: what each form means, form by form.

Where an answer has no column it stays in `details`. Nothing is made up for what was not answered.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping

from ..sheets import CellError
from .questions import Form
from .submission import Submission, names, observation_id

Row = dict[str, str]
POINTS = {name: n * 45.0 for n, name in enumerate(("n", "ne", "e", "se", "s", "sw", "w", "nw"))}
POINT_ERROR_DEG, COMPASS_ERROR_DEG = 22.5, 5.0
"""A wind stands for all that is nearer to it than to the next; a hand compass is read to about five degrees."""
GPS_LEAST_M, GPS_UNKNOWN_M = 20.0, 50.0
"""How exactly a place is known where somebody stood on it: the device's own accuracy, at least the first; else the second."""
CIVILIAN_SITES = frozenset({"house", "school", "hospital", "utility", "other"})
HAZARDS = {
    "found": "mine.found", "laid": "mine.laid", "cleared": "mine.cleared", "obstructed": "mine.clearance_obstructed",
    "mine_blast": "explosion.mine", "uxo_blast": "explosion.uxo", "ied_blast": "explosion.ied",
}  # fmt: skip
HANDOVERS = {"released": "person.released", "returned": "person.returned", "detained": "person.detained"}
ITEMS = {
    "seen": ("weapon.present", "seen", "supports"), "arrived": ("weapon.present", "seen", "supports"),
    "declared": ("weapon.present", "relayed", "supports"), "left": ("weapon.withdrawn", "seen", "supports"),
    "missing": ("weapon.present", "seen", "denies"),
}  # fmt: skip
ACCESS = {
    "granted": ("access.granted", ""), "conditional": ("access.granted", "curtailed"),
    "delayed": ("access.granted", "curtailed"), "denied": ("access.denied", "refused"),
}  # fmt: skip
_MINUTE = re.compile(r"^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
HARM = ("killed_min", "killed_max", "injured_min", "injured_max")
MEDIA = ("photo", "sound", "film", "crater_photo", "item_photo")


class Answers:
    """The answers of one entry (the form's own, or one line of a repeat), taken out as they are read."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._left = dict(answers)

    def take(self, name: str) -> str:
        """An answer; empty where there is none. `unknown` stays: a party that is not known is taken by `party`."""
        return self._left.pop(name, "")

    def party(self, name: str) -> str:
        """A party or group; empty where it is not known."""
        value = self.take(name)
        return "" if value == "unknown" else value

    def rest(self) -> Row:
        """What nobody took."""
        return dict(self._left)


def observations(one: Submission, files: Mapping[str, str] | None = None) -> list[Row]:
    """Rows of the observation table; `files` gives how an attachment is cited (its hash) by its name.

    Raises CellError where an answer cannot be read, or a form is none of ours.
    """
    form = one.definition()
    answers = Answers(one.answers)
    if form.gives == "effort" or answers.take("consent") == "none":
        return []
    told = _told(one, form, answers)
    media = [entry.get(name, "") for entries in one.repeats.values() for entry in entries for name in MEDIA]
    cited = {name: (files or {}).get(name, name) for name in media if name}
    made = []
    for number, row in enumerate(_READERS.get(form.id, _plain)(told, answers, one)):
        if number:  # people are counted with the first row: the others are about the same happening
            row.update(dict.fromkeys(HARM, ""))
        row["id"] = one.id + (f".{number + 1}" if number or form.id in {"weapons", "impact"} else "")
        own = [cited[n] for n in json.loads(row.pop("media", "null")) or () if n in cited]
        row["evidence"] = names(own or [cited[n] for n in _shared(one) if n in cited])
        made.append(row)
    left = answers.rest()
    for row in made:
        row["details"] = json.dumps(json.loads(row.get("details", "{}")) | left, ensure_ascii=False, sort_keys=True)
    return [{k: v for k, v in row.items() if v and v != "{}"} for row in made]


def attachments(one: Submission) -> list[str]:
    """Names of the files that a submission says it brings, in order."""
    entries = (entry for listed in one.repeats.values() for entry in listed)
    return [entry[name] for entry in entries for name in MEDIA if entry.get(name)]


def _shared(one: Submission) -> list[str]:
    return [e[n] for e in one.repeats.get("recording", []) for n in MEDIA if e.get(n)]


def moment(text: str, column: str) -> str:
    """A time to the minute, with its offset; CellError where it is none."""
    match = _MINUTE.match(text.strip())
    if not match:
        raise CellError(column, text, "a time such as 2025-08-10T09:00:00.000+07:00")
    return f"{match[1]}T{match[2]}{match[3] or ''}"


def point(text: str, column: str) -> tuple[str, str, float | None]:
    """A geopoint (`lat lon altitude accuracy`) as (lon, lat, accuracy in metres); CellError where it is none."""
    parts = text.split()
    try:
        numbers = [float(p) for p in parts]
    except ValueError:
        numbers = []
    if len(numbers) < 2 or not (abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180):
        raise CellError(column, text, "a position as latitude, longitude, altitude, accuracy")
    accuracy = numbers[3] if len(numbers) > 3 and numbers[3] > 0 else None
    return f"{numbers[1]:.10g}", f"{numbers[0]:.10g}", accuracy


def _told(one: Submission, form: Form, answers: Answers) -> Row:
    """What every form asks alike."""
    finished = answers.take("form_finished") or one.submitted or answers.take("form_started")
    answers.take("form_started")
    consent = one.answers.get("consent", "")
    exposure = answers.take("exposure") or consent or form.exposure
    details = {"form": form.id, "task": answers.take("task"), "review_state": one.review}
    if one.edits:
        details["edits"] = str(one.edits)
    if one.replaces:
        details["edit_of"] = observation_id(one.replaces)
    return {
        "source_id": answers.take("source_id"), "exposure": exposure, "kind": form.kind, "method": form.method,
        "phase": form.phase, "reported": moment(finished, "form_finished") if finished else "",
        "text": answers.take("text"), "language": answers.take("language"),
        **_when(answers), **_where(answers, details), **_count(answers), **_harm(answers), **_weapon(answers),
        "details": json.dumps({k: v for k, v in details.items() if v}, ensure_ascii=False),
    }  # fmt: skip


def _when(answers: Answers) -> Row:
    happened, ended, known = answers.take("happened"), answers.take("ended"), answers.take("time_known")
    if not happened:
        raise CellError("happened", "", "a value")
    start = moment(happened, "happened")
    if known == "day":
        return {"start": start[:10]}
    begun = f"~{start}" if known == "about" else start
    return {"start": begun, "end": moment(ended, "ended") if ended else ""}


def _where(answers: Answers, details: Row) -> Row:
    how, stood = answers.take("where_known"), answers.take("observer_position")
    place, other, sector = answers.take("place"), answers.take("place_other"), answers.take("sector")
    row: Row = {"place": other if place in {"", "other"} else place}
    if not row["place"] and sector and sector != "elsewhere":
        details["sector"] = sector
    spot, radius = answers.take("spot"), answers.take("radius_m")
    direction = {n: answers.take(n) for n in ("bearing_by", "bearing_deg", "compass_point", "distance_band", "distance_min_m",
                                              "distance_max_m")}  # fmt: skip
    if how == "map" and spot:
        lon, lat, _ = point(spot, "spot")
        row |= {"lon_deg": lon, "lat_deg": lat, "radius_m": radius}
    if not stood:
        return row
    lon, lat, accuracy = point(stood, "observer_position")
    row |= {"observer_lon_deg": lon, "observer_lat_deg": lat}
    if how == "here":
        known = GPS_UNKNOWN_M if accuracy is None else max(GPS_LEAST_M, accuracy)
        row |= {"lon_deg": lon, "lat_deg": lat, "radius_m": f"{known:g}"}
    elif how == "direction":
        row |= _direction(direction)
    return row


def _direction(said: Row) -> Row:
    row: Row = {}
    if said["bearing_by"] == "degrees":
        row = {"bearing_deg": said["bearing_deg"], "bearing_error_deg": f"{COMPASS_ERROR_DEG:g}"}
    elif said["bearing_by"] == "point" and said["compass_point"]:
        if said["compass_point"] not in POINTS:
            raise CellError("compass_point", said["compass_point"], "one of " + ", ".join(POINTS))
        row = {"bearing_deg": f"{POINTS[said['compass_point']]:g}", "bearing_error_deg": f"{POINT_ERROR_DEG:g}"}
    band = said["distance_band"]
    if band == "own":
        return row | {"distance_min_m": said["distance_min_m"], "distance_max_m": said["distance_max_m"]}
    if band not in {"", "unknown"}:
        match = re.fullmatch(r"d(\d+)_(\d+)", band)
        if not match:
            raise CellError("distance_band", band, "a distance band of the form")
        row |= {"distance_min_m": match[1], "distance_max_m": match[2]}
    return row


def _count(answers: Answers) -> Row:
    how, number = answers.take("count_how"), answers.take("count_number")
    low, high = answers.take("count_from"), answers.take("count_to")
    if how == "about" and number:
        few, many = math.floor(_whole(number) * 0.8), math.ceil(_whole(number) * 1.2)
        return {"count_min": str(few), "count_max": str(many)}
    limits = {"number": (number, number), "range": (low, high), "at_least": (number, ""), "several": ("2", "")}
    low, high = limits.get(how, ("", ""))
    return {"count_min": low, "count_max": high}


def _whole(text: str) -> int:
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        raise CellError("count_number", text, "a whole number") from None


def _harm(answers: Answers) -> Row:
    harmed = answers.take("harmed")
    limits = {n: answers.take(n) for n in HARM}
    row = {"of_whom": answers.take("of_whom"), "harmed_party": answers.party("harmed_party")}
    if harmed == "no":
        return row | dict.fromkeys(limits, "0")
    return row | (limits if harmed == "yes" else {})


def _weapon(answers: Answers) -> Row:
    return {"weapon": answers.take("weapon"), "weapon_class": answers.take("weapon_class")}


def _with(row: Row, more: Row, **details: str) -> Row:
    """The row with other cells and further details; what is empty changes nothing."""
    told = json.loads(row.get("details", "{}")) | {k: v for k, v in details.items() if v}
    return row | {k: v for k, v in more.items() if v} | {"details": json.dumps(told, ensure_ascii=False)}


def _plain(told: Row, answers: Answers, _: Submission) -> Iterator[Row]:
    answers.take("kind_group")
    yield _with(
        told,
        {n: answers.take(n) for n in ("kind", "method", "phase")} | {"actor_claimed": answers.party("actor_claimed")},
    )


def _impact(told: Row, answers: Answers, one: Submission) -> Iterator[Row]:
    answers.take("kind_group")
    site, changed, visited = answers.take("site"), answers.take("site_changed"), answers.take("visited")
    heard = answers.take("own_account")
    times = {
        "visited": moment(visited, "visited") if visited else "",
        "own_account": moment(heard, "own_account") if heard else "",
    }
    told = _with(told, {"kind": answers.take("kind")}, site=site, **times)
    for entry in one.repeats.get("crater") or [{}]:
        crater = Answers(entry)
        at, photo = crater.take("crater_position"), crater.take("crater_photo")
        spot: Row = {}
        if at:
            lon, lat, accuracy = point(at, "crater_position")
            known = GPS_UNKNOWN_M if accuracy is None else max(GPS_LEAST_M, accuracy)
            spot = {"lon_deg": lon, "lat_deg": lat, "radius_m": f"{known:g}"}
        yield _with(told, spot | {"media": json.dumps([photo] if photo else [])}, **crater.rest())
    if changed == "yes" and site in CIVILIAN_SITES | {"temple"}:
        harm = "harm.cultural_site" if site == "temple" else "harm.civilian_site"
        yield _with(told, {"kind": harm})


def _hazard(told: Row, answers: Answers, _: Submission) -> Iterator[Row]:
    event, device = answers.take("hazard_event"), answers.take("device")
    shown = answers.take("evidence_type")
    if event not in HAZARDS:
        raise CellError("hazard_event", event, "one of " + ", ".join(HAZARDS))
    cells = {
        "kind": HAZARDS[event], "weapon_class": "other" if device == "stored_ammunition" else device,
        "method": "relayed" if shown == "report" else told["method"], "weapon": answers.take("device_model"),
        "actor_claimed": answers.party("actor_claimed"),
    }  # fmt: skip
    kept = {n: answers.take(n) for n in ("hazard_type", "hazard_status", "perimeter")}
    yield _with(told, cells, device=device, evidence_type=names(shown.split()), **kept)


def _weapons(told: Row, answers: Answers, one: Submission) -> Iterator[Row]:
    storage = answers.take("storage")
    for entry in one.repeats.get("item", []):
        item = Answers(entry)
        state, photo = item.take("item_state"), item.take("item_photo")
        if state not in ITEMS:
            raise CellError("item_state", state, "one of " + ", ".join(ITEMS))
        kind, method, stance = ITEMS[state]
        cells = {"kind": kind, "method": method, "stance": stance, "actors": item.party("item_party"),
                 "media": json.dumps([photo] if photo else [])} | _weapon(item) | _count(item)  # fmt: skip
        yield _with(told, cells, item_state=state, storage=storage, **item.rest())


def _access(told: Row, answers: Answers, _: Submission) -> Iterator[Row]:
    outcome, by = answers.take("access_outcome"), answers.party("access_by")
    if outcome not in ACCESS:
        raise CellError("access_outcome", outcome, "one of " + ", ".join(ACCESS))
    kept = {n: answers.take(n) for n in ("access_post", "access_reason", "delay_minutes", "access_whose")}
    actor = {"actor_claimed": by} if outcome == "denied" else {"actors": by}
    yield _with(told, {"kind": ACCESS[outcome][0], **actor}, access_outcome=outcome, **kept)


def _statement(told: Row, answers: Answers, _: Submission) -> Iterator[Row]:
    answers.take("kind_group")
    code, knows = answers.take("witness"), answers.take("witness_knows")
    cells = {
        "kind": answers.take("kind"),
        "stance": answers.take("stance"),
        "actor_claimed": answers.party("actor_claimed"),
    }
    if code and code != "none":
        yield _with(told, cells | {"source_id": code, "method": knows}, taken_by=told["source_id"])
        return
    yield _with(told, cells | {"method": "relayed"}, said_by="a witness without a name", witness_knows=knows)


def _displacement(told: Row, answers: Answers, _: Submission) -> Iterator[Row]:
    basis = answers.take("count_basis")
    yield _with(told, {"method": "seen" if basis in {"", "own"} else "relayed"}, count_basis=basis)


def _handover(told: Row, answers: Answers, _: Submission) -> Iterator[Row]:
    what, by, to = answers.take("handover_kind"), answers.party("handed_by"), answers.party("handed_to")
    if what not in HANDOVERS:
        raise CellError("handover_kind", what, "one of " + ", ".join(HANDOVERS))
    actor = {"actor_claimed": by} if what == "detained" else {"actors": names((by, to))}
    yield _with(told, {"kind": HANDOVERS[what], **actor}, handed_by=by, handed_to=to)


Reader = Callable[[Row, Answers, Submission], Iterator[Row]]
_READERS: dict[str, Reader] = {
    "incident": _plain, "impact": _impact, "hazard": _hazard, "weapons": _weapons, "access": _access,
    "statement": _statement, "displacement": _displacement, "handover": _handover,
}  # fmt: skip
