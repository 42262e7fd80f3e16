"""NASA FIRMS in every dress: one truth written in all the ways that circulate reads to one table; real files too."""

import datetime as dt
import gzip
import io
import itertools
import json
import os
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from missions import obs
from truceline.errors import InputError
from truceline.formats import firms
from truceline.nouns import Capture, Exposure
from truceline.satellite.detections import EQUAL, REPEATED, SAME_ROW, SCHEMA, empty, joined

DATA = os.environ.get("TRUCELINE_TEST_DATA", "")
TRUTH = [
    # lat, lon, brightness, scan, track, date, time, satellite, confidence, version, frp, night
    (14.39712, 104.68021, 331.27, 0.41, 0.37, "2025-07-24", "0030", "N20", "n", "2.0NRT", 3.41, "N"),
    (14.40215, 104.68544, 367.0, 0.52, 0.5, "2025-07-24", "0630", "N20", "h", "2.0NRT", 12.0, "D"),
    (-3.25011, -61.00412, 301.5, 0.39, 0.36, "2024-02-29", "2359", "N", "l", "2", 0.7, "N"),
]
NASA = ("latitude", "longitude", "bright_ti4", "scan", "track", "acq_date", "acq_time", "satellite", "confidence", "version", "frp",
        "daynight")  # fmt: skip
DATES = {
    "iso": lambda d: d,
    "slashes": lambda d: d.replace("-", "/"),
    "midnight": lambda d: f"{d}T00:00:00",
    "packed": lambda d: d.replace("-", ""),
    "buddhist": lambda d: f"{int(d[:4]) + 543}{d[4:]}",
}
TIMES = {
    "four digits": lambda t: t,
    "no leading zeros": lambda t: str(int(t)),
    "colon": lambda t: f"{t[:2]}:{t[2:]}",
    "seconds": lambda t: f"{t[:2]}:{t[2:]}:00",
    "decimal": lambda t: f"{int(t)}.0",
}
WORDS = {"letter": lambda c: c, "word": {"l": "low", "n": "Nominal", "h": "HIGH"}.get}
SHAPES = ["comma", "semicolon", "tab", "shouted", "gzip", "json", "geojson", "json lines", "parquet", "xlsx", "api"]


def capture(data, path="inbox/firms/file.csv"):
    return Capture(path, "firms", str(hash(data)), len(data), data)


def written(shape, rows):
    """(suffix, bytes) of rows as dicts."""
    head = list(rows[0])
    if shape in {"comma", "semicolon", "tab", "shouted", "gzip", "api"}:
        mark = {"semicolon": ";", "tab": "\t"}.get(shape, ",")
        lines = [mark.join(map(str, row.values())) for row in rows]
        if shape == "shouted":
            data = "\ufeff" + "\r\n".join([mark.join(h.upper() for h in head), *lines, ""])
            return "csv", data.encode()
        data = "\n".join([mark.join(head), *lines]) + ("" if shape == "api" else "\n")
        return {"gzip": "csv.gz", "api": "txt"}.get(shape, "csv"), gzip.compress(
            data.encode(), mtime=0
        ) if shape == "gzip" else data.encode()
    if shape == "json":
        return "json", json.dumps(rows).encode()
    if shape == "json lines":
        return "jsonl", "".join(json.dumps(r) + "\n" for r in rows).encode()
    if shape == "geojson":
        features = [
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [r["longitude"], r["latitude"]]},
             "properties": {k: v for k, v in r.items() if k not in {"longitude", "latitude"}}}
            for r in rows
        ]  # fmt: skip
        return "geojson", json.dumps({"type": "FeatureCollection", "features": features}).encode()
    out = io.BytesIO()
    if shape == "parquet":
        pl.DataFrame(rows).write_parquet(out)
    else:
        pl.DataFrame(rows).write_excel(out)
    return shape, out.getvalue()


def read(data, path="inbox/firms/file.csv"):
    return firms.detections(capture(data, path))


def bare(table):
    return table.drop("capture", "row")


