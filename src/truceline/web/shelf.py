"""An edition in memory as a desk wants it: the table of incidents, arrays to filter by, records by their ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .. import columns, kinds, publish
from ..nouns import (
    Agreement,
    Claim,
    Edition,
    Figure,
    Finding,
    Incident,
    Judgement,
    Look,
    Mission,
    NearMiss,
    Observation,
    Place,
    Rating,
    Step,
    Total,
)
from .desk import Desk, Opened
from .sieve import GRADES, UNGRADED, Sieve, bits, plain, remembered

Array = NDArray[Any]
WHOLE = frozenset({"count", "people"})
NUMBERS = frozenset({"degrees", "metres", "bits", "0 to 1"})
_UTC = pl.Datetime("us", "UTC")


def typed(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Incidents by the names of incidents.csv as a frame: numbers by the codebook's units, the rest text, times twice."""
    made: dict[str, pl.Series] = {}
    for column in columns.INCIDENTS:
        values = [r[column.name] for r in rows]
        if column.unit in WHOLE:
            made[column.name] = pl.Series(column.name, [None if v in ("", None) else int(v) for v in values], pl.Int64)
        elif column.unit in NUMBERS:
            cells: list[Any] = [None if v in ("", None) else float(v) for v in values]
            made[column.name] = pl.Series(column.name, cells, pl.Float64)
        else:
            made[column.name] = pl.Series(column.name, [_flat(v) for v in values], pl.String)
    return timed(pl.DataFrame(made))


