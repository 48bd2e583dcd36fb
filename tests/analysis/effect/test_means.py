"""Means of two groups from sums: against scipy, by hand, and where nothing can be told."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.effect import Sums, adjusted, means, relative


def sums(y, x=None) -> Sums:
    y = np.asarray(y, float)
    x = np.zeros(len(y)) if x is None else np.asarray(x, float)
    return Sums(len(y), y.sum(), (y * y).sum(), x.sum(), (x * x).sum(), (x * y).sum())


RNG = np.random.default_rng(5)
ONE, TWO = RNG.lognormal(1.2, 0.8, 83), RNG.lognormal(1.0, 1.1, 47)


def test_the_difference_of_means_is_as_scipy_has_it():
    expected = stats.ttest_ind(ONE, TWO, equal_var=False)
    limits = expected.confidence_interval(0.95)
    found = means(sums(ONE), sums(TWO))
    assert found.difference == pytest.approx(ONE.mean() - TWO.mean())
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)
    assert [found.low, found.high] == pytest.approx([limits.low, limits.high], rel=1e-9)


def test_what_people_did_before_is_taken_off_by_hand():
    # Treated: y 3 5 7, x 2 3 4; control: y 2 4 3, x 1 3 2. Within groups Σxx = 2 + 2, Σxy = 4 + 2, so θ = 6/4 = 1.5.
    # Means of y 5 and 3, of x 3 and 2: the difference is 2 − 1.5 · 1 = .5. What is left over squared: 8 − 12 + 4.5 = .5
    # and 2 − 6 + 4.5 = .5, so each mean has variance .5/2/3 = 1/12, the error is √(1/6), with 4 degrees of freedom.
    found = adjusted(sums([3, 5, 7], [2, 3, 4]), sums([2, 4, 3], [1, 3, 2]))
    error = math.sqrt(1 / 6)
    assert found.difference == pytest.approx(0.5)
    assert found.standard_error == pytest.approx(error)
    assert [found.low, found.high] == pytest.approx([0.5 - 2.776445 * error, 0.5 + 2.776445 * error], rel=1e-6)


def test_taking_off_what_was_before_narrows_the_interval_and_keeps_the_effect():
    rng = np.random.default_rng(11)
    before = rng.gamma(2, 3, 4000)
    after = before + rng.normal(0, 2, 4000)
    after[:2000] += 0.5
    one, two = sums(after[:2000], before[:2000]), sums(after[2000:], before[2000:])
    plain, found = means(one, two), adjusted(one, two)
    assert found.standard_error < 0.5 * plain.standard_error
    assert found.low < 0.5 < found.high


def test_where_nobody_did_anything_before_nothing_is_taken_off():
    assert adjusted(sums(ONE), sums(TWO)) == means(sums(ONE), sums(TWO))


def test_the_relative_lift_by_hand():
    # Means 6 and 4, variances of single values 4 and 1, 100 and 50 people: R = .5,
    # var = 4/(100 · 16) + 36 · 1/(50 · 256) = .0025 + .0028125.
    treated = Sums(100, 600, 100 * 36 + 4 * 99)
    control = Sums(50, 200, 50 * 16 + 1 * 49)
    reach = 1.959964 * math.sqrt(0.0053125)
    found = relative(treated, control)
    assert [found.lift, found.low, found.high] == pytest.approx([0.5, 0.5 - reach, 0.5 + reach])


@pytest.mark.parametrize(("treated", "control"), [([], [1, 2]), ([1, 2], []), ([], [])])
def test_against_an_empty_side_everything_is_missing(treated, control):
    for found in (means(sums(treated), sums(control)), adjusted(sums(treated), sums(control))):
        assert all(math.isnan(each) for each in (found.difference, found.low, found.high, found.p_value))
        assert not found.beyond_chance
    assert math.isnan(relative(sums(treated), sums(control)).lift)


def test_one_person_has_a_difference_and_no_interval():
    found = means(sums([4]), sums([1, 2, 3]))
    assert found.difference == 2
    assert math.isnan(found.low)
    assert math.isnan(found.p_value)


@pytest.mark.parametrize("value", [0.0, 7.3, 1e9 / 3])
def test_where_everybody_has_one_value_there_is_no_interval(value):
    found = means(sums([value] * 40), sums([value] * 30))
    assert found.difference == pytest.approx(0, abs=1e-6)
    assert math.isnan(found.standard_error)
    assert math.isnan(found.low)


def test_where_the_control_paid_nothing_the_lift_is_missing_not_infinite():
    found = relative(sums([1, 2]), sums([0, 0]))
    assert math.isnan(found.lift)


def test_where_the_past_foretells_everything_there_is_no_interval():
    found = adjusted(sums([2, 4, 6], [1, 2, 3]), sums([4, 8], [2, 4]))
    assert found.difference == pytest.approx(0)
    assert math.isnan(found.low)


values = st.lists(st.integers(-1000, 1000), min_size=2, max_size=30)


@given(values, values)
def test_swapping_the_groups_flips_the_signs(one, two):
    here, there = means(sums(one), sums(two)), means(sums(two), sums(one))
    assert (here.difference, here.low, here.high) == pytest.approx(
        (-there.difference, -there.high, -there.low), nan_ok=True
    )


@given(values, values, st.integers(0, 30))
def test_a_group_split_in_two_adds_up_to_the_group(one, two, cut):
    past = [each % 7 for each in one]
    parts = sums(one[:cut], past[:cut]) + sums(one[cut:], past[cut:])
    whole = sums(one, past)
    assert parts == whole
    assert adjusted(parts, sums(two)) == adjusted(whole, sums(two))


@given(values, values, st.integers(1, 50))
def test_adding_the_same_to_everybody_treated_moves_the_difference_by_it(one, two, more):
    before, after = means(sums(one), sums(two)), means(sums([each + more for each in one]), sums(two))
    assert after.difference == pytest.approx(before.difference + more)
    assert after.standard_error == pytest.approx(before.standard_error, rel=1e-6, nan_ok=True)
