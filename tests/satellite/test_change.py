"""Change pixel by pixel: the kernels equal their plain reference, in any order, with holes, and turned round."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.satellite import change, discovery, medians, radar, sums
from truceline.satellite.change import AFTER, BEFORE, BETWEEN, NODATA, Moments
from truceline.scenario import stack

SEEDS = st.integers(0, 10**6)


def scenes(seed, many=14, size=(6, 7), holes=0.15):
    chance = np.random.default_rng(seed)
    made = chance.normal(-11, 1.6, (many, *size)).astype(np.float32)
    made[chance.random(made.shape) < holes] = np.nan
    return made, np.array([BEFORE] * (many - 6) + [BETWEEN] * 2 + [AFTER] * 4)


def same(a, b, within):
    assert (np.isnan(a) == np.isnan(b)).all()
    assert np.nanmax(np.abs(a - b), initial=0) <= within


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_the_kernel_gives_what_plain_numpy_gives(seed):
    values, period = scenes(seed)
    same(change.compared(values, period), change.compared_plainly(values, period), 2e-3)


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_hundredths_of_a_decibel_are_the_same_stack(seed):
    values, period = scenes(seed)
    whole = np.where(np.isnan(values), NODATA, np.round(values * 100)).astype(np.int16)
    same(change.compared(whole, period), change.compared_plainly(whole, period), 2e-3)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.permutations(range(8)))
def test_moments_that_grow_scene_by_scene_in_any_order_are_those_of_the_batch(seed, order):
    values, period = scenes(seed)
    shape = values.shape[1:]
    grown = Moments(np.zeros(shape, np.int32), np.zeros(shape, np.float32), np.zeros(shape, np.float32))
    for s in order:
        change.update(grown, values[s])
    batch, after = change.moments(values, period == BEFORE), change.moments(values, period == AFTER)
    halves = change.merged(change.moments(values[:3]), change.moments(values[3:8]))
    for made in (grown, halves):
        assert (made.n == batch.n).all()
        same(change.student(made, after), change.compared_plainly(values, period), 5e-3)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.sampled_from([change.compared, change.ranked]))
def test_turned_round_in_time_every_score_turns_its_sign(seed, test):
    values, period = scenes(seed)
    other = np.where(period == BETWEEN, BETWEEN, 1 - period)
    same(test(values, period), -test(values, other), 2e-3)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.permutations(range(14)), st.sampled_from([change.compared, change.ranked]))
def test_the_order_of_scenes_moves_nothing(seed, order, test):
    values, period = scenes(seed)
    same(test(values, period), test(values[list(order)], period[list(order)]), 2e-3)


def test_ranks_are_counted_exactly():
    """Three after above all five before: one arrangement of 56, at its middle."""
    values = np.array([1, 2, 3, 4, 5, 6, 7, 8], np.float32).reshape(-1, 1, 1)
    found = change.ranked(values, [BEFORE] * 5 + [AFTER] * 3)
    assert found[0, 0] == pytest.approx(2.3686, abs=1e-3)  # the normal score of 1 - 1/112


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_ranks_do_not_care_for_a_monotone_scale(seed):
    values, period = scenes(seed)
    same(change.ranked(values, period), change.ranked(np.exp(values / 4), period), 1e-6)


def test_a_season_is_no_change_and_a_step_against_it_is():
    chance = np.random.default_rng(3)
    days = np.arange(50) * 12.0
    period = np.array([BEFORE] * 42 + [AFTER] * 8)
    wave = 3 * np.sin(2 * np.pi * (days + 90) / 365.25)
    values = (wave[:, None, None] + chance.normal(0, 0.5, (50, 20, 20))).astype(np.float32)
    values[period == AFTER, :, :5] -= 2
    found = change.compared_in_season(values, period, days)
    assert np.abs(found[:, 5:]).mean() < 1.2
    assert found[:, :5].max() < -3
    assert np.abs(change.compared(values, period)[:, 5:]).mean() > 2  # without its season it would be a change


def test_a_season_of_which_half_a_year_was_seen_is_not_carried_on():
    values, period = scenes(1)
    with pytest.raises(ValueError, match="span less than 300 days"):
        change.compared_in_season(values, period, np.arange(14) * 12.0)


def test_scores_of_groups_are_joined_by_what_they_share():
    chance = np.random.default_rng(5)
    shared = chance.normal(size=(200, 200))
    scores = [(shared + chance.normal(size=shared.shape)) / np.sqrt(2) for _ in range(3)]
    known = change.correlation(scores)
    assert known[0, 1] == pytest.approx(0.5, abs=0.06)
    assert change.combined(scores, known).std() == pytest.approx(1, abs=0.05)
    scores[1][:, :50] = np.nan
    assert change.combined(scores, known)[:, :50].std() == pytest.approx(1, abs=0.06)
    assert np.isnan(change.combined([np.full((2, 2), np.nan)])).all()


@pytest.mark.parametrize(("before", "after"), [(44, 6), (20, 6), (8, 6), (12, 3), (6, 2)])
def test_of_speckle_alone_scores_have_one_size_whatever_the_numbers_of_scenes(before, after):
    """Null maps have other numbers of scenes than the test they stand for: their scores must not be smaller or lean."""
    speckle = 10 * np.log10(np.random.default_rng(6).gamma(4.4, 1 / 4.4, (before + after, 250, 250)))
    found = change.compared(speckle.astype(np.float32), [BEFORE] * before + [AFTER] * after)
    assert found.std() == pytest.approx(1, abs=0.012)
    assert found.mean() == pytest.approx(0, abs=0.02)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 12), st.integers(1, 9), st.integers(1, 7))
def test_medians_are_those_of_numpy_whatever_was_not_seen(seed, scenes_, rows, columns):
    chance = np.random.default_rng(seed)
    values = chance.integers(-4, 5, (scenes_, rows, columns)).astype(np.float32)
    values[chance.random(values.shape) < 0.3] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        middle = np.nanmedian(values, axis=0)
        np.testing.assert_array_equal(medians.over_scenes(values), middle)
        edges = [0, (rows + 1) // 2, rows], [0, columns]
        found = medians.above(values, *edges)
        for s, i in np.ndindex(scenes_, 2):
            own = (values[s] - middle)[edges[0][i] : edges[0][i + 1]]
            known = own[np.isfinite(own)]
            assert found[s, i, 0] == (np.median(known) if known.size and known.size >= own.size / 10 else 0)


def test_each_map_is_taken_from_its_own_middle():
    made = stack.made(4, stack.Wish(rows=96, columns=96, patches=0))
    found = radar.scored(made.groups)
    for score in (found.score, *found.null):
        assert discovery.middle(score) == pytest.approx(0, abs=1e-6)
    assert discovery.middle(np.full((20, 20), np.nan)) == 0


def test_too_few_scenes_before_give_no_null_map_and_nothing_to_report():
    assert discovery.null_periods([BEFORE] * 6 + [AFTER] * 4) == []
    chosen = discovery.least_mass(np.array([3.0, 9.0]), [], 0.05)
    assert (chosen.least, chosen.reported, chosen.maps) == (np.inf, 0, 0)


@settings(max_examples=60, deadline=None)
@given(st.integers(4, 40), st.integers(2, 8))
def test_null_maps_take_runs_of_the_scenes_before_and_never_one_from_after(before, after):
    period = np.array([BEFORE] * before + [AFTER] * after)
    for other in discovery.null_periods(period):
        assert (other[period == AFTER] == BETWEEN).all()
        own = np.flatnonzero(other == AFTER)
        assert len(own) == after
        assert (np.diff(own) == 1).all()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0.1, 50), max_size=60),
    st.lists(st.lists(st.floats(0.1, 50), max_size=30), min_size=1, max_size=4),
)
def test_what_is_reported_keeps_to_the_asked_share(found, null):
    chosen = discovery.least_mass(np.array(found), [np.array(n) for n in null], 0.1)
    reported = sum(m >= chosen.least for m in found)
    assert chosen.reported == reported
    by_chance = sum(m >= chosen.least for n in null for m in n) / len(null)
    assert by_chance <= 0.1 * reported
    assert chosen.expected_false == pytest.approx(by_chance)


def test_a_patch_is_found_where_it_is_and_rain_is_not():
    made = stack.made(4, stack.Wish(rows=96, columns=96, patches=5, sizes=(6,), strengths_db=(-4.0, 4.0), rain_db=4.0))
    found = radar.scored(made.groups)
    assert len(found.null) == 6
    for number, strength in enumerate(made.strengths_db, 1):
        own = found.score[made.patch == number]
        assert np.sign(own.mean()) == np.sign(strength)
        assert np.abs(own).mean() > 4
    assert found.score[made.patch == 0].std() < 1.5


def test_the_same_seed_gives_the_same_stack_and_another_another():
    wish = stack.Wish(rows=32, columns=32, before=8, after=3, patches=2)
    one, two, other = stack.made(1, wish), stack.made(1, wish), stack.made(2, wish)
    for a, b in zip(one.groups, two.groups, strict=True):
        np.testing.assert_array_equal(a.stack, b.stack)
    assert any(a.stack.shape != b.stack.shape or not np.array_equal(a.stack, b.stack, equal_nan=True)
               for a, b in zip(one.groups, other.groups, strict=True))  # fmt: skip


def test_the_normal_score_is_that_of_t_and_its_freedom():
    """Against the formula in float64, over all sizes of t and freedom that scenes can give."""
    chance = np.random.default_rng(8)
    ratio = np.concatenate([[0, 1e-30, 0.41421, 0.41422, 1], np.exp(chance.uniform(-30, 30, 50_000))]).astype(
        np.float32
    )
    rate = np.exp(chance.uniform(-6, 0, len(ratio))).astype(np.float32)
    block = np.full((9, len(ratio)), 2, np.float32)
    block[0] = chance.choice([-1, 1], len(ratio))
    block[7], block[8] = ratio, rate
    found = np.empty(len(ratio), np.float32)
    sums._normal(block, found)
    freedom = 1 / rate.astype(float)
    size = np.sqrt(freedom * np.log1p(ratio.astype(float))) * (8 * freedom + 1) / (8 * freedom + 3)
    np.testing.assert_allclose(found, np.copysign(size, block[0]), rtol=1e-6)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(3, 9), st.integers(2, 6))
def test_a_hole_elsewhere_and_the_cut_into_blocks_move_no_bit(seed, before, after):
    """Tiles are cut anyhow and one of them may have a hole: every other pixel keeps its bytes."""
    chance = np.random.default_rng(seed)
    values = chance.integers(-3000, 0, (before + after, 2, 5000), dtype=np.int16)
    period = np.array([BEFORE] * before + [AFTER] * after)
    whole = change.compared(values, period)
    holed = values.copy()
    holed[chance.integers(0, before + after), 0, 7] = NODATA
    holed[:, 1, 4321] = NODATA
    other = change.compared(holed, period)
    assert np.isnan(other[1, 4321])
    other[0, 7], other[1, 4321] = whole[0, 7], whole[1, 4321]
    assert other.tobytes() == whole.tobytes()
    parts = [
        change.compared(np.ascontiguousarray(values[:, :, a:b]), period) for a, b in ((0, 3), (3, 4100), (4100, 5000))
    ]
    assert np.concatenate(parts, axis=1).tobytes() == whole.tobytes()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), whole=st.booleans(), wild=st.booleans())
def test_where_nothing_is_missing_the_quick_way_gives_the_bits_of_the_careful_one(seed, whole, wild):
    """A scene without a single value sends every block the careful way and adds nothing."""
    chance = np.random.default_rng(seed)
    many = int(chance.integers(4, 30))
    values = chance.standard_normal((many, 5, 70)) * chance.choice([0.01, 2, 50]) - 12
    if wild:
        odd = chance.random(values.shape) < 0.01
        values[odd] = chance.choice([np.nan, 9e5, 2e6, -3e6], odd.sum())
    period = chance.permutation(np.arange(many) % 2).astype(np.int8)
    empty = np.full_like(values[:1], np.nan)
    both = np.concatenate([values, empty])
    if whole:
        both = np.where(np.abs(both) < 300, np.round(both * 100), change.NODATA).astype(np.int16)
    held = np.ascontiguousarray(both.astype(np.int16 if whole else np.float32))
    quick = sums.score(np.ascontiguousarray(held[:-1]), period, change.NODATA)
    careful = sums.score(held, np.append(period, np.int8(0)), change.NODATA)
    assert quick.tobytes() == careful.tobytes()
