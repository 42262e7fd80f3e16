"""Who could have seen what, when: plans and refusals see nothing, and the days on which nobody looked are rows."""

import pytest

from missions import obs
from truceline import coverage, when
from truceline.nouns import Zone


def looks(edition):
    return [(k.source_id, str(k.state), k.zone, k.seen_share) for k in edition.looks]


@pytest.mark.parametrize(
    ("status", "state", "sees"),
    [
        ("done", "looked", True),
        ("host_led", "looked", True),
        ("refused", "refused", False),
        ("curtailed", "refused", False),
        ("planned", "opportunity", False),
    ],
)
def test_a_status_becomes_a_state_and_only_a_look_sees(mission, status, state, sees):
    mission.effort(f"E1,mon,2025-08-11,,hill,,arda,,{status},brel,mud,,,")
    (look,) = [k for k in mission.edition("2025-09-01").looks if k.source_id]
    assert str(look.state) == state
    assert (look.seen_share > 0) == sees
    assert "mud" in look.reason


def test_runs_of_days_on_which_nobody_looked_are_rows(mission):
    mission.effort("E1,mon,2025-08-11,,hill,,arda,,done,,,,,", "E2,mon,2025-08-20,,hill,,arda,,planned,,,,,")
    gaps = [
        (when.iso(k.start), when.iso(k.end))
        for k in mission.edition("2025-08-25T00:00+07:00").looks
        if str(k.state) == "not_looked"
    ]
    assert gaps == [("2025-07-31T17:00:00Z", "2025-08-10T17:00:00Z"), ("2025-08-11T17:00:00Z", "2025-08-24T17:00:00Z")]


def test_a_mission_without_effort_is_one_gap(mission):
    mission.tell(obs("O1", "mon"))
    assert [str(k.state) for k in mission.edition().looks] == ["not_looked"]


def test_the_share_is_that_of_the_line_within_sight(mission):
    shares = []
    for sight in (0, 5_000, 15_000, 60_000):
        mission.effort(f"E1,mon,2025-08-11,,hill,,arda,,done,,,{sight},,")
        shares.append(next(k.seen_share for k in mission.edition("2025-09-01").looks if k.source_id))
    assert shares == sorted(shares)
    assert shares[0] < 0.1
    assert shares[-1] == 1.0
    assert shares[1] == pytest.approx(10 / 43, abs=0.03)  # five kilometres to either side, of a line of 43


def test_two_looks_at_the_same_stretch_count_once(mission):
    line = "E{n},mon,2025-08-04,2025-08-10,hill,,arda,,done,,,15000,,"
    mission.effort(line.format(n=1))
    once = mission.edition("2025-09-01").findings
    mission.effort(line.format(n=1), line.format(n=2))
    assert [f.seen_share for f in mission.edition("2025-09-01").findings] == [f.seen_share for f in once]


def test_an_effort_in_a_zone_sees_the_zone(mission):
    mission.effort("E1,mon,2025-08-11,,,valley,arda,,done,,,,,")
    assert next(k.seen_share for k in mission.edition("2025-09-01").looks if k.source_id) == 1.0


def test_a_zone_without_a_line_is_measured_by_a_grid():
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
    ground = coverage.Ground((Zone("z", "Z", "zone", square),), ())
    assert 900 <= len(ground.samples("z")) <= 1100
    assert ground.length_km("z") == 0.0


def test_the_verb_prints_the_table_and_needs_a_span_that_ends_after_it_starts(truceline, mission):
    mission.effort("E1,mon,2025-08-11,,hill,,arda,,done,,,,,")
    told = truceline("coverage", mission.path, "--from", "2025-08-10", "--to", "2025-08-12")
    assert told.code == 0
    assert "looked" in told.out
    assert truceline("coverage", mission.path, "--from", "2025-08-12", "--to", "2025-08-10").code == 2
