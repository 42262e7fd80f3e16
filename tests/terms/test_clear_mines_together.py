"""Clearing mines together: both sides, and nobody in the way."""

from missions import both, obs, said, term

CLEARED = obs("C1", "voice-1", kind="mine.cleared", stance="admits", actor_claimed="arda")


def test_clearance_that_both_sides_tell_of_is_kept(mission):
    mission.terms(term("clear_mines_together"))
    mission.tell(CLEARED, CLEARED | {"id": "C2", "source_id": "voice-2", "actor_claimed": "brel"})
    edition = mission.edition()
    assert said(edition, "arda") == said(edition, "brel") == ("kept", "")


def test_clearance_by_one_side_is_not_together(mission):
    mission.terms(term("clear_mines_together"))
    mission.tell(CLEARED)
    edition = mission.edition()
    assert said(edition, "arda") == said(edition, "brel") == ("not_assessable", "one_side_only")


def test_obstruction_that_was_seen_is_a_breach_and_one_sided_it_is_not(mission):
    mission.terms(term("clear_mines_together"))
    barred = obs("M1", "mon", kind="mine.clearance_obstructed", method="seen", actor_claimed="brel")
    mission.tell(*both(barred))
    edition = mission.edition()
    assert said(edition, "brel") == ("breached", "")
    assert said(edition, "arda") == ("not_assessable", "no_record")
    mission.tell(barred | {"source_id": "voice-1", "method": "claimed"})
    assert said(mission.edition(), "brel") == ("not_assessable", "evidence_one_sided")


def test_a_silent_record_is_no_finding(mission):
    mission.terms(term("clear_mines_together"))
    mission.tell(obs("V1", "voice-1"))
    assert said(mission.edition(), "arda") == ("not_assessable", "no_record")
