"""The accounts of one incident, side by side: who says so, at first hand or not, who denies, what both sides agree on.

Nothing here depends on a party's name or on its place in the list: parties come out in the mission's order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

from . import kinds, settles, voices
from .nouns import FIRST_HAND, OWNING, Incident, Method, Observation, Point, Source, SourceKind, Stance
from .rates import Rates

OUTSIDE = frozenset(
    {
        SourceKind.MEDIA,
        SourceKind.HUMANITARIAN,
        SourceKind.THIRD_STATE,
        SourceKind.ANALYST,
        SourceKind.WITNESS,
        SourceKind.SENSOR,
    }
)
PERCEIVING = OUTSIDE | {SourceKind.MONITOR}
UNRELIABLE = frozenset({"D", "E"})
"""Ratings by which a source's own word is no ground: not usually reliable, unreliable. Not rated (F) is neither."""
EXACT = frozenset({"minute", "second"})
APART_S = 3600.0
"""Clock times that lie less than this apart are of one hour: clocks differ, and a shelling has more than one shell."""
RELAYING = frozenset({SourceKind.MONITOR, SourceKind.THIRD_STATE, SourceKind.HUMANITARIAN})


@dataclass(frozen=True, slots=True)
class Setting:
    """What an assessment needs to know: the parties in order, their names, the mandate, local time, how often rules are right."""

    parties: tuple[str, ...]
    party_names: dict[str, str]
    attribute: bool
    time_zone: str
    own_kinds: dict[str, dict[str, Any]]
    rates: Rates = Rates()  # noqa: RUF009 - a named tuple never changes


