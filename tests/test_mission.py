"""What a mission folder means once it is read."""

import pytest

from missions import obs


def test_parties_keep_the_order_of_the_file(mission):
    assert mission.load().mission.party_ids == ("arda", "brel")
    mission.edit("mission.yaml", "  - {id: arda, names: {en: Arda}}\n", "")
    mission.edit("mission.yaml", "  - {id: brel, names: {en: Brel}}\n", "  - {id: brel, names: Brel}\n  - {id: arda}\n")
    read = mission.load().mission
    assert read.party_ids == ("brel", "arda")
    assert (read.party_name("brel"), read.party_name("arda"), read.party_name("unattributed")) == (
        "Brel",
        "arda",
        "unattributed",
    )


def test_the_period_holds_its_last_day(mission):
    assert mission.load().mission.period.end.isoformat() == "2025-09-30T17:00:00+00:00"


def test_a_mission_may_say_what_is_too_large(truceline, mission):
    mission.write("mission.yaml", mission.read("mission.yaml") + "limits: {max_file_mb: 0.001}\n")
    mission.write("inbox/observations/o.csv", "id,source_id,start\n" + "x" * 2000)
    ended = truceline("run", mission.path)
    assert ended.code == 3
    assert "at most 0.001 MB" in ended.err


def test_a_source_without_a_name_is_called_by_its_id_and_is_its_own_voice(mission):
    mission.write("sources.yaml", "- {id: mon, kind: monitor}\n")
    (source,) = mission.load().mission.sources
    assert (source.name, source.origin_group) == ("mon", "mon")


@pytest.mark.parametrize("name", ["First Army", "first army", "FIRST ARMY", "voice-1"])
def test_a_source_is_found_by_every_name_in_any_case(mission, name):
    mission.tell(obs("A", name))
    assert mission.edition().observations[0].source_id == "voice-1"


@pytest.mark.parametrize("name", ["Arda", "ARDA", "arda"])
def test_a_party_is_found_by_its_name(mission, name):
    mission.tell(obs("A", "mon", actor_claimed=name))
    assert mission.edition().observations[0].actor_claimed == "arda"


def test_hidden_files_and_readmes_are_no_evidence(mission):
    mission.tell(obs("A", "mon"))
    for name in (".DS_Store", "~$o.xlsx", "README.md", "readme.txt"):
        mission.write(f"inbox/observations/{name}", b"\x00")
    material = mission.load()
    assert [c.path for c in material.mission.captures] == ["inbox/observations/o.csv"]
    assert material.set_aside == ()


def test_a_missions_own_kinds_are_known_and_grouped_by_family(mission):
    mission.write("kinds.yaml", "smoke.signal: {label: smoke signal, family: fire}\n")
    mission.tell(obs("A", "press-1", kind="smoke.signal"))
    assert mission.load().questions == ()


def test_an_unknown_kind_is_kept_and_named(mission):
    mission.tell(obs("A", "press-1", kind="dance.folk"))
    (question,) = mission.load().questions
    assert (question.column, question.value) == ("kind", "dance.folk")
    assert mission.edition().observations[0].kind == "dance.folk"


def test_instruments_come_in_the_order_of_their_dates(mission):
    early = (
        mission.read("agreements/truce.yaml").replace("truce", "early").replace("date: 2025-08-01", "date: 2025-07-01")
    )
    mission.write("agreements/z.yaml", early)
    assert [a.id for a in mission.load().mission.agreements] == ["early", "truce"]


def test_an_id_of_a_term_in_two_instruments_is_refused(truceline, mission):
    mission.write("agreements/other.yaml", mission.read("agreements/truce.yaml").replace("id: truce\n", "id: other\n"))
    ended = truceline("run", mission.path)
    assert ended.code == 3
    assert "'truce.1', already in agreements/other.yaml" in ended.err
