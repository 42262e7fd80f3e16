"""What the command line shows: JSON, tables, a bar on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def print_json(value: object) -> None:
    """JSON on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def table(rows: list[dict[str, Any]], caption: str) -> None:
    """Rows as a table on standard output, with a caption under it."""
    from rich.console import Console
    from rich.table import Table

    if rows:
        shown = Table(box=None, pad_edge=False)
        for name in rows[0]:
            shown.add_column(name, overflow="fold")
        for row in rows:
            shown.add_row(*("" if v is None else str(v) for v in row.values()))
        Console(no_color=not sys.stdout.isatty()).print(shown)
    print(caption)


@contextmanager
def progress(stages: tuple[str, ...]) -> Iterator[Any]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:10}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(stages[0], total=len(stages))

        def tell(stage: str) -> None:
            if stage not in stages:  # what goes on within one
                bar.update(task, description=stage)
                return
            following = stages.index(stage) + 1
            bar.update(task, advance=1, description=stages[following] if following < len(stages) else stage)

        yield tell


@contextmanager
def counted() -> Iterator[Any]:
    """A bar that counts parts of one stage after another, on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description:10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("scenes", total=None)

        def tell(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage, completed=done, total=total)

        yield tell
