"""What was said against what is: frozen figures, commitments, targets."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import review
from analysis.cards import Month, series
from analysis.finding import Finding

WEEK = date(2026, 11, 16)
SAME = {"definition": "d1", "folding": "", "build_id": "b1"}


def rows(*given: dict[str, Any], **shared: Any) -> pd.DataFrame:
    base = {"period": WEEK, "numerator": None, "denominator": None, **SAME, **shared}
    columns = ["figure", "period", "value", "numerator", "denominator", "definition", "folding", "build_id"]
    return pd.DataFrame([{**base, **row} for row in given], columns=columns)


def reasons(frozen: pd.DataFrame, now: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    return {each.figure: each.reasons for each in review.restated(frozen, now)}


# Frozen figures -------------------------------------------------------------------------------------------


def test_late_rows_and_a_changed_definition_are_both_named_with_their_differences():
    frozen = rows(
        {"figure": "new_users", "value": 18402, "numerator": 18402},
        {"figure": "revenue", "value": 7066.1, "numerator": 7066.1},
        {"figure": "activation", "value": 0.314, "numerator": 314, "denominator": 1000},
        {"figure": "payers", "value": 40, "numerator": 40},
    )
    now = rows(
        {"figure": "payers", "value": 40, "numerator": 40},
        {"figure": "activation", "value": 0.38, "numerator": 380, "denominator": 1000, "definition": "d2"},
        {"figure": "revenue", "value": 7066.3, "numerator": 7066.3},
        {"figure": "new_users", "value": 18377, "numerator": 18377},
        {"figure": "churn", "value": 1, "numerator": 1, "denominator": 1},
        build_id="b2",
    )
    users, revenue, activation = review.restated(frozen, now)
    assert (users.figure, users.before, users.after, users.difference) == ("new_users", 18402, 18377, -25)
    assert users.reasons == ("late",)
    assert revenue.difference == 7066.3 - 7066.1
    assert (activation.numerator, activation.denominator) == ((314, 380), (1000, 1000))
    assert activation.difference == 0.38 - 0.314
    # Rows moved too, as the others tell: whether they moved this one cannot be known.
    assert activation.reasons == ("late", "definition")
    assert users.finding.key == "review.restated.late"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ({"definition": "d2"}, ("definition",)),
        ({"folding": "f2"}, ("folding",)),
        ({"definition": "d2", "folding": "f2"}, ("definition", "folding")),
        ({}, ("late",)),
        ({"definition": None}, ("unknown",)),
        ({"build_id": "b1"}, ("unknown",)),
        ({"value": None, "numerator": None}, ("late",)),
    ],
)
def test_a_difference_has_its_reason(now, expected):
    frozen = rows({"figure": "activation", "value": 0.3, "numerator": 30, "denominator": 100})
    today = {"figure": "activation", "value": 0.4, "numerator": 40, "denominator": 100, "build_id": "b2", **now}
    assert reasons(frozen, rows(today)) == {"activation": expected}


def test_a_figure_that_is_the_same_is_not_told_and_a_share_of_fewer_is():
    frozen = rows({"figure": "activation", "value": 0.5, "numerator": 10, "denominator": 20})
    now = {"figure": "activation", "value": 0.5, "numerator": 10, "denominator": 20, "build_id": "b2"}
    assert review.restated(frozen, rows({**now, "definition": "d2"})) == []
    [found] = review.restated(frozen, rows({**now, "numerator": 9, "denominator": 18}))
    assert (found.difference, found.denominator) == (0, (20, 18))


def test_a_figure_that_is_gone_is_told_as_missing():
    [found] = review.restated(rows({"figure": "payers", "value": 4}), rows(build_id="b2"))
    assert np.isnan(found.after)
    assert found.reasons == ("unknown",)


def test_the_same_figure_of_another_week_is_another_row():
    frozen = rows({"figure": "payers", "value": 4})
    now = rows({"figure": "payers", "value": 4}, {"figure": "payers", "value": 9, "period": date(2026, 11, 23)})
    assert review.restated(frozen, now) == []
    with pytest.raises(ValueError, match="now has payers"):
        review.restated(frozen, rows({"figure": "payers", "value": 4}, {"figure": "payers", "value": 5}))


SETTINGS = pd.DataFrame(
    [
        ("product", "Reading app"),
        ("timezone", "Asia/Shanghai"),
        ("active", "any"),
        ("activation.event", "[finish_chapter]"),
        ("activation.within_days", "7"),
        ("metrics.activation.label.en", "Activation"),
        ("metrics.activation.definition.en", "…"),
        ("metrics.activation.target", "0.4"),
        ("metrics.payers.definition.en", "…"),
        ("figures.minutes_read.combine", "sum"),
    ],
    columns=["place", "value"],
)


@pytest.mark.parametrize(
    ("figure", "places"),
    [
        ("activation", ["activation.event", "activation.within_days", "metrics.activation.definition.en"]),
        ("payers", ["metrics.payers.definition.en"]),
        ("minutes_read", ["figures.minutes_read.combine"]),
    ],
)
def test_what_decides_a_figure_is_kept_and_nothing_else(figure, places):
    assert sorted(review.deciding(SETTINGS, figure)) == sorted(["timezone", "active", *places])


def test_a_digest_is_of_the_content_in_any_order():
    assert review.digest({"a": "1", "b": "2"}) == review.digest({"b": "2", "a": "1"})
    assert review.digest({"a": "1", "b": "2"}) != review.digest({"a": "1", "b": "3"})
    assert review.digest({"a": "1 b 2"}) != review.digest({"a": "1", "b": "2"})
    one, other = (pd.DataFrame({"dimension": ["country"], "value": [value]}) for value in ("HK", "MO"))
    assert review.folding(one) != review.folding(other)


def test_what_was_redefined_is_named_by_its_place():
    found = review.redefined({"a": "7", "b": "x", "d": "1"}, {"a": "14", "c": "y", "d": "1"})
    assert found == [
        Finding("review.redefined.changed", {"subject": "a", "before": "7", "after": "14"}),
        Finding("review.redefined.gone", {"subject": "b", "before": "x", "after": ""}),
        Finding("review.redefined.new", {"subject": "c", "before": "", "after": "y"}),
    ]
    assert str(found[0]) == "a was “7” when the week was closed and is “14” now."


# Commitments ----------------------------------------------------------------------------------------------

FIRST = date(2026, 1, 5)


def weekly(values: list[float], unit: str = "people", pending: int = 0) -> Any:
    """Weeks from FIRST on; the last `pending` are still open."""
    length = len(values)
    is_rate = unit == "rate"
    table = pd.DataFrame(
        {
            "metric": "figure",
            "period": pd.date_range(FIRST, periods=length, freq="7D"),
            "numerator": [round(value * 1000) if is_rate else value for value in values],
            "denominator": pd.array([1000 if is_rate else None] * length, "Int64"),
            "pending": [0] * (length - pending) + [5] * pending,
            "is_complete": True,
        }
    )
    return series(table, {"figure": unit})


def day(week: int, weekday: int = 0) -> date:
    return FIRST + pd.Timedelta(days=7 * week + weekday).to_pytimedelta()


QUIET = [1000.0, 1010, 1000, 990, 1005, 1000, 995, 1010, 1000, 1005]


def test_a_commitments_figure_is_read_before_it_was_made_and_in_the_week_it_was_due():
    # Made on the Tuesday of week 10, of which week 9 was the last that was over; due on the Friday of week 11.
    found = review.kept(weekly([*QUIET, 1100, 1200, 1300]), "figure", day(10, 1), day(11, 4), "higher")
    assert (found.week, found.before, found.until, found.after) == (day(9), 1005, day(11), 1200)
    assert found.change == pytest.approx(195 / 1005)
    assert (found.beyond, found.is_good, found.is_due_week) == (True, True, True)
    assert found.finding.key == "review.commitment.up.beyond"


def test_a_change_within_what_the_figure_did_before_is_not_beyond():
    found = review.kept(weekly([*QUIET, 1015]), "figure", day(10), day(10, 4), "lower")
    # Of 1,000 people a week chance alone makes changes of up to 1.96 · √(2/1000), 8.8 %; this is 1 %.
    assert found.usual == pytest.approx(1.96 * 1015 / 1005 * np.sqrt(1 / 1015 + 1 / 1005), abs=1e-4)
    assert (found.beyond, found.is_good) == (False, None)
    assert found.finding.key == "review.commitment.up.within"


def test_a_slope_that_was_there_before_is_no_movement():
    growing = [1000 * 1.05**week for week in range(20)]
    assert review.kept(weekly(growing), "figure", day(15), day(18, 4)).beyond is False


def test_the_noise_of_a_first_few_does_not_hide_what_many_do_later():
    few = [8.0, 3, 9, 4, 10, 5, 11, 6] * 2
    # From 3 to 9 is three times as many, and no more than chance among so few.
    assert review.kept(weekly([*few, 100]), "figure", day(16), day(16, 4)).beyond is True
    assert review.kept(weekly([*few, 11]), "figure", day(16), day(16, 4)).beyond is False


def test_growth_of_a_quarter_ago_is_no_usual_movement_any_more():
    doubling = [20.0 * 2**week for week in range(6)]
    values = [*doubling, *[1000.0, 1010] * 10, 1400]
    assert review.kept(weekly(values), "figure", day(26), day(26, 4)).beyond is True
    assert review.kept(weekly([*doubling, *[1000.0, 1010] * 3, 1400]), "figure", day(12), day(12, 4)).beyond is False


def test_money_is_weighed_by_its_own_changes_alone():
    amounts = [1000.0, 1010] * 6
    found = review.kept(weekly([*amounts, 1025], "money"), "figure", day(12), day(12, 4))
    # 1,010 → 1,025 is 1.5 %; it never moved by more than 1 %.
    assert found.usual == pytest.approx(0.01)
    assert found.beyond is True


def test_a_rate_moves_in_points():
    found = review.kept(weekly([0.4, 0.41] * 6 + [0.35], "rate"), "figure", day(12), day(12, 6), "higher")
    assert found.change == pytest.approx(-0.06)
    # Of 1,000 people: 1.96 · √(.38 · .62 · 2/1000), 4.3 points; it had never moved farther than that.
    assert found.usual == pytest.approx(1.96 * np.sqrt(0.38 * 0.62 * 2 / 1000), abs=1e-4)
    assert (found.beyond, found.is_good) == (True, False)
    assert found.finding.key == "review.commitment.down.beyond"


@pytest.mark.parametrize(
    ("values", "pending", "made", "due", "key"),
    [
        (QUIET, 0, day(10), day(14), "open"),
        ([*QUIET, 1100], 1, day(10), day(10, 4), "open"),
        (QUIET, 0, day(0), day(1), "undefined"),
        ([0.0] * 10 + [5.0], 0, day(10), day(11), "undefined"),
        ([*QUIET, 1005.0], 0, day(10), day(10, 4), "same"),
        ([5.0, 6.0, 9.0], 0, day(2), day(2, 4), "up.unknown"),
        ([9.0, 8.0, 5.0], 0, day(2), day(2, 4), "down.unknown"),
    ],
)
def test_what_cannot_be_said_of_a_commitment_is_said(values, pending, made, due, key):
    assert review.kept(weekly(values, pending=pending), "figure", made, due).finding.key == f"review.commitment.{key}"


def test_before_it_is_due_the_last_settled_week_stands_in():
    found = review.kept(weekly([*QUIET, 1100, 1200]), "figure", day(10), day(14))
    assert (found.until, found.is_due_week) == (day(11), False)


def test_wrong_commitments_are_named():
    with pytest.raises(ValueError, match="figure must be one of figure, not 'payers'"):
        review.kept(weekly(QUIET), "payers", day(1), day(2))
    with pytest.raises(ValueError, match="due must not be before made"):
        review.kept(weekly(QUIET), "figure", day(2), day(1))


# Targets --------------------------------------------------------------------------------------------------


def month(value: float, gone: float = 0.5, of_target: float = np.nan, is_complete: bool = False) -> Month:
    return Month(date(2026, 11, 1), value, is_complete, of_target, gone)


@pytest.mark.parametrize(
    ("value", "gone", "complete", "better", "state"),
    [
        (500, 0.5, False, "higher", "even"),
        (526, 0.5, False, "higher", "ahead"),
        (474, 0.5, False, "higher", "behind"),
        (474, 0.5, False, "lower", "ahead"),
        (1000, 1.0, True, "higher", "reached"),
        (999, 1.0, True, "higher", "missed"),
        (1000, 1.0, True, "lower", "reached"),
        (1001, 1.0, True, "lower", "missed"),
    ],
)
def test_a_sum_is_held_against_the_days_gone(value, gone, complete, better, state):
    found = review.pace("new_users", month(value, gone, value / 1000, complete), 1000, better)
    assert found is not None
    assert found.state == state
    assert found.ends == pytest.approx(value / gone)
    assert found.finding.key == f"review.pace.sum.{state}"


@pytest.mark.parametrize(("value", "state"), [(0.45, "even"), (0.48, "ahead"), (0.42, "behind")])
def test_a_level_is_held_against_its_target(value, state):
    found = review.pace("activation", month(value), 0.45)
    assert found is not None
    assert (found.state, np.isnan(found.ends)) == (state, True)
    assert found.finding.key == f"review.pace.level.{state}"


def test_without_a_value_or_a_target_there_is_no_pace():
    assert review.pace("payers", month(np.nan), 10) is None
    assert review.pace("payers", month(3), 0) is None
