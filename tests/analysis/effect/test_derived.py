"""What an effect comes to, in people and money, and whether it lasted."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.effect import (
    BeforeAfter,
    Effect,
    Range,
    Verdict,
    before_after,
    cost_per_user,
    incremental,
    interaction,
    judge,
    pull_forward,
    quality,
    return_on_cost,
    together,
    wasted,
)
from tests.analysis.effect.campaigns import AFTER, campaign, row, say, sums_of, table


def effects(*rows: dict[str, Any]) -> Verdict:
    return judge(campaign(), table(*rows), AFTER)


def paid(seed: int = 1, more: float = 3.0) -> tuple[Effect, float]:
    """Effects on payments: 600 people a group, the treated paid so much more on average."""
    rng = np.random.default_rng(seed)
    amounts = rng.exponential(10, 1200) + np.repeat([0.0, more], 600)
    nothing = np.zeros(600)
    rows = [row("control", 600, 60), row("card", 600, 120)]
    rows += [
        sums_of("control", "payments", amounts[:600], nothing),
        sums_of("card", "payments", amounts[600:], nothing),
    ]
    return effects(*rows).others[0], amounts[600:].mean() - amounts[:600].mean()


# People and money -----------------------------------------------------------------------------------------


def test_incremental_users_are_the_difference_times_all_treated():
    effect = effects(row("control", 500, 50), row("card", 500, 100)).effects[0]
    found = incremental(effect)
    assert found.likely == pytest.approx(50)
    assert [found.low, found.high] == pytest.approx([500 * effect.low, 500 * effect.high])


def test_incremental_users_of_an_amount_are_an_error_that_says_so():
    with pytest.raises(ValueError, match="not on payments"):
        incremental(paid()[0])


@pytest.mark.parametrize(
    ("cost", "users", "likely", "low", "high", "unbounded", "key"),
    [
        (1000, Range(50, 20, 80), 20, 12.5, 50, False, "each"),
        (1000, Range(50, 0, 100), 20, 10, None, True, "unbounded"),
        (1000, Range(50, -10, 100), 20, 10, None, True, "unbounded"),
        (1000, Range(0, -50, 50), None, 20, None, True, "at_least"),
        (1000, Range(-10, -50, 40), None, 25, None, True, "at_least"),
        (1000, Range(-50, -80, -20), None, None, None, True, "no_users"),
        (0, Range(50, 20, 80), None, None, None, False, "nothing"),
        (None, Range(50, 20, 80), None, None, None, False, "unknown"),
        (math.nan, Range(50, 20, 80), None, None, None, False, "unknown"),
        (-5, Range(50, 20, 80), None, None, None, False, "negative"),
    ],
)
def test_the_cost_for_each_person_won(cost, users, likely, low, high, unbounded, key):
    found = cost_per_user(cost, users)
    expected = [math.nan if each is None else each for each in (likely, low, high)]
    assert [found.likely, found.low, found.high] == pytest.approx(expected, nan_ok=True)
    assert (found.unbounded, found.finding.key) == (unbounded, f"effect.cost.{key}")
    assert say([found.finding])


def test_the_return_is_what_came_in_more_against_the_cost():
    effect, difference = paid()
    found = return_on_cost(effect, 1000)
    assert found.gain == pytest.approx(600 * difference)
    assert found.net == pytest.approx(600 * difference - 1000)
    assert found.ratio == pytest.approx(found.net / 1000)
    assert [found.low, found.high] == pytest.approx([(600 * each - 1000) / 1000 for each in (effect.low, effect.high)])
    assert say([found.finding])


@pytest.mark.parametrize(("errors", "chance"), [(0.0, 0.5), (1.0, 0.1587), (-1.959964, 0.975)])
def test_the_chance_of_a_return_by_the_normal_table(errors, chance):
    # A cost that lies so many standard errors above what came in.
    effect, _ = paid()
    cost = 600 * (effect.difference + errors * effect.standard_error)
    assert return_on_cost(effect, cost).p_positive == pytest.approx(chance, abs=5e-5)


@pytest.mark.parametrize(("cost", "key"), [(0, "return.free"), (None, "cost.unknown"), (-1, "cost.negative")])
def test_without_a_cost_there_is_no_return(cost, key):
    found = return_on_cost(paid()[0], cost)
    assert math.isnan(found.ratio)
    assert found.finding.key == f"effect.{key}"
    assert math.isfinite(found.gain)
    assert say([found.finding])


def test_where_everybody_paid_the_same_there_is_a_return_without_an_interval():
    rows = [row("control", 600, 60), row("card", 600, 120)]
    rows += [
        sums_of(arm, "payments", np.full(600, value), np.zeros(600)) for arm, value in (("control", 1.0), ("card", 2.0))
    ]
    found = return_on_cost(effects(*rows).others[0], 100)
    assert found.net == pytest.approx(500)
    assert math.isnan(found.p_positive)
    assert say([found.finding]) == [
        "In the time people had, takings moved by 600.0, at a cost of 100: 500.0 in all, which is +500.0 % of the "
        "cost. How sure that is cannot be told."
    ]


def test_the_return_of_a_share_is_an_error_that_says_so():
    with pytest.raises(ValueError, match="not on goal"):
        return_on_cost(effects(row("control", 500, 50), row("card", 500, 100)).effects[0], 10)


def test_what_went_to_people_who_never_used_the_product():
    found = wasted(61_000, 4000, 1000)
    assert (found.share, found.cost) == (0.25, 15_250)
    assert math.isnan(wasted(None, 4000, 1000).cost)
    assert wasted(None, 4000, 1000).share == 0.25
    assert math.isnan(wasted(100, 0, 0).share)
    assert say(each.finding for each in (found, wasted(None, 4000, 1000), wasted(100, 0, 0)))


# Later ----------------------------------------------------------------------------------------------------


def daily(treated, control, n=1000, left=None) -> pd.DataFrame:
    """Cumulated people by day since exposure, who are n, or on the last day those left."""
    rows = [
        {"arm": arm, "day": day, "n": left if left and day == len(counts) - 1 else n, "reached": count}
        for arm, counts in (("control", control), ("card", treated))
        for day, count in enumerate(counts)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("treated", "control", "key"),
    [
        ([100, 200, 210, 215, 220, 225], [50, 100, 110, 115, 120, 125], "kept"),
        ([100, 200, 200, 200, 200, 200], [50, 100, 140, 170, 190, 199], "made_up"),
        ([50, 101, 110, 120, 130, 140], [50, 100, 110, 120, 130, 140], "nothing_to_keep"),
        ([50, 100, 110, 115, 120, 125], [100, 200, 210, 215, 220, 225], "kept_behind"),
        ([50, 100, 140, 170, 190, 199], [100, 200, 200, 200, 200, 200], "made_up_behind"),
        ([100, 200, 200, 200, 200, 200], [50, 100, 200, 300, 400, 450], "turned"),
        ([50, 100, 200, 300, 400, 450], [100, 200, 200, 200, 200, 200], "turned_behind"),
        # 4 points lead at both ends: beyond chance of 60 and 100, not of 480 and 520 in 1,000.
        ([50, 100, 200, 300, 400, 520], [30, 60, 160, 260, 360, 480], "unclear"),
        ([30, 60, 160, 260, 360, 480], [50, 100, 200, 300, 400, 520], "unclear_behind"),
    ],
)
def test_a_lead_that_the_control_makes_up_was_only_brought_forward(treated, control, key):
    found = pull_forward(daily(treated, control), "card", window_days=2)
    assert found is not None
    assert (found.day, found.finding.key) == (5, f"effect.later.{key}")
    assert found.at_end.difference == pytest.approx((treated[1] - control[1]) / 1000)
    assert found.later.difference == pytest.approx((treated[5] - control[5]) / 1000)
    assert say([found.finding])


def test_only_days_that_everybody_has_come_to_are_counted():
    counts = [50, 100, 110, 115, 120, 125]
    found = pull_forward(daily(counts, counts, left=300), "card", window_days=2)
    assert found is not None
    assert found.day == 4


def test_later_than_two_windows_past_the_end_is_not_looked_at():
    counts = [50, 100, 110, 115, 120, 125, 130, 135]
    found = pull_forward(daily(counts, counts), "card", window_days=2)
    assert found is not None
    assert found.day == 5


@pytest.mark.parametrize(("treatment", "window"), [("card", 6), ("card", 30), ("unknown", 2)])
def test_before_there_is_a_later_day_nothing_is_said(treatment, window):
    counts = [50, 100, 110, 115, 120, 125]
    assert pull_forward(daily(counts, counts), treatment, window) is None
    assert pull_forward(daily(counts, counts).iloc[:0], treatment, window) is None


# Quality --------------------------------------------------------------------------------------------------


def joined(campaign_7, organic_7, campaign_30=(0, 0), organic_30=(0, 0)) -> pd.DataFrame:
    rows = [("campaign", *campaign_7, *campaign_30), ("organic", *organic_7, *organic_30)]
    return pd.DataFrame(rows, columns=["who", "returned_7", "entrants_7", "returned_30", "entrants_30"])


@pytest.mark.parametrize(
    ("campaign_7", "organic_7", "key"),
    [((10, 200), (60, 200), "worse"), ((60, 200), (10, 200), "better"), ((50, 200), (52, 200), "same"),
     ((3, 29), (60, 200), "few"), ((0, 0), (60, 200), "few")],
)  # fmt: skip
def test_people_it_brought_are_set_beside_those_who_came_by_themselves(campaign_7, organic_7, key):
    seven, thirty = quality(joined(campaign_7, organic_7))
    assert (seven.days, seven.finding.key) == (7, f"effect.quality.{key}")
    assert (thirty.days, thirty.finding.key) == (30, "effect.quality.few")
    assert math.isnan(thirty.campaign)
    assert say([seven.finding, thirty.finding])


def test_quality_of_a_campaign_that_brought_nobody():
    alone = joined((0, 0), (60, 200)).iloc[1:]
    seven, _ = quality(alone)
    assert (seven.campaign_n, seven.organic, seven.finding.key) == (0, 0.3, "effect.quality.few")


# By segment -----------------------------------------------------------------------------------------------


def by_value(*groups) -> pd.DataFrame:
    """Groups of: value, (treated who did it, treated), (control who did it, control)."""
    rows = []
    for value, (treated, treated_n), (control, control_n) in groups:
        rows += [
            {"value": value, **row("control", control_n, control)},
            {"value": value, **row("card", treated_n, treated)},
        ]
    return pd.DataFrame(rows)


def test_one_effect_for_all_values_by_hand():
    # Differences .1 and .3 of 100 people each; with one more of each kind shares 21/102, 11/102, 41/102 and 11/102:
    # variances of their shares, p(1 − p)/102, are .0016034, .0009433, .0023570, .0009433. Q = .2² / (.0025467 +
    # .0033003) = 6.841 on one degree of freedom.
    found = interaction(by_value(("a", (20, 100), (10, 100)), ("b", (40, 100), (10, 100))))
    assert found.p_value == pytest.approx(0.00889, abs=2e-4)
    assert (found.values, found.left_out, found.finding.key) == (2, 0, "effect.interaction.differs")
    assert found.by_value["difference"].tolist() == pytest.approx([0.1, 0.3])


def test_values_that_go_together_are_told_so_and_small_ones_left_out():
    found = interaction(by_value(("s", (1, 10), (0, 10)), ("a", (20, 100), (10, 100)), ("b", (60, 300), (33, 300))))
    assert (found.values, found.left_out, found.finding.key) == (2, 1, "effect.interaction.same")
    assert found.by_value["value"].tolist() == ["b", "a", "s"]
    assert say([found.finding])


@pytest.mark.parametrize(
    "groups", [[], [("a", (20, 100), (10, 100))], [("a", (20, 100), (0, 0)), ("b", (2, 100), (1, 100))]]
)
def test_one_value_or_none_cannot_differ(groups):
    found = interaction(by_value(*groups) if groups else by_value(("a", (1, 1), (0, 1))).iloc[:0])
    assert math.isnan(found.p_value)
    assert found.finding.key == "effect.interaction.cannot"
    assert len(found.by_value) == len(groups)
    assert say([found.finding])


def test_several_treatments_are_taken_together_unless_one_is_named():
    own = by_value(("a", (20, 100), (10, 100)), ("b", (40, 100), (10, 100)))
    more = pd.concat([own, own[own["arm"] == "card"].assign(arm="letter", sum_y=10.0)])
    assert interaction(more, "card").by_value["treated"].tolist() == pytest.approx([0.2, 0.4])
    together = interaction(more).by_value
    assert together["treated"].tolist() == pytest.approx([0.15, 0.25])
    assert together["treated_n"].tolist() == [200, 200]


def test_where_nothing_differs_1_in_20_is_called_different():
    rng = np.random.default_rng(8)
    called = []
    for _ in range(300):
        groups = [(str(value), (rng.binomial(400, 0.13), 400), (rng.binomial(400, 0.08), 400)) for value in range(5)]
        called.append(interaction(by_value(*groups)).p_value < 0.05)
    assert np.mean(called) == pytest.approx(0.05, abs=0.03)


# Before and after -----------------------------------------------------------------------------------------


def days(before, during, after=0, start="2026-01-05", last="2026-01-11") -> pd.DataFrame:
    every = pd.date_range("2025-12-01", "2026-02-01")
    counts = np.where(every < start, before, np.where(every <= last, during, after))
    return pd.DataFrame({"day": every, "active": 7, "reached": counts})


def seen(table: pd.DataFrame, until: str = "2026-03-01") -> BeforeAfter:
    return before_after(table, pd.Timestamp("2026-01-05").date(), pd.Timestamp("2026-01-11").date(),
                        pd.Timestamp(until).date())  # fmt: skip


def test_days_before_during_and_after_are_described():
    found = seen(days(10, 15, 8))
    assert [found.before, found.during, found.after, found.change] == pytest.approx([10, 15, 8, 0.5])
    assert (found.days_before, found.days_during, found.days_after) == (28, 7, 21)
    assert say([found.finding]) == [
        "During it 15 people a day came to the goal, 50.0 % more than on the same weekdays before (10). "
        "That alone does not say why."
    ]


def test_a_campaign_of_a_week_end_is_set_beside_week_ends():
    table = days(10, 30, 8, start="2026-01-10")
    is_week_end = table["day"].dt.day_of_week >= 5
    table.loc[is_week_end & (table["day"] < "2026-01-10"), "reached"] = 40
    found = before_after(table, pd.Timestamp("2026-01-10").date(), pd.Timestamp("2026-01-11").date(), AFTER)
    assert found.before == 40
    assert found.change == pytest.approx(-0.25)


def test_a_weekday_weighs_as_often_as_the_campaign_has_it():
    # From a Saturday to the next: before it Saturdays had 80, other days 10: (2 · 80 + 6 · 10) / 8.
    table = days(10, 30, start="2026-01-10", last="2026-01-17")
    table.loc[(table["day"].dt.day_of_week == 5) & (table["day"] < "2026-01-10"), "reached"] = 80
    found = before_after(table, pd.Timestamp("2026-01-10").date(), pd.Timestamp("2026-01-17").date(), AFTER)
    assert found.before == pytest.approx(27.5)


@pytest.mark.parametrize(
    ("table", "until", "key"),
    [
        (days(0, 5), "2026-03-01", "new.reached"),
        (days(0, 0), "2026-03-01", "nobody.reached"),
        (days(4, 4), "2026-03-01", "same.reached"),
        (days(4, 3), "2026-03-01", "lower.reached"),
        (days(4, 4), "2026-01-05", "nothing"),
        (days(4, 4).iloc[:0], "2026-03-01", "nothing"),
        (days(4, 4).assign(reached=np.nan), "2026-03-01", "same.active"),
    ],
)
def test_what_before_and_after_say(table, until, key):
    found = seen(table, until)
    assert found.finding.key == f"effect.before.{key}"
    assert say([found.finding])


def test_days_that_were_mixed_up_are_put_right():
    table = pd.DataFrame({"day": pd.date_range("2026-01-01", periods=20), "active": range(20), "reached": range(20)})
    first, last = pd.Timestamp("2026-01-10").date(), pd.Timestamp("2026-01-14").date()
    found = before_after(table, last, first, AFTER)
    assert (found.days_before, found.days_during, found.days_after) == (9, 5, 6)
    assert found == before_after(table, first, last, AFTER)


def test_only_days_that_the_data_cover_are_counted():
    assert seen(days(10, 15), until="2026-01-08").days_during == 3


def test_what_the_whole_campaign_did_is_all_its_treatments_as_one_against_the_control():
    # (120 + 80) of (600 + 400) against 60 of 600: .2 − .1, and 100 people won.
    rows = table(row("control", 600, 60), row("card", 600, 120), row("mail", 400, 80))
    found = together(rows, "goal")
    assert found is not None
    assert (found.treated_n, found.control_n) == (1000, 600)
    assert found.difference == pytest.approx(0.1)
    assert incremental(found).likely == pytest.approx(100)
    assert found.q_value == found.p_value
    assert together(table(row("card", 600, 120)), "goal") is None
    assert together(rows, "payments") is None


def test_while_people_still_come_the_whole_campaign_is_aimed_at_all_assigned():
    rows = table(row("control", 600, 60), row("card", 600, 120), row("mail", 400, 80))
    arms = pd.DataFrame({"arm": ["control", "card", "mail"], "assigned": [1200, 1200, 800]})
    early, whole = together(rows, "goal", arms, early=True), together(rows, "goal")
    assert early is not None and whole is not None
    assert early.is_early and math.isnan(early.p_value)
    assert early.low < whole.low < whole.high < early.high
