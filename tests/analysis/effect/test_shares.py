"""Shares of two groups set against each other, and the split into groups, against published figures."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.effect import proportions, sample_ratio


@pytest.mark.parametrize(
    ("treated", "control", "low", "high"),
    [
        # Newcombe (1998), "Interval estimation for the difference between independent proportions: comparison of
        # eleven methods", Statistics in Medicine 17, table II, method 10, contrasts (a) to (h).
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_the_interval_is_as_published(treated, control, low, high):
    found = proportions(*treated, *control)
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


def test_the_p_value_is_the_score_test_by_hand():
    # 56/70 against 48/80: pooled 104/150, error √(.6933 · .3067 · (1/70 + 1/80)) = .07547, z = .2 / .07547 = 2.650;
    # 2 · Φ(−2.650) = .00805. The same 2.65 as in the snapshot of ci_prop_diff_mee (R package cicalc).
    assert proportions(56, 70, 48, 80).p_value == pytest.approx(0.00805, abs=1e-5)


@pytest.mark.parametrize(
    ("treated", "control"),
    [((340, 2603), (176, 2601)), ((3, 40), (9, 41)), ((29, 30), (1, 30)), ((61, 500), (61, 500))],
)
def test_the_p_value_is_the_chi_squared_test_without_a_correction(treated, control):
    table = [[did, n - did] for did, n in (treated, control)]
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert proportions(*treated, *control).p_value == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("treated", "control"), [((0, 0), (3, 10)), ((3, 10), (0, 0)), ((0, 0), (0, 0))])
def test_against_an_empty_side_everything_is_missing(treated, control):
    found = proportions(*treated, *control)
    assert all(math.isnan(each) for each in (found.difference, found.low, found.high, found.p_value))
    assert not found.beyond_chance


@pytest.mark.parametrize("did", [0, 50])
def test_where_all_or_nobody_did_it_there_is_an_interval_and_no_p_value(did):
    found = proportions(did, 50, did, 50)
    assert found.difference == 0
    assert found.low < 0 < found.high
    assert math.isnan(found.p_value)


def test_one_person_against_one_person_tells_nothing():
    found = proportions(1, 1, 0, 1)
    assert (found.difference, found.beyond_chance) == (1.0, False)


@pytest.mark.parametrize("numbers", [(11, 10, 3, 10), (3, 10, -1, 10), (3, 10, 4, 3)])
def test_more_people_than_there_are_is_an_error_that_says_so(numbers):
    with pytest.raises(ValueError, match="must lie between 0 and the number of people"):
        proportions(*numbers)


groups = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(groups, groups)
def test_swapping_the_groups_flips_the_signs(one, two):
    here, there = proportions(*one, *two), proportions(*two, *one)
    assert (here.difference, here.low, here.high) == pytest.approx((-there.difference, -there.high, -there.low))
    assert here.p_value == pytest.approx(there.p_value, nan_ok=True)


@given(groups, groups)
def test_one_more_who_did_it_never_lowers_the_difference_or_its_limits(treated, control):
    did, n = treated
    before, after = proportions(min(did, n - 1), n, *control), proportions(min(did, n - 1) + 1, n, *control)
    assert after.difference > before.difference
    assert after.low >= before.low - 1e-12
    assert after.high >= before.high - 1e-12


@given(groups, groups)
def test_the_difference_lies_in_its_interval(treated, control):
    found = proportions(*treated, *control)
    assert -1 - 1e-9 <= found.low <= found.difference + 1e-12
    assert found.difference - 1e-12 <= found.high <= 1 + 1e-9


# The split ------------------------------------------------------------------------------------------------


def test_the_split_by_hand():
    # 1,202 against 1,466, equal shares: 2 · 132² / 1334 = 26.12 on one degree of freedom.
    assert sample_ratio([1202, 1466], [0.5, 0.5]) == pytest.approx(3.2e-7, rel=0.02)


@pytest.mark.parametrize(
    ("counts", "shares"),
    [
        ([2601, 2603], [1, 1]),
        ([1583, 1535, 1536], [0.34, 0.33, 0.33]),
        ([90, 1000], [0.1, 0.9]),
        ([3, 47], [0.2, 0.8]),
        ([7, 5, 60], [1, 1, 8]),
    ],
)
def test_the_split_is_as_scipy_has_it(counts, shares):
    expected = [sum(counts) * share / sum(shares) for share in shares]
    assert sample_ratio(counts, shares) == pytest.approx(stats.chisquare(counts, expected).pvalue, rel=1e-9)


@pytest.mark.parametrize(
    ("counts", "shares"), [([4, 5], [1, 1]), ([100], [1]), ([0, 0], [1, 1]), ([2, 38], [0.1, 0.9])]
)
def test_of_too_few_people_the_split_tells_nothing(counts, shares):
    assert math.isnan(sample_ratio(counts, shares))


def test_a_plan_that_is_no_plan_is_an_error_that_says_so():
    with pytest.raises(ValueError, match="counts has 2 groups and shares has 3"):
        sample_ratio([1, 2], [1, 1, 1])
    with pytest.raises(ValueError, match="above 0"):
        sample_ratio([10, 20], [0, 1])
