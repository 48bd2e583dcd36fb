"""Numbers made elsewhere: their periods, their values, what is missing of them, and ours beside theirs."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.products import Answers, Row, built
from tests.reference import Reference
from tests.warehouse.test_laws import A_BUILD_EACH

DAY = timedelta(days=1)
UNTIL = date(2024, 1, 20)
SAID = {"label": "A figure", "definition": "What somebody else counts."}


def on(day: int) -> date:
    """A day of January 2024, the first a Monday."""
    return date(2024, 1, day)


def figure(name: str, day: int, amount: float, dimension: str | None = None, value: str | None = None) -> Row:
    return {"day": on(day), "figure": name, "amount": amount, "dimension": dimension, "value": value}


def event(who: str, day: int, name: str = "open") -> Row:
    return {"user_id": who, "event": name, "occurred_at": f"{on(day)} 12:00"}


PRODUCT: dict[str, Any] = {
    "dimensions": {"platform": "Platform"},
    "data_until": UNTIL,
    "figures": {
        "visits": SAID,
        "score": {**SAID, "unit": "ratio", "combine": "mean"},
        "followers": {**SAID, "combine": "last"},
        "posts": {**SAID, "every": "week"},
        "budget": {**SAID, "every": "month"},
    },
}
ROWS = [
    *(figure("visits", day, 10) for day in range(1, 8)),
    *(figure("visits", day, 5) for day in (8, 9, 11, 12, 13, 14)),
    *(figure("visits", day, 1) for day in range(15, 20)),
    *(figure("score", day, day) for day in range(1, 8)),
    figure("score", 15, 2),
    *(figure("followers", day, 99 + day) for day in range(7, 0, -1)),
    figure("followers", 9, 130),
    figure("followers", 20, 999),  # not covered
    figure("posts", 1, 3),
    figure("posts", 10, 4),
    figure("budget", 17, 500),
    # Given by value alone: the country comes first by name.
    *(figure("tickets", day, 2, "platform", "ios") for day in range(1, 4)),
    figure("tickets", 2, 1, "platform", None),
    figure("tickets", 1, 4, "country", "cn"),
    figure("tickets", 1, 6, "country", "us"),
    figure("tickets", 3, 0, "country", "us"),
    figure("tickets", 20, 999),  # not covered
    figure("visits", 1, 7, None, "ios"),  # a value of nothing
]
NONE = (None, None, False)

# figure: its days 1 to 3 · its weeks 1, 8 and 15 January · its January, which is running
EXPECTED: dict[str, tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], list[tuple[Any, ...]]]] = {
    "visits": (
        [(10, None, True)] * 3,
        [(70, None, True), (30, None, False), (5, None, False)],
        [(105, None, False)],
    ),
    "score": (
        [(1, 1, True), (2, 1, True), (3, 1, True)],
        [(28, 7, True), NONE, (2, 1, False)],
        [(30, 8, False)],
    ),
    "followers": (
        [(100, None, True), (101, None, True), (102, None, True)],
        [(106, None, True), (130, None, False), NONE],
        [(130, None, False)],
    ),
    "posts": ([NONE] * 3, [(3, None, True), (4, None, True), NONE], [(7, None, False)]),
    "budget": ([NONE] * 3, [NONE] * 3, [(500, None, False)]),
    "tickets": ([(10, None, True), NONE, (0, None, True)], [(10, None, False), NONE, NONE], [(10, None, False)]),
}


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    with built(PRODUCT, {"events": [event("ann", 1)], "figures": ROWS}, today=on(25)) as answers:
        yield answers


@pytest.mark.parametrize(
    ("place", "grain", "periods"),
    [(0, "day", [on(1), on(2), on(3)]), (1, "week", [on(1), on(8), on(15)]), (2, "month", [on(1)])],
    ids=lambda _: "",
)
def test_days_make_weeks_and_months_as_the_product_says(
    answers: Answers, place: int, grain: str, periods: list[date]
) -> None:
    rows = answers.rows("overview/figures", grain=grain, until=periods[-1] + DAY)
    assert rows == [
        (name, period, numerator, denominator, None, is_complete)
        for name in EXPECTED  # those of product.yml in its order, then the others by name
        for period, (numerator, denominator, is_complete) in zip(periods, EXPECTED[name][place], strict=True)
    ]


def test_periods_are_those_whose_first_day_is_asked_for(answers: Answers) -> None:
    asked = {"grain": "week", "from_": on(8), "until": on(15)}
    assert {row[1] for row in answers.rows("overview/figures", **asked)} == {on(8)}
    assert {row[2] for row in answers.rows("overview/figures_by_value", **asked)} == {on(8)}
    assert [row[1] for row in answers.rows("overview/figures", grain="week", from_=on(9))] == [on(15)] * len(EXPECTED)


def test_a_value_has_periods_of_its_own(answers: Answers) -> None:
    assert answers.rows("overview/figures_by_value", until=on(4)) == [
        ("tickets", "ios", on(1), 2, None, None, True),
        ("tickets", "ios", on(2), 2, None, None, True),
        ("tickets", "ios", on(3), 2, None, None, True),
        ("tickets", "unknown", on(1), None, None, None, False),
        ("tickets", "unknown", on(2), 1, None, None, True),
        ("tickets", "unknown", on(3), None, None, None, False),
    ]
    assert answers.rows("overview/figures_by_value", grain="week", until=on(2), dimension="country") == [
        ("tickets", "cn", on(1), 4, None, None, False),
        ("tickets", "us", on(1), 6, None, None, False),
    ]
    assert answers.rows("overview/figures_by_value", dimension="standing") == []


@pytest.mark.parametrize(("last_monday", "is_complete"), [(29, True), (22, False)])
def test_a_week_counts_in_the_month_in_which_it_begins(last_monday: int, is_complete: bool) -> None:
    product = {"figures": {"posts": {**SAID, "every": "week"}}, "data_until": date(2024, 2, 1)}
    rows = [figure("posts", day, 1) for day in range(1, last_monday + 1, 7)]
    with built(product, {"events": [event("ann", 1)], "figures": rows}) as answers:
        assert answers.rows("overview/figures", grain="month") == [
            ("posts", on(1), len(rows), None, None, is_complete),
        ]


def test_what_is_missing_of_a_figure_is_told(answers: Answers) -> None:
    checks = [row for row in answers.rows("data/checks") if row[0].startswith("figure")]
    assert checks == [
        ("figure_days_missing", "followers", 11, "2024-01-08"),  # 8, and 10 to 19 January
        ("figure_days_missing", "score", 11, "2024-01-08"),
        ("figure_days_missing", "tickets", 17, "2024-01-02"),
        ("figure_days_missing", "visits", 1, "2024-01-10"),
        ("figure_dimension_unknown", "tickets: country", 1, None),
        ("figure_value_without_dimension", "visits", 1, None),
    ]


def test_a_figure_without_rows_or_without_a_total_is_told() -> None:
    product = {**PRODUCT, "figures": {"score": {**SAID, "combine": "mean"}, "visists": SAID}}
    rows = [figure("score", 2, 3, "platfrom", "ios"), figure("visits", 2, 1), figure("visits", 19, 1)]
    with built(product, {"events": [event("ann", 1)], "figures": rows}, today=on(25)) as answers:
        checks = [row for row in answers.rows("data/checks") if row[0].startswith("figure")]
        days = answers.rows("overview/figures", grain="month")
    assert checks == [
        ("figure_days_missing", "visits", 16, "2024-01-03"),
        ("figure_dimension_unknown", "score: platfrom", 1, "platform"),
        ("figure_without_rows", "visists", 1, "visits"),
        ("figure_without_total", "score", 1, None),
    ]
    assert days == [
        ("score", on(1), None, None, None, False),
        ("visists", on(1), None, None, None, False),
        ("visits", on(1), 2, None, None, False),
    ]


def test_a_product_without_figures_has_none() -> None:
    with built({}, {"events": [event("ann", 1)]}, today=on(3)) as answers:
        assert answers.rows("overview/figures", grain="week") == []
        assert answers.rows("overview/figures_by_value") == []
        assert answers.rows("data/reconciliation") == []


def test_a_figure_with_the_name_of_ours_is_set_beside_it_day_by_day() -> None:
    events = [event("ann", 2), event("ann", 3), event("ben", 3), event("ann", 3, "finish"), event("cat", 5)]
    users = [{"user_id": who, "signed_up_at": on(2)} for who in ("ann", "ben")]
    rows = [
        figure("active_users", 1, 9),
        figure("active_users", 3, 4),
        figure("active_users", 3, 3, "platform", "ios"),
        figure("active_users", 4, 1),
        figure("active_users", 6, 8),
        figure("activation", 2, 0.5),
        figure("revenue", 3, 20),
        figure("visits", 3, 1),
    ]
    product = {"data_until": on(6), "activation": {"event": ["finish"], "within_days": 4}}
    with built(product, {"users": users, "events": events, "figures": rows}, today=on(9)) as answers:
        assert answers.rows("data/reconciliation") == [
            ("active_users", on(1), 0, None, 9, True),  # before anybody came
            ("active_users", on(2), 1, None, None, True),
            ("active_users", on(3), 2, None, 4, True),
            ("active_users", on(4), 0, None, 1, True),
            ("active_users", on(5), 1, None, None, True),
            ("activation", on(2), 1, 2, 0.5, True),
            ("activation", on(3), 0, 0, None, True),
            ("activation", on(4), 0, 0, None, True),
            ("activation", on(5), 0, 0, None, False),  # Cat's days are not over
            ("revenue", on(3), None, None, 20, True),  # no payments here: ours has no data
        ]
        assert [row[:5] for row in answers.rows("data/reconciliation", from_=on(3), until=on(4))] == [
            ("active_users", on(3), 2, None, 4),
            ("activation", on(3), 0, 0, None),
            ("revenue", on(3), None, None, 20),
        ]
        assert {row[0] for row in answers.rows("overview/figures")} == {"visits"}


# Any rows, against pandas ---------------------------------------------------------------------------------------------

RULES = {
    "added": ("sum", "day"),
    "averaged": ("mean", "day"),
    "stands": ("last", "day"),
    "weekly": ("sum", "week"),
    "weekly_mean": ("mean", "week"),
    "monthly": ("last", "month"),
}
LENGTH = {"day": 0, "week": 1, "month": 2}
FIRST = date(2024, 1, 29)
GIVEN_BY: list[list[str | None]] = [[None], [None, "platform"], ["platform"], ["platform", "country"]]


@st.composite
def logs(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A product, and rows of its figures and of one that it does not declare."""
    until = FIRST + draw(st.integers(1, 75)) * DAY
    chance = Random(draw(st.integers(0, 10**6)))
    rows = []
    for name in [*RULES, "stranger"]:
        dimensions: list[str | None] = draw(st.sampled_from(GIVEN_BY))
        share = draw(st.sampled_from([0.97, 1, 0.5]))
        rows += [
            {
                "day": FIRST + day * DAY,
                "figure": name,
                "amount": chance.randint(-3, 40),
                "dimension": dimension,
                "value": value,
            }
            for day in range(80)
            for dimension in dimensions
            for value in ([None] if dimension is None else ["a", "b"])
            if chance.random() < share
        ]
    product = {
        "dimensions": {"platform": "Platform", "country": "Country"},
        "week_start": draw(st.sampled_from(["monday", "sunday", "thursday"])),
        "data_until": until,
        "figures": {name: {**SAID, "combine": combine, "every": every} for name, (combine, every) in RULES.items()},
    }
    return product, rows


