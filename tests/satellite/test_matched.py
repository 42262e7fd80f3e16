"""Shifts and offsets between scenes: planted ones are found, and to exchange two scenes turns the sign."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.satellite import matched
from truceline.scenario import stack as invented


def moved(ground, down, along):
    """Ground that lies so many pixels farther down and to the right, bilinear."""
    for axis, by in ((0, down), (1, along)):
        whole = math.floor(by)
        ground = np.roll(ground, whole, axis) * (1 - by + whole) + np.roll(ground, whole + 1, axis) * (by - whole)
    return ground


def ground(seed, shape=(160, 192), side=12):
    """Plots of 12 pixels with levels of their own, and the texture within them, in dB."""
    rng = np.random.default_rng(seed)
    plots = rng.normal(-11, 3, (shape[0] // side + 1, shape[1] // side + 1))
    made = np.kron(plots, np.ones((side, side)))[: shape[0], : shape[1]]
    return made + rng.normal(0, 0.5, shape)


def speckled(clean, seed, looks=4.4):
    power = 10 ** (clean / 10) * np.random.default_rng(seed).gamma(looks, 1 / looks, clean.shape)
    return (10 * np.log10(power)).astype(np.float32)


@pytest.mark.parametrize("size", [0.3, 1.0, 2.0])
@pytest.mark.parametrize(("down", "along"), [(1, 0), (0, -1), (-0.6, 0.8)])
def test_a_planted_shift_is_found_by_parts_of_a_pixel_within_its_error(size, down, along):
    clean = ground(1)
    reference = np.mean([speckled(clean, n) for n in range(10, 30)], axis=0)
    found = matched.shift(reference, speckled(moved(clean, size * down, size * along), 7) + 1.3)
    apart = math.hypot(found.rows_px - size * down, found.columns_px - size * along)
    assert apart < 0.1
    assert apart < 4 * max(found.error_px, 0.02)
    assert found.size_px == pytest.approx(size, abs=0.1)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 999), st.floats(-2, 2), st.floats(-2, 2), st.booleans())
def test_to_exchange_the_two_turns_the_sign(seed, down, along, holes):
    clean = ground(seed)
    a, b = speckled(clean, seed + 1), speckled(moved(clean, down, along), seed + 2) - 2
    if holes:
        a[:40, :50] = np.nan
        b[100:] = np.nan
    there, back = matched.shift(a, b), matched.shift(b, a)
    assert (there is None) == (back is None)
    if there and back:
        assert (there.rows_px, there.columns_px) == pytest.approx((-back.rows_px, -back.columns_px), abs=0.01)
    _, (chosen, _) = matched.others(np.stack([a, b]))
    assert matched.offset(a, b, chosen)[0] == pytest.approx(-matched.offset(b, a, chosen)[0], abs=1e-5)


def test_an_offset_is_found_on_steady_pixels_and_a_patch_that_changed_moves_it_little():
    clean = ground(2)
    stack = np.stack([speckled(clean, n) for n in range(12)])
    stack[8:, 30:80, 30:90] += 8  # a fifth of the ground changes
    stack[5] += 1.7
    found = np.array([matched.offset(r, s, c)[0] for r, c, s in zip(*matched.others(stack), stack, strict=True)])
    found -= np.median(found)
    assert found[5] == pytest.approx(1.7 * 12 / 11, abs=0.3)
    assert np.abs(np.delete(found, 5)).max() < 0.5


def test_where_nothing_can_be_told_nothing_is_said():
    flat = np.full((160, 192), -12, np.float32)
    assert matched.shift(flat, flat) is None
    gone = np.full((160, 192), np.nan, np.float32)
    assert matched.shift(gone, speckled(ground(1), 1)) is None
    noise = [np.random.default_rng(n).normal(-12, 2, (160, 192)).astype(np.float32) for n in (1, 2)]
    found = matched.shift(*noise)
    assert found is None or found.error_px > 0.1
    assert np.isnan(matched.offset(gone, flat, np.ones(flat.shape, bool))[0])


def test_the_scenes_of_the_invented_stack_lie_within_its_own_error():
    made = invented.made(3, invented.Wish(rows=192, columns=192, orbits=1, before=16, after=4, missing=0.0))
    for group in made.groups:
        found = [matched.shift(r, s) for r, s in zip(matched.others(group.stack)[0], group.stack, strict=True)]
        sizes = np.array([(f.rows_px, f.columns_px) for f in found if f])
        assert len(sizes) == 20
        assert 0.05 < sizes.std() < 0.2  # it is made with 0.12
