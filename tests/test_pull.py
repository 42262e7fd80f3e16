"""`truceline collect ... odk` and `kobo` against a real server on this machine that misbehaves as such servers do."""

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from missions import Folder
from truceline import collect, pull
from truceline.errors import RunError, UsageError

TOKEN = "abcSECRETtoken123"
MANNERS = collect.Manners(attempts=3, timeout_s=0.5, deadline_s=2.0, backoff_s=0.01, max_mb=1.0)


def entry(number, **more):
    """One entry as ODK Central gives it by OData, with its repeat expanded."""
    key = f"uuid:00000000-0000-0000-0000-{number:012d}"
    return {
        "__id": key, "form": "incident", "mission": "valley", "source_id": "mon", "exposure": "public",
        "form_finished": "2025-08-10T10:00:00.000+07:00",
        "time": {"happened": f"2025-08-10T09:{number % 60:02d}:00.000+07:00", "time_known": "exact"},
        "where": {"where_known": "here", "observer_position": {
            "type": "Point", "coordinates": [102.4, 14.4, 210], "properties": {"accuracy": 30}}},
        "what": {"kind_group": "fire", "kind": "fire.mortar", "method": "seen", "phase": "impact", "weapon_class": "mortar",
                 "count_how": "number", "count_number": 3},
        "harmed": "no", "recording": [{"__id": "r", "photo": f"{number}.jpg", "sound": None}] if number % 5 == 0 else [],
        "meta": {"instanceID": key},
        "__system": {"submissionDate": "2025-08-10T04:00:00.000Z", "updatedAt": None, "submitterName": "Alice QQX",
                     "deviceId": "collect:QQX", "attachmentsPresent": 1 if number % 5 == 0 else 0,
                     "attachmentsExpected": 1 if number % 5 == 0 else 0, "reviewState": None, "edits": 0},
    } | more  # fmt: skip


class Central:
    """Speaks the part of Central's API that is asked for; `trouble` says what to do to the n-th request."""

    def __init__(self):
        self.entries = [entry(n) for n in range(1, 206)]
        self.asked, self.seen, self.trouble = [], [], {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                outer.seen.append(self.headers["Authorization"])
                what = outer.trouble.get(len(outer.asked), "")
                with contextlib.suppress(OSError):
                    outer.answer(self, what)
                self.close_connection = True

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, handler, what):
        status, data = self.content(handler.path)
        if what == "busy":
            status, data = 503, b"busy"
        if what == "page":
            data = b"<html>sign in</html>"
        if what == "denied":
            status, data = 401, f"token {TOKEN} is not valid".encode()
        if what == "slow":
            time.sleep(0.8)
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[: len(data) // 2] if what == "cut" else data)

    def content(self, path):
        parts = urlsplit(path)
        asked = parse_qs(parts.query)
        if parts.path.endswith(".svc/Submissions"):
            skip, top = int(asked["$skip"][0]), int(asked["$top"][0])
            return 200, json.dumps({"value": self.entries[skip : skip + top]}).encode()
        if parts.path.endswith("/attachments"):
            number = int(unquote(parts.path).split("/")[-2][-12:])
            return 200, json.dumps([{"name": f"{number}.jpg", "exists": number != 10}]).encode()
        return 200, b"\xff\xd8picture " + parts.path.rsplit("/", 1)[-1].encode()

    def close(self):
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def central(monkeypatch):
    for name in (
        "http_proxy",
        "https_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
        "ODK_TOKEN",
        "KOBO_TOKEN",
    ):
        monkeypatch.delenv(name, raising=False)
    made = Central()
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "m")


def wish(central, **more):
    return pull.Wish(
        **({"system": "odk", "server": central.url, "form": "valley-incident", "project": 3, "token": TOKEN} | more)
    )


def go(central, folder, **more):
    with collect.Connection(MANNERS, {"Authorization": f"Bearer {TOKEN}"}) as client:
        return pull.pull(folder.path, wish(central, **more), client)


def test_every_entry_and_picture_comes_once_and_is_read(central, folder):
    found = go(central, folder)
    pictures = [p for p in found.fetched if p.suffix == ".jpg"]
    assert (len(found.fetched) - len(pictures), len(pictures), found.missing) == (205, 40, ("10.jpg",))
    assert set(central.seen) == {f"Bearer {TOKEN}"}
    material = folder.load()
    assert material.observations.height == 205
    told = dict(material.observations.select("id", "evidence").iter_rows())
    assert told["odk-00000000-0000-0000-0000-000000000005"].startswith("sha256:")
    assert [q.value for q in material.questions if "did not come" in q.reason] == ["10.jpg"]
    assert material.set_aside == ()


def test_the_same_again_fetches_nothing_that_is_held(central, folder):
    central.entries = central.entries[:12]
    first = go(central, folder)
    again = go(central, folder)
    assert again.fetched == ()
    assert again.held == len(first.fetched)


def test_an_edit_and_a_review_come_beside_what_was_held(central, folder):
    central.entries = central.entries[:12]
    go(central, folder, media=False)
    told = {**central.entries[0]["__system"], "reviewState": "approved", "updatedAt": "2025-08-11T00:00:00.000Z"}
    central.entries[0] = entry(1, __system=told)
    edited = {**central.entries[1], "meta": {"instanceID": "uuid:edit-1"}, "harmed": "unknown"}
    central.entries[1] = {**edited, "__system": {**edited["__system"], "edits": 1}}
    found = go(central, folder, media=False)
    assert len(found.fetched) == 2
    material = folder.load()
    details = dict(material.observations.select("id", "details").iter_rows())
    assert "approved" in str(details["odk-00000000-0000-0000-0000-000000000001"])
    assert "odk-00000000-0000-0000-0000-000000000002" in str(details["odk-edit-1"])
    assert material.observations.height == 13


