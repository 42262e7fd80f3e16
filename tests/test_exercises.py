"""The worked exercises of docs/exercises.md: the figures that it gives are those of the scenarios."""

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from truceline import run, scenario

PAGE = " ".join((Path(__file__).parents[1] / "docs/exercises.md").read_text("utf-8").split())


def played(path, name):
    files = scenario.files(name, 5)
    for at, data in files.items():
        target = path / at
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    edition = run.edition(run.load(path), None, "public")
    rows = {at: list(csv.DictReader(io.StringIO(data.decode()))) for at, data in files.items() if at.endswith(".csv")}
    return edition, rows


def test_the_exercise_on_nobody_looked(tmp_path):
    edition, rows = played(tmp_path, "blind")
    patrols = Counter(r["status"] for r in rows["effort.csv"] if r["source_id"].startswith("mon"))
    real = [r for r in rows["truth.csv"] if r["real"] == "yes"]
    outcomes = Counter(str(f.outcome) for f in edition.findings)
    grades = Counter(str(a.grade) for a in edition.assessments)
    assert outcomes["kept"] == 0
    for words in (
        f"{patrols['refused']} of {sum(patrols.values())} patrols were refused and {patrols['host_led']} of the others",
        f"Of {len(real)} true happenings observers perceived {sum(bool(r['perceived_by']) for r in real)}",
        f"of {sum(r['accounts'] == '0' for r in real)} nobody told at all",
        f"{outcomes['not_assessable']} of {sum(outcomes.values())} findings are not assessable",
        f"({grades['established']} incidents, all true)",
    ):
        assert words in PAGE, words


@pytest.mark.parametrize(
    ("name", "incident", "accounts", "grade"),
    [("spokesman", "I-a01031", 14, "reported"), ("collusion", "I-a01037", 11, "reported")],
)
def test_the_incidents_that_the_exercises_name(name, incident, accounts, grade, tmp_path):
    edition, rows = played(tmp_path, name)
    about = {r["id"]: r["event_id"] for r in rows["truth_accounts.csv"]}
    real = {r["event_id"] for r in rows["truth.csv"] if r["real"] == "yes"}
    (one,) = [i for i in edition.incidents if i.id == incident]
    (found,) = [a for a in edition.assessments if a.incident_id == incident]
    assert (len(one.observation_ids), found.grade) == (accounts, grade)
    assert not {about[o] for o in one.observation_ids} & real
    assert incident in PAGE
    if name == "spokesman":
        assert (len(found.origins), found.budget, len(found.repeats)) == (1, 1, 11)
    else:
        assert (len(found.origins), len(found.repeats[-1].partition(" count as one voice")[0].split(", "))) == (1, 12)
