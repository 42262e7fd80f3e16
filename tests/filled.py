"""Filling in a form as a phone does: answers by name -> the XML that an XForm's own model asks for, and exports of it."""

import copy
import csv
import io
import json
import xml.etree.ElementTree as ET
from collections import namedtuple
from functools import cache

from pyxform.xls2xform import convert

from truceline import kinds
from truceline.formats import odk_tables
from truceline.forms import load, questions, survey, workbook

XF = "{http://www.w3.org/2002/xforms}"
H = "{http://www.w3.org/1999/xhtml}"
ORX = "{http://openrosa.org/xforms}"


def made(form_id, mission, say=lambda text, _: text):
    """The rows of a form for this mission."""
    return survey.survey(load(form_id), mission, {k: v["label"] for k, v in kinds.tree(mission.kinds).items()}, say)


Converted = namedtuple("Converted", "xform warnings tree")
_XFORMS = {}


def converted(form_id, mission):
    """The XForm that pyxform makes of it, what it complained of, and its tree."""
    key = form_id, mission.id
    if key not in _XFORMS:
        warnings = []
        made_ = convert(io.BytesIO(workbook.workbook(made(form_id, mission))), warnings=warnings).xform
        _XFORMS[key] = Converted(made_, warnings, ET.fromstring(made_))
    return _XFORMS[key]


def xform(form_id, mission):
    """The tree of the XForm."""
    return converted(form_id, mission).tree


@cache
def repeats(form_id):
    return load(form_id).repeats


def fill(form_id, mission, answers, lines=None, instance="uuid:0", replaces=""):
    """An entry as a phone sends it. Every answer must have its node in the model of the XForm; calculations are as written there."""
    form = xform(form_id, mission)
    primary = form.find(f"{H}head/{XF}model/{XF}instance")[0]
    root = copy.deepcopy(primary)
    left = dict(answers)
    for bind in form.iter(f"{XF}bind"):
        if (bind.get("calculate") or "").startswith("'"):
            left[bind.get("nodeset").rpartition("/")[2]] = bind.get("calculate").strip("'")
    held = {}
    for parent in list(root.iter()):
        templates = [c for c in parent if c.tag.rpartition("}")[2] in repeats(form_id)]
        for template in templates:
            parent.remove(template)
        for one in templates:
            held.setdefault(one.tag.rpartition("}")[2], (parent, one))
    left = _set(root, left)
    assert not left, left
    for name, listed in (lines or {}).items():
        parent, template = held[name]
        for line in listed:
            node = copy.deepcopy(template)
            node.attrib.clear()
            rest = _set(node, line)
            assert not rest, rest
            parent.append(node)
    meta = next(e for e in root if e.tag.endswith("meta"))
    for child in list(meta):
        meta.remove(child)
    ET.SubElement(meta, f"{ORX}instanceID").text = instance
    if replaces:
        ET.SubElement(meta, f"{ORX}deprecatedID").text = replaces
    return ET.tostring(root)


def _set(root, answers):
    left = dict(answers)
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if not len(element) and name in left:
            element.text = left.pop(name)
        elif not len(element):
            element.text = None  # what was not answered: a default was taken out, or the question was not relevant
    return left


def paths(form_id, repeat=""):
    """Name -> the groups that it stands in."""
    return {q.name: path for q, path in odk_tables._paths(load(form_id), repeat)}


