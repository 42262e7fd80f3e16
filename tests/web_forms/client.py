"""ODK Web Forms in a real browser without a network: a form is filled in as a person does it, and what it sends is taken out."""

import fcntl
import functools
import http.server
import shutil
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
MAPS = {"geopoint", "geotrace"}
"""Answers that are given on a map, which has no field to type into: these go through the form's own model."""


def installed():
    """The client's packages, put there once by npm; the test is skipped where that cannot be."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("Node and npm are not there, which bring ODK Web Forms")
    if not Path(CHROMIUM).is_file():
        pytest.skip("Chromium is not there, in which ODK Web Forms is opened")
    lock, done = HERE / "package-lock.json", HERE / "node_modules/.package-lock.json"
    with (HERE / "package.json").open() as mine:
        fcntl.flock(mine, fcntl.LOCK_EX)
        if done.is_file() and done.stat().st_mtime >= lock.stat().st_mtime:
            return
        ended = subprocess.run(
            ["npm", "ci", "--silent", "--no-audit"], cwd=HERE, capture_output=True, text=True, check=False, timeout=300
        )
        if ended.returncode:
            pytest.skip("npm could not bring ODK Web Forms: " + (ended.stderr or "no reason was given").strip()[-200:])
        done.touch()


class _Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Nothing is written about what was asked."""


@contextmanager
def browser(playwright):
    """A page of the client, and a list of what it asked of anybody but this machine."""
    files = functools.partial(_Files, directory=str(HERE))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), files)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
    context = chromium.new_context(
        timezone_id="Asia/Bangkok", locale="en-GB", viewport={"width": 480, "height": 640}, reduced_motion="reduce"
    )
    page, outside = context.new_page(), []
    page.on("request", lambda r: urlsplit(r.url).hostname not in {"127.0.0.1", "", None} and outside.append(r.url))
    context.route(lambda url: urlsplit(url).hostname != "127.0.0.1", lambda route: route.abort())
    page.set_default_timeout(10_000)
    page.goto(f"http://127.0.0.1:{server.server_port}/page.html")
    page.wait_for_function("() => Boolean(window.client)")
    try:
        yield Client(page), outside
    finally:
        chromium.close()
        server.shutdown()
        server.server_close()


class Client:
    """One form on the page."""

    def __init__(self, page):
        self.page = page

    def open(self, xform):
        """Show a form."""
        self.page.evaluate("x => client.open(x)", xform)
        self.page.wait_for_function("() => client.ready() || document.querySelector('.form-load-failure-dialog')")
        failed = self.page.locator(".form-load-failure-dialog")
        assert not failed.count(), failed.inner_text()

    def fill(self, answers, lines=None):
        """Answer every question; `lines` holds the entries of repeats."""
        self._fill("", answers)
        for repeat, listed in (lines or {}).items():
            for number, line in enumerate(listed, 1):
                if number > 1:
                    (place,) = [q for q in self._questions() if q["reference"].rpartition("/")[2] == repeat]
                    self.page.evaluate("([r, n]) => client.add(r, n)", [place["reference"], number - 2])
                self._fill(f"{repeat}[{number}]", line)

    def _questions(self):
        return self.page.evaluate("() => client.questions()")

    def _fill(self, repeat, answers):
        left = dict(answers)
        while left:
            before = len(left)
            for one in self._questions():
                path, _, name = one["reference"].rpartition("/")
                inside = path.rpartition("/")[2]
                if name in left and (inside == repeat if repeat else "[" not in inside):
                    self._answer(one, left.pop(name))
                    if one["type"] == "select":
                        break  # it may have brought or taken questions
            assert len(left) < before, f"no question on the page for {left}"

    def _answer(self, one, value):
        box = self.page.locator(f'[id="{one["element"]}_container"]')
        if one["value"] in MAPS:
            self.page.evaluate("([r, v]) => client.answer(r, v)", [one["reference"], value])
        elif one["type"] == "select" and box.locator("[role=combobox]").count():
            wanted = self.page.evaluate("([r, v]) => client.called(r, v)", [one["reference"], value])
            box.locator("[role=combobox]").click()
            self.page.get_by_role("option", name=wanted, exact=True).click()
        elif one["type"] == "select":
            for part in value.split(" "):
                box.locator(f'label:has(input[value="{part}"])').click()
        elif one["type"] == "upload":
            box.locator("input[type=file]").set_input_files(value)
        else:
            field = box.locator("input, textarea").first
            if one["value"] in {"int", "decimal"}:  # a field of numbers takes keys one by one
                field.press("Control+a")
                field.press_sequentially(value)
            else:
                field.fill(value)
            field.blur()

    def complaint(self):
        """What the page says is wrong, as far as it shows."""
        shown = self.page.locator(".question-container:has(.validation-message:visible)")
        return [" ".join(t.split()) for t in shown.all_inner_texts() if t]

    def press(self):
        """Press the button that sends."""
        self.page.get_by_role("button", name="Send").click()

    def send(self):
        """Press it: the parts of the post, as (field, name, type, bytes)."""
        self.press()
        try:
            self.page.wait_for_function("() => client.done()", timeout=5_000)
        except Exception as error:
            raise AssertionError(f"the form was not sent: {self.complaint()}") from error
        parts = self.page.evaluate("() => client.parts()")
        return [(p["field"], p["name"], p["type"], bytes.fromhex(p["hex"])) for p in parts]
