"""Who came, stayed, returned and went quiet: growth accounting, and each figure against the period compared with.

Columns in: as lifecycle/growth, one row a period and state: period, state, users (dormant missing while the period
runs), is_complete. Only complete periods enter a figure; of figures by day, the days that the data cover.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from analysis.finding import Finding
from analysis.power import yearly
from analysis.proportions import newcombe, ratio
from analysis.stage import Assessment
from analysis.weeks import STATES

Floats = npt.NDArray[np.float64]
Unit = Literal["people", "rate", "ratio"]

# A spread of fewer values than this says too little to tell a change from noise.
FEWEST = 3
# The last weeks of silence that have a bar each; then what the bars after them begin with, the last one open.
SINGLE_WEEKS = 12
WIDER = (13, 26, 52)


@dataclass(frozen=True)
class Figure:
    """A figure over the complete periods shown, against the same over those compared with.

    value, before  the figure; missing where undefined
    above, below   what was divided (below missing for means)
    size           the change: a share of `before` for people and ratios, a difference for rates (.02 is two points)
    low, high      its 95 % interval; missing where there are too few values to tell
    beyond         whether the interval leaves out 0; None where there is none
    """

    name: str
    unit: Unit
    value: float
    above: float
    below: float
    before: float = np.nan
    size: float = np.nan
    low: float = np.nan
    high: float = np.nan

    @property
    def beyond(self) -> bool | None:
        """Whether the change is more than noise; None where nobody can tell."""
        return self.low > 0 or self.high < 0 if np.isfinite(self.low) else None


# Growth accounting ----------------------------------------------------------------------------------------


def accounts(states: pd.DataFrame) -> pd.DataFrame:
    """The whole history, period by period.

    states   from the first period on: what somebody did before the first row is not known
    returns  one row a period, ascending: period, new, retained, resurrected, dormant, is_complete; active = new +
             retained + resurrected; before (active in the period before); pool (active at some time before, but
             not in the period before); net = new + resurrected − dormant; quick_ratio, churn, retention,
             resurrection (see `pooled`). Missing: what is undefined, and all from `net` on while the period runs
    """
    periods, row = np.unique(states["period"].to_numpy("datetime64[D]"), return_inverse=True)
    cells = np.full((len(STATES), len(periods)), np.nan)
    place = pd.Index(STATES).get_indexer(pd.Index(states["state"]))
    cells[place, row] = states["users"].to_numpy(float, na_value=np.nan)
    complete = np.zeros(len(periods), bool)
    complete[row] = states["is_complete"].to_numpy(bool)
    new, retained, resurrected, dormant = cells
    active = new + retained + resurrected
    before = np.concatenate([[0.0], active])[: len(active)]
    ever_before = np.concatenate([[0.0], np.cumsum(new)])[: len(new)]
    table = pd.DataFrame(
        {
            "period": periods,
            **dict(zip(STATES, cells, strict=True)),
            "is_complete": complete,
            "active": active,
            "before": before,
            "pool": ever_before - before,
            "net": np.where(complete, new + resurrected - dormant, np.nan),
        }
    )
    for name, (above, below) in _quotients(table).items():
        table[name] = np.where(complete, ratio(above, below), np.nan)
    return table


def _quotients(table: pd.DataFrame) -> dict[str, tuple[Floats, Floats]]:
    """What is divided by what, period by period.

    quick_ratio   people gained (new, resurrected) / people gone quiet
    churn         people gone quiet / active in the period before
    retention     active in both / active in the period before
    resurrection  people who came back / people who could: active at some time, but not in the period before
    """
    column = {name: table[name].to_numpy(float) for name in (*STATES, "before", "pool")}
    return {
        "quick_ratio": (column["new"] + column["resurrected"], column["dormant"]),
        "churn": (column["dormant"], column["before"]),
        "retention": (column["retained"], column["before"]),
        "resurrection": (column["resurrected"], column["pool"]),
    }


def rolling(actives: pd.DataFrame) -> pd.DataFrame:
    """lifecycle/actives side by side: day, daily, weekly, monthly, stickiness (daily / monthly, missing over 0)."""
    days, row = np.unique(actives["day"].to_numpy("datetime64[D]"), return_inverse=True)
    users = np.full((3, len(days)), np.nan)
    users[np.searchsorted([1, 7, 28], actives["window_days"].to_numpy(np.int64)), row] = actives["users"].to_numpy(
        float
    )
    daily, weekly, monthly = users
    return pd.DataFrame(
        {"day": days, "daily": daily, "weekly": weekly, "monthly": monthly, "stickiness": ratio(daily, monthly)}
    )


def within(table: pd.DataFrame, from_: date, until: date) -> pd.DataFrame:
    """The rows whose day or period (the first column, ascending) is in [from_, until)."""
    first = table[table.columns[0]].to_numpy("datetime64[D]")
    begin, end = np.searchsorted(first, np.array([from_, until], "datetime64[D]"))
    return table.iloc[begin:end]


# Figures of the period, against the one compared with -----------------------------------------------------


def pooled(now: pd.DataFrame, before: pd.DataFrame) -> dict[str, Figure]:
    """quick_ratio, churn, retention, resurrection over the complete periods of each side (rows of `accounts`).

    Each is the sum of what is divided by the sum of what it is divided by, so that large periods weigh more.
    The interval of a change comes from the spread over periods: the same people count in many of them, so that chance
    by person (Newcombe) alone is far too narrow. Of a rate's the wider of both; of one period on each side, in which
    everybody counts once, Newcombe's; none where two periods leave no spread to judge by.
    """
    now, before = now[now["is_complete"]], before[before["is_complete"]]
    those = _quotients(before)
    found = {}
    for name, this in _quotients(now).items():
        figure = _ratio_of_sums(name, "ratio" if name == "quick_ratio" else "rate", this, those[name])
        if figure.unit == "rate":
            gap = newcombe(figure.above, figure.below, those[name][0].sum(), those[name][1].sum())
            if len(now) == len(before) == 1:
                figure = _with(figure, size=gap.difference, low=gap.low, high=gap.high)
            elif np.isfinite(figure.low):
                low, high = min(gap.low, figure.low), max(gap.high, figure.high)
                figure = _with(figure, size=figure.size, low=low, high=high)
        found[name] = figure
    return found


def averages(now: pd.DataFrame, before: pd.DataFrame) -> dict[str, Figure]:
    """stickiness, and daily, weekly and monthly actives on an average day of each side (rows of `rolling`).

    Neighbouring days share most of their people, so that the noise is judged on whole blocks of days as long as the
    window, a week at least.
    """
    return {
        name: _ratio_of_sums(
            name, "rate" if name == "stickiness" else "people", _sides(now, name), _sides(before, name), days
        )
        for name, days in (("stickiness", 28), ("daily", 7), ("weekly", 7), ("monthly", 28))
    }


def _sides(days: pd.DataFrame, name: str) -> tuple[Floats, Floats]:
    """What is added up above and below, day by day: for a mean the people, and 1 for each day."""
    if name == "stickiness":
        return days["daily"].to_numpy(float), days["monthly"].to_numpy(float)
    return days[name].to_numpy(float), np.ones(len(days))


def _ratio_of_sums(
    name: str, unit: Unit, now: tuple[Floats, Floats], before: tuple[Floats, Floats], block: int = 1
) -> Figure:
    """Sum by sum on both sides, and the change with the interval that the spread over blocks leaves."""
    value, error, freedom = _spread(*now, block)
    value_before, error_before, freedom_before = _spread(*before, block)
    figure = Figure(name, unit, value, float(now[0].sum()), float(now[1].sum()), value_before)
    if unit == "rate":
        size, variances = value - value_before, (error**2, error_before**2)
    else:
        size = float(ratio(value - value_before, value_before))
        # source: relative lift R = m1/m0 − 1 has the variance v1/m0² + m1² v0/m0⁴
        relative = ratio([error, value * error_before], [value_before, value_before**2])
        variances = float(relative[0]) ** 2, float(relative[1]) ** 2
    reach = _reach(variances, (freedom, freedom_before))
    return _with(figure, size=size, low=size - reach, high=size + reach)


def _spread(above: Floats, below: Floats, block: int) -> tuple[float, float, float]:
    """Sum by sum, its standard error over whole blocks (the latest ones), and the degrees of freedom.

    source  Cochran (1977), "Sampling Techniques", 6.3: the residuals above − value · below
    """
    value = float(ratio(above.sum(), below.sum()))
    whole = len(above) // block
    if whole < FEWEST or not np.isfinite(value):
        return value, np.nan, np.nan
    up, down = (each[len(each) - whole * block :].reshape(whole, block).sum(axis=1) for each in (above, below))
    left = up - value * down
    error = np.sqrt((left**2).sum() / (whole - 1) / whole) / down.mean() if down.mean() else np.nan
    return value, float(error), float(whole - 1)


def _reach(variances: tuple[float, float], freedom: tuple[float, float]) -> float:
    """Half of Welch's 95 % interval; missing where one side has none, or neither varies."""
    total = sum(variances)
    shared = float(ratio(total**2, sum(v**2 / f for v, f in zip(variances, freedom, strict=True))))
    return float(stdtrit(shared, 0.975)) * np.sqrt(total) if np.isfinite(shared) else np.nan


