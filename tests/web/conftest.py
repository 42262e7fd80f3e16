"""A workbench over a mission that a test writes: the app itself, and a real server where a real client is needed."""

import asyncio
import signal
import subprocess
import sys

import httpx
import pytest

from missions import Folder, obs, term
from truceline.web import app, opening

TOKEN = "token-of-this-test"
HOME = "http://127.0.0.1:8735"


class Bench:
    """An open mission with a client that asks as the pages do."""

    def __init__(self, folder, release="public", run=None):
        self.folder = folder
        self.room = opening.opened(folder.path, release, run)
        self.app = app.create(self.room, token=TOKEN)
        self.client = Client(self.app)

    @property
    def desk(self):
        return self.room.desk

    def get(self, address, **headers):
        return self.client.ask("GET", address, headers=headers)

    def post(self, address, headers=(), **body):
        given = {"x-truceline-token": TOKEN, **dict(headers)}
        return self.client.ask("POST", address, headers=given, **body)

    def judge(self, action, subject="", object_="", **more):
        said = {"action": action, "subject": subject, "object": object_, "reason": "seen on site", "by": "A. Analyst"}
        return self.post("/judgements", json={**said, "generation": self.desk.generation, **more})


class Client:
    """The app asked in this process, without a port."""

    def __init__(self, app_):
        self.app = app_

    def ask(self, method, address, **what):
        async def go():
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
                return await client.request(method, address, **what)

        return asyncio.run(go())


@pytest.fixture
def front(mission):
    """A mission of two incidents, one of them told by several, and one denial."""
    return told(mission)


@pytest.fixture(scope="module")
def still(tmp_path_factory):
    """A workbench of that mission for tests that only read: opened once a module."""
    made = Bench(told(Folder(tmp_path_factory.mktemp("still") / "mission")))
    yield made
    made.room.close()


def told(mission):
    """Write what the mission of these tests holds."""
    mission.terms(term("hold_fire"), term("let_observers_in", 2))
    mission.effort(
        "E1,mon,2025-08-09T00:00+07:00,2025-08-12T00:00+07:00,hill,sector,arda,,done,,,5000,public,2025-08-12"
    )
    mission.tell(
        obs("A", "press-1", lon_deg="102.40", lat_deg="14.40", radius_m="500", actor_claimed="arda", killed_min="1", killed_max="2"),
        obs("B", "press-2", text="another account of that hour ภูเขา", lon_deg="102.401", lat_deg="14.40", radius_m="500"),
        obs("C", "voice-2", start="2025-08-10T09:02+07:00", text="they shelled us", actor_claimed="arda"),
        obs("D", "mon", start="2025-08-20T15:00+07:00", kind="explosion.mine", place="ford", reported="2025-08-21", text="=HYPERLINK(1)"),
        obs("E", "voice-1", stance="denies", answers="C", text="we did nothing", start="2025-08-10T09:02+07:00"),
    )  # fmt: skip
    return mission


@pytest.fixture
def bench(front):
    """The workbench of that mission."""
    made = Bench(front)
    yield made
    made.room.close()


class Served:
    """The verb `serve` in a process of its own: some clients hold this one while they wait for an answer."""

    def __init__(self, folder, *more):
        command = [sys.executable, "-m", "truceline.cli", "serve", str(folder), "--port", "0", *map(str, more)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.said = self.process.stdout.readline()
        self.address = self.process.stdout.readline().strip().rstrip("/")

    def end(self):
        """Ctrl-C: how it ended, and what it wrote on stderr."""
        self.process.send_signal(signal.SIGINT)
        _, told = self.process.communicate(timeout=20)
        return self.process.returncode, told


@pytest.fixture
def serve():
    """Start the workbench of a folder; it is ended after the test."""
    running = []

    def start(folder, *more):
        running.append(Served(folder, *more))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.end()
