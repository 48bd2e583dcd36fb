"""Named funnels: both shares of a step with intervals, where most are lost, what changed, the trend, and adoption."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from analysis import funnel
from analysis.finding import Finding
from analysis.funnel import OF_ENTRANTS, OF_STEP_BEFORE, Rules

NAN = math.nan
WEEK = 7 * 86_400
FIRST, DAILY, ANY = Rules(WEEK, "ordered", "first"), Rules(WEEK, "ordered", "daily"), Rules(WEEK, "any", "first")


def counted(entrants: int, *reached: int, pending: int = 0) -> pd.DataFrame:
    """As funnel/steps: step 1 is reached by every entrant."""
    rows = [(at, f"step {at}", entrants, count, pending) for at, count in enumerate((entrants, *reached), 1)]
    return pd.DataFrame(rows, columns=["step", "label", "entrants", "reached", "pending"])


# The steps ------------------------------------------------------------------------------------------------


def test_a_step_has_its_share_of_entrants_and_of_those_at_the_step_before():
    found = funnel.steps(counted(200, 100, 50, pending=7))
    assert found["rate"].tolist() == [1, 0.5, 0.25]
    assert found["kept"].tolist()[1:] == [0.5, 0.5]
    assert found["lost"].tolist()[1:] == [100, 50]
    assert found["loss"].tolist()[1:] == [0.5, 0.25]
    # The start is no share of anything.
    assert found[["low", "high", "kept", "kept_low", "lost", "loss"]].iloc[0].isna().all()
    # Wilson by hand: 50 of 100 is 0.5 ± 1.96·√(0.0025 + 0.00009604) / 1.038416, and 0.5 is its middle.
    assert found[["kept_low", "kept_high"]].to_numpy()[2].tolist() == pytest.approx([0.4038315, 0.5961685])
    # 100 of 200: 0.5 ± 1.96·√(0.00125 + 0.00002401) / 1.019208; as many are lost as are kept.
    for share in ("", "kept_", "loss_"):
        assert found[[f"{share}low", f"{share}high"]].to_numpy()[1].tolist() == pytest.approx([0.4313609, 0.5686391])
    assert found["pending"].tolist() == [7, 7, 7]


@pytest.mark.parametrize(
    ("reached", "steepest"),
    [
        ((90, 30, 29), [False, False, True, False]),
        # A step that keeps the smallest part of few is not where most are lost.
        ((40, 30, 1), [False, True, False, False]),
        # Of two equal falls the first.
        ((50, 50, 0), [False, True, False, False]),
        ((100, 100, 100), [False, False, False, False]),
    ],
)
def test_the_steepest_fall_is_where_most_are_lost(reached, steepest):
    assert funnel.steps(counted(100, *reached))["is_steepest"].tolist() == steepest


def test_shares_of_nobody_are_missing_and_nothing_is_steepest():
    pending = funnel.steps(counted(0, 0, 0, pending=12))
    assert pending[["rate", "low", "high", "kept", "loss"]].isna().all(axis=None)
    assert not pending["is_steepest"].any()
    # Nobody at the second step: what goes on from there is missing, what is of entrants is 0.
    emptied = funnel.steps(counted(10, 0, 0))
    assert emptied["rate"].tolist() == [1, 0, 0]
    assert emptied["kept"].tolist()[1] == 0 and math.isnan(emptied["kept"].tolist()[2])
    assert emptied["is_steepest"].tolist() == [False, True, False]


falling = some.lists(some.integers(0, 5000), min_size=2, max_size=20).map(lambda each: sorted(each, reverse=True))


@settings(max_examples=60, deadline=None)
@given(falling)
def test_shares_multiply_losses_add_up_and_every_interval_holds_its_share(reached):
    entrants = reached[0]
    table = counted(entrants, *reached[1:])
    found = funnel.steps(table)
    if not entrants:
        assert found["rate"].isna().all()
        return
    assert found["loss"].sum() == pytest.approx(1 - reached[-1] / entrants)
    kept = found["kept"].iloc[1:]
    if kept.notna().all():
        assert kept.prod() == pytest.approx(found["rate"].iloc[-1])
    for share, low, high in (
        ("rate", "low", "high"),
        ("kept", "kept_low", "kept_high"),
        ("loss", "loss_low", "loss_high"),
    ):
        held = found[found[share].notna() & found[low].notna()]
        assert (held[low] <= held[share] + 1e-12).all() and (held[share] <= held[high] + 1e-12).all()
    assert found["is_steepest"].sum() == (reached[-1] < entrants)
    pd.testing.assert_frame_equal(table, counted(entrants, *reached[1:]))


def test_values_stand_by_their_entrants_and_ties_by_name():
    tables = {"small": (10, 5), "b": (40, 10), "a": (40, 30), "none": (0, 0)}
    table = pd.concat(counted(*counts).assign(value=value) for value, counts in tables.items())
    found = funnel.by_value(table.sample(frac=1, random_state=3))
    assert found["value"].tolist() == ["a", "a", "b", "b", "small", "small", "none", "none"]
    assert found["step"].tolist() == [1, 2] * 4
    assert found["rate"].tolist()[:6] == [1, 0.75, 1, 0.25, 1, 0.5]
    assert found["rate"].isna().tolist() == [False] * 6 + [True] * 2


# What changed ---------------------------------------------------------------------------------------------


def test_a_change_is_of_both_denominators_with_newcombes_interval():
    # Newcombe (1998), table II: 56 of 70 less 48 of 80 is 0.2 (0.0524 to 0.3339).
    found = funnel.against(funnel.steps(counted(140, 70, 56)), funnel.steps(counted(100, 80, 48)))
    assert found[["step", "of"]].to_records(index=False).tolist() == [
        (2, OF_ENTRANTS), (2, OF_STEP_BEFORE), (3, OF_ENTRANTS), (3, OF_STEP_BEFORE),
    ]  # fmt: skip
    last = found.iloc[3]
    assert (last["value"], last["before"]) == (0.8, 0.6)
    assert last[["change", "low", "high"]].tolist() == pytest.approx([0.2, 0.0524, 0.3339], abs=5e-5)
    assert bool(last["beyond"])
    # Of entrants: 0.4 less 0.48.
    assert found.iloc[2]["change"] == pytest.approx(-0.08)
    assert not found.iloc[2]["beyond"]
    # At the second step both shares are of the same people.
    assert found.iloc[0]["change"] == found.iloc[1]["change"] == pytest.approx(-0.3)


def test_against_nobody_there_is_no_change():
    found = funnel.against(funnel.steps(counted(100, 50, 20)), funnel.steps(counted(0, 0, 0)))
    assert found["change"].isna().all() and not found["beyond"].any()
    assert funnel.changes(found) == []


def test_only_steps_whose_own_share_moved_beyond_chance_are_named_the_largest_first():
    # Step 2 falls from 80 % to 40 % and drags all shares of entrants after it; from 2 to 3 still half go on, and from
    # 3 to 4 nine tenths instead of one half.
    now, before = funnel.steps(counted(1000, 400, 200, 180)), funnel.steps(counted(1000, 800, 400, 200))
    assert [(each.key, each.figures) for each in funnel.changes(funnel.against(now, before))] == [
        ("funnels.against.down", {"step": 2, "size": pytest.approx(0.4), "value": 0.4}),
        ("funnels.against.up", {"step": 4, "size": pytest.approx(0.4), "value": 0.9}),
    ]
    assert funnel.changes(funnel.against(now, now)) == [Finding("funnels.against.same")]


# The answer -----------------------------------------------------------------------------------------------

LOST = {
    **{"entrants": 200, "last": 3, "rate": 0.25, "step": 2, "loss": 0.5},
    # Wilson, 50 of 200.
    **{"low": pytest.approx(0.1951, abs=1e-4), "high": pytest.approx(0.3144, abs=1e-4)},
}


@pytest.mark.parametrize(
    ("counts", "rules", "key", "figures"),
    [
        (counted(200, 100, 50), FIRST, "lost.people_ordered", LOST),
        (counted(200, 100, 50), Rules(60, "strict", "daily"), "lost.starts_ordered", LOST),
        (counted(200, 100, 50), ANY, "lost.people_any", LOST),
        (counted(4, 4, 4), DAILY, "kept.starts_ordered", None),
        (counted(0, 0, 0, pending=9), FIRST, "pending.people", {"count": 9}),
        (counted(0, 0, 0, pending=1), DAILY, "pending.starts", {"count": 1}),
        (counted(0, 0, 0), FIRST, "nobody.people", {}),
    ],
)
def test_the_answer_is_who_gets_to_the_end_and_where_most_are_lost(counts, rules, key, figures):
    found = funnel.answer(funnel.steps(counts), rules)
    assert found.key == f"funnels.answer.{key}"
    if figures is not None:
        assert found.figures == figures


def test_rules_are_read_from_a_row_of_the_list():
    row = {"funnel": "a", "position": 1, "window_seconds": 60, "step_order": "any", "entry": "daily"}
    assert Rules.of(row) == Rules(60, "any", "daily")


# Over time ------------------------------------------------------------------------------------------------


def test_a_period_is_settled_once_it_is_complete_and_nobody_in_it_is_pending():
    rows = [
        ("2026-01-05", 1, 10, 10, 0, True),
        ("2026-01-05", 2, 10, 4, 0, True),
        ("2026-01-12", 2, 8, 2, 3, True),
        ("2026-01-19", 2, 0, 0, 6, False),
        ("2026-01-26", 2, 0, 0, 0, True),
        ("2026-02-02", 2, 5, 5, 0, False),
    ]
    table = pd.DataFrame(rows, columns=["period", "step", "entrants", "reached", "pending", "is_complete"])
    found = funnel.trend(table, 2)
    assert found["period"].tolist() == ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26", "2026-02-02"]
    assert found["is_settled"].tolist() == [True, False, False, True, False]
    assert found["rate"].tolist() == pytest.approx([0.4, 0.25, NAN, NAN, 1], nan_ok=True)
    # Wilson, 4 of 10 (Newcombe 1998 gives .1682 to .6873).
    assert found[["low", "high"]].to_numpy()[0].tolist() == pytest.approx([0.1682, 0.6873], abs=1e-4)


# Adoption -------------------------------------------------------------------------------------------------


def taken_up(*weeks: tuple[str, tuple[int, int], tuple[int, int], bool]) -> pd.DataFrame:
    """(week, (adopters, active) of new, of old, is_complete)."""
    rows = [
        (pd.Timestamp(week), group, active, adopters, complete)
        for week, *groups, complete in weeks
        for group, (adopters, active) in zip(("new", "old"), groups, strict=True)
    ]
    return pd.DataFrame(rows, columns=["week", "age_group", "active", "adopters", "is_complete"])


@pytest.mark.parametrize(
    ("new", "old", "key"),
    [
        ((56, 70), (48, 80), "more"),
        ((48, 80), (56, 70), "fewer"),
        ((5, 10), (48, 80), "same"),
        ((0, 0), (48, 80), "only_old"),
        ((5, 10), (0, 0), "only_new"),
        ((0, 0), (0, 0), "only_nobody"),
    ],
)
def test_adoption_is_told_of_the_last_complete_week(new, old, key):
    table = taken_up(
        ("2026-01-05", (1, 9), (1, 9), True), ("2026-01-12", new, old, True), ("2026-01-19", (9, 9), (0, 9), False)
    )
    found = funnel.adoption(table)
    told = funnel.adopted(found)
    assert told.key == f"funnels.adoption.{key}"
    assert told.figures["week"] == pd.Timestamp("2026-01-12").date()
    expected = new[0] / new[1] if new[1] else NAN
    assert told.figures["new"] == pytest.approx(expected, nan_ok=True)


def test_while_the_week_of_the_release_runs_nothing_is_told():
    assert (
        funnel.adopted(funnel.adoption(taken_up(("2026-01-19", (9, 9), (0, 9), False)))).key
        == "funnels.adoption.running"
    )
