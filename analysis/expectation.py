"""What a figure was expected to be, period by period, from the periods before it and from nothing after.

By day     level × weekday: the weekday's factor is the median over 8 weeks of value / (centred 7-day mean), the level
           the median of the last 7 values, each by its weekday's factor.
By week    the median of the last 3 weeks, each carried on along the slope of the last 8 (Theil and Sen: the median of
           all slopes between two weeks), in logarithms; rates have no slope.
Spread     mean of min(beyond chance, its 90 % quantile) over the last 91 days or 26 weeks, from 0 up.
Days off   and incidents teach nothing. A period of days off has a wider range: how far earlier days off were from what
           was expected, beside a start of 15 % that counts like 8 days.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis import chance
from analysis.chance import Kind
from analysis.proportions import ratio

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]

FACTOR_WEEKS, LEAST_FACTOR_WEEKS = 8, 3
LEVEL_DAYS, LEAST_LEVEL_DAYS = 7, 4
SPREAD_DAYS, LEAST_SPREAD_DAYS = 91, 21
SLOPE_WEEKS, LEAST_SLOPE_WEEKS = 8, 5
LEVEL_WEEKS, LEAST_LEVEL_WEEKS = 3, 2
SPREAD_WEEKS, LEAST_SPREAD_WEEKS = 26, 6
SPREAD_QUANTILE = 0.9
DAY_OFF_SPREAD, DAY_OFF_WEIGHT = 0.15**2, 8.0
SATURDAY = 5


@dataclass(frozen=True)
class Expectation:
    """A row a figure, a column a period.

    expected  missing where too few periods came before
    spread    as analysis.chance has it; missing where too few expectations came true or not before
    """

    expected: Floats
    spread: Floats


@dataclass(frozen=True)
class Marked:
    """What is known of the periods themselves, a place each.

    off      share of the period's days that are days off, or worked to make up for such days
    worked   a day at the week's end that was worked
    teaches  whether the period is an ordinary one
    """

    off: Floats
    worked: Bools
    teaches: Bools


def by_day(kind: Kind, value: Floats, numerator: Floats, of: Floats, weekday: Integers, marked: Marked) -> Expectation:
    """Expectations of unbroken days; figures of one kind. weekday: 0 is Monday."""
    learnt = np.where(marked.teaches, value, np.nan)
    if kind == "rate":
        kept = np.where(marked.teaches & np.isfinite(value), 1.0, np.nan)
        mean = ratio(_centred(numerator * kept), _centred(of * kept))
    else:
        mean = _centred(learnt)
    factor = _factors(ratio(learnt, mean))
    factor = np.where(marked.worked, _of_working_days(factor, weekday), factor)
    level = median(_before(ratio(learnt, factor), marked.teaches, LEVEL_DAYS), LEAST_LEVEL_DAYS)
    expected = level * factor
    if kind == "rate":
        expected = _inside(expected, _before(of, marked.teaches, LEVEL_DAYS))
    return _with_spread(kind, value, of, expected, marked, SPREAD_DAYS, LEAST_SPREAD_DAYS)


def by_week(kind: Kind, value: Floats, of: Floats, marked: Marked) -> Expectation:
    """Expectations of unbroken weeks; figures of one kind."""
    now = np.arange(value.shape[1])
    if kind == "rate":
        windows = _before(value, marked.teaches, LEVEL_WEEKS)
        expected = _inside(median(windows, LEAST_LEVEL_WEEKS), _before(of, marked.teaches, LEVEL_WEEKS))
        return _with_spread(kind, value, of, expected, marked, SPREAD_WEEKS, LEAST_SPREAD_WEEKS)
    # An amount at or below 0 has no logarithm; of people nobody is half a person.
    least = np.where(value == 0, 0.5, value) if kind == "count" else value
    logs = np.where(least > 0, np.log(np.where(least > 0, least, 1.0)), np.nan)
    windows = _before(logs, marked.teaches, SLOPE_WEEKS)
    ages = _before(np.broadcast_to(now.astype(float), (1, len(now))), marked.teaches, SLOPE_WEEKS) - now[:, None]
    first, second = np.triu_indices(SLOPE_WEEKS, 1)
    slopes = (windows[..., second] - windows[..., first]) / (ages[..., second] - ages[..., first])
    slope = median(slopes, LEAST_SLOPE_WEEKS * (LEAST_SLOPE_WEEKS - 1) // 2)
    carried = (windows - slope[..., None] * ages)[..., -LEVEL_WEEKS:]
    expected = np.exp(median(carried, LEAST_LEVEL_WEEKS))
    return _with_spread(kind, value, of, expected, marked, SPREAD_WEEKS, LEAST_SPREAD_WEEKS)


def _with_spread(
    kind: Kind, value: Floats, of: Floats, expected: Floats, marked: Marked, window: int, least: int
) -> Expectation:
    beyond = chance.beyond_chance(kind, value, of, expected)
    spread = _winsorised_mean(_before(beyond, marked.teaches, window), least)
    # What days off do to a figure is learnt apart, from the days and weeks that have some.
    is_off = marked.off > 0
    far = np.where(is_off, np.maximum(beyond - np.maximum(spread, 0), 0), np.nan) / np.where(is_off, marked.off, 1) ** 2
    known = np.isfinite(far)
    total = np.cumsum(np.where(known, far * marked.off, 0.0), axis=1)
    weight = np.cumsum(np.where(known, marked.off, 0.0), axis=1)
    total, weight = (np.concatenate([np.zeros((len(value), 1)), each[:, :-1]], axis=1) for each in (total, weight))
    off = (DAY_OFF_WEIGHT * DAY_OFF_SPREAD + total) / (DAY_OFF_WEIGHT + weight)
    return Expectation(expected, np.maximum(spread, 0) + marked.off**2 * off)


def _before(values: Floats, teaches: Bools, window: int) -> Floats:
    """The last `window` ordinary periods before each one, the nearest last; missing before the first."""
    own = values[:, teaches]
    padded = np.concatenate([np.full((len(own), window), np.nan), own], axis=1)
    at = np.concatenate([[0], np.cumsum(teaches)[:-1]]).astype(np.intp)
    return np.lib.stride_tricks.sliding_window_view(padded, window, axis=1)[:, at]


def _centred(values: Floats) -> Floats:
    """Mean of the three days before, the day and the three after; missing where one of them is."""
    found = np.full(values.shape, np.nan)
    if values.shape[1] >= 7:
        windows = np.lib.stride_tricks.sliding_window_view(values, 7, axis=1)
        found[:, 3:-3] = windows.mean(axis=2)
    return found


def _factors(ratios: Floats) -> Floats:
    """The weekday's median ratio of the 8 weeks before: the newest of them knows the day 4 before this one."""
    back = np.full((*ratios.shape, FACTOR_WEEKS), np.nan)
    for week in range(1, FACTOR_WEEKS + 1):
        back[:, 7 * week :, week - 1] = ratios[:, : ratios.shape[1] - 7 * week] if ratios.shape[1] > 7 * week else 0
    return median(back, LEAST_FACTOR_WEEKS)


