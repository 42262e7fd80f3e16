"""Change in radar on invented stacks with known truth: share of false footprints at the share asked for, and what is found.

Beside it the plain pixel test (Student's t a pixel, mean of polarisations, greatest of orbits, no levels, no season, no
smoothing), in the manner of the published method, at the threshold at which its own share of false footprints, by the
truth, is the same: it is given what nobody has.

    python benchmarks/bench_change.py --seeds 60
    python benchmarks/bench_change.py --seeds 60 --patches 3
    python benchmarks/bench_change.py --seeds 60 --before 20 --season 0

With few patches too few footprints stand out for their false share to be counted, and the tail of the null masses is carried on
(`beyond`); with none every footprint reported is false. A history of less than a year (--before 20) does not know its season.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from multiprocessing import Pool
from typing import Any

import numpy as np

from truceline.satellite import beyond, change, detect, discovery, radar
from truceline.scenario import stack

ASKED = 0.05
COMPARED = 20
"""Patches of a stack from which on the plain test stands beside."""
Array = Any


def areas(score: Array, forming: float) -> tuple[Array, Array]:
    """Labels of connected pixels of one sign beyond `forming`, and the mass of each."""
    signs = np.where(np.abs(np.nan_to_num(score)) >= forming, np.sign(np.nan_to_num(score)), 0).astype(np.int8)
    labelling = detect.Labelling(score.shape[1])
    labels = labelling.strip(signs)
    final = labelling.final()
    labels = final[labels]
    return labels, detect.sums(labels, int(final.max(initial=0)), np.abs(score) - forming)[1:]


def judged(labels: Array, kept: Array, patch: Array) -> tuple[int, set[int]]:
    """How many of the kept footprints touch no patch, and which patches are touched."""
    touched = [set(np.unique(patch[labels == k]).tolist()) - {0} for k in kept]
    return sum(not t for t in touched), set().union(*touched) if touched else set()


def plain(made: stack.Made) -> Array:
    """The pixel test of the published method on the same scenes."""
    orbits: dict[str, list[Array]] = defaultdict(list)
    for group in made.groups:
        orbits[group.name.partition("-")[0]].append(change.compared(group.stack, group.period))
    means = np.stack([np.mean(scores, axis=0) for scores in orbits.values()])
    return np.take_along_axis(means, np.nanargmax(np.abs(np.nan_to_num(means)), axis=0)[None], axis=0)[0]


def one(asked: tuple[int, stack.Wish]) -> dict[str, Any]:
    """A seed's stack judged by both."""
    seed, wish = asked
    made = stack.made(seed, wish)
    found = radar.scored(made.groups)
    labels, masses = areas(found.score, discovery.FORMING)
    null = [areas(m, discovery.FORMING)[1] for m in found.null]
    chosen = discovery.least_mass(masses, null, ASKED)
    counted = chosen.reported > 0
    if not counted and null:
        chosen = beyond.least_mass(masses, null, ASKED)
    kept = np.flatnonzero(masses >= chosen.least) + 1
    false, found_patches = judged(labels, kept, made.patch)
    many = wish.patches >= COMPARED
    pixel = plain(made) if many else found.score
    curve = []
    for threshold in np.arange(3.0, 12.0, 0.25) if many else ():
        named, mass = areas(pixel, float(threshold))
        wrong, which = judged(named, np.arange(1, len(mass) + 1), made.patch)
        curve.append((wrong, len(mass), which))
    return {"false": false, "reported": len(kept), "expected": chosen.expected_false, "patches": found_patches, "curve": curve,
            "counted": counted,
            "kind": [(int(s), abs(float(d))) for s, d in zip(made.sizes, made.strengths_db, strict=True)]}  # fmt: skip


def main() -> None:
    """Run the seeds, print the shares and the curves."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--patches", type=int, default=60)
    parser.add_argument("--before", type=int, default=44)
    parser.add_argument("--after", type=int, default=6)
    parser.add_argument("--season", type=float, default=1.0)
    parser.add_argument("--workers", type=int, default=2)
    wish = parser.parse_args()
    few = {"sizes": (4, 6, 10), "strengths_db": (-4.0, 4.0, 2.5, -2.5)} if wish.patches < COMPARED else {}
    asked = stack.Wish(patches=wish.patches, before=wish.before, after=wish.after, season=wish.season, **few)
    with Pool(wish.workers) as pool:
        done = pool.map(one, [(seed, asked) for seed in range(wish.first, wish.first + wish.seeds)], chunksize=1)
    shares = np.array([d["false"] / max(d["reported"], 1) for d in done])
    error = shares.std(ddof=1) / np.sqrt(len(shares)) if len(shares) > 1 else float("nan")
    print(f"asked {ASKED:.3f}, realised {shares.mean():.4f} +- {error:.4f} (mean of {len(done)} stacks)")
    print(f"footprints {sum(d['reported'] for d in done)}, false {sum(d['false'] for d in done)}, "
          f"expected {sum(d['expected'] for d in done):.1f}")  # fmt: skip
    carried = [d for d in done if not d["counted"]]
    print(f"tail carried on in {len(carried)} stacks: {sum(d['reported'] for d in carried)} footprints, "
          f"{sum(d['false'] for d in carried)} false, in {sum(d['false'] > 0 for d in carried)} stacks; "
          f"mean share {np.mean([d['false'] / max(d['reported'], 1) for d in carried] or [0]):.4f}")  # fmt: skip
    if wish.patches < COMPARED:
        print(f"patches found {sum(len(d['patches']) for d in done)} of {sum(len(d['kind']) for d in done)}")
        return
    levels = len(done[0]["curve"])
    plain_shares = [np.mean([d["curve"][k][0] / max(d["curve"][k][1], 1) for d in done]) for k in range(levels)]
    at = next((k for k in range(levels) if plain_shares[k] <= max(shares.mean(), 1e-9)), levels - 1)
    print(
        f"plain test: |t| > 3.25 has {plain_shares[1]:.3f} false; as few as ours from |t| > {3 + at / 4:.2f} ({plain_shares[at]:.3f})"
    )
    table: dict[tuple[int, float], list[tuple[bool, bool]]] = defaultdict(list)
    for d in done:
        for number, kind in enumerate(d["kind"], 1):
            table[kind].append((number in d["patches"], number in d["curve"][at][2]))
    print("side px, strength dB: found by Truceline, by the plain test")
    for kind in sorted(table):
        ours, theirs = np.mean(table[kind], axis=0)
        print(f"  {kind[0]:3} {kind[1]:4.1f}  {ours:.2f}  {theirs:.2f}  of {len(table[kind])}")
    ours, theirs = np.mean([pair for pairs in table.values() for pair in pairs], axis=0)
    print(f"  all       {ours:.3f}  {theirs:.3f}")


if __name__ == "__main__":
    main()
