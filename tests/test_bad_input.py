"""Whatever is wrong with the input is named with file, line, column, found and expected; nothing is lost."""

import os
import time
import zipfile
from pathlib import Path

import pytest

from missions import balanced, obs, table, term

FINE = obs("OK1", "mon", method="seen")
LATER = obs("OK2", "press-1", start="2025-08-20T10:00+07:00", reported="2025-08-21")
FILE = "inbox/observations/o.csv"


def set_aside(edition):
    return [(s.file, s.line, s.column, s.value) for s in edition.set_aside]


def used(edition):
    return [o.id for o in edition.observations]


# Missing files


def test_a_folder_that_is_not_there_is_refused(truceline, tmp_path):
    ended = truceline("run", tmp_path / "nothing")
    assert ended.code == 3
    assert "no such folder" in ended.err
    assert "truceline init" in ended.err
    assert "Traceback" not in ended.err


def test_a_folder_without_mission_yaml_is_refused(truceline, tmp_path):
    ended = truceline("run", tmp_path)
    assert ended.code == 3
    assert "no mission.yaml" in ended.err


def test_missing_sources_are_named(truceline, mission):
    (mission.path / "sources.yaml").unlink()
    ended = truceline("run", mission.path)
    assert ended.code == 3
    assert "sources.yaml: found no such file; expected a list of sources" in ended.err


@pytest.mark.parametrize(
    "name", ["places.csv", "zones.geojson", "effort.csv", "figures.csv", "timeline.csv", "judgements.csv"]
)
def test_a_table_that_is_not_there_is_no_error(mission, name):
    (mission.path / name).unlink(missing_ok=True)
    mission.terms(term("hold_fire").replace("zone: valley", "where: everywhere"))
    mission.tell(FINE)
    assert used(mission.edition()) == ["OK1"]


def test_an_observation_file_that_is_not_there_is_refused_by_fuse(truceline, tmp_path):
    ended = truceline("fuse", tmp_path / "none.csv", "--out", tmp_path / "out")
    assert ended.code == 3
    assert "none.csv" in ended.err
    assert not (tmp_path / "out").exists()


# Encodings


def test_bytes_that_are_not_utf8_are_named_with_their_line_and_the_other_files_go_on(mission):
    mission.write("inbox/observations/bad.csv", table([FINE, obs("L1", "mon", text="café")]).encode("latin-1"))
    mission.tell(LATER)
    edition = mission.edition()
    assert used(edition) == ["OK2"]
    (one,) = edition.set_aside
    assert (one.file, one.line) == ("inbox/observations/bad.csv", 3)
    assert "0xe9" in one.value
    assert "UTF-8" in one.reason
    assert balanced(edition)


def test_a_mission_yaml_that_is_not_utf8_is_refused_with_its_line(truceline, mission):
    mission.write("mission.yaml", mission.read("mission.yaml").replace("Valley mission", "Vallée").encode("latin-1"))
    ended = truceline("validate", mission.path)
    assert ended.code == 3
    assert "mission.yaml:2" in ended.out


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_byte_order_mark_is_understood(mission, encoding):
    mission.write(FILE, table([FINE, obs("T1", "mon", place="เนินเขาสี่ศูนย์สอง")]).encode(encoding))
    edition = mission.edition()
    assert used(edition) == ["OK1", "T1"]
    assert edition.observations[1].place_id == "hill"


# Cells