@pytest.mark.parametrize("what", ["busy", "page", "slow", "cut"])
def test_a_server_that_stumbles_is_asked_again(central, folder, what):
    central.entries = central.entries[:12]
    central.trouble = {1: what, 3: what}
    found = go(central, folder)
    assert len([p for p in found.fetched if p.suffix == ".json"]) == 12


@pytest.mark.parametrize("at", [1, 2, 4])
def test_a_pull_that_was_stopped_goes_on_from_there(central, folder, at):
    central.entries = central.entries[:30]
    central.trouble = dict.fromkeys(range(at, 50), "busy")
    with pytest.raises(RunError, match="503") as stopped:
        go(central, folder)
    held = int(str(stopped.value).split("\n")[1].split()[0])
    central.trouble = {}
    found = go(central, folder)
    assert found.held == held
    assert len(found.fetched) + held == 30 + 5


def test_the_token_stands_nowhere(central, folder):
    central.entries = central.entries[:12]
    central.trouble = {1: "denied"}
    with pytest.raises(RunError) as refused:
        go(central, folder)
    assert "401" in str(refused.value)
    assert TOKEN not in str(refused.value)
    central.trouble = {}
    go(central, folder)
    assert not [p for p in folder.path.rglob("*") if p.is_file() and TOKEN.encode() in p.read_bytes()]
    assert TOKEN not in repr(wish(central))


def test_kobo_gives_the_same(central, folder):
    """One entry as the API of KoboToolbox gives it: paths for groups, one string for a position."""
    item = {
        "_id": 71, "_uuid": "k-1", "meta/instanceID": "uuid:k-1", "form": "incident", "mission": "valley", "source_id": "mon",
        "exposure": "public", "form_finished": "2025-08-10T10:00:00.000+07:00", "time/happened": "2025-08-10T09:30:00.000+07:00",
        "time/time_known": "exact", "where/where_known": "here", "where/observer_position": "14.4 102.4 210 30",
        "what/kind_group": "fire", "what/kind": "fire.mortar", "what/method": "seen", "what/phase": "impact",
        "what/weapon_class": "mortar", "what/count_how": "number", "what/count_number": "3", "harmed": "no",
        "recording": [{"recording/photo": "a.jpg"}], "_submitted_by": "Alice QQX", "_submission_time": "2025-08-10T04:00:00",
        "_validation_status": {"uid": "validation_status_on_hold", "label": "On Hold"}, "__version__": "v", "formhub/uuid": "f",
        "_attachments": [{"id": 9, "uid": "att9", "filename": "alice/attachments/f/k-1/a.jpg", "media_file_basename": "a.jpg"}],
        "_geolocation": [14.4, 102.4], "_tags": [], "_notes": [], "_status": "submitted_via_web", "_xform_id_string": "aX",
    }  # fmt: skip
    central.content = lambda path: (
        (200, json.dumps({"count": 1, "next": None, "results": [item]}).encode())
        if "/data/?" in path
        else (200, b"\xff\xd8k")
    )
    found = go(central, folder, system="kobo", form="aX9", project=0)
    assert [p.name for p in found.fetched][1:] == ["a.jpg"]
    assert central.asked[1] == "/api/v2/assets/aX9/data/71/attachments/att9/"
    material = folder.load()
    (one,) = material.observations.to_dicts()
    assert (one["id"], one["kind"], one["lon_deg"], one["radius_m"], one["count_min"]) == (
        "odk-k-1",
        "fire.mortar",
        102.4,
        30,
        3,
    )
    assert "on_hold" in str(one["details"])
    assert "QQX" not in str(material.observations.to_dicts())
    assert material.questions == ()


@pytest.mark.parametrize("name", ["../../evil", "/etc/x", ".hidden", "a\\b", "", "x" * 300])
def test_an_attachment_that_would_lie_elsewhere_is_refused(central, folder, name):
    central.entries = [entry(5)]
    inner = central.content
    central.content = lambda p: (
        (200, json.dumps([{"name": name, "exists": True}]).encode()) if p.endswith("/attachments") else inner(p)
    )
    before = set(folder.path.parent.rglob("*"))
    with pytest.raises(RunError, match="name"):
        go(central, folder)
    added = set(folder.path.parent.rglob("*")) - before
    assert all("inbox/odk/valley-incident" in p.as_posix() or p.name in {"odk", "inbox"} for p in added)


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"server": ""}, "--server"), ({"form": "../x"}, "--form"), ({"project": 0}, "--project"), ({"token": ""}, "--token"),
        ({"token": "two words"}, "token"), ({"server": "http://central.example.org"}, "https"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said(central, folder, more, word):
    with pytest.raises(UsageError, match=word) as said:
        pull.pull(folder.path, wish(central, **more))
    assert "two words" not in str(said.value)
    assert central.asked == []


def test_the_command_line_takes_the_token_from_the_environment(central, folder, truceline, monkeypatch):
    central.entries = central.entries[:3]
    monkeypatch.setenv("ODK_TOKEN", TOKEN)
    options = ("collect", folder.path, "odk", "--server", central.url, "--project", 3, "--form", "valley-incident")
    dry = truceline(*options, "--dry-run")
    assert (dry.code, central.asked) == (0, [])
    assert "Submissions" in dry.out
    done = truceline(*options)
    assert (done.code, done.out.splitlines()[-1]) == (0, "3 files fetched, 0 held already")
    assert truceline(*options).out.splitlines()[-1] == "0 files fetched, 3 held already"
    assert truceline("collect", folder.path, "odk", "kobo", "--server", central.url).code == 2
