"""Weeks on an unbroken calendar."""

from datetime import date

import numpy as np
import pandas as pd

from analysis import weeks
from tests.analysis.products import FIRST, flows


def table(*rows: tuple[int, object, object, object, object]) -> pd.DataFrame:
    """Rows of: the week's number, new, retained, resurrected, dormant."""
    days = [FIRST + pd.Timedelta(weeks=number) for number, *_ in rows]
    return pd.DataFrame([row[1:] for row in rows], columns=list(weeks.STATES)).assign(week=days)


def test_weeks_between_are_there_and_missing_and_rows_of_a_week_add_up():
    found = weeks.of(table((3, 1, 2, 3, 4), (0, 5, 0, 0, 0), (3, 10, 20, 30, 40)))
    assert found.active.tolist()[0] == 5
    assert np.isnan(found.active[1:3]).all()
    assert (found.active[3], found.new[3], found.resurrected[3], found.dormant[3]) == (66, 11, 33, 44)
    assert found.day(3) == date(2020, 1, 27)
    assert found.has_data.tolist() == [True, False, False, True]


def test_a_week_half_known_is_missing():
    found = weeks.of(table((0, 5, 0, 0, 0), (1, None, 2, 3, 4), (2, 1, 2, 3, 4)))
    assert np.isnan(found.active[1])


def test_only_the_last_week_may_be_running():
    found = weeks.of(table((0, 5, 0, 0, 0), (1, 1, 2, 3, None), (2, 1, 2, 3, 4), (3, 1, 2, 3, None)))
    assert found.active.tolist() == [5, 6, 6]
    assert np.isnan(found.dormant[1])
    assert found.running == date(2020, 1, 27)


def test_the_first_week_is_the_first_with_anybody_active():
    assert weeks.of(flows([0, 0, 7, 0])).first == 2
    assert weeks.of(flows([0, 0])).first == 2
    assert weeks.of(flows([])).first == 0


def test_days_may_be_dates_or_text():
    whole = weeks.of(flows([5, 6]))
    for days in (flows([5, 6])["week"].dt.date, ["2020-01-06", "2020-01-13"]):
        assert weeks.of(flows([5, 6]).assign(week=days)).week.tolist() == whole.week.tolist()
