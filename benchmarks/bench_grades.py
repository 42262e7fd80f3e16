"""How often each grade is right, on scenarios whose truth is known: every shape, seeds that nothing was tuned on.

For each grade and rule the share of incidents that truly happened, for each grade of authorship the share whose author is
the true one, and the share of what truly happened and was told that reaches `established`. A scenario is an invention:
the figures say how the rules stand up to the sources that it models, and nothing of any real ceasefire.

    python benchmarks/bench_grades.py --seeds 101 102
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from multiprocessing import Pool
from typing import NamedTuple

from proving_ground import played

from truceline import rates, scenario, store

NAMED = ("established", "probable")


class Row(NamedTuple):
    """One incident: its grade and rule, those of its author, and whether each is true."""

    name: str
    grade: str
    rule: str
    author_grade: str
    author_rule: str
    true: bool
    author_true: bool


def one(job: tuple[str, int]) -> tuple[list[Row], int, int]:
    """A scenario's incidents, how many true happenings were told, and how many reached `established`."""
    found = played(*job)
    rows = [
        Row(j.scenario, str(j.assessment.grade), j.assessment.rule, str(j.assessment.attribution_grade),
            j.assessment.attribution_rule, j.true, j.true and j.assessment.attributed_to == j.author)
        for j in found.judged
    ]  # fmt: skip
    return rows, len(found.told), len(found.reached.get("established", ()))


def shares(title: str, pairs: list[tuple[str, bool]]) -> None:
    """Print the share that is true for each key."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for key, true in pairs:
        counts[key][0] += true
        counts[key][1] += 1
    print(title)
    for key, (true, every) in sorted(counts.items()):
        print(f"  {key:36} {true:5} of {every:5} true  {true / every:.3f}")


def calibration(title: str, fitted: list[Row], tested: list[Row]) -> None:
    """Print the expected calibration error of rates counted on some rows and tested on others."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in fitted:
        counts[row.rule][0] += row.true
        counts[row.rule][1] += 1
    known = rates.Rates("", {rule: (right, every) for rule, (right, every) in counts.items()})
    error(title, known, tested)


def error(title: str, known: rates.Rates, tested: list[Row]) -> None:
    """The same for rates that are there: mean distance of what was said from what was so, over what was said."""
    said: dict[float, list[bool]] = defaultdict(list)
    for row in tested:
        probability = known.probability(row.rule)
        if row.grade in NAMED and probability is not None:
            said[probability].append(row.true)
    every = sum(map(len, said.values()))
    total = sum(abs(sum(found) - p * len(found)) for p, found in said.items())
    print(f"  {title:60} {total / max(every, 1):.4f} of {every:6}")


def calibrations(rows: list[Row]) -> None:
    """Rates as shipped, and rates counted on some shapes and tested on others."""
    print("expected calibration error, where a probability is given")
    error("as shipped (other seeds, every shape)", rates.parse(store.shipped(store.RATES)), rows)
    shapes = scenario.shapes()
    for n in range(2):
        half = set(list(shapes)[n::2])
        fitted, tested = ([r for r in rows if (r.name in half) == inside] for inside in (True, False))
        calibration(f"counted on {len(half)} shapes, tested on the {len(shapes) - len(half)} others", fitted, tested)
    for name in shapes:
        calibration(f"counted without {name}, tested on it", [r for r in rows if r.name != name],
                    [r for r in rows if r.name == name])  # fmt: skip


def main() -> None:
    """Run every shape with every seed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", nargs="+", type=int, default=[101, 102])
    parser.add_argument("--workers", type=int, default=2)
    wish = parser.parse_args()
    jobs = [(name, seed) for name in scenario.shapes() for seed in wish.seeds]
    with Pool(wish.workers) as pool:
        done = pool.map(one, jobs, chunksize=1)
    rows = [row for found, _, _ in done for row in found]
    shares("it happened, by grade", [(r.grade, r.true) for r in rows])
    shares("it happened, by rule", [(r.rule, r.true) for r in rows])
    by_shape = [(f"{r.name} {r.grade}", r.true) for r in rows if r.grade in NAMED]
    shares("it happened, by scenario and grade", by_shape)
    shares(
        "the author is the true one",
        [(f"{r.author_grade} {r.author_rule}", r.author_true) for r in rows if r.author_grade in NAMED],
    )
    calibrations(rows)
    told, reached = (sum(d[n] for d in done) for n in (1, 2))
    print(f"{reached} of {told} happenings that were told reach established: {reached / told:.3f}")


if __name__ == "__main__":
    main()
