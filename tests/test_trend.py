"""Trend: rates whose numerator and denominator belong together, changes with their uncertainty, what was published then."""

import csv
import io
import json
import math
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from missions import ZONE, A, B, obs
from truceline import changepoint, kinds, publish, report, watching, when
from truceline import run as pipeline
from truceline.nouns import RateState, Turn
from truceline.report.index import Brief

PATROL = "E{n},mon,2025-08-{d:02}T08:00+07:00,2025-08-{d:02}T16:00+07:00,hill,,arda,,done,,,,,"


def seen(number, day, source="mon", **cells):
    """Mortar fire that a source saw on a day of August at noon."""
    cells = {"start": f"2025-08-{day:02}T12:00+07:00", "reported": f"2025-08-{day:02}", "method": "seen"} | cells
    return obs(number, source, **cells)


def week(edition, group="fire", zone="", at="2025-08-12"):
    moment = when.moment(at, ZONE)
    (found,) = [
        r for r in edition.rates if (r.period, r.group, r.zone) == ("week", group, zone) and r.start <= moment < r.end
    ]
    return found


def test_every_kind_is_counted_in_one_group():
    assert {kinds.group(k) for k in kinds.shipped()} <= set(kinds.GROUPS)
    assert kinds.group("fire.mortar") == "fire"
    assert kinds.group("fire.mortar", "threatened") == kinds.OTHER
    assert kinds.group("explosion.mine") == kinds.group("mine.found") == "explosion"
    assert kinds.group("pigeons.released") == kinds.OTHER


def test_the_interval_of_a_count_is_the_exact_one():
    for count, low, high in ((0, 0.0, 3.689), (1, 0.02532, 5.572), (10, 4.795, 18.39), (100, 81.36, 121.63)):  # tables
        assert watching.expected(count) == (pytest.approx(low, rel=1e-3), pytest.approx(high, rel=1e-3))
    low, high = watching.expected(7, 0.9)
    assert watching.at_most(7, high) == pytest.approx(0.05, abs=1e-9)
    assert 1 - watching.at_most(6, low) == pytest.approx(0.05, abs=1e-9)


def test_a_rate_counts_what_those_perceived_whose_hours_are_counted(mission):
    mission.effort(*(PATROL.format(n=d, d=d) for d in (11, 12, 13)))
    mission.tell(
        seen("IN", 12),
        seen("AFTER", 13, start="2025-08-13T20:00+07:00", place="ford"),  # perceived when nobody's hours are counted
        seen("OTHER", 12, "mon-2", start="2025-08-12T09:00+07:00", place="far"),  # an observer without effort on record
        obs("SAID", "voice-1", start="2025-08-11T09:00+07:00", reported="2025-08-11", place="south-gate"),
    )
    row = week(mission.edition("2025-09-01"))
    assert (row.incidents, row.seen, row.first_hand, row.hours, row.party_only) == (4, 3, 1, 24.0, 1)
    assert row.rate == pytest.approx(100 / 24, rel=0.01)
    assert row.low == pytest.approx(0.0253 * 100 / 24, rel=0.01)
    assert row.high == pytest.approx(5.572 * 100 / 24, rel=0.01)


