"""The margin of an incident's card: terms, grade, author, who was looking, and what was said of casualties."""

from __future__ import annotations

from datetime import datetime, timedelta

from shapely import geometry

from ... import budget, when
from ...nouns import (
    OWN_WORD_CODES,
    UNATTRIBUTED,
    Assessment,
    CoverageState,
    Finding,
    Harm,
    Incident,
    Look,
    Outcome,
    Point,
    Stance,
)
from .. import calendar, marks, words
from ..draw import shortened
from ..index import LOOKS, Index
from ..tongue import say, say_n
from ..tree import Block, Heading, Line, MarkRow, Paragraph, Run
from . import spans, verdict

TERMS = 2
"""How many terms are named beside an incident."""
VOICES = 4
"""How many different figures of casualties are told beside an incident."""
SETS = 3
"""How many smallest sets of voices that would turn a grade are named."""
LEVEL = 4
_WEIGHT = (Outcome.BREACHED, Outcome.LIKELY_BREACHED, Outcome.DISPUTED, Outcome.KEPT, Outcome.NOT_ASSESSABLE)
_TITLE_ROOM = 112.0


def blocks(index: Index, incident: Incident, a: Assessment) -> tuple[Block, ...]:
    """The whole margin, from top to bottom."""
    return (
        *_terms(index, incident),
        _head(say("Grade: {grade}", grade=words.GRADE_WORDS[a.grade])),
        _side((verdict.rule(a.rule, a.why),)),
        *_turning(index, a.budget, a.lies),
        *_author(index, a),
        *_settled(a),
        *_looking(index, incident),
        *_heat(index, incident),
        *_casualties(index, incident),
        *_contradictions(a),
    )


def _head(text: str) -> Heading:
    return Heading(LEVEL, words.line(text))


def _side(line: Line) -> Paragraph:
    return Paragraph(line, "side")


def _weight(found: list[Finding]) -> int:
    return min((_WEIGHT.index(f.outcome) if f.outcome in _WEIGHT else len(_WEIGHT) for f in found), default=0)


def _terms(index: Index, incident: Incident) -> list[Block]:
    touched: dict[tuple[str, str], list[Finding]] = {}
    for f in index.findings_of.get(incident.id, []):
        touched.setdefault((f.agreement_id, f.term_id), []).append(f)
    if not touched:
        return [_head(say("Terms touched")), _side(words.line(say("No finding rests on this incident.")))]
    made: list[Block] = [_head(say("Terms touched"))]
    ranked = sorted(touched, key=lambda key: _weight(touched[key]))
    made += [_side(_term(index, key, touched[key])) for key in ranked[:TERMS]]
    if len(ranked) > TERMS:
        more = say_n("and {n} more term, see commitments", "and {n} more terms, see commitments", len(ranked) - TERMS)
        made.append(_side((words.quiet(more),)))
    return made


def _term(index: Index, key: tuple[str, str], found: list[Finding]) -> Line:
    term = index.terms.get(key)
    agreement = next((a for a in index.edition.agreements if a.id == key[0]), None)
    title = words.free(term.title if term else key[1])
    instrument = words.free(shortened(agreement.title if agreement else key[0], 8, _TITLE_ROOM))
    named = {f.party for f in found}
    bound = [p for p in (*index.parties, "both", UNATTRIBUTED) if p in named]
    outcomes = tuple(part for p in bound for part in (Run(" "), *_outcome(index, p, found)))
    if term and term.clause:
        return words.said(
            "**{term}** ({instrument}, {clause}){outcomes}",
            term=title, instrument=instrument, clause=term.clause, outcomes=outcomes,
        )  # fmt: skip
    return words.said("**{term}** ({instrument}){outcomes}", term=title, instrument=instrument, outcomes=outcomes)


def _outcome(index: Index, party: str, found: list[Finding]) -> Line:
    own = [f for f in found if f.party == party]
    names = tuple(dict.fromkeys(marks.outcome(f.outcome, own_word=f.reason_code in OWN_WORD_CODES) for f in own))
    said = words.listed(dict.fromkeys(words.OUTCOME_WORDS[f.outcome] for f in own), "or")
    chip = MarkRow((index.tone(party),), index.name(party))
    name = f"\u00a0{index.name(party)} ".replace(" ", "\u00a0")
    return words.line(chip, name, MarkRow(names, said), f"\u00a0{said}")


