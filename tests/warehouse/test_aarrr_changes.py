"""A stage of AARRR in two spans at once: the same counts as each span's own, for every dimension."""

from datetime import date
from typing import Any

import pytest

from tests.products import Answers, built

UNTIL = date(2024, 3, 1)
PRODUCT = {
    "dimensions": {"channel": "Channel", "platform": "Platform"},
    "activation": {"event": ["read"], "within_days": 3},
    "data_until": UNTIL,
}
# Joined, channel, platform, whether they read in time.
PEOPLE = [
    ("2024-01-10", "web", "ios", True),
    ("2024-01-10", "web", "ios", False),
    ("2024-01-11", "ads", "android", True),
    ("2024-02-10", "web", "ios", True),
    ("2024-02-10", "ads", "android", False),
    ("2024-02-11", "ads", "ios", False),
    ("2024-02-28", "odd", "ios", True),  # its three days are not over
]


@pytest.fixture(scope="module")
def answers():
    users = [
        {"user_id": f"u{at}", "signed_up_at": f"{day} 09:00", "channel": channel, "platform": platform}
        for at, (day, channel, platform, _) in enumerate(PEOPLE)
    ]
    events = [
        {"user_id": f"u{at}", "event": name, "occurred_at": f"{day} 10:00"}
        for at, (day, _, _, did) in enumerate(PEOPLE)
        for name in ("open", *(["read"] if did else []))
    ]
    with built(PRODUCT, {"users": users, "events": events}, today=date(2024, 3, 5)) as found:
        yield found


JANUARY = {"before_from": date(2024, 1, 1), "before_until": date(2024, 2, 1)}
FEBRUARY = {"from_": date(2024, 2, 1), "until": date(2024, 3, 1)}


def test_both_spans_stand_side_by_side_and_values_of_neither_are_left_out(answers: Answers) -> None:
    found = answers.rows("funnel/aarrr_changes", **FEBRUARY, **JANUARY)
    assert [row for row in found if row[0] != "standing"] == [
        ("channel", "ads", 2, 0, 1, 1),
        ("channel", "web", 1, 1, 2, 1),
        ("platform", "android", 1, 0, 1, 1),
        ("platform", "ios", 2, 1, 2, 1),
    ]


def test_the_last_day_of_a_span_is_in_it_and_its_end_is_not(answers: Answers) -> None:
    days: dict[str, Any] = {"from_": date(2024, 2, 10), "until": date(2024, 2, 11)}
    before: dict[str, Any] = {"before_from": date(2024, 1, 11), "before_until": date(2024, 1, 12)}
    found = answers.rows("funnel/aarrr_changes", stage="activated", **days, **before)
    assert [row for row in found if row[0] == "channel"] == [
        ("channel", "ads", 1, 0, 1, 1),
        ("channel", "web", 1, 1, 0, 0),
    ]


@pytest.mark.parametrize("stage", ["acquired", "activated", "retained", "paid"])
@pytest.mark.parametrize("dimension", ["channel", "platform", "standing"])
@pytest.mark.parametrize("filtered", [False, True])
def test_each_side_counts_what_the_span_alone_counts(
    answers: Answers, stage: str, dimension: str, filtered: bool
) -> None:
    ids = [row["segment_id"] for row in answers.dicts("data/segments")]
    people = {"segments": ids[::2] if filtered else None}
    found = answers.dicts("funnel/aarrr_changes", stage=stage, **FEBRUARY, **JANUARY, **people)
    spans = {"": FEBRUARY, "_before": {"from_": JANUARY["before_from"], "until": JANUARY["before_until"]}}
    for side, span in spans.items():
        own = answers.dicts("funnel/aarrr_by_value", dimension=dimension, **span, **people)
        expected = {row["value"]: (row["entrants"], row["reached"]) for row in own if row["stage"] == stage}
        counted = {
            row["value"]: (row[f"entrants{side}"], row[f"reached{side}"])
            for row in found
            if row["dimension"] == dimension and row[f"entrants{side}"]
        }
        assert counted == {value: counts for value, counts in expected.items() if counts[0]}
