"""AARRR: given → whole rows of every query, what each stage's bounds let in, and what has no data."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.products import Answers, Row, built

STAGES = ("acquired", "activated", "retained", "paid", "referred")
AGES = ("0", "1-6", "7-29", "30-89", "90+")
UNTIL = date(2024, 2, 1)


def on(day: int) -> date:
    """A day of January 2024."""
    return date(2024, 1, day)


def event(who: str, day: int, name: str = "open", at: str = "12:00") -> Row:
    return {"user_id": who, "event": name, "occurred_at": f"{on(day)} {at}"}


def payment(who: str, day: int, amount: str, at: str = "12:00") -> Row:
    return {"user_id": who, "paid_at": f"{on(day)} {at}", "amount": amount}


# Five people, whose days are easily counted by hand. The data end with January.
TABLES: dict[str, list[Row]] = {
    "users": [
        {"user_id": "ann", "signed_up_at": f"{on(1)} 12:00", "platform": "ios"},
        {"user_id": "ben", "signed_up_at": f"{on(20)} 12:00", "platform": "web", "invited_by": "ann"},
        {"user_id": "cat", "signed_up_at": f"{on(21)} 12:00", "platform": "web", "invited_by": "ann"},
        {"user_id": "dan", "signed_up_at": f"{on(30)} 12:00", "platform": "ios"},
        {"user_id": "eve", "signed_up_at": None, "platform": "ios", "invited_by": "dan"},
    ],
    "events": [
        event("ann", 1, at="12:00:30"),
        event("ann", 2, "invite"),
        event("ann", 3),  # the second open, two days after joining
        event("ann", 4),
        event("ann", 20, "invite"),
        event("ann", 21, "invite"),  # on day 20: one too late
        event("ben", 20, at="13:00"),
        event("ben", 20, "payment"),  # a step called payment is money, not an event of that name
        event("ben", 23),  # on day 3: one too late
        event("dan", 30),
        event("dan", 30),
        event("eve", 31, at="10:00"),
    ],
    "payments": [
        payment("ann", 10, "5"),  # on day 9
        payment("ann", 11, "-2"),
        payment("ann", 20, "3"),
        payment("dan", 30, "7", at="12:00:01"),
    ],
}
PRODUCT: dict[str, Any] = {
    "dimensions": {"platform": "Platform"},
    "data_until": UNTIL,
    "activation": {"event": ["open"], "times": 2, "within_days": 3},
    "aarrr": {
        "retained": {"days": [3, 5]},
        "paid": {"within_days": 10},
        "referred": {"within_days": 20, "event": "invite"},
    },
    "funnels": {
        "look": {"label": "Look", "steps": ["open", "invite"]},
        "buy": {"label": "B", "steps": ["x", "payment"]},
    },
}


@pytest.fixture(scope="module")
def five() -> Iterator[Answers]:
    with built(PRODUCT, TABLES, today=date(2024, 2, 5)) as answers:
        yield answers


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        pytest.param(
            {},
            # entrants, reached, pending, pending_reached: dan has been activated, has paid and has brought eve so far
            [(5, 5, 0, 0), (3, 1, 2, 1), (3, 2, 2, 0), (3, 1, 2, 1), (1, 1, 4, 1)],
            id="everybody",
        ),
        pytest.param(
            {"from_": on(2), "until": on(21)},
            [(1, 1, 0, 0), (1, 0, 0, 0), (1, 1, 0, 0), (1, 0, 0, 0), (0, 0, 1, 0)],
            id="ben alone: joined on a day from the first, and before the last",
        ),
        pytest.param({"from_": on(5), "until": on(20)}, [(0, 0, 0, 0)] * 5, id="nobody"),
        pytest.param(
            {"from_": on(31)},
            [(1, 1, 0, 0), *[(0, 0, 1, 0)] * 4],
            id="everybody pending",
        ),
        pytest.param({"segments": (-1,)}, [(0, 0, 0, 0)] * 5, id="a segment that is none"),
    ],
)
def test_a_stage_counts_those_whose_time_is_over_and_the_pending_apart(
    five: Answers, asked: dict[str, Any], rows: list[tuple[int, ...]]
) -> None:
    assert five.rows("funnel/aarrr", **asked) == [(stage, *counts) for stage, counts in zip(STAGES, rows, strict=True)]


def test_a_stage_by_value_has_every_value_in_order_of_the_names(five: Answers) -> None:
    assert five.rows("funnel/aarrr_by_value", dimension="platform") == [
        ("acquired", "ios", 3, 3, 0, 0),
        ("acquired", "web", 2, 2, 0, 0),
        ("activated", "ios", 1, 1, 2, 1),
        ("activated", "web", 2, 0, 0, 0),
        ("retained", "ios", 1, 1, 2, 0),
        ("retained", "web", 2, 1, 0, 0),
        ("paid", "ios", 1, 1, 2, 1),
        ("paid", "web", 2, 0, 0, 0),
        ("referred", "ios", 1, 1, 2, 1),
        ("referred", "web", 0, 0, 2, 0),
    ]
    assert five.rows("funnel/aarrr_by_value") == five.rows("funnel/aarrr_by_value", dimension="platform")
    web = tuple(row["segment_id"] for row in five.dicts("data/segments") if row["platform"] == "web")
    one_day = five.rows("funnel/aarrr_by_value", dimension="platform", from_=on(20), until=on(21), segments=web)
    assert one_day[:2] == [("acquired", "web", 1, 1, 0, 0), ("activated", "web", 1, 0, 0, 0)]
    assert {row[1] for row in one_day} == {"web"}
    nobody = five.rows("funnel/aarrr_by_value", dimension="platform", from_=on(5), until=on(20))
    assert nobody == [(stage, value, 0, 0, 0, 0) for stage in STAGES for value in ("ios", "web")]


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({}, [(3, 3, 1), (3, 1, 2), (3, 2, 1), (1, 1, 1)]),
        ({"from_": on(2)}, [(2, 2, 0), (2, 0, 1), (2, 1, 0), (0, 0, 0)]),
        ({"from_": on(5), "until": on(20)}, [(0, 0, 0)] * 4),
    ],
)
def test_a_loss_is_over_those_whose_time_is_over_for_both(
    five: Answers, asked: dict[str, Any], rows: list[tuple[int, ...]]
) -> None:
    pairs = zip(STAGES[1:], STAGES, strict=False)
    assert five.rows("funnel/aarrr_losses", **asked) == [
        (*pair, *counts) for pair, counts in zip(pairs, rows, strict=True)
    ]


def test_time_runs_from_joining_to_the_deed_that_reached_the_stage(five: Answers) -> None:
    # Only ann's time is over: 2 days to the second open, 9 to the payment, 19 until ben joined.
    assert five.rows("funnel/aarrr_time") == [
        ("activated", 2**17.375, 2**17.5, 1, 2 * 86_400),
        ("paid", 2**19.5, 2**19.625, 1, 9 * 86_400),
        ("referred", 2**20.625, 2**20.75, 1, 19 * 86_400),
    ]
    assert five.rows("funnel/aarrr_time", from_=on(2)) == []
    assert five.rows("funnel/aarrr_time", until=on(1)) == []


@pytest.mark.parametrize(
    ("asked", "n_days", "active_days", "person_days"),
    [
        # ann is 19 to 30 days old, ben 0 to 11, cat 0 to 10, dan 0 and 1, eve 0.
        ({"from_": on(20)}, 12, (3, 1, 2, 0, 0), (4, 13, 20, 1, 0)),
        ({"from_": on(20), "until": on(22)}, 2, (1, 0, 2, 0, 0), (2, 1, 2, 0, 0)),
        ({"from_": on(12), "until": on(13)}, 1, (0, 0, 0, 0, 0), (0, 0, 1, 0, 0)),
        ({}, 31, (4, 4, 3, 0, 0), (5, 19, 32, 1, 0)),
        ({"from_": UNTIL, "until": date(2024, 3, 1)}, 0, (0,) * 5, (0,) * 5),
        # Days before anybody was there are no days on which nobody came.
        ({"from_": date(2023, 12, 1)}, 31, (4, 4, 3, 0, 0), (5, 19, 32, 1, 0)),
        ({"from_": date(2023, 12, 1), "until": date(2023, 12, 31)}, 0, (0,) * 5, (0,) * 5),
        ({"segments": (-1,)}, 31, (0,) * 5, (0,) * 5),
    ],
)
def test_days_active_stand_beside_the_days_that_people_were_there(
    five: Answers,
    asked: dict[str, Any],
    n_days: int,
    active_days: tuple[int, ...],
    person_days: tuple[int, ...],
) -> None:
    expected = [(*row, n_days) for row in zip(AGES, active_days, person_days, strict=True)]
    assert five.rows("funnel/activity_by_age", **asked) == expected


@pytest.mark.parametrize(
    ("asked", "row"),
    [
        ({}, (1, 1, 1, 1, 2, 4)),  # of ann's three invitations two count, of the two she brought ben
        ({"from_": on(2)}, (0, 0, 0, 0, 0, 4)),
        ({"from_": on(5), "until": on(20)}, (0, 0, 0, 0, 0, 0)),
    ],
)
def test_referral_counts_the_invitations_and_the_people_of_the_first_days(
    five: Answers, asked: dict[str, Any], row: tuple[int, ...]
) -> None:
    assert five.rows("funnel/referral", **asked) == [row]


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({}, [(1, 1, 1), (2, 1, 1), (2, 1, 1), (1, 1, 1)]),
        ({"until": on(21)}, [(1, 1, 0), (1, 1, 0), (1, 1, 0), (1, 1, 0)]),
        ({"from_": on(5), "until": on(20)}, [(0, 0, 0)] * 4),
    ],
)
def test_newcomers_in_a_group_stand_beside_the_others(
    five: Answers, asked: dict[str, Any], rows: list[tuple[int, ...]]
) -> None:
    sides = [("activated", True), ("activated", False), ("invited", True), ("invited", False)]
    expected = [(*side, *counts) for side, counts in zip(sides, rows, strict=True)]
    assert five.rows("funnel/newcomer_groups", **asked) == expected


@pytest.mark.parametrize(
    ("asked", "row"),
    [
        ({}, (2, 3, 13)),
        ({"from_": on(10), "until": on(21)}, (1, 2, 6)),  # ann paid twice: one person
        ({"from_": on(11), "until": on(21)}, (1, 1, 1)),
        ({"from_": on(10), "until": on(20)}, (1, 1, 3)),
        ({"from_": on(11), "until": on(12)}, (0, 0, -2)),
        ({"from_": on(12), "until": on(20)}, (0, 0, 0)),
        ({"segments": (-1,)}, (0, 0, 0)),
    ],
)
def test_a_payer_counts_once_in_any_span(five: Answers, asked: dict[str, Any], row: tuple[int, ...]) -> None:
    assert five.rows("funnel/revenue", **asked) == [row]


WEEKS = [on(15), on(22), on(29)]  # of the last one the data cover Wednesday


@pytest.mark.parametrize(
    ("asked", "counts"),
    [
        ({"funnel": "look", "step": 1}, [(1, 1), (1, 0), (1, 1), (0, 0), (2, 2), (0, 0)]),
        ({}, [(1, 0), (1, 1), (1, 0), (0, 0), (2, 0), (0, 0)]),
        ({"funnel": "buy"}, [(1, 0), (1, 1), (1, 0), (0, 0), (2, 1), (0, 0)]),
        ({"funnel": "look", "step": 3}, [(1, None), (1, None), (1, None), (0, None), (2, None), (0, None)]),
    ],
)
def test_adoption_is_told_by_week_from_that_of_the_day_on_new_and_old_apart(
    five: Answers, asked: dict[str, Any], counts: list[tuple[int, int | None]]
) -> None:
    weeks = [(week, group) for week in WEEKS for group in ("new", "old")]
    for since in (on(15), on(21)):
        assert five.rows("funnel/adoption", **asked, since=since) == [
            (week, group, *row, week != on(29)) for (week, group), row in zip(weeks, counts, strict=True)
        ]


def test_adoption_of_the_first_week_has_only_new_users(five: Answers) -> None:
    rows = five.dicts("funnel/adoption")
    assert [row["week"] for row in rows[::2]] == [on(1), on(8), *WEEKS]
    assert [row["active"] for row in rows if row["age_group"] == "new"] == [1, 1, 2, 1, 2]
    assert {row["active"] for row in rows if row["age_group"] == "old"} == {0}
    assert five.rows("funnel/adoption", since=date(2024, 2, 5)) == []


# Each person is a value of a dimension of their own -------------------------------------------------------------------

JOINED = 10


def who(deeds: list[Row] | None = None, bought: list[Row] | None = None, **more: Any) -> Row:
    return {"deeds": deeds or [], "bought": bought or [], **more}


# All joined on the 10th but those said to have come on another day.
BOUNDS: dict[str, tuple[Row, set[str]]] = {
    "does nothing": (who(), set()),
    "finishes on the day before joining": (who([event("", 9, "finish")]), set()),
    "finishes on the day of joining, but earlier": (who([event("", 10, "finish", "00:00")]), {"activated"}),
    "finishes on day 2": (who([event("", 12, "finish", "23:59:59")]), {"activated"}),
    "finishes on day 3": (who([event("", 13, "finish", "00:00")]), set()),
    "does something else on day 2": (who([event("", 12)]), set()),
    "is active on day 3": (who([event("", 13)]), set()),
    "is active on day 4": (who([event("", 14)]), {"retained"}),
    "is active on day 6": (who([event("", 16)]), {"retained"}),
    "is active on day 7": (who([event("", 17)]), set()),
    "buys before joining": (who(bought=[payment("", 9, "5")]), set()),
    "buys on day 0": (who(bought=[payment("", 10, "0.01", "00:00")]), {"paid"}),
    "buys on day 4, which is activity too": (who(bought=[payment("", 14, "5")]), {"paid", "retained"}),
    "buys on day 7": (who(bought=[payment("", 17, "5", "23:59")]), {"paid"}),
    "buys on day 8": (who(bought=[payment("", 18, "5", "00:00")]), set()),
    "pays nothing on day 4": (who(bought=[payment("", 14, "0")]), set()),
    "is refunded on day 4": (who(bought=[payment("", 14, "-5")]), set()),
    "brings somebody on day 0": (who(), {"referred"}),
    "brings somebody on day 8": (who(), {"referred"}),
    "brings somebody on day 9": (who(), set()),
    "brought somebody before joining": (who(), set()),
    "invites nobody but themselves": (who(invited_by="invites nobody but themselves"), set()),
    "was brought on day 0": (who(invited_by="brings somebody on day 0"), set()),
    "was brought on day 8": (who(invited_by="brings somebody on day 8", joined=18), set()),
    "was brought on day 9": (who(invited_by="brings somebody on day 9", joined=19), set()),
    "was brought before": (who(invited_by="brought somebody before joining", joined=9), set()),
}


def test_each_stage_counts_from_its_first_day_to_its_last() -> None:
    product = {
        "dimensions": {"case": "Case"},
        "activation": {"event": "finish", "within_days": 3},
        "aarrr": {
            "retained": {"days": [4, 6]},
            "paid": {"within_days": 8},
            "referred": {"within_days": 9},
        },
        "data_until": date(2024, 3, 1),
    }
    cases = {name: case for name, (case, _) in BOUNDS.items()}
    tables = {
        "users": [
            {
                "user_id": name,
                "signed_up_at": f"{on(case.get('joined', JOINED))} 12:00",
                "case": name,
                "invited_by": case.get("invited_by"),
            }
            for name, case in cases.items()
        ],
        "events": [{**deed, "user_id": name} for name, case in cases.items() for deed in case["deeds"]],
        "payments": [{**bought, "user_id": name} for name, case in cases.items() for bought in case["bought"]],
    }
    with built(product, tables, today=date(2024, 3, 1)) as answers:
        found: dict[str, set[str]] = {name: set() for name in BOUNDS}
        for stage, name, entrants, reached, pending, _ in answers.rows("funnel/aarrr_by_value", dimension="case"):
            assert (entrants, pending) == (1, 0)
            if reached and stage != "acquired":
                found[name].add(stage)
        assert found == {name: stages for name, (_, stages) in BOUNDS.items()}
        # Who did it on the day of joining, but earlier, took no time at all.
        assert ("activated", 0, 1, 1, 0) in answers.rows("funnel/aarrr_time")


OVER = {
    "2 days": {"acquired"},
    "3 days": {"acquired", "activated"},
    "6 days": {"acquired", "activated"},
    "7 days": {"acquired", "activated", "retained"},
    "8 days": {"acquired", "activated", "retained", "paid"},
    "9 days": {"acquired", "activated", "retained", "paid", "referred"},
}


def test_a_stage_is_over_when_its_last_day_is_covered() -> None:
    product = {
        "dimensions": {"covered": "Covered"},
        "activation": {"event": "open", "within_days": 3},
        "aarrr": {
            "retained": {"days": [4, 6]},
            "paid": {"event": "open", "within_days": 8},
            "referred": {"within_days": 9},
        },
        "data_until": UNTIL,
    }
    users = [
        {"user_id": covered, "signed_up_at": on(32 - int(covered[0])), "covered": covered, "invited_by": "9 days"}
        for covered in OVER
    ]
    with built(product, {"users": users, "events": [event("9 days", 23)]}, today=UNTIL) as answers:
        closed: dict[str, set[str]] = {covered: set() for covered in OVER}
        for stage, covered, entrants, _, pending, _ in answers.rows("funnel/aarrr_by_value", dimension="covered"):
            assert entrants + pending == 1
            if entrants:
                closed[covered].add(stage)
        assert closed == OVER
        # Who joined nine days before the end did all but come back, and invited everybody, themselves included.
        assert answers.rows("funnel/aarrr_losses") == [
            ("activated", "acquired", 5, 5, 1),
            ("retained", "activated", 3, 1, 0),
            ("paid", "retained", 2, 0, 1),
            ("referred", "paid", 1, 1, 1),
        ]
        assert answers.rows("funnel/referral") == [(1, 1, 5, None, None, 5)]
        assert answers.rows("funnel/newcomer_groups") == [
            ("activated", True, 1, 0, 0),
            ("activated", False, 2, 0, 3),
            ("invited", True, 3, 0, 3),
            ("invited", False, 0, 0, 0),
        ]


# No data --------------------------------------------------------------------------------------------------------------

ODD = ["100 %", "<b>[web](x)</b>", 'o\'hare "q"', "🙂"]


def test_what_a_product_cannot_count_is_missing_and_values_may_be_called_anything() -> None:
    users = [{"user_id": name, "signed_up_at": on(10), "platform": name} for name in ODD]
    product = {
        "dimensions": {"platform": "Platform"},
        "activation": {"event": "never seen"},
        "aarrr": {"referred": {"event": "neither"}},
        "data_until": UNTIL,
    }
    with built(product, {"users": users}, today=UNTIL) as answers:
        none = (None,) * 4
        assert answers.rows("funnel/aarrr") == [("acquired", 4, 4, 0, 0), *[(stage, *none) for stage in STAGES[1:]]]
        by_value = answers.rows("funnel/aarrr_by_value", dimension="platform")
        assert by_value[:4] == [("acquired", value, 1, 1, 0, 0) for value in ODD]
        assert by_value[4:] == [(stage, value, *none) for stage in STAGES[1:] for value in ODD]
        assert answers.rows("funnel/aarrr_by_value", dimension="no such dimension") == []
        assert answers.sql("select distinct stage from aarrr") == [("acquired",)]
        assert answers.rows("funnel/aarrr_losses") == []
        assert answers.rows("funnel/aarrr_time") == []
        assert answers.rows("funnel/referral") == [(0, None, None, None, None, 4)]
        kinds = [(kind, side) for kind in ("activated", "invited") for side in (True, False)]
        assert answers.rows("funnel/newcomer_groups") == [(*kind, None, None, None) for kind in kinds]
        assert answers.rows("funnel/revenue") == [(None, None, None)]
        unseen = [subject for check, subject, *_ in answers.rows("data/checks") if check == "event_never_seen"]
        assert unseen == ["aarrr.referred.event: neither", "activation.event: never seen"]
        assert {row["active_days"] for row in answers.dicts("funnel/activity_by_age")} == {0}
        assert {row["adopters"] for row in answers.dicts("funnel/adoption")} == {None}


def test_a_refund_is_no_paying_and_an_invitation_of_oneself_no_inviting() -> None:
    tables: dict[str, list[Row]] = {
        "users": [{"user_id": "ann", "signed_up_at": on(1), "invited_by": "ann"}],
        "payments": [payment("ann", 2, "-5"), payment("ann", 2, "0")],
    }
    with built({"data_until": UNTIL}, tables, today=UNTIL) as answers:
        counts = {row["stage"]: row["entrants"] for row in answers.dicts("funnel/aarrr")}
        assert (counts["acquired"], counts["paid"], counts["referred"]) == (1, None, None)
        assert answers.rows("funnel/revenue") == [(0, 0, -5)]
        assert {row["entrants"] for row in answers.dicts("funnel/newcomer_groups")} == {None}


def test_a_loss_passes_over_a_stage_without_data() -> None:
    tables: dict[str, list[Row]] = {
        "users": [{"user_id": "ann", "signed_up_at": on(1)}],
        "events": [event("ann", 9)],
        "payments": [payment("ann", 9, "5")],
    }
    with built({"data_until": UNTIL}, tables, today=UNTIL) as answers:
        assert answers.rows("funnel/aarrr_losses") == [("retained", "acquired", 1, 1, 1), ("paid", "retained", 1, 1, 1)]


def test_a_product_without_anything_has_nobody() -> None:
    with built({}, {}, today=UNTIL) as answers:
        assert answers.rows("funnel/aarrr")[0] == ("acquired", 0, 0, 0, 0)
        assert answers.rows("funnel/aarrr_by_value") == []
        assert answers.rows("funnel/referral") == [(0, None, None, None, None, 0)]
        assert answers.rows("funnel/activity_by_age") == [(ages, 0, 0, 1) for ages in AGES]
