"""No new mines: a blast shows a mine and not when it was laid; only laying can be breached."""

import pytest

from missions import both, finding, obs, said, term


@pytest.fixture(autouse=True)
def mines(mission):
    mission.terms(term("no_new_mines"))


def mine(number, source, kind, **cells):
    return obs(number, source, kind=kind, text=f"{number}: a patrol stepped on the path by the stream", **cells)


def test_a_blast_with_an_established_author_is_no_breach(mission):
    mission.tell(*both(mine("X1", "mon", "explosion.mine", method="seen", phase="outgoing", actor_claimed="brel")))
    found = finding(mission.edition(), "brel")
    assert (found.outcome, found.reason_code) == ("not_assessable", "author_unknown")
    assert "when it was laid" in found.reason


def test_who_finds_a_mine_has_not_seen_who_laid_it(mission):
    mission.tell(*both(mine("X1", "mon", "mine.found", method="seen", actor_claimed="brel")))
    found = finding(mission.edition(), "brel")
    assert (found.outcome, found.reason_code) == ("not_assessable", "author_unseen")
    assert "nobody who was in a position to see who did it" in found.reason


def test_laying_that_two_monitors_saw_is_a_breach(mission):
    mission.tell(*both(mine("X1", "mon", "mine.laid", method="seen", actor_claimed="brel")))
    assert said(mission.edition(), "brel") == ("breached", "")


def test_a_blast_whose_laying_is_denied_is_disputed(mission):
    mission.tell(
        mine("X1", "voice-1", "explosion.mine", actor_claimed="brel"),
        mine("X2", "voice-2", "mine.laid", stance="denies", answers="X1"),
    )
    assert said(mission.edition(), "brel") == ("disputed", "author_disputed")


def test_a_blast_on_one_sides_word_is_not_assessable(mission):
    mission.tell(mine("X1", "voice-1", "explosion.mine", actor_claimed="brel"))
    assert said(mission.edition(), "brel") == ("not_assessable", "evidence_one_sided")


def test_new_mines_without_an_author_stand_under_unattributed_and_a_blast_does_not(mission):
    mission.tell(*both(mine("X1", "mon", "mine.laid", method="seen")))
    assert said(mission.edition(), "unattributed") == ("breached", "author_unknown")
    mission.tell(*both(mine("X1", "mon", "explosion.mine", method="seen")))
    assert "unattributed" not in {f.party for f in mission.edition().findings}