@pytest.mark.parametrize(
    ("cells", "column", "value"),
    [
        ({"start": "2025-02-30"}, "start", "2025-02-30"),
        ({"start": "2025-08-10T25:00"}, "start", "2025-08-10T25:00"),
        ({"start": "yesterday"}, "start", "yesterday"),
        ({"start": ""}, "start", ""),
        ({"reported": "2025-13-01"}, "reported", "2025-13-01"),
        ({"end": "2025-08-09"}, "start, end", "2025-08-10T09:00+07:00, 2025-08-09"),
        ({"killed_min": "-1"}, "killed_min", "-1"),
        ({"killed_min": "5", "killed_max": "2"}, "killed_min, killed_max", "5, 2"),
        ({"injured_max": "two and a half"}, "injured_max", "two and a half"),
        ({"lon_deg": "200", "lat_deg": "14"}, "lon_deg, lat_deg", "200.0, 14.0"),
        ({"lon_deg": "102.4", "lat_deg": "91"}, "lon_deg, lat_deg", "102.4, 91.0"),
        ({"lon_deg": "102.4"}, "lon_deg, lat_deg", "102.4, None"),
        ({"lon_deg": "nan", "lat_deg": "14"}, "lon_deg", "nan"),
        ({"lon_deg": "14.4", "lat_deg": "102.4"}, "lon_deg, lat_deg", "14.4, 102.4"),
        ({"lon_deg": "14.4", "lat_deg": "80"}, "lon_deg, lat_deg", None),
        ({"radius_m": "-5"}, "radius_m", "-5"),
        ({"method": "guessed"}, "method", "guessed"),
        ({"source_id": "nobody"}, "source_id", "nobody"),
        ({"origin_id": "nobody"}, "origin_id", "nobody"),
        ({"id": ""}, "id", ""),
    ],
)
def test_a_cell_that_cannot_be_read_sets_its_row_aside_and_the_rest_goes_on(mission, cells, column, value):
    mission.tell(FINE, obs("BAD", "mon") | cells, LATER)
    edition = mission.edition()
    if value is None:  # far outside the area but no exchange: questioned, kept
        assert used(edition) == ["BAD", "OK1", "OK2"]
        assert any("outside the mission's area" in q.reason for q in mission.load().questions)
        return
    assert used(edition) == ["OK1", "OK2"]
    assert set_aside(edition) == [(FILE, 3, column, value)]
    assert edition.counts["read"] == 3
    assert balanced(edition)


def test_an_exchanged_coordinate_is_called_swapped_and_never_put_right_in_silence(mission):
    mission.tell(
        obs("S1", "mon", lon_deg="14.4", lat_deg="102.4"), obs("S2", "mon", lon_deg="14.40", lat_deg="89"), FINE
    )
    edition = mission.edition()
    assert used(edition) == ["OK1", "S2"]
    assert "look swapped" in edition.set_aside[0].reason


def test_an_exchange_that_stays_on_the_globe_is_seen_by_the_missions_area(mission):
    mission.edit(
        "mission.yaml", "west: 102.0, south: 14.0, east: 103.0, north: 15.0", "west: 10, south: 45, east: 11, north: 46"
    )
    mission.write("places.csv", "place_id,name\nhill,Hill\n")
    mission.tell(obs("S1", "mon", lon_deg="45.5", lat_deg="10.5"), FINE)
    edition = mission.edition()
    assert used(edition) == ["OK1"]
    assert set_aside(edition) == [(FILE, 2, "lon_deg, lat_deg", "45.5, 10.5")]
    assert "look swapped" in edition.set_aside[0].reason


def test_a_validated_problem_says_file_line_column_found_and_expected(truceline, mission):
    mission.tell(FINE, obs("BAD", "mon", start="2025-02-30"))
    ended = truceline("validate", mission.path)
    assert ended.code == 1
    assert f"set aside: {FILE}:3: start: found '2025-02-30'; expected a date" in ended.out
    assert "1 set aside" in ended.out


def test_set_aside_rows_are_no_error_of_a_run(truceline, mission, tmp_path, quick_report):
    mission.tell(FINE, obs("BAD", "mon", start="2025-02-30"))
    ended = truceline("run", mission.path, "--out", tmp_path / "out")
    assert ended.code == 0
    assert "read 2: used 1, set aside 1, of unknown date 0, later than this edition 0" in ended.out
    assert f"{FILE},3,start,2025-02-30," in (tmp_path / "out/set_aside.csv").read_text("utf-8")


# Columns, places, parties


def test_an_unknown_column_is_named_and_kept(mission):
    mission.tell(FINE | {"Weather Report": "fog"})
    material = mission.load()
    assert [q.column for q in material.questions] == ["weather_report"]
    assert mission.edition().observations[0].details == {"weather_report": "fog"}


def test_an_unknown_column_of_a_table_is_named(mission):
    mission.write("places.csv", "place_id,name,colour\nhill,Hill,red\n")
    (question,) = mission.load().questions
    assert (question.file, question.column) == ("places.csv", "colour")


def test_an_unknown_place_leaves_the_row_unplaced_and_is_named(mission):
    mission.tell(obs("P1", "mon", place="Atlantis"))
    (question,) = mission.load().questions
    edition = mission.edition()
    assert (question.column, question.value) == ("place", "Atlantis")
    assert edition.counts["unplaced"] == 1
    assert edition.observations[0].place == "Atlantis"


