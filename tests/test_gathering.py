"""`truceline collect ... scenes` against a real STAC API on this machine that misbehaves, and `truceline change` on what it fetched."""

import contextlib
import csv
import hashlib
import io
import json
import logging
import re
import sys
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

pytest.importorskip("rasterio", reason="the extra `imagery` is not installed")
pytest.importorskip("pystac", reason="the extra `imagery` is not installed")
sys.path.insert(0, str(Path(__file__).parent / "satellite"))
import rasterio
import rasterio.warp
from rasterio.shutil import copy
from rasters import ORIGIN, PIXEL, days, tif

from truceline import catalogues, collect, gathering
from truceline.errors import RunError, UsageError
from truceline.satellite import scenes

TOKEN, SIGNATURE = "bearerSECRETtoken", "sig=SECRETsignature"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MANNERS = collect.Manners(attempts=3, timeout_s=0.6, deadline_s=3.0, backoff_s=0.01, max_mb=20)
SHAPE = (640, 768)
SPAN = {"start": "2025-01-01", "end": "2025-12-31"}


def box(row, column, rows, columns):
    """West, south, east and north of a window of the invented scenes, as --area takes it."""
    x = [ORIGIN[0] + c * PIXEL for c in (column, column + columns)]
    y = [ORIGIN[1] - r * PIXEL for r in (row + rows, row)]
    return ",".join(
        f"{v:.8f}" for v in rasterio.warp.transform_bounds("EPSG:32648", "EPSG:4326", x[0], y[0], x[1], y[1])
    )


AREA = box(200, 210, 96, 120)