def truth():
    rows = [
        {"time_utc": dt.datetime.fromisoformat(f"{d}T{t[:2]}:{t[2:]}+00:00"), "day_only": False, "lon_deg": lon, "lat_deg": lat,
         "instrument": "VIIRS", "satellite": {"N20": "NOAA-20", "N": "Suomi-NPP"}[s], "scan_km": scan, "track_km": track,
         "confidence": {"l": "low", "n": "nominal", "h": "high"}[c], "confidence_pct": None, "frp_mw": frp,
         "brightness_k": bright, "night": n == "N", "type": None, "version": v, "feed": "nrt" if "NRT" in v else "archive"}
        for lat, lon, bright, scan, track, d, t, s, c, v, frp, n in TRUTH
    ]  # fmt: skip
    return pl.DataFrame(rows, schema={n: k for n, k in SCHEMA.items() if n not in {"capture", "row"}})


def rows_as(date="iso", time="four digits", word="letter"):
    made = []
    for values in TRUTH:
        row = dict(zip(NASA, values, strict=True))
        row |= {"acq_date": DATES[date](row["acq_date"]), "acq_time": TIMES[time](row["acq_time"])}
        made.append(row | {"confidence": WORDS[word](row["confidence"]), "country_id": "THA"})
    return made


@pytest.mark.parametrize("shape", SHAPES)
def test_one_truth_in_every_dress_reads_to_one_table(shape):
    for date, time, word in itertools.product(DATES, TIMES, WORDS):
        suffix, data = written(shape, rows_as(date, time, word))
        found = read(data, f"inbox/firms/file.{suffix}")
        assert bare(found.table).equals(truth()), (date, time, word)
        assert found.set_aside == ()
        assert {q.reason.partition(" (")[0] for q in found.questions} <= {"read as a year of the Buddhist era"}
        assert found.table["row"].to_list() == ([2, 3, 4] if suffix in {"csv", "csv.gz", "txt", "xlsx"} else [1, 2, 3])
        assert set(found.table["capture"]) == {f"inbox/firms/file.{suffix}"}


@pytest.mark.parametrize("names", [
    {"latitude": "LAT", "longitude": "Lon", "bright_ti4": "brightness"}, {"latitude": "lat_deg", "longitude": "lon_deg"},
    {"bright_ti4": "brightness_k", "scan": "scan_km", "track": "track_km", "frp": "frp_mw"}, {"acq_date": "date", "acq_time": "time"},
])  # fmt: skip
def test_other_names_for_the_columns_are_known(names):
    rows = [{names.get(k, k): v for k, v in r.items()} for r in rows_as()]
    assert bare(read(written("comma", rows)[1]).table).equals(truth())


def test_columns_of_a_type_of_their_own_read_like_text():
    frame = pl.DataFrame(rows_as()).with_columns(
        pl.col("acq_date").str.to_date(), pl.col("acq_time").str.to_time("%H%M"), pl.col("version").cast(pl.Categorical)
    )
    for date in (
        pl.col("acq_date"),
        pl.col("acq_date").cast(pl.Datetime("ms")),
        pl.col("acq_date").cast(pl.Datetime("us", "UTC")),
    ):
        for time in (pl.col("acq_time"), pl.col("acq_time").cast(pl.Duration("us"))):
            out = io.BytesIO()
            frame.with_columns(date, time).write_parquet(out)
            assert bare(read(out.getvalue(), "x.parquet").table).equals(truth())


def test_a_date_with_a_clock_needs_no_time_and_an_offset_moves_it_to_utc():
    text = "latitude,longitude,acq_datetime\n1,2,2025-07-24 06:30\n1,2,2025-07-24T13:30:00+07:00\n1,2,2025-07-24T06:30:00Z\n"
    found = read(text.encode()).table
    assert found["time_utc"].unique().to_list() == [dt.datetime(2025, 7, 24, 6, 30, tzinfo=dt.UTC)]
    assert not found["day_only"].any()


def test_place_and_date_alone_are_enough_and_the_day_says_so():
    found = read(b"latitude,longitude,acq_date\n48.2,37.1,2022-03-01\n").table.row(0, named=True)
    assert found["day_only"]
    assert found["time_utc"] == dt.datetime(2022, 3, 1, tzinfo=dt.UTC)
    assert (found["satellite"], found["instrument"], found["confidence"], found["frp_mw"]) == ("", "", "", None)


