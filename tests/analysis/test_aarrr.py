"""The stages of newcomers: shares with intervals, losses, what changed beyond chance, times, money, invitations."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from analysis import aarrr

NAN = math.nan


def board(**counts: tuple[float | None, ...]) -> pd.DataFrame:
    """stage=(entrants, reached, pending, pending_reached); a stage not named cannot be counted."""
    rows = [(stage, *counts.get(stage, (None,) * 4)) for stage in aarrr.STAGES]
    table = pd.DataFrame(rows, columns=["stage", "entrants", "reached", "pending", "pending_reached"])
    return table.astype(dict.fromkeys(table.columns[1:], "Int64"))


def lost(*rows: tuple[str, str, float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["stage", "before", "entrants", "reached_before", "reached"])


def rows_of(found: pd.DataFrame, name: str = "stage") -> dict[str, Any]:
    """The table's rows by what stands in a column of it."""
    return {str(row[name]): row for row in found.to_dict("records")}


def missing(row: dict[str, Any], *names: str) -> bool:
    return all(math.isnan(row[name]) for name in names)


# The board ------------------------------------------------------------------------------------------------


def test_a_stages_share_is_of_those_whose_time_is_over_with_wilsons_interval():
    table = board(acquired=(120, 120, 0, 0), activated=(100, 50, 20, 5), retained=(0, 0, 120, 30))
    found = rows_of(aarrr.stages(table))
    assert tuple(found) == aarrr.STAGES
    assert found["acquired"]["rate"] == 1
    assert missing(found["acquired"], "low", "high")
    assert found["activated"]["rate"] == 0.5
    # Wilson, 50 of 100.
    assert (found["activated"]["low"], found["activated"]["high"]) == pytest.approx((0.4038315, 0.5961685))
    # Everybody pending: nothing to divide, however many have done it already.
    assert missing(found["retained"], "rate", "low", "high")
    assert found["retained"]["pending"] == 120
    assert missing(found["paid"], "entrants", "reached", "pending", "pending_reached", "rate", "low", "high")


def test_a_loss_is_over_people_whose_time_is_over_for_both_and_the_largest_is_marked():
    found = aarrr.losses(
        lost(
            ("activated", "acquired", 200, 200, 80),
            ("retained", "activated", 150, 60, 15),
            ("paid", "retained", 100, 10, 12),
        )
    )
    assert found["loss"].tolist() == pytest.approx([0.6, 0.3, -0.02])
    assert found["is_steepest"].tolist() == [True, False, False]
    lows, highs = found["low"].tolist(), found["high"].tolist()
    # From acquired: Wilson of 80 of 200 (.3346–.4691), turned round.
    assert (lows[0], highs[0]) == pytest.approx((0.53087, 0.66538), abs=1e-4)
    # Later: Newcombe of 60 of 150 (.3250–.4800) less 15 of 150 (.0615–.1583).
    assert (lows[1], highs[1]) == pytest.approx((0.3 - 0.0950, 0.3 + 0.0887), abs=1e-3)


@pytest.mark.parametrize(
    "rows",
    [
        [("retained", "acquired", 0, 0, 0)],
        [("retained", "acquired", 10, 10, 10), ("paid", "retained", 10, 10, 10)],
        [("retained", "acquired", 10, 4, 6)],
    ],
)
def test_where_nobody_is_lost_or_judged_no_fall_is_the_steepest(rows):
    assert not aarrr.losses(lost(*rows))["is_steepest"].any()


def test_of_two_equal_falls_the_first_is_the_steepest():
    found = aarrr.losses(lost(("activated", "acquired", 8, 8, 4), ("retained", "activated", 8, 4, 0)))
    assert found["is_steepest"].tolist() == [True, False]


