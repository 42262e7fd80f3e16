"""What is sealed stands in no byte that Truceline gives away; what is for partners stands in the restricted release only."""

import io
import zipfile
import zlib

import pytest

from missions import obs, table

MARK = "QZX"


def everything(folder):
    """Every byte below a folder, with archives and the streams of PDF files unpacked."""
    found = b""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        found += path.name.encode() + data
        if data[:2] == b"PK":
            archive = zipfile.ZipFile(io.BytesIO(data))
            found += b"".join(archive.read(n) for n in archive.namelist())
        for part in data.split(b"stream\n")[1:] if data[:4] == b"%PDF" else []:
            try:
                found += zlib.decompressobj().decompress(part)
            except zlib.error:
                continue
    return found


@pytest.fixture
def secret(mission):
    """A mission of which every sealed value holds QZX or a number of its own."""
    mission.tell(
        obs("OPEN", "press-1", text="shells came down on the slope"),
        obs("QZX-1", "mon", exposure="sealed", place="QZX camp", text="QZX heard it", actor_claimed="arda", evidence="https://QZX",
            lon_deg="102.434343", lat_deg="14.434343"),
        obs("QZX-2", "hidden", text="QZX from a sealed source", weapon="QZX gun"),
        obs("QZX-3", "press-1", origin_id="hidden", text="QZX repeated from a sealed source"),
        obs("ANSWER", "voice-2", stance="denies", answers="QZX-1", text="we did nothing"),
        obs("PARTNER-QPX", "friend", text="QPX for partners"),
        obs("PARTNER-QPX2", "mon", exposure="partners", text="QPX for partners too"),
    )  # fmt: skip
    return mission


def test_sealed_rows_stand_in_no_byte_of_a_run(truceline, secret, tmp_path):
    for release in ("public", "restricted"):
        ended = truceline("run", secret.path, "--out", tmp_path / release, "--release", release)
        assert ended.code == 0
        made = everything(tmp_path / release)
        assert b"OPEN" in made
        assert MARK.encode() not in made
        assert b"434343" not in made
        assert MARK not in ended.out + ended.err


def test_sealed_rows_stand_in_no_byte_of_an_export(truceline, secret, tmp_path):
    out = tmp_path / "export"
    ended = truceline(
        "export", secret.path, "--format", "geojson,csv,gpkg,kml,xlsx,parquet", "--out", out, "--release", "restricted"
    )
    assert ended.code == 0
    assert b"OPEN" in everything(out)
    assert MARK.encode() not in everything(out)


def test_rows_for_partners_stand_in_the_restricted_release_only(truceline, secret, tmp_path):
    for release in ("public", "restricted"):
        assert truceline("run", secret.path, "--out", tmp_path / release, "--release", release).code == 0
    assert b"QPX" not in everything(tmp_path / "public")
    assert b"QPX for partners too" in (tmp_path / "restricted/observations.csv").read_bytes()


def test_an_answer_to_a_sealed_row_gives_away_neither_its_id_nor_its_place(secret):
    (answer,) = [o for o in secret.edition().observations if o.id == "ANSWER"]
    assert answer.answers == ""
    assert MARK not in repr(answer)
    assert "434343" not in repr(answer)


def test_an_answer_in_the_table_of_answers_to_a_sealed_row_gives_away_neither_its_id_nor_its_place(mission):
    mission.tell(
        obs("OPEN", "press-1"),
        obs(
            "QZX-1",
            "hidden",
            place="QZX camp",
            lon_deg="102.434343",
            lat_deg="14.434343",
            radius_m="500",
            start="2025-08-04T04:44+07:00",
        ),
    )
    mission.write(
        "inbox/answers/a.csv",
        "answer_id,answers,speaker,stance,reported,text\nA1,QZX-1,voice-2,denies,2025-08-12,nothing\n",
    )
    edition = mission.edition()
    assert MARK not in repr(edition.observations)
    assert "434343" not in repr(edition.observations)


@pytest.mark.parametrize(
    "cells",
    [
        {"exposure": "sealed", "start": "QZX-02-30"},
        {"exposure": "sealed", "source_id": "QZX-nobody"},
        {"exposure": "sealed", "killed_min": "QZX"},
        {"exposure": "sealed", "lon_deg": "14.434343", "lat_deg": "102.434343"},
        {"exposure": "sealed", "place": "QZX camp"},
        {"exposure": "sealed", "actor_claimed": "QZX group"},
        {"exposure": "sealed", "kind": "fire.qzx"},
        {"exposure": " Sealed ", "start": "QZX-02-30"},
        {"source_id": "hidden", "killed_min": "QZX"},
        {"exposure": "sealed", "coordinates": "QZX 12"},
        {"exposure": "sealed", "reported": "QZX"},
        {"exposure": "sealed", "end": "2025-08-01", "start": "2025-08-07T04:43:43"},
        {"source_id": "Hidden Source QZX", "start": "2025-02-30"},
    ],
)
def test_the_values_of_a_sealed_row_that_is_bad_or_in_question_are_nowhere(
    truceline, mission, tmp_path, quick_report, cells
):
    mission.edit("sources.yaml", "Hidden Source QZX, kind", "Hidden Source, aliases: [Hidden Source QZX], kind")
    mission.tell(obs("OPEN", "mon"), obs("QZX-9", "mon", text="QZX") | cells)
    told = truceline("validate", mission.path)
    ended = truceline("run", mission.path, "--out", tmp_path / "out")
    assert ended.code == 0
    made = everything(tmp_path / "out") + (told.out + told.err + ended.out + ended.err).encode()
    assert b"qzx" not in made.lower()
    assert b"434343" not in made
    assert b"04:43:43" not in made


