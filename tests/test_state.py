"""One more report changes only what it touches, and leaves what a run over everything leaves, byte for byte."""

import os
import random
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from missions import table
from strategies import accounts
from truceline import bare, rows
from truceline.fuse import fuse
from truceline.fuse.state import State

WEIGHTS = replace(bare.given_weights(None), share=None)
COLUMNS = ("incidents", "links", "near_misses")
CASES = int(os.environ.get("TRUCELINE_CASES", "25"))


def written(made):
    return [
        rows.frame_bytes(getattr(made, name).select(pl.exclude("reasons", "observation_ids"))) for name in COLUMNS
    ] + [
        getattr(made, name)[column].to_list()
        for name, column in (("links", "reasons"), ("incidents", "observation_ids"))
    ]


def read(tmp_path, lines):
    path = tmp_path / "table.csv"
    path.write_text(table([{**line, "place": line["place"]} for line in lines]), "utf-8")
    return bare.read([path], "Asia/Bangkok").table


SPOTS = {"hill": (102.40, 14.40), "ford": (102.41, 14.41), "far": (102.90, 14.80), "Gate": (102.42, 14.40)}


@settings(max_examples=CASES, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(lines=accounts(least=3, most=12), seed=st.integers(0, 5))
def test_one_report_after_the_other_ends_as_all_at_once(tmp_path, lines, seed):
    for line in lines:
        if line["place"] in SPOTS:
            line["lon_deg"], line["lat_deg"] = map(str, SPOTS[line["place"]])
            line["radius_m"] = "800"
        line["exposure"] = "public"
    whole = read(tmp_path, lines)
    order = list(range(whole.height))
    random.Random(seed).shuffle(order)
    state = State(whole[order[:2]], WEIGHTS)
    for n in order[2:]:
        state.add(whole[[n]])
    assert written(state.fused()) == written(fuse(whole, WEIGHTS))


def test_a_change_names_the_incident_that_is_gone(tmp_path):
    lines = [
        {"id": "A", "source_id": "one", "kind": "fire.mortar", "start": "2025-08-10T09:00+07:00", "place": "x",
         "lon_deg": "102.4", "lat_deg": "14.4", "radius_m": "300", "text": "shells came down"},
        {"id": "B", "source_id": "two", "kind": "fire.mortar", "start": "2025-08-10T09:00+07:00", "place": "x",
         "lon_deg": "102.4", "lat_deg": "14.4", "radius_m": "300", "text": "mortar rounds hit the slope"},
    ]  # fmt: skip
    whole = read(tmp_path, lines)
    state = State(whole.filter(pl.col("id") == "B"), WEIGHTS)
    change = state.add(whole.filter(pl.col("id") == "A"))
    assert (change.gone, change.made.incidents["observation_ids"].to_list()) == (("I-B",), [["A", "B"]])


def test_weights_that_still_move_are_refused(tmp_path):
    with pytest.raises(ValueError, match="frozen"):
        State(read(tmp_path, []), bare.given_weights(None))
