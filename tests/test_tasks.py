"""Tasks for patrols: what makes one, in which order, how an answer closes it, the files, and the same for both sides."""

import csv
import dataclasses
import io
import re

import pytest
from pyogrio.raw import read as read_layer

from missions import A, B, both, obs, term
from truceline import tasklists, tasks
from truceline.report import tongue

AS_OF = "2025-08-20T12:00+07:00"


def made(mission, as_of=AS_OF, release="public"):
    return tasks.tasks(mission.edition(as_of, release))


def by_basis(found, basis):
    return [t for t in found if t.basis == basis]


def test_an_incident_that_one_account_carries_is_a_task_and_an_established_one_is_none(mission):
    mission.tell(
        obs("R1", "press-1"), *both(obs("S1", "mon", method="seen", place="ford", start="2025-08-12T09:00+07:00"))
    )
    (task,) = by_basis(made(mission), "incident")
    assert (task.about, task.place, task.lon_deg, task.radius_m >= 500) == ("I-R1", "Hill 402", 102.4, True)
    assert task.why == (
        "Graded reported: 1 voice says so. If it is wrong, the grade falls; an observer at first hand would be one more."
    )
    assert "10 August 2025" in task.what


def test_old_incidents_unplaced_ones_and_mere_words_are_no_tasks(mission):
    mission.tell(
        obs("R1", "press-1", start="2025-06-10T09:00+07:00", reported="2025-06-10"), obs("R2", "press-1", place="Known by Name"),
        obs("R3", "press-1", kind="claim.legal", place="ford"), obs("R4", "press-1", kind="threat.force", place="far"),
        obs("R5", "mon", kind="other", method="seen", place="ford", text="found nothing"),
    )  # fmt: skip
    assert by_basis(made(mission), "incident") == []


def test_accounts_that_conflict_are_named_as_such(mission):
    mission.tell(
        obs("R1", "voice-1", actor_claimed=B, harmed_party=A), obs("R2", "voice-2", actor_claimed=A, stance="denies", answers="R1"),
    )  # fmt: skip
    (task,) = by_basis(made(mission), "incident")
    assert "conflict on" in task.why or "another denied it" in task.why


def test_a_sector_that_nobody_looked_at_is_a_task_until_somebody_looks(mission):
    (task,) = by_basis(made(mission), "sector")
    assert task.about == "sector"
    assert "Nobody is on record as looking here in the whole period (19 days)." in task.why
    mission.effort("E1,mon,2025-08-05T08:00+07:00,2025-08-05T16:00+07:00,,sector,arda,,done,,,50000,public,2025-08-05")
    (task,) = by_basis(made(mission), "sector")
    assert "since 5 August 2025" in task.why
    mission.effort(
        "E1,mon,2025-08-05T08:00+07:00,2025-08-05T16:00+07:00,,sector,arda,,done,,,50000,public,2025-08-05",
        "E2,mon,2025-08-18T08:00+07:00,2025-08-18T16:00+07:00,,sector,arda,,refused,arda,road,50000,public,2025-08-18",
    )
    (task,) = by_basis(made(mission), "sector")
    assert "1 visit was refused." in task.why
    mission.effort("E1,mon,2025-08-18T08:00+07:00,2025-08-18T16:00+07:00,,sector,arda,,done,,,50000,public,2025-08-18")
    assert by_basis(made(mission), "sector") == []


def test_heat_that_nobody_reported_is_a_task(mission):
    mission.tell(
        obs("H1", "mon", kind="heat.detection", method="detected", text="9 cell-days with heat", place="far"), obs("R1", "press-1")
    )  # fmt: skip
    (task,) = by_basis(made(mission), "heat")
    assert (task.about, task.why) == ("H1", "Heat without a report: 9 cell-days with heat.")


def test_tasks_that_more_open_findings_turn_on_come_first_and_the_words_say_so(mission):
    mission.terms(term("hold_fire"), term("hold_fire", 2))
    mission.tell(
        obs("R1", "press-1"), obs("R2", "press-2", kind="mine.found", place="far", start="2025-08-12T09:00+07:00")
    )
    found = [t for t in made(mission) if t.basis == "incident"]
    assert [t.bears_on for t in found] == sorted((t.bears_on for t in found), reverse=True)
    assert [t.priority for t in made(mission)] == list(range(1, len(made(mission)) + 1))
    for task in found:
        assert re.match(r"(No|\d+) open findings?", task.priority_why)


