"""The endpoint for phones over a real socket: digest, forms, posts that are cut, repeated, reordered, edited or hostile."""

import hashlib
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phones import FORM, JPEG, Server, body, filled, new_id, photo, send
from truceline import devices, receipts, receiving, submission
from truceline.errors import UsageError

bare = httpx.Client(verify=False, limits=httpx.Limits(max_keepalive_connections=0))
"""A client that says nothing of who it is."""


@pytest.fixture
def server(mission, tmp_path):
    with Server(mission.path, tmp_path / "desk") as made:
        yield made


@pytest.fixture
def phone(server):
    with server.phone() as made:
        yield made


def held(server, instance):
    """File name -> bytes of the one content under this id."""
    entry = server.store.folder / receipts.folder_name(instance)
    return {p.name: p.read_bytes() for p in entry.iterdir() if p.name != "receipt.json"}


def test_a_phone_lists_and_fetches_forms_and_the_media_that_are_there(server, phone):
    listed = phone.get("/formList")
    assert listed.headers["x-openrosa-version"] == "1.0"
    assert listed.headers["date"]
    assert "<formID>incident</formID>" in listed.text
    assert "manifestUrl" not in listed.text
    assert hashlib.md5(FORM.encode()).hexdigest() in listed.text
    assert phone.get("/forms/incident/form.xml").content == FORM.encode()
    media = server.folder / "forms/media/tasks.csv"
    media.parent.mkdir(parents=True)
    media.write_text("name,label\nT-1,Look\n")
    (media.parent / "secret.csv").write_text("not named by the form")
    manifest = phone.get("/forms/incident/manifest").text
    assert hashlib.md5(media.read_bytes()).hexdigest() in manifest
    assert phone.get(re.search(r"<downloadUrl>(\S+?)</downloadUrl>", manifest)[1]).content == media.read_bytes()
    for path in ("secret.csv", "..%2f..%2fmission.yaml", "tasks.csv%00", "%2e%2e/mission.yaml"):
        assert phone.get(f"/forms/incident/media/{path}").status_code == 404
    assert phone.get("/forms/other/form.xml").status_code == 404


def test_where_to_post_is_said_before_posting(phone):
    asked = phone.head("/submission")
    assert asked.status_code == 204
    assert asked.headers["location"].endswith("/submission")
    assert asked.headers["x-openrosa-accept-content-length"] == "100000000"


def test_a_form_with_photos_in_several_posts_is_one_entry_and_the_receipt_says_what_is_there(server, phone):
    one = new_id()
    xml = filled(one, photos=["a.jpg", "b.jpg"], sounds=["c.m4a"])
    first = send(phone, xml, [("a.jpg", photo(1))], more=True)
    assert first.status_code == 202
    assert "more is to come" in first.text
    assert send(phone, xml, [("b.jpg", photo(2))], more=True).status_code == 202
    last = send(phone, xml, [("c.m4a", b"\0\0\0 ftypM4A sound", "audio/mp4")])
    assert last.status_code == 201
    assert held(server, one) == {
        "submission.xml": xml,
        "a.jpg": photo(1),
        "b.jpg": photo(2),
        "c.m4a": b"\0\0\0 ftypM4A sound",
    }
    receipt = phone.get(f"/receipt/{one}").json()
    assert (receipt["entries"], receipt["attachments"], receipt["missing"], receipt["not_verified"]) == (1, 3, 0, 0)
    said = {f["name"]: (f["bytes"], f["sha256"]) for f in receipt["receipts"][0]["files"]}
    assert said == {n: (len(b), hashlib.sha256(b).hexdigest()) for n, b in held(server, one).items()}
    assert phone.get(last.headers["location"]).json() == receipt


def test_what_the_form_names_and_never_comes_is_missing_and_said(phone):
    one = new_id()
    ended = send(phone, filled(one, photos=["a.jpg", "b.jpg"]), [("a.jpg", photo(1))])
    assert ended.status_code == 202
    assert "1 that the form names did not come" in ended.text
    assert phone.get(f"/receipt/{one}").json()["receipts"][0]["missing"] == ["b.jpg"]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.integers(0, 3), min_size=1, max_size=9))
def test_posts_repeated_and_reordered_come_to_the_same(server, phone, order):
    one = new_id()
    xml = filled(one, photos=[f"{n}.jpg" for n in range(4)])
    for n in [*order, 0, 1, 2, 3]:
        last = send(phone, xml, [(f"{n}.jpg", photo(n))], more=True)
    assert last.status_code == 201
    assert held(server, one) == {"submission.xml": xml} | {f"{n}.jpg": photo(n) for n in range(4)}


