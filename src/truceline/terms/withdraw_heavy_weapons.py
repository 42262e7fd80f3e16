"""Withdraw heavy weapons: "Type A: multiple rocket launchers withdrawn" by a day, by class, behind a line.

Three things are told apart: that a weapon of the class stood within the limit after the day (weighed as any act that is
forbidden); that weapons were withdrawn (by whose word); and that none was left, which only enough ground in sight, or a
declared inventory that was counted out, can show. Params: `classes` (weapon classes; default mortar, artillery, rocket
artillery, tank), `distance_m` (how far from the mission's orientation line; by default the term's zone is the limit),
`storage` (a zone in which they may stand), `declared` (party -> number declared), `floor`. The day is the term's `due`.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime

from ..nouns import UNATTRIBUTED, Incident, Outcome, Term
from .acts import BY_OWN_WORD, Act, Own, forbidden
from .case import SURE, Case, Verdict, concerns

VERSION = 1
PRESENT = ("weapon.present",)
WITHDRAWN = ("weapon.withdrawn",)
HEAVY = ("mortar", "artillery", "rocket_artillery", "tank")


def check(term: Term, party: str, window: tuple[datetime, datetime], case: Case) -> Verdict:
    """Not due before the day; then what was seen within the limit, else what was counted out, else not assessable."""
    since = term.start or window[0]
    out = [] if party == UNATTRIBUTED else _withdrawn(term, party, (since, window[1]), case)
    if term.due and window[1] <= term.due:
        if party == UNATTRIBUTED:
            return Verdict(Outcome.NOT_APPLICABLE, "nothing_unattributed", "")
        said = f" {_number(out, case)} on record so far." if out else ""
        return Verdict(
            Outcome.NOT_DUE, "", f"The day of the withdrawal has not come.{said}", _ids(out), len(out), len(out)
        )
    begin = max(window[0], term.due) if term.due else window[0]
    due = dataclasses.replace(term, params={k: v for k, v in term.params.items() if k != "kinds"})
    seen = forbidden(
        due,
        party,
        (begin, window[1]),
        _in_class(term, case),
        Act(PRESENT, BY_OWN_WORD, doubt=lambda i: _doubt(term, i, case)),
    )
    if party == UNATTRIBUTED or seen.outcome not in {Outcome.NOT_ASSESSABLE, Outcome.KEPT} or seen.incidents:
        return seen
    return seen if seen.outcome is Outcome.KEPT else _counted(term, party, out, case, seen)


def _counted(term: Term, party: str, out: list[Incident], case: Case, seen: Verdict) -> Verdict:
    """Nothing was seen within the limit: what was declared, and what of it is on record as withdrawn."""
    if not term.due:
        reason = (
            f"The text names no day by which to withdraw. {_number(out, case)} on record, and nothing within the limit."
        )
        return Verdict(Outcome.NOT_ASSESSABLE, "rule_unclear", reason, _ids(out), len(out), len(out), seen.seen_share)
    declared = (term.params.get("declared") or {}).get(party)
    name, number = case.name(party), sum(case.arms[i.id].low or 0 for i in out if i.id in case.arms)
    if declared and number >= int(declared):
        reason = (
            f"{number} of {declared} declared are established as withdrawn. Whether {name} declared all that it has, "
            "the record cannot say."
        )
        return Verdict(Outcome.KEPT, "", reason, _ids(out), int(declared), number, seen.seen_share)
    head = (
        f"{number} of {declared} declared are on record as withdrawn" if declared else f"{_number(out, case)} on record"
    )
    reason = f"{head}, and nothing within the limit. {seen.reason.partition('. ')[2]}"
    applied, passed = (int(declared), number) if declared else (len(out), len(out))
    return Verdict(
        Outcome.NOT_ASSESSABLE, "no_coverage" if declared else "no_declaration", reason, _ids(out), applied, passed,
        seen.seen_share,
    )  # fmt: skip


def _withdrawn(term: Term, party: str, span: tuple[datetime, datetime], case: Case) -> list[Incident]:
    """Withdrawals by this party that are established or probable. Where they were seen need not be in the zone."""
    anywhere = dataclasses.replace(term, zone="")
    found = _in_class(term, case).within(anywhere, span, WITHDRAWN)
    return [i for i, a in found if a.grade in SURE and concerns(a, party)]


def _in_class(term: Term, case: Case) -> Case:
    """The case without weapons that are known to be of another class."""
    wanted = set(term.params.get("classes") or HEAVY)

    def may(incident: Incident) -> bool:
        known = case.arms.get(incident.id)
        return not (known and known.classes) or bool(known.classes & wanted)

    return dataclasses.replace(case, events=tuple((i, a) for i, a in case.events if may(i)))


def _doubt(term: Term, incident: Incident, case: Case) -> Own | None:
    """What stays open of a weapon that was seen: its class, or on which side of the limit it stood."""
    known = case.arms.get(incident.id)
    wanted = set(term.params.get("classes") or HEAVY)
    if not (known and known.classes and known.classes <= wanted):
        return Outcome.NOT_ASSESSABLE, "class_unknown"
    if incident.lon_deg is None or incident.lat_deg is None:
        return Outcome.DISPUTED, "within_margin"
    at, radius = (incident.lon_deg, incident.lat_deg), incident.radius_m or 0.0
    store = term.params.get("storage")
    if store and case.ground.holds(store, *at):
        return Outcome.KEPT, ""
    if store and case.ground.crosses(store, *at, radius):
        return Outcome.DISPUTED, "within_margin"
    limit = term.params.get("distance_m")
    apart = case.ground.from_line_m(*at) if limit else None
    if limit is None or apart is None:
        return None
    if apart - radius > float(limit):
        return Outcome.KEPT, ""
    return (Outcome.DISPUTED, "within_margin") if apart + radius > float(limit) else None


def _number(out: list[Incident], case: Case) -> str:
    low = sum(case.arms[i.id].low or 0 for i in out if i.id in case.arms)
    if not out:
        return "No withdrawal is"
    said = f"{len(out)} withdrawal{'s' if len(out) != 1 else ''}"
    return (
        f"{said} of {low} weapons {'are' if len(out) != 1 else 'is'}"
        if low
        else f"{said} {'are' if len(out) != 1 else 'is'}"
    )


def _ids(out: list[Incident]) -> tuple[str, ...]:
    return tuple(i.id for i in out)