@pytest.mark.parametrize(("said", "word", "share"), [
    ("29", "low", 29), ("30", "nominal", 30), ("79", "nominal", 79), ("80", "high", 80), ("100", "high", 100), ("", "", None),
    ("nominal", "nominal", None), ("H", "high", None), ("101", "", None), ("sure", "", None),
])  # fmt: skip
def test_confidence_as_number_letter_or_word(said, word, share):
    found = read(f"latitude,longitude,acq_date,confidence\n1,2,2022-03-01,{said}\n".encode())
    assert found.table.select("confidence", "confidence_pct").row(0) == (word, share)
    assert [q.column for q in found.questions] == (["confidence"] if said and not word else [])


@pytest.mark.parametrize(("version", "path", "feed"), [
    ("6.1NRT", "a.csv", "nrt"), ("2.0URT", "a.csv", "urt"), ("2.0RT", "a.csv", "rt"), ("61.03", "a_nrt.csv", "archive"), ("6.2", "a.csv", "archive"),
    ("", "fire_nrt_J1V-C2_1.csv", "nrt"), ("", "fire_archive_SV-C2_1.csv", "archive"), ("", "VIIRS_SNPP_SP_2022-01-01.csv", "archive"), ("", "party.csv", ""),
])  # fmt: skip
def test_the_feed_is_in_the_version_or_else_in_the_name(version, path, feed):
    found = read(f"latitude,longitude,acq_date,version\n1,2,2022-03-01,{version}\n".encode(), path)
    assert found.table["feed"].to_list() == [feed]


@pytest.mark.parametrize(("cells", "column", "reason"), [
    ("104.7,14.4,2025-07-24,0030,N20", "latitude, longitude", "exchanged"),
    ("91,14.4,2025-07-24,0030,N20", "latitude, longitude", "exchanged"),
    ("-95,104.4,2025-07-24,0030,N20", "latitude", "-90 to 90"),
    ("14.4,181,2025-07-24,0030,N20", "longitude", "-180 to 180"),
    ("0,0,2025-07-24,0030,N20", "latitude, longitude", "no place"),
    (",104.7,2025-07-24,0030,N20", "latitude", "degrees"),
    ("14.4,east,2025-07-24,0030,N20", "longitude", "degrees"),
    ("14.4,inf,2025-07-24,0030,N20", "longitude", "degrees"),
    ("14.4,104.7,05/01/2022,0030,N", "acq_date", "two ways"),
    ("14.4,104.7,2022-02-30,0030,N", "acq_date", "2022-01-05"),
    ("14.4,104.7,,0030,N", "acq_date", "2022-01-05"),
    ("14.4,104.7,2025-07-24,2460,N20", "acq_time", "0030"),
    ("14.4,104.7,2025-07-24,noon,N20", "acq_time", "0030"),
    ("14.4,104.7,2016-07-24,0030,N20", "acq_date", "before this satellite"),
    ("14.4,104.7,1925-07-24,0030,T", "acq_date", "before this satellite"),
    ("14.4,104.7,2052-07-24,0030,N20", "acq_date", "years after"),
    ("14.4,104.7,2925-07-24,0030,N20", "acq_date", "years after"),
    ("14.4", "longitude", "degrees"),
])  # fmt: skip
def test_a_row_that_cannot_be_is_set_aside_with_line_and_reason_and_the_rest_goes_on(cells, column, reason):
    good = "14.4,104.7,2025-07-24,0030,N20\n14.5,104.7,2025-07-25,0030,N20\n14.6,104.7,2025-07-25,0030,N20\n"
    found = read(f"latitude,longitude,acq_date,acq_time,satellite\n{good}{cells}\n".encode())
    assert found.table.height == 3
    (aside,) = found.set_aside
    assert (aside.line, aside.column) == (5, column)
    assert reason in aside.reason


def test_day_and_month_are_told_apart_where_the_file_itself_proves_the_order():
    text = "latitude,longitude,acq_date\n1,2,05/01/2022\n1,2,25/01/2022\n"
    found = read(text.encode())
    assert [str(t.date()) for t in found.table["time_utc"]] == ["2022-01-05", "2022-01-25"]
    assert [q.column for q in found.questions] == ["acq_date"]


