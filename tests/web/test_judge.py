"""A judgement is foreseen without being kept, kept before it is answered, never lost, and never made over another's head."""

import threading

import pytest

from missions import obs
from truceline import review, run
from truceline.web.changes import preview

SPLIT = {"action": "split", "subject": "A", "object": "B"}


def on_file(bench):
    path = bench.folder.path / "judgements.csv"
    return path.read_text("utf-8").splitlines()[1:] if path.exists() else []


def test_a_preview_says_what_would_change_and_keeps_nothing(bench):
    answer = bench.post("/judgements/preview", json=SPLIT)
    assert answer.status_code == 200
    found = answer.json()
    assert {"what": "incidents", "before": 2, "after": 3} in found["counts"]
    gone = [c["before"]["id"] for c in found["incidents"] if c["before"]]
    assert gone == ["I-A"]
    assert on_file(bench) == []
    assert bench.desk.generation == 1
    assert bench.room.waiting == ()


def test_the_preview_is_what_then_comes_about(bench):
    before = bench.desk.edition
    foreseen = bench.room.foresee({**SPLIT, "by": "X", "reason": "r", "date": "2025-08-12"})
    assert bench.judge("split", "A", "B").status_code == 201
    assert bench.room.wait(2, 20)
    came = preview(before, bench.desk.edition)
    assert (came.incidents, came.findings, came.counts) == (foreseen.incidents, foreseen.findings, foreseen.counts)


def test_a_rejection_moves_the_grade_and_the_findings_and_is_undone(bench):
    found = bench.post("/judgements/preview", json={"action": "reject", "subject": "I-A"}).json()
    (one,) = found["incidents"]
    assert (one["before"]["grade"], one["after"]["grade"]) != ("insufficient", "insufficient")
    assert one["after"]["grade"] == "insufficient"
    assert found["findings"]
    kept = bench.judge("reject", "I-A").json()["judgement"]
    assert bench.room.wait(2, 20)
    assert bench.desk.incident("I-A").assessment.grade == "insufficient"
    assert [j.id for j in bench.desk.incident("I-A").judgements] == [kept["id"]]
    assert bench.judge("undo", undoes=kept["id"]).status_code == 201
    assert bench.room.wait(3, 20)
    assert bench.desk.incident("I-A").assessment.grade != "insufficient"
    assert [j["active"] for j in bench.get("/judgements.json").json()["judgements"]] == [False, False]


def test_the_file_is_read_by_a_run_as_the_desk_wrote_it(bench):
    bench.judge("split", "A", "B", date="2025-08-12", reason='two hills, "north" and south')
    (one,) = run.load(bench.folder.path).mission.judgements
    assert (one.id, one.action, one.subject, one.object) == ("J0001", "split", "A", "B")
    assert one.reason == 'two hills, "north" and south'


def test_readers_keep_the_old_edition_until_the_new_one_is_ready(bench):
    old = bench.get("/situation.json")
    bench.judge("split", "A", "B")
    assert bench.room.wait(2, 20)
    fresh = bench.get("/situation.json", **{"if-none-match": old.headers["etag"]})
    assert fresh.status_code == 200
    assert (old.json()["count"], fresh.json()["count"]) == (2, 3)
    again = bench.get("/situation.json", **{"if-none-match": fresh.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_who_decides_on_what_was_decided_meanwhile_is_shown_both(bench):
    assert bench.judge("split", "A", "B", by="First").status_code == 201
    answer = bench.judge("reject", "I-A", by="Second", generation=1)
    assert answer.status_code == 409
    told = answer.json()
    assert [j["by"] for j in told["theirs"]] == ["First"]
    assert told["yours"]["by"] == "Second"
    assert len(on_file(bench)) == 1
    assert bench.room.wait(2, 20)
    assert bench.judge("reject", "I-A", by="Second", generation=1).status_code == 409
    assert bench.judge("reject", "I-A", by="Second", generation=1, seen="J0001").status_code == 201
    assert len(on_file(bench)) == 2


def test_what_nobody_touched_meanwhile_is_no_conflict(bench):
    bench.judge("split", "A", "B", generation=1)
    assert bench.room.wait(2, 20)
    assert bench.judge("uphold", "I-D", generation=1).status_code == 201


def test_contradictions_stand_side_by_side_in_the_history(bench):
    bench.judge("uphold", "I-D", by="First")
    bench.judge("reject", "I-D", by="Second", seen="J0001")
    told = bench.get("/judgements.json").json()
    assert told["contradictions"] == [["J0001", "J0002"]]
    assert [j["by"] for j in told["judgements"]] == ["First", "Second"]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"action": "burn"}, "action"), ({"reason": "=1+1"}, "reason"), ({"by": "@x"}, "by"), ({"reason": "x" * 2001}, "reason"),
        ({"by": "x" * 121}, "by"), ({"date": "soon"}, "date"), ({"generation": "-1"}, "generation"), ({"reason": "a\x00b"}, "reason"),
    ],
)  # fmt: skip
def test_what_a_judgement_cannot_say_is_named(bench, changes, name):
    answer = bench.post("/judgements", json={**SPLIT, "reason": "r", "by": "b", **changes})
    assert answer.status_code == 422
    assert name in {p["name"] for p in answer.json()["problems"]}
    assert on_file(bench) == []


