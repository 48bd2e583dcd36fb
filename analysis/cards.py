"""Headline figures: the last settled value, how it changed, and whether such a change is usual.

Columns in: as overview/metrics, one row a metric and period: metric, period, numerator, denominator (missing
for counts), pending, is_complete. A period is *settled* when it is over and nobody's window is still open.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.finding import Fact, Finding
from analysis.periods import Grain, add_months
from analysis.proportions import ratio, wilson

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# How many periods back each change looks: the period before, and the same period a week or a year ago.
LAGS: dict[Grain, tuple[int, int]] = {"day": (1, 7), "week": (1, 52), "month": (1, 12)}
# With 17 figures on a page, one in ten would cry wolf every day.
USUAL_QUANTILE = 0.975
USUAL_NEEDS = 8
# A share of person-days, in which the same person counts many times: chance has no simple interval for it.
OF_PERSON_DAYS = frozenset({"stickiness"})


@dataclass(frozen=True)
class Series:
    """Figures by period, a row a metric (in the order of `metrics`), a column a period (ascending).

    value      numerator / denominator for quotients, numerator for counts; missing where undefined
    quotient   whether the metric is one figure by another
    settled    over, and nobody's window is open
    has_data   whether the product has anything to count it from
    """

    metrics: tuple[str, ...]
    units: tuple[str, ...]
    periods: npt.NDArray[np.datetime64]
    value: Floats
    numerator: Floats
    denominator: Floats
    pending: Floats
    settled: Bools
    complete: Bools
    quotient: Bools
    has_data: Bools


@dataclass(frozen=True)
class Change:
    """A figure against an earlier one.

    kind     percent (counts, ratios: size .03 is 3 %) | points (rates: .03 is 3 points) | new (from 0) | none
    beyond   larger than 39 in 40 earlier changes of this kind; None where there are too few to know
    against  the earlier period's first day
    reason   why there is none: no_earlier | undefined | nothing (both 0)
    """

    kind: Literal["percent", "points", "new", "none"]
    size: float = np.nan
    beyond: bool | None = None
    against: date | None = None
    before: float = np.nan
    reason: str = ""


@dataclass(frozen=True)
class Card:
    """One metric's last settled figure.

    period   the period's first day; None where no period of the range is settled
    pending  entrants of later periods (up to now) whose window is still open
    changes  against the period before, and against the same period a week or a year ago
    so_far   where no period is settled: the last one's figure as it stands, and open_period its first day
    """

    metric: str
    value: float
    numerator: float
    denominator: float
    period: date | None
    pending: float
    changes: tuple[Change, Change]
    has_data: bool
    so_far: float = np.nan
    open_period: date | None = None


@dataclass(frozen=True)
class Month:
    """A metric's figure of one month, and how far it is towards its target.

    of_target  share of the target reached (counts only); missing where there is no target
    gone       share of the month's days that are covered
    """

    month: date
    value: float
    is_complete: bool
    of_target: float
    gone: float


def series(table: pd.DataFrame, units: Mapping[str, str]) -> Series:
    """The table as a grid: metrics in the order of `units` by the periods found.

    units  metric: people | rate | ratio | money | orders | number; rows of other metrics are left out
    """
    metrics = tuple(units)
    place = _places(table["metric"], metrics)
    table, place = (table, place) if (place >= 0).all() else (table[place >= 0], place[place >= 0])
    periods, column = np.unique(table["period"].to_numpy("datetime64[D]"), return_inverse=True)
    shape = (len(metrics), len(periods))

    def grid(name: str) -> Floats:
        cells = np.full(shape, np.nan)
        cells[place, column] = table[name].to_numpy(float, na_value=np.nan)
        return cells

    numerator, denominator, pending = grid("numerator"), grid("denominator"), np.nan_to_num(grid("pending"))
    complete = np.nan_to_num(grid("is_complete")).astype(bool)
    shares = np.array([unit in ("rate", "ratio") for unit in units.values()], bool)
    divided = np.asarray(np.isfinite(denominator).any(axis=1))
    return Series(
        metrics=metrics,
        units=tuple(units.values()),
        periods=periods,
        # A share made elsewhere can come divided already.
        value=np.where(divided[:, None], ratio(numerator, denominator), numerator),
        numerator=numerator,
        denominator=denominator,
        pending=pending,
        settled=complete & (pending == 0),
        complete=complete,
        quotient=shares | divided,
        has_data=np.asarray(np.isfinite(numerator).any(axis=1)),
    )


def withholding(figures: Series, metrics: Collection[str]) -> Series:
    """The same grid, in which these metrics count as having data though none of theirs is in it."""
    there = np.array([metric in metrics for metric in figures.metrics], bool)
    return replace(figures, has_data=figures.has_data | there)


def cards(figures: Series, grain: Grain, from_: date, until: date) -> list[Card]:
    """One card a metric, from the periods in [from_, until); earlier ones tell what a usual change is."""
    shown = (figures.periods >= np.datetime64(from_)) & (figures.periods < np.datetime64(until))
    before = np.where(figures.settled, figures.value, np.nan)
    moves = {lag: _moves(before, lag, figures.units) for lag in LAGS[grain]}
    return [_card(figures, row, shown, grain, moves) for row in range(len(figures.metrics))]


def month_to_date(figures: Series, targets: Mapping[str, float | None], data_until: date) -> dict[str, Month]:
    """The last of these months, a metric at a time.

    targets     counts: the sum of a month; rates: a level, for which no share of the target is reckoned
    data_until  the first day not covered
    """
    if not len(figures.periods):
        return {}
    month = figures.periods[-1].astype(date)
    after = add_months(month, 1)
    gone = min((min(data_until, after) - month).days / (after - month).days, 1.0)
    found = {}
    for row, metric in enumerate(figures.metrics):
        target = targets.get(metric)
        value = float(figures.value[row, -1])
        share = value / target if target and not figures.quotient[row] else np.nan
        found[metric] = Month(month, value, bool(figures.complete[row, -1]), share, gone)
    return found


def breakdown(table: pd.DataFrame, units: Mapping[str, str], periods: Mapping[str, date]) -> pd.DataFrame:
    """Each metric by value, in that metric's own period.

    table    as overview/metrics_by_value: value beside the columns of overview/metrics
    periods  metric: first day of the period wanted, at least one; metrics without one are left out
    returns  value, metric, figure, numerator, denominator as floats; the first metric's largest first
    """
    wanted = [metric for metric in units if metric in periods]
    due = np.array([periods[metric] for metric in wanted], "datetime64[D]")
    which = _places(table["metric"], wanted)
    at = np.flatnonzero(which >= 0)
    at = at[table["period"].to_numpy("datetime64[D]")[at] == due[which[at]]]
    which = which[at]
    above = table["numerator"].to_numpy(float, na_value=np.nan)[at]
    below = table["denominator"].to_numpy(float, na_value=np.nan)[at]
    divided = np.isin(np.arange(len(wanted)), which[np.isfinite(below)])
    code, values = pd.factorize(table["value"].to_numpy(object)[at], sort=True)
    size = np.zeros(len(values))
    size[code[which == 0]] = np.nan_to_num(above[which == 0])
    order = np.lexsort((which, code, -size[code]))
    return pd.DataFrame(
        {
            "value": values[code],
            "metric": np.array(wanted, object)[which],
            "figure": np.where(divided[which], ratio(above, below), above),
            "numerator": above,
            "denominator": below,
        }
    ).iloc[order]


def headline(card: Card, grain: Grain) -> Finding:
    """The answer to "how are we doing?": by day against the same weekday, else against the period before."""
    if card.open_period is not None:
        return Finding(f"overview.answer.{grain}.so_far", {"period": card.open_period})
    if card.period is None or not np.isfinite(card.value):
        return Finding("overview.answer.nothing")
    change = card.changes[1] if grain == "day" else card.changes[0]
    facts: dict[str, Fact] = {"value": card.value, "period": card.period}
    if change.kind == "new":
        return Finding(f"overview.answer.{grain}.new", facts)
    if change.kind == "none":
        return Finding(f"overview.answer.{grain}.alone", facts)
    direction = "same" if change.size == 0 else "up" if change.size > 0 else "down"
    return Finding(f"overview.answer.{grain}.{direction}", {**facts, "size": abs(change.size)})


def how_usual(card: Card, grain: Grain) -> Finding | None:
    """Whether the headline's change is within its usual movement; None where that cannot be known."""
    change = card.changes[1] if grain == "day" else card.changes[0]
    if change.beyond is None or change.size == 0:
        return None
    return Finding("overview.answer.beyond" if change.beyond else "overview.answer.within")


