"""Our figures beside the same figures made elsewhere, by hand."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import reconciliation

FIRST = date(2026, 3, 1)


def days(ours: Any, theirs: Any, below: Any = None, complete: Any = None, figure: str = "active_users") -> pd.DataFrame:
    """A row a day from 1 March 2026; None is missing."""
    count = len(ours)
    return pd.DataFrame(
        {
            "figure": figure,
            "day": pd.to_datetime([FIRST + timedelta(days=at) for at in range(count)]),
            "numerator": pd.array(ours, "Float64"),
            "denominator": pd.array(below or [None] * count, "Int64"),
            "amount": pd.array(theirs, "Float64"),
            "is_complete": complete or [True] * count,
        }
    )


def judged(table: pd.DataFrame, unit: str = "people", figure: str = "active_users") -> reconciliation.Agreement:
    return reconciliation.agreement(reconciliation.by_day(table, figure, unit), figure, unit)


@pytest.mark.parametrize(
    ("unit", "ours", "below", "theirs", "difference"),
    [
        ("people", 200, None, 203, 0.015),
        ("people", 200, None, 190, -0.05),
        ("people", 0, None, 3, np.nan),
        ("people", 0, None, 0, np.nan),
        ("people", None, None, 3, np.nan),
        ("people", 200, None, None, np.nan),
        ("money", -50, None, -40, 0.2),
        ("money", 300, 100, 3.3, 0.1),
        ("ratio", 30, 10, 3.3, 0.1),
        ("ratio", 30, 0, 3.3, np.nan),
        ("rate", 30, 100, 0.33, 0.03),
        ("rate", 0, 100, 0.02, 0.02),
        ("rate", 30, 0, 0.02, np.nan),
    ],
)
def test_theirs_are_held_against_ours_in_percent_and_rates_in_points(unit, ours, below, theirs, difference):
    table = days([ours], [theirs], [below] if below is not None else None)
    [found] = reconciliation.by_day(table, "active_users", unit)["difference"]
    assert found == pytest.approx(difference, nan_ok=True)


def test_days_stand_in_order_and_other_figures_apart():
    table = pd.concat([days([1, 2], [1, 2]), days([9], [9], figure="payers")]).iloc[::-1]
    found = reconciliation.by_day(table, "active_users", "people")
    assert found["day"].dt.day.tolist() == [1, 2]
    assert found["ours"].tolist() == [1, 2]


def test_the_middle_difference_and_its_range_are_quantiles_of_complete_days():
    # 100 each day against 101, 102 … 121: the middle is 11 %, and 5 % and 95 % of 21 ranks are the 2nd and the 20th.
    found = judged(days([100] * 21, list(range(101, 122))))
    assert (found.median, found.low, found.high, found.days) == pytest.approx((0.11, 0.02, 0.20, 21))


def test_a_day_that_is_not_over_is_left_out_and_a_day_they_lack_is_counted():
    found = judged(days([100] * 4, [110, 110, None, 900], complete=[True, True, True, False]))
    assert found.median == pytest.approx(0.1)
    assert (found.days, found.only_ours) == (2, 1)
    assert np.isnan(found.low)


@pytest.mark.parametrize(
    ("theirs", "key"),
    [
        ([None] * 10, "nothing"),
        ([101] * 7, "few"),
        ([100.4, 99.6] * 5, "same"),
        ([101.2] * 10, "more"),
        ([98.8] * 10, "less"),
        ([100.6, 102.5] * 5, "more"),
        ([100.6, 102.7] * 5, "unsteady"),
        ([104, 108] * 5, "more"),
        ([100] * 2 + [101.2] * 18, "more"),
        ([99, 103] * 5, "unsteady"),
        ([110] * 5 + [150] * 5, "unsteady"),
    ],
)
def test_the_difference_is_the_same_steady_or_not(theirs, key):
    found = judged(days([100] * len(theirs), theirs))
    assert reconciliation.finding(found).key == f"data.agreement.{key}"


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.booleans()), max_size=40), st.randoms())
def test_order_does_not_matter_and_nothing_is_infinite(rows, chance):
    table = days([a for a, _, _ in rows], [b for _, b, _ in rows], complete=[c for _, _, c in rows])
    shuffled = table.sample(frac=1, random_state=chance.randrange(1000))
    found = judged(table)
    assert repr(found) == repr(judged(shuffled))
    assert not np.isinf([found.median, found.low, found.high]).any()
    assert found.days == sum(1 for ours, _, complete in rows if complete and ours)
