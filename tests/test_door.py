"""The phones' door over HTTPS with a certificate that a mission made itself, and on IPv6: a real listener, a real client."""

import contextlib
import re
import shutil
import socket
import ssl
import subprocess

import httpx
import pytest

from phones import FORM, body, filled, new_id, photo
from truceline import devices
from truceline.errors import UsageError
from truceline.web import phones

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl makes the certificate and is not here"
)


def has_six():
    with contextlib.suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
        return True
    return False


six = pytest.param("::1", marks=pytest.mark.skipif(not has_six(), reason="this machine has no IPv6 loopback"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A certificate for this machine's own addresses, its key, and a key with a password."""
    folder = tmp_path_factory.mktemp("certificate")
    told = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem", "-out", "door.pem", "-days", "2",
            "-subj", "/CN=mission laptop", "-addext", "subjectAltName=IP:127.0.0.1,IP:::1")  # fmt: skip
    subprocess.run(["openssl", "req", "-x509", *told], cwd=folder, check=True, capture_output=True)
    locked = ("ec", "-in", "key.pem", "-aes256", "-passout", "pass:secret", "-out", "locked.pem")
    subprocess.run(["openssl", *locked], cwd=folder, check=True, capture_output=True)
    (folder / "both.pem").write_bytes((folder / "key.pem").read_bytes() + (folder / "door.pem").read_bytes())
    return folder


@pytest.fixture
def wish(mission, tmp_path):
    mission.write("forms/incident.xml", FORM)
    password = devices.add(tmp_path / "desk/phones.txt", "patrol-3", mission.path)

    def of(host, certificate=None, key=None):
        return phones.Wish(
            mission.path, "valley", tmp_path / "desk/phones.txt", mission.path / "forms", host, 0, certificate, key
        )

    of.password, of.mission = password, mission
    return of


@contextlib.contextmanager
def opened(wished):
    door = phones.Door(wished)
    try:
        door.begin()
        yield door
        door.end()
    finally:
        door.close()


def exchange(wish, door, trusted=None):
    """List the forms, fetch one by the address that the list gives, send one in with a photo, and find it on the disk."""
    one, auth = new_id(), httpx.DigestAuth("patrol-3", wish.password)
    with httpx.Client(base_url=door.address, auth=auth, verify=trusted or False, timeout=20, trust_env=False) as phone:
        listed = phone.get("/formList").text
        address = re.search(r"<downloadUrl>(\S+?)</downloadUrl>", listed)[1]
        assert address.startswith(door.address)
        assert phone.get(address).text == FORM
        kind, data = body(filled(one, photos=["a.jpg"]), [("a.jpg", photo(1))])
        sent = phone.post("/submission", content=data, headers={"Content-Type": kind})
        assert sent.status_code == 201
        assert phone.get(sent.headers["location"]).json()["not_verified"] == 0
    assert (wish.mission.path / "inbox/odk" / one.replace(":", "-") / "a.jpg").read_bytes() == photo(1)


@needs_openssl
@pytest.mark.parametrize("host", ["127.0.0.1", six])
def test_a_phone_that_trusts_the_mission_s_own_certificate_sends_by_https(wish, made, host):
    with opened(wish(host, made / "door.pem", made / "key.pem")) as door:
        assert door.address.startswith("https://")
        assert door.secret
        exchange(wish, door, ssl.create_default_context(cafile=made / "door.pem"))
        with (
            pytest.raises(httpx.ConnectError),
            httpx.Client(verify=ssl.create_default_context(), trust_env=False) as stranger,
        ):
            stranger.get(f"{door.address}/formList")
        with pytest.raises(httpx.HTTPError), httpx.Client(trust_env=False) as plain:
            plain.get(f"{door.address.replace('https', 'http')}/formList")


@pytest.mark.parametrize("host", [six])
@pytest.mark.parametrize("written", ["{}", "[{}]"])
def test_the_door_opens_on_ipv6(wish, host, written):
    with opened(wish(written.format(host))) as door:
        assert door.address.startswith(f"http://[{host}]:")
        exchange(wish, door)


@needs_openssl
def test_certificate_and_key_may_stand_in_one_file(wish, made):
    with opened(wish("127.0.0.1", made / "both.pem")) as door:
        exchange(wish, door, ssl.create_default_context(cafile=made / "door.pem"))


@needs_openssl
@pytest.mark.parametrize(
    ("certificate", "key", "why"),
    [(None, "key.pem", "--certificate FILE too"), ("door.pem", "locked.pem", "cannot be used"), ("door.pem", None, "cannot be used"),
     ("key.pem", "door.pem", "cannot be used"), ("none.pem", "key.pem", "cannot be used")],
)  # fmt: skip
def test_a_certificate_that_cannot_be_used_is_said_and_nothing_listens(wish, made, certificate, key, why):
    with pytest.raises(UsageError, match=why):
        phones.Door(wish("127.0.0.1", certificate and made / certificate, key and made / key))
    phones.Door(wish("127.0.0.1")).close()
