"""The budget of lies: the search agrees with trying every set of voices, and below two nothing is called established."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from truceline import assess, budget
from truceline.accounts import Accounts, Setting
from truceline.nouns import Grade, Incident, Interval, Method, Modality, Observation, Phase, Source, SourceKind, Stance

CASES = int(os.environ.get("TRUCELINE_CASES", "300"))
PARTIES = ("arda", "brel")
SETTING = Setting(PARTIES, {"arda": "Arda", "brel": "Brel"}, attribute=True, time_zone="UTC", own_kinds={})
DAY = Interval(datetime(2025, 8, 11, tzinfo=UTC), datetime(2025, 8, 12, tzinfo=UTC), "day")
SPEAKERS = (
    *(Source(f"{p}-{n}", f"{p} {n}", SourceKind.PARTY, p, f"{p}-{n}") for p in PARTIES for n in "ab"),
    Source("mon-1", "Monitor 1", SourceKind.MONITOR, "", "mon-1"), Source("mon-2", "Monitor 2", SourceKind.MONITOR, "", "mon-2"),
    *(Source(f"out-{n}", f"Outlet {n}", SourceKind.MEDIA, "", f"out-{n}") for n in range(3)),
    Source("aid", "Aid", SourceKind.HUMANITARIAN, "", "aid"), Source("cam", "Camera", SourceKind.SENSOR, "", "aid"),
    Source("who", "Nobody", SourceKind.MEDIA, "", "unknown"),
)  # fmt: skip
KNOWN = {s.id: s for s in SPEAKERS}
IDS = st.sampled_from(sorted(KNOWN))


@st.composite
def told(draw: st.DrawFn) -> list[Observation]:
    """Up to seven accounts of one incident."""
    made = []
    for n in range(draw(st.integers(1, 7))):
        origins = draw(st.sampled_from([0, 0, 0, 1, 2]))
        made.append(
            Observation(
                id=f"o{n}", source_id=draw(IDS), when=DAY, method=draw(st.sampled_from(list(Method))),
                kind=draw(st.sampled_from(["fire.artillery", "fire.mortar", "mine.blast"])),
                phase=draw(st.sampled_from([Phase.OUTGOING, Phase.UNDETERMINED])),
                stance=draw(st.sampled_from([Stance.SUPPORTS, Stance.SUPPORTS, Stance.DENIES, Stance.ADMITS])),
                actor_claimed=draw(st.sampled_from(["", *PARTIES])),
                origin_ids=tuple(dict.fromkeys(draw(IDS) for _ in range(origins))),
            )
        )  # fmt: skip
    return made


def incident(accounts: list[Observation]) -> Incident:
    return Incident(
        id="I", kind="fire.artillery", modality=Modality.DONE, start=DAY.start, end=DAY.end, lon_deg=None, lat_deg=None, radius_m=None,
        place="", place_id="", observation_ids=tuple(o.id for o in accounts),
    )  # fmt: skip


def accounts(given_: list[Observation]) -> Accounts:
    return Accounts(incident(given_), given_, KNOWN, SETTING)


def first(rules: tuple[assess.Rule, ...], of: Accounts) -> assess.Rule:
    return next(r for r in rules if r.fits(of))


def by_hand(whole: Accounts, wrong: set[str]) -> Accounts:
    """What is left without these voices, written anew."""
    left = []
    for o in whole.told:
        behind = {KNOWN[i].party or whole_group for i, whole_group in _groups(whole, o)} - {"unknown"}
        if not behind or not behind <= wrong:
            left.append(o)
    return accounts(left)


def _groups(whole: Accounts, o: Observation) -> list[tuple[str, str]]:
    """Speakers with the voice that they are in the whole record: a ring's members are one."""
    names = o.origin_ids or (o.source_id,)
    found = whole.groups[o.id]
    return [
        (i, KNOWN[i].origin_group if KNOWN[i].origin_group in found else next(g for g in found if i in g))
        for i in names
    ]


