"""The twelve weeks that follow from what was measured: by hand, by laws, and against simulated people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import what_if
from analysis.finding import Finding
from analysis.what_if import Basis, Scenario

Floats = npt.NDArray[np.float64]
FIRST = np.datetime64("2026-01-05")  # a Monday
SEEDS = 100


# Tables as the warehouse gives them -----------------------------------------------------------------------


def triangle_of(cells: Sequence[Sequence[float]], sizes: Sequence[float], ages: int) -> pd.DataFrame:
    """cells[cohort][age]; what is not there yet is missing."""
    rows = []
    for cohort, (of, size) in enumerate(zip(cells, sizes, strict=True)):
        for age in range(ages):
            seen = of[age] if age < len(of) else np.nan
            rows.append((FIRST + 7 * cohort, size, age, seen))
    return pd.DataFrame(rows, columns=["cohort", "cohort_size", "age", "users"])


def weekly_of(**figures: Sequence[float]) -> pd.DataFrame:
    """Complete weeks, and one that runs, which must not be looked at."""
    rows = []
    for metric, values in figures.items():
        for week, value in enumerate([*values, 10**6]):
            rows.append((metric, FIRST + 7 * week, value, week < len(values)))
    return pd.DataFrame(rows, columns=["metric", "period", "numerator", "is_complete"])


def stages_of(**counts: tuple[float, float]) -> pd.DataFrame:
    """activated=(entrants, reached), …; a stage that is not given cannot be counted."""
    rows = [(name, *counts.get(name, (np.nan, np.nan))) for name in ("acquired", *what_if.LEVERS[1:])]
    return pd.DataFrame(rows, columns=["stage", "entrants", "reached"])


def groups_of(inside: tuple[float, float] = (500, 300), outside: tuple[float, float] = (500, 100)) -> pd.DataFrame:
    rows = [("activated", True, *inside), ("activated", False, *outside)]
    return pd.DataFrame(rows, columns=["kind", "is_in", "entrants", "retained"])


def referral_of(entrants: float = 1000, joined: float = 100) -> pd.DataFrame:
    return pd.DataFrame({"entrants": [entrants], "joined": [joined]})


ALL_STAGES = stages_of(activated=(1000, 500), retained=(1000, 400), paid=(1000, 50), referred=(1000, 100))


def steady(weeks: int = 8) -> Basis:
    """A hundred newcomers a week; 40 are there a week later, 20 after two, and nobody later. A tenth pays, 20 each."""
    curve = [100.0, 40.0, 20.0, 0.0]
    cells = [curve[: weeks - cohort] for cohort in range(weeks)]
    active = [sum(curve[: week + 1]) for week in range(weeks)]
    found = what_if.measure(
        triangle_of(cells, [100.0] * weeks, 4),
        weekly_of(active_users=active, payers=[each / 10 for each in active], revenue=[each * 2 for each in active]),
        ALL_STAGES,
        groups_of(),
        referral_of(),
        14,
    )
    assert isinstance(found, Basis)
    return found


def path(basis: Basis, figure: str = "active_users", **moved: float) -> list[float]:
    table = what_if.project(basis, Scenario(**moved)).weeks
    return [round(each, 6) for each in table.loc[table["figure"] == figure, "scenario"]]


# By hand --------------------------------------------------------------------------------------------------


def test_a_steady_product_stays_as_it_is():
    basis = steady()
    assert (basis.weeks, basis.first, basis.last) == (8, date(2026, 1, 5), date(2026, 2, 23))
    assert path(basis) == [160] * 12
    assert path(basis, "payers") == [16] * 12
    assert path(basis, "revenue") == [320] * 12
    end = what_if.project(basis, Scenario()).ends["revenue"]
    assert (round(end.baseline, 6), round(end.scenario, 6)) == (3840, 3840)


def test_a_handful_of_old_people_give_no_band_wider_than_there_are_people():
    # 100 people of 30 weeks' age or more dwindle by a tenth a week; of two who are 52 weeks old, one comes and goes.
    ages, weeks = 70, 8
    cells = np.zeros((weeks, ages))
    cells[:, 0], cells[:, 40] = 50, 40
    cells[1:, 41] = 36
    cells[:, 52] = [1, 0, 2, 1, 0, 2, 1, 1]
    cells[:, 53] = [0, 2, 0, 2, 0, 1, 2, 1]
    flow = what_if._flow(np.column_stack([cells, np.zeros(weeks)]), weeks - 1)
    assert flow.ratio[40] == flow.ratio[52] == flow.ratio[60]
    assert flow.ratio[0] == 0  # the young ones stand alone, however few they are
    assert float(np.sqrt(flow.known[-1])) < 0.2


@pytest.mark.parametrize(
    ("moved", "actives", "payers"),
    [
        # 10 newcomers more: 110; a week later 4 of them are there too, then 2.
        ({"new": 0.1}, [170, 174, 176, 176], [17, 17.4, 17.6, 17.6]),
        # 40 % retained become 50 %: 50 instead of 40 of the first week's newcomers, then 25 instead of 20.
        ({"retained": 0.1}, [160, 170, 175, 175], [16, 17, 17.5, 17.5]),
        # The activated are retained to 60 %, the rest to 20 %: ten points more activated are four points more retained.
        ({"activated": 0.1}, [160, 164, 166, 166], [16, 16.4, 16.6, 16.6]),
        # 5 % become 10 %: twice as many of the active newcomers pay (100, then 140, then all 160).
        ({"paid": 0.05}, [160, 160, 160, 160], [26, 30, 32, 32]),
        # Each newcomer brings 0.1 people in two weeks, and with 15 % instead of 10 % another 0.05: 2.5 a week and a
        # hundred newcomers. Week 2: 100 bring 2.5. Week 3: 100 + 102.5 bring 5.0625, and 1 of the 2.5 is there still.
        # Week 4: 102.5 + 105.0625 bring 5.1890625; 2.025 of the 5.0625 and 0.5 of the 2.5 are there.
        ({"referred": 0.05}, [160, 162.5, 166.0625, 167.714062], [16, 16.25, 16.60625, 16.771406]),
        # Nobody can be retained less than not at all, or more than all: 100 of 100, then half of them.
        ({"retained": -0.9}, [160, 120, 100, 100], [16, 12, 10, 10]),
        ({"retained": 0.9}, [160, 220, 250, 250], [16, 22, 25, 25]),
    ],
)
def test_a_moved_rate_changes_who_joins_from_now_on(moved, actives, payers):
    basis = steady()
    assert path(basis, **moved)[:4] == pytest.approx(actives, abs=1e-5)
    assert path(basis, "payers", **moved)[:4] == pytest.approx(payers, abs=1e-5)
    each = np.array(path(basis, "payers", **moved)) * 20
    assert path(basis, "revenue", **moved) == pytest.approx(each, abs=1e-4)


def test_the_bands_hold_what_was_measured_and_the_luck_to_come():
    # Nothing varies but newcomers: of 8 weeks of 100 the mean is known to a variance of 100 / 8, and a week to come has
    # one of 100. t(0.975, 7) = 2.364624. Week 1: 2.364624 × √112.5 = 25.0806. A tenth more newcomers adds 10 in week
    # 1, known to 2.364624 × 0.1 × √12.5 = 0.836021, and 16 from week 3 on, known to 0.16 / 0.1 times that.
    found = what_if.project(steady(), Scenario(new=0.1))
    weeks = found.weeks[found.weeks["figure"] == "active_users"]
    first, last, end = weeks.iloc[0], weeks.iloc[-1], found.ends["active_users"]
    assert (first["baseline_low"], first["baseline_high"]) == pytest.approx((134.9194, 185.0806), abs=1e-4)
    assert (first["difference_low"], first["difference_high"]) == pytest.approx((9.163979, 10.836021), abs=1e-5)
    assert (last["difference_low"], last["difference_high"]) == pytest.approx((14.662366, 17.337634), abs=1e-5)
    assert (end.baseline, end.scenario, end.difference) == pytest.approx((160, 176, 16))
    assert (end.least, end.most) == pytest.approx((last["difference_low"], last["difference_high"]))
    assert (end.low, end.high) == pytest.approx((last["low"], last["high"]))
    assert end.beyond_doubt and not what_if.project(steady(), Scenario()).ends["active_users"].beyond_doubt


def test_those_older_than_the_triangle_are_followed_as_one():
    # Nobody joins; 64 people of long ago, of whom a quarter goes every week.
    active = [4096 * 0.75**week for week in range(8)]
    found = what_if.measure(
        triangle_of([[0.0] * (8 - cohort) for cohort in range(8)], [0.0] * 8, 3),
        weekly_of(active_users=active),
        stages_of(),
        groups_of((0, 0), (0, 0)),
        referral_of(0, 0),
        30,
    )
    assert isinstance(found, Basis)
    assert path(found, new=0.5)[:2] == pytest.approx([active[-1] * 0.75, active[-1] * 0.75**2], abs=1e-5)
    assert set(found.fixed) == set(what_if.LEVERS)
    assert found.figures == ("active_users",)


def test_ages_that_nobody_has_reached_keep_the_ratio_before_and_it_is_said():
    curve = [100.0, 80.0, 72.0, 64.8, 58.32, 52.488]
    cells = [curve[: 6 - cohort] for cohort in range(6)]
    active = [sum(curve[: week + 1]) for week in range(6)]
    found = what_if.measure(
        triangle_of(cells, [100.0] * 6, 53), weekly_of(active_users=active), stages_of(), groups_of(), referral_of(), 30
    )
    assert isinstance(found, Basis)
    assert found.flow.held_from == 5
    assert found.flow.spread[10] == found.flow.spread[4] > 0
    whole = [100.0, 80.0, *(80 * 0.9**age for age in range(1, 20))]
    assert path(found)[11] == pytest.approx(sum(whole[:18]), abs=1e-5)
    assert "what_if.assumes.held" in [each.key for each in what_if.assumptions(found)]


def test_the_ratio_of_cohorts_is_that_of_their_sums_and_its_error_macks():
    # Two cohorts of age 0: 100 → 50 and 50 → 10; together 60 / 150 = 0.4. σ² = (50−40)²/100 + (10−20)²/50 = 3, over
    # 2 − 1; for fewer than four cells no less than chance (0.4). Its variance is 3 / 150.
    by_age = np.array([[100.0, 0, 0, 0], [50.0, 50, 0, 0], [0.0, 10, 0, 0]])
    flow = what_if._flow(by_age, 2)
    assert flow.ratio[0] == pytest.approx(0.4)
    assert flow.spread[0] == pytest.approx(3.0)
    assert flow.known[0] == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("active", "said"),
    [
        ([], Finding("what_if.empty.weeks", {"count": 0, "needed": 5})),
        ([0, 0, 0, 5, 5, 5, 5], Finding("what_if.empty.weeks", {"count": 4, "needed": 5})),
        ([9, 9, 9, 9, 9, 0], Finding("what_if.empty.silent")),
        ([9, 0, 0, 0, 0, 0, 0, 0, 9], Finding("what_if.empty.silent")),
    ],
)
def test_too_little_is_a_reason_and_no_number(active, said):
    triangle = triangle_of([[0.0]] * len(active), [0.0] * len(active), 3)
    weekly = weekly_of(active_users=active)
    assert what_if.measure(triangle, weekly, ALL_STAGES, groups_of(), referral_of(), 30) == said


@pytest.mark.parametrize(
    ("stages", "groups", "fixed"),
    [
        (ALL_STAGES, groups_of(), {}),
        (
            stages_of(retained=(29, 10), paid=(30, 0), referred=(30, 1)),
            groups_of(),
            {"activated": "not_counted", "retained": "few", "paid": "none"},
        ),
        (ALL_STAGES, groups_of((29, 20), (500, 100)), {"activated": "apart"}),
        (ALL_STAGES, groups_of((np.nan, np.nan), (np.nan, np.nan)), {"activated": "apart"}),
        (
            stages_of(activated=(100, 50), paid=(100, 5), referred=(100, 1)),
            groups_of(),
            {"activated": "apart", "retained": "not_counted"},
        ),
    ],
)
def test_a_stage_that_cannot_be_moved_says_why(stages, groups, fixed):
    weekly = weekly_of(active_users=[100.0] * 8, payers=[5.0] * 8, revenue=[50.0] * 8)
    triangle = triangle_of([[100.0, 0.0][: 8 - cohort] for cohort in range(8)], [100.0] * 8, 2)
    found = what_if.measure(triangle, weekly, stages, groups, referral_of(), 30)
    assert isinstance(found, Basis)
    assert {lever: reason.key.removeprefix("what_if.fixed.") for lever, reason in found.fixed.items()} == fixed
    assert set(found.rates) | set(found.fixed) == set(what_if.LEVERS[1:])
    assert np.isfinite(path(found)).all()
    for lever in fixed:
        assert path(found, "active_users", **{lever: 0.2}) == path(found)


def test_without_payments_there_are_no_payers_and_no_revenue():
    weekly = weekly_of(active_users=[100.0] * 8, payers=[0.0] * 8, revenue=[0.0] * 8)
    triangle = triangle_of([[100.0, 0.0][: 8 - cohort] for cohort in range(8)], [100.0] * 8, 2)
    found = what_if.measure(triangle, weekly, ALL_STAGES, groups_of(), referral_of(), 30)
    assert isinstance(found, Basis)
    assert list(what_if.project(found, Scenario(new=0.1)).ends) == ["active_users"]
    assert found.fixed["paid"].key == "what_if.fixed.no_money"
    assert "what_if.assumes.no_money" in [each.key for each in what_if.assumptions(found)]


@pytest.mark.parametrize(
    ("window", "day"),
    [(7, date(2026, 4, 27)), (29, date(2026, 4, 27)), (31, date(2026, 4, 25)), (60, date(2026, 3, 27))],
)
def test_a_stage_that_takes_long_looks_further_back(window, day):
    # Weeks from 27 April; people of 28 days whose 60 are over: those of 27 March to 23 April, until 22 June.
    assert what_if.since(date(2026, 6, 15), date(2026, 6, 22), window) == day


@pytest.mark.parametrize(
    ("value", "low", "high", "came", "inside", "off"),
    [
        (100.0, 80.0, 120.0, 120.0, True, 0.2),
        (100.0, 80.0, 120.0, 79.0, False, -0.21),
        (0.0, 0.0, 3.0, 2.0, True, np.nan),
    ],
)
def test_a_forecast_is_held_against_what_came(value, low, high, came, inside, off):
    found = what_if.score(value, low, high, came)
    assert found.inside is inside
    assert found.off == pytest.approx(off, nan_ok=True)


def test_a_forecast_outside_its_own_band_is_none():
    with pytest.raises(ValueError, match="does not hold the forecast 7"):
        what_if.score(7, 8, 9, 8)


# Laws -----------------------------------------------------------------------------------------------------

moves = st.floats(-0.3, 0.3)
anything = st.builds(Scenario, new=moves, activated=moves, retained=moves, paid=moves, referred=moves)


@st.composite
def products(draw: st.DrawFn) -> Basis:
    weeks = draw(st.integers(5, 12))
    sizes = draw(st.lists(st.integers(1, 300), min_size=weeks, max_size=weeks))
    stay = draw(st.lists(st.floats(0, 1), min_size=weeks, max_size=weeks))
    cells = [[round(size * np.prod(stay[:age])) for age in range(weeks - at)] for at, size in enumerate(sizes)]
    active = [sum(cells[cohort][week - cohort] for cohort in range(week + 1)) for week in range(weeks)]
    payers = [draw(st.integers(0, each)) for each in active]
    triangle = triangle_of(cells, [float(each) for each in sizes], 8)
    weekly = weekly_of(active_users=active, payers=payers, revenue=[7.0 * each for each in payers])
    found = what_if.measure(triangle, weekly, ALL_STAGES, groups_of(), referral_of(), 30)
    assert isinstance(found, Basis)
    return found


@settings(max_examples=40, deadline=None)
@given(products())
def test_nothing_moved_changes_nothing(basis):
    table = what_if.project(basis, Scenario()).weeks
    assert (table["scenario"] == table["baseline"]).all()
    assert (table[["difference", "difference_low", "difference_high"]] == 0).all(axis=None)


@settings(max_examples=40, deadline=None)
@given(products(), anything, st.sampled_from(what_if.LEVERS), st.floats(0.01, 0.3))
def test_more_of_a_stage_never_lowers_anything(basis, scenario, lever, more):
    one = what_if.project(basis, scenario).weeks
    other = what_if.project(basis, replace(scenario, **{lever: getattr(scenario, lever) + more})).weeks
    assert (other["scenario"] >= one["scenario"] - 1e-9 * one["scenario"].abs()).all()


@settings(max_examples=40, deadline=None)
@given(products(), anything)
def test_a_band_holds_its_line_and_is_finite(basis, scenario):
    table = what_if.project(basis, scenario).weeks
    assert np.isfinite(table.drop(columns=["figure", "week"]).to_numpy(float)).all()
    for line, low, high in (
        ("baseline", "baseline_low", "baseline_high"),
        ("scenario", "low", "high"),
        ("difference", "difference_low", "difference_high"),
    ):
        assert (table[low] <= table[line]).all() and (table[line] <= table[high]).all()
    people = table[table["figure"] != "revenue"]
    assert (people[["baseline_low", "low"]] >= 0).all(axis=None)


# People, drawn from the demo's rates ----------------------------------------------------------------------


@dataclass(frozen=True)
class Truth:
    """The demo's own rates, as its last eight weeks have them; `wild` is the variance of newcomers / mean."""

    new: float = 366.0
    wild: float = 4.5
    activated: float = 0.48
    stay: tuple[float, float] = (0.62, 0.26)  # into the first week: the activated, the rest
    ratio: tuple[float, ...] = (0.62, 0.89, 0.89, 0.87, 0.89, 0.89, 0.89, 0.92)  # from then on; the last for good
    back: float = 0.06  # of these, people who come back from a pause
    paid: float = 0.045
    paying: float = 0.034
    each: float = 29.7
    each_spread: float = 2545.0
    referred: float = 0.04
    brought: float = 0.055
    within: int = 5