class Accounts:
    """What the observations of one incident say, sorted by who says it."""

    def __init__(
        self, incident: Incident, told: list[Observation], sources: dict[str, Source], setting: Setting
    ) -> None:
        self.incident, self.told, self.sources, self.setting = incident, told, sources, setting
        self.attribute = setting.attribute
        self.groups = voices.voices(told, sources)

    def _speakers(self, one: Observation) -> list[Source]:
        return [self.sources[i] for i in (one.origin_ids or (one.source_id,)) if i in self.sources]

    def parties_of(self, one: Observation) -> tuple[str, ...]:
        """Parties for which the voices behind this observation speak, in the mission's order."""
        spoken = {s.party for s in self._speakers(one)}
        return tuple(p for p in self.setting.parties if p in spoken)

    def in_order(self, parties: Iterable[str]) -> tuple[str, ...]:
        """These parties in the mission's order, then whoever else is named."""
        found = set(parties)
        return tuple(p for p in self.setting.parties if p in found) + tuple(
            sorted(found - set(self.setting.parties) - {""})
        )

    def named(self, parties: Iterable[str]) -> list[str]:
        """English names of these parties."""
        return [self.setting.party_names.get(p, p) for p in parties]

    @cached_property
    def affirms(self) -> list[Observation]:
        """Observations that say that it happened (of a threat or an order: that it was made): all but denials."""
        return [o for o in self.told if o.stance is not Stance.DENIES]

    @cached_property
    def denials(self) -> list[Observation]:
        """Observations that deny."""
        return [o for o in self.told if o.stance is Stance.DENIES]

    @cached_property
    def origins(self) -> tuple[str, ...]:
        """Distinct voices behind everything that is said, for and against."""
        return voices.origins(self.groups[o.id] for o in self.told)

    @cached_property
    def origins_for(self) -> tuple[str, ...]:
        """Distinct voices that say that it happened."""
        return voices.origins(self.groups[o.id] for o in self.affirms)

    @cached_property
    def affirming(self) -> tuple[str, ...]:
        """Parties whose own voices say that it happened."""
        return self.in_order(p for o in self.affirms for p in self.parties_of(o))

    @cached_property
    def agreeing(self) -> tuple[str, ...]:
        """Parties that each say so, of what can be one thing: statements of theirs that stand together with another party's.

        Where each says that its own side was hit, two statements are two happenings until they give one hour: who invents
        a counter-claim puts it at the same place on the same day. What others pass on of a party's words, and shorten,
        counts only where the party's own words are not there.
        """
        told = [(p, o) for o in self.affirms for p in self.parties_of(o)]
        own = {p for p, o in told if not o.origin_ids}
        told = [(p, o) for p, o in told if p not in own or not o.origin_ids]
        pairs = [(p, q) for (p, a), (q, b) in combinations(told, 2) if p != q and _one_thing(p, a, q, b)]
        return self.in_order(p for pair in pairs for p in pair)

    @cached_property
    def denying(self) -> tuple[str, ...]:
        """Parties that denied, whatever they denied."""
        return self.in_order(p for o in self.denials for p in self.parties_of(o))

    @cached_property
    def disowning(self) -> tuple[str, ...]:
        """Parties that denied what they are blamed for; a denial by somebody whom nobody blames names no author."""
        return tuple(p for p in self.denying if p in self.accused or not self.accused)

    @cached_property
    def contesting(self) -> tuple[str, ...]:
        """Parties that deny that it happened at all, and nowhere say that it did.

        A denial of another kind of thing (of laying, where a mine went off) contests the author and not the event.
        """
        top = self.incident.kind.partition(".")[0]
        return self.in_order(
            p
            for o in self.denials
            if o.kind.partition(".")[0] == top
            for p in self.parties_of(o)
            if p not in self.affirming
        )

    @cached_property
    def owners(self) -> tuple[str, ...]:
        """Parties that said that they did it themselves: announced, admitted, justified, or called an accident."""
        return self.in_order(p for o in self.affirms if o.stance in OWNING for p in self.parties_of(o))

    @cached_property
    def justifying(self) -> tuple[str, ...]:
        """Parties that gave a reason for what they said they did."""
        return self.in_order(p for o in self.affirms if o.stance is Stance.JUSTIFIES for p in self.parties_of(o))

    @cached_property
    def accused(self) -> tuple[str, ...]:
        """Parties and groups that somebody blames; a party that speaks of its own act is not accused by it."""
        return self.in_order(
            o.actor_claimed
            for o in self.affirms
            if o.actor_claimed and not (o.stance in OWNING and o.actor_claimed in self.parties_of(o))
        )

    @cached_property
    def mutual(self) -> bool:
        """Whether parties blame one another for the same incident."""
        blamed = {
            (p, o.actor_claimed) for o in self.affirms for p in self.parties_of(o) if o.actor_claimed not in {"", p}
        }
        return any((b, a) in blamed for a, b in blamed)

    def _first_hand(self, one: Observation, kinds_of_source: frozenset[SourceKind]) -> list[str]:
        if one.method not in FIRST_HAND or one.origin_ids:
            return []
        return [
            s.origin_group
            for s in self._speakers(one)
            if s.kind in kinds_of_source
            and not s.party
            and s.origin_group != "unknown"
            and s.reliability not in UNRELIABLE
        ]

    @cached_property
    def monitors(self) -> tuple[str, ...]:
        """Voices of monitors that perceived it at first hand."""
        return tuple(sorted({g for o in self.affirms for g in self._first_hand(o, frozenset({SourceKind.MONITOR}))}))

    @cached_property
    def witnesses(self) -> tuple[str, ...]:
        """Voices outside the parties that perceived it at first hand, monitors apart."""
        return tuple(sorted({g for o in self.affirms for g in self._first_hand(o, OUTSIDE)}))

    @cached_property
    def _first_hand_of_others(self) -> list[Observation]:
        return [o for o in self.affirms if self._first_hand(o, PERCEIVING)]

    @cached_property
    def only_heard(self) -> bool:
        """Whether those outside the parties heard it and none of them saw it, and no party says so either.

        What is heard at a distance can be thunder, a quarry or another place's fire.
        """
        found = self._first_hand_of_others
        return bool(found) and not self.affirming and all(o.method is Method.HEARD for o in found)

    @cached_property
    def only_told(self) -> bool:
        """Whether private witnesses alone say so: no observer, no outlet, no recording, and no party."""
        found = self._first_hand_of_others
        kinds_of_source = {s.kind for o in found for s in self._speakers(o)}
        return bool(found) and not self.affirming and kinds_of_source == {SourceKind.WITNESS}

    @cached_property
    def relays(self) -> tuple[str, ...]:
        """Names of monitors, third states and humanitarians that passed on that it happened."""
        return tuple(
            sorted(
                {
                    s.name
                    for o in self.affirms
                    for s in self._speakers(o)
                    if s.kind in RELAYING and not s.party and s.reliability not in UNRELIABLE
                }
            )
        )

    def witnessed_author(self, least: int, kinds_of_source: frozenset[SourceKind] = OUTSIDE) -> bool:
        """Whether at least so many voices of these kinds perceived it and name one and the same author, and nobody another.

        Who saw a shell land, or heard it, did not see who fired it: see `settles`.
        """
        found: dict[str, set[str]] = {}
        for o in self.affirms:
            if o.actor_claimed and Point.WHO in settles.points(o):
                found.setdefault(o.actor_claimed, set()).update(self._first_hand(o, kinds_of_source))
        return len(found) == 1 and set(self.accused) <= set(found) and all(len(v) >= least for v in found.values())

    @property
    def monitored_author(self) -> bool:
        """Whether a monitor perceived it and names the author, and nobody names another."""
        seen = [o for o in self.affirms if Point.WHO in settles.points(o)]
        named = {o.actor_claimed for o in seen if self._first_hand(o, frozenset({SourceKind.MONITOR}))} - {""}
        return len(named) == 1 and set(self.accused) <= named

    @cached_property
    def grounds(self) -> tuple[str, ...]:
        """What the occurrence rests on: voices that perceived it, a party's own word, and parties that each say so.

        Were it untrue, all of them would be wrong. One side's word alone is no ground, whatever it is.
        """
        sides = self.agreeing or self.owners
        return (*sides, *dict.fromkeys((*self.monitors, *self.witnesses)))

    def voices_of(self, one: Observation) -> tuple[str, ...]:
        """Who would have to be wrong for this account to be wrong: parties, whoever speaks for them, and other voices."""
        said: list[str] = list(self.parties_of(one))
        for name in one.origin_ids or (one.source_id,):
            source = self.sources.get(name)
            if source and source.party in self.setting.parties:
                continue
            own = source.origin_group if source else name
            said += [own] if own in self.groups[one.id] else [g for g in self.groups[one.id] if voices.in_ring(name, g)]
        return tuple(v for v in dict.fromkeys(said) if v != voices.UNKNOWN)

    def without(self, wrong: frozenset[str]) -> Accounts:
        """The accounts that are left when these voices (as `voices_of` names them) are wrong."""
        left = [o for o in self.told if not (said := self.voices_of(o)) or not wrong.issuperset(said)]
        return Accounts(self.incident, left, self.sources, self.setting)

    def but(self, one: Observation) -> Accounts:
        """The accounts that are left without this one."""
        return Accounts(self.incident, [o for o in self.told if o.id != one.id], self.sources, self.setting)

    def everybody(self) -> tuple[str, ...]:
        """All voices, the parties first and in the mission's order."""
        found = {v for o in self.told for v in self.voices_of(o)}
        return self.in_order(found)

    def alike(self) -> dict[str, Hashable]:
        """What the rules see of each voice that speaks for itself alone: voices of one mark are one another's equals."""
        told: dict[str, list[tuple[Hashable, ...]]] = {}
        mixed: set[str] = set()
        for o in self.told:
            said = self.voices_of(o)
            if len(said) > 1 or voices.UNKNOWN in self.groups[o.id]:
                mixed.update(said)
            for voice in said:
                speakers = frozenset((str(s.kind), s.party) for s in self._speakers(o))
                told.setdefault(voice, []).append(
                    (
                        str(o.stance),
                        str(o.method),
                        bool(o.origin_ids),
                        o.kind,
                        str(o.phase),
                        o.actor_claimed,
                        o.harmed_party,
                        repr(o.when and (o.when.start, o.when.end, o.when.precision)),
                        *sorted(speakers),
                    )
                )
        return {v: tuple(sorted(map(repr, said))) for v, said in told.items() if v not in mixed}

    @property
    def origins_in_words(self) -> str:
        """`one origin, which speaks for Thailand`, `2 origins, one of them outside the parties`."""
        number = len(self.origins_for)
        head = "one origin" if number == 1 else f"{number} origins"
        sides = self.named(self.affirming)
        if sides and len(sides) == 1 and not self._outsiders():
            return f"{head}, which speak{'s' if number == 1 else ''} for {sides[0]}"
        return f"{head}, none of which saw it at first hand"

    def _outsiders(self) -> bool:
        return any(not self.parties_of(o) for o in self.affirms)

    @property
    def accusers_in_words(self) -> str:
        """Who blames."""
        blaming = [o for o in self.affirms if o.actor_claimed]
        sides = self.named(self.in_order(p for o in blaming for p in self.parties_of(o)))
        others = sorted({s.name for o in blaming if not self.parties_of(o) for s in self._speakers(o)})
        return " and ".join([*sides, *others[:2]]) or "a voice that is not known"

    def by_party(self) -> dict[str, list[Observation]]:
        """Each party's own accounts, in the mission's order."""
        return {p: [o for o in self.told if p in self.parties_of(o)] for p in self.setting.parties}

    def agreed(self) -> tuple[str, ...]:
        """Common ground: what every party's own statements agree on. Empty unless two parties say that it happened."""
        sides = {
            p: [o for o in self.affirms if p in self.parties_of(o)] for p in self.agreeing if p in self.setting.parties
        }
        if len(sides) < 2:
            return ()
        points = [f"that there was {kinds.label(self._common_kind(sides), self.setting.own_kinds)}"]
        if self.incident.place and all(
            any(o.place_id == self.incident.place_id or o.place for o in told) for told in sides.values()
        ):
            points.append("where: in the same area" if self._same_place(sides) else "")
        days = [{o.when.start for o in told if o.when} for told in sides.values()]
        if set.intersection(*days):
            points.append("when: the same hour" if self._clock_agrees(sides) else "when: the same day")
        for name in ("killed", "injured"):
            number = self._same_number(sides, name)
            if number is not None:
                points.append(f"{number or 'nobody'} {'were' if number > 1 else 'was'} {name}")
        return tuple(p for p in points if p)

    def _common_kind(self, sides: dict[str, list[Observation]]) -> str:
        special = [{o.kind for o in told} for told in sides.values()]
        shared = set.intersection(*special)
        return min(shared) if shared else f"{self.incident.kind.partition('.')[0]}.unspecified"

    def _same_place(self, sides: dict[str, list[Observation]]) -> bool:
        found = [{o.place_id for o in told if o.place_id} for told in sides.values()]
        return bool(set.intersection(*found))

    def _clock_agrees(self, sides: dict[str, list[Observation]]) -> bool:
        clocks = [{o.when.start for o in told if o.when and o.when.precision == "minute"} for told in sides.values()]
        return all(clocks) and bool(set.intersection(*clocks))

    def _same_number(self, sides: dict[str, list[Observation]], name: str) -> int | None:
        found = [{getattr(o, f"{name}_min") for o in told} - {None} for told in sides.values()]
        shared = set.intersection(*found) if all(found) else set()
        return max(shared) if shared and all(len(f) == 1 for f in found) else None

    def contradictions(self) -> tuple[str, ...]:
        """What one side said against itself: stances that exclude one another, and one side's voice denying its side's claim."""
        points = []
        for party, told in self.by_party().items():
            name = self.setting.party_names.get(party, party)
            stances = Counter(o.stance for o in told)
            owned = [s for s in (Stance.ADMITS, Stance.JUSTIFIES, Stance.ACCIDENT) if stances[s]]
            if stances[Stance.DENIES] and owned:
                words = {
                    "admits": "said that it did it",
                    "justifies": "gave a reason for it",
                    "accident": "called it an accident",
                }
                points.append(f"{name} denied it and also {' and '.join(words[s] for s in owned)}")
            blaming = [o for o in told if o.stance is Stance.SUPPORTS and o.actor_claimed not in {"", party}]
            if any(o.answers in {b.id for b in blaming} for o in told if o.stance is Stance.DENIES):
                points.append(f"a voice of {name} denied what {name} said of the other side")
        return tuple(points)


def _one_thing(party: str, a: Observation, other: str, b: Observation) -> bool:
    """Whether two parties' statements can be of one happening: not each of its own harm, or both of one hour."""
    if (a.harmed_party, b.harmed_party) != (party, other):
        return True
    if a.when is None or b.when is None or not {a.when.precision, b.when.precision} <= EXACT:
        return False
    return max(a.when.start - b.when.end, b.when.start - a.when.end).total_seconds() < APART_S
