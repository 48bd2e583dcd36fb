"""Laws of campaigns: on any log, what every query of theirs answers is what a plain count of people answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.campaign_reference import Campaigns, Sums, holdout
from tests.products import Answers, built
from tests.reference import DAY, Keep, Person, Reference, everybody
from tests.warehouse.test_laws import A_BUILD_EACH, by

UNTIL = date(2024, 3, 21)
TODAY = date(2024, 3, 24)
CLOCKS = ["00:00", "09:00", "09:00", "11:59", "12:00", "20:30"]
# Days around an exposure at which something begins to count or stops to.
OFFSETS = [-30, -29, -28, -27, -8, -1, -1, 0, 0, 0, 0, 1, 1, 2, 3, 6, 7, 7, 8, 13, 14, 20, 21, 30, 31]
WHO = [f"person {number}" for number in range(12)]
PRODUCT: dict[str, Any] = {
    "dimensions": {"platform": "Platform", "country": "Country"},
    "reward_events": ["task"],
    "guardrails": {"opt_out": ["mute", "leave"], "complaint": ["complain"]},
    "data_until": UNTIL,
    "max_rejected": 0,
}
EVENTS = ["read", "read", "read", "task", "mute", "leave", "complain"]
Log = tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]


def log_of(seed: int) -> Log:
    """A product with three campaigns at about the same time, and a dozen people around them.

    Hypothesis chooses the seed alone: left to choose every value it would take many that are small or equal.
    """
    chance = Random(seed)
    pick = chance.choice

    def near(day: date) -> str:
        return f"{min(day + pick(OFFSETS) * DAY, TODAY)} {pick(CLOCKS)}"

    campaigns: list[dict[str, Any]] = []
    exposures: list[dict[str, Any]] = []
    for name in ("c0", "c1", "c2"):
        # Windows of 1, 3, 7 and 14 days, of 8 and of 31, close around the end of the data.
        start = UNTIL - pick([1, 3, 4, 7, 8, 14, 15, 31, 33]) * DAY
        campaigns.append(
            {
                "campaign_id": name,
                "name": name.upper(),
                "kind": "product",
                "starts_on": start,
                "ends_on": start + chance.randint(-2, 6) * DAY,
                "goal": pick(["read", "read", "payment", "never", None]),
                "window_days": pick([1, 3, 7, 7, 14, None]),
            }
        )
        arms = pick([["control", "a"], ["Control", "b", "a"], ["a"]])
        for _ in range(pick([0, 12, 20, 20])):
            # Most are exposed once, or again to the same arm; a few to another.
            who = pick([*WHO, "a stranger"])
            own = arms[(len(who) + WHO.index(who)) % len(arms)] if who in WHO else arms[0]
            day = min(start + chance.randint(-1, 4) * DAY, TODAY)
            exposures.append(
                {
                    "campaign_id": name,
                    "user_id": who,
                    "arm": pick([own] * 14 + arms[:1]),
                    "exposed_at": f"{day} {pick(CLOCKS)}",
                }
            )

    starts = [campaign["starts_on"] for campaign in campaigns]
    users = [
        {
            "user_id": who,
            "signed_up_at": pick([f"{UNTIL - 90 * DAY} 09:00", None, near(pick(starts))]),
            "platform": pick(["ios", "android", None]),
            "country": pick(["cn", "us"]),
        }
        for who in WHO[:10]
    ]
    events = [
        {"user_id": pick(WHO), "event": pick(EVENTS), "occurred_at": near(pick(starts))}
        for _ in range(chance.randint(40, 120))
    ]
    payments = [
        {
            "user_id": pick(WHO),
            "paid_at": near(pick(starts)),
            "amount": pick(["12.5", "0.01", "30", "0", "-12.5"]),
        }
        for _ in range(chance.randint(0, 30))
    ]
    tables: dict[str, list[dict[str, Any]]] = {
        "users": users,
        "events": events,
        "payments": payments,
        "campaigns": campaigns,
        "exposures": exposures,
    }
    return pick([PRODUCT, {**PRODUCT, "guardrails": {"opt_out": ["mute"]}}]), tables


def logs() -> st.SearchStrategy[Log]:
    """Any of them."""
    return st.integers(0, 2**32 - 1).map(log_of)


class Both:
    """The answers of a built product, and the plain count."""

    def __init__(self, answers: Answers, counted: Reference) -> None:
        self.answers, self.counted = answers, counted
        self.campaigns = Campaigns(counted)
        self.segments = answers.dicts("data/segments")

    def filters(self) -> Iterator[tuple[list[int] | None, Keep]]:
        """Everybody; every other segment; nobody."""
        yield None, everybody
        names = [*self.counted.dimensions, "standing"]
        half = self.segments[::2]
        values = {tuple(row[name] for name in names) for row in half}
        yield (
            [row["segment_id"] for row in half],
            lambda person: tuple(self.counted.value(person, name) for name in names) in values,
        )
        yield [], lambda person: False


@contextmanager
def both(log: Log) -> Iterator[Both]:
    """The log, built and counted."""
    product, tables = log
    with built(product, tables, today=TODAY) as answers:
        yield Both(answers, Reference(product, tables, TODAY))


@settings(A_BUILD_EACH, max_examples=6)
@given(log=logs())
def test_what_came_of_a_campaign_equals_a_plain_count(log: Log) -> None:
    with both(log) as sides:
        ask, campaigns = sides.answers.dicts, sides.campaigns
        for segments, keep in sides.filters():
            of_all: dict[tuple[str, ...], Sums] = {}
            arms_of_all: dict[tuple[str, ...], tuple[int]] = {}
            for name in campaigns.plans:
                asked = {"campaign": name, "segments": segments}
                expected = campaigns.outcomes(name, keep)
                found = by(ask("campaigns/outcomes", **asked), "arm", "metric")
                assert list(found) == list(expected)
                agree(found, expected)
                of_all |= {(name, *key): cell for key, cell in expected.items() if key[1] == "goal"}

                people = campaigns.assigned(name, keep)
                assert by(ask("campaigns/arms", **asked), "arm") == {
                    (arm,): of_arm(campaigns, name, [one for one in people if one.arm == arm])
                    for arm in campaigns.arms(name)
                }
                arms_of_all |= {
                    (name, arm): (len([one for one in people if one.arm == arm]),) for arm in campaigns.arms(name)
                }
                found = by(ask("campaigns/daily", **asked), "arm", "day")
                assert found == (campaigns.daily(name, keep) if campaigns.goal(name) else {})
                agree_on_pacing(sides, name, keep, by(ask("campaigns/pacing", **asked), "day", "arm"))
            agree(by(ask("campaigns/outcomes_of_all", segments=segments), "campaign_id", "arm", "metric"), of_all)
            assert by(ask("campaigns/arms_of_all", segments=segments), "campaign_id", "arm") == arms_of_all


@settings(A_BUILD_EACH, max_examples=3)
@given(log=logs())
def test_what_stands_in_the_way_of_a_campaign_equals_a_plain_count(log: Log) -> None:
    with both(log) as sides:
        campaigns = sides.campaigns
        listed = {row["campaign_id"]: row for row in sides.answers.dicts("campaigns/list")}
        assert listed.keys() == campaigns.plans.keys()
        for name, row in listed.items():
            agree_on_facts(sides, name, row)
            overlaps = by(sides.answers.dicts("campaigns/overlaps", campaign=name), "campaign_id")
            met = {other: campaigns.met(name, other) for other in campaigns.plans if other != name}
            assert overlaps == {
                (other,): (other.upper(), len(people), row["assigned"]) for other, people in met.items() if people
            }
            assert [users for _, users, _ in overlaps.values()] == sorted(
                map(len, filter(None, met.values())), reverse=True
            )
            assert row["overlapped"] == len(set().union(*met.values()))


@settings(A_BUILD_EACH, max_examples=3)
@given(log=logs(), window=st.sampled_from([1, 7, 40]))
def test_what_happened_around_a_campaign_equals_a_plain_count(log: Log, window: int) -> None:
    with both(log) as sides:
        ask, campaigns = sides.answers.dicts, sides.campaigns
        [build] = ask("data/build")
        for segments, keep in sides.filters():
            for name in campaigns.plans:
                asked = {"campaign": name, "segments": segments}
                quality = by(ask("campaigns/quality", **asked), "who")
                assert quality == {(who,): cell for who, cell in campaigns.quality(name, keep).items()}
                around = by(ask("campaigns/before_after", **asked), "day")
                expected = campaigns.before_after(name, keep)
                assert around == {(day,): cell for day, cell in expected.items() if day >= build["first_day"]}
                treated = [one.person for one in campaigns.assigned(name, keep) if one.arm != "control"]
                standings = [person.standing for person in treated]
                hollow = standings.count("hollow")
                settled = len(treated) - standings.count("new")
                assert sides.answers.rows("campaigns/rewards", **asked) == [(len(treated), settled, hollow)]
            for goal in ("read", "payment"):
                found = by(ask("campaigns/eligible", goal=goal, window_days=window, segments=segments), "metric")
                expected_sums = campaigns.eligible(goal, window, keep)
                agree(found, {(metric,): cell for metric, cell in expected_sums.items()})
            kept = [person.user_id for person in sides.counted.chosen(keep)]
            for share in (0.0, 0.2, 1.0):
                drawn = sides.answers.rows("campaigns/holdout", salt="spring", share=share, segments=segments)
                assert [who for (who,) in drawn] == holdout(kept, "spring", share)


@settings(A_BUILD_EACH, max_examples=2)
@given(log=logs())
def test_sums_by_value_and_by_segment_are_the_whole(log: Log) -> None:
    with both(log) as sides:
        ask, campaigns = sides.answers.dicts, sides.campaigns
        for name in campaigns.plans:
            whole = by(ask("campaigns/outcomes", campaign=name), "arm", "metric")
            goals = {key: cell for key, cell in whole.items() if key[1] == "goal"}
            for dimension in ("platform", "standing"):
                rows = ask("campaigns/outcomes_by_value", campaign=name, dimension=dimension)
                agree(added([by(rows, "value", "arm", "metric")], skip=1), goals)
                for value in {row["value"] for row in rows}:

                    def has(person: Person, value: str = value, dimension: str = dimension) -> bool:
                        return sides.counted.value(person, dimension) == value

                    mine = by([row for row in rows if row["value"] == value], "value", "arm", "metric")
                    expected = campaigns.outcomes(name, has)
                    agree(mine, {(value, *key): cell for key, cell in expected.items() if key[1] == "goal"})
            parts = [
                by(ask("campaigns/outcomes", campaign=name, segments=[row["segment_id"]]), "arm", "metric")
                for row in sides.segments
            ]
            agree(added(parts), whole)


@settings(A_BUILD_EACH, max_examples=1)
@given(log=logs(), chance=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_to_campaigns(log: Log, chance: Any) -> None:
    product, tables = log
    shuffled = {name: chance.sample(rows, len(rows)) for name, rows in tables.items()}
    with built(product, tables, today=TODAY) as answers, built(product, shuffled, today=TODAY) as others:
        for campaign in tables["campaigns"]:
            for query in ("outcomes", "daily", "arms", "overlaps", "quality", "before_after"):
                asked = {"campaign": campaign["campaign_id"]}
                assert answers.rows(f"campaigns/{query}", **asked) == others.rows(f"campaigns/{query}", **asked)
        assert answers.rows("campaigns/list") == others.rows("campaigns/list")


def agree(found: dict[tuple[Any, ...], tuple[Any, ...]], expected: dict[Any, Any]) -> None:
    """The same keys, and the same sums but for the last digits of floating point."""
    assert found.keys() == expected.keys()
    for key, cell in found.items():
        assert cell == pytest.approx(expected[key]), key


def added(parts: list[dict[tuple[Any, ...], Sums]], skip: int = 0) -> dict[tuple[Any, ...], Sums]:
    """The sums of cells whose keys are equal after the first `skip` places."""
    total: dict[tuple[Any, ...], Sums] = {}
    for part in parts:
        for key, cell in part.items():
            before = total.get(key[skip:], (0.0,) * len(cell))
            total[key[skip:]] = tuple(one + other for one, other in zip(before, cell, strict=True))
    return total


def of_arm(campaigns: Campaigns, name: str, people: list[Any]) -> tuple[Any, ...]:
    """assigned, closed, pending, reached, reached_so_far and both days of an arm."""
    closed = [one for one in people if one.day + campaigns.window(name) * DAY <= UNTIL]
    return (
        len(people),
        len(closed),
        len(people) - len(closed),
        campaigns.reached(name, closed),
        campaigns.reached(name, people),
        min((one.day for one in people), default=None),
        max((one.day for one in people), default=None),
    )


def agree_on_pacing(sides: Both, name: str, keep: Keep, found: dict[tuple[Any, ...], tuple[Any, ...]]) -> None:
    """`campaigns/pacing`: day by day of exposure."""
    campaigns = sides.campaigns
    people = campaigns.assigned(name, keep)
    expected = {}
    for day, arm in {(one.day, one.arm) for one in people}:
        mine = [one for one in people if (one.day, one.arm) == (day, arm)]
        closes_on = day + campaigns.window(name) * DAY
        expected[day, arm] = len(mine), campaigns.reached(name, mine), closes_on, closes_on <= UNTIL
    assert found == expected


def agree_on_facts(sides: Both, name: str, row: dict[str, Any]) -> None:
    """`campaigns/list`: what is known of a campaign as a whole."""
    campaigns = sides.campaigns
    plan, window, people = campaigns.plans[name], campaigns.window(name), campaigns.assigned(name)
    fates = [(fate, times) for fate, _, times in campaigns.fates(name)]
    first, last = campaigns.days(name)
    ages = [campaigns.days_after_joining(one) for one in people]
    shown = [one.day for one in people]
    last_shown = max(shown, default=last)
    closes_on = (max(last, last_shown) if last >= UNTIL else last_shown) + window * DAY
    closed = sum(day + window * DAY <= UNTIL for day in shown)
    goal = campaigns.goal(name)
    times = sum(len(campaigns.goal_moments(who, goal)) for who in sides.counted.everyone) if goal else None
    states = {"planned": first >= UNTIL, "running": last >= UNTIL, "open": closes_on > UNTIL, "final": True}
    expected = {
        "window_days": window,
        "is_window_stated": plan["window_days"] is not None,
        "ends_before_start": plan["ends_on"] < plan["starts_on"],
        "goal_times": times,
        "state": next(state for state, holds in states.items() if holds),
        "arms": len(campaigns.arms(name)),
        "has_control": "control" in campaigns.arms(name),
        "assigned": len(people),
        "in_two_arms": sum(fate == "in_two_arms" for fate, _ in fates),
        "before_joining": sum(fate == "before_joining" for fate, _ in fates),
        "exposed_again": sum(times - 1 for fate, times in fates if fate == "assigned"),
        "outside_days": sum(not first <= day <= last for day in shown),
        "first_exposed_on": min(shown, default=None),
        "last_exposed_on": max(shown, default=None),
        "closes_on": closes_on,
        "closed": closed,
        "pending": len(people) - closed,
        "reached_so_far": campaigns.reached(name, people),
        "min_days_after_joining": min((age for age in ages if age is not None), default=None),
    }
    assert {key: row[key] for key in expected} == expected
