"""Figures beside who said them, claims beside their answers: nothing is added across sources or sides."""

from missions import obs

HEAD = "figure_id,side,topic,measure,period_start,as_of,definition,of_whom,direct,qualifier,low,high,source,origin,reported\n"


def figures(mission, *lines):
    mission.write("figures.csv", HEAD + "\n".join(lines) + "\n")
    return mission.edition("2025-09-30")


def line(number, low, high, source, *, side="both", as_of="2025-08-20", definition="all dead"):
    return f"{number},{side},killed,cumulative,2025-08-01,{as_of},{definition},mixed,unknown,,{low},{high},{source},,{as_of}"


def test_a_total_spans_its_sources_and_best_is_empty_where_the_latest_disagree(mission):
    (total,) = figures(mission, line("F1", 10, 12, "press-1"), line("F2", 14, 15, "press-2")).totals
    assert (total.low, total.best, total.high) == (10, None, 15)
    assert total.sources == ("press-1", "press-2")
    assert total.figure_ids == ("F1", "F2")


def test_best_is_the_latest_figure(mission):
    (total,) = figures(mission, line("F1", 10, 10, "press-1", as_of="2025-08-18"), line("F2", 14, 14, "press-2")).totals
    assert (total.low, total.best, total.high) == (10, 14, 14)


def test_a_figure_that_is_a_week_older_than_the_latest_is_history_and_moves_no_range(mission):
    (total,) = figures(
        mission, line("F1", 2, 40, "press-1", as_of="2025-08-05"), line("F2", 14, 15, "press-2", as_of="2025-08-20")
    ).totals
    assert (total.low, total.high, total.figure_ids) == (14, 15, ("F1", "F2"))


def test_a_figure_without_an_upper_end_leaves_high_open(mission):
    assert figures(mission, line("F1", 10, "", "press-1"), line("F2", 9, 9, "press-2")).totals[0].high is None


def test_sides_and_definitions_are_never_added(mission):
    totals = figures(
        mission,
        line("F1", 10, 10, "press-1", side="arda"),
        line("F2", 5, 5, "press-1", side="brel"),
        line("F3", 3, 3, "press-1", definition="civilians"),
    ).totals
    assert sorted(t.low for t in totals) == [3, 5, 10]


def test_the_headline_is_the_figure_for_both_sides_and_else_the_incidents_once(mission):
    from truceline import run as pipeline

    edition = figures(mission, line("F1", 10, 12, "press-1"), line("F2", 99, 99, "press-1", side="arda"))
    assert pipeline.summary(edition)["figures"]["killed"]["low"] == 10
    (mission.path / "figures.csv").unlink()
    mission.tell(obs("A", "press-1", killed_min="2", killed_max="2"), obs("B", "press-2", killed_min="2", killed_max="3"),
                 obs("C", "press-1", killed_min="1", killed_max="1", start="2025-08-20T09:00+07:00", reported="2025-08-21"))  # fmt: skip
    found = pipeline.summary(mission.edition())["figures"]
    assert (found["killed"]["low"], found["killed"]["best"], found["killed"]["high"]) == (3, 3, 4)
    assert found["displaced"]["low"] is None


def test_a_figure_of_later_than_the_edition_is_not_in_it(mission):
    figures(mission, line("F1", 10, 10, "press-1"))
    assert mission.edition("2025-08-19").totals == ()


def claim(edition):
    (found,) = edition.claims
    return found.claimant, found.accused, found.answer


ACCUSES = obs("A", "voice-1", actor_claimed="brel")


def test_a_claim_without_an_answer_says_so(mission):
    mission.tell(ACCUSES)
    assert claim(mission.edition()) == ("voice-1", "brel", "none_found")


def test_the_answer_of_the_accused_stands_beside_the_claim(mission):
    for stance in ("denies", "admits", "justifies", "accident"):
        mission.tell(ACCUSES, obs("B", "voice-2", stance=stance, answers="A"))
        assert claim(mission.edition()) == ("voice-1", "brel", stance)


def test_a_denial_by_somebody_else_is_no_answer(mission):
    mission.tell(ACCUSES, obs("B", "press-1", stance="denies", answers="A"))
    assert claim(mission.edition())[2] == "none_found"


def test_blame_in_return_is_a_counter_accusation(mission):
    mission.tell(ACCUSES, obs("B", "voice-2", actor_claimed="arda", text="it was they who fired"))
    assert {(c.claimant, c.answer) for c in mission.edition().claims} == {
        ("voice-1", "counter_accuses"),
        ("voice-2", "counter_accuses"),
    }


def test_an_outlet_that_repeats_a_claim_makes_no_second_one(mission):
    mission.tell(ACCUSES, obs("B", "press-1", origin_id="voice-1", actor_claimed="brel", reported="2025-08-12"))
    (found,) = mission.edition().claims
    assert found.first_reported.isoformat().startswith("2025-08-09T17:00")


def test_every_count_of_accusations_says_whose_voices_they_are(mission):
    mission.tell(ACCUSES, obs("B", "press-1", actor_claimed="brel"), obs("C", "voice-2", stance="denies", answers="A"))
    arda, brel = mission.edition().shares
    assert (brel.accused_incidents, brel.origins_accusing, brel.of_own_side, brel.of_other_side, brel.of_others) == (
        1,
        2,
        0,
        1,
        1,
    )
    assert arda.accused_incidents == 0
