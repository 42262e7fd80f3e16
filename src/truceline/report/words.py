"""How things are said: dates with their zone, numbers with their denominator, plain words for closed lists.

Nothing here knows a party. All functions are pure; times come in UTC and go out in the zone that is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .. import when
from ..nouns import EffortStatus, Grade, Interval, Method, OfWhom, Outcome, Point, Reading, SourceKind, Stance
from . import tongue
from .tongue import later, say, say_n
from .tree import Line, MarkRow, Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Sayings(Mapping[Any, str]):
    """A closed list in words: each look-up gives the words in the language that is spoken."""

    def __init__(self, said: dict[Any, str]) -> None:
        self._said = said

    def __getitem__(self, key: Any) -> str:
        return say(self._said[key])

    def __iter__(self) -> Iterator[Any]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)


GRADE_WORDS = Sayings(
    {
        Grade.ESTABLISHED: later("established"),
        Grade.PROBABLE: later("probable"),
        Grade.REPORTED: later("reported"),
        Grade.DISPUTED: later("disputed"),
        Grade.INSUFFICIENT: later("insufficient"),
    }
)
GRADE_MEANING = Sayings(
    {
        Grade.ESTABLISHED: later("established: it happened, by a rule that any reader can check"),
        Grade.PROBABLE: later(
            "probable: nearly so; a second witness is missing, or a finding is known only as passed on"
        ),
        Grade.REPORTED: later("reported: somebody said so; nothing outside that voice speaks for it or against it"),
        Grade.DISPUTED: later("disputed: the accounts exclude each other and no rule decides between them"),
        Grade.INSUFFICIENT: later("insufficient: what was said is too little or too vague to be graded"),
    }
)
OUTCOME_WORDS = Sayings(
    {
        Outcome.KEPT: later("kept"),
        Outcome.BREACHED: later("breached"),
        Outcome.LIKELY_BREACHED: later("likely breached"),
        Outcome.DISPUTED: later("disputed"),
        Outcome.NOT_ASSESSABLE: later("not assessable"),
        Outcome.NOT_DUE: later("not due"),
        Outcome.NOT_APPLICABLE: later("not applicable"),
        Outcome.RECORDED: later("recorded"),
        Outcome.ERROR: later("error"),
    }
)
OUTCOME_MEANING = Sayings(
    {
        Outcome.KEPT: later("somebody was able to look, and what was seen speaks for the term being kept"),
        Outcome.BREACHED: later(
            "an incident is established, and so is its author; under not attributed its author is not"
        ),
        Outcome.LIKELY_BREACHED: later("the incident or its author is probable, not established"),
        Outcome.DISPUTED: later("the parties’ accounts, or the readings of a disputed status, exclude each other"),
        Outcome.NOT_ASSESSABLE: later("too little could be seen to say anything; this is never a word for calm"),
        Outcome.NOT_DUE: later("nothing was due in this week"),
        Outcome.NOT_APPLICABLE: later("the term does not bind this party here"),
        Outcome.RECORDED: later("the term is kept on record; no data can test it"),
        Outcome.ERROR: later("the check failed; the report must not be used"),
    }
)
RULE_WORDS = Sayings(
    {
        "O-MONITOR-BACKED": later("an observer perceived it at first hand, and it does not rest on that voice alone"),
        "O-OWN-WORD": later("a party itself said that it did this; it stands as its own word"),
        "O-SIDES-AGREE": later("both sides said that it happened, in statements of their own"),
        "O-TWO-OUTSIDERS": later("two or more independent origins outside the parties perceived it at first hand"),
        "O-TWO-STATEMENTS": later(
            "two voices of private witnesses each said so; no observer, outlet, recording or party did"
        ),
        "O-ONE-OBSERVER": later("an observer perceived it at first hand; a second origin is missing"),
        "O-ONE-OUTSIDER": later("one origin outside the parties perceived it at first hand; a second is missing"),
        "O-RELAYED-FINDING": later(
            "a finding was passed on, a party said the same, and nobody denied that it happened"
        ),
        "O-ONE-HEARING": later("one voice outside the parties heard it and nobody saw it"),
        "O-ONE-STATEMENT": later("one voice of private witnesses said so, and nobody else"),
        "O-DENIED": later("a party denied it, and no origin outside the parties saw it"),
        "O-EACH-ITS-OWN": later(
            "each side said that it was hit itself, and not within one hour; each rests on one side"
        ),
        "O-ONE-SIDED": later(
            "it rests on origins of one side or on none at first hand; nobody else is known to have looked"
        ),
        "O-ONLY-DENIED": later("only a denial is on record"),
        "O-NO-ORIGIN": later("nobody can say from whom the account comes"),
        "A-MANDATE": later("the mandate names no author"),
        "A-NOBODY-BLAMED": later("nobody said who did it"),
        "A-MUTUAL": later("the parties blame one another"),
        "A-OWN-WORD": later("a party itself said that it did it"),
        "A-TWO-EYEWITNESSES": later("two or more origins outside the parties saw who did it"),
        "A-MONITOR-EYEWITNESS": later("an observer saw who did it; a second origin is missing"),
        "A-DENIED": later("the party that was blamed denied it"),
        "A-ONE-EYEWITNESS": later("one origin outside the parties saw who did it; no denial is known"),
        "A-ONE-SIDED": later("a party was blamed; no answer is known"),
    }
)
"""What the rules of `assess` say, for readers; an id that is not here is printed alone."""

POINT_WORDS = Sayings(
    {
        Point.HAPPENED: later("that it happened"),
        Point.WHEN: later("when"),
        Point.WHERE: later("where"),
        Point.WHAT: later("what was used"),
        Point.WHO: later("who did it"),
        Point.WHO_BEGAN: later("who began"),
        Point.WHO_WAS_HIT: later("who was hit"),
        Point.HOW_MANY: later("how many"),
    }
)
READING_WORDS = Sayings(
    {
        Reading.UNDISPUTED: later("status not disputed"),
        Reading.IN_FORCE: later("if it was in force"),
        Reading.PAUSED: later("if it was paused"),
    }
)
KIND_OF_SOURCE = Sayings(
    {
        SourceKind.MONITOR: later("Observers"),
        SourceKind.PARTY: later("Parties’ own reports"),
        SourceKind.THIRD_STATE: later("Third states"),
        SourceKind.MEDIA: later("Media"),
        SourceKind.ANALYST: later("Analysts"),
        SourceKind.HUMANITARIAN: later("Humanitarian bodies"),
        SourceKind.SENSOR: later("Satellites and sensors"),
        SourceKind.ARCHIVE: later("Archives"),
        SourceKind.WITNESS: later("Witnesses"),
    }
)
EFFORT_WORDS = Sayings(
    {
        EffortStatus.DONE: later("done"),
        EffortStatus.HOST_LED: later("led by the host"),
        EffortStatus.REFUSED: later("refused"),
        EffortStatus.CURTAILED: later("cut short"),
        EffortStatus.PLANNED: later("planned"),
    }
)
OF_WHOM_WORDS = Sayings(
    {
        OfWhom.CIVILIAN: later("civilians"),
        OfWhom.MILITARY: later("soldiers"),
        OfWhom.MIXED: later("soldiers and civilians"),
        OfWhom.UNKNOWN: later("unknown who is counted"),
    }
)
ANSWER_WORDS = Sayings(
    {
        "admits": later("said that it did so"),
        "denies": later("denied"),
        "justifies": later("said that it did so, with a reason"),
        "accident": later("said that it was an accident"),
        "counter_accuses": later("blamed the other side"),
        "none_found": later("no answer found"),
    }
)
_DEFINED = Sayings(
    {
        "killed": later("killed"),
        "injured": later("injured"),
        "displaced": later("displaced"),
        "evacuated": later("evacuated"),
        "in shelters": later("in shelters"),
        "in camps": later("in camps"),
        "families": later("families"),
        "civilians": later("civilians"),
        "soldiers": later("soldiers"),
        "military": later("military"),
        "direct": later("direct"),
        "indirect": later("indirect"),
        "not split": later("not split"),
    }
)
"""The usual words of which sources' definitions are made, each between commas."""

