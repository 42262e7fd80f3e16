"""Reports that were fused and not assessed: the same windows and accounts, from columns on the disk; nothing withheld in them."""

import re

import pytest

from conftest import Bench
from missions import Folder, both, obs
from truceline import run
from truceline.mission import read as mission_of
from truceline.web import opening
from truceline.web.laid import Laid
from truceline.web.laying import Task, lay


def told(mission):
    """Observations by coordinates, as `fuse` wants them, two sealed ones and one of a sealed source among them."""
    rows = []
    for n in range(30):
        at = {
            "lon_deg": f"{102.1 + n / 50:.3f}",
            "lat_deg": "14.4",
            "radius_m": "300",
            "place": "",
            "reported": "2025-08-30",
        }
        rows += both(
            obs(f"R{n:02d}", "mon", start=f"2025-08-{1 + n % 20:02d}T09:00+07:00", text=f"account ภูเขา {n}", **at)
        )
    rows.append({**rows[0], "id": "QZX-1", "text": "QZX sealed", "exposure": "sealed"})
    rows.append({**rows[0], "id": "QZX-2", "text": "QZX of a sealed source", "source_id": "hidden"})
    rows.append({**rows[0], "id": "QZX-3", "text": "QZX repeated", "origin_id": "Hidden Source QZX"})
    mission.tell(*rows)
    return mission


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """A workbench that takes even thirty incidents for too many."""
    folder = told(Folder(tmp_path_factory.mktemp("many") / "mission"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "A_LOT", 0)
        patch.setattr(opening, "MANY", 10)
        made = Bench(folder)
    yield made
    made.room.close()


def test_many_reports_are_fused_when_the_mission_is_opened_and_read_from_the_disk(bench):
    assert bench.desk.edition is None
    folder = bench.desk.shelf.folder
    assert folder.is_dir()
    listed = bench.get("/api/incidents?q=ภูเขา").json()
    assert listed["count"] == bench.desk.sieve.size
    assert bench.get("/api/incidents?q=%22account%22").json()["count"] == 0
    one = bench.desk.incident("R07")
    assert {o.id for o in one.observations} == {"R07", "R07b"}
    assert set(one.links) == {"R07", "R07b"}
    assert one.links["R07"].reasons
    assert one.assessment is None
    assert bench.desk.account("R07").text == "account ภูเขา 7"
    assert bench.get("/incidents/I-R07.csv").text.count("\n") == 3
    assert bench.get("/situation.csv?from=2025-08-05&to=2025-08-05").text.count("\n") == 3
    assert bench.get("/ogc/collections/incidents/items?limit=5").json()["numberReturned"] == 5
    assert bench.get("/agreements.csv").text.count("\n") == 1


def test_what_was_not_worked_out_is_said_and_never_shown_as_nothing(bench):
    for tab, said in (
        ("situation", "Who looked was not worked out"),
        ("agreements", "No commitment was checked"),
        ("claims", "No statement was set beside its answer"),
        ("coverage", "Who looked was not worked out"),
    ):
        page = bench.get(f"/{tab}").text
        assert f"{bench.desk.counts['observations']} reports were grouped into incidents." in page
        assert said in page
        assert not re.search(
            r"nobody looked|No observer was|No accusation|No commitment was tested|established <b>0", page
        ), tab
    assert bench.get("/map/coverage.json").json() == {"first": [], "sectors": {}}


def test_it_holds_the_incidents_of_the_fusion_and_nothing_that_is_withheld(bench):
    material = run.load(bench.folder.path)
    made = run.edition(material, None, "public")
    assert {tuple(sorted(i.observation_ids)) for i in made.incidents} == {
        tuple(sorted(o.id for o in bench.desk.incident(name).observations)) for name in bench.desk.table["id"]
    }
    for address in (
        "/situation.csv",
        "/situation.json",
        "/api/mission",
        "/api/incidents/I-R00",
        "/incidents/R00.csv",
        "/api/incidents?q=sealed",
    ):
        assert "QZX" not in bench.get(address).text
    for name in ("QZX-1", "QZX-2", "QZX-3"):
        assert bench.get(f"/api/observations/{name}").status_code == 404
    held = b"".join(p.read_bytes() for p in bench.desk.shelf.folder.iterdir())
    assert b"QZX" not in held


def test_a_judgement_is_kept_and_its_effect_left_to_the_next_run(bench):
    assert bench.judge("split", "R07", "R07b").status_code == 201
    answer = bench.post("/judgements/preview", json={"action": "split", "subject": "R07", "object": "R07b"})
    assert (answer.status_code, "next run" in answer.json()["detail"]) == (503, True)
    assert [j["counted"] for j in bench.get("/judgements.json").json()["judgements"]] == [False]
    assert bench.judge("join", "R07", "R07b", generation=1).status_code == 409


def test_a_fusion_that_holds_more_than_may_be_shown_or_other_files_is_refused(truceline, mission, tmp_path):
    many = told(mission)
    table = many.path / "inbox/observations/o.csv"
    assert truceline("fuse", table, "--out", tmp_path / "fused").code == 0
    made = tmp_path / "made"
    made.mkdir()
    task = Task(many.path, tmp_path / "fused", made, "public")
    assert "holds more than this release may show" in lay(task)
    lines = [line for line in table.read_text("utf-8").splitlines() if "QZX" not in line]
    table.write_text("\n".join(lines) + "\n", "utf-8")
    assert "was fused from other files" in lay(task)
    assert truceline("fuse", table, "--out", tmp_path / "fused").code == 0
    assert lay(task) == ""
    shelf = Laid(made, mission_of(many.path))
    assert {o.id for o in shelf.opened(shelf.table["id"].index_of("I-R03"), ()).observations} == {"R03", "R03b"}