def head(server, kind, length):
    """The head of an authenticated post, as a phone writes it by hand."""
    challenge = bare.get(f"{server.url}/formList").headers.get_list("www-authenticate")[0]
    said = dict(re.findall(r'(\w+)="?([^",]+)', challenge))
    ha1 = hashlib.sha256(f"patrol-3:{said['realm']}:{server.password}".encode()).hexdigest()
    ha2 = hashlib.sha256(b"POST:/submission").hexdigest()
    answer = hashlib.sha256(f"{ha1}:{said['nonce']}:00000001:abc:auth:{ha2}".encode()).hexdigest()
    return (
        f"POST /submission HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n"
        f'Authorization: Digest username="patrol-3", realm="{said["realm"]}", nonce="{said["nonce"]}", uri="/submission", '
        f'algorithm=SHA-256, qop=auth, nc=00000001, cnonce="abc", response="{answer}"\r\n\r\n'
    ).encode()


def cut(server, data, kind, at):
    """The first `at` bytes of an authenticated post, then the line is dead."""
    said = head(server, kind, len(data))
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall((said + data)[: len(said) + at])
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 0.9999))
def test_a_post_cut_at_any_byte_leaves_nothing_and_the_next_one_is_whole(server, phone, share):
    one, before = new_id(), server.entries()
    xml = filled(one, photos=["a.jpg"])
    kind, data = body(xml, [("a.jpg", photo(1))])
    cut(server, data, kind, int(share * (len(data) - 3)))
    assert server.entries() == before
    assert send(phone, xml, [("a.jpg", photo(1))]).status_code == 201
    assert held(server, one) == {"submission.xml": xml, "a.jpg": photo(1)}
    for _ in range(200):
        if not [p for p in server.store.spool.iterdir() if p.is_dir()]:
            break
        time.sleep(0.01)
    assert [p.name for p in server.store.spool.iterdir()] == ["lock"]


def test_every_shorter_multipart_is_refused_in_words(server, phone):
    xml = filled(new_id(), photos=["a.jpg"])
    kind, data = body(xml, [("a.jpg", photo(1, 60))])
    for at in range(0, len(data) - 4, 29):
        ended = phone.post("/submission", content=data[:at], headers={"Content-Type": kind})
        assert ended.status_code == 400, at
        assert "nothing was stored" in ended.text
    assert server.entries() == []


def test_a_form_edited_after_half_an_upload_is_kept_beside_the_first(server, phone):
    one = new_id()
    before, after = (
        filled(one, photos=["a.jpg", "b.jpg"]),
        filled(one, photos=["a.jpg", "b.jpg"], words="heard three shots"),
    )
    assert send(phone, before, [("a.jpg", photo(1))], more=True).status_code == 202
    assert send(phone, after, [("a.jpg", photo(1)), ("b.jpg", photo(2))]).status_code == 201
    assert len(server.entries()) == 2
    found = phone.get(f"/receipt/{one}").json()
    assert (found["entries"], found["missing"], found["not_verified"]) == (2, 1, 0)
    assert held(server, one)["submission.xml"] == before
    for _ in range(3):
        assert send(phone, after, [("a.jpg", photo(1)), ("b.jpg", photo(2))]).status_code == 201
    assert len(server.entries()) == 2


def test_an_edit_is_a_new_entry_that_names_the_old_one(server, phone):
    old, new = new_id(), new_id()
    send(phone, filled(old))
    assert send(phone, filled(new, edits=old, words="heard one shot")).status_code == 201
    (receipt,) = phone.get(f"/receipt/{new}").json()["receipts"]
    assert (receipt["edits"], receipt["edited_is_held"]) == (old, True)
    assert len(server.entries()) == 2


def test_another_file_of_the_same_name_stands_beside_the_first(server, phone):
    one = new_id()
    xml = filled(one, photos=["a.jpg"])
    send(phone, xml, [("a.jpg", photo(1))])
    send(phone, xml, [("a.jpg", photo(2))])
    send(phone, xml, [("a.jpg", photo(2))])
    other = f"a~{hashlib.sha256(photo(2)).hexdigest()[:12]}.jpg"
    assert held(server, one) == {"submission.xml": xml, "a.jpg": photo(1), other: photo(2)}


