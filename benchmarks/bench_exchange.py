"""Generated missions with the parties' names exchanged in every input: every finding must be exchanged, and nothing else.

    python benchmarks/bench_exchange.py --missions 10000

Each mission is a scenario of a day or two, of a shape and seed of its own, one in seven without and the others with one more
kind of mischief. Prints how many of each differ, and which.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import yaml

from truceline import run, scenario

WRONG = ("", "flood", "spokesman", "collusion", "clock_jump", "swapped", "staged")
MUCH = {"flood": 40, "spokesman": 4, "collusion": 6, "clock_jump": 7, "swapped": 1, "staged": 2}


def findings(files: dict[str, bytes], flip: dict[str, str]) -> set[tuple[Any, ...]]:
    """What was found, with the parties' ids put back."""
    with tempfile.TemporaryDirectory() as temporary:
        for path, data in files.items():
            target = Path(temporary) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        edition = run.edition(run.load(Path(temporary)), None, "public")
    graded = {
        (a.incident_id, a.grade, a.rule, flip.get(a.attributed_to, a.attributed_to), a.attribution_grade, a.budget)
        for a in edition.assessments
    }
    return graded | {
        (
            f.term_id,
            flip.get(f.party, f.party),
            f.start,
            f.outcome,
            f.reason_code,
            f.incidents,
            f.applied,
            f.passed,
            f.budget,
        )
        for f in edition.findings
    }


def differs(seed: int) -> tuple[str, str, bool]:
    """Shape and mischief of a mission, and whether its findings do not follow its parties."""
    shapes = list(scenario.shapes())
    turn, at = divmod(seed, len(shapes))
    name, wrong = shapes[at], WRONG[turn % len(WRONG)]
    more = {wrong: MUCH[wrong]} if wrong else {}
    files = scenario.files(name, seed, more, {"days": 1 + turn // len(WRONG) % 2})
    one, two = (p["id"] for p in yaml.safe_load(files["mission.yaml"])["parties"])
    hidden = "\0"

    def exchanged(text: str) -> str:
        return text.replace(one, hidden).replace(two, one).replace(hidden, two)

    other = {
        path: data if path == "mission.yaml" else exchanged(data.decode()).encode() for path, data in files.items()
    }
    return name, wrong, findings(files, {}) != findings(other, {one: two, two: one})


def alone() -> None:
    """Each worker computes on one thread: the tables of one mission are too small for more."""
    os.environ.setdefault("POLARS_MAX_THREADS", "1")


def main() -> None:
    """Run so many missions."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--missions", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    wish = parser.parse_args()
    start = time.perf_counter()
    run_of, differ = Counter[str](), list[str]()
    with Pool(wish.workers, initializer=alone) as pool:
        seeds = range(wish.first, wish.first + wish.missions)
        for seed, (name, wrong, other) in zip(seeds, pool.imap(differs, seeds, chunksize=10), strict=True):
            run_of[wrong or "nothing"] += 1
            differ += [f"{name} {wrong} {seed}"] if other else []
            if run_of.total() % 100 == 0:
                print(f"{run_of.total()} run, {len(differ)} differ: {differ[:10]}", flush=True)
    seconds = time.perf_counter() - start
    print(
        f"{len(differ)} of {wish.missions} missions differ when the parties are exchanged ({seconds:.0f} s): {differ[:20]}"
    )
    print("run with, beside what the shape brings: " + ", ".join(f"{n} {w}" for w, n in sorted(run_of.items())))


if __name__ == "__main__":
    main()
