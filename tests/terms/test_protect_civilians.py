"""Protection of civilians: that they were hit is one thing, that they were aimed at another."""

from missions import both, obs, said, term

HIT = obs("M1", "mon", method="seen", kind="harm.civilians", actor_claimed="arda", phase="outgoing")


def test_harm_with_an_established_author_is_likely_since_the_aim_is_unknown(mission):
    mission.terms(term("protect_civilians"))
    mission.tell(*both(HIT))
    edition = mission.edition()
    assert said(edition, "arda") == ("likely_breached", "aim_unknown")
    assert said(edition, "brel") == ("not_assessable", "no_coverage")


def test_where_the_text_asks_for_no_aim_the_harm_alone_is_a_breach(mission):
    mission.terms(term("protect_civilians", extra="params: {any_harm: true}"))
    mission.tell(*both(HIT))
    assert said(mission.edition(), "arda") == ("breached", "")


def test_no_provocation_excuses_it(mission):
    mission.terms(term("protect_civilians"))
    mission.tell(obs("V1", "voice-1", kind="harm.civilian_site", stance="justifies", actor_claimed="arda"))
    assert said(mission.edition(), "arda") == ("likely_breached", "own_word")


def test_harm_whose_author_nobody_saw_stands_without_one(mission):
    mission.terms(term("protect_civilians"))
    mission.tell(*both(HIT | {"actor_claimed": ""}))
    edition = mission.edition()
    assert said(edition, "unattributed") == ("breached", "author_unknown")
    assert said(edition, "arda") == ("not_assessable", "no_coverage")