@pytest.mark.parametrize(
    ("xml", "files", "status", "words"),
    [
        (filled(new_id(1), form="other"), [], 404, "no form &apos;other&apos;|no form 'other'"),
        (filled(new_id(1), form="../x"), [], 404, "no form of the submission"),
        (filled(new_id(1), mission="another"), [], 403, "another mission"),
        (filled(""), [], 400, "no instanceID"),
        (b"", [], 400, "no whole XML"),
        (b"<data id='incident'><unclosed>", [], 400, "line 1"),
        (None, [("a.jpg", photo())], 400, "no xml_submission_file"),
        (b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + filled(new_id(1), words="&x;"), [], 400, "document type"),
        (b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + filled(new_id(1), words="&b;"), [], 400, "document type"),
        (filled(new_id(1), extra="<a>" * 40_000 + "</a>" * 40_000), [], 400, "nested"),
        (filled(new_id(1)), [("../a.jpg", photo())], 400, "name that no phone gives"),
        (filled(new_id(1)), [("..\\a.jpg", photo())], 400, "name that no phone gives"),
        (filled(new_id(1)), [("/etc/a.jpg", photo())], 400, "name that no phone gives"),
        (filled(new_id(1)), [("a\u202egpj.jpg", photo())], 400, "name that no phone gives"),
        (filled(new_id(1)), [("a" * 4096 + ".jpg", photo())], 400, "stored|whole multipart"),
        (filled(new_id(1)), [("receipt.json", b"{}")], 400, "name that no phone gives"),
        (filled(new_id(1)), [(".a.jpg", photo())], 400, "name that no phone gives"),
        (filled(new_id(1)), [("a.jpg", photo()), ("a.jpg", photo(2))], 400, "two files of one name"),
        (filled(new_id(1)), [("bomb.zip", b"PK\3\4")], 415, "no photo"),
        (filled(new_id(1)), [("bomb.jpg", b"PK\3\4" + b"0" * 100)], 415, "something else"),
        (filled(new_id(1)), [("page.jpg", b"<html>")], 415, "something else"),
        (filled(new_id(1)), [("run.m4a", b"\x7fELF")], 415, "something else"),
        (filled(new_id(1)), [("audit.csv", b"a,b\0")], 415, "something else"),
        (filled(new_id(1)), [(f"{n}.jpg", photo(n, 10)) for n in range(120)], 413, "more than 100 files"),
        (filled(new_id(1), words="w" * 6_000_000), [], 413, "larger than 5 MB"),
    ],
)  # fmt: skip
def test_what_is_not_for_this_mission_or_no_form_at_all_is_refused_in_words_and_stored_nowhere(
    server, phone, xml, files, status, words
):
    before = server.outside()
    begun = time.monotonic()
    ended = send(phone, xml, files)
    assert ended.status_code == status, ended.text
    assert re.search(words, ended.text)
    assert "nothing was stored" in ended.text
    assert time.monotonic() - begun < 5
    assert server.entries() == []
    assert server.outside() == before
    assert "patrol-3" not in ended.text
    assert str(server.folder) not in ended.text


@pytest.mark.parametrize(
    ("kind", "data", "more"),
    [
        ("application/json", b"{}", {}),
        ("text/xml", filled(new_id(1)), {}),
        ("multipart/form-data", b"", {}),
        ("multipart/form-data; boundary=" + "b" * 5000, b"", {}),
        (*body(filled(new_id(1))), {"Content-Encoding": "gzip"}),
        ("application/x-www-form-urlencoded", b"a=b", {}),
    ],
)
def test_a_post_of_another_kind_is_refused(server, phone, kind, data, more):
    ended = phone.post("/submission", content=data, headers={"Content-Type": kind, **more})
    assert ended.status_code == 415
    assert server.entries() == []


def test_absurd_sizes_are_refused_before_they_come_and_while_they_come(mission, tmp_path):
    limits = receiving.Limits(post_mb=20, file_mb=5)
    with Server(mission.path, tmp_path / "desk", limits) as server, server.phone() as phone:
        phone.get("/formList")
        for length in ("20000001", "9" * 19):
            with socket.create_connection(("127.0.0.1", server.port)) as line:
                line.sendall(head(server, "multipart/form-data; boundary=x", length))
                assert b" 413 " in line.recv(100)

        def endless():
            yield body(filled(new_id(1)))[1][:-12]
            yield b'--x\r\nContent-Disposition: form-data; name="a"; filename="a.jpg"\r\n\r\n' + JPEG
            for _ in range(400):
                yield b"0" * 1_000_000

        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            ended = phone.post(
                "/submission", headers={"Content-Type": "multipart/form-data; boundary=----phone"}, content=endless()
            )
            assert ended.status_code == 413
        except (httpx.WriteError, httpx.ReadError):
            pass  # the server hung up on what would not end
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
        assert server.entries() == []
        assert send(phone, filled(new_id(2)), [("a.jpg", photo(1, 5_000_001))]).status_code == 413
        assert send(phone, filled(new_id(2)), [("a.jpg", photo(1, 4_000_000))]).status_code == 201