def test_where_nobody_looked_there_is_no_rate_and_never_a_zero(mission):
    mission.effort(PATROL.format(n=1, d=11))
    mission.tell(obs("SAID", "voice-1", start="2025-08-20T09:00+07:00", reported="2025-08-20"))
    edition = mission.edition("2025-09-01")
    blind, calm = week(edition, at="2025-08-20"), week(edition, at="2025-08-12")
    assert (blind.state, blind.incidents, blind.rate, blind.high) == (RateState.NOT_LOOKED, 1, None, None)
    assert (calm.state, calm.incidents, calm.rate) == (RateState.RATE, 0, 0.0)
    assert calm.high == pytest.approx(3.689 * 100 / 8, rel=0.01)


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("E1,mon,2025-08-12,,hill,,arda,,done,,,,,", RateState.UNTIMED),
        ("E1,mon,2025-08-12T08:00+07:00,2025-08-12,hill,,arda,,done,,,,,", RateState.UNTIMED),
        ("E1,mon,2025-08-12T08:00+07:00,,hill,,arda,,done,,,,,", RateState.UNTIMED),
        ("E1,mon,2025-08-12T08:00/2025-08-12T10:00,,hill,,arda,,done,,,,,", RateState.RATE),
        (PATROL.format(n=1, d=12).replace("done", "host_led"), RateState.HOST_LED),
        (PATROL.format(n=1, d=12).replace("done", "refused"), RateState.NOT_LOOKED),
        (PATROL.format(n=1, d=12).replace("done", "planned"), RateState.NOT_LOOKED),
        (PATROL.format(n=1, d=12).replace("mon", "press-1"), RateState.NOT_LOOKED),
        (PATROL.format(n=1, d=12).replace("arda,,", "arda,mine,"), RateState.NOT_LOOKED),
        (PATROL.format(n=1, d=12).replace("arda,,", "arda,fire.mortar,"), RateState.RATE),
    ],
)
def test_only_hours_of_clock_times_on_the_observers_own_terms_count(mission, line, state):
    mission.effort(line)
    mission.tell(seen("IN", 12))
    row = week(mission.edition("2025-09-01"))
    assert row.state is state
    assert (row.rate is not None) == (row.hours > 0) == (state is RateState.RATE)
    assert row.first_hand == (0 if state is not RateState.RATE or "10:00" in line else 1)
    assert row.incidents == 1


def test_hours_of_one_observer_are_never_counted_twice_and_night_is_apart(mission):
    mission.effort(
        "E1,mon,2025-08-12T04:00+07:00,2025-08-12T10:00+07:00,hill,,arda,,done,,,,,",
        "E2,mon,2025-08-12T09:00+07:00,2025-08-12T20:00+07:00,ford,,brel,,done,,,,,",
        "E3,mon-2,2025-08-12T09:00+07:00,2025-08-12T10:00+07:00,ford,,brel,,done,,,,,",
    )
    edition = mission.edition("2025-09-01")
    row = week(edition)
    assert (row.hours, row.hours_night) == (17.0, 4.0)
    days = [r for r in edition.rates if r.period == "day" and r.group == "fire"]
    assert [(r.hours, r.hours_night) for r in days] == [(17.0, 4.0)]


def test_a_sector_counts_what_was_seen_from_it_and_lies_in_it(mission):
    zones = json.loads(mission.read("zones.geojson"))
    for name, west, east in (("west", 102.0, 102.5), ("east", 102.5, 103.0)):
        ring = [[[west, 14.0], [east, 14.0], [east, 15.0], [west, 15.0], [west, 14.0]]]
        zones["features"].append({"type": "Feature", "properties": {"id": name, "role": "sector"},
                                  "geometry": {"type": "Polygon", "coordinates": ring}})  # fmt: skip
    zones["features"] = [f for f in zones["features"] if f["properties"]["id"] != "sector"]
    mission.write("zones.geojson", json.dumps(zones))
    mission.effort(PATROL.format(n=1, d=12))
    mission.tell(seen("HERE", 12), seen("THERE", 12, place="ford", start="2025-08-12T09:00+07:00", method="heard"))
    edition = mission.edition("2025-09-01")
    whole, west, east = (week(edition, zone=z) for z in ("", "west", "east"))
    assert [(r.incidents, r.first_hand, r.hours) for r in (whole, west, east)] == [
        (2, 2, 8.0),
        (1, 1, 8.0),
        (1, 0, 0.0),
    ]


