"""The stage of the real product of config/examples/asana: its log is published as one of a growing product."""

from collections.abc import Iterator

import pytest

from analysis.stage import assess, wide
from config import stages
from tests.products import Answers
from tests.warehouse.examples import example


@pytest.fixture(scope="module")
def asana(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """The product, built once for all questions."""
    with example("asana", tmp_path_factory.mktemp("asana")) as answers:
        yield answers


def test_a_product_whose_actives_rise_every_month_ends_in_growth(asana: Answers) -> None:
    found = assess(wide(asana.ask("lifecycle/growth", grain="week")), stages.load().rules)
    assert found.now.stage == "growth"
    assert {"stage.slope.rise", "stage.slope.rise_times"} & {each.key for each in found.now.evidence}