def test_each_stage_is_held_against_the_period_before_and_beyond_chance_is_said():
    now = aarrr.stages(board(acquired=(1200, 1200, 0, 0), activated=(1000, 500, 200, 0), paid=(1000, 41, 200, 0)))
    was = aarrr.stages(board(acquired=(1000, 1000, 0, 0), activated=(1000, 400, 0, 0), paid=(1000, 40, 0, 0)))
    found = rows_of(aarrr.against(now, was))
    assert found["acquired"]["change"] == pytest.approx(0.2)
    assert found["activated"]["change"] == pytest.approx(0.1)
    assert found["paid"]["change"] == pytest.approx(0.001)
    assert [stage for stage, row in found.items() if row["beyond"]] == ["activated"]
    assert missing(found["referred"], "value", "before", "change", "low")


def test_a_period_without_newcomers_before_has_no_change():
    now = aarrr.stages(board(acquired=(5, 5, 0, 0), activated=(5, 2, 0, 0)))
    was = aarrr.stages(board(acquired=(0, 0, 0, 0), activated=(0, 0, 0, 0)))
    found = aarrr.against(now, was)
    assert found["change"].isna().all()
    assert not found["beyond"].any()


FALLS = lost(("activated", "acquired", 1000, 1000, 400), ("retained", "activated", 1000, 400, 300))


@pytest.mark.parametrize(
    ("now", "falls", "keys"),
    [
        (board(acquired=(9, 9, 0, 0)), lost(), ["aarrr.answer.uncounted"]),
        (
            board(acquired=(9, 9, 0, 0), activated=(0, 0, 9, 3)),
            lost(("activated", "acquired", 0, 0, 0)),
            ["aarrr.answer.pending"],
        ),
        (
            board(acquired=(9, 9, 0, 0), retained=(9, 9, 0, 0)),
            lost(("retained", "acquired", 9, 9, 9)),
            ["aarrr.answer.none"],
        ),
        (board(acquired=(1000, 1000, 0, 0), activated=(1000, 400, 0, 0)), FALLS, ["aarrr.answer.first"]),
        (
            board(acquired=(10, 10, 0, 0)),
            lost(("activated", "acquired", 10, 10, 9), ("retained", "activated", 10, 9, 1)),
            ["aarrr.answer.later"],
        ),
    ],
)
def test_the_answer_is_where_most_are_lost(now, falls, keys):
    assert [each.key for each in aarrr.answer(aarrr.stages(now), aarrr.losses(falls), None)] == keys


def test_the_answer_names_what_changed_beyond_chance_and_says_where_nothing_did():
    now = aarrr.stages(board(acquired=(1000, 1000, 0, 0), activated=(1000, 400, 0, 0), paid=(1000, 50, 0, 0)))
    was = aarrr.stages(board(acquired=(1000, 1000, 0, 0), activated=(1000, 300, 0, 0), paid=(1000, 51, 0, 0)))
    falls = aarrr.losses(FALLS)
    first, second = aarrr.answer(now, falls, aarrr.against(now, was))
    assert first.figures["loss"] == pytest.approx(0.6)
    assert (first.figures["before"], first.figures["stage"]) == ("acquired", "activated")
    assert second.key == "aarrr.against.up"
    assert second.figures == {"stage": "activated", "size": pytest.approx(0.1), "value": 0.4, "was": 0.3}
    assert [each.key for each in aarrr.answer(now, falls, aarrr.against(now, now))][1:] == ["aarrr.against.same"]
    nobody = aarrr.stages(board(acquired=(0, 0, 0, 0), activated=(0, 0, 0, 0)))
    assert len(aarrr.answer(now, falls, aarrr.against(now, nobody))) == 1


def values(*rows: tuple[str, str, int, int, int, int]) -> pd.DataFrame:
    columns = ["dimension", "value", "entrants", "reached", "entrants_before", "reached_before"]
    return pd.DataFrame(rows, columns=columns)


# Ten thousand came more by the wall, of whom few were activated: 60 % → 35 %.
WALL = (("channel", "wall", 10_000, 1000, 0, 0), ("channel", "web", 10_000, 6000, 10_000, 6000))
# The same of another cause: iOS fell from 60 to 10 %.
IOS = (("platform", "ios", 10_000, 1000, 5000, 3000), ("platform", "web", 10_000, 6000, 5000, 3000))


