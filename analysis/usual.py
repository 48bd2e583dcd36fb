"""What is unusual: each figure beside what its own past leads one to expect, day by day and week by week.

Verdicts: unusual from |z| 4 on, watch from 3 on, usual below; shift: the third of such periods in a row with one sign,
and those after it until it ends, so that a run of them is one alarm; too little: not enough past, or so few people that
days (weeks) say nothing. Each verdict knows only the periods before its own.

Days off have a wider range (analysis.expectation). An incident teaches nothing and is unusual all the same: whoever
shows it says what it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import chance, expectation
from analysis.cards import Series
from analysis.chance import Kind
from analysis.expectation import Expectation, Marked
from analysis.proportions import ratio

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]
Grain = Literal["day", "week"]
Verdict = Literal["usual", "watch", "unusual", "shift", "too little"]

ALARM, WATCH = 4.0, 3.0
IN_A_ROW = 3
# A fall counts as one that could have been seen when it raises an alarm four times in five.
SEEN_SHARE_Z = 0.8416212335729143
LENGTH: dict[Grain, int] = {"day": 1, "week": 7}
# Verdicts begin after so many periods, of figures (or of whom a share is taken) with such a median over the past.
LEAST_PAST: dict[Grain, int] = {"day": 63, "week": 11}
LEAST_PEOPLE = 30.0
PAST: dict[Grain, int] = {"day": 56, "week": 8}
# An amount that is usually off by more than this share of itself can do what it likes.
MOST_NOISE = 0.5
# A week with more days off than this is no week to learn from.
MOST_OFF = 3 / 7
RANK: dict[str, int] = {"unusual": 3, "shift": 3, "watch": 2, "usual": 1, "too little": 0}
COLUMNS = ("period", "value", "expected", "low", "high", "z", "verdict")
NO_DAYS = pd.DataFrame({"day": pd.to_datetime([]), "kind": pd.Series([], dtype=str), "name": pd.Series([], dtype=str)})


@dataclass(frozen=True)
class Scores:
    """Figures beside their expectation: a row a figure (in the order of `metrics`), a column a period, unbroken.

    low, high  the usual range: |z| below 3; whole people for counts, 0 to 1 for rates; missing where z is
    z          how surprising, as analysis.chance; missing where there is no value or too little to judge it by
    spread     as analysis.chance
    """

    grain: Grain
    metrics: tuple[str, ...]
    kinds: tuple[Kind, ...]
    periods: Days
    value: Floats
    of: Floats
    expected: Floats
    spread: Floats
    low: Floats
    high: Floats
    z: Floats
    verdict: npt.NDArray[np.object_]

    def at(self, period: date) -> int | None:
        """The column of the period that begins on that day; None where it is not there."""
        found = np.flatnonzero(self.periods == np.datetime64(period))
        return int(found[0]) if len(found) else None


def score(
    series: pd.DataFrame, *, grain: Grain = "day", kind: Kind | None = None, days: pd.DataFrame = NO_DAYS
) -> pd.DataFrame:
    """One figure: each period beside what was to be expected of it.

    series   period (first days), value; of a rate numerator and denominator beside it, from which value is then made.
             Any order; periods that are not there are missing, not 0
    kind     as analysis.chance; None: rate where there is a denominator, else count
    days     day, kind (holiday | workday | incident): days off, weekends worked for them, days that went wrong
    returns  period, value, expected, low, high, z, verdict; unbroken from the first period to the last, ascending
    raises   ValueError for a column that is absent, a period twice, or weeks that start on different days
    """
    scores = _scored_alone(series, grain, kind, days)
    return pd.DataFrame(
        {"period": scores.periods.astype("datetime64[ns]")} | {name: getattr(scores, name)[0] for name in COLUMNS[1:]}
    )


def score_all(figures: Series, *, grain: Grain, days: pd.DataFrame = NO_DAYS) -> Scores:
    """Many figures at once; only settled periods have a value.

    days  as `score`
    """
    divided = [bool(row.any()) for row in np.isfinite(figures.denominator)]
    kinds = tuple(_kind(unit, each) for unit, each in zip(figures.units, divided, strict=True))
    value, above, below = (
        np.where(figures.settled, each, np.nan) for each in (figures.value, figures.numerator, figures.denominator)
    )
    return _scored(figures.metrics, kinds, figures.periods, value, above, below, grain, days)


def could_see(
    series: pd.DataFrame, *, grain: Grain = "day", kind: Kind | None = None, days: pd.DataFrame = NO_DAYS
) -> float:
    """The smallest fall of the last period that would have raised an alarm four times in five: .21 is 21 %.

    series, kind, days  as `score`
    returns             a share of what was expected; missing where there is no expectation, or where not even nothing
                        at all would be seen
    """
    scores = _scored_alone(series, grain, kind, days)
    return float(falls_seen(scores, [0], [-1])[0]) if len(scores.periods) else np.nan


def falls_seen(scores: Scores, rows: Sequence[int], places: Sequence[int]) -> Floats:
    """The same of many cells at once, each by its row and its column."""
    cells = np.asarray(rows, int), np.asarray(places, int)
    found = np.full(len(rows), np.nan)
    kinds = np.array(scores.kinds, object)[cells[0]]
    expected, of, spread = (grid[cells] for grid in (scores.expected, scores.of, scores.spread))
    for kind in sorted(set(kinds)):
        own = kinds == kind
        least = chance.value_at(kind, of[own], expected[own], spread[own], -(ALARM + SEEN_SHARE_Z))
        found[own] = 1 - ratio(least, expected[own])
    # Below nothing there is no fall.
    return np.where(found <= 1, found, np.nan)


def alarms(verdicts: Sequence[str]) -> int:
    """How many alarms a row of verdicts is: unusual periods on end are one."""
    loud = np.isin(np.asarray(verdicts, object), ["unusual", "shift"])
    return int((loud & ~np.concatenate([[False], loud[:-1]])).sum())


# Scoring --------------------------------------------------------------------------------------------------


def _kind(unit: str, is_divided: bool) -> Kind:
    """A rate that came divided already, and all that is neither people nor a share of them, is an amount."""
    if is_divided:
        return "rate" if unit == "rate" else "amount"
    return "count" if unit == "people" else "amount"


def _scored_alone(series: pd.DataFrame, grain: Grain, kind: Kind | None, days: pd.DataFrame) -> Scores:
    needed = ["numerator", "denominator"] if "denominator" in series else ["value"]
    absent = [name for name in ("period", *needed) if name not in series]
    if absent:
        raise ValueError(f"series has no column {', '.join(absent)}, only {', '.join(map(str, series.columns))}")
    own: Kind = kind or ("rate" if "denominator" in series else "count")
    if own == "rate" and "denominator" not in series:
        raise ValueError("series has no column denominator, which a rate needs")
    periods = series["period"].to_numpy("datetime64[D]")
    columns = [
        series[name].to_numpy(float, na_value=np.nan)[None, :] if name in series else np.full((1, len(series)), np.nan)
        for name in ("value", "numerator", "denominator")
    ]
    value, above, below = columns
    value = ratio(above, below) if "denominator" in series else value
    return _scored(("",), (own,), periods, value, above, below, grain, days)


def _scored(
    metrics: tuple[str, ...],
    kinds: tuple[Kind, ...],
    periods: Days,
    value: Floats,
    numerator: Floats,
    of: Floats,
    grain: Grain,
    days: pd.DataFrame,
) -> Scores:
    unbroken, (value, numerator, of) = _unbroken(periods, [value, numerator, of], LENGTH[grain])
    marked = _marked(unbroken, days, grain)
    weekday = (unbroken.astype("datetime64[D]").astype(np.int64) + 3) % 7
    expected, spread, low, high, z = (np.full(value.shape, np.nan) for _ in range(5))
    for kind in sorted(set(kinds)):
        own = np.flatnonzero([each == kind for each in kinds])
        values, people = value[own], of[own]
        if grain == "day":
            found = expectation.by_day(kind, values, numerator[own], people, weekday, marked)
        else:
            found = expectation.by_week(kind, values, people, marked)
        found = _only_with_past(found, values, numerator[own], people, kind, grain)
        z[own] = chance.surprise(kind, values, people, found.expected, found.spread)
        low[own], high[own] = _range(kind, people, found)
        expected[own], spread[own] = found.expected, found.spread
    none = ~np.isfinite(z)
    low[none], high[none] = np.nan, np.nan
    verdict = _verdicts(z)
    return Scores(grain, metrics, kinds, unbroken, value, of, expected, spread, low, high, z, verdict)


def _unbroken(periods: Days, columns: list[Floats], length: int) -> tuple[Days, list[Floats]]:
    """The periods from the first to the last, and the columns on them."""
    if not len(periods):
        return periods, columns
    first = periods.min()
    place, astray = np.divmod((periods - first).astype(np.int64), length)
    if astray.any():
        raise ValueError(f"periods must all start {length} days apart: not {first} and {periods[astray > 0][0]}")
    if len(np.unique(place)) < len(place):
        raise ValueError("periods must not be there twice")
    count = int(place.max()) + 1
    found = []
    for column in columns:
        wide = np.full((len(column), count), np.nan)
        wide[:, place] = column
        found.append(wide)
    return first + length * np.arange(count), found


def _marked(periods: Days, days: pd.DataFrame, grain: Grain) -> Marked:
    length = LENGTH[grain]
    day = days["day"].to_numpy("datetime64[D]")
    kind = days["kind"].to_numpy(object)

    def share(kinds: Sequence[str]) -> Floats:
        own = np.unique(day[np.isin(kind, kinds)])
        ends = np.searchsorted(own, periods + length) - np.searchsorted(own, periods)
        return np.asarray(ends / length, float)

    off, worked, failed = share(["holiday", "workday"]), share(["workday"]), share(["incident"])
    most = MOST_OFF if grain == "week" else 0.0
    return Marked(off=off, worked=(worked > 0) & (grain == "day"), teaches=(off <= most + 1e-9) & (failed == 0))


def _only_with_past(
    found: Expectation, value: Floats, numerator: Floats, of: Floats, kind: Kind, grain: Grain
) -> Expectation:
    """Nothing is expected where the past is short, of too few people, or (of amounts) all noise."""
    started = np.concatenate([np.isfinite(value), np.ones((len(value), 1), bool)], axis=1)
    first = started.argmax(axis=1)
    ok = np.arange(value.shape[1]) - first[:, None] >= LEAST_PAST[grain]
    for size in {"count": [value], "rate": [of], "amount": [numerator, of]}[kind]:
        # An amount that is no quotient has no such size.
        many = expectation.recent_median(size, PAST[grain]) >= LEAST_PEOPLE
        ok &= many | (kind == "amount" and np.isnan(size).all(axis=1, keepdims=True))
    if kind == "amount":
        ok &= found.spread <= MOST_NOISE**2
    ok &= np.isfinite(found.expected) & np.isfinite(found.spread)
    return Expectation(np.where(ok, found.expected, np.nan), np.where(ok, found.spread, np.nan))


def _range(kind: Kind, of: Floats, found: Expectation) -> tuple[Floats, Floats]:
    low, high = (chance.value_at(kind, of, found.expected, found.spread, z) for z in (-WATCH, WATCH))
    known = np.isfinite(found.expected)
    if kind == "count":
        low, high = np.ceil(low), np.floor(high)
    if kind != "amount":
        low = np.where(known & np.isnan(low), 0.0, low)
        high = np.where(known & np.isnan(high), 1.0, high) if kind == "rate" else high
    return low, high


def _verdicts(z: Floats) -> npt.NDArray[np.object_]:
    side = np.where(np.abs(z) >= WATCH, np.sign(z), 0)
    side = np.where(np.isfinite(z), side, 0)
    run = np.zeros(z.shape, int)
    for at in range(z.shape[1]):
        before, same = (run[:, at - 1], side[:, at] == side[:, at - 1]) if at else (0, False)
        run[:, at] = np.where(side[:, at] == 0, 0, np.where(same, before, 0) + 1)
    far = np.abs(z)
    return np.select(
        [~np.isfinite(z), run >= IN_A_ROW, far >= ALARM, far >= WATCH],
        ["too little", "shift", "unusual", "watch"],
        "usual",
    ).astype(object)