def test_nothing_is_given_or_taken_without_the_right_password(server):
    for path in ("/formList", "/forms/incident/form.xml", "/receipt", "/receipt/x", "/submission"):
        ended = bare.get(f"{server.url}{path}") if path != "/submission" else bare.head(f"{server.url}{path}")
        assert ended.status_code == 401, path
        offered = ended.headers.get_list("www-authenticate")
        assert [re.search(r"algorithm=([\w-]+)", o)[1] for o in offered] == ["SHA-256", "MD5"]
    with server.phone("wrong") as phone:
        assert phone.get("/formList").status_code == 401
    with server.phone(name="nobody") as phone:
        assert phone.get("/formList").status_code == 401
    for header in (
        "Basic cGF0cm9sLTM6eA==",
        "Digest",
        'Digest username="patrol-3"',
        "Digest " + "a=b," * 3000,
        'Digest \\"=,',
    ):
        assert bare.get(f"{server.url}/formList", headers={"Authorization": header}).status_code in {401, 429}
    assert server.entries() == []


def test_wrong_passwords_are_slowed_down_and_the_right_one_still_goes_through(server):
    with server.phone("wrong") as wrong:
        codes = [wrong.get("/formList").status_code for _ in range(14)]
    assert codes[0] == 401
    assert codes[-1] == 429
    with server.phone() as right:
        assert right.get("/formList").status_code == 200


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_either_algorithm_of_the_standard_is_answered_and_a_copied_answer_is_not(server, algorithm):
    nonce = re.search(r'nonce="([^"]+)"', bare.get(f"{server.url}/formList").headers["www-authenticate"])[1]

    def header(method, uri, nc, secret=server.password):
        h = lambda *p: hashlib.new(devices.ALGORITHMS[algorithm], ":".join(p).encode()).hexdigest()  # noqa: E731
        answer = h(h("patrol-3", "truceline", secret), nonce, nc, "cn", "auth", h(method, uri))
        return (
            f'Digest username="patrol-3", realm="truceline", nonce="{nonce}", uri="{uri}", algorithm={algorithm}, '
            f'qop=auth, nc={nc}, cnonce="cn", response="{answer}"'
        )

    def ask(uri, value):
        return bare.get(f"{server.url}{uri}", headers={"Authorization": value})

    assert ask("/formList", header("GET", "/formList", "00000001")).status_code == 200
    assert ask("/formList?formID=incident", header("GET", "/formList?formID=incident", "00000002")).status_code == 200
    again = ask("/formList", header("GET", "/formList", "00000001"))
    assert again.status_code == 401
    assert "stale=true" in again.headers["www-authenticate"]
    assert ask("/receipt", header("GET", "/formList", "00000003")).status_code == 401
    assert ask("/formList", header("POST", "/formList", "00000004")).status_code == 401


def test_a_phone_that_is_revoked_is_refused_at_once_and_what_it_sent_stays(server, phone):
    assert send(phone, filled(new_id())).status_code == 201
    devices.revoke(server.file, "patrol-3", server.folder)
    assert send(phone, filled(new_id())).status_code == 401
    assert len(server.entries()) == 1


def test_fifty_phones_at_once_are_all_answered_and_each_form_is_there_once(server):
    def one(n):
        with server.phone() as phone:
            xml = filled(new_id(n), photos=["a.jpg"])
            return [send(phone, xml, [("a.jpg", photo(n))]).status_code for _ in range(2)]

    with ThreadPoolExecutor(50) as crowd:
        codes = list(crowd.map(one, range(50)))
    assert codes == [[201, 201]] * 50
    assert len(server.entries()) == 50
    found = receipts.totals(receipts.receipts(server.folder))
    assert (found["entries"], found["attachments"], found["missing"], found["not_verified"]) == (50, 50, 0, 0)


def test_the_same_form_from_many_at_once_is_one_entry(server):
    xml = filled(new_id(7), photos=["a.jpg"])

    def one(n):
        with server.phone() as phone:
            return send(phone, xml, [("a.jpg", photo(7))]).status_code

    with ThreadPoolExecutor(20) as crowd:
        assert set(crowd.map(one, range(20))) == {201}
    assert server.entries() == [receipts.folder_name(new_id(7))]
    assert len(held(server, new_id(7))) == 2


