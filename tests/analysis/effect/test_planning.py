"""The next campaign, and how good our promises were."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.effect import Sums, holdouts, mde_if_all, needed_per_arm, plan, score, share_variance, variance_of
from tests.analysis.effect.campaigns import say


def test_people_and_days_for_a_wished_effect_by_hand():
    # 2.80² · .1 · .9 / .02² · (1/.5 + 1/.5) = 7,056 in all; at 500 a day 14.1 days.
    found = plan(share_variance(0.1), 0.02, 500)
    assert (found.treated, found.held_out, found.people, found.days) == (3528, 3528, 7056, 15)
    assert say([found.finding])[0].endswith("They come within 15 days.")


def test_a_small_holdout_takes_more_people_in_all_and_leaves_fewer_out():
    # 2.80² · .09 / .0004 · (1/.1 + 1/.9) = 19,600: 1,960 held out and 17,640 treated.
    found = plan(share_variance(0.1), 0.02, 500, held_out=0.1)
    assert (found.held_out, found.treated) == (1960, 17640)


@pytest.mark.parametrize(("variance", "effect"), [(0, 0.02), (0.09, 0), (math.nan, 0.02), (0.09, math.nan)])
def test_a_plan_without_numbers_says_what_is_missing(variance, effect):
    found = plan(variance, effect, 500)
    assert math.isnan(found.people)
    assert found.finding.key == "effect.plan.cannot"
    assert say([found.finding])


@pytest.mark.parametrize("arrivals", [0, -3, math.nan])
def test_where_nobody_arrives_there_are_people_and_no_days(arrivals):
    found = plan(0.09, 0.02, arrivals)
    assert (found.people, found.finding.key) == (7056, "effect.plan.people")
    assert math.isnan(found.days)
    assert say([found.finding])


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5])
def test_a_holdout_of_nobody_or_all_is_an_error_that_says_so(share):
    for ask in (lambda: plan(0.09, 0.02, 10, share), lambda: mde_if_all(0.09, 10, share),
                lambda: holdouts(0.09, 10, 0.1, [share])):  # fmt: skip
        with pytest.raises(ValueError, match="held_out must lie between 0 and 1"):
            ask()


def test_the_smallest_effect_if_everybody_takes_part_by_hand():
    # 2.80 · √(.09 / 10,000 · (1/.5 + 1/.5)) = .0168
    assert mde_if_all(0.09, 10_000) == pytest.approx(0.0168)
    assert math.isnan(mde_if_all(0.09, 0))
    assert math.isnan(mde_if_all(0, 10_000))


def test_what_people_did_before_takes_its_part_off_the_variance():
    # y = 1, 2, 3, 6 on x = 0, 1, 2, 3: Σ(y − 3)² = 14, Σ(x − 1.5)² = 5, Σ(x − 1.5)(y − 3) = 8: (14 − 64/5) / 3 = .4
    assert variance_of(Sums(4, 12, 50, 6, 14, 26)) == pytest.approx(0.4)
    # Nobody did anything before: 14 / 3.
    assert variance_of(Sums(4, 12, 50)) == pytest.approx(14 / 3)
    assert math.isnan(variance_of(Sums(1, 3, 9)))


def test_what_a_holdout_costs_and_buys():
    five, ten, twenty = holdouts(0.09, 20_000, 0.03)
    assert [(each.share, each.held_out) for each in (five, ten, twenty)] == [(0.05, 1000), (0.1, 2000), (0.2, 4000)]
    assert [each.forgone for each in (five, ten, twenty)] == pytest.approx([30, 60, 120])
    # 2.80 · √(.09 / 20,000 · (1/h + 1/(1 − h)))
    assert [each.mde for each in (five, ten, twenty)] == pytest.approx([0.02725, 0.01980, 0.01485], abs=5e-6)
    assert [each.sees_expected for each in holdouts(0.09, 20_000, 0.02)] == [False, True, True]
    assert say(each.finding for each in (five, *holdouts(0.09, 20_000, 0.02)))


def test_without_an_expected_effect_a_holdout_has_no_known_cost():
    found = holdouts(0.09, 20_000, math.nan)[0]
    assert math.isnan(found.forgone)
    assert (found.sees_expected, found.finding.key) == (None, "effect.holdout.unknown")
    assert say([found.finding])


def test_of_nobody_nobody_is_held_out():
    found = holdouts(0.09, 0, 0.02)[0]
    assert found.held_out == 0
    assert math.isnan(found.mde)
    assert say([found.finding])


@given(st.floats(0.02, 0.98), st.floats(0.005, 0.3))
def test_equal_groups_of_a_plan_are_those_needed(p, effect):
    assert plan(share_variance(p), effect, 10).treated == pytest.approx(needed_per_arm(p, effect), abs=1)


@given(st.integers(100, 10**7), st.floats(0.02, 0.49))
def test_a_larger_holdout_sees_smaller_effects_and_costs_more(eligible, share):
    smaller, larger = holdouts(0.2, eligible, 0.05, [share, share + 0.01])
    assert larger.mde < smaller.mde
    assert larger.forgone >= smaller.forgone


# Promised and got -----------------------------------------------------------------------------------------


def promises(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["low", "likely", "high", "got"]).assign(campaign_id=range(len(rows)))


FIVE = [(0.02, 0.06, 0.08, 0.03), (0.01, 0.02, 0.03, 0.02), (0.05, 0.1, 0.2, 0.04), (0.03, 0.042, 0.05, 0.02),
        (0.01, 0.09, 0.1, 0.03)]  # fmt: skip


def test_five_campaigns_by_hand():
    # In range: the first, second and fifth. Promised by got: 2, 1, 2.5, 2.1, 3; the middle one is 2.1.
    found = score(promises(*FIVE))
    assert (found.judged, found.hits) == (5, 3)
    assert [found.hit_rate, found.bias] == pytest.approx([0.6, 2.1])
    # Wilson of 3 of 5
    assert [found.low, found.high] == pytest.approx([0.2307, 0.8824], abs=5e-5)
    assert found.rows["is_hit"].tolist() == [True, True, False, False, True]
    assert say([found.finding]) == ["We promise 2.10 times what we get. 3 of 5 effects lay in the range promised."]


def test_below_five_nothing_is_shown_and_those_not_judged_do_not_count():
    four = promises(*FIVE[:4], (0.01, 0.02, 0.03, math.nan), (math.nan, 0.02, 0.03, 0.02))
    found = score(four)
    assert (found.judged, found.is_shown) == (4, False)
    assert math.isnan(found.hit_rate)
    assert math.isnan(found.bias)
    assert found.rows["is_hit"].isna().tolist() == [False] * 4 + [True] * 2
    assert say([found.finding])[0].startswith("4 campaigns with a forecast have been measured")
    assert score(promises().astype(float)).judged == 0


def test_what_brought_nothing_was_promised_infinitely_more():
    two_lost = [*FIVE[:3], (0.01, 0.05, 0.09, 0.0), (0.01, 0.05, 0.09, -0.02)]
    assert score(promises(*two_lost)).bias == pytest.approx(2.5)
    assert score(promises(*two_lost)).rows["ratio"].isna().sum() == 2
    three_lost = [*two_lost[1:], (0.01, 0.05, 0.09, 0.0)]
    found = score(promises(*three_lost))
    assert math.isnan(found.bias)
    assert found.finding.key == "effect.score.nothing"
    assert say([found.finding])


@pytest.mark.parametrize(("got", "key", "times"), [(0.05, "right", 1), (0.2, "too_little", 4), (0.025, "too_much", 2)])
def test_which_way_we_promise_wrong(got, key, times):
    found = score(promises(*[(0.01, 0.05, 0.09, got)] * 5))
    assert found.finding.key == f"effect.score.{key}"
    assert found.finding.figures["times"] == pytest.approx(times)
    assert say([found.finding])


@pytest.mark.parametrize(("got", "hits"), [(0.02, 5), (0.08, 5), (0.019, 0), (0.081, 0)])
def test_both_ends_of_a_forecast_belong_to_it(got, hits):
    assert score(promises(*[(0.02, 0.05, 0.08, got)] * 5)).hits == hits


def test_a_forecast_upside_down_is_an_error_that_says_so():
    with pytest.raises(ValueError, match=r"low is above high in a forecast: 0\.3 and 0\.1"):
        score(promises((0.3, 0.2, 0.1, 0.2)))


def test_the_table_given_is_left_alone():
    table = promises(*FIVE)
    before = table.copy()
    score(table)
    pd.testing.assert_frame_equal(table, before)