def test_an_unknown_party_is_kept_as_a_group_and_named(mission):
    mission.tell(obs("P1", "mon", actor_claimed="The Bandits"))
    (question,) = mission.load().questions
    assert (question.column, question.value) == ("actor_claimed", "The Bandits")
    assert mission.edition().assessments[0].accused == ("The Bandits",)


def test_a_report_that_accuses_an_unknown_party_is_set_aside(mission):
    mission.write(
        "inbox/reports/r.csv", "report_id,date,event_type,source_name,accused\nR1,2025-08-10,mortar,press-1,cyra\n"
    )
    assert set_aside(mission.edition()) == [("inbox/reports/r.csv", 2, "accused", "cyra")]


@pytest.mark.parametrize("lacking", ["id", "source_id", "start"])
def test_a_missing_column_sets_every_row_aside(mission, lacking):
    mission.write(FILE, table([{k: v for k, v in r.items() if k != lacking} for r in (FINE, LATER)], columns=()))
    edition = mission.edition()
    assert edition.counts["set_aside"] == 2
    assert {s.column for s in edition.set_aside} == {lacking}


# Ids


def test_the_same_row_twice_adds_nothing(mission):
    mission.tell(FINE)
    once = mission.edition()
    mission.tell(FINE, FINE)
    twice = mission.edition()
    assert twice.observations == once.observations
    assert twice.incidents == once.incidents
    assert twice.counts["set_aside"] == 0


def test_the_same_file_twice_adds_nothing_and_says_so(mission):
    mission.tell(FINE, LATER)
    mission.tell(FINE, LATER, file="inbox/observations/again.csv")
    assert used(mission.edition()) == ["OK1", "OK2"]
    assert any("same bytes as inbox/observations/again.csv" in q.reason for q in mission.load().questions)


def test_the_same_id_with_other_content_is_set_aside(mission):
    mission.tell(FINE, FINE | {"text": "something else"})
    edition = mission.edition()
    assert used(edition) == ["OK1"]
    assert set_aside(edition) == [(FILE, 3, "id", "OK1")]
    assert "same id as inbox/observations/o.csv:2" in edition.set_aside[0].reason
    assert balanced(edition)


def test_an_id_that_comes_back_in_another_file_with_other_content_is_set_aside(mission):
    mission.tell(FINE)
    mission.tell(FINE | {"place": "ford"}, file="inbox/observations/z.csv")
    assert set_aside(mission.edition()) == [("inbox/observations/z.csv", 2, "id", "OK1")]


# Origins that go in a circle


def test_a_source_that_names_itself_as_origin_counts_once_and_is_named(mission):
    mission.tell(obs("C1", "press-1", origin_id="press-1"), obs("C2", "press-1", text="again, in other words"))
    (question,) = [q for q in mission.load().questions if "circular" in q.reason]
    assert question.column == "origin_id"
    assert all(a.origins == ("press-1",) for a in mission.edition().assessments)


def test_sources_that_repeat_one_another_in_a_ring_count_as_one_origin(mission):
    ring = ["press-1", "press-2", "press-3"]
    mission.tell(*(obs(f"C{n}", s, origin_id=ring[(n + 1) % 3]) for n, s in enumerate(ring)))
    edition = mission.edition()
    assert len(edition.incidents) == 1
    assert len(edition.assessments[0].origins) == 1


def test_a_ring_of_sources_is_named_as_a_question(mission):
    mission.tell(obs("C1", "press-1", origin_id="press-2"), obs("C2", "press-2", origin_id="press-1"))
    assert any("circular" in q.reason for q in mission.load().questions)


# Agreements


def test_a_commitment_for_an_unknown_party_is_refused_with_its_line(truceline, mission):
    mission.terms(term("hold_fire"), term("meet_by", 2, party="[arda, cyra]"))
    ended = truceline("validate", mission.path)
    assert ended.code == 3
    line = mission.read("agreements/truce.yaml").splitlines().index("    party: [arda, cyra]") + 1
    assert f"agreements/truce.yaml:{line}: party: found the unknown party 'cyra'; one of arda, brel" in ended.out


