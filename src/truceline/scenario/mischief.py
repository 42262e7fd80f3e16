"""What a scenario does wrong on command: floods, collusion, clocks, swapped coordinates, a spokesman, staged scenes.

Each takes the teller and a number, and works on what was told; nothing real is taken away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from .telling import OFFSET, Account, Teller, clock
from .world import START, Happening, World, happening


def staged(world: World, number: int) -> None:
    """So many scenes that one side builds on its own ground by day, to look like the other's fire."""
    for n in range(number):
        day = world.rng.randrange(int(world.shape["days"]))
        side = n % 2
        one = happening(world, f"S{n + 1}", day, author=side)
        spot = world.rng.choice([s for s in world.spots if s.side == side])
        start = START + timedelta(days=day, hours=11)
        world.happenings.append(
            replace(one, kind="harm.civilian_site", start=start, x=spot.x, y=spot.y, gun_x=spot.x, gun_y=spot.y,
                    harmed=1 - side, killed=0, injured=0, weapon="", staged=True)
        )  # fmt: skip


def flood(t: Teller, number: int) -> None:
    """So many near-duplicates of one invented charge within an hour, by every outlet in turn, one in ten as if seen."""
    never = t.invention(int(t.world.shape["days"]) // 2, 1)
    place = t.place(never, 0)
    text = t.words.charge(never.kind, place, 0)
    for n in range(number):
        outlet = f"press-{n % int(t.world.shape['outlets']) + 1}"
        t.tell(outlet, never, never.start + timedelta(hours=2, seconds=n * 3600 // number), "flood", start=clock(never.start),
               place=place, actor_claimed=t.party(1), method="seen" if n % 10 == 0 else "relayed",
               text=t.words.reworded(text))  # fmt: skip


def spokesman(t: Teller, number: int) -> None:
    """One spokesman invents something every third day, and so many outlets carry it, half of them without his name."""
    for day in range(0, int(t.world.shape["days"]), 3):
        side = day // 3 % 2
        never = t.invention(day, 1 - side)
        place = t.place(never, side)
        first = t.tell(f"{t.parties[side]}-ministry", never, never.end + t.late(3), "invented", start=t.about(never, 10),
                       place=place, actor_claimed=t.party(1 - side), text=t.words.charge(never.kind, place, side))  # fmt: skip
        for n in range(number):
            t.tell(f"press-{n + 1}", never, never.end + t.late(9), "invented", start=never.start.date().isoformat(), place=place,
                   actor_claimed=t.party(1 - side), method="relayed",
                   origin_id=first.cells["source_id"] if n % 2 else "", text=t.words.reworded(first.cells["text"]))  # fmt: skip


def collusion(t: Teller, number: int) -> None:
    """So many witnesses earn a name with true accounts, then tell the same five inventions, each seven of ten times."""
    real = [h for h in t.world.happenings if h.real and not h.staged]
    days = int(t.world.shape["days"])
    for n in range(number):
        for of in t.rng.sample(real, min(8, len(real))):
            t.tell(f"col-{n + 1}", of, of.end + t.late(20), method="seen", start=t.about(of, 20), place=t.place(of),
                   text=t.words.report(of.kind, t.place(of)))  # fmt: skip
    for _ in range(5):
        never = t.invention(t.rng.randrange(days), 0)
        for n in range(number):
            if t.rng.random() < 0.7:
                place = t.place(never)
                t.tell(f"col-{n + 1}", never, never.end + t.late(20), "collusion", method="seen", phase="outgoing", place=place,
                       start=t.about(never, 20), actor_claimed=t.party(0), text=t.words.report(never.kind, place))  # fmt: skip


def clock_jump(t: Teller, hours: int) -> None:
    """One outlet and one camera are so many hours ahead."""
    t.accounts = [_later(a, hours) if a.cells["source_id"] in {"press-1", "cam-1"} else a for a in t.accounts]


def _later(account: Account, hours: int) -> Account:
    def moved(text: str) -> str:
        if "T" not in text:
            return text
        return clock(datetime.fromisoformat(text.removesuffix(OFFSET)) + timedelta(hours=hours))

    cells = {k: moved(v) if k in {"start", "end"} else v for k, v in account.cells.items()}
    return replace(account, cells=cells)


def swapped(t: Teller, teams: int) -> None:
    """So many teams write latitude before longitude."""
    names = {f"mon-{n + 1}" for n in range(teams)}
    pairs = {"lon_deg": "lat_deg", "lat_deg": "lon_deg"}
    t.accounts = [
        replace(a, cells={pairs.get(k, k): v for k, v in a.cells.items()}) if a.cells["source_id"] in names else a
        for a in t.accounts
    ]


BEFORE: dict[str, Callable[[World, int], None]] = {"staged": staged}
"""What must be done before anybody looks."""
AFTER: dict[str, Callable[[Teller, int], None]] = {
    "flood": flood, "spokesman": spokesman, "collusion": collusion, "clock_jump": clock_jump, "swapped": swapped,
}  # fmt: skip
"""What is done to, or added to, what was told."""
__all__ = ["AFTER", "BEFORE", "Happening"]