def _with(figure: Figure, *, size: float, low: float, high: float) -> Figure:
    return replace(figure, size=float(size), low=float(low), high=float(high))


# Sentences ------------------------------------------------------------------------------------------------


def balance(rows: pd.DataFrame) -> Finding:
    """What the complete periods add up to: who came, came back and went quiet, and what is left of it."""
    done = rows[rows["is_complete"]]
    if not len(done):
        return Finding("lifecycle.balance.nothing")
    net = float(done["net"].sum())
    facts = {name: float(done[name].sum()) for name in ("new", "resurrected", "dormant")}
    ending = "more" if net > 0 else "fewer" if net < 0 else "even"
    return Finding(f"lifecycle.balance.{ending}", {**facts, "net": abs(net)})


# How often, and how long ago ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Habit:
    """On how many days of the period people were active, over its complete periods.

    table    days, users (people and periods: who is active in two weeks counts twice), share, before (the share in
             the periods compared with; missing without any)
    mean     active days a person and period; before: the same in the periods compared with
    """

    table: pd.DataFrame
    mean: float
    before: float


def habit(now: pd.DataFrame, before: pd.DataFrame) -> Habit:
    """Rows of lifecycle/active_days of both sides: period, days, users, is_complete."""
    days, users = _by_days(now)
    others = dict(zip(*_by_days(before), strict=True))
    users_before = np.array([others.get(each, 0.0) for each in days])
    table = pd.DataFrame(
        {
            "days": days,
            "users": users,
            "share": ratio(users, users.sum()),
            "before": ratio(users_before, sum(others.values())),
        }
    )
    mean_before = float(ratio(sum(each * people for each, people in others.items()), sum(others.values())))
    return Habit(table, float(ratio((days * users).sum(), users.sum())), mean_before)


