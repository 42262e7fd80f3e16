"""What is decided between claims when many sources collude, beside methods that know nothing of collusion.

    python benchmarks/bench_truth.py [--seeds 101 102] [--liars 40] [--peers PYTHON]

Claim tables are invented: long-tailed sources, objects of unequal ease, wrong values of unequal popularity. Liars earn a
name first and then give one false value on 50 targets: as clones (each copies the majority on the same 300 other objects)
or adaptive (each takes its own 200 with 15 % noise and joins on 70 % of the targets). Turned is a target for which the lie is
asserted; withheld is counted apart. Tables without liars: plain, with beats (sources that keep to one of 20 topics), and
with sources that are all equally often right. `--peers` names an interpreter that has what peer_truth.py needs; without
it only the majority, written here, stands beside. Each line is the mean, or the sum where it says so, over the seeds.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from truceline import independence, truth

SOURCES, OBJECTS, CLAIMS, TARGETS = 877, 1263, 24_000, 50
Claims = list[tuple[str, str, str]]


class World(NamedTuple):
    """A claim table with its true values, the lies told of targets, and the liars' names."""

    claims: pl.DataFrame
    true: dict[str, str]
    lies: dict[str, str]
    liars: frozenset[str]


class Score(NamedTuple):
    """Share of right values among objects that are no target; targets turned, withheld, right; other objects withheld."""

    right: float
    turned: int
    withheld: int
    targets_right: int
    open: float
    seconds: float


