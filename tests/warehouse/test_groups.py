"""Named lists of people: as dimensions with the values in and out, and as lists with what became of those on them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.products import Answers, Row, built

PRODUCT: dict[str, Any] = {
    "dimensions": {"platform": "Platform"},
    "groups": {"seeds": "Seed users", "nobody": "Nobody"},
    "activation": {"event": ["finish"], "within_days": 3},
    "data_until": date(2024, 1, 20),
    "max_rejected": 0.5,
}


def on(day: int) -> date:
    """A day of January 2024."""
    return date(2024, 1, day)


def user(who: str, day: int | None, platform: str | None) -> Row:
    return {"user_id": who, "signed_up_at": on(day) if day else None, "platform": platform}


def event(who: str, day: int, name: str = "open") -> Row:
    return {"user_id": who, "event": name, "occurred_at": on(day)}


def listed(name: str, *people: str) -> list[Row]:
    return [{"user_id": who, "group_name": name} for who in people]


def message(number: int, who: str | None, day: int) -> Row:
    return {"feedback_id": str(number), "user_id": who, "received_at": on(day)}


TABLES: dict[str, list[Row]] = {
    "users": [
        user("ann", 1, "ios"),
        user("ben", 2, "web"),
        user("cat", 3, None),
        user("flo", 4, "ios"),
        user("gil", None, "web"),
    ],
    "events": [
        *(event("ann", 1), event("ann", 3, "finish"), event("ann", 9)),
        *(event("ben", 2), event("ben", 2), event("ben", 6, "finish")),
        *(event("dan", 5), event("dan", 5, "finish"), event("cat", 20), event("cat", 21)),
    ],
    "groups": [
        *listed("seeds", "zoe", "dan", "cat", "ben", "ann", "ann"),
        *listed("interviewed", "eva", "ann", "may", "gil"),
    ],
    "feedback": [
        *(message(1, "ann", 1), message(2, "ann", 19), message(3, "ann", 20), message(4, None, 2)),
        *(message(5, "eva", 3), message(6, "flo", 3)),
    ],
}


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    with built(PRODUCT, TABLES, today=on(25)) as answers:
        yield answers


def test_a_list_tells_who_was_found_activated_came_back_and_wrote(answers: Answers) -> None:
    # Cat is active only on days that are not covered; Zoe and May are met nowhere else; Eva only wrote; Gil is in
    # users alone. Of the three messages of Ann the last came on a day that is not covered.
    assert answers.rows("data/groups") == [
        ("seeds", 5, 4, 2, 2, 2, True),
        ("nobody", 0, 0, 0, 0, 0, True),
        ("interviewed", 4, 3, 1, 1, 3, False),
    ]


def test_the_people_on_a_list_are_told_one_by_one(answers: Answers) -> None:
    assert answers.rows("data/group_members", group="seeds") == [
        ("ann", True, on(1), True, on(1), on(9), 3, 2),
        ("ben", True, on(2), False, on(2), on(6), 2, 0),
        ("cat", True, on(3), False, None, None, 0, 0),
        ("dan", True, on(5), True, on(5), on(5), 1, 0),
        ("zoe", False, None, False, None, None, 0, 0),
    ]
    assert answers.rows("data/group_members") == answers.rows("data/group_members", group="seeds")
    assert [row[:2] for row in answers.rows("data/group_members", group="interviewed")] == [
        ("ann", True),
        ("eva", True),
        ("gil", True),
        ("may", False),
    ]
    assert answers.rows("data/group_members", group="stranger") == []


def test_a_named_list_is_a_dimension_whose_values_are_in_and_out(answers: Answers) -> None:
    assert answers.rows("data/values") == [
        ("nobody", "out", 9),
        ("platform", "unknown", 5),
        ("platform", "ios", 2),
        ("platform", "web", 2),
        ("seeds", "in", 5),
        ("seeds", "out", 4),
        ("standing", "real", 9),
    ]
    assert answers.rows("data/segments") == [
        (1, "ios", "in", "out", "real", 1),
        (2, "ios", "out", "out", "real", 1),
        (3, "unknown", "in", "out", "real", 3),
        (4, "unknown", "out", "out", "real", 2),
        (5, "web", "in", "out", "real", 1),
        (6, "web", "out", "out", "real", 1),
    ]
    rows = answers.dicts("overview/metrics_by_value", grain="month", dimension="seeds")
    new = {row["value"]: row["numerator"] for row in rows if row["metric"] == "new_users"}
    assert new == {"in": 4, "out": 1}


def test_who_has_an_unknown_value_is_told_apart_by_why(answers: Answers) -> None:
    # Cat's platform is blank; Dan, Eva, May and Zoe are not in users.
    assert answers.rows("data/unknown") == [("platform", 5, 4, 1)]


def test_a_named_list_without_rows_is_told(answers: Answers) -> None:
    assert [row for row in answers.rows("data/checks") if row[0].startswith("group")] == [
        ("group_without_rows", "nobody", 1, None),
    ]


def test_without_an_activation_nobody_is_told_to_be_activated() -> None:
    product = {name: value for name, value in PRODUCT.items() if name not in ("activation", "groups")}
    with built(product, TABLES, today=on(25)) as answers:
        assert answers.rows("data/groups") == [
            ("interviewed", 4, 3, None, 1, 3, False),
            ("seeds", 5, 4, None, 2, 2, False),
        ]
        assert answers.rows("data/segments")[0] == (1, "ios", "real", 2)
        assert [row[0] for row in answers.rows("data/group_members")] == ["ann", "eva", "gil", "may"]


def test_a_list_is_never_put_into_other() -> None:
    # Three values of the platform and two of the list; the list has fewer people in than any platform.
    users = [user(f"{value}{number}", 1, value) for value in "abc" for number in range(3)]
    product = {**PRODUCT, "groups": {"seeds": "Seed users"}, "max_segments": 1}
    with built(product, {"users": users, "groups": listed("seeds", "a1")}, today=on(25)) as answers:
        assert answers.rows("data/segments") == [(1, "other", "in", "real", 1), (2, "other", "out", "real", 8)]
        assert {row[0] for row in answers.rows("data/folded")} == {"platform"}


def test_of_rejected_rows_the_first_of_each_reason_are_shown() -> None:
    blank = {"user_id": None, "group_name": "x"}
    rows = [*listed("x", "ann"), *listed("x", "ann"), blank, *listed("x", "ann"), blank, *listed("x", "ann", "ben")]
    with built({"max_rejected": 1}, {"groups": rows}, today=on(3)) as answers:
        sample = [row[:3] for row in answers.rows("data/rejected_sample", rows=2)]
        assert len(answers.rows("data/rejected_sample")) == 5
    assert sample == [
        ("groups", 2, "user_id and group_name repeats an earlier row"),
        ("groups", 4, "user_id and group_name repeats an earlier row"),
        ("groups", 3, "user_id is missing"),
        ("groups", 5, "user_id is missing"),
    ]
