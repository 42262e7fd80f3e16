"""Readers of evidence: one example pair a format, and one table in every dress.

To add a format: drop `tests/formats/<name>.csv` and `<name>.expected.json` beside each other.
"""

import io
import json
from pathlib import Path

import polars as pl
import pytest

from missions import PLACES, SOURCES, Folder, obs, table
from truceline import formats, rows, when
from truceline.formats import cells
from truceline.nouns import Interval, Observation

EXAMPLES = Path(__file__).with_name("formats")


def plain(value):
    """A record as JSON, without what is empty or as by default."""
    blank = Observation(id="", source_id="", when=None)

    def simple(v):
        if isinstance(v, Interval):
            return {
                "start": when.iso(v.start),
                "end": when.iso(v.end),
                "precision": v.precision,
                "approximate": v.approximate,
            }
        return round(v, 5) if isinstance(v, float) else v

    return {
        name: simple(v)
        for name in Observation.__dataclass_fields__
        if (v := getattr(value, name)) != getattr(blank, name) and name != "capture"
    }


SPEAKERS = dict.fromkeys(("patrol", "features", "hazards", "gpx", "photos", "hxl"), "mon") | {
    "acled": "relief",
    "ucdp": "relief",
}
"""Formats whose files do not say who speaks: their example lies in a folder that does."""


def example(name):
    """The one example of a format, whatever its ending."""
    (found,) = [p for p in EXAMPLES.glob(f"{name}.*") if p.suffix not in {".json", ".yaml"}]
    return found


@pytest.mark.parametrize("name", formats.IDS)
def test_an_example_gives_what_stands_beside_it(tmp_path, name):
    folder = Folder(tmp_path / "m")
    folder.tell(obs("O1", "mon", reported=""))
    path = "/".join(filter(None, ("inbox", name, SPEAKERS.get(name), f"example{example(name).suffix}")))
    folder.write(path, example(name).read_bytes())
    if (EXAMPLES / f"{name}.yaml").exists():
        folder.write(f"inbox/{name}/example.yaml", (EXAMPLES / f"{name}.yaml").read_bytes())
    material = folder.load()
    read = [o for o in rows.records(Observation, material.observations) if o.capture == path]
    found = {
        "observations": json.loads(json.dumps([plain(o) for o in read], ensure_ascii=False)),
        "set_aside": [[s.line, s.column, s.value] for s in material.set_aside],
        "questions": sorted([q.line, q.column, q.value] for q in material.questions),
    }
    assert found == json.loads((EXAMPLES / f"{name}.expected.json").read_text("utf-8"))


def test_every_example_has_its_pair():
    assert (
        {p.stem for p in EXAMPLES.iterdir() if p.suffix not in {".json", ".yaml", ".py"} and p.is_file()}
        == {p.name.removesuffix(".expected.json") for p in EXAMPLES.glob("*.json")}
        == set(formats.IDS)
    )


ROWS = [
    obs(
        "A1",
        "mon",
        lon_deg="102.41",
        lat_deg="14.4",
        radius_m="150",
        place="",
        killed_min="2",
        killed_max="3",
        text="เสียงปืน, “quoted”; and more",
    ),
    obs(
        "A2",
        "press-1",
        origin_id="voice-1;voice-2",
        lon_deg="102.5",
        lat_deg="14.42",
        place="",
        start="2025-08-11",
        reported="2025-08-12",
    ),
]


