"""Burns and dug ground: indices, clouds left out, and seasons compared with themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.satellite import change, optical


def series(seed=1, years=3, burnt=True):
    """An index every ten days that falls each spring by a lot; after day 1,000 a square falls by 0.2."""
    rng = np.random.default_rng(seed)
    days = np.arange(0, years * 365, 10.0)
    season = 0.5 + 0.3 * np.sin(days * 2 * np.pi / 365.25)
    stack = (season[:, None, None] + rng.normal(0, 0.03, (len(days), 20, 20))).astype(np.float32)
    if burnt:
        stack[days >= 1000, 5:10, 5:10] -= 0.2
    return stack, days, (days >= 1000).astype(np.int8)


def test_what_burnt_stands_out_from_its_own_season_and_the_season_does_not():
    stack, days, period = series()
    found = optical.scored(stack, optical.in_season(days, period))
    assert (found.score[5:10, 5:10] < -3).mean() > 0.9
    rest = np.ones((20, 20), bool)
    rest[5:10, 5:10] = False
    assert (np.abs(found.score[rest]) > 3).mean() < 0.03
    whole_year = optical.scored(stack, period)
    assert np.median(np.abs(whole_year.change[rest])) > 3 * np.median(np.abs(found.change[rest]))


def test_clouds_and_their_edges_are_no_change_and_too_few_clear_scenes_say_nothing():
    stack, days, period = series(burnt=False)
    classes = np.full(stack.shape, 4)
    classes[::3, :10] = 9
    cloudy = np.where(classes == 9, np.float32(0.9), stack)
    held = optical.masked(cloudy, optical.clear(classes))
    assert np.isnan(held[0, 10]).all()
    assert np.isfinite(held[0, 11]).all()
    found = optical.scored(held, optical.in_season(days, period))
    assert np.nanmax(np.abs(found.change)) < 0.15
    seen = optical.scored(cloudy, optical.in_season(days, period))
    assert np.nanmax(np.abs(seen.change)) > 0.15  # what the clouds would have said
    held[period == 0, 0, 0] = np.nan
    found = optical.scored(held, period)
    assert np.isnan(found.score[0, 0])
    assert found.before[0, 0] == 0


@pytest.mark.parametrize("hidden", [0, 1, 2, 3, 7, 8, 9, 10, 11])
def test_only_classes_that_show_the_ground_are_let_through(hidden):
    assert not optical.clear(np.full((2, 2), hidden)).any()


def test_indices_move_as_their_names_say():
    green, black = (0.4, 0.15), (0.15, 0.25)
    before, after = (optical.burn_ratio(np.float32([a]), np.float32([b])) for a, b in (green, black))
    assert before[0] - after[0] > 0.27  # at least a low severity burn of Key and Benson
    field, soil = (
        optical.bare_soil(*(np.float32([v]) for v in b)) for b in ((0.04, 0.05, 0.4, 0.2), (0.1, 0.2, 0.28, 0.38))
    )
    assert soil[0] > field[0]
    assert np.isnan(optical.vegetation(np.float32([0]), np.float32([0])))[0]


@given(st.integers(0, 2**32 - 1), st.integers(2, 9), st.integers(2, 9), st.booleans())
@settings(max_examples=15, deadline=None)
def test_the_one_pass_is_the_plain_test_whatever_the_order_and_exchange_turns_the_sign(seed, before, after, whole):
    rng = np.random.default_rng(seed)
    stack = rng.normal(-12, 3, (before + after, 3, 7)).astype(np.float32)
    stack[rng.random(stack.shape) < 0.2] = np.nan
    stack = np.where(np.isfinite(stack), np.round(stack * 100), change.NODATA).astype(np.int16) if whole else stack
    period = np.r_[np.zeros(before), np.ones(after)].astype(np.int8)
    found = change.compared(stack, period)
    np.testing.assert_allclose(found, change.compared_plainly(stack, period), rtol=2e-3, atol=2e-3)
    order = rng.permutation(before + after)
    np.testing.assert_allclose(change.compared(stack[order], period[order]), found, rtol=2e-3, atol=2e-3)
    np.testing.assert_allclose(change.compared(stack, 1 - period), -found, rtol=2e-3, atol=2e-3)