TRUTH = Truth()
PAST, AGES = 66, 53


def grown(truth: Truth, age: int) -> float:
    return truth.ratio[min(age - 1, len(truth.ratio) - 1)]


def drawn_weeks(
    random: np.random.Generator, truth: Truth, moved: Scenario, cells: Floats, weeks: range
) -> tuple[Floats, Floats]:
    """Draw weeks, of all seeds at once, into cells[seed, cohort, week]; returns newcomers and the activated of each.

    cells  holds the weeks before already; who joined in those behaves as ever
    """
    seeds = len(cells)
    new, activated = np.zeros((seeds, weeks.stop)), np.zeros((seeds, weeks.stop))
    share = truth.activated + moved.activated
    more = truth.brought * moved.referred / truth.referred / truth.within
    first = [0.0, 0.0]
    retained = truth.activated * truth.stay[0] + (1 - truth.activated) * truth.stay[1]
    for side in (0, 1):
        first[side] = truth.stay[side] * (1 + moved.retained / retained)
    for week in weeks:
        recent = new[:, max(week - truth.within, weeks.start) : week].sum(axis=1)
        mean = (
            truth.new
            * (1 + moved.new)
            * random.gamma(truth.new / (truth.wild - 1), (truth.wild - 1) / truth.new, seeds)
        )
        new[:, week] = random.poisson(mean + recent * more)
        for cohort in range(week):
            here, age = cells[:, cohort, week - 1], week - cohort
            if age > 1:
                ratio = grown(truth, age - 1)
                cells[:, cohort, week] = random.binomial(here.astype(int), ratio - truth.back) + random.poisson(
                    here * truth.back
                )
            elif cohort >= weeks.start:
                inside = random.binomial(activated[:, cohort].astype(int), first[0])
                outside = random.binomial((new[:, cohort] - activated[:, cohort]).astype(int), first[1])
                cells[:, cohort, week] = inside + outside
            else:
                cells[:, cohort, week] = random.binomial(here.astype(int), retained)
        activated[:, week] = random.binomial(new[:, week].astype(int), share)
        cells[:, week, week] = new[:, week]
    return new, activated


