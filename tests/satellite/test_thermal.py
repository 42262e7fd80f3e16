"""What a detection near a report is worth: more when nearer and rarer, nothing under cloud, nothing where it tells nothing."""

import csv
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline import store
from truceline.satellite import around, thermal, weigh

MODEL = thermal.parse(store.shipped(store.THERMAL))
START = datetime(2025, 7, 1, tzinfo=UTC)
DATA = os.environ.get("TRUCELINE_TEST_DATA", "")
KM = 1 / 111.195


def heat(rows):
    """Detections from (days after START, lon, lat)."""
    return pl.DataFrame(
        [{"time_utc": START + timedelta(days=d), "day_only": False, "lon_deg": x, "lat_deg": y, "scan_km": None} for d, x, y in rows],
        schema={"time_utc": pl.Datetime("us", "UTC"), "day_only": pl.Boolean, "lon_deg": pl.Float64, "lat_deg": pl.Float64,
                "scan_km": pl.Float64},
    )  # fmt: skip


def reports(rows):
    """Reports from (id, days after START, lon, lat, radius_m)."""
    return pl.DataFrame(
        [{"id": i, "start": START + timedelta(days=d), "end": START + timedelta(days=d + 1), "lon_deg": x, "lat_deg": y, "radius_m": r}
         for i, d, x, y, r in rows],
        schema={"id": pl.String, "start": pl.Datetime("us", "UTC"), "end": pl.Datetime("us", "UTC"), "lon_deg": pl.Float64,
                "lat_deg": pl.Float64, "radius_m": pl.Float64},
    )  # fmt: skip


def background(seed=1, days=120, width=0.5, a_day=3):
    """Detections here and there on every day of a square of `width` degrees about 103 E, 14 N."""
    rng = np.random.default_rng(seed)
    n = days * a_day
    return list(
        zip(
            rng.uniform(0, days, n),
            103 + rng.uniform(-width, width, n),
            14 + rng.uniform(-width, width, n),
            strict=True,
        )
    )


def many(signal, n=60, seed=2):
    """Reports on quiet places, of which `signal` have a detection 300 m away on their day, and all detections."""
    rng = np.random.default_rng(seed)
    told, seen = [], background(seed)
    for k in range(n):
        x, y, d = 103 + rng.uniform(-0.3, 0.3), 14 + rng.uniform(-0.3, 0.3), 40 + int(rng.integers(0, 40))
        told.append((f"R{k:02}", d, x, y, 100.0))
        if k < signal * n:
            seen.append((d + 0.4, x + 0.3 * KM, y))
    return reports(told), heat(seen)


def weighed(told, seen, **surroundings):
    return weigh.weigh(told, seen, weigh.Surroundings(**surroundings), MODEL)


def test_a_detection_beside_the_report_on_its_day_speaks_for_it_and_its_chance_is_printed():
    found = weighed(*many(0.5))
    first, last = found.table.row(0, named=True), found.table.row(-1, named=True)
    assert found.scale > 0.8
    assert first["weight_bits"] > 1
    assert -0.3 < last["weight_bits"] <= 0.1
    assert first["chance_share"] < 0.05
    assert 250 < first["nearest_m"] < 350
    assert "by chance one lies as near on" in first["reason"]


def test_where_detections_lie_no_nearer_on_the_day_every_weight_is_nought_and_says_uninformative():
    found = weighed(*many(0.0))
    assert found.scale == 0
    assert set(found.table["weight_bits"]) == {0.0}
    assert found.table["reason"].str.starts_with("uninformative").all()