SERVE = """
import sys, pathlib; sys.path[:0] = sys.argv[4:]
import uvicorn
from phones import FORM
from truceline import devices, receipts, receiving, submission
from truceline.web import openrosa
folder, file = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
form = submission.form_of(FORM.encode())
store = receiving.Receiving(folder, "valley", {form.id: form})
app = openrosa.app(store, devices.Devices(file, folder))
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[3]), log_level="info", access_log=False)
"""


def test_a_process_killed_in_the_middle_loses_nothing_that_it_acknowledged(mission, tmp_path):
    file = tmp_path / "desk/phones.txt"
    password = devices.add(file, "patrol-3", mission.path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = [sys.executable, "-c", SERVE, mission.path, file, str(port), Path(__file__).parent]
    acknowledged = {}

    def one(n):
        try:
            with httpx.Client(
                base_url=f"http://127.0.0.1:{port}", auth=httpx.DigestAuth("patrol-3", password), verify=False
            ) as phone:
                if send(phone, filled(new_id(n), photos=["a.jpg"]), [("a.jpg", photo(n, 30_000))]).status_code == 201:
                    acknowledged[n] = hashlib.sha256(photo(n, 30_000)).hexdigest()
        except httpx.HTTPError:
            pass

    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), 0.1).close()
            break
        except OSError:
            time.sleep(0.02)
    with ThreadPoolExecutor(8) as crowd:
        for n in range(60):
            crowd.submit(one, n)
        while len(acknowledged) < 12:
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
    log = process.communicate()[1]
    assert "patrol-3" not in log
    assert re.search(rf"127\.0\.0\.1:(?!{port})", log) is None
    form = submission.form_of(FORM.encode())
    store = receiving.Receiving(mission.path, "valley", {form.id: form})
    store.close()
    found = {r["instance"]: r for r in receipts.receipts(mission.path) if "instance" in r}
    for n, hashed in acknowledged.items():
        files = {f["name"]: f for f in found[new_id(n)]["files"]}
        assert files["a.jpg"]["sha256"] == hashed
        assert files["a.jpg"]["verified"]
    for entry in (mission.path / "inbox/odk").glob("uuid-*/*.jpg"):
        assert len(entry.read_bytes()) == 30_004  # what has a name is whole, acknowledged or not
    assert [p.name for p in (mission.path / "inbox/odk/.spool").iterdir()] == ["lock"]


def test_a_receipt_says_where_the_disk_holds_something_else(server, phone):
    one = new_id()
    send(phone, filled(one, photos=["a.jpg"]), [("a.jpg", photo(1))])
    entry = server.store.folder / receipts.folder_name(one)
    (entry / "a.jpg").write_bytes(photo(2))
    (entry / "submission.xml").unlink()
    found = phone.get(f"/receipt/{one}").json()
    assert found["not_verified"] == 2
    assert [f["verified"] for f in found["receipts"][0]["files"]] == [False, False]


def test_nothing_written_names_the_phone_or_its_address(server, phone):
    send(phone, filled(new_id(), photos=["a.jpg"]), [("a.jpg", photo(1))])
    for path in server.store.folder.rglob("*"):
        if path.is_file():
            assert b"patrol-3" not in path.read_bytes()
            assert b"127.0.0.1" not in path.read_bytes()
    (receipt,) = server.store.folder.glob("*/receipt.json")
    assert set(json.loads(receipt.read_bytes())) == {
        "program", "mission", "form", "version", "instance", "edits", "edited_is_held", "entry", "files", "bytes", "missing",
        "other_contents",
    }  # fmt: skip


def test_credentials_are_kept_outside_the_mission_and_from_others(mission, tmp_path):
    with pytest.raises(UsageError, match="inside the mission"):
        devices.add(mission.path / "phones.txt", "patrol-1", mission.path)
    file = tmp_path / "phones.txt"
    password = devices.add(file, "patrol-1", mission.path)
    assert file.stat().st_mode & 0o777 == 0o600
    assert password not in file.read_text()
    with pytest.raises(UsageError, match="already"):
        devices.add(file, "patrol-1", mission.path)
    with pytest.raises(UsageError, match="letters"):
        devices.add(file, "a:b", mission.path)
    file.chmod(0o644)
    with pytest.raises(UsageError, match="600"):
        devices.read(file, mission.path)


def test_two_processes_do_not_receive_for_one_mission(server):
    with pytest.raises(UsageError, match="another program"):
        receiving.Receiving(server.folder, "valley", {})