@pytest.mark.parametrize("lacking", ["reason", "by", "subject", "object", "action"])
def test_who_why_and_what_are_needed(bench, lacking):
    said = {**SPLIT, "reason": "r", "by": "b"}
    del said[lacking]
    assert bench.post("/judgements", json=said).status_code == 422
    assert on_file(bench) == []


def test_what_the_desk_does_not_hold_cannot_be_judged(bench):
    answer = bench.judge("uphold", "I-GHOST")
    assert answer.status_code == 422
    assert "'I-GHOST' is not in this mission" in answer.json()["detail"]


@pytest.mark.parametrize(
    "what",
    [
        {"headers": {"x-truceline-token": "guess"}}, {"headers": {"x-truceline-token": ""}},
        {"headers": {"origin": "http://evil.example"}}, {"headers": {"sec-fetch-site": "cross-site"}}, {"headers": {"origin": "null"}},
    ],
)  # fmt: skip
def test_a_form_of_another_site_is_refused(bench, what):
    answer = bench.post("/judgements", json={**SPLIT, "reason": "r", "by": "b"}, **what)
    assert answer.status_code == 403
    assert on_file(bench) == []


def test_a_form_of_a_page_leads_back_to_the_incident(bench):
    from conftest import TOKEN

    form = {**SPLIT, "reason": "two hills", "by": "A", "generation": "1", "token": TOKEN}
    answer = bench.client.ask("POST", "/judgements", data=form, headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents/I-A")
    form = {**form, "action": "uphold", "subject": "I-D", "back": "//evil.example/x"}
    answer = bench.client.ask("POST", "/judgements", data=form, headers={"accept": "text/html"})
    assert answer.headers["location"] == "/incidents/I-D"


def test_judgements_of_many_at_once_are_all_kept_each_with_its_own_number(front):
    from conftest import Bench

    front.tell(
        *(
            obs(f"R{n:02d}", "press-1", start=f"2025-08-{1 + n % 9:02d}T{n % 24:02d}:00+07:00", place="far")
            for n in range(40)
        ),
        file="inbox/observations/more.csv",
    )
    bench = Bench(front)
    answers = []

    def one(n):
        answers.append(
            bench.room.judge(
                {"action": "uphold", "subject": f"R{n:02d}", "reason": "r", "by": f"P{n}", "date": "2025-09-01"},
                1,
                frozenset(f"J{k:04d}" for k in range(99)),
            )
        )

    people = [threading.Thread(target=one, args=(n,)) for n in range(40)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    lines = on_file(bench)
    assert sorted(line.split(",")[0] for line in lines) == [f"J{n:04d}" for n in range(1, 41)]
    assert sorted(line.split(",")[2] for line in lines) == sorted(f"P{n}" for n in range(40))
    assert bench.room.wait(2, 30)
    for _ in range(200):
        if not bench.room.waiting:
            break
        bench.room.wait(bench.desk.generation + 1, 1)
    assert {j.id for j in bench.desk.judgements} == {f"J{n:04d}" for n in range(1, 41)}
    bench.room.close()


def test_processes_that_append_at_once_lose_nothing(front):
    """The command line beside the workbench: the lock holds between processes too."""
    import subprocess
    import sys

    code = (
        "import sys\nfrom pathlib import Path\nfrom truceline import review\n"
        "for n in range(25): review.append(Path(sys.argv[1]), {'action': 'uphold', 'subject': 'A', 'reason': sys.argv[2], 'by': str(n), 'date': '2025-08-12'}, {'A'})"
    )
    path = front.path / "judgements.csv"
    running = [subprocess.Popen([sys.executable, "-c", code, path, name]) for name in "xyz"]
    assert [p.wait(60) for p in running] == [0, 0, 0]
    lines = path.read_text("utf-8").splitlines()[1:]
    assert sorted(line.split(",")[0] for line in lines) == [f"J{n:04d}" for n in range(1, 76)]
    assert {(r, str(n)) for r in "xyz" for n in range(25)} == {
        (line.split(",")[6], line.split(",")[2]) for line in lines
    }


def test_a_number_that_a_file_of_another_desk_holds_is_not_given_twice(front):
    front.write("judgements.csv", ",".join(review.COLUMNS) + "\nJ0002,2025-08-12,X,uphold,A,,r,\n")
    said = {"action": "uphold", "subject": "A", "reason": "r", "by": "b", "date": "2025-08-12"}
    assert review.append(front.path / "judgements.csv", said, {"A"}) == "J0003"


def test_a_file_that_cannot_be_written_is_said_and_nothing_is_counted(bench):
    (bench.folder.path / "judgements.csv").mkdir()
    answer = bench.judge("split", "A", "B")
    assert answer.status_code == 503
    assert str(bench.folder.path) not in answer.text
    assert bench.room.waiting == ()
