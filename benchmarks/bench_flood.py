"""A flood of near-duplicates within an hour: what it costs beside ordinary rows, what it moves, how many alerts it raises.

    python benchmarks/bench_flood.py --copies 2000 10000 100000

Scenario `tense`, seed 1, every stage but the documents. The flood is that of the scenarios: one invented charge, reworded, by
eight outlets in turn, one in ten as if seen. Beside it stand ordinary rows: the same scenario for so many more days.
Seconds are those of the processor, all threads together: other work on the machine moves them less than it moves the clock's.
"""

from __future__ import annotations

import argparse
import time

import proving_ground

from truceline import alerts, publish, run

NAME, SEED, ORDINARY_DAYS = "tense", 1, 230
LARGE_DAYS = 520
"""Of the mission of which it is asked whether the flood makes it take more than twice as long."""


def timed(copies: int, changes: dict[str, int] | None = None) -> tuple[proving_ground.Result, float, float]:
    """The scenario with a flood of so many copies, and the seconds of the processor that it and its tables took."""
    more = {"flood": copies} if copies else {}
    before = time.process_time()
    result = proving_ground.played(NAME, SEED, more, changes)
    made = time.process_time()
    publish.files(result.edition, run.summary(result.edition))
    return result, made - before, time.process_time() - made


def grades(result: proving_ground.Result) -> dict[str, tuple[str, str, str]]:
    """Account -> its incident's grade, author, and grade of the author."""
    made = result.edition
    graded = {a.incident_id: (str(a.grade), a.attributed_to, str(a.attribution_grade)) for a in made.assessments}
    return {k.observation_id: graded[k.incident_id] for k in made.links}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--copies", type=int, nargs="+", default=[2_000, 10_000, 100_000])
    wish = parser.parse_args()
    timed(0)  # what is compiled and loaded once
    without, base, base_tables = timed(0)
    rows = len(without.edition.observations)
    print(f"without: {rows} rows, {base:.2f} s, tables {base_tables:.2f} s")
    ordinary, plain, ordinary_tables = timed(0, {"days": ORDINARY_DAYS})
    more = len(ordinary.edition.observations) - rows
    each = (plain - base) / more
    print(
        f"{more} more ordinary rows: {each * 1e6:.0f} µs a row, tables {(ordinary_tables - base_tables) / more * 1e6:.0f} µs a row"
    )
    known = grades(without)
    quiet = without.edition
    others = len(alerts.found(quiet.observations, quiet.incidents, quiet.mission.sources))
    for copies in wish.copies:
        flooded, seconds, tables = timed(copies)
        now = grades(flooded)
        moved = sum(now.get(i) != grade for i, grade in known.items())
        risen = {grade for i, grade in now.items() if i not in known} - set(known.values())
        made = flooded.edition
        raised = alerts.found(made.observations, made.incidents, made.mission.sources)
        own = (seconds - base) / copies
        print(
            f"{copies} copies: {seconds:.2f} s, {own * 1e6:.0f} µs a copy = {own / each:.2f} of an ordinary row, tables "
            f"{(tables - base_tables) / copies * 1e6:.0f} µs a copy; accounts whose grade moved: {moved} of {len(known)}, "
            f"grades that none had: {len(risen)}; alerts of a flood: {sum(a.code == 'flood' for a in raised)}, others "
            f"{sum(a.code != 'flood' for a in raised)} (without: {others}); of {len(made.observations)} rows "
            f"{len(made.links)} are in an incident"
        )
    copies = wish.copies[-1]
    large, alone, alone_tables = timed(0, {"days": LARGE_DAYS})
    _, seconds, tables = timed(copies, {"days": LARGE_DAYS})
    slower = (seconds + tables) / (alone + alone_tables)
    print(
        f"{copies} copies into a mission of {len(large.edition.observations)} rows: {seconds + tables:.1f} s where "
        f"{alone + alone_tables:.1f} s were needed without, {slower:.2f} times (limit 2: {'met' if slower <= 2 else 'not met'})"
    )


if __name__ == "__main__":
    main()
