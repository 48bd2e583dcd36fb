"""Growth accounting of the real product of config/examples/asana, beside a count of its raw log with pandas alone."""

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest

from analysis import fit, retention
from analysis.lifecycle import accounts, runs
from analysis.stage import assess, wide
from config import stages
from tests.products import Answers
from tests.warehouse.examples import data_folder, example

pytestmark = pytest.mark.examples


@pytest.fixture(scope="module")
def asana(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """The product, built once for all questions."""
    with example("asana", tmp_path_factory.mktemp("asana")) as answers:
        yield answers


@pytest.fixture(scope="module")
def active() -> dict[pd.Period, set[str]]:
    """Who logged in in each month, read straight from the file."""
    log = pd.read_csv(data_folder() / "asana_adoption" / "user_engagement.csv.gz", dtype=str)
    month = pd.to_datetime(log["time_stamp"]).dt.to_period("M")
    return {each: set(rows["user_id"]) for each, rows in log.groupby(month)}


def test_every_month_of_growth_accounting_agrees_with_a_plain_count(
    asana: Answers, active: dict[pd.Period, set[str]]
) -> None:
    found = accounts(asana.ask("lifecycle/growth", grain="month")).set_index("period")
    months = sorted(active)
    assert [each.to_period("M") for each in found.index] == months
    assert len(months) == 26
    ever: set[str] = set()
    before: set[str] = set()
    for month in months:
        now, row = active[month], found.loc[month.to_timestamp()]
        states = {"new": now - ever, "retained": now & before, "resurrected": (now & ever) - before}
        assert {name: row[name] for name in states} == {name: len(people) for name, people in states.items()}, month
        assert row["active"] == len(now)
        assert row["pool"] == len(ever - before)
        if month == months[-1]:
            assert not row["is_complete"]
            assert pd.isna(row["dormant"])
        else:
            assert row["is_complete"]
            assert row["dormant"] == len(before - now)
            assert row["net"] == len(now) - len(before)
        ever |= now
        before = now


def test_people_are_silent_as_long_as_their_last_log_in_says(asana: Answers) -> None:
    log = pd.read_csv(data_folder() / "asana_adoption" / "user_engagement.csv.gz", dtype=str)
    last = pd.to_datetime(log["time_stamp"]).dt.normalize().groupby(log["user_id"]).max()
    weeks = ((pd.Timestamp(2014, 6, 6) - last).dt.days // 7).clip(upper=104).value_counts()
    found = {week: users for week, users in asana.rows("lifecycle/dormancy") if users}
    assert found == weeks.to_dict()


def test_a_product_that_rose_every_month_is_in_growth_to_the_end_and_people_stay(asana: Answers) -> None:
    found = assess(wide(asana.ask("lifecycle/growth", grain="week")), stages.load().rules)
    seen = runs(found.history)
    assert seen["stage"].tolist() == ["cold_start", "growth"]
    assert found.now.since == seen["first"].iloc[-1].date()
    assert found.now.since < date(2012, 12, 1)
    curve = retention.curve(asana.ask("retention/triangle", grain="week"))
    assert fit.flattening(curve).is_flat
