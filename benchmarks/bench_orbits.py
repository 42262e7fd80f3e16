"""How far old orbital elements carry, measured on newer sets of the same satellite, and what a year of passes costs.

For each pair of held sets the older one is put beside the newer one over the twelve days before and after the newer's
epoch: by SGP4 alone, and carried by whole cycles of the ground track. An independent library (skyfield) then says when
satellites stood highest over a place, with the same fresh elements.

    python benchmarks/bench_orbits.py --elements FILE
"""

from __future__ import annotations

import argparse
import itertools
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from truceline import coverage, mission
from truceline.nouns import PassStatus
from truceline.satellite import elements, orbits, sensors

HELD = Path(os.environ.get("TRUCELINE_TEST_DATA", "nowhere")) / "orbits-2025/tle_earth_observation_2025.txt"
MISSION = Path(__file__).parents[1] / "missions/thailand-cambodia-2025"
PLACE = (104.68, 14.39)


def apart(old: elements.Elements, new: elements.Elements, cycle_days: int) -> tuple[float, float]:
    """The largest difference of two sets of one satellite: seconds along the track, kilometres across it."""
    late, true = orbits.Orbit.of(old, cycle_days), orbits.Orbit.of(new, 0)
    at = np.arange(-12 * 86_400, 12 * 86_400, 600.0)
    r, v = true.over_ground(at)
    s, _ = late.over_ground(at + (new.epoch - old.epoch).total_seconds())
    off, speed = s - r, np.linalg.norm(v, axis=1)
    along = (off * v).sum(1) / speed
    across = np.linalg.norm(off - along[:, None] * v / speed[:, None], axis=1)
    return float(np.abs(along / speed).max()), float(across.max()) / 1000


def by_age(sets: tuple[elements.Elements, ...]) -> None:
    """Print the error of each pair, next to the limit that is stated for its age."""
    print(f"{'satellite':14}{'age, days':>10}{'SGP4 alone':>16}{'by cycles':>20}{'stated':>20}")
    for satellite in sensors.SATELLITES:
        own = sorted((s for s in sets if s.satellite == satellite.id), key=lambda s: s.epoch)
        for old, new in itertools.combinations(own, 2):
            age = (new.epoch - old.epoch) / timedelta(days=1)
            alone, carried = apart(old, new, 0), apart(old, new, satellite.cycle_days) if satellite.cycle_days else None
            known = sensors.limit(satellite.keeping, age)
            said = f"{known.error_s:.0f} s {known.error_m / 1000:.0f} km" if known else "not computed"
            by = f"{carried[0]:.0f} s {carried[1]:.0f} km" if carried else "no cycle"
            print(f"{satellite.name:14}{age:10.0f}{f'{alone[0]:.0f} s':>16}{by:>20}{said:>20}")


def against_skyfield(sets: tuple[elements.Elements, ...]) -> None:
    """Print how far our passes and those of an independent library lie apart, with the same fresh elements."""
    try:
        from skyfield import api
    except ImportError:
        print("skyfield is not installed: no independent propagation")
        return
    scale, worst, count = api.load.timescale(builtin=True), 0.0, 0
    place = api.wgs84.latlon(PLACE[1], PLACE[0])
    for one in sets:
        start = one.epoch.replace(microsecond=0)
        body = api.EarthSatellite(one.line1, one.line2, one.satellite, scale)
        times, events = body.find_events(
            place, scale.from_datetime(start), scale.from_datetime(start + timedelta(days=5)), 5.0
        )
        known = [t.utc_datetime() for t, e in zip(times, events, strict=True) if e == 1]
        for p in orbits.passes((one,), {"": (PLACE,)}, start, start + timedelta(days=5)):
            if p.status is PassStatus.PASS and p.closest and known:
                worst, count = max(worst, min(abs((t - p.closest).total_seconds()) for t in known)), count + 1
    print(f"against skyfield, fresh elements, 5 days of each set: {count} passes, at most {worst:.0f} s apart")


def a_year(sets: tuple[elements.Elements, ...]) -> None:
    """Print what a year of every satellite over the mission's sectors costs, each set taken as if it were fresh."""
    whole = mission.read(MISSION)
    spots = coverage.Ground(whole.zones, whole.places).spots()
    newest = {s.satellite: s for s in sorted(sets, key=lambda s: s.epoch)}
    start = datetime(2025, 1, 1, tzinfo=UTC)
    began, count = time.perf_counter(), 0
    for satellite in sensors.SATELLITES:
        if satellite.id in newest:
            count += len(orbits.by_set(satellite, newest[satellite.id], spots, start, start + timedelta(days=365)))
    points = sum(map(len, spots.values()))
    print(
        f"a year of {len(newest)} satellites over {points} points: {time.perf_counter() - began:.1f} s, {count} usable passes"
    )


def main() -> None:
    """Measure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--elements", type=Path, default=HELD)
    file = asked.parse_args().elements
    if not file.is_file():
        print("bench_orbits: no elements; name a file with --elements, or the folder of data in TRUCELINE_TEST_DATA")
        return
    sets, aside = elements.read(file.name, file.read_text("utf-8"))
    print(f"{len(sets)} sets, {len(aside)} set aside")
    by_age(sets)
    against_skyfield(sets)
    a_year(sets)


if __name__ == "__main__":
    main()