def test_under_cloud_nothing_speaks_for_or_against():
    told, seen = many(0.5)
    days = [START.date() + timedelta(days=d) for d in range(-10, 140)]
    sky = pl.DataFrame({"date": days, "lon_deg": 103.0, "lat_deg": 14.0, "cloud_share": 0.97})
    found = weighed(told, seen, cloud=sky).table
    assert found["weight_bits"].abs().max() == 0
    assert found["reason"].str.contains("nothing could have been seen").all()
    half = weighed(told, seen, cloud=sky.with_columns(pl.lit(0.5).alias("cloud_share"))).table
    clear = weighed(told, seen, cloud=sky.with_columns(pl.lit(0.0).alias("cloud_share"))).table
    assert 0 < half["weight_bits"][0] < clear["weight_bits"][0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lon_deg": None}, "no place or no time"),
        ({"end": START + timedelta(days=200)}, "longer than 7 days"),
        ({"start": START + timedelta(days=400), "end": START + timedelta(days=401)}, "no detections are held"),
    ],
)
def test_what_cannot_be_weighed_weighs_nothing_and_says_why(change, words):
    told, seen = many(0.5)
    told = told.with_columns(
        pl.when(pl.col("id") == "R00").then(pl.lit(value, told.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in change.items()
    )
    row = weighed(told, seen).table.row(0, named=True)
    assert row["weight_bits"] == 0
    assert words in row["reason"]


def test_a_place_known_to_ten_kilometres_gains_less():
    told, seen = many(0.5)
    vague = weighed(told.with_columns(pl.lit(10_000.0).alias("radius_m")), seen).table
    exact = weighed(told, seen).table
    assert vague["weight_bits"].sum() < exact["weight_bits"].sum()
    assert vague["chance_share"][0] > 5 * exact["chance_share"][0]


def test_a_place_that_always_burns_gains_less_than_a_quiet_one():
    told, seen = many(0.5)
    x, y = told["lon_deg"][0], told["lat_deg"][0]
    works = pl.concat([seen, heat([(d + 0.2, x, y) for d in range(120)])])
    assert weighed(told, works).table["weight_bits"][0] < weighed(told, seen).table["weight_bits"][0] - 0.8


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(12)), st.floats(0.2, 9.0))
def test_the_order_of_rows_changes_nothing_and_nearer_is_never_worth_less(order, km):
    told, seen = many(0.5)
    some = told.head(12)
    again = weighed(some[list(order)], seen.sample(fraction=1.0, shuffle=True, seed=3)).table.sort("id")
    assert again.equals(weighed(some, seen).table)

    def bits(distance):
        found = around.Around(*(np.array([v]) for v in (distance, np.inf, np.nan, 1, 0, 2, 28.0)))
        seen_ = thermal.sights(found, np.array([0.1]), np.array([1.0]), MODEL)
        return thermal.raw_bits(seen_, np.array([0.1]), np.array([1.0]), MODEL)[0]

    assert bits(km) >= bits(km + 0.5)


def test_the_kernel_counts_what_a_plain_search_counts():
    told, seen = many(0.4, n=20)
    first = told["start"].dt.epoch("us").to_numpy() / 86_400e6
    day = weigh.days_of(seen)
    lon, lat = seen["lon_deg"].to_numpy(), seen["lat_deg"].to_numpy()
    places = (told["lon_deg"].to_numpy(), told["lat_deg"].to_numpy(), first, first + 1)
    found = around.around(places, around.field(lon, lat, day, np.full(len(day), np.nan)), around.spans(day))
    for n in range(20):
        km = np.hypot((lon - places[0][n]) * np.cos(np.radians(places[1][n])), lat - places[1][n]) * 111.195
        today = (day >= first[n]) & (day < first[n] + 1) & (km <= 10)
        away = ((day >= first[n] - 35) & (day < first[n] - 20)) | ((day >= first[n] + 21) & (day < first[n] + 36))
        assert found.far[n] == (away & (km <= 10)).sum()
        assert found.near[n] == (away & (km <= 2)).sum()
        assert found.score_km[n] == pytest.approx(km[today].min() if today.any() else np.inf)


def test_a_model_that_falls_is_refused():
    with pytest.raises(ValueError, match="rise"):
        thermal.parse({**MODEL._asdict(), "bits": [0.0, -1.0, 0.0, 0.0, 0.0]})


@pytest.fixture
def files(tmp_path):
    told, seen = many(0.5)
    told.with_columns(pl.lit("mon").alias("source_id")).select(
        "id", "source_id", "start", "lon_deg", "lat_deg", "radius_m"
    ).write_csv(tmp_path / "reports.csv", datetime_format="%Y-%m-%dT%H:%M:%SZ")
    seen.select(
        pl.col("lat_deg").alias("latitude"), pl.col("lon_deg").alias("longitude"),
        pl.col("time_utc").dt.strftime("%Y-%m-%d").alias("acq_date"), pl.col("time_utc").dt.strftime("%H%M").alias("acq_time"),
    ).write_csv(tmp_path / "heat.csv")  # fmt: skip
    return tmp_path


