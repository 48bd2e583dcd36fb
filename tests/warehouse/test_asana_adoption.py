"""The real product of config/examples/asana_adoption: the published share of accounts that were adopted."""

from collections.abc import Iterator

import pytest

from tests.products import Answers
from tests.warehouse.examples import example

pytestmark = pytest.mark.examples

# Of the accounts made in each way, those with a log-in on three distinct days within seven.
ADOPTED = {
    "GUEST_INVITE": (360, 2_163),  # 16.64 %
    "ORG_INVITE": (553, 4_254),
    "PERSONAL_PROJECTS": (164, 2_111),  # 7.77 %
    "SIGNUP": (293, 2_087),
    "SIGNUP_GOOGLE_AUTH": (232, 1_385),
}


@pytest.fixture(scope="module")
def asana(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """The product, built once for all questions."""
    with example("asana_adoption", tmp_path_factory.mktemp("asana")) as answers:
        yield answers


def test_1602_of_12000_adopted(asana: Answers) -> None:
    stages = {row["stage"]: row for row in asana.dicts("funnel/aarrr")}
    activated = stages["activated"]
    assert (activated["entrants"], activated["reached"]) == (0, 0)  # 740 days are longer than the log
    assert (activated["pending"], activated["pending_reached"]) == (12_000, 1_602)
    assert {stages["paid"][name] for name in ("entrants", "reached", "pending", "pending_reached")} == {None}


def test_guests_invited_adopt_twice_as_often_as_personal_projects(asana: Answers) -> None:
    rows = asana.dicts("funnel/aarrr_by_value", dimension="creation_source")
    found = {
        row["value"]: (row["reached"] + row["pending_reached"], row["entrants"] + row["pending"])
        for row in rows
        if row["stage"] == "activated"
    }
    assert found == ADOPTED
    assert sum(adopted for adopted, _ in ADOPTED.values()) == 1_602
    shares = {value: round(100 * adopted / people, 2) for value, (adopted, people) in found.items()}
    assert (shares["GUEST_INVITE"], shares["PERSONAL_PROJECTS"]) == (16.64, 7.77)


def test_an_event_made_of_others_makes_nobody_more_active(asana: Answers) -> None:
    [build] = asana.dicts("data/build")
    assert build["events"] == 207_917 + 1_602
    months = [
        row["numerator"] for row in asana.dicts("overview/metrics", grain="day") if row["metric"] == "active_users"
    ]
    assert sum(months) == 207_917