def test_overlapping_validity_of_one_clause_is_refused(truceline, mission):
    twin = term("hold_fire").replace("id: truce.1", "id: truce.1b").replace("2025-08-01T", "2025-08-15T")
    mission.terms(term("hold_fire"), twin)
    ended = truceline("run", mission.path)
    assert ended.code == 3
    assert "the same clause as truce.1 (line 7) with a validity that overlaps" in ended.err


def test_validities_of_one_clause_that_follow_one_another_are_accepted(mission):
    early = term("hold_fire", extra='to: "2025-08-15T00:00+07:00"')
    late = term("hold_fire").replace("id: truce.1", "id: truce.1b").replace("2025-08-01T", "2025-08-15T")
    mission.terms(early, late)
    assert len(mission.load().mission.agreements[0].terms) == 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: hold_fire", "kind: hold_peace", "hold_peace"),
        ("zone: valley", "zone: moon", "the unknown zone 'moon'"),
        ('from: "2025-08-01T00:00+07:00"', "from: 2025-02-30", "2025-02-30"),
        ("kind: hold_fire", "kind: hold_fire\n    colour: red", "an unknown key"),
        ("kind: hold_fire", "kind: hold_fire\n    to: 2025-07-01", "ends (2025-07-01) before it starts"),
        ("kind: hold_fire", "kind: recorded", "why data cannot test this term"),
        ("kind: hold_fire", "kind: hold_fire\n    standing: maybe", "signed, treaty, call"),
    ],
)
def test_a_term_that_cannot_be_read_refuses_the_mission_with_its_line(truceline, mission, old, new, words):
    mission.edit("agreements/truce.yaml", old, new)
    ended = truceline("run", mission.path)
    assert ended.code == 3
    assert words in ended.err
    assert "agreements/truce.yaml:" in ended.err


# Empty


def test_a_mission_without_evidence_runs_and_says_so(truceline, mission, tmp_path):
    ended = truceline("run", mission.path, "--out", tmp_path / "out")
    assert ended.code == 0
    assert "0 observations, 0 incidents" in ended.out
    findings = (tmp_path / "out/findings.csv").read_text("utf-8")
    assert "no_coverage" in findings
    assert "kept" not in {line.split(",")[6] for line in findings.splitlines()[1:]}


@pytest.mark.parametrize("content", ["", "# nothing\n", "[]", "just words"])
def test_an_empty_mission_yaml_is_refused(truceline, mission, content):
    mission.write("mission.yaml", content)
    ended = truceline("run", mission.path)
    assert ended.code == 3
    assert "mission.yaml:1" in ended.err
    assert "id, title, parties and time_zone" in ended.err


@pytest.mark.parametrize("content", ["", "\n\n", "id,source_id,start\n"])
def test_a_table_without_rows_is_no_error_of_the_run(mission, content):
    mission.write(FILE, content)
    mission.tell(LATER, file="inbox/observations/p.csv")
    assert used(mission.edition()) == ["OK2"]


# Size, bombs, change


def test_a_file_over_the_limit_is_refused_at_once_and_left_alone(truceline, mission):
    path = mission.write("inbox/observations/big.csv", "")
    with path.open("wb") as handle:
        handle.truncate(200_000_000)
    before = path.stat()
    start = time.perf_counter()
    ended = truceline("run", mission.path)
    assert time.perf_counter() - start < 2
    assert ended.code == 3
    assert "big.csv: found a file of 200 MB; expected at most 100 MB" in ended.err
    assert "limits.max_file_mb" in ended.err
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(mission, monkeypatch):
    path = mission.write("inbox/observations/bomb.xlsx", "")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 80_000_000)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_, **__: pytest.fail("unpacked"))
    mission.tell(FINE)
    edition = mission.edition()
    assert used(edition) == ["OK1"]
    assert edition.set_aside[0].file == "inbox/observations/bomb.xlsx"
    assert "unpacks to 80,000,000 bytes" in edition.set_aside[0].value


def test_a_file_that_changes_while_it_is_read_is_refused(truceline, mission, monkeypatch):
    path = mission.tell(FINE)
    plain = Path.read_bytes

    def touched(self):
        data = plain(self)
        if self == path:
            os.utime(self, ns=(1, 1))
        return data

    monkeypatch.setattr(Path, "read_bytes", touched)
    ended = truceline("run", mission.path)
    assert ended.code == 3
    assert f"{FILE}: found a file that changes while it is read" in ended.err


# Shapes of tables


