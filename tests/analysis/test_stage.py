"""The stage of a product: against products whose stage is known, by hand, and on input that says nothing."""

import time
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.power import power
from analysis.stage import Assessment, assess, assess_each, wide
from analysis.verdicts import State, follow
from config import phrases
from config.stages import StageRules
from tests.analysis.products import FIRST, compare, flows, simulate

RULES = StageRules()
COLUMNS = ["week", "new", "retained", "resurrected", "dormant"]


def steady(weeks: int, slope: float, start: float = 1000, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """Weekly actives that change by the same share each week."""
    stray = np.random.default_rng(seed).normal(0, noise, weeks)
    return np.asarray(np.round(start * np.exp(np.log1p(slope) * np.arange(weeks) + stray)))


def keys(found: Assessment, side: str | None = None) -> list[str]:
    return [each.key for each in found.now.evidence if side in (None, each.side)]


def evidence(found: Assessment, key: str):
    [one] = [each for each in found.now.evidence if each.key == key]
    return one


def judged(active, **rules) -> Assessment:
    return assess(flows(active), StageRules(**rules))


def changes(found: Assessment) -> list[tuple[str, int]]:
    """Each stage shown, and the number of the week from which it was."""
    stages = found.history["stage"].tolist()
    return [(stage, at) for at, stage in enumerate(stages) if at == 0 or stages[at - 1] != stage]


# What it must show ----------------------------------------------------------------------------------------


def test_simulated_products_are_called_right_seldom_changed_and_hardly_ever_the_wrong_way_round():
    found = compare(200, RULES)
    ours = found.pop("ours")
    assert ours.right >= 0.78
    assert ours.changes <= 5
    assert ours.opposite < 0.005
    assert list(found) == ["week on week", "last four weeks against the four before", "year over year"]
    for name, theirs in found.items():
        assert ours.right > theirs.right + 0.05, name
        assert ours.changes < theirs.changes, name


@pytest.mark.parametrize(("noise", "correlation"), [(0.03, 0.0), (0.05, 0.3)])
def test_the_smallest_slope_that_can_be_seen_is_called_within_13_weeks_four_times_in_five(noise, correlation):
    seen = power(noise, correlation, RULES)
    for slope, stage in ((seen.growth, "growth"), (seen.decline, "decline")):
        called = []
        for seed in range(120):
            rng = np.random.default_rng(seed)
            stray = rng.normal(0, noise, 53)
            stray[1:] *= np.sqrt(1 - correlation**2)
            for week in range(1, 53):
                stray[week] += correlation * stray[week - 1]
            logs = 13 + stray + np.log1p(slope) * np.maximum(np.arange(53) - 39, 0)
            called.append(stage in judged(np.exp(logs)).history["stage"].to_numpy()[40:])
        assert np.mean(called) == pytest.approx(0.8, abs=0.13)


# The rule, by hand ----------------------------------------------------------------------------------------


def test_the_chances_of_a_week_are_those_of_students_t():
    active = steady(13, 0.012, noise=0.03, seed=3)
    line = stats.linregress(np.arange(13), np.log(active))
    left = np.log(active) - line.intercept - line.slope * np.arange(13)
    r = sum(left[at] * left[at + 1] for at in range(12)) / sum(each**2 for each in left)
    r = max((13 * r + 2) / 9, 0.0)
    error = line.stderr * ((1 + r) / (1 - r)) ** 0.5
    t = stats.t(13 * (1 - r) / (1 + r) - 2)
    growth, decline = t.sf((np.log(1.01) - line.slope) / error), t.cdf((np.log(0.99) - line.slope) / error)
    last = judged(active).history.iloc[-1]
    assert [last["p_growth"], last["p_decline"]] == pytest.approx([growth, decline])
    assert last["p_maturity"] == pytest.approx(1 - growth - decline)
    assert [last["low"], last["high"]] == pytest.approx([line.slope + side * error * t.ppf(0.975) for side in (-1, 1)])


@pytest.mark.parametrize(
    ("candidates", "stages"),
    [
        ("c g g", "c c g"),
        ("c g . g", "c c c c"),  # two in a row, not two in all
        ("c g g m g m m", "c c g g g g m"),
        ("c g g" + " ." * 12 + " m m", "c c g" + " g" * 11 + " u" + " u m"),
        ("c g g" + " ." * 11 + " m g g", "c c g" + " g" * 11 + " g g g"),  # one candidate ends the wait
    ],
)
def test_two_equal_candidates_change_the_stage_and_twelve_undecided_weeks_end_it(candidates, stages):
    names = {"c": "cold_start", "g": "growth", "m": "maturity", "u": "unknown", ".": None}
    found = follow([names[each] for each in candidates.split()], RULES)  # type: ignore[misc]
    assert [state.stage for state in found] == [names[each] for each in stages.split()]


def test_the_state_can_be_carried_on():
    before = follow(["cold_start", "growth"], RULES)
    assert follow(["growth"], RULES, before[-1]) == [State("growth", "growth", 2)]


@pytest.mark.parametrize(
    ("slope", "rules", "stage"),
    [
        (0.02, {}, "growth"),
        (0.005, {}, "maturity"),
        (0.0, {}, "maturity"),
        (-0.005, {}, "maturity"),
        (-0.02, {}, "decline"),
        (0.02, {"growth": 0.03}, "maturity"),
        (-0.02, {"growth": 0.03}, "decline"),
        (-0.02, {"decline": 0.03}, "maturity"),
        (0.005, {"growth": 0.002}, "growth"),
    ],
)
def test_a_steady_product_is_in_the_stage_of_its_slope(slope, rules, stage):
    found = judged(steady(40, slope, start=5000), **rules)
    assert changes(found) == [("cold_start", 0), (stage, 8)]  # told from week 8 on, changed by the second such week
    assert found.now.since == (FIRST + pd.Timedelta(weeks=8)).date()
    assert found.now.confidence == pytest.approx(1, abs=0.01)
    assert found.now.sure.key == "stage.sure.very"


def test_cold_start_is_left_by_the_first_hundred_and_never_entered_again():
    rising = judged(np.concatenate([np.full(20, 100), steady(20, 0.05, start=101)]))
    assert changes(rising)[:2] == [("cold_start", 0), ("maturity", 21)]
    assert changes(rising)[2][0] == "growth"
    fallen = judged(steady(60, -0.05, start=150))
    assert [stage for stage, _ in changes(fallen)] == ["cold_start", "decline"]


@pytest.mark.parametrize(
    ("acquired", "is_flat", "part"),
    [(499, None, "validation"), (500, None, "launch"), (500, True, "launch"), (500, False, "validation"),
     (499, True, "validation")],
)  # fmt: skip
def test_cold_start_is_validation_until_enough_people_came_and_retention_is_flat(acquired, is_flat, part):
    table = flows(np.full(10, 50)).assign(new=[0.0] * 9 + [acquired], retained=50, resurrected=0)
    found = assess(table, StageRules(cold_start_actives=1000), is_flat)
    assert (found.now.stage, found.now.sub_stage) == ("cold_start", part)
    assert ("stage.cold.flat" in keys(found), "stage.cold.not_flat" in keys(found)) == (
        is_flat is True,
        is_flat is False,
    )


# Laws -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_week_is_judged_by_what_was_known_at_its_end(seed):
    table = simulate(seed).weeks
    whole = assess(table, RULES).history
    for length in range(1, len(table), 7):
        cut = assess(table.iloc[:length], RULES).history
        # That the last week was an outage is known a week later.
        told = [name for name in cut if name != "is_outage"]
        pd.testing.assert_frame_equal(cut[told], whole.iloc[:length][told], check_dtype=False)


def test_the_order_of_rows_does_not_matter_and_segments_add_up():
    table = simulate(4).weeks
    whole = assess(table, RULES)
    half = table.assign(**{name: np.floor(table[name] / 2) for name in COLUMNS[1:]})
    rest = table.assign(**{name: np.ceil(table[name] / 2) for name in COLUMNS[1:]})
    parts = pd.concat([half, rest]).sample(frac=1, random_state=1)
    assert str(assess(parts, RULES)) == str(whole)
    pd.testing.assert_frame_equal(assess(parts, RULES).history, whole.history)


def test_each_value_is_judged_alone():
    ours, theirs = simulate(5).weeks.assign(value="ios"), simulate(6).weeks.assign(value="web")
    found = assess_each(pd.concat([theirs, ours]), RULES)
    assert list(found) == ["web", "ios"]
    assert found["ios"].now == assess(ours, RULES).now


def test_what_would_change_the_verdict_does_so_in_that_many_weeks():
    active = np.concatenate([steady(30, 0.03), steady(40, -0.02, start=2400)])
    found = judged(active, cold_start_actives=0)
    assert found.now.stage == "decline"
    assert [each.key for each in found.now.would_change] == ["stage.change.growth_again", "stage.change.maturity"]
    for each, slope, stage in zip(found.now.would_change, (0.02, 0.0), ("growth", "maturity"), strict=True):
        weeks = int(str(each.figures["count"]))
        ahead = np.concatenate([active, active[-1] * (1 + slope) ** np.arange(1, weeks + 1)])
        assert changes(judged(ahead, cold_start_actives=0))[-1] == (stage, len(ahead) - 1)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_any_weeks_have_a_stage_and_its_reasons(data):
    count = st.one_of(st.none(), st.integers(0, 3), st.integers(0, 100_000))
    weeks = data.draw(st.lists(st.integers(0, 80), max_size=50))
    rows = [(FIRST + pd.Timedelta(weeks=week), *(data.draw(count) for _ in range(4))) for week in weeks]
    table = pd.DataFrame(rows, columns=COLUMNS)
    found = assess(table, RULES, data.draw(st.sampled_from([None, True, False])))
    assert found.now.stage in ("design", "cold_start", "growth", "maturity", "decline", "unknown")
    assert found.now.evidence
    assert found.now.would_change
    for each in (found.now.sure, *found.now.evidence, *found.now.would_change):
        assert "{" not in str(each)
        assert "nan" not in str(each)
        assert phrases.fill("zh", each.key, **each.figures)
    chances = found.history[["p_growth", "p_maturity", "p_decline"]].to_numpy()
    known = np.isfinite(chances).all(axis=1)
    assert chances[known].sum(axis=1) == pytest.approx(np.ones(known.sum()))
    assert ((chances[known] >= 0) & (chances[known] <= 1)).all()


# Input that says little -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("active", "stage", "reason"),
    [
        ([], "design", "stage.design"),
        ([0], "design", "stage.design"),
        ([0] * 60, "design", "stage.design"),
        ([5000], "cold_start", "stage.cold.young"),
        ([5000] * 7, "cold_start", "stage.cold.young"),
        ([100] * 60, "cold_start", "stage.cold.small"),
        ([0] * 50 + [5000] * 7, "cold_start", "stage.cold.young"),
        ([5000] * 60, "maturity", "stage.slope.level"),
        ([5000, 50] * 30, "unknown", "stage.unclear"),
        ([5000] * 20 + [0] * 20, "decline", "stage.nobody"),
        ([5000] * 20 + [0] * 60, "unknown", "stage.nobody"),
    ],
)
def test_short_flat_empty_and_silent_products_have_a_stage_and_the_reason(active, stage, reason):
    found = judged(active)
    assert found.now.stage == stage
    assert reason in keys(found)
    assert len(found.history) == len(active)


