# ruff: noqa: E402, I001, E501  (the tests' own browser is found by its folder)
"""The map at 100,000 incidents: from the address to everything drawn, and from a window of time to its picture.

Drawn by software (SwiftShader) in a real browser without a network, on whatever cores there are. The figures stand beside
their limits (5 s and 0.5 s) and beside the same number of points in the same engine's own way: a GeoJSON source with a
filter, in the same browser, one after the other.
"""

import dataclasses
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[1] / folder) for folder in ("tests", "tests/web")]

from screens import ARGUMENTS, BUILT, CHROMIUM, Watched, served
from truceline import mission
from truceline.nouns import Assessment, Edition, Grade, Incident
from truceline.web.room import Room
from truceline.web.shelf import desk_from

COUNT = 100_000
DRAWN_S, FILTERED_S = 5.0, 0.5
FLAGSHIP = Path(__file__).parents[1] / "missions/thailand-cambodia-2025"
START = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 365
RUNS = 3
DRAWN = "m.isSourceLoaded('marks') && m.queryRenderedFeatures({layers: ['groups']}).length > 0"
KINDS = ("fire.artillery", "fire.small_arms", "mine.explosion", "air.drone")


def generated(count: int) -> Edition:
    """An edition on the flagship's ground with so many incidents beside its line."""
    known = mission.read(FLAGSHIP)
    line = next(z for z in known.zones if z.role == "orientation_line").geometry["coordinates"]
    rng = np.random.default_rng(7)
    spots = np.array(line)[rng.integers(0, len(line), count)] + rng.normal(0, 0.12, (count, 2))
    seconds = np.sort(rng.integers(0, DAYS * 86_400, count))
    grades = rng.choice([str(g) for g in Grade], count)
    incidents, assessments = [], []
    for n in range(count):
        begin = START + timedelta(seconds=int(seconds[n]))
        incidents.append(
            Incident(f"I-{n}", KINDS[n % len(KINDS)], begin, begin + timedelta(hours=1), float(spots[n, 0]), float(spots[n, 1]),
                     float(500 + 100 * (n % 40)), "", "", (f"o{n}",))
        )  # fmt: skip
        assessments.append(
            Assessment(f"I-{n}", Grade(grades[n]), "generated", "", ("a",), "unattributed", Grade.INSUFFICIENT, "", "")
        )
    return Edition(
        mission=dataclasses.replace(known, agreements=()), as_of=START + timedelta(days=DAYS), version="", counts={}, observations=(),
        incidents=tuple(incidents), links=(), assessments=tuple(assessments), findings=(), looks=(), claims=(), shares=(),
        totals=(), figures=(), timeline=(), agreements=(), set_aside=(),
    )  # fmt: skip


FILTER = """async (days) => {
  const t = truceline, m = t.ground.map, found = [];
  for (const day of days) {
    const begin = performance.now();
    const text = (n) => new Date(Date.UTC(2025, 0, 1 + n)).toISOString().slice(0, 10);
    t.timeline.take(Date.UTC(2025, 0, 1 + day) / 1000, Date.UTC(2025, 0, 31 + day) / 1000);
    await new Promise((done) => m.once("render", done));
    await new Promise((done) => m.isSourceLoaded("marks") ? done() : m.on("sourcedata", () => m.isSourceLoaded("marks") && done()));
    await new Promise((done) => m.once("render", done));
    found.push((performance.now() - begin) / 1000);
    await new Promise((done) => setTimeout(done, 1500));
  }
  return found;
}"""

PLAIN = """async () => {
  const t = truceline, m = t.ground.map, { lon, lat, start } = t.desk.incidents.columns;
  const wait = (from) => new Promise((done) => m.once("idle", () => done((performance.now() - from) / 1000)));
  const features = Array.from(lon, (x, n) => ({ type: "Feature", properties: { s: start[n] }, geometry: { type: "Point", coordinates: [x, lat[n]] } }));
  let begin = performance.now();
  m.addSource("plain", { type: "geojson", data: { type: "FeatureCollection", features } });
  m.addLayer({ id: "plain", type: "circle", source: "plain", paint: { "circle-radius": 3 } });
  const drawn = await wait(begin);
  begin = performance.now();
  m.setFilter("plain", [">", ["get", "s"], start[50000]]);
  return [drawn, await wait(begin)];
}"""


def main() -> None:
    """Print both figures beside their limits and beside the engine's own way."""
    if not (Path(CHROMIUM).exists() and BUILT.exists()):
        print("map: skipped, chromium or the built browser code is not here (make web)")
        return
    from playwright.sync_api import sync_playwright

    room = Room(FLAGSHIP, desk_from(generated(COUNT), ()))
    room.desk.sieve, room.desk.table  # noqa: B018 - the desk is laid before the clock starts
    first = []
    with served(room) as address, sync_playwright() as p:
        for _ in range(RUNS):  # a browser of its own each time, so that nothing is compiled or kept
            browser = p.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            watched = Watched(browser.new_context(viewport={"width": 1440, "height": 900}), address)
            watched.page.goto("about:blank")
            begin = time.perf_counter()
            watched.open()
            watched.drawn(DRAWN, 60)
            first.append(time.perf_counter() - begin)
            if len(first) < RUNS:
                browser.close()
        watched.page.wait_for_timeout(4000)
        filtered = sorted(watched.page.evaluate(FILTER, [0, 60, 120, 180, 240, 300]))
        on = watched.map("t.ground.on.reduce((a, b) => a + b, 0)")
        plain = watched.page.evaluate(PLAIN)
        browser.close()
    drawn = sorted(first)[RUNS // 2]
    middle = filtered[len(filtered) // 2]
    print(
        f"map, {COUNT:,} incidents, drawn by software, {on:,} in the last window, outside requests {len(watched.outside)}"
    )
    print(
        f"  first picture      {drawn:6.2f} s of {DRAWN_S} s   (page, code, data, marks; middle of {', '.join(f'{s:.2f}' for s in first)}; "
        f"a GeoJSON source alone: {plain[0]:.2f} s)"
    )
    print(
        f"  a window of time   {middle:6.3f} s of {FILTERED_S} s   (middle of {len(filtered)}; a GeoJSON filter: {plain[1]:.3f} s)"
    )


if __name__ == "__main__":
    main()
