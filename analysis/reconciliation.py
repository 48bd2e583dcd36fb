"""Our figures beside the same figures made elsewhere: how far apart they are, and whether steadily so.

Columns in: as data/reconciliation, one row a figure and day: figure, day, numerator, denominator (missing for
counts), amount (theirs), is_complete. A difference is theirs against ours: a share of ours for counts, ratios and
money (.012 is 1.2 % more), a difference of shares for rates (.012 is 1.2 points more).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.finding import Finding
from analysis.proportions import ratio

# The range holds nine days in ten.
LOW, HIGH = 0.05, 0.95
# Differences so small on nine days in ten are the same count, made at another hour.
SAME = 0.005
# A difference is steady where its range is no wider than this, or than the difference itself.
STEADY = 0.02
# Fewer days than this have no range.
NEEDS = 8


@dataclass(frozen=True)
class Agreement:
    """How far theirs lie from ours over complete days that both have.

    kind        percent | points: what median, low and high are differences in, all as shares (.01 is 1 % or 1 point)
    median      the middle one of the days' differences; missing without a day
    low, high   nine days in ten lie between them; missing where there are fewer than 8 days
    days        complete days that both have and where a difference is defined
    only_ours   complete days that they have no figure of
    """

    figure: str
    kind: str
    median: float
    low: float
    high: float
    days: int
    only_ours: int

    @property
    def is_same(self) -> bool:
        """Whether nine days in ten agree to half a percent (or half a point)."""
        return bool(max(abs(self.low), abs(self.high)) <= SAME)

    @property
    def is_steady(self) -> bool:
        """Whether the difference has one direction on nine days in ten (or none at all), and about one size."""
        one_way = (self.low >= 0 and self.median > 0) or (self.high <= 0 and self.median < 0)
        return bool(one_way and self.high - self.low <= max(STEADY, abs(self.median)))


def by_day(table: pd.DataFrame, figure: str, unit: str) -> pd.DataFrame:
    """One figure's days in order: day, ours, theirs, difference (missing where undefined), is_complete.

    unit  of the figure: a rate's difference is in points, all others' are shares of ours
    """
    own = table[table["figure"] == figure].sort_values("day", ignore_index=True)
    above, below, theirs = (
        own[name].to_numpy(float, na_value=np.nan) for name in ("numerator", "denominator", "amount")
    )
    is_quotient = unit in ("rate", "ratio") or bool(np.isfinite(below).any())
    ours = ratio(above, below) if is_quotient else above
    difference = theirs - ours if unit == "rate" else ratio(theirs - ours, np.abs(ours))
    return pd.DataFrame(
        {
            "day": own["day"],
            "ours": ours,
            "theirs": theirs,
            "difference": difference,
            "is_complete": own["is_complete"].to_numpy(bool),
        }
    )


def agreement(days: pd.DataFrame, figure: str, unit: str) -> Agreement:
    """The middle difference and its range over the complete days.

    days    as `by_day` gives them
    source  limits of agreement by quantiles: Bland and Altman (1999), Measuring agreement in method comparison
            studies, section 4; here 5 % and 95 %
    """
    over = days[days["is_complete"]]
    differences = over["difference"].to_numpy(float)
    differences = differences[np.isfinite(differences)]
    known = len(differences) >= NEEDS
    low, high = np.quantile(differences, [LOW, HIGH]) if known else (np.nan, np.nan)
    return Agreement(
        figure=figure,
        kind="points" if unit == "rate" else "percent",
        median=float(np.median(differences)) if len(differences) else np.nan,
        low=float(low),
        high=float(high),
        days=len(differences),
        only_ours=int((over["ours"].notna() & over["theirs"].isna()).sum()),
    )


def finding(found: Agreement) -> Finding:
    """What the two say of each other: same | more | less (steadily) | unsteady | few (days) | nothing."""
    if not found.days:
        return Finding("data.agreement.nothing")
    facts = {"median": found.median, "low": found.low, "high": found.high, "count": found.days}
    if not np.isfinite(found.low):
        return Finding("data.agreement.few", facts)
    if found.is_same:
        return Finding("data.agreement.same", facts)
    if not found.is_steady:
        return Finding("data.agreement.unsteady", facts)
    return Finding("data.agreement.more" if found.median > 0 else "data.agreement.less", facts)