def test_a_week_without_a_row_is_missing_and_not_zero():
    table = flows(steady(40, 0.02, noise=0.01))
    found = assess(table.drop(index=[35, 36]), RULES)
    assert found.now.stage == "growth"
    assert found.history["has_data"].tolist() == [week not in (35, 36) for week in range(40)]
    assert found.history["active"].isna().sum() == 2
    assert str(evidence(found, "stage.gaps")) == (
        "For 2 of the last 13 weeks there are no data; they are left out, not taken for 0."
    )


def test_weeks_of_which_only_some_counts_are_known_say_nothing_of_people_won_and_lost():
    table = flows(steady(60, 0.0))
    table.loc[40:, "retained"] = np.nan
    found = assess(table, RULES)
    assert found.now.stage == "unknown"
    assert not [key for key in keys(found) if key.startswith("stage.quick")]
    assert np.isnan(found.history["quick_ratio"].iloc[-1])


def test_a_long_silence_of_the_data_makes_the_stage_unknown():
    table = flows(steady(60, 0.0))
    gap = assess(table.drop(index=range(40, 52)), RULES).history["stage"].tolist()
    assert gap[50:52] == ["maturity", "unknown"]


def test_the_running_week_is_left_out():
    table = flows(steady(40, 0.0))
    running = table.iloc[[-1]].assign(week=table["week"].iloc[-1] + pd.Timedelta(weeks=1), new=3, retained=90)
    found = assess(pd.concat([table, running.assign(dormant=np.nan)]), RULES)
    assert len(found.history) == 40
    assert evidence(found, "stage.running").figures["week"] == running["week"].iloc[0].date()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda table: table.drop(columns="new"), "weeks has no column new, only week, retained"),
        (lambda table: table.assign(new="many"), "weeks.new must be numbers"),
        (lambda table: table.assign(new=-1), "weeks.new must be counts of people, 0 or more"),
        (lambda table: table.assign(new=np.inf), "weeks.new must be counts of people, 0 or more"),
        (lambda table: table.assign(week="someday"), "weeks.week must be days"),
        (lambda table: table.assign(week=pd.NaT), "weeks.week must not be missing"),
        (
            lambda table: table.assign(week=pd.date_range(FIRST, periods=9)),
            "weeks must all start on one day of the week",
        ),
    ],
)
def test_a_wrong_column_is_named(change, told):
    with pytest.raises(ValueError, match=told):
        assess(change(flows(np.full(9, 50))), RULES)
    with pytest.raises(ValueError, match="no column value"):
        assess_each(flows([1]), RULES)


