"""`truceline collect` against a real server on this machine that misbehaves; what is kept, and what the key never enters."""

import contextlib
import gzip
import hashlib
import json
import logging
import socket
import struct
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

import pytest

from truceline import collect, fetch
from truceline.errors import RunError, UsageError

KEY = "0123456789abcdefSECRET"
TABLE = (
    b"latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,frp,daynight\n"
    b"14.40512,102.40233,331.2,0.41,0.37,2025-08-10,612,N20,VIIRS,n,2.0NRT,296.3,3.41,D\n"
    b"14.41,102.5,331.2,0.41,0.37,2025-08-10,612,N20,VIIRS,n,2.0NRT,296.3,3.41,D\n"
)
TLE = (
    b"NOAA 20 (JPSS-1)\n1 43013U 17073A   25192.48730641  .00000027  00000+0  33532-4 0  9999\n"
    b"2 43013  98.7410 130.6541 0001302 129.6058 230.5233 14.19544787396139\n"
)
NOW = datetime(2025, 11, 1, 12, tzinfo=UTC)
MANNERS = collect.Manners(attempts=3, timeout_s=0.4, deadline_s=1.0, backoff_s=0.01, max_mb=0.2)


def whole(handler, data=TABLE, status=200, headers=(), length=None):
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(data) if length is None else length))
    for name, value in headers:
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(data)


def slow(handler):
    time.sleep(0.8)
    whole(handler)


def drip(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(TABLE)))
    handler.end_headers()
    for byte in TABLE[:20]:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.15)


def cut(handler):
    whole(handler, TABLE[:150], length=len(TABLE))


def reset(handler):
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def short(handler):
    """A length that is less than the body: only as much arrives."""
    whole(handler, TABLE, length=len(TABLE) - 30)


def page(handler):
    whole(handler, b"<!DOCTYPE html><html>Under maintenance</html>")


def nothing(handler):
    whole(handler, b"")


def busy(handler):
    whole(handler, b"slow down", 429, [("Retry-After", "1")])


def broken(handler):
    whole(handler, b"oops", 500)


def packed(handler):
    whole(handler, gzip.compress(TABLE), headers=[("Content-Encoding", "gzip")])


def bad_gzip(handler):
    whole(handler, gzip.compress(TABLE)[:-20], headers=[("Content-Encoding", "gzip")])


def huge(handler):
    whole(handler, b"x" * 300_000)


def away(handler):
    whole(handler, b"", 302, [("Location", f"http://localhost:{handler.server.server_port}/elsewhere")])


def aside(handler):
    whole(handler, b"", 301, [("Location", "/mirror" + handler.path)]) if "mirror" not in handler.path else whole(
        handler
    )


def echo(handler):
    whole(handler, f"Invalid MAP_KEY {KEY}.".encode(), 400)


def refused(handler):
    whole(handler, b"Invalid MAP_KEY.")