def test_weeks_of_the_whole_area_leave_no_week_out_and_days_add_up_to_them(mission):
    mission.effort(*(PATROL.format(n=d, d=d) for d in range(4, 25)))
    mission.tell(*(seen(f"O{d}", d) for d in range(5, 20, 2)))
    edition = mission.edition("2025-08-28T10:00+07:00")
    for group in kinds.GROUPS:
        weeks = [r for r in edition.rates if (r.period, r.zone, r.group) == ("week", "", group)]
        assert weeks[0].start == edition.mission.period.start
        assert weeks[-1].end == edition.as_of
        assert all(a.end == b.start for a, b in pairwise(weeks))
        days = [r for r in edition.rates if (r.period, r.group) == ("day", group)]
        for name in ("incidents", "first_hand", "hours"):
            assert sum(getattr(r, name) for r in days) == pytest.approx(sum(getattr(r, name) for r in weeks))


def made(rng, rate, days=60):
    """A series with effort that comes and goes: (series, number of the day of each bin)."""
    hours = rng.choice([0, 4, 8, 16, 24, 32], size=days, p=[0.15, 0.1, 0.25, 0.25, 0.15, 0.1]) * rng.uniform(
        0.6, 1.2, days
    )
    kept = np.flatnonzero(hours > 0)
    counts = rng.poisson(rate(kept) * hours[kept])
    return changepoint.Series(counts, hours[kept], kept // 7), kept


def test_a_constant_rate_seems_to_change_about_as_often_as_asked():
    rng = np.random.default_rng(19)
    alarms = tried = 0
    for n in range(600):
        series, _ = made(rng, lambda d, n=n: np.full(len(d), (15, 40, 120)[n % 3] / 840))
        if series.told:
            tried += 1
            alarms += changepoint.examined(series)[1] <= changepoint.ASKED
    assert tried > 500
    assert 0.02 <= alarms / tried <= 0.065


def test_effort_that_grows_is_no_escalation():
    rng = np.random.default_rng(7)
    alarms = 0
    for _ in range(100):
        hours = np.where(np.arange(60) < 30, 4.0, 24.0)
        series = changepoint.Series(rng.poisson(0.08 * hours), hours, np.arange(60) // 7)
        alarms += changepoint.examined(series)[1] <= changepoint.ASKED
    assert alarms <= 9


def test_a_true_change_is_found_in_time_and_size():
    rng = np.random.default_rng(3)
    found = inside = right = 0
    for _ in range(150):
        at = int(rng.integers(15, 45))
        series, days = made(rng, lambda d, at=at: 40 / 840 * np.where(d < at, 1, 3))
        _, chance, _, changes = changepoint.examined(series)
        if chance <= changepoint.ASKED:
            found += 1
            near = min(changes, key=lambda c: abs(days[c.at] - at))
            inside += days[near.first - 1] <= at <= days[near.last] + 1
            right += near.ratio_low <= 3 <= near.ratio_high
    assert found >= 0.8 * 150
    assert inside >= 0.9 * found
    assert right >= 0.9 * found


def test_a_burst_of_days_is_two_changes():
    rng = np.random.default_rng(5)
    found = two = 0
    for _ in range(60):
        series, _ = made(rng, lambda d: 60 / 840 * np.where((d >= 28) & (d < 38), 5, 1))
        _, chance, _, changes = changepoint.examined(series)
        found += chance <= changepoint.ASKED
        two += chance <= changepoint.ASKED and len(changes) == 2 and changes[0].ratio > 1 > changes[1].ratio
    assert found >= 54
    assert two >= 30


def test_the_chance_is_the_share_of_random_orders_with_as_large_a_contrast():
    rng = np.random.default_rng(11)
    counts = np.array([0, 1, 0, 2, 1, 0, 1, 3, 2, 4, 1, 3, 2, 5])
    hours = rng.uniform(4, 20, 14)
    series = changepoint.Series(counts, hours, np.arange(14) // 7)  # two weeks: the splits alone are looked at
    seen_ = np.where(series.eligible, changepoint.contrast(series.passed, series.total, series.share), 0).max()
    drawn = rng.multinomial(series.total, hours / hours.sum(), size=20_000)
    sums = np.concatenate([np.zeros((20_000, 1), dtype=int), drawn.cumsum(axis=1)], axis=1)
    most = np.where(series.eligible, changepoint.contrast(sums, series.total, series.share), 0).max(axis=1)
    assert changepoint.chance(series) == pytest.approx((most >= seen_ - 1e-9).mean(), abs=0.01)


def test_all_partitions_summed_by_dynamic_programming_are_those_counted_one_by_one():
    series = changepoint.Series(np.array([3, 0, 1, 6, 5]), np.array([8.0, 9, 7, 8, 8]), np.zeros(5, dtype=int))
    evidence = changepoint._evidence(series)
    one = [evidence[0, i] + evidence[i, 5] for i in range(1, 5)]
    two = [evidence[0, i] + evidence[i, j] + evidence[j, 5] for i in range(1, 5) for j in range(i + 1, 5)]
    mean = [math.exp(evidence[0, 5]), *(np.mean([math.exp(v) for v in logs]) for logs in (one, two))]
    posterior, best = changepoint.partitions(evidence)
    assert posterior[1] / posterior[0] == pytest.approx(mean[1] / mean[0] * (0.25 / 0.46875))
    assert posterior[2] / posterior[1] == pytest.approx(mean[2] / mean[1] / 2 * 1.0)
    assert best[1] == (1 + int(np.argmax(one)),)
    assert posterior.sum() == pytest.approx(1)


def rising(mission):
    """Six weeks of patrols with four and a half times as much to see in the second half."""
    lines, rows = [], []
    for n in range(42):
        day = when.moment("2025-08-04", ZONE) + timedelta(days=n)
        local = (day + timedelta(hours=7)).date().isoformat()
        lines.append(f"E{n},mon,{local}T06:00+07:00,{local}T18:00+07:00,hill,,arda,,done,,,,,")
        rows += [
            obs(f"O{n}-{k}", "mon", method="seen", start=f"{local}T{7 + 2 * k:02}:00+07:00", reported=local, place="",
                lon_deg=f"{102.2 + 0.05 * k:.2f}", lat_deg="14.4", radius_m="200", text=f"day {n}, {k}: shots")
            for k in range(1 + n % 2 if n >= 21 else n % 3 == 0)
        ]  # fmt: skip
    mission.effort(*lines)
    mission.tell(*rows)
    return mission


def test_an_escalation_is_named_with_its_time_and_its_ratio(mission):
    edition = rising(mission).edition("2025-09-15")
    (found,) = [c for c in edition.changes if c.group == "fire" and not c.zone]
    assert found.turn is Turn.ESCALATION
    assert found.low <= when.moment("2025-08-25", ZONE) <= found.high
    assert found.ratio_low > 1
    assert found.ratio_low < 4.5 < found.ratio_high
    assert found.before < found.after
    assert found.chance <= found.chance_of_all <= 0.05
    others = [c for c in edition.changes if c.group != "fire"]
    assert {c.turn for c in others} == {Turn.TOO_FEW}
    assert all(c.ratio is None and c.when is None for c in others)


def test_few_incidents_tell_no_change(mission):
    mission.effort(*(PATROL.format(n=d, d=d) for d in range(4, 25)))
    mission.tell(*(seen(f"O{d}", d) for d in (20, 21, 22)))
    assert {c.turn for c in mission.edition("2025-09-01").changes} == {Turn.TOO_FEW}


def swapped(text):
    return (
        text.replace(A, "@")
        .replace(B, A)
        .replace("@", B)
        .replace("Arda", "@")
        .replace("Brel", "Arda")
        .replace("@", "Brel")
    )


def test_exchanging_the_parties_exchanges_everything(mission, tmp_path):
    from missions import Folder

    rising(mission)
    mission.tell(
        obs("S1", "voice-1", actor_claimed="brel", start="2025-08-20T03:00+07:00", reported="2025-08-20", place="ford"),
        file="inbox/observations/p.csv",
    )
    other = Folder(tmp_path / "other")
    for path in mission.path.rglob("*"):
        if path.is_file():
            other.write(path.relative_to(mission.path).as_posix(), swapped(path.read_text("utf-8")))
    texts = []
    for folder in (mission, other):
        edition = folder.edition("2025-09-15")
        files = publish.files(edition, pipeline.summary(edition))
        section = next(s for s in report.build(edition, Brief()).sections if s.id == "trend")
        texts.append(files["trend.csv"].decode() + files["changes.csv"].decode() + repr(section))
    # the mission lists its parties in the order of its file, which is exchanged with them
    assert texts[1] == swapped(texts[0])


def table(data):
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_what_was_published_is_compared_as_it_was_printed(mission):
    mission.effort(*(PATROL.format(n=d, d=d) for d in range(4, 25)))
    mission.tell(seen("O1", 12), seen("LATE", 13, reported="2025-08-26", place="ford"), seen("O2", 20))
    mission.write(
        "published.csv",
        "as_of,period_start,period_end,measure,value,document\n"
        "2025-08-18,2025-08-11,2025-08-17,fire,7,weekly 2\n2025-08-30,2025-08-11,2025-08-17,fire,9,later than the edition\n"
        "2025-08-18,2025-08-11,2025-08-17,pigeons,1,\n2025-08-18,2025-08-11,2025-08-17,,8,weekly 2\n",
    )
    material = mission.load()
    assert [s.column for s in material.set_aside] == ["measure"]
    edition = pipeline.edition(material, when.moment("2025-08-25", ZONE), "public")
    row = week(edition)
    assert (row.incidents, row.published) == (1, 7)
    assert week(edition, at="2025-08-20").published is None
    later = pipeline.edition(material, when.moment("2025-09-05", ZONE), "public")
    assert (week(later).incidents, week(later).published) == (2, 9)
    section = next(s for s in report.build(*pipeline.document(edition, pipeline.Wish())).sections if s.id == "trend")
    cells = next(r for r in section.blocks[-1].rows if "Fire" in repr(r.cells[0])).cells
    assert [c.lines[0][0].text for c in cells][-2:] == ["1", "7"]
    assert [c.lines[0][0].text for c in section.blocks[-1].rows[-1].cells][-2:] == ["1", "8"]


def test_without_a_record_the_edition_of_that_day_is_made_again(mission):
    mission.tell(seen("O1", 12), seen("LATE", 13, reported="2025-08-20", place="ford"))
    edition = mission.edition("2025-08-25")
    section = next(s for s in report.build(*pipeline.document(edition, pipeline.Wish())).sections if s.id == "trend")
    cells = next(r for r in section.blocks[-1].rows if "Fire" in repr(r.cells[0])).cells
    assert [c.lines[0][0].text for c in cells][-2:] == ["2", "1"]
    assert "made again" in section.blocks[-1].note


def test_a_sealed_number_is_in_no_edition(mission):
    mission.write(
        "published.csv",
        "as_of,period_start,period_end,measure,value,exposure\n2025-08-18,2025-08-11,2025-08-17,fire,77,sealed\n",
    )
    assert mission.edition("2025-08-25").mission.published == ()


def test_the_section_says_what_cannot_be_said(mission):
    mission.tell(obs("SAID", "voice-1"))
    section = next(s for s in report.build(mission.edition("2025-08-25"), Brief()).sections if s.id == "trend")
    assert "No rate can be given" in repr(section.blocks)
    assert "Escalation" not in repr(section.blocks)


@pytest.mark.parametrize("language", report.languages())
def test_the_section_is_made_in_every_language(mission, language):
    edition = rising(mission).edition("2025-09-15")
    section = next(s for s in report.build(edition, Brief(language)).sections if s.id == "trend")
    figure = next(b for b in section.blocks if getattr(b, "id", "") == "trend")
    assert figure.alt
    assert {"rate_per_100h", "state"} <= set(table(publish.files(edition, {})["trend.csv"])[0])
