"""`truceline report`: a run's documents once more, from what the run left behind alone."""

import json
import shutil

import pytest
from pypdf import PdfReader

from missions import Folder, obs, term
from truceline import bundle, dated, store, when
from truceline import run as pipeline
from truceline.nouns import Letterhead
from truceline.report import problems

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4"/></svg>'


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A mission with two weeks of accounts and its run, made once; tests copy what they change."""
    place = tmp_path_factory.mktemp("documents")
    folder = Folder(place / "mission")
    folder.terms(term("hold_fire"), term("let_observers_in", 2))
    folder.effort("E1,mon,2025-08-11,,hill,,arda,,done,,,,,")
    folder.tell(
        obs("A1", "voice-1", actor_claimed="brel"),
        obs("A2", "voice-2", stance="denies", answers="A1", reported="2025-08-24", text="we did not fire"),
        obs("B1", "press-1", place="ford", start="2025-08-23T07:00+07:00", reported="2025-08-23", actor_claimed="arda"),
    )
    pipeline.run(folder.path, place / "out", as_of="2025-08-25")
    return place


@pytest.fixture
def out(written, tmp_path):
    return shutil.copytree(written / "out", tmp_path / "out")


def page(folder):
    return (folder / "report.html").read_text("utf-8")


def hashes(folder):
    return json.loads((folder / "manifest.json").read_text("utf-8"))["outputs"]


def test_the_documents_come_out_the_same_without_the_mission(truceline, written, out):
    for name in bundle.DOCUMENTS:
        (out / name).unlink()
    assert truceline("report", out).code == 0
    assert hashes(out) == hashes(written / "out")
    for name in bundle.DOCUMENTS:
        assert (out / name).read_bytes() == (written / "out" / name).read_bytes()


def test_a_note_has_one_page_in_every_language(truceline, out, tmp_path):
    from truceline.report import languages

    for code in languages():
        assert truceline("report", out, "--length", "note", "--language", code, "--out", tmp_path / code).code == 0
        assert len(PdfReader(tmp_path / code / "report.pdf").pages) == 1
        assert f'<html lang="{code}"' in page(tmp_path / code)


def test_annexes_stand_alone(truceline, out, tmp_path):
    assert truceline("report", out, "--length", "annex", "--out", tmp_path / "annex").code == 0
    assert "SHA-256" in page(tmp_path / "annex")
    assert 'id="map"' not in page(tmp_path / "annex")


def test_a_period_that_ended_earlier_shows_what_was_known_then(truceline, written, out, tmp_path):
    assert truceline("report", out, "--period", "2025-08-10/2025-08-20", "--out", tmp_path / "then").code == 0
    then = page(tmp_path / "then")
    assert "we did not fire" not in then
    pipeline.run(
        written / "mission", tmp_path / "direct", as_of="2025-08-21", wish=pipeline.Wish(period="2025-08-10/2025-08-20")
    )
    body = then.partition("<main")[2].partition('id="inputs"')[0]
    assert body == page(tmp_path / "direct").partition("<main")[2].partition('id="inputs"')[0]


def test_what_is_new_and_what_changed_is_said_with_its_reason(written):
    text = page(written / "out")
    start = text.index('id="since"')
    since = text[start : text.index("</section>", start)]
    assert "new: 1 incident; graded or attributed anew: 1 of the 1" in since
    assert "Second Army" in since
    assert "O-DENIED" in since


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--language", "xx"), "expected one of en"),
        (("--period", "fortnight"), "daily, weekly, since-signing"),
        (("--period", "2025-08-01/2026-01-01"), "after this edition closes"),
        (("--period", "2025-08-20/2025-08-10"), "--period"),
        (("--period", "2025-08-20/"), "two times"),
        (("--release", "restricted"), "run again with --release restricted"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_in_words_and_nothing_is_lost(truceline, out, options, words):
    before = hashes(out)
    ended = truceline("report", out, *options)
    assert ended.code == 2
    assert words in ended.err
    assert hashes(out) == before == store.hashes(out, bundle.UNPROMISED)


def test_a_run_that_somebody_changed_is_refused(truceline, out, tmp_path):
    text = (out / "edition.json").read_text("utf-8")
    (out / "edition.json").write_text(text.replace("we did not fire", "we did fire"), "utf-8")
    ended = truceline("report", out)
    assert ended.code == 1
    assert "hash differs" in ended.err
    assert truceline("report", tmp_path).code == 1


def test_a_check_follows_the_documents_that_were_made_last(truceline, written, out, tmp_path):
    shutil.copytree(written / "mission", tmp_path / "mission")
    assert truceline("report", out, "--period", "daily").code == 0
    assert truceline("run", "--check", out).code == 0


def test_the_edition_goes_through_its_file_unchanged(written):
    made = bundle.read_edition(written / "out")
    assert bundle.edition_bytes(made) == (written / "out" / "edition.json").read_bytes()


def test_a_judgement_keeps_its_author_and_reason_at_home_where_no_output_says_them(mission):
    mission.tell(obs("A1", "voice-1"), obs("A2", "press-1"))
    mission.write(
        "judgements.csv",
        "id,date,by,action,subject,object,reason,undoes\nJ1,2025-08-12,Q. Analyst,join,A1,A2,told by a driver,\n",
    )
    data = bundle.edition_bytes(mission.edition("2025-09-01"))
    assert b"Analyst" not in data
    assert b"driver" not in data
    assert b'"action":"join"' in data


@pytest.mark.parametrize(("name", "end", "start"), [
    ("daily", "24:00", "2025-08-23T17:00:00Z"), ("daily", "19:30", "2025-08-23T12:30:00Z"),
    ("weekly", "24:00", "2025-08-17T17:00:00Z"), ("since-signing", "24:00", "2025-07-31T17:00:00Z"),
])  # fmt: skip
def test_periods_follow_the_reporting_day(mission, name, end, start):
    mission.edit("mission.yaml", "notice:", f'reporting_day_end: "{end}"\nnotice:')
    moment = when.parse("2025-08-25T01:00+07:00", "UTC").start
    whole = pipeline.load(mission.path).mission
    assert when.iso(dated.period_start(name, whole, moment)) == start


def test_a_mission_dresses_its_report(mission, tmp_path):
    mission.tell(obs("A1", "voice-1", actor_claimed="brel"))
    mission.write("report/logo.svg", LOGO)
    mission.write(
        "report.yaml",
        "organisation: {en: Valley Verification Office}\ntitle: {en: The valley}\nlogo: report/logo.svg\n"
        "logo_alt: {en: A round sign}\norder: [claims, map]\nleave_out: [imagery]\n"
        "wording:\n  en: {Findings report: Report to the council}\n",
    )
    pipeline.run(mission.path, tmp_path / "out")
    text = page(tmp_path / "out")
    assert "Valley Verification Office" in text
    assert "Report to the council" in text
    assert 'alt="A round sign"' in text
    assert (
        text.index('<section id="claims"') < text.index('<section id="map"') < text.index('<section id="commitments"')
    )
    assert 'id="imagery"' not in text
    assert "Report to the council" in PdfReader(tmp_path / "out" / "report.pdf").pages[0].extract_text()


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ("order: [nothing]", "report.yaml:1", "one of since"),
        ("leave_out: [method]", "report.yaml:1", "stand in every report"),
        ("\nwording: {en: {No such message: x}}", "report.yaml:2", "a message of the report"),
        ("wording: {xx: {}}", "report.yaml:1", "one of en"),
        ('wording: {en: {"{part} of {whole}": "{part} parts"}}', "report.yaml:1", "part, whole"),
        ("logo: report/none.png\nlogo_alt: {en: x}", "report.yaml:1", "a file of the mission folder"),
        ("logo: ../secret.png", "report.yaml:1", "in the folder report/"),
        ("colour: red", "report.yaml:1", "one of organisation"),
    ],
)
def test_a_letterhead_that_cannot_be_followed_is_refused_with_its_line(truceline, mission, text, where, expected):
    mission.write("report.yaml", text + "\n")
    ended = truceline("validate", mission.path)
    assert ended.code == 3
    assert where in ended.out
    assert expected in ended.out


@pytest.mark.parametrize(
    "evil", [b"<svg><script>alert(1)</script></svg>", b'<svg><image href="https://example.org/x"/></svg>']
)
def test_a_logo_that_does_more_than_stand_there_is_refused(truceline, mission, evil):
    mission.write("report/logo.svg", evil)
    mission.write("report.yaml", "logo: report/logo.svg\nlogo_alt: {en: sign}\n")
    ended = truceline("validate", mission.path)
    assert ended.code == 3
    assert "a drawing that stands alone" in ended.out


def test_no_letterhead_is_no_problem():
    assert problems(Letterhead()) == []


def test_a_changed_table_is_not_given_a_new_manifest(truceline, out):
    text = (out / "findings.csv").read_text("utf-8")
    (out / "findings.csv").write_text(text.replace("not_assessable", "kept"), "utf-8")
    manifest = (out / "manifest.json").read_bytes()
    ended = truceline("report", out)
    assert ended.code == 1
    assert "findings.csv is not what it was" in ended.err
    assert (out / "manifest.json").read_bytes() == manifest


def test_what_somebody_put_beside_the_documents_stays(truceline, out):
    (out / "note").mkdir()
    (out / "note" / "mine.txt").write_text("kept", "utf-8")
    assert truceline("report", out, "--period", "daily").code == 0
    assert (out / "note" / "mine.txt").read_text("utf-8") == "kept"
