"""How well the grouping agrees with people's, beside peers on the same rows.

Kenya reports of MAVERICK (found through TRUCELINE_TEST_DATA): ten times, half of the events are fitted on and the other half
is grouped, by themselves. Peers: "same point and same day", and, where scikit-learn is installed, gradient boosting on the
same levels of the same pairs, fitted on the same half, grouped by the same clusters. Then the weights as shipped on all of
Kenya and the flagship's own on its reports before September 2025 (both were fitted on these: no held-out figures), and
deaths summed over incidents beside deaths summed over people's events and over reports.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import grouped
import numpy as np
import polars as pl
from grouped import Agreement, Grouped, agreement

from truceline import bare, casualties, run
from truceline.fuse import cluster, fuse, lessons
from truceline.fuse.weights import BARRED, Weights

ROUNDS = 10


def shown(name: str, found: list[Agreement]) -> None:
    """One line: means over rounds, and the spread of F1."""
    means = [float(np.mean([getattr(a, field) for a in found])) for field in ("precision", "recall", "f1", "b_cubed")]
    wrong, missed = (float(np.mean([getattr(a, field) for a in found])) for field in ("wrong", "missed"))
    spread = float(np.std([a.f1 for a in found]))
    print(
        f"{name:44} precision {means[0]:.3f}  recall {means[1]:.3f}  F1 {means[2]:.3f} (sd {spread:.3f})  "
        f"B-cubed {means[3]:.3f}  pairs wrongly joined {wrong:.0f}, missed {missed:.0f}"
    )


def ours(some: Grouped, weights: Weights) -> dict[str, str]:
    """Observation -> incident."""
    links = fuse(some.table, weights, some.question).links
    return dict(links.select("observation_id", "incident_id").iter_rows())


def same_point_and_day(some: Grouped) -> dict[str, str]:
    """The plain rule: one point and one day of beginning is one event; what has no place stands alone."""
    key = pl.format("{},{},{}", "lon_deg", "lat_deg", pl.col("when_start").dt.offset_by("7h").dt.date())
    return dict(some.table.select("id", pl.coalesce(key, "id")).iter_rows())


def boosting(one: lessons.Lesson) -> Callable[[lessons.Lesson], dict[int, int]] | None:
    """Gradient boosting on the same levels, its odds clustered as ours are."""
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier
    except ImportError:
        return None
    free = ~one.barred
    model = HistGradientBoostingClassifier(max_iter=200, learning_rate=0.05, max_leaf_nodes=15, random_state=0)
    model.fit(one.levels[free], one.same[free])

    def grouped_by(other: lessons.Lesson) -> dict[int, int]:
        odds = model.predict_proba(other.levels)[:, 1].clip(1e-6, 1 - 1e-6)
        bits = (np.log2(odds / (1 - odds)) * 1000 - lessons.LINE).clip(-5000, 5000)
        weight = np.where(other.barred, BARRED, bits).astype(np.int64)
        nobody = np.zeros((0, 2), dtype=np.int64)
        graph = cluster.Graph(len(other.answer), other.i, other.j, weight, nobody, nobody)
        return dict(enumerate(cluster.clusters(graph, other.rank, -5000).tolist()))

    return grouped_by


def halves(whole: Grouped) -> None:
    """Fitted on half of the events, tested on the other half."""
    events = sorted(set(whole.truth.values()))
    figures: dict[str, list[Agreement]] = {}
    for seed in range(ROUNDS):
        half = set(np.random.default_rng(seed).permutation(events)[: len(events) // 2])
        parts = []
        for inside in (True, False):
            truth = {i: e for i, e in whole.truth.items() if (e in half) is inside}
            parts.append(
                Grouped(whole.name, whole.table.filter(pl.col("id").is_in(list(truth))), truth, whole.question)
            )
        taught = lessons.lesson(parts[0].table, parts[0].truth)
        weights = lessons.taught([taught])
        test = parts[1]
        for name, found in (
            ("Truceline", ours(test, weights)),
            ("Truceline, prior not moved", ours(test, replace(weights, share=None))),
            ("same point and day", same_point_and_day(test)),
        ):
            figures.setdefault(name, []).append(agreement(found, test.truth))
        peer = boosting(taught)
        if peer:
            other = lessons.lesson(test.table, test.truth)
            answer = {n: str(a) for n, a in enumerate(other.answer.tolist())}
            groups = {n: str(g) for n, g in peer(other).items()}
            figures.setdefault("gradient boosting on the same levels", []).append(agreement(groups, answer))
    for name, found in figures.items():
        shown(f"Kenya, other half: {name}", found)
    if len(figures) < 4:
        print("gradient boosting: install scikit-learn to see it beside")


def deaths(whole: Grouped, weights: Weights) -> None:
    """Deaths summed over incidents, over people's events, and over reports."""
    links = fuse(whole.table, weights, whole.question).links.select("incident_id", pl.col("observation_id").alias("id"))
    people = pl.DataFrame({"id": list(whole.truth), "incident_id": list(whole.truth.values())})
    ours_, theirs = (
        int(casualties.spans(t.join(whole.table, on="id"), "killed")["killed_best"].sum()) for t in (links, people)
    )
    reports = int(whole.table["killed_max"].sum())
    print(
        f"Kenya, deaths (middle figure of each): over incidents {ours_}, over people's events {theirs} "
        f"({ours_ / theirs:.2f} of it), over reports {reports} ({reports / theirs:.2f})"
    )


def main() -> None:
    """Print the table."""
    whole, flagship = grouped.kenya(), grouped.flagship()
    halves(whole)
    shipped = bare.given_weights(None)
    own = run.weights_of(run.load(Path(__file__).parents[1] / "missions" / "thailand-cambodia-2025").mission)
    for name, some, weights in (("Kenya, all, shipped weights", whole, shipped), ("flagship, own weights", flagship, own),
                                ("flagship, shipped weights", flagship, shipped)):  # fmt: skip
        shown(f"{name} (fitted on)", [agreement(ours(some, weights), some.truth)])
        shown(f"{name}: same point and day", [agreement(same_point_and_day(some), some.truth)])
        taught = lessons.lesson(some.table, some.truth, some.question)
        print(
            f"{name}: {taught.lost} true pairs not compared or barred, of {taught.lost + int((taught.same & ~taught.barred).sum())}"
        )
    deaths(whole, shipped)


if __name__ == "__main__":
    sys.exit(main())
