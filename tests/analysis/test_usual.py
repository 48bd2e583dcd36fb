"""What is unusual: by hand on tiny series, then how often quiet figures cry wolf and falls are found."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis import usual
from analysis.cards import Series

Floats = npt.NDArray[np.float64]
# As a shop that sells more at the week's end.
WEEKDAYS = np.array([0.9, 0.9, 0.9, 1.0, 1.1, 1.1, 1.1])
FIRST = {"day": "2024-01-01", "week": "2024-01-01"}  # a Monday


def series(values: npt.ArrayLike, grain: str = "day", of: Sequence[float] | None = None) -> pd.DataFrame:
    periods = pd.date_range(FIRST[grain], periods=np.size(values), freq="7D" if grain == "week" else "D")
    if of is None:
        return pd.DataFrame({"period": periods, "value": np.asarray(values, float)})
    return pd.DataFrame({"period": periods, "numerator": np.asarray(values, float), "denominator": np.asarray(of)})


def rhythm(level: float, days: int) -> Floats:
    return np.asarray(level * np.resize(WEEKDAYS, days))


def grid(values: Floats, grain: str, of: Floats | None = None) -> Series:
    """Simulated figures, a row each, as analysis.cards has them."""
    below = np.full(values.shape, np.nan) if of is None else of
    always = np.ones(values.shape, bool)
    return Series(
        metrics=tuple(f"figure_{at}" for at in range(len(values))),
        units=("people" if of is None else "rate",) * len(values),
        periods=np.datetime64(FIRST[grain]) + (7 if grain == "week" else 1) * np.arange(values.shape[1]),
        value=values if of is None else values / below,
        numerator=values,
        denominator=below,
        pending=np.zeros(values.shape),
        settled=always,
        complete=always,
        quotient=np.full(len(values), of is not None),
        has_data=np.ones(len(values), bool),
    )


def marked(kind: str, *days: str) -> pd.DataFrame:
    return pd.DataFrame({"day": pd.to_datetime(list(days)), "kind": kind, "name": "a name"})


def verdicts(table: pd.DataFrame, **given: Any) -> list[str]:
    found: list[str] = usual.score(table, **given)["verdict"].tolist()
    return found


# By hand --------------------------------------------------------------------------------------------------


def test_a_day_is_expected_at_its_weekdays_share_of_the_level():
    values = rhythm(1000, 70)
    values[-1] = 950
    last = usual.score(series(values)).iloc[-1]
    # A Sunday, 1.1 of the level; nothing ever strayed, so that only chance is left: Poisson.
    assert last["expected"] == pytest.approx(1100)
    own = stats.poisson(1100)
    assert last["z"] == pytest.approx(stats.norm.ppf(own.cdf(949) + own.pmf(950) / 2), abs=1e-6)
    assert last["verdict"] == "unusual"


@pytest.mark.parametrize(
    ("value", "verdict"), [(1100, "usual"), (1195, "usual"), (1215, "watch"), (1000, "watch"), (1240, "unusual")]
)
def test_the_verdict_goes_by_how_far(value, verdict):
    # One Poisson step is √1100 = 33: three are 100, four are 133.
    assert verdicts(series([*rhythm(1000, 69), value]))[-1] == verdict


def test_the_usual_range_holds_just_the_whole_numbers_that_are_usual():
    last = usual.score(series(rhythm(1000, 70))).iloc[-1]
    for edge, outside in ((last["low"], last["low"] - 1), (last["high"], last["high"] + 1)):
        assert edge == int(edge)
        assert verdicts(series([*rhythm(1000, 69), edge]))[-1] == "usual"
        assert verdicts(series([*rhythm(1000, 69), outside]))[-1] == "watch"


def test_a_week_is_expected_where_the_slope_leads():
    values = 1000 * 1.05 ** np.arange(14)
    found = usual.score(series(values, "week"), grain="week")
    assert found["expected"].iloc[-1] == pytest.approx(values[-1])
    assert found["verdict"].tolist()[11:] == ["usual"] * 3


def test_a_week_that_went_wrong_does_not_bend_the_slope():
    values = 1000 * 1.05 ** np.arange(14)
    values[11] *= 0.3
    found = usual.score(series(values, "week"), grain="week")
    assert found["verdict"].iloc[11] == "unusual"
    assert found["expected"].iloc[12:].to_numpy() == pytest.approx(values[12:])


def test_a_rate_is_expected_at_its_level_with_its_spread():
    # .4 and .5 in turn: each week the median of the last three is the other one.
    shares = np.resize([0.4, 0.5], 30)
    figures = grid((shares * 10_000)[None, :], "week", np.full((1, 30), 10_000.0))
    scores = usual.score_all(figures, grain="week")
    assert scores.expected[0, -2:] == pytest.approx([0.5, 0.4])
    # (.01 − .25/10,000)/.25 and (.01 − .24/10,000)/.16, as often the one as the other.
    assert scores.spread[0, -1] == pytest.approx((0.0399 + 0.06235) / 2, abs=2e-4)


def test_three_days_far_off_in_a_quarter_do_not_widen_the_range():
    quiet, noisy = rhythm(1000, 100), rhythm(1000, 100)
    noisy[[70, 80, 90]] *= 1.5
    one, other = (usual.score(series(values)).iloc[-1] for values in (quiet, noisy))
    assert (one["low"], one["high"]) == (other["low"], other["high"])


def test_a_new_level_is_one_alarm_that_ends_by_itself():
    values = rhythm(1000, 100)
    values[80:] *= 0.7
    found = verdicts(series(values))
    assert found[79:84] == ["usual", "unusual", "unusual", "shift", "shift"]
    assert set(found[84:]) == {"usual"}
    assert usual.alarms(found) == 1


def test_alarms_are_counted_by_run():
    assert usual.alarms(["usual", "unusual", "shift", "watch", "unusual", "too little"]) == 2
    assert usual.alarms([]) == 0


def test_money_is_expected_like_a_count_and_may_stray_farther():
    amounts = rhythm(1000, 100) * np.resize([1.02, 0.98, 1.0], 100)
    last = usual.score(series([*amounts, 900.0]), kind="amount").iloc[-1]
    assert last["expected"] == pytest.approx(900, rel=0.03)
    assert last["verdict"] == "usual"
    assert verdicts(series([*amounts, 100.0]), kind="amount")[-1] == "unusual"


def test_money_that_is_half_noise_says_nothing():
    amounts = np.resize([10.0, 2500.0, 300.0, 20.0, 900.0], 120)
    assert set(verdicts(series(amounts), kind="amount")) == {"too little"}


# Too little, missing, wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize(("grain", "periods"), [("day", 63), ("week", 11)])
def test_verdicts_begin_after_nine_weeks_of_days_or_eleven_weeks(grain, periods):
    found = verdicts(series(np.full(80, 500.0), grain), grain=grain)
    assert found == ["too little"] * periods + ["usual"] * (80 - periods)


@pytest.mark.parametrize(("level", "first"), [(29, "too little"), (30, "usual")])
def test_thirty_people_are_the_least(level, first):
    assert verdicts(series(np.full(70, float(level))))[-1] == first
    of = [float(level)] * 70
    assert verdicts(series([level / 3] * 70, of=of))[-1] == first


def test_a_quotient_of_few_is_too_little_whichever_of_the_two_is_few():
    assert verdicts(series([5.0] * 70, of=[500.0] * 70), kind="amount")[-1] == "too little"
    assert verdicts(series([500.0] * 70, of=[5.0] * 70), kind="amount")[-1] == "too little"
    assert verdicts(series([500.0] * 70, of=[50.0] * 70), kind="amount")[-1] == "usual"


def test_nothing_at_all_stays_too_little():
    assert set(verdicts(series(np.zeros(90)))) == {"too little"}
    assert set(verdicts(series(np.full(90, np.nan)))) == {"too little"}
    assert verdicts(series([])) == []
    assert np.isnan(usual.could_see(series([])))


def test_a_day_that_is_not_there_is_missing_and_not_zero():
    table = series(rhythm(1000, 90)).drop(index=[70, 80])
    found = usual.score(table)
    assert len(found) == 90
    assert found["value"].isna().tolist() == [at in (70, 80) for at in range(90)]
    assert found["verdict"].iloc[[70, 80]].tolist() == ["too little"] * 2
    assert set(found["verdict"].iloc[71:80]) == {"usual"}


def test_a_share_that_was_never_there_is_noticed_when_it_comes():
    scores = usual.score(series([0.0] * 20 + [200.0], "week", of=[500.0] * 21), grain="week")
    assert scores["verdict"].tolist()[-2:] == ["usual", "unusual"]


def test_the_order_of_rows_does_not_matter_and_the_argument_stays_as_it_is():
    table = series(rhythm(1000, 80)).sample(frac=1, random_state=3)
    before = table.copy()
    ordered = usual.score(series(rhythm(1000, 80)))
    pd.testing.assert_frame_equal(usual.score(table), ordered)
    pd.testing.assert_frame_equal(table, before)
    assert tuple(ordered) == ("period", "value", "expected", "low", "high", "z", "verdict")


def test_wrong_input_is_named():
    with pytest.raises(ValueError, match="no column value, only period"):
        usual.score(series([1.0])[["period"]])
    with pytest.raises(ValueError, match="no column denominator"):
        usual.score(series([1.0]), kind="rate")
    with pytest.raises(ValueError, match="twice"):
        usual.score(pd.concat([series([1.0]), series([1.0])]))
    with pytest.raises(ValueError, match="7 days apart"):
        usual.score(series([1.0, 2.0]), grain="week")


# Days off and incidents -----------------------------------------------------------------------------------


def test_days_off_have_a_wider_range_and_teach_nothing():
    values, eight = rhythm(10_000, 100), pd.date_range("2024-03-18", periods=8).strftime("%Y-%m-%d")
    values[77:85] *= 0.75
    assert "unusual" in verdicts(series(values))
    found = usual.score(series(values), days=marked("holiday", *eight))
    assert set(found["verdict"].iloc[63:]) == {"usual"}
    assert found["expected"].iloc[85:].to_numpy() == pytest.approx(rhythm(10_000, 100)[85:])


def test_an_outage_on_a_day_off_is_still_seen():
    values = rhythm(10_000, 100)
    values[80] *= 0.2
    assert verdicts(series(values), days=marked("holiday", "2024-03-21"))[80] == "unusual"


def test_how_far_days_off_stray_is_learnt_from_earlier_ones():
    values, days = rhythm(10_000, 200), []
    for first in (70, 110, 150):
        values[first : first + 5] *= 0.3
        days += [str(day.date()) for day in pd.date_range(FIRST["day"], periods=200)[first : first + 5]]
    found = usual.score(series(values), days=marked("holiday", *days))
    assert found["verdict"].iloc[70] == "unusual"
    assert set(found["verdict"].iloc[150:155]) == {"usual"}


def test_a_weekend_that_is_worked_is_expected_like_a_working_day():
    found = usual.score(series(rhythm(1000, 100)), days=marked("workday", "2024-03-24"))
    # The mean of Monday to Friday: (.9 + .9 + .9 + 1 + 1.1) / 5.
    assert found["expected"].iloc[83] == pytest.approx(960)


def test_an_incident_is_unusual_and_leaves_no_trace():
    values = rhythm(1000, 100)
    values[77:84] *= 0.2
    days = [str(day.date()) for day in pd.date_range("2024-03-18", periods=7)]
    found = usual.score(series(values), days=marked("incident", *days))
    assert found["verdict"].iloc[77] == "unusual"
    assert found["expected"].iloc[84:].to_numpy() == pytest.approx(rhythm(1000, 100)[84:])
    # Where nobody wrote it down, the week after is held against a week of outage.
    assert "shift" in verdicts(series(values))[84:]


@pytest.mark.parametrize(("days_off", "teaches"), [(3, True), (4, False)])
def test_a_week_of_more_than_three_days_off_teaches_nothing(days_off, teaches):
    values = np.full(20, 5000.0)
    values[13:15] = 2500
    days = [
        str(day.date())
        for monday in ("2024-04-01", "2024-04-08")
        for day in pd.date_range(monday, periods=days_off)
    ]  # fmt: skip
    found = usual.score(series(values, "week"), grain="week", days=marked("holiday", *days))
    assert (found["expected"].iloc[15] < 4000) == teaches


# How often ------------------------------------------------------------------------------------------------


def simulated(seed: int, level: float, figures: int, days: int, spread: float, trend: float = 0.0) -> Floats:
    """Quiet figures: weekdays, a slope a week, and noise beyond chance (spread as analysis.chance)."""
    chance = np.random.default_rng(seed)
    expected = np.broadcast_to(rhythm(level, days) * np.exp(trend / 7 * np.arange(days)), (figures, days))
    return chance.poisson(expected * chance.gamma(1 / spread, spread, expected.shape)).astype(float)


def a_year(scores: usual.Scores, least: int) -> float:
    """Alarms a figure and year."""
    own = scores.verdict[:, least:]
    years = own.shape[1] * (7 if scores.grain == "week" else 1) / 365
    return float(np.mean([usual.alarms(row) for row in own]) / years)


@pytest.mark.parametrize(("level", "trend"), [(60, 0.0), (500, 0.02), (20_000, -0.02)])
def test_quiet_days_raise_less_than_an_alarm_a_figure_and_year(level, trend):
    scores = usual.score_all(grid(simulated(1, level, 40, 428, 0.001, trend), "day"), grain="day")
    assert a_year(scores, 63) <= 0.5


@pytest.mark.parametrize(("level", "trend"), [(60, 0.0), (5000, 0.05), (100_000, -0.03)])
def test_quiet_weeks_raise_less_than_an_alarm_a_figure_and_year(level, trend):
    chance = np.random.default_rng(2)
    expected = np.broadcast_to(level * np.exp(trend * np.arange(63)), (150, 63))
    values = chance.poisson(expected * chance.gamma(400, 1 / 400, expected.shape)).astype(float)
    assert a_year(usual.score_all(grid(values, "week"), grain="week"), 11) <= 0.5


@pytest.mark.parametrize(("grain", "of", "share"), [("day", 100, 0.4), ("day", 5000, 0.05), ("week", 600, 0.3)])
def test_quiet_rates_raise_less_than_an_alarm_a_figure_and_year(grain, of, share):
    chance = np.random.default_rng(3)
    length = 63 if grain == "week" else 428
    people = chance.poisson(of, (60, length)).astype(float)
    reached = chance.binomial(people.astype(int), share * np.exp(chance.normal(0, 0.02, people.shape))).astype(float)
    scores = usual.score_all(grid(reached, grain, people), grain=grain)
    assert a_year(scores, 11 if grain == "week" else 63) <= 0.5


def test_a_fall_of_a_fifth_for_a_day_is_found_at_20_000_a_day():
    values = simulated(4, 20_000, 200, 100, 0.001)
    values[:, 90] = np.round(values[:, 90] * 0.8)
    found = usual.score_all(grid(values, "day"), grain="day").verdict[:, 90]
    assert (found == "unusual").mean() >= 0.95


@pytest.mark.parametrize(("level", "least", "most"), [(500, 0.15, 0.30), (20_000, 0.05, 0.20)])
def test_a_fall_that_could_be_seen_is_seen_four_times_in_five(level, least, most):
    values = simulated(5, level, 300, 100, 0.0004)
    fall = np.median(
        [usual.could_see(series(row[:91])) for row in values[:12]],
    )
    assert least < fall < most
    values[:, 90] = np.random.default_rng(6).binomial(values[:, 90].astype(int), 1 - fall)
    found = usual.score_all(grid(values, "day"), grain="day").verdict[:, 90]
    assert 0.7 < (found == "unusual").mean() < 0.9


def test_a_rates_fall_that_could_be_seen_is_seen_four_times_in_five():
    chance = np.random.default_rng(7)
    people = np.full((300, 40), 600.0)
    reached = chance.binomial(600, 0.4, people.shape).astype(float)
    before = usual.score_all(grid(reached, "week", people), grain="week")
    fall = float(np.nanmedian(usual.falls_seen(before, range(300), [-1] * 300)))
    assert 0.15 < fall < 0.35
    reached[:, -1] = chance.binomial(600, 0.4 * (1 - fall), 300)
    found = usual.score_all(grid(reached, "week", people), grain="week").verdict[:, -1]
    assert 0.7 < (found == "unusual").mean() < 0.9


def test_where_few_come_no_fall_can_be_seen():
    assert np.isnan(usual.could_see(series([*np.resize([25.0, 45.0, 30.0, 60.0], 80)])))


# Laws -----------------------------------------------------------------------------------------------------

COUNTS = st.integers(0, 400)
GAPS = st.sets(st.integers(1, 110), max_size=12)
MARKS = st.lists(st.tuples(st.integers(0, 110), st.sampled_from(["holiday", "workday", "incident"])), max_size=8)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**32 - 1), COUNTS, GAPS, MARKS, st.integers(65, 109),
    st.sampled_from(["count", "rate", "amount"]), st.sampled_from(["day", "week"]),
)  # fmt: skip
def test_later_rows_never_change_earlier_verdicts(seed, level, gaps, marks, until, kind, grain):
    chance = np.random.default_rng(seed)
    of = chance.poisson(level, 111).astype(float)
    reached = chance.binomial(of.astype(int), 0.3).astype(float)
    table = series(reached if kind == "rate" else of, grain, list(of) if kind == "rate" else None)
    table = table.drop(index=[at for at in gaps if at not in (until, 110)])
    unbroken = pd.date_range(FIRST["day"], periods=111, freq="7D" if grain == "week" else "D")
    days = pd.DataFrame(
        {"day": unbroken[[at for at, _ in marks]], "kind": [each for _, each in marks], "name": ""}
    ).astype({"kind": str})
    whole = usual.score(table, grain=grain, kind=kind, days=days)
    part = usual.score(table[table["period"] <= unbroken[until]], grain=grain, kind=kind, days=days)
    pd.testing.assert_frame_equal(part, whole.iloc[: len(part)])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(30, 5000), st.sampled_from(["day", "week"]))
def test_a_value_is_in_its_range_exactly_where_it_is_usual(seed, level, grain):
    values = np.random.default_rng(seed).poisson(level, 90) * np.resize([1.0, 1.0, 1.2, 0.7], 90)
    found = usual.score(series(np.round(values), grain), grain=grain)
    known = found[found["z"].notna()]
    inside = (known["value"] >= known["low"]) & (known["value"] <= known["high"])
    assert (inside == (known["z"].abs() < 3)).all()
    assert found.loc[found["z"].isna(), "verdict"].eq("too little").all()
