"""Margins, notices, floors and texts that are unclear: what stands between an incident and a verdict."""

import pytest

from missions import both, finding, obs, said, term
from truceline.errors import InputError

SEEN = obs("M1", "mon", method="seen", phase="outgoing", actor_claimed="brel")
AT = {"place": "", "lon_deg": "102.40", "lat_deg": "14.40", "radius_m": "300", "end": "2025-08-10T09:10+07:00"}
HEAD = "notice_id,party,start,end,place,zone,kinds,notified,to\n"
NOTICE = "N1,brel,2025-08-10T06:00+07:00,2025-08-10T18:00+07:00,{place},,{kinds},{notified},observers\n"


def _notice(mission, place="hill", kinds="fire", notified="2025-08-08", exempt=True):
    mission.edit("places.csv", "102.40,14.40,500", "102.40,14.40,3000")
    mission.write("notices.csv", HEAD + NOTICE.format(place=place, kinds=kinds, notified=notified))
    extra = "params: {exempt_notified: true}" if exempt else ""
    mission.terms(term("hold_fire", extra=extra))


def test_an_exercise_that_was_notified_does_not_count_where_the_text_exempts_it(mission):
    _notice(mission)
    mission.tell(*both(SEEN | AT))
    found = finding(mission.edition(), "brel")
    assert (found.outcome, found.reason_code, found.applied, found.passed) == ("not_assessable", "no_coverage", 1, 1)
    assert "N1" in found.reason


def test_where_the_text_does_not_exempt_it_the_exercise_is_flagged_and_counts(mission):
    _notice(mission, exempt=False)
    mission.tell(*both(SEEN | AT))
    found = finding(mission.edition(), "brel")
    assert found.outcome == "breached"
    assert "does not exempt" in found.reason


@pytest.mark.parametrize(
    ("change", "cells", "expected"),
    [
        ({"notified": "2025-08-11"}, {}, ("breached", "")),
        ({"kinds": "force"}, {}, ("breached", "")),
        ({"place": "far"}, {}, ("breached", "")),
        ({"notified": ""}, {}, ("disputed", "exemption_unclear")),
        ({}, {"end": "2025-08-10T20:00+07:00"}, ("disputed", "exemption_unclear")),
        ({}, {"radius_m": "5000"}, ("disputed", "exemption_unclear")),
        ({}, {"kind": "harm.civilians"}, ("breached", "")),
    ],
)
def test_a_notice_exempts_only_what_it_names_and_only_beforehand(mission, change, cells, expected):
    _notice(mission, **change)
    mission.tell(*both(SEEN | AT | cells))
    assert said(mission.edition(), "brel") == expected


def test_a_notice_of_the_other_side_excuses_nobody(mission):
    _notice(mission)
    mission.edit("notices.csv", "N1,brel", "N1,arda")
    mission.tell(*both(SEEN | AT))
    assert said(mission.edition(), "brel") == ("breached", "")


def test_a_notice_without_a_place_is_set_aside(mission):
    mission.write("notices.csv", HEAD + NOTICE.format(place="", kinds="", notified="2025-08-08"))
    (row,) = mission.load().set_aside
    assert (row.file, row.line, row.column) == ("notices.csv", 2, "place")


def test_a_notice_that_came_after_an_edition_is_not_in_it(mission):
    _notice(mission)
    mission.tell(*both(SEEN | AT))
    mission.edit("notices.csv", "2025-08-08", "2025-08-08T12:00+07:00")
    assert mission.edition("2025-08-08T08:00+07:00").mission.notices == ()
    assert len(mission.edition("2025-08-12").mission.notices) == 1


def test_what_may_lie_outside_of_the_zone_counts_one_step_less(mission):
    mission.tell(*both(SEEN | {"place": "", "lon_deg": "102.002", "lat_deg": "14.4", "radius_m": "900"}))
    assert said(mission.edition(), "brel") == ("likely_breached", "on_edge")
    mission.tell(SEEN | {"place": "", "lon_deg": "102.002", "lat_deg": "14.4", "radius_m": "900"})
    assert said(mission.edition(), "brel") == ("not_assessable", "on_edge")


def test_what_may_have_happened_before_the_truce_began_counts_one_step_less(mission):
    mission.edit("agreements/truce.yaml", "2025-08-01T00:00+07:00", "2025-08-10T12:00+07:00")
    mission.tell(*both(SEEN | {"start": "2025-08-10"}))
    assert said(mission.edition(), "brel", at="2025-08-10T13:00+07:00") == ("likely_breached", "on_edge")


def test_where_the_text_is_unclear_a_breach_is_disputed_and_quotes_why(mission):
    mission.terms(term("hold_fire", extra="params: {unclear: it does not say whether warning shots count}"))
    mission.tell(*both(SEEN))
    found = finding(mission.edition(), "brel")
    assert (found.outcome, found.reason_code) == ("disputed", "rule_unclear")
    assert "warning shots" in found.reason


@pytest.mark.parametrize(("floor", "outcome"), [("0.3", "kept"), ("0.9", "not_assessable")])
def test_a_term_may_set_its_own_floor_for_kept(mission, floor, outcome):
    mission.terms(term("hold_fire", extra=f"params: {{floor: {floor}}}"))
    days = "".join(
        f"E{n},mon,2025-08-{n:02},2025-08-{n:02},hill,,both,,done,,,90000,public,\n" for n in (11, 12, 13, 14)
    )
    mission.effort(*days.splitlines())
    mission.tell(obs("V1", "voice-1"))
    assert finding(mission.edition("2025-08-30"), "brel", at="2025-08-12").outcome == outcome


def test_works_stay_so_that_one_look_in_the_week_is_enough(mission):
    mission.terms(term("no_new_works"), term("hold_fire", 2))
    mission.effort("E1,mon,2025-08-12,2025-08-12,hill,,both,,done,,,90000,public,")
    mission.tell(obs("V1", "voice-1"))
    edition = mission.edition("2025-08-30")
    assert finding(edition, "brel", at="2025-08-12").outcome == "kept"
    assert finding(edition, "brel", term_id="truce.2", at="2025-08-12").outcome == "not_assessable"


def test_every_finding_names_the_check_and_its_version(mission):
    mission.terms(term("hold_fire"), term("recorded", 2))
    mission.tell(obs("V1", "voice-1"))
    assert {f.check.rstrip("0123456789") for f in mission.edition().findings} == {"hold_fire/", "recorded/"}


@pytest.mark.parametrize("params", ["unprovoked: 3", "floor: 0", "exempt_notified: perhaps"])
def test_a_param_of_the_wrong_kind_refuses_the_mission_with_its_line(mission, params):
    mission.terms(term("hold_fire", extra=f"params: {{{params}}}"))
    with pytest.raises(InputError) as caught:
        mission.load()
    assert "truce.yaml" in str(caught.value)
    assert f"params.{params.partition(':')[0]}" in str(caught.value)
