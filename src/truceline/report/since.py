"""Since the last report: what is new, what changed and why, what was seen, and what the parties did about the agreements.

Two editions of one mission are compared. An incident of the earlier one lives on in that which holds most of its
observations; nothing here says which of the two editions is right.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from ..nouns import Assessment, Edition, EffortStatus, Finding, Grade, Incident, Total
from . import marks, words
from .index import Index
from .tongue import say, say_n
from .tree import Block, Cell, Column, Heading, Line, Listing, MarkRow, Paragraph, Row, Section, Table

MOST = 40
"""How many rows a table of changes prints."""


@dataclass(frozen=True)
class Change:
    """What became of an incident between two editions: `before` are those of the earlier one that it continues."""

    incident: Incident
    before: tuple[Incident, ...]


@dataclass(frozen=True)
class Since:
    """The edition of the last report beside this one."""

    index: Index

    @property
    def earlier(self) -> Edition | None:
        """The edition of the last report."""
        return self.index.brief.earlier

    @cached_property
    def graded(self) -> dict[str, Assessment]:
        """Assessments of the earlier edition by incident."""
        return {a.incident_id: a for a in self.earlier.assessments} if self.earlier else {}

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every incident of this edition with those that it continues, in order."""
        home = {o: i.id for i in self.index.incidents for o in i.observation_ids}
        lives_on: dict[str, list[Incident]] = {}
        for old in self.earlier.incidents if self.earlier else ():
            votes = Counter(home[o] for o in old.observation_ids if o in home)
            if votes:
                most = max(votes.values())
                heir = next(i.id for i in self.index.incidents if votes[i.id] == most)
                lives_on.setdefault(heir, []).append(old)
        return tuple(Change(i, tuple(lives_on.get(i.id, ()))) for i in self.index.incidents)

    @cached_property
    def new(self) -> tuple[Incident, ...]:
        """Incidents that the last report did not have."""
        return tuple(c.incident for c in self.changes if not c.before)

    @cached_property
    def moved(self) -> tuple[Change, ...]:
        """Incidents whose grade, or whose author, is not what it was, or that several earlier ones became."""
        return tuple(c for c in self.changes if c.before and (len(c.before) > 1 or self._differs(c)))

    def _differs(self, change: Change) -> bool:
        now, then = self.index.assessment(change.incident.id), self.graded.get(change.before[0].id)
        return then is None or (now.grade, now.attributed_to, now.attribution_grade) != (
            then.grade,
            then.attributed_to,
            then.attribution_grade,
        )

    @cached_property
    def findings(self) -> tuple[tuple[Finding, Finding], ...]:
        """Findings of windows that had closed by the last report and whose outcome is another now: (then, now)."""
        if not self.earlier:
            return ()
        closed = {_key(f): f for f in self.earlier.findings if f.end <= self.earlier.as_of}
        now = ((closed.get(_key(f)), f) for f in self.index.edition.findings)
        return tuple((then, f) for then, f in now if then and then.outcome is not f.outcome)

    @cached_property
    def totals(self) -> tuple[tuple[Total | None, Total], ...]:
        """Figures that are new or whose latest value is another: (then, now)."""
        known = {_figure(t): t for t in self.earlier.totals} if self.earlier else {}
        now = ((known.get(_figure(t)), t) for t in self.index.edition.totals)
        return tuple((then, t) for then, t in now if then is None or (then.low, then.high) != (t.low, t.high))


def _key(f: Finding) -> tuple[object, ...]:
    return f.agreement_id, f.term_id, f.party, f.start, f.end, f.status_reading


def _figure(t: Total) -> tuple[object, ...]:
    return t.topic, t.side, t.definition, t.of_whom, t.direct, t.measure, t.period_start


def section(index: Index) -> Section:
    """What is new and what changed since the last report, with the reason for each change."""
    since = Since(index)
    title = say("Since the last report")
    if since.earlier is None:
        return Section("since", title, (Paragraph(words.line(say("There was no report before this one."))),))
    opening = say(
        "The last report closed on {then}. Added since then: {read}; new: {incidents}; graded or attributed anew: "
        "{changed} of the {known} that it had.",
        then=words.moment(since.earlier.as_of, index.edition_zone),
        read=say_n(
            "{n} observation", "{n} observations", len(index.edition.observations) - len(since.earlier.observations)
        ),
        incidents=words.incidents(len(since.new)),
        changed=words.number(len(since.moved)),
        known=words.number(len(since.earlier.incidents)),
    )
    blocks: list[Block] = [Paragraph(words.line(opening)), _by_party(since)]
    for made in (_new(since), _moved(since), _findings(since), _figures(since), _steps(since)):
        blocks += made
    return Section("since", title, tuple(blocks))