_VERBS = Sayings(
    {
        Method.SEEN: later("saw"),
        Method.HEARD: later("heard"),
        Method.RECORDED: later("recorded"),
        Method.DETECTED: later("detected"),
        Method.MEASURED: later("measured"),
    }
)
_STANCES = Sayings(
    {
        Stance.DENIES: later("denied"),
        Stance.ADMITS: later("said of its own act"),
        Stance.JUSTIFIES: later("said of its own act, with a reason"),
        Stance.ACCIDENT: later("said that it was an accident"),
    }
)
_PLACES = re.compile(r"\{(\w+)\}|\*\*")
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


def not_stated() -> str:
    """Give the word for what a source left open."""
    return say("not stated")


def said(text: str, **values: object) -> Line:
    """Give a message as a line: `**words**` are bold, and a value may itself be a run or a mark.

    `text` must be a literal, as for `say`. Raises KeyError where a value is missing.
    """
    parts: list[Run | MarkRow] = []
    bold_now, at = False, 0
    template = tongue.message(text)

    def add(piece: object) -> None:
        if isinstance(piece, MarkRow):
            parts.append(piece)
        elif isinstance(piece, Run):
            parts.append(replace(piece, bold=piece.bold or bold_now))
        elif isinstance(piece, tuple):
            for one in piece:
                add(one)
        elif str(piece):
            parts.append(Run(str(piece), bold=bold_now))

    for match in _PLACES.finditer(template):
        add(template[at : match.start()])
        at = match.end()
        if match[1]:
            add(values[match[1]])
        else:
            bold_now = not bold_now
    add(template[at:])
    return tuple(parts)


def free(text: str, language: str = "en") -> Run:
    """Words of the input, which nobody translated: marked with their language where the reader has another."""
    plain = breakable(text)
    return Run(plain, lang="" if language == tongue.code() or not plain.strip() else language)