def test_lifecycle_states_become_weeks():
    states = pd.DataFrame(
        {
            "period": np.repeat(pd.date_range("2026-01-05", periods=2, freq="7D"), 4),
            "state": ["new", "retained", "resurrected", "dormant"] * 2,
            "users": pd.array([5, 0, 0, 0, 1, 2, 3, None], dtype="Int64"),
        }
    )
    found = wide(states)
    assert found.columns.tolist() == COLUMNS
    assert found.iloc[:, 1:].to_numpy().tolist()[0] == [5, 0, 0, 0]
    assert found.iloc[1, 1:4].tolist() == [1, 2, 3]
    assert np.isnan(found["dormant"].iloc[1])
    by_value = wide(pd.concat([states.assign(value="ios"), states.assign(value="web")]))
    assert by_value["value"].tolist() == ["ios", "ios", "web", "web"]


# Evidence -------------------------------------------------------------------------------------------------


def test_the_evidence_of_a_growing_product_reads_so():
    found = judged(steady(40, 0.02, start=100_000))
    assert keys(found, "for") == ["stage.slope.rise_times", "stage.quick.growth", "stage.moves", "stage.level.highest"]
    assert keys(found, "against") == []
    assert str(evidence(found, "stage.slope.rise_times")) == (
        "Weekly actives rose 2.0\u00a0% a week over the last 13 weeks (+2.0\u00a0% to +2.0\u00a0%); "
        "that is 2.80 times as many in a year."
    )
    slow = judged(steady(40, 0.012, start=100_000))
    assert str(evidence(slow, "stage.slope.rise")).endswith("that is +85.9\u00a0% a year.")


