"""What fusion promises: no chaining, no swallowing, no order of arrival, undone means undone, places that hold the truth."""

import dataclasses
import math
import os
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline import bare, normalise, rows, spread, where
from truceline.fuse import Question, alike, arrays, compare, fuse, learn, lessons, pairs, sketch, weights
from truceline.nouns import Interval, Judgement, Method, Observation

SHIPPED = bare.given_weights(None)
FROZEN = dataclasses.replace(SHIPPED, share=None)
START = datetime(2025, 8, 10, 2, 0, tzinfo=UTC)


def told(name, source, *, seconds=0, last=60, lon=102.4, lat=14.4, radius=500.0, **more):
    span = Interval(
        START + timedelta(seconds=seconds), START + timedelta(seconds=seconds + last), more.pop("precision", "minute")
    )
    return Observation(
        id=name,
        source_id=source,
        when=span,
        kind=more.pop("kind", "fire.mortar"),
        lon_deg=lon,
        lat_deg=lat,
        radius_m=radius,
        **more,
    )


def day(name, source, days=0, many=1, **more):
    return told(name, source, seconds=days * 86_400, last=many * 86_400, precision="day", **more)


def tables(*told_, judgements=(), **more):
    return fuse(rows.table(Observation, told_), FROZEN, Question(tuple(judgements), **more))


def groups(made):
    return sorted(made.incidents["observation_ids"].to_list())


def written(made):
    return [rows.frame_bytes(t) for t in (made.incidents, made.links, made.near_misses)]


def judged(name, action, subject="", other="", undoes=""):
    return Judgement(name, START, "N. N.", action, subject, other, "seen on site", undoes)


def test_a_camera_and_a_patrol_that_hear_one_blast_are_one_and_the_place_is_the_crossing_of_their_bearings():
    truth = (102.40, 14.40)
    heard = []
    for name, stand in (("camera", (102.37, 14.40)), ("patrol", (102.40, 14.37))):
        bearing = math.degrees(math.atan2((truth[0] - stand[0]) * 0.968, truth[1] - stand[1]))
        heard.append(Observation(
            id=name, source_id=name, when=Interval(START + timedelta(seconds=len(heard) * 4), START + timedelta(seconds=len(heard) * 4 + 1), "second"),
            kind="explosion.unspecified", method=Method.HEARD if name == "patrol" else Method.RECORDED,
            observer_lon_deg=stand[0], observer_lat_deg=stand[1], bearing_deg=bearing, bearing_error_deg=4.0,
        ))  # fmt: skip
    table, _, _ = normalise.normalise(rows.table(Observation, heard), (), None)
    made = fuse(table, FROZEN)
    assert groups(made) == [["camera", "patrol"]]
    (incident,) = made.incidents.to_dicts()
    assert where.distance_m(incident["lon_deg"], incident["lat_deg"], *truth) < 300
    assert incident["major_m"] < 1000  # each wedge alone reaches 15 km


def test_two_shellings_of_one_hill_an_hour_apart_by_one_patrol_are_two():
    one = told("A", "patrol", method=Method.HEARD)
    assert groups(tables(one, told("B", "patrol", seconds=3600, method=Method.HEARD))) == [["A"], ["B"]]


def test_a_witness_reports_a_happening_once_unless_it_says_so():
    one, two = (
        day(n, "patrol", method=Method.SEEN, text=f"{n}: four mortar rounds came down on the slope") for n in "AB"
    )
    assert groups(tables(one, two)) == [["A"], ["B"]]
    assert groups(tables(one, dataclasses.replace(two, answers="A"))) == [["A", "B"]]


@pytest.mark.parametrize("many", [7, 31])
def test_a_summary_of_a_township_and_a_week_swallows_no_event(many):
    events = [day(f"E{n}", f"s{n}", days=n, lon=102.4 + n * 0.05, killed_min=n, killed_max=n) for n in range(4)]
    summary = day("Z", "relief", many=many, radius=25_000.0, killed_min=6, killed_max=6)
    assert groups(tables(*events, summary)) == [["E0"], ["E1"], ["E2"], ["E3"], ["Z"]]


