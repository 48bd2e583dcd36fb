"""Cases other tools publish, answered by ours (cases.json); what we do not offer says why."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.products import Answers, built

Case = dict[str, Any]

CASES: list[Case] = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))["cases"]
OFFERED = [case for case in CASES if case["rule"]]

FIRST_TIME = {
    "retention": {
        "first": {"label": "From the first active day", "start": "first_active", "return": "active"},
        "renewal": {"label": "Sign-ups who renew", "start": "signed_up", "return": ["renewed"]},
    }
}


def events(case: Case) -> list[dict[str, str]]:
    """The case's log: a day stands for its noon."""
    days = case.get("active_days", {})
    times = case.get("active_times", {}) | {who: [f"{day}T12:00" for day in days[who]] for who in days}
    return [{"user_id": who, "event": "open", "occurred_at": at} for who, moments in times.items() for at in moments]


def product_of(case: Case) -> dict[str, Any]:
    """The product of a case; the log of some goes silent before the last day to be answered."""
    until = {"data_until": date.fromisoformat(case["data_until"])} if "data_until" in case else {}
    return FIRST_TIME | until


def growth_by_day(case: Case) -> None:
    """`lifecycle/growth`, a row of the case a state."""
    with built(product_of(case), {"events": events(case)}) as answers:
        rows = answers.dicts(
            "lifecycle/growth",
            grain="day",
            from_=date.fromisoformat(case["from"]),
            until=date.fromisoformat(case["until"]),
        )
    found = {state: [row["users"] for row in rows if row["state"] == state] for state in case["expected"]}
    assert found == case["expected"]


def triangle(answers: Answers, definition: str, grain: str, case: Case) -> list[tuple[int, list[int | None]]]:
    """Cohort size and users by age, a row a cohort."""
    cells = answers.dicts(
        "retention/triangle",
        definition=definition,
        grain=grain,
        from_=date.fromisoformat(case["from"]),
        until=date.fromisoformat(case["until"]),
    )
    cohorts = sorted({cell["cohort"] for cell in cells})
    rows = [
        sorted((cell for cell in cells if cell["cohort"] == cohort), key=lambda cell: cell["age"]) for cohort in cohorts
    ]
    return [(row[0]["cohort_size"], [cell["users"] for cell in row]) for row in rows]


def is_triangle(found: list[tuple[int, list[int | None]]], expected: list[tuple[int, list[int]]]) -> bool:
    """Whether the cells told are equal, and every later one is not yet known."""
    return [(size, row[: len(known)]) for (size, row), (_, known) in zip(found, expected, strict=True)] == [
        (size, known) for size, known in expected
    ] and all(set(row[len(known) :]) == {None} for (_, row), (_, known) in zip(found, expected, strict=True))


def triangle_by_day(case: Case) -> None:
    """`retention/triangle` from the first active day."""
    with built(product_of(case), {"events": events(case)}) as answers:
        assert is_triangle(triangle(answers, "first", "day", case), case["expected"])


def age_of_the_return(case: Case) -> None:
    """The oldest age at which the one person of the case was seen."""
    with built(product_of(case), {"events": events(case)}) as answers:
        [(size, users)] = triangle(answers, "first", case["grain"], case)
    assert size == 1
    assert max(age for age, number in enumerate(users) if number) == case["expected"]


def triangle_of_sign_ups_who_renew(case: Case) -> None:
    """`retention/triangle` of an event that is not the start."""
    tables = {
        "users": [{"user_id": who, "signed_up_at": at} for who, at in case["signed_up"].items()],
        "events": [{"user_id": who, "event": "renewed", "occurred_at": at} for who, at in case["renewed"].items()],
    }
    with built(product_of(case), tables) as answers:
        assert is_triangle(triangle(answers, "renewal", "day", case), case["expected"])


def pooled_day_1(case: Case) -> None:
    """The triangle's day 1, the curve and the headline figure: all leave the open cohort out."""
    users, log = [], []
    for cohort in case["cohorts"]:
        day = date.fromisoformat(cohort["day"])
        for number in range(cohort["size"]):
            users.append({"user_id": f"{day}-{number}", "signed_up_at": f"{day}T12:00"})
            if number < cohort["returned"]:
                next_day = day.replace(day=day.day + 1)
                log.append({"user_id": f"{day}-{number}", "event": "open", "occurred_at": f"{next_day}T12:00"})
    expected = case["expected"]
    product = {"dimensions": {}, "data_until": date.fromisoformat(case["data_until"])}
    with built(product, {"users": users, "events": log}, today=date(2024, 3, 5)) as answers:
        cells = answers.dicts("retention/triangle", grain="day", from_=date(2024, 3, 1))
        assert [cell["users"] for cell in cells if cell["age"] == 1] == expected["day 1"]
        curve = answers.dicts("retention/curve_by_value", grain="day", dimension="standing")
        day_1 = [row for row in curve if row["age"] == 1]
        assert sum(row["entrants"] or 0 for row in day_1) == expected["entrants"]
        assert sum(row["users"] or 0 for row in day_1) == expected["returned"]
        [figure] = [
            row
            for row in answers.dicts("overview/metrics", grain="month", from_=date(2024, 3, 1))
            if row["metric"] == "retention_day_1"
        ]
    assert figure["numerator"] == expected["returned"]
    assert figure["denominator"] == expected["entrants"]
    assert figure["pending"] == expected["pending"]
    assert figure["numerator"] / figure["denominator"] == expected["rate"]


