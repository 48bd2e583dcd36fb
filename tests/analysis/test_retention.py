"""Retention pooled over cohorts, by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import retention


def triangle(*rows: tuple[int, int, list[Any]]) -> pd.DataFrame:
    """Rows of: cohort (a week's number), size, users by age (None: the cell is not over)."""
    return pd.DataFrame(
        [
            {"cohort": week(number), "cohort_size": size, "age": age, "users": users}
            for number, size, cells in rows
            for age, users in enumerate(cells)
        ]
    ).astype({"users": "Int64"})


def week(number: int) -> pd.Timestamp:
    return pd.Timestamp("2026-01-05") + pd.Timedelta(weeks=number)


THREE = triangle((0, 1000, [900, 500]), (1, 500, [450, 400]), (2, 700, [600, None]))


def test_the_pooled_share_leaves_out_cohorts_too_young_for_the_age():
    # 500 of 1,000 and 400 of 500 are 900 of 1,500; the third cohort's cell is not over.
    found = retention.curve(THREE).set_index("age")[["entrants", "users", "rate"]]
    assert found.to_numpy().tolist() == [[2200, 1950, 1950 / 2200], [1500, 900, 0.6]]


def test_an_incomplete_cell_that_holds_a_number_would_count_so_it_must_be_missing():
    counted = THREE.assign(users=THREE["users"].fillna(10))
    assert retention.curve(counted).set_index("age").loc[1, "rate"] == pytest.approx(910 / 2200)


def test_the_grid_shows_the_last_cohorts_but_pools_them_all():
    found = retention.grid(THREE, most_cohorts=2, most_ages=10)
    assert found.left_out == 1
    assert found.sizes.tolist() == [500, 700]
    assert found.pooled.tolist() == [pytest.approx(1950 / 2200), 0.6]
    assert found.cells[0].tolist() == [0.9, 0.8]
    assert np.isnan(found.cells[1, 1])


def test_a_cohort_still_growing_is_told_from_a_complete_one():
    found = retention.sizes(triangle((0, 10, [9]), (1, 4, [None])))
    assert found["is_complete"].tolist() == [True, False]
    assert found["cohort_size"].tolist() == [10, 4]


def test_nobody_old_enough_gives_no_curve_and_says_so():
    young = retention.curve(triangle((0, 5, [None, None])))
    assert young.empty
    assert [found.key for found in retention.answer(young, None, "week")] == ["retention.answer.nothing"]


def test_a_cohort_of_nobody_is_not_a_share_of_zero():
    assert retention.curve(triangle((0, 0, [0, 0]))).empty


def test_the_answer_names_both_ages_and_whether_the_difference_is_beyond_chance():
    now = retention.curve(triangle((0, 1000, [900, 300, 200, 150, 120])))
    before = retention.curve(triangle((0, 1000, [900, 400, 300, 250, 200])))
    found = retention.answer(now, before, "week")
    assert [each.key for each in found] == ["retention.answer.week.both", "retention.against.down"]
    assert found[0].figures["rate"] == 0.3
    assert found[0].figures["later"] == 0.12
    assert found[1].figures["size"] == pytest.approx(0.1)
    same = retention.answer(now, now, "week")
    assert same[1].key == "retention.against.same"


def test_the_largest_six_values_stand_alone_and_the_rest_together():
    names = [f"v{number}" for number in range(9)]
    table = pd.DataFrame({"value": names, "age": 1, "entrants": range(100, 1000, 100), "users": range(10, 100, 10)})
    found = retention.curve_by_value(table)
    assert found["value"].tolist()[:6] == ["v8", "v7", "v6", "v5", "v4", "v3"]
    assert found["value"].isna().tolist() == [False] * 6 + [True]
    rest = found.iloc[6]
    assert (rest["values"], rest["entrants"], rest["users"], rest["rate"]) == (3, 600, 60, 0.1)


def test_a_bracket_nobody_can_have_finished_is_missing_not_zero():
    table = pd.DataFrame({"bracket": ["0", "28-34"], "entrants": [10, 0], "retained": [4, 0], "pending": [0, 10]})
    found = retention.brackets(table)
    assert found["rate"].iloc[0] == 0.4
    assert np.isnan(found["rate"].iloc[1])
    assert np.isnan(found["low"].iloc[1])


@given(st.lists(st.tuples(st.integers(1, 500), st.lists(st.integers(0, 100), min_size=3, max_size=3)), min_size=1))
def test_the_order_of_rows_does_not_matter_and_arguments_are_left_alone(cohorts):
    table = triangle(*[(at, 100 + size, cells) for at, (size, cells) in enumerate(cohorts)])
    before = table.copy()
    pd.testing.assert_frame_equal(retention.curve(table), retention.curve(table.sample(frac=1, random_state=0)))
    pd.testing.assert_frame_equal(table, before)
