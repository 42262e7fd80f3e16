"""Heat by place and season: a harvest is no excess, a quiet month's fire is, and what cannot be compared says nothing."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from truceline.satellite import baseline, triage

FIRST = 16_436  # 1 January 2015, days since 1970


def seasons(years=6, seed=3, burning=20.0, quiet=0.1):
    """Detections of a degree with a burning season in February: rates a day for the whole degree."""
    rng = np.random.default_rng(seed)
    lon, lat, day = [], [], []
    for d in range(int(years * 365.25)):
        rate = burning if 31 <= d % 365.25 < 59 else quiet
        n = rng.poisson(rate)
        lon += list(103 + rng.uniform(0, 1, n))
        lat += list(14 + rng.uniform(0, 1, n))
        day += [FIRST + d] * n
    return np.array(lon), np.array(lat), np.array(day)


def with_fire(table, day, n=14, at=(103.55, 14.55)):
    rng = np.random.default_rng(9)
    lon, lat, days = table
    return (
        np.r_[lon, at[0] + rng.uniform(-0.3, 0.3, n)],
        np.r_[lat, at[1] + rng.uniform(-0.3, 0.3, n)],
        np.r_[days, np.full(n, day)],
    )


def test_fires_of_a_quiet_month_stand_out_and_the_same_number_in_the_burning_season_does_not():
    july, february = FIRST + int(3 * 365.25) + 190, FIRST + int(3 * 365.25) + 45
    for day, stands_out in ((july, True), (february, False)):
        found = baseline.blocks(baseline.days(*with_fire(seasons(), day)))
        week = (found.start <= day) & (day < found.start + 7)
        assert bool((found.q[week] < 0.01).any()) == stands_out


def test_without_another_year_nothing_is_known():
    lon, lat, day = seasons(years=1)
    kept = day < FIRST + 300
    found = baseline.days(lon[kept], lat[kept], day[kept])
    assert np.isnan(found.chance).all()
    assert len(baseline.blocks(found).q) == 0


@pytest.mark.parametrize("seed", range(4))
def test_years_that_are_alike_give_few_false_excesses(seed):
    found = baseline.blocks(baseline.days(*seasons(seed=seed, quiet=0.3)))
    assert (found.q < 0.05).mean() < 0.05


def test_a_plain_count_agrees_with_the_kernel():
    lon, lat, day = seasons(years=3, burning=4.0, quiet=0.5)
    found = baseline.days(lon, lat, day)
    cell = baseline.cells(lon, lat)
    for n in range(0, len(found.cell), 37):
        here = (cell == found.cell[n]) & (day == found.day[n])
        assert found.number[n] == here.sum()
        x, y = baseline.middle(found.cell[n : n + 1])
        assert (np.abs(lon[here] - x) <= 0.05 + 1e-6).all()
        assert (np.abs(lat[here] - y) <= 0.05 + 1e-6).all()


def test_a_spot_that_burns_in_every_month_is_a_fixed_source_and_a_field_is_not():
    rng = np.random.default_rng(1)
    works = np.arange(FIRST, FIRST + 700, 9)
    field = rng.integers(FIRST + 31, FIRST + 59, 60)
    lon = np.r_[np.full(len(works), 103.205), np.full(60, 103.805)]
    assert baseline.static(lon, np.full(len(lon), 14.005), np.r_[works, field]) == {(10320, 1400)}


def test_false_discovery_values_are_those_of_benjamini_and_hochberg():
    # statsmodels 0.14, multipletests(p, method="fdr_bh")
    p = np.array([0.01, 0.04, 0.03, 0.005])
    assert baseline.false_discovery(p) == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert baseline.false_discovery(p, family=8) == pytest.approx([0.04, 0.08, 0.08, 0.04])


def table(lon, lat, day):
    moment = [datetime(1970, 1, 1, 6, tzinfo=UTC) + timedelta(days=int(d)) for d in day]
    return pl.DataFrame(
        {"time_utc": moment, "day_only": False, "lon_deg": lon, "lat_deg": lat, "instrument": "VIIRS"}
    ).cast({"time_utc": pl.Datetime("us", "UTC")})


def test_excess_near_which_nothing_was_reported_becomes_a_question_and_with_a_report_none():
    july = FIRST + int(3 * 365.25) + 190
    seen = table(*with_fire(seasons(), july, at=(103.5, 14.5)))
    start = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=july)
    nothing = pl.DataFrame({"start": [], "end": [], "lon_deg": [], "lat_deg": []}, schema={"start": pl.Datetime("us", "UTC"),
        "end": pl.Datetime("us", "UTC"), "lon_deg": pl.Float64, "lat_deg": pl.Float64})  # fmt: skip
    asked = [o for o in triage.excess(seen, nothing, "firms") if o.when.start <= start < o.when.end]
    assert [o.kind for o in asked] == ["heat.detection"]
    assert "heat is no event" in asked[0].text
    near = [{"start": start, "end": start + timedelta(days=1), "lon_deg": x, "lat_deg": y}
            for x, y in seen.filter(pl.col("time_utc").dt.date() == start.date()).select("lon_deg", "lat_deg").iter_rows()]  # fmt: skip
    told = pl.DataFrame(near, schema=nothing.schema)
    assert not [o for o in triage.excess(seen, told, "firms") if o.when.start <= start < o.when.end]


def test_in_a_mission_heat_moves_no_grade_and_makes_no_incident(mission):
    from missions import obs

    mission.tell(obs("V1", "voice-1", actor_claimed="brel"))
    before = mission.edition("2025-08-16")
    july = np.arange(20_270, 20_310)
    rows = ["latitude,longitude,acq_date,acq_time,satellite,instrument"]
    rows += [f"14.4001,102.4001,{np.datetime64(int(d), 'D')},0630,N,VIIRS" for d in july]
    mission.write("inbox/firms/heat.csv", "\n".join(rows) + "\n")
    after = mission.edition("2025-08-16")
    assert [a.grade for a in after.assessments] == [a.grade for a in before.assessments]
    assert [i.id for i in after.incidents] == [i.id for i in before.incidents]
    assert len(after.heat) == len(after.incidents)
    assert before.heat == ()
