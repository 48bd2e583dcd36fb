"""Named funnels: who starts, who reaches which step, who is still open, and what each query of them answers."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from config.product import load
from tests.products import Answers, Row, built, write_product
from warehouse import settings

START = datetime(2024, 1, 1, 10)
TODAY = date(2024, 2, 20)

# One person each: what they do, and how far that brings them ----------------------------------------------------------

FUNNELS: dict[str, dict[str, Any]] = {
    "in_order": {"steps": ["a", "b", "c"]},
    "twice": {"steps": ["a", "a", "b"]},
    "overlapping": {"steps": [["a", "b"], "a"]},
    "overlapping_later": {"steps": ["s", ["a", "b"], "a", "b"]},
    "strict": {"steps": ["a", "b", "c"], "order": "strict"},
    "strict_twice": {"steps": ["a", "a", "b"], "order": "strict"},
    "any": {"steps": ["a", "b", "c"], "order": "any"},
    "any_twice": {"steps": ["a", "a", "b"], "order": "any"},
    "any_overlapping": {"steps": [["a", "b"], ["b", "c"], "b"], "order": "any"},
    "paid": {"steps": ["a", "payment"]},
    "paid_first": {"steps": ["payment", "a"]},
}
# A deed is a letter and the minute after 10:00 in which it is done; $ is a payment, 0 one of nothing, - a refund.
LEVELS = [
    ("in_order", "a0", 1),
    ("in_order", "b0 c1", 0),
    ("in_order", "a0 b1 c2", 3),
    ("in_order", "a0 x1 c2 b3 x4 c5", 3),
    ("in_order", "b0 a1 c2", 1),
    ("in_order", "a0 b60", 2),  # the last moment of the window is in it
    ("in_order", "a0 b61", 1),
    ("in_order", "a0 b50 c61", 2),  # the window is that of the start, not of the step before
    ("in_order", "c0 b0 a0", 3),  # what is done at one time counts in the listed order
    ("in_order", "a0 b1 c0", 2),
    ("in_order", "a0 a55 b70", 1),  # the first start counts, not the best one
    ("twice", "a0", 1),
    ("twice", "a0 b1", 1),
    ("twice", "a0 a0", 2),  # identical rows are two events
    ("twice", "a0 a5 b5", 3),
    ("twice", "a0 b1 a2", 2),
    ("overlapping", "a0 b0", 2),  # b is taken for the first step, so that a is left for the second
    ("overlapping", "a0 b1", 1),
    ("overlapping", "b0 a1", 2),
    ("overlapping_later", "s0 a1 b1", 3),
    ("overlapping_later", "s0 a1 b1 b2", 4),
    ("overlapping_later", "s0 a1 b1 b1", 4),
    ("overlapping_later", "s0 a1 b2 b3", 2),
    ("strict", "a0 b1 c2", 3),
    ("strict", "a0 x1 b2", 1),
    ("strict", "a0 $1 b2", 1),  # a payment is something else too
    ("strict", "a0 01 b2", 2),  # one of nothing is none
    ("strict", "a0 a1 b2 b3 c4", 3),
    ("strict", "a0 b1 a2 c3", 2),  # back to an earlier step
    ("strict", "a0 c1 b2 c3", 1),
    ("strict", "x0 a0 b1", 2),  # it may have come before the start
    ("strict", "x0 a1 b2", 2),
    ("strict", "a0 b1 x1 c2", 2),
    ("strict", "a0 a1 b1 c1", 3),
    ("strict", "a0 b1 c1 x1", 3),  # it may have come after the last step
    ("strict", "a0 b60 x61", 2),
    ("strict", "a0 b61", 1),
    ("strict_twice", "a0 a1 a2 b3", 3),
    ("strict_twice", "a0 b1", 1),
    ("any", "c0", 1),
    ("any", "x0 c1 a2", 2),
    ("any", "c0 c1 c2", 1),
    ("any", "c0 a30 b60", 3),
    ("any", "c0 a30 b61", 2),
    ("any", "a0 b0 c0", 3),
    ("any_twice", "a0 b1", 2),
    ("any_twice", "a0 b1 a2", 3),
    ("any_twice", "a0 a0 b0", 3),
    ("any_overlapping", "b0 b1 b2", 3),
    ("any_overlapping", "c0 a1", 2),
    ("any_overlapping", "a0 a1 c2", 2),
    ("any_overlapping", "b0 c1 a2", 3),  # b is left for the one step that has nothing else
    ("paid", "a0 $1", 2),
    ("paid", "a0 $0", 2),
    ("paid", "a0 01 -2", 1),
    ("paid", "$0 a1", 1),
    ("paid_first", "01 -2 a3", 0),
    ("paid_first", "01 $2 a62", 2),
]


def rows_of(who: str, deeds: str) -> tuple[list[Row], list[Row]]:
    events: list[Row] = []
    payments: list[Row] = []
    for deed in deeds.split():
        what, at = deed[0], str(START + timedelta(minutes=int(deed[1:])))
        if what in "$0-":
            amount = {"$": "5", "0": "0", "-": "-5"}[what]
            payments.append({"user_id": who, "paid_at": at, "amount": amount})
        else:
            events.append({"user_id": who, "event": what, "occurred_at": at})
    return events, payments


@pytest.fixture(scope="module")
def levels() -> Iterator[dict[tuple[str, str], int]]:
    """How far each person comes in the funnel they were made for."""
    users: list[Row] = []
    events: list[Row] = []
    payments: list[Row] = []
    for name, deeds, _ in LEVELS:
        users.append({"user_id": f"{name} {deeds}", "signed_up_at": str(START), "who": f"{name} {deeds}"})
        done, paid = rows_of(f"{name} {deeds}", deeds)
        events += done
        payments += paid
    product = {
        "dimensions": {"who": "Who"},
        "funnels": {name: {"label": "F", "window": "1 hour", **funnel} for name, funnel in FUNNELS.items()},
    }
    tables = {"users": users, "events": events, "payments": payments}
    with built(product, tables, today=TODAY) as answers:
        found: dict[tuple[str, str], int] = {}
        for name in FUNNELS:
            for row in answers.dicts("funnel/steps_by_value", funnel=name, dimension="who"):
                funnel, _, deeds = row["value"].partition(" ")
                if funnel == name:
                    found[name, deeds] = max(found.get((name, deeds), 0), row["step"] if row["reached"] else 0)
        yield found


@pytest.mark.parametrize(("funnel", "deeds", "level"), LEVELS)
def test_somebody_reaches_as_many_steps_as_the_order_of_the_funnel_lets_them(
    levels: dict[tuple[str, str], int], funnel: str, deeds: str, level: int
) -> None:
    assert levels[funnel, deeds] == level


# A product whose names are odd ----------------------------------------------------------------------------------------

MARKUP, QUOTE, PERCENT, EMOJI = "<b>read</b> [it](x)", 'it\'s "done"', "100%", "🎉 比赛"
ODD = "o'neill & 50% 🎈 <i>"


def event(who: str, at: str, name: str) -> Row:
    return {"user_id": who, "event": name, "occurred_at": f"2024-01-{at}"}


TABLES: dict[str, list[Row]] = {
    "users": [
        {"user_id": "ann", "signed_up_at": "2024-01-01 09:00", "platform": ODD},
        {"user_id": "ben", "signed_up_at": "2024-01-01 09:00", "platform": "web"},
        {"user_id": "cat", "signed_up_at": "2024-01-01 09:00", "platform": "web"},
        {"user_id": "dan", "signed_up_at": "2024-01-01 09:00", "platform": "tv"},
    ],
    "events": [
        event("ann", "02 10:00", MARKUP),
        event("ann", "02 10:00", MARKUP),
        event("ann", "02 10:00:00.5", PERCENT),
        event("ann", "02 10:00:04.5", EMOJI),
        event("ann", "17 10:00", MARKUP),
        event("ben", "02 23:59", QUOTE),
        event("ben", "03 23:59", MARKUP),
        event("ben", "04 23:59", PERCENT),
        event("cat", "19 00:00", QUOTE),  # its window is over at the first moment that is not covered
        event("cat", "19 00:01", PERCENT),
        event("dan", "03 08:00", PERCENT),
        event("dan", "21 08:00", MARKUP),  # after data_until
        event("ann", "20 08:00", MARKUP),
    ],
}
STEPS = [[MARKUP, QUOTE], PERCENT, EMOJI]
LABELS = [f"{MARKUP} / {QUOTE}", PERCENT, EMOJI]


@pytest.fixture(scope="module")
def odd() -> Iterator[Answers]:
    product = {
        "dimensions": {"platform": "Platform"},
        "data_until": date(2024, 1, 20),
        "funnels": {
            "party": {"label": "Party", "steps": STEPS, "window": "1 day"},
            "party_daily": {"label": "Daily", "steps": STEPS, "window": "1 day", "entry": "daily"},
            "nobody": {"label": "Nobody", "steps": ["never", PERCENT], "window": "2 weeks", "order": "strict"},
        },
    }
    with built(product, TABLES, today=TODAY) as answers:
        yield answers


def test_the_funnels_are_listed_as_product_yml_has_them(odd: Answers) -> None:
    assert odd.rows("funnel/list") == [
        ("party", 1, 86_400, "ordered", "first"),
        ("party_daily", 2, 86_400, "ordered", "daily"),
        ("nobody", 3, 14 * 86_400, "strict", "first"),
    ]


def test_each_step_has_its_events_and_those_whose_window_is_over(odd: Answers) -> None:
    expected = [(1, LABELS[0], 2, 2, 1), (2, LABELS[1], 2, 1, 1), (3, LABELS[2], 2, 1, 1)]
    assert odd.rows("funnel/steps", funnel="party") == expected
    assert odd.rows("funnel/steps") == expected


def test_every_day_with_a_start_counts_once_where_the_entry_is_daily(odd: Answers) -> None:
    # Ann on the 2nd and the 17th, Ben on the 2nd and the 3rd, Cat, still open, on the 19th.
    assert odd.rows("funnel/steps", funnel="party_daily") == [
        (1, LABELS[0], 4, 4, 1),
        (2, LABELS[1], 4, 2, 1),
        (3, LABELS[2], 4, 1, 1),
    ]


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [
        (date(2024, 1, 2), date(2024, 1, 3), [(2, 2, 0), (2, 1, 0), (2, 1, 0)]),
        (date(2024, 1, 3), date(2024, 1, 19), [(0, 0, 0)] * 3),  # nobody's first start
        (date(2024, 1, 19), None, [(0, 0, 1)] * 3),  # everybody still open
        (date(2031, 1, 1), None, [(0, 0, 0)] * 3),
        (None, date(2024, 1, 2), [(0, 0, 0)] * 3),
    ],
)
def test_the_day_of_the_start_decides_the_period(
    odd: Answers, since: date | None, until: date | None, counts: list[tuple[int, int, int]]
) -> None:
    asked = {"funnel": "party", "from_": since, "until": until}
    assert odd.rows("funnel/steps", **asked) == [
        (step, label, *count) for step, (label, count) in enumerate(zip(LABELS, counts, strict=True), start=1)
    ]


def test_an_event_that_nobody_did_makes_steps_of_nobody(odd: Answers) -> None:
    assert odd.rows("funnel/steps", funnel="nobody") == [(1, "never", 0, 0, 0), (2, PERCENT, 0, 0, 0)]
    assert odd.rows("funnel/time_to_convert", funnel="nobody") == []


def test_values_have_every_step_and_those_in_which_nobody_starts_too(odd: Answers) -> None:
    assert odd.rows("funnel/steps_by_value", funnel="party", dimension="platform") == [
        (ODD, 1, LABELS[0], 1, 1, 0),
        (ODD, 2, LABELS[1], 1, 1, 0),
        (ODD, 3, LABELS[2], 1, 1, 0),
        ("tv", 1, LABELS[0], 0, 0, 0),
        ("tv", 2, LABELS[1], 0, 0, 0),
        ("tv", 3, LABELS[2], 0, 0, 0),
        ("web", 1, LABELS[0], 1, 1, 1),
        ("web", 2, LABELS[1], 1, 0, 1),
        ("web", 3, LABELS[2], 1, 0, 1),
    ]


def test_values_are_counted_over_the_days_of_the_period(odd: Answers) -> None:
    # Ben on the 3rd; not Ann and Ben on the 2nd, nor Ann on the 17th.
    asked = {"funnel": "party_daily", "dimension": "platform", "from_": date(2024, 1, 3), "until": date(2024, 1, 17)}
    found = odd.rows("funnel/steps_by_value", **asked)
    assert [(row[0], *row[3:]) for row in found if row[1] == 2] == [(ODD, 0, 0, 0), ("tv", 0, 0, 0), ("web", 1, 1, 0)]


def test_a_filter_keeps_its_segments_and_their_values(odd: Answers) -> None:
    segments = [row["segment_id"] for row in odd.dicts("data/segments") if row["platform"] == ODD]
    asked = {"from_": date(2024, 1, 1), "until": date(2024, 1, 20), "segments": segments}
    expected = [(step, label, 1, 1, 0) for step, label in enumerate(LABELS, start=1)]
    assert odd.rows("funnel/steps", **asked) == expected
    assert odd.rows("funnel/steps_by_value", dimension="platform", **asked) == [(ODD, *row) for row in expected]
    assert odd.rows("funnel/steps", segments=[]) == [(step, label, 0, 0, 0) for step, label, *_ in expected]
    assert odd.rows("funnel/steps_by_value", segments=[]) == []
    weeks = odd.rows("funnel/steps_by_period", grain="week", **asked)
    assert [row[1:5] for row in weeks if row[0] == date(2024, 1, 1)] == [(step, 1, 1, 0) for step in (1, 2, 3)]
    assert [row[3:] for row in odd.rows("funnel/time_to_convert", **asked)] == [(1, 0.5), (1, 4.0)]
    assert odd.rows("funnel/time_to_convert", segments=[]) == []


def test_a_period_in_which_nobody_starts_is_rows_of_nobody(odd: Answers) -> None:
    asked = {"funnel": "party_daily", "grain": "week", "from_": date(2024, 1, 1), "until": date(2024, 1, 22)}
    assert odd.rows("funnel/steps_by_period", **asked) == [
        (date(2024, 1, 1), 1, 3, 3, 0, True),
        (date(2024, 1, 1), 2, 3, 2, 0, True),
        (date(2024, 1, 1), 3, 3, 1, 0, True),
        (date(2024, 1, 8), 1, 0, 0, 0, True),
        (date(2024, 1, 8), 2, 0, 0, 0, True),
        (date(2024, 1, 8), 3, 0, 0, 0, True),
        (date(2024, 1, 15), 1, 1, 1, 1, False),
        (date(2024, 1, 15), 2, 1, 0, 1, False),
        (date(2024, 1, 15), 3, 1, 0, 1, False),
    ]
    one_day = {"from_": date(2024, 1, 2), "until": date(2024, 1, 3)}  # Ben starts again on the 3rd
    by_day = odd.rows("funnel/steps_by_period", funnel="party_daily", **one_day)
    assert by_day == [(date(2024, 1, 2), step, 2, reached, 0, True) for step, reached in ((1, 2), (2, 1), (3, 1))]
    unasked = odd.rows("funnel/steps_by_period", funnel="party", grain="month")
    assert unasked == [(date(2024, 1, 1), step, 2, reached, 1, False) for step, reached in ((1, 2), (2, 1), (3, 1))]


def test_times_are_counted_in_spans_of_which_eight_double_a_time(odd: Answers) -> None:
    # Ann took half a second, then four seconds, which begin a span; Ben, on the second day he started, a whole day.
    assert odd.rows("funnel/time_to_convert", funnel="party") == [
        (2, 0.0, 1.0, 1, 0.5),
        (3, 4.0, pytest.approx(4 * 2**0.125), 1, 4.0),
    ]
    assert odd.rows("funnel/time_to_convert", funnel="party_daily") == [
        (2, 0.0, 1.0, 1, 0.5),
        (2, pytest.approx(2 ** (131 / 8)), pytest.approx(2 ** (132 / 8)), 1, 86_400.0),
        (3, 4.0, pytest.approx(4 * 2**0.125), 1, 4.0),
    ]
    later = {"funnel": "party_daily", "from_": date(2024, 1, 3), "until": date(2024, 1, 4)}
    assert [row[0] for row in odd.rows("funnel/time_to_convert", **later)] == [2]
    assert odd.rows("funnel/time_to_convert", funnel="party_daily", until=date(2024, 1, 2)) == []


def test_the_window_is_over_when_the_data_cover_its_last_moment() -> None:
    early = [event("early", "01 23:59:59", "a"), event("early", "02 00:00:00.5", "b")]
    log = [*early, event("late", "02 00:00", "a"), event("late", "02 00:01", "b")]
    product = {"funnels": {"f": {"label": "F", "steps": ["a", "b"], "window": "1 day"}}, "data_until": date(2024, 1, 3)}
    with built(product, {"events": log}, today=TODAY) as answers:
        assert answers.rows("funnel/steps") == [(1, "a", 1, 1, 1), (2, "b", 1, 1, 1)]
        assert answers.rows("funnel/time_to_convert") == [
            (2, pytest.approx(2 ** (4 / 8)), pytest.approx(2 ** (5 / 8)), 1, 1.5)
        ]


def test_a_start_is_of_its_day_in_the_zone_of_the_product() -> None:
    log = [{"user_id": "u", "event": "a", "occurred_at": "2024-01-01T17:00:00Z"}]
    product = {"timezone": "Asia/Shanghai", "funnels": {"f": {"label": "F", "steps": ["a", "b"], "window": "1 hour"}}}
    with built(product, {"events": log}, today=TODAY) as answers:
        by_day = answers.rows("funnel/steps_by_period", from_=date(2024, 1, 1))
    assert [row[0] for row in by_day if row[2]] == [date(2024, 1, 2)] * 2


def test_an_event_called_payment_is_not_one_and_a_step_that_is_no_event_is_told_with_the_nearest() -> None:
    log = [event("u", "01 10:00", "open_book"), event("u", "01 11:00", "payment")]
    steps = ["open_book", ["payment", "opne_book"], "share"]
    funnels = {"f": {"label": "F", "steps": steps}, "paid": {"label": "P", "steps": ["payment", "open_book"]}}
    with built({"funnels": funnels, "data_until": date(2024, 1, 20)}, {"events": log}, today=TODAY) as answers:
        assert [row[2:] for row in answers.rows("funnel/steps", funnel="paid")] == [(0, 0, 0)] * 2
        assert [row[3] for row in answers.rows("funnel/steps")] == [1, 0, 0]
        assert [row for row in answers.rows("data/checks") if row[0] == "event_never_seen"] == [
            ("event_never_seen", "funnels.f.steps.2: opne_book", 1, "open_book"),
            ("event_never_seen", "funnels.f.steps.3: share", 1, None),
        ]


def test_a_product_without_funnels_or_one_that_is_not_known_has_no_rows(odd: Answers) -> None:
    names = ("steps", "steps_by_value", "steps_by_period", "time_to_convert")
    assert [odd.rows(f"funnel/{name}", funnel="party'; drop table funnel") for name in names] == [[]] * 4
    with built({}, {"events": TABLES["events"]}, today=TODAY) as answers:
        assert [answers.rows(f"funnel/{name}") for name in (*names, "list")] == [[]] * 5


# What the build is told of a funnel -----------------------------------------------------------------------------------


def test_settings_in_force_are_written_as_in_product_yml(tmp_path: Any) -> None:
    steps = ["a", {"event": ["b", "c"], "needs": {"en": "A banner", "zh": "横幅"}}]
    write_product(tmp_path, {"funnels": {"f": {"label": "F", "steps": steps, "window": "90 minutes"}}}, {})
    written = dict(settings.in_force(load(tmp_path), {}))
    assert written["funnels.f.steps"] == "[[a], {event: [b, c], needs: {en: A banner, zh: 横幅}}]"
    assert written["funnels.f.window"] == "90 minutes"


def test_events_of_the_same_steps_are_of_one_type_and_equal_steps_know_the_one_before(tmp_path: Any) -> None:
    steps = ["a", ["b", "c"], ["c", "b"], ["a", "d"], "a"]
    write_product(tmp_path, {"funnels": {"f": {"label": "F", "steps": steps}}}, {})
    funnel = load(tmp_path).funnels["f"]
    assert settings.types_of_events(funnel) == {(1, 4, 5): ["a"], (2, 3): ["b", "c"], (4,): ["d"]}
    assert settings.equal_before(funnel) == {3: 2, 5: 1}
