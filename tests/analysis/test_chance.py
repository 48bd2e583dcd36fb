"""How surprising a value is, beside the distributions of scipy.stats."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis import chance
from analysis.chance import Kind

NONE = np.array([np.nan])


def z_of(kind: Kind, value: float, expected: float, spread: float = 0.0, of: float = np.nan) -> float:
    figure, people, middle, width = (np.array([each], float) for each in (value, of, expected, spread))
    return float(chance.surprise(kind, figure, people, middle, width)[0])


def mid_p(distribution: Any, value: float) -> float:
    """Z by the definition: the probability of less, and half that of the same."""
    below = distribution.cdf(value - 1) + distribution.pmf(value) / 2
    above = distribution.sf(value) + distribution.pmf(value) / 2
    return float(stats.norm.ppf(below) if below < above else stats.norm.isf(above))


@pytest.mark.parametrize("value", [0, 1, 28, 50, 51, 120])
def test_a_count_without_spread_is_a_poisson_one(value):
    assert z_of("count", value, 50) == pytest.approx(mid_p(stats.poisson(50), value), abs=1e-9)


@pytest.mark.parametrize(("value", "spread"), [(0, 0.3), (301, 0.001), (480, 0.001), (640, 0.001), (2, 2.0)])
def test_a_count_with_spread_is_a_negative_binomial_one(value, spread):
    # Variance μ + aμ²: r = 1/a, p = r/(r + μ).
    own = stats.nbinom(1 / spread, 1 / (1 + 500 * spread))
    assert z_of("count", value, 500, spread) == pytest.approx(mid_p(own, value), abs=1e-7)


@pytest.mark.parametrize("value", [0, 12, 150, 151, 190, 500])
def test_a_rate_without_spread_is_a_binomial_one(value):
    assert z_of("rate", value / 500, 0.3, of=500) == pytest.approx(mid_p(stats.binom(500, 0.3), value), abs=1e-7)


def test_a_rate_with_spread_is_one_of_fewer_people():
    # Variance .4·.6/1000 + .0005·.4² = .00032, as of 750 people.
    assert z_of("rate", 0.32, 0.4, 0.0005, of=1000) == pytest.approx(mid_p(stats.binom(750, 0.4), 240), abs=1e-7)


def test_an_amount_has_heavier_tails_than_a_normal_one():
    # Five times its usual distance: 1 in 3,800 for Student's t of 10 degrees, 1 in 3.5 million for a normal.
    assert z_of("amount", 150, 100, 0.01) == pytest.approx(stats.norm.isf(stats.t(10).sf(5)))
    assert z_of("amount", 50, 100, 0.01) == -z_of("amount", 150, 100, 0.01)
    assert 3.4 < z_of("amount", 150, 100, 0.01) < 3.6


@pytest.mark.parametrize(
    ("kind", "value", "expected", "spread", "of"),
    [
        ("count", np.nan, 50, 0, np.nan),
        ("count", 3, 0, 0, np.nan),
        ("count", 3, 50, np.nan, np.nan),
        ("rate", 0.3, 0.3, 0, 0),
        ("rate", 0.3, 0.3, 0, np.nan),
        ("amount", 3, 0, 0.01, np.nan),
    ],
)
def test_where_nothing_can_be_expected_there_is_no_surprise(kind, value, expected, spread, of):
    assert np.isnan(z_of(kind, value, expected, spread, of))


def test_what_cannot_be_rarer_ends_at_a_number():
    assert z_of("count", 0, 1e6) == pytest.approx(-37, abs=0.1)
    assert z_of("count", 1e7, 1e6) == pytest.approx(37, abs=0.1)


@given(
    st.sampled_from(["count", "rate", "amount"]),
    st.floats(1, 5),
    st.floats(0, 0.1),
    st.floats(0.05, 0.95),
    st.sampled_from([-4.8, -3.0, 3.0]),
)
def test_the_value_of_a_surprise_has_that_surprise(kind, magnitude, spread, share, z):
    expected, of = np.array([share if kind == "rate" else 10**magnitude]), np.array([10 * 10**magnitude])
    width = np.array([spread])
    found = chance.value_at(kind, of, expected, width, z)
    if np.isnan(found[0]):
        end = np.array([0.0 if z < 0 else 1.0])
        assert abs(chance.surprise(kind, end, of, expected, width)[0]) < abs(z)
    else:
        assert chance.surprise(kind, found, of, expected, width)[0] == pytest.approx(z, abs=0.05)


def test_not_even_nobody_is_rare_where_few_are_expected():
    assert np.isnan(chance.value_at("count", NONE, np.array([4.0]), np.array([0.0]), -3.0)[0])


def test_what_chance_makes_is_taken_off_a_distance():
    # 100 more than 1,000: (10,000 − 1,000) / 1,000,000. .5 where .4 of 100 was expected: (.01 − .0024) / .16.
    one = np.array([1.0])
    assert chance.beyond_chance("count", 1100 * one, NONE, 1000 * one)[0] == pytest.approx(0.009)
    assert chance.beyond_chance("rate", 0.5 * one, 100 * one, 0.4 * one)[0] == pytest.approx(0.0475)
    assert chance.beyond_chance("amount", 110 * one, NONE, 100 * one)[0] == pytest.approx(0.01)
