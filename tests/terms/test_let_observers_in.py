"""Let observers in: visits are the witnesses; a refusal is one side's word until somebody else says so."""

import pytest

from missions import finding, said, term


@pytest.fixture(autouse=True)
def access(mission):
    mission.terms(term("let_observers_in"))


def visit(number, side, status, by="", source="mon"):
    return f"E{number},{source},2025-08-0{number + 3},,hill,,{side},,{status},{by},no reason was given,,,2025-08-0{number + 3}"


def test_visits_that_took_place_keep_the_term_on_that_side_alone(mission):
    mission.effort(visit(1, "arda", "done"), visit(2, "arda", "done"))
    edition = mission.edition("2025-09-01")
    found = finding(edition, "arda")
    assert (found.outcome, found.applied, found.passed) == ("kept", 2, 2)
    assert said(edition, "brel") == ("not_assessable", "no_record")


def test_visits_that_were_all_led_by_the_host_do_not_show_that_access_was_free(mission):
    mission.effort(visit(1, "arda", "host_led", "arda"))
    assert said(mission.edition("2025-09-01"), "arda") == ("not_assessable", "host_led")


def test_what_two_outlets_tell_of_one_visit_is_one_visit(mission):
    mission.effort(visit(1, "arda", "done"), visit(1, "arda", "done").replace("E1", "E1b"))
    assert finding(mission.edition("2025-09-01"), "arda").applied == 1


def test_a_visit_that_the_host_led_among_others_is_let_in_and_said(mission):
    mission.effort(visit(1, "arda", "host_led", "arda"), visit(2, "arda", "done"))
    found = finding(mission.edition("2025-09-01"), "arda")
    assert found.outcome == "kept"
    assert "1 of them led by the host" in found.reason


@pytest.mark.parametrize("status", ["refused", "curtailed"])
def test_a_refusal_among_visits_is_disputed_with_its_share(mission, status):
    mission.effort(visit(1, "brel", "done"), visit(2, "brel", status, "brel"))
    found = finding(mission.edition("2025-09-01"), "brel")
    assert (found.outcome, found.reason_code, found.applied, found.passed) == ("disputed", "evidence_one_sided", 2, 1)
    assert "no reason was given" in found.reason


def test_a_refusal_by_the_other_party_does_not_count_against_the_side_it_was_on(mission):
    mission.effort(visit(1, "brel", "refused", "arda"))
    edition = mission.edition("2025-09-01")
    assert said(edition, "arda") == ("disputed", "evidence_one_sided")
    assert said(edition, "brel") == ("not_assessable", "no_record")


def test_a_planned_visit_is_no_visit(mission):
    mission.effort(visit(1, "arda", "planned"))
    assert said(mission.edition("2025-09-01"), "arda") == ("not_assessable", "no_record")


def test_only_the_missions_observers_count_unless_the_term_names_others(mission):
    mission.effort(visit(1, "arda", "done", source="press-1"))
    assert said(mission.edition("2025-09-01"), "arda") == ("not_assessable", "no_record")
    mission.terms(term("let_observers_in", extra="params: {observers: [press-1]}"))
    assert said(mission.edition("2025-09-01"), "arda") == ("kept", "")


def test_nothing_is_said_of_an_unknown_author(mission):
    mission.effort(visit(1, "arda", "done"))
    assert {f.party for f in mission.edition("2025-09-01").findings} == {"arda", "brel"}
