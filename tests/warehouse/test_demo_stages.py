"""The stages planted in the demo, found again from its warehouse; with hollow users the decline is hidden at first."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.stage import Assessment, assess, wide
from config import stages
from tests.pages import demo
from tests.products import Answers
from warehouse import read

LATEST = timedelta(weeks=15)
ORDER = ["cold_start", "growth", "maturity", "decline"]


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    connection = read.connect(read.current(demo.warehouse()))
    yield Answers(demo.ROOT / "config", connection, [])
    connection.close()


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    told = yaml.safe_load((Path(demo.warehouse()).parent / "data" / "truth.yml").read_text("utf-8"))
    return {name: entry["value"] for name, entry in told["stages"].items()}


def found(answers: Answers, real_only: bool) -> Assessment:
    segments = answers.ask("data/segments")
    real = segments.loc[segments["standing"] != "hollow", "segment_id"].tolist()
    states = answers.ask("lifecycle/growth", grain="week", segments=real if real_only else None)
    return assess(wide(states), stages.load(demo.ROOT / "config").rules)


def starts(assessment: Assessment) -> dict[str, date]:
    """The first day of the week from which each stage was shown, in order; a stage shown twice is there once more."""
    history = assessment.history
    fresh = history[history["stage"] != history["stage"].shift()]
    assert len(fresh) == fresh["stage"].nunique()
    return dict(zip(fresh["stage"], (week.date() for week in fresh["week"]), strict=True))


def on(assessment: Assessment, day: date) -> str:
    """The stage shown at the end of the week that begins on that day."""
    history = assessment.history
    return str(history.loc[history["week"] == str(day), "stage"].item())


def candidate(assessment: Assessment, day: date) -> str:
    """The stage that week points to, or "none"."""
    history = assessment.history
    return str(history.loc[history["week"] == str(day), "candidate"].fillna("none").item())


@pytest.mark.parametrize(("planted", "real_only"), [("real", True), ("everyone", False)])
def test_every_planted_stage_is_found_once_and_within_15_weeks(answers, truth, planted, real_only):
    shown = starts(found(answers, real_only))
    assert list(shown) == ORDER
    for stage, begins in truth[planted].items():
        late = shown[stage] - date.fromisoformat(begins)
        assert timedelta(0) <= late <= LATEST, stage


def test_the_outage_is_no_change_of_stage(answers):
    outage = date(2025, 12, 8)
    for real_only in (True, False):
        shown = found(answers, real_only)
        around = [on(shown, outage + timedelta(weeks=week)) for week in range(-1, 4)]
        assert len(set(around)) == 1


def test_without_hollow_users_the_decline_is_seen_while_everyone_hides_it(answers, truth):
    everyone, real = found(answers, False), found(answers, True)
    fell_real, fell = starts(real)["decline"], starts(everyone)["decline"]
    assert fell - fell_real >= timedelta(weeks=4)
    assert (on(real, fell_real), on(everyone, fell_real)) == ("decline", "maturity")
    last_hidden = date.fromisoformat(truth["hidden_decline"]["until"]) - timedelta(weeks=1)
    # Everyone is surely mature to the last week of the task centre; of real users that cannot be said any more.
    assert candidate(everyone, last_hidden) == "maturity"
    assert candidate(real, last_hidden) == "none"


def test_the_verdict_comes_with_its_reasons(answers):
    now = found(answers, True).now
    assert (now.stage, now.sure.key) == ("decline", "stage.sure.very")
    said = [str(each) for each in now.evidence if each.side == "for"]
    assert said[0].startswith("Weekly actives fell 3.")
    assert [each.key for each in now.would_change] == ["stage.change.growth_again", "stage.change.maturity_again"]
