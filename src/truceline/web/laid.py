"""A shelf of columns on the disk: reports by the million, of which memory holds what a filter needs and no more.

Such incidents were fused and not assessed: there are no grades, findings, claims or coverage, and the pages say so.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import weakref
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .. import dated, rows, tally, when
from ..errors import RunError
from ..nouns import (
    Agreement,
    Claim,
    Edition,
    Figure,
    Finding,
    Incident,
    Judgement,
    Link,
    Look,
    Mission,
    Modality,
    NearMiss,
    Observation,
    Stance,
    Step,
    Total,
)
from .desk import Opened
from .frames import cells_of, coded
from .laying import Task, lay
from .shelf import about
from .sieve import Sieve, bits, remembered

Array = NDArray[Any]


class Laid:
    """A shelf of a folder that `laying` wrote; the folder goes when nobody reads it any more."""

    edition: Edition | None = None
    findings: tuple[Finding, ...] = ()
    claims: tuple[Claim, ...] = ()
    looks: tuple[Look, ...] = ()

    def __init__(self, folder: Path, whole: Mission) -> None:
        self.folder = folder
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        head = json.loads((folder / "head.json").read_text("utf-8"))
        self.as_of: datetime = when.moment(head["as_of"], "UTC")
        self.release: str = head["release"]
        bare = replace(whole, captures=(), inputs=(), set_aside=(), questions=())
        self.mission: Mission = dated.mission(bare, self.as_of, self.release)
        self.table = pl.read_parquet(folder / "incidents.parquet", columns=_kept(folder / "incidents.parquet"))
        words = pl.read_parquet(folder / "words.parquet")
        self._words, self._ids, self._row = words["words"], words["id"], words["incident"].to_numpy()
        self._first = np.searchsorted(self._row, np.arange(self.table.height + 1))
        self.counts: Mapping[str, int] = {
            "observations": head["observations"], "unplaced": head["unplaced"], "incidents": self.table.height,
            "findings": 0,
        }  # fmt: skip

    @property
    def agreements(self) -> tuple[Agreement, ...]:
        """Instruments of the mission."""
        return self.mission.agreements

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Figures of sources."""
        return self.mission.figures

    @property
    def timeline(self) -> tuple[Step, ...]:
        """Meetings and steps."""
        return self.mission.timeline

    @cached_property
    def totals(self) -> tuple[Total, ...]:
        """Lines of figures."""
        return tuple(tally.totals(self.mission.figures))

    @cached_property
    def sieve(self) -> Sieve:
        """The table as arrays."""
        parties, accused = self.mission.party_ids, self.table["accused"]
        own = {w.casefold(): p.id for p in self.mission.parties for w in (p.id, *p.names.values())}
        said = (
            [[]] * self.table.height if accused.dtype == pl.Null() else accused.fill_null("").str.split(";").to_list()
        )
        sides = bits(([own.get(w.casefold(), "") for w in row] for row in said), parties)
        agreements = tuple(a.id for a in self.agreements)
        return Sieve(
            **coded(self.table), parties=parties, party_bits=sides, agreements=agreements,
            agreement_bits=np.zeros(self.table.height, dtype=np.int64), told=remembered(self._holding),
        )  # fmt: skip

    def _holding(self, word: str) -> Array:
        held = np.zeros(self.table.height, dtype=bool)
        held[self._row[self._words.str.contains(word, literal=True).to_numpy()]] = True
        return held

    def opened(self, row: int, judgements: tuple[Judgement, ...]) -> Opened:
        """The incident of this row with its accounts and links, read from the disk."""
        cells = cells_of(self.table[[row]]).to_dicts()[0]
        told = self._accounts(int(self._first[row]), int(self._first[row + 1]))
        one = Incident(
            id=cells["id"], kind=cells["kind"], start=cells["start"], end=cells["end"], lon_deg=cells["lon_deg"],
            lat_deg=cells["lat_deg"], radius_m=cells["radius_m"], place=cells["place"], place_id="",
            observation_ids=tuple(o.id for o in told), modality=Modality(cells["modality"] or "done"),
            major_m=cells["major_m"], minor_m=cells["minor_m"], azimuth_deg=cells["azimuth_deg"],
        )  # fmt: skip
        ends = {*one.observation_ids, *(f"I-{i}" for i in one.observation_ids)}
        return Opened(
            incident=one, assessment=None, observations=told, links=self._links(row), ratings={}, heat=None,
            near_misses=self._near(one.id), findings=(), claims=(), judgements=about(judgements, ends), row=cells,
        )  # fmt: skip

    def _accounts(self, first: int, last: int) -> tuple[Observation, ...]:
        frame = pl.scan_parquet(self.folder / "observations.parquet").slice(first, last - first).collect()
        return tuple(rows.records(Observation, frame.select(*rows.schema(Observation))))

    def _links(self, row: int) -> dict[str, Link]:
        first, count = int(self._first[row]), int(self._first[row + 1] - self._first[row])
        frame = pl.scan_parquet(self.folder / "links.parquet").slice(first, count).collect()
        return {
            r["observation_id"]: Link(
                r["incident_id"], r["observation_id"], r["distance_m"], r["lag_s"], r["weight_bits"] or 0.0, Stance(r["stance"]),
                tuple(part for part in (r["reasons"] or "").split(" | ") if part),
            )
            for r in frame.iter_rows(named=True)
        }  # fmt: skip

    def _near(self, name: str) -> tuple[NearMiss, ...]:
        held = (pl.col("incident_a") == name) | (pl.col("incident_b") == name)
        frame = pl.scan_parquet(self.folder / "near_misses.parquet").filter(held).collect()
        return tuple(
            NearMiss(**{**r, "reasons": tuple((r["reasons"] or "").split(" | "))}) for r in frame.iter_rows(named=True)
        )

    def incident_of(self, observation_id: str) -> str:
        """The incident that holds this account; empty where none does."""
        at = self._ids.index_of(observation_id)
        return "" if at is None else str(self.table["id"][int(self._row[at])])

    def account(self, observation_id: str) -> Observation | None:
        """One observation."""
        at = self._ids.index_of(observation_id)
        return None if at is None else self._accounts(at, at + 1)[0]


def _kept(file: Path) -> list[str]:
    """Columns of the table that stay in memory: the list of accounts is asked for by their rows."""
    return [name for name in pl.read_parquet_schema(file) if name != "observation_ids"]


def laid(folder: Path, whole: Mission, release: str, fused: Path | None = None) -> Laid:
    """Lay the reports of a mission out in a process of its own. Raises RunError in its words where it could not."""
    out = Path(tempfile.mkdtemp(prefix="truceline-desk-"))
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            wrong = pool.submit(lay, Task(folder, fused, out, release)).result()
        if wrong:
            raise RunError(wrong)
        return Laid(out, whole)
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise
