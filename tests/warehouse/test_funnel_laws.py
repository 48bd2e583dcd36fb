"""Laws of named funnels: on any log every order, entry and window answers what a plain count answers."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise, permutations, product
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from config.kinds import Window
from tests.products import Answers, built
from tests.reference import Person, Reference
from tests.reference_funnels import Deed, Funnels, nothing_else_between

A_BUILD_EACH = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
    max_examples=3,
)
ORDERS = ("ordered", "strict", "any")
ENTRIES = ("first", "daily")
# One event a step, the same one again, lists that share some of their events, and payments.
STEPS = ["a", "a", "b", "b", "c", "payment", ["a", "b"], ["b", "c"], ["a", "c", "payment"], ["a", "b", "c"]]
WINDOWS = ["1 minute", "30 minutes", "1 hour", "1 day", "2 days", "1 week"]
LAST = date(2024, 3, 12)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
TODAY = LAST + 5 * DAY
window = TypeAdapter(Window).validate_python


@st.composite
def logs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """A product with a funnel of each order and entry, a twice as wide one beside some, and what 120 people did.

    The people are drawn by a generator of numbers: few moments, so that many deeds fall on the same one.
    """
    chance = Random(draw(st.integers(0, 2**32)))
    funnels: dict[str, dict[str, Any]] = {}
    for order, entry in product(ORDERS, ENTRIES):
        minutes = window(chance.choice(WINDOWS)) // timedelta(minutes=1)
        funnel = {
            "label": "F",
            "steps": [chance.choice(STEPS) for _ in range(chance.choice([2, 3, 3, 4, 5]))],
            "order": order,
            "entry": entry,
        }
        funnels[f"{order}_{entry}"] = {**funnel, "window": f"{minutes} minutes"}
        if chance.random() < 0.3:
            funnels[f"{order}_{entry}_wide"] = {**funnel, "window": f"{2 * minutes} minutes"}
    users, events, payments = [], [], []
    for number in range(120):
        who = f"person {number}"
        if chance.random() < 0.9:
            users.append({"user_id": who, "signed_up_at": f"{LAST - 9 * DAY} 08:00", "platform": chance.choice("iaw")})
        moments = [
            datetime(2024, 3, 12) - chance.choice([0, 0, 1, 2, 7, 8]) * DAY + chance.choice([0, 1, 30, 60, 61]) * MINUTE
            for _ in range(chance.randint(1, 4))
        ]
        for _ in range(chance.randint(1, 7)):
            at, what = chance.choice(moments), chance.choice("aaabbbccxp")
            if what == "p":
                payments.append({"user_id": who, "paid_at": str(at), "amount": chance.choice(["5", "5", "0", "-5"])})
            else:
                events.append({"user_id": who, "event": what, "occurred_at": str(at)})
    stated = {
        "timezone": chance.choice(["UTC", "Asia/Shanghai"]),
        "dimensions": {"platform": "Platform"},
        "funnels": funnels,
        "data_until": LAST + chance.choice([-1, 0, 1, 2]) * DAY,
    }
    return stated, {"users": users, "events": events, "payments": payments}


def counts(answers: Answers, **asked: Any) -> list[tuple[int, int, int]]:
    """Entrants, reached and pending of `funnel/steps`."""
    return [row[2:] for row in answers.rows("funnel/steps", **asked)]


@A_BUILD_EACH
@given(log=logs())
def test_a_funnel_counts_what_a_plain_count_of_people_counts(
    log: tuple[dict[str, Any], dict[str, list[dict[str, Any]]]],
) -> None:
    stated, tables = log
    counted = Funnels(Reference(stated, tables, TODAY))
    with built(stated, tables, today=TODAY) as answers:
        segments = answers.dicts("data/segments")
        some = segments[::2]
        values = {(row["platform"], row["standing"]) for row in some}

        def keep(person: Person) -> bool:
            return (person.values["platform"], person.standing) in values

        for name, funnel in stated["funnels"].items():
            funnel = {**funnel, "window": window(funnel["window"])}
            assert counts(answers, funnel=name) == counted.steps(funnel), name
            asked = {"from_": LAST - 7 * DAY, "until": LAST, "segments": [row["segment_id"] for row in some]}
            expected = counted.steps(funnel, LAST - 7 * DAY, LAST, keep)
            assert counts(answers, funnel=name, **asked) == expected, name
            agree_on_times(answers, name, counted.seconds(funnel))
            values_add_up(answers, name)
            if f"{name}_wide" in stated["funnels"]:
                widening_loses_nobody(counts(answers, funnel=name), counts(answers, funnel=f"{name}_wide"))


def agree_on_times(answers: Answers, name: str, expected: dict[int, list[float]]) -> None:
    """Every person's time lies in the span that counts them, and the sums are equal."""
    found: dict[int, list[tuple[float, float]]] = {}
    sums: dict[int, float] = {}
    for step, shortest, longest, users, seconds in answers.rows("funnel/time_to_convert", funnel=name):
        found.setdefault(step, []).extend([(shortest, longest)] * users)
        sums[step] = sums.get(step, 0) + seconds
    assert found.keys() == expected.keys(), name
    for step, spans in found.items():
        assert all(low <= one < high for (low, high), one in zip(spans, expected[step], strict=True)), name
        assert sums[step] == pytest.approx(sum(expected[step])), name


