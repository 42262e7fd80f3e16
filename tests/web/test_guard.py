"""Hostile addresses, names, bodies and filters get a clear 4xx; no answer shows a path, a trace or more than it should."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import HOME
from truceline.web import guard


@pytest.fixture
def bench(still):
    return still


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8735",
        "127.0.0.1.evil.example",
        "",
        "localhost.evil",
        "192.168.1.7",
        "[::2]:80",
        "0.0.0.0",
    ],
)
def test_only_names_of_this_machine_are_answered(bench, host):
    answer = bench.get("/api/mission", host=host)
    assert answer.status_code == 421
    assert "Valley" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8735", "localhost", "LOCALHOST:1", "[::1]:8735"])
def test_names_of_this_machine_are_answered(bench, host):
    assert bench.get("/api/mission", host=host).status_code == 200


@pytest.mark.parametrize(
    "address", ["/api/mission", "/nothing", "/situation.csv?from=x", "/situation.csv", "/judgements.json"]
)
def test_every_answer_carries_the_headers(bench, address):
    answer = bench.get(address)
    for name, value in guard.HEADERS.items():
        assert answer.headers[name] == value
    assert "'unsafe" not in answer.headers["content-security-policy"]
    assert "server" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers


HOSTILE = [
    "/../../etc/passwd", "/static/../../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/incidents/..%2f..%2fmission.yaml.csv", "/%00", "/api/incidents/%00",
    "/api/incidents/" + "A" * 3000, "/api/incidents/%ff%fe", "/api/incidents/I-A%0d%0aSet-Cookie:x=1", "/api/findings/'%20OR%201=1--",
    "/ogc/collections/../items", "/ogc/collections/secret/items", "/ogc/collections/incidents/items/%2e%2e", "/situation.exe", "/.git/config",
    "/judgements.csv", "/mission.yaml", "/api/observations/" + "%F0%9F%92%A3" * 50, "//evil.example/", "/incidents/.csv", "/map/../api",
    "/ogc/collections/coverage/items/C99999999", "/ogc/collections/coverage/items/C0", "/ogc/collections/coverage/items/C-1",
]  # fmt: skip


@pytest.mark.parametrize("address", HOSTILE)
def test_a_hostile_address_is_not_found(bench, address):
    answer = bench.get(HOME + address)
    assert answer.status_code in {400, 404, 405}, answer.text
    assert "set-cookie" not in answer.headers
    clean(bench, answer)


@pytest.mark.parametrize(
    "query",
    [
        "from=0000-00-00", "to=9999-12-31T99:99", "bbox=inf,inf,inf,inf", "bbox=1e400,0,1,1", "page=1e9", "page=-1", "grade=<script>", "q=" + "%F0%9F" * 300,
        "sort=id;drop", "kind=" + "fire," * 500, "selected=%00", "agreement=../../x", "from=2025-08-10T00:00:00%2B99:99",
    ],
)  # fmt: skip
def test_a_hostile_filter_is_named(bench, query):
    for view in ("/situation.csv", "/api/incidents", "/api/findings"):
        answer = bench.get(f"{view}?{query}")
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        clean(bench, answer)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=x",
        "offset=-1",
        "bbox=1",
        "datetime=now",
        "datetime=2026/2025",
        "crs=x",
        "f=html",
        "bbox-crs=EPSG:4326",
        "limit=9" * 9,
    ],
)
def test_a_query_that_the_standard_does_not_know_is_400(bench, query):
    answer = bench.get(f"/ogc/collections/incidents/items?{query}")
    assert answer.status_code == 400
    assert answer.json()["problems"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"content": b"{" * 50_000, "headers": {"content-type": "application/json"}}, 400),
        ({"content": b"[" * 60_000, "headers": {"content-type": "application/json"}}, 400),
        ({"content": b"\xff\xfe", "headers": {"content-type": "application/json"}}, 400),
        ({"content": b"[]", "headers": {"content-type": "application/json"}}, 422),
        ({"content": b'{"action": {"$ne": 1}}', "headers": {"content-type": "application/json"}}, 422),
        ({"content": b"x" * 70_000, "headers": {"content-type": "application/json"}}, 413),
        ({"content": b"<x/>", "headers": {"content-type": "application/xml"}}, 415),
        ({"data": {f"f{n}": "x" for n in range(200)}}, 400),
        ({"files": {"reason": ("../../x", b"y")}}, 400),
        ({"content": b"--x\r\nbroken", "headers": {"content-type": "multipart/form-data; boundary=x"}}, 403),
        ({"content": b"nothing", "headers": {"content-type": "multipart/form-data"}}, 400),
    ],
)
def test_a_hostile_body_is_refused_in_words(bench, body, status):
    for address in ("/judgements", "/judgements/preview"):
        headers = {"x-truceline-token": "no" if status == 403 else "token-of-this-test", **body.get("headers", {})}
        answer = bench.client.ask("POST", address, **{**body, "headers": headers})
        assert answer.status_code == status, answer.text
        clean(bench, answer)


def test_a_body_without_an_end_is_cut_off(bench):
    async def endless():
        while True:
            yield b"x" * 10_000

    answer = bench.client.ask("POST", "/judgements", content=endless(), headers={"content-type": "application/json"})
    assert answer.status_code == 413


def test_a_failure_shows_no_trace(bench, monkeypatch, caplog):
    def fail(*_):
        raise ValueError(f"secret of {bench.folder.path}")

    monkeypatch.setattr(type(bench.desk), "looks_numbered", fail)
    for accept in ("application/json", "text/html"):
        answer = bench.get("/api/coverage", accept=accept)
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert answer.headers["content-security-policy"] == guard.CSP
        clean(bench, answer)
    assert "secret" in caplog.text


def test_a_person_is_answered_with_a_page_whose_text_is_harmless(bench):
    answer = bench.get("/situation.exe?from=<script>alert(1)</script>", accept="text/html")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script>alert" not in answer.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["/api/incidents/", "/api/findings/", "/incidents/", "/ogc/collections/", "/"]),
    st.text(min_size=1, max_size=60),
)
def test_no_path_brings_the_server_down(bench, prefix, text):
    from urllib.parse import quote

    answer = bench.get(prefix + quote(text.encode("utf-8", "surrogatepass"), safe=""))
    assert answer.status_code < 500
    clean(bench, answer)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"])
def test_other_methods_do_nothing(bench, method):
    answer = bench.client.ask(method, "/judgements", headers={"x-truceline-token": "token-of-this-test"})
    assert answer.status_code in {400, 405}


def clean(bench, answer):
    """No path of the file system and no trace stands in an answer."""
    assert not re.search(r"Traceback|\.py\b|site-packages|File \"|/home/|/root/", answer.text), answer.text
    assert str(bench.folder.path) not in answer.text


def test_an_answer_is_small_where_the_reader_can_unpack(bench):
    answer = bench.get("/agreements.json", **{"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