def _turning(index: Index, size: int | None, sets: tuple[str, ...]) -> list[Block]:
    """How many voices would have to be wrong, or be one, to turn the grade, and which."""
    if not size:
        return []
    if size > budget.MOST:
        return [_side(words.line(say("More than five voices would have to be wrong, or be one, to turn this.")))]
    smallest = [one.split(budget.SEPARATOR) for one in sets]
    named = [words.listed([index.voice(v) for v in one]) for one in smallest if len(one) == size][:SETS]
    said = say_n(
        "One voice would have to be wrong to turn this: {who}.",
        "{n} voices would have to be wrong, or be one, to turn this: {who}.",
        size,
        who=words.listed(named, "or"),
    )
    return [_side(words.line(said))]


def _author(index: Index, a: Assessment) -> list[Block]:
    grade = words.GRADE_WORDS[a.attribution_grade]
    made: list[Block] = [
        _head(say("Who did it: {author} ({grade})", author=verdict.author(index, a), grade=grade)),
        _side((verdict.rule(a.attribution_rule, a.attribution_why),)),
        *_turning(index, a.author_budget, a.author_lies),
    ]
    if a.accused:
        blamed = say("Blamed: {parties}.", parties=index.names(a.accused))
        denied = say("Denied by: {parties}.", parties=index.names(a.denied_by)) if a.denied_by else ""
        made.append(_side(words.line(f"{blamed} {denied}".rstrip())))
    return made


def _settled(a: Assessment) -> list[Block]:
    """What accounts at first hand, and things that others can look at, can settle; nothing where there are none."""
    if not a.can_settle:
        return []
    can = words.listed(words.POINT_WORDS[Point(p)] for p in a.can_settle)
    line = say("Accounts at first hand can settle: {points}.", points=can)
    if Point.WHO not in a.can_settle:
        line += " " + say("None can settle who did it.")
    return [_side(words.line(line))]


