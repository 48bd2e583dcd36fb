"""What a change is made of: the parts add up to it exactly, and the planted cause is named."""

import math
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from analysis import drivers

NAN = math.nan


def table(*rows: tuple[str, float, float] | tuple[str, float]) -> pd.DataFrame:
    columns = ["value", "numerator", "denominator"] if rows and len(rows[0]) == 3 else ["value", "numerator"]
    return pd.DataFrame(rows, columns=columns)


def parts(found: pd.DataFrame, *names: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in found[["value", *names]].itertuples(index=False)]


# Factors --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # 2 × 3 = 6 → 4 × 5 = 20: changing a adds 2·3 or 2·5, b 2·2 or 2·4.
        ({"a": 2, "b": 3}, {"a": 4, "b": 5}, {"a": 8, "b": 6}),
        # 10 × 2 × 5 = 100 → 20 × 2 × 5 = 200: one factor made all of it.
        ({"a": 10, "b": 2, "c": 5}, {"a": 20, "b": 2, "c": 5}, {"a": 100, "b": 0, "c": 0}),
        # Three factors doubled: 1 → 8; each brings a third of 7.
        ({"a": 1, "b": 1, "c": 1}, {"a": 2, "b": 2, "c": 2}, {"a": 7 / 3, "b": 7 / 3, "c": 7 / 3}),
        # A factor from 0: 0 × 3 → 4 × 5. a: 4·(3 + 5)/2, b: 2·(0 + 4)/2.
        ({"a": 0, "b": 3}, {"a": 4, "b": 5}, {"a": 16, "b": 4}),
        # Nobody paid before: orders a payer and revenue an order were nothing, so payers made it all.
        ({"a": 0, "b": NAN, "c": NAN}, {"a": 4, "b": 2, "c": 5}, {"a": 40, "b": 0, "c": 0}),
        ({"a": 4, "b": 2, "c": 5}, {"a": 0, "b": NAN, "c": NAN}, {"a": -40, "b": 0, "c": 0}),
        ({"a": 0, "b": NAN}, {"a": 0, "b": NAN}, {"a": 0, "b": 0}),
        # Refunds can make revenue an order negative: 2 × −3 = −6 → 4 × 5 = 20.
        ({"a": 2, "b": -3}, {"a": 4, "b": 5}, {"a": 2, "b": 24}),
        # Missing without a 0 beside it: nobody knows.
        ({"a": 2, "b": NAN}, {"a": 4, "b": 5}, {"a": NAN, "b": NAN}),
    ],
)
def test_each_factor_brings_what_changing_it_does_on_average_over_the_orders(before, after, expected):
    found = drivers.product(before, after)
    assert found.contributions == pytest.approx(expected, nan_ok=True)
    assert list(found.contributions) == list(before)


def test_shares_of_a_change_are_together_one_and_missing_where_nothing_changed():
    assert drivers.product({"a": 2, "b": 3}, {"a": 4, "b": 5}).shares == pytest.approx({"a": 8 / 14, "b": 6 / 14})
    still = drivers.product({"a": 2, "b": 3}, {"a": 3, "b": 2})
    assert still.change == 0
    assert all(math.isnan(share) for share in still.shares.values())


@pytest.mark.parametrize(("before", "after"), [({}, {}), ({"a": 1}, {"b": 1}), ({"a": 1}, {"a": 1, "b": 1})])
def test_sides_with_different_factors_are_refused(before, after):
    with pytest.raises(ValueError, match="the same factors"):
        drivers.product(before, after)


numbers = some.floats(-1e6, 1e6).map(lambda each: round(each, 4))


@settings(max_examples=80, deadline=None)
@given(some.lists(some.tuples(numbers, numbers), min_size=1, max_size=5))
def test_factors_add_up_to_the_change_and_agree_with_every_order_tried(pairs):
    before, after = ({str(at): pair[side] for at, pair in enumerate(pairs)} for side in (0, 1))
    found = drivers.product(before, after)
    scale = max(np.prod([max(abs(a), abs(b), 1) for a, b in pairs]), 1.0)
    assert sum(found.contributions.values()) == pytest.approx(found.change, rel=1e-9, abs=1e-9 * scale)
    tried: dict[str, list[float]] = {name: [] for name in before}
    for order in permutations(before):
        now = dict(before)
        for name in order:
            old = math.prod(now.values())
            now[name] = after[name]
            tried[name].append(math.prod(now.values()) - old)
    means = {name: sum(each) / len(each) for name, each in tried.items()}
    assert found.contributions == pytest.approx(means, rel=1e-9, abs=1e-9 * scale)