def moved(found: Sequence[Card]) -> list[tuple[Card, int]]:
    """The changes beyond usual, card by card: the card, and which of its two changes."""
    return [(card, at) for card in found for at, change in enumerate(card.changes) if change.beyond and change.size]


def interval(card: Card, unit: str) -> tuple[float, float]:
    """The 95 % interval of a share of people (Wilson); missing for all that is no such share."""
    if unit != "rate" or card.metric in OF_PERSON_DAYS or not card.denominator > 0:
        return np.nan, np.nan
    low, high = wilson(card.numerator, card.denominator)
    return float(low), float(high)


def _places(names: "pd.Series[str]", known: Sequence[str]) -> npt.NDArray[np.intp]:
    """Where each name stands among the known ones, -1 for others; each name is looked up once."""
    code, found = pd.factorize(names)
    return np.asarray(pd.Index(known).get_indexer(found)[code] if len(code) else code, np.intp)


def _moves(value: Floats, lag: int, units: Sequence[str]) -> Floats:
    """Each period's change on the one `lag` before: points for rates, else relative; missing if undefined."""
    moves = np.full(value.shape, np.nan)
    if value.shape[1] > lag:
        now, before = value[:, lag:], value[:, :-lag]
        relative = ratio(now - before, np.abs(before))
        points = np.array([unit == "rate" for unit in units])[:, None]
        moves[:, lag:] = np.where(points, now - before, relative)
    return moves


