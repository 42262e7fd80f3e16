"""As of: an edition holds what had been reported by then and nothing else."""

import pytest

from missions import balanced, obs

REPORTED = obs("A", "mon", reported="2025-08-12")


@pytest.mark.parametrize(
    ("as_of", "known"),
    [
        ("2025-08-11T23:59+07:00", False),
        ("2025-08-12T00:00+07:00", True),
        ("2025-08-12T00:00+08:00", False),
        ("2025-08-13", True),
    ],
)
def test_a_report_counts_from_the_start_of_its_day(mission, as_of, known):
    mission.tell(REPORTED)
    edition = mission.edition(as_of)
    assert (edition.counts["observations"], edition.counts["later"]) == ((1, 0) if known else (0, 1))


def test_a_report_of_the_future_counts_from_the_event(mission):
    mission.tell(REPORTED | {"start": "2025-08-20T09:00+07:00"})
    assert mission.edition("2025-08-15").counts["later"] == 1


def test_what_has_no_day_of_publication_is_listed_and_in_no_dated_edition(mission):
    mission.tell(REPORTED | {"reported": ""})
    edition = mission.edition("2025-09-01")
    assert (edition.counts["observations"], edition.counts["undated"]) == (0, 1)
    assert "A: its day of publication is unknown" in edition.set_aside[0].reason
    assert balanced(edition)
    assert mission.edition().counts["observations"] == 1


def test_without_a_moment_the_edition_closes_with_the_last_report_and_asks_no_clock(mission):
    mission.tell(REPORTED, obs("B", "mon", reported=""))
    assert mission.edition().as_of.isoformat() == "2025-08-12T17:00:00+00:00"


def test_an_answer_given_later_is_no_part_of_an_earlier_edition(mission):
    mission.tell(
        obs("A", "voice-1", actor_claimed="brel"),
        obs("B", "voice-2", stance="admits", answers="A", reported="2025-08-20"),
    )
    early, late = mission.edition("2025-08-15"), mission.edition("2025-08-21")
    assert early.assessments[0].own_word == ()
    assert late.assessments[0].own_word == ("brel",)
    assert early.claims[0].answer == "none_found"


def test_effort_and_steps_of_later_are_not_in_an_edition(mission):
    mission.effort("E1,mon,2025-08-11,,hill,,arda,,done,,,,public,2025-08-25")
    mission.write("timeline.csv", "date,event\n2025-08-20,Met\n")
    early, late = mission.edition("2025-08-19"), mission.edition("2025-08-26")
    assert (len(early.mission.effort), len(early.timeline)) == (0, 0)
    assert (len(late.mission.effort), len(late.timeline)) == (1, 1)


@pytest.mark.parametrize("as_of", ["yesterday", "2025-02-30"])
def test_a_moment_that_is_none_is_wrong_use(truceline, mission, tmp_path, as_of):
    ended = truceline("run", mission.path, "--out", tmp_path / "out", "--as-of", as_of)
    assert ended.code == 2
    assert as_of in ended.err
