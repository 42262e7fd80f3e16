"""What ODK Central and KoboToolbox gave is received as it is read from inbox/odk: JSON, ZIP with media, XLSX with repeats, XML."""

import io
import json
import zipfile

import openpyxl
import pytest

import filled
from test_forms import INCIDENT, PATROL, STOPS
from test_receive import inbox, told
from truceline import forms
from truceline.forms import questions
from truceline.forms import submission as entries

CRATERS = {
    "crater": [
        {"crater_position": "14.40000 102.40000 150 4", "width_cm": "80"},
        {"width_cm": "60", "fragments": "fins"},
    ]
}
IMPACT = {k: v for k, v in INCIDENT.items() if k not in {"method", "phase", "count_how", "count_number"}} | {
    "site": "open"
}
ID = "uuid:6a0f3f1e-0000-4000-8000-00000000000"


def xlsx(form_id, one, language=""):
    """KoboToolbox's workbook: names or labels as headers, a sheet a repeat, and what the server says of each entry."""
    asked = {q.name: (q, repeat) for q, repeat in forms.load(form_id).every()}

    def headed(name, value):
        question, _ = asked.get(name, (None, ""))
        if not language or question is None:
            return name, value
        words = questions.choices().get(question.choices, {})
        return question.label[language], words[value][language] if value in words else value

    book = openpyxl.Workbook()
    row = dict(headed(n, v) for n, v in one.answers.items())
    uuid = one.instance.removeprefix("uuid:")
    row |= {"form": form_id, "mission": one.mission, "_id": "7", "_uuid": uuid, "_submission_time": "2025-09-01T00:00:00",
            "_validation_status": "Approved", "_submitted_by": "Alice QQX", "_index": "1"}  # fmt: skip
    sheets = [(book.active, [row])]
    for repeat, listed in one.repeats.items():
        own = {"_index": "1", "_parent_table_name": form_id, "_parent_index": "1", "_submission__uuid": uuid}
        sheets.append(
            (book.create_sheet(repeat), [dict(headed(n, v) for n, v in line.items()) | own for line in listed])
        )
    for sheet, lines in sheets:
        header = list(dict.fromkeys(n for line in lines for n in line))
        sheet.append(header)
        for line in lines:
            sheet.append([line.get(n, "") for n in header])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.fixture
def entry(mission):
    xml = filled.fill("impact", mission.load().mission, IMPACT, CRATERS, instance=f"{ID}1")
    return xml, entries.from_xml(xml)


WAYS = {
    "central.json": lambda xml, one: filled.central_json("impact", one),
    "central.zip": lambda xml, one: zipped(filled.central_csv("impact", one)),
    "submission.xml": lambda xml, one: xml,
    "names.xlsx": lambda xml, one: xlsx("impact", one),
    "labels.xlsx": lambda xml, one: xlsx("impact", one, "en"),
    "thai.xlsx": lambda xml, one: xlsx("impact", one, "th"),
}


@pytest.mark.parametrize("name", list(WAYS))
def test_what_a_server_gave_is_known_and_read_as_from_the_inbox(truceline, mission, entry, tmp_path, name):
    file = tmp_path / name
    file.write_bytes(WAYS[name](*entry))
    code, (one,) = told(truceline, mission, file)
    assert (code, one["status"], one["format"], one["rows"], one["refused"]) == (0, "received", "odk", 2, [])
    assert inbox(mission) == {f"inbox/odk/{name}"}
    found = mission.load()
    assert found.set_aside == ()
    mission.write("inbox/odk/again/submission.xml", entry[0])
    assert mission.load().observations.height == found.observations.height == 2
    rows = found.observations.sort("id").to_dicts()
    assert [(r["lon_deg"], r["phase"]) for r in rows] == [(102.4, "impact"), (102.6, "impact")]
    assert "QQX" not in repr(rows)
    code, (again,) = told(truceline, mission, file)
    assert (code, again["status"]) == (0, "already_here")


def test_a_patrol_log_alone_is_received_though_it_holds_no_observation(truceline, mission, tmp_path):
    file = tmp_path / "patrol.json"
    xml = filled.fill("patrol", mission.load().mission, PATROL, {"stop": STOPS}, f"{ID}2")
    file.write_bytes(filled.central_json("patrol", entries.from_xml(xml)))
    code, (one,) = told(truceline, mission, file)
    assert (code, one["status"], one["rows"], one["tracks"]) == (0, "received", 0, 2)
    assert len(mission.load().mission.effort) == 2


def test_json_that_is_no_export_of_forms_is_none_of_odk(truceline, mission, tmp_path):
    file = tmp_path / "other.json"
    file.write_text(json.dumps({"value": [{"form": "pigeon"}]}))
    code, (one,) = told(truceline, mission, file)
    assert (code, one["format"] != "odk") == (3, True)
