"""What a judgement changes: two editions held side by side, incident by incident and finding by finding."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from ..nouns import Assessment, Edition, Finding, Incident


@dataclass(frozen=True, slots=True)
class Brief:
    """An incident and its assessment as far as a change of them is worth saying."""

    id: str
    kind: str
    start: datetime
    end: datetime
    place: str
    observation_ids: tuple[str, ...]
    origins: int
    grade: str
    rule: str
    why: str
    attributed_to: str
    attribution_grade: str
    budget: int | None


@dataclass(frozen=True, slots=True)
class IncidentChange:
    """One incident before and after; None where it is not there. `into` holds where the accounts of one that is gone went."""

    before: Brief | None
    after: Brief | None
    into: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingChange:
    """One finding before and after; None where it is not there."""

    before: Finding | None
    after: Finding | None

    @property
    def turned(self) -> bool:
        """Whether the finding says something else, and not only rests on other incidents."""
        return self.before is None or self.after is None or self.before.outcome != self.after.outcome


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything that a judgement would change in the desk of this generation; nothing of it is kept."""

    incidents: tuple[IncidentChange, ...]
    findings: tuple[FindingChange, ...]
    counts: tuple[tuple[str, int, int], ...]
    """What is counted, before and after, where it differs: incidents, grade:..., outcome:..."""
    generation: int = 0

    @property
    def nothing(self) -> bool:
        """Whether it would change nothing at all."""
        return not self.incidents and not self.findings


def _briefs(made: Edition) -> dict[str, Brief]:
    graded = {a.incident_id: a for a in made.assessments}
    return {i.id: _brief(i, graded[i.id]) for i in made.incidents}


def _brief(i: Incident, a: Assessment) -> Brief:
    return Brief(
        i.id, i.kind, i.start, i.end, i.place, i.observation_ids, len(a.origins), str(a.grade), a.rule, a.why,
        a.attributed_to, str(a.attribution_grade), a.budget,
    )  # fmt: skip


def changed_incidents(before: Edition, after: Edition) -> frozenset[str]:
    """Ids of incidents that are new, gone, or not what they were, by either name."""
    return frozenset(name for c in _incidents(before, after) for one in (c.before, c.after) if one for name in [one.id])


def _incidents(before: Edition, after: Edition) -> list[IncidentChange]:
    old, new = _briefs(before), _briefs(after)
    holder = {o: i.id for i in after.incidents for o in i.observation_ids}
    made = []
    for name in dict.fromkeys((*old, *new)):
        was, now = old.get(name), new.get(name)
        if was == now:
            continue
        into = tuple(dict.fromkeys(holder[o] for o in was.observation_ids if o in holder)) if was and not now else ()
        made.append(IncidentChange(was, now, into))
    return sorted(made, key=_by_time)


def _by_time(change: IncidentChange) -> tuple[datetime, str]:
    one = change.before or change.after
    assert one is not None
    return one.start, one.id


def preview(before: Edition, after: Edition) -> Preview:
    """What differs between two editions of one mission."""
    was, now = {f.id: f for f in before.findings}, {f.id: f for f in after.findings}
    findings = [
        FindingChange(was.get(name), now.get(name)) for name in dict.fromkeys((*was, *now)) if was.get(name) != now.get(name)
    ]  # fmt: skip
    findings.sort(key=lambda f: not f.turned)
    counted = (_counts(before), _counts(after))
    names = [n for n in dict.fromkeys((*counted[0], *counted[1])) if counted[0][n] != counted[1][n]]
    counts = tuple((name, counted[0][name], counted[1][name]) for name in sorted(names))
    return Preview(tuple(_incidents(before, after)), tuple(findings), counts)


def _counts(made: Edition) -> Counter[str]:
    found: Counter[str] = Counter({"incidents": len(made.incidents)})
    found.update(f"grade:{a.grade}" for a in made.assessments)
    found.update(f"outcome:{f.outcome}" for f in made.findings)
    return found