def test_a_change_is_laid_to_the_value_that_more_people_came_by():
    found = aarrr.why(values(*WALL, ("standing", "hollow", 1, 0, 0, 0)), "activated", -0.25, ["channel"])
    assert found is not None
    assert found.key == "aarrr.why.mix"
    # Weight 0 → .5, rate .1; the mean of the whole (.6 + .35) / 2 = .475: .5 · (.1 − .475).
    assert found.figures == {
        "stage": "activated", "dimension": "channel", "value": "wall", "part": pytest.approx(0.1875), "whole": 0.25,
        "share": 0.5, "share_before": 0.0,
    }  # fmt: skip


def test_a_change_is_laid_to_the_value_whose_rate_fell():
    found = aarrr.why(values(*IOS), "activated", -0.25, ["platform", "absent"])
    assert found is not None
    assert found.key == "aarrr.why.rate"
    assert (found.figures["value"], found.figures["rate"], found.figures["rate_before"]) == ("ios", 0.1, 0.6)
    assert found.figures["part"] == pytest.approx(0.25)


def test_a_value_that_moved_the_other_way_is_no_reason():
    table = values(
        ("a", "up", 1000, 500, 1000, 200), ("a", "down", 1000, 100, 1000, 350), ("a", "also", 1000, 100, 1000, 300)
    )
    found = aarrr.why(table, "paid", -0.05, ["a"])
    assert found is not None
    assert found.figures["value"] == "down"


@pytest.mark.parametrize(
    ("rows", "dimensions"),
    [
        (WALL, []),
        (WALL, ["absent"]),
        # Both fell alike.
        ((("a", "x", 1000, 300, 1000, 500), ("a", "y", 1000, 300, 1000, 500)), ["a"]),
    ],
)
def test_a_change_that_no_dimension_tells_apart_has_no_reason(rows, dimensions):
    assert aarrr.why(values(*rows), "activated", -0.25, dimensions) is None


def test_the_change_to_explain_is_the_largest_beyond_chance():
    columns = ["stage", "change", "beyond"]
    table = pd.DataFrame(
        [("acquired", 0.9, False), ("activated", -0.2, True), ("paid", 0.1, True), ("referred", 0.5, False)],
        columns=columns,
    )
    assert aarrr.largest_change(table) == ("activated", -0.2)
    assert aarrr.largest_change(table.assign(beyond=False)) is None


def test_a_scenario_moves_rates_between_nothing_and_everybody():
    now = aarrr.stages(board(acquired=(10, 10, 0, 0), activated=(10, 9, 0, 0), paid=(10, 0, 0, 0)))
    moved = {"acquired": 0.1, "activated": 0.2, "paid": -0.05, "referred": 0.1}
    assert aarrr.in_scenario(now, moved) == {"acquired": pytest.approx(1.1), "activated": 1.0, "paid": 0.0}


def test_values_stand_with_the_most_newcomers_first_and_each_stage_in_turn():
    rows = [
        ("paid", "b", 10, 1, 0, 0),
        ("acquired", "b", 10, 10, 0, 0),
        ("acquired", "a", 10, 10, 0, 0),
        ("acquired", "large", 50, 50, 0, 0),
        ("paid", "large", 40, 10, 10, 0),
        ("paid", "a", 10, 2, 0, 0),
    ]
    table = pd.DataFrame(rows, columns=["stage", "value", "entrants", "reached", "pending", "pending_reached"])
    found = aarrr.by_value(table)
    assert found[["value", "stage"]].to_numpy().tolist() == [
        ["large", "acquired"], ["large", "paid"], ["a", "acquired"], ["a", "paid"], ["b", "acquired"], ["b", "paid"],
    ]  # fmt: skip
    assert found["rate"].tolist() == [1, 0.25, 1, 0.2, 1, 0.1]


def test_reach_and_visits_stand_before_joining_where_costs_tell_of_them():
    table = pd.DataFrame(
        {"costed_new": [30, 20, 50], "reach": [1000.0, NAN, NAN], "visits": [100.0, 100.0, NAN]},
    ).assign(new_users=90)  # most of them joined after the last day with costs
    found = aarrr.approach(table)
    assert found is not None
    assert (found.reach, found.visits, found.joined) == (1000, 200, 50)
    assert (found.visits_per_reach, found.joined_per_visit) == (0.1, 0.25)
    assert aarrr.approach(table.assign(reach=NAN, visits=NAN)) is None
    only = aarrr.approach(table.assign(visits=NAN))
    assert only is not None
    assert only.reach == 1000
    assert all(map(math.isnan, (only.visits, only.joined, only.joined_per_visit)))


