"""Who is bound, and when: a call binds nobody, a treaty of others gives no breach, a disputed pause gives two readings."""

import pytest

from missions import TRUCE, both, obs, said, term

BREACH = obs("M1", "mon", method="seen", phase="outgoing", actor_claimed="brel")
PAUSE = TRUCE.replace("terms:", "status:\n  - {date: 2025-08-06, event: paused, by: [brel]}\nterms:")


@pytest.mark.parametrize("standing", ["restates:older.1", "call", "reading_of:arda", "accepted_by:brel"])
def test_a_call_and_a_one_sided_reading_bind_nobody(mission, standing):
    mission.terms(term("hold_fire", extra=f"standing: {standing}"))
    mission.tell(*both(BREACH))
    assert {(f.outcome, f.reason_code) for f in mission.edition().findings} == {("recorded", "not_binding")}


@pytest.mark.parametrize("standing", ["signed", "treaty"])
def test_signed_terms_and_treaties_bind(mission, standing):
    mission.terms(term("hold_fire", extra=f"standing: {standing}"))
    mission.tell(*both(BREACH))
    assert said(mission.edition(), "brel") == ("breached", "")


def test_a_treaty_that_binds_neither_gives_no_breach(mission):
    head = TRUCE.replace("[arda, brel]", "[]").replace("signed", "treaty")
    mission.terms(term("hold_fire", party="[]"), head=head)
    mission.tell(*both(BREACH))
    (found,) = mission.edition().findings
    assert (found.outcome, found.reason_code, found.party) == ("recorded", "not_binding", "")
    assert "binds neither party" in found.reason


def test_a_term_that_binds_one_party_says_nothing_of_the_other(mission):
    mission.terms(term("hold_fire", party="[brel]"))
    mission.tell(*both(BREACH))
    assert {f.party for f in mission.edition().findings} <= {"brel", "unattributed"}


def test_a_pause_by_one_party_gives_two_rows_one_under_each_reading(mission):
    mission.terms(term("hold_fire"), head=PAUSE)
    mission.tell(*both(BREACH))
    edition = mission.edition("2025-09-01")
    week = [f for f in edition.findings if (f.party == "brel" and f.incidents) or f.status_reading == "paused"]
    readings = {f.status_reading: (f.outcome, f.reason_code) for f in week if f.party == "brel"}
    assert readings == {"in_force": ("breached", "status_disputed"), "paused": ("not_applicable", "status_disputed")}
    assert len({f.id for f in edition.findings}) == len(edition.findings)


def test_a_joint_resumption_settles_the_status_and_a_joint_pause_suspends_it(mission):
    both = "\n  - {date: 2025-08-20, event: %s, by: [arda, brel]}\nterms:"
    mission.terms(term("hold_fire"), head=PAUSE.replace("\nterms:", both % "resumed"))
    readings = {f.status_reading for f in mission.edition("2025-09-10").findings if f.start.isoformat() >= "2025-08-25"}
    assert readings == {"undisputed"}
    mission.terms(term("hold_fire"), head=PAUSE.replace("\nterms:", both % "paused"))
    late = [f for f in mission.edition("2025-09-10").findings if f.start.isoformat() >= "2025-08-25"]
    assert {(f.status_reading, f.outcome) for f in late} == {("paused", "not_applicable")}


def test_a_pause_that_an_edition_cannot_know_is_not_in_it(mission):
    mission.terms(term("hold_fire"), head=PAUSE)
    mission.tell(BREACH | {"start": "2025-08-02T09:00+07:00", "reported": "2025-08-02"})
    assert {f.status_reading for f in mission.edition("2025-08-05").findings} == {"undisputed"}


def test_an_instrument_that_is_not_signed_yet_is_not_in_an_edition(mission):
    mission.tell(BREACH | {"start": "2025-07-30T09:00+07:00", "reported": "2025-07-30"})
    assert mission.edition("2025-07-31").findings == ()


def test_a_term_that_has_ended_is_not_tested_afterwards(mission):
    mission.terms(term("hold_fire", extra='to: "2025-08-09T00:00+07:00"'))
    mission.tell(*both(BREACH))
    assert all(not f.incidents for f in mission.edition().findings)


def test_a_repeated_clause_counts_no_incident_twice_in_the_headline(mission):
    mission.terms(term("hold_fire"), term("hold_fire", 2))
    mission.tell(*both(BREACH))
    assert mission.edition().counts["incidents"] == 1


def ratifications(*parties):
    rows = "".join(f"\n  - {{party: {p}, date: {day}}}" for p, day in parties)
    return TRUCE.replace("standing: signed", "standing: treaty").replace("terms:", f"ratifications:{rows}\nterms:")


def test_a_treaty_binds_those_who_ratified_it(mission):
    mission.terms(term("hold_fire"), head=ratifications(("arda", "1999-01-01")))
    arda = BREACH | {"id": "M2", "actor_claimed": "arda", "start": "2025-08-12T09:00+07:00", "reported": "2025-08-12"}
    mission.tell(*both(BREACH), *both(arda))
    breached = {f.party for f in mission.edition().findings if f.outcome == "breached"}
    assert "arda" in breached
    assert "brel" not in breached


def test_a_treaty_that_nobody_has_ratified_yet_gives_no_breach(mission):
    mission.terms(term("hold_fire"), head=ratifications(("arda", "2099-01-01")))
    mission.tell(*both(BREACH))
    assert "breached" not in {f.outcome for f in mission.edition().findings}
