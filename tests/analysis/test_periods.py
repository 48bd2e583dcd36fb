"""Which days a period means: by hand, from a calendar."""

from datetime import date as day

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import periods
from analysis.periods import Span

DAYS = st.dates(day(1995, 1, 1), day(2060, 12, 31))
FIRST = day(2020, 1, 1)


@pytest.mark.parametrize(
    ("name", "data_until", "from_", "until"),
    [
        ("yesterday", day(2026, 7, 1), day(2026, 6, 30), day(2026, 7, 1)),
        ("last_7_days", day(2026, 3, 3), day(2026, 2, 24), day(2026, 3, 3)),
        ("last_28_days", day(2024, 3, 1), day(2024, 2, 2), day(2024, 3, 1)),
        ("last_13_weeks", day(2026, 7, 1), day(2026, 3, 30), day(2026, 7, 1)),
        ("last_13_weeks", day(2026, 6, 29), day(2026, 3, 30), day(2026, 6, 29)),
        ("last_12_months", day(2024, 2, 29), day(2023, 2, 1), day(2024, 2, 29)),
        ("last_12_months", day(2025, 1, 1), day(2024, 1, 1), day(2025, 1, 1)),
        ("month_to_date", day(2026, 3, 15), day(2026, 3, 1), day(2026, 3, 15)),
        ("month_to_date", day(2026, 3, 1), day(2026, 2, 1), day(2026, 3, 1)),
        ("last_month", day(2026, 3, 15), day(2026, 2, 1), day(2026, 3, 1)),
        ("last_month", day(2026, 1, 1), day(2025, 11, 1), day(2025, 12, 1)),
        ("year_to_date", day(2026, 1, 1), day(2025, 1, 1), day(2026, 1, 1)),
        ("all", day(2026, 3, 15), FIRST, day(2026, 3, 15)),
    ],
)
def test_a_named_period_is_reckoned_back_from_the_data(name, data_until, from_, until):
    assert periods.named(name, FIRST, data_until) == Span(from_, until)


def test_two_typed_days_are_no_named_period():
    with pytest.raises(ValueError, match="'custom'"):
        periods.named("custom", FIRST, day(2026, 1, 1))


@pytest.mark.parametrize(
    ("name", "from_", "until", "how", "before"),
    [
        ("last_7_days", (2026, 3, 8), (2026, 3, 15), "previous", ((2026, 3, 1), (2026, 3, 8))),
        ("last_7_days", (2026, 3, 8), (2026, 3, 15), "last_week", ((2026, 3, 1), (2026, 3, 8))),
        ("last_13_weeks", (2026, 4, 1), (2026, 7, 1), "last_week", ((2026, 3, 25), (2026, 6, 24))),
        ("last_13_weeks", (2026, 3, 30), (2026, 7, 1), "previous", ((2025, 12, 29), (2026, 3, 30))),
        ("last_12_months", (2023, 2, 1), (2024, 2, 29), "previous", ((2022, 2, 1), (2023, 2, 1))),
        ("month_to_date", (2026, 3, 1), (2026, 3, 16), "previous", ((2026, 2, 1), (2026, 2, 16))),
        ("month_to_date", (2026, 3, 1), (2026, 4, 1), "previous", ((2026, 2, 1), (2026, 3, 1))),
        ("month_to_date", (2026, 1, 1), (2026, 1, 11), "previous", ((2025, 12, 1), (2025, 12, 11))),
        ("last_month", (2026, 2, 1), (2026, 3, 1), "previous", ((2026, 1, 1), (2026, 2, 1))),
        ("year_to_date", (2026, 1, 1), (2026, 3, 1), "previous", ((2025, 1, 1), (2025, 3, 1))),
        ("custom", (2024, 2, 1), (2024, 3, 1), "last_year", ((2023, 2, 1), (2023, 3, 1))),
        ("custom", (2025, 2, 1), (2025, 3, 1), "last_year", ((2024, 2, 1), (2024, 2, 29))),
        ("all", (2025, 2, 1), (2025, 3, 1), "last_year", ((2024, 2, 1), (2024, 2, 29))),
    ],
)
def test_what_a_period_is_compared_with(name, from_, until, how, before):
    expected = Span(day(*before[0]), day(*before[1]))
    assert periods.compared(Span(day(*from_), day(*until)), how, name) == expected