# Time -----------------------------------------------------------------------------------------------------


def buckets(seconds: list[float]) -> pd.DataFrame:
    """Eight a doubling, the first one below a second."""
    at = [0 if each < 1 else math.floor(8 * math.log2(each)) + 1 for each in seconds]
    table = pd.DataFrame({"bucket": at, "sum_seconds": seconds, "users": 1}).groupby("bucket").sum().reset_index()
    bucket = table["bucket"].to_numpy(float)
    return table.assign(shortest=np.where(bucket > 0, 2 ** ((bucket - 1) / 8), 0), longest=2 ** (bucket / 8))


def test_a_quartile_lies_along_its_bucket_as_its_rank_does():
    table = pd.DataFrame({"shortest": [8.0, 0.0], "longest": [16.0, 1.0], "users": [3, 1], "sum_seconds": [30.0, 0.5]})
    found = aarrr.times(table)
    # Ranks 1, 2, 3 of 4: the end of the first bucket, then 1/3 and 2/3 of the doubling from 8.
    assert (found.lower, found.median, found.upper) == pytest.approx((1, 8 * 2 ** (1 / 3), 8 * 2 ** (2 / 3)))
    assert found.mean == pytest.approx(30.5 / 4)
    assert found.users == 4


def test_nobody_has_no_times():
    found = aarrr.times(pd.DataFrame({"shortest": [], "longest": [], "users": [], "sum_seconds": []}))
    assert found.users == 0
    assert all(map(math.isnan, (found.lower, found.median, found.upper, found.mean)))


@settings(max_examples=50, deadline=None)
@given(some.lists(some.floats(1, 3e6), min_size=1, max_size=60))
def test_quartiles_are_within_a_bucket_of_the_true_ones_and_the_mean_is_exact(seconds):
    found = aarrr.times(buckets(seconds))
    width = 2 ** (1 / 8)
    for share, quartile in ((0.25, found.lower), (0.5, found.median), (0.75, found.upper)):
        true = float(np.quantile(seconds, share, method="inverted_cdf"))
        assert true / width * (1 - 1e-9) <= quartile <= true * width * (1 + 1e-9)
    assert found.mean == pytest.approx(np.mean(seconds))
    bars = aarrr.histogram(buckets(seconds))
    assert bars["users"].sum() == len(seconds)
    for low, high, users in zip(bars["shortest"], bars["longest"], bars["users"], strict=True):
        edges = sum(math.isclose(each, low) or math.isclose(each, high) for each in seconds)
        assert abs(sum(low <= each < high for each in seconds) - users) <= edges


def test_bars_are_half_a_doubling_wide_and_below_a_second_there_is_one():
    found = aarrr.histogram(buckets([0.2, 0.9, 1.0, 1.3, 1.5, 60.0]))
    assert found["users"].tolist() == [2, 2, 1, 1]
    assert found["shortest"].tolist() == pytest.approx([0.5, 1, 2**0.5, 2**5.5])
    assert found["longest"].tolist() == pytest.approx([1, 2**0.5, 2, 64])


# Everybody ------------------------------------------------------------------------------------------------


def ages(**rows: tuple[int, int]) -> pd.DataFrame:
    table = pd.DataFrame([(name, *row) for name, row in rows.items()], columns=["ages", "active_days", "person_days"])
    return table.assign(n_days=10)