def test_two_events_of_one_day_five_kilometres_apart_with_no_dead_stay_two():
    one = day("A", "press-1", place="Ban Nuea", radius=1000.0, killed_min=0, killed_max=0)
    two = day("B", "press-2", place="Ban Tai", radius=1000.0, lat=14.4 + 5 / 111, killed_min=0, killed_max=0)
    made = tables(one, two)
    assert groups(made) == [["A"], ["B"]]
    both = tables(one, dataclasses.replace(one, id="C", source_id="press-3", place="Ban Nuea"))
    assert groups(both) == [["A", "C"]]


def test_what_is_nearly_one_is_listed_for_a_person_and_what_was_parted_is_not():
    one = day("A", "press-1", place="Ban Nuea", radius=1000.0)
    pair = rows.table(Observation, [one, dataclasses.replace(one, id="B", source_id="press-2")])
    whole = int(learn.sums(FROZEN, lessons.lesson(pair, {"A": "x", "B": "x"}).levels)[0])
    below = dataclasses.replace(FROZEN, prior=FROZEN.prior - whole - 700)  # 0.7 bits under the line
    (missed,) = fuse(pair, below).near_misses.to_dicts()
    assert (missed["incident_a"], missed["incident_b"], missed["weight_bits"]) == ("I-A", "I-B", -0.7)
    assert fuse(pair, below, Question((judged("J1", "split", "A", "B"),))).near_misses.is_empty()


CHOICES = {
    "source": st.sampled_from(["p1", "p2", "p3", "patrol"]), "days": st.integers(0, 2), "many": st.sampled_from([1, 1, 1, 8]),
    "lon": st.sampled_from([102.4, 102.4, 102.42, 103.0]), "radius": st.sampled_from([300.0, 2000.0, 12_000.0]),
    "kind": st.sampled_from(["fire.mortar", "fire.unspecified", "harm.civilians", "explosion.mine"]),
    "killed": st.sampled_from([None, 0, 2, 7]), "text": st.sampled_from(["", "shells came down on the slope near the pagoda", "a mine"]),
}  # fmt: skip


@st.composite
def worlds(draw):
    made = []
    for n in range(draw(st.integers(2, 7))):
        given_ = {name: draw(how) for name, how in CHOICES.items()}
        source, killed = given_.pop("source"), given_.pop("killed")
        method = Method.SEEN if source == "patrol" else Method.RELAYED
        made.append(day(f"Q{n}", source, method=method, killed_min=killed, killed_max=killed, **given_))
    return made


ORDERS = 4
CASES = int(os.environ.get("TRUCELINE_CASES", "80"))


