"""What each source tells of what happened, and of what never did: rows of the observation table with the truth beside them.

Observers write forms. Parties tell what was done to them, deny what the other side tells, own little, exaggerate and
invent. Outlets repeat statements and sometimes say whom. Witnesses and relief workers tell what they saw, and now and
then a rumour.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from . import watch as watching
from .watch import Percept
from .words import Words
from .world import Happening, World, happening, poisson

OFFSET = "+07:00"


@dataclass(frozen=True)
class Account:
    """One row: the cells of the observation table, and the happening or invention that it is about ("" for a mere fire)."""

    cells: dict[str, str]
    of: str
    lie: str = ""

    @property
    def id(self) -> str:
        """The row's id."""
        return self.cells["id"]


def clock(at: datetime) -> str:
    """A moment as the mission writes it, with its offset."""
    return at.isoformat(timespec="minutes" if at.second == 0 else "seconds") + OFFSET


class Teller:
    """Gathers accounts in the order in which they are told."""

    def __init__(self, world: World, parties: tuple[str, str]) -> None:
        self.world, self.rng, self.parties = world, world.rng, parties
        self.words = Words(world.rng)
        self.accounts: list[Account] = []
        self.inventions: list[Happening] = []

    def tell(self, source: str, of: Happening, told: datetime, lie: str = "", **cells: str) -> Account:
        """Add an account by this source, told at this moment; empty cells are left out."""
        row = {
            "id": f"a{len(self.accounts) + 1:05}", "source_id": source, "method": "claimed", "kind": of.kind,
            "start": clock(of.start), "reported": clock(told.replace(second=0, microsecond=0)), "weapon_class": of.weapon,
        }  # fmt: skip
        account = Account({k: v for k, v in (row | cells).items() if v}, of.id, lie)
        self.accounts.append(account)
        return account

    def party(self, number: int | None) -> str:
        """A party's id; empty for nobody."""
        return "" if number is None else self.parties[number]

    def voice(self, side: int) -> str:
        """One of a party's voices."""
        return f"{self.parties[side]}-{self.rng.choice(('army', 'ministry')[: int(self.world.shape['voices'])])}"

    def late(self, hours: float) -> timedelta:
        """A delay of so many hours on average."""
        return timedelta(minutes=round(self.rng.expovariate(1 / (hours * 60))) + 10)

    def near(self, of: Happening, error_m: float) -> dict[str, str]:
        """Coordinates with a 95 % radius; sometimes worse than that, where the shape says so."""
        sigma = error_m / 2.45 * (8 if self.rng.random() < self.world.shape["commas"] else 1)
        lon, lat = self.world.lonlat(of.x + self.rng.gauss(0, sigma), of.y + self.rng.gauss(0, sigma))
        return {"lon_deg": f"{lon:.5f}", "lat_deg": f"{lat:.5f}", "radius_m": f"{error_m:.0f}"}

    def place(self, of: Happening, side: int | None = None) -> str:
        """The name by which a side calls the nearest place; an outsider takes either."""
        spot = self.world.nearest(of.x, of.y)
        return spot.names[side if side is not None else self.rng.randrange(2)]

    def hurt(self, of: Happening, factor: float = 1.0) -> dict[str, str]:
        """Numbers of dead and injured, as this source tells them."""
        if not of.killed and not of.injured:
            return {}
        killed, injured = round(of.killed * factor), round(of.injured * factor)
        whom = "civilian" if of.kind.startswith("harm") else "military"
        return {"killed_min": str(killed), "injured_min": str(injured), "of_whom": whom}

    def about(self, of: Happening, minutes: float) -> str:
        """The hour as somebody tells it who did not look at a clock."""
        if self.rng.random() < 0.35:
            return of.start.date().isoformat()
        return clock((of.start + timedelta(minutes=round(self.rng.gauss(0, minutes)))).replace(second=0))

    def invention(self, day: int, author: int | None = None) -> Happening:
        """A happening that never was."""
        made = happening(self.world, f"X{len(self.inventions) + 1:04}", day, real=False, author=author)
        made = replace(made, killed=poisson(self.rng, 0.3), injured=0)
        self.inventions.append(made)
        return made