class Server:
    """Answers with the script's steps, the last again and again; remembers what was asked, by whom and when."""

    def __init__(self):
        self.script, self.asked, self.agents, self.times = [whole], [], [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                outer.agents.append(self.headers["User-Agent"])
                outer.times.append(time.monotonic())
                step = outer.script.pop(0) if len(outer.script) > 1 else outer.script[0]
                with contextlib.suppress(OSError):
                    step(self)
                self.close_connection = True

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server(monkeypatch):
    for name in (
        "http_proxy",
        "https_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
        fetch.KEY_VARIABLE,
    ):
        monkeypatch.delenv(name, raising=False)
    made = Server()
    yield made
    made.close()


def wished(from_server, **changes):
    given = {
        "sources": ("firms",), "products": ("VIIRS_NOAA20_NRT",), "start": "2025-08-10", "end": "2025-08-11", "key": KEY, "server": from_server.url,
        "pause_s": 0.0, "days": 10,
    }  # fmt: skip
    return fetch.Wish(**(given | changes))


def ask(mission, from_server, manners=MANNERS, **changes):
    with collect.Connection(manners) as client:
        return fetch.collect(mission.path, wished(from_server, **changes), client, NOW)


def everything(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_address_is_as_the_api_wants_it_and_area_and_dates_are_the_missions(mission, server):
    ask(mission, server, start="", end="", days=10, products=("VIIRS_SNPP_SP", "MODIS_NRT"))
    assert server.asked[0] == f"/api/area/csv/{KEY}/VIIRS_SNPP_SP/102,14,103,15/7/2025-07-31"
    days = [a.rsplit("/", 2)[1:] for a in server.asked if "MODIS_NRT" in a]
    assert days[:3] == [["7", "2025-07-31"], ["10", "2025-08-07"], ["10", "2025-08-17"]]
    assert sum(int(n) for n, _ in days) == 62
    assert set(server.agents) == {collect.PROGRAM}
    assert "truceline/" in collect.PROGRAM


def test_what_is_fetched_is_kept_as_it_came_with_a_record_and_reads_offline(mission, server):
    (path,) = ask(mission, server).fetched
    assert path.parent == mission.path / "inbox/firms"
    assert path.read_bytes() == TABLE
    record = json.loads(path.with_name(path.name + collect.RECORD).read_text("utf-8"))
    assert record["sha256"] == hashlib.sha256(TABLE).hexdigest()
    assert record["length"] == len(TABLE)
    assert record["url"].startswith(f"{server.url}/api/area/csv/[MAP_KEY]/VIIRS_NOAA20_NRT/")
    assert datetime.fromisoformat(record["fetched"]).tzinfo is not None
    material = mission.load()
    assert material.detections.height == 2
    assert [c.path for c in material.mission.captures] == [f"inbox/firms/{path.name}"]
    assert (material.set_aside, material.questions) == ((), ())


def test_what_is_held_is_not_asked_for_again_and_what_was_changed_is_said(mission, server):
    (path,) = ask(mission, server).fetched
    again = ask(mission, server)
    assert (again.fetched, again.held, len(server.asked)) == ((), (path,), 1)
    path.write_bytes(TABLE + b"\n")
    with pytest.raises(RunError, match="move both away"):
        ask(mission, server)


def test_days_that_still_fill_up_are_asked_for_again_later_and_both_files_stay(mission, server):
    with collect.Connection(MANNERS) as client:
        wish = wished(server)
        first = fetch.collect(mission.path, wish, client, datetime(2025, 8, 11, 3, tzinfo=UTC)).fetched
        second = fetch.collect(mission.path, wish, client, datetime(2025, 8, 11, 9, tzinfo=UTC)).fetched
        last = fetch.collect(mission.path, wish, client, datetime(2025, 8, 14, tzinfo=UTC)).fetched
    names = [p.name for p in (*first, *second, *last)]
    assert len(set(names)) == 3
    assert "_at_" in names[0]
    assert "_at_" not in names[2]
    assert mission.load().detections.height == 2


@pytest.mark.parametrize("script", [
    [slow, whole], [drip, whole], [cut, whole], [reset, whole], [short, whole], [page, whole], [nothing, whole], [broken, broken, whole], [bad_gzip, whole],
    [packed], [aside],
], ids=lambda s: "-".join(f.__name__ for f in s))  # fmt: skip
def test_what_goes_wrong_once_is_tried_again_and_ends_whole(mission, server, script):
    server.script = list(script)
    (path,) = ask(mission, server).fetched
    assert path.read_bytes() == TABLE
    assert len(server.asked) == len(script) + (script == [aside])


@pytest.mark.parametrize(("script", "word"), [
    ([slow], "in time"), ([cut], "cut"), ([reset], "cut"), ([short], "middle of a row"), ([page], "a page instead"), ([nothing], "empty"),
    ([broken], "status 500"), ([bad_gzip], "middle of a row"), ([huge], "fewer days"), ([away], "another host"), ([refused], "key was refused"), ([echo], "status 400"),
], ids=lambda s: s[0].__name__ if isinstance(s, list) else "")  # fmt: skip
def test_what_goes_wrong_for_good_leaves_no_file_and_says_what_to_do_without_the_key(mission, server, script, word):
    before = everything(mission.path)
    server.script = script
    with pytest.raises(RunError) as stopped:
        ask(mission, server, collect.Manners(attempts=2, timeout_s=0.3, deadline_s=1.0, backoff_s=0.01, max_mb=0.2))
    assert word in str(stopped.value)
    assert KEY not in str(stopped.value)
    assert "goes on from there" in str(stopped.value)
    assert everything(mission.path) == before
    assert len(server.asked) == (1 if script[0] in {huge, away, refused, echo} else 2)


def test_where_nobody_answers_the_network_is_named(mission, server):
    server.close()
    with pytest.raises(RunError, match="no connection could be made"):
        ask(mission, server)


def test_a_server_that_asks_for_time_is_given_it(mission, server):
    server.script = [busy, whole]
    ask(mission, server)
    assert server.times[1] - server.times[0] >= 1.0


def test_a_server_that_asks_for_too_much_time_ends_it_with_how_long(mission, server):
    server.script = [lambda h: whole(h, b"", 503, [("Retry-After", "86400")])]
    with pytest.raises(RunError, match="86400 seconds"):
        ask(mission, server)
    assert len(server.asked) == 1


@pytest.mark.parametrize("said", ["soon", "-5", "Fri, 31 Dec 1999 23:59:59 GMT", ""])
def test_a_wait_that_makes_no_sense_is_no_wait(mission, server, said):
    server.script = [lambda h: whole(h, b"", 503, [("Retry-After", said)]), whole]
    assert len(ask(mission, server).fetched) == 1


def test_pauses_grow_and_differ():
    waits = []
    with collect.Connection(collect.Manners(backoff_s=1.0)) as client:
        for attempt in (1, 2, 3, 4, 9):
            client.wait(attempt, None, sleep=waits.append)
        client.wait(1, 7.0, sleep=waits.append)
    for wait, usual in zip(waits[:4], (1, 2, 4, 8), strict=True):
        assert 0.5 * usual <= wait <= 1.5 * usual
    assert waits[4] <= 1.5 * 300
    assert 7.0 <= waits[5] <= 7.2


def test_what_stops_in_the_middle_goes_on_from_there(mission, server):
    server.script = [whole, whole, refused]
    with pytest.raises(RunError, match="2 of 3 files"):
        ask(mission, server, end="2025-09-05")
    server.script = [whole]
    again = ask(mission, server, end="2025-09-05")
    assert (len(again.fetched), len(again.held), len(server.asked)) == (1, 2, 4)


def test_requests_keep_a_distance(mission, server):
    ask(mission, server, end="2025-09-05", pause_s=0.2)
    assert min(b - a for a, b in pairwise(server.times)) >= 0.2


def test_the_key_is_in_no_file_no_name_no_log_no_output_and_no_record(mission, server, truceline, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv(fetch.KEY_VARIABLE, KEY)
    options = ("firms", "--server", server.url, "--pause", "0", "--products", "MODIS_NRT")
    days = ("--from", "2025-08-10", "--to", "2025-08-11")
    told = [
        truceline("collect", mission.path, *options, *days, *more)
        for more in (("--dry-run",), (), ("--json", "--key", KEY))
    ]
    assert [t.code for t in told] == [0, 0, 0]
    server.script = [refused]
    told.append(truceline("collect", mission.path, *options, "--from", "2025-09-10", "--to", "2025-09-11"))
    told.append(truceline("collect", mission.path, *options, "--days", "many"))
    told.append(truceline("collect", mission.path, *options, "--key", KEY + "/.."))
    assert [t.code for t in told[3:]] == [1, 2, 2]
    assert any(KEY in path for path in server.asked)
    said = "".join(t.out + t.err for t in told) + caplog.text + repr(wished(server))
    said += "".join(f"{name} {data!r}" for name, data in everything(mission.path).items())
    assert KEY not in said
    assert "[MAP_KEY]" in told[0].out


def test_a_dry_run_needs_no_key_and_opens_no_connection(mission, truceline, monkeypatch):
    def refuse(*_, **__):
        pytest.fail("a connection was opened")

    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.delenv(fetch.KEY_VARIABLE, raising=False)
    told = truceline("collect", mission.path, "firms", "elements", "--dry-run", "--json")
    asked = json.loads(told.out)
    assert told.code == 0
    assert {a["held"] for a in asked} == {False}
    assert f"{fetch.SERVERS['firms']}/api/area/csv/[MAP_KEY]/VIIRS_SNPP_NRT/102,14,103,15/" in asked[0]["url"]
    assert sorted(p.name for p in mission.path.iterdir() if p.name in {"inbox", "elements"}) == []


@pytest.mark.parametrize(("changes", "word"), [
    ({"key": ""}, "FIRMS_MAP_KEY"), ({"key": "a/../b"}, "letters and digits"), ({"products": ("LANDSAT_NRT",)}, "--products"), ({"days": 11}, "1 to 10"),
    ({"start": "yesterday"}, "2025-07-24"), ({"start": "2025-09-01"}, "before"), ({"start": "2031-01-01", "end": "2031-01-02"}, "still to come"),
    ({"area": "5,5,1,1"}, "west < east"), ({"area": "here"}, "west,south"), ({"server": "ftp://x"}, "--server"), ({"server": "http://far.example"}, "https"),
    ({"server": "https://[::1"}, "--server"), ({"sources": ("acled",)}, "SOURCE"), ({"sources": ("elements",), "satellites": (-1,)}, "catalogue"),
])  # fmt: skip
def test_what_cannot_be_asked_is_said_before_anything_is_sent(mission, server, changes, word):
    with pytest.raises(UsageError, match=word):
        ask(mission, server, **changes)
    assert server.asked == []


def test_a_mission_without_area_or_period_says_which_option_to_give(mission, server):
    mission.edit("mission.yaml", "area: {west: 102.0, south: 14.0, east: 103.0, north: 15.0}\n", "")
    with pytest.raises(UsageError, match="--area"):
        ask(mission, server)
    mission.edit("mission.yaml", "period: {start: 2025-08-01, end: 2025-09-30}\n", "")
    with pytest.raises(UsageError, match="--from, --to"):
        ask(mission, server, area="102,14,103,15", start="", end="")


def test_orbital_elements_are_kept_by_satellite_and_day_and_checked(mission, server):
    server.script = [lambda h: whole(h, TLE)]
    found = ask(mission, server, sources=("elements",), satellites=(43013,), key="")
    assert server.asked == ["/gp.php?CATNR=43013&FORMAT=TLE"]
    assert found.fetched[0] == mission.path / "elements/43013_2025-11-01.tle"
    assert found.fetched[0].read_bytes() == TLE
    assert ask(mission, server, sources=("elements",), satellites=(43013,), key="").held == found.fetched
    assert mission.load().set_aside == ()


@pytest.mark.parametrize(("data", "word"), [
    (TLE[:-40], "checksum"), (TLE[:88], "middle"), (TLE.replace(b"9999\n", b"9998\n"), "checksum"), (TLE.replace(b"43013", b"54234"), "checksum|another"), (b"No GP data found", "no elements"),
    (b"<html></html>", "page"), (b"", "empty"),
])  # fmt: skip
def test_elements_that_are_not_whole_or_of_another_satellite_are_not_kept(mission, server, data, word):
    server.script = [lambda h: whole(h, data)]
    with pytest.raises(RunError, match=word):
        ask(mission, server, sources=("elements",), satellites=(43013,))
    assert not list(mission.path.glob("elements/*"))


def test_elements_come_as_omm_too(mission, server):
    omm = json.dumps([{"NORAD_CAT_ID": 43013, "EPOCH": "2025-07-11T11:41:43", "MEAN_MOTION": 14.195}]).encode()
    server.script = [lambda h: whole(h, omm[:-9]), lambda h: whole(h, omm)]
    (path,) = ask(mission, server, sources=("elements",), satellites=(43013,), orbit_format="omm").fetched
    assert (path.suffix, path.read_bytes()) == (".json", omm)


def test_a_full_disk_leaves_no_part_of_a_file(mission, server, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fetch.os, "fsync", full)
    with pytest.raises(RunError, match="No space left"):
        ask(mission, server)
    assert not list(mission.path.glob("inbox/firms/*"))
    assert not list(mission.path.glob("inbox/firms/.*"))


def test_what_was_stopped_between_record_and_file_is_no_evidence_and_is_fetched_again(mission, server):
    (path,) = ask(mission, server).fetched
    path.unlink()
    assert mission.load().mission.captures == ()
    assert ask(mission, server).fetched == (path,)


def test_the_log_of_the_library_speaks_again_when_the_connection_is_closed():
    log = logging.getLogger("urllib3.connectionpool")
    with collect.Connection(MANNERS):
        assert log.disabled
    assert not log.disabled
