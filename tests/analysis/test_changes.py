"""What is different from the build before, told from rows written by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import changes
from analysis.finding import Finding

COLUMNS = (
    *("kind", "subject", "day", "changed", "before", "after"),
    *("before_of", "after_of", "before_text", "after_text", "detail"),
)
UNITS = {"new_users": "people", "activation": "rate", "revenue": "money"}


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    """Rows as data/changes gives them; what is not named is missing."""
    found = pd.DataFrame([{**dict.fromkeys(COLUMNS), **row} for row in rows], columns=list(COLUMNS))
    return found.astype(
        {"changed": "Int64", "before": float, "after": float, "before_of": "Int64", "after_of": "Int64"}
    ).assign(day=pd.to_datetime(found["day"]))


def figure(
    subject: str, day: int, before: Any, after: Any, before_of: Any = None, after_of: Any = None
) -> dict[str, Any]:
    own = {"before": before, "after": after, "before_of": before_of, "after_of": after_of}
    return {"kind": "figure", "subject": subject, "day": f"2026-03-{day:02}", **own}


@pytest.mark.parametrize(
    ("row", "key", "facts"),
    [
        (
            {"kind": "rows_late", "subject": "payments", "changed": 25, "before": 6079, "after": 6104},
            "rows_late",
            {"subject": "payments", "count": 25},
        ),
        ({"kind": "rows_gone", "subject": "events", "changed": 1}, "rows_gone", {"subject": "events", "count": 1}),
        (
            {"kind": "rows_changed", "subject": "payments", "day": "2026-03-02", "changed": 3, "before": 9, "after": 9},
            "rows_changed",
            {"subject": "payments", "count": 3},
        ),
        ({"kind": "users_gone", "subject": "users", "changed": 3}, "users_gone", {"subject": "users", "count": 3}),
        (
            {"kind": "users_unlisted", "subject": "users", "changed": 5},
            "users_unlisted",
            {"subject": "users", "count": 5},
        ),
        (
            {"kind": "users_changed", "subject": "channel", "changed": 4},
            "users_changed",
            {"subject": "channel", "count": 4},
        ),
        (
            {"kind": "users_changed", "subject": "acquired_on", "changed": 4},
            "users_moved",
            {"subject": "acquired_on", "count": 4},
        ),
        (
            {"kind": "setting", "subject": "activation.within_days", "before_text": "7", "after_text": "14"},
            "setting",
            {"subject": "activation.within_days", "before": "7", "after": "14"},
        ),
        (
            {"kind": "setting", "subject": "currency", "after_text": "CNY"},
            "setting_new",
            {"subject": "currency", "before": "", "after": "CNY"},
        ),
        (
            {"kind": "setting", "subject": "currency", "before_text": "CNY"},
            "setting_gone",
            {"subject": "currency", "before": "CNY", "after": ""},
        ),
        (
            {"kind": "folding", "subject": "country", "changed": 9, "after": 9, "detail": "HK"},
            "folding",
            {"subject": "country", "value": "HK", "count": 9},
        ),
        (
            {"kind": "folding", "subject": "country", "changed": 9, "before": 9, "detail": "HK"},
            "unfolded",
            {"subject": "country", "value": "HK", "count": 9},
        ),
    ],
)
def test_a_cause_is_told_with_what_it_is_about_and_how_many(row, key, facts):
    assert changes.causes(table(row)) == [Finding(f"data.changed.{key}", facts)]


def test_the_most_telling_cause_comes_first_and_of_one_kind_the_largest():
    found = changes.causes(
        table(
            {"kind": "folding", "subject": "country", "changed": 900, "after": 900, "detail": "HK"},
            {"kind": "rows_late", "subject": "events", "changed": 2},
            {"kind": "rows_late", "subject": "payments", "changed": 25},
            figure("new_users", 1, 5, 4),
            {"kind": "rows_changed", "subject": "payments", "changed": 3},
            {"kind": "users_unlisted", "subject": "users", "changed": 5},
            {"kind": "users_gone", "subject": "users", "changed": 1},
            {"kind": "setting", "subject": "active", "before_text": "any", "after_text": "[read]"},
        )
    )
    assert [(each.key.split(".")[-1], each.figures["subject"]) for each in found] == [
        ("setting", "active"),
        ("users_gone", "users"),
        ("users_unlisted", "users"),
        ("rows_changed", "payments"),
        ("rows_late", "payments"),
        ("rows_late", "events"),
        ("folding", "country"),
    ]


def test_a_figure_is_told_with_the_day_on_which_it_moved_farthest():
    found = changes.restated(
        table(
            figure("new_users", 1, 100, 99),
            figure("new_users", 2, 18402, 18377),
            figure("new_users", 3, 4, 8),
            figure("activation", 2, 30, 30, 100, 120),
            figure("revenue", 4, 0, 60),
            figure("no_figure_of_ours", 4, 0, 60),
        ),
        UNITS,
    )
    # revenue has come from nothing; activation went from 30 % to 25 %, 5 points; new users fell by 25 of 18,402.
    assert found["figure"].tolist() == ["revenue", "activation", "new_users"]
    assert found["days"].tolist() == [1, 1, 3]
    assert found["day"].dt.day.tolist() == [4, 2, 2]
    assert found[["before", "after"]].to_numpy().tolist() == [[0, 60], [0.3, 0.25], [18402, 18377]]
    assert found["difference"].to_numpy() == pytest.approx([np.nan, -0.05, -25 / 18402], nan_ok=True)


def test_a_share_that_is_the_same_of_fewer_people_has_not_moved():
    found = changes.restated(table(figure("activation", 2, 0, 0, 10, 9), figure("activation", 3, 5, 4, 10, 8)), UNITS)
    assert not len(found)


def test_a_figure_that_was_not_there_is_told_as_missing():
    [row] = changes.restated(table(figure("new_users", 2, None, 7)), UNITS).to_dict("records")
    assert np.isnan(row["before"])
    assert row["after"] == 7


def test_no_change_is_no_cause():
    assert changes.causes(table()) == []
    assert not len(changes.restated(table(), UNITS))
