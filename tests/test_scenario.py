"""Scenarios: the same bytes for one seed, a mission that reads without a question, truth that fits, mischief that shows."""

import csv
import io

import pytest

from truceline import alerts, run, scenario
from truceline.errors import UsageError
from truceline.nouns import Incident, Observation

NAMES = tuple(scenario.shapes())


def _rows(data):
    return list(csv.DictReader(io.StringIO(data.decode())))


def _folder(path, *args, **kwargs):
    files = scenario.files(*args, **kwargs)
    for name, data in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return files


@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_reads_without_a_question_and_its_truth_names_every_account(name, tmp_path):
    files = _folder(tmp_path, name, 3, changes={"days": 8})
    material = run.load(tmp_path)
    if name != "swapped":
        assert material.set_aside == ()
        assert {q.reason for q in material.questions} <= {"lies outside the mission's period"}
    told = {r["id"]: r["event_id"] for r in _rows(files["truth_accounts.csv"])}
    rows = [r for path, data in files.items() if path.startswith("inbox") for r in _rows(data)]
    assert {r["id"] for r in rows} == set(told)
    truth = {r["event_id"]: r for r in _rows(files["truth.csv"])}
    assert set(told.values()) - {""} <= set(truth)
    assert {r["id"] for r in rows if not told[r["id"]]} <= {r["id"] for r in rows if r["kind"] == "heat.detection"}
    counted = {i: sum(1 for e in told.values() if e == i) for i in truth}
    assert all(int(r["accounts"]) == counted[i] for i, r in truth.items())


def test_one_seed_gives_the_same_bytes_and_another_seed_others():
    assert scenario.files("tense", 5, {"collusion": 3}) == scenario.files("tense", 5, {"collusion": 3})
    assert scenario.files("tense", 5)["truth.csv"] != scenario.files("tense", 6)["truth.csv"]


def test_nobody_perceives_what_was_out_of_reach_and_what_was_refused(tmp_path):
    files = _folder(tmp_path, "blind", 2, changes={"refused": 1.0, "cameras": 0})
    told = [r for path, data in files.items() if path.startswith("inbox") for r in _rows(data)]
    assert not [r for r in told if r["source_id"].startswith(("mon", "cam"))]
    assert {r["status"] for r in _rows(files["effort.csv"]) if r["source_id"].startswith("mon")} == {"refused"}
    edition = run.edition(run.load(tmp_path), None, "public")
    assert "kept" not in {f.outcome for f in edition.findings}


@pytest.mark.parametrize(("name", "code"), [("flood", "flood"), ("clocks", "clock_off")])
def test_mischief_raises_its_alert(name, code, tmp_path):
    changes = {"cameras": 6, "per_day": 12, "reporters": 0.5} if name == "clocks" else None
    _folder(tmp_path, name, 2, changes=changes)
    edition = run.edition(run.load(tmp_path), None, "public")
    found = alerts.found(edition.observations, edition.incidents, edition.mission.sources)
    asked = [a.source_id for a in found if a.code == code]
    assert len(asked) == 1 if code == "flood" else set(asked) <= {"press-1", "cam-1"}
    assert asked


def test_a_flood_moves_no_grade_of_anything_else(tmp_path):
    """The other accounts are the same to the letter, so that what they established must be too."""

    def grades(folder, more):
        _folder(folder, "tense", 4, more=more)
        edition = run.edition(run.load(folder), None, "public")
        by_id = {a.incident_id: a for a in edition.assessments}
        flooded = {o.id for o in edition.observations if o.id > "a" and o.id not in plain} if plain else set()
        return (
            {
                (tuple(i.observation_ids), by_id[i.id].grade, by_id[i.id].attributed_to)
                for i in edition.incidents
                if not set(i.observation_ids) & flooded
            },
            {o.id for o in edition.observations},
            [by_id[i.id] for i in edition.incidents if set(i.observation_ids) <= flooded],
        )

    plain = set()
    before, plain, _ = grades(tmp_path / "plain", None)
    after, _, invented = grades(tmp_path / "flooded", {"flood": 300})
    assert after <= before
    assert len(before - after) <= 2
    assert {a.grade for a in invented} <= {"reported", "probable", "disputed"}
    assert sum(a.grade == "probable" for a in invented) <= 1


def test_swapped_coordinates_are_set_aside_and_nothing_is_lost(tmp_path):
    _folder(tmp_path, "swapped", 3)
    material = run.load(tmp_path)
    assert {s.column for s in material.set_aside} <= {
        "lon_deg, lat_deg",
        "observer_lon_deg",
        "observer_lat_deg",
        "lat_deg",
        "lon_deg",
    }
    edition = run.edition(material, None, "public")
    c = edition.counts
    assert c["observations"] + c["set_aside"] == c["read"]


def test_exchanging_the_parties_exchanges_the_findings_and_nothing_else(tmp_path):
    files = _folder(tmp_path / "one", "liars", 8, changes={"days": 6})
    one, two = ("a", "b")
    ids = [
        line.split(":")[1].strip() for line in files["mission.yaml"].decode().splitlines() if line.startswith("- id:")
    ]
    for path, data in files.items():
        text = data.decode()
        if path != "mission.yaml":
            text = text.replace(ids[0], "\0").replace(ids[1], ids[0]).replace("\0", ids[1])
        target = tmp_path / "two" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def found(folder, flip):
        edition = run.edition(run.load(folder), None, "public")
        return {
            (f.term_id, flip.get(f.party, f.party), f.start, f.outcome, f.reason_code, f.incidents, f.applied, f.passed)
            for f in edition.findings
        }

    one, two = ids
    assert found(tmp_path / "one", {}) == found(tmp_path / "two", {one: two, two: one})


def test_wrong_names_and_numbers_are_wrong_use_that_says_what_there_is(truceline, tmp_path):
    with pytest.raises(UsageError, match="tense"):
        scenario.files("nowhere", 1)
    with pytest.raises(UsageError, match="collusion"):
        scenario.files("tense", 1, {"earthquake": 1})
    with pytest.raises(UsageError, match="flood=400"):
        scenario.wanted("flood")
    done = truceline("scenario", "tense", "--out", tmp_path / "new", "--days", "0")
    assert (done.code, "1 to 3660" in done.err) == (2, True)


def test_the_verb_writes_a_mission_that_validates_and_never_over_another(truceline, tmp_path):
    done = truceline("scenario", "quiet", "--seed", "3", "--days", "10", "--out", tmp_path / "new", "--json")
    assert done.code == 0
    assert '"truth.csv"' in done.out
    assert truceline("validate", tmp_path / "new").code == 0
    assert truceline("scenario", "quiet", "--out", tmp_path / "new").code == 2
    assert "tense" in truceline("scenario").out


def test_every_name_of_the_starting_world_is_symmetric_between_the_sides():
    """Over many seeds neither side is told of more, blamed more or believed more, but by chance."""
    told = [0, 0]
    for seed in range(30):
        files = scenario.files("tense", seed, changes={"days": 10})
        ids = [
            line.split(":")[1].strip()
            for line in files["mission.yaml"].decode().splitlines()
            if line.startswith("- id:")
        ]
        for row in _rows(files["truth.csv"]):
            told[ids.index(row["author"])] += 1
    assert abs(told[0] - told[1]) < 4 * sum(told) ** 0.5


def test_records_of_a_scenario_are_records_of_the_nouns(tmp_path):
    _folder(tmp_path, "quiet", 1)
    edition = run.edition(run.load(tmp_path), None, "public")
    assert all(isinstance(o, Observation) for o in edition.observations)
    assert all(isinstance(i, Incident) for i in edition.incidents)
