"""Killed and injured of one incident: different people are added, the same people never."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from missions import obs
from truceline import casualties, publish, rows
from truceline.casualties import Range
from truceline.nouns import Harm, Interval, Observation, OfWhom

DAY = Interval(datetime(2025, 8, 10, tzinfo=UTC), datetime(2025, 8, 11, tzinfo=UTC), "day")


def account(number, low, high=None, side="", whom="unknown", source=None, origin=()):
    return Observation(
        id=f"o{number}", source_id=source or f"s{number}", when=DAY, kind="fire.mortar", killed_min=low, killed_max=high,
        harmed_party=side, of_whom=OfWhom(whom), origin_ids=origin,
    )  # fmt: skip


def whole(*told):
    return casualties.whole(casualties.cells(told, "killed"))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], Range(None, None, None)),
        ([account(1, 2, 2), account(2, 3, 3), account(3, 9, 9)], Range(2, 3, 9)),
        ([account(1, 2, 2, "arda", "military"), account(2, 3, 3, "arda", "civilian")], Range(5, 5, 5)),
        ([account(1, 2, 2, "arda"), account(2, 3, 3, "brel")], Range(5, 5, 5)),
        ([account(1, 2, 2, "arda"), account(2, 3, 3, "brel"), account(3, 4, 4)], Range(4, 5, 5)),
        ([account(1, 2, 2, "arda"), account(2, 7, 7)], Range(2, 7, 7)),
        ([account(1, 2, 2, "arda", "civilian"), account(2, 2, None, "arda", "civilian")], Range(2, 2, None)),
        ([account(1, 2, 2, "arda", "mixed"), account(2, 1, 1, "arda", "civilian")], Range(1, 2, 2)),
    ],
)
def test_numbers_of_one_incident(told, expected):
    assert whole(*told) == expected


def test_five_outlets_that_quote_one_number_are_one_voice():
    told = [account(n, 9, 9, origin=("army",)) for n in range(5)] + [account(6, 1, 1), account(7, 1, 1)]
    assert whole(*told).best == 1


ACCOUNTS = st.lists(
    st.builds(
        account, st.integers(0, 10**6), st.integers(0, 20), st.none() | st.integers(20, 40),
        st.sampled_from(["", "arda", "brel"]), st.sampled_from([str(w) for w in OfWhom]),
    ),
    min_size=1, max_size=7, unique_by=lambda o: o.id,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(ACCOUNTS, min_size=1, max_size=4))
def test_tables_and_records_agree(incidents):
    tables = [
        rows.table(Observation, told).with_columns(pl.lit(n).alias("incident_id")) for n, told in enumerate(incidents)
    ]
    found = casualties.spans(pl.concat(tables), "killed").sort("incident_id")
    by_rows = [(n, *whole(*told)) for n, told in enumerate(incidents)]
    assert found.rows() == by_rows


@settings(max_examples=300, deadline=None)
@given(ACCOUNTS)
def test_exchanging_the_sides_changes_no_total_and_the_order_holds(told):
    other = {"arda": "brel", "brel": "arda", "": ""}
    turned = [account(o.id[1:], o.killed_min, o.killed_max, other[o.harmed_party], str(o.of_whom)) for o in told]
    found = whole(*told)
    assert whole(*turned) == found
    assert found.low <= found.best
    assert found.high is None or found.best <= found.high


def test_indirect_harm_is_counted_apart_and_in_no_number_of_the_incident():
    shelled = replace(account(1, 2, 2, "arda", "civilian"), harm=Harm.DIRECT)
    fled = replace(account(2, 30, 40, "arda", "civilian"), harm=Harm.INDIRECT)
    found = casualties.cells([shelled, fled, account(3, 3, 3, "arda", "civilian")], "killed")
    assert [(c.harm, c.range) for c in found] == [(Harm.UNKNOWN, Range(2, 2, 3)), (Harm.INDIRECT, Range(30, 35, 40))]
    assert casualties.whole(found) == Range(2, 2, 3)
    assert casualties.whole(found, indirect=True) == Range(30, 35, 40)


def test_a_run_shows_indirect_harm_on_lines_of_its_own(mission):
    mission.tell(
        obs("V1", "voice-1", killed_min=2, killed_max=2, harm="direct", harmed_party="arda"),
        obs("X", "press-1", killed_min=30, killed_max=40, harm="indirect", harmed_party="arda", stance="supports"),
    )
    edition = mission.edition()
    rows_ = publish.incident_casualties(edition)
    assert [(r["side"], str(r["harm"]), r["low"], r["high"]) for r in rows_] == [
        ("arda", "direct", 2, 2), ("arda", "indirect", 30, 40), ("all", "unknown", 2, 2), ("all", "indirect", 30, 40),
    ]  # fmt: skip
    (incident,) = publish.incident_rows(edition)
    assert (incident["killed_low"], incident["killed_high"]) == (2, 2)
