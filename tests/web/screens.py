"""A workbench on loopback and a real browser without any network, for tests that look at the screen."""

import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from truceline.web import app as apps

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip
"""Drawn by software, and no name but this machine's leads anywhere."""
BUILT = Path(apps.__file__).parent / "static/built/workbench.js"


@contextmanager
def served(room):
    """The address of a workbench over this room, while it is needed."""
    app = apps.create(room)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(5)


class Watched:
    """A page whose requests and complaints are written down."""

    def __init__(self, context, address):
        self.address, self.page = address, context.new_page()
        self.outside, self.complaints = [], []
        self.page.on("request", self._asked)
        self.page.on("console", lambda m: m.type in {"error", "warning"} and self._said(m.text))
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))

    def _asked(self, request):
        found = urlsplit(request.url)
        if found.scheme in {"http", "https", "ws", "wss"} and found.hostname != "127.0.0.1":
            self.outside.append(request.url)

    def _said(self, text):
        if "GPU stall due to ReadPixels" not in text:
            self.complaints.append(text)

    def open(self, path="/situation", *, ready=True):
        self.page.goto(f"{self.address}{path}")
        if ready:
            self.page.wait_for_selector("html[data-ready]", timeout=60_000)
        return self.page

    def map(self, script):
        """What a script says of the map (`m`) and the page's own state (`t`)."""
        return self.page.evaluate(f"() => {{ const t = truceline, m = t.ground.map; return {script} }}")

    def drawn(self, condition, seconds=20):
        """Wait until the map says so."""
        script = f"() => {{ const t = truceline, m = t.ground.map; return {condition} }}"
        self.page.wait_for_function(script, timeout=seconds * 1000)