def _by_days(table: pd.DataFrame) -> tuple[npt.NDArray[np.int64], Floats]:
    done = table[table["is_complete"].to_numpy(bool)]
    days, place = np.unique(done["days"].to_numpy(np.int64), return_inverse=True)
    return days, np.bincount(place, done["users"].to_numpy(float), minlength=len(days)).astype(float)


def silence(table: pd.DataFrame) -> pd.DataFrame:
    """lifecycle/dormancy in bars: people not active in the last 7 days by how long that has been so.

    returns  first, last (weeks; last is missing for the open bar), users, share of all who are silent; a week each up
             to the 12th, then wider; the bar of the longest that anybody is silent is the last one
    """
    weeks, users = table["weeks"].to_numpy(np.int64), table["users"].to_numpy(float)
    edges = np.array([*range(1, SINGLE_WEEKS + 1), *WIDER])
    some = edges <= weeks.max(initial=0)
    firsts, lasts = edges[some], np.array([*edges[1:] - 1, np.nan])[some]
    quiet = weeks >= 1
    place = np.searchsorted(firsts, weeks[quiet], "right") - 1
    counted = np.bincount(place, users[quiet], minlength=len(firsts)).astype(float)
    return pd.DataFrame({"first": firsts, "last": lasts, "users": counted, "share": ratio(counted, counted.sum())})


# The stage ------------------------------------------------------------------------------------------------


def runs(history: pd.DataFrame) -> pd.DataFrame:
    """Weeks in a row with one stage: stage, first, last (their Mondays), weeks."""
    stage, week = history["stage"].to_numpy(object), history["week"].to_numpy("datetime64[D]")
    starts = np.flatnonzero(np.concatenate([[True], stage[1:] != stage[:-1]])) if len(stage) else np.array([], int)
    ends = np.concatenate([starts[1:], [len(stage)]])[: len(starts)]
    return pd.DataFrame({"stage": stage[starts], "first": week[starts], "last": week[ends - 1], "weeks": ends - starts})


def differs(one: Assessment, other: Assessment) -> bool:
    """Whether two verdicts of the last week are not the same: another stage, or the same since another week."""
    return (one.now.stage, one.now.since) != (other.now.stage, other.now.since)


def by_value(found: Mapping[str, Assessment]) -> pd.DataFrame:
    """The stage of each value, the largest first (by the actives of the last complete week, ties by name).

    returns  value, active, stage, since, confidence, slope (natural logarithm a week), per_year (as a share: −.4 is
             40 % fewer a year from now), quick_ratio
    """
    columns = ["value", "active", "stage", "since", "confidence", "slope", "per_year", "quick_ratio"]
    rows = [(value, *_last(each)) for value, each in found.items()]
    rows.sort(key=lambda row: (-row[1] if np.isfinite(row[1]) else np.inf, row[0]))
    return pd.DataFrame(rows, columns=columns)


def _last(found: Assessment) -> tuple[float, str, date | None, float, float, float, float]:
    """What the last complete week says."""
    last = found.history.iloc[-1].to_dict() if len(found.history) else {}
    active, slope, quick = (float(last.get(name, np.nan)) for name in ("active", "slope", "quick_ratio"))
    return active, found.now.stage, found.now.since, found.now.confidence, slope, yearly(slope), quick
