"""Every headline figure of a product of six people that can be counted on paper.

The weeks of January 2024 start on the 1st, 8th, 15th, 22nd and 29th; the data are until Friday 2 February, so
that the last week and February are still running.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from tests.products import Answers, built
from tests.reference import METRICS

NEW_YEAR = date(2024, 1, 1)
NOBODY = None

# Signed up on, invited by, came for a reward; then what happened on which day (1: 1 January).
PEOPLE: dict[str, tuple[int | None, str | None, bool, dict[int, str]]] = {
    "Ann": (1, NOBODY, False, {1: "open", 2: "open finish", 8: "open 30", 9: "10", 15: "open"}),
    "Ben": (3, "Ann", False, {3: "open", 4: "open", 10: "open", 33: "open"}),
    "Cat": (9, NOBODY, True, {9: "open"}),
    "Dan": (9, "a stranger", False, {9: "task", 10: "task"}),
    "Eve": (30, "Ben", False, {30: "open", 31: "finish"}),
    "Fay": (None, NOBODY, False, {17: "20", 25: "-20"}),
}
PRODUCT = {
    "dimensions": {"letter": "Letter"},
    "activation": {"event": ["finish"], "within_days": 7},
    "reward_events": ["task"],
}

WEEKS = [date(2024, 1, day) for day in (1, 8, 15, 22, 29)]
MONTHS = [date(2024, 1, 1), date(2024, 2, 1)]
DAYS = [date(2024, 1, 9), date(2024, 1, 10)]
RUNNING = {("week", date(2024, 1, 29)), ("month", date(2024, 2, 1))}


def rate(*cells: str) -> list[tuple[float | None, float | None, int]]:
    """Cells such as "1/2" or "1/2 +4" (four pending); "?" is a period whose figure is not known yet."""
    return [_cell(cell) for cell in cells]


def _cell(cell: str) -> tuple[float | None, float | None, int]:
    if cell == "?":
        return None, None, 0
    share, _, pending = cell.partition(" +")
    numerator, denominator = share.split("/")
    return float(numerator), float(denominator), int(pending or 0)


def count(*numbers: float) -> list[tuple[float | None, float | None, int]]:
    """Cells of a plain count."""
    return [(number, None, 0) for number in numbers]


# metric: five weeks · January, February · 9 and 10 January
FIGURES = {
    "new_users": (count(2, 2, 1, 0, 1), count(6, 0), count(2, 0)),
    "active_users": (count(2, 4, 2, 0, 2), count(6, 1), count(3, 2)),
    # Ann finished on her second day; Eve did too, but her week is not over.
    "activation": (
        rate("1/2", "0/2", "0/1", "0/0", "0/0 +1"),
        rate("1/5 +1", "0/0"),
        rate("0/2", "0/0"),
    ),
    # All but Cat and Fay came on the next day.
    "retention_day_1": (
        rate("2/2", "1/2", "0/1", "0/0", "1/1"),
        rate("4/6", "0/0"),
        rate("1/2", "0/0"),
    ),
    "retention_day_7": (
        rate("2/2", "0/2", "0/1", "0/0", "0/0 +1"),
        rate("2/5 +1", "0/0"),
        rate("0/2", "0/0"),
    ),
    # Ben's day 30 is the very last day of the data.
    "retention_day_30": (
        rate("1/2", "0/0 +2", "0/0 +1", "0/0", "0/0 +1"),
        rate("1/2 +4", "0/0"),
        rate("0/0 +2", "0/0"),
    ),
    # First week: one person on each of four days; in the 28 days up to each one, one, five times two.
    "stickiness": (
        rate("4/12", "6/26", "2/33", "0/35", "3/29"),
        rate("14/123", "1/12"),
        rate("3/4", "2/4"),
    ),
    "churn": (
        rate("0/0", "0/2", "3/4", "2/2", "?"),
        rate("0/0", "?"),
        rate("0/1", "2/3"),
    ),
    "quick_ratio": (
        rate("2/0", "2/0", "1/3", "0/2", "?"),
        rate("6/0", "?"),
        rate("2/0", "1/2"),
    ),
    "payers": (count(0, 1, 1, 0, 0), count(2, 0), count(1, 0)),
    "paying_rate": (
        rate("0/2", "1/4", "1/2", "0/0", "0/2"),
        rate("2/6", "0/1"),
        rate("1/3", "0/2"),
    ),
    "revenue": (count(0, 40, 20, -20, 0), count(40, 0), count(10, 0)),
    "orders_per_payer": (
        rate("0/0", "2/1", "1/1", "0/0", "0/0"),
        rate("3/2", "0/0"),
        rate("1/1", "0/0"),
    ),
    # A refund lowers revenue and is no order.
    "revenue_per_order": (
        rate("0/0", "40/2", "20/1", "-20/0", "0/0"),
        rate("40/3", "0/0"),
        rate("10/1", "0/0"),
    ),
    # Dan's inviter is not known.
    "invited_users": (count(1, 0, 0, 0, 1), count(2, 0), count(0, 0)),
    "invites_per_active": (
        rate("1/2", "0/4", "0/2", "0/0", "1/2"),
        rate("2/6", "0/1"),
        rate("0/3", "0/2"),
    ),
    # Cat came for a reward and did not finish, Dan did nothing but tasks.
    "hollow_share": (
        rate("0/2", "2/2", "0/1", "0/0", "0/0 +1"),
        rate("2/5 +1", "0/0"),
        rate("2/2", "0/0"),
    ),
}


def tables() -> dict[str, list[dict[str, Any]]]:
    """The people as a company would export them; Fay is only known from her payments."""
    users: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    payments: list[dict[str, Any]] = []
    for name, (signed_up, inviter, is_rewarded, log) in PEOPLE.items():
        if signed_up is not None:
            users.append(
                {
                    "user_id": name,
                    "signed_up_at": noon(signed_up),
                    "letter": name[0],
                    "invited_by": inviter,
                    "incentive": is_rewarded,
                }
            )
        for day, deeds in log.items():
            for deed in deeds.split():
                if deed.isalpha():
                    events.append({"user_id": name, "event": deed, "occurred_at": noon(day)})
                else:
                    payments.append({"user_id": name, "paid_at": noon(day), "amount": deed})
    return {"users": users, "events": events, "payments": payments}


def noon(day: int) -> str:
    """Twelve o'clock on that day, counted from 1 January as the first."""
    return f"{NEW_YEAR + timedelta(days=day - 1)} 12:00"


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    """The six people, built once."""
    with built(PRODUCT, tables(), today=date(2024, 2, 10)) as answers:
        yield answers


