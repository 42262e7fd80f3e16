"""Meet by a day: a meeting on record keeps it; silence of a compiled timeline is no breach."""

import pytest

from missions import finding, said, term

DUE = "due: 2025-08-12\nparams: {series: joint}"
HEAD = "date,event,place,participants,outcome,source,lane,series,held\n"


@pytest.fixture(autouse=True)
def meeting(mission):
    mission.terms(term("meet_by", extra=DUE))


def steps(mission, *lines):
    mission.write("timeline.csv", HEAD + "\n".join(lines) + "\n")


def test_a_meeting_before_the_day_keeps_the_term(mission):
    steps(mission, "2025-08-08,Commission met,,,,,joint,joint,held")
    edition = mission.edition("2025-09-01")
    found = finding(edition, "arda", at="2025-08-12")
    assert (found.outcome, found.applied, found.passed) == ("kept", 1, 1)
    assert "Commission met" in found.reason


@pytest.mark.parametrize("held", ["postponed", "refused"])
def test_a_meeting_that_did_not_take_place_is_likely_breached_by_both(mission, held):
    steps(mission, f"2025-08-08,Commission {held},,,,,joint,joint,{held}")
    edition = mission.edition("2025-09-01")
    assert (
        said(edition, "arda", at="2025-08-12")
        == said(edition, "brel", at="2025-08-12")
        == ("likely_breached", "not_held")
    )


def test_silence_is_not_assessable_and_a_late_meeting_is_named(mission):
    steps(mission, "2025-08-20,Commission met late,,,,,joint,joint,held")
    found = finding(mission.edition("2025-09-01"), "arda", at="2025-08-12")
    assert (found.outcome, found.reason_code) == ("not_assessable", "no_record")
    assert "Commission met late, 20 August 2025" in found.reason


def test_a_complete_record_without_a_meeting_is_a_breach(mission):
    mission.terms(term("meet_by", extra=DUE.replace("joint}", "joint, complete: true}")))
    assert said(mission.edition("2025-09-01"), "arda", at="2025-08-12") == ("breached", "")


def test_before_the_week_of_the_day_it_is_not_due_and_afterwards_settled(mission):
    edition = mission.edition("2025-09-01")
    assert said(edition, "arda", at="2025-08-06") == ("not_due", "")
    assert not [f for f in edition.findings if f.start > finding(edition, "arda", at="2025-08-12").start]


def test_another_body_does_not_count(mission):
    steps(mission, "2025-08-08,Another body met,,,,,joint,other,held")
    assert said(mission.edition("2025-09-01"), "arda", at="2025-08-12")[0] == "not_assessable"


def test_a_text_that_names_no_day_is_unclear(mission):
    mission.terms(term("meet_by", extra="params: {series: joint}"))
    assert said(mission.edition("2025-09-01"), "arda") == ("not_assessable", "rule_unclear")


def test_a_meeting_before_the_term_began_does_not_keep_it(mission):
    steps(mission, "2025-07-20,An earlier meeting,,,,,joint,joint,held")
    assert said(mission.edition("2025-09-01"), "arda", at="2025-08-12")[0] == "not_assessable"