def test_the_verb_writes_the_columns_of_the_contract(truceline, files):
    done = truceline("thermal", files / "reports.csv", "--detections", files / "heat.csv", "--out", files / "out.csv")
    assert done.code == 0, done.err
    assert "of the fitted weight is used in this table" in done.out
    lines = list(csv.DictReader((files / "out.csv").read_text("utf-8").splitlines()))
    assert list(lines[0]) == ["id", "weight_bits", "detections", "nearest_m", "chance_share", "cloud_share", "reason"]
    assert len(lines) == 60
    assert float(lines[0]["weight_bits"]) > 1
    again = truceline("thermal", files / "reports.csv", "--detections", files / "heat.csv", "--out", files / "out.csv")
    assert (again.code, "--force" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("cloud", "date,lon_deg,lat_deg\n2025-07-01,103,14\n", "cloud_share"),
        ("cloud", "date,lon_deg,lat_deg,cloud_share\n2025-07-01,103,14,0.2\n2025-07-02,103,14,70\n", "table.csv:3"),
        ("land-use", "lon_deg,lat_deg,class\n103,north,crops\n", "table.csv:2"),
        ("model", "{}", "knots"),
    ],
)
def test_bad_tables_are_refused_with_file_and_line(truceline, files, name, text, words):
    (files / "table.csv").write_text(text, "utf-8")
    done = truceline(
        "thermal", files / "reports.csv", "--detections", files / "heat.csv", f"--{name}", files / "table.csv", "--out", files / "o.csv"
    )  # fmt: skip
    assert done.code == 3
    assert words in done.err
    assert not (files / "o.csv").exists()


def test_no_detections_are_a_clear_error(truceline, files):
    (files / "heat.csv").write_text("Invalid MAP_KEY.", "utf-8")
    done = truceline("thermal", files / "reports.csv", "--detections", files / "heat.csv", "--out", files / "o.csv")
    assert (done.code, "key" in done.err.lower()) == (3, True)


@pytest.mark.skipif(
    not Path(DATA, "ukraine-firms").is_dir(), reason="TRUCELINE_TEST_DATA names no folder with ukraine-firms"
)
def test_on_the_donbas_ceasefire_it_keeps_silent_and_in_open_war_it_gains():
    sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
    import heat_truth

    truce = heat_truth.truce()
    quiet = weigh.weigh(truce.reports.filter("true"), truce.detections, truce.around, MODEL)
    assert 0.8 < (2.0 ** quiet.table["weight_bits"]).mean() < 1.25
    both = weigh.weigh(truce.reports, truce.detections, truce.around, MODEL)
    assert heat_truth.gain(both.table["weight_bits"], truce.reports["true"])[0] >= 0
    war = heat_truth.war()
    loud = weigh.weigh(war.reports, war.detections, war.around, MODEL)
    assert heat_truth.gain(loud.table["weight_bits"], war.reports["true"])[0] > 0.015


def test_the_shipped_model_says_what_it_was_fitted_on():
    assert json.dumps(MODEL.on)
    assert "Ukraine" in MODEL.on


def test_fuse_says_what_the_heat_near_each_incident_is_worth(truceline, files):
    done = truceline("fuse", files / "reports.csv", "--detections", files / "heat.csv", "--out", files / "fused")
    assert done.code == 0, done.err
    rows = list(csv.DictReader((files / "fused/incidents.csv").read_text("utf-8").splitlines()))
    alone = truceline("thermal", files / "reports.csv", "--detections", files / "heat.csv", "--out", files / "out.csv")
    assert alone.code == 0
    weights = {r["id"]: r for r in csv.DictReader((files / "out.csv").read_text("utf-8").splitlines())}
    single = [r for r in rows if r["observations"] == "1"]
    assert len(single) > 50
    for row in single:
        assert float(row["heat_bits"]) == pytest.approx(float(weights[row["observation_ids"]]["weight_bits"]), abs=0.25)
        assert row["heat_reason"]


