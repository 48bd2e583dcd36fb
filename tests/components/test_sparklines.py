"""The points of a card's line."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis import cards
from components import sparklines
from config.metrics import Metric

UNITS = {"active_users": "people"}
METRIC = Metric(label="Active", unit="people", better="higher", family="reach", definition="d", target=None)


def series(first: date, values: list[float], complete: list[bool] | None = None) -> cards.Series:
    periods = pd.date_range(first, periods=len(values))
    return cards.series(
        pd.DataFrame(
            {
                "metric": "active_users",
                "period": periods,
                "numerator": values,
                "denominator": np.nan,
                "pending": np.nan,
                "is_complete": complete or [True] * len(values),
            }
        ),
        UNITS,
    )


def points(now: cards.Series, before: cards.Series, missing: int = 0, everyone: cards.Series | None = None):
    shown = np.ones(len(now.periods), bool)
    return sparklines.table(now, 0, shown, METRIC, before, missing, everyone, {}).to_pandas()


NOTHING = series(date(2026, 1, 1), [])


def test_a_period_still_running_is_a_hollow_point():
    found = points(series(date(2026, 3, 1), [1, 2, 3], [True, True, False]), NOTHING)
    assert found[["x", "kind"]].to_numpy().tolist() == [
        ["2026-03-01", "this"],
        ["2026-03-02", "this"],
        ["2026-03-03", "open"],
    ]


def test_the_comparison_lies_under_the_same_place_of_the_period_and_keeps_its_own_day():
    found = points(series(date(2026, 3, 1), [1, 2, 3]), series(date(2025, 3, 2), [8, 9]), missing=1)
    before = found[found["kind"] == "before"]
    assert before[["x", "value", "when"]].to_numpy().tolist() == [
        ["2026-03-02", 8.0, "2025-03-02"],
        ["2026-03-03", 9.0, "2025-03-03"],
    ]


def test_everyones_count_is_scaled_to_the_same_mean_and_says_its_own_figure():
    found = points(series(date(2026, 3, 1), [1, 3]), NOTHING, 0, series(date(2026, 3, 1), [100, 300]))
    everyone = found[found["kind"] == "everyone"]
    assert everyone["value"].tolist() == pytest.approx([1, 3])
    assert everyone["shown"].tolist() == [100, 300]
