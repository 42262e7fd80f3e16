"""Which edition a report is about, and since when it tells: periods in the words of the command line."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .. import bundle, dated, rows, when
from ..errors import UsageError
from ..nouns import Edition, Observation
from .order import Material, edition, moment_of

if TYPE_CHECKING:
    from ..report import Brief


@dataclasses.dataclass(frozen=True)
class Wish:
    """What somebody wants of a run's documents, in the words of the command line; empty where nothing was said."""

    language: str = ""
    length: str = "full"
    period: str = ""


def again(made: Edition, moment: datetime) -> Edition:
    """The same edition as it stood at an earlier moment, from what it holds itself."""
    return edition(Material(made.mission, rows.table(Observation, made.observations), (), ()), moment, made.release)


def document(made: Edition, wish: Wish) -> tuple[Edition, Brief]:
    """The edition that this wish is about, and the brief for its report; raises UsageError where it cannot be had."""
    from .. import report

    language = wish.language or "en"
    if language not in report.languages():
        raise UsageError(f"--language: found {language!r}, expected one of {', '.join(report.languages())}")
    start, end = _period(wish.period, made)
    if end and end > made.as_of:
        raise UsageError(
            f"--period: it ends after this edition closes ({when.iso(made.as_of)}); run with a later --as-of"
        )
    chosen = bundle.edition_of(bundle.edition_bytes(again(made, end))) if end and end < made.as_of else made
    if start and start >= chosen.as_of:
        raise UsageError("--period: it must begin before it ends")
    begin = start or dated.period_start("weekly", made.mission, chosen.as_of) or chosen.as_of
    return chosen, report.Brief(language, wish.length, again(chosen, begin), wish.period)


def _period(text: str, made: Edition) -> tuple[datetime | None, datetime | None]:
    """Where a period begins and ends: by its name, or as two times with a slash between them."""
    if not text:
        return None, None
    if text in {*dated.PERIODS, "since-signing"}:
        start = dated.period_start(text, made.mission, made.as_of)
        if start is None:
            raise UsageError("--period since-signing: no instrument had been signed by then")
        return start, None
    first, slash, last = text.partition("/")
    if not (slash and first.strip() and last.strip()):
        names = ", ".join((*dated.PERIODS, "since-signing"))
        raise UsageError(f"--period: found {text!r}, expected {names}, or two times as 2025-12-15/2025-12-22")
    zone = made.mission.time_zone
    end = moment_of("--period", last, zone, last=True)
    return moment_of("--period", first, zone), min(end, made.as_of) if end and _same_day(end, made) else end


def _same_day(end: datetime, made: Edition) -> bool:
    """Whether a period that ends with a whole day ends on the day on which the edition closes."""
    return end - timedelta(days=1) <= made.as_of < end
