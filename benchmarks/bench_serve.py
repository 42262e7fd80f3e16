"""How quick the workbench is: a million reports, and fifty analysts at once.

    python benchmarks/bench_serve.py [--reports 1000000] [--analysts 50] [--mission DIR]

First a mission of invented reports is fused and opened in a process of its own: seconds of the first page and of each filter
(every one asked for the first time), and the most memory that the server held. Then analysts, each with a thread and a pause
between two questions, read and judge at a mission that is small enough to be assessed: seconds that 95 % of the answers
took, and whether every judgement that was answered is on file. Limits: 1 s, 1 GB, 0.3 s, none lost.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import polars as pl
from bench_fuse_speed import invented

ROOT = Path(__file__).parents[1]
PAGE_S, MEMORY_MB, ANSWER_S = 1.0, 1000.0, 0.3
WORDS = "shell rocket smoke house village road ridge bridge night morning crater roof field temple school".split()  # noqa: SIM905
MISSION = """\
id: many
title: Many reports
parties:
  - {id: a, names: {en: A}}
  - {id: b, names: {en: B}}
observers: []
time_zone: Asia/Bangkok
limits: {max_file_mb: 4000}
mandate: {attribution: never}
notice: Invented.
"""
FILTERS = (
    "", "from=2025-03-01&to=2025-03-31", "kind=fire", "kind=fire.mortar&from=2025-07-01", "party=a", "q=temple+school",
    "q=ridge&to=2025-02-01",
    "bbox=103,14,104,14.5", "sort=accounts", "page=3000", "q=nothing+like+it", "grade=established",
)  # fmt: skip


class Server:
    """`truceline serve` in a process of its own."""

    def __init__(self, *arguments: str) -> None:
        begun = time.perf_counter()
        command = [sys.executable, "-m", "truceline.cli", "serve", *arguments, "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout
        self.said = self.process.stdout.readline().strip()
        self.port = int(re.findall(r":(\d+)/", self.process.stdout.readline())[0])
        self.opened_s = time.perf_counter() - begun

    def ask(self, path: str, body: dict[str, Any] | None = None, token: str = "") -> tuple[int, bytes, float]:
        """Status, bytes and seconds of one request on a connection of its own."""
        begun = time.perf_counter()
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"x-truceline-token": token, "content-type": "application/json", "accept": "application/json"}
        line.request("POST" if body else "GET", path, json.dumps(body) if body else None, headers)
        answer = line.getresponse()
        data = answer.read()
        line.close()
        return answer.status, data, time.perf_counter() - begun

    def peak_mb(self) -> float:
        """The most memory that the server itself has held."""
        text = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(re.findall(r"VmHWM:\s+(\d+)", text)[0]) / 1024

    def end(self) -> None:
        """Stop it."""
        self.process.terminate()
        self.process.wait(30)


def written(folder: Path, many: int) -> Path:
    """A mission of so many reports, each with a text of its own."""
    (folder / "inbox/observations").mkdir(parents=True)
    (folder / "mission.yaml").write_text(MISSION, "utf-8")
    sources = "".join(f"  - {{id: s{n}, name: Source {n}, kind: media}}\n" for n in range(40))
    (folder / "sources.yaml").write_text(f"sources:\n{sources}", "utf-8")
    (folder / "places.csv").write_text(
        "place_id,name,lon_deg,lat_deg,radius_m,basis\nx,X,103,14,500,invented\n", "utf-8"
    )
    (folder / "zones.geojson").write_text('{"type": "FeatureCollection", "features": []}', "utf-8")
    chance, table = np.random.default_rng(3), invented(many)
    words = pl.Series(WORDS)
    text = words.gather(chance.integers(0, len(WORDS), many))
    for _ in range(9):
        text = text + " " + words.gather(chance.integers(0, len(WORDS), many))
    table.drop("event").with_columns(text=text + " " + table["id"]).write_csv(folder / "inbox/observations/o.csv")
    return folder


def million(many: int, folder: Path) -> bool:
    """First page, filters and memory over this many reports."""
    mission, fused = written(folder / "many", many), folder / "fused"
    table = str(mission / "inbox/observations/o.csv")
    command = [sys.executable, "-m", "truceline.cli", "fuse", table, "--out", str(fused), "--time-zone", "Asia/Bangkok"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    server = Server(str(mission), "--run", str(fused))
    print(f"{server.said}; laid out and opened in {server.opened_s:.1f} s")
    slowest = 0.0
    one = json.loads(server.ask("/api/incidents?q=bridge&page=2")[1])["incidents"][0]["id"]
    pages = (
        "/situation",
        f"/incidents/{one}",
        "/agreements",
        "/claims",
        "/figures",
        "/coverage",
        "/map/incidents.bin",
    )  # the last is the map's own, after the page
    for path in (*pages, *(f"/{kind}?{q}" for kind in ("api/incidents", "situation") for q in FILTERS)):
        status, data, seconds = server.ask(path)
        slowest = max(slowest, seconds)
        print(f"  {seconds:6.3f} s  {status}  {len(data):>9,} bytes  {path}")
    peak = server.peak_mb()
    server.end()
    print(f"slowest answer {slowest:.3f} s (limit {PAGE_S} s); server memory {peak:.0f} MB (limit {MEMORY_MB:.0f} MB)")
    return slowest < PAGE_S and peak < MEMORY_MB


class Analyst(threading.Thread):
    """Reads, and judges once in so many questions, with a pause between two."""

    def __init__(self, server: Server, number: int, ids: list[str], token: str, until: float) -> None:
        super().__init__()
        self.server, self.number, self.ids, self.token, self.until = server, number, ids, token, until
        self.seconds: list[float] = []
        self.kept: list[str] = []
        self.conflicts, self.failures = 0, 0

    def run(self) -> None:
        """Work until the end of the shift."""
        chance = random.Random(self.number)
        while time.perf_counter() < self.until:
            time.sleep(chance.uniform(1.0, 7.0))
            if chance.random() < 0.15:
                self._judge(chance)
                continue
            one = chance.choice(self.ids)
            path = chance.choice(
                (
                    "/situation?kind=fire",
                    f"/incidents/{one}",
                    "/api/incidents?q=hill",
                    f"/api/incidents/{one}",
                    "/agreements",
                    "/judgements.json",
                )
            )
            self._count(*self.server.ask(path))

    def _count(self, status: int, data: bytes, seconds: float) -> bytes:
        self.seconds.append(seconds)
        self.failures += status >= 500
        return data

    def _judge(self, chance: random.Random) -> None:
        said = {
            "action": chance.choice(("uphold", "reject")), "subject": chance.choice(self.ids), "reason": f"case {chance.random()}",
            "by": f"Analyst {self.number}", "generation": self._generation(),
        }  # fmt: skip
        status, data, seconds = self.server.ask("/judgements", said, self.token)
        told = json.loads(self._count(status, data, seconds))
        if status == 201:
            self.kept.append(told["judgement"]["id"])
        self.conflicts += status == 409

    def _generation(self) -> int:
        return int(json.loads(self._count(*self.server.ask("/api/token")))["generation"])


def shift(analysts: int, mission: Path, folder: Path, length_s: float = 40.0) -> bool:
    """So many analysts at once at one mission."""
    copy = folder / "copy"
    shutil.copytree(mission, copy, ignore=shutil.ignore_patterns("out"))
    server = Server(str(copy))
    print(f"{server.said}; opened in {server.opened_s:.1f} s")
    for path in ("/situation", "/agreements"):
        server.ask(path)
    token = json.loads(server.ask("/api/token")[1])["token"]
    rows = json.loads(server.ask(f"/situation.json?{urlencode({'sort': 'newest'})}")[1])["rows"]
    until = time.perf_counter() + length_s
    people = [Analyst(server, n, [r["id"] for r in rows], token, until) for n in range(analysts)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    seconds = np.array([s for one in people for s in one.seconds])
    lines = (copy / "judgements.csv").read_text("utf-8").splitlines()[1:]
    filed = [line.partition(",")[0] for line in lines]
    kept = [name for one in people for name in one.kept]
    lost = set(kept) - set(filed)
    server.end()
    quick = float(np.percentile(seconds, 95))
    print(
        f"{len(seconds)} answers to {analysts} analysts: half within {np.median(seconds):.3f} s, 95 % within {quick:.3f} s (limit "
        f"{ANSWER_S} s), longest {seconds.max():.2f} s; {len(kept)} judgements answered, {len(lost)} lost, "
        f"{len(filed) - len(set(filed))} numbers given twice, {sum(p.conflicts for p in people)} conflicts shown, "
        f"{sum(p.failures for p in people)} errors of the server"
    )
    return quick < ANSWER_S and not lost and not sum(p.failures for p in people)


def main() -> int:
    """Run both; 0 where every limit is met."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--reports", type=int, default=1_000_000)
    asked.add_argument("--analysts", type=int, default=50)
    asked.add_argument("--mission", type=Path, default=ROOT / "missions/thailand-cambodia-2025")
    given = asked.parse_args()
    good = True
    with tempfile.TemporaryDirectory() as temporary:
        if given.reports:
            good &= million(given.reports, Path(temporary))
        if given.analysts:
            good &= shift(given.analysts, given.mission, Path(temporary))
    print("every limit is met" if good else "a limit is not met")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
