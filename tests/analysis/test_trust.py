"""Whether the numbers can be trusted, judged from tables written by hand."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import trust
from analysis.reconciliation import Agreement


def tables(*rows: tuple[str, int, int, int | None]) -> pd.DataFrame:
    """Rows of: source, read, rejected, lag_days."""
    return pd.DataFrame(
        [
            {"source": source, "read": read, "accepted": read - rejected, "rejected": rejected, "lag_days": lag}
            for source, read, rejected, lag in rows
        ],
        columns=["source", "read", "accepted", "rejected", "lag_days"],
    ).astype({"lag_days": "Int64"})


def checks(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["check_id", "subject", "figure", "detail"])


def judged(
    brought: Any = (), found: Any = (), agreements: Any = (), max_rejected: float = 0.01
) -> list[tuple[str, str]]:
    troubles = trust.troubles(tables(*brought), checks(*found), agreements, max_rejected)
    return [(each.check, each.level) for each in troubles]


@pytest.mark.parametrize(
    ("rows", "key", "facts"),
    [
        ([], "nothing", {}),
        ([("users", 0, 0, None)], "nothing", {}),
        ([("users", 90, 0, 0), ("groups", 10, 0, None)], "even.clean", {"count": 0, "tables": 2, "rows": 100}),
        ([("users", 90, 1, 0), ("costs", 10, 1, 0)], "even.set_aside", {"count": 0, "tables": 2, "rows": 100}),
        ([("users", 90, 0, 0), ("costs", 10, 0, 3)], "behind.clean", {"count": 1, "tables": 2, "rows": 100}),
        (
            [("users", 90, 2, 1), ("costs", 10, 0, 3), ("content", 0, 0, None)],
            "behind.set_aside",
            {"count": 2, "tables": 2, "rows": 100},
        ),
    ],
)
def test_the_answer_says_how_far_the_data_go_what_lags_and_what_was_set_aside(rows, key, facts):
    found = trust.answer(tables(*rows), date(2026, 6, 24))
    assert found.key == f"data.answer.{key}"
    if facts:
        rejected = sum(rejected for _, _, rejected, _ in rows)
        assert found.figures == {**facts, "last": date(2026, 6, 23), "share": rejected / 100}


def test_what_is_to_be_mended_comes_before_what_is_to_be_known():
    found = judged(
        brought=[("users", 1000, 9, 0)],
        found=[
            ("values_folded", "country", 3, None),
            ("event_never_seen", "active: raed", 1, "read"),
            ("a_check_of_tomorrow", "users", 1, None),
            ("source_without_rows", "costs", 1, None),
        ],
    )
    assert found == [
        ("rejected_near", "mend"),
        ("source_without_rows", "mend"),
        ("event_never_seen", "mend"),
        ("values_folded", "know"),
        ("a_check_of_tomorrow", "know"),
    ]


@pytest.mark.parametrize(
    ("check", "figure", "level"),
    [
        ("people_not_in_users", 9, "know"),
        ("people_not_in_users", 10, "mend"),
        ("values_not_readable", 99, "know"),
        ("values_not_readable", 100, "mend"),
    ],
)
def test_one_in_a_thousand_is_only_to_be_known(check, figure, level):
    subject = "users" if check == "people_not_in_users" else "events"
    brought = [("users", 10_000, 0, 0), ("events", 100_000, 0, 0)]
    assert judged(brought, [(check, subject, figure, None)]) == [(check, level)]


@pytest.mark.parametrize(("rejected", "near"), [(0, False), (4, False), (5, True), (10, True)])
def test_half_way_to_the_share_that_stops_a_build_is_told(rejected, near):
    assert bool(judged([("users", 1000, rejected, 0)])) == near


def test_a_finding_keeps_its_subject_its_number_and_the_nearest_name():
    [found] = trust.troubles(tables(), checks(("event_never_seen", "active: raed", 1, "read")), [], 0.01)
    told = {"subject": "active: raed", "count": 1, "detail": "read"}
    assert (found.finding.key, found.finding.figures) == ("data.check.event_never_seen.what", told)


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [(-0.002, 0.002, False), (0.01, 0.02, False), (-0.02, 0.03, True), (0.01, 0.3, True), (np.nan, np.nan, False)],
)
def test_only_a_difference_that_is_not_steady_is_told(low, high, told):
    each = Agreement("active_users", "percent", median=0.01, low=low, high=high, days=20, only_ours=0)
    assert judged(agreements=[each]) == ([("agreement", "know")] if told else [])