def honest(chance: np.random.Generator, kind: str) -> tuple[Claims, list[np.ndarray]]:
    """What honest sources claim (value 0 is true), and each object's false values by popularity."""
    tail = chance.pareto(0.9, SOURCES) + 0.3
    scale = CLAIMS / tail.sum()
    for _ in range(50):  # nobody claims less than one, or more than half of all objects; the rest make up for it
        many = np.clip(tail * scale, 1, OBJECTS // 2).astype(int)
        scale *= CLAIMS / many.sum()
    popular = chance.lognormal(0, 0.6, OBJECTS)
    false = [1 / np.arange(1, n + 1) for n in chance.integers(2, 9, OBJECTS)]
    false = [f / f.sum() for f in false]
    ease, topic, beat = chance.normal(0, 0.9, OBJECTS), chance.integers(0, 20, OBJECTS), chance.integers(0, 20, SOURCES)
    skill = np.full(SOURCES, 0.6) if kind == "equal" else chance.beta(2.9, 2.1, SOURCES).clip(0.02, 0.98)
    claims = []
    for s in range(SOURCES):
        draw = popular * np.where(topic == beat[s], 20, 1) if kind == "beats" and many[s] < 200 else popular
        for o in chance.choice(OBJECTS, many[s], replace=False, p=draw / draw.sum()):
            sure = 1 / (1 + np.exp(-(np.log(skill[s] / (1 - skill[s])) + ease[o])))
            value = 0 if chance.random() < sure else 1 + chance.choice(len(false[o]), p=false[o])
            claims.append((f"s{s:03}", str(o), str(value)))
    return claims, false


def plurality(claims: Claims) -> dict[str, str]:
    """What most say of each object; of equals the first by name."""
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for _, thing, value in claims:
        said[thing][value] += 1
    return {thing: min(counts, key=lambda v: (-counts[v], v)) for thing, counts in said.items()}


def world(seed: int, kind: str, liars: int) -> World:
    """A claim table; values are named at random, so that no method profits from the order of names."""
    chance = np.random.default_rng(seed)
    claims, false = honest(chance, kind)
    most = plurality(claims)
    heard = Counter(c[1] for c in claims)
    fit = sorted(o for o in most if most[o] == "0" and heard[o] >= 5)
    targets = [str(o) for o in chance.choice(fit, TARGETS, replace=False)] if liars else []
    lies = {o: str(1 + chance.integers(0, len(false[int(o)]))) for o in targets}
    others = sorted(set(most) - set(lies))
    shared = chance.choice(others, 300, replace=False)
    for n in range(liars):
        name = f"x{n:03}"
        if kind == "clones":
            claims += [(name, str(o), most[str(o)]) for o in shared] + [(name, o, lie) for o, lie in lies.items()]
            continue
        for o in map(str, chance.choice(others, 200, replace=False)):
            wild = chance.random() < 0.15
            claims.append((name, o, str(chance.integers(0, len(false[int(o)]) + 1)) if wild else most[o]))
        claims += [(name, o, lie) for o, lie in lies.items() if chance.random() < 0.7]
    named = {o: [f"v{k:02}" for k in chance.permutation(len(false[int(o)]) + 1)] for o in most}
    rows = [(s, f"o{o}", named[o][int(v)]) for s, o, v in claims]
    return World(
        pl.DataFrame(rows, schema=["source", "object", "value"], orient="row"), {f"o{o}": named[o][0] for o in most},
        {f"o{o}": named[o][int(v)] for o, v in lies.items()}, frozenset(s for s, _, _ in rows if s[0] == "x"),
    )  # fmt: skip


def score(of: World, decided: dict[str, str | None], seconds: float) -> Score:
    """One method's score."""
    rest = [o for o in of.true if o not in of.lies]
    return Score(
        float(np.mean([decided.get(o) == of.true[o] for o in rest])), sum(decided.get(o) == v for o, v in of.lies.items()),
        sum(decided.get(o) is None for o in of.lies), sum(decided.get(o) == of.true[o] for o in of.lies),
        float(np.mean([decided.get(o) is None for o in rest])), seconds,
    )  # fmt: skip


def peers(python: str, claims: pl.DataFrame) -> dict[str, tuple[dict[str, str | None], float]]:
    """What each peer decides, and its seconds."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "claims.csv", Path(folder) / "decided.csv"
        claims.write_csv(source)
        program = Path(__file__).with_name("peer_truth.py")
        done = subprocess.run(
            [python, str(program), str(source), str(target)], capture_output=True, text=True, check=False
        )
        if done.stderr.strip():
            print("\n".join(f"  {line}" for line in done.stderr.splitlines() if " failed: " in line))
        table = (
            pl.read_csv(target, schema_overrides={"object": pl.String, "value": pl.String}) if target.exists() else None
        )
    if table is None:
        return {}
    return {
        name: (dict(zip(part["object"], part["value"], strict=True)), float(part["seconds"][0]))
        for (name,), part in table.group_by("method", maintain_order=True)
    }


def linked(of: World, groups: list[independence.Group]) -> tuple[int, int, int, int]:
    """Independent pairs called dependent, all of them, those that share five objects or more, and liars' pairs missed."""
    called = {frozenset((a, b)) for g in groups for a in g.members for b in g.members if a < b}
    wrong = [pair for pair in called if not pair <= of.liars]
    names = sorted(set(of.claims["source"]))
    spoken = dict(of.claims.group_by("source").agg(pl.col("object").unique()).iter_rows())
    at = {o: n for n, o in enumerate(sorted(of.true))}
    grid = np.zeros((len(names), len(at)), np.float32)
    for n, name in enumerate(names):
        grid[n, [at[o] for o in spoken[name]]] = 1
    both = np.triu(grid @ grid.T >= 5, 1)
    bad = np.array([n in of.liars for n in names])
    meeting = int(both.sum()) - int(both[np.ix_(bad, bad)].sum())
    every = len(names) * (len(names) - 1) // 2
    among = len(of.liars) * (len(of.liars) - 1) // 2
    return len(wrong), every - among, meeting, among - (len(called) - len(wrong))


def table(kind: str, liars: int, seeds: list[int], python: str) -> None:
    """Print one table of methods."""
    scores: dict[str, list[Score]] = defaultdict(list)
    pairs, anyway = np.zeros(4, int), 0
    for seed in seeds:
        of = world(seed, kind, liars)
        begin = time.perf_counter()
        groups = independence.groups(of.claims)
        made = truth.decide(of.claims, groups)
        ours = dict(zip(made["object"], made["value"], strict=True))
        scores["Truceline"].append(score(of, ours, time.perf_counter() - begin))
        pairs += linked(of, groups)
        without = of.claims.filter(~pl.col("source").is_in(list(of.liars)))
        alone = dict(truth.decide(without, []).select("object", "value").iter_rows())
        anyway += sum(made_up == ours[o] == alone[o] for o, made_up in of.lies.items())
        most: dict[str, str | None] = {**plurality(list(of.claims.iter_rows()))}
        scores["majority (written here)"].append(score(of, most, 0.0))
        if python:
            for name, (decided, seconds) in peers(python, of.claims).items():
                scores[name].append(score(of, decided, seconds))
    print(f"\n{kind}, {liars} liars, {len(seeds)} seeds")
    for name, found in scores.items():
        mean = [float(np.mean([s[k] for s in found])) for k in range(6)]
        said = f"  {name:32} right {mean[0]:.3f}, undecided {mean[4]:.3f}"
        if liars:
            turned = [s.turned for s in found]
            said += f"; targets turned {sum(turned)} of {TARGETS * len(found)} (worst seed {max(turned)}), "
            said += f"withheld {sum(s.withheld for s in found)}, right {sum(s.targets_right for s in found)}"
        print(f"{said}; {mean[5]:.1f} s")
    if liars:
        print(f"  of what Truceline has turned, {anyway} would be the same without any liar: honest sources say it too")
    wrong, every, meeting, missed = (int(p) for p in pairs)
    print(f"  independent pairs called dependent: {wrong} of {every} ({wrong / every:.4%}), at most {wrong / max(meeting, 1):.4%} "
          f"of the {meeting} that share five objects" + (f"; liars' pairs missed: {missed}" if liars else ""))  # fmt: skip


def main() -> None:
    """Print every table."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--seeds", nargs="+", type=int, default=[101, 102])
    asked.add_argument("--liars", nargs="+", type=int, default=[40, 200])
    asked.add_argument("--peers", default="", help="an interpreter that has truthdiscovery and crowd-kit")
    given = asked.parse_args()
    for kind in ("plain", "beats", "equal"):
        table(kind, 0, given.seeds, given.peers)
    for number in given.liars:
        for kind in ("clones", "adaptive"):
            table(kind, number, given.seeds, given.peers)


if __name__ == "__main__":
    main()
