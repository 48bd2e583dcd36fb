"""Whether retention flattens, and the ceiling of new users, on curves whose answer is known."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.fit import ceiling, flattening
from analysis.proportions import wilson

AGES = np.arange(1, 25)
STARTS = np.datetime64("2020-01-06") + 7 * np.arange(300)


def curve(rates, people=10_000) -> pd.DataFrame:
    """A curve from age 0 on with these shares at age 1, 2, …"""
    shares = np.array([1.0, *rates])
    return pd.DataFrame({"age": np.arange(len(shares)), "entrants": people, "users": np.round(shares * people)})


def watched(rates, people, seed) -> pd.DataFrame:
    """The same for people of whom somebody active at one age is more likely so at the next (correlation .5)."""
    rng = np.random.default_rng(seed)
    active, counts = rng.random(people) < rates[0], []
    for rate in rates:
        active = rng.random(people) < np.where(active, rate + (1 - rate) / 2, rate / 2)
        counts.append(active.sum())
    return curve(np.array(counts) / people, people)


@pytest.mark.parametrize(
    ("rates", "verdict"),
    [
        (0.4 / np.sqrt(AGES), "falling"),
        (0.4 / AGES, "falling"),
        (0.4 * np.exp(-AGES / 8), "falling"),
        (0.2 + 0.3 * np.exp(-AGES / 3), "flat"),
        (0.05 + 0.3 * np.exp(-AGES / 2), "flat"),
        (0.1 + 0.02 * AGES / 24, "flat"),  # rising again at the end
    ],
)
def test_a_decay_to_nothing_falls_and_a_decay_to_a_plateau_is_flat(rates, verdict):
    assert flattening(curve(rates)).verdict == verdict
    found: list[str] = [flattening(watched(rates, 10_000, seed)).verdict for seed in range(20)]
    opposite = {"flat": "falling", "falling": "flat"}[verdict]
    assert found.count(verdict) >= 16
    assert found.count(opposite) <= 2


def test_the_loss_and_the_level_by_hand():
    # Nine ages of 1,000 people each: 300 then 200 at ages 4-6, then 150 at 7-9.
    found = flattening(curve([0.4] * 3 + [0.2] * 3 + [0.15] * 3, people=1000))
    assert found.loss == pytest.approx(1 - 0.15 / 0.2)
    assert found.level == 0.15
    assert (found.low, found.high) == pytest.approx(tuple(float(each) for each in wilson(150, 1000)))
    reach = 1.96 * np.sqrt(0.85 / 150 + 0.8 / 200)
    assert found.loss_low == pytest.approx(1 - 0.75 * np.exp(reach), abs=1e-4)
    assert found.loss_high == pytest.approx(1 - 0.75 * np.exp(-reach), abs=1e-4)
    assert (found.first, found.last, found.verdict, found.is_flat) == (7, 9, "falling", False)
    assert str(found.finding) == (
        "The retention curve does not flatten yet: it lost 25.0\u00a0% of its height before age 7 to 9, "
        "where 15.0\u00a0% are left (12.9\u00a0% to 17.3\u00a0%)."
    )


def test_a_person_counts_once_in_three_ages():
    # Six ages a third: each of the 1,000 people twice.
    found = flattening(curve([0.4] * 6 + [0.2] * 6 + [0.15] * 6, people=1000))
    reach = 1.96 * np.sqrt((0.85 / 150 + 0.8 / 200) / 2)
    assert found.loss_low == pytest.approx(1 - 0.75 * np.exp(reach), abs=1e-4)
    assert (found.low, found.high) == pytest.approx(tuple(float(each) for each in wilson(150, 1000)))


def test_few_people_are_no_plateau():
    found = flattening(curve(0.05 + 0 * AGES, people=200))
    assert (found.verdict, found.is_flat) == ("unclear", None)


@pytest.mark.parametrize(
    ("table", "ages"),
    [
        (curve([0.3] * 8), 8),
        (curve([0.3] * 24, people=99), 0),
        (curve([]), 0),
        (pd.DataFrame({"age": [], "entrants": [], "users": []}), 0),
    ],
)
def test_too_few_ages_are_short_and_the_start_itself_is_none(table, ages):
    found = flattening(table)
    assert (found.verdict, found.finding.figures["count"]) == ("short", ages)
    assert np.isnan(found.level)


def test_a_curve_that_reaches_nobody_falls():
    found = flattening(curve([0.3, 0.2, 0.1, 0.05, 0.03, 0.01, 0, 0, 0]))
    assert (found.verdict, found.level) == ("falling", 0)


# The ceiling ----------------------------------------------------------------------------------------------

# Bass's curve of 50,000 people, p = .004, q = .08: its peak is at ln(20)/.084, in period 35.
PEOPLE, P, Q = 50_000, 0.004, 0.08


def bass(seed: int, noise: float = 0.08, p: float = P, q: float = Q) -> np.ndarray:
    time = np.arange(301.0)
    reached = PEOPLE * (1 - np.exp(-(p + q) * time)) / (1 + q / p * np.exp(-(p + q) * time))
    rng = np.random.default_rng(seed)
    return rng.poisson(np.diff(reached) * np.exp(rng.normal(0, noise, 300))).astype(float)


@pytest.mark.parametrize("periods", [60, 80, 150])
def test_past_the_peak_the_ceiling_is_what_comes_in_the_end(periods):
    held = 0
    for seed in range(20):
        new = bass(seed)
        found = ceiling(new[:periods], STARTS[:periods])
        assert found.finding.key == "fit.ceiling.seen"
        assert found.people == pytest.approx(new.sum(), rel=0.1)
        assert found.acquired == new[:periods].sum() <= found.people
        held += found.low <= new.sum() <= found.high
    assert held >= 18


@pytest.mark.parametrize("periods", [30, 35, 40])
def test_before_the_peak_is_seen_there_is_no_ceiling(periods):
    for seed in range(20):
        found = ceiling(bass(seed)[:periods], STARTS[:periods])
        assert found.finding.key == "fit.ceiling.ahead"
        assert np.isnan(found.people)
        assert str(found.finding).startswith(
            "Ceiling not identifiable: new users have not clearly passed their peak yet."
        )


def test_a_peak_is_seen_when_a_fifth_of_the_time_has_passed_since():
    slow = bass(0, noise=0.0, p=0.0002, q=0.03)  # its peak is at ln(150)/.0302, in period 166
    assert ceiling(slow[:195], STARTS[:195]).finding.key == "fit.ceiling.ahead"
    assert ceiling(slow[:225], STARTS[:225]).finding.key == "fit.ceiling.seen"


def test_the_ceiling_says_when_the_peak_was():
    found = ceiling(bass(0, noise=0.0)[:90], STARTS[:90])
    assert found.peak == pytest.approx(35, abs=3)
    assert found.finding.figures["peak"] == STARTS[found.peak].astype(date)
    assert found.finding.figures["share"] == pytest.approx(found.acquired / found.people)


@pytest.mark.parametrize(
    ("new", "key"),
    [
        ([], "short"),
        ([0.0] * 100, "short"),
        ([50.0] * 25, "short"),
        ([np.nan] * 100, "short"),
        ([50.0] * 100, "ahead"),
        (list(np.geomspace(10, 1000, 100)), "ahead"),
        ([0.0] * 30 + [500.0] * 10 + [0.0] * 60, "unclear"),  # one burst
        ([3000.0, *[0.0] * 60], "ahead"),
    ],
)
def test_what_is_no_such_curve_has_no_ceiling(new, key):
    found = ceiling(np.array(new, float), STARTS[: len(new)])
    assert np.isnan(found.people)
    assert found.finding.key == f"fit.ceiling.{key}"
    assert str(found.finding).startswith("Ceiling not identifiable")


@settings(deadline=None, max_examples=40)
@given(st.lists(st.one_of(st.just(float("nan")), st.integers(0, 10_000).map(float)), max_size=60))
def test_any_weeks_have_a_ceiling_or_the_reason_for_none(new):
    found = ceiling(np.array(new, float), STARTS[: len(new)])
    assert "nan" not in str(found.finding)
    if np.isfinite(found.people):
        assert found.acquired <= found.high and found.low <= found.high