# Values of a dimension ------------------------------------------------------------------------------------


def test_a_count_is_made_of_each_values_change_the_largest_first():
    before = table(("web", 50), ("ios", 30), ("gone", 5), ("same", 7))
    after = table(("same", 7), ("ios", 45), ("web", 48), ("come", 4), ("come", 1))
    assert parts(drivers.count(before, after), "before", "after", "contribution") == [
        ("ios", 30, 45, 15),
        ("come", 0, 5, 5),
        ("gone", 5, 0, -5),
        ("web", 50, 48, -2),
        ("same", 7, 7, 0),
    ]


def test_a_rate_is_made_of_mix_and_rate():
    # Shares of people 80/20 → 50/50; rates .5/.1 → .4/.2. The whole: .42 → .30, its mean .36.
    before = table(("a", 40, 80), ("b", 2, 20))
    after = table(("a", 40, 100), ("b", 20, 100))
    found = drivers.rate(before, after)
    assert found["value"].tolist() == ["a", "b"]
    # a: mix (.5 − .8)(.45 − .36) = −.027, rate .65 · −.1 = −.065; b: mix .3(.15 − .36) = −.063, rate .35 · .1 = .035.
    assert found["mix"].tolist() == pytest.approx([-0.027, -0.063])
    assert found["rate"].tolist() == pytest.approx([-0.065, 0.035])
    assert found["contribution"].tolist() == pytest.approx([-0.092, -0.028])
    assert found["rate_before"].tolist() == pytest.approx([0.5, 0.1])
    assert found["weight_after"].tolist() == pytest.approx([0.5, 0.5])
    assert found["contribution"].sum() == pytest.approx(0.30 - 0.42)


@pytest.mark.parametrize(
    ("before", "after", "value", "mix", "own"),
    [
        # New with rate .9 and a tenth of all; the whole .5 → .54: .1 · (.9 − .52).
        (table(("a", 50, 100)), table(("a", 45, 90), ("new", 9, 10)), "new", 0.038, 0.0),
        (table(("a", 45, 90), ("old", 9, 10)), table(("a", 50, 100)), "old", -0.038, 0.0),
        # Nobody there on either side.
        (table(("a", 50, 100), ("none", 0, 0)), table(("a", 60, 100)), "none", 0.0, 0.0),
        # A refund of 10 among no orders: the whole falls by 10 / 100.
        (table(("a", 500, 100)), table(("a", 500, 100), ("refund", -10, 0)), "refund", 0.0, -0.1),
    ],
)
def test_a_value_of_one_side_only_is_mix_and_what_has_no_denominator_is_rate(before, after, value, mix, own):
    found = drivers.rate(before, after).set_index("value")
    assert found.loc[value, "mix"] == pytest.approx(mix)
    assert found.loc[value, "rate"] == pytest.approx(own)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (table(("a", 0, 0)), table(("a", 5, 10))),
        (table(("a", 5, 10)), table(("b", 0, 0))),
        (pd.DataFrame({"value": [], "numerator": [], "denominator": []}), table(("a", 5, 10))),
    ],
)
def test_without_anybody_on_a_side_the_change_of_a_rate_is_undefined(before, after):
    assert drivers.rate(before, after)["contribution"].isna().all()


def test_a_missing_count_stays_missing():
    found = drivers.count(table(("a", NAN), ("b", 1)), table(("a", 3), ("b", 4)))
    assert found["value"].tolist() == ["b", "a"]
    assert math.isnan(found["contribution"].iloc[1])


def test_tables_of_nobody_have_no_contributions():
    empty = pd.DataFrame({"value": [], "numerator": []})
    assert drivers.count(empty, empty).empty


rows = some.lists(
    some.tuples(some.sampled_from("abcdef"), some.integers(-50, 10**6), some.integers(0, 10**6)), max_size=10
)


