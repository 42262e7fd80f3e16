"""What must hold for any evidence: symmetry of the parties, no gain by repeating, nothing lost, no order, no hindsight."""

import csv
import dataclasses
import json
import re
import tempfile
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from missions import COLUMNS, Folder, balanced, graded, obs, table, term
from strategies import accounts
from truceline import publish
from truceline import run as pipeline

few = settings(deadline=None, max_examples=20, derandomize=True, suppress_health_check=list(HealthCheck))
SWAP = {"arda": "brel", "brel": "arda", "Arda": "Brel", "Brel": "Arda"}
EFFORT = (
    "E1,mon,2025-08-11,,hill,,arda,,done,,,40000,,", "E2,mon,2025-08-12,,ford,,brel,,refused,brel,no reason given,,,",
    "E3,mon-2,2025-08-12,,ford,,brel,,host_led,brel,,,,",
)  # fmt: skip
TERMS = (
    term("hold_fire"), term("no_new_works", 2), term("let_observers_in", 3), term("no_new_mines", 4), term("release_detained", 5),
    term("meet_by", 6, extra="due: 2025-08-15"), term("recorded", 7),
    term("hold_fire", 8, extra="standing: reading_of:arda"),
)  # fmt: skip


ROOM = tempfile.TemporaryDirectory()
"""Where the missions of this file lie; gone when the tests are over."""


def swapped(text):
    """The two parties' ids and names exchanged."""
    return re.sub("|".join(SWAP), lambda found: SWAP[found[0]], text)


def folder(rows, change=lambda text: text):
    place = Folder(Path(tempfile.mkdtemp(dir=ROOM.name)) / "mission")
    place.effort(*EFFORT)
    place.terms(*TERMS)
    place.tell(*rows)
    for path in place.path.rglob("*"):
        if path.is_file():
            path.write_text(change(path.read_text("utf-8")), "utf-8")
    return place


def made(rows, change=lambda text: text, as_of=""):
    return folder(rows, change).edition(as_of)


def texts(edition):
    """Every published table but what names files by their hash."""
    return {name: data.decode() for name, data in publish.files(edition, pipeline.summary(edition)).items()}


@few
@given(accounts())
def test_exchanging_the_two_parties_names_exchanges_every_result_and_nothing_else(rows):
    before = texts(made(rows))
    after = {name: swapped(text) for name, text in texts(made(rows, swapped)).items()}
    assert after == before


def results(edition, change=lambda text: text):
    """What is said of each party, without sentences: these may list the parties in the mission's order."""
    c = change
    findings = {
        (f.term_id, c(f.party), f.start, f.outcome, f.reason_code, f.incidents, f.applied, f.passed, f.seen_share)
        for f in edition.findings
    }
    assessments = {
        (a.incident_id, a.grade, a.rule, c(a.attributed_to), a.attribution_grade, a.attribution_rule, a.origins, *(
            frozenset(map(c, parties)) for parties in (a.own_word, a.accused, a.denied_by, a.justified_by)
        ))
        for a in edition.assessments
    }  # fmt: skip
    claims = {(x.claimant, c(x.claimant_party), c(x.accused), x.answer, x.incident_id) for x in edition.claims}
    links = {(k.incident_id, k.observation_id, k.weight_bits) for k in edition.links}
    shares = {(c(s.party), *dataclasses.astuple(s)[1:]) for s in edition.shares}
    return findings, assessments, claims, links, shares


@few
@given(accounts())
def test_no_result_depends_on_which_party_the_mission_lists_first(rows):
    def roles(text):
        return text if text.startswith("id: valley") else swapped(text)

    assert results(made(rows, roles), swapped) == results(made(rows))


@few
@given(accounts(), st.data())
def test_a_repeated_report_changes_no_grade(rows, data):
    first = data.draw(st.sampled_from(rows))
    voice = first["origin_id"] or first["source_id"]
    outlet = data.draw(st.sampled_from([s for s in ("press-1", "press-2", "press-3") if s != voice]))
    repeat = first | {"id": "Z-repeat", "source_id": outlet, "origin_id": voice, "method": "relayed"}
    before, after = graded(made(rows)), graded(made([*rows, repeat]))
    for row in rows:
        if row["id"] in before:
            assert (after[row["id"]].grade, after[row["id"]].attribution_grade) == (
                before[row["id"]].grade,
                before[row["id"]].attribution_grade,
            )