def central_csv(form_id, told, head="-"):
    """The tables of ODK Central's export: {file: text}. `head` joins groups and names; None leaves groups out."""
    where = paths(form_id)

    def headed(name, groups):
        return name if head is None else head.join((*groups, name))

    row = {}
    for name, value in told.answers.items():
        question = next((q for q, _ in load(form_id).every() if q.name == name), None)
        header = headed(name, where.get(name, ()))
        if question is not None and question.type == "geopoint":
            row |= {
                f"{header}-{p}": v
                for p, v in zip(("Latitude", "Longitude", "Altitude", "Accuracy"), value.split(), strict=False)
            }
        else:
            row[header] = value
    row |= {"form": form_id, "mission": told.mission, "KEY": told.instance, "meta-instanceID": told.instance, "SubmitterName": "Alice QQX",
            "DeviceID": "QQX", "ReviewState": "approved", "SubmissionDate": "2025-09-01T00:00:00.000Z", "Edits": "0"}  # fmt: skip
    files = {f"{form_id}.csv": [row]}
    for repeat, listed in told.repeats.items():
        lines = []
        for number, line in enumerate(listed, 1):
            inner = {}
            for name, value in line.items():
                if name == "crater_position":
                    inner |= {
                        f"{name}-{p}": v
                        for p, v in zip(("Latitude", "Longitude", "Altitude", "Accuracy"), value.split(), strict=False)
                    }
                else:
                    inner[name] = value
            lines.append(inner | {"PARENT_KEY": told.instance, "KEY": f"{told.instance}/{repeat}[{number}]"})
        files[f"{form_id}-{repeat}.csv"] = lines
    return {name: _csv(rows) for name, rows in files.items()}


def _csv(rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(k for r in rows for k in r)))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def central_json(form_id, told):
    """The OData JSON of ODK Central with its repeats expanded."""
    item = {"form": form_id, "mission": told.mission, "__id": told.instance, "meta": {"instanceID": told.instance},
            "__system": {"reviewState": "approved", "submitterName": "Alice QQX", "deviceId": "QQX", "edits": 0}}  # fmt: skip
    where = paths(form_id)
    for name, value in told.answers.items():
        into = item
        for group in where.get(name, ()):
            into = into.setdefault(group, {})
        into[name] = _value(form_id, name, value)
    for repeat, listed in told.repeats.items():
        into = item
        for group in _above(load(form_id).ask, repeat, ()):
            into = into.setdefault(group, {})
        into[repeat] = [{n: _value(form_id, n, v) for n, v in line.items()} for line in listed]
    return json.dumps({"value": [item]}).encode()


def _above(asked, name, path):
    for one in asked:
        if one.name == name:
            return path
        if one.ask and (found := _above(one.ask, name, (*path, one.name))) is not None:
            return found
    return None


def _value(form_id, name, value):
    question = next((q for q, _ in load(form_id).every() if q.name == name), None)
    if question is not None and question.type == "geopoint":
        lat, lon, height, accuracy = (float(p) for p in value.split())
        return {"type": "Point", "coordinates": [lon, lat, height], "properties": {"accuracy": accuracy}}
    return int(value) if question is not None and question.type == "integer" else value


def kobo_csv(form_id, told, language="en"):
    """KoboToolbox's CSV with labels for headers and for answers, in this language; repeats are in no CSV of Kobo."""
    labels = {q.name: q for q, repeat in load(form_id).every() if not repeat}
    row = {}
    for name, value in told.answers.items():
        question = labels.get(name)
        if question is None:
            row[name] = value
            continue
        words = questions.choices().get(question.choices, {})
        several = value.split(" ") if question.type.startswith("select_multiple") else [value]
        row[question.label[language]] = " ".join(words[v][language] if v in words else v for v in several)
        if question.type.startswith("select_multiple"):
            row |= {f"{question.label[language]}/{words[v][language]}": str(int(v in several)) for v in words}
        if question.type == "geopoint":
            lat, lon, height, accuracy = value.split()
            row |= {f"_{question.label[language]}_latitude": lat, f"_{question.label[language]}_longitude": lon,
                    f"_{question.label[language]}_altitude": height, f"_{question.label[language]}_precision": accuracy}  # fmt: skip
    row |= {"form": form_id, "mission": told.mission, "_uuid": told.instance.removeprefix("uuid:"), "_id": "4", "_submitted_by": "Alice QQX",
            "_validation_status": "Approved", "__version__": "v", "_index": "1", "_submission_time": "2025-09-01T00:00:00"}  # fmt: skip
    out = io.StringIO()
    writer = csv.DictWriter(out, list(row), delimiter=";")
    writer.writeheader()
    writer.writerow(row)
    return out.getvalue().encode("utf-8-sig")
