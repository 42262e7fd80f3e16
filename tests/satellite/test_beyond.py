"""Few footprints: what the tail of chance says of them, and that it is silent where there is no tail."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.satellite import beyond, discovery

SEEDS = st.integers(0, 10**6)


def chance_masses(rng, many):
    """Masses whose root has an exponential tail, as clusters in a plane have."""
    return rng.exponential(1.0, many) ** 2


def test_a_few_footprints_far_beyond_chance_are_reported_where_counting_cannot():
    rng = np.random.default_rng(2)
    null = [chance_masses(rng, 60) for _ in range(6)]
    found = np.concatenate([chance_masses(rng, 60), [900.0, 1200.0]])
    assert discovery.least_mass(found, null, 0.05).reported == 0
    chosen = beyond.least_mass(found, null, 0.05)
    assert chosen.reported == 2
    assert chosen.expected_false <= 0.05 * 2


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(0, 6), st.floats(0.01, 0.3))
def test_what_is_reported_lies_beyond_all_chance_and_keeps_its_own_bound(seed, strong, asked):
    rng = np.random.default_rng(seed)
    null = [chance_masses(rng, 30) for _ in range(4)]
    found = np.concatenate([chance_masses(rng, 30), rng.uniform(50, 2000, strong)])
    chosen = beyond.least_mass(found, null, asked)
    assert chosen.reported == (found >= chosen.least).sum()
    if chosen.reported:
        assert chosen.least > max(n.max() for n in null)
        assert chosen.expected_false <= asked * chosen.reported


def test_scenes_without_change_seldom_give_anything():
    """Five hundred scenes of chance alone: at most the asked share of them reports anything."""
    rng = np.random.default_rng(4)
    wrong = 0
    for _ in range(500):
        null = [chance_masses(rng, 40) for _ in range(6)]
        wrong += beyond.least_mass(chance_masses(rng, 40), null, 0.05).reported > 0
    assert wrong <= 25


def test_without_a_tail_nothing_is_told():
    few = [np.ones(beyond.LEAST_NULL - 1)]
    for found, null in ((np.array([99.0]), few), (np.zeros(0), [np.arange(40.0)]), (np.array([99.0]), [np.ones(40)])):
        assert beyond.least_mass(found, null, 0.05).least == math.inf
