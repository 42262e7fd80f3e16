"""Judgements: appended, never edited, undone by a further entry, refused where they say too little."""

import pytest

from missions import obs

WHO = ("--by", "A. Analyst", "--reason", "same crater, seen on site", "--date", "2025-08-11")


@pytest.fixture(autouse=True)
def two(mission):
    mission.tell(obs("A", "press-1"), obs("B", "press-2", text="another account of that hour"))


def test_a_judgement_is_appended_and_the_earlier_bytes_stay(truceline, mission):
    assert truceline("review", "split", mission.path, "A", "B", *WHO).code == 0
    first = mission.read("judgements.csv")
    ended = truceline("review", "uphold", mission.path, "I-A", *WHO)
    assert "J0002 appended" in ended.out
    assert mission.read("judgements.csv").startswith(first)
    assert first.splitlines() == [
        "judgement_id,date,by,action,subject,object,reason,undoes",
        'J0001,2025-08-11,A. Analyst,split,A,B,"same crater, seen on site",',
    ]
    assert len(mission.edition().incidents) == 2


def test_a_file_without_a_last_line_end_is_continued_on_a_line_of_its_own(truceline, mission):
    mission.write("judgements.csv", "judgement_id,date,by,action,subject,object,reason,undoes")
    assert truceline("review", "join", mission.path, "A", "B", *WHO).code == 0
    assert len(mission.load().mission.judgements) == 1


def test_a_judgement_is_undone_by_a_further_entry(truceline, mission):
    truceline("review", "split", mission.path, "A", "B", *WHO)
    assert truceline("review", "undo", mission.path, "J0001", *WHO).code == 0
    assert len(mission.edition().incidents) == 1
    assert len(mission.read("judgements.csv").splitlines()) == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("join", "A", "GHOST"), "'GHOST' is not in this mission"),
        (("uphold", "GHOST"), "'GHOST' is not in this mission"),
        (("undo", "J0009"), "'J0009' is not in this mission"),
    ],
)
def test_what_the_mission_does_not_hold_cannot_be_judged(truceline, mission, arguments, words):
    verb, *rest = arguments
    ended = truceline("review", verb, mission.path, *rest, *WHO)
    assert ended.code == 2
    assert words in ended.err
    assert not (mission.path / "judgements.csv").exists()


@pytest.mark.parametrize("left_out", ["--by", "--reason", "--date"])
def test_who_why_and_when_are_needed(truceline, mission, left_out):
    at = WHO.index(left_out)
    ended = truceline("review", "join", mission.path, "A", "B", *WHO[:at], *WHO[at + 2 :])
    assert ended.code == 2
    assert not (mission.path / "judgements.csv").exists()


@pytest.mark.parametrize("reason", ["=cmd()", "two\nlines", 'with "marks", and commas'])
def test_a_reason_of_any_characters_comes_back(truceline, mission, reason):
    assert truceline("review", "uphold", mission.path, "A", *WHO[:2], "--reason", reason, *WHO[4:]).code == 0
    assert mission.load().mission.judgements[0].reason == reason


def test_an_empty_reason_is_refused(truceline, mission):
    assert truceline("review", "uphold", mission.path, "A", *WHO[:2], "--reason", "", *WHO[4:]).code == 2


def test_a_date_that_is_none_is_refused(truceline, mission):
    assert truceline("review", "uphold", mission.path, "A", *WHO[:4], "--date", "2025-02-30").code == 2