def test_the_same_statement_in_five_outlets_is_one_origin(tmp_path):
    place = Folder(tmp_path / "m")
    text = "The army said that shells came down on the slope at nine"
    place.tell(obs("S0", "voice-1", actor_claimed="brel", text=text), *(
        obs(f"S{n}", s, origin_id="voice-1", method="relayed", actor_claimed="brel", text=text)
        for n, s in enumerate(("press-1", "press-2", "press-3", "relief", "state"), 1)
    ))  # fmt: skip
    (assessment,) = place.edition().assessments
    assert (assessment.origins, assessment.grade) == (("army-1",), "reported")


@few
@given(accounts(least=2), st.data())
def test_removing_a_report_never_raises_the_number_of_origins_of_what_remains(rows, data):
    gone = data.draw(st.sampled_from(rows))
    left = [r for r in rows if r is not gone and r["answers"] != gone["id"]]
    before, after = made(rows), made(left)
    origins = {a.incident_id: set(a.origins) for a in before.assessments}
    members = {e.id: set(e.observation_ids) for e in before.incidents}
    for incident, assessment in zip(after.incidents, after.assessments, strict=True):
        whole = next((i for i, m in members.items() if set(incident.observation_ids) <= m), None)
        if whole:  # clusters may fall apart differently without the report; then nothing is promised
            assert len(assessment.origins) <= len(origins[whole])


@few
@given(
    accounts(),
    st.sampled_from(["", "2025-08-12T00:00+07:00", "2025-08-16"]),
    st.lists(st.sampled_from(["2025-02-30", "", "2025-08-40"]), max_size=3),
)
def test_no_row_disappears(rows, as_of, broken):
    public = [r | {"exposure": "public"} for r in rows]
    bad = [obs(f"X{n}", "mon", start=start) for n, start in enumerate(broken)]
    edition = made([*public, *bad], as_of=as_of)
    assert edition.counts["read"] == len(public) + len(bad)
    assert balanced(edition)
    linked = [k.observation_id for k in edition.links]
    assert sorted(linked) == sorted(o.id for o in edition.observations)


def without_lines(tables):
    """The tables without the file and line that a row stood in."""
    kept = {n: t for n, t in tables.items() if n not in {"observations.csv", "set_aside.csv"}}
    return kept | {"observations": sorted(line.count(",") for line in tables["observations.csv"].splitlines())}


@few
@given(accounts(least=2), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows, random):
    shuffled = random.sample(rows, len(rows))
    one, other = made(rows), made(shuffled)
    assert without_lines(texts(other)) == without_lines(texts(one))
    assert [dataclasses.replace(o, row=0) for o in other.observations] == [
        dataclasses.replace(o, row=0) for o in one.observations
    ]


@few
@given(accounts(least=2))
def test_the_division_into_files_changes_nothing(rows):
    whole, parts = folder(rows), folder(rows[1:])
    parts.tell(rows[0], file="inbox/observations/second.csv")
    one, other = whole.edition(), parts.edition()
    a, b = (without_lines(texts(e)) for e in (one, other))
    a.pop("summary.json"), b.pop("summary.json")  # the number of captures differs
    assert a == b


def test_every_order_of_three_outlets_gives_the_same_bytes():
    rows = [obs("T1", "press-1"), obs("T2", "press-2"), obs("T3", "voice-1", actor_claimed="brel")]
    assert len({str(without_lines(texts(made(order)))) for order in permutations(rows)}) == 1


@few
@given(accounts(), st.tuples(st.integers(9, 20), st.integers(0, 5)))
def test_what_an_edition_knows_every_later_edition_knows(rows, days):
    place = folder(rows)
    early = place.edition(f"2025-08-{days[0]:02}T12:00+07:00")
    late = place.edition(f"2025-08-{days[0] + days[1]:02}T12:00+07:00")
    assert {o.id for o in early.observations} <= {o.id for o in late.observations}
    assert all(o.reported and o.reported.start <= early.as_of for o in early.observations)


