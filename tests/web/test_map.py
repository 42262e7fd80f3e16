"""The map in a real browser, drawn by software, with the network cut off."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from screens import ARGUMENTS, BUILT, CHROMIUM, Watched, served

from axe import violations
from missions import ZONES, A, B, Folder, obs
from truceline import when, where
from truceline.web import drawn, map_words, packed
from truceline.web.opening import opened

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web/src"
needs_browser = [
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="chromium is not installed"),
    pytest.mark.skipif(not BUILT.exists(), reason="the browser code is not built: `make web`"),
]
AXIS = (
    int(when.moment("2025-08-01", "Asia/Bangkok").timestamp()),
    int(when.moment("2025-09-01", "Asia/Bangkok").timestamp()),
)
SPOTS = [(102.40 + 0.03 * (n % 6), 14.30 + 0.05 * (n // 6)) for n in range(12)]


def zones():
    """The valley with two sectors, land without an edge inside, and a zone of the truce."""
    found = json.loads(json.dumps(ZONES))
    square = lambda w, s, e, n: {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]}  # noqa: E731
    found["features"][1]["geometry"] = square(102.0, 14.0, 102.5, 15.0)
    found["features"] += [
        {"type": "Feature", "properties": {"id": f, "name": f, "role": role, "attribution": "Invented"}, "geometry": square(*box)}
        for f, role, box in (("east", "sector", (102.5, 14.0, 103.0, 15.0)), ("land-a", "land", (101.5, 13.5, 102.5, 15.5)),
                             ("land-b", "land", (102.5, 13.5, 103.5, 15.5)))
    ]  # fmt: skip
    return json.dumps(found)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = Folder(tmp_path_factory.mktemp("map") / "mission")
    made.write("zones.geojson", zones())
    told = [
        obs(f"o{n}", "mon" if n % 2 else "voice-1", place="", start=f"2025-08-{3 + n:02d}T09:00+07:00", reported=f"2025-08-{3 + n:02d}",
            lon_deg=lon, lat_deg=lat, radius_m=1500, text=f"Account {n}")
        for n, (lon, lat) in enumerate(SPOTS)
    ]  # fmt: skip
    told += [obs(f"h{n}", "mon", start=f"2025-08-{20 + n}T09:00+07:00", reported=f"2025-08-{20 + n}") for n in range(8)]
    told += [
        obs("w1", "mon", place="", start="2025-08-28T09:00+07:00", reported="2025-08-28", observer_lon_deg=102.7, observer_lat_deg=14.6,
            bearing_deg=90, bearing_error_deg=10, distance_min_m=1000, distance_max_m=4000),
        obs("lost", "mon", place="", start="2025-08-29T09:00+07:00", reported="2025-08-29"),
        obs("secret", "hidden", start="2025-08-05T09:00+07:00", reported="2025-08-05", lon_deg=102.911, lat_deg=14.911, radius_m=50),
    ]  # fmt: skip
    made.tell(*told)
    made.effort(
        "e1,mon,2025-08-10,2025-08-10,hill,,,,done,,,,public,2025-08-10",
        "e2,mon,2025-08-11,2025-08-11,hill,,,,host_led,arda,,,public,2025-08-11",
    )
    return made


def plated(folder, name, title, source_id, **change):
    """A result of `truceline change` as a mission holds it: figure.json for the report, the rest for the map."""
    import base64
    import io

    from PIL import Image

    made = io.BytesIO()
    Image.new("L", (64, 64), 90).save(made, "PNG")
    picture, day = base64.b64encode(made.getvalue()).decode(), "2025-08-01T00:00:00Z"
    span = {"start": day, "end": day, "first": day, "last": day, "scenes": 1}
    figure = {
        "title": title, "source_id": source_id, "sensor": "radar", "bands": [], "orbits": [], "unit": "dB", "before": span, "after": span,
        "counts": dict.fromkeys(("footprints", "rise", "fall", "flagged", "undated", "area_m2"), 0),
        "base_rate": {"expected_false": 0, "found_where_nothing_changed": 0, "changed_share": 0}, "asked_false_share": 0.1,
        "null_maps": 1, "buildings": None, "left_out": 0, "closed": "2025-08-20T00:00:00Z", "source": "", "footprints": 0,
        "expected_false": 0, "area_km2": 1, "across_m": 100, "lon_deg": 102.45, "lat_deg": 14.35, "size": [64, 64], "stretch": [0, 1],
        "limit": 8, "panels": dict.fromkeys(("before", "after", "score"), picture), "ramps": dict.fromkeys(("grey", "score"), picture),
        "unseen": False, "calibration": "scenes", "outlines": [], "rows": [], "scenes": [], "series": [], "series_band": "", "bracket": None,
    }  # fmt: skip
    about = {
        "before": "before.png", "after": "after.png", "bounds": [[102.4, 14.4], [102.5, 14.4], [102.5, 14.3], [102.4, 14.3]],
        "before_date": "2025-08-01", "after_date": "2025-08-10/2025-08-20", "title": title, "source": "Invented",
    } | change  # fmt: skip
    folder.write(f"changes/{name}/figure.json", json.dumps(figure))
    folder.write(f"changes/{name}/plate.json", json.dumps(about))
    for which in ("before", "after"):
        (folder.path / f"changes/{name}/{which}.png").write_bytes(made.getvalue())


@pytest.fixture(scope="module")
def room(folder):
    plated(folder, "hill", "Hill", "mon")
    plated(folder, "quiet", "Secret plate", "hidden")
    return opened(folder.path)


@pytest.fixture(scope="module")
def desk(room):
    return room.desk


# What is drawn, without a browser.


def test_packed_columns_come_back_as_they_were():
    rng = np.random.default_rng(3)
    columns = {
        "a": rng.normal(size=7),
        "b": np.arange(5, dtype="i4"),
        "c": np.array([1, 0, 255], "u1"),
        "d": np.zeros(0, "f4"),
    }
    about, found = packed.unpacked(packed.packed(columns, {"rows": 7, "said": "ខ្មែរ"}))
    assert about == {"rows": 7, "said": "ខ្មែរ"}
    assert all(np.array_equal(found[n], c) and found[n].dtype == c.dtype for n, c in columns.items())
    shown = rng.random(1000) < 0.5
    assert np.array_equal(np.unpackbits(np.frombuffer(packed.bits(shown), "u1"), count=1000, bitorder="little"), shown)


def test_incidents_are_those_of_the_desk_in_its_order_and_the_unplaced_are_not_a_number(desk):
    about, columns = packed.unpacked(drawn.incidents(desk))
    assert about["ids"] == desk.table["id"].to_list()
    assert [about["grades"][g] for g in columns["grade"]] == desk.table["grade"].to_list()
    assert np.isnan(columns["lon"]).sum() == 1
    assert [about["gazetteer"][n] for n in columns["place_id"]].count("hill") == 8


def test_an_ellipse_keeps_its_half_axes_on_the_ground():
    ring = drawn.ellipse(104.6, 14.4, (5000.0, 2000.0), 30.0).exterior.coords
    far = [where.distance_m(104.6, 14.4, *c) for c in ring]
    assert max(far) == pytest.approx(5000, rel=1e-3)
    assert min(far) == pytest.approx(2000, rel=1e-3)


def test_coverage_says_for_each_day_and_sector_who_looked(desk):
    found = drawn.coverage(desk)
    at = found["first"].index(int(when.moment("2025-08-10", "Asia/Bangkok").timestamp()))
    assert found["sectors"]["sector"]["people"][at - 1 : at + 3] == ".lh."
    assert set(found["sectors"]["east"]["people"]) == {"."}


def test_land_has_no_edge_inside_and_both_parties_stand_in_the_mission_s_order(desk):
    found = drawn.ground(desk)
    assert found["land"]["geometry"]["type"] == "Polygon"
    assert found["warnings"] == ["Orientation only."]
    assert {p["id"] for p in found["places"]} == {"hill", "ford", "far", "north-gate", "south-gate"}


def test_an_account_with_a_bearing_is_a_wedge_from_the_cell_of_its_observer(desk):
    told = next(o for o in desk.edition.observations if o.id == "w1")
    stood = told.observer_lon_deg, told.observer_lat_deg
    assert stood == (102.705, 14.605)  # of 102.7, 14.6: the public learns a cell
    found = drawn.accounts(desk.incident("I-w1"), desk)["features"]
    wedge = next(f for f in found if f["properties"]["form"] == "wedge")
    spots = [where.distance_m(*stood, *c) for c in wedge["geometry"]["coordinates"][0]]
    assert min(spots) == pytest.approx(told.distance_min_m, rel=0.01)
    assert max(spots) == pytest.approx(told.distance_max_m, rel=0.01)


def test_exchanging_the_parties_exchanges_their_tones_alone(desk):
    known = desk.mission
    assert [drawn._tone(p, known) for p in (A, B, "", "nobody")] == ["party-1", "party-2", "party-none", "party-none"]


def test_every_word_of_the_code_is_in_the_catalogue_and_none_is_idle():
    code = "\n".join(p.read_text("utf-8") for p in WEB.glob("*.js"))
    said = set(re.findall(r'say\(\s*"(\w+)"', code)) | set(re.findall(r'"((?:key|layer)_\w+)"', code))
    said |= set(re.findall(r'"((?:kilo)?metres|named_\w+)"', code))
    known = map_words.spoken()
    assert said <= set(known)
    made = {k for k in known if k.startswith(("grade_", "form_", "layer_", "key_")) or k.endswith("_handle")}
    loose = [k for k in set(known) - said - made if f'"{k}"' not in code]
    assert not loose


def test_no_address_of_another_machine_is_in_what_is_built_from_our_code():
    for path in WEB.glob("*"):
        assert not re.search(r"https?://(?!www\.w3\.org/)", path.read_text("utf-8")), path
    lock = (ROOT / "web/package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock


# In the browser.


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        found = p.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def address(room):
    with served(room) as found:
        yield found


@pytest.fixture(scope="module")
def screen(browser, address):
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, permissions=["clipboard-read", "clipboard-write"]
    )
    watched = Watched(context, address)
    watched.open()
    watched.drawn("m.loaded()")
    yield watched
    context.close()


@pytest.fixture
def fresh(screen):
    """The same page as it stood at first: nothing selected, filtered or open."""
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("Escape")
    if screen.page.locator(".swipe-choice").count():
        screen.page.locator(".swipe-choice").select_option(index=0)
    screen.map("(t.measure.turn(false), t.cards.close(), t.timeline.stop(), t.whole())")
    screen.page.evaluate("() => history.replaceState(null, '', '/situation')")
    screen.page.evaluate("() => dispatchEvent(new PopStateEvent('popstate'))")
    screen.drawn(f"t.ground.on.reduce((a, b) => a + b, 0) === {screen.map('t.rows.size')}")
    return screen


def choose(watched, incident):
    """Click on a row of the list beside its link."""
    script = f"""() => {{ const e = document.querySelector('[data-part=list] [data-incident="{incident}"]');
        e.scrollIntoView({{block: 'center'}}); const b = e.getBoundingClientRect(); return [b.left + 12, b.top + b.height / 2]; }}"""
    watched.page.mouse.click(*watched.page.evaluate(script))


class TestInTheBrowser:
    pytestmark = needs_browser

    def test_it_draws_and_asks_nobody_else(self, screen):
        shot = screen.page.screenshot(clip=screen.page.locator("#map").bounding_box())
        from PIL import Image

        shades = np.asarray(Image.open(io.BytesIO(shot)).convert("L"))
        assert len(np.unique(shades)) > 20
        assert screen.map("m.queryRenderedFeatures({layers: ['marks', 'groups']}).length") >= 5
        assert not screen.outside
        assert not screen.complaints

    def test_names_are_drawn_in_latin_thai_and_khmer(self, screen):
        screen.drawn("m.queryRenderedFeatures({layers: ['places']}).some(f => f.properties.local.includes('ភ្នំ'))")
        loaded = screen.page.evaluate("() => [...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
        assert {"Noto Sans", "Noto Sans Thai", "Noto Sans Khmer"} <= {f.strip('"') for f in loaded}
        assert "glyphs" not in screen.map("Object.keys(m.getStyle())")

    def test_who_looked_is_said_and_hatched_never_blank(self, fresh):
        page = fresh.page
        page.evaluate("() => { location.hash = 'day=2025-08-09'; }")
        page.evaluate("() => dispatchEvent(new PopStateEvent('popstate'))")
        page.wait_for_function("() => document.querySelector('.map-title').textContent.includes('2 of 2')")
        fresh.drawn("m.queryRenderedFeatures({layers: ['sector-hatch']}).length >= 2")
        page.evaluate("() => { location.hash = 'day=2025-08-10'; }")
        page.evaluate("() => dispatchEvent(new PopStateEvent('popstate'))")
        page.wait_for_function("() => document.querySelector('.map-title').textContent.includes('1 of 2')")
        fresh.drawn("m.queryRenderedFeatures({layers: ['sector-looked']}).length >= 1")
        assert "Orientation only." in page.inner_text(".map-warning")

    def test_a_group_at_one_place_opens_as_a_list_and_one_of_it_as_a_card(self, fresh):
        page = fresh.page
        fresh.map("m.jumpTo({center: [102.4, 14.4], zoom: 11})")
        fresh.drawn("t.ground.groups.some(g => g.rows.length === 8)")
        fresh.drawn("m.loaded() && m.queryRenderedFeatures({layers: ['groups']}).length > 0")
        spot = fresh.map("m.project([102.4, 14.4])")
        box = page.locator("#map").bounding_box()
        page.mouse.click(box["x"] + spot["x"], box["y"] + spot["y"])
        page.wait_for_selector(".card-list button")
        assert page.locator(".card-list button").count() == 8
        page.locator(".card-list button").first.click()
        page.wait_for_selector(".card-link")
        assert "selected=I-h0" in page.url
        assert page.locator("[data-part=list] [aria-current]").get_attribute("data-incident") == "I-h0"

    def test_selected_in_the_list_is_selected_on_map_and_timeline_and_in_the_address(self, fresh):
        page = fresh.page
        # What is said stands for a moment only: a later word may take its place before anybody looks.
        page.evaluate("""() => { window.said = ''; new MutationObserver(() => {
            window.said += (document.querySelector('.heard')?.textContent ?? '') + '|';
        }).observe(document.body, {childList: true, characterData: true, subtree: true}); }""")
        choose(fresh, "I-o4")
        page.wait_for_function("() => location.search.includes('selected=I-o4')")
        fresh.drawn("t.desk.incidents.ids[t.ground.chosen] === 'I-o4'")
        assert page.locator("[data-part=timeline] .selected").count() == 1
        page.wait_for_function("() => window.said.includes('2025-08-07')", timeout=15_000)
        page.keyboard.press("j")
        assert fresh.map("t.desk.incidents.ids[t.ground.chosen]") != "I-o4"
        page.keyboard.press("k")
        assert fresh.map("t.desk.incidents.ids[t.ground.chosen]") == "I-o4"

    def test_a_brush_on_the_timeline_filters_map_list_and_count(self, fresh):
        page = fresh.page
        page.wait_for_selector(".brush:not([hidden])")
        page.locator(".brush").scroll_into_view_if_needed()
        axis = fresh.map("t.timeline.axis")
        at = lambda day: when.moment(f"2025-08-{day}T12:00+07:00", "Asia/Bangkok").timestamp()  # noqa: E731
        unit = (axis["right"] - axis["left"]) / (axis["end"] - axis["start"])
        x = lambda day: axis["screen"] + (at(day) - axis["start"]) * unit  # noqa: E731
        y = page.locator(".brush").bounding_box()["y"] + 10
        fresh.map("(document.querySelector('.brush-window').style.pointerEvents = 'none')")
        page.mouse.move(x(20), y)
        page.mouse.down()
        page.mouse.move(x(23), y)
        page.mouse.up()
        fresh.map("(document.querySelector('.brush-window').style.pointerEvents = '')")
        page.wait_for_function("() => location.search.includes('from=2025-08-20&to=2025-08-23')")
        assert fresh.map("t.ground.on.reduce((a, b) => a + b, 0)") == 4
        page.wait_for_function("() => document.querySelectorAll('[data-part=list] [data-incident]').length === 4")
        page.locator(".brush-to").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("() => location.search.includes('to=2025-08-24')")
        assert page.evaluate("() => document.activeElement.className").startswith("brush-edge")
        assert page.locator(".brush-to").get_attribute("aria-valuetext") == "24 August 2025"

    def test_what_the_server_filters_is_what_the_map_shows(self, fresh, desk):
        from truceline.web.window import parse

        for query in ("q=Account", "grade=reported", "kind=fire&from=2025-08-05&to=2025-08-12"):
            fresh.page.evaluate(
                "q => { history.replaceState(null, '', '/situation?' + q); dispatchEvent(new PopStateEvent('popstate')); }",
                query,
            )
            pairs = [tuple(p.split("=")) for p in query.split("&")]
            wanted = int(desk.sieve.mask(parse(pairs, desk.scope)).sum())
            fresh.drawn(f"t.ground.on.reduce((a, b) => a + b, 0) === {wanted}")

    def test_stepping_and_playing_move_the_window_by_days(self, fresh):
        page = fresh.page
        page.evaluate(
            "() => { history.replaceState(null, '', '/situation?from=2025-08-03&to=2025-08-04'); dispatchEvent(new PopStateEvent('popstate')); }"
        )
        page.keyboard.press(".")
        assert "from=2025-08-04&to=2025-08-05" in page.url
        page.keyboard.press(",")
        assert "from=2025-08-03&to=2025-08-04" in page.url
        page.keyboard.press("p")
        page.wait_for_function("() => new URLSearchParams(location.search).get('from') > '2025-08-04'")
        page.keyboard.press("p")
        assert page.locator(".step-play").get_attribute("aria-label") == "Play"
        page.evaluate(
            "() => { history.replaceState(null, '', '/situation?from=2025-08-28&to=2025-08-29'); dispatchEvent(new PopStateEvent('popstate')); }"
        )
        assert fresh.map("t.timeline.step(1)") is False
        assert "from=2025-08-28&to=2025-08-29" in page.url

    def test_a_long_press_gives_coordinates_to_copy(self, fresh):
        page = fresh.page
        box = page.locator("#map").bounding_box()
        page.mouse.move(box["x"] + 400, box["y"] + 300)
        page.mouse.down()
        page.wait_for_selector(".coordinates", timeout=5000)
        page.mouse.up()
        forms = page.locator(".coordinates code").all_inner_texts()
        lat, lon = map(float, forms[0].split(", "))
        assert where.parse(forms[2]).lat_deg == pytest.approx(lat, abs=1e-4)
        assert where.parse(forms[3]).lon_deg == pytest.approx(lon, abs=1e-4)
        assert re.fullmatch(r"\d{1,2}[C-X][A-Z]{2}\d{10}", forms[2])
        page.locator(".map-copy").nth(2).click()
        page.wait_for_function("() => document.querySelectorAll('.map-copy')[2].textContent === 'Copied'")
        assert page.evaluate("() => navigator.clipboard.readText()") == forms[2]
        page.keyboard.press("Escape")
        assert page.locator(".coordinates").count() == 0

    def test_a_measure_is_that_of_the_ellipsoid(self, fresh):
        page = fresh.page
        page.keyboard.press("m")
        spots = [(102.3, 14.3), (102.8, 14.7), (102.6, 14.2)]
        for lon, lat in spots:
            fresh.map(f"t.measure.add([{lon}, {lat}])")
        assert fresh.map("t.measure.metres") == pytest.approx(where.line_length_m([list(s) for s in spots]), abs=0.01)
        assert "km in all" in page.inner_text(".map-measured")
        page.keyboard.press("Escape")
        assert page.locator(".map-measured").is_hidden()

    def test_layers_go_off_and_on_and_the_address_remembers(self, fresh):
        page = fresh.page
        if not page.locator(".map-layers").get_attribute("open"):
            page.keyboard.press("l")
        page.locator(".map-layers input").first.uncheck()
        assert "hide=incidents" in page.url
        assert fresh.map("m.getLayoutProperty('marks', 'visibility')") == "none"
        page.locator(".map-layers input").first.check()
        assert "hide" not in page.url
        assert fresh.map("m.getLayoutProperty('marks', 'visibility')") == "visible"

    def test_the_keys_open_and_hold_no_focus(self, fresh):
        page = fresh.page
        page.keyboard.press("?")
        page.wait_for_selector("dialog.keys-dialog[open]")
        page.locator("dialog.keys-dialog input").uncheck()
        page.keyboard.press("Escape")
        before = page.url
        page.keyboard.press("j")
        assert page.url == before
        page.keyboard.press("?")
        page.locator("dialog.keys-dialog input").check()
        page.keyboard.press("Escape")
        page.locator("input[name=q]").first.focus()
        page.keyboard.type("jm")
        assert page.locator("input[name=q]").first.input_value() == "jm"
        page.locator("input[name=q]").first.fill("")
        page.locator("input[name=q]").first.blur()

    def test_before_and_after_lie_over_each_other_with_an_edge_that_keys_move(self, fresh):
        page = fresh.page
        page.locator(".swipe-choice").select_option(label="Hill")
        edge = page.locator(".swipe-edge")
        assert edge.get_attribute("aria-valuenow") == "50"
        edge.focus()
        page.keyboard.press("ArrowLeft")
        assert edge.get_attribute("aria-valuenow") == "45"
        page.wait_for_function(
            "() => [...document.querySelectorAll('.swipe-picture')].every(i => i.complete && i.naturalWidth === 64)"
        )
        page.locator(".swipe-choice").select_option(index=0)
        assert edge.is_hidden()

    def test_nothing_sealed_is_drawn_and_no_sealed_plate_given_out(self, screen, address):
        import httpx

        for path in ("ground.json", "incidents.bin", "heat.bin", "coverage.json", "plates.json", "accounts/I-o2.json"):
            found = httpx.get(f"{address}/map/{path}")
            assert found.status_code == 200
            for word in (b"secret", b"QZX", b"102.911", b"Secret plate", b"quiet"):
                assert word not in found.content, path
        assert httpx.get(f"{address}/map/plates/quiet/after").status_code == 404
        assert httpx.get(f"{address}/map/plates/hill/after").headers["content-type"] == "image/png"
        assert httpx.get(f"{address}/map/accounts/I-secret.json").status_code == 404

    def test_what_the_browser_holds_is_not_sent_again(self, address):
        import httpx

        first = httpx.get(f"{address}/map/incidents.bin")
        assert first.headers["content-encoding"] == "gzip"
        again = httpx.get(f"{address}/map/incidents.bin", headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_nothing(self, fresh, scheme):
        page = fresh.page
        page.emulate_media(color_scheme=scheme)
        choose(fresh, "I-o4")
        fresh.map("(t.cards.incident(t.rows.get('I-o4')), 0)")
        page.wait_for_selector(".card-link")
        found = violations(page, within="#map", without=["region"])
        page.locator(".swipe-choice").select_option(label="Hill")
        found += violations(page, within="#map", without=["region"])
        page.locator(".swipe-choice").select_option(index=0)
        page.emulate_media(color_scheme="light")
        assert found == []

    def test_without_webgl_the_drawn_map_stays_and_says_so(self, browser, address):
        context = browser.new_context(viewport={"width": 800, "height": 600})
        context.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
        watched = Watched(context, address)
        page = watched.open()
        assert "WebGL 2 is missing" in page.inner_text(".map-note")
        assert page.locator("#map > svg").is_visible()
        context.close()

    def test_nothing_was_asked_of_anybody_and_nothing_complained_to_the_end(self, screen):
        assert not screen.outside
        assert not screen.complaints