@pytest.mark.parametrize(
    ("place", "grain", "periods"),
    [(0, "week", WEEKS), (1, "month", MONTHS), (2, "day", DAYS)],
    ids=lambda _: "",
)
@pytest.mark.parametrize("metric", METRICS)
def test_a_figure_of_six_people_is_what_one_counts_on_paper(
    answers: Answers, metric: str, place: int, grain: str, periods: list[date]
) -> None:
    until = periods[-1] + timedelta(days=1)
    rows = answers.dicts("overview/metrics", grain=grain, from_=periods[0], until=until)
    found = [
        (row["period"], row["numerator"], row["denominator"], row["pending"] or 0, row["is_complete"])
        for row in rows
        if row["metric"] == metric
    ]
    assert found == [
        (period, *cell, (grain, period) not in RUNNING)
        for period, cell in zip(periods, FIGURES[metric][place], strict=True)
    ]


def test_the_six_people_by_letter_add_up(answers: Answers) -> None:
    rows = answers.dicts("overview/metrics_by_value", grain="week", from_=WEEKS[0], dimension="letter")
    new = {(row["value"], row["period"]): row["numerator"] for row in rows if row["metric"] == "new_users"}
    assert {key for key, number in new.items() if number} == {
        ("A", WEEKS[0]),
        ("B", WEEKS[0]),
        ("C", WEEKS[1]),
        ("D", WEEKS[1]),
        ("unknown", WEEKS[2]),
        ("E", WEEKS[4]),
    }


def test_the_week_of_six_people_has_four_states(answers: Answers) -> None:
    rows = answers.rows("lifecycle/growth", grain="week")
    states = ("new", "retained", "resurrected", "dormant")
    numbers = [(2, 0, 0, 0), (2, 2, 0, 0), (1, 1, 0, 3), (0, 0, 0, 2), (1, 0, 1, None)]
    assert sorted(rows, key=str) == sorted(
        (
            (week, state, number, week != WEEKS[-1])
            for week, row in zip(WEEKS, numbers, strict=True)
            for state, number in zip(states, row, strict=True)
        ),
        key=str,
    )