def test_an_answer_that_names_the_number_closes_the_task_in_the_next_list(mission):
    rows = [obs("R1", "press-1")]
    mission.tell(*rows)
    (task,) = by_basis(made(mission), "incident")
    rows.append(
        obs(
            "V1",
            "mon",
            method="seen",
            start="2025-08-14T10:00+07:00",
            place="far",
            kind="other",
            task=task.id.lower(),
            text="no crater",
        )
    )
    mission.tell(*rows)
    after = {t.about: t for t in made(mission)}
    assert after["I-R1"].answered_by == "answered by V1 (seen on 14 August 2025)"
    assert after["I-R1"].priority == 0
    assert b"I-R1" in tasklists.files(tuple(after.values()), "x")["tasks.csv"]
    assert task.id.encode() not in tasklists.files(tuple(after.values()), "x")["tasks.gpx"]


def test_an_answer_that_is_sealed_closes_nothing_where_it_may_not_be_seen_and_shows_nowhere(mission):
    mission.tell(obs("R1", "press-1"))
    (task,) = by_basis(made(mission), "incident")
    mission.tell(
        obs("R1", "press-1"), obs("QZXS1", "mon", method="seen", place="far", exposure="sealed", task=task.id, text="QZX words"),
        obs("QZXS2", "hidden", kind="mine.found", place="ford"),
    )  # fmt: skip
    for release in ("public", "restricted"):
        found = made(mission, release=release)
        assert not any(t.answered_by for t in found)
        for data in tasklists.files(found, "x").values():
            assert b"QZX" not in data


def swapped(text):
    return text.replace(A, "\0").replace(B, A).replace("\0", B)


def test_exchanging_the_parties_exchanges_nothing_but_their_names(mission):
    mission.tell(
        obs("R1", "voice-1", actor_claimed=B, harmed_party=A), obs("R2", "voice-2", actor_claimed=A, stance="denies", answers="R1"),
        obs("R3", "press-1", place="ford", actor_claimed=A, start="2025-08-11T09:00+07:00"),
        obs("R4", "voice-2", place="far", kind="mine.found", harmed_party=B, actor_claimed=A, start="2025-08-12T09:00+07:00"),
    )  # fmt: skip
    mission.effort("E1,mon,2025-08-05T08:00+07:00,2025-08-05T16:00+07:00,,sector,arda,,done,,,50000,public,2025-08-05")
    before = tasklists.files(made(mission), "x")
    for path in [p for p in mission.path.rglob("*") if p.is_file()]:
        path.write_text(swapped(path.read_text("utf-8")), "utf-8")
    after = tasklists.files(made(mission), "x")
    assert {n: swapped(b.decode()) for n, b in before.items()} == {n: b.decode() for n, b in after.items()}


def test_gdal_opens_the_waypoints_and_the_discs(truceline, mission, tmp_path):
    mission.tell(obs("R1", "press-1", text="=1+1 <b>&"))
    out = tmp_path / "tasks"
    ended = truceline("tasks", mission.path, "--out", out, "--as-of", AS_OF)
    assert ended.code == 0, ended.err
    assert "2 open, 0 answered" in ended.out
    listed = list(csv.DictReader(io.StringIO((out / "tasks.csv").read_text("utf-8"))))
    assert set(listed[0]) == set(tasklists.COLUMNS)
    meta, _, geometry, fields = read_layer(out / "tasks.gpx", layer="waypoints")
    names = dict(zip(meta["fields"], fields, strict=True))["name"]
    assert sorted(names) == sorted(r["id"] for r in listed)
    assert len(geometry) == 2
    assert len(read_layer(out / "tasks.kml")[2]) == 2
    entities = list(csv.DictReader(io.StringIO((out / "tasks-entities.csv").read_text("utf-8"))))
    assert {"label", "geometry", "task"} <= set(entities[0])
    assert not {"name", "__id"} & set(entities[0])
    for row in csv.DictReader(io.StringIO((out / "media/tasks.csv").read_text("utf-8"))):
        assert re.fullmatch(r"T-[A-Z2-7]{6}", row["name"])
        assert re.fullmatch(r"-?[\d.]+ -?[\d.]+ 0 0", row["geometry"])