def test_the_share_active_is_of_everybody_who_had_joined_on_an_average_day():
    now = ages(**{"90+": (100, 1000), "0": (20, 20), "1-6": (0, 0)})
    found = aarrr.activity(now, ages(**{"0": (5, 10), "90+": (50, 1000)})).set_index("ages")
    assert list(found.index) == ["0", "90+", "all"]
    assert found["daily"].tolist() == [2, 10, 12]
    assert found["people"].tolist() == [2, 100, 102]
    assert found["share"].tolist() == pytest.approx([1, 0.1, 120 / 1020])
    assert found["share_before"].tolist() == pytest.approx([0.5, 0.05, 55 / 1010])
    assert aarrr.activity(now)["share_before"].isna().all()
    assert aarrr.activity(ages()).empty


def one(**columns: float | None) -> pd.DataFrame:
    return pd.DataFrame([columns]).astype("Float64")


def test_the_k_factor_is_invitations_a_user_times_their_acceptance():
    found = aarrr.referral(one(entrants=200, inviters=20, joined=30, senders=50, sent=120, pending=7))
    assert found.k == pytest.approx(0.15)
    assert found.per_user * found.acceptance == pytest.approx(found.k)
    assert found.inviting * found.brought == pytest.approx(found.k)
    assert found.low < found.inviting < found.high


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        ({"sent": None, "senders": None}, {"sent", "per_user", "acceptance"}),
        ({"sent": 0, "joined": 0, "inviters": 0}, {"acceptance", "brought"}),
        (
            {"entrants": 0, "inviters": 0, "joined": 0, "sent": 0},
            {"k", "per_user", "acceptance", "inviting", "brought", "low", "high"},
        ),
    ],
)
def test_what_cannot_be_counted_of_invitations_is_missing(row, missing):
    found = aarrr.referral(
        one(**{"entrants": 10, "inviters": 1, "joined": 2, "senders": 1, "sent": 4, "pending": 0, **row})
    )
    assert {name for name, each in vars(found).items() if math.isnan(each)} == missing


def test_retention_of_a_group_stands_beside_the_rests():
    table = pd.DataFrame(
        [
            ("activated", True, 100, 60, 4),
            ("activated", False, 200, 40, 6),
            ("invited", True, 0, 0, 3),
            ("invited", False, 300, 100, 7),
        ],
        columns=["kind", "is_in", "entrants", "retained", "pending"],
    )
    found = aarrr.groups(table, "activated")
    assert found is not None
    assert found.rate == (0.6, 0.2)
    assert found.gap.difference == pytest.approx(0.4)
    assert found.gap.beyond_chance
    assert found.pending == 10
    # Nobody was invited whose time is over.
    assert aarrr.groups(table, "invited") is None
    assert aarrr.groups(table.iloc[:0], "activated") is None


# Money ----------------------------------------------------------------------------------------------------


def test_revenue_is_payers_times_orders_a_payer_times_revenue_an_order():
    found = aarrr.money(one(payers=20, orders=40, revenue=400), one(payers=10, orders=20, revenue=100))
    assert found.now == {"payers": 20, "orders_per_payer": 2, "revenue_per_order": 10}
    assert found.before == {"payers": 10, "orders_per_payer": 2, "revenue_per_order": 5}
    assert (found.revenue.before, found.revenue.after) == (100, 400)
    # Orders a payer stayed at 2: payers 10 · 2 · (5 + 10) / 2, revenue an order 5 · 2 · (10 + 20) / 2.
    assert found.revenue.contributions == pytest.approx(
        {"payers": 150, "orders_per_payer": 0, "revenue_per_order": 150}
    )


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ((20, 40, 400), (0, 0, 0), {"payers": 400, "orders_per_payer": 0, "revenue_per_order": 0}),
        ((0, 0, 0), (0, 0, 0), {"payers": 0, "orders_per_payer": 0, "revenue_per_order": 0}),
        # Only refunds on one side: no payer's orders make them up.
        ((0, 0, -5), (1, 1, 5), {"payers": NAN, "orders_per_payer": NAN, "revenue_per_order": NAN}),
    ],
)
def test_a_side_without_payers_is_handled(now, before, expected):
    sides = [dict(zip(("payers", "orders", "revenue"), side, strict=True)) for side in (now, before)]
    found = aarrr.money(one(**sides[0]), one(**sides[1]))
    assert found.revenue.contributions == pytest.approx(expected, nan_ok=True)
    assert found.revenue.change == now[2] - before[2]