def _by_party(since: Since) -> Table:
    index = since.index
    columns = (
        Column("", 2.2),
        *(Column(index.name(p), 1, numeric=True, tone=index.tone(p)) for p in index.parties),
    )
    fresh = {i.id for i in since.new}
    moved = {c.incident.id for c in since.moved}

    def row(name: str, cells: list[str]) -> Row:
        return Row((Cell((words.line(name),), head=True), *(Cell((words.line(c),)) for c in cells)))

    blamed = {p: index.blamed(p) for p in index.parties}
    rows = [
        row(
            say("New incidents laid to this party, of all laid to it"),
            [words.of(sum(a.incident_id in fresh for a in blamed[p]), len(blamed[p])) for p in index.parties],
        ),
        row(
            say("of these established or disputed, of the new ones"),
            [_graded(blamed[p], fresh) for p in index.parties],
        ),
        row(
            say("Incidents laid to it that are graded or attributed anew"),
            [words.of(sum(a.incident_id in moved for a in blamed[p]), len(blamed[p])) for p in index.parties],
        ),
        row(
            say("Days on which observers were recorded with it, of the days since"),
            [_days(index, p) for p in index.parties],
        ),
        row(
            say("Records of looking that were refused or cut short, of those since"),
            [_refused(index, p) for p in index.parties],
        ),
    ]
    return Table(say("What was added, by party"), columns, tuple(rows), stack=False)


def _graded(blamed: list[Assessment], fresh: set[str]) -> str:
    mine = [a for a in blamed if a.incident_id in fresh]
    return words.of(sum(a.grade in {Grade.ESTABLISHED, Grade.DISPUTED} for a in mine), len(mine))


def _days(index: Index, party: str) -> str:
    spans = [(a, b) for a, b in index.days if b > index.since]
    looks = index.looks_of(index.observers, party)
    return words.of(sum(any(k.start < b and k.end > a for k in looks) for a, b in spans), len(spans))


def _refused(index: Index, party: str) -> str:
    mine = [e for e in index.efforts if e.side in {party, "both"} and e.when.end > index.since]
    kept = [e for e in mine if e.status in {EffortStatus.REFUSED, EffortStatus.CURTAILED}]
    return words.of(len(kept), len(mine))


def _new(since: Since) -> list[Block]:
    index = since.index
    head = Heading(3, words.line(say("New incidents")), "since-new")
    if not since.new:
        return [
            head,
            Paragraph(words.line(say("None. That nothing was reported does not mean that nothing happened."))),
        ]
    ranked = sorted(since.new, key=lambda i: (-len(index.assessment(i.id).origins), i.start))[:MOST]
    shown = [i for i in since.new if i in ranked]
    columns = (
        Column(say("No."), 0.35, numeric=True),
        Column(say("When ({offset})", offset=words.offset(index.edition.as_of, index.zone)), 1.2),
        Column(say("What and where"), 2.05),
        Column(say("Grade"), 1.05),
        Column(say("Laid to"), 1.0),
        Column(say("Independent origins"), 0.8, numeric=True),
    )
    table = Table(
        "", columns, tuple(_new_row(index, i) for i in shown), _rest(len(shown), len(since.new)), dense=True,
        label=say("New incidents"),
    )  # fmt: skip
    return [head, table]


def _rest(shown: int, whole: int) -> str:
    if shown == whole:
        return ""
    return say("{shown} are printed, those with the most origins; the annex and incidents.csv hold all.",
               shown=words.of(shown, whole))  # fmt: skip


def _new_row(index: Index, i: Incident) -> Row:
    a = index.assessment(i.id)
    what = say("{kind}, {place}", kind=words.upper_first(index.kind(i.kind)), place=index.where(i))
    return Row(
        (
            Cell(((index.ref(i.id),),), head=True),
            Cell((words.line(words.span(i.start, i.end, index.zone, approximate=i.approximate, zoned=False)),)),
            Cell((words.line(what),)),
            Cell((_grade(a.grade),)),
            Cell((words.line(index.names(a.accused) or say("nobody")),)),
            Cell((words.line(words.number(len(a.origins))),)),
        )
    )


def _grade(grade: Grade) -> Line:
    return words.line(MarkRow((marks.grade(grade),), ""), " ", words.GRADE_WORDS[grade])


def _moved(since: Since) -> list[Block]:
    index = since.index
    head = Heading(3, words.line(say("Graded or attributed anew, and why")), "since-changed")
    if not since.moved:
        return [head, Paragraph(words.line(say("None.")))]
    columns = (
        Column(say("No."), 0.35, numeric=True),
        Column(say("What and where"), 1.6),
        Column(say("In the last report"), 1.1),
        Column(say("Now"), 1.1),
        Column(say("Why"), 2.2),
    )
    shown = sorted(since.moved, key=lambda c: -len(index.assessment(c.incident.id).origins))[:MOST]
    rows = tuple(_moved_row(since, c) for c in since.moved if c in shown)
    return [
        head,
        Table("", columns, rows, _rest(len(rows), len(since.moved)), dense=True, label=say("What changed and why")),
    ]


def _moved_row(since: Since, change: Change) -> Row:
    index, i = since.index, change.incident
    now, then = index.assessment(i.id), since.graded.get(change.before[0].id)
    what = say("{kind}, {place}, {day}", kind=words.upper_first(index.kind(i.kind)), place=index.where(i),
               day=words.day(i.start, index.zone))  # fmt: skip
    return Row(
        (
            Cell(((index.ref(i.id),),), head=True),
            Cell((words.line(what),)),
            Cell(_state(index, then)),
            Cell(_state(index, now)),
            Cell(tuple(words.line(w) for w in _why(since, change, now, then))),
        )
    )


