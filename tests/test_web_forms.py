"""Each form filled in through ODK Web Forms in a real browser, sent to the phones' door, and read back as what was meant."""

import hashlib
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from playwright.sync_api import sync_playwright

import filled
from meant import entries
from phones import Server
from test_forms import FORMS, PATROL, STOPS, said
from test_forms import INCIDENT as FINISHED
from truceline import forms, run
from truceline.formats import odk
from truceline.nouns import Capture
from web_forms import client

ONCE = settings(
    phases=(Phase.generate,), max_examples=1, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
INCIDENT = {k: v for k, v in FINISHED.items() if k != "form_finished"}
JPEG = b"\xff\xd8\xff\xe0a photograph as far as anybody asks"


@pytest.fixture(scope="module")
def page():
    client.installed()
    with sync_playwright() as playwright, client.browser(playwright) as (found, outside):
        yield found
        assert {urlsplit(url).hostname for url in outside} <= {
            "tile.openstreetmap.org"
        }  # its map asks, and gets nothing


@pytest.fixture
def door(mission, tmp_path):
    """The mission's own forms behind the real endpoint."""
    whole = mission.load().mission
    blank = [ET.tostring(filled.xform(i, whole), encoding="unicode") for i in forms.IDS]
    with Server(mission.path, tmp_path / "desk", forms=blank) as server:
        yield server, whole, dict(zip(forms.IDS, blank, strict=True))


def post(server, parts):
    """What the page sent, posted as it is."""
    with server.phone() as phone:
        phone.get("/formList")
        ended = phone.post("/submission", files=[(field, (name, data, kind)) for field, name, kind, data in parts])
    assert ended.status_code == 201, ended.text


def arrived(server):
    """The submission that the inbox holds, and the files beside it."""
    (entry,) = server.entries()
    held = {p.name: p.read_bytes() for p in (server.store.folder / entry).iterdir()}
    assert held.pop("receipt.json")
    return held


@pytest.mark.parametrize("form_id", FORMS)
def test_what_was_typed_into_a_browser_comes_back_as_it_was_meant(page, door, mission, form_id):
    server, whole, blank = door
    entry = []

    @ONCE
    @seed(form_id)
    @given(entries(form_id))
    def drawn(one):
        entry[:] = one

    drawn()
    answers, lines, meant = entry
    answers.pop("form_finished")  # the page's own clock says when it was finished
    page.open(blank[form_id])
    page.fill(answers, lines)
    post(server, page.send())
    held = arrived(server)
    found = odk.together(
        [Capture(f"inbox/odk/x/{n}", "odk", n, len(d), d) for n, d in held.items()], run.lexicons(whole)["odk"]
    )
    assert (found.set_aside, found.questions) == ((), ())
    for one, wanted in zip(found.observations, meant, strict=True):
        expected = {k: v.astimezone(UTC) if k in {"start", "end"} else v for k, v in wanted.items()}
        assert said(one, expected) == expected
    material = mission.load()
    assert sorted(material.observations["id"]) == sorted(o.id for o in found.observations)
    assert material.set_aside == ()


def test_a_patrol_of_one_day_is_logged_in_a_browser_and_becomes_effort(page, door, mission):
    server, _, blank = door
    page.open(blank["patrol"])
    page.fill({k: v for k, v in PATROL.items() if k != "form_finished"}, {"stop": STOPS})
    post(server, page.send())
    first, second = mission.load().mission.effort
    assert (first.places, first.status, first.by, first.sight_m) == (("hill",), "host_led", "arda", 3000)
    assert (second.when.start, second.when.end) == (
        datetime(2025, 8, 10, 3, tzinfo=UTC), datetime(2025, 8, 10, 4, 45, tzinfo=UTC),
    )  # fmt: skip
    assert "route of 2 points" in first.note


def test_a_photograph_chosen_on_the_page_arrives_beside_the_entry(page, door, mission, tmp_path):
    server, _, blank = door
    picture = tmp_path / "round.jpg"
    picture.write_bytes(JPEG)
    page.open(blank["incident"])
    page.fill(INCIDENT, {"recording": [{"photo": str(picture)}]})
    post(server, page.send())
    (name,) = [n for n in arrived(server) if n != "submission.xml"]
    assert arrived(server)[name] == JPEG
    (one,) = mission.load().observations.to_dicts()
    assert one["evidence"] == "sha256:" + hashlib.sha256(JPEG).hexdigest()


def test_a_time_to_come_is_refused_on_the_page_in_words_and_a_mended_one_is_sent(page, door):
    server, _, blank = door
    page.open(blank["incident"])
    page.fill(INCIDENT | {"happened": "2099-01-01T00:00:00.000+07:00"})
    page.press()
    assert page.complaint() == ["When did it begin? The time lies in the future; check the date and the year."]
    page.fill({"happened": INCIDENT["happened"], "ended": "2025-08-10T08:59:00.000+07:00"})
    page.press()
    assert page.complaint() == ["When did it end, if it lasted? The end lies before the beginning, or in the future."]
    page.fill({"ended": "2025-08-10T09:01:00.000+07:00"})
    post(server, page.send())