def test_blank_lines_quotes_and_broken_rows_keep_their_line():
    text = 'latitude,longitude,acq_date,note\n1,2,2022-01-01,"two\nlines"\n\n3,4,2022-01-02,x\n5,6,2022-01-03,x,y\n'
    found = read(text.encode())
    assert found.table["row"].to_list() == [2, 5] or found.table["row"].to_list() == [3, 5]
    assert [s.line for s in found.set_aside] == [6]


def test_unknown_columns_and_words_are_questions_and_no_row_is_lost():
    text = "latitude,longitude,acq_date,satellite,frp,province,country\n1,2,2022-01-01,X9,-4,Upland,Anywhere\n1,2,2022-01-01,N,many,,\n"
    found = read(text.encode())
    assert found.table.height == 2
    assert found.table["frp_mw"].to_list() == [None, None]
    assert {(q.column, q.line) for q in found.questions} == {("province", 0), ("satellite", 2), ("frp_mw", 2)}


def test_another_sensor_is_set_aside_by_name():
    found = read(b"latitude,longitude,acq_date,instrument\n1,2,2022-01-01,OLI\n")
    assert [(s.column, s.value) for s in found.set_aside] == [("instrument", "OLI")]


def test_a_row_that_is_not_public_is_not_read_and_shows_nothing():
    found = read(
        b"latitude,longitude,acq_date,exposure\n1.2345,2,2022-01-01,sealed\n1,2,2022-01-01,odd\n1,2,2022-01-01,public\n"
    )
    assert found.table.height == 1
    assert [s.exposure for s in found.set_aside] == [Exposure.SEALED, Exposure.SEALED]
    assert "1.2345" not in repr(found.set_aside)


@pytest.mark.parametrize(
    "data", [b"latitude,longitude,acq_date\n", b"[]", b'{"type": "FeatureCollection", "features": []}']
)
def test_no_detection_is_an_answer_too(data):
    assert read(data).table.equals(empty())


@pytest.mark.parametrize(("data", "found", "advice"), [
    (b"Invalid MAP_KEY.", "Invalid MAP_KEY", "key was refused"), (b"Invalid day range. Expects [1..5].", "day range", "fewer days"),
    (b"Exceeding allowed transaction limit. Please try again later.", "transaction", "wait"), (b"", "empty", "collect it again"),
    (b" \n\n", "empty", "collect it again"), (b"<!DOCTYPE html><html>Busy</html>", "HTML", "collect it again"),
    (b"name,age\nx,3\n", "no such column", "latitude"), (b'{"error": "no"}', "neither", "GeoJSON"), (b"\x1f\x8bcut", "gzip", "copy it again"),
    (b"PAR1nothing", "Parquet", "copy it again"), (b"latitude,longitude,latitude,acq_date\n1,2,3,4\n", "twice", "once"),
])  # fmt: skip
def test_what_is_no_table_is_refused_with_what_to_do(data, found, advice):
    with pytest.raises(InputError) as refused:
        read(data, "inbox/firms/answer.txt")
    assert found in str(refused.value)
    assert advice in str(refused.value)
    assert str(refused.value).startswith("inbox/firms/answer.txt")