def test_the_evidence_of_a_declining_product_reads_so():
    found = judged(np.concatenate([steady(30, 0.0, start=3000), steady(30, -0.02, start=3000)]))
    assert keys(found, "for") == ["stage.slope.fall", "stage.quick.decline", "stage.moves", "stage.level.below"]
    assert str(evidence(found, "stage.slope.fall")).endswith("that is −65.0\u00a0% a year.")
    assert str(evidence(found, "stage.moves")) == (
        "In 0 of the last 13 weeks more people were active than in the week before."
    )
    gap = evidence(found, "stage.level.below").figures
    assert (gap["highest"], gap["peak"]) == (3000, FIRST.date())
    assert gap["gap"] == pytest.approx(1 - 0.98**29, abs=0.001)


def test_a_slope_through_a_step_is_told_to_fit_badly():
    rise_and_break = [4000] * 40 + [4300, 4400, 4500, 4540, 4600, 4640, 3300, 3080, 3010, 2870, 2780, 2680, 2560, 2470]
    found = judged(rise_and_break)
    slope, wide = evidence(found, "stage.slope.fall"), evidence(found, "stage.slope.wide")
    assert slope.figures["low"] < 0 < slope.figures["high"]
    assert (wide.side, wide.figures["low"], wide.figures["high"]) == (
        "against",
        slope.figures["low"],
        slope.figures["high"],
    )
    assert "stage.slope.wide" not in keys(judged(steady(60, -0.02)))


