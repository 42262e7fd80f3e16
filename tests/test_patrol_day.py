"""The worked patrol day of docs/patrol-day.md: its steps run, and its figures are what the run gives."""

import re
import shutil
from pathlib import Path

import pytest

from truceline import run, tasks, where

ROOT = Path(__file__).parents[1]
PAGE = " ".join((ROOT / "docs/patrol-day.md").read_text("utf-8").split())
MISSION = ROOT / "missions/exercise-patrol-day"
ALONE, CROSSED = "I-odk-00000000-0000-4000-8000-000000000001", "I-odk-00000000-0000-4000-8000-000000000003"


@pytest.fixture
def day(tmp_path):
    return shutil.copytree(MISSION, tmp_path / "exercise")


def edition(folder, release="public"):
    return run.edition(run.load(folder), None, release)


def counted(made):
    return f"{len(made.observations)} observations, {len(made.incidents)} incidents, {len(made.findings)} findings"


def said(words):
    assert words in PAGE, words


def test_the_day_as_it_came(day):
    made, partners = edition(day), edition(day, "restricted")
    said(f"`{counted(made)}`. For partners there are {len(partners.observations)} observations")
    assert "farm worker" in str(partners.observations)
    assert "farm worker" not in str(made)
    (crossed,) = (i for i in made.incidents if i.id == CROSSED)
    (grade,) = (a for a in made.assessments if a.incident_id == CROSSED)
    said(f"The mortar fire is {grade.grade}** (incident `{CROSSED}`, 3 accounts of {len(grade.origins)} origins)")
    said(f"the crater is, within {crossed.radius_m:.0f} m")
    (day / "inbox/odk/impact.json").unlink()
    for release, words in (
        ("public", "cross at a place {} m from it, within {} m"),
        ("restricted", "cross {} m from the crater, within {} m"),
    ):
        alone = next(i for i in edition(day, release).incidents if i.kind == "fire.mortar")
        off = where.distance_m(alone.lon_deg, alone.lat_deg, crossed.lon_deg, crossed.lat_deg)
        said(words.format(f"{off:.0f}", f"{alone.radius_m:.0f}"))


def test_what_the_page_says_of_the_findings_and_of_who_looked(day):
    made = edition(day)
    outcomes = {(f.term_id[-1], str(f.party)): f for f in made.findings}
    assert (outcomes["1", "unattributed"].outcome, outcomes["1", "unattributed"].reason_code) == (
        "breached", "author_unknown",
    )  # fmt: skip
    for party in ("upland", "lowland"):
        assert outcomes["1", party].outcome == "not_assessable"
        said(f"at most {outcomes['1', party].seen_share * 100:.0f} % of zone and time")
        access = outcomes["3", party]
        said(f"**Access** is `{access.outcome}` for each party: 1 of {access.applied} visits was refused or cut short")
        assert access.reason.startswith(f"1 of {access.applied} visits")
    camera = {c.zone: c.seen_share for c in made.looks if c.source_id == "camera-bridge"}
    said(f"the camera saw {camera['west'] * 100:.0f} % of the west")
    said(f"and {camera['east'] * 100:.0f} % of the east")
    partners = edition(day, "restricted")
    exact = {c.zone: c.seen_share for c in partners.looks if c.source_id == "camera-bridge"}
    said(f"the camera saw {exact['west'] * 100:.0f} % and {exact['east'] * 100:.0f} %")
    assert [(f.id, f.outcome) for f in partners.findings] == [(f.id, f.outcome) for f in made.findings]
    grades = {i.kind: str(a.grade) for i, a in zip(made.incidents, made.assessments, strict=True)}
    assert (grades["fire.small_arms"], grades["air.drone_flight"], grades["fire.unspecified"]) == (
        "reported", "probable", "probable",
    )  # fmt: skip


def test_the_judgement_the_tasks_and_the_answer(truceline, day, tmp_path):
    join = re.search(r"review join exercise (\S+) (\S+)", PAGE)
    words = ("--by", "Duty desk (invented)", "--reason", "one round", "--date", "2031-03-11")
    assert truceline("review", "join", day, join[1], join[2], *words).code == 0
    judged = edition(day)
    said(f"`{counted(judged)}`. The incident has 4 accounts and still 3 origins")
    assert (
        len([link for link in judged.links if link.incident_id == ALONE]),
        [len(a.origins) for a in judged.assessments if a.incident_id == ALONE],
    ) == (4, [3])
    assert "3 open, 0 answered" in truceline("tasks", day, "--out", tmp_path / "tasks").out
    said("`3 open, 0 answered`")
    shutil.copy(day / "next-day/answer.json", day / "inbox/odk")
    answered = edition(day)
    closed = [t for t in tasks.tasks(answered) if t.answered_by]
    said(
        f"`{counted(answered)}` and `{sum(not t.answered_by for t in tasks.tasks(answered))} open, {len(closed)} answered`"
    )
    assert closed[0].id == "T-T5H774"
    said(f"`{closed[0].answered_by.partition(' (')[0]}`")


def test_the_files_are_clean_are_received_once_and_say_that_they_are_invented(truceline, day, tmp_path):
    checked = truceline("validate", day)
    assert (checked.code, checked.out.strip()) == (0, "Nothing wrong was found.")
    files = [day / "inbox/patrol/2031-03-11.csv", day / "inbox/gpx/team-2/2031-03-11.gpx"]
    before = sorted(p for p in day.rglob("*"))
    again = truceline("receive", day, *files)
    assert (again.code, again.out.count("the same bytes are there")) == (0, 2)
    assert sorted(p for p in day.rglob("*")) == before
    made = truceline("forms", day, "--out", tmp_path / "forms")
    said(f"{len(list((tmp_path / 'forms').glob('*.xlsx')))} forms.")
    assert made.code == 0
    assert (day / "places.csv").read_text("utf-8").count("\n") == 1 + 5
    assert (day / "sources.yaml").read_text("utf-8").count("{id:") == 4
    said("offers the five places of places.csv, and who reports is one of the mission's four sources")
    for path in before:
        if path.is_file() and path.name != "judgements.csv":
            assert "invented" in path.read_text("utf-8").lower(), path.name


def test_the_exported_annex_is_received_again_west_of_greenwich(truceline, day, tmp_path):
    """A sheet escapes a cell that begins with a minus; the position in it is still one."""
    assert truceline("export", day, "--format", "patrol", "--out", tmp_path / "out").code == 0
    before = {o.id: (o.observer_lon_deg, o.observer_lat_deg) for o in edition(day).observations if o.observer_lon_deg}
    shutil.rmtree(day / "inbox")
    truceline("receive", day, tmp_path / "out/patrol.xlsx")
    after = {o.id: (o.observer_lon_deg, o.observer_lat_deg) for o in edition(day).observations}
    assert len(before) == 7
    assert {name: after.get(name) for name in before} == before
