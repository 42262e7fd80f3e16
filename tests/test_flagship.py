"""The flagship mission: everything is read, nothing is set aside, the grouping agrees with what people grouped."""

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest

from truceline import run as pipeline
from truceline import when

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "missions/thailand-cambodia-2025"
MOMENT = "2025-12-22T09:00+08:00"


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def material():
    return pipeline.load(FOLDER)


@pytest.fixture(scope="module")
def whole(material):
    return pipeline.edition(material, None, "public")


@pytest.fixture(scope="module")
def december(material):
    return pipeline.edition(material, when.moment(MOMENT, "Asia/Bangkok"), "public")


def test_every_report_is_read_and_none_is_set_aside(material, whole):
    reports = rows(FOLDER / "inbox/reports/reports.csv")
    assert len(reports) == 323
    read = {o.id for o in whole.observations}
    assert {r["report_id"] for r in reports} <= read
    assert material.set_aside == ()
    evidence = sum(len(rows(p)) for p in (FOLDER / "inbox").rglob("*.csv"))
    assert whole.counts["read"] == whole.counts["observations"] == evidence


def test_every_commitment_is_a_term_with_its_source(material):
    terms = [t for a in material.mission.agreements for t in a.terms]
    assert len(terms) >= 99
    assert len({t.id for t in terms}) == len(terms)
    assert all(t.text and (t.source or a.source) for a in material.mission.agreements for t in a.terms)


def test_what_a_term_restates_is_a_term_or_an_instrument_of_the_mission(material):
    terms = [t for a in material.mission.agreements for t in a.terms]
    known = {t.id for t in terms} | {a.id for a in material.mission.agreements}
    named = {t.restates for t in terms} | {t.standing.partition("restates:")[2] for t in terms}
    assert named - {""} <= known


def test_every_term_has_a_finding(whole):
    found = {f.term_id for f in whole.findings}
    assert found == {t.id for a in whole.agreements for t in a.terms}
    assert "error" not in {f.outcome for f in whole.findings}


def test_the_grouping_agrees_with_the_truth(whole):
    truth = {r["report_id"]: r["event_key"] for r in rows(ROOT / "tests/truth/flagship_events.csv")}
    found = {i: e.id for e in whole.incidents for i in e.observation_ids}
    pairs = list(combinations(sorted(set(truth) & set(found)), 2))
    same_truth = {p for p in pairs if truth[p[0]] == truth[p[1]]}
    same_found = {p for p in pairs if found[p[0]] == found[p[1]]}
    assert len(truth) == 135
    assert len(same_truth & same_found) / len(same_found) >= 0.9
    assert len(same_truth & same_found) / len(same_truth) >= 0.75


def test_the_truth_is_nowhere_in_the_missions():
    for path in (ROOT / "missions").rglob("*"):
        if path.is_file():
            assert b"event_key" not in path.read_bytes(), path


def test_no_column_tells_the_side_of_a_line():
    header = rows(FOLDER / "places.csv")[0].keys()
    assert not [c for c in header if re.search(r"side|country|sovereign|territory|belongs|admin", c)]


def test_an_edition_holds_nothing_that_was_reported_later(december):
    moment = when.moment(MOMENT, "Asia/Bangkok")
    assert december.observations
    assert all(o.reported and o.reported.start <= moment and o.when.start <= moment for o in december.observations)
    assert all((f.reported or f.as_of) <= moment for f in december.figures)
    assert all(s.when.start <= moment for s in december.timeline)
    assert all(a.when.start <= moment for a in december.agreements)
    assert all(e.when <= moment for a in december.agreements for e in a.status)
    assert all(f.end <= moment for f in december.findings)
    c = december.counts
    assert c["observations"] + c["set_aside"] + c["undated"] + c["later"] == c["read"]
    assert c["later"] > 0


def test_an_edition_says_nothing_of_the_truce_that_came_later(december):
    assert "GBC-1227" not in {f.agreement_id for f in december.findings}
    assert "2025-12-27" not in repr((december.timeline, december.findings, december.assessments))


def test_a_party_is_in_breach_only_with_an_established_author(whole):
    graded = {a.incident_id: a for a in whole.assessments}
    for finding in whole.findings:
        if finding.outcome == "breached" and finding.party != "unattributed" and finding.incidents:
            assert all(graded[i].attribution_grade == "established" for i in finding.incidents)
            assert not all(graded[i].attribution_rule == "A-OWN-WORD" for i in finding.incidents)


@pytest.mark.slow
def test_the_whole_run_keeps_to_its_limits_and_gives_the_same_bytes_twice(tmp_path):
    def run(name):
        command = [
            sys.executable,
            "-m",
            "truceline.cli",
            "run",
            str(FOLDER),
            "--as-of",
            MOMENT,
            "--out",
            str(tmp_path / name),
        ]
        return subprocess.run(
            command, capture_output=True, text=True, check=True, env=os.environ | {"PYTHONHASHSEED": name}
        )

    run("1"), run("2")
    one, two = (
        {
            p.name: hashlib.sha256(p.read_bytes()).hexdigest()
            for p in (tmp_path / n).iterdir()
            if p.name != "timings.json"
        }
        for n in "12"
    )
    assert one == two
    timings = json.loads((tmp_path / "1/timings.json").read_text("utf-8"))
    assert max(timings["peak_mb"].values()) < 1000
    assert set(timings["seconds"]) >= {"mission", "read", "fuse", "assess", "check", "report", "write"}
    page = (tmp_path / "1/report.html").read_text("utf-8")
    assert "Compiled from public excerpts, unverified. Not a product of ASEAN or its observers." in page


DATA = os.environ.get("TRUCELINE_TEST_DATA", "")


@pytest.mark.skipif(not DATA, reason="third-party data: name its folder in TRUCELINE_TEST_DATA")
def test_fuse_reads_the_observations_of_maverick_without_a_row_set_aside(truceline, tmp_path):
    source = Path(DATA) / "maverick-kenya/kenya_observations.csv"
    ended = truceline("fuse", source, "--out", tmp_path / "out", "--json")
    assert ended.code == 0
    counts = json.loads(ended.out)
    assert counts["set_aside"] == 0
    assert counts["links"] == counts["observations"] == len({r["id"] for r in rows(source)})
    assert len(rows(tmp_path / "out/links.csv")) == counts["links"]