def values_add_up(answers: Answers, name: str) -> None:
    """Values of a dimension and periods of a grain add up to everybody; nothing grows along the steps."""
    whole = answers.dicts("funnel/steps", funnel=name)
    parts = [
        answers.dicts("funnel/steps_by_value", funnel=name, dimension="platform"),
        answers.dicts("funnel/steps_by_period", funnel=name, grain="week"),
        answers.dicts("funnel/steps_by_period", funnel=name, grain="month"),
    ]
    for row in whole:
        for rows in parts:
            for column in ("entrants", "reached", "pending"):
                assert sum(part[column] for part in rows if part["step"] == row["step"]) == row[column], name
    for rows in (whole, *parts):
        for before, after in pairwise(rows):
            if after["step"] > before["step"]:
                assert after["reached"] <= before["reached"], name
                assert (after["entrants"], after["pending"]) == (before["entrants"], before["pending"]), name
    assert whole[0]["reached"] == whole[0]["entrants"]


def widening_loses_nobody(narrow: list[tuple[int, int, int]], wide: list[tuple[int, int, int]]) -> None:
    for (entrants, reached, pending), (later_entrants, later_reached, later_pending) in zip(narrow, wide, strict=True):
        assert later_entrants + later_pending == entrants + pending
        assert later_reached + later_pending >= reached


@settings(A_BUILD_EACH, max_examples=2)
@given(log=logs())
def test_data_that_reach_further_only_turn_the_pending_into_reached_or_lost(
    log: tuple[dict[str, Any], dict[str, list[dict[str, Any]]]],
) -> None:
    stated, tables = log
    sides = []
    for until in (LAST - 5 * DAY, LAST + DAY):
        with built({**stated, "data_until": until}, tables, today=TODAY) as answers:
            asked = {"until": LAST - 5 * DAY}
            sides.append({name: counts(answers, funnel=name, **asked) for name in stated["funnels"]})
    for name, steps in sides[0].items():
        for before, after in zip(steps, sides[1][name], strict=True):
            assert before[0] + before[2] == after[0] + after[2], name
            assert after[1] >= before[1], name
            assert after[0] - after[1] >= before[0] - before[1], name


# What the plain count itself takes for granted ------------------------------------------------------------------------

DEEDS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abcx")), min_size=1, max_size=6).map(
    lambda deeds: [(datetime(2024, 1, 1) + number * MINUTE, what) for number, what in deeds]
)
STRICT = st.lists(st.sampled_from(["a", "b", "c", "ab", "bc"]).map(frozenset), min_size=2, max_size=4)


def steps_in_turn(names: Sequence[str], steps: Sequence[frozenset[str]]) -> int:
    """The strict rule of one order of deeds: the next step's goes on, the present one's stays, another ends it."""
    reached = 0
    for name in names:
        if reached < len(steps) and name in steps[reached]:
            reached += 1
        elif reached and name not in steps[reached - 1]:
            break
    return reached


def every_order(deeds: Sequence[Deed]) -> Iterator[list[str]]:
    """Every order in which the deeds can have happened: those of one time may have come in any."""
    together = [[what for _, what in each] for _, each in groupby(sorted(deeds), key=lambda deed: deed[0])]
    for chosen in product(*(set(permutations(names)) for names in together)):
        yield [name for names in chosen for name in names]


@given(DEEDS, STRICT)
def test_nobody_is_said_to_have_done_more_steps_strictly_than_some_order_of_their_deeds_allows(
    deeds: list[Deed], steps: list[frozenset[str]]
) -> None:
    if not any(what in steps[0] for _, what in deeds):
        return
    found = len(nothing_else_between(deeds, steps))
    allowed = [steps_in_turn(names, steps) for names in every_order(deeds)]
    assert found <= max(allowed)
    if len({at for at, _ in deeds}) == len(deeds):
        assert [found] == allowed