def fallen(whole: Accounts, left: Accounts) -> bool:
    before, after = first(assess.OCCURRENCE, whole).grade, first(assess.OCCURRENCE, left).grade
    if before in {Grade.ESTABLISHED, Grade.PROBABLE}:
        if left.monitors or left.witnesses:
            return False  # a ground is left, if only a hearing or a private word
        return after not in {Grade.ESTABLISHED, Grade.PROBABLE} and not (whole.agreeing and left.affirming)
    return after not in {Grade.REPORTED, Grade.DISPUTED}


@settings(max_examples=CASES, deadline=None)
@given(told())
def test_the_search_agrees_with_every_set_tried(given_):
    whole = accounts(given_)
    grade = first(assess.OCCURRENCE, whole).grade
    found = assess.lies(whole)
    if grade is Grade.INSUFFICIENT:
        assert found is None
        return
    voices = whole.everybody()
    turning = [
        set(some)
        for n in range(1, budget.MOST + 1)
        for some in combinations(voices, n)
        if fallen(whole, by_hand(whole, set(some)))
    ]
    least = [s for s in turning if not any(t < s for t in turning)]
    assert set(found.cuts) == {frozenset(s) for s in least}
    more = budget.MOST + 1 if fallen(whole, by_hand(whole, set(voices))) else 0
    assert found.size == min(map(len, least), default=more)


@settings(max_examples=CASES, deadline=None)
@given(told())
def test_below_two_nothing_is_established_but_by_a_partys_own_word(given_):
    whole = accounts(given_)
    rule = first(assess.OCCURRENCE, whole)
    if rule.grade is Grade.ESTABLISHED and rule.id != "O-OWN-WORD":
        assert assess.lies(whole).size >= 2
    author = first(assess.ATTRIBUTION, whole)
    if author.grade is Grade.ESTABLISHED and author.id != "A-OWN-WORD":
        assert assess.lies_of_author(whole).size >= 2


@settings(max_examples=CASES, deadline=None)
@given(told())
def test_an_independent_confirmation_never_lowers_a_grade(given_):
    order = [Grade.INSUFFICIENT, Grade.DISPUTED, Grade.REPORTED, Grade.PROBABLE, Grade.ESTABLISHED]
    more = Observation(id="x", source_id="new", when=DAY, method=Method.SEEN, kind="fire.artillery")
    known = {**KNOWN, "new": Source("new", "New", SourceKind.WITNESS, "", "new")}
    before = first(assess.OCCURRENCE, accounts(given_)).grade
    after = first(assess.OCCURRENCE, Accounts(incident(given_), [*given_, more], known, SETTING)).grade
    assert order.index(after) >= order.index(before)


SETS = st.lists(st.frozensets(st.sampled_from("abcdefg"), min_size=1, max_size=3), min_size=1, max_size=4)


@settings(max_examples=CASES, deadline=None)
@given(st.lists(SETS, min_size=1, max_size=5))
def test_a_finding_falls_with_the_smallest_set_that_turns_all_its_incidents(each):
    found = budget.all_of([tuple(sets) for sets in each])
    turning = [
        set(some) for n in range(1, budget.MOST + 1) for some in combinations("abcdefg", n)
        if all(any(one <= set(some) for one in sets) for sets in each)
    ]  # fmt: skip
    assert (found is None) == (not turning)
    if found is not None:
        assert set(found) in turning
        assert len(found) == len(turning[0])


def test_six_independent_witnesses_are_six_or_more_and_an_unknown_voice_is_none():
    said = {"when": DAY, "kind": "mine.blast", "actor_claimed": "arda"}
    press = [Source(f"p{n}", f"P{n}", SourceKind.MEDIA, "", f"p{n}") for n in range(6)]
    seen = [Observation(id=s.id, source_id=s.id, method=Method.SEEN, **said) for s in press]
    whole = Accounts(incident(seen), seen, {s.id: s for s in press}, SETTING)
    assert assess.lies(whole) == (budget.MOST + 1, ())
    rumour = accounts([Observation(id="o", source_id="who", method=Method.CLAIMED, **said)])
    assert assess.lies_of_author(rumour) == (0, ())