def defined(text: str) -> Run:
    """Give the definition of a figure in the reader's language, or free where a piece of it is none of the usual."""
    pieces = text.split(", ")
    if any(piece not in _DEFINED for piece in pieces):
        return free(text)
    return Run(say(", ").join(_DEFINED[piece] for piece in pieces))


def number(value: float | None) -> str:
    """Give a whole number with thousands apart; `unknown` for None."""
    return say("unknown") if value is None else tongue.number(value)


def of(part: int, whole: int) -> str:
    """`3 of 150`: no number without its denominator."""
    return say("{part} of {whole}", part=number(part), whole=number(whole))


def incidents(n: int) -> str:
    """`1 incident`, `2 incidents`."""
    return say_n("{n} incident", "{n} incidents", n)


def percent(share: float | None) -> str:
    """Give a share of 0..1 in per cent, never rounded to a flattering 0 or 100; `not stated` for None."""
    if share is None:
        return not_stated()
    if 0 < share < 0.01:
        return say("under 1 %")
    if 0.99 < share < 1:
        return say("over 99 %")
    return f"{share * 100:.0f} %"


def listed(items: Iterable[str], joint: str = "and") -> str:
    """Join words: `a`, `a and b`, `a, b and c`; `joint` is and, or or."""
    kept = [item for item in items if item]
    if len(kept) < 2:
        return kept[0] if kept else ""
    first = say(", ").join(kept[:-1])
    return (
        say("{first} or {last}", first=first, last=kept[-1])
        if joint == "or"
        else say("{first} and {last}", first=first, last=kept[-1])
    )


def upper_first(text: str) -> str:
    """Give the text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def day(moment: datetime, zone: str, *, year: bool = True) -> str:
    """`9 December 2025` in this zone; in Thai by the Buddhist era."""
    local = moment.astimezone(when.zone(zone))
    name = tongue.month(local.month)
    if not year:
        return say("{day} {month}", day=local.day, month=name)
    return say("{day} {month} {year}", day=local.day, month=name, year=tongue.year(local.date()))


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
    if (local.hour, local.minute, until.hour, until.minute) == (0, 0, 0, 0) and until > local:
        return about(days(start, end - timedelta(seconds=1), zone), approximate=approximate)
    if end - start <= timedelta(minutes=1):
        return f"{day(start, zone)}, {about(clock(start, zone), approximate=approximate)}{worth}"
    if local.date() == (until - timedelta(seconds=1)).date():
        times = say("{first} to {last}", first=clock(start, zone), last=clock(end, zone))
        return f"{day(start, zone)}, {about(times, approximate=approximate)}{worth}"
    whole = say(
        "{first} to {last}",
        first=f"{day(start, zone)}, {clock(start, zone)}",
        last=f"{day(end, zone)}, {clock(end, zone)}",
    )
    return about(whole, approximate=approximate) + worth


def about(text: str, *, approximate: bool) -> str:
    """`about 14:15` where the source was not sure."""
    return say("about {time}", time=text) if approximate else text


def days(first: datetime, last: datetime, zone: str) -> str:
    """`9 December 2025`, `9 to 11 December 2025`, `28 July to 22 December 2025`."""
    a, b = first.astimezone(when.zone(zone)), last.astimezone(when.zone(zone))
    if a.date() == b.date():
        return day(first, zone)
    if (a.year, a.month) == (b.year, b.month):
        return say("{first} to {last}", first=a.day, last=day(last, zone))
    return say("{first} to {last}", first=day(first, zone, year=a.year != b.year), last=day(last, zone))


def interval(value: Interval | None, zone: str) -> str:
    """Give an interval as its precision allows; `date unknown` for None."""
    if value is None:
        return say("date unknown")
    local = value.start.astimezone(when.zone(zone))
    year = tongue.year(local.date())
    if value.precision == "month" and value.end - value.start < timedelta(days=32):
        month = say("{month} {year}", month=tongue.month(local.month), year=year)
        return about(month, approximate=value.approximate)
    if value.precision == "year" and value.end - value.start < timedelta(days=367):
        return about(year, approximate=value.approximate)
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
        return say("no place known")
    return say("to {distance}", distance=f"{radius_m:.0f} m" if radius_m < 950 else f"{radius_m / 1000:.3g} km")


def verb(method: Method, stance: Stance) -> str:
    """Give what a speaker did, in one neutral verb."""
    return _STANCES.get(stance) or _VERBS.get(method) or say("said")


def range_of(low: int | None, high: int | None) -> str:
    """`47`, `47 to 96`, `at least 47`, `up to 96`, `unknown`."""
    if low is None and high is None:
        return say("unknown")
    if high is None:
        return say("at least {number}", number=number(low))
    if low is None:
        return say("up to {number}", number=number(high))
    return number(low) if low == high else say("{first} to {last}", first=number(low), last=number(high))


def capped(items: Sequence[str], most: int) -> list[str]:
    """At most so many items, then how many more there are."""
    return list(items) if len(items) <= most else [*items[:most], say("{n} more", n=number(len(items) - most))]
