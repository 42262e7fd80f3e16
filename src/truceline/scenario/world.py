"""An invented ceasefire: a line, places on both sides of it, and what truly happened there.

Everything is drawn from one seed in a local frame (x along the line, y across it, metres; y above the line is the side of
the first party). Parties are numbers here, 0 and 1: no draw depends on a name.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Shape = dict[str, Any]
SYLLABLES = ("ba", "cor", "del", "eno", "far", "gi", "hul", "ira", "jo", "kel", "lum", "mar", "nev", "oss", "pra", "ril", "sam",
             "tor", "uld", "vey", "wen", "yar", "zan")  # fmt: skip
RANGE_M = {"fire.small_arms": 600, "fire.mortar": 3500, "fire.artillery": 11000, "fire.rocket": 15000, "fire.tank": 1800,
           "fire.drone_strike": 5000, "fire.air_strike": 20000, "harm.civilian_site": 6000}  # fmt: skip
"""How far the author stood from what was hit, metres."""
LOUD = (
    "fire.mortar",
    "fire.artillery",
    "fire.rocket",
    "fire.tank",
    "fire.air_strike",
    "explosion.mine",
    "harm.civilian_site",
)
HOT = ("fire.artillery", "fire.rocket", "fire.air_strike", "harm.civilian_site", "fire.mortar")
HARMS = {"fire.mortar": 0.15, "fire.artillery": 0.3, "fire.rocket": 0.35, "fire.air_strike": 0.4, "fire.drone_strike": 0.2,
         "explosion.mine": 0.7, "harm.civilian_site": 0.6, "fire.small_arms": 0.08, "fire.tank": 0.15}  # fmt: skip
WEAPONS = {"fire.small_arms": "small_arms", "fire.mortar": "mortar", "fire.artillery": "artillery", "fire.tank": "tank",
           "fire.rocket": "rocket_artillery", "fire.air_strike": "aircraft", "fire.drone_strike": "drone",
           "explosion.mine": "anti_personnel_mine", "mine.laid": "anti_personnel_mine",
           "air.drone_flight": "drone"}  # fmt: skip
START = datetime(2031, 3, 3)  # noqa: DTZ001 - local time of the invented mission, a Monday
METRES = 111_000.0


def poisson(rng: random.Random, mean: float) -> int:
    """A Poisson number (Knuth's product of uniforms, in pieces so that a large mean does not underflow)."""
    found = 0
    while mean > 0:
        step, left = min(mean, 500.0), 1.0
        mean -= step
        limit = math.exp(-step)
        while (left := left * rng.random()) > limit:
            found += 1
    return found


@dataclass(frozen=True)
class Spot:
    """A place: an id, a name for each side, where it is, how wide, and on whose side."""

    id: str
    names: tuple[str, str]
    x: float
    y: float
    radius_m: float
    side: int


@dataclass(frozen=True)
class Happening:
    """What truly happened. `staged` says that it was put up to look like another's act; `real` is false for an invention."""

    id: str
    kind: str
    start: datetime
    minutes: float
    x: float
    y: float
    gun_x: float
    gun_y: float
    author: int
    harmed: int
    killed: int
    injured: int
    weapon: str = ""
    real: bool = True
    staged: bool = False

    @property
    def end(self) -> datetime:
        """When it was over."""
        return self.start + timedelta(minutes=self.minutes)


@dataclass
class World:
    """The ground and what happened on it."""

    shape: Shape
    rng: random.Random
    lon_deg: float
    lat_deg: float
    spots: list[Spot] = field(default_factory=list)
    hot: list[Spot] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    _bends: list[tuple[float, float, float]] = field(default_factory=list)

    @property
    def length_m(self) -> float:
        """Length of the line along its axis, metres."""
        return float(self.shape["length_km"]) * 1000

    def line_y(self, x: float) -> float:
        """Where the line is at x."""
        return sum(a * math.sin(x / self.length_m * f + p) for a, f, p in self._bends)

    def lonlat(self, x: float, y: float) -> tuple[float, float]:
        """Degrees of a point of the local frame."""
        east = METRES * math.cos(math.radians(self.lat_deg))
        return self.lon_deg + x / east, self.lat_deg + y / METRES

    def nearest(self, x: float, y: float) -> Spot:
        """The place by whose name a point would be told."""
        return min(self.spots, key=lambda s: math.hypot(s.x - x, s.y - y))

    def side(self, x: float, y: float) -> int:
        """On whose side a point lies."""
        return 0 if y >= self.line_y(x) else 1


def make(shape: Shape, seed: int) -> World:
    """The world of this shape and seed."""
    rng = random.Random(seed)
    lon, lat = rng.uniform(-120, 150), rng.choice((-1, 1)) * rng.uniform(8, 48)
    world = World(shape, rng, round(lon, 2), round(lat, 2))
    world._bends = [(rng.uniform(500, 4000), rng.uniform(2, 20), rng.uniform(0, 6.28)) for _ in range(3)]
    _places(world)
    for day in range(int(shape["days"])):
        for _ in range(poisson(rng, float(shape["per_day"]))):
            world.happenings.append(happening(world, f"H{len(world.happenings) + 1:04}", day))
    return world


def _places(world: World) -> None:
    rng, taken = world.rng, set[str]()

    def name() -> str:
        while (made := "".join(rng.sample(SYLLABLES, rng.choice((2, 3)))).capitalize()) in taken:
            pass
        taken.add(made)
        return made

    number = max(int(world.shape["length_km"]) // 4, 8)
    for n in range(number):
        x = (n + rng.uniform(0.2, 0.8)) * world.length_m / number
        side = n % 2
        y = world.line_y(x) + (1 if side == 0 else -1) * rng.uniform(400, 6000)
        first = name()
        other = name() if rng.random() < 0.3 else first
        names = (first, other) if side == 0 else (other, first)
        world.spots.append(Spot(f"p{n + 1:02}", names, x, y, float(rng.choice((800, 1500, 2500))), side))
    world.hot = rng.sample(world.spots, min(int(world.shape["hot_spots"]), number))


def happening(world: World, name: str, day: int, *, real: bool = True, author: int | None = None) -> Happening:
    """One happening on this day: its kind, hour, place and author; an invention where it is not `real`."""
    rng, shape = world.rng, world.shape
    kinds = list(shape["kinds"])
    kind = rng.choices(kinds, [shape["kinds"][k] for k in kinds])[0]
    hour = (18 + rng.uniform(0, 12)) % 24 if rng.random() < shape["night"] else rng.uniform(6, 18)
    start = START + timedelta(days=day, minutes=round(hour * 60), seconds=rng.randrange(60))
    by = author if author is not None else (0 if rng.random() < shape["share_of_first"] else 1)
    near = rng.choice(world.hot if rng.random() < shape["near_hot_spot"] else world.spots)
    x = min(max(near.x + rng.gauss(0, 1500), 0), world.length_m)
    own = kind.startswith(("force", "weapon", "mine.laid"))
    # What is done at home lies on the author's side of the line, what is done to the other on the other's.
    away = (1 if by == 0 else -1) * (1 if own else -1) * abs(rng.gauss(0, 1500))
    y = world.line_y(x) + away
    back = (1 if by == 0 else -1) * RANGE_M.get(kind, 0) * rng.uniform(0.5, 1.0)
    hurt = rng.random() < HARMS.get(kind, 0)
    return Happening(
        name, kind, start, _minutes(kind, rng), x, y, x + rng.gauss(0, abs(back) / 4 or 1), y + back, by, 1 - by,
        poisson(rng, 0.6) if hurt else 0, poisson(rng, 1.5) if hurt else 0, WEAPONS.get(kind, _weapon(kind, rng)), real,
    )  # fmt: skip


def _weapon(kind: str, rng: random.Random) -> str:
    return rng.choice(("mortar", "artillery", "rocket_artillery", "tank")) if kind.startswith("weapon") else ""


def _minutes(kind: str, rng: random.Random) -> float:
    if kind.startswith(("force", "weapon")):
        return rng.uniform(30, 180)
    return 1.0 if kind.startswith(("explosion", "mine")) else rng.expovariate(1 / 12) + 1
