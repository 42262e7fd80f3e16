"""Every form is a form (pyxform, ODK Validate), and what is filled in comes back as what was meant, whichever way it comes."""

import io
import json
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyxform.validators import odk_validate

import filled
from meant import entries
from missions import Folder
from truceline import forms, mission, run
from truceline.formats import odk
from truceline.forms import questions, submission, survey, workbook
from truceline.nouns import Capture
from truceline.sheets import CellError

FORMS = [i for i in forms.IDS if i != "patrol"]
QUICK = settings(
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def valley(tmp_path_factory):
    folder = Folder(tmp_path_factory.mktemp("valley") / "m")
    whole = mission.read(folder.path)
    return whole, run.lexicons(whole)["odk"]


@pytest.mark.parametrize("form_id", forms.IDS)
def test_pyxform_takes_every_form_without_a_complaint(valley, form_id):
    warnings = filled.converted(form_id, valley[0]).warnings
    assert [w for w in warnings if "max-pixels" not in w] == []  # photographs are evidence: they are not made smaller


MOMENTS = {
    "minute(/data/a) > minute(/data/b)": True, "minute(/data/b) > minute(/data/a)": False,
    "minute(/data/a) <= minute(now())": True, "minute(now()) <= minute(/data/a)": False,
    "minute(/data/none) <= minute(now())": False, "day(/data/a) >= day(/data/b)": True, "day(/data/a) > day(today())": False,
}  # fmt: skip
"""Conditions of moments, and whether they hold in the form that `asking` makes."""


def asking(told):
    """A form that ODK Validate takes where this condition holds: else it has a calculation that cannot be reckoned."""
    asked = survey.expression(told).replace("<", "&lt;")
    return f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>t</h:title><model>
        <instance><data id="t"><a>2025-08-10T12:00:00.000+07:00</a><b>2025-08-10T11:59:00.000+07:00</b><none/><made/></data></instance>
        <bind nodeset="/data/a" type="dateTime"/><bind nodeset="/data/b" type="dateTime"/><bind nodeset="/data/none" type="dateTime"/>
        <bind nodeset="/data/made" calculate="if({asked}, 'yes', date('no date'))"/></model></h:head>
        <h:body><input ref="/data/none"><label>n</label></input></h:body></h:html>"""


@pytest.fixture(scope="module")
def refused(valley, tmp_path_factory):
    """What ODK Validate refuses of every form and every condition, in one run of it: name -> whether; and all that it said."""
    if not shutil.which("java"):
        pytest.skip("java is not there, which ODK Validate needs")
    folder = tmp_path_factory.mktemp("validate")
    told = {i: filled.converted(i, valley[0]).xform for i in forms.IDS} | {c: asking(c) for c in MOMENTS}
    files = {name: folder / f"{n}.xml" for n, name in enumerate(told)}
    for name, file in files.items():
        file.write_text(told[name], "utf-8")
    jar = Path(odk_validate.__file__).with_name("bin") / "ODK_Validate.jar"
    ended = subprocess.run(["java", "-jar", jar, *files.values()], capture_output=True, text=True, check=False)
    assert ended.stdout.count("Validating: ") == len(files)
    listed = ended.stderr.partition("The following files failed validation:")[2].split()
    assert set(listed) & set(map(str, files.values())), "a condition that does not hold must be refused"
    return {name: str(file) in listed for name, file in files.items()}, ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("form_id", forms.IDS)
def test_odk_validate_takes_every_form(refused, form_id):
    assert not refused[0][form_id], refused[1]


@pytest.mark.slow
@pytest.mark.parametrize(("told", "holds"), MOMENTS.items())
def test_the_engine_of_odk_collect_compares_moments_to_the_minute(refused, told, holds):
    """ODK Validate runs JavaRosa, as ODK Collect does."""
    assert refused[0][told] == (not holds), refused[1]


@pytest.mark.parametrize("form_id", forms.IDS)
def test_the_names_of_questions_are_unique_and_every_word_stands_in_four_languages(form_id):
    form = forms.load(form_id)
    names = [q.name for q, _ in form.every()]
    assert len(set(names)) == len(names)
    for question, _ in form.every():
        for words in filter(None, (question.label, question.hint, question.message)):
            assert list(words) == list(forms.LANGUAGES)
            assert len(set(words.values())) == 4, words
        assert question.label, question.name
        assert bool(question.message) == bool(question.constraint), question.name
    assert not [n for n in names if submission.is_private(n) or n in submission.NOTHING]


def test_every_list_of_answers_is_in_the_languages_own_script():
    scripts = {"th": ("\u0e00", "\u0e7f"), "km": ("\u1780", "\u17ff")}
    every = [w for listed in questions.choices().values() for w in listed.values()]
    every += [q.label for i in forms.IDS for q, _ in forms.load(i).every()]
    for words in every:
        for code, (first, last) in scripts.items():
            assert any(first <= c <= last for c in words[code]), words


def test_an_unchanged_mission_gives_the_same_bytes_and_a_changed_one_a_new_version(truceline, mission, tmp_path):
    assert truceline("forms", mission.path, "--out", tmp_path / "a").code == 0
    assert truceline("forms", mission.path, "--out", tmp_path / "b").code == 0
    first = {p.name: p.read_bytes() for p in sorted((tmp_path / "a").iterdir())}
    assert first == {p.name: p.read_bytes() for p in sorted((tmp_path / "b").iterdir())}
    assert {n for n in first if n.endswith("xlsx")} == {f"valley-{i}.xlsx" for i in forms.IDS}
    mission.edit("places.csv", "Ta Ford", "Old Ford")
    listed = truceline("forms", mission.path, "--out", tmp_path / "b", "--json")
    before = {f["form"]: f["version"] for f in json.loads(first["manifest.json"])["forms"]}
    assert [f["form"] for f in json.loads(listed.out) if f["version"] != before[f["form"]]] == list(forms.IDS)


def test_a_folder_of_somebody_else_is_left_alone(truceline, mission, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("mine")
    assert truceline("forms", mission.path, "--out", tmp_path / "mine").code != 0
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_no_source_that_is_not_public_stands_in_a_form(valley):
    for form_id in forms.IDS:
        book = openpyxl.load_workbook(io.BytesIO(workbook.workbook(filled.made(form_id, valley[0]))))
        cells = " ".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row)
        assert "hidden" not in cells.split()
        assert "QZX" not in cells
        assert "QPX" not in cells


def test_parties_stand_in_the_mission_s_order_and_under_their_own_names(valley):
    listed = [r["name"] for r in filled.made("incident", valley[0]).choices if r["list_name"] == "party"]
    assert listed == ["arda", "brel", "unknown"]


def test_places_follow_their_sector_in_their_own_script(valley):
    made = filled.made("incident", valley[0])
    places = {r["name"]: r for r in made.choices if r["list_name"] == "place"}
    assert (places["hill"]["sector"], places["nowhere"]["sector"], places["other"]["sector"]) == (
        "sector",
        "any",
        "any",
    )
    assert places["hill"][f"label::{forms.LANGUAGES['km']}"] == "ភ្នំ៤០២ · Hill 402"
    assert "sector = ${sector}" in next(r for r in made.survey if r.get("name") == "place")["choice_filter"]


def test_a_mission_without_sectors_asks_for_none(valley):
    bare = valley[0].__class__(**{f: getattr(valley[0], f) for f in valley[0].__dataclass_fields__} | {"zones": ()})
    made = filled.made("patrol", bare)
    assert "sector" not in {r["list_name"] for r in made.choices}
    assert not [r for r in made.survey if "sector" in r.get("name", "") or r.get("choice_filter")]
    filled.convert(io.BytesIO(workbook.workbook(made)))


def test_a_kind_of_the_mission_s_own_can_be_answered(valley):
    made = survey.survey(forms.load("incident"), valley[0], {"fire.catapult": "catapult"}, lambda t, _: t)
    assert [r["name"] for r in made.choices if r["list_name"] == "kind"] == ["fire.catapult"]
    assert [r["name"] for r in made.choices if r["list_name"] == "kind_group"] == ["fire"]


def read(data, valley, name="submission.xml"):
    return odk.together([Capture(f"inbox/odk/x/{name}", "odk", "0" * 64, len(data), data)], valley[1])


def said(one, meant):
    """What the observation says of everything that was meant."""
    found = {}
    for name, value in meant.items():
        if name in {"start", "end", "approximate"}:
            found[name] = getattr(one.when, name)
        else:
            got = getattr(one, name)
            found[name] = pytest.approx(got, abs=1e-9) if isinstance(value, float) else got
    return found


@pytest.mark.parametrize("form_id", FORMS)
def test_what_was_meant_comes_back(valley, form_id):
    @QUICK
    @given(entries(form_id))
    def holds(entry):
        answers, lines, meant = entry
        found = read(filled.fill(form_id, valley[0], answers, lines), valley)
        assert (found.set_aside, found.questions) == ((), ())
        assert [o.id for o in found.observations] == [
            "odk-0" + (f".{n}" if form_id in {"weapons", "impact"} else "") for n in range(1, len(meant) + 1)
        ]
        for one, wanted in zip(found.observations, meant, strict=True):
            expected = {k: v.astimezone(UTC) if k in {"start", "end"} else v for k, v in wanted.items()}
            assert said(one, expected) == expected
            assert one.reported.start == datetime(2025, 9, 30, 3, tzinfo=UTC)

    holds()


@pytest.mark.parametrize("form_id", FORMS)
def test_the_same_entry_by_every_way_is_the_same_observation_and_comes_once(valley, form_id):
    @QUICK
    @given(entries(form_id), st.sampled_from(["-", "/", None]), st.sampled_from(list(forms.LANGUAGES)))
    def holds(entry, head, language):
        answers, lines, _ = entry
        xml = filled.fill(form_id, valley[0], answers, lines, instance="uuid:11-22")
        told = submission.from_xml(xml)
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as out:
            for name, data in filled.central_csv(form_id, told, head).items():
                out.writestr(name, data)
        ways = {
            "submission.xml": xml,
            "central.zip": archive.getvalue(),
            "central.json": filled.central_json(form_id, told),
        }
        if not lines:
            ways["kobo.csv"] = filled.kobo_csv(form_id, told, language)
        first = plain(read(xml, valley))
        for name, data in ways.items():
            found = read(data, valley, name)
            assert (found.set_aside, found.questions) == ((), ()), name
            assert plain(found) == first, name
        captures = [Capture(f"inbox/odk/{n}", "odk", n, len(d), d) for n, d in ways.items()]
        every = odk.together(captures, valley[1])
        assert plain(every) == first
        assert all(o.details.get("review_state") == "approved" for o in every.observations)
        assert "QQX" not in repr(every)

    holds()


def plain(harvest):
    """Observations without where they were read and what a desk said of them."""
    return [
        o.but(capture="", row=0, details={k: v for k, v in o.details.items() if k != "review_state"})
        for o in harvest.observations
    ]


def test_a_statement_without_consent_leaves_nothing(valley):
    answers = {"source_id": "mon", "consent": "none", "form_finished": "2025-09-30T10:00:00.000+07:00"}
    found = read(filled.fill("statement", valley[0], answers), valley)
    assert found.observations == ()
    assert ["did not consent" in s.reason for s in found.set_aside] == [True]


PATROL = {
    "source_id": "mon", "exposure": "public", "left_at": "2025-08-10T08:00:00.000+07:00", "back_at": "2025-08-10T12:00:00.000+07:00",
    "daylight": "day", "patrol_status": "host_led", "side": "arda", "escort": "host", "patrol_by": "arda", "sight": "clear",
    "sight_m": "3000", "form_finished": "2025-08-10T12:10:00.000+07:00", "track": "14.4 102.4 0 0;14.41 102.41 0 0",
}  # fmt: skip
STOPS = [
    {"stop_place": "hill", "arrived": "2025-08-10T08:30:00.000+07:00", "departed": "2025-08-10T09:30:00.000+07:00"},
    {"stop_place": "ford", "arrived": "2025-08-10T10:00:00.000+07:00", "departed": "2025-08-10T11:45:00.000+07:00"},
]


def test_a_patrol_s_log_becomes_effort_and_coverage(valley, mission):
    mission.write("inbox/odk/p/submission.xml", filled.fill("patrol", valley[0], PATROL, {"stop": STOPS}, "uuid:p-1"))
    material = mission.load()
    assert material.observations.height == 0
    first, second = material.mission.effort
    assert (first.id, first.places, first.status, first.by, first.side, first.sight_m) == (
        "odk-p-1.1",
        ("hill",),
        "host_led",
        "arda",
        "arda",
        3000,
    )
    assert (second.when.start, second.when.end) == (
        datetime(2025, 8, 10, 3, tzinfo=UTC),
        datetime(2025, 8, 10, 4, 45, tzinfo=UTC),
    )
    assert "route of 2 points" in first.note
    assert "escort: host" in first.note
    looks = [k for k in mission.edition().looks if k.effort_id.startswith("odk-p-1")]
    assert {k.state for k in looks} == {"looked"}


def test_a_patrol_that_was_refused_is_a_refusal_and_a_place_that_nobody_knows_is_set_aside(valley, mission):
    said = {"source_id": "mon", "exposure": "public", "happened": "2025-08-10T09:00:00.000+07:00", "time_known": "exact", "where_known": "name",
            "place": "ford", "access_outcome": "denied", "access_by": "brel", "access_reason": "mines", "access_whose": "yes"}  # fmt: skip
    mission.write("inbox/odk/a/submission.xml", filled.fill("access", valley[0], said, instance="uuid:a"))
    lost = [STOPS[0] | {"stop_place": "atlantis"}, STOPS[1]]
    mission.write("inbox/odk/b/submission.xml", filled.fill("patrol", valley[0], PATROL, {"stop": lost}, "uuid:b"))
    material = mission.load()
    assert [(e.status, e.by, e.reason, e.places) for e in material.mission.effort] == [
        ("refused", "brel", "mines", ("ford",)), ("host_led", "arda", "", ("ford",)),
    ]  # fmt: skip
    assert [(s.column, s.value) for s in material.set_aside] == [("place", "atlantis")]
    (seen,) = material.observations.to_dicts()
    assert (seen["kind"], seen["actor_claimed"]) == ("access.denied", "brel")


INCIDENT = {
    "source_id": "mon", "exposure": "public", "happened": "2025-08-10T09:00:00.000+07:00", "time_known": "exact", "where_known": "name",
    "place": "ford", "kind_group": "fire", "kind": "fire.mortar", "method": "heard", "phase": "impact", "weapon_class": "undetermined",
    "count_how": "number", "count_number": "3", "harmed": "no", "form_finished": "2025-08-10T10:00:00.000+07:00",
}  # fmt: skip


def test_an_edit_replaces_from_the_day_on_which_it_was_made_and_both_stay(valley, mission):
    later = INCIDENT | {"count_number": "4", "form_finished": "2025-08-12T10:00:00.000+07:00"}
    mission.write("inbox/odk/1/submission.xml", filled.fill("incident", valley[0], INCIDENT, instance="uuid:1"))
    mission.write(
        "inbox/odk/2/submission.xml", filled.fill("incident", valley[0], later, instance="uuid:2", replaces="uuid:1")
    )
    assert [o.id for o in mission.edition("2025-08-11T00:00+07:00").observations] == ["odk-1"]
    now = mission.edition()
    assert [(o.id, o.count_max) for o in now.observations] == [("odk-2", 4)]
    assert [(s.value, s.reason.split(";")[0]) for s in now.set_aside] == [
        ("odk-1", "edited: odk-2 replaces it in this edition")
    ]
    assert mission.load().observations.height == 2


def logged(mission, valley, name, said=(), stops=None, replaces="", form="patrol"):
    """Write one patrol log of 10 August into the inbox; it was finished on that day, unless `said` has another."""
    told = PATROL | {"form_finished": "2025-08-10T20:00:00.000+07:00"} | dict(said)
    lines = {"stop": STOPS if stops is None else stops}
    entry = filled.fill(form, valley[0], told, lines, f"uuid:{name}", replaces=replaces)
    mission.write(f"inbox/odk/{name}/submission.xml", entry)


def looked(mission, as_of=None, release="public"):
    return sorted(e.id for e in mission.edition(as_of, release).mission.effort)


EDITED = {"form_finished": "2025-08-12T20:00:00.000+07:00"}
BEFORE, AFTER = "2025-08-11T12:00+07:00", "2025-08-13T12:00+07:00"


def test_an_edited_patrol_log_counts_until_its_edit_was_told_and_the_edit_from_then(valley, mission):
    logged(mission, valley, "p-1")
    logged(mission, valley, "p-2", EDITED, STOPS[:1], "uuid:p-1")
    assert looked(mission, BEFORE) == ["odk-p-1.1", "odk-p-1.2"]
    assert looked(mission, AFTER) == ["odk-p-2.1"]
    assert {k.effort_id for k in mission.edition(BEFORE).looks if k.effort_id} == {"odk-p-1.1", "odk-p-1.2"}
    assert {k.effort_id for k in mission.edition(AFTER).looks if k.effort_id} == {"odk-p-2.1"}
    logged(mission, valley, "p-3", {"form_finished": "2025-08-14T20:00:00.000+07:00"}, [], "uuid:p-2")
    assert [looked(mission, t) for t in (BEFORE, AFTER, "2025-08-15T12:00+07:00")] == [
        ["odk-p-1.1", "odk-p-1.2"], ["odk-p-2.1"], ["odk-p-3"]]  # fmt: skip
    assert mission.edition(AFTER).mission.edits == ()


def test_an_edit_that_says_nothing_of_looking_any_more_still_replaces(valley, mission):
    said = {"source_id": "mon", "exposure": "public", "happened": "2025-08-10T09:00:00.000+07:00", "time_known": "exact", "where_known": "name",
            "place": "ford", "access_outcome": "denied", "access_by": "brel", "access_reason": "mines", "access_whose": "yes",
            "form_finished": "2025-08-10T20:00:00.000+07:00"}  # fmt: skip
    let_in = said | EDITED | {"access_whose": "no"}
    mission.write("inbox/odk/a/submission.xml", filled.fill("access", valley[0], said, instance="uuid:a"))
    mission.write(
        "inbox/odk/b/submission.xml", filled.fill("access", valley[0], let_in, instance="uuid:b", replaces="uuid:a")
    )
    assert (looked(mission, BEFORE), looked(mission, AFTER)) == (["odk-a"], [])


def test_an_edit_that_closes_a_log_counts_whatever_the_day_and_one_that_cannot_be_read_replaces_nothing(
    valley, mission
):
    logged(mission, valley, "p-1")
    logged(mission, valley, "p-2", EDITED | {"exposure": "partners"}, replaces="uuid:p-1")
    assert (looked(mission, BEFORE), looked(mission, AFTER)) == ([], [])
    assert looked(mission, BEFORE, "restricted") == ["odk-p-1.1", "odk-p-1.2"]
    assert looked(mission, AFTER, "restricted") == ["odk-p-2.1", "odk-p-2.2"]
    lost = [STOPS[0] | {"stop_place": "atlantis"}]
    logged(mission, valley, "p-2", EDITED, lost, "uuid:p-1")
    assert looked(mission, AFTER) == ["odk-p-1.1", "odk-p-1.2"]


def test_an_edit_that_closes_an_entry_takes_it_out_of_the_public_edition(valley, mission):
    closed = INCIDENT | {"exposure": "sealed", "form_finished": "2025-08-12T10:00:00.000+07:00"}
    mission.write("inbox/odk/1/submission.xml", filled.fill("incident", valley[0], INCIDENT, instance="uuid:1"))
    mission.write(
        "inbox/odk/2/submission.xml", filled.fill("incident", valley[0], closed, instance="uuid:2", replaces="uuid:1")
    )
    now = mission.edition()
    assert now.observations == ()
    assert "odk-2" not in repr(now)


def test_consent_that_is_taken_back_takes_the_statement_out_of_every_edition(valley, mission):
    given_ = INCIDENT | {"consent": "public", "witness_knows": "heard", "stance": "supports"}
    for name in ("exposure", "method", "phase"):
        given_.pop(name)
    gone = {"source_id": "mon", "consent": "none", "form_finished": "2025-08-20T10:00:00.000+07:00"}
    mission.write("inbox/odk/1/submission.xml", filled.fill("statement", valley[0], given_, instance="uuid:1"))
    assert mission.load().observations.height == 1
    mission.write(
        "inbox/odk/2/submission.xml", filled.fill("statement", valley[0], gone, instance="uuid:2", replaces="uuid:1")
    )
    assert mission.load().observations.height == 0
    assert mission.edition("2025-08-11T00:00+07:00").observations == ()


def test_pictures_are_cited_by_their_hash_and_a_missing_one_is_asked_for(valley, mission):
    lines = {"recording": [{"photo": "a.jpg"}, {"sound": "b.m4a"}, {"photo": "lost.jpg"}]}
    mission.write("inbox/odk/1/submission.xml", filled.fill("incident", valley[0], INCIDENT, lines, instance="uuid:1"))
    mission.write("inbox/odk/1/a.jpg", b"\xff\xd8one")
    mission.write("inbox/odk/1/b.m4a", b"sound")
    mission.write("inbox/odk/9/a.jpg", b"\xff\xd8other")
    mission.write("inbox/odk/1/receipt.json", b"{}")
    material = mission.load()
    (one,) = material.observations.to_dicts()
    assert [part[:7] for part in one["evidence"].split(";")] == ["sha256:", "sha256:", "lost.jp"]
    assert len(material.questions) == 1
    assert "did not come" in material.questions[0].reason


def test_a_sealed_entry_shows_nothing_of_itself_anywhere(valley, mission):
    sealed = INCIDENT | {"exposure": "sealed", "text": "QZXsecret", "count_number": "QZXthree"}
    lines = {"recording": [{"photo": "QZXphoto.jpg"}]}
    mission.write("inbox/odk/1/submission.xml", filled.fill("incident", valley[0], sealed, lines, instance="uuid:1"))
    mission.write(
        "inbox/odk/2/submission.xml",
        filled.fill("incident", valley[0], sealed | {"count_number": "3"}, lines, instance="uuid:2"),
    )
    material = mission.load()
    assert "QZX" not in repr(material.set_aside)
    assert "QZX" not in repr(material.questions)
    assert mission.edition(release="restricted").observations == ()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<data", b"not xml", b"<data id='valley-incident'/>", b"<data id='pigeon'><form>pigeon</form></data>",
        b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><data id="valley-incident"><text>&x;</text></data>',
        b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><data id="valley-incident"><text>&b;</text></data>',
        b"<data id='valley-incident'>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</data>", b"<data>" + b"x" * 5_000_001 + b"</data>",
        b"<data id='valley-incident'><happened>yesterday</happened></data>", b"\xff\xfe<data",
        b"<?xml version='1.0' encoding='utf-99'?><data id='valley-incident'/>",
    ],
)  # fmt: skip
def test_a_hostile_submission_is_refused_in_words(valley, data):
    with pytest.raises(CellError):
        odk.submission_rows(data)
    found = read(data, valley)
    assert (found.observations, len(found.set_aside)) == ((), 1)


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 50_000_000)
    return out.getvalue()


def archive(name, data=b"form\nincident\n"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "word"),
    [(bomb(), "unpacks"), (archive("../../evil.csv"), "leads out"), (archive("/etc/evil.csv"), "leads out"), (b"PK no zip", "no ZIP"),
     (archive("a.csv")[:-30], "no ZIP")],
    ids=["a bomb", "upwards", "from the root", "no archive", "cut"],
)  # fmt: skip
def test_a_hostile_archive_is_set_aside_whole(valley, data, word):
    found = read(data, valley, "export.zip")
    assert found.observations == ()
    assert word in " ".join(s.value + s.reason for s in found.set_aside)
