"""Who could look, and what they truly perceived: patrols with hours and sight, cameras, satellites under clouds.

A patrol sees what happens within its sight and hears what is loud within its hearing; who fired it knows only where the
firing itself was in sight. Effort is written down whether or not anything was seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .world import HOT, LOUD, START, Happening, Spot, World, happening, poisson


@dataclass(frozen=True)
class Watch:
    """Somebody looked from a place for a while, or was kept from it."""

    source: str
    spot: Spot
    start: datetime
    end: datetime
    status: str = "done"
    by: int | None = None
    sight_m: float = 0.0
    hearing_m: float = 0.0

    def holds(self, at: datetime) -> bool:
        """Whether this moment lies in the watch."""
        return self.start <= at < self.end

    def away_m(self, x: float, y: float) -> float:
        """How far a point lies from the watcher, metres."""
        return math.hypot(x - self.spot.x, y - self.spot.y)


@dataclass(frozen=True)
class Percept:
    """A watcher perceived a happening: seen, heard or recorded, and the author where that was in sight."""

    watch: Watch
    of: Happening
    method: str
    author: int | None


@dataclass
class Watched:
    """Everything that the observers did and perceived."""

    effort: list[Watch] = field(default_factory=list)
    percepts: list[Percept] = field(default_factory=list)
    mistakes: list[Happening] = field(default_factory=list)
    """Happenings that a patrol took for true and that never were."""


def watched(world: World) -> Watched:
    """The effort of teams, cameras and satellites over the whole scenario, and what they perceived."""
    found = Watched()
    days = int(world.shape["days"])
    for day in range(days):
        for team in range(int(world.shape["teams"])):
            _patrol(world, found, day, team)
    for n in range(int(world.shape["cameras"])):
        _camera(world, found, n, days)
    for watch in found.effort:
        if watch.status in {"done", "host_led"}:
            found.percepts += [p for h in world.happenings if (p := _perceived(world, watch, h))]
    return found


def _patrol(world: World, found: Watched, day: int, team: int) -> None:
    shape, rng, side = world.shape, world.rng, team % 2
    name = f"mon-{team + 1}"
    near = [s for s in world.spots if s.side == side]
    goal = rng.choice([s for s in world.hot if s.side == side] or near) if rng.random() < 0.6 else rng.choice(near)
    first, last = shape["patrol_hours"]
    start = START + timedelta(days=day, hours=first, minutes=rng.randrange(0, 60, 15))
    end = START + timedelta(days=day, hours=last) - timedelta(minutes=rng.randrange(0, 90, 15))
    if rng.random() < shape["refused"]:
        found.effort.append(Watch(name, goal, start, end, "refused", side))
        return
    status = "host_led" if rng.random() < shape["host_led"] else "done"
    watch = Watch(name, goal, start, end, status, side, shape["patrol_sight_m"], shape["patrol_hearing_m"])
    found.effort.append(watch)
    for _ in range(poisson(rng, shape["patrol_mistakes"])):
        never = happening(world, f"M{len(found.mistakes) + 1:04}", day, real=False)
        found.mistakes.append(_moved(never, watch, rng.uniform(0, 1)))
        found.percepts.append(Percept(watch, found.mistakes[-1], "heard", None))


def _moved(one: Happening, watch: Watch, share: float) -> Happening:
    """The happening, moved into a watch: something was perceived there that never was."""
    at = watch.start + (watch.end - watch.start) * share
    return Happening(
        one.id, one.kind, at.replace(microsecond=0), one.minutes, watch.spot.x + 2000, watch.spot.y, 0, 0, one.author,
        one.harmed, 0, 0, one.weapon, real=False,
    )  # fmt: skip


def _camera(world: World, found: Watched, n: int, days: int) -> None:
    spot = world.hot[n % len(world.hot)]
    for day in range(days):
        if world.rng.random() < world.shape["camera_uptime"]:
            start = START + timedelta(days=day)
            sight = float(world.shape["camera_sight_m"])
            found.effort.append(Watch(f"cam-{n + 1}", spot, start, start + timedelta(days=1), sight_m=sight))


def _perceived(world: World, watch: Watch, of: Happening) -> Percept | None:
    if not watch.holds(of.start):
        return None
    rng, away = world.rng, watch.away_m(of.x, of.y)
    if watch.source.startswith("cam"):
        if away > watch.sight_m or rng.random() > 0.9:
            return None
        return Percept(watch, of, "recorded", _author(world, watch, of))
    if away <= watch.sight_m and rng.random() < 0.9:
        return Percept(watch, of, "seen", _author(world, watch, of))
    if of.kind in LOUD and away <= watch.hearing_m and rng.random() < 0.8:
        return Percept(watch, of, "heard", None)
    return None


def _author(world: World, watch: Watch, of: Happening) -> int | None:
    """Who did it, where the doing itself was in sight; a staged scene shows another than who staged it."""
    if watch.away_m(of.gun_x, of.gun_y) > watch.sight_m or world.rng.random() > 0.8:
        return None
    shown = of.harmed if of.staged else of.author
    return 1 - shown if world.rng.random() < world.shape["wrong_author"] else shown


@dataclass(frozen=True)
class Pass:
    """A satellite passed: clear or clouded, and the fires that it saw (x, y; what burnt, if it was a happening)."""

    at: datetime
    cloudy: bool
    fires: tuple[tuple[float, float, Happening | None], ...]


def passes(world: World) -> list[Pass]:
    """Every pass of the scenario, at its hours, with the fires that burnt then and no cloud hid."""
    rng, found = world.rng, []
    number = int(world.shape["passes"])
    for day in range(int(world.shape["days"])):
        for n in range(number):
            at = START + timedelta(days=day, hours=24 * (n + 0.5) / number, minutes=rng.randrange(-40, 40))
            cloudy = rng.random() < world.shape["cloud"]
            fires: list[tuple[float, float, Happening | None]] = []
            for h in world.happenings:
                burning = h.kind in HOT and h.start <= at < h.end + timedelta(hours=3)
                if burning and rng.random() < 0.15:
                    fires.append((h.x, h.y, h))
            fields = range(poisson(rng, world.shape["field_fires"] / number))
            fires += [(rng.uniform(0, world.length_m), rng.uniform(-12000, 12000), None) for _ in fields]
            found.append(Pass(at, cloudy, () if cloudy else tuple(fires)))
    return found
