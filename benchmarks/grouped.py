"""Reports that people grouped, for fitting and for measuring: the flagship before September 2025, Kenya of MAVERICK."""

from __future__ import annotations

import csv
import os
import sys
from collections import Counter
from dataclasses import dataclass
from math import comb
from pathlib import Path

import polars as pl

from truceline import bare, run
from truceline.fuse import Question

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Grouped:
    """A set of reports with the grouping that people gave (id -> event), of all or of some of them."""

    name: str
    table: pl.DataFrame
    truth: dict[str, str]
    question: Question


def flagship() -> Grouped:
    """The flagship mission's observations; those before September 2025 are grouped."""
    material = run.load(ROOT / "missions" / "thailand-cambodia-2025")
    with (ROOT / "tests" / "truth" / "flagship_events.csv").open(encoding="utf-8") as handle:
        truth = {r["report_id"]: r["event_key"] for r in csv.DictReader(handle)}
    words = tuple(w for p in material.mission.parties for w in (p.id, *p.names.values()))
    name = "Thailand-Cambodia, reports before September 2025"
    return Grouped(name, material.observations, truth, Question((), material.mission.kinds, words))


def kenya() -> Grouped:
    """MAVERICK, Kenya 1992-2022; ends the script where the third-party data are not there."""
    folder = Path(os.environ.get("TRUCELINE_TEST_DATA", "")) / "maverick-kenya"
    if not (folder / "kenya_truth.csv").is_file():
        sys.exit("Kenya: set TRUCELINE_TEST_DATA to the folder of third-party data")
    table = bare.read([folder / "kenya_observations.csv"], "Africa/Nairobi").table
    with (folder / "kenya_truth.csv").open(encoding="utf-8") as handle:
        truth = {r["id"]: r["event_id"] for r in csv.DictReader(handle)}
    return Grouped("MAVERICK, Kenya", table, truth, Question())


@dataclass(frozen=True)
class Agreement:
    """How far a grouping agrees with people's: by pairs, and B-cubed; `wrong` and `missed` count pairs."""

    precision: float
    recall: float
    b_cubed: float
    wrong: int
    missed: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall of pairs."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def agreement(found: dict[str, str], truth: dict[str, str]) -> Agreement:
    """Pairwise and B-cubed (Bagga and Baldwin 1998) agreement over the ids of `truth`."""
    both = Counter((found[i], t) for i, t in truth.items())
    ours, theirs = Counter(found[i] for i in truth), Counter(truth.values())
    hits, made, real = (sum(comb(n, 2) for n in c.values()) for c in (both, ours, theirs))
    precision = sum(n * n / ours[a] for (a, _), n in both.items()) / max(len(truth), 1)
    recall = sum(n * n / theirs[b] for (_, b), n in both.items()) / max(len(truth), 1)
    cubed = 2 * precision * recall / max(precision + recall, 1e-12)
    return Agreement(hits / max(made, 1), hits / max(real, 1), cubed, made - hits, real - hits)
