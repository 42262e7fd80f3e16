"""Exports: what is filtered is what is exported; they open again; no cell runs."""

import csv
import json

import openpyxl
import polars as pl
import pytest
from pyogrio import raw

from missions import obs

ALL = "geojson,csv,gpkg,kml,xlsx,parquet"
RUNS = ("=1+1", "+1+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1")


@pytest.fixture
def rich(mission):
    mission.tell(
        obs("A", "voice-1", actor_claimed="brel", text="=HYPERLINK(\"http://x\")", weapon="@mortar", killed_min="2", killed_max="2"),
        obs("B", "voice-2", actor_claimed="arda", kind="explosion.mine", place="ford", start="2025-08-20", reported="2025-08-20"),
        obs("C", "press-1", place="", start="2025-08-25", reported="2025-08-26", text="นอกพิกัด ភ្នំ"),
    )  # fmt: skip
    return mission


@pytest.fixture
def exported(truceline, rich, tmp_path):
    def export(*arguments):
        ended = truceline("export", rich.path, "--out", tmp_path / "out", "--json", *arguments)
        assert ended.code == 0, ended.err
        return tmp_path / "out", json.loads(ended.out)

    return export


def rows(path):
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_every_format_opens_again_with_the_same_incidents(exported):
    out, told = exported("--format", ALL)
    ids = {r["id"] for r in rows(out / "incidents.csv")}
    assert ids == {"I-A", "I-B", "I-C"}
    assert set(pl.read_parquet(out / "incidents.parquet")["id"]) == ids
    sheet = openpyxl.load_workbook(out / "truceline.xlsx")["incidents"]
    assert {row[0].value for row in sheet.iter_rows(min_row=2)} == ids
    placed = ids - {"I-C"}
    for name in ("incidents.gpkg", "incidents.geojson", "incidents.kml"):
        meta, _, _, values = raw.read(out / name)
        fields = dict(zip((f.lower() for f in meta["fields"]), values, strict=True))
        assert set(fields["id"]) == placed, name
    assert told["incidents"] == 3
    assert {"codebook.csv", "manifest.json", *told["files"]} == {p.name for p in out.iterdir()}


def test_points_lie_where_the_incidents_are(exported):
    out, _ = exported("--format", "geojson")
    features = json.loads((out / "incidents.geojson").read_text("utf-8"))["features"]
    assert {f["properties"]["id"]: f["geometry"]["coordinates"] for f in features} == {
        "I-A": [102.4, 14.4],
        "I-B": [102.6, 14.42],
    }


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (("--party", "brel"), {"I-A"}),
        (("--kind", "explosion"), {"I-B"}),
        (("--from", "2025-08-15", "--to", "2025-08-21"), {"I-B"}),
        (("--as-of", "2025-08-21"), {"I-A", "I-B"}),
        (("--kind", "fire", "--party", "arda"), set()),
    ],
)
def test_what_is_filtered_is_what_is_exported_in_every_table(exported, filters, ids):
    out, _ = exported("--format", "csv", *filters)
    assert {r["id"] for r in rows(out / "incidents.csv")} == ids
    assert {r["incident_id"] for r in rows(out / "links.csv")} == ids
    assert {r["id"] for r in rows(out / "observations.csv")} == {i.removeprefix("I-") for i in ids}
    if "--as-of" not in filters:
        assert all(set(r["incidents"].split(";")) & ids for r in rows(out / "findings.csv"))


@pytest.mark.parametrize("text", RUNS[:6])
def test_no_cell_of_csv_or_xlsx_runs(mission, truceline, tmp_path, text):
    mission.write("inbox/observations/o.jsonl", json.dumps({"id": "A", "source_id": "mon", "start": "2025-08-10", "place": "hill",
                                                            "text": text, "weapon": text, "evidence": text}) + "\n")  # fmt: skip
    assert truceline("export", mission.path, "--out", tmp_path / "out", "--format", "csv,xlsx").code == 0
    (row,) = rows(tmp_path / "out/observations.csv")
    for value in row.values():
        assert not value.startswith(("=", "@", "\t", "\r"))
        assert not (value.startswith(("+", "-")) and not value[1:].replace(".", "").isdigit())
    book = openpyxl.load_workbook(tmp_path / "out/truceline.xlsx")
    cells = [c for sheet in book for line in sheet.iter_rows() for c in line if c.value is not None]
    assert not [c for c in cells if c.data_type == "f"]
    assert not [c for c in cells if isinstance(c.value, str) and c.value[:1] in "=+-@"]


def test_two_exports_give_the_same_bytes(exported):
    out, _ = exported("--format", ALL)
    first = {p.name: p.read_bytes() for p in out.iterdir()}
    out, _ = exported("--format", ALL)
    assert {p.name: p.read_bytes() for p in out.iterdir()} == first


@pytest.mark.parametrize(
    ("arguments", "words"), [(("--format", "dwg"), "dwg is no format"), (("--party", "cyra"), "'cyra' is no party")]
)
def test_what_does_not_exist_is_wrong_use(truceline, rich, tmp_path, arguments, words):
    ended = truceline("export", rich.path, "--out", tmp_path / "out", *arguments)
    assert ended.code == 2
    assert words in ended.err
    assert not (tmp_path / "out").exists()


def test_a_mission_without_evidence_exports_empty_tables(truceline, mission, tmp_path):
    assert truceline("export", mission.path, "--out", tmp_path / "out", "--format", ALL).code == 0
    assert rows(tmp_path / "out/incidents.csv") == []
