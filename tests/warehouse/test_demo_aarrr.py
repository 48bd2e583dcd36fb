"""The release planted in the demo, found again in the stage activated."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.proportions import newcombe
from tests.pages import demo
from tests.products import Answers
from warehouse import read

FOUR_WEEKS = timedelta(days=28)


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    connection = read.connect(read.current(demo.warehouse()))
    yield Answers(demo.ROOT / "config", connection, [])
    connection.close()


@pytest.fixture(scope="module")
def release() -> dict[str, Any]:
    told = yaml.safe_load((Path(demo.warehouse()).parent / "data" / "truth.yml").read_text("utf-8"))
    return {name: entry["value"] for name, entry in told["release"].items()}


def activated(answers: Answers, since: date) -> tuple[int, int, int]:
    """Entrants, reached and pending of four weeks of sign-ups, without those met only in events."""
    segments = [row["segment_id"] for row in answers.dicts("data/segments") if row["platform"] != "unknown"]
    rows = answers.dicts("funnel/aarrr", from_=since, until=since + FOUR_WEEKS, segments=segments)
    [row] = [row for row in rows if row["stage"] == "activated"]
    return row["entrants"], row["reached"], row["pending"]


def test_the_release_lifts_activation_by_the_planted_points(answers: Answers, release: dict[str, Any]) -> None:
    day = date.fromisoformat(release["day"])
    before, after = activated(answers, day - FOUR_WEEKS), activated(answers, day)
    for name, found in (("before", before), ("after", after)):
        told = release["activation"][name]
        assert found == (told["entrants"], told["activated"], 0)
    lift = newcombe(after[1], after[0], before[1], before[0])
    assert lift.low < release["points"] / 100 < lift.high
    assert lift.low > 0
    assert lift.high - lift.low < 0.06
