"""How often `established` is right where witnesses collude, with and without asking who agrees too often.

    python benchmarks/bench_collusion.py [--seeds 101 102] [--colluders 12] [--shapes collusion tense fighting]

Scenarios with known truth: so many people tell some true things and then the same five inventions. Of each shape the share
of established incidents that truly happened, as it would be were nobody asked who agrees too often, and as it is; what of
the true ones is no longer established for it; and the pairs of voices that were called one although they never agreed to
anything (the colluders' names are known here), of all pairs that might have been. With 0 colluders only the last counts.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from proving_ground import Result, played

from truceline import accounts, assess, meetings, rows, scenario
from truceline.nouns import Assessment, Incident, Link, Observation

LIARS = "col-"


def unasked(of: Result) -> dict[str, str]:
    """Incident id -> its grade if every voice counts as its own."""
    made = of.edition
    known = made.mission
    setting = accounts.Setting(
        known.party_ids, {p.id: p.name for p in known.parties}, known.attribute, known.time_zone, known.kinds
    )
    found = assess.assess(
        rows.table(Incident, list(made.incidents)), rows.table(Link, list(made.links)),
        rows.table(Observation, list(made.observations)), known.sources, setting,
    )  # fmt: skip
    return {a.incident_id: str(a.grade) for a in rows.records(Assessment, getattr(found, "assessments", found))}


def pairs(of: Result) -> tuple[int, int]:
    """Pairs of voices called one that did not collude, and all pairs that might have been called so."""
    made = of.edition
    found = meetings.allied(list(made.incidents), list(made.observations), made.mission.sources)
    called = {(a, b) for groups in found.values() for g in groups for a in g.members for b in g.members if a < b}
    wrong = [p for p in called if not all(v.startswith(LIARS) for v in p)]
    spoke = {o.source_id for o in made.observations}
    free = sorted(
        {
            s.origin_group
            for s in made.mission.sources
            if s.id in spoke and s.kind in meetings.PUBLISHING and not s.party
        }
    )
    liars = sum(v.startswith(LIARS) for v in free)
    return len(wrong), len(free) * (len(free) - 1) // 2 - liars * (liars - 1) // 2


def line(title: str, results: Iterable[Result]) -> list[int]:
    """Print a line; its numbers, to be added up."""
    n = [0] * 6
    for of in results:
        before = unasked(of)
        for j in of.judged:
            was, now = before[j.incident.id] == "established", str(j.assessment.grade) == "established"
            for k, hit in enumerate((was, was and j.true, now, now and j.true)):
                n[k] += hit
        wrong, every = pairs(of)
        n[4] += wrong
        n[5] += every
    show(title, n)
    return n


def show(title: str, n: list[int]) -> None:
    """One line of figures."""
    print(f"{title:24} established and true: unasked {n[1]:5} of {n[0]:5} ({n[1] / max(n[0], 1):.3f}), asked {n[3]:5} of {n[2]:5} "
          f"({n[3] / max(n[2], 1):.3f}); other pairs called one {n[4]} of {n[5]} ({n[4] / max(n[5], 1):.4f})", flush=True)  # fmt: skip


def main() -> None:
    """Print a line a shape and one for all."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--seeds", nargs="+", type=int, default=[101, 102])
    asked.add_argument("--colluders", type=int, default=12)
    asked.add_argument(
        "--shapes", nargs="+", default=["collusion", "tense", "fighting"], choices=list(scenario.shapes())
    )
    given = asked.parse_args()
    whole = [0] * 6
    for shape in given.shapes:
        more = {"collusion": given.colluders} if given.colluders else {}
        found = line(f"{shape}, {given.colluders} collude", (played(shape, seed, more) for seed in given.seeds))
        whole = [a + b for a, b in zip(whole, found, strict=True)]
    show("all", whole)


if __name__ == "__main__":
    main()