@pytest.mark.parametrize("as_of", ["2025-08-11T12:00+07:00", "2025-08-14"])
def test_an_edition_is_the_same_whether_or_not_later_reports_are_already_in_the_folder(as_of):
    known = [obs("K1", "press-1"), obs("K2", "voice-2", stance="denies", answers="K1", text="we did not fire at all")]
    later = [obs("L1", "mon", method="seen", actor_claimed="brel", reported="2025-08-20"),
             obs("L2", "voice-2", stance="admits", answers="K1", reported="2025-08-20", text="our battery fired")]  # fmt: skip
    one, other = texts(made(known, as_of=as_of)), texts(made([*known, *later], as_of=as_of))
    one.pop("summary.json"), other.pop("summary.json")  # how many came later is counted there
    assert other == one


WILD = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["²", "--2", "1,2,3.4.5", "~", "/", "2025-08-10/", "+", "99999999999999999999", "1e400", "-inf", "24:00", "2568-13-40",
                     "48PVA", "0N 0N", "٣", "sealed", "both", "none", ";;;", "|", "a|b|c", "\u0000", "I-", "0001-01-01"]),
)  # fmt: skip
HEADS = {
    "observations": (*COLUMNS, "phase", "bearing_deg", "bearing_error_deg", "distance_min_m", "distance_max_m", "observer_lon_deg",
                     "observer_lat_deg", "coordinates", "datum", "count_min", "actors", "language", "capture", "row"),
    "reports": ("report_id", "date", "date_precision", "local_time", "place_id", "place_name", "event_type", "weapon", "accused",
                "killed", "injured", "civilian_military", "source_name", "source_url", "published", "origin_source", "own_word"),
    "answers": ("answer_id", "answers", "speaker", "stance", "kind", "actor_claimed", "reported", "said_in", "text"),
    "imagery": ("statement_id", "speaker", "published", "acquired_start", "acquired_end", "place_ids", "cloud_share", "kind",
                "accused", "shows", "source_name"),
}  # fmt: skip
TAME = {
    "observations": obs("W", "mon"),
    "reports": {
        "report_id": "W",
        "date": "2025-08-10",
        "event_type": "mortar",
        "source_name": "mon",
        "published": "2025-08-11",
    },
    "answers": {"answer_id": "W", "answers": "Q00", "speaker": "voice-2", "stance": "denies", "reported": "2025-08-11"},
    "imagery": {"statement_id": "W", "speaker": "mon", "published": "2025-08-11", "kind": "force.construction"},
}
TABLES = {
    "effort.csv": "effort_id=E1;source_id=mon;start=2025-08-10;end=;place=hill;zone=;side=arda;kinds=;status=done;by=;sight_m="
    ";exposure=;reported=",
    "figures.csv": "figure_id=F1;side=both;topic=killed;measure=cumulative;period_start=;as_of=2025-08-10"
    ";of_whom=;direct=;low=1;high=2;source=mon",
    "timeline.csv": "date=2025-08-10;event=Met;outcome=;source=;lane=;series=;held=",
    "judgements.csv": "judgement_id=J1;date=2025-08-10;by=X;action=uphold;subject=Q00;object=;reason=r;undoes=",
    "places.csv": "place_id=hill;name=P;lon_deg=102.5;lat_deg=14.5;radius_m=100;variants=;basis=;type=",
}


def wilder(data, tame, names):
    """The row with some of its cells replaced by anything."""
    chosen = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True))
    return tame | {name: data.draw(WILD) for name in chosen}


@settings(few, max_examples=60)
@given(st.sampled_from(sorted(HEADS)), st.data())
def test_no_cell_of_any_format_stops_the_run(form, data):
    place = folder([obs("Q00", "voice-1", actor_claimed="brel")])
    place.write(f"inbox/{form}/wild.jsonl", json.dumps(wilder(data, TAME[form], HEADS[form])) + "\n")
    edition = place.edition()
    assert "Q00" in {o.id for o in edition.observations}
    assert balanced(edition)
    assert publish.files(edition, pipeline.summary(edition))


@settings(few, max_examples=60)
@given(st.sampled_from(sorted(TABLES)), st.data())
def test_no_cell_of_a_table_of_the_mission_stops_the_run(name, data):
    tame = dict(cell.split("=") for cell in TABLES[name].split(";"))
    place = folder([obs("Q00", "voice-1", actor_claimed="brel")])
    if name == "places.csv":
        place.effort()
    place.write(name, table([wilder(data, tame, sorted(tame))], columns=(), quoting=csv.QUOTE_ALL))
    edition = place.edition()
    assert [o.id for o in edition.observations] == ["Q00"]
    assert publish.files(edition, pipeline.summary(edition))
