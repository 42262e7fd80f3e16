"""The report in all three forms, beside Typst's own time for the same document in the same run.

    python benchmarks/bench_report.py [--incidents 1000 10000]

Prints seconds of processor time for the content, each writer, and Typst alone; sizes; and all three as a ratio to Typst alone.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typst

from truceline import run as pipeline
from truceline import when
from truceline.report import WRITERS, build
from truceline.report.scripts import FONTS

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))


def seconds(what: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """The least processor time of a few calls, and what the last one gave."""
    best, made = float("inf"), None
    for _ in range(times):
        start = time.process_time()
        made = what()
        best = min(best, time.process_time() - start)
    return best, made


def measured(name: str, edition: Any, brief: Any = None) -> None:
    took, document = seconds(lambda: build(edition, brief))
    whole, parts = took, [f"content {took:.2f}"]
    for file, writer in WRITERS.items():
        took, data = seconds(lambda writer=writer: writer(document))
        whole += took
        parts.append(f"{file} {took:.2f} ({len(data) / 1e6:.1f} MB)")
    code = sys.modules["truceline.report.pdf"].code(document).encode()
    alone, _ = seconds(lambda: typst.compile(code, format="pdf", font_paths=[str(FONTS)], ignore_system_fonts=True))
    print(f"{name}: {', '.join(parts)}; in all {whole:.2f} s, Typst alone {alone:.2f} s, ratio {whole / alone:.2f}")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--incidents", type=int, nargs="*", default=[1000, 10_000])
    folder = ROOT / "missions" / "thailand-cambodia-2025"
    close = when.parse("2025-12-22T09:00+08:00", "UTC").start
    made = pipeline.edition(pipeline.load(folder), close, "public")
    measured("flagship", *pipeline.document(made, pipeline.Wish()))
    from report.conftest import make_edition

    for number in asked.parse_args().incidents:
        measured(f"{number:,} invented incidents", make_edition(number))


if __name__ == "__main__":
    main()
