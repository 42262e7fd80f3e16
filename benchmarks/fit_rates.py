"""Count how often each rule's grade is right, on scenarios of every shape, and write src/truceline/rates.json.

python benchmarks/fit_rates.py --seeds 201 202 203 204
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from multiprocessing import Pool
from pathlib import Path

from bench_grades import NAMED, one

from truceline import __version__, scenario

TARGET = Path(__file__).parents[1] / "src" / "truceline" / "rates.json"


def main() -> None:
    """Play every shape with every seed, count, write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", nargs="+", type=int, default=[201, 202, 203, 204])
    parser.add_argument("--workers", type=int, default=2)
    wish = parser.parse_args()
    jobs = [(name, seed) for name in scenario.shapes() for seed in wish.seeds]
    with Pool(wish.workers) as pool:
        rows = [row for found, _, _ in pool.map(one, jobs, chunksize=1) for row in found]
    every = Counter(r.rule for r in rows if r.grade in NAMED)
    right = Counter(r.rule for r in rows if r.grade in NAMED and r.true)
    seeds = ", ".join(map(str, wish.seeds))
    made = {
        "fitted_on": f"{len(jobs)} invented ceasefires with known truth ({len(scenario.shapes())} shapes, seeds {seeds})",
        "version": __version__,
        "rules": {rule: {"right": right[rule], "all": n} for rule, n in sorted(every.items())},
    }
    TARGET.write_text(json.dumps(made, indent=2) + "\n", "utf-8")
    print(TARGET.read_text("utf-8"))


if __name__ == "__main__":
    main()
