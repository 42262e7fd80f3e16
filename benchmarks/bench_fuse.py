"""How well the grouping agrees with people's, beside the rule "same point and same day" on the same rows.

The flagship's hand grouping (before September 2025) lies under tests/truth; the Kenya reports of MAVERICK are
third-party data, found through TRUCELINE_TEST_DATA. The weights were set by hand after looking at both, so neither
figure is a held-out one.
"""

from __future__ import annotations

import csv
import os
import time
from collections import Counter
from math import comb
from pathlib import Path

from truceline import formats, kinds, normalise, rows, run
from truceline.fuse import fuse
from truceline.nouns import Capture, Lexicon, Observation

ROOT = Path(__file__).parents[1]


def agreement(found: dict[str, str], truth: dict[str, str]) -> tuple[float, float, float]:
    """Pairwise precision, recall and F1 over the ids of `truth`."""
    both = Counter((found[i], t) for i, t in truth.items())
    pairs = [sum(comb(n, 2) for n in Counter(c).values()) for c in ([found[i] for i in truth], truth.values())]
    hits = sum(comb(n, 2) for n in both.values())
    precision, recall = hits / max(pairs[0], 1), hits / max(pairs[1], 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def same_point_and_day(table: rows.pl.DataFrame) -> dict[str, str]:
    """The peer: one place and one local day is one event; unplaced rows stand alone."""
    found = {}
    for one in rows.records(Observation, table):
        placed = one.lon_deg is not None and one.when is not None
        found[one.id] = f"{one.lon_deg},{one.lat_deg},{one.when.start:%Y-%m-%d}" if placed and one.when else one.id
    return found


def show(name: str, table: rows.pl.DataFrame, truth: dict[str, str]) -> None:
    """Print both figures."""
    start = time.perf_counter()
    _, links = fuse(table)
    seconds = time.perf_counter() - start
    ours = dict(links.select("observation_id", "incident_id").iter_rows())
    for label, found in (("truceline", ours), ("same point and day", same_point_and_day(table))):
        precision, recall, f1 = agreement(found, truth)
        print(f"{name:10}{label:20} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}")
    print(f"{name:10}{table.height} observations in {seconds:.2f} s")


def flagship() -> None:
    """The flagship before September 2025."""
    material = run.load(ROOT / "missions" / "thailand-cambodia-2025")
    with (ROOT / "tests" / "truth" / "flagship_events.csv").open(encoding="utf-8") as handle:
        truth = {r["report_id"]: r["event_key"] for r in csv.DictReader(handle)}
    show("flagship", material.observations, truth)


def kenya(folder: Path) -> None:
    """MAVERICK, Kenya."""
    data = (folder / "kenya_observations.csv").read_bytes()
    lexicon = Lexicon((), {}, {}, {}, "Africa/Nairobi", frozenset(kinds.shipped()))
    harvest = formats.load("observations")(Capture("kenya.csv", "observations", "", len(data), data), lexicon)
    table, _, _ = normalise.normalise(rows.table(Observation, harvest.observations), (), None)
    with (folder / "kenya_truth.csv").open(encoding="utf-8") as handle:
        truth = {r["id"]: r["event_id"] for r in csv.DictReader(handle)}
    show("Kenya", table, truth)


def main() -> None:
    """Print the tables."""
    flagship()
    folder = Path(os.environ.get("TRUCELINE_TEST_DATA", "")) / "maverick-kenya"
    if folder.is_dir():
        kenya(folder)
    else:
        print("Kenya: set TRUCELINE_TEST_DATA to the folder of third-party data")


if __name__ == "__main__":
    main()