REAL = [
    ("ukraine-firms/modis_ukraine_2016_2022.csv.gz", 160_307, {"archive"}, {"Terra", "Aqua"}),
    ("ukraine-firms/points_modis_viirs_ukraine_2000_2023.parquet", 1_263_651, {""}, {""}),
    ("ukraine-firms/viirs_ukraine_2022-09-01_2022-11-07.csv.gz", 4_248, {"nrt"}, {"Suomi-NPP"}),
    ("thailand-firms-2025/modis_nrt_thailand_2025-03-27_2025-05-04.csv.gz", 2_838, {"nrt"}, {"Terra", "Aqua"}),
    ("southeast-asia-firms-modis/modis_thai_cambodian_border_box_2016_2022.csv.gz", 103_685, {"archive"}, {"Terra", "Aqua"}),
    ("southeast-asia-firms-modis/modis_thailand_2016_2022.parquet", 155_316, {"archive"}, {"Terra", "Aqua"}),
    ("ceasefire-countries-firms-modis/modis_israel_2000_2021.csv.gz", 3_206, {"archive", "nrt"}, {"Terra", "Aqua"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rows", "feeds", "satellites"), REAL, ids=[r[0].rpartition("/")[2] for r in REAL])
def test_the_real_files_read_whole(name, rows, feeds, satellites):
    real(name)
    found = read((Path(DATA) / name).read_bytes(), f"inbox/firms/{Path(name).name}")
    assert (found.table.height, found.set_aside, found.questions) == (rows, (), ())
    assert found.table.schema == pl.Schema(SCHEMA)
    assert set(found.table["feed"]) == feeds
    assert set(found.table["satellite"]) == satellites
    assert found.table["day_only"].all() == (feeds == {""})


def real(name):
    if not DATA or not (Path(DATA) / name).is_file():
        pytest.skip(f"TRUCELINE_TEST_DATA names no folder that holds {name}")
    return read((Path(DATA) / name).read_bytes(), f"inbox/firms/{Path(name).name}").table


def test_a_cut_of_real_files_adds_nothing_to_them_and_no_real_file_has_doubles_of_its_own():
    folder = "southeast-asia-firms-modis/modis_"
    whole = [real(f"{folder}{name}_2016_2022.parquet") for name in ("thailand", "cambodia")]
    kept, dropped = joined(whole)
    assert (kept.height, dropped.height) == (155_316 + 200_633, 0)
    again, cut = joined([real(f"{folder}thai_cambodian_border_box_2016_2022.csv.gz"), *whole])
    assert (again.height, cut.height) == (kept.height, 103_685)
    assert set(cut["reason"]) == {EQUAL}


@pytest.mark.parametrize(("lag_s", "joined_rows"), [(60, 34), (300, 80)])
def test_real_feeds_of_one_satellite_date_the_same_detection_minutes_apart(lag_s, joined_rows):
    names = ("modis_israel_2000_2021.csv.gz", "modis_israel_palestine_2016_2022.parquet")
    _, dropped = joined([real(f"ceasefire-countries-firms-modis/{n}") for n in names], lag_s)
    assert dropped.filter(pl.col("feed") == "nrt").height == joined_rows


# Several feeds together.


def spot(**cells):
    made = {
        "time_utc": dt.datetime(2022, 9, 1, 1, 17, tzinfo=dt.UTC), "day_only": False, "lon_deg": 30.0, "lat_deg": 50.0, "instrument": "VIIRS",
        "satellite": "Suomi-NPP", "scan_km": 0.4, "track_km": 0.4, "confidence": "nominal", "confidence_pct": None, "frp_mw": 1.0,
        "brightness_k": 300.0, "night": True, "type": None, "version": "2.0NRT", "feed": "nrt", "capture": "a.csv", "row": 2,
    }  # fmt: skip
    return made | cells


def frame(*spots):
    return pl.DataFrame([s | {"row": n} for n, s in enumerate(spots, 2)], schema=SCHEMA)


ARCHIVE = {"version": "2", "feed": "archive", "capture": "b.csv"}
LATER = dt.timedelta(minutes=1)


def east(metres):
    return 30.0 + metres / 111_195 / 0.6427876096865394


def test_the_archive_takes_the_place_of_what_came_first():
    kept, dropped = joined([frame(spot()), frame(spot(lon_deg=east(60), **ARCHIVE))])
    assert kept["feed"].to_list() == ["archive"]
    assert dropped.select("feed", "capture", "kept_capture", "kept_row", "reason").rows() == [
        ("nrt", "a.csv", "b.csv", 2, REPEATED)
    ]
    assert dropped["distance_m"][0] == pytest.approx(60, abs=0.5)


@pytest.mark.parametrize("other", [
    {"satellite": "NOAA-20"}, {"time_utc": dt.datetime(2022, 9, 1, 1, 23, tzinfo=dt.UTC)}, {"lon_deg": east(101)}, {"satellite": ""},
    {"day_only": True, "time_utc": dt.datetime(2022, 9, 1, tzinfo=dt.UTC)},
])  # fmt: skip
def test_two_satellites_two_passes_and_two_pixels_are_never_one(other):
    assert joined([frame(spot()), frame(spot(**{**ARCHIVE, **other}))])[1].is_empty()


def test_in_one_feed_only_what_is_the_same_place_and_minute_stands_once():
    kept, dropped = joined([frame(spot(), spot(lon_deg=east(40))), frame(spot(capture="c.csv", confidence=""))])
    assert kept["lon_deg"].to_list() == [30.0, east(40)]
    assert dropped["reason"].to_list() == [EQUAL]


def test_feeds_are_paired_one_to_one_and_the_nearest_first():
    first = frame(spot(), spot(lon_deg=east(90)))
    archive = frame(spot(lon_deg=east(70), **ARCHIVE))
    kept, dropped = joined([first, archive])
    assert dropped["lon_deg"].to_list() == [east(90)]
    assert sorted(kept["feed"]) == ["archive", "nrt"]


def test_a_minute_apart_is_still_the_same_pass_but_only_across_feeds():
    one = spot(time_utc=spot()["time_utc"] + LATER)
    assert joined([frame(spot()), frame(one | ARCHIVE)])[1].height == 1
    assert joined([frame(spot()), frame(one)])[1].is_empty()


def test_rows_without_satellite_or_time_go_only_where_every_column_is_the_same():
    blank = {
        "satellite": "",
        "instrument": "",
        "version": "",
        "feed": "",
        "day_only": True,
        "time_utc": dt.datetime(2022, 9, 1, tzinfo=dt.UTC),
    }
    kept, dropped = joined(
        [frame(spot(**blank), spot(**blank | {"frp_mw": 2.0})), frame(spot(**blank | {"capture": "b.csv"}))]
    )
    assert (kept.height, dropped["reason"].to_list()) == (2, [SAME_ROW])


def test_both_sides_of_the_date_line_are_near():
    kept, _ = joined([frame(spot(lon_deg=179.9999)), frame(spot(lon_deg=-179.9999, **ARCHIVE))])
    assert kept.height == 1


SPOTS = st.builds(
    lambda i, j, m, sat, feed, frp, file, day: spot(
        lon_deg=30 + i * 3e-4, lat_deg=50 + j * 3e-4, time_utc=dt.datetime(2022, 9, 1, tzinfo=dt.UTC) + (not day) * m * LATER, satellite=sat, frp_mw=frp,
        feed=feed, version={"archive": "2", "nrt": "2.0NRT", "rt": "2.0RT", "": ""}[feed], capture=file, day_only=day,
    ),
    st.integers(0, 6), st.integers(0, 2), st.integers(0, 3), st.sampled_from(["Suomi-NPP", "NOAA-20", ""]),
    st.sampled_from(["archive", "nrt", "rt", ""]), st.sampled_from([1.0, None]), st.sampled_from(["a", "b"]), st.booleans(),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(SPOTS, max_size=30), st.randoms(use_true_random=False))
def test_neither_the_order_of_files_nor_of_rows_matters_and_nothing_is_lost(spots, chance):
    whole = frame(*spots)
    kept, dropped = joined([whole])
    assert kept.height + dropped.height == whole.height
    shuffled = whole[chance.sample(range(whole.height), whole.height)] if spots else whole
    cut = chance.randint(0, whole.height)
    again = joined([shuffled[:cut], shuffled[cut:]])
    assert kept.equals(again[0])
    assert dropped.equals(again[1])
    stands = {(r["capture"], r["row"]) for r in whole.iter_rows(named=True)}
    assert {(r["kept_capture"], r["kept_row"]) for r in dropped.iter_rows(named=True)} <= stands
    assert joined([kept])[1].filter(pl.col("reason") != REPEATED).is_empty()


def test_a_mission_keeps_detections_beside_its_observations(mission):
    good = "latitude,longitude,acq_date,acq_time,satellite,version\n14.4,102.4,2025-08-10,0612,N20,2.0NRT\n"
    mission.write("inbox/firms/one.csv", good)
    mission.write("inbox/firms/same.csv", good)
    mission.write(
        "inbox/firms/more.csv",
        good.replace("2.0NRT", "2").replace("14.4,", "14.4001,") + "95,12,2025-08-10,0612,N20,2\n",
    )
    mission.write("inbox/firms/refused.csv", "Invalid MAP_KEY.")
    material = mission.load()
    assert material.detections["feed"].to_list() == ["archive"]
    assert material.observations.is_empty()
    assert [(s.file, s.line) for s in material.set_aside] == [
        ("inbox/firms/more.csv", 3),
        ("inbox/firms/refused.csv", 0),
    ]
    assert [(q.file, q.value) for q in material.questions] == [
        ("inbox/firms/one.csv", "1"),
        ("inbox/firms/same.csv", ""),
    ]
    assert mission.edition().counts["set_aside"] == 2


def test_a_file_that_fits_the_area_only_when_exchanged_is_set_aside_whole(mission):
    mission.edit(
        "mission.yaml",
        "{west: 102.0, south: 14.0, east: 103.0, north: 15.0}",
        "{west: 22, south: 44, east: 40, north: 52}",
    )
    head = "latitude,longitude,acq_date\n"
    mission.write("inbox/firms/exchanged.csv", head + "37.1,48.2,2022-03-01\n36.5,47.9,2022-03-01\n")
    mission.write("inbox/firms/right.csv", head + "48.2,37.1,2022-03-01\n36.5,47.9,2022-03-01\n")
    material = mission.load()
    assert set(material.detections["capture"]) == {"inbox/firms/right.csv"}
    assert [(s.file, s.value) for s in material.set_aside] == [("inbox/firms/exchanged.csv", "2 rows")]


def test_json_by_lines_is_known_by_its_content_too():
    rows = "".join(json.dumps(r) + "\n" for r in rows_as())
    assert bare(read(rows.encode(), "detections.json").table).equals(truth())


def test_a_whole_run_accepts_detections_and_makes_nothing_of_them(mission, truceline, tmp_path, quick_report):
    mission.tell(obs("O1", "mon"))
    assert truceline("run", mission.path, "--out", tmp_path / "without").code == 0
    mission.write(
        "inbox/firms/one.csv.gz",
        gzip.compress(b"latitude,longitude,acq_date\n14.4,102.4,2025-08-10\n99,99,2025-08-10\n"),
    )
    assert truceline("run", mission.path, "--out", tmp_path / "with").code == 0
    one, two = (json.loads((tmp_path / n / "summary.json").read_text("utf-8"))["counts"] for n in ("without", "with"))
    assert two == one | {"captures": one["captures"] + 1, "set_aside": 1, "read": one["read"] + 1}
    with_heat, without = (
        pl.read_csv(tmp_path / n / "incidents.csv", infer_schema_length=0) for n in ("with", "without")
    )
    heat = [c for c in with_heat.columns if c.startswith("heat_")]
    assert len(heat) == 3
    assert with_heat.drop(heat).equals(without.drop(heat))
    for name in ("findings.csv", "observations.csv", "links.csv"):
        assert (tmp_path / "with" / name).read_bytes() == (tmp_path / "without" / name).read_bytes()
    assert "inbox/firms/one.csv.gz,3," in (tmp_path / "with/set_aside.csv").read_text("utf-8")
    assert truceline("run", "--check", tmp_path / "with").code == 0


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_broken_file_is_refused_or_every_line_of_it_is_accounted_for(data):
    _, raw = written(data.draw(st.sampled_from(["comma", "semicolon", "tab", "api"])), rows_as())
    for _ in range(data.draw(st.integers(1, 3))):
        at, cut = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 9))
        put = data.draw(
            st.sampled_from(
                [b"", b",", b"\n", b";", b"\t", b"\xff", b"nan", b"-", b"9" * 15, b"1e400", b"0000-00-00", b"null"]
            )
        )
        raw = raw[:at] + put + raw[at + cut :]
    lines = raw.decode("utf-8", "replace").split("\n")[1:]
    try:
        found = read(raw)
    except InputError:
        return
    told = found.table.height + len(found.set_aside)
    assert sum(1 for line in lines if line.strip(" ,;\t")) <= told <= len(lines)
