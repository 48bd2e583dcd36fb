"""What can be seen, how often one may look, and several questions at once: by hand, published, and simulated."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.effect import benjamini_hochberg, mde, needed_per_arm, sequence


def test_four_times_in_five_an_effect_of_2_8_errors_is_seen():
    assert mde(0.01) == pytest.approx(0.028)
    assert math.isnan(mde(0.0))  # where nothing varies no effect is the smallest
    assert mde(1) == pytest.approx(stats.norm.ppf(0.975) + stats.norm.ppf(0.8), abs=0.002)


@pytest.mark.parametrize(
    ("p", "effect", "people"),
    [
        # 2 · 2.80² · p(1 − p) / effect²
        (0.1, 0.02, 3528),
        (0.5, 0.05, 1568),
        (0.1, -0.02, 3528),
    ],
)
def test_people_needed_by_hand(p, effect, people):
    assert needed_per_arm(p, effect) == people


@pytest.mark.parametrize(("p", "effect"), [(0.1, 0), (0, 0.1), (1, 0.1), (math.nan, 0.1), (0.1, math.nan)])
def test_people_needed_for_nothing_are_missing(p, effect):
    assert math.isnan(needed_per_arm(p, effect))


@given(st.floats(0.01, 0.99), st.floats(0.001, 0.5))
def test_so_many_people_see_so_small_an_effect(p, effect):
    n = needed_per_arm(p, effect)
    assert mde(math.sqrt(2 * p * (1 - p) / n)) <= effect * (1 + 1e-9)
    assert mde(math.sqrt(2 * p * (1 - p) / max(n - 1, 0.5))) >= effect * (1 - 1e-6)


def test_q_of_the_published_example():
    # Benjamini and Hochberg (1995), section 4: of these 15 p-values four are rejected at 5 %.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
         0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]  # fmt: skip
    q = benjamini_hochberg(p)
    assert sum(each < 0.05 for each in q) == 4
    assert q[:4] == pytest.approx([0.0015, 0.0030, 0.0095, 0.035625])
    assert q == pytest.approx(stats.false_discovery_control(p).tolist())


def test_q_of_what_is_missing_is_missing_and_counts_for_nothing():
    q = benjamini_hochberg([math.nan, 0.04, 0.01])
    assert math.isnan(q[0])
    assert q[1:] == pytest.approx([0.04, 0.02])
    assert benjamini_hochberg([]) == []


@given(st.lists(st.floats(1e-9, 1), min_size=1, max_size=20), st.randoms())
def test_q_does_not_depend_on_the_order(p, random):
    places = list(range(len(p)))
    random.shuffle(places)
    shuffled = benjamini_hochberg([p[place] for place in places])
    assert shuffled == pytest.approx([benjamini_hochberg(p)[place] for place in places])


# Looking every day ----------------------------------------------------------------------------------------


def test_the_limits_at_the_planned_end_by_hand():
    # k = −2 log .05 + log(−2 log .05 + 1) = 5.99146 + 1.94470 = 7.93616;
    # √(2 · 8.93616/7.93616 · log(√8.93616 / .05)) = √(2 · 1.12601 · 4.09079) = 3.0352.
    low, high = sequence(0.0, 1.0, 500, 500)
    assert [low, high] == pytest.approx([-3.0352, 3.0352], abs=2e-4)


def test_the_limits_are_the_published_formula():
    # Waudby-Smith et al., R package sequential.causal, std_conjmix_margin: √(2(tρ² + 1) log(√(tρ² + 1)/α) / (t²ρ²)) for
    # the mean of t values of variance 1, whose error is 1/√t.
    t, rho2 = 120, (-2 * math.log(0.05) + math.log(-2 * math.log(0.05) + 1)) / 300
    margin = math.sqrt(2 * (t * rho2 + 1) * math.log(math.sqrt(t * rho2 + 1) / 0.05) / (t**2 * rho2))
    assert sequence(0.0, 1 / math.sqrt(t), t, 300)[1] == pytest.approx(margin)


def looks(seed: int, products: int, effect: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Differences of shares of 10 % and their errors after each of 28 days with 100 people a day in each group."""
    rng = np.random.default_rng(seed)
    control = rng.binomial(100, 0.1, (products, 28)).cumsum(axis=1)
    treated = rng.binomial(100, 0.1 + effect, (products, 28)).cumsum(axis=1)
    n = 100 * np.arange(1, 29)
    one, two = treated / n, control / n
    return one - two, np.sqrt((one * (1 - one) + two * (1 - two)) / n)


def reach(planned: list[float]) -> np.ndarray:
    return np.array([sequence(0.0, 1.0, 100 * (day + 1), planned[day])[1] for day in range(28)])


def test_28_daily_looks_raise_no_more_false_alarms_than_one():
    difference, error = looks(seed=3, products=4000)
    z = np.abs(difference / error)
    assert (z > 1.96).any(axis=1).mean() == pytest.approx(0.267, abs=0.03)
    assert (z > reach([2800.0] * 28)).any(axis=1).mean() <= 0.05
    # People come in while it runs, so that the number aimed at is only known so far: it holds too.
    assert (z > reach([100.0 * (day + 1) for day in range(28)])).any(axis=1).mean() <= 0.05


def test_the_limits_hold_the_true_effect_at_every_look():
    difference, error = looks(seed=4, products=4000, effect=0.03)
    assert (np.abs(difference - 0.03) <= reach([2800.0] * 28) * error).all(axis=1).mean() >= 0.95


@pytest.mark.parametrize(("error", "n", "planned"), [(0.0, 5, 5), (1.0, 0, 5), (math.nan, 5, 5), (1.0, 5, 0)])
def test_limits_of_nothing_are_missing(error, n, planned):
    assert all(math.isnan(each) for each in sequence(0.1, error, n, planned))


def test_an_alpha_that_is_no_chance_is_an_error_that_says_so():
    with pytest.raises(ValueError, match="alpha must lie between 0 and 1, not 5"):
        sequence(0.1, 1.0, 5, 5, alpha=5)


@given(st.floats(1, 1e6), st.floats(1, 1e6))
def test_limits_for_any_time_are_wider_than_for_one_look(n, planned):
    low, high = sequence(0.0, 1.0, n, planned)
    assert high > 1.96
    assert low == -high