@pytest.mark.slow
@settings(max_examples=CASES // ORDERS, deadline=None)
@given(world=worlds(), seed=st.integers(0, 1000))
def test_any_order_of_arrival_gives_the_same_bytes(world, seed):
    """TRUCELINE_CASES=10000 generates so many orders (docs/fusion.md)."""
    table = rows.table(Observation, world)
    expected = written(fuse(table, SHIPPED))
    chance = random.Random(seed)
    for _ in range(ORDERS):
        order = list(range(len(world)))
        chance.shuffle(order)
        assert written(fuse(table[order], SHIPPED)) == expected


def test_of_pairs_that_weigh_the_same_the_first_by_id_is_shown_in_any_order():
    """Two accounts of one moment and place, and a third that is nearly one with both."""
    mines = [day(n, "p1", days=2, radius=300.0, method=Method.RELAYED, kind="explosion.mine", killed_min=7, killed_max=7) for n in "AB"]  # fmt: skip
    third = day(
        "C", "p1", days=2, radius=300.0, method=Method.RELAYED, kind="fire.unspecified", killed_min=2, killed_max=2
    )
    table = rows.table(Observation, [*mines, third])
    shown = {tuple(fuse(table[list(o)], SHIPPED).near_misses.row(0)[2:4]) for o in permutations(range(3))}
    assert shown == {("A", "C")}


@settings(max_examples=CASES // 2, deadline=None)
@given(world=worlds(), data=st.data())
def test_every_join_and_split_undone_restores_identical_bytes(world, data):
    table = rows.table(Observation, world)
    before = written(fuse(table, FROZEN))
    names = [o.id for o in world]
    first, second = data.draw(st.permutations(names))[:2]
    action = data.draw(st.sampled_from(["join", "split"]))
    decided = judged("J1", action, first, second)
    after = fuse(table, FROZEN, Question((decided,)))
    together = any({first, second} <= set(g) for g in after.incidents["observation_ids"].to_list())
    assert together is (action == "join") or any(o.text for o in world)
    undone = fuse(table, FROZEN, Question((decided, judged("J2", "undo", undoes="J1"))))
    assert written(undone) == before


@settings(max_examples=CASES // 2, deadline=None)
@given(world=worlds(), blame=st.lists(st.sampled_from(["arda", "brel", ""]), min_size=7, max_size=7))
def test_exchanging_the_names_of_the_parties_exchanges_nothing(world, blame):
    swap = {"arda": "brel", "brel": "arda", "": ""}
    words = ("arda", "brel", "Arda", "Brel")
    sides = [
        dataclasses.replace(o, actor_claimed=b, actors=(b,) if b else (), text=f"{o.text} says {b}")
        for o, b in zip(world, blame, strict=False)
    ]
    other = [
        dataclasses.replace(o, actor_claimed=swap[o.actor_claimed], actors=tuple(swap[a] for a in o.actors),
                            text=o.text.replace("arda", "\0").replace("brel", "arda").replace("\0", "brel"))
        for o in sides
    ]  # fmt: skip
    assert written(tables(*sides, party_words=words)) == written(tables(*other, party_words=words))


def test_missing_values_say_nothing():
    kinds = alike.kinds_of(["fire.mortar"])
    empty = [dataclasses.replace(day(n, n), lon_deg=None, lat_deg=None, radius_m=None) for n in "AB"]
    every = arrays.accounts(arrays.ordered(rows.table(Observation, empty), kinds), kinds)
    found = np.zeros((1, len(compare.FEATURES)), dtype=np.int8)
    at = np.array([0], dtype=np.int32)
    weights.levels(*every.columns, np.zeros(2, dtype=np.int8), at, at + 1, found)
    said = {name for name, level in zip(compare.FEATURES, found[0], strict=True) if level >= 0}
    assert said == {"space", "time", "kind", "source", "method", "listing"}


@pytest.mark.parametrize("seed", range(3))
def test_the_ellipse_holds_the_truth_as_often_as_it_says(seed):
    """Bearings with errors, bands of distance, points with radii: 95 % of the truths lie in the ellipse and the circle."""
    chance = np.random.default_rng(seed)
    inside, circled, many = 0, 0, 700
    sightings = []
    truths = []
    for n in range(many):
        truth = np.array([102.4 + n * 0.5 % 40, 8.0 + n // 80 * 2])
        truths.append(truth)
        scale = np.array([spread.km_east(truth[1]), spread.KM_PER_DEG_LAT])
        for k in range(int(chance.integers(1, 4))):
            if chance.random() < 0.5:
                error, low = float(chance.uniform(2, 12)), float(chance.uniform(0, 3000))
                high = low + float(chance.uniform(500, 4000))
                away, phi = chance.uniform(low, high) / 1000, chance.uniform(0, 2 * np.pi)
                stand = truth - away * np.array([np.sin(phi), np.cos(phi)]) / scale
                bearing = (np.degrees(phi) + chance.normal(0, error / 1.96)) % 360
                sightings.append(Observation(
                    id=f"W{n:04}-{k}", source_id=f"w{n}-{k}", when=Interval(START, START + timedelta(minutes=1), "minute"), method=Method.HEARD,
                    kind="fire.mortar", observer_lon_deg=stand[0], observer_lat_deg=stand[1], bearing_deg=float(bearing),
                    bearing_error_deg=error, distance_min_m=low, distance_max_m=high,
                ))  # fmt: skip
            else:
                radius = float(chance.choice([300.0, 1000.0, 3000.0]))
                spot = truth + chance.normal(0, radius / 1000 / where.RADIUS_95_IN_SIGMA, 2) / scale
                sightings.append(
                    told(f"W{n:04}-{k}", f"w{n}-{k}", lon=spot[0], lat=spot[1], radius=radius, method=Method.SEEN)
                )
    table, _, _ = normalise.normalise(rows.table(Observation, sightings), (), None)
    groups_ = [sorted(i for i in table["id"] if i.startswith(f"W{n:04}")) for n in range(many)]
    joins = [judged(f"J{a}", "join", a, b) for group in groups_ for a, b in pairwise(group)]
    made = fuse(table, FROZEN, Question(tuple(joins)))
    held = {i["observation_ids"][0][1:5]: i for i in made.incidents.to_dicts()}
    for n, truth in enumerate(truths):
        one = held[f"{n:04}"]
        east = (truth[0] - one["lon_deg"]) * spread.km_east(truth[1]) * 1000
        north = (truth[1] - one["lat_deg"]) * spread.KM_PER_DEG_LAT * 1000
        turn = math.radians(one["azimuth_deg"])
        along, across = east * math.sin(turn) + north * math.cos(turn), east * math.cos(turn) - north * math.sin(turn)
        inside += (along / one["major_m"]) ** 2 + (across / one["minor_m"]) ** 2 <= 1
        circled += math.hypot(east, north) <= one["radius_m"]
    assert 0.93 <= inside / many <= 0.97
    assert 0.93 <= circled / many <= 0.975


def test_pairs_found_on_grids_are_those_of_a_plain_search():
    chance = np.random.default_rng(5)
    made = [
        told(f"N{n:03}", f"s{n % 5}", seconds=int(chance.integers(0, 6 * 86_400)), last=int(chance.choice([60, 86_400, 9 * 86_400, 40 * 86_400])),
             lon=float((102 + chance.normal(0, 0.3)) if n % 3 else (180 + chance.normal(0, 0.2) + 180) % 360 - 180), lat=float(chance.normal(14, 0.3)),
             radius=float(chance.choice([200, 3000, 20_000, 90_000])), precision="minute" if n % 2 else "day")
        for n in range(260)
    ]  # fmt: skip
    kinds = alike.kinds_of(["fire.mortar"])
    c = arrays.accounts(arrays.ordered(rows.table(Observation, made), kinds), kinds).columns
    plain = set()
    for i in range(len(made)):
        for j in range(i + 1, len(made)):
            p, q = c.row[i], c.row[j]
            reach = pairs.CLOCK_GAP_S if p["clock"] and q["clock"] else pairs.GAP_S
            turn = abs(p["lon"] - q["lon"])
            turn = min(turn, 360 - turn)
            km = math.hypot(turn * spread.km_east((p["lat"] + q["lat"]) / 2), (p["lat"] - q["lat"]) * 110.6)
            sigma = math.sqrt(p["ee"] + q["ee"] + compare.EVENT_KM**2)
            if (
                max(p["start"], q["start"]) - min(p["end"], q["end"]) <= reach
                and km / sigma <= compare.FARTHEST_SIGMAS * 0.99
            ):
                plain.add((i, j))
    found = [(int(a), int(b)) for i, j in pairs.close(c, np.arange(len(made))) for a, b in zip(i, j, strict=True)]
    assert len(found) == len(set(found))
    assert plain <= set(found)
    assert len(found) < 1.05 * len(plain)


@settings(max_examples=200, deadline=None)
@given(a=st.text("abcdกขคខគ", max_size=80), b=st.text("abcdกขคខគ", max_size=80))
def test_a_sketch_tells_the_share_of_common_pieces(a, b):
    at, hashes = sketch.sketches(pl.Series([a, b]))
    sets = [{t[i : i + 4] for i in range(len(t) - 3)} for t in (a, b)]
    expected = len(sets[0] & sets[1]) / len(sets[0] | sets[1]) if sets[0] | sets[1] else 0.0
    assert sketch.shared(hashes, at[0], at[1], at[1], at[2]) == pytest.approx(expected)


def test_weights_are_written_and_read_and_refused_where_they_do_not_fit():
    assert (weights.parse(weights.shown(SHIPPED)).bits == SHIPPED.bits).all()
    with pytest.raises(ValueError, match="features"):
        weights.parse({"levels": {}, "prior_bits": 0})
    with pytest.raises(ValueError, match="of this version"):
        weights.parse(
            {**weights.shown(SHIPPED), "levels": {**weights.shown(SHIPPED)["levels"], "kind": {"alike": 1.0}}}
        )


def test_weights_fitted_on_pairs_find_them_again_and_the_prior_moves_with_the_share():
    chance = np.random.default_rng(3)
    same = chance.random(4000) < 0.2
    levels = np.full((4000, len(compare.FEATURES)), -1, dtype=np.int8)
    levels[:, compare.FEATURES.index("place")] = np.where(chance.random(4000) < np.where(same, 0.8, 0.2), 0, 3)
    made = learn.fit(levels, same)
    kept, other = (made.bits[compare.FEATURES.index("place"), k] / 1000 for k in (0, 3))
    assert kept - other == pytest.approx(4.0, abs=0.4)  # log2(0.8 / 0.2) - log2(0.2 / 0.8)
    share = learn.share(made, levels)
    assert abs(learn.moved(made, learn.sums(made, levels), share).prior - made.prior) < 100
    fewer = levels[np.flatnonzero(~same)]
    assert learn.moved(made, learn.sums(made, fewer), share).prior < made.prior


def test_a_grouping_that_people_made_teaches_weights_that_keep_to_it(truceline, tmp_path):
    from missions import obs, table

    lines = [obs(f"E{n:02}-{k}", f"s{k}", start=f"2025-08-{1 + n:02}", reported="2025-09-20", lon_deg="102.4", lat_deg="14.4", radius_m="900",
                 killed_min=str(n), killed_max=str(n), place="") for n in range(20) for k in range(3)]  # fmt: skip
    (tmp_path / "table.csv").write_text(table(lines), "utf-8")
    (tmp_path / "truth.csv").write_text("id,event_id\n" + "".join(f"{x['id']},{x['id'][:3]}\n" for x in lines), "utf-8")
    done = truceline("fuse", tmp_path / "table.csv", "--truth", tmp_path / "truth.csv", "--out", tmp_path / "one")
    assert done.code == 0
    links = pl.read_csv(tmp_path / "one/links.csv")
    assert links["incident_id"].n_unique() == 20
    again = truceline(
        "fuse", tmp_path / "table.csv", "--weights", tmp_path / "one/weights.json", "--out", tmp_path / "two"
    )
    assert again.code == 0
    assert (tmp_path / "one/links.csv").read_bytes() == (tmp_path / "two/links.csv").read_bytes()
    (tmp_path / "truth.csv").write_text("id,event\nA,B\n", "utf-8")
    bad = truceline("fuse", tmp_path / "table.csv", "--truth", tmp_path / "truth.csv", "--out", tmp_path / "three")
    assert (bad.code, "no columns id and event_id" in bad.err) == (3, True)


def test_lessons_count_what_is_lost():
    made = [day("A", "a"), day("B", "b"), day("C", "c", lon=104.0)]
    one = lessons.lesson(rows.table(Observation, made), {"A": "x", "B": "x", "C": "x"})
    assert (int(one.same.sum()), one.lost) == (1, 2)


def test_each_source_has_an_error_of_its_own():
    one = told("A", "patrol", seconds=0, last=1, precision="second", radius=100.0)
    other = told("B", "press-1", seconds=900, last=1, precision="second", radius=100.0, lat=14.4 + 1.2 / 111)
    assert groups(tables(one, other)) == [["A"], ["B"]]
    off = tables(one, other, errors={"press-1": (2500.0, 1200.0)})
    assert groups(off) == [["A", "B"]]
    (link,) = off.links.filter(pl.col("observation_id") == "B").to_dicts()
    assert "10 seconds or less between the times given" in link["reasons"][0]


def test_a_mission_says_how_far_a_source_is_off(mission):
    mission.edit(
        "sources.yaml",
        "{id: press-1, name: Morning Post,",
        "{id: press-1, error_m: 2500, clock_error_s: 1200, name: Morning Post,",
    )
    source = mission.edition().mission.source("press-1")
    assert (source.error_m, source.clock_error_s) == (2500.0, 1200.0)
