"""Alerts: each asks about what it should, and ordinary reports raise none."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

from truceline import alerts
from truceline.nouns import Incident, Interval, Method, Modality, Observation, Source, SourceKind

START = datetime(2025, 8, 10, 9, tzinfo=UTC)
TEXT = (
    "Guns opened fire at dawn on the village beside the river and burned the school, the clinic and eleven houses, people told "
    "us, while children ran into the fields and the market was empty until the evening."
)
SOURCES = (
    *(Source(f"press-{n}", f"Press {n}", SourceKind.MEDIA, "", f"press-{n}") for n in range(40)),
    *(Source(f"team-{n}", f"Team {n}", SourceKind.MONITOR, "", f"team-{n}") for n in range(4)),
)


def span(minutes, long=1, precision="minute"):
    begin = START + timedelta(minutes=minutes)
    return Interval(begin, begin + timedelta(minutes=long), precision)


def account(number, source, minutes=0, *, text="", lon=104.0, reported=50_000, method=Method.SEEN, precision="minute"):
    return Observation(
        id=f"o{number:03}", source_id=source, when=span(minutes, precision=precision), kind="fire.mortar", method=method, text=text,
        lon_deg=lon, lat_deg=14.4, radius_m=200.0, reported=span(reported),
    )  # fmt: skip


def incident(name, told):
    return Incident(
        id=name, kind="fire.mortar", modality=Modality.DONE, start=START, end=START + timedelta(hours=1), lon_deg=None, lat_deg=None,
        radius_m=None, place="", place_id="", observation_ids=tuple(o.id for o in told),
    )  # fmt: skip


def codes(told, incidents=()):
    return [a.code for a in alerts.found(told, incidents, SOURCES)]


def test_ordinary_reports_raise_nothing():
    told = [account(n, f"team-{n}", n, text=f"{n} shells were heard from the post above the stream") for n in range(4)]
    assert codes(told, [incident("I", told)]) == []


def test_a_flood_of_one_text_raises_one_alert_however_large():
    told = [account(n, f"press-{n % 40}", text=f"{TEXT} {n}", reported=60 + n) for n in range(300)]
    (found,) = alerts.found(told, (), SOURCES)
    assert (found.code, len(found.observation_ids)) == ("flood", 300)


def test_a_text_that_two_outlets_reuse_without_saying_whose_it_is():
    told = [account(n, f"press-{n}", text=TEXT, reported=60 + n) for n in range(3)]
    assert codes(told) == ["reused_text"]
    named = [told[0], *(Observation(**{**_fields(o), "origin_ids": ("press-0",)}) for o in told[1:])]
    assert codes(named) == []


def _fields(one):
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def test_a_report_that_was_out_before_its_event():
    assert codes([account(1, "press-1", reported=-60)]) == ["before_its_event"]


def test_a_team_that_cannot_have_been_at_both_places():
    assert codes([account(1, "team-1"), account(2, "team-1", 20, lon=106.0)]) == ["impossible_travel"]
    assert codes([account(1, "team-1"), account(2, "team-1", 300, lon=106.0)]) == []
    assert codes([account(1, "team-1"), account(2, "team-2", 20, lon=106.0)]) == []
    assert codes([account(1, "team-1"), account(2, "team-1", 20, lon=106.0, precision="day")]) == []
    crater = dataclasses.replace(account(2, "team-1", 20, lon=106.0), details={"visited": "2025-08-10T14:00+00:00"})
    assert codes([account(1, "team-1"), crater]) == [], "a team stands at a crater later than the round came down"


def test_a_clock_that_is_off_by_the_same_everywhere():
    def groups(lags):
        return [
            [account(10 * k + n, f"team-{n}", 600 * k + (n or lag)) for n in range(4)] for k, lag in enumerate(lags)
        ]

    def raised(lags):
        made = groups(lags)
        return codes([o for g in made for o in g], [incident(f"I{k}", g) for k, g in enumerate(made)])

    assert raised([60, 61, 59, 60]) == ["clock_off"]
    assert raised([60, 61]) == []
    assert raised([-40, 55, 3, 90]) == []


def trailing(lag, hours, count=9, **other):
    """`count` incidents of which press-0 and press-1 both tell: press-0 at these minutes of each day, press-1 `lag(n)` later."""
    told, groups = [], []
    for n in range(count):
        at = 1440 * n + hours(n)
        pair = [
            account(2 * n, "press-0", 1440 * n, reported=at + 60),
            account(2 * n + 1, "press-1", 1440 * n, reported=at + 60 + lag(n), **other),
        ]
        told += pair
        groups.append(incident(f"I-{n}", pair))
    return told, groups


def spread(n):
    return (n * 613) % 1200


def test_a_source_that_trails_another_by_the_same_time_is_asked_about():
    told, groups = trailing(lambda n: 42 + n % 3, spread)
    (asked,) = [a for a in alerts.found(told, groups, SOURCES) if a.code == "trails"]
    assert asked.source_id == "press-1"
    assert "published after press-0 in each of 9 incidents, by 43 minutes" in asked.words


def test_being_later_at_no_steady_lag_or_at_fixed_hours_or_seldom_or_sometimes_first_is_no_sign():
    for told, groups in (
        trailing(lambda n: 20 + (n * 377) % 900, spread),
        trailing(lambda n: 90, lambda n: 600 + n % 5),
        trailing(lambda n: 42, spread, count=7),
        trailing(lambda n: 42 if n else -42, spread),
        trailing(lambda n: 42 + 1440 * 2, spread),
    ):
        assert "trails" not in codes(told, groups)