@settings(max_examples=80, deadline=None)
@given(rows, rows)
def test_values_add_up_to_the_change_of_a_count_and_of_a_rate(before, after):
    old, new = (pd.DataFrame(side, columns=["value", "numerator", "denominator"]) for side in (before, after))
    counted = drivers.count(old, new)
    assert counted["contribution"].sum() == new["numerator"].sum() - old["numerator"].sum()
    found = drivers.rate(old, new)
    assert set(found["value"]) == set(counted["value"]) == set(old["value"]) | set(new["value"])
    if not (old["denominator"].sum() and new["denominator"].sum()):
        assert found["contribution"].isna().all()
        return
    rates = [float(side["numerator"].sum() / side["denominator"].sum()) for side in (old, new)]
    scale = max(*map(abs, rates), found["contribution"].abs().sum())
    assert found["contribution"].sum() == pytest.approx(rates[1] - rates[0], rel=1e-9, abs=1e-9 * scale)
    assert (found["mix"] + found["rate"]).to_numpy() == pytest.approx(found["contribution"].to_numpy(), abs=1e-12)
    back = drivers.rate(new, old).set_index("value").loc[found["value"], "contribution"]
    assert back.to_numpy() == pytest.approx(-found["contribution"].to_numpy(), rel=1e-9, abs=1e-9 * scale)


# Which dimension ------------------------------------------------------------------------------------------


def drawn(seed: int, fall: float) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Activation before and after of 20,000 people each, who differ by platform and by channel; the rate of Android
    falls by so many points.
    """
    chance, sides = np.random.default_rng(seed), []
    for lost in (0.0, fall):
        platform = chance.choice(["Android", "iOS", "Web"], 20_000, p=[0.5, 0.3, 0.2])
        channel = chance.choice([f"c{each}" for each in range(12)], 20_000)
        likely = np.where(platform == "iOS", 0.5, 0.4) - lost * (platform == "Android")
        did = chance.random(20_000) < likely
        sides.append(
            {
                name: pd.DataFrame({"value": values, "numerator": did, "denominator": 1}).groupby("value").sum()
                for name, values in (("channel", channel), ("platform", platform))
            }
        )
    before, after = ({name: each.reset_index() for name, each in side.items()} for side in sides)
    return before, after


@pytest.mark.parametrize("seed", range(20))
def test_the_dimension_in_which_the_cause_lies_is_named_and_its_value_stands_first(seed):
    found = drivers.explains(*drawn(seed, 0.1), "rate")
    assert found.dimension == "platform"
    apart = dict(zip(found.table["value"], found.table["apart"], strict=True))
    assert max(apart, key=lambda value: abs(apart[value])) == "Android"
    assert apart["Android"] < 0


def test_where_nothing_moved_but_by_chance_no_dimension_explains_it():
    found = [drivers.explains(*drawn(seed, 0.0), "rate") for seed in range(40)]
    # Two dimensions, each by mistake once in twenty.
    assert sum(each.dimension is not None for each in found) <= 8
    # What chance makes of twelve values is taken off: as often too much as too little.
    assert 8 <= sum(each.scores["channel"] > 0 for each in found) <= 32


def test_of_two_ways_to_see_a_cause_the_one_with_fewest_values_wins():
    before = {
        "city": table(*((f"city {each}", 100, 1000) for each in range(10)), ("rest", 1000, 10_000)),
        "country": table(("one", 1000, 10_000), ("rest", 1000, 10_000)),
    }
    after = {
        "city": table(*((f"city {each}", 200, 1000) for each in range(10)), ("rest", 1000, 10_000)),
        "country": table(("one", 2000, 10_000), ("rest", 1000, 10_000)),
    }
    assert drivers.explains(before, after, "rate").dimension == "country"
    assert drivers.explains(before, after, "count").dimension == "country"


@pytest.mark.parametrize("of", ["people", "amounts"])
def test_values_that_grew_by_the_same_factor_explain_nothing(of):
    before = {"a": table(("x", 1000), ("y", 500))}
    after = {"a": table(("x", 1200), ("y", 600))}
    found = drivers.explains(before, after, "count", of)
    assert found.dimension is None
    assert found.table.empty


def test_amounts_are_not_judged_as_if_they_were_people():
    before, after = {"a": table(("x", 10.5), ("y", 10))}, {"a": table(("x", 14.5), ("y", 10))}
    assert drivers.explains(before, after, "count").dimension is None
    found = drivers.explains(before, after, "count", "amounts")
    # 20.5 → 24.5; alike, x would have brought 4 · 10.5 / 20.5.
    assert found.table.set_index("value").loc["x", "apart"] == pytest.approx(4 - 4 * 10.5 / 20.5)


@pytest.mark.parametrize("before", [table(("x", 0, 0)), table(("x", 0, 0), ("y", 0, 0))])
def test_without_a_before_no_dimension_explains_anything(before):
    after = {"a": table(("x", 5, 10))}
    for kind in ("count", "rate"):
        assert drivers.explains({"a": before}, after, kind).dimension is None
    assert drivers.explains({}, {}, "count").dimension is None