def test_the_quick_ratio_is_added_up_over_thirteen_weeks_by_hand():
    table = flows(np.full(20, 1000)).assign(new=30, resurrected=20, dormant=40, retained=950)
    found = assess(table, RULES)
    assert found.history["quick_ratio"].iloc[-1] == pytest.approx(50 * 13 / (40 * 13))
    quick = evidence(found, "stage.quick.maturity")
    assert quick.figures == {"won": 650, "lost": 520, "weeks": 13, "ratio": 1.25}
    assert quick.side == "for"
    # 10 people a week of 1,000 are 1 %: 11 are beyond the bound.
    assert "stage.quick.growth" in keys(assess(table.assign(dormant=39), RULES), "against")


def test_people_won_and_nobody_lost_is_no_division_by_zero():
    found = assess(flows(steady(30, 0.02)).assign(dormant=0), RULES)
    assert found.history["quick_ratio"].isna().all()
    assert "stage.quick.no_loss" in keys(found, "for")


def test_a_product_that_acquires_nobody_is_told_so():
    table = flows(steady(40, -0.01))
    table.loc[20:, "resurrected"] += table.loc[20:, "new"]
    table.loc[20:, "new"] = 0
    found = assess(table, RULES)
    since = evidence(found, "stage.acquisition.none")
    assert since.figures == {"since": (FIRST + pd.Timedelta(weeks=20)).date(), "weeks": 20}
    assert str(since) == "Nobody new since 25 May 2020: this cohort is ageing, the product is not acquiring."
    assert "stage.acquisition.none" not in keys(assess(table.iloc[:23], RULES))  # three weeks are too few
    assert "stage.acquisition.none" in keys(assess(table.iloc[:24], RULES))
    never = assess(table.iloc[20:], RULES)
    assert "stage.acquisition.never" in keys(never)


def test_an_outage_is_named_and_changes_nothing():
    active = steady(60, 0.0, start=4000, noise=0.02, seed=1)
    active[50] *= 0.4
    found = judged(active)
    assert changes(found) == [("cold_start", 0), *changes(judged(np.delete(active, 50)))[1:]]
    assert found.now.stage == "maturity"
    outage = evidence(found, "stage.outage")
    assert outage.figures["week"] == (FIRST + pd.Timedelta(weeks=50)).date()
    assert outage.figures["depth"] == pytest.approx(0.6, abs=0.03)
    assert np.flatnonzero(found.history["is_outage"]).tolist() == [50]
    # To every later slope it is as if that week had no data.
    without = assess(flows(active).drop(index=50), RULES).history
    assert found.history["slope"].iloc[51:].tolist() == without["slope"].iloc[51:].tolist()


