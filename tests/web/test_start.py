"""What is kept between two starts, and the process in which the next edition is worked out."""

import dataclasses
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from truceline import mission
from truceline.web import opening
from truceline.web.making import Apart, Here
from truceline.web.remembered import Memory


def kept(folder):
    return folder.path / ".desk/public.json"


@pytest.fixture
def opened(front):
    """The mission opened as the verb opens it; no process is started before a judgement."""
    room = opening.opened(front.path, apart=True)
    yield room
    room.close()


def found(front):
    return Memory(front.path, mission.read(front.path), "public").found()


def test_the_next_start_takes_the_edition_of_the_last(opened, front):
    again = found(front)
    assert [i.id for i in again.incidents] == [i.id for i in opened.desk.edition.incidents]
    assert again.findings == opened.desk.edition.findings


def test_nobody_but_the_owner_reads_it_and_git_leaves_it(opened, front):
    assert stat.S_IMODE(kept(front).stat().st_mode) == 0o600
    assert stat.S_IMODE(kept(front).parent.stat().st_mode) == 0o700
    assert (kept(front).parent / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("file", ["sources.yaml", "effort.csv", "mission.yaml", "inbox/observations/told.csv"])
def test_it_is_not_taken_where_a_file_has_changed(opened, front, file):
    path = next(p for p in (front.path / file, *front.path.glob("inbox/observations/*")) if p.is_file())
    path.write_bytes(path.read_bytes() + b"\n")
    assert found(front) is None


def test_it_is_not_taken_after_a_judgement_that_it_does_not_count(opened, front):
    (front.path / "judgements.csv").write_text(
        "id,date,by,action,subject,object,reason,undoes\nJ0001,2025-08-12,A,split,A,B,two,\n"
    )
    assert found(front) is None


def test_it_is_not_taken_cut_or_changed(opened, front):
    whole = kept(front).read_bytes()
    for spoilt in (whole[:-9], whole.replace(b"A", b"B", 1), b"", b"\xff" * 300):
        kept(front).write_bytes(spoilt)
        assert found(front) is None


def test_what_is_sealed_is_not_kept(front):
    front.tell(
        {"id": "Q", "source_id": "mon", "start": "2025-08-15", "kind": "fire.mortar", "reported": "2025-08-15",
         "text": "QZX secret", "exposure": "sealed"},
        file="inbox/observations/sealed.csv",
    )  # fmt: skip
    opening.opened(front.path, apart=True).close()
    assert b"QZX" not in kept(front).read_bytes()
    assert kept(front).read_bytes().count(b'"id":"A"') > 0


def test_a_judgement_is_counted_by_the_other_process_as_by_this_one_and_kept(opened, front):
    said = {"action": "split", "subject": "A", "object": "B", "reason": "two hills", "by": "A", "date": "2025-08-12"}
    foreseen = opened.foresee(said)
    due = opened.judge(said, 1).generation
    assert opened.wait(due, 60)
    assert isinstance(opened.maker, Apart)
    here = opening.opened(front.path)
    assert isinstance(here.maker, Here)
    assert here.desk.edition.incidents == opened.desk.edition.incidents
    assert here.desk.edition.findings == opened.desk.edition.findings
    assert {c[0]: c[2] for c in foreseen.counts}["incidents"] == len(here.desk.edition.incidents)
    for _ in range(100):
        if (made := found(front)) is not None:
            break
        opened.wait(due + 1, 0.05)
    assert made.incidents == opened.desk.edition.incidents


def test_a_process_that_was_lost_is_begun_anew(opened, front):
    said = {"action": "uphold", "subject": "I-D", "reason": "seen", "by": "A", "date": "2025-08-12"}
    opened.foresee(said)
    (process,) = opened.maker._pool._processes.values()
    process.kill()
    process.join()
    assert opened.wait(opened.judge(said, 1).generation, 60)
    assert [j.by for j in opened.desk.judgements] == ["A"]


def test_a_folder_that_cannot_be_written_is_opened_all_the_same(front):
    (front.path / ".desk").write_text("a file stands here")
    room = opening.opened(front.path, apart=True)
    assert dataclasses.is_dataclass(room.desk)
    assert (front.path / ".desk").read_text() == "a file stands here"
    room.close()


ENDED = """
import sys
from pathlib import Path
from truceline.web.making import Apart

if __name__ == "__main__":
    apart = Apart(Path(sys.argv[1]))
    apart.make((), "public")
    print(next(iter(apart._pool._processes)), flush=True)
    sys.stdin.read()
"""


def test_the_other_process_ends_with_the_one_that_was_started_however_that_ended(front, tmp_path):
    (tmp_path / "ended.py").write_text(ENDED)
    command = [sys.executable, tmp_path / "ended.py", front.path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as one:
        other = int(one.stdout.readline())
        one.kill()
    until = time.monotonic() + 20
    while alive(other) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(other)


def alive(process):
    """Whether a process runs; one that has ended and waits for nobody's asking does not."""
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
