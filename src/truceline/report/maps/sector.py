"""What the maps count: sectors with their length, their incidents and the visits of observers, each counted once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from ...nouns import Effort, EffortStatus, Incident, Place, Zone
from ...where import line_length_m
from .. import words
from ..index import Index
from ..tongue import say, say_n
from .plane import unbroken

MADE = frozenset({EffortStatus.DONE, EffortStatus.HOST_LED})
BARRED = frozenset({EffortStatus.REFUSED, EffortStatus.CURTAILED})
HEAT = "heat.detection"


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector with the line in it, what was reported there, and who looked.

    `efforts` are visits made, refused or cut short by observers; `others` those of everybody else.
    """

    zone: Zone
    n: int
    outline: BaseGeometry
    line: BaseGeometry
    length_km: float
    incidents: tuple[Incident, ...]
    efforts: tuple[Effort, ...]
    others: tuple[Effort, ...]

    @property
    def visits(self) -> int:
        """Visits that observers made here."""
        return sum(e.status in MADE for e in self.efforts)

    @property
    def barred(self) -> int:
        """Visits of observers that were refused or cut short here."""
        return sum(e.status in BARRED for e in self.efforts)

    @property
    def name(self) -> str:
        """Its number, by its place in the mission's file, and its name."""
        return f"{self.n} {self.zone.name}"

    @property
    def counts(self) -> tuple[str, ...]:
        """Length, incidents, visits and refusals in words; no number of incidents without the effort behind it."""
        length = (say("{km} km", km=words.number(self.length_km)),) if self.length_km else ()
        kept = (*length, words.incidents(len(self.incidents)), say_n("{n} visit", "{n} visits", self.visits))
        return (
            (*kept, say_n("{n} refused or cut short", "{n} refused or cut short", self.barred)) if self.barred else kept
        )


@dataclass(frozen=True)
class Atlas:
    """The ground of one edition in degrees; every property is computed once."""

    index: Index

    def zones(self, role: str) -> list[Zone]:
        """Zones of a role, in the order of the mission's file."""
        return [z for z in self.index.edition.mission.zones if z.role == role]

    @cached_property
    def lines(self) -> BaseGeometry:
        """Every orientation line, in one geometry."""
        return shapely.union_all([unbroken(shape(z.geometry)) for z in self.zones("orientation_line")])

    @cached_property
    def land(self) -> list[tuple[Zone, BaseGeometry]]:
        """Land with its zone, to be drawn without inner edges."""
        return [(z, shapely.make_valid(unbroken(shape(z.geometry)))) for z in self.zones("land")]

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What the orientation lines' own file says that they are not."""
        return tuple(dict.fromkeys(z.warning for z in self.zones("orientation_line") if z.warning))

    @cached_property
    def owners(self) -> tuple[str, ...]:
        """To whom line and land are owed."""
        zones = [*self.zones("orientation_line"), *self.zones("land")]
        return tuple(dict.fromkeys(z.attribution for z in zones if z.attribution))

    @cached_property
    def placed(self) -> tuple[Incident, ...]:
        """Incidents with a place."""
        return tuple(i for i in self.index.incidents if i.lon_deg is not None and i.lat_deg is not None)

    @cached_property
    def looked(self) -> tuple[Effort, ...]:
        """Visits made, refused or cut short, of anybody; plans are none."""
        return tuple(e for e in self.index.efforts if e.status in MADE | BARRED)

    @cached_property
    def observed(self) -> tuple[Effort, ...]:
        """Those of observers."""
        return tuple(e for e in self.looked if e.source_id in self.index.observers)

    @cached_property
    def heat(self) -> tuple[tuple[float, float], ...]:
        """Where a satellite saw heat: longitude and latitude, each once."""
        found = (
            (round(o.lon_deg, 3), round(o.lat_deg, 3))
            for o in self.index.edition.observations
            if o.kind == HEAT and o.lon_deg is not None and o.lat_deg is not None
        )
        return tuple(dict.fromkeys(found))

    def places_of(self, effort: Effort) -> list[Place]:
        """Places with coordinates that a visit names."""
        known = (self.index.places.get(p) for p in effort.places)
        return [p for p in known if p and p.lon_deg is not None and p.lat_deg is not None]

    @cached_property
    def sectors(self) -> tuple[Sector, ...]:
        """Every sector; an incident on the edge of two counts in the first of them."""
        found: list[Sector] = []
        rest = list(self.placed)
        for n, zone in enumerate(self.zones("sector"), 1):
            outline = shapely.make_valid(unbroken(shape(zone.geometry)))
            shapely.prepare(outline)
            held = _held(outline, rest)
            inside = tuple(i for i, within in zip(rest, held, strict=True) if within)
            rest = [i for i, within in zip(rest, held, strict=True) if not within]
            met = [e for e in self.looked if self._met(e, zone, outline)]
            mine = tuple(e for e in met if e.source_id in self.index.observers)
            others = tuple(e for e in met if e.source_id not in self.index.observers)
            line = shapely.intersection(self.lines, outline)
            found.append(Sector(zone, n, outline, line, length_km(line), inside, mine, others))
        return tuple(found)

    def _met(self, effort: Effort, zone: Zone, outline: BaseGeometry) -> bool:
        return effort.zone == zone.id or any(holds(outline, p.lon_deg, p.lat_deg) for p in self.places_of(effort))

    @cached_property
    def outside(self) -> tuple[Incident, ...]:
        """Placed incidents that lie in no sector."""
        held = {i.id for s in self.sectors for i in s.incidents}
        return tuple(i for i in self.placed if i.id not in held)


def _held(outline: BaseGeometry, incidents: list[Incident]) -> list[bool]:
    spots = np.array([(i.lon_deg or 0.0, i.lat_deg or 0.0) for i in incidents]).reshape(-1, 2)
    turns = [shapely.intersects_xy(outline, spots[:, 0] + turn, spots[:, 1]) for turn in (0, 360, -360)]
    return [bool(h) for h in np.logical_or.reduce(turns)]


def holds(outline: BaseGeometry, lon_deg: float | None, lat_deg: float | None) -> bool:
    """Whether an outline holds a place, also one that runs on past 180 degrees."""
    if lon_deg is None or lat_deg is None:
        return False
    return any(shapely.intersects(outline, Point(lon_deg + turn, lat_deg)) for turn in (0, 360, -360))


def length_km(geometry: BaseGeometry) -> float:
    """Give the geodesic length of the lines in a geometry."""
    pieces = (shapely.get_coordinates(p).tolist() for p in shapely.get_parts(geometry) if p.geom_type == "LineString")
    return sum(line_length_m(piece) for piece in pieces if len(piece) > 1) / 1000
