"""The order of a register: what is late first."""

from datetime import date

import pytest

from analysis.registers import Line, ordered, standing

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("state", "due", "expected"),
    [
        ("open", date(2026, 11, 22), "overdue"),
        ("open", date(2026, 11, 23), "open"),
        ("open", None, "open"),
        ("raised", date(2026, 11, 1), "overdue"),
        ("live", date(2026, 11, 1), "overdue"),
        ("done", date(2026, 11, 1), "closed"),
        ("dropped", None, "closed"),
        ("verified", date(2026, 11, 1), "closed"),
        ("declined", date(2026, 12, 1), "closed"),
        (None, None, "open"),
    ],
)
def test_an_entry_is_overdue_from_the_day_after_it_was_due_until_it_is_closed(state, due, expected):
    assert standing(Line(1, state, due), TODAY) == expected


def test_late_and_escalated_entries_stand_first_and_closed_ones_last():
    lines = [
        Line(1, "done", date(2026, 1, 1)),
        Line(2, "open", date(2026, 12, 1)),
        Line(3, "open", date(2026, 11, 30)),
        Line(4, "open", date(2026, 11, 2)),
        Line(5, "open", date(2026, 11, 9), escalated=True),
        Line(6, "open", None),
        Line(7, "open", None),
    ]
    assert [line.id for line in ordered(lines, TODAY)] == [5, 4, 3, 2, 7, 6, 1]
