"""Weekly counts on an unbroken calendar: every week from the first to the last complete one."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

STATES = ("new", "retained", "resurrected", "dormant")
DAYS = 7


@dataclass(frozen=True)
class Weeks:
    """One place a week, ascending; a week without data is there and its counts are missing, never 0.

    week     first days
    active   new + retained + resurrected
    running  the first day of the week left out because it is not over; None where there is none
    """

    week: npt.NDArray[np.datetime64]
    new: Floats
    resurrected: Floats
    dormant: Floats
    active: Floats
    running: date | None

    @property
    def has_data(self) -> Bools:
        """Whether the week's actives are known."""
        return np.isfinite(self.active)

    @property
    def first(self) -> int:
        """The place of the first week in which anybody was active; the number of weeks where nobody ever was."""
        some = np.flatnonzero(np.nan_to_num(self.active) > 0)
        return int(some[0]) if len(some) else len(self.week)

    def day(self, place: int) -> date:
        """The first day of the week at that place."""
        found: date = self.week[place].astype(date)
        return found


def of(table: pd.DataFrame) -> Weeks:
    """The weeks of a table: week, new, retained, resurrected, dormant, in any order.

    Rows of the same week are added up, as segments are. The last week is left out where its dormant is missing: it
    is still running. ValueError for a column that is absent or holds something else.
    """
    absent = [name for name in ("week", *STATES) if name not in table]
    if absent:
        raise ValueError(f"weeks has no column {', '.join(absent)}, only {', '.join(map(str, table.columns))}")
    counts = {name: _counts(table[name]) for name in STATES}
    days = _days(table["week"])
    if not len(days):
        none = np.empty(0)
        return Weeks(days, new=none, resurrected=none, dormant=none, active=none, running=None)
    first = days.min()
    place, astray = np.divmod((days - first).astype(np.int64), DAYS)
    if astray.any():
        raise ValueError(f"weeks must all start on one day of the week: not {first} and {days[astray > 0][0]}")
    length = int(place.max()) + 1
    found = {name: _summed(place, counts[name], length) for name in STATES}
    running = None
    week = first + DAYS * np.arange(length)
    if np.isnan(found["dormant"][-1]):
        running = week[-1].astype(date)
        week, found = week[:-1], {name: column[:-1] for name, column in found.items()}
    return Weeks(
        week=week,
        new=found["new"],
        resurrected=found["resurrected"],
        dormant=found["dormant"],
        active=found["new"] + found["retained"] + found["resurrected"],
        running=running,
    )


def _counts(column: "pd.Series[float]") -> Floats:
    try:
        values = column.to_numpy(float, na_value=np.nan)
    except (TypeError, ValueError):
        raise ValueError(f"weeks.{column.name} must be numbers, not {column.dtype}") from None
    if (values < 0).any() or np.isinf(values).any():
        raise ValueError(f"weeks.{column.name} must be counts of people, 0 or more")
    return np.asarray(values, float)


def _days(column: "pd.Series[pd.Timestamp]") -> npt.NDArray[np.datetime64]:
    try:
        days = pd.to_datetime(column, format="ISO8601").to_numpy("datetime64[D]")
    except (TypeError, ValueError):
        raise ValueError(f"weeks.week must be days, not {column.dtype}") from None
    if np.isnat(days).any():
        raise ValueError("weeks.week must not be missing")
    return np.asarray(days)


def _summed(place: npt.NDArray[np.int64], counts: Floats, length: int) -> Floats:
    total = np.zeros(length)
    np.add.at(total, place, counts)
    seen = np.bincount(place, minlength=length) > 0
    return np.where(seen, total, np.nan)


def wide(states: pd.DataFrame) -> pd.DataFrame:
    """lifecycle/growth by week as `of` wants it: a row a week, a column a state; value, too, if it has that.

    states  period, state, users (dormant missing while the week runs), perhaps value
    """
    keys = ["value", "period"] if "value" in states else ["period"]
    counted = states.assign(users=states["users"].to_numpy(float, na_value=np.nan))
    table = counted.pivot(index=keys, columns="state", values="users")
    return (
        table.reindex(columns=list(STATES)).rename_axis(columns=None).reset_index().rename(columns={"period": "week"})
    )