def tell(world: World, parties: tuple[str, str]) -> tuple[Teller, watching.Watched, list[watching.Pass]]:
    """Everything that is told, in order of source; the effort behind it; the passes of satellites."""
    teller = Teller(world, parties)
    watched = watching.watched(world)
    for percept in watched.percepts:
        _observed(teller, percept)
    for of in world.happenings:
        _parties(teller, of)
        _others(teller, of)
    _inventions(teller)
    seen = watching.passes(world)
    for one in seen:
        for x, y, burning in one.fires:
            _detected(teller, one.at, x, y, burning)
    return teller, watched, seen


def _observed(t: Teller, p: Percept) -> None:
    of, spot = p.of, p.watch.spot
    own_lon, own_lat = t.world.lonlat(spot.x, spot.y)
    lag = timedelta(hours=3) if p.method != "recorded" else timedelta(hours=1)
    cells = {"observer_lon_deg": f"{own_lon:.5f}", "observer_lat_deg": f"{own_lat:.5f}", "method": p.method,
             "actor_claimed": t.party(p.author), "phase": "outgoing" if p.author is not None else "impact"}  # fmt: skip
    if p.method == "seen":
        cells |= t.near(of, 300) | t.hurt(of)
    else:
        away = p.watch.away_m(of.x, of.y)
        error = 15 if p.method == "heard" else 3
        bearing = math.degrees(math.atan2(of.x - spot.x, of.y - spot.y)) + t.rng.gauss(0, error / 2)
        cells |= {"bearing_deg": f"{bearing % 360:.0f}", "bearing_error_deg": str(error),
                  "distance_min_m": f"{away * t.rng.uniform(0.6, 0.95):.0f}",
                  "distance_max_m": f"{away * t.rng.uniform(1.05, 1.5):.0f}"}  # fmt: skip
    start = of.start if p.method == "recorded" else of.start.replace(second=0)
    end = max(of.end.replace(microsecond=0), start + timedelta(minutes=1))
    t.tell(p.watch.source, of, of.end + lag, start=clock(start), end=clock(end),
           text=t.words.form(of.kind), **cells)  # fmt: skip
    if p.method != "recorded" and t.rng.random() < t.world.shape["relays"]:
        t.tell("state", of, of.end + t.late(30), origin_id=p.watch.source, method="relayed", start=of.start.date().isoformat(),
               place=t.place(of), text=t.words.report(of.kind, t.place(of)))  # fmt: skip


def _parties(t: Teller, of: Happening) -> None:
    shape, rng = t.world.shape, t.rng
    blamed = of.harmed if of.staged else of.author
    victim = 1 - blamed
    first = None
    if rng.random() < shape["tells"]:
        place = t.place(of, victim)
        first = t.tell(
            t.voice(victim), of, of.end + t.late(5), start=t.about(of, 15), place=place, actor_claimed=t.party(blamed),
            harmed_party=t.party(victim), text=t.words.charge(of.kind, place, victim), **t.hurt(of, shape["exaggerates"]),
        )  # fmt: skip
        _echoed(t, first, of, of.end)
    if rng.random() < shape["admits"] and not of.staged:
        stance = rng.choice(("admits", "justifies", "justifies", "accident"))
        place = t.place(of, of.author)
        own = t.tell(t.voice(of.author), of, of.end + t.late(12), start=t.about(of, 15), place=place, stance=stance,
                     actor_claimed=t.party(of.author), text=t.words.own(of.kind, place))  # fmt: skip
        _echoed(t, own, of, of.end)
    elif rng.random() < shape["turns_round"]:
        place = t.place(of, blamed)
        turned = t.tell(t.voice(blamed), of, of.end + t.late(8), "turned round", start=t.about(of, 15), place=place,
                        actor_claimed=t.party(victim), text=t.words.charge(of.kind, place, blamed))  # fmt: skip
        _echoed(t, turned, of, of.end)
    elif first and rng.random() < shape["denies"]:
        _denied(t, first, of, blamed)


