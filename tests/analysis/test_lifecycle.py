"""Growth accounting and what is reckoned from it, by hand and against a plain count of people."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis import lifecycle
from analysis.finding import Finding
from analysis.lifecycle import Figure
from analysis.stage import Assessment, Verdict

NONE = np.nan
STATES = ("new", "retained", "resurrected", "dormant")
MONDAYS = pd.date_range("2024-01-01", periods=60, freq="W-MON")


def growth(*weeks: tuple[float, float, float, float]) -> pd.DataFrame:
    """lifecycle/growth: new, retained, resurrected, dormant of each week; a missing dormant is a running week."""
    rows = [
        {"period": week, "state": state, "users": users, "is_complete": not np.isnan(counts[3])}
        for week, counts in zip(MONDAYS, weeks, strict=False)
        for state, users in zip(STATES, counts, strict=True)
    ]
    return pd.DataFrame(rows, columns=["period", "state", "users", "is_complete"])


#                  new  ret  res  dormant
WEEKS = growth((10, 0, 0, 0), (4, 6, 0, 4), (2, 7, 3, 3), (1, 5, 0, NONE))


def test_every_figure_of_a_period_is_reckoned_from_the_periods_before_it():
    found = lifecycle.accounts(WEEKS)
    expected = {
        "active": [10, 10, 12, 6],
        "before": [0, 10, 10, 12],
        "pool": [0, 0, 4, 4],  # ever active so far: 0, 10, 14, 16
        "net": [10, 0, 2, NONE],
        "quick_ratio": [NONE, 1, 5 / 3, NONE],
        "churn": [NONE, 0.4, 0.3, NONE],
        "retention": [NONE, 0.6, 0.7, NONE],
        "resurrection": [NONE, NONE, 0.75, NONE],
    }
    assert found["is_complete"].tolist() == [True, True, True, False]
    assert found["period"].tolist() == MONDAYS[:4].tolist()
    for name, values in expected.items():
        assert found[name].tolist() == pytest.approx(values, nan_ok=True), name


def test_no_periods_have_no_accounts():
    empty = lifecycle.accounts(growth())
    assert len(empty) == 0
    figures = lifecycle.pooled(empty, empty)
    assert all(np.isnan([each.value, each.size, each.low]).all() and each.beyond is None for each in figures.values())


people_and_weeks = st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=1, max_size=12)


def states_of(people: list[list[bool]]) -> list[tuple[int, int, int, int]]:
    """New, retained, resurrected and dormant of each week, one person at a time."""
    weeks = []
    for week in range(6):
        counts = dict.fromkeys(STATES, 0)
        for person in people:
            before = week > 0 and person[week - 1]
            if person[week]:
                counts["retained" if before else "resurrected" if any(person[:week]) else "new"] += 1
            elif before:
                counts["dormant"] += 1
        weeks.append((counts["new"], counts["retained"], counts["resurrected"], counts["dormant"]))
    return weeks


@settings(max_examples=40, derandomize=True, database=None, deadline=None)
@given(people=people_and_weeks, chance=st.randoms(use_true_random=False))
def test_accounts_are_those_of_a_plain_count_in_any_order_of_rows(people: list[list[bool]], chance: Any) -> None:
    states = growth(*states_of(people))
    order = chance.sample(range(len(states)), len(states))
    found = lifecycle.accounts(states.iloc[order])
    for week in range(6):
        row = found.iloc[week]
        active = [person for person in people if person[week]]
        before = [person for person in people if week and person[week - 1]]
        pool = [person for person in people if any(person[:week]) and not person[week - 1]]
        assert (row["active"], row["before"], row["pool"]) == (len(active), len(before), len(pool))
        assert row["net"] == len(active) - len(before)
        if before:
            assert row["churn"] + row["retention"] == pytest.approx(1)
        else:
            assert np.isnan([row["churn"], row["retention"]]).all()
        back = [person for person in pool if person[week]]
        assert row["resurrection"] == pytest.approx(len(back) / len(pool) if pool else NONE, nan_ok=True)


# Against the period compared with -------------------------------------------------------------------------


def test_a_rate_is_pooled_and_the_running_period_left_out():
    found = lifecycle.accounts(WEEKS)
    figures = lifecycle.pooled(found.iloc[1:], found.iloc[:0])
    values = {name: (each.above, each.below, each.value) for name, each in figures.items()}
    assert values == {
        "quick_ratio": (9, 7, pytest.approx(9 / 7)),
        "churn": (7, 20, 0.35),
        "retention": (13, 20, 0.65),
        "resurrection": (3, 4, 0.75),
    }
    assert {each.beyond for each in figures.values()} == {None}


def test_a_rates_change_from_one_period_to_one_has_newcombes_interval():
    # Newcombe (1998), table II, example (a), method 10: 56/70 − 48/80 is .2, from .0524 to .3339.
    now, before = (
        lifecycle.accounts(growth((people, 0, 0, 0), (0, people - gone, 0, gone))).iloc[1:]
        for people, gone in ((70, 56), (80, 48))
    )
    churn = lifecycle.pooled(now, before)["churn"]
    assert (churn.value, churn.before) == (0.8, 0.6)
    assert (churn.size, churn.low, churn.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert churn.beyond is True


def rates(gone: list[int], people: int = 1000) -> pd.DataFrame:
    """Weeks of so many active before each, of whom so many went quiet; as many new ones take their place."""
    states = [(people, 0, 0, 0), *((each, people - each, 0, each) for each in gone)]
    return lifecycle.accounts(growth(*states)).iloc[1:]


def test_a_rate_that_sways_from_week_to_week_is_not_beyond_noise_though_many_people_count():
    # Weekly churn sways by 6 points around .25 and .28; by persons alone 3 points of 8,000 would be beyond chance.
    swaying = [190, 310, 250, 220, 280, 310, 190, 250]
    now, before = rates([each + 30 for each in swaying]), rates(swaying)
    churn = lifecycle.pooled(now, before)["churn"]
    assert churn.size == pytest.approx(0.03)
    # By hand: both sides have the sample sd √(.0162/7) = .0481 over 8 weeks; 2.145 · .0481 · √(2/8) = .0516.
    assert (churn.low, churn.high) == pytest.approx((0.03 - 0.0516, 0.03 + 0.0516), abs=5e-5)
    assert churn.beyond is False


def test_a_rate_that_hardly_sways_keeps_at_least_chance_by_person():
    now, before = rates([280, 281] * 4), rates([250, 249] * 4)
    churn = lifecycle.pooled(now, before)["churn"]
    # By hand for 2244/8000 − 1996/8000: .031 ± 1.96 · √(.28·.72/8000 + .25·.75/8000), that is ± .0137.
    assert (churn.low, churn.high) == pytest.approx((0.0173, 0.0447), abs=1e-4)
    assert churn.beyond is True


def test_two_weeks_on_a_side_leave_no_spread_to_judge_a_rate_by():
    churn = lifecycle.pooled(rates([280, 300]), rates([250, 240]))["churn"]
    assert np.isnan(churn.low) and churn.beyond is None


def blocks(daily: list[float], days: int) -> pd.DataFrame:
    """Days in blocks of one height each."""
    each = np.repeat(daily, days)
    return pd.DataFrame({"daily": each, "weekly": each, "monthly": np.full(len(each), 1000.0)})


def test_a_means_change_is_a_share_with_welchs_interval_over_whole_weeks():
    found = lifecycle.averages(blocks([10, 12, 14], 7), blocks([7, 8, 9], 7))["daily"]
    assert (found.value, found.before, found.size) == (12, 8, 0.5)
    # R = 12/8 − 1, var = (4/3)/8² + 12²·(1/3)/8⁴ = .0208333 + .0117188, degrees (Σv)²/(Σv²/2) = 3.7093
    reach = float(stats.t.ppf(0.975, 3.7093)) * 0.0325521**0.5
    assert (found.low, found.high) == pytest.approx((0.5 - reach, 0.5 + reach), abs=1e-4)
    assert found.beyond is False


def test_a_shares_change_over_days_is_welchs_over_blocks_as_long_as_the_window():
    now, before = [100.0, 120, 140], [70.0, 80, 90]
    found = lifecycle.averages(blocks(now, 28), blocks(before, 28))["stickiness"]
    expected = stats.ttest_ind(np.array(now) / 1000, np.array(before) / 1000, equal_var=False).confidence_interval()
    assert (found.value, found.before) == pytest.approx((0.12, 0.08))
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_the_quick_ratio_is_judged_by_its_spread_over_periods():
    # Lost are always 10, so the ratio's spread is that of the mean of gained / 10.
    now, before = [8.0, 10, 12], [18.0, 20, 22]
    one, other = (
        lifecycle.accounts(growth((100, 0, 0, 0), *((gained, 90, 0, 10) for gained in each))).iloc[1:]
        for each in (now, before)
    )
    found = lifecycle.pooled(one, other)["quick_ratio"]
    assert (found.value, found.before, found.size) == (1, 2, -0.5)
    # var = (.04/3)/2² + 1²·(.04/3)/2⁴ = .0033333 + .0008333, degrees .0041667²/(.0033333²/2 + .0008333²/2) = 2.9412
    reach = float(stats.t.ppf(0.975, 2.9412)) * 0.0041667**0.5
    assert (found.low, found.high) == pytest.approx((-0.5 - reach, -0.5 + reach), abs=1e-4)
    assert found.beyond is True


@pytest.mark.parametrize(
    ("now", "before", "value", "size"),
    [
        ([10, 12], [7, 8, 9], 11, 0.375),  # two weeks have no spread worth the name
        ([10, 12, 14], [], 12, NONE),
        ([10, 12, 14], [0, 0, 0], 12, NONE),  # from 0 there is no percentage
        ([], [7, 8, 9], NONE, NONE),
    ],
)
def test_where_too_little_is_known_nothing_is_called_noise_or_more(now, before, value, size):
    found = lifecycle.averages(blocks(now, 7), blocks(before, 7))["daily"]
    assert (found.value, found.size) == pytest.approx((value, size), nan_ok=True)
    assert found.beyond is None


def test_figures_that_never_vary_and_differ_are_not_called_noise():
    found = lifecycle.averages(blocks([5, 5, 5], 7), blocks([4, 4, 4], 7))["daily"]
    assert found.size == 0.25
    assert found.beyond is None


@pytest.mark.parametrize(("low", "high", "beyond"), [(0.1, 0.2, True), (-0.2, -0.1, True), (-0.1, 0.1, False)])
def test_a_change_is_beyond_noise_where_its_interval_leaves_out_0(low, high, beyond):
    assert Figure("churn", "rate", 0.3, 3, 10, 0.2, 0.1, low, high).beyond is beyond


def test_actives_stand_side_by_side_and_stickiness_is_missing_over_nobody():
    days = [date(2024, 1, 1), date(2024, 1, 2)]
    rows = [(days[1], 28, 8), (days[0], 1, 0), (days[0], 28, 0), (days[0], 7, 0), (days[1], 7, 6), (days[1], 1, 2)]
    table = pd.DataFrame(rows, columns=["day", "window_days", "users"]).astype({"day": "datetime64[s]"})
    found = lifecycle.rolling(table)
    assert found["daily"].tolist() == [0, 2]
    assert found["weekly"].tolist() == [0, 6]
    assert found["monthly"].tolist() == [0, 8]
    assert found["stickiness"].tolist() == pytest.approx([NONE, 0.25], nan_ok=True)


def test_rows_of_a_period_are_those_that_begin_in_it():
    found = lifecycle.within(lifecycle.accounts(WEEKS), date(2024, 1, 2), date(2024, 1, 22))
    assert found["period"].tolist() == MONDAYS[1:3].tolist()


@pytest.mark.parametrize(
    ("weeks", "key", "figures"),
    [
        ([(4, 6, 0, 4), (2, 7, 3, 3)], "more", {"new": 6, "resurrected": 3, "dormant": 7, "net": 2}),
        ([(0, 6, 0, 4)], "fewer", {"new": 0, "resurrected": 0, "dormant": 4, "net": 4}),
        ([(4, 6, 0, 4)], "even", {"new": 4, "resurrected": 0, "dormant": 4, "net": 0}),
        ([(1, 5, 0, NONE)], "nothing", {}),
        ([], "nothing", {}),
    ],
)
def test_the_balance_says_what_is_left_of_who_came_and_went(weeks, key, figures):
    assert lifecycle.balance(lifecycle.accounts(growth(*weeks))) == Finding(f"lifecycle.balance.{key}", figures)


# How often, how long ago ----------------------------------------------------------------------------------


def active_days(*rows: tuple[int, int, int, bool]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["week", "days", "users", "is_complete"])
    return table.assign(period=MONDAYS[table["week"].to_numpy()] if len(table) else [])


def test_active_days_are_shared_out_over_the_complete_periods():
    now = active_days((0, 1, 3, True), (0, 2, 1, True), (1, 1, 1, True), (1, 2, 3, True), (2, 1, 50, False))
    found = lifecycle.habit(now, active_days((0, 1, 3, True), (0, 2, 0, True)))
    assert found.table["days"].tolist() == [1, 2]
    assert found.table["users"].tolist() == [4, 4]
    assert found.table["share"].tolist() == [0.5, 0.5]
    assert found.table["before"].tolist() == [1, 0]
    assert (found.mean, found.before) == (1.5, 1.0)


def test_without_a_whole_period_nobody_has_a_habit():
    found = lifecycle.habit(active_days((2, 1, 50, False)), active_days())
    assert len(found.table) == 0
    assert np.isnan([found.mean, found.before]).all()


@pytest.mark.parametrize(
    ("weeks", "rows"),
    [
        ({0: 9}, []),
        ({0: 9, 1: 2, 3: 2}, [(1, 1, 2), (2, 2, 0), (3, 3, 2)]),
        (
            {12: 1, 13: 2, 25: 4, 26: 8, 51: 16},
            [*((week, week, 0) for week in range(1, 12)), (12, 12, 1), (13, 25, 6), (26, 51, 24)],
        ),
        (
            {0: 7, 52: 1, 104: 3},
            [*((week, week, 0) for week in range(1, 13)), (13, 25, 0), (26, 51, 0), (52, NONE, 4)],
        ),
    ],
)
def test_silence_has_a_bar_a_week_and_then_wider_ones(weeks, rows):
    longest = max(weeks)
    table = pd.DataFrame({"weeks": range(longest + 1), "users": [weeks.get(week, 0) for week in range(longest + 1)]})
    found = lifecycle.silence(table)
    assert found["first"].tolist() == [first for first, _, _ in rows]
    assert found["last"].tolist() == pytest.approx([last for _, last, _ in rows], nan_ok=True)
    assert found["users"].tolist() == [users for *_, users in rows]
    assert not len(found) or found["share"].sum() == pytest.approx(1)


# The stage ------------------------------------------------------------------------------------------------


def assessed(*stages: str, since: int = 0, active: float = 100.0, slope: float = 0.0) -> Assessment:
    count = len(stages)
    history = pd.DataFrame(
        {
            "week": MONDAYS[:count],
            "stage": stages,
            "active": [active] * count,
            "slope": [slope] * count,
            "quick_ratio": [1.5] * count,
        }
    )
    when = MONDAYS[since].date() if count else None
    stage: Any = stages[-1] if count else "design"
    return Assessment(history, Verdict(stage, None, when, 0.9, Finding("stage.sure.fairly")))


def test_weeks_in_a_row_with_one_stage_are_one_run():
    found = lifecycle.runs(assessed("growth", "growth", "decline", "growth").history)
    rows = list(zip(found["stage"], found["first"].dt.day, found["last"].dt.day, found["weeks"], strict=True))
    assert rows == [("growth", 1, 8, 2), ("decline", 15, 15, 1), ("growth", 22, 22, 1)]
    assert len(lifecycle.runs(assessed().history)) == 0


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        (assessed("growth", "decline", since=1), False),
        (assessed("growth", "growth", since=1), True),
        (assessed("decline", "decline", since=0), True),
    ],
)
def test_verdicts_differ_by_stage_or_by_the_week_it_began(other, differs):
    assert lifecycle.differs(assessed("growth", "decline", since=1), other) is differs


def test_values_are_told_the_largest_first_with_their_slope_a_year():
    found = lifecycle.by_value(
        {
            "small": assessed("growth", active=5, slope=0.01),
            "none": assessed(),
            "b": assessed("decline", active=50, slope=-0.01),
            "a": assessed("growth", active=50),
        }
    )
    assert found["value"].tolist() == ["a", "b", "small", "none"]
    assert found["active"].tolist() == pytest.approx([50, 50, 5, NONE], nan_ok=True)
    # e^(52 · .01) − 1 and e^(−52 · .01) − 1
    assert found["per_year"].tolist() == pytest.approx([0, -0.40548, 0.68203, NONE], abs=1e-5, nan_ok=True)
    assert found["stage"].tolist() == ["growth", "decline", "growth", "design"]
    assert found["since"].tolist() == [date(2024, 1, 1)] * 3 + [None]
