"""Who agrees too often is one voice: independents are hardly ever called so, and those who plant lies turn nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline import assess, independence, meetings, rows, truth
from truceline.accounts import Setting
from truceline.nouns import (
    Assessment,
    Grade,
    Incident,
    Interval,
    Link,
    Method,
    Observation,
    Source,
    SourceKind,
    Stance,
)

CASES = max(6, int(os.environ.get("TRUCELINE_CASES", "300")) // 50)
SEEDS = st.integers(0, 10_000)
COLUMNS = ["source", "object", "value"]


def invented(seed: int, liars: int = 0, noise: float = 0.0, sources: int = 60, objects: int = 120) -> pl.DataFrame:
    """Honest sources right seven times in ten; liars agree with them elsewhere and say `lie` of objects t0 to t19."""
    chance = np.random.default_rng(seed)
    targets = [f"t{n}" for n in range(20)]
    names = [*targets, *(f"o{n}" for n in range(objects - 20))]
    found = []
    for s in range(sources):
        for o in chance.choice(names, 5 + int(chance.pareto(1.2) * 8) % 60, replace=False):
            value = "true" if chance.random() < 0.7 else f"false{chance.integers(0, 4)}"
            found.append((f"s{s}", str(o), value))
    for n in range(liars):
        for o in chance.choice(names[20:], 30, replace=False):
            value = "true" if chance.random() >= noise else f"false{chance.integers(0, 4)}"
            found.append((f"x{n}", str(o), value))
        found += [(f"x{n}", o, "lie") for o in targets if chance.random() < 0.8]
    return pl.DataFrame(found, schema=COLUMNS, orient="row")


def decided(claims: pl.DataFrame) -> dict[str, str | None]:
    made = truth.decide(claims)
    return dict(zip(made["object"], made["value"], strict=True))


@settings(max_examples=CASES, deadline=None)
@given(SEEDS)
def test_independents_are_hardly_ever_linked(seed):
    assert independence.groups(invented(seed)) == []


@settings(max_examples=CASES, deadline=None)
@given(SEEDS, st.integers(12, 40), st.sampled_from([0.0, 0.15]))
def test_planted_lies_turn_no_target_and_leave_them_decided(seed, liars, noise):
    found = decided(invented(seed, liars, noise))
    targets = [found[f"t{n}"] for n in range(20) if f"t{n}" in found]
    assert "lie" not in targets
    assert sum(v is not None for v in targets) >= 0.8 * len(targets)


@pytest.mark.parametrize("noise", [0.0, 0.15])
def test_the_liars_are_the_group_and_the_reason_says_so(noise):
    (group,) = independence.groups(invented(3, 20, noise))
    assert group.members == tuple(sorted(f"x{n}" for n in range(20)))
    assert {f"t{n}" for n in range(20)} <= {thing for thing, _ in group.together}
    assert "agree with one another and with nobody else" in group.why
    assert group.evidence_bits > 0


@settings(max_examples=CASES, deadline=None)
@given(SEEDS, st.sampled_from([0, 15]), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_nor_names_matter(seed, liars, chance):
    claims = invented(seed, liars)
    groups, made = independence.groups(claims), truth.decide(claims)
    shuffled = claims.sample(fraction=1, shuffle=True, seed=seed)
    assert independence.groups(shuffled) == groups
    assert truth.decide(pl.concat([shuffled, claims[:40]])).equals(made)
    names = sorted(set(claims["source"]))
    other = dict(zip(names, chance.sample(names, len(names)), strict=True))
    renamed = claims.with_columns(pl.col("source").replace_strict(other))
    expected = [replace(g, members=tuple(sorted(other[m] for m in g.members))) for g in groups]
    assert independence.groups(renamed) == expected
    assert truth.decide(renamed).equals(made)


def test_what_rests_on_one_voice_alone_is_withheld_and_said_to_be():
    claims = invented(3, 20)
    alone = pl.DataFrame([(f"x{n}", "only", "lie") for n in range(20)], schema=COLUMNS, orient="row")
    row = truth.decide(pl.concat([claims, alone])).filter(pl.col("object") == "only").row(0, named=True)
    assert (row["value"], row["voices_for"], row["why"]) == (None, 1, "it rests on sources that are one voice alone")


def test_a_tie_is_withheld_and_an_empty_table_decides_nothing():
    claims = pl.DataFrame([("a", "o", "x"), ("b", "o", "y")], schema=COLUMNS, orient="row")
    assert truth.decide(claims)["why"].to_list() == ["two values weigh the same"]
    empty = pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))
    assert truth.decide(empty).is_empty()
    assert independence.groups(empty) == []


# Missions: who meets where nobody else is.

DAY = Interval(datetime(2031, 3, 3, tzinfo=UTC), datetime(2031, 3, 4, tzinfo=UTC), "day")
SETTING = Setting(("arda", "brel"), {"arda": "Arda", "brel": "Brel"}, attribute=True, time_zone="UTC", own_kinds={})
SOURCES = (
    *(Source(f"wit-{n}", f"Witness {n}", SourceKind.WITNESS, "", f"wit-{n}") for n in range(12)),
    *(Source(f"col-{n}", f"Witness {n} too", SourceKind.WITNESS, "", f"col-{n}") for n in range(8)),
    *(Source(f"mon-{n}", f"Monitor {n}", SourceKind.MONITOR, "", f"mon-{n}") for n in range(4)),
    Source("arda", "Arda", SourceKind.PARTY, "arda", "arda"), Source("new", "New", SourceKind.WITNESS, "", "new"),
)  # fmt: skip


def happenings(seed: int, lies: int) -> dict[str, list[Observation]]:
    """Ninety happenings that a few perceive, and so many that only colluders tell of: incident id -> its accounts."""
    chance = np.random.default_rng(seed)
    told: dict[str, list[str]] = {}
    for n in range(60):
        who = [s.id for s in SOURCES[:24] if chance.random() < (0.3 if s.id.startswith("mon") else 0.07)]
        told[f"I{n:03}"] = who or ["wit-0"]
    for n in range(lies):
        told[f"L{n:03}"] = [f"col-{k}" for k in range(8) if chance.random() < 0.8] or ["col-0"]
    return {i: [account(f"{i}-{s}", s) for s in who] for i, who in told.items()}


def account(name: str, source: str, method: Method = Method.SEEN, **more: object) -> Observation:
    return Observation(id=name, source_id=source, when=DAY, method=method, kind="fire.artillery", **more)


def incident(name: str, accounts: list[Observation], place: str = "") -> Incident:
    return Incident(
        name, "fire.artillery", DAY.start, DAY.end, None, None, None, place, place, tuple(o.id for o in accounts)
    )


def allied(
    told: dict[str, list[Observation]], places: dict[str, str] | None = None, sources: tuple[Source, ...] = SOURCES
) -> meetings.Allied:
    incidents = [incident(i, of, (places or {}).get(i, "")) for i, of in told.items()]
    return meetings.allied(incidents, [o for of in told.values() for o in of], sources)


def graded(told: dict[str, list[Observation]]) -> dict[str, Assessment]:
    incidents = [incident(i, of) for i, of in sorted(told.items())]
    links = [Link(i, o.id, None, None, 0.0, o.stance, ()) for i, of in told.items() for o in of]
    every = [o for of in told.values() for o in of]
    made = assess.assess(
        rows.table(Incident, incidents), rows.table(Link, links), rows.table(Observation, every), SOURCES, SETTING,
        allied=allied(told),
    )  # fmt: skip
    return {a.incident_id: a for a in rows.records(Assessment, getattr(made, "assessments", made))}


def test_what_only_colluders_tell_is_not_established_and_says_why():
    found = graded(happenings(1, 6))
    one = found["L000"]
    assert one.grade is Grade.REPORTED
    (group,) = allied(happenings(1, 6))["L000"]
    assert one.origins == ("agreeing:" + "+".join(group.members),)
    assert len(group.members) >= 7
    assert one.repeats[-1].startswith(", ".join(group.members))
    assert "count as one voice (they alone perceived" in one.repeats[-1]


@settings(max_examples=CASES, deadline=None)
@given(SEEDS)
def test_witnesses_who_never_agreed_are_hardly_ever_one_voice(seed):
    assert allied(happenings(seed, 0)) == {}


def test_neighbours_who_see_what_happens_at_their_place_are_no_conspiracy():
    chance = np.random.default_rng(5)
    told, places = {}, {}
    for n in range(120):
        place = n % 6
        who = [f"wit-{k}" for k in range(12) if chance.random() < (0.5 if k % 6 == place else 0.02)]
        who += [f"mon-{k}" for k in range(4) if chance.random() < 0.1]
        if who:
            told[f"I{n:03}"] = [account(f"I{n:03}-{s}", s) for s in who]
            places[f"I{n:03}"] = f"p{place}"
    assert allied(told, places) == {}


ORDER = [Grade.INSUFFICIENT, Grade.DISPUTED, Grade.REPORTED, Grade.PROBABLE, Grade.ESTABLISHED]


@settings(max_examples=CASES, deadline=None)
@given(SEEDS, st.data(), st.sampled_from(["new", "mon-0", "wit-3", "col-0", "col-5"]))
def test_another_account_of_an_incident_never_lowers_its_grade(seed, data, witness):
    told = happenings(seed, data.draw(st.sampled_from([0, 3, 6])))
    where = data.draw(st.sampled_from(sorted(told)))
    more = {**told, where: [*told[where], account("more", witness)]}
    before, after = graded(told)[where], graded(more)[where]
    assert ORDER.index(after.grade) >= ORDER.index(before.grade)
    assert allied(more).get(where, ()) == allied(told).get(where, ()) or witness in str(allied(more)[where])


def test_who_is_one_voice_at_an_incident_is_decided_by_the_others():
    told = happenings(1, 6)
    there = allied(told)["L000"]
    assert all(thing != "L000" for g in there for thing, _ in g.together)
    fewer = {**told, "L000": told["L000"][:2]}
    assert allied(fewer)["L000"] == there


def test_parties_floods_denials_and_repeats_are_not_at_a_meeting_and_observers_are_never_members():
    told = happenings(1, 6)
    extra = {
        i: [*of, account(f"{i}-d", "mon-0", stance=Stance.DENIES), account(f"{i}-r", "mon-1", Method.RELAYED),
            account(f"{i}-o", "mon-2", origin_ids=("arda",)), account(f"{i}-p", "arda", Method.CLAIMED)]
        if i[0] == "L" else of
        for i, of in told.items()
    }  # fmt: skip
    assert allied(extra) == allied(told)
    assert all(m.startswith("col") for groups in allied(told).values() for g in groups for m in g.members)
    owned = {
        i: [*of, account(f"{i}-a", "arda", Method.CLAIMED, stance=Stance.ADMITS)] if i[0] == "L" else of
        for i, of in told.items()
    }
    assert allied(owned) == {}


def test_parties_exchanged_change_nobody():
    other = tuple(replace(s, id="zeta", party="brel", origin_group="zeta") if s.id == "arda" else s for s in SOURCES)
    told = happenings(2, 6)
    told["I000"] = [*told["I000"], account("own", "arda", Method.CLAIMED, stance=Stance.ADMITS)]
    swapped = {i: [replace(o, source_id="zeta") if o.source_id == "arda" else o for o in of] for i, of in told.items()}
    assert allied(swapped, sources=other) == allied(told)
