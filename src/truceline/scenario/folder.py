"""An invention as a mission folder: plain files, with the truth beside them."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import yaml

from .telling import Account, Teller, clock
from .watch import Pass, Watched
from .world import START, SYLLABLES, World

COLUMNS = (
    "id", "source_id", "origin_id", "method", "kind", "start", "end", "reported", "lon_deg", "lat_deg", "radius_m",
    "observer_lon_deg", "observer_lat_deg", "bearing_deg", "bearing_error_deg", "distance_min_m", "distance_max_m", "phase",
    "place", "actor_claimed", "harmed_party", "weapon_class", "killed_min", "injured_min", "of_whom", "text", "stance", "answers",
)  # fmt: skip
INBOX = {"mon": "patrols", "cam": "cameras", "sat": "satellites"}
TERMS = (
    ("hold_fire", "No fire with any weapon", ""),
    ("no_movement", "No movement of troops towards the other side", ""),
    ("no_reinforcement", "No reinforcement", "params: {kinds: [force.reinforcement]}"),
    ("no_new_works", "No new works", ""),
    ("no_overflight", "No flights over the line", ""),
    ("no_new_mines", "No new mines", ""),
    ("protect_civilians", "No force against civilians", ""),
    ("let_observers_in", "Observers are let in on each side", ""),
    ("truth_in_public", "No false information", ""),
)


@dataclass(frozen=True)
class Invention:
    """Everything that a folder is written from."""

    name: str
    seed: int
    world: World
    parties: tuple[str, str]
    teller: Teller
    watched: Watched
    passes: list[Pass]
    wrong: dict[str, int]

    @property
    def ids(self) -> tuple[str, str]:
        """Ids of the two parties."""
        return self.parties[0].lower(), self.parties[1].lower()


def names(world: World) -> tuple[str, str]:
    """Names of two invented countries."""
    first, second = world.rng.sample(SYLLABLES, 2)
    return f"{first}mark".capitalize(), f"{second}land".capitalize()


def files(made: Invention) -> dict[str, bytes]:
    """Path -> bytes."""
    by_file: dict[str, list[Account]] = {}
    for account in made.teller.accounts:
        by_file.setdefault(INBOX.get(account.cells["source_id"].partition("-")[0], "press-and-parties"), []).append(
            account
        )
    out = {
        f"inbox/observations/{name}.csv": _csv(COLUMNS, (a.cells for a in accounts))
        for name, accounts in by_file.items()
    }
    return {
        "mission.yaml": _yaml(_mission(made)), "sources.yaml": _yaml({"sources": _sources(made)}),
        "places.csv": _places(made), "zones.geojson": _zones(made), "effort.csv": _effort(made),
        "agreements/truce.yaml": _yaml(_truce(made)), "README.md": _readme(made), "truth.csv": _truth(made),
        "truth_accounts.csv": _csv(
            ("id", "event_id", "lie"), ({"id": a.id, "event_id": a.of, "lie": a.lie} for a in made.teller.accounts)
        ),
        **out,
    }  # fmt: skip


def _csv(columns: tuple[str, ...], rows: Any) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _yaml(data: Any) -> bytes:
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110)
    return text.encode()


def _last(made: Invention) -> str:
    return (START + timedelta(days=int(made.world.shape["days"]))).date().isoformat()


def _mission(made: Invention) -> dict[str, Any]:
    shape, world = made.world.shape, made.world
    west, south = world.lonlat(-30000, -40000)
    east, north = world.lonlat(world.length_m + 30000, 40000)
    return {
        "id": f"scenario-{made.name}-{made.seed}", "title": shape["title"],
        "parties": [{"id": i, "names": {"en": n}} for i, n in zip(made.ids, made.parties, strict=True)],
        "observers": [f"mon-{n + 1}" for n in range(int(shape["teams"]))],
        "area": dict(zip(("west", "south", "east", "north"), (round(v, 3) for v in (west, south, east, north)), strict=True)),
        "time_zone": "Etc/GMT-7", "period": {"start": START.date().isoformat(), "end": _last(made)},
        "mandate": {"attribution": "when_established"},
        "notice": "Invented from end to end, with its truth in truth.csv. About no real place or people.",
    }  # fmt: skip


def _sources(made: Invention) -> list[dict[str, Any]]:
    shape = made.world.shape
    one, two = made.ids
    found: list[dict[str, Any]] = [
        {"id": f"{p}-{v}", "name": f"{n} {v}", "kind": "party", "party": p, "origin_group": f"{p}-voice"}
        for p, n in zip((one, two), made.parties, strict=True)
        for v in ("army", "ministry")
    ]
    for prefix, kind, number, name in (
        ("mon", "monitor", shape["teams"], "Observer team"), ("cam", "sensor", shape["cameras"], "Camera"),
        ("press", "media", max(int(shape["outlets"]), made.wrong.get("spokesman", 0)), "Outlet"),
        ("wit", "witness", shape["witnesses"], "Witness"), ("col", "witness", made.wrong.get("collusion", 0), "Person"),
    ):  # fmt: skip
        found += [{"id": f"{prefix}-{n + 1}", "name": f"{name} {n + 1}", "kind": kind} for n in range(int(number))]
    return [*found, {"id": "relief", "name": "Relief workers", "kind": "humanitarian"},
            {"id": "state", "name": "A third state", "kind": "third_state"},
            {"id": "sat", "name": "Heat satellites", "kind": "sensor"}]  # fmt: skip


def _places(made: Invention) -> bytes:
    columns = (
        "place_id",
        "name",
        f"name_{made.ids[0]}",
        f"name_{made.ids[1]}",
        "lon_deg",
        "lat_deg",
        "radius_m",
        "type",
        "basis",
    )
    rows = []
    for spot in made.world.spots:
        lon, lat = made.world.lonlat(spot.x, spot.y)
        rows.append(
            dict(zip(columns, (spot.id, spot.names[spot.side], *spot.names, f"{lon:.5f}", f"{lat:.5f}", f"{spot.radius_m:.0f}",
                               "village", "invented"), strict=True))
        )  # fmt: skip
    return _csv(columns, rows)


def _zones(made: Invention) -> bytes:
    world = made.world
    steps = [world.length_m * n / 40 for n in range(41)]

    def around(half_m: float, first: int = 0, last: int = 40) -> list[list[float]]:
        low = [world.lonlat(x, world.line_y(x) - half_m) for x in steps[first : last + 1]]
        high = [world.lonlat(x, world.line_y(x) + half_m) for x in steps[first : last + 1]]
        return [[round(lon, 6), round(lat, 6)] for lon, lat in (*low, *reversed(high), low[0])]

    def feature(name: str, role: str, geometry: dict[str, Any]) -> dict[str, Any]:
        warning = "Orientation only." if role == "orientation_line" else ""
        properties = {"id": name, "name": name.replace("-", " ").capitalize(), "role": role, "warning": warning}
        return {"type": "Feature", "properties": properties, "geometry": geometry}

    line = [[round(v, 6) for v in world.lonlat(x, world.line_y(x))] for x in steps]
    found = [feature("line", "orientation_line", {"type": "LineString", "coordinates": line}),
             feature("belt", "zone", {"type": "Polygon", "coordinates": [around(20000)]})]  # fmt: skip
    for n, name in enumerate(("west", "middle", "east")):
        ring = around(20000, (0, 13, 26)[n], (13, 26, 40)[n])
        found.append(feature(f"sector-{name}", "sector", {"type": "Polygon", "coordinates": [ring]}))
    return (json.dumps({"type": "FeatureCollection", "features": found}, indent=1) + "\n").encode()


def _effort(made: Invention) -> bytes:
    columns = ("effort_id", "source_id", "start", "end", "place", "zone", "side", "kinds", "status", "by", "reason", "sight_m",
               "reported")  # fmt: skip
    rows = []
    for n, watch in enumerate(made.watched.effort, 1):
        side = made.ids[watch.spot.side]
        refused = watch.status == "refused"
        rows.append(dict(zip(columns, (
            f"E{n}", watch.source, clock(watch.start), clock(watch.end), watch.spot.id, "", side, "", watch.status,
            side if refused or watch.status == "host_led" else "", "no reason was given" if refused else "",
            f"{watch.sight_m:.0f}", clock(watch.end)), strict=True)))  # fmt: skip
    for n, one in enumerate(made.passes, 1):
        end = one.at + timedelta(minutes=5)
        reason = "clouds" if one.cloudy else "a clear pass: an opportunity, and a look only for great heat"
        rows.append(dict(zip(columns, (f"S{n}", "sat", clock(one.at), clock(end), "", "belt", "both", "heat", "planned", "",
                                       reason, "0", clock(end)), strict=True)))  # fmt: skip
    return _csv(columns, rows)


def _truce(made: Invention) -> dict[str, Any]:
    first = START.date().isoformat()
    terms = []
    for n, (kind, text, more) in enumerate(TERMS, 1):
        term = {"id": f"truce.{n}", "clause": str(n), "title": text, "party": list(made.ids), "kind": kind, "text": text,
                "zone": "belt", "from": f"{first}T00:00+07:00"}  # fmt: skip
        terms.append({**term, **(yaml.safe_load(more) or {})})
    return {"id": "truce", "title": f"Truce of {START:%-d %B %Y}", "date": first, "standing": "signed", "parties": list(made.ids),
            "source": "invented", "terms": terms}  # fmt: skip


def _truth(made: Invention) -> bytes:
    columns = ("event_id", "real", "kind", "start", "end", "lon_deg", "lat_deg", "author", "harmed_party", "killed", "injured",
               "weapon_class", "staged", "perceived_by", "accounts")  # fmt: skip
    told = Counter(a.of for a in made.teller.accounts)
    seen: dict[str, set[str]] = {}
    for percept in made.watched.percepts:
        seen.setdefault(percept.of.id, set()).add(percept.watch.source)
    rows = []
    never = [*made.watched.mistakes, *made.teller.inventions]
    for h in sorted([*made.world.happenings, *never], key=lambda h: (h.start, h.id)):
        lon, lat = made.world.lonlat(h.x, h.y)
        values = (
            h.id, "yes" if h.real else "no", h.kind, clock(h.start), clock(h.end.replace(microsecond=0)), f"{lon:.5f}",
            f"{lat:.5f}", made.ids[h.author], made.ids[h.harmed], h.killed, h.injured, h.weapon,
            "yes" if h.staged else "no", ";".join(sorted(seen.get(h.id, ()))), told[h.id],
        )  # fmt: skip
        rows.append(dict(zip(columns, values, strict=True)))
    return _csv(columns, rows)


def _readme(made: Invention) -> bytes:
    shape = made.world.shape
    wrong = ", ".join(f"{k} {v}" for k, v in made.wrong.items()) or "none"
    return f"""# {shape["title"]}

{shape["lesson"]}

An invented ceasefire: scenario `{made.name}`, seed {made.seed}, mischief: {wrong}. It is about no real place or people.

`truceline run .` makes the findings. What truly happened stands in truth.csv (one row a happening: its true author, who
perceived it, how many told of it; `real` is no for inventions and mistakes), and which account is about which in
truth_accounts.csv (`lie` says of what sort, where it is one). No stage reads either file: look at them when you have your own answer.
""".encode()
