"""What Lifecycle asks beside the states: given → whole rows, and on any log what a plain count of people answers."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from tests.products import Answers, built
from tests.reference import DAY, Keep, Person, Reference, everybody
from tests.warehouse.test_laws import A_BUILD_EACH, GRAINS, Both, both, by, logs

STATES = ("new", "retained", "resurrected", "dormant")


# Given → whole rows ---------------------------------------------------------------------------------------

# A day a column, from Monday 1 January 2024 on; x is an active day. The data end on Wednesday the 24th.
DIARY = {
    #       Mo Tu We Th Fr Sa Su
    "ann": ("x  .  x  .  .  .  .", "x  .  .  .  .  .  .", ".  .  .  .  .  .  .", "x  x"),
    "ben": (".  .  .  .  .  .  x", ".  .  .  .  .  .  x", ".  .  .  .  .  .  x", ".  ."),
    "cat": (".  x  x  x  x  x  x", "x  .  .  .  .  .  .", ".  .  .  .  .  .  .", ".  ."),
    "dan": (".  .  .  .  .  .  .", ".  .  .  .  .  .  .", ".  .  .  .  .  .  .", ".  x"),
}
PLATFORMS = {"ann": "ios", "ben": "ios", "cat": "web", "dan": "web", "eve": "web"}
MONDAYS = [date(2024, 1, 1), date(2024, 1, 8), date(2024, 1, 15), date(2024, 1, 22)]


@pytest.fixture(scope="module")
def diary() -> Iterator[Answers]:
    """Five people, of whom eve signed up and was never active; hers is a segment of the web too."""
    events = [
        {"user_id": who, "event": "open", "occurred_at": f"{MONDAYS[week] + at * DAY} 12:00"}
        for who, weeks in DIARY.items()
        for week, days in enumerate(weeks)
        for at, mark in enumerate(days.split())
        if mark == "x"
    ]
    users = [
        {"user_id": who, "signed_up_at": "2024-01-01 08:00", "platform": platform}
        for who, platform in PLATFORMS.items()
    ]
    campaigns = [
        {"campaign_id": "b", "name": "Later", "kind": "content", "starts_on": "2024-03-01", "ends_on": "2024-03-09"},
        {
            "campaign_id": "a",
            "name": "Both days",
            "kind": "product",
            "starts_on": "2024-01-02",
            "ends_on": "2024-01-02",
        },
    ]
    product = {"dimensions": {"platform": "Platform"}, "data_until": date(2024, 1, 24)}
    tables = {"users": users, "events": events, "campaigns": campaigns}
    with built(product, tables, today=date(2024, 1, 24)) as answers:
        yield answers


def test_each_value_has_every_state_of_every_period(diary: Answers) -> None:
    rows = diary.dicts("lifecycle/growth_by_value", grain="week", dimension="platform")
    found: dict[tuple[str, date], list[tuple[str, int | None]]] = {}
    for row in rows:
        found.setdefault((row["value"], row["period"]), []).append((row["state"], row["users"]))
    counts = {
        ("ios", MONDAYS[0]): (2, 0, 0, 0),
        ("ios", MONDAYS[1]): (0, 2, 0, 0),
        ("ios", MONDAYS[2]): (0, 1, 0, 1),
        ("ios", MONDAYS[3]): (0, 0, 1, None),
        ("web", MONDAYS[0]): (1, 0, 0, 0),
        ("web", MONDAYS[1]): (0, 1, 0, 0),
        ("web", MONDAYS[2]): (0, 0, 0, 1),
        ("web", MONDAYS[3]): (1, 0, 0, None),
    }
    assert list(found.items()) == [(key, list(zip(STATES, users, strict=True))) for key, users in counts.items()]
    assert {row["period"] for row in rows if not row["is_complete"]} == {MONDAYS[3]}


def test_a_value_that_no_chosen_segment_has_is_no_row(diary: Answers) -> None:
    ios = [row["segment_id"] for row in diary.dicts("data/segments") if row["platform"] == "ios"]
    third_week = {"from_": MONDAYS[2], "until": MONDAYS[3]}
    rows = diary.rows("lifecycle/growth_by_value", grain="week", segments=ios, dimension="platform", **third_week)
    assert rows == [
        ("ios", MONDAYS[2], "new", 0, True),
        ("ios", MONDAYS[2], "retained", 1, True),
        ("ios", MONDAYS[2], "resurrected", 0, True),
        ("ios", MONDAYS[2], "dormant", 1, True),
    ]


def test_a_week_has_a_row_for_each_of_its_seven_days(diary: Answers) -> None:
    found = by(diary.dicts("lifecycle/active_days", grain="week"), "period", "days")
    users = {  # active on 1, 2, … 7 days of the week
        MONDAYS[0]: (1, 1, 0, 0, 0, 1, 0),
        MONDAYS[1]: (3, 0, 0, 0, 0, 0, 0),
        MONDAYS[2]: (1, 0, 0, 0, 0, 0, 0),
        MONDAYS[3]: (1, 1, 0, 0, 0, 0, 0),
    }
    assert found == {
        (week, days): (number, week != MONDAYS[3])
        for week, numbers in users.items()
        for days, number in enumerate(numbers, start=1)
    }


def test_a_month_has_as_many_rows_as_days(diary: Answers) -> None:
    rows = diary.rows("lifecycle/active_days", grain="month")
    assert [days for _, days, *_ in rows] == list(range(1, 32))
    assert {days: users for _, days, users, _ in rows if users} == {1: 1, 3: 1, 5: 1, 7: 1}


def test_actives_of_a_window_count_a_person_once(diary: Answers) -> None:
    rows = diary.rows("lifecycle/actives", from_=date(2024, 1, 13), until=date(2024, 1, 17))
    assert rows == [
        (date(2024, 1, 13), 1, 0),
        (date(2024, 1, 13), 7, 3),
        (date(2024, 1, 13), 28, 3),
        (date(2024, 1, 14), 1, 1),
        (date(2024, 1, 14), 7, 3),
        (date(2024, 1, 14), 28, 3),
        (date(2024, 1, 15), 1, 0),
        (date(2024, 1, 15), 7, 1),
        (date(2024, 1, 15), 28, 3),
        (date(2024, 1, 16), 1, 0),
        (date(2024, 1, 16), 7, 1),
        (date(2024, 1, 16), 28, 3),
    ]


def test_weeks_of_silence_are_whole_ones_to_the_last_covered_day(diary: Answers) -> None:
    # The last covered day is the 23rd: ann and dan were there on it, ben on the 21st, cat on the 8th, 15 days before.
    assert diary.rows("lifecycle/dormancy") == [(0, 3), (1, 0), (2, 1)]


@pytest.mark.parametrize(
    ("last_active", "weeks"),
    [
        (date(2024, 1, 23), 0),
        (date(2024, 1, 17), 0),
        (date(2024, 1, 16), 1),
        (date(2024, 1, 9), 2),
        (date(2022, 2, 2), 102),
        (date(2022, 1, 25), 104),
        (date(2020, 1, 1), 104),
    ],
)
def test_a_week_of_silence_begins_on_the_seventh_day_and_two_years_are_the_last_row(
    last_active: date, weeks: int
) -> None:
    events = [{"user_id": "ann", "event": "open", "occurred_at": f"{last_active} 12:00"}]
    with built({"data_until": date(2024, 1, 24)}, {"events": events}, today=date(2024, 1, 24)) as answers:
        assert [row for row in answers.rows("lifecycle/dormancy") if row[1]] == [(weeks, 1)]


def test_campaigns_are_told_by_their_start_those_ahead_too(diary: Answers) -> None:
    assert diary.rows("lifecycle/campaigns") == [
        ("a", "Both days", date(2024, 1, 2), date(2024, 1, 2)),
        ("b", "Later", date(2024, 3, 1), date(2024, 3, 9)),
    ]


@pytest.mark.parametrize("name", ["growth_by_value", "active_days", "actives", "dormancy", "campaigns"])
def test_a_product_without_rows_has_an_answer(name: str) -> None:
    with built({}, {}, today=date(2024, 1, 24)) as answers:
        assert not [row for row in answers.dicts(f"lifecycle/{name}") if row["users"]]


# Laws -----------------------------------------------------------------------------------------------------


def agree_on_growth_by_value(sides: Both, grain: str) -> None:
    """`lifecycle/growth_by_value`: each value is a filter of its own."""
    counted = sides.counted
    since = counted.data_until - 60 * DAY
    for dimension in ("platform", "standing"):
        for segments, keep in sides.filters():
            parameters = {"grain": grain, "from_": since, "segments": segments, "dimension": dimension}
            found = by(sides.answers.dicts("lifecycle/growth_by_value", **parameters), "value", "period", "state")
            expected = {}
            for value in {counted.value(person, dimension) for person in counted.chosen(keep)}:

                def has_value(
                    person: Person, value: str = value, dimension: str = dimension, keep: Keep = keep
                ) -> bool:
                    return keep(person) and counted.value(person, dimension) == value

                for (period, state), users in counted.growth(grain, since, keep=has_value).items():
                    expected[value, period, state] = users, counted.is_complete(grain, period)
            assert found == expected


def agree_on_active_days(sides: Both, grain: str) -> None:
    """`lifecycle/active_days`: a row for every number of days that the period has."""
    counted = sides.counted
    for parameters, (first, until, keep) in sides.asked(grain):
        found = by(sides.answers.dicts("lifecycle/active_days", grain=grain, **parameters), "period", "days")
        expected = {}
        for period in counted.periods(grain, first, until):
            users = counted.active_days(grain, period, keep)
            for days in range(1, (counted.end(grain, period) - period).days + 1):
                expected[period, days] = users.get(days, 0), counted.is_complete(grain, period)
        assert found == expected


def agree_on_actives(sides: Both) -> None:
    """`lifecycle/actives`: everybody active on at least one day of the window."""
    counted = sides.counted
    for parameters, (first, until, keep) in sides.asked("day"):
        people = counted.chosen(keep)
        found = by(sides.answers.dicts("lifecycle/actives", **parameters), "day", "window_days")
        assert found == {
            (day, window): (sum(person.active_in(day - (window - 1) * DAY, day + DAY) for person in people),)
            for day in counted.periods("day", first, until)
            for window in (1, 7, 28)
        }


def quiet(counted: Reference, keep: Keep = everybody) -> Counter[int]:
    """People ever active, by the whole weeks between their last active day and the last covered one."""
    last = [person.active[-1] for person in counted.chosen(keep) if person.active]
    return Counter(min((counted.data_until - DAY - day).days // 7, 104) for day in last)


@settings(A_BUILD_EACH, max_examples=3)
@given(log=logs())
def test_lifecycle_equals_a_plain_count(log: Any) -> None:
    with both(log) as sides:
        for grain in GRAINS:
            agree_on_active_days(sides, grain)
        agree_on_growth_by_value(sides, "week")
        agree_on_growth_by_value(sides, "month")
        agree_on_actives(sides)
        for segments, keep in sides.filters():
            found = sides.answers.dicts("lifecycle/dormancy", segments=segments)
            users = {row["weeks"]: row["users"] for row in found}
            assert list(users) == list(range(max(quiet(sides.counted), default=-1) + 1))
            assert {weeks: number for weeks, number in users.items() if number} == quiet(sides.counted, keep)


@settings(A_BUILD_EACH, max_examples=2)
@given(log=logs())
def test_actives_move_by_who_comes_and_goes_and_everybody_ever_active_is_quiet_or_not(log: Any) -> None:
    """active_t = active_{t−1} + new + resurrected − dormant; active days add up to it; all weeks to all new."""
    product, tables, today = log
    with built(product, tables, today=today) as answers:
        segments = [row["segment_id"] for row in answers.dicts("data/segments")]
        for grain in GRAINS:
            for chosen in (None, segments[::2]):
                states = by(answers.dicts("lifecycle/growth", grain=grain, segments=chosen), "period", "state")
                days = answers.dicts("lifecycle/active_days", grain=grain, segments=chosen)
                before = 0
                for period in sorted({period for period, _ in states}):
                    new, retained, resurrected, dormant = (states[period, state][0] for state in STATES)
                    active = new + retained + resurrected
                    assert active == sum(row["users"] for row in days if row["period"] == period)
                    assert dormant is None or active == before + new + resurrected - dormant
                    before = active
                ever = sum(users for (_, state), (users, _) in states.items() if state == "new")
                assert ever == sum(row["users"] for row in answers.dicts("lifecycle/dormancy", segments=chosen))


@settings(A_BUILD_EACH, max_examples=2)
@given(log=logs())
def test_sums_over_segments_are_the_total(log: Any) -> None:
    product, tables, today = log
    asked = [
        ("lifecycle/growth_by_value", {"grain": "week", "dimension": "platform"}),
        ("lifecycle/active_days", {"grain": "week"}),
        ("lifecycle/actives", {"from_": today - 40 * DAY}),
        ("lifecycle/dormancy", {}),
    ]
    with built(product, tables, today=today) as answers:
        segments = [row["segment_id"] for row in answers.dicts("data/segments")]
        for name, parameters in asked:
            whole, parts = answers.dicts(name, **parameters), Counter[tuple[Any, ...]]()
            for segment in segments:
                for row in answers.dicts(name, **parameters, segments=[segment]):
                    parts[tuple(value for key, value in row.items() if key != "users")] += row["users"] or 0
            for row in whole:
                assert parts[tuple(value for key, value in row.items() if key != "users")] == (row["users"] or 0)
