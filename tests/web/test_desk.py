"""A desk finds what a window holds, and opens an incident with all that is behind it."""

import csv
import io
import json

import numpy as np
import pytest

from missions import obs
from truceline import columns, publish
from truceline.web import window as windows
from truceline.web.files import VIEWS


@pytest.fixture
def bench(still):
    return still


def found(bench, query):
    asked = windows.parse([tuple(p.split("=", 1)) for p in query.split("&") if p], bench.desk.scope)
    return set(bench.desk.ids(asked))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"I-A", "I-D"}), ("from=2025-08-10&to=2025-08-10", {"I-A"}), ("from=2025-08-11", {"I-D"}), ("kind=fire", {"I-A"}),
        ("kind=explosion.mine", {"I-D"}), ("party=arda", {"I-A"}), ("party=brel", set()), ("agreement=truce", {"I-A"}),
        ("q=ภูเขา", {"I-A"}), ("q=SHELLED us", {"I-A"}), ("q=Four-o-two", {"I-A"}), ("q=เนินเขา", {"I-A"}), ("q=Monitor One", {"I-D"}),
        ("q=nothing of this", set()), ("bbox=102.39,14.39,102.41,14.41", {"I-A"}), ("bbox=170,-10,-170,10", set()),
        ("q=hill&kind=fire&from=2025-08-01", {"I-A"}),
    ],
)  # fmt: skip
def test_each_part_of_a_window_filters(bench, query, expected):
    assert found(bench, query) == expected


def test_the_period_before_is_counted(bench):
    asked = windows.parse([("from", "2025-08-15"), ("to", "2025-08-24")], bench.desk.scope)
    assert (bench.desk.found(asked).count, bench.desk.found(asked).previous) == (1, 1)


def test_grades_of_the_assessment_filter(bench):
    every = {a.grade for a in bench.desk.edition.assessments}
    for grade in every:
        kept = {a.incident_id for a in bench.desk.edition.assessments if a.grade == grade}
        assert found(bench, f"grade={grade}") == kept


def test_an_incident_opens_by_its_id_by_an_account_and_by_the_id_of_another_first_account(bench):
    one = bench.desk.incident("I-A")
    assert {o.id for o in one.observations} == {"A", "B", "C", "E"}
    assert one.findings
    assert one.links["B"].reasons
    assert bench.desk.incident("C").incident == bench.desk.incident("I-B").incident == one.incident
    assert bench.desk.incident("I-GHOST") is None


def test_what_is_filtered_is_what_is_exported(bench):
    answer = bench.get("/situation.csv?kind=fire")
    listed = list(csv.DictReader(io.StringIO(answer.text)))
    assert {r["id"] for r in listed} == found(bench, "kind=fire")
    whole = publish.files(bench.desk.edition, {})["incidents.csv"].decode().splitlines()
    assert answer.text.splitlines()[1] in whole
    assert answer.text.splitlines()[0] == whole[0]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_a_file_in_the_columns_of_the_codebook(bench, view):
    lines = list(csv.reader(io.StringIO(bench.get(f"/{view}.csv").text)))
    assert lines[0] == columns.names(VIEWS[view].file)
    rows = bench.get(f"/{view}.json").json()
    assert rows["count"] == len(rows["rows"]) == len(lines) - 1
    geojson = bench.get(f"/{view}.geojson")
    if view == "figures":
        assert geojson.status_code == 404
    else:
        assert len(geojson.json()["features"]) == rows["count"]


def test_the_accounts_of_an_incident_are_a_file_and_no_cell_of_it_is_a_formula(bench):
    lines = list(csv.DictReader(io.StringIO(bench.get("/incidents/I-D.csv").text)))
    assert [(r["id"], r["text"]) for r in lines] == [("D", "'=HYPERLINK(1)")]
    assert json.loads(bench.get("/incidents/I-A.geojson").text)["features"][0]["geometry"]["coordinates"] == [
        102.4,
        14.4,
    ]


def test_exchanged_parties_give_exchanged_answers(front, tmp_path):
    from conftest import Bench

    one = Bench(front)
    table = one.get("/situation.json").text, one.get("/agreements.json").text
    for name in ("mission.yaml", "sources.yaml", "agreements/truce.yaml", "inbox/observations/o.csv", "effort.csv"):
        text = front.read(name)
        for a, b in (
            ("arda", "\0"),
            ("brel", "arda"),
            ("\0", "brel"),
            ("Arda", "\0"),
            ("Brel", "Arda"),
            ("\0", "Brel"),
        ):
            text = text.replace(a, b)
        front.write(name, text)
    other = Bench(front)

    def exchanged(text):
        for a, b in (
            ("arda", "\0"),
            ("brel", "arda"),
            ("\0", "brel"),
            ("Arda", "\0"),
            ("Brel", "Arda"),
            ("\0", "Brel"),
        ):
            text = text.replace(a, b)
        return text

    assert sorted(map(str, json.loads(exchanged(table[0]))["rows"])) == sorted(
        map(str, other.get("/situation.json").json()["rows"])
    )
    assert sorted(map(str, json.loads(exchanged(table[1]))["rows"])) == sorted(
        map(str, other.get("/agreements.json").json()["rows"])
    )


def test_a_mission_without_reports_is_a_desk_without_incidents(mission):
    from conftest import Bench

    empty = Bench(mission)
    assert empty.get("/situation.json").json()["rows"] == []
    assert empty.get("/situation.csv").text.count("\n") == 1
    assert empty.get("/ogc/collections/incidents/items").json()["numberMatched"] == 0
    assert empty.get("/ogc/collections/incidents").status_code == 200


def test_the_mask_is_that_of_a_plain_loop(mission):
    """The arrays against the records, over many windows."""
    from conftest import Bench

    chance = np.random.default_rng(4)
    rows = [
        obs(f"R{n:03d}", f"press-{1 + n % 3}", start=f"2025-08-{1 + n % 28:02d}T{n % 24:02d}:00+07:00", lon_deg=str(102 + n % 10 / 10),
            lat_deg=str(14 + n % 7 / 10), radius_m="100", kind=("fire.mortar", "explosion.mine", "harm.building")[n % 3], text=f"word{n % 5}")
        for n in range(60)
    ]  # fmt: skip
    mission.tell(*rows)
    bench = Bench(mission)
    told = {o.id: o for o in bench.desk.edition.observations}
    for _ in range(30):
        first, length = int(chance.integers(1, 25)), int(chance.integers(1, 8))
        word, kind = f"word{chance.integers(0, 5)}", str(chance.choice(["fire", "explosion.mine", "harm"]))
        query = [
            ("from", f"2025-08-{first:02d}"),
            ("to", f"2025-08-{min(31, first + length):02d}"),
            ("q", word),
            ("kind", kind),
        ]
        window = windows.parse(query, bench.desk.scope)
        expected = {
            i.id for i in bench.desk.edition.incidents
            if i.end > window.start and i.start < window.end and i.kind.startswith(kind)
            and any(word in told[o].text for o in i.observation_ids)
        }  # fmt: skip
        assert set(bench.desk.ids(window)) == expected
