"""The program as a person starts it."""

import json
import subprocess
import sys

import pytest

from missions import obs, table
from truceline import __version__, cli


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",), ("help",)])
def test_the_overview_is_printed(truceline, arguments):
    ended = truceline(*arguments)
    assert ended.code == 0
    assert ended.out.startswith("Usage: truceline VERB")


@pytest.mark.parametrize("verb", cli.VERBS)
def test_each_verb_explains_itself_with_an_example(truceline, verb):
    ended = truceline(verb, "--help")
    assert ended.code == 0
    if verb != "review":
        assert f"Example: truceline {verb}" in ended.out


@pytest.mark.parametrize("verb", ["join", "split", "uphold", "reject", "undo"])
def test_each_judgement_explains_itself_with_an_example(truceline, verb):
    assert f"Example: truceline review {verb}" in truceline("review", verb, "--help").out


def test_the_version_is_printed(truceline):
    assert truceline("--version").out == f"{__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("fly",),
        ("run", "--speed", "9"),
        ("run",),
        ("run", "m", "--release", "secret"),
        ("fuse",),
        ("export", "m", "--party"),
    ],
)
def test_wrong_use_is_2_and_says_what_is_wrong_without_a_traceback(truceline, arguments):
    ended = truceline(*arguments)
    assert ended.code == 2
    assert ended.err.strip()
    assert "Traceback" not in ended.err


def test_a_new_mission_validates_runs_and_can_be_recomputed(truceline, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert truceline("init", "new").code == 0
    assert truceline("validate", "new").out == "Nothing wrong was found.\n"
    command = [
        sys.executable,
        "-m",
        "truceline.cli",
        "run",
        "new",
    ]  # as a person starts it, whose run another one checks
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert truceline("run", "--check", "new/out").out == "Every byte is the same.\n"
    assert "set aside 0" in truceline("run", "new").out  # its own output is no evidence


def test_init_does_not_write_into_a_folder_that_holds_something(truceline, tmp_path):
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    ended = truceline("init", tmp_path)
    assert ended.code == 2
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_json_is_json_and_nothing_else(truceline, mission, tmp_path, quick_report):
    mission.tell(obs("A", "mon"), obs("BAD", "mon", start="2025-02-30"))
    summary = json.loads(truceline("run", mission.path, "--out", tmp_path / "out", "--json").out)
    assert summary == json.loads((tmp_path / "out/summary.json").read_text("utf-8"))
    assert {"mission", "as_of", "version", "counts", "figures"} <= set(summary)
    assert set(summary["figures"]) == {"killed", "injured", "displaced"}
    (problem,) = json.loads(truceline("validate", mission.path, "--json").out)
    assert (problem["level"], problem["line"], problem["column"]) == ("set aside", 3, "start")
    assert json.loads(truceline("run", "--check", tmp_path / "out", "--json").out)["same"] is True
    assert isinstance(json.loads(truceline("coverage", mission.path, "--json").out), list)


def test_validate_of_a_clean_mission_is_0_and_of_a_question_1(truceline, mission):
    mission.tell(obs("A", "mon"))
    assert truceline("validate", mission.path).code == 0
    mission.tell(obs("A", "mon", place="Atlantis"))
    assert truceline("validate", mission.path).code == 1


def test_validate_counts_what_each_source_was_expected_to_give(truceline, mission):
    mission.edit(
        "sources.yaml",
        "{id: mon, name: Monitor One, kind: monitor}",
        "{id: mon, name: Monitor One, kind: monitor, expected: {min: 2, max: 5}}",
    )
    mission.tell(obs("A", "mon"))
    ended = truceline("validate", mission.path)
    assert ended.code == 1
    assert "expected 2 to 5 observations of this source" in ended.out


def test_fuse_needs_no_mission(truceline, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(
        table(
            [
                obs("A", "one", lon_deg="102.4", lat_deg="14.4"),
                obs("B", "two", lon_deg="102.4", lat_deg="14.4", text="other words"),
            ]
        ),
        "utf-8",
    )
    ended = truceline("fuse", path, "--out", tmp_path / "out", "--json")
    counts = {"observations": 2, "incidents": 1, "links": 2, "near_misses": 0, "set_aside": 0, "questions": 0}
    assert json.loads(ended.out) == counts
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "incidents.csv",
        "links.csv",
        "near_misses.csv",
        "set_aside.csv",
        "codebook.csv",
        "weights.json",
        "manifest.json",
    }


def test_fuse_honours_judgements_and_names_what_it_cannot_read(truceline, tmp_path):
    path, decided = tmp_path / "table.csv", tmp_path / "j.csv"
    path.write_text(table([obs("A", "one"), obs("B", "two", text="other words")]), "utf-8")
    head = "judgement_id,date,by,action,subject,object,reason,undoes\n"
    decided.write_text(head + "J1,2025-08-11,N. N.,split,A,B,two hills,\n", "utf-8")
    assert (
        json.loads(truceline("fuse", path, "--out", tmp_path / "out", "--judgements", decided, "--json").out)[
            "incidents"
        ]
        == 2
    )
    decided.write_text(head + "J1,2025-08-11,N. N.,ponder,A,B,why,\n", "utf-8")
    ended = truceline("fuse", path, "--out", tmp_path / "out", "--judgements", decided)
    assert ended.code == 3
    assert "j.csv:2: action:" in ended.err


def test_a_reader_that_stops_reading_is_no_crash(mission, tmp_path):
    command = f"{sys.executable} -m truceline.cli coverage {mission.path} --json | head -c 1"
    mission.effort(*(f"E{n},mon,2025-08-{n % 28 + 1:02},,hill,,arda,,done,,,,," for n in range(2000)))
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