def _state(index: Index, a: Assessment | None) -> tuple[Line, ...]:
    if a is None:
        return (words.line(say("not in it")),)
    author = say("{party} ({grade})", party=index.name(a.attributed_to), grade=words.GRADE_WORDS[a.attribution_grade])
    return (_grade(a.grade), words.line(words.quiet(author)))


def _why(since: Since, change: Change, now: Assessment, then: Assessment | None) -> list[str]:
    index = since.index
    known = {o for old in change.before for o in old.observation_ids}
    fresh = [o for o in change.incident.observation_ids if o not in known]
    voices = dict.fromkeys(index.source_name(s) for o in fresh for s in index.speakers(index.observations[o]))
    said = []
    if len(change.before) > 1:
        said.append(
            say_n("{n} incident of the last report is one now.", "{n} incidents of the last report are one now.",
                  len(change.before))
        )  # fmt: skip
    if voices:
        said.append(say("New accounts: {voices}.", voices=words.listed(words.capped(list(voices), 4))))
    if then and then.rule != now.rule:
        said.append(
            say("Rule {now}: {meaning}; before, rule {then}.", now=now.rule,
                meaning=words.RULE_WORDS.get(now.rule, words.not_stated()), then=then.rule)
        )  # fmt: skip
    if then and then.attribution_rule != now.attribution_rule:
        said.append(
            say("Who did it, rule {now}: {meaning}; before, rule {then}.", now=now.attribution_rule,
                meaning=words.RULE_WORDS.get(now.attribution_rule, words.not_stated()), then=then.attribution_rule)
        )  # fmt: skip
    return said or [say("The accounts that it rests on are joined in another way.")]


def _findings(since: Since) -> list[Block]:
    if not since.findings:
        return []
    index = since.index
    head = Heading(
        3, words.line(say("Outcomes of weeks already reported that are not what they were")), "since-outcomes"
    )
    items = []
    for then, now in since.findings[:MOST]:
        term = index.terms.get((now.agreement_id, now.term_id))
        items.append(
            words.said(
                "{term} ({id}), {party}, {week}: {then}, now {mark} {now}.",
                term=words.free(term.title) if term else now.term_id, id=now.term_id, party=index.name(now.party),
                week=words.span(now.start, now.end, index.zone, zoned=False),
                then=words.OUTCOME_WORDS[then.outcome], now=words.OUTCOME_WORDS[now.outcome],
                mark=MarkRow((marks.outcome(now.outcome),), ""),
            )
        )  # fmt: skip
    note = []
    if len(since.findings) > MOST:
        note = [Paragraph(words.line(say("{shown} are printed; findings.csv holds all.",
                                         shown=words.of(MOST, len(since.findings)))), "note")]  # fmt: skip
    return [head, Listing(tuple(items)), *note]


def _figures(since: Since) -> list[Block]:
    if not since.totals:
        return []
    index = since.index
    names = {"killed": say("killed"), "injured": say("injured"), "displaced": say("displaced")}
    items = []
    for then, now in since.totals[:MOST]:
        values = {
            "topic": words.upper_first(names.get(now.topic, now.topic)),
            "side": say("both, not split") if now.side == "both" else index.name(now.side),
            "now": words.range_of(now.low, now.high),
            "day": words.day(now.as_of, index.zone),
            "then": words.range_of(then.low, then.high) if then else say("no figure"),
        }
        own = now.definition.removeprefix(now.topic).removeprefix(", ").strip()
        counted = "" if now.definition else words.OF_WHOM_WORDS[now.of_whom]
        definition = words.defined(own) if own else counted
        items.append(
            words.said(
                "{topic}, {side}, {definition}: {now} (until {day}); in the last report {then}.",
                definition=definition, **values,
            )
            if definition
            else words.said("{topic}, {side}: {now} (until {day}); in the last report {then}.", **values)
        )  # fmt: skip
    return [Heading(3, words.line(say("Figures that are new or changed")), "since-figures"), Listing(tuple(items))]


def _steps(since: Since) -> list[Block]:
    index = since.index
    begin = index.since
    events = [
        words.said("{day}: {title}: {event} by {party}.", day=words.day(e.when, index.zone), title=words.free(a.title),
                   event=words.free(e.event), party=index.names(e.by) or say("nobody named"))
        for a in index.edition.agreements for e in a.status if e.when >= begin
    ]  # fmt: skip
    steps = [
        words.said("{day}: {event} ({place}).", day=words.interval(s.when, index.zone), event=words.free(s.event),
                   place=s.place or say("place not stated"))
        for s in index.edition.timeline if s.when.end > begin
    ]  # fmt: skip
    items = [*events, *steps]
    head = Heading(3, words.line(say("Agreements and diplomacy")), "since-steps")
    if not items:
        return [head, Paragraph(words.line(say("No event of an agreement and no meeting is on record.")))]
    return [head, Listing(tuple(items[:MOST]))]
