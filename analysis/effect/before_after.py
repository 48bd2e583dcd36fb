"""The product's days before, during and after a campaign: a description, which proves nothing."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.finding import Finding

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

# Whole weeks, so that every weekday weighs the same.
DAYS_BEFORE = 28


@dataclass(frozen=True)
class BeforeAfter:
    """People a day among everybody: who reached the goal, or, where there is none, who were active.

    what                reached | active: what is counted
    before              the days before the start, each weekday weighing as often as it occurs during the campaign
    during, after       means over the days counted; missing where there are none
    days_*              complete days counted
    change              during / before − 1; missing where nobody reached it before, or a part has no days
    """

    what: Literal["reached", "active"]
    before: float
    during: float
    after: float
    days_before: int
    days_during: int
    days_after: int
    change: float

    @property
    def finding(self) -> Finding:
        """The sentence: higher or lower than before, and no more than that."""
        figures = {"before": self.before, "during": self.during, "size": abs(self.change), "days": self.days_during}
        if not (self.days_before and self.days_during):
            return Finding("effect.before.nothing")
        if math.isnan(self.change):
            return Finding(f"effect.before.{'new' if self.during > 0 else 'nobody'}.{self.what}", figures)
        direction = "same" if self.change == 0 else "higher" if self.change > 0 else "lower"
        return Finding(f"effect.before.{direction}.{self.what}", figures)


def before_after(table: pd.DataFrame, starts_on: date, ends_on: date, data_until: date) -> BeforeAfter:
    """People a day in the 28 days before, in the campaign's days, and after them.

    table       as campaigns/before_after: day, active, reached (missing without a goal); other days do not count
    starts_on, ends_on  both days belong to it; where they were mixed up, the earlier one begins it
    data_until  first day not covered
    """
    starts_on, ends_on = min(starts_on, ends_on), max(starts_on, ends_on)
    day = table["day"].to_numpy("datetime64[D]")
    what: Literal["reached", "active"] = "reached" if table["reached"].notna().any() else "active"
    reached = table[what].to_numpy(float, na_value=np.nan)
    known = np.isfinite(reached) & (day < np.datetime64(data_until))
    day, reached = day[known], reached[known]
    first, last = np.datetime64(starts_on), np.datetime64(ends_on)
    is_before = (day < first) & (day >= np.datetime64(starts_on - timedelta(days=DAYS_BEFORE)))
    is_during, is_after = (day >= first) & (day <= last), day > last
    before = _like(day[is_before], reached[is_before], day[is_during])
    during = _mean(reached[is_during])
    return BeforeAfter(
        what=what,
        before=before,
        during=during,
        after=_mean(reached[is_after]),
        days_before=int(is_before.sum()),
        days_during=int(is_during.sum()),
        days_after=int(is_after.sum()),
        change=during / before - 1 if before > 0 else math.nan,
    )


def _like(days: Days, reached: Floats, during: Days) -> float:
    """The mean of days weighted as the weekdays of the campaign are; weekdays that are missing before are left out."""
    weekday, wanted = days.astype(np.int64) % 7, np.bincount(during.astype(np.int64) % 7, minlength=7)
    counts = np.bincount(weekday, minlength=7)
    sums = np.bincount(weekday, reached, minlength=7)
    here = (counts > 0) & (wanted > 0)
    if not here.any():
        return _mean(reached)
    return float((sums[here] / counts[here] * wanted[here]).sum() / wanted[here].sum())


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else math.nan