def as_bytes(dress):
    if dress in {"comma", "semicolon", "tab"}:
        return "csv" if dress != "tab" else "tsv", table(
            ROWS, {"comma": ",", "semicolon": ";", "tab": "\t"}[dress]
        ).encode()
    if dress == "bom and capitals":
        head, _, body = table(ROWS).partition("\n")
        return "csv", (
            "\ufeff" + head.upper().replace("SOURCE_ID", " Source ID ") + "\r\n" + body.replace("\n", "\r\n")
        ).encode()
    if dress == "utf-16":
        return "csv", table(ROWS, "\t").encode("utf-16")
    frame = pl.DataFrame([{k: v or None for k, v in r.items()} for r in ROWS], infer_schema_length=None)
    if dress == "json lines":
        return "jsonl", "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in ROWS).encode()
    if dress == "geojson":
        features = [
            {"type": "Feature", "properties": {k: v for k, v in r.items() if k not in {"lon_deg", "lat_deg"}},
             "geometry": {"type": "Point", "coordinates": [float(r["lon_deg"]), float(r["lat_deg"])]}}
            for r in ROWS
        ]  # fmt: skip
        return "geojson", json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()
    out = io.BytesIO()
    if dress == "parquet":
        typed = frame.with_columns(
            pl.col("lon_deg", "lat_deg", "radius_m").cast(pl.Float64), pl.col("killed_min", "killed_max").cast(pl.Int64)
        )
        typed.write_parquet(out)
        return "parquet", out.getvalue()
    frame.with_columns(pl.col("radius_m", "killed_min").cast(pl.Float64)).write_excel(out)
    return "xlsx", out.getvalue()


DRESSES = ["comma", "semicolon", "tab", "bom and capitals", "utf-16", "json lines", "geojson", "parquet", "xlsx"]


@pytest.mark.parametrize("dress", DRESSES)
def test_the_same_table_in_any_dress_gives_the_same_observations(tmp_path, dress):
    def read(suffix, data):
        folder = Folder(tmp_path / suffix)
        folder.write(f"inbox/observations/table.{suffix}", data)
        material = folder.load()
        assert material.set_aside == ()
        return [plain(o) | {"row": 0} for o in rows.records(Observation, material.observations)]

    assert read(*as_bytes(dress)) == read("csv.csv", table(ROWS).encode())


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("3", 3, 3), ("23-28", 23, 28), ("at least 1", 1, None), ("10+", 10, None), ("nearly 30", None, 30), ("several", 2, None),
     ("1,200", 1200, 1200), ("none", 0, 0), ("", None, None), ("18 captured", None, None)],
)  # fmt: skip
def test_numbers_of_people_as_people_write_them(text, low, high):
    assert cells.people(text, "killed") == (low, high)


@pytest.mark.parametrize("text", ["-3", "9-3", "lots of them"])
def test_numbers_of_people_that_are_none_are_refused(text):
    with pytest.raises(ValueError, match="killed"):
        cells.people(text, "killed")


def test_a_report_relays_its_voices_and_keeps_what_has_no_column(mission):
    mission.write("inbox/reports/r.csv", (EXAMPLES / "reports.csv").read_bytes())
    found = {o.id: o for o in mission.edition().observations}
    assert found["R1"].method == "relayed"
    assert found["R1"].origin_ids == ("voice-1",)
    assert found["R1"].details["province"] == "Upland"


def test_an_answer_takes_time_and_place_of_what_it_answers_and_an_unknown_target_is_set_aside(mission):
    mission.tell(obs("O1", "voice-1", actor_claimed="brel"))
    mission.write(
        "inbox/answers/a.csv",
        "answer_id,answers,speaker,stance,reported\nA1,O1,voice-2,denies,2025-08-11\nA2,NONE,voice-2,denies,2025-08-11\n",
    )
    edition = mission.edition()
    one, answer = sorted(edition.observations, key=lambda o: o.id, reverse=True)
    assert (answer.when, answer.lon_deg, answer.kind) == (one.when, one.lon_deg, one.kind)
    assert len(edition.incidents) == 1
    assert [(s.line, s.column, s.value) for s in edition.set_aside] == [(3, "answers", "NONE")]


def test_a_picture_that_nobody_has_is_a_claim_and_never_a_measurement(mission):
    mission.write("inbox/imagery/i.csv", (EXAMPLES / "imagery.csv").read_bytes())
    assert {o.method for o in mission.edition().observations} == {"claimed"}


def test_the_examples_use_the_sources_and_places_of_the_test_mission():
    assert "press-1" in SOURCES
    assert "hill" in PLACES
