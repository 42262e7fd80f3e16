"""A patrol's table of 10,000 rows as XLSX: looked through row by row, beside openpyxl reading the same cells and nothing more.

    python benchmarks/bench_field.py [--rows 10000] [--times 3]

Prints processor seconds (one thread: on a quiet machine the same as by the clock) of the best of so many times, their ratio, and
whether the limit of 3 s holds; then the slowest hostile file of the tests.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import openpyxl
import xlsxwriter

import test_receive
from truceline import formats, kinds, receive, run
from truceline.nouns import Capture, Lexicon

HEADER = ("Position", "Event location", "Means", "No.", "Observation", "Description", "Weapon", "Date", "Time")
WINDS = ("N", "NNE", "SE", "WSW", "W")
WEAPONS = ("Mortar 82mm", "Small arms", "undetermined", "HMG", "Artillery 122mm")
LIMIT_S, HOSTILE_S = 3.0, 5.0


def table(count: int) -> bytes:
    """A patrol's table of so many rows, no two alike."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for n in range(1, count + 1):
            near = n % 9 + 1
            row = ("Hill 402" if n % 2 else "Ta Ford", f"{near}-{near + 2}km {WINDS[n % 5]}", "Heard" if n % 3 else "Saw",
                   f"at least {n % 20 + 1}", "Explosion", f"number {n}", WEAPONS[n % 5], f"{n % 28 + 1:02}.08.2025",
                   f"{n % 24:02}:{n % 60:02}")  # fmt: skip
            sheet.write_row(n, 0, row)
    return out.getvalue()


def best(times: int, work: Callable[[], object]) -> float:
    """Processor seconds of the quickest of so many runs."""
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def plain(data: bytes) -> int:
    """What openpyxl alone does: every cell's value."""
    sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
    return sum(1 for _ in sheet.iter_rows(values_only=True))


def looked_through(data: bytes, held: receive.Held, count: int) -> None:
    """Every row as `receive --dry-run` looks through it."""
    capture = Capture("inbox/patrol/mon/table.xlsx", "patrol", "", len(data), data)
    harvest = receive.read(capture, held)
    if (len(harvest.observations), len(harvest.set_aside)) != (count, 0):
        raise SystemExit(f"{len(harvest.observations)} rows read of {count}, {harvest.set_aside[:3]}")


def main() -> None:
    """Print the figures; exit 1 where a limit does not hold."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=10_000)
    asked.add_argument("--times", type=int, default=3)
    wanted = asked.parse_args()
    spots = {"hill402": (102.4, 14.4), "taford": (102.6, 14.42)}
    words = formats.metadata("patrol")["value_tables"]
    lexicon = Lexicon((), {}, {}, {}, "Asia/Bangkok", frozenset(kinds.shipped()), values=words, spots=spots)
    data = table(wanted.rows)
    peer = best(wanted.times, lambda: plain(data))
    ours = best(
        wanted.times, lambda: looked_through(data, receive.Held((), frozenset(), {"patrol": lexicon}), wanted.rows)
    )
    print(
        f"{wanted.rows:,} rows of XLSX: openpyxl alone {peer:.2f} s; looked through row by row {ours:.2f} s, {ours / peer:.1f} times"
    )
    name, slowest = hostile()
    print(f"slowest hostile file: {name}, {slowest:.2f} s")
    missed = ours > LIMIT_S * wanted.rows / 10_000 or slowest > HOSTILE_S
    print(f"limits ({LIMIT_S:g} s for 10,000 rows, {HOSTILE_S:g} s for any file): {'missed' if missed else 'hold'}")
    sys.exit(int(missed))


def hostile() -> tuple[str, float]:
    """The hostile file that takes longest to be refused, and its seconds."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "parts").mkdir()
        mission = test_receive.Folder(folder / "m")
        held = receive.Held((), frozenset(), run.lexicons(mission.load().mission))
        found = []
        for name, data in test_receive.hostile(folder / "parts").items():
            (folder / name).write_bytes(data)
            began = time.process_time()
            (one,) = receive.take(mission.path, [folder / name], receive.Wish(source="mon"), held)
            found.append((time.process_time() - began, name))
            if one.status == receive.READY:
                raise SystemExit(f"{name} was put in")
    seconds, name = max(found)
    return name, seconds


if __name__ == "__main__":
    main()
