"""Cards: which figure is shown, how it changed, and whether such a change is usual."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import cards
from analysis.periods import Grain, add_months

FIRST = date(2026, 1, 1)
COUNT, RATE = {"active_users": "people"}, {"activation": "rate"}


def daily(
    numerators: list[Any],
    denominators: list[Any] | None = None,
    pending: list[Any] | None = None,
    metric: str = "active_users",
    complete: list[bool] | None = None,
) -> pd.DataFrame:
    """A table as overview/metrics gives it by day, from FIRST on."""
    length = len(numerators)
    return pd.DataFrame(
        {
            "metric": metric,
            "period": pd.to_datetime([FIRST + timedelta(days=each) for each in range(length)]),
            "numerator": np.array(numerators, float),
            "denominator": pd.array(denominators or [None] * length, "Int64"),
            "pending": pd.array(pending or [None] * length, "Int64"),
            "is_complete": complete or [True] * length,
        }
    )


def card(table: pd.DataFrame, units: dict[str, str], grain: Grain = "day", days: int = 400) -> cards.Card:
    figures = cards.series(table, units)
    return cards.cards(figures, grain, FIRST, FIRST + timedelta(days=days))[0]


def test_a_count_is_its_numerator_and_a_rate_its_quotient():
    assert card(daily([3, 5]), COUNT).value == 5
    assert card(daily([3, 5], [10, 20], metric="activation"), RATE).value == 0.25


def test_money_by_order_is_a_quotient_though_its_unit_is_money():
    found = card(daily([30, 50], [10, 20], metric="revenue_per_order"), {"revenue_per_order": "money"})
    assert found.value == 2.5
    assert found.changes[0].kind == "percent"
    assert found.changes[0].size == pytest.approx(2.5 / 3 - 1)


def test_the_card_shows_the_last_period_in_which_nobody_is_pending():
    table = daily([4, 6, 1, 0], [10, 10, 2, 0], [0, 0, 8, 10], metric="activation")
    found = card(table, RATE)
    assert found.period == FIRST + timedelta(days=1)
    assert found.value == 0.6
    assert found.pending == 18


def test_a_running_period_is_not_taken_for_a_fall():
    found = card(daily([10, 11, 2], complete=[True, True, False]), COUNT)
    assert found.value == 11
    assert found.changes[0].size == pytest.approx(0.1)


def test_where_no_period_is_over_the_running_one_is_told_as_it_stands():
    found = card(daily([10], complete=[False]), COUNT)
    assert found.period is None
    assert np.isnan(found.value)
    assert (found.so_far, found.open_period) == (10, FIRST)
    assert cards.headline(found, "week").key == "overview.answer.week.so_far"
    assert cards.headline(card(daily([None], complete=[False]), COUNT), "week").key == "overview.answer.nothing"


def test_a_change_of_a_rate_is_in_points_and_of_a_count_in_percent():
    rate = card(daily([50, 52], [100, 100], metric="activation"), RATE).changes[0]
    assert rate.kind == "points"
    assert rate.size == pytest.approx(0.02)
    count = card(daily([50, 52]), COUNT).changes[0]
    assert count.kind == "percent"
    assert count.size == pytest.approx(0.04)


def test_from_nothing_is_new_and_from_nothing_to_nothing_is_no_change():
    assert card(daily([0, 5]), COUNT).changes[0].kind == "new"
    still = card(daily([0, 0]), COUNT).changes[0]
    assert (still.kind, still.reason) == ("none", "nothing")


def test_without_an_earlier_period_there_is_no_change_and_the_reason_is_told():
    found = card(daily([3, 5]), COUNT)
    assert (found.changes[1].kind, found.changes[1].reason) == ("none", "no_earlier")


def test_divided_by_nobody_is_undefined_with_its_reason():
    found = card(daily([1, 0], [2, 0], metric="activation"), RATE)
    assert np.isnan(found.value)
    assert found.changes[0].reason == "undefined"


def test_a_figure_that_is_null_throughout_has_no_data():
    found = card(daily([None, None]), COUNT)
    assert not found.has_data
    assert found.period is None


def test_a_change_is_beyond_usual_only_above_39_in_40_earlier_ones():
    # Nine earlier changes of 1, 2 … 9 %: their 97.5 % quantile is 8.8 %.
    values = [100.0]
    for percent in range(1, 10):
        values.append(values[-1] * (1 + percent / 100))
    assert card(daily([*values, values[-1] * 1.0879]), COUNT).changes[0].beyond is False
    assert card(daily([*values, values[-1] * 1.0881]), COUNT).changes[0].beyond is True
    assert card(daily([*values, values[-1] * 0.90]), COUNT).changes[0].beyond is True


def test_seven_earlier_changes_are_too_few_to_say_what_is_usual():
    values = [100 + each % 2 for each in range(8)]
    assert card(daily([*values, 500]), COUNT).changes[0].beyond is None
    assert card(daily([*values, 101, 500]), COUNT).changes[0].beyond is True


def test_the_same_weekday_is_seven_days_back():
    found = card(daily([7, 1, 1, 1, 1, 1, 1, 14]), COUNT).changes[1]
    assert (found.before, found.size, found.against) == (7, 1.0, FIRST)


def test_history_before_the_period_weighs_the_change_but_is_not_shown():
    figures = cards.series(daily([1, 2, 3]), COUNT)
    found = cards.cards(figures, "day", FIRST + timedelta(days=1), FIRST + timedelta(days=2))[0]
    assert found.value == 2
    assert found.changes[0].before == 1


def test_the_month_says_how_far_it_is_towards_its_target():
    table = daily([620.0], complete=[False])
    found = cards.month_to_date(cards.series(table, COUNT), {"active_users": 1000.0}, date(2026, 1, 23))
    month = found["active_users"]
    assert month.of_target == 0.62
    assert month.gone == pytest.approx(22 / 31)
    assert not month.is_complete


def test_a_rate_has_a_level_and_no_share_of_a_target():
    table = daily([3], [10], metric="activation")
    month = cards.month_to_date(cards.series(table, RATE), {"activation": 0.4}, add_months(FIRST, 5))["activation"]
    assert np.isnan(month.of_target)
    assert month.gone == 1


def test_no_month_no_figures():
    assert cards.month_to_date(cards.series(daily([]), COUNT), {}, FIRST) == {}


def test_the_headline_by_day_is_against_the_same_weekday():
    found = cards.headline(card(daily([10, 1, 1, 1, 1, 1, 1, 12]), COUNT), "day")
    assert found.key == "overview.answer.day.up"
    assert found.figures["size"] == pytest.approx(0.2)


def test_every_change_that_a_card_colours_is_told_with_what_it_is_against():
    steady = [100 + each % 2 for each in range(20)]
    found = [card(daily([*steady, last]), COUNT) for last in (101, 500)]
    assert [(each.value, at) for each, at in cards.moved(found)] == [(500, 0), (500, 1)]


def test_the_interval_is_that_of_a_share_of_people():
    # 0 of 31: Wilson's upper limit is z²/(n + z²).
    low, high = cards.interval(card(daily([0], [31], metric="activation"), RATE), "rate")
    assert low == 0
    assert high == pytest.approx(3.8415 / 34.8415, abs=1e-4)
    days = card(daily([3], [10], metric="stickiness"), {"stickiness": "rate"})
    nobody = card(daily([0], [0], metric="activation"), RATE)
    for found, unit in ((days, "rate"), (nobody, "rate"), (card(daily([3]), COUNT), "people")):
        assert np.isnan(cards.interval(found, unit)).all()


def test_each_value_is_broken_down_in_its_metrics_own_period():
    table = pd.concat(
        [
            daily([5, 6]).assign(value="a"),
            daily([50, 60]).assign(value="b"),
            daily([1, 0], [4, 0], metric="activation").assign(value="a"),
            daily([3, 0], [4, 0], metric="activation").assign(value="b"),
        ]
    )
    units = {**COUNT, **RATE}
    found = cards.breakdown(table, units, {"active_users": FIRST + timedelta(days=1), "activation": FIRST})
    assert found[["value", "metric", "figure"]].to_numpy().tolist() == [
        ["b", "active_users", 60],
        ["b", "activation", 0.75],
        ["a", "active_users", 6],
        ["a", "activation", 0.25],
    ]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=60))
def test_rows_in_any_order_give_the_same_cards_and_nothing_is_infinite(values):
    table = daily(values)
    shuffled = table.sample(frac=1, random_state=1)
    one, other = (cards.series(each, COUNT) for each in (table, shuffled))
    assert np.array_equal(one.value, other.value)
    found = card(table, COUNT)
    assert repr(found) == repr(card(shuffled, COUNT))
    assert not any(np.isinf(change.size) for change in found.changes)


def test_a_share_that_comes_divided_already_is_taken_as_it_is():
    found = cards.series(daily([0.25], metric="activation"), RATE)
    assert found.value.tolist() == [[0.25]]
    assert found.quotient.tolist() == [True]


def test_a_figure_that_is_withheld_has_data_and_no_value():
    table = daily([np.nan])
    found = cards.withholding(cards.series(table, COUNT), ["active_users"])
    assert found.has_data.tolist() == [True]
    assert np.isnan(cards.cards(found, "day", FIRST, FIRST + timedelta(days=1))[0].value)