def _of_working_days(factor: Floats, weekday: Integers) -> Floats:
    """The mean factor of the working days among the 7 days before."""
    working = np.where(weekday < SATURDAY, factor, np.nan)
    windows = _before(working, np.ones(factor.shape[1], bool), 7)
    known = np.isfinite(windows)
    return ratio(np.where(known, windows, 0.0).sum(axis=2), known.sum(axis=2))


def _inside(expected: Floats, of: Floats) -> Floats:
    """A share that may be 0 or 1 by chance: as far inside as half a person of those it was learnt from."""
    people = np.maximum(np.where(np.isfinite(of), of, 0.0).sum(axis=2), 1.0)
    return np.clip(expected, 0.5 / people, 1 - 0.5 / people)


def recent_median(values: Floats, window: int) -> Floats:
    """The median of the last `window` periods before each one, of what is there."""
    return median(_before(values, np.ones(values.shape[1], bool), window), 1)


def median(windows: Floats, least: int) -> Floats:
    """Over the last axis, of what is there; missing where fewer than `least` are."""
    ordered = np.sort(windows, axis=-1)
    count = np.isfinite(ordered).sum(axis=-1)
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, windows.shape[-1] - 1)
    middle = [np.take_along_axis(ordered, at[..., None], axis=-1)[..., 0] for at in (low, high)]
    return np.where(count >= least, (middle[0] + middle[1]) / 2, np.nan)


def _winsorised_mean(windows: Floats, least: int) -> Floats:
    """The mean of min(each, their 90 % quantile), of what is there."""
    ordered = np.sort(windows, axis=-1)
    known = np.isfinite(ordered)
    count = known.sum(axis=-1)
    place = SPREAD_QUANTILE * np.maximum(count - 1, 0)
    low = place.astype(np.intp)
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    at_low, at_high = (np.take_along_axis(ordered, at[..., None], axis=-1)[..., 0] for at in (low, high))
    cap = at_low + (place - low) * (at_high - at_low)
    total = np.where(known, np.minimum(ordered, cap[..., None]), 0.0).sum(axis=-1)
    return np.where(count >= least, ratio(total, count), np.nan)
