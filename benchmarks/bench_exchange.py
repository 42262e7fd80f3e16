"""Generated missions with the parties' names exchanged in every input: every finding must be exchanged, and nothing else.

    python benchmarks/bench_exchange.py --missions 10000

Each mission is a scenario of two days of a shape and seed of its own. Prints how many differ, and which.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import yaml

from truceline import run, scenario


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


def differs(seed: int) -> str:
    """The name of a mission whose findings do not follow its parties; empty where they do."""
    shapes = list(scenario.shapes())
    name = shapes[seed % len(shapes)]
    files = scenario.files(name, seed, changes={"days": 2})
    one, two = (p["id"] for p in yaml.safe_load(files["mission.yaml"])["parties"])
    hidden = "\0"

    def exchanged(text: str) -> str:
        return text.replace(one, hidden).replace(two, one).replace(hidden, two)

    other = {
        path: data if path == "mission.yaml" else exchanged(data.decode()).encode() for path, data in files.items()
    }
    return "" if findings(files, {}) == findings(other, {one: two, two: one}) else f"{name} {seed}"


def main() -> None:
    """Run so many missions."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--missions", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    wish = parser.parse_args()
    start = time.perf_counter()
    with Pool(wish.workers) as pool:
        seeds = range(wish.first, wish.first + wish.missions)
        wrong = [name for name in pool.imap_unordered(differs, seeds, chunksize=10) if name]
    seconds = time.perf_counter() - start
    print(
        f"{len(wrong)} of {wish.missions} missions differ when the parties are exchanged ({seconds:.0f} s) {wrong[:10]}"
    )


if __name__ == "__main__":
    main()