def test_an_outage_does_not_hide_a_decline():
    active = np.concatenate([steady(40, 0.0, start=4000, noise=0.01), steady(20, -0.03, start=3900, noise=0.01)])
    [*_, (stage, plain)] = changes(judged(active))
    active[46] *= 0.4
    [*_, (same, with_outage)] = changes(judged(active))
    assert (stage, same) == ("decline", "decline")
    assert abs(with_outage - plain) <= 1


def test_a_last_week_far_below_is_told_and_waits_for_the_next():
    active = steady(60, 0.0, start=4000, noise=0.02, seed=1)
    active[-1] *= 0.5
    found = judged(active)
    assert found.now.stage == "maturity"
    assert evidence(found, "stage.fell").figures["depth"] == pytest.approx(0.5, abs=0.03)
    # Half of the people gone at the end of thirteen weeks would be a slope of -2 % a week.
    assert found.history["slope"].iloc[-1] == pytest.approx(0, abs=0.004)
    # The next week is no better: it was a fall, and from then on both count.
    fallen = judged([*active, active[-1], active[-1]])
    assert "stage.fell" not in keys(fallen)
    assert fallen.history["p_maturity"].iloc[-1] < 0.5


SEASON = 0.35 * np.sin(2 * np.pi * np.arange(156) / 52)


@pytest.mark.parametrize(
    ("slope", "weeks", "season", "key"),
    [
        (0.0, 156, SEASON, "stage.season"),  # the third year's spring rises like the second's
        (0.0, 130, SEASON, "stage.season"),  # and its autumn falls
        (0.02, 156, 0 * SEASON, None),  # growing as fast as a year ago is no season
        (0.0, 100, SEASON, None),  # two years are needed
    ],
)
def test_a_slope_that_season_alone_explains_is_told(slope, weeks, season, key):
    noise = np.random.default_rng(2).normal(0, 0.01, weeks)
    found = judged(np.exp(8 + np.log1p(slope) * np.arange(weeks) + season[:weeks] + noise))
    assert ("stage.season" in keys(found)) == (key is not None)
    assert any(each.startswith("stage.year.") for each in keys(found)) == (weeks >= 104)
    if key:
        assert evidence(found, key).side == "against"
        assert evidence(found, "stage.year.level").side == "against"


def test_a_candidate_that_came_once_is_told():
    found = judged(steady(60, 0.0, start=4000), cold_start_actives=0)
    for length in range(14, 60):
        history = judged(np.concatenate([steady(30, 0.0, start=4000), steady(length - 13, 0.03, start=4120)]))
        last = history.history.iloc[-1]
        if last["candidate"] == "growth" and last["stage"] == "maturity":
            assert "stage.turning.growth" in keys(history, "against")
            assert str(history.now.would_change[0]).endswith("for 1 week.")
            break
    else:
        pytest.fail("growth was never a candidate alone")
    assert not [each for each in keys(found) if each.startswith("stage.turning")]


def test_noise_is_told_with_the_slope_it_lets_through():
    found = judged(steady(60, 0.0, start=40_000, noise=0.03, seed=4))
    facts = evidence(found, "stage.noise").figures
    assert facts["noise"] == pytest.approx(0.03, abs=0.006)
    assert facts["growth"] == pytest.approx(power(0.03, 0.1, RULES).growth, abs=0.003)
    assert facts["decline_a_year"] == pytest.approx((1 + facts["decline"]) ** 52 - 1)


def test_fifty_values_of_ten_years_are_judged_in_a_second():
    rng = np.random.default_rng(0)
    logs = 7 + np.cumsum(rng.normal(0, 0.02, (50, 520)), axis=1)
    table = pd.concat([flows(np.round(np.exp(row))).assign(value=f"v{at}") for at, row in enumerate(logs)])
    started = time.process_time()
    assert len(assess_each(table, RULES)) == 50
    assert time.process_time() - started < 1


def test_days_are_days():
    found = judged(steady(20, 0.0))
    assert isinstance(found.now.since, date)
    assert found.history["week"].dtype.kind == "M"
