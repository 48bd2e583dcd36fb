"""Intervals against published figures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.proportions import newcombe, ratio, wilson


@pytest.mark.parametrize(
    ("reached", "entrants", "low", "high"),
    [
        # Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_is_as_published(reached, entrants, low, high):
    found = wilson(reached, entrants)
    assert [float(found[0]), float(found[1])] == pytest.approx([low, high], abs=5e-5)


@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    [
        # Newcombe (1998), "Interval estimation for the difference between independent proportions", table II,
        # method 10, contrasts (a), (d), (g).
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((10, 10), (0, 20), 0.6791, 1.0000),
    ],
)
def test_the_difference_of_two_shares_is_as_published(now, before, low, high):
    found = newcombe(*now, *before)
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


def test_a_difference_from_nobody_is_missing_and_not_beyond_chance():
    found = newcombe(3, 10, 0, 0)
    assert np.isnan(found.difference)
    assert not found.beyond_chance


def test_a_ratio_by_zero_is_missing_never_infinite():
    assert np.isnan(ratio([1.0, 0.0, 1.0], [0.0, 0.0, np.nan])).all()
    assert ratio([1.0], [4.0]) == [0.25]


@given(st.integers(1, 10_000), st.data())
def test_the_interval_holds_the_share_and_stays_a_share(entrants, data):
    reached = data.draw(st.integers(0, entrants))
    low, high = (float(each) for each in wilson(reached, entrants))
    assert 0 <= low <= reached / entrants + 1e-12
    assert reached / entrants - 1e-12 <= high <= 1
