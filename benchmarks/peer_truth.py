"""Peers that decide between claims, for bench_truth.py: needs truthdiscovery and crowd-kit, in an environment of their own.

    PYTHON benchmarks/peer_truth.py CLAIMS.csv DECIDED.csv

CLAIMS has source, object, value; DECIDED method, object, value, seconds. crowd-kit wants scikit-learn < 1.7; it makes a dense
table of all labels, so labels are numbered anew for each object. truthdiscovery 1.0.4 is installed without dependencies; its
drawing, which wants more, is not loaded.
"""

from __future__ import annotations

import csv
import sys
import time
import types
from collections.abc import Callable

import pandas as pd
from crowdkit.aggregation import DawidSkene, OneCoinDawidSkene

Claims = list[tuple[str, str, str]]
Decided = dict[str, str]


def discovered(name: str, claims: Claims) -> Decided:
    """An algorithm of truthdiscovery; of equal values the first by name."""
    drawing = types.ModuleType("truthdiscovery.graphs")
    drawing.__all__ = []  # type: ignore[attr-defined]
    sys.modules.setdefault("truthdiscovery.graphs", drawing)
    from truthdiscovery import algorithm
    from truthdiscovery.input import Dataset

    found = getattr(algorithm, name)().run(Dataset(claims))
    return {thing: min(found.get_most_believed_values(thing)) for thing in {c[1] for c in claims}}


def crowd(method: Callable[[], DawidSkene | OneCoinDawidSkene], claims: Claims) -> Decided:
    """An aggregation of crowd-kit."""
    table = pd.DataFrame(claims, columns=["worker", "task", "value"])
    named = {task: sorted(set(values)) for task, values in table.groupby("task")["value"]}
    number = {(task, value): n for task, values in named.items() for n, value in enumerate(values)}
    table["label"] = [number[pair] for pair in zip(table["task"], table["value"], strict=True)]
    found = method().fit_predict(table[["worker", "task", "label"]])
    return {task: named[task][label] if label < len(named[task]) else "" for task, label in found.items()}


METHODS: dict[str, Callable[[Claims], Decided]] = {
    "truthdiscovery TruthFinder": lambda c: discovered("TruthFinder", c),
    "truthdiscovery PooledInvestment": lambda c: discovered("PooledInvestment", c),
    "crowd-kit Dawid-Skene": lambda c: crowd(lambda: DawidSkene(n_iter=30), c),
    "crowd-kit one-coin Dawid-Skene": lambda c: crowd(lambda: OneCoinDawidSkene(n_iter=30), c),
}


def main(source: str, target: str) -> None:
    """Let each method decide."""
    with open(source, encoding="utf-8", newline="") as file:  # noqa: PTH123
        claims = [(r["source"], r["object"], r["value"]) for r in csv.DictReader(file)]
    rows = []
    for name, method in METHODS.items():
        begin = time.perf_counter()
        try:
            found = method(claims)
        except Exception as error:  # a peer that fails is a line of the table
            print(f"{name} failed: {type(error).__name__}: {error}", file=sys.stderr)
            continue
        seconds = time.perf_counter() - begin
        rows += [{"method": name, "object": o, "value": v, "seconds": f"{seconds:.2f}"} for o, v in found.items()]
    with open(target, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123
        writer = csv.DictWriter(file, ["method", "object", "value", "seconds"])
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(*sys.argv[1:3])