@pytest.mark.parametrize(
    ("name", "from_", "until", "how", "last"),
    [
        ("last_13_weeks", (2026, 3, 23), (2026, 6, 24), "previous", (2026, 6, 22)),
        ("last_13_weeks", (2026, 3, 23), (2026, 6, 22), "previous", (2026, 6, 22)),
        ("last_12_months", (2023, 2, 1), (2024, 2, 29), "previous", (2024, 2, 1)),
        # A year or a week ago there are as many days, and no days to leave out.
        ("last_13_weeks", (2026, 3, 23), (2026, 6, 24), "last_year", (2026, 6, 24)),
        ("last_13_weeks", (2026, 3, 23), (2026, 6, 24), "none", (2026, 6, 24)),
        ("last_28_days", (2026, 5, 27), (2026, 6, 24), "previous", (2026, 6, 24)),
        ("last_month", (2026, 3, 1), (2026, 4, 1), "previous", (2026, 4, 1)),
    ],
)
def test_sums_are_compared_over_complete_weeks_and_months(name, from_, until, how, last):
    span = Span(day(*from_), day(*until))
    found = periods.matched(span, how, name)
    assert found == Span(span.from_, day(*last))
    before = periods.compared(span, how, name)
    if before and name == "last_13_weeks":
        assert found.days == before.days


def test_nothing_comes_before_all_days_and_nothing_where_none_is_asked_for():
    span = Span(day(2026, 1, 1), day(2026, 2, 1))
    assert periods.compared(span, "previous", "all") is None
    assert periods.compared(span, "none", "last_month") is None


@pytest.mark.parametrize(
    ("grain", "week_start", "first"),
    [
        ("day", "monday", day(2024, 2, 29)),
        ("week", "monday", day(2024, 2, 26)),
        ("week", "sunday", day(2024, 2, 25)),
        ("week", "thursday", day(2024, 2, 29)),
        ("week", "friday", day(2024, 2, 23)),
        ("month", "monday", day(2024, 2, 1)),
    ],
)
def test_the_first_day_of_a_period(grain, week_start, first):
    assert periods.start_of(day(2024, 2, 29), grain, week_start) == first


def test_history_reaches_back_far_enough_for_a_year_ago():
    assert periods.with_history(day(2026, 6, 17), "week") == day(2024, 12, 16)
    assert periods.with_history(day(2026, 6, 17), "month") == day(2024, 6, 1)
    assert periods.with_history(day(2026, 6, 17), "day") == day(2026, 3, 11)


def test_periods_between_two_first_days():
    assert periods.apart(day(2025, 11, 1), day(2026, 2, 1), "month") == 3
    assert periods.apart(day(2024, 2, 26), day(2024, 3, 11), "week") == 2
    assert periods.apart(day(2024, 2, 28), day(2024, 3, 1), "day") == 2


def test_a_span_does_not_run_backwards():
    with pytest.raises(ValueError, match="2026-01-02"):
        Span(day(2026, 1, 2), day(2026, 1, 1))


@given(DAYS, st.integers(-600, 600))
def test_months_later_and_back_never_leave_the_month(start, months):
    there = periods.add_months(start, months)
    assert (there.year * 12 + there.month) - (start.year * 12 + start.month) == months
    assert there.day <= start.day


@given(DAYS, st.sampled_from(periods.WEEKDAYS))
def test_a_week_starts_on_its_day_and_holds_the_day(start, week_start):
    first = periods.start_of(start, "week", week_start)
    assert periods.WEEKDAYS[first.weekday()] == week_start
    assert 0 <= (start - first).days < 7


@given(DAYS, st.sampled_from(periods.WEEKDAYS))
def test_thirteen_weeks_are_complete_ones_and_the_running_one(data_until, week_start):
    span = periods.named("last_13_weeks", FIRST, data_until, week_start)
    before = periods.compared(span, "previous", "last_13_weeks")
    assert periods.WEEKDAYS[span.from_.weekday()] == week_start
    assert 91 <= span.days < 98
    assert before is not None
    assert (before.until, before.days) == (span.from_, 91)


@given(DAYS, st.sampled_from(["yesterday", "last_7_days", "last_28_days"]))
def test_the_period_before_ends_where_this_one_begins_and_is_as_long(data_until, name):
    span = periods.named(name, FIRST, data_until)
    before = periods.compared(span, "previous", name)
    assert before is not None
    assert before.until == span.from_
    assert before.days == span.days
