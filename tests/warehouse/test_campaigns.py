"""Campaigns: given → whole rows, on small logs whose answers are counted by hand."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.products import Answers, Row, built
from warehouse import read
from warehouse.errors import WrongParameter

UNTIL = date(2024, 3, 1)
COLUMNS = ("arm", "metric", "n", "sum_y", "sum_yy", "sum_x", "sum_xx", "sum_xy")


def feb(day: int) -> date:
    """A day of February 2024, which has 29."""
    return date(2024, 2, day)


def campaign(name: str, starts_on: date, ends_on: date, **more: Any) -> Row:
    return {
        "campaign_id": name,
        "name": name.title(),
        "kind": "product",
        "starts_on": starts_on,
        "ends_on": ends_on,
        **more,
    }


def exposure(name: str, who: str, arm: str, at: str) -> Row:
    return {"campaign_id": name, "user_id": who, "arm": arm, "exposed_at": at}


def user(who: str, at: str) -> Row:
    return {"user_id": who, "signed_up_at": at, "platform": "web" if who == "ben" else "ios"}


def did(who: str, event: str, at: str) -> Row:
    return {"user_id": who, "event": event, "occurred_at": at}


def paid(who: str, amount: str, at: str) -> Row:
    return {"user_id": who, "amount": amount, "paid_at": at}


# Ann is held out, ben, dan and fay are shown spring; cat is in both arms, eve was shown it before she signed up. ------

PRODUCT = {
    "dimensions": {"platform": "Platform"},
    "guardrails": {"opt_out": ["mute"]},
    "reward_events": ["prize"],
    "data_until": UNTIL,
}
TABLES: dict[str, list[Row]] = {
    "users": [
        user("ann", "2024-01-01 10:00"),
        user("ben", "2024-01-01 10:00"),
        user("cat", "2024-01-01 10:00"),
        user("dan", "2024-01-30 10:00"),
        user("eve", "2024-02-05 12:00"),
        user("fay", "2024-02-01 10:00"),
        user("gus", "2024-02-26 12:00"),
    ],
    "events": [
        did("ann", "read", "2024-01-07 23:59"),  # day -29
        did("ann", "read", "2024-01-08 00:00"),  # day -28
        did("ann", "read", "2024-02-05 08:59"),  # a minute before her exposure
        did("ann", "read", "2024-02-08 09:00"),  # day 3: past a window of three days
        did("ben", "read", "2024-02-05 09:00"),
        did("ben", "open", "2024-02-12 09:00"),  # day 7
        did("dan", "read", "2024-02-08 23:59"),  # day 2
        did("fay", "mute", "2024-02-10 09:00"),
        did("cat", "read", "2024-02-05 10:00"),
        did("gus", "prize", "2024-02-27 10:00"),
    ],
    "payments": [
        paid("ben", "1", "2024-01-07 23:59"),  # day -29
        paid("ben", "2", "2024-01-08 00:00"),  # day -28
        paid("ben", "5", "2024-02-04 12:00"),
        paid("ben", "30", "2024-02-06 12:00"),
        paid("ben", "-10", "2024-02-07 12:00"),
        paid("ben", "99", "2024-02-08 12:00"),
        paid("gus", "8", "2024-02-27 12:00"),
    ],
    "campaigns": [
        campaign("spring", feb(5), feb(6), cost=100, goal="read", window_days=3, expected=0.05, control_share=0.25),
        campaign("<script>", feb(9), feb(8), cost=-5, window_days=0, control_share=1.5),
        campaign("=1+1", UNTIL, date(2024, 3, 6), cost=0, goal="raed", window_days=5, control_share=0),
        campaign("late", feb(25), UNTIL, goal="payment"),
    ],
    "exposures": [
        exposure("spring", "ann", "Control", "2024-02-05 09:00"),
        exposure("spring", "ben", "card", "2024-02-05 09:00"),
        exposure("spring", "cat", "another", "2024-02-05 09:00"),
        exposure("spring", "cat", "control", "2024-02-06 09:00"),
        exposure("spring", "dan", "card", "2024-02-07 09:00"),
        exposure("spring", "dan", "card", "2024-02-06 00:00"),
        exposure("spring", "eve", "card", "2024-02-05 09:00"),
        exposure("spring", "fay", "card", "2024-02-09 10:00"),
        # Only the day is known, and he signed up on it.
        exposure("late", "gus", "card", "2024-02-26 00:00"),
    ],
}


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    with built(PRODUCT, TABLES, today=date(2024, 3, 2)) as found:
        yield found


def test_people_followed_in_parts_are_those_followed_at_once(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = "select table_name from duckdb_tables() where table_name like 'campaign_%' order by all"
    monkeypatch.setattr("warehouse.build.EXPOSED_AT_ONCE", 2)
    with built(PRODUCT, TABLES, today=date(2024, 3, 2)) as in_parts:
        assert in_parts.sql(counted) == answers.sql(counted)
        for (table,) in answers.sql(counted):
            everything = f"from {table} order by all"
            assert in_parts.sql(everything) == answers.sql(everything), table
        steps = "select rows from build_steps where step = 'campaign_people'"
        assert in_parts.sql(steps) == answers.sql(steps) == [(5,)]


def test_campaigns_are_listed_the_latest_first_with_who_was_left_out_and_why(answers: Answers) -> None:
    rows = {row.pop("campaign_id"): row for row in answers.dicts("campaigns/list")}
    nobody = {
        "arms": 0,
        "has_control": False,
        "assigned": 0,
        "in_two_arms": 0,
        "before_joining": 0,
        "exposed_again": 0,
        "outside_days": 0,
        "overlapped": 0,
        "first_exposed_on": None,
        "last_exposed_on": None,
        "closed": 0,
        "pending": 0,
        "payments_cap": None,
        "min_days_after_joining": None,
    }
    assert list(rows) == ["=1+1", "late", "<script>", "spring"]
    assert rows["spring"] == {
        "name": "Spring",
        "kind": "product",
        "starts_on": feb(5),
        "ends_on": feb(6),
        "ends_before_start": False,
        "cost": 100,
        "goal": "read",
        "goal_times": 7,
        "window_days": 3,
        "is_window_stated": True,
        "expected": 0.05,
        "control_share": 0.25,
        "state": "final",
        "arms": 2,
        "has_control": True,
        "assigned": 4,
        "in_two_arms": 1,
        "before_joining": 1,
        "exposed_again": 1,
        "outside_days": 1,
        "overlapped": 0,
        "first_exposed_on": feb(5),
        "last_exposed_on": feb(9),
        "closes_on": feb(12),
        "closed": 4,
        "pending": 0,
        "reached_so_far": 2,
        "payments_cap": 20,
        "min_days_after_joining": 7,
    }
    # What is written of it cannot be: no cost below 0, no window without days, no share above 1. Those are missing.
    assert rows["<script>"] == nobody | {
        "name": "<Script>",
        "kind": "product",
        "starts_on": feb(9),
        "ends_on": feb(8),
        "ends_before_start": True,
        "cost": None,
        "goal": None,
        "goal_times": None,
        "window_days": 7,
        "is_window_stated": False,
        "expected": None,
        "control_share": None,
        "state": "final",
        "closes_on": feb(16),
        "reached_so_far": None,
    }
    assert rows["=1+1"] == nobody | {
        "name": "=1+1",
        "kind": "product",
        "starts_on": UNTIL,
        "ends_on": date(2024, 3, 6),
        "ends_before_start": False,
        "cost": 0,
        "goal": "raed",
        "goal_times": 0,
        "window_days": 5,
        "is_window_stated": True,
        "expected": None,
        "control_share": 0,
        "state": "planned",
        "closes_on": date(2024, 3, 11),
        "reached_so_far": 0,
    }
    assert rows["late"] == nobody | {
        "name": "Late",
        "kind": "product",
        "starts_on": feb(25),
        "ends_on": UNTIL,
        "ends_before_start": False,
        "cost": None,
        "goal": "payment",
        "goal_times": 6,
        "window_days": 7,
        "is_window_stated": False,
        "expected": None,
        "control_share": None,
        "state": "running",
        "arms": 1,
        "assigned": 1,
        "first_exposed_on": feb(26),
        "last_exposed_on": feb(26),
        "closes_on": date(2024, 3, 8),
        "pending": 1,
        "reached_so_far": 1,
        "min_days_after_joining": 0,
    }


def test_values_that_cannot_be_are_missing_and_told_and_their_campaign_stays(answers: Answers) -> None:
    assert ("values_not_readable", "campaigns", 3, None) in answers.rows("data/checks")
    [campaigns] = [row for row in answers.rows("data/tables") if row[0] == "campaigns"]
    assert campaigns[1:5] == (True, 4, 4, 0)


def test_outcomes_are_sums_over_those_whose_window_is_over_the_control_first(answers: Answers) -> None:
    rows = answers.dicts("campaigns/outcomes", campaign="spring")
    assert tuple(rows[0]) == COLUMNS
    assert [tuple(row.values()) for row in rows] == [
        ("control", "active_days", 1, 1, 1, 1, 1, 1),
        ("control", "goal", 1, 0, 0, 1, 1, 0),
        ("control", "opt_out", 1, 0, 0, 0, 0, 0),
        ("control", "payments", 1, 0, 0, 0, 0, 0),
        ("control", "retention_day_30", 0, 0, 0, 0, 0, 0),
        ("control", "retention_day_7", 1, 0, 0, 1, 1, 0),
        ("card", "active_days", 3, 4, 6, 2, 4, 4),
        ("card", "goal", 3, 2, 2, 0, 0, 0),
        ("card", "opt_out", 3, 1, 1, 0, 0, 0),
        ("card", "payments", 3, 20, 400, 7, 49, 140),
        ("card", "retention_day_30", 0, 0, 0, 0, 0, 0),
        ("card", "retention_day_7", 3, 1, 1, 2, 4, 2),
    ]


def test_a_metric_counts_those_whose_last_day_for_it_is_over() -> None:
    """On 1 March: a window of 3 days begun on 27 February is over, day 7 after the 22nd, day 30 after 30 January."""
    days = [date(2024, 1, 30), date(2024, 1, 31), feb(22), feb(23), feb(27), feb(28)]
    tables = {
        "users": [user(f"p{number}", f"{day} 08:00") for number, day in enumerate(days)],
        "events": [did("p0", "read", "2024-01-30 09:00"), did("p1", "prize", "2024-01-31 09:00")],
        "campaigns": [campaign("edge", date(2024, 1, 30), feb(28), window_days=3, goal="read")],
        "exposures": [exposure("edge", f"p{number}", "card", f"{day} 09:00") for number, day in enumerate(days)],
    }
    with built(PRODUCT | {"guardrails": {}}, tables, today=UNTIL) as found:
        counted = {row["metric"]: row["n"] for row in found.dicts("campaigns/outcomes", campaign="edge")}
        # They joined on the same days: whether they are hollow is known after seven, until 23 February.
        assert found.rows("campaigns/quality", campaign="edge")[0] == ("campaign", 6, 3, 0, 1, 0, 4, 1)
    assert counted == {"active_days": 5, "goal": 5, "payments": 5, "retention_day_30": 1, "retention_day_7": 3}


def test_a_campaign_without_a_goal_or_without_people_has_no_outcome(answers: Answers) -> None:
    assert answers.rows("campaigns/outcomes", campaign="<script>") == []
    assert answers.rows("campaigns/daily", campaign="<script>") == []
    assert [row[1] for row in answers.rows("campaigns/before_after", campaign="<script>")].count("during") == 2
    assert {row[3] for row in answers.rows("campaigns/before_after", campaign="<script>")} == {None}
    assert answers.rows("campaigns/rewards", campaign="<script>") == [(0, 0, 0)]


def test_where_no_campaign_is_named_the_latest_with_anybody_is_meant(answers: Answers) -> None:
    assert answers.rows("campaigns/arms") == [("card", 1, 0, 1, 0, 1, feb(26), feb(26))]
    assert {row[2] for row in answers.rows("campaigns/outcomes")} == {0}


def test_a_filter_that_keeps_nobody_of_an_arm_keeps_the_arm(answers: Answers) -> None:
    [web] = [row["segment_id"] for row in answers.dicts("data/segments") if row["platform"] == "web"]
    asked: dict[str, Any] = {"campaign": "spring", "segments": [web]}
    assert answers.rows("campaigns/arms", **asked) == [
        ("control", 0, 0, 0, 0, 0, None, None),
        ("card", 1, 1, 0, 1, 1, feb(5), feb(5)),
    ]
    assert [row[:4] for row in answers.rows("campaigns/outcomes", **asked) if row[1] == "goal"] == [
        ("control", "goal", 0, 0),
        ("card", "goal", 1, 1),
    ]
    assert [(row[0], row[2], row[3]) for row in answers.rows("campaigns/daily", **asked)][:2] == [
        ("control", 0, 0),
        ("control", 0, 0),
    ]


def test_the_arms_of_all_campaigns_are_those_of_each(answers: Answers) -> None:
    [web] = [row["segment_id"] for row in answers.dicts("data/segments") if row["platform"] == "web"]
    assert answers.rows("campaigns/arms_of_all") == [
        ("late", "card", 1),
        ("spring", "control", 1),
        ("spring", "card", 3),
    ]
    assert answers.rows("campaigns/arms_of_all", segments=[web]) == [
        ("late", "card", 0),
        ("spring", "control", 0),
        ("spring", "card", 1),
    ]


def test_outcomes_by_value_have_every_arm_for_each_value(answers: Answers) -> None:
    assert answers.rows("campaigns/outcomes_by_value", campaign="spring", dimension="platform") == [
        ("ios", "control", "goal", 1, 0, 0, 1, 1, 0),
        ("ios", "card", "goal", 2, 1, 1, 0, 0, 0),
        ("web", "control", "goal", 0, 0, 0, 0, 0, 0),
        ("web", "card", "goal", 1, 1, 1, 0, 0, 0),
    ]


def test_days_since_exposure_run_two_windows_past_the_end(answers: Answers) -> None:
    assert answers.rows("campaigns/daily", campaign="spring") == [
        *(("control", day, 1, 0) for day in range(3)),
        *(("control", day, 1, 1) for day in range(3, 9)),
        *(("card", day, 3, 1) for day in range(2)),
        *(("card", day, 3, 2) for day in range(2, 9)),
    ]
    # Of somebody exposed on 26 February days 0 to 3 are over on 1 March.
    assert [row[1:] for row in answers.rows("campaigns/daily", campaign="late")] == [
        (0, 1, 0),
        *((day, 1, 1) for day in range(1, 4)),
        *((day, 0, 0) for day in range(4, 21)),
    ]


def test_pacing_tells_day_by_day_who_was_assigned_and_until_when_they_are_open(answers: Answers) -> None:
    assert answers.rows("campaigns/pacing", campaign="spring") == [
        (feb(5), "control", 1, 0, feb(8), True),
        (feb(5), "card", 1, 1, feb(8), True),
        (feb(6), "card", 1, 1, feb(9), True),
        (feb(9), "card", 1, 0, feb(12), True),
    ]
    assert answers.rows("campaigns/pacing", campaign="late") == [
        (feb(26), "card", 1, 1, date(2024, 3, 4), False),
    ]


def test_before_and_after_are_days_of_everybody_as_far_as_the_data_go(answers: Answers) -> None:
    rows = answers.rows("campaigns/before_after", campaign="spring")
    assert (rows[0][:2], rows[-1][:2]) == ((date(2024, 1, 8), "before"), (feb(12), "after"))
    assert len(rows) == 36
    assert [row[1:] for row in rows if row[0] in (date(2024, 1, 8), feb(4), feb(5), feb(6), feb(7), feb(8))] == [
        ("before", 2, 1),
        ("before", 1, 0),
        ("during", 3, 3),
        ("during", 1, 0),
        ("after", 0, 0),
        ("after", 3, 2),
    ]
    assert answers.rows("campaigns/before_after", campaign="late")[-1] == (feb(29), "during", 0, 0)


def test_whom_a_campaign_brought_is_set_beside_others_of_the_same_week(answers: Answers) -> None:
    """Eve signed up three hours after she saw it, and was there by it, though she is left out of its effect."""
    assert answers.rows("campaigns/quality", campaign="spring") == [
        ("campaign", 1, 1, 0, 0, 0, 1, 0),
        ("organic", 0, 0, 0, 0, 0, 0, 0),
    ]
    assert answers.rows("campaigns/quality", campaign="late") == [
        ("campaign", 1, 0, 0, 0, 0, 0, 0),
        ("organic", 0, 0, 0, 0, 0, 0, 0),
    ]


def test_goals_are_offered_the_most_frequent_first(answers: Answers) -> None:
    assert answers.rows("campaigns/goals") == [("read", 7), ("payment", 6), ("mute", 1), ("open", 1), ("prize", 1)]


def test_the_next_campaign_is_planned_with_who_is_there_now_and_what_such_people_did(answers: Answers) -> None:
    """Active in the last 28 days, from 2 February on: all but eve; ann and ben in the 28 days before those too."""
    assert answers.rows("campaigns/eligible", goal="read", window_days=21) == [
        # Active from 12 January to 8 February: ann, ben, cat and dan. None of the four has read in the 21 days since.
        ("goal", 6, 4, 4, 0, 0, 4, 4, 0),
        ("payments", 6, 4, 4, 0, 0, 124, 15_376, 0),
    ]
    assert answers.rows("campaigns/eligible", goal="read", window_days=25) == [
        # Active from 8 January, the day included, to 4 February: ann, who read on its first day, and ben.
        ("goal", 6, 4, 2, 2, 2, 1, 1, 1),
        ("payments", 6, 4, 2, 119, 14_161, 7, 49, 833),
    ]


@pytest.mark.parametrize(
    ("amounts", "cap", "total"),
    [
        # 999 in 1,000 of 1,500 people are 1,498.5: the 1,499th pays 1,499, and so count the two who pay most.
        (range(1, 1_501), 1_499, sum(range(1, 1_500)) + 1_499),
        # Not 1 in 1,000 paid: a cap of 0 would say that nobody did.
        ([50] + [0] * 1_499, 50, 50),
    ],
)
def test_the_largest_payments_count_as_the_cap_of_all_arms_together(amounts: Any, cap: int, total: int) -> None:
    people = [f"p{number}" for number in range(len(amounts))]
    tables = {
        "payments": [paid(who, str(sum_), "2024-02-05 12:00") for who, sum_ in zip(people, amounts, strict=True)],
        "campaigns": [campaign("all", feb(5), feb(6), window_days=3)],
        "exposures": [
            exposure("all", who, "control" if number % 2 else "card", "2024-02-05 09:00")
            for number, who in enumerate(people)
        ],
    }
    with built({"data_until": UNTIL}, tables, today=UNTIL) as found:
        [row] = found.dicts("campaigns/list")
        assert row["payments_cap"] == cap
        sums = [row for row in found.dicts("campaigns/outcomes", campaign="all") if row["metric"] == "payments"]
        assert sum(row["n"] for row in sums) == 1_500
        assert sum(row["sum_y"] for row in sums) == total


def test_a_holdout_is_the_same_whenever_it_is_drawn_and_another_with_another_salt() -> None:
    names = [f"p{number}" for number in range(2_000)]
    tables = {"users": [user(who, "2024-01-01 10:00") for who in names]}
    with built(PRODUCT, tables, today=UNTIL) as found:
        drawn = {
            salt: {who for (who,) in found.rows("campaigns/holdout", salt=salt, share=0.1)} for salt in ("may", "june")
        }
        again = {who for (who,) in found.rows("campaigns/holdout", salt="may", share=0.1)}
        wider = {who for (who,) in found.rows("campaigns/holdout", salt="may", share=0.2)}
    assert drawn["may"] == again
    assert drawn["may"] < wider
    # 200 expected with a standard deviation of 13; 20 in both.
    assert all(150 < len(people) < 250 for people in drawn.values())
    assert len(drawn["may"] & drawn["june"]) < 45


def test_without_campaigns_every_query_answers() -> None:
    with built({}, {"events": [did("ann", "read", "2024-02-05 09:00")]}, today=UNTIL) as found:
        for query in ("list", "outcomes", "outcomes_of_all", "outcomes_by_value", "daily", "arms", "pacing"):
            assert found.rows(f"campaigns/{query}") == []
        assert found.rows("campaigns/overlaps") == []
        assert found.rows("campaigns/goals") == [("read", 1)]
        assert found.rows("campaigns/before_after") == []
        assert found.rows("campaigns/quality") == [(who, *[0] * 7) for who in ("campaign", "organic")]
        assert found.rows("campaigns/rewards") == [(0, 0, 0)]
        with pytest.raises(WrongParameter):
            read.query(found.connection, "campaigns/outcomes", {"campaigns": "spring"})
