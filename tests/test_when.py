"""Times as people write them, as half-open UTC intervals."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline import when
from truceline.nouns import Interval

BANGKOK, ROME = "Asia/Bangkok", "Europe/Rome"
YEARS = (datetime.fromisoformat("1950-01-01"), datetime.fromisoformat("2100-01-01"))


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("2025-12-08", utc(2025, 12, 7, 17), utc(2025, 12, 8, 17), "day"),
        ("2025-12-8", utc(2025, 12, 7, 17), utc(2025, 12, 8, 17), "day"),
        ("2025-08", utc(2025, 7, 31, 17), utc(2025, 8, 31, 17), "month"),
        ("2025-12", utc(2025, 11, 30, 17), utc(2025, 12, 31, 17), "month"),
        ("2025", utc(2024, 12, 31, 17), utc(2025, 12, 31, 17), "year"),
        ("2025-12-08T05:04", utc(2025, 12, 7, 22, 4), utc(2025, 12, 7, 22, 5), "minute"),
        ("2025-12-08 05:04:09", utc(2025, 12, 7, 22, 4, 9), utc(2025, 12, 7, 22, 4, 10), "second"),
        ("2025-12-08T05:04Z", utc(2025, 12, 8, 5, 4), utc(2025, 12, 8, 5, 5), "minute"),
        ("2025-12-08T05:04+08:00", utc(2025, 12, 7, 21, 4), utc(2025, 12, 7, 21, 5), "minute"),
        ("2025-12-08T05:04-0330", utc(2025, 12, 8, 8, 34), utc(2025, 12, 8, 8, 35), "minute"),
        ("2025-12-08T24:00", utc(2025, 12, 8, 17), utc(2025, 12, 8, 17, 1), "minute"),
        ("2568-12-08", utc(2025, 12, 7, 17), utc(2025, 12, 8, 17), "day"),
        ("2568", utc(2024, 12, 31, 17), utc(2025, 12, 31, 17), "year"),
        ("2567-02-29", utc(2024, 2, 28, 17), utc(2024, 2, 29, 17), "day"),
        ("2025-12-08/2025-12-10", utc(2025, 12, 7, 17), utc(2025, 12, 10, 17), "day"),
        ("2025-12-08T05:00/2025-12-08T06:00", utc(2025, 12, 7, 22), utc(2025, 12, 7, 23, 1), "minute"),
        ("2025-12-08T05:00/2025-12-09", utc(2025, 12, 7, 22), utc(2025, 12, 9, 17), "day"),
    ],
)
def test_what_is_written_becomes_an_interval(text, start, end, precision):
    assert when.parse(text, BANGKOK) == Interval(start, end, precision)


def test_a_tilde_means_approximate():
    assert when.parse("~2025-12-08", BANGKOK).approximate
    assert when.parse("2025-12-08/~2025-12-09", BANGKOK).approximate
    assert not when.parse("2025-12-08", BANGKOK).approximate


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2025-02-30", "2025-13-01", "2025-12-08T25:00", "2025-12-08T24:01", "2025-12-08T10:60", "8.12.2025", "12/08/2025",
     "1700-01-01", "2400-02-30", "2300-01-01", "2025-12-10/2025-12-08", "2025-12-08T05:04+99:00", "2025-12-08T05:04 ICT", "2025-12-08-09"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_a_reason(text):
    with pytest.raises(ValueError, match=r"\w"):
        when.parse(text, BANGKOK)


def test_a_time_zone_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="IANA name such as Asia/Bangkok"):
        when.parse("2025-12-08", "Mars/Base")


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)])
def test_a_local_day_is_whole_across_a_clock_change(day, hours):
    span = when.parse(day, ROME)
    assert span.end - span.start == timedelta(hours=hours)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_days_follow_one_another_without_gap_or_overlap_and_mean_the_same_in_both_eras(day):
    later = day + timedelta(days=1)
    assert when.parse(day.isoformat(), ROME).end == when.parse(later.isoformat(), ROME).start
    buddhist = f"{day.year + 543}{day.isoformat()[4:]}"
    assert when.parse(buddhist, ROME) == when.parse(day.isoformat(), ROME)
    assert when.is_buddhist(buddhist)
    assert not when.is_buddhist(day.isoformat())


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.datetimes(*YEARS), st.integers(-14 * 60, 14 * 60))
def test_an_instant_with_an_offset_comes_back_whatever_the_missions_zone(moment, minutes):
    sign = "-" if minutes < 0 else "+"
    text = f"{moment:%Y-%m-%dT%H:%M:%S}{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    span = when.parse(text, BANGKOK)
    assert span == when.parse(text, ROME)
    assert when.parse(when.iso(span.start), BANGKOK) == span


@pytest.mark.parametrize(
    ("words", "first", "last", "approximate"),
    [
        ("08:20", (1, 20), (1, 21), False),
        ("~16:00", (9, 0), (9, 1), True),
        ("about 16:00", (9, 0), (9, 1), True),
        ("14:15-14:50", (7, 15), (7, 50), False),
        ("before 06:00", (-7, 0), (-1, 0), True),
        ("after 18:00", (11, 0), (17, 0), True),
        ("evening", (10, 0), (15, 0), True),
        ("overnight", (11, 0), (23, 0), True),
        ("23:00-01:00", (16, 0), (18, 0), False),
    ],
)
def test_words_for_the_hour_narrow_a_local_day(words, first, last, approximate):
    day = when.parse("2025-12-08", BANGKOK)
    midnight = utc(2025, 12, 8)
    span = when.local_time(day, words, BANGKOK)
    assert span.start == midnight + timedelta(hours=first[0], minutes=first[1])
    assert span.end == midnight + timedelta(hours=last[0], minutes=last[1])
    assert span.approximate == approximate


@pytest.mark.parametrize("words", ["", "during the visit", "unknown"])
def test_words_that_say_nothing_of_the_hour_leave_the_day(words):
    day = when.parse("2025-12-08", BANGKOK)
    assert when.local_time(day, words, BANGKOK) == day


def test_widening_adds_days_on_either_side():
    day = when.parse("2025-12-08", BANGKOK)
    wide = when.widened(day, 1)
    assert (wide.start, wide.end, wide.approximate) == (
        day.start - timedelta(days=1),
        day.end + timedelta(days=1),
        True,
    )


def test_weeks_run_from_monday_to_monday_and_are_cut_to_the_span():
    start, end = when.moment("2025-08-01", BANGKOK), when.moment("2025-08-13T09:00", BANGKOK)
    weeks = when.weeks(start, end, BANGKOK)
    assert [w[0].astimezone(when.zone(BANGKOK)).strftime("%a %d") for w in weeks] == ["Fri 01", "Mon 04", "Mon 11"]
    assert (weeks[0][0], weeks[-1][1]) == (start, end)
    assert all(a[1] == b[0] for a, b in pairwise(weeks))
    assert when.weeks(end, start, BANGKOK) == []


def test_weeks_and_days_hold_across_a_clock_change():
    start, end = when.moment("2026-03-23", ROME), when.moment("2026-04-06", ROME)
    assert [b - a for a, b in when.weeks(start, end, ROME)] == [timedelta(hours=167), timedelta(days=7)]
    days = when.days(start, end, ROME)
    assert len(days) == 14
    assert (days[0][0], days[-1][1]) == (start, end)


def test_iso_is_utc_to_the_second():
    assert when.iso(when.moment("2025-12-08T05:04+08:00", BANGKOK)) == "2025-12-07T21:04:00Z"
    assert when.iso(None) == ""
