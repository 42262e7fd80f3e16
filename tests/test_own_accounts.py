"""A team that measured a crater says which account of its own it belongs to: joined where that is one account, else asked about."""

import json

import pytest

import filled
from missions import obs
from truceline import own_accounts

HEARD = "2025-08-10T09:00+07:00"


def heard(number="H1", source="mon", **cells):
    far = {"place": "", "observer_lon_deg": "102.4", "observer_lat_deg": "14.4", "bearing_deg": "90", "bearing_error_deg": "5",
           "distance_min_m": "3000", "distance_max_m": "9000"}  # fmt: skip
    return obs(number, source, method="heard", start=HEARD, text=f"{number}: dull blasts") | far | cells


def crater(number="C.1", source="mon", said=HEARD, **cells):
    at = {
        "place": "",
        "lon_deg": "102.455",
        "lat_deg": "14.399",
        "radius_m": "20",
        "details": json.dumps({"own_account": said}),
    }
    return (
        obs(number, source, method="seen", start="2025-08-10T15:00+07:00", text=f"{number}: one fresh hole")
        | at
        | cells
    )


def together(mission):
    return sorted(sorted(i.observation_ids) for i in mission.edition().incidents)


def reasons(mission):
    return {k.observation_id: k.reasons for k in mission.edition().links}


def asked(mission):
    return [q.reason for q in mission.load().questions if q.column == own_accounts.FIELD]


def test_a_crater_is_of_one_happening_with_the_account_that_its_team_names(mission):
    mission.tell(heard(), crater(said=""))
    assert together(mission) == [["C.1"], ["H1"]]
    mission.tell(heard(), crater())
    assert (together(mission), asked(mission)) == ([["C.1", "H1"]], [])
    assert "its observer says that it is one happening with H1" in reasons(mission)["C.1"]
    assert not any("judgement" in r for told in reasons(mission).values() for r in told)
    (graded,) = mission.edition().assessments
    assert len(graded.origins) == 1


def test_a_person_s_word_comes_after_the_observer_s(mission):
    mission.tell(heard(), crater())
    head = "judgement_id,date,by,action,subject,object,reason,undoes\n"
    mission.write("judgements.csv", head + "J1,2025-08-10,Desk,split,C.1,H1,two salvos,\n")
    assert together(mission) == [["C.1"], ["H1"]]
    mission.write("judgements.csv", head + "J1,2025-08-10,Desk,join,C.1,H1,one salvo,\n")
    assert "joined by a judgement with H1" in reasons(mission)["C.1"]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([heard(source="mon-2"), crater()], "no account"),
        ([heard(start="2025-08-10T09:01+07:00"), crater()], "no account"),
        ([heard(method="relayed"), crater()], "no account"),
        ([heard(kind="force.movement"), crater()], "no account"),
        ([heard(), heard("H2", bearing_deg="92"), crater()], "2 accounts"),
        ([heard(), crater(lon_deg="102.2")], "outside the place that H1 gives"),
        ([heard(), crater(said="at nine")], "no time that can be read"),
        ([heard(exposure="partners"), crater()], "no account"),
    ],
)
def test_what_names_no_account_or_several_or_another_place_joins_nothing_and_is_asked_about(mission, rows, why):
    mission.tell(*rows)
    assert not any(set(i) > {"C.1"} and "H1" in i for i in together(mission))
    (reason,) = asked(mission)
    assert why in reason


def test_every_crater_of_an_entry_follows_and_other_teams_stay_as_they_are_weighed(mission):
    mission.tell(
        heard(), crater(), crater("C.2", lon_deg="102.456"), heard("X", "mon-2", start="2025-08-10T12:00+07:00")
    )
    assert ["C.1", "C.2", "H1"] in together(mission)


def test_the_form_asks_for_it_and_gives_it_back(mission):
    said = {"source_id": "mon", "exposure": "public", "happened": "2025-08-10T09:00:00.000+07:00", "time_known": "about",
            "visited": "2025-08-10T15:00:00.000+07:00", "own_account": "2025-08-10T09:00:00.000+07:00", "where_known": "name",
            "place": "hill", "kind_group": "fire", "kind": "fire.mortar", "site": "open", "harmed": "no",
            "form_finished": "2025-08-10T15:30:00.000+07:00"}  # fmt: skip
    craters = {"crater": [{"crater_position": "14.399 102.455 0 4"}]}
    whole = mission.load().mission
    mission.write("inbox/odk/c/submission.xml", filled.fill("impact", whole, said, craters, "uuid:c"))
    mission.tell(heard())
    assert ["H1", "odk-c.1"] in together(mission)
    assert asked(mission) == []
