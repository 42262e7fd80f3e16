"""The verb `review`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from .options import app

review = App(name="review", help="Judgements from the command line: appended, never edited, undone by a further entry.")
app.command(review)
By = Annotated[str, Parameter(help="Who decides.")]
Reason = Annotated[str, Parameter(help="Why.")]
Date = Annotated[str, Parameter(help="On which day (ISO 8601).")]


@review.command
def join(mission: Path, subject: str, object_: str, /, *, by: By, reason: Reason, date: Date) -> int:
    """Say that two observations are about one happening.

    Example: truceline review join MISSION R1 R2 --by "A. Analyst" --reason "same crater" --date 2025-12-20
    """
    return _judge(mission, action="join", subject=subject, object=object_, by=by, reason=reason, date=date)


@review.command
def split(mission: Path, subject: str, object_: str, /, *, by: By, reason: Reason, date: Date) -> int:
    """Say that two observations are about two happenings.

    Example: truceline review split MISSION R1 R2 --by "A. Analyst" --reason "two hills" --date 2025-12-20
    """
    return _judge(mission, action="split", subject=subject, object=object_, by=by, reason=reason, date=date)


@review.command
def uphold(mission: Path, subject: str, /, *, by: By, reason: Reason, date: Date) -> int:
    """Say that an incident is established, whatever the rules say; the reason is printed.

    Example: truceline review uphold MISSION R1 --by "A. Analyst" --reason "seen on site" --date 2025-12-20
    """
    return _judge(mission, action="uphold", subject=subject, by=by, reason=reason, date=date)


@review.command
def reject(mission: Path, subject: str, /, *, by: By, reason: Reason, date: Date) -> int:
    """Say that an incident is not established, whatever the rules say; the reason is printed.

    Example: truceline review reject MISSION R1 --by "A. Analyst" --reason "another place" --date 2025-12-20
    """
    return _judge(mission, action="reject", subject=subject, by=by, reason=reason, date=date)


@review.command
def undo(mission: Path, judgement: str, /, *, by: By, reason: Reason, date: Date) -> int:
    """Take a judgement back by a further entry.

    Example: truceline review undo MISSION J0001 --by "A. Analyst" --reason "mistaken" --date 2025-12-20
    """
    return _judge(mission, action="undo", undoes=judgement, by=by, reason=reason, date=date)


def _judge(mission: Path, **judgement: str) -> int:
    from .. import run as pipeline

    print(f"{pipeline.judge(mission, judgement)} appended to {mission / 'judgements.csv'}")
    return 0