def test_the_sheet_is_the_same_bytes_twice_and_says_every_number(truceline, mission, tmp_path):
    from pypdf import PdfReader

    mission.tell(obs("R1", "press-1", place="hill"), obs("R2", "press-2", place="ford", start="2025-08-12T09:00+07:00"))
    for name in ("a", "b"):
        assert truceline("tasks", mission.path, "--out", tmp_path / name, "--as-of", AS_OF).code == 0
    assert (tmp_path / "a/tasks.pdf").read_bytes() == (tmp_path / "b/tasks.pdf").read_bytes()
    text = "".join(p.extract_text() for p in PdfReader(tmp_path / "a/tasks.pdf").pages)
    for task in made(mission):
        assert task.id in text
    assert "orientation only" in text


@pytest.mark.parametrize("language", tongue.languages())
def test_sheet_lists_and_waypoints_speak_the_language_that_is_asked_for(truceline, mission, tmp_path, language):
    mission.tell(
        obs("R1", "press-1", place="hill"),
        obs("R2", "voice-1", place="ford", actor_claimed=B, start="2025-08-12T09:00+07:00"),
    )
    out = tmp_path / "tasks"
    asked = ("tasks", mission.path, "--out", out, "--as-of", AS_OF, "--language", language)
    assert truceline(*asked).code == 0
    with tongue.speaking(language):
        found = made(mission)
        for sentence in [s for t in found for s in (t.what, t.why, t.priority_why)]:
            assert sentence in (out / "tasks.csv").read_text("utf-8")
        title = tongue.say("Tasks: {mission}", mission="Valley mission")
    assert f"<name>{title}</name>" in (out / "tasks.gpx").read_text("utf-8")
    assert f"<name>{title}</name>" in (out / "tasks.kml").read_text("utf-8")
    warned = tongue.UNREVIEWED in (out / "tasks.gpx").read_text("utf-8")
    assert warned == (language != "en")
    english = [t.what for t in made(mission)]
    assert any(w in (out / "tasks-entities.csv").read_text("utf-8") for w in english) == (language == "en")


def test_a_language_that_nobody_added_is_wrong_use(truceline, mission, tmp_path):
    ended = truceline("tasks", mission.path, "--out", tmp_path / "t", "--language", "xx")
    assert (ended.code, "expected one of en" in ended.err, (tmp_path / "t").exists()) == (2, True, False)


def test_a_task_without_a_named_place_is_told_by_its_degrees_and_never_by_an_id(truceline, mission, tmp_path):
    mission.tell(obs("R1", "press-1", place="", lon_deg="102.4", lat_deg="14.4", radius_m="200"))
    ended = truceline("tasks", mission.path, "--out", tmp_path / "t", "--as-of", AS_OF)
    assert "102.4000 E, 14.4000 N: Look for traces" in ended.out
    assert "I-R1" not in ended.out
    west = dataclasses.replace(made(mission)[0], lon_deg=-12.5, lat_deg=-33.25)
    assert tasks.spot(west) == "12.5000 W, 33.2500 S"


def test_a_runs_folder_gives_the_same_tasks_as_its_mission(truceline, mission, tmp_path, quick_report):
    mission.tell(obs("R1", "press-1"))
    assert truceline("run", mission.path, "--out", tmp_path / "run", "--as-of", AS_OF).code == 0
    assert truceline("tasks", tmp_path / "run", "--out", tmp_path / "a").code == 0
    assert truceline("tasks", mission.path, "--out", tmp_path / "b", "--as-of", AS_OF).code == 0
    assert (tmp_path / "a/tasks.csv").read_bytes() == (tmp_path / "b/tasks.csv").read_bytes()
    wrong = truceline("tasks", tmp_path / "run", "--out", tmp_path / "c", "--as-of", AS_OF)
    assert wrong.code == 2


def test_five_thousand_incidents_have_five_thousand_numbers():
    assert len({tasks.number(f"I-{k}") for k in range(5000)}) == 5000