def _flat(value: Any) -> str:
    if value is None:
        return ""
    return ";".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def timed(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame by its beginning, with `start` and `end` as times."""
    times = [pl.col(f"{n}_utc").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", time_zone="UTC", strict=False).alias(n)
             for n in ("start", "end")]  # fmt: skip
    return frame.with_columns(times).sort("start", "id", nulls_last=False)


def numbers(frame: pl.DataFrame, name: str) -> Array:
    """A column as floats; what is empty is not a number."""
    return frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def coded(frame: pl.DataFrame) -> dict[str, Any]:
    """Arrays of a sieve that stand in the table itself."""
    names = sorted(frame["kind"].unique().to_list())
    kind = frame["kind"].cast(pl.Enum(names))
    place = {name: n for n, name in enumerate(GRADES)}
    grade = frame["grade"].replace_strict(place, default=UNGRADED, return_dtype=pl.Int8)
    return {
        "start": frame["start"].to_physical().fill_null(-(2**62)).to_numpy(),
        "end": frame["end"].to_physical().fill_null(2**62).to_numpy(),
        "lon": numbers(frame, "lon_deg"), "lat": numbers(frame, "lat_deg"), "radius": numbers(frame, "radius_m"),
        "grade": grade.to_numpy(), "kind": kind.to_physical().to_numpy(), "kinds": tuple(names),
        "accounts": frame["observations"].cast(pl.Int64).to_numpy(),
    }  # fmt: skip


def names_of(place: Place | None) -> str:
    """Every name of a place in every script, for a search."""
    if place is None:
        return ""
    return " ".join((place.name, *place.party_names.values(), *place.scripts.values(), *place.variants, place.province))


@dataclass(frozen=True)
class InMemory:
    """A shelf of one edition."""

    edition: Edition

    @property
    def mission(self) -> Mission:
        """The mission as this edition shows it."""
        return self.edition.mission

    @property
    def as_of(self) -> datetime:
        """The moment of the edition."""
        return self.edition.as_of

    @property
    def release(self) -> str:
        """The release of the edition."""
        return self.edition.release

    @property
    def counts(self) -> Mapping[str, int]:
        """Counts of the edition."""
        return self.edition.counts

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings in their order."""
        return self.edition.findings

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Claims in their order."""
        return self.edition.claims

    @property
    def looks(self) -> tuple[Look, ...]:
        """The coverage table."""
        return self.edition.looks

    @property
    def totals(self) -> tuple[Total, ...]:
        """Lines of figures."""
        return self.edition.totals

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Figures of sources."""
        return self.edition.figures

    @property
    def timeline(self) -> tuple[Step, ...]:
        """Meetings and steps."""
        return self.edition.timeline

    @property
    def agreements(self) -> tuple[Agreement, ...]:
        """Instruments."""
        return self.edition.agreements

    @cached_property
    def table(self) -> pl.DataFrame:
        """Incidents by the names of incidents.csv, by their beginning."""
        return typed(publish.incident_rows(self.edition))

    @cached_property
    def told(self) -> dict[str, Observation]:
        """Observations by their ids."""
        return {o.id: o for o in self.edition.observations}

    @cached_property
    def _incidents(self) -> dict[str, Incident]:
        return {i.id: i for i in self.edition.incidents}

    @cached_property
    def _holder(self) -> dict[str, str]:
        return {o: i.id for i in self.edition.incidents for o in i.observation_ids}

    @cached_property
    def sieve(self) -> Sieve:
        """The table as arrays."""
        graded = {a.incident_id: a for a in self.edition.assessments}
        found = [graded[i] for i in self.table["id"].to_list()]
        sides = [(*a.accused, *a.own_word, *a.attributed_to.split(";")) for a in found]
        touched: dict[str, set[str]] = defaultdict(set)
        for finding in self.edition.findings:
            for one in finding.incidents:
                touched[one].add(finding.agreement_id)
        agreements = tuple(a.id for a in self.agreements)
        return Sieve(
            **coded(self.table), parties=self.mission.party_ids, party_bits=bits(sides, self.mission.party_ids),
            agreements=agreements, agreement_bits=bits((touched[i] for i in self.table["id"].to_list()), agreements),
            told=remembered(self._holding),
        )  # fmt: skip

    @cached_property
    def _words(self) -> list[str]:
        """Everything about an incident that a search looks through, a text an incident."""
        places = {p.id: p for p in self.mission.places}
        sources = {s.id: s for s in self.mission.sources}
        texts = []
        for name in self.table["id"].to_list():
            one = self._incidents[name]
            parts = [one.id, kinds.label(one.kind, self.mission.kinds), one.place, names_of(places.get(one.place_id))]
            for told in (self.told[i] for i in one.observation_ids if i in self.told):
                known = sources.get(told.source_id)
                parts += [told.id, told.text, told.place, told.weapon, known.name if known else told.source_id]
                parts.append(names_of(places.get(told.place_id)))
            texts.append(plain("\n".join(parts)))
        return texts

    def _holding(self, word: str) -> Array:
        return np.array([word in text for text in self._words], dtype=bool)

    @cached_property
    def _links(self) -> dict[str, dict[str, Any]]:
        made: dict[str, dict[str, Any]] = defaultdict(dict)
        for link in self.edition.links:
            made[link.incident_id][link.observation_id] = link
        return made

    @cached_property
    def _ratings(self) -> dict[str, dict[str, Rating]]:
        made: dict[str, dict[str, Rating]] = defaultdict(dict)
        for rating in self.edition.ratings:
            made[rating.incident_id][rating.observation_id] = rating
        return made

    @cached_property
    def _near(self) -> dict[str, list[NearMiss]]:
        made: dict[str, list[NearMiss]] = defaultdict(list)
        for near in self.edition.near_misses:
            made[near.incident_a].append(near)
            made[near.incident_b].append(near)
        return made

    def opened(self, row: int, judgements: tuple[Judgement, ...]) -> Opened:
        """The incident of this row, without its findings and claims."""
        cells = self.table.row(row, named=True)
        name = cells["id"]
        one = self._incidents[name]
        ends = {*one.observation_ids, *(f"I-{i}" for i in one.observation_ids)}
        return Opened(
            incident=one, assessment=next((a for a in self.edition.assessments if a.incident_id == name), None),
            observations=tuple(self.told[i] for i in one.observation_ids if i in self.told),
            links=self._links.get(name, {}), ratings=self._ratings.get(name, {}),
            heat=next((h for h in self.edition.heat if h.incident_id == name), None),
            near_misses=tuple(self._near.get(name, ())), findings=(), claims=(),
            judgements=about(judgements, ends), row=cells,
        )  # fmt: skip

    def incident_of(self, observation_id: str) -> str:
        """The incident that holds this account; empty where none does."""
        return self._holder.get(observation_id, "")

    def account(self, observation_id: str) -> Observation | None:
        """One observation."""
        return self.told.get(observation_id)


def about(judgements: tuple[Judgement, ...], ends: set[str]) -> tuple[Judgement, ...]:
    """Judgements that name any of these, and those that undo them."""
    kept = {j.id for j in judgements if {j.subject, j.object} & ends}
    for j in judgements:
        if j.undoes in kept:
            kept.add(j.id)
    return tuple(j for j in judgements if j.id in kept)


def nameable(made: Edition, judgements: tuple[Judgement, ...]) -> tuple[Judgement, ...]:
    """Judgements about what this edition holds, and what undoes them: of others not even the number is shown."""
    known = {o.id for o in made.observations}
    subjects = known | {f"I-{i}" for i in known} | {""}
    kept: dict[str, Judgement] = {}
    for one in judgements:
        if {one.subject, one.object} <= subjects and (not one.undoes or one.undoes in kept):
            kept[one.id] = one
    return tuple(kept.values())


def desk_from(made: Edition, judgements: tuple[Judgement, ...], generation: int = 1) -> Desk:
    """The desk of an edition."""
    return Desk(InMemory(made), generation, nameable(made, judgements))