def counted(series: pd.DataFrame, combine: str, every: str, grain: str, counter: Reference) -> dict[date, Any]:
    """Numerator, denominator, is_complete by period, of one figure's rows: day, amount."""
    answers: dict[date, Any] = {}
    if LENGTH[grain] < LENGTH[every] or series.empty:
        return answers
    days: defaultdict[date, list[tuple[date, float]]] = defaultdict(list)
    for day, amount in sorted(zip(series["day"], series["amount"], strict=True)):
        if day < counter.data_until:
            days[counter.start(grain, counter.start(every, day))].append((day, float(amount)))
    for period, rows in days.items():
        end = counter.end(grain, period)
        units = {counter.start(every, day) for day, _ in rows}
        due = {unit for unit in pd.date_range(period, end - DAY).date if counter.start(every, unit) == unit}
        answers[period] = (
            rows[-1][1] if combine == "last" else sum(amount for _, amount in rows),
            len(rows) if combine == "mean" else None,
            counter.is_complete(grain, period) and due == units,
        )
    return answers


@settings(A_BUILD_EACH, max_examples=3)
@given(log=logs())
def test_figures_equal_a_plain_count(log: tuple[dict[str, Any], list[dict[str, Any]]]) -> None:
    product, rows = log
    tables = {"events": [{"user_id": "ann", "event": "open", "occurred_at": f"{FIRST} 12:00"}], "figures": rows}
    table = pd.DataFrame(rows, columns=["day", "figure", "amount", "dimension", "value"])
    with built(product, tables, today=FIRST + 100 * DAY) as answers:
        counter = Reference(product, {"events": tables["events"]}, FIRST + 100 * DAY)
        rules = RULES | ({"stranger": ("sum", "day")} if (table["figure"] == "stranger").any() else {})
        for grain in ("day", "week", "month"):
            periods = list(counter.periods(grain, counter.start(grain, FIRST)))
            expected, by_value = [], []
            for name, (combine, every) in rules.items():
                own = table[table["figure"] == name]
                whole = own[own["dimension"].isna()]
                if whole.empty and combine == "sum" and len(own):
                    of_first = own[own["dimension"] == own["dimension"].min()]
                    whole = of_first.groupby("day", as_index=False)["amount"].sum()
                cells = counted(whole, combine, every, grain, counter)
                expected += [(name, period, *cells.get(period, NONE)) for period in periods]
                for value, part in own[own["dimension"] == "platform"].groupby("value"):
                    if (part["day"] < counter.data_until).any():
                        cells = counted(part, combine, every, grain, counter)
                        by_value += [(name, value, period, *cells.get(period, NONE)) for period in periods]
            asked = answers.rows("overview/figures", grain=grain)
            assert [(*row[:4], row[5]) for row in asked] == expected
            asked = answers.rows("overview/figures_by_value", grain=grain, dimension="platform")
            assert [(*row[:5], row[6]) for row in asked] == by_value
