"""How things are said: dates with their zone, numbers with their denominator, plain words for closed lists.

Nothing here knows a party. All functions are pure; times come in UTC and go out in the zone that is given.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .. import when
from ..nouns import EffortStatus, Grade, Interval, Method, OfWhom, Outcome, Reading, SourceKind, Stance
from .tree import Line, MarkRow, Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
NOT_STATED = "not stated"
GRADES = tuple(Grade)
GRADE_MEANING = {
    Grade.ESTABLISHED: "established: it happened, by a rule that any reader can check",
    Grade.PROBABLE: "probable: nearly so; a second witness is missing, or a finding is known only as passed on",
    Grade.REPORTED: "reported: somebody said so; nothing outside that voice speaks for it or against it",
    Grade.DISPUTED: "disputed: the accounts exclude each other and no rule decides between them",
    Grade.INSUFFICIENT: "insufficient: what was said is too little or too vague to be graded",
}
OUTCOME_WORDS = {o: o.replace("_", " ") for o in Outcome}
OUTCOME_MEANING = {
    Outcome.KEPT: "somebody was able to look, and what was seen speaks for the term being kept",
    Outcome.BREACHED: "an incident is established, and so is its author; under not attributed its author is not",
    Outcome.LIKELY_BREACHED: "the incident or its author is probable, not established",
    Outcome.DISPUTED: "the parties' accounts, or the readings of a disputed status, exclude each other",
    Outcome.NOT_ASSESSABLE: "too little could be seen to say anything; this is never a word for calm",
    Outcome.NOT_DUE: "nothing was due in this week",
    Outcome.NOT_APPLICABLE: "the term does not bind this party here",
    Outcome.RECORDED: "the term is kept on record; no data can test it",
    Outcome.ERROR: "the check failed; the report must not be used",
}
RULE_WORDS = {
    "O-MONITOR": "an observer perceived it at first hand",
    "O-OWN-WORD": "a party itself said that it did this; it stands as its own word",
    "O-BOTH-SIDES": "both sides said that it happened, in statements of their own",
    "O-TWO-WITNESSES": "two or more independent origins outside the parties perceived it at first hand",
    "O-ONE-WITNESS": "one origin outside the parties perceived it at first hand; a second is missing",
    "O-RELAYED-FINDING": "a finding was passed on, a party said the same, and nobody denied that it happened",
    "O-DENIED": "a party denied it, and no origin outside the parties saw it",
    "O-ONE-SIDED": "it rests on origins of one side or on none at first hand; nobody else is known to have looked",
    "O-ONLY-DENIED": "only a denial is on record",
    "O-NO-ORIGIN": "nobody can say from whom the account comes",
    "A-MANDATE": "the mandate names no author",
    "A-NOBODY-BLAMED": "nobody said who did it",
    "A-MUTUAL": "the parties blame one another",
    "A-OWN-WORD": "a party itself said that it did it",
    "A-WITNESSES": "origins outside the parties perceived at first hand who did it",
    "A-DENIED": "the party that was blamed denied it",
    "A-ONE-WITNESS": "one origin outside the parties perceived who did it; no denial is known",
    "A-ONE-SIDED": "a party was blamed; no answer is known",
}
"""What the rules of `assess` say, for readers; an id that is not here is printed alone."""

READING_WORDS = {
    Reading.UNDISPUTED: "status not disputed",
    Reading.IN_FORCE: "if it was in force",
    Reading.PAUSED: "if it was paused",
}
KIND_OF_SOURCE = {
    SourceKind.MONITOR: "Observers",
    SourceKind.PARTY: "Parties' own reports",
    SourceKind.THIRD_STATE: "Third states",
    SourceKind.MEDIA: "Media",
    SourceKind.ANALYST: "Analysts",
    SourceKind.HUMANITARIAN: "Humanitarian bodies",
    SourceKind.SENSOR: "Satellites and sensors",
    SourceKind.ARCHIVE: "Archives",
    SourceKind.WITNESS: "Witnesses",
}
EFFORT_WORDS = {
    EffortStatus.DONE: "done",
    EffortStatus.HOST_LED: "led by the host",
    EffortStatus.REFUSED: "refused",
    EffortStatus.CURTAILED: "cut short",
    EffortStatus.PLANNED: "planned",
}
OF_WHOM_WORDS = {
    OfWhom.CIVILIAN: "civilians",
    OfWhom.MILITARY: "soldiers",
    OfWhom.MIXED: "soldiers and civilians",
    OfWhom.UNKNOWN: "unknown who is counted",
}
ANSWER_WORDS = {
    "admits": "said that it did so",
    "denies": "denied",
    "justifies": "said that it did so, with a reason",
    "accident": "said that it was an accident",
    "counter_accuses": "blamed the other side",
    "none_found": "no answer found",
}
_VERBS = {
    Method.SEEN: "saw",
    Method.HEARD: "heard",
    Method.RECORDED: "recorded",
    Method.DETECTED: "detected",
    Method.MEASURED: "measured",
}
_STANCES = {
    Stance.DENIES: "denied",
    Stance.ADMITS: "said of its own act",
    Stance.JUSTIFIES: "said of its own act, with a reason",
    Stance.ACCIDENT: "said that it was an accident",
}
_LINK = re.compile(r"^https?://[^\s<>\"']+$", re.IGNORECASE)
_LONG = re.compile(r"\S{30,}")
_BREAKS = re.compile(r"(?<=[/_.?&=;:-])(?=\w)")


def line(*parts: str | Run | MarkRow) -> Line:
    """Give a line of plain words, runs and marks."""
    return tuple(Run(p) if isinstance(p, str) else p for p in parts if p != "")


def bold(text: str) -> Run:
    """Words in bold."""
    return Run(text, bold=True)


def quiet(text: str) -> Run:
    """Words in the second text colour."""
    return Run(text, tone="ink-2")


def mark(name: str, label: str = "") -> MarkRow:
    """One mark with its label."""
    return MarkRow((name,), label)


def safe_link(address: str) -> str:
    """Give the address if it is http or https and nothing else is hidden in it; otherwise empty."""
    return address.strip() if _LINK.match(address.strip()) else ""


def source_link(name: str, address: str) -> Run:
    """Give a name that leads to its source.

    Or the name alone where there is no address that a reader can open.
    """
    return Run(name, link=safe_link(address))


def breakable(text: str) -> str:
    """Give the text with places to break (zero-width spaces) in long pieces such as paths and addresses."""
    return _LONG.sub(lambda m: _BREAKS.sub("\u200b", m[0]), text)


def number(value: float | None) -> str:
    """Give a whole number with thousands apart; `unknown` for None."""
    return "unknown" if value is None else f"{value:,.0f}"


def count(value: int, noun: str, many: str = "") -> str:
    """`1 incident`, `2 incidents`."""
    return f"{number(value)} {noun if value == 1 else many or noun + 's'}"


def of(part: int, whole: int) -> str:
    """`3 of 150`: no number without its denominator."""
    return f"{number(part)} of {number(whole)}"


def percent(share: float | None) -> str:
    """Give a share of 0..1 in per cent, never rounded to a flattering 0 or 100; `not stated` for None."""
    if share is None:
        return NOT_STATED
    if 0 < share < 0.01:
        return "under 1 %"
    if 0.99 < share < 1:
        return "over 99 %"
    return f"{share * 100:.0f} %"


def listed(items: Iterable[str], joint: str = "and") -> str:
    """Join words: `a`, `a and b`, `a, b and c`."""
    kept = [item for item in items if item]
    return kept[0] if len(kept) == 1 else f"{', '.join(kept[:-1])} {joint} {kept[-1]}" if kept else ""


def upper_first(text: str) -> str:
    """Give the text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def day(moment: datetime, zone: str, *, year: bool = True) -> str:
    """`9 December 2025` in this zone."""
    local = moment.astimezone(when.zone(zone))
    return f"{local.day} {MONTHS[local.month - 1]}" + (f" {local.year}" if year else "")