def active_days_of_a_month(case: Case) -> None:
    """The cube `active_days`."""
    with built(product_of(case), {"events": events(case)}) as answers:
        rows = answers.sql("select days, sum(users) from active_days where grain = 'month' group by days")
    assert {str(days): users for days, users in rows} == case["expected"]


def deeds(case: Case) -> list[dict[str, str]]:
    """The log of a funnel's case: a letter of a sequence is an event, one a second."""
    start = datetime(2020, 1, 1, 12)
    sequences = {
        who: [(event, str(start + timedelta(seconds=place))) for place, event in enumerate(letters)]
        for who, letters in case.get("sequences", {}).items()
    }
    return [
        {"user_id": who, "event": event, "occurred_at": at}
        for who, done in (case.get("deeds", {}) | sequences).items()
        for event, at in done
    ]


def funnel_product(case: Case) -> dict[str, Any]:
    """The product of a funnel's case: all it says of the funnel; the data reach as far as it says."""
    funnel: dict[str, Any] = {"label": "F", **{key: case[key] for key in ("steps", "window", "order") if key in case}}
    return {
        "dimensions": {"person": "Person"},
        "funnels": {"case": funnel},
        "data_until": date.fromisoformat(case.get("data_until", "2022-01-01")),
    }


def whole_funnel(case: Case) -> None:
    """`funnel/steps` and the means of `funnel/time_to_convert`."""
    with built(funnel_product(case), {"events": deeds(case)}) as answers:
        steps = answers.dicts("funnel/steps")
        spans = answers.ask("funnel/time_to_convert").groupby("step")[["sum_seconds", "users"]].sum()
    expected = case["expected"]
    assert [row["reached"] for row in steps] == expected["reached"]
    assert {row["entrants"] for row in steps} == {expected["reached"][0]}
    assert {row["pending"] for row in steps} == {expected.get("pending", 0)}
    if "mean_seconds" in expected:
        assert (spans["sum_seconds"] / spans["users"]).tolist() == expected["mean_seconds"]


def levels_of_a_funnel(case: Case) -> None:
    """How far each person comes, told by a dimension whose values are the people."""
    users = [{"user_id": who, "signed_up_at": "2020-01-01T11:00", "person": who} for who in case["sequences"]]
    with built(funnel_product(case), {"users": users, "events": deeds(case)}) as answers:
        rows = answers.dicts("funnel/steps_by_value", dimension="person")
    found = {
        who: max(row["step"] for row in rows if row["value"] == who and row["reached"]) for who in case["expected"]
    }
    assert found == case["expected"]


def funnel_by_value(case: Case) -> None:
    """`funnel/steps_by_value` of a person's one value."""
    users = [{"user_id": "u", "signed_up_at": "2020-01-01T11:00", "person": case["value"]}]
    with built(funnel_product(case), {"users": users, "events": deeds(case)}) as answers:
        rows = answers.dicts("funnel/steps_by_value", dimension="person")
    values = dict.fromkeys(row["value"] for row in rows)
    assert {value: [row["reached"] for row in rows if row["value"] == value] for value in values} == case["expected"]


RULES: dict[str, Callable[[Case], None]] = {
    "growth by day": growth_by_day,
    "triangle by day": triangle_by_day,
    "triangle, age of the return": age_of_the_return,
    "triangle of sign-ups who renew": triangle_of_sign_ups_who_renew,
    "pooled day 1": pooled_day_1,
    "active days of a month": active_days_of_a_month,
    "steps and times of a funnel": whole_funnel,
    "levels of a funnel": levels_of_a_funnel,
    "funnel by a person's value": funnel_by_value,
}


@pytest.mark.parametrize("case", OFFERED, ids=lambda case: case["id"])
def test_a_published_case_has_the_published_answer(case: Case) -> None:
    RULES[case["rule"]](case)


def test_a_case_we_do_not_answer_says_why() -> None:
    not_offered = {case["id"]: case.get("not_offered") for case in CASES if not case["rule"]}
    assert set(not_offered) == {
        "retention-01",
        "retention-03, rolling windows",
        "stickiness-01, by week and month",
        "funnel-02, strict without repeats",
        "funnel-04, best entry",
        "funnel-06, exclusion",
        "funnel-06, mean of all conversions",
        "funnel-07, exposed",
        "breakdown-01, all steps and a step of one's choice",
    }
    assert all(not_offered.values())
    assert {case["rule"] for case in OFFERED} == set(RULES)


def test_periods_asked_for_before_anybody_came_are_rows_of_nobody() -> None:
    log = [{"user_id": "ann", "event": "read", "occurred_at": "2024-01-02 10:00"}]
    with built({}, {"events": log}, today=date(2024, 1, 10)) as answers:
        asked = {"grain": "day", "from_": date(2023, 12, 31), "until": date(2024, 1, 4)}
        states = answers.rows("lifecycle/growth", **asked)
        new_users = [row[2] for row in answers.rows("overview/metrics", **asked) if row[0] == "new_users"]
        sizes = {row[0]: row[1] for row in answers.rows("retention/triangle", **asked)}
        unasked = answers.rows("lifecycle/growth", grain="day")
    assert [(row[0].day, row[2]) for row in states if row[1] == "new"] == [(31, 0), (1, 0), (2, 1)]
    assert new_users == [0, 0, 1]
    assert list(sizes.values()) == [0, 0, 1]
    assert unasked[0][0] == date(2024, 1, 2)
