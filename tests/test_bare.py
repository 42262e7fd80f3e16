"""Observation tables without a mission: both readers say the same, whatever the file; what is sealed is nowhere."""

import csv

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from missions import obs, table
from strategies import accounts
from truceline import bare, formats, kinds, normalise, rows
from truceline.nouns import Capture, Lexicon, Observation

ZONE = "Asia/Bangkok"
SAME = [c for c in rows.schema(Observation) if c not in {"capture", "notes", "details", "evidence", "language"}]
MOMENTS = ("2025-08-10", "2025-08-10T09:05", "2025-08-10 09:05:30+07:00", "2025-08-10T02:05Z", "2568-08-10", "~2025-08-10", "2025-08",
           "2025-08-10/2025-08-12", "2025-08-10T09:05:07.5+0530", "2025-08-10T24:00+07:00", "2025-02-30", "soon", "")  # fmt: skip
ENDS = ("", "2025-08-10", "2025-08-12", "2025-08-12T06:00+07:00", "2025-08-10T09:06+07:00", "2025-07-01", "2025-09")
NUMBERS = ("", "14.4", "102,4", "1e2", "-3", "abc", "95", "0", "nan")


@st.composite
def odd(draw):
    lines = draw(accounts(least=1, most=6))
    for line in lines:
        line["start"], line["end"] = draw(st.sampled_from(MOMENTS)), draw(st.sampled_from(ENDS))
        line["reported"] = draw(st.sampled_from(MOMENTS))
        line["lon_deg"], line["lat_deg"], line["radius_m"] = (draw(st.sampled_from(NUMBERS)) for _ in range(3))
        line["killed_min"], line["killed_max"] = (
            draw(st.sampled_from(["", "2", "3.0", "-1", "1,000", "x"])) for _ in range(2)
        )
        line["method"] = draw(st.sampled_from(["Seen", "heard", "", "guessed"]))
        line["origin_id"] = draw(st.sampled_from(["", "a; b", ";a;"]))
    return lines


def slowly(path):
    data = path.read_bytes()
    lexicon = Lexicon((), {}, {}, {}, ZONE, frozenset(kinds.shipped()))
    harvest = formats.load("observations")(Capture(path.name, "observations", "", len(data), data), lexicon)
    made, more, _ = normalise.normalise(rows.table(Observation, harvest.observations), (), None)
    return made, len(harvest.set_aside) + len(more)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(lines=odd(), mark=st.sampled_from([",", ";", "\t"]))
def test_reading_by_columns_says_what_reading_by_rows_says(tmp_path, lines, mark):
    path = tmp_path / "table.csv"
    for line in lines:
        line["exposure"] = "public"
    path.write_text(table(lines, delimiter=mark), "utf-8-sig")
    fast = bare.read([path], ZONE)
    slow, set_aside = slowly(path)
    assert fast.table.select(SAME).sort("id").equals(slow.select(SAME).sort("id"))
    assert len(fast.set_aside) == set_aside


def test_wedges_by_columns_and_by_rows_are_fused_alike(truceline, tmp_path):
    lines = [obs(f"W{n}", f"s{n}", method="heard", place="", observer_lon_deg=str(102.4 + n / 50), observer_lat_deg="14.4",
                 bearing_deg=str(20 * n), bearing_error_deg="5", distance_max_m="4000" if n % 2 else "") for n in range(6)]  # fmt: skip
    (tmp_path / "plain.csv").write_text(table(lines), "utf-8")
    (tmp_path / "odd.jsonl").write_text("\n".join(__import__("json").dumps(line) for line in lines), "utf-8")
    for name in ("plain.csv", "odd.jsonl"):
        assert truceline("fuse", tmp_path / name, "--out", tmp_path / name[:3]).code == 0
    one, other = (
        pl.read_csv(tmp_path / f"{n}/incidents.csv", columns=["id", "lon_deg", "lat_deg", "major_m"])
        for n in ("pla", "odd")
    )
    assert one["id"].to_list() == other["id"].to_list()
    for column in ("lon_deg", "lat_deg", "major_m"):
        assert one[column].to_list() == pytest.approx(other[column].to_list(), rel=1e-5)


def test_parquet_with_types_is_read_as_the_same_table_in_text(truceline, tmp_path):
    lines = [
        obs("A", "one", lon_deg="102.4", lat_deg="14.4"),
        obs("B", "two", lon_deg="102.4", lat_deg="14.4", text="other words"),
    ]
    (tmp_path / "a.csv").write_text(table(lines), "utf-8")
    typed = pl.read_csv(tmp_path / "a.csv", try_parse_dates=False).with_columns(
        pl.col("start").str.to_datetime("%Y-%m-%dT%H:%M%z").dt.convert_time_zone(ZONE)
    )
    typed.write_parquet(tmp_path / "b.parquet")
    for name, out in (("a.csv", "one"), ("b.parquet", "two")):
        assert truceline("fuse", tmp_path / name, "--out", tmp_path / out, "--time-zone", ZONE).code == 0
    groups = [pl.read_csv(tmp_path / out / "links.csv")["incident_id"].to_list() for out in ("one", "two")]
    assert groups[0] == groups[1] == ["I-A", "I-A"]


def test_what_is_sealed_is_in_nothing_that_fuse_writes_and_partners_only_where_asked(truceline, tmp_path):
    lines = [obs("A", "one"), obs("HIDDEN1", "qzx", exposure="sealed"), obs("HIDDEN2", "qzx", exposure="secret", start="never"),
             obs("FRIEND", "qpx", exposure="partners")]  # fmt: skip
    (tmp_path / "t.csv").write_text(table(lines), "utf-8")
    told = {}
    for release in ("public", "restricted"):
        done = truceline("fuse", tmp_path / "t.csv", "--out", tmp_path / release, "--release", release)
        assert done.code == 0
        told[release] = done.out + done.err + "".join(p.read_text("utf-8") for p in (tmp_path / release).iterdir())
        assert not {"HIDDEN1", "HIDDEN2", "qzx"} & set(__import__("re").findall(r"\w+", told[release]))
    assert ("FRIEND" in told["public"], "FRIEND" in told["restricted"]) == (False, True)


def test_one_id_in_two_files_is_used_once_and_said(truceline, tmp_path):
    for name, words in (("a", "shells"), ("b", "mortars")):
        (tmp_path / f"{name}.csv").write_text(table([obs("A", "one", text=words)]), "utf-8")
    assert truceline("fuse", tmp_path / "a.csv", tmp_path / "b.csv", "--out", tmp_path / "out").code == 0
    with (tmp_path / "out/set_aside.csv").open(encoding="utf-8") as handle:
        (aside,) = csv.DictReader(handle)
    assert (aside["file"], aside["reason"]) == ("b.csv", "the same id in another file; the first one is used")


def test_weights_that_are_none_are_refused_with_what_to_do(truceline, tmp_path):
    (tmp_path / "t.csv").write_text(table([obs("A", "one")]), "utf-8")
    for text, words in (("{", "weights as `truceline fuse` writes them"), ('{"levels": {}}', "expected the features")):
        (tmp_path / "w.json").write_text(text, "utf-8")
        done = truceline("fuse", tmp_path / "t.csv", "--weights", tmp_path / "w.json", "--out", tmp_path / "out")
        assert (done.code, words in done.err) == (3, True)


def test_a_missions_own_weights_are_refused_with_their_file(truceline, mission):
    mission.write("weights.json", '{"levels": {}, "prior_bits": 0}')
    done = truceline("validate", mission.path)
    assert (done.code, "weights.json" in done.out) == (3, True)
