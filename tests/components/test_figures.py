"""Numbers and days as they are read, in both languages."""

from datetime import date

import pytest

from components import figures

NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "unit", "english", "chinese"),
    [
        (0, "people", "0", "0"),
        (18402, "people", "18,402", "18,402"),
        (99_999, "people", "99,999", "99,999"),
        (123_456, "people", "123\u00a0k", "12.3万"),
        (999_600, "people", "1.00\u00a0m", "100万"),
        (1_234_567, "people", "1.23\u00a0m", "123万"),
        (123_456_789, "people", "123\u00a0m", "1.23亿"),
        (0.314, "rate", "31.4\u00a0%", "31.4%"),
        (-0.0001, "rate", "0.0\u00a0%", "0.0%"),
        (1.2345, "ratio", "1.23", "1.23"),
        (0.85, "ratio", "0.850", "0.850"),
        (99.97, "ratio", "100", "100"),
        (22.98, "money", "¥23.0", "¥23.0"),
        (0.0019531, "ratio", "0.00195", "0.00195"),
        (1170, "money", "¥1,170", "¥1,170"),
        (-1170.4, "money", "−¥1,170", "−¥1,170"),
        (12.6667, "money", "¥12.7", "¥12.7"),
        (NAN, "people", "—", "—"),
        (NAN, "rate", "—", "—"),
        (float("inf"), "ratio", "—", "—"),
    ],
)
def test_a_card_shows_three_figures_and_people_in_full(value, unit, english, chinese):
    assert figures.short(value, unit, "en", "CNY") == english
    assert figures.short(value, unit, "zh", "CNY") == chinese


def test_a_hover_hides_nothing():
    assert figures.exact(1_234_567, "people", "en") == "1,234,567"
    assert figures.exact(0.31416, "rate", "en") == "31.42\u00a0%"
    assert figures.exact(1234.5, "money", "en", "SEK") == "SEK\u00a01,234.50"
    assert figures.exact(1.02249, "ratio", "en") == "1.022"


def test_a_change_of_a_rate_is_in_points_and_an_interval_has_both_ends():
    assert figures.points(-0.021, "en") == "2.1 points"
    assert figures.points(0.021, "zh") == "2.1 个百分点"
    assert figures.interval(0.314, 0.302, 0.326, "en") == "31.4\u00a0% (30.2–32.6)"
    assert figures.interval(0.314, 0.302, 0.326, "zh") == "31.4%（30.2–32.6）"
    assert figures.interval(NAN, NAN, NAN, "en") == "—"


def test_days_are_written_as_each_language_does():
    day = date(2026, 6, 20)
    assert figures.day(day, "en") == "Sat 20 Jun 2026"
    assert figures.day(day, "zh") == "2026年6月20日 周六"
    assert figures.days(date(2026, 3, 22), day, "en") == "22 Mar to 20 Jun 2026"
    assert figures.days(date(2025, 3, 22), day, "en") == "22 Mar 2025 to 20 Jun 2026"
    assert figures.days(date(2026, 3, 22), day, "zh") == "2026年3月22日 至 6月20日"
    assert figures.days(day, day, "en") == "Sat 20 Jun 2026"
    assert figures.period(day, "month", "zh") == "2026年6月"


@pytest.mark.parametrize(
    ("value", "unit", "english", "chinese"),
    [
        (0.012, "people", "+1.2\u00a0%", "+1.2%"),
        (-0.012, "money", "−1.2\u00a0%", "−1.2%"),
        (0.0, "people", "0.0\u00a0%", "0.0%"),
        (0.0004, "people", "0.0\u00a0%", "0.0%"),
        (0.021, "rate", "+2.1 points", "+2.1 个百分点"),
        (-0.021, "rate", "−2.1 points", "−2.1 个百分点"),
        (float("nan"), "rate", "—", "—"),
        (float("nan"), "people", "—", "—"),
    ],
)
def test_a_difference_has_its_sign_and_of_a_rate_is_in_points(value, unit, english, chinese):
    assert figures.difference(value, unit, "en") == english
    assert figures.difference(value, unit, "zh") == chinese


@pytest.mark.parametrize(
    ("value", "exact"), [(118.4, "118.4"), (118.0, "118"), (-0.25, "−0.25"), (34567.8125, "34,567.8125")]
)
def test_a_number_has_the_decimals_that_it_came_with(value, exact):
    assert figures.exact(value, "number", "en") == exact