def drawn_money(
    random: np.random.Generator, truth: Truth, moved: Scenario, old: Floats, young: Floats
) -> tuple[Floats, Floats]:
    """Payers and revenue of weeks with so many active people, of whom the young pay as the scenario says."""
    lift = 1 + moved.paid / truth.paid
    payers = random.binomial(old.astype(int), truth.paying) + random.binomial(young.astype(int), truth.paying * lift)
    shape = truth.each**2 / truth.each_spread
    return payers.astype(float), random.gamma(payers * shape + 1e-12, truth.each / shape)


def measured(random: np.random.Generator, truth: Truth) -> tuple[list[Basis], Floats]:
    """A past of its own for each seed, and what the almanac makes of it."""
    cells = np.zeros((SEEDS, PAST + what_if.AHEAD, PAST + what_if.AHEAD))
    new, activated = drawn_weeks(random, truth, Scenario(), cells, range(PAST))
    active = cells[:, :PAST, :PAST].sum(axis=1)
    payers, revenue = drawn_money(random, truth, Scenario(), active, np.zeros_like(active))
    joined = new[:, -7:].sum(axis=1).astype(int)
    reached = activated[:, -7:].sum(axis=1).astype(int)
    inside = random.binomial(reached, truth.stay[0])
    outside = random.binomial(joined - reached, truth.stay[1])
    paid, referred = (random.binomial(joined * 4 // 7, rate) for rate in (truth.paid, truth.referred))
    brought = random.poisson(joined * 4 // 7 * truth.brought)
    rows = np.arange(PAST)
    cohort, age = (each.ravel() for each in np.meshgrid(rows, np.arange(AGES), indexing="ij"))
    seen = cohort + age < PAST
    bases = []
    for seed in range(SEEDS):
        users = np.where(seen, cells[seed, cohort, np.minimum(cohort + age, PAST - 1)], np.nan)
        triangle = pd.DataFrame(
            {"cohort": FIRST + 7 * cohort, "cohort_size": new[seed, cohort], "age": age, "users": users}
        )
        series = {"active_users": active[seed], "payers": payers[seed], "revenue": revenue[seed]}
        weekly = pd.concat(
            pd.DataFrame({"metric": name, "period": FIRST + 7 * rows, "numerator": each, "is_complete": True})
            for name, each in series.items()
        )
        stages = stages_of(
            activated=(joined[seed], reached[seed]),
            retained=(joined[seed], inside[seed] + outside[seed]),
            paid=(joined[seed] * 4 // 7, paid[seed]),
            referred=(joined[seed] * 4 // 7, referred[seed]),
        )
        groups = groups_of((reached[seed], inside[seed]), (joined[seed] - reached[seed], outside[seed]))
        known = referral_of(joined[seed] * 4 // 7, brought[seed])
        found = what_if.measure(triangle, weekly, stages, groups, known, truth.within * 7)
        assert isinstance(found, Basis)
        bases.append(found)
    return bases, cells


def expected(truth: Truth, moved: Scenario) -> dict[str, float]:
    """What the scenario adds by the true rates: of the twelfth week, and revenue of all; one cohort after another."""
    ends = []
    for each in (moved, Scenario()):
        retained = truth.activated * truth.stay[0] + (1 - truth.activated) * truth.stay[1]
        mix = (truth.activated + each.activated) * truth.stay[0] + (1 - truth.activated - each.activated) * truth.stay[
            1
        ]
        curve = [1.0, mix * (1 + each.retained / retained)]
        while len(curve) < what_if.AHEAD:
            curve.append(curve[-1] * grown(truth, len(curve) - 1))
        more, new = truth.brought * each.referred / truth.referred / truth.within, [0.0] * what_if.AHEAD
        for week in range(what_if.AHEAD):
            new[week] = truth.new * (1 + each.new) + more * sum(new[max(week - truth.within, 0) : week])
        young = [sum(new[cohort] * curve[week - cohort] for cohort in range(week + 1)) for week in range(what_if.AHEAD)]
        pay = truth.paying * (1 + each.paid / truth.paid)
        ends.append((young[-1], young[-1] * pay, sum(young) * pay * truth.each))
    before, after = np.array(ends)
    return dict(zip(what_if.FIGURES, before - after, strict=True))


@pytest.fixture(scope="module")
def pasts() -> tuple[list[Basis], Floats]:
    return measured(np.random.default_rng(7), TRUTH)


@pytest.mark.parametrize(
    "moved",
    [
        Scenario(),
        Scenario(new=0.2),
        Scenario(activated=0.05),
        Scenario(retained=0.05),
        Scenario(paid=0.01),
        Scenario(referred=0.02),
    ],
    ids=["nothing", "new", "activated", "retained", "paid", "referred"],
)
def test_simulated_people_with_one_rate_moved_land_inside_the_band(pasts, moved):
    bases, cells = pasts
    random = np.random.default_rng(11)
    cells = cells.copy()
    drawn_weeks(random, TRUTH, moved, cells, range(PAST, PAST + what_if.AHEAD))
    old, young = (side[:, :, PAST:].sum(axis=1) for side in (cells[:, :PAST], cells[:, PAST:]))
    payers, revenue = drawn_money(random, TRUTH, moved, old, young)
    came = {"active_users": (old + young)[:, -1], "payers": payers[:, -1], "revenue": revenue.sum(axis=1)}
    adds = expected(TRUTH, moved)
    found = [what_if.project(basis, moved) for basis in bases]
    for figure in what_if.FIGURES:
        ends = [each.ends[figure] for each in found]
        inside = sum(end.low <= at <= end.high for end, at in zip(ends, came[figure], strict=True))
        told = sum(end.least <= adds[figure] <= end.most for end in ends)
        print(f"{moved.moved or 'nothing'} {figure}: {inside} inside, {told} differences")
        assert inside >= 90, f"{figure}: {inside} of {SEEDS} inside the band"
        assert told >= 90, f"{figure}: the difference is inside its band for {told} of {SEEDS}"
    weeks = np.stack(
        [each.weeks.loc[each.weeks["figure"] == "active_users", ["low", "high"]].to_numpy() for each in found]
    )
    every = (weeks[:, :, 0] <= old + young) & (old + young <= weeks[:, :, 1])
    assert every.mean() >= 0.9
