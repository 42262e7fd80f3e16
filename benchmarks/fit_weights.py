"""Fits the weights that come with Truceline, and those of the flagship mission, from groupings that people made.

    TRUCELINE_TEST_DATA=... python benchmarks/fit_weights.py

Shipped: the Kenya reports of MAVERICK (van Baalen and Hoeglund 2026, all events) and the flagship's reports before
September 2025 (grouped by hand, tests/truth) together, each with a prior of its own. The flagship's own: the latter alone,
near the shipped ones. No report text or coordinate enters a file of weights. How well this does on what was not fitted on
is what bench_fuse.py measures.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import grouped

from truceline.fuse import lessons, weights

ROOT = Path(__file__).parents[1]
OWN_RIDGE = 3.0
CAUTION = 500
"""Thousandths of a bit that the flagship asks for above even odds: at equal agreement fewer wrong joins."""


def written(path: Path, made: weights.Weights, about: dict[str, Any]) -> None:
    """One file of weights."""
    text = json.dumps(weights.shown(replace(made, about=about)), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", "utf-8")
    print(f"{path.relative_to(ROOT)}: prior {made.prior / weights.UNIT:+.2f} bits, share {made.share}")


def main() -> None:
    """Write both files."""
    sets = [grouped.kenya(), grouped.flagship()]
    taught = [lessons.lesson(s.table, s.truth, s.question) for s in sets]
    made = lessons.taught(taught, line=0)
    about = {
        "fitted_on": [
            {"set": s.name, "pairs": len(t.same), "one_happening": int(t.same.sum()), "not_compared": t.lost}
            for s, t in zip(sets, taught, strict=True)
        ],
        "method": "ridge logistic regression towards hand-set expectations; a prior for each set, their mean shipped",
        "sources": [
            "van Baalen and Hoeglund 2026, doi:10.1093/jopres/xjaf012 (CC BY 4.0)",
            "Truceline's own hand grouping",
        ],
    }
    written(ROOT / "src" / "truceline" / "weights.json", made, about)
    own = replace(lessons.taught(taught[1:], made, OWN_RIDGE, line=CAUTION), share=None)
    about = {
        "fitted_on": about["fitted_on"][1:],
        "method": f"ridge logistic regression (ridge {OWN_RIDGE:g}) towards the weights that come with Truceline",
        "not_fitted_on": "reports of September 2025 and later",
    }
    written(ROOT / "missions" / "thailand-cambodia-2025" / "weights.json", own, about)


if __name__ == "__main__":
    main()