class Catalogue:
    """A STAC API with files beside it; `trouble` says what goes wrong with the n-th request for a file."""

    def __init__(self, folder):
        self.folder, self.items = folder, []
        self.asked, self.parts, self.heads, self.trouble, self.pages = [], [], [], {}, {}
        self.signed = self.good = ""
        self.licence, self.page_size, self.ranges = "CC-BY-4.0", 100, True
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                outer.heads.append((self.path, self.headers["Authorization"]))
                with contextlib.suppress(OSError):
                    outer.answer(self)
                self.close_connection = True

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, handler):
        parts = urlsplit(handler.path)
        if parts.path.startswith("/files/"):
            return self.file(handler, parts)
        what = self.pages.pop(len(self.asked), "")
        if what:
            return self.send(handler, *what)
        if parts.path == "/token":
            self.signed = f"{SIGNATURE}{len(self.asked)}"
            return self.send(handler, 200, json.dumps({"token": self.signed}).encode())
        if parts.path.startswith("/collections/"):
            link = {"rel": "license", "href": "https://example.org/terms?key=SECRETsignature"}
            return self.send(handler, 200, json.dumps({"license": self.licence, "links": [link]}).encode())
        said = parse_qs(parts.query)
        first = int(said.get("at", ["0"])[0])
        links = []
        if first + self.page_size < len(self.items):
            links = [{"rel": "next", "href": f"{self.url}/search?at={first + self.page_size}"}]
        page = {"type": "FeatureCollection", "features": self.items[first : first + self.page_size], "links": links}
        return self.send(handler, 200, json.dumps(page).encode())

    def send(self, handler, status, data, headers=(), length=None):
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(data) if length is None else length))
        for name, value in headers:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)

    def file(self, handler, parts):
        self.parts.append(handler.headers["Range"])
        what = self.trouble.get(len(self.parts), self.trouble.get(0, ""))
        if (self.good and self.good != parts.query) or what == "expired":
            return self.send(handler, 403, f"signature {parts.query} is not good".encode())
        data = (self.folder / Path(parts.path).name).read_bytes()
        tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", handler.headers["Range"] or "")
        if asked is None or not self.ranges:
            return self.send(handler, 200, data, [("ETag", tag)])
        first, last = int(asked[1]), min(int(asked[2]), len(data) - 1)
        body, status = data[first : last + 1], 206
        headers = [("Content-Range", f"bytes {first}-{last}/{len(data)}"), ("ETag", tag)]
        length = len(body)
        if what == "slow":
            time.sleep(1.0)
        elif what == "cut":
            body = body[: len(body) // 2]
        elif what == "short":
            length, body = length - 10, body[:-10]
        elif what == "other":
            headers[0] = ("Content-Range", f"bytes {first + 1}-{last + 1}/{len(data)}")
        elif what in {"busy", "broken"}:
            status, body = (429, b"slow down") if what == "busy" else (500, b"oops")
            length, headers = len(body), [("Retry-After", "0")]
        elif what == "page":
            status, body, headers = 200, b"<!DOCTYPE html><html>sign in</html>", []
            length = len(body)
        elif what == "away":
            status, headers = 302, [("Location", "http://localhost:1/elsewhere.tif?" + parts.query)]
        elif what == "aside" and "x=1" not in parts.query:
            status, headers = 302, [("Location", f"{parts.path}?x=1")]
        elif what == "absurd":
            body = body[:8] + bytes(len(body) - 8)
        return self.send(handler, status, body, headers, length)

    def close(self):
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Eight moments of linear radar power as COGs, with a patch that rises in the last three; frames that begin elsewhere."""
    folder = tmp_path_factory.mktemp("files")
    rng = np.random.default_rng(3)
    items = []
    for number, day in enumerate(days("2025-01-03", 10)):
        lies = (ORIGIN[0] - PIXEL * 7 * number, ORIGIN[1] + PIXEL * 3 * number)
        power = rng.gamma(4.4, 0.07 / 4.4, SHAPE).astype(np.float32)
        row, column = 240 + 3 * number, 260 + 7 * number
        if number >= 7:
            power[row : row + 12, column : column + 12] *= 6
        name = f"S1A_IW_{day.replace('-', '')}"
        plain = tif(folder / "plain.tif", power, origin=lies, nodata=-32768.0)
        copy(plain, folder / f"{name}_vv.tif", driver="COG", compress="deflate", blocksize=128)
        asset = {"href": f"/files/{name}_vv.tif", "type": "image/tiff; application=geotiff; profile=cloud-optimized",
                 "raster:bands": [{"nodata": -32768.0, "data_type": "float32"}]}  # fmt: skip
        items.append({
            "type": "Feature", "stac_version": "1.0.0", "id": name, "geometry": {"type": "Point", "coordinates": [104, 14]}, "bbox": [104, 14, 104, 14],
            "properties": {"datetime": f"{day}T11:45:00Z", "platform": "sentinel-1a", "sat:relative_orbit": 62}, "links": [],
            "assets": {"vv": asset, "thumbnail": {"href": "/files/none.png", "type": "image/png"}},
        })  # fmt: skip
    plain.unlink()
    return folder, items


@pytest.fixture
def server(files, monkeypatch):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "STAC_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    made = Catalogue(files[0])
    made.items = json.loads(json.dumps(files[1]))
    yield made
    made.close()


def wish(server, **more):
    told = {"bands": ("VV",), "area": AREA, "pause_s": 0.0, **SPAN} | more
    return catalogues.Wish(server.url, "sentinel-1-rtc", **told)


def go(mission, server, manners=MANNERS, **more):
    asked = wish(server, **more)
    headers = {"Authorization": f"Bearer {asked.token}"} if asked.token else {}
    with collect.Connection(manners, headers) as api, collect.Connection(manners) as plain:
        return gathering.gather(mission.path, asked, (api, plain), NOW)


def kept(mission):
    return {p.name: p for p in sorted((mission.path / "scenes").rglob("*")) if p.is_file()}


def test_the_area_alone_is_fetched_once_with_its_record_and_change_runs_on_it_offline(
    mission, server, files, truceline
):
    server.page_size = 4
    got = go(mission, server)
    folder = mission.path / "scenes/sentinel-1-rtc"
    assert (len(got.fetched), got.held, got.left_out, got.stacks) == (10, 0, (), (folder,))
    assert sum(p.stat().st_size for p in files[0].iterdir()) > 3 * got.bytes
    record = json.loads((folder / "S1A_IW_20250103_VV.tif.fetched.json").read_text())
    data = (folder / "S1A_IW_20250103_VV.tif").read_bytes()
    assert record["sha256"] == hashlib.sha256(data).hexdigest()
    assert record["url"] == f"{server.url}/files/S1A_IW_20250103_vv.tif"
    assert record["licence"] == "CC-BY-4.0 (https://example.org/terms)"
    found = scenes.stack(folder)
    assert (len(found.scenes), found.scenes[0].units, found.scenes[0].orbit) == (10, "linear", "62")
    with rasterio.open(files[0] / "S1A_IW_20250208_vv.tif") as original:
        row, column, rows, columns = json.loads((folder / "S1A_IW_20250208_VV.tif.fetched.json").read_text())[
            "pixels_of_the_file"
        ]
        whole = original.read(1)
    with rasterio.open(folder / "S1A_IW_20250208_VV.tif") as own:
        assert np.array_equal(own.read(1), whole[row : row + rows, column : column + columns])
    many = len(server.parts)
    again = go(mission, server)
    assert (again.fetched, again.held, len(server.parts)) == ((), 10, many)
    server.close()
    out = mission.path / "changes/valley"
    done = truceline(
        "change", folder, "--before", "2025-01-01/2025-03-20", "--after", "2025-03-25/2025-12-31", "--out", out
    )
    assert done.code == 0, done.err
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["inputs"]["S1A_IW_20250103_VV.tif"] == record["sha256"]


@pytest.mark.parametrize("what", ["slow", "cut", "short", "other", "busy", "broken", "page", "aside"])
def test_a_server_that_stumbles_is_asked_again_and_the_bytes_are_the_same(mission, server, what, tmp_path):
    server.items = server.items[:2]
    server.trouble = {1: what, 4: what}
    got = go(mission, server)
    assert len(got.fetched) == 2
    found = {p.name: p.read_bytes() for p in got.fetched}
    server.trouble = {}
    for path in kept(mission).values():
        path.unlink()
    again = go(mission, server)
    assert {p.name: p.read_bytes() for p in again.fetched} == found


@pytest.mark.parametrize(
    ("what", "word"),
    [("slow", "in time"), ("cut", "cut"), ("short", "another part"), ("other", "another part"), ("busy", "429"), ("broken", "500"),
     ("page", "page instead of a GeoTIFF"), ("away", "another host (localhost)"), ("expired", "no longer good"), ("absurd", "tags")],
)  # fmt: skip
def test_what_goes_wrong_for_good_leaves_no_scene_and_shows_no_secret(mission, server, what, word):
    server.items, server.trouble = server.items[:1], {0: what}
    manners = collect.Manners(attempts=2, timeout_s=0.3, deadline_s=1.0, backoff_s=0.01, max_mb=20)
    with pytest.raises(RunError) as stopped:
        go(mission, server, manners, query=SIGNATURE, token=TOKEN)
    assert word in str(stopped.value)
    assert "SECRET" not in str(stopped.value)
    assert "goes on from there" in str(stopped.value)
    assert not [n for n in kept(mission) if n.endswith(".tif")]


def test_a_fetch_that_was_stopped_goes_on_in_the_middle_of_a_file(mission, server, monkeypatch):
    monkeypatch.setattr("truceline.ranges.CHUNK", 20_000)
    server.items = server.items[:1]
    server.trouble = dict.fromkeys(range(6, 100), "busy")
    with pytest.raises(RunError, match="429"):
        go(mission, server, collect.Manners(attempts=2, timeout_s=0.5, backoff_s=0.01))
    before = [r for r in server.parts[:5] if r]
    server.trouble = {}
    got = go(mission, server)
    assert len(got.fetched) == 1
    assert not set(server.parts[7:]) & set(before)
    assert set(kept(mission)) == {
        "S1A_IW_20250103_VV.tif",
        "S1A_IW_20250103_VV.tif.fetched.json",
        "scenes.csv",
        "stack.yaml",
    }


def test_a_file_that_became_another_is_begun_anew(mission, server, tmp_path, monkeypatch):
    monkeypatch.setattr("truceline.ranges.CHUNK", 20_000)
    server.folder = tmp_path / "files"
    server.folder.mkdir()
    name = "S1A_IW_20250103_vv.tif"
    source = Path(
        tif(tmp_path / "a.tif", np.random.default_rng(1).gamma(4, 0.02, SHAPE).astype(np.float32), nodata=-32768.0)
    )
    (server.folder / name).write_bytes(source.read_bytes())
    server.items = server.items[:1]
    server.trouble = dict.fromkeys(range(4, 100), "busy")
    with pytest.raises(RunError, match="429"):
        go(mission, server, collect.Manners(attempts=2, timeout_s=0.5, backoff_s=0.01))
    source = Path(
        tif(tmp_path / "b.tif", np.random.default_rng(2).gamma(4, 0.02, SHAPE).astype(np.float32), nodata=-32768.0)
    )
    (server.folder / name).write_bytes(source.read_bytes())
    server.trouble = {}
    with pytest.raises(RunError, match="another now"):
        go(mission, server)
    got = go(mission, server)
    with rasterio.open(got.fetched[0]) as own, rasterio.open(source) as original:
        assert np.isin(own.read(1)[:5, :5], original.read(1)).all()


@pytest.mark.parametrize(
    ("change", "word"),
    [({"id": "../../etc/passwd"}, "no name of a file"), ({"assets": 3}, "no STAC item"), ({"properties": {}}, "no STAC item"),
     ({"properties": {"datetime": "1999-01-01T00:00:00Z"}}, "1999-01-01"), ({"assets": {}}, "no GeoTIFF of VV"), ({"stac_version": []}, "no STAC item"),
     ({"assets": {"vv": {"href": "file:///etc/passwd"}}}, "(file)"), ({"assets": {"vv": {"href": "s3://b/SECRET.tif"}}}, "(s3)"),
     ({"assets": {"vv": {"href": "http://user:SECRET@127.0.0.1/a.tif"}}}, "none of the web"),
     ({"assets": {"vv": {"href": "https://elsewhere.example/a.tif?SECRET=1"}}}, "another host (https://elsewhere.example)"),
     ({"assets": {"vv": {"href": "/vsicurl/x.tif", "type": "image/jp2"}}}, "no GeoTIFF of VV")],
)  # fmt: skip
def test_an_absurd_item_is_left_out_with_its_reason_and_the_rest_comes(mission, server, change, word):
    server.items = server.items[:2]
    server.items[0] |= change
    got = go(mission, server)
    assert len(got.fetched) == 1
    (left,) = got.left_out
    assert word in left
    assert "SECRET" not in left


@pytest.mark.parametrize(
    ("page", "word"),
    [((200, b"<html>portal</html>"), "no JSON"), ((200, b"[]"), "no JSON object"), ((200, b'{"features": 3}'), "no features"),
     ((404, b"no such SECRETsignature"), "404"), ((200, b'{"features": [{}], "links": [{"rel": "next", "href": "http://other.example/"}]}'), "another host"),
     ((200, b'{"features": [{}], "links": [{"rel": "next", "href": "/search", "method": "POST"}]}'), "POST")],
)  # fmt: skip
def test_what_is_no_catalogue_is_said(mission, server, page, word):
    server.pages = dict.fromkeys(range(2, 9), page)
    with pytest.raises(RunError, match=word) as stopped:
        go(mission, server, query=SIGNATURE.removeprefix("sig="))
    assert "SECRETsignature" not in str(stopped.value)
    assert server.parts == []


def test_a_search_without_an_end_ends(mission, server):
    page = json.dumps({"features": [{}], "links": [{"rel": "next", "href": f"{server.url}/search?at=0"}]}).encode()
    server.pages = dict.fromkeys(range(2, 40), (200, page))
    with pytest.raises(RunError, match="without an end"):
        go(mission, server)


def test_signatures_are_asked_for_put_behind_each_address_and_renewed(mission, server):
    server.items = server.items[:2]
    server.trouble = {3: "expired"}
    got = go(mission, server, sign=f"{server.url}/token")
    assert len(got.fetched) == 2
    assert len([a for a in server.asked if a == "/token"]) == 2
    assert all("SECRET" in a for a in server.asked if a.startswith("/files"))
    assert not [p for p in kept(mission).values() if b"SECRET" in p.read_bytes()]


def test_the_token_goes_to_the_catalogue_and_to_no_other_host_and_stands_nowhere(
    mission, server, files, truceline, caplog, monkeypatch
):
    caplog.set_level(logging.DEBUG)
    other = Catalogue(files[0])
    try:
        server.items = server.items[:2]
        server.items[0]["assets"]["vv"]["href"] = f"{other.url}/files/S1A_IW_20250103_vv.tif"
        monkeypatch.setenv("STAC_TOKEN", TOKEN)
        told = truceline("collect", mission.path, "scenes", "--server", server.url, "--collection", "sentinel-1-rtc", "--bands", "vv", "--area", AREA,
                         "--from", "2025-01-01", "--to", "2025-12-31", "--hosts", other.url, "--pause", "0")  # fmt: skip
        assert told.code == 0, told.err
        assert {h for _, h in server.heads} == {f"Bearer {TOKEN}"}
        assert {h for _, h in other.heads} == {None}
        assert len(other.parts) > 0
    finally:
        other.close()
    assert TOKEN not in told.out + told.err + caplog.text
    assert not [p for p in mission.path.rglob("*") if p.is_file() and TOKEN.encode() in p.read_bytes()]
    assert TOKEN not in repr(wish(server, token=TOKEN, query=SIGNATURE))


def test_a_dry_run_counts_names_the_licence_and_fetches_no_scene(mission, server, truceline):
    asked = ("collect", mission.path, "scenes", "--server", server.url, "--collection", "sentinel-1-rtc", "--bands", "VV", "--area", AREA,
             "--from", "2025-01-01", "--to", "2025-12-31", "--dry-run")  # fmt: skip
    told = truceline(*asked)
    assert told.code == 0
    assert "10 items, 10 files, at most 0.5 MB; licence: CC-BY-4.0" in told.out
    assert json.loads(truceline(*asked, "--json").out)["items"] == 10
    assert server.parts == []
    assert not (mission.path / "scenes").exists()


def test_what_does_not_show_the_area_is_counted_and_not_kept(mission, server):
    server.items = server.items[:1]
    got = go(mission, server, area=box(5000, 5000, 40, 40))
    assert (got.fetched, got.beside, got.stacks) == ((), 1, ())
    assert kept(mission) == {}


def test_a_server_without_parts_gives_the_same(mission, server):
    server.items = server.items[:1]
    first = go(mission, server).fetched[0].read_bytes()
    for path in kept(mission).values():
        path.unlink()
    server.ranges = False
    assert go(mission, server).fetched[0].read_bytes() == first


def test_optical_scenes_are_joined_to_twenty_metres_with_what_their_numbers_mean(mission, server, tmp_path):
    server.folder = tmp_path / "s2"
    rng = np.random.default_rng(4)
    assets = {}
    for key, pixel, kind in (
        ("nir08", 20.0, np.uint16),
        ("swir22", 20.0, np.uint16),
        ("red", 10.0, np.uint16),
        ("scl", 20.0, np.uint8),
    ):
        shape = tuple(round(n * 10 / pixel) for n in SHAPE)
        data = (rng.integers(4, 7, shape) if key == "scl" else rng.integers(1500, 3500, shape)).astype(kind)
        tif(server.folder / f"{key}.tif", data, pixel=pixel, nodata=0)
        assets[key] = {"href": f"/files/{key}.tif", "type": "image/tiff"}
    server.items = [server.items[0] | {"id": "S2A_T48PTA_20250103", "assets": assets, "properties": {
        "datetime": "2025-01-03T03:35:00Z", "platform": "sentinel-2a", "s2:processing_baseline": "05.11", "eo:cloud_cover": 12.0}}]  # fmt: skip
    got = go(mission, server, bands=("B8A", "B12", "B04", "SCL"))
    folder = mission.path / "scenes/sentinel-1-rtc-48PTA"
    assert (len(got.fetched), got.stacks) == (4, (folder,))
    found = {s.band: s for s in scenes.stack(folder).scenes}
    assert {s.grid.pixel_m for s in found.values()} == {(20.0, 20.0)}
    row, column, rows, columns = json.loads((folder / "S2A_T48PTA_20250103_B04.tif.fetched.json").read_text())[
        "pixels_of_the_file"
    ]
    with rasterio.open(server.folder / "red.tif") as original:
        fine = original.read(1)[row : row + rows, column : column + columns].astype(float)
    mean = np.rint(fine.reshape(rows // 2, 2, columns // 2, 2).mean(axis=(1, 3)))
    shown = found["B04"].window((0, 0, *found["B04"].grid.shape))
    np.testing.assert_allclose(shown, mean * 0.0001 - 0.1, atol=1e-6)
    assert [
        r["units"] for r in csv.DictReader(io.StringIO((folder / "scenes.csv").read_text())) if r["band"] == "SCL"
    ] == ["class"]
    assert go(mission, server, bands=("B8A", "B12", "SCL"), most_cloud=10.0).fetched == ()


@pytest.mark.parametrize(
    "wrong", [{"server": ""}, {"server": "ftp://x"}, {"collection": "../x"}, {"sign": "nowhere"}, {"hosts": ("file:///",)}, {"token": "a b"},
              {"area": "1,2,3"}, {"start": "soon"}, {"server": "http://far.example", "token": "x"}, {"sign": "http://far.example/t"}],
)  # fmt: skip
def test_wrong_use_is_said_before_anything_is_asked(mission, server, wrong):
    from dataclasses import replace

    with pytest.raises(UsageError) as error:
        gathering.gather(mission.path, replace(wish(server), **wrong), now=NOW)
    assert "SECRET" not in str(error.value)
    assert server.asked == []
