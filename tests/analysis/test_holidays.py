"""Days off of a country, weekends worked for them, and years nobody knows yet."""

from datetime import date

import pandas as pd
import pytest

from analysis import holidays


def rows(found: pd.DataFrame) -> list[tuple[date, str, str]]:
    return [(stamp.date(), kind, name) for stamp, kind, name in found.itertuples(index=False)]


def test_the_spring_festival_of_2026_with_its_weekends_and_the_days_worked_for_it():
    # State Council, 4 November 2025: off from 15 to 23 February, worked on the 14th and the 28th.
    found = rows(holidays.calendar("CN", date(2026, 2, 10), date(2026, 3, 5)).days)
    name = "Chinese New Year (Spring Festival)"
    assert found == [
        (date(2026, 2, 14), "workday", ""),
        *((date(2026, 2, day), "holiday", name) for day in range(15, 24)),
        (date(2026, 2, 28), "workday", ""),
    ]


def test_a_part_of_a_holiday_is_the_same_as_in_the_whole():
    whole = rows(holidays.calendar("CN", date(2025, 1, 1), date(2026, 12, 31)).days)
    part = rows(holidays.calendar("CN", date(2025, 10, 4), date(2025, 10, 12)).days)
    assert part == [row for row in whole if date(2025, 10, 4) <= row[0] < date(2025, 10, 12)]
    assert part[-1] == (date(2025, 10, 11), "workday", "")
    assert [day for day, kind, _ in part if kind == "holiday"] == [date(2025, 10, day) for day in range(4, 9)]


def test_a_holiday_has_its_name_in_both_languages():
    found = holidays.calendar("CN", date(2025, 5, 1), date(2025, 5, 6), "zh").days
    assert found["name"].tolist() == ["劳动节"] * 5
    assert set(holidays.calendar("CN", date(2025, 5, 1), date(2025, 5, 6)).days["name"]) == {"Labor Day"}


def test_elsewhere_no_weekend_is_worked():
    found = rows(holidays.calendar("US", date(2025, 7, 1), date(2025, 7, 31)).days)
    assert found == [(date(2025, 7, day), "holiday", "Independence Day") for day in (4, 5, 6)]


@pytest.mark.parametrize(
    ("country", "first", "until", "missing"),
    [
        ("CN", date(2025, 1, 1), date(2027, 1, 1), ()),
        ("CN", date(2026, 6, 1), date(2029, 1, 1), (2027, 2028)),
        ("CN", date(1940, 1, 1), date(1941, 1, 1), (1940,)),
        ("US", date(2025, 1, 1), date(2031, 1, 1), ()),
        ("XX", date(2025, 1, 1), date(2027, 1, 1), (2025, 2026)),
        ("CN", date(2025, 1, 1), date(2025, 1, 1), ()),
    ],
)
def test_years_that_are_not_known_are_said(country, first, until, missing):
    found = holidays.calendar(country, first, until)
    assert found.missing == missing
    told = found.finding
    assert (told is None) == (not missing)
    if told is not None:
        assert str(missing[0]) in str(told)


def test_notes_that_last_are_one_row_a_day():
    table = holidays.each_day(
        [
            (date(2025, 12, 10), date(2025, 12, 10), "incident", "Login"),
            (date(2025, 12, 1), date(2025, 12, 2), "holiday", "Ours"),
        ]
    )
    assert rows(table) == [
        (date(2025, 12, 1), "holiday", "Ours"),
        (date(2025, 12, 2), "holiday", "Ours"),
        (date(2025, 12, 10), "incident", "Login"),
    ]
    assert not len(holidays.each_day([]))
    pd.concat([table, holidays.calendar("CN", date(2025, 1, 1), date(2025, 2, 1)).days])