def clock(moment: datetime, zone: str) -> str:
    """`14:15` in this zone."""
    return moment.astimezone(when.zone(zone)).strftime("%H:%M")


def offset(moment: datetime, zone: str) -> str:
    """`UTC+07:00`: what this zone is worth at this moment."""
    shift = moment.astimezone(when.zone(zone)).utcoffset() or timedelta()
    minutes = int(shift.total_seconds() // 60)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def moment(value: datetime, zone: str) -> str:
    """`9 December 2025, 14:15 (UTC+07:00)`."""
    return f"{day(value, zone)}, {clock(value, zone)} ({offset(value, zone)})"


def span(start: datetime, end: datetime, zone: str, *, approximate: bool = False, zoned: bool = True) -> str:
    """Half-open span in words: whole local days as dates, anything shorter with its clock times.

    `zoned` adds what the zone is worth; a table that says it in its head leaves it out.
    """
    worth = f" ({offset(start, zone)})" if zoned else ""
    local, until = start.astimezone(when.zone(zone)), end.astimezone(when.zone(zone))
    about = "about " if approximate else ""
    if (local.hour, local.minute, until.hour, until.minute) == (0, 0, 0, 0) and until > local:
        return about + days(start, end - timedelta(seconds=1), zone)
    if end - start <= timedelta(minutes=1):
        return f"{day(start, zone)}, {about}{clock(start, zone)}{worth}"
    if local.date() == (until - timedelta(seconds=1)).date():
        return f"{day(start, zone)}, {about}{clock(start, zone)} to {clock(end, zone)}{worth}"
    return f"{about}{day(start, zone)}, {clock(start, zone)} to {day(end, zone)}, {clock(end, zone)}{worth}"


def days(first: datetime, last: datetime, zone: str) -> str:
    """`9 December 2025`, `9 to 11 December 2025`, `28 July to 22 December 2025`."""
    a, b = first.astimezone(when.zone(zone)), last.astimezone(when.zone(zone))
    if a.date() == b.date():
        return day(first, zone)
    if (a.year, a.month) == (b.year, b.month):
        return f"{a.day} to {day(last, zone)}"
    return f"{day(first, zone, year=a.year != b.year)} to {day(last, zone)}"


def interval(value: Interval | None, zone: str) -> str:
    """Give an interval as its precision allows; `date unknown` for None."""
    if value is None:
        return "date unknown"
    local = value.start.astimezone(when.zone(zone))
    about = "about " if value.approximate else ""
    if value.precision == "month" and value.end - value.start < timedelta(days=32):
        return f"{about}{MONTHS[local.month - 1]} {local.year}"
    if value.precision == "year" and value.end - value.start < timedelta(days=367):
        return f"{about}{local.year}"
    return span(value.start, value.end, zone, approximate=value.approximate)


def given_date(text: str, zone: str) -> str:
    """Give a date of the input in words; the text itself where it is no date."""
    try:
        return interval(when.parse(text, zone), zone) if text.strip() else ""
    except ValueError:
        return text.strip()


def distance(radius_m: float | None) -> str:
    """How exactly a place is known: `to 300 m`, `to 3 km`; `no place known` for None."""
    if radius_m is None:
        return "no place known"
    return f"to {radius_m:.0f} m" if radius_m < 950 else f"to {radius_m / 1000:.3g} km"


def verb(method: Method, stance: Stance) -> str:
    """Give what a speaker did, in one neutral verb."""
    return _STANCES.get(stance) or _VERBS.get(method, "said")


def range_of(low: int | None, high: int | None) -> str:
    """`47`, `47 to 96`, `at least 47`, `up to 96`, `unknown`."""
    if low is None and high is None:
        return "unknown"
    if low is None or high is None:
        return f"at least {number(low)}" if high is None else f"up to {number(high)}"
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def capped(items: Sequence[str], most: int, noun: str) -> list[str]:
    """At most so many items, then how many more there are."""
    return list(items) if len(items) <= most else [*items[:most], f"and {count(len(items) - most, 'more ' + noun)}"]
