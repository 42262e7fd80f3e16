"""Half-open UTC intervals from what people write: offsets, local days, ranges, approximate dates, Buddhist-era years.

Every parser returns an `Interval` whose precision says how much the text said. Nothing reads a clock.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .nouns import Interval

BUDDHIST_OFFSET = 543
BUDDHIST_YEARS = range(2400, 2701)

_DATE = re.compile(
    r"^(?P<y>\d{4})(?:-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2}))?)?"
    r"(?:[T ](?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:\.\d+)?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?$"
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
PARTS_OF_DAY: dict[str, tuple[float, float]] = {
    "before dawn": (0, 6),
    "midnight-dawn": (0, 6),
    "early morning": (4, 8),
    "dawn": (5, 7),
    "morning": (6, 12),
    "noon": (11, 13),
    "midday": (11, 13),
    "early afternoon": (12, 15),
    "afternoon": (12, 18),
    "after sunset": (18, 22),
    "evening": (17, 22),
    "overnight": (18, 30),
    "night": (18, 30),
}


@lru_cache(maxsize=64)
def zone(name: str) -> tzinfo:
    """The time zone of this IANA name; ValueError where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone is called {name!r}; expected an IANA name such as Asia/Bangkok") from error


@lru_cache(maxsize=20_000)
def parse(text: str, time_zone: str) -> Interval:
    """Read a date, a time, a month, a year or a range `a/b`; a leading ~ means approximate.

    A date alone is the whole local day of `time_zone`. Raises ValueError with what is wrong.
    """
    text = text.strip()
    approximate = text.startswith("~")
    if approximate:
        text = text[1:].strip()
    if "/" in text:
        first, _, second = text.partition("/")
        start, end = parse(first, time_zone), parse(second, time_zone)
        if end.end <= start.start:
            raise ValueError(f"{text!r} ends before it starts")
        precision = coarser(start.precision, end.precision)
        return Interval(start.start, end.end, precision, approximate or start.approximate or end.approximate)
    match = _DATE.match(text)
    if not match:
        raise ValueError(f"{text!r} is not a date; expected ISO 8601 such as 2025-12-08 or 2025-12-08T05:04+07:00")
    return _from_match(match, text, time_zone, approximate=approximate)


def coarser(first: str, second: str) -> str:
    """The precision that says less."""
    return max((first, second), key=_COARSENESS.index)


_COARSENESS = ("second", "minute", "hour", "part_of_day", "day", "month", "year")


