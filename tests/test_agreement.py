"""Instruments: which terms bind, and under which readings a term stands at a moment."""

from datetime import UTC, datetime

import pytest

from missions import TRUCE, term
from truceline import agreement
from truceline.errors import InputError

PARTIES = ("arda", "brel")


def read(events="", text=None):
    content = TRUCE.replace("terms:", f"status:\n{events}terms:") if events else TRUCE
    content = text or content + term("hold_fire").replace("    zone: valley\n", "")
    return agreement.read("agreements/truce.yaml", content, PARTIES, set(), set(agreement.KINDS), "Asia/Bangkok")


def event(day, name, *by):
    return f"  - {{date: 2025-08-{day:02}, event: {name}, by: [{', '.join(by)}]}}\n"


def at(day):
    return datetime(2025, 8, day, 12, tzinfo=UTC)


def test_an_instrument_without_events_is_in_force():
    assert agreement.readings(read(), at(30)) == ("undisputed",)


@pytest.mark.parametrize("party", PARTIES)
def test_a_pause_by_either_party_is_disputed_until_both_settle_it(party):
    other = next(p for p in PARTIES if p != party)
    one = read(event(10, "paused", party) + event(15, "resumed", other) + event(20, "resumed", *PARTIES))
    assert [agreement.readings(one, at(d)) for d in (9, 11, 16, 21)] == [
        ("undisputed",), ("in_force", "paused"), ("in_force", "paused"), ("undisputed",),
    ]  # fmt: skip


def test_a_pause_by_both_is_no_dispute():
    one = read(event(10, "paused", *PARTIES))
    assert agreement.readings(one, at(11)) == ("paused",)


def test_a_pause_by_both_is_not_made_a_dispute_by_one():
    one = read(event(10, "paused", *PARTIES) + event(12, "paused", "arda"))
    assert agreement.readings(one, at(13)) == ("paused",)


def test_events_count_in_the_order_of_their_days_and_not_of_the_file():
    one = read(event(20, "resumed", *PARTIES) + event(10, "paused", "arda"))
    assert agreement.readings(one, at(21)) == ("undisputed",)


@pytest.mark.parametrize(
    ("standing", "binds"),
    [
        ("signed", True),
        ("treaty", True),
        ("restates:X.1", False),
        ("call", False),
        ("reading_of:arda", False),
        ("accepted_by:brel", False),
    ],
)
def test_signed_terms_and_treaties_bind_and_nothing_else_does(standing, binds):
    (one,) = read(
        text=TRUCE.replace("standing: signed", f"standing: {standing}")
        + term("hold_fire").replace("    zone: valley\n", "")
    ).terms
    assert agreement.binds(one) is binds


def test_an_unknown_event_or_party_is_refused_with_its_line():
    with pytest.raises(InputError) as refused:
        read(event(10, "paused", "cyra"))
    assert refused.value.problems[0].line == 7
    with pytest.raises(InputError, match="signed, paused, resumed, superseded"):
        read(event(10, "exploded", "arda"))


def test_a_date_stays_the_day_that_was_written():
    assert read().when.start.isoformat() == "2025-07-31T17:00:00+00:00"