def test_a_row_whose_exposure_cannot_be_read_is_held_back_and_named_by_validate(truceline, mission):
    mission.tell(obs("OPEN", "mon"), obs("QZX-9", "mon", exposure="QZX secret"))
    told = truceline("validate", mission.path)
    assert "set aside: inbox/observations/o.csv:3: exposure: found '(withheld)'" in told.out
    assert MARK not in told.out
    edition = mission.edition()
    assert [o.id for o in edition.observations] == ["OPEN"]
    assert MARK not in repr((edition.set_aside, edition.observations))


@pytest.mark.parametrize("cells", [{"origin_id": "hidden"}, {"lon_deg": "109.434343", "lat_deg": "14.4"}])
def test_what_normalising_asks_of_a_sealed_row_gives_nothing_away(truceline, mission, cells):
    mission.tell(obs("OPEN", "mon"), obs("QZX-9", "hidden") | cells)
    told = truceline("validate", mission.path)
    assert MARK not in told.out
    assert "434343" not in told.out


def test_a_sealed_row_with_too_many_cells_is_set_aside_without_its_words(mission):
    lines = table([obs("OPEN", "mon"), obs("QZX-9", "mon", exposure="sealed", text="QZX")]).splitlines()
    mission.write("inbox/observations/o.csv", "\n".join([*lines[:2], lines[2] + ",extra,QZX"]) + "\n")
    assert MARK not in repr(mission.edition().set_aside)
    assert [s.line for s in mission.load().set_aside] == [3]


def test_a_sealed_row_whose_id_comes_twice_is_set_aside_without_its_id(mission):
    mission.tell(obs("QZX-1", "mon", exposure="sealed"), obs("QZX-1", "mon", exposure="sealed", text="QZX other words"))
    assert MARK not in repr(mission.edition().set_aside)


def test_a_sealed_row_without_a_day_of_publication_is_not_listed_as_undated(mission):
    mission.tell(
        obs("OPEN", "mon"), obs("QZX-1", "mon", exposure="sealed", reported=""), obs("QZX-2", "hidden", reported="")
    )
    edition = mission.edition("2025-09-01")
    assert edition.counts["undated"] == 0
    assert MARK not in repr(edition.set_aside)


def test_the_moment_of_an_edition_is_not_that_of_a_sealed_row(mission):
    mission.tell(obs("OPEN", "mon", reported="2025-08-12"))
    plain = mission.edition().as_of
    mission.tell(obs("OPEN", "mon", reported="2025-08-12"), obs("S", "hidden", reported="2025-09-29"))
    assert mission.edition().as_of == plain


def test_sealed_effort_is_in_no_coverage(truceline, mission, tmp_path, quick_report):
    mission.effort(
        "E1,mon,2025-08-11,,hill,,arda,,done,,QZX reason,,sealed,", "E2,mon,2025-08-12,,ford,,brel,,done,,,,public,"
    )
    assert truceline("run", mission.path, "--out", tmp_path / "out").code == 0
    told = truceline("coverage", mission.path, "--json")
    assert b"QZX" not in everything(tmp_path / "out")
    assert "QZX" not in told.out
    assert "E2" in told.out


def test_a_sealed_source_is_not_named_in_the_report(truceline, secret, tmp_path):
    assert truceline("run", secret.path, "--out", tmp_path / "out").code == 0
    assert "Hidden Source" not in (tmp_path / "out/report.html").read_text("utf-8")


def test_a_judgement_on_a_sealed_row_is_not_printed(mission):
    mission.tell(obs("OPEN", "mon"), obs("QZX-1", "hidden"))
    mission.write("judgements.csv", "judgement_id,date,by,action,subject,object,reason,undoes\n"
                  "J1,2025-08-11,Somebody,join,OPEN,QZX-1,QZX is the same,\nJ2,2025-08-11,Somebody,uphold,QZX-1,,QZX seen,\n")  # fmt: skip
    edition = mission.edition()
    assert MARK not in repr((edition.links, edition.assessments, edition.incidents))
