"""Terms x assessments x coverage -> findings: one row a term, party, week and reading of its status.

A check that raises gives the outcome `error`, which blocks the report. A call, a one-sided reading and a status note
bind nobody and are recorded. A disputed status gives two rows, one under each reading.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import polars as pl

from . import agreement, budget, rows, when
from .nouns import UNATTRIBUTED, Agreement, Finding, Outcome, Reading, Term
from .terms import CHECKS, JOINT, ONCE, VERSIONS
from .terms.case import Case, Verdict

RESTING = {Outcome.BREACHED, Outcome.LIKELY_BREACHED, Outcome.DISPUTED}
"""Outcomes that rest on incidents: they fall when those do."""


def check(agreements: tuple[Agreement, ...], parties: tuple[str, ...], since: datetime, case: Case) -> pl.DataFrame:
    """A table of Finding, from `since` to the case's `as_of`, in the order of instruments, terms, parties and weeks."""
    found: list[Finding] = []
    for one in agreements:
        if one.when.start > case.as_of:
            continue
        for term in one.terms:
            found += _term(one, term, parties, since, case)
    return rows.table(Finding, found)


def _term(one: Agreement, term: Term, parties: tuple[str, ...], since: datetime, case: Case) -> list[Finding]:
    start = max(term.start or one.when.start, since)
    end = min(term.end, case.as_of) if term.end else case.as_of
    bound = tuple(p for p in parties if p in term.party and agreement.ratified(one, p, case.as_of))
    if not agreement.binds(term) or term.kind in ONCE or not bound or start >= end:
        return [_recorded(one, term, party, start, max(end, start)) for party in bound or ("",)]
    everybody = bound if term.kind in JOINT else (*bound, UNATTRIBUTED)
    found = []
    for window in when.weeks(start, end, case.time_zone):
        for party in everybody:
            readings = agreement.readings(one, window[1])
            for reading in readings:
                verdict = _verdict(term, party, window, case, reading, disputed=len(readings) > 1)
                silent = verdict.outcome is Outcome.NOT_APPLICABLE and verdict.reason_code in {
                    "settled",
                    "nothing_unattributed",
                }
                if not silent:
                    found.append(_turned(_finding(one, term, party, window, reading, verdict), case))
    return found


def _turned(finding: Finding, case: Case) -> Finding:
    """The finding with its budget of lies: the voices without which none of the incidents that it rests on would speak so."""
    if finding.outcome not in RESTING or not finding.incidents:
        return finding
    graded = [case.assessment(i) for i in finding.incidents]
    if any(a.budget is None for a in graded):  # a person decided
        return finding
    each = []
    for a in graded:
        sets = a.lies if finding.party == UNATTRIBUTED else (*a.lies, *a.author_lies)
        each.append(tuple(frozenset(one.split(budget.SEPARATOR)) for one in dict.fromkeys(sets)))
    found = budget.all_of(each)
    if found is None:
        held = any(a.budget == 0 and (a.author_budget == 0 or finding.party == UNATTRIBUTED) for a in graded)
        return replace(finding, budget=0 if held else budget.MOST + 1)
    order = [p for p in case.names if p in found] + sorted(v for v in found if v not in case.names)
    return replace(finding, budget=len(found), turned_by=budget.SEPARATOR.join(order))


def _verdict(
    term: Term, party: str, window: tuple[datetime, datetime], case: Case, reading: Reading, *, disputed: bool
) -> Verdict:
    if reading is Reading.PAUSED:
        if party == UNATTRIBUTED:
            return Verdict(Outcome.NOT_APPLICABLE, "nothing_unattributed", "")
        if not disputed:
            return Verdict(
                Outcome.NOT_APPLICABLE, "paused", "All who are bound by it paused the instrument; nothing was due."
            )
        return Verdict(
            Outcome.NOT_APPLICABLE,
            "status_disputed",
            "Under the reading that the instrument is paused nothing was due.",
        )
    try:
        return _unclear(term, CHECKS[term.kind](term, party, window, case))
    except Exception as error:
        return Verdict(Outcome.ERROR, "check_failed", f"{type(error).__name__}: {error}")


def _unclear(term: Term, verdict: Verdict) -> Verdict:
    """Where the term's own text leaves open what it forbids, what would be a breach is disputed and no more."""
    words = term.params.get("unclear")
    if not words or verdict.outcome not in {Outcome.BREACHED, Outcome.LIKELY_BREACHED}:
        return verdict
    reason = f"{verdict.reason} The text leaves open whether that breaks it: {words}."
    return replace(verdict, outcome=Outcome.DISPUTED, reason_code="rule_unclear", reason=reason)


def _recorded(one: Agreement, term: Term, party: str, start: datetime, end: datetime) -> Finding:
    if not term.party:
        reason = term.reason or "It binds neither party: no breach of it can be found."
    elif not agreement.binds(term):
        reason = term.reason or f"Its standing ({term.standing}) binds nobody."
    else:
        reason = term.reason or "It was not in force in this period."
    verdict = Verdict(Outcome.RECORDED, "not_tested" if term.kind in ONCE else "not_binding", reason)
    return _finding(one, term, party, (start, end), Reading.UNDISPUTED, verdict)


def _finding(
    one: Agreement, term: Term, party: str, window: tuple[datetime, datetime], reading: Reading, verdict: Verdict
) -> Finding:
    code = verdict.reason_code
    if reading is Reading.IN_FORCE and not code:
        code = "status_disputed"
    kind = "recorded" if verdict.outcome is Outcome.RECORDED else term.kind
    suffix = "" if reading is Reading.UNDISPUTED else f"/{reading}"
    return Finding(
        id=f"{term.id}/{party or 'nobody'}/{window[0]:%Y%m%dT%H%M}{suffix}", agreement_id=one.id, term_id=term.id, party=party,
        start=window[0], end=window[1], outcome=verdict.outcome, reason_code=code, incidents=verdict.incidents,
        applied=verdict.applied, passed=verdict.passed, seen_share=verdict.seen_share, status_reading=reading,
        reason=verdict.reason, check=f"{kind}/{VERSIONS[kind]}",
    )  # fmt: skip