def test_a_row_with_too_many_cells_is_set_aside_and_the_rest_goes_on(mission):
    lines = table([FINE, obs("BAD", "mon"), LATER]).splitlines()
    lines[2] += ",one,two"
    mission.write(FILE, "\n".join(lines) + "\n")
    edition = mission.edition()
    assert used(edition) == ["OK1", "OK2"]
    assert edition.set_aside[0].line == 3
    assert "cells and the header" in edition.set_aside[0].reason


def test_a_row_with_too_few_cells_is_read_with_the_rest_empty(mission):
    mission.write(FILE, "id,source_id,start,text\nOK1,mon,2025-08-10\n")
    assert used(mission.edition()) == ["OK1"]


def test_a_quotation_mark_that_never_closes_costs_its_own_line_and_no_other(mission):
    mission.write(FILE, table([FINE]) + 'BAD,mon,"never closed\n' + table([LATER]).splitlines()[1] + "\n")
    edition = mission.edition()
    assert {FINE["id"], LATER["id"]} <= set(used(edition))
    (one,) = [s for s in edition.set_aside if s.file == FILE]
    assert one.line == 3
    assert "quotation marks" in one.reason
    assert balanced(edition)


def test_a_header_with_the_same_column_twice_is_named(mission):
    mission.write(FILE, "id,source_id,Start,start\nX,mon,2025-08-10,2025-08-11\n")
    (one,) = mission.edition().set_aside
    assert (one.file, one.line, one.value) == (FILE, 1, "the same column twice")
    (told,) = mission.load().set_aside
    assert told.value == "the same column twice: start"


def test_a_broken_line_of_json_lines_is_set_aside_and_the_rest_goes_on(mission):
    mission.write(
        "inbox/observations/o.jsonl",
        '{"id": "OK1", "source_id": "mon", "start": "2025-08-10"}\n{"id": "BAD", "sou\n[1, 2]\n'
        '{"id": "OK2", "source_id": "mon", "start": "2025-08-20"}\n',
    )
    edition = mission.edition()
    assert used(edition) == ["OK1", "OK2"]
    assert [s.line for s in edition.set_aside] == [2, 3]
    assert balanced(edition)


def test_json_lines_may_hold_any_character_within_a_text(mission):
    mission.write(
        "inbox/observations/o.jsonl",
        '{"id": "OK1", "source_id": "mon", "start": "2025-08-10", "text": "a\u2028b\u0085c"}\n',
    )
    edition = mission.edition()
    assert used(edition) == ["OK1"]
    assert edition.observations[0].text == "a\u2028b\u0085c"


def test_a_file_of_an_unknown_format_is_set_aside_and_named(mission):
    mission.tell(FINE)
    mission.write("inbox/pigeons/p.csv", "x\n1\n")
    mission.write("inbox/observations/photo.jpg", b"\xff\xd8\xff")
    edition = mission.edition()
    assert used(edition) == ["OK1"]
    assert [s.file for s in edition.set_aside] == ["inbox/observations/photo.jpg", "inbox/pigeons/p.csv"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("id: valley\ntitle: [open\n", 3, "mission.yaml:3"),
        ("id: valley\ntitle: one\ntitle: two\n", 3, "title: found the same key twice; expected each key once"),
        ("id: valley\ntitle: a: b\n", 2, "mission.yaml:2"),
    ],
)
def test_a_yaml_error_is_named_with_its_line(truceline, mission, text, line, words):
    mission.write("mission.yaml", text)
    ended = truceline("run", mission.path)
    assert ended.code == 3
    assert f"mission.yaml:{line}" in ended.err
    assert words in ended.err


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("title: Valley mission", "titel: Valley", "titel: found an unknown key"),
        ("time_zone: Asia/Bangkok", "time_zone: Mars/Base", "IANA name"),
        ("west: 102.0", "west: 999", "area.west"),
        ("{attribution: when_established}", "{attribution: sometimes}", "never"),
        ("observers: [mon]", "observers: [ghost]", "'ghost'"),
        ("id: brel", "id: arda", "the same party twice"),
        ("id: brel", "id: both", "a reserved word"),
        (
            "period: {start: 2025-08-01, end: 2025-09-30}",
            "period: {start: 2025-09-01, end: 2025-08-01}",
            "ends before it starts",
        ),
    ],
)
def test_a_mission_yaml_that_makes_no_sense_is_refused(truceline, mission, old, new, words):
    mission.edit("mission.yaml", old, new)
    ended = truceline("run", mission.path)
    assert ended.code == 3
    assert words in ended.err
    assert "mission.yaml" in ended.err