def _from_match(match: re.Match[str], text: str, time_zone: str, *, approximate: bool) -> Interval:
    year = gregorian_year(int(match["y"]))
    local = zone(time_zone)
    try:
        if not match["m"]:
            return _span(
                datetime(year, 1, 1, tzinfo=local), datetime(year + 1, 1, 1, tzinfo=local), "year", approximate
            )
        month = int(match["m"])
        if not match["d"]:
            following = (year + month // 12, month % 12 + 1)
            start = datetime(year, month, 1, tzinfo=local)
            return _span(start, datetime(*following, 1, tzinfo=local), "month", approximate)
        day = datetime(year, month, int(match["d"]), tzinfo=local)
    except ValueError as error:
        raise ValueError(f"{text!r} is no day of the calendar ({error})") from error
    if match["H"] is None:
        return _span(day, next_day(day), "day", approximate)
    return _clock_time(match, text, day, approximate=approximate)


def _clock_time(match: re.Match[str], text: str, day: datetime, *, approximate: bool) -> Interval:
    hour, minute, second = int(match["H"]), int(match["M"]), int(match["S"] or 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError(f"{text!r} is no time of day; expected 00:00 to 24:00")
    if match["zone"]:
        day = day.replace(tzinfo=_offset(match["zone"]))
    moment = (day.replace(tzinfo=None) + timedelta(hours=hour, minutes=minute, seconds=second)).replace(
        tzinfo=day.tzinfo
    )
    precision = "second" if match["S"] else "minute"
    width = timedelta(seconds=1) if precision == "second" else timedelta(minutes=1)
    return _span(moment, moment.astimezone(UTC) + width, precision, approximate)


def _offset(text: str) -> tzinfo:
    if text == "Z":
        return UTC
    return datetime.strptime(text.replace(":", ""), "%z").tzinfo or UTC


def _span(start: datetime, end: datetime, precision: str, approximate: bool) -> Interval:
    return Interval(start.astimezone(UTC), end.astimezone(UTC), precision, approximate)


def next_day(day: datetime) -> datetime:
    """Local midnight after this local midnight, right across clock changes."""
    return (day.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=day.tzinfo)


def gregorian_year(year: int) -> int:
    """A Buddhist-era year (2568) as its Gregorian one (2025); others unchanged. ValueError if neither fits."""
    if year in BUDDHIST_YEARS:
        return year - BUDDHIST_OFFSET
    if not 1900 <= year <= 2200:
        raise ValueError(
            f"{year} is not a year that this can be about; expected 1900 to 2200, or Buddhist era 2400 to 2700"
        )
    return year


@lru_cache(maxsize=20_000)
def is_buddhist(text: str) -> bool:
    """Whether the text begins with a Buddhist-era year."""
    head = text.strip().lstrip("~")[:4]
    return head.isdecimal() and len(head) == 4 and int(head) in BUDDHIST_YEARS


def local_time(day: Interval, text: str, time_zone: str) -> Interval:
    """Narrow a local day by what was said of the hour: `08:20`, `~16:00`, `14:15-14:50`, `before 06:00`, `evening`.

    Words that say nothing about the hour leave the day as it is; a span past midnight runs into the next day.
    """
    words = text.strip().lower()
    if not words or day.precision != "day":
        return day
    midnight = day.start.astimezone(zone(time_zone))
    vague = words.startswith(("~", "about", "around", "shortly"))
    clocks = [int(h) + int(m) / 60 for h, m in _CLOCK.findall(words) if int(h) <= 24 and int(m) < 60]
    if not clocks:
        part = next((span for name, span in PARTS_OF_DAY.items() if name in words), None)
        return _hours(midnight, *part, "part_of_day", True) if part else day
    if words.startswith("before ") and len(clocks) == 1:
        return _hours(midnight, 0, clocks[0], "part_of_day", True)
    if words.startswith(("after ", "from ")) and len(clocks) == 1:
        return _hours(midnight, clocks[0], 24, "part_of_day", True)
    if len(clocks) == 1:
        before = 0.5 if words.startswith("shortly before") else 0.0
        return _hours(midnight, clocks[0] - before, clocks[0] + 1 / 60, "minute", vague)
    first, last = clocks[0], clocks[-1]
    if last <= first:
        last += 24
    return _hours(midnight, first, last, "minute", vague)


def _hours(midnight: datetime, first: float, last: float, precision: str, approximate: bool) -> Interval:
    naive = midnight.replace(tzinfo=None)
    start, end = (
        (naive + timedelta(minutes=round(hours * 60))).replace(tzinfo=midnight.tzinfo) for hours in (first, last)
    )
    return _span(start, end, precision, approximate)


def widened(day: Interval, days: int) -> Interval:
    """The same interval with so many days on either side, marked approximate."""
    return Interval(day.start - timedelta(days=days), day.end + timedelta(days=days), day.precision, approximate=True)


def moment(text: str, time_zone: str) -> datetime:
    """The first instant of what the text says, in UTC: what `--as-of` means."""
    return parse(text, time_zone).start


@lru_cache(maxsize=20_000)
def iso(value: datetime | None) -> str:
    """ISO 8601 in UTC with a Z, to the second; empty for None."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""


def weeks(start: datetime, end: datetime, time_zone: str) -> list[tuple[datetime, datetime]]:
    """Weeks from Monday to Monday, local, that meet [start, end); the first and the last are cut to it."""
    if end <= start:
        return []
    local = zone(time_zone)
    day = start.astimezone(local).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = (day.replace(tzinfo=None) - timedelta(days=day.weekday())).replace(tzinfo=local)
    windows = []
    while monday.astimezone(UTC) < end:
        following = (monday.replace(tzinfo=None) + timedelta(days=7)).replace(tzinfo=local)
        windows.append((max(monday.astimezone(UTC), start), min(following.astimezone(UTC), end)))
        monday = following
    return windows


def days(start: datetime, end: datetime, time_zone: str) -> list[tuple[datetime, datetime]]:
    """Whole local days that meet [start, end), in UTC."""
    local = zone(time_zone)
    day = start.astimezone(local).replace(hour=0, minute=0, second=0, microsecond=0)
    spans = []
    while day.astimezone(UTC) < end:
        following = next_day(day)
        spans.append((day.astimezone(UTC), following.astimezone(UTC)))
        day = following
    return spans


def day_of(number: int) -> datetime:
    """The beginning, UTC, of a day that is given as days since 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=number)