def test_a_fixed_source_is_named_and_nothing_is_dropped():
    told, seen = many(0.5)
    works = heat([(d * 9 - 300, 103.0, 14.0) for d in range(80)])
    both = pl.concat([seen, works])
    near = told.with_columns(pl.lit(103.005).alias("lon_deg"), pl.lit(14.0).alias("lat_deg")).head(1)
    found = weighed(pl.concat([near, told[1:]]), both).table
    assert "a fixed heat source burns within 2 km" in found["reason"][0]
    assert found["detections"][0] >= weighed(pl.concat([near, told[1:]]), seen).table["detections"][0]


def test_a_mission_weighs_heat_under_its_own_cloud_table(mission):
    from missions import obs

    mission.tell(obs("V1", "voice-1", lon_deg="102.40", lat_deg="14.40", radius_m="100", place=""))
    rows = ["latitude,longitude,acq_date,acq_time,satellite,instrument"]
    rows += [f"14.{401 + n % 7},102.4{n % 9},2025-{7 + n // 31:02}-{n % 31 + 1:02},0630,N,VIIRS" for n in range(61)]
    mission.write("inbox/firms/heat.csv", "\n".join(rows) + "\n")
    mission.write("cloud.csv", "date,lon_deg,lat_deg,cloud_share\n2025-08-10,102.4,14.4,0.99\n")
    (found,) = mission.edition("2025-08-16").heat
    assert "nothing could have been seen" in found.reason


def test_a_season_of_heat_is_read_and_a_wrong_row_is_set_aside(mission):
    head = "place_id,month,days,days_with_heat,detections,radius_m,basis,source\n"
    rows = "hill,7,217,0,0,10000,MODIS,counted\nhill,13,217,0,0,,,counted\nnowhere-2,1,31,1,1,,,counted\n,1,31,40,50,,,counted\n"
    mission.write("heat_season.csv", head + rows)
    edition = mission.edition("2025-08-16")
    assert [(s.place, s.month, s.days_with_heat) for s in edition.mission.seasons] == [("hill", 7, 0)]
    assert [s.line for s in edition.set_aside if s.file == "heat_season.csv"] == [3, 4, 5]


def test_the_burning_season_is_named_where_two_years_are_held():
    told, seen = many(0.5)
    rng = np.random.default_rng(5)
    fields = heat([(365 * year + 230 + rng.uniform(0, 25), 103.5 + rng.uniform(-0.4, 0.4), 14.5 + rng.uniform(-0.4, 0.4))
                   for year in range(-3, 1) for _ in range(200)])  # fmt: skip
    both = pl.concat([seen, fields])
    day = pl.col("start") + pl.duration(days=200)
    late = told.with_columns(
        pl.lit(103.5).alias("lon_deg"),
        pl.lit(14.5).alias("lat_deg"),
        day.alias("start"),
        (day + pl.duration(days=1)).alias("end"),
    )
    reasons = weighed(pl.concat([told[:20], late[20:]]), both).table["reason"]
    weighable = [
        r
        for r, d in zip(reasons[20:], late["start"][20:].dt.month(), strict=True)
        if d in {2, 3} and "are held" not in r
    ]
    assert weighable
    assert all("fields burn here in this month" in r for r in weighable)
    assert not reasons[:20].str.contains("fields burn").any()
    assert not weighed(told, seen).table["reason"].str.contains("fields burn").any()


def test_the_table_is_written_whole_into_a_new_folder_or_refused_in_words(truceline, files):
    arguments = ("thermal", files / "reports.csv", "--detections", files / "heat.csv", "--out")
    assert truceline(*arguments, files / "new/folder/out.csv").code == 0
    assert [p.name for p in (files / "new/folder").iterdir()] == ["out.csv"]
    refused = truceline(*arguments, files / "new", "--force")
    assert (refused.code, "is a folder" in refused.err) == (2, True)
    (files / "file").write_text("", "utf-8")
    blocked = truceline(*arguments, files / "file/out.csv")
    assert (blocked.code, "cannot be written" in blocked.err) == (1, True)


def test_a_mission_that_holds_detections_is_not_said_to_hold_none(mission):
    rows = "latitude,longitude,acq_date\n14.4,102.4,2025-08-10\n"
    assert mission.edition("2025-08-16").detections == 0
    mission.write("inbox/firms/heat.csv", rows)
    assert mission.edition("2025-08-16").detections == 1
    assert mission.edition("2025-08-05").detections == 0
