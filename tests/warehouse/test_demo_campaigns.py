"""The campaigns planted in the demo, found again from its warehouse: every count of truth.yml."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.pages import demo
from tests.products import Answers
from warehouse import read


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    connection = read.connect(read.current(demo.warehouse()))
    yield Answers(demo.ROOT / "config", connection, [])
    connection.close()


@pytest.fixture(scope="module")
def truth() -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = yaml.safe_load(
        (Path(demo.warehouse()).parent / "data" / "truth.yml").read_text("utf-8")
    )
    return told


@pytest.fixture(scope="module")
def planted(truth: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {name: entry["value"] for name, entry in truth["campaigns"].items()}


def test_every_arm_has_the_people_and_the_conversions_planted(answers: Answers, planted: dict[str, Any]) -> None:
    for name, told in planted.items():
        found = {
            row["arm"]: (row["assigned"], row["reached_so_far"])
            for row in answers.dicts("campaigns/arms", campaign=name)
        }
        assert found == {arm: (counts["n"], counts["converted"]) for arm, counts in told["arms"].items()}, name


def test_outcomes_count_those_alone_whose_window_is_over(answers: Answers, planted: dict[str, Any]) -> None:
    for name, told in planted.items():
        cells = {
            (row["arm"], row["metric"]): (row["n"], row["sum_y"])
            for row in answers.dicts("campaigns/outcomes", campaign=name)
        }
        for arm, counts in told["arms"].items():
            is_closed = told["window_closed"]
            n = counts["n"] if is_closed else 0
            assert cells[arm, "goal"] == (n, counts["converted"] if is_closed else 0), name
            assert cells[arm, "opt_out"] == (n, counts["opted_out"] if is_closed else 0), name


def test_the_plan_is_told_with_the_share_held_out(answers: Answers, planted: dict[str, Any]) -> None:
    listed = {row["campaign_id"]: row for row in answers.dicts("campaigns/list")}
    assert listed.keys() == planted.keys()
    for name, told in planted.items():
        row = listed[name]
        assert (row["goal"], row["window_days"], str(row["starts_on"])) == (
            told["goal"],
            told["window_days"],
            told["starts_on"],
        )
        control = told["arms"].get("control")
        assert row["control_share"] == (control["planned_share"] if control else None)
        assert row["has_control"] == (control is not None)
    states = {name: row["state"] for name, row in listed.items() if row["state"] != "final"}
    assert states == {"summer_202606": "running", "autumn_202609": "planned"}


def test_only_the_task_centre_exposed_people_before_they_had_settled(answers: Answers) -> None:
    youngest = {row["campaign_id"]: row["min_days_after_joining"] for row in answers.dicts("campaigns/list")}
    settled = {name for name, days in youngest.items() if days is not None and days >= 7}
    assert youngest["task_centre_202603"] == 0
    assert len(settled) == 6


def test_the_task_centre_brought_people_who_did_not_stay(answers: Answers, truth: dict[str, Any]) -> None:
    told = {name: entry["value"] for name, entry in truth["task_centre"].items()}
    brought, others = answers.dicts("campaigns/quality", campaign="task_centre_202603")
    assert (brought["joined"], brought["hollow"]) == (told["signed_up"], told["hollow"])
    assert brought["returned_7"] / brought["entrants_7"] < 0.1 * others["returned_7"] / others["entrants_7"]
    assert answers.rows("campaigns/rewards", campaign="task_centre_202603") == [
        (told["signed_up"], told["signed_up"], told["hollow"])
    ]


def test_sums_by_channel_are_the_whole(answers: Answers, planted: dict[str, Any]) -> None:
    for name in planted:
        whole = {
            row["arm"]: row["sum_y"]
            for row in answers.dicts("campaigns/outcomes", campaign=name)
            if row["metric"] == "goal"
        }
        parts = dict.fromkeys(whole, 0.0)
        for row in answers.dicts("campaigns/outcomes_by_value", campaign=name, dimension="channel"):
            parts[row["arm"]] += row["sum_y"]
        assert parts == whole
