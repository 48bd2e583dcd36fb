"""Whom each channel brought, what became of them and what it cost: cases by hand, and a plain count of people."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.products import Answers, Row, built
from tests.reference import Person, Reference
from tests.warehouse.test_laws import A_BUILD_EACH, DAY, Both, logs

UNTIL = date(2024, 2, 10)
PRODUCT = {
    "dimensions": {"channel": "Channel", "platform": "Platform"},
    "activation": {"event": ["finish"], "within_days": 3},
    "aarrr": {"paid": {"within_days": 5}},
    "reward_events": ["task"],
    "data_until": UNTIL,
}
COLUMNS = (
    *("value", "new_users", "activation_entrants", "activated", "entrants_7", "returned_7", "entrants_30"),
    *("returned_30", "paid_entrants", "paid", "standing_entrants", "hollow", "real", "is_paid", "is_whole"),
    *("cost", "cost_standing", "cost_7", "cost_30", "costed_new", "costed_real", "costed_7", "costed_30"),
    *("reach", "visits"),
)


def joined(who: str, day: str, channel: str | None, platform: str = "ios") -> Row:
    return {"user_id": who, "signed_up_at": f"2024-{day} 10:00", "channel": channel, "platform": platform}


def did(who: str, day: str, event: str = "open") -> Row:
    return {"user_id": who, "event": event, "occurred_at": f"2024-{day} 12:00"}


def paid(who: str, day: str, amount: str = "5") -> Row:
    return {"user_id": who, "paid_at": f"2024-{day} 12:00", "amount": amount}


def spent(channel: str, day: str, amount: str, reach: int | None = None, visits: int | None = None) -> Row:
    return {"day": f"2024-{day}", "channel": channel, "amount": amount, "reach": reach, "visits": visits}


TABLES: dict[str, list[Row]] = {
    "users": [
        # Did everything on the last day on which it counts.
        joined("ann", "01-01", "ads"),
        # Only came for a reward, and was back on day 7.
        joined("ben", "01-01", "ads", "web"),
        # Joined five days before the end, and one day before it: some windows are open, then all.
        joined("cat", "02-05", "ads", "web"),
        joined("dan", "02-09", "ads"),
        joined("eve", "01-02", "organic"),
        joined("joined after the end", "02-10", "organic"),
        joined("fay", "01-02", "kiosk", "web"),
        {"user_id": "never seen", "signed_up_at": None, "channel": "kiosk", "platform": "web"},
    ],
    "events": [
        did("ann", "01-03", "finish"),
        did("ann", "01-08"),
        did("ann", "01-31"),
        did("ben", "01-01", "task"),
        did("ben", "01-08"),
        did("cat", "02-05"),
        did("eve", "01-04", "finish"),
        did("fay", "01-05", "finish"),
        did("in no list of users", "01-03", "task"),
    ],
    "payments": [
        paid("ann", "01-05"),
        paid("eve", "01-03", "-5"),
        paid("eve", "01-07"),
        paid("fay", "01-06"),
        paid("fay", "01-06", "-5"),
    ],
    "costs": [
        spent("ads", "01-01", "10", 100, 20),
        spent("ads", "02-05", "7"),
        spent("ads", "02-09", "3"),
        spent("ads", "02-10", "99", 9, 9),
        spent("organic", "01-02", "0"),
        spent("kiosk", "01-02", "4"),
        spent("television", "01-02", "50"),
    ],
}

ADS = ("ads", 4, 3, 1, 2, 2, 2, 1, 3, 1, 2, 1, 1, True, True, 20, 10, 10, 10, 4, 1, 2, 1, 100, 20)
KIOSK = ("kiosk", 1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, True, True, 4, 4, 4, 4, 1, 1, 0, 0, None, None)
ORGANIC = ("organic", 1, 1, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1, False, True, 0, 0, 0, 0, 1, 1, 0, 0, None, None)
UNKNOWN = ("unknown", 1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 0, False, True, 0, 0, 0, 0, 1, 0, 0, 0, None, None)
TELEVISION = ("television", *[0] * 12, True, True, 50, 50, 50, 50, 0, 0, 0, 0, None, None)
# All of the last days' windows are open but those for activation and paying.
LATE = ("ads", 2, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, True, True, 10, 0, 0, 0, 2, 0, 0, 0, None, None)


@pytest.fixture(scope="module")
def shop() -> Iterator[Answers]:
    with built(PRODUCT, TABLES, today=date(2024, 2, 12)) as answers:
        yield answers


def of(answers: Answers, **values: str) -> list[int]:
    """The segments with these values."""
    found = answers.dicts("data/segments")
    return [row["segment_id"] for row in found if all(row[name] == value for name, value in values.items())]


def test_the_columns_are_those_that_others_rely_on(shop: Answers) -> None:
    assert tuple(shop.ask("acquisition/channels").columns) == COLUMNS


@pytest.mark.parametrize(
    ("days", "rows"),
    [
        ({}, [ADS, KIOSK, ORGANIC, UNKNOWN, TELEVISION]),
        ({"from_": date(2024, 2, 1)}, [LATE]),
        ({"from_": date(2024, 1, 2), "until": date(2024, 1, 3)}, [KIOSK, ORGANIC, TELEVISION]),
        ({"from_": date(2024, 1, 10), "until": date(2024, 1, 20)}, []),
    ],
)
def test_each_channel_is_told_with_what_is_settled(shop: Answers, days: Row, rows: list[tuple[Any, ...]]) -> None:
    assert shop.rows("acquisition/channels", **days) == rows


def test_a_window_closes_with_its_last_day_for_people_and_for_costs() -> None:
    closed = {
        "01-10": (1, 1, 1, 1, 1),
        "01-11": (1, 1, 1, 1, 0),
        "02-02": (1, 1, 1, 1, 0),
        "02-03": (1, 1, 1, 0, 0),
        "02-04": (1, 1, 0, 0, 0),
        "02-05": (1, 1, 0, 0, 0),
        "02-06": (1, 0, 0, 0, 0),
        "02-07": (1, 0, 0, 0, 0),
        "02-08": (0, 0, 0, 0, 0),
    }
    users = [joined(f"of {day}", day, day) for day in closed]
    costs = [spent(day, day, "1") for day in closed]
    tables = {**TABLES, "users": [*TABLES["users"], *users], "costs": costs}
    with built(PRODUCT, tables, today=date(2024, 2, 12)) as answers:
        rows = {row["value"]: row for row in answers.dicts("acquisition/channels") if row["value"] in closed}
    entrants = ("activation_entrants", "paid_entrants", "standing_entrants", "entrants_7", "entrants_30")
    assert {day: tuple(row[name] for name in entrants) for day, row in rows.items()} == closed
    for name, place in (("cost_standing", 2), ("cost_7", 3), ("cost_30", 4)):
        assert {day: row[name] for day, row in rows.items()} == {day: of[place] for day, of in closed.items()}


def test_costs_are_withheld_where_a_filter_keeps_some_of_a_channels_people(shop: Answers) -> None:
    cut = ("ads", 2, 2, 0, 1, 1, 1, 0, 2, 0, 1, 1, 0, True, False, *[None] * 4, 2, 0, 1, 0, None, None)
    assert shop.rows("acquisition/channels", segments=of(shop, platform="web")) == [cut, KIOSK]
    # In these days nobody but the chosen came by it; over all days others did.
    only_cat = {"from_": date(2024, 2, 5), "until": date(2024, 2, 6), "segments": of(shop, platform="web")}
    [row] = shop.dicts("acquisition/channels", **only_cat)
    assert (row["new_users"], row["is_whole"], row["cost"]) == (1, False, None)


def test_a_filter_on_the_channel_alone_keeps_its_costs(shop: Answers) -> None:
    assert shop.rows("acquisition/channels", segments=of(shop, channel="ads")) == [ADS]
    assert shop.rows("acquisition/channels", segments=[]) == []


def test_rare_channels_are_told_apart_though_filters_fold_them() -> None:
    with built({**PRODUCT, "max_segments": 2}, TABLES, today=date(2024, 2, 12)) as folded:
        assert "kiosk" in {row["value"] for row in folded.dicts("data/folded")}
        assert folded.rows("acquisition/channels") == [ADS, KIOSK, ORGANIC, UNKNOWN, TELEVISION]


def test_a_product_without_a_channel_has_no_row() -> None:
    product = {**PRODUCT, "dimensions": {"source": "Source", "platform": "Platform"}}
    with built(product, TABLES, today=date(2024, 2, 12)) as answers:
        assert answers.rows("acquisition/channels") == []
        assert {row["value"] for row in answers.dicts("acquisition/channels_by_period")} == {None}


def test_the_channel_is_the_dimension_that_product_yml_names() -> None:
    product = {**PRODUCT, "channel": "platform"}
    with built(product, TABLES, today=date(2024, 2, 12)) as answers:
        brought = {row["value"]: row["new_users"] for row in answers.dicts("acquisition/channels")}
        assert brought == {"ios": 3, "web": 3, "unknown": 1} | dict.fromkeys(["ads", "kiosk", "television"], 0) | {
            "organic": 0
        }


def test_what_cannot_be_counted_is_missing_and_not_0() -> None:
    users = [joined("ann", "01-01", "ads")]
    # A refund alone is no payment.
    tables = {"users": users, "payments": [paid("ann", "01-02", "-5")]}
    with built({"dimensions": PRODUCT["dimensions"], "data_until": UNTIL}, tables, UNTIL) as answers:
        assert answers.rows("acquisition/channels") == [("ads", 1, *[None] * 12, True, *[None] * 10)]


def test_days_without_any_costs_known_say_nothing_of_costs(shop: Answers) -> None:
    later = [row for row in TABLES["costs"] if str(row["day"]) >= "2024-02"]
    with built(PRODUCT, {**TABLES, "costs": later}, today=date(2024, 2, 12)) as answers:
        rows = answers.dicts("acquisition/channels", until=date(2024, 2, 1))
        assert {row["is_paid"] for row in rows} | {row["cost"] for row in rows} == {None}
        # People who joined before the first day with costs are not whom the costs brought.
        [ads] = answers.dicts("acquisition/channels", segments=of(answers, channel="ads"))
        assert (ads["new_users"], ads["cost"], ads["costed_new"]) == (4, 10, 2)


def test_an_event_may_stand_for_paying() -> None:
    product = {**PRODUCT, "aarrr": {"paid": {"event": ["finish"], "within_days": 3}}}
    with built(product, TABLES, today=date(2024, 2, 12)) as answers:
        assert {row["value"]: row["paid"] for row in answers.dicts("acquisition/channels")} == {
            "ads": 1,
            "kiosk": 0,
            "organic": 1,
            "unknown": 0,
            "television": 0,
        }


def test_a_quiet_period_is_a_row_of_0(shop: Answers) -> None:
    days = {"from_": date(2024, 1, 1), "until": date(2024, 1, 15)}
    assert shop.rows("acquisition/channels_by_period", grain="week", **days) == [
        (date(2024, 1, 1), "ads", 2, True),
        (date(2024, 1, 1), "kiosk", 1, True),
        (date(2024, 1, 1), "organic", 1, True),
        (date(2024, 1, 1), "unknown", 1, True),
        (date(2024, 1, 8), None, 0, True),
    ]
    running = {"grain": "month", "from_": date(2024, 2, 1), "segments": of(shop, platform="web")}
    assert shop.rows("acquisition/channels_by_period", **running) == [(date(2024, 2, 1), "ads", 1, False)]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", 'O\'Neil "x"', "100%", "🙂", "=1+1", "Robert'); --"])
def test_a_name_is_only_a_name(name: str) -> None:
    tables = {"users": [joined("ann", "01-01", name)], "costs": [spent(name, "01-01", "3")]}
    with built(PRODUCT, tables, today=date(2024, 2, 12)) as answers:
        [row] = answers.dicts("acquisition/channels", segments=of(answers, channel=name))
        assert (row["value"], row["new_users"], row["cost"]) == (name, 1, 3)


# Laws -----------------------------------------------------------------------------------------------------------------


@st.composite
def spending(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]], date]:
    """A log of test_laws whose platform is the channel, with costs; often folded."""
    product, tables, today = draw(logs())
    product |= {"channel": "platform", "max_segments": draw(st.sampled_from([1, 3, 4096]))}
    product["aarrr"] = {
        "paid": draw(st.sampled_from([{"within_days": 7}, {"within_days": 30}, {"event": ["open"], "within_days": 3}]))
    }
    days = st.integers(1, 60).map(lambda back: today - timedelta(days=back))
    rows = st.tuples(days, st.sampled_from(["ios", "android", "television"]), st.sampled_from(["0", "1.5", "20"]))
    found = {(day, channel): amount for day, channel, amount in draw(st.lists(rows, max_size=8))}
    tables["costs"] = [{"day": day, "channel": channel, "amount": amount} for (day, channel), amount in found.items()]
    return product, tables, today


def plainly(counted: Reference, since: date, until: date, keep: Any) -> dict[str, dict[str, Any]]:
    """`acquisition/channels`, one person and one cost at a time, of the channels that brought anybody."""
    product, end = counted.product, counted.data_until
    rule, paying = product.get("activation"), product["aarrr"]["paid"]
    days_to_judge = counted._days_to_judge if _tells_hollow(counted) else None
    costs = [row for row in counted.tables["costs"] if row["day"] < end]
    costed = [row["day"] for row in costs]
    has_costs = bool(costed) and max(since, min(costed)) < min(until, max(costed) + DAY)
    ever_active = any(person.active for person in counted.people)
    ever_paid = any(counted.days(person, paying.get("event", "payment")) for person in counted.people)
    answers: dict[str, dict[str, Any]] = {}
    everybody = [person for person in counted.people if person.acquired_on]
    for channel in {counted.value(person, "platform") for person in counted.chosen(keep)}:
        own = [person for person in everybody if counted.value(person, "platform") == channel]
        people = [person for person in own if keep(person) and since <= _on(person) < until]
        if not people:
            continue
        priced = [row for row in costs if row["channel"] == channel and since <= row["day"] < until]
        row: dict[str, Any] = {"new_users": len(people), "is_whole": all(keep(person) for person in own)}
        row["is_paid"] = sum(float(each["amount"]) for each in priced) > 0 if has_costs else None

        def settled(days: int | None, known: bool, people: list[Person] = people) -> list[Person] | None:
            return [each for each in people if _on(each) + days * DAY <= end] if known and days else None

        def count(found: list[Person] | None, rule: Any) -> int | None:
            return None if found is None else sum(1 for each in found if rule(each))

        def cost(days: int | None, known: bool, priced: list[Row] = priced, row: Row = row) -> float | None:
            if not (has_costs and row["is_whole"] and known):
                return None
            return sum(float(each["amount"]) for each in priced if not days or each["day"] + days * DAY <= end)

        def is_costed(person: Person) -> bool:
            return bool(costed) and min(costed) <= _on(person) <= max(costed)

        activation = settled(rule.get("within_days", 7) if rule else None, counted._has_activation)
        row["activation_entrants"], row["activated"] = count(activation, bool), count(activation, counted._is_activated)
        for age in (7, 30):
            found = settled(age + 1, ever_active)

            def is_back(person: Person, age: int = age) -> bool:
                return _on(person) + age * DAY in person.active

            row[f"entrants_{age}"], row[f"returned_{age}"] = count(found, bool), count(found, is_back)
            row[f"cost_{age}"] = cost(age + 1, ever_active)
            both = count(found, lambda each, is_back=is_back: is_back(each) and is_costed(each))
            row[f"costed_{age}"] = both if has_costs else None
        buyers = settled(paying["within_days"], ever_paid)

        def is_buyer(person: Person) -> bool:
            window = range(paying["within_days"])
            return any(
                (day - _on(person)).days in window for day in counted.days(person, paying.get("event", "payment"))
            )

        row["paid_entrants"], row["paid"] = count(buyers, bool), count(buyers, is_buyer)
        judged = settled(days_to_judge, days_to_judge is not None)
        row["standing_entrants"] = count(judged, bool)
        row["hollow"] = count(judged, lambda each: each.standing == "hollow")
        row["real"] = count(judged, lambda each: each.standing == "real")
        real = count(judged, lambda each: each.standing == "real" and is_costed(each))
        row["cost"], row["cost_standing"] = cost(None, True), cost(days_to_judge, days_to_judge is not None)
        row["costed_new"] = sum(map(is_costed, people)) if has_costs else None
        row["costed_real"] = real if has_costs else None
        answers[channel] = row | {"reach": None, "visits": None}
    return answers


def _on(person: Person) -> date:
    assert person.acquired_on is not None
    return person.acquired_on


def _tells_hollow(counted: Reference) -> bool:
    rewards = counted.product["reward_events"]
    did_any = any(name in rewards for person in counted.people for _, name in person.events)
    return did_any or (counted._has_activation and any(person.incentive for person in counted.people))


@settings(A_BUILD_EACH, max_examples=4)
@given(log=spending())
def test_channels_equal_a_plain_count(log: Any) -> None:
    product, tables, today = log
    with built({**product, "max_segments": 4096}, tables, today=today) as answers:
        sides = Both(product, answers, Reference(product, tables, today))
        counted = sides.counted
        for segments, keep in sides.filters():
            for since, until in ((counted.data_until - 45 * DAY, counted.data_until), (date(2000, 1, 1), today)):
                rows = answers.dicts("acquisition/channels", from_=since, until=until, segments=segments)
                found = {row.pop("value"): row for row in rows if row["new_users"]}
                expected = plainly(counted, since, min(until, counted.data_until), keep)
                assert found.keys() == expected.keys()
                for channel, row in found.items():
                    wrong = {name: (row[name], expected[channel][name]) for name in row}
                    assert {name: both for name, both in wrong.items() if both[0] != both[1]} == {}, channel


@settings(A_BUILD_EACH, max_examples=3)
@given(log=spending(), grain=st.sampled_from(["day", "week", "month"]))
def test_channels_add_up_to_the_new_users(log: Any, grain: str) -> None:
    product, tables, today = log
    with built(product, tables, today=today) as answers:
        figures = answers.dicts("overview/metrics", grain=grain)
        new_users = {row["period"]: row["numerator"] or 0 for row in figures if row["metric"] == "new_users"}
        by_period: dict[date, float] = {}
        for row in answers.dicts("acquisition/channels_by_period", grain=grain):
            by_period[row["period"]] = by_period.get(row["period"], 0) + row["new_users"]
        assert by_period == new_users
        whole = {row["value"]: row for row in answers.dicts("acquisition/channels") if row["new_users"]}
        assert sum(row["new_users"] for row in whole.values()) == sum(new_users.values())
        added: dict[str, dict[str, int]] = {}
        for segment in answers.dicts("data/segments"):
            for row in answers.dicts("acquisition/channels", segments=[segment["segment_id"]]):
                sums = added.setdefault(row["value"], {})
                for name in COLUMNS[1:13]:
                    sums[name] = sums.get(name, 0) + (row[name] or 0)
        assert added == {value: {name: row[name] or 0 for name in COLUMNS[1:13]} for value, row in whole.items()}