def _denied(t: Teller, first: Account, of: Happening, side: int) -> None:
    place = t.place(of, side)
    lie = "" if not of.real or side != of.author else "denied"
    t.tell(t.voice(side), of, of.end + t.late(20), lie, start=of.start.date().isoformat(), place=place, stance="denies",
           answers=first.id, text=t.words.denial(of.kind, place))  # fmt: skip


def _echoed(t: Teller, first: Account, of: Happening, at: datetime) -> None:
    """Outlets repeat a statement: in other words, mostly saying whom they repeat."""
    outlets = [f"press-{n + 1}" for n in range(int(t.world.shape["outlets"]))]
    number = min(poisson(t.rng, float(t.world.shape["echoes"])), len(outlets))
    for outlet in t.rng.sample(outlets, number):
        told = t.rng.random() < t.world.shape["declared"]
        cells = {
            k: first.cells[k]
            for k in ("actor_claimed", "stance", "place", "killed_min", "injured_min")
            if k in first.cells
        }
        t.tell(outlet, of, at + t.late(20), first.lie, start=of.start.date().isoformat(), method="relayed",
               origin_id=first.cells["source_id"] if told else "", text=t.words.reworded(first.cells["text"]), **cells)  # fmt: skip


def _others(t: Teller, of: Happening) -> None:
    shape, rng = t.world.shape, t.rng
    for n in range(int(shape["outlets"])):
        if rng.random() < shape["reporters"] / 2:
            t.tell(f"press-{n + 1}", of, of.end + t.late(10), method="seen", start=t.about(of, 20), place=t.place(of),
                   text=t.words.report(of.kind, t.place(of)), **t.hurt(of))  # fmt: skip
    for n in range(int(shape["witnesses"])):
        if rng.random() < shape["witnessed"] / 2:
            t.tell(f"wit-{n + 1}", of, of.end + t.late(30), method="seen", start=t.about(of, 40), place=t.place(of),
                   text=t.words.report(of.kind, t.place(of)), **t.hurt(of))  # fmt: skip
    if of.injured + of.killed and rng.random() < shape["relief"] * 3:
        t.tell("relief", of, of.end + t.late(40), method="seen", start=of.start.date().isoformat(), place=t.place(of),
               text=t.words.report(of.kind, t.place(of)), **t.hurt(of))  # fmt: skip


def _inventions(t: Teller) -> None:
    shape, rng = t.world.shape, t.rng
    for day in range(int(shape["days"])):
        for side in (0, 1):
            for _ in range(poisson(rng, float(shape["fabricates"]))):
                never = t.invention(day, 1 - side)
                place = t.place(never, side)
                first = t.tell(
                    t.voice(side), never, never.end + t.late(6), "invented", start=t.about(never, 15), place=place,
                    actor_claimed=t.party(1 - side), harmed_party=t.party(side), text=t.words.charge(never.kind, place, side),
                    **t.hurt(never, shape["exaggerates"]),
                )  # fmt: skip
                _echoed(t, first, never, never.end)
                if rng.random() < shape["denies"]:
                    _denied(t, first, never, 1 - side)
        for n in range(int(shape["witnesses"])):
            for _ in range(poisson(rng, shape["rumours"] / 7 / max(shape["witnesses"], 1))):
                never = t.invention(day)
                t.tell(f"wit-{n + 1}", never, never.end + t.late(30), "rumour", method="seen", start=t.about(never, 60),
                       place=t.place(never), text=t.words.report(never.kind, t.place(never)))  # fmt: skip


def _detected(t: Teller, at: datetime, x: float, y: float, of: Happening | None) -> None:
    fire = of or Happening("", "heat.detection", at, 1, x, y, x, y, 0, 0, 0, 0, real=False)
    lon, lat = t.world.lonlat(x + t.rng.gauss(0, 190), y + t.rng.gauss(0, 190))
    t.tell("sat", fire, at + timedelta(hours=3), kind="heat.detection", method="detected", start=clock(at), weapon_class="",
           lon_deg=f"{lon:.5f}", lat_deg=f"{lat:.5f}", radius_m="470")  # fmt: skip
