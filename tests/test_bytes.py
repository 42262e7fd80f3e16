"""The promise to the parties: the same inputs give the same bytes, and anybody can see when they do not."""

import hashlib
import json
import shutil

import pytest

from missions import obs, term
from truceline import __version__, report
from truceline.terms import CHECKS


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A mission and its output, made once for real; tests copy what they change."""
    from missions import Folder
    from truceline import run as pipeline

    place = tmp_path_factory.mktemp("written")
    folder = Folder(place / "mission")
    folder.terms(term("hold_fire"), term("let_observers_in", 2), term("meet_by", 3, extra="due: 2025-08-15"))
    folder.effort("E1,mon,2025-08-11,,hill,,arda,,done,,,,,")
    folder.tell(
        obs("A1", "voice-1", actor_claimed="brel", text="=1+1 shells on the slope"),
        obs("A2", "press-1", origin_id="voice-1", method="relayed", actor_claimed="brel"),
        obs("A3", "voice-2", stance="denies", answers="A1"),
        obs("BAD", "mon", start="2025-02-30"),
    )
    pipeline.run(folder.path, place / "out", as_of="2025-09-01")
    return place


def digests(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.name != "timings.json"}


@pytest.fixture
def copy(written, tmp_path):
    return shutil.copytree(written, tmp_path / "copy")


def test_two_runs_give_the_same_bytes_in_every_file_but_the_timings(truceline, written, tmp_path):
    shutil.copytree(written / "mission", tmp_path / "mission")
    ended = truceline("run", tmp_path / "mission", "--out", tmp_path / "out", "--as-of", "2025-09-01")
    assert ended.code == 0
    assert digests(tmp_path / "out") == digests(written / "out")


def test_the_manifest_names_every_input_and_output_with_its_hash(written):
    manifest = json.loads((written / "out/manifest.json").read_text("utf-8"))
    made = digests(written / "out")
    made.pop("manifest.json")
    assert manifest["outputs"] == made
    inputs = {p.relative_to(written / "mission").as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
              for p in (written / "mission").rglob("*") if p.is_file()}  # fmt: skip
    assert manifest["inputs"] == inputs
    assert (manifest["version"], manifest["arguments"]["as_of"]) == (__version__, "2025-09-01")


def test_check_says_that_every_byte_is_the_same(truceline, written):
    ended = truceline("run", "--check", written / "out")
    assert (ended.code, ended.out) == (0, "Every byte is the same.\n")


@pytest.mark.parametrize("name", ["findings.csv", "report.html", "report.pdf", "codebook.csv"])
def test_check_sees_one_changed_byte_of_an_output(truceline, copy, name):
    data = bytearray((copy / "out" / name).read_bytes())
    data[-5] ^= 1
    (copy / "out" / name).write_bytes(bytes(data))
    ended = truceline("run", "--check", copy / "out")
    assert ended.code == 1
    assert f"file on disk {name} is not what it was" in ended.out


def test_check_sees_a_changed_input_and_what_it_changes(truceline, copy):
    path = copy / "mission/inbox/observations/o.csv"
    path.write_text(path.read_text("utf-8").replace("denies", "admits"), "utf-8")
    ended = truceline("run", "--check", copy / "out")
    assert ended.code == 1
    assert "input inbox/observations/o.csv is not what it was" in ended.out
    assert "output findings.csv is not what it was" in ended.out


def test_check_sees_a_new_and_a_missing_file(truceline, copy):
    (copy / "mission/judgements.csv").write_text("judgement_id,date,by,action,subject,object,reason,undoes\n", "utf-8")
    (copy / "out/claims.csv").unlink()
    ended = truceline("run", "--check", copy / "out")
    assert ended.code == 1
    assert "input judgements.csv was not there before" in ended.out
    assert "file on disk claims.csv is missing" in ended.out


def test_check_refuses_a_folder_without_a_manifest(truceline, tmp_path):
    assert truceline("run", "--check", tmp_path).code == 1


# Folders


def test_a_folder_that_truceline_did_not_write_is_never_touched(truceline, mission, tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("ten years of work", "utf-8")
    ended = truceline("run", mission.path, "--out", theirs)
    assert ended.code == 2
    assert "--force" in ended.err
    assert [p.name for p in theirs.iterdir()] == ["thesis.txt"]


def test_a_manifest_of_another_program_makes_no_folder_ours(truceline, mission, tmp_path):
    (tmp_path / "manifest.json").write_text('{"program": "webpack"}', "utf-8")
    assert truceline("run", mission.path, "--out", tmp_path).code == 2


def test_the_mission_folder_itself_is_never_replaced(truceline, mission):
    assert truceline("run", mission.path, "--out", mission.path).code == 2
    assert mission.read("mission.yaml")


def test_an_output_of_ours_is_replaced_as_a_whole(truceline, mission, tmp_path, quick_report):
    out = tmp_path / "out"
    assert truceline("run", mission.path, "--out", out).code == 0
    (out / "stale.csv").write_text("old", "utf-8")
    assert truceline("run", mission.path, "--out", out).code == 0
    assert not (out / "stale.csv").exists()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_an_interrupted_run_leaves_the_old_output_whole(truceline, mission, tmp_path, monkeypatch, quick_report):
    out = tmp_path / "out"
    assert truceline("run", mission.path, "--out", out).code == 0
    before = digests(out)

    def stop(_edition, folder, _brief):
        (folder / "report.html").write_text("half", "utf-8")
        raise KeyboardInterrupt

    monkeypatch.setattr(report, "write", stop)
    mission.tell(obs("NEW", "mon"))
    ended = truceline("run", mission.path, "--out", out)
    assert (ended.code, ended.err) == (1, "Stopped; nothing was overwritten.\n")
    assert digests(out) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mission", "out"]


def test_a_full_disk_leaves_the_old_output_whole(truceline, mission, tmp_path, monkeypatch, quick_report):
    out = tmp_path / "out"
    assert truceline("run", mission.path, "--out", out).code == 0
    before = digests(out)
    monkeypatch.setattr(report, "write", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    ended = truceline("run", mission.path, "--out", out)
    assert ended.code == 1
    assert "No space left on device" in ended.err
    assert digests(out) == before


# A check that crashes


def test_a_crashed_check_blocks_the_report_and_writes_nothing(truceline, mission, tmp_path, monkeypatch):
    monkeypatch.setitem(CHECKS, "hold_fire", lambda *_: 1 / 0)
    edition = mission.edition()
    assert {f.outcome for f in edition.findings} == {"error"}
    assert {f.reason_code for f in edition.findings} == {"check_failed"}
    ended = truceline("run", mission.path, "--out", tmp_path / "out")
    assert ended.code == 1
    assert "ZeroDivisionError" in ended.err
    assert not (tmp_path / "out").exists()
