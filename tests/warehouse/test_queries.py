"""What queries answer that neither a headline figure nor a law looks at: given → whole rows, in their order."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from config import metrics
from config import product as products
from tests.products import Answers, Row, built

STATED = date(2024, 1, 20)


def on(day: int) -> date:
    """A day of January 2024."""
    return date(2024, 1, day)


def at(day: int) -> str:
    """Its noon, as a company writes it."""
    return f"{on(day)} 12:00"


def event(who: str | None, day: int, name: str = "open") -> Row:
    return {"user_id": who, "event": name, "occurred_at": at(day)}


def payment(who: str, day: int, amount: str) -> Row:
    return {"user_id": who, "paid_at": at(day), "amount": amount}


def user(who: str, day: int | None, platform: str | None = "ios", **more: Any) -> Row:
    return {"user_id": who, "signed_up_at": at(day) if day else None, "platform": platform, **more}


# A shop whose tables have something amiss everywhere ------------------------------------------------------------------

UNTIDY: dict[str, list[Row]] = {
    "users": [
        user("ann", 1),
        user("ben", 9, "web", invited_by="a stranger"),
        user("cat", None),
        user("dan", None, None, invited_by="ann"),
        user("ann", 2),
    ],
    "events": [
        event("ann", 2),
        event(None, 2),
        event("ben", 3),
        event("ben", 4),
        event("ben", 9),
        {"user_id": "ann", "event": "open", "occurred_at": "soon"},
        event("eve", 5),
        event("cat", 6),
        event(None, 2),
        event("ann", 20),
        event("ann", 21),
    ],
    "payments": [payment("ann", 6, "5"), payment("fay", 7, "5"), payment("ann", 20, "5")],
    "campaigns": [
        {"campaign_id": "1", "name": "A", "kind": "content", "starts_on": on(3), "ends_on": on(30)},
        {"campaign_id": "2", "name": "B", "kind": "content", "starts_on": on(4), "ends_on": on(8)},
    ],
    "exposures": [{"campaign_id": "1", "user_id": "ann", "arm": "control", "exposed_at": at(3)}],
    "costs": [
        {"day": on(18), "channel": "ads", "amount": "3"},
        {"day": on(17), "channel": "ads", "amount": "3"},
        {"day": on(19), "channel": "ads", "amount": "much"},
    ],
    "figures": [{"day": on(19), "figure": "visits", "amount": "3"}],
}


@pytest.fixture(scope="module")
def untidy() -> Iterator[Answers]:
    product = {
        "dimensions": {"platform": "Platform"},
        "reward_events": ["opne"],
        "data_until": STATED,
        "currency": "EUR",
        "max_rejected": 0.5,
    }
    with built(product, UNTIDY, today=date(2024, 1, 25)) as answers:
        yield answers


def test_what_is_amiss_is_listed_with_how_many(untidy: Answers) -> None:
    assert untidy.rows("data/checks") == [
        ("active_before_joining", "events", 1, None),
        ("after_data_until", "events", 2, None),
        ("after_data_until", "payments", 1, None),
        ("event_never_seen", "reward_events: opne", 1, "open"),
        ("inviters_not_known", "users.invited_by", 1, None),
        ("joined_on_unknown_day", "users.signed_up_at", 1, None),
        ("lags_behind", "costs", 1, None),
        ("lags_behind", "users", 10, None),
        ("people_not_in_users", "users", 2, None),
    ]


def test_a_source_is_said_to_be_empty_when_none_of_its_rows_can_be_used() -> None:
    tables = {"events": [event("ann", 2)], "payments": [payment("ann", 2, "ten")], "feedback": []}
    with built({"max_rejected": 1}, tables, today=on(3)) as answers:
        assert answers.rows("data/checks") == [
            ("people_not_in_users", "users", 1, None),
            ("source_without_rows", "feedback", 1, None),
            ("source_without_rows", "payments", 1, None),
        ]


def test_a_table_is_told_with_its_rows_and_days_in_the_order_of_the_contract(untidy: Answers) -> None:
    assert untidy.rows("data/tables") == [
        ("users", True, 5, 4, 1, on(1), on(9), on(10), 10),
        ("events", True, 11, 8, 3, on(2), on(21), on(22), 0),
        ("payments", True, 3, 3, 0, on(6), on(20), on(21), 0),
        ("campaigns", True, 2, 2, 0, on(3), on(4), on(5), None),  # the day it starts on is the day of a campaign
        ("exposures", True, 1, 1, 0, on(3), on(3), on(4), None),
        ("feedback", False, 0, 0, 0, None, None, None, None),
        ("content", False, 0, 0, 0, None, None, None, None),
        ("costs", True, 3, 2, 1, on(17), on(18), on(19), 1),
        ("figures", True, 1, 1, 0, on(19), on(19), on(20), 0),
        ("groups", False, 0, 0, 0, None, None, None, None),
    ]


def test_rejected_rows_are_listed_by_table_and_line(untidy: Answers) -> None:
    assert [row[:3] for row in untidy.rows("data/rejected")] == [
        ("costs", 3, "amount is not a decimal(18,4)"),
        ("events", 2, "user_id is missing"),
        ("events", 6, "occurred_at is not a timestamp"),
        ("events", 9, "user_id is missing"),
        ("users", 5, "user_id repeats an earlier row"),
    ]


def test_reasons_are_told_with_their_number_and_their_first_line_the_commonest_first(untidy: Answers) -> None:
    assert untidy.rows("data/rejected_reasons") == [
        ("costs", "amount is not a decimal(18,4)", 1, 3),
        ("events", "user_id is missing", 2, 2),
        ("events", "occurred_at is not a timestamp", 1, 6),
        ("users", "user_id repeats an earlier row", 1, 5),
    ]


def test_the_warehouse_says_what_it_is(untidy: Answers) -> None:
    [(_, _, *told)] = untidy.rows("data/build")
    assert told == ["Test product", "UTC", 1, "EUR", on(1), STATED, 6, 8, 3, None, None]


def test_segments_are_numbered_by_their_values_and_have_everybody(untidy: Answers) -> None:
    assert untidy.rows("data/segments") == [
        (1, "ios", "real", 2),
        (2, "unknown", "real", 3),
        (3, "web", "real", 1),
    ]
    assert untidy.rows("data/values") == [
        ("platform", "unknown", 3),
        ("platform", "ios", 2),
        ("platform", "web", 1),
        ("standing", "real", 6),
    ]


def test_values_count_people_of_every_standing() -> None:
    tables = {
        "users": [user("ann", 1), user("ben", 2), user("cat", 15), user("dan", 3)],
        "events": [event("ann", 2), event("ben", 2), event("dan", 3, "task")],
    }
    with built({"reward_events": ["task"], "data_until": STATED}, tables, today=on(25)) as answers:
        assert answers.rows("data/values") == [
            ("standing", "real", 2),
            ("standing", "hollow", 1),
            ("standing", "new", 1),
        ]


def test_the_steps_of_a_build_are_listed_as_they_ran(untidy: Answers) -> None:
    steps = untidy.rows("data/build_steps")
    assert [place for place, *_ in steps] == list(range(1, len(steps) + 1))
    assert [(step, rows) for _, step, rows, _ in steps[:4]] == [
        ("sources/users", 5),
        ("sources/events", 11),
        ("sources/payments", 3),
        ("sources/campaigns", 2),
    ]
    assert {step: rows for _, step, rows, _ in steps}["sources/groups"] == 0
    assert 0 < sum(seconds for *_, seconds in steps) < 60


def test_folded_values_are_listed_the_commonest_first() -> None:
    people = {"a": 4, "b": 3, "c": 1, "d": 1}
    users = [user(f"{value}{number}", 1, value) for value, count in people.items() for number in range(count)]
    product = {"dimensions": {"platform": "Platform"}, "max_segments": 2}
    with built({**product, "data_until": STATED}, {"users": users}, today=on(30)) as answers:
        assert answers.rows("data/folded") == [("platform", "b", 3), ("platform", "c", 1), ("platform", "d", 1)]
        assert answers.rows("data/segments") == [(1, "a", "real", 4), (2, "other", "real", 5)]
        folded = [row for row in answers.rows("data/checks") if row[0] == "values_folded"]
    assert folded == [("values_folded", "platform", 3, None)]


def test_of_two_dimensions_with_as_many_values_the_first_by_name_is_folded() -> None:
    users = [
        user(f"{channel}{platform}{number}", 1, platform, channel=channel)
        for channel, platform, count in (("ad", "ios", 2), ("ad", "web", 2), ("friend", "ios", 2), ("friend", "web", 3))
        for number in range(count)
    ]
    product = {"dimensions": {"platform": "Platform", "channel": "Channel"}, "max_segments": 3}
    with built({**product, "data_until": STATED}, {"users": users}, today=on(30)) as answers:
        assert answers.rows("data/folded") == [("channel", "friend", 5), ("channel", "ad", 4)]
        assert answers.rows("data/segments") == [(1, "ios", "other", "real", 4), (2, "web", "other", "real", 5)]


# People and their days ------------------------------------------------------------------------------------------------


def test_an_active_day_is_told_with_its_age_its_gap_its_states_and_its_deeds() -> None:
    log = [event("ann", day) for day in (1, 3, 3, 8, 29, 31)] + [event("ben", 3)]
    tables = {"users": [user("ann", 2), user("ben", None)], "events": log, "payments": [payment("ann", 8, "5")]}
    with built({}, tables, today=date(2024, 2, 10)) as answers:
        rows = answers.sql(
            "select day(day), user_key, age, gap, week_state, month_state, events from activity order by user_key, day"
        )
    assert rows == [
        (1, 1, -1, 0, "new", "new", 1),
        (3, 1, 1, 2, None, None, 2),
        (8, 1, 6, 5, "retained", None, 2),
        (29, 1, 27, 21, "resurrected", None, 1),
        (31, 1, 29, 2, None, None, 1),
        (3, 2, 0, 0, "new", "new", 1),
    ]


def test_a_person_is_told_with_first_and_last_days_orders_and_revenue() -> None:
    tables = {
        "users": [user("ann", 1), user("ben", 2, invited_by="ann"), user("cat", 3)],
        "events": [event("ann", 4), event("ann", 6, "finish"), event("ann", 21)],
        "payments": [
            payment("ann", 5, "-1"),
            payment("ann", 7, "10"),
            payment("ann", 9, "5"),
            payment("ann", 10, "-2"),
            payment("ann", 20, "50"),
            payment("ben", 8, "-3"),
        ],
    }
    product = {"activation": {"event": ["finish"], "within_days": 7}, "data_until": STATED}
    with built(product, tables, today=date(2024, 2, 1)) as answers:
        rows = answers.sql("select * exclude (segment_id, revenue), cast(revenue as double) from user_state")
    assert rows == [
        (1, on(1), True, None, 4, on(4), on(9), 2, on(7), on(9), 12),
        (2, on(2), False, 1, 0, None, None, 0, None, None, -3),
        (3, on(3), False, None, 0, None, None, 0, None, None, 0),
    ]


# Weeks of ann and ben: the last one is still running.
ANN_AND_BEN: dict[str, list[Row]] = {
    "users": [user("ann", 1), user("ben", 8, "web", invited_by="ann")],
    "events": [event("ann", 1), event("ann", 9), event("ben", 8), event("ben", 16)],
}
WEEKS = [on(1), on(8), on(15)]


@pytest.fixture(scope="module")
def ann_and_ben() -> Iterator[Answers]:
    with built({"dimensions": {"platform": "Platform"}, "data_until": STATED}, ANN_AND_BEN, today=on(25)) as answers:
        yield answers


def test_of_a_running_period_nobody_knows_yet_who_went_quiet(ann_and_ben: Answers) -> None:
    rows = ann_and_ben.sql("select period, segment_id, state, users from lifecycle where grain = 'week'")
    assert rows == [
        (on(1), 1, "new", 1),
        (on(8), 1, "retained", 1),
        (on(8), 2, "new", 1),
        (on(15), 1, "dormant", None),
        (on(15), 2, "dormant", None),
        (on(15), 2, "retained", 1),
    ]


def test_a_table_lags_behind_where_product_yml_says_a_later_day(ann_and_ben: Answers) -> None:
    assert ann_and_ben.rows("data/checks") == [
        ("lags_behind", "events", 3, None),
        ("lags_behind", "users", 11, None),
    ]


def test_states_are_listed_in_the_order_of_a_life(ann_and_ben: Answers) -> None:
    assert ann_and_ben.rows("lifecycle/growth", grain="week", from_=on(8)) == [
        (on(8), "new", 1, True),
        (on(8), "retained", 1, True),
        (on(8), "resurrected", 0, True),
        (on(8), "dormant", 0, True),
        (on(15), "new", 0, False),
        (on(15), "retained", 1, False),
        (on(15), "resurrected", 0, False),
        (on(15), "dormant", None, False),
    ]


def test_figures_are_listed_as_in_metrics_yml_each_from_its_first_period(ann_and_ben: Answers) -> None:
    rows = ann_and_ben.rows("overview/metrics", grain="week")
    order = list(metrics.of(products.load(ann_and_ben.folder)))
    assert [(metric, period) for metric, period, *_ in rows] == [(name, week) for name in order for week in WEEKS]
    assert [row for row in rows if row[0] in ("new_users", "retention_day_1")] == [
        ("new_users", on(1), 1, None, None, True),
        ("new_users", on(8), 1, None, None, True),
        ("new_users", on(15), 0, None, None, False),
        ("retention_day_1", on(1), 0, 1, 0, True),
        ("retention_day_1", on(8), 0, 1, 0, True),
        ("retention_day_1", on(15), 0, 0, 0, False),
    ]


def test_a_filter_that_keeps_nobody_counts_nobody_and_does_not_know_who_leaves_a_running_period(
    ann_and_ben: Answers,
) -> None:
    rows = ann_and_ben.rows("overview/metrics", grain="week", segments=[])
    assert [row for row in rows if row[0] in ("active_users", "churn")] == [
        ("active_users", on(1), 0, None, None, True),
        ("active_users", on(8), 0, None, None, True),
        ("active_users", on(15), 0, None, None, False),
        ("churn", on(1), 0, 0, None, True),
        ("churn", on(8), 0, 0, None, True),
        ("churn", on(15), None, None, None, False),
    ]


def test_figures_by_value_are_listed_by_figure_value_and_period(ann_and_ben: Answers) -> None:
    rows = ann_and_ben.rows("overview/metrics_by_value", grain="week")
    order = list(metrics.of(products.load(ann_and_ben.folder)))
    assert [row[:3] for row in rows] == [
        (name, value, week) for name in order for value in ("ios", "web") for week in WEEKS
    ]
    assert [row for row in rows if row[0] == "new_users"] == [
        ("new_users", "ios", on(1), 1, None, None, True),
        ("new_users", "ios", on(8), 0, None, None, True),
        ("new_users", "ios", on(15), 0, None, None, False),
        ("new_users", "web", on(1), 0, None, None, True),
        ("new_users", "web", on(8), 1, None, None, True),
        ("new_users", "web", on(15), 0, None, None, False),
    ]


def test_figures_by_value_end_before_the_period_that_is_until(ann_and_ben: Answers) -> None:
    rows = ann_and_ben.rows("overview/metrics_by_value", grain="week", from_=on(8), until=on(15))
    assert [row for row in rows if row[0] == "active_users"] == [
        ("active_users", "ios", on(8), 1, None, None, True),
        ("active_users", "web", on(8), 1, None, None, True),
    ]


def test_the_curve_has_the_cohorts_asked_for(ann_and_ben: Answers) -> None:
    asked = {"grain": "week", "dimension": "standing"}
    first = ann_and_ben.rows("retention/curve_by_value", until=on(8), **asked)
    second = ann_and_ben.rows("retention/curve_by_value", from_=on(8), **asked)
    whole = ann_and_ben.rows("retention/curve_by_value", **asked)
    assert first[:2] == [("real", 0, 1, 1), ("real", 1, 1, 1)]
    assert second[:2] == [("real", 0, 1, 1), ("real", 1, 0, 0)]
    assert whole[:2] == [("real", 0, 2, 2), ("real", 1, 1, 1)]


def test_the_curve_is_listed_by_value_and_age(ann_and_ben: Answers) -> None:
    rows = ann_and_ben.rows("retention/curve_by_value", grain="week")
    assert rows[:3] == [("ios", 0, 1, 1), ("ios", 1, 1, 1), ("ios", 2, 0, 0)]
    assert rows[53:56] == [("web", 0, 1, 1), ("web", 1, 0, 0), ("web", 2, 0, 0)]
    assert [(value, age) for value, age, *_ in rows] == [(value, age) for value in ("ios", "web") for age in range(53)]


def test_the_triangle_is_listed_by_cohort_and_age(ann_and_ben: Answers) -> None:
    rows = ann_and_ben.rows("retention/triangle", grain="week")
    assert rows[:3] == [(on(1), 1, 0, 1), (on(1), 1, 1, 1), (on(1), 1, 2, None)]
    assert [(cohort, age) for cohort, _, age, _ in rows] == [(week, age) for week in WEEKS for age in range(53)]


def test_where_nobody_was_ever_active_there_is_no_figure_of_activity() -> None:
    with built({"data_until": STATED}, {"users": ANN_AND_BEN["users"]}, today=on(25)) as answers:
        rows = answers.rows("overview/metrics", grain="week", from_=on(8))
    assert {row[0] for row in rows if row[2] is not None} == {"new_users", "invited_users"}
    assert [row for row in rows if row[0] == "churn"] == [
        ("churn", on(8), None, None, None, True),
        ("churn", on(15), None, None, None, False),
    ]


@pytest.mark.parametrize(
    ("grain", "last_age", "last_day"),
    [("day", 90, "2019-08-30"), ("week", 52, "2020-05-30"), ("month", 24, "2021-06-01")],
)
def test_a_return_is_told_to_the_last_age_kept_and_a_later_one_is_at_or_after_it(
    grain: str, last_age: int, last_day: str
) -> None:
    days = {"ann": ["2019-06-01", last_day], "ben": ["2019-06-01", "2024-06-01"]}
    log = [{"user_id": who, "event": "open", "occurred_at": day} for who, days_ in days.items() for day in days_]
    asked = {"grain": grain, "from_": date(2019, 5, 25), "until": date(2019, 6, 2)}
    with built({"week_start": "saturday"}, {"events": log}, today=date(2024, 7, 20)) as answers:
        on_an_age = [row[1:] for row in answers.rows("retention/triangle", mode="on", **asked) if row[3]]
        or_after = [row[1:] for row in answers.rows("retention/triangle", mode="on_or_after", **asked) if row[1]]
    assert on_an_age == [(2, 0, 2), (2, last_age, 1)]
    assert or_after == [(2, age, 2) for age in range(last_age + 1)]


def test_a_cohort_is_entered_once_on_the_day_of_the_first_start_and_never_after_the_data() -> None:
    starts = {"paid": "first_payment", "joined": "signed_up", "came": "first_active", "did": ["finish", "share"]}
    product = {
        "data_until": STATED,
        "retention": {
            name: {"label": name, "start": start, "return": "payment", "brackets": [[0, 1], [1, 14]]}
            for name, start in starts.items()
        },
    }
    tables = {
        "users": [user("ann", 1), user("ben", 20)],
        "events": [event("ann", 2), event("ann", 3, "share"), event("ann", 8, "finish"), event("ben", 20, "finish")],
        "payments": [payment("ann", 4, "-5"), payment("ann", 6, "5"), payment("ann", 7, "5"), payment("ben", 20, "5")],
    }
    with built(product, tables, today=on(25)) as answers:
        cohorts = answers.sql("select definition, cohort, users from cohorts where grain = 'day'")
        brackets = {name: answers.rows("retention/brackets", definition=name) for name in starts}
        unnamed = answers.rows("retention/brackets")
        rows = answers.rows("retention/triangle", from_=on(1), until=on(9))
        curve = answers.rows("retention/curve_by_value", mode="on_or_after")
    assert cohorts == [("paid", on(6), 1), ("joined", on(1), 1), ("came", on(2), 1), ("did", on(3), 1)]
    # Bracket, entrants, retained, pending: two weeks since the first payment are not over.
    assert brackets == {
        "paid": [("0-1", 1, 1, 0), ("1-14", 0, 0, 1)],
        "joined": [("0-1", 1, 0, 0), ("1-14", 1, 1, 0)],
        "came": [("0-1", 1, 0, 0), ("1-14", 1, 1, 0)],
        "did": [("0-1", 1, 0, 0), ("1-14", 1, 1, 0)],
    }
    # Where no definition is named, the first of product.yml is meant.
    assert unnamed == brackets["paid"]
    assert {(cohort, size) for cohort, size, *_ in rows if size} == {(on(6), 1)}
    assert [row for row in curve if row[0] == "real"][:3] == [("real", 0, 1, 1), ("real", 1, 1, 1), ("real", 2, 1, 0)]


@pytest.mark.parametrize(
    ("joined", "opened", "paid", "first_day"),
    [(5, 6, 7, 5), (6, 5, 7, 5), (7, 6, 5, 5), (None, 6, 7, 6), (None, 7, 6, 6)],
)
def test_periods_begin_with_the_first_sign_up_event_or_payment(
    joined: int | None, opened: int, paid: int, first_day: int
) -> None:
    tables = {
        "users": [user("ann", joined)],
        "events": [event("ann", opened)],
        "payments": [payment("ann", paid, "5")],
    }
    with built({}, tables, today=on(10)) as answers:
        periods = [period for period, state, *_ in answers.rows("lifecycle/growth") if state == "new"]
        [build] = answers.dicts("data/build")
    assert periods == [on(day) for day in range(first_day, opened + 1)]
    assert build["first_day"] == on(first_day)


def test_data_that_all_lie_after_data_until_have_one_period_of_nobody() -> None:
    with built({"data_until": on(5)}, {"events": [event("ann", 6)]}, today=on(10)) as answers:
        assert answers.rows("lifecycle/growth", grain="day") == [
            (on(4), state, 0, True) for state in ("new", "retained", "resurrected", "dormant")
        ]


@pytest.mark.parametrize(
    ("paid", "standing"),
    [
        ((3, "5"), "real"),
        ((1, "5"), "hollow"),  # before joining
        ((3, "0"), "hollow"),
        ((9, "5"), "hollow"),  # after the first seven days
    ],
)
def test_who_took_a_reward_is_real_by_a_purchase_in_the_first_days(paid: tuple[int, str], standing: str) -> None:
    tables = {"users": [user("ann", 2)], "events": [event("ann", 2, "task")], "payments": [payment("ann", *paid)]}
    with built({"reward_events": ["task"], "data_until": STATED}, tables, today=on(25)) as answers:
        assert answers.rows("data/segments") == [(1, standing, 1)]


@pytest.mark.parametrize(
    ("within_days", "age", "is_activated"), [(3, 2, True), (3, 3, False), (10, 9, True), (10, 10, False)]
)
def test_activation_counts_the_day_of_joining_as_the_first_of_its_days(
    within_days: int, age: int, is_activated: bool
) -> None:
    product = {"activation": {"event": ["finish"], "within_days": within_days}, "data_until": STATED}
    tables = {"users": [user("ann", 1)], "events": [event("ann", 1 + age, "finish")]}
    with built(product, tables, today=on(25)) as answers:
        assert answers.sql("select is_activated from user_state") == [(is_activated,)]


@pytest.mark.parametrize(
    ("metric", "within_days", "joined", "cell"),
    [
        # numerator, denominator, pending
        ("activation", 3, 17, (0, 1, 0)),
        ("activation", 3, 18, (0, 0, 1)),
        # Seven days to be judged, or those of the activation where these are more.
        ("hollow_share", 3, 13, (1, 1, 0)),
        ("hollow_share", 3, 14, (0, 0, 1)),
        ("hollow_share", 10, 10, (1, 1, 0)),
        ("hollow_share", 10, 11, (0, 0, 1)),
    ],
)
def test_who_came_for_an_incentive_is_pending_until_the_first_days_are_over(
    metric: str, within_days: int, joined: int, cell: tuple[int, int, int]
) -> None:
    product = {"activation": {"event": ["finish"], "within_days": within_days}, "data_until": STATED}
    tables = {"users": [user("ann", joined, incentive=True), user("ben", 1)], "events": [event("ben", 1, "finish")]}
    with built(product, tables, today=on(25)) as answers:
        rows = answers.rows("overview/metrics", grain="day", from_=on(joined), until=on(joined + 1))
    assert [row[2:5] for row in rows if row[0] == metric] == [cell]


@pytest.mark.parametrize(("done", "cell"), [("task", (1, 1, 0)), ("open", (None, None, None))])
def test_without_incentives_the_hollow_are_those_of_rewards_after_seven_days(
    done: str, cell: tuple[int | None, int | None, int | None]
) -> None:
    product = {
        "activation": {"event": ["finish"], "within_days": 10},
        "reward_events": ["task"],
        "data_until": STATED,
    }
    tables = {"users": [user("ann", 13), user("ben", 1)], "events": [event("ben", 1, "finish"), event("ann", 13, done)]}
    with built(product, tables, today=on(25)) as answers:
        rows = answers.rows("overview/metrics", grain="day", from_=on(13), until=on(14))
    assert [row[2:5] for row in rows if row[0] == "hollow_share"] == [cell]


@pytest.mark.parametrize(
    ("inviter", "invited", "invites"),
    [("ann", (1, None), (1, 3)), (None, (None, None), (None, None)), ("a stranger", (None, None), (None, None))],
)
def test_of_those_who_joined_together_only_the_invited_are_counted(
    inviter: str | None, invited: tuple[int | None, ...], invites: tuple[int | None, ...]
) -> None:
    tables = {
        "users": [user("ann", 1), user("ben", 1), user("cat", 1, invited_by=inviter)],
        "events": [event(who, 2) for who in ("ann", "ben", "cat")],
    }
    with built({"data_until": STATED}, tables, today=on(25)) as answers:
        rows = {row[0]: row[2:4] for row in answers.rows("overview/metrics", grain="week", until=on(8))}
    assert rows["invited_users"] == invited
    assert rows["invites_per_active"] == invites


@pytest.mark.parametrize("age", [1, 7, 30])
def test_retention_on_a_day_is_known_when_that_day_is_covered(age: int) -> None:
    until = date(2024, 3, 1)
    known, pending = until - timedelta(days=age + 1), until - timedelta(days=age)
    users = [{"user_id": str(day), "signed_up_at": f"{day} 12:00"} for day in (known, pending)]
    # Both came back on the last day that is covered: the first of them on the very day asked for.
    log = [{"user_id": str(day), "event": "open", "occurred_at": "2024-02-29 12:00"} for day in (known, pending)]
    with built({"data_until": until}, {"users": users, "events": log}, today=until) as answers:
        rows = answers.rows("overview/metrics", grain="day", from_=known, until=pending + timedelta(days=1))
    assert [row[1:] for row in rows if row[0] == f"retention_day_{age}"] == [
        (known, 1, 1, 0, True),
        (pending, 0, 0, 1, True),
    ]
