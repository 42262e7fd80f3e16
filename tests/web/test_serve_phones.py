"""`serve --phones`: the phones' door beside the desk in one real process, closed with it, and what can be wrong said plainly."""

import signal
import socket

import httpx
import pytest

from phones import FORM, body, filled, new_id, photo
from truceline import devices


@pytest.fixture
def enrolled(front, tmp_path):
    """The file of phones with one of them, its password, and the mission's forms beside it."""
    (front.path / "forms").mkdir()
    (front.path / "forms/incident.xml").write_text(FORM)
    file = tmp_path / "desk" / "phones.txt"
    return file, devices.add(file, "patrol-3", front.path)


@pytest.fixture
def both(front, enrolled, serve):
    """The desk with the door: the process, and the address that it gave for the phones."""
    one = serve(front.path, "--phones", "127.0.0.1:0", "--devices", enrolled[0])
    said = one.process.stdout.readline()
    assert said.startswith("Address for the phones: http://127.0.0.1:"), said
    return one, said.split()[-1]


def phone(address, password):
    return httpx.Client(base_url=address, auth=httpx.DigestAuth("patrol-3", password), timeout=30)


def post(client, xml, *files):
    kind, data = body(xml, files)
    return client.post("/submission", content=data, headers={"Content-Type": kind})


def test_phones_send_in_beside_the_desk_and_one_ctrl_c_ends_both(front, enrolled, both):
    one, address = both
    quiet = httpx.get(f"{one.address}/situation")
    assert httpx.get(f"{one.address}/api/mission").json()["forms_came"] is False
    assert "Phones sent in" not in quiet.text
    instance = new_id()
    xml = filled(instance, photos=["a.jpg"])
    with phone(address, enrolled[1]) as sends:
        assert "<formID>incident</formID>" in sends.get("/formList").text
        assert post(sends, xml, ("a.jpg", photo(1))).status_code == 201
        entry = front.path / "inbox/odk" / instance.replace(":", "-")
        assert (entry / "submission.xml").read_bytes() == xml
        assert (entry / "a.jpg").read_bytes() == photo(1)
        again = httpx.get(f"{one.address}/situation", headers={"if-none-match": quiet.headers["etag"]})
        assert again.status_code == 200
        assert "Phones sent in forms that this desk may not show yet" in again.text
        assert httpx.get(f"{one.address}/api/mission").json()["forms_came"] is True
        assert httpx.get(f"{one.address}/situation.json").json()["count"] == 2
    code, told = one.end()
    assert (code, "Ctrl-C ends both" in told, "Traceback" in told) == (0, True, False)
    for ended in (one.address, address):
        with pytest.raises(httpx.ConnectError):
            httpx.get(ended)


def test_the_door_has_no_page_of_the_desk_and_the_desk_takes_no_form(enrolled, both):
    one, address = both
    with phone(address, enrolled[1]) as sends:
        for path in ("/", "/situation", "/api/mission", "/api/token", "/judgements.json", "/ogc/", "/incidents/I-A"):
            assert sends.get(path).status_code == 404, path
        assert sends.post("/judgements", json={}).status_code == 404
    assert httpx.get(f"{address}/formList").status_code == 401
    assert httpx.get(f"{one.address}/formList").status_code == 404
    with phone(one.address, enrolled[1]) as lost:
        assert post(lost, filled(new_id())).status_code in {403, 404, 405}


def test_a_post_on_its_way_does_not_hold_up_the_end_and_leaves_nothing(front, enrolled, both):
    one, address = both
    with phone(address, enrolled[1]) as sends:
        request = sends.build_request(
            "POST", "/submission", content=b"", headers={"Content-Type": "multipart/form-data; boundary=x"}
        )
        flow = sends.auth.auth_flow(request)
        next(flow)
        signed = flow.send(httpx.Response(401, headers=httpx.head(f"{address}/submission").headers, request=request))
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        head = (
            f"POST /submission HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: {signed.headers['authorization']}\r\n"
        )
        line.sendall(
            (head + "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5000\r\n\r\n--x\r\n").encode()
        )
        one.process.send_signal(signal.SIGTERM)
        _, told = one.process.communicate(timeout=20)
    assert (one.process.returncode, "Traceback" in told) == (-signal.SIGTERM, False)
    held = [p for p in (front.path / "inbox/odk").iterdir() if p.name != ".spool"]
    assert held == []


def refused(truceline, front, *more):
    done = truceline("serve", front.path, "--port", "0", *more)
    assert "Traceback" not in done.err
    return done.code, done.err


def test_what_is_wrong_with_the_phones_or_the_address_is_said_before_anything_opens(
    truceline, front, enrolled, tmp_path
):
    file, _ = enrolled
    none = tmp_path / "desk" / "none.txt"
    none.touch(0o600)
    for address, phones_file, code, word in (
        ("127.0.0.1:0", None, 2, "phones add MISSION"),
        ("127.0.0.1:0", none, 2, "no phone is enrolled in none.txt yet"),
        ("127.0.0.1:0", tmp_path / "desk/gone.txt", 2, "`truceline phones add` makes it"),
        ("203.0.113.7:8736", file, 2, "203.0.113.7 is no address of this machine"),
        ("0.0.0.0:8736", file, 2, "no single network"),
        ("laptop.example:8736", file, 2, "in figures"),
        ("127.0.0.1:99999", file, 2, "expected 0 to 65535"),
        (":8736", file, 2, "expected HOST:PORT"),
    ):
        more = ("--devices", phones_file) if phones_file else ()
        found = refused(truceline, front, "--phones", address, *more)
        assert (found[0], word in found[1]) == (code, True), (address, found)
    code, said = refused(truceline, front, "--devices", file)
    assert (code, "name --phones" in said) == (2, True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        there = f"127.0.0.1:{taken.getsockname()[1]}"
        code, said = refused(truceline, front, "--phones", there, "--devices", file)
    assert (code, f"{there} is taken" in said) == (1, True)
    (front.path / "forms/incident.xml").unlink()
    code, said = refused(truceline, front, "--phones", "127.0.0.1:0", "--devices", file)
    assert (code, "`truceline forms` writes them" in said) == (3, True)


def test_one_process_receives_for_a_mission_at_a_time(truceline, front, enrolled, both):
    code, said = refused(truceline, front, "--phones", "127.0.0.1:0", "--devices", enrolled[0])
    assert (code, "another program receives for this mission" in said) == (2, True)
