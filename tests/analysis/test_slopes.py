"""Slopes over trailing windows, weeks that fell out, and how steep a slope must be to be seen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis import outages
from analysis.power import power, yearly
from analysis.slopes import rolling
from config.stages import StageRules

RULES = StageRules()
# Logarithms of ten weeks, as anybody may type them in: one strays to and fro, the other drifts.
TO_AND_FRO = np.array([4.60, 4.66, 4.63, 4.71, 4.70, 4.78, 4.74, 4.83, 4.85, 4.84])
DRIFTING = np.array([4.60, 4.68, 4.69, 4.66, 4.70, 4.78, 4.79, 4.77, 4.80, 4.90])


@pytest.mark.parametrize(("ten", "r_is_0"), [(TO_AND_FRO, True), (DRIFTING, False)])
def test_a_slope_is_scipys_line_with_its_error_widened_by_hand(ten, r_is_0):
    line = stats.linregress(np.arange(10), ten)
    left = ten - line.intercept - line.slope * np.arange(10)
    # r by its definition, then raised by what a fitted line hides: (10 r + 2) / 6, and not below 0.
    r = sum(left[at] * left[at + 1] for at in range(9)) / sum(each**2 for each in left)
    r = max((10 * r + 2) / 6, 0.0)
    assert (r == 0) == r_is_0
    found = rolling(ten, 10)
    assert found.slope[-1] == pytest.approx(line.slope)
    assert found.correlation[-1] == pytest.approx(r)
    assert found.error[-1] == pytest.approx(line.stderr * np.sqrt((1 + r) / (1 - r)))
    assert found.freedom[-1] == pytest.approx(10 * (1 - r) / (1 + r) - 2)
    assert found.level[-1] == pytest.approx(line.intercept + 9 * line.slope)
    expected = stats.t.sf((0.01 - line.slope) / found.error[-1], found.freedom[-1])
    assert found.above(0.01)[-1] == pytest.approx(expected)


def test_residuals_that_hang_together_make_a_slope_less_sure():
    apart = 0.02 * np.array([1, -1] * 10)
    together = 0.02 * np.array([1] * 5 + [-1] * 5 + [1] * 5 + [-1] * 5)
    line = 0.015 * np.arange(20)
    assert rolling(line + apart, 20).correlation[-1] == 0
    assert rolling(line + together, 20).correlation[-1] == pytest.approx(0.9, abs=0.1)
    assert rolling(line + together, 20).error[-1] > 3 * rolling(line + apart, 20).error[-1]


def test_an_exact_line_is_certain_and_seven_points_say_nothing():
    found = rolling(np.log(100) + 0.02 * np.arange(20), 13)
    assert np.isnan(found.slope[:7]).all()
    assert found.slope[7:] == pytest.approx([0.02] * 13)
    assert found.above(0.01)[7:].tolist() == [1.0] * 13
    assert found.above(0.03)[7:].tolist() == [0.0] * 13
    assert rolling(np.full(20, 5.0), 13).above(0.0)[-1] == 0.5


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.one_of(st.none(), st.floats(0, 12, width=16)), min_size=1, max_size=40),
    st.integers(8, 26),
)
def test_every_window_is_the_line_that_scipy_draws_through_its_points(values, window):
    series = np.array([np.nan if value is None else value for value in values])
    found = rolling(series, window)
    for end in range(len(series)):
        at = np.arange(max(end - window + 1, 0), end + 1)
        at = at[np.isfinite(series[at])]
        if len(at) < 8:
            assert np.isnan(found.slope[end])
            continue
        line = stats.linregress(at, series[at])
        assert found.slope[end] == pytest.approx(line.slope, abs=1e-9)
        assert found.level[end] == pytest.approx(line.intercept + line.slope * end, abs=1e-9)
        assert found.points[end] == len(at)


@pytest.mark.parametrize(("correlation", "weeks"), [(0.0, 13), (0.3, 13), (0.3, 26)])
def test_the_interval_holds_the_slope_about_95_times_in_100(correlation, weeks):
    rng = np.random.default_rng(5)
    series = np.concatenate([[*_autoregressive(rng, weeks, correlation), *[np.nan] * 26] for _ in range(2000)])
    low, high = rolling(series, weeks).interval()
    ends = np.arange(2000) * (weeks + 26) + weeks - 1
    assert ((low[ends] <= 0) & (high[ends] >= 0)).mean() == pytest.approx(0.95, abs=0.025)


def _autoregressive(rng: np.random.Generator, weeks: int, correlation: float) -> np.ndarray:
    noise = rng.normal(size=weeks)
    noise[1:] *= np.sqrt(1 - correlation**2)
    for at in range(1, weeks):
        noise[at] += correlation * noise[at - 1]
    return noise


# Outages --------------------------------------------------------------------------------------------------

FLAT = [100, 101, 100, 99, 100, 101, 100, 99, 100, 101, 100]
FALLING = [round(200 * 0.96**week) for week in range(12)]


@pytest.mark.parametrize(
    ("counts", "outages_at", "fell_at"),
    [
        (FLAT, [], []),
        ([*FLAT, 60, 100], [11], [11]),  # far below both neighbours
        ([*FLAT, 60], [], [11]),  # it cannot be known yet
        ([*FLAT, 60, 59], [], [11]),  # and it was a fall
        ([*FLAT, 60, 72, 72], [], [11]),  # a fall with a bounce
        ([*FALLING, 60, round(200 * 0.96**13)], [12], [12]),  # within a decline
        ([*FLAT, 95, 100], [], []),  # 5 % is nothing
        ([*FLAT, None, 60, 100], [], []),  # next to a week without data
        ([*FLAT[:6], 60, 100, 101], [], []),  # too early to know what is usual
    ],
)
def test_a_week_far_below_both_neighbours_is_an_outage(counts, outages_at, fell_at):
    found = outages.find(np.log(np.array([np.nan if each is None else each for each in counts], float)))
    assert np.flatnonzero(found.outage).tolist() == outages_at
    assert np.flatnonzero(found.fell).tolist() == fell_at


def test_how_deep_an_outage_was_is_told_against_the_mean_of_its_neighbours():
    found = outages.find(np.log([*FLAT, 60, 100]))
    assert found.depth[11] == pytest.approx(0.4)


# What can be seen -----------------------------------------------------------------------------------------


def test_one_percent_a_week_is_forty_a_year():
    assert yearly(np.log(0.99)) == pytest.approx(0.99**52 - 1)
    assert yearly(np.log(0.99)) == pytest.approx(-0.407, abs=0.0005)
    assert yearly(np.log(1.01)) == pytest.approx(0.678, abs=0.0005)


def test_the_power_of_thirteen_weeks_by_hand():
    # Σx² of 13 weeks is 182; t.8 with 11 degrees is .876, z.8 is .842: .05/√182 · 1.718 = .00637 above ln 1.01.
    found = power(0.05, 0.0, RULES)
    assert found.growth == pytest.approx(np.exp(0.00995 + 0.00637) - 1, abs=2e-5)
    assert found.decline == pytest.approx(np.exp(-0.01005 - 0.00637) - 1, abs=2e-5)
    assert found.growth_a_year == pytest.approx((1 + found.growth) ** 52 - 1)
    assert power(0.0, 0.0, RULES).growth == pytest.approx(0.01)


def test_the_bounds_of_growth_and_decline_are_apart():
    found = power(0.0, 0.0, StageRules(growth=0.02, decline=0.005))
    assert [found.growth, found.decline] == pytest.approx([0.02, -0.005])
