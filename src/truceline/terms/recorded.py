"""Recorded: an obligation that data cannot test is shown with the reason, and nothing is said of it."""

from __future__ import annotations

from datetime import datetime

from ..nouns import Outcome, Term
from .case import Case, Verdict

VERSION = 1


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:  # noqa: ARG001
    """Always recorded."""
    return Verdict(Outcome.RECORDED, "not_tested", term.reason)