def local_days(index: Index, incident: Incident) -> tuple[datetime, datetime]:
    """Beginning and end of the local days on which an incident fell."""
    first = incident.start.astimezone(when.zone(index.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    last = max(incident.end - timedelta(seconds=1), incident.start).astimezone(when.zone(index.zone))
    return first, last.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def looks(index: Index, incident: Incident) -> list[Look]:
    """Rows of the coverage table of that day that name this place's sector, or no sector; passes of satellites apart."""
    start, end = local_days(index, incident)
    rows = [
        k
        for k in index.edition.looks
        if k.start < end and k.end > start and not k.passes and k.state is not CoverageState.NOT_LOOKED
    ]
    if incident.lon_deg is None or incident.lat_deg is None or not rows:
        return rows
    here = geometry.Point(incident.lon_deg, incident.lat_deg)
    wanted = {k.zone for k in rows}
    around = {z.id for z in index.edition.mission.zones if z.id in wanted and geometry.shape(z.geometry).covers(here)}
    return [k for k in rows if not k.zone or k.zone in around]


def _looking(index: Index, incident: Incident) -> list[Block]:
    found = looks(index, incident)
    observed = [k for k in found if k.source_id in index.observers]
    made: list[Block] = [_head(say("Who was looking"))]
    if observed:
        made += [_side(_observers(index, p, observed)) for p in (*index.parties, "") if p or _of(observed, "")]
    else:
        made.append(_side(words.line(MarkRow(("look-not_looked",), ""), " ", _nobody(index, incident))))
    others = list(
        dict.fromkeys(index.source_name(k.source_id) for k in found if k not in observed and k.state in LOOKS)
    )
    if others:
        names = words.listed(words.capped(others, 3))
        made.append(_side(words.line(say("Others on record then: {names}.", names=names))))
    return made


def _nobody(index: Index, incident: Incident) -> str:
    start, end = local_days(index, incident)
    if end - start > timedelta(hours=25):
        return say("No observer was recorded there on these days.")
    return say("No observer was recorded there that day.")


def _of(observed: list[Look], party: str) -> list[Look]:
    return [k for k in observed if k.side == party or (party and k.side == "both")]


def _observers(index: Index, party: str, observed: list[Look]) -> Line:
    rows = _of(observed, party)
    good = [k for k in rows if k.state in LOOKS]
    refused = any(k.state is CoverageState.REFUSED for k in rows)
    side = say("With {party}", party=index.name(party)) if party else say("Side not stated")
    mark = MarkRow((calendar.state_of(rows),), "")
    if good and refused:
        said = say("{side}: observers looked, and were also refused or cut short.", side=side)
    elif good and all(k.host_led for k in good):
        said = say("{side}: observers led by the host.", side=side)
    elif good:
        said = say("{side}: observers looked.", side=side)
    elif refused:
        said = say("{side}: observers were refused or cut short.", side=side)
    elif rows:
        said = say("{side}: a pass or plan without a record held.", side=side)
    else:
        said = say("{side}: no observer on record.", side=side)
    return words.line(mark, " ", said, f" {_in_sight(good)}" if good else "")


def _in_sight(good: list[Look]) -> str:
    most = max(k.seen_share for k in good)
    if not most:
        return say("What was in sight is not stated.")
    return say("At most {share} of the line was in sight.", share=words.percent(most))


def _heat(index: Index, incident: Incident) -> list[Block]:
    """What the heat detections near it are worth, with how often one lies as near by chance; nothing where none are held."""
    heat = next((h for h in index.edition.heat if h.incident_id == incident.id), None)
    if heat is None:
        return []
    if heat.weight_bits == 0 or heat.chance_share is None:
        return [
            _head(say("Heat from orbit")),
            _side(words.line(say("It tells nothing here: see heat_reason in incidents.csv."))),
        ]
    said = (
        say("{bits} bits for it.", bits=f"{heat.weight_bits:.1f}")
        if heat.weight_bits > 0
        else say("{bits} bits against it.", bits=f"{-heat.weight_bits:.1f}")
    )
    near = say("By chance a detection lies as near on {share} of days there.", share=words.percent(heat.chance_share))
    return [_head(say("Heat from orbit")), _side(words.line(f"{said} {near}" if heat.nearest_m is not None else said))]


_Toll = tuple[int | None, int | None, int | None, int | None, str]


def _casualties(index: Index, incident: Incident) -> list[Block]:
    by_toll: dict[_Toll, list[str]] = {}
    for o in index.accounts.get(incident.id, ()):
        toll = (o.killed_min, o.killed_max, o.injured_min, o.injured_max)
        if o.stance is not Stance.DENIES and any(v is not None for v in toll):
            whom = str(words.OF_WHOM_WORDS[o.of_whom])
            if o.harm is Harm.INDIRECT:
                whom = say("{whom}, through what followed (flight, want, sickness)", whom=whom)
            voices = by_toll.setdefault((*toll, whom), [])
            voices += [v for v in [spans.said_by(index, o)] if v not in voices]
    if not by_toll:
        return []
    made: list[Block] = [_head(say("Casualties, as said"))]
    made += [_side(_toll(toll, voices)) for toll, voices in list(by_toll.items())[:VOICES]]
    if len(by_toll) > VOICES:
        n = len(by_toll) - VOICES
        made.append(
            _side(
                (words.quiet(say_n("{n} more figure in observations.csv", "{n} more figures in observations.csv", n)),)
            )
        )
    return made


def _toll(toll: _Toll, voices: list[str]) -> Line:
    killed, injured = words.range_of(toll[0], toll[1]), words.range_of(toll[2], toll[3])
    names = words.bold(words.listed(words.capped(voices, 2)))
    if toll[0] is None and toll[1] is None:
        return words.said("{names}: {injured} injured; {whom}.", names=names, injured=injured, whom=toll[4])
    if toll[2] is None and toll[3] is None:
        return words.said("{names}: {killed} killed; {whom}.", names=names, killed=killed, whom=toll[4])
    return words.said(
        "{names}: {killed} killed, {injured} injured; {whom}.",
        names=names,
        killed=killed,
        injured=injured,
        whom=toll[4],
    )


def _contradictions(a: Assessment) -> list[Block]:
    if not a.contradictions:
        return []
    said: Run = words.free(verdict.sentences(a.contradictions))
    return [_head(say("Contradictions within one side")), _side((said,))]
