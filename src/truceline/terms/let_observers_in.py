"""Let observers in: "observers watch on each side".

The witnesses are the records of effort of the observers on this party's side. A visit that took place is a visit let
in, also one that the host led, which is said. A refusal is told by somebody and is disputed at most. Here the visits themselves
are the coverage: no share of zone and time is asked for, but a visit that came nowhere near the line shows nothing.
Params: `observers` (source ids; default the mission's).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..nouns import BOTH, UNATTRIBUTED, Effort, EffortStatus, Outcome, Term
from .case import Case, Verdict

VERSION = 1

LET_IN = (EffortStatus.DONE, EffortStatus.HOST_LED)
KEPT_OUT = (EffortStatus.REFUSED, EffortStatus.CURTAILED)


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:
    """Kept where every recorded visit of the week took place; disputed where one was refused or cut short."""
    if party == UNATTRIBUTED:
        return Verdict(Outcome.NOT_APPLICABLE, "nothing_unattributed", "")
    start, end = window
    observers = set(term.params.get("observers") or case.observers)
    met = [e for e in case.effort if e.source_id in observers and e.when.start < end and e.when.end > start]
    seen = _visits(e for e in met if e.side in {party, BOTH} and e.status in LET_IN)
    let_in = [e for e in seen if case.ground.seen(e, term.zone)] if case.ground.line else seen
    kept_out = _visits(e for e in met if e.status in KEPT_OUT and _by(e, party))
    applied = len(let_in) + len(kept_out)
    share = case.share(term, window, ())
    name = case.name(party)
    if kept_out:
        said = "; ".join(e.reason or f"{e.status} on {case.day(e.when.start)}" for e in kept_out)
        were = "were" if len(kept_out) > 1 else "was"
        reason = (
            f"{len(kept_out)} of {applied} visits recorded this week {were} refused or cut short by {name}: {said}."
        )
        return Verdict(Outcome.DISPUTED, "evidence_one_sided", reason, (), applied, len(let_in), share)
    if let_in and all(e.status is EffortStatus.HOST_LED for e in let_in):
        reason = (
            f"{len(let_in)} of {applied} visits recorded on {name}'s side took place, each led by the host; "
            "access on the observers' own terms was not tested."
        )
        return Verdict(Outcome.NOT_ASSESSABLE, "host_led", reason, (), applied, len(let_in), share)
    if let_in:
        led = sum(e.status is EffortStatus.HOST_LED for e in let_in)
        by_host = f", {led} of them led by the host" if led else ""
        reason = f"{len(let_in)} of {applied} visits recorded on {name}'s side took place{by_host}."
        return Verdict(Outcome.KEPT, "", reason, (), applied, len(let_in), share)
    if seen:
        reason = f"{len(seen)} of {len(seen)} visits recorded on {name}'s side went nowhere near the line."
        return Verdict(Outcome.NOT_ASSESSABLE, "no_record", reason, (), len(seen), 0, share)
    reason = f"No visit by observers on {name}'s side, and no refusal, is on record."
    return Verdict(Outcome.NOT_ASSESSABLE, "no_record", reason, (), 0, 0, share)


def _visits(efforts: Iterable[Effort]) -> list[Effort]:
    """One record a visit: what two outlets tell of one team on one day is one visit."""
    found: dict[tuple[str, datetime], Effort] = {}
    for one in sorted(efforts, key=lambda e: (e.when.start, e.id)):
        found.setdefault((one.source_id, one.when.start), one)
    return list(found.values())


def _by(effort: Effort, party: str) -> bool:
    return party in (effort.by, effort.by.partition("-")[0]) or (not effort.by and effort.side == party)
