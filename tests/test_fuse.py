"""Which accounts are about one happening, and why; people's judgements come first."""

import pytest

from missions import obs

HEAD = "judgement_id,date,by,action,subject,object,reason,undoes\n"
BY_CLOCK = obs("A", "press-1", text="shells came down near the pagoda, three were hurt")
SAME = obs("B", "press-2", text="mortar rounds hit the slope below the ridge at nine")


def groups(edition):
    return sorted(sorted(e.observation_ids) for e in edition.incidents)


def judge(mission, *lines):
    mission.write("judgements.csv", HEAD + "".join(f"{line}\n" for line in lines))


def test_two_accounts_of_one_place_hour_and_kind_are_one_incident(mission):
    mission.tell(BY_CLOCK, SAME)
    assert groups(mission.edition()) == [["A", "B"]]


@pytest.mark.parametrize(
    "cells",
    [
        {"start": "2025-08-20T09:00+07:00", "reported": "2025-08-21"},
        {"start": "2025-08-10T19:00+07:00"},
        {"place": "far"},
        {"kind": "force.construction"},
        {"kind": "access.denied"},
    ],
)
def test_another_day_hour_place_or_family_is_another_incident(mission, cells):
    mission.tell(BY_CLOCK, SAME | cells)
    assert groups(mission.edition()) == [["A"], ["B"]]


def test_rival_accounts_that_blame_one_another_are_one_incident(mission):
    mission.tell(
        BY_CLOCK | {"source_id": "voice-1", "actor_claimed": "brel"},
        SAME | {"source_id": "voice-2", "actor_claimed": "arda"},
    )
    assert groups(mission.edition()) == [["A", "B"]]


def test_one_source_that_gives_two_times_reports_two_happenings(mission):
    mission.tell(BY_CLOCK, SAME | {"source_id": "press-1", "start": "2025-08-10T09:45+07:00"})
    assert groups(mission.edition()) == [["A"], ["B"]]


VOICES = ("press-1", "press-2", "press-3", "relief", "state", "mon", "mon-2", "voice-1", "voice-1b", "voice-2")


def test_a_chain_of_near_accounts_does_not_make_one_long_incident(mission):
    clocks = [f"{6 + n * 2 // 3:02}:{n * 40 % 60:02}" for n in range(10)]
    mission.tell(*(obs(f"H{n}", v, start=f"2025-08-10T{clocks[n]}+07:00") for n, v in enumerate(VOICES)))
    edition = mission.edition()
    assert 1 < len(edition.incidents) < 10
    assert all((e.end - e.start).total_seconds() < 4 * 3600 for e in edition.incidents)


def test_an_answer_joins_what_it_answers_wherever_it_would_stand_alone(mission):
    mission.tell(
        BY_CLOCK,
        obs(
            "D",
            "voice-2",
            stance="denies",
            answers="A",
            place="far",
            kind="information.false",
            start="2025-08-15",
            reported="2025-08-16",
        ),
    )
    assert groups(mission.edition()) == [["A", "D"]]


def test_a_word_for_word_repeat_follows_what_it_repeats_and_moves_nothing(mission):
    mission.tell(BY_CLOCK, SAME)
    alone = mission.edition()
    mission.tell(BY_CLOCK, SAME, *(BY_CLOCK | {"id": f"Z{n}", "source_id": "press-3"} for n in range(5)))
    edition = mission.edition()
    assert groups(edition) == [["A", "B", "Z0", "Z1", "Z2", "Z3", "Z4"]]
    weights = {k.observation_id: k.weight_bits for k in edition.links}
    assert weights["A"] == {k.observation_id: k.weight_bits for k in alone.links}["A"]
    assert weights["Z0"] == 0.0


def test_every_observation_has_one_link_with_residuals_and_reasons(mission):
    mission.tell(
        BY_CLOCK,
        SAME | {"start": "2025-08-10T09:10+07:00"},
        obs("C", "press-3", place="", start="2025-08-25", reported="2025-08-26"),
    )
    links = {k.observation_id: k for k in mission.edition().links}
    assert set(links) == {"A", "B", "C"}
    assert (links["A"].lag_s, links["B"].lag_s, links["A"].distance_m) == (0.0, 600.0, 0.0)
    assert "a quarter of an hour or less between the times given" in links["B"].reasons[0]
    assert links["C"].reasons == ("stands alone",)
    assert links["C"].distance_m is None


def test_the_incident_takes_the_better_known_place_and_the_special_kind(mission):
    mission.tell(
        BY_CLOCK | {"kind": "fire.unspecified"},
        SAME | {"place": "", "lon_deg": "102.401", "lat_deg": "14.401", "radius_m": "50"},
    )
    (incident,) = mission.edition().incidents
    assert (incident.kind, incident.radius_m) == ("fire.mortar", 50.0)


def test_the_id_of_an_incident_is_that_of_its_first_report(mission):
    mission.tell(BY_CLOCK | {"reported": "2025-08-12"}, SAME | {"reported": "2025-08-11"})
    assert mission.edition().incidents[0].id == "I-B"


def test_people_join_and_part_and_the_last_word_counts(mission):
    mission.tell(BY_CLOCK, SAME)
    split, join = "J1,2025-08-10,N. N.,split,A,B,two hills,", "J2,2025-08-10,N. N.,join,B,A,same crater,"
    judge(mission, split)
    assert groups(mission.edition()) == [["A"], ["B"]]
    judge(mission, split, join)
    edition = mission.edition()
    assert groups(edition) == [["A", "B"]]
    assert "joined by a judgement with B" in edition.links[0].reasons


def test_people_join_what_no_weight_would(mission):
    mission.tell(BY_CLOCK, SAME | {"kind": "access.denied", "start": "2025-08-25", "reported": "2025-08-26"})
    judge(mission, "J1,2025-08-10,N. N.,join,A,B,one convoy,")
    assert groups(mission.edition()) == [["A", "B"]]


def test_an_undone_judgement_counts_no_more_and_an_undone_undo_does(mission):
    mission.tell(BY_CLOCK, SAME)
    split, undo = "J1,2025-08-10,N. N.,split,A,B,two hills,", "J2,2025-08-10,N. N.,undo,,,mistaken,J1"
    judge(mission, split, undo)
    assert groups(mission.edition()) == [["A", "B"]]
    judge(mission, split, undo, "J3,2025-08-10,N. N.,undo,,,no: it stands,J2")
    assert groups(mission.edition()) == [["A"], ["B"]]


def test_a_judgement_of_later_than_the_edition_does_not_count(mission):
    mission.tell(BY_CLOCK, SAME)
    judge(mission, "J1,2025-09-20,N. N.,split,A,B,two hills,")
    assert groups(mission.edition("2025-09-01")) == [["A", "B"]]
    assert groups(mission.edition("2025-09-21")) == [["A"], ["B"]]
