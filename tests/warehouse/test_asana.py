"""The real product of config/examples/asana: published numbers, and a count made outside the project."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest

from tests.products import Answers
from tests.warehouse.examples import example

# Active users per month: the first and the last complete one are published with the data.
ACTIVE_BY_MONTH = {date(2012, 6, 1): 292, date(2014, 5, 1): 2095}


@pytest.fixture(scope="module")
def asana(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """The product, built once for all questions."""
    with example("asana", tmp_path_factory.mktemp("asana")) as answers:
        yield answers


def figure(answers: Answers, metric: str, grain: str) -> dict[date, tuple[float, float, float, bool]]:
    """Numerator, denominator, pending and is_complete of a metric by period."""
    rows = answers.dicts("overview/metrics", grain=grain)
    return {
        row["period"]: (row["numerator"], row["denominator"], row["pending"], row["is_complete"])
        for row in rows
        if row["metric"] == metric
    }


def total(answers: Answers, metric: str, grain: str) -> float:
    """The sum of a count over all periods."""
    return sum(numerator for numerator, *_ in figure(answers, metric, grain).values())


def test_all_rows_are_read_and_none_is_rejected(asana: Answers) -> None:
    tables = {row["source"]: (row["read"], row["accepted"], row["rejected"]) for row in asana.dicts("data/tables")}
    assert tables["users"] == (12_000, 12_000, 0)
    assert tables["events"] == (207_917, 207_917, 0)


def test_the_data_end_with_the_last_log_in(asana: Answers) -> None:
    [build] = asana.dicts("data/build")
    assert (build["first_day"], build["data_until"]) == (date(2012, 5, 31), date(2014, 6, 7))
    assert (build["users"], build["events"], build["payments"]) == (12_000, 207_917, 0)


def test_every_sign_up_is_a_new_user(asana: Answers) -> None:
    assert {total(asana, "new_users", grain) for grain in ("day", "week", "month")} == {12_000}


def test_8823_people_were_ever_active_on_207917_days(asana: Answers) -> None:
    assert total(asana, "active_users", "day") == 207_917
    for grain in ("day", "week", "month"):
        states = asana.dicts("lifecycle/growth", grain=grain)
        assert sum(row["users"] for row in states if row["state"] == "new") == 8_823


def test_active_users_rise_every_month(asana: Answers) -> None:
    months = figure(asana, "active_users", "month")
    complete = {
        month: numerator
        for month, (numerator, _, _, is_complete) in months.items()
        if is_complete and month >= date(2012, 6, 1)
    }
    assert len(complete) == 24
    assert {month: complete[month] for month in ACTIVE_BY_MONTH} == ACTIVE_BY_MONTH
    values = [complete[month] for month in sorted(complete)]
    assert all(later > earlier for earlier, later in pairwise(values))


def test_june_2014_is_not_a_complete_month(asana: Answers) -> None:
    months = figure(asana, "active_users", "month")
    assert max(months) == date(2014, 6, 1)
    assert [month for month, (*_, is_complete) in months.items() if not is_complete] == [date(2014, 6, 1)]


def test_6417_came_by_invitation(asana: Answers) -> None:
    assert total(asana, "invited_users", "month") == 6_417
    assert total(asana, "invites_per_active", "month") == 6_417


def test_an_open_window_is_pending_and_not_lost(asana: Answers) -> None:
    brackets = asana.rows("retention/brackets", definition="return")
    assert brackets == [
        ("0", 12_000, 4_350, 0),
        ("1", 12_000, 2_380, 0),
        ("1-7", 12_000, 4_944, 0),
        ("28-34", 11_099, 1_171, 901),
    ]


def test_day_1_of_the_headline_figure_the_triangle_and_the_bracket_are_one_number(asana: Answers) -> None:
    assert total(asana, "retention_day_1", "month") == 2_380
    cells = asana.dicts("retention/triangle", definition="return", grain="day", mode="on")
    assert sum(cell["users"] or 0 for cell in cells if cell["age"] == 0) == 4_350
    assert sum(cell["users"] or 0 for cell in cells if cell["age"] == 1) == 2_380


def test_the_ways_to_sign_up_add_up_to_everybody(asana: Answers) -> None:
    values = {row["value"]: row["users"] for row in asana.dicts("data/values") if row["dimension"] == "creation_source"}
    assert values == {
        "ORG_INVITE": 4_254,
        "GUEST_INVITE": 2_163,
        "PERSONAL_PROJECTS": 2_111,
        "SIGNUP": 2_087,
        "SIGNUP_GOOGLE_AUTH": 1_385,
    }


def test_a_figure_without_payments_is_no_data_and_no_zero(asana: Answers) -> None:
    for metric in ("payers", "paying_rate", "revenue", "orders_per_payer", "revenue_per_order"):
        assert {numerator for numerator, *_ in figure(asana, metric, "month").values()} == {None}
