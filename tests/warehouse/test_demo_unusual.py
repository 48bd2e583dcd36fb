"""What is unusual in the demo: what was planted stands on top of its week, and quiet weeks and holidays stay quiet."""

import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from analysis import cards, holidays, review, usual
from analysis.exceptions import Exceptional, in_order, week_of
from analysis.usual import Scores
from config import metrics, product
from tests.pages import demo
from tests.products import Answers
from warehouse import read

WEEK = timedelta(weeks=1)
LOUD = ("unusual", "shift")


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    connection = read.connect(read.current(demo.warehouse()))
    yield Answers(demo.ROOT / "config", connection, [])
    connection.close()


@pytest.fixture(scope="module")
def truth() -> dict[str, dict[str, Any]]:
    told = yaml.safe_load((Path(demo.warehouse()).parent / "data" / "truth.yml").read_text("utf-8"))
    return {part: {name: entry["value"] for name, entry in told[part].items()} for part in told}


@pytest.fixture(scope="module")
def units() -> dict[str, str]:
    figures = metrics.of(product.load(demo.ROOT / "config"))
    return {name: figure.unit for name, figure in figures.items()}


@pytest.fixture(scope="module")
def days(answers) -> pd.DataFrame:
    build = answers.ask("data/build").iloc[0]
    return holidays.calendar("CN", build["first_day"].date(), build["data_until"].date()).days


@pytest.fixture(scope="module")
def scores(answers, units, days) -> tuple[Scores, Scores]:
    weekly, daily = (
        usual.score_all(cards.series(answers.ask("overview/metrics", grain=grain), units), grain=grain, days=days)
        for grain in ("week", "day")
    )
    return weekly, daily


def reviewed(scores: tuple[Scores, Scores], day: date, days: pd.DataFrame) -> list[Exceptional]:
    """The review of the week with that day in it, the most unusual first."""
    return in_order(week_of(*scores, day - timedelta(days=day.weekday()), days))


def loud(found: list[Exceptional]) -> list[str]:
    return [each.metric for each in found if each.verdict in LOUD]


def test_the_outage_stands_on_top_of_its_week_and_every_alarm_there_is_of_its_day(scores, truth, days):
    outage = date.fromisoformat(truth["outage"]["day"])
    found = reviewed(scores, outage, days)
    first, second = found[:2]
    assert {first.metric, second.metric} == {"active_users", "stickiness"}
    assert (first.by.grain, first.by.period, first.by.direction) == ("day", outage, "down")
    active = next(each for each in found if each.metric == "active_users")
    assert active.by.value == truth["outage"]["active_users"]["that_day"]
    # Day-1 retention of those who came the day before is the same outage.
    near = {outage + timedelta(days=number) for number in (-1, 0, 1)}
    assert {each.by.period for each in found if each.verdict in LOUD} <= near
    assert {"new_users", "churn"} <= set(loud(found))


def test_an_outage_that_was_written_down_is_named_and_still_on_top(answers, units, truth, days):
    outage = date.fromisoformat(truth["outage"]["day"])
    noted = pd.concat([days, holidays.each_day([(outage, outage, "incident", "Login down")])])
    again = tuple(
        usual.score_all(cards.series(answers.ask("overview/metrics", grain=grain), units), grain=grain, days=noted)
        for grain in ("week", "day")
    )
    first = reviewed((again[0], again[1]), outage, noted)[0]
    assert first.verdict == "unusual"
    assert [each.name for each in first.known] == ["Login down"]


def test_the_release_stands_on_top_of_its_week(scores, truth, days):
    found = reviewed(scores, date.fromisoformat(truth["release"]["day"]), days)
    assert loud(found) == ["activation"]
    [first, *_] = found
    assert (first.by.direction, first.by.could_see < 0.3) == ("up", True)
    assert first.by.low < 0.4 < first.by.high < first.by.value


def test_the_task_centres_first_week_is_full_of_alarms_and_its_hollow_users_are_the_first(scores, days):
    found = reviewed(scores, date(2026, 3, 16), days)
    assert found[0].metric == "hollow_share"
    assert {"new_users", "activation", "retention_day_7"} <= set(loud(found))


def test_a_holiday_raises_no_alarm(scores, truth, days):
    daily = scores[1]
    names = truth["holidays"]["first_days"]
    for name, first in names.items():
        if "2026-05" in first:  # the task centre had ended the week before
            continue
        own = [date.fromisoformat(first) + timedelta(days=number) for number in range(8)]
        for metric, row in zip(daily.metrics, daily.verdict, strict=True):
            told = {row[at] for day in own if (at := daily.at(day)) is not None}
            assert not told & set(LOUD), f"{name}: {metric}"
        monday = own[0] - timedelta(days=own[0].weekday())
        assert loud(reviewed(scores, monday, days)) == [], name
        assert loud(reviewed(scores, monday + WEEK, days)) == [], name
    # Without a calendar it would.
    festival = date.fromisoformat(names["Spring Festival 2026"])
    at = daily.at(festival)
    assert at is not None
    row = daily.metrics.index("active_users")
    assert daily.value[row, at] < 0.8 * daily.expected[row, at]


def test_quiet_weeks_are_quiet(scores, days):
    """From the first spring to the task centre: an alarm in few of the weeks in which nothing was planted."""
    quiet = [date(2025, 4, 7) + number * WEEK for number in range(49)]
    planted = {date(2025, 8, 11), date(2025, 8, 18), date(2025, 12, 8)}
    noisy = {week: loud(reviewed(scores, week, days)) for week in quiet if week not in planted}
    assert sum(map(bool, noisy.values())) <= 2, noisy
    assert noisy[date(2025, 7, 7)] == noisy[date(2026, 1, 19)] == []


def test_the_release_moved_activation_beyond_what_it_did_before(answers, units):
    figures = cards.series(answers.ask("overview/metrics", grain="week"), units)
    found = review.kept(figures, "activation", date(2025, 8, 11), date(2025, 8, 29), "higher")
    assert (found.beyond, found.is_good) == (True, True)
    assert found.change == pytest.approx(0.1, abs=0.06)
    before = review.kept(figures, "activation", date(2025, 7, 7), date(2025, 7, 25), "higher")
    assert before.beyond is False


def test_all_figures_of_all_weeks_and_days_are_scored_in_a_moment(answers, units, days):
    tables = {grain: cards.series(answers.ask("overview/metrics", grain=grain), units) for grain in ("week", "day")}
    began = time.process_time()
    for grain, table in tables.items():
        usual.score_all(table, grain=grain, days=days)  # type: ignore[arg-type]
    assert time.process_time() - began < 0.6  # 0.15 s here; twice as slow a machine may run this beside other tests