@pytest.mark.parametrize("text", ["edition: {place: X, time_zone: Mars/Base}\n", 'reporting_day_end: "99:99"\n'])
def test_what_the_mission_says_of_its_clock_is_checked_when_it_is_read(truceline, mission, text):
    mission.write("mission.yaml", mission.read("mission.yaml") + text)
    ended = truceline("validate", mission.path)
    assert ended.code == 3
    assert "mission.yaml" in ended.out


def test_every_problem_is_named_at_once(truceline, mission):
    mission.edit("sources.yaml", "kind: monitor}", "kind: wizard}")
    mission.edit("agreements/truce.yaml", "kind: hold_fire", "kind: hold_peace")
    mission.edit("mission.yaml", "observers: [mon]", "observers: [ghost]")
    ended = truceline("validate", mission.path)
    assert ended.code == 3
    assert all(word in ended.out for word in ("wizard", "hold_peace", "ghost"))


def test_a_name_that_means_two_sources_is_refused(truceline, mission):
    mission.edit("sources.yaml", "aliases: [The Post]", "aliases: [Evening Wire]")
    ended = truceline("run", mission.path)
    assert ended.code == 3
    assert "a name for one source only" in ended.err


POINTLESS = '{"features": [{"properties": {"id": "x"}, "geometry": {"type": "Polygon", "coordinates": [[[0, 0]]]}}]}'


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        "[]",
        '{"features": null}',
        '{"features": [null]}',
        '{"features": [{"properties": {"id": "x"}}]}',
        POINTLESS,
    ],
)
def test_zones_that_are_none_are_refused_without_a_traceback(truceline, mission, text):
    mission.write("zones.geojson", text)
    ended = truceline("validate", mission.path)
    assert ended.code == 3
    assert "zones.geojson" in ended.out


def test_effort_along_a_line_is_measured_or_refused_but_never_crashes(truceline, mission, tmp_path, quick_report):
    mission.effort("E1,mon,2025-08-10,,,line,,,done,,,,,")
    ended = truceline("run", mission.path, "--out", tmp_path / "out")
    assert ended.code in {0, 3}


def test_a_term_for_a_line_is_measured_or_refused_but_never_crashes(truceline, mission, tmp_path, quick_report):
    mission.edit("agreements/truce.yaml", "zone: valley", "zone: line")
    ended = truceline("run", mission.path, "--out", tmp_path / "out")
    assert ended.code in {0, 3}


def test_kinds_of_a_term_given_as_one_word_are_that_word(mission):
    mission.terms(term("hold_fire", extra="params: {kinds: fire}"))
    mission.tell(obs("O1", "voice-1", actor_claimed="brel"))
    assert "O1" in {i.removeprefix("I-") for f in mission.edition().findings for i in f.incidents}


@pytest.mark.parametrize(
    ("file", "line", "column"),
    [
        ("effort.csv", "effort_id,source_id,start,place\nE1,mon,2025-08-10,moon\n", "place"),
        ("effort.csv", "effort_id,source_id,start,place\nE1,ghost,2025-08-10,hill\n", "source_id"),
        ("effort.csv", "effort_id,source_id,start,end\nE1,mon,2025-08-10,2025-08-01\n", "end"),
        ("figures.csv", "figure_id,side,as_of,low,high,source\nF1,both,2025-08-10,9,3,mon\n", "low, high"),
        ("figures.csv", "figure_id,side,as_of,low,high,source\nF1,cyra,2025-08-10,1,3,mon\n", "side"),
        ("figures.csv", "figure_id,side,as_of,low,high,source\nF1,both,2025-08-10,-1,3,mon\n", "low"),
        (
            "judgements.csv",
            "judgement_id,date,by,action,subject,object,reason\nJ1,2025-08-10,X,ponder,A,B,why\n",
            "action",
        ),
        ("places.csv", "place_id,name,lon_deg,lat_deg\nhill,Hill,14.4,102.4\n", "lon_deg, lat_deg"),
    ],
)
def test_a_row_of_a_mission_table_that_cannot_be_read_is_set_aside_with_its_column(mission, file, line, column):
    mission.write(file, line)
    (one,) = mission.load().set_aside
    assert (one.file, one.line, one.column) == (file, 2, column)