PAID_FIGURES = {"payers", "paying_rate", "revenue", "orders_per_payer", "revenue_per_order"}
FIGURES_OF_SIGN_UPS = {"new_users", "invited_users"}


@pytest.mark.parametrize(
    ("product", "absent", "without_data"),
    [
        ({}, "payments", PAID_FIGURES),
        ({"activation": None}, None, {"activation"}),
        ({"activation": {"event": ["never done"]}}, None, {"activation"}),
        ({}, "events payments", set(METRICS) - FIGURES_OF_SIGN_UPS),
    ],
    ids=["no payments", "no activation", "an event nobody did", "sign-ups alone"],
)
def test_a_figure_whose_table_or_event_is_absent_has_no_data(
    product: dict[str, Any], absent: str | None, without_data: set[str]
) -> None:
    kept = {name: rows for name, rows in tables().items() if name not in (absent or "").split()}
    stated = {name: value for name, value in {**PRODUCT, **product}.items() if value is not None}
    with built(stated, kept, today=date(2024, 2, 10)) as answers:
        rows = answers.dicts("overview/metrics", grain="month", from_=MONTHS[0], until=MONTHS[1])
    assert {row["metric"] for row in rows if row["numerator"] is None} == without_data
    assert {row["metric"] for row in rows} == set(METRICS)


def test_a_product_in_design_has_answers_without_rows() -> None:
    with built({}, {}, today=date(2024, 2, 10)) as answers:
        for grain in ("day", "week", "month"):
            rows = answers.dicts("overview/metrics", grain=grain)
            assert all(row["numerator"] is None for row in rows)
            assert not any(row["users"] for row in answers.dicts("lifecycle/growth", grain=grain))
            assert not any(row["users"] for row in answers.dicts("retention/triangle", grain=grain))


# Standing: days are counted from the sign-up, 0 is its own; data until 40 days after it unless said ------------------

STANDINGS = {
    "did nothing": ({}, False, 40, "real"),
    "came for the reward alone": ({0: "task"}, False, 40, "hollow"),
    "used the product on the last day that is judged": ({0: "task", 6: "open"}, False, 40, "real"),
    "used the product a day too late": ({0: "task", 7: "open"}, False, 40, "hollow"),
    "came for a reward later": ({7: "task"}, False, 40, "real"),
    "took a reward before signing up": ({-1: "task"}, False, 40, "real"),
    "used the product only before signing up": ({-1: "open", 0: "task"}, False, 40, "hollow"),
    "paid in the first week": ({0: "task", 6: "5"}, False, 40, "real"),
    "paid after it": ({0: "task", 7: "5"}, False, 40, "hollow"),
    "was paid back": ({0: "task", 2: "-5"}, False, 40, "hollow"),
    "invited with a reward, did nothing": ({}, True, 40, "hollow"),
    "invited with a reward, used it, not enough": ({0: "open", 5: "open"}, True, 40, "hollow"),
    "invited with a reward, activated on the last day": ({9: "finish"}, True, 40, "real"),
    "invited with a reward, activated too late": ({10: "finish"}, True, 40, "hollow"),
    "invited with a reward, may still be activated": ({}, True, 9, "real"),
    "invited with a reward, the time is up": ({}, True, 10, "hollow"),
    "six days old": ({0: "task"}, True, 6, "new"),
    "seven days old": ({0: "task"}, False, 7, "hollow"),
}


def test_who_is_real_hollow_or_new() -> None:
    until = NEW_YEAR + timedelta(days=60)
    users, events, payments = [], [], []
    for name, (log, is_rewarded, age, _) in STANDINGS.items():
        signed_up = until - timedelta(days=age)
        users.append({"user_id": name, "signed_up_at": signed_up, "name": name, "incentive": is_rewarded})
        for day, deed in log.items():
            at = signed_up + timedelta(days=day)
            if deed.isalpha():
                events.append({"user_id": name, "event": deed, "occurred_at": at})
            else:
                payments.append({"user_id": name, "paid_at": at, "amount": deed})
    product = {
        "dimensions": {"name": "Name"},
        "reward_events": ["task"],
        "activation": {"event": ["finish"], "within_days": 10},
        "data_until": until,
    }
    with built(product, {"users": users, "events": events, "payments": payments}) as answers:
        found = {row["name"]: row["standing"] for row in answers.dicts("data/segments")}
    assert found == {name: standing for name, (*_, standing) in STANDINGS.items()}