def _card(figures: Series, row: int, shown: Bools, grain: Grain, moves: dict[int, Floats]) -> Card:
    metric, has_data = figures.metrics[row], bool(figures.has_data[row])
    settled = np.flatnonzero(shown & figures.settled[row])
    if not has_data or not len(settled):
        none = Change("none", reason="undefined")
        waiting = float(figures.pending[row, shown].sum()) if has_data else 0.0
        as_yet = np.flatnonzero(shown & np.isfinite(figures.value[row]))
        open_period = figures.periods[as_yet[-1]].astype(date) if len(as_yet) else None
        so_far = float(figures.value[row, as_yet[-1]]) if len(as_yet) else np.nan
        return Card(metric, np.nan, np.nan, np.nan, None, waiting, (none, none), has_data, so_far, open_period)
    at = int(settled[-1])
    later = shown & (np.arange(len(shown)) > at)
    first, second = (_change(figures, row, at, lag, moves[lag]) for lag in LAGS[grain])
    return Card(
        metric=metric,
        value=float(figures.value[row, at]),
        numerator=float(figures.numerator[row, at]),
        denominator=float(figures.denominator[row, at]),
        period=figures.periods[at].astype(date),
        pending=float(figures.pending[row, later].sum()),
        changes=(first, second),
        has_data=has_data,
    )


def _change(figures: Series, row: int, at: int, lag: int, moves: Floats) -> Change:
    now, unit = figures.value[row, at], figures.units[row]
    if at < lag:
        return Change("none", reason="no_earlier")
    against = figures.periods[at - lag].astype(date)
    before = figures.value[row, at - lag] if figures.settled[row, at - lag] else np.nan
    if not (np.isfinite(now) and np.isfinite(before)):
        return Change("none", against=against, before=float(before), reason="undefined")
    if unit != "rate" and before == 0:
        if now == 0:
            return Change("none", against=against, before=0.0, reason="nothing")
        return Change("new", against=against, before=0.0)
    size = float(moves[row, at])
    past = np.abs(moves[row, :at])
    past = past[np.isfinite(past)]
    beyond = abs(size) > _quantile(past, USUAL_QUANTILE) if len(past) >= USUAL_NEEDS else None
    return Change("points" if unit == "rate" else "percent", size, beyond, against, float(before))


def _quantile(values: Floats, share: float) -> float:
    """As numpy's own (linear), ten times as fast on the few values of a card."""
    ordered = np.sort(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (place - low) * (ordered[high] - ordered[low]))
